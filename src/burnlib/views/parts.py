"""What views are made of: amounts with their trust, days, weeks, bars, comparisons.

Dates, integers, labels and states; no pixels, no colours and no formatted numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Literal

from attrs import Factory, field, frozen

from burnlib.errors import InvalidInput
from burnlib.value import Value

__all__ = [
    "Amount",
    "Bar",
    "Constant",
    "Day",
    "Equivalent",
    "Mean",
    "Receipt",
    "Step",
    "Week",
    "Window",
]


def _no_range(amount: Amount) -> int | None:
    return None if amount.estimated else 0


@frozen(eq=False, repr=False)
class Amount(Value):
    """Tokens with their trust: the two parts are never added without saying so.

    Attributes:
        exact: Measured tokens, lower bounds included.
        estimated: Estimated tokens; 0 in a view with basis "exact".
        lower_bound: Whether *exact* is a lower bound.
        low: The least plausible number of estimated tokens, at most *estimated*. None where the
            range of any part of them is unknown; 0 where nothing is estimated.
        high: The most that is plausible, at least *estimated*; None as *low* is.

    """

    exact: int = 0
    estimated: int = 0
    lower_bound: bool = False
    low: int | None = field(default=Factory(_no_range, takes_self=True))
    high: int | None = field(default=Factory(_no_range, takes_self=True))

    @property
    def total(self) -> int:
        """Both parts; what the view shows."""
        return self.exact + self.estimated

    @property
    def share(self) -> float:
        """The estimated part, 0.0 to 1.0; 0.0 for nothing."""
        return self.estimated / self.total if self.total else 0.0

    @property
    def has_estimate(self) -> bool:
        """Whether anything is estimated, be it at nothing, of what may have been something."""
        return bool(self.estimated or self.high)

    def __add__(self, other: Amount) -> Amount:
        return Amount(
            self.exact + other.exact,
            self.estimated + other.estimated,
            self.lower_bound or other.lower_bound,
            None if self.low is None or other.low is None else self.low + other.low,
            None if self.high is None or other.high is None else self.high + other.high,
        )


@frozen(kw_only=True, eq=False, repr=False)
class Day(Value):
    """One day of the heatmap.

    Attributes:
        date: The local day.
        amount: None where the day is missing; zero where it was observed and nothing was used.
        level: Its colour on the scale, 0 the lowest; None for zero and for missing.
        driver: The day's main family; "" where unknown.
        today: Whether the day is still going on.
        over_target: Whether it exceeds the daily target.

    """

    date: date
    amount: Amount | None
    level: int | None
    driver: str = ""
    today: bool = False
    over_target: bool = False


@frozen(kw_only=True, eq=False, repr=False)
class Week(Value):
    """One calendar week of the trend.

    Attributes:
        first: Its first day (a Monday, unless weeks start on Sunday).
        amount: Sum of its observed days; None where no day was observed.
        observed: Days that have a row, 0 to 7.
        complete: Whether at least six days were observed and the week is over; only such weeks
            are joined by the line and can be the peak.
        current: Whether the week is still going on.

    """

    first: date
    amount: Amount | None
    observed: int
    complete: bool
    current: bool = False


@frozen(kw_only=True, eq=False, repr=False)
class Bar(Value):
    """One family of work.

    Attributes:
        name: The family; burnlib.model.NO_LABEL for tokens that nothing claims.
        amount: Its tokens.
        share: Of all tokens in the range, 0.0 to 1.0.
        days: Days with tokens of this family.
        evidence: The user's notes on such days, newest first, joined; "" where there is none.
        families: For the last bar "other": the families in it; else empty.

    """

    name: str
    amount: Amount
    share: float
    days: int
    evidence: str = ""
    families: tuple[str, ...] = ()


@frozen(kw_only=True, eq=False, repr=False)
class Window(Value):
    """A quick figure above the drivers.

    Attributes:
        key: "today" ("last" where the range's last day is over), "7d", "30d", "peak" or "active".
        amount: Tokens; None where nothing was observed, and for "active".
        days: Observed days in it; for "active" the days with tokens.
        of: Days it spans.
        date: For "today", "last" and "peak" the day.

    """

    key: str
    amount: Amount | None
    days: int
    of: int
    date: date | None = None


@frozen(eq=False, repr=False)
class Constant(Value):
    """A rough number of the world, and where it is from.

    Attributes:
        value: The value to calculate with, above 0; the unit is in *label*.
        low: The least plausible value, above 0.
        high: The greatest plausible value.
        label: What it is, as the arithmetic names it: "words a minute".
        source: Who says so.
        as_of: When; things such as Wikipedia grow.

    """

    value: float
    low: float
    high: float
    label: str
    source: str
    as_of: str

    def __attrs_post_init__(self) -> None:
        if not 0 < self.low <= self.value <= self.high < math.inf:
            raise InvalidInput(
                f"{self.label}: {self.value} in {self.low} to {self.high} is not a constant",
                hint="give 0 < low <= value <= high",
            )


@frozen(kw_only=True, eq=False, repr=False)
class Step(Value):
    """One step of an equivalent's arithmetic: "×" or "÷", and by what.

    *key* is the constant's in burnlib.fermi; "" for a whole number.
    """

    sign: Literal["×", "÷"]
    by: Constant | int
    key: str = ""


@frozen(kw_only=True, eq=False, repr=False)
class Equivalent(Value):
    """One comparison with its arithmetic.

    Attributes:
        key: The constant's key in burnlib.fermi.
        result: The comparison, in *unit*.
        low: Least plausible result, of the fewest tokens that are plausible.
        high: Greatest plausible result, of the most tokens that are.
        unit: Key of what is counted: "copies", of War and Peace.
        amount: The tokens that are compared.
        steps: What is done to them, in this order.

    """

    key: str
    result: float
    low: float
    high: float
    unit: str
    amount: Amount
    steps: tuple[Step, ...]


@frozen(kw_only=True, eq=False, repr=False)
class Mean(Value):
    """Mean of the observed days among the last seven; *days* says how many those were."""

    tokens: int
    days: int
    estimated: bool
    lower_bound: bool = False


@frozen(kw_only=True, eq=False, repr=False)
class Receipt(Value):
    """One day of the table.

    Attributes:
        date: The local day.
        amount: All sources; None where the day is missing.
        cells: Source name to its amount; a source that is absent was not observed that day.
        calls: Source name to its requests, where known.
        mean: Seven-day mean; None with fewer than four observed days.
        driver: The day's main family; "" where unknown.
        today: Whether the day is still going on.
        over_target: Whether it exceeds the daily target.

    """

    date: date
    amount: Amount | None
    cells: Mapping[str, Amount]
    calls: Mapping[str, int]
    mean: Mean | None
    driver: str = ""
    today: bool = False
    over_target: bool = False
