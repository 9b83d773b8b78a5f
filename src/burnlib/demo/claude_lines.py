"""A planned session as the lines that Claude Code would have logged.

The shapes follow logs of versions 2.1.20 to 2.1.220; words, ids and paths are made up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from burnlib.demo.story import OLD, Session, Use, ident, stamp
from burnlib.model import TokenCounts

__all__ = ["claude_files"]

_AGENT_MODEL = "claude-haiku-4-5-20251001"


def claude_files(session: Session) -> Mapping[str, str]:
    """Return the log files of *session*: path below the home folder to text."""
    sid = ident(session.key, "session")
    folder = f".claude/projects/{re.sub('[^A-Za-z0-9]', '-', session.project.cwd)}"
    main, rest = session.uses, session.uses[len(session.uses) // 2 :]
    if session.shape in {"resumed", "agent", "unseen agent"}:
        main = session.uses[: len(session.uses) // 2]
    lines = [*_opening(session, sid), *_responses(session, sid, main)]
    files = {f"{folder}/{sid}.jsonl": lines}
    if session.shape == "resumed":
        # Resuming copies the history under the new session's id; ids of responses stay.
        again = ident(session.key, "resumed")
        copied = [line | {"sessionId": again} for line in lines]
        files[f"{folder}/{again}.jsonl"] = [*copied, *_responses(session, again, rest)]
    elif session.shape in {"agent", "unseen agent"}:
        agent = list(_responses(session, sid, rest, agent=True))
        told = agent
        if session.shape == "agent":
            files[f"{folder}/{sid}/subagents/agent-{_agent(session)}.jsonl"] = agent
            told = agent[:-1]  # the parent's log breaks off before the agent's last line
        lines.extend(_progress(session, sid, line) for line in told)
    elif session.shape == "synthetic":
        lines.append(_failure(session, sid))
    return {
        path: "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in content)
        for path, content in files.items()
    }


def _opening(session: Session, sid: str) -> Iterator[dict[str, object]]:
    yield {"type": "ai-title", "aiTitle": session.project.title, "sessionId": sid}
    at = session.uses[0].at - timedelta(seconds=9)
    message = {"role": "user", "content": f"{session.project.title}, please."}
    yield _record(session, sid, "user", at, (session.key, "prompt"), message=message)


def _responses(
    session: Session, sid: str, uses: tuple[Use, ...], *, agent: bool = False
) -> Iterator[dict[str, object]]:
    """Yield one line per content block; each repeats the usage, whose output grows."""
    for use in uses:
        blocks = _blocks(session, use)
        for number, block in enumerate(blocks):
            done = number == len(blocks) - 1
            output = use.counts.output
            if use.finished and not done:
                output = 1 + output * number // 9
            message = _message(use, block, output, _model(session, agent=agent))
            if done and use.finished:
                message["stop_reason"] = "tool_use" if block["type"] == "tool_use" else "end_turn"
            at = use.at + timedelta(milliseconds=1400 * number)
            extra: dict[str, object] = {"requestId": f"req_{_short(use.key, 'request')}"}
            if agent:
                extra |= {"isSidechain": True, "agentId": _agent(session)}
            yield (
                _record(session, sid, "assistant", at, (use.key, number), message=message) | extra
            )


def _record(
    session: Session, sid: str, kind: str, at: datetime, label: tuple[object, ...], **own: object
) -> dict[str, object]:
    return {
        "parentUuid": None if kind == "user" else ident(*label, "parent"),
        "isSidechain": False,
        **own,
        "type": kind,
        "uuid": ident(*label),
        "timestamp": stamp(at),
        "userType": "external",
        "entrypoint": "cli",
        "cwd": session.project.cwd,
        "sessionId": sid,
        "version": _version(session),
        "gitBranch": session.branch,
    }


def _message(use: Use, block: Mapping[str, object], output: int, model: str) -> dict[str, object]:
    counts = use.counts
    usage = {
        "input_tokens": counts.input,
        "cache_creation_input_tokens": counts.cache_write_5m + counts.cache_write_1h,
        "cache_read_input_tokens": counts.cache_read,
        "cache_creation": {
            "ephemeral_5m_input_tokens": counts.cache_write_5m,
            "ephemeral_1h_input_tokens": counts.cache_write_1h,
        },
        "output_tokens": output,
        "service_tier": "standard",
    }
    return {
        "model": model,
        "id": f"msg_{_short(use.key, 'message')}",
        "type": "message",
        "role": "assistant",
        "content": [block],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage,
    }


def _blocks(session: Session, use: Use) -> list[dict[str, object]]:
    blocks: list[dict[str, object]] = [{"type": "text", "text": "Made-up answer."}]
    tools = session.project.claude_tools
    if tools:
        order = int(use.key.rpartition("/")[2])
        call = f"toolu_{_short(use.key, 'tool')}"
        name = tools[order % len(tools)]
        blocks.append({"type": "tool_use", "id": call, "name": name, "input": {}})
    return blocks


def _progress(session: Session, sid: str, line: Mapping[str, object]) -> dict[str, object]:
    """Wrap a sub-agent's line the way the parent session's log repeats it while it runs."""
    inner = {key: line[key] for key in ("type", "timestamp", "requestId", "uuid", "message")}
    at = datetime.fromisoformat(str(line["timestamp"]))
    return _record(
        session,
        sid,
        "progress",
        at,
        (line["uuid"], "progress"),
        data={"type": "agent_progress", "message": inner, "agentId": _agent(session)},
        toolUseID=f"agent_msg_{_short(session.key, 'agent message')}",
        parentToolUseID=f"toolu_{_short(session.key, 'agent call')}",
    )


def _failure(session: Session, sid: str) -> dict[str, object]:
    """Return the record that the tool itself makes up when a request fails: all zeros."""
    nothing = Use(f"{session.key}/failure", session.uses[-1].at, TokenCounts())
    block = {"type": "text", "text": "API Error: made up"}
    message = _message(nothing, block, 0, "<synthetic>") | {"stop_reason": "stop_sequence"}
    at = nothing.at + timedelta(seconds=40)
    line = _record(session, sid, "assistant", at, (nothing.key,), message=message)
    return line | {"isApiErrorMessage": True}


def _model(session: Session, *, agent: bool) -> str:
    if agent:
        return _AGENT_MODEL
    return "claude-sonnet-4-5-20250929" if session.index < OLD else "claude-opus-4-5-20251101"


def _version(session: Session) -> str:
    if not session.uses[0].finished:
        return "2.1.20"
    return "2.1.91" if session.index < OLD else "2.1.220"


def _agent(session: Session) -> str:
    return _short(session.key, "agent")[:7]


def _short(*label: object) -> str:
    return ident(*label).replace("-", "")[:24]
