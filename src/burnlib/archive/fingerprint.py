"""Whether a log file is the one that was read before: unchanged, longer, or another."""

from __future__ import annotations

import enum
import os
from pathlib import Path

from attrs import frozen

__all__ = ["Change", "Fingerprint", "Stat", "stat_of"]

# Enough for the header line with its ids and instants at one end, and a few records at the other.
_SAMPLE = 4096
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


class Change(enum.Enum):
    """What became of a file since it was read."""

    NEW = "new"
    """Never read before."""
    SAME = "same"
    """Not touched."""
    GREW = "grew"
    """Everything that was read is still there; there may be more."""
    REWRITTEN = "rewritten"
    """What was read is not there any more, or not in the same place."""


@frozen
class Stat:
    """What one stat call tells: a file whose three numbers are unchanged is not opened.

    A program can set a modification time, but not the change time (on Windows that is the time of
    creation, which costs no more than a look at the file). The inode is no identity: file systems
    reuse it at once.
    """

    size: int
    mtime_ns: int
    ctime_ns: int


def stat_of(path: str | Path) -> Stat:
    """Return the stat of *path*, following links; raises OSError."""
    found = os.stat(path)  # noqa: PTH116 - one call, no wrapper: this runs for every file
    return Stat(found.st_size, found.st_mtime_ns, found.st_ctime_ns)


@frozen
class Fingerprint:
    """The first *size* bytes of a file, by their beginning and their end.

    Attributes:
        size: Bytes vouched for.
        head: Digest of at most the first 4 KiB of them.
        tail: Digest of at most the last 4 KiB of them.

    """

    size: int = 0
    head: bytes = b""
    tail: bytes = b""

    @classmethod
    def of(cls, path: str | Path, size: int) -> Fingerprint:
        """Return the fingerprint of the first *size* bytes of *path*; raises OSError."""
        import hashlib  # loads OpenSSL, which a run that finds nothing new does not need

        descriptor = os.open(path, _READ)
        try:
            head = os.read(descriptor, min(_SAMPLE, size))
            tail = head
            if size > _SAMPLE:
                os.lseek(descriptor, size - _SAMPLE, os.SEEK_SET)
                tail = os.read(descriptor, _SAMPLE)
        finally:
            os.close(descriptor)
        return cls(size, hashlib.sha256(head).digest(), hashlib.sha256(tail).digest())

    def holds(self, path: str | Path, size: int) -> bool:
        """Whether *path*, now *size* bytes long, still begins with the same bytes."""
        return size >= self.size and Fingerprint.of(path, self.size) == self
