"""What an event must be before it is kept: plugins are other people's code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from types import NoneType

from burnlib.days import is_plausible
from burnlib.errors import ContractError
from burnlib.model import Fidelity, TokenCounts, UsageEvent
from burnlib.sources.base import Reading
from burnlib.sources.lines import MOST_IN_ONE_USE

__all__ = ["check_event", "check_reading"]

# What stands between kinds of work in the archive cannot stand in one.
_WORD = re.compile(r"[^\s,\ud800-\udfff]{1,50}")

# Far more than any one event stands for; a day of them still fits into SQLite's integers.
_MOST_CALLS = 10**6
_MOST_DETAIL = 2**62

_PARTS = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "reasoning")

_TYPES: dict[str, tuple[type, ...]] = {
    "id": (str,),
    "fidelity": (Fidelity,),
    "counts": (TokenCounts,),
    "calls": (int,),
    "model": (str,),
    "project": (str,),
    "branch": (str,),
    "session": (str,),
    "work": (frozenset, set),
    "low": (int, NoneType),
    "high": (int, NoneType),
    "request": (str,),
    "sidechain": (bool,),
    "detail": (int,),
    "started": (datetime, NoneType),
    "processed": (TokenCounts, NoneType),
    "processed_high": (int, NoneType),
    "method": (str,),
    "calibrated": (datetime, NoneType),
}


_values = attrgetter(*_TYPES)


def _name_the_wrong_one(values: Iterable[object]) -> None:
    for (name, types), value in zip(_TYPES.items(), values, strict=True):
        if not isinstance(value, types):
            kind = type(value).__name__
            raise ContractError(f"gave an event whose {name} is of type {kind}")


def check_event(event: object, source: str) -> None:
    """Raise ContractError unless *event* is a use that *source* may give, fit to be kept.

    Its attributes have the types that :class:`burnlib.model.UsageEvent` names, its instants lie
    between 2015 and 9998, it is no larger than any one use can be, and lies in its own range.
    """
    if not isinstance(event, UsageEvent):
        raise ContractError(f"gave a {type(event).__name__}, not a UsageEvent")
    if event.source != source:
        raise ContractError(f"gave an event of the source {event.source!r}")
    values = _values(event)
    if not all(map(isinstance, values, _TYPES.values())):
        _name_the_wrong_one(values)
    if not event.id:
        raise ContractError("gave an event without an id")
    if not all(isinstance(kind, str) and _WORD.fullmatch(kind) for kind in event.work):
        raise ContractError("gave an event whose work is not made of words")
    for at in (event.at, event.started or event.at, event.calibrated or event.at):
        _check_instant(at)
    _check_numbers(event)


def _check_instant(at: object) -> None:
    if not isinstance(at, datetime) or at.utcoffset() is None:
        raise ContractError(f"gave an event whose instant is {at!r}, without a UTC offset")
    if not is_plausible(at):
        raise ContractError(f"gave an event that is dated {at.isoformat()}")


def _check_numbers(event: UsageEvent) -> None:
    for counts in filter(None, (event.counts, event.processed)):
        for name in _PARTS:
            part: object = getattr(counts, name)
            # Somebody may have got around the checks of TokenCounts.
            if type(part) is not int or not 0 <= part <= MOST_IN_ONE_USE:
                raise ContractError(f"gave an event whose {name} is {part!r}, not such a number")
    if event.counts.reasoning > event.counts.output:
        raise ContractError("gave an event with more reasoning than output")
    if not 0 <= event.calls <= _MOST_CALLS:
        raise ContractError(f"gave an event of {event.calls:,} calls")
    if abs(event.detail) > _MOST_DETAIL:
        raise ContractError(f"gave an event whose detail is {event.detail}")
    total = event.counts.total
    if total > MOST_IN_ONE_USE:
        raise ContractError(f"gave an event of {total:,} tokens")
    for end in (event.low, event.high, event.processed_high):
        if end is not None and not 0 <= end <= MOST_IN_ONE_USE:
            raise ContractError(f"gave an event whose range ends at {end:,}")
    if not (event.low or 0) <= total <= (total if event.high is None else event.high):
        raise ContractError(f"gave {total:,} tokens outside their range {event.low}-{event.high}")


def check_reading(reading: object, size: int) -> None:
    """Raise ContractError unless *reading* is one that can be kept, of a file of *size* bytes."""
    if not isinstance(reading, Reading):
        raise ContractError(f"gave a {type(reading).__name__}, not a Reading")
    if type(reading.offset) is not int or not 0 <= reading.offset <= size:
        raise ContractError(f"read a file of {size} bytes up to {reading.offset!r}")
    for name in ("state", "wants"):
        if not isinstance(getattr(reading, name), str):
            kind = type(getattr(reading, name)).__name__
            raise ContractError(f"gave a reading whose {name} is of type {kind}, not text")
    dropped: object = reading.dropped
    if not isinstance(dropped, Mapping):
        raise ContractError(f"gave a reading whose dropped is a {type(dropped).__name__}")
    for reason, number in dropped.items():
        if not isinstance(reason, str) or type(number) is not int or not 0 <= number < 2**53:
            raise ContractError(f"dropped {number!r} records for the reason {str(reason)[:200]!r}")
