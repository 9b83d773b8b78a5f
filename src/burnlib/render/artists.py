"""Scenes as matplotlib artists, on axes whose unit is one px of the scene.

It is imported when something is drawn with matplotlib, and imports it at once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any, Literal, TypeAlias

from attrs import frozen
from matplotlib import rc_context, rcParamsDefault
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import PathCollection
from matplotlib.patches import Rectangle
from matplotlib.path import Path as Outline
from matplotlib.text import Text as Label

from burnlib import words
from burnlib.render.glyphs import lettering
from burnlib.render.scene import Circle, Line, Path, Polyline, Rect, Scene, Shape, Text
from burnlib.render.theme import Theme

__all__ = ["Window", "own_settings", "put"]

_Mark: TypeAlias = Rect | Path | Line | Polyline | Circle
_Points: TypeAlias = Sequence[tuple[float, float]]

_LAYER = 2.0  # one for all, so that artists lie in the order in which they were added

_OURS = {"agg", "axes", "figure", "font", "lines", "patch", "path", "savefig", "text"}
_SETTINGS: dict[Any, Any] = {
    key: rcParamsDefault[key] for key in rcParamsDefault if key.split(".")[0] in _OURS
}

# Settings are global: two threads that change and restore them would leave each other's behind.
_alone = threading.RLock()


@contextmanager
def own_settings() -> Iterator[None]:
    """Draw with matplotlib's defaults, whatever a style sheet or the program has set."""
    with _alone, rc_context(_SETTINGS):
        yield


@frozen(kw_only=True)
class Window:
    """The part of a scene's plane that axes show, px of the scene."""

    left: float = 0.0
    top: float = 0.0
    width: float
    height: float


@frozen
class _Ink:
    """How one mark is painted; lengths in px of the scene."""

    fill: str
    stroke: str
    width: float
    dash: tuple[float, ...]


class _Sheet(Rectangle):
    """The scene's area, unpainted and drawn first: it fits letters and strokes to the axes.

    matplotlib measures those two in points, however large the axes are; and how large that is, is
    known only when they are drawn, after layout engines have moved them.
    """

    def __init__(self, width: float, height: float) -> None:
        super().__init__((0, 0), width, height, fill=False, linewidth=0, zorder=_LAYER)
        self.labels: list[tuple[Label, float]] = []
        self.strokes: list[tuple[PathCollection, list[float]]] = []
        self._points = 1.0

    def draw(self, renderer: RendererBase) -> None:  # noqa: ARG002 - paints nothing
        """Fit the others."""
        if self.axes is None or self.axes.figure is None:
            return
        (_, top), (_, bottom) = self.axes.transData.transform([(0, 0), (0, 1)])
        points = round(float(abs(top - bottom)) * 72 / self.axes.figure.dpi, 4)
        # A change asks windows to draw again, so nothing is touched without need.
        if points == self._points:
            return
        self._points = points
        for label, size in self.labels:
            label.set_fontsize(size * points)
        with rc_context({"lines.scale_dashes": True}):
            for marks, widths in self.strokes:
                marks.set_linewidth([width * points for width in widths])


def put(scene: Scene, axes: Axes, theme: Theme, window: Window) -> frozenset[str]:
    """Add the shapes of *scene* to *axes*, which then show *window*, y down.

    Returns the characters that no installed font has; U+FFFD stands in their place.
    """
    axes.set_axis_off()
    axes.set_xlim(window.left, window.left + window.width)
    axes.set_ylim(window.top + window.height, window.top)
    axes.set_aspect("equal", adjustable="box")
    sheet = _Sheet(scene.width, scene.height)
    axes.add_patch(sheet)
    lost: set[str] = set()
    for join, run in groupby(filter(_painted, scene.shapes), key=_join):
        if join is None:
            for text in run:
                if isinstance(text, Text):
                    label, unknown = _label(text, axes, theme, scene.classes)
                    sheet.labels.append((label, text.size))
                    lost |= unknown
        else:
            marks = [mark for mark in run if not isinstance(mark, Text)]
            inks = [_ink(mark, theme, scene.classes) for mark in marks]
            collection = _collection(map(_outline, marks), inks, join)
            sheet.strokes.append((collection, [ink.width for ink in inks]))
            axes.add_collection(collection, autolim=False)
    return frozenset(lost)


def _painted(shape: Shape) -> bool:
    return not isinstance(shape, Rect) or shape.fill != "none" or shape.stroke != "none"


def _join(shape: Shape) -> Literal["miter", "round"] | None:
    """Return how corners are joined, None for text; neighbours of one kind share an artist."""
    if isinstance(shape, Text):
        return None
    return "round" if isinstance(shape, Polyline) else "miter"


def _ink(mark: _Mark, theme: Theme, classes: int) -> _Ink:
    fill = "none" if isinstance(mark, Line | Polyline) else mark.fill
    stroke = "none" if isinstance(mark, Path) else mark.stroke
    width = 0.0 if isinstance(mark, Path) or stroke == "none" else mark.stroke_width
    dash = () if isinstance(mark, Path | Circle) else mark.dash
    return _Ink(
        theme.colour(fill, classes=classes), theme.colour(stroke, classes=classes), width, dash
    )


def _collection(
    outlines: Iterable[Outline], inks: Sequence[_Ink], join: Literal["miter", "round"]
) -> PathCollection:
    """Return marks as one artist that keeps their order; a year of days as 365 takes far longer."""
    return PathCollection(
        list(outlines),
        facecolors=[ink.fill for ink in inks],
        edgecolors=[ink.stroke for ink in inks],
        linewidths=[ink.width for ink in inks],
        # matplotlib measures dashes in widths of their stroke.
        linestyles=[
            (0, tuple(part / ink.width for part in ink.dash) if ink.width and ink.dash else None)
            for ink in inks
        ],
        capstyle="butt",
        joinstyle=join,
        # Two values, for one mark alone would be stamped on whole pixels like a marker.
        antialiaseds=[True, True],
        # Rounding to pixels would move outlines away from the fills beside them.
        snap=False,
        zorder=_LAYER,
    )


def _outline(mark: _Mark) -> Outline:
    if isinstance(mark, Rect):
        right, bottom = mark.x + mark.width, mark.y + mark.height
        return _closed([(mark.x, mark.y), (right, mark.y), (right, bottom), (mark.x, bottom)])
    if isinstance(mark, Circle):
        return Outline.circle((mark.x, mark.y), mark.r)
    if isinstance(mark, Line):
        return Outline([(mark.x1, mark.y1), (mark.x2, mark.y2)])
    if isinstance(mark, Polyline):
        return Outline(mark.points)
    # Agg fills by winding number. A ring that runs against the one around it takes its turn back
    # to 0, which makes the hole that even-odd filling would; exact for an outer ring with holes.
    first, *others = mark.rings
    return Outline.make_compound_path(
        _closed(_turned(first)), *(_closed(_turned(ring)[::-1]) for ring in others)
    )


def _closed(points: _Points) -> Outline:
    return Outline([*points, points[0]], closed=True)


def _turned(ring: _Points) -> _Points:
    """Return *ring* with a positive area: all rings turn the same way."""
    area = sum(
        x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True)
    )
    return ring if area >= 0 else ring[::-1]


def _label(text: Text, axes: Axes, theme: Theme, classes: int) -> tuple[Label, frozenset[str]]:
    """Add one line of text; return it and its characters that cannot be drawn."""
    ha: Literal["left", "center", "right"] = (
        "left" if text.anchor == "start" else "center" if text.anchor == "middle" else "right"
    )
    letters = lettering(words.clean(text.text, 240), bold=text.bold, italic=text.italic)
    label = axes.text(
        text.x,
        text.y,
        letters.text,
        fontproperties=letters.font,
        fontsize=text.size,
        color=theme.colour(text.fill, classes=classes),
        ha=ha,
        va="baseline",
        # What users wrote is no formula: "$x^2$" stays as it is.
        parse_math=False,
        clip_on=True,
        zorder=_LAYER,
    )
    return label, letters.lost
