"""The weeks of a trend on their axes: grid lines, dates, whiskers, the line and its dots."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from burnlib import sentences, words
from burnlib.render.layout.axes import week_axis
from burnlib.render.layout.legend import KEY
from burnlib.render.layout.lettering import text_width
from burnlib.render.layout.plot import HOLLOW, INSET, LEFT, Plot, estimated
from burnlib.render.layout.whiskers import whiskers
from burnlib.render.scene import Circle, Line, Polyline, Rect, Shape, Text
from burnlib.scale import log_ticks

__all__ = ["plotted"]


def plotted(
    plot: Plot, *, size: float, width: float, dated: bool = True, lead: str = ""
) -> Iterator[Shape]:
    """Yield the weeks of *plot* with their axes.

    Args:
        plot: Where they lie.
        size: Of labels, CSS px.
        width: Of the picture, CSS px.
        dated: Whether weeks have their dates below them.
        lead: What the weeks' titles begin with.

    """
    yield from _scale_lines(plot, size)
    yield from _time_axis(plot, size, width, dated=dated)
    yield from whiskers(plot)
    yield from _joins(plot)
    yield from _dots(plot)
    yield from _titles(plot, width, lead)


def _scale_lines(plot: Plot, size: float) -> Iterator[Shape]:
    """Grid lines with their numbers, and an axis that reaches from the least to the most."""
    values = [week.amount.total for week in plot.weeks if week.amount and week.amount.total]
    levels = [(plot.y(t), words.tick(t)) for t in log_ticks(10**plot.low, 10**plot.high)]
    if plot.axis > plot.zero:
        levels.append((plot.zero, "0"))
    for y, label in levels if values else levels[-1:]:
        yield Line(x1=LEFT, y1=y, x2=plot.right, y2=y, stroke="rule")
        yield Text(x=LEFT - 6, y=y + size * 0.36, text=label, size=size, anchor="end")
    if values:
        y1, y2 = plot.y(max(values)), plot.y(min(values))
        yield Line(x1=LEFT, y1=y1, x2=LEFT, y2=y2, stroke="faint")


def _time_axis(plot: Plot, size: float, width: float, *, dated: bool) -> Iterator[Shape]:
    y = plot.axis
    yield Line(x1=plot.x(0), y1=y, x2=plot.right - INSET, y2=y, stroke="faint")
    for i, label in week_axis([week.first for week in plot.weeks], step=plot.step, size=size):
        yield Line(x1=plot.x(i), y1=y, x2=plot.x(i), y2=y + 4, stroke="faint")
        if not dated:
            continue
        half = text_width(label, size=size) / 2
        x = min(max(plot.x(i), half), width - half)
        yield Text(x=x, y=y + 6 + size, text=label, size=size, anchor="middle")


def _joins(plot: Plot) -> Iterator[Shape]:
    """Lines between neighbouring whole weeks; dashed where either is mostly an estimate."""
    run: list[tuple[float, float]] = []
    for (i, a, ax, ay), (j, b, bx, by) in pairwise(plot.points()):
        joined = j == i + 1 and plot.joins(i) and plot.joins(j)
        dashed = estimated(a) or estimated(b)
        if joined and not dashed:
            run = run or [(ax, ay)]
            run.append((bx, by))
            continue
        if run:
            yield Polyline(points=tuple(run), stroke="accent")
            run = []
        if joined:
            yield _dashed((ax, ay), (bx, by), start=plot.hollow(i), end=plot.hollow(j))
    if run:
        yield Polyline(points=tuple(run), stroke="accent")


def _dashed(a: tuple[float, float], b: tuple[float, float], *, start: bool, end: bool) -> Line:
    """Return a dashed line that stops short of hollow dots, which would not hide it."""
    length = math.dist(a, b)
    trim = min(HOLLOW + 0.8, length / 3)
    dx, dy = (b[0] - a[0]) / length * trim, (b[1] - a[1]) / length * trim
    return Line(
        x1=a[0] + dx * start,
        y1=a[1] + dy * start,
        x2=b[0] - dx * end,
        y2=b[1] - dy * end,
        stroke="accent",
        stroke_width=1.5,
        dash=(3, 3),
    )


def _dots(plot: Plot) -> Iterator[Circle]:
    for i, week, x, y in plot.points():
        r = plot.radius(i)
        if not week.complete:
            yield Circle(x=x, y=y, r=r, stroke="accent")
        elif r == HOLLOW:
            yield Circle(x=x, y=y, r=r, stroke="accent", stroke_width=1.2)
        elif r:
            yield Circle(x=x, y=y, r=r, fill="accent")


def _titles(plot: Plot, width: float, lead: str) -> Iterator[Rect]:
    """Unpainted columns that carry the titles: a dot of 3 px is hard to point at."""
    half = (plot.step if len(plot.weeks) > 1 else KEY) / 2
    for i, week in enumerate(plot.weeks):
        left, right = max(0.0, plot.x(i) - half), min(width, plot.x(i) + half)
        yield Rect(
            x=left,
            y=plot.top - 4,
            width=right - left,
            height=plot.axis - plot.top + 4,
            title=lead + sentences.week_title(week),
        )
