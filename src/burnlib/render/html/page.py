"""The page: headline, range switch, five views a range, definitions; no script."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from attrs import evolve

from burnlib import sentences, words
from burnlib.languages import spoken, word
from burnlib.render import labels
from burnlib.render.html.markup import Markup, tag
from burnlib.render.html.page_css import Colours
from burnlib.render.html.parts import comparisons, drawn, made_up, quick_figures
from burnlib.render.html.table import receipts_table, table_notes
from burnlib.views.base import Drivers, Heatmap, Page, Section, Table, Trend, View

__all__ = ["page_body"]


def page_body(page: Page, *, root: str, prefix: str, level: int, theme: Colours) -> Markup:
    """Return the page's content as one element named *root*, without its style sheet.

    Args:
        page: What to show.
        root: "main" for a document of its own, "div" inside another.
        prefix: Name of the radio buttons' group; two pages in one document need two.
        level: Of the page's heading, 1 to 5; the views' headings are one level below.
        theme: Of the style sheet that colours it.

    """
    if any(section.headline.observed for section in page.sections):
        shown = [
            *_each(page, _headline),
            *([_switch(page, prefix)] if len(page.sections) > 1 else []),
            *_each(page, lambda section: _views(section, page.parts, level + 1)),
        ]
    else:  # nothing to switch between: the headline says that there is no data
        shown = [_headline(page.sections[0])]
    content = tag(
        "div",
        tag(f"h{level}", sentences.name(page), class_="burn-h"),
        *([made_up()] if page.made_up else []),
        *shown,
        _foot(page),
    )
    return tag(root, content, class_=f"burn-page burn-page-{theme}", lang=spoken())


def _each(page: Page, make: Callable[[Section], Markup]) -> Iterator[Markup]:
    """Make the same part for every range; CSS shows the one whose radio button is checked.

    Where there is no CSS, "hidden" leaves the opening range; a rule of the page overrides it.
    """
    for index, section in enumerate(page.sections):
        opens = section.key == page.opens
        kind = f"burn-view burn-v{index}{' burn-opens' * opens}"
        yield tag("div", make(section), class_=kind, hidden=not opens)


def _headline(section: Section) -> Markup:
    said = section.headline
    figure, kind, rest = labels.headline(said)
    found: list[str] = [tag("b", figure), " "] if figure else []
    found.append(kind)
    if rest:
        found += [f", {word('plus')} ", tag("em", rest)]
    if said.observed and said.missing:
        days = words.things("days", said.missing)
        found.append(f", {word('without_data', days=days)}")
    headline = tag("p", *found, class_="burn-head")
    how = sentences.how_counted(said.estimates)
    return Markup(headline + tag("p", how, class_="burn-note")) if how else headline


def _switch(page: Page, prefix: str) -> Markup:
    choices = [
        tag(
            "label",
            tag(
                "input",
                type="radio",
                name=f"{prefix}-range",
                value=section.key,
                class_=f"burn-r{index}",
                checked=section.key == page.opens,
            ),
            tag("span", words.range_name(section.key)),
        )
        for index, section in enumerate(page.sections)
    ]
    return tag("fieldset", tag("legend", word("range"), class_="burn-hidden"), *choices)


def _views(section: Section, parts: Sequence[str], level: int) -> Markup:
    if not section.headline.observed:
        return Markup("")
    make: dict[str, Callable[[], str]] = {
        "figures": lambda: quick_figures(section.drivers.windows),
        "heatmap": lambda: _picture(section.heatmap, level),
        "trend": lambda: _picture(section.trend, level),
        # Its quick figures are a part of their own.
        "drivers": lambda: _picture(evolve(section.drivers, windows=()), level),
        "equivalents": lambda: (
            _heading(section.equivalents, level) + comparisons(section.equivalents)
        ),
        "table": lambda: (
            _heading(section.table, level) + table_notes(section.table) + _scrolling(section.table)
        ),
    }
    return Markup("".join(make[part]() for part in parts))


def _heading(view: View, level: int) -> Markup:
    return tag(f"h{level}", sentences.name(view), class_="burn-h2")


def _picture(view: Heatmap | Trend | Drivers, level: int) -> Markup:
    """Draw it twice, as wide and as a phone; titles in the wide one, where there is a mouse."""
    view = evolve(view, made_up=False)  # the page's own banner says it for all
    return Markup(
        _heading(view, level)
        + tag("div", drawn(view, titles=True), class_="burn-svg burn-wide")
        + tag("div", drawn(view, narrow=True), class_="burn-svg burn-narrow", hidden=True)
    )


def _scrolling(view: Table) -> Markup:
    # Should the columns not fit, they scroll in a box of their own, which keys can reach, too.
    return tag(
        "div",
        receipts_table(view, narrow=True),
        class_="burn-scroll",
        role="region",
        aria_label=sentences.name(view),
        tabindex="0",
    )


def _foot(page: Page) -> Markup:
    entries: list[Markup] = []
    for name, meaning in labels.definitions(page):
        entries += [tag("dt", name), tag("dd", meaning)]
    last = [f"{word('suffixes')}."]
    if page.zone:
        last.append(word("zone", zone=page.zone))
    if page.made is not None:
        last.append(word("made_on", day=words.day_long(page.made)))
    return tag("footer", tag("dl", *entries), tag("p", " ".join(last)))
