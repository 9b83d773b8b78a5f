"""Replacing a file so that there is always the old or the new one, whole."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from pathlib import Path

from burnlib.errors import BurnlibError

__all__ = ["CannotWrite", "replace_file"]

_ANOTHER = "name another file"
_ROOM = "make room and run it again"
_WRITABLE = "name a file in a folder that you may write to"
_HINTS = {
    errno.ENOSPC: _ROOM,
    errno.EFBIG: _ROOM,
    getattr(errno, "EDQUOT", errno.ENOSPC): _ROOM,
    errno.EACCES: _WRITABLE,
    errno.EPERM: _WRITABLE,
    errno.EROFS: _WRITABLE,
    errno.ENOTDIR: _WRITABLE,
    errno.ENAMETOOLONG: "name a file with a shorter name",
}
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class CannotWrite(BurnlibError, OSError):  # noqa: N818
    """A file could not be written; what was there before is unchanged."""


def replace_file(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write *content* to *path* at once; a reader sees the old file or the new one.

    A link is followed, so that the file it points to is replaced; what is no regular file, such
    as /dev/stdout, is written to. A new file is readable as the umask says, or by its owner alone
    if it is *private*; one that is replaced keeps its mode. Raises CannotWrite.
    """
    try:
        found = path.stat() if path.exists() else None
        if found and stat.S_ISDIR(found.st_mode):
            raise CannotWrite("is a folder", where=str(path), hint="name a file in it")
        if found and not stat.S_ISREG(found.st_mode):
            path.write_bytes(content)
            return
        target = path.resolve()
        _replace(target, content, stat.S_IMODE(found.st_mode) if found else None, private=private)
    except RuntimeError as error:  # how Python before 3.13 tells of a circle of links
        raise CannotWrite("is a link to itself", where=str(path), hint=_ANOTHER) from error
    except OSError as error:
        if isinstance(error, CannotWrite):
            raise
        hint = _HINTS.get(error.errno or 0, _ANOTHER)
        if isinstance(error, FileNotFoundError):
            hint = f"make the folder first: {path.parent}"
        raise CannotWrite(error.strerror or str(error), where=str(path), hint=hint) from error


def _replace(target: Path, content: bytes, mode: int | None, *, private: bool) -> None:
    # A name of its own length, since the target's may already be as long as names can be.
    beside = target.with_name(f".burn-{secrets.token_hex(8)}")
    descriptor = os.open(beside, _NEW, 0o600 if private else 0o666)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - it is a descriptor
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            beside.chmod(mode)
        beside.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable; Windows has no such call, and does not need one."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
