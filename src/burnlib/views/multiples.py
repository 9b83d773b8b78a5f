"""Small multiples: one picture a source, all with the same days and the same scale."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from attrs import evolve

from burnlib.days import Range
from burnlib.ledger import Ledger
from burnlib.model import Estimate
from burnlib.scale import CLASSES, LogScale
from burnlib.views._rows import added, amounts, check, covered, is_made_up, shown
from burnlib.views.base import Basis, Heatmap, Multiples, Panel, Trend, WeekStart
from burnlib.views.heatmap import heatmap
from burnlib.views.trend import trend

__all__ = ["heatmaps", "trends"]


def heatmaps(
    rows: Ledger,
    *,
    range: str = "180d",
    basis: Basis = "total",
    edges: Iterable[int] | None = None,
    classes: int | None = CLASSES,
    scale: LogScale | None = None,
    week_start: WeekStart = "monday",
    today: date | None = None,
) -> Multiples:
    """Return a heatmap of each source; the scale is that of the days of all sources, one by one.

    The options are those of :func:`burnlib.views.heatmap.heatmap`. A daily target is of all
    sources together, so there is none here.
    """
    if scale is None:
        parts = [amounts(part, basis) for part in _parts(rows, basis).values()]
        days = [amount.total for part in parts for amount in part.values()]
        scale = LogScale.of(days, edges=edges, classes=classes)
    shared = scale

    def picture(part: Ledger, days: str) -> Heatmap:
        return heatmap(
            part, range=days, basis=basis, scale=shared, week_start=week_start, today=today
        )

    return _multiples(rows, picture, range=range, basis=basis, today=today)


def trends(
    rows: Ledger,
    *,
    range: str = "180d",
    basis: Basis = "total",
    week_start: WeekStart = "monday",
    today: date | None = None,
) -> Multiples:
    """Return a trend of each source; options as in :func:`burnlib.views.trend.trend`."""

    def picture(part: Ledger, days: str) -> Trend:
        return trend(part, range=days, basis=basis, week_start=week_start, today=today)

    return _multiples(rows, picture, range=range, basis=basis, today=today)


def _multiples(
    rows: Ledger,
    picture: Callable[[Ledger, str], Heatmap | Trend],
    *,
    range: str,
    basis: Basis,
    today: date | None,
) -> Multiples:
    check(basis=basis)
    asked = covered(rows, range, today=today)
    # A source that was last seen a month ago still ends with the others.
    days = f"{asked.first}..{asked.last}"
    panels = tuple(
        Panel(name=name, view=picture(part, days)) for name, part in _parts(rows, basis).items()
    )
    estimates = frozenset[Estimate]().union(*(panel.view.estimates for panel in panels))
    return Multiples(
        range=_span(panels, asked),
        panels=panels,
        amount=added(panel.view.amount for panel in panels),
        basis=basis,
        estimates=estimates,
        made_up=is_made_up(rows),
    )


def _span(panels: tuple[Panel, ...], asked: Range) -> Range:
    """Return the days that the panels show: trends show whole weeks."""
    shown = panels[0].view.range if panels else asked
    return Range(shown.first, shown.last, asked.name)


def _parts(rows: Ledger, basis: Basis) -> dict[str, Ledger]:
    """Return the rows of each source, its own part alone; a day on which it was absent is missing.

    A day that was observed without any source being named is a zero of each.
    """
    found: dict[str, Ledger] = {}
    for name in rows.sources:
        days = [
            evolve(
                row,
                sources={name: row.sources[name]} if row.sources else {},
                driver="",  # that is the family of the whole day
                drivers={},
            )
            for row in rows
            if name in row.sources or not row.sources
        ]
        if any(shown(row, basis) for row in days):
            found[name] = Ledger(days)
    return found
