"""Records of Claude Code in any shape: where the odd ones are understood, or dropped and counted.

Slow, since a whole record becomes a dictionary; :mod:`burnlib.sources.claude_lines` hands over only
what has not the ordinary shape.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from burnlib.days import parse_instant
from burnlib.families import kind_of_tool
from burnlib.packed import storable
from burnlib.sources.claude_uses import Counts, Sighting
from burnlib.sources.lines import text_of, tokens

__all__ = ["sightings"]

_SYNTHETIC = "written by the tool itself, no request"
_BAD_NUMBER = "count that is not a number, taken as 0"
_NO_USAGE = "usage that is not an object"
_NO_INSTANT = "usage without a timestamp"

_Part = tuple[str, int, str, Counts]


def sightings(
    record: dict[str, object], started: datetime | None, dropped: Counter[str]
) -> Iterator[Sighting]:
    """Yield the uses that *record*, of a session begun at *started*, tells of; nearly always one.

    What is not counted is added to *dropped*.
    """
    inner = _response(record)
    message = _object(inner.get("message"))
    usage = _object(message.get("usage"))
    if not usage:
        if message.get("usage"):
            dropped[_NO_USAGE] += 1
        return
    at = parse_instant(inner.get("timestamp")) or parse_instant(record.get("timestamp"))
    parts, damaged = _parts(message, usage)
    if _is_synthetic(inner, message, parts):
        dropped[_SYNTHETIC] += 1
        return
    if at is None:
        dropped[_NO_INSTANT] += 1
        return
    if damaged:
        dropped[_BAD_NUMBER] += 1
    final = message.get("stop_reason") is not None and not damaged
    identity = _identity(inner, message)
    for suffix, calls, model, counts in parts:
        yield Sighting(
            id=storable(identity + suffix),
            request=storable(_request(inner, message)),
            at=at,
            started=started,
            sidechain=inner is not record or record.get("isSidechain") is True,
            session=storable(text_of(record, "sessionId")),
            project=storable(text_of(record, "cwd")),
            branch=storable(text_of(record, "gitBranch")),
            model=storable(model),
            fidelity=2 if final else 1,
            counts=counts,
            work=_work(message.get("content")),
            calls=calls,
            detail=len(parts) - 1,
        )


def _response(record: dict[str, object]) -> dict[str, object]:
    """Return the assistant record in *record*: itself, or the sub-agent's that it reports.

    Where a sub-agent's own file is gone, its `agent_progress` lines are the only trace of
    responses that were billed.
    """
    if record.get("type") == "assistant":
        return record
    data = _object(record.get("data"))
    if record.get("type") == "progress" and data.get("type") == "agent_progress":
        inner = _object(data.get("message"))
        if inner.get("type") == "assistant":
            return inner
    return {}


def _is_synthetic(
    inner: dict[str, object],
    message: dict[str, object],
    parts: list[_Part],
) -> bool:
    if message.get("model") == "<synthetic>":
        return True
    return inner.get("isApiErrorMessage") is True and not any(sum(part[3]) for part in parts)


def _identity(inner: dict[str, object], message: dict[str, object]) -> str:
    """Return the id of the response: the message's alone.

    A side chain replays its parent's messages under new request ids, so a key that includes the
    request would count them twice.
    """
    for value in (message.get("id"), inner.get("requestId"), inner.get("uuid")):
        if isinstance(value, str | int) and value and len(str(value)) <= 200:
            return str(value)
    canonical = json.dumps(inner, sort_keys=True, default=str)
    return "sha256:" + hashlib.sha256(canonical.encode("utf-8", "replace")).hexdigest()


def _request(inner: dict[str, object], message: dict[str, object]) -> str:
    """Return the request's id; without one, what was asked stands in for it."""
    if request := text_of(inner, "requestId"):
        return request
    asked, _ = _counts(_object(message.get("usage")))
    return f"{text_of(message, 'model')} {asked[:4]}"


def _parts(message: dict[str, object], usage: dict[str, object]) -> tuple[list[_Part], bool]:
    """Split a response into the requests that were billed: (id suffix, calls, model, counts).

    `iterations` lists several where a refused try was repeated by another model (the top level
    then repeats only the last), or where an adviser was asked (the top level leaves it out). They
    are believed when together they are at least the top level in every count.
    """
    model = text_of(message, "model")
    top, damaged = _counts(usage)
    iterations = usage.get("iterations")
    elements = [_object(e) for e in iterations] if isinstance(iterations, list) else []
    if not elements:
        return [("", 1, model, top)], damaged
    read = [_counts(element) for element in elements]
    sums = [sum(column) for column in zip(*(counts for counts, _ in read), strict=True)]
    if any(have < want for have, want in zip(sums, top, strict=True)):
        return [("", 1, model, top)], damaged
    # The part that the top level repeats is the response itself; without such a part, the first.
    main = next((i for i, (counts, _) in enumerate(read) if counts == top), 0)
    parts = [
        ("" if i == main else f"#{i}", int(i == main), text_of(e, "model") or model, counts)
        for i, (e, (counts, _)) in enumerate(zip(elements, read, strict=True))
    ]
    return parts, damaged or any(bad for _, bad in read)


def _counts(usage: Mapping[str, object]) -> tuple[Counts, bool]:
    """Return the counts of a usage object, and whether one of them was no number."""
    split = _object(usage.get("cache_creation"))
    read = [
        tokens(value)
        for value in (
            usage.get("input_tokens"),
            usage.get("cache_read_input_tokens"),
            usage.get("cache_creation_input_tokens"),
            split.get("ephemeral_5m_input_tokens"),
            split.get("ephemeral_1h_input_tokens"),
            usage.get("output_tokens"),
        )
    ]
    fresh, cached, written, five_minutes, one_hour, output = (value or 0 for value in read)
    # The split adds up to the total in every log seen; without one all is the cheaper kind.
    written = max(written, five_minutes + one_hour)
    return (fresh, cached, written - one_hour, one_hour, output), None in read


def _work(content: object) -> frozenset[str]:
    """Return the kinds of tools that the response called; their names only, never their input."""
    blocks: Iterable[object] = content if isinstance(content, list) else ()
    names = (text_of(b, "name") for b in map(_object, blocks) if b.get("type") == "tool_use")
    return frozenset(kind for kind in map(kind_of_tool, names) if kind)


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
