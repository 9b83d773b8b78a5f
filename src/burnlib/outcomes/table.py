"""Outcomes that somebody wrote down: CSV and JSON Lines, a line for each."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import cast

from attrs import field, frozen

from burnlib.days import parse_instant
from burnlib.errors import InvalidInput, LogFormatError
from burnlib.outcomes.base import API_VERSION, STATES, Outcome, Told

__all__ = ["COLUMNS", "File"]

COLUMNS = ("at", "kind", "title", "project", "driver", "weight", "state", "id")
"""What a line can tell; *at* it must."""


@frozen
class File:
    """Outcome source ``file``: CSV with a line of names, or JSON Lines.

    The states are what the file says; without one, an outcome is young, and kept once it is old
    enough: whoever writes a file also writes that something was taken back.
    """

    name: str = field(default="file", init=False)
    api_version: int = field(default=API_VERSION, init=False)

    def tell(self, where: Path, *, now: datetime, to_stay: timedelta) -> Told:
        """Return the outcomes in the file *where*.

        Raises LogFormatError that names the line of what cannot be read: all of the file counts, or
        nothing of it.
        """
        text = _text(where)
        records = _csv(text, where) if where.suffix.lower() == ".csv" else _lines(text, where)
        outcomes = [_outcome(record, line, now, to_stay, where) for line, record in records]
        _check_ids(outcomes, where)
        return Told(
            where=str(where),
            outcomes=sorted(outcomes, key=lambda outcome: (outcome.at, outcome.id)),
            method=f"as the file says, else there after {to_stay.days} days",
        )


def _text(where: Path) -> str:
    try:
        return where.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        hint = "store it as UTF-8"
        raise LogFormatError(f"is not UTF-8 text: {error}", where=str(where), hint=hint) from error
    except OSError as error:
        hint = "name a .csv or .jsonl file"
        raise LogFormatError(error.strerror or str(error), where=str(where), hint=hint) from error


def _csv(text: str, where: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    lines = csv.DictReader(io.StringIO(text, newline=""))
    _check_columns(list(lines.fieldnames or []), where)
    for record in lines:
        if None in record:
            raise _bad(where, lines.line_num, "has more fields than there are columns")
        yield lines.line_num, {name: value for name, value in record.items() if value}


def _lines(text: str, where: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise _bad(where, number, f"is not JSON: {error}") from None
        if not isinstance(record, dict):
            raise _bad(where, number, "is no object")
        _check_columns(list(record), where, number)
        yield number, record


def _check_columns(names: list[str], where: Path, line: int = 1) -> None:
    if unknown := [name for name in names if name not in COLUMNS]:
        raise _bad(
            where, line, f"has an unknown column {unknown[0]!r}", f"use {', '.join(COLUMNS)}"
        )
    if "at" not in names:
        raise _bad(where, line, "has no column at", "say when each was finished: 2026-05-24")


def _outcome(
    record: Mapping[str, object], line: int, now: datetime, to_stay: timedelta, where: Path
) -> Outcome:
    at = _instant(record.get("at"))
    if at is None:
        raise _bad(
            where, line, f"at is {record.get('at')!r}", "write 2026-05-24, or an instant with Z"
        )
    state = record.get("state") or ("young" if now - at < to_stay else "kept")
    if state not in STATES:
        raise _bad(where, line, f"state is {state!r}", f"use {', '.join(STATES)}")
    try:
        weight = float(cast("str", record.get("weight", 1)))
        return Outcome(
            id=str(record.get("id") or _digest(record)),
            at=at,
            kind=str(record.get("kind") or "outcome"),
            title=str(record.get("title") or ""),
            project=str(record.get("project") or ""),
            driver=str(record.get("driver") or ""),
            weight=weight,
            state=state,
        )
    except (InvalidInput, TypeError, ValueError) as error:
        message = (
            error.message
            if isinstance(error, InvalidInput)
            else f"weight is {record.get('weight')!r}"
        )
        raise _bad(where, line, message, "use numbers above 0") from error


def _instant(value: object) -> datetime | None:
    """Return an instant, or the noon of a day in UTC, which is that day nearly everywhere."""
    if at := parse_instant(value):
        return at
    try:
        return datetime.combine(date.fromisoformat(str(value)), time(12), UTC)
    except ValueError:
        return None


def _digest(record: Mapping[str, object]) -> str:
    told = {name: value for name, value in record.items() if name != "state"}
    text = json.dumps(told, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def _check_ids(outcomes: list[Outcome], where: Path) -> None:
    seen: set[str] = set()
    for outcome in outcomes:
        if outcome.id in seen:
            what = outcome.title or outcome.id
            hint = "give each an id of its own, or remove the repetition"
            raise LogFormatError(f"tells of {what!r} twice", where=str(where), hint=hint)
        seen.add(outcome.id)


def _bad(where: Path, line: int, message: str, hint: str = "look at that line") -> LogFormatError:
    return LogFormatError(message, where=f"{where}:{line}", hint=hint)
