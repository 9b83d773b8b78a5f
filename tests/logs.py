"""Made-up logs: each function writes one line as the tool would, or one file into a home folder.

Token numbers are written as in the traps that they test. Codex: (input, cached, output), input
with the cached part inside. Claude Code: (input, cache write, cache read, output), all disjoint.
Times are "HH:MM:SS[.mmm]" on :data:`DAY`, or whole instants.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import burnlib
from burnlib.model import Fidelity, UsageEvent

Burn = Any  # what burnlib.collect returns
Json = dict[str, Any]
Three = tuple[Any, Any, Any]
Four = tuple[Any, Any, Any, Any]

DAY = "2026-04-11"
NOW = datetime(2026, 4, 12, 12, tzinfo=UTC)
SONNET, HAIKU = "claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001"


def instant(time: str) -> str:
    """ "10:00:01" → "2026-04-11T10:00:01.000Z"."""
    if "T" in time:
        return time
    return f"{DAY}T{time}Z" if "." in time else f"{DAY}T{time}.000Z"


def write(path: Path, *lines: Json | str) -> Path:
    """Write a log of *lines*, each closed by a newline."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(encode(line) for line in lines))
    return path


def append(path: Path, *lines: Json | str) -> None:
    with path.open("ab") as log:
        log.write(b"".join(encode(line) for line in lines))


def encode(line: Json | str) -> bytes:
    text = line if isinstance(line, str) else json.dumps(line, separators=(",", ":"))
    return text.encode() + b"\n"


# Codex ---------------------------------------------------------------------------------------


def uuid(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-{number:012x}"


def codex(kind: str, at: str, **payload: Any) -> Json:
    return {"timestamp": instant(at), "type": kind, "payload": payload}


def meta(thread: int, at: str = "09:59:00", **more: Any) -> Json:
    """A session_meta line; *more* can hold forked_from_id, cwd, git, ..."""
    start = {"id": uuid(thread), "timestamp": instant(at), "originator": "codex_exec"}
    return codex("session_meta", at, **{"cwd": "/code/shop", **start, **more})


def turn(at: str = "09:59:01", model: str = "gpt-5.1-codex", **more: Any) -> Json:
    return codex("turn_context", at, **{"cwd": "/code/shop", "model": model, **more})


def said(at: str, text: str = "Hello") -> Json:
    return codex("event_msg", at, type="user_message", message=text)


def used(at: str, total: Three | None, last: Three | None) -> Json:
    """A token_count line."""
    info: Json = {"model_context_window": 258400}
    if total is not None:
        info["total_token_usage"] = codex_usage(*total)
    if last is not None:
        info["last_token_usage"] = codex_usage(*last)
    return codex("event_msg", at, type="token_count", info=info, rate_limits=None)


def codex_usage(inputs: Any, cached: Any, output: Any) -> Json:
    whole = sum(n for n in (inputs, output) if type(n) is int)
    return {
        "input_tokens": inputs,
        "cached_input_tokens": cached,
        "output_tokens": output,
        "reasoning_output_tokens": 0,
        "total_tokens": whole,
    }


def rollout(home: Path, thread: int, *lines: Json | str, folder: str = "") -> Path:
    """Write a thread's file; without a session_meta among *lines*, one comes first."""
    if not any(isinstance(line, dict) and line.get("type") == "session_meta" for line in lines):
        lines = (meta(thread), turn(), *lines)
    return write(rollout_path(home, thread, folder), *lines)


def rollout_path(home: Path, thread: int, folder: str = "") -> Path:
    place = home / ".codex" / (folder or f"sessions/{DAY.replace('-', '/')}")
    return place / f"rollout-{DAY}T09-59-00-{uuid(thread)}.jsonl"


# Claude Code ---------------------------------------------------------------------------------


def answer(id: str, counts: Four, at: str = "10:00:00", /, **more: Any) -> Json:
    """An assistant line. Of *more*, usage_… and message_… go to those objects, the rest outside.

    It is finished ("end_turn") unless *more* says ``message_stop_reason=None``.
    """
    usage = {**claude_usage(*counts), **taken(more, "usage_")}
    message = {
        "id": id,
        "type": "message",
        "role": "assistant",
        "model": SONNET,
        "content": [{"type": "text", "text": "Done."}],
        "stop_reason": "end_turn",
        "usage": usage,
    }
    line = {
        "parentUuid": None,
        "isSidechain": False,
        "cwd": "/code/shop",
        "sessionId": "s1",
        "version": "2.1.100",
        "gitBranch": "main",
        "type": "assistant",
        "requestId": f"req_{id}",
        "timestamp": instant(at),
        "message": {**message, **taken(more, "message_")},
    }
    return {**line, **taken(more, "")}


def taken(more: Mapping[str, Any], prefix: str) -> Json:
    """The entries of *more* that belong to the object with *prefix*, the prefix removed."""
    prefixes = ("usage_", "message_")
    return {
        name.removeprefix(prefix): value
        for name, value in more.items()
        if (name.startswith(prefix) if prefix else not name.startswith(prefixes))
    }


def claude_usage(inputs: Any, written: Any, read: Any, output: Any) -> Json:
    return {
        "input_tokens": inputs,
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": read,
        "output_tokens": output,
    }


def asked(at: str = "09:59:00", text: str = "Hello", **more: Any) -> Json:
    """A user line."""
    message = {"role": "user", "content": text}
    line = {"type": "user", "sessionId": "s1", "cwd": "/code/shop", "timestamp": instant(at)}
    return {**line, "message": message, **more}


def progress(inner: Json, at: str = "10:00:00", **more: Any) -> Json:
    """A line of the main session that embeds a sub-agent's assistant record."""
    names = ("type", "timestamp", "requestId", "message")
    embedded = {"uuid": "u-inner", **{name: inner[name] for name in names}}
    outer = {"type": "progress", "isSidechain": False, "gitBranch": "main", **more}
    line = asked(at, **outer)
    del line["message"]
    return {**line, "data": {"type": "agent_progress", "prompt": "Look", "message": embedded}}


def transcript(home: Path, session: str, *lines: Json | str, folder: str = "") -> Path:
    """Write a session's file; *folder* is below ``.claude/projects/-work-shop``."""
    return write(home / ".claude/projects/-work-shop" / folder / f"{session}.jsonl", *lines)


# What came of them ---------------------------------------------------------------------------


def collect(*homes: Path, archive: Path, tz: str = "UTC", now: datetime = NOW) -> Burn:
    return burnlib.collect(list(homes), archive=archive, tz=tz, now=now)


def events(burn: Burn, source: str) -> list[UsageEvent]:
    """The source's events; checks on the way that the day rows hold the same tokens and calls."""
    found = [event for event in burn.events() if event.source == source]
    days = [row.sources[source] for row in burn.rows if source in row.sources]
    assert sum(day.tokens for day in days) == sum(event.counts.total for event in found)
    assert sum(day.calls or 0 for day in days) == sum(event.calls for event in found)
    assert len({(event.id, event.request, event.model) for event in found}) == len(found)
    return found


def codex_sum(burn: Burn) -> Three:
    """(input, cached, output) of all Codex events, input with the cached part inside."""
    counts = [event.counts for event in events(burn, "codex")]
    written = sum(c.cache_write_5m + c.cache_write_1h for c in counts)
    cached = sum(c.cache_read for c in counts)
    inputs = sum(c.input for c in counts) + cached + written
    return inputs, cached, sum(c.output for c in counts)


def claude_sum(burn: Burn, **where: object) -> Four:
    """(input, cache write, cache read, output) of the Claude Code events with these attributes."""
    counts = [
        event.counts
        for event in events(burn, "claude_code")
        if all(getattr(event, name) == value for name, value in where.items())
    ]
    return (
        sum(c.input for c in counts),
        sum(c.cache_write_5m + c.cache_write_1h for c in counts),
        sum(c.cache_read for c in counts),
        sum(c.output for c in counts),
    )


def calls(burn: Burn, source: str) -> int:
    return sum(event.calls for event in events(burn, source))


def lower_bounds(burn: Burn, source: str) -> int:
    return sum(event.fidelity is Fidelity.LOWER_BOUND for event in events(burn, source))


def facts(found: Iterable[UsageEvent]) -> list[tuple[object, ...]]:
    """What two collections must agree on, in an order that does not depend on the reading."""
    return sorted(
        (e.source, e.id, e.at, e.counts.total, repr(e.counts), e.calls, e.model, e.session)
        for e in found
    )
