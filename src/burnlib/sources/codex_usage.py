"""Codex's usage objects: what they say, what an event adds to a thread, and repairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from msgspec.structs import astuple

from burnlib.packed import PackedUse
from burnlib.sources.codex_lines import Numbers, Payload, fitting
from burnlib.sources.lines import mentions, objects, open_log, tokens
from burnlib.sources.scan import Scan

__all__ = [
    "Logged",
    "Pair",
    "Usage",
    "added",
    "grown",
    "packed_use",
    "pair_in",
    "pair_of",
    "pairs_of",
    "repaired",
    "usage_in",
]

_FIELDS = Numbers.__struct_fields__
Usage: TypeAlias = tuple[int, int, int, int, int]
"""Tokens: input, of it cached, of it written to the cache, output, of it reasoning."""
Logged: TypeAlias = tuple[int | None, ...]
"""The same as logged: None for what is no number."""
Pair: TypeAlias = tuple[Logged | None, Logged | None]
"""(total, last) of a token_count: the thread's running sum, and the last response's usage."""

_ZERO: Usage = (0, 0, 0, 0, 0)


def added(before: Usage | None, total: Usage | None, last: Usage | None) -> tuple[Usage, bool]:
    """Return what an event adds, and whether that follows from the total before it.

    Responses that were interrupted spend tokens without an event of their own, so it is the growth
    of the total that counts, not the last response. Where the total fell, the user went back to an
    earlier point and the last response is all that was added.
    """
    if total is None:
        return last or _ZERO, False
    if before is None:
        # What the total holds beyond the first response was inherited from another thread.
        base = last or _ZERO
        inherited = all(have >= part for have, part in zip(total, base, strict=True))
        return (base if inherited else total), False
    if total[0] < before[0] or total[3] < before[3]:
        return last or _ZERO, False
    return grown(before, total), True


def grown(before: Usage, total: Usage) -> Usage:
    """Return by how much each number rose; 0 where it fell."""
    fresh, cached, written, output, reasoning = total
    a, b, c, d, e = before
    return (
        fresh - a if fresh > a else 0,
        cached - b if cached > b else 0,
        written - c if written > c else 0,
        output - d if output > d else 0,
        reasoning - e if reasoning > e else 0,
    )


def packed_use(
    name: str, place: int, at: int, fidelity: int, detail: int, work: str, used: Usage
) -> PackedUse:
    """Return one use of a thread; input includes what was read from a cache and written to it."""
    fresh, cached, written, output, reasoning = used
    if cached > fresh:
        cached = fresh
    if written > fresh - cached:
        written = fresh - cached
    if reasoning > output:
        reasoning = output
    parts = (fresh - cached - written, cached, written, 0, output, reasoning)
    return (name, "", place, at, fidelity, 1, detail, work, *parts)


def pair_of(payload: dict[str, object]) -> Pair | None:
    """Return (total, last) of a token_count as logged, or None where it has neither.

    Some builds of September 2025 wrote the two beside `type`, without `info`.
    """
    info = payload.get("info")
    holder = info if isinstance(info, dict) else payload
    total, last = _logged(holder.get("total_token_usage")), _logged(holder.get("last_token_usage"))
    return None if total is None and last is None else (total, last)


usage_in: Callable[[Numbers], Usage] = astuple
"""Return plain numbers as a tuple."""


def pair_in(payload: Payload) -> Pair | None:
    """Return (total, last) of a decoded token_count, or None where it has neither."""
    holder = payload.info or payload
    total, last = holder.total_token_usage, holder.last_token_usage
    if total is None and last is None:
        return None
    return (usage_in(total) if total else None, usage_in(last) if last else None)


def _logged(value: object) -> Logged | None:
    return tuple(tokens(value.get(f)) for f in _FIELDS) if isinstance(value, dict) else None


def repaired(
    before: Usage | None, total: Logged | None, last: Logged | None
) -> tuple[Usage | None, Usage | None, bool]:
    """Return (total, last) with numbers throughout, and whether they are only a lower bound.

    What is no number in one of the two follows from the other and the total before; in both, it
    is 0 here, and the next total that is a number makes up for it.
    """
    if None not in (total or ()) and None not in (last or ()):
        return _usage(total), _usage(last), False
    base = before or _ZERO
    blank = (0,) * len(_FIELDS)
    totals = [
        then + (part or 0) if now is None else now
        for then, now, part in zip(base, total or blank, last or blank, strict=True)
    ]
    lasts = [
        max(0, now - then) if part is None else part
        for then, now, part in zip(base, totals, last or blank, strict=True)
    ]
    both = zip(total or (None,) * len(blank), last or (None,) * len(blank), strict=True)
    bounded = any(pair == (None, None) for pair in both)
    return (
        _usage(totals) if total else None,
        _usage(lasts) if last else None,
        bounded,
    )


def _usage(numbers: Sequence[int | None] | None) -> Usage | None:
    if numbers is None:
        return None
    fresh, cached, written, output, reasoning = (number or 0 for number in numbers)
    return (fresh, cached, written, output, reasoning)


def pairs_of(path: str | Path) -> Iterator[Pair]:
    """Yield (total, last) of every token_count in a rollout, in order."""
    with open_log(path, buffered=False) as file:
        scan = Scan(file, (b'"token_count"',))
        for raw in scan:
            yield from _pairs_in(raw)
        if mentions(scan.tail, b'"token_count"'):
            yield from _pairs_in(scan.tail)


def _pairs_in(raw: bytes) -> Iterator[Pair]:
    if line := fitting(raw):
        found = [pair_in(line.payload)] if line.payload.type == "token_count" else []
    else:
        payloads = [record.get("payload") for record in objects(raw)[0]]
        found = [
            pair_of(payload)
            for payload in payloads
            if isinstance(payload, dict) and payload.get("type") == "token_count"
        ]
    yield from (pair for pair in found if pair is not None)
