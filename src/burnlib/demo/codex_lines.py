"""A planned session as the lines that Codex would have logged, and these lines one by one.

The shapes follow rollouts of the command-line tool; words, ids and paths are made up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from burnlib.demo.story import OLD, Session, Use, ident, stamp, unit
from burnlib.model import TokenCounts

__all__ = ["codex_files", "line", "meta", "rollout_path", "token_count", "turn", "usage"]


def codex_files(session: Session) -> Mapping[str, str]:
    """Return the log files of *session*: path below the home folder to text."""
    uses = session.uses
    thread = ident(session.key, "thread")
    opening = list(_opening(session, thread, uses[0].at))
    if session.shape != "fork":
        lines = [*opening, *_responses(session, uses, TokenCounts())]
        return _file(thread, lines, glued=session.shape == "glued")
    # The child takes the third use; the parent goes on with the fourth.
    shared = [*opening, *_responses(session, uses[:2], TokenCounts())]
    so_far = _plus(uses[0].counts, uses[1].counts)
    child = ident(session.key, "child")
    return {
        **_file(thread, [*shared, *_responses(session, uses[3:], so_far)]),
        **_file(child, _forked(session, child, thread, shared, so_far)),
    }


def _file(
    thread: str, lines: Sequence[Mapping[str, object]], *, glued: bool = False
) -> dict[str, str]:
    started = datetime.fromisoformat(str(lines[0]["timestamp"]))
    texts = [json.dumps(entry, separators=(",", ":")) + "\n" for entry in lines]
    if glued:  # two writers at once: a line end went missing
        first = next(i for i, text in enumerate(texts) if "last_token_usage" in text)
        texts[first] = texts[first].rstrip("\n")
    return {rollout_path(thread, started): "".join(texts)}


def rollout_path(thread: str, started: datetime) -> str:
    """Return the path below the home folder of a thread that *started* then, by the local clock."""
    name = f"{started:%Y/%m/%d}/rollout-{started:%Y-%m-%dT%H-%M-%S}-{thread}.jsonl"
    return f".codex/sessions/{name}"


def _opening(session: Session, thread: str, first: datetime) -> Iterator[dict[str, object]]:
    start = first - timedelta(seconds=14)
    yield line(start, "session_meta", _meta(session, thread, start))
    yield line(start + timedelta(seconds=1), "turn_context", _turn(session, "first"))
    prompt = {"type": "user_message", "message": f"{session.project.title}, please."}
    yield line(start + timedelta(seconds=1), "event_msg", prompt)
    if unit(session.key, "null") < 0.3:
        nothing = {"type": "token_count", "info": None, "rate_limits": None}
        yield line(start + timedelta(seconds=2), "event_msg", nothing)


def _responses(
    session: Session, uses: Sequence[Use], total: TokenCounts
) -> Iterator[dict[str, object]]:
    """Yield each use's tool call and its counters, which go on from *total*."""
    for order, use in enumerate(uses):
        if session.shape == "models" and order == 2:
            at = use.at - timedelta(seconds=20)
            yield line(at, "turn_context", _turn(session, "second"))
        if session.shape == "fall" and order == 3:
            total = uses[0].counts  # the user went back to an earlier point and went on from there
        total = _plus(total, use.counts)
        yield from _tool_call(session, use)
        yield _counters(use.at, total, use.counts)
        if unit(use.key, "repeat") < 0.15:  # new rate limits repeat the counters
            yield _counters(use.at + timedelta(milliseconds=650), total, use.counts)


def _forked(
    session: Session,
    child: str,
    parent: str,
    shared: Sequence[Mapping[str, object]],
    so_far: TokenCounts,
) -> list[Mapping[str, object]]:
    """Return a sub-agent's lines: its parent's history, stamped anew all at once, then its own."""
    use = session.uses[2]
    start = use.at - timedelta(seconds=14)
    spawn = {"parent_thread_id": parent, "depth": 1, "agent_nickname": "Demo"}
    header = _meta(session, child, start) | {
        "forked_from_id": parent,
        "source": {"subagent": {"thread_spawn": spawn}},
    }
    copied = [
        entry | {"timestamp": stamp(start + timedelta(milliseconds=number))}
        for number, entry in enumerate(map(dict, shared), start=1)
    ]
    own = start + timedelta(milliseconds=1300)
    return [
        line(start, "session_meta", header),
        *copied,
        line(own, "turn_context", _turn(session, "child")),
        _counters(own, so_far, session.uses[1].counts),
        *_responses(session, [use], so_far),
    ]


def line(at: datetime, kind: str, payload: Mapping[str, object]) -> dict[str, object]:
    """Return a line of *kind*, written at *at*."""
    return {"timestamp": stamp(at), "type": kind, "payload": payload}


def meta(
    thread: str, start: datetime, *, cwd: str, version: str, branch: str = ""
) -> dict[str, object]:
    """Return the payload of the header of a thread; a *branch* only within a repository."""
    header: dict[str, object] = {
        "id": thread,
        "timestamp": stamp(start),
        "cwd": cwd,
        "originator": "codex-tui",
        "cli_version": version,
        "source": "cli",
        "model_provider": "openai",
    }
    return header | {"git": {"branch": branch}} if branch else header


def _meta(session: Session, thread: str, start: datetime) -> dict[str, object]:
    version = "0.118.0" if session.index < OLD else "0.135.0"
    return meta(thread, start, cwd=session.project.cwd, version=version, branch=session.branch)


def turn(turn_id: str, *, cwd: str, model: str, tz: str = "Etc/UTC") -> dict[str, object]:
    """Return the payload of the line that begins a turn, and names its *model*."""
    return {
        "turn_id": turn_id,
        "cwd": cwd,
        "model": model,
        "effort": "medium",
        "timezone": tz,
    }


def _turn(session: Session, name: str) -> dict[str, object]:
    model = "gpt-5.4" if session.index < OLD else "gpt-5.5"
    if name == "second":  # the user changed the model in the middle of the session
        model = "gpt-5.4-mini"
    return turn(ident(session.key, "turn", name), cwd=session.project.cwd, model=model)


def _tool_call(session: Session, use: Use) -> Iterator[dict[str, object]]:
    tools = session.project.codex_tools
    if not tools:
        return
    name = tools[int(use.key.rpartition("/")[2]) % len(tools)]
    call = f"call_{ident(use.key, 'call').replace('-', '')[:24]}"
    kinds: dict[str, dict[str, object]] = {
        "apply_patch": {
            "type": "custom_tool_call",
            "status": "completed",
            "name": name,
            "call_id": call,
            "input": "",
        },
        "exec_command": {
            "type": "function_call",
            "name": name,
            "call_id": call,
            "arguments": '{"cmd":"make check"}',
        },
        "web_search": {"type": "web_search_call", "status": "completed"},
    }
    yield line(use.at - timedelta(seconds=3), "response_item", kinds[name])


def _counters(at: datetime, total: TokenCounts, last: TokenCounts) -> dict[str, object]:
    return token_count(at, usage(total), usage(last))


def token_count(
    at: datetime, total: Mapping[str, int], last: Mapping[str, int]
) -> dict[str, object]:
    """Return the line with the running *total* of a thread and the *last* response's usage."""
    info = {
        "total_token_usage": total,
        "last_token_usage": last,
        "model_context_window": None,
    }
    payload = {"type": "token_count", "info": info, "rate_limits": None}
    return line(at, "event_msg", payload)


def usage(counts: TokenCounts) -> dict[str, int]:
    """Return the counts as OpenAI tells them: what a cache held is part of the input.

    What was written to a cache is only told where there is some, as older builds never do.
    """
    written = counts.cache_write_5m + counts.cache_write_1h
    return {
        "input_tokens": counts.input + counts.cache_read + written,
        "cached_input_tokens": counts.cache_read,
        **({"cache_write_input_tokens": written} if written else {}),
        "output_tokens": counts.output,
        "reasoning_output_tokens": counts.reasoning,
        "total_tokens": counts.total,
    }


def _plus(one: TokenCounts, other: TokenCounts) -> TokenCounts:
    return TokenCounts(
        input=one.input + other.input,
        cache_read=one.cache_read + other.cache_read,
        output=one.output + other.output,
        reasoning=one.reasoning + other.reasoning,
    )
