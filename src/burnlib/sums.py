"""The uses of one day, added up: what its row is made of, small enough to be kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from attrs import frozen

from burnlib.families import Rule, family_of
from burnlib.model import Estimate, Fidelity, TokenCounts, UsageEvent

__all__ = ["DaySum", "Portion", "SourceSum", "add_up", "from_json", "portion_of", "to_json"]


class Portion(NamedTuple):
    """Uses of one day that differ in nothing but their numbers, which are added up.

    *work* is the kinds of tools, sorted, separated by spaces; *tokens* the sum of the counts;
    *low* and *high* the range of estimates, each message once; *most* the greatest total when
    everything that was sent again counts, too; *unranged* the number of estimates whose range
    nobody knows, which count as if it had no width.
    """

    source: str
    session: str
    project: str
    branch: str
    work: str
    fidelity: int
    calls: int
    input: int
    cache_read: int
    cache_write_5m: int
    cache_write_1h: int
    output: int
    reasoning: int
    tokens: int
    low: int
    high: int
    most: int
    unranged: int


@frozen
class SourceSum:
    """What one source used on one day.

    Attributes:
        tokens: All parts added.
        weakest: Fidelity of the weakest use.
        best: Fidelity of the best one.
        calls: Requests.
        counts: The parts.
        low: The least plausible total; None where the range of an estimate is not known.
        high: The greatest plausible total; None as *low*.

    """

    tokens: int
    weakest: Fidelity
    best: Fidelity
    calls: int
    counts: TokenCounts
    low: int | None
    high: int | None


@frozen
class DaySum:
    """What one day's uses add up to.

    Attributes:
        sources: By source.
        families: Family of work to tokens, of all uses.
        measured: The same of the measured uses alone; of all where none is measured.
        projects: Family to the names of its three largest projects, of the same uses as *measured*.

    """

    sources: Mapping[str, SourceSum]
    families: Mapping[str, int]
    measured: Mapping[str, int]
    projects: Mapping[str, Sequence[str]]


def portion_of(use: UsageEvent, estimate: Estimate) -> Portion:
    """Return one use as a portion, with the figure that *estimate* names as its counts."""
    counts, once = use.counts, use.counts.total
    if estimate == "processed" and use.processed is not None:
        counts = use.processed
        once = counts.total
    high = once if use.high is None else use.high
    return Portion(
        source=use.source,
        session=use.session,
        project=use.project,
        branch=use.branch,
        work=" ".join(sorted(use.work)),
        fidelity=int(use.fidelity),
        calls=use.calls,
        input=counts.input,
        cache_read=counts.cache_read,
        cache_write_5m=counts.cache_write_5m,
        cache_write_1h=counts.cache_write_1h,
        output=counts.output,
        reasoning=counts.reasoning,
        tokens=once,
        low=once if use.low is None else use.low,
        high=high,
        most=high if use.processed_high is None else use.processed_high,
        unranged=int(use.fidelity is Fidelity.ESTIMATED and None in (use.low, use.high)),
    )


def add_up(portions: Sequence[Portion], rules: Sequence[Rule]) -> DaySum:
    """Return the sum of one day's *portions*, with the families that *rules* give."""
    by_source: dict[str, list[Portion]] = defaultdict(list)
    for portion in portions:
        by_source[portion.source].append(portion)
    sources = {name: _source_sum(by_source[name]) for name in sorted(by_source)}
    families, projects = _families(portions, rules)
    measured = [p for p in portions if p.fidelity != Fidelity.ESTIMATED]
    if not measured or len(measured) == len(portions):
        return DaySum(sources, families, families, projects)
    # Chats tell no project: where anything is measured, that alone tells the driver.
    return DaySum(sources, families, *_families(measured, rules))


def _source_sum(portions: Sequence[Portion]) -> SourceSum:
    sums = [sum(column) for column in zip(*(p[6:] for p in portions), strict=True)]
    calls, *counts, tokens, low, high, most, unranged = sums
    # From each message once at its least, to everything that was processed at its most. An answer
    # of the next day makes what was processed on this one less than the text it has.
    return SourceSum(
        tokens=tokens,
        weakest=Fidelity(min(p.fidelity for p in portions)),
        best=Fidelity(max(p.fidelity for p in portions)),
        calls=calls,
        counts=TokenCounts(*counts),
        low=None if unranged else min(low, tokens),
        high=None if unranged else max(high, most, tokens),
    )


def _families(
    portions: Iterable[Portion], rules: Sequence[Rule]
) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Return family to tokens, and family to the names of its three largest projects.

    The rules look at a session's whole day: an edit anywhere in it makes all of it that work.
    """
    work: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    tokens: Counter[tuple[str, str, str, str]] = Counter()
    for portion in portions:
        group = portion[:4]
        work[group].update(portion.work.split())
        tokens[group] += portion.tokens
    families: Counter[str] = Counter()
    projects: dict[str, Counter[str]] = defaultdict(Counter)
    for group in sorted(work):
        _, _, project, branch = group
        family = family_of(rules, project=project, branch=branch, work=work[group])
        families[family] += tokens[group]
        if name := project.replace("\\", "/").rstrip("/").rpartition("/")[2]:
            projects[family][name] += tokens[group]
    largest = {
        family: [name for name, _ in sorted(c.items(), key=lambda i: (-i[1], i[0]))[:3]]
        for family, c in projects.items()
    }
    return dict(families), largest


def to_json(day: DaySum) -> str:
    """Return *day* as JSON, to be kept."""
    import json

    sources = {
        name: [
            s.tokens, int(s.weakest), int(s.best), s.calls, s.counts.input, s.counts.cache_read,
            s.counts.cache_write_5m, s.counts.cache_write_1h, s.counts.output, s.counts.reasoning,
            s.low, s.high,
        ]
        for name, s in day.sources.items()
    }  # fmt: skip
    same = day.measured == day.families
    kept = [sources, day.families, None if same else day.measured, day.projects]
    return json.dumps(kept, separators=(",", ":"))


def from_json(text: str) -> DaySum:
    """Return the day that :func:`to_json` wrote as *text*."""
    import json

    sources, families, measured, projects = json.loads(text)
    return DaySum(
        {
            name: SourceSum(
                tokens, Fidelity(weakest), Fidelity(best), calls, TokenCounts(*counts), low, high
            )
            for name, (tokens, weakest, best, calls, *counts, low, high) in sources.items()
        },
        families,
        families if measured is None else measured,
        projects,
    )
