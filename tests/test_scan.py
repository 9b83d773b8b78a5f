"""Finding lines without splitting: the same lines as a reader that looks into each one."""

from __future__ import annotations

import io
import re
import tracemalloc
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from burnlib.sources import scan
from burnlib.sources.lines import open_log
from burnlib.sources.scan import Scan

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer as Buffer

MARKERS = (b'"usage"', b'"token_count"')

PIECES = (
    *(b'"usage"', b'"token_count"', b'"usag', b'e"', b'"us', b'age"', b'"', b"usage", b"_"),
    *(rb"\u0075", rb"\u005f", rb"\u004A", rb"\u006f", rb"\u007a", rb"\u005F", rb"\u007A"),
    *(rb"\u001b", rb"\u0040", rb"\u005b", rb"\u0060", rb"\u007b", rb"\u00e9", rb"\u0", rb"\u00"),
    *(b"\n", b"\n", b"\n", b"\r\n", b"\n\n", b" ", b"\r", b"\t", b"\0", b"\xef\xbb\xbf", b"\xff"),
    *(b"{", b"}", b"abc", b"x" * 40, "\u2028\u0085".encode()),
)
logs = st.lists(st.sampled_from(PIECES), max_size=60).map(b"".join)


@pytest.fixture(params=["fast", "plain"], autouse=True)
def search(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every test runs with the fast search, and as where that is not installed."""
    if request.param == "plain":
        monkeypatch.setattr(scan, "_fast", None)
        monkeypatch.setattr(scan, "_find", bytearray.find)
    elif scan._fast is None:
        pytest.skip("stringzilla is not installed")
    return str(request.param)


class Small:
    """A block in which pieces of a log are *size* bytes long."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.patch = pytest.MonkeyPatch()

    def __enter__(self) -> None:
        self.patch.setattr(scan, "_SIZE", self.size)
        self.patch.setattr(scan, "_ROOM", self.size // 2)
        self.patch.setattr(scan, "_spare", [])

    def __exit__(self, *_: object) -> None:
        self.patch.undo()


class Trickle(io.BytesIO):
    """A file that gives a few bytes at a time, as one that is being decompressed may."""

    def readinto(self, room: Buffer, /) -> int:
        return super().readinto(memoryview(room)[:3])


def split(log: bytes) -> tuple[list[bytes], bytes]:
    """The closed lines, and what stands behind the last."""
    *lines, tail = log.split(b"\n")
    return lines, tail


def matters(line: bytes, markers: Iterable[bytes]) -> bool:
    """Whether a line holds a marker, or a letter of one as an escape."""
    letters = set(b"".join(markers).decode()) - {'"'}
    escapes = re.findall(rb"\\u00([0-9a-fA-F]{2})", line)
    written = {chr(int(escape, 16)) for escape in escapes}
    return any(marker in line for marker in markers) or bool(letters & written)


@given(log=logs, size=st.integers(1, 64))
@example(log=b'{"usage":1}\n' * 9, size=7)
@example(log=b"\n", size=1)
@example(log=b"", size=1)
@example(log=b'x"usage"', size=4)
@example(log=rb"\u005b" + b"\n" + rb"\u0041" + b"\n" + rb"\u0040" + b"\n", size=64)
@pytest.mark.parametrize("markers", [MARKERS, MARKERS[:1]])
def test_the_lines_are_those_that_mention_a_marker(
    markers: tuple[bytes, ...], log: bytes, size: int
) -> None:
    lines, tail = split(log)
    for file in (io.BytesIO(log), Trickle(log)):
        with Small(size):
            found = Scan(file, markers)
            assert list(found) == [line for line in lines if matters(line, markers)]
        assert found.offset == len(log) - len(tail)
        assert found.tail == tail


@given(log=logs, size=st.integers(1, 64), flips=st.sets(st.integers(0, 20)), every=st.booleans())
@example(log=b'a\n"usage"\nb\n \n\nc\n"usage"\nd\n', size=64, flips={0, 2}, every=False)
def test_a_change_of_every_holds_from_the_very_next_line(
    log: bytes, size: int, flips: set[int], every: bool
) -> None:
    lines, _ = split(log)
    expected, now = [], every
    for line in lines:
        if line.strip() if now else matters(line, MARKERS):
            now ^= len(expected) in flips
            expected.append(line)
    found, got = Scan(io.BytesIO(log), MARKERS), []
    found.every = every
    with Small(size):
        for line in found:
            found.every ^= len(got) in flips
            got.append(line)
    assert got == expected


@given(log=logs, size=st.integers(1, 64), first=st.integers(0, 6), every=st.booleans())
@example(log=b'a\n"usage"\nb\n"usage"\nc\n', size=64, first=2, every=True)
@example(log=b'"usage"' * 9 + b"\n" + b'"usage"\n', size=16, first=0, every=False)
def test_what_is_left_after_some_lines_comes_in_batches(
    log: bytes, size: int, first: int, every: bool
) -> None:
    lines, tail = split(log)
    wanted = [
        n for n, line in enumerate(lines) if (line.strip() and every) or matters(line, MARKERS)
    ]
    told = wanted[:first]
    after = told[-1] + 1 if told else 0
    rest = [line for line in lines[after:] if matters(line, MARKERS)]
    for file in (io.BytesIO(log), Trickle(log)):
        with Small(size):
            found = Scan(file, MARKERS)
            found.every = every
            one_by_one = iter(found)
            assert [next(one_by_one) for _ in told] == [lines[n] for n in told]
            assert found.offset == sum(len(line) + 1 for line in lines[:after])
            assert [line for batch in found.batches() for line in batch] == rest
        assert (found.offset, found.tail) == (len(log) - len(tail), tail)
        assert list(found) == list(found.batches()) == []


def test_of_fewer_markers_the_lines_are_given_from_the_next_piece_on() -> None:
    log = b'1"usage"\n2"token_count"\n3"usage"\n4"token_count"\n5"usage"\n6"token_count"\n'
    with Small(size=29):
        found = Scan(io.BytesIO(log), MARKERS)
        batches = found.batches()
        assert next(batches) == [b'1"usage"', b'2"token_count"']
        found.markers = MARKERS[1:]
        assert [line for batch in batches for line in batch] == [
            b'4"token_count"',
            b'6"token_count"',
        ]


@given(log=logs, size=st.integers(1, 64), stop=st.integers(0, 5), every=st.booleans())
def test_after_each_line_the_offset_stands_behind_its_end(
    log: bytes, size: int, stop: int, every: bool
) -> None:
    with Small(size):
        found = Scan(io.BytesIO(b"skipped\n" + log), MARKERS)
        found.every = every
        for number, line in enumerate(found):
            assert (b"skipped\n" + log)[: found.offset].endswith(line + b"\n")
            if number == stop:
                break


def test_a_resumed_scan_counts_from_its_start(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'{"usage":1}\n{"usage":2}\n{"usage"')
    with open_log(path) as file:
        file.seek(12)
        found = Scan(file, MARKERS, start=12)
        assert list(found) == [b'{"usage":2}']
        assert (found.offset, found.tail) == (24, b'{"usage"')


def test_what_a_readers_own_buffer_has_read_ahead_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'first\n{"usage":2}\n')
    with open_log(path) as file:
        assert file.readline() == b"first\n"
        assert list(Scan(file, MARKERS, start=6)) == [b'{"usage":2}']


def test_a_file_that_nobody_else_holds_stays_open_for_its_scan(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'{"usage":1}\n')
    with pytest.warns(ResourceWarning):
        assert len(list(Scan(open_log(path), MARKERS))) == 1


def test_two_scans_at_once_do_not_disturb_each_other() -> None:
    one = iter(Scan(io.BytesIO(b'1"usage"\n' * 9), MARKERS))
    other = iter(Scan(io.BytesIO(b'2"usage"\n' * 9), MARKERS))
    assert list(zip(one, other, strict=True)) == [(b'1"usage"', b'2"usage"')] * 9


def test_a_scan_that_was_broken_off_leaves_nothing_behind_for_the_next() -> None:
    for _ in Scan(io.BytesIO(b'"usage"\n' * 9), MARKERS):
        break
    assert list(Scan(io.BytesIO(b"a\n"), MARKERS)) == []


class Made(io.RawIOBase):
    """A file whose bytes are made when they are read: *parts*, one for each reading."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self.parts = iter(parts)
        self.rest = b""

    def readinto(self, room: Buffer, /) -> int:
        view = memoryview(room)
        self.rest = self.rest or next(self.parts, b"")
        size = min(len(view), len(self.rest))
        view[:size] = self.rest[:size]
        self.rest = self.rest[size:]
        return size


def memory(file: io.RawIOBase) -> tuple[int, int, int]:
    """The number of lines found in *file*, the most bytes that it took, and those it kept."""
    tracemalloc.start()
    try:
        found = sum(1 for _ in Scan(file, MARKERS))  # type: ignore[arg-type]
        now, peak = tracemalloc.get_traced_memory()
        return found, peak, now
    finally:
        tracemalloc.stop()


MEGABYTE = 1 << 20


def test_memory_does_not_grow_with_the_file() -> None:
    part = (b"x" * 1000 + b"\n") * 500 + b'"usage"\n'
    found, most, _ = memory(Made(part for _ in range(128)))
    assert found == 128
    assert most < 4 * MEGABYTE


@pytest.mark.parametrize("end", [b'"usage"\n', b"\n"], ids=["found", "passed over"])
def test_a_very_long_line_takes_memory_in_proportion_to_itself_and_gives_it_back(
    end: bytes,
) -> None:
    long = [b"x" * MEGABYTE] * 20
    made = Made([b'"usage"\n', *long, end, b'"usage"\n'] + [b"y\n" * 1000] * 900)
    found, most, kept = memory(made)
    assert found == 2 + end.startswith(b'"')
    assert most < 80 * MEGABYTE
    assert kept < 4 * MEGABYTE
