"""Conversations to estimated uses: each message once, and what every turn sent again.

No export tells tokens. Two figures are kept for every message, and never added:

*visible*
    The tokens of the text in the export, each message once, those on branches that were left
    among them. It is a floor: system prompts, files, images, memory and hidden reasoning are not
    in an export.
*processed*
    What the model went through. Products send the conversation so far again at every turn, so the
    input of a turn is everything before it on its own path, at most the model's window, and its
    output is what was written. It is neither floor nor ceiling, and most of it would be read from
    a cache, so it is no bill either.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from attrs import define, frozen

from burnlib import estimating
from burnlib.estimating import Amount, Method, estimate
from burnlib.model import Fidelity, TokenCounts, UsageEvent
from burnlib.sources.conversations import Conversation, Message

__all__ = ["uses_of"]

_NO_TIME = "message without a time, in a conversation without one"
_DATED = "dated by its conversation"

_NO_COUNTS = TokenCounts()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# Ids made at random or from the clock are unique everywhere; a copy of a conversation repeats them.
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(#\d+)?")


def uses_of(
    conversation: Conversation,
    *,
    source: str,
    method: Callable[[str, datetime], Method],
    count: estimating.Counter,
) -> tuple[list[UsageEvent], Counter[str]]:
    """Return the uses of *conversation*, one for each message with text, and what was left out.

    A run of messages that the model wrote without anything sent between them is one turn, and one
    call. Takes time and memory in proportion to the messages, however they hang together.
    """
    left_out = Counter(conversation.left_out)
    events = []
    talk = _Talk.of(conversation, source)
    order = _in_order(conversation.messages)
    models = _models(order, conversation.model)
    before = _Path(at=_beginning(conversation))
    paths: dict[str, _Path] = {}
    for message in order:
        path = paths.get(message.parent, before)
        at = message.at or path.at
        if at is None:
            if any(message.texts) or any(message.code):
                left_out[_NO_TIME] += 1
            continue
        how = method(models[message.id], at)
        own = estimate(how, count, texts=message.texts, code=message.code)
        paths[message.id] = path.after(message, own, at)
        if own.mid:
            model = models[message.id]
            events.append(talk.event(message, own, path=path, at=at, model=model, how=how))
    return events, left_out


@define
class _Path:
    """What lies before a message on its own path: when it was, its tokens, whose turn it is."""

    at: datetime | None
    tokens: int = 0
    most: int = 0
    writing: bool = False

    def after(self, message: Message, own: Amount, at: datetime) -> _Path:
        """Return the path that *message* is the end of."""
        tokens, most = self.tokens, self.most
        if message.resent:
            tokens, most = tokens + own.mid, most + own.high
        # A picture was sent, though there is no text of it; a step without text wrote nothing.
        silent = not own.mid and message.side != "input"
        writing = self.writing if silent else message.side == "output"
        return _Path(at, tokens, most, writing)


@frozen
class _Talk:
    """What all uses of a conversation have in common."""

    source: str
    id: str
    started: datetime | None
    updated: int

    @classmethod
    def of(cls, conversation: Conversation, source: str) -> _Talk:
        """Return what the uses of *conversation* have in common."""
        updated = conversation.updated
        age = (updated - _EPOCH) // _MICROSECOND if updated else 0
        return cls(source, conversation.id, conversation.started, age)

    def event(
        self, message: Message, own: Amount, *, path: _Path, at: datetime, model: str, how: Method
    ) -> UsageEvent:
        """Return the use that *message*, of *own* tokens, is at the end of *path*."""
        wrote = message.side == "output"
        begins = wrote and not path.writing
        counts = TokenCounts(output=own.mid) if wrote else TokenCounts(input=own.mid)
        processed = counts if wrote else _NO_COUNTS
        processed_high = own.high if wrote else 0
        if begins:
            read = min(path.tokens, how.window)
            processed = TokenCounts(input=read, output=own.mid)
            processed_high += min(path.most, how.window)
        return UsageEvent(
            id=_identity(self.id, message.id),
            at=at,
            source=self.source,
            fidelity=Fidelity.ESTIMATED,
            counts=counts,
            calls=int(begins),
            model=model,
            session=self.id,
            low=own.low,
            high=own.high,
            detail=self.updated,
            started=self.started,
            processed=processed,
            processed_high=processed_high,
            method=str(how) if message.at else f"{how}; {_DATED}",
            calibrated=how.calibrated,
        )


def _beginning(conversation: Conversation) -> datetime | None:
    """Return the time of messages that have none themselves and follow none that has."""
    known = (message.at for message in conversation.messages if message.at)
    return conversation.started or conversation.updated or min(known, default=None)


def _identity(conversation: str, message: str) -> str:
    return message if _UUID.fullmatch(message) else f"{conversation}/{message}"


def _in_order(messages: Iterable[Message]) -> list[Message]:
    """Return every message once, each behind the one it follows.

    A message whose parent is missing is a first one; so is the first one of a circle. Of two
    messages with one id, the first is taken.
    """
    by_id: dict[str, Message] = {}
    for message in messages:
        by_id.setdefault(message.id, message)
    order: list[Message] = []
    placed: set[str] = set()
    for message in by_id.values():
        climb = []
        step: Message | None = message
        while step is not None and step.id not in placed:
            placed.add(step.id)
            climb.append(step)
            step = by_id.get(step.parent)
        order += reversed(climb)
    return order


def _models(order: list[Message], default: str) -> Mapping[str, str]:
    """Return the model of each message: of what was sent, the model that answered it.

    Without an answer it is the model before it, and without that the conversation's.
    """
    found: dict[str, str] = {}
    answered: dict[str, str] = {}
    for message in reversed(order):
        own = message.model if message.side == "output" else answered.get(message.id, "")
        if own:
            found[message.id] = own
            answered[message.parent] = own
    for message in order:
        if message.id not in found:
            found[message.id] = found.get(message.parent) or default
    return found
