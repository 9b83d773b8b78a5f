"""Small multiples: one picture a source, all comparable with each other."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from burnlib import charts
from burnlib.errors import InvalidInput
from burnlib.ledger import Ledger
from burnlib.model import DailyRow, Fidelity, SourceDay
from burnlib.render.scene import Text
from burnlib.scale import LogScale
from burnlib.testing.strategies import ledgers
from burnlib.views.base import Heatmap, Multiples, Trend
from burnlib.views.multiples import heatmaps, trends

LAST = date(2026, 2, 11)
M = 10**6


def day(back: int, **tokens: int | None) -> DailyRow:
    """A row with the sources named; "chatgpt" is estimated, None is absent."""
    sources = {
        name: SourceDay(
            tokens=n, fidelity=Fidelity.ESTIMATED if name == "chatgpt" else Fidelity.EXACT
        )
        for name, n in tokens.items()
        if n is not None
    }
    return DailyRow(date=LAST - timedelta(days=back), sources=sources, driver="shipping")


ROWS = Ledger(
    [
        day(40, codex=5 * M, zed=70 * M),
        day(39, codex=900 * M, zed=None, chatgpt=3 * M),
        day(38, codex=0, zed=0),
        day(2),  # observed, without any source being named
        day(0, codex=30 * M, chatgpt=400 * M),
    ]
)


def panels(view: Multiples) -> dict[str, Heatmap | Trend]:
    return {panel.name: panel.view for panel in view.panels}


def test_each_source_has_a_picture_the_best_known_first() -> None:
    assert list(panels(heatmaps(ROWS))) == ["codex", "chatgpt", "zed"]
    assert list(panels(trends(ROWS))) == ["codex", "chatgpt", "zed"]


def test_a_picture_has_the_tokens_of_its_source_alone() -> None:
    found = {name: view.amount for name, view in panels(heatmaps(ROWS, range="all")).items()}
    assert {name: (a.exact, a.estimated) for name, a in found.items()} == {
        "codex": (935 * M, 0),
        "chatgpt": (0, 403 * M),
        "zed": (70 * M, 0),
    }


def test_a_day_on_which_a_source_was_absent_is_missing_and_not_zero() -> None:
    zed = panels(heatmaps(ROWS, range="all"))["zed"]
    assert isinstance(zed, Heatmap)
    shown = {(LAST - each.date).days: each.amount for each in zed.days}
    assert shown[39] is None
    assert shown[0] is None
    assert shown[38] is not None
    assert shown[38].total == 0
    assert shown[2] is not None
    assert shown[2].total == 0


def test_all_pictures_have_the_same_days_and_the_same_scale() -> None:
    view = heatmaps(ROWS, range="30d")
    calendars = [each for each in panels(view).values() if isinstance(each, Heatmap)]
    assert {(each.range.first, each.range.last) for each in calendars} == {
        (LAST - timedelta(days=29), LAST)
    }
    # From the days of all sources, one by one, also those outside of the range.
    days = [5 * M, 70 * M, 900 * M, 3 * M, 30 * M, 400 * M]
    assert {each.scale for each in calendars} == {LogScale.of(days)}


def test_the_range_of_trends_is_that_of_their_weeks() -> None:
    view = trends(ROWS, range="30d")
    assert (view.range.first.weekday(), view.range.last.weekday()) == (0, 6)
    assert all(each.range.first == view.range.first for each in panels(view).values())


def test_on_the_exact_basis_estimated_sources_have_no_picture() -> None:
    assert list(panels(heatmaps(ROWS, basis="exact"))) == ["codex", "zed"]


def test_a_driver_of_the_whole_day_is_not_said_of_a_source() -> None:
    assert "shipping" not in charts.heatmap(ROWS, by="source").svg()


@given(ledgers())
@settings(max_examples=40)
def test_the_pictures_add_up_to_the_whole(rows: Ledger) -> None:
    whole = charts.heatmap(rows, range="all").view
    parts = heatmaps(rows, range="all")
    assert isinstance(whole, Heatmap)
    assert parts.amount.exact == whole.amount.exact
    assert parts.amount.estimated == whole.amount.estimated
    assert parts.amount.lower_bound == whole.amount.lower_bound


@given(ledgers())
@settings(max_examples=12)
def test_every_ledger_can_be_drawn_by_source(rows: Ledger) -> None:
    for made in (charts.heatmap(rows, by="source"), charts.trend(rows, by="source")):
        for narrow in (False, True):
            assert made.svg(narrow=narrow).startswith("<svg")
        assert all(len(line) <= 80 for line in made.text().splitlines())


def test_the_legend_the_dates_and_the_caption_are_said_once() -> None:
    drawn = charts.heatmap(ROWS, by="source").svg(titles=False)
    texts = re.findall(r"<text[^>]*>([^<]*)", drawn)
    assert texts.count("100M") == texts.count("no data") == 1
    assert sum("one scale for all" in text for text in texts) == 1
    weekly = re.findall(r"<text[^>]*>([^<]*)", charts.trend(ROWS, by="source").svg(titles=False))
    assert weekly.count("Feb") == 1


def test_a_name_says_what_it_sums_and_how_far_to_trust_it() -> None:
    texts = re.findall(r">([^<]*)</text>", charts.heatmap(ROWS, range="all", by="source").svg())
    assert "Codex: 935M exact" in texts
    assert "ChatGPT: about 403M estimated" in texts


def test_a_title_names_its_source() -> None:
    drawn = charts.heatmap(ROWS, by="source").svg()
    assert "<title>Codex · Wed 11 Feb 2026: 30,000,000 tokens</title>" in drawn
    assert "<title>Zed · Wed 11 Feb 2026: no data</title>" in drawn
    assert (
        "<title>ChatGPT · Week of 9 Feb 2026: ~400,000,000 tokens"
        in charts.trend(ROWS, by="source").svg()
    )


def test_panels_do_not_overlap() -> None:
    for made in (charts.heatmap(ROWS, by="source"), charts.trend(ROWS, by="source")):
        for scene in (made.scene, made.narrow):
            names = [s.y for s in scene.shapes if getattr(s, "bold", False)]
            assert names == sorted(names)
            for top, bottom in zip(names, [*names[1:], scene.height], strict=True):
                below = [s for s in scene.shapes if getattr(s, "y", -1.0) > top]
                assert any(shape.y < bottom for shape in below)  # type: ignore[union-attr]


def test_text_has_a_line_of_weeks_for_each_source_on_one_scale() -> None:
    lines = charts.trend(ROWS, range="all", by="source").text().splitlines()
    at = lines.index("Codex          935M exact")
    # The least week is 3M, the most 905M: 30M is 0.40 of the way on a log axis.
    assert lines[at:] == [
        "Codex          935M exact",
        "  █?/ / / / / ▄?",
        "ChatGPT        about 403M estimated",
        "  ▁?/ / / / / ▇?",
        "Zed            70.0M exact",
        "  ▅?/ / / / / ·?",
        "",
        "▁ to █ least to most, log scale   · zero   / no data",
        "? part of a week, not to be compared",
    ]


def test_in_ascii_weeks_are_powers_of_ten() -> None:
    lines = charts.trend(ROWS, range="all", by="source").text(ascii=True).splitlines()
    assert [lines[lines.index("Codex          935M exact") + i] for i in (1, 3, 5)] == [
        "  8?/ / / / / 7?",
        "  6?/ / / / / 8?",
        "  7?/ / / / / .?",
    ]
    said = "digits: power of ten   . zero   / no data   ? part of a week, not to be compared"
    assert lines[-1] == said


def test_text_marks_an_estimated_week_and_one_that_is_not_over() -> None:
    rows = [
        DailyRow(
            date=LAST - timedelta(days=back),
            sources={"chatgpt": SourceDay(tokens=M, fidelity=Fidelity.ESTIMATED)},
        )
        for back in range(10)
    ]
    lines = charts.trend(rows, range="10d", by="source", today=LAST).text().splitlines()
    # Seven days from Monday, then three days of a week that goes on.
    assert lines[lines.index("ChatGPT        about 10.0M estimated") + 1] == "  █~▁?"


def test_no_peak_hides_that_a_day_is_an_estimate() -> None:
    rows = Ledger([day(1, chatgpt=M), day(0, chatgpt=9 * M)])
    assert "*" not in charts.heatmap(rows, range="2d", by="source").text()


def test_weeks_are_counted_in_weeks() -> None:
    made = charts.trend(ROWS, range="30d", by="source")
    assert made.alt.startswith("5 weeks to 2026-02-15: ")
    assert "5 weeks to Sun 15 Feb 2026" in made.svg()


def test_an_empty_ledger_says_that_there_is_nothing() -> None:
    made = charts.heatmap([], by="source", today=LAST)
    assert "No days with data" in made.alt
    assert made.svg().count("<rect") == 0
    assert "No days with data" in made.text()
    assert made.scale is None


def test_the_scale_of_all_pictures_can_be_given_to_others() -> None:
    made = charts.heatmap(ROWS, by="source")
    assert made.scale is not None
    assert made.edges
    assert charts.heatmap(ROWS, scale=made.scale).edges == made.edges


def test_what_cannot_be_divided_is_refused() -> None:
    with pytest.raises(InvalidInput, match='by="source"'):
        charts.heatmap(ROWS, by="driver")  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="target"):
        charts.heatmap(ROWS, by="source", target=5)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("make", [charts.heatmap, charts.trend])
def test_a_range_in_a_heading_is_never_cut_off(make: Any, language: str) -> None:
    """On a phone a heading takes two lines where one has no room for both ends of the range."""
    guess = SourceDay(tokens=319_000_000, fidelity=Fidelity.ESTIMATED, low=10**8, high=10**9)
    days = [DailyRow(date=LAST - timedelta(days=i), sources={"claude_chat": guess}) for i in (0, 1)]
    view = make(days, by="source", language=language, today=LAST)
    for scene in (view.scene, view.narrow):
        texts = [shape.text for shape in scene.shapes if isinstance(shape, Text)]
        assert not any("…" in text for text in texts)
        assert "2,00B)" in " ".join(texts).replace(".", ",")
        rows = sorted({shape.y for shape in scene.shapes if isinstance(shape, Text) and shape.bold})
        assert len(rows) == (1 if scene is view.scene else 2)
