"""Small multiples as text: a calendar a source, or a line of weeks a source."""

from __future__ import annotations

from collections.abc import Sequence

from burnlib import sentences, words
from burnlib.render.text.heatmap import calendar_bands, calendar_key
from burnlib.render.text.look import Look
from burnlib.render.text.pen import bold, left, paragraph
from burnlib.render.text.spark import spark, spark_key
from burnlib.scale import LogScale
from burnlib.views.base import Heatmap, Multiples, Panel, Trend

__all__ = ["panel_lines"]

_NAME = 14


def panel_lines(view: Multiples, look: Look) -> list[str]:
    """Return the panels below each other, and what their marks mean once."""
    days = [(panel.name, panel.view) for panel in view.panels if isinstance(panel.view, Heatmap)]
    weeks = [(panel.name, panel.view) for panel in view.panels if isinstance(panel.view, Trend)]
    return _calendars(days, look) if days else _weeks(weeks, look)


def _calendars(panels: Sequence[tuple[str, Heatmap]], look: Look) -> list[str]:
    lines: list[str] = []
    for name, view in panels:
        lines += [bold(sentences.panel_name(Panel(name=name, view=view)), look)]
        lines += calendar_bands(view, look)
    return [*lines, *calendar_key([view for _, view in panels], look)]


def _weeks(panels: Sequence[tuple[str, Trend]], look: Look) -> list[str]:
    """Return two lines a source: its sum, and a mark for each week, all on one scale."""
    totals = [week.amount.total for _, view in panels for week in view.weeks if week.amount]
    scale = LogScale.of(totals, classes=None)
    lines: list[str] = []
    for name, view in panels:
        marks = spark([week.amount for week in view.weeks], scale, look)
        lines.append(f"{left(words.source(name), _NAME, look)} {words.parts(view.amount)}")
        room = look.width - 2
        lines += [f"  {marks[at : at + room]}" for at in range(0, len(marks), room)]
    amounts = [week.amount for _, view in panels for week in view.weeks]
    return [*map(str.rstrip, lines), "", *paragraph(spark_key(amounts, look), look, between="   ")]
