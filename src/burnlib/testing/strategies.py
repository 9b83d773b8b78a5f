"""Hypothesis strategies for burnlib's values, with every oddity that real ones have.

For the tests of plugins, and of programs that embed charts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from burnlib.ledger import Ledger
from burnlib.model import NO_LABEL, DailyRow, Fidelity, SourceDay, TokenCounts, UsageEvent
from burnlib.views.parts import Amount

__all__ = [
    "FAMILIES",
    "FIRST",
    "SOURCES",
    "ZONES",
    "amounts",
    "breakdowns",
    "daily_rows",
    "instants",
    "ledgers",
    "source_days",
    "token_counts",
    "tokens",
    "usage_events",
]

FIRST = date(2023, 12, 18)  # a Monday; two weeks later the year ends, then comes a leap day
SOURCES: tuple[str, ...] = ("chatgpt", "claude_chat", "claude_code", "codex", "my_tool")
FAMILIES: tuple[str, ...] = ("shipping", "research", "review", "video", "admin", "other", NO_LABEL)

ZONES: tuple[str, ...] = (
    *("UTC", "Africa/Cairo", "America/New_York", "America/St_Johns", "Asia/Kathmandu"),
    *("Australia/Lord_Howe", "Etc/GMT+12", "Europe/Berlin", "Pacific/Apia", "Pacific/Kiritimati"),
)
"""Offsets from -12 to +14 hours, half hours and quarters, skipped and double midnights."""

tokens = st.one_of(st.just(0), st.integers(1, 30), st.integers(1, 10**10))
"""Numbers of tokens: often none, a few, or very many."""


def instants() -> st.SearchStrategy[datetime]:
    """Instants of two weeks around a new year, half of them close to a midnight somewhere."""
    start = datetime(2023, 12, 25, tzinfo=UTC)
    steps = st.integers(0, 14 * 48).map(lambda half: start + half * timedelta(minutes=30))
    beside = st.sampled_from([0, 0, -1, 1, 1_234_567]).map(lambda n: timedelta(microseconds=n))
    return st.builds(lambda at, off: at + off, steps, beside)


def token_counts() -> st.SearchStrategy[TokenCounts]:
    """Counts of one use; reasoning is a part of the output."""
    count = st.one_of(st.integers(0, 3), st.integers(0, 10**9))
    return st.builds(
        lambda fresh, cached, five, hour, output, part: TokenCounts(
            input=fresh,
            cache_read=cached,
            cache_write_5m=five,
            cache_write_1h=hour,
            output=output,
            reasoning=output * part // 4,
        ),
        *[count] * 5,
        st.integers(0, 4),
    )


@st.composite
def usage_events(
    draw: st.DrawFn, *, source: str = "my_tool", ids: Sequence[str] = ("a", "b", "c", "d", "e")
) -> UsageEvent:
    """Uses of one source; ids are few, so that several records tell of one use."""
    counts = draw(token_counts())
    fidelity = draw(st.sampled_from(Fidelity))
    ranged = fidelity is Fidelity.ESTIMATED and draw(st.booleans())
    return UsageEvent(
        id=draw(st.sampled_from(ids)),
        at=draw(instants()),
        source=source,
        fidelity=fidelity,
        counts=counts,
        calls=draw(st.sampled_from([1, 1, 0, 2])),
        model=draw(st.sampled_from(["", "large", "small"])),
        project=draw(st.sampled_from(["", "/code/shop", "C:\\work\\shop"])),
        branch=draw(st.sampled_from(["", "main", "review/7"])),
        session=draw(st.sampled_from(["", "s1", "s2"])),
        work=frozenset(draw(st.sets(st.sampled_from(["edit", "read", "web"]), max_size=2))),
        low=counts.total // 2 if ranged else None,
        high=counts.total * 2 if ranged else None,
    )


@st.composite
def source_days(draw: st.DrawFn) -> SourceDay:
    """A day of one source; an estimate has a range, none, or one end of it."""
    value = draw(tokens)
    fidelity = draw(st.sampled_from(Fidelity))
    low = high = None
    if fidelity is Fidelity.ESTIMATED:
        low = draw(st.one_of(st.none(), st.integers(0, value)))
        high = draw(st.one_of(st.none(), st.integers(value, 100 * value + 9)))
    calls = draw(st.one_of(st.none(), st.integers(0, 999)))
    return SourceDay(tokens=value, fidelity=fidelity, calls=calls, low=low, high=high)


@st.composite
def breakdowns(draw: st.DrawFn, total: int) -> dict[str, int]:
    """Families whose tokens add up to *total*; up to ten of them, some with nothing."""
    names = st.sampled_from([*FAMILIES, *"abcdef"])
    weights = draw(st.dictionaries(names, st.integers(0, 7), min_size=1, max_size=10))
    whole = sum(weights.values()) or 1
    parts = {name: total * weight // whole for name, weight in weights.items()}
    first = next(iter(parts))
    return parts | {first: parts[first] + total - sum(parts.values())}


@st.composite
def daily_rows(draw: st.DrawFn, day: date) -> DailyRow:
    """A row of *day*: up to three sources, labelled or not, its families known or not."""
    sources = draw(st.dictionaries(st.sampled_from(SOURCES), source_days(), max_size=3))
    total = sum(source.tokens for source in sources.values())
    return DailyRow(
        date=day,
        sources=sources,
        driver=draw(st.sampled_from(["", *FAMILIES])),
        evidence=draw(st.sampled_from(["", "first note", "second note"])),
        drivers=draw(st.one_of(st.just({}), breakdowns(total))),
        estimate=draw(st.sampled_from(["visible", "processed"])),
    )


@st.composite
def amounts(draw: st.DrawFn) -> Amount:
    """Any amount that a view can hold: with a range, or with none."""
    value = draw(tokens)
    if draw(st.booleans()):
        return Amount(draw(tokens), value, draw(st.booleans()))
    low, high = draw(st.integers(0, value)), draw(st.integers(value, 100 * value))
    return Amount(draw(tokens), value, draw(st.booleans()), low, high)


@st.composite
def ledgers(draw: st.DrawFn, *, span: int = 24, min_size: int = 0) -> Ledger:
    """Up to nine observed days among *span* from FIRST on."""
    offsets = draw(st.sets(st.integers(0, span - 1), min_size=min_size, max_size=9))
    return Ledger(draw(daily_rows(FIRST + timedelta(days=offset))) for offset in sorted(offsets))
