"""The calendar: weeks as columns, weekdays as rows, a numbered legend below.

States differ in shape, not in colour alone: an estimated part is a hole, a day over its target has
lost a corner, a missing day is a stroke, and the day that is still going on has a dashed outline.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TypeAlias

from attrs import frozen

from burnlib import sentences, words
from burnlib.render.layout.legend import APART, KEY, Swatch, key_lines, key_width
from burnlib.render.layout.lettering import text_width
from burnlib.render.layout.marks import cell_mark, missing_mark, today_mark
from burnlib.render.layout.parts import (
    NARROW,
    WIDE,
    below,
    blank,
    label_size,
    note,
    period,
    sheet,
    sheet_width,
)
from burnlib.render.scene import Line, Rect, Scene, Shape, Text
from burnlib.scale import LogScale
from burnlib.views.base import Day, Heatmap

__all__ = ["lay_out_heatmap"]

_GUTTER = 30  # weekday names
_TOP = 14  # month names
_GAP = 2
_PITCH = (12, 24)  # smaller cells cannot show a hole, larger ones shout
_BETWEEN = 10  # between two rows of weeks
_BAR = (34, 9)
_STRIP = 3  # width of one colour of a scale without classes


_Keys: TypeAlias = list[tuple[Swatch, str]]


@frozen
class _Grid:
    """Where days lie: *columns* weeks side by side, then the next row of weeks."""

    first: date
    columns: int
    rows: int
    pitch: int

    @property
    def cell(self) -> int:
        return self.pitch - _GAP

    @property
    def right(self) -> int:
        return _GUTTER + self.columns * self.pitch - _GAP

    @property
    def bottom(self) -> int:
        return self.top(self.rows - 1) + 7 * self.pitch - _GAP

    def top(self, row: int) -> int:
        """Return the y at which the cells of one row of weeks begin."""
        return _TOP + row * (_TOP + 7 * self.pitch + _BETWEEN)

    def row(self, day: date) -> int:
        return (day - self.first).days // 7 // self.columns

    def place(self, day: date) -> tuple[int, int]:
        """Return the upper left corner of a day's cell."""
        week, weekday = divmod((day - self.first).days, 7)
        row, column = divmod(week, self.columns)
        return _GUTTER + column * self.pitch, self.top(row) + weekday * self.pitch


def lay_out_heatmap(view: Heatmap, *, narrow: bool = False) -> Scene:
    """Draw *view*: 720 px wide at most, narrow 360; as many rows of weeks as the days need.

    A year fits one wide row or two narrow ones; few weeks get cells of up to 22 px.
    """
    if not view.observed:
        return blank(view, narrow=narrow)
    size = label_size(narrow=narrow)
    grid = _grid(view, width=NARROW if narrow else WIDE)
    keys = _keys(view)
    # A calendar of few weeks may be narrower than the line of keys below it.
    width = sheet_width(max(grid.right + 2, _GUTTER + _wide(keys, size)), narrow=narrow)
    shapes: list[Shape] = [*_weekdays(view, grid, size), *_months(view, grid, size, width)]
    for day in view.days:
        shapes += _day(day, grid, view.target)
    # Outlines last: they reach into the gaps beside their cells.
    shapes += [today_mark(*grid.place(day.date), grid.cell) for day in view.days if day.today]
    legend, bottom = _legend(view.scale, keys, grid.bottom + 13, width=width, size=size)
    caption = note(
        _caption(view),
        x=_GUTTER,
        y=bottom + below(size),
        room=width - _GUTTER,
        size=size,
        made_up=view.made_up,
    )
    height = caption[-1].y + 5
    return sheet(
        view,
        [*shapes, *legend, *caption],
        width=width,
        height=height,
        classes=view.scale.steps,
    )


def _grid(view: Heatmap, *, width: int) -> _Grid:
    first = view.days[0].date
    offset = first.weekday() if view.week_start == "monday" else (first.weekday() + 1) % 7
    first -= timedelta(days=offset)
    weeks = (view.days[-1].date - first).days // 7 + 1
    room = width - _GUTTER
    rows = -(-weeks // (room // _PITCH[0]))
    # Rows of equal length: no orphan of three weeks below a full row.
    columns = -(-weeks // rows)
    pitch = max(_PITCH[0], min(_PITCH[1], room // columns))
    return _Grid(first, columns, rows, pitch)


def _weekdays(view: Heatmap, grid: _Grid, size: float) -> Iterator[Text]:
    for row in range(grid.rows):
        for weekday in (0, 2, 4):
            line = weekday if view.week_start == "monday" else weekday + 1
            y = grid.top(row) + line * grid.pitch + grid.cell / 2 + size * 0.36
            yield Text(x=_GUTTER - 4, y=y, text=words.weekday(weekday), size=size, anchor="end")


def _months(view: Heatmap, grid: _Grid, size: float, width: float) -> Iterator[Text]:
    """Name each month above the column that holds its first day, where there is room."""
    starts = [day.date for day in view.days if day.date.day == 1]
    first = view.days[0].date
    if first not in starts:
        starts.insert(0, first)
    placed = [_month(start, grid, size, width) for start in starts]
    # A cut-off first month gives way to the next one, which begins where its name stands.
    if len(placed) > 1 and first.day != 1 and _collide(placed[0], placed[1]):
        del placed[0]
    last: Text | None = None
    for text in placed:
        if last is None or not _collide(last, text):
            yield text
            last = text


def _month(start: date, grid: _Grid, size: float, width: float) -> Text:
    text = words.month(start)
    x = min(grid.place(start)[0], width - 1 - text_width(text, size=size))
    return Text(x=x, y=grid.top(grid.row(start)) - 4, text=text, size=size)


def _collide(a: Text, b: Text) -> bool:
    return a.y == b.y and b.x < a.x + text_width(a.text, size=a.size) + 4


def _day(day: Day, grid: _Grid, target: int | None) -> Iterator[Shape]:
    x, y = grid.place(day.date)
    title = sentences.day_title(day, target=target)
    if day.amount is None:
        # The stroke is too thin to point at, so an unpainted square carries the title.
        yield Rect(x=x, y=y, width=grid.cell, height=grid.cell, title=title)
        yield missing_mark(x, y, grid.cell)
    else:
        fill = "zero" if day.level is None else f"c{day.level + 1}"
        share = day.amount.share
        yield cell_mark(x, y, grid.cell, fill=fill, share=share, cut=day.over_target, title=title)


def _caption(view: Heatmap) -> list[str]:
    said = ["tokens a day" if view.basis == "total" else "measured tokens a day"]
    said.append(period(view.range.days, words.day_long(view.range.last)))
    peak = view.peak
    if peak and peak.amount:
        said.append(
            f"peak {words.amount(peak.amount, strict=True)} on {words.day_short(peak.date)}"
        )
    # The colours show the middle of a range, so the range is told.
    if words.between(view.amount):
        said.append(words.estimate(view.amount))
    return [*said, words.counting(view.estimates)]


def _legend(
    scale: LogScale, keys: _Keys, y: float, *, width: float, size: float
) -> tuple[list[Shape], float]:
    """Return the colour bars with their edges, then the keys; also the lowest y that is taken."""
    shapes, right = _scale_bars(scale, y, size)
    numbers = y + _BAR[1] + size + (3 if scale.continuous else 1) if shapes else y
    x, top = right + 18 if shapes else float(_GUTTER), y - 1
    if shapes and x + _wide(keys, size) > width:
        x, top = _GUTTER, numbers + 8
    drawn, bottom = key_lines(keys, x=x, y=top, right=width, size=size)
    return shapes + drawn, max(numbers, bottom)


def _wide(keys: _Keys, size: float) -> float:
    """Return the width of all keys on one line."""
    return sum(key_width(label, size=size) + APART for _, label in keys) - APART


def _keys(view: Heatmap) -> _Keys:
    """Return a swatch and its words for each state that occurs."""
    amounts = [day.amount for day in view.days if day.amount is not None]
    middle = f"c{view.scale.steps // 2 + 1}"
    over = f"over {words.tick(view.target)} target" if view.target else words.KEYS["over"]
    states: list[tuple[bool, Swatch, str]] = [
        (any(not a.total for a in amounts), _key("zero"), words.KEYS["zero"]),
        (view.missing > 0, lambda x, y: [missing_mark(x, y, KEY)], words.KEYS["missing"]),
        (any(a.estimated for a in amounts), _key(middle, share=1.0), words.KEYS["estimated"]),
        (any(day.over_target for day in view.days), _key(middle, cut=True), over),
        (
            any(day.today for day in view.days),
            lambda x, y: [today_mark(x + 1, y + 1, KEY - 2)],
            words.KEYS["today"],
        ),
    ]
    return [(swatch, label) for occurs, swatch, label in states if occurs]


def _key(fill: str, *, share: float = 0.0, cut: bool = False) -> Swatch:
    return lambda x, y: [cell_mark(x, y, KEY, fill=fill, share=share, cut=cut)]


def _scale_bars(scale: LogScale, y: float, size: float) -> tuple[list[Shape], float]:
    """Return the colours with their numbers, and the x where they end."""
    if not scale.hi and not scale.edges:
        return [], _GUTTER
    if scale.continuous and scale.lo < scale.hi:
        return _ramp(scale, y, size)
    return _bars(scale, y, size)


def _ramp(scale: LogScale, y: float, size: float) -> tuple[list[Shape], float]:
    """Draw all colours of a scale without classes, and marks at its edges where they fit."""
    shapes: list[Shape] = [
        Rect(x=_GUTTER + i * _STRIP, y=y, width=_STRIP, height=_BAR[1], fill=f"c{i + 1}")
        for i in range(scale.steps)
    ]
    end = 0.0
    for edge in scale.edges:
        x = _GUTTER + scale.place(edge) * scale.steps * _STRIP
        label = words.tick(edge)
        half = text_width(label, size=size) / 2
        if x - half >= end:
            shapes.append(Line(x1=x, y1=y + _BAR[1], x2=x, y2=y + _BAR[1] + 3, stroke="faint"))
            number_y = y + _BAR[1] + size + 3
            shapes.append(Text(x=x, y=number_y, text=label, size=size, anchor="middle"))
            end = x + half + 4
    return shapes, _GUTTER + scale.steps * _STRIP


def _bars(scale: LogScale, y: float, size: float) -> tuple[list[Shape], float]:
    labels = [words.tick(edge) for edge in scale.edges]
    widest = max((text_width(label, size=size) for label in labels), default=0)
    step = max(_BAR[0], math.ceil(widest) + 5)
    levels = [scale.level(scale.hi)] if scale.continuous else range(scale.classes)
    shapes: list[Shape] = [
        Rect(x=_GUTTER + i * step, y=y, width=step, height=_BAR[1], fill=f"c{level + 1}")
        for i, level in enumerate(levels)
    ]
    number_y = y + _BAR[1] + size + 1
    for i, label in enumerate(labels, start=1):
        x = _GUTTER + i * step
        shapes.append(Text(x=x, y=number_y, text=label, size=size, anchor="middle"))
    right: float = _GUTTER + scale.classes * step
    if not labels:
        # One class has no edge to print: its bar stands for all of the data.
        label = sentences.class_names(scale)[0]
        shapes.append(Text(x=_GUTTER, y=number_y, text=label, size=size))
        right = max(right, _GUTTER + text_width(label, size=size))
    return shapes, right
