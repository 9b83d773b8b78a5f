"""Codex logs: one test for each way in which they mislead."""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import burnlib
from burnlib.model import Fidelity
from logs import (
    NOW,
    Burn,
    Json,
    Three,
    append,
    calls,
    codex,
    codex_sum,
    collect,
    encode,
    events,
    lower_bounds,
    meta,
    rollout,
    rollout_path,
    said,
    turn,
    used,
    uuid,
    write,
)

PARENT, CHILD, SIBLING = 1, 2, 3
LATER = datetime(2026, 4, 13, 12, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def burn(home: Path, *more: Path, tz: str = "UTC", now: datetime = NOW) -> Burn:
    return collect(home, *more, archive=home.parent / "archive.db", tz=tz, now=now)


def one_thread(home: Path, *lines: Json | str) -> Three:
    """The tokens of a home with a single thread of *lines*."""
    rollout(home, PARENT, *lines)
    return codex_sum(burn(home))


# The counter ---------------------------------------------------------------------------------


def test_rate_limits_without_info_use_nothing(home: Path) -> None:
    nothing = codex("event_msg", "10:00:00", type="token_count", info=None, rate_limits={"a": 1})
    assert one_thread(home, nothing) == (0, 0, 0)
    assert calls(burn(home), "codex") == 0


def test_a_repeated_total_counts_once_and_is_listed_as_dropped(home: Path) -> None:
    first, second = ((1000, 600, 50), (1000, 600, 50)), ((2500, 1800, 90), (1500, 1200, 40))
    rollout(
        home,
        PARENT,
        used("10:00:00", *first),
        used("10:00:01", *first),
        used("10:01:00", *second),
        used("10:01:01", *second),
    )
    found = burn(home)
    assert codex_sum(found) == (2500, 1800, 90)
    assert calls(found, "codex") == 2
    assert sum(found.dropped.values()) == 2


def test_the_context_estimate_after_a_compaction_is_not_use(home: Path) -> None:
    estimate = used("10:01:00", (900, 0, 10), (0, 0, 0))
    estimate["payload"]["info"]["last_token_usage"]["total_tokens"] = 24653
    before, after = ((900, 0, 10), (900, 0, 10)), ((1200, 0, 20), (300, 0, 10))
    lines = (used("10:00:00", *before), estimate, used("10:02:00", *after))
    assert one_thread(home, *lines) == (1200, 0, 20)


def test_a_jump_of_the_total_counts_the_response_that_was_never_logged(home: Path) -> None:
    lines = (
        used("10:00:00", (100, 0, 10), (100, 0, 10)),
        used("10:01:00", (340, 0, 25), (140, 0, 9)),
    )
    assert one_thread(home, *lines) == (340, 0, 25)


def test_a_counter_that_falls_goes_on_with_the_last_response(home: Path) -> None:
    lines = (
        used("10:00:00", (100, 0, 10), (100, 0, 10)),
        used("10:01:00", (300, 0, 30), (200, 0, 20)),
        used("10:02:00", (160, 0, 16), (60, 0, 6)),
    )
    assert one_thread(home, *lines) == (360, 0, 36)


def test_the_fill_of_an_overflown_context_is_not_use(home: Path) -> None:
    fill = used("10:01:00", (0, 0, 0), (0, 0, 0))
    fill["payload"]["info"]["total_token_usage"]["total_tokens"] = 258400
    fill["payload"]["info"]["last_token_usage"]["total_tokens"] = 257490
    before, after = ((900, 0, 10), (900, 0, 10)), ((50, 0, 5), (50, 0, 5))
    lines = (used("10:00:00", *before), fill, used("10:02:00", *after))
    assert one_thread(home, *lines) == (950, 0, 15)


def test_total_tokens_is_never_believed(home: Path) -> None:
    line = used("10:00:00", (100, 40, 10), (100, 40, 10))
    for usage in ("total_token_usage", "last_token_usage"):
        line["payload"]["info"][usage]["total_tokens"] = 999_999
    assert one_thread(home, line) == (100, 40, 10)


def test_a_log_with_only_last_adds_every_last(home: Path) -> None:
    lines = (used("10:00:00", None, (100, 40, 10)), used("10:01:00", None, (50, 0, 5)))
    assert one_thread(home, *lines) == (150, 40, 15)


def test_a_log_with_only_totals_adds_their_steps(home: Path) -> None:
    # Nothing tells whether the first total was used here or inherited, so it is not claimed.
    totals = ((100, 40, 10), (150, 40, 15), (150, 40, 15))
    lines = [used(f"10:0{n}:00", total, None) for n, total in enumerate(totals)]
    assert one_thread(home, *lines) == (50, 0, 5)


def test_cached_and_written_input_is_taken_out_of_the_input(home: Path) -> None:
    line = used("10:00:00", (1000, 600, 50), (1000, 600, 50))
    for usage in ("total_token_usage", "last_token_usage"):
        line["payload"]["info"][usage] |= {
            "cache_write_input_tokens": 100,
            "reasoning_output_tokens": 30,
        }
    rollout(home, PARENT, line)
    [event] = events(burn(home), "codex")
    counts = event.counts
    assert (counts.input, counts.cache_read, counts.cache_write_5m) == (300, 600, 100)
    assert (counts.output, counts.reasoning, counts.total) == (50, 30, 1050)


def test_more_cached_than_input_leaves_no_negative_input(home: Path) -> None:
    rollout(home, PARENT, used("10:00:00", (100, 120, 5), (100, 120, 5)))
    [event] = events(burn(home), "codex")
    assert event.counts.input == 0


# Forks and sub-agents ------------------------------------------------------------------------

HISTORY = (((100, 0, 10), (100, 0, 10)), ((300, 100, 30), (200, 100, 20)))


def parent_file(home: Path) -> Path:
    lines = (used("10:00:01", *HISTORY[0]), used("10:05:00", *HISTORY[1]))
    return rollout(home, PARENT, *lines)


def child_file(home: Path, thread: int = CHILD, *, copies: str = "12:00:00") -> Path:
    """A thread that begins with its parent's history, written anew within milliseconds."""
    return rollout(
        home,
        thread,
        meta(thread, "12:00:00.000", forked_from_id=uuid(PARENT)),
        meta(PARENT, "12:00:00.001"),
        turn("12:00:00.002"),
        used("12:00:00.004", *HISTORY[0]),
        used(f"{copies}.005", *HISTORY[1]),
        used("12:00:01.300", *HISTORY[1]),
        used("12:00:09.000", (450, 220, 37), (150, 120, 7)),
    )


def test_a_sub_agent_counts_without_the_history_that_it_copied(home: Path) -> None:
    parent_file(home)
    child_file(home)
    found = burn(home)
    assert codex_sum(found) == (450, 220, 37)
    tokens = {(e.session, e.counts.total) for e in events(found, "codex")}
    assert tokens == {(uuid(PARENT), 110), (uuid(PARENT), 220), (uuid(CHILD), 157)}


def test_a_sub_agent_whose_parent_is_gone_counts_its_own_part_only(home: Path) -> None:
    child_file(home)
    assert codex_sum(burn(home)) == (150, 120, 7)


def test_a_parent_that_is_deleted_later_takes_nothing_back(home: Path) -> None:
    parent = parent_file(home)
    child_file(home)
    burn(home)
    parent.unlink()
    assert codex_sum(burn(home, now=LATER)) == (450, 220, 37)


def test_a_parent_that_turns_up_after_its_child_changes_nothing_of_the_child(
    tmp_path: Path,
) -> None:
    child_file(tmp_path / "new")
    parent_file(tmp_path / "old")
    archive = tmp_path / "archive.db"
    assert codex_sum(collect(tmp_path / "new", archive=archive)) == (150, 120, 7)
    assert codex_sum(collect(tmp_path / "old", archive=archive)) == (450, 220, 37)


def test_a_slowly_copied_history_is_known_by_the_parent_at_hand(home: Path) -> None:
    parent_file(home)
    child_file(home, copies="12:00:01")
    assert codex_sum(burn(home)) == (450, 220, 37)


def test_a_slowly_copied_history_is_put_right_when_the_parent_turns_up(home: Path) -> None:
    child_file(home, copies="12:00:01")
    burn(home)
    parent_file(home)
    assert codex_sum(burn(home, now=LATER)) == (450, 220, 37)


@pytest.mark.parametrize("there", [0, 1, 2])
def test_a_parent_that_is_shorter_than_its_copy_gives_nothing_to_the_child(
    home: Path, there: int
) -> None:
    # It is being written, synchronised, or was cut.
    whole = [meta(PARENT), *(used(f"10:0{n}:01", *HISTORY[n]) for n in (0, 1))]
    path = write(rollout_path(home, PARENT), *whole[: 1 + there])
    child_file(home)
    own = [e for e in events(burn(home), "codex") if e.session == uuid(CHILD)]
    assert [e.counts.total for e in own] == [157]
    write(path, *whole)
    assert codex_sum(burn(home)) == (450, 220, 37)


@pytest.mark.parametrize("left", [10, -20])
def test_a_damaged_compressed_parent_costs_its_own_tokens_alone(home: Path, left: int) -> None:
    zstandard = pytest.importorskip("zstandard")
    parent = parent_file(home)
    packed = zstandard.ZstdCompressor().compress(parent.read_bytes() * 200)
    parent.unlink()
    parent.with_name(parent.name + ".zst").write_bytes(packed[:left])
    child_file(home)
    found = burn(home)
    assert codex_sum(found) == (150, 120, 7)
    [problem] = found.problems
    assert problem.where.endswith(".zst")
    assert "compressed file" in problem.message


def test_a_copied_history_is_listed_as_dropped(home: Path) -> None:
    child_file(home)
    assert sum(burn(home).dropped.values()) == 3, "two copies and one repeated total"


def test_a_sub_agent_that_did_nothing_of_its_own_adds_nothing(home: Path) -> None:
    parent_file(home)
    rollout(
        home,
        CHILD,
        meta(CHILD, "12:00:00.000", forked_from_id=uuid(PARENT)),
        meta(PARENT, "12:00:00.001"),
        used("12:00:00.004", *HISTORY[0]),
        used("12:00:00.005", *HISTORY[1]),
    )
    assert codex_sum(burn(home)) == (300, 100, 30)


@pytest.mark.parametrize("copies", [False, True])
def test_siblings_with_equal_numbers_both_count(home: Path, copies: bool) -> None:
    parent_file(home)
    for thread in (CHILD, SIBLING):
        if copies:
            child_file(home, thread)
        else:
            forked = meta(thread, "12:00:00", forked_from_id=uuid(PARENT))
            rollout(home, thread, forked, used("12:00:09", (150, 120, 7), (150, 120, 7)))
    assert codex_sum(burn(home)) == (600, 340, 44)


def test_unrelated_threads_with_equal_numbers_at_one_instant_both_count(home: Path) -> None:
    for thread in (PARENT, SIBLING):
        rollout(home, thread, used("10:00:00", (100, 0, 10), (100, 0, 10)))
    assert codex_sum(burn(home)) == (200, 0, 20)


@pytest.mark.parametrize("with_parent", [False, True])
def test_an_inherited_total_without_copied_lines_is_not_the_forks_use(
    home: Path, with_parent: bool
) -> None:
    if with_parent:
        rollout(home, PARENT, used("10:00:00", (5000, 3850, 80), (5000, 3850, 80)))
    base = {"thread_id": uuid(PARENT), "end_ordinal_exclusive": 9, "end_byte_offset": 999}
    fork = meta(CHILD, "12:00:00", forked_from_id=uuid(PARENT), history_base=base)
    rollout(home, CHILD, fork, turn("12:00:01"), used("12:00:09", (5200, 4000, 90), (200, 150, 10)))
    own = [e.counts for e in events(burn(home), "codex") if e.session == uuid(CHILD)]
    assert [(c.input + c.cache_read, c.cache_read, c.output) for c in own] == [(200, 150, 10)]


@pytest.mark.parametrize("with_parent", [False, True])
def test_a_sub_agent_with_a_counter_of_its_own_counts_in_full(
    home: Path, with_parent: bool
) -> None:
    if with_parent:
        parent_file(home)
    fork = meta(CHILD, "12:00:00", forked_from_id=uuid(PARENT))
    rollout(home, CHILD, fork, turn("12:00:01"), used("12:00:09", (80, 0, 5), (80, 0, 5)))
    own = [e.counts for e in events(burn(home), "codex") if e.session == uuid(CHILD)]
    assert [(c.input + c.cache_read, c.output) for c in own] == [(80, 5)]


def test_a_parent_named_only_by_the_spawn_is_a_parent(home: Path) -> None:
    parent_file(home)
    spawn = {"subagent": {"thread_spawn": {"parent_thread_id": uuid(PARENT), "depth": 1}}}
    rollout(
        home,
        CHILD,
        meta(CHILD, "12:00:00.000", source=spawn),
        meta(PARENT, "12:00:00.001"),
        used("12:00:00.004", *HISTORY[0]),
        used("12:00:00.005", *HISTORY[1]),
        used("12:00:09.000", (450, 220, 37), (150, 120, 7)),
    )
    assert codex_sum(burn(home)) == (450, 220, 37)


def test_a_fork_of_a_fork_counts_each_own_part_once(home: Path) -> None:
    parent_file(home)
    child_file(home)
    rollout(
        home,
        SIBLING,
        meta(SIBLING, "13:00:00.000", forked_from_id=uuid(CHILD)),
        meta(CHILD, "13:00:00.001", forked_from_id=uuid(PARENT)),
        meta(PARENT, "13:00:00.001"),
        used("13:00:00.002", *HISTORY[0]),
        used("13:00:00.003", *HISTORY[1]),
        used("13:00:00.004", *HISTORY[1]),
        used("13:00:00.005", (450, 220, 37), (150, 120, 7)),
        used("13:00:09.000", (500, 250, 40), (50, 30, 3)),
    )
    assert codex_sum(burn(home)) == (500, 250, 40)


def test_a_child_that_is_read_while_its_history_is_being_copied_counts_right_later(
    home: Path,
) -> None:
    whole = child_file(home)
    text = whole.read_bytes()
    archive = home.parent / "archive.db"
    lines = text.split(b"\n")
    for count in range(1, len(lines)):
        whole.write_bytes(b"\n".join(lines[:count]) + b"\n")
        found = collect(home, archive=archive)
    assert codex_sum(found) == (150, 120, 7)


COUNT = st.integers(0, 10**6)
STEPS = st.lists(st.tuples(COUNT, COUNT, COUNT.map(lambda n: n + 1)), min_size=1, max_size=5)


def running(steps: list[Three], *, at: str) -> list[Json]:
    """token_count lines of a counter that takes *steps* of (new input, cached, output)."""
    whole, cached, output, lines = 0, 0, 0, []
    for number, (new, read, out) in enumerate(steps):
        whole, cached, output = whole + new + read, cached + read, output + out
        lines.append(used(at.format(number), (whole, cached, output), (new + read, read, out)))
    return lines


@settings(max_examples=15, deadline=None)
@given(steps=STEPS, copied=st.integers(1, 5), own=STEPS, parent_first=st.booleans())
def test_a_fork_adds_exactly_its_own_use(
    steps: list[Three], copied: int, own: list[Three], parent_first: bool
) -> None:
    copied = min(copied, len(steps))
    # Numbers alone cannot tell a copy from own use that happens to equal the parent's next step.
    assume(steps[copied : copied + 1] != own[:1])
    history = running([*steps[:copied], *own], at="12:00:00.{:03d}")
    for seconds, line in enumerate(history[copied:]):
        line["timestamp"] = f"2026-04-11T12:00:{seconds + 10}.000Z"
    with tempfile.TemporaryDirectory() as folder:
        old, new, archive = Path(folder, "old"), Path(folder, "new"), Path(folder, "a.db")
        rollout(old, PARENT, *running(steps, at="10:{:02d}:00"))
        fork = meta(CHILD, "12:00:00.000", forked_from_id=uuid(PARENT))
        rollout(new, CHILD, fork, meta(PARENT, "12:00:00.000"), *history)
        collect(old if parent_first else new, archive=archive)
        found = collect(new if parent_first else old, archive=archive)
        total = sum(event.counts.total for event in events(found, "codex"))
    assert total == sum(sum(step) for step in [*steps, *own])


# Whose and where -----------------------------------------------------------------------------


def test_repeated_session_meta_lines_of_one_thread_are_resumes_not_forks(home: Path) -> None:
    lines = (
        meta(PARENT, "10:00:00.000"),
        used("10:00:00.004", (100, 0, 10), (100, 0, 10)),
        meta(PARENT, "10:00:00.005"),
        used("10:00:00.008", (300, 0, 30), (200, 0, 20)),
        meta(PARENT, "10:00:00.009"),
    )
    assert one_thread(home, *lines) == (300, 0, 30)


def test_the_first_session_meta_is_the_identity(home: Path) -> None:
    child_file(home)
    assert {e.session for e in events(burn(home), "codex")} == {uuid(CHILD)}


def test_a_resume_long_after_counts_on_the_day_of_its_lines(home: Path) -> None:
    path = rollout(home, PARENT, used("10:00:00", (100, 0, 10), (100, 0, 10)))
    burn(home)
    append(path, used("2026-06-01T08:00:00.000Z", (300, 0, 30), (200, 0, 20)))
    rows = burn(home, now=datetime(2026, 6, 1, 12, tzinfo=UTC)).rows
    spent = {row.date: row.total for row in rows if row.total}
    assert spent == {date(2026, 4, 11): 110, date(2026, 6, 1): 220}


def test_the_day_is_that_of_the_line_in_the_chosen_zone_not_of_the_folder(home: Path) -> None:
    rollout(home, PARENT, used("23:30:00", (100, 0, 10), (100, 0, 10)))
    for tz, day in (("UTC", 11), ("Asia/Kolkata", 12), ("America/Los_Angeles", 11)):
        spent = {row.date: row.total for row in burn(home, tz=tz).rows if row.total}
        assert spent == {date(2026, 4, day): 110}, ZoneInfo(tz)


def test_the_model_is_that_of_the_last_turn_before_the_count(home: Path) -> None:
    rollout(
        home,
        PARENT,
        meta(PARENT),
        turn("09:59:01", "gpt-5.1-codex"),
        used("10:00:00", (100, 0, 10), (100, 0, 10)),
        turn("10:00:01", "gpt-5.1-codex-mini"),
        used("10:01:00", (300, 0, 30), (200, 0, 20)),
    )
    models = {e.model: e.counts.total for e in events(burn(home), "codex")}
    assert models == {"gpt-5.1-codex": 110, "gpt-5.1-codex-mini": 220}


def test_the_model_is_remembered_from_one_collection_to_the_next(home: Path) -> None:
    path = rollout(home, PARENT, used("10:00:00", (100, 0, 10), (100, 0, 10)))
    burn(home)
    append(path, used("10:01:00", (300, 0, 30), (200, 0, 20)))
    assert {e.model for e in events(burn(home), "codex")} == {"gpt-5.1-codex"}


def test_a_model_that_no_turn_named_is_unknown(home: Path) -> None:
    rollout(home, PARENT, meta(PARENT), used("10:00:00", (100, 0, 10), (100, 0, 10)))
    [event] = events(burn(home), "codex")
    assert event.model == ""


def test_project_is_the_last_turns_folder_and_branch_that_of_the_session(home: Path) -> None:
    rollout(
        home,
        PARENT,
        meta(PARENT, cwd="/code/shop", git={"branch": "basket", "commit_hash": "1f0"}),
        used("10:00:00", (100, 0, 10), (100, 0, 10)),
        turn("10:00:01", cwd="/code/till"),
        used("10:01:00", (300, 0, 30), (200, 0, 20)),
    )
    first, second = sorted(events(burn(home), "codex"), key=lambda e: e.at)
    assert (first.project.endswith("shop"), second.project.endswith("till")) == (True, True)
    assert (first.branch, second.branch) == ("basket", "basket")
    assert first.fidelity is second.fidelity is Fidelity.EXACT


# Old and new formats -------------------------------------------------------------------------


def test_logs_from_before_counts_were_stored_use_nothing(home: Path) -> None:
    lines = (
        {"id": uuid(PARENT), "timestamp": "2025-06-01T10:00:00.000Z", "instructions": None},
        {"record_type": "state"},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
    )
    write(rollout_path(home, PARENT), *lines)
    found = burn(home)
    assert codex_sum(found) == (0, 0, 0)
    assert found.problems == ()


def test_the_json_files_of_the_first_command_line_are_no_trouble(home: Path) -> None:
    write(home / f".codex/sessions/rollout-2025-05-01-{uuid(PARENT)}.json", '{"items":[]}')
    found = burn(home)
    assert codex_sum(found) == (0, 0, 0)
    assert found.problems == ()


def test_a_flat_payload_without_info_counts(home: Path) -> None:
    line = used("10:00:00", (100, 40, 10), (100, 40, 10))
    info = line["payload"].pop("info")
    line["payload"] |= {k: v for k, v in info.items() if k.endswith("usage")}
    assert one_thread(home, line) == (100, 40, 10)


def test_a_file_that_is_rewritten_with_ordinals_counts_once(home: Path) -> None:
    lines = [
        meta(PARENT),
        turn(),
        used("10:00:00", (100, 0, 10), (100, 0, 10)),
        used("10:01:00", (300, 0, 30), (200, 0, 20)),
    ]
    path = write(rollout_path(home, PARENT), *lines)
    before = events(burn(home), "codex")
    write(path, *({"ordinal": n, **line} for n, line in enumerate(lines)))
    after = events(burn(home, now=LATER), "codex")
    assert {e.id for e in after} == {e.id for e in before}
    assert codex_sum(burn(home, now=LATER)) == (300, 0, 30)


def test_unknown_line_types_and_third_party_originators_are_read(home: Path) -> None:
    lines = (
        meta(PARENT, originator="my own launcher", source={"custom": "x"}),
        codex("world_state", "09:59:02", anything=[1]),
        codex("a_future_type", "09:59:03", usage={"input_tokens": 5}),
        used("10:00:00", (100, 0, 10), (100, 0, 10)),
    )
    assert one_thread(home, *lines) == (100, 0, 10)


def test_a_prompt_that_quotes_a_count_is_not_a_count(home: Path) -> None:
    quoted = encode(used("10:00:00", (9, 9, 9), (9, 9, 9))).decode()
    assert one_thread(home, said("09:59:30", f'"token_count" {quoted}')) == (0, 0, 0)


# Places --------------------------------------------------------------------------------------

ONE = ((100, 0, 10), (100, 0, 10))


def test_an_archived_thread_counts(home: Path) -> None:
    rollout(home, PARENT, used("10:00:00", *ONE), folder="archived_sessions")
    assert codex_sum(burn(home)) == (100, 0, 10)


def test_a_thread_that_is_moved_to_the_archived_ones_counts_once(home: Path) -> None:
    live = rollout(home, PARENT, used("10:00:00", *ONE))
    burn(home)
    target = rollout_path(home, PARENT, "archived_sessions")
    target.parent.mkdir(parents=True)
    live.rename(target)
    append(target, used("10:01:00", (300, 0, 30), (200, 0, 20)))
    assert codex_sum(burn(home, now=LATER)) == (300, 0, 30)


def test_a_thread_that_is_both_live_and_archived_is_the_union_of_both(home: Path) -> None:
    rollout(home, PARENT, used("10:00:00", *ONE), folder="archived_sessions")
    rollout(home, PARENT, used("10:00:00", *ONE), used("10:01:00", (300, 0, 30), (200, 0, 20)))
    assert codex_sum(burn(home)) == (300, 0, 30)


def compress(path: Path) -> Path:
    zstandard = pytest.importorskip("zstandard")
    packed = path.with_name(path.name + ".zst")
    packed.write_bytes(zstandard.ZstdCompressor(level=3).compress(path.read_bytes()))
    path.unlink()
    return packed


def test_a_compressed_thread_counts(home: Path) -> None:
    compress(rollout(home, PARENT, used("10:00:00", *ONE)))
    found = burn(home)
    assert codex_sum(found) == (100, 0, 10)
    assert found.problems == ()


def test_a_thread_counts_once_when_it_is_compressed_and_when_it_is_resumed(home: Path) -> None:
    path = rollout(home, PARENT, used("10:00:00", *ONE))
    text = path.read_bytes()
    burn(home)
    packed = compress(path)
    assert codex_sum(burn(home)) == (100, 0, 10)
    packed.unlink()
    path.write_bytes(text)
    append(path, used("10:01:00", (300, 0, 30), (200, 0, 20)))
    assert codex_sum(burn(home, now=LATER)) == (300, 0, 30)


def test_a_plain_thread_wins_over_its_compressed_sibling(home: Path) -> None:
    path = rollout(home, PARENT, used("10:00:00", *ONE))
    text = path.read_bytes()
    compress(path)
    path.write_bytes(text)
    append(path, used("10:01:00", (300, 0, 30), (200, 0, 20)))
    assert codex_sum(burn(home)) == (300, 0, 30)


def test_a_compressed_parent_is_a_parent_at_hand(home: Path) -> None:
    compress(parent_file(home))
    child_file(home, copies="12:00:01")
    assert codex_sum(burn(home)) == (450, 220, 37)


def test_without_zstandard_the_number_of_unread_files_and_the_extra_are_named(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("zstandard", "compression.zstd", "backports.zstd"):
        monkeypatch.setitem(sys.modules, name, None)
    for thread in (CHILD, SIBLING):
        path = rollout_path(home, thread)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_name(path.name + ".zst").write_bytes(b"\x28\xb5\x2f\xfd rest")
    rollout(home, PARENT, used("10:00:00", *ONE))
    found = burn(home)
    assert codex_sum(found) == (100, 0, 10)
    [problem] = found.problems
    assert problem.source == "codex"
    assert "2" in problem.message
    assert "burnlib[zstd]" in problem.hint


def test_a_damaged_compressed_thread_is_a_problem_of_that_file_only(home: Path) -> None:
    pytest.importorskip("zstandard")
    path = rollout(home, PARENT, used("10:00:00", *ONE))
    (path.parent / f"rollout-{uuid(CHILD)}.jsonl.zst").write_bytes(b"\x28\xb5\x2f\xfd rest")
    found = burn(home)
    assert codex_sum(found) == (100, 0, 10)
    [problem] = found.problems
    assert uuid(CHILD) in problem.where


@pytest.mark.parametrize("ending", [".tmp", ".pending", ".staged-1"])
def test_unfinished_files_of_the_compressor_are_left_alone(home: Path, ending: str) -> None:
    path = rollout(home, PARENT, used("10:00:00", *ONE))
    shutil.copy(path, path.with_name(f"rollout-{uuid(CHILD)}.jsonl.zst{ending}"))
    hidden = home / ".codex/.tmp" / path.name
    hidden.parent.mkdir()
    other = path.read_text().replace(uuid(PARENT), uuid(SIBLING))
    hidden.write_text(other)
    found = burn(home)
    assert codex_sum(found) == (100, 0, 10)
    assert found.problems == ()


def test_codex_home_replaces_the_default_place_of_the_running_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rollout(tmp_path / "user", PARENT, used("10:00:00", *ONE))
    rollout(tmp_path / "moved", CHILD, used("10:00:00", (7, 0, 1), (7, 0, 1)))
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    for name in ("CODEX_HOME", "CLAUDE_CONFIG_DIR", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    plain = burnlib.collect(archive=tmp_path / "a.db", tz="UTC", now=NOW)
    assert codex_sum(plain) == (100, 0, 10)
    monkeypatch.setenv("CODEX_HOME", str(tmp_path / "moved/.codex"))
    moved = burnlib.collect(archive=tmp_path / "b.db", tz="UTC", now=NOW)
    assert codex_sum(moved) == (7, 0, 1)


def test_codex_home_does_not_speak_for_a_home_that_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rollout(tmp_path / "moved", CHILD, used("10:00:00", (7, 0, 1), (7, 0, 1)))
    rollout(tmp_path / "home", PARENT, used("10:00:00", *ONE))
    monkeypatch.setenv("CODEX_HOME", str(tmp_path / "moved/.codex"))
    assert codex_sum(burn(tmp_path / "home")) == (100, 0, 10)


# Numbers that are none -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "counted"), [(12.0, 12), (None, 0), ("12", 12), (0, 0), (1e3, 1000)]
)
def test_a_number_in_another_guise_counts(home: Path, written: object, counted: int) -> None:
    vector = (100, 40, written)
    rollout(home, PARENT, used("10:00:00", vector, vector))
    found = burn(home)
    assert codex_sum(found) == (100, 40, counted)
    assert lower_bounds(found, "codex") == 0
    assert not found.dropped


@pytest.mark.parametrize(
    "written", [True, -5, 5.5, "many", "", "-5", [], {}, 2**53, 2**64], ids=repr
)
def test_an_unusable_number_is_zero_a_lower_bound_and_named(home: Path, written: object) -> None:
    vector = (100, 40, written)
    rollout(home, PARENT, used("10:00:00", vector, vector))
    found = burn(home)
    assert codex_sum(found) == (100, 40, 0)
    assert lower_bounds(found, "codex") == 1
    assert found.dropped


def test_an_unusable_number_in_the_total_never_adds_what_was_not_used(home: Path) -> None:
    lines = (
        used("10:00:00", (100, 0, 10), (100, 0, 10)),
        used("10:01:00", (300, 0, "many"), (200, 0, 20)),
        used("10:02:00", (450, 0, 37), (150, 0, 7)),
    )
    rollout(home, PARENT, *lines)
    found = burn(home)
    inputs, _, output = codex_sum(found)
    assert inputs == 450
    assert output <= 37
    assert found.dropped
    assert output == 37 or lower_bounds(found, "codex") > 0


def test_an_unusable_number_in_the_last_response_does_not_hurt_a_good_total(home: Path) -> None:
    lines = (
        used("10:00:00", (100, 0, 10), (100, 0, 10)),
        used("10:01:00", (300, 0, 30), (200, 0, "many")),
    )
    assert one_thread(home, *lines) == (300, 0, 30)


def test_a_count_without_an_instant_is_listed_and_the_next_one_makes_up_for_it(home: Path) -> None:
    undated = used("10:00:00", (100, 0, 10), (100, 0, 10))
    del undated["timestamp"]
    rollout(home, PARENT, undated, used("10:01:00", (300, 0, 30), (200, 0, 20)))
    found = burn(home)
    assert codex_sum(found)[0] in {200, 300}, "its day is unknown; its use may be the next one's"
    assert found.dropped
