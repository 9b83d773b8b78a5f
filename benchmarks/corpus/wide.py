"""An archive of many uses, written without logs: to see what reading it costs as it grows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from random import Random

from burnlib.archive import Archive, SegmentRecord
from burnlib.archive.fingerprint import Change, Fingerprint, Stat
from burnlib.archive.store import Told
from burnlib.errors import InvalidInput
from burnlib.model import Fidelity
from burnlib.packed import PackedEvents, PackedUse, Place
from corpus.claude import PROJECTS
from corpus.draws import Calendar, base58, uuid7
from corpus.home import Plan

__all__ = ["write_archive"]

# As many uses lie in one log of Claude Code, and in one of Codex, as in the made-up logs.
_USES = {"claude_code": 13, "codex": 98}

_MODELS = {"claude_code": "claude-opus-4-6", "codex": "gpt-5.3-codex"}

_KINDS = ("", "edit", "read", "edit read", "read run", "edit read run", "run")

_BATCH = 1_000

# One log in so many begins with a copy of the one before, as resumed sessions do.
_RESUMED = 40


def write_archive(path: Path, uses: int, *, seed: str = "wide") -> int:
    """Write the archive *path* of *uses* uses over a year; return their tokens.

    The same number of uses and the same seed give the same uses. Raises InvalidInput where there is
    a file already, and ArchiveError where it cannot be written.
    """
    if path.exists():
        raise InvalidInput("is there already", where=str(path), hint="name a new file")
    tokens = 0
    logs = _logs(uses, Random(seed))
    with Archive(path) as archive:
        archive.set("zone", "UTC")
        while batch := list(itertools.islice(logs, _BATCH)):
            with archive.transaction():
                archive.write(told for told, _ in batch)
            tokens += sum(new for _, new in batch)
    return tokens


def _logs(uses: int, rng: Random) -> Iterator[tuple[Told, int]]:
    """Yield logs of *uses* uses in all, half of them of each tool, with the tokens that are new."""
    calendar = Calendar(Plan(size=0).end, Plan(size=0).days)
    before: list[PackedUse] = []
    left = {"claude_code": uses // 2, "codex": uses - uses // 2}
    for number in itertools.count():
        source = "claude_code" if left["claude_code"] > 0 and number % 9 else "codex"
        if left[source] <= 0:
            source = next((name for name, rest in left.items() if rest > 0), "")
        if not source:
            return
        start = calendar.start(rng)
        new = list(_log(source, min(left[source], _USES[source]), start, rng))
        left[source] -= len(new)
        told = new
        if source == "claude_code":
            told = before + new if before and number % _RESUMED == 0 else new
            before = new
        tokens = sum(sum(use[8:13]) for use in new)
        yield _told(source, f"/made/up/{number}.jsonl", start, told, rng), tokens


def _log(source: str, uses: int, start: int, rng: Random) -> Iterator[PackedUse]:
    """Yield the uses of one log, all of its place number 0."""
    thread = uuid7(rng, start).decode()
    at = start * 1000
    for _ in range(uses):
        at += rng.randrange(2_000_000, 90_000_000)
        if source == "codex":
            id_, request = f"{thread}:{at}", ""
        else:
            id_ = "msg_01" + base58(rng, 22).decode()
            request = "req_011C" + base58(rng, 20).decode()
        counts = (rng.randrange(10), rng.randrange(160_000), rng.randrange(9_000), 0)
        output = rng.randrange(4, 2_000)
        work = rng.choice(_KINDS)
        yield (
            id_, request, 0, at, int(Fidelity.EXACT), 1, 0, work, *counts, output, 0,
            None, None, None, None, None,
        )  # fmt: skip


def _told(source: str, path: str, start: int, uses: list[PackedUse], rng: Random) -> Told:
    project = "/" + rng.choice(PROJECTS).strip("-").replace("-", "/", 3)
    place: Place = (_MODELS[source], project, "main", path, start * 1000, 0, "", None)
    record = SegmentRecord(
        source=source, path=path, stat=Stat(0, 0, 0), fingerprint=Fingerprint(0, b"", b"")
    )
    return Told(record, PackedEvents(source, [place], uses), Change.NEW)
