"""Run the sources over home folders, keep what works in the archive, report the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attrs import field, frozen

from burnlib.archive import Archive, SegmentRecord, default_path
from burnlib.archive.fingerprint import Change, Fingerprint, Stat, stat_of
from burnlib.archive.records import text_of_path
from burnlib.days import system_zone, zone
from burnlib.errors import ContractError
from burnlib.history import History
from burnlib.model import Estimate, UsageEvent, check_estimate
from burnlib.sources.base import Home, Problem, Reading, Resume, Segment, Source, grouped
from burnlib.sources.contract import check_event
from burnlib.sources.installed import log_sources
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

# A longer period may have been set only yesterday, when older logs were already deleted, so it is
# believed as far back as the oldest log that is there.
_BELIEVED = timedelta(days=31)

# A hundred years: longer periods mean "for ever", and would leave the calendar.
_LONGEST_KEEPING = timedelta(days=36_525)


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
    estimate: Estimate = "visible",
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
        estimate: Which figure of conversations is the value of the rows: "visible" or "processed".
        progress: Called after every log file.

    Raises:
        ArchiveError: The archive cannot be read or written.
        InvalidInput: An unknown zone or estimate, or a source that is fed by exports.
        NotFound: An unknown source.

    """
    check_estimate(estimate)
    at = now or datetime.now(UTC)
    places = [Home(Path(home)) for home in homes] if homes is not None else [Home.own()]
    path = Path(archive) if archive else default_path()
    # Before anything is made: a zone that cannot be told is an error.
    named = zone(tz).key if tz else "" if path.exists() else system_zone()
    run = _Run(at, progress)
    scans = [
        (source, list(run.find(source.name, source, places)))
        for source in log_sources(sources, run.problems)
    ]
    # Where there is nothing to keep, no empty archive is left behind.
    if path.exists() or any(found for _, found in scans):
        with Archive(path) as store:
            if named or not store.get("zone"):
                store.set("zone", named or system_zone())
            named = store.get("zone")
            for source, found in scans:
                run.scan(store, source, places, found)
    return Collection(
        archive=path,
        now=at,
        tz=named,
        estimate=estimate,
        exists=path.exists(),
        problems=grouped(run.problems),
        files=run.files,
        changed=run.changed,
    )


@frozen
class _Found:
    """A log file as it was when it was listed.

    *simple* is whether the source gave it as a path: then its ``read`` takes a path, too.
    """

    segment: Segment
    stat: Stat
    simple: bool


@frozen
class _Run:
    """One collection: what it works on, and what it has come across."""

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

    def find(self, name: str, source: Source, homes: Sequence[Home]) -> Iterator[_Found]:
        """Yield the log files of *source* below *homes*, each once, in the order of their paths."""
        found: dict[Path, tuple[Segment, bool]] = {}
        for home in homes:
            try:
                for given in source.find(home):
                    simple = not isinstance(given, Segment)
                    segment = given if isinstance(given, Segment) else Segment(Path(given))
                    found.setdefault(_real(segment.path), (segment, simple))
            except Exception as error:  # noqa: BLE001 - a plugin's code, or a folder's refusal
                self.problems.append(Problem.of(name, str(home.root), error))
        for segment, simple in sorted(found.values(), key=lambda pair: str(pair[0].path)):
            try:
                yield _Found(segment, stat_of(segment.path), simple)
            except FileNotFoundError:
                continue  # deleted since it was listed: what it gave is kept
            except OSError as error:
                self.problems.append(Problem.of(name, str(segment.path), error))

    def scan(
        self, store: Archive, source: Source, homes: Sequence[Home], found: Sequence[_Found]
    ) -> None:
        """Read everything in *found* that is not yet in the archive."""
        name = source.name
        known = store.segments(name)
        self.totals["files"] += len(found)
        pending: list[_Kept] = []
        for done, item in enumerate(found, start=1):
            if read := self._read(source, item, known.get(text_of_path(item.segment.path))):
                pending.append(read)
            if len(pending) >= _BATCH or done == len(found):
                _keep(store, pending)
            if self.progress:
                self.progress(name, done, len(found))
        if not found or any(problem.source == name for problem in self.problems):
            return
        try:
            kept = _shortest_keeping(source, homes)
        except Exception as error:  # noqa: BLE001 - a plugin's code
            self.problems.append(Problem.of(name, "kept()", error))
            return
        oldest = _oldest(store, name, found)
        first = oldest if kept is None else self.now - kept
        if kept is not None and kept > _BELIEVED:
            first = max(self.now - kept, oldest or self.now)
        if first is not None and first <= self.now:
            store.observe(name, first, self.now)

    def _read(self, source: Source, item: _Found, known: SegmentRecord | None) -> _Kept | None:
        """Read what is new in a file; None where nothing is, or where it cannot be read."""
        try:
            change = _change(item, known)
            stale = known is not None and (
                known.revision != _revision(source) or known.wants in item.segment.peers
            )
            if change is Change.SAME and not stale:
                return None
            resume = None
            if known and known.offset and change is Change.GREW and not stale:
                resume = Resume(known.offset, known.state)
            elif change is Change.GREW:
                change = Change.SAME  # read from the start, it replaces what it gave before
            reading = _reading(source, item, resume)
            self.totals["changed"] += 1
            record = _record(source, item, known, reading, resume)
            return _Kept(record, reading.events, change, known)
        except FileNotFoundError:
            return None
        except Exception as error:  # noqa: BLE001
            # Whatever it is, it costs this file alone; what was kept of it before stays.
            self.problems.append(Problem.of(source.name, str(item.segment.path), error))
            return None


@frozen
class _Kept:
    """What one pass over a file gave, ready for the archive."""

    record: SegmentRecord
    events: Sequence[UsageEvent]
    change: Change
    known: SegmentRecord | None


def _keep(store: Archive, pending: list[_Kept]) -> None:
    if pending:
        with store.transaction():
            for kept in pending:
                store.write(kept.record, kept.events, kept.change, known=kept.known)
        pending.clear()


def _revision(source: Source) -> int:
    return int(getattr(source, "revision", 1))


def _record(
    source: Source,
    item: _Found,
    known: SegmentRecord | None,
    reading: Reading,
    resume: Resume | None,
) -> SegmentRecord:
    dropped = Counter(reading.dropped)
    firsts = [event.at for event in reading.events]
    if resume and known:
        dropped += Counter(known.dropped)
    if known and known.first:
        firsts.append(known.first)
    # Only what was there before the reading is vouched for: the file may be growing.
    size = min(reading.offset or item.stat.size, item.stat.size)
    return SegmentRecord(
        source=source.name,
        path=text_of_path(item.segment.path),
        stat=item.stat,
        fingerprint=Fingerprint.of(item.segment.path, size),
        offset=reading.offset,
        revision=_revision(source),
        first=min(firsts, default=None),
        state=reading.state,
        wants=reading.wants,
        dropped=dropped,
    )


def _shortest_keeping(source: Source, homes: Sequence[Home]) -> timedelta | None:
    """Return for how long the tool keeps its logs, None for ever."""
    kept = getattr(source, "kept", None)
    shortest: timedelta | None = None
    if kept is None:
        return None
    for home in homes:
        period: object = kept(home)
        if period is None:
            continue
        if not isinstance(period, timedelta):
            raise ContractError(f"kept() gave {period!r}, not a timedelta or None")
        longest = _LONGEST_KEEPING if shortest is None else shortest
        shortest = max(timedelta(0), min(period, longest))
    return shortest


def _oldest(store: Archive, name: str, found: Sequence[_Found]) -> datetime | None:
    """Return the instant from which logs that are kept for ever would show any use."""
    known = store.segments(name)
    records = [known.get(text_of_path(item.segment.path)) for item in found]
    firsts = [record.first for record in records if record and record.first]
    return min(firsts) - _WHOLE_FIRST_DAY if firsts else None


def _real(path: Path) -> Path:
    """Return what tells that two paths are one file: a doubly listed root, a link."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path


def _change(item: _Found, known: SegmentRecord | None) -> Change:
    if known is None:
        return Change.NEW
    if known.stat == item.stat:
        return Change.SAME
    there = known.fingerprint.holds(item.segment.path, item.stat.size)
    return Change.GREW if there else Change.REWRITTEN


def _reading(source: Source, item: _Found, resume: Resume | None) -> Reading:
    """Call the source in the form it was written in, and check what comes back."""
    if not item.simple:
        reading = source.read(item.segment, resume)
        for event in reading.events:
            check_event(event, source.name)
        return reading
    given: object = source.read(item.segment.path)  # type: ignore[call-arg, arg-type]
    uses: dict[tuple[str, str], UsageEvent] = {}
    for event in given:  # type: ignore[attr-defined]
        check_event(event, source.name)
        key = (event.id, event.request)
        uses[key] = join(uses[key], event) if key in uses else event
    return Reading(events=list(uses.values()))
