"""Rows of the archive's view ``told`` as uses, and paths as its text."""

from __future__ import annotations

import os
from collections.abc import Sequence
from types import NoneType
from typing import Any

from burnlib.errors import ArchiveError
from burnlib.model import UsageEvent
from burnlib.packed import unpack

__all__ = ["COLUMNS", "check_row", "from_row", "text_of_path"]

COLUMNS = (
    "source, id, request, file, gone, revision, at, fidelity, input, cache_read,"
    " cache_write_5m, cache_write_1h, output, reasoning, calls, model, project, branch,"
    " session, work, low, high, sidechain, detail, started, processed_input, processed_output,"
    " processed_high, method, calibrated"
)


_TEXTS = {"source", "id", "request", "model", "project", "branch", "session", "work", "method"}
_MAYBE = {"low", "high", "started", "processed_input", "processed_output", "processed_high"}
_KINDS: tuple[tuple[type, ...], ...] = tuple(
    (str,) if name in _TEXTS else (int, NoneType) if name in _MAYBE | {"calibrated"} else (int,)
    for name in COLUMNS.split(", ")
)


def text_of_path(path: str | os.PathLike[str]) -> str:
    """Return the path as the archive's text: bytes that are no text are written as escapes."""
    text = os.fspath(path)
    return text if text.isascii() else os.fsencode(text).decode("utf-8", "backslashreplace")


def check_row(row: Sequence[object]) -> None:
    """Raise ArchiveError where *row*, in the order of COLUMNS, holds what burnlib never writes."""
    if not all(map(isinstance, row, _KINDS)):
        raise _damaged(row)


def from_row(row: Sequence[Any]) -> UsageEvent:
    """Return the event of a row of the view ``told``, in the order of COLUMNS.

    Raises ArchiveError for a row that burnlib never writes.
    """
    check_row(row)
    (source, id_, request, _, _, revision, at, fidelity, *rest) = row
    (fresh, cached, five, hour, output, reasoning, calls, *rest) = rest
    (model, project, branch, session, work, low, high, sidechain, detail, started, *rest) = rest
    (read, written, most, method, calibrated) = rest
    place = (model, project, branch, session, started, sidechain, method, calibrated)
    use = (
        id_, request, 0, at, fidelity, calls, detail, work, fresh, cached, five, hour, output,
        reasoning, low, high, read, written, most,
    )  # fmt: skip
    return unpack(source, place, use, revision=revision)


def _damaged(row: Sequence[object]) -> ArchiveError:
    values = zip(row, _KINDS, strict=True)
    wrong = next(type(value).__name__ for value, kinds in values if not isinstance(value, kinds))
    hint = "restore a backup of it, or delete it and collect and import again"
    return ArchiveError(f"the archive holds a {wrong} where burnlib never writes one", hint=hint)
