"""Made-up logs of 400 days, so that everything can be tried without any real ones.

An old laptop, then a fortnight in which nothing was seen, then a new laptop up to a given last day.
On both, Claude Code and Codex ran, and their logs show the oddities that real logs show: repeated,
copied and forked records, falling counters, sub-agents, missing final counts. Each made-up response
stands for the many that a real day has, so its counts are larger than a real one's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from attrs import frozen

from burnlib.demo.claude_lines import claude_files
from burnlib.demo.codex_lines import codex_files
from burnlib.demo.story import GAP, LENGTH, OLD, live_days, sessions, unit
from burnlib.errors import InvalidInput
from burnlib.model import DailyRow, Fidelity, SourceDay

__all__ = ["Stage", "estimates", "truth", "write"]

# Name, first and last day, and the hours from the last day's midnight (UTC) to the collecting. The
# old laptop is looked at once more on the morning after, so its last day was seen to the end from
# UTC-8 on eastwards, while the first missing day is not seen whole anywhere.
_LAPTOPS = (("old-laptop", 0, OLD - 1, 32), ("new-laptop", OLD + GAP, LENGTH - 1, 15))

_ESTIMATED_DAYS = 30
_ESTIMATED_AMONG = 80  # of the last days, so that every range of the views has some


@frozen
class Stage:
    """A home folder and when it is collected.

    Attributes:
        home: A user's home folder, below which `.claude` and `.codex` lie.
        now: The UTC instant at which it is collected.

    """

    home: Path
    now: datetime


def write(directory: Path, *, last: date) -> tuple[Stage, ...]:
    """Write the made-up logs below *directory*; return their homes in collecting order.

    *last* is the last day, of which the logs hold what was used until 14:30 UTC. The same *last*
    gives the same bytes. Some 750 files, together below 3 MB.

    Raises:
        InvalidInput: *directory* is not an empty or new folder (made-up logs must never lie among
            real ones), cannot be written, or *last* is before 2016-02-05.

    """
    _check(last)
    try:
        if directory.exists() and any(directory.iterdir()):
            raise InvalidInput(
                "made-up logs need a folder of their own, and this one is not empty",
                where=str(directory),
                hint="name a new folder",
            )
        return _write(directory, last)
    except OSError as error:
        raise InvalidInput(
            f"the made-up logs cannot be written: {error.strerror}",
            where=str(directory),
            hint="name a new folder in a place that can be written",
        ) from error


def _write(directory: Path, last: date) -> tuple[Stage, ...]:
    stages = [_laptop(directory, last, *laptop) for laptop in _LAPTOPS]
    for session in sessions(last):
        home = stages[session.index >= OLD].home
        files = claude_files if session.source == "claude_code" else codex_files
        for name, text in files(session).items():
            path = home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
    return tuple(stages)


def _laptop(directory: Path, last: date, name: str, start: int, end: int, hours: int) -> Stage:
    """Write the settings of a laptop that is in use from day *start* to day *end*."""
    midnight = datetime.combine(last - timedelta(days=LENGTH - 1 - end), time(), UTC)
    # Claude Code keeps its logs for just as long as the laptop is in use, so that each of its days
    # was seen whole, and none before it.
    kept = end - start + math.ceil(hours / 24)
    settings = directory / name / ".claude" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_bytes(f'{{"cleanupPeriodDays":{kept}}}\n'.encode())
    return Stage(directory / name, midnight + timedelta(hours=hours))


def truth(last: date) -> Mapping[date, Mapping[str, int]]:
    """Return the tokens that were planned: UTC day to source ("codex", "claude_code") to tokens.

    A day without use has zeros; a day that no laptop saw is absent. No log is read for it.
    """
    _check(last)
    days = {day.date: {"codex": 0, "claude_code": 0} for day in live_days(last)}
    for session in sessions(last):
        for use in session.uses:
            days[use.at.date()][session.source] += use.counts.total
    return days


def estimates(last: date) -> tuple[DailyRow, ...]:
    """Return made-up rows of the estimated sources claude_chat and chatgpt, oldest first.

    Thirty of the last 80 days; a chat's history counts again with every question, so a day comes to
    some million tokens, with a range that is wide as such estimates are.
    """
    _check(last)
    busy = [day for day in live_days(last) if day.tokens and day.index >= LENGTH - _ESTIMATED_AMONG]
    chosen = sorted(busy, key=lambda day: unit("chat", day.index))[:_ESTIMATED_DAYS]
    return tuple(
        DailyRow(date=day.date, sources=_chats(day.index))
        for day in sorted(chosen, key=lambda day: day.index)
    )


def _chats(index: int) -> dict[str, SourceDay]:
    names = ("claude_chat", "chatgpt") if unit("both", index) < 0.6 else ("chatgpt",)
    return {name: _estimate(200_000 + int(3_800_000 * unit(name, index))) for name in names}


def _estimate(tokens: int) -> SourceDay:
    return SourceDay(
        tokens=tokens,
        fidelity=Fidelity.ESTIMATED,
        low=tokens * 6 // 10,
        high=tokens * 17 // 10,
    )


def _check(last: date) -> None:
    if isinstance(last, datetime):
        raise InvalidInput(f"{last} is an instant, not a day", hint="give its .date()")
    first = date(2015, 1, 1) + timedelta(days=LENGTH)
    if last < first:
        raise InvalidInput(
            f"the demonstration cannot end on {last}: no tool logged tokens before 2015",
            hint=f"choose {first} or a later day",
        )
