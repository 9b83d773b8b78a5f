"""Made-up values for property tests, with every oddity that a real ledger can have."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from burnlib.ledger import Ledger
from burnlib.model import NO_LABEL, DailyRow, Fidelity, SourceDay
from burnlib.views.parts import Amount

FIRST = date(2023, 12, 18)  # a Monday; two weeks later the year ends, then comes a leap day
SOURCES = ("chatgpt", "claude_chat", "claude_code", "codex", "my_tool")
FAMILIES = ("shipping", "research", "review", "video", "admin", "other", NO_LABEL)

tokens = st.one_of(st.just(0), st.integers(1, 30), st.integers(1, 10**10))


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
