"""Claude.ai exports: one test for each way in which they mislead. All of it is made up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnlib.errors import LogFormatError
from burnlib.estimating import Method
from burnlib.model import Fidelity, UsageEvent
from burnlib.sources.claude_chat import ClaudeChat
from burnlib.sources.conversations import Conversation, ExportSource
from chats import uses_of

ASSET = "image, sound or file, no text in the export"
UNKNOWN = "content of an unknown kind"
DAMAGED = "damaged message"
TOOL = "use of a tool, not in the export"

NOON = "2026-03-01T12:00:00.591852Z"
AT = datetime(2026, 3, 1, 12, microsecond=591852, tzinfo=UTC)
ROOT = "00000000-0000-4000-8000-000000000000"
PLACEHOLDER = "This block is not supported on your current device yet."

Json = dict[str, Any]


def said(
    uuid: str, sender: str = "human", text: str | None = "", *blocks: object, **more: Any
) -> Json:
    return {
        "uuid": uuid,
        "text": text,
        "content": list(blocks),
        "sender": sender,
        "created_at": NOON,
        "updated_at": NOON,
        "attachments": [],
        "files": [],
        **more,
    }


def block(kind: str, **more: Any) -> Json:
    return {"type": kind, "start_timestamp": NOON, "stop_timestamp": NOON, **more}


def words(text: object) -> Json:
    return block("text", text=text, citations=[])


def call(name: object, given: object) -> Json:
    return block("tool_use", name=name, input=given, message="Searching")


def result(*content: object) -> Json:
    return block("tool_result", name="search", content=list(content), is_error=False)


def read(*messages: object, **more: Any) -> Conversation:
    talk = {
        "uuid": "talk",
        "name": "Secret name",
        "summary": "Secret summary",
        "created_at": NOON,
        "updated_at": NOON,
        "account": {"uuid": "secret-account"},
        "chat_messages": list(messages),
        **more,
    }
    found = ClaudeChat().conversation(talk)
    assert found is not None
    return found


PLAIN = Method(name="plain", encoding="o200k_base", window=1_000_000)


def uses(talk: Conversation) -> dict[str, UsageEvent]:
    """Name of the step to its use, at four characters a token and a ratio of one."""
    events, _ = uses_of(
        talk,
        source="claude_chat",
        method=lambda _model, _at: PLAIN,
        count=lambda text, _name: -(-len(text) // 4),
    )
    return {event.id.removeprefix(f"{talk.id}/"): event for event in events}


def visible(talk: Conversation) -> tuple[int, int]:
    found = uses(talk).values()
    return sum(e.counts.input for e in found), sum(e.counts.output for e in found)


def resent(talk: Conversation) -> int:
    return sum(event.processed.input for event in uses(talk).values() if event.processed)


def texts(talk: Conversation) -> list[str]:
    return [text for message in talk.messages for text in message.texts]


def test_it_is_a_source_of_exports_and_its_counts_are_estimates() -> None:
    source = ClaudeChat()
    assert isinstance(source, ExportSource)
    assert (source.name, source.fidelity) == ("claude_chat", Fidelity.ESTIMATED)
    assert (source.api_version, source.revision) == (1, 1)


@pytest.mark.parametrize("other", [{}, {"mapping": {}}, {"chat_messages": None}])
def test_an_object_without_a_list_of_messages_is_not_of_claude(other: Json) -> None:
    assert ClaudeChat().conversation(other) is None


# Text once.


@pytest.mark.parametrize(
    ("message", "tokens"),
    [
        (said("u", "human", "abcd", words("abcd")), 1),
        (said("u", "human", "", words("abcdefgh")), 2),
        (said("u", "human", "abcdefgh"), 2),
        (said("u", "human", "abcdefgh", words("")), 2),
        (said("u", "human", "abcdefgh", words(None)), 2),
        (said("u", "human", "abcd\nefgh", words("abcd"), words("efgh")), 2),
        (said("u", "human", "abcd", content=None), 1),
        (said("u", "human", "", content="abcd"), 1),
        (said("u", "human", "abcd", "abcd"), 1),
        (said("u", text=None), 0),
    ],
)
def test_a_text_that_is_told_twice_counts_once(message: Json, tokens: int) -> None:
    talk = read(message)
    assert visible(talk) == (tokens, 0)
    assert talk.left_out == {}


def test_the_text_of_an_attachment_is_input_and_files_are_only_names() -> None:
    talk = read(
        said(
            "u",
            "human",
            "hi",
            attachments=[
                {"file_name": "secret.txt", "extracted_content": "x" * 40},
                {"file_name": "empty.txt", "extracted_content": ""},
                {"file_name": "lost.txt"},
                7,
            ],
            files=[{"file_name": "a.png"}, {"file_name": "b.pdf"}],
        )
    )
    assert visible(talk) == (1 + 10, 0)
    assert talk.left_out == {ASSET: 3 + 2}


@pytest.mark.parametrize(
    "text",
    [
        f"Before.\n```\n{PLACEHOLDER}\n```\nAfter.",
        f"Before.\n```json\n{PLACEHOLDER}\n```\nAfter.",
        f"Before.\n{PLACEHOLDER}\nAfter.",
    ],
)
def test_the_note_that_old_exports_have_for_a_tool_is_not_what_claude_wrote(text: str) -> None:
    talk = read(said("a", "assistant", text))
    assert [part.split() for part in texts(talk)] == [["Before.", "After."]]
    assert talk.left_out == {TOOL: 1}


def test_a_message_that_is_nothing_but_such_notes_has_no_text() -> None:
    talk = read(said("a", "assistant", f"```\n{PLACEHOLDER}\n```\n\n```\n{PLACEHOLDER}\n```\n"))
    assert texts(talk) == []
    assert talk.left_out == {TOOL: 2}


def test_nothing_is_missing_where_the_tools_are_told_as_blocks() -> None:
    talk = read(said("a", "assistant", f"```\n{PLACEHOLDER}\n```\nDone", call("f", {})))
    assert texts(talk) == ["Done"]
    assert talk.left_out == {}


def test_what_a_human_quotes_stays() -> None:
    assert texts(read(said("u", "human", PLACEHOLDER))) == [PLACEHOLDER]


# Blocks.


def test_thinking_and_what_goes_to_a_tool_are_output() -> None:
    talk = read(
        said(
            "a",
            "assistant",
            "Hello",
            block("thinking", thinking="t" * 8, summaries=[{"summary": "never counted"}]),
            call("web_search", {"query": "söme", "n": [1, 2]}),
            words("Hello"),
        )
    )
    (message,) = talk.messages
    assert (message.id, message.side) == ("a", "output")
    assert list(message.texts) == ["t" * 8, "Hello"]
    assert list(message.code) == ["web_search", '{"query":"söme","n":[1,2]}']


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [("f", None, ["f"]), (None, {}, ["", "{}"]), (7, "x", ["", '"x"']), ("f", [], ["f", "[]"])],
)
def test_odd_calls_of_a_tool_are_counted_as_far_as_they_go(
    name: object, given: object, code: list[str]
) -> None:
    (message,) = read(said("a", "assistant", "", call(name, given))).messages
    assert [part for part in message.code if part] == [part for part in code if part]


def test_a_call_that_is_nested_too_deeply_is_left_out_by_name() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    talk = read(said("a", "assistant", "", call("f", deep), words("after")))
    assert texts(talk) == ["after"]
    assert talk.left_out == {UNKNOWN: 1}


def test_what_follows_the_result_of_a_tool_is_a_turn_of_its_own() -> None:
    talk = read(
        said("u", "human", "a" * 4),
        said(
            "a",
            "assistant",
            "never read",
            words("b" * 8),
            call("f" * 4, None),
            result({"type": "text", "text": "c" * 12}),
            result({"type": "text", "text": "d" * 4}),
            words("e" * 16),
        ),
        said("u2", "human", "f" * 4),
        said("a2", "assistant", "g" * 4),
    )
    found = uses(talk)
    assert {name: (e.counts.input, e.counts.output, e.calls) for name, e in found.items()} == {
        "u": (1, 0, 0),
        "a": (0, 2 + 1, 1),
        "a#1": (3 + 1, 0, 0),
        "a#2": (0, 4, 1),
        "u2": (1, 0, 0),
        "a2": (0, 1, 1),
    }
    assert resent(talk) == 1 + (1 + 3 + 4) + (1 + 3 + 4 + 4 + 1)


def test_a_result_without_text_begins_a_turn_all_the_same() -> None:
    talk = read(said("a", "assistant", "", words("a" * 4), result(), words("b" * 8)))
    assert [(m.id, m.parent, m.side) for m in talk.messages] == [
        ("a", "", "output"), ("a#1", "a", "input"), ("a#2", "a#1", "output"),
    ]  # fmt: skip
    assert sum(event.calls for event in uses(talk).values()) == 2


def test_without_text_blocks_the_text_follows_the_steps() -> None:
    talk = read(said("a", "assistant", "answer", call("f", {}), result("found")))
    assert [(m.side, list(m.texts)) for m in talk.messages] == [
        ("output", []), ("input", ["found"]), ("output", ["answer"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "expected", "left_out"),
    [
        ([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], ["a", "b"], {}),
        ("all of it", ["all of it"], {}),
        (["bare"], ["bare"], {}),
        ({"type": "text", "text": "a"}, ["a"], {}),
        ([{"type": "knowledge", "title": "t", "url": "u", "text": "page"}], ["page"], {}),
        ([{"type": "image", "file_uuid": "f"}], [], {ASSET: 1}),
        ([{"type": "brand_new"}, 7, {"type": "text", "text": []}], [], {UNKNOWN: 3}),
        ([None, {"type": "text", "text": None}], [], {}),
        (None, [], {}),
    ],
)
def test_the_result_of_a_tool_is_input_in_every_form(
    content: object, expected: list[str], left_out: Json
) -> None:
    talk = read(said("a", "assistant", "", block("tool_result", content=content)))
    (message,) = talk.messages
    assert (message.side, list(message.texts), talk.left_out) == ("input", expected, left_out)


@pytest.mark.parametrize(
    ("odd", "expected", "left_out"),
    [
        (block("token_budget", text="no"), [], {}),
        (block("flag", text="no"), [], {}),
        (block("voice_note", title="t", text="spoken"), ["spoken"], {}),
        (block("voice_note", title="t"), [], {ASSET: 1}),
        (block("image", source={}), [], {ASSET: 1}),
        (block("brand_new", text="new"), ["new"], {}),
        (block("brand_new"), [], {UNKNOWN: 1}),
        (block("thinking", thinking=["x"]), [], {UNKNOWN: 1}),
        (block("text", text=7), [], {UNKNOWN: 1}),
        ({"text": "no type"}, ["no type"], {}),
        ({"type": ["text"], "text": "odd type"}, ["odd type"], {}),
        ({}, [], {UNKNOWN: 1}),
        (7, [], {UNKNOWN: 1}),
        (None, [], {}),
    ],
)
@pytest.mark.parametrize("sender", ["human", "assistant"])
def test_every_kind_of_block_counts_or_is_named(
    odd: object, expected: list[str], left_out: Json, sender: str
) -> None:
    talk = read(said("m", sender, "", odd))
    assert texts(talk) == expected
    assert talk.left_out == left_out


@pytest.mark.parametrize("sender", ["human", "system", None, 7])
def test_whoever_is_not_the_assistant_sends(sender: Any) -> None:
    assert [m.side for m in read(said("u", sender, "a")).messages] == ["input"]


# Order and branches.


def at(minute: int) -> str:
    return f"2026-03-01T12:{minute:02}:00Z"


def line(talk: Conversation) -> list[str]:
    """The ids from the first message on, each followed by the one that names it as its parent."""
    after = {message.parent: message.id for message in talk.messages}
    assert len(after) == len(talk.messages)
    found = []
    step = ""
    while step in after:
        step = after[step]
        found.append(step)
    return found


def test_without_parents_it_is_a_line_by_time_and_equal_times_keep_their_order() -> None:
    talk = read(
        said("c", created_at=at(2)),
        said("d", created_at=at(2)),
        said("a", created_at=at(0)),
        said("b", created_at=at(1)),
    )
    assert line(talk) == ["a", "b", "c", "d"]


def test_a_message_without_a_time_stays_behind_the_one_before_it() -> None:
    talk = read(
        said("first", created_at=None),
        said("c", created_at=at(2)),
        said("d", created_at="2026"),
        said("a", created_at=at(1)),
        said("b", created_at=None),
    )
    assert line(talk) == ["first", "a", "b", "c", "d"]


def test_with_parents_it_is_a_tree_and_all_branches_count() -> None:
    talk = read(
        said("a2", "assistant", "c" * 20, parent_message_uuid="u1"),
        said("u1", "human", "a" * 8, parent_message_uuid=ROOT),
        said("a1", "assistant", "b" * 12, parent_message_uuid="u1"),
        current_leaf_message_uuid="a2",
    )
    assert visible(talk) == (2, 3 + 5)
    assert resent(talk) == 2 + 2


def test_what_follows_a_message_of_several_steps_follows_its_last_step() -> None:
    talk = read(
        said("u2", "human", "x", parent_message_uuid="a"),
        said("a", "assistant", "", words("b"), result("c"), parent_message_uuid="u1"),
        said("u1", "human", "a"),
    )
    assert {m.id: m.parent for m in talk.messages} == {
        "u1": "", "a": "u1", "a#1": "a", "u2": "a#1",
    }  # fmt: skip


def test_a_circle_ends_and_each_of_its_messages_counts_once() -> None:
    talk = read(
        said("a", "assistant", "", words("b" * 4), result("c" * 4), parent_message_uuid="u"),
        said("u", "human", "a" * 8, parent_message_uuid="a"),
        said("self", "human", "a" * 4, parent_message_uuid="self"),
    )
    assert visible(talk) == (2 + 1 + 1, 1)


def test_a_message_that_is_there_twice_counts_once() -> None:
    talk = read(said("u", "human", "a" * 8), said("a", "assistant", "b"), said("u", "human", "c"))
    assert line(talk) == ["u", "a"]
    assert visible(talk) == (2, 1)


def test_messages_without_an_id_are_all_counted() -> None:
    talk = read(said("", "human", "a" * 8), said("", "assistant", "b" * 4), {"text": "c" * 4})
    assert visible(talk) == (3, 1)
    assert line(talk) == ["message 0", "message 1", "message 2"]


def test_a_picture_alone_is_sent_and_answered() -> None:
    talk = read(
        said("u1", "human", "a" * 4),
        said("a1", "assistant", "b" * 8),
        said("u2", files=[{"file_name": "a.png"}]),
        said("a2", "assistant", "c" * 4),
    )
    assert sum(event.calls for event in uses(talk).values()) == 2
    assert resent(talk) == 1 + (1 + 2)


def test_a_line_of_a_hundred_thousand_is_read() -> None:
    talk = read(*(said(f"m{n}", text="abcd") for n in range(100_000)))
    assert len(line(talk)) == 100_000


# Instants, identity, privacy, damage.


def test_times_are_read_to_the_microsecond() -> None:
    talk = read(said("u"), updated_at="2026-03-02T00:00:00.000001Z")
    assert (talk.started, talk.messages[0].at) == (AT, AT)
    assert talk.updated == datetime(2026, 3, 2, microsecond=1, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", [None, 7, "", "yesterday", "2026-03-01T12:00:00", "0001-01-01", {}]
)
def test_a_damaged_time_is_no_time(value: object) -> None:
    talk = read(said("u", created_at=value), created_at=value, updated_at=value)
    assert (talk.started, talk.updated, talk.messages[0].at) == (None, None, None)


def test_without_an_id_the_same_conversation_gets_the_same_one_and_another_another() -> None:
    messages = [said("u", "human", "a"), said("\ud800", "assistant", "b")]
    first = read(*messages, uuid=None).id
    assert len(first) == 64
    assert read(*reversed(messages), uuid="", name="Other").id == first
    assert read(messages[0], uuid=None).id != first
    assert read(*messages, uuid=None, created_at=at(1)).id != first


def test_no_name_no_summary_and_no_account_is_kept() -> None:
    talk = read(said("u", "human", "a", attachments=[{"file_name": "secret.txt"}]))
    assert "ecret" not in repr(talk) + repr(uses(talk))


def test_a_damaged_message_is_counted_and_the_rest_is_read() -> None:
    talk = read(None, said("u", "human", "a" * 8), 7, "words")
    assert visible(talk) == (2, 0)
    assert talk.left_out == {DAMAGED: 3}


def test_a_conversation_without_any_message_in_its_list_is_an_error_with_a_fix() -> None:
    with pytest.raises(LogFormatError, match=r"^talk: .*none of 2 entries.*\(fix: .*new export"):
        read(1, "x")
    assert uses(read()) == {}


# Models and methods.


def test_the_model_is_the_message_s_else_the_conversation_s_else_unknown() -> None:
    messages = [
        said("u", "human", "a", model="not-mine"),
        said("a", "assistant", "b", model="claude-opus-4-7"),
    ]
    assert [message.model for message in read(*messages).messages] == ["", "claude-opus-4-7"]
    assert [event.model for event in uses(read(*messages)).values()] == ["claude-opus-4-7"] * 2
    lone = said("u", "human", "a")
    assert uses(read(lone, model="claude-sonnet-5"))["u"].model == "claude-sonnet-5"
    assert uses(read(lone, model=7))["u"].model == ""


OLDER, NEWER, UNSURE = "Claude to 4.6", "Claude from 4.7", "Claude of unknown version"
RELEASE = datetime(2026, 4, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("model", "name", "window"),
    [
        ("claude-instant-1", OLDER, 100_000),
        ("claude-instant-1.2", OLDER, 100_000),
        ("claude-2", OLDER, 100_000),
        ("claude-2.0", OLDER, 100_000),
        ("claude-2.1", OLDER, 200_000),
        ("claude-3-opus-20240229", OLDER, 200_000),
        ("claude-3-5-sonnet-20241022", OLDER, 200_000),
        ("claude-3-7-sonnet-latest", OLDER, 200_000),
        ("claude-opus-4-20250514", OLDER, 200_000),
        ("claude-opus-4-1-20250805", OLDER, 200_000),
        ("claude-sonnet-4-5-20250929", OLDER, 200_000),
        ("claude-haiku-4-5-20251001", OLDER, 200_000),
        ("claude-haiku-4-9", OLDER, 200_000),
        ("claude-opus-4-6", OLDER, 500_000),
        ("claude-sonnet-4-6", OLDER, 500_000),
        ("claude-opus-4-7", NEWER, 500_000),
        ("claude-opus-4-8[1m]", NEWER, 500_000),
        ("anthropic/claude-opus-4.7", NEWER, 500_000),
        ("Claude Opus 4.7", NEWER, 500_000),
        ("claude-opus-4-10", NEWER, 200_000),
        ("claude-opus-5", NEWER, 200_000),
        ("claude-sonnet-5", NEWER, 1_000_000),
        ("claude-sonnet-5-20260630", NEWER, 1_000_000),
        ("claude-haiku-5", NEWER, 200_000),
        ("claude-fable-5", NEWER, 200_000),
        ("claude-mythos-5", NEWER, 200_000),
        ("claude-mythos-preview", NEWER, 200_000),
        ("claude-brand-new-6", NEWER, 200_000),
    ],
)
@pytest.mark.parametrize("at", [RELEASE - timedelta(days=400), RELEASE + timedelta(days=400)])
def test_a_model_s_version_tells_its_tokenizer_and_its_window_at_any_time(
    model: str, name: str, window: int, at: datetime
) -> None:
    method = ClaudeChat().method(model, at)
    assert (method.name, method.window, method.assumed) == (name, window, "")


@pytest.mark.parametrize("model", ["", "claude", "claude-opus", "gpt-4", "claude-20250929"])
def test_without_a_version_only_a_date_before_the_newer_tokenizer_tells(model: str) -> None:
    before = ClaudeChat().method(model, RELEASE - timedelta(microseconds=1))
    assert (before.name, before.assumed) == (OLDER, "")
    after = ClaudeChat().method(model, RELEASE)
    assert after.name == UNSURE
    assert after.assumed.startswith("tokenizer assumed: ")


@pytest.mark.parametrize(
    ("name", "prose", "code", "cjk"),
    [
        (OLDER, (1100, 1180, 1300), (1100, 1200, 1350), (1300, 1450, 1600)),
        (NEWER, (1350, 1530, 1750), (1250, 1500, 1750), (1300, 1450, 1600)),
        (UNSURE, (1100, 1355, 1750), (1100, 1350, 1750), (1300, 1450, 1600)),
    ],
)
def test_the_ratios_of_each_tokenizer(
    name: str, prose: tuple[int, ...], code: tuple[int, ...], cjk: tuple[int, ...]
) -> None:
    model = {OLDER: "claude-2.1", NEWER: "claude-opus-4-7", UNSURE: ""}[name]
    method = ClaudeChat().method(model, RELEASE)
    found = [(r.low, r.mid, r.high) for r in (method.prose, method.code, method.cjk)]
    assert found == [prose, code, cjk]
    assert (method.name, method.encoding) == (name, "o200k_base")
    assert "read from published counts, November 2026" in str(method)


def test_a_method_is_made_once() -> None:
    first = ClaudeChat().method("claude-opus-4-7", RELEASE)
    assert ClaudeChat().method("claude-opus-4-7", RELEASE + timedelta(days=1)) is first


def test_the_code_of_an_answer_has_the_ratio_of_code_and_its_prose_that_of_prose() -> None:
    source = ClaudeChat()
    talk = read(said("a", "assistant", "p" * 4_000, call("", "c" * 3_998)), model="claude-opus-4-7")
    ((event,), _) = uses_of(
        talk,
        source=source.name,
        method=source.method,
        count=lambda text, _name: -(-len(text) // 4),
    )
    # 1,000 tokens of each, times 1.53 (1.35–1.75) and 1.50 (1.25–1.75).
    assert (event.low, event.counts.output, event.high) == (2_600, 3_030, 3_500)


# Laws.

anything = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=5),
        st.sampled_from(
            ["a", "b", "human", "assistant", "text", "thinking", "tool_use", "tool_result", NOON]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    *("uuid", "text", "content", "sender", "created_at", "attachments", "files"),
                    *("parent_message_uuid", "type", "thinking", "name", "input", "model"),
                ]
            ),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=25,
)


@given(
    messages=st.lists(anything, max_size=4),
    rest=st.dictionaries(st.sampled_from(["uuid", "created_at", "updated_at", "model"]), anything),
)
def test_whatever_stands_in_an_export_it_is_read_or_refused_in_words(
    messages: list[object], rest: Json
) -> None:
    try:
        talk = ClaudeChat().conversation({"chat_messages": messages, **rest})
    except LogFormatError:
        assert messages
        assert not any(isinstance(message, dict) for message in messages)
        return
    assert talk is not None
    assert all(count > 0 for count in talk.left_out.values())
    assert all(message.id for message in talk.messages)
    uses(talk)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["human", "assistant"]),
            st.lists(
                st.tuples(st.sampled_from(["say", "think", "ask", "hear"]), st.text(max_size=9)),
                max_size=5,
            ),
        ),
        max_size=5,
    )
)
def test_every_character_is_counted_once_and_on_its_side(
    talk: list[tuple[str, list[tuple[str, str]]]],
) -> None:
    make: dict[str, Callable[[str], Json]] = {
        "say": words,
        "think": lambda text: block("thinking", thinking=text),
        "ask": lambda text: call(text, None),
        "hear": lambda text: result({"type": "text", "text": text}),
    }
    messages = [
        said(f"m{number}", sender, "", *(make[kind](text) for kind, text in blocks))
        for number, (sender, blocks) in enumerate(talk)
    ]
    expected: dict[str, Counter[str]] = {"input": Counter(), "output": Counter()}
    for sender, blocks in talk:
        for kind, text in blocks:
            wrote = sender == "assistant" and kind != "hear"
            expected["output" if wrote else "input"].update(text)
    found: dict[str, Counter[str]] = {"input": Counter(), "output": Counter()}
    for message in read(*json.loads(json.dumps(messages))).messages:
        found[message.side].update("".join([*message.texts, *message.code]))
    assert found == expected
