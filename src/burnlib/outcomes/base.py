"""What an outcome is, and what a source of outcomes gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol, TypeAlias, get_args, runtime_checkable

from attrs import Attribute, field, frozen

from burnlib.errors import InvalidInput
from burnlib.value import Value

__all__ = ["API_VERSION", "DAYS_TO_STAY", "STATES", "Outcome", "OutcomeSource", "State", "Told"]

API_VERSION = 1
"""Version of the protocol of outcome sources; a plugin announces the one it was written for."""

DAYS_TO_STAY = 14
"""Days after which an outcome that is still there is kept; before, it is too young to tell."""

State: TypeAlias = Literal["kept", "reverted", "replaced", "young"]
"""Whether an outcome stayed: it did; it was taken back; something else took its place, or it never
came into the main branch; it is too young to tell."""

STATES: tuple[State, ...] = get_args(State)


def _is_aware(_outcome: object, _field: Attribute[datetime], value: object) -> None:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        hint = "give it a UTC offset: 2026-05-24T10:00:00Z"
        raise InvalidInput(f"{value!r} is not an instant with a UTC offset", hint=hint)


def _is_state(_outcome: object, _field: Attribute[State], value: object) -> None:
    if value not in STATES:
        raise InvalidInput(f"{value!r} is not a state", hint=f"use {', '.join(STATES)}")


def _is_weight(_outcome: object, _field: Attribute[float], value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e9:
        raise InvalidInput(f"{value!r} is not a weight", hint="use a number above 0; most are 1")


@frozen(kw_only=True, eq=False, repr=False)
class Outcome(Value):
    """One piece of finished work.

    Attributes:
        id: Identity within its source, the same on every machine.
        at: When it was finished; for a commit, when it was written.
        kind: What it is: "commit", "merge", "tag", or the user's own word.
        title: What it is called; never shown in what is published.
        project: Directory or name of the work; "" is unknown.
        driver: Family of work; "" is unknown.
        weight: How much it counts; 1 for most.
        state: Whether it stayed.

    """

    id: str
    at: datetime = field(validator=_is_aware)
    kind: str
    title: str = ""
    project: str = ""
    driver: str = ""
    weight: float = field(default=1.0, validator=_is_weight)
    state: State = field(default="young", validator=_is_state)


@frozen(kw_only=True, eq=False, repr=False)
class Told(Value):
    """What a source of outcomes tells of one place.

    Attributes:
        where: The repository or file.
        outcomes: In the order of their instants.
        method: In words, how it was told whether they stayed.
        ambiguous: Outcomes of which that could not be told for sure; their state is a guess.
        notes: What else the reader should know, such as a revert of something unknown, and how
            often.

    """

    where: str
    outcomes: Sequence[Outcome]
    method: str
    ambiguous: int = 0
    notes: Mapping[str, int] = field(factory=dict)


@runtime_checkable
class OutcomeSource(Protocol):
    """Entry-point group ``burnlib.outcomes``; the entry-point name is the source's name."""

    @property
    def name(self) -> str:
        """Its name, that of its entry point."""
        ...

    @property
    def api_version(self) -> int:
        """Version of the protocol that it was written for."""
        ...

    def tell(self, where: Path, *, now: datetime, to_stay: timedelta) -> Told:
        """Return the outcomes at *where*: a folder or file that the user named.

        *to_stay* is the time after which an outcome that is still there is kept. Raises a
        BurnlibError where it cannot be read.
        """
        ...
