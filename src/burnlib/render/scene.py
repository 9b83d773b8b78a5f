"""Shapes with coordinates in CSS px and colour roles: what SVG and PNG draw."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import frozen

__all__ = ["Anchor", "Circle", "Line", "Path", "Polyline", "Rect", "Role", "Scene", "Shape", "Text"]

Role: TypeAlias = str
"""A colour role of burnlib.render.theme: ink, muted, faint, rule, zero, accent, none, c1 … c7."""

Anchor: TypeAlias = Literal["start", "middle", "end"]


@frozen(kw_only=True)
class Rect:
    """An axis-parallel rectangle, filled."""

    x: float
    y: float
    width: float
    height: float
    fill: Role = "none"
    stroke: Role = "none"
    stroke_width: float = 1.0
    dash: tuple[float, ...] = ()
    title: str = ""


@frozen(kw_only=True)
class Path:
    """Closed polygons, filled even-odd, so that an inner one is a hole that shows the page.

    Attributes:
        rings: One tuple of (x, y) corners for each polygon.

    """

    rings: tuple[tuple[tuple[float, float], ...], ...]
    fill: Role
    title: str = ""


@frozen(kw_only=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    stroke: Role
    stroke_width: float = 1.0
    dash: tuple[float, ...] = ()
    title: str = ""


@frozen(kw_only=True)
class Polyline:
    """Joined points, not filled."""

    points: tuple[tuple[float, float], ...]
    stroke: Role
    stroke_width: float = 1.5
    dash: tuple[float, ...] = ()


@frozen(kw_only=True)
class Circle:
    """A dot; hollow with fill "none" and a stroke."""

    x: float
    y: float
    r: float
    fill: Role = "none"
    stroke: Role = "none"
    stroke_width: float = 1.5
    title: str = ""


@frozen(kw_only=True)
class Text:
    """One line of text; *y* is its baseline."""

    x: float
    y: float
    text: str
    size: float = 10.0
    fill: Role = "muted"
    anchor: Anchor = "start"
    bold: bool = False
    italic: bool = False
    title: str = ""


Shape: TypeAlias = Rect | Path | Line | Polyline | Circle | Text


@frozen(kw_only=True)
class Scene:
    """A picture: its size, its shapes in drawing order, and what it says in words.

    Attributes:
        width: CSS px.
        height: CSS px.
        shapes: Later ones lie on top.
        name: Accessible name: "Daily token burn".
        sentence: What the picture shows, in one sentence.
        language: Of all these words, as documents name it: "en".
        classes: Number of colours of the scale, which picks the ramp.

    """

    width: float
    height: float
    shapes: tuple[Shape, ...]
    name: str
    sentence: str
    language: str = "en"
    classes: int = 6
