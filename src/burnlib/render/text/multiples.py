"""Small multiples as text: a calendar a source, or a line of weeks a source."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from burnlib import sentences, words
from burnlib.languages import word
from burnlib.render.text.heatmap import calendar_bands, calendar_key
from burnlib.render.text.look import Look
from burnlib.render.text.pen import bold, left, paragraph
from burnlib.render.text.spark import spark, spark_key
from burnlib.scale import LogScale
from burnlib.views.base import Heatmap, Multiples, Panel, Trend
from burnlib.views.parts import Week

__all__ = ["panel_lines"]

_NAME = 14
_HALF = 0.5  # estimated share from which a week counts as an estimate, as in the trend


def panel_lines(view: Multiples, look: Look) -> list[str]:
    """Return the panels below each other, and what their marks mean once."""
    days = [(panel.name, panel.view) for panel in view.panels if isinstance(panel.view, Heatmap)]
    weeks = [(panel.name, panel.view) for panel in view.panels if isinstance(panel.view, Trend)]
    return _calendars(days, look) if days else _weeks(weeks, look)


def _calendars(panels: Sequence[tuple[str, Heatmap]], look: Look) -> list[str]:
    lines: list[str] = []
    for name, view in panels:
        lines += [bold(sentences.panel_name(Panel(name=name, view=view)), look)]
        # No line below the calendars tells of their peaks, and a * would hide a ~.
        lines += calendar_bands(evolve(view, peak=None), look)
    return [*lines, *calendar_key([evolve(view, peak=None) for _, view in panels], look)]


def _weeks(panels: Sequence[tuple[str, Trend]], look: Look) -> list[str]:
    """Return a sum and a row of marks for each source, a mark and a sign a week, on one scale."""
    weeks = [week for _, view in panels for week in view.weeks]
    totals = [week.amount.total for week in weeks if week.amount]
    scale = LogScale.of(totals, classes=None)
    lines: list[str] = []
    for name, view in panels:
        marks = spark([week.amount for week in view.weeks], scale, look)
        cells = [mark + _sign(week) for mark, week in zip(marks, view.weeks, strict=True)]
        lines.append(f"{left(words.source(name), _NAME, look)} {words.parts(view.amount)}")
        a_row = (look.width - 2) // 2
        lines += [f"  {''.join(cells[at : at + a_row])}" for at in range(0, len(cells), a_row)]
    key = [*spark_key([week.amount for week in weeks], look), *_sign_key(weeks)]
    return [*map(str.rstrip, lines), "", *paragraph(key, look, between="   ")]


def _sign(week: Week) -> str:
    """Return what stands behind the mark of a week, which else would look like a fall."""
    if week.amount is None or week.complete:
        return "~" if week.amount and week.amount.share > _HALF else " "
    return "?"


def _sign_key(weeks: Sequence[Week]) -> list[str]:
    seen = {_sign(week) for week in weeks}
    meanings = {"~": word("bar_estimated"), "?": word("bar_partial")}
    return [f"{sign} {meaning}" for sign, meaning in meanings.items() if sign in seen]
