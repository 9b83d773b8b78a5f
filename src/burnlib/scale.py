"""Log colour scale: labelled classes, their edges and ticks."""

from __future__ import annotations

from attrs import frozen

__all__ = ["LogScale"]


@frozen
class LogScale:
    """Classes on a log axis (placeholder: filled in by the pictures half)."""

    edges: tuple[int, ...] = ()
