"""``burn outcomes``: finished work, whether it stayed, and what it took."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from burnlib import words
from burnlib.cli import codes
from burnlib.cli.reading import history_of, plain, print_json, rows_of, say, warn
from burnlib.days import local_day, span, system_zone, zone
from burnlib.errors import InvalidInput
from burnlib.history import History
from burnlib.outcomes.base import OutcomeSource, Told
from burnlib.outcomes.git import Git
from burnlib.outcomes.reading import read_outcomes
from burnlib.plugins import plugins
from burnlib.views.attribution import Attribution, attribute
from burnlib.views.base import Basis
from burnlib.views.parts import Amount
from burnlib.views.per_outcome import Counts, OutcomeWeek, PerOutcome, per_outcome

__all__ = ["outcomes"]


def outcomes(options: argparse.Namespace) -> int:
    """Print outcomes and tokens per outcome, week by week."""
    git = Git(kinds=options.kind or ("commit",), branch=options.branch)
    places: list[tuple[str | OutcomeSource, str | Path]] = [
        *((git, where) for where in options.git or ()),
        *(("file", where) for where in options.file or ()),
        *((name, where) for name, where in options.other or ()),
    ]
    if not places:
        raise InvalidInput("there is nothing to read outcomes from", hint=_how())
    reading = read_outcomes(places, to_stay=timedelta(days=options.days))
    history = None if options.source_file else history_of(options)
    rows = history.rows if history else rows_of(options)
    tz = options.tz or next((row.tz for row in reversed(rows) if row.tz), "") or system_zone()
    warn(reading.problems)
    if not reading.told:
        return codes.WRONG_USE
    view = per_outcome(rows, reading.told, tz=tz, range=options.range or "all", basis=options.basis)
    found = _attributed(history, view, reading.told, options.basis) if history else None
    if options.json:
        problems = [str(one) for one in reading.problems]
        print_json({**_as_dict(view), **_projects(found), "problems": problems})
    else:
        _report(view, found)
    return codes.PARTIAL if reading.problems else codes.GOOD


def _attributed(
    history: History, view: PerOutcome, told: Sequence[Told], basis: Basis
) -> Attribution:
    """Return the tokens and outcomes of the weeks of *view* by project."""
    days = list(span(view.range.first, view.range.last))
    cut = zone(history.zone)
    there = {
        outcome.id: outcome
        for one in told
        for outcome in one.outcomes
        if local_day(outcome.at, cut) in view.range
    }
    return attribute(history.portions(days), there.values(), whole=view.amount, basis=basis)


def _projects(found: Attribution | None) -> dict[str, object]:
    if found is None:
        return {}
    return {
        "projects": [
            {
                "project": one.project,
                "tokens": one.amount.total,
                **_counts(one.counts),
                "tokens_per_kept": one.tokens_per_kept,
            }
            for one in found.projects
        ],
        "tokens_of_other_projects": found.elsewhere.total,
        "tokens_of_unknown_projects": found.unknown.total,
    }


def _how() -> str:
    others = [plugin.name for plugin in plugins("outcomes") if plugin.package != "burnlib"]
    more = f", or --other NAME PLACE with {', '.join(others)}" if others else ""
    return f"burn outcomes --git REPO, or --file FILE{more}"


def _report(view: PerOutcome, found: Attribution | None) -> None:
    say(f"{'week of':<12} {'tokens':>10} {'produced':>9} {'kept':>6} {'tokens per kept':>16}")
    for week in view.weeks:
        say(_line(week))
    say(
        f"{'all':<12} {_tokens(view.amount):>10} {_number(view.counts.produced):>9}"
        f" {_number(view.counts.kept):>6} {_per(view.amount, view.measured.kept):>16}"
    )
    counts = view.counts
    say()
    say(
        f"of {_number(counts.produced)} produced: {_number(counts.kept)} kept,"
        f" {_number(counts.reverted)} reverted, {_number(counts.replaced)} replaced,"
        f" {_number(counts.young)} too young to tell"
    )
    if view.unmatched.produced:
        number = _number(view.unmatched.produced)
        say(f"{number} in weeks without data: they are in no ratio")
    if view.idle.total:
        say(f"{_tokens(view.idle)} tokens in weeks without an outcome: they are in the ratios")
    if found is not None:
        _report_projects(found)
    for where, method in view.methods.items():
        say(plain(f"kept is: {method} ({where})"))
    share = words.percent(view.ambiguous / counts.produced) if counts.produced else "0%"
    say(f"not told for sure: {view.ambiguous:,} of them ({share})")
    for note, times in view.notes.items():
        say(plain(f"  {times:,} x {note}"))


def _report_projects(found: Attribution) -> None:
    whole = sum(one.amount.total for one in found.projects)
    all_ = whole + found.elsewhere.total + found.unknown.total
    say()
    say(f"{'tokens':>10} {'produced':>9} {'kept':>6} {'tokens per kept':>16}  project")
    for one in found.projects:
        produced, kept = _number(one.counts.produced), _number(one.counts.kept)
        per = _per(one.amount, one.counts.kept) if one.amount.total else "-"
        tokens = _tokens(one.amount)
        say(plain(f"{tokens:>10} {produced:>9} {kept:>6} {per:>16}  {one.project}"))
    for amount, what in ((found.elsewhere, "other projects"), (found.unknown, "no known project")):
        if amount.total:
            say(f"{_tokens(amount):>10} {'':>33}  {what}")
    if all_:
        say(f"{words.percent(whole / all_)} of the tokens lie in a project with outcomes")
    say()


def _line(week: OutcomeWeek) -> str:
    tokens = _tokens(week.amount) if week.amount else "no data"
    per = _per(week.amount, week.counts.kept) if week.amount else "-"
    counts = week.counts
    produced, kept = _number(counts.produced), _number(counts.kept)
    return f"{week.first.isoformat():<12} {tokens:>10} {produced:>9} {kept:>6} {per:>16}"


def _tokens(amount: Amount) -> str:
    return words.amount(amount, strict=True)


def _per(amount: Amount, number: float) -> str:
    if not number:
        return "-"
    about = "~" if amount.has_estimate else ""
    return f"{'≥ ' if amount.lower_bound else ''}{about}{words.rough(amount.total / number)}"


def _number(count: float) -> str:
    return f"{count:,.0f}" if count == int(count) else f"{count:,.1f}"


def _as_dict(view: PerOutcome) -> dict[str, object]:
    return {
        "first": view.range.first.isoformat(),
        "last": view.range.last.isoformat(),
        **_counts(view.counts),
        "tokens": view.amount.total,
        "exact": view.amount.exact,
        "estimated": view.amount.estimated,
        "tokens_per_produced": view.tokens_per_produced,
        "tokens_per_kept": view.tokens_per_kept,
        "without_data": _counts(view.unmatched),
        "tokens_without_outcome": view.idle.total,
        "methods": dict(view.methods),
        "ambiguous": view.ambiguous,
        "notes": dict(view.notes),
        "weeks": [
            {
                "first": week.first.isoformat(),
                "tokens": week.amount.total if week.amount else None,
                **_counts(week.counts),
            }
            for week in view.weeks
        ],
    }


def _counts(counts: Counts) -> dict[str, float]:
    told = {
        "produced": counts.produced,
        "kept": counts.kept,
        "reverted": counts.reverted,
        "replaced": counts.replaced,
        "young": counts.young,
    }
    return {name: int(count) if count == int(count) else count for name, count in told.items()}
