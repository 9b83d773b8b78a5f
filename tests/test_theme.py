from __future__ import annotations

import math
import re
from itertools import pairwise

import pytest

from burnlib.errors import InvalidInput, NotFound
from burnlib.ramps import CONTINUOUS
from burnlib.render.theme import DARK, LIGHT, ROLES, Theme, burn_css, class_name

BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
RGB = tuple[float, float, float]

# Linear sRGB to LMS, and the cube roots of LMS to OKLab (bottosson.github.io/posts/oklab).
TO_LMS = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
FROM_LAB = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
FROM_LMS = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)
# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear sRGB; the last is luminance alone.
SIGHT = {
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
    "achromat": ((0.2126, 0.7152, 0.0722),) * 3,
}


def times(matrix: tuple[RGB, ...], vector: RGB) -> RGB:
    a, b, c = (sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix)
    return a, b, c


def linear(colour: str) -> RGB:
    r, g, b = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return tuple(  # type: ignore[return-value]
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (r, g, b)
    )


def hexed(rgb: RGB) -> str:
    def gamma(v: float) -> int:
        v = 12.92 * v if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055
        return round(255 * v)

    return "#" + "".join(f"{gamma(min(1.0, max(0.0, v))):02x}" for v in rgb)


def oklab(rgb: RGB) -> RGB:
    l, m, s = (math.cbrt(max(0.0, v)) for v in times(TO_LMS, rgb))  # noqa: E741
    return times(TO_LAB, (l, m, s))


def contrast(a: str, b: str) -> float:
    """WCAG 2.2, relative luminance and contrast ratio."""
    lights = sorted(
        sum(w * v for w, v in zip((0.2126, 0.7152, 0.0722), linear(c), strict=True)) for c in (a, b)
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def recipe(dark: bool, t: float) -> str:
    lightness = 0.40 + 0.53 * t if dark else 0.84 - 0.54 * t
    chroma = (
        (0.10 + 0.07 * math.sin(math.pi * t)) if dark else (0.125 + 0.055 * math.sin(math.pi * t))
    )
    hue = math.radians(40 + 48 * t if dark else 82 - 58 * t)

    def rgb(c: float) -> RGB:
        lms = times(FROM_LAB, (lightness, c * math.cos(hue), c * math.sin(hue)))
        l, m, s = (v**3 for v in lms)  # noqa: E741
        return times(FROM_LMS, (l, m, s))

    low, high = 0.0, chroma
    if any(not 0 <= v <= 1 for v in rgb(chroma)):
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if all(0 <= v <= 1 for v in rgb(middle)) else (low, middle)
        chroma = low
    return hexed(rgb(chroma))


@BOTH
@pytest.mark.parametrize("n", [*range(1, 8), CONTINUOUS])
def test_every_ramp_runs_through_the_whole_recipe(theme: Theme, n: int) -> None:
    steps = [0.5] if n == 1 else [i / (n - 1) for i in range(n)]
    expected = [recipe(theme is DARK, t) for t in steps]
    for made, wanted in zip(theme.ramps[n], expected, strict=True):
        # A gamut edge found to a different depth may differ in the last bits of a channel.
        channels = [(int(made[i : i + 2], 16), int(wanted[i : i + 2], 16)) for i in (1, 3, 5)]
        assert all(abs(a - b) <= 1 for a, b in channels), (made, wanted)


@BOTH
def test_text_can_be_read_on_the_page(theme: Theme) -> None:
    assert contrast(theme.ink, theme.page) >= 7
    assert contrast(theme.muted, theme.page) >= 4.5


@pytest.mark.parametrize(
    ("theme", "page"),
    [
        (LIGHT, "#fffff8"),
        (LIGHT, "#ffffff"),
        (DARK, "#151515"),
        (DARK, "#0d1117"),
        (DARK, "#000000"),
    ],
)
def test_marks_stand_out_from_usual_pages(theme: Theme, page: str) -> None:
    assert contrast(theme.accent, page) >= 3
    assert contrast(theme.faint, page) >= 3
    for n in range(3, 8):
        ramp = [contrast(colour, page) for colour in theme.ramps[n]]
        assert ramp[0] >= 1.6
        assert ramp == sorted(ramp)
    assert all(contrast(colour, page) >= 3 for colour in theme.ramps[6][2:])


@BOTH
@pytest.mark.parametrize("sight", SIGHT)
def test_neighbouring_classes_differ_for_every_kind_of_sight(theme: Theme, sight: str) -> None:
    # Distances in OKLab. The closest pair of ColorBrewer's YlOrBr-6 is 0.046 apart to an achromat.
    for n in range(1, 8):
        steps = [oklab(times(SIGHT[sight], linear(c))) for c in (theme.zero, *theme.ramps[n])]
        assert min(math.dist(a, b) for a, b in pairwise(steps)) >= (0.10 if n < 7 else 0.08), n
        lightness = [step[0] for step in steps]
        assert lightness == sorted(lightness, reverse=theme is LIGHT), n


def cam02(rgb: RGB) -> RGB:
    """Linear sRGB to CAM02-UCS, in which 1 is about the least difference that is seen."""
    from colorspacious import cspace_convert

    found = cspace_convert([min(1.0, max(0.0, v)) for v in rgb], "sRGB1-linear", "CAM02-UCS")
    return tuple(map(float, found))  # type: ignore[return-value]


@BOTH
@pytest.mark.parametrize("sight", SIGHT)
def test_neighbouring_classes_are_ten_steps_apart_for_every_kind_of_sight(
    theme: Theme, sight: str
) -> None:
    for n in range(1, 7):
        colours = (theme.zero, *theme.ramps[n])
        steps = [cam02(times(SIGHT[sight], linear(c))) for c in colours]
        assert min(math.dist(a, b) for a, b in pairwise(steps)) >= 10, n


@BOTH
def test_without_classes_no_step_jumps(theme: Theme) -> None:
    steps = [cam02(linear(colour)) for colour in theme.ramps[CONTINUOUS]]
    assert max(math.dist(a, b) for a, b in pairwise(steps)) < 3


@BOTH
def test_a_day_of_zero_is_neither_the_page_nor_the_lowest_class(theme: Theme) -> None:
    assert contrast(theme.zero, theme.page) > 1.1
    assert all(contrast(theme.zero, theme.ramps[n][0]) > 1.3 for n in range(1, 8))


def test_an_unknown_role_is_refused_with_those_that_exist() -> None:
    with pytest.raises(NotFound, match="ink, muted, faint, rule, zero, accent"):
        LIGHT.colour("red")
    with pytest.raises(NotFound, match="c1 to c4"):
        LIGHT.colour("c5", classes=4)
    with pytest.raises(InvalidInput, match="1 to 7"):
        LIGHT.colour("c1", classes=8)


def test_no_paint_is_no_colour() -> None:
    assert LIGHT.colour("none") == "none"


def test_a_ramp_class_says_of_how_many_it_is() -> None:
    assert class_name("c3", classes=6) == "burn-6c3"
    assert class_name("ink") == "burn-ink"
    assert class_name("ink", stroke=True) == "burn-s-ink"


def test_css_colours_every_role_in_both_schemes_and_nothing_outside() -> None:
    css = burn_css(prefix=".mine", classes=(3,))
    light, dark = css.split("@media screen and (prefers-color-scheme:dark){")
    for part, theme in ((light, LIGHT), (dark, DARK)):
        for role in ROLES:
            assert f".mine .burn-{role}{{fill:{theme.colour(role)}}}" in part
            assert f".mine .burn-s-{role}{{stroke:{theme.colour(role)}}}" in part
        for i, colour in enumerate(theme.ramps[3], start=1):
            assert f".mine .burn-3c{i}{{fill:{colour}}}" in part
        selectors = re.findall(r"([^{}]+)\{", part)
        assert all(selector.startswith(".mine") for selector in selectors)
    assert css.count("{") == css.count("}")
