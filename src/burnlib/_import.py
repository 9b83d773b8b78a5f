"""Read exports of chat products into the archive: estimated uses, said to be so."""

from __future__ import annotations

import contextlib
import functools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from attrs import define, evolve, field, frozen

from burnlib._counting import Counts, counted_ahead
from burnlib._foreign import contained
from burnlib.archive import Archive, SegmentRecord, Told, default_path
from burnlib.archive.fingerprint import Change, Fingerprint, Stat, stat_of
from burnlib.archive.records import text_of_path
from burnlib.days import system_zone, zone
from burnlib.errors import BurnlibError, LogFormatError, MissingDependency, NotFound
from burnlib.estimating import Calibration, Method
from burnlib.exports import Member, find_exports, members, open_export, records
from burnlib.history import History
from burnlib.model import Estimate, UsageEvent, check_estimate
from burnlib.normalize import DATED_AHEAD, in_the_future
from burnlib.packed import pack
from burnlib.plugins import maker_of
from burnlib.sources.base import Problem
from burnlib.sources.contract import check_event
from burnlib.sources.conversations import ExportSource
from burnlib.sources.installed import export_sources
from burnlib.sources.turns import Outline, outline_of, uses_of
from burnlib.words import counted

__all__ = ["Imported", "Progress", "import_files"]

Progress = Callable[[str, int, int], None]
"""Called as (name of a document, bytes read, bytes in all)."""

# Uses that are committed together: a commit waits for the disk, and an import that is cut short
# loses nothing but time.
_BATCH = 5000


@frozen(kw_only=True)
class Imported(History):
    """What the archive holds after an import, and how the import went.

    Attributes:
        problems: What could not be read; everything else is unaffected.
        files: Files that were named or found.
        unchanged: Those of them that were imported before, and were not read again.
        conversations: Source to number of conversations read.
        messages: Source to number of messages counted.
        left_out: Reason to number of things in what was read that have no text to count.

    """

    problems: tuple[Problem, ...] = ()
    files: int = 0
    unchanged: int = 0
    conversations: Mapping[str, int] = field(factory=dict)
    messages: Mapping[str, int] = field(factory=dict)
    left_out: Mapping[str, int] = field(factory=dict)


def import_files(
    paths: str | Path | Iterable[str | Path],
    *,
    sources: Iterable[str | ExportSource] | None = None,
    archive: str | Path | None = None,
    tz: str | None = None,
    now: datetime | None = None,
    estimate: Estimate = "visible",
    progress: Progress | None = None,
) -> Imported:
    """Read exports of chat products into the archive and return what it then holds.

    Which product an export is of is told by what is in it, record by record. What is imported
    twice, or in a newer and an older export in either order, counts once. Text is counted and
    dropped; titles are never read.

    Args:
        paths: Zip archives, folders, or JSON documents; one or many.
        sources: Names of sources, or sources themselves, which need not be installed; default:
            all that are installed.
        archive: The archive file; default: the user's own.
        tz: IANA name of the zone that days are cut in; default: the one the archive was first
            used with, at first the system's.
        now: The instant of the import; default: the clock's.
        estimate: Which figure is the value of the rows: "visible" or "processed".
        progress: Called while documents are read.

    Raises:
        ArchiveError: The archive cannot be read or written.
        InvalidInput: An unknown zone or estimate, or a source that finds logs.
        NotFound: A file that does not exist, or a folder without exports; nothing was read.
        PluginError: A source asked for that cannot be loaded, or breaks the protocol.

    """
    check_estimate(estimate)
    at = now or datetime.now(UTC)
    path = Path(archive) if archive else default_path()
    # Before anything is made: a zone that cannot be told is an error.
    named = zone(tz).key if tz else "" if path.exists() else system_zone()
    files = find_exports(_existing(paths))
    problems: list[Problem] = []
    readers = export_sources(problems, sources)
    with contextlib.ExitStack() as stack:
        archived = _Archived(path, named, stack)
        run = _Run(archived, readers, problems, progress, at)
        for file in files:
            run.take(file)
        named = named or archived.zone
    return Imported(
        archive=path,
        now=at,
        tz=named,
        estimate=estimate,
        exists=path.exists(),
        problems=tuple(problems),
        files=len(files),
        unchanged=run.unchanged,
        conversations=dict(run.conversations),
        messages=dict(run.messages),
        left_out=dict(sorted(run.left_out.items())),
    )


def _existing(paths: str | Path | Iterable[str | Path]) -> list[Path]:
    """Return the paths; raise NotFound for one that is not there, before minutes of reading."""
    found = [Path(paths)] if isinstance(paths, str | Path) else [Path(path) for path in paths]
    for path in found:
        if not path.exists():
            hint = "look at the spelling; an export is a .zip file, or conversations.json"
            raise NotFound("does not exist", where=str(path), hint=hint)
    return found


@define
class _Archived:
    """The archive, opened when it is first written to: a failed import leaves no empty one."""

    path: Path
    tz: str
    stack: contextlib.ExitStack
    _store: Archive | None = None

    @property
    def store(self) -> Archive:
        if self._store is None:
            self._store = self.stack.enter_context(Archive(self.path))
            if self.tz or not self._store.get("zone"):
                self._store.set("zone", self.tz or system_zone())
        return self._store

    @property
    def zone(self) -> str:
        return self.store.get("zone")

    def segment(self, source: str, path: str) -> SegmentRecord | None:
        known = self._store is not None or self.path.exists()
        return self.store.segment(source, path) if known else None

    def calibrations(self) -> dict[str, Calibration]:
        return self.store.calibrations() if self.path.exists() else {}


@define
class _Document:
    """What has been read of a file for one source, and not yet been kept."""

    record: SegmentRecord
    events: list[UsageEvent] = field(factory=list)
    left_out: Counter[str] = field(factory=Counter)


class _Run:
    """One import: what it works on, and what it has come across."""

    def __init__(
        self,
        archived: _Archived,
        sources: Sequence[ExportSource],
        problems: list[Problem],
        progress: Progress | None,
        now: datetime,
    ) -> None:
        self.now = now
        self.archived = archived
        self.sources = sources
        self.problems = problems
        self.progress = progress
        self.unchanged = 0
        self.conversations: Counter[str] = Counter()
        self.messages: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        self.calibrations = archived.calibrations()
        self.measured: dict[Method, Method] = {}
        # With other ratios, the same bytes give other estimates.
        ratios = {name: c.at.isoformat() for name, c in sorted(self.calibrations.items())}
        self.state = json.dumps({"calibrated": ratios})

    def take(self, file: Path) -> None:
        """Read everything in *file* that is not yet in the archive."""
        before = len(self.problems)
        documents: dict[str, _Document] = {}
        try:
            open_export(file).close()  # says what is wrong with a file, and how to right it
            stat = stat_of(file)
            if self._is_known(file, stat):
                self.unchanged += 1
                return
            found, faults = members(file)
            self.problems += [Problem.of("import", str(file), fault) for fault in faults]
            for member in found:
                self._read(member, file, stat, documents)
        except (LogFormatError, NotFound, OSError) as error:
            self.problems.append(Problem.of("import", str(file), error))
        except KeyboardInterrupt:
            self._keep(documents, whole=False)
            raise
        self._keep(documents, whole=len(self.problems) == before)

    def _is_known(self, file: Path, stat: Stat) -> bool:
        """Whether all of *file*, as it is now, was imported with the ratios of now."""
        path = text_of_path(file.resolve())
        known = [
            (record.state, record.revision) == (self.state, _revision(source))
            for source in self.sources
            # A record with another stat is of another export, which had this name before.
            if (record := self.archived.segment(source.name, path)) and record.stat == stat
        ]
        return bool(known) and all(known)

    def _read(
        self, member: Member, file: Path, stat: Stat, documents: dict[str, _Document]
    ) -> None:
        with member.open() as raw:
            for outline, counts in counted_ahead(self._outlines(member, raw)):
                if isinstance(counts, MissingDependency):
                    raise counts  # no conversation can be counted
                try:
                    events = _events(outline, counts)
                except Exception as error:  # noqa: BLE001 - of what a plugin made of a record
                    self.problems.append(_problem(member.name, error))
                    continue
                if outline.source not in documents:
                    documents[outline.source] = _Document(self._begun(outline.source, file, stat))
                document = documents[outline.source]
                ahead = sum(in_the_future(event, self.now) for event in events)
                if ahead:
                    self.left_out[f"message {DATED_AHEAD}"] += ahead
                document.events += events
                document.left_out += outline.left_out
                self.left_out += outline.left_out
                self.conversations[outline.source] += 1
                self.messages[outline.source] += len(events)
                if len(document.events) >= _BATCH:
                    self._keep(documents, whole=False)

    def _begun(self, source: str, file: Path, stat: Stat) -> SegmentRecord:
        """Return what is known of a file before it is read."""
        return SegmentRecord(
            source=source,
            path=text_of_path(file.resolve()),
            stat=stat,
            fingerprint=Fingerprint(),
            revision=next(_revision(known) for known in self.sources if known.name == source),
        )

    def _outlines(self, member: Member, raw: BinaryIO) -> Iterator[Outline]:
        """Yield the conversations of a document; what is none goes to the problems."""
        strangers = 0
        for record in records(raw, where=member.name):
            if self.progress:
                self.progress(member.name, raw.tell(), member.size)
            if isinstance(record, LogFormatError):
                self.problems.append(Problem.of("import", member.name, record))
                continue
            try:
                outline = self._recognised(record)
            except Exception as error:  # noqa: BLE001 - a plugin's code
                self.problems.append(_problem(member.name, error))
                continue
            if outline:
                yield outline
            else:
                strangers += 1
        if strangers:
            hint = "burn import reads the conversations of ChatGPT and Claude.ai exports"
            message = f"{counted(strangers, 'object', 'objects')} of no known product"
            self.problems.append(Problem("import", member.name, message, hint))

    def _recognised(self, record: Mapping[str, object]) -> Outline | None:
        for source in self.sources:
            with contained(source):
                if conversation := source.conversation(record):
                    method = functools.partial(self._method, source)
                    return outline_of(conversation, source=source.name, method=method)
        return None

    def _method(self, source: ExportSource, model: str, at: datetime) -> Method:
        how = source.method(model, at)
        if not self.calibrations:
            return how
        if how not in self.measured:
            self.measured[how] = how.calibrate(self.calibrations)
        return self.measured[how]

    def _keep(self, documents: Mapping[str, _Document], *, whole: bool) -> None:
        """Commit what was read of a file; one that was not *whole* is read again the next time.

        All sources at once: with one of them kept, the file would look as if it had been read.
        """
        if not documents:
            return
        store = self.archived.store
        with store.transaction():
            for document in documents.values():
                record = evolve(
                    document.record,
                    state=self.state if whole else "",
                    dropped=dict(document.left_out),
                )
                known = self.archived.segment(record.source, record.path)
                # Nothing is taken back: what a newer export leaves out was used all the same.
                news = store.news(document.events, revision=record.revision)
                events = pack(record.source, news)
                reader = next(maker_of(one) for one in self.sources if one.name == record.source)
                store.write([Told(record, events, Change.GREW, known, reader)])
        for document in documents.values():
            document.events.clear()


def _problem(document: str, error: Exception) -> Problem:
    """Return the problem with one conversation, where it is the conversation that is named."""
    problem = Problem.of("import", document, error)
    inside = problem.where != document
    return evolve(problem, where=f"{document}: {problem.where}") if inside else problem


def _events(outline: Outline, counts: Counts) -> list[UsageEvent]:
    if isinstance(counts, BurnlibError):
        raise counts
    events = uses_of(outline, counts)
    for event in events:
        check_event(event, outline.source)
    return events


def _revision(source: ExportSource) -> int:
    return int(getattr(source, "revision", 1))
