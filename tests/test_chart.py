from __future__ import annotations

import base64
import pickle
import stat
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from burnlib import chart, charts, plugins
from burnlib.chart import Chart
from burnlib.errors import BurnlibError, ContractError, InvalidInput, NotFound
from burnlib.ledger import Ledger
from burnlib.model import DailyRow, Fidelity, SourceDay
from burnlib.render.base import Renderer
from burnlib.render.svg import Svg, draw

LAST = date(2026, 2, 11)


def rows(days: int = 40, driver: str = "shipping") -> list[DailyRow]:
    return [
        DailyRow(
            date=LAST - timedelta(days=i),
            sources={"codex": SourceDay(tokens=1000 * (i + 1), fidelity=Fidelity.EXACT, calls=2)},
            driver=driver,
        )
        for i in range(days)
    ]


def files(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


CHARTS = {
    "heatmap": charts.heatmap,
    "trend": charts.trend,
    "drivers": charts.drivers,
    "equivalents": charts.equivalents,
    "table": charts.table,
}
EACH = pytest.mark.parametrize("name", CHARTS)


@EACH
def test_a_chart_is_made_from_a_ledger_or_from_any_rows(name: str) -> None:
    make: Any = CHARTS[name]
    assert make(rows()) == make(Ledger(rows())) == make(iter(rows()))


def test_what_is_not_rows_is_refused_with_what_would_be() -> None:
    with pytest.raises(InvalidInput, match=r"burnlib\.load"):
        charts.heatmap("daily-burn.json")  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="not a sequence of day rows"):
        charts.table(7)  # type: ignore[arg-type]


def test_options_reach_the_view() -> None:
    made = charts.heatmap(rows(), range="7d", target=2_000, week_start="sunday", edges=[3_000])
    view: Any = made.view
    assert (view.range.days, view.target, view.week_start) == (7, 2_000, "sunday")
    assert view.scale.edges == (3_000,)


@EACH
def test_a_chart_draws_itself_in_every_format(name: str) -> None:
    made: Any = CHARTS[name](rows())
    assert ET.fromstring(made.svg()).get("role") == "img"
    assert ET.fromstring(made.svg(narrow=True)).get("width") == "360"
    assert f"{made}\n" == made.text() != ""
    assert made.html().startswith("<figure")
    assert made.alt.endswith(".")


def test_shapes_are_laid_out_once() -> None:
    made = charts.heatmap(rows())
    assert made.scene is made.scene
    assert made.narrow is made.narrow
    assert made.narrow.width == 360


def test_a_chart_survives_a_trip_to_another_process() -> None:
    made = charts.trend(rows())
    made.scene  # noqa: B018 - the drawing made so far must not be in the way
    assert pickle.loads(pickle.dumps(made)).svg() == made.svg()


# ---- saving ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "begins"),
    [("a.svg", b"<svg"), ("a.txt", b""), ("a.html", b"<"), ("a.htm", b"<"), ("A.SVG", b"<svg")],
)
def test_the_suffix_picks_the_renderer(tmp_path: Path, file: str, begins: bytes) -> None:
    path = charts.heatmap(rows()).save(tmp_path / file)
    assert path == tmp_path / file
    assert path.read_bytes().startswith(begins)
    assert len(path.read_bytes()) > 100
    assert files(tmp_path) == [file]


def test_saved_svg_is_what_svg_gives_with_the_same_options(tmp_path: Path) -> None:
    made = charts.heatmap(rows())
    saved = made.save(str(tmp_path / "a.svg"), theme="dark", titles=False, narrow=True)
    assert saved.read_text("utf-8") == made.svg(theme="dark", titles=False, narrow=True)


@pytest.mark.parametrize("file", ["a.gif", "a", "a.svg.bak"])
def test_an_unknown_suffix_is_refused_with_the_known_ones(tmp_path: Path, file: str) -> None:
    with pytest.raises(NotFound, match=r"\.htm.*\.html.*\.svg.*\.txt"):
        charts.heatmap(rows()).save(tmp_path / file)
    assert files(tmp_path) == []


def test_a_folder_or_a_missing_folder_is_refused_with_the_fix(tmp_path: Path) -> None:
    made = charts.heatmap(rows())
    folder = tmp_path / "is.svg"
    folder.mkdir()
    with pytest.raises(BurnlibError, match="name a file in it"):
        made.save(folder)
    with pytest.raises(BurnlibError, match="make the folder first"):
        made.save(tmp_path / "no" / "a.svg")


def test_a_failed_save_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.svg"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(BurnlibError, match="No space left"):
        charts.heatmap(rows()).save(path)
    assert path.read_text() == "old"
    assert files(tmp_path) == ["a.svg"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_a_saved_picture_can_be_read_like_any_new_file_and_keeps_the_mode_it_had(
    tmp_path: Path,
) -> None:
    plain = tmp_path / "plain"
    plain.touch()
    path = charts.heatmap(rows()).save(tmp_path / "a.svg")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    path.chmod(0o604)
    assert stat.S_IMODE(charts.trend(rows()).save(path).stat().st_mode) == 0o604


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_saving_through_a_link_keeps_the_link(tmp_path: Path) -> None:
    (tmp_path / "to").mkdir()
    link = tmp_path / "a.svg"
    link.symlink_to(tmp_path / "to" / "b.svg")
    charts.heatmap(rows()).save(link)
    assert link.is_symlink()
    assert (tmp_path / "to" / "b.svg").read_text("utf-8").startswith("<svg")


def test_an_unknown_suffix_says_which_there_are(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"\.htm, \.html, \.png, \.svg, \.txt"):
        charts.heatmap(rows()).save(tmp_path / "a.gif")


def test_a_renderer_that_returns_neither_text_nor_bytes_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Broken(Svg):
        name = "broken"

        def render(self, *_: object, **__: object) -> Any:
            return 7

    monkeypatch.setattr(chart, "load", lambda *_: Broken())
    with pytest.raises(ContractError, match="renderer broken: returned int"):
        charts.heatmap(rows()).text()


def test_the_svg_renderer_keeps_the_protocol() -> None:
    renderer = plugins.load("renderers", "svg")
    assert isinstance(renderer, Renderer)
    made = charts.trend(rows())
    assert renderer.render(made) == draw(made.scene)


# ---- in other people's documents ---------------------------------------------------------------


def test_notebooks_get_html_and_text_and_svg_only_if_they_ask() -> None:
    made = charts.heatmap(rows())
    assert set(made._repr_mimebundle_()) == {"text/html", "text/plain"}
    assert set(made._repr_mimebundle_(include=["image/svg+xml"])) == {"image/svg+xml"}
    assert set(made._repr_mimebundle_(exclude={"text/html"})) == {"text/plain"}
    assert "<svg" in made._repr_mimebundle_()["text/html"]
    assert made._repr_mimebundle_()["text/plain"] == made.text()
    assert made._repr_svg_() == made.svg()


def test_a_notebook_picture_brings_the_background_its_colours_need() -> None:
    assert charts.heatmap(rows())._repr_html_().startswith('<div style="background:#fffff8')


@pytest.mark.parametrize("name", ["heatmap", "trend", "drivers", "table"])
def test_templates_may_insert_a_chart_as_it_is(name: str) -> None:
    make: Any = CHARTS[name]
    made = make(rows(driver="<script>alert(1)</script>")).__html__()
    assert "<script" not in made
    assert made.startswith("<figure")


def test_a_data_uri_holds_the_drawing() -> None:
    made = charts.heatmap(rows())
    head, _, code = made.data_uri(theme="dark").partition(",")
    assert head == "data:image/svg+xml;base64"
    assert base64.b64decode(code).decode() == made.svg(theme="dark", compact=True)
    _, _, titled = made.data_uri(titles=True).partition(",")
    assert base64.b64decode(titled).decode() == made.svg(theme="auto")


def test_a_chart_tells_what_it_is() -> None:
    assert repr(charts.heatmap(rows(1))).startswith("<Heatmap chart: ")


# ---- the page ----------------------------------------------------------------------------------


def page() -> Chart:
    return charts.page(rows(), today=LAST)


def test_the_page_is_a_document_as_html_and_a_fragment_in_others() -> None:
    made = page()
    assert made.html().startswith("<!doctype html>")
    assert "<!doctype" not in made.__html__()
    assert "<body" not in made._repr_html_()
    assert not hasattr(made, "_repr_svg_")
    assert set(made._repr_mimebundle_(include=["image/svg+xml", "text/plain"])) == {"text/plain"}


def test_two_pages_in_one_document_have_switches_of_their_own() -> None:
    def group(made: Chart) -> str:
        return made.__html__().split('type="radio" name="')[1].split('"')[0]

    assert group(page()) != group(charts.page(rows(3), today=LAST))
    assert group(page()) == group(page())


def test_the_page_is_saved_whole_but_is_no_single_picture(tmp_path: Path) -> None:
    assert page().save(tmp_path / "a.html").read_text("utf-8").rstrip().endswith("</html>")
    with pytest.raises(InvalidInput, match=r"save the page as \.html or \.txt"):
        page().save(tmp_path / "a.svg")
    with pytest.raises(InvalidInput):
        page().svg()
    assert files(tmp_path) == ["a.html"]
