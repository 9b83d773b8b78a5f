"""A planned session as the lines that Claude Code would have logged, and these lines one by one.

The shapes follow logs of versions 2.1.20 to 2.1.220; words, ids and paths are made up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from attrs import evolve, frozen

from burnlib.demo.story import OLD, Session, Use, ident, stamp
from burnlib.model import TokenCounts

__all__ = ["Frame", "claude_files", "folder_of", "message", "record", "report"]

_AGENT_MODEL = "claude-haiku-4-5-20251001"


@frozen
class Frame:
    """What every line of a session repeats."""

    session: str
    cwd: str
    branch: str
    version: str


def folder_of(cwd: str) -> str:
    """Return the folder, below the configuration folder, of the sessions that ran in *cwd*."""
    return f"projects/{re.sub('[^A-Za-z0-9]', '-', cwd)}"


def claude_files(session: Session) -> Mapping[str, str]:
    """Return the log files of *session*: path below the home folder to text."""
    sid = ident(session.key, "session")
    folder = f".claude/{folder_of(session.project.cwd)}"
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
    prompt = {"role": "user", "content": f"{session.project.title}, please."}
    frame = _frame(session, sid)
    yield record(frame, "user", at, (session.key, "prompt"), message=prompt)


def _responses(
    session: Session, sid: str, uses: tuple[Use, ...], *, agent: bool = False
) -> Iterator[dict[str, object]]:
    """Yield one line per content block; each repeats the usage, whose output grows."""
    frame, model = _frame(session, sid), _model(session, agent=agent)
    for use in uses:
        blocks = _blocks(session, use)
        for number, block in enumerate(blocks):
            done = number == len(blocks) - 1
            output = use.counts.output
            if use.finished and not done:
                output = 1 + output * number // 9
            said = _message(use, block, output, model)
            if done and use.finished:
                said["stop_reason"] = "tool_use" if block["type"] == "tool_use" else "end_turn"
            at = use.at + timedelta(milliseconds=1400 * number)
            extra: dict[str, object] = {"requestId": f"req_{_short(use.key, 'request')}"}
            if agent:
                extra |= {"isSidechain": True, "agentId": _agent(session)}
            yield record(frame, "assistant", at, (use.key, number), message=said) | extra


def record(
    frame: Frame, kind: str, at: datetime, label: tuple[object, ...], **own: object
) -> dict[str, object]:
    """Return a line of *kind*, written at *at*; its ids are made from *label*."""
    return {
        "parentUuid": None if kind == "user" else ident(*label, "parent"),
        "isSidechain": False,
        **own,
        "type": kind,
        "uuid": ident(*label),
        "timestamp": stamp(at),
        "userType": "external",
        "entrypoint": "cli",
        "cwd": frame.cwd,
        "sessionId": frame.session,
        "version": frame.version,
        "gitBranch": frame.branch,
    }


def _message(use: Use, block: Mapping[str, object], output: int, model: str) -> dict[str, object]:
    return message(
        f"msg_{_short(use.key, 'message')}", block, evolve(use.counts, output=output), model
    )


def message(
    name: str, block: Mapping[str, object], counts: TokenCounts, model: str
) -> dict[str, object]:
    """Return the message *name* as one of its lines holds it: one block, and the usage so far."""
    usage = {
        "input_tokens": counts.input,
        "cache_creation_input_tokens": counts.cache_write_5m + counts.cache_write_1h,
        "cache_read_input_tokens": counts.cache_read,
        "cache_creation": {
            "ephemeral_5m_input_tokens": counts.cache_write_5m,
            "ephemeral_1h_input_tokens": counts.cache_write_1h,
        },
        "output_tokens": counts.output,
        "service_tier": "standard",
    }
    return {
        "model": model,
        "id": name,
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
    return report(_frame(session, sid), line, agent=_agent(session), key=session.key)


def report(frame: Frame, line: Mapping[str, object], *, agent: str, key: str) -> dict[str, object]:
    """Wrap a sub-agent's line the way the parent session's log repeats it while it runs.

    The ids of the messages between the two are made from *key*.
    """
    inner = {name: line[name] for name in ("type", "timestamp", "requestId", "uuid", "message")}
    return record(
        frame,
        "progress",
        datetime.fromisoformat(str(line["timestamp"])),
        (line["uuid"], "progress"),
        data={"type": "agent_progress", "message": inner, "agentId": agent},
        toolUseID=f"agent_msg_{_short(key, 'agent message')}",
        parentToolUseID=f"toolu_{_short(key, 'agent call')}",
    )


def _failure(session: Session, sid: str) -> dict[str, object]:
    """Return the record that the tool itself makes up when a request fails: all zeros."""
    nothing = Use(f"{session.key}/failure", session.uses[-1].at, TokenCounts())
    block = {"type": "text", "text": "API Error: made up"}
    said = _message(nothing, block, 0, "<synthetic>") | {"stop_reason": "stop_sequence"}
    at = nothing.at + timedelta(seconds=40)
    line = record(_frame(session, sid), "assistant", at, (nothing.key,), message=said)
    return line | {"isApiErrorMessage": True}


def _frame(session: Session, sid: str) -> Frame:
    return Frame(
        session=sid,
        cwd=session.project.cwd,
        branch=session.branch,
        version=_version(session),
    )


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
