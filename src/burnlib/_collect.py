"""Run the sources over home folders, keep what works in the archive, report the rest."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attrs import evolve, field, frozen

from burnlib.archive import Archive, SegmentRecord
from burnlib.archive.fingerprint import Change, Fingerprint, Stat, stat_of
from burnlib.days import system_zone, zone
from burnlib.errors import BurnlibError, ContractError
from burnlib.history import History
from burnlib.model import UsageEvent
from burnlib.plugins import load, plugins
from burnlib.sources.base import Home, Problem, Reading, Resume, Segment, Source
from burnlib.uses import join

__all__ = ["Collection", "Progress", "collect"]

Progress = Callable[[str, int, int], None]
"""Called as (source, log files done, log files in all)."""

# Log files whose readings are committed together: a commit waits for the disk, and what a kill
# leaves uncommitted is read again.
_BATCH = 32

# A scan of a tool that keeps its logs for ever has seen the whole day of its oldest use. 25 hours
# reach the local midnight before any instant, also on the day the clocks go back.
_WHOLE_FIRST_DAY = timedelta(hours=25)


@frozen(kw_only=True)
class Collection(History):
    """What the archive holds after a collection, and how the collection went.

    Attributes:
        problems: What could not be read; everything else is unaffected.
        files: Log files that were found.
        changed: Log files that were new or had changed, and were read.

    """

    problems: tuple[Problem, ...] = ()
    files: int = 0
    changed: int = 0


def collect(
    homes: Iterable[str | Path] | None = None,
    *,
    sources: Iterable[str] | None = None,
    archive: str | Path | None = None,
    tz: str | None = None,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Collection:
    """Read the logs of all sources into the archive and return what it then holds.

    Args:
        homes: Home folders to look below; default: the running user's own, where environment
            variables such as CODEX_HOME are honoured.
        sources: Names of sources; default: all that are installed. A source asked for by name
            that cannot be loaded raises; otherwise it is one of the problems.
        archive: The archive file; default: the user's own.
        tz: IANA name of the zone that days are cut in; default: the one the archive was first
            used with, at first the system's.
        now: The instant of the collection; default: the clock's.
        progress: Called after every log file.

    Raises:
        ArchiveError: The archive cannot be read or written.
        InvalidInput: An unknown zone.
        NotFound: An unknown source.

    """
    at = now or datetime.now(UTC)
    places = [Home(Path(home)) for home in homes] if homes is not None else [Home.own()]
    with Archive(Path(archive) if archive else None) as store:
        if tz or not store.get("zone"):
            store.set("zone", zone(tz).key if tz else system_zone())
        run = _Run(store, at, progress)
        for name, source in _load_sources(sources, run.problems):
            run.scan(name, source, places)
        path = store.path
    return Collection(
        archive=path,
        now=at,
        problems=tuple(run.problems),
        files=run.files,
        changed=run.changed,
    )


def _load_sources(
    names: Iterable[str] | None, problems: list[Problem]
) -> Iterator[tuple[str, Source]]:
    if names is not None:
        for name in names:
            yield name, _as_source(load("sources", name))
        return
    for plugin in plugins("sources"):
        if plugin.disabled:
            continue
        try:
            yield plugin.name, _as_source(load("sources", plugin.name))
        except BurnlibError as error:
            problems.append(Problem.of(plugin.name, plugin.package, error))


def _as_source(made: object) -> Source:
    if not isinstance(made, Source):
        raise ContractError("has no fidelity", where=type(made).__name__, hint="see Source")
    return made


@frozen
class _Found:
    """A log file and what is known of it."""

    segment: Segment
    stat: Stat
    known: SegmentRecord | None


@frozen
class _Run:
    """One collection: what it works on, and what it has come across."""

    store: Archive
    now: datetime
    progress: Progress | None
    problems: list[Problem] = field(factory=list)
    totals: Counter[str] = field(factory=Counter)

    @property
    def files(self) -> int:
        return self.totals["files"]

    @property
    def changed(self) -> int:
        return self.totals["changed"]

    def scan(self, name: str, source: Source, homes: Sequence[Home]) -> None:
        """Read everything that *source* has below *homes* and is not yet in the archive."""
        before = len(self.problems)
        known = self.store.segments(name)
        found: list[_Found] = []
        for home in homes:
            found += self._find(name, source, home, known)
        unique = {_identity(item): item for item in reversed(found)}
        work = sorted(unique.values(), key=lambda item: str(item.segment.path))
        revision = int(getattr(source, "revision", 1))
        self.totals["files"] += len(work)
        pending: list[tuple[SegmentRecord, Sequence[UsageEvent], Change]] = []
        for done, item in enumerate(work, start=1):
            if read := self._read(name, source, revision, item):
                pending.append(read)
            if len(pending) >= _BATCH or done == len(work):
                self._keep(pending)
            if self.progress:
                self.progress(name, done, len(work))
        if work and len(self.problems) == before:
            self._observe(name, source, homes, work)

    def _find(
        self, name: str, source: Source, home: Home, known: dict[str, SegmentRecord]
    ) -> Iterator[_Found]:
        try:
            segments = [
                s if isinstance(s, Segment) else Segment(Path(s)) for s in source.find(home)
            ]
        except Exception as error:
            self.problems.append(Problem.of(name, str(home.root), error))
            return
        for segment in segments:
            try:
                yield _Found(segment, stat_of(segment.path), known.get(_key(segment.path)))
            except FileNotFoundError:
                continue  # deleted since it was listed: what it gave is kept
            except OSError as error:
                self.problems.append(Problem.of(name, str(segment.path), error))

    def _read(
        self, name: str, source: Source, revision: int, item: _Found
    ) -> tuple[SegmentRecord, Sequence[UsageEvent], Change] | None:
        """Read what is new in a file; None where nothing is, or where it cannot be read."""
        try:
            change = _change(item)
            again = item.known is not None and (
                item.known.revision != revision
                or (item.known.wants and item.known.wants in item.segment.peers)
            )
            if change is Change.SAME and not again:
                return None
            return self._read_changed(name, source, revision, item, change, again=bool(again))
        except FileNotFoundError:
            return None
        except Exception as error:
            # Whatever it is, it costs this file alone; what was kept of it before stays.
            self.problems.append(Problem.of(name, str(item.segment.path), error))
            return None

    def _read_changed(
        self,
        name: str,
        source: Source,
        revision: int,
        item: _Found,
        change: Change,
        *,
        again: bool,
    ) -> tuple[SegmentRecord, Sequence[UsageEvent], Change]:
        known = item.known
        resume = None
        if known and change is Change.GREW and known.offset and not again:
            resume = Resume(known.offset, known.state)
        elif change is Change.GREW:
            change = Change.SAME  # the whole file is read: it replaces what it gave before
        reading = _reading(source, item.segment, resume, name)
        dropped = Counter(reading.dropped)
        if resume and known:
            dropped += Counter(known.dropped)
        # Only what was there before the reading is vouched for; the file may be growing.
        size = min(max(reading.offset, 0) or item.stat.size, item.stat.size)
        record = SegmentRecord(
            source=name,
            path=_key(item.segment.path),
            stat=item.stat,
            fingerprint=Fingerprint.of(item.segment.path, size),
            offset=reading.offset,
            revision=revision,
            state=reading.state,
            wants=reading.wants,
            first=min((event.at for event in reading.events), default=None),
            dropped=dropped,
        )
        if known and known.first:
            record = evolve(record, first=min(known.first, record.first or known.first))
        self.totals["changed"] += 1
        return record, reading.events, change

    def _keep(self, pending: list[tuple[SegmentRecord, Sequence[UsageEvent], Change]]) -> None:
        if pending:
            with self.store.transaction():
                for record, events, change in pending:
                    self.store.write(record, events, change)
            pending.clear()

    def _observe(
        self, name: str, source: Source, homes: Sequence[Home], work: Sequence[_Found]
    ) -> None:
        """Record how far back this scan, which missed nothing, could see."""
        kept = getattr(source, "kept", None)
        periods = [period for home in homes if kept and (period := kept(home)) is not None]
        if periods:
            self.store.observe(name, self.now - min(periods), self.now)
            return
        known = self.store.segments(name)
        records = [known.get(_key(item.segment.path)) for item in work]
        firsts = [record.first for record in records if record and record.first]
        if firsts and min(firsts) <= self.now:
            self.store.observe(name, min(firsts) - _WHOLE_FIRST_DAY, self.now)


def _key(path: Path) -> str:
    """Return the path as the archive's text: bytes that are no text are written as escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _identity(item: _Found) -> object:
    """Tell whether two paths are one file: a doubly listed root, a link."""
    try:
        return item.segment.path.resolve()
    except (OSError, RuntimeError):
        return item.segment.path


def _change(item: _Found) -> Change:
    known = item.known
    if known is None:
        return Change.NEW
    if known.stat == item.stat:
        return Change.SAME
    return (
        Change.GREW
        if known.fingerprint.holds(item.segment.path, item.stat.size)
        else Change.REWRITTEN
    )


def _reading(source: Source, segment: Segment, resume: Resume | None, name: str) -> Reading:
    """Call the source in the form it was written in, and check what comes back."""
    if _is_simple(source):
        given: object = source.read(segment.path)  # type: ignore[call-arg, arg-type]
        events = list(given)  # type: ignore[call-overload]
        reading = Reading(events=_merged(events))
    else:
        reading = source.read(segment, resume)
    for event in reading.events:
        if not isinstance(event, UsageEvent):
            raise ContractError(f"gave a {type(event).__name__}, not a UsageEvent")
        if event.source != name:
            raise ContractError(f"gave an event of the source {event.source!r}")
        if not event.id:
            raise ContractError("gave an event without an id")
    return reading


def _is_simple(source: Source) -> bool:
    """Whether ``read`` takes a path alone: the short form of the protocol."""
    code = getattr(getattr(source.read, "__func__", source.read), "__code__", None)
    return code is not None and code.co_argcount == 2  # noqa: PLR2004 - self and the path


def _merged(events: Iterable[UsageEvent]) -> list[UsageEvent]:
    uses: dict[tuple[str, str], UsageEvent] = {}
    for event in events:
        key = (event.id, event.request)
        uses[key] = join(uses[key], event) if key in uses else event
    return list(uses.values())
