"""The page as readers get it: on screens of all sizes, in the dark, on paper, by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from browser import browser, needs_browser, opened
from burnlib.ledger import Ledger
from burnlib.model import DailyRow, Fidelity, SourceDay
from burnlib.render.html import document, fragment
from burnlib.render.html.markup import escape
from burnlib.views.page import page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, needs_browser]

_TODAY = date(2026, 2, 11)
_RANGES = ("90d", "180d", "1y", "all")


def ledger(days: int = 400, *, driver: str = "", evidence: str = "v0.9 release") -> Ledger:
    rows = []
    for i in range(days):
        tokens = 20_000_000 + i * 300_000
        sources = {
            "codex": SourceDay(tokens=tokens, fidelity=Fidelity.EXACT, calls=i),
            "claude_code": SourceDay(tokens=tokens * 2, fidelity=Fidelity.LOWER_BOUND, calls=i),
            "claude_chat": SourceDay(tokens=tokens // 5, fidelity=Fidelity.ESTIMATED),
            "chatgpt": SourceDay(tokens=tokens // 3, fidelity=Fidelity.ESTIMATED),
        }
        # What the work was changes as time goes by, so each range has other shares.
        day = _TODAY - timedelta(days=days - 1 - i)
        if i % 17:
            label = driver or ("shipping", "research", "review")[i * i % 3]
            rows.append(DailyRow(date=day, sources=sources, driver=label, evidence=evidence))
    return Ledger(rows)


HTML = document(page(ledger(), target=300_000_000, today=_TODAY, zone="UTC", made=_TODAY))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


def choose(shown: Page, key: str) -> None:
    shown.locator("label", has=shown.locator(f"input[value='{key}']")).click()


def visible(shown: Page, selector: str) -> str:
    """What there is to see of *selector*: its markup, for pictures have little text."""
    found = [element.inner_html() for element in shown.locator(f"{selector}:visible").all()]
    assert len(found) == 1, (selector, len(found))
    return found[0]


_PARTS = {
    "headline": ".burn-head",
    "quick figures": ".burn-windows",
    "heatmap": ".burn-wide svg[aria-label^='Daily']",
    "trend": ".burn-wide svg[aria-label^='Weekly']",
    "drivers": ".burn-wide svg[aria-label^='Drivers']",
    "equivalents": ".burn-scale",
    "table": "tfoot",
}


@pytest.fixture(scope="module")
def seen(chromium: Browser) -> dict[str, list[str]]:
    """What each part shows in each of the ranges, chosen one after the other."""
    with opened(chromium, HTML) as (shown, said):
        found: dict[str, list[str]] = {part: [] for part in _PARTS}
        for key in _RANGES:
            choose(shown, key)
            for part, selector in _PARTS.items():
                found[part].append(visible(shown, selector))
        assert said == []
    return found


@pytest.mark.parametrize("part", _PARTS)
def test_each_range_moves(seen: dict[str, list[str]], part: str) -> None:
    assert len(set(seen[part])) == len(_RANGES)


def test_a_page_without_days_says_so(chromium: Browser) -> None:
    with opened(chromium, document(page(Ledger()))) as (shown, complaints):
        assert "No days with data." in shown.inner_text("body")
    assert not complaints


def test_the_page_opens_with_180_days(chromium: Browser) -> None:
    with opened(chromium, HTML) as (shown, said):
        assert " in 180 days" in visible(shown, ".burn-head")
        assert said == []


@pytest.mark.parametrize("width", [320, 360, 390, 600, 768, 1280])
def test_nothing_scrolls_sideways(chromium: Browser, width: int) -> None:
    with opened(chromium, HTML, width=width) as (shown, said):
        for key in _RANGES:
            choose(shown, key)
            measured = shown.evaluate(
                "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
            )
            assert measured == [width, width]
            # Four sources fit on every screen: the table's own box has nothing to scroll either.
            boxes = shown.locator(".burn-scroll").all()
            (box,) = (box for box in boxes if box.is_visible())
            assert box.evaluate("box => box.scrollWidth - box.clientWidth") == 0
        assert said == []


def test_a_phone_gets_narrow_pictures_and_short_numbers(chromium: Browser) -> None:
    for width, kind, head in ((390, "narrow", "Exact"), (1280, "wide", "Codex")):
        with opened(chromium, HTML, width=width) as (shown, _):
            for element in shown.locator(".burn-svg").all():
                if element.is_visible():
                    assert f"burn-{kind}" in (element.get_attribute("class") or "")
            heads = [th.inner_text() for th in shown.locator("thead th").all() if th.is_visible()]
            assert head in heads
            assert ("Codex" in heads) != ("Exact" in heads)


def test_arrow_keys_move_the_switch_and_focus_is_seen(chromium: Browser) -> None:
    with opened(chromium, HTML) as (shown, _):
        shown.keyboard.press("Tab")
        ring = "span => getComputedStyle(span).outlineStyle"
        assert shown.locator("input[value='180d'] + span").evaluate(ring) == "solid"
        shown.keyboard.press("ArrowRight")
        assert " in 365 days" in visible(shown, ".burn-head")
        shown.keyboard.press("ArrowLeft")
        shown.keyboard.press("ArrowLeft")
        assert " in 90 days" in visible(shown, ".burn-head")


def test_buttons_are_large_enough_for_a_thumb(chromium: Browser) -> None:
    with opened(chromium, HTML, width=320) as (shown, _):
        for label in shown.locator("label").all():
            box = label.bounding_box()
            assert box is not None
            assert box["width"] >= 44
            assert box["height"] >= 44


_COLOURS = """() => {
  const root = document.querySelector('.burn-page');
  const page = getComputedStyle(root).backgroundColor;
  const cells = [...root.querySelectorAll('.burn-wide path, .burn-wide rect')];
  const cell = cells.find(c => c.checkVisibility() && /c[0-9]/.test(c.getAttribute('class')));
  return [page, getComputedStyle(root).color, getComputedStyle(cell).fill];
}"""


def test_dark_readers_get_other_colours_and_paper_is_light(chromium: Browser) -> None:
    with opened(chromium, HTML) as (shown, _):
        light = shown.evaluate(_COLOURS)
    with opened(chromium, HTML, dark=True) as (shown, _):
        dark = shown.evaluate(_COLOURS)
        assert dark[0] == "rgb(21, 21, 21)"
        assert light[0] == "rgb(255, 255, 248)"
        assert all(a != b for a, b in zip(light, dark, strict=True))
        shown.emulate_media(media="print", color_scheme="dark")
        assert shown.evaluate(_COLOURS)[1:] == light[1:]
        assert not shown.locator("fieldset").is_visible()


@pytest.mark.parametrize("prefers_dark", [False, True])
def test_a_fixed_theme_does_not_follow_the_reader(chromium: Browser, prefers_dark: bool) -> None:
    made = page(ledger(), today=_TODAY)
    for theme, background in (("dark", "rgb(21, 21, 21)"), ("light", "rgb(255, 255, 248)")):
        with opened(chromium, document(made, theme=theme), dark=prefers_dark) as (shown, said):
            assert shown.evaluate(_COLOURS)[0] == background
            assert said == []


_TEXTS = """() => [...document.querySelectorAll('.burn-page *')]
  .filter(e => e.checkVisibility())
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
  .filter(e => e.tagName !== 'title' && e.tagName !== 'desc')
  .map(e => [e.tagName, e.textContent.slice(0, 30),
             e instanceof SVGElement ? getComputedStyle(e).fill : getComputedStyle(e).color])"""


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance, of "rgb(1, 2, 3)"."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("dark", [False, True])
def test_all_text_has_a_contrast_of_at_least_four_and_a_half(chromium: Browser, dark: bool) -> None:
    with opened(chromium, HTML, dark=dark) as (shown, _):
        page_light = luminance(shown.evaluate(_COLOURS)[0])
        texts = shown.evaluate(_TEXTS)
        assert len(texts) > 300
        for name, text, colour in texts:
            both = sorted((luminance(colour), page_light))
            assert (both[1] + 0.05) / (both[0] + 0.05) >= 4.5, (name, text, colour)


_ATTACK = "<img src=x onerror=document.title=1>"


def test_what_a_log_says_is_shown_and_never_run(chromium: Browser) -> None:
    rows = ledger(40, driver=_ATTACK, evidence=f"\"'>{_ATTACK}</title></svg><script>{_ATTACK}")
    html = document(page(rows, zone=_ATTACK))
    with opened(chromium, html) as (shown, said):
        assert shown.title() == "Token burn"
        assert shown.locator("img, script").count() == 0
        table = shown.locator(".burn-opens tbody")
        assert _ATTACK[:39] in (table.text_content() or "")
        assert said == []


def test_the_attack_would_work_on_a_page_that_does_not_escape(chromium: Browser) -> None:
    html = document(page(ledger(40, driver=_ATTACK)))
    unsafe = re.sub(r'<meta http-equiv="[^>]*>', "", html)
    unsafe = unsafe.replace(escape(_ATTACK), _ATTACK)
    assert unsafe.count(_ATTACK) > 5
    with opened(chromium, unsafe) as (shown, _):
        shown.wait_for_function("document.title === '1'", timeout=5000)


def test_the_policy_stops_what_escaping_would_miss(chromium: Browser) -> None:
    unsafe = HTML.replace("<footer>", f"<footer>{_ATTACK}")
    with opened(chromium, unsafe) as (shown, said):
        assert shown.title() == "Token burn"
        assert any("Content Security Policy" in line for line in said)


def test_two_pages_share_a_document_without_sharing_a_switch(chromium: Browser) -> None:
    made = page(ledger(), today=_TODAY)
    both = f"<p id=host>host</p>{fragment(made, prefix='a')}{fragment(made, prefix='b')}"
    with opened(chromium, f"<!doctype html><meta charset=utf-8><body>{both}") as (shown, said):
        host = "p => getComputedStyle(p).font + getComputedStyle(p).color"
        before = shown.locator("#host").evaluate(host)
        first, second = shown.locator(".burn-page").all()
        first.locator("label", has=shown.locator("input[value='90d']")).click()
        heads = [h.inner_text() for h in shown.locator(".burn-head").all() if h.is_visible()]
        assert [" in 90 days" in heads[0], " in 180 days" in heads[1]] == [True, True]
        assert len(heads) == 2
        assert second.locator("input:checked").get_attribute("value") == "180d"
        shown.evaluate("document.querySelectorAll('style').forEach(style => style.remove())")
        assert shown.locator("#host").evaluate(host) == before
        assert said == []


def test_a_fragment_in_a_narrow_column_is_laid_out_as_on_a_phone(chromium: Browser) -> None:
    column = f"<div style='width:380px'>{fragment(page(ledger(), today=_TODAY))}</div>"
    with opened(chromium, f"<!doctype html><meta charset=utf-8>{column}") as (shown, _):
        assert shown.locator(".burn-narrow:visible").count() == 3
        assert shown.locator(".burn-wide:visible").count() == 0


def test_without_css_a_fragment_shows_one_range_and_one_copy_of_each_picture(
    chromium: Browser,
) -> None:
    bare = re.sub("<style>.*?</style>", "", fragment(page(ledger(), today=_TODAY)), flags=re.S)
    with opened(chromium, f"<!doctype html><meta charset=utf-8>{bare}") as (shown, _):
        assert shown.locator(".burn-head:visible").count() == 1
        assert shown.locator("svg:visible").count() == 3
