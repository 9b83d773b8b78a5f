"""Made-up uses, contexts and rows for the laws of the accounting.

The pools are small on purpose: laws about merging are only tested where ids, requests, questions
and instants collide often, and laws about days only where instants lie close to midnights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from math import prod
from typing import Any

from attrs import evolve, frozen
from hypothesis import settings
from hypothesis import strategies as st

from burnlib.days import zone
from burnlib.ledger import Ledger
from burnlib.model import DailyRow, Fidelity, SourceDay, TokenCounts, UsageEvent
from burnlib.normalize import Context
from burnlib.testing.strategies import breakdowns

# Half as many examples, for laws whose examples take long to make.
few = settings(max_examples=max(25, settings().max_examples // 2))

# Faults in a merge hide in the few records that agree in all but one respect.
many = settings(max_examples=max(200, settings().max_examples))

Stretch = tuple[datetime, datetime]

MICROSECOND = timedelta(microseconds=1)
SOURCES = ("chatgpt", "claude_code", "codex")

# Offsets from -12 to +14 hours, half hours, quarters, a shift of 30 minutes, midnights that are
# skipped or happen twice, and a day that one country never had.
ZONES = (
    "UTC",
    "Africa/Cairo",
    "America/Havana",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Etc/GMT+12",
    "Europe/Berlin",
    "Pacific/Apia",
    "Pacific/Kiritimati",
)

# Two weeks each: the leap day; clocks forward in Europe, back in Lord Howe; clocks back in Europe,
# Cairo and America, 25 hours; the skipped midnight of São Paulo; the missing day of Apia.
WINDOWS = tuple(
    (datetime.fromisoformat(first).replace(tzinfo=UTC), timedelta(days=14))
    for first in ("2024-02-20", "2026-03-25", "2026-10-22", "2018-10-28", "2011-12-22")
)


Fields = Mapping[str, Sequence[object]]

# From here on Hypothesis prefers small numbers to even ones, and high digits would nearly all be 0.
_EVEN = 2**20


def choices(fields: Fields) -> st.SearchStrategy[dict[str, Any]]:
    """One value for each field.

    Few numbers whose digits choose the values: ten times as fast as a draw for each field, so that
    laws get ten times the examples.
    """
    groups: list[dict[str, Sequence[object]]] = [{}]
    for name, pool in fields.items():
        if _combinations(groups[-1]) * len(pool) > _EVEN:
            groups.append({})
        groups[-1][name] = pool

    def chosen(numbers: Sequence[int]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for number, group in zip(numbers, groups, strict=True):
            for name, pool in group.items():
                number, digit = divmod(number, len(pool))
                values[name] = pool[digit]
        return values

    return st.tuples(*(st.integers(0, _combinations(g) - 1) for g in groups)).map(chosen)


def _combinations(fields: Fields) -> int:
    return prod(map(len, fields.values()))


def zones() -> st.SearchStrategy[str]:
    return st.sampled_from(ZONES)


# An instant is a full or half hour of the window, and often one microsecond beside it.
_TIMES: Fields = {"slot": range(14 * 48 + 1), "beside": [0, 0, -1, 1, 1_234_567]}


def _instant(window: tuple[datetime, timedelta], chosen: dict[str, Any]) -> datetime:
    slot, beside = chosen.pop("slot"), chosen.pop("beside")
    at: datetime = window[0] + slot * timedelta(minutes=30) + beside * MICROSECOND
    return at


def instants(window: tuple[datetime, timedelta] = WINDOWS[0]) -> st.SearchStrategy[datetime]:
    return choices(_TIMES).map(lambda chosen: _instant(window, chosen))


parts = st.one_of(st.integers(0, 3), st.integers(0, 10**9))

_NUMBERS = (0, 1, 2, 30, 512_880, 999_999_999)
_PARTS = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "reasoning")


def counts() -> st.SearchStrategy[TokenCounts]:
    return choices(dict.fromkeys(_PARTS, _NUMBERS)).map(lambda chosen: TokenCounts(**chosen))


_EVENT: Fields = {
    **_TIMES,
    "source": SOURCES,
    "fidelity": [Fidelity.EXACT, Fidelity.LOWER_BOUND, Fidelity.ESTIMATED],
    "ranged": [False, True],
    "again": [None, 0, 7, 3_000],
    **dict.fromkeys(_PARTS, _NUMBERS),
    "id": ["a", "b", "c", "ab"],
    "calls": [1, 0, 2],
    "model": ["", "large", "small"],
    "project": ["", "/code/shop", "/code/blog", "C:\\work\\shop"],
    "branch": ["", "main", "review/7"],
    "session": ["", "s1", "s2"],
    "work": [frozenset(), frozenset({"edit"}), frozenset({"web", "read"}), frozenset({"read"})],
}


def events(window: tuple[datetime, timedelta] = WINDOWS[0]) -> st.SearchStrategy[UsageEvent]:
    """Any use of any source, in every respect of its own."""

    def event(chosen: dict[str, Any]) -> UsageEvent:
        used = TokenCounts(**{part: chosen.pop(part) for part in _PARTS})
        ranged = chosen.pop("ranged") and chosen["fidelity"] is Fidelity.ESTIMATED
        again = chosen.pop("again")
        talked = ranged and again is not None
        return UsageEvent(
            at=_instant(window, chosen),
            counts=used,
            low=used.total // 2 if ranged else None,
            high=used.total * 2 if ranged else None,
            processed=TokenCounts(input=again, output=used.output) if talked else None,
            processed_high=2 * again + used.output if talked else None,
            **chosen,
        )

    return choices(_EVENT).map(event)


def uses(
    window: tuple[datetime, timedelta], max_size: int = 8
) -> st.SearchStrategy[list[UsageEvent]]:
    """Uses as they come out of the archive: no two with one id."""
    return st.lists(events(window), max_size=max_size).map(
        lambda found: [evolve(event, id=f"{n}{event.id}") for n, event in enumerate(found)]
    )


# Every field of a record, from pools so small that two records often agree in some and not others.
_HOURS = [WINDOWS[0][0] + timedelta(hours=hour) for hour in range(2)]
_SIGHTING: Fields = {
    "request": ["r1", "r2", "r3", ""],
    "sidechain": [False, True],
    # Two inputs and two cache writes make four questions; only the output grows.
    "input": [5, 6],
    "cache_write_5m": [0, 1],
    "output": [0, 1, 2],
    "reasoning": [0, 1],
    "fidelity": [Fidelity.EXACT, Fidelity.LOWER_BOUND, Fidelity.ESTIMATED],
    "revision": [1, 2],
    "detail": [0, 1],
    "at": _HOURS,
    "started": [None, *_HOURS],
    "session": ["", "s1"],
    "place": [("", ""), ("/code/blog", "main"), ("/code/blog", "")],
    "calls": [1, 0],
    "model": ["", "large", "small"],
    "work": [frozenset(), frozenset({"edit"}), frozenset({"web"})],
    "low": [None, 0, 1],
    "high": [None, 30, 40],
    "processed": [None, TokenCounts(input=8, output=1), TokenCounts(input=7, output=2)],
    "processed_high": [None, 20, 21],
    "method": ["", "o200k_base"],
    "calibrated": [None, *_HOURS],
}


def sightings() -> st.SearchStrategy[UsageEvent]:
    """One record of the use "u" of "tool"."""

    def sighting(chosen: dict[str, Any]) -> UsageEvent:
        used = TokenCounts(**{part: chosen.pop(part) for part in _PARTS if part in chosen})
        project, branch = chosen.pop("place")
        if chosen["fidelity"] is not Fidelity.ESTIMATED:
            chosen |= dict.fromkeys(("low", "high", "processed", "processed_high", "calibrated"))
            chosen["method"] = ""
        return UsageEvent(
            id="u", source="tool", counts=used, project=project, branch=branch, **chosen
        )

    return choices(_SIGHTING).map(sighting)


def tellings(min_size: int = 1) -> st.SearchStrategy[list[UsageEvent]]:
    """What all logs together tell of one id."""
    return st.lists(sightings(), min_size=min_size, max_size=7)


@frozen
class World:
    """Uses, and what is known beside them."""

    uses: list[UsageEvent]
    context: Context

    def counts(self, event: UsageEvent) -> TokenCounts:
        """What the rows should count of a use."""
        asked = event.processed if self.context.estimate == "processed" else None
        return asked or event.counts


@st.composite
def worlds(draw: st.DrawFn, *, quiet: bool = True) -> World:
    """Uses of one window in one zone; with *quiet*, scans that saw some stretches of it."""
    window = draw(st.sampled_from(WINDOWS))
    first, length = window
    seen: Mapping[str, Sequence[Stretch]] = {}
    if quiet:
        seen = draw(
            st.dictionaries(st.sampled_from(SOURCES), st.lists(stretches(window), max_size=3))
        )
    return World(
        draw(uses(window)),
        Context(
            tz=zone(draw(zones())),
            now=first + length,
            seen=seen,
            estimate=draw(st.sampled_from(["visible", "processed"])),
        ),
    )


@st.composite
def stretches(draw: st.DrawFn, window: tuple[datetime, timedelta]) -> Stretch:
    ends = sorted([draw(instants(window)), draw(instants(window))])
    return ends[0], ends[1]


# Rows as a file can hold them ----------------------------------------------------------------

KNOWN_KEYS = ("date", "total", "lower_bound", "driver", "evidence", "drivers", "tz", "estimate")
_NAMES = ("chatgpt", "claude_chat", "claude_code", "codex", "my_tool", "zed9")


def json_values() -> st.SearchStrategy[object]:
    """Anything that JSON can say, but for not-a-number and the infinite."""
    scalars = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=4)
    )
    return st.recursive(
        scalars,
        lambda inner: (
            st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
        ),
        max_leaves=4,
    )


@st.composite
def source_days(draw: st.DrawFn) -> SourceDay:
    """A source's day without its parts, which a file does not hold."""
    fidelity = draw(st.sampled_from(Fidelity))
    count = st.one_of(st.just(0), st.integers(0, 10**12))
    maybe = st.one_of(st.none(), count)
    ranged = fidelity is Fidelity.ESTIMATED
    return SourceDay(
        tokens=draw(count),
        fidelity=fidelity,
        calls=draw(maybe),
        low=draw(maybe) if ranged else None,
        high=draw(maybe) if ranged else None,
    )


# Unknown keys: words of others, and suffixes that mean something only beside a source's tokens.
_unknown = (
    st.text(min_size=1, max_size=5).filter(lambda key: not key.endswith(("_tokens", "_est")))
    | st.sampled_from(["streak", "nobody_calls", "nobody_est_low", "Total", "made_up"])
).filter(lambda key: key not in KNOWN_KEYS)


@st.composite
def file_rows(draw: st.DrawFn, day: date) -> DailyRow:
    sources = draw(st.dictionaries(st.sampled_from(_NAMES), source_days(), max_size=3))
    total = sum(source.tokens for source in sources.values())
    return DailyRow(
        date=day,
        sources=sources,
        driver=draw(st.sampled_from(["", "shipping"]) | st.text(max_size=4)),
        evidence=draw(st.sampled_from(["", "release 2"]) | st.text(max_size=4)),
        drivers=draw(st.just({}) | breakdowns(total)),
        tz=draw(st.sampled_from(["", "Europe/Berlin"])),
        estimate=draw(st.sampled_from(["visible", "processed"])),
        extra=draw(st.dictionaries(_unknown, json_values(), max_size=2)),
    )


@st.composite
def file_ledgers(draw: st.DrawFn, *, min_size: int = 0) -> Ledger:
    """Up to five rows among the days around a leap day; days between them are missing."""
    offsets = draw(st.sets(st.integers(0, 9), min_size=min_size, max_size=5))
    return Ledger(draw(file_rows(date(2024, 2, 25) + timedelta(days=n))) for n in offsets)
