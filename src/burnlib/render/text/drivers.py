"""The drivers as text: quick figures, then one bar a family of work."""

from __future__ import annotations

from collections.abc import Sequence

from burnlib import sentences, words
from burnlib.languages import word
from burnlib.model import NO_LABEL
from burnlib.render import labels
from burnlib.render.text.look import Look
from burnlib.render.text.pen import accent, left, paragraph, right, say, width_of
from burnlib.views.base import Drivers
from burnlib.views.parts import Bar, Window

__all__ = ["driver_lines", "window_lines"]

_NAME = 14
_FIGURES = 32  # at least: "100% · ≥ ~4.12B · 20% estimated" and a gap


def window_lines(windows: Sequence[Window], look: Look) -> list[str]:
    """Return one line for each quick figure: its name, its tokens, its days."""
    lines = []
    for window in windows:
        number, note = labels.window(window)
        name = left(words.window_name(window.key), _NAME, look)
        lines.append(f"{name} {right(number, 9, look)}  {say(note, look)}".rstrip())
    return lines


def driver_lines(view: Drivers, look: Look) -> list[str]:
    """Return two lines a family: name, bar, share and tokens; then its evidence.

    The bars start at zero on one linear axis; the estimated part of a bar is its light end.
    """
    if not view.amount.total:
        return [say(word("no_work"), look)]
    widest = max(width_of(say(sentences.bar_label(bar), look)) for bar in view.bars)
    room = look.width - _NAME - 2 - max(_FIGURES, widest + 1)
    longest = max(bar.share for bar in view.bars)
    lines: list[str] = []
    for bar in view.bars:
        length = max(1, round(room * bar.share / longest)) if bar.amount.total else 0
        light = round(length * bar.amount.share)
        drawn = say("█", look) * (length - light) + say("▒", look) * light
        figures = sentences.bar_label(bar)
        gap = " " if length else ""
        name = right(sentences.family(bar), _NAME, look)
        lines.append(f"{name}  {accent(drawn, look)}{gap}{say(figures, look)}")
        if notes := " · ".join(_notes(bar)):
            lines += paragraph([notes], look, indent=" " * (_NAME + 2))
    return lines


def _notes(bar: Bar) -> list[str]:
    notes = []
    if bar.families:
        notes.append(word("holds", names=", ".join(bar.families)))
    if bar.evidence:
        notes.append(words.clean(bar.evidence))
    if bar.name == NO_LABEL:
        notes.append(words.things("unlabelled_days", bar.days))
    return notes
