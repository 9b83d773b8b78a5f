"""The sparkline: a range as a picture of the size of a word."""

from __future__ import annotations

from datetime import date

from burnlib.ledger import Ledger
from burnlib.views.base import Basis, Sparkline
from burnlib.views.heatmap import heatmap

__all__ = ["sparkline"]


def sparkline(
    rows: Ledger,
    *,
    range: str = "30d",
    basis: Basis = "total",
    label: bool = False,
    today: date | None = None,
) -> Sparkline:
    """Return every day of *range*, oldest first, on the log scale of all *rows*.

    *label* puts the sum beside it, as a badge needs it. The other options are those of
    :mod:`burnlib.views`.
    """
    calendar = heatmap(rows, range=range, basis=basis, classes=None, today=today)
    return Sparkline(
        range=calendar.range,
        days=calendar.days,
        scale=calendar.scale,
        amount=calendar.amount,
        observed=calendar.observed,
        missing=calendar.missing,
        label=label,
        basis=basis,
        estimates=calendar.estimates,
        made_up=calendar.made_up,
    )
