"""The gallery: pictures of every view and state, drawn by the code and kept as snapshots."""

from __future__ import annotations

import runpy
from xml.etree import ElementTree as ET

import pytest

from pages import DOCS

GALLERY = DOCS / "gallery"
FILES: dict[str, str] = runpy.run_path(str(GALLERY / "make.py"))["files"]()


@pytest.mark.parametrize("name", FILES)
def test_a_picture_is_what_the_code_draws(name: str) -> None:
    """After a change that is meant: make gallery, and look at what has changed."""
    assert (GALLERY / name).read_text("utf-8") == FILES[name]


def test_there_is_no_picture_that_is_drawn_no_more() -> None:
    assert {path.name for path in GALLERY.glob("*.svg")} == {n for n in FILES if n != "README.md"}


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".svg")])
def test_a_picture_says_in_words_what_it_shows(name: str) -> None:
    root = ET.fromstring(FILES[name])
    assert root.get("role") == "img"
    assert len(root.get("aria-label", "")) > 20
    assert root.findtext("{*}desc")


def test_every_state_that_is_often_drawn_wrong_is_there() -> None:
    states = {
        "no-data",
        "one-day",
        "all-zero",
        "mostly-missing",
        "all-missing",
        "all-estimated",
        "53-weeks",
        "leap-day",
        "today",
        "mid-week",
    }
    assert {f"{state}.svg" for state in states} <= set(FILES)


def test_the_page_shows_every_picture() -> None:
    page = FILES["README.md"]
    assert [name for name in FILES if name.endswith(".svg") and name not in page] == []
