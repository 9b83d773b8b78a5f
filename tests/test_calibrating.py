"""Measuring ratios: from answers whose tokens are known, and from a conversation that is known."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import logs
from burnlib._calibrate import (
    calibrate_by_conversation,
    calibrate_by_logs,
    reset_calibrations,
)
from burnlib._explain import explain_day
from burnlib._import import Imported, import_files
from burnlib._reconcile import reconcile
from burnlib.archive import Archive
from burnlib.errors import InvalidInput, LogFormatError, NoArchive, NotFound
from burnlib.estimating import Calibration, Ratio
from burnlib.history import recall
from burnlib.sources.claude_chat import ClaudeChat
from chats import Json, chatgpt, claude, export, hello, node, said
from core_strategies import few
from fakes import environment
from test_cli import GOOD, NOTHING_TO_READ, PARTIAL, WRONG_USE, World

NOW = datetime(2026, 5, 24, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)

OPUS, NEW_OPUS = "claude-opus-4-6", "claude-opus-4-7"

# 200 tokens of o200k_base times the published 1.18 for prose.
ESTIMATED = 236
WORDS = hello(200)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


def texts(*given: str) -> list[Json]:
    return [{"type": "text", "text": text} for text in given]


def written(id: str, output: int, text: str = WORDS, /, **more: Any) -> Json:
    """A line of Claude Code with an answer that is text alone, of *output* tokens as logged."""
    at = more.pop("at", "10:00:00")
    line = {"uuid": f"line of {id}", "message_content": texts(text), **more}
    return logs.answer(id, (3, 0, 0, output), at, **line)


def answers(count: int, output: int = 2 * ESTIMATED, **more: Any) -> list[Json]:
    return [written(f"m{n}", output, **more) for n in range(count)]


def calibrated(home: Path, archive: Path, *, now: datetime = NOW) -> Calibration:
    """The one calibration that the logs of *home* give."""
    (found,), problems = calibrate_by_logs(home, archive=archive, now=now)
    assert problems == []
    return found


def mid(calibration: Calibration) -> int:
    assert calibration.factor
    return calibration.factor.mid


# From logs -----------------------------------------------------------------------------------


def test_answers_of_twice_the_estimate_give_a_factor_of_two(home: Path, archive: Path) -> None:
    logs.transcript(home, "s1", *answers(30))
    found = calibrated(home, archive)
    # All answers agree, so the range is what one factor is off on other text, 6 %.
    assert found == Calibration(
        method="Claude to 4.6",
        factor=Ratio(1880, 2000, 2120),
        at=NOW,
        origin="measured on 30 answers of Claude Code, 14,160 tokens",
    )
    with Archive(archive) as store:
        assert store.calibrations() == {"Claude to 4.6": found}


def test_the_factor_is_the_ratio_of_sums_and_its_range_that_of_the_answers(
    home: Path, archive: Path
) -> None:
    # 20 answers of 236 (as estimated) and 20 of 708 (three times): 18,880 ÷ 9,440 = 2. The mean of
    # 40 draws of 1 or 3 has a standard deviation of 1 ÷ √40 = 0.158, so 95 % lie within 0.31.
    lines = [written(f"m{n}", ESTIMATED * (1 + 2 * (n % 2))) for n in range(40)]
    logs.transcript(home, "s1", *lines)
    factor = calibrated(home, archive).factor
    assert factor
    assert factor.mid == 2000
    assert 1640 <= factor.low <= 1740
    assert 2260 <= factor.high <= 2360
    again = calibrated(home, archive).factor
    assert factor == again, "the same answers give the same interval"


@pytest.mark.parametrize("model", [logs.SONNET, logs.HAIKU, OPUS, "claude-sonnet-4-6"])
def test_models_of_one_kind_give_one_factor_whatever_their_window(
    home: Path, archive: Path, model: str
) -> None:
    logs.transcript(home, "s1", *answers(30, message_model=model))
    found = calibrated(home, archive)
    assert (found.method, mid(found)) == ("Claude to 4.6", 2000)


def test_answers_of_the_new_tokenizer_move_its_side_of_what_unnamed_models_may_be(
    home: Path, archive: Path
) -> None:
    # 200 × 1.53 = 306, and 612 is twice that.
    lines = answers(30, 612, message_model=NEW_OPUS, at="2026-05-01T10:00:00Z")
    logs.transcript(home, "s1", *lines)
    found = calibrated(home, archive)
    assert (found.method, mid(found)) == ("Claude from 4.7", 2000)
    unnamed = ClaudeChat().method("", NOW).calibrate({found.method: found})
    # From 1.10 of the older one, which nobody measured, to 1.53 × 2.12; halfway from 1.18 to 3.06.
    assert unnamed.prose == Ratio(1100, 2120, 3244)
    assert unnamed.calibrated == NOW


# What is wrong with a 31st answer, each of which would move the factor: its line, or its lines.
LEFT_OUT: dict[str, Sequence[Json]] = {
    "it thought": [
        written("x", 9000, message_content=[{"type": "thinking", "thinking": ""}, *texts(WORDS)])
    ],
    "it thought, on a line of its own": [
        written("x", 9000, uuid="1", message_content=[{"type": "thinking", "thinking": "Hm"}]),
        written("x", 9000, uuid="2"),
    ],
    "it called a tool": [
        written("x", 9000, uuid="1"),
        written("x", 9000, uuid="2", message_content=[{"type": "tool_use", "input": {}}]),
    ],
    "it is short": [written("x", 199, "hello")],
    "it is not finished": [written("x", 9000, message_stop_reason=None)],
    "it has no text": [written("x", 9000, "")],
    "it has no content": [written("x", 9000, message_content=[])],
    "its content is no list": [written("x", 9000, message_content=WORDS)],
    "it tells no output": [written("x", 9000, usage_output_tokens=None)],
    "its output is no number": [written("x", 9000, usage_output_tokens="many")],
    "it has no time": [written("x", 9000, timestamp=None)],
    "it has no id": [written("", 9000)],
    "it is a question": [written("x", 9000, type="user")],
    "it is a copy in a fork": [written("m0", 2 * ESTIMATED, sessionId="s9")],
    "it is a copy with an id of its own": [written("m0", 2 * ESTIMATED, uuid="new")],
    "it is an earlier stage of an answer": [written("m0", 300, message_stop_reason=None)],
}


@pytest.mark.parametrize("why", LEFT_OUT)
@pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
def test_what_says_nothing_of_the_ratio_is_left_out(
    home: Path, archive: Path, why: str, *, first: bool
) -> None:
    logs.transcript(home, "s5", *answers(30))
    logs.transcript(home, "s1" if first else "s9", *LEFT_OUT[why])
    found = calibrated(home, archive)
    assert mid(found) == 2000
    assert found.origin == "measured on 30 answers of Claude Code, 14,160 tokens"


def test_an_answer_in_several_blocks_is_counted_whole(home: Path, archive: Path) -> None:
    # The lines repeat the usage, and the output grows; 200 + 100 tokens × 1.18 = 236 + 118.
    for n in range(30):
        lines = (
            written(f"m{n}", 1, uuid=f"{n}a", message_stop_reason=None),
            written(f"m{n}", 708, hello(100), uuid=f"{n}b"),
        )
        logs.transcript(home, f"s{n}", *lines)
        logs.transcript(home, f"fork of s{n}", *lines)
    assert mid(calibrated(home, archive)) == 2000


def test_answers_of_200_tokens_count_and_30_are_enough(home: Path, archive: Path) -> None:
    # 100 tokens × 1.18 = 118.
    short = [written(f"m{n}", 200, hello(100)) for n in range(29)]
    logs.transcript(home, "s1", *short)
    with pytest.raises(InvalidInput) as caught:
        calibrate_by_logs(home, archive=archive)
    assert "29 answers" in caught.value.message
    assert "--tokens N FILE" in caught.value.hint
    assert not archive.exists()
    logs.transcript(home, "s2", written("m30", 200, hello(100)))
    assert mid(calibrated(home, archive)) == 1695  # 200 ÷ 118


def test_without_any_log_the_way_out_is_told(world: World) -> None:
    line = world.refused(WRONG_USE, "calibrate")
    assert "0 answers" in line
    assert "burn calibrate --tokens N FILE" in line
    assert world.listing() == set()


def test_a_log_that_cannot_be_read_is_told_and_the_others_count(home: Path, archive: Path) -> None:
    logs.transcript(home, "s1", *answers(30), "{nonsense", '{"message": {"usage": 1}}', "[]")
    (home / ".claude/projects/-work-shop/s2.jsonl").mkdir()
    broken = home / ".claude/projects/-work-shop/s3.jsonl"
    broken.symlink_to(home / "nowhere")
    assert mid(calibrate_by_logs(home, archive=archive, now=NOW)[0][0]) == 2000


# What it does --------------------------------------------------------------------------------

# "hello" ten times: published 10 × 1.10, 1.18, 1.30; after a factor of 1.88, 2 and 2.12 the ratios
# are 1.18 × these = 2.218, 2.360 and 2.502 (to the nearest thousandth).
CHAT = claude("c", said("h", "human", hello(10), "2026-03-01T12:00:00Z"))
PUBLISHED, MEASURED = (12, 11, 13), (24, 22, 26)


def imported(archive: Path, *files: Path, now: datetime = NOW) -> Imported:
    return import_files(files, archive=archive, tz="UTC", now=now)


def figures(archive: Path, day: int = 1) -> tuple[int | None, ...]:
    rows = recall(archive, now=LATER).rows
    found = next(row for row in rows if row.date == date(2026, 3, day)).sources["claude_chat"]
    return found.tokens, found.low, found.high


def test_a_new_ratio_holds_when_the_export_is_imported_again(
    home: Path, archive: Path, tmp_path: Path
) -> None:
    file = export(tmp_path / "chat.json", CHAT)
    imported(archive, file)
    assert figures(archive) == PUBLISHED
    logs.transcript(home, "s1", *answers(30))
    calibrated(home, archive)
    assert figures(archive) == PUBLISHED, "what is kept does not change by itself"
    assert imported(archive, file).unchanged == 0
    assert figures(archive) == MEASURED
    assert imported(archive, file).unchanged == 1
    assert reconcile(recall(archive, now=LATER)).ok
    text = str(explain_day(recall(archive, now=LATER), date(2026, 3, 1)))
    assert "× 2.36 (2.218–2.502) prose" in text
    assert "measured on 30 answers of Claude Code, 14,160 tokens, 2026-05-24" in text
    assert "published" not in text


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=str)
def test_a_new_ratio_holds_once_the_newest_export_is_imported_again_in_whatever_order(
    home: Path, archive: Path, tmp_path: Path, order: Sequence[int]
) -> None:
    old = export(tmp_path / "old.json", CHAT)
    longer = said("a", "assistant", hello(100), "2026-03-02T12:00:00Z")
    more = {**CHAT, "chat_messages": [*CHAT["chat_messages"], longer]}
    new = export(tmp_path / "new.json", more | {"updated_at": "2026-03-04T00:00:00Z"})
    imported(archive, old, new)
    logs.transcript(home, "s1", *answers(30))
    calibrated(home, archive)
    # What the older one tells may have been changed since, so it does not replace the newer one's.
    imported(archive, (old, new)[order[0]])
    assert figures(archive) == (PUBLISHED, MEASURED)[order[0]]
    imported(archive, (old, new)[order[1]])
    assert figures(archive) == MEASURED
    assert figures(archive, 2)[0] == 236
    copy = export(tmp_path / "copy.json", CHAT)
    imported(archive, copy)
    assert figures(archive) == MEASURED


def test_the_last_measurement_holds_and_published_ratios_can_be_had_back(
    archive: Path, tmp_path: Path
) -> None:
    file = export(tmp_path / "chat.json", CHAT)
    seen = []
    # 12 is the estimate: 24 is a factor of 2, 6 one of a half. 1.18 ÷ 2 × 10 = 5.9.
    for days, real in enumerate([24, 6, None, 24]):
        at = NOW + timedelta(days=days)
        if real is None:
            reset_calibrations(archive=archive, now=at)
        else:
            calibrate_by_conversation(file, real, archive=archive, now=at)
        imported(archive, file)
        seen.append(figures(archive))
        assert reconcile(recall(archive, now=at)).ok
    assert [found[0] for found in seen] == [24, 6, 12, 24]
    assert seen[2] == PUBLISHED


def test_going_back_touches_only_what_was_measured(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(NoArchive):
        reset_calibrations(archive=archive)
    file = export(tmp_path / "chat.json", CHAT)
    imported(archive, file)
    assert reset_calibrations(archive=archive) == []
    calibrate_by_conversation(file, 24, archive=archive, now=NOW)
    assert [c.method for c in reset_calibrations(archive=archive, now=LATER)] == ["Claude to 4.6"]
    assert reset_calibrations(archive=archive, now=LATER + timedelta(days=1)) == []


def test_a_measurement_by_a_clock_that_was_ahead_is_replaced_all_the_same(
    archive: Path, tmp_path: Path
) -> None:
    file = export(tmp_path / "chat.json", CHAT)
    calibrate_by_conversation(file, 24, archive=archive, now=NOW + timedelta(days=2_000))
    imported(archive, file)
    calibrate_by_conversation(file, 6, archive=archive, now=NOW)
    imported(archive, file)
    assert figures(archive)[0] == 6


def test_what_was_taken_back_hides_no_later_measurement_of_its_parts() -> None:
    taken_back = Calibration(
        method="Claude of unknown version", factor=None, at=NOW, origin="published ratios"
    )
    newer = Calibration(
        method="Claude from 4.7", factor=Ratio(1000, 1000, 1000), at=LATER, origin="answers"
    )
    found = ClaudeChat().method("", NOW).calibrate({c.method: c for c in (taken_back, newer)})
    # From 1.10 of the older one to 1.53 of the newer one, now measured.
    assert (found.prose.low, found.prose.high, found.calibrated) == (1100, 1530, LATER)


def test_a_tokenizer_that_is_the_models_own_is_not_measured(archive: Path, tmp_path: Path) -> None:
    talk = chatgpt(
        "g",
        node("u", None, "user", "hello world", "2026-03-01T12:00:00Z"),
        node(
            "a",
            "u",
            "assistant",
            "hello",
            "2026-03-01T12:00:01Z",
            metadata={"model_slug": "gpt-4o"},
        ),
    )
    file = export(tmp_path / "talk.json", talk)
    with pytest.raises(
        InvalidInput, match="own tokenizer, o200k_base: there is nothing to measure"
    ):
        calibrate_by_conversation(file, 3, archive=archive, now=NOW)
    assert not archive.exists()


def test_a_ratio_of_claude_moves_no_estimate_of_chatgpt(
    home: Path, archive: Path, tmp_path: Path
) -> None:
    talk = chatgpt("g", node("u", None, "user", "hello world", "2026-03-01T12:00:00Z"))
    file = export(tmp_path / "both.json", CHAT, talk)
    logs.transcript(home, "s1", *answers(30))
    calibrated(home, archive)
    (row,) = imported(archive, file).rows
    assert (row.sources["claude_chat"].tokens, row.sources["chatgpt"].tokens) == (24, 2)


@few
@given(st.lists(st.sampled_from([None, 6, 12, 24, 40]), min_size=1, max_size=4))
def test_whatever_was_measured_before_the_last_measurement_leaves_no_trace(
    tmp_path_factory: pytest.TempPathFactory, reals: list[int | None]
) -> None:
    folder = tmp_path_factory.mktemp("calibrating")
    file = export(folder / "chat.json", CHAT)
    for archive, history in ((folder / "all.db", reals), (folder / "last.db", reals[-1:])):
        imported(archive, file)
        for days, real in enumerate(history):
            at = NOW + timedelta(days=days)
            if real is None:
                reset_calibrations(archive=archive, now=at)
            else:
                calibrate_by_conversation(file, real, archive=archive, now=at)
            imported(archive, file)
    assert figures(folder / "all.db") == figures(folder / "last.db")


# From one conversation ------------------------------------------------------------------------


def test_one_conversation_gives_a_factor_with_six_percent_to_both_sides(
    archive: Path, tmp_path: Path
) -> None:
    file = export(tmp_path / "chat.json", CHAT)
    (found,) = calibrate_by_conversation(file, 15, archive=archive, now=NOW)
    # 15 ÷ 12 = 1.25; 6 % of 1,250 is 75.
    assert (found.method, found.factor) == ("Claude to 4.6", Ratio(1175, 1250, 1325))
    assert found.origin == "measured on one conversation of 15 tokens"


@pytest.mark.parametrize(
    ("real", "good"),
    [(0, False), (-5, False), (29, False), (30, True), (472, True), (473, False), (10**15, False)],
)
def test_a_number_that_is_not_of_this_text_is_refused(
    archive: Path, tmp_path: Path, real: int, *, good: bool
) -> None:
    # 100 × 1.18 = 118 is estimated; a quarter of it is 29.5, four times that is 472.
    talk = claude("c", said("h", "human", hello(100), "2026-03-01T12:00:00Z"))
    file = export(tmp_path / "chat.json", talk)
    if good:
        assert calibrate_by_conversation(file, real, archive=archive)
        return
    with pytest.raises(InvalidInput) as caught:
        calibrate_by_conversation(file, real, archive=archive)
    assert f"{real:,} tokens is far from the ~118" in caught.value.message
    assert (caught.value.where, bool(caught.value.hint)) == (str(file), True)
    assert not archive.exists()


@pytest.mark.parametrize(
    ("talks", "words"),
    [
        ([], "0 conversations"),
        ([CHAT, CHAT], "2 conversations"),
        ([claude("c")], "holds no text"),
        ([{"a": 1}], "0 conversations"),
    ],
    ids=["none", "two", "empty", "another"],
)
def test_a_file_without_exactly_one_conversation_is_refused(
    archive: Path, tmp_path: Path, talks: list[Json], words: str
) -> None:
    file = export(tmp_path / "chat.json", *talks)
    with pytest.raises(LogFormatError) as caught:
        calibrate_by_conversation(file, 12, archive=archive)
    assert words in caught.value.message
    assert caught.value.hint
    assert not archive.exists()


def test_a_missing_file_is_named(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        calibrate_by_conversation(tmp_path / "gone.json", 12, archive=archive)
    assert caught.value.where.endswith("gone.json")


# The command ---------------------------------------------------------------------------------


@pytest.fixture
def world(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> World:
    for name in ("CODEX_HOME", "CLAUDE_CONFIG_DIR", "BURNLIB_DEBUG", "BURNLIB_DISABLE_PLUGINS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return World(tmp_path, capsys)


@pytest.mark.parametrize("where", [[], ["--home", "home"]], ids=["own", "named"])
def test_the_command_measures_says_so_and_the_doctor_and_explain_know_it(
    world: World, where: list[str]
) -> None:
    logs.transcript(world.home, "s1", *answers(30))
    export(world.folder / "chat.json", CHAT)
    assert world("import", "chat.json", "--tz", "UTC")[0] == GOOD
    code, out, err = world("calibrate", *where)
    assert (code, err) == (GOOD, "")
    origin = "measured on 30 answers of Claude Code, 14,160 tokens"
    assert out.splitlines() == [
        f"Claude to 4.6: published ratios × 2.00 (1.88–2.12), {origin}",
        "import your exports again to count with these ratios: burn import FILE",
    ]
    assert (
        f"calibration    Claude to 4.6: published ratios × 2.00 (1.88–2.12), {origin}"
        in (world("doctor")[1])
    )
    assert world("import", "chat.json")[0] == GOOD
    out = world("explain", "2026-03-01")[1]
    today = datetime.now(UTC).date()
    assert any(f"{origin}, {day}" in out for day in (today, today - timedelta(days=1)))
    assert "between 22 and 26" in out
    (told,) = json.loads(world("calibrate", *where, "--json")[1])
    assert told["method"] == "Claude to 4.6"
    assert told["factor"] == {"low": 1880, "mid": 2000, "high": 2120}
    assert told["origin"] == origin
    assert datetime.fromisoformat(told["at"]).utcoffset() == timedelta(0)


def test_the_command_goes_back_to_published_ratios(world: World) -> None:
    export(world.folder / "chat.json", CHAT)
    assert world("calibrate", "--reset")[0] == NOTHING_TO_READ
    assert world.listing() == {"chat.json"}
    assert world("calibrate", "--tokens", "24", "chat.json")[0] == GOOD
    assert world("import", "chat.json", "--tz", "UTC")[0] == GOOD
    code, out, err = world("calibrate", "--reset")
    assert (code, err) == (GOOD, "")
    assert out.splitlines()[0] == "Claude to 4.6: published ratios"
    assert world("import", "chat.json")[0] == GOOD
    assert json.loads(world("show", "--json")[1])[0]["claude_chat_est"] == 12
    code, out, _ = world("calibrate", "--reset")
    assert (code, out) == (GOOD, "nothing was calibrated\n")
    assert json.loads(world("calibrate", "--reset", "--json")[1]) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["calibrate", "--tokens", "24"],
        ["calibrate", "chat.json"],
        ["calibrate", "--tokens", "many", "chat.json"],
        ["calibrate", "--tokens", "1.5", "chat.json"],
        ["calibrate", "--tokens", "0", "chat.json"],
        ["calibrate", "--tokens", "-24", "chat.json"],
        ["calibrate", "--tokens", "2400", "chat.json"],
        ["calibrate", "--tokens", "24", "gone.json"],
        ["calibrate", "--tokens", "24", "two.json"],
        ["calibrate", "--tokens", "24", "page.html"],
        ["calibrate", "--reset", "--tokens", "24", "chat.json"],
        ["calibrate", "--reset", "chat.json"],
        ["calibrate", "--reset", "--home", "home"],
        ["calibrate", "--home", "home", "--tokens", "24", "chat.json"],
        ["calibrate", "--home", "gone"],
        ["calibrate", "--home", "chat.json"],
    ],
    ids=" ".join,
)
def test_wrong_use_ends_with_two_and_keeps_no_ratio(world: World, arguments: list[str]) -> None:
    export(world.folder / "chat.json", CHAT)
    export(world.folder / "two.json", CHAT, CHAT)
    (world.folder / "page.html").write_text("<html>")
    logs.transcript(world.home, "s1", *answers(30))
    before = world.listing()
    code, out, err = world(*arguments)
    assert (code, out) == (WRONG_USE, "")
    assert "(fix: " in err.splitlines()[-1]
    assert world.listing() == before


@pytest.mark.skipif(os.name == "nt", reason="permissions are set up the POSIX way")
def test_a_log_that_may_not_be_read_ends_with_four_and_the_ratio_is_kept(world: World) -> None:
    import fakes

    logs.transcript(world.home, "s1", *answers(30))
    logs.transcript(world.home, "s2", *answers(1)).chmod(0)
    env = environment(world.folder)
    code, out, err = fakes.burn("calibrate", "--json", env=env, preexec_fn=fakes.mortal)
    assert (code, len(err.splitlines())) == (PARTIAL, 1)
    assert "s2.jsonl" in err
    assert json.loads(out)[0]["factor"]["mid"] == 2000
