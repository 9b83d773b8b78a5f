"""Collecting: what is read, what is kept, and what the failure of one source or file may cost."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import burnlib
import fakes
from burnlib.errors import ArchiveError, InvalidInput, NotFound
from burnlib.model import MAX_TOKENS, Fidelity, TokenCounts
from fakes import AT, NOW, Long, OddlyKeeping, Short, Tally, environment, install, opened
from logs import answer, asked, meta, rollout, transcript, turn, used

Burn = burnlib.Collection
SOURCES = ("Tally", "Slow", "Short", "Long", "Unlistable", "OddlyKeeping")
NAMES = ("tally", "slow", "short", "long", "unlistable", "oddly_keeping")


@pytest.fixture(scope="module", autouse=True)
def _packages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Every fake source is installed."""
    folder = tmp_path_factory.mktemp("packages")
    with pytest.MonkeyPatch.context() as patch, fakes.site_folder(folder, patch) as site:
        points = {name: f"fakes:{kind}" for name, kind in zip(NAMES, SOURCES, strict=True)}
        install(site, "burn-fakes", points)
        yield


@pytest.fixture(autouse=True)
def _afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tally, "passes", [])
    monkeypatch.setattr(Tally, "revision", 1)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def collect(home: Path, *sources: str, now: datetime = NOW, tz: str = "UTC") -> Burn:
    archive = home.parent / "data" / "archive.db"
    return burnlib.collect([home], sources=sources or None, archive=archive, tz=tz, now=now)


def log(home: Path, name: str, *lines: str, source: str = "tally") -> Path:
    path = home / f".{source}" / f"{name}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def add(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def uses(burn: burnlib.History) -> dict[str, int]:
    """Id to tokens; checks that the day rows hold the same tokens."""
    found = {event.id: event.counts.total for event in burn.events()}
    assert burn.rows.total == sum(found.values())
    return found


def tally(burn: burnlib.History) -> int:
    """The tokens of the source tally in the day rows."""
    return sum(row.sources["tally"].tokens for row in burn.rows if "tally" in row.sources)


# Nothing there -------------------------------------------------------------------------------


def test_where_no_logs_are_found_no_archive_is_made(home: Path) -> None:
    home.mkdir()
    burn = collect(home)
    assert (burn.files, burn.changed, list(burn.rows), burn.problems) == (0, 0, [], ())
    assert not (home.parent / "data").exists()


def test_a_home_that_is_not_there_is_an_empty_one(home: Path) -> None:
    assert collect(home).files == 0


def test_a_wrong_zone_is_refused_before_anything_is_made(home: Path) -> None:
    log(home, "a", "x 5")
    with pytest.raises(InvalidInput, match=r"Mars/Olympus.*fix: use an IANA name"):
        collect(home, tz="Mars/Olympus")
    assert not (home.parent / "data").exists()


def test_a_system_zone_that_is_not_one_is_refused_before_anything_is_made(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Mars/Olympus")
    log(home, "a", "x 5")
    with pytest.raises(InvalidInput, match="Mars/Olympus"):
        collect(home, tz="")
    assert not (home.parent / "data").exists()


def test_an_unknown_source_is_refused_with_the_known_ones(home: Path) -> None:
    with pytest.raises(
        NotFound, match=r"'nope'.*use chatgpt, claude_chat, claude_code, codex, long"
    ):
        collect(home, "nope")


# Reading again -------------------------------------------------------------------------------


def test_unchanged_files_are_not_opened(home: Path) -> None:
    log(home, "a", "x 5")
    transcript(home, "s1", asked(), answer("m1", (3, 100, 900, 40), "2025-03-04T10:00:00Z"))
    rollout(home, 1, meta(1), turn(), used("2025-03-04T10:00:00Z", (9, 0, 1), (9, 0, 1)))
    for suffix in (".log", ".jsonl"):
        with opened(suffix) as paths:
            first = collect(home)
        assert paths, "the first collection opens them"
        shutil.rmtree(home.parent / "data")
    collect(home)
    with opened(".log") as logs:
        collect(home)
    with opened(".jsonl") as more:
        again = collect(home)
    assert (logs, more, again.files, again.changed) == ([], [], 3, 0)
    assert first.changed == 3
    assert first.rows == again.rows


def test_an_appended_file_is_read_from_where_it_ended(home: Path) -> None:
    path = log(home, "a", "x 5", "y 7")
    collect(home, "tally")
    add(path, "z 11\n")
    assert uses(collect(home, "tally")) == {"x": 5, "y": 7, "z": 11}
    assert Tally.passes == [("a.log", 0), ("a.log", 8)]  # "x 5\ny 7\n" are 8 bytes


def test_a_line_without_its_end_is_read_when_it_has_one(home: Path) -> None:
    path = log(home, "a", "x 5")
    add(path, "y 7")
    assert uses(collect(home, "tally")) == {"x": 5}
    add(path, "7\n")
    assert uses(collect(home, "tally")) == {"x": 5, "y": 77}


def test_a_touched_file_gives_nothing_twice(home: Path) -> None:
    path = log(home, "a", "x 5")
    collect(home, "tally")
    os.utime(path, (1, 1))
    burn = collect(home, "tally")
    assert (uses(burn), burn.changed) == ({"x": 5}, 1)


@pytest.mark.parametrize("lines", [("y 7",), ("zz 9", "q 1"), ("y 7", "z 11", "w 2"), ()], ids=str)
def test_a_rewritten_file_takes_nothing_back(home: Path, lines: tuple[str, ...]) -> None:
    log(home, "a", "x 5", "y 7")
    collect(home, "tally")
    log(home, "a", *lines)
    expected = {"x": 5, "y": 7} | {i: int(n) for i, n in (line.split() for line in lines)}
    assert uses(collect(home, "tally")) == expected


def test_a_file_rewritten_to_the_same_size_within_the_clocks_grain_is_read(home: Path) -> None:
    path = log(home, "a", "x 5")
    collect(home, "tally")
    before = path.stat()
    log(home, "a", "y 7")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert uses(collect(home, "tally")) == {"x": 5, "y": 7}


def test_deleted_logs_and_a_deleted_folder_take_nothing_back(home: Path) -> None:
    path = log(home, "a", "x 5")
    log(home, "b", "y 7")
    collect(home, "tally")
    path.unlink()
    assert uses(collect(home, "tally")) == {"x": 5, "y": 7}
    shutil.rmtree(home)
    assert uses(collect(home, "tally")) == {"x": 5, "y": 7}


def test_copies_links_and_a_home_named_twice_count_once(home: Path) -> None:
    path = log(home, "a", "x 5")
    shutil.copy(path, path.with_name("copy.log"))
    path.with_name("link.log").symlink_to(path)
    path.with_name("hard.log").hardlink_to(path)
    path.with_name("dangling.log").symlink_to(home / "nowhere")
    archive = home.parent / "a.db"
    same = home.parent / "same"
    same.symlink_to(home)
    burn = burnlib.collect(
        [home, home, same], sources=["tally"], archive=archive, tz="UTC", now=NOW
    )
    assert uses(burn) == {"x": 5}
    assert (burn.files, burn.problems) == (3, ())  # the file, its copy, and its second name


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(("write", "append", "delete", "copy", "rename", "fail")),
            st.sampled_from("abc"),
            st.sampled_from("abc"),
            st.lists(st.integers(1, 9), max_size=4),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_becomes_of_the_logs_the_total_is_every_use_ever_seen(steps: list[Any]) -> None:
    Tally.passes.clear()
    with tempfile.TemporaryDirectory() as folder:
        home, seen = Path(folder, "home"), dict[str, int]()
        for action, name, other, numbers in steps:
            lines = [f"u{n} {n * n}" for n in numbers]
            path = home / ".tally" / f"{name}.log"
            if action in ("write", "fail"):
                log(home, name, *lines, *["!broken"] * (action == "fail"))
            elif action == "append" and path.exists():
                add(path, "".join(f"{line}\n" for line in lines))
            elif action == "delete":
                path.unlink(missing_ok=True)
            elif path.exists() and name != other:
                act: Callable[..., object] = shutil.copy if action == "copy" else Path.replace
                act(path, path.with_name(f"{other}.log"))
            for there in home.glob(".tally/*.log"):
                told = there.read_text().splitlines()
                if "!broken" not in told:
                    seen |= {i: int(n) for i, n in map(str.split, told)}
            assert uses(collect(home, "tally")) == seen


# Faults cost what they touch, and nothing else -----------------------------------------------


def test_half_a_file_counts_nothing_and_the_others_everything(home: Path) -> None:
    log(home, "a", "x 5")
    bad = log(home, "b", "y 7", "!the log is odd")
    log(home, "c", "z 11")
    burn = collect(home, "tally")
    assert uses(burn) == {"x": 5, "z": 11}
    (problem,) = burn.problems
    assert (problem.source, problem.where) == ("tally", str(bad))
    assert "the log is odd" in problem.message
    assert problem.hint


def test_a_file_that_cannot_be_read_any_more_keeps_its_old_numbers(home: Path) -> None:
    path = log(home, "a", "x 5")
    collect(home, "tally")
    add(path, "y 7\n!odd\n")
    burn = collect(home, "tally")
    assert uses(burn) == {"x": 5}
    assert [p.where for p in burn.problems] == [str(path)]
    log(home, "a", "x 5", "y 7")
    assert uses(collect(home, "tally")) == {"x": 5, "y": 7}


def test_a_source_that_cannot_list_its_folder_is_named_and_the_rest_goes_on(home: Path) -> None:
    log(home, "a", "x 5")
    log(home, "b", "y 7", source="unlistable")
    burn = collect(home, "unlistable", "tally")
    assert uses(burn) == {"x": 5, "y": 7}
    (problem,) = burn.problems
    assert (problem.source, problem.message) == ("unlistable", "Permission denied")
    assert problem.hint == "check its permissions"


def test_the_same_trouble_in_many_files_is_one_problem_that_names_them(home: Path) -> None:
    paths = [log(home, name, "!odd") for name in "abc"]
    (problem,) = collect(home, "tally").problems
    assert problem.message.startswith("3 files: ")
    assert problem.places == tuple(map(str, paths))


def test_a_folder_a_pipe_and_a_vanished_file_among_the_logs_stop_nothing(home: Path) -> None:
    log(home, "a", "x 5")
    (home / ".tally" / "b.log").mkdir()
    burn = collect(home, "tally")
    assert uses(burn) == {"x": 5}
    assert [Path(problem.where).name for problem in burn.problems] == ["b.log"]


@pytest.mark.parametrize(
    "kept", [30, "30 days", RuntimeError("no settings"), timedelta.max, timedelta.min], ids=repr
)
def test_a_source_that_cannot_say_how_long_its_tool_keeps_logs_is_read_all_the_same(
    home: Path, monkeypatch: pytest.MonkeyPatch, kept: object
) -> None:
    monkeypatch.setattr(OddlyKeeping, "answer", kept)
    log(home, "a", "x 5", source="oddly_keeping")
    log(home, "b", "y 7")
    burn = collect(home, "oddly_keeping", "tally")
    assert uses(burn) == {"x": 5, "y": 7}
    if not isinstance(kept, timedelta):
        assert [problem.source for problem in burn.problems] == ["oddly_keeping"]


# Plugins' events at the border ---------------------------------------------------------------


def given_by(source: type[Short], home: Path, *gives: object) -> Burn:
    """What a collection makes of a source that yields *gives*, beside a good source."""
    source.gives = gives
    log(home, "p", "whatever", source=source.name)
    log(home, "a", "x 5")
    return collect(home, source.name, "tally")


def test_the_short_form_of_a_source_is_a_path_in_and_events_out(home: Path) -> None:
    events = [fakes.event(i, n, source="short") for i, n in (("e1", 7), ("e2", 9), ("e1", 8))]
    burn = given_by(Short, home, *events)
    assert burn.problems == ()
    assert uses(burn) == {"x": 5, "e1": 8, "e2": 9}


@pytest.mark.parametrize("source", [Short, Long])
@pytest.mark.parametrize(
    ("gives", "says"),
    [
        (lambda _: fakes.event("e", 7, source="tally"), "event of the source 'tally'"),
        (lambda name: fakes.event("", 7, source=name), "event without an id"),
        (lambda _: {"id": "e", "tokens": 7}, "gave a dict, not a UsageEvent"),
        (lambda _: None, "gave a NoneType, not a UsageEvent"),
    ],
    ids=["another source", "no id", "a dict", "nothing"],
)
def test_what_breaks_the_contract_costs_its_file_and_is_named(
    home: Path, source: type[Short], gives: Callable[[str], object], says: str
) -> None:
    good = fakes.event("good", 3, source=source.name)
    burn = given_by(source, home, good, gives(source.name))
    assert uses(burn) == {"x": 5}
    (problem,) = burn.problems
    assert (problem.source, says in problem.message) == (source.name, True), problem
    assert problem.where.endswith("p.log")


@pytest.mark.parametrize("source", [Short, Long])
@pytest.mark.parametrize(
    "more",
    [
        {"id": 7},
        {"model": None},
        {"project": Path("/code/shop")},
        {"session": 12},
        {"request": None},
        {"work": None},
        {"work": [1, 2]},
        {"low": "5"},
        {"high": 2**63 - 1},
        {"processed_high": 2**63 - 1},
        {"detail": None},
        {"started": "2025-03-04"},
        {"started": datetime(2025, 3, 4)},  # noqa: DTZ001 - naive, as a careless reader gives it
        {"fidelity": "exact"},
        {"counts": 7},
    ],
    ids=lambda more: "-".join(f"{k}={v!r}" for k, v in more.items()),
)
def test_an_attribute_of_a_wrong_type_costs_its_file_and_not_the_collection(
    home: Path, source: type[Short], more: dict[str, object]
) -> None:
    wrong = burnlib.UsageEvent(
        **{  # type: ignore[arg-type]
            "id": "e",
            "at": AT,
            "source": source.name,
            "fidelity": Fidelity.EXACT,
            "counts": TokenCounts(input=7),
            **more,
        }
    )
    burn = given_by(source, home, wrong)
    assert uses(burn) == {"x": 5}
    assert [problem.source for problem in burn.problems] == [source.name]


@pytest.mark.parametrize("year", [1, 9999])
@pytest.mark.parametrize("tz", ["Pacific/Kiritimati", "America/Los_Angeles"])
def test_a_use_at_the_ends_of_the_calendar_does_not_cost_the_other_days(
    home: Path, year: int, tz: str
) -> None:
    day = (1, 1) if year == 1 else (12, 31)
    Short.gives = [fakes.event("e", 7, source="short", at=datetime(year, *day, 12, tzinfo=UTC))]
    log(home, "p", "whatever", source="short")
    log(home, "a", "x 5")
    burn = collect(home, "short", "tally", tz=tz)
    assert tally(burn) == 5


@pytest.mark.parametrize("lines", [1, 2])
def test_absurd_counts_in_one_log_do_not_cost_the_other_days(home: Path, lines: int) -> None:
    # Each number is still one that JSON keeps exact; their sums are not.
    most = MAX_TOKENS
    absurd = [
        answer(
            f"m{n}", (most, 0, 0, most) if lines == 1 else (most, 0, 0, 0), "2025-03-04T10:00:00Z"
        )
        for n in range(lines)
    ]
    transcript(home, "s1", *absurd)
    log(home, "a", "x 5")
    burn = collect(home, "claude_code", "tally")
    assert tally(burn) == 5


# Forks and corrected readers -----------------------------------------------------------------


def test_a_forks_parent_that_turns_up_later_replaces_what_the_fork_gave(home: Path) -> None:
    log(home, "child", "<parent", "x 5", "y 7")
    assert uses(collect(home, "tally")) == {"x": 5, "y": 7}  # the replay cannot be told apart
    log(home, "other", "z 11")
    assert uses(collect(home, "tally")) == {"x": 5, "y": 7, "z": 11}
    assert [name for name, _ in Tally.passes].count("child.log") == 1  # not what it waits for
    log(home, "parent", "w 2", "x 5")
    burn = collect(home, "tally")
    assert uses(burn) == {"w": 2, "x": 5, "y": 7, "z": 11}
    assert burn.dropped == {"replayed": 2}
    count = len(Tally.passes)
    collect(home, "tally")
    assert len(Tally.passes) == count  # it has what it wanted


def test_a_reader_that_tells_replays_once_the_parent_is_there_lowers_the_total(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Ids that begin with the log's name: the replay is a use of its own until it is recognized.
    def use(self: Tally, line: str, segment: Any) -> burnlib.UsageEvent:
        return fakes.event(f"{segment.key}:{line.split()[0]}", int(line.split()[1]))

    monkeypatch.setattr(Tally, "use", use)
    log(home, "child", "<parent", "x 5", "y 7")
    assert uses(collect(home, "tally")) == {"child:x": 5, "child:y": 7}
    log(home, "parent", "w 2", "x 5")
    assert uses(collect(home, "tally")) == {"parent:w": 2, "parent:x": 5, "child:y": 7}


def corrected(_source: Tally, line: str, _segment: object) -> burnlib.UsageEvent:
    return fakes.event(line.split()[0], 1)


def skipping(_source: Tally, line: str, _segment: object) -> burnlib.UsageEvent:
    """The first line turns out to be another sight of the second."""
    id_, tokens = line.replace("x 5", "y 7").split()
    return fakes.event(id_, int(tokens))


def failing(_source: Tally, line: str, _segment: object) -> burnlib.UsageEvent:
    raise ValueError(line)


def test_a_corrected_reader_may_lower_a_number_and_reads_every_log_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(home, "a", "x 5", "y 7")
    collect(home, "tally")
    monkeypatch.setattr(Tally, "revision", 2)
    monkeypatch.setattr(Tally, "use", corrected)
    assert uses(collect(home, "tally")) == {"x": 1, "y": 1}
    assert Tally.passes == [("a.log", 0), ("a.log", 0)]


def test_a_corrected_reader_may_lower_a_number_of_a_log_that_also_grew(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = log(home, "a", "x 5", "y 7")
    collect(home, "tally")
    add(path, "z 11\n")
    monkeypatch.setattr(Tally, "revision", 2)
    monkeypatch.setattr(Tally, "use", skipping)
    assert uses(collect(home, "tally")) == {"y": 7, "z": 11}


def test_a_corrected_reader_does_not_touch_what_is_no_longer_in_the_logs(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(home, "a", "x 5", "y 7")
    collect(home, "tally")
    log(home, "a", "y 7")
    collect(home, "tally")
    monkeypatch.setattr(Tally, "revision", 2)
    monkeypatch.setattr(Tally, "use", corrected)
    assert uses(collect(home, "tally")) == {"x": 5, "y": 1}


def test_a_corrected_reader_that_fails_leaves_the_old_numbers(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(home, "a", "x 5")
    collect(home, "tally")
    monkeypatch.setattr(Tally, "revision", 2)
    monkeypatch.setattr(Tally, "use", failing)
    burn = collect(home, "tally")
    assert uses(burn) == {"x": 5}
    assert len(burn.problems) == 1


def test_a_log_that_was_at_hand_and_not_enough_is_asked_again_only_when_it_has_changed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Tally.read

    def never_content(self: Tally, segment: Any, resume: Any) -> Any:
        reading = read(self, segment, resume)
        return evolve(reading, wants="par ent", offset=0) if segment.key == "child" else reading

    monkeypatch.setattr(Tally, "read", never_content)
    child = log(home, "child", "c 1")
    assert collect(home, "tally").changed == 1
    assert collect(home, "tally").changed == 0, "what is not there cannot answer"
    parent = log(home, "par ent", "p 5")
    os.utime(parent, (AT.timestamp(), AT.timestamp()))
    assert collect(home, "tally").changed == 2
    assert collect(home, "tally").changed == 0, "it said all that it has to say"
    add(parent, "p2 7\n")
    os.utime(parent, (AT.timestamp() + 9, AT.timestamp() + 9))
    assert collect(home, "tally").changed == 2
    add(parent, "p3 9\n")  # just now: it may be changing
    assert collect(home, "tally").changed == 2
    assert collect(home, "tally").changed == 1
    os.utime(parent, (AT.timestamp() + 19, AT.timestamp() + 19))
    assert collect(home, "tally").changed == 2
    assert collect(home, "tally").changed == 0
    child.unlink()
    assert uses(collect(home, "tally")) == {"c": 1, "p": 5, "p2": 7, "p3": 9}


def test_a_log_that_could_not_be_read_when_it_was_wanted_is_asked_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Tally.read

    def wanting(self: Tally, segment: Any, resume: Any) -> Any:
        reading = read(self, segment, resume)
        return evolve(reading, wants="parent", offset=0) if segment.key == "child" else reading

    def locked(path: str) -> Any:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(Tally, "read", wanting)
    os.utime(log(home, "parent", "p 5"), (AT.timestamp(), AT.timestamp()))
    log(home, "child", "c 1")
    with monkeypatch.context() as patch:
        patch.setattr("burnlib.sources.lines.open_log", locked)
        assert collect(home, "tally").changed == 2
    assert collect(home, "tally").changed == 1
    assert collect(home, "tally").changed == 0


# The resume state is a cache -----------------------------------------------------------------


def forget(home: Path) -> None:
    with contextlib.closing(sqlite3.connect(home.parent / "data" / "archive.db")) as db, db:
        db.execute("DELETE FROM segments")


def test_without_the_resume_state_everything_is_read_again_and_no_row_changes(home: Path) -> None:
    for name, line in (("a", "x 5"), ("b", "y 7"), ("c", "z 11")):
        log(home, name, line)
    before = collect(home, "tally").rows
    forget(home)
    assert burnlib.recall(home.parent / "data" / "archive.db", now=NOW).rows == before
    burn = collect(home, "tally")
    assert (burn.changed, burn.rows) == (3, before)


def test_without_the_resume_state_logs_that_were_deleted_lose_nothing(home: Path) -> None:
    log(home, "a", "x 5").with_name("a.log")
    collect(home, "tally")
    (home / ".tally" / "a.log").unlink()
    log(home, "b", "y 7")
    forget(home)
    assert uses(collect(home, "tally")) == {"x": 5, "y": 7}


def test_without_the_resume_state_a_rewritten_log_loses_nothing(home: Path) -> None:
    log(home, "a", "x 5", "y 7")
    collect(home, "tally")
    log(home, "a", "y 7")
    forget(home)
    assert uses(collect(home, "tally")) == {"x": 5, "y": 7}


# Kills and company ---------------------------------------------------------------------------

# Collects, and writes a dot after every log file. A commit comes after every 32nd log file.
_CHILD = """
import sys, burnlib, burnlib._collect
from datetime import datetime
burnlib._collect._BATCH = 32 * 4
def dot(*_):
    sys.stdout.write("."); sys.stdout.flush()
burnlib.collect([sys.argv[1]], sources=["tally"], archive=sys.argv[2], tz="UTC",
                now=datetime.fromisoformat(sys.argv[3]), progress=dot)
"""


def collecting(home: Path) -> subprocess.Popen[bytes]:
    """Start a collection in a process of its own."""
    archive = home.parent / "data" / "archive.db"
    return subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(home), str(archive), NOW.isoformat()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(home.parent, *map(Path, site_of_fakes())),
    )


def site_of_fakes() -> Iterable[str]:
    return [entry for entry in sys.path if Path(entry).name == "site" and "packages" in entry]


def many(home: Path, files: int) -> int:
    """Write *files* logs with three uses each, 7 * number of the use; return their sum."""
    for f in range(files):
        log(home, f"{f:03}", *(f"u{n} {7 * n}" for n in range(3 * f, 3 * f + 3)))
    return 7 * (3 * files) * (3 * files - 1) // 2


def whole_files(burn: burnlib.History) -> set[str]:
    """The logs that count, after checking that each one does wholly or not at all."""
    found: dict[str, int] = {}
    for event in burn.events():
        assert event.counts.total == 7 * int(event.id[1:])
        found[event.session] = found.get(event.session, 0) + 1
    assert set(found.values()) <= {3}
    return set(found)


def test_a_collection_killed_at_any_moment_loses_nothing_and_doubles_nothing(home: Path) -> None:
    truth = many(home, 130)
    archive = home.parent / "data" / "archive.db"
    dice, before = random.Random(20250304), set[str]()
    # A commit comes after every 32nd dot: just there, and anywhere.
    for dots in (1, 31, 32, 33, dice.randrange(130), 96):
        with collecting(home) as process:
            assert process.stdout is not None
            process.stdout.read(dots)
            process.send_signal(signal.SIGKILL)
        if not archive.exists():
            continue
        after = whole_files(burnlib.recall(archive, now=NOW))
        assert before <= after
        before = after
    assert before, "no kill came late enough to find anything kept"
    burn = collect(home, "tally")
    assert burn.rows.total == sum(uses(burn).values()) == truth
    assert burnlib.reconcile(burn).ok


def test_two_collectors_and_a_reader_at_once_lose_nothing_and_double_nothing(home: Path) -> None:
    truth = many(home, 130)
    archive = home.parent / "data" / "archive.db"
    totals = [0]
    said: list[bytes] = []
    with collecting(home) as first, collecting(home) as second:
        ends = [
            threading.Thread(target=lambda one=one: said.append(one.communicate()[1]))
            for one in (first, second)
        ]
        for end in ends:
            end.start()
        while any(end.is_alive() for end in ends):
            if archive.exists():
                burn = burnlib.recall(archive, tz="UTC", now=NOW)
                whole_files(burn)
                totals.append(burn.rows.total)
    assert (first.returncode, second.returncode, said) == (0, 0, [b"", b""])
    assert totals == sorted(totals)
    assert burnlib.recall(archive, now=NOW).rows.total == truth
    assert collect(home, "tally").changed == 0


def test_a_slow_collector_takes_nothing_back_that_a_fast_one_kept_meanwhile(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = log(home, "a", "x 5")
    use = Tally.use

    def overtaken(self: Tally, line: str, segment: Any) -> burnlib.UsageEvent:
        # While this line is looked at, the log grows, and another collection reads all of it.
        monkeypatch.setattr(Tally, "use", use)
        add(path, "y 7\n")
        collect(home, "tally")
        return use(self, line, segment)

    monkeypatch.setattr(Tally, "use", overtaken)
    assert uses(collect(home, "tally")) == {"x": 5, "y": 7}
    path.unlink()
    assert uses(collect(home, "tally")) == {"x": 5, "y": 7}


# The archive file ----------------------------------------------------------------------------


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o277])
def test_what_is_kept_can_be_read_by_its_owner_alone(home: Path, umask: int) -> None:
    log(home, "a", "x 5")
    modes: dict[str, int] = {}

    def look(*_: object) -> None:
        for path in (home.parent / "data", *(home.parent / "data").iterdir()):
            modes[path.name] = stat.S_IMODE(path.stat().st_mode)

    before = os.umask(umask)
    try:
        archive = home.parent / "data" / "archive.db"
        burnlib.collect(
            [home], sources=["tally"], archive=archive, tz="UTC", now=NOW, progress=look
        )
    finally:
        os.umask(before)
    assert {"data", "archive.db"} <= set(modes)
    assert all(mode & 0o077 == 0 for mode in modes.values()), modes
    if umask != 0o277:
        assert (modes["data"], modes["archive.db"]) == (0o700, 0o600)


def test_an_archive_that_cannot_be_made_is_an_error_with_its_path(home: Path) -> None:
    log(home, "a", "x 5")
    (home.parent / "data").write_text("a file where the folder should be")
    with pytest.raises(ArchiveError, match=r"data/archive\.db: .*fix: "):
        collect(home, "tally")


def test_a_zone_given_later_cuts_every_day_anew(home: Path) -> None:
    log(home, "a", "x 5")  # at 10:00 UTC on the 4th, which is the 5th on Kiritimati
    assert [str(row.date) for row in collect(home, "tally").rows if row.total] == ["2025-03-04"]
    moved = collect(home, "tally", tz="Pacific/Kiritimati")
    assert [str(row.date) for row in moved.rows if row.total] == ["2025-03-05"]
    assert collect(home, "tally", tz="").zone == "Pacific/Kiritimati"


def test_a_quiet_day_that_was_looked_at_is_a_zero_and_one_that_was_not_is_missing(
    home: Path,
) -> None:
    # The tool keeps its logs for ever, so a scan sees every day since its oldest use.
    path = log(home, "a", "x 5")
    collect(home, "tally")
    add(path, "y 7\n")
    days = {str(row.date): row for row in collect(home, "tally", now=NOW + timedelta(days=2)).rows}
    assert {day: row.total for day, row in days.items()} == {
        "2025-03-04": 12,
        "2025-03-05": 0,
        "2025-03-06": 0,
        "2025-03-07": 0,
    }
    assert days["2025-03-04"].lower_bound == ()


def test_where_a_log_cannot_be_read_no_day_is_called_whole(home: Path) -> None:
    log(home, "a", "x 5")
    log(home, "b", "!odd")
    burn = collect(home, "tally")
    assert [(str(row.date), row.lower_bound) for row in burn.rows] == [("2025-03-04", ("tally",))]


def test_progress_is_told_after_every_file(home: Path) -> None:
    for name in "abc":
        log(home, name, "x 5")
    told: list[tuple[str, int, int]] = []
    archive = home.parent / "a.db"
    burnlib.collect(
        [home],
        sources=["tally"],
        archive=archive,
        tz="UTC",
        now=NOW,
        progress=lambda *step: told.append(step),
    )
    assert told == [("tally", 1, 3), ("tally", 2, 3), ("tally", 3, 3)]
