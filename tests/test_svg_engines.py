"""Whatever draws our SVG shows the same colours: a browser, a converter in Rust, one on cairo.

Our own PNG, which is drawn from the scene and not from the SVG, has to agree as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

import pytest

from browser import browser, needs_browser
from burnlib import charts
from burnlib.chart import Chart
from burnlib.model import DailyRow, Fidelity, SourceDay
from burnlib.render.scene import Path, Text
from burnlib.render.theme import DARK, LIGHT, THEMES, burn_css
from engines import (
    BEHIND,
    SCALE,
    Look,
    Spot,
    by_cairo,
    by_chromium,
    by_resvg,
    look,
    marks,
    rgb,
    spots,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

TOLERANCE = 2
"""Of 255 in each of red, green and blue; none of the engines needed any when this was written."""

LAST = date(2026, 2, 11)

NAMES = (
    "heatmap",
    "continuous",
    "heatmaps",
    "trend",
    "trends",
    "drivers",
    "equivalents",
    "table",
    "sparkline",
)
EACH = pytest.mark.parametrize("name", NAMES)
VARIANTS = [(theme, narrow) for theme in THEMES for narrow in (False, True)]

EXACT, BOUND, ESTIMATE = Fidelity.EXACT, Fidelity.LOWER_BOUND, Fidelity.ESTIMATED


def _sources(kind: int, n: int) -> dict[str, SourceDay]:
    """A day that is exact, a lower bound, a tenth, a quarter or all estimated, or zero."""
    return [
        {"codex": SourceDay(tokens=n, fidelity=EXACT, calls=3)},
        {"claude_code": SourceDay(tokens=n, fidelity=BOUND)},
        {
            "codex": SourceDay(tokens=9 * n, fidelity=EXACT),
            "chatgpt": SourceDay(tokens=n, fidelity=ESTIMATE, low=n // 2, high=2 * n),
        },
        {
            "codex": SourceDay(tokens=3 * n, fidelity=EXACT),
            "chatgpt": SourceDay(tokens=n, fidelity=ESTIMATE),
        },
        {"chatgpt": SourceDay(tokens=n, fidelity=ESTIMATE)},
        {"codex": SourceDay(tokens=0, fidelity=EXACT)},
    ][kind]


# Single days and two weeks are missing; whole months are mostly estimated.
ROWS = [
    DailyRow(
        date=LAST - timedelta(days=back),
        sources=_sources(4 if 100 < back < 150 else back % 6, 7 * 10 ** (3 + back % 5)),
        driver=("shipping", "research", "")[back // 9 % 3],
    )
    for back in range(400)
    if back % 11 and not 60 < back < 75
]


@cache
def made(name: str) -> Chart:
    return {
        "heatmap": lambda: charts.heatmap(ROWS, range="1y", target=10_000_000, today=LAST),
        "continuous": lambda: charts.heatmap(ROWS, range="180d", classes=None),
        "heatmaps": lambda: charts.heatmap(ROWS, range="90d", by="source", today=LAST),
        "trend": lambda: charts.trend(ROWS, range="1y", today=LAST),
        "trends": lambda: charts.trend(ROWS, range="1y", by="source", today=LAST),
        "drivers": lambda: charts.drivers(ROWS, range="1y", today=LAST),
        "equivalents": lambda: charts.equivalents(ROWS, today=LAST),
        "table": lambda: charts.table(ROWS, target=10_000_000, today=LAST),
        "sparkline": lambda: charts.sparkline(ROWS, range="60d", label=True),
    }[name]()


@cache
def expected(name: str, theme: str, narrow: bool) -> Sequence[Spot]:
    picture = made(name)
    scene = picture.narrow if narrow else picture.scene
    svg = picture.svg(theme=theme, narrow=narrow)
    return tuple(spots(marks(svg, scene, THEMES[theme])))


def wrong(points: Sequence[Spot], seen: Look) -> list[tuple[Spot, tuple[int, int, int]]]:
    """The points at which an engine shows something else, with that."""
    return [(spot, seen(spot.at)) for spot in points if not alike(seen(spot.at), spot.colour)]


def alike(seen: tuple[int, int, int], colour: str) -> bool:
    pairs = zip(seen, rgb(colour), strict=True)
    return all(abs(a - b) <= TOLERANCE for a, b in pairs)


def unwritten(name: str, theme: str, narrow: bool, seen: Look) -> list[str]:
    """The texts of which no letter has their colour anywhere."""
    picture = made(name)
    scene = picture.narrow if narrow else picture.scene
    drawn = marks(picture.svg(theme=theme, narrow=narrow), scene, THEMES[theme])
    return [
        mark.shape.text
        for mark in drawn
        if isinstance(mark.shape, Text)
        and not any(alike(seen(at), mark.fill) for at in _letters(mark.shape))
    ]


def _letters(text: Text) -> Iterator[tuple[float, float]]:
    """Each pixel of the first letters of a text, or the last or the middle ones."""
    width = min(2.0, 0.6 * len(text.text)) * text.size
    left = {"start": 0.0, "middle": width / 2, "end": width}[text.anchor]
    for i in range(int(width * SCALE)):
        for j in range(int(text.size * SCALE)):
            yield text.x - left + i / SCALE, text.y - j / SCALE


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


def disagreement(name: str, seen: Sequence[Look]) -> dict[str, object]:
    """What differs in any variant of a view from what our palette says."""
    found: dict[str, object] = {}
    for (theme, narrow), looks in zip(VARIANTS, seen, strict=True):
        key = f"{theme}, {'narrow' if narrow else 'wide'}"
        if differs := wrong(expected(name, theme, narrow), looks):
            found[key] = (len(differs), differs[:3])
        if texts := unwritten(name, theme, narrow, looks):
            found[f"{key}, texts"] = texts
    return found


def drawings(name: str) -> list[str]:
    return [made(name).svg(theme=theme, narrow=narrow) for theme, narrow in VARIANTS]


@pytest.mark.browser
@needs_browser
@EACH
def test_chromium_shows_the_colours_of_the_palette(name: str, chromium: Browser) -> None:
    assert disagreement(name, by_chromium(chromium, *drawings(name))) == {}


@EACH
def test_resvg_shows_the_colours_of_the_palette(name: str) -> None:
    assert disagreement(name, [by_resvg(svg) for svg in drawings(name)]) == {}


@EACH
def test_cairo_shows_the_colours_of_the_palette(name: str) -> None:
    assert disagreement(name, [by_cairo(svg) for svg in drawings(name)]) == {}


@EACH
def test_our_png_shows_the_colours_that_the_svg_has(name: str) -> None:
    picture = made(name)
    seen = [
        look(picture.png(theme=theme, narrow=narrow, scale=SCALE, background="none"))
        for theme, narrow in VARIANTS
    ]
    assert disagreement(name, seen) == {}


def test_the_points_lie_in_every_class_and_state_and_in_holes_and_corners() -> None:
    points = expected("heatmap", "light", False)
    seen = Counter(spot.colour for spot in points)
    scene = made("heatmap").scene
    wanted = {BEHIND, LIGHT.zero, LIGHT.faint, *LIGHT.ramps[scene.classes]}
    assert all(seen[colour] >= 20 for colour in wanted)
    cut = [shape for shape in scene.shapes if isinstance(shape, Path) and shape.title]
    holes = [shape for shape in cut if len(shape.rings) == 2]
    corners = [shape for shape in cut if len(shape.rings[0]) == 5]
    assert min(len(holes), len(corners)) > 50
    # A point in the middle of each hole and one beside each cut corner, at the least.
    behind = [spot for spot in points if spot.what == "Path" and spot.colour == BEHIND]
    assert len(behind) >= len(holes) + len(corners)
    for name in ("trend", "drivers"):
        shown = {spot.colour for spot in expected(name, "dark", True)}
        assert {BEHIND, DARK.accent} < shown


FOLLOWS = pytest.mark.parametrize("theme", ["auto", "css"])


@FOLLOWS
@pytest.mark.parametrize("preferred", THEMES)
@pytest.mark.browser
@needs_browser
def test_a_browser_follows_its_reader(theme: str, preferred: str, chromium: Browser) -> None:
    css = burn_css() if theme == "css" else ""
    names = ("heatmap", "trend")
    looks = by_chromium(
        chromium,
        *(made(name).svg(theme=theme) for name in names),
        dark=preferred == "dark",
        css=css,
    )
    for name, seen in zip(names, looks, strict=True):
        assert wrong(expected(name, preferred, False), seen) == []
        assert unwritten(name, preferred, False, seen) == []


@FOLLOWS
@pytest.mark.parametrize("draw", [by_resvg, by_cairo])
def test_an_engine_without_a_reader_shows_light(theme: str, draw: Callable[[str], Look]) -> None:
    for name in ("heatmap", "trend"):
        seen = draw(made(name).svg(theme=theme))
        assert wrong(expected(name, "light", False), seen) == []
        assert unwritten(name, "light", False, seen) == []
