"""Day sums from the archive: added up by SQL, and kept until a use of the day changes."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from attrs import define, field

from burnlib.archive.portions import Portions, midnight_of
from burnlib.archive.schema import INDEX, SHARE
from burnlib.days import from_microseconds, local_day, microseconds, span, zone
from burnlib.errors import ArchiveError, InvalidInput
from burnlib.families import Rule
from burnlib.model import Estimate, UsageEvent
from burnlib.sums import DaySum, Portion, add_up, from_json, to_json

__all__ = ["Changed", "DaySums"]

# Raised when the sums of the same uses come out otherwise, so that kept ones are made anew.
_REVISION = 2

# Zones, estimates and rules for which sums are kept; more would only be somebody trying things out.
_MOST_BASES = 4

# Where more than one in so many sightings is new, one pass over all of them is quicker than
# looking each up. An archive has about so many bytes for each sighting.
_FEW = 8
_BYTES = 256

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


class DaySums(Portions):
    """An archive's days, added up; see :class:`burnlib.archive.Archive`."""

    def day_sums(
        self, tz: ZoneInfo, *, until: datetime, estimate: Estimate, rules: Sequence[Rule]
    ) -> dict[date, DaySum]:
        """Return the sum of every local day with use; uses after *until* are left out."""
        basis = _basis(tz, estimate, rules)
        limit = microseconds(until)
        end = midnight_of(local_day(until, tz), tz)  # of the last day that *until* cannot cut
        version = self._data_version()
        with self.snapshot():
            indexed = self.is_indexed()
            kept, horizon = self._kept(basis, tz)
            found = {
                day: from_json(text)
                for day, text in kept.items()
                if text is not None and (horizon <= end or midnight_of(day, tz) < end)
            }
            wanted = {day for day, text in kept.items() if text is None}
            wanted |= set(self._days_from(min(horizon, end), limit, tz))
            made = self._added_up(sorted(wanted), tz, limit, estimate, rules) if wanted else {}
        lasting = {day: made.get(day) for day in wanted if midnight_of(day, tz) < end}
        if (lasting or not horizon) and indexed:
            self._keep(basis, tz, version, lasting, max(horizon, end), anew=not horizon)
        return {**found, **made}

    def portions(
        self, days: Sequence[date], tz: ZoneInfo, *, until: datetime, estimate: Estimate
    ) -> Iterator[tuple[date, Portion]]:
        """Yield the uses of *days*, added up by session, place and kinds of work, in any order.

        For sums that :meth:`day_sums` does not keep, such as those by project.
        """
        limit = microseconds(until)
        with self.snapshot():
            self._ask_for(days, tz, limit)
            settled = self._settled({day.isoformat() for day in days}, tz, limit, estimate)
            for day, portion in self._alone(estimate):
                yield date.fromisoformat(day), portion
        for day, told in settled.items():
            for portion in told:
                yield date.fromisoformat(day), portion

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
        self._ask_for(days, tz, limit)
        settled = self._settled({day.isoformat() for day in days}, tz, limit, estimate)
        found = {}
        # A day at a time: an archive may hold millions of portions.
        for day, told in groupby(self._alone(estimate), key=lambda pair: pair[0]):
            portions = [portion for _, portion in told] + settled.pop(day, [])
            found[date.fromisoformat(day)] = add_up(portions, rules)
        return found | {date.fromisoformat(d): add_up(told, rules) for d, told in settled.items()}

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
            sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
            size = int(str(next(self._query(sql))[0]))
            if many := len(ids) * _FEW > size // _BYTES:
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

    def _data_version(self) -> object:
        return next(self._query("PRAGMA data_version"))[0]


@functools.lru_cache(1000)
def _midnights(day: date, tz: ZoneInfo) -> tuple[int, int]:
    return midnight_of(day, tz), midnight_of(day + timedelta(days=1), tz)


def _basis(tz: ZoneInfo, estimate: Estimate, rules: Sequence[Rule]) -> str:
    told = [(r.family, r.project, r.branch, sorted(r.uses), sorted(r.only)) for r in rules]
    return repr((_REVISION, tz.key, estimate, told))
