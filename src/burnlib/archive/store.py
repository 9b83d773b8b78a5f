"""Reading and writing the archive; every write of a log file is one transaction with its state."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from types import TracebackType

from attrs import field, frozen

from burnlib.archive.file import (
    clear_errors,
    connect,
    create_private,
    default_path,
)
from burnlib.archive.fingerprint import Change, Fingerprint, Stat
from burnlib.archive.records import (
    COLUMNS,
    from_microseconds,
    from_row,
    microseconds,
    storable,
    to_row,
)
from burnlib.archive.schema import prepare
from burnlib.errors import NoArchive
from burnlib.model import Fidelity, SourceDay, UsageEvent
from burnlib.uses import join, settle

__all__ = ["Archive", "SegmentRecord"]

_STATE = (
    "path, size, mtime_ns, ctime_ns, read_size, head, tail, offset, revision, first, state, wants,"
    " dropped"
)
_PLACES = ", ".join("?" * len(COLUMNS.split(",")))


@frozen(kw_only=True)
class SegmentRecord:
    """What the archive knows of a log file: how to go on reading it, and what it left out."""

    source: str
    path: str
    stat: Stat
    fingerprint: Fingerprint
    offset: int = 0
    revision: int = 0
    first: datetime | None = None
    state: str = ""
    wants: str = ""
    dropped: Mapping[str, int] = field(factory=dict)


class Archive:
    """The SQLite file, opened; a context manager that closes it.

    Raises ArchiveError from every method, where the file cannot be read or written.
    """

    def __init__(self, path: Path | None = None, *, create: bool = True) -> None:
        """Open the archive at *path* (default: the user's own); *create* it if there is none."""
        self.path = path or default_path()
        if not create and not self.path.exists():
            raise NoArchive(
                "there is no archive yet",
                where=str(self.path),
                hint="burn collect, or look at made-up data: burn demo",
            )
        with clear_errors(self.path):
            if create:
                create_private(self.path)
            self._db = connect(self.path)
            try:
                prepare(self._db, self.path)
                # A commit means "kept", also through a power cut.
                self._db.execute("PRAGMA synchronous = FULL")
            except BaseException:
                self._db.close()
                raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside happen together or not at all."""
        with clear_errors(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _query(self, sql: str, *values: object) -> Iterator[tuple[object, ...]]:
        with clear_errors(self.path):
            yield from self._db.execute(sql, values)

    # Facts about the archive as a whole

    def get(self, key: str) -> str:
        """Return a setting such as "zone", or ""."""
        for (value,) in self._query("SELECT value FROM meta WHERE key = ?", key):
            return str(value)
        return ""

    def set(self, key: str, value: str) -> None:
        """Keep a setting."""
        with clear_errors(self.path):
            self._db.execute("REPLACE INTO meta VALUES (?, ?)", (key, value))

    # Log files and what they told

    def segments(self, source: str) -> dict[str, SegmentRecord]:
        """Return what is known of the log files of *source*, by path."""
        rows = self._query(f"SELECT source, {_STATE} FROM segments WHERE source = ?", source)  # noqa: S608
        return {record.path: record for record in map(_segment, rows)}

    def write(
        self,
        record: SegmentRecord,
        events: Iterable[UsageEvent],
        change: Change,
        *,
        known: SegmentRecord | None = None,
    ) -> None:
        """Keep what a pass over a log file gave; call inside a transaction.

        GREW adds to what earlier passes gave. SAME replaces it, since all of it was in the file
        and has been asked again. NEW and REWRITTEN keep it, too: its bytes may be gone. Where
        another collector has been here since *known* was read, nothing is taken back and its
        state stays, which at worst makes some of the file be read again.
        """
        segment = _segment_key(record.source, record.path)
        if self._state_of(segment) == known:
            self._put_segment(segment, record)
            if change is Change.SAME:
                self._db.execute("DELETE FROM sightings WHERE segment = ? AND NOT gone", (segment,))
            elif change is not Change.GREW:
                self._retire(segment)
        for event in events:
            self._put(event, segment, record.revision)

    def _state_of(self, segment: int) -> SegmentRecord | None:
        row = self._db.execute(
            f"SELECT source, {_STATE} FROM segments WHERE id = ?",  # noqa: S608
            (segment,),
        ).fetchone()
        return _segment(row) if row else None

    def _put_segment(self, segment: int, record: SegmentRecord) -> None:
        self._db.execute(
            f"REPLACE INTO segments (id, source, {_STATE})"  # noqa: S608
            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                segment,
                record.source,
                record.path,
                record.stat.size,
                record.stat.mtime_ns,
                record.stat.ctime_ns,
                record.fingerprint.size,
                record.fingerprint.head,
                record.fingerprint.tail,
                record.offset,
                record.revision,
                microseconds(record.first) if record.first else None,
                storable(record.state),
                storable(record.wants),
                json.dumps(dict(record.dropped), sort_keys=True),
            ),
        )

    def _find(self, event: UsageEvent, segment: int, *, gone: bool) -> UsageEvent | None:
        found = self._db.execute(
            f"SELECT {COLUMNS} FROM sightings"  # noqa: S608
            " WHERE source = ? AND id = ? AND request = ? AND segment = ? AND gone = ?",
            (event.source, storable(event.id), storable(event.request), segment, int(gone)),
        ).fetchone()
        return from_row(found) if found else None

    def _put(self, event: UsageEvent, segment: int, revision: int) -> None:
        row = to_row(event, segment=segment, revision=revision)
        sighting = from_row(row)
        if known := self._find(sighting, segment, gone=False):
            sighting = join(known, sighting)
            row = to_row(sighting, segment=segment, revision=sighting.revision)
        self._db.execute(f"REPLACE INTO sightings ({COLUMNS}) VALUES ({_PLACES})", row)  # noqa: S608
        retired = self._find(sighting, segment, gone=True)
        if retired and join(retired, sighting) == sighting:
            self._db.execute(
                "DELETE FROM sightings WHERE source = ? AND id = ? AND request = ?"
                " AND segment = ? AND gone",
                (sighting.source, sighting.id, sighting.request, segment),
            )

    def _retire(self, segment: int) -> None:
        """Mark what *segment* gave as gone, joined with what had gone before."""
        rows = self._db.execute(
            f"SELECT {COLUMNS} FROM sightings WHERE segment = ? AND NOT gone",  # noqa: S608
            (segment,),
        ).fetchall()
        for event in map(from_row, rows):
            retired = self._find(event, segment, gone=True)
            whole = join(retired, event) if retired else event
            row = to_row(whole, segment=segment, revision=whole.revision, gone=True)
            self._db.execute(f"REPLACE INTO sightings ({COLUMNS}) VALUES ({_PLACES})", row)  # noqa: S608
        self._db.execute("DELETE FROM sightings WHERE segment = ? AND NOT gone", (segment,))

    def uses(self) -> Iterator[UsageEvent]:
        """Yield every use once, ordered by source and id."""
        rows = self._query(f"SELECT {COLUMNS} FROM sightings ORDER BY source, id")  # noqa: S608
        for _, sightings in groupby(rows, key=lambda row: row[:2]):
            yield from settle(map(from_row, sightings))

    def sightings(self) -> Iterator[tuple[str, UsageEvent]]:
        """Yield the path of the log file and the event of every sighting."""
        columns = ", ".join(f"s.{name.strip()}" for name in COLUMNS.split(","))
        rows = self._query(
            f"SELECT coalesce(g.path, 'a file whose name was forgotten'), {columns}"  # noqa: S608
            " FROM sightings s LEFT JOIN segments g ON g.id = s.segment"
            " ORDER BY s.source, s.id, g.path"
        )
        for row in rows:
            yield str(row[0]), from_row(row[1:])

    def raw_sightings(self) -> Iterator[tuple[object, ...]]:
        """Yield every sighting as the table holds it, for a count that shares no other code."""
        return self._query(f"SELECT {COLUMNS} FROM sightings")  # noqa: S608

    def dropped(self) -> dict[tuple[str, str], Counter[str]]:
        """Return what was read and not counted: (source, path) to reason to number of records."""
        return {
            (str(source), str(path)): Counter(json.loads(str(dropped)))
            for source, path, dropped in self._query(
                "SELECT source, path, dropped FROM segments ORDER BY source, path"
            )
            if dropped != "{}"
        }

    def files(self) -> int:
        """Return how many log files were ever read."""
        return next(int(str(row[0])) for row in self._query("SELECT count(*) FROM segments"))

    # Whole days, labels, and what was observed

    def put_whole_day(self, day: date, source: str, value: SourceDay) -> None:
        """Keep a day of a source that came without events; a later one replaces it."""
        with clear_errors(self.path):
            self._db.execute(
                "REPLACE INTO whole_days VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    day.isoformat(),
                    source,
                    value.tokens,
                    int(value.fidelity),
                    value.calls,
                    value.low,
                    value.high,
                ),
            )

    def whole_days(self) -> dict[date, dict[str, SourceDay]]:
        """Return the days that came without events, by source."""
        found: dict[date, dict[str, SourceDay]] = {}
        for day, source, tokens, fidelity, calls, low, high in self._query(
            "SELECT * FROM whole_days"
        ):
            found.setdefault(date.fromisoformat(str(day)), {})[str(source)] = SourceDay(
                tokens=int(str(tokens)),
                fidelity=Fidelity(int(str(fidelity))),
                calls=_maybe(calls),
                low=_maybe(low),
                high=_maybe(high),
            )
        return found

    def put_label(self, day: date, driver: str, evidence: str) -> None:
        """Keep the user's word on what a day went to; an empty *driver* takes it back."""
        with self.transaction():
            self._db.execute("DELETE FROM labels WHERE date = ?", (day.isoformat(),))
            if driver:
                self._db.execute(
                    "INSERT INTO labels VALUES (?, ?, ?)",
                    (day.isoformat(), storable(driver), storable(evidence)),
                )

    def labels(self) -> dict[date, tuple[str, str]]:
        """Return day to (driver, evidence), as the user said."""
        rows = self._query("SELECT date, driver, evidence FROM labels")
        return {date.fromisoformat(str(day)): (str(d), str(e)) for day, d, e in rows}

    def observe(self, source: str, first: datetime, last: datetime) -> None:
        """Record that a complete scan of *source* saw everything from *first* to *last*."""
        low, high = microseconds(first), microseconds(last)
        with self.transaction():
            for start, end in self._db.execute(
                "SELECT first, last FROM seen WHERE source = ? AND first <= ? AND last >= ?",
                (source, high, low),
            ).fetchall():
                low, high = min(low, start), max(high, end)
            self._db.execute(
                "DELETE FROM seen WHERE source = ? AND first >= ? AND last <= ?",
                (source, low, high),
            )
            self._db.execute("INSERT INTO seen VALUES (?, ?, ?)", (source, low, high))

    def seen(self) -> dict[str, list[tuple[datetime, datetime]]]:
        """Return the stretches that complete scans covered, by source, in order."""
        found: dict[str, list[tuple[datetime, datetime]]] = {}
        for source, first, last in self._query("SELECT * FROM seen ORDER BY source, first"):
            stretch = (from_microseconds(int(str(first))), from_microseconds(int(str(last))))
            found.setdefault(str(source), []).append(stretch)
        return found


def _segment_key(source: str, path: str) -> int:
    """Return the number of a log file: from its name, so that it outlives the resume state."""
    digest = hashlib.sha256(f"{source}\0{path}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1  # SQLite's integers have a sign


def _segment(row: tuple[object, ...]) -> SegmentRecord:
    source, path, size, mtime, ctime, read, head, tail, offset, revision, first, *rest = row
    state, wants, dropped = rest
    return SegmentRecord(
        source=str(source),
        path=str(path),
        stat=Stat(int(str(size)), int(str(mtime)), int(str(ctime))),
        fingerprint=Fingerprint(
            int(str(read)),
            head if isinstance(head, bytes) else b"",
            tail if isinstance(tail, bytes) else b"",
        ),
        offset=int(str(offset)),
        revision=int(str(revision)),
        first=None if first is None else from_microseconds(int(str(first))),
        state=str(state),
        wants=str(wants),
        dropped=json.loads(str(dropped)),
    )


def _maybe(value: object) -> int | None:
    return None if value is None else int(str(value))
