"""The page shows the programs that the other tests of this folder run, and no others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pages import DOCS, ROOT, Block, blocks

PAGE = DOCS / "how-to" / "embed-a-chart.md"
EXAMPLES = ROOT / "examples" / "embed"
FILES = sorted(
    path.relative_to(ROOT).as_posix() for path in EXAMPLES.rglob("*.*") if path.suffix != ".pyc"
)


def _shown() -> dict[str, Block]:
    """File to the block that shows it, for the blocks that say which file they are."""
    lines = PAGE.read_text(encoding="utf-8").split("\n")
    found = {}
    for block in blocks(PAGE):
        # `line` is that of the first line of code; the fence and the comment are above it.
        comment = lines[block.line - 3]
        if named := re.fullmatch(r"<!-- not run: (examples/\S+), which is tested -->", comment):
            found[named[1]] = block
    return found


def test_the_page_shows_every_recipe_and_no_other() -> None:
    assert sorted(_shown()) == FILES
    assert len(FILES) > 9


@pytest.mark.parametrize("name", FILES)
def test_a_recipe_on_the_page_is_the_file(name: str) -> None:
    assert _shown()[name].text == (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_a_recipe_is_short_and_begins_by_saying_how_it_is_started(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert 8 <= text.count("\n") <= 32
    if name.endswith(("_app.py", "marimo_notebook.py")):
        assert re.match(rf'""".+ Start it with: .*\b{Path(name).stem}\b.*"""\n', text)
