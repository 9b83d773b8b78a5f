"""The table: what each drawing took, and how many times as long as our SVG."""

from __future__ import annotations

import platform
import statistics
from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen
from versus.measure import spread

from drawing.libraries import Timing

__all__ = ["GOALS", "Drawn", "fastest_ratio", "table"]

GOALS: Mapping[str, float] = {"svg": 15, "text": 5, "png": 150}
"""Our drawings: the most milliseconds that each should take."""

_TIMES_FASTER = 10.0
"""How many times as long the fastest of the others should take for SVG."""

_WORDS = {
    "svg": "burnlib, SVG",
    "text": "burnlib, text",
    "png": "burnlib, PNG",
    "page": "burnlib, page: 5 views × 4 ranges × 2 widths",
}


@frozen
class Drawn:
    """One drawing, timed in several processes.

    Attributes:
        name: The drawing, one of ours or a library.
        format: What it gives.
        timings: One of each process, in the order of the rounds.

    """

    name: str
    format: str
    timings: Sequence[Timing]

    @property
    def medians(self) -> list[float]:
        """Milliseconds, the median of each process."""
        return [1000 * statistics.median(timing.times) for timing in self.timings]


def _ratios(ours: Drawn, other: Drawn) -> list[float]:
    return [b / a for a, b in zip(ours.medians, other.medians, strict=True)]


def fastest_ratio(ours: Drawn, others: Iterable[Drawn]) -> float:
    """Return how many times as long as *ours* the fastest of those that draw SVG takes."""
    return min(
        (spread(_ratios(ours, other)).middle for other in others if other.format == "SVG"),
        default=float("inf"),
    )


def table(drawn: Sequence[Drawn], notes: Sequence[str]) -> str:
    """Return the report as Markdown; the first of *drawn* is our SVG."""
    ours, others = drawn[0], [one for one in drawn if one.name not in _WORDS]
    lines = [
        "| drawing | ms | first, ms | kB | times as long as our SVG | goal |",
        "|---|---|---|---|---|---|",
        *(_row(ours, one) for one in drawn),
        "",
    ]
    if others:
        fastest = fastest_ratio(ours, others)
        goal = f"≥ {_TIMES_FASTER:g} times: {_verdict(fastest >= _TIMES_FASTER)}"
        lines.append(
            f"- The fastest of the others for SVG takes {fastest:.3g} times as long; {goal}."
        )
    lines += [f"- {note}" for note in notes]
    counts = [len(timing.times) for one in drawn for timing in one.timings]
    lines.append(
        f"- Python {platform.python_version()}, {platform.system()} {platform.release()}. Imports"
        f" are not timed. {len(ours.timings)} processes of each, in turn, of {min(counts)} to"
        f" {max(counts)} drawings after the first; a figure is the median of their medians, with"
        " the least and the greatest of these. Ratios are of processes of one round."
    )
    return "\n".join(lines) + "\n"


def _row(ours: Drawn, one: Drawn) -> str:
    first = 1000 * statistics.median(timing.first for timing in one.timings)
    ratio = _figure(_ratios(ours, one)) if one is not ours else ""
    goal = ""
    if one.name in GOALS:
        met = spread(one.medians).middle <= GOALS[one.name]
        goal = f"≤ {GOALS[one.name]:g} ms: {_verdict(met)}"
    cells = (
        _name(one),
        _figure(one.medians),
        f"{first:.3g}",
        f"{one.timings[0].size / 1000:.3g}",
        ratio,
        goal,
    )
    return "| " + " | ".join(cells) + " |"


def _name(one: Drawn) -> str:
    if one.name in _WORDS:
        return _WORDS[one.name]
    versions = one.timings[0].versions
    with_ = ", ".join(f"{name} {v}" for name, v in versions.items() if name != one.name)
    with_ = f" ({with_})" if with_ else ""
    return f"{one.name} {versions.get(one.name, '?')}{with_}, {one.format}"


def _figure(figures: Sequence[float]) -> str:
    of = spread(figures)
    return f"{of.middle:.3g} ({of.low:.3g} to {of.high:.3g})"


def _verdict(met: bool) -> str:
    return "met" if met else "**missed**"
