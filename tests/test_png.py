from __future__ import annotations

import io
import math
import pickle
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from burnlib import charts, plugins
from burnlib.errors import BurnlibWarning, InvalidInput, MissingDependency
from burnlib.ledger import Ledger
from burnlib.model import DailyRow, Fidelity, SourceDay
from burnlib.render.base import Renderer
from burnlib.render.layout.lettering import text_width
from burnlib.render.png import Png, draw, draw_on
from burnlib.render.scene import Circle, Line, Path, Polyline, Rect, Scene, Shape, Text
from burnlib.render.theme import DARK, LIGHT

matplotlib = pytest.importorskip("matplotlib", reason="the extra png is not installed")

Pixel = tuple[int, int, int, int]

LAST = date(2026, 2, 11)
MARGIN = 8  # px of page around the scene
CLEAR = (255, 255, 255, 0)  # what Agg leaves where nothing is drawn
CHARTS: dict[str, Any] = {
    "heatmap": charts.heatmap,
    "trend": charts.trend,
    "drivers": charts.drivers,
    "equivalents": charts.equivalents,
    "table": charts.table,
}
EACH = pytest.mark.parametrize("name", CHARTS)


class Picture:
    """A PNG of 8-bit RGBA, read by the standard (w3.org/TR/png) and nothing else."""

    def __init__(self, png: bytes) -> None:
        assert png[:8] == b"\x89PNG\r\n\x1a\n"
        self.chunks: list[tuple[bytes, bytes]] = []
        at = 8
        while at < len(png):
            (length,) = struct.unpack(">I", png[at : at + 4])
            kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
            assert struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0] == zlib.crc32(
                kind + body
            )
            self.chunks.append((kind, body))
            at += 12 + length
        header = dict(self.chunks)[b"IHDR"]
        self.width, self.height, *kind = struct.unpack(">IIBBBBB", header)
        assert kind == [8, 6, 0, 0, 0]

    @cached_property
    def lines(self) -> list[bytes]:
        return list(self._lines(zlib.decompress(self.body(b"IDAT"))))

    def body(self, kind: bytes) -> bytes:
        return b"".join(body for name, body in self.chunks if name == kind)

    def _lines(self, raw: bytes) -> Iterator[bytes]:
        stride = self.width * 4
        assert len(raw) == (stride + 1) * self.height
        above = bytes(stride)
        for start in range(0, len(raw), stride + 1):
            line = bytearray(raw[start + 1 : start + 1 + stride])
            undo = (0, self._sub, self._up, self._average, self._paeth)[raw[start]]
            if undo:
                undo(line, above)
            above = bytes(line)
            yield above

    @staticmethod
    def _sub(line: bytearray, _: bytes) -> None:
        for i in range(4, len(line)):
            line[i] = line[i] + line[i - 4] & 255

    @staticmethod
    def _up(line: bytearray, above: bytes) -> None:
        for i, b in enumerate(above):
            line[i] = line[i] + b & 255

    @staticmethod
    def _average(line: bytearray, above: bytes) -> None:
        for i, b in enumerate(above):
            line[i] = line[i] + ((line[i - 4] if i > 3 else 0) + b) // 2 & 255

    @staticmethod
    def _paeth(line: bytearray, above: bytes) -> None:
        for i, b in enumerate(above):
            a, c = (line[i - 4], above[i - 4]) if i > 3 else (0, 0)
            p = a + b - c
            near = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))
            line[i] = line[i] + near[2] & 255

    def __getitem__(self, at: tuple[int, int]) -> Pixel:
        x, y = at
        r, g, b, a = self.lines[y][4 * x : 4 * x + 4]
        return (r, g, b, a)

    def box(self, x: int, y: int, width: int, height: int) -> set[Pixel]:
        return {self[i, j] for i in range(x, x + width) for j in range(y, y + height)}

    def painted(self) -> tuple[int, int, int, int]:
        """The first and last column and line that hold anything but full transparency."""
        at = [
            (x, y)
            for y, line in enumerate(self.lines)
            for x in range(self.width)
            if line[4 * x + 3]
        ]
        xs, ys = [x for x, _ in at], [y for _, y in at]
        return min(xs), min(ys), max(xs), max(ys)


def rgba(colour: str) -> Pixel:
    r, g, b = bytes.fromhex(colour[1:])
    return (r, g, b, 255)


def scene(*shapes: Shape, width: float = 100, height: float = 50, classes: int = 6) -> Scene:
    return Scene(
        width=width, height=height, shapes=shapes, name="N", sentence="S.", classes=classes
    )


def bare(*shapes: Shape, scale: float = 2, **more: Any) -> Picture:
    """The scene of *shapes*, without margin and page."""
    return Picture(draw(scene(*shapes, **more), scale=scale, background="none"))


def rows(
    tokens: Iterable[int] = range(1000, 41000, 1000), driver: str = "shipping", **more: Any
) -> list[DailyRow]:
    return [
        DailyRow(
            date=LAST - timedelta(days=i),
            sources={"codex": SourceDay(tokens=n, fidelity=Fidelity.EXACT, calls=2)},
            driver=driver,
            **more,
        )
        for i, n in enumerate(tokens)
    ]


# ---- the file ----------------------------------------------------------------------------------


def test_a_px_of_the_scene_is_two_pixels_and_the_page_reaches_8_px_further() -> None:
    picture = Picture(draw(scene(width=720, height=21)))
    assert (picture.width, picture.height) == (2 * (720 + 16), 2 * (21 + 16))
    assert picture.box(0, 0, picture.width, 1) == {rgba(LIGHT.page)}


def test_without_a_page_the_picture_is_the_scene_and_transparent() -> None:
    picture = bare(width=720, height=21)
    assert (picture.width, picture.height) == (1440, 42)
    assert {picture[0, 0], picture[1439, 41], picture[700, 20]} == {CLEAR}


@given(
    width=st.floats(1, 400),
    height=st.floats(1, 400),
    scale=st.sampled_from([0.25, 0.3, 1, 1.1, 1.5, 2, 3, 7.7]),
)
@settings(max_examples=25, deadline=None)
def test_no_part_of_a_pixel_is_cut_off(width: float, height: float, scale: float) -> None:
    header = draw(scene(width=width, height=height), scale=scale, background="none")[16:24]
    for made, side in zip(struct.unpack(">II", header), (width, height), strict=True):
        assert side * scale - 1e-3 <= made < side * scale + 1


@pytest.mark.parametrize(
    ("px", "scale"), [(61 / 3, 3), (111 / 3, 3), (49 / 1.1, 1.1), (239 / 3, 3)]
)
def test_rounding_errors_do_not_cost_a_line_of_pixels(px: float, scale: float) -> None:
    # In floating point 61 / 216 * 216 is a little less than 61, and so are the others.
    header = draw(scene(width=px, height=px), scale=scale, background="none")[16:24]
    assert struct.unpack(">II", header) == (round(px * scale),) * 2


def test_a_document_shows_it_in_the_size_of_the_svg() -> None:
    for scale in (1, 2):
        x, y, unit = struct.unpack(">IIB", Picture(draw(scene(), scale=scale)).body(b"pHYs"))
        assert unit == 1  # dots a metre
        assert x == y == pytest.approx(96 * scale / 0.0254, abs=1)


def test_the_file_holds_the_picture_and_no_words_names_or_times() -> None:
    kinds = [kind for kind, _ in Picture(charts.heatmap(rows()).png(scale=1)).chunks]
    assert set(kinds) == {b"IHDR", b"pHYs", b"IDAT", b"IEND"}


@EACH
def test_the_same_chart_gives_the_same_bytes(name: str) -> None:
    assert CHARTS[name](rows()).png(scale=1) == CHARTS[name](rows()).png(scale=1)


# ---- the marks ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("theme", "colours"), [("light", LIGHT), ("dark", DARK)])
@pytest.mark.parametrize("classes", range(1, 8))
def test_a_class_has_exactly_its_colour_to_the_edge_of_its_cell(
    theme: str, colours: Any, classes: int
) -> None:
    cells = [Rect(x=12 * i, y=5, width=10, height=10, fill=f"c{i + 1}") for i in range(classes)]
    picture = Picture(draw(scene(*cells, classes=classes), theme=theme))
    for i, colour in enumerate(colours.ramps[classes]):
        x, y = 2 * (MARGIN + 12 * i), 2 * (MARGIN + 5)
        assert picture.box(x, y, 20, 20) == {rgba(colour)}
        around = {picture[x - 1, y], picture[x, y - 1], picture[x + 20, y], picture[x, y + 20]}
        assert around == {rgba(colours.page)}


def test_a_mark_alone_lies_where_it_would_among_others() -> None:
    mark = Rect(x=3, y=4, width=10, height=10, fill="c1")
    other = Rect(x=50, y=4, width=10, height=10, fill="c2")
    alone, among = bare(mark), bare(mark, other)
    assert alone.painted() == (6, 8, 25, 27)
    assert alone.box(0, 0, 60, 60) == among.box(0, 0, 60, 60) == {CLEAR, rgba(LIGHT.ramps[6][0])}


RINGS = {
    "clockwise": ((0, 0), (20, 0), (20, 20), (0, 20)),
    "anticlockwise": ((0, 0), (0, 20), (20, 20), (20, 0)),
}
HOLES = {
    "clockwise": ((5, 5), (15, 5), (15, 15), (5, 15)),
    "anticlockwise": ((5, 5), (5, 15), (15, 15), (15, 5)),
}


@pytest.mark.parametrize("ring", RINGS)
@pytest.mark.parametrize("hole", HOLES)
@pytest.mark.parametrize("first", ["ring", "hole"])
def test_an_inner_ring_is_a_hole_whichever_way_the_rings_turn(
    ring: str, hole: str, first: str
) -> None:
    rings = (RINGS[ring], HOLES[hole])
    path = Path(rings=rings if first == "ring" else rings[::-1], fill="c6")
    fill = rgba(LIGHT.ramps[6][5])
    picture = bare(path)
    assert picture.box(10, 10, 20, 20) == {CLEAR}
    assert picture.box(0, 0, 40, 10) == picture.box(30, 0, 10, 40) == {fill}
    on_page = Picture(draw(scene(path), theme="dark"))
    assert on_page[2 * MARGIN + 20, 2 * MARGIN + 20] == rgba(DARK.page)


def test_rings_side_by_side_are_both_filled() -> None:
    away = tuple((x + 30.0, y) for x, y in RINGS["anticlockwise"])
    picture = bare(Path(rings=(RINGS["clockwise"], away), fill="c1"))
    assert picture[20, 20] == picture[80, 20] == rgba(LIGHT.ramps[6][0])


def test_later_shapes_lie_on_earlier_ones_of_every_kind() -> None:
    below = Rect(x=0, y=0, width=40, height=40, fill="c1")
    line = Line(x1=0, y1=20, x2=40, y2=20, stroke="ink", stroke_width=8)
    joined = Polyline(points=((0, 20), (40, 20)), stroke="accent", stroke_width=6)
    block = Text(x=0, y=30, text="\u2588" * 4, size=20, fill="zero")  # full blocks
    top = Rect(x=18, y=18, width=4, height=4, fill="c6")
    shapes = (below, line, joined, block, top)
    seen = [bare(*shapes[:n])[40, 40] for n in range(1, 6)]
    colours = (LIGHT.ramps[6][0], LIGHT.ink, LIGHT.accent, LIGHT.zero, LIGHT.ramps[6][5])
    assert seen == [rgba(colour) for colour in colours]


def test_strokes_have_their_width_and_dashes_in_px_of_the_scene() -> None:
    picture = bare(
        Line(x1=10, y1=10, x2=30, y2=10, stroke="ink", stroke_width=3, dash=(4, 2)),
        Rect(x=10, y=30, width=20, height=10, stroke="faint", stroke_width=2),
    )
    ink = rgba(LIGHT.ink)
    assert [picture[x, 20] == ink for x in range(20, 60)] == (
        [True] * 8 + [False] * 4 + [True] * 8 + [False] * 4 + [True] * 8 + [False] * 4 + [True] * 4
    )
    assert [y for y in range(50) if picture[21, y] == ink] == list(range(17, 23))
    # The outline lies half inside and half outside, with sharp corners.
    assert picture.box(18, 58, 44, 4) == picture.box(18, 58, 4, 24) == {rgba(LIGHT.faint)}
    assert picture.box(22, 62, 36, 16) == {CLEAR}
    assert picture[17, 57] == CLEAR


def test_an_outline_reaches_exactly_as_far_as_the_bar_beside_it() -> None:
    bar = Rect(x=5, y=10, width=15, height=10, fill="accent")
    hollow = Rect(x=20.75, y=10.75, width=8.5, height=8.5, stroke="accent", stroke_width=1.5)
    picture = bare(bar, hollow)
    assert picture.painted() == (10, 20, 59, 39)
    assert picture.box(40, 20, 20, 3) == picture.box(57, 20, 3, 20) == {rgba(LIGHT.accent)}
    assert picture.box(43, 23, 14, 14) == {CLEAR}


def test_a_circle_is_round_filled_or_hollow() -> None:
    picture = bare(
        Circle(x=20, y=20, r=10, fill="accent"),
        Circle(x=60, y=20, r=10, stroke="accent", stroke_width=2),
    )
    assert picture[40, 40] == picture[40, 22] == rgba(LIGHT.accent)
    assert picture[40 - 17, 40 - 17] == CLEAR
    assert picture[120, 40] == CLEAR
    assert picture[120, 20] == picture[101, 40] == rgba(LIGHT.accent)


def test_a_shape_that_only_carries_a_title_is_not_seen() -> None:
    assert bare(Rect(x=0, y=0, width=100, height=50, title="t")).box(0, 0, 200, 100) == {CLEAR}


# ---- the letters -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("anchor", "left", "right"), [("start", 100, 140), ("middle", 80, 120), ("end", 60, 100)]
)
def test_letters_stand_on_their_baseline_at_their_anchor(
    anchor: Any, left: int, right: int
) -> None:
    # DejaVu Sans: an H is 0.729 em high and its ink 0.752 em less two bearings of 0.098 em wide.
    text = Text(x=50, y=40, text="HH", size=14, fill="ink", anchor=anchor)
    x0, y0, x1, y1 = bare(text).painted()
    assert (y0, y1) == (pytest.approx(80 - 28 * 0.729, abs=1), pytest.approx(79, abs=1))
    assert left - 1 <= x0
    assert x1 <= right + 1
    assert x1 - x0 == pytest.approx(28 * (2 * 0.752 - 2 * 0.098), abs=2)
    assert (x0 + x1) / 2 == pytest.approx((left + right) / 2, abs=3)


def test_bold_is_heavier_slanted_leans_and_larger_is_larger() -> None:
    def ink(**more: Any) -> tuple[int, int, int, int]:
        return bare(Text(x=10, y=40, text="lH", fill="ink", **{"size": 20.0, **more})).painted()

    plain, bold, slanted, small = ink(), ink(bold=True), ink(italic=True), ink(size=10.0)
    assert bold[2] > plain[2] + 3
    assert slanted != plain
    assert slanted[1] == plain[1]
    assert plain[3] - plain[1] == pytest.approx(2 * (small[3] - small[1]), abs=2)


def test_what_looks_like_a_formula_is_drawn_as_it_is_written() -> None:
    x0, _, x1, _ = bare(Text(x=0, y=30, text="$x^2$", size=20, fill="ink")).painted()
    # As a formula it would be two characters, about 0.9 em wide; as text it is five, 3.3 em.
    assert (x1 - x0) / 40 > 3
    bare(Text(x=0, y=30, text=r"$\frac{$ \alpha _{ $$ % # & ~ {", size=8, fill="ink"))


@pytest.mark.parametrize(
    "text", ["\x00\x1b[31m\x07", "a\nb\r\tc", "\u202eevil", "\ud800", "\ufffe"]
)
def test_control_characters_and_half_characters_show_as_replacements(text: str) -> None:
    def pixels(said: str) -> bytes:
        return draw(scene(Text(x=5, y=30, text=said, size=10)))

    shown = {"\ud800": "\ufffd", "a\nb\r\tc": "a\ufffdb\ufffd\ufffdc"}
    if text in shown:
        assert pixels(text) == pixels(shown[text])
    else:
        assert pixels(text) == pixels("".join(c if c.isprintable() else "\ufffd" for c in text))


@pytest.fixture
def fonts() -> Iterator[Callable[..., None]]:
    """Give a machine that has only the families that the test names."""
    from matplotlib.font_manager import fontManager

    from burnlib.render import glyphs

    def forget() -> None:
        glyphs.lettering.cache_clear()
        glyphs._families.cache_clear()

    def only(*families: str) -> None:
        forget()
        fontManager.ttflist = [entry for entry in installed if entry.name in families]

    installed = fontManager.ttflist
    yield only
    fontManager.ttflist = installed
    forget()


def said(text: str, **more: Any) -> bytes:
    return draw(scene(Text(x=5, y=30, text=text, size=20, **more)))


def test_a_character_that_no_font_has_is_named_and_drawn_as_a_replacement(
    fonts: Callable[..., None],
) -> None:
    fonts("DejaVu Sans", "Last Resort High-Efficiency", "STIXNonUnicode")
    with pytest.warns(BurnlibWarning, match=r"no installed font has 日 本; .* \(fix: install"):
        made = said("日本a")
    assert made == said("\ufffd\ufffda")


def test_the_warning_points_at_the_line_that_drew_the_chart(fonts: Callable[..., None]) -> None:
    fonts("DejaVu Sans")
    made = charts.drivers(rows(driver="日"))
    with pytest.warns(BurnlibWarning) as told:
        made.png(scale=1)
    with pytest.warns(BurnlibWarning) as told_too:
        made.draw(axes_of())
    assert [w.filename for w in (*told, *told_too)] == [__file__] * 2


def test_a_character_that_dejavu_lacks_comes_from_another_installed_font(
    fonts: Callable[..., None],
) -> None:
    fonts("DejaVu Sans", "STIXGeneral")
    made = said("a\u210ab")  # a script g, which STIX has; a warning would fail this test
    assert made != said("a\ufffdb")
    assert made != said("ab")


def test_a_text_that_the_bold_or_slanted_face_has_no_letters_for_is_set_upright(
    fonts: Callable[..., None],
) -> None:
    fonts("DejaVu Sans")
    sans, hamza = "\U0001d5a0", "\u0621"
    assert said(sans, bold=True) == said(sans)
    assert said(hamza, italic=True) == said(hamza)


# ---- the views ---------------------------------------------------------------------------------

HOSTILE = "$\\frac{x$ <b>&\x00\x1b\u202e\ud800\ufffe $x^2$"


@EACH
@pytest.mark.parametrize(
    ("made_of", "narrow"),
    [
        ([], False),
        (rows([0]), True),
        (rows([7]), False),
        (rows(driver=HOSTILE, evidence=HOSTILE), True),
        (rows([10**15, 1, 0] * 20, driver="w" * 200), False),
    ],
    ids=["no rows", "a day of zero", "one day", "hostile words", "huge and long"],
)
def test_every_view_is_drawn_whatever_its_rows_hold(
    name: str, made_of: list[DailyRow], narrow: bool
) -> None:
    made = CHARTS[name](made_of, today=LAST)
    picture = Picture(made.png(scale=1, narrow=narrow, theme="dark"))
    shapes = made.narrow if narrow else made.scene
    assert picture.width == math.ceil(shapes.width) + 2 * MARGIN
    assert picture.height == math.ceil(shapes.height) + 2 * MARGIN
    raw, stride = zlib.decompress(picture.body(b"IDAT")), picture.width * 4 + 1
    # A line of text has more than five different lines of pixels, an empty page two.
    assert len({raw[start : start + stride] for start in range(0, len(raw), stride)}) > 5


@EACH
@pytest.mark.parametrize("driver", ["a project with a name", "w" * 200])
@pytest.mark.parametrize("narrow", [False, True])
def test_no_label_is_wider_than_the_room_that_it_was_given(
    name: str, narrow: bool, driver: str
) -> None:
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.figure import Figure

    mixed = rows([10**i + i for i in range(10)] * 9, driver=driver, evidence=driver)
    made = CHARTS[name](mixed, target=50) if name == "heatmap" else CHARTS[name](mixed)
    shapes = made.narrow if narrow else made.scene
    figure = Figure((shapes.width / 72, shapes.height / 72), dpi=72)
    axes = figure.add_axes((0, 0, 1, 1))
    draw_on(axes, shapes)
    renderer = RendererAgg(shapes.width, shapes.height, 72)
    texts = [shape for shape in shapes.shapes if isinstance(shape, Text)]
    assert len(axes.texts) == len(texts) > 3
    for label, text in zip(axes.texts, texts, strict=True):
        box = label.get_window_extent(renderer)
        room = text_width(text.text, size=text.size, bold=text.bold)
        # Letters may be hinted to whole pixels here, at the lowest resolution there is.
        assert box.width <= room * 1.03 + 2, text
        assert box.x0 >= -1.5, text
        assert box.x1 <= shapes.width + 1.5, text


def test_a_day_of_zero_is_grey_and_a_missing_day_is_the_page_with_a_stroke() -> None:
    kept = [row for row in rows([0, 5000, 5000, 5000]) if row.date != LAST - timedelta(days=1)]
    made = charts.heatmap(Ledger(kept))
    picture = Picture(made.png(scale=1))
    marks = [s for s in made.scene.shapes if isinstance(s, Rect) and s.title]
    said = {s.title.split(":")[1].split("·")[0].strip(): s for s in marks}

    def cell(title: str) -> tuple[set[Pixel], Pixel]:
        mark = said[title]
        x, y, side = (round(v) for v in (mark.x + MARGIN, mark.y + MARGIN, mark.width))
        return picture.box(x, y, side, side), picture[x + 1, y + 1]

    page, zero = rgba(LIGHT.page), rgba(LIGHT.zero)
    assert cell("0 tokens")[0] == {zero}
    stroke, corner = cell("no data")
    assert corner == page
    assert zero not in stroke
    assert len(stroke) > 1
    assert cell("5,000 tokens")[0] == {rgba(LIGHT.ramps[1][0])}


# ---- being asked -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"theme": "auto"}, "cannot follow its reader: use dark or light"),
        ({"theme": "blue"}, "use dark or light"),
        ({"background": "#fff"}, "use page or none"),
        ({"dpi": 300}, "no option dpi.*use theme, scale, background or narrow"),
        ({"scale": "2"}, "'2' is not a number"),
        ({"scale": True}, "True is not a number"),
        *(({"scale": s}, "use 0.25 to 10") for s in (0, -1, 0.1, 11, float("nan"), float("inf"))),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_what_can(options: Any, match: str) -> None:
    with pytest.raises(InvalidInput, match=match):
        charts.heatmap(rows()).png(**options)


def test_a_picture_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"7,360 × 20,160 pixels.*smaller scale"):
        draw(scene(width=720, height=2000), scale=10)
    with pytest.raises(InvalidInput, match="smaller scale"):
        draw(scene(width=1, height=70000), scale=1)


def test_a_page_is_no_single_picture() -> None:
    with pytest.raises(InvalidInput, match=r"save the page as \.html or \.txt"):
        charts.page(rows(), today=LAST).png()


def test_the_renderer_keeps_the_protocol_and_is_built_in() -> None:
    made = plugins.load("renderers", "png")
    assert isinstance(made, Renderer)
    assert isinstance(made, Png)
    assert plugins.renderer_for_suffix(".PNG") == "png"
    assert (made.suffixes, made.media_type) == ((".png",), "image/png")


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


ONE = """
import sys
from burnlib import charts, plugins, errors
from burnlib.daily import loads
made = charts.heatmap(loads('[{"date": "2026-02-11", "codex_tokens": 5, "total": 5}]'))
"""


def test_drawing_never_imports_pyplot_and_nothing_else_imports_matplotlib() -> None:
    code = """
plugins.load("renderers", "png")
made.svg(), made.text(), made.html()
print("matplotlib" in sys.modules)
made.png()
from matplotlib.figure import Figure
made.draw(Figure().subplots())
print("matplotlib" in sys.modules, "matplotlib.pyplot" in sys.modules)
"""
    assert run(ONE + code) == "False\nTrue False"


def test_without_matplotlib_the_error_is_the_command_that_installs_it() -> None:
    code = """
sys.modules["matplotlib"] = None
for make in (made.png, lambda: made.save("/tmp/never.png"), lambda: made.draw(None)):
    try:
        make()
    except errors.MissingDependency as error:
        print(error)
"""
    lines = run(ONE + code).splitlines()
    assert len(lines) == 3
    for line in lines:
        assert line.startswith("renderer png: PNG needs matplotlib")
        assert line.endswith("(fix: pip install 'burnlib[png]')")


def test_matplotlib_gone_after_it_was_used_is_told_the_same_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = charts.heatmap(rows())
    made.png()
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingDependency, match=r"burnlib\[png\]"):
        made.png()


# ---- the settings of the program around it -----------------------------------------------------

ODD = {
    "text.usetex": True,
    "text.antialiased": False,
    "font.family": ["serif"],
    "font.size": 30.0,
    "figure.constrained_layout.use": True,
    "axes.facecolor": "red",
    "savefig.bbox": "tight",
    "savefig.facecolor": "red",
    "savefig.transparent": True,
    "savefig.dpi": 30.0,
    "lines.scale_dashes": False,
    "path.sketch": (5.0, 100.0, 2.0),
    "text.color": "red",
    "text.parse_math": False,
}


def test_style_sheets_change_nothing_and_are_left_as_they_were() -> None:
    marks = Rect(x=5, y=5, width=20, height=20, stroke="ink", dash=(3, 1), stroke_width=2)
    drawing = scene(marks, Text(x=5, y=40, text="$a$ b", size=12))
    plain = draw(drawing)
    with matplotlib.rc_context(ODD):
        before = dict(matplotlib.rcParams)
        assert draw(drawing) == plain
        assert dict(matplotlib.rcParams) == before


def test_settings_are_left_as_they_were_by_drawings_in_several_threads() -> None:
    before = dict(matplotlib.rcParams)
    with matplotlib.rc_context({"font.size": 23.0}):
        made: list[bytes] = []
        drawing = scene(Rect(x=5, y=5, width=20, height=20, fill="c1"))
        threads = [
            threading.Thread(target=lambda: made.extend(draw(drawing) for _ in range(4)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(made) == 16
        assert len(set(made)) == 1
        assert matplotlib.rcParams["font.size"] == 23.0
    assert dict(matplotlib.rcParams) == before


# ---- on the caller's axes ----------------------------------------------------------------------


def axes_of(width: float = 6.0, height: float = 4.0, **more: Any) -> Any:
    from matplotlib.figure import Figure

    return Figure((width, height), **more).subplots()


def file_of(figure: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, **{"format": "png", **options})
    return file.getvalue()


@EACH
@pytest.mark.parametrize("made_of", [[], rows()], ids=["empty", "days"])
def test_a_chart_draws_on_axes_and_returns_them(name: str, made_of: list[DailyRow]) -> None:
    ax = axes_of()
    made = CHARTS[name](made_of, today=LAST)
    assert made.draw(ax) is ax
    assert ax.has_data()
    assert ax.get_xlim() == (0, made.scene.width)
    assert ax.get_ylim() == (made.scene.height, 0)
    assert ax.get_aspect() == 1
    assert not ax.axison
    assert made.draw(axes_of(), narrow=True).get_xlim() == (0, made.narrow.width)


def test_its_colours_and_words_are_those_of_the_theme() -> None:
    drawing = scene(Rect(x=0, y=0, width=100, height=50, fill="c6"), Text(x=5, y=30, text="a"))
    ax = draw_on(axes_of(facecolor="black"), drawing, theme="dark")
    picture = Picture(file_of(ax.figure, dpi=50))
    assert picture[150, 80] == rgba(DARK.ramps[6][5])
    assert picture[2, 2] == (0, 0, 0, 255)
    with pytest.raises(InvalidInput, match="use dark or light"):
        draw_on(axes_of(), drawing, theme="auto")


def test_letters_and_strokes_keep_their_proportion_when_the_axes_change_size() -> None:
    def shares(width: float, height: float) -> tuple[float, float]:
        """Of the picture's height: what a stroke of 20 px and letters of 40 px take up."""
        ax = axes_of(2.0, 1.0)
        draw_on(
            ax,
            scene(
                Line(x1=0, y1=10, x2=20, y2=10, stroke="ink", stroke_width=20),
                Text(x=50, y=45, text="H", size=40, fill="ink"),
            ),
        )
        ax.set_position((0, 0, 1, 1))
        ax.figure.set_size_inches(width, height)
        picture = Picture(file_of(ax.figure, dpi=100, transparent=True))
        dark = rgba(LIGHT.ink)

        def height_of(xs: range) -> float:
            ys = [y for y in range(picture.height) if any(picture[x, y] == dark for x in xs)]
            return len(ys) / picture.height

        w = picture.width
        return height_of(range(w // 10, w // 10 + 1)), height_of(range(w // 2, w))

    for size in ((2.0, 1.0), (4.0, 2.0), (1.0, 0.5)):
        stroke, letter = shares(*size)
        assert stroke == pytest.approx(20 / 50, abs=0.03)
        assert letter == pytest.approx(40 * 0.729 / 50, abs=0.05)


def test_a_figure_with_a_chart_is_pickled_and_saved_in_other_formats() -> None:
    ax = charts.heatmap(rows()).draw(axes_of(layout="constrained"))
    again = pickle.loads(pickle.dumps(ax.figure))
    assert file_of(again) == file_of(ax.figure)
    assert file_of(ax.figure, format="svg").startswith(b"<?xml")
    assert file_of(ax.figure, format="pdf").startswith(b"%PDF")


def test_the_settings_of_the_program_do_not_change_what_lies_on_its_axes() -> None:
    marks = Line(x1=0, y1=10, x2=100, y2=10, stroke="ink", dash=(9, 3), stroke_width=4)
    drawing = scene(marks, Text(x=5, y=40, text="$a$ b", size=12))
    ax = draw_on(axes_of(), drawing)
    plain = file_of(ax.figure)
    with matplotlib.rc_context({"lines.scale_dashes": False, "text.usetex": True}):
        odd = draw_on(axes_of(), drawing)
        assert not odd.texts[0].get_usetex()
        assert file_of(odd.figure) == plain


def test_a_chart_shares_a_figure_with_others() -> None:
    from matplotlib.figure import Figure

    figure = Figure((8, 6), layout="constrained")
    top, bottom = figure.subplots(2)
    bottom.plot([1, 2, 3])
    charts.heatmap(rows()).draw(top)
    charts.trend(rows()).draw(figure.subfigures(1, 2)[1].subplots())
    assert bottom.get_xlim() != top.get_xlim()
    assert len(file_of(figure)) > 1000


def test_drawing_a_figure_again_changes_nothing_and_so_asks_no_window_to_draw_it_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from matplotlib.text import Text as Label

    changed: list[Any] = []
    ax = charts.trend(rows()).draw(axes_of())
    monkeypatch.setattr(Label, "set_fontsize", lambda label, _: changed.append(label))
    ax.figure.draw_without_rendering()
    assert set(changed) == set(ax.texts)  # the first time, to fit them to the axes
    changed.clear()
    ax.figure.draw_without_rendering()
    assert not changed


@pytest.mark.parametrize("what", [None, "ax", 7])
def test_what_is_not_axes_is_refused(what: Any) -> None:
    with pytest.raises(InvalidInput, match=r"cannot draw on .*plt\.subplots"):
        charts.heatmap(rows()).draw(what)


def test_polar_axes_are_refused() -> None:
    from matplotlib.figure import Figure

    with pytest.raises(InvalidInput, match="cannot draw on polar"):
        charts.heatmap(rows()).draw(Figure().add_subplot(projection="polar"))
