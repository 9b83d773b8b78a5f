"""The archive's file, opened: transactions, queries, settings."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from burnlib.archive.file import (
    BUSY_SECONDS,
    COLLECT_FIRST,
    clear_errors,
    connect,
    create_private,
    default_path,
)
from burnlib.archive.schema import in_memory, prepare
from burnlib.errors import ArchiveNotWritten, NoArchive

__all__ = ["Database"]

# Enough for the index of a hundred thousand uses, whose pages are written to all over.
_CACHE_KIB = 32 * 1024


class Database:
    """The SQLite file, opened; a context manager that closes it.

    Raises ArchiveError from every method, where the file cannot be read or written.

    Attributes:
        opened: How many are open in this process. While any is, a process that was forked from it
            must not open the same file: SQLite would believe that it holds the locks of the other
            (https://www.sqlite.org/howtocorrupt.html, on carrying connections across a fork).

    """

    opened: ClassVar[int] = 0

    def __init__(self, path: Path | None = None, *, create: bool = True) -> None:
        """Open the archive at *path* (default: the user's own); *create* it if there is none."""
        self.path = path or default_path()
        if not create and not self.path.exists():
            raise NoArchive(
                "there is no archive yet",
                where=str(self.path),
                hint=COLLECT_FIRST,
            )
        with clear_errors(self.path):
            if create:
                create_private(self.path)
            self._db = connect(self.path)
            try:
                opened = self._db
                if not os.access(self.path, os.W_OK):
                    self._db = in_memory(self._db, self.path)
                self._in_memory = self._db is not opened
                prepare(self._db, self.path)
                self._db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
                # A commit means "kept", also through a power cut.
                self._db.execute("PRAGMA synchronous = FULL")
            except BaseException:
                self._db.close()
                raise
        Database.opened += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        Database.opened -= 1
        self._db.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside happen together or not at all.

        Raises ArchiveNotWritten also where the archive is an older one that may only be read.
        """
        if self._in_memory:
            # It is a copy, which will be gone: what is put into it is not kept.
            raise ArchiveNotWritten(
                "was written by an older burnlib and may only be read",
                where=str(self.path),
                hint="make it and its folder writable, or name another: --archive FILE",
            )
        with clear_errors(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextlib.contextmanager
    def at_once(self) -> Iterator[None]:
        """Let what is done inside fail at once where it would have to wait for another process."""
        self._db.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            self._db.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let everything that is read inside be of one moment."""
        with clear_errors(self.path):
            self._db.execute("BEGIN")
            try:
                yield
            finally:
                self._db.execute("ROLLBACK")

    def _query(self, sql: str, *values: object) -> Iterator[tuple[object, ...]]:
        with clear_errors(self.path):
            # Not `yield from`: whoever stops midway, at an interrupt, would close the cursor
            # after the database, which is an error.
            for row in self._db.execute(sql, values):  # noqa: UP028
                yield row

    def get(self, key: str) -> str:
        """Return a setting such as "zone", or ""."""
        for (value,) in self._query("SELECT value FROM meta WHERE key = ?", key):
            return str(value)
        return ""

    def set(self, key: str, value: str) -> None:
        """Keep a setting."""
        with clear_errors(self.path):
            self._db.execute("REPLACE INTO meta VALUES (?, ?)", (key, value))
