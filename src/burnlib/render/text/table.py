"""The receipts as text: as many columns as the width has room for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import NamedTuple

from burnlib import words
from burnlib.languages import word
from burnlib.render import labels
from burnlib.render.text.look import Look
from burnlib.render.text.pen import left, paragraph, right, say, width_of
from burnlib.views.base import Table
from burnlib.views.parts import Amount, Receipt

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
    """A heading of one or two words above each other, and what a line has below it.

    *spare* is what names it where it is left out first.
    """

    head: str
    cell: Callable[[_Line], str]
    flush_left: bool = False
    spare: str = ""


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
    whole = _columns(view)
    folded = _folded(view, whole)
    choices = (
        whole,
        [column for column in whole if column.spare != "driver"],
        [column for column in whole if not column.spare],
        folded,
        folded[:-1],
    )
    lines_of_cells = [*body, sums]

    @cache  # each column stands in several of the choices
    def filled(column: _Column) -> _Filled:
        return _fill(column, lines_of_cells, look)

    def fits(columns: Sequence[_Column]) -> bool:
        widths = [filled(column).width for column in columns]
        return sum(widths) + len(_GAP) * (len(widths) - 1) <= look.width

    # The last one has four columns of short numbers, which fit any width that is allowed.
    columns = next(filter(fits, choices), choices[-1])
    lines = _set([filled(column) for column in columns], look)
    return [*lines, "", *_key(view, look, folded=columns in choices[-2:])]


class _Filled(NamedTuple):
    """A column with what stands in it, head first, and its width."""

    texts: list[str]
    flush_left: bool
    width: int


def _fill(column: _Column, lines: Iterable[_Line], look: Look) -> _Filled:
    texts = [*column.head.split("|"), *map(column.cell, lines)]
    return _Filled(texts, column.flush_left, max(width_of(say(text, look)) for text in texts))


def _day(receipt: Receipt) -> _Line:
    day = f"{words.weekday(receipt.date.weekday())} {words.day_short(receipt.date)}"
    mean = ""
    if receipt.mean is not None:
        mean = labels.brief_mean(receipt.mean)
        days = receipt.mean.days
        # Three spaces keep the numbers of the column below each other.
        mean += f" {word('mean_days', n=days)}" if days < 7 else "   "
    return _Line(
        day=f"{day} {word('so_far')}" if receipt.today else day,
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


def _columns(view: Table) -> list[_Column]:
    columns = [
        _Column(f"|{word('day_head')}", lambda line: line.day, flush_left=True),
        _Column(f"|{word('total_head')}  ", _total),
    ]
    for name in view.sources:
        first, _, second = words.source(name).rpartition(" ")
        columns.append(_Column(f"{first}|{second}", partial(_tokens, name)))
        if name in view.calls:
            columns.append(_Column(f"|{word('calls')}", partial(_calls, name), spare="calls"))
    columns.append(_Column(f"{word('mean_above')}|{word('mean_below')}   ", lambda line: line.mean))
    columns.append(
        _Column(
            f"|{word('driver_head')}",
            lambda line: line.driver[:_DRIVER],
            flush_left=True,
            spare="driver",
        )
    )
    return columns


def _folded(view: Table, whole: Sequence[_Column]) -> list[_Column]:
    def part(line: _Line, *, estimated: bool) -> str:
        seen = [a for name, a in line.cells.items() if (name in view.estimated) is estimated]
        return _short(sum(seen, Amount()) if seen else None)

    day, total, *_, mean = (column for column in whole if not column.spare)
    return [
        day,
        total,
        _Column(f"|{word('exact_head')}", partial(part, estimated=False)),
        _Column(f"|{word('estimated_head')}", partial(part, estimated=True)),
        mean,
    ]


def _set(columns: Sequence[_Filled], look: Look) -> list[str]:
    fitted = (
        [(left if flush_left else right)(text, width, look) for text in texts]
        for texts, flush_left, width in columns
    )
    above, head, *body = (_GAP.join(line).rstrip() for line in zip(*fitted, strict=True))
    rule = "-" * (sum(column.width for column in columns) + len(_GAP) * (len(columns) - 1))
    return [*filter(None, (above, head)), rule, *body[:-1], rule, body[-1]]


def _key(view: Table, look: Look, *, folded: bool) -> list[str]:
    """Explain the marks that occur, and the columns."""
    lines = paragraph(labels.table_marks(view), look, between="   ")
    notes = [word("newest_first"), word("mean_note")]
    if folded:
        exact = [words.source(name) for name in view.sources if name not in view.estimated]
        rest = [words.source(name) for name in view.sources if name in view.estimated]
        notes.append(
            word(
                "folded",
                exact=", ".join(exact) or word("nobody"),
                estimated=", ".join(rest) or word("nobody"),
            )
        )
    return lines + paragraph(" ".join(notes).split(), look)
