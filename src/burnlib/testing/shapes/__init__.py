"""Small made-up logs of known totals: the traps of Codex's and Claude Code's logs, one by one.

Any tool that counts these logs can be tried on them, in any language: :func:`write_shapes` writes
them as plain files, each shape as a home folder with what is right beside it. The right totals, and
those of a tool that falls into the trap, are written down by hand; no reader of burnlib is asked.
"""

from __future__ import annotations

from burnlib.testing.shapes._all import all_shapes
from burnlib.testing.shapes._shape import RULES, Shape
from burnlib.testing.shapes._writing import shape_files, write_shapes

__all__ = ["RULES", "Shape", "all_shapes", "shape_files", "write_shapes"]
