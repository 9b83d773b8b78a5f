"""The receipts as a picture: one line a day, the sums of the whole range below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from attrs import frozen

from burnlib import words
from burnlib.languages import word
from burnlib.render import labels
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
from burnlib.render.scene import Line, Scene, Shape, Text
from burnlib.views.base import Table
from burnlib.views.parts import Amount, Receipt

__all__ = ["lay_out_table"]

_APART = 18  # px between columns at least
_FURTHEST = 34  # … and at most, lest a reader loses the line
_LINE = 17
_EDGE = 2  # slanted letters, and a T, reach a little past their own width
_ABSENT = "–"
_WEEK = 7

Look = Literal["plain", "estimate", "aside"]


@frozen
class _Cell:
    """One cell: its text, how it looks, and its title; an estimate is in italics."""

    text: str
    look: Look = "plain"
    title: str = ""


@frozen(kw_only=True)
class _Column:
    """One column: its heading on two lines, a cell for each receipt, and one for the sums."""

    head: tuple[str, str]
    cells: tuple[_Cell, ...]
    sum: _Cell
    flush_left: bool = False

    def width(self, size: float) -> float:
        texts = [*self.head, self.sum.text, *(cell.text for cell in self.cells)]
        return max(text_width(text, size=size) for text in texts)


def lay_out_table(view: Table, *, narrow: bool = False) -> Scene:
    """Draw *view*: every source in a column, as far as 720 px have room; narrow 360.

    Where full digits do not fit, short numbers are written, then calls are left out, and at last
    the sources are added up into exact and estimated, which is what the narrow layout has.
    """
    if not view.observed:
        return blank(view, narrow=narrow)
    size = label_size(narrow=narrow)
    columns = _fitting(view, size, narrow=narrow)
    widths = [column.width(size) for column in columns]
    gaps = len(columns) - 1
    room = ((NARROW if narrow else WIDE) - 2 * _EDGE - sum(widths)) / gaps
    apart = room if narrow else min(room, _FURTHEST)
    content = sum(widths) + apart * gaps
    width = sheet_width(content + 2 * _EDGE, narrow=narrow)
    shapes: list[Shape] = []
    x = float(_EDGE)
    for column, wide in zip(columns, widths, strict=True):
        shapes += _column(column, x if column.flush_left else x + wide, size)
        x += wide + apart
    bottom = _baseline(len(view.receipts), size)
    shapes += _lines(view.receipts, content, size)
    caption = note(
        [*labels.table_marks(view), words.counting(view.estimates), *_mean_note(view)],
        x=_EDGE,
        y=bottom + 2 * below(size),
        room=width - 2 * _EDGE,
        size=size,
        made_up=view.made_up,
    )
    end = caption[-1].y if caption else bottom + 4
    return sheet(view, [*shapes, *caption], width=width, height=end + 6)


def _fitting(view: Table, size: float, *, narrow: bool) -> Sequence[_Column]:
    """Return the fullest set of columns that fits."""
    if not narrow:
        for long, calls in ((True, True), (False, True), (False, False)):
            columns = _by_source(view, long=long, calls=calls)
            if (
                sum(c.width(size) for c in columns) + _APART * (len(columns) - 1)
                <= WIDE - 2 * _EDGE
            ):
                return columns
    return _folded(view)


def _by_source(view: Table, *, long: bool, calls: bool) -> list[_Column]:
    columns = [_days(view), _totals(view, long=long)]
    for name in view.sources:
        kind = word("source_estimated") if name in view.estimated else ""
        columns.append(
            _Column(
                head=(words.source(name), kind) if kind else ("", words.source(name)),
                cells=tuple(_number(r.cells.get(name), long=long) for r in view.receipts),
                sum=_number(view.totals.get(name), long=long),
            )
        )
        if calls and any(name in receipt.calls for receipt in view.receipts):
            columns.append(_calls(view, name))
    return [*columns, _means(view)]


def _folded(view: Table) -> list[_Column]:
    def part(cells: Mapping[str, Amount], *, estimated: bool) -> _Cell:
        seen = [a for name, a in cells.items() if (name in view.estimated) is estimated]
        return _number(sum(seen, Amount()) if seen else None, long=False)

    folded = [
        _Column(
            head=("", title),
            cells=tuple(part(r.cells, estimated=estimated) for r in view.receipts),
            sum=part(view.totals, estimated=estimated),
        )
        for title, estimated in ((word("exact_head"), False), (word("estimated_head"), True))
    ]
    # Without the column of totals, the mark of the target stands beside the day.
    return [_days(view, over=True), *folded, _means(view)]


def _days(view: Table, *, over: bool = False) -> _Column:
    def named(receipt: Receipt) -> _Cell:
        day = receipt.date
        so_far = f" · {word('so_far')}" if receipt.today else ""
        mark = " ▲" * (over and receipt.over_target)
        return _Cell(f"{words.weekday(day.weekday())} {words.day_short(day)}{so_far}{mark}")

    return _Column(
        head=("", word("day_head")),
        cells=tuple(map(named, view.receipts)),
        sum=_Cell(words.things("days", view.range.days)),
        flush_left=True,
    )


def _totals(view: Table, *, long: bool) -> _Column:
    # Marks stand before the number, so that digits stay below digits.
    return _Column(
        head=("", word("total_head")),
        cells=tuple(_number(r.amount, long=long, over=r.over_target) for r in view.receipts),
        sum=_number(view.amount, long=long),
    )


def _calls(view: Table, name: str) -> _Column:
    def cell(calls: Mapping[str, int]) -> _Cell:
        return _Cell(words.full(calls[name]) if name in calls else "", "aside")

    return _Column(
        head=("", word("calls")),
        cells=tuple(cell(receipt.calls) for receipt in view.receipts),
        sum=cell(view.calls),
    )


def _means(view: Table) -> _Column:
    def cell(receipt: Receipt) -> _Cell:
        mean = receipt.mean
        if mean is None:
            return _Cell(_ABSENT)
        few = "" if mean.days == _WEEK else f"{word('mean_days', n=mean.days)} · "
        return _Cell(few + labels.brief_mean(mean), "estimate" if mean.estimated else "plain")

    head = (word("mean_above"), word("mean_below"))
    return _Column(head=head, cells=tuple(map(cell, view.receipts)), sum=_Cell(""))


def _mean_note(view: Table) -> list[str]:
    few = any(receipt.mean is None or receipt.mean.days < _WEEK for receipt in view.receipts)
    return [word("mean_note")] if few else []


def _number(amount: Amount | None, *, long: bool, over: bool = False) -> _Cell:
    if amount is None:
        return _Cell(_ABSENT)
    look: Look = "estimate" if amount.has_estimate else "plain"
    number = "▲ " * over + words.amount(amount, long=long, strict=True)
    return _Cell(number, look, words.span(amount, long=True))


def _baseline(line: int, size: float) -> float:
    """Return the baseline of a line; -1 and -2 are the heading's two lines."""
    if line < 0:
        return size + (line + 2) * below(size)
    return size + below(size) + 20 + line * _LINE


def _column(column: _Column, x: float, size: float) -> Iterator[Text]:
    anchor: Literal["start", "end"] = "start" if column.flush_left else "end"
    for line, text in enumerate(column.head, start=-2):
        if text:
            yield Text(x=x, y=_baseline(line, size), text=text, size=size, anchor=anchor)
    for line, cell in enumerate((*column.cells, column.sum)):
        if cell.text:
            yield Text(
                x=x,
                y=_baseline(line, size) + (4 if line == len(column.cells) else 0),
                text=cell.text,
                size=size,
                fill="ink" if cell.look == "plain" else "muted",
                anchor=anchor,
                italic=cell.look == "estimate",
                title=cell.title,
            )


def _lines(receipts: Sequence[Receipt], width: float, size: float) -> Iterator[Line]:
    """Hairlines: below the heading, above each new week's last day, and above the sums."""
    top = _baseline(-1, size) + 6
    yield Line(x1=_EDGE, y1=top, x2=_EDGE + width, y2=top, stroke="faint")
    for line, receipt in enumerate(receipts[:-1]):
        if receipt.date.weekday() == 0:
            y = _baseline(line, size) + 5
            yield Line(x1=_EDGE, y1=y, x2=_EDGE + width, y2=y, stroke="rule")
    end = _baseline(len(receipts), size) - _LINE + 7
    yield Line(x1=_EDGE, y1=end, x2=_EDGE + width, y2=end, stroke="faint")
