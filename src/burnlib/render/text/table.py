"""The receipts as text: as many columns as the width has room for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from burnlib import words
from burnlib.render import labels
from burnlib.render.text.look import Look
from burnlib.render.text.pen import left, paragraph, right, say, width_of
from burnlib.views.base import Amount, Receipt, Table

__all__ = ["receipt_lines"]

_GAP = "  "
_DRIVER = 12
_ABSENT = "–"


class _Line(NamedTuple):
    """One line of the table, a day or the sums, before columns are chosen."""

    day: str
    amount: Amount | None
    cells: Mapping[str, Amount]
    calls: Mapping[str, int]
    mean: str = ""
    driver: str = ""
    over_target: bool = False


class _Column(NamedTuple):
    """A heading of one or two words above each other, and what a line has below it."""

    head: str
    cell: Callable[[_Line], str]
    flush_left: bool = False


def receipt_lines(view: Table, look: Look) -> list[str]:
    """Return the heading, one line a day, the sums of the whole range, and the key.

    Too wide a table first loses the drivers, then the calls, then the sources are folded into
    exact and estimated (the key then says which are which), then the mean goes.
    """
    if not view.observed:
        return []
    body = [_day(receipt) for receipt in view.receipts]
    sums = _Line(
        day=words.range_name(view.range.name),
        amount=view.amount,
        cells=view.totals,
        calls=view.calls,
    )
    choices = (
        _columns(view, calls=True, driver=True),
        _columns(view, calls=True),
        _columns(view),
        _folded(view),
        _folded(view)[:-1],
    )
    lines_of_cells = [*body, sums]
    # The last one has four columns of short numbers, which fit any width that is allowed.
    columns = next((c for c in choices if _fits(c, lines_of_cells, look)), choices[-1])
    rows = [[column.cell(line) for column in columns] for line in lines_of_cells]
    widths = _widths(columns, rows, look)
    lines = _set(columns, rows, widths, look)
    folded = columns in choices[-2:]
    return [*lines, "", *_key(view, look, folded=folded)]


def _fits(columns: Sequence[_Column], lines: Sequence[_Line], look: Look) -> bool:
    rows = [[column.cell(line) for column in columns] for line in lines]
    widths = _widths(columns, rows, look)
    return sum(widths) + len(_GAP) * (len(widths) - 1) <= look.width


def _day(receipt: Receipt) -> _Line:
    day = f"{words.weekday(receipt.date.weekday())} {words.day_short(receipt.date)}"
    mean = ""
    if receipt.mean is not None:
        mean = labels.brief_mean(receipt.mean)
        days = receipt.mean.days
        # Three spaces keep the numbers of the column below each other.
        mean += f" {labels.MEAN_DAYS.format(days=days)}" if days < 7 else "   "
    return _Line(
        day=f"{day} {words.KEYS['today']}" if receipt.today else day,
        amount=receipt.amount,
        cells=receipt.cells,
        calls=receipt.calls,
        mean=mean,
        driver=words.clean(receipt.driver),
        over_target=receipt.over_target,
    )


def _short(amount: Amount | None) -> str:
    return _ABSENT if amount is None else words.amount(amount, strict=True)


def _total(line: _Line) -> str:
    return _short(line.amount) + (" ▲" if line.over_target else "  ")


def _tokens(name: str, line: _Line) -> str:
    return _short(line.cells.get(name))


def _calls(name: str, line: _Line) -> str:
    return words.full(line.calls[name]) if name in line.calls else ""


def _columns(view: Table, *, calls: bool = False, driver: bool = False) -> list[_Column]:
    columns = [
        _Column(f"|{labels.DAY}", lambda line: line.day, flush_left=True),
        _Column(f"|{labels.TOTAL}  ", _total),
    ]
    for name in view.sources:
        first, _, second = words.source(name).rpartition(" ")
        columns.append(_Column(f"{first}|{second}", partial(_tokens, name)))
        if calls and name in view.calls:
            columns.append(_Column(f"|{labels.CALLS}", partial(_calls, name)))
    columns.append(_Column("7-day|mean   ", lambda line: line.mean))
    if driver:
        columns.append(
            _Column(f"|{labels.DRIVER}", lambda line: line.driver[:_DRIVER], flush_left=True)
        )
    return columns


def _folded(view: Table) -> list[_Column]:
    def part(line: _Line, *, estimated: bool) -> str:
        seen = [a for name, a in line.cells.items() if (name in view.estimated) is estimated]
        return _short(sum(seen, Amount()) if seen else None)

    day, total, *_, mean = _columns(view)
    return [
        day,
        total,
        _Column(f"|{labels.EXACT}", partial(part, estimated=False)),
        _Column(f"|{labels.ESTIMATED}", partial(part, estimated=True)),
        mean,
    ]


def _widths(columns: Sequence[_Column], rows: Iterable[Sequence[str]], look: Look) -> list[int]:
    heads = [column.head.split("|") for column in columns]
    texts = [[*head, *cells] for head, cells in zip(heads, zip(*rows, strict=True), strict=True)]
    return [max(width_of(say(text, look)) for text in column) for column in texts]


def _set(
    columns: Sequence[_Column], rows: Sequence[Sequence[str]], widths: Sequence[int], look: Look
) -> list[str]:
    def line(cells: Iterable[str]) -> str:
        fitted = (
            (left if column.flush_left else right)(cell, width, look)
            for cell, width, column in zip(cells, widths, columns, strict=True)
        )
        return _GAP.join(fitted).rstrip()

    heads = [line(column.head.split("|")[i] for column in columns) for i in (0, 1)]
    rule = "-" * (sum(widths) + len(_GAP) * (len(widths) - 1))
    body = [line(cells) for cells in rows]
    return [*(head for head in heads if head), rule, *body[:-1], rule, body[-1]]


def _key(view: Table, look: Look, *, folded: bool) -> list[str]:
    """Explain the marks that occur, and the columns."""
    lines = paragraph(labels.table_marks(view), look, between="   ")
    notes = [labels.NEWEST_FIRST, labels.MEAN_NOTE]
    if folded:
        exact = [words.source(name) for name in view.sources if name not in view.estimated]
        rest = [words.source(name) for name in view.sources if name in view.estimated]
        notes.append(
            labels.FOLDED.format(
                exact=", ".join(exact) or labels.NOBODY, estimated=", ".join(rest) or labels.NOBODY
            )
        )
    return lines + paragraph(" ".join(notes).split(), look)
