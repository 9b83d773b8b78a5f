"""What adds up and is doubtful all the same."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from burnlib.ledger import Ledger
from burnlib.model import Fidelity
from burnlib.words import counted, full

__all__ = ["doubts"]

# A day on which an estimate is this many times what is measured on a median day says more of a
# ratio that is wrong, or of a conversation that was sent again too often, than of the day.
_SWAMPING = 10


def doubts(ledger: Ledger) -> Iterator[str]:
    """Yield a sentence for each source whose estimates dwarf what other sources measured."""
    measured = [row.exact for row in ledger if row.exact]
    if not measured:
        return
    usual = median(measured)
    for name in ledger.sources:
        over = {
            row.date: row.sources[name].tokens
            for row in ledger
            if name in row.sources
            and row.sources[name].fidelity is Fidelity.ESTIMATED
            and row.sources[name].tokens > _SWAMPING * usual
        }
        if over:
            worst = max(over, key=lambda day: (over[day], day))
            days = counted(len(over), "day", "days")
            yield (
                f"{name}: on {days}, the estimate is over {_SWAMPING} times what is measured on a"
                f" median day ({full(round(usual))}); the most is ~{full(over[worst])} on {worst}"
                f" (fix: see its ratio with burn explain {worst}, measure it with burn calibrate)"
            )
