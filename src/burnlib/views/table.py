"""The table: the last thirty days by source, and the sums of the whole range."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from burnlib.days import span
from burnlib.ledger import Ledger, source_order
from burnlib.model import DailyRow, Fidelity, SourceDay
from burnlib.views._rows import (
    added,
    amounts,
    check,
    covered,
    estimates_in,
    is_made_up,
    shown,
    source_amounts,
)
from burnlib.views.base import Basis, Table
from burnlib.views.parts import Amount, Mean, Receipt

__all__ = ["table"]

_RECEIPTS = 30
_MEAN_DAYS = 7
_ENOUGH_DAYS = 4  # a mean of fewer says more about the gap than about the use


def table(
    rows: Ledger,
    *,
    range: str = "180d",
    basis: Basis = "total",
    target: int | None = None,
    today: date | None = None,
) -> Table:
    """Return the last 30 calendar days of *range*, newest first, and sums of the whole range.

    The mean of a day is that of the observed days among the seven that end with it, days before
    the range included, rounded to whole tokens. A sum of calls is there only where the calls of
    every day are known on which the source was observed. The options are those of
    :mod:`burnlib.views`.
    """
    check(basis=basis, target=target)
    asked = covered(rows, range, today=today)
    by_day = {row.date: row for row in rows}
    known = amounts(rows, basis)
    inside = rows.between(asked.first, asked.last)
    columns = _columns(inside, basis)
    cells = [source_amounts(row, basis) for row in inside]
    observed = [amount for day, amount in known.items() if day in asked]
    oldest = max(asked.first, asked.last - timedelta(days=_RECEIPTS - 1))
    receipts = (
        _receipt(day, by_day.get(day), known, basis=basis, target=target, today=today)
        for day in span(oldest, asked.last)
    )
    return Table(
        range=asked,
        receipts=tuple(receipts)[::-1],
        sources=tuple(columns),
        estimated=frozenset(n for n, days in columns.items() if any(map(_is_estimate, days))),
        amount=added(observed),
        totals={name: added(day[name] for day in cells if name in day) for name in columns},
        calls=_calls(columns),
        observed=len(observed),
        target=target,
        basis=basis,
        estimates=estimates_in(rows, known, asked),
        made_up=is_made_up(rows),
    )


def _columns(rows: Ledger, basis: Basis) -> dict[str, list[SourceDay]]:
    """Return the days of each source: the measured sources first, then those with estimates."""
    found: dict[str, list[SourceDay]] = {}
    for row in rows:
        for name, day in shown(row, basis).items():
            found.setdefault(name, []).append(day)
    order = sorted(
        found, key=lambda name: (any(map(_is_estimate, found[name])), source_order(name))
    )
    return {name: found[name] for name in order}


def _is_estimate(day: SourceDay) -> bool:
    return day.fidelity is Fidelity.ESTIMATED


def _calls(columns: Mapping[str, list[SourceDay]]) -> dict[str, int]:
    sums = {}
    for name, days in columns.items():
        known = [day.calls for day in days if day.calls is not None]
        if len(known) == len(days):
            sums[name] = sum(known)
    return sums


def _receipt(
    day: date,
    row: DailyRow | None,
    known: Mapping[date, Amount],
    *,
    basis: Basis,
    target: int | None,
    today: date | None,
) -> Receipt:
    sources = shown(row, basis) if row else {}
    amount = known.get(day)
    return Receipt(
        date=day,
        amount=amount,
        cells=source_amounts(row, basis) if row else {},
        calls={name: cell.calls for name, cell in sources.items() if cell.calls is not None},
        mean=_mean(day, known),
        driver=row.driver if row and amount else "",
        today=day == today,
        over_target=target is not None and amount is not None and amount.total > target,
    )


def _mean(day: date, known: Mapping[date, Amount]) -> Mean | None:
    week = span(day - timedelta(days=_MEAN_DAYS - 1), day)
    days = [known[each] for each in week if each in known]
    if len(days) < _ENOUGH_DAYS:
        return None
    total = added(days)
    return Mean(
        tokens=(2 * total.total + len(days)) // (2 * len(days)),  # half a token rounds up
        days=len(days),
        estimated=total.estimated > 0,
        lower_bound=total.lower_bound,
    )
