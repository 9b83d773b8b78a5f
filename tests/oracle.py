"""A second, slow count of Codex and Claude Code logs; it shares no code with burnlib.

Everything is held in memory and parsed with plain :mod:`json`. What the readers under test do with
archives, resume states and identities is here one pass over all files at once, so that the two can
only agree by both being right.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

Json = dict[str, Any]
Counts = tuple[int, int, int, int]  # input without cache, cache writes, cache reads, output

COPIES_ARE_CLOSER_THAN = 0.2  # seconds between neighbouring lines of copied history


class Use(NamedTuple):
    """One use of a model. *calls* is 0 for the second and later parts of one response."""

    source: str
    at: datetime
    counts: Counts
    calls: int = 1
    lower_bound: bool = False
    model: str = ""


def days(uses: list[Use], zone: str) -> dict[date, dict[str, int]]:
    """Local day → {"codex_tokens", "claude_code_tokens", "claude_code_calls", ...}."""
    rows: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for use in uses:
        row = rows[use.at.astimezone(ZoneInfo(zone)).date()]
        row[f"{use.source}_tokens"] += sum(use.counts)
        row[f"{use.source}_calls"] += use.calls
    return rows


def read(*homes: Path) -> list[Use]:
    """Every use in the logs below *homes*, each once."""
    return [*codex(*homes), *claude_code(*homes)]


def objects(path: Path) -> Iterator[Json]:
    """The JSON objects of a log in file order, glued ones apart; unreadable text is skipped."""
    for line in path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        text = line.decode("utf-8", "replace").strip()
        while text:
            try:
                found, end = json.JSONDecoder().raw_decode(text)
            except ValueError:
                break
            if isinstance(found, dict):
                yield found
            text = text[end:].lstrip()


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


# Codex ---------------------------------------------------------------------------------------


class Reading(NamedTuple):
    """One token_count line: the running total and the last response, each in/cached/written/out."""

    at: datetime
    line: int
    total: Counts | None
    last: Counts | None
    model: str


class Thread(NamedTuple):
    id: str
    parent: str
    instants: list[datetime]
    readings: list[Reading]


def codex(*homes: Path) -> list[Use]:
    threads: dict[str, Thread] = {}
    for home in homes:
        for path in sorted((home / ".codex").rglob("rollout-*.jsonl")):
            found = thread(path)
            if found.id not in threads or len(found.readings) > len(threads[found.id].readings):
                threads[found.id] = found
    return [use for found in threads.values() for use in own_uses(found, threads)]


def thread(path: Path) -> Thread:
    ids, parent, model = [], "", ""
    instants, readings = [], []
    for number, line in enumerate(objects(path)):
        payload = line.get("payload") or {}
        if "timestamp" in line:
            instants.append(instant(line["timestamp"]))
        if line.get("type") == "session_meta":
            ids.append(payload["id"])
            parent = parent or payload.get("forked_from_id") or ""
        elif line.get("type") == "turn_context":
            model = payload.get("model") or model
        elif payload.get("type") == "token_count":
            info = payload.get("info") or payload
            total, last = (parts(info.get(f"{k}_token_usage")) for k in ("total", "last"))
            if total or last:
                readings.append(Reading(instants[-1], number, total, last, model))
    ancestors = [i for i in ids if i != ids[0]]
    return Thread(
        ids[0] if ids else path.stem, parent or (ancestors or [""])[0], instants, readings
    )


def parts(usage: Json | None) -> Counts | None:
    if not usage:
        return None
    names = ("input", "cached_input", "cache_write_input", "output")
    counts = [int(usage.get(f"{name}_tokens") or 0) for name in names]
    return counts[0], counts[1], counts[2], counts[3]


def own_uses(child: Thread, threads: dict[str, Thread]) -> Iterator[Use]:
    """What a thread used itself: its history without the copied part, as steps of the counter."""
    skip = copied(child, threads)
    # The counter goes on from where the copied history left it.
    before = child.readings[skip - 1] if skip else None
    for reading in child.readings[skip:]:
        step = difference(before, reading)
        before = reading
        if any(step):
            whole, cached, written, output = step
            counts = (max(0, whole - cached - written), written, cached, output)
            yield Use("codex", reading.at, counts, model=reading.model)


def copied(child: Thread, threads: dict[str, Thread]) -> int:
    """How many of the leading readings are the parent's."""
    if not child.parent:
        return 0
    if (parent := threads.get(child.parent)) is not None:
        same = 0
        for mine, theirs in zip(child.readings, parent.readings, strict=False):
            if (mine.total, mine.last) != (theirs.total, theirs.last):
                break
            same += 1
        return same
    quick = 1
    for earlier, later in pairwise(child.instants):
        if (later - earlier).total_seconds() > COPIES_ARE_CLOSER_THAN:
            break
        quick += 1
    return sum(reading.line < quick for reading in child.readings)


def difference(before: Reading | None, now: Reading) -> Counts:
    zero = (0, 0, 0, 0)
    last = now.last or zero
    if now.total is None:
        return last
    if before is None or before.total is None:
        inherited = all(t >= part for t, part in zip(now.total, last, strict=True))
        return last if inherited else now.total
    step = [t - b for t, b in zip(now.total, before.total, strict=True)]
    fell = step[0] < 0 or step[3] < 0
    return last if fell else (step[0], max(0, step[1]), max(0, step[2]), step[3])


# Claude Code ---------------------------------------------------------------------------------


class Line(NamedTuple):
    """One line about a response; the parts are the iterations, or the whole as the only one."""

    key: str
    began: datetime  # of the session
    number: int
    at: datetime
    sidechain: bool
    model: str
    whole: Counts
    parts: list[tuple[str, Counts]]
    finished: bool


def claude_code(*homes: Path) -> list[Use]:
    lines: dict[str, list[Line]] = defaultdict(list)
    for home in homes:
        for root in (home / ".claude" / "projects", home / ".config" / "claude" / "projects"):
            for path in sorted(root.rglob("*.jsonl")):
                for line in responses(path):
                    lines[line.key].append(line)
    return [use for told in lines.values() for group in apart(told) for use in response(group)]


def responses(path: Path) -> Iterator[Line]:
    records = list(objects(path))
    stamps = [instant(r["timestamp"]) for r in records if r.get("timestamp")]
    for number, outer in enumerate(records):
        record = outer
        if outer.get("type") == "progress" and outer["data"].get("type") == "agent_progress":
            record = outer["data"]["message"]
        message = record.get("message")
        if record.get("type") != "assistant" or not isinstance(message, dict):
            continue
        if not message.get("usage") or message.get("model") == "<synthetic>":
            continue
        if record.get("isApiErrorMessage"):
            continue
        model, usage = message.get("model") or "", message["usage"]
        names = (message.get("id"), record.get("requestId"), record.get("uuid"))
        yield Line(
            key=next((n for n in names if n), f"{path}:{number}"),
            began=min(stamps),
            number=number,
            at=instant(record["timestamp"]),
            # A report is the agent's line, whatever the line around it says of itself.
            sidechain=record is not outer or outer.get("isSidechain") is True,
            model=model,
            whole=usage_counts(usage),
            parts=iterations(model, usage),
            finished=message.get("stop_reason") is not None,
        )


def usage_counts(usage: Json) -> Counts:
    return (
        int(usage.get("input_tokens") or 0),
        int(usage.get("cache_creation_input_tokens") or 0),
        int(usage.get("cache_read_input_tokens") or 0),
        int(usage.get("output_tokens") or 0),
    )


def iterations(model: str, usage: Json) -> list[tuple[str, Counts]]:
    whole = usage_counts(usage)
    inner = [(e.get("model") or model, usage_counts(e)) for e in usage.get("iterations") or []]
    sums = [sum(column) for column in zip(*(counts for _, counts in inner), strict=True)]
    covers = bool(inner) and all(s >= w for s, w in zip(sums, whole, strict=True))
    return inner if covers else [(model, whole)]


def apart(told: list[Line]) -> list[list[Line]]:
    """One group per response: a gateway may reuse an id for another model or another input."""
    groups: dict[tuple[object, ...], list[Line]] = defaultdict(list)
    for line in told:
        if not line.sidechain:
            groups[line.model, line.whole[:3]].append(line)
    return list(groups.values()) or [told]


def response(lines: list[Line]) -> Iterator[Use]:
    first = min(lines, key=lambda line: (line.began, line.number))
    most = max(len(line.parts) for line in lines)
    full = [line.parts for line in lines if len(line.parts) == most]
    for index in range(most):
        told = [p[index][1] for p in full]
        columns = list(zip(*told, strict=True))
        counts = (max(columns[0]), max(columns[1]), max(columns[2]), max(columns[3]))
        finished = any(line.finished for line in lines)
        model = full[-1][index][0]
        yield Use("claude_code", first.at, counts, int(index == 0), not finished, model)
