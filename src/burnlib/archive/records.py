"""Uses as rows of the archive and back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from burnlib.errors import ArchiveError
from burnlib.model import Fidelity, TokenCounts, UsageEvent

__all__ = [
    "COLUMNS",
    "Row",
    "from_microseconds",
    "from_row",
    "microseconds",
    "storable",
    "text_of_path",
    "to_row",
]

COLUMNS = (
    "source, id, request, segment, gone, revision, at, fidelity, input, cache_read,"
    " cache_write_5m, cache_write_1h, output, reasoning, calls, model, project, branch,"
    " session, work, low, high, sidechain, detail, started, processed_input, processed_output,"
    " processed_high, method, calibrated"
)

Row: TypeAlias = tuple[str | int | None, ...]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(at: datetime) -> int:
    """Return the microseconds from 1970 to *at*; exact, unlike a float timestamp."""
    return (at - _EPOCH) // _MICROSECOND


def from_microseconds(count: int) -> datetime:
    """Return the UTC instant *count* microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=count)


def storable(text: str) -> str:
    """Return *text* without lone surrogates, which no UTF-8 file can hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def text_of_path(path: Path) -> str:
    """Return the path as the archive's text: bytes that are no text are written as escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def to_row(event: UsageEvent, *, segment: int, revision: int, gone: bool = False) -> Row:
    """Return the row of a sighting of *event* in *segment*, in the order of COLUMNS."""
    counts = event.counts
    return (
        event.source,
        storable(event.id),
        storable(event.request),
        segment,
        int(gone),
        revision,
        microseconds(event.at),
        int(event.fidelity),
        counts.input,
        counts.cache_read,
        counts.cache_write_5m,
        counts.cache_write_1h,
        counts.output,
        counts.reasoning,
        event.calls,
        storable(event.model),
        storable(event.project),
        storable(event.branch),
        storable(event.session),
        " ".join(sorted(event.work)),
        event.low,
        event.high,
        int(event.sidechain),
        event.detail,
        _maybe_microseconds(event.started),
        event.processed.input if event.processed else None,
        event.processed.output if event.processed else None,
        event.processed_high,
        storable(event.method),
        _maybe_microseconds(event.calibrated),
    )


def from_row(row: Sequence[object]) -> UsageEvent:
    """Return the event of a row in the order of COLUMNS."""
    (source, id_, request, _, _, revision, at, fidelity, *numbers) = row
    (fresh, cached, five, hour, output, reasoning, calls, *rest) = numbers
    (model, project, branch, session, work, low, high, sidechain, detail, started, *rest) = rest
    (read, written, most, method, calibrated) = rest
    return UsageEvent(
        id=_text(id_),
        at=from_microseconds(_whole(at)),
        source=_text(source),
        fidelity=Fidelity(_whole(fidelity)),
        counts=TokenCounts(
            _whole(fresh),
            _whole(cached),
            _whole(five),
            _whole(hour),
            _whole(output),
            _whole(reasoning),
        ),
        calls=_whole(calls),
        model=_text(model),
        project=_text(project),
        branch=_text(branch),
        session=_text(session),
        work=frozenset(_text(work).split()),
        low=_maybe_whole(low),
        high=_maybe_whole(high),
        request=_text(request),
        sidechain=bool(sidechain),
        detail=_whole(detail),
        started=_maybe_instant(started),
        revision=_whole(revision),
        processed=None if read is None else TokenCounts(input=_whole(read), output=_whole(written)),
        processed_high=_maybe_whole(most),
        method=_text(method),
        calibrated=_maybe_instant(calibrated),
    )


def _maybe_microseconds(at: datetime | None) -> int | None:
    return None if at is None else microseconds(at)


def _maybe_instant(value: object) -> datetime | None:
    return None if value is None else from_microseconds(_whole(value))


def _maybe_whole(value: object) -> int | None:
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
