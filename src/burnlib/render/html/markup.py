"""Building HTML: text is escaped unless it says that it is markup already."""

from __future__ import annotations

from burnlib import words

__all__ = ["Markup", "escape", "tag"]

# Longer than any sentence of ours; labels are clipped to their place before they get here.
_LONGEST = 4000

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})

_VOID = frozenset({"br", "hr", "input", "meta"})


class Markup(str):
    """Text that is HTML already; only :func:`escape`, :func:`tag` and the SVG renderer make it."""

    __slots__ = ()


def escape(text: str) -> Markup:
    """Return *text* so that HTML shows it and does not read it, in elements and in attributes.

    Control and invisible characters become U+FFFD: escaping alone would leave a page that XML
    parsers refuse, and text that reads otherwise than it is written.
    """
    if isinstance(text, Markup):
        return text
    return Markup(words.clean(text, limit=_LONGEST).translate(_ENTITIES))


def tag(name: str, /, *children: str, **attributes: str | bool) -> Markup:
    """Return the element *name* with *children*, of which plain strings are escaped.

    Attribute names lose a trailing underscore ("class_") and turn the others into hyphens; an
    attribute that is False is left out, one that is True has its own name as value.
    """
    open_ = name
    for key, value in attributes.items():
        key = key.rstrip("_").replace("_", "-")
        if value is not False:
            open_ += f' {key}="{key if value is True else escape(value)}"'
    if name in _VOID:
        return Markup(f"<{open_}/>")
    return Markup(f"<{open_}>{''.join(map(escape, children))}</{name}>")
