"""The archive: what a commit promises, what it refuses to open, and what it never takes back."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import fakes
import older_archives
from burnlib.archive import Archive, SegmentRecord, Told
from burnlib.archive.fingerprint import Change, Fingerprint, Stat
from burnlib.archive.schema import VERSION, prepare
from burnlib.days import from_microseconds, microseconds
from burnlib.errors import ArchiveError, ArchiveNotWritten
from burnlib.history import recall
from burnlib.model import Fidelity, SourceDay, TokenCounts, UsageEvent
from burnlib.packed import pack, unpack
from fakes import AT, event

posix = pytest.mark.skipif(os.name == "nt", reason="file modes and limits are POSIX's")
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
NEW, SAME, GREW, REWRITTEN = Change.NEW, Change.SAME, Change.GREW, Change.REWRITTEN


def record(path: str, *, revision: int = 1, source: str = "tally") -> SegmentRecord:
    stat = Stat(size=1, mtime_ns=1, ctime_ns=1)
    return SegmentRecord(
        source=source, path=path, stat=stat, fingerprint=Fingerprint(), revision=revision
    )


def write(
    store: Archive,
    path: str,
    change: Change,
    *events: UsageEvent,
    revision: int = 1,
    reader: str = "",
) -> None:
    """Write what one pass over a log gave; it is the log of its first event's source."""
    made = record(path, revision=revision, source=events[0].source if events else "tally")
    known = store.segment(made.source, made.path)
    with store.transaction():
        store.write([Told(made, pack(made.source, events), change, known, reader)])


def totals(store: Archive) -> dict[str, int]:
    return {use.id: use.counts.total for use in store.uses()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "archive.db"


# One use, many sightings ---------------------------------------------------------------------


def readers(store: Archive, first: datetime = AT) -> list[str]:
    return store.readers(first, first + timedelta(hours=1)).get("tally", [])


def test_it_is_kept_which_package_read_a_use_whatever_becomes_of_its_log(path: Path) -> None:
    later = AT + timedelta(days=1)
    with Archive(path) as store:
        write(store, "a", NEW, event("x", 5), reader="burn-tally 1.0")
        assert (readers(store), readers(store, later)) == (["burn-tally 1.0"], [])
        write(store, "a", GREW, event("y", 7, at=later), reader="burn-tally 1.1")
        assert (readers(store), readers(store, later)) == (["burn-tally 1.0"], ["burn-tally 1.1"])
        write(store, "a", REWRITTEN, event("z", 9, at=later), reader="burn-tally 2.0")
        assert readers(store) == ["burn-tally 1.0"], "its bytes are gone"
        assert readers(store, later) == ["burn-tally 1.1", "burn-tally 2.0"]
        write(store, "b", NEW, event("x", 5), reader="burn-tally 2.0")
        assert readers(store) == ["burn-tally 1.0", "burn-tally 2.0"]
        assert totals(store) == {"x": 5, "y": 7, "z": 9}


def test_what_is_read_anew_has_the_package_that_read_it_last(path: Path) -> None:
    with Archive(path) as store:
        write(store, "a", NEW, event("x", 5), event("y", 7), reader="burn-tally 1.0")
        write(store, "a", SAME, event("x", 6), event("y", 7), revision=2, reader="burn-tally 2.0")
        assert readers(store) == ["burn-tally 2.0"]


def test_a_use_that_two_logs_tell_is_one_and_the_fuller_record_speaks(path: Path) -> None:
    with Archive(path) as store:
        write(store, "a", NEW, event("x", 5))
        write(store, "b", NEW, event("x", 9))
        write(store, "c", NEW, event("x", 7))
        assert totals(store) == {"x": 9}


def test_ids_are_their_sources_own(path: Path) -> None:
    with Archive(path) as store:
        write(store, "a", NEW, event("x", 5))
        write(store, "a", NEW, event("x", 7, source="other"))
        assert sorted((u.source, u.counts.total) for u in store.uses()) == [
            ("other", 7),
            ("tally", 5),
        ]


def test_a_measured_record_replaces_an_estimate_also_by_a_smaller_number(path: Path) -> None:
    with Archive(path) as store:
        write(store, "a", NEW, event("x", 100, fidelity=Fidelity.ESTIMATED))
        write(store, "b", NEW, event("x", 80))
        assert totals(store) == {"x": 80}


def test_what_is_read_anew_from_the_same_bytes_replaces_what_they_gave(path: Path) -> None:
    with Archive(path) as store:
        write(store, "a", NEW, event("x", 100), event("y", 7))
        write(store, "a", SAME, event("x", 60))
        assert totals(store) == {"x": 60}


def test_what_was_rewritten_away_stays_whatever_is_read_later(path: Path) -> None:
    with Archive(path) as store:
        write(store, "a", NEW, event("x", 5), event("y", 7))
        write(store, "a", REWRITTEN, event("y", 7))
        write(store, "a", SAME, event("y", 3))
        assert totals(store) == {"x": 5, "y": 3}


def test_a_later_reader_corrects_also_a_record_that_is_gone(path: Path) -> None:
    with Archive(path) as store:
        write(store, "a", NEW, event("x", 100))
        write(store, "a", REWRITTEN)
        write(store, "b", NEW, event("x", 80), revision=2)
        assert totals(store) == {"x": 80}


@settings(max_examples=40, deadline=None)
@given(
    st.permutations(
        [
            ("a", event("x", 5)),
            ("b", event("x", 9, sidechain=True)),
            ("c", event("x", 9, started=AT - timedelta(days=1), project="/code/shop")),
            ("d", event("y", 7)),
            ("e", event("y", 100, fidelity=Fidelity.ESTIMATED)),
        ]
    ),
    st.lists(st.integers(0, 4), max_size=3),
)
def test_neither_the_order_of_logs_nor_reading_one_again_changes_a_use(
    told: list[tuple[str, UsageEvent]], again: list[int]
) -> None:
    with memory() as store:
        for path, use in [*told, *(told[n] for n in again)]:
            write(store, path, SAME, use)
        x, y = store.uses()
        assert (x.counts.total, x.project, x.started) == (9, "/code/shop", AT - timedelta(days=1))
        assert (y.counts.total, y.fidelity) == (7, Fidelity.EXACT)


@contextlib.contextmanager
def memory() -> Iterator[Archive]:
    """An archive in a folder in memory, where there is one: commits then wait for no disk."""
    place = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with (
        tempfile.TemporaryDirectory(dir=place) as folder,
        Archive(Path(folder, "archive.db")) as store,
    ):
        yield store


_text = st.text(max_size=8)
_count = st.integers(0, 2**53 - 1)
_instant = st.datetimes(datetime(2015, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(
    st.builds(
        UsageEvent,
        id=_text,
        at=_instant,
        source=st.just("tally"),
        fidelity=st.sampled_from(Fidelity),
        counts=st.builds(TokenCounts, _count, _count, _count, _count, _count, _count),
        calls=_count,
        model=_text,
        project=_text,
        branch=_text,
        session=_text,
        work=st.frozensets(st.sampled_from(("edit", "shell", "web"))),
        low=st.none() | _count,
        high=st.none() | _count,
        request=_text,
        sidechain=st.booleans(),
        detail=st.integers(0, 9),
        started=st.none() | _instant,
        revision=st.integers(0, 9),
    )
)
def test_a_use_comes_out_as_it_went_in(use: UsageEvent) -> None:
    packed = pack("tally", [use, use])
    assert len(packed.places) == 1, "what they have in common is kept once"
    assert unpack("tally", packed.places[0], packed.uses[1], revision=use.revision) == use
    assert list(packed) == [evolve(use, revision=1)] * 2, "as a sequence it is the events"
    assert (packed[0], packed[:1], len(packed)) == (packed[1], [packed[1]], 2)


def test_text_that_no_utf8_file_can_hold_is_kept_as_far_as_it_can_be(path: Path) -> None:
    with Archive(path) as store:
        write(store, "a", NEW, event("x", 5, project="shop\ud800", model="\ud83d"))
        (use,) = store.uses()
    assert (use.project, use.model) == ("shop?", "?")


@given(_instant)
def test_instants_are_kept_to_the_microsecond(at: datetime) -> None:
    assert from_microseconds(microseconds(at)) == at


# What a commit promises ----------------------------------------------------------------------


def test_a_transaction_that_fails_leaves_nothing_of_itself(path: Path) -> None:
    def told() -> Iterator[Told]:
        yield Told(record("a"), pack("tally", [event("x", 5)]), NEW)
        raise RuntimeError("in the middle")

    with Archive(path) as store:
        write(store, "b", NEW, event("y", 7))
        with pytest.raises(RuntimeError, match="in the middle"), store.transaction():
            store.write(told())
        assert totals(store) == {"y": 7}
        assert set(store.glances("tally")) == {"b"}


def test_a_reader_sees_the_last_commit_while_another_process_writes(path: Path) -> None:
    with Archive(path) as writer, Archive(path) as reader:
        write(writer, "a", NEW, event("x", 5))
        with writer.transaction():
            writer.write([Told(record("b"), pack("tally", [event("y", 7)]), NEW)])
            assert totals(reader) == {"x": 5}
        assert totals(reader) == {"x": 5, "y": 7}


def test_an_archive_that_is_being_written_to_for_too_long_says_so(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("burnlib.archive.file.BUSY_SECONDS", 0.05)
    with (
        Archive(path) as first,
        Archive(path) as second,
        first.transaction(),
        pytest.raises(ArchiveError, match=r"locked \(fix: another burn is writing"),
        second.transaction(),
    ):
        pass


def test_a_commit_waits_for_the_disk(path: Path) -> None:
    with Archive(path) as store:
        assert list(store._query("PRAGMA synchronous")) == [(2,)]  # 2 is FULL in SQLite's manual
        assert list(store._query("PRAGMA journal_mode")) == [("wal",)]


@pytest.mark.parametrize("before", ["application_id", "user_version", "BEGIN"])
def test_an_archive_that_another_process_makes_just_now_is_taken_as_it_is(
    path: Path, before: str
) -> None:
    made: list[Archive] = []

    def look(statement: str) -> None:
        if before in statement and not made:
            made.append(Archive(path))

    path.parent.mkdir()
    path.touch()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as slow:
        slow.set_trace_callback(look)
        prepare(slow, path)
        assert slow.execute("SELECT count(*) FROM sightings").fetchone() == (0,)
    with made[0] as store:
        write(store, "a", NEW, event("x", 5))


@posix
def test_every_file_of_the_archive_is_its_owners_alone(path: Path) -> None:
    before = os.umask(0)
    try:
        with Archive(path) as store:
            write(store, "a", NEW, event("x", 5))
            modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert set(modes) == {"archive.db", "archive.db-wal", "archive.db-shm"}
    assert set(modes.values()) == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


# Facts beside the uses -----------------------------------------------------------------------


def test_a_label_is_kept_replaced_and_taken_back(path: Path) -> None:
    day = date(2026, 5, 24)
    with Archive(path) as store:
        store.put_label(day, "shipping", "NAT-1035 build")
        store.put_label(day, "review", "")
        assert store.labels() == {day: ("review", "")}
        store.put_label(day, "", "")
        assert store.labels() == {}


def test_a_whole_day_is_kept_and_replaced(path: Path) -> None:
    day = date(2026, 5, 24)
    first = SourceDay(tokens=1, fidelity=Fidelity.ESTIMATED, calls=None, low=0, high=9)
    later = SourceDay(tokens=38_000, fidelity=Fidelity.ESTIMATED, calls=3)
    with Archive(path) as store:
        store.put_whole_day(day, "claude_chat", first)
        assert store.whole_days() == {day: {"claude_chat": first}}
        store.put_whole_day(day, "claude_chat", later)
        assert store.whole_days() == {day: {"claude_chat": later}}


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 6)), min_size=1, max_size=6))
@settings(max_examples=30, deadline=None)
def test_the_stretches_that_scans_saw_are_their_union(scans: list[tuple[int, int]]) -> None:
    # Counted another way: by hours. Stretches that touch in an instant are one.
    halves = {2 * start + n for start, length in scans for n in range(2 * length + 1)}
    with memory() as store:
        for start, length in scans:
            first = AT + timedelta(hours=start)
            store.observe("tally", first, first + timedelta(hours=length))
        seen = store.seen()["tally"]
    assert seen == sorted(seen)
    hours = [((a - AT) / timedelta(hours=0.5), (b - AT) / timedelta(hours=0.5)) for a, b in seen]
    assert {n for a, b in hours for n in range(int(a), int(b) + 1)} == halves
    assert all(b < c for (_, b), (c, _) in pairwise(hours))


# What cannot be opened -----------------------------------------------------------------------


def change(path: Path, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            db.execute(statement)


def refused(path: Path) -> ArchiveError:
    """The error of opening *path* and reading it, after checking that nothing was changed."""
    before = path.read_bytes()
    with pytest.raises(ArchiveError) as caught, Archive(path) as store:
        totals(store)
    assert path.read_bytes() == before
    assert caught.value.where == str(path)
    assert caught.value.hint
    return caught.value


def test_an_archive_of_a_newer_burnlib_is_refused_and_left_as_it_is(path: Path) -> None:
    with Archive(path) as store:
        write(store, "a", NEW, event("x", 5))
    change(path, f"PRAGMA user_version = {VERSION + 1}")
    assert "newer burnlib" in refused(path).message


# Tables of an older burnlib ------------------------------------------------------------------


@pytest.fixture(params=[1, 2, 3])
def older(path: Path, request: pytest.FixtureRequest) -> Path:
    """An archive with the tables of an earlier version."""
    return older_archives.make(path, request.param)


OLD_TOTALS = {"x": 5, "y": 9, "z": 11, "w": 13}


def version(path: Path) -> int:
    with contextlib.closing(sqlite3.connect(path)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def test_an_older_archive_is_brought_up_to_date_and_kept_as_it_was_beside_it(older: Path) -> None:
    before, was = older.read_bytes(), version(older)
    with Archive(older) as store:
        assert totals(store) == OLD_TOTALS
        assert store.labels() == {date(2026, 5, 24): ("shipping", "")}
        assert store.calibrations() == {}
        write(store, "b", NEW, event("v", 1))
        assert totals(store) == {**OLD_TOTALS, "v": 1}
    kept = older.with_name(f"archive.v{was}.db")
    assert version(older) == VERSION
    assert version(kept) == was
    assert {p.name for p in older.parent.glob("*.db")} == {"archive.db", kept.name}
    with contextlib.closing(sqlite3.connect(kept)) as db:
        ids = db.execute("SELECT id FROM sightings ORDER BY id").fetchall()
        assert [id_ for (id_,) in ids] == ["w", "x", "y", "y", "z"]
    if os.name != "nt":
        assert kept.stat().st_mode & 0o777 == 0o600
    assert len(before) == kept.stat().st_size


def test_the_tables_of_an_older_archive_become_those_of_a_new_one(older: Path) -> None:
    new = older.with_name("new.db")
    with Archive(older), Archive(new):
        pass

    def columns(path: Path) -> dict[str, list[tuple[object, ...]]]:
        with contextlib.closing(sqlite3.connect(path)) as db:
            kinds = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
            names = [name for (name,) in db.execute(kinds)]
            return {
                name: sorted(row[1:] for row in db.execute(f"PRAGMA table_info({name})"))
                for name in names
            }

    def without_places(table: dict[str, list[tuple[object, ...]]]) -> object:
        return {name: {row[:2] for row in rows} for name, rows in table.items()}

    assert without_places(columns(older)) == without_places(columns(new))


def test_what_an_older_archive_knew_of_its_logs_is_known_after_it_is_brought_up_to_date(
    older: Path,
) -> None:
    with Archive(older) as store:
        assert set(store.glances("tally")) == {"a", "b"}
        assert store.glances("tally")["a"] == (1, 1, 1, 1, "", older_archives.AT)
        told = sorted(
            (path, use.id, use.project) for path, use in store.sightings(AT, AT + timedelta(days=1))
        )
        assert [(path, id_, project) for path, id_, project in told if len(path) == 1] == [
            ("a", "x", "/code/shop"),
            ("a", "y", "/code/shop"),
            ("a", "z", "/code/shop"),
            ("b", "y", "/code/till"),
        ]
        (forgotten,) = (path for path, id_, _ in told if id_ == "w")
        assert "forgotten" in forgotten
        write(store, "a", SAME, event("x", 6))
        assert totals(store) == {**OLD_TOTALS, "x": 6, "y": 9}
    rows = recall(older, tz="UTC", now=AT + timedelta(days=1)).rows
    assert rows.total == 6 + 9 + 11 + 13


def test_many_processes_that_open_an_older_archive_at_once_make_one_copy_of_it(older: Path) -> None:
    was = version(older)
    code = "import sys; from pathlib import Path; from burnlib.archive import Archive\n"
    code += "with Archive(Path(sys.argv[1])) as store: print(sum(1 for _ in store.uses()))"
    command = [sys.executable, "-c", code, str(older)]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    told = [process.communicate(timeout=60) for process in running]
    assert told == [("4\n", "")] * 4
    left = {p.name for p in older.parent.iterdir() if not p.name.endswith(("-wal", "-shm"))}
    assert left == {"archive.db", f"archive.v{was}.db"}


def test_an_older_archive_that_may_only_be_read_is_read_and_left_as_it_is(
    older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = older.read_bytes()
    monkeypatch.setattr("os.access", lambda *_: False)
    with Archive(older, create=False) as store:
        assert totals(store) == OLD_TOTALS
        assert store.calibrations() == {}
    assert recall(older, tz="UTC", now=AT + timedelta(days=1)).rows.total == 38
    assert older.read_bytes() == before
    assert [p.name for p in older.parent.iterdir()] == ["archive.db"]


def test_an_older_archive_that_may_only_be_read_does_not_say_that_it_kept_anything(
    older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    with Archive(older) as store, pytest.raises(ArchiveNotWritten) as caught:
        write(store, "c", NEW, event("v", 1))
    assert caught.value.where == str(older)
    assert caught.value.hint


def test_a_copy_that_cannot_be_made_leaves_the_older_archive_as_it_is(
    older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("burnlib.archive.schema.create_private", full)
    before, was = older.read_bytes(), version(older)
    with pytest.raises(ArchiveError, match="No space left on device"):
        Archive(older)
    assert older.read_bytes() == before
    assert version(older) == was


def test_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "photos.db"
    change(path, "CREATE TABLE photos (name TEXT)", "INSERT INTO photos VALUES ('cat')")
    assert "not an archive of burnlib" in refused(path).message


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam,\n" * 100)
    assert "not a database" in refused(path).message


@pytest.mark.parametrize("keep", [100, 4096, 9000])
def test_a_torn_archive_is_named_and_never_taken_for_a_new_one(path: Path, keep: int) -> None:
    with Archive(path) as store:
        write(store, "a", NEW, *(event(f"u{n}", n) for n in range(500)))
    change(path, "PRAGMA wal_checkpoint(TRUNCATE)")
    whole = path.read_bytes()
    assert len(whole) > 3 * 9000
    path.write_bytes(whole[:keep])
    refused(path)


def test_an_archive_of_zeros_is_named_and_never_taken_for_a_new_one(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(bytes(65_536))  # what a power cut leaves of a file that was just made
    refused(path)


def test_a_folder_in_place_of_the_archive_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError) as caught:
        Archive(tmp_path)
    assert (caught.value.where, bool(caught.value.hint)) == (str(tmp_path), True)


# A bad world ---------------------------------------------------------------------------------

_FILL = """
import resource, sys
from pathlib import Path
from burnlib.archive import Archive
from burnlib.days import from_microseconds, microseconds
from burnlib.errors import ArchiveError, ArchiveNotWritten
import test_archive as t
path, limit = Path(sys.argv[1]), int(sys.argv[2])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    with Archive(path) as store:
        for n in range(50):
            t.write(store, f"log{n}", t.NEW, *(t.event(f"{n}.{m}", 1) for m in range(100)))
            print(n + 1, flush=True)
except ArchiveError as error:
    sys.exit(f"{error.message} (fix: {error.hint})")
"""


def fill(path: Path, limit: int, **more: object) -> tuple[int, str]:
    """Write logs of 100 uses until it fails: how many were acknowledged, and the error."""
    done = subprocess.run(
        [sys.executable, "-c", _FILL, str(path), str(limit)],
        env=fakes.environment(path.parent),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **more,  # type: ignore[call-overload]
    )
    assert "Traceback" not in done.stderr, done.stderr
    return len(done.stdout.split()), done.stderr


@posix
@pytest.mark.parametrize("limit", [1, 4096, 100_000, 300_000])
def test_a_file_that_may_not_grow_costs_only_what_was_not_yet_kept(path: Path, limit: int) -> None:
    with Archive(path) as store:
        write(store, "old", NEW, event("old", 7))
    kept, error = fill(path, limit)
    assert kept < 50
    assert "fix: " in error
    with Archive(path) as store:
        found = totals(store)
    assert found.pop("old") == 7
    assert len(found) == 100 * kept


def test_a_full_disk_costs_only_what_was_not_yet_kept(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(small)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:
        pytest.skip("no small file system can be mounted here")
    try:
        kept, error = fill(small / "archive.db", 0)
        assert 0 < kept < 50
        assert "make room on the disk" in error
        with Archive(small / "archive.db") as store:
            assert len(totals(store)) == 100 * kept
    finally:
        subprocess.run(["umount", str(small)], check=True)


@posix
def test_an_archive_that_may_not_be_written_to_says_what_to_do(path: Path) -> None:
    with Archive(path) as store:
        write(store, "old", NEW, event("old", 7))
    path.chmod(0o400)
    path.parent.chmod(0o500)
    try:
        kept, error = fill(path, 0, preexec_fn=fakes.mortal)
    finally:
        path.parent.chmod(0o700)
    assert kept == 0
    assert "readonly" in error
    assert "writable" in error


_SHOW = """
import sys, burnlib
print(burnlib.recall(sys.argv[1], tz="UTC").rows.total)
"""


@posix
def test_an_archive_that_may_not_be_written_to_can_still_be_read(path: Path) -> None:
    with Archive(path) as store:
        write(store, "old", NEW, event("old", 7))
    path.chmod(0o400)
    path.parent.chmod(0o500)
    try:
        done = subprocess.run(
            [sys.executable, "-c", _SHOW, str(path)],
            env=fakes.environment(path.parent),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            preexec_fn=fakes.mortal,
        )
    finally:
        path.parent.chmod(0o700)
    assert (done.stdout, done.stderr[-300:]) == ("7\n", "")


@linux
def test_descriptors_are_given_back(path: Path) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with Archive(path):
        pass
    before = len(list(Path("/proc/self/fd").iterdir()))
    resource.setrlimit(resource.RLIMIT_NOFILE, (before + 8, hard))
    try:
        for _ in range(40):
            with Archive(path) as store:
                totals(store)
        assert len(list(Path("/proc/self/fd").iterdir())) == before
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_reading_that_was_broken_off_may_end_after_the_archive_was_closed(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive.db") as store:
        store.observe("codex", AT, AT)
        store.observe("claude_code", AT, AT)
        rows = store._query("SELECT * FROM seen")
        assert len(next(rows)) == 3
    rows.close()  # as the interpreter does; what is raised here would be printed
