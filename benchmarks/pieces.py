"""How fast the pieces of a collection are, one by one, in this process.

    python -m pytest benchmarks/pieces.py -n 0

Needs pytest-benchmark. The logs are 20 MB of made-up ones, half of each tool. A figure alone says
little, but two on one machine do: save one with ``--benchmark-save=before``, change the code, and
compare with ``--benchmark-compare --benchmark-compare-fail=min:10%``.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from corpus.home import SIZES, Plan, make

from burnlib.archive import Archive, SegmentRecord, Told
from burnlib.archive.fingerprint import Change, Fingerprint, Stat
from burnlib.history import recall
from burnlib.model import UsageEvent
from burnlib.sources.base import Home, Reading, Segment, Source
from burnlib.sources.claude_code import ClaudeCode
from burnlib.sources.codex import Codex
from burnlib.sources.scan import Scan
from burnlib.uses import settle

pytest.importorskip("pytest_benchmark", reason="pip install pytest-benchmark")

from pytest_benchmark.fixture import BenchmarkFixture

# Near enough to what the readers look for; what they add is small.
_MARKERS = (b'"usage"', b'"token_count"')

_SOURCES: dict[str, Source] = {"claude_code": ClaudeCode(), "codex": Codex()}


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return made-up logs."""
    folder = tmp_path_factory.mktemp("home")
    make(folder, Plan(size=SIZES["small"]))
    return folder


def _segments(home: Path, name: str) -> list[Segment]:
    return list(_SOURCES[name].find(Home(home)))


def _read(home: Path, name: str) -> list[tuple[Segment, Reading]]:
    source = _SOURCES[name]
    return [(segment, source.read(segment, None)) for segment in _segments(home, name)]


def _told(home: Path) -> list[Told]:
    """Return what the logs tell, as a collection hands it to the archive."""
    empty = Stat(0, 0, 0), Fingerprint(0, b"", b"")
    return [
        Told(
            SegmentRecord(source=name, path=str(segment.path), stat=empty[0], fingerprint=empty[1]),
            reading.events,
            Change.NEW,
        )
        for name in _SOURCES
        for segment, reading in _read(home, name)
    ]


def _bytes(segments: Sequence[Segment]) -> int:
    return sum(segment.path.stat().st_size for segment in segments)


@pytest.mark.parametrize("name", _SOURCES)
def test_find(benchmark: BenchmarkFixture, home: Path, name: str) -> None:
    """From a home folder to the log files in it."""
    assert benchmark(_segments, home, name)


@pytest.mark.parametrize("name", _SOURCES)
def test_scan(benchmark: BenchmarkFixture, home: Path, name: str) -> None:
    """From log files to the lines that may count; nothing is decoded."""
    segments = _segments(home, name)

    def scan() -> int:
        count = 0
        for segment in segments:
            with segment.path.open("rb") as log:
                count += sum(1 for _ in Scan(log, _MARKERS))
        return count

    assert benchmark(scan)
    benchmark.extra_info["bytes"] = _bytes(segments)


@pytest.mark.parametrize("name", _SOURCES)
def test_read(benchmark: BenchmarkFixture, home: Path, name: str) -> None:
    """From log files to uses: scanning, decoding, counting."""
    readings = benchmark(_read, home, name)
    assert sum(len(reading.events) for _, reading in readings) > 100
    benchmark.extra_info["bytes"] = _bytes([segment for segment, _ in readings])


def test_settle(benchmark: BenchmarkFixture, home: Path) -> None:
    """From several records of one use to one: each here is told of three times."""
    events = sorted(
        (event for told in _told(home) for event in told.events), key=lambda event: event.id
    )
    groups: list[list[UsageEvent]] = [
        list(group) * 3
        for _, group in itertools.groupby(events, key=lambda event: (event.source, event.id))
    ]
    assert benchmark(lambda: sum(len(list(settle(group))) for group in groups))


def test_write(benchmark: BenchmarkFixture, home: Path, tmp_path: Path) -> None:
    """From uses to a new archive, on disk when it is done."""
    told, numbers = _told(home), itertools.count()

    def write(path: Path) -> None:
        with Archive(path) as archive, archive.transaction():
            archive.write(told)

    benchmark.pedantic(
        write, setup=lambda: ((tmp_path / f"{next(numbers)}.db",), {}), rounds=10, warmup_rounds=1
    )


@pytest.mark.parametrize("sums", ["dropped", "kept"])
def test_rows(benchmark: BenchmarkFixture, home: Path, tmp_path: Path, sums: str) -> None:
    """From an archive to rows, with the sums of all days kept in it, or none."""
    path = tmp_path / "archive.db"
    with Archive(path) as archive, archive.transaction():
        archive.set("zone", "UTC")
        archive.write(_told(home))

    def prepare() -> None:
        if sums == "dropped":
            with Archive(path) as archive:
                archive.forget_day_sums()

    rows = benchmark.pedantic(lambda: recall(path).rows, setup=prepare, rounds=10, warmup_rounds=1)
    assert rows.total
