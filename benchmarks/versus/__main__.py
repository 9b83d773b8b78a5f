"""Measure burnlib against other tools on made-up logs, and write a table.

python benchmarks/versus --corpus DIR [--corpus DIR ...] [--peers a,b] [--install DIR] [-o FILE]
"""

from __future__ import annotations

import sys
from pathlib import Path

# Run as a folder, Python looks for modules in the folder itself, and not beside it.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from versus.commands import main  # noqa: E402 - it is found only now

sys.exit(main(sys.argv[1:]))
