"""Uses to day rows: the only place where tokens are put into days."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from attrs import evolve, field, frozen

from burnlib.days import local_day, midnight, span
from burnlib.families import DEFAULT_RULES, Rule, family_of
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

__all__ = ["AHEAD", "DATED_AHEAD", "Context", "daily_rows", "in_the_future", "valued"]

# An instant later than this after the clock is a fault of a clock, not a use of tomorrow.
AHEAD = timedelta(hours=48)
DATED_AHEAD = f"dated more than {AHEAD // timedelta(hours=1)} hours ahead of the clock"


@frozen(kw_only=True)
class Context:
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
    days: dict[date, list[UsageEvent]] = defaultdict(list)
    best: dict[str, Fidelity] = {}
    for use in valued(uses, context.estimate):
        check_source_name(use.source)
        if not in_the_future(use, context.now):
            days[local_day(use.at, context.tz)].append(use)
            best[use.source] = max(best.get(use.source, Fidelity.ESTIMATED), use.fidelity)
    candidates = set(days) | set(context.whole_days) | _quiet_days(days, best, context)
    return [_row(day, days.get(day, []), best, context) for day in sorted(candidates)]


def valued(uses: Iterable[UsageEvent], estimate: Estimate) -> Iterator[UsageEvent]:
    """Yield the uses with the figure that *estimate* names as their counts."""
    for use in uses:
        if estimate == "processed" and use.processed is not None:
            yield evolve(use, counts=use.processed)
        else:
            yield use


def in_the_future(use: UsageEvent, now: datetime) -> bool:
    """Whether a use is dated so far after *now* that a clock must have been wrong."""
    return use.at > now + AHEAD


def _quiet_days(
    days: Mapping[date, Iterable[UsageEvent]], best: Mapping[str, Fidelity], context: Context
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
        if not measured or any(use.fidelity is not Fidelity.ESTIMATED for use in used)
    )
    last = max(*days, local_day(context.now, context.tz))
    return {
        day
        for day in span(began, last)
        if day not in days and all(_observed(source, day, context) for source in measured or best)
    }


def _observed(source: str, day: date, context: Context) -> bool:
    """Whether complete scans covered the whole of *day*; of today, its beginning is enough."""
    begin = midnight(day, context.tz)
    going_on = day == local_day(context.now, context.tz)
    end = begin if going_on else midnight(day + timedelta(days=1), context.tz)
    return any(first <= begin and end <= last for first, last in context.seen.get(source, ()))


def _row(
    day: date, used: list[UsageEvent], best: Mapping[str, Fidelity], context: Context
) -> DailyRow:
    by_source: dict[str, list[UsageEvent]] = defaultdict(list)
    for use in used:
        by_source[use.source].append(use)
    sources = dict(context.whole_days.get(day, {}))
    for name in sorted(best):
        observed = _observed(name, day, context)
        if name in by_source:
            sources[name] = _source_day(by_source[name], observed=observed)
        elif observed:
            sources.setdefault(name, _nothing(best[name]))
    row = DailyRow(
        date=day,
        sources=sources,
        tz=context.tz.key,
        estimate=context.estimate,
        extra={"made_up": True} if context.made_up else {},
    )
    return _with_driver(row, used, context)


def _source_day(used: Sequence[UsageEvent], *, observed: bool) -> SourceDay:
    fidelity = min(use.fidelity for use in used)
    if not observed and fidelity is Fidelity.EXACT:
        fidelity = Fidelity.LOWER_BOUND
    low, high = _range(used) if fidelity is Fidelity.ESTIMATED else (None, None)
    return SourceDay(
        tokens=sum(use.counts.total for use in used),
        fidelity=fidelity,
        calls=sum(use.calls for use in used),
        counts=_sum(use.counts for use in used),
        low=low,
        high=high,
    )


def _nothing(fidelity: Fidelity) -> SourceDay:
    """Return the day of a source that was observed and silent."""
    if fidelity is Fidelity.ESTIMATED:
        return SourceDay(tokens=0, fidelity=fidelity, calls=0, low=0, high=0)
    return SourceDay(tokens=0, fidelity=Fidelity.EXACT, calls=0)


def _range(used: Sequence[UsageEvent]) -> tuple[int, int]:
    """Return the least and the greatest plausible total of estimates.

    From each message once at its least, to everything that was processed at its most. An answer of
    the next day makes what was processed on this one less than the text it has.
    """
    value = low = high = most = 0
    for use in used:
        tokens = use.counts.total
        once = tokens if use.high is None else use.high
        value += tokens
        low += tokens if use.low is None else use.low
        high += once
        most += once if use.processed_high is None else use.processed_high
    return min(low, value), max(high, most, value)


def _sum(counts: Iterable[TokenCounts]) -> TokenCounts:
    parts = [
        (c.input, c.cache_read, c.cache_write_5m, c.cache_write_1h, c.output, c.reasoning)
        for c in counts
    ]
    return TokenCounts(*map(sum, zip(*parts, strict=True)))


def _with_driver(row: DailyRow, used: Sequence[UsageEvent], context: Context) -> DailyRow:
    """Add what the day went to: the user's label for all of it, else the rules' families."""
    if label := context.labels.get(row.date):
        drivers = {label[0]: row.total} if row.total else {}
        return evolve(row, driver=label[0], evidence=label[1], drivers=drivers)
    families, projects = _families(used, context.rules)
    families[NO_LABEL] += row.total - sum(families.values())  # whole days tell no project
    ordered = sorted(families.items(), key=lambda item: (-item[1], item[0]))
    drivers = {name: tokens for name, tokens in ordered if tokens}
    if not drivers.keys() - {NO_LABEL}:
        return row
    # Chats tell no project, either: where anything is measured, that alone tells the driver.
    if measured := [use for use in used if use.fidelity is not Fidelity.ESTIMATED]:
        families, projects = _families(measured, context.rules)
        families[NO_LABEL] += max(0, row.exact - sum(families.values()))
    driver = min(families, key=lambda name: (-families[name], name == NO_LABEL, name))
    if driver == NO_LABEL or not families[driver]:
        driver = ""  # most of the day is unknown, and no family speaks for it
    return evolve(row, driver=driver, evidence=", ".join(projects.get(driver, ())), drivers=drivers)


def _families(
    used: Sequence[UsageEvent], rules: Sequence[Rule]
) -> tuple[Counter[str], dict[str, list[str]]]:
    """Return family to tokens, and family to the names of its three largest projects.

    The rules look at a session's whole day: an edit anywhere in it makes all of it that work.
    """
    groups: dict[tuple[str, str, str, str], list[UsageEvent]] = defaultdict(list)
    for use in used:
        groups[use.source, use.session, use.project, use.branch].append(use)
    families: Counter[str] = Counter()
    projects: dict[str, Counter[str]] = defaultdict(Counter)
    for (_, _, project, branch), uses in sorted(groups.items()):
        work = frozenset[str]().union(*(use.work for use in uses))
        family = family_of(rules, project=project, branch=branch, work=work)
        tokens = sum(use.counts.total for use in uses)
        families[family] += tokens
        if name := project.replace("\\", "/").rstrip("/").rpartition("/")[2]:
            projects[family][name] += tokens
    largest = {
        family: [name for name, _ in sorted(c.items(), key=lambda i: (-i[1], i[0]))[:3]]
        for family, c in projects.items()
    }
    return families, largest
