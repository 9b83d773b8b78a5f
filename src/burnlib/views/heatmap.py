"""The heatmap: every day of a range in its colour class."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from burnlib.days import span
from burnlib.errors import InvalidInput
from burnlib.ledger import Ledger
from burnlib.scale import CLASSES, LogScale
from burnlib.views._rows import added, amounts, check, covered, estimates_in, is_made_up, largest
from burnlib.views.base import Basis, Heatmap, WeekStart
from burnlib.views.parts import Amount, Day

__all__ = ["heatmap"]


def heatmap(
    rows: Ledger,
    *,
    range: str = "180d",
    basis: Basis = "total",
    target: int | None = None,
    edges: Iterable[int] | None = None,
    classes: int | None = CLASSES,
    scale: LogScale | None = None,
    week_start: WeekStart = "monday",
    today: date | None = None,
) -> Heatmap:
    """Return every day of *range*, oldest first, on the colour scale of all *rows*.

    *edges* and *classes* are those of :meth:`burnlib.scale.LogScale.of`. *scale* replaces all
    three: pictures with the same one can be compared. The peak is the earliest day of most tokens.
    The other options are those of :mod:`burnlib.views`.
    """
    check(basis=basis, week_start=week_start, target=target)
    if scale is not None and not isinstance(scale, LogScale):
        raise InvalidInput(f"{scale!r} is not a scale", hint="use LogScale.of(amounts)")
    asked = covered(rows, range, today=today)
    known = amounts(rows, basis)
    if scale is None:
        totals = (amount.total for amount in known.values())
        scale = LogScale.of(totals, edges=edges, classes=classes)
    drivers = {row.date: row.driver for row in rows}

    def cell(day: date, amount: Amount | None) -> Day:
        total = amount.total if amount else 0
        return Day(
            date=day,
            amount=amount,
            level=scale.level(total) if total else None,
            driver=drivers[day] if amount else "",
            today=day == today,
            over_target=target is not None and total > target,
        )

    inside = {day: known[day] for day in span(asked.first, asked.last) if day in known}
    peak = largest(inside)
    return Heatmap(
        range=asked,
        days=tuple(cell(day, known.get(day)) for day in span(asked.first, asked.last)),
        scale=scale,
        amount=added(inside.values()),
        observed=len(inside),
        missing=asked.days - len(inside),
        peak=None if peak is None else cell(peak, inside[peak]),
        target=target,
        basis=basis,
        week_start=week_start,
        estimates=estimates_in(rows, known, asked),
        made_up=is_made_up(rows),
    )
