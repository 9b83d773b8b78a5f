"""Labels of a time axis in weeks: week dates while they fit, else months."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from burnlib import words
from burnlib.languages import word
from burnlib.render.layout.lettering import text_width

__all__ = ["week_axis"]

_MONTH = 365.25 / 12 / 7  # weeks
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)  # months from one label to the next
_AIR = 6


def week_axis(weeks: Sequence[date], *, step: float, size: float) -> tuple[tuple[int, str], ...]:
    """Return (index, label) of the weeks to label, given their first days and px from one to next.

    A month is named at the week that holds its 1st, January with its year. Months are left out at
    a regular pace (every second, third, …), never just where labels happen to collide.
    """
    dates = [words.day_short(first) for first in weeks]
    if max(text_width(text, size=size) for text in dates) + _AIR <= step or len(weeks) == 1:
        return tuple(enumerate(dates))
    pace = _pace(step, size)
    return tuple(
        (i, words.month(start))
        for i, start in _month_starts(weeks)
        if (start.year * 12 + start.month - 1) % pace == 0
    )


def _pace(step: float, size: float) -> int:
    month = max(text_width(name, size=size) for name in word("months").split())
    year = text_width(words.month(date(2026, 1, 1)), size=size)
    for pace in _STEPS:
        needed = year if pace >= 12 else (month + year) / 2
        if pace * _MONTH * step >= needed + _AIR:
            return pace
    return _STEPS[-1]


def _month_starts(weeks: Sequence[date]) -> Iterator[tuple[int, date]]:
    for i, first in enumerate(weeks):
        last = first + timedelta(days=6)
        if first.day == 1 or last.day < first.day:
            yield i, last.replace(day=1)
