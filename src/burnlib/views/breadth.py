"""Breadth: how varied the work of each week was, beside how much of it there was."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from statistics import median

from attrs import evolve, field, frozen

from burnlib.days import Range, span
from burnlib.ledger import Ledger
from burnlib.model import NO_LABEL, DailyRow
from burnlib.sums import Portion
from burnlib.value import Value
from burnlib.views._rows import added, amounts, check, covered, is_made_up, week_of
from burnlib.views.base import Basis, WeekStart
from burnlib.views.parts import Amount
from burnlib.views.trend import ENOUGH_DAYS

__all__ = ["Breadth", "BreadthWeek", "Spread", "breadth", "effective_number", "spread_of"]

# Below four weeks there is no "usual" to compare a week with.
_FEWEST_WEEKS = 4


def effective_number(weights: Iterable[float]) -> float | None:
    """Return how many equal parts are as varied as parts of these *weights*; None without any.

    The exponential of Shannon's entropy, Hill's number of order one (Hill 1973, "Diversity and
    evenness: a unifying notation"): 1 for one part, n for n equal ones, and less for others.
    """
    found = [weight for weight in weights if weight > 0]
    whole = math.fsum(found)
    if not whole:
        return None
    shares = [weight / whole for weight in found]
    return math.exp(-math.fsum(share * math.log(share) for share in shares))


@frozen(kw_only=True, eq=False, repr=False)
class Spread(Value):
    """What the tokens of a day went to.

    Attributes:
        projects: Project to tokens; tokens of unknown projects are left out.
        kinds: Kind of session to tokens: the kinds of tools that ran in a session on that day,
            "edit+run"; tokens of sessions without any are left out.

    """

    projects: Mapping[str, int] = field(factory=dict)
    kinds: Mapping[str, int] = field(factory=dict)


def spread_of(portions: Iterable[tuple[date, Portion]]) -> dict[date, Spread]:
    """Return what the tokens of each day went to, from its portions in any order."""
    projects: dict[date, Counter[str]] = defaultdict(Counter)
    tokens: dict[tuple[date, str, str], int] = defaultdict(int)
    kinds: dict[tuple[date, str, str], set[str]] = defaultdict(set)
    for day, portion in portions:
        session = (day, portion.source, portion.session)
        tokens[session] += portion.tokens
        kinds[session].update(portion.work.split())
        if portion.project:
            projects[day][portion.project] += portion.tokens
    by_kind: dict[date, Counter[str]] = defaultdict(Counter)
    for session, worked in kinds.items():
        if worked:
            by_kind[session[0]]["+".join(sorted(worked))] += tokens[session]
    days = {day for day, *_ in tokens}
    return {day: Spread(projects=projects[day], kinds=by_kind[day]) for day in sorted(days)}


@frozen(kw_only=True, eq=False, repr=False)
class BreadthWeek(Value):
    """One calendar week.

    Attributes:
        first: Its first day.
        amount: Its tokens; None where no day was observed.
        complete: Whether at least six of its days were observed and it is over. Only such weeks
            are compared.
        drivers: Effective number of drivers, of the tokens with a label; None without any.
        projects: Effective number of projects; None where none is known.
        kinds: Effective number of kinds of sessions; None where none is known.
        new_projects: Projects that no earlier week had.
        new_kinds: Kinds of sessions that no earlier week had.
        volume: 1 where it had more tokens than the median of the complete weeks of the view, -1
            where it had fewer; 0 where it is that week, or there are too few to tell.
        variety: The same of its drivers, else of its projects.

    """

    first: date
    amount: Amount | None
    complete: bool = False
    drivers: float | None = None
    projects: float | None = None
    kinds: float | None = None
    new_projects: tuple[str, ...] = ()
    new_kinds: tuple[str, ...] = ()
    volume: int = 0
    variety: int = 0


@frozen(kw_only=True, eq=False, repr=False)
class Breadth(Value):
    """How much, and how varied, week by week, oldest first.

    Attributes:
        range: The whole weeks that the view covers.
        weeks: Every week.
        amount: Tokens of all of them.
        labelled: Tokens that have a driver, which is what *drivers* of a week is about.

    """

    range: Range
    weeks: tuple[BreadthWeek, ...]
    amount: Amount
    labelled: int = 0
    basis: Basis = "total"
    made_up: bool = False


def breadth(
    rows: Ledger,
    spread: Mapping[date, Spread] | None = None,
    *,
    range: str = "180d",
    basis: Basis = "total",
    week_start: WeekStart = "monday",
    today: date | None = None,
) -> Breadth:
    """Return how varied each week was that *range* touches.

    *spread* is of all days that there are, also of those before the range: what is new is told by
    what was there before. Without it, only drivers are known.
    """
    check(basis=basis, week_start=week_start)
    asked = covered(rows, range, today=today)
    first = week_of(asked.first, week_start)
    whole = Range(first, week_of(asked.last, week_start) + timedelta(days=6), asked.name)
    known = amounts(rows, basis)
    families = {row.date: _labelled(row) for row in rows}
    days = spread or {}
    seen: dict[str, set[str]] = {
        part: {name for day, one in days.items() if day < first for name in getattr(one, part)}
        for part in _PARTS
    }
    current = None if today is None else week_of(today, week_start)
    weeks = []
    for start in _weeks(whole):
        dates = list(span(start, start + timedelta(days=6)))
        observed = [known[day] for day in dates if day in known]
        week = BreadthWeek(
            first=start,
            amount=added(observed) if observed else None,
            complete=len(observed) >= ENOUGH_DAYS and start != current,
            drivers=effective_number(_sum(families.get(day, {}) for day in dates).values()),
        )
        weeks.append(_with_places(week, [days[day] for day in dates if day in days], seen))
    return Breadth(
        range=whole,
        weeks=_placed(weeks),
        amount=added(week.amount for week in weeks if week.amount),
        labelled=sum(sum(told.values()) for day, told in families.items() if day in whole),
        basis=basis,
        made_up=is_made_up(rows),
    )


_PARTS = ("projects", "kinds")


def _with_places(
    week: BreadthWeek, told: Sequence[Spread], seen: Mapping[str, set[str]]
) -> BreadthWeek:
    """Return *week* with its projects and kinds; those are new that are not yet in *seen*."""
    sums = {part: _sum(getattr(one, part) for one in told) for part in _PARTS}
    new = {part: tuple(sorted(set(sums[part]) - seen[part])) for part in _PARTS}
    for part in _PARTS:
        seen[part].update(sums[part])
    return evolve(
        week,
        projects=effective_number(sums["projects"].values()),
        kinds=effective_number(sums["kinds"].values()),
        new_projects=new["projects"],
        new_kinds=new["kinds"],
    )


def _labelled(row: DailyRow) -> dict[str, int]:
    return {family: tokens for family, tokens in row.drivers.items() if family != NO_LABEL}


def _weeks(whole: Range) -> Iterator[date]:
    day = whole.first
    while day <= whole.last:
        yield day
        day += timedelta(days=7)


def _sum(told: Iterable[Mapping[str, int]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in told:
        found.update(one)
    return found


def _placed(weeks: Sequence[BreadthWeek]) -> tuple[BreadthWeek, ...]:
    """Return *weeks* with their places beside the median one."""
    whole = [week for week in weeks if week.complete]
    volumes = [week.amount.total for week in whole if week.amount]
    varieties = [variety for week in whole if (variety := _variety(week)) is not None]
    return tuple(
        evolve(
            week,
            volume=_beside(week.amount.total, volumes) if week.amount else 0,
            variety=_beside(_variety(week), varieties),
        )
        if week.complete
        else week
        for week in weeks
    )


def _variety(week: BreadthWeek) -> float | None:
    return week.projects if week.drivers is None else week.drivers


def _beside(value: float | None, others: Sequence[float]) -> int:
    if value is None or len(others) < _FEWEST_WEEKS:
        return 0
    middle = median(others)
    return (value > middle) - (value < middle)
