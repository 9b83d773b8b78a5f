"""Strings into terminal cells: cleaned, measured, clipped, padded, painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from burnlib import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from burnlib.render.text.look import Look

__all__ = ["accent", "bold", "left", "paint", "paragraph", "right", "say", "width_of"]

# Two letters where one would mislead: ">" alone would say "more than".
_ASCII = str.maketrans(
    {
        "·": ".",
        "–": "-",
        "—": "-",
        "≥": ">=",
        "≈": "~",
        "×": "x",
        "÷": "/",
        "…": "...",
        "▲": "!",
        "¹": "^1",  # of 10¹²
        "²": "2",
        "³": "^3",
        "⁶": "^6",
        "⁹": "^9",
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ß": "ss",
        "█": "#",
        "▒": "~",
        "░": ".",
        "\ufffd": "?",
    }
)

# The signs that are one cell wide for a terminal and not in the alphabets of Europe.
_OWN_SIGNS = str.maketrans("", "", "".join(map(chr, _ASCII)) + "▁▂▃▄▅▆▇")

# Longer than any sentence of ours; a hostile label is clipped to its column long before.
_LONGEST = 2000


def say(text: str, look: Look) -> str:
    """Return *text* fit for a terminal: no control characters, no invisible ones, in its letters.

    Every string that is printed goes through here, whoever wrote it.
    """
    text = words.clean(text, limit=_LONGEST)
    if not look.ascii:
        return text
    return text.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")


def width_of(text: str) -> int:
    """Return how many columns of a terminal *text*, as :func:`say` gives it, takes.

    Cells, not characters: one CJK letter or emoji takes two, an accent of its own none (Unicode
    Standard Annex 11).
    """
    if _is_narrow(text):
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _is_narrow(text: str) -> bool:
    """Whether ASCII, Latin letters and our own signs, a cell each, are all there is in *text*.

    For all others rich has the tables; its import takes 10 ms.
    """
    return text.isascii() or max(text.translate(_OWN_SIGNS), default="") < "\u0300"


def left(text: str, width: int, look: Look) -> str:
    """Return *text* clipped or padded to *width* cells, flush left."""
    text = _clip(say(text, look), width, look)
    return text + " " * (width - width_of(text))


def right(text: str, width: int, look: Look) -> str:
    """Return *text* clipped or padded to *width* cells, flush right."""
    text = _clip(say(text, look), width, look)
    return " " * (width - width_of(text)) + text


def _clip(text: str, width: int, look: Look) -> str:
    if width_of(text) <= width:
        return text
    end = "..." if look.ascii else "…"
    room = max(0, width - len(end))
    if _is_narrow(text):
        cut = text[:room]
    else:
        from rich.cells import set_cell_size

        cut = set_cell_size(text, room)
    return cut.rstrip() + end[: max(0, width)]


def paragraph(
    pieces: Iterable[str], look: Look, *, between: str = " ", indent: str = ""
) -> list[str]:
    """Return *pieces* set in lines of the look's width, each piece whole unless it is longer."""
    room = look.width - len(indent)
    lines: list[str] = []
    for piece in pieces:
        said = _clip(say(piece, look), room, look)
        longer = f"{lines[-1]}{between}{said}" if lines else said
        if lines and width_of(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(said)
    return [f"{indent}{line}".rstrip() for line in lines]


def bold(text: str, look: Look) -> str:
    """Return *text*, cleaned, in bold where there is colour."""
    said = say(text, look)
    return f"\x1b[1m{said}\x1b[22m" if look.color else said


def accent(text: str, look: Look) -> str:
    """Return *text* in the accent colour, if there is colour."""
    if not look.color:
        return text
    from burnlib.render.theme import THEMES

    return paint(text, THEMES[look.theme].accent, look)


def paint(text: str, colour: str, look: Look) -> str:
    """Return *text* in *colour*, "#rrggbb", as near as the look's depth comes."""
    if not look.color or not text:
        return text
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    if look.color == "24bit":
        return f"\x1b[38;2;{red};{green};{blue}m{text}\x1b[39m"
    return f"\x1b[38;5;{_nearest(red, green, blue)}m{text}\x1b[39m"


_STEPS = (0, 95, 135, 175, 215, 255)  # of xterm's 6 x 6 x 6 colour cube, which starts at 16


def _nearest(red: int, green: int, blue: int) -> int:
    return 16 + 36 * _step(red) + 6 * _step(green) + _step(blue)


def _step(part: int) -> int:
    return min(range(6), key=lambda step: abs(_STEPS[step] - part))
