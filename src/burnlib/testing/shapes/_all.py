"""All shapes, in the order in which they are listed."""

from __future__ import annotations

from functools import cache

from burnlib.testing.shapes._claude import claude_shapes
from burnlib.testing.shapes._claude_copies import claude_copies
from burnlib.testing.shapes._codex import codex_shapes
from burnlib.testing.shapes._codex_copies import codex_copies
from burnlib.testing.shapes._shape import Shape

__all__ = ["all_shapes"]


@cache
def all_shapes() -> tuple[Shape, ...]:
    """Return all shapes, Codex's first; their names are unique."""
    return (*codex_shapes(), *codex_copies(), *claude_shapes(), *claude_copies())
