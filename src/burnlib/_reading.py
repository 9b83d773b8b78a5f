"""Reading log files: what is new in each, in this process or in several."""

from __future__ import annotations

import contextlib
import gc
import marshal
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from burnlib.archive import SegmentRecord, Told
from burnlib.archive.fingerprint import Change, Fingerprint, Stat
from burnlib.archive.records import text_of_path
from burnlib.errors import BurnlibError
from burnlib.model import UsageEvent
from burnlib.packed import PackedEvents, pack
from burnlib.plugins import load
from burnlib.sources.base import Problem, Reading, Resume, Segment, Source
from burnlib.uses import join
from burnlib.value import Value

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = [
    "Log",
    "can_be_read_apart",
    "cores",
    "is_answered",
    "processes_for",
    "read_logs",
    "revision_of",
]

# Several processes pay from here on: starting them takes as long as reading this much, and where
# they cannot be forked each has to import everything anew.
_WORTH_FORKING = 100_000_000
_WORTH_SPAWNING = 500_000_000

# Bytes of logs that a process takes at a time: enough to make the handing over cheap, and little
# enough that all of them end at about the same time.
_PORTION = 16_000_000

# A file whose last change is not older than this, in nanoseconds, may be changing: the clocks of
# file systems are as coarse as two seconds.
_CHANGING = 2_000_000_000


@frozen(eq=False, repr=False)
class Log(Value):
    """A log file that is to be read.

    Attributes:
        source: Name of its source.
        segment: The file.
        stat: What it was when it was listed.
        simple: Whether the source gave it as a path; then its ``read`` takes a path, too.
        known: What the archive knows of it.
        stale: Whether all of it is to be read again: its reader was corrected, or a log that would
            make its reading better has turned up or changed.

    """

    source: str
    segment: Segment
    stat: Stat
    simple: bool = False
    known: SegmentRecord | None = None
    stale: bool = False

    @property
    def new_bytes(self) -> int:
        """About how much there is to read."""
        return max(0, self.stat.size - self.known.offset) if self.known else self.stat.size


def is_answered(wants: str, segment: Segment) -> bool:
    """Whether a log that *segment* wanted, as the archive has kept it, has nothing new to say.

    A look at it is enough: one that is as it was could be read when its stat was kept.
    """
    if not wants or wants in segment.peers:
        return not wants
    key = wants.rsplit("\t", 2)[0]
    if key not in segment.peers:
        return True
    try:
        return wants == _with_stat(key, os.stat(segment.peers[key]))  # noqa: PTH116
    except OSError:
        return False


def _with_stat(key: str, found: os.stat_result) -> str:
    return f"{key}\t{found.st_size}\t{found.st_mtime_ns}"


def _wanted(key: str, segment: Segment, now: int) -> str:
    """Return what the archive is to keep of a log that *segment* wants: its key, and its stat.

    A log that was at hand and not enough, such as a parent that ends before its fork's copy does,
    is worth another reading only when it has changed; one that may be changing *now*, in any case.
    """
    from burnlib.sources.lines import open_log

    if key not in segment.peers:
        return key
    try:
        found = os.stat(segment.peers[key])  # noqa: PTH116 - one call, no wrapper
        with open_log(segment.peers[key]) as file:
            file.read(1)
    except (OSError, BurnlibError):
        return key  # it is there, and cannot be read yet
    quiet = found.st_mtime_ns < now - _CHANGING
    return _with_stat(key, found) if quiet else key


def revision_of(source: Source) -> int:
    """Return the revision of the source's reader."""
    return int(getattr(source, "revision", 1))


def processes_for(logs: Iterable[Log], jobs: int | None) -> int:
    """Return in how many processes to read *logs*; 1 for this one alone.

    *jobs* None is all cores where processes can be forked safely; a process that is started anew
    imports the caller's main module, which only a program can know to be harmless.
    """
    fork = _can_fork()
    if jobs is None:
        jobs = cores() if fork else 1
    sizes = [log.new_bytes for log in logs]
    size = sum(sizes)
    if jobs < 2 or len(sizes) < 2 or size < (_WORTH_FORKING if fork else _WORTH_SPAWNING):
        return 1
    return min(jobs, 61, 1 + size // _PORTION)  # 61 is what Windows can wait for


def cores() -> int:
    """Return the number of cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _can_fork() -> bool:
    """Whether this process may be forked: Linux, and no other thread that may hold a lock."""
    return sys.platform == "linux" and threading.active_count() == 1


def read_logs(
    sources: Mapping[str, Source], logs: Sequence[Log], *, processes: int = 1
) -> Iterator[tuple[Log, Told | Problem | None]]:
    """Yield each log with what it told, or why it could not be read, in no particular order.

    None is a log that has vanished or in which nothing is new. Whatever goes wrong costs that log
    alone: where processes cannot be started, or one dies, what is left is read in this one.
    """
    left = dict(enumerate(logs))
    if processes > 1:
        apart = [number for number, log in left.items() if can_be_read_apart(sources[log.source])]
        # Systems refuse processes in many ways, and none of them is a reason to read less. Nothing
        # is hidden: what was not handed over is read here, and a fault in reading shows there.
        with contextlib.suppress(Exception):
            for number, told in _read_apart([logs[number] for number in apart], processes):
                yield left.pop(apart[number]), told
    for log in left.values():
        yield log, read_log(sources[log.source], log)


def can_be_read_apart(source: Source) -> bool:
    """Whether another process may read for *source*: burnlib's own alone.

    What a plugin keeps from finding to reading, and what its values can be sent as, is unknown.
    """
    return type(source).__module__.startswith("burnlib.sources.")


def read_log(source: Source, log: Log) -> Told | Problem | None:
    """Read what is new in a log."""
    try:
        known, stat, begun = log.known, log.stat, time.time_ns()
        change = _change(log)
        if change is Change.SAME and not log.stale:
            return None
        resume = None
        if known and known.offset and change is Change.GREW and not log.stale:
            resume = Resume(known.offset, known.state)
        elif change is Change.GREW:
            change = Change.SAME  # read from the start, it replaces what it gave before
        reading = _reading(source, log, resume)
        packed = _packed(source.name, reading.events)
        # Only what was there before the reading is vouched for: the file may be growing.
        size = min(reading.offset or stat.size, stat.size)
        dropped = Counter(reading.dropped)
        if resume and known:
            dropped.update(known.dropped)
        record = SegmentRecord(
            source=source.name,
            path=text_of_path(log.segment.name),
            stat=stat,
            fingerprint=Fingerprint.of(log.segment.name, size),
            offset=reading.offset,
            revision=revision_of(source),
            state=reading.state,
            wants=_wanted(reading.wants, log.segment, begun),
            dropped=dropped,
        )
        return Told(record, packed, change, known)
    except FileNotFoundError:
        return None
    except Exception as error:  # noqa: BLE001
        # Whatever it is, it costs this file alone; what was kept of it before stays.
        return Problem.of(source.name, log.segment.name, error)


def _change(log: Log) -> Change:
    known = log.known
    if known is None:
        return Change.NEW
    if known.stat == log.stat:
        return Change.SAME
    there = known.fingerprint.holds(log.segment.name, log.stat.size)
    return Change.GREW if there else Change.REWRITTEN


def _reading(source: Source, log: Log, resume: Resume | None) -> Reading:
    """Call the source in the form it was written in."""
    if not log.simple:
        return source.read(log.segment, resume)
    given: object = source.read(log.segment.path)  # type: ignore[call-arg, arg-type]
    return Reading(events=given)  # type: ignore[arg-type]


def _packed(name: str, events: Sequence[UsageEvent]) -> PackedEvents:
    """Return *events* packed, each id and request once, after a check of those of plugins."""
    if isinstance(events, PackedEvents) and events.source == name:
        return events
    from burnlib.sources.contract import check_event

    uses: dict[tuple[str, str], UsageEvent] = {}
    for event in events:
        check_event(event, name)
        key = (event.id, event.request)
        uses[key] = join(uses[key], event) if key in uses else event
    return pack(name, uses.values())


# In several processes. What a worker is to read it gets when it starts. What the logs told goes
# through files in a private folder, as plain values, since marshal is several times faster than
# pickle with a hundred thousand tuples. Not through the pipe that all workers share: one that is
# killed in the middle of a long message would leave everybody waiting for the rest of it.

_LOGS: Sequence[Log] = ()
_FOLDER = ""
_SOURCES: dict[str, Source] = {}


def _read_apart(logs: Sequence[Log], processes: int) -> Iterator[tuple[int, Told | Problem | None]]:
    import multiprocessing
    import tempfile
    from concurrent.futures import ProcessPoolExecutor, as_completed

    context = multiprocessing.get_context("fork" if _can_fork() else "spawn")
    with tempfile.TemporaryDirectory(prefix="burn-", ignore_cleanup_errors=True) as folder:
        pool = ProcessPoolExecutor(processes, context, _begin, (logs, folder))
        try:
            with _deaf():
                futures: list[Future[str]] = [
                    pool.submit(_read_portion, portion) for portion in _portions(logs)
                ]
            for future in as_completed(futures):
                for number, flat in _taken(future.result()):
                    yield number, _told(logs[number], flat)
        finally:
            # Waits for what is being read, which takes tens of milliseconds.
            pool.shutdown(cancel_futures=True)


def _taken(path: str) -> list[tuple[int, tuple[object, ...] | None]]:
    """Return what a worker wrote to the file at *path*, which goes."""
    with open(path, "rb") as file:  # noqa: PTH123
        packed = file.read()  # marshal.load() would ask the file for each value by itself
    told: list[tuple[int, tuple[object, ...] | None]] = marshal.loads(packed)  # noqa: S302 - ours
    os.unlink(path)  # noqa: PTH108
    return told


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Start processes that interrupts do not reach: these are for the one that collects."""
    import signal

    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may say so
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _portions(logs: Sequence[Log]) -> Iterator[list[int]]:
    """Yield the numbers of logs to be read at a time, the largest first."""
    portion: list[int] = []
    size = 0
    for number in sorted(range(len(logs)), key=lambda n: -logs[n].new_bytes):
        portion.append(number)
        size += logs[number].new_bytes
        if size >= _PORTION:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def _begin(logs: Sequence[Log], folder: str) -> None:
    """Prepare a worker."""
    import multiprocessing
    import signal

    global _FOLDER, _LOGS
    _FOLDER, _LOGS = folder, logs
    # Each use is a tuple, which the collector of cycles would look at again and again: a quarter
    # of the time that reading takes.
    gc.freeze()
    gc.set_threshold(100_000)
    # An interrupt is the parent's business; it keeps what was read, and ends the workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:  # a parent that is killed ends nobody
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(parent: int) -> None:
    import shutil
    from multiprocessing.connection import wait

    wait([parent])
    shutil.rmtree(_FOLDER, ignore_errors=True)  # the parent cannot clear up any more
    os._exit(1)


def _read_portion(numbers: Sequence[int]) -> str:
    """Read the logs with *numbers*, and return the path of a file that holds what they told."""
    path = os.path.join(_FOLDER, str(numbers[0]))  # noqa: PTH118
    with open(path, "wb") as file:  # noqa: PTH123
        marshal.dump([(number, _flat(_read_number(number))) for number in numbers], file)
    return path


def _read_number(number: int) -> Told | Problem | None:
    log = _LOGS[number]
    if log.source not in _SOURCES:
        source = load("sources", log.source)
        if not isinstance(source, Source):
            raise TypeError(log.source)
        _SOURCES[log.source] = source
    return read_log(_SOURCES[log.source], log)


def _flat(told: Told | Problem | None) -> tuple[object, ...] | None:
    if told is None:
        return None
    if isinstance(told, Problem):
        return (told.source, told.where, told.message, told.hint)
    record = told.record
    events = told.events
    return (
        told.change.value, record.fingerprint.size, record.fingerprint.head,
        record.fingerprint.tail, record.offset, record.revision, record.state, record.wants,
        dict(record.dropped), list(events.places), list(events.uses),
    )  # fmt: skip


def _told(log: Log, flat: tuple[object, ...] | None) -> Told | Problem | None:
    """Return what :func:`_flat` made flat in a worker."""
    if flat is None:
        return None
    if len(flat) == 4:
        source, where, message, hint = map(str, flat)
        return Problem(source, where, message, hint)
    change, size, head, tail, offset, revision, state, wants, dropped, places, uses = flat
    record = SegmentRecord(
        source=log.source,
        path=text_of_path(log.segment.name),
        stat=log.stat,
        fingerprint=Fingerprint(size, head, tail),  # type: ignore[arg-type]
        offset=offset,  # type: ignore[arg-type]
        revision=revision,  # type: ignore[arg-type]
        state=state,  # type: ignore[arg-type]
        wants=wants,  # type: ignore[arg-type]
        dropped=dropped,  # type: ignore[arg-type]
    )
    events = PackedEvents(log.source, places, uses)  # type: ignore[arg-type]
    return Told(record, events, Change(change), log.known)
