"""Replacing a file so that there is always the old or the new one, whole."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from burnlib.errors import BurnlibError

__all__ = ["CannotWrite", "replace_file"]


class CannotWrite(BurnlibError, OSError):  # noqa: N818
    """A file could not be written; what was there before is unchanged."""


def replace_file(path: Path, content: bytes) -> None:
    """Write *content* to *path* at once; a reader sees the old file or the new one.

    A link is followed, so that the file it points to is replaced. Raises CannotWrite.
    """
    target = path.resolve() if path.is_symlink() else path
    if target.is_dir():
        raise CannotWrite("is a folder", where=str(path), hint="name a file in it")
    temporary = ""
    try:
        # Devices such as /dev/stdout cannot be replaced, only written to.
        if target.exists() and not target.is_file():
            target.write_bytes(content)
            return
        descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        with open(descriptor, "wb") as file:  # noqa: PTH123 - it is a descriptor
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)  # noqa: PTH105 - the call whose promise is meant
        temporary = ""
        _sync_folder(target.parent)
    except OSError as error:
        hint = "make room and run it again" if error.errno == 28 else ""
        if isinstance(error, FileNotFoundError):
            hint = f"make the folder first: {target.parent}"
        raise CannotWrite(error.strerror or str(error), where=str(path), hint=hint) from error
    finally:
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()


def _sync_folder(folder: Path) -> None:
    """Make the new name durable; Windows has no such call, and does not need one."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
