"""Below the calendar: its colours with their numbers, and what its marks mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

from burnlib import sentences, words
from burnlib.languages import word
from burnlib.render.layout.legend import APART, KEY, Swatch, key_lines, key_width
from burnlib.render.layout.lettering import text_width
from burnlib.render.layout.marks import cell_mark, missing_mark, today_mark
from burnlib.render.scene import Line, Rect, Shape, Text
from burnlib.scale import LogScale
from burnlib.views.base import Heatmap

__all__ = ["GUTTER", "Keys", "keys_of", "keys_width", "legend_of"]

GUTTER = 30
"""Left of the calendar and of its legend, for the names of weekdays; CSS px."""

_BAR = (34, 9)
_STRIP = 3  # width of one colour of a scale without classes

Keys: TypeAlias = list[tuple[Swatch, str]]
"""What is drawn, and what it means."""


def legend_of(
    scale: LogScale, keys: Keys, y: float, *, width: float, size: float
) -> tuple[list[Shape], float]:
    """Return the colour bars with their edges, then the keys; also the lowest y that is taken."""
    shapes, right = _scale_bars(scale, y, size)
    numbers = y + _BAR[1] + size + (3 if scale.continuous else 1) if shapes else y
    x, top = right + 18 if shapes else float(GUTTER), y - 1
    if shapes and x + keys_width(keys, size) > width:
        x, top = GUTTER, numbers + 8
    drawn, bottom = key_lines(keys, x=x, y=top, right=width, size=size)
    return shapes + drawn, max(numbers, bottom)


def keys_width(keys: Keys, size: float) -> float:
    """Return the width of all keys on one line."""
    return sum(key_width(label, size=size) + APART for _, label in keys) - APART


def keys_of(views: Sequence[Heatmap]) -> Keys:
    """Return a swatch and its words for each state that occurs; the views share one scale."""
    days = [day for view in views for day in view.days]
    amounts = [day.amount for day in days if day.amount is not None]
    middle = f"c{views[0].scale.steps // 2 + 1}"
    target = views[0].target
    over = word("over_target_key", target=words.tick(target)) if target else word("over_any_target")
    states: list[tuple[bool, Swatch, str]] = [
        (any(not a.total for a in amounts), _key("zero"), word("zero")),
        (len(amounts) < len(days), lambda x, y: [missing_mark(x, y, KEY)], word("no_data")),
        (any(a.estimated for a in amounts), _key(middle, share=1.0), word("estimated")),
        (any(day.over_target for day in days), _key(middle, cut=True), over),
        (
            any(day.today for day in days),
            lambda x, y: [today_mark(x + 1, y + 1, KEY - 2)],
            word("so_far"),
        ),
    ]
    return [(swatch, label) for occurs, swatch, label in states if occurs]


def _key(fill: str, *, share: float = 0.0, cut: bool = False) -> Swatch:
    return lambda x, y: [cell_mark(x, y, KEY, fill=fill, share=share, cut=cut)]


def _scale_bars(scale: LogScale, y: float, size: float) -> tuple[list[Shape], float]:
    """Return the colours with their numbers, and the x where they end."""
    if not scale.hi and not scale.edges:
        return [], GUTTER
    if scale.continuous and scale.lo < scale.hi:
        return _ramp(scale, y, size)
    return _bars(scale, y, size)


def _ramp(scale: LogScale, y: float, size: float) -> tuple[list[Shape], float]:
    """Draw all colours of a scale without classes, and marks at its edges where they fit."""
    shapes: list[Shape] = [
        Rect(x=GUTTER + i * _STRIP, y=y, width=_STRIP, height=_BAR[1], fill=f"c{i + 1}")
        for i in range(scale.steps)
    ]
    end = 0.0
    for edge in scale.edges:
        x = GUTTER + scale.place(edge) * scale.steps * _STRIP
        label = words.tick(edge)
        half = text_width(label, size=size) / 2
        if x - half >= end:
            shapes.append(Line(x1=x, y1=y + _BAR[1], x2=x, y2=y + _BAR[1] + 3, stroke="faint"))
            number_y = y + _BAR[1] + size + 3
            shapes.append(Text(x=x, y=number_y, text=label, size=size, anchor="middle"))
            end = x + half + 4
    return shapes, GUTTER + scale.steps * _STRIP


def _bars(scale: LogScale, y: float, size: float) -> tuple[list[Shape], float]:
    labels = [words.tick(edge) for edge in scale.edges]
    widest = max((text_width(label, size=size) for label in labels), default=0)
    step = max(_BAR[0], math.ceil(widest) + 5)
    levels = [scale.level(scale.hi)] if scale.continuous else range(scale.classes)
    shapes: list[Shape] = [
        Rect(x=GUTTER + i * step, y=y, width=step, height=_BAR[1], fill=f"c{level + 1}")
        for i, level in enumerate(levels)
    ]
    number_y = y + _BAR[1] + size + 1
    for i, label in enumerate(labels, start=1):
        x = GUTTER + i * step
        shapes.append(Text(x=x, y=number_y, text=label, size=size, anchor="middle"))
    right: float = GUTTER + scale.classes * step
    if not labels:
        # One class has no edge to print: its bar stands for all of the data.
        label = sentences.class_names(scale)[0]
        shapes.append(Text(x=GUTTER, y=number_y, text=label, size=size))
        right = max(right, GUTTER + text_width(label, size=size))
    return shapes, right
