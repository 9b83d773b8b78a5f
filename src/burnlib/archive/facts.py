"""What the archive knows beside uses: whole days, labels, what was observed, calibrations."""

from __future__ import annotations

import contextlib
from datetime import date, datetime
from typing import TYPE_CHECKING

from burnlib.archive.database import Database
from burnlib.archive.file import clear_errors
from burnlib.days import from_microseconds, microseconds
from burnlib.model import Fidelity, SourceDay
from burnlib.packed import storable

if TYPE_CHECKING:
    from burnlib.estimating import Calibration

__all__ = ["Facts"]


class Facts(Database):
    """An archive's facts; see :class:`burnlib.archive.Archive`."""

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
        with contextlib.nullcontext() if self._db.in_transaction else self.transaction():
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

    def put_calibration(self, calibration: Calibration) -> None:
        """Keep a measured factor; the earlier ones of its method are kept, too."""
        factor = calibration.factor
        parts = (factor.low, factor.mid, factor.high) if factor else (0, 0, 0)
        with clear_errors(self.path):
            self._db.execute(
                "REPLACE INTO calibrations VALUES (?, ?, ?, ?, ?, ?)",
                (
                    calibration.method,
                    microseconds(calibration.at),
                    *parts,
                    storable(calibration.origin),
                ),
            )

    def calibrations(self) -> dict[str, Calibration]:
        """Return the last calibration of each method, by its name."""
        from burnlib.estimating import Calibration, Ratio

        return {
            str(method): Calibration(
                method=str(method),
                factor=Ratio(int(str(low)), int(str(mid)), int(str(high))) if mid else None,
                at=from_microseconds(int(str(at))),
                origin=str(origin),
            )
            for method, at, low, mid, high, origin in self._query(
                "SELECT method, at, low, mid, high, origin FROM calibrations ORDER BY at"
            )
        }


def _maybe(value: object) -> int | None:
    return None if value is None else int(str(value))
