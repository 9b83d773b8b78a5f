"""The weekly trend as text: one bar a week on a log axis."""

from __future__ import annotations

from math import floor, log10
from typing import NamedTuple

from burnlib import words
from burnlib.languages import word
from burnlib.render.text.look import Look
from burnlib.render.text.pen import accent, left, paragraph, right, say, width_of
from burnlib.scale import log_ticks
from burnlib.views.base import Trend
from burnlib.views.parts import Amount, Week

__all__ = ["week_lines"]

_LABEL, _AMOUNT, _NOTE = 11, 10, 24


class _Axis(NamedTuple):
    """A log axis: *low* and *high* are tokens; *label*, before it, and *width* are cells."""

    low: float
    high: float
    label: int
    width: int

    def cells(self, tokens: float) -> int:
        """Length of a bar; at least one cell, so that a small week is not a zero."""
        share = log10(tokens / self.low) / log10(self.high / self.low)
        return max(1, round(share * self.width))


def week_lines(view: Trend, look: Look) -> list[str]:
    """Return a ruler, one line a week, and the key of the bars that occur."""
    used = [week.amount.total for week in view.weeks if week.amount and week.amount.total]
    if not used:
        return [say(word("no_tokens"), look)] if view.weeks else []
    # The axis starts at a power of ten at or below the least week, which the ruler names.
    low = 10 ** floor(log10(min(used)))
    label = max(_LABEL, *(len(words.day_and_year(week.first)) for week in view.weeks))
    width = look.width - label - _AMOUNT - 2 - _NOTE
    axis = _Axis(low, max(max(used), low * 10), label, width)
    head = left(word("week_of"), label, look) + right(word("tokens_head"), _AMOUNT, look)
    lines = [f"{head}  {_ruler(axis, look)}".rstrip()]
    year = 0
    for week in view.weeks:
        lines.append(_line(week, view, axis, look, dated=week.first.year != year))
        year = week.first.year
    return [*lines, *_key(view, look)]


def _ruler(axis: _Axis, look: Look) -> str:
    """Name round numbers above the cells that their bars end in, where there is room."""
    line = ""
    for tick in log_ticks(axis.low, axis.high):
        name = say(words.tick(tick), look)
        # The first name marks where bars begin, the others end where a bar of that length ends.
        at = axis.cells(tick) - len(name) if line else 0
        if not line or at > len(line):
            line = line.ljust(at) + name
    return line


def _line(week: Week, view: Trend, axis: _Axis, look: Look, *, dated: bool) -> str:
    day = (words.day_and_year if dated else words.day_short)(week.first)
    number = "–" if week.amount is None else words.amount(week.amount, strict=True)
    line = left(day, axis.label, look) + right(number, _AMOUNT, look)
    room = look.width - axis.label - _AMOUNT - 2
    if week.amount is not None and week.amount.total:
        cells = axis.cells(week.amount.total)
        line += f"  {accent(_glyph(week, week.amount, look) * cells, look)}"
        room -= 2 + cells
    note = _note(week, view, look, room)
    return f"{line}  {note}" if note else line


def _note(week: Week, view: Trend, look: Look, room: int) -> str:
    """Return what to know of a week, and its plausible range where *room* cells suffice."""
    notes = _notes(week, view)
    if week.amount is not None and (ends := words.span(week.amount)):
        longer = say(" · ".join([*notes, ends]), look)
        if width_of(longer) <= room:
            return longer
    return say(" · ".join(notes), look)


def _notes(week: Week, view: Trend) -> list[str]:
    if week.amount is None:
        return [word("no_data")]
    notes = []
    if view.peak is not None and view.peak.first == week.first:
        notes.append(word("week_peak"))
    if week.current:
        notes.append(word("so_far"))
    if week.observed < 7:
        notes.append(word("of_seven_days", n=week.observed))
    return notes


def _glyph(week: Week, amount: Amount, look: Look) -> str:
    if not week.complete:
        return say("░", look)
    return say("▒" if amount.share > 0.5 else "█", look)


def _key(view: Trend, look: Look) -> list[str]:
    amounts = ((week, week.amount) for week in view.weeks)
    seen = {_glyph(week, amount, look) for week, amount in amounts if amount and amount.total}
    meanings = (
        ("█", word("bar_measured")),
        ("▒", word("bar_estimated")),
        ("░", word("bar_partial")),
    )
    pieces = [f"{sign} {meaning}" for sign, meaning in meanings if say(sign, look) in seen]
    if any(week.amount and words.span(week.amount) for week in view.weeks):
        pieces.append(word("week_range"))
    return ["", *paragraph(pieces, look, between="   ")]
