"""Reading logs in several processes, each of which keeps what its logs tell."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from burnlib._reading import Log, read_log
from burnlib.archive import Archive, Told
from burnlib.plugins import load
from burnlib.sources.base import Problem, Source

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["Kept", "can_be_read_apart", "cores", "processes_for", "read_apart"]

# Several processes pay from here on: starting them takes as long as reading this much, and where
# they cannot be forked each has to import everything anew.
_WORTH_FORKING = 100_000_000
_WORTH_SPAWNING = 500_000_000

# What a process reads and keeps at a time is a transaction, which waits for the disk: so much that
# there are few of them, and so little that all processes end at about the same time and that its
# uses fit into memory. It also has not more logs than that what is said of them fits into one write
# to a pipe: a process that was killed in the middle of a longer one would leave the others waiting
# for the rest.
_PORTIONS_EACH = 16
_PORTION, _LARGEST_PORTION = 16_000_000, 256_000_000
_MOST_IN_A_PORTION = 250


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
    return type(source).__module__.startswith("burnlib.sources.")


def read_apart(
    archive: Path, sources: Mapping[str, Source], logs: Sequence[Log], processes: int
) -> Iterator[tuple[int, Kept | Problem | None]]:
    """Yield the number of each log that is done, and how it went; None: nothing in it is new.

    Whatever goes wrong costs no log: those that are not yielded are to be read otherwise. No
    connection to *archive* may be open: SQLite's do not survive a fork.
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
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor, as_completed

    context = multiprocessing.get_context("fork" if _can_fork() else "spawn")
    pool = ProcessPoolExecutor(processes, context, _begin, (archive, logs))
    try:
        with _deaf():
            futures: list[Future[list[_Said]]] = [
                pool.submit(_read_portion, portion) for portion in _portions(logs, processes)
            ]
        for future in as_completed(futures):
            yield from future.result()
    finally:
        # Waits until what is being read is kept, which takes tenths of a second.
        pool.shutdown(cancel_futures=True)


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
        if size >= enough or len(portion) == _MOST_IN_A_PORTION:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


class _Worker:
    """What a process reads, and where it keeps it."""

    def __init__(self, archive: Path, logs: Sequence[Log]) -> None:
        self.archive = Archive(archive)
        self.logs = logs
        self.sources: dict[str, Source] = {}

    def read(self, number: int) -> Told | Problem | None:
        log = self.logs[number]
        if log.source not in self.sources:
            source = load("sources", log.source)
            if not isinstance(source, Source):
                raise TypeError(log.source)
            self.sources[log.source] = source
        return read_log(self.sources[log.source], log)


_worker: _Worker | None = None


def _begin(archive: Path, logs: Sequence[Log]) -> None:
    """Prepare this process to read some of *logs*."""
    import multiprocessing
    import signal

    global _worker
    # Each use is a tuple, which the collector of cycles would look at again and again: a quarter
    # of the time that reading takes.
    gc.freeze()
    gc.set_threshold(100_000)
    # An interrupt is the parent's business: it waits until this process has kept what it read.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:  # a parent that is killed ends nobody
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    _worker = _Worker(archive, logs)


def _end_with(parent: int) -> None:
    from multiprocessing.connection import wait

    wait([parent])
    os._exit(1)  # what is not kept yet is read again the next time


def _read_portion(numbers: Sequence[int]) -> list[_Said]:
    """Read the logs with *numbers*, keep what they tell, and say how it went."""
    if _worker is None:
        raise RuntimeError("this process was not prepared")
    done = [(number, _worker.read(number)) for number in numbers]
    with _worker.archive.transaction():
        _worker.archive.write((told for _, told in done if isinstance(told, Told)), more=True)
    return [(number, _said(told)) for number, told in done]


def _said(told: Told | Problem | None) -> tuple[int | None] | tuple[str, str, str, str] | None:
    if isinstance(told, Problem):
        return (told.source, told.where, told.message, told.hint)
    return (Kept.of(told).first,) if told else None
