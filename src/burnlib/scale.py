"""Log scales: labelled colour classes, and ticks for a log axis.

Token use spans many powers of ten, so equal steps of colour stand for equal *ratios*. The classes
have printed edges, as thresholds let a reader turn a colour back into a number, which a ramp with
unlabelled steps does not.

Classes, from all non-zero daily totals x₁ ≤ … ≤ xₙ of a data set (never of a shown range, so that
a colour means the same in every range)::

    low  = x at rank ⌈0.05·n⌉          the 5th percentile, nearest rank: an odd tiny day
    high = xₙ                          must not stretch the scale
    E(M) = { m·10^k : m ∈ M, k ≥ 0, low < m·10^k ≤ high }
    edges = the first of E({1}), E({1,3}), E({1,2,5}) with at least 3 members, else the last
            (where that is empty: the same once more with low = x₁)
    more than 5 edges: the lowest are dropped

``level(v) = |{e ∈ edges : e ≤ v}|``, so n edges make n + 1 classes. Every E(M) holds each power of
ten between its ends, hence *v* and *10·v* never share a class where edges[0] ≤ 10·v ≤ high. Below
the first edge everything is one class, and the legend says so.

At most six classes, unless more are asked for: with seven, neighbouring colours of one ramp come
close for readers with impaired colour vision; cartographers advise five to seven
(colorbrewer2.org).

Without classes (``classes=None``) a colour stands for the place between low and high on the log
axis, and the same edges are the marks on its legend::

    t(v) = (log v - log low) / (log high - log low), from 0 to 1; less than low is 0
    level(v) = ⌊63·t(v) + 1/2⌋, one of 64 colours
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise

from attrs import Attribute, field, frozen

from burnlib.errors import InvalidInput
from burnlib.ramps import CONTINUOUS, MOST_CLASSES, RAMPS, ZERO
from burnlib.value import Value

__all__ = ["CLASSES", "LogScale", "log_ticks"]

CLASSES = 6
"""Classes of a scale at most, where nothing else is asked for."""

# Coarse to fine: the first that gives enough steps is the easiest to read.
_MANTISSAS = ((1,), (1, 3), (1, 2, 5))

_ENOUGH = 3


def _own(edges: Iterable[int]) -> tuple[int, ...]:
    return tuple(edges)


def _rising(_instance: object, _field: Attribute[tuple[int, ...]], edges: tuple[int, ...]) -> None:
    whole = all(type(edge) is int and edge > 0 for edge in edges)
    if not whole or any(a >= b for a, b in pairwise(edges)):
        raise InvalidInput(
            f"{edges} are not class edges", hint="give whole numbers above 0, each larger"
        )
    if len(edges) >= MOST_CLASSES:
        raise InvalidInput(
            f"{len(edges)} edges make {len(edges) + 1} classes, but there are seven colours",
            hint=f"give at most {MOST_CLASSES - 1} edges",
        )


@frozen(eq=False, repr=False)
class LogScale(Value):
    """How amounts become colours; the module's text gives the formula.

    Attributes:
        edges: Rising tokens; the class of an amount is the number of edges it has reached. Without
            classes they are the marks of the legend.
        lo: Smallest non-zero value of the data, tokens; 0 where there is none. Without classes the
            5th percentile, where the ramp begins.
        hi: Largest value of the data, tokens; 0 where there is none.
        continuous: Whether colours follow the amount without classes.

    """

    edges: tuple[int, ...] = field(default=(), converter=_own, validator=_rising)
    lo: int = 0
    hi: int = 0
    continuous: bool = False

    @classmethod
    def of(
        cls,
        values: Iterable[int],
        *,
        edges: Iterable[int] | None = None,
        classes: int | None = CLASSES,
    ) -> LogScale:
        """Return the scale of *values*, tokens >= 0; zeros have no colour and are left out.

        Args:
            values: All amounts that the scale is for, not only those of one picture.
            edges: Used as they are where given: two charts with the same edges can be compared.
                They must rise, be above 0 and be at most six (InvalidInput).
            classes: How many there are at most, 1 to 7 (InvalidInput); None makes it continuous.

        """
        if classes is not None and (type(classes) is not int or not 1 <= classes <= MOST_CLASSES):
            raise InvalidInput(
                f"{classes!r} colour classes",
                hint=f"use 1 to {MOST_CLASSES}, or None for no classes",
            )
        amounts = list(values)
        if odd := [value for value in amounts if type(value) is not int or value < 0]:
            raise InvalidInput(
                f"{odd[0]!r} is not a number of tokens", hint="give [row.total for row in rows]"
            )
        continuous = classes is None
        given = None if edges is None else tuple(edges)
        data = sorted(filter(None, amounts))
        if not data:
            return cls(given or (), continuous=continuous)
        low, high = data[math.ceil(len(data) / 20) - 1], data[-1]
        if given is None:
            # A few small days beside many equal ones: without this, all would share one class.
            found = _class_edges(low, high) or _class_edges(data[0], high)
            most = (CLASSES if classes is None else classes) - 1
            given = found[len(found) - most :] if len(found) > most else found
        return cls(given, low if continuous else data[0], high, continuous)

    @property
    def classes(self) -> int:
        """Number of classes, at least 1."""
        return len(self.edges) + 1

    @property
    def steps(self) -> int:
        """Number of colours: of classes, or 64 where the scale is continuous."""
        return CONTINUOUS if self.continuous else self.classes

    def class_of(self, value: int) -> int:
        """Return the class of *value*, tokens > 0; 0 is the lowest."""
        return bisect_right(self.edges, value)

    def level(self, value: int) -> int:
        """Return the colour of *value*, tokens > 0, as a number; 0 is that of the least."""
        if not self.continuous:
            return self.class_of(value)
        return math.floor(self.place(value) * (CONTINUOUS - 1) + 0.5)

    def place(self, value: int) -> float:
        """Return where from ``lo`` to ``hi`` *value*, > 0, lies on a log axis: 0.0 to 1.0."""
        if self.lo >= self.hi:
            return 0.5
        part = math.log(value / self.lo) / math.log(self.hi / self.lo)
        return min(1.0, max(0.0, part))

    def color(self, value: int, *, theme: str = "light") -> str:
        """Return the colour of *value*, tokens >= 0, as "#rrggbb"; 0 has one of its own.

        *theme* is "light" or "dark", the page that it is seen on.

        Raises:
            InvalidInput: An unknown theme, or a value that is no number of tokens.

        """
        if theme not in RAMPS:
            raise InvalidInput(f"no theme {theme!r}", hint=f"use {' or '.join(RAMPS)}")
        if type(value) is not int or value < 0:
            raise InvalidInput(f"{value!r} is not a number of tokens", hint="use 0, 1, 2, …")
        return RAMPS[theme][self.steps][self.level(value)] if value else ZERO[theme]

    def ticks(self) -> tuple[int, ...]:
        """Return round numbers for an axis from ``lo`` to ``hi``, as :func:`log_ticks`."""
        return log_ticks(self.lo, self.hi) if self.lo else ()


def log_ticks(lo: float, hi: float) -> tuple[int, ...]:
    """Return round numbers t with lo <= t <= hi for a log axis, rising.

    Powers of ten; where that gives fewer than three, also 3·10^k; where still fewer, 1, 2 and
    5·10^k. In a stretch too short even for two of those, where a log axis is nearly linear,
    multiples of the largest step 1, 2 or 5·10^k that has two. Both ends are above 0.
    """
    found: tuple[int, ...] = ()
    for mantissas in _MANTISSAS:
        found = tuple(_round_numbers(mantissas, lo, hi))
        if len(found) >= _ENOUGH:
            break
    return found if len(found) > 1 else _linear_ticks(lo, hi)


def _class_edges(low: int, high: int) -> tuple[int, ...]:
    edges: list[int] = []
    for mantissas in _MANTISSAS:
        edges = [edge for edge in _round_numbers(mantissas, low, high) if edge > low]
        if len(edges) >= _ENOUGH:
            break
    return tuple(edges)


def _round_numbers(mantissas: tuple[int, ...], lo: float, hi: float) -> Iterator[int]:
    """Yield each m·10^k from *lo* to *hi*, both included, rising."""
    power = 1
    while power <= hi:
        yield from (m * power for m in mantissas if lo <= m * power <= hi)
        power *= 10


def _linear_ticks(lo: float, hi: float) -> tuple[int, ...]:
    for step in reversed(tuple(_round_numbers((1, 2, 5), 1, hi))):
        found = tuple(range(math.ceil(lo / step) * step, math.floor(hi) + 1, step))
        if len(found) > 1 or step == 1:
            return found
    return ()
