"""The calendar as text: two columns a day, weeks side by side, one row a weekday."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from burnlib import sentences, words
from burnlib.languages import word
from burnlib.render.text.look import Look
from burnlib.render.text.pen import left, paint, paragraph, say
from burnlib.views.base import Heatmap
from burnlib.views.parts import Day

__all__ = ["calendar_bands", "calendar_key", "calendar_lines"]

_GUTTER = 5
_WEEKDAYS = (0, 2, 4)  # Monday, Wednesday, Friday are enough to find a row

# One letter for each power of ten that a day can reach: 10 is A, as in hexadecimal.
_POWERS = "0123456789ABCDEFGHIJ"
_BLOCKS = "▁▂▃▄▅▆▇█"


def calendar_lines(view: Heatmap, look: Look) -> list[str]:
    """Return the calendar: rows of at most 27 weeks (54 where the width has room), then its key.

    A cell is a mark and a sign. Marks: ``·`` zero, ``/`` no data, else a digit (the power of ten)
    or a block (the colour class). Signs: ``*`` peak, ``~`` partly estimated, ``!`` over target,
    ``^`` both.
    """
    if not view.observed:
        return []
    return [*calendar_bands(view, look), *calendar_key([view], look)]


def calendar_bands(view: Heatmap, look: Look) -> list[str]:
    """Return the rows of weeks, each with the names of its months and days and an empty line."""
    lines: list[str] = []
    weeks = _weeks(view)
    # 27 weeks a row: 365 days then always fit two rows, 180 days one. Rows of about equal length
    # leave no week alone in the last one.
    most = 54 if look.width >= _GUTTER + 2 * 54 else 27
    per_row = ceil(len(weeks) / ceil(len(weeks) / most))
    for start in range(0, len(weeks), per_row):
        lines += [*_band(weeks[start : start + per_row], view, look), ""]
    return lines


def _weeks(view: Heatmap) -> list[list[Day | None]]:
    before = view.days[0].date.weekday()
    if view.week_start == "sunday":
        before = (before + 1) % 7
    cells: list[Day | None] = [None] * before + list(view.days)
    cells += [None] * (-len(cells) % 7)
    return [cells[at : at + 7] for at in range(0, len(cells), 7)]


def _band(weeks: Sequence[Sequence[Day | None]], view: Heatmap, look: Look) -> list[str]:
    lines = [_months(weeks, look)]
    for row in range(7):
        weekday = (row - (view.week_start == "sunday")) % 7
        name = words.weekday(weekday) if weekday in _WEEKDAYS else ""
        cells = "".join(_cell(week[row], view, look) for week in weeks)
        lines.append(f"{left(name, _GUTTER, look)}{cells}".rstrip())
    return lines


def _months(weeks: Sequence[Sequence[Day | None]], look: Look) -> str:
    """Name each month above the week that its first day is in, where there is room."""
    firsts = [(column, day.date) for column, week in enumerate(weeks) for day in week if day]
    names = [(column, words.month(day)) for column, day in firsts if day.day == 1]
    # The band's first month has no such week in it; it is named where the next one leaves room.
    start = words.month(firsts[0][1])
    if not names or names[0][0] * 2 > len(start):
        names.insert(0, (firsts[0][0], start))
    line = ""
    for column, name in names:
        at = _GUTTER + 2 * column
        if (not line or len(line) < at) and at + len(name) <= look.width:
            line = line.ljust(at) + say(name, look)
    return line


def _cell(day: Day | None, view: Heatmap, look: Look) -> str:
    if day is None:
        return "  "
    if day.amount is None:
        return "/ "
    if not day.amount.total:
        return say("·", look) + " "
    return _mark(day.amount.total, view, look) + _sign(day, view)


def _mark(tokens: int, view: Heatmap, look: Look) -> str:
    if not look.blocks:
        return _POWERS[_power(tokens)]
    level, classes = view.scale.class_of(tokens), view.scale.classes
    return paint(_block(level, classes), _ramp(classes, look)[level], look)


def _power(tokens: int) -> int:
    """Return floor(log10(tokens)) without floating point, which fails near powers of ten."""
    return len(str(tokens)) - 1


def _ramp(classes: int, look: Look) -> Sequence[str]:
    from burnlib.render.theme import THEMES

    return THEMES[look.theme].ramps[classes]


def _block(level: int, classes: int) -> str:
    if classes == 1:
        return _BLOCKS[3]
    return _BLOCKS[round(level * 7 / (classes - 1))]


def _sign(day: Day, view: Heatmap) -> str:
    # The peak comes first because the line below the calendar says the rest about it.
    if view.peak is not None and day.date == view.peak.date:
        return "*"
    estimated = bool(day.amount and day.amount.estimated)
    return {(False, False): " ", (True, False): "~", (False, True): "!", (True, True): "^"}[
        estimated, day.over_target
    ]


def calendar_key(views: Sequence[Heatmap], look: Look) -> list[str]:
    """Return what the marks mean; of one calendar also its peak and the day that goes on."""
    view = views[0]
    lines = [
        _coloured(line, view, look)
        for line in paragraph(_scale_key(views, look), look, between="  ")
    ]
    lines += paragraph(_sign_key(views), look, between="   ")
    if len(views) > 1:
        return lines
    for lead, day in (
        (word("peak"), view.peak),
        (word("today"), next((day for day in view.days if day.today), None)),
    ):
        if day is not None:
            told = f"{lead} {sentences.day_title(day, target=view.target)}"
            lines += paragraph(told.split(), look)
    return lines


def _coloured(line: str, view: Heatmap, look: Look) -> str:
    if look.blocks and look.color:
        classes = view.scale.classes
        for level, colour in enumerate(_ramp(classes, look)):
            block = _block(level, classes)
            line = line.replace(block, paint(block, colour, look))
    return line


def _scale_key(views: Sequence[Heatmap], look: Look) -> list[str]:
    days = [day for view in views for day in view.days]
    used = [day.amount.total for day in days if day.amount and day.amount.total]
    if not used:
        return []
    if not look.blocks:
        powers = sorted(set(map(_power, used)))
        return [word("digits_key")] + [f"{_POWERS[p]} = {words.tick(10**p)}" for p in powers]
    scale = views[0].scale
    classes, names = scale.classes, sentences.class_names(scale)
    return [f"{_block(level, classes)} {name}" for level, name in enumerate(names)]


def _sign_key(views: Sequence[Heatmap]) -> list[str]:
    """Explain the signs that occur, no others."""
    days = [(day, view) for view in views for day in view.days]
    seen = {_sign(day, view) for day, view in days if day.amount and day.amount.total}
    target = words.tick(views[0].target) if views[0].target else ""
    meanings = {
        "·": word("zero") if any(d.amount and not d.amount.total for d, _ in days) else "",
        "/": word("no_data") if any(d.amount is None for d, _ in days) else "",
        "~": word("partly_estimated") if "~" in seen else "",
        "!": word("over_target", target=target) if "!" in seen else "",
        "^": word("over_and_estimated", target=target) if "^" in seen else "",
        "*": word("peak_day") if "*" in seen else "",
    }
    return [f"{sign} {meaning}" for sign, meaning in meanings.items() if meaning]
