"""The numbers and messages of the pages about chats are those of the program."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

import burnlib
from burnlib._calibrate import calibrate_by_conversation
from burnlib.errors import LogFormatError
from burnlib.estimating import Method, Ratio
from burnlib.exports import MOST_IN_ONE_RECORD, records
from burnlib.normalize import DATED_AHEAD
from burnlib.sources import claude_chat, conversations, turns
from burnlib.sources.chatgpt import ChatGPT
from burnlib.sources.claude_chat import ClaudeChat
from pages import DOCS, blocks, sections, tables

PAGE = DOCS / "explanation" / "estimates.md"
HOW_TO = DOCS / "how-to" / "import-your-chats.md"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOW = datetime(2026, 3, 3, tzinfo=UTC)

Step = tuple[str, str, bool, int]
"""(message, the one that it follows, whether the model wrote it, tokens of o200k_base)"""


def section_tables(page: Path, name: str) -> list[list[dict[str, str]]]:
    """The tables of a section, each row by the names of its columns."""
    return [
        [dict(zip(head, row, strict=True)) for row in rows]
        for head, *rows in tables(sections(page, "##")[name])
    ]


def number(text: str) -> int:
    return int(text.replace(",", "") or 0)


def text_of(tokens: int) -> str:
    """A common word is one token, and so is each with a space before it."""
    return " ".join(["word"] * tokens)


def at(minute: int) -> float:
    return NOON.timestamp() + 60 * minute


def chatgpt(steps: Sequence[Step], model: str = "gpt-4o") -> dict[str, object]:
    return {
        "id": "talk",
        "create_time": at(0),
        "mapping": {
            name: {
                "parent": parent or None,
                "children": [],
                "message": {
                    "id": name,
                    "author": {"role": "assistant" if wrote else "user"},
                    "create_time": at(minute),
                    "content": {"content_type": "text", "parts": [text_of(tokens)]},
                    "metadata": {"model_slug": model} if wrote else {},
                },
            }
            for minute, (name, parent, wrote, tokens) in enumerate(steps)
        },
    }


def claude(steps: Sequence[Step]) -> dict[str, object]:
    return {
        "uuid": "talk",
        "chat_messages": [
            {
                "uuid": name,
                "parent_message_uuid": parent or "00000000-0000-4000-8000-000000000000",
                "sender": "assistant" if wrote else "human",
                "created_at": datetime.fromtimestamp(at(minute), UTC).isoformat(),
                "text": text_of(tokens),
            }
            for minute, (name, parent, wrote, tokens) in enumerate(steps)
        ],
    }


def imported(folder: Path, record: Mapping[str, object]) -> burnlib.Imported:
    file = folder / "conversations.json"
    file.write_text(json.dumps([record]), encoding="utf-8")
    found = burnlib.import_files([file], archive=folder / "a.db", tz="UTC", now=NOW)
    assert not found.problems
    return found


def processed(history: burnlib.History) -> int:
    again = burnlib.recall(history.archive, now=NOW, estimate="processed")
    assert burnlib.reconcile(again).ok
    return again.rows.total


[_EXAMPLE] = section_tables(PAGE, "An example to add up")
[_RATIO] = section_tables(PAGE, "Ratios")
STEPS = [
    (row["message"], row["follows"], row["by"] == "model", number(row["tokens"]))
    for row in _EXAMPLE[:-1]
]


@pytest.mark.parametrize("table", [_EXAMPLE, _RATIO])
def test_the_columns_of_an_example_add_up_to_its_last_line(table: list[dict[str, str]]) -> None:
    *rows, total = table
    assert total["message"] == "*sum*"
    for column in set(total) - {"message", "follows", "by"}:
        assert sum(number(row[column]) for row in rows) == number(total[column])


def test_the_example_is_counted_message_by_message_as_it_says(tmp_path: Path) -> None:
    found = imported(tmp_path, chatgpt(STEPS))
    events = {event.id.removeprefix("talk/"): event for event in found.events()}
    assert len(events) == 5
    for row in _EXAMPLE[:-1]:
        event = events[row["message"]]
        assert event.processed
        assert event.counts.total == number(row["visible"])
        assert event.processed.input == number(row["read"])
        assert event.processed.output == number(row["written"])
    assert burnlib.dumps(found.rows) == blocks(PAGE, "json")[0].text
    assert processed(found) == 104


def test_the_example_of_claude_has_the_ends_and_sums_that_the_page_adds_up(tmp_path: Path) -> None:
    found = imported(tmp_path, claude(STEPS))
    events = {event.id.removeprefix("talk/"): event for event in found.events()}
    for row in _RATIO[:-1]:
        event = events[row["message"]]
        ends = (event.low, event.counts.total, event.high)
        assert ends == tuple(number(row[column]) for column in ("low", "visible", "high"))
    [day] = [row.sources["claude_chat"] for row in found.rows]
    assert (day.low, day.tokens, day.high) == (64, 71, 140)
    assert processed(found) == 122
    text = sections(PAGE, "##")["Ratios"]
    assert "= 122." in text
    assert "= 140." in text
    assert "says 71, from 64 to 140" in text


def test_prose_and_code_of_one_message_are_added_and_rounded_once(tmp_path: Path) -> None:
    code = "```" + text_of(19)  # a fence is one token
    talk = claude([("q", "", False, 10)])
    [message] = talk["chat_messages"]  # type: ignore[misc]
    message["text"] = f"{text_of(9)}\n{code}"  # and so is the end of a line
    [event] = imported(tmp_path, talk).events()
    assert event.counts.total == 36


def test_the_calibration_of_the_example_gives_the_tokens_that_are_known(tmp_path: Path) -> None:
    first = imported(tmp_path, claude(STEPS))
    file = tmp_path / "conversations.json"
    [calibration] = calibrate_by_conversation(file, 75, archive=first.archive)
    assert calibration.factor == Ratio(992, 1056, 1120)
    found = imported(tmp_path, claude(STEPS))
    assert {e.id.removeprefix("talk/"): e.counts.total for e in found.events()} == {
        "q1": 10, "a1": 15, "q2": 5, "a2": 20, "a3": 25,
    }  # fmt: skip
    assert found.rows.total == 75
    text = sections(PAGE, "##")["Calibration"]
    assert "75 ÷ 71 = 1.056, from 0.99 to 1.12" in text
    assert "10 + 15 + 5 + 20 + 25" in text


def test_the_table_of_growth_is_what_such_conversations_come_to(tmp_path: Path) -> None:
    [rows] = section_tables(PAGE, "How it grows")
    assert [number(row["turns"]) for row in rows] == [1, 5, 10, 20, 50]
    for row in rows:
        steps: list[Step] = []
        for turn in range(number(row["turns"])):
            steps.append((f"q{turn}", f"a{turn - 1}" if turn else "", False, 100))
            steps.append((f"a{turn}", f"q{turn}", True, 400))
        folder = tmp_path / row["turns"]
        folder.mkdir()
        found = imported(folder, chatgpt(steps))
        assert found.rows.total == number(row["visible"])
        assert processed(found) == number(row["processed"])
        ratio = number(row["processed"]) / number(row["visible"])
        assert f"{ratio:.1f}" == row["processed ÷ visible"]


# Methods and windows ---------------------------------------------------------------------------

_METHODS: Mapping[str, Sequence[Method]] = {
    "ChatGPT to GPT-4 Turbo": [
        ChatGPT().method(model, NOON) for model in ("gpt-3.5-turbo", "gpt-4", "gpt-4-turbo")
    ],
    "ChatGPT from GPT-4o, to GPT-5": [
        ChatGPT().method(model, NOON) for model in ("gpt-4o", "gpt-4-5", "o1", "o4-mini", "gpt-5-2")
    ],
    "ChatGPT of unknown version": [ChatGPT().method(model, NOON) for model in ("", "gpt-7", "odd")],
    "Claude to 4.6": [
        ClaudeChat().method("claude-opus-4-6", NOON),
        ClaudeChat().method("", datetime(2026, 4, 15, 23, 59, tzinfo=UTC)),
    ],
    "Claude from 4.7": [
        ClaudeChat().method(model, NOON) for model in ("claude-opus-4-7", "claude-sonnet-5")
    ],
    "Claude of unknown version": [ClaudeChat().method("", datetime(2026, 4, 16, tzinfo=UTC))],
}


def ratio(cell: str) -> Ratio:
    """Read "1", or "1.18 (1.10–1.30)"."""
    mid, *ends = (round(1000 * float(part)) for part in re.findall(r"[0-9.]+", cell))
    return Ratio(*[ends[0], mid, ends[1]] if ends else [mid, mid, mid])


def test_every_method_has_the_tokenizer_and_the_ratios_of_its_line() -> None:
    rows = section_tables(PAGE, "Methods")[0]
    assert {row["method"] for row in rows} == set(_METHODS)
    for row in rows:
        for method in _METHODS[row["method"]]:
            assert method.encoding == row["tokenizer"].strip("`")
            for kind in ("prose", "code", "CJK"):
                assert getattr(method, kind.lower()) == ratio(row[kind]), (row["method"], kind)


_WINDOWS = {
    "GPT-4": ["gpt-4"],
    "GPT-3.5": ["gpt-3.5-turbo", "text-davinci-002-render-sha"],
    "GPT-4 32k": ["gpt-4-32k"],
    "GPT-4 Turbo, GPT-4o, GPT-4.5, o1-mini, o1-preview, unknown ones of ChatGPT": [
        *("gpt-4-turbo", "gpt-4o", "gpt-4-5", "o1-mini", "o1-preview", "", "gpt-7"),
    ],
    "o1, o3, o4": ["o1", "o3", "o4-mini"],
    "GPT-5": ["gpt-5", "gpt-5-1-thinking"],
    "GPT-4.1": ["gpt-4-1"],
    "Claude 2.0, Claude Instant": ["claude-2.0", "claude-instant-1.2"],
    "Claude Opus 4.6, 4.7 and 4.8, Sonnet 4.6": [
        *("claude-opus-4-6", "claude-opus-4-7", "claude-opus-4-8", "claude-sonnet-4-6"),
    ],
    "Claude Sonnet 5": ["claude-sonnet-5"],
    "all other and unknown ones of Claude": ["claude-3-5-sonnet-20241022", "claude-2.1", "claude"],
}


def test_every_window_is_that_of_its_line() -> None:
    [rows] = section_tables(PAGE, "Windows")
    assert [row["models"] for row in rows] == list(_WINDOWS)
    for row in rows:
        for model in _WINDOWS[row["models"]]:
            source = ClaudeChat() if "claude" in model else ChatGPT()
            assert source.method(model, NOON).window == number(row["window"]), model


# What goes wrong -------------------------------------------------------------------------------


def packed(members: Mapping[str, str | bytes], *, flags: int = 0) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    found = bytearray(file.getvalue())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found[found.index(mark) + offset] |= flags
    return bytes(found)


_TALK = json.dumps(claude([("q", "", False, 3), ("a", "q", True, 4)]))
_INNER = packed({"conversations.json": f"[{_TALK}]"})
# Message to the name of a file, what is in it, and the tokens of what can be read of it.
_DAMAGED: Mapping[str, tuple[str, str | bytes, int]] = {
    "is HTML": ("chat.html", "<html></html>", 0),
    "holds no conversations, but …": ("export.zip", packed({"users.json": "[]"}), 0),
    "is an archive within an archive, which is not opened": (
        "export.zip",
        packed({"conversations.json": f"[{_TALK}]", "part.zip": _INNER}),
        9,
    ),
    "is encrypted": ("export.zip", packed({"conversations.json": "[]"}, flags=1), 0),
    "is a zip archive that is cut off or damaged": ("export.zip", _INNER[:-40], 0),
    "is cut off after … whole records": ("c.json", f"[{_TALK}, {_TALK}, {_TALK[:90]}", 9),
    "is still changing": ("export.zip.crdownload", _INNER, 0),
    "is not JSON that can be read": ("c.json", f'[{{"uuid": }}, {_TALK}]', 9),
    "… of no known product": ("c.json", f'[{{"some": "thing"}}, {_TALK}]', 9),
    "a conversation without messages": ("c.json", '[{"uuid": "c", "chat_messages": ["?"]}]', 0),
    "holds the days that burn has counted": ("d.json", '[{"date": "2026-03-02", "total": 0}]', 0),
}
_LARGE = "has … characters, more than 33,554,432, and is left out"


def test_the_table_of_what_goes_wrong_has_every_message_below() -> None:
    messages, _ = section_tables(HOW_TO, "When something is wrong")
    assert {row["message"].strip("`") for row in messages} == {*_DAMAGED, _LARGE}


@pytest.mark.parametrize("message", _DAMAGED)
def test_a_message_in_the_table_is_what_an_import_of_such_a_file_says(
    message: str, tmp_path: Path
) -> None:
    name, content, tokens = _DAMAGED[message]
    file = tmp_path / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    found = burnlib.import_files([file], archive=tmp_path / "a.db", tz="UTC", now=NOW)
    [problem] = found.problems
    assert re.match(re.escape(message).replace("…", ".+"), problem.message)
    assert problem.hint
    assert found.rows.total == tokens  # what is whole is counted all the same


def test_a_conversation_that_is_too_large_is_told_as_the_table_says() -> None:
    assert f"{MOST_IN_ONE_RECORD:,}" == "33,554,432"
    file = io.BytesIO(f"[{_TALK}]".encode())
    [error] = records(file, where="c.json", most=100)
    assert isinstance(error, LogFormatError)
    expected = _LARGE.replace("33,554,432", "100").replace("…", f"{len(_TALK):,}")
    assert error.message == expected


def test_every_reason_for_having_no_text_is_explained_and_no_other() -> None:
    _, reasons = section_tables(HOW_TO, "When something is wrong")
    assert {row["reason"].strip("`") for row in reasons} == {
        conversations.ASSET,
        conversations.DAMAGED,
        conversations.UNKNOWN,
        claude_chat._TOOL,
        turns._NO_TIME,
        f"message {DATED_AHEAD}",
    }
