"""Reading and writing the archive; every write of a log file is one transaction with its state."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby, islice

from attrs import field, frozen

from burnlib.archive.facts import Facts
from burnlib.archive.fingerprint import Change, Fingerprint, Stat
from burnlib.archive.records import (
    COLUMNS,
    from_microseconds,
    from_row,
    microseconds,
    storable,
    to_row,
)
from burnlib.model import UsageEvent
from burnlib.uses import join, settle

__all__ = ["Archive", "SegmentRecord"]

_STATE = (
    "path, size, mtime_ns, ctime_ns, read_size, head, tail, offset, revision, first, state, wants,"
    " dropped"
)
_PLACES = ", ".join("?" * len(COLUMNS.split(",")))

# Events that are put by one statement: enough to make its own cost small.
_PIECE = 500


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


class Archive(Facts):
    """The archive, opened; a context manager that closes it.

    Raises ArchiveError from every method, where the file cannot be read or written.
    """

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
        self._put_all(events, segment, record.revision)

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

    def _put_all(self, events: Iterable[UsageEvent], segment: int, revision: int) -> None:
        """Put the events in pieces; most are new, and a piece of new ones is one statement."""
        old = self._db.execute("SELECT 1 FROM sightings WHERE segment = ? AND gone", (segment,))
        some_gone = old.fetchone() is not None
        waiting = iter(events)
        while piece := list(islice(waiting, _PIECE)):
            if not some_gone:
                rows = [to_row(event, segment=segment, revision=revision) for event in piece]
                sql = f"INSERT OR IGNORE INTO sightings ({COLUMNS}) VALUES ({_PLACES})"  # noqa: S608
                if self._db.executemany(sql, rows).rowcount == len(rows):
                    continue
            for event in piece:
                self._put(event, segment, revision)

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

    def news(self, events: Sequence[UsageEvent], *, revision: int) -> Iterator[UsageEvent]:
        """Yield the events that tell anything which no file told before.

        For files that are full copies of one another, as each export is of the one before: kept
        whole, they would make the archive grow by everything each time.
        """
        for start in range(0, len(events), _PIECE):
            piece = events[start : start + _PIECE]
            known = self._known(piece)
            for event in piece if known else ():
                kept = from_row(to_row(event, segment=0, revision=revision))
                told = known.get((kept.source, kept.id, kept.request), ())
                if not any(join(before, kept) == before for before in told):
                    yield event
            if not known:
                yield from piece

    def _known(self, events: Sequence[UsageEvent]) -> dict[tuple[str, str, str], list[UsageEvent]]:
        found: dict[tuple[str, str, str], list[UsageEvent]] = {}
        for source in {event.source for event in events}:
            ids = [storable(event.id) for event in events if event.source == source]
            places = ", ".join("?" * len(ids))
            sql = f"SELECT {COLUMNS} FROM sightings WHERE source = ? AND id IN ({places})"  # noqa: S608
            for told in map(from_row, self._query(sql, source, *ids)):
                found.setdefault((told.source, told.id, told.request), []).append(told)
        return found

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
