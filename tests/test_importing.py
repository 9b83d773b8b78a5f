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
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import burnlib
import fakes
import logs
from burnlib._explain import explain_day
from burnlib._import import Imported, import_files
from burnlib._reconcile import reconcile
from burnlib.archive import Archive
from burnlib.errors import InvalidInput, NotFound
from burnlib.history import recall
from burnlib.ledger import Ledger
from burnlib.model import DailyRow, Estimate, Fidelity, SourceDay
from burnlib.tokenizer import count_tokens
from chats import Json, chatgpt, claude, export, hello, node, said, zipped
from core_strategies import few
from fakes import ROOT, burn, burn_process, environment, install
from test_cli import (
    GOOD,
    INTERRUPTED,
    NOT_ADDING_UP,
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

# An answer that was still being written, under the id of the whole one, and one that was deleted
# since: the later version holds, and what was deleted was used all the same.
CUT = (
    GPT_OLD[0],
    node("g-a1", "g-u1", "assistant", "one", "2026-03-01T18:40:00Z"),
    node("g-x", "g-u1", "assistant", "hello", "2026-03-01T18:41:00Z"),
)
CUT_TALK = chatgpt("g", *CUT, updated="2026-03-01T18:40:30Z")
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


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=str)
def test_a_longer_version_of_an_answer_replaces_it_and_what_was_deleted_stays(
    tmp_path: Path, order: Sequence[int]
) -> None:
    files = export(tmp_path / "old.json", CUT_TALK), export(tmp_path / "new.json", OLD_TALK)
    # u1 2 + a1 3, not 1 + x 1; processed: a1 2 + 3, x 2 + 1.
    found = chatgpt_rows(*(files[index] for index in order), archive=tmp_path / "archive.db")
    assert found == [[6, 6, 8, 2]]


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
    assert len(list(other.events())) == 5 + 4


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
    assert [estimated[day] for day in list(EXACT)[2:]] == [0, 0, 0]


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
    logs.rollout(world.home, 1, logs.meta(1, at), logs.turn(at), logs.used(at, (9, 0, 1), (9, 0, 1)))
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
        assert "published measurements" in text
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
    ranged = re.compile(r"180 \(168 to 257\)|180\s+estimated\s+\(168\s+to\s+257\)")
    assert ranged.search(shown.text(color="", width=100))
    assert ranged.search(shown.html() if name == "page" else shown.svg())


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
