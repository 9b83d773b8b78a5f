"""Reading logs in several processes, each of which keeps what its logs tell."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from burnlib._foreign import is_own
from burnlib._reading import Log, read_log
from burnlib.archive import Archive, Told
from burnlib.plugins import load
from burnlib.sources.base import Problem, Source

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import DefaultContext
    from multiprocessing.process import BaseProcess

__all__ = ["Kept", "can_be_read_apart", "cores", "processes_for", "read_apart"]

# Several processes pay from here on: starting them takes as long as reading this much, and where
# they cannot be forked each has to import everything anew.
_WORTH_FORKING = 100_000_000
_WORTH_SPAWNING = 500_000_000

# What a process reads and keeps at a time is a transaction, which waits for the disk: so much that
# there are few of them, and so little that all processes end at about the same time and that its
# uses fit into memory.
_PORTIONS_EACH = 16
_PORTION, _LARGEST_PORTION = 16_000_000, 256_000_000


class Kept(NamedTuple):
    """A log told something, which is kept.

    Attributes:
        first: Instant of the first use it told of, in microseconds since 1970, UTC; None of none.

    """

    first: int | None

    @classmethod
    def of(cls, told: Told) -> Kept:
        """Describe what *told* holds."""
        return cls(min((use[3] for use in told.events.uses), default=None))


_Said: TypeAlias = tuple[int, tuple[int | None] | tuple[str, str, str, str] | None]
"""A log's number, and the fields of a Kept or of a Problem, or None."""


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


def can_be_read_apart(source: Source) -> bool:
    """Whether another process may read for *source*: burnlib's own alone.

    What a plugin keeps from finding to reading, and what its values can be sent as, is unknown.
    """
    return is_own(source)


def read_apart(
    archive: Path, sources: Mapping[str, Source], logs: Sequence[Log], processes: int
) -> Iterator[tuple[int, Kept | Problem | None]]:
    """Yield the number of each log that is done, and how it went; None: nothing in it is new.

    Whatever goes wrong costs no log: those that are not yielded are to be read otherwise. So are
    all where this process has an archive open and could only be forked.
    """
    apart = [n for n, log in enumerate(logs) if can_be_read_apart(sources[log.source])]
    # Systems refuse processes in many ways, and none of them is a reason to read less. Nothing is
    # hidden: a fault in reading or writing shows again where the rest is read.
    with contextlib.suppress(Exception):
        for number, said in _in_processes(archive, [logs[n] for n in apart], processes):
            if said is None:
                yield apart[number], None
            else:
                yield apart[number], Kept(*said) if len(said) == 1 else Problem(*said)


def _in_processes(archive: Path, logs: Sequence[Log], processes: int) -> Iterator[_Said]:
    """Hand out portions and yield what comes back.

    Not by a pool of concurrent.futures: its processes share a pipe behind a lock, and one that is
    killed while it waits for work takes the lock with it, so that the others wait for ever. Here
    each has a pipe of its own.
    """
    import multiprocessing
    from multiprocessing.connection import wait

    if (fork := _can_fork()) and Archive.opened:
        return
    context = cast("DefaultContext", multiprocessing.get_context("fork" if fork else "spawn"))
    portions = _portions(logs, processes)
    started: dict[Connection, BaseProcess] = {}
    busy: set[Connection] = set()
    try:
        with _deaf():
            for _ in range(processes):
                ours, theirs = context.Pipe()
                process = context.Process(target=_work, args=(theirs, archive, logs), daemon=True)
                process.start()
                theirs.close()
                started[ours] = process
        busy |= {pipe for pipe in started if _hand_out(pipe, portions)}
        while busy:
            for pipe in cast("list[Connection]", wait(busy)):
                try:
                    said: list[_Said] = pipe.recv()
                except (EOFError, OSError):  # it died: what it had is left
                    busy.remove(pipe)
                    continue
                yield from said
                if not _hand_out(pipe, portions):
                    busy.remove(pipe)
    finally:
        for pipe in started:
            with contextlib.suppress(OSError):  # it died
                pipe.send([])
        for pipe in busy:  # what it is reading will be kept, which takes tenths of a second
            with contextlib.suppress(EOFError, OSError):
                pipe.recv()
        for ended in started.values():
            ended.join()


def _hand_out(pipe: Connection, portions: Iterator[list[int]]) -> bool:
    """Give the process behind *pipe* something to read, if there is anything left."""
    if (portion := next(portions, None)) is None:
        return False
    with contextlib.suppress(OSError):  # it died: reading from the pipe will tell
        pipe.send(portion)
    return True


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


def _portions(logs: Sequence[Log], processes: int) -> Iterator[list[int]]:
    """Yield the numbers of logs to be read at a time, the largest first."""
    share = sum(log.new_bytes for log in logs) // (_PORTIONS_EACH * processes)
    enough = min(max(share, _PORTION), _LARGEST_PORTION)
    portion: list[int] = []
    size = 0
    for number in sorted(range(len(logs)), key=lambda n: -logs[n].new_bytes):
        portion.append(number)
        size += logs[number].new_bytes
        if size >= enough:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


class _Reader:
    """What a process reads, and where it keeps it."""

    def __init__(self, archive: Path, logs: Sequence[Log]) -> None:
        self._archive = Archive(archive)
        self._logs = logs
        self._sources: dict[str, Source] = {}

    def read(self, numbers: Sequence[int]) -> list[_Said]:
        """Read the logs with *numbers*, keep what they tell, and say how it went."""
        done = [(number, self._read(self._logs[number])) for number in numbers]
        with self._archive.transaction():
            self._archive.write((told for _, told in done if isinstance(told, Told)), more=True)
        return [(number, _said(told)) for number, told in done]

    def _read(self, log: Log) -> Told | Problem | None:
        if log.source not in self._sources:
            source = load("sources", log.source)
            if not isinstance(source, Source):
                raise TypeError(log.source)
            self._sources[log.source] = source
        return read_log(self._sources[log.source], log)


def _work(pipe: Connection, archive: Path, logs: Sequence[Log]) -> None:
    """Read what comes through *pipe* until that is nothing; what a process of its own does."""
    import multiprocessing
    import signal

    # Each use is a tuple, which the collector of cycles would look at again and again: a quarter
    # of the time that reading takes.
    gc.freeze()
    gc.set_threshold(100_000)
    # An interrupt is the parent's business: it waits until this process has kept what it read.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:  # a parent that is killed ends nobody
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    # A fault shows again where the parent reads what this process leaves.
    with contextlib.suppress(Exception):
        reader = _Reader(archive, logs)
        while numbers := pipe.recv():
            pipe.send(reader.read(numbers))


def _end_with(parent: int) -> None:
    from multiprocessing.connection import wait

    wait([parent])
    os._exit(1)  # what is not kept yet is read again the next time


def _said(told: Told | Problem | None) -> tuple[int | None] | tuple[str, str, str, str] | None:
    if isinstance(told, Problem):
        return (told.source, told.where, told.message, told.hint)
    return (Kept.of(told).first,) if told else None
