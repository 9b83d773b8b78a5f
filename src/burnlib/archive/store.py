"""Writing to the archive; what a log file told and how to go on reading it are kept at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import frozen

from burnlib.archive.fingerprint import Change
from burnlib.archive.records import COLUMNS, from_row
from burnlib.archive.segments import SegmentRecord, state_row
from burnlib.archive.sightings import PIECE
from burnlib.archive.sums import Changed, DaySums
from burnlib.model import UsageEvent
from burnlib.packed import PackedEvents, PackedUse, Place, pack, unpack
from burnlib.uses import join

__all__ = ["Archive", "Told"]

_MEASURED = (
    "file, gone, id, request, place, at, fidelity, calls, detail, work, input, cache_read,"
    " cache_write_5m, cache_write_1h, output, reasoning"
)
_ESTIMATED = f"{_MEASURED}, low, high, processed_input, processed_output, processed_high"
# To say that a measured use has no range would take a third as long as to say all the rest.
_PUT = {
    len(columns.split(",")) - 1: f"INTO sightings ({columns}) VALUES (?, {{gone}}, {numbers})"
    for columns in (_MEASURED, _ESTIMATED)
    for numbers in [", ".join("?" * (len(columns.split(",")) - 2))]
}
"""How to put a row of so many columns, without that which says whether it is gone."""
_PUT_PLACE = "INSERT INTO places VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
_PUT_SEGMENT = "REPLACE INTO segments VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"


@frozen
class Told:
    """What one pass over a log file gave.

    Attributes:
        record: How to go on reading the file.
        events: The uses; each id and request at most once.
        change: What had become of the file.
        known: What the archive knew of it before the pass.
        reader: Package and version of the source that read it, such as "burn-zed9 1.0"; "" for one
            that is not installed.

    """

    record: SegmentRecord
    events: PackedEvents
    change: Change
    known: SegmentRecord | None = None
    reader: str = ""


class Archive(DaySums):
    """The archive, opened; a context manager that closes it.

    Raises ArchiveError from every method, where the file cannot be read or written.
    """

    def write(self, told: Iterable[Told], *, more: bool = False) -> None:
        """Keep what passes over log files gave; call inside a transaction.

        With *more* to come, an archive that was empty is not indexed yet.

        GREW adds to what earlier passes gave. SAME replaces it, since all of it was in the file
        and has been asked again. NEW and REWRITTEN keep it, too: its bytes may be gone. Where
        another collector has been here since *known* was read, nothing is taken back and its
        state stays, which at worst makes some of the file be read again.
        """
        fresh: list[tuple[int, Told]] = []
        known: list[Told] = []
        changed = Changed()
        for one in told:
            record, packed = one.record, one.events
            # The only statement that tells a new file from a known one also under another's feet.
            made = self._db.execute(
                "INSERT OR IGNORE INTO files (source, path, first, last) VALUES (?, ?, ?, ?)",
                (record.source, record.path, *_span(packed.uses)),
            )
            if made.rowcount:
                fresh.append((made.lastrowid or 0, one))
            else:
                known.append(one)
        self._write_new(fresh, changed)
        for one in known:
            self._write_known(one, changed)
        self._note(changed)
        if not more:
            self._index()

    def _write_new(self, fresh: Sequence[tuple[int, Told]], changed: Changed) -> None:
        """Keep what log files gave that were never read before: a statement for all of them."""
        states = [state_row(file, told.record) for file, told in fresh]
        places = [
            (file, number, *place, told.record.revision, told.reader)
            for file, told in fresh
            for number, place in enumerate(told.events.places)
        ]
        uses = [(file, *use) for file, told in fresh for use in told.events.uses]
        self._db.executemany(_PUT_SEGMENT, states)
        self._db.executemany(_PUT_PLACE, places)
        if not self._insert(uses):
            for file, told in fresh:  # one of them told of a use twice
                self._put_all(file, told, changed)
        if self.is_indexed():
            changed.ids += [use[0] for _, told in fresh for use in told.events.uses]

    def _write_known(self, told: Told, changed: Changed) -> None:
        """Keep what a pass gave over a file that was read before."""
        record, packed = told.record, told.events
        (file,) = self._db.execute(
            "SELECT id FROM files WHERE source = ? AND path = ?", (record.source, record.path)
        ).fetchone()
        if self.segment(record.source, record.path) == told.known:
            self._db.execute(_PUT_SEGMENT, state_row(file, record))
            if told.change is Change.SAME:
                self._take_back(file, changed)
            elif told.change is not Change.GREW:
                self._retire(file, changed)
        self._put_all(file, told, changed)
        self._widen(file, packed.uses)
        changed.ids += [use[0] for use in packed.uses]

    def _widen(self, file: int, uses: Sequence[PackedUse]) -> None:
        """Note from when to when the file told of uses."""
        if uses:
            first, last = _span(uses)
            self._db.execute(
                "UPDATE files SET first = min(coalesce(first, ?), ?),"
                " last = max(coalesce(last, ?), ?) WHERE id = ?",
                (first, first, last, last, file),
            )

    def _take_back(self, file: int, changed: Changed) -> None:
        """Forget what the bytes that are still in the file gave."""
        there = "FROM sightings WHERE file = ? AND gone = 0"
        rows = self._db.execute(f"SELECT id, at {there}", (file,)).fetchall()
        self._db.execute(f"DELETE {there}", (file,))
        changed.ids += [id_ for id_, _ in rows]
        changed.instants += [at for _, at in rows]

    def _retire(self, file: int, changed: Changed) -> None:
        """Mark what *file* gave as gone, joined with what had gone before."""
        if not self._some_gone(file):
            self._db.execute("UPDATE sightings SET gone = 1 WHERE file = ? AND gone = 0", (file,))
            return
        told = f"SELECT reader, {COLUMNS} FROM told WHERE file = ? AND gone = 0"  # noqa: S608
        for reader, *row in self._db.execute(told, (file,)).fetchall():
            event = from_row(row)
            retired = self._find(file, event, gone=True)
            whole = join(retired, event) if retired else event
            self._replace(file, whole, reader, gone=True)
            changed.saw(event, retired)
        self._db.execute("DELETE FROM sightings WHERE file = ? AND gone = 0", (file,))

    def _some_gone(self, file: int) -> bool:
        sql = "SELECT 1 FROM sightings WHERE file = ? AND gone = 1"
        return self._db.execute(sql, (file,)).fetchone() is not None

    def _put_all(self, file: int, told: Told, changed: Changed) -> None:
        """Put uses in pieces; most are new, and a piece of new ones is one statement."""
        packed, revision = told.events, told.record.revision
        numbers = [self._place(file, place, revision, told.reader) for place in packed.places]
        some_gone = self._some_gone(file)
        for start in range(0, len(packed), PIECE):
            piece = packed.uses[start : start + PIECE]
            if not some_gone:
                rows = [(file, *use[:2], numbers[use[2]], *use[3:]) for use in piece]
                if self._insert(rows):
                    continue
            for use in piece:
                place = packed.places[use[2]]
                event = unpack(packed.source, place, use, revision=revision)
                self._put(file, event, told.reader, changed)

    def _insert(self, rows: Sequence[tuple[object, ...]]) -> bool:
        """Put those sightings that are new; whether all of them were."""
        put = 0
        lengths = set(map(len, rows))
        for length in lengths:
            alike = rows if len(lengths) == 1 else [row for row in rows if len(row) == length]
            sql = f"INSERT OR IGNORE {_PUT[length].format(gone=0)}"
            put += self._db.executemany(sql, alike).rowcount
        return put == len(rows)

    def _put(self, file: int, sighting: UsageEvent, reader: str, changed: Changed) -> None:
        known = self._find(file, sighting, gone=False)
        retired = self._find(file, sighting, gone=True)
        changed.saw(known, retired)
        if known:
            sighting = join(known, sighting)
        self._replace(file, sighting, reader, gone=False)
        if retired and join(retired, sighting) == sighting:
            self._db.execute(
                "DELETE FROM sightings WHERE file = ? AND gone = 1 AND id = ? AND request = ?",
                (file, sighting.id, sighting.request),
            )

    def _find(self, file: int, event: UsageEvent, *, gone: bool) -> UsageEvent | None:
        found = self._db.execute(
            f"SELECT {COLUMNS} FROM told"  # noqa: S608
            " WHERE file = ? AND gone = ? AND id = ? AND request = ?",
            (file, int(gone), event.id, event.request),
        ).fetchone()
        return from_row(found) if found else None

    def _replace(self, file: int, event: UsageEvent, reader: str, *, gone: bool) -> None:
        packed = pack(event.source, [event])
        (use,) = packed.uses
        place = self._place(file, packed.places[0], event.revision, reader)
        row = (file, *use[:2], place, *use[3:])
        self._db.execute(f"REPLACE {_PUT[len(row)].format(gone=int(gone))}", row)

    def _place(self, file: int, place: Place, revision: int, reader: str) -> int:
        """Return the number of a place of *file*, which it is given if it has none."""
        found = self._db.execute(
            "SELECT number FROM places WHERE file = ? AND (model, project, branch, session) ="
            " (?, ?, ?, ?) AND started IS ? AND sidechain = ? AND method = ? AND calibrated IS ?"
            " AND revision = ? AND reader = ?",
            (file, *place, revision, reader),
        ).fetchone()
        if found:
            return int(found[0])
        (number,) = self._db.execute(
            "SELECT coalesce(max(number) + 1, 0) FROM places WHERE file = ?", (file,)
        ).fetchone()
        self._db.execute(_PUT_PLACE, (file, number, *place, revision, reader))
        return int(number)


def _span(uses: Sequence[PackedUse]) -> tuple[int | None, int | None]:
    """Return the first and the last instant of *uses*, None where there are none."""
    instants = [use[3] for use in uses]
    return min(instants, default=None), max(instants, default=None)
