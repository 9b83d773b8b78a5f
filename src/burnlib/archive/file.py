"""The archive as a file: where it is, how it is opened, and what its errors mean."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from burnlib.errors import ArchiveError, ArchiveNotWritten, NotFound
from burnlib.folders import folder_for

__all__ = [
    "BUSY_SECONDS",
    "COLLECT_FIRST",
    "clear_errors",
    "connect",
    "create_private",
    "default_path",
]

COLLECT_FIRST = (
    "burn collect, or burn import FILE for exports of chats, or look at made-up data: burn demo"
)
"""What to do where there is no archive yet, or nothing in it."""

BUSY_SECONDS = 60.0
"""How long to wait for another process that writes."""

# What SQLite says of an archive that cannot be written now, and what to do about it.
_NOT_WRITTEN = {
    "locked": "another burn is writing; wait for it, then try again",
    "full": "make room on the disk, then run it again",
    "disk I/O error": "make room on the disk, or repair it, then run it again",
    "readonly": "make the file and its folder writable, or name another: --archive FILE",
}


def default_path() -> Path:
    """Return where the user's archive is kept: the platform's folder for application data.

    Raises NotFound where the user has no home folder.
    """
    try:
        return folder_for("data") / "archive.db"
    except RuntimeError as error:
        raise NotFound("no home folder", hint="set HOME, or use --archive FILE") from error


def connect(path: Path) -> sqlite3.Connection:
    """Connect for writing, or for reading alone where the file may not be written to."""
    where, uri = str(path), False
    if not os.access(path, os.W_OK):
        where, uri = f"{path.resolve().as_uri()}?mode=ro", True
        # Reading beside writers takes a file of shared memory, which cannot be made there, either.
        if not path.with_name(f"{path.name}-wal").exists():
            where += "&immutable=1"
    return sqlite3.connect(where, timeout=BUSY_SECONDS, isolation_level=None, uri=uri)


def create_private(path: Path) -> None:
    """Make the file readable by its owner alone, before SQLite makes it with the umask."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


@contextlib.contextmanager
def clear_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system raise inside into ArchiveErrors that say what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        for word, hint in _NOT_WRITTEN.items():
            if word in text:
                raise ArchiveNotWritten(text, where=str(path), hint=hint) from error
        hint = "make it readable and its folder writable, or name another: --archive FILE"
        raise ArchiveError(text, where=str(path), hint=hint) from error
    except sqlite3.DatabaseError as error:
        hint = "restore a backup of it, or name another: --archive FILE"
        raise ArchiveError(f"cannot be read: {error}", where=str(path), hint=hint) from error
    except OSError as error:
        hint = "name a file that can be written: --archive FILE"
        raise ArchiveError(error.strerror or str(error), where=str(path), hint=hint) from error
