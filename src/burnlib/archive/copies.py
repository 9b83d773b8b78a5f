"""What several log files told of the same uses, as portions of a day.

:func:`burnlib.uses.settle` says which uses they are. Nearly all are exact copies, in the logs of
sessions that were resumed: those are told from their bare rows, which takes a sixth of what it
takes to make events of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from burnlib.archive.records import COLUMNS, check_row, from_row
from burnlib.days import microseconds
from burnlib.model import Estimate, Fidelity
from burnlib.sums import Portion, portion_of
from burnlib.uses import settle

__all__ = ["settled"]

_AT = {name.strip(): number for number, name in enumerate(COLUMNS.split(","))}

# What exact copies have in common: all but where, when and in which session they were told, and
# what ran beside them.
_ELSEWHERE = {
    "source", "id", "file", "gone", "at", "project", "branch", "session", "work", "sidechain",
    "started",
}  # fmt: skip
_same = itemgetter(*(number for name, number in _AT.items() if name not in _ELSEWHERE))


def _columns(names: str) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    return itemgetter(*(_AT[name] for name in names.split()))


_where = _columns("sidechain at started session project branch")
_told = _columns(
    "source session project branch fidelity calls input cache_read cache_write_5m cache_write_1h"
    " output reasoning low high processed_input processed_output processed_high"
)


def settled(sightings: Sequence[Sequence[Any]], estimate: Estimate) -> list[tuple[int, Portion]]:
    """Return instant (microseconds since 1970, UTC) and portion of each use that is told.

    *sightings* are rows in the order of COLUMNS, one or more, all of one source and id. Raises
    ArchiveError for a row that burnlib never writes.
    """
    first = sightings[0]
    same = _same(first)
    if any(_same(row) != same for row in sightings):
        uses = settle(map(from_row, sightings))
        return [(microseconds(use.at), portion_of(use, estimate)) for use in uses]
    for row in sightings:
        check_row(row)
    home = min(sightings, key=_place) if len(sightings) > 1 else first
    works = {row[_AT["work"]] for row in sightings}
    if len(works) > 1:
        works = {" ".join(sorted({kind for work in works for kind in work.split()}))}
    return [(home[_AT["at"]], _portion(home, works.pop(), estimate))]


def _place(row: Sequence[Any]) -> tuple[object, ...]:
    """Return what tells which of several places is a use's own; see :func:`burnlib.uses.join`."""
    sidechain, at, started, session, project, branch = _where(row)
    begun = at if started is None else started
    return (sidechain, begun, at, session, project, branch, started is None)


def _portion(home: Sequence[Any], work: str, estimate: Estimate) -> Portion:
    source, session, project, branch, fidelity, calls, *numbers = _told(home)
    *counts, low, ended, processed_input, processed_output, processed_high = numbers
    if estimate == "processed" and processed_input is not None:
        counts = [processed_input, 0, 0, 0, processed_output or 0, 0]
    tokens = sum(counts[:5])
    high = tokens if ended is None else ended
    most = high if processed_high is None else processed_high
    told = (source, session, project, branch, work, fidelity, calls, *counts)
    unranged = int(fidelity == Fidelity.ESTIMATED and None in (low, ended))
    return Portion._make((*told, tokens, tokens if low is None else low, high, most, unranged))
