"""Views as plain text: for terminals, mail, logs, screen readers and grep."""

from __future__ import annotations

from burnlib import sentences, words
from burnlib.errors import InvalidInput, NotFound
from burnlib.languages import word
from burnlib.render import labels
from burnlib.render.base import API_VERSION, Drawing
from burnlib.render.text.look import Look, terminal_style
from burnlib.render.text.pen import bold, paragraph
from burnlib.views.base import (
    Drivers,
    Equivalents,
    Heatmap,
    Multiples,
    Page,
    Section,
    Sparkline,
    Table,
    Trend,
    View,
)

__all__ = ["Look", "Text", "terminal_style", "write"]


class Text:
    """The text renderer; its options are the fields of :class:`Look`."""

    name = "text"
    suffixes = (".txt",)
    media_type = "text/plain"
    api_version = API_VERSION

    def render(self, drawing: Drawing, **options: object) -> str:
        """Return the view as text; InvalidInput for an option that text does not know."""
        return write(drawing.view, Look.of(options))


def write(view: View, look: Look | None = None) -> str:
    """Return *view* as lines without trailing spaces, the last one ended like the others.

    Of a page it writes one range: its headline, its quick figures and its five views.
    """
    look = look or Look()
    if isinstance(view, Sparkline):
        from burnlib.render.text.spark import spark_line

        lines = [spark_line(view, look)]
    else:
        lines = _page(view, look) if isinstance(view, Page) else _block(view, look)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _block(view: View, look: Look, *, of_page: bool = False) -> list[str]:
    lines = [bold(sentences.name(view), look)]
    if view.made_up and not of_page:
        lines += _banner(look)
    # These two say everything themselves; their sentence would only repeat it.
    if not isinstance(view, Drivers | Equivalents):
        lines += paragraph(sentences.sentence(view).split(), look)
    body = _body(view, look, of_page=of_page)
    return [*lines, "", *body] if body else lines


def _body(view: View, look: Look, *, of_page: bool) -> list[str]:
    # Each is imported where it is called: a command for one view starts faster by 3 ms.
    if isinstance(view, Heatmap):
        from burnlib.render.text.heatmap import calendar_lines

        return calendar_lines(view, look)
    if isinstance(view, Trend):
        from burnlib.render.text.trend import week_lines

        return week_lines(view, look)
    if isinstance(view, Drivers):
        from burnlib.render.text.drivers import driver_lines, window_lines

        windows = [] if of_page else [*window_lines(view.windows, look), ""]
        return [*windows, *driver_lines(view, look)]
    if isinstance(view, Equivalents):
        from burnlib.render.text.equivalents import equivalent_lines

        return equivalent_lines(view, look)
    if isinstance(view, Table):
        from burnlib.render.text.table import receipt_lines

        return receipt_lines(view, look)
    if isinstance(view, Multiples):
        from burnlib.render.text.multiples import panel_lines

        return panel_lines(view, look)
    raise InvalidInput(f"text cannot write a {type(view).__name__}", hint="give it a view")


def _banner(look: Look) -> list[str]:
    return paragraph([word("made_up").upper()], look)


def _page(page: Page, look: Look) -> list[str]:
    section = _section(page, look.range or page.opens)
    lines = [bold(sentences.name(page), look)]
    if page.made_up:
        lines += _banner(look)
    lines += paragraph(labels.headline_line(section.headline).split(), look)
    if not section.headline.observed:
        return lines
    for part in page.parts:
        lines += _part(section, part, look)
    lines.append("")
    for name, meaning in labels.definitions(page):
        lines += paragraph(f"{name}: {meaning}".split(), look)
    lines += paragraph([f"{word('suffixes')}."], look)
    if page.zone:
        lines += paragraph([word("zone", zone=page.zone)], look)
    if page.made is not None:
        lines += paragraph([word("made_on", day=words.day_long(page.made))], look)
    return lines


def _part(section: Section, part: str, look: Look) -> list[str]:
    if part == "figures":
        from burnlib.render.text.drivers import window_lines

        return ["", *window_lines(section.drivers.windows, look)]
    views: dict[str, View] = {
        "heatmap": section.heatmap,
        "trend": section.trend,
        "drivers": section.drivers,
        "equivalents": section.equivalents,
        "table": section.table,
    }
    return ["", "", *_block(views[part], look, of_page=True)]


def _section(page: Page, key: str) -> Section:
    for section in page.sections:
        if section.key == key:
            return section
    known = ", ".join(section.key for section in page.sections)
    raise NotFound(f"the page has no range {key!r}", hint=f"use one of {known}")
