"""What axe-core, which checks pages by the rules of WCAG, finds on ours: nothing.

It does not judge text inside pictures. That this is ink or muted on the bare page is checked with
the layout, and that both can be read there with the themes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

import pytest

from browser import REQUIRED, browser, needs_browser, opened
from burnlib import charts
from burnlib.ledger import Ledger
from burnlib.model import DailyRow, Fidelity, SourceDay
from burnlib.render.html import document, fragment
from burnlib.render.theme import DARK, LIGHT
from burnlib.views.page import page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, needs_browser]

TODAY = date(2026, 2, 11)

FULL = Ledger(
    DailyRow(
        date=TODAY - timedelta(days=back),
        sources={
            "codex": SourceDay(tokens=0 if back % 13 == 5 else 10 ** (3 + back % 5), fidelity=kind),
            "chatgpt": SourceDay(tokens=back * 900, fidelity=Fidelity.ESTIMATED, low=0),
        },
        driver=("shipping", "research", "")[back % 3],
        evidence="v0.9",
        extra={"made_up": True},
    )
    for back, kind in ((n, (Fidelity.EXACT, Fidelity.LOWER_BOUND)[n % 2]) for n in range(100))
    if back % 17 != 3
)

ROWS = {"full": FULL, "empty": Ledger()}

# Of the rules, those that are about what we make. One that has nothing to judge says nothing.
JUDGED = {
    "full": {
        "color-contrast",
        "definition-list",
        "heading-order",
        "list",
        "region",
        "svg-img-alt",
        "td-headers-attr",
        "th-has-data-cells",
    },
    "empty": {"color-contrast", "heading-order", "region"},
}


def axe(shown: Page) -> tuple[list[str], set[str]]:
    """Each violation with where it is, and the rules that were kept by something."""
    if REQUIRED:
        import axe_playwright_python.sync_playwright as axe_core
    else:
        reason = "axe-playwright-python is not installed"
        axe_core = pytest.importorskip("axe_playwright_python.sync_playwright", reason=reason)
    found: dict[str, Any] = axe_core.Axe().run(shown).response
    violations = [
        f"{rule['id']}: {rule['help']}: {node['target']} {node.get('failureSummary', '')}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
    return violations, {rule["id"] for rule in found["passes"]}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


DARK_OR_LIGHT = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
WIDTHS = pytest.mark.parametrize("width", [1280, 390], ids=["wide", "phone"])
KINDS = pytest.mark.parametrize("kind", ROWS)


@DARK_OR_LIGHT
@WIDTHS
@KINDS
def test_axe_finds_nothing_on_the_page(
    kind: str, width: int, dark: bool, chromium: Browser
) -> None:
    html = document(page(ROWS[kind], today=TODAY, target=1_000_000, zone="UTC", made=TODAY))
    with opened(chromium, html, width=width, dark=dark) as (shown, _):
        violations, kept = axe(shown)
    assert violations == []
    assert kept >= JUDGED[kind]


def host(rows: Ledger, theme: Literal["light", "dark"]) -> str:
    """A page of somebody else, with all that can be put into one."""
    colours = {"light": LIGHT, "dark": DARK}[theme]
    drawn = [
        charts.heatmap(rows, today=TODAY),
        charts.trend(rows, today=TODAY),
        charts.drivers(rows, today=TODAY),
        charts.equivalents(rows, today=TODAY),
        charts.table(rows, today=TODAY),
        charts.heatmap(rows, by="source"),
        charts.trend(rows, by="source"),
        charts.heatmap(rows, language="de"),
    ]
    word = charts.sparkline(rows, label=True).html(theme=theme)
    figures = "".join(made.html(theme=theme) for made in drawn)
    inside = fragment(page(rows, today=TODAY, zone="UTC"), theme=theme)
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Team</title>"
        f"<style>body{{background:{colours.page};color:{colours.ink}}}</style>"
        f"<main><h1>Team</h1><p>Last days: {word}</p>{figures}{inside}</main>"
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@WIDTHS
@KINDS
def test_axe_finds_nothing_in_what_is_put_into_another_page(
    kind: str, width: int, theme: Literal["light", "dark"], chromium: Browser
) -> None:
    with opened(chromium, host(ROWS[kind], theme), width=width) as (shown, _):
        violations, kept = axe(shown)
    assert violations == []
    assert kept >= JUDGED[kind]
