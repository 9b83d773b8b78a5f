"""Claude Code: transcripts below ``~/.claude/projects``, one JSON object a line.

A response is written once for each of its content blocks, and every line repeats the whole usage
while the output count grows. Resumed and forked sessions copy earlier lines under a new session
id. The message id alone tells what is one response; :mod:`burnlib.uses` puts the copies together.
Input excludes cached tokens (Anthropic's accounting).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from burnlib.days import parse_instant
from burnlib.families import kind_of_tool
from burnlib.model import Fidelity, TokenCounts, UsageEvent
from burnlib.sources.base import Home, Reading, Resume, Segment, walk
from burnlib.sources.lines import mentions, objects, open_log, read_lines, text_of, tokens
from burnlib.uses import join

__all__ = ["ClaudeCode"]

# Anthropic's documented default of `cleanupPeriodDays`: transcripts are deleted 30 days after
# their last activity.
_KEPT_DAYS = 30

_SYNTHETIC = "written by the tool itself, no request"
_REPEATED = "further line of a response"
_BAD_LINE = "line that is not JSON"
_BAD_NUMBER = "count that is not a number, taken as 0"
_NO_USAGE = "usage that is not an object"
_NO_INSTANT = "usage without a timestamp"

# The counts of one usage object: input, cache read, cache write 5 m and 1 h, output.
_Counts = tuple[int, int, int, int, int]


class ClaudeCode:
    """Source ``claude_code``: exact, but for versions that never logged the final output count."""

    name = "claude_code"
    fidelity = Fidelity.EXACT
    api_version = 1
    revision = 1

    def find(self, home: Home) -> Iterator[Segment]:
        """Return all transcripts: main sessions, sub-agents, and the desktop app's."""
        for root in _roots(home):
            for path in walk(root / "projects", (".jsonl",)):
                yield Segment(path)
        for folder in _desktop_folders(home):
            for path in walk(folder, (".jsonl",)):
                if "projects" in path.relative_to(folder).parts:
                    yield Segment(path)

    def kept(self, home: Home) -> timedelta:
        """Return the shortest `cleanupPeriodDays` of the settings found, 30 days by default."""
        periods = [_cleanup_period(root) for root in _roots(home) if root.is_dir()]
        return timedelta(days=min(periods, default=_KEPT_DAYS))

    def read(self, segment: Segment, resume: Resume | None) -> Reading:
        """Read the responses of a transcript, one event for each message id and request."""
        reader = _Transcript(json.loads(resume.state).get("started") if resume else None)
        start = offset = resume.offset if resume else 0
        with open_log(segment.path) as file:
            if start:
                file.seek(start)
            for line in read_lines(file, start=start):
                records, whole = reader.records(line.raw)
                if line.closed:
                    offset = line.end
                elif not whole:
                    break  # still being written
                if not whole:
                    reader.dropped[_BAD_LINE] += 1
                for record in records:
                    reader.take(record)
        return Reading(
            events=list(reader.events.values()),
            offset=offset,
            state=json.dumps({"started": reader.started}),
            dropped=dict(reader.dropped),
        )


def _roots(home: Home) -> tuple[Path, ...]:
    if named := home.override("CLAUDE_CONFIG_DIR"):
        return named
    config = home.override("XDG_CONFIG_HOME") or (home.path(".config"),)
    return (home.path(".claude"), *(folder / "claude" for folder in config))


def _desktop_folders(home: Home) -> Iterator[Path]:
    """Where the desktop app keeps its agents' transcripts on macOS, Linux and Windows."""
    roaming = home.override("APPDATA") or (home.path("AppData", "Roaming"),)
    local = home.override("LOCALAPPDATA") or (home.path("AppData", "Local"),)
    config = home.override("XDG_CONFIG_HOME") or (home.path(".config"),)
    places = [home.path("Library", "Application Support"), *config, *roaming]
    for packages in (folder / "Packages" for folder in local):
        if packages.is_dir():
            found = sorted(packages.glob("*Claude_*"))
            places += [package / "LocalCache" / "Roaming" for package in found]
    for place in places:
        yield place / "Claude" / "local-agent-mode-sessions"


def _cleanup_period(root: Path) -> int:
    try:
        settings = json.loads((root / "settings.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return _KEPT_DAYS
    days = settings.get("cleanupPeriodDays") if isinstance(settings, dict) else None
    return min(days, 36_500) if type(days) is int and days >= 0 else _KEPT_DAYS


class _Transcript:
    """The state of one pass: when the session began, and the responses so far."""

    def __init__(self, started: str | None) -> None:
        self.started = started
        self.events: dict[tuple[str, str], UsageEvent] = {}
        self.dropped: Counter[str] = Counter()

    def records(self, raw: bytes) -> tuple[list[dict[str, object]], bool]:
        """Decode a line if it may hold usage, or if the session's start is still unknown."""
        if not raw.strip() or (self.started and not mentions(raw, b'"usage"')):
            return [], True
        return objects(raw)

    def take(self, record: dict[str, object]) -> None:
        """Add the response that *record* tells of, if it does."""
        if self.started is None and parse_instant(record.get("timestamp")):
            self.started = str(record["timestamp"])
        inner = _response(record)
        message = _object(inner.get("message"))
        usage = _object(message.get("usage"))
        if not usage:
            if message.get("usage"):
                self.dropped[_NO_USAGE] += 1
            return
        at = parse_instant(inner.get("timestamp")) or parse_instant(record.get("timestamp"))
        parts, damaged = _parts(message, usage)
        if _is_synthetic(inner, message, parts):
            self.dropped[_SYNTHETIC] += 1
        elif at is None:
            self.dropped[_NO_INSTANT] += 1
        else:
            if damaged:
                self.dropped[_BAD_NUMBER] += 1
            self._add(record, inner, message, at, parts, damaged)

    def _add(
        self,
        record: dict[str, object],
        inner: dict[str, object],
        message: dict[str, object],
        at: datetime,
        parts: list[tuple[str, int, str, _Counts]],
        damaged: bool,
    ) -> None:
        final = message.get("stop_reason") is not None and not damaged
        identity = _identity(inner, message)
        started = parse_instant(self.started)
        work = _work(message.get("content"))
        # Without a request id, what was asked stands in for it.
        asked = f"{text_of(message, 'model')} {_counts(_object(message.get('usage')))[0][:4]}"
        request = text_of(inner, "requestId") or asked
        for suffix, calls, model, counts in parts:
            event = UsageEvent(
                id=identity + suffix,
                at=at,
                source=ClaudeCode.name,
                fidelity=Fidelity.EXACT if final else Fidelity.LOWER_BOUND,
                counts=TokenCounts(*counts),
                calls=calls,
                model=model,
                project=text_of(record, "cwd"),
                branch=text_of(record, "gitBranch"),
                session=text_of(record, "sessionId"),
                work=work,
                request=request,
                sidechain=inner is not record or record.get("isSidechain") is True,
                detail=len(parts) - 1,
                started=started,
            )
            known = self.events.get((event.id, event.request))
            self.events[event.id, event.request] = join(known, event) if known else event
            if known and calls:
                self.dropped[_REPEATED] += 1


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
    parts: list[tuple[str, int, str, _Counts]],
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


def _parts(
    message: dict[str, object], usage: dict[str, object]
) -> tuple[list[tuple[str, int, str, _Counts]], bool]:
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


def _counts(usage: Mapping[str, object]) -> tuple[_Counts, bool]:
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
