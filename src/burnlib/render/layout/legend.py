"""Keys of a legend: a swatch and its words, as many to a line as fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from burnlib.render.layout.lettering import text_width
from burnlib.render.scene import Shape, Text

__all__ = ["KEY", "Swatch", "key_lines"]

KEY = 11
"""Side of a swatch, CSS px."""

Swatch: TypeAlias = Callable[[float, float], Sequence[Shape]]
"""Draws one swatch of KEY by KEY px with its upper left corner at (x, y)."""

_LINE = 17
_SPACE = 5
_APART = 14


def key_lines(
    keys: Iterable[tuple[Swatch, str]],
    *,
    x: float,
    y: float,
    left: float,
    right: float,
    size: float,
    next_y: float | None = None,
) -> tuple[list[Shape], float]:
    """Return the keys from (*x*, *y*) on, and the lowest y that they take.

    A key that would pass *right* begins a new line at *left*; the second line is at *next_y*.
    """
    shapes: list[Shape] = []
    bottom = y
    for swatch, label in keys:
        wide = KEY + _SPACE + text_width(label, size=size)
        if x > left and x + wide > right:
            x, y = left, y + _LINE if next_y is None else next_y
            next_y = None
        shapes += swatch(x, y)
        middle = y + KEY / 2 + size * 0.36
        shapes.append(Text(x=x + KEY + _SPACE, y=middle, text=label, size=size))
        bottom = y + KEY
        x += wide + _APART
    return shapes, bottom
