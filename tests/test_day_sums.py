"""Day sums: SQL and what is kept of it give the same rows as adding up every use anew."""

from __future__ import annotations

import sqlite3
import tempfile
import time
import zoneinfo
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from burnlib.archive import Archive, SegmentRecord, Told
from burnlib.archive.fingerprint import Change, Fingerprint, Stat
from burnlib.families import DEFAULT_RULES, Rule
from burnlib.history import History
from burnlib.model import DailyRow, Estimate, Fidelity, TokenCounts, UsageEvent
from burnlib.normalize import daily_rows
from burnlib.packed import pack
from burnlib.sums import add_up, from_json, portion_of, to_json
from core_strategies import WINDOWS, events, few, instants, sightings, zones

NOW = datetime(2026, 5, 24, 12, tzinfo=UTC)
CHANGES = (Change.NEW, Change.SAME, Change.GREW, Change.REWRITTEN)


def tell(
    path: Path, log: str, change: Change, told: Sequence[UsageEvent], *, more: bool = False
) -> None:
    """Write what one pass over a log gave, to the part of it that is each source's."""
    with Archive(path) as store:
        for source in sorted({event.source for event in told}):
            record = SegmentRecord(
                source=source, path=log, stat=Stat(1, 1, 1), fingerprint=Fingerprint(), offset=1
            )
            known = store.segment(source, log)
            events = pack(source, [event for event in told if event.source == source])
            with store.transaction():
                store.write([Told(record, events, change, known)], more=more)


def use(id: str, at: str, tokens: int, **more: object) -> UsageEvent:
    event = UsageEvent(
        id=id,
        at=datetime.fromisoformat(at).replace(tzinfo=UTC),
        source="codex",
        fidelity=Fidelity.EXACT,
        counts=TokenCounts(input=tokens),
    )
    return evolve(event, **more)


@contextmanager
def archive() -> Iterator[Path]:
    """An archive in a folder in memory, where there is one: commits then wait for no disk."""
    place = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as folder:
        path = Path(folder, "archive.db")
        with Archive(path):
            yield path


def remember(path: Path, now: datetime, tz: str, estimate: Estimate = "visible") -> History:
    return History(archive=path, now=now, tz=tz, rules=DEFAULT_RULES, estimate=estimate)


def anew(burn: History) -> list[DailyRow]:
    """The rows, with every use settled and put into its day one by one."""
    return daily_rows(burn.events(), burn.context)


def kept_days(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("SELECT count(*) FROM day_sums WHERE sums IS NOT NULL").fetchone()[0])


# The law -------------------------------------------------------------------------------------


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[str, Change, list[UsageEvent], datetime, str, Estimate]]:
    """Passes over three logs, and after each a look: when, in which zone, at which figure."""
    window = draw(st.sampled_from(WINDOWS))
    copies = st.builds(lambda event, at: evolve(event, at=at), sightings(), instants(window))
    told = st.lists(st.one_of(events(window), copies), min_size=1, max_size=4)
    looks = st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(CHANGES),
        told,
        instants(window),
        zones(),
        st.sampled_from(["visible", "visible", "processed"]),
    )
    return draw(st.lists(looks, min_size=1, max_size=5))


@few
@given(stories(), st.integers(0, 3))
def test_rows_are_the_same_as_if_every_use_were_added_up_anew(
    story: list[tuple[str, Change, list[UsageEvent], datetime, str, Estimate]],
    unfinished: int,
) -> None:
    # The first passes may be those of a first collection that did not end.
    with archive() as path:
        for number, (log, change, told, now, tz, estimate) in enumerate(story):
            tell(path, log, change, told, more=number < unfinished)
            burn = remember(path, now, tz, estimate)
            assert list(burn.rows) == anew(burn)
            assert list(remember(path, now, tz, estimate).rows) == anew(burn), "from what is kept"
        with Archive(path) as store:
            store.forget_day_sums()
        assert kept_days(path) == 0
        burn = remember(path, now, tz, estimate)
        assert list(burn.rows) == anew(burn), "from nothing"


@few
@given(stories())
def test_the_portions_of_a_day_are_its_row_taken_apart(
    story: list[tuple[str, Change, list[UsageEvent], datetime, str, Estimate]],
) -> None:
    with archive() as path:
        for log, change, told, *_ in story:
            tell(path, log, change, told)
        *_, now, tz, estimate = story[-1]
        burn = remember(path, now, tz, estimate)
        days = [row.date for row in burn.rows]
        asked = days[::2] or days
        found: dict[tuple[date, str], int] = {}
        for day, portion in burn.portions(asked):
            found[day, portion.source] = found.get((day, portion.source), 0) + portion.tokens
        expected = {
            (row.date, name): source.tokens
            for row in burn.rows
            if row.date in asked
            for name, source in row.sources.items()
        }
        assert {key: n for key, n in found.items() if n} == {k: n for k, n in expected.items() if n}
        assert list(burn.portions([])) == []


@few
@given(st.lists(events(), min_size=1, max_size=6))
def test_a_day_comes_back_from_its_json_as_it_was(told: list[UsageEvent]) -> None:
    day = add_up([portion_of(event, "visible") for event in told], DEFAULT_RULES)
    assert from_json(to_json(day)) == day


# One example for each trap -------------------------------------------------------------------


def test_a_day_is_added_up_once_and_again_only_when_a_use_of_it_changes() -> None:
    added: list[str] = []
    with archive() as path, pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "burnlib.archive.sums.add_up",
            lambda told, rules: (
                added.append(str(sum(p.tokens for p in told))) or add_up(told, rules)
            ),
        )
        tell(
            path,
            "a",
            Change.NEW,
            [use("x", "2026-05-22T10:00", 5), use("y", "2026-05-23T10:00", 7)],
        )
        assert remember(path, NOW, "UTC").rows.total == 12
        assert remember(path, NOW, "UTC").rows.total == 12
        assert added == ["5", "7"]
        tell(path, "a", Change.GREW, [use("z", "2026-05-23T11:00", 9)])
        assert remember(path, NOW, "UTC").rows.total == 21
        assert added == ["5", "7", "16"]
        assert remember(path, NOW + timedelta(days=3), "UTC").rows.total == 21
        assert added == ["5", "7", "16"], "nor does time that goes on make it anew"


def test_a_copy_that_moves_a_use_to_another_day_changes_both_days() -> None:
    with archive() as path:
        tell(path, "a", Change.NEW, [use("x", "2026-05-23T10:00", 5)])
        assert [row.total for row in remember(path, NOW, "UTC").rows if row.total] == [5]
        earlier = use("x", "2026-05-20T10:00", 5, started=NOW - timedelta(days=9))
        tell(path, "b", Change.NEW, [earlier])
        rows = remember(path, NOW, "UTC").rows
        assert [(str(row.date), row.total) for row in rows if row.total] == [("2026-05-20", 5)]


def test_what_is_taken_back_leaves_its_day() -> None:
    with archive() as path:
        tell(
            path,
            "a",
            Change.NEW,
            [use("x", "2026-05-20T10:00", 5), use("y", "2026-05-21T10:00", 7)],
        )
        assert remember(path, NOW, "UTC").rows.total == 12
        tell(path, "a", Change.SAME, [use("y", "2026-05-21T10:00", 7)])
        assert [row.total for row in remember(path, NOW, "UTC").rows if row.total] == [7]


def test_a_use_ahead_of_the_clock_waits_for_its_time_also_where_its_day_is_kept() -> None:
    ahead = use("x", "2026-05-27T10:00", 5)  # 70 hours after NOW
    with archive() as path:
        tell(path, "a", Change.NEW, [ahead, use("y", "2026-05-24T10:00", 7)])
        assert remember(path, NOW, "UTC").rows.total == 7
        assert remember(path, NOW + timedelta(days=9), "UTC").rows.total == 12
        assert remember(path, NOW, "UTC").rows.total == 7, "a look back sees what one saw then"
        assert remember(path, NOW + timedelta(days=2), "UTC").rows.total == 12


def test_other_rules_another_zone_or_figure_never_show_what_was_kept_for_these() -> None:
    told = use("x", "2026-05-23T23:30", 5, project="/code/shop", work=frozenset({"edit"}))
    talk = evolve(
        told, id="y", source="chatgpt", fidelity=Fidelity.ESTIMATED, processed=TokenCounts(input=90)
    )
    with archive() as path:
        tell(path, "a", Change.NEW, [told, talk])
        plain = remember(path, NOW, "UTC")
        for _ in range(2):
            assert [(str(r.date), r.driver, r.total) for r in plain.rows if r.total] == [
                ("2026-05-23", "shipping", 10)
            ]
            berlin = remember(path, NOW, "Europe/Berlin").rows
            assert [str(row.date) for row in berlin if row.total] == ["2026-05-24"]
            assert remember(path, NOW, "UTC", "processed").rows.total == 95
            shop = evolve(plain, rules=[Rule(family="till", project="shop")])
            assert [row.driver for row in shop.rows if row.total] == ["till"]
            plain = remember(path, NOW, "UTC")


def test_many_zones_that_are_tried_out_do_not_pile_up() -> None:
    with archive() as path:
        tell(path, "a", Change.NEW, [use("x", "2026-05-23T23:30", 5)])
        for hour in range(1, 13):
            assert remember(path, NOW, f"Etc/GMT+{hour}").rows.total == 5
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("SELECT count(*) FROM day_bases").fetchone()[0] <= 4
        assert kept_days(path) <= 4


def test_what_somebody_else_writes_while_days_are_added_up_is_not_kept_as_if_it_were_in() -> None:
    with archive() as path, pytest.MonkeyPatch.context() as patch:
        tell(path, "a", Change.NEW, [use("x", "2026-05-23T10:00", 5)])
        others = iter([use("y", "2026-05-23T11:00", 7)])

        def slow(told: Sequence[object], rules: Sequence[Rule]) -> object:
            for late in others:
                tell(path, "b", Change.NEW, [late])
            return add_up(told, rules)  # type: ignore[arg-type]

        patch.setattr("burnlib.archive.sums.add_up", slow)
        assert remember(path, NOW, "UTC").rows.total == 5, "the moment it began in"
        assert remember(path, NOW, "UTC").rows.total == 12


def test_a_first_collection_that_was_killed_counts_no_copy_twice() -> None:
    with archive() as path:
        tell(path, "a", Change.NEW, [use("x", "2026-05-23T10:00", 5)], more=True)
        tell(path, "b", Change.NEW, [use("x", "2026-05-23T10:00", 5)], more=True)
        with Archive(path) as store:
            assert not store.is_indexed()
        assert remember(path, NOW, "UTC").rows.total == 5
        assert kept_days(path) == 0, "what is not settled is not kept"
        tell(path, "c", Change.NEW, [use("y", "2026-05-23T10:00", 7)])
        with Archive(path) as store:
            assert store.is_indexed()
        assert remember(path, NOW, "UTC").rows.total == 12
        assert kept_days(path) == 1


def test_copies_are_found_among_few_new_uses_and_among_many() -> None:
    def shared(path: Path) -> int:
        with closing(sqlite3.connect(path)) as db:
            return int(db.execute("SELECT count(*) FROM sightings WHERE shared").fetchone()[0])

    many = [use(f"u{n}", "2026-05-23T10:00", 1) for n in range(3_000)]
    with archive() as path:
        tell(path, "a", Change.NEW, many[:10])
        assert shared(path) == 0
        tell(path, "b", Change.NEW, many)
        assert shared(path) == 20
        assert remember(path, NOW, "UTC").rows.total == 3_000
        tell(path, "c", Change.NEW, [*many[:20], use("v", "2026-05-23T10:00", 1)])
        assert shared(path) == 10 * 3 + 10 * 2
        assert remember(path, NOW, "UTC").rows.total == 3_001


def test_a_use_that_its_own_log_moves_to_another_day_leaves_the_first() -> None:
    side = use("x", "2026-05-20T10:00", 5, sidechain=True)
    with archive() as path:
        tell(path, "a", Change.NEW, [use("y", "2026-05-23T00:00", 7), side])
        assert remember(path, NOW, "UTC").rows.total == 12
        tell(
            path,
            "a",
            Change.GREW,
            [use("y", "2026-05-22T23:59", 7), use("x", "2026-05-21T10:00", 5)],
        )
        rows = remember(path, NOW, "UTC").rows
        assert {str(row.date): row.total for row in rows if row.total} == {
            "2026-05-21": 5,
            "2026-05-22": 7,
        }


def test_a_use_that_was_rewritten_away_twice_is_on_one_day() -> None:
    with archive() as path:
        for at in ("2026-05-20T10:00", "2026-05-19T10:00", "2026-05-21T10:00"):
            change = Change.REWRITTEN if kept_days(path) else Change.NEW
            tell(path, "a", change, [use("x", at, 5)])
            burn = remember(path, NOW, "UTC")
            assert burn.rows.total == 5
        tell(path, "a", Change.REWRITTEN, [use("z", "2026-05-21T10:00", 1)])
        burn = remember(path, NOW, "UTC")
        assert list(burn.rows) == anew(burn)
        assert {str(row.date): row.total for row in burn.rows if row.total} == {
            "2026-05-19": 5,
            "2026-05-21": 1,
        }


def test_a_zone_that_this_machine_does_not_know_any_more_is_forgotten() -> None:
    with archive() as path:
        tell(path, "a", Change.NEW, [use("x", "2026-05-23T10:00", 5)])
        assert remember(path, NOW, "UTC").rows.total == 5
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("UPDATE day_bases SET zone = 'Mars/Olympus'")
        tell(path, "a", Change.GREW, [use("y", "2026-05-23T11:00", 7)])
        assert remember(path, NOW, "UTC").rows.total == 12


def test_rows_do_not_wait_for_somebody_who_writes() -> None:
    with archive() as path:
        tell(path, "a", Change.NEW, [use("x", "2026-05-23T10:00", 5)])
        with Archive(path) as writer, writer.transaction():
            writer.set("zone", "UTC")
            started = time.monotonic()
            assert remember(path, NOW, "UTC").rows.total == 5
            assert time.monotonic() - started < 30, "half of the time that a writer would wait"
        assert kept_days(path) == 0


def test_two_names_that_are_one_text_in_the_archive_are_one_log() -> None:
    def told(use_: UsageEvent) -> Told:
        record = SegmentRecord(
            source="codex", path="a", stat=Stat(1, 1, 1), fingerprint=Fingerprint()
        )
        return Told(record, pack("codex", [use_]), Change.NEW)

    with archive() as path:
        with Archive(path) as store, store.transaction():
            both = [use("x", "2026-05-23T10:00", 5), use("y", "2026-05-23T10:00", 7)]
            store.write([told(one) for one in both])
        assert remember(path, NOW, "UTC").rows.total == 12


def test_days_that_a_zone_began_otherwise_when_they_were_added_up_are_added_up_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As a database of zones that is brought up to date may change: Lebanon in March 2023.
    noon, night = use("x", "2026-05-22T12:00", 5), use("y", "2026-05-22T21:30", 7)
    with archive() as path:
        tell(path, "a", Change.NEW, [noon, night])
        with monkeypatch.context() as patch:
            wrong = zoneinfo.ZoneInfo("Etc/GMT-2")  # an hour behind what it now says
            patch.setattr("burnlib.history.zone", lambda _: wrong)
            patch.setattr("burnlib.archive.sums._basis", lambda *_: "Etc/GMT-3")
            days = remember(path, NOW, "Etc/GMT-3").rows
            assert {str(row.date): row.total for row in days if row.total} == {"2026-05-22": 12}
        monkeypatch.setattr("burnlib.archive.sums._basis", lambda *_: "Etc/GMT-3")
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("UPDATE day_bases SET zone = 'Etc/GMT-3'")
        tell(path, "a", Change.GREW, [use("z", "2026-05-22T12:00", 1)])
        burn = remember(path, NOW, "Etc/GMT-3")
        assert list(burn.rows) == anew(burn)
        assert {str(row.date): row.total for row in burn.rows if row.total} == {
            "2026-05-22": 6,
            "2026-05-23": 7,
        }
        assert kept_days(path) == 2
