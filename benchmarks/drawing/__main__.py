"""Time drawings of a year of days, burnlib's beside other libraries', and write a table.

python benchmarks/drawing [--peers a,b] [--install DIR] [--runs N] [-o FILE]
"""

from __future__ import annotations

import sys
from pathlib import Path

# Run as a folder, Python looks for modules in the folder itself, and not beside it.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from drawing.commands import main  # noqa: E402 - it is found only now

sys.exit(main(sys.argv[1:]))
