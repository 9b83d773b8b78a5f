"""What log files told of uses, read back from the archive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from burnlib.archive.records import COLUMNS, from_row
from burnlib.archive.segments import Segments
from burnlib.days import microseconds
from burnlib.model import UsageEvent
from burnlib.packed import pack, storable, unpack
from burnlib.uses import join, settle

__all__ = ["PIECE", "Sightings", "as_kept"]

PIECE = 500
"""Uses that are looked up or put by one statement: enough to make its own cost small."""


class Sightings(Segments):
    """An archive's uses, as they were told; see :class:`burnlib.archive.Archive`."""

    def uses(self) -> Iterator[UsageEvent]:
        """Yield every use once, ordered by source and id."""
        rows = self._query(f"SELECT {COLUMNS} FROM told ORDER BY source, id")  # noqa: S608
        for _, sightings in groupby(rows, key=lambda row: row[:2]):
            yield from settle(map(from_row, sightings))

    def sightings(self, first: datetime, end: datetime) -> Iterator[tuple[str, UsageEvent]]:
        """Yield log file and event of all sightings of what any file dates from *first* to *end*.

        In the order of sources and ids; *end* itself is left out.
        """
        rows = self._query(
            f"SELECT path, {COLUMNS} FROM told WHERE id IN ("  # noqa: S608
            "SELECT s.id FROM files f CROSS JOIN sightings s ON s.file = f.id"
            " WHERE f.last >= ? AND f.first < ? AND s.at >= ? AND s.at < ?"
            ") ORDER BY source, id, path",
            *[microseconds(first), microseconds(end)] * 2,
        )
        for row in rows:
            yield str(row[0]), from_row(row[1:])

    def readers(self, first: datetime, end: datetime) -> dict[str, list[str]]:
        """Return source to package and version of what read its uses from *first* to *end*.

        Sorted; "" for what read them before the archive kept this, or was not installed.
        """
        found: dict[str, list[str]] = {}
        for source, reader in self._query(
            "SELECT DISTINCT f.source, p.reader FROM files f"
            " CROSS JOIN sightings s ON s.file = f.id"
            " JOIN places p ON p.file = s.file AND p.number = s.place"
            " WHERE f.last >= ? AND f.first < ? AND s.at >= ? AND s.at < ? ORDER BY 1, 2",
            *[microseconds(first), microseconds(end)] * 2,
        ):
            found.setdefault(str(source), []).append(str(reader))
        return found

    def raw_sightings(self) -> Iterator[tuple[object, ...]]:
        """Yield every sighting as the view shows it, for a count that shares no other code.

        In the order of sources and ids.
        """
        return self._query(f"SELECT {COLUMNS} FROM told ORDER BY source, id")  # noqa: S608

    def news(self, events: Sequence[UsageEvent], *, revision: int) -> Iterator[UsageEvent]:
        """Yield the events that tell anything which no file told before.

        For files that are full copies of one another, as each export is of the one before: kept
        whole, they would make the archive grow by everything each time.
        """
        for start in range(0, len(events), PIECE):
            piece = events[start : start + PIECE]
            known = self._known(piece)
            for event in piece if known else ():
                kept = as_kept(event, revision=revision)
                told = known.get((kept.source, kept.id, kept.request), ())
                if not any(join(before, kept) == before for before in told):
                    yield event
            if not known:
                yield from piece

    def _known(self, events: Sequence[UsageEvent]) -> dict[tuple[str, str, str], list[UsageEvent]]:
        found: dict[tuple[str, str, str], list[UsageEvent]] = {}
        ids = [storable(event.id) for event in events]
        places = ", ".join("?" * len(ids))
        sources = {event.source for event in events}
        rows = self._query(f"SELECT {COLUMNS} FROM told WHERE id IN ({places})", *ids)  # noqa: S608
        for told in map(from_row, rows):
            if told.source in sources:
                found.setdefault((told.source, told.id, told.request), []).append(told)
        return found


def as_kept(event: UsageEvent, *, revision: int) -> UsageEvent:
    """Return *event* as it will come out of the archive."""
    packed = pack(event.source, [event])
    return unpack(event.source, packed.places[0], packed.uses[0], revision=revision)
