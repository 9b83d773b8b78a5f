"""Claude Code logs: one test for each way in which they mislead."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import burnlib
from burnlib.archive import Archive
from burnlib.model import Fidelity
from logs import (
    HAIKU,
    NOW,
    SONNET,
    Burn,
    Four,
    Json,
    answer,
    asked,
    calls,
    claude_sum,
    claude_usage,
    collect,
    encode,
    events,
    facts,
    lower_bounds,
    progress,
    transcript,
    write,
)

ELSEWHERE = {"sessionId": "s2", "cwd": "/code/till", "gitBranch": "basket"}
LATER = datetime(2026, 4, 13, 12, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def burn(home: Path, *more: Path, tz: str = "UTC", now: datetime = NOW) -> Burn:
    return collect(home, *more, archive=home.parent / "archive.db", tz=tz, now=now)


def one_session(home: Path, *lines: Json | str) -> Four:
    """The tokens of a home with a single session of *lines*."""
    transcript(home, "s1", *lines)
    return claude_sum(burn(home))


# One response, many lines --------------------------------------------------------------------


def test_a_response_counts_once_however_many_lines_repeat_its_usage(home: Path) -> None:
    m1, m2 = answer("m1", (3, 100, 900, 40)), answer("m2", (1, 50, 1000, 7), "10:00:05")
    assert one_session(home, m1, m1, m1, m2) == (4, 150, 1900, 47)
    assert calls(burn(home), "claude_code") == 2


def test_the_greatest_output_of_a_responses_lines_is_its_output(home: Path) -> None:
    outputs = (1, 1, 412)
    lines = [answer("m1", (3, 100, 900, n), f"10:00:0{i}") for i, n in enumerate(outputs)]
    assert one_session(home, *lines) == (3, 100, 900, 412)


def test_a_later_line_with_a_smaller_output_takes_nothing_back(home: Path) -> None:
    lines = [answer("m1", (3, 100, 900, n)) for n in (9, 159, 9)]
    assert one_session(home, *lines) == (3, 100, 900, 159)


def test_output_that_grows_after_a_collection_counts_to_its_end(home: Path) -> None:
    first = answer("m1", (3, 100, 900, 1), message_stop_reason=None)
    last = answer("m1", (3, 100, 900, 412), "10:00:09")
    transcript(home, "s1", first)
    assert claude_sum(burn(home)) == (3, 100, 900, 1)
    assert lower_bounds(burn(home), "claude_code") == 1
    transcript(home, "s1", first, last)
    assert claude_sum(burn(home)) == (3, 100, 900, 412)
    assert lower_bounds(burn(home), "claude_code") == 0


def test_a_response_that_never_stopped_is_a_lower_bound(home: Path) -> None:
    transcript(
        home,
        "s1",
        *[answer("m1", (3, 100, 900, 8), message_stop_reason=None)] * 2,
        answer("m2", (1, 0, 0, 5), message_stop_reason=None),
        answer("m2", (1, 0, 0, 5), message_stop_reason="tool_use"),
    )
    found = burn(home)
    trust = {e.counts.total: e.fidelity for e in events(found, "claude_code")}
    assert trust == {1011: Fidelity.LOWER_BOUND, 6: Fidelity.EXACT}
    [row] = [row for row in found.rows if row.total]
    assert row.lower_bound == ("claude_code",)


def test_a_day_of_finished_responses_is_exact(home: Path) -> None:
    transcript(home, "s1", asked("09:00:00"), answer("m1", (3, 100, 900, 40)))
    [row] = [row for row in burn(home).rows if row.total]
    assert row.sources["claude_code"].fidelity is Fidelity.EXACT
    assert row.lower_bound == ()


def test_cache_writes_are_told_apart_by_their_time_to_live(home: Path) -> None:
    split = {"ephemeral_5m_input_tokens": 30, "ephemeral_1h_input_tokens": 70}
    transcript(home, "s1", answer("m1", (3, 100, 900, 40), usage_cache_creation=split))
    [event] = events(burn(home), "claude_code")
    assert (event.counts.cache_write_5m, event.counts.cache_write_1h) == (30, 70)
    assert event.counts.total == 1043


@pytest.mark.parametrize("more", [{}, {"usage_cache_creation": None}])
def test_cache_writes_without_a_split_are_of_five_minutes(home: Path, more: Json) -> None:
    transcript(home, "s1", answer("m1", (3, 100, 900, 40), **more))
    [event] = events(burn(home), "claude_code")
    assert (event.counts.cache_write_5m, event.counts.cache_write_1h) == (100, 0)


# The same response in several files ----------------------------------------------------------


def test_history_that_a_fork_copied_counts_once(home: Path) -> None:
    m1, m2 = answer("m1", (1, 0, 0, 5)), answer("m2", (1, 0, 10, 6), "10:01:00")
    transcript(home, "s1", m1, m2)
    copies = [{**line, "sessionId": "s2"} for line in (m1, m2)]
    transcript(home, "s2", *copies, answer("m3", (1, 0, 20, 7), "11:00:00", sessionId="s2"))
    found = burn(home)
    assert claude_sum(found) == (3, 0, 30, 18)
    assert calls(found, "claude_code") == 3


def test_a_side_question_that_replays_the_parent_adds_only_its_own_answer(home: Path) -> None:
    transcript(home, "s1", answer("m1", (1, 0, 500, 9), requestId="r1"))
    side: Json = {"isSidechain": True, "agentId": "side"}
    transcript(
        home,
        "agent-side",
        answer("m1", (1, 0, 500, 9), "10:05:00", requestId="r2", **side),
        answer("m9", (2, 0, 500, 3), "10:05:01", requestId="r3", **side),
    )
    found = burn(home)
    assert claude_sum(found) == (3, 0, 1000, 12)
    assert calls(found, "claude_code") == 2


@pytest.mark.parametrize("side_first", [False, True])
def test_the_main_conversations_copy_wins_over_the_side_questions(
    home: Path, side_first: bool
) -> None:
    main = answer("m1", (1, 0, 500, 9), "10:00:00", requestId="r1")
    side = answer("m1", (1, 0, 500, 9), "09:00:00", requestId="r2", isSidechain=True, **ELSEWHERE)
    sessions = [("a", asked("08:00:00"), side), ("b", asked("09:30:00"), main)]
    for name, *lines in sessions if side_first else reversed(sessions):
        transcript(home, name, *lines)
        found = burn(home)
    [event] = events(found, "claude_code")
    assert (event.session, event.branch, event.at.hour) == ("s1", "main", 10)


def test_a_gateway_that_reuses_ids_for_other_models_or_inputs_loses_nothing(home: Path) -> None:
    lines = (
        answer("gen", (10, 0, 0, 5), requestId="r1", message_model="glm-4.6"),
        answer("gen", (10, 0, 0, 5), "10:01:00", requestId="r2", message_model="qwen3"),
        answer("gen", (30, 0, 0, 9), "10:02:00", requestId="r3", message_model="qwen3"),
    )
    assert one_session(home, *lines) == (50, 0, 0, 19)
    assert calls(burn(home), "claude_code") == 3


def test_a_gateway_that_reuses_ids_and_names_no_request_loses_nothing(home: Path) -> None:
    lines = (
        answer("gen", (10, 0, 0, 5), requestId=None, message_model="glm-4.6"),
        answer("gen", (10, 0, 0, 5), "10:01:00", requestId=None, message_model="qwen3"),
        answer("gen", (30, 0, 0, 9), "10:02:00", requestId=None, message_model="qwen3"),
    )
    assert one_session(home, *lines) == (50, 0, 0, 19)


@pytest.mark.parametrize("name", ["a", "z"])
def test_a_copied_response_belongs_to_the_session_that_started_first(home: Path, name: str) -> None:
    transcript(home, "m", asked("10:00:00"), answer("m1", (1, 0, 0, 5), "10:05:00"))
    copy = answer("m1", (1, 0, 0, 5), "11:00:01", **ELSEWHERE)
    transcript(home, name, asked("11:00:00", sessionId="s2"), copy)
    [event] = events(burn(home), "claude_code")
    assert (event.session, event.branch, event.at.hour) == ("s1", "main", 10)
    assert event.project.endswith("shop")


def test_the_session_that_started_first_wins_when_it_is_found_later(home: Path) -> None:
    copy = answer("m1", (1, 0, 0, 5), "11:00:01", **ELSEWHERE)
    transcript(home, "a", asked("11:00:00", sessionId="s2"), copy)
    burn(home)
    transcript(home, "b", asked("10:00:00"), answer("m1", (1, 0, 0, 5), "10:05:00"))
    [event] = events(burn(home), "claude_code")
    assert (event.session, event.at.hour) == ("s1", 10)


def test_a_response_on_both_sides_of_midnight_counts_on_the_day_of_its_first_line(
    home: Path,
) -> None:
    lines = (
        answer("m1", (3, 100, 900, 1), "2026-04-10T23:59:59.900Z", message_stop_reason=None),
        answer("m1", (3, 100, 900, 412), "2026-04-11T00:00:00.200Z"),
    )
    transcript(home, "s1", *lines)
    spent = {row.date: row.total for row in burn(home).rows if row.total}
    assert spent == {date(2026, 4, 10): 1415}
    spent = {row.date: row.total for row in burn(home, tz="Asia/Kolkata").rows if row.total}
    assert spent == {date(2026, 4, 11): 1415}


def test_midnight_between_two_collections_does_not_move_a_response(home: Path) -> None:
    first = answer("m1", (3, 100, 900, 1), "2026-04-10T23:59:59.900Z")
    transcript(home, "s1", first)
    burn(home)
    transcript(home, "s1", first, answer("m1", (3, 100, 900, 412), "2026-04-11T00:00:00.200Z"))
    spent = {row.date: row.total for row in burn(home).rows if row.total}
    assert spent == {date(2026, 4, 10): 1415}


# Iterations ----------------------------------------------------------------------------------


def part(kind: str, counts: Four, model: str | None = None) -> Json:
    named = {"model": model} if model else {}
    return {"type": kind, **named, **claude_usage(*counts)}


FALLBACK = [
    part("message", (2, 21874, 32238, 2), SONNET),
    part("fallback_message", (2, 0, 54112, 136), HAIKU),
]


def test_a_refused_try_before_a_model_fallback_is_counted_too(home: Path) -> None:
    line = answer("m1", (2, 0, 54112, 136), message_model=HAIKU, usage_iterations=FALLBACK)
    transcript(home, "s1", line, line)
    found = burn(home)
    assert claude_sum(found, model=SONNET) == (2, 21874, 32238, 2)
    assert claude_sum(found, model=HAIKU) == (2, 0, 54112, 136)
    assert claude_sum(found) == (4, 21874, 86350, 138)
    assert calls(found, "claude_code") == 1


@pytest.mark.parametrize("apart", [False, True])
def test_iterations_that_only_the_last_line_tells_replace_the_earlier_whole(
    home: Path, apart: bool
) -> None:
    first = answer("m1", (2, 0, 54112, 1), message_model=HAIKU, message_stop_reason=None)
    last = answer("m1", (2, 0, 54112, 136), message_model=HAIKU, usage_iterations=FALLBACK)
    if apart:
        transcript(home, "s1", first)
        burn(home)
    transcript(home, "s1", first, last)
    found = burn(home)
    assert claude_sum(found) == (4, 21874, 86350, 138)
    assert calls(found, "claude_code") == 1
    assert lower_bounds(found, "claude_code") == 0


def test_an_advisor_is_counted_beside_the_message_that_asked_it(home: Path) -> None:
    inner = [part("message", (10, 0, 0, 20)), part("advisor_message", (5, 0, 0, 8), HAIKU)]
    transcript(home, "s1", answer("m1", (10, 0, 0, 20), usage_iterations=inner))
    found = burn(home)
    assert claude_sum(found, model=SONNET) == (10, 0, 0, 20)
    assert claude_sum(found, model=HAIKU) == (5, 0, 0, 8)


def test_several_messages_that_the_whole_already_adds_up_are_not_added_again(home: Path) -> None:
    inner = [part("message", (10, 0, 0, 4)), part("message", (20, 0, 0, 8))]
    assert one_session(home, answer("m1", (30, 0, 0, 12), usage_iterations=inner)) == (30, 0, 0, 12)
    assert calls(burn(home), "claude_code") == 1


def test_iterations_that_do_not_cover_the_whole_are_ignored(home: Path) -> None:
    inner = [part("message", (10, 0, 0, 4))]
    assert one_session(home, answer("m1", (30, 0, 0, 12), usage_iterations=inner)) == (30, 0, 0, 12)


@pytest.mark.parametrize("inner", [[], None, "none", {}, [None], [3]], ids=repr)
def test_iterations_of_no_use_leave_the_whole(home: Path, inner: object) -> None:
    assert one_session(home, answer("m1", (3, 1, 9, 4), usage_iterations=inner)) == (3, 1, 9, 4)


def test_an_iteration_without_a_model_has_the_messages(home: Path) -> None:
    inner = [{**part("message", (3, 1, 9, 4)), "model": None}]
    transcript(home, "s1", answer("m1", (3, 1, 9, 4), usage_iterations=inner))
    assert claude_sum(burn(home), model=SONNET) == (3, 1, 9, 4)


# Sub-agents ----------------------------------------------------------------------------------


def test_the_result_of_an_agents_task_is_not_use(home: Path) -> None:
    result = {"totalTokens": 1007, "usage": claude_usage(3, 100, 900, 4)}
    assert one_session(home, asked("10:00:00", toolUseResult=result)) == (0, 0, 0, 0)


M1 = answer("m1", (1, 0, 10, 5), "09:59:59")
A1 = answer("a1", (3, 100, 900, 2), message_stop_reason=None, isSidechain=True, agentId="x")
A1_END = answer("a1", (3, 100, 900, 77), "10:00:04", isSidechain=True, agentId="x")


def test_a_sub_agent_that_only_progress_lines_tell_of_is_a_lower_bound(home: Path) -> None:
    transcript(home, "s1", M1, progress(A1), progress(A1))
    found = burn(home)
    assert claude_sum(found) == (4, 100, 910, 7)
    trust = {e.counts.total: e.fidelity for e in events(found, "claude_code")}
    assert trust == {16: Fidelity.EXACT, 1005: Fidelity.LOWER_BOUND}


@pytest.mark.parametrize("file_first", [False, True])
def test_progress_lines_and_the_agents_own_file_count_once(home: Path, file_first: bool) -> None:
    def main() -> None:
        transcript(home, "s1", M1, progress(A1), progress(A1))

    def agent() -> None:
        transcript(home, "agent-x", A1, A1_END, folder="s1/subagents")

    for step in (agent, main) if file_first else (main, agent):
        step()
        found = burn(home)
    assert claude_sum(found) == (4, 100, 910, 82)
    assert calls(found, "claude_code") == 2
    assert lower_bounds(found, "claude_code") == 0


def test_a_progress_line_gives_the_place_and_its_inner_record_the_instant(home: Path) -> None:
    inner = answer("a1", (3, 100, 900, 2), "2026-04-10T23:59:58.000Z", sessionId="agent")
    outer = progress(inner, "2026-04-11T00:00:01.000Z", **ELSEWHERE)
    transcript(home, "s2", outer)
    [event] = events(burn(home), "claude_code")
    assert (event.session, event.branch) == ("s2", "basket")
    assert event.project.endswith("till")
    assert event.at == datetime(2026, 4, 10, 23, 59, 58, tzinfo=UTC)


def test_other_progress_lines_are_not_use(home: Path) -> None:
    line = progress(A1_END)
    line["data"]["type"] = "bash_progress"
    assert one_session(home, line) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "folder", ["", "s1/subagents", "s1/subagents/workflows/w1", "s1/a/b/c/d/e"]
)
def test_the_files_of_sub_agents_count_with_their_own_models(home: Path, folder: str) -> None:
    transcript(home, "s1", M1)
    line = answer("a1", (3, 100, 900, 77), message_model=HAIKU, isSidechain=True)
    transcript(home, "agent-x", line, folder=folder)
    found = burn(home)
    assert claude_sum(found, model=HAIKU) == (3, 100, 900, 77)
    assert claude_sum(found, model=SONNET) == (1, 0, 10, 5)


# Lines that are no use -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        {"message_model": "<synthetic>"},
        {"isApiErrorMessage": True},
        {"message_model": "<synthetic>", "isApiErrorMessage": True},
    ],
    ids=repr,
)
def test_a_message_made_on_the_spot_is_neither_a_call_nor_a_model(home: Path, more: Json) -> None:
    transcript(home, "s1", answer("made-up", (0, 0, 0, 0), **more))
    assert events(burn(home), "claude_code") == []


def test_the_size_of_a_compacted_context_is_not_use(home: Path) -> None:
    line = asked(type="system", subtype="compact_boundary", compactMetadata={"preTokens": 150000})
    assert one_session(home, line) == (0, 0, 0, 0)


def test_a_line_of_another_type_is_no_call_even_with_usage(home: Path) -> None:
    transcript(home, "s1", answer("m1", (3, 100, 900, 40), type="user"))
    assert events(burn(home), "claude_code") == []


def test_an_answer_without_usage_is_no_call_and_no_loss(home: Path) -> None:
    bare = answer("m2", (3, 100, 900, 40))
    del bare["message"]["usage"]
    transcript(home, "s1", answer("m1", (3, 100, 900, 40), message_usage=None), bare)
    found = burn(home)
    assert events(found, "claude_code") == []
    assert not found.dropped


@pytest.mark.parametrize("usage", [[], "x", 5])
def test_a_usage_that_is_no_object_is_dropped_by_name(home: Path, usage: object) -> None:
    transcript(home, "s1", answer("m0", (0, 0, 0, 0), message_usage=usage), M1)
    found = burn(home)
    assert claude_sum(found) == (1, 0, 10, 5)
    assert sum(found.dropped.values()) == 1 or usage == []


def test_the_prices_that_old_versions_logged_are_left_alone(home: Path) -> None:
    line = answer("m1", (3, 100, 900, 40), costUSD=0.25, durationMs=1200)
    assert one_session(home, line) == (3, 100, 900, 40)


def test_tiers_speeds_and_web_searches_change_no_token(home: Path) -> None:
    line = answer(
        "m1",
        (3, 100, 900, 40),
        usage_service_tier="priority",
        usage_speed="fast",
        usage_inference_geo="us",
        usage_server_tool_use={"web_search_requests": 17, "web_fetch_requests": 4},
    )
    assert one_session(home, line) == (3, 100, 900, 40)


def test_lines_out_of_time_order_and_from_mid_conversation_count(home: Path) -> None:
    lines = (
        answer("m2", (1, 0, 0, 6), "10:05:00", parentUuid="nowhere"),
        answer("m1", (1, 0, 0, 5), "10:00:00"),
        answer("m3", (1, 0, 0, 7), "10:06:00"),
    )
    assert one_session(home, *lines) == (3, 0, 0, 18)


@pytest.mark.parametrize(
    ("id", "model"),
    [
        ("msg_bdrk_01", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
        ("msg_vrtx_01", "claude-sonnet-4-5@20250929"),
    ],
)
def test_the_clouds_ids_and_model_names_count_as_logged(home: Path, id: str, model: str) -> None:
    line = answer(id, (3, 100, 900, 40), message_model=model)
    transcript(home, "s1", line, line)
    assert claude_sum(burn(home), model=model) == (3, 100, 900, 40)


def test_without_a_message_id_the_request_is_the_identity(home: Path) -> None:
    lines = [answer("", (3, 0, 0, n), message_id=None, requestId="r1") for n in (1, 412)]
    other = answer("", (3, 0, 0, 7), "10:01:00", message_id=None, requestId="r2")
    assert one_session(home, *lines, other) == (6, 0, 0, 419)


def test_without_message_and_request_ids_the_record_is_the_identity(home: Path) -> None:
    none: Json = {"message_id": None, "requestId": None}
    first = answer("", (3, 0, 0, 5), uuid="u1", **none)
    other = answer("", (3, 0, 0, 5), uuid="u2", **none)
    assert one_session(home, first, first, other) == (6, 0, 0, 10)


def test_records_without_any_id_count_once_each_and_once_over_all_copies(home: Path) -> None:
    lines = []
    for second, output in enumerate((5, 6)):
        line = answer("", (3, 0, 0, output), f"10:00:0{second}")
        del line["message"]["id"], line["requestId"]
        lines.append(line)
    transcript(home, "s1", *lines)
    transcript(home.parent / "copy", "s1", *lines)
    assert claude_sum(burn(home, home.parent / "copy")) == (6, 0, 0, 11)


def test_project_and_branch_come_from_the_line_not_from_the_folders_name(home: Path) -> None:
    transcript(home, "s1", answer("m1", (1, 0, 0, 5), cwd="/code/a-b c", gitBranch="x/y"))
    [event] = events(burn(home), "claude_code")
    assert (event.project.endswith("a-b c"), event.branch) == (True, "x/y")


def test_a_response_without_an_instant_is_dropped_by_name(home: Path) -> None:
    transcript(home, "s1", answer("m0", (9, 9, 9, 9), timestamp=None), M1)
    found = burn(home)
    assert claude_sum(found) == (1, 0, 10, 5)
    assert sum(found.dropped.values()) == 1


def test_an_instant_on_any_line_of_a_response_is_its_instant(home: Path) -> None:
    lines = (answer("m1", (3, 0, 0, 5), timestamp=None), answer("m1", (3, 0, 0, 5), "10:00:00"))
    assert one_session(home, *lines) == (3, 0, 0, 5)


# Places --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "root",
    [
        ".claude/projects",
        ".config/claude/projects",
        "Library/Application Support/Claude/local-agent-mode-sessions/a/b/.claude/projects",
        ".config/Claude/local-agent-mode-sessions/a/b/.claude/projects",
        "AppData/Roaming/Claude/local-agent-mode-sessions/a/b/.claude/projects",
        "AppData/Local/Packages/AnthropicClaude_x1/LocalCache/Roaming/Claude"
        "/local-agent-mode-sessions/a/b/.claude/projects",
        "AppData/Local/Packages/Claude_x1/LocalCache/Roaming/Claude"
        "/local-agent-mode-sessions/a/.claude/projects",
    ],
)
def test_logs_are_found_in_every_known_place_below_a_home(home: Path, root: str) -> None:
    write(home / root / "-work-shop/s1.jsonl", M1)
    assert claude_sum(burn(home)) == (1, 0, 10, 5)


def test_places_are_read_side_by_side(home: Path) -> None:
    for number, root in enumerate((".claude", ".config/claude")):
        line = answer(f"m{number}", (1, 0, 10, 5))
        write(home / root / "projects/-work-shop/s.jsonl", line, M1)
    assert claude_sum(burn(home)) == (2, 0, 20, 10)


@pytest.mark.parametrize(
    "name", ["history.jsonl", "todos/t.jsonl", "projects/-work-shop/s1.meta.json"]
)
def test_files_that_are_no_transcripts_are_left_alone(home: Path, name: str) -> None:
    write(home / ".claude" / name, M1)
    assert claude_sum(burn(home)) == (0, 0, 0, 0)


def own(tmp_path: Path) -> Four:
    """The tokens that the running user's own places hold, in a new archive."""
    with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        found = burnlib.collect(archive=Path(folder, "archive.db"), tz="UTC", now=NOW)
        return claude_sum(found)


def test_the_environment_moves_the_running_users_logs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = tmp_path / "user"
    places = (user / ".claude", user / ".config/claude", tmp_path / "xdg/claude", tmp_path / "dir")
    for number, place in enumerate(places):
        tokens = 10**number
        line = answer(f"m{number}", (tokens, 0, 0, 0))
        write(place / "projects/-work-shop/s1.jsonl", line)
    monkeypatch.setenv("HOME", str(user))
    for name in ("CODEX_HOME", "CLAUDE_CONFIG_DIR", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert own(tmp_path) == (11, 0, 0, 0), "both default places"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    assert own(tmp_path) == (101, 0, 0, 0), "XDG_CONFIG_HOME stands for .config"
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "dir"))
    assert own(tmp_path) == (1000, 0, 0, 0), "CLAUDE_CONFIG_DIR replaces both"


def test_the_environment_does_not_speak_for_a_home_that_is_given(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home.parent / "dir/projects/-work-shop/s.jsonl", answer("m2", (7, 7, 7, 7)))
    transcript(home, "s1", M1)
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(home.parent / "dir"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home.parent / "dir"))
    assert claude_sum(burn(home)) == (1, 0, 10, 5)


# Numbers that are none -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "counted"), [(12.0, 12), (None, 0), ("12", 12), (0, 0), (1e3, 1000)]
)
@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_number_in_another_guise_counts(
    home: Path, place: int, written: object, counted: int
) -> None:
    counts, wanted = [3, 100, 900, 40], [3, 100, 900, 40]
    counts[place], wanted[place] = written, counted  # type: ignore[call-overload]
    assert one_session(home, answer("m1", tuple(counts))) == tuple(wanted)  # type: ignore[arg-type]
    found = burn(home)
    assert lower_bounds(found, "claude_code") == 0
    assert not found.dropped


@pytest.mark.parametrize(
    "written", [True, -5, 5.5, "many", "", "-5", [], {}, 2**53, 2**64], ids=repr
)
def test_an_unusable_number_is_zero_a_lower_bound_and_named(home: Path, written: object) -> None:
    transcript(home, "s1", answer("m1", (3, 100, 900, written)))
    found = burn(home)
    assert claude_sum(found) == (3, 100, 900, 0)
    assert lower_bounds(found, "claude_code") == 1
    assert found.dropped


def test_missing_numbers_are_zero(home: Path) -> None:
    line = answer("m1", (0, 0, 0, 0), message_usage={"output_tokens": 7})
    assert one_session(home, line) == (0, 0, 0, 7)
    assert lower_bounds(burn(home), "claude_code") == 0


def test_a_good_line_of_the_same_response_makes_up_for_an_unusable_number(home: Path) -> None:
    bad, good = answer("m1", (3, 100, 900, "many")), answer("m1", (3, 100, 900, 40))
    assert one_session(home, bad, good) == (3, 100, 900, 40)


@pytest.mark.parametrize("count", ["NaN", "Infinity", "-Infinity", "1e400", "9" * 5000, "01"])
def test_numbers_that_json_does_not_know_never_become_tokens(home: Path, count: str) -> None:
    line = encode(answer("m0", (3, 100, 900, 424242))).decode().strip().replace("424242", count)
    transcript(home, "s1", line, M1)
    found = burn(home)
    assert claude_sum(found)[3] == 5
    assert found.dropped


def test_a_prompt_that_quotes_a_record_is_not_a_record(home: Path) -> None:
    quoted = encode(answer("m0", (9, 9, 9, 9))).decode()
    assert one_session(home, asked(text=f'"usage" {quoted}'), M1) == (1, 0, 10, 5)


# A law ---------------------------------------------------------------------------------------

RESPONSES = st.lists(
    st.tuples(*[st.integers(0, 10**6)] * 3, st.integers(1, 10**6)), min_size=1, max_size=6
)


@settings(max_examples=15, deadline=None)
@given(
    responses=RESPONSES,
    repeats=st.integers(1, 3),
    copied=st.sets(st.integers(0, 5)),
    more=RESPONSES,
)
def test_copies_of_responses_in_other_sessions_never_raise_the_total(
    responses: list[Four], repeats: int, copied: set[int], more: list[Four]
) -> None:
    lines = [answer(f"m{n}", c, f"10:{n:02d}:00") for n, c in enumerate(responses)]
    fork = [{**line, "sessionId": "s2"} for n, line in enumerate(lines) if n in copied]
    new = [answer(f"n{n}", c, f"11:{n:02d}:00", sessionId="s2") for n, c in enumerate(more)]
    with tempfile.TemporaryDirectory() as folder:
        old, copy = Path(folder, "old"), Path(folder, "copy")
        transcript(old, "s1", *[line for line in lines for _ in range(repeats)])
        transcript(copy, "s2", *fork, *new)
        found = collect(old, copy, archive=Path(folder, "a.db"))
        other = collect(copy, old, archive=Path(folder, "b.db"))
        total = sum(event.counts.total for event in events(found, "claude_code"))
        assert facts(events(found, "claude_code")) == facts(events(other, "claude_code"))
    assert total == sum(sum(counts) for counts in [*responses, *more])


def test_a_single_iteration_that_is_more_than_the_top_level_counts(home: Path) -> None:
    one = {"type": "message", **claude_usage(10, 0, 1000, 33)}
    transcript(home, "s1", answer("m1", (2, 0, 1000, 5), usage_iterations=[one]))
    assert claude_sum(burn(home)) == (10, 0, 1000, 33)


def test_a_longer_retention_is_believed_as_far_back_as_the_oldest_log(home: Path) -> None:
    # Set to a year only after older logs had been deleted: what is not there was not seen.
    (home / ".claude").mkdir(parents=True, exist_ok=True)
    (home / ".claude" / "settings.json").write_text('{"cleanupPeriodDays": 365}')
    transcript(home, "s1", answer("m1", (2, 0, 1000, 5), "10:00:00"))
    found = burn(home)
    with Archive(found.archive) as store:
        [(first, _)] = store.seen()["claude_code"]
    assert first.date().isoformat() == "2026-04-10", "25 hours before the oldest log"
