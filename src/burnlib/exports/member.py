"""One JSON document of an export, and reading it while somebody may still be writing it."""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from zipfile import BadZipFile

from attrs import field, frozen

from burnlib.errors import LogFormatError, NotFound
from burnlib.sources.lines import open_log

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer as Buffer

__all__ = ["PIECE", "Member", "Stamp", "Watched", "changing", "open_export"]

PIECE = 1 << 18
"""Bytes that are read at a time: 256 KiB."""


@frozen
class Member:
    """One JSON document of an export.

    Attributes:
        name: For messages: "conversations.json", or "export.zip: sub/conversations-000.json".
        size: Bytes, uncompressed.
        open: Opens it for reading bytes, to be used with ``with``. Reading raises LogFormatError
            where the file is damaged, or has changed since it was looked at.

    """

    name: str
    size: int
    open: Callable[[], BinaryIO] = field(eq=False, repr=False)


@frozen
class Stamp:
    """What tells whether a file has changed: which one it is, its size, when it was written."""

    device: int
    inode: int
    size: int
    written: int

    @classmethod
    def of(cls, file: BinaryIO) -> Stamp:
        """Return the stamp of an open file."""
        found = os.fstat(file.fileno())
        return cls(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def changing(where: str) -> LogFormatError:
    """Return the error for a file that is still being written."""
    hint = "import it again when the download is finished"
    return LogFormatError("is still changing", where=where, hint=hint)


def open_export(path: Path) -> BinaryIO:
    """Open a file for reading bytes; NotFound or LogFormatError if that cannot be done."""
    if path.suffix.lower() == ".zst":  # which open_log would unpack, and a zip must be seekable
        hint = "unpack it, and import what is in it"
        raise LogFormatError("is compressed with Zstandard", where=str(path), hint=hint)
    try:
        return open_log(path)
    except FileNotFoundError as error:
        hint = "look at the spelling; an export is a .zip file, or conversations.json"
        raise NotFound("does not exist", where=str(path), hint=hint) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        hint = "check its permissions"
        raise LogFormatError(f"cannot be opened: {reason}", where=str(path), hint=hint) from error


class Watched(io.RawIOBase):
    """A document of *file* as its bytes; LogFormatError for damage, and for a change meanwhile."""

    def __init__(
        self, document: io.BufferedIOBase | BinaryIO, file: BinaryIO, before: Stamp, where: str
    ) -> None:
        self._document = document
        self._file = file
        self._before = before
        self._where = where
        self._given = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Read into *buffer*; return how many bytes, 0 at the end."""
        view = memoryview(buffer)
        try:
            piece = self._document.read(len(view))
        except (BadZipFile, zlib.error, EOFError, OSError) as error:
            self._check()
            hint = "download it again"
            message = f"is damaged: {error or type(error).__name__}"
            raise LogFormatError(message, where=self._where, hint=hint) from error
        if not piece:
            self._check()
        view[: len(piece)] = piece
        self._given += len(piece)
        return len(piece)

    def tell(self) -> int:
        """Return how many bytes were read; the file itself may be compressed."""
        return self._given

    def _check(self) -> None:
        if Stamp.of(self._file) != self._before:
            raise changing(self._where)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()
