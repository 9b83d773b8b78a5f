"""Pieces of HTML that pages and single views are made of."""

from __future__ import annotations

from collections.abc import Sequence

from burnlib import words
from burnlib.languages import word
from burnlib.render import labels
from burnlib.render.html.markup import Markup, tag
from burnlib.views.base import Drivers, Equivalents, Heatmap, Trend
from burnlib.views.parts import Window

__all__ = ["comparisons", "drawn", "made_up", "quick_figures"]


def made_up() -> Markup:
    """Return the banner that says that nobody used these tokens."""
    said = word("made_up")
    text = said[:1].upper() + said[1:]
    return tag("p", tag("strong", text), class_="burn-made-up")


def drawn(view: Heatmap | Trend | Drivers, *, narrow: bool = False, titles: bool = False) -> Markup:
    """Return *view* as inline SVG whose colours are the page's."""
    from burnlib.render.layout import lay_out
    from burnlib.render.svg import draw

    scene = lay_out(view, narrow=narrow)
    return Markup(draw(scene, theme="css", compact=not titles))


def quick_figures(windows: Sequence[Window]) -> Markup:
    """Return today, the last days, the peak and the active days, each with what it spans."""
    return tag("dl", *map(_figure, windows), class_="burn-windows")


def _figure(window: Window) -> Markup:
    figure, note = labels.window(window)
    said = [tag("small", note)] if note else []
    name = words.window_name(window.key)
    return tag("div", tag("dt", name[:1].upper() + name[1:]), tag("dd", figure, *said))


def comparisons(view: Equivalents) -> Markup:
    """Return the comparisons as a list: figure, unit and range, then the arithmetic."""
    if not view.lines:
        return tag("p", word("no_equivalent"), class_="burn-note")
    lines = []
    for line in view.lines:
        low, high = words.rough(line.low), words.rough(line.high)
        between = word("between", low=low, high=high)
        lines.append(
            tag(
                "li",
                tag("b", f"≈ {words.rough(line.result)}"),
                tag("span", word(line.unit)),
                tag("small", f"{between} · {labels.arithmetic(line)}"),
            )
        )
    closing = tag("p", " ".join(labels.below_equivalents(view)), class_="burn-note")
    return Markup(tag("ul", *lines, class_="burn-scale") + closing)
