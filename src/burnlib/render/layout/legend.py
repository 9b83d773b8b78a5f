"""Keys of a legend: a swatch and its words, as many to a line as fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from burnlib.render.layout.lettering import text_width
from burnlib.render.scene import Shape, Text

__all__ = ["APART", "KEY", "Swatch", "key_lines", "key_width"]

KEY = 11
"""Side of a swatch, CSS px."""

APART = 14
"""From one key to the next, CSS px."""

Swatch: TypeAlias = Callable[[float, float], Sequence[Shape]]
"""Draws one swatch of KEY by KEY px with its upper left corner at (x, y)."""

_LINE = 17
_SPACE = 5


def key_lines(
    keys: Iterable[tuple[Swatch, str]], *, x: float, y: float, right: float, size: float
) -> tuple[list[Shape], float]:
    """Return the keys from (*x*, *y*) on, and the lowest y that they take; *y* without keys.

    A key that would pass *right* begins a new line.
    """
    shapes: list[Shape] = []
    left, bottom = x, y
    for swatch, label in keys:
        wide = key_width(label, size=size)
        if x > left and x + wide > right:
            x, y = left, y + _LINE
        shapes += swatch(x, y)
        middle = y + KEY / 2 + size * 0.36
        shapes.append(Text(x=x + KEY + _SPACE, y=middle, text=label, size=size))
        bottom = y + KEY
        x += wide + APART
    return shapes, bottom


def key_width(label: str, *, size: float) -> float:
    """Return the width of one key, CSS px."""
    return KEY + _SPACE + text_width(label, size=size)
