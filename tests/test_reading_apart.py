"""Reading logs in several processes: the same as in one, whatever becomes of a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import burnlib
import fakes
from burnlib import _apart, _collect, _reading
from fakes import NOW, environment, install
from logs import answer, asked, transcript

fork = pytest.mark.skipif(sys.platform != "linux", reason="forked on Linux alone")

_PLUGIN = '''
import os, sys, time
from pathlib import Path
import fakes

class Frail(fakes.Tally):
    """A source that ends its process at a line "die", unless that is the one that collects."""

    name = "frail"

    def use(self, line, segment):
        parent = int(Path(segment.path.parent, "parent").read_text())
        if line == "die 0" and os.getpid() != parent:
            os._exit(9)
        if line == "wait 0":
            segment.path.with_suffix(".pid").write_text(str(os.getpid()))
            time.sleep(float(os.environ.get("FAKE_PAUSE", "0")))
        return super().use(line, segment)
'''


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("packages")
    with pytest.MonkeyPatch.context() as patch, fakes.site_folder(folder, patch) as site:
        points = {"tally": "fakes:Tally", "frail": "burn_frail:Frail", "short": "fakes:Short"}
        install(site, "burn-frail", points, modules={"burn_frail": _PLUGIN})
        yield site


@pytest.fixture(autouse=True)
def _always(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However little there is to read, more than one process reads it."""
    monkeypatch.setattr(_apart, "_WORTH_FORKING", 0)
    monkeypatch.setattr(_apart, "_WORTH_SPAWNING", 0)
    monkeypatch.setattr(_apart, "_PORTION", 1)
    monkeypatch.setattr(_apart, "_LARGEST_PORTION", 1)
    for module in (_apart, _collect):
        monkeypatch.setattr(module, "can_be_read_apart", lambda _: True)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def log(home: Path, name: str, *lines: str, source: str = "tally") -> Path:
    path = home / f".{source}" / f"{name}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def collect(home: Path, name: str, jobs: int | None, **more: object) -> burnlib.Collection:
    archive = home.parent / name / "archive.db"
    return burnlib.collect([home], archive=archive, tz="UTC", now=NOW, jobs=jobs, **more)  # type: ignore[arg-type]


def told(burn: burnlib.History) -> list[burnlib.UsageEvent]:
    return list(burn.events())


def write_logs(home: Path) -> None:
    for n in range(6):
        log(home, f"log{n}", *(f"u{n}.{m} {n * m}" for m in range(n)))
        at = f"2025-03-04T10:0{n}:00Z"
        transcript(home, f"s{n}", asked(), answer(f"m{n}", (3, 100 * n, 900, 40), at))
    log(home, "odd", "a 5", "!this line is odd")
    log(home, "parent", "p1 5", "p2 7")
    log(home, "child", "<parent", "p1 5", "p2 7", "c1 11")


@pytest.mark.parametrize("way", [pytest.param("fork", marks=fork), "spawn"])
def test_several_processes_give_what_one_gives(
    home: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_apart, "_can_fork", lambda: way == "fork")
    write_logs(home)
    one, several = collect(home, "one", 1), collect(home, "several", 3)
    assert told(one) == told(several)
    assert len(told(one)) == 15 + 6 + 3, "something was read at all"
    assert list(one.rows) == list(several.rows)
    assert (one.files, one.changed) == (several.files, several.changed) == (15, 14)
    assert one.problems == several.problems
    assert [problem.message for problem in one.problems] == ["ValueError: this line is odd"]
    assert one.dropped == several.dropped
    again = collect(home, "several", 3)
    assert (again.changed, told(again)) == (0, told(one))


@fork
def test_it_is_other_processes_that_read(home: Path) -> None:
    write_logs(home)
    fakes.Tally.passes.clear()
    collect(home, "several", 2)
    assert fakes.Tally.passes == []
    collect(home, "one", 1)
    assert len(fakes.Tally.passes) == 9


@fork
def test_with_an_archive_open_in_this_process_no_other_reads(home: Path) -> None:
    write_logs(home)
    collect(home, "one", 1)
    uses = burnlib.recall(home.parent / "one" / "archive.db", now=NOW).events()
    next(uses)  # somebody is still looking
    fakes.Tally.passes.clear()
    log(home, "new", "n1 5")
    log(home, "newer", "n2 6")
    burn = collect(home, "one", 2)
    assert sorted(name for name, _ in fakes.Tally.passes) == ["new.log", "newer.log", "odd.log"]
    assert {"n1", "n2"} <= {use.id for use in told(burn)}
    uses.close()
    fakes.Tally.passes.clear()
    log(home, "newest", "n3 7")
    log(home, "last", "n4 8")
    assert {"n3", "n4"} <= {use.id for use in told(collect(home, "one", 2))}
    assert fakes.Tally.passes == []


@fork
def test_what_a_process_that_died_had_not_handed_over_is_read_here(home: Path) -> None:
    for n in range(8):
        log(home, f"log{n}", f"u{n} {n}", source="frail")
    log(home, "fatal", "x 5", "die 0", source="frail")
    (home / ".frail" / "parent").write_text(str(os.getpid()))
    burn = collect(home, "several", 2)
    assert burn.problems == ()
    assert {use.id: use.counts.total for use in told(burn)} == {
        **{f"u{n}": n for n in range(8)},
        "x": 5,
        "die": 0,
    }


def test_a_plugin_is_read_where_it_was_loaded(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # It may keep things from find() to read(), and hand over what no other process can take.
    monkeypatch.undo()
    for name in ("_WORTH_FORKING", "_WORTH_SPAWNING"):
        monkeypatch.setattr(_apart, name, 0)
    write_logs(home)
    fakes.Tally.passes.clear()
    assert len(told(collect(home, "several", 2))) == 15 + 6 + 3
    assert len(fakes.Tally.passes) == 9


@pytest.mark.parametrize(
    "refusal", [OSError(11, "try again"), NotImplementedError("no semaphores")]
)
def test_where_no_process_can_be_started_this_one_reads(
    home: Path, refusal: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> object:
        raise refusal

    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", refuse)
    write_logs(home)
    assert len(told(collect(home, "several", 2))) == 15 + 6 + 3


def test_little_is_read_by_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()

    def logs(*sizes: int) -> list[_reading.Log]:
        segment = burnlib.sources.base.Segment("a")  # type: ignore[attr-defined]
        stats = [_reading.Stat(size, 1, 1) for size in sizes]
        return [_reading.Log("tally", segment, stat) for stat in stats]

    monkeypatch.setattr(_apart, "_can_fork", lambda: True)
    assert _apart.processes_for(logs(50_000_000, 49_000_000), 4) == 1
    assert _apart.processes_for(logs(60_000_000, 60_000_000), 4) == 4
    assert _apart.processes_for(logs(60_000_000, 60_000_000), 1) == 1
    assert _apart.processes_for(logs(10**9), 4) == 1, "one file is one process's"
    assert _apart.processes_for(logs(*[10**9] * 99), 500) == 61
    monkeypatch.setattr(_apart, "_can_fork", lambda: False)
    assert _apart.processes_for(logs(300_000_000, 100_000_000), 4) == 1
    assert _apart.processes_for(logs(300_000_000, 300_000_000), 4) == 4
    assert _apart.processes_for(logs(300_000_000, 300_000_000), None) == 1


def test_all_logs_are_read_in_portions_of_few_bytes_the_largest_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    segment = burnlib.sources.base.Segment("a")  # type: ignore[attr-defined]
    sizes = [n * 1_000_000 for n in range(400)] + [0] * 600 + [3 * 10**9] * 3
    logs = [_reading.Log("tally", segment, _reading.Stat(size, 1, 1)) for size in sizes]
    portions = list(_apart._portions(logs, 2))
    read = [number for portion in portions for number in portion]
    assert sorted(read) == list(range(len(logs)))
    assert [sizes[number] for number in read] == sorted(sizes, reverse=True)
    for portion in portions:
        assert sum(sizes[number] for number in portion[:-1]) < 256_000_000


def test_a_process_with_other_threads_is_not_forked() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    assert _apart._can_fork() == (sys.platform == "linux" and threading.active_count() == 1)
    thread.start()
    try:
        assert not _apart._can_fork()
    finally:
        stop.set()
        thread.join()


_CHILD = """
import sys, burnlib
from datetime import datetime
from burnlib import _apart, _collect
_apart._WORTH_FORKING, _apart._PORTION, _apart._LARGEST_PORTION = 0, 1, 1
_apart.can_be_read_apart = _collect.can_be_read_apart = lambda _: True
try:
    burnlib.collect([sys.argv[1]], archive=sys.argv[2], tz="UTC", jobs=2,
                    now=datetime.fromisoformat(sys.argv[3]))
except KeyboardInterrupt:
    sys.exit(130)
"""


@fork
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_when_the_collection_ends_its_processes_end_and_what_was_read_is_kept(
    home: Path, site: Path, how: signal.Signals
) -> None:
    for n in range(4):
        log(home, f"log{n}", f"u{n} {n + 1}", source="frail")
    log(home, "log9", "wait 0", source="frail")
    (home / ".frail" / "parent").write_text("0")
    archive = home.parent / "archive.db"
    between = home.parent / "between"
    between.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(home), str(archive), NOW.isoformat()],
        env=environment(
            home.parent, site, FAKE_PAUSE="2" if how is signal.SIGINT else "30", TMPDIR=str(between)
        ),
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    pid = home / ".frail" / "log9.pid"
    wait_until(lambda: pid.exists() and pid.read_text() != "")
    worker = int(pid.read_text())
    time.sleep(0.3)  # what the other process has read is on its way
    process.send_signal(how)
    _, said = process.communicate(timeout=20)
    assert b"Traceback" not in said
    wait_until(lambda: not is_running(worker))
    wait_until(lambda: not list(between.iterdir()))
    if how is signal.SIGINT:
        assert process.returncode == 130
        assert burnlib.recall(archive, now=NOW).rows.total == 1 + 2 + 3 + 4


def wait_until(true: object) -> None:
    deadline = time.monotonic() + 20
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
