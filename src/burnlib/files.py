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

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class CannotWrite(BurnlibError, OSError):  # noqa: N818
    """A file could not be written; what was there before is unchanged."""


def replace_file(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write *content* to *path* at once; a reader sees the old file or the new one.

    A link is followed, so that the file it points to is replaced. A new file is readable as the
    umask says, or by its owner alone if it is *private*; one that is replaced keeps its mode.
    Raises CannotWrite.
    """
    target = path.resolve() if path.is_symlink() else path
    if target.is_dir():
        raise CannotWrite("is a folder", where=str(path), hint="name a file in it")
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    made = False
    try:
        # Devices such as /dev/stdout cannot be replaced, only written to.
        if target.exists() and not target.is_file():
            target.write_bytes(content)
            return
        descriptor = os.open(beside, _NEW, 0o600 if private else 0o666)
        made = True
        with open(descriptor, "wb") as file:  # noqa: PTH123 - it is a descriptor
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            beside.chmod(stat.S_IMODE(target.stat().st_mode))
        beside.replace(target)
        made = False
        _sync_folder(target.parent)
    except OSError as error:
        hint = "make room and run it again" if error.errno == errno.ENOSPC else ""
        if not target.parent.is_dir():
            hint = f"make the folder first: {target.parent}"
        raise CannotWrite(error.strerror or str(error), where=str(path), hint=hint) from error
    finally:
        if made:
            with contextlib.suppress(OSError):
                beside.unlink()


def _sync_folder(folder: Path) -> None:
    """Make the new name durable; Windows has no such call, and does not need one."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
