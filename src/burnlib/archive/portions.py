"""The uses of the days that are asked for, added up as far as SQL can: an archive's portions."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, cast
from zoneinfo import ZoneInfo

from burnlib.archive.copies import settled
from burnlib.archive.records import COLUMNS
from burnlib.archive.sightings import Sightings
from burnlib.days import from_microseconds, local_day, microseconds, midnight
from burnlib.model import Estimate, Fidelity
from burnlib.sums import Portion

__all__ = ["Portions", "midnight_of"]

# A log is looked through once for each of its places on each of its days. That takes half of what
# sorting its uses by day and place takes, so more than this is too often.
_MOST_LOOKS = 2

_PARTS = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "reasoning")

# What one figure of conversations takes from a sighting: each message once, or what was processed.
_COUNTS = {
    "visible": tuple(f"s.{name}" for name in _PARTS),
    "processed": (
        "coalesce(s.processed_input, s.input)",
        *(f"iif(s.processed_input IS NULL, s.{name}, 0)" for name in _PARTS[1:4]),
        "iif(s.processed_input IS NULL, s.output, s.processed_output)",
        "iif(s.processed_input IS NULL, s.reasoning, 0)",
    ),
}

# What is added up, by the names that the outer statement of _SCATTERED knows it by.
_NAMES = (
    *("kinds", "least", "best", "called"),
    *(f"sum_{name}" for name in _PARTS),
    *("low", "high", "most", "unranged"),
)


def _sums(counts: Sequence[str]) -> str:
    """Return the columns that are added up: kinds, fidelities, calls, *counts*, and the range.

    The range is told by what it is away from the total: most uses have none.
    """
    total = " + ".join(counts[:5])
    ends = ("s.low", "s.high", "coalesce(s.processed_high, s.high)")
    away = (f"sum(iif({end} IS NULL, 0, {end} - ({total})))" for end in ends)
    kinds = "group_concat(DISTINCT s.work)"
    plain = (kinds, "min(s.fidelity)", "max(s.fidelity)", "sum(s.calls)")
    unranged = f"sum(s.fidelity = {int(Fidelity.ESTIMATED)} AND (s.low IS NULL OR s.high IS NULL))"
    added = (*plain, *(f"sum({count})" for count in counts), *away, unranged)
    return ", ".join(f"{sum_} AS {name}" for sum_, name in zip(added, _NAMES, strict=True))


_SUMS = {estimate: _sums(counts) for estimate, counts in _COUNTS.items()}

# A part is a place of a log on a day. In the order of parts nothing needs to be sorted.
_PART = """
SELECT d.day, t.number, f.source, p.session, p.project, p.branch, {sums}
FROM temp.parts t
CROSS JOIN temp.spans d ON d.begun = t.begun
CROSS JOIN files f ON f.id = t.file
CROSS JOIN places p ON p.file = t.file AND p.number = t.place
CROSS JOIN sightings s ON s.file = t.file AND s.place = t.place
    AND s.at >= d.begun AND s.at < d.ended
WHERE NOT s.shared {of} GROUP BY {by} ORDER BY {by}
"""

# The beginning of the day of an instant, NULL where the day was not asked for.
_BEGUN = (
    "(SELECT iif(s.at < ended, begun, NULL) FROM temp.spans"
    " WHERE begun <= s.at ORDER BY begun DESC LIMIT 1)"
)
_SCATTERED = f"""
WITH added AS (
    SELECT {_BEGUN} AS begun, s.file, s.place, {{sums}}
    FROM temp.wanted w CROSS JOIN sightings s ON s.file = w.file
    WHERE w.scattered AND NOT s.shared
    GROUP BY 1, s.file, s.place, s.fidelity
)
SELECT d.day, 0, f.source, p.session, p.project, p.branch, {", ".join(_NAMES)}
FROM added a JOIN temp.spans d ON d.begun = a.begun JOIN files f ON f.id = a.file
JOIN places p ON p.file = a.file AND p.number = a.place
ORDER BY a.begun
"""  # noqa: S608
_SHARED = f"""
SELECT {COLUMNS} FROM told WHERE id IN (
    SELECT s.id FROM temp.wanted w CROSS JOIN sightings s ON s.file = w.file
    WHERE {{shared}} AND {_BEGUN} IS NOT NULL
) ORDER BY source, id
"""  # noqa: S608
_LOGS = """
SELECT id, first, last, (SELECT max(number) FROM places WHERE file = files.id) + 1
FROM files WHERE last >= ? AND first < ?
"""


class Portions(Sightings):
    """An archive's uses, added up by day and place; see :class:`burnlib.archive.Archive`."""

    def is_indexed(self) -> bool:
        """Whether it is known which sightings are shared: not before a first collection ended."""
        sql = "SELECT 1 FROM sqlite_master WHERE name = 'sightings_by_id'"
        return any(self._query(sql))

    def _ask_for(self, days: Sequence[date], tz: ZoneInfo, limit: int) -> None:
        """Make the temporary tables of the *days* up to *limit* and of the logs that tell of them.

        *days* in their order; *limit* in microseconds since 1970, UTC, itself included.
        """
        cut = [
            (midnight_of(day, tz), min(midnight_of(day + timedelta(days=1), tz), limit + 1), day)
            for day in days
        ]
        # A zone that moved over the date line has a day without any instant.
        spans = [(begun, ended, day.isoformat()) for begun, ended, day in cut if begun < ended]
        begins, ends = [begun for begun, *_ in spans], [ended for _, ended, _ in spans]
        logs: list[tuple[int, bool]] = []
        parts: list[tuple[int, int, int]] = []
        rows = self._query(_LOGS, begins[0], ends[-1]) if spans else ()
        for log, first, last, places in cast("Iterable[tuple[int, int, int, int]]", rows):
            told = range(bisect_right(ends, first), bisect_right(begins, last))
            if told:
                scattered = len(told) * places > _MOST_LOOKS
                logs.append((log, scattered))
                if not scattered:
                    parts += [(begins[day], log, place) for day in told for place in range(places)]
        parts.sort()
        self._temporary("spans (begun INTEGER PRIMARY KEY, ended INTEGER, day TEXT)", spans)
        self._temporary("wanted (file INTEGER PRIMARY KEY, scattered INTEGER)", logs)
        self._temporary(
            "parts (number INTEGER PRIMARY KEY, begun INTEGER, file INTEGER, place INTEGER)",
            [(number, *part) for number, part in enumerate(parts)],
        )

    def _alone(self, estimate: Estimate) -> Iterator[tuple[str, Portion]]:
        """Yield day and portion of what no second sighting may share, in the order of days."""
        if self.is_indexed():
            sql = _SCATTERED.format(sums=_SUMS[estimate])
            scattered = map(_portion, self._query(sql))
            yield from heapq.merge(self._of_parts(estimate), scattered, key=itemgetter(0))

    def _of_parts(self, estimate: Estimate) -> Iterator[tuple[str, Portion]]:
        sql = _PART.format(sums=_SUMS[estimate], of="", by="t.number")
        for row in self._query(sql):
            _, number, _, _, _, _, _, least, best, *_ = row
            if least == best:
                yield _portion(row)
            else:  # seldom: the uses of one place are nearly always told by the same means
                by = _PART.format(
                    sums=_SUMS[estimate], of="AND t.number = ?", by="t.number, s.fidelity"
                )
                yield from map(_portion, self._query(by, number))

    def _settled(
        self, days: Collection[str], tz: ZoneInfo, limit: int, estimate: Estimate
    ) -> dict[str, list[Portion]]:
        """Return day to the portions of what several sightings may share."""
        found: dict[str, list[Portion]] = {}
        which = "s.shared" if self.is_indexed() else "true"
        rows = self._query(_SHARED.format(shared=which))
        for _, sightings in groupby(rows, key=itemgetter(0, 1)):
            for at, portion in settled(list(sightings), estimate):
                day = local_day(from_microseconds(at), tz).isoformat()
                if day in days and at <= limit:
                    found.setdefault(day, []).append(portion)
        return found

    def _temporary(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Make a table of this connection alone, anew."""
        name = table.partition(" ")[0]
        self._db.execute(f"DROP TABLE IF EXISTS temp.{name}")
        self._db.execute(f"CREATE TEMP TABLE {table}")
        if rows:
            places = ", ".join("?" * len(rows[0]))
            self._db.executemany(f"INSERT INTO temp.{name} VALUES ({places})", rows)  # noqa: S608


def _portion(row: Sequence[Any]) -> tuple[str, Portion]:
    """Return day and portion of a row that _PART or _SCATTERED gives."""
    day, _, source, session, project, branch, kinds, fidelity, _, calls, *counts = row
    fresh, cached, five, hour, output, reasoning, low, high, most, unranged = counts
    tokens = fresh + cached + five + hour + output
    work = kinds.replace(",", " ")  # no kind has a comma in it
    return day, Portion(
        source, session, project, branch, work, fidelity, calls,
        fresh, cached, five, hour, output, reasoning,
        tokens, tokens + low, tokens + high, tokens + most, unranged,
    )  # fmt: skip


def midnight_of(day: date, tz: ZoneInfo) -> int:
    """Return the instant at which *day* begins in *tz*, in microseconds since 1970, UTC."""
    return microseconds(midnight(day, tz))
