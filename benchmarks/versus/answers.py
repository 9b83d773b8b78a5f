"""What a tool counted, and on how many days that is what the logs hold."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias, cast

from attrs import field, frozen

__all__ = [
    "Agreement",
    "Answer",
    "Half",
    "compare",
    "of_burnlib",
    "of_ccusage",
    "of_claude_monitor",
    "of_codeburn",
    "of_tokscale",
    "truth_of",
]

Half: TypeAlias = Literal["claude", "codex"]
"""A part of the logs."""

_Object: TypeAlias = dict[str, object]


@frozen
class Answer:
    """Tokens that a tool counted: of each day (2026-01-02), where it tells that, and in all."""

    days: Mapping[str, int] = field(factory=dict)
    total: int = 0


def _daily(days: Mapping[str, int]) -> Answer:
    """Return the answer of a tool that tells days; days of nothing are as good as none."""
    used = {day: tokens for day, tokens in days.items() if tokens}
    return Answer(used, sum(used.values()))


def truth_of(home: Path, halves: tuple[Half, ...] = ("claude", "codex")) -> Answer:
    """Return what the logs below *home* hold, of *halves*, by days in UTC."""
    tables = json.loads((home / "truth.json").read_bytes())
    days: Mapping[str, Mapping[str, Mapping[str, int]]] = tables["daily"]["UTC"]
    return _daily(
        {
            day: sum(kinds[half]["total"] for half in halves if half in kinds)
            for day, kinds in days.items()
        }
    )


def of_burnlib(output: bytes) -> Answer:
    """Read a daily-burn.json."""
    rows = cast("list[_Object]", json.loads(output))
    return _daily({str(row["date"]): _whole(row["total"]) for row in rows})


def of_ccusage(output: bytes) -> Answer:
    """Read ``ccusage daily --json``."""
    rows = cast("list[_Object]", json.loads(output)["daily"])
    return _daily({str(row["period"]): _whole(row["totalTokens"]) for row in rows})


def of_tokscale(output: bytes) -> Answer:
    """Read ``tokscale graph``."""
    rows = cast("list[dict[str, _Object]]", json.loads(output)["contributions"])
    return _daily({str(row["date"]): _whole(row["totals"]["tokens"]) for row in rows})


def of_codeburn(output: bytes) -> Answer:
    """Read ``codeburn report --format json``, which tells days only in dollars."""
    tokens = cast("_Object", json.loads(output)["overview"]["tokens"])
    return Answer({}, sum(map(_whole, tokens.values())))


_CELL = re.compile(r"[│|]")


def of_claude_monitor(output: bytes) -> Answer:
    """Read the table of ``claude-monitor --view daily``: the date first, all tokens seventh."""
    days = {}
    for line in output.decode(errors="replace").splitlines():
        cells = [cell.strip() for cell in _CELL.split(line)]
        if len(cells) > 7 and re.fullmatch(r"\d{4}-\d\d-\d\d", cells[1]):
            days[cells[1]] = int(cells[7].replace(",", ""))
    return _daily(days)


@frozen
class Agreement:
    """How an answer compares with the truth.

    Attributes:
        equal: Days that both have, with equal tokens; None where the tool tells no days.
        days: Days of the truth.
        extra: Days with tokens that the truth does not have.
        off: Tokens that the tool counted too many, or too few.
        total: Tokens of the truth.

    """

    equal: int | None
    days: int
    extra: int
    off: int
    total: int

    @property
    def exact(self) -> bool:
        """Whether nothing differs that the tool tells."""
        return self.off == 0 and self.equal in (None, self.days)

    def __str__(self) -> str:
        told = "no days told" if self.equal is None else f"{self.equal} of {self.days} days"
        if self.extra:
            told += f" and {self.extra} more"
        return told if self.off == 0 else f"{told}, {self.off:+,} tokens"


def compare(answer: Answer, truth: Answer) -> Agreement:
    """Return how *answer* compares with *truth*."""
    equal = None
    if answer.days:
        equal = sum(answer.days.get(day) == tokens for day, tokens in truth.days.items())
    extra = len(answer.days.keys() - truth.days.keys())
    return Agreement(equal, len(truth.days), extra, answer.total - truth.total, truth.total)


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{value!r} where a number of tokens belongs")
    return value
