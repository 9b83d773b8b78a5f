"""What the layouts share: the sheet that shapes lie on, running notes, and the empty picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from burnlib import sentences, words
from burnlib.days import Range
from burnlib.languages import spoken, word
from burnlib.render.layout.lettering import text_width, wrap
from burnlib.render.scene import Scene, Shape, Text
from burnlib.views.base import View

__all__ = [
    "NARROW",
    "SMALLEST",
    "WIDE",
    "below",
    "blank",
    "label_size",
    "note",
    "period",
    "sheet",
    "sheet_width",
]

WIDE = 720
"""Width of the wide layout, CSS px."""

NARROW = 360
"""Width of the narrow layout, CSS px: a phone held upright."""

SMALLEST = 320
"""No picture is narrower than its own legend."""

_DOT = " · "


def label_size(*, narrow: bool) -> float:
    """Return the size of labels; larger where a phone of 320 px shrinks the picture."""
    return 11.0 if narrow else 10.0


def sheet_width(content: float, *, narrow: bool) -> float:
    """Return the picture's width: as wide as its content, between SMALLEST and WIDE, or NARROW."""
    return NARROW if narrow else min(WIDE, max(SMALLEST, content))


def sheet(
    view: View, shapes: Iterable[Shape], *, width: float, height: float, classes: int = 6
) -> Scene:
    """Return the scene of *shapes* with the view's name and sentence."""
    return Scene(
        width=width,
        height=height,
        shapes=tuple(shapes),
        name=sentences.name(view),
        sentence=sentences.sentence(view),
        language=spoken(),
        classes=classes,
    )


def blank(view: View, *, narrow: bool) -> Scene:
    """Return a picture that says in words that there is nothing to draw."""
    width = NARROW if narrow else WIDE
    size = label_size(narrow=narrow) + 2
    lines = wrap(sentences.sentence(view), width, size=size)
    shapes = [
        Text(x=0, y=size + i * size * 1.4, text=line, size=size) for i, line in enumerate(lines)
    ]
    return sheet(view, shapes, width=width, height=round(len(lines) * size * 1.4 + 4))


def period(days: Range) -> str:
    """Return "365 days to Wed 11 Feb 2026"."""
    number, last = words.things("days", days.days), words.day_long(days.last)
    return word("period_days", days=number, last=last)


def note(
    said: Sequence[str], *, x: float, y: float, room: float, size: float, made_up: bool = False
) -> list[Text]:
    """Return the statements *said*, joined by dots and broken into lines between them.

    *y* is the first baseline. That data is made up is told first, and in ink.
    """
    lines: list[str] = []
    for statement in filter(None, said):
        longer = f"{lines[-1]}{_DOT}{statement}" if lines else statement
        if lines and text_width(longer, size=size) <= room:
            lines[-1] = longer
        else:
            lines += wrap(statement, room, size=size)
    warning = [word("made_up")] if made_up else []
    return [
        Text(
            x=x,
            y=y + i * below(size),
            text=line,
            size=size,
            fill="ink" if i < len(warning) else "muted",
        )
        for i, line in enumerate(warning + lines)
    ]


def below(size: float) -> float:
    """Return the distance from one baseline to the next."""
    return round(size * 1.5)
