"""Recipes of web frameworks, each asked for its page by its own means of testing."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest

import burnlib
from looking import DAYS, HOSTILE, TOKENS, Seen, decoded, squares

Program = Callable[[str], ModuleType]


def test_flask_inserts_the_charts_as_they_are(program: Program) -> None:
    pytest.importorskip("flask", reason="Flask is not installed")
    answer = program("flask_app").app.test_client().get("/")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    assert len(re.findall(r'<figure class="burn"[^>]*><svg', answer.text)) == 1
    assert "&lt;svg" not in answer.text
    assert "&lt;table" not in answer.text
    seen = Seen(answer.text)
    assert seen.days == TOKENS
    assert len(seen.all("table")) == 1
    assert HOSTILE in seen.words
    assert seen.inert


def test_fastapi_serves_a_picture_of_as_many_days_as_are_asked_for(program: Program) -> None:
    pytest.importorskip("fastapi", reason="FastAPI is not installed")
    pytest.importorskip("httpx2", reason="httpx2 is not installed")
    from fastapi.testclient import TestClient

    client = TestClient(program("fastapi_app").app)
    for days, asked in ((DAYS, ""), (90, "?days=90"), (30, "?days=30&theme=dark")):
        answer = client.get(f"/burn.svg{asked}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
        ElementTree.fromstring(answer.text)
        assert squares(answer.text) == days
    for asked in ("days=0", "theme=pink", "days=many"):
        answer = client.get(f"/burn.svg?{asked}")
        assert (answer.status_code, "<svg" in answer.text) == (422, False)


def test_fastapi_serves_the_page(program: Program) -> None:
    pytest.importorskip("fastapi", reason="FastAPI is not installed")
    pytest.importorskip("httpx2", reason="httpx2 is not installed")
    from fastapi.testclient import TestClient

    answer = TestClient(program("fastapi_app").app).get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.text.startswith("<!doctype html>")
    assert "&lt;svg" not in answer.text
    assert Seen(answer.text).inert
    assert Seen(answer.text).scripts == []


def test_streamlit_draws_the_range_that_is_chosen(folder: Path) -> None:
    testing = pytest.importorskip("streamlit.testing.v1", reason="Streamlit is not installed")
    app = testing.AppTest.from_file(str(folder / "streamlit_app.py"), default_timeout=60).run()
    for span, days in (("180d", 180), ("1y", DAYS)):
        app.selectbox[0].select(span).run()
        assert not app.exception
        [image] = (shown.proto.imgs[0] for shown in app.get("image"))
        assert image.caption.startswith(f"{days} days")
        picture = decoded(image.url)
        assert Seen(picture).days == TOKENS[-days:]
        assert Seen(picture).inert
        [table] = app.get("html")
        assert Seen(table.proto.body).all("table")
        assert Seen(table.proto.body).inert
        [frame] = app.get("iframe")
        assert Seen(frame.proto.srcdoc).scripts == []


def test_dash_gets_the_picture_as_an_address_and_the_page_in_a_frame(program: Program) -> None:
    pytest.importorskip("dash", reason="Dash is not installed")
    client = program("dash_app").app.server.test_client()
    layout = json.loads(client.get("/_dash-layout").text)
    parts = {part["type"]: part["props"] for part in layout["props"]["children"]}
    assert parts["Iframe"]["sandbox"] == ""
    assert Seen(parts["Iframe"]["srcDoc"]).inert
    for span, days in (("90d", 90), ("1y", DAYS)):
        asked = {
            "output": "..heatmap.src...heatmap.alt..",
            "outputs": [{"id": "heatmap", "property": name} for name in ("src", "alt")],
            "inputs": [{"id": "span", "property": "value", "value": span}],
            "changedPropIds": ["span.value"],
        }
        image = client.post("/_dash-update-component", json=asked).json["response"]["heatmap"]
        assert image["alt"].startswith(f"{days} days")
        assert squares(decoded(image["src"])) == days


def _panes(root: Any) -> dict[str, Seen]:
    """The charts that Panel sends, by name; escaped once, for its own models to undo."""
    from panel.models import HTML

    seen = [Seen(html.unescape(model.text)) for model in root.select({"type": HTML})]
    return {pane.titles[0]: pane for pane in seen if pane.all("svg")}


def test_panel_shows_the_range_that_is_chosen(program: Program) -> None:
    pytest.importorskip("panel", reason="Panel is not installed")
    recipe = program("panel_app")
    root = recipe.app.get_root()
    for span, days in (("180d", 180), ("1y", DAYS)):
        recipe.span.value = span
        panes = _panes(root)
        assert set(panes) == {"Daily burn", "Drivers"}
        assert panes["Daily burn"].days == TOKENS[-days:]
        assert HOSTILE in panes["Drivers"].words
        assert all(pane.inert for pane in panes.values())


def test_panel_shows_a_page_and_not_an_empty_picture(folder: Path) -> None:
    panel = pytest.importorskip("panel", reason="Panel is not installed")
    page = burnlib.page(burnlib.load("daily-burn.json"))
    shown = Seen(html.unescape(panel.panel(page).get_root().text))
    assert any("burn-page" in str(div.get("class")).split() for div in shown.all("div"))
    assert shown.inert


def test_marimo_shows_what_a_cell_ends_with(program: Program) -> None:
    marimo = pytest.importorskip("marimo", reason="marimo is not installed")
    outputs, _ = program("marimo_notebook").app.run()
    [shown] = [marimo.as_html(output) for output in outputs if output is not None]
    assert Seen(shown.text).days == TOKENS
    assert Seen(shown.text).inert
