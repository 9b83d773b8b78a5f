"""The worked examples of docs/explanation/counting.md are counted as they say."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import burnlib
from logs import (
    HAIKU,
    SONNET,
    answer,
    collect,
    meta,
    progress,
    rollout,
    transcript,
    turn,
    used,
    uuid,
)
from pages import DOCS, sections, tables

_EXAMPLES = {
    name: table
    for name, text in sections(DOCS / "explanation" / "counting.md", "###").items()
    for table in tables(text)
    if "file" in table[0]
}
_PARTS = ("input", "written", "read", "output")


def test_there_are_worked_examples_of_both_tools() -> None:
    assert Counter("id" in table[0] for table in _EXAMPLES.values()) == {True: 5, False: 5}


@pytest.mark.parametrize("name", _EXAMPLES)
def test_a_worked_example_is_counted_and_added_up_as_it_says(name: str, tmp_path: Path) -> None:
    head, *lines = _EXAMPLES[name]
    *rows, added, counted = (dict(zip(head, line, strict=True)) for line in lines)
    assert (added["file"], counted["file"]) == ("*added up*", "**counted**")
    claude = "id" in head
    numbers = _claude_numbers if claude else _codex_numbers
    (_write_claude if claude else _write_codex)(tmp_path, rows)
    assert _sums([numbers(row, "last") for row in rows]) == numbers(added, "last")
    events = collect(tmp_path, archive=tmp_path / "archive.db").events()
    assert _sums([_parts_of(event.counts, claude) for event in events]) == numbers(counted, "total")


def _sums(lists: list[list[int]]) -> list[int]:
    return [sum(column) for column in zip(*lists, strict=True)]


def _parts_of(counts: burnlib.TokenCounts, claude: bool) -> list[int]:
    if claude:
        written = counts.cache_write_5m + counts.cache_write_1h
        return [counts.input, written, counts.cache_read, counts.output]
    return [counts.input + counts.cache_read, counts.cache_read, counts.output]


def _claude_numbers(row: dict[str, str], _column: str) -> list[int]:
    return [int(row[part]) for part in _PARTS]


def _codex_numbers(row: dict[str, str], column: str) -> list[int]:
    return [int(number) for number in row[column].split("/")]


def _write_claude(home: Path, rows: list[dict[str, str]]) -> None:
    files: dict[str, list[Any]] = {}
    for number, row in enumerate(rows):
        counts = _claude_numbers(row, "")
        line = answer(
            row["id"],
            (counts[0], counts[1], counts[2], counts[3]),
            f"10:00:{number:02}",
            requestId=row.get("request") or f"req_{row['id']}",
            isSidechain=bool(row.get("side")),
            sessionId=row["file"],
            message_model=HAIKU if row["id"].startswith("a") else SONNET,
        )
        line = progress(line) if row.get("line") == "report" else line
        files.setdefault(row["file"], []).append(line)
    for name, lines in files.items():
        transcript(home, name, *lines)


def _write_codex(home: Path, rows: list[dict[str, str]]) -> None:
    files: dict[str, list[Any]] = {}
    for number, row in enumerate(rows):
        total, last = _codex_numbers(row, "total"), _codex_numbers(row, "last")
        line = used(
            row.get("at") or f"10:00:{number:02}",
            (total[0], total[1], total[2]),
            (last[0], last[1], last[2]),
        )
        files.setdefault(row["file"], []).append(line)
    for name, lines in files.items():
        if name == "child":
            begin = meta(2, "12:00:00.000", forked_from_id=uuid(1))
            rollout(home, 2, begin, meta(1, "12:00:00.000"), *lines)
        else:
            rollout(home, 1, meta(1), turn(), *lines)
