"""Colours: what each role of a scene looks like, in light and in dark.

The colours of amounts are :mod:`burnlib.ramps`; those of everything else are here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, TypeAlias

from attrs import frozen

from burnlib.errors import InvalidInput, NotFound
from burnlib.ramps import MOST_CLASSES, RAMPS, ZERO

__all__ = ["DARK", "LIGHT", "ROLES", "THEMES", "Theme", "ThemeName", "burn_css", "class_name"]

ThemeName: TypeAlias = Literal["light", "dark", "auto", "css"]
"""How a drawing is coloured; :func:`burnlib.render.svg.draw` says what each name does."""

ROLES = ("ink", "muted", "faint", "rule", "zero", "accent")
"""Roles that are not steps of a ramp; those are "c1" to "c7", and "c64" in one without classes."""


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
        ramps: Number of steps to that many colours, fewest tokens first; as burnlib.ramps.RAMPS.

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
                f"{classes} colour classes", hint=f"use 1 to {MOST_CLASSES}: fewer class edges"
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
    zero=ZERO["light"],
    accent="#9c4a00",
    ramps=RAMPS["light"],
)

DARK = Theme(
    page="#151515",
    ink="#e6e4dc",
    muted="#a8a59b",
    faint="#7d7a71",
    rule="#3a3935",
    zero=ZERO["dark"],
    accent="#f0a132",
    ramps=RAMPS["dark"],
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
    classes: Iterable[int] = tuple(RAMPS["light"]),
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
