"""The first count of the proof: one pass over the uses, by the rules that rows are made by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from attrs import frozen

from burnlib.model import Estimate, Fidelity, UsageEvent
from burnlib.normalize import counts_of, in_the_future

__all__ = ["FirstCount", "count_uses"]


@frozen(kw_only=True)
class FirstCount:
    """What one pass over the uses tells.

    Attributes:
        uses: How many there are.
        ahead: How many of them are dated ahead of the clock; these are in no sum.
        faults: What is wrong with single ones.
        tokens: By source.
        calls: By source.

    """

    uses: int
    ahead: int
    faults: Sequence[str]
    tokens: Mapping[str, int]
    calls: Mapping[str, int]


def count_uses(uses: Iterable[UsageEvent], *, now: datetime, estimate: Estimate) -> FirstCount:
    """Count *uses* once, each with the figure that *estimate* names; there may be millions."""
    number = ahead = 0
    faults: list[str] = []
    tokens: Counter[str] = Counter()
    calls: Counter[str] = Counter()
    for use in uses:
        number += 1
        faults += _faults_of(use)
        if in_the_future(use, now):
            ahead += 1
        else:
            tokens[use.source] += counts_of(use, estimate).total
            calls[use.source] += use.calls
    return FirstCount(uses=number, ahead=ahead, faults=faults, tokens=tokens, calls=calls)


def _faults_of(use: UsageEvent) -> Iterator[str]:
    """Yield what a sum would hide: a use outside its range, an estimate that does not say so."""
    total, most = use.counts.total, use.processed_high
    if not (use.low or 0) <= total <= (total if use.high is None else use.high):
        yield f"{use.source} {use.id}: {total:,} is not in {use.low} to {use.high}"
    if use.processed and most is not None and use.processed.total > most:
        yield f"{use.source} {use.id}: processed {use.processed.total:,}, over {most}"
    if (use.method or use.processed) and use.fidelity is not Fidelity.ESTIMATED:
        yield f"{use.source} {use.id}: an estimate that is kept as a measurement"
