"""ChatGPT: the data export, ``conversations.json`` or ``conversations-000.json`` and so on.

A conversation is a tree: ``mapping`` holds its nodes, each with its parent, its children and at
most one message. An edited question and a regenerated answer are branches of their own, and the
model went through all of them, so all of them count. An export tells no tokens; but OpenAI's
tokenizers are public, so for most models the text that is there is counted, not guessed.
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TypeAlias

from burnlib import days
from burnlib.errors import LogFormatError
from burnlib.estimating import Method, Ratio
from burnlib.model import Fidelity
from burnlib.sources.conversations import (
    ASSET,
    DAMAGED,
    UNKNOWN,
    Conversation,
    Message,
    id_from,
    list_of,
)
from burnlib.sources.lines import text_of

__all__ = ["ChatGPT"]

_Object: TypeAlias = Mapping[str, object]

_Piece: TypeAlias = tuple[str, str]
"""A text and "", or "" and the reason why there is none."""


class ChatGPT:
    """Source ``chatgpt``: estimated, from the text of an export."""

    name = "chatgpt"
    fidelity = Fidelity.ESTIMATED
    api_version = 1
    revision = 1

    def conversation(self, record: _Object) -> Conversation | None:
        """Return the conversation in *record*; None without a ``mapping`` object.

        Raises LogFormatError where nothing in the mapping is a node.
        """
        mapping = record.get("mapping")
        if not isinstance(mapping, dict):
            return None
        nodes = {key: node for key, node in mapping.items() if isinstance(node, dict)}
        name = text_of(record, "conversation_id") or text_of(record, "id")
        if mapping and not nodes:
            raise LogFormatError(
                f"a conversation without messages: none of {len(mapping):,} entries is one",
                where=name,
                hint="ask ChatGPT for a new export; if that is the same, its format has changed",
            )
        left_out = Counter({DAMAGED: len(mapping) - len(nodes)})
        messages = _messages(nodes, left_out)
        return Conversation(
            id=name or id_from([record.get("create_time"), *sorted(m.id for m in messages)]),
            started=_instant(record.get("create_time")),
            updated=_instant(record.get("update_time")),
            model=_model(record, "default_model_slug"),
            messages=messages,
            left_out=dict(+left_out),
        )

    def method(self, model: str, at: datetime) -> Method:  # noqa: ARG002 - part of the protocol
        """Return how text is counted that *model* ("" is unknown) read or wrote, at any time."""
        return _method(model)


def _messages(nodes: Mapping[str, _Object], left_out: Counter[str]) -> list[Message]:
    """Return the message of each node, and add to *left_out* what has no text."""
    ids = _ids(nodes)
    parents = _parents(nodes)
    messages = []
    for key, node in nodes.items():
        parent = ids[parents[key]] if key in parents else ""
        if node.get("message") is None:
            messages.append(Message(id=ids[key], parent=parent))
            continue
        message = _object(node, "message")
        messages.append(_message(message, id=ids[key], parent=parent, left_out=left_out))
    return messages


def _ids(nodes: Mapping[str, _Object]) -> Mapping[str, str]:
    """Return the id of each node: its message's, else its key, which must not be another's id."""
    own = {key: text_of(_object(node, "message"), "id") for key, node in nodes.items()}
    taken = set(own.values())
    return {key: name or (f"node {key}" if key in taken else key) for key, name in own.items()}


def _parents(nodes: Mapping[str, _Object]) -> Mapping[str, str]:
    """Return key to key of the node before it, as the node says, else as that one says.

    Links go by the keys of the mapping, which the ids of nodes and messages need not equal.
    """
    parents: dict[str, str] = {}
    for key, node in nodes.items():
        for child in list_of(node, "children"):
            if isinstance(child, str):
                parents.setdefault(child, key)
    for key, node in nodes.items():
        parent = node.get("parent")
        if isinstance(parent, str) and parent in nodes:
            parents[key] = parent
    return parents


# Retrieved pages, what the user and the product told the model beforehand, and what code printed:
# sent to the model, whichever author an export names.
_ALWAYS_SENT = frozenset(
    {
        "execution_output",
        "model_editable_context",
        "sonic_webpage",
        "system_error",
        "tether_browsing_display",
        "tether_quote",
        "user_editable_context",
    }
)


def _message(message: _Object, *, id: str, parent: str, left_out: Counter[str]) -> Message:
    """Return a message, and add to *left_out* what it has no text of."""
    if not message:
        left_out[DAMAGED] += 1
        return Message(id=id, parent=parent)
    pieces = list(_pieces(message.get("content")))
    texts = [text for text, _ in pieces if text]
    missing = [reason for _, reason in pieces if reason]
    metadata = _object(message, "metadata")
    # A picture that was uploaded is both a part and an attachment.
    attached = len(list_of(metadata, "attachments")) - missing.count(ASSET)
    if missing or attached > 0:
        left_out.update([*missing, *[ASSET] * attached])
    kind = text_of(_object(message, "content"), "content_type")
    wrote = _object(message, "author").get("role") == "assistant" and kind not in _ALWAYS_SENT
    return Message(
        id=id,
        parent=parent,
        side="output" if wrote else "input",
        at=_instant(message.get("create_time")),
        texts=() if kind == "code" else texts,
        code=texts if kind == "code" else (),
        model=_model(metadata, "model_slug") if wrote else "",
        # A message of weight 0 is shown, and left out of what later turns send.
        resent=message.get("weight") != 0,
    )


# Where each kind of content keeps its text. All other kinds have `parts`, or `text`, or neither.
_FIELDS = {
    "code": ("text",),
    "execution_output": ("text",),
    "model_editable_context": ("model_set_context",),
    "reasoning_recap": (),  # "Thought for 12 seconds": the product's words, not the model's
    "sonic_webpage": ("text",),
    "system_error": ("text",),
    "tether_browsing_display": ("result",),
    "tether_quote": ("text",),
    "user_editable_context": ("user_profile", "user_instructions"),
}


def _pieces(content: object) -> Iterator[_Piece]:
    """Yield the texts of a message's content, and the reason for each that is not there."""
    if not isinstance(content, dict):
        yield from _text(content)
        return
    kind = text_of(content, "content_type")
    if kind in _FIELDS:
        for field in _FIELDS[kind]:
            yield from _text(content.get(field))
    elif kind == "thoughts":
        # A summary of the reasoning that is shown; the reasoning itself is not in an export.
        for thought in list_of(content, "thoughts"):
            for part in _fields(thought, "summary", "content"):
                yield from _text(part)
    elif text_of(content, "text"):
        yield text_of(content, "text"), ""
    else:
        found = [piece for part in _parts(content) for piece in _part(part)]
        if not found and kind not in ("text", "multimodal_text"):
            yield "", UNKNOWN
        yield from found


def _fields(value: object, *names: str) -> list[object]:
    return [value.get(name) for name in names] if isinstance(value, dict) else [value]


def _parts(content: _Object) -> list[object]:
    parts = content.get("parts")
    return parts if isinstance(parts, list) else [parts]


def _part(part: object) -> Iterator[_Piece]:
    if isinstance(part, dict) and text_of(part, "content_type").endswith("_asset_pointer"):
        yield "", ASSET
    else:
        # The words of a recording are a part of their own, with a text.
        yield from _text(part.get("text", part) if isinstance(part, dict) else part)


def _text(value: object) -> Iterator[_Piece]:
    if isinstance(value, str):
        yield value, ""
    elif value is not None:
        yield "", UNKNOWN


def _object(record: _Object, key: str) -> _Object:
    value = record.get(key)
    return value if isinstance(value, dict) else {}


def _model(record: _Object, key: str) -> str:
    slug = text_of(record, key)
    return "" if slug == "auto" else slug  # "auto" lets the product choose


_NUMBER = re.compile(r"[0-9]{1,16}(\.[0-9]{1,9})?")


def _instant(value: object) -> datetime | None:
    """Return the instant of a time in seconds since 1970, or in milliseconds if only they fit.

    None where it is no such time.
    """
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value)
    if not isinstance(value, int | float):
        return None
    for unit in (1, 1000):
        with contextlib.suppress(OverflowError):  # no float is as large
            if at := days.parse_seconds(value / unit):
                return at
    return None


def _known(encoding: str, window: int) -> Method:
    return Method(name=encoding, encoding=encoding, window=window)


# Model → tokenizer and window; the first that matches counts. Dots are written as hyphens, as
# ChatGPT does itself ("gpt-4-5"). Which model has which tokenizer is in tiktoken's model.py, but
# its own look-up has other names: it takes "gpt-4-5" for a kind of GPT-4, and refuses "auto" and
# "text-davinci-002-render". Windows are those of OpenAI's model pages
# (https://platform.openai.com/docs/models/NAME), since no export tells the plan, and plans differ.
_RULES = (
    # gpt-3.5-turbo: 16,385. ChatGPT's first names for it were of the davinci kind.
    (r"gpt-3-5(-.*)?|text-davinci-002-render.*", _known("cl100k_base", 16_385)),
    # gpt-4-turbo: 128,000; 1106, 0125 and vision were its previews.
    (r"gpt-4-(turbo|1106|0125|vision)(-.*)?", _known("cl100k_base", 128_000)),
    # gpt-4-32k: 32,768 (https://openai.com/index/gpt-4-research/).
    (r"gpt-4-32k(-.*)?", _known("cl100k_base", 32_768)),
    # gpt-4: 8,192. The other names are what ChatGPT called it together with a tool.
    (
        r"gpt-4(-(0314|0613|bing|browsing|code-interpreter|dalle|gizmo|mobile|plugins)(-.*)?)?",
        _known("cl100k_base", 8_192),
    ),
    # gpt-4.1: 1,047,576.
    (r"gpt-4-1(-.*)?", _known("o200k_base", 1_047_576)),
    # gpt-4o, chatgpt-4o-latest and gpt-4.5-preview: 128,000.
    (r"(chat)?gpt-4o(-.*)?|gpt-4-5(-.*)?", _known("o200k_base", 128_000)),
    # o1-mini and o1-preview: 128,000; o1, o3, o3-mini and o4-mini: 200,000.
    (r"o1-(mini|preview)(-.*)?", _known("o200k_base", 128_000)),
    (r"o[134](-.*)?", _known("o200k_base", 200_000)),
    # gpt-5: 400,000. Some later ones hold more in the API; in ChatGPT that is the most of any plan
    # (OpenAI's help pages, May 2026).
    (r"gpt-5(?![0-9]).*", _known("o200k_base", 400_000)),
)

# All models since May 2024 have o200k_base, so newer ones are likely to, or to differ little.
_ASSUMED = Ratio(900, 1000, 1100)


def _assumed(why: str) -> Method:
    return Method(
        name="ChatGPT of unknown version",
        encoding="o200k_base",
        prose=_ASSUMED,
        code=_ASSUMED,
        cjk=_ASSUMED,
        window=128_000,  # of most models since GPT-4 Turbo
        assumed=f"tokenizer assumed: {why}",
        origin="the range is burnlib's own guess",
    )


_NO_MODEL = _assumed("the export does not name the model")
_NEW_MODEL = _assumed("none is published for this model")


@functools.lru_cache(maxsize=1024)
def _method(model: str) -> Method:
    if not model:
        return _NO_MODEL
    name = model.lower().replace(".", "-")
    return next((rule for pattern, rule in _RULES if re.fullmatch(pattern, name)), _NEW_MODEL)
