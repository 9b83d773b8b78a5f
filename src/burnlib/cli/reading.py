"""What the commands have in common: from the options to rows, from values to lines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from burnlib import words
from burnlib.cli.streams import complain
from burnlib.days import local_day, system_zone, zone
from burnlib.errors import InvalidInput, NoArchive

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from burnlib.history import History
    from burnlib.ledger import Ledger
    from burnlib.sources.base import Problem

__all__ = ["day_of", "history_of", "plain", "print_json", "rows_of", "say", "today_of", "warn"]


def plain(text: object) -> str:
    """Return untrusted text as one line that a terminal cannot be steered with."""
    return words.clean(str(text), limit=400)


def say(text: str = "") -> None:
    """Print a line of output."""
    print(text)


def warn(problems: Iterable[Problem]) -> None:
    """Print problems to standard error, a line each."""
    for problem in problems:
        complain(plain(f"burn: {problem}"))


def print_json(value: object) -> None:
    """Print a value for programs, in ASCII: any console can show it, and none is steered by it."""
    import json

    print(json.dumps(value, indent=2))


def history_of(options: argparse.Namespace) -> History:
    """Return the archive that the options name."""
    from burnlib.history import recall

    history = recall(options.archive, tz=options.tz, estimate=options.estimate)
    if not history.rows:
        from burnlib.archive import COLLECT_FIRST

        raise NoArchive("holds no days yet", where=str(history.archive), hint=COLLECT_FIRST)
    return history


def rows_of(options: argparse.Namespace) -> Ledger:
    """Return the rows of the file or the archive that the options name."""
    if options.source_file:
        from burnlib.daily import load

        rows = load(options.source_file)
        _check_estimate(rows, options)
        return rows
    return history_of(options).rows


def _check_estimate(rows: Ledger, options: argparse.Namespace) -> None:
    """Raise InvalidInput where a file's estimates are not the figure that the options ask for."""
    if options.estimate == "processed" and any(
        row.estimated and row.estimate == "visible" for row in rows
    ):
        hint = "leave out --from: the archive holds both figures"
        raise InvalidInput(
            "holds each message once, not what was processed",
            where=str(options.source_file),
            hint=hint,
        )


def today_of(rows: Ledger, options: argparse.Namespace) -> date:
    """Return the day that is still going on, in the zone of the rows."""
    name = options.tz or next((row.tz for row in reversed(rows) if row.tz), "") or system_zone()
    return local_day(datetime.now(UTC), zone(name))


def day_of(text: str, options: argparse.Namespace, default_zone: str) -> date:
    """Return the day that *text* names."""
    today = local_day(datetime.now(UTC), zone(options.tz or default_zone or system_zone()))
    if text in ("today", "yesterday"):
        return today - timedelta(days=text == "yesterday")
    try:
        return date.fromisoformat(text)
    except ValueError:
        hint = "write it as 2026-05-24, today or yesterday"
        raise InvalidInput(f"{text!r} is not a day", hint=hint) from None
