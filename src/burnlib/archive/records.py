"""Rows of the archive's view ``told`` as uses, and paths as its text."""

from __future__ import annotations

import os
from collections.abc import Sequence

from burnlib.errors import ArchiveError
from burnlib.model import UsageEvent
from burnlib.packed import unpack

__all__ = ["COLUMNS", "from_row", "text_of_path"]

COLUMNS = (
    "source, id, request, file, gone, revision, at, fidelity, input, cache_read,"
    " cache_write_5m, cache_write_1h, output, reasoning, calls, model, project, branch,"
    " session, work, low, high, sidechain, detail, started, processed_input, processed_output,"
    " processed_high, method, calibrated"
)


def text_of_path(path: str | os.PathLike[str]) -> str:
    """Return the path as the archive's text: bytes that are no text are written as escapes."""
    text = os.fspath(path)
    return text if text.isascii() else os.fsencode(text).decode("utf-8", "backslashreplace")


def from_row(row: Sequence[object]) -> UsageEvent:
    """Return the event of a row of the view ``told``, in the order of COLUMNS."""
    (source, id_, request, _, _, revision, at, fidelity, *rest) = row
    (fresh, cached, five, hour, output, reasoning, calls, *rest) = rest
    (model, project, branch, session, work, low, high, sidechain, detail, started, *rest) = rest
    (read, written, most, method, calibrated) = rest
    place = (
        _text(model), _text(project), _text(branch), _text(session), _maybe(started),
        _whole(sidechain), _text(method), _maybe(calibrated),
    )  # fmt: skip
    use = (
        _text(id_), _text(request), 0, _whole(at), _whole(fidelity), _whole(calls),
        _whole(detail), _text(work), _whole(fresh), _whole(cached), _whole(five), _whole(hour),
        _whole(output), _whole(reasoning), _maybe(low), _maybe(high), _maybe(read),
        _maybe(written), _maybe(most),
    )  # fmt: skip
    return unpack(_text(source), place, use, revision=_whole(revision))


def _maybe(value: object) -> int | None:
    return None if value is None else _whole(value)


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise _damaged(value)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _damaged(value)
    return value


def _damaged(value: object) -> ArchiveError:
    kind = type(value).__name__
    hint = "restore a backup of it, or delete it and collect and import again"
    return ArchiveError(f"the archive holds a {kind} where burnlib never writes one", hint=hint)
