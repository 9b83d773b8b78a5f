"""The equivalents as text: a figure, and its arithmetic below it."""

from __future__ import annotations

from burnlib import words
from burnlib.languages import word
from burnlib.render import labels
from burnlib.render.text.look import Look
from burnlib.render.text.pen import paragraph, right, say
from burnlib.views.base import Equivalents

__all__ = ["equivalent_lines"]

_FIGURE = 9


def equivalent_lines(view: Equivalents, look: Look) -> list[str]:
    """Return the comparisons with their arithmetic, and where the constants come from."""
    if not view.lines:
        return [say(word("no_equivalent"), look)]
    lines: list[str] = []
    indent = " " * (_FIGURE + 1)
    for line in view.lines:
        figure = right(f"≈ {words.rough(line.result)}", _FIGURE, look)
        low, high = words.rough(line.low), words.rough(line.high)
        between = word("between", low=low, high=high)
        lines.append(f"{figure} {say(f'{word(line.unit)} ({between})', look)}")
        lines += paragraph(labels.arithmetic(line).split(), look, indent=indent)
    closing = " ".join(labels.below_equivalents(view))
    return [*lines, "", *paragraph(closing.split(), look)]
