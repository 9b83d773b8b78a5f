"""The pages of the documentation, taken apart: blocks, sections, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
PAGES = [README, *sorted(DOCS.rglob("*.md"))]
REFERENCE = DOCS / "reference"


def page_name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


class Block(NamedTuple):
    """A fenced block: its language, the line it begins on, and why it is not run."""

    language: str
    text: str
    line: int
    not_run: str


def blocks(page: Path, *languages: str) -> list[Block]:
    found: list[Block] = []
    lines = page.read_text(encoding="utf-8").split("\n")
    start = None
    for number, line in enumerate(lines):
        if not line.startswith("```"):
            continue
        if start is None:
            start = number
            continue
        mark = re.fullmatch(r"<!-- not run: (.+) -->", lines[start - 1])
        text = "\n".join(lines[start + 1 : number]) + "\n"
        found.append(Block(lines[start][3:], text, start + 2, mark[1] if mark else ""))
        start = None
    assert start is None, f"{page_name(page)}: a block that begins on line {start} has no end"
    return [block for block in found if not languages or block.language in languages]


def prose(page: Path) -> str:
    """The page without its blocks."""
    return re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def sections(page: Path, level: str) -> dict[str, str]:
    """Heading to text, for the headings that begin with *level*; blocks included."""
    parts = re.split(rf"^{level} (.+)$", page.read_text("utf-8"), flags=re.MULTILINE)
    return {
        head.replace("\\", ""): text for head, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def tables(text: str) -> Iterator[list[list[str]]]:
    """The cells of each table, heading row first."""
    for table in re.findall(r"(?:^\|.*\|\n)+", text, flags=re.MULTILINE):
        rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in table.splitlines()]
        assert len({len(row) for row in rows}) == 1, table
        yield [[cell.strip() for cell in row] for n, row in enumerate(rows) if n != 1]
