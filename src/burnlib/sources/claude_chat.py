"""Claude.ai: the data export, ``conversations.json``.

A conversation is a list of messages, with ``parent_message_uuid`` a tree. What Claude did with
tools before it answered is inside one message, as blocks; each tool result was sent to the model
and began a turn, so such a message is several steps here. An export tells no tokens, and Claude's
tokenizers are not public: what stands here is OpenAI's count times a published ratio.
"""

from __future__ import annotations

import functools
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from attrs import evolve, frozen

from burnlib.days import parse_instant
from burnlib.errors import LogFormatError
from burnlib.estimating import Method, Ratio, spanning
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

__all__ = ["ClaudeChat"]

_Object: TypeAlias = Mapping[str, object]
_Side: TypeAlias = Literal["input", "output"]

_TOOL = "use of a tool, not in the export"


class ClaudeChat:
    """Source ``claude_chat``: estimated, from the text of an export."""

    name = "claude_chat"
    fidelity = Fidelity.ESTIMATED
    api_version = 1
    revision = 1

    def conversation(self, record: _Object) -> Conversation | None:
        """Return the conversation in *record*; None without a ``chat_messages`` list.

        Raises LogFormatError where nothing in the list is a message.
        """
        entries = record.get("chat_messages")
        if not isinstance(entries, list):
            return None
        name = text_of(record, "uuid")
        told = [entry for entry in entries if isinstance(entry, dict)]
        if entries and not told:
            raise LogFormatError(
                f"a conversation without messages: none of {len(entries):,} entries is one",
                where=name,
                hint="ask Claude.ai for a new export; if that is the same, its format has changed",
            )
        left_out = Counter({DAMAGED: len(entries) - len(told)})
        messages = _messages(told, left_out)
        created = record.get("created_at")
        return Conversation(
            id=name or id_from([created, *sorted(message.id for message in messages)]),
            started=parse_instant(created),
            updated=parse_instant(record.get("updated_at")),
            model=text_of(record, "model"),
            messages=messages,
            left_out=dict(+left_out),
        )

    def method(self, model: str, at: datetime) -> Method:
        """Return how text is counted that *model* ("" is unknown) read or wrote at *at*."""
        return _method(model, at >= _NEWER_SINCE)


@frozen
class _Piece:
    """A part of a message: a text or code of one side, or the reason why there is none."""

    side: _Side
    text: str = ""
    code: tuple[str, ...] = ()
    missing: str = ""


def _messages(told: Sequence[_Object], left_out: Counter[str]) -> list[Message]:
    """Return the steps of all messages, and add to *left_out* what has no text."""
    named: dict[str, _Object] = {}
    for number, entry in enumerate(told):
        named.setdefault(text_of(entry, "uuid") or f"message {number}", entry)
    parents = _parents(named)
    last: dict[str, str] = {}
    steps: dict[str, list[Message]] = {}
    for name, entry in named.items():
        pieces = list(_pieces(entry))
        left_out.update(piece.missing for piece in pieces if piece.missing)
        steps[name] = list(_steps(name, entry, pieces))
        last[name] = steps[name][-1].id
    return [
        message if number else evolve(message, parent=last.get(parents[name], ""))
        for name, chain in steps.items()
        for number, message in enumerate(chain)
    ]


def _parents(named: Mapping[str, _Object]) -> Mapping[str, str]:
    """Return the name of the message before each: its parent, else the one written before it."""
    if any(text_of(entry, "parent_message_uuid") for entry in named.values()):
        # The root's parent, 00000000-0000-4000-8000-000000000000, is no message.
        return {name: text_of(entry, "parent_message_uuid") for name, entry in named.items()}
    line = [name for name, _ in sorted(_timed(named), key=lambda timed: timed[1])]
    return dict(zip(line, ["", *line], strict=False))


def _timed(named: Mapping[str, _Object]) -> Iterator[tuple[str, datetime]]:
    """Yield each message with its time; without one it keeps its place behind its neighbour."""
    at = datetime.min.replace(tzinfo=UTC)
    for name, entry in named.items():
        at = parse_instant(entry.get("created_at")) or at
        yield name, at


def _steps(name: str, entry: _Object, pieces: Sequence[_Piece]) -> Iterator[Message]:
    """Yield the message as a chain of steps: what Claude wrote, what a tool answered, and so on.

    There is at least one: a message without text, such as a picture, is a place, too.
    """
    runs = [list(run) for _, run in itertools.groupby(pieces, lambda piece: piece.side)]
    for number, run in enumerate(runs or [[]]):
        side = run[0].side if run else _side(entry)
        yield Message(
            id=f"{name}#{number}" if number else name,
            parent=(name if number == 1 else f"{name}#{number - 1}") if number else "",
            side=side,
            at=parse_instant(entry.get("created_at")),
            texts=[piece.text for piece in run if piece.text],
            code=[code for piece in run for code in piece.code],
            model=text_of(entry, "model") if side == "output" else "",
        )


def _side(entry: _Object) -> _Side:
    return "output" if entry.get("sender") == "assistant" else "input"


def _pieces(entry: _Object) -> Iterator[_Piece]:
    """Yield the parts of a message in order; its text once, though an export may tell it twice."""
    side = _side(entry)
    content = entry.get("content")
    blocks = content if isinstance(content, list) else [content]
    for block in blocks:
        yield from _block(block, side)
    if not any(map(_has_text, blocks)):
        text, hidden = _without_placeholder(text_of(entry, "text"), side)
        if text:
            yield _Piece(side, text)
        if not any(_kind(block).endswith(("tool_use", "tool_result")) for block in blocks):
            yield from [_Piece(side, missing=_TOOL)] * hidden
    for attachment in list_of(entry, "attachments"):
        words = text_of(attachment, "extracted_content") if isinstance(attachment, dict) else ""
        yield _Piece("input", words) if words else _Piece(side, missing=ASSET)
    # Of files there are only the names.
    yield from [_Piece(side, missing=ASSET)] * len(list_of(entry, "files"))


def _kind(block: object) -> str:
    return text_of(block, "type") if isinstance(block, dict) else ""


def _has_text(block: object) -> bool:
    if isinstance(block, dict):
        return block.get("type") == "text" and text_of(block, "text") != ""
    return isinstance(block, str) and block != ""


# What old exports have in `text` for each use of a tool, between fences or not.
_PLACEHOLDER = re.compile(
    r"(?:^```[^\n]*\n)?This block is not supported on your current device yet\.(?:\n```[ \t]*$)?",
    re.MULTILINE,
)


def _without_placeholder(text: str, side: _Side) -> tuple[str, int]:
    """Return what *side* wrote in *text*, and the number of blocks that stand there for others."""
    if side == "input":
        return text, 0
    bare, hidden = _PLACEHOLDER.subn("", text)
    return (bare.strip(), hidden) if hidden else (text, 0)


# The product's notes, which are not part of the talk.
_NOTES = frozenset({"flag", "token_budget"})

_ASSETS = frozenset({"document", "image", "voice_note"})


def _block(block: object, side: _Side) -> Iterator[_Piece]:
    """Yield the parts of a block of a message by *side*."""
    kind = _kind(block)
    if not isinstance(block, dict) or not kind:
        yield from _text(block, side)
    elif kind.endswith("tool_result"):
        yield _Piece("input")  # also a result without text begins a turn
        content = block.get("content")
        for item in content if isinstance(content, list) else [content]:
            yield from _text(item, "input")
    elif kind.endswith("tool_use"):
        yield _tool_use(block, side)
    elif kind == "thinking":
        yield from _text(block.get("thinking"), side)
    elif kind not in _NOTES:
        yield from _text(block, side)


def _text(value: object, side: _Side) -> Iterator[_Piece]:
    """Yield the text that *value* is or has, else the reason why there is none."""
    if isinstance(value, dict):
        if _kind(value) in _ASSETS and not text_of(value, "text"):
            yield _Piece(side, missing=ASSET)
            return
        value = value.get("text", value)
    if isinstance(value, str):
        yield _Piece(side, value)
    elif value is not None:
        yield _Piece(side, missing=UNKNOWN)


def _tool_use(block: _Object, side: _Side) -> _Piece:
    """Return what Claude wrote to a tool: its name, and the input as JSON."""
    given = block.get("input")
    try:
        written = json.dumps(given, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        return _Piece(side, missing=UNKNOWN)
    return _Piece(side, code=(text_of(block, "name"), "" if given is None else written))


# Tokens for every 1,000 of o200k_base, read from what others counted. Prose: 1.18 for Claude to 4.6
# (https://github.com/sammcj/ingest/pull/65), times 1.30 from 4.7 on, which is Anthropic's own word
# (https://platform.claude.com/docs/en/build-with-claude/token-counting). Code: between the 1.12 and
# 1.30 of two others. Chinese and Japanese: a little under the 1.49 of one, with the newer tokenizer
# times 1.00 to 1.01 (https://sol.ava.dev/writings/2026-04-17-opus-4-7-tokenizer.html). The ends are
# burnlib's reading of how far all of these differ, no interval of confidence.
_OLDER = Method(
    name="Claude to 4.6",
    encoding="o200k_base",
    prose=Ratio(1100, 1180, 1300),
    code=Ratio(1100, 1200, 1350),
    cjk=Ratio(1300, 1450, 1600),
    # https://support.claude.com/en/articles/8606394, on paid plans: what no row below names.
    window=200_000,
    origin="read from published counts, November 2026",
)
_NEWER = evolve(
    _OLDER,
    name="Claude from 4.7",
    prose=Ratio(1350, 1530, 1750),
    code=Ratio(1250, 1500, 1750),
)


_UNSURE = evolve(
    _OLDER,
    name="Claude of unknown version",
    prose=spanning((_OLDER.prose, _NEWER.prose)),
    code=spanning((_OLDER.code, _NEWER.code)),
    cjk=spanning((_OLDER.cjk, _NEWER.cjk)),
    between=(_OLDER, _NEWER),
    assumed="tokenizer assumed: the export does not tell the version, so halfway between the two",
)

# Release of Opus 4.7, the first in Claude.ai with the newer tokenizer
# (https://github.com/anthropics/anthropic-sdk-java/releases/tag/v2.26.0): before it, a model
# without a name can only have had the older one.
_NEWER_SINCE = datetime(2026, 4, 16, tzinfo=UTC)

# Windows other than 200,000: https://support.claude.com/en/articles/8606394 as of July 2026, and
# https://www.anthropic.com/news/100k-context-windows for the first ones.
_WINDOWS = {
    ("sonnet", (5,)): 1_000_000,
    ("opus", (4, 8)): 500_000,
    ("opus", (4, 7)): 500_000,
    ("opus", (4, 6)): 500_000,
    ("sonnet", (4, 6)): 500_000,
    ("", (2, 0)): 100_000,
    ("", (2,)): 100_000,
    ("instant", (1, 2)): 100_000,
    ("instant", (1,)): 100_000,
}

_FAMILY = re.compile(r"fable|haiku|instant|mythos|opus|sonnet")
# One or two numbers; dates and sizes ("20250929", "100k") are longer.
_VERSION = re.compile(r"(?<![0-9])([0-9]{1,2})(?:[-.]([0-9]{1,2}))?(?![0-9])")


@functools.lru_cache(maxsize=1024)
def _method(model: str, late: bool) -> Method:
    name = model.lower()
    found = _FAMILY.search(name)
    family = found[0] if found else ""
    numbers = _VERSION.search(name) if family or "claude" in name else None
    version = tuple(int(part) for part in numbers.groups() if part) if numbers else ()
    if not version and family not in ("fable", "mythos"):
        return _UNSURE if late else _OLDER
    method = _NEWER if _is_newer(family, version) else _OLDER
    return evolve(method, window=_WINDOWS.get((family, version), method.window))


def _is_newer(family: str, version: tuple[int, ...]) -> bool:
    """Whether a model has the newer tokenizer.

    Opus from 4.7, Sonnet 5, and all Fable and Mythos, says
    https://platform.claude.com/docs/en/build-with-claude/token-counting; what comes later is
    taken to keep it.
    """
    if family in ("fable", "mythos"):
        return True
    return version >= ((4, 7) if family == "opus" else (5,))
