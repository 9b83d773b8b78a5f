"""What made-up logs hold: the right totals, and those of wrong rules that tools are known for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeAlias, cast
from zoneinfo import ZoneInfo

from attrs import define

__all__ = ["FILE", "ClaudeUsage", "CodexUsage", "Json", "Truth", "add", "load", "save", "table"]

FILE = "truth.json"

ClaudeUsage: TypeAlias = tuple[int, int, int, int, int]
"""Tokens: input, output, written to the cache for 5 minutes and for 1 hour, read from it."""

CodexUsage: TypeAlias = tuple[int, int, int, int]
"""Tokens: input with the cached part, cached, output with the reasoning part, reasoning."""

Json: TypeAlias = "dict[str, Json] | int | str | float | bool | list[Json] | None"

_Table: TypeAlias = dict[str, Json]

_ZONES = ("UTC", "America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata")

_QUARTER = 900_000  # every zone's midnights fall on quarters of an hour in UTC


@define
class _Response:
    """What the lines of one API response say, over all files: the first, the greatest, the last."""

    model: str
    sidechain: bool
    first: ClaudeUsage
    best: ClaudeUsage
    best_at: int
    last: ClaudeUsage


_Counted: TypeAlias = tuple[int, str, str, Sequence[int]]
"""One use: instant in milliseconds, claude or codex, model, tokens."""


class Truth:
    """Takes every usage record as it is written, and counts them by several rules.

    Rules for Claude Code: ``final``, the right one (of each response, over all files, the first
    line with the greatest total); the ``first`` and the ``last`` line; ``final_per_file``
    (responses in two files are two); ``none`` (every line); ``final_no_sidechain``.
    Rules for Codex: ``delta``, the right one (what the running total grew by, without what a fork
    replays); ``delta_with_replay``; ``last_every_event`` (every last_token_usage, repeats, too);
    ``last_on_advance_with_replay``.
    """

    def __init__(self) -> None:
        self._responses: dict[tuple[bytes, bytes], _Response] = {}
        self._in_file: dict[tuple[int, tuple[bytes, bytes]], ClaudeUsage] = {}
        self._lines = [0] * 5
        self._requests: list[tuple[int, str, CodexUsage]] = []
        self._events = [0] * 4
        self._replayed = [0] * 4

    def claude(
        self,
        file: int,
        response: tuple[bytes, bytes],
        at: int,
        usage: ClaudeUsage,
        model: str,
        *,
        sidechain: bool,
    ) -> None:
        """Take a line of *response* (ids of message and request) in the *file* of that number."""
        _add(self._lines, usage)
        known = self._responses.get(response)
        if known is None:
            new = _Response(model, sidechain, usage, usage, at, usage)
            self._responses[response] = new
        else:
            if sum(usage) > sum(known.best):
                known.best, known.best_at = usage, at
            known.last = usage
        best = self._in_file.get((file, response))
        if best is None or sum(usage) > sum(best):
            self._in_file[file, response] = usage

    def codex(self, at: int, model: str, usage: CodexUsage) -> None:
        """Take a request that the running total grew by."""
        self._requests.append((at, model, usage))

    def codex_event(self, last: CodexUsage) -> None:
        """Take a token_count event, be it new, a repeat or a replay."""
        _add(self._events, last)

    def codex_replay(self, usage: CodexUsage) -> None:
        """Take a request of the parent that a fork replays."""
        _add(self._replayed, usage)

    def tables(self) -> _Table:
        """Return daily totals of each zone, totals, totals of each model and of each rule."""
        uses = list(self._uses())
        claude, codex = (
            _sum((use[3] for use in uses if use[1] == kind), width)
            for kind, width in (("claude", 5), ("codex", 4))
        )
        models: dict[str, list[int]] = {}
        for _, kind, model, usage in uses:
            _add(models.setdefault(f"{kind}/{model}", [0] * len(usage)), usage)
        return {
            "daily": {zone: _daily(uses, ZoneInfo(zone)) for zone in _ZONES},
            "totals": {
                "claude": {**_claude(claude), "requests": len(self._responses)},
                "codex": {**_codex(codex), "requests": len(self._requests)},
            },
            "models": {name: _named(name, usage) for name, usage in sorted(models.items())},
            "variants": {"claude": self._claude_rules(), "codex": self._codex_rules(codex)},
        }

    def _uses(self) -> Iterator[_Counted]:
        for response in self._responses.values():
            yield response.best_at, "claude", response.model, response.best
        for at, model, usage in self._requests:
            yield at, "codex", model, usage

    def _claude_rules(self) -> _Table:
        responses = self._responses.values()
        main = (response.best for response in responses if not response.sidechain)
        return {
            "final": _claude(_sum((response.best for response in responses), 5)),
            "none": _claude(self._lines),
            "first": _claude(_sum((response.first for response in responses), 5)),
            "last": _claude(_sum((response.last for response in responses), 5)),
            "final_per_file": _claude(_sum(self._in_file.values(), 5)),
            "final_no_sidechain": _claude(_sum(main, 5)),
        }

    def _codex_rules(self, right: Sequence[int]) -> _Table:
        replayed = [a + b for a, b in zip(right, self._replayed, strict=True)]
        return {
            "delta": _codex(right),
            "delta_with_replay": _codex(replayed),
            "last_every_event": _codex(self._events),
            "last_on_advance_with_replay": _codex(replayed),
        }


def _daily(uses: Iterable[_Counted], zone: ZoneInfo) -> _Table:
    days: dict[str, dict[str, list[int]]] = {}
    known: dict[int, str] = {}
    for at, kind, _, usage in uses:
        quarter = at // _QUARTER
        day = known.get(quarter)
        if day is None:
            day = datetime.fromtimestamp(quarter * 900, zone).strftime("%Y-%m-%d")
            known[quarter] = day
        row = days.setdefault(day, {}).setdefault(kind, [0] * (len(usage) + 1))
        _add(row, (*usage, 1))
    return {
        day: {
            kind: {**_named(kind, row[:-1]), "requests": row[-1]}
            for kind, row in sorted(kinds.items())
        }
        for day, kinds in sorted(days.items())
    }


def _named(name: str, usage: Sequence[int]) -> _Table:
    return (_claude if name.startswith("claude") else _codex)(usage)


def _claude(usage: Sequence[int]) -> _Table:
    fresh, output, five, hour, read = usage
    return {
        "input": fresh,
        "output": output,
        "cache_creation": five + hour,
        "cache_creation_5m": five,
        "cache_creation_1h": hour,
        "cache_read": read,
        "total": sum(usage),
    }


def _codex(usage: Sequence[int]) -> _Table:
    whole, cached, output, reasoning = usage
    return {
        "input": whole,
        "cached": cached,
        "output": output,
        "reasoning": reasoning,
        "total": whole + output,
    }


def _add(sums: list[int], usage: Sequence[int]) -> None:
    for number, value in enumerate(usage):
        sums[number] += value


def _sum(usages: Iterable[Sequence[int]], width: int) -> list[int]:
    sums = [0] * width
    for usage in usages:
        _add(sums, usage)
    return sums


def add(known: Mapping[str, Json], new: Mapping[str, Json]) -> _Table:
    """Return both added up, number by number; for *new* uses, none of which is in *known*.

    What is no number stays as it is known. Days stay in order.
    """
    both = dict(known)
    for name, value in new.items():
        before = both.get(name)
        if isinstance(value, dict) and isinstance(before, dict):
            both[name] = add(before, value)
        elif isinstance(value, int) and isinstance(before, int):
            both[name] = before + value
        else:
            both.setdefault(name, value)
    is_days = any(name[:1].isdigit() for name in both)
    return dict(sorted(both.items())) if is_days else both


def table(value: Json) -> _Table:
    """Return *value*, which is an object."""
    if not isinstance(value, dict):
        raise TypeError(f"{FILE} has a {type(value).__name__} where an object belongs")
    return value


def load(home: Path) -> _Table:
    """Return what is known of the logs below *home*."""
    return cast("_Table", json.loads((home / FILE).read_text()))


def save(home: Path, tables: Mapping[str, Json]) -> None:
    """Write what is known of the logs below *home*."""
    (home / FILE).write_text(json.dumps(tables, indent=1))
