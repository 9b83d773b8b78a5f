"""Make a home of made-up logs whose totals are known.

python benchmarks/corpus OUT [--size small|medium|large|NNM]   make one
python benchmarks/corpus append HOME [--files N] [--round R]     let N of its logs grow
python benchmarks/corpus wide FILE [--uses N]                   write an archive of N uses
"""

from __future__ import annotations

import sys
from pathlib import Path

# Run as a folder, Python looks for modules in the folder itself, and not beside it.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from corpus.commands import main  # noqa: E402 - it is found only now

sys.exit(main(sys.argv[1:]))
