"""Charts in one document leave each other and their host alone, and survive a sanitizer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from browser import REQUIRED, browser, needs_browser, opened
from burnlib import charts
from burnlib.ledger import Ledger
from burnlib.model import DailyRow, Fidelity, SourceDay
from burnlib.render.html import fragment
from burnlib.render.theme import burn_css
from burnlib.views.page import page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.browser, needs_browser]

TODAY = date(2026, 2, 11)


def ledger(days: int, most: int) -> Ledger:
    """Rows whose numbers have *most* digits at most: the more, the more colour classes."""
    kinds = (Fidelity.EXACT, Fidelity.ESTIMATED, Fidelity.LOWER_BOUND)
    return Ledger(
        DailyRow(
            date=TODAY - timedelta(days=back),
            sources={"codex": SourceDay(tokens=10 ** (back % most), fidelity=kinds[back % 3])},
            driver=("shipping", "research", "")[back % 3],
        )
        for back in range(days)
        if back % 7
    )


FEW, MANY = ledger(20, 5), ledger(40, 9)

# All that a drawing or a page sets, and what it could only reach by accident.
_LOOKS = """root => [root, ...root.querySelectorAll('*')].map(e => {
  const s = getComputedStyle(e);
  return [e.tagName, e.getAttribute('class'), s.fill, s.stroke, s.strokeWidth, s.strokeDasharray,
    s.fillRule, s.opacity, s.display, s.visibility, s.pointerEvents, s.textAnchor, s.font,
    s.fontVariantNumeric, s.letterSpacing, s.color, s.backgroundColor, s.border, s.margin,
    s.padding, s.textAlign, s.whiteSpace, s.overflow, s.boxSizing, s.outline, s.width, s.height,
  ].join('|');
})"""

_HOST = """
<style>.c1{fill:rgb(1,2,3)}.ink{stroke:teal}body{font:italic 17px serif;color:navy}</style>
<div id=host>
<h1>Team</h1><h2>Numbers</h2><p class=note>A <b>b</b> <em>e</em> <small>s</small></p>
<figure><figcaption>Own</figcaption><svg viewBox="0 0 9 9" width=90><title>Own</title>
<path class=c1 d="M0 0H9V9H0ZM2 2H4V4H2Z"/><rect width=3 height=3 class=ink /><circle r=2 />
<line x2=5 y2=5 class=ink /><text y=9>own</text></svg></figure>
<fieldset><legend>l</legend><label><input type=radio checked><span>r</span></label></fieldset>
<table><caption>c</caption><thead><tr><th>h</th></tr></thead><tr><td>1</td></tr></table>
<ul><li>i</li></ul><dl><dt>t</dt><dd>d</dd></dl><footer><a href="#host">f</a></footer>
</div>
<div id=before></div><div id=one></div><div id=after></div>"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(params=["light", "dark"])
def shown(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page with places for charts, whose reader prefers light or dark."""
    html = f"<!doctype html><html lang=en><meta charset=utf-8><title>Team</title>{_HOST}"
    with opened(chromium, html, dark=request.param == "dark") as (found, said):
        yield found
    assert said == []


def put(shown: Page, place: str, html: str) -> None:
    shown.locator(f"#{place}").evaluate("(e, html) => { e.innerHTML = html }", html)


def looks(shown: Page, place: str) -> list[str]:
    found: list[str] = shown.locator(f"#{place}").evaluate(_LOOKS)
    return found


def changes(shown: Page, drawings: dict[str, tuple[str, str]]) -> dict[str, list[Any]]:
    """For each pair, what the second changes in the first and in the host, put before and after."""
    found: dict[str, list[Any]] = {}
    host = looks(shown, "host")
    for one in drawings:
        put(shown, "one", drawings[one][0])
        alone = looks(shown, "one")
        assert len(alone) > 20
        for other in drawings:
            put(shown, "before", drawings[other][1])
            put(shown, "after", drawings[other][1])
            pairs = zip(alone + host, looks(shown, "one") + looks(shown, "host"), strict=True)
            if changed := [pair for pair in pairs if pair[0] != pair[1]]:
                found[f"{one}, beside {other}"] = changed[:3]
            put(shown, "before", "")
            put(shown, "after", "")
    return found


def drawing(theme: str, rows: Ledger) -> str:
    """A chart with all that it needs: one that the page colours, with the rules for that."""
    svg = charts.heatmap(rows, today=TODAY).svg(theme=theme)
    svg += charts.trend(rows, today=TODAY).svg(theme=theme)
    return f"{svg}<style>{burn_css()}</style>" if theme == "css" else svg


def test_drawings_of_all_themes_leave_each_other_and_their_host_alone(shown: Page) -> None:
    drawings = {
        theme: (drawing(theme, FEW), drawing(theme, MANY))
        for theme in ("light", "dark", "auto", "css")
    }
    assert changes(shown, drawings) == {}


THEMES: tuple[Literal["light", "dark", "auto"], ...] = ("light", "dark", "auto")


def test_pages_of_all_themes_leave_each_other_drawings_and_their_host_alone(shown: Page) -> None:
    parts = {
        f"{theme} page": tuple(
            fragment(page(rows, ranges=ranges, opens="90d", today=TODAY), prefix=name, theme=theme)
            for name, rows, ranges in (("a", FEW, ("90d",)), ("b", MANY, ("90d", "all")))
        )
        for theme in THEMES
    }
    parts |= {f"{t} drawing": (drawing(t, FEW), drawing(t, MANY)) for t in ("dark", "css")}
    assert changes(shown, parts) == {}


# DOMPurify is published for JavaScript alone; .ci/run fetches it and says where it is.
PURIFY = os.environ.get("BURNLIB_DOMPURIFY", "")

needs_purify = pytest.mark.skipif(
    not PURIFY and not REQUIRED, reason="BURNLIB_DOMPURIFY does not name a purify.min.js"
)

# The elements and attributes of both, as the browser has them after parsing.
_PURIFIED = """html => {
  const parts = html => {
    const holder = document.createElement('template');
    holder.innerHTML = html;
    return [...holder.content.querySelectorAll('*')].map(e =>
      [e.tagName, ...[...e.attributes].map(a => a.name + '=' + a.value).sort(),
       e.children.length ? '' : e.textContent].join(' '));
  };
  return [parts(html), parts(DOMPurify.sanitize(html))];
}"""


@needs_purify
def test_a_sanitizer_leaves_all_that_we_make_as_it_is(chromium: Browser) -> None:
    makers = (charts.heatmap, charts.trend, charts.drivers, charts.equivalents, charts.table)
    drawn = [make(MANY, today=TODAY) for make in makers]
    made = [each.svg(theme=theme) for each in drawn for theme in ("light", "auto", "css")]
    made += [each.html() for each in drawn]
    made.append(fragment(page(MANY, today=TODAY)))
    with opened(chromium, "<!doctype html><title>Team</title>") as (shown, said):
        shown.evaluate(Path(PURIFY).read_text(encoding="utf-8"))
        for html in made:
            before, after = shown.evaluate(_PURIFIED, html)
            assert after == before
            assert len(before) >= 20
        hostile = "<svg><title>t</title><path onclick=x d=M0></path></svg><script>1</script>"
        before, after = shown.evaluate(_PURIFIED, hostile)
        assert after == ["svg ", "title t", "path d=M0 "]
    assert said == []
