"""``burn show`` and ``burn render``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TypedDict

from burnlib.cli import codes
from burnlib.cli.options import PICTURES
from burnlib.cli.reading import plain, print_json, rows_of, say, today_of
from burnlib.errors import InvalidInput, NotFound
from burnlib.views.base import RANGES

if TYPE_CHECKING:
    import argparse
    from datetime import date

    from burnlib.chart import Chart
    from burnlib.ledger import Ledger
    from burnlib.views.base import Basis

__all__ = ["print_dashboard", "render", "show"]

_RANGE = "180d"


def show(options: argparse.Namespace) -> int:
    """Print views as text, or the rows of the range as JSON."""
    for name in options.views:
        if name not in PICTURES:
            raise NotFound(f"no view is called {name!r}", hint=f"use {', '.join(PICTURES)}")
    for name in options.views:
        _check_by(name, options)
    if options.by and not options.views:
        raise InvalidInput(f"by {options.by}, but no view", hint="burn show heatmap --by source")
    rows = rows_of(options)
    if options.json:
        from burnlib.daily import dumps

        sys.stdout.write(dumps(rows.last(options.range or "all"), ascii=True))
        return codes.GOOD
    if not options.views:
        print_dashboard(rows, options)
        return codes.GOOD
    for number, name in enumerate(options.views):
        if number:
            say()
        _write(_chart(name, rows, options))
    return codes.GOOD


def print_dashboard(rows: Ledger, options: argparse.Namespace) -> None:
    """Print the headline, the quick figures and all five views of one range."""
    _write(_page(rows, options, ranges=_needed(rows)))


def _needed(rows: Ledger) -> tuple[str, ...]:
    """Return the ranges that text needs beside the one it shows: a range costs 10 ms.

    How estimates count is told of all days on the page, not of those of one range alone.
    """
    return () if all(row.estimate == "visible" for row in rows) else ("all",)


def render(options: argparse.Namespace) -> int:
    """Write a view or the page to a file."""
    chart = _chart(options.view, rows_of(options), options)
    chart.save(options.output, **({"theme": options.theme} if options.theme else {}))
    if options.json:
        print_json({"wrote": str(options.output)})
    else:
        say(f"wrote {plain(options.output)}")
    return codes.GOOD


class _Common(TypedDict):
    """The options of every view."""

    range: str
    basis: Basis
    today: date | None
    language: str


def _check_by(name: str, options: argparse.Namespace) -> None:
    if options.by and name not in ("heatmap", "trend"):
        raise InvalidInput(f"no {name} by {options.by}", hint="use --by with heatmap or trend")


def _chart(name: str, rows: Ledger, options: argparse.Namespace) -> Chart:
    from burnlib import charts

    _check_by(name, options)
    if name == "page":
        return _page(rows, options, ranges=RANGES)
    default = "30d" if name == "sparkline" else _RANGE
    common: _Common = {
        "range": options.range or default,
        "basis": options.basis,
        "today": today_of(rows, options),
        "language": options.language,
    }
    if options.by:
        by = {"heatmap": charts.heatmap, "trend": charts.trend}[name]
        return by(rows, by=options.by, **common)
    if name == "sparkline":
        return charts.sparkline(rows, label=True, **common)
    make = {
        "heatmap": charts.heatmap,
        "trend": charts.trend,
        "drivers": charts.drivers,
        "equivalents": charts.equivalents,
        "table": charts.table,
    }[name]
    return make(rows, **common)


def _page(rows: Ledger, options: argparse.Namespace, *, ranges: tuple[str, ...]) -> Chart:
    from burnlib.charts import page

    today, opens = today_of(rows, options), options.range or _RANGE
    return page(
        rows,
        opens=opens,
        ranges=ranges if opens in ranges else (opens, *ranges),
        basis=options.basis,
        today=today,
        made=today,
        language=options.language,
    )


def _write(chart: Chart) -> None:
    from burnlib.render.text import terminal_style

    sys.stdout.write(chart.text(**terminal_style(sys.stdout, os.environ)))
