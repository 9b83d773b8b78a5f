"""``burn import``."""

from __future__ import annotations

import argparse
from pathlib import Path

from burnlib import words
from burnlib._import import Imported, import_files
from burnlib.cli import codes
from burnlib.cli.collecting import progress_bar, write_rows
from burnlib.cli.reading import plain, print_json, say, warn
from burnlib.cli.streams import complain

__all__ = ["import_exports"]


def import_exports(options: argparse.Namespace) -> int:
    """Read exports into the archive, write the rows, say what was read."""
    with progress_bar(words.clean) as progress:
        imported = import_files(
            options.files,
            archive=options.archive,
            tz=options.tz or None,
            estimate=options.estimate,
            progress=progress,
        )
    warn(imported.problems)
    if not (imported.conversations or imported.unchanged or imported.problems):
        _say_nothing_found(options, kept=len(imported.rows))
    output = write_rows(imported, options) if imported.rows else None
    if options.json:
        print_json(_summary(imported, output))
    else:
        _report(imported, output)
    if imported.problems:
        return codes.PARTIAL
    return codes.GOOD if imported.rows else codes.NOTHING_TO_READ


def _say_nothing_found(options: argparse.Namespace, *, kept: int) -> None:
    where = ", ".join(map(str, options.files))
    days = words.counted(kept, "day", "days")
    rest = f"; the {days} in the archive are unchanged" if kept else ""
    hint = "look whether the export is of the right account, and not empty"
    complain(plain(f"burn: no conversations found in {where}{rest} (fix: {hint})"))


def _report(imported: Imported, output: Path | None) -> None:
    files = words.counted(imported.files, "file", "files")
    known = f", {imported.unchanged:,} of them imported before" if imported.unchanged else ""
    say(f"{files}{known}")
    for name, conversations in imported.conversations.items():
        talks = words.counted(conversations, "conversation", "conversations")
        messages = words.counted(imported.messages[name], "message", "messages")
        say(f"  {words.source(name):<14} {talks}, {messages}")
        days = [row.sources[name] for row in imported.rows if name in row.sources]
        tokens, low = sum(day.tokens for day in days), sum(day.low or 0 for day in days)
        high = sum(day.high or 0 for day in days)
        say(f"  {'':<14} ~{tokens:,} tokens in the archive, estimated: {low:,} to {high:,}")
    for reason, number in imported.left_out.items():
        say(f"  {'not counted':<14} {number:,} x {reason}")
    if output:
        say(f"rows:    {plain(output)}")
        say(f"archive: {plain(imported.archive)}")
        say("how a day was estimated: burn explain DAY")


def _summary(imported: Imported, output: Path | None) -> dict[str, object]:
    return {
        "files": imported.files,
        "unchanged": imported.unchanged,
        "conversations": dict(imported.conversations),
        "messages": dict(imported.messages),
        "left_out": dict(imported.left_out),
        "days": len(imported.rows),
        "total": imported.rows.total,
        "exact": imported.rows.exact,
        "estimated": imported.rows.estimated,
        "rows": str(output) if output else None,
        "archive": str(imported.archive),
        "problems": [
            {"source": p.source, "where": p.where, "message": p.message, "hint": p.hint}
            for p in imported.problems
        ],
    }
