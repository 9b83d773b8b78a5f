"""Run the sources over home folders, keep what works in the archive, report the rest."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from attrs import frozen

from burnlib._apart import Kept, can_be_read_apart, processes_for, read_apart
from burnlib._foreign import contained
from burnlib._reading import Log, is_answered, read_log, revision_of
from burnlib.archive import Archive, Told, default_path
from burnlib.archive.fingerprint import Stat
from burnlib.archive.records import text_of_path
from burnlib.days import from_microseconds, system_zone, zone
from burnlib.errors import ContractError
from burnlib.history import History
from burnlib.model import Estimate, check_estimate
from burnlib.sources.base import Home, Problem, Segment, SimpleSource, Source, grouped
from burnlib.sources.installed import log_sources

__all__ = ["Collection", "Progress", "collect"]

Progress = Callable[[str, int, int], None]
"""Called as (source, log files done, log files in all)."""

# Uses that are committed together: a commit waits for the disk, and what a kill leaves uncommitted
# is read again. A log file without any counts, too.
_BATCH = 20_000

# A scan of a tool that keeps its logs for ever has seen the whole day of its oldest use. 25 hours
# reach the local midnight before any instant, also on the day the clocks go back.
_WHOLE_FIRST_DAY = timedelta(hours=25)

# A longer period may have been set only yesterday, when older logs were already deleted, so it is
# believed as far back as the oldest log that is there.
_BELIEVED = timedelta(days=31)

# A hundred years: longer periods mean "for ever", and would leave the calendar.
_LONGEST_KEEPING = timedelta(days=36_525)


@frozen(kw_only=True, eq=False, repr=False)
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
    sources: Iterable[str | Source | SimpleSource] | None = None,
    archive: str | Path | None = None,
    tz: str | None = None,
    now: datetime | None = None,
    estimate: Estimate = "visible",
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Collection:
    """Read the logs of all sources into the archive and return what it then holds.

    Args:
        homes: Home folders to look below; default: the running user's own, where environment
            variables such as CODEX_HOME are honoured.
        sources: Names of sources, or sources themselves, which need not be installed; default:
            all that are installed. A source asked for that cannot be used raises; otherwise it is
            one of the problems.
        archive: The archive file; default: the user's own.
        tz: IANA name of the zone that days are cut in; default: the one the archive was first
            used with, at first the system's.
        now: The instant of the collection; default: the clock's.
        estimate: Which figure of conversations is the value of the rows: "visible" or "processed".
        jobs: Processes to read with, where there is enough to read; default: all cores where
            processes can be forked safely (Linux, no other thread), else this process alone. On
            other systems a program that names more must guard its main module, as
            :mod:`multiprocessing` asks for.
        progress: Called after every log file that is read.

    Raises:
        ArchiveError: The archive cannot be read or written.
        InvalidInput: An unknown zone or estimate, or a source that is fed by exports.
        NotFound: An unknown source.
        PluginError: A source asked for that cannot be loaded, or breaks the protocol.

    """
    check_estimate(estimate)
    at = now or datetime.now(UTC)
    places = [Home(Path(home)) for home in homes] if homes is not None else [Home.own()]
    path = Path(archive) if archive else default_path()
    # Before anything is made: a zone that cannot be told is an error.
    named = zone(tz).key if tz else "" if path.exists() else system_zone()
    run = _Run(at, progress, jobs)
    scans = [
        _Scan(source, run.find(source, places)) for source in log_sources(sources, run.problems)
    ]
    # Where there is nothing to keep, no empty archive is left behind.
    if path.exists() or any(scan.found for scan in scans):
        with Archive(path) as store:
            if named or not store.get("zone"):
                store.set("zone", named or system_zone())
            named = store.get("zone")
            logs = [log for scan in scans for log in _to_read(store, scan)]
            processes = run.processes_for(logs, scans)
            if processes == 1:
                run.read(store, scans, logs, places)
        if processes > 1:  # no connection to the archive survives a fork
            left = run.read_apart(path, scans, logs, processes)
            with Archive(path) as store:
                run.read(store, scans, left, places)
    return Collection(
        archive=path,
        now=at,
        tz=named,
        estimate=estimate,
        exists=path.exists(),
        problems=grouped(run.problems),
        files=sum(len(scan.found) for scan in scans),
        changed=run.changed,
    )


# A log file as it was when it was listed: what the source gave, its path as text, and of its stat
# the size, mtime_ns and ctime_ns. Of thousands nearly all are as they were, so it is a mere tuple.
_Found: TypeAlias = tuple[Segment | Path, str, tuple[int, int, int]]


class _Scan:
    """One source's log files, the instants of first uses in them, and how many are done."""

    def __init__(self, source: Source, found: list[_Found]) -> None:
        self.source = source
        self.found = found
        self.firsts: list[int] = []
        self.done = 0


class _Run:
    """One collection: what it works on, and what it has come across."""

    def __init__(self, now: datetime, progress: Progress | None, jobs: int | None) -> None:
        self.now = now
        self.progress = progress
        self.jobs = jobs
        self.problems: list[Problem] = []
        self.changed = 0

    def find(self, source: Source, homes: Sequence[Home]) -> list[_Found]:
        """Return the log files of *source* below *homes*, each once, ordered by their paths."""
        given: dict[str, Segment | Path] = {}
        for home in homes:
            try:
                with contained(source):
                    for item in source.find(home):
                        path = item.name if isinstance(item, Segment) else item
                        given.setdefault(os.fsdecode(path), item)
            except Exception as error:  # noqa: BLE001 - a plugin's code, or a folder's refusal
                self.problems.append(Problem.of(source.name, str(home.root), error))
        found: list[_Found] = []
        seen: dict[tuple[int, int], str] = {}
        links: dict[tuple[int, int], set[str]] = {}
        for name in sorted(given):
            try:
                stat = os.stat(name)  # noqa: PTH116 - one call, no wrapper: for every file
            except FileNotFoundError:
                continue  # deleted since it was listed: what it gave is kept
            except (OSError, ValueError) as error:  # the second: no system could have such a name
                self.problems.append(Problem.of(source.name, name, error))
                continue
            # A doubly listed root or a link: what looks like one file is compared by its real path.
            number = (stat.st_dev, stat.st_ino)
            first = seen.setdefault(number, name)
            if first is not name:
                alike = links.setdefault(number, {os.path.realpath(first)})
                if (real := os.path.realpath(name)) in alike:
                    continue
                alike.add(real)
            found.append((given[name], name, (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)))
        return found

    def processes_for(self, logs: Sequence[Log], scans: Sequence[_Scan]) -> int:
        """Return in how many processes to read *logs*."""
        apart = {scan.source.name for scan in scans if can_be_read_apart(scan.source)}
        return processes_for((log for log in logs if log.source in apart), self.jobs)

    def read_apart(
        self, path: Path, scans: Sequence[_Scan], logs: Sequence[Log], processes: int
    ) -> list[Log]:
        """Let other processes read *logs* into the archive at *path*; return those they left."""
        by_name = {scan.source.name: scan for scan in scans}
        sources = {name: scan.source for name, scan in by_name.items()}
        left = dict(enumerate(logs))
        for number, done in read_apart(path, sources, logs, processes):
            self._note(by_name[left.pop(number).source], done)
        return list(left.values())

    def read(
        self, store: Archive, scans: Sequence[_Scan], logs: Sequence[Log], homes: Sequence[Home]
    ) -> None:
        """Read *logs* into the archive, and note what was observed."""
        by_name = {scan.source.name: scan for scan in scans}
        pending: list[Told] = []
        waiting = 0
        try:
            for log in logs:
                scan = by_name[log.source]
                told = read_log(scan.source, log)
                if isinstance(told, Told):
                    pending.append(told)
                    waiting += 1 + len(told.events)
                if waiting >= _BATCH:
                    _keep(store, pending, more=True)
                    waiting = 0
                self._note(scan, Kept.of(told) if isinstance(told, Told) else told)
        except KeyboardInterrupt:
            _keep(store, pending, more=False)
            raise
        with store.transaction():
            store.write(pending)
            for scan in scans:
                self._observe(store, scan, homes)

    def _note(self, scan: _Scan, done: Kept | Problem | None) -> None:
        """Take note of how a log went; None: nothing in it is new."""
        if isinstance(done, Problem):
            self.problems.append(done)
        elif done:
            self.changed += 1
            if done.first is not None:
                scan.firsts.append(done.first)
        scan.done += 1
        if self.progress:
            self.progress(scan.source.name, scan.done, len(scan.found))

    def _observe(self, store: Archive, scan: _Scan, homes: Sequence[Home]) -> None:
        """Record from when on any use of the source would have been seen."""
        name = scan.source.name
        if not scan.found or any(problem.source == name for problem in self.problems):
            return
        try:
            with contained(scan.source):
                kept = _shortest_keeping(scan.source, homes)
        except Exception as error:  # noqa: BLE001 - a plugin's code
            self.problems.append(Problem.of(name, "kept()", error))
            return
        oldest = None
        if scan.firsts:
            oldest = from_microseconds(min(scan.firsts)) - _WHOLE_FIRST_DAY
        first = oldest if kept is None else self.now - kept
        if kept is not None and kept > _BELIEVED:
            first = max(self.now - kept, oldest or self.now)
        if first is not None and first <= self.now:
            store.observe(name, first, self.now)


def _to_read(store: Archive, scan: _Scan) -> Iterator[Log]:
    """Yield the logs that are new or have changed since they were read: one look at each."""
    source = scan.source
    name, revision = source.name, revision_of(source)
    known, firsts = store.glances(name), scan.firsts
    for given, listed, stat in scan.found:
        path = text_of_path(listed)
        record, stale = None, False
        if glance := known.get(path):
            size, mtime_ns, ctime_ns, by, wants, first = glance
            if first is not None:
                firsts.append(first)
            stale = by != revision or (wants != "" and not is_answered(wants, _segment(given)))
            if (size, mtime_ns, ctime_ns) == stat and not stale:
                scan.done += 1
                continue
            record = store.segment(name, path)
        simple = not isinstance(given, Segment)
        yield Log(name, _segment(given), Stat(*stat), simple, record, stale)


def _segment(given: Segment | Path) -> Segment:
    return given if isinstance(given, Segment) else Segment(given)


def _keep(store: Archive, pending: list[Told], *, more: bool) -> None:
    with store.transaction():
        store.write(pending, more=more)
    pending.clear()


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
