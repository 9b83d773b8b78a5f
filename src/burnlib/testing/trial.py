"""Trials: a source, a sample, a folder to try them in, and what the source tells there."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as dt_time
from pathlib import Path

from attrs import evolve, frozen

from burnlib._collect import Collection, collect
from burnlib.errors import BurnlibError, ContractError
from burnlib.model import TokenCounts, UsageEvent
from burnlib.sources.base import Dropped, Home, Reading, Resume, Segment, SimpleSource, Source
from burnlib.sources.contract import check_event, check_reading
from burnlib.testing.sample import Sample
from burnlib.uses import settle

__all__ = [
    "Broken",
    "Refused",
    "Told",
    "Trial",
    "Vacuous",
    "folder_for_trials",
    "in_zone",
    "now_for",
    "read",
    "settled",
]


def now_for(days: Iterable[str]) -> datetime:
    """Return an instant after all *days*, "2026-05-24", and not long after: each day has a row."""
    last = max(map(date.fromisoformat, days), default=date(2100, 1, 1))
    return datetime.combine(last, dt_time(), UTC) + timedelta(days=3)


class Broken(AssertionError):  # noqa: N818 - a law is broken
    """A law does not hold; the message says how.

    Attributes:
        log: The logs that it does not hold of, where they are not the sample itself.

    """

    def __init__(self, message: str, log: Sample | None = None) -> None:
        super().__init__(message)
        self.log = log


class Vacuous(Exception):  # noqa: N818 - a law that says nothing here
    """The sample has nothing that a law could be tried on; the message says what is missing."""


@frozen
class Refused:
    """A log that the source gave up with an exception.

    Attributes:
        path: The log.
        error: What it raised.

    """

    path: str
    error: Exception

    def __str__(self) -> str:
        return f"{type(self.error).__name__}: {self.error}{_place(self.error)}"


@frozen
class Told:
    """What a source tells below a home folder.

    Attributes:
        uses: Every use once, whichever logs tell of it, in the order of their ids.
        refused: The logs that it gave up.
        sample: The logs, where they are not the trial's own.
        aside: What else would be kept: reasons for dropping, states, keys of other logs.

    """

    uses: Sequence[UsageEvent]
    refused: Sequence[Refused]
    sample: Sample | None = None
    aside: str = ""

    @property
    def total(self) -> int:
        """Tokens of all uses."""
        return sum(use.counts.total for use in self.uses)

    def check_same(self, other: Told, how: str, *, variant: bool = False) -> None:
        """Raise Broken unless *other* tells of the same uses with the same tokens.

        A *variant* of a log that the tool does not write may be given up clearly instead.
        """
        self.check_readable()
        if variant and other.refused:
            other.check_clear(how)
            return
        other.check_readable()
        mine, theirs = _tokens(self.uses), _tokens(other.uses)
        if mine != theirs:
            ids = sorted(set(mine) ^ set(theirs)) or sorted(i for i in mine if mine[i] != theirs[i])
            totals = (
                f"{self.total} tokens of {len(mine)} uses, {how}: {other.total} of {len(theirs)}"
            )
            raise Broken(f"{totals}; for example the use {ids[0]!r}")

    def check_alike(self, other: Told, how: str) -> None:
        """Raise Broken unless *other* tells of such uses, whatever their ids."""
        other.check_readable()
        mine, theirs = Counter(map(_outline, self.uses)), Counter(map(_outline, other.uses))
        if mine != theirs:
            totals = f"{self.total} tokens of {len(self.uses)} uses"
            raise Broken(f"{totals}, {how}: {other.total} of {len(other.uses)}", other.sample)

    def check_readable(self) -> None:
        """Raise Broken where a log was given up."""
        if self.refused:
            how = f"a log that is as it should be is given up: {self.refused[0]}"
            raise Broken(how, self.sample)

    def check_clear(self, how: str) -> None:
        """Raise Broken where a log was given up with something else than a BurnlibError."""
        for refused in self.refused:
            if not isinstance(refused.error, BurnlibError):
                hint = "raise burnlib.errors.LogFormatError, or drop the record"
                raise Broken(f"{how}: {refused} ({hint})", self.sample)


@frozen
class Trial:
    """A source and a sample that are put to a test.

    Attributes:
        make: Returns the source, a new instance each time.
        sample: The logs.
        in_order: Whether the lines of a log mean what they mean because of those before them.
        private: Keys of JSON objects whose text is nobody's business.

    """

    make: Callable[[], object]
    sample: Sample
    in_order: bool = False
    private: frozenset[str] = frozenset()

    def source(self) -> Source:
        """Return a new instance of the source."""
        made = self.make()
        if not isinstance(made, Source):
            raise Broken(f"{made!r} has no find() and read(), or no name, fidelity, api_version")
        return made

    @contextlib.contextmanager
    def home(self, sample: Sample | None = None) -> Iterator[Path]:
        """Give a folder with the logs of *sample*, or the trial's own."""
        with folder_for_trials() as folder:
            yield (sample or self.sample).write(folder / "home")

    def find(self, source: Source, home: Path) -> list[Segment | Path]:
        """Return the logs that *source* finds below *home*; Broken where it raises."""
        try:
            return list(source.find(Home(home)))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is reported
            raise Broken(f"find() raised {type(error).__name__}: {error}{_place(error)}") from None

    def tell(self, sample: Sample | None = None) -> Told:
        """Return what the source tells of *sample*, or the trial's own."""
        with self.home(sample) as home:
            return self.tell_below(home, sample)

    def tell_below(
        self, home: Path, sample: Sample | None = None, *, backwards: bool = False
    ) -> Told:
        """Return what a new instance of the source tells below *home*, where *sample* is."""
        source = self.source()
        given = sorted(self.find(source, home), key=_name, reverse=backwards)
        uses: list[UsageEvent] = []
        refused = []
        aside = []
        for item in given:
            try:
                reading = read(source, item)
                uses += reading.events
                aside += [reading.state, reading.wants, *reading.dropped]
            except Broken as broken:
                broken.log = sample
                raise
            except Exception as error:  # noqa: BLE001 - laws judge what it is
                refused.append(Refused(_name(item), error))
        aside += [str(one) for one in refused]
        return Told(settled(uses), refused, sample, "\n".join(aside))

    def collect(self, *homes: Path, archive: Path) -> Collection:
        """Return what *archive* holds after a collection below *homes*, in UTC."""
        return collect(
            homes,
            sources=[self.source()],
            archive=archive,
            tz="UTC",
            now=now_for(self.sample.tokens),
            jobs=1,
        )

    def days(self, collection: Collection) -> dict[str, int]:
        """Return day to tokens of the source, where there are any."""
        name = self.source().name
        days = ((row.date.isoformat(), row.sources.get(name)) for row in collection.rows)
        return {day: found.tokens for day, found in days if found and found.tokens}

    def with_sample(self, sample: Sample) -> Trial:
        """Return a trial of the same source with another sample."""
        return evolve(self, sample=sample)


def read(source: Source, item: Segment | Path, resume: Resume | None = None) -> Reading:
    """Return what *source* reads of *item*, its events in a list, each of them checked."""
    if isinstance(item, Segment):
        reading = source.read(item, resume)
    else:
        simple: SimpleSource = source  # type: ignore[assignment]
        given = list(simple.read(item))
        reading = Reading(
            events=[one for one in given if not isinstance(one, Dropped)],
            dropped=Counter(one.reason for one in given if isinstance(one, Dropped)),
        )
    try:
        check_reading(reading, Path(_name(item)).stat().st_size)
    except ContractError as error:
        raise Broken(f"the source {error.message}") from None
    events = list(reading.events)
    for event in events:
        try:
            check_event(event, source.name)
        except ContractError as error:
            raise Broken(f"the source {error.message}: {event!r}") from None
    return evolve(reading, events=events)


def _name(item: Segment | Path) -> str:
    return item.name if isinstance(item, Segment) else os.fspath(item)


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f" (line {frames[-1].lineno} of {Path(frames[-1].filename).name})" if frames else ""


@contextlib.contextmanager
def folder_for_trials() -> Iterator[Path]:
    """Give an empty folder, in memory where there is one: an archive then waits for no disk."""
    memory = Path("/dev/shm")  # noqa: S108 - its name is made at random, as in any other place
    place = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="burnlib-", dir=place) as folder:
        yield Path(folder)


def settled(events: Iterable[UsageEvent]) -> list[UsageEvent]:
    """Return every use once, in the order of ids, as the archive settles what logs tell."""
    uses: dict[str, list[UsageEvent]] = {}
    for event in events:
        uses.setdefault(event.id, []).append(event)
    return [use for _, told in sorted(uses.items()) for use in settle(told)]


def _difference(mine: Mapping[str, TokenCounts], theirs: Mapping[str, TokenCounts]) -> str:
    lost, new = sorted(set(mine) - set(theirs)), sorted(set(theirs) - set(mine))
    if lost and new and len(mine) == len(theirs):
        return f"the same uses have other ids, {lost[0]!r} and {new[0]!r}"
    if lost or new:
        return f"the use {lost[0]!r} is missing" if lost else f"the use {new[0]!r} came in addition"
    other = next(id_ for id_ in sorted(mine) if mine[id_] != theirs[id_])
    return f"the use {other!r} has other counts"


def _tokens(uses: Iterable[UsageEvent]) -> dict[str, TokenCounts]:
    return {f"{use.id} {use.request}".strip(): use.counts for use in uses}


def _outline(use: UsageEvent) -> tuple[object, ...]:
    return (use.at, use.fidelity, use.counts, use.calls)


@contextlib.contextmanager
def in_zone(name: str) -> Iterator[None]:
    """Set the zone of this process, as a machine in another country would have it."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()
