"""The sparkline: one bar a day on a log axis, as high as a line of text."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from burnlib.languages import word
from burnlib.render import labels
from burnlib.render.layout.lettering import text_width
from burnlib.render.layout.parts import sheet
from burnlib.render.scene import Path, Rect, Scene, Shape, Text
from burnlib.views.base import Sparkline
from burnlib.views.parts import Day

__all__ = ["lay_out_sparkline"]

_HEIGHT = 18
_BASE = 16  # y on which bars stand
_LEAST, _MOST = 3, 15  # px of the lowest and the highest bar
_PITCHES = ((45, 4), (90, 3), (180, 2))  # days up to which a day has so many px; then one
_SIZE = 12.0
_MOSTLY = 0.4  # estimated share from which a bar is hollow


def lay_out_sparkline(view: Sparkline) -> Scene:
    """Draw *view*: 18 px high, 4 px a day or fewer, with its sum behind it where that is asked for.

    A bar is as high as its day's place on the scale. Mostly estimated days are hollow, or grey
    where a bar has no room for a hole; the day that is still going on is dark grey; a zero is a
    stroke on the ground; a missing day is a gap.
    """
    pitch = next((px for days, px in _PITCHES if len(view.days) <= days), 1)
    shapes: list[Shape] = []
    for index, day in enumerate(view.days):
        shapes += _bar(day, view, index * pitch, pitch - (pitch > 1))
    width = float(len(view.days) * pitch)
    if view.label:
        text = labels.sparkline(view)
        shapes.append(Text(x=width + 6, y=_BASE - 3, text=text, size=_SIZE, fill="ink"))
        width += 8 + text_width(text, size=_SIZE)
    scene = sheet(view, shapes, width=width, height=_HEIGHT)
    if not view.made_up:
        return scene
    # There is no room for a note, but whoever has the picture read out hears it.
    return evolve(scene, name=f"{scene.name}, {word('made_up')}")


def _bar(day: Day, view: Sparkline, x: float, width: int) -> Iterator[Shape]:
    amount = day.amount
    if amount is None:
        return
    if not amount.total:
        yield Rect(x=x, y=_BASE - 1, width=width, height=1, fill="faint")
        return
    height = round(_LEAST + (_MOST - _LEAST) * view.scale.place(amount.total))
    y = _BASE - height
    if day.today:
        yield Rect(x=x, y=y, width=width, height=height, fill="muted")
    elif amount.share < _MOSTLY:
        yield Rect(x=x, y=y, width=width, height=height, fill="accent")
    elif width < _LEAST:
        yield Rect(x=x, y=y, width=width, height=height, fill="faint")
    else:
        outer = _ring(x, y, width, height)
        yield Path(rings=(outer, _ring(x + 1, y + 1, width - 2, height - 2)), fill="accent")


def _ring(x: float, y: float, width: float, height: float) -> tuple[tuple[float, float], ...]:
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
