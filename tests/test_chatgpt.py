"""ChatGPT exports: one test for each way in which they mislead. All of it is made up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnlib.errors import LogFormatError
from burnlib.model import Fidelity, UsageEvent
from burnlib.sources.chatgpt import ChatGPT
from burnlib.sources.conversations import Conversation, ExportSource, Message
from chats import uses_of

ASSET = "image, sound or file, no text in the export"
UNKNOWN = "content of an unknown kind"
DAMAGED = "damaged message"

# 2026-03-01, 12:00:00 UTC, and one hour and one day later.
NOON, ONE, TOMORROW = 1_772_366_400.0, 1_772_370_000.0, 1_772_452_800.0
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)

Json = dict[str, Any]


def text(*parts: object) -> Json:
    return {"content_type": "text", "parts": list(parts)}


def node(
    key: str, parent: str | None, role: str = "user", content: object = None, **more: Any
) -> tuple[str, Json]:
    """A node whose message has the id of the node; without content it has no message."""
    message = {
        "id": key,
        "author": {"role": role, "name": None, "metadata": {}},
        "create_time": NOON,
        "content": text(content) if isinstance(content, str) else content,
        "weight": 1.0,
        "metadata": {},
        **more,
    }
    told = None if content is None and not more else message
    return key, {"id": key, "message": told, "parent": parent, "children": []}


def record(*nodes: tuple[str, Json], **more: Any) -> Json:
    base = {
        "conversation_id": "talk",
        "title": "Secret title",
        "create_time": NOON,
        "update_time": ONE,
        "current_node": nodes[-1][0] if nodes else None,
        "default_model_slug": "auto",
        "mapping": dict(nodes),
    }
    return {**base, **more}


def read(*nodes: tuple[str, Json], **more: Any) -> Conversation:
    talk = ChatGPT().conversation(record(*nodes, **more))
    assert talk is not None
    return talk


def uses(talk: Conversation) -> dict[str, UsageEvent]:
    """Name of the message to its use, at four characters a token."""
    source = ChatGPT()
    events, _ = uses_of(
        talk, source=source.name, method=source.method, count=lambda text, _name: -(-len(text) // 4)
    )
    return {event.id.removeprefix(f"{talk.id}/"): event for event in events}


def visible(*nodes: tuple[str, Json], **more: Any) -> tuple[int, int]:
    found = uses(read(*nodes, **more)).values()
    return sum(e.counts.input for e in found), sum(e.counts.output for e in found)


def resent(*nodes: tuple[str, Json], **more: Any) -> int:
    found = uses(read(*nodes, **more)).values()
    return sum(event.processed.input for event in found if event.processed)


def one(content: object, role: str = "assistant", **more: Any) -> tuple[Message, Mapping[str, int]]:
    """The message with *content*, and what was left out."""
    talk = read(node("m", None, role, content, **{"status": "done", **more}))
    (message,) = talk.messages
    return message, talk.left_out


def test_it_is_a_source_of_exports_and_its_counts_are_estimates() -> None:
    source = ChatGPT()
    assert isinstance(source, ExportSource)
    assert (source.name, source.fidelity) == ("chatgpt", Fidelity.ESTIMATED)
    assert (source.api_version, source.revision) == (1, 1)


@pytest.mark.parametrize(
    "other", [{}, {"mapping": None}, {"mapping": []}, {"chat_messages": []}, {"mapping": "x"}]
)
def test_an_object_without_a_mapping_is_not_of_chatgpt(other: Json) -> None:
    assert ChatGPT().conversation(other) is None


# The tree.


def test_all_branches_count_and_not_only_the_one_that_is_shown() -> None:
    tree = [
        node("root", None),
        node("u1", "root", "user", "a" * 8),
        node("a1", "u1", "assistant", "b" * 12),
        node("a2", "u1", "assistant", "c" * 20),
    ]
    assert visible(*tree) == (2, 3 + 5)
    assert resent(*tree) == 2 + 2


def test_each_turn_reads_the_conversation_so_far() -> None:
    tree = [
        node("root", None),
        node("u1", "root", "user", "a" * 8),
        node("a1", "u1", "assistant", "b" * 12),
        node("u2", "a1", "user", "c" * 4),
        node("a2", "u2", "assistant", "d" * 16),
    ]
    assert visible(*tree) == (3, 7)
    assert resent(*tree) == 2 + (2 + 3 + 1)


def test_a_message_of_weight_zero_is_in_no_later_turn() -> None:
    tree = [
        node("u1", None, "user", "a" * 8),
        node("a1", "u1", "assistant", "b" * 12, weight=0.0),
        node("u2", "a1", "user", "c" * 4),
        node("a2", "u2", "assistant", "d" * 16),
    ]
    assert visible(*tree) == (3, 7)
    assert resent(*tree) == 2 + (2 + 1)


@pytest.mark.parametrize("weight", [1, 1.0, 0.5, None, "0", [], {}])
def test_any_other_weight_is_sent_again(weight: object) -> None:
    assert one(text("a"), weight=weight)[0].resent


def test_what_a_tool_printed_is_read_by_the_next_turn_and_written_by_no_model() -> None:
    tree = [
        node("u", None, "user", "a" * 4),
        node("call", "u", "assistant", {"content_type": "code", "text": "b" * 8}),
        node("out", "call", "tool", {"content_type": "execution_output", "text": "c" * 12}),
        node("a", "out", "assistant", "d" * 16),
    ]
    assert visible(*tree) == (1 + 3, 2 + 4)
    assert resent(*tree) == 1 + (1 + 2 + 3)
    assert [event.calls for event in uses(read(*tree)).values()] == [0, 1, 0, 1]


def test_links_go_by_the_keys_of_the_mapping_whatever_the_ids() -> None:
    tree = {
        "k1": {"id": "n1", "parent": None, "message": {"id": "m1", "content": text("a")}},
        "k2": {"id": "n2", "parent": "k1", "message": {"id": "m2", "content": text("b")}},
        "k3": {"id": "n3", "parent": "k2", "message": {"content": text("c")}},
        "k4": {"id": "n4", "parent": "k3", "message": None},
    }
    talk = read(mapping=tree)
    assert [(m.id, m.parent) for m in talk.messages] == [
        ("m1", ""), ("m2", "m1"), ("k3", "m2"), ("k4", "k3"),
    ]  # fmt: skip


def test_a_key_that_is_the_id_of_another_message_hides_neither() -> None:
    tree = {
        "b": {"message": None},
        "a": {"parent": "b", "message": {"id": "b", "content": text("x" * 8)}},
        "": {"parent": "a", "message": {"content": text("y" * 4)}},
    }
    talk = read(mapping=tree)
    assert [(m.id, m.parent) for m in talk.messages] == [
        ("node b", ""), ("b", "node b"), ("node ", "b"),
    ]  # fmt: skip
    assert visible(mapping=tree) == (3, 0)


@pytest.mark.parametrize("parent", [None, "nowhere", 5, ["u"], {}])
def test_a_lost_parent_is_taken_from_whoever_has_the_child(parent: object) -> None:
    tree = dict([node("u", None, "user", "a" * 8), node("a", "u", "assistant", "b" * 4)])
    tree["a"]["parent"] = parent
    assert [m.parent for m in read(mapping=tree).messages] == ["", ""]
    tree["u"]["children"] = [None, 3, "nowhere", {}, "a"]
    assert [m.parent for m in read(mapping=tree).messages] == ["", "u"]


def test_the_parent_that_a_node_names_wins_over_a_list_of_children() -> None:
    tree = dict([node("x", None), node("u", None, "user", "a"), node("a", "u", "assistant", "b")])
    tree["x"]["children"] = ["a", "u"]
    assert {m.id: m.parent for m in read(mapping=tree).messages} == {"x": "", "u": "x", "a": "u"}


def test_a_circle_ends_and_each_of_its_messages_counts_once() -> None:
    tree = [
        node("u", "a", "user", "a" * 8),
        node("a", "u", "assistant", "b" * 12),
        node("self", "self", "user", "c" * 4),
    ]
    assert visible(*tree) == (3, 3)


def test_a_chain_of_a_hundred_thousand_is_read() -> None:
    tree = [node(f"n{n}", f"n{n - 1}", "user", "abcd") for n in range(100_000)]
    assert len(read(*tree).messages) == 100_000


# Who wrote what.

THOUGHTS = [{"summary": "Plan", "content": "First this.", "chunks": ["First this."]}]

KINDS = [
    (text("one", "two"), ["one", "two"]),
    (text(""), []),
    (text(), []),
    (text(None, "one"), ["one"]),
    ({"content_type": "text"}, []),
    ({"content_type": "text", "text": "one"}, ["one"]),
    ({"content_type": "text", "parts": "one"}, ["one"]),
    ({"content_type": "multimodal_text", "parts": ["one"]}, ["one"]),
    ({"content_type": "thoughts", "thoughts": THOUGHTS}, ["Plan", "First this."]),
    ({"content_type": "thoughts", "thoughts": None}, []),
    ({"content_type": "reasoning_recap", "content": "Thought for 12s"}, []),
    ({"content_type": "brand_new", "text": "one", "parts": ["two"]}, ["one"]),
    ({"content_type": "brand_new", "parts": ["one", "two"]}, ["one", "two"]),
    ("bare", ["bare"]),
    (None, []),
]


@pytest.mark.parametrize(("content", "texts"), KINDS)
@pytest.mark.parametrize(
    ("role", "side"),
    [("assistant", "output"), ("user", "input"), ("system", "input"), ("tool", "input")],
)
def test_what_an_assistant_wrote_is_output_and_all_else_is_input(
    content: object, texts: list[str], role: str, side: str
) -> None:
    message, left_out = one(content, role)
    assert (message.side, list(message.texts), list(message.code)) == (side, texts, [])
    assert left_out == {}


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        ({"content_type": "execution_output", "text": "4"}, ["4"]),
        ({"content_type": "system_error", "name": "Timeout", "text": "late"}, ["late"]),
        ({"content_type": "tether_quote", "url": "u", "title": "t", "text": "page"}, ["page"]),
        ({"content_type": "tether_browsing_display", "result": "page"}, ["page"]),
        ({"content_type": "tether_browsing_display", "result": None}, []),
        ({"content_type": "sonic_webpage", "text": "page", "url": "u"}, ["page"]),
        (
            {
                "content_type": "user_editable_context",
                "user_profile": "p",
                "user_instructions": "i",
            },
            ["p", "i"],
        ),
        ({"content_type": "model_editable_context", "model_set_context": "m"}, ["m"]),
    ],
)
@pytest.mark.parametrize("role", ["assistant", "tool"])
def test_what_was_retrieved_or_told_beforehand_is_input_whoever_is_named(
    content: object, texts: list[str], role: str
) -> None:
    message, left_out = one(content, role)
    assert (message.side, list(message.texts)) == ("input", texts)
    assert left_out == {}


def test_code_that_the_assistant_gave_to_a_tool_is_output_and_code() -> None:
    message, left_out = one({"content_type": "code", "language": "python", "text": "print(1)"})
    assert (message.side, list(message.texts), list(message.code)) == ("output", [], ["print(1)"])
    assert left_out == {}


@pytest.mark.parametrize("author", [None, "assistant", {}, {"role": None}, {"role": ["assistant"]}])
def test_a_damaged_author_is_not_the_assistant(author: object) -> None:
    assert one(text("a"), author=author)[0].side == "input"


def test_a_node_without_a_message_is_a_place_only() -> None:
    (message,) = read(node("client-created-root", None)).messages
    assert (message.side, list(message.texts), message.at) == ("", [], None)


# What has no text.

IMAGE = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-1"}
SOUND = {"content_type": "audio_asset_pointer", "asset_pointer": "sediment://file-2"}
VIDEO = {"content_type": "real_time_user_audio_video_asset_pointer"}
SPOKEN = {"content_type": "audio_transcription", "text": "hello", "direction": "in"}


def test_spoken_words_count_and_pictures_and_sound_are_left_out_by_name() -> None:
    parts = ["look", IMAGE, SOUND, VIDEO, SPOKEN]
    message, left_out = one({"content_type": "multimodal_text", "parts": parts}, "user")
    assert list(message.texts) == ["look", "hello"]
    assert left_out == {ASSET: 3}


@pytest.mark.parametrize(
    ("parts", "attachments", "expected"),
    [
        ([IMAGE], [{"id": "file-1"}], {ASSET: 1}),
        ([IMAGE], [{"id": "file-1"}, {"id": "file-3"}], {ASSET: 2}),
        (["read this"], [{"id": "file-3"}], {ASSET: 1}),
        (["read this"], None, {}),
        (["read this"], "file-3", {}),
    ],
)
def test_an_upload_is_left_out_once_though_it_is_told_twice(
    parts: list[object], attachments: object, expected: Mapping[str, int]
) -> None:
    content = {"content_type": "multimodal_text", "parts": parts}
    assert one(content, "user", metadata={"attachments": attachments})[1] == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"content_type": "brand_new", "stuff": 1}, 1),
        ({"content_type": "brand_new", "parts": [{"x": 1}, 7]}, 2),
        ({"content_type": "text", "parts": [{"x": 1}, 7, True, ["a"], "ok"]}, 4),
        ({"content_type": "text", "parts": {"x": 1}}, 1),
        ({"content_type": "code", "text": {"x": 1}}, 1),
        ({"content_type": ["text"], "parts": []}, 1),
        ({"content_type": "thoughts", "thoughts": [7, {"content": 7}]}, 2),
        ({}, 1),
        ([], 1),
        (7, 1),
    ],
)
def test_unknown_content_is_counted_as_that(content: object, expected: int) -> None:
    message, left_out = one(content)
    assert "".join(message.texts) in ("", "ok")
    assert left_out == {UNKNOWN: expected}


def test_a_damaged_node_or_message_is_counted_and_the_rest_is_read() -> None:
    tree: Json = dict([node("u", None, "user", "a" * 8), node("a", "u", "assistant", "b" * 4)])
    tree |= {"x": None, "y": 7, "z": {"message": "words", "parent": "a"}, "e": {"message": {}}}
    talk = read(mapping=tree)
    assert talk.left_out == {DAMAGED: 4}
    assert sum(event.counts.total for event in uses(talk).values()) == 3


def test_a_mapping_without_any_node_is_an_error_with_its_place_and_a_fix() -> None:
    with pytest.raises(LogFormatError, match=r"^talk: .*none of 2 entries.*\(fix: .*new export"):
        read(mapping={"a": 1, "b": "x"})


def test_an_empty_conversation_has_no_uses() -> None:
    assert uses(read()) == {}


# Instants.


@pytest.mark.parametrize(
    ("value", "at"),
    [
        (NOON, AT),
        (1_772_366_400, AT),
        (1_772_366_400.123456, AT.replace(microsecond=123456)),
        ("1772366400", AT),
        ("1772366400.5", AT.replace(microsecond=500_000)),
        (1_772_366_400_000, AT),
        ("1772366400000", AT),
        (None, None),
        (True, None),
        (0, None),
        (-1, None),
        (1e300, None),
        (10**400, None),
        (float("nan"), None),
        (float("inf"), None),
        ("", None),
        ("yesterday", None),
        ("٣" * 10, None),
        ("9" * 5_000, None),
        ([], None),
        ({}, None),
    ],
)
def test_a_time_is_seconds_or_milliseconds_and_anything_else_is_no_time(
    value: object, at: datetime | None
) -> None:
    assert one(text("a"), create_time=value)[0].at == at
    talk = read(create_time=value, update_time=value)
    assert (talk.started, talk.updated) == (at, at)


def test_a_conversation_knows_when_it_began_and_when_it_was_last_changed() -> None:
    talk = read()
    assert (talk.started, talk.updated) == (AT, AT.replace(hour=13))


def test_a_hidden_message_without_a_time_is_of_the_day_of_its_conversation() -> None:
    tree = [
        node("s", None, "system", "a" * 4, create_time=None),
        node("u", "s", "user", "b" * 4, create_time=TOMORROW),
        node("a", "u", "assistant", "c" * 4, create_time=None),
    ]
    found = uses(read(*tree))
    assert {name: event.at.day for name, event in found.items()} == {"s": 1, "u": 2, "a": 2}
    assert [name for name, event in found.items() if "dated by" in event.method] == ["s", "a"]


def test_a_conversation_that_goes_on_the_next_day_is_on_both_days() -> None:
    tree = [
        node("u", None, "user", "a" * 4),
        node("v", "u", "user", "b" * 8, create_time=TOMORROW),
    ]
    assert [(e.at.day, e.counts.total) for e in uses(read(*tree)).values()] == [(1, 1), (2, 2)]


# Identity and privacy.


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ({"conversation_id": "c", "id": "i"}, "c"),
        ({"conversation_id": None, "id": "i"}, "i"),
        ({"conversation_id": 7, "id": "i"}, "i"),
    ],
)
def test_a_conversation_has_its_own_id_under_either_name(ids: Json, expected: str) -> None:
    assert read(**ids).id == expected


def test_without_an_id_the_same_conversation_gets_the_same_one_and_another_another() -> None:
    nodes = [node("u", None, "user", "a"), node("a", "u", "assistant", "\ud800")]
    nameless = {"conversation_id": None}
    first = read(*nodes, **nameless).id
    assert len(first) == 64
    assert read(*reversed(nodes), **nameless, title="Other").id == first
    assert read(*nodes[:1], **nameless).id != first
    assert read(*nodes, **nameless, create_time=ONE).id != first


def test_no_title_and_no_name_is_kept() -> None:
    nodes = [node("u", None, "user", "a", author={"role": "user", "name": "Jo Doe"})]
    talk = read(*nodes, gizmo_id="g-secret", metadata={"mail": "jo@example.org"})
    kept = repr(talk) + repr(uses(talk))
    for word in ("Secret", "Doe", "g-secret", "example"):
        assert word not in kept


# Models.


def test_a_question_belongs_to_the_model_that_answered_it() -> None:
    tree = [
        node("u", None, "user", "a", metadata={"model_slug": None}),
        node("t", "u", "tool", "b", metadata={"model_slug": "not-mine"}),
        node("a", "t", "assistant", "c", metadata={"model_slug": "gpt-4o"}),
    ]
    assert [message.model for message in read(*tree).messages] == ["", "", "gpt-4o"]
    assert [event.model for event in uses(read(*tree)).values()] == ["gpt-4o"] * 3


@pytest.mark.parametrize(
    ("default", "slug", "expected"),
    [
        ("gpt-5", "gpt-4o", "gpt-4o"),
        ("gpt-5", None, "gpt-5"),
        ("gpt-5", "auto", "gpt-5"),
        ("auto", None, ""),
        (None, 7, ""),
        ({}, [], ""),
    ],
)
def test_auto_is_no_model(default: object, slug: object, expected: str) -> None:
    answer = node("a", None, "assistant", "a", metadata={"model_slug": slug})
    (event,) = uses(read(answer, default_model_slug=default)).values()
    assert event.model == expected


MODELS = [
    ("text-davinci-002-render", "cl100k_base", 16_385),
    ("text-davinci-002-render-sha", "cl100k_base", 16_385),
    ("text-davinci-002-render-sha-mobile", "cl100k_base", 16_385),
    ("gpt-3.5-turbo", "cl100k_base", 16_385),
    ("gpt-4", "cl100k_base", 8_192),
    ("GPT-4", "cl100k_base", 8_192),
    ("gpt-4-0613", "cl100k_base", 8_192),
    ("gpt-4-browsing", "cl100k_base", 8_192),
    ("gpt-4-code-interpreter", "cl100k_base", 8_192),
    ("gpt-4-dalle", "cl100k_base", 8_192),
    ("gpt-4-gizmo", "cl100k_base", 8_192),
    ("gpt-4-mobile", "cl100k_base", 8_192),
    ("gpt-4-plugins", "cl100k_base", 8_192),
    ("gpt-4-32k", "cl100k_base", 32_768),
    ("gpt-4-turbo", "cl100k_base", 128_000),
    ("gpt-4-turbo-2024-04-09", "cl100k_base", 128_000),
    # Not GPT-4.1, though it begins like it.
    ("gpt-4-1106-preview", "cl100k_base", 128_000),
    ("gpt-4-0125-preview", "cl100k_base", 128_000),
    ("gpt-4o", "o200k_base", 128_000),
    ("gpt-4o-mini", "o200k_base", 128_000),
    ("chatgpt-4o-latest", "o200k_base", 128_000),
    ("gpt-4-5", "o200k_base", 128_000),
    ("gpt-4.5-preview", "o200k_base", 128_000),
    ("gpt-4-1", "o200k_base", 1_047_576),
    ("gpt-4-1-mini", "o200k_base", 1_047_576),
    ("gpt-4.1", "o200k_base", 1_047_576),
    ("o1-preview", "o200k_base", 128_000),
    ("o1-mini", "o200k_base", 128_000),
    ("o1", "o200k_base", 200_000),
    ("o1-pro", "o200k_base", 200_000),
    ("o3-mini-high", "o200k_base", 200_000),
    ("o4-mini", "o200k_base", 200_000),
    ("gpt-5", "o200k_base", 400_000),
    ("gpt-5-t-mini", "o200k_base", 400_000),
    ("gpt-5-2-thinking", "o200k_base", 400_000),
    ("gpt-5.1", "o200k_base", 400_000),
]


@pytest.mark.parametrize(("model", "encoding", "window"), MODELS)
def test_a_known_model_is_counted_with_its_own_tokenizer(
    model: str, encoding: str, window: int
) -> None:
    method = ChatGPT().method(model, AT)
    assert (method.encoding, method.window, method.assumed) == (encoding, window, "")
    assert str(method) == encoding


@pytest.mark.parametrize("model", [m for m, _, _ in MODELS if "davinci" not in m])
def test_tiktoken_knows_the_same_tokenizer_for_the_names_that_both_know(model: str) -> None:
    tables = pytest.importorskip("tiktoken.model")
    # Its names have dots; with a hyphen it takes "gpt-4-5" for a kind of GPT-4.
    name = model.lower().replace("gpt-4-5", "gpt-4.5").replace("gpt-4-1", "gpt-4.1")
    name = name.replace("gpt-4.1106", "gpt-4-1106")
    try:
        expected = tables.encoding_name_for_model(name)
    except KeyError:
        pytest.skip("not in its table")
    assert ChatGPT().method(model, AT).encoding == expected


@pytest.mark.parametrize(
    "model",
    ["", "auto", "research", "agent-mode", "gpt-6", "gpt-50", "gpt-4-10", "o5", "gpt-4-new", "o1x"],
)
def test_an_unknown_model_is_counted_with_a_range_and_the_assumption_is_said(model: str) -> None:
    method = ChatGPT().method(model, AT)
    assert (method.encoding, method.window) == ("o200k_base", 128_000)
    for ratio in (method.prose, method.code, method.cjk):
        assert (ratio.low, ratio.mid, ratio.high) == (900, 1000, 1100)
    assert str(method).startswith("o200k_base × 1.00 (0.90–1.10); ")
    assert "tokenizer assumed: " in str(method)
    assert "burnlib's own guess" in str(method)


def test_a_method_is_made_once() -> None:
    first = ChatGPT().method("gpt-5", AT)
    assert ChatGPT().method("gpt-5", AT.replace(year=2027)) is first


# Laws.

anything = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=5),
        st.sampled_from(["a", "b", "assistant", "text", "code", "thoughts", "multimodal_text"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    *("id", "message", "parent", "children", "author", "role", "content"),
                    *("content_type", "parts", "text", "thoughts", "metadata", "weight"),
                    *("create_time", "attachments", "a", "b"),
                ]
            ),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=25,
)


@given(
    mapping=st.dictionaries(st.sampled_from(["a", "b", "c", ""]), anything, max_size=4),
    rest=st.dictionaries(
        st.sampled_from(["id", "create_time", "update_time", "default_model_slug"]), anything
    ),
)
def test_whatever_stands_in_an_export_it_is_read_or_refused_in_words(
    mapping: Json, rest: Json
) -> None:
    try:
        talk = ChatGPT().conversation({"mapping": mapping, **rest})
    except LogFormatError:
        assert mapping
        assert not any(isinstance(node, dict) for node in mapping.values())
        return
    assert talk is not None
    assert len({message.id for message in talk.messages} - {""}) >= min(len(talk.messages), 1)
    assert all(count > 0 for count in talk.left_out.values())
    uses(talk)


@given(st.lists(st.text(min_size=1, max_size=9), max_size=6))
def test_every_character_of_a_known_content_is_counted_once(parts: list[str]) -> None:
    tree = [
        node("u", None, "user", text(*parts[:2])),
        node("c", "u", "assistant", {"content_type": "code", "text": "".join(parts[2:4])}),
        node("a", "c", "assistant", text(*parts[4:])),
    ]
    talk = read(*json.loads(json.dumps(tree)))
    seen = Counter("".join("".join([*m.texts, *m.code]) for m in talk.messages))
    assert seen == Counter("".join(parts))
