"""Day sums from the archive: added up by SQL, and kept until a use of the day changes."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from attrs import define, field

from burnlib.archive.records import COLUMNS, from_row
from burnlib.archive.schema import INDEX, SHARE
from burnlib.archive.sightings import Sightings
from burnlib.days import from_microseconds, local_day, microseconds, midnight, span, zone
from burnlib.errors import ArchiveError, InvalidInput
from burnlib.families import Rule
from burnlib.model import Estimate, UsageEvent
from burnlib.sums import DaySum, Portion, add_up, from_json, portion_of, to_json
from burnlib.uses import settle

__all__ = ["Changed", "DaySums"]

# Raised when the sums of the same uses come out otherwise, so that kept ones are made anew.
_REVISION = 1

# Zones, estimates and rules for which sums are kept; more would only be somebody trying things out.
_MOST_BASES = 4

# Where more than one in so many sightings is new, one pass over all of them is quicker than
# looking each up. A page of 4 KiB holds about as many sightings.
_FEW = 8
_ON_A_PAGE = 16

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
# The day of an instant: the last one that began before it; what lies between days has no name.
_DAY = "(SELECT day FROM temp.spans WHERE first <= {at} ORDER BY first DESC LIMIT 1)"

# The log files that tell of the days that are asked for. Most tell of one day alone, which then
# need not be looked up for each of their uses.
_WANTED = """
SELECT id, iif(first_span = last_span, day, NULL) FROM (
    SELECT id, (SELECT max(first) FROM temp.spans WHERE first <= f.first) AS first_span,
        (SELECT max(first) FROM temp.spans WHERE first <= f.last) AS last_span
    FROM files f WHERE f.first IS NOT NULL
) JOIN temp.spans ON first = last_span
WHERE first_span IS NOT last_span OR day <> ''
"""
_ALONE = f"""
WITH added AS (
    SELECT coalesce(w.day, {_DAY.format(at="s.at")}) AS day, s.file, s.place, s.work, s.fidelity,
        sum(s.calls), {{sums}}, sum({{total}}), sum(coalesce(s.low, {{total}})),
        sum(coalesce(s.high, {{total}})), sum(coalesce(s.processed_high, s.high, {{total}}))
    FROM temp.wanted w CROSS JOIN sightings s ON s.file = w.id
    WHERE NOT s.shared AND s.at <= ?
    GROUP BY s.file, s.place, s.fidelity, s.work, 1
)
SELECT added.*, f.source, p.session, p.project, p.branch
FROM added JOIN files f ON f.id = added.file
JOIN places p ON p.file = added.file AND p.number = added.place
WHERE day <> '' ORDER BY day
"""  # noqa: S608
_SHARED = f"""
SELECT {COLUMNS} FROM told WHERE id IN (
    SELECT s.id FROM temp.wanted w CROSS JOIN sightings s ON s.file = w.id
    WHERE {{shared}} AND s.at <= ? AND coalesce(w.day, {_DAY.format(at="s.at")}) <> ''
) ORDER BY source, id
"""  # noqa: S608
_SHARE_FEW = """
UPDATE sightings SET shared = 1 WHERE NOT shared AND id IN (
    SELECT id FROM temp.touched t
    WHERE (SELECT count(*) FROM (SELECT 1 FROM sightings s WHERE s.id = t.id LIMIT 2)) = 2)
"""


@define
class Changed:
    """What a transaction has changed so far.

    Attributes:
        ids: Of sightings that were put, changed or taken back; some stand several times.
        instants: At which sightings lay that were changed or taken back (microseconds since 1970,
            UTC): what is in the archive does not tell them any more.

    """

    ids: list[str] = field(factory=list)
    instants: list[int] = field(factory=list)

    def saw(self, *sightings: UsageEvent | None) -> None:
        """Note *sightings*, where there are any, before they change."""
        for sighting in filter(None, sightings):
            self.ids.append(sighting.id)
            self.instants.append(microseconds(sighting.at))


class DaySums(Sightings):
    """An archive's days, added up; see :class:`burnlib.archive.Archive`."""

    def day_sums(
        self, tz: ZoneInfo, *, until: datetime, estimate: Estimate, rules: Sequence[Rule]
    ) -> dict[date, DaySum]:
        """Return the sum of every local day with use; uses after *until* are left out."""
        basis = _basis(tz, estimate, rules)
        limit = microseconds(until)
        end = _midnight(local_day(until, tz), tz)  # of the last day that *until* cannot cut
        version = self._data_version()
        with self.snapshot():
            indexed = self.is_indexed()
            kept, horizon = self._kept(basis, tz)
            found = {
                day: from_json(text)
                for day, text in kept.items()
                if text is not None and (horizon <= end or _midnight(day, tz) < end)
            }
            wanted = {day for day, text in kept.items() if text is None}
            wanted |= set(self._days_from(min(horizon, end), limit, tz))
            made = self._added_up(sorted(wanted), tz, limit, estimate, rules) if wanted else {}
        lasting = {day: made.get(day) for day in wanted if _midnight(day, tz) < end}
        if (lasting or not horizon) and indexed:
            self._keep(basis, tz, version, lasting, max(horizon, end), anew=not horizon)
        return {**found, **made}

    def _kept(self, basis: str, tz: ZoneInfo) -> tuple[dict[date, str | None], int]:
        """Return the days that are kept, None for one that is out of date, and their horizon.

        None at all where a day began or ended otherwise by the rules that the zone had then: they
        are corrected now and then, also for years that are over.
        """
        base = horizon = 0
        for id_, value in self._query("SELECT id, horizon FROM day_bases WHERE basis = ?", basis):
            base, horizon = int(str(id_)), int(str(value))
        kept: dict[date, str | None] = {}
        sql = "SELECT day, begun, ended, sums FROM day_sums WHERE base = ?"
        for text, begun, ended, sums in self._query(sql, base):
            day = date.fromisoformat(str(text))
            if (begun, ended) != _midnights(day, tz):
                return {}, 0
            kept[day] = None if sums is None else str(sums)
        return kept, horizon

    def _days_from(self, horizon: int, limit: int, tz: ZoneInfo) -> Iterator[date]:
        """Yield the days from *horizon* on in which there may be uses up to *limit*."""
        sql = "SELECT min(first), max(last) FROM files WHERE last >= ?"
        for first, last in self._query(sql, horizon):
            if first is not None:
                begin = from_microseconds(max(int(str(first)), horizon))
                finish = from_microseconds(min(int(str(last)), limit))
                if begin <= finish:
                    yield from span(local_day(begin, tz), local_day(finish, tz))

    def _added_up(
        self,
        days: Sequence[date],
        tz: ZoneInfo,
        limit: int,
        estimate: Estimate,
        rules: Sequence[Rule],
    ) -> dict[date, DaySum]:
        self._ask_for(days, tz)
        settled = self._settled({day.isoformat() for day in days}, tz, limit, estimate)
        found = {}
        # A day at a time: an archive may hold millions of portions.
        for day, told in groupby(self._alone(limit, estimate), key=lambda pair: pair[0]):
            portions = [portion for _, portion in told] + settled.pop(day, [])
            found[date.fromisoformat(day)] = add_up(portions, rules)
        return found | {date.fromisoformat(d): add_up(told, rules) for d, told in settled.items()}

    def _ask_for(self, days: Sequence[date], tz: ZoneInfo) -> None:
        """Make the temporary tables of the *days* and of the log files that tell of them."""
        # What follows a day is no day, unless the next one is asked for, too.
        spans = {-(2**62): ""}
        spans |= {_midnight(day + timedelta(days=1), tz): "" for day in days}
        spans |= {_midnight(day, tz): day.isoformat() for day in days}
        self._temporary("spans (first INTEGER PRIMARY KEY, day TEXT)", list(spans.items()))
        self._temporary("wanted (id INTEGER PRIMARY KEY, day TEXT)", [])
        self._db.execute(f"INSERT INTO temp.wanted {_WANTED}")

    def _alone(self, limit: int, estimate: Estimate) -> Iterator[tuple[str, Portion]]:
        """Yield day and portion of what no second sighting may share, in the order of days."""
        if not self.is_indexed():
            return
        counts = _COUNTS[estimate]
        sums = ", ".join(f"sum({count})" for count in counts)
        sql = _ALONE.format(sums=sums, total=" + ".join(counts[:5]))
        for day, _, _, work, fidelity, *rest in self._query(sql, limit):
            *numbers, source, session, project, branch = rest
            told = (source, session, project, branch, work, fidelity, *numbers)
            yield str(day), Portion._make(told)

    def _settled(
        self, days: Collection[str], tz: ZoneInfo, limit: int, estimate: Estimate
    ) -> dict[str, list[Portion]]:
        """Return day to the portions of what several sightings may share."""
        found: dict[str, list[Portion]] = {}
        which = "s.shared" if self.is_indexed() else "true"
        rows = self._query(_SHARED.format(shared=which), limit)
        for _, sightings in groupby(rows, key=lambda row: row[:2]):
            for use in settle(map(from_row, sightings)):
                day = local_day(use.at, tz).isoformat()
                if day in days and microseconds(use.at) <= limit:
                    found.setdefault(day, []).append(portion_of(use, estimate))
        return found

    def _keep(
        self,
        basis: str,
        tz: ZoneInfo,
        version: object,
        days: Mapping[date, DaySum | None],
        horizon: int,
        *,
        anew: bool,
    ) -> None:
        """Keep sums for the next time, unless somebody wrote to the archive since *version*."""
        try:
            with self.at_once(), self.transaction():
                if self._data_version() == version:
                    base = self._base(basis, tz, horizon)
                    if anew:
                        self._db.execute("DELETE FROM day_sums WHERE base = ?", (base,))
                    self._put_day_sums(base, tz, days)
        except ArchiveError:
            pass  # only to be read, or somebody writes: the sums are made again the next time

    def _base(self, basis: str, tz: ZoneInfo, horizon: int) -> int:
        """Return the number of *basis*, whose days up to *horizon* are kept from now on."""
        bases = [row[0] for row in self._query("SELECT basis FROM day_bases")]
        if basis not in bases and len(bases) >= _MOST_BASES:
            self._drop_day_sums()
        self._db.execute(
            "INSERT INTO day_bases (basis, zone, horizon) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET horizon = excluded.horizon",
            (basis, tz.key, horizon),
        )
        ((base,),) = self._db.execute("SELECT id FROM day_bases WHERE basis = ?", (basis,))
        return int(base)

    def _put_day_sums(self, base: int, tz: ZoneInfo, days: Mapping[date, DaySum | None]) -> None:
        self._db.executemany(
            "REPLACE INTO day_sums VALUES (?, ?, ?, ?, ?)",
            [
                (base, day.isoformat(), *_midnights(day, tz), to_json(used))
                for day, used in days.items()
                if used
            ],
        )
        self._db.executemany(
            "DELETE FROM day_sums WHERE base = ? AND day = ?",
            [(base, day.isoformat()) for day, used in days.items() if not used],
        )

    def forget_day_sums(self) -> None:
        """Drop all sums that were kept; they are made anew when they are asked for."""
        with self.transaction():
            self._drop_day_sums()

    def _drop_day_sums(self) -> None:
        self._db.execute("DELETE FROM day_bases")
        self._db.execute("DELETE FROM day_sums")

    def _note(self, changed: Changed) -> None:
        """Find new copies, and mark the days that are out of date; call inside a transaction."""
        ids = changed.ids
        if ids and self.is_indexed():
            pages = int(str(next(self._query("PRAGMA page_count"))[0]))
            if many := len(ids) * _FEW > pages * _ON_A_PAGE:
                self._db.execute(SHARE)
            bases = self._query("SELECT id, zone FROM day_bases")
            zones = {int(str(base)): str(name) for base, name in bases}
            if zones or not many:
                self._temporary("touched (id TEXT)", [(id_,) for id_ in ids])
            if not many:
                self._db.execute(_SHARE_FEW)
            if zones:
                sql = "SELECT DISTINCT at FROM temp.touched JOIN sightings USING (id)"
                found = {int(str(row[0])) for row in self._query(sql)}
                self._out_of_date(zones, found.union(changed.instants))

    def is_indexed(self) -> bool:
        """Whether it is known which sightings are shared: not before a first collection ended."""
        sql = "SELECT 1 FROM sqlite_master WHERE name = 'sightings_by_id'"
        return any(self._query(sql))

    def _index(self) -> None:
        """Find out which sightings are shared, if that is not known yet."""
        if not self.is_indexed():
            self._db.execute(INDEX)
            self._db.execute(SHARE)

    def _out_of_date(self, zones: Mapping[int, str], instants: Iterable[int]) -> None:
        for base, name in zones.items():
            try:
                tz = zone(name)
            except InvalidInput:  # of another machine, or of an older database of zones
                self._db.execute("DELETE FROM day_bases WHERE id = ?", (base,))
                self._db.execute("DELETE FROM day_sums WHERE base = ?", (base,))
                continue
            days = {local_day(from_microseconds(at), tz) for at in instants}
            self._db.executemany(
                # The midnights that a kept day had then stay: they tell whether it was cut as now.
                "INSERT INTO day_sums VALUES (?, ?, ?, ?, NULL)"
                " ON CONFLICT DO UPDATE SET sums = NULL",
                [(base, day.isoformat(), *_midnights(day, tz)) for day in days],
            )

    def _temporary(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Make a table of this connection alone, anew."""
        name = table.partition(" ")[0]
        self._db.execute(f"DROP TABLE IF EXISTS temp.{name}")
        self._db.execute(f"CREATE TEMP TABLE {table}")
        if rows:
            places = ", ".join("?" * len(rows[0]))
            self._db.executemany(f"INSERT INTO temp.{name} VALUES ({places})", rows)  # noqa: S608

    def _data_version(self) -> object:
        return next(self._query("PRAGMA data_version"))[0]


def _midnight(day: date, tz: ZoneInfo) -> int:
    return microseconds(midnight(day, tz))


@functools.lru_cache(1000)
def _midnights(day: date, tz: ZoneInfo) -> tuple[int, int]:
    return _midnight(day, tz), _midnight(day + timedelta(days=1), tz)


def _basis(tz: ZoneInfo, estimate: Estimate, rules: Sequence[Rule]) -> str:
    told = [(r.family, r.project, r.branch, sorted(r.uses), sorted(r.only)) for r in rules]
    return repr((_REVISION, tz.key, estimate, told))
