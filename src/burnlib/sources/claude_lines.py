"""Lines of Claude Code's transcripts, read as typed records; the odd ones are left to others.

A line is decoded into only the fields that are needed: 1.7 us for 1.9 kB, against 13 us for
dictionaries of everything. What has not exactly the ordinary shape does not fit the types, and
:mod:`burnlib.sources.claude_records` then reads the line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from burnlib.days import parse_instant
from burnlib.families import KINDS, kind_of_tool
from burnlib.packed import PackedEvents
from burnlib.sources.claude_records import sightings
from burnlib.sources.claude_uses import Counts, Sighting, merge, packed
from burnlib.sources.lines import MOST_IN_ONE_USE, mentions, objects, open_log
from burnlib.sources.scan import Scan

__all__ = ["Transcript"]

_MARKER = b'"usage"'

_BAD_LINE = "line that is not JSON"
_REPEATED = "further line of a response"

_Count = Annotated[int, msgspec.Meta(ge=0, le=MOST_IN_ONE_USE)]
_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]

# The names of the fields are those of the log, and a value of another type does not fit. Fields
# without a default are those without which a record is not ordinary.


class _Split(msgspec.Struct, gc=False):
    ephemeral_5m_input_tokens: _Count = 0
    ephemeral_1h_input_tokens: _Count = 0


class _Usage(msgspec.Struct, gc=False):
    input_tokens: _Count
    output_tokens: _Count
    cache_read_input_tokens: _Count = 0
    cache_creation_input_tokens: _Count = 0
    cache_creation: _Split | None = None
    iterations: tuple[_Usage] | None = None
    model: Literal[""] = ""  # an iteration may name another one than the message


class _Block(msgspec.Struct, gc=False):
    type: str
    name: str = ""


class _Message(msgspec.Struct, gc=False):
    id: _Id
    model: str
    usage: _Usage
    content: list[_Block]
    stop_reason: str | None = None


class _Response(msgspec.Struct, gc=False):
    type: Literal["assistant"]
    timestamp: str
    message: _Message
    requestId: str = ""  # noqa: N815 - the log's name
    isApiErrorMessage: bool = False  # noqa: N815


class _Assistant(_Response, gc=False):
    sessionId: str = ""  # noqa: N815
    cwd: str = ""
    gitBranch: str = ""  # noqa: N815
    isSidechain: bool = False  # noqa: N815


class _Report(msgspec.Struct, gc=False):
    type: Literal["agent_progress"]
    message: _Response


class _Progress(msgspec.Struct, gc=False):
    type: Literal["progress"]
    data: _Report
    sessionId: str = ""  # noqa: N815
    cwd: str = ""
    gitBranch: str = ""  # noqa: N815


class _Head(msgspec.Struct, gc=False):
    type: object = None
    timestamp: object = None


_assistant = msgspec.json.Decoder(_Assistant).decode
_progress = msgspec.json.Decoder(_Progress).decode
_head = msgspec.json.Decoder(_Head).decode

# Bytes that are not UTF-8, and nesting without end, have errors of their own.
_UNFIT = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class Transcript:
    """The state of one pass over a transcript.

    Attributes:
        started: The first timestamp of the session, as logged; None as long as there was none.
        dropped: As :attr:`burnlib.sources.base.Reading.dropped`.

    """

    def __init__(self, started: str | None) -> None:
        self.started = started
        self._uses: dict[tuple[str, str], Sighting] = {}
        self.dropped: Counter[str] = Counter()
        self._began = parse_instant(started)

    def read(self, path: str | Path, start: int) -> int:
        """Read the lines of the log at *path* from offset *start* on, and its tail if it is whole.

        Return the offset after the last line end.
        """
        with open_log(path, buffered=False) as file:
            if start:
                file.seek(start)
            lines = Scan(file, (_MARKER,), start=start)
            lines.every = self.started is None
            if lines.every:
                for raw in lines:
                    self._take_first(raw)
                    if self.started is not None:
                        break
            for batch in lines.batches():
                self._take_all(batch)
        self._take_tail(lines.tail)
        return lines.offset

    def packed(self, source: str) -> PackedEvents:
        """Return the uses found so far, as those of *source*."""
        return packed(source, self._uses.values())

    def _take_tail(self, raw: bytes) -> None:
        if raw.strip() and (self.started is None or mentions(raw, _MARKER)):
            records, whole = objects(raw)
            if whole:  # else it is still being written
                self._count(records)

    def _take_first(self, raw: bytes) -> None:
        """Take a line before which no line told when the session began."""
        try:
            head = _head(raw)
        except _UNFIT:
            self._take_odd(raw)
            return
        self._begin(head.timestamp)
        if head.type in ("assistant", "progress"):
            self._take_all((raw,))

    def _begin(self, timestamp: object) -> None:
        if self.started is None and (began := parse_instant(timestamp)):
            self.started, self._began = str(timestamp), began

    def _take_all(self, lines: Iterable[bytes]) -> None:
        """Take lines of a session that has begun; those that only go on, without a detour."""
        uses, began, repeated = self._uses, self._began, 0
        for raw in lines:
            try:
                line = _assistant(raw)
            except _UNFIT:
                self._take_other(raw)
                continue
            known = uses.get((line.message.id, line.requestId))
            if known is not None and _goes_on(known, line, began):
                repeated += 1
            elif not self._add(line, line, line.isSidechain):
                self._take_odd(raw)
        if repeated:
            self.dropped[_REPEATED] += repeated

    def _take_other(self, raw: bytes) -> None:
        """Take a line that is no ordinary response of this conversation."""
        try:
            kind = _head(raw).type
            if kind == "progress":
                line = _progress(raw)
                if self._add(line, line.data.message, True):
                    return
            elif kind != "assistant":
                return
        except _UNFIT:
            pass
        self._take_odd(raw)

    def _take_odd(self, raw: bytes) -> None:
        records, whole = objects(raw)
        if not whole:
            self.dropped[_BAD_LINE] += 1
        self._count(records)

    def _count(self, records: list[dict[str, object]]) -> None:
        for record in records:
            self._begin(record.get("timestamp"))
            for use in sightings(record, self._began, self.dropped):
                self._join(use)

    def _join(self, new: Sighting) -> None:
        known = self._uses.setdefault((new.id, new.request), new)
        if known is not new:
            if new.calls:
                self.dropped[_REPEATED] += 1
            merge(known, new)

    def _add(self, line: _Assistant | _Progress, inner: _Response, sidechain: bool) -> bool:
        """Add the response *inner*, which *line* holds; False if it is not an ordinary one."""
        message, at = inner.message, _instant(inner.timestamp)
        model, counts = message.model, _counts(message.usage)
        if at is None or counts is None or model == "<synthetic>" or inner.isApiErrorMessage:
            return False
        request = inner.requestId or f"{model} {counts[:4]}"
        fidelity = 1 if message.stop_reason is None else 2
        where = (line.sessionId, line.cwd, line.gitBranch)
        told = (fidelity, counts, _work(message.content))
        self._join(Sighting(message.id, request, at, self._began, sidechain, *where, model, *told))
        return True


def _goes_on(known: Sighting, line: _Assistant, began: datetime | None) -> bool:
    """Add to *known* what *line* tells, if it only goes on with it; else False, and nothing is.

    Two of three lines go on: they stand behind the first line of a response, in the same place,
    and can but raise its counts, finish it, or tell of more work.
    """
    message, at = line.message, _instant(line.timestamp)
    if (
        at is None
        or at <= known.at
        or known.detail
        or known.started is not began
        or known.sidechain is not line.isSidechain
        or known.model != message.model
        or line.isApiErrorMessage
    ):
        return False
    counts = _counts(message.usage)
    if counts is None:
        return False
    known.grow(counts)
    if message.stop_reason is not None:
        known.fidelity = 2
    if work := _work(message.content):
        known.work |= work
    return True


# Within these, an instant is plausible without a further look.
_FIRST, _END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def _instant(text: str) -> datetime | None:
    """Return what parse_instant returns, sooner for the form of all logs seen: …:59.375Z."""
    try:
        if len(text) == 24 and _FIRST < (at := datetime.fromisoformat(text)) < _END:
            return at
    except (ValueError, TypeError):
        return None
    return parse_instant(text)


def _counts(usage: _Usage) -> Counts | None:
    """Return the counts, by the rules of the function of that name in claude_records.

    None where they may be of several requests: a single iteration repeats the whole.
    """
    if usage.iterations is not None:
        (iteration,), usage.iterations = usage.iterations, None
        if iteration != usage:
            usage.iterations = (iteration,)
            return None
    written, hour, split = usage.cache_creation_input_tokens, 0, usage.cache_creation
    if split is not None:
        hour = split.ephemeral_1h_input_tokens
        parts = split.ephemeral_5m_input_tokens + hour
        written = (written if written > parts else parts) - hour
    return usage.input_tokens, usage.cache_read_input_tokens, written, hour, usage.output_tokens


_WORK = {kind: frozenset(kind.split()) for kind in ("", *KINDS)}


_NO_WORK = _WORK[""]


def _work(content: list[_Block]) -> frozenset[str]:
    work = _NO_WORK
    for block in content:
        if block.type == "tool_use":
            work |= _WORK[kind_of_tool(block.name)]
    return work
