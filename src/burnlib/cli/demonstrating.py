"""``burn demo``: made-up logs, collected, proved and drawn, away from the user's own archive."""

from __future__ import annotations

import argparse
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

from burnlib import demo as demo_logs
from burnlib._collect import collect
from burnlib._reconcile import reconcile
from burnlib.archive import Archive
from burnlib.cli import codes
from burnlib.cli.reading import plain, print_json, say
from burnlib.daily import dump
from burnlib.errors import BurnlibError
from burnlib.families import DEFAULT_RULES
from burnlib.folders import folder_for
from burnlib.history import History
from burnlib.languages import word

__all__ = ["demo"]


def demo(options: argparse.Namespace) -> int:
    """Make the logs, collect them like real ones, prove the rows, show the dashboard."""
    from burnlib.charts import page
    from burnlib.cli.showing import print_dashboard

    folder = _fresh_folder(options.dir)
    today = datetime.now(UTC).date()
    history = make(folder, last=today, tz=options.tz or "UTC")
    proof = reconcile(history)
    rows_file = options.output or folder / "daily-burn.json"
    page_file = options.page or folder / "burn.html"
    dump(history.rows, rows_file)
    page(history.rows, today=today, made=today, language=options.language).save(page_file)
    code = codes.GOOD if proof.ok else codes.NOT_ADDING_UP
    if options.json:
        files = {"logs": str(folder), "rows": str(rows_file), "page": str(page_file)}
        print_json({"made_up": True, **files, "proof": proof.as_dict()})
        return code
    options.range, options.basis = "", "total"
    say(word("made_up"))
    print_dashboard(history.rows, options)
    say(str(proof))
    say()
    say(f"logs: {plain(folder)}")
    say(f"rows: {plain(rows_file)}")
    say(f"page: {plain(page_file)}")
    return code


def make(folder: Path, *, last: date, tz: str) -> History:
    """Write made-up logs that end with *last* into *folder* and collect them into an archive there.

    The two laptops of the story are collected as they would have been: one after the other.
    """
    archive = folder / "archive.db"
    stages = demo_logs.write(folder / "homes", last=last)
    for stage in stages:
        collect(
            [stage.home], sources=("codex", "claude_code"), archive=archive, tz=tz, now=stage.now
        )
    with Archive(archive) as store:
        store.set("made_up", "yes")
        with store.transaction():
            for row in demo_logs.estimates(last):
                for name, value in row.sources.items():
                    store.put_whole_day(row.date, name, value)
    return History(archive=archive, now=stages[-1].now, rules=DEFAULT_RULES)


def _fresh_folder(named: Path | None) -> Path:
    """Return an empty folder: the one named, which must be new or empty, or one of our own."""
    if named is not None:
        if named.exists() and (not named.is_dir() or any(named.iterdir())):
            hint = "name a new folder: --dir DIR"
            raise BurnlibError("is not an empty folder", where=str(named), hint=hint)
        return named
    folder = folder_for("cache") / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
