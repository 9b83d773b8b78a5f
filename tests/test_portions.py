"""Portions: what SQL adds up, and what is told from bare rows, is what the uses add up to."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from burnlib.archive import Archive
from burnlib.archive.copies import settled
from burnlib.archive.fingerprint import Change
from burnlib.days import microseconds
from burnlib.errors import ArchiveError
from burnlib.model import Estimate, Fidelity, TokenCounts, UsageEvent
from burnlib.sums import Portion, portion_of
from burnlib.uses import settle
from core_strategies import events, few, many, sightings, tellings
from test_day_sums import NOW, anew, archive, remember, tell, use

estimates: st.SearchStrategy[Estimate] = st.sampled_from(["visible", "processed"])


def row(event: UsageEvent) -> tuple[object, ...]:
    """The event as the archive's view shows it, written down column by column."""
    counts, processed = event.counts, event.processed
    return (
        event.source, event.id, event.request, 1, 0, event.revision, microseconds(event.at),
        int(event.fidelity), counts.input, counts.cache_read, counts.cache_write_5m,
        counts.cache_write_1h, counts.output, counts.reasoning, event.calls, event.model,
        event.project, event.branch, event.session, " ".join(sorted(event.work)), event.low,
        event.high, int(event.sidechain), event.detail,
        event.started and microseconds(event.started), processed and processed.input,
        processed and processed.output, event.processed_high, event.method,
        event.calibrated and microseconds(event.calibrated),
    )  # fmt: skip


@st.composite
def copies(draw: st.DrawFn) -> list[UsageEvent]:
    """One record as several logs hold it: where, when and beside what may differ."""
    one = draw(sightings())
    places = draw(st.lists(sightings(), max_size=3))
    return [one] + [
        evolve(
            one,
            at=place.at,
            started=place.started,
            session=place.session,
            project=place.project,
            branch=place.branch,
            sidechain=place.sidechain,
            work=place.work,
        )
        for place in places
    ]


# Laws ----------------------------------------------------------------------------------------


@many
@given(st.one_of(copies(), tellings()), estimates)
def test_bare_rows_tell_the_uses_that_their_events_settle_to(
    told: list[UsageEvent], estimate: Estimate
) -> None:
    expected = [(microseconds(use.at), portion_of(use, estimate)) for use in settle(told)]
    assert sorted(settled([row(event) for event in told], estimate)) == sorted(expected)


@st.composite
def logs(draw: st.DrawFn) -> list[UsageEvent]:
    """Uses of one log that lie on few days and in one or two places."""
    told = draw(st.lists(events(), min_size=1, max_size=5))
    place = draw(st.lists(st.sampled_from(["", "/code/shop"]), min_size=5, max_size=5))
    slots = draw(st.lists(st.integers(0, 2 * 48 - 1), min_size=5, max_size=5))
    return [
        evolve(
            event,
            id=str(number),
            source="codex",
            model="",
            session="s",
            branch="",
            project=place[number],
            at=NOW - timedelta(days=9, minutes=30 * slots[number]),
        )
        for number, event in enumerate(told)
    ]


@few
@given(st.lists(logs(), min_size=1, max_size=3), estimates, st.sampled_from(["UTC", "Asia/Tokyo"]))
def test_what_lies_in_few_places_on_few_days_is_added_up_like_everything_else(
    told: list[list[UsageEvent]], estimate: Estimate, tz: str
) -> None:
    with archive() as path:
        for number, log in enumerate(told):
            unique = [evolve(event, id=f"{number}:{event.id}") for event in log]
            tell(path, str(number), Change.NEW, unique)
        burn = remember(path, NOW, tz, estimate)
        assert list(burn.rows) == anew(burn)


# One example for each trap -------------------------------------------------------------------


def portions(path: Path, days: Sequence[date], until: datetime = NOW) -> list[tuple[str, Portion]]:
    with Archive(path) as store, store.snapshot():
        store._ask_for(days, ZoneInfo("UTC"), microseconds(until))
        return list(store._alone("visible"))


def tokens(path: Path, days: Sequence[date], until: datetime = NOW) -> list[tuple[str, int]]:
    return [(day, portion.tokens) for day, portion in portions(path, days, until)]


DAYS = [date(2026, 5, day) for day in range(1, 25)]


def test_the_last_microsecond_of_a_day_is_its_own_and_midnight_is_the_next_ones() -> None:
    told = [use("a", "2026-05-20T23:59:59.999999", 5), use("b", "2026-05-21T00:00", 7)]
    with archive() as path:
        tell(path, "log", Change.NEW, told)
        assert tokens(path, DAYS) == [("2026-05-20", 5), ("2026-05-21", 7)]
        assert tokens(path, [date(2026, 5, 21)]) == [("2026-05-21", 7)], "only what is asked for"


def test_the_instant_of_the_limit_counts_and_the_next_one_does_not() -> None:
    limit = datetime(2026, 5, 20, 12, tzinfo=UTC)
    told = [use("a", "2026-05-20T12:00", 5), use("b", "2026-05-20T12:00:00.000001", 7)]
    spread = [use(f"c{n}", f"2026-05-{n}T12:00", 1) for n in range(16, 24)]
    with archive() as path:
        tell(path, "log", Change.NEW, told)
        assert tokens(path, DAYS, limit) == [("2026-05-20", 5)]
        tell(path, "of many days", Change.NEW, spread)
        assert sum(number for _, number in tokens(path, DAYS, limit)) == 5 + 5


def test_uses_of_one_place_with_other_fidelities_are_told_apart() -> None:
    measured = use("a", "2026-05-20T10:00", 5, work=frozenset({"edit"}))
    guessed = evolve(
        use("b", "2026-05-20T11:00", 7, low=4, high=9, work=frozenset({"web"})),
        fidelity=Fidelity.ESTIMATED,
    )
    with archive() as path:
        tell(path, "log", Change.NEW, [measured, guessed])
        found = [(p.fidelity, p.tokens, p.low, p.high, p.work) for _, p in portions(path, DAYS)]
        assert found == [(0, 7, 4, 9, "web"), (2, 5, 5, 5, "edit")]


def test_a_range_that_only_some_uses_have_is_theirs_alone() -> None:
    plain = evolve(use("a", "2026-05-20T10:00", 5), fidelity=Fidelity.ESTIMATED)
    wide = evolve(plain, id="b", low=2, high=50, processed=TokenCounts(input=8), processed_high=70)
    with archive() as path:
        tell(path, "log", Change.NEW, [plain, wide])
        ((_, portion),) = portions(path, DAYS)
        assert (portion.tokens, portion.low, portion.high, portion.most) == (10, 7, 55, 75)


def test_days_come_in_order_whether_a_log_tells_of_few_or_of_many() -> None:
    spread = [use(f"s{n}", f"2026-05-{n}T12:00", 1) for n in (10, 12, 14, 16, 18)]
    with archive() as path:
        tell(path, "of many days", Change.NEW, spread)
        for day in (17, 11, 13):
            tell(path, f"of {day}", Change.NEW, [use(f"d{day}", f"2026-05-{day}T12:00", 2)])
        assert [day[-2:] for day, _ in tokens(path, DAYS)] == [
            "10", "11", "12", "13", "14", "16", "17", "18"
        ]  # fmt: skip


def test_a_day_that_a_zone_skipped_takes_nothing_from_the_next() -> None:
    # Samoa crossed the date line: 29 December 2011 was followed by the 31st.
    zone = ZoneInfo("Pacific/Apia")
    at = datetime(2011, 12, 31, 0, 30, tzinfo=zone).astimezone(UTC)
    told = evolve(use("a", "2026-05-20T10:00", 5), at=at)
    with archive() as path:
        tell(path, "log", Change.NEW, [told])
        with Archive(path) as store, store.snapshot():
            days = [date(2011, 12, day) for day in (29, 30, 31)]
            store._ask_for(days, zone, microseconds(NOW))
            assert [day for day, _ in store._alone("visible")] == ["2011-12-31"]


def test_a_damaged_row_of_a_copy_is_an_error_that_says_so() -> None:
    with archive() as path:
        for log in ("a", "b"):
            tell(path, log, Change.NEW, [use("x", "2026-05-20T10:00", 5)])
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("UPDATE sightings SET calls = 'many'")
        with pytest.raises(ArchiveError, match="holds a str where"):
            _ = remember(path, NOW, "UTC").rows
