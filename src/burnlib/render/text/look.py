"""How text is to look: marks, colour, width, letters; and what a given terminal can show."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Literal, TextIO, TypeAlias

from attrs import asdict, fields_dict, frozen

from burnlib.errors import InvalidInput
from burnlib.render.terminal import columns
from burnlib.value import Value

__all__ = ["Look", "terminal_style"]

Depth: TypeAlias = Literal["", "256", "24bit"]

# Everything that the text views print besides ASCII; an encoding that cannot do one of them
# gets plain letters.
_SIGNS = "█▓▒░▁▂▃▄▅▆▇·–≥≈×÷…▲"

NARROWEST = 60
"""Columns that the calendar needs: 27 weeks of two, and the weekdays."""

WIDEST = 160
"""Columns beyond which a line is no longer read as one."""


@frozen(kw_only=True, eq=False, repr=False)
class Look(Value):
    """How text is to look.

    Attributes:
        style: "digits" prints the power of ten of a day, readable without colour, by ear and by
            grep; "blocks" prints a bar of its colour class; "auto" is blocks where there is colour.
        color: Escape codes: "" none, "256" the xterm palette, "24bit" full colour.
        width: Columns of the terminal, at least 60.
        ascii: Whether to use ASCII letters only.
        theme: The background that colours have to stand out from.
        range: For a page: key of the range to show; "" is the one that it opens with.

    """

    style: Literal["auto", "digits", "blocks"] = "auto"
    color: Depth = ""
    width: int = 80
    ascii: bool = False
    theme: Literal["dark", "light"] = "dark"
    range: str = ""

    @property
    def blocks(self) -> bool:
        """Whether the calendar is drawn with blocks; never in ASCII."""
        return not self.ascii and (
            self.style == "blocks" or (self.style == "auto" and bool(self.color))
        )

    @classmethod
    def of(cls, options: Mapping[str, object]) -> Look:
        """Return the look that the options of a render call name.

        ``color`` may also be True or False. InvalidInput for an unknown option or a value that an
        option does not know.
        """
        known = fields_dict(cls)
        if unknown := sorted(set(options) - set(known)):
            raise InvalidInput(
                f"unknown option {unknown[0]!r} for text", hint=f"use {', '.join(known)}"
            )
        look: dict[str, Any] = asdict(cls()) | dict(options)
        if isinstance(look["color"], bool):
            look["color"] = "256" if look["color"] else ""
        for name, choices in _CHOICES.items():
            if look[name] not in choices:
                raise InvalidInput(
                    f"{look[name]!r} is not a {name}",
                    hint=f"use {', '.join(map(repr, choices))}",
                )
        if type(look["width"]) is not int or look["width"] < NARROWEST:
            raise InvalidInput(
                f"a width of {look['width']!r} columns", hint=f"use {NARROWEST} or more"
            )
        return cls(**look)


_CHOICES: Mapping[str, tuple[object, ...]] = {
    "style": ("auto", "digits", "blocks"),
    "color": ("", "256", "24bit"),
    "ascii": (True, False),
    "theme": ("dark", "light"),
}


def terminal_style(stream: TextIO, environ: Mapping[str, str] = os.environ) -> dict[str, object]:
    """Return the options of :class:`Look` that fit what *stream* is connected to.

    No colour where NO_COLOR is set to anything (no-color.org), where TERM is "dumb" or unset, or
    where the stream is not a terminal. COLORTERM=truecolor or 24bit gives full colour, else the
    256-colour palette. Plain letters where the stream's encoding cannot write the signs.
    COLORFGBG, which some terminals set to "foreground;background", tells a light background.
    """
    terminal = _is_terminal(stream)
    colour = terminal and not environ.get("NO_COLOR") and environ.get("TERM", "dumb") != "dumb"
    full = environ.get("COLORTERM", "") in {"truecolor", "24bit"}
    depth = ("24bit" if full else "256") if colour else ""
    width = columns() if terminal else 80
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    return {
        "style": "blocks" if depth else "digits",
        "color": depth,
        "width": min(max(NARROWEST, width), WIDEST),
        "ascii": not _can_write(stream, _SIGNS),
        "theme": "light" if background in {"7", "15"} else "dark",
    }


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:  # a closed stream
        return False


def _can_write(stream: TextIO, signs: str) -> bool:
    try:
        # A stream in memory has no encoding and takes every letter.
        signs.encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
