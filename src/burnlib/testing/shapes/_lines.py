"""Lines and files of the shapes, from the few numbers and times that a trap is made of.

Token numbers are written as the tools log them. Codex: (input, cached, output), the cached part
inside the input. Claude Code: (input, cache write, cache read, output), all disjoint. Times are
UTC, "10:00:01" or "10:00:01.500" on 24 May 2026, or with a day of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from burnlib.demo.claude_lines import Frame, folder_of, message, record
from burnlib.demo.codex_lines import line, meta, rollout_path, token_count, turn, usage
from burnlib.demo.story import ident
from burnlib.model import TokenCounts

__all__ = [
    "Files",
    "Four",
    "Json",
    "Three",
    "answer",
    "asked",
    "at",
    "cwd",
    "event",
    "frame",
    "header",
    "jsonl",
    "opening",
    "rollout",
    "session_id",
    "spawned",
    "text_of",
    "thread_id",
    "transcript",
    "used",
    "used_as",
]

Json = dict[str, object]
Files = dict[str, bytes]
Three = tuple[int, int, int]
Four = tuple[int, int, int, int]

_DAY = "2026-05-24"
cwd = "/home/demo/atlas"
_SONNET, _HAIKU = "claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001"


def at(time: str) -> datetime:
    """Return the UTC instant of *time*."""
    return datetime.fromisoformat(f"{time if 'T' in time else f'{_DAY}T{time}'}+00:00")


def text_of(entry: Mapping[str, object]) -> str:
    """Return a line without its end, as JavaScript and Rust write it: no escapes beyond ASCII."""
    return json.dumps(entry, separators=(",", ":"), ensure_ascii=False)


def jsonl(lines: Iterable[Json | str]) -> bytes:
    """Return a log; a text among *lines* stands as it is, with the end that it has or has not."""
    texts = (entry if isinstance(entry, str) else text_of(entry) + "\n" for entry in lines)
    return "".join(texts).encode()


# Codex ---------------------------------------------------------------------------------------


def thread_id(name: str) -> str:
    """Return the id of the made-up thread *name*."""
    return ident("burnlib shapes", "thread", name)


def header(name: str, time: str, **more: object) -> Json:
    """Return the session_meta line of a thread, with *more* in its payload."""
    own = meta(thread_id(name), at(time), cwd=cwd, version="0.135.0", branch="main")
    return line(at(time), "session_meta", own | more)


def opening(name: str, time: str, *, tz: str = "Etc/UTC") -> list[Json]:
    """Return the first lines of a thread: its header, and the turn that names the model."""
    begins = turn(ident("burnlib shapes", "turn", name), cwd=cwd, model="gpt-5.5", tz=tz)
    return [header(name, time), line(at(time), "turn_context", begins)]


def spawned(parent: str) -> Json:
    """Return what the header of a sub-agent of *parent* says more."""
    spawn = {"parent_thread_id": thread_id(parent), "depth": 1, "agent_nickname": "Demo"}
    source = {"subagent": {"thread_spawn": spawn}}
    return {"forked_from_id": thread_id(parent), "source": source, "thread_source": "subagent"}


def used(time: str, total: Three, last: Three | None = None) -> Json:
    """Return a token_count line; a first one has *last* as its *total*."""
    return token_count(at(time), usage(_codex(total)), usage(_codex(last or total)))


def used_as(time: str, total: dict[str, int], last: dict[str, int]) -> Json:
    """Return a token_count line with numbers that no response has: each object by its fields."""
    nothing = usage(TokenCounts())
    return token_count(at(time), nothing | total, nothing | last)


def event(time: str, kind: str, **payload: object) -> Json:
    """Return a line of *kind* other than those above."""
    return line(at(time), kind, payload)


def rollout(
    name: str, *lines: Json | str, local: str = "10:00:00", archived: bool = False
) -> Files:
    """Return the file of a thread that began at *local* time, which names its folder and itself."""
    path = rollout_path(thread_id(name), at(local))
    if archived:
        path = f".codex/archived_sessions/{path.rpartition('/')[2]}"
    return {path: jsonl(lines)}


def _codex(numbers: Three) -> TokenCounts:
    whole, cached, output = numbers
    return TokenCounts(input=whole - cached, cache_read=cached, output=output)


# Claude Code ---------------------------------------------------------------------------------


def session_id(name: str) -> str:
    """Return the id of the made-up session *name*."""
    return ident("burnlib shapes", "session", name)


def frame(name: str, *, version: str = "2.1.220") -> Frame:
    """Return what every line of the session *name* repeats."""
    return Frame(session=session_id(name), cwd=cwd, branch="main", version=version)


def asked(session: Frame, time: str, text: str = "The next step, please.") -> Json:
    """Return the line of a prompt."""
    prompt = {"role": "user", "content": text}
    return record(session, "user", at(time), (session.session, time), message=prompt)


def answer(
    session: Frame,
    name: str,
    time: str,
    numbers: Four,
    *,
    done: bool = True,
    agent: str = "",
    request: str = "",
    text: str = "Made-up answer.",
) -> Json:
    """Return one line of the response *name*; only one that is *done* has a stop reason.

    *agent* is the id of the sub-agent whose line it is; *request* replaces the request's own id.
    """
    fresh, written, read, output = numbers
    counts = TokenCounts(input=fresh, cache_write_5m=written, cache_read=read, output=output)
    block = {"type": "text", "text": text}
    said = message(f"msg_shape_{name}", block, counts, _HAIKU if agent else _SONNET)
    if done:
        said["stop_reason"] = "end_turn"
    label = (session.session, name, time)
    entry = record(session, "assistant", at(time), label, message=said)
    entry["requestId"] = f"req_shape_{request or name}"
    return entry | {"isSidechain": True, "agentId": agent} if agent else entry


def transcript(
    name: str,
    *lines: Json | str,
    agent: str = "",
    beside: bool = False,
    root: str = ".claude",
) -> Files:
    """Return the file of a session, or of its sub-agent *agent*.

    A sub-agent's file lies below the session's folder, or, as older versions wrote it, *beside* the
    session's.
    """
    folder = f"{root}/{folder_of(cwd)}"
    if not agent:
        return {f"{folder}/{session_id(name)}.jsonl": jsonl(lines)}
    place = folder if beside else f"{folder}/{session_id(name)}/subagents"
    return {f"{place}/agent-{agent}.jsonl": jsonl(lines)}
