"""Functions from day rows to charts, one for each kind of view.

Each takes the rows and the options of its view, and returns a :class:`burnlib.chart.Chart`::

    burnlib.heatmap(rows, range="1y").save("burn.svg")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from burnlib.chart import Chart
from burnlib.errors import InvalidInput
from burnlib.ledger import Ledger
from burnlib.scale import CLASSES
from burnlib.views.base import PARTS, RANGES

# A chart of one kind loads what that kind needs.
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from burnlib.model import DailyRow
    from burnlib.scale import LogScale
    from burnlib.views.base import Basis, By, WeekStart
    from burnlib.views.parts import Constant

__all__ = ["drivers", "equivalents", "heatmap", "page", "sparkline", "table", "trend"]


def _ledger(rows: Iterable[DailyRow]) -> Ledger:
    if isinstance(rows, Ledger):
        return rows
    try:
        return Ledger(rows)
    except (TypeError, AttributeError) as error:
        raise InvalidInput(
            f"{type(rows).__name__} is not a sequence of day rows",
            hint='give it burnlib.load("daily-burn.json") or the rows of burnlib.collect()',
        ) from error


def _by_source(by: str | None) -> bool:
    if by not in (None, "source"):
        raise InvalidInput(f"no pictures by {by!r}", hint='use by="source"')
    return by is not None


def heatmap(
    rows: Iterable[DailyRow],
    *,
    range: str = "180d",
    basis: Basis = "total",
    target: int | None = None,
    edges: Iterable[int] | None = None,
    classes: int | None = CLASSES,
    scale: LogScale | None = None,
    week_start: WeekStart = "monday",
    today: date | None = None,
    by: By | None = None,
    language: str = "en",
) -> Chart:
    """Chart every day in its colour; options as in :mod:`burnlib.views.heatmap`.

    *by* "source" makes one picture for each, all on one scale (:mod:`burnlib.views.multiples`); a
    target, which is for all sources together, is then an InvalidInput.
    """
    if _by_source(by):
        from burnlib.views.multiples import heatmaps

        if target is not None:
            raise InvalidInput("a target is of all sources together", hint="give by or target")
        panels = heatmaps(
            _ledger(rows),
            range=range,
            basis=basis,
            edges=edges,
            classes=classes,
            scale=scale,
            week_start=week_start,
            today=today,
        )
        return Chart(panels, language)
    from burnlib.views.heatmap import heatmap as view_of

    view = view_of(
        _ledger(rows),
        range=range,
        basis=basis,
        target=target,
        edges=edges,
        classes=classes,
        scale=scale,
        week_start=week_start,
        today=today,
    )
    return Chart(view, language)


def trend(
    rows: Iterable[DailyRow],
    *,
    range: str = "180d",
    basis: Basis = "total",
    week_start: WeekStart = "monday",
    today: date | None = None,
    by: By | None = None,
    language: str = "en",
) -> Chart:
    """Chart weeks on a log axis; options as in :mod:`burnlib.views.trend`.

    *by* "source" makes one picture for each, all on one axis (:mod:`burnlib.views.multiples`).
    """
    if _by_source(by):
        from burnlib.views.multiples import trends

        panels = trends(_ledger(rows), range=range, basis=basis, week_start=week_start, today=today)
        return Chart(panels, language)
    from burnlib.views.trend import trend as view_of

    view = view_of(_ledger(rows), range=range, basis=basis, week_start=week_start, today=today)
    return Chart(view, language)


def drivers(
    rows: Iterable[DailyRow],
    *,
    range: str = "180d",
    basis: Basis = "total",
    today: date | None = None,
    language: str = "en",
) -> Chart:
    """Chart what the tokens went to; options as in :mod:`burnlib.views.drivers`."""
    from burnlib.views.drivers import drivers as view_of

    return Chart(view_of(_ledger(rows), range=range, basis=basis, today=today), language)


def equivalents(
    rows: Iterable[DailyRow],
    *,
    range: str = "180d",
    basis: Basis = "total",
    constants: Mapping[str, Constant] | None = None,
    today: date | None = None,
    language: str = "en",
) -> Chart:
    """Chart comparisons with their arithmetic; options as in :mod:`burnlib.views.equivalents`."""
    from burnlib.views.equivalents import equivalents as view_of

    view = view_of(_ledger(rows), range=range, basis=basis, constants=constants, today=today)
    return Chart(view, language)


def table(
    rows: Iterable[DailyRow],
    *,
    range: str = "180d",
    basis: Basis = "total",
    target: int | None = None,
    today: date | None = None,
    language: str = "en",
) -> Chart:
    """Chart the last 30 days by source; options as in :mod:`burnlib.views.table`."""
    from burnlib.views.table import table as view_of

    view = view_of(_ledger(rows), range=range, basis=basis, target=target, today=today)
    return Chart(view, language)


def sparkline(
    rows: Iterable[DailyRow],
    *,
    range: str = "30d",
    basis: Basis = "total",
    label: bool = False,
    today: date | None = None,
    language: str = "en",
) -> Chart:
    """Chart days as small as a word; options as in :mod:`burnlib.views.sparkline`."""
    from burnlib.views.sparkline import sparkline as view_of

    view = view_of(_ledger(rows), range=range, basis=basis, label=label, today=today)
    return Chart(view, language)


def page(
    rows: Iterable[DailyRow],
    *,
    opens: str = "",
    ranges: Iterable[str] = RANGES,
    parts: Iterable[str] = PARTS,
    zone: str = "",
    made: date | None = None,
    target: int | None = None,
    basis: Basis = "total",
    week_start: WeekStart = "monday",
    today: date | None = None,
    language: str = "en",
) -> Chart:
    """Chart all views in one document with a range switch; see :mod:`burnlib.views.page`."""
    from burnlib.views.page import page as view_of

    view = view_of(
        _ledger(rows),
        opens=opens,
        ranges=ranges,
        parts=parts,
        zone=zone,
        made=made,
        target=target,
        basis=basis,
        week_start=week_start,
        today=today,
    )
    return Chart(view, language)
