"""Compact drawings: fewer bytes, the same picture."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageChops

from browser import browser, needs_browser, opened
from burnlib import charts
from burnlib.model import DailyRow, Fidelity, SourceDay

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LAST = date(2026, 2, 11)
DAYS = 365


def rows() -> list[DailyRow]:
    """A year with every state: zero, missing, estimated, over the target."""
    found = []
    for i in range(DAYS):
        tokens = 0 if i % 11 == 3 else 37 ** (i % 6) * (i + 1)
        sources = {"codex": SourceDay(tokens=tokens, fidelity=Fidelity.EXACT)}
        if i % 5 == 1:
            sources["chatgpt"] = SourceDay(tokens=tokens // 2, fidelity=Fidelity.ESTIMATED)
        if i % 13:
            driver = ("shipping", "research")[i % 2]
            found.append(
                DailyRow(date=LAST - timedelta(days=DAYS - 1 - i), sources=sources, driver=driver)
            )
    return found


MADE: dict[str, Any] = {
    "heatmap": charts.heatmap(rows(), range="1y", target=10**7, today=LAST),
    "without classes": charts.heatmap(rows(), range="1y", classes=None),
    "trend": charts.trend(rows(), range="1y", today=LAST),
    "drivers": charts.drivers(rows()),
    "table": charts.table(rows(), target=10**7),
}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


def looks(chromium: Browser, svg: str) -> Image.Image:
    with opened(chromium, f"<!doctype html><title>one</title>{svg}", height=1200) as (page, said):
        assert not said
        return Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> int:
    """The largest difference of a channel, 0 to 255."""
    assert one.size == other.size
    return max(most for _, most in ImageChops.difference(one, other).getextrema())  # type: ignore[misc]


@pytest.mark.slow
@pytest.mark.browser
@needs_browser
@pytest.mark.parametrize(
    ("name", "narrow"),
    [
        ("heatmap", False),
        ("heatmap", True),
        ("without classes", False),
        ("trend", False),
        ("drivers", True),
        ("table", True),
    ],
)
def test_a_compact_drawing_looks_the_same(chromium: Browser, name: str, narrow: bool) -> None:
    made = MADE[name]
    whole = looks(chromium, made.svg(narrow=narrow))
    # Slanted edges of cut corners are smoothed together; neighbouring colours are 90 apart.
    assert difference(looks(chromium, made.svg(narrow=narrow, compact=True)), whole) < 40
    assert difference(looks(chromium, made.svg(narrow=narrow, theme="dark")), whole) > 90


def test_a_compact_year_takes_a_quarter_of_the_bytes_and_one_path_a_colour() -> None:
    made = MADE["heatmap"]
    small = made.svg(compact=True)
    assert len(small) < len(made.svg()) / 4
    assert "<rect" not in small
    # Six classes, and zero.
    assert small.count("<path") == made.scale.classes + 1 == 7


def test_a_compact_drawing_has_no_titles_but_its_own() -> None:
    assert MADE["heatmap"].svg(compact=True).count("<title") == 1
