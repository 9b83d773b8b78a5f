"""What pictures mean, before anyone draws them: dates, integers, labels and states.

A view holds no pixels, no colours and no formatted numbers; those begin in ``render``.

What all views have, besides their range and its amount: *basis*, what they show; *estimates*, what
the estimates in their days count (:data:`burnlib.model.Estimate`), empty where nothing is
estimated; *made_up*, whether the rows are demonstration data.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal, TypeAlias

from attrs import frozen

from burnlib.days import Range
from burnlib.model import Estimate
from burnlib.scale import LogScale
from burnlib.value import Value
from burnlib.views.parts import Amount, Bar, Day, Equivalent, Receipt, Week, Window

__all__ = [
    "PARTS",
    "RANGES",
    "Basis",
    "By",
    "Drivers",
    "Equivalents",
    "Headline",
    "Heatmap",
    "Multiples",
    "Page",
    "Panel",
    "Section",
    "Sparkline",
    "Table",
    "Trend",
    "View",
    "WeekStart",
]

Basis: TypeAlias = Literal["total", "exact"]
"""What a view shows: all tokens with the estimated part marked, or the measured ones alone."""

WeekStart: TypeAlias = Literal["monday", "sunday"]

By: TypeAlias = Literal["source"]
"""What there is one picture each of."""

RANGES = ("90d", "180d", "1y", "all")
"""The ranges of the page's switch."""


PARTS = ("figures", "heatmap", "trend", "drivers", "equivalents", "table")
"""What a page shows of each range, below its headline."""


@frozen(kw_only=True, eq=False, repr=False)
class Heatmap(Value):
    """Every day of a range, observed or not, oldest first, on one colour scale."""

    range: Range
    days: tuple[Day, ...]
    scale: LogScale
    amount: Amount
    observed: int
    missing: int
    peak: Day | None = None
    target: int | None = None
    basis: Basis = "total"
    week_start: WeekStart = "monday"
    estimates: frozenset[Estimate] = frozenset()
    made_up: bool = False


@frozen(kw_only=True, eq=False, repr=False)
class Trend(Value):
    """Calendar weeks, oldest first; the range is snapped outward to whole weeks."""

    range: Range
    weeks: tuple[Week, ...]
    amount: Amount
    peak: Week | None = None
    basis: Basis = "total"
    estimates: frozenset[Estimate] = frozenset()
    made_up: bool = False


@frozen(kw_only=True, eq=False, repr=False)
class Drivers(Value):
    """Families of work, largest first, the unlabelled part last; shares add up to one."""

    range: Range
    bars: tuple[Bar, ...]
    windows: tuple[Window, ...]
    amount: Amount
    basis: Basis = "total"
    estimates: frozenset[Estimate] = frozenset()
    made_up: bool = False


@frozen(kw_only=True, eq=False, repr=False)
class Equivalents(Value):
    """Two to four comparisons for the tokens of a range."""

    range: Range
    amount: Amount
    lines: tuple[Equivalent, ...]
    basis: Basis = "total"
    estimates: frozenset[Estimate] = frozenset()
    made_up: bool = False


@frozen(kw_only=True, eq=False, repr=False)
class Table(Value):
    """The last days of the range, newest first, and the sums of the whole range.

    Attributes:
        range: The whole range, which *amount*, *totals* and *calls* sum up.
        receipts: At most 30 days, newest first; every calendar day, missing ones too.
        sources: Columns, exact ones first.
        estimated: Names of the columns that hold estimates.
        amount: Sum over the range.
        totals: Sum over the range by source.
        calls: Requests over the range by source, where known.
        observed: Days of the range that have a row.

    """

    range: Range
    receipts: tuple[Receipt, ...]
    sources: tuple[str, ...]
    estimated: frozenset[str]
    amount: Amount
    totals: Mapping[str, Amount]
    calls: Mapping[str, int]
    observed: int
    target: int | None = None
    basis: Basis = "total"
    estimates: frozenset[Estimate] = frozenset()
    made_up: bool = False


@frozen(kw_only=True, eq=False, repr=False)
class Headline(Value):
    """The range in one sentence: its sum, its days, and what is not known of it."""

    range: Range
    amount: Amount
    observed: int
    missing: int
    estimates: frozenset[Estimate] = frozenset()
    made_up: bool = False


@frozen(kw_only=True, eq=False, repr=False)
class Section(Value):
    """All views of one range of the page.

    Attributes:
        key: "90d", "180d", "1y" or "all"; also names the radio button.

    """

    key: str
    headline: Headline
    heatmap: Heatmap
    trend: Trend
    drivers: Drivers
    equivalents: Equivalents
    table: Table


@frozen(kw_only=True, eq=False, repr=False)
class Page(Value):
    """Everything on the self-contained page: one section a range.

    Attributes:
        sections: In the order of the switch.
        opens: Key of the section that is shown first.
        parts: What is shown of each section, in this order; of burnlib.views.base.PARTS.
        zone: IANA name of the zone that days are cut in; "" where unknown.
        made: The day the page was made, given by the caller; None leaves it out.
        made_up: Whether the rows are demonstration data.

    """

    sections: tuple[Section, ...]
    opens: str
    parts: tuple[str, ...] = PARTS
    zone: str = ""
    made: date | None = None
    made_up: bool = False


@frozen(kw_only=True, eq=False, repr=False)
class Panel(Value):
    """One of several pictures that are to be compared: what is in it, and its picture."""

    name: str
    view: Heatmap | Trend


@frozen(kw_only=True, eq=False, repr=False)
class Multiples(Value):
    """The same picture once for each source, all with the same days and the same scale.

    Attributes:
        panels: One a source, the best known first; all heatmaps or all trends.
        amount: Sum of all panels.

    """

    range: Range
    panels: tuple[Panel, ...]
    amount: Amount
    basis: Basis = "total"
    estimates: frozenset[Estimate] = frozenset()
    made_up: bool = False


@frozen(kw_only=True, eq=False, repr=False)
class Sparkline(Value):
    """A range as a picture of the size of a word.

    Attributes:
        days: Every day of the range, oldest first.
        scale: Continuous, of all data; a mark is as high as its amount's place on it.
        label: Whether the sum stands beside it.

    """

    range: Range
    days: tuple[Day, ...]
    scale: LogScale
    amount: Amount
    observed: int
    missing: int
    label: bool = False
    basis: Basis = "total"
    estimates: frozenset[Estimate] = frozenset()
    made_up: bool = False


View: TypeAlias = Heatmap | Trend | Drivers | Equivalents | Table | Multiples | Sparkline | Page
