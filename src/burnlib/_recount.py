"""The second count: from the archive's bare rows to tokens by day, sharing no code with the first.

It follows the same rules as :mod:`burnlib.uses` and :mod:`burnlib.normalize`, written down once
more in another way: plain tuples instead of values, and days found by comparing with midnights
instead of converting each instant. Memory does not grow with the uses, of which there may be
millions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias
from zoneinfo import ZoneInfo

from attrs import field, frozen

from burnlib.archive.records import COLUMNS
from burnlib.days import microseconds, midnight, span

__all__ = ["Recount", "recount"]

_AT = {name.strip(): index for index, name in enumerate(COLUMNS.split(","))}
_VECTOR = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
_ESTIMATED, _LOWER_BOUND = 0, 1
_DAY = 86_400_000_000  # microseconds

Row: TypeAlias = Sequence[object]


@frozen
class Recount:
    """Tokens and calls, counted a second time.

    Attributes:
        tokens: By source.
        calls: By source.
        lower_bound_calls: By source; of uses whose log says less than was used.
        models: Tokens by (source, model).
        days: Tokens by (local day, source).
        day_calls: Calls by (local day, source).
        estimated: The (local day, source) with at least one estimated use.
        bounded: The (local day, source) with at least one use that is a lower bound.
        measured: Sources with at least one use that is not estimated.

    """

    tokens: Counter[str] = field(factory=Counter)
    calls: Counter[str] = field(factory=Counter)
    lower_bound_calls: Counter[str] = field(factory=Counter)
    models: Counter[tuple[str, str]] = field(factory=Counter)
    days: Counter[tuple[date, str]] = field(factory=Counter)
    day_calls: Counter[tuple[date, str]] = field(factory=Counter)
    estimated: set[tuple[date, str]] = field(factory=set)
    bounded: set[tuple[date, str]] = field(factory=set)
    measured: set[str] = field(factory=set)

    @property
    def only_estimated(self) -> set[str]:
        """Sources with uses, all of which are estimated."""
        return {source for _, source in self.estimated} - self.measured


def recount(rows: Iterable[Row], tz: ZoneInfo, *, until: int, processed: bool = False) -> Recount:
    """Count the sightings *rows* of an archive into local days of *tz*.

    Args:
        rows: Tuples in the order of :data:`burnlib.archive.records.COLUMNS`; those of one source
            and id next to each other.
        tz: The zone that days are cut in.
        until: Uses after this instant (microseconds since 1970) are left out.
        processed: Count what conversations processed, instead of each message once.

    """
    result = Recount()
    days = _Days(tz)
    for _, sightings in groupby(rows, key=itemgetter(_AT["source"], _AT["id"])):
        for at, source, model, vector, calls, fidelity, again in _uses(list(sightings)):
            if at > until:
                continue
            tokens = sum(again if processed and again else vector)
            result.tokens[source] += tokens
            result.calls[source] += calls
            result.lower_bound_calls[source] += calls if fidelity == _LOWER_BOUND else 0
            result.models[source, model] += tokens
            place = (days.of(at), source)
            result.days[place] += tokens
            result.day_calls[place] += calls
            if fidelity == _ESTIMATED:
                result.estimated.add(place)
            else:
                result.measured.add(source)
            if fidelity == _LOWER_BOUND:
                result.bounded.add(place)
    return result


class _Days:
    """The local days of instants: of each the last day that had begun."""

    def __init__(self, tz: ZoneInfo) -> None:
        self._tz = tz
        self._near: dict[int, list[tuple[int, date]]] = {}

    def of(self, at: int) -> date:
        """Return the day of *at*, in microseconds since 1970, UTC."""
        number = at // _DAY
        near = self._near.get(number)
        if near is None:  # the days that any zone can have in a day of UTC, the last first
            utc = date(1970, 1, 1) + timedelta(days=number)
            days = reversed(list(span(utc - timedelta(days=2), utc + timedelta(days=2))))
            near = [(microseconds(midnight(day, self._tz)), day) for day in days]
            self._near[number] = near
        return next(day for begun, day in near if begun <= at)


# (instant, source, model, tokens by part, calls, fidelity, processed tokens by part if known)
_Use: TypeAlias = tuple[int, str, str, tuple[int, ...], int, int, tuple[int, ...]]


def _uses(sightings: list[Row]) -> list[_Use]:
    """Return the uses that the sightings of one id stand for."""
    by_request: dict[object, list[Row]] = defaultdict(list)
    for row in sightings:
        by_request[row[_AT["request"]]].append(row)
    if len(by_request) == 1:
        return [_merge(sightings)]
    groups: dict[object, list[Row]] = {}
    replays: list[list[Row]] = []
    for rows in by_request.values():
        without_input = not any(_merge(rows)[3][:4])
        if all(row[_AT["sidechain"]] for row in rows) or without_input:
            replays.append(rows)
        else:
            groups.setdefault(_asked(rows), []).extend(rows)
    if not groups:
        return [_merge(sightings)]
    only = next(iter(groups)) if len(groups) == 1 else None
    for rows in replays:
        asked = only if only is not None and not any(_merge(rows)[3][:4]) else _asked(rows)
        if asked in groups:
            groups[asked].extend(rows)
    return [_merge(rows) for rows in groups.values()]


def _asked(rows: list[Row]) -> object:
    _, _, model, vector, *_ = _merge(rows)
    return model, vector[:4]


def _merge(rows: list[Row]) -> _Use:
    ranked = [(_rank(row), row) for row in rows]
    top = max(rank for rank, _ in ranked)
    best = [row for rank, row in ranked if rank == top]
    earliest = min((_n(r, "sidechain"), _n(r, "started") or _n(r, "at"), _n(r, "at")) for r in rows)
    return (
        earliest[2],
        str(rows[0][_AT["source"]]),
        max(str(row[_AT["model"]]) for row in best),
        tuple(max(_n(row, part) for row in best) for part in _VECTOR),
        max(_n(row, "calls") for row in best),
        max(_n(row, "fidelity") for row in best),
        tuple(
            max(_n(row, part) for row in best)
            for part in ("processed_input", "processed_output")
            if any(row[_AT["processed_input"]] is not None for row in best)
        ),
    )


def _rank(row: Row) -> tuple[int, bool, int, int]:
    """Return reader, whether it is measured, how full it is, when it was calibrated."""
    calibrated = row[_AT["calibrated"]]
    since = calibrated if isinstance(calibrated, int) else -(2**63)
    return _n(row, "revision"), _n(row, "fidelity") > 0, _n(row, "detail"), since


def _n(row: Row, name: str) -> int:
    value = row[_AT[name]]
    return value if isinstance(value, int) else 0
