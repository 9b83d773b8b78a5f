"""Reading outcomes from several places: what cannot be read costs nothing but itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attrs import frozen

from burnlib._foreign import contained, is_own
from burnlib.errors import ContractError, PluginError
from burnlib.outcomes.base import DAYS_TO_STAY, Outcome, OutcomeSource, Told
from burnlib.plugins import check_plugin, load
from burnlib.sources.base import Problem

__all__ = ["Reading", "read_outcomes"]


@frozen
class Reading:
    """What all places tell, and which could not be read.

    Attributes:
        told: What was told, in the order of the places.
        problems: The places that could not be read, and why.

    """

    told: tuple[Told, ...]
    problems: tuple[Problem, ...]


def read_outcomes(
    places: Iterable[tuple[str | OutcomeSource, str | Path]],
    *,
    now: datetime | None = None,
    to_stay: timedelta = timedelta(days=DAYS_TO_STAY),
) -> Reading:
    """Return the outcomes at *places*: pairs of a source and where it is to look.

    Args:
        places: The source by its name ("git", "file", or one that is installed) or itself, and a
            repository, file or folder.
        now: The instant that tells what is young; default: the clock's.
        to_stay: The time after which an outcome that is still there is kept.

    Raises:
        NotFound: An unknown source.
        PluginError: A source that cannot be loaded, or breaks the protocol.

    """
    at = now or datetime.now(UTC)
    told: list[Told] = []
    problems: list[Problem] = []
    sources = [(_source(source), Path(where)) for source, where in places]
    for source, where in sources:
        try:
            told.append(_told(source, where, at, to_stay))
        except Exception as error:  # noqa: BLE001 - a plugin's code, or a disk's refusal
            problems.append(Problem.of(source.name, str(where), error))
    return Reading(tuple(told), tuple(problems))


def _source(source: str | OutcomeSource) -> OutcomeSource:
    if isinstance(source, str):
        made = load("outcomes", source)
    else:
        check_plugin(source, "outcomes")
        made = source
    if not isinstance(made, OutcomeSource):
        raise ContractError("is no source of outcomes", where=f"{source}")
    return made


def _told(source: OutcomeSource, where: Path, now: datetime, to_stay: timedelta) -> Told:
    if is_own(source):
        return source.tell(where, now=now, to_stay=to_stay)
    with contained(source):
        told: object = source.tell(where, now=now, to_stay=to_stay)
        if not isinstance(told, Told):
            raise ContractError(f"gave a {type(told).__name__}, not a Told")
        for outcome in told.outcomes:
            if not isinstance(outcome, Outcome):
                raise ContractError(f"gave a {type(outcome).__name__}, not an Outcome")
        if len({outcome.id for outcome in told.outcomes}) < len(told.outcomes):
            raise PluginError("gave two outcomes with one id", hint="report it to its author")
    return told
