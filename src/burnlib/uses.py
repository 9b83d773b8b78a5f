"""One use, many sightings: how several records of the same use become one.

A response is written to its log several times while it streams, and again into every session that
was resumed or forked from it. :func:`join` is a least upper bound: associative, commutative and
idempotent, so neither the order of files nor how often they are read can change a total.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeAlias

from attrs import evolve

from burnlib.model import Fidelity, TokenCounts, UsageEvent

__all__ = ["join", "settle"]


def join(a: UsageEvent, b: UsageEvent) -> UsageEvent:
    """Return the one use that *a* and *b*, which have the same source and id, are records of.

    The tokens come from the better record: the later reader revision, then the measured over the
    estimated, then the fuller, then the estimate by the later calibration; between equals every
    part is the greater of the two, since a growing response repeats its input and only adds output.
    Place and day come from the session that started first, a main conversation's before a side
    chain's.
    """
    if a == b:
        return a
    better = max(a, b, key=_rank)
    best = _greatest(a, b) if _rank(a) == _rank(b) else better
    home = min(a, b, key=_place)
    return evolve(
        best,
        at=home.at,
        project=home.project,
        branch=home.branch,
        session=home.session,
        started=home.started,
        sidechain=home.sidechain,
        request=min(a.request, b.request),
        work=a.work | b.work,
    )


_NEVER = datetime(1, 1, 1, tzinfo=UTC)


def _rank(event: UsageEvent) -> tuple[int, bool, int, datetime]:
    measured = event.fidelity is not Fidelity.ESTIMATED
    return (event.revision, measured, event.detail, event.calibrated or _NEVER)


_Place: TypeAlias = tuple[bool, datetime, datetime, str, str, str, bool]


def _place(event: UsageEvent) -> _Place:
    return (
        event.sidechain,
        event.started or event.at,
        event.at,
        event.session,
        event.project,
        event.branch,
        event.started is None,
    )


def _greatest(a: UsageEvent, b: UsageEvent) -> UsageEvent:
    return evolve(
        a,
        fidelity=max(a.fidelity, b.fidelity),
        counts=_greatest_parts(a.counts, b.counts),
        calls=max(a.calls, b.calls),
        model=max(a.model, b.model),
        low=_either(a.low, b.low),
        high=_either(a.high, b.high),
        processed=_greatest_parts(a.processed, b.processed)
        if a.processed and b.processed
        else a.processed or b.processed,
        processed_high=_either(a.processed_high, b.processed_high),
        method=max(a.method, b.method),
    )


def _greatest_parts(x: TokenCounts, y: TokenCounts) -> TokenCounts:
    return TokenCounts(
        input=max(x.input, y.input),
        cache_read=max(x.cache_read, y.cache_read),
        cache_write_5m=max(x.cache_write_5m, y.cache_write_5m),
        cache_write_1h=max(x.cache_write_1h, y.cache_write_1h),
        output=max(x.output, y.output),
        reasoning=max(x.reasoning, y.reasoning),
    )


def _either(a: int | None, b: int | None) -> int | None:
    known = [value for value in (a, b) if value is not None]
    return max(known) if known else None


def settle(sightings: Iterable[UsageEvent]) -> list[UsageEvent]:
    """Return the uses that *sightings*, which share source and id, tell of: nearly always one.

    Records of one request are one use. So are records with the same model and the same input,
    whatever their request: a side question replays the conversation under new request ids. Records
    that differ there are several uses under one id, as some gateways make them, unless they come
    from side chains, which then give way, or hold no input yet: a gateway that counts at the end
    logs the beginning of a response so.
    """
    by_request: dict[str, UsageEvent] = {}
    for event in sightings:
        known = by_request.get(event.request)
        by_request[event.request] = join(known, event) if known else event
    records = sorted(by_request.values(), key=lambda event: event.request)
    if len(records) == 1:
        return records
    uses: dict[tuple[object, ...], UsageEvent] = {}
    for event in records:
        if not _gives_way(event):
            same = _question(event)
            uses[same] = join(uses[same], event) if same in uses else event
    if not uses:
        return [functools.reduce(join, records)]
    for event in filter(_gives_way, records):
        begun = not _has_input(event) and len(uses) == 1
        same = next(iter(uses)) if begun else _question(event)
        if same in uses:
            uses[same] = join(uses[same], event)
    return list(uses.values())


def _gives_way(event: UsageEvent) -> bool:
    return event.sidechain or not _has_input(event)


def _has_input(event: UsageEvent) -> bool:
    return event.counts.total > event.counts.output


def _question(event: UsageEvent) -> tuple[object, ...]:
    """What was asked: a response that is repeated repeats these, and only its output may grow."""
    counts = event.counts
    return (
        event.model,
        counts.input,
        counts.cache_read,
        counts.cache_write_5m,
        counts.cache_write_1h,
    )
