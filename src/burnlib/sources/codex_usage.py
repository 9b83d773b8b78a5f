"""Codex's usage objects: what they say, what an event adds to a thread, and repairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from burnlib.sources.lines import mentions, objects, open_log, read_lines, tokens

__all__ = ["Logged", "Pair", "Usage", "added", "pair_of", "pairs_of", "repaired"]

_FIELDS = (
    "input_tokens",
    "cached_input_tokens",
    "cache_write_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
)
Usage: TypeAlias = tuple[int, int, int, int, int]
"""The fields above, in that order."""
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
    grown = [max(0, now - then) for now, then in zip(total, before, strict=True)]
    return (grown[0], grown[1], grown[2], grown[3], grown[4]), True


def pair_of(payload: dict[str, object]) -> Pair | None:
    """Return (total, last) of a token_count as logged, or None where it has neither.

    Some builds of September 2025 wrote the two beside `type`, without `info`.
    """
    info = payload.get("info")
    holder = info if isinstance(info, dict) else payload
    total, last = _logged(holder.get("total_token_usage")), _logged(holder.get("last_token_usage"))
    return None if total is None and last is None else (total, last)


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


def pairs_of(path: Path) -> Iterator[Pair]:
    """Yield (total, last) of every token_count in a rollout, in order."""
    with open_log(path) as file:
        for line in read_lines(file):
            if not mentions(line.raw, b'"token_count"'):
                continue
            for record in objects(line.raw)[0]:
                payload = record.get("payload")
                if not isinstance(payload, dict) or payload.get("type") != "token_count":
                    continue
                if (pair := pair_of(payload)) is not None:
                    yield pair
