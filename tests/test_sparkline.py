"""The sparkline: a range as small as a word."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree as ET

from hypothesis import given, settings

from burnlib import charts
from burnlib.ledger import Ledger
from burnlib.model import DailyRow, Fidelity, SourceDay
from burnlib.render.scene import Path, Rect, Text
from burnlib.testing.strategies import ledgers

LAST = date(2026, 2, 11)
M = 10**6


def day(back: int, exact: int, estimated: int = 0) -> DailyRow:
    sources = {"codex": SourceDay(tokens=exact, fidelity=Fidelity.EXACT)}
    if estimated:
        sources["chatgpt"] = SourceDay(tokens=estimated, fidelity=Fidelity.ESTIMATED)
    return DailyRow(date=LAST - timedelta(days=back), sources=sources)


# Decades from 1M to 1B, a zero, a missing day, a day that is mostly estimated.
ROWS = Ledger(
    [day(6, M), day(5, 10 * M), day(4, 0), day(2, 100 * M), day(1, M, 9 * M), day(0, 1000 * M)]
)


def test_bars_stand_for_places_on_a_log_scale() -> None:
    scene = charts.sparkline(ROWS, range="7d").scene
    bars = [s for s in scene.shapes if isinstance(s, Rect) and s.fill == "accent"]
    # 1M to 1B are three decades, 3 to 15 px: 4 px a decade.
    assert [(bar.x, bar.height) for bar in bars] == [(0, 3), (4, 7), (16, 11), (24, 15)]
    assert {bar.y + bar.height for bar in bars} == {16}
    assert (scene.width, scene.height) == (28, 18)


def test_a_zero_is_a_stroke_and_a_missing_day_a_gap() -> None:
    scene = charts.sparkline(ROWS, range="7d").scene
    (zero,) = (s for s in scene.shapes if isinstance(s, Rect) and s.fill == "faint")
    assert (zero.x, zero.y, zero.height) == (8, 15, 1)
    assert all(getattr(shape, "x", None) != 12 for shape in scene.shapes)


def test_a_mostly_estimated_day_is_hollow_and_grey_where_it_is_too_thin() -> None:
    scene = charts.sparkline(ROWS, range="7d").scene
    (hollow,) = (s for s in scene.shapes if isinstance(s, Path))
    assert len(hollow.rings) == 2
    wide = charts.sparkline(ROWS, range="90d").scene
    assert not [s for s in wide.shapes if isinstance(s, Path)]
    assert len([s for s in wide.shapes if isinstance(s, Rect) and s.fill == "faint"]) == 2


def test_the_day_that_is_still_going_on_is_grey() -> None:
    scene = charts.sparkline(ROWS, range="7d", today=LAST).scene
    (running,) = (s for s in scene.shapes if isinstance(s, Rect) and s.fill == "muted")
    assert running.x == 24


def test_the_sum_stands_beside_it_only_where_it_is_asked_for() -> None:
    bare = charts.sparkline(ROWS, range="7d").scene
    assert not [s for s in bare.shapes if isinstance(s, Text)]
    (label,) = (
        s
        for s in charts.sparkline(ROWS, range="7d", label=True).scene.shapes
        if isinstance(s, Text)
    )
    assert label.text == "~1.12B in 7 days"


def test_the_exact_basis_leaves_the_estimate_out() -> None:
    made = charts.sparkline(ROWS, range="7d", basis="exact", label=True)
    assert str(made).endswith(" 1.11B in 7 days")


def test_text_is_one_line() -> None:
    assert charts.sparkline(ROWS, range="7d").text() == "▁▃·/▆▃█\n"
    assert charts.sparkline(ROWS, range="7d").text(ascii=True) == "67./879\n"
    assert str(charts.sparkline(ROWS, range="7d", label=True)) == "▁▃·/▆▃█ ~1.12B in 7 days"


def test_it_says_in_words_what_it_shows() -> None:
    assert charts.sparkline(ROWS, range="7d").alt == (
        "7 days to 2026-02-11: 1.11B exact and about 9.00M estimated tokens, 1 day without data."
    )


def test_html_is_the_picture_alone_so_that_it_fits_into_a_sentence() -> None:
    made = charts.sparkline(ROWS)
    assert made.__html__() == made.svg()
    assert ET.fromstring(made.svg()).get("role") == "img"


def test_nothing_observed_says_so() -> None:
    made = charts.sparkline([], label=True, today=LAST)
    assert str(made) == "/ no data"
    assert "No days with data" in made.alt


def test_made_up_data_is_called_so() -> None:
    made_up = [DailyRow(date=LAST, sources=ROWS[0].sources, extra={"made_up": True})]
    made = charts.sparkline(made_up, label=True)
    assert str(made).endswith("(made-up demonstration data)")
    assert "made-up demonstration data" in charts.sparkline(made_up).svg()


@given(ledgers())
@settings(max_examples=40)
def test_there_is_a_mark_for_every_day_and_none_leaves_the_picture(rows: Ledger) -> None:
    made = charts.sparkline(rows, range="all")
    assert len(str(made)) == len(made.view.days)  # type: ignore[union-attr]
    for shape in made.scene.shapes:
        if isinstance(shape, Rect):
            assert 0 <= shape.x < shape.x + shape.width <= made.scene.width
            assert 0 < shape.y < shape.y + shape.height <= made.scene.height
