"""Whiskers of the trend: from the fewest to the most tokens that a week plausibly has.

They are drawn only as far as they stick out of their week's dot. One that would leave the plot is
cut at its edge, which its key then says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from burnlib.languages import word
from burnlib.render.layout.legend import KEY, Swatch
from burnlib.render.layout.plot import Plot, plausible
from burnlib.render.scene import Circle, Line, Shape

__all__ = ["whisker_key", "whiskers"]

_AIR = 1.0  # px between a dot and its whisker: a hollow dot would not hide it
_SHORTEST = 1.0  # px; less is a speck


def whiskers(plot: Plot) -> Iterator[Line]:
    """Yield the whiskers of all weeks, a line above the dot and one below it."""
    for i, week, x, y in plot.points():
        ends = plausible(week)
        if ends is None:
            continue
        low, high = ends
        top = max(plot.y(high), plot.top)
        bottom = min(plot.y(low), plot.base) if low else plot.base
        apart = plot.radius(i) + _AIR
        pieces = [(top, y - apart), (y + apart, bottom)] if plot.radius(i) else [(top, bottom)]
        # Where weeks are too close for dots of their own, a strong comb would hide their line.
        stroke, width = ("muted", 1.0) if plot.beads else ("faint", 0.6)
        for y1, y2 in pieces:
            if y2 - y1 >= _SHORTEST:
                yield Line(x1=x, y1=y1, x2=x, y2=y2, stroke=stroke, stroke_width=width)


def whisker_key(plots: Sequence[Plot]) -> tuple[Swatch, str] | None:
    """Return what the legend says about the whiskers; None where there are none."""
    if not any(any(whiskers(plot)) for plot in plots):
        return None
    cut = any(_is_cut(plot) for plot in plots)
    return _swatch, word("key_range_cut" if cut else "key_range")


def _is_cut(plot: Plot) -> bool:
    ends = [found for week in plot.weeks if (found := plausible(week))]
    return any(low < 10**plot.low or high > 10**plot.high for low, high in ends)


def _swatch(x: float, y: float) -> Sequence[Shape]:
    middle = x + KEY / 2
    return [
        Line(x1=middle, y1=y - 1, x2=middle, y2=y + 2.5, stroke="muted"),
        Circle(x=middle, y=y + KEY / 2, r=1.6, fill="accent"),
        Line(x1=middle, y1=y + 8.5, x2=middle, y2=y + KEY + 1, stroke="muted"),
    ]
