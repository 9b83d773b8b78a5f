"""Where weeks and amounts lie on the trend, and which weeks are joined."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from attrs import frozen

from burnlib.views.base import Trend
from burnlib.views.parts import Week

__all__ = [
    "HOLLOW",
    "INSET",
    "LARGE",
    "LEFT",
    "TOP",
    "Plot",
    "bounds_of",
    "estimated",
    "plausible",
    "plot_of",
]

LEFT = 46
"""Where the plot begins, CSS px; numbers of the axis lie left of it."""

TOP = 22
"""Where the highest amount of a picture of its own lies, CSS px."""

INSET = 8
"""From the axis to the first week, CSS px."""

HOLLOW = 2.2
"""Radius of a hollow dot, CSS px."""

LARGE = 3.5
"""Radius of the peak's dot and of an open circle, CSS px."""

_DOT = 1.6
_FURTHEST = 72  # px from one week to the next; few weeks need not fill the page
_LEAST_DECADES = 0.5  # less would make a steep slope out of a change of a few percent
_BEADS = 5.0  # px from week to week below which dots would hide their line
_GROWTH = 1.0  # decades that ranges may add at either end; more would press the weeks into a strip
_MOSTLY = 0.4  # estimated share from which a week is drawn, and written with ~, as an estimate


@frozen(kw_only=True)
class Plot:
    """Where weeks and amounts lie, CSS px."""

    weeks: tuple[Week, ...]
    peak: Week | None
    step: float
    top: float  # y of the highest amount
    base: float  # y of the lowest amount
    low: float  # log10 of it
    high: float

    def x(self, index: int) -> float:
        """Return the x of the week at *index*."""
        return LEFT + INSET + index * self.step

    @property
    def right(self) -> float:
        """Return the x where grid lines end."""
        return self.x(len(self.weeks) - 1) + INSET

    @property
    def zero(self) -> float:
        """Return the y of the line for weeks without tokens, below a gap in the axis."""
        return self.base + 16

    @property
    def axis(self) -> float:
        """Return the y of the time axis."""
        zeros = any(week.amount and not week.amount.total for week in self.weeks)
        return (self.zero if zeros else self.base) + 10

    def y(self, tokens: int) -> float:
        """Return the y of an amount."""
        if not tokens:
            return self.zero
        part = (math.log10(tokens) - self.low) / (self.high - self.low)
        return self.base - part * (self.base - self.top)

    def points(self) -> Iterator[tuple[int, Week, float, float]]:
        """Yield index, week, x and y of each week with data."""
        for i, week in enumerate(self.weeks):
            if week.amount is not None:
                yield i, week, self.x(i), self.y(week.amount.total)

    def joins(self, index: int) -> bool:
        """Return whether the week at *index* can be an end of a joining line."""
        if not 0 <= index < len(self.weeks):
            return False
        week = self.weeks[index]
        return week.complete and week.amount is not None and week.amount.total > 0

    def joined(self, index: int) -> bool:
        """Return whether a line reaches the week at *index*."""
        return self.joins(index) and (self.joins(index - 1) or self.joins(index + 1))

    @property
    def beads(self) -> bool:
        """Whether weeks are far enough apart for dots; closer ones would hide their line."""
        return self.step >= _BEADS

    def beaded(self, index: int) -> bool:
        """Return whether the week has a dot of its own."""
        return self.beads or not self.joined(index)

    def radius(self, index: int) -> float:
        """Return the radius of the dot of the week at *index*, 0 where it has none; CSS px."""
        week = self.weeks[index]
        if not week.complete or week == self.peak:
            return LARGE
        if not self.joins(index) or self.hollow(index):
            return HOLLOW
        return _DOT if self.beaded(index) else 0.0

    def hollow(self, index: int) -> bool:
        """Return whether a whole week's dot is hollow, as mostly an estimate."""
        week = self.weeks[index]
        return self.joins(index) and self.beaded(index) and estimated(week) and week != self.peak


def estimated(week: Week) -> bool:
    """Return whether the week's amount is mostly an estimate."""
    return week.amount is not None and week.amount.share >= _MOSTLY


def plausible(week: Week) -> tuple[int, int] | None:
    """Return the fewest and the most tokens of a week with a known range; None without tokens."""
    amount = week.amount
    if amount is None or not amount.total or amount.low is None or amount.high is None:
        return None
    return amount.exact + amount.low, amount.exact + amount.high


def plot_of(
    view: Trend,
    *,
    right: float,
    height: float,
    top: float = TOP,
    bounds: tuple[float, float] | None = None,
) -> Plot:
    """Return the plot of *view*, whose last week lies at *right* at most; lengths in CSS px.

    *bounds* are the ends of the axis, log10 of tokens; by default those of :func:`bounds_of`.
    """
    low, high = bounds or bounds_of([view])
    return Plot(
        weeks=view.weeks,
        peak=view.peak,
        step=min(_FURTHEST, (right - LEFT - INSET) / max(1, len(view.weeks) - 1)),
        top=top,
        base=top + (height if view.amount.total else 0),
        low=low,
        high=high,
    )


def bounds_of(views: Iterable[Trend]) -> tuple[float, float]:
    """Return the ends of an axis that holds all weeks of *views*, log10 of tokens."""
    weeks = [week for view in views for week in view.weeks]
    values = [week.amount.total for week in weeks if week.amount and week.amount.total]
    ranges = [ends for week in weeks if (ends := plausible(week))]
    least, most = min(values, default=1), max(values, default=1)
    fewest = max(min([least, *(low for low, _ in ranges)]), least / 10**_GROWTH)
    highest = min(max([most, *(high for _, high in ranges)]), most * 10**_GROWTH)
    low = math.log10(fewest) - 0.06
    high = math.log10(highest) + 0.04
    short = max(0.0, _LEAST_DECADES - (high - low))
    return low - short / 2, high + short / 2
