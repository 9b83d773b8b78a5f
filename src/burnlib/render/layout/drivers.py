"""The drivers: quick figures, then one bar a family of work on a linear axis from zero.

A bar's estimated part is its hollow end. Each bar says its share and tokens itself, so there is no
axis and no legend.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from burnlib import sentences, words
from burnlib.languages import word
from burnlib.model import NO_LABEL
from burnlib.render import labels
from burnlib.render.layout.lettering import clip, text_width
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
from burnlib.render.scene import Rect, Scene, Shape, Text
from burnlib.views.base import Drivers
from burnlib.views.parts import Bar, Window

__all__ = ["lay_out_drivers"]

_SIZE = 12.0  # names and values
_FIGURE = 15.0  # the quick figures
_ROW = 34
_BAR = 10
_OUTLINE = 1.5
_NAMES = (112, 76)  # px for names, wide and narrow; longer names are cut
_LONGER = (170, 110)  # … up to here where a name needs it
_SPACE = 8
_A_ROW = (5, 3)  # quick figures side by side


@frozen(kw_only=True)
class _Sheet:
    """Lengths that all rows share, CSS px."""

    names: float  # where names end
    left: float  # where bars begin
    longest: float  # length of a bar with a share of 1.0
    width: float
    size: float


def lay_out_drivers(view: Drivers, *, narrow: bool = False) -> Scene:
    """Draw *view*: 720 px wide, narrow 360; 34 px a family below the quick figures."""
    if not view.bars:
        return blank(view, narrow=narrow)
    size = label_size(narrow=narrow)
    width = NARROW if narrow else WIDE
    figures, y = _figures(view.windows, width=width, a_row=_A_ROW[narrow], size=size)
    rows = _rows(view.bars, narrow=narrow, width=width, size=size)
    shapes: list[Shape] = list(figures)
    for bar in view.bars:
        shapes += _row(bar, rows, y)
        y += _ROW
    caption = note(_caption(view), x=0, y=y + size, room=width, size=size, made_up=view.made_up)
    return sheet(view, [*shapes, *caption], width=width, height=caption[-1].y + 5)


def _figures(
    windows: Sequence[Window], *, width: float, a_row: int, size: float
) -> tuple[list[Text], float]:
    """Return the quick figures, each with its name above and its days below, and the next y."""
    texts: list[Text] = []
    top = 0.0
    column = width / a_row
    for start in range(0, len(windows), a_row):
        deepest = 0
        for i, window in enumerate(windows[start : start + a_row]):
            number, said = labels.window(window)
            x = i * column
            notes = [clip(line, column - 4, size=size) for line in said.split(" · ") if line]
            deepest = max(deepest, len(notes))
            name = words.window_name(window.key)
            texts.append(Text(x=x, y=top + size, text=name, size=size))
            figure_y = top + size + below(_FIGURE) - 4
            texts.append(Text(x=x, y=figure_y, text=number, size=_FIGURE, fill="ink", bold=True))
            texts += [
                Text(x=x, y=figure_y + (n + 1) * below(size), text=line, size=size)
                for n, line in enumerate(notes)
            ]
        top += size + below(_FIGURE) - 4 + deepest * below(size) + 14
    return texts, top + 4 if texts else 0.0


def _rows(bars: Sequence[Bar], *, narrow: bool, width: float, size: float) -> _Sheet:
    widest = max(text_width(sentences.family(bar), size=_SIZE) for bar in bars)
    names = min(max(widest, _NAMES[narrow]), _LONGER[narrow])
    left = names + _SPACE
    values = max(text_width(_value(bar), size=_SIZE) for bar in bars)
    room = width - left - _SPACE - values
    largest = max(bar.share for bar in bars)
    return _Sheet(
        names=names,
        left=left,
        longest=room / largest if largest else 0.0,
        width=width,
        size=size,
    )


def _value(bar: Bar) -> str:
    return f"{words.percent(bar.share)} · {words.amount(bar.amount)}"


def _row(bar: Bar, rows: _Sheet, y: float) -> Iterator[Shape]:
    title = sentences.bar_title(bar)
    name = clip(sentences.family(bar), rows.names, size=_SIZE)
    middle = y + _SIZE * 0.36 + 6
    ink = "muted" if bar.name == NO_LABEL else "ink"
    yield Text(x=rows.names, y=middle, text=name, size=_SIZE, fill=ink, anchor="end", title=title)
    # A pixel at least: a bar that is there must be seen.
    length = max(1.0, bar.share * rows.longest) if bar.amount.total else 0.0
    yield from _drawn_bar(bar, x=rows.left, y=y + 1, length=length, title=title)
    x = rows.left + length + (_SPACE if length else 0)
    yield Text(x=x, y=middle, text=_value(bar), size=_SIZE, fill="ink", title=title)
    said = _said(bar, rows.width - rows.left, rows.size)
    yield Text(x=rows.left, y=middle + below(rows.size) - 1, text=said, size=rows.size, title=title)


def _drawn_bar(bar: Bar, *, x: float, y: float, length: float, title: str) -> Iterator[Rect]:
    role = "faint" if bar.name == NO_LABEL else "accent"
    solid = length * (1 - bar.amount.share)
    if solid:
        yield Rect(x=x, y=y, width=solid, height=_BAR, fill=role, title=title)
    if length > solid:
        # The outline lies inside the bar's own length, so the length stays true.
        half = _OUTLINE / 2
        yield Rect(
            x=x + solid + half,
            y=y + half,
            width=max(0.1, length - solid - _OUTLINE),
            height=_BAR - _OUTLINE,
            stroke=role,
            stroke_width=_OUTLINE,
            title=title,
        )


def _said(bar: Bar, room: float, size: float) -> str:
    """Return the line below a bar: its evidence, cut where needed, then what is estimated."""
    last = ""
    if bar.amount.estimated:
        last = sentences.share_estimated(bar.amount)
    if bar.name == NO_LABEL:
        first = words.things("unlabelled_days", bar.days)
    elif bar.families:
        first = word("holds", names=", ".join(map(words.clean, bar.families)))
    else:
        first = words.clean(bar.evidence)
    joint = " · " if first and last else ""
    return clip(first, room - text_width(joint + last, size=size), size=size) + joint + last


def _caption(view: Drivers) -> list[str]:
    key = "share_of_measured" if view.basis == "exact" else "share_of"
    share = word(key, n=words.amount(view.amount, strict=True))
    return [share, period(view.range), words.counting(view.estimates)]
