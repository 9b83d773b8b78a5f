"""Small multiples: one picture a source below the other, with the same days and the same scale.

What all panels share is said once: the legend, the dates of the weeks, the caption.
"""

from __future__ import annotations

from collections.abc import Sequence

from burnlib import sentences, words
from burnlib.languages import word
from burnlib.render import labels
from burnlib.render.layout.calendar_legend import GUTTER, keys_of, legend_of
from burnlib.render.layout.heatmap import calendar, calendar_width, grid_of
from burnlib.render.layout.legend import key_lines
from burnlib.render.layout.lettering import wrap
from burnlib.render.layout.parts import (
    NARROW,
    WIDE,
    below,
    blank,
    label_size,
    note,
    period,
    sheet,
    sheet_width,
)
from burnlib.render.layout.plot import INSET, LEFT, Plot, bounds_of, plot_of
from burnlib.render.layout.trend import trend_keys
from burnlib.render.layout.weeks import plotted
from burnlib.render.scene import Scene, Shape, Text
from burnlib.views.base import Heatmap, Multiples, Panel, Trend

__all__ = ["lay_out_multiples"]

_NAME = 12.0  # size of a panel's name
_APART = 18  # px from one panel to the next
_HEIGHT = 62  # px of the axis of a panel with weeks
_RIGHT = 12  # px right of its last week


def lay_out_multiples(view: Multiples, *, narrow: bool = False) -> Scene:
    """Draw *view*: 720 px wide at most, narrow 360; the panels below each other."""
    if not any(panel.view.amount.total for panel in view.panels):
        return blank(view, narrow=narrow)
    days = [(panel.name, panel.view) for panel in view.panels if isinstance(panel.view, Heatmap)]
    if days:
        return _calendars(view, days, narrow=narrow)
    weeks = [(panel.name, panel.view) for panel in view.panels if isinstance(panel.view, Trend)]
    return _plots(view, weeks, narrow=narrow)


def _calendars(view: Multiples, panels: Sequence[tuple[str, Heatmap]], *, narrow: bool) -> Scene:
    size = label_size(narrow=narrow)
    keys, scale = keys_of([each for _, each in panels]), panels[0][1].scale
    width = calendar_width(grid_of(panels[0][1], narrow=narrow), keys, narrow=narrow)
    shapes: list[Shape] = []
    y = 0.0
    for name, each in panels:
        heading = _heading(Panel(name=name, view=each), y, width)
        shapes += heading
        grid = grid_of(each, narrow=narrow, above=y + len(heading) * below(_NAME))
        shapes += calendar(each, grid, size=size, width=width, lead=_lead(name))
        y = grid.bottom + _APART
    legend, bottom = legend_of(scale, keys, y - 2, width=width, size=size)
    caption = _caption(view, x=GUTTER, y=bottom + below(size), width=width, size=size)
    return sheet(
        view,
        [*shapes, *legend, *caption],
        width=width,
        height=caption[-1].y + 5,
        classes=scale.steps,
    )


def _plots(view: Multiples, panels: Sequence[tuple[str, Trend]], *, narrow: bool) -> Scene:
    size = label_size(narrow=narrow)
    bounds = bounds_of([each for _, each in panels])
    right = (NARROW if narrow else WIDE) - _RIGHT
    # All panels have the same weeks, hence the same width.
    first = plot_of(panels[0][1], right=right, height=_HEIGHT, bounds=bounds)
    width = sheet_width(first.right - INSET + _RIGHT, narrow=narrow)
    shapes: list[Shape] = []
    plots: list[Plot] = []
    y = 0.0
    for name, each in panels:
        heading = _heading(Panel(name=name, view=each), y, width)
        top = y + len(heading) * below(_NAME) + 8
        plot = plot_of(each, right=right, height=_HEIGHT, top=top, bounds=bounds)
        shapes += heading
        last = each is panels[-1][1]
        shapes += plotted(plot, size=size, width=width, dated=last, lead=_lead(name))
        plots.append(plot)
        y = plot.axis + _APART
    y = plots[-1].axis + 15 + size
    keys, bottom = key_lines(trend_keys(plots), x=LEFT, y=y, right=width, size=size)
    y = bottom + below(size) + (0 if keys else 1)
    caption = _caption(view, x=LEFT, y=y, width=width, size=size)
    return sheet(view, [*shapes, *keys, *caption], width=width, height=caption[-1].y + 5)


def _heading(panel: Panel, y: float, width: float) -> list[Text]:
    """Return the heading of a panel: its source, and the sum of its days; a range is never cut."""
    lines = wrap(sentences.panel_name(panel), width, size=_NAME, bold=True)
    return [
        Text(x=0, y=y + _NAME + n * below(_NAME), text=line, size=_NAME, fill="ink", bold=True)
        for n, line in enumerate(lines)
    ]


def _lead(name: str) -> str:
    return f"{words.source(name)} · "


def _period(view: Multiples) -> str:
    if isinstance(view.panels[0].view, Heatmap):
        return period(view.range)
    weeks, last = words.things("weeks", view.range.days // 7), words.day_long(view.range.last)
    return word("period_days", days=weeks, last=last)


def _caption(view: Multiples, *, x: float, y: float, width: float, size: float) -> list[Text]:
    said = [
        labels.multiples_unit(view),
        _period(view),
        words.counting(view.estimates),
    ]
    return note(said, x=x, y=y, room=width - x, size=size, made_up=view.made_up)
