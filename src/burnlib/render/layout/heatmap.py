"""The calendar: weeks as columns, weekdays as rows, a numbered legend below.

States differ in shape, not in colour alone: an estimated part is a hole, a day over its target has
lost a corner, a missing day is a stroke, and the day that is still going on has a dashed outline.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from attrs import frozen

from burnlib import sentences, words
from burnlib.languages import word
from burnlib.render import labels
from burnlib.render.layout.calendar_legend import GUTTER, Keys, keys_of, keys_width, legend_of
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
from burnlib.render.scene import Rect, Scene, Shape, Text
from burnlib.views.base import Heatmap
from burnlib.views.parts import Day

__all__ = [
    "Grid",
    "calendar",
    "calendar_width",
    "grid_of",
    "lay_out_heatmap",
]

_TOP = 14  # month names
_GAP = 2
_PITCH = (12, 24)  # smaller cells cannot show a hole, larger ones shout
_BETWEEN = 10  # between two rows of weeks


@frozen
class Grid:
    """Where days lie: *columns* weeks side by side, then the next row of weeks."""

    first: date
    columns: int
    rows: int
    pitch: int
    above: float = 0.0  # px that other things take

    @property
    def cell(self) -> int:
        """Return the side of a day's square."""
        return self.pitch - _GAP

    @property
    def right(self) -> int:
        """Return the x where the last column ends."""
        return GUTTER + self.columns * self.pitch - _GAP

    @property
    def bottom(self) -> float:
        """Return the y where the last row ends."""
        return self.top(self.rows - 1) + 7 * self.pitch - _GAP

    def top(self, row: int) -> float:
        """Return the y at which the cells of one row of weeks begin."""
        return self.above + _TOP + row * (_TOP + 7 * self.pitch + _BETWEEN)

    def row(self, day: date) -> int:
        """Return which row of weeks a day is in."""
        return (day - self.first).days // 7 // self.columns

    def place(self, day: date) -> tuple[int, float]:
        """Return the upper left corner of a day's cell."""
        week, weekday = divmod((day - self.first).days, 7)
        row, column = divmod(week, self.columns)
        return GUTTER + column * self.pitch, self.top(row) + weekday * self.pitch


def lay_out_heatmap(view: Heatmap, *, narrow: bool = False) -> Scene:
    """Draw *view*: 720 px wide at most, narrow 360; as many rows of weeks as the days need.

    A year fits one wide row or two narrow ones; few weeks get cells of up to 22 px.
    """
    if not view.observed:
        return blank(view, narrow=narrow)
    size = label_size(narrow=narrow)
    grid = grid_of(view, narrow=narrow)
    keys = keys_of([view])
    width = calendar_width(grid, keys, narrow=narrow)
    legend, bottom = legend_of(view.scale, keys, grid.bottom + 13, width=width, size=size)
    caption = note(
        _caption(view),
        x=GUTTER,
        y=bottom + below(size),
        room=width - GUTTER,
        size=size,
        made_up=view.made_up,
    )
    return sheet(
        view,
        [*calendar(view, grid, size=size, width=width), *legend, *caption],
        width=width,
        height=caption[-1].y + 5,
        classes=view.scale.steps,
    )


def calendar_width(grid: Grid, keys: Keys, *, narrow: bool) -> float:
    """Return the width of a picture; few weeks may be narrower than the line of keys below them."""
    size = label_size(narrow=narrow)
    return sheet_width(max(grid.right + 2, GUTTER + keys_width(keys, size)), narrow=narrow)


def calendar(
    view: Heatmap, grid: Grid, *, size: float, width: float, lead: str = ""
) -> list[Shape]:
    """Return the days with the names of weekdays and months, without a legend.

    *lead* is what the titles of the days begin with.
    """
    shapes: list[Shape] = [*_weekdays(view, grid, size), *_months(view, grid, size, width)]
    for day in view.days:
        shapes += _day(day, grid, lead + sentences.day_title(day, target=view.target))
    # Outlines last: they reach into the gaps beside their cells.
    return shapes + [today_mark(*grid.place(day.date), grid.cell) for day in view.days if day.today]


def grid_of(view: Heatmap, *, narrow: bool, above: float = 0.0) -> Grid:
    """Return where the days lie, below *above* px of something else."""
    width = NARROW if narrow else WIDE
    first = view.days[0].date
    offset = first.weekday() if view.week_start == "monday" else (first.weekday() + 1) % 7
    first -= timedelta(days=offset)
    weeks = (view.days[-1].date - first).days // 7 + 1
    room = width - GUTTER
    rows = -(-weeks // (room // _PITCH[0]))
    # Rows of equal length: no orphan of three weeks below a full row.
    columns = -(-weeks // rows)
    pitch = max(_PITCH[0], min(_PITCH[1], room // columns))
    return Grid(first, columns, rows, pitch, above)


def _weekdays(view: Heatmap, grid: Grid, size: float) -> Iterator[Text]:
    for row in range(grid.rows):
        for weekday in (0, 2, 4):
            line = weekday if view.week_start == "monday" else weekday + 1
            y = grid.top(row) + line * grid.pitch + grid.cell / 2 + size * 0.36
            yield Text(x=GUTTER - 4, y=y, text=words.weekday(weekday), size=size, anchor="end")


def _months(view: Heatmap, grid: Grid, size: float, width: float) -> Iterator[Text]:
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


def _month(start: date, grid: Grid, size: float, width: float) -> Text:
    text = words.month(start)
    x = min(grid.place(start)[0], width - 1 - text_width(text, size=size))
    return Text(x=x, y=grid.top(grid.row(start)) - 4, text=text, size=size)


def _collide(a: Text, b: Text) -> bool:
    return a.y == b.y and b.x < a.x + text_width(a.text, size=a.size) + 4


def _day(day: Day, grid: Grid, title: str) -> Iterator[Shape]:
    x, y = grid.place(day.date)
    if day.amount is None:
        # The stroke is too thin to point at, so an unpainted square carries the title.
        yield Rect(x=x, y=y, width=grid.cell, height=grid.cell, title=title)
        yield missing_mark(x, y, grid.cell)
    else:
        fill = "zero" if day.level is None else f"c{day.level + 1}"
        share = day.amount.share
        yield cell_mark(x, y, grid.cell, fill=fill, share=share, cut=day.over_target, title=title)


def _caption(view: Heatmap) -> list[str]:
    said = [labels.unit("day", view.basis), period(view.range)]
    peak = view.peak
    if peak and peak.amount:
        number = words.amount(peak.amount, strict=True)
        said.append(word("peak_on", n=number, day=words.day_short(peak.date)))
    # No colour shows that there may have been more.
    if least := sum(day.amount is not None and day.amount.lower_bound for day in view.days):
        said.append(words.things("at_least_on", least))
    # The colours show the middle of a range, so the range is told.
    if words.between(view.amount):
        said.append(words.estimate(view.amount))
    return [*said, words.counting(view.estimates)]
