"""Which font has which characters: DejaVu Sans comes with matplotlib; then what is installed.

matplotlib draws an empty box for a character that its fonts lack. Names and evidence are the
user's own words, in any script, so another font is looked for where DejaVu Sans does not do.
"""

from __future__ import annotations

from functools import lru_cache

from attrs import frozen
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

__all__ = ["Letters", "lettering"]

_FAMILY = "DejaVu Sans"
# Boxes for everything, other signs under private codes, and coloured bitmaps that Agg cannot draw.
_UNFIT = ("Last Resort", "STIXNonUnicode", "Color Emoji")


@frozen
class Letters:
    """A line of text that can be drawn.

    Attributes:
        text: What to draw, with U+FFFD for each character in *lost*.
        font: Families, weight and slant.
        lost: Characters that no installed font has.

    """

    text: str
    font: FontProperties
    lost: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def lettering(text: str, *, bold: bool = False, italic: bool = False) -> Letters:
    """Return *text* with fonts that have its characters.

    Bold and slanted faces have fewer characters than the upright one, which is used for a text
    that they do not suffice for.
    """
    font = FontProperties(
        family=[_FAMILY],
        weight="bold" if bold else "normal",
        style="italic" if italic else "normal",
    )
    if not _lacking(font, frozenset(text)):
        return Letters(text, font)
    more, lost = _families(_lacking(FontProperties(family=[_FAMILY]), frozenset(text)))
    drawn = "".join("\ufffd" if char in lost else char for char in text)
    return Letters(drawn, FontProperties(family=[_FAMILY, *more]), lost)


def _lacking(font: FontProperties, chars: frozenset[str]) -> frozenset[str]:
    face = get_font(findfont(font))
    return frozenset(char for char in chars if not face.get_char_index(ord(char)))


@lru_cache(maxsize=256)
def _families(chars: frozenset[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return installed families that together have *chars*, and those that none of them has."""
    found: list[str] = []
    # By file, since asking for a family that has no regular weight prints a complaint.
    regular = {
        entry.name: entry.fname
        for entry in fontManager.ttflist
        if entry.style == "normal" and entry.weight == 400
    }
    for name in sorted(regular, key=lambda name: ("Sans" not in name, name)):
        if not chars:
            break
        if any(word in name for word in _UNFIT):
            continue
        try:
            face = get_font(regular[name])
        except (OSError, RuntimeError):
            continue  # removed or damaged since matplotlib listed it
        rest = frozenset(char for char in chars if not face.get_char_index(ord(char)))
        if rest != chars:
            found.append(name)
            chars = rest
    return tuple(found), chars
