"""Importing exports as a whole: from files to rows, and what no file may do to what is kept."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import burnlib
import fakes
import logs
from burnlib._explain import explain_day
from burnlib._import import Imported, import_files
from burnlib._reconcile import reconcile
from burnlib.archive import Archive
from burnlib.errors import ArchiveNotWritten, BurnlibError, MissingDependency
from burnlib.history import recall
from burnlib.ledger import Ledger
from burnlib.model import DailyRow, Estimate, Fidelity, SourceDay
from burnlib.tokenizer import count_each, count_tokens
from chats import Json, chatgpt, claude, export, hello, node, said, zipped
from core_strategies import few
from fakes import burn, burn_process, environment, install
from test_cli import (
    GOOD,
    INTERRUPTED,
    NOTHING_TO_READ,
    PARTIAL,
    WRONG_USE,
    World,
    may_not_grow,
    wait_for,
)

NOW = datetime(2026, 5, 24, 12, tzinfo=UTC)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="processes are set up the POSIX way")


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


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with fakes.site_folder(tmp_path, monkeypatch) as folder:
        yield folder


# Figures that were worked out on paper ---------------------------------------------------------

# Times lie around midnight: 18:30 UTC is midnight in Kolkata, 08:00 UTC (in March before the 8th)
# in Los Angeles. ChatGPT's model is gpt-4o, whose tokenizer is public, so low = value = high:
#
#   g-u1                2 tokens   1 March 18:20
#   ├ g-a1              3          1 March 18:40   reads u1: 2
#   │ └ g-u2            1          2 March 07:50
#   │   └ g-a2          2          2 March 08:10   reads u1, a1, u2: 2 + 3 + 1 = 6
#   └ g-a1b             1          1 March 18:45   reads u1: 2; an answer that was made anew
#
# processed, that is read and written: a1 5, a1b 3, a2 8.
GPT_OLD = (
    node("g-u1", None, "user", "hello world", "2026-03-01T18:20:00Z"),
    node("g-a1", "g-u1", "assistant", "one two three", "2026-03-01T18:40:00Z"),
)
GPT_NEW = (
    *GPT_OLD,
    node("g-a1b", "g-u1", "assistant", "hello", "2026-03-01T18:45:00Z"),
    node("g-u2", "g-a1", "user", "hello", "2026-03-02T07:50:00Z"),
    node("g-a2", "g-u2", "assistant", "hello world", "2026-03-02T08:10:00Z"),
)

# Claude's tokenizer is not public, and before 16 April 2026 it can only have been the older one:
# times 1.10, 1.18 and 1.30 for prose; down, to the nearest, and up for each message.
#
#                tokens  low  value  high
#   c-h1           10     11    12     13   1 March 18:25
#   c-a1           30     33    35     39   1 March 18:35   reads h1: 12, at most 13
#   c-h2            5      5     6      7   2 March 07:55
#   c-a2          100    110   118    130   2 March 08:05   reads 12 + 35 + 6 = 53, 13 + 39 + 7 = 59
#
# processed: a1 12 + 35 = 47, at most 13 + 39 = 52; a2 53 + 118 = 171, at most 59 + 130 = 189.
CLAUDE_OLD = (
    said("c-h1", "human", hello(10), "2026-03-01T18:25:00Z"),
    said("c-a1", "assistant", hello(30), "2026-03-01T18:35:00Z"),
)
CLAUDE_NEW = (
    *CLAUDE_OLD,
    said("c-h2", "human", hello(5), "2026-03-02T07:55:00Z"),
    said("c-a2", "assistant", hello(100), "2026-03-02T08:05:00Z"),
)

TALK, CHAT = chatgpt("g", *GPT_NEW), claude("c", *CLAUDE_NEW)
OLD_TALK = chatgpt("g", *GPT_OLD, updated="2026-03-01T19:00:00Z")
OLD_CHAT = claude("c", *CLAUDE_OLD, updated="2026-03-01T19:00:00Z")

Figures = tuple[int, int, int, int]

# (value, low, high, calls) of ChatGPT and of Claude.ai on 1 March and on 2 March. The high end is
# the greatest of all messages once and of what was processed.
VISIBLE: dict[str, tuple[tuple[Figures, Figures], tuple[Figures, Figures]]] = {
    # 1st: u1 2 + a1 3 + a1b 1; processed 5 + 3. 2nd: u2 1 + a2 2; processed 8.
    # 1st: 12 + 35, once at most 13 + 39. 2nd: 6 + 118, low 5 + 110, processed at most 189.
    "UTC": (((6, 6, 8, 2), (47, 44, 52, 1)), ((3, 3, 8, 1), (124, 115, 189, 1))),
    # 1st: u1. 2nd: a1 3 + a1b 1 + u2 1 + a2 2; processed 5 + 3 + 8.
    # 1st: h1. 2nd: 35 + 6 + 118, low 33 + 5 + 110, processed at most 52 + 189.
    "Asia/Kolkata": (((2, 2, 2, 0), (12, 11, 13, 0)), ((7, 7, 16, 3), (159, 148, 241, 2))),
    # 1st: u1 2 + a1 3 + a1b 1 + u2 1; processed 5 + 3. 2nd: a2 2; processed 8.
    # 1st: 12 + 35 + 6, low 11 + 33 + 5, once at most 13 + 39 + 7. 2nd: a2.
    "America/Los_Angeles": (((7, 7, 8, 2), (53, 49, 59, 1)), ((2, 2, 8, 1), (118, 110, 189, 1))),
}
# The value is what was processed; the range is the same, and holds the value.
PROCESSED: dict[str, tuple[tuple[Figures, Figures], tuple[Figures, Figures]]] = {
    "UTC": (((8, 6, 8, 2), (47, 44, 52, 1)), ((8, 3, 8, 1), (171, 115, 189, 1))),
    # Nothing was answered on the 1st, so nothing was processed; the text there is may be 2 or 13.
    "Asia/Kolkata": (((0, 0, 2, 0), (0, 0, 13, 0)), ((16, 7, 16, 3), (218, 148, 241, 2))),
    "America/Los_Angeles": (((8, 7, 8, 2), (47, 47, 59, 1)), ((8, 2, 8, 1), (171, 110, 189, 1))),
}
ZONES = tuple(VISIBLE)
ESTIMATES: tuple[Estimate, ...] = get_args(Estimate)
TOTAL = 6 + 47 + 3 + 124


def written(figures: tuple[tuple[Figures, Figures], ...], tz: str, **more: object) -> list[Json]:
    """The rows of 1 and 2 March as they stand in daily-burn.json."""
    rows = []
    for day, (gpt, chat) in zip(("2026-03-01", "2026-03-02"), figures, strict=True):
        row: Json = {"date": day}
        for name, (value, low, high, calls) in (("claude_chat", chat), ("chatgpt", gpt)):
            row |= {f"{name}_est": value, f"{name}_calls": calls}
            row |= {f"{name}_est_low": low, f"{name}_est_high": high}
        rows.append({**row, "total": gpt[0] + chat[0], "tz": tz, **more})
    return rows


def imported(archive: Path, *files: Path, tz: str = "UTC", **more: Any) -> Imported:
    return import_files(files, archive=archive, tz=tz, now=NOW, **more)


def rows(burn: Any) -> list[Json]:
    found: list[Json] = json.loads(burnlib.dumps(burn.rows))
    return found


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("hello", 1),
        ("hello world", 2),
        ("one two three", 3),
        *((hello(n), n) for n in (5, 10, 30, 100, 200)),
    ],
)
@pytest.mark.parametrize("encoding", ["o200k_base", "cl100k_base"])
def test_the_words_of_these_tests_are_as_many_tokens_as_they_are_said_to_be(
    text: str, tokens: int, encoding: str
) -> None:
    assert count_tokens(text, encoding) == tokens


@pytest.mark.parametrize("tz", ZONES)
def test_two_products_give_exactly_the_rows_that_were_worked_out_on_paper(
    tmp_path: Path, tz: str
) -> None:
    files = export(tmp_path / "a.json", TALK), export(tmp_path / "b.json", CHAT)
    burn = imported(tmp_path / "archive.db", *files, tz=tz)
    assert burn.problems == ()
    assert rows(burn) == written(VISIBLE[tz], tz)
    processed = recall(tmp_path / "archive.db", now=NOW, estimate="processed")
    assert rows(processed) == written(PROCESSED[tz], tz, estimate="processed")


@pytest.mark.parametrize("tz", ZONES)
def test_the_command_writes_the_rows_that_were_worked_out_on_paper(world: World, tz: str) -> None:
    export(world.folder / "all.json", TALK, CHAT)
    for options, expected in (
        ([], written(VISIBLE[tz], tz)),
        (["--estimate", "processed"], written(PROCESSED[tz], tz, estimate="processed")),
    ):
        code, out, err = world("import", "all.json", "--tz", tz, *options)
        assert (code, err) == (GOOD, "")
        assert json.loads((world.data / "daily-burn.json").read_text()) == expected
    assert "1 file, 1 of them imported before" in out, "the second figure needs no second reading"
    assert world("verify")[0] == world("verify", "--estimate", "processed")[0] == GOOD


def test_what_was_read_is_told_with_both_ends_of_the_range(world: World) -> None:
    export(world.folder / "all.json", TALK, CHAT)
    code, out, _ = world("import", "all.json", "--tz", "UTC")
    assert code == GOOD
    assert out.splitlines()[:5] == [
        "1 file",
        "  ChatGPT        1 conversation, 5 messages",
        "                 ~9 tokens in the archive, estimated: 9 to 16",
        "  Claude chat    1 conversation, 4 messages",
        "                 ~171 tokens in the archive, estimated: 159 to 241",
    ]


# Copies, versions, shards --------------------------------------------------------------------


def earlier(answer: str) -> Json:
    """TALK as it was while g-a1 was *answer*, with an answer that was deleted since."""
    return chatgpt(
        "g",
        GPT_OLD[0],
        node("g-a1", "g-u1", "assistant", answer, "2026-03-01T18:40:00Z"),
        node("g-x", "g-u1", "assistant", "hello", "2026-03-01T18:41:00Z"),
        updated="2026-03-01T18:41:30Z",
    )


CUT_TALK = earlier("one")
EDITED_TALK = chatgpt(
    "g",
    *GPT_OLD,
    node("g-u1b", None, "user", "one two three", "2026-03-02T09:00:00Z"),
    node("g-a3", "g-u1b", "assistant", "hello", "2026-03-02T09:01:00Z"),
    updated="2026-03-02T09:01:00Z",
)


def chatgpt_rows(*files: Path, archive: Path) -> list[list[int]]:
    return [
        [row[f"chatgpt_{what}"] for what in ("est", "est_low", "est_high", "calls")]
        for row in rows(imported(archive, *files))
    ]


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0), (1, 1), (1, 0, 1)], ids=str)
def test_a_newer_and_an_older_export_in_any_order_give_the_rows_of_the_newer(
    tmp_path: Path, order: Sequence[int]
) -> None:
    files = (
        export(tmp_path / "old.json", OLD_TALK, OLD_CHAT),
        export(tmp_path / "new.json", CHAT, TALK),
    )
    for index in order:
        burn = imported(tmp_path / "archive.db", files[index])
    assert rows(burn) == written(VISIBLE["UTC"], "UTC")
    together = imported(tmp_path / "other.db", *(files[index] for index in order))
    assert rows(together) == written(VISIBLE["UTC"], "UTC")


@pytest.mark.parametrize("answer", ["one", hello(7)], ids=["shorter", "longer"])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=str)
def test_the_later_version_of_an_answer_holds_and_what_was_deleted_stays(
    tmp_path: Path, order: Sequence[int], answer: str
) -> None:
    files = (
        export(tmp_path / "old.json", earlier(answer)),
        export(tmp_path / "new.json", OLD_TALK),
    )
    # u1 2 + a1 3, whatever it was before, + x 1; processed: a1 2 + 3, x 2 + 1.
    found = chatgpt_rows(*(files[index] for index in order), archive=tmp_path / "archive.db")
    assert found == [[6, 6, 8, 2]]


@pytest.mark.parametrize("newest_first", [False, True])
def test_an_answer_whose_tools_only_one_of_two_equal_exports_tells_counts_its_text_once(
    tmp_path: Path, *, newest_first: bool
) -> None:
    asked = said("q", "human", hello(10), "2026-03-02T12:00:00Z")
    at = "2026-03-02T12:00:09Z"
    flat = said("a", "assistant", hello(100), at)
    # The same 100 words around a tool, whose answer has 10: 12 + 59 + 12 + 59, and "repl" and "{}".
    blocks = [
        {"type": "text", "text": hello(50)},
        {"type": "tool_use", "name": "repl", "input": {}},
        {"type": "tool_result", "content": [{"type": "text", "text": hello(10)}]},
        {"type": "text", "text": hello(50)},
    ]
    full = {**flat, "content": blocks}
    old = export(tmp_path / "old.json", claude("c", asked, flat))
    new = export(tmp_path / "new.json", claude("c", asked, full))
    alone = rows(imported(tmp_path / "alone.db", new))
    assert 12 + 59 + 12 + 59 < alone[0]["claude_chat_est"] < 12 + 59 + 12 + 59 + 6
    files = (new, old) if newest_first else (old, new)
    assert rows(imported(tmp_path / "both.db", *files)) == alone


def test_a_message_dated_ahead_of_the_clock_is_told_at_once(world: World) -> None:
    export(
        world.folder / "all.json", claude("c", said("q", "human", "hello", "2099-03-02T12:00:00Z"))
    )
    _, out, _ = world("import", "all.json")
    assert "1 x message dated more than 48 hours ahead of the clock" in out


def test_collecting_marks_what_was_imported_as_an_estimate(world: World) -> None:
    export(world.folder / "all.json", CHAT)
    world("import", "all.json", "--tz", "UTC")
    _, out, _ = world("collect")
    (line,) = [line for line in out.splitlines() if "Claude chat" in line]
    assert "~" in line
    assert line.endswith("estimated")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=str)
def test_an_edited_question_is_a_branch_that_both_exports_count_together(
    tmp_path: Path, order: Sequence[int]
) -> None:
    files = export(tmp_path / "one.json", TALK), export(tmp_path / "two.json", EDITED_TALK)
    # As TALK, and on the 2nd: u1b 3 + a3 1, processed 3 + 1; only the branch before it is read.
    found = chatgpt_rows(*(files[index] for index in order), archive=tmp_path / "archive.db")
    assert found == [[6, 6, 8, 2], [3 + 4, 3 + 4, 8 + 4, 2]]


def test_the_same_export_twice_is_not_read_again_and_under_another_name_adds_nothing(
    tmp_path: Path,
) -> None:
    archive = tmp_path / "archive.db"
    file = export(tmp_path / "all.json", TALK, CHAT)
    first = imported(archive, file)
    again = imported(archive, file)
    assert (first.unchanged, again.unchanged) == (0, 1)
    assert dict(again.conversations) == {}
    copy = export(tmp_path / "folder" / "conversations.json", TALK, CHAT)
    packed = zipped(tmp_path / "export.zip", {"conversations.json": [TALK, CHAT]})
    other = imported(archive, copy, packed)
    assert dict(other.conversations) == {"chatgpt": 2, "claude_chat": 2}
    assert burnlib.dumps(first.rows) == burnlib.dumps(again.rows) == burnlib.dumps(other.rows)
    with Archive(archive) as store:
        assert len(list(store.raw_sightings())) == 5 + 4, "nor is a copy kept of anything"


def test_another_export_of_the_same_name_is_read_and_then_known(tmp_path: Path) -> None:
    # Each product calls its file conversations.json, and a folder holds only one of that name.
    archive, file = tmp_path / "archive.db", tmp_path / "conversations.json"
    imported(archive, export(file, CHAT))
    second = imported(archive, export(file, TALK))
    assert (second.unchanged, dict(second.conversations)) == (0, {"chatgpt": 1})
    assert rows(second) == written(VISIBLE["UTC"], "UTC")
    assert imported(archive, file).unchanged == 1


def test_shards_and_batches_give_the_rows_of_one_export(tmp_path: Path) -> None:
    other = chatgpt("h", node("h-u", None, "user", hello(7), "2026-03-01T10:00:00Z"))
    shards = zipped(
        tmp_path / "gpt.zip",
        {
            "conversations-001.json": [other, TALK],  # in both, as exports made in pieces have it
            "conversations-000.json": [TALK],
            "user.json": '{"email": "somebody"}',
            "export_manifest.json": "{}",
        },
    )
    batches = [
        zipped(tmp_path / f"data-batch-{n:04}.zip", {"conversations.json": [talk]})
        for n, talk in enumerate([OLD_CHAT, CHAT])
    ]
    one = imported(tmp_path / "a.db", export(tmp_path / "all.json", TALK, other, CHAT))
    split = imported(tmp_path / "b.db", *reversed(batches), shards)
    assert one.problems == split.problems == ()
    assert burnlib.dumps(one.rows) == burnlib.dumps(split.rows)
    assert one.rows.total == TOTAL + 7


# Every conversation in every version, and one that all tests share by its ids.
POOL: Sequence[Json] = (
    TALK,
    OLD_TALK,
    CUT_TALK,
    EDITED_TALK,
    CHAT,
    OLD_CHAT,
    chatgpt("h", node("h-u", None, "user", hello(7), "2026-03-01T23:59:59Z")),
    claude("d", said("d-h", "human", hello(9), "2026-03-02T00:00:00Z")),
)


@few
@given(
    st.lists(st.lists(st.sampled_from(range(len(POOL))), max_size=4), min_size=1, max_size=5),
    st.randoms(use_true_random=False),
)
def test_how_conversations_are_spread_over_files_changes_no_byte_of_the_rows(
    files: list[list[int]], random: Any
) -> None:
    used = sorted({index for file in files for index in file})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one = imported(folder / "one.db", export(folder / "one.json", *(POOL[i] for i in used)))
        paths = [
            export(folder / f"{n}.json", *(POOL[i] for i in file)) for n, file in enumerate(files)
        ]
        burn = imported(folder / "many.db", *paths)
        random.shuffle(paths)
        for path in paths:
            path.touch()  # to be read again
            burn = imported(folder / "many.db", path)
        assert one.problems == burn.problems == ()
        assert burnlib.dumps(burn.rows) == burnlib.dumps(one.rows)
        for estimate in ESTIMATES if used else ():
            assert reconcile(recall(folder / "many.db", now=NOW, estimate=estimate)).ok


# Beside what is measured ---------------------------------------------------------------------


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    """An archive with logs of 1 and 2 March, and zeros on the two days until they were read.

    1 March: Claude Code 1,043, Codex 1,050. 2 March: Codex 21.
    """
    home = tmp_path / "logs"
    logs.transcript(home, "s1", logs.answer("m1", (3, 100, 900, 40), "2026-03-01T10:00:00Z"))
    at = "2026-03-01T10:00:00.000Z"
    lines = logs.meta(1, at), logs.turn(at), logs.used(at, (1000, 400, 50), (1000, 400, 50))
    second = logs.used("2026-03-02T10:00:00.000Z", (1020, 400, 51), (20, 0, 1))
    logs.rollout(home, 1, *lines, second)
    now = datetime(2026, 3, 5, 12, tzinfo=UTC)
    logs.collect(home, archive=tmp_path / "archive.db", now=now)
    return tmp_path / "archive.db"


EXACT = {
    "2026-03-01": (1043, 1050),
    "2026-03-02": (0, 21),
    "2026-03-03": (0, 0),
    "2026-03-04": (0, 0),
}


def exact(found: Iterable[Json]) -> dict[str, tuple[int, int]]:
    return {row["date"]: (row["claude_code_tokens"], row["codex_tokens"]) for row in found}


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_an_export_moves_no_measured_token_and_takes_no_row_and_no_zero_away(
    measured: Path, estimate: Estimate
) -> None:
    before = recall(measured, now=NOW)
    assert exact(rows(before)) == EXACT
    late = chatgpt("late", node("l", None, "user", "hello", "2026-03-20T10:00:00Z"))
    early = claude("early", said("e", "human", hello(10), "2026-02-20T10:00:00Z"))
    file = export(measured.with_name("all.json"), TALK, CHAT, late, early)
    burn = imported(measured, file, estimate=estimate)
    assert (burn.rows.exact, before.rows.exact) == (2114, 2114)
    found = rows(burn)
    days = [row["date"] for row in found]
    assert days == ["2026-02-20", *EXACT, "2026-03-20"], "days that only an export knows are added"
    measured_rows = [row for row in found if row["date"] in EXACT]
    assert exact(measured_rows) == EXACT
    for row, old in zip(measured_rows, rows(before), strict=True):
        about = {name: value for name, value in row.items() if not name.startswith("c")}
        columns = {name for name in row if name.startswith(("chatgpt", "claude_chat"))}
        assert not {name for name in columns if name.endswith("_tokens")}
        assert {key: value for key, value in row.items() if key in old} | {
            "total": old["total"]
        } == old, "what is measured is as it was, its trust and its calls, too"
        assert about["total"] == old["total"] + sum(row[f"{name}_est"] for name in _chats(row))
    estimated = {row["date"]: sum(row[f"{n}_est"] for n in _chats(row)) for row in found}
    expected = {"visible": (53, 127), "processed": (8 + 47, 8 + 171)}[estimate]
    assert (estimated["2026-03-01"], estimated["2026-03-02"]) == expected
    assert [estimated[day] for day in list(EXACT)[2:]] == [0, 0]


def _chats(row: Json) -> list[str]:
    return [name for name in ("chatgpt", "claude_chat") if f"{name}_est" in row]


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_both_counts_agree_on_measured_and_estimated_uses_together(
    measured: Path, estimate: Estimate
) -> None:
    imported(measured, export(measured.with_name("all.json"), TALK, CHAT))
    proof = reconcile(recall(measured, now=NOW, estimate=estimate))
    assert proof.findings == proof.warnings == ()
    names = {check.name: check.sentence for check in proof.checks}
    total = 2114 + {"visible": TOTAL, "processed": 16 + 218}[estimate]
    assert f"same {total:,} tokens" in names["second count"]
    assert "4 estimates lie within their range" in names["ranges"]
    assert proof.sources["chatgpt"].calls == 3
    assert proof.sources["claude_chat"].fidelity is Fidelity.ESTIMATED


# What is doubtful ----------------------------------------------------------------------------


def ledger(*days: tuple[int, int]) -> Ledger:
    """Days of (measured, estimated) tokens."""
    return Ledger(
        DailyRow(
            date=date(2026, 3, number),
            sources={
                "codex": SourceDay(tokens=known, fidelity=Fidelity.EXACT),
                "chatgpt": SourceDay(tokens=guess, fidelity=Fidelity.ESTIMATED),
            },
        )
        for number, (known, guess) in enumerate(days, start=1)
    )


def test_an_estimate_of_ten_median_days_is_believed_and_one_token_more_is_doubtful() -> None:
    # The median of 10, 20, 90 is 20; a day on which nothing was measured is no median day.
    usual = (10, 0), (20, 0), (90, 0), (0, 0), (0, 0)
    assert reconcile(ledger(*usual, (0, 200))).warnings == ()
    proof = reconcile(ledger(*usual, (0, 201), (0, 200)))
    assert proof.ok
    (warning,) = proof.warnings
    for part in ("chatgpt: on 1 day", "over 10 times", "(20)", "~201", "2026-03-06", "(fix: "):
        assert part in warning
    assert f"doubtful: {warning}" in str(proof)


def test_a_doubtful_day_is_kept_warned_of_and_not_an_error(world: World) -> None:
    at = "2026-03-01T10:00:00.000Z"
    logs.rollout(
        world.home, 1, logs.meta(1, at), logs.turn(at), logs.used(at, (9, 0, 1), (9, 0, 1))
    )
    assert world("collect", "--tz", "UTC")[0] == GOOD
    for tokens, warnings in ((100, 0), (101, 1)):
        many = chatgpt("h", node("h", None, "assistant", hello(tokens), "2026-03-01T12:00:00Z"))
        file = export(world.folder / f"{tokens}.json", {**many, "update_time": tokens})
        assert world("import", file)[0] == GOOD
        code, out, _ = world("verify", "--json")
        told = json.loads(out)
        assert (code, told["ok"], len(told["warnings"])) == (GOOD, True, warnings)
        assert told["sources"]["chatgpt"]["tokens"] == tokens
        assert ("doubtful: chatgpt" in world("verify")[1]) is bool(warnings)


# Views ---------------------------------------------------------------------------------------


def test_explaining_a_day_tells_both_figures_the_range_and_how_they_came_about(
    measured: Path,
) -> None:
    imported(measured, export(measured.with_name("all.json"), TALK, CHAT))
    for estimate, shown in (("visible", (3, 124)), ("processed", (8, 171))):
        burn = recall(measured, now=NOW, estimate=estimate)  # type: ignore[arg-type]
        found = explain_day(burn, date(2026, 3, 2))
        text = str(found)
        for line in (
            f"chatgpt: ~{shown[0]:,} tokens, estimated, 1 call",
            "  between 3 and 8",
            "  visible 3: the text of each message, once",
            "  processed 8: with the conversation sent again at every turn",
            "  2 messages counted by o200k_base",
            f"claude_chat: ~{shown[1]:,} tokens, estimated, 1 call",
            "  between 115 and 189",
            "  visible 124: the text of each message, once",
            "  processed 171: with the conversation sent again at every turn",
        ):
            assert f"\n{line}\n" in text, line
        assert "× 1.18 (1.10–1.30) prose" in text
        assert "Claude to 4.6" in text
        assert "read from published counts" in text
        parts: Any = found.as_dict()["sources"]
        assert (parts["chatgpt"]["visible"], parts["chatgpt"]["processed"]) == (3, 8)
        assert (parts["codex"]["visible"], parts["codex"]["processed"]) == (None, None)


@pytest.mark.parametrize("name", ["heatmap", "trend", "drivers", "equivalents", "table", "page"])
def test_every_view_marks_what_is_estimated_and_gives_its_range(measured: Path, name: str) -> None:
    burn = imported(measured, export(measured.with_name("all.json"), TALK, CHAT))
    view: Any = getattr(burnlib, name)
    more = {} if name == "page" else {"range": "all"}
    shown = view(burn.rows, today=date(2026, 3, 5), **more)
    # Low 6 + 44 + 3 + 115, high 8 + 52 + 8 + 189.
    ranged = re.compile(r"180 (estimated )?\(168 to 257\)")
    assert ranged.search(shown.html() if name == "page" else shown.svg())
    text = " ".join(shown.text(color="", width=100).split())
    assert ranged.search(text) or (name == "drivers" and "8% estimated" in text)


def test_the_estimated_part_of_a_day_is_a_hole_in_its_square(measured: Path) -> None:
    def squares(**more: Any) -> list[str]:
        rows = recall(measured, now=NOW).rows
        picture = burnlib.heatmap(rows, range="all", today=date(2026, 3, 5), **more).svg()
        marks = [mark for mark in ET.fromstring(picture).iter() if len(mark)]
        return [
            str(mark.findtext("{*}title")).partition(":")[0]
            for mark in marks
            if mark.get("fill-rule") == "evenodd" and mark.get("d", "").count("M") == 2
        ]

    assert squares() == []
    imported(measured, export(measured.with_name("all.json"), TALK, CHAT))
    assert squares() == ["Sun 1 Mar 2026", "Mon 2 Mar 2026"]
    assert squares(basis="exact") == []


# Privacy -------------------------------------------------------------------------------------

CANARIES = {
    what: f"zq{what}canary"
    for what in (
        "title", "text", "answer", "thought", "tool", "result", "name", "email", "file",
        "extracted", "project", "instructions", "memory", "damaged", "summary", "design",
    )
}  # fmt: skip


def telling() -> Path:
    """An export, in the working folder, that says all it knows."""
    c = CANARIES
    at = "2026-03-01T12:00:00Z"
    gpt = chatgpt(
        "g",
        node("u", None, "user", c["text"], at),
        node(
            *("i", "u", "user", "", at),
            content={
                "content_type": "user_editable_context",
                "user_profile": c["name"],
                "user_instructions": c["instructions"],
            },
            metadata={"attachments": [{"name": c["file"], "id": c["file"]}]},
        ),
        node("a", "i", "assistant", c["answer"], at),
        node("t", "a", "tool", c["result"], at, author={"role": "tool", "name": c["tool"]}),
        title=c["title"],
        gizmo_id=c["project"],
        workspace=c["name"],
    )
    blocks = [
        {"type": "thinking", "thinking": c["thought"]},
        {"type": "tool_use", "name": c["tool"], "input": {"q": c["tool"]}},
        {"type": "tool_result", "content": [{"type": "text", "text": c["result"]}]},
        {"type": "text", "text": c["answer"]},
    ]
    attachment = {"file_name": c["file"], "extracted_content": c["extracted"]}
    chat = claude(
        "c",
        said("h", "human", c["text"], at, attachments=[attachment], files=[attachment]),
        said("b", "assistant", c["answer"], at, content=blocks),
        name=c["title"],
        summary=c["summary"],
        account={"uuid": c["name"], "email_address": c["email"]},
        project={"name": c["project"]},
    )
    broken = f'{{"mapping": {{"x": {c["damaged"]}}}, "title": "{c["title"]}"}}'
    whole = ", ".join(map(json.dumps, (gpt, chat)))
    path = Path("export.zip")
    return zipped(
        path,
        {
            "conversations.json": f"[{whole}, {broken}, {json.dumps({'title': c['title']})}]",
            "user.json": json.dumps({"email": c["email"], "name": c["name"]}),
            "users.json": json.dumps([{"email_address": c["email"]}]),
            "memories.json": json.dumps([{"memory": c["memory"]}]),
            "projects.json": json.dumps([{"name": c["project"]}]),
            "design_chats/x.json": json.dumps({"title": c["design"]}),
            "chat.html": c["text"],
        },
    )


@pytest.mark.parametrize("terminal", [False, True], ids=["piped", "terminal"])
def test_no_word_of_a_conversation_leaves_the_export(world: World, *, terminal: bool) -> None:
    before = set(world.folder.rglob("*"))
    path = telling()
    packed = path.read_bytes()
    said_aloud = b""
    if terminal:
        said_aloud += on_a_terminal("import", path, folder=world.folder)[1]
    for arguments in (
        ["import", path, "--tz", "UTC"],
        ["import", path, "--json", "-o", "more.json"],
        ["show"],
        ["verify"],
        ["verify", "--json"],
        ["explain", "2026-03-01"],
        ["explain", "2026-03-01", "--json", "--estimate", "processed"],
        ["doctor"],
        ["calibrate", "--tokens", "5", path],
        *(["render", "page", "-o", "page.html"], ["render", "heatmap", "-o", "heatmap.svg"]),
    ):
        code, out, err = world(*arguments)
        assert code in (GOOD, PARTIAL, WRONG_USE)
        said_aloud += (out + err).encode()
    path.unlink()
    written = {file for file in world.folder.rglob("*") if file.is_file()} - before
    assert {"archive.db", "daily-burn.json", "page.html", "heatmap.svg", "more.json"} <= {
        file.name for file in written
    }
    assert CANARIES["title"].encode() not in packed, "it is compressed, so it would not be found"
    with Archive(world.data / "archive.db") as store:
        assert len(list(store.uses())) > 5, "something was read at all"
        # With the archive open, its journal is beside it.
        held = b"".join(file.read_bytes() for file in (world.folder / "data").rglob("*.db*"))
    held += b"".join(file.read_bytes() for file in written)
    for what, word in CANARIES.items():
        assert word.encode() not in held, what
        assert word.encode() not in said_aloud, what


def on_a_terminal(*arguments: str | Path, folder: Path) -> tuple[int, bytes]:
    """Run ``burn`` with its standard error on a terminal: exit code, and what was shown there."""
    master, slave = pty.openpty()
    env = {**environment(folder), "TERM": "xterm", "COLUMNS": "200"}
    with burn_process(*arguments, env=env, stderr=slave, cwd=folder) as process:
        os.close(slave)
        shown = b""
        try:
            while piece := os.read(master, 65536):
                shown += piece
        except OSError:  # how Linux says that nobody is at the other end any more
            pass
        process.communicate(timeout=60)
    os.close(master)
    return process.returncode, shown


# Wrong use and bad files ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["import"],
        ["import", "--nonsense", "good.json"],
        ["import", "good.json", "--estimate", "nonsense"],
        ["import", "good.json", "--tz", "Mars/Olympus"],
        ["import", "missing.json"],
        ["import", "good.json", "missing.zip"],
        ["import", "missing.zip", "good.json"],
        ["import", "nothing"],
        ["import", "nothing", "good.json"],
        ["import", "good.json", ""],
        ["import", "good.json", "nul\0"],
        ["import", "dangling.json"],
    ],
    ids=repr,
)
def test_wrong_use_ends_with_two_before_anything_is_read(
    world: World, arguments: list[str]
) -> None:
    export(world.folder / "good.json", TALK)
    (world.folder / "nothing").mkdir()
    (world.folder / "nothing" / "notes.txt").write_text("[]")
    Path("dangling.json").symlink_to("missing.json")
    before = world.listing()
    code, out, err = world(*arguments)
    assert (code, out) == (WRONG_USE, "")
    assert err.splitlines()[-1].startswith("burn")
    assert "(fix: " in err
    assert world.listing() == before, "no empty archive is left behind"


def test_a_missing_file_and_a_folder_without_exports_are_named(world: World) -> None:
    (world.folder / "nothing").mkdir()
    assert "burn: gone.zip: does not exist (fix: " in world.refused(WRONG_USE, "import", "gone.zip")
    assert "burn: nothing: holds no export (fix: " in world.refused(WRONG_USE, "import", "nothing")


CUT_OFF = json.dumps([TALK, CHAT])[:-200]

# Files that are no whole export: what they are, what is said of them, what of TALK and CHAT counts.
BAD: dict[str, tuple[str, bytes, str, int]] = {
    "html": ("chat.html", b"<html><body>hello</body></html>", "is HTML", 0),
    "nothing": ("a.json", b"", "is empty", 0),
    "text": ("a.json", b"Dear Sir or Madam", "neither a zip archive nor JSON", 0),
    "other objects": ("a.json", b'[{"a": 1}, {"b": 2}]', "2 objects of no known product", 0),
    "numbers": ("a.json", b"[1, 2]", "a number where an object should be", 0),
    "cut off": ("a.json", CUT_OFF.encode(), "is cut off after 1 whole record", 9),
    "not a zip": ("a.zip", b"PK\3\4 and nothing else", "", 0),
    "damaged": (
        "a.json",
        f'[{json.dumps(TALK)}, {{"mapping": {{"x": nonsense}}}}, {json.dumps(CHAT)}]'.encode(),
        "record 2",
        9 + 171,
    ),
    "goes on": ("a.json", json.dumps([TALK]).encode() + b"[]", "goes on behind its end", 9),
    "no message": ("a.json", b'[{"id": "g", "mapping": {"a": 1}}]', "without messages", 0),
}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
def test_a_bad_file_ends_with_four_in_one_line_and_the_good_ones_count(
    world: World, kind: str, *, first: bool
) -> None:
    name, content, said_of_it, counted = BAD[kind]
    bad = world.folder / "bad" / name
    bad.parent.mkdir()
    bad.write_bytes(content)
    good = chatgpt("h", node("h-u", None, "user", hello(7), "2026-03-01T10:00:00Z"))
    files = [bad, export(world.folder / "good.json", good)]
    code, out, err = world("import", *(files if first else reversed(files)), "--json")
    assert code == PARTIAL
    (line,) = err.splitlines()
    assert line.startswith("burn: import: ")
    assert name in line
    assert said_of_it in line
    assert "(fix: " in line
    told = json.loads(out)
    assert (told["total"], told["files"]) == (7 + counted, 2)
    (problem,) = told["problems"]
    assert (problem["source"], bool(problem["message"])) == ("import", True)
    assert bool(problem["hint"])
    assert world("verify")[0] == GOOD


@pytest.mark.parametrize("kind", [kind for kind, (*_, counted) in BAD.items() if not counted])
def test_a_first_import_without_anything_to_keep_leaves_no_archive_behind(
    world: World, kind: str
) -> None:
    name, content, *_ = BAD[kind]
    Path(name).write_bytes(content)
    assert world("import", name)[0] == PARTIAL
    assert world.listing() == {name}


@pytest.mark.parametrize("text", ["[]", '{"conversations": []}'])
def test_an_empty_export_ends_with_three_and_says_so(world: World, text: str) -> None:
    Path("empty.json").write_text(text)
    code, out, err = world("import", "empty.json")
    assert code == NOTHING_TO_READ
    (line,) = err.splitlines()
    assert re.fullmatch(r"burn: no conversations found in empty.json \(fix: .+\)", line)
    code, out, _ = world("import", "empty.json", "--json")
    told = json.loads(out)
    assert code == NOTHING_TO_READ
    assert (told["files"], told["days"], told["rows"], told["problems"]) == (1, 0, None, [])
    assert world.listing() == {"empty.json"}
    # With something in the archive, an empty export is a warning: there are rows to write.
    export(world.folder / "all.json", TALK)
    assert world("import", "all.json")[0] == GOOD
    code, _, err = world("import", "empty.json")
    assert (code, len(err.splitlines())) == (GOOD, 1)
    assert "the 2 days in the archive are unchanged" in err


def test_conversations_without_text_end_with_three(world: World) -> None:
    export(world.folder / "all.json", chatgpt("g"))
    code, _, err = world("import", "all.json")
    assert (code, err) == (NOTHING_TO_READ, "")


def test_an_export_that_was_cut_off_is_completed_by_the_whole_one(world: World) -> None:
    file = world.folder / "conversations.json"
    file.write_text(CUT_OFF)
    for _ in range(2):  # it is not taken for known
        code, out, err = world("import", file, "--json", "--tz", "UTC")
        told = json.loads(out)
        assert (code, told["total"], told["unchanged"]) == (PARTIAL, 9, 0)
    export(file, TALK, CHAT)
    code, _, err = world("import", file, "--json")
    assert (code, err) == (GOOD, "")
    found = json.loads((world.data / "daily-burn.json").read_text())
    assert found == written(VISIBLE["UTC"], "UTC")


def test_a_zip_of_both_products_counts_both_once(world: World) -> None:
    zipped(world.folder / "both.zip", {"a/conversations.json": [TALK],
                                       "b/conversations.json": [CHAT]})  # fmt: skip
    code, out, err = world("import", "both.zip", "--json", "--tz", "UTC")
    assert (code, err) == (GOOD, "")
    assert json.loads(out)["conversations"] == {"chatgpt": 1, "claude_chat": 1}
    found = json.loads((world.data / "daily-burn.json").read_text())
    assert found == written(VISIBLE["UTC"], "UTC")


def test_a_zip_with_one_damaged_document_is_read_again_as_a_whole(world: World) -> None:
    entries = {"conversations-000.json": json.dumps([TALK]), "conversations-001.json": CUT_OFF}
    zipped(world.folder / "both.zip", entries)
    for _ in range(2):
        code, out, _ = world("import", "both.zip", "--json")
        told = json.loads(out)
        assert (code, told["total"], told["unchanged"]) == (PARTIAL, 9, 0)


def test_json_tells_what_was_read_and_what_it_comes_to(world: World) -> None:
    export(world.folder / "all.json", TALK, CHAT)
    code, out, err = world("import", "all.json", "--json", "--tz", "UTC")
    assert (code, err) == (GOOD, "")
    assert json.loads(out) == {
        "files": 1,
        "unchanged": 0,
        "conversations": {"chatgpt": 1, "claude_chat": 1},
        "left_out": {},
        "messages": {"chatgpt": 5, "claude_chat": 4},
        "days": 2,
        "total": TOTAL,
        "exact": 0,
        "estimated": TOTAL,
        "rows": str(world.data / "daily-burn.json"),
        "archive": str(world.data / "archive.db"),
        "problems": [],
    }
    again = json.loads(world("import", "all.json", "--json")[1])
    assert (again["unchanged"], again["conversations"], again["total"]) == (1, {}, TOTAL)


# A bad world ---------------------------------------------------------------------------------


def test_a_file_that_may_not_be_read_is_a_problem_and_the_rest_counts(world: World) -> None:
    shut = export(world.folder / "shut.json", TALK)
    shut.chmod(0)
    good = export(world.folder / "good.json", CHAT)
    env = environment(world.folder)
    code, out, err = burn("import", shut, good, "--json", env=env, preexec_fn=fakes.mortal)
    assert code == PARTIAL
    (line,) = err.splitlines()
    assert f"{shut}: cannot be opened: Permission denied" in line
    assert json.loads(out)["total"] == 47 + 124


@pytest.mark.parametrize("there", [True, False], ids=["archive", "no archive"])
def test_an_archive_that_cannot_be_written_is_named_and_what_it_held_stays(
    world: World, *, there: bool
) -> None:
    good = export(world.folder / "good.json", TALK)
    archive = world.folder / "shut" / "archive.db"
    archive.parent.mkdir()
    if there:
        assert world("import", good, "--archive", archive)[0] == GOOD
        export(good, CHAT)
    for path in (archive, archive.parent):
        if path.exists():
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o222)
    before = {path: path.read_bytes() for path in archive.parent.iterdir()}
    env = environment(world.folder)
    code, out, err = burn("import", good, "--archive", archive, env=env, preexec_fn=fakes.mortal)
    archive.parent.chmod(0o700)
    assert (code, out) == (PARTIAL if there else WRONG_USE, "")
    (line,) = err.splitlines()
    assert line.startswith(f"burn: {archive}: ")
    assert "(fix: " in line
    assert {path: path.read_bytes() for path in archive.parent.iterdir()} == before


def many(count: int, *, start: int = 0) -> list[Json]:
    """Conversations of one message of one token each."""
    at = "2026-03-01T10:00:00Z"
    return [chatgpt(f"t{n}", node(f"m{n}", None, "user", "hello", at))
            for n in range(start, start + count)]  # fmt: skip


def test_no_room_for_the_archive_keeps_what_it_held_and_another_run_completes_it(
    world: World,
) -> None:
    first = export(world.folder / "first.json", *many(10))
    assert world("import", first)[0] == GOOD
    rest = export(world.folder / "rest.json", *many(2000, start=10))
    env = environment(world.folder)
    code, out, err = burn("import", rest, env=env, preexec_fn=may_not_grow(100_000))
    assert (code, out) == (PARTIAL, "")
    (line,) = err.splitlines()
    assert line.startswith(f"burn: {world.data}/archive.db: ")
    assert "(fix: " in line
    assert json.loads(world("show", "--json")[1])[0]["total"] == 10
    assert world("verify")[0] == GOOD
    assert json.loads(world("import", rest, "--json")[1])["total"] == 2010


def test_two_products_in_one_file_are_kept_together_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With the first alone kept, the file would be taken for known, and the second never be read.
    file = export(tmp_path / "all.json", TALK, CHAT)
    write, written_so_far = Archive.write, []

    def fails_the_second_time(self: Archive, told: Any) -> None:
        (one,) = told
        written_so_far.append(one.record.source)
        if len(written_so_far) == 2:
            raise sqlite3.OperationalError("database or disk is full")
        write(self, told)

    monkeypatch.setattr(Archive, "write", fails_the_second_time)
    with pytest.raises(ArchiveNotWritten):
        imported(tmp_path / "archive.db", file)
    assert sorted(written_so_far) == ["chatgpt", "claude_chat"]
    monkeypatch.undo()
    assert rows(imported(tmp_path / "archive.db", file)) == written(VISIBLE["UTC"], "UTC")


def test_ctrl_c_keeps_what_was_read_and_running_again_completes_it(
    world: World, site: Path
) -> None:
    install(site, "burn-slow", {"slow_chat": "chats:Slow"})
    first = export(world.folder / "first.json", CHAT)
    second = export(world.folder / "second.json", TALK, {"slow": "s"}, *many(3))
    env = environment(world.folder, site, FAKE_PAUSE="20")
    arguments = ("import", first, second, "--tz", "UTC")
    with burn_process(*arguments, env=env, start_new_session=True, cwd=world.folder) as process:
        wait_for(world.folder / "reading")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (INTERRUPTED, b"")
    assert err.decode().strip() == "burn: interrupted; what was read so far is kept"
    kept = json.loads(world("show", "--json")[1])
    assert kept == written(VISIBLE["UTC"], "UTC")
    code, text, _ = burn(*arguments, "--json", env=environment(world.folder, site))
    told = json.loads(text)
    assert (code, told["unchanged"], told["total"]) == (GOOD, 1, TOTAL + 1 + 3)


@pytest.mark.parametrize("fault", ["reading", "method", "naive", "old"])
def test_a_fault_of_somebody_elses_source_costs_one_conversation(
    world: World, site: Path, fault: str
) -> None:
    install(site, "burn-failing", {"failing_chat": "chats:Failing"})
    export(world.folder / "all.json", TALK, {"fails": fault}, CHAT)
    code, out, err = world("import", "all.json", "--json")
    assert code == PARTIAL
    assert len(err.splitlines()) == 1
    assert "all.json" in err
    assert json.loads(out)["total"] == TOTAL


def test_without_a_tokenizer_nothing_is_read_and_one_line_says_what_to_install(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(texts: Sequence[str], encoding: str) -> list[int]:
        raise MissingDependency("counting needs tiktoken", hint="pip install tiktoken")

    monkeypatch.setattr("burnlib._counting.count_each", missing)
    export(world.folder / "all.json", TALK, CHAT)
    line = world.refused(WRONG_USE, "import", "all.json")
    assert "fix: pip install tiktoken" in line
    assert world.listing() == {"all.json"}


def test_a_text_that_cannot_be_counted_costs_one_conversation(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(texts: Sequence[str], encoding: str) -> list[int]:
        if "one two three" in texts:
            raise BurnlibError("tiktoken failed", where=encoding, hint="upgrade it")
        return count_each(texts, encoding)

    monkeypatch.setattr("burnlib._counting.count_each", failing)
    export(world.folder / "all.json", TALK, CHAT)
    code, out, err = world("import", "all.json", "--json", "--tz", "UTC")
    assert code == PARTIAL
    assert err == "burn: import: all.json: o200k_base: tiktoken failed (fix: upgrade it)\n"
    assert json.loads(out)["total"] == 47 + 124


# Progress, network, memory -------------------------------------------------------------------


def test_a_bar_is_drawn_on_a_terminal_and_nowhere_else(world: World) -> None:
    talks = [TALK, *many(50)]
    zipped(world.folder / "my_export.zip", {"conversations.json": talks})
    export(world.folder / "other_export.json", *talks)
    code, shown = on_a_terminal("import", "my_export.zip", "other_export.json", folder=world.folder)
    text = shown.decode()
    assert code == GOOD, text
    assert "my_export.zip: conversations.json" in text
    assert "other_export.json" in text
    assert "100%" in text
    assert "burn:" not in text
    code, out, err = burn("import", "other_export.json", "--archive", "b.db",
                          env=environment(world.folder), cwd=world.folder)  # fmt: skip
    assert (code, err) == (GOOD, "")
    assert "%" not in out


@pytest.mark.parametrize("packed", [True, False], ids=["zip", "json"])
def test_progress_grows_to_the_size_of_each_document(tmp_path: Path, *, packed: bool) -> None:
    content = json.dumps(many(3000))
    file = tmp_path / ("a.zip" if packed else "a.json")
    zipped(file, {"conversations.json": content}) if packed else file.write_text(content)
    told: list[tuple[str, int, int]] = []
    burn = imported(tmp_path / "a.db", file, progress=lambda *it: told.append(it))
    assert burn.problems == ()
    assert {name for name, *_ in told} == {"a.zip: conversations.json" if packed else "a.json"}
    done = [bytes_read for _, bytes_read, _ in told]
    assert done == sorted(done)
    assert len(set(done)) > 1
    assert (done[-1], {size for *_, size in told}) == (len(content), {len(content)})


_ALONE = """
import sys
WATCHED = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "urllib.")
def refuse(event, details):
    if event.startswith(WATCHED):
        raise RuntimeError(f"{event}: {details}")
sys.addaudithook(refuse)
import socket
def no_network(*_, **__):
    raise RuntimeError("network")
socket.socket = socket.create_connection = socket.getaddrinfo = no_network
from burnlib.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_importing_uses_no_network_and_starts_no_process(world: World) -> None:
    zipped(world.folder / "all.zip", {"conversations.json": [TALK, CHAT]})
    # The vocabularies are in the package, whatever the variables of tiktoken say.
    env = environment(world.folder, TIKTOKEN_CACHE_DIR=str(world.folder / "none"))
    done = subprocess.run(
        [sys.executable, "-c", _ALONE, "import", "all.zip", "--json"],
        env=env,
        cwd=world.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (GOOD, "")
    assert json.loads(done.stdout)["total"] == TOTAL
    assert not (world.folder / "none").exists()


_MEASURED = """
import resource, sys
from burnlib._import import import_files
found = import_files(sys.argv[2:], archive=sys.argv[1], tz="UTC")
assert not found.problems, found.problems
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
if sys.platform == "linux":  # where that of the process before exec() counts, too
    status = open("/proc/self/status").read()
    peak = int(status.partition("VmHWM:")[2].split()[0])
print(found.rows.total, peak // (1 if sys.platform != "darwin" else 1024))
"""

MIB = 1 << 20


def heavy(path: Path, size: int) -> int:
    """Write an export of about *size* bytes, most of it metadata; return its tokens."""
    padding = {"metadata": {"citations": ["x" * 100] * 80}, "author": {"role": "user"}}
    tokens = 0
    with path.open("w") as file:
        file.write("[")
        while file.tell() < size:
            at = f"2026-03-01T10:{tokens // 60 % 60:02}:{tokens % 60:02}Z"
            nodes = [node(f"{tokens}-{n}", None, "user", "hello", at, **padding) for n in range(20)]
            file.write(f"{', ' if tokens else ''}{json.dumps(chatgpt(f't{tokens}', *nodes))}")
            tokens += 20
        file.write("]")
    return tokens


@pytest.mark.parametrize("packed", [True, False], ids=["zip", "json"])
def test_memory_is_that_of_one_conversation_however_large_the_export_is(
    tmp_path: Path, *, packed: bool
) -> None:
    file = tmp_path / "conversations.json"
    tokens = heavy(file, 60 * MIB)
    if packed:
        content, file = file, tmp_path / "export.zip"
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.write(content, "conversations.json")
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(tmp_path / "archive.db"), str(file)],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    total, kib = map(int, done.stdout.split())
    assert total == tokens
    assert kib * 1024 < 300 * MIB
