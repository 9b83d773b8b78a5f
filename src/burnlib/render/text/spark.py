"""One mark for each day or week, side by side, as high as its amount on a log scale."""

from __future__ import annotations

from collections.abc import Sequence

from burnlib.languages import word
from burnlib.render import labels
from burnlib.render.text.look import Look
from burnlib.render.text.pen import say
from burnlib.scale import LogScale
from burnlib.views.base import Sparkline
from burnlib.views.parts import Amount

__all__ = ["spark", "spark_key", "spark_line"]

_BLOCKS = "▁▂▃▄▅▆▇█"
_POWERS = "0123456789ABCDEFGHIJ"


def spark_line(view: Sparkline, look: Look) -> str:
    """Return the days as one line, with the sum behind them where that is asked for."""
    marks = spark([day.amount for day in view.days], view.scale, look)
    return f"{marks} {say(labels.sparkline(view), look)}" if view.label else marks


def spark(amounts: Sequence[Amount | None], scale: LogScale, look: Look) -> str:
    """Return a mark for each of *amounts*: a block, or in ASCII its power of ten.

    A zero is ``·``, a missing one ``/``.
    """
    return "".join(_mark(amount, scale, look) for amount in amounts)


def _mark(amount: Amount | None, scale: LogScale, look: Look) -> str:
    if amount is None:
        return "/"
    if not amount.total:
        return say("·", look)
    if look.ascii:
        return _POWERS[len(str(amount.total)) - 1]
    return _BLOCKS[round(scale.place(amount.total) * (len(_BLOCKS) - 1))]


def spark_key(amounts: Sequence[Amount | None], look: Look) -> list[str]:
    """Return what the marks mean, only of those that occur."""
    seen = [amount for amount in amounts if amount is not None]
    meanings = [word("digit_marks" if look.ascii else "block_marks")]
    if any(not amount.total for amount in seen):
        meanings.append(f"· {word('zero')}")
    if len(seen) < len(amounts):
        meanings.append(f"/ {word('no_data')}")
    return meanings
