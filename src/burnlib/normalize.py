"""Uses to day rows: the only place where tokens are put into days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from attrs import field, frozen

from burnlib.days import local_day, midnight, span
from burnlib.families import DEFAULT_RULES, Rule
from burnlib.model import (
    NO_LABEL,
    DailyRow,
    Estimate,
    Fidelity,
    SourceDay,
    TokenCounts,
    UsageEvent,
    check_source_name,
)
from burnlib.sums import DaySum, Portion, SourceSum, add_up, portion_of
from burnlib.value import Value

__all__ = [
    "AHEAD",
    "DATED_AHEAD",
    "Context",
    "counts_of",
    "daily_rows",
    "in_the_future",
    "rows_of",
]

# An instant later than this after the clock is a fault of a clock, not a use of tomorrow.
AHEAD = timedelta(hours=48)
_A_DAY = timedelta(days=1)
DATED_AHEAD = f"dated more than {AHEAD // timedelta(hours=1)} hours ahead of the clock"


@frozen(kw_only=True, eq=False, repr=False)
class Context(Value):
    """What is known beside the uses.

    Attributes:
        tz: The zone that days are cut in.
        now: The instant up to which the world was looked at.
        seen: Source to the stretches of time in which any use would have been seen.
        whole_days: Days that came without events, by day and source.
        labels: Day to the user's (driver, evidence).
        rules: For the driver of what has no label.
        estimate: Which figure of conversations is their value.
        made_up: Whether the uses are demonstration data; marks every row.

    """

    tz: ZoneInfo
    now: datetime
    seen: Mapping[str, Sequence[tuple[datetime, datetime]]] = field(factory=dict)
    whole_days: Mapping[date, Mapping[str, SourceDay]] = field(factory=dict)
    labels: Mapping[date, tuple[str, str]] = field(factory=dict)
    rules: Sequence[Rule] = DEFAULT_RULES
    estimate: Estimate = "visible"
    made_up: bool = False


def daily_rows(uses: Iterable[UsageEvent], context: Context) -> list[DailyRow]:
    """Return one row for every local day that was observed, oldest first.

    A day is there if something was used, or if every measured source that is in use would have
    been seen using something and was not (then its row holds zeros). A source's tokens are a lower
    bound on a day that no complete scan covered: the tool may have deleted some of that day's logs.
    Uses dated more than 48 hours after *now* are left out; see :func:`burnlib.reconcile`.
    """
    days: dict[date, list[Portion]] = defaultdict(list)
    for use in uses:
        check_source_name(use.source)
        if not in_the_future(use, context.now):
            days[local_day(use.at, context.tz)].append(portion_of(use, context.estimate))
    return rows_of({day: add_up(told, context.rules) for day, told in days.items()}, context)


def rows_of(days: Mapping[date, DaySum], context: Context) -> list[DailyRow]:
    """Return the rows of *days* with use that are added up; see :func:`daily_rows`."""
    best: dict[str, Fidelity] = {}
    for day in days.values():
        for name, used in day.sources.items():
            best[name] = max(best.get(name, Fidelity.ESTIMATED), used.best)
    observed = _Observed(context)
    candidates = set(days) | set(context.whole_days) | _quiet_days(days, best, observed, context)
    return [_row(day, days.get(day), best, observed, context) for day in sorted(candidates)]


def counts_of(use: UsageEvent, estimate: Estimate) -> TokenCounts:
    """Return the figure of *use* that *estimate* names."""
    return use.processed if estimate == "processed" and use.processed is not None else use.counts


def in_the_future(use: UsageEvent, now: datetime) -> bool:
    """Whether a use is dated so far after *now* that a clock must have been wrong."""
    return use.at > now + AHEAD


class _Observed:
    """Whether complete scans covered the whole of a day; of today, its beginning is enough."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._today = local_day(context.now, context.tz)
        self._begun: dict[date, datetime] = {}

    def __call__(self, source: str, day: date) -> bool:
        begin = self._midnight(day)
        end = begin if day == self._today else self._midnight(day + _A_DAY)
        return any(f <= begin and end <= e for f, e in self._context.seen.get(source, ()))

    def _midnight(self, day: date) -> datetime:
        begin = self._begun.get(day)
        if begin is None:  # days are asked for one after the other: the end of one begins the next
            begin = self._begun[day] = midnight(day, self._context.tz)
        return begin


def _quiet_days(
    days: Mapping[date, DaySum],
    best: Mapping[str, Fidelity],
    observed: _Observed,
    context: Context,
) -> set[date]:
    """Return the days without use on which every measured source in use was observed.

    An export neither turns the zeros of measured sources into gaps, nor makes zeros before their
    first use. Where there are only exports, it is they that must have been observed.
    """
    if not best:
        return set()
    measured = [name for name, fidelity in best.items() if fidelity is not Fidelity.ESTIMATED]
    began = min(
        day
        for day, used in days.items()
        if not measured or any(s.best is not Fidelity.ESTIMATED for s in used.sources.values())
    )
    last = max(*days, local_day(context.now, context.tz))
    return {
        day
        for day in span(began, last)
        if day not in days and all(observed(source, day) for source in measured or best)
    }


def _row(
    day: date,
    used: DaySum | None,
    best: Mapping[str, Fidelity],
    observed: _Observed,
    context: Context,
) -> DailyRow:
    sources = dict(context.whole_days.get(day, {}))
    for name in sorted(best):
        seen = observed(name, day)
        if used and name in used.sources:
            sources[name] = _source_day(used.sources[name], observed=seen)
        elif seen:
            sources.setdefault(name, _nothing(best[name]))
    total = sum(source.tokens for source in sources.values())
    driver, evidence, drivers = _driver(day, total, used, sources, context)
    return DailyRow(
        date=day,
        sources=sources,
        driver=driver,
        evidence=evidence,
        drivers=drivers,
        tz=context.tz.key,
        estimate=context.estimate,
        extra={"made_up": True} if context.made_up else {},
    )


def _source_day(used: SourceSum, *, observed: bool) -> SourceDay:
    fidelity = used.weakest
    if not observed and fidelity is Fidelity.EXACT:
        fidelity = Fidelity.LOWER_BOUND
    estimated = fidelity is Fidelity.ESTIMATED
    return SourceDay(
        tokens=used.tokens,
        fidelity=fidelity,
        calls=used.calls,
        counts=used.counts,
        low=used.low if estimated else None,
        high=used.high if estimated else None,
    )


def _nothing(fidelity: Fidelity) -> SourceDay:
    """Return the day of a source that was observed and silent."""
    if fidelity is Fidelity.ESTIMATED:
        return SourceDay(tokens=0, fidelity=fidelity, calls=0, low=0, high=0)
    return SourceDay(tokens=0, fidelity=Fidelity.EXACT, calls=0)


def _driver(
    day: date,
    total: int,
    used: DaySum | None,
    sources: Mapping[str, SourceDay],
    context: Context,
) -> tuple[str, str, dict[str, int]]:
    """Return what the day went to: the user's label for all of it, else the rules' families."""
    if label := context.labels.get(day):
        return (*label, {label[0]: total} if total else {})
    if used is None:
        return "", "", {}
    rest = total - sum(used.families.values())  # whole days tell no project
    families = _with_rest(used.families, rest)
    ordered = sorted(families.items(), key=lambda item: (-item[1], item[0]))
    drivers = {name: tokens for name, tokens in ordered if tokens}
    if drivers.keys() <= {NO_LABEL}:
        return "", "", {}
    # Chats tell no project, either: where anything is measured, that alone tells the driver.
    if any(source.best is not Fidelity.ESTIMATED for source in used.sources.values()):
        measured = sum(s.tokens for s in sources.values() if s.fidelity is not Fidelity.ESTIMATED)
        families = _with_rest(used.measured, max(0, measured - sum(used.measured.values())))
    driver = min(families, key=lambda name: (-families[name], name == NO_LABEL, name))
    if driver == NO_LABEL or not families[driver]:
        return "", "", drivers  # most of the day is unknown, and no family speaks for it
    return driver, ", ".join(used.projects.get(driver, ())), drivers


def _with_rest(families: Mapping[str, int], rest: int) -> dict[str, int]:
    """Return *families* with *rest* tokens more that have no label."""
    return {**families, NO_LABEL: families.get(NO_LABEL, 0) + rest}
