"""Recipes that write files: notebooks, figures, README files, documentation."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from browser import browser, needs_browser
from looking import DAYS, HOSTILE, TOKENS, Seen, squares

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from playwright.sync_api import Browser


# Notebook --------------------------------------------------------------------------------------


def _notebook(source: str) -> NotebookNode:
    """A notebook of a file whose cells begin with "# %%", as editors open it."""
    import nbformat

    made = nbformat.v4.new_notebook()
    for cell in re.split(r"^# %%", source, flags=re.MULTILINE)[1:]:
        kind, _, body = cell.partition("\n")
        if "[markdown]" in kind:
            made.cells.append(nbformat.v4.new_markdown_cell(re.sub(r"(?m)^# ?", "", body.strip())))
        else:
            made.cells.append(nbformat.v4.new_code_cell(body.strip()))
    return made


@pytest.fixture
def executed(folder: Path) -> NotebookNode:
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    import nbformat

    notebook = _notebook((folder / "notebook.py").read_text(encoding="utf-8"))
    where = {"metadata": {"path": str(folder)}}
    nbclient.NotebookClient(notebook, kernel_name="python3", resources=where).execute()
    nbformat.validate(notebook)
    return notebook


def test_a_notebook_holds_the_picture_as_html_and_as_text(executed: NotebookNode) -> None:
    outputs = [output for cell in executed.cells for output in cell.get("outputs", ())]
    assert [output.output_type for output in outputs] == [
        "execute_result",
        "display_data",
        "display_data",
        "execute_result",
    ]
    for output in outputs:
        assert {"text/html", "text/plain"} <= set(output.data)
        assert Seen(output.data["text/html"]).scripts == []
        assert "<svg" not in output.data["text/plain"]
    heatmap, trend, drivers, page = (output.data for output in outputs)
    assert Seen(heatmap["text/html"]).days == TOKENS
    assert f"{DAYS} days" in heatmap["text/plain"]
    assert Seen(trend["text/html"]).titles[0].startswith("Weekly burn")
    assert Seen(drivers["text/html"]).inert
    assert "burn-page" in page["text/html"]
    assert Seen(page["text/html"]).inert


# matplotlib ------------------------------------------------------------------------------------


def test_a_figure_has_the_year_above_and_the_line_below(folder: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    from matplotlib import image

    import burnlib

    runpy.run_path("matplotlib_figure.py")
    picture = (image.imread("both.png")[..., :3] * 255).round().astype(int)
    above, below = picture[: len(picture) // 2], picture[len(picture) // 2 :]

    def count(part: object, colour: str) -> int:
        wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        return int((part == wanted).all(axis=-1).sum())  # type: ignore[attr-defined]

    scale = burnlib.heatmap(burnlib.load("daily-burn.json"), range="1y").scale
    assert scale is not None
    edges = [0, *scale.edges, max(TOKENS) + 1]
    seen, true = [], []
    for low, high in pairwise(edges):
        colour = scale.color(low + 1)
        seen.append(count(above, colour))
        assert count(below, colour) == 0
        true.append(sum(low <= tokens < high for tokens in TOKENS))
    assert sum(true) == DAYS
    # A colour's share of the picture is its share of the days, but for the legend and the edges.
    for area, days in zip(seen, true, strict=True):
        assert area / sum(seen) == pytest.approx(days / DAYS, abs=0.03)
    assert count(below, "#1f77b4") > 500 > count(above, "#1f77b4")


# GitHub ----------------------------------------------------------------------------------------


@pytest.fixture
def readme(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    runpy.run_path("github_readme.py")
    return capsys.readouterr().out


def test_a_readme_names_files_that_are_there_and_hold_the_year(folder: Path, readme: str) -> None:
    seen = Seen(readme)
    names = [seen.all("source")[0]["srcset"], *(image["src"] for image in seen.all("img"))]
    assert names == ["burn-dark.svg", "burn-light.svg", "burn.svg"]
    assert all(f"{DAYS} days" in str(image["alt"]) for image in seen.all("img"))
    for name in names:
        text = Path(str(name)).read_text(encoding="utf-8")
        ElementTree.fromstring(text)
        assert squares(text) == DAYS
        # What GitHub serves pictures with forbids scripts and everything from elsewhere.
        assert not re.search(r"<script|href|url\(|@import", text)


@pytest.fixture(scope="module")
def chromium() -> Browser:
    with browser() as started:
        yield started


@needs_browser
def test_a_readme_is_light_for_some_readers_and_dark_for_others(
    chromium: Browser, folder: Path, readme: str
) -> None:
    # GitHub's own page says which of the two it is, and pictures follow that.
    style = "<style>:root{color-scheme:light dark} img{display:block}</style>"
    Path("readme.html").write_text(f"<!doctype html>{style}{readme}", encoding="utf-8")
    looks = {}
    for scheme in ("light", "dark"):
        context = chromium.new_context(color_scheme=scheme, viewport={"width": 900, "height": 700})
        page = context.new_page()
        page.goto((folder / "readme.html").as_uri(), wait_until="load")
        chosen, both = page.locator("img").all()
        assert chosen.evaluate("e => e.currentSrc").endswith(f"/burn-{scheme}.svg")
        assert chosen.evaluate("e => e.naturalWidth") == 719
        looks[scheme] = (chosen.screenshot(), both.screenshot())
        context.close()
    assert looks["light"][0] == looks["light"][1]
    assert looks["dark"][0] == looks["dark"][1]
    assert looks["light"][0] != looks["dark"][0]


# Sphinx ----------------------------------------------------------------------------------------


def test_documentation_is_built_without_a_warning_and_holds_both_pictures(folder: Path) -> None:
    pytest.importorskip("sphinx", reason="Sphinx is not installed")
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-b", "html", "sphinx", "built"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    html = Path("built/index.html").read_text(encoding="utf-8")
    seen = Seen(html)
    [image] = [image for image in seen.all("img") if str(image["src"]).endswith("heatmap.svg")]
    assert image["alt"]
    assert squares(Path("built", str(image["src"])).read_text(encoding="utf-8")) == DAYS
    assert re.search(r'<figure class="burn"[^>]*><svg', html)
    assert "&lt;svg" not in html
    assert HOSTILE in seen.words
    assert seen.inert
