"""``burn`` and ``burn collect``."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from burnlib import words
from burnlib._apart import cores
from burnlib._collect import Collection, Progress
from burnlib._collect import collect as run_collect
from burnlib.cli import codes
from burnlib.cli.reading import plain, print_json, say, warn
from burnlib.cli.streams import complain
from burnlib.daily import dump
from burnlib.errors import InvalidInput
from burnlib.history import History
from burnlib.model import Fidelity

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

__all__ = ["collect", "progress_bar", "run", "write_rows"]


def collect(options: argparse.Namespace) -> int:
    """Read the logs, write the rows, say what was read."""
    collection, code = _collected(options)
    if not collection.rows:
        return code
    output = write_rows(collection, options)
    if options.json:
        print_json(_summary(collection, output))
    else:
        _report(collection, output)
    return code


def run(options: argparse.Namespace) -> int:
    """Read the logs, write the rows, show the dashboard."""
    from burnlib.cli.showing import print_dashboard

    collection, code = _collected(options)
    if not collection.rows:
        return code
    output = write_rows(collection, options)
    if options.json:
        print_json(_summary(collection, output))
        return code
    print_dashboard(collection.rows, options)
    say(f"rows: {plain(output)}")
    say(plain(f"a page of this: burn render page -o burn.html{_archive_named(options)}"))
    return code


def _archive_named(options: argparse.Namespace) -> str:
    """Return the option that names the same archive to another command, for a shell."""
    if not options.archive:
        return ""
    import shlex

    return f" --archive {shlex.quote(str(options.archive))}"


def _collected(options: argparse.Namespace) -> tuple[Collection, int]:
    for home in options.home or ():
        if not home.is_dir():
            raise InvalidInput("is not a folder", where=str(home), hint="name a home folder")
    with progress_bar() as progress:
        collection = run_collect(
            options.home,
            sources=options.source,
            archive=options.archive,
            tz=options.tz or None,
            estimate=options.estimate,
            jobs=options.jobs or cores(),
            progress=progress,
        )
    warn(collection.problems)
    if not collection.files and not collection.problems:
        _say_nothing_found(options, kept=len(collection.rows))
    elif collection.files and not collection.rows:
        _say_nothing_told(collection)
    if collection.problems:
        return collection, codes.PARTIAL
    return collection, codes.GOOD if collection.rows else codes.NOTHING_TO_READ


def _say_nothing_found(options: argparse.Namespace, *, kept: int) -> None:
    where = ", ".join(str(home) for home in options.home or [Path.home()])
    rest = f"; the {kept} days in the archive are unchanged" if kept else ""
    hint = "name a home folder with --home; for exports of chats: burn import FILE"
    if not kept:
        hint += "; for made-up data: burn demo"
    complain(plain(f"burn: no logs found below {where}{rest} (fix: {hint})"))


def _say_nothing_told(collection: Collection) -> None:
    """Say that there are logs, and that nothing in them counts: code 3 alone would be a riddle."""
    files = words.counted(collection.files, "log file", "log files")
    reasons = [f"{number:,} x {reason}" for reason, number in collection.dropped.items()]
    left_out = f"; left out: {', '.join(reasons[:3])}" if reasons else ""
    hint = "look whether they are logs of tokens; burn doctor says where they are"
    complain(plain(f"burn: {files} found, and no use of a model in them{left_out} (fix: {hint})"))


def write_rows(history: History, options: argparse.Namespace) -> Path:
    """Write the rows to where the options say, and return where that is."""
    # Beside the archive, so that a trial archive never overwrites the rows of the real one.
    output: Path = options.output or history.archive.with_name("daily-burn.json")
    dump(history.rows, output)
    return output


def _report(collection: Collection, output: Path) -> None:
    rows = collection.rows
    files = words.counted(collection.files, "log file", "log files")
    say(f"{files}, {collection.changed:,} new or changed")
    for name in rows.sources:
        days = [row.sources[name] for row in rows if name in row.sources]
        tokens = sum(day.tokens for day in days)
        used = words.counted(sum(1 for day in days if day.tokens), "day", "days")
        guessed = any(day.fidelity is Fidelity.ESTIMATED for day in days)
        number, trust = (f"~{tokens:,}", ", estimated") if guessed else (f"{tokens:,}", "")
        say(f"  {words.source(name):<14} {number:>18} tokens on {used}{trust}")
    span = f"{rows[0].date} to {rows[-1].date}, zone {collection.zone}"
    say(f"{words.counted(len(rows), 'day', 'days')}, {span}")
    say(f"rows:    {plain(output)}")
    say(f"archive: {plain(collection.archive)}")


def _summary(collection: Collection, output: Path) -> dict[str, object]:
    rows = collection.rows
    return {
        "files": collection.files,
        "changed": collection.changed,
        "days": len(rows),
        "first": rows[0].date.isoformat(),
        "last": rows[-1].date.isoformat(),
        "total": rows.total,
        "exact": rows.exact,
        "estimated": rows.estimated,
        "zone": collection.zone,
        "rows": str(output),
        "archive": str(collection.archive),
        "problems": [
            {"source": p.source, "where": p.where, "message": p.message, "hint": p.hint}
            for p in collection.problems
        ],
    }


@contextlib.contextmanager
def progress_bar(label: Callable[[str], str] = words.source) -> Iterator[Progress | None]:
    """Draw a bar while things are read, on a terminal only: one line for each name."""
    if not sys.stderr.isatty():
        yield None
        return
    bars = _Bars(label)
    try:
        yield bars
    finally:
        bars.end()


class _Bars:
    """Progress bars that appear with the first step.

    Not before it: what draws them is another thread, and a process with threads is not forked.
    """

    def __init__(self, label: Callable[[str], str]) -> None:
        self._label = label
        self._bar: Bar | None = None
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, name: str, done: int, total: int) -> None:
        from rich.markup import escape

        if self._bar is None:
            self._bar = _bar()
            self._bar.start()
        if name not in self._tasks:
            self._tasks[name] = self._bar.add_task(escape(self._label(name)), total=total)
        self._bar.update(self._tasks[name], completed=done, total=total)

    def end(self) -> None:
        if self._bar is not None:
            self._bar.stop()


def _bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
