"""Variants of a log: what tools, editors, crashes and strangers make of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from burnlib.testing.sample import Sample, lines_of, records_of, some, with_file

__all__ = [
    "MISSING",
    "NOT_NUMBERS",
    "NOT_RECORDS",
    "TEXTS",
    "grown",
    "leaves_changed",
    "record_leaves_changed",
    "said_otherwise",
]

MISSING = object()
"""In place of a value: the field is not there."""

NOT_NUMBERS: tuple[object, ...] = (
    *(-(10**7), 10**7 + 0.5, 10**30, float("inf"), True, None, "x", "", [], {}, [1], {"a": 1}),
    MISSING,
)
"""What a count in a log turns out to be, sooner or later."""

TEXTS: tuple[object, ...] = (
    *("", " ", "\0", "\ud800", "\x1b[31m", "\u202e", "a\nb", "🜚" * 200, "x" * 20_000),
    *(
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "=1+1",
        "'; DROP TABLE files;",
    ),
    *("../../etc/passwd", "NaN", "2026-13-45T99:99:99Z", "0001-01-01T00:00:00Z"),
    *("9999-12-31T23:59:59-14:00", "1970-01-01", 7, None, True, [], {}, ["a"], {"a": "b"}),
    MISSING,
)
"""What a text in a log turns out to be: hostile, odd, no date, or no text."""

_DEEP = 200_000
NOT_RECORDS: Mapping[str, bytes] = {
    "an empty line": b"\n",
    "an empty object": b"{}\n",
    "an empty list": b"[]\n",
    "a number": b"7\n",
    "null": b"null\n",
    "a text": b'"text"\n',
    "words": b"Traceback (most recent call last):\n",
    "half a record": b'{"id": "x", "in\n',
    "what a power loss leaves": b"\0" * 64 + b"\n",
    "bytes that are not UTF-8": b'{"id": "\xff\xfe"}\n',
    "a byte order mark": b"\xef\xbb\xbf\n",
    "a record of another kind": b'{"type": "hello", "payload": {"type": "world"}}\n',
    "a nesting bomb of lists": b"[" * _DEEP + b"\n",
    "a nesting bomb of objects": b'{"a":' * _DEEP + b"\n",
    "a line of a megabyte": b'{"text": "' + b"x" * 1_000_000 + b'"}\n',
}
"""Lines that are none of the tool's records."""

_Path: TypeAlias = tuple[str | int, ...]

_UNKNOWN = {"a": [1, None, {"b": "c"}], "total_tokens_of_tomorrow": 7}
_MOST_LEAVES = 60


def said_otherwise(sample: Sample) -> Iterator[tuple[str, Sample]]:
    """Yield how, and *sample* with its JSON records written in ways that say the same."""
    ways: Mapping[str, Callable[[dict[str, object]], str]] = {
        "unknown fields before the known ones": lambda record: _compact(grown(record, first=True)),
        "unknown fields behind the known ones": lambda record: _compact(grown(record)),
        "its fields in another order": lambda record: _compact(_turned(record)),
        "blanks between its parts": lambda record: json.dumps(record, separators=(" , ", " : ")),
        "letters as they are, not as escapes": lambda record: json.dumps(
            record, ensure_ascii=False
        ),
    }
    for how, write in ways.items():
        files = {name: _rewritten(content, write) for name, content in sample.files.items()}
        changed = sample
        for name, content in files.items():
            changed = with_file(changed, name, content)
        if changed != sample:
            yield f"with {how}", changed


def leaves_changed(
    sample: Sample, is_leaf: Callable[[object], bool], values: tuple[object, ...]
) -> Iterator[tuple[str, Sample]]:
    """Yield how, and *sample* with one leaf of one JSON record replaced by each of *values*.

    Of records of one shape the first, the last and some between are taken.
    """
    for name, content in sample.files.items():
        lines = lines_of(content)
        places = [
            (number, path, record)
            for number, record in records_of(content)
            for path, leaf in _leaves(record)
            if is_leaf(leaf)
        ]
        for number, path, record in some(places, _MOST_LEAVES):
            for value in values:
                if value is MISSING and isinstance(path[-1], int):
                    continue  # a list has no fields
                line = _line(_replaced(record, path, value))
                text = b"".join([*lines[:number], line, *lines[number + 1 :]])
                yield f"{'.'.join(map(str, path))} = {_shown(value)}", with_file(sample, name, text)


def record_leaves_changed(
    records: Sequence[Mapping[str, object]], values: Sequence[object]
) -> Iterator[tuple[str, list[Mapping[str, object]]]]:
    """Yield how, and *records* with one leaf of one of them replaced by each of *values*."""
    places = [
        (number, path) for number, record in enumerate(records) for path, _ in _leaves(dict(record))
    ]
    for number, path in some(places, _MOST_LEAVES):
        for value in values:
            if value is MISSING and isinstance(path[-1], int):
                continue
            changed = _replaced(dict(records[number]), path, value)
            if isinstance(changed, dict):
                how = f"{'.'.join(map(str, path))} = {_shown(value)}"
                yield how, [*records[:number], changed, *records[number + 1 :]]


def _shown(value: object) -> str:
    if value is MISSING:
        return "(missing)"
    return repr(value) if len(repr(value)) < 60 else f"{repr(value)[:60]}..."


def _rewritten(content: bytes, write: Callable[[dict[str, object]], str]) -> bytes:
    lines = lines_of(content)
    for number, record in records_of(content):
        lines[number] = write(record).encode("utf-8", "surrogatepass") + b"\n"
    return b"".join(lines)


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _unescaped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _line(value: object) -> bytes:
    return _compact(value).encode() + b"\n"


def grown(record: Mapping[str, object], *, first: bool = False) -> dict[str, object]:
    """Return *record* with a field that nobody knows in it and in all objects in it."""
    inner = {key: _grown(one, first=first) for key, one in record.items()}
    return {"unknown_9": _UNKNOWN, **inner} if first else {**inner, "unknown_9": _UNKNOWN}


def _grown(value: object, *, first: bool) -> object:
    if isinstance(value, Mapping):
        return grown(value, first=first)
    return [_grown(one, first=first) for one in value] if isinstance(value, list) else value


def _turned(value: object) -> object:
    if isinstance(value, dict):
        return {key: _turned(value[key]) for key in reversed(value)}
    return [_turned(one) for one in value] if isinstance(value, list) else value


def _leaves(value: object, path: _Path = ()) -> Iterator[tuple[_Path, object]]:
    """Yield path and value of everything in *value*: what holds others, too, but not itself."""
    if path and isinstance(value, dict | list):
        yield path, value
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _leaves(one, (*path, key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _leaves(one, (*path, number))
    else:
        yield path, value


def _replaced(value: object, path: _Path, new: object) -> object:
    if not path:
        return new
    step, *rest = path
    if isinstance(value, dict):
        return {
            k: _replaced(v, tuple(rest), new) if k == step else v
            for k, v in value.items()
            if k != step or rest or new is not MISSING
        }
    if isinstance(value, list):
        return [_replaced(v, tuple(rest), new) if n == step else v for n, v in enumerate(value)]
    return value
