"""``burn show`` and ``burn render``."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from burnlib.cli import codes
from burnlib.cli.parser import VIEWS
from burnlib.cli.reading import plain, print_json, rows_of, say, today_of
from burnlib.errors import NotFound

if TYPE_CHECKING:
    from burnlib.chart import Chart
    from burnlib.ledger import Ledger

__all__ = ["print_dashboard", "render", "show"]

_RANGE = "180d"


def show(options: argparse.Namespace) -> int:
    """Print views as text, or the rows of the range as JSON."""
    for name in options.views:
        if name not in VIEWS:
            raise NotFound(f"no view is called {name!r}", hint=f"use {', '.join(VIEWS)}")
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
    _write(_chart("page", rows, options))


def render(options: argparse.Namespace) -> int:
    """Write a view or the page to a file."""
    chart = _chart(options.view, rows_of(options), options)
    chart.save(options.output, **({"theme": options.theme} if options.theme else {}))
    if options.json:
        print_json({"wrote": str(options.output)})
    else:
        say(f"wrote {plain(options.output)}")
    return codes.GOOD


def _chart(name: str, rows: Ledger, options: argparse.Namespace) -> Chart:
    from burnlib import chart

    today = today_of(rows, options)
    if name == "page":
        opens = options.range or _RANGE
        ranges = ("90d", "180d", "1y", "all")
        return chart.page(
            rows,
            opens=opens,
            ranges=ranges if opens in ranges else (opens, *ranges),
            basis=options.basis,
            today=today,
            made=today,
        )
    make = {
        "heatmap": chart.heatmap,
        "trend": chart.trend,
        "drivers": chart.drivers,
        "equivalents": chart.equivalents,
        "table": chart.table,
    }[name]
    return make(rows, range=options.range or _RANGE, basis=options.basis, today=today)


def _write(chart: Chart) -> None:
    from burnlib.render.text import terminal_style

    sys.stdout.write(chart.text(**terminal_style(sys.stdout, os.environ)))
