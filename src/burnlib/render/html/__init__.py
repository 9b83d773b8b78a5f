"""Views as HTML: the self-contained page, and fragments for other people's pages."""

from __future__ import annotations

import base64
import hashlib
import re

from burnlib import sentences
from burnlib.errors import InvalidInput
from burnlib.languages import spoken
from burnlib.render.base import API_VERSION, Drawing
from burnlib.render.html.markup import Markup, tag
from burnlib.render.html.page import page_body
from burnlib.render.html.page_css import Colours, document_css, page_css
from burnlib.render.html.parts import comparisons, made_up
from burnlib.render.html.table import receipts_table, table_notes
from burnlib.views.base import Equivalents, Page, Sparkline, Table

__all__ = ["Html", "document", "figure", "fragment"]


class Html:
    """The HTML renderer: a page is a whole document, any other view a ``<figure>``."""

    name = "html"
    suffixes = (".html", ".htm")
    media_type = "text/html"
    api_version = API_VERSION

    def render(self, drawing: Drawing, **options: object) -> str:
        """Return :func:`document` for a page, else :func:`figure`.

        Option *theme*: "light", "dark" or "auto"; a page is "auto" where it is not given, a figure
        "light". InvalidInput for any other option.
        """
        view = drawing.view
        default = "auto" if isinstance(view, Page) else "light"
        theme = options.pop("theme", default)
        if options:
            raise InvalidInput(f"unknown option {min(options)!r} for HTML", hint="use theme")
        if theme not in ("light", "dark", "auto"):
            raise InvalidInput(f"{theme!r} is not a theme", hint="use light, dark or auto")
        if isinstance(view, Page):
            return document(view, theme=theme)
        return figure(drawing, theme=theme)


def document(page: Page, *, theme: Colours = "auto") -> str:
    """Return *page* as one file that needs nothing else: no script, no font, no network.

    Its content security policy allows its own style sheet, by hash, and nothing more.
    """
    style = document_css(theme) + _style(page, theme)
    # https://www.w3.org/TR/CSP3/#external-hash: base64 of the digest of the element's text.
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", sentences.name(page)),
        tag("meta", name="description", content=sentences.sentence(page)),
        tag("style", Markup(style)),
    )
    body = tag("body", _by_class(page_body(page, root="main", prefix="burn", level=1, theme=theme)))
    return f"<!doctype html>\n{tag('html', head, body, lang=spoken())}\n"


_MARK = re.compile(r"<(?:circle|line|path|polyline|rect|text) [^>]*>")
_ATTRIBUTE = re.compile(r' (?:fill|stroke)="#[0-9a-f]{6}"| fill-rule="evenodd"')


def _by_class(body: Markup) -> Markup:
    """Return *body* without what its style sheet says as well: a tenth of the page.

    Every coloured mark has a class, too. Only tags of marks are looked at: text cannot hold a "<".
    """
    return Markup(_MARK.sub(lambda mark: _ATTRIBUTE.sub("", mark[0]), body))


def fragment(page: Page, *, prefix: str = "burn", level: int = 2, theme: Colours = "auto") -> str:
    """Return *page* for the body of another document, with its style sheet inside.

    Nothing in it reaches the host: every rule is below ``.burn-page``. A host that removes or
    forbids the style sheet shows the opening range in plain HTML.

    Args:
        page: What to show.
        prefix: Of the radio buttons' name; two pages in one document need two. Letters, digits,
            "-" and "_" only (InvalidInput).
        level: Of its heading, 1 to 5.
        theme: Fixed colours, or those that the reader prefers.

    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", str(prefix)):
        raise InvalidInput(f"{prefix!r} is not a prefix", hint="use letters, digits, - and _")
    if level not in range(1, 6):
        raise InvalidInput(f"heading level {level!r}", hint="use 1 to 5")
    style = tag("style", Markup(_style(page, theme)))
    # Sanitizers drop a style element that comes first, so it comes last.
    body = page_body(page, root="div", prefix=prefix, level=level, theme=theme)
    return tag("div", body, style)


def figure(drawing: Drawing, *, theme: Colours = "light") -> str:
    """Return a single view as ``<figure class="burn">`` for the body of another document.

    A sparkline is the picture alone, which fits into a sentence.
    Pictures are inline SVG with their colours in them; equivalents and table are HTML that takes
    on the host's look. Needs no style sheet.
    """
    view = drawing.view
    if isinstance(view, Page):
        raise InvalidInput("a page is not one figure", hint="use fragment(page)")
    if isinstance(view, Sparkline):
        from burnlib.render.svg import draw

        return draw(drawing.scene, theme=theme)  # part of a sentence, which a figure would break
    banner = [made_up()] if view.made_up else []
    caption = tag("figcaption", sentences.name(view))
    if isinstance(view, Table):
        content = [receipts_table(view, narrow=False), table_notes(view)]
        return tag("figure", *banner, *content, class_="burn", lang=spoken())
    if isinstance(view, Equivalents):
        content = [caption, comparisons(view)]
        return tag("figure", *banner, *content, class_="burn", lang=spoken())
    from burnlib.render.svg import draw

    picture = Markup(draw(drawing.scene, theme=theme, titles=True))
    return tag("figure", *banner, picture, class_="burn", lang=spoken())


def _style(page: Page, theme: Colours) -> str:
    classes = {section.heatmap.scale.steps for section in page.sections}
    return page_css(len(page.sections), classes=classes, theme=theme)
