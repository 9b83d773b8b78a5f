"""Four programs that draw SVG, and points of a scene where all of them have to show one colour.

What a point shows is worked out here: the top mark that covers it, in the colour that our palette
has for the class written on that mark. Points near an edge are left out, since each program
smooths edges in its own way.
"""

from __future__ import annotations

import importlib
import io
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from xml.etree import ElementTree as ET

import matplotlib
import pytest
from PIL import Image

from browser import REQUIRED, opened
from burnlib.render.scene import Circle, Line, Path, Polyline, Rect, Scene, Shape, Text
from burnlib.render.theme import ROLES, Theme

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SCALE = 3
"""Pixels for each px of the scene."""

BEHIND = "#2a6fdb"
"""The page behind the drawings: blue, so that no colour of ours can pass for it."""

# From the middle of a pixel to its corner, the tenth of a px that coordinates are rounded to, and
# what renderers grow or shrink an outline by.
_CLEAR = 0.3

Point: TypeAlias = tuple[float, float]
Colour: TypeAlias = tuple[int, int, int]
Look: TypeAlias = Callable[[Point], Colour]
"""From a point of the scene to the colour that an engine has put there."""


class Spot(NamedTuple):
    """A point of a scene, and the colour that belongs there."""

    at: Point
    colour: str
    what: str


class Mark(NamedTuple):
    """A shape, and the fill and stroke of the classes that the SVG gave it; "" is unpainted."""

    shape: Shape
    fill: str
    stroke: str


# ---- what belongs where ------------------------------------------------------------------------


def marks(svg: str, scene: Scene, theme: Theme) -> list[Mark]:
    """Each shape of *scene* with the colours that *theme* has for its classes in *svg*."""
    drawn = [e for e in ET.fromstring(svg) if e.tag.rpartition("}")[2] not in _WORDS]
    return [
        Mark(shape, *_painted(element.get("class", ""), theme))
        for shape, element in zip(scene.shapes, drawn, strict=True)
    ]


_WORDS = {"title", "desc", "style"}


def _painted(classes: str, theme: Theme) -> tuple[str, str]:
    fill = stroke = ""
    for name in classes.split():
        role = name.removeprefix("burn-")
        if role in ROLES:
            fill = getattr(theme, role)
        elif role.startswith("s-"):
            stroke = getattr(theme, role[2:])
        else:
            of, number = role.split("c")
            fill = theme.ramps[int(of)][int(number) - 1]
    return fill, stroke


def spots(drawn: Sequence[Mark]) -> Iterator[Spot]:
    """Points that all engines have to agree on: in areas, holes and cut corners, on strokes."""
    near = _by_place(drawn)
    for mark in drawn:
        for x, y in _candidates(mark):
            # The middle of the pixel that the point is in.
            at = ((int(x * SCALE) + 0.5) / SCALE, (int(y * SCALE) + 0.5) / SCALE)
            colour = _top(at, near[_place(at)])
            if colour:
                yield Spot(at, colour, type(mark.shape).__name__)


def _candidates(mark: Mark) -> Iterator[Point]:
    shape = mark.shape
    if isinstance(shape, Circle):
        yield (shape.x, shape.y)
        yield (shape.x, shape.y + shape.r)
    elif isinstance(shape, Rect | Path):
        left, top, right, bottom = _box(shape)
        for across in (0.1, 0.5, 0.9):
            for down in (0.1, 0.5, 0.9):
                yield (left + across * (right - left), top + down * (bottom - top))
    elif isinstance(shape, Line | Polyline):
        for (x1, y1), (x2, y2) in _edges(shape):
            yield ((x1 + x2) / 2, (y1 + y2) / 2)


def _top(at: Point, near: Sequence[Mark]) -> str:
    """The colour at the pixel around *at*, or "" where that depends on how edges are smoothed."""
    colour = BEHIND
    for mark in near:
        shape = mark.shape
        if isinstance(shape, Text):
            left, top, right, bottom = _box(shape)
            if left < at[0] < right and top < at[1] < bottom:
                return ""
            continue
        distance = _distance(shape, at)
        if mark.fill:
            if distance < _CLEAR:
                return ""
            colour = mark.fill if _within(shape, at) else colour
        if mark.stroke:
            half = getattr(shape, "stroke_width", 1) / 2
            # Nobody has to agree on where exactly a dash begins.
            if abs(distance - half) < _CLEAR or (getattr(shape, "dash", ()) and distance < half):
                return ""
            colour = mark.stroke if distance < half else colour
    return colour


def _within(shape: Shape, at: Point) -> bool:
    """Whether a filled shape covers the point, by the even-odd rule."""
    if isinstance(shape, Circle):
        return math.hypot(at[0] - shape.x, at[1] - shape.y) < shape.r
    crossed = 0
    for (x1, y1), (x2, y2) in _edges(shape):
        if (y1 > at[1]) != (y2 > at[1]):
            crossed += at[0] < x1 + (at[1] - y1) * (x2 - x1) / (y2 - y1)
    return crossed % 2 == 1


def _distance(shape: Shape, at: Point) -> float:
    """From the point to the nearest place of the outline."""
    if isinstance(shape, Circle):
        return abs(math.hypot(at[0] - shape.x, at[1] - shape.y) - shape.r)
    return min(_from_edge(at, *edge) for edge in _edges(shape))


def _from_edge(at: Point, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    along = ((at[0] - a[0]) * dx + (at[1] - a[1]) * dy) / (dx * dx + dy * dy or 1)
    along = min(1.0, max(0.0, along))
    return math.hypot(at[0] - a[0] - along * dx, at[1] - a[1] - along * dy)


def _edges(shape: Shape) -> Iterator[tuple[Point, Point]]:
    if isinstance(shape, Line):
        yield (shape.x1, shape.y1), (shape.x2, shape.y2)
    elif isinstance(shape, Polyline):
        yield from zip(shape.points, shape.points[1:], strict=False)
    elif isinstance(shape, Path):
        for ring in shape.rings:
            yield from zip(ring, (*ring[1:], ring[0]), strict=True)
    else:
        left, top, right, bottom = _box(shape)
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        yield from zip(corners, (*corners[1:], corners[0]), strict=True)


def _box(shape: Shape) -> tuple[float, float, float, float]:
    if isinstance(shape, Rect):
        return shape.x, shape.y, shape.x + shape.width, shape.y + shape.height
    if isinstance(shape, Circle):
        return shape.x - shape.r, shape.y - shape.r, shape.x + shape.r, shape.y + shape.r
    if isinstance(shape, Text):  # generously: fonts differ
        reach = len(shape.text) * shape.size
        left = {"start": 0.0, "middle": 0.5, "end": 1.0}[shape.anchor] * reach
        return (
            shape.x - left - 2,
            shape.y - shape.size,
            shape.x - left + reach + 2,
            shape.y + 0.4 * shape.size,
        )
    points = [point for edge in _edges(shape) for point in edge]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


_TILE = 24


def _place(at: Point) -> tuple[int, int]:
    return int(at[0] // _TILE), int(at[1] // _TILE)


def _by_place(drawn: Sequence[Mark]) -> dict[tuple[int, int], list[Mark]]:
    """The marks that may touch each tile of the plane; looking at all for each point takes long."""
    near: dict[tuple[int, int], list[Mark]] = defaultdict(list)
    for mark in drawn:
        left, top, right, bottom = _box(mark.shape)
        reach = getattr(mark.shape, "stroke_width", 1) / 2 + 1
        for i in range(int((left - reach) // _TILE), int((right + reach) // _TILE) + 1):
            for j in range(int((top - reach) // _TILE), int((bottom + reach) // _TILE) + 1):
                near[i, j].append(mark)
    return near


# ---- the engines -------------------------------------------------------------------------------


def by_chromium(
    browser: Browser, *drawings: str, dark: bool = False, css: str = ""
) -> Sequence[Look]:
    """Inlined in a page, one below the other; its reader prefers dark or not."""
    style = f"<style>html{{background:{BEHIND}}}body{{margin:0}}svg{{display:block}}{css}</style>"
    heights = [math.ceil(float(ET.fromstring(svg).get("height", ""))) for svg in drawings]
    boxes = "".join(
        f"<div style='height:{height}px'>{svg}</div>"
        for svg, height in zip(drawings, heights, strict=True)
    )
    html = f"<!doctype html><meta charset=utf-8>{style}{boxes}"
    with opened(browser, html, width=720, height=sum(heights), dark=dark, scale=SCALE) as (
        shown,
        said,
    ):
        picture = shown.screenshot()
    assert said == []
    return [look(picture, top=sum(heights[:i])) for i in range(len(heights))]


def by_resvg(svg: str) -> Look:
    resvg = _engine("resvg_py", "resvg-py is not installed")
    png = resvg.svg_to_bytes(
        svg_string=svg,
        zoom=SCALE,
        background=BEHIND,
        # It brings no font; this one comes with matplotlib.
        font_files=[matplotlib.get_data_path() + "/fonts/ttf/DejaVuSans.ttf"],
        sans_serif_family="DejaVu Sans",
        skip_system_fonts=True,
    )
    return look(bytes(png))


def by_cairo(svg: str) -> Look:
    cairo = _engine("cairosvg", "CairoSVG or the library libcairo2 is not installed")
    return look(cairo.svg2png(bytestring=svg.encode(), scale=SCALE, background_color=BEHIND))


def _engine(module: str, reason: str) -> Any:
    """Import an engine. Where a browser is required, so is each of them."""
    try:
        return importlib.import_module(module)
    except (ImportError, OSError):
        if REQUIRED:
            raise
        pytest.skip(reason)


def look(png: bytes, *, top: int = 0) -> Look:
    """Read a picture, of which what is transparent shows the page; *top* px of it are others'."""
    picture = Image.open(io.BytesIO(png)).convert("RGBA")
    page = Image.new("RGBA", picture.size, BEHIND)
    pixels: Any = Image.alpha_composite(page, picture).convert("RGB").load()
    return lambda at: pixels[int(at[0] * SCALE), int(at[1] * SCALE) + top * SCALE]


def rgb(colour: str) -> Colour:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue
