"""What an event must be before it is kept: plugins are other people's code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from types import NoneType

from burnlib.days import is_plausible
from burnlib.errors import ContractError
from burnlib.model import Fidelity, TokenCounts, UsageEvent
from burnlib.sources.lines import MOST_IN_ONE_USE

__all__ = ["check_event"]

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
    if not all(isinstance(kind, str) for kind in event.work):
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
    total = event.counts.total
    if type(total) is not int:  # somebody got around the checks of TokenCounts
        raise ContractError(f"gave an event whose tokens are {total!r}, not a whole number")
    if total > MOST_IN_ONE_USE:
        raise ContractError(f"gave an event of {total:,} tokens")
    for end in (event.low, event.high, event.processed_high):
        if end is not None and not 0 <= end <= MOST_IN_ONE_USE:
            raise ContractError(f"gave an event whose range ends at {end:,}")
    if not (event.low or 0) <= total <= (total if event.high is None else event.high):
        raise ContractError(f"gave {total:,} tokens outside their range {event.low}-{event.high}")
