"""daily-burn.json: the normalized file, read strictly and written canonically.

One JSON object a local day, oldest first. `<source>_tokens` is measured, `<source>_est` is
estimated, and `total` is their sum, so that any reader can add a day up by hand.
"""

from __future__ import annotations

import json
import math
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

from burnlib.errors import BurnlibError, InvalidInput, SchemaError
from burnlib.ledger import Ledger, source_order
from burnlib.model import (
    MAX_TOKENS,
    DailyRow,
    Estimate,
    Fidelity,
    SourceDay,
    check_source_name,
)

__all__ = ["COLUMNS", "dump", "dumps", "load", "loads"]

_MOST_SHOWN = 20
"""Bad places that one message lists; the rest is counted."""

COLUMNS = {
    "_est_low": "Estimated sources: the least plausible number of tokens.",
    "_est_high": "Estimated sources: the greatest plausible number of tokens.",
    "_tokens": "Measured tokens of the source: the provider's own count, all parts added.",
    "_calls": "Requests of the source.",
    "_est": "Estimated tokens of the source; never a measurement.",
}
"""What the name of a source's column ends in, and what the column holds."""


def dumps(rows: Iterable[DailyRow], *, ascii: bool = False) -> str:
    """Return the rows as the text of a daily-burn.json: equal rows, equal text.

    Invisible characters and those that change the direction of text are written as escapes; with
    *ascii*, so is everything beyond ASCII.
    """
    encode = json.JSONEncoder(ensure_ascii=ascii, allow_nan=False).encode
    lines = (encode(_object(row)) for row in Ledger(rows))
    text = ",\n".join(f"  {line if line.isprintable() else _visible(line)}" for line in lines)
    return f"[\n{text}\n]\n" if text else "[]\n"


# Controls, joiners, marks of direction, separators of lines, and halves of surrogate pairs: a
# terminal, an editor or a script may act on them. None of them is printable.
_INVISIBLE = (
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufeff\ufff9-\ufffb]"
)


def _visible(line: str) -> str:
    return re.sub(_INVISIBLE, _escaped, line)


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def dump(rows: Iterable[DailyRow], path: str | Path) -> None:
    """Write the rows to *path*, which then holds the old or the new text, never a part.

    A new file is readable by its owner alone: it tells names of projects. One that holds the same
    text already is left as it is.

    Raises :class:`burnlib.files.CannotWrite`.
    """
    path, content = Path(path), dumps(rows).encode()
    if _holds(path, content):
        return  # to write it anew and wait for the disk takes 5 ms and more
    from burnlib.files import replace_file

    replace_file(path, content, private=True)


def _holds(path: Path, content: bytes) -> bool:
    """Whether *path* is a regular file, no pipe or device, with this content."""
    try:
        found = path.stat()
        same_size = stat.S_ISREG(found.st_mode) and found.st_size == len(content)
        return same_size and path.read_bytes() == content
    except (OSError, ValueError, RuntimeError):
        return False  # what is wrong with it, the attempt to write it will say


def load(path: str | Path) -> Ledger:
    """Read a daily-burn.json; SchemaError with every bad place, BurnlibError if unreadable."""
    path = Path(path)
    try:
        return loads(path.read_bytes(), where=str(path))
    except OSError as error:
        hint = "name a daily-burn.json, or make one: burn collect -o daily-burn.json"
        raise BurnlibError(error.strerror or str(error), where=str(path), hint=hint) from error


def loads(text: str | bytes, *, where: str = "daily-burn.json") -> Ledger:
    """Read the text of a daily-burn.json; raises SchemaError with every bad place in it."""
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        document = json.loads(
            text.removeprefix("\ufeff"),
            parse_constant=_refuse,
            parse_float=_finite,
            object_pairs_hook=_once,
        )
    except (ValueError, RecursionError) as error:
        raise SchemaError(
            f"not JSON: {error}", where=where, hint="make it anew: burn collect -o FILE"
        ) from error
    faults: list[str] = []
    rows: dict[str, DailyRow | None] = {}
    if not isinstance(document, list):
        faults.append("not an array of days @ $")
        document = []
    for index, value in enumerate(document):
        reader = _RowReader(value, f"$[{index}]", faults)
        day = value.get("date") if isinstance(value, dict) else None
        if isinstance(day, str) and day in rows:
            faults.append(f"a second row for {day} @ $[{index}].date")
        rows[str(day)] = reader.row()
    if faults:
        shown = faults[:_MOST_SHOWN]
        if len(faults) > len(shown):
            shown.append(f"and {len(faults) - len(shown)} more")
        raise SchemaError("; ".join(shown), where=where, hint="correct these places")
    return Ledger(row for row in rows.values() if row)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _refuse(digits)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Make an object of its keys; one that stands twice would be lost without a word."""
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} stands twice in one object")
        found[key] = value
    return found


def _object(row: DailyRow) -> dict[str, object]:
    """Return the row in the guide's order of keys: measured, estimated, total, words, the rest."""
    out: dict[str, object] = {"date": row.date.isoformat()}
    names = sorted(row.sources, key=source_order)
    measured = [n for n in names if row.sources[n].fidelity is not Fidelity.ESTIMATED]
    for name in measured:
        out[f"{name}_tokens"] = row.sources[name].tokens
        if row.sources[name].calls is not None:
            out[f"{name}_calls"] = row.sources[name].calls
    for name in (n for n in names if n not in measured):
        day = row.sources[name]
        optional = {"_calls": day.calls, "_est_low": day.low, "_est_high": day.high}
        out[f"{name}_est"] = day.tokens
        out |= {name + end: value for end, value in optional.items() if value is not None}
    out["total"] = row.total
    if bounds := row.lower_bound:
        out["lower_bound"] = list(bounds)
    words: dict[str, object] = {
        "driver": row.driver,
        "evidence": row.evidence,
        "drivers": dict(sorted(row.drivers.items(), key=lambda item: (-item[1], item[0]))),
        "tz": row.tz,
        "estimate": "" if row.estimate == "visible" else row.estimate,
    }
    out |= {key: value for key, value in words.items() if value}
    return out | {key: _ordered(row.extra[key]) for key in sorted(row.extra) if key not in out}


def _ordered(value: object) -> object:
    """Return a value that is not ours with the keys of its objects in order."""
    if isinstance(value, Mapping):
        return {key: _ordered(value[key]) for key in sorted(value)}
    return [_ordered(part) for part in value] if isinstance(value, list) else value


@lru_cache(maxsize=1000)
def _suffix(key: str) -> str:
    """Return what a source's column ends in, or ""; the same few keys stand in every row."""
    return next((end for end in COLUMNS if key.endswith(end)), "")


class _RowReader:
    """One object of the file; what is wrong with it goes to *faults*."""

    def __init__(self, value: object, where: str, faults: list[str]) -> None:
        self.value = value
        self.where = where
        self.faults = faults
        self.known: set[str] = set()

    def row(self) -> DailyRow | None:
        """Return the row, or None where something is wrong."""
        before = len(self.faults)
        if not isinstance(self.value, dict):
            self._fault("not an object", "")
            return None
        columns: dict[str, object] = self.value
        day = self._date(columns.get("date"))
        sources = self._sources(columns)
        total = self._count(columns, "total", required=True)
        words = {key: self._text(columns, key) for key in ("driver", "evidence", "tz")}
        estimate = self._estimate(columns)
        drivers = self._drivers(columns)
        added = sum(source.tokens for source in sources.values())
        if total is not None and len(self.faults) == before:
            self._check_sums(day, total, added, drivers)
        if day is None or len(self.faults) > before:
            return None
        extra = {k: v for k, v in columns.items() if k not in self.known}
        return DailyRow(
            date=day, sources=sources, drivers=drivers, estimate=estimate, extra=extra, **words
        )

    def _fault(self, what: str, key: str) -> None:
        self.faults.append(f"{what} @ {self.where}.{key}" if key else f"{what} @ {self.where}")

    def _date(self, value: object) -> date | None:
        self.known.add("date")
        try:
            # fromisoformat also takes 20260524 and 2026-W21-7, which are no column values.
            if isinstance(value, str) and (day := date.fromisoformat(value)).isoformat() == value:
                return day
        except ValueError:
            pass
        self._fault("no date" if value is None else f"{value!r} is not a date", "date")
        return None

    def _count(
        self, columns: Mapping[str, object], key: str, *, required: bool = False
    ) -> int | None:
        self.known.add(key)
        value = columns.get(key)
        if key not in columns and not required:
            return None
        if type(value) is int and 0 <= value <= MAX_TOKENS:
            return value
        what = f"no {key}" if key not in columns else f"{value!r} is not a whole number >= 0"
        self._fault(what, key)
        return None

    def _text(self, columns: Mapping[str, object], key: str) -> str:
        self.known.add(key)
        value = columns.get(key, "")
        if isinstance(value, str):
            return value
        self._fault(f"{value!r} is not text", key)
        return ""

    def _estimate(self, columns: Mapping[str, object]) -> Estimate:
        self.known.add("estimate")
        value = columns.get("estimate", "visible")
        if value == "processed":
            return "processed"
        if value != "visible":
            self._fault(f"{value!r} is neither visible nor processed", "estimate")
        return "visible"

    def _sources(self, columns: Mapping[str, object]) -> dict[str, SourceDay]:
        bounds = columns.get("lower_bound", [])
        self.known.add("lower_bound")
        if not isinstance(bounds, list) or not all(isinstance(name, str) for name in bounds):
            self._fault(f"{bounds!r} is not a list of source names", "lower_bound")
            bounds = []
        found: dict[str, SourceDay] = {}
        for name, estimated in self._source_names(columns):
            key = name + ("_est" if estimated else "_tokens")
            tokens = self._count(columns, key)
            if name in found:
                self._fault(f"{name} is both measured and estimated", key)
            bound = Fidelity.LOWER_BOUND if name in bounds else Fidelity.EXACT
            found[name] = SourceDay(
                tokens=tokens or 0,
                fidelity=Fidelity.ESTIMATED if estimated else bound,
                calls=self._count(columns, f"{name}_calls"),
                low=self._count(columns, f"{name}_est_low") if estimated else None,
                high=self._count(columns, f"{name}_est_high") if estimated else None,
            )
        for name in bounds:
            if name not in found or found[name].fidelity is Fidelity.ESTIMATED:
                self._fault(f"no {name}_tokens that could be a lower bound", "lower_bound")
        return found

    def _source_names(self, columns: Mapping[str, object]) -> Iterator[tuple[str, bool]]:
        for key in columns:
            suffix = _suffix(key)
            if suffix in ("_tokens", "_est"):
                name = key.removesuffix(suffix)
                try:
                    check_source_name(name)
                except InvalidInput as error:
                    self._fault(error.message, key)
                    continue
                yield name, suffix == "_est"

    def _drivers(self, columns: Mapping[str, object]) -> dict[str, int]:
        self.known.add("drivers")
        value = columns.get("drivers", {})
        if isinstance(value, dict) and all(type(n) is int and n >= 0 for n in value.values()):
            return value
        self._fault("not an object of family to tokens", "drivers")
        return {}

    def _check_sums(
        self, day: date | None, total: int, added: int, drivers: Mapping[str, int]
    ) -> None:
        sums = {"the columns": added}
        if drivers:
            sums["the drivers"] = sum(drivers.values())
        for what, amount in sums.items():
            if amount != total:
                excess = "more" if total > amount else "less"
                self._fault(
                    f"{day}: total is {total:,}, but {what} add up to {amount:,}:"
                    f" {abs(total - amount):,} {excess} than they do",
                    "total",
                )
