"""The equivalents: a figure that can be felt, and its arithmetic below it."""

from __future__ import annotations

from collections.abc import Iterator

from burnlib import words
from burnlib.languages import word
from burnlib.render import labels
from burnlib.render.layout.lettering import text_width, wrap
from burnlib.render.layout.parts import (
    NARROW,
    WIDE,
    below,
    blank,
    label_size,
    note,
    period,
    sheet,
)
from burnlib.render.scene import Scene, Text
from burnlib.views.base import Equivalents
from burnlib.views.parts import Equivalent

__all__ = ["lay_out_equivalents"]

_SIZE = 13.0
_SPACE = 8
_APART = 9


def lay_out_equivalents(view: Equivalents, *, narrow: bool = False) -> Scene:
    """Draw *view*: 720 px wide, narrow 360; as high as its lines."""
    if not view.lines:
        return blank(view, narrow=narrow)
    size = label_size(narrow=narrow)
    width = NARROW if narrow else WIDE
    left = max(text_width(_figure(line), size=_SIZE, bold=True) for line in view.lines) + _SPACE
    texts: list[Text] = []
    y = 0.0
    for line in view.lines:
        texts += _comparison(line, y, left=left, width=width, size=size)
        y = texts[-1].y + _APART
    caption = note(_caption(view), x=0, y=y + size + 3, room=width, size=size, made_up=view.made_up)
    return sheet(view, [*texts, *caption], width=width, height=caption[-1].y + 5)


def _figure(line: Equivalent) -> str:
    return f"≈ {words.rough(line.result)}"


def _comparison(
    line: Equivalent, y: float, *, left: float, width: float, size: float
) -> Iterator[Text]:
    """Draw one comparison from *y* down: figure and unit, then range, arithmetic and source."""
    baseline = y + _SIZE
    figure_end = left - _SPACE
    yield Text(
        x=figure_end,
        y=baseline,
        text=_figure(line),
        size=_SIZE,
        fill="ink",
        anchor="end",
        bold=True,
    )
    units = wrap(word(line.unit), width - left, size=_SIZE)
    for n, unit in enumerate(units):
        yield Text(x=left, y=baseline + n * below(_SIZE), text=unit, size=_SIZE, fill="ink")
    baseline += (len(units) - 1) * below(_SIZE) + 1
    between = word("between", low=words.rough(line.low), high=words.rough(line.high))
    for said in (f"{between}: {labels.arithmetic(line)}", "; ".join(labels.sources(line))):
        for part in wrap(words.clean(said, 400), width - left, size=size):
            baseline += below(size)
            yield Text(x=left, y=baseline, text=part, size=size)


def _caption(view: Equivalents) -> list[str]:
    basis = word("exact_alone") if view.basis == "exact" else words.parts(view.amount)
    read_again = word("read_again") if labels.reads_again(view) else ""
    return [basis, period(view.range), words.counting(view.estimates), read_again]
