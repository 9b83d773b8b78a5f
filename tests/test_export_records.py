"""The objects of a JSON document: what json.loads gives, and what is left of a damaged one."""

from __future__ import annotations

import io
import json
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from burnlib.errors import LogFormatError
from burnlib.exports import MOST_IN_ONE_RECORD, documents, records

PIECES = (1, 2, 7, 64, 1 << 20)
MIB = 1 << 20


def read(document: str | bytes, **options: Any) -> list[object]:
    """Return the records, with an error as its text; the size of the pieces makes no difference."""
    raw = document.encode() if isinstance(document, str) else document
    pieces = [options.pop("piece")] if "piece" in options else PIECES
    first, *others = [
        [
            str(found) if isinstance(found, LogFormatError) else found
            for found in records(io.BytesIO(raw), where="c.json", piece=piece, **options)
        ]
        for piece in pieces
    ]
    assert all(other == first for other in others)
    return first


def told(found: list[object]) -> list[str]:
    return [error for error in found if isinstance(error, str)]


def whole(found: list[object]) -> list[object]:
    return [record for record in found if not isinstance(record, str)]


def like(found: list[object], *expected: object) -> bool:
    """Whether these are the records, and the errors are those that contain the expected text."""
    return len(found) == len(expected) and all(
        wanted in got if isinstance(wanted, str) and isinstance(got, str) else wanted == got
        for got, wanted in zip(found, expected, strict=True)
    )


A, B, C = {"id": "a"}, {"id": "b"}, {"id": "c"}


# Shapes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "document",
    [
        '[{"id":"a"},{"id":"b"}]',
        ' \n[ {"id" : "a"}\t,\r\n{"id":"b"} ] \n',
        b'\xef\xbb\xbf[{"id":"a"},{"id":"b"}]',
        '{"conversations":[{"id":"a"},{"id":"b"}]}',
        '{"version":1,"conversations":[{"id":"a"},{"id":"b"}],"more":{"x":["]}"]}}',
        '{"x":"\\"[{","y":[[]],"conversations" : [{"id":"a"},{"id":"b"}],"conversations":[]}',
        '[{"id":"a"},{"id":"b"},]',
    ],
)
def test_a_list_is_read_by_itself_or_under_conversations(document: str | bytes) -> None:
    assert read(document) == [A, B]


@pytest.mark.parametrize(
    "record",
    [
        {},
        A,
        {"mapping": {"x": [1, None, True]}, "id": "a"},
        {"conversations": 3},
        {"conversations": {"a": []}},
        {"messages": [{"conversations": [1]}]},
    ],
)
def test_a_single_object_is_given_as_it_is(record: dict[str, object]) -> None:
    assert read(json.dumps(record)) == [record]
    assert read(json.dumps(record, indent=2)) == [record]


def test_of_two_equal_keys_the_last_holds() -> None:
    assert read('{"a":1,"a":2}') == [{"a": 2}]
    assert read('[{"a":1,"a":2}]') == [{"a": 2}]


@pytest.mark.parametrize("document", ["[]", '{"conversations":[]}'])
def test_an_empty_list_has_no_records(document: str) -> None:
    assert read(document) == []


@pytest.mark.parametrize(("document", "said"), [("", "is empty"), (" \n", "is empty")])
def test_a_document_without_content_is_told(document: str, said: str) -> None:
    assert like(read(document), said)


@pytest.mark.parametrize("document", ["3", '"text"', "null", "nonsense", "]", "\ufeff\ufeff[]"])
def test_a_document_that_is_neither_a_list_nor_an_object_is_told(document: str) -> None:
    assert like(read(document), "c.json: is neither a list nor an object")


def test_bytes_that_are_not_utf_8_are_replaced() -> None:
    assert read(b'[{"id":"\xff\xc3"},{"id":"\xe2\x82"}]') == [
        {"id": "\ufffd\ufffd"},
        {"id": "\ufffd"},
    ]


# Damage ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ('{"id":"x",,}', "Expecting"),
        ('{"id":nope}', "Expecting"),
        ('{"id":"x" "y":1}', "Expecting"),
        ('{id:"x"}', "Expecting"),
        ('{"id":"line\nend"}', "Invalid control character"),
        ('{"id":"\\x"}', "Invalid"),
        ('{"id":01}', "Expecting"),
        ('{"id":NaN,"t":["}]",{}]}', "NaN is not JSON"),
        ('{"id":-Infinity}', "-Infinity is not JSON"),
        ('{"id":' + "7" * 5_000 + "}", "thousands of digits"),
        ('{"id":' + "[" * 200_000 + "]" * 200_000 + "}", "nested too deeply"),
        ("nope", "Expecting"),
        ("", "Expecting"),
    ],
)
def test_a_damaged_record_is_told_in_its_place_and_the_next_ones_are_read(
    bad: str, said: str
) -> None:
    pieces = {"piece": 1 << 16} if len(bad) > 10_000 else {}
    found = read(f'[{{"id":"a"}},{bad},{{"id":"b"}},{bad}, {{"id":"c"}}]', **pieces)
    not_json = "is not JSON that can be read: "
    assert like(found, A, f"c.json: record 2: {not_json}", B, f"record 4: {not_json}", C)
    assert said in told(found)[0]
    assert "fix: download it again" in told(found)[0]


@pytest.mark.parametrize("bad", ['{"id":nope}', '{"id":NaN}', '{"id":"x",,}'])
def test_a_damaged_record_at_either_end_costs_no_other(bad: str) -> None:
    assert like(read(f'[{bad},{{"id":"a"}}]'), "record 1: is not JSON", A)
    assert like(read(f'[{{"id":"a"}},{bad}]'), A, "record 2: is not JSON")
    assert like(read(f'{{"conversations":[{{"id":"a"}},{bad}],"x":1}}'), A, "record 2: is not JSON")


def test_the_text_of_a_damaged_record_is_not_told() -> None:
    assert "secret" not in "".join(told(read('[{"id":"secret",,},{"id":"secret" "secret":1}]')))


def conversation(name: str, messages: int = 3) -> dict[str, object]:
    """A conversation whose messages have ids, and text that looks like JSON."""
    return {
        "uuid": name,
        "chat_messages": [
            {"uuid": f"{name}-{n}", "text": 'code: ["}], {"uuid": "no"}, {', "content": [{"id": n}]}
            for n in range(messages)
        ],
    }


def test_a_record_that_was_torn_off_costs_no_other_wherever_it_was_torn() -> None:
    """A writer died, and another one went on behind it; the messages are not taken for records."""
    first, torn, *last = [json.dumps(conversation(name)) for name in "abcd"]
    for cut in range(1, len(torn) - 1):
        found = read(f"[{first}, {torn[:cut]}, {', '.join(last)}]", piece=64)
        names = [record["uuid"] for record in whole(found) if isinstance(record, dict)]
        assert told(found)
        if torn[:cut].endswith("}") and names == ["a"]:
            # It was torn in a list, and JSON itself says that what follows is in that list.
            assert "is cut off after 1 whole record" in told(found)[0]
        else:
            assert names == ["a", "c", "d"], torn[:cut]


def test_a_lost_quote_costs_one_record() -> None:
    good = [json.dumps(conversation(name), indent=1) for name in "abc"]
    for at in [i for i, char in enumerate(good[1]) if char == '"' and good[1][i - 1] != "\\"]:
        bad = good[1][:at] + good[1][at + 1 :]
        found = read(f"[{good[0]},\n{bad},\n{good[2]}]", piece=64)
        names = [record["uuid"] for record in whole(found) if isinstance(record, dict)]
        assert names == ["a", "c"], bad
        assert told(found)


def test_objects_with_only_an_id_are_found_behind_damage_too() -> None:
    assert like(read('[{"id":"torn, {"id":"a"},{"id":"b"}]'), "record 1: is not JSON", A, B)


def test_a_bracket_within_a_damaged_record_does_not_end_the_list() -> None:
    bad = '{"id":"torn,"list":[1,{"id":"within"}],"k":1}'
    for document in ('[%s,{"id":"a"},{"id":"b"}]', '{"conversations":[%s,{"id":"a"},{"id":"b"}]}'):
        found = read(document % bad)
        assert found[-2:] == [A, B]
        assert "record 1: is not JSON" in told(found)[0]


def test_a_torn_record_before_a_lot_of_others_costs_none_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(documents, "_LOOK_AHEAD", 1_000)
    good = [conversation(str(number)) for number in range(40)]
    behind = ", ".join(json.dumps(record) for record in good)
    found = read('[{"uuid":"torn","chat_messages":[{"uuid":[0,, ' + behind + "]", piece=100)
    assert whole(found) == good
    assert like(told(found), "record 1: is not JSON")


def test_a_missing_comma_is_told_and_costs_nothing() -> None:
    assert like(read('[{"id":"a"} {"id":"b"}]'), A, "record 1: is not followed by a comma", B)
    assert like(read('[{"id":"a"} x, {"id":"b"}]'), A, "record 1: is not followed by a comma", B)


def test_damage_behind_which_nothing_can_be_read_is_told() -> None:
    found = read('[{"id":"a"},{"id":"torn]')
    assert like(found, A, "is cut off after 1 whole record")
    found = read('[{"id":"a"},{"id":"torn"x"]')
    assert like(found, A, "record 2: is not JSON", "no record that can be read behind record 2")


def test_text_behind_the_end_is_told() -> None:
    for document in (b'[{"id":"a"}] x', b'{"id":"a"}\n{"id":"b"}', b'[{"id":"a"}]\xe2'):
        assert like(read(document), A, "c.json: goes on behind its end, after 1 whole record")


def test_what_is_not_an_object_is_told_once_for_each_kind_with_its_number() -> None:
    found = read('[1,{"id":"a"},null,-2.5,"x",[{}],true,{"id":"b"},3e5,false]')
    assert whole(found) == [A, B]
    assert like(
        told(found),
        "a number where an object should be, 3 ×",
        "null where an object should be, 1 ×",
        "text where an object should be, 1 ×",
        "a list where an object should be, 1 ×",
        "true or false where an object should be, 2 ×",
    )


def test_what_is_not_an_object_is_told_before_a_document_is_cut_off_and_once() -> None:
    said = "a number where an object should be, 1 ×"
    assert like(read('{"conversations":[1],'), said, "is cut off before a whole record")
    assert like(read('[1,{"id":"a"},{'), A, said, "is cut off after 1 whole record")


def test_a_number_that_is_cut_by_a_piece_is_one_number() -> None:
    assert like(read("[123456789,12345]"), "a number where an object should be, 2 ×")


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ('{"a":3 3}', "record 1: is not JSON"),
        ('{"a" 3}', "record 1: is not JSON"),
        ("{3:4}", "record 1: is not JSON"),
        ('{"a":NaN}', "NaN is not JSON"),
        ('{"a":[nope],"b":1}', "record 1: is not JSON"),
        ('{"a":nope', "record 1: is not JSON"),
        ('{"a":3', "is cut off before a whole record"),
        ('{"a"', "is cut off before a whole record"),
        ("{", "is cut off before a whole record"),
    ],
)
def test_a_damaged_single_object_is_told(document: str, said: str) -> None:
    assert like(read(document), said)


def test_what_is_damaged_beside_the_conversations_costs_none() -> None:
    assert read('{"a":NaN,"b":[nope],"conversations":[{"id":"a"}]}') == [A]


# Size -----------------------------------------------------------------------------------------


def test_a_record_over_the_limit_is_told_with_its_size_and_passed_over() -> None:
    big = json.dumps({"id": "x" * 50, "t": ['\\"]}', {"[": "\\"}]})
    found = read(f'[{{"id":"a"}},{big},{{"id":"b"}}]', most=len(big) - 1)
    said = f"c.json: record 2: has {len(big)} characters, more than {len(big) - 1}"
    assert like(found, A, said, B)
    assert whole(read(f"[{big}]", most=len(big))) == [json.loads(big)]


def test_a_single_object_over_the_limit_is_told() -> None:
    big = json.dumps({"a": "x" * 30, "b": "y" * 30})
    assert like(read(big, most=len(big) - 1), f"record 1: has {len(big)} characters")
    assert like(read(big, most=20), f"record 1: has {len(big)} characters")
    assert read(big, most=len(big)) == [json.loads(big)]


def test_a_large_record_that_is_cut_off_is_told() -> None:
    assert like(read('[{"id":"a"},{"x":"' + "y" * 99, most=50), A, "is cut off after 1 whole")


def test_the_limit_is_32_mebicharacters() -> None:
    assert MOST_IN_ONE_RECORD == 33_554_432


class Repeated(io.RawIOBase):
    """A document of one text, repeated, that is never held."""

    def __init__(self, head: bytes, text: bytes, size: int, tail: bytes) -> None:
        self._parts = self._made(head, text * (MIB // len(text)), size, tail)
        self._ready = b""

    @staticmethod
    def _made(head: bytes, text: bytes, size: int, tail: bytes) -> Iterator[bytes]:
        yield head
        yield from (text for _ in range(size // len(text)))
        yield tail

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._ready = self._ready or next(self._parts, b"")
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size


def repeated(*parts: Any, **options: Any) -> list[object]:
    file = io.BufferedReader(Repeated(*parts), 1 << 18)
    return [
        str(found) if isinstance(found, LogFormatError) else found
        for found in records(file, where="c.json", **options)
    ]


def peak(*parts: Any, **options: Any) -> tuple[list[object], float]:
    tracemalloc.start()
    try:
        found = repeated(*parts, **options)
        return found, tracemalloc.get_traced_memory()[1] / MIB
    finally:
        tracemalloc.stop()


def test_white_space_between_records_takes_no_memory() -> None:
    found, mebibytes = peak(b'[{"id":"a"},', b" ", 100 * MIB, b'{"id":"b"}]')
    assert found == [A, B]
    assert mebibytes < 8


def test_a_record_over_the_limit_takes_no_more_memory_than_the_limit() -> None:
    found, mebibytes = peak(b'[{"id":"', b"x", 50 * MIB, b'"},{"id":"b"}]', most=MIB)
    assert like(found, "record 1: has 52,428,809 characters", B)
    assert mebibytes < 10


@pytest.mark.parametrize(("head", "text"), [(b'[{"id":"x",,}', b" "), (b'[{"id":[,,', b"0,")])
def test_looking_for_the_next_record_takes_little_memory(head: bytes, text: bytes) -> None:
    found, mebibytes = peak(head, text, 30 * MIB, b',{"id":"a","mapping":{}}]')
    assert like(found, "record 1: is not JSON", {"id": "a", "mapping": {}})
    assert mebibytes < 24


def test_a_single_object_of_many_parts_takes_no_more_memory_than_the_limit() -> None:
    parts = ",".join(f'"{number}":"{"x" * MIB}"' for number in range(30))
    file = io.BytesIO(f"{{{parts}}}".encode())
    tracemalloc.start()
    try:
        [found] = records(file, where="c.json", most=2 * MIB)
        assert "record 1: has 31,457," in str(found)
        assert tracemalloc.get_traced_memory()[1] / MIB < 16
    finally:
        tracemalloc.stop()


def test_many_records_take_the_memory_of_one() -> None:
    text = json.dumps(conversation("a", 100)).encode() + b","
    file = io.BufferedReader(Repeated(b"[", text, 8 * MIB, b"{}]"))
    tracemalloc.start()
    try:
        number = sum(1 for _ in records(file, where=""))
        assert tracemalloc.get_traced_memory()[1] / MIB < 10
    finally:
        tracemalloc.stop()
    assert number > 500


@pytest.mark.parametrize(
    ("head", "text", "tail"),
    [
        (b"[{}", b',{"id":1,,}', b"]"),
        (b'[{"id":', b'[0,{"id":', b"]"),
        (b'[{"id":,,', b',{"id":1,,{,', b"]"),
        (b'[{"id":"x"y', b',{"id":"a', b"]"),
        (b"[{}", b",NaN", b"]"),
        (b"[{}", b" {}", b"]"),
        (b"[{} ", b'x,{"', b"]"),
        (b"[", b"[", b"]"),
        (b'[{"mapping":[0,,', b',{"id":"abc"}', b"]"),
        (b'[{"x":,,' + b',{"a":[0' * 300, b",0", b"]"),
        (b"[{}", b',{"x":[,,,{"id":1}', b"]"),
    ],
)
def test_hostile_documents_take_time_in_proportion_to_their_size(
    head: bytes, text: bytes, tail: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was looked at again and again would take hours at this size."""
    monkeypatch.setattr(documents, "_LOOK_AHEAD", MIB // 4)
    monkeypatch.setattr(documents, "_MOST_IN_VAIN", 2 * MIB)
    monkeypatch.setattr(documents, "_MOST_BROKEN", 200)
    started = time.process_time()
    found = repeated(head, text, 2 * MIB, tail)
    assert time.process_time() - started < 20
    assert 1 <= len(told(found)) <= 202


def test_one_large_record_takes_time_in_proportion_to_its_size() -> None:
    """With a piece more at each try, it would be looked at four thousand times."""
    started = time.process_time()
    found = repeated(b'[{"id":[0', b",0", 4 * MIB, b"]}]", piece=1_000)
    assert time.process_time() - started < 4
    assert len(whole(found)) == 1


def test_a_document_with_too_many_damaged_records_is_given_up_and_that_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(documents, "_MOST_BROKEN", 3)
    found = read("[" + '{"id":NaN},' * 5 + '{"id":"a"}]')
    assert like(
        found, "record 1", "record 2", "record 3", "what stands behind record 3 is not read"
    )


# Laws -----------------------------------------------------------------------------------------

texts = st.text(st.sampled_from('ab"\\{}[],: \n\u00e9\u2028\U0001f600\ufeff\0'), max_size=8)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(st.sampled_from(["id", "mapping", "title"]) | texts, values, max_size=4)
styles = st.fixed_dictionaries(
    {
        "indent": st.sampled_from([None, 0, 3, "\t"]),
        "ensure_ascii": st.booleans(),
        "separators": st.sampled_from([(",", ":"), (", ", ": "), (" ,\r\n", "\t: ")]),
    }
)


@given(
    found=st.lists(objects, max_size=5), style=styles, piece=st.integers(1, 40), bom=st.booleans()
)
@settings(max_examples=200, deadline=None)
def test_any_list_of_objects_comes_back_however_it_is_written_and_cut_into_pieces(
    found: list[dict[str, object]], style: dict[str, Any], piece: int, bom: bool
) -> None:
    text = json.dumps(found, **style).encode()
    assert read(b"\xef\xbb\xbf" * bom + text, piece=piece) == json.loads(text)
    assert read(b'{"a":[],"conversations":' + text + b',"b":{}}', piece=piece) == json.loads(text)


@given(found=objects, style=styles, piece=st.integers(1, 40))
@settings(max_examples=100, deadline=None)
def test_any_single_object_comes_back(
    found: dict[str, object], style: dict[str, Any], piece: int
) -> None:
    found.pop("conversations", None)
    text = json.dumps(found, **style).encode()
    assert read(text, piece=piece) == [json.loads(text)]


@given(found=st.lists(objects, min_size=1, max_size=3), style=styles, piece=st.integers(1, 40))
@settings(max_examples=40, deadline=None)
def test_a_list_that_is_cut_at_any_byte_gives_exactly_what_is_whole(
    found: list[dict[str, object]], style: dict[str, Any], piece: int
) -> None:
    comma = (style["separators"][0]).encode()
    written = [json.dumps(record, **style).encode() for record in found]
    document = b"[" + comma.join(written) + b"]"
    ends, at = [], 1
    for text in written:
        ends.append(at + len(text))
        at += len(text) + len(comma)
    for cut in range(1, len(document)):
        number = sum(end <= cut for end in ends)
        *given_out, last = read(document[:cut], piece=piece)
        assert given_out == json.loads(document)[:number]
        assert isinstance(last, str)
        assert "is cut off" in last


@given(document=st.text('[]{}":,\\ 1tNa\n', max_size=60), piece=st.integers(1, 9))
@settings(max_examples=500, deadline=None)
def test_whatever_json_reads_as_a_list_of_objects_is_read_and_all_else_is_told(
    document: str, piece: int
) -> None:
    found = read(f"[{document}]", piece=piece)
    try:
        expected = json.loads(f"[{document}]")
    except ValueError:
        # A comma too many at the end costs nothing, so nothing is told of it.
        assert told(found) or json.loads(f"[{document.rstrip().removesuffix(',')}]") == found
        return
    if "NaN" not in document:
        assert whole(found) == [record for record in expected if isinstance(record, dict)]
        assert bool(told(found)) == (len(whole(found)) < len(expected))
