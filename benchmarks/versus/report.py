"""The table: what was measured, against what, and whether the goal is met."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter

from attrs import frozen

from versus.contests import Contest, Side
from versus.measure import Run, Spread, spread

__all__ = ["GOALS", "Fact", "table"]

_COSTS: Mapping[str, Callable[[Run], float]] = {
    name: attrgetter(name) for name in ("wall", "cpu", "peak")
}

GOALS: Mapping[tuple[str, str, str], Mapping[str, float]] = {
    ("cold", "large", "ccusage"): {"wall": 0.6, "cpu": 0.5, "peak": 0.5},
    ("cold", "large", "tokscale"): {"wall": 0.17},
    ("cold", "large", "xargs"): {"wall": 4},
    ("cold", "small", "ccusage"): {"wall": 2.5},
    ("warm", "large", "ccusage"): {"wall": 0.05},
    ("appended", "large", "ccusage"): {"wall": 0.07},
    ("growth", "large", "medium"): {"wall": 1.15},
    ("version", "", "python"): {"wall": 4},
    ("show", "large", "burn"): {"wall": 4},
    ("import", "", "python"): {"wall": 1.2},
}
"""Work, corpus and first word of the other's name: the greatest ratio of each cost."""

_WORDS = {
    "cold": "cold, {corpus}: all logs into a new archive",
    "warm": "warm, {corpus}: nothing new, dashboard printed",
    "appended": "appended, {corpus}: 1 % of the logs grew",
    "growth": "cold, byte for byte: {corpus} over {other}",
    "version": "burn --version",
    "show": "burn show --range 1y, {corpus}",
    "import": "import burnlib",
}

_HEAD = (
    "what",
    "against",
    "runs",
    "wall, s",
    "CPU, s",
    "peak, MiB",
    "wall ratio",
    "CPU ratio",
    "peak ratio",
    "goal",
    "days right",
)


@frozen
class Fact:
    """A figure that is no contest.

    Attributes:
        what: What it is.
        value: The figure, with its unit.
        goal: What it should be; empty where nothing is set.
        met: Whether it is; True where nothing is set.

    """

    what: str
    value: str
    goal: str = ""
    met: bool = True


def table(contests: Iterable[Contest], facts: Sequence[Fact], notes: Sequence[str]) -> str:
    """Return the report as Markdown."""
    lines = [_line(_HEAD), _line(["---"] * len(_HEAD))]
    lines += [_line(_row(contest)) for contest in contests]
    if facts:
        lines += ["", _line(("what", "figure", "goal")), _line(["---"] * 3)]
        lines += [_line((fact.what, fact.value, _verdict(fact.goal, fact.met))) for fact in facts]
    lines += ["", *(f"- {note}" for note in notes)]
    lines.append(
        f"- Python {platform.python_version()}, {platform.system()} {platform.release()}."
        " Figures are medians, ours / the other's; a ratio is the median of the pairs"
        " (least to greatest), and below 1 burnlib is cheaper."
    )
    return "\n".join(lines) + "\n"


def _row(contest: Contest) -> Sequence[str]:
    ours, other = contest.ours, contest.other
    # A peak tells something only where both count tokens.
    peaks = bool(other.agreement)
    return (
        _WORDS[contest.work].format(corpus=contest.corpus, other=other.name),
        other.name,
        str(len(ours.runs)),
        _both(contest, "wall", ".3f"),
        _both(contest, "cpu", ".3f"),
        _peaks(contest) if peaks else "",
        _ratio(contest.ratios(_COSTS["wall"])),
        _ratio(contest.ratios(_COSTS["cpu"])),
        _ratio(contest.ratios(_COSTS["peak"])) if peaks else "",
        _goal(contest),
        _days(ours, other),
    )


def _both(contest: Contest, cost: str, form: str) -> str:
    middles = (spread(list(map(_COSTS[cost], side.runs))).middle for side in _sides(contest))
    return " / ".join(format(middle, form) for middle in middles)


def _sides(contest: Contest) -> tuple[Side, Side]:
    return contest.ours, contest.other


def _peaks(contest: Contest) -> str:
    text = _both(contest, "peak", ".0f")
    together = " / ".join(f"{side.memory:.0f}" for side in _sides(contest))
    return f"{text} (all processes: {together})" if contest.ours.memory else text


def _ratio(ratios: Spread) -> str:
    return f"{ratios.middle:.3g} ({ratios.low:.3g} to {ratios.high:.3g})"


def _goal(contest: Contest) -> str:
    goals = GOALS.get((contest.work, contest.corpus, contest.other.name.split()[0]), {})
    return "; ".join(
        _verdict(f"{cost} ≤ {limit:g}", _middle(contest, cost) <= limit)
        for cost, limit in goals.items()
    )


def _middle(contest: Contest, cost: str) -> float:
    """Return the ratio that a goal is about: of memory, that of all processes together."""
    if cost == "peak" and contest.ours.memory:
        return contest.ours.memory / contest.other.memory
    return contest.ratios(_COSTS[cost]).middle


def _verdict(goal: str, met: bool) -> str:
    return f"{goal}: {'met' if met else '**missed**'}" if goal else ""


def _days(ours: Side, other: Side) -> str:
    told = [f"{side.name.split()[0]} {side.agreement}" for side in (ours, other) if side.agreement]
    if not ours.right:
        told[0] = f"**{told[0]}**"
    return "; ".join(told)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
