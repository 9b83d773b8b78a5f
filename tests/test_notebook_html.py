"""What is shown where a host takes SVG out of HTML: the same picture, and none of its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageChops

from browser import browser, needs_browser
from burnlib.render.theme import LIGHT
from test_svg_compact import MADE, difference, looks

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

SVG = re.compile(r"<svg.*</svg>", re.DOTALL)


def emptied(html: str) -> str:
    """As DOMPurify leaves it in Streamlit."""
    return SVG.sub("", html)


def words_only(html: str) -> str:
    """As JupyterLab leaves it in a notebook that is not trusted: tags go, their text stays."""
    return SVG.sub(lambda svg: re.sub(r"<[^>]*>", "", svg[0]), html)


def share_that_differs(one: Image.Image, other: Image.Image) -> float:
    """Of pixels, by more than the smoothing of slanted edges and of letters does."""
    clear = ImageChops.difference(one, other).convert("L").point(lambda by: 255 * (by > 40))
    return clear.histogram()[255] / (one.width * one.height)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.mark.browser
@needs_browser
@pytest.mark.parametrize("name", MADE)
def test_a_picture_is_seen_where_svg_is_taken_out(chromium: Browser, name: str) -> None:
    html = MADE[name]._repr_html_()
    assert len(re.findall("<svg", html)) == 1
    simple = (
        f'<div style="background:{LIGHT.page};padding:8px;font-size:0">{MADE[name].svg()}</div>'
    )
    whole = looks(chromium, html)
    # Where nothing is taken out, the picture behind does not shine through.
    assert difference(whole, looks(chromium, simple)) == 0
    for taken in (emptied(html), words_only(html)):
        assert taken != html
        assert share_that_differs(looks(chromium, taken), whole) < 1e-4
