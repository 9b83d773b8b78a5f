"""``burn sources``, ``burn renderers``, ``burn doctor`` and ``burn label``."""

from __future__ import annotations

import argparse
import importlib.util
import sys
from datetime import UTC, datetime
from pathlib import Path

from attrs import evolve

from burnlib import words
from burnlib.archive import Archive, default_path
from burnlib.cli import codes
from burnlib.cli.reading import day_of, plain, print_json, say
from burnlib.errors import ArchiveError, BurnlibError, InvalidInput
from burnlib.families import DEFAULT_RULES, load_rules
from burnlib.history import recall, rules_path
from burnlib.plugins import Group, Plugin, load, passed_over, plugins
from burnlib.sources.base import Home, Problem
from burnlib.sources.conversations import ExportSource

__all__ = ["doctor", "label", "renderers", "sources"]


def sources(options: argparse.Namespace) -> int:
    """List the installed sources; with ``--check``, whether each can be loaded."""
    return _list("sources", options)


def renderers(options: argparse.Namespace) -> int:
    """List the installed renderers; with ``--check``, whether each can be loaded."""
    return _list("renderers", options)


def _list(group: Group, options: argparse.Namespace) -> int:
    say_state = _loaded_state if options.check else _state
    found = [(plugin, *say_state(group, plugin)) for plugin in plugins(group)]
    found += [(plugin, "not used", plugin.disabled) for plugin in passed_over(group)]
    if options.json:
        print_json(
            [
                {
                    "name": plugin.name,
                    "package": plugin.package,
                    "version": plugin.version,
                    "state": state,
                    "why": why,
                }
                for plugin, state, why in found
            ]
        )
    else:
        for plugin, state, why in found:
            package = f"{plugin.package} {plugin.version}".strip()
            say(plain(f"{plugin.name:<16} {state:<9} {package}{f'  {why}' if why else ''}"))
    return codes.PARTIAL if any(state == "broken" for _, state, _ in found) else codes.GOOD


def _state(_group: Group, plugin: Plugin) -> tuple[str, str]:
    """Return state and reason, as far as they can be told without an import."""
    if plugin.disabled:
        return "off", plugin.disabled
    return ("built in" if plugin.package == "burnlib" else "installed"), ""


def _loaded_state(group: Group, plugin: Plugin) -> tuple[str, str]:
    """Return state and reason after the plugin was loaded."""
    if plugin.disabled:
        return "off", plugin.disabled
    try:
        load(group, plugin.name)
    except BurnlibError as error:
        return "broken", str(error)
    return "ready", ""


def label(options: argparse.Namespace) -> int:
    """Keep the user's word on what a day went to."""
    path = options.archive or default_path()
    kept = recall(path).zone if path.exists() else ""
    day = day_of(options.day, options, kept)
    with Archive(path) as store:
        store.put_label(day, options.driver.strip(), options.evidence.strip())
    if options.json:
        print_json({"date": day.isoformat(), "driver": options.driver.strip()})
    elif options.driver.strip():
        say(plain(f"{day}: {options.driver.strip()}"))
    else:
        say(f"{day}: label taken back")
    return codes.GOOD


def doctor(options: argparse.Namespace) -> int:
    """Say what is there, what is readable, and what to fix."""
    try:
        kept, code = _archive_facts(options), codes.GOOD
    except ArchiveError as error:
        kept, code = [("archive", f"{error.where}: {error.message}", error.hint)], codes.PARTIAL
    facts = [*kept, *_source_facts(options), *_setup_facts()]
    if options.json:
        print_json([{"what": what, "found": found, "fix": fix} for what, found, fix in facts])
    else:
        for what, found, fix in facts:
            say(plain(f"{what:<14} {found}"))
            if fix:
                say(plain(f"{'':<14} fix: {fix}"))
    return code


# (what was looked at, what was found, what to do about it)
_Fact = tuple[str, str, str]


def _archive_facts(options: argparse.Namespace) -> list[_Fact]:
    path = options.archive or default_path()
    if not path.exists():
        return [("archive", f"none yet at {path}", "burn collect")]
    history = evolve(recall(path, tz=options.tz), rules=DEFAULT_RULES)
    rows = history.rows
    with Archive(path) as store:
        files, zone, seen = store.files(), store.get("zone"), store.seen()
        calibrations = store.calibrations()
    facts = [
        ("archive", f"{path}, {path.stat().st_size / 1e6:.1f} MB", ""),
        ("zone", zone or "not set", "" if zone else "burn collect --tz Europe/Berlin"),
        ("log files", f"{files:,} read so far", ""),
    ]
    if rows:
        facts.append(("days", f"{len(rows):,}, {rows[0].date} to {rows[-1].date}", ""))
    for calibration in calibrations.values():
        ratios = f"published ratios {calibration.factor}" if calibration.factor else "as published"
        text = f"{calibration.method}: {ratios}, {calibration.origin}, {calibration.at:%Y-%m-%d}"
        facts.append(("calibration", text, ""))
    for name, stretches in sorted(seen.items()):
        last = stretches[-1][1]
        age = (datetime.now(UTC) - last).days
        fix = "run burn collect at least every few weeks: some tools delete their logs"
        facts.append(
            (name, f"last complete scan {last:%Y-%m-%d %H:%M} UTC", fix if age > 7 else "")
        )
    return facts


def _source_facts(options: argparse.Namespace) -> list[_Fact]:
    homes = [Home(Path(home)) for home in options.home] if options.home else [Home.own()]
    facts: list[_Fact] = []
    for plugin in plugins("sources"):
        state, why = _loaded_state("sources", plugin)
        if state != "ready":
            facts.append(
                (plugin.name, why, "" if state == "off" else f"reinstall {plugin.package}")
            )
            continue
        source = load("sources", plugin.name)
        if isinstance(source, ExportSource):
            facts.append((plugin.name, "fed by exports: burn import FILE", ""))
        else:
            facts += [_logs_below(plugin.name, home) for home in homes]
    return facts


def _logs_below(name: str, home: Home) -> _Fact:
    source = load("sources", name)
    kept = getattr(source, "kept", None)
    try:
        found = list(getattr(source, "find")(home))  # noqa: B009 - the protocol was checked
        period = kept(home) if kept and found else None
        days = None if period is None else period.days
    except Exception as error:  # noqa: BLE001 - a plugin's code, or a folder's refusal
        problem = Problem.of(name, str(home.root), error)
        return name, f"cannot list its logs below {problem.where}: {problem.message}", problem.hint
    if not found:
        return name, f"no logs below {home.root}", ""
    files = words.counted(len(found), "log file", "log files")
    if days is None:
        return name, f"{files} below {home.root}", ""
    text = f"{files} below {home.root}; the tool deletes them after {days} days"
    return name, text, "burn collect every night keeps them for ever"


def _setup_facts() -> list[_Fact]:
    zstd = any(map(_is_there, ("compression.zstd", "zstandard")))
    rules = _rules_fact(rules_path())
    version = ".".join(map(str, sys.version_info[:3]))
    return [
        ("python", version, ""),
        (
            "zstd",
            "can read compressed rollouts" if zstd else "cannot read compressed rollouts",
            "" if zstd else "pip install 'burnlib[zstd]', or use Python 3.14",
        ),
        rules,
    ]


def _rules_fact(path: Path) -> _Fact:
    if not path.exists():
        return "rules", f"the built-in ones; yours go to {path}", ""
    try:
        return "rules", f"{len(load_rules(path))} in {path}", ""
    except InvalidInput as error:
        return "rules", f"{error.where}: {error.message}", error.hint


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False
