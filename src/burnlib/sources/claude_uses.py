"""The responses of a transcript while it is read, put together line by line.

:func:`merge` is :func:`burnlib.uses.join` for what Claude Code's logs can differ in, done in place:
most lines repeat what is known, and an event for each would cost more than decoding it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias

import msgspec

from burnlib.days import microseconds
from burnlib.packed import PackedEvents, PackedUse, Place

__all__ = ["Counts", "Sighting", "merge", "packed"]

Counts: TypeAlias = tuple[int, int, int, int, int]
"""Tokens of one use: input, cache read, cache write 5 m and 1 h, output."""


class Sighting(msgspec.Struct, gc=False):
    """What one line tells of a use, or all lines so far; the fields are those of a UsageEvent.

    Texts are without lone surrogates, as typed decoding gives them and the archive needs them.

    Attributes:
        fidelity: 2 where the response is finished, so that its count is exact, else 1.

    """

    id: str
    request: str
    at: datetime
    started: datetime | None
    sidechain: bool
    session: str
    project: str
    branch: str
    model: str
    fidelity: int
    counts: Counts
    work: frozenset[str]
    calls: int = 1
    detail: int = 0

    def grow(self, counts: Counts) -> None:
        """Raise each count to that in *counts*, where it is lower."""
        if counts != self.counts:
            self.counts = _greatest(self.counts, counts)


def merge(known: Sighting, new: Sighting) -> None:
    """Make *known* the one use that both tell of; they have the same id and request."""
    if new.detail == known.detail:
        known.fidelity = max(known.fidelity, new.fidelity)
        known.calls = max(known.calls, new.calls)
        known.model = max(known.model, new.model)
        known.counts = _greatest(known.counts, new.counts)
    elif new.detail > known.detail:
        known.detail, known.calls, known.model = new.detail, new.calls, new.model
        known.fidelity, known.counts = new.fidelity, new.counts
    if _place(new) < _place(known):
        known.at, known.started, known.sidechain = new.at, new.started, new.sidechain
        known.session, known.project, known.branch = new.session, new.project, new.branch
    known.work |= new.work


def _greatest(a: Counts, b: Counts) -> Counts:
    return (
        a[0] if a[0] > b[0] else b[0],
        a[1] if a[1] > b[1] else b[1],
        a[2] if a[2] > b[2] else b[2],
        a[3] if a[3] > b[3] else b[3],
        a[4] if a[4] > b[4] else b[4],
    )


def _place(use: Sighting) -> tuple[bool, datetime, datetime, str, str, str, bool]:
    return (
        use.sidechain,
        use.started or use.at,
        use.at,
        use.session,
        use.project,
        use.branch,
        use.started is None,
    )


def packed(source: str, found: Iterable[Sighting]) -> PackedEvents:
    """Return the uses of *source* in their compact form."""
    numbers: dict[tuple[object, ...], int] = {}
    places: dict[Place, int] = {}
    uses: list[PackedUse] = []
    for use in found:
        where = (use.model, use.project, use.branch, use.session, use.started, use.sidechain)
        number = numbers.get(where)
        if number is None:
            number = numbers[where] = places.setdefault(_packed_place(use), len(places))
        uses.append(
            (
                use.id,
                use.request,
                number,
                microseconds(use.at),
                use.fidelity,
                use.calls,
                use.detail,
                _text_of(use.work),
                *use.counts,
                0,
            )
        )
    return PackedEvents(source, list(places), uses)


@functools.lru_cache(maxsize=256)
def _text_of(work: frozenset[str]) -> str:
    return " ".join(sorted(work))


def _packed_place(use: Sighting) -> Place:
    return (
        use.model,
        use.project,
        use.branch,
        use.session,
        None if use.started is None else microseconds(use.started),
        int(use.sidechain),
        "",
        None,
    )
