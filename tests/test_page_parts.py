"""A page with some of its parts, in an order of one's own, as a document and as a fragment."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from burnlib import charts
from burnlib.chart import Chart
from burnlib.errors import InvalidInput
from burnlib.model import DailyRow, Fidelity, SourceDay
from burnlib.views.base import PARTS

LAST = date(2026, 2, 11)
HEADINGS = {
    "heatmap": "Daily burn",
    "trend": "Weekly burn, log scale",
    "drivers": "Drivers",
    "equivalents": "Scale",
    "table": "Last 30 days",
}


def page(**options: Any) -> Chart:
    rows = [
        DailyRow(
            date=LAST - timedelta(days=i),
            sources={"codex": SourceDay(tokens=10**7 + i, fidelity=Fidelity.EXACT)},
            driver="shipping",
        )
        for i in range(40)
    ]
    return charts.page(rows, **options)


def headings(html: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"<h[23] [^>]*>([^<]*)</h[23]>", html)))


def test_all_parts_are_there_unless_others_are_asked_for() -> None:
    assert headings(page().html()) == list(HEADINGS.values())
    assert "burn-windows" in page().html()


@pytest.mark.parametrize("part", HEADINGS)
def test_a_page_of_one_part_has_that_and_no_other(part: str) -> None:
    made = page(parts=[part])
    assert headings(made.html()) == [HEADINGS[part]]
    assert '<dl class="burn-windows">' not in made.html()
    shown = [line for line in made.text().splitlines() if line in HEADINGS.values()]
    assert shown == [HEADINGS[part]]


def test_parts_come_in_the_order_in_which_they_are_named() -> None:
    made = page(parts=["table", "heatmap"])
    assert headings(made.html()) == ["Last 30 days", "Daily burn"]
    text = made.text()
    assert text.index("Last 30 days") < text.index("Daily burn")


def test_the_headline_and_the_definitions_stay_with_any_parts() -> None:
    for made in (page(parts=[]), page(parts=["figures"])):
        for said in ("400M</b> exact tokens in", "<footer>"):
            assert said in made.html()
        assert "No data: nothing is known of that day" in made.text()


def test_an_unknown_part_is_refused_with_those_that_exist() -> None:
    with pytest.raises(InvalidInput, match=", ".join(PARTS)):
        page(parts=["headline"])


def test_a_page_of_one_range_has_no_switch() -> None:
    assert "<input" not in page(ranges=["90d"], opens="90d").html()
    assert page(ranges=["90d", "all"], opens="90d").html().count("<input") == 2


def test_a_fragment_takes_a_prefix_a_heading_level_and_a_theme() -> None:
    made = page().fragment(prefix="team", level=3, theme="dark")
    assert 'name="team-range"' in made
    assert "<h3 " in made
    assert "<h4 " in made
    assert "prefers-color-scheme" not in made
    assert "<!doctype" not in made


def test_only_a_page_has_a_fragment() -> None:
    with pytest.raises(InvalidInput, match=r"html\(\)"):
        charts.heatmap([]).fragment()
