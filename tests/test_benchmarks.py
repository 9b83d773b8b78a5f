"""The made-up logs of the benchmarks hold what they say; other tools' answers are read rightly."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pages import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))

from corpus.commands import main, size_of
from corpus.growing import choose_files, grow
from corpus.home import Plan, make
from corpus.truth import add
from corpus.wide import write_archive
from versus import answers, commands, report
from versus.answers import Answer, compare, truth_of
from versus.contests import Contest, Side
from versus.homes import copy_logs, forget, link_logs, open_corpus, own_copy
from versus.measure import Command, NotMeasuredError, Run, measure, memory_of
from versus.peers import PEERS, find

import burnlib
from burnlib.errors import InvalidInput
from burnlib.history import recall

# Of this seed, so few files hold a fork with requests of its own, a resumed session, side chains
# and a damaged log.
PLAN = Plan(size=700_000, seed="tiny-95")

ZONES = ("UTC", "America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("made")
    make(home, PLAN)
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "home"))


def truth(home: Path) -> Any:
    return json.loads((home / "truth.json").read_text())


def contents(home: Path) -> dict[str, bytes]:
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file()
    }


# A count of its own: plain json, line by line ------------------------------------------------


def records(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_bytes().split(b"\n"):
        try:
            yield json.loads(line)
        except ValueError:
            continue  # a damaged line


def day(at: str, zone: str) -> str:
    return datetime.fromisoformat(at).astimezone(ZoneInfo(zone)).date().isoformat()


def claude_lines(home: Path) -> Iterator[tuple[Path, tuple[str, str], str, int]]:
    """File, response, instant and tokens of each line that tells of a response."""
    for path in sorted(home.glob(".claude/**/*.jsonl")):
        for record in records(path):
            message = record.get("message")
            if record.get("type") == "assistant" and message["model"] != "<synthetic>":
                usage = message["usage"]
                tokens = sum(
                    usage[f"{name}input_tokens"] for name in ("", "cache_creation_", "cache_read_")
                )
                key = (message["id"], record["requestId"])
                yield path, key, record["timestamp"], tokens + usage["output_tokens"]


def claude_days(home: Path, zone: str) -> Counter[str]:
    best: dict[tuple[str, str], tuple[int, str]] = {}
    for _, key, at, tokens in claude_lines(home):
        if key not in best or tokens > best[key][0]:
            best[key] = (tokens, at)
    days: Counter[str] = Counter()
    for tokens, at in best.values():
        days[day(at, zone)] += tokens
    return days


def codex_totals(path: Path) -> Iterator[tuple[str, int, bool]]:
    """Instant and running total of each event, and whether it is the parent's, replayed."""
    lines = list(records(path))
    fork = "forked_from_id" in lines[0]["payload"]
    for record in lines:
        if record["payload"].get("type") == "token_count" and record["payload"]["info"]:
            usage = record["payload"]["info"]["total_token_usage"]
            # The lines of a fork's parent are all stamped with the instant of the fork.
            replayed = fork and record["timestamp"] == lines[1]["timestamp"]
            yield record["timestamp"], usage["total_tokens"], replayed


def codex_days(home: Path, zone: str) -> Counter[str]:
    days: Counter[str] = Counter()
    for path in home.glob(".codex/**/*.jsonl"):
        before = 0
        for at, total, replayed in codex_totals(path):
            if not replayed:
                days[day(at, zone)] += total - before
            before = total
    return +days


def told_days(home: Path, zone: str, half: str) -> dict[str, int]:
    daily = truth(home)["daily"][zone]
    return {day: kinds[half]["total"] for day, kinds in daily.items() if half in kinds}


# Made-up logs --------------------------------------------------------------------------------


def test_the_same_plan_gives_the_same_bytes(made: Path, tmp_path: Path) -> None:
    make(tmp_path, PLAN)
    assert contents(tmp_path) == contents(made)


def test_another_seed_gives_other_logs(made: Path, tmp_path: Path) -> None:
    make(tmp_path, Plan(size=50_000, seed="other"))
    assert not contents(tmp_path).keys() & (contents(made).keys() - {"truth.json"})


@pytest.mark.parametrize("zone", ZONES)
def test_the_truth_is_what_a_plain_count_of_the_lines_finds(made: Path, zone: str) -> None:
    assert told_days(made, zone, "claude") == claude_days(made, zone)
    assert told_days(made, zone, "codex") == codex_days(made, zone)
    assert len(told_days(made, zone, "claude")) > 2 < len(told_days(made, zone, "codex"))


def test_wrong_rules_are_counted_as_they_would_count(made: Path) -> None:
    variants = truth(made)["variants"]
    lines = list(claude_lines(made))
    assert variants["claude"]["none"]["total"] == sum(line[3] for line in lines)
    first = {key: tokens for _, key, _, tokens in reversed(lines)}
    assert variants["claude"]["first"]["total"] == sum(first.values())
    last = {key: tokens for _, key, _, tokens in lines}
    assert variants["claude"]["last"]["total"] == sum(last.values())
    per_file: dict[tuple[Path, tuple[str, str]], int] = {}
    for path, key, _, tokens in lines:
        per_file[path, key] = max(tokens, per_file.get((path, key), 0))
    assert variants["claude"]["final_per_file"]["total"] == sum(per_file.values())
    rollouts = [list(codex_totals(path)) for path in made.glob(".codex/**/*.jsonl")]
    whole = sum(events[-1][1] for events in rollouts if events)
    assert variants["codex"]["delta_with_replay"]["total"] == whole


def test_the_tiny_logs_hold_every_trap(made: Path) -> None:
    tables = truth(made)
    claude, codex = tables["variants"]["claude"], tables["variants"]["codex"]
    right = claude["final"]["total"]
    assert claude["none"]["total"] > claude["final_per_file"]["total"] > right
    assert claude["final_no_sidechain"]["total"] < right > claude["first"]["total"]
    assert codex["last_every_event"]["total"] > codex["delta_with_replay"]["total"]
    assert codex["delta_with_replay"]["total"] > codex["delta"]["total"]
    assert tables["meta"]["broken_files"] == 1
    forks = [list(codex_totals(path)) for path in made.glob(".codex/**/*.jsonl")]
    own = [sum(not replayed for *_, replayed in events) for events in forks]
    assert any(0 < n < len(events) for n, events in zip(own, forks, strict=True))


def test_the_counts_of_files_bytes_and_lines_are_those_on_disk(made: Path) -> None:
    meta = truth(made)["meta"]
    for kind in ("claude", "codex"):
        logs = list(made.glob(f".{kind}/**/*.jsonl"))
        assert meta["files"][kind] == len(logs)
        assert meta["bytes"][kind] == sum(path.stat().st_size for path in logs)
        texts = [path.read_bytes() for path in logs]
        assert meta["lines"][kind] == sum(
            text.count(b"\n") + (not text.endswith(b"\n")) for text in texts
        )


@pytest.mark.parametrize(
    ("text", "size"),
    [("small", 20_000_000), ("large", 3_000_000_000), ("300k", 300_000), ("80M", 80_000_000)],
)
def test_a_size_is_named_or_a_number_with_a_unit(text: str, size: int) -> None:
    assert size_of(text) == size


def test_a_folder_that_is_not_empty_is_left_alone(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(home)
    with pytest.raises(SystemExit, match="2"):
        main([str(home)])
    assert "not empty" in capsys.readouterr().err
    assert contents(home) == before


# Logs that grow ------------------------------------------------------------------------------


def grown(home: Path, *, rounds: int = 2) -> list[Path]:
    logs = choose_files(home, 5)
    for number in range(1, rounds + 1):
        grow(home, logs, number=number)
    return logs


def test_growing_logs_add_what_they_say_to_the_truth(made: Path, home: Path) -> None:
    logs = grown(home)
    assert {path.name.startswith("rollout-") for path in logs} == {True, False}
    for zone in ZONES:
        assert told_days(home, zone, "claude") == claude_days(home, zone)
        assert told_days(home, zone, "codex") == codex_days(home, zone)
    before, after = truth(made)["totals"], truth(home)["totals"]
    for half in ("claude", "codex"):
        assert after[half]["total"] == sum(told_days(home, "UTC", half).values())
        assert after[half]["requests"] > before[half]["requests"]
    meta = truth(home)["meta"]["bytes"]
    assert sum(meta.values()) == sum(path.stat().st_size for path in home.rglob("*.jsonl"))


def test_a_log_grows_at_its_end_and_the_others_not_at_all(made: Path, home: Path) -> None:
    logs = {path.relative_to(home).as_posix() for path in grown(home)}
    old, new = contents(made), contents(home)
    assert old.keys() == new.keys()
    changed = {name for name in old if old[name] != new[name]}
    assert changed == logs | {"truth.json"}
    for name in logs:
        assert new[name].startswith(old[name])
        assert len(new[name]) >= len(old[name]) + 2 * 20_000


def test_growing_twice_the_same_way_gives_the_same_bytes(
    made: Path, home: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copytree(made, tmp_path / "other"))
    grown(home)
    grown(other)
    assert contents(home) == contents(other)


def test_a_log_with_a_second_name_does_not_grow(made: Path, tmp_path: Path) -> None:
    link_logs(made, tmp_path / "linked")
    before = contents(made)
    with pytest.raises(InvalidInput, match="another name"):
        grow(tmp_path / "linked", choose_files(tmp_path / "linked", 3))
    assert contents(tmp_path / "linked") == before


def test_copied_logs_grow_without_touching_the_corpus(made: Path, tmp_path: Path) -> None:
    before = contents(made)
    home = tmp_path / "linked"
    link_logs(made, home)
    logs = choose_files(home, 3)
    copy_logs(logs)
    grow(home, logs)
    assert contents(made) == before != contents(home)


def test_side_chains_and_logs_cut_by_a_crash_do_not_go_on(home: Path) -> None:
    crashed = next(home.rglob("rollout-*.jsonl"))
    crashed.write_bytes(crashed.read_bytes()[:-9])
    sides = set(home.rglob("agent-*.jsonl"))
    assert sides
    assert set(choose_files(home, 1_000)) == set(home.rglob("*.jsonl")) - sides - {crashed}


def test_adding_tables_adds_numbers_and_keeps_days_in_order() -> None:
    known = {"2026-01-01": {"total": 1}, "2026-01-03": {"total": 2}}
    new = {"2026-01-02": {"total": 5}, "2026-01-03": {"total": 40}}
    both = add(known, new)
    assert list(both.items()) == [
        ("2026-01-01", {"total": 1}),
        ("2026-01-02", {"total": 5}),
        ("2026-01-03", {"total": 42}),
    ]
    assert add({"seed": "a", "days": 365}, {"seed": "b"}) == {"seed": "a", "days": 365}


# An archive without logs ---------------------------------------------------------------------


def test_a_wide_archive_holds_as_many_uses_and_tokens_as_it_says(tmp_path: Path) -> None:
    tokens = write_archive(tmp_path / "wide.db", 1_500)
    history = recall(tmp_path / "wide.db", tz="UTC", now=datetime(2026, 12, 1, tzinfo=UTC))
    assert history.rows.total == tokens
    assert sum(1 for _ in history.events()) == 1_500
    with closing(sqlite3.connect(tmp_path / "wide.db")) as archive:
        (sightings,) = archive.execute("SELECT count(*) FROM sightings").fetchone()
    assert sightings > 1_500  # a resumed session tells of uses once more


def test_a_wide_archive_never_overwrites_one(tmp_path: Path) -> None:
    (tmp_path / "mine.db").write_bytes(b"kept")
    with pytest.raises(InvalidInput, match="there already"):
        write_archive(tmp_path / "mine.db", 10)
    assert (tmp_path / "mine.db").read_bytes() == b"kept"


# Answers of other tools: cut-down outputs of the versions that are pinned --------------------

CCUSAGE = b"""{"daily": [
  {"agent": "all", "cacheCreationTokens": 17, "inputTokens": 3, "outputTokens": 2,
   "cacheReadTokens": 8, "period": "2026-01-02", "totalCost": 0.23, "totalTokens": 30},
  {"agent": "all", "period": "2026-01-04", "totalTokens": 12}
], "totals": {"totalTokens": 42}}"""

TOKSCALE = b"""{"meta": {"version": "4.17.0"}, "summary": {"totalTokens": 42}, "contributions": [
  {"date": "2026-01-02", "totals": {"tokens": 30, "cost": 0.2, "messages": 5}},
  {"date": "2026-01-03", "totals": {"tokens": 0, "cost": 0.0, "messages": 0}},
  {"date": "2026-01-04", "totals": {"tokens": 12, "cost": 0.1, "messages": 1}}
]}"""

CODEBURN = b"""{"overview": {"cost": 36.7, "calls": 6, "tokens":
  {"input": 3, "output": 2, "cacheRead": 20, "cacheWrite": 17}},
  "daily": [{"date": "2026-01-02", "cost": 0.2, "calls": 5}]}"""

CLAUDE_MONITOR = """\
Analyzing usage data to determine cost limits...
│  Total Tokens: 1,230,012   │
┏━━━━━━━━━━━━┳━━━━━━━━━━┳━━━━━━━┳━━━━━━━━┳━━━━━━━━━━┳━━━━━━━━┳━━━━━━━━━━━┳━━━━━━━┓
┃ Date       ┃ Models   ┃ Input ┃ Output ┃   Create ┃   Read ┃     Total ┃  Cost ┃
┡━━━━━━━━━━━━╇━━━━━━━━━━╇━━━━━━━╇━━━━━━━━╇━━━━━━━━━━╇━━━━━━━━╇━━━━━━━━━━━╇━━━━━━━┩
│ 2026-01-02 │ • opus   │    70 │  4,949 │   15,638 │ 73,372 │ 1,230,000 │ $0.35 │
│            │ • sonnet │       │        │          │        │           │       │
├────────────┼──────────┼───────┼────────┼──────────┼────────┼───────────┼───────┤
│ 2026-01-04 │ opus     │     3 │      2 │        7 │      0 │        12 │ $0.01 │
└────────────┴──────────┴───────┴────────┴──────────┴────────┴───────────┴───────┘
""".encode()

BURNLIB = b"""[
  {"date": "2026-01-02", "codex_tokens": 10, "claude_code_tokens": 20, "total": 30, "tz": "UTC"},
  {"date": "2026-01-03", "codex_tokens": 0, "total": 0, "tz": "UTC"},
  {"date": "2026-01-04", "claude_code_tokens": 12, "total": 12, "tz": "UTC"}
]"""

DAYS = {"2026-01-02": 30, "2026-01-04": 12}


def test_each_tools_answer_is_its_tokens_by_day() -> None:
    assert answers.of_burnlib(BURNLIB) == Answer(DAYS, 42)
    assert PEERS["ccusage"].parse(CCUSAGE) == Answer(DAYS, 42)
    assert PEERS["tokscale"].parse(TOKSCALE) == Answer(DAYS, 42)
    # It tells tokens of the whole period alone.
    assert PEERS["codeburn"].parse(CODEBURN) == Answer({}, 42)
    monitor = Answer({"2026-01-02": 1_230_000, "2026-01-04": 12}, 1_230_012)
    assert PEERS["claude-monitor"].parse(CLAUDE_MONITOR) == monitor


def test_the_truth_of_one_half_is_that_half_alone(made: Path) -> None:
    codex = codex_days(made, "UTC")
    both = codex + claude_days(made, "UTC")
    assert truth_of(made) == Answer(both, both.total())
    assert truth_of(made, ("codex",)) == Answer(codex, codex.total())


@pytest.mark.parametrize(
    ("answer", "words", "exact"),
    [
        (Answer(DAYS, 42), "2 of 2 days", True),
        (Answer({"2026-01-02": 30}, 30), "1 of 2 days, -12 tokens", False),
        (Answer({**DAYS, "2026-01-05": 7}, 49), "2 of 2 days and 1 more, +7 tokens", False),
        (Answer({"2026-01-02": 31, "2026-01-04": 11}, 42), "0 of 2 days", False),
        (Answer({}, 42), "no days told", True),
        (Answer({}, 1_042), "no days told, +1,000 tokens", False),
        (Answer({}, 0), "no days told, -42 tokens", False),
    ],
)
def test_an_answer_is_right_where_every_day_and_the_sum_are(
    answer: Answer, words: str, exact: bool
) -> None:
    found = compare(answer, Answer(DAYS, 42))
    assert (str(found), found.exact) == (words, exact)


# The runner ----------------------------------------------------------------------------------


def test_every_peer_is_pinned() -> None:
    for peer in PEERS.values():
        for package in peer.packages:
            name, mark, version = package.rpartition("==" if peer.pypi else "@")
            assert name
            assert mark
            assert version[:1].isdigit(), package


def test_a_peer_that_is_not_there_says_so(tmp_path: Path) -> None:
    for peer in PEERS.values():
        assert str(tmp_path) in find(peer, tmp_path)


def test_what_a_tool_leaves_in_its_home_is_forgotten_and_the_logs_are_not(
    made: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    link_logs(made, home)
    (home / ".cache" / "deep").mkdir(parents=True)
    (home / ".cache" / "deep" / "file").write_bytes(b"kept from before")
    (home / ".rc").write_bytes(b"settings")
    forget(home)
    assert contents(home) == contents(made)


def test_a_corpus_knows_how_large_it_is(made: Path, tmp_path: Path) -> None:
    corpus = open_corpus(made)
    meta = truth(made)["meta"]
    assert corpus.bytes == sum(meta["bytes"].values())
    assert corpus.files == sum(meta["files"].values())
    assert corpus.name == "1 MB"
    with pytest.raises(InvalidInput, match="holds no logs"):
        open_corpus(tmp_path)


def test_the_corpus_is_copied_so_that_no_log_of_it_looks_changed(
    made: Path, tmp_path: Path
) -> None:
    before = {path: path.stat() for path in made.rglob("*.jsonl")}
    copy = own_copy(made, tmp_path / "copy")
    link_logs(copy.home, tmp_path / "home")
    assert contents(tmp_path / "home") == contents(made)
    # Everything but the time of the last reading: a second name would move the change time.
    assert {path: path.stat()[:7] for path in before} == {p: s[:7] for p, s in before.items()}
    assert all(path.stat().st_ctime_ns == stat.st_ctime_ns for path, stat in before.items())


linux = pytest.mark.skipif(sys.platform != "linux", reason="measured with Linux's own numbers")


def python(code: str, tmp_path: Path, *, until: str = "") -> Command:
    words = [sys.executable, "-I", "-S", "-c", code]
    return Command(words=words, env={}, output=tmp_path / "output", until=until)


@linux
def test_a_run_counts_the_processors_and_the_memory_of_its_children(tmp_path: Path) -> None:
    child = "x = bytearray(80_000_000); n = sum(range(2_000_000))"
    code = f"import os\nif os.fork() == 0:\n    {child}\n    os._exit(0)\nos.wait()\nprint('done')"
    run = measure(python(code, tmp_path))
    assert (tmp_path / "output").read_bytes() == b"done\n"
    assert run.peak > 80_000_000 / 2**20
    assert run.cpu > measure(python("pass", tmp_path)).cpu


@linux
def test_memory_is_that_of_all_processes_together(tmp_path: Path) -> None:
    child = "x = bytearray(b'x') * 60_000_000; time.sleep(0.2); os._exit(0)"
    code = (
        f"import os, time\nfor _ in range(2):\n    if os.fork() == 0: {child}\nos.wait(); os.wait()"
    )
    assert memory_of(python("pass", tmp_path)) < 60
    assert 2 * 60_000_000 / 2**20 < memory_of(python(code, tmp_path)) < 200


@linux
def test_a_program_that_waits_is_ended_after_its_last_line(tmp_path: Path) -> None:
    code = """
import os, signal
signal.signal(signal.SIGINT, lambda *_: os._exit(0))
print("first", flush=True)
print("end of it", flush=True)
signal.pause()
"""
    run = measure(python(code, tmp_path, until="end"))
    assert (tmp_path / "output").read_bytes() == b"first\nend of it\n"
    assert run.wall > 0
    with pytest.raises(NotMeasuredError):
        measure(python("print('no such line')", tmp_path, until="end"))


@linux
def test_a_program_that_fails_says_what_it_complained_of(tmp_path: Path) -> None:
    with pytest.raises(NotMeasuredError, match=r"ended with 3: no such log"):
        measure(python("import os; os.write(2, b'no such log'); os._exit(3)", tmp_path))
    missing = Command(words=[str(tmp_path / "none")], env={}, output=tmp_path / "output")
    with pytest.raises(NotMeasuredError, match="could not be started"):
        measure(missing)


@linux
def test_the_runner_measures_burnlib_alone_and_finds_it_right(
    made: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(commands.measure, "leave_network", lambda: False)
    monkeypatch.setenv("PYTHONPATH", str(Path(burnlib.__file__).parents[1]))
    words = f"--corpus {made} --peers none --only cat,size --runs 1 --work {tmp_path}"
    code = commands.main([*words.split(), "-o", str(tmp_path / "table.md")])
    text = (tmp_path / "table.md").read_text()
    days = len(truth(made)["daily"]["UTC"])
    assert code == 0
    assert f"burnlib {days} of {days} days" in text
    assert "archive of 1 MB over its logs" in text
    assert text in capsys.readouterr().out
    assert not list(tmp_path.glob("versus-*"))


@linux
def test_the_runner_fails_where_the_count_is_not_what_the_logs_hold(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands.measure, "leave_network", lambda: False)
    monkeypatch.setenv("PYTHONPATH", str(Path(burnlib.__file__).parents[1]))
    tables = truth(home)
    tables["daily"]["UTC"]["2026-01-01"] = {"codex": {"total": 1}}
    (home / "truth.json").write_text(json.dumps(tables))
    words = f"--corpus {home} --peers none --only cat --runs 1 --work {tmp_path}"
    assert commands.main(words.split()) == 1


def contest(
    *, ours: tuple[Run, ...], other: tuple[Run, ...], memory: tuple[float, float] = (0.0, 0.0)
) -> Contest:
    right = compare(Answer(DAYS, 42), Answer(DAYS, 42))
    mine = Side("burnlib", ours, right, memory[0])
    return Contest("cold", "large", mine, Side("ccusage 20.0.24", other, right, memory[1]))


def test_a_ratio_is_the_median_of_pairs_not_the_ratio_of_medians() -> None:
    # Pairs: 1/10, 3/10, 5/1; the ratio of the medians would be 3/10 as well, of 2 and 10 it is not.
    pairs = contest(
        ours=(Run(1, 1, 20), Run(9, 3, 20), Run(2, 5, 20)),
        other=(Run(10, 10, 80), Run(10, 10, 80), Run(1, 1, 80)),
    )
    found = pairs.ratios(lambda run: run.wall)
    assert (found.middle, found.low, found.high) == (0.9, 0.1, 2)


def test_goals_are_met_or_missed_and_memory_is_that_of_all_processes() -> None:
    fast, slow = (Run(1, 1, 20),), (Run(2, 4, 80),)
    text = report.table([contest(ours=fast, other=slow, memory=(60, 80))], [], ["a note"])
    assert "wall ≤ 0.6: met" in text
    assert "cpu ≤ 0.5: met" in text
    assert "peak ≤ 0.5: **missed**" in text  # 60 of 80, though the largest is 20 of 80
    assert "burnlib 2 of 2 days; ccusage 2 of 2 days" in text
    assert "- a note" in text


def test_a_wrong_count_of_ours_stands_out() -> None:
    wrong = compare(Answer(DAYS, 41), Answer(DAYS, 42))
    mine = Side("burnlib", (Run(1, 1, 1),), wrong)
    row = report.table([Contest("cold", "small", mine, Side("cat", (Run(1, 1, 1),)))], [], [])
    assert "**burnlib 2 of 2 days, -1 tokens**" in row
    assert not mine.right


def test_every_goal_is_of_a_work_that_the_table_names() -> None:
    for work, _, _ in report.GOALS:
        assert work in report._WORDS


def test_environment_of_a_peer_holds_nothing_of_the_users(tmp_path: Path) -> None:
    os.environ["BENCH_SECRET"] = "x"
    try:
        env = PEERS["ccusage"].command(tmp_path, tmp_path / "home", tmp_path / "out").env
    finally:
        del os.environ["BENCH_SECRET"]
    assert env["HOME"] == str(tmp_path / "home")
    assert env["TZ"] == "UTC"
    assert "BENCH_SECRET" not in env
