"""The weekly line on a log axis: what is joined, what stands apart, and what is labelled.

Only whole weeks are joined: a week that is not over, or was not observed, would read as a fall. It
is an open circle. A missing week is a gap; a week of zero lies on a line of its own, since a log
axis has no zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from burnlib import sentences, words
from burnlib.languages import word
from burnlib.render import labels
from burnlib.render.layout.legend import KEY, Swatch, key_lines
from burnlib.render.layout.lettering import text_width
from burnlib.render.layout.parts import (
    NARROW,
    WIDE,
    below,
    blank,
    label_size,
    note,
    sheet,
    sheet_width,
)
from burnlib.render.layout.plot import HOLLOW, INSET, LARGE, LEFT, Plot, estimated, plot_of
from burnlib.render.layout.weeks import plotted
from burnlib.render.layout.whiskers import whisker_key, whiskers
from burnlib.render.scene import Circle, Line, Scene, Shape, Text
from burnlib.views.base import Trend

__all__ = ["lay_out_trend", "trend_keys"]

_HEIGHT = (166, 156)
_RIGHT = (96, 12)  # wide: room for the last week's label; narrow: the note has that label


def lay_out_trend(view: Trend, *, narrow: bool = False) -> Scene:
    """Draw *view*: 720 by about 230 px at most, narrow 360 by about 230."""
    if all(week.amount is None for week in view.weeks):
        return blank(view, narrow=narrow)
    size = label_size(narrow=narrow)
    room = (NARROW if narrow else WIDE) - _RIGHT[narrow]
    plot = plot_of(view, right=room, height=_HEIGHT[narrow])
    width = sheet_width(plot.right - INSET + _RIGHT[narrow], narrow=narrow)
    side = [] if narrow else list(_side_label(plot, size))
    shapes: list[Shape] = [
        *plotted(plot, size=size, width=width),
        *side,
        *_peak_label(plot, size, width, [*side, *whiskers(plot)]),
    ]
    y = plot.axis + 15 + size
    keys, bottom = key_lines(trend_keys([plot]), x=LEFT, y=y, right=width, size=size)
    caption = note(
        _caption(view, narrow=narrow),
        x=LEFT,
        y=bottom + below(size) + (0 if keys else 1),
        room=width - LEFT,
        size=size,
        made_up=view.made_up,
    )
    return sheet(view, [*shapes, *keys, *caption], width=width, height=caption[-1].y + 5)


def _side_label(plot: Plot, size: float) -> Iterator[Text]:
    """Name the last week beside its dot, unless it is the peak, which has its own label."""
    *_, (i, week, x, y) = plot.points()
    if i != len(plot.weeks) - 1 or week == plot.peak:
        return
    lines = sentences.week_label(week).split(" · ")
    y += size * 0.36 - (len(lines) - 1) * below(size) / 2
    y = min(max(y, size), plot.axis - 4 - (len(lines) - 1) * below(size))
    for n, line in enumerate(lines):
        yield Text(x=x + 9, y=y + n * below(size), text=line, size=size)


_Box = tuple[float, float, float, float]


def _peak_label(
    plot: Plot, size: float, width: float, others: Sequence[Text | Line]
) -> Iterator[Text]:
    """Name the peak above its dot and whisker, or above everything where that is taken."""
    found = [(x, y) for _, week, x, y in plot.points() if week == plot.peak]
    if plot.peak is None or not found:
        return
    x, y = found[0]
    text = sentences.week_label(plot.peak, peak=True)
    wide = text_width(text, size=size, bold=True)
    taken = [_box(other) for other in others]
    taken += [(cx - 4, cy - 4, cx + 4, cy + 4) for _, _, cx, cy in plot.points()]
    above = [line.y1 - 4 for line in others if isinstance(line, Line) and line.x1 == x]
    for baseline in (min([y - 8, *above]), size + 1):
        for left in (x - wide / 2, x + 4 - wide, x - 4):
            left = min(max(left, LEFT + 4), width - wide - 1)
            label = Text(x=left, y=baseline, text=text, size=size, fill="ink", bold=True)
            if not any(_overlap(_box(label), box) for box in taken):
                yield label
                return
    yield label


def _box(shape: Text | Line) -> _Box:
    if isinstance(shape, Line):
        return (shape.x1 - 1, shape.y1 - 1, shape.x2 + 1, shape.y2 + 1)
    right = shape.x + text_width(shape.text, size=shape.size, bold=shape.bold)
    return (shape.x, shape.y - shape.size, right, shape.y + shape.size * 0.3)


def _overlap(a: _Box, b: _Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def trend_keys(plots: Sequence[Plot]) -> Iterator[tuple[Swatch, str]]:
    """Yield a swatch and its words for each kind of mark that occurs."""
    drawn = [(plot, i, week) for plot in plots for i, week, _, _ in plot.points()]
    if any(not week.complete for _, _, week in drawn):
        yield (_open_key, word("key_partial"))
    if any(plot.hollow(i) or (estimated(week) and plot.joined(i)) for plot, i, week in drawn):
        yield (_dashed_key, word("key_estimated"))
    if key := whisker_key(plots):
        yield key


def _open_key(x: float, y: float) -> Sequence[Shape]:
    return [Circle(x=x + KEY / 2, y=y + KEY / 2, r=LARGE, stroke="accent")]


def _dashed_key(x: float, y: float) -> Sequence[Shape]:
    middle = y + KEY / 2
    return [
        Line(x1=x - 1, y1=middle, x2=x + 2, y2=middle, stroke="accent", stroke_width=1.5),
        Circle(x=x + KEY / 2, y=middle, r=HOLLOW, stroke="accent", stroke_width=1.2),
        Line(x1=x + 9, y1=middle, x2=x + 12, y2=middle, stroke="accent", stroke_width=1.5),
    ]


def _caption(view: Trend, *, narrow: bool) -> list[str]:
    weeks = words.things("weeks", len(view.weeks))
    said = [
        labels.unit("week", view.basis),
        word("period_days", days=weeks, last=words.day_long(view.range.last)),
    ]
    last = view.weeks[-1]
    if narrow and last.amount is not None and last != view.peak:
        label = sentences.week_label(last).replace(" · ", ", ")
        said.append(word("last_week", day=words.day_short(last.first), label=label))
    return [*said, words.counting(view.estimates)]
