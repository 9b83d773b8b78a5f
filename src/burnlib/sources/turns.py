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
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from attrs import define, frozen

from burnlib.estimating import Amount, Method, Ratio, amount_of, pieces_of
from burnlib.model import Fidelity, TokenCounts, UsageEvent
from burnlib.sources.conversations import Conversation, Message

__all__ = ["Outline", "Step", "outline_of", "uses_of"]

_NO_TIME = "message without a time, in a conversation without one"
_DATED = "dated by its conversation"

_NO_COUNTS = TokenCounts()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# Of two copies that were changed at the same time, one that tells a message in more steps is the
# fuller: older exports of Claude.ai have the text of an answer without its uses of tools.
_MOST_STEPS = 1000
_LATEST = 9 * 10**15  # the year 2255; times 1,000, SQLite's integers hold it

# Ids made at random or from the clock are unique everywhere; a copy of a conversation repeats them.
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(#\d+)?")


@frozen
class Outline:
    """A conversation in order, and what has to be counted of it.

    Attributes:
        source: Name of the source.
        conversation: The conversation.
        steps: Its messages that can be dated, each behind the one it follows.
        left_out: Reason to number of things that have no text to count.

    """

    source: str
    conversation: Conversation
    steps: Sequence[Step]
    left_out: Counter[str]

    @property
    def texts(self) -> list[tuple[str, str]]:
        """What has to be counted: (name of the encoding, text), message by message."""
        return [(step.method.encoding, text) for step in self.steps for _, text in step.pieces]


@frozen
class Step:
    """A message: when it was, which model it belongs to, and its text in pieces of one kind."""

    message: Message
    at: datetime
    model: str
    method: Method
    pieces: Sequence[tuple[Ratio, str]]


def outline_of(
    conversation: Conversation, *, source: str, method: Callable[[str, datetime], Method]
) -> Outline:
    """Return the messages of *conversation* in order, dated, and with their methods."""
    left_out = Counter(conversation.left_out)
    order = _in_order(conversation.messages)
    models = _models(order, conversation.model)
    beginning = _beginning(conversation)
    times: dict[str, datetime] = {}
    steps = []
    for message in order:
        at = message.at or times.get(message.parent, beginning)
        if at is None:
            if any(message.texts) or any(message.code):
                left_out[_NO_TIME] += 1
            continue
        times[message.id] = at
        model = models[message.id]
        how = method(model, at)
        pieces = list(pieces_of(how, message.texts, message.code))
        steps.append(Step(message, at, model, how, pieces))
    return Outline(source, conversation, steps, left_out)


def uses_of(outline: Outline, counts: Iterable[int]) -> list[UsageEvent]:
    """Return the uses of a conversation, one for each message with text.

    A run of messages that the model wrote without anything sent between them is one turn, and one
    call. Takes time and memory in proportion to the messages, however they hang together.

    Args:
        outline: The conversation.
        counts: The tokens of each of :attr:`Outline.texts`.

    """
    talk = _Talk.of(outline)
    numbers = iter(counts)
    paths: dict[str, _Path] = {}
    events = []
    for step in outline.steps:
        path = paths.get(step.message.parent, _BEGINNING)
        own = amount_of((ratio, next(numbers)) for ratio, _ in step.pieces)
        paths[step.message.id] = path.after(step.message, own)
        if own.mid:
            events.append(talk.event(step, own, path))
    return events


@define
class _Path:
    """What lies before a message on its own path: its tokens, and whose turn it is."""

    tokens: int = 0
    most: int = 0
    writing: bool = False

    def after(self, message: Message, own: Amount) -> _Path:
        """Return the path that *message* is the end of."""
        tokens, most = self.tokens, self.most
        if message.resent:
            tokens, most = tokens + own.mid, most + own.high
        # A picture was sent, though there is no text of it; a step without text wrote nothing.
        silent = not own.mid and message.side != "input"
        writing = self.writing if silent else message.side == "output"
        return _Path(tokens, most, writing)


_BEGINNING = _Path()


@frozen
class _Talk:
    """What all uses of a conversation have in common."""

    source: str
    id: str
    started: datetime | None
    updated: int
    steps: Mapping[str, int]

    @classmethod
    def of(cls, outline: Outline) -> _Talk:
        """Return what the uses of a conversation have in common."""
        talk = outline.conversation
        age = min((talk.updated - _EPOCH) // _MICROSECOND, _LATEST) if talk.updated else 0
        steps = Counter(_whole(step.message.id) for step in outline.steps)
        for name, number in steps.items():
            steps[name] = min(number, _MOST_STEPS) - 1
        return cls(outline.source, talk.id, talk.started, age, steps)

    def event(self, step: Step, own: Amount, path: _Path) -> UsageEvent:
        """Return the use that a message of *own* tokens is at the end of *path*."""
        message, how = step.message, step.method
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
            at=step.at,
            source=self.source,
            fidelity=Fidelity.ESTIMATED,
            counts=counts,
            calls=int(begins),
            model=step.model,
            session=self.id,
            low=own.low,
            high=own.high,
            detail=self.updated * _MOST_STEPS + self.steps[_whole(message.id)],
            started=self.started,
            processed=processed,
            processed_high=processed_high,
            method=str(how) if message.at else f"{how}; {_DATED}",
            calibrated=how.calibrated,
        )


def _whole(message: str) -> str:
    """Return the id of the message that a step is a part of."""
    return message.partition("#")[0]


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
