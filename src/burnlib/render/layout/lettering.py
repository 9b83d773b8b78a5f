"""How wide text is, without asking a font: an upper bound for the usual screen fonts.

A drawing names a list of system fonts and cannot know which one a reader has. Widths are those of
DejaVu Sans, the widest that is common (Arial and Helvetica are about a tenth narrower), so what
fits here fits there. Lengths are in CSS px.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

__all__ = ["clip", "text_width", "wrap"]

# Advance widths in hundredths of the font size, rounded up to the group's widest.
_GROUPS = {
    28: "'ijl",
    34: "I|J",
    35: " ,.:;/\\f·",
    41: "()[]-rt",
    53: '!"*?sz_`–',
    60: "vxykLc",
    64: "0123456789{}$abdeghnopquFTPES",
    71: "ACKRVXYZB",
    79: "HNUDOQG▲&",
    86: "wM#<>=+^~≥≤≈×÷",
    100: "%@Wm—…",
}
_WIDTHS = {char: hundredths / 100 for hundredths, chars in _GROUPS.items() for char in chars}
_WIDE = 1.0  # East Asian wide and emoji fill their square (Unicode Standard Annex 11)
_OTHER = 0.85
_BOLD = 1.14  # DejaVu Sans Bold beside DejaVu Sans, over the labels that are set in bold


@lru_cache(maxsize=4096)
def text_width(text: str, *, size: float, bold: bool = False) -> float:
    """Return the width of one line of *text*, CSS px, rather too large than too small."""
    width = sum(_WIDTHS[c] if c in _WIDTHS else _other(c) for c in text) * size
    return width * _BOLD if bold else width


def _other(char: str) -> float:
    if unicodedata.combining(char):
        return 0.0
    return _WIDE * 1.3 if unicodedata.east_asian_width(char) in "WF" else _OTHER


def clip(text: str, room: float, *, size: float, bold: bool = False) -> str:
    """Return *text*, or as much of it as fits into *room* with "…" at its end; "" if none does."""
    if text_width(text, size=size, bold=bold) <= room:
        return text
    room -= text_width("…", size=size, bold=bold)
    used, kept = 0.0, 0
    for char in text:
        used += text_width(char, size=size, bold=bold)
        if used > room:
            break
        kept += 1
    head = text[:kept].rstrip()
    return f"{head}…" if head else ""


def wrap(text: str, room: float, *, size: float, bold: bool = False) -> list[str]:
    """Return *text* broken at spaces into lines that fit into *room*; a longer word is clipped."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size=size, bold=bold) <= room:
            lines[-1] = longer
        else:
            lines.append(clip(word, room, size=size, bold=bold))
    return lines
