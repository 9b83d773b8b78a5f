"""JSON Lines as tools really write them: torn, glued, with a byte order mark, with odd numbers.

Everything here is public for authors of source plugins.
"""

from __future__ import annotations

import io
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn, cast

import msgspec
from attrs import frozen

from burnlib.errors import LogFormatError, MissingDependency

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer as Buffer

__all__ = [
    "MOST_IN_ONE_USE",
    "Line",
    "mentions",
    "objects",
    "open_log",
    "read_lines",
    "text_of",
    "tokens",
]

MOST_IN_ONE_USE = 10**12
"""Tokens that one use can have: a hundred thousand times the largest context window of 2026."""

_BUFFER = 1 << 20

# A letter or the underscore, written as an escape: then a key may hide from a search for its bytes.
_ESCAPED_LETTER = re.compile(rb"\\u00(?:[46][1-9a-fA-F]|[57][0-9aA]|5[fF])")

# Restarts after damage within one line; more would make a hostile line cost quadratic time.
_MOST_RESTARTS = 16


@frozen
class Line:
    """One line of a log.

    Attributes:
        raw: Its bytes without the line end.
        end: Offset of the byte after it, line end included.
        closed: Whether it has a line end; the last line of a live log may still be growing.

    """

    raw: bytes
    end: int
    closed: bool


def open_log(path: str | Path, *, buffered: bool = True) -> BinaryIO:
    """Open a log for reading bytes; ``.zst`` files are decompressed on the way.

    A reader that brings a buffer of its own, as a Scan does, needs no other.

    Raises LogFormatError for what is not a regular file (a pipe would block for ever) and
    MissingDependency where this Python cannot read Zstandard.
    """
    # Without O_NONBLOCK, opening a pipe that nobody writes to never returns.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags | getattr(os, "O_CLOEXEC", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise LogFormatError("not a regular file", where=str(path))
    if not buffered and not str(path).endswith(".zst"):
        return cast("BinaryIO", io.FileIO(descriptor))
    file = open(descriptor, "rb", buffering=_BUFFER)  # noqa: SIM115, PTH123 - the caller closes it
    return _decompressed(file, str(path)) if str(path).endswith(".zst") else file


def _decompressed(file: BinaryIO, name: str) -> BinaryIO:
    try:
        decompressor = _decompressor()
    except ImportError as error:
        file.close()
        raise MissingDependency(
            "compressed, and this Python cannot read Zstandard",
            hint="pip install 'burnlib[zstd]', or use Python 3.14",
        ) from error
    return io.BufferedReader(_Decompressed(file, decompressor, name), _BUFFER)


def _decompressor() -> Any:  # noqa: ANN401 - either of two packages, only one of which is installed
    try:
        from compression import zstd  # type: ignore[import-not-found]  # Python 3.14 and later

        return zstd.ZstdDecompressor()
    except ImportError:
        import zstandard

        return zstandard.ZstdDecompressor().decompressobj()


class _Decompressed(io.RawIOBase):
    """A compressed file as its content; LogFormatError where it is damaged or cut off."""

    def __init__(self, file: BinaryIO, decompressor: Any, name: str) -> None:  # noqa: ANN401
        self._file = file
        self._decompressor = decompressor
        self._name = name
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer)
        while not self._ready and not self._decompressor.eof:
            packed = self._file.read(_BUFFER)
            if not packed:
                raise self._damaged("is cut off")
            try:
                self._ready = self._decompressor.decompress(packed)
            except Exception as error:
                raise self._damaged(f"is damaged: {error}") from error
        size = min(len(view), len(self._ready))
        view[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _damaged(self, how: str) -> LogFormatError:
        hint = "if it is being written, wait; else restore it from a backup"
        return LogFormatError(f"the compressed file {how}", where=self._name, hint=hint)

    def close(self) -> None:
        self._file.close()
        super().close()


def read_lines(file: BinaryIO, *, start: int = 0) -> Iterator[Line]:
    r"""Yield the lines of *file*, which stands at offset *start*.

    Lines end with ``\n`` alone: text holds U+2028, form feeds and lone carriage returns.
    """
    end = start
    for raw in file:
        end += len(raw)
        closed = raw.endswith(b"\n")
        yield Line(raw[:-1] if closed else raw, end, closed)


def mentions(raw: bytes, *keys: bytes) -> bool:
    r"""Whether an object in the line may have one of *keys*, given with their quotes.

    May say yes for text in which a key only occurs; never says no for a line that has the key,
    also not for one that writes it with escapes (``"usag\u0065"``).
    """
    if any(key in raw for key in keys):
        return True
    return b"\\u00" in raw and _ESCAPED_LETTER.search(raw) is not None


def objects(raw: bytes) -> tuple[list[dict[str, object]], bool]:
    """Return the JSON objects that stand in a line, and whether all of it could be read.

    Usually that is one. Two glued ones occur where a tool lost a line end, and a torn record may
    have a whole one behind it. Bytes that are not UTF-8 are replaced: they can only sit in text.
    """
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _salvage(raw.decode("utf-8", errors="replace"))
    return ([value], True) if isinstance(value, dict) else ([], False)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)
# What may stand between two objects of a line: also NULs that a power loss left, and a BOM.
_PADDING = " \t\r\n\0\ufeff"


def _salvage(text: str) -> tuple[list[dict[str, object]], bool]:
    found: list[dict[str, object]] = []
    whole, restarts, at = True, 0, 0
    while at < len(text):
        if text[at] in _PADDING:
            at += 1
            continue
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            whole = False
            restarts += 1
            at = text.find('{"', at + 1)
            if at < 0 or restarts > _MOST_RESTARTS:
                break
            continue
        if isinstance(value, dict):
            found.append(value)
        else:
            whole = False
    return found, whole


def tokens(value: object) -> int | None:
    """Return a logged count as an int, or None where it is no count at all.

    Missing (None) is 0; whole floats and strings of digits are taken; booleans, negative numbers,
    fractions, infinities and numbers over MOST_IN_ONE_USE are not counts.
    """
    if value is None:
        return 0
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 16:
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is int and 0 <= value <= MOST_IN_ONE_USE:
        return value
    return None


def text_of(record: Mapping[str, object], key: str) -> str:
    """Return the text under *key*, or "" where there is none."""
    value = record.get(key)
    return value if isinstance(value, str) else ""
