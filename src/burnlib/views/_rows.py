"""What all views share: the days covered, and the tokens of a row on a basis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from burnlib.days import Range, monday, parse_range
from burnlib.errors import InvalidInput
from burnlib.ledger import Ledger
from burnlib.model import DailyRow, Estimate, Fidelity, SourceDay
from burnlib.views.base import Basis, WeekStart
from burnlib.views.parts import Amount

__all__ = [
    "Counted",
    "added",
    "amount_of",
    "amounts",
    "amounts_in",
    "check",
    "covered",
    "estimates_in",
    "is_made_up",
    "largest",
    "shown",
    "source_amounts",
    "week_of",
]

_NO_DAY = date(1970, 1, 1)
_NONE: frozenset[Estimate] = frozenset()
_LONGEST = (
    36_600  # a hundred years; every day is a mark, and a mistyped year must not draw millions
)


def check(
    *, basis: Basis = "total", week_start: WeekStart = "monday", target: int | None = None
) -> None:
    """Raise InvalidInput for an option that no view knows."""
    if basis not in ("total", "exact"):
        raise InvalidInput(f"{basis!r} is not a basis", hint="use total or exact")
    if week_start not in ("monday", "sunday"):
        raise InvalidInput(f"weeks cannot start on {week_start!r}", hint="use monday or sunday")
    if target is not None and (type(target) is not int or target < 1):
        raise InvalidInput(f"{target!r} is not a target", hint="use whole tokens a day above 0")


def covered(rows: Ledger, text: str, *, today: date | None) -> Range:
    """Return the days that the range *text* names; of an empty ledger the one day *today*."""
    if not isinstance(text, str):
        raise InvalidInput(f"{text!r} is not a range", hint="use 90d, 180d, 1y or all")
    if today is not None and not isinstance(today, date):
        raise InvalidInput(f"{today!r} is not a day", hint="use date(2026, 5, 24)")
    if isinstance(today, datetime):
        # It would be equal to no day, and so mark nothing.
        raise InvalidInput(f"{today!r} is an instant, not a local day", hint="give its date()")
    if rows:
        asked = rows.range(text)
    else:
        day = today or _NO_DAY
        asked = parse_range(text, first=day, last=day)
        asked = asked if ".." in text else Range(day, day, text)
    # Whole weeks around the first and the last year of the calendar would leave it.
    if asked.days > _LONGEST or not 1 < asked.first.year <= asked.last.year < date.max.year:
        raise InvalidInput(
            f"{text!r} is more than can be shown: {asked.days} days, {asked.first} to {asked.last}",
            hint="use at most 100 years, and none before the year 2 or after 9998",
        )
    return asked


def shown(row: DailyRow, basis: Basis) -> Mapping[str, SourceDay]:
    """Return the sources of a day that *basis* shows."""
    if basis == "total":
        return row.sources
    return {
        name: day for name, day in row.sources.items() if day.fidelity is not Fidelity.ESTIMATED
    }


def source_amounts(row: DailyRow, basis: Basis) -> dict[str, Amount]:
    """Return the tokens of each source of a day with their trust."""
    found = {}
    for name, day in shown(row, basis).items():
        if day.fidelity is Fidelity.ESTIMATED:
            low, high = _ends(row, name, day)
            found[name] = Amount(0, day.tokens, False, low, high)
        else:
            found[name] = Amount(day.tokens, 0, day.fidelity is Fidelity.LOWER_BOUND, 0, 0)
    return found


def amount_of(row: DailyRow, basis: Basis) -> Amount | None:
    """Return the tokens of a day; None where it has sources, but none that *basis* shows."""
    sources = shown(row, basis)
    if row.sources and not sources:
        return None
    # The same as adding up source_amounts(), at a third of its time.
    exact = estimated = 0
    low: int | None = 0
    high: int | None = 0
    lower_bound = False
    for name, day in sources.items():
        if day.fidelity is not Fidelity.ESTIMATED:
            exact += day.tokens
            lower_bound |= day.fidelity is Fidelity.LOWER_BOUND
            continue
        estimated += day.tokens
        least, most = day.low, day.high
        if least is None or most is None or not least <= day.tokens <= most:
            least, most = _ends(row, name, day)
        if low is None or high is None or least is None or most is None:
            low = high = None
        else:
            low += least
            high += most
    return Amount(exact, estimated, lower_bound, low, high)


def _ends(row: DailyRow, name: str, day: SourceDay) -> tuple[int, int] | tuple[None, None]:
    """Return the plausible range of an estimate; one that has one end only is not known.

    Raises:
        InvalidInput: The range does not hold the estimate, so one of the two is wrong.

    """
    tokens, low, high = day.tokens, day.low, day.high
    if low is not None and high is not None and low <= tokens <= high:
        return low, high
    if (low is not None and low > tokens) or (high is not None and high < tokens):
        raise InvalidInput(
            f"{name}: the estimate {tokens} is not between its low {low} and its high {high}",
            where=str(row.date),
            hint="give low <= tokens <= high, or leave the range out",
        )
    return (None, None) if tokens else (0, 0)


def amounts(rows: Ledger, basis: Basis) -> Mapping[date, Amount]:
    """Return the tokens of every observed day, oldest first; a missing day is absent."""
    if isinstance(rows, Counted) and basis in rows.counted:
        return rows.counted[basis]
    found = ((row.date, amount_of(row, basis)) for row in rows)
    known = {day: amount for day, amount in found if amount is not None}
    if isinstance(rows, Counted):
        rows.counted[basis] = known
    return known


def amounts_in(rows: Ledger, basis: Basis, asked: Range) -> Mapping[date, Amount]:
    """Return the tokens of every observed day among those *asked*, oldest first."""
    if not isinstance(rows, Counted):
        return amounts(rows.between(asked.first, asked.last), basis)
    return {day: amount for day, amount in amounts(rows, basis).items() if day in asked}


class Counted(Ledger):
    """Rows whose :func:`amounts` are kept, and whether they are made up: all views of a page ask.

    Only as long as a page is made: what is in a row can be changed, though it should not.
    """

    __slots__ = ("counted", "made_up")

    def __init__(self, rows: Iterable[DailyRow]) -> None:
        super().__init__(rows)
        self.counted: dict[Basis, Mapping[date, Amount]] = {}
        self.made_up = _any_made_up(self)


def added(parts: Iterable[Amount]) -> Amount:
    """Return the sum; a lower bound if any part is one, and of no range if any part has none."""
    exact = estimated = 0
    low: int | None = 0
    high: int | None = 0
    lower_bound = False
    for part in parts:
        exact += part.exact
        estimated += part.estimated
        lower_bound |= part.lower_bound
        low = None if low is None or part.low is None else low + part.low
        high = None if high is None or part.high is None else high + part.high
    return Amount(exact, estimated, lower_bound, low, high)


def estimates_in(rows: Ledger, known: Mapping[date, Amount], asked: Range) -> frozenset[Estimate]:
    """Return what the estimates in the days *asked* count, given the amounts that are *known*."""
    guessed = {day for day, amount in known.items() if amount.has_estimate and day in asked}
    return frozenset(row.estimate for row in rows if row.date in guessed) if guessed else _NONE


def largest(days: Mapping[date, Amount]) -> date | None:
    """Return the day of most tokens, the earliest of equals; None where none has any."""
    day = max(sorted(days), key=lambda day: days[day].total, default=None)
    return day if day is not None and days[day].total else None


def is_made_up(rows: Ledger) -> bool:
    """Tell whether any row is marked as demonstration data."""
    return rows.made_up if isinstance(rows, Counted) else _any_made_up(rows)


def _any_made_up(rows: Iterable[DailyRow]) -> bool:
    return any(row.extra.get("made_up") is True for row in rows)


def week_of(day: date, week_start: WeekStart) -> date:
    """Return the first day of the calendar week of *day*."""
    if week_start == "monday":
        return monday(day)
    return monday(day + timedelta(days=1)) - timedelta(days=1)
