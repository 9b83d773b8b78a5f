"""The arithmetic of estimates: from text to an amount, and from a conversation to its uses."""

from __future__ import annotations

import functools
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from burnlib.errors import InvalidInput
from burnlib.estimating import SAME, Amount, Calibration, Method, Ratio
from burnlib.model import Fidelity, UsageEvent
from burnlib.sources.conversations import Conversation, Message
from burnlib.uses import join
from chats import estimate, uses_of

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
PLAIN = Method(name="o200k_base", encoding="o200k_base", window=1_000)
WIDE = Method(
    name="made up",
    encoding="o200k_base",
    prose=Ratio(1100, 1180, 1300),
    code=Ratio(900, 1200, 2000),
    cjk=Ratio(1300, 1450, 1600),
    window=1_000,
)


def fours(text: str, encoding: str) -> int:
    """Four characters are a token, rounded up."""
    assert encoding == "o200k_base"
    return -(-len(text) // 4)


def message(id: str, side: Any, text: str = "", **more: Any) -> Message:
    at = more.pop("at", START)
    return Message(id=id, side=side, texts=[text] if text else [], at=at, **more)


def uses(*messages: Message, method: Method = PLAIN, **more: Any) -> dict[str, UsageEvent]:
    talk = Conversation(**{"id": "talk", "started": START, "messages": messages, **more})
    events, _ = uses_of(talk, source="chatgpt", method=lambda _model, _at: method, count=fours)
    return {event.id.removeprefix("talk/"): event for event in events}


def left_out(talk: Conversation) -> Counter[str]:
    _, found = uses_of(talk, source="chatgpt", method=lambda _model, _at: PLAIN, count=fours)
    return found


def visible(events: dict[str, UsageEvent]) -> tuple[int, int]:
    return (
        sum(event.counts.input for event in events.values()),
        sum(event.counts.output for event in events.values()),
    )


def resent(events: dict[str, UsageEvent]) -> int:
    return sum(event.processed.input for event in events.values() if event.processed)


# Turns, by example.


def test_each_turn_sends_all_that_came_before_it() -> None:
    found = uses(
        message("u1", "input", "a" * 8),
        message("a1", "output", "b" * 12, parent="u1"),
        message("u2", "input", "c" * 4, parent="a1"),
        message("a2", "output", "d" * 16, parent="u2"),
    )
    assert visible(found) == (3, 7)
    assert resent(found) == 2 + (2 + 3 + 1)
    assert [event.calls for event in found.values()] == [0, 1, 0, 1]


def test_a_regenerated_answer_counts_and_so_does_the_one_it_replaced() -> None:
    found = uses(
        message("u1", "input", "a" * 8),
        message("a1", "output", "b" * 12, parent="u1"),
        message("a2", "output", "c" * 20, parent="u1"),
    )
    assert visible(found) == (2, 3 + 5)
    assert resent(found) == 2 + 2
    assert sum(event.calls for event in found.values()) == 2


def test_what_the_model_writes_in_a_row_is_one_turn_and_a_tool_result_ends_it() -> None:
    found = uses(
        message("u", "input", "a" * 4),
        message("thoughts", "output", "b" * 8, parent="u"),
        message("recap", "output", parent="thoughts"),
        message("call", "output", "c" * 12, parent="recap"),
        message("result", "input", "d" * 16, parent="call"),
        message("answer", "output", "e" * 20, parent="result"),
    )
    assert {name: event.calls for name, event in found.items()} == {
        "u": 0, "thoughts": 1, "call": 0, "result": 0, "answer": 1,
    }  # fmt: skip
    assert resent(found) == 1 + (1 + 2 + 3 + 4)


def test_a_step_without_text_at_the_start_of_a_turn_does_not_take_the_turn_with_it() -> None:
    found = uses(
        message("u", "input", "a" * 8),
        message("recap", "output", parent="u"),
        message("answer", "output", "b" * 4, parent="recap"),
    )
    assert found["answer"].calls == 1
    assert resent(found) == 2


@pytest.mark.parametrize(("side", "turns", "sent"), [("input", 2, 1 + 3), ("", 1, 1)])
def test_a_picture_without_text_begins_a_turn_and_an_empty_place_does_not(
    side: str, turns: int, sent: int
) -> None:
    found = uses(
        message("u", "input", "a" * 4),
        message("a1", "output", "b" * 8, parent="u"),
        message("between", side, parent="a1"),
        message("a2", "output", "c" * 8, parent="between"),
    )
    assert sum(event.calls for event in found.values()) == turns
    assert resent(found) == sent


def test_what_is_not_sent_again_is_visible_and_in_no_later_turn() -> None:
    found = uses(
        message("hidden", "input", "a" * 40, resent=False),
        message("u", "input", "b" * 4, parent="hidden"),
        message("a", "output", "c" * 4, parent="u"),
    )
    assert visible(found) == (11, 1)
    assert resent(found) == 1


def test_a_turn_reads_no_more_than_the_window_holds() -> None:
    found = uses(
        message("u", "input", "a" * 8_000),
        message("a", "output", "b" * 8_000, parent="u"),
        method=evolve(WIDE, window=1_500),
    )
    answer = found["a"]
    assert answer.counts.output == 2_360
    assert answer.processed is not None
    assert (answer.processed.input, answer.processed.output) == (1_500, 2_360)
    assert answer.processed_high == 1_500 + 2_600


def test_processed_has_a_high_end_of_its_own() -> None:
    found = uses(
        message("u", "input", "a" * 400),
        message("a", "output", "b" * 200, parent="u"),
        method=WIDE,
    )
    assert (found["u"].low, found["u"].counts.total, found["u"].high) == (110, 118, 130)
    assert found["a"].processed_high == 130 + 65
    assert found["a"].processed is not None
    assert found["a"].processed.total == 118 + 59


# Instants, models, identity.


def test_one_conversation_spreads_over_the_days_of_its_messages() -> None:
    later = START + timedelta(days=3)
    found = uses(
        message("u1", "input", "a"),
        message("u2", "input", "b", parent="u1", at=later),
    )
    assert [event.at for event in found.values()] == [START, later]
    assert {event.started for event in found.values()} == {START}


def test_a_message_without_a_time_has_that_of_the_nearest_one_before_it_and_says_so() -> None:
    later = START + timedelta(days=3)
    found = uses(
        message("hidden", "input", "a", at=None),
        message("u", "input", "b", at=later, parent="hidden"),
        message("gap", "", at=None, parent="u"),
        message("a", "output", "c", at=None, parent="gap"),
    )
    assert {name: event.at for name, event in found.items()} == {
        "hidden": START, "u": later, "a": later,
    }  # fmt: skip
    assert found["u"].method == "o200k_base"
    assert found["a"].method == found["hidden"].method == "o200k_base; dated by its conversation"


@pytest.mark.parametrize(
    ("started", "updated", "expected"),
    [
        (START, START + timedelta(days=9), START),
        (None, START + timedelta(days=9), START + timedelta(days=9)),
        (None, None, START + timedelta(days=1)),
    ],
)
def test_a_beginning_else_the_last_change_else_the_first_known_time_dates_a_conversation(
    started: datetime | None, updated: datetime | None, expected: datetime
) -> None:
    found = uses(
        message("hidden", "input", "a", at=None),
        message("u", "input", "b", at=START + timedelta(days=2), parent="hidden"),
        message("v", "input", "b", at=START + timedelta(days=1), parent="hidden"),
        started=started,
        updated=updated,
    )
    assert found["hidden"].at == expected


def test_what_cannot_be_dated_is_left_out_and_named() -> None:
    texts = [
        message("u", "input", "a", at=None),
        message("a", "output", at=None, parent="u", code=["b"]),
        message("empty", "input", at=None, parent="a"),
    ]
    reason = "message without a time, in a conversation without one"
    talk = Conversation(id="talk", messages=texts, left_out={"image": 1})
    assert left_out(talk) == {reason: 2, "image": 1}
    assert left_out(evolve(talk, messages=texts[2:])).keys() == {"image"}
    assert left_out(evolve(talk, started=START)).keys() == {"image"}


def test_what_was_sent_belongs_to_the_model_that_answered_it() -> None:
    found = uses(
        message("system", "input", "a"),
        message("u1", "input", "b", parent="system"),
        message("a1", "output", "c", parent="u1", model="first"),
        message("u2", "input", "d", parent="a1"),
        message("gap", "", parent="u2"),
        message("a2", "output", "e", parent="gap", model="second"),
        message("u3", "input", "f", parent="a2"),
        message("lost", "input", "g", parent="nowhere"),
        model="default",
    )
    assert {name: event.model for name, event in found.items()} == {
        "system": "first", "u1": "first", "a1": "first",
        "u2": "second", "a2": "second", "u3": "second", "lost": "default",
    }  # fmt: skip


def test_a_method_is_asked_for_the_model_and_the_instant_of_each_message() -> None:
    asked = []

    def method(model: str, at: datetime) -> Method:
        asked.append((model, at))
        return PLAIN

    later = START + timedelta(days=1)
    messages = [
        message("u", "input", "a"),
        message("a", "output", "b", parent="u", at=later, model="m"),
    ]
    uses_of(Conversation(id="t", messages=messages), source="s", method=method, count=fours)
    assert asked == [("m", START), ("m", later)]


UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (UUID, UUID),
        (f"{UUID}#2", f"{UUID}#2"),
        ("root", "talk/root"),
        (f"{UUID}x", f"talk/{UUID}x"),
    ],
)
def test_a_uuid_is_an_identity_and_any_other_id_only_inside_its_conversation(
    given: str, expected: str
) -> None:
    talk = Conversation(id="talk", messages=[message(given, "input", "a")])
    events, _ = uses_of(talk, source="s", method=lambda _model, _at: PLAIN, count=fours)
    assert [(event.id, event.session) for event in events] == [(expected, "talk")]


def test_an_event_is_an_estimate_with_its_range_and_its_method() -> None:
    measured = START + timedelta(days=1)
    method = evolve(WIDE, calibrated=measured)
    event = uses(message("u", "input", "a" * 400), method=method)["u"]
    assert event.fidelity is Fidelity.ESTIMATED
    assert (event.source, event.calibrated, event.method) == ("chatgpt", measured, str(method))


def test_of_two_exports_the_later_one_holds_in_whatever_order_they_are_read() -> None:
    old = uses(message("u", "input", "a" * 400), updated=START)["u"]
    new = uses(message("u", "input", "b" * 40), updated=START + timedelta(microseconds=1))["u"]
    assert join(old, new).counts.input == join(new, old).counts.input == 10


# From text to an amount.


def amount(method: Method, *texts: str, code: Sequence[str] = ()) -> Amount:
    return estimate(method, fours, texts=texts, code=code)


def test_a_sum_is_rounded_once_down_nearest_and_up() -> None:
    # 3 + 2 tokens: 5.5, 5.9 and 6.5.
    assert amount(WIDE, "a" * 12, "b" * 8) == Amount(5, 6, 7)


def test_without_a_ratio_a_text_is_counted_as_it_is() -> None:
    assert amount(PLAIN, "a" * 12, "", code=["b" * 5]) == Amount(5, 5, 5)


def test_code_has_a_ratio_of_its_own() -> None:
    assert amount(WIDE, code=["a" * 400]) == Amount(90, 120, 200)


FENCED = "Look:\n```python\nprint(1)\n```\nDone.\n"


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_what_stands_between_fences_is_code_and_the_rest_is_not(line_end: str) -> None:
    counted = []

    def count(text: str, encoding: str) -> int:
        counted.append(text)
        return 100 if "print" in text else 10

    text = FENCED.replace("\n", line_end)
    found = estimate(WIDE, count, texts=[text])
    assert "".join(counted) == text
    assert [("print" in piece, "Done" in piece) for piece in counted] == [
        (False, False), (True, False), (False, True),
    ]  # fmt: skip
    assert found.mid == 144  # 100 × 1.20, and twice 10 × 1.18


@pytest.mark.parametrize(
    ("text", "mid"),
    [
        ("```\ncode to the end", 1_200),
        ("````\n```\nx\n```\n````", 1_200),
        ("  ```\ncode\n  ```", 1_200),
        ("in ```line``` code", 1_180),
        ("prose", 1_180),
        ("こんにちは、世界", 1_450),
        ("Tokyo is 東京", 1_180),
        ("東京都 is big", 1_450),
        ("東京は日本の首都です (Tokyo)", 1_450),
        ("한국어로 씁니다", 1_450),
    ],
)
def test_the_kind_of_a_text_chooses_its_ratio(text: str, mid: int) -> None:
    found = estimate(WIDE, lambda piece, _encoding: 1_000 if piece == text else 0, texts=[text])
    assert found.mid == mid


@given(
    texts=st.lists(st.text(alphabet="a字`\n ", max_size=40), max_size=4),
    code=st.lists(st.text(max_size=20), max_size=3),
)
def test_an_amount_lies_in_its_range_and_no_character_is_lost_or_counted_twice(
    texts: list[str], code: list[str]
) -> None:
    seen: Counter[str] = Counter()

    def count(text: str, encoding: str) -> int:
        seen.update(text)
        return len(text)

    found = estimate(WIDE, count, texts=texts, code=code)
    assert found.low <= found.mid <= found.high
    assert seen == Counter("".join([*texts, *code]))


@pytest.mark.parametrize("bad", [(0, 1, 2), (2, 1, 3), (1, 3, 2), (-1, 1, 1)])
def test_a_ratio_that_is_no_range_is_refused(bad: tuple[int, int, int]) -> None:
    with pytest.raises(InvalidInput, match="low <= mid <= high"):
        Ratio(*bad)


def test_a_method_says_its_ratios_and_what_was_assumed() -> None:
    assert str(PLAIN) == "o200k_base"
    assert str(evolve(WIDE, origin="somewhere", assumed="a guess")) == (
        "o200k_base × 1.18 (1.10–1.30) prose, × 1.20 (0.90–2.00) code, "
        "× 1.45 (1.30–1.60) CJK; made up; somewhere; a guess"
    )
    even = evolve(WIDE, code=WIDE.prose, cjk=WIDE.prose)
    assert str(even) == "o200k_base × 1.18 (1.10–1.30); made up"


def test_a_calibration_replaces_the_range_of_each_kind_by_the_measured_one() -> None:
    factor = Calibration(
        method="made up", factor=Ratio(900, 1000, 1100), at=START, origin="200 answers"
    )
    found = WIDE.calibrate({"made up": factor})
    assert found.prose == Ratio(1062, 1180, 1298)
    assert found.code == Ratio(1080, 1200, 1320)
    assert found.calibrated == START
    assert "200 answers, 2026-03-01" in str(found)
    assert (found.name, found.window, SAME) == ("made up", 1_000, Ratio(1000, 1000, 1000))


def test_a_method_between_two_goes_on_reaching_to_the_one_that_nobody_measured() -> None:
    low = evolve(WIDE, name="low", prose=Ratio(1100, 1200, 1300))
    high = evolve(WIDE, name="high", prose=Ratio(1400, 1500, 1700))
    unsure = evolve(WIDE, name="unsure", prose=Ratio(1100, 1350, 1700), between=(low, high))
    measured = Calibration(method="high", factor=Ratio(950, 1000, 1050), at=START, origin="ten")
    found = unsure.calibrate({"high": measured})
    # From the low end of what is published to 1.5 × 1.05; halfway between 1.2 and 1.5.
    assert found.prose == Ratio(1100, 1350, 1575)
    assert found.calibrated == START
    assert "low: somewhere" not in str(unsure)
    assert "high: ten, 2026-03-01" in str(found)
    assert unsure.calibrate({"else": measured}) == unsure
    own = evolve(measured, method="unsure", factor=Ratio(1000, 1000, 1000))
    assert unsure.calibrate({"unsure": own, "high": measured}).prose == Ratio(1350, 1350, 1350)


def test_a_ratio_is_shown_with_all_that_is_needed_to_count_again() -> None:
    assert str(Ratio(1100, 1355, 1750)) == "× 1.355 (1.10–1.75)"


# Laws for any conversation, however damaged.

IDS = [f"m{number}" for number in range(7)]


@st.composite
def conversations(draw: st.DrawFn) -> list[Message]:
    """Up to seven messages whose parents are each other, themselves or nowhere."""
    return [
        Message(
            id=id,
            parent=draw(st.sampled_from([*IDS, "nowhere", ""])),
            side=draw(st.sampled_from(["input", "output", "output", ""])),
            at=draw(st.sampled_from([None, START, START + timedelta(days=1)])),
            texts=["x" * draw(st.sampled_from([0, 0, 1, 4, 9, 400, 3_000]))],
            resent=draw(st.sampled_from([True, True, False])),
        )
        for id in draw(st.lists(st.sampled_from(IDS), unique=True))
    ]


def tokens(message: Message) -> int:
    return sum(-(-len(text) // 4) for text in message.texts)


def path_to(message: Message, messages: Sequence[Message]) -> list[Message]:
    """The messages before it, nearest first; only for messages without circles."""
    by_id = {each.id: each for each in messages}
    path = []
    while message.parent in by_id:
        message = by_id[message.parent]
        path.append(message)
    return path


def brute_force(messages: Sequence[Message], window: int) -> tuple[int, int]:
    """What all turns read, and how many there are, each found by walking up from its first step."""
    read = turns = 0
    for each in messages:
        path = path_to(each, messages)
        if each.side != "output" or not tokens(each):
            continue
        last = next((m for m in path if m.side == "input" or (m.side and tokens(m))), None)
        if last is not None and last.side == "output":
            continue
        turns += 1
        read += min(window, sum(tokens(m) for m in path if m.resent))
    return read, turns


spoken = conversations().map(
    lambda talk: [each if each.side else evolve(each, texts=[]) for each in talk]
)


@st.composite
def trees(draw: st.DrawFn) -> list[Message]:
    """Up to seven messages, each behind one that stands before it in the list, or behind none."""
    messages = draw(spoken)
    before = [""]
    found = []
    for each in messages:
        found.append(evolve(each, parent=draw(st.sampled_from(before[-3:]))))
        before.append(each.id)
    return found


@given(spoken, st.randoms(use_true_random=False))
def test_each_message_counts_once_whatever_the_order_the_tree_and_its_circles(
    messages: list[Message], shuffler: random.Random
) -> None:
    expected = (
        sum(tokens(m) for m in messages if m.side == "input"),
        sum(tokens(m) for m in messages if m.side == "output"),
    )
    assert visible(uses(*messages)) == expected
    mixed = list(messages)
    shuffler.shuffle(mixed)
    assert visible(uses(*mixed)) == expected
    assert visible(uses(*(evolve(each, parent="") for each in messages))) == expected
    if any(each.at for each in messages):
        assert visible(uses(*mixed, started=None)) == expected


@given(trees(), st.randoms(use_true_random=False), st.sampled_from([1, 9, 500]))
def test_turns_read_what_a_walk_up_from_each_of_them_finds(
    messages: list[Message], shuffler: random.Random, window: int
) -> None:
    expected = brute_force(messages, window)
    shuffler.shuffle(messages)
    found = uses(*messages, method=evolve(PLAIN, window=window))
    assert (resent(found), sum(event.calls for event in found.values())) == expected


@given(spoken, st.sampled_from([1, 9, 500]))
def test_an_event_is_in_range_reads_at_most_a_window_and_processes_what_it_wrote(
    messages: list[Message], window: int
) -> None:
    for event in uses(*messages, method=evolve(WIDE, window=window)).values():
        assert event.low is not None
        assert event.high is not None
        assert event.processed is not None
        assert event.low <= event.counts.total <= event.high
        assert event.processed.input <= window
        assert event.processed.output == event.counts.output
        assert event.processed_high is not None
        assert event.processed_high >= event.processed.total


@given(spoken, st.integers(0, 7))
def test_a_conversation_told_in_two_overlapping_parts_adds_up_to_the_same(
    messages: list[Message], cut: int
) -> None:
    whole = uses(*messages)
    parts = [uses(*messages[: cut + 1]), uses(*messages[cut:]), whole]
    merged: dict[str, UsageEvent] = {}
    for part in parts:
        for name, event in part.items():
            merged[name] = functools.reduce(join, [event], merged.get(name, event))
    assert visible(merged) == visible(whole)


def test_of_two_messages_with_one_id_the_first_counts() -> None:
    found = uses(message("u", "input", "a" * 8), message("u", "input", "b" * 80))
    assert visible(found) == (2, 0)


# Sizes.


@pytest.mark.parametrize(
    ("shape", "backwards"),
    [("deep", False), ("deep", True), ("wide", False), ("circle", False)],
)
def test_a_hundred_thousand_messages_take_seconds_however_they_hang_together(
    shape: str, backwards: bool
) -> None:
    size = 100_000
    parents: Callable[[int], str] = {
        "deep": lambda number: f"m{number - 1}",
        "wide": lambda number: "m0" if number else "",
        "circle": lambda number: f"m{(number - 1) % size}",
    }[shape]
    messages = [
        message(f"m{number}", "output" if number % 2 else "input", "abcd", parent=parents(number))
        for number in range(size)
    ]
    begun = time.process_time()
    found = uses(*(reversed(messages) if backwards else messages))
    assert time.process_time() - begun < 20  # about two; the rest is for slow machines
    assert visible(found) == (size // 2, size // 2)
