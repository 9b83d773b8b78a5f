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

At most six classes: with seven, neighbouring colours of one ramp come too close for readers with
impaired colour vision; cartographers advise five to seven (colorbrewer2.org).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise

from attrs import Attribute, field, frozen

from burnlib.errors import InvalidInput
from burnlib.value import Value

__all__ = ["LogScale"]

# Coarse to fine: the first that gives enough steps is the easiest to read.
_MANTISSAS = ((1,), (1, 3), (1, 2, 5))

_ENOUGH = 3
_MOST_EDGES = 5
_MOST_GIVEN_EDGES = 6  # the ramps have seven colours at most


def _own(edges: Iterable[int]) -> tuple[int, ...]:
    return tuple(edges)


def _rising(_instance: object, _field: Attribute[tuple[int, ...]], edges: tuple[int, ...]) -> None:
    whole = all(type(edge) is int and edge > 0 for edge in edges)
    if not whole or any(a >= b for a, b in pairwise(edges)):
        raise InvalidInput(
            f"{edges} are not class edges", hint="give whole numbers above 0, each larger"
        )
    if len(edges) > _MOST_GIVEN_EDGES:
        raise InvalidInput(
            f"{len(edges)} edges make {len(edges) + 1} classes, but there are seven colours",
            hint=f"give at most {_MOST_GIVEN_EDGES} edges",
        )


@frozen(eq=False, repr=False)
class LogScale(Value):
    """Colour classes of a data set; the module's text gives the formula.

    Attributes:
        edges: Rising tokens; the class of a value is the number of edges it has reached.
        lo: Smallest non-zero value of the data, tokens; 0 where there is none.
        hi: Largest value of the data, tokens; 0 where there is none.

    """

    edges: tuple[int, ...] = field(default=(), converter=_own, validator=_rising)
    lo: int = 0
    hi: int = 0

    @classmethod
    def of(cls, values: Iterable[int], *, edges: Iterable[int] | None = None) -> LogScale:
        """Return the scale of *values*, tokens >= 0; zeros have no class and are left out.

        *edges*, where given, are used as they are: two charts with the same edges can be
        compared. They must rise, be above 0 and be at most six (InvalidInput).
        """
        data = sorted(value for value in values if value)
        if not data:
            return cls(() if edges is None else tuple(edges))
        if edges is None:
            low = data[math.ceil(len(data) / 20) - 1]
            # A few small days beside many equal ones: without this, all would share one class.
            edges = _class_edges(low, data[-1]) or _class_edges(data[0], data[-1])
        return cls(tuple(edges), data[0], data[-1])

    @property
    def classes(self) -> int:
        """Number of classes, at least 1."""
        return len(self.edges) + 1

    def level(self, value: int) -> int:
        """Return the class of *value*, 0 for the lowest; tokens > 0."""
        return bisect_right(self.edges, value)

    @staticmethod
    def ticks(lo: float, hi: float) -> tuple[int, ...]:
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
    return tuple(edges[-_MOST_EDGES:])


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
