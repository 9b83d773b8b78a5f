"""What a file is, by its content: a zip archive, JSON, or something that cannot be imported."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import BinaryIO
from zipfile import is_zipfile

from burnlib.errors import LogFormatError
from burnlib.exports.documents import records
from burnlib.exports.finding import UNFINISHED
from burnlib.exports.member import PIECE, Member, Stamp, Watched, changing, open_export
from burnlib.exports.zips import HOW_TO_EXPORT, zip_members

__all__ = ["members"]

_BOM = b"\xef\xbb\xbf"
_SPACE = b" \t\r\n"
_UNPACK = "unpack it, and import what is in it"
_UTF8 = "save it as UTF-8"

# How a file begins, what it then is, and what to do.
_OTHERS = (
    (b"SQLite format 3\0", "an SQLite database", HOW_TO_EXPORT),
    (b"<", "HTML", HOW_TO_EXPORT),
    (b"%PDF", "a PDF", HOW_TO_EXPORT),
    (b"\xff\xfe", "UTF-16 text", _UTF8),
    (b"\xfe\xff", "UTF-16 text", _UTF8),
    (b"\x1f\x8b", "compressed with gzip", _UNPACK),
    (b"BZh", "compressed with bzip2", _UNPACK),
    (b"\xfd7zXZ\0", "compressed with xz", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "compressed with Zstandard", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"Rar!", "a RAR archive", _UNPACK),
)

# The first bytes of a zip archive: an entry, the end of an empty one, a part of a split one.
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def members(path: Path) -> tuple[list[Member], list[LogFormatError]]:
    """Return the documents of an export file, and what in it cannot be read beside them.

    The file's content decides what it is, not its name. Documents in a zip archive have been read
    through, and are whole; a JSON file is one document. Raises NotFound if there is no such file,
    and LogFormatError if it is not an export, is damaged, or is still being written.
    """
    if path.name.lower().endswith(UNFINISHED):
        raise changing(str(path))
    with open_export(path) as file:
        before = Stamp.of(file)
        try:
            return _members(path, file, before)
        except LogFormatError as error:
            if Stamp.of(file) != before:
                raise changing(str(path)) from error
            raise


def _members(
    path: Path, file: BinaryIO, before: Stamp
) -> tuple[list[Member], list[LogFormatError]]:
    head = _head(file)
    if not head.startswith((b"{", b"[")):
        if head.startswith(_ZIP) or is_zipfile(file):
            return zip_members(path, file, before)
        raise _not_an_export(path, head)
    _refuse_rows(path, head)
    return [Member(path.name, before.size, partial(_open, path, before))], []


def _head(file: BinaryIO) -> bytes:
    """Return the beginning of a file, from the first byte that is neither a BOM nor white space."""
    head = file.read(PIECE).removeprefix(_BOM).lstrip(_SPACE)
    while not head and (piece := file.read(PIECE)):
        head = piece.lstrip(_SPACE)
    return head


def _not_an_export(path: Path, head: bytes) -> LogFormatError:
    hint = f"name a zip archive or a JSON file, or {HOW_TO_EXPORT}"
    what, advice = "neither a zip archive nor JSON", hint
    if not head:
        what, advice = "empty", "download it again"
    for begin, kind, how in _OTHERS:
        if head.startswith(begin):
            what, advice = kind, how
    return LogFormatError(f"is {what}", where=str(path), hint=advice)


def _refuse_rows(path: Path, head: bytes) -> None:
    """Raise LogFormatError for burnlib's own file of days, which is no export."""
    first = next(records(io.BytesIO(head), where=""), None)
    if isinstance(first, Mapping) and {"date", "total"} <= first.keys():
        hint = f"show it with: burn show --from {path}"
        raise LogFormatError("holds the days that burn has counted", where=str(path), hint=hint)


def _open(path: Path, before: Stamp) -> BinaryIO:
    file = open_export(path)
    if Stamp.of(file) != before:
        file.close()
        raise changing(str(path))
    return io.BufferedReader(Watched(file, file, before, str(path)), PIECE)
