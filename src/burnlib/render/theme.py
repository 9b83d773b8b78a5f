"""Colours: what each role of a scene looks like, in light and in dark.

One hue family, from sand to deep red-brown. Every ramp runs through the same recipe in OKLCH
(bottosson.github.io/posts/oklab), which makes steps of equal perceived lightness. For class i of n,
with t = i / (n - 1)::

    light:  L = 0.84 - 0.54·t    C = 0.125 + 0.055·sin(πt)    h = 82° - 58°·t
    dark:   L = 0.40 + 0.53·t    C = 0.10  + 0.07·sin(πt)     h = 40° + 48°·t

One class alone has t = 1/2. A colour outside sRGB keeps L and h and loses chroma. More tokens are
darker on a light page and brighter on a dark one, so a legend is never optional. The tables below
hold the results; the tests hold the recipe and check contrast and colour-blind viewing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, TypeAlias

from attrs import frozen

from burnlib.errors import InvalidInput, NotFound

__all__ = ["DARK", "LIGHT", "ROLES", "THEMES", "Theme", "ThemeName", "burn_css", "class_name"]

ThemeName: TypeAlias = Literal["light", "dark", "auto", "css"]
"""How a drawing is coloured; :func:`burnlib.render.svg.draw` says what each name does."""

ROLES = ("ink", "muted", "faint", "rule", "zero", "accent")
"""Roles that are not classes of the ramp; those are "c1" to "c7"."""

_MOST_CLASSES = 7  # with eight, neighbours come too close for colour-blind readers


@frozen(kw_only=True)
class Theme:
    """One set of colours; each is "#rrggbb".

    Attributes:
        page: The background that contrast was measured on; drawings never paint it.
        ink: Titles, values, the peak.
        muted: Axis labels and notes.
        faint: Axis lines, the stroke of a missing day, tokens without a label.
        rule: Grid lines; decoration only.
        zero: A day on which nothing was used.
        accent: Lines and bars.
        ramps: Number of classes (1 to 7) to that many colours, fewest tokens first.

    """

    page: str
    ink: str
    muted: str
    faint: str
    rule: str
    zero: str
    accent: str
    ramps: Mapping[int, tuple[str, ...]]

    def colour(self, role: str, *, classes: int = 6) -> str:
        """Return the colour of *role* in a picture with *classes* classes; "none" is itself."""
        if role == "none":
            return role
        if role in ROLES or role == "page":
            return str(getattr(self, role))
        ramp = self.ramps.get(classes)
        if ramp is None:
            raise InvalidInput(
                f"{classes} colour classes", hint=f"use 1 to {_MOST_CLASSES}: fewer class edges"
            )
        if role[:1] == "c" and role[1:].isdecimal() and 1 <= int(role[1:]) <= classes:
            return ramp[int(role[1:]) - 1]
        raise NotFound(
            f"no colour role {role!r}", hint=f"use none, {', '.join(ROLES)}, c1 to c{classes}"
        )


LIGHT = Theme(
    page="#fffff8",
    ink="#111111",
    muted="#5f5d57",
    faint="#8a877d",
    rule="#d9d6cb",
    zero="#eeede8",
    accent="#9c4a00",
    ramps={
        1: ("#b75a00",),
        2: ("#f3c264", "#5c000b"),
        3: ("#f3c264", "#b75a00", "#5c000b"),
        4: ("#f3c264", "#d17a00", "#9b3b00", "#5c000b"),
        5: ("#f3c264", "#de8a00", "#b75a00", "#8d2a00", "#5c000b"),
        6: ("#f3c264", "#e69405", "#c76d00", "#a64700", "#852000", "#5c000b"),
        7: ("#f3c264", "#e89c20", "#d17a00", "#b75a00", "#9b3b00", "#801800", "#5c000b"),
    },
)

DARK = Theme(
    page="#151515",
    ink="#e6e4dc",
    muted="#a8a59b",
    faint="#7d7a71",
    rule="#3a3935",
    zero="#242320",
    accent="#f0a132",
    ramps={
        1: ("#d27c00",),
        2: ("#733119", "#ffe5a8"),
        3: ("#733119", "#d27c00", "#ffe5a8"),
        4: ("#733119", "#b65f00", "#ec9b04", "#ffe5a8"),
        5: ("#733119", "#a85000", "#d27c00", "#f3ae38", "#ffe5a8"),
        6: ("#733119", "#9f4800", "#c16a00", "#e28f00", "#f7b94d", "#ffe5a8"),
        7: ("#733119", "#994200", "#b65f00", "#d27c00", "#ec9b04", "#f9c15a", "#ffe5a8"),
    },
)

THEMES: Mapping[str, Theme] = {"light": LIGHT, "dark": DARK}


def class_name(role: str, *, classes: int = 6, stroke: bool = False) -> str:
    """Return the CSS class that colours *role*: "burn-ink", "burn-6c3", as a stroke "burn-s-ink".

    A ramp's class names the number of classes, since the third of six is not the third of four.
    """
    kind = "burn-s-" if stroke else "burn-"
    return f"{kind}{role}" if role in ROLES else f"{kind}{classes}{role}"


def burn_css(
    light: Theme = LIGHT,
    dark: Theme = DARK,
    *,
    prefix: str = ".burn-css",
    classes: Iterable[int] = range(1, _MOST_CLASSES + 1),
) -> str:
    """Return CSS that colours inlined drawings: light, and dark where the reader prefers it.

    A class beats the colours that a drawing carries as attributes. On paper it is always light.
    Only drawings with the theme "css" are reached; the colours of others are fixed.

    Args:
        light: Colours of the light page.
        dark: Colours of the dark page.
        prefix: Selector of the drawings' root; every rule begins with it.
        classes: Numbers of colour classes to write rules for.

    """
    wanted = tuple(classes)
    return (
        f"{prefix}{{font-variant-numeric:tabular-nums lining-nums}}"
        + "".join(_rules(light, prefix, wanted))
        + "@media screen and (prefers-color-scheme:dark){"
        + "".join(_rules(dark, prefix, wanted))
        + "}"
    )


def _rules(theme: Theme, prefix: str, classes: Iterable[int]) -> Iterator[str]:
    for role in ROLES:
        colour = theme.colour(role)
        yield f"{prefix} .{class_name(role)}{{fill:{colour}}}"
        yield f"{prefix} .{class_name(role, stroke=True)}{{stroke:{colour}}}"
    for n in classes:
        for i in range(1, n + 1):
            name = class_name(f"c{i}", classes=n)
            yield f"{prefix} .{name}{{fill:{theme.colour(f'c{i}', classes=n)}}}"
