"""The made-up logs: the same every time, small, odd in the known ways, and adding up."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from burnlib import demo
from burnlib.errors import InvalidInput
from burnlib.model import Fidelity

LAST = date(2026, 11, 20)
FIRST = date(2025, 10, 17)  # 399 days earlier
GONE = [date(2026, 6, day) for day in range(4, 18)]  # days 230 to 243


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> tuple[demo.Stage, ...]:
    return demo.write(tmp_path_factory.mktemp("demo") / "logs", last=LAST)


@pytest.fixture(scope="module")
def planned() -> dict[date, dict[str, int]]:
    return {day: dict(sources) for day, sources in demo.truth(LAST).items()}


def files(stages: tuple[demo.Stage, ...]) -> list[Path]:
    return sorted(
        path for stage in stages for path in stage.home.rglob("*") if path.suffix == ".jsonl"
    )


def objects(path: Path) -> Iterator[dict]:
    """All JSON objects of a log; a line may hold more than one."""
    decoder = json.JSONDecoder()
    for line in path.read_text(encoding="utf-8").splitlines():
        start = 0
        while start < len(line):
            value, start = decoder.raw_decode(line, start)
            yield value


def usage_lines(path: Path) -> Iterator[tuple[str, dict]]:
    """Instant and message of each Claude Code line that tells usage."""
    for line in objects(path):
        if line["type"] == "progress":
            line = line["data"]["message"]
        if line["type"] == "assistant":
            yield line["timestamp"], line["message"]


def claude_messages(stages: tuple[demo.Stage, ...]) -> dict[str, list[tuple[str, dict]]]:
    found = defaultdict(list)
    for path in files(stages):
        if ".claude" in path.parts:
            for at, message in usage_lines(path):
                found[message["id"]].append((at, message))
    return found


def claude_per_day(stages: tuple[demo.Stage, ...]) -> dict[date, int]:
    """Each message once, with the largest of every count, on the day of its first line."""
    days = defaultdict(int)
    names = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    for lines in claude_messages(stages).values():
        day = date.fromisoformat(min(at for at, _ in lines)[:10])
        for name in (*names, "output_tokens"):
            days[day] += max(message["usage"][name] for _, message in lines)
    return days


def counters(path: Path) -> list[tuple[str, dict | None]]:
    return [
        (line["timestamp"], line["payload"]["info"])
        for line in objects(path)
        if line["type"] == "event_msg" and line["payload"]["type"] == "token_count"
    ]


def is_fork(path: Path) -> bool:
    return "forked_from_id" in next(objects(path))["payload"]


def codex_own(path: Path) -> list[tuple[str, int, int]]:
    """Instant and what the total grew by, in and out; copied counters only set the beginning."""
    start = datetime.fromisoformat(next(objects(path))["timestamp"])
    before, own = (0, 0), []
    for at, info in counters(path):
        if info is None:
            continue
        total = info["total_token_usage"]
        now = (total["input_tokens"], total["output_tokens"])
        copied = datetime.fromisoformat(at) - start < timedelta(milliseconds=200)
        if now != before and not (copied and is_fork(path)):
            grown = (now[0] - before[0], now[1] - before[1])
            if min(grown) < 0:
                last = info["last_token_usage"]
                grown = (last["input_tokens"], last["output_tokens"])
            own.append((at, *grown))
        before = now
    return own


def codex_files(stages: tuple[demo.Stage, ...]) -> list[Path]:
    return [path for path in files(stages) if ".codex" in path.parts]


def codex_per_day(stages: tuple[demo.Stage, ...]) -> dict[date, int]:
    days = defaultdict(int)
    for path in codex_files(stages):
        for at, read, written in codex_own(path):
            days[date.fromisoformat(at[:10])] += read + written
    return days


def bytes_below(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


def test_the_same_last_day_gives_the_same_bytes_in_any_folder(
    tmp_path: Path, stages: tuple[demo.Stage, ...]
) -> None:
    demo.write(tmp_path / "again", last=LAST)
    assert bytes_below(tmp_path / "again") == bytes_below(stages[0].home.parent)


def test_the_bytes_are_the_same_on_every_platform_and_python(
    stages: tuple[demo.Stage, ...],
) -> None:
    whole = hashlib.sha256()
    for name, content in sorted(bytes_below(stages[0].home.parent).items()):
        whole.update(name.encode() + b"\0" + content)
    # Written down on Linux, x86-64, Python 3.11; changes only when the made-up year itself does.
    assert whole.hexdigest()[:16] == "f08c3e59a5eda483"


def test_it_is_small(stages: tuple[demo.Stage, ...]) -> None:
    content = bytes_below(stages[0].home.parent)
    assert sum(map(len, content.values())) < 6_000_000
    assert len(content) < 1000


def test_every_line_but_one_is_one_json_object(stages: tuple[demo.Stage, ...]) -> None:
    bad = 0
    for path in files(stages):
        text = path.read_bytes().decode()
        assert text.endswith("\n")
        for line in text.splitlines():
            try:
                json.loads(line)
            except json.JSONDecodeError:
                bad += 1
    assert bad == 1  # the glued one
    assert all(list(objects(path)) for path in files(stages))


def test_the_days_planned_are_the_days_that_a_laptop_saw(
    planned: dict[date, dict[str, int]],
) -> None:
    whole = [FIRST + timedelta(days=number) for number in range(400)]
    assert whole[-1] == LAST
    assert list(planned) == [day for day in whole if day not in GONE]
    assert all(set(sources) == {"codex", "claude_code"} for sources in planned.values())


def test_a_plain_count_of_the_claude_code_logs_gives_the_planned_tokens(
    stages: tuple[demo.Stage, ...], planned: dict[date, dict[str, int]]
) -> None:
    want = {day: found["claude_code"] for day, found in planned.items() if found["claude_code"]}
    assert claude_per_day(stages) == want


def test_a_plain_count_of_the_codex_logs_gives_the_planned_tokens(
    stages: tuple[demo.Stage, ...], planned: dict[date, dict[str, int]]
) -> None:
    want = {day: found["codex"] for day, found in planned.items() if found["codex"]}
    assert codex_per_day(stages) == want


@pytest.mark.parametrize("last", [LAST + timedelta(days=number) for number in (0, 1, 2, 3, 100)])
def test_use_grows_a_hundredfold_with_spikes_and_free_days_wherever_the_weekdays_fall(
    last: date,
) -> None:
    days = {day: sum(sources.values()) for day, sources in demo.truth(last).items()}
    busy = {day: tokens for day, tokens in days.items() if tokens}
    early = [tokens for day, tokens in busy.items() if day < last - timedelta(days=340)]
    late = [tokens for day, tokens in busy.items() if day > last - timedelta(days=60)]
    assert 30 < median(late) / median(early) < 200
    assert 10_000 < min(early) < max(early) < 2_500_000
    assert 1_000_000 < min(late) < max(late) < 900_000_000
    assert 24 <= len(days) - len(busy) <= 36
    assert days[last] > 0
    spikes = [
        day
        for day, tokens in busy.items()
        if tokens > 8 * median(t for d, t in busy.items() if abs((d - day).days) <= 21)
    ]
    assert len(spikes) == 4


@pytest.mark.parametrize("number", range(7))
def test_both_tools_ran_on_the_first_and_last_days_of_both_laptops(number: int) -> None:
    last = LAST + timedelta(days=number)
    planned = demo.truth(last)
    for back in (399, 170, 155, 0):
        assert min(planned[last - timedelta(days=back)].values()) > 0


def test_weekends_are_quiet(planned: dict[date, dict[str, int]]) -> None:
    late = {day: sum(found.values()) for day, found in planned.items() if day > GONE[-1]}
    work = median(tokens for day, tokens in late.items() if day.weekday() < 5)
    free = median(tokens for day, tokens in late.items() if day.weekday() >= 5)
    assert free < work / 3


def test_a_day_has_few_responses(stages: tuple[demo.Stage, ...]) -> None:
    responses = defaultdict(int)
    for lines in claude_messages(stages).values():
        responses[lines[0][0][:10]] += lines[0][1]["model"] != "<synthetic>"
    for path in codex_files(stages):
        for at, *_ in codex_own(path):
            responses[at[:10]] += 1
    assert min(responses.values()) >= 2
    assert max(responses.values()) == 12


def test_the_old_laptop_ends_before_the_fortnight_and_the_new_one_begins_after(
    stages: tuple[demo.Stage, ...],
) -> None:
    old, new = stages
    assert old.now == datetime(2026, 6, 4, 8, tzinfo=UTC)
    assert new.now == datetime(2026, 11, 20, 15, tzinfo=UTC)
    for stage, first, last, source in [
        (old, FIRST, date(2026, 6, 3), ".claude"),
        (old, FIRST, date(2026, 6, 3), ".codex"),
        (new, date(2026, 6, 18), LAST, ".claude"),
        (new, date(2026, 6, 18), LAST, ".codex"),
    ]:
        instants = [
            datetime.fromisoformat(line["timestamp"])
            for path in files((stage,))
            if source in path.parts
            for line in objects(path)
            if "timestamp" in line
        ]
        assert min(instants).date() == first
        assert max(instants).date() == last
        assert max(instants) < stage.now


def test_the_kept_days_reach_back_over_the_whole_life_of_a_laptop_and_no_further(
    stages: tuple[demo.Stage, ...],
) -> None:
    for stage, first in zip(stages, (FIRST, date(2026, 6, 18)), strict=True):
        settings = json.loads((stage.home / ".claude/settings.json").read_text())
        back = stage.now - timedelta(days=settings["cleanupPeriodDays"])
        begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
        assert begin - timedelta(hours=16) <= back <= begin - timedelta(hours=9)


def test_output_counts_grow_over_the_lines_of_a_response(stages: tuple[demo.Stage, ...]) -> None:
    lines = [[m["usage"]["output_tokens"] for _, m in m] for m in claude_messages(stages).values()]
    assert sum(outputs[0] < max(outputs) for outputs in lines) > 500


def test_a_handful_of_days_has_responses_without_a_final_count(
    stages: tuple[demo.Stage, ...],
) -> None:
    open_ended = [
        lines
        for lines in claude_messages(stages).values()
        if not any(message["stop_reason"] for _, message in lines)
    ]
    days = {lines[0][0][:10] for lines in open_ended}
    assert "2026-11-11" in days  # inside the last 30 days, for the table
    assert 5 <= len(days) <= 7
    assert all(lines[-1][1]["usage"]["output_tokens"] <= 8 for lines in open_ended)


def test_resumed_sessions_copy_responses_into_a_second_file(
    stages: tuple[demo.Stage, ...],
) -> None:
    places = defaultdict(set)
    for path in files(stages):
        if ".claude" in path.parts and "subagents" not in path.parts:
            for line in objects(path):
                if line["type"] == "assistant":
                    places[line["message"]["id"]].add(line["sessionId"])
    assert sum(len(sessions) == 2 for sessions in places.values()) == 6


def test_sub_agents_have_files_of_their_own_but_for_one(stages: tuple[demo.Stage, ...]) -> None:
    progress, agents = set(), set()
    for path in files(stages):
        if ".claude" in path.parts:
            for line in objects(path):
                if line["type"] == "progress":
                    progress.add(line["data"]["agentId"])
                elif line.get("isSidechain"):
                    assert path.stem == f"agent-{line['agentId']}"
                    agents.add(line["agentId"])
    assert len(agents) == 3
    assert agents < progress
    assert len(progress) == 4


def test_failed_requests_are_synthetic_records_of_zeros(stages: tuple[demo.Stage, ...]) -> None:
    messages = [m for lines in claude_messages(stages).values() for _, m in lines]
    failed = [m["usage"]["output_tokens"] for m in messages if m["model"] == "<synthetic>"]
    assert failed == [0, 0]


def test_codex_counters_repeat_and_begin_with_nothing(stages: tuple[demo.Stage, ...]) -> None:
    repeats = nothing = 0
    for path in codex_files(stages):
        found = counters(path)
        nothing += sum(info is None for _, info in found)
        real = [info for _, info in found if info]
        repeats += sum(one == other for one, other in pairwise(real))
    assert repeats > 50
    assert nothing > 50


def test_one_codex_counter_falls(stages: tuple[demo.Stage, ...]) -> None:
    falls = 0
    for path in codex_files(stages):
        totals = [i["total_token_usage"]["input_tokens"] for _, i in counters(path) if i]
        falls += sum(one > other for one, other in pairwise(totals))
    assert falls == 1


def test_one_codex_session_changes_its_model(stages: tuple[demo.Stage, ...]) -> None:
    changed = 0
    for path in codex_files(stages):
        turns = [line["payload"] for line in objects(path) if line["type"] == "turn_context"]
        changed += len({turn["model"] for turn in turns}) > 1
    assert changed == 1


def test_forks_repeat_their_parents_counters_within_20_ms_and_go_on_from_there(
    stages: tuple[demo.Stage, ...],
) -> None:
    forks = [path for path in codex_files(stages) if is_fork(path)]
    assert len(forks) == 2
    for path in forks:
        lines = list(objects(path))
        parent_id = lines[0]["payload"]["forked_from_id"]
        (parent,) = path.parent.glob(f"*-{parent_id}.jsonl")
        assert lines[1]["payload"]["id"] == parent_id
        start = datetime.fromisoformat(lines[0]["timestamp"])
        near = start + timedelta(milliseconds=20)
        copied = [info for at, info in counters(path) if start < datetime.fromisoformat(at) <= near]
        assert copied == [info for _, info in counters(parent)][: len(copied)]
        assert len(copied) >= 2
        assert len(copied) < len(counters(parent))  # the parent went on, too
        assert len(codex_own(path)) == 1


def test_each_kind_of_work_shows_in_project_branch_and_tools(
    stages: tuple[demo.Stage, ...],
) -> None:
    branches, tools = defaultdict(set), defaultdict(set)
    for path in files(stages):
        if ".claude" in path.parts:
            for line in objects(path):
                if line["type"] == "assistant":
                    name = line["cwd"]
                    branches[name].add(line["gitBranch"].partition("/")[0])
                    blocks = line["message"]["content"]
                    tools[name] |= {b["name"] for b in blocks if b["type"] == "tool_use"}
    assert branches == {
        "/home/demo/atlas": {"feat"},
        "/home/demo/field-notes": {"main"},
        "/home/demo/review-desk": {"review"},
        "/home/demo/scratch": {""},
    }
    assert tools == {
        "/home/demo/atlas": {"Edit", "Bash", "Write"},
        "/home/demo/field-notes": {"WebSearch", "WebFetch"},
        "/home/demo/review-desk": {"Read", "Grep", "Glob"},
        "/home/demo/scratch": set(),
    }


def test_ids_are_not_shared_between_days_of_writing(
    tmp_path: Path, stages: tuple[demo.Stage, ...]
) -> None:
    later = demo.write(tmp_path / "later", last=LAST + timedelta(days=1))
    assert not set(claude_messages(later)) & set(claude_messages(stages))


def test_estimates_are_thirty_days_with_a_range_and_never_on_days_without_a_laptop(
    planned: dict[date, dict[str, int]],
) -> None:
    rows = demo.estimates(LAST)
    assert len(rows) == 30
    assert [row.date for row in rows] == sorted({row.date for row in rows})
    assert {name for row in rows for name in row.sources} == {"claude_chat", "chatgpt"}
    assert sum(row.date > LAST - timedelta(days=30) for row in rows) >= 5
    for row in rows:
        assert row.date in planned
        assert row.total == row.estimated > 0
        for day in row.sources.values():
            assert day.fidelity is Fidelity.ESTIMATED
            assert day.low is not None
            assert day.high is not None
            assert day.low < day.tokens < day.high


def test_a_folder_with_anything_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InvalidInput, match="not empty") as caught:
        demo.write(tmp_path, last=LAST)
    assert caught.value.hint
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_in_place_of_the_folder_is_an_error_with_a_fix(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("mine")
    with pytest.raises(InvalidInput, match="fix: name a new folder"):
        demo.write(path, last=LAST)


@pytest.mark.parametrize(
    "ask", [demo.truth, demo.estimates, lambda last: demo.write(Path("nowhere"), last=last)]
)
@pytest.mark.parametrize("last", [date(2016, 2, 4), datetime(2026, 11, 20, tzinfo=UTC)])
def test_a_last_day_that_cannot_be_is_refused(ask: Callable[[date], object], last: date) -> None:
    with pytest.raises(InvalidInput, match=r"2016-02-04|an instant"):
        ask(last)


def test_the_first_and_the_last_possible_day_work() -> None:
    assert min(demo.truth(date(2016, 2, 5))) == date(2015, 1, 2)
    assert max(demo.truth(date.max)) == date.max
