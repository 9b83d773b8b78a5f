"""The trend: calendar weeks, and which of them can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from burnlib.days import Range, span
from burnlib.ledger import Ledger
from burnlib.views._rows import added, amounts, check, covered, estimates_in, is_made_up, week_of
from burnlib.views.base import Basis, Trend, WeekStart
from burnlib.views.parts import Amount, Week

__all__ = ["ENOUGH_DAYS", "trend"]

# A week with missing days falls on the chart although nothing fell, as the current one does.
# One missing day of seven moves a sum by a sixth at even use, little on a log axis.
ENOUGH_DAYS = 6


def trend(
    rows: Ledger,
    *,
    range: str = "180d",
    basis: Basis = "total",
    week_start: WeekStart = "monday",
    today: date | None = None,
) -> Trend:
    """Return every calendar week that *range* touches, whole, oldest first.

    The range is snapped outward, since days do not divide by seven: its sum may hold up to twelve
    days more than the range asked for. Days before the first row and after the last count as
    unobserved. The peak is the earliest complete week of most tokens. The options are those of
    :mod:`burnlib.views`.
    """
    check(basis=basis, week_start=week_start)
    asked = covered(rows, range, today=today)
    first = week_of(asked.first, week_start)
    last = week_of(asked.last, week_start) + timedelta(days=6)
    snapped = Range(first, last, asked.name)
    known = amounts(rows, basis)
    current = None if today is None else week_of(today, week_start)
    weeks = tuple(
        _week(day, known, current) for day in span(first, last) if not (day - first).days % 7
    )
    whole = [week for week in weeks if week.complete and week.amount and week.amount.total]
    return Trend(
        range=snapped,
        weeks=weeks,
        amount=added(week.amount for week in weeks if week.amount),
        peak=max(whole, key=_tokens, default=None),
        basis=basis,
        estimates=estimates_in(rows, known, snapped),
        made_up=is_made_up(rows),
    )


def _week(first: date, known: Mapping[date, Amount], current: date | None) -> Week:
    observed = [known[day] for day in span(first, first + timedelta(days=6)) if day in known]
    return Week(
        first=first,
        amount=added(observed) if observed else None,
        observed=len(observed),
        complete=len(observed) >= ENOUGH_DAYS and first != current,
        current=first == current,
    )


def _tokens(week: Week) -> int:
    return week.amount.total if week.amount else 0
