"""``burn breadth``: how varied the weeks were, beside how much was used."""

from __future__ import annotations

import argparse
from datetime import date, timedelta

from burnlib import words
from burnlib.cli import codes
from burnlib.cli.reading import history_of, plain, print_json, rows_of, say, today_of
from burnlib.days import span
from burnlib.views.breadth import Breadth, BreadthWeek, Spread, spread_of
from burnlib.views.breadth import breadth as breadth_of

__all__ = ["breadth"]

_MORE = {1: "more than usual", 0: "as usual", -1: "less than usual"}
_VARIED = {1: "more varied", 0: "as varied", -1: "less varied"}


def breadth(options: argparse.Namespace) -> int:
    """Print how varied each week was."""
    spread: dict[date, Spread] | None = None
    if options.source_file:
        rows = rows_of(options)
    else:
        history = history_of(options)
        rows = history.rows
        days = list(span(rows[0].date, rows[-1].date + timedelta(days=1)))
        spread = spread_of(history.portions(days))
    view = breadth_of(
        rows,
        spread,
        range=options.range or "26w",
        basis=options.basis,
        today=today_of(rows, options),
    )
    if options.json:
        print_json(_as_dict(view))
    else:
        _report(view, known=spread is not None)
    return codes.GOOD


def _report(view: Breadth, *, known: bool) -> None:
    say(f"{'week of':<12} {'tokens':>10} {'drivers':>8} {'projects':>9} {'kinds':>6}")
    for week in view.weeks:
        say(f"{_line(week)}  {_described(week)}".rstrip())
    say()
    say("drivers, projects, kinds: how many equal ones would be as varied (exp of Shannon entropy)")
    share = view.labelled / view.amount.total if view.amount.total else 0.0
    say(f"drivers are of the {words.percent(share)} of tokens that have a label")
    if not known:
        say("projects and kinds are in the archive alone, not in a file of rows")


def _line(week: BreadthWeek) -> str:
    tokens = words.amount(week.amount, strict=True) if week.amount else "no data"
    parts = f"{_number(week.drivers):>8} {_number(week.projects):>9} {_number(week.kinds):>6}"
    return f"{week.first.isoformat():<12} {tokens:>10} {parts}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _described(week: BreadthWeek) -> str:
    if week.amount is None:
        return ""
    said = []
    if week.volume or week.variety:
        said.append(f"{_MORE[week.volume]}, {_VARIED[week.variety]}")
    if week.new_projects:
        said.append(words.counted(len(week.new_projects), "new project", "new projects"))
    if week.new_kinds:
        said.append("new: " + ", ".join(map(plain, week.new_kinds)))
    return "; ".join(said)


def _as_dict(view: Breadth) -> dict[str, object]:
    return {
        "first": view.range.first.isoformat(),
        "last": view.range.last.isoformat(),
        "tokens": view.amount.total,
        "labelled_tokens": view.labelled,
        "weeks": [
            {
                "first": week.first.isoformat(),
                "tokens": week.amount.total if week.amount else None,
                "complete": week.complete,
                "drivers": week.drivers,
                "projects": week.projects,
                "kinds": week.kinds,
                "new_projects": list(week.new_projects),
                "new_kinds": list(week.new_kinds),
                "volume": week.volume,
                "variety": week.variety,
            }
            for week in view.weeks
        ],
    }
