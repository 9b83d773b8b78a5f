"""Made-up exports of chat products: messages, conversations, and files of them.

A text is some number of tokens by construction: ``hello(n)`` is n in both of OpenAI's tokenizers
(checked in test_importing.py), so expected values can be worked out on paper. Times are written
as in "2026-03-01T18:20:00Z".
"""

from __future__ import annotations

import json
import os
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from burnlib.estimating import Amount, Method, amount_of, pieces_of
from burnlib.model import Fidelity, UsageEvent
from burnlib.sources import turns
from burnlib.sources.conversations import Conversation, Message

Json = dict[str, Any]

GPT = "gpt-4o"  # counted exactly, with o200k_base


def hello(tokens: int) -> str:
    """Return a text of this many tokens: "hello hello hello"."""
    return " ".join(["hello"] * tokens)


def seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


# ChatGPT -------------------------------------------------------------------------------------


def node(id: str, parent: str | None, role: str, text: str, at: str, **more: Any) -> Json:
    """A node of a mapping with one message; *more* goes into the message."""
    metadata: Json = {"timestamp_": "absolute", "message_type": None}
    if role == "assistant":
        metadata |= {"model_slug": GPT, "finish_details": {"type": "stop"}}
    message = {
        "id": id,
        "author": {"role": role, "name": None, "metadata": {}},
        "create_time": seconds(at),
        "update_time": None,
        "content": {"content_type": "text", "parts": [text]},
        "status": "finished_successfully",
        "end_turn": True,
        "weight": 1.0,
        "metadata": metadata,
        "recipient": "all",
        **more,
    }
    return {"id": id, "message": message, "parent": parent, "children": []}


def chatgpt(id: str, *nodes: Json, updated: str = "2026-03-03T00:00:00Z", **more: Any) -> Json:
    """A conversation of ChatGPT; first messages hang below the usual root without one."""
    root: Json = {"id": "root", "message": None, "parent": None, "children": []}
    mapping = {"root": root}
    for made in nodes:
        mapping[made["id"]] = {**made, "parent": made["parent"] or "root"}
    for made in nodes:
        children = mapping[made["parent"] or "root"]["children"]
        mapping[made["parent"] or "root"] |= {"children": [*children, made["id"]]}
    return {
        "title": "A talk",
        "create_time": min((n["message"]["create_time"] for n in nodes), default=None),
        "update_time": seconds(updated),
        "mapping": mapping,
        "current_node": nodes[-1]["id"] if nodes else "root",
        "conversation_id": id,
        "id": id,
        "is_archived": False,
        **more,
    }


# Claude.ai -----------------------------------------------------------------------------------


def said(uuid: str, sender: str, text: str, at: str, **more: Any) -> Json:
    """A message of Claude.ai, its text told twice as in real exports."""
    block = {
        "type": "text",
        "text": text,
        "start_timestamp": at,
        "stop_timestamp": at,
        "citations": [],
    }
    return {
        "uuid": uuid,
        "text": text,
        "content": [block],
        "sender": sender,
        "created_at": at,
        "updated_at": at,
        "attachments": [],
        "files": [],
        **more,
    }


def claude(uuid: str, *messages: Json, updated: str = "2026-03-03T00:00:00Z", **more: Any) -> Json:
    """A conversation of Claude.ai."""
    return {
        "uuid": uuid,
        "name": "A talk",
        "summary": "",
        "created_at": min((m["created_at"] for m in messages), default=updated),
        "updated_at": updated,
        "account": {"uuid": "an account"},
        "chat_messages": list(messages),
        **more,
    }


# Files ---------------------------------------------------------------------------------------


def export(path: Path, *conversations: Json) -> Path:
    """Write a conversations.json."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(conversations))
    return path


def zipped(path: Path, documents: Mapping[str, Iterable[Json] | str]) -> Path:
    """Write an export as it is downloaded: name of a document to conversations, or to its text."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, made in documents.items():
            archive.writestr(name, made if isinstance(made, str) else json.dumps(list(made)))
    return path


# A product that takes its time ---------------------------------------------------------------


class Slow:
    """A source of exports: ``{"slow": id}`` is a conversation of one message of one token.

    While it reads one it makes the file "reading" in the working folder, and sleeps for the
    seconds of FAKE_PAUSE.
    """

    name = "slow_chat"
    fidelity = Fidelity.ESTIMATED
    api_version = 1

    def conversation(self, record: Mapping[str, object]) -> Conversation | None:
        if "slow" not in record:
            return None
        Path("reading").touch()
        time.sleep(float(os.environ.get("FAKE_PAUSE", "0")))
        at = datetime.fromisoformat("2026-03-01T12:00:00Z")
        message = Message(id="m", side="input", at=at, texts=["hello"])
        return Conversation(id=str(record["slow"]), messages=[message])

    def method(self, _model: str, _at: datetime) -> Method:
        return Method(name="o200k_base", encoding="o200k_base", window=1000)


class Failing(Slow):
    """The same, with a fault: the one that a record names, or none that anybody knows."""

    name = "failing_chat"

    def conversation(self, record: Mapping[str, object]) -> Conversation | None:
        if "fails" not in record:
            return None
        if record["fails"] == "reading":
            raise ValueError("no such thing")
        at = datetime.fromisoformat("2026-03-01T12:00:00Z")
        when = {"naive": at.replace(tzinfo=None), "old": at.replace(year=1970)}
        wrong: Any = when.get(str(record["fails"]), at)
        message = Message(id="m", side="input", at=wrong, texts=["hello"])
        return Conversation(id="c", model=str(record["fails"]), messages=[message])

    def method(self, model: str, at: datetime) -> Method:
        if model == "method":
            raise RuntimeError("no method")
        return super().method(model, at)


def uses_of(
    talk: Conversation,
    *,
    source: str,
    method: Callable[[str, datetime], Method],
    count: Callable[[str, str], int],
) -> tuple[list[UsageEvent], Counter[str]]:
    """The uses of a conversation whose texts are counted by *count*, and what was left out."""
    outline = turns.outline_of(talk, source=source, method=method)
    counts = [count(text, encoding) for encoding, text in outline.texts]
    return turns.uses_of(outline, counts), outline.left_out


def estimate(
    method: Method,
    count: Callable[[str, str], int],
    *,
    texts: Sequence[str] = (),
    code: Sequence[str] = (),
) -> Amount:
    """What the parts of one message come to, counted by *count*."""
    pieces = pieces_of(method, texts, code)
    return amount_of((ratio, count(piece, method.encoding)) for ratio, piece in pieces if piece)
