"""Tokens per outcome: weeks of finished work beside weeks of burn, and what neither explains."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from math import fsum

from attrs import frozen

from burnlib.days import Range, local_day, span, zone
from burnlib.errors import InvalidInput
from burnlib.ledger import Ledger
from burnlib.outcomes.base import Outcome, Told
from burnlib.value import Value
from burnlib.views._rows import added, amounts, check, is_made_up, week_of
from burnlib.views.base import Basis, WeekStart
from burnlib.views.parts import Amount

__all__ = ["Counts", "OutcomeWeek", "PerOutcome", "per_outcome", "ratio"]


@frozen(kw_only=True, eq=False, repr=False)
class Counts(Value):
    """Outcomes by whether they stayed; sums of their weights.

    *produced* is the sum of the other four.
    """

    kept: float = 0
    reverted: float = 0
    replaced: float = 0
    young: float = 0

    @property
    def produced(self) -> float:
        """All of them."""
        return fsum((self.kept, self.reverted, self.replaced, self.young))

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> Counts:
        """Count *outcomes*."""
        by_state: dict[str, list[float]] = defaultdict(list)
        for outcome in outcomes:
            by_state[outcome.state].append(outcome.weight)
        return cls(**{state: fsum(weights) for state, weights in by_state.items()})


@frozen(kw_only=True, eq=False, repr=False)
class OutcomeWeek(Value):
    """One calendar week.

    Attributes:
        first: Its first day.
        amount: Tokens of its observed days; None where none was observed.
        counts: Its outcomes.

    """

    first: date
    amount: Amount | None
    counts: Counts


@frozen(kw_only=True, eq=False, repr=False)
class PerOutcome(Value):
    """Finished work and burn, week by week.

    Attributes:
        range: The whole weeks that the view covers.
        weeks: Every week, oldest first.
        amount: Tokens of all weeks.
        counts: All outcomes.
        measured: Outcomes of the weeks that were observed: what tokens are divided by.
        unmatched: Outcomes of weeks without an observed day: shown, and divided into nothing.
        idle: Tokens of weeks without any outcome; a part of *amount*.
        methods: Place to how it was told what stayed.
        ambiguous: Outcomes of which it could not be told for sure.
        notes: What else was found, and how often.

    """

    range: Range
    weeks: tuple[OutcomeWeek, ...]
    amount: Amount
    counts: Counts
    measured: Counts
    unmatched: Counts
    idle: Amount
    methods: Mapping[str, str]
    ambiguous: int = 0
    notes: Mapping[str, int]
    basis: Basis = "total"
    made_up: bool = False

    @property
    def tokens_per_produced(self) -> float | None:
        """Tokens of the observed weeks over their outcomes; None without any."""
        return ratio(self.amount, self.measured.produced)

    @property
    def tokens_per_kept(self) -> float | None:
        """Tokens of the observed weeks over those of their outcomes that stayed."""
        return ratio(self.amount, self.measured.kept)


def ratio(amount: Amount, number: float) -> float | None:
    """Return tokens for each of *number* outcomes; None without any."""
    return amount.total / number if number else None


def per_outcome(
    rows: Ledger,
    told: Sequence[Told],
    *,
    tz: str,
    range: str = "all",
    basis: Basis = "total",
    week_start: WeekStart = "monday",
) -> PerOutcome:
    """Return what was burnt and what was finished in each week.

    An outcome belongs to the local day of *tz* (an IANA name) at which it was finished. With the
    range "all", weeks go from the first row or outcome to the last. The same outcome told twice,
    by two clones of a repository, counts once.
    """
    check(basis=basis, week_start=week_start)
    cut = zone(tz)
    outcomes = {outcome.id: outcome for one in told for outcome in one.outcomes}
    days: dict[date, list[Outcome]] = defaultdict(list)
    for outcome in outcomes.values():
        days[local_day(outcome.at, cut)].append(outcome)
    covered = _covered(rows, days, range, week_start)
    known = amounts(rows, basis)
    weeks = tuple(
        _week(first, known, days)
        for first in span(covered.first, covered.last)
        if not (first - covered.first).days % 7
    )
    seen = [week for week in weeks if week.amount is not None]
    return PerOutcome(
        range=covered,
        weeks=weeks,
        amount=added(week.amount for week in seen if week.amount),
        counts=_sum(week.counts for week in weeks),
        measured=_sum(week.counts for week in seen),
        unmatched=_sum(week.counts for week in weeks if week.amount is None),
        idle=added(week.amount for week in seen if week.amount and not week.counts.produced),
        methods={one.where: one.method for one in told},
        ambiguous=sum(one.ambiguous for one in told),
        notes=_notes(told),
        basis=basis,
        made_up=is_made_up(rows),
    )


def _covered(rows: Ledger, days: Mapping[date, object], range: str, week_start: WeekStart) -> Range:
    ends = [row.date for row in rows] + list(days)
    if not ends:
        raise InvalidInput(
            "there are neither rows nor outcomes", hint="burn collect, or --git REPO"
        )
    if range == "all":
        first, last = min(ends), max(ends)
    else:
        asked = rows.range(range)
        first, last = asked.first, asked.last
    begun = week_of(first, week_start)
    return Range(begun, week_of(last, week_start) + timedelta(days=6), range)


def _week(
    first: date, known: Mapping[date, Amount], days: Mapping[date, Sequence[Outcome]]
) -> OutcomeWeek:
    dates = list(span(first, first + timedelta(days=6)))
    observed = [known[day] for day in dates if day in known]
    return OutcomeWeek(
        first=first,
        amount=added(observed) if observed else None,
        counts=Counts.of(outcome for day in dates for outcome in days.get(day, ())),
    )


def _sum(counts: Iterable[Counts]) -> Counts:
    found = list(counts)
    return Counts(
        kept=fsum(one.kept for one in found),
        reverted=fsum(one.reverted for one in found),
        replaced=fsum(one.replaced for one in found),
        young=fsum(one.young for one in found),
    )


def _notes(told: Iterable[Told]) -> dict[str, int]:
    notes: dict[str, int] = defaultdict(int)
    for one in told:
        for note, number in one.notes.items():
            notes[note] += number
    return dict(sorted(notes.items()))
