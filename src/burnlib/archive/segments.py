"""Log files as the archive knows them: their names, and where reading them goes on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias

from attrs import field, frozen

from burnlib.archive.facts import Facts
from burnlib.archive.file import clear_errors
from burnlib.archive.fingerprint import Fingerprint, Stat
from burnlib.packed import storable

__all__ = ["Glance", "SegmentRecord", "Segments", "state_row"]

Glance: TypeAlias = tuple[int, int, int, int, str, int | None]
"""What tells at once whether a log file is to be read: size, mtime_ns, ctime_ns, revision of the
reader, wants, and the instant of its first use (microseconds since 1970, UTC)."""

_STATE = "size, mtime_ns, ctime_ns, read_size, head, tail, offset, revision, state, wants, dropped"
_RECORD = f"SELECT f.source, f.path, {_STATE} FROM segments s JOIN files f ON f.id = s.file"  # noqa: S608


@frozen(kw_only=True)
class SegmentRecord:
    """What the archive knows of a log file: how to go on reading it, and what it left out."""

    source: str
    path: str
    stat: Stat
    fingerprint: Fingerprint
    offset: int = 0
    revision: int = 0
    state: str = ""
    wants: str = ""
    dropped: Mapping[str, int] = field(factory=dict)


class Segments(Facts):
    """An archive's log files; see :class:`burnlib.archive.Archive`."""

    def glances(self, source: str) -> dict[str, Glance]:
        """Return what tells of each log file of *source*, by path, whether it has changed."""
        sql = (
            "SELECT path, size, mtime_ns, ctime_ns, revision, wants, first"
            " FROM segments s JOIN files f ON f.id = s.file WHERE source = ?"
        )
        with clear_errors(self.path):
            return {row[0]: row[1:] for row in self._db.execute(sql, (source,))}

    def segment(self, source: str, path: str) -> SegmentRecord | None:
        """Return what is known of one log file."""
        for row in self._query(f"{_RECORD} WHERE f.source = ? AND f.path = ?", source, path):
            return _segment(row)
        return None

    def dropped(self) -> dict[tuple[str, str], Counter[str]]:
        """Return what was read and not counted: (source, path) to reason to number of records."""
        return {
            (str(source), str(path)): Counter(json.loads(str(dropped)))
            for source, path, dropped in self._query(
                "SELECT source, path, dropped FROM segments s JOIN files f ON f.id = s.file"
                " WHERE dropped <> '{}' ORDER BY source, path"
            )
        }

    def files(self) -> int:
        """Return how many log files were ever read."""
        return next(int(str(row[0])) for row in self._query("SELECT count(*) FROM segments"))


def state_row(file: int, record: SegmentRecord) -> tuple[object, ...]:
    """Return the row of the table ``segments`` for log file number *file*."""
    stat, print_ = record.stat, record.fingerprint
    dropped = json.dumps(dict(record.dropped), sort_keys=True) if record.dropped else "{}"
    return (
        file, stat.size, stat.mtime_ns, stat.ctime_ns, print_.size, print_.head, print_.tail,
        record.offset, record.revision, storable(record.state), storable(record.wants), dropped,
    )  # fmt: skip


def _segment(row: tuple[object, ...]) -> SegmentRecord:
    source, path, size, mtime, ctime, read, head, tail, offset, revision, *rest = row
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
        state=str(state),
        wants=str(wants),
        dropped=json.loads(str(dropped)),
    )
