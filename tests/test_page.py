"""The self-contained page and HTML fragments, without a browser."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from burnlib import words
from burnlib.chart import Chart
from burnlib.errors import InvalidInput
from burnlib.languages import word
from burnlib.ledger import Ledger
from burnlib.model import DailyRow, Estimate, Fidelity, SourceDay
from burnlib.render.base import Renderer
from burnlib.render.compact import merged
from burnlib.render.html import Html, document, figure, fragment
from burnlib.render.html.markup import Markup, escape, tag
from burnlib.render.scene import Line, Path, Rect, Scene
from burnlib.views.base import Page
from burnlib.views.drivers import drivers
from burnlib.views.equivalents import equivalents
from burnlib.views.heatmap import heatmap
from burnlib.views.page import page
from burnlib.views.table import table
from burnlib.views.trend import trend

_TODAY = date(2026, 2, 11)


def ledger(days: int = 400, *, driver: str = "shipping", evidence: str = "v0.9") -> Ledger:
    """Rows that grow up to 11 Feb 2026, with zero days, days without data, and estimates."""
    rows = []
    for i in range(days):
        if i % 17 == 3:
            continue
        tokens = 0 if i % 13 == 5 else 20_000 + i**3 * 7
        sources = {
            "codex": SourceDay(tokens=tokens, fidelity=Fidelity.EXACT, calls=i),
            "claude_code": SourceDay(tokens=tokens * 2, fidelity=Fidelity.EXACT, calls=2 * i),
        }
        if i % 12 == 0:
            sources["chatgpt"] = SourceDay(tokens=tokens // 3 + 1, fidelity=Fidelity.ESTIMATED)
        day = _TODAY - timedelta(days=days - 1 - i)
        rows.append(DailyRow(date=day, sources=sources, driver=driver, evidence=evidence))
    return Ledger(rows)


def whole(rows: Ledger | None = None) -> Page:
    return page(
        rows or ledger(), target=400_000_000, today=_TODAY, zone="Europe/Berlin", made=_TODAY
    )


def parsed(html: str) -> ET.Element:
    """The page as XML, which is stricter than HTML: every element is closed, all text escaped."""
    return ET.fromstring(html.removeprefix("<!doctype html>\n"))


def cells(row: ET.Element) -> list[str]:
    return ["|".join(cell.itertext()) for cell in row]


PAGE = whole()
HTML = document(PAGE)


# The document


def test_document_names_its_language_letters_and_width_and_is_well_formed() -> None:
    assert HTML.startswith('<!doctype html>\n<html lang="en">')
    root = parsed(HTML)
    metas = [dict(meta.attrib) for meta in root.iter("meta")]
    assert {"charset": "utf-8"} in metas
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in metas
    assert root.findtext("head/title") == "Token burn"
    assert root.find("body/main") is not None


def test_policy_allows_the_one_style_sheet_by_its_hash_and_nothing_else() -> None:
    (style,) = re.findall("<style>(.*?)</style>", HTML, re.S)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src &#39;none&#39;; style-src &#39;sha256-{digest}&#39;" in HTML


_ELEMENTS = frozenset(
    [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "div",
        "h1",
        "h2",
        "p",
        "b",
        "em",
        "strong",
        "i",
        "sup",
        "small",
        "bdi",
        "br",
        "fieldset",
        "legend",
        "label",
        "input",
        "span",
        "dl",
        "dt",
        "dd",
        "ul",
        "li",
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
        "footer",
        "svg",
        "desc",
        "text",
        "rect",
        "path",
        "line",
        "polyline",
        "circle",
    ]
)
_FORBIDDEN = re.compile(r"on|style$|src|href|id$|xlink", re.I)


def test_document_holds_no_script_link_handler_or_id() -> None:
    svg = "{http://www.w3.org/2000/svg}"
    for element in parsed(HTML).iter():
        assert element.tag.removeprefix(svg) in _ELEMENTS
        for attribute in element.attrib:
            assert not _FORBIDDEN.match(attribute), attribute
    assert "url(" not in HTML
    assert "@import" not in HTML


def test_one_radio_button_a_range_and_the_opening_one_is_checked() -> None:
    inputs = [element.attrib for element in parsed(HTML).iter("input")]
    assert [(i["value"], i["name"], i.get("checked")) for i in inputs] == [
        ("90d", "burn-range", None),
        ("180d", "burn-range", "checked"),
        ("1y", "burn-range", None),
        ("all", "burn-range", None),
    ]


def test_every_range_has_a_headline_quick_figures_and_all_five_views() -> None:
    views = [e for e in parsed(HTML).iter("div") if "burn-view" in e.get("class", "")]
    assert len(views) == 8
    for body in views[4:]:
        headings = [h.text for h in body.iter("h2")]
        assert headings == [
            "Daily burn",
            "Weekly burn, log scale",
            "Drivers",
            "Scale",
            "Last 30 days",
        ]
        assert len(list(body.iter("{http://www.w3.org/2000/svg}svg"))) == 6
        assert len(list(body.iter("table"))) == 1
        assert len(list(body.iter("dt"))) == 5
    figures = [re.search(r" in ([0-9]+) days", "".join(view.itertext())) for view in views[:4]]
    assert [found and found[1] for found in figures] == ["90", "180", "365", "400"]


def test_only_wide_pictures_carry_titles() -> None:
    for element in parsed(HTML).iter("div"):
        svg = element.find("{http://www.w3.org/2000/svg}svg")
        if svg is None:
            continue
        titles = svg.findall("{*}*/{*}title")
        assert bool(titles) == (element.get("class") == "burn-svg burn-wide")


def test_foot_defines_the_states_the_units_and_the_zone() -> None:
    foot = "".join(next(parsed(HTML).iter("footer")).itertext())
    for said in ("Exact", "Estimated", "Lower bound", "B = 10⁹", "Europe/Berlin", "11 Feb 2026"):
        assert said in foot


def of_chats(*estimates: Estimate, measured: int = 0) -> str:
    """A page of one chat a day from 11 Feb 2026 back, of 30k tokens between 20k and 60k."""
    chat = SourceDay(tokens=30_000, fidelity=Fidelity.ESTIMATED, low=20_000, high=60_000)
    sources = {"chatgpt": chat}
    if measured:
        sources["codex"] = SourceDay(tokens=measured, fidelity=Fidelity.EXACT)
    rows = (
        DailyRow(date=_TODAY - timedelta(days=i), sources=sources, estimate=estimate)
        for i, estimate in enumerate(estimates)
    )
    return document(page(Ledger(rows), ranges=("5d",), opens="5d"))


def test_headline_gives_the_range_of_what_is_estimated() -> None:
    def headline(html: str) -> str:
        (said,) = (p for p in parsed(html).iter("p") if p.get("class") == "burn-head")
        return "".join(said.itertext())

    assert headline(of_chats("visible")) == (
        "~30.0k estimated tokens (20.0k to 60.0k) in 5 days, 4 days without data"
    )
    assert headline(of_chats("visible", measured=7)) == (
        "7 exact tokens in 5 days, plus about 30.0k estimated (20.0k to 60.0k), 4 days without data"
    )


@pytest.mark.parametrize(
    ("estimates", "counted", "again"),
    [
        (["visible"], "of chats, each message once. ", ""),
        (
            ["processed"],
            "of chats, all that was sent again with every turn. ",
            "Estimates count what every turn sent again.",
        ),
        (
            ["visible", "processed"],
            "of chats, on some days each message once, on others all that was sent again with "
            "every turn. ",
            "Estimates count each message once on some days, what every turn sent again on others.",
        ),
    ],
)
def test_foot_defines_what_estimates_count_and_descriptions_say_it_where_it_is_not_plain(
    estimates: list[Estimate], counted: str, again: str
) -> None:
    html = of_chats(*estimates)
    root = parsed(html)
    foot = "".join(next(root.iter("footer")).itertext())
    assert counted + "Behind it in brackets: the least and the most that is plausible." in foot
    if not again:
        assert "count what" not in html
        return
    pictures = [svg.get("aria-label") or "" for svg in root.findall(".//{*}svg")]
    assert len(pictures) == 6
    (described,) = (meta for meta in root.iter("meta") if meta.get("name") == "description")
    assert all(again in said for said in [*pictures, described.get("content") or ""])
    notes = ["".join(p.itertext()) for p in root.iter("p") if p.get("class") == "burn-note"]
    assert sum(again in said for said in notes) == 3  # headline, equivalents, table


def test_only_tokens_that_were_read_again_are_said_to_be() -> None:
    assert word("read_again") not in of_chats("visible")
    assert word("read_again") in of_chats("visible", measured=1_000_000)
    assert word("read_again") in of_chats("visible", "processed")


def test_numbers_of_the_table_have_their_range_as_their_title() -> None:
    root = parsed(of_chats("visible", "visible", measured=1_000))
    titles = {"".join(td.itertext()): td.get("title") for td in root.iter("td")}
    assert titles["~30,000e"] == "20,000 to 60,000"
    assert titles["~31,000"] == "21,000 to 61,000"
    assert titles["1,000"] is None
    (foot,) = root.iter("tfoot")
    found = {"".join(td.itertext()): td.get("title") for td in foot.iter("td")}
    assert found["~62,000"] == "42,000 to 122,000"
    assert found["~60,000e"] == found["~60.0ke"] == "40,000 to 120,000"


def test_a_page_of_400_days_stays_below_450_kilobytes() -> None:
    assert len(HTML.encode()) < 450_000


def test_the_same_rows_give_the_same_bytes() -> None:
    assert document(whole()) == HTML


def test_made_up_data_has_a_banner_and_real_data_none() -> None:
    rows = Ledger(evolve(row, extra={"made_up": True}) for row in ledger(40))
    assert '<p class="burn-made-up"><strong>Made-up demonstration data' in document(whole(rows))
    assert 'burn-made-up"' not in HTML


def test_an_empty_ledger_says_so_and_has_nothing_to_switch() -> None:
    html = document(page(Ledger()))
    parsed(html)
    assert "No days with data." in html
    assert "<input" not in html
    assert "<svg" not in html


def test_one_day_and_a_day_of_zero_are_pages_too() -> None:
    day = SourceDay(tokens=0, fidelity=Fidelity.EXACT)
    zero = Ledger([DailyRow(date=_TODAY, sources={"codex": day})])
    for rows in (ledger(1), zero):
        parsed(document(page(rows)))
    assert "0</b> exact tokens in" in document(page(zero))


# The table


def receipts() -> list[DailyRow]:
    exact, low, guess = Fidelity.EXACT, Fidelity.LOWER_BOUND, Fidelity.ESTIMATED
    return [
        DailyRow(date=date(2026, 2, 7), sources={"codex": SourceDay(tokens=5, fidelity=exact)}),
        DailyRow(
            date=date(2026, 2, 9),
            sources={
                "codex": SourceDay(tokens=184_320, fidelity=exact, calls=1),
                "claude_code": SourceDay(tokens=512_880, fidelity=low, calls=1_047),
            },
            driver="shipping",
        ),
        DailyRow(date=date(2026, 2, 10), sources={"codex": SourceDay(tokens=0, fidelity=exact)}),
        DailyRow(
            date=date(2026, 2, 11),
            sources={
                "codex": SourceDay(tokens=1_000_000, fidelity=exact),
                "chatgpt": SourceDay(tokens=21_000, fidelity=guess),
            },
        ),
    ]


def table_rows(rows: list[DailyRow]) -> dict[str, list[str]]:
    view = table(Ledger(rows), range="5d", target=900_000, today=_TODAY)
    found = parsed(figure(Chart(view)))
    return {line[0].partition("|")[0]: line for line in map(cells, found.iter("tr"))}


def test_table_shows_every_digit_with_its_trust_and_tells_zero_from_missing() -> None:
    rows = table_rows(receipts())
    assert rows["Day"] == [
        "Day",
        "Total",
        "Codex",
        "Claude Code",
        "ChatGPT| estimated",
        "7-day mean",
    ]
    assert rows["Wed 11 Feb"][1:5] == ["~1,021,000 ▲", "1,000,000", "–", "~21,000|e"]
    assert rows["Tue 10 Feb"][1:5] == ["0", "0", "–", "–"]
    assert rows["Mon 9 Feb"][1:5] == ["≥ 697,200", "184,320|1 call", "≥ 512,880|1,047 calls", "–"]
    assert rows["Sun 8 Feb"][1:5] == ["–", "–", "–", "–"]


def test_table_names_the_running_day_and_the_driver_beside_the_date() -> None:
    rows = table_rows(receipts())
    assert rows["Wed 11 Feb"][0] == "Wed 11 Feb|so far"
    assert rows["Mon 9 Feb"][0] == "Mon 9 Feb|shipping"


def test_table_foot_sums_the_whole_range() -> None:
    rows = table_rows(receipts())
    assert rows["5 days"][:5] == [
        "5 days|4 of 5 days",
        "≥ ~1,718,205",
        "1,184,325",  # requests are unknown on some days, so their sum is, too
        "≥ 512,880|1,047 calls",
        "~21,000|e",
    ]


def test_narrow_columns_hold_exact_and_estimated_in_short_numbers() -> None:
    body = document(page(Ledger(receipts()), ranges=("5d",), opens="5d"))
    rows = {line[0].partition("|")[0]: line for line in map(cells, parsed(body).iter("tr"))}
    assert rows["Day"][-3:] == ["Exact", "Estimated", "7-day mean"]
    assert rows["Wed 11 Feb"][-3:-1] == ["1.00M", "~21.0k|e"]
    assert rows["Mon 9 Feb"][-3:-1] == ["≥ 697k", "–"]


def test_heads_of_rows_and_columns_are_marked_as_such() -> None:
    view = table(Ledger(receipts()), range="5d")
    root = parsed(figure(Chart(view)))
    assert {th.get("scope") for th in root.findall(".//thead//th")} == {"col"}
    assert {th.get("scope") for th in root.findall(".//tbody//th")} == {"row"}
    assert root.findtext(".//caption") == "Last 5 days: 5 days"


# Fragments and figures


def test_fragment_keeps_to_itself() -> None:
    html = fragment(PAGE, prefix="left")
    root = parsed(html)
    assert {i.get("name") for i in root.iter("input")} == {"left-range"}
    assert [child.tag for child in root] == ["div", "style"]
    assert not list(root.iter("h1"))
    style = root.findtext("style") or ""
    selectors = re.findall(r"(?:^|[{}])([^{}@]+)\{", re.sub(r"@[^{]+\{", "", style))
    assert len(selectors) > 100
    for selector in selectors:
        assert all(part.startswith(".burn-page") for part in selector.split(",.")[:1]), selector


def test_without_a_style_sheet_a_fragment_shows_the_opening_range_alone() -> None:
    root = parsed(fragment(PAGE))
    shown = [
        e for e in root.iter("div") if "burn-view" in e.get("class", "") and not e.get("hidden")
    ]
    assert [e.get("class") for e in shown] == ["burn-view burn-v1 burn-opens"] * 2
    assert all(e.get("hidden") for e in root.iter("div") if "burn-narrow" in e.get("class", ""))


@pytest.mark.parametrize("prefix", ["", "a b", 'x"', "1"])
def test_a_prefix_that_is_no_name_is_refused(prefix: str) -> None:
    with pytest.raises(InvalidInput, match="is not a prefix"):
        fragment(PAGE, prefix=prefix)


def test_single_views_are_figures_with_their_colours_in_them() -> None:
    rows = ledger()
    for view in (heatmap(rows), trend(rows), drivers(rows)):
        html = figure(Chart(view), theme="dark")
        assert html.startswith('<figure class="burn" lang="en"><svg')
        assert "<style" not in html
        assert "#f0a132" in html or "#ffe5a8" in html  # the dark accent, the dark top of the ramp
    assert "<table>" in figure(Chart(table(rows)))
    assert "times the English Wikipedia" in figure(Chart(equivalents(rows)))


def test_the_renderer_keeps_the_protocol() -> None:
    renderer: Renderer = Html()
    assert isinstance(renderer, Renderer)
    assert (renderer.name, renderer.suffixes) == ("html", (".html", ".htm"))
    assert renderer.render(Chart(PAGE)) == HTML
    view = Chart(trend(ledger()))
    assert renderer.render(view, theme="auto") == figure(view, theme="auto")


@pytest.mark.parametrize(
    ("options", "message"),
    [({"color": 1}, "unknown option 'color'"), ({"theme": "red"}, "'red' is not a theme")],
)
def test_a_wrong_option_is_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        Html().render(Chart(trend(ledger())), **options)


def test_a_page_follows_the_reader_unless_it_is_given_a_theme() -> None:
    reader = "@media screen and (prefers-color-scheme:dark)"
    assert HTML.count(reader) == 3  # the space around, the page, its drawings
    dark = Html().render(Chart(PAGE), theme="dark")
    assert reader not in dark
    assert dark.count("@media screen{") == HTML.count("@media screen{") + 3
    assert reader not in Html().render(Chart(PAGE), theme="light")


# Building


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.characters(codec=None, exclude_characters="\r")))
def test_any_text_survives_as_text_in_elements_and_attributes(text: str) -> None:
    element = ET.fromstring(tag("p", text, class_=text))
    shown = words.clean(text, limit=4000)
    assert (element.text or "") == shown
    assert element.get("class") == shown


def test_markup_is_not_escaped_twice_and_plain_text_always() -> None:
    assert tag("b", escape("<")) == "<b>&lt;</b>"
    assert tag("b", "<i>") == "<b>&lt;i&gt;</b>"
    assert tag("b", Markup("<i></i>")) == "<b><i></i></b>"
    assert tag("input", type="radio", checked=True, hidden=False) == (
        '<input type="radio" checked="checked"/>'
    )


def test_text_that_looks_like_a_colour_stays_in_the_document() -> None:
    odd = 'a fill="#aaaaaa" fill-rule="evenodd"'
    root = parsed(document(page(ledger(20, driver=odd))))
    titles = root.iter("{http://www.w3.org/2000/svg}title")
    assert any(odd in (title.text or "") for title in titles)


def test_marks_of_a_document_are_coloured_by_its_style_sheet_alone() -> None:
    marks = [
        mark
        for kind in ("rect", "path", "line", "polyline", "circle", "text")
        for mark in parsed(HTML).iter("{http://www.w3.org/2000/svg}" + kind)
    ]
    assert len(marks) > 2000
    for mark in marks:
        assert not {mark.get("fill"), mark.get("stroke")} - {None, "none"}
        assert mark.get("class") or mark.get("pointer-events")
    assert ' fill="#' in fragment(PAGE)


def test_merging_keeps_every_area_and_leaves_lines_alone() -> None:
    line = Line(x1=0, y1=0, x2=1, y2=1, stroke="faint")
    shapes = (
        Rect(x=0, y=0, width=2, height=1, fill="c1", title="a"),
        line,
        Rect(x=3, y=0, width=1, height=1, fill="c2"),
        Path(rings=(((5, 0), (6, 0), (6, 1)),), fill="c1"),
    )
    scene = Scene(width=9, height=9, shapes=shapes, name="n", sentence="s")
    assert merged(scene).shapes == (
        Path(rings=(((0, 0), (2, 0), (2, 1), (0, 1)), ((5, 0), (6, 0), (6, 1))), fill="c1"),
        Path(rings=(((3, 0), (4, 0), (4, 1), (3, 1)),), fill="c2"),
        line,
    )
