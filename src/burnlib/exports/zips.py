"""Zip archives, read with distrust: every check is done before the first record is given out.

Nothing is ever extracted, so the names in an archive do no harm. The dangers that remain are an
archive that inflates without end, one whose entries share their bytes, and one that is damaged
behind the first thousand records. See "A better zip bomb" (Fifield, WOOT 2019) and CVE-2024-0450,
which Python's own zipfile checks from 3.11.8 on.
"""

from __future__ import annotations

import io
import stat
import struct
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipExtFile, ZipFile, ZipInfo

from burnlib.errors import LogFormatError
from burnlib.exports.finding import is_document
from burnlib.exports.member import PIECE, Member, Stamp, Watched, changing, open_export

__all__ = ["HOW_TO_EXPORT", "zip_members"]

# As the help pages of OpenAI (article 7260999) and Anthropic (9450526) had it in 2026.
HOW_TO_EXPORT = (
    "export your data as JSON: in ChatGPT, Settings > Data controls > Export data; in Claude, "
    "Settings > Privacy > Export data; then import the zip"
)

_MOST_MEMBERS = 100_000
_MOST_DIRECTORY = 1 << 25
_MOST_INFLATED = 8 << 30
# Chats compress 5 to 15 times; deflate reaches 1,032 times at most.
_MOST_RATIO = 200
_RATIO_FLOOR = 256 << 20

_ENTRY = b"PK\x01\x02"
_LOCAL_HEADER = b"PK\x03\x04"
_LOCAL_SIZE = 30
_ENCRYPTED = 0x1
_STRONGLY = 0x40
_MOST_NAMES = 5

# What zipfile raises for directories that make no sense, found by changing bytes at random.
_DAMAGE = (BadZipFile, struct.error, EOFError, OSError, OverflowError, RuntimeError, ValueError)

_METHODS = {
    1: "shrink",
    6: "implode",
    9: "Deflate64",
    12: "bzip2",
    14: "LZMA",
    93: "Zstandard",
    95: "xz",
    98: "PPMd",
    99: "AES encryption",
}
_UNPACK = "unpack it with another program, and import the files in it"
_AGAIN = "download it again"


def zip_members(
    path: Path, file: BinaryIO, before: Stamp
) -> tuple[list[Member], list[LogFormatError]]:
    """Return the documents of the archive in *file*, and the archives within it.

    Each document has been read once, and is whole. Limits: 100,000 entries, a directory of 32 MiB,
    8 GiB inflated, and 200 times the compressed size once 256 MiB are inflated. Methods: stored
    and deflated, which are what exports use and the only ones that Python inflates in bounded
    pieces. Raises LogFormatError for an archive that breaks a limit, is damaged or encrypted, or
    holds no document.
    """
    entries, end = _directory(path, file)
    wanted = _wanted(path, entries)
    nested = _nested(path, entries)
    if not wanted:
        raise _nothing(path, entries, nested)
    _check_limits(path, wanted)
    starts = _starts(path, file, wanted, entries, end)
    found = [
        Member(
            f"{path.name}: {_name(entry)}",
            entry.file_size,
            partial(_open, path, before, entry, start),
        )
        for entry, start in zip(wanted, starts, strict=True)
    ]
    for member in found:
        _verify(member)
    return found, nested


class _Guarded(io.BufferedReader):
    """A file that does not give out a directory which is too large to be parsed.

    zipfile reads the whole directory at once, and makes an object of about 600 bytes for each
    entry in it, however many the archive announces.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _MOST_DIRECTORY:
            raise LogFormatError(f"has a directory of {size:,} bytes", hint=_UNPACK)
        found = super().read(size)
        if found.count(_ENTRY) > _MOST_MEMBERS:
            raise LogFormatError(f"holds more than {_MOST_MEMBERS:,} files", hint=_UNPACK)
        return found


def _directory(path: Path, file: BinaryIO) -> tuple[list[ZipInfo], int]:
    """Return the entries of the archive, and the offset of its directory."""
    try:
        with io.FileIO(file.fileno(), closefd=False) as raw, ZipFile(_Guarded(raw)) as archive:
            return archive.infolist(), archive.start_dir
    except LogFormatError as error:
        raise LogFormatError(error.message, where=str(path), hint=error.hint) from None
    except NotImplementedError as error:
        raise LogFormatError(f"cannot be read: {error}", where=str(path), hint=_UNPACK) from error
    except _DAMAGE as error:
        message = f"is a zip archive that is cut off or damaged: {error}"
        raise LogFormatError(message, where=str(path), hint=_AGAIN) from error


def _name(entry: ZipInfo) -> str:
    return entry.filename.replace("\\", "/")


def _is_file(entry: ZipInfo) -> bool:
    mode = entry.external_attr >> 16  # of Unix; 0 where another system made the archive
    return not _name(entry).endswith("/") and not stat.S_ISLNK(mode)


def _wanted(path: Path, entries: Iterable[ZipInfo]) -> list[ZipInfo]:
    """Return the entries to read; of two with the same name and content, one."""
    found: dict[str, ZipInfo] = {}
    for entry in entries:
        name = _name(entry)
        if not is_document(name) or not _is_file(entry):
            continue
        same = found.setdefault(name, entry)
        if (same.CRC, same.file_size) != (entry.CRC, entry.file_size):
            message = f"holds two different files named {name}"
            raise LogFormatError(message, where=str(path), hint=_UNPACK)
    return list(found.values())


def _nested(path: Path, entries: Iterable[ZipInfo]) -> list[LogFormatError]:
    return [
        LogFormatError(
            "is an archive within an archive, which is not opened",
            where=f"{path.name}: {_name(entry)}",
            hint="unpack it, and import it by itself",
        )
        for entry in entries
        if _is_file(entry) and entry.filename.lower().endswith(".zip")
    ]


def _nothing(
    path: Path, entries: Sequence[ZipInfo], nested: Sequence[LogFormatError]
) -> LogFormatError:
    """Return the error for an archive without a document to read."""
    files = [_name(entry) for entry in entries if _is_file(entry)]
    names = ", ".join(files[:_MOST_NAMES])
    if len(files) > _MOST_NAMES:
        names += f" and {len(files) - _MOST_NAMES:,} more"
    message = f"holds no conversations, but {names}" if files else "is an empty archive"
    hint = HOW_TO_EXPORT
    if nested:
        hint = "unpack it, and import the archives in it"
    return LogFormatError(message, where=str(path), hint=hint)


def _check_limits(path: Path, wanted: Iterable[ZipInfo]) -> None:
    inflated = 0
    for entry in wanted:
        where = f"{path.name}: {_name(entry)}"
        if entry.flag_bits & (_ENCRYPTED | _STRONGLY):
            raise LogFormatError("is encrypted", where=where, hint=_UNPACK)
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            method = _METHODS.get(entry.compress_type, "an unknown method")
            message = f"is compressed with {method} ({entry.compress_type})"
            raise LogFormatError(message, where=where, hint=_UNPACK)
        inflated += entry.file_size
        suspicious = entry.file_size > _MOST_RATIO * entry.compress_size
        if inflated > _MOST_INFLATED or (inflated > _RATIO_FLOOR and suspicious):
            message = f"inflates {entry.compress_size:,} bytes to {entry.file_size:,}"
            hint = "an export does not do that; if you trust it, unpack it and import the files"
            raise LogFormatError(message, where=where, hint=hint)


def _starts(
    path: Path, file: BinaryIO, wanted: Iterable[ZipInfo], entries: Iterable[ZipInfo], end: int
) -> list[int]:
    """Return where the bytes of each wanted entry begin; no two entries may share any."""
    offsets = sorted({(entry.header_offset, _name(entry)) for entry in entries})
    offsets.append((end, ""))
    starts = []
    for entry in wanted:
        where = f"{path.name}: {_name(entry)}"
        start = _start(file, entry)
        if start is None:
            raise LogFormatError("is damaged: it has no header", where=where, hint=_AGAIN)
        behind = bisect_left(offsets, (entry.header_offset, _name(entry))) + 1
        if start + entry.compress_size > offsets[behind][0]:
            message = "shares its bytes with another entry of the archive"
            raise LogFormatError(message, where=where, hint="an export does not do that")
        starts.append(start)
    return starts


def _start(file: BinaryIO, entry: ZipInfo) -> int | None:
    """Return where the bytes of an entry begin; None where its own header is not there."""
    if entry.header_offset < 0:
        return None
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_SIZE)
    if len(header) < _LOCAL_SIZE or not header.startswith(_LOCAL_HEADER):
        return None
    name, extra = struct.unpack_from("<HH", header, 26)
    return entry.header_offset + _LOCAL_SIZE + int(name) + int(extra)


def _open(path: Path, before: Stamp, entry: ZipInfo, start: int) -> BinaryIO:
    """Open one entry; the archive's directory is not read again for it."""
    file = open_export(path)
    where = f"{path.name}: {_name(entry)}"
    if Stamp.of(file) != before:
        file.close()
        raise changing(where)
    file.seek(start)
    document = ZipExtFile(file, "r", entry, None, True)
    return io.BufferedReader(Watched(document, file, before, where), PIECE)


def _verify(member: Member) -> None:
    """Read a document once: zipfile compares its checksum at the end of it."""
    size = 0
    with member.open() as file:
        while piece := file.read(PIECE):
            size += len(piece)
    if size != member.size:
        message = f"is damaged: it has {size:,} bytes where {member.size:,} are announced"
        raise LogFormatError(message, where=member.name, hint=_AGAIN)
