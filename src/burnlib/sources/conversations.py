"""Conversations as chat products export them: what a source of exports makes of a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from burnlib.estimating import Method
    from burnlib.model import Fidelity

__all__ = [
    "ASSET",
    "DAMAGED",
    "UNKNOWN",
    "Conversation",
    "ExportSource",
    "Message",
    "id_from",
    "list_of",
]

ASSET = "image, sound or file, no text in the export"
"""Reason for leaving something out: the export names it, and does not hold what it says."""

UNKNOWN = "content of an unknown kind"
"""Reason for leaving something out: a kind of content that burnlib does not know."""

DAMAGED = "damaged message"
"""Reason for leaving something out: it stands where a message should, and is none."""


@frozen(kw_only=True)
class Message:
    """A message of a conversation, or a part of one that came at a step of its own.

    Attributes:
        id: Its id; unique in the conversation. A UUID, also one followed by "#1", is taken to be
            unique everywhere.
        parent: Id of the message that it follows; "" for the first.
        side: "input" for what was sent to the model (by the user, by a tool, as instructions),
            "output" for what it wrote, "" for a place in the tree without a message.
        at: When it was written; None where the export does not tell.
        texts: Its text.
        code: Text that is known to be code, such as the input of a tool.
        model: The model that wrote it; "" where the export does not tell.
        resent: Whether later turns sent it to the model again.

    """

    id: str
    parent: str = ""
    side: Literal["input", "output", ""] = ""
    at: datetime | None = None
    texts: Sequence[str] = ()
    code: Sequence[str] = ()
    model: str = ""
    resent: bool = True


@frozen(kw_only=True)
class Conversation:
    """A conversation; titles and other words that are not part of the talk are left out.

    Attributes:
        id: Its id.
        started: When it began; None where the export does not tell.
        updated: When it was last changed; of two copies of a message, the later one's holds.
        model: The model of messages that do not name one.
        messages: In any order; a message follows the one that *parent* names.
        left_out: Reason to number of things that were there and have no text to count.

    """

    id: str
    started: datetime | None = None
    updated: datetime | None = None
    model: str = ""
    messages: Sequence[Message] = ()
    left_out: Mapping[str, int] = field(factory=dict)


@runtime_checkable
class ExportSource(Protocol):
    """A source that is fed by files which a service hands out, see ``burn import``.

    Entry-point group ``burnlib.sources``, like those that find their logs themselves. Which source
    an export belongs to is asked of each, record by record.
    """

    name: str
    fidelity: Fidelity
    api_version: int

    def conversation(self, record: Mapping[str, object]) -> Conversation | None:
        """Return the conversation in *record*, an object of an export; None if it is not ours.

        Raises LogFormatError for one that is ours and cannot be read.
        """
        ...

    def method(self, model: str, at: datetime) -> Method:
        """Return how text is counted that *model* ("" is unknown) read or wrote at *at*."""
        ...


def id_from(parts: Iterable[object]) -> str:
    """Return an id for a conversation that has none, the same wherever it has the same *parts*."""
    from hashlib import sha256

    text = "\n".join(map(str, parts))
    return sha256(text.encode("utf-8", "replace")).hexdigest()


def list_of(record: Mapping[str, object], key: str) -> list[object]:
    """Return the list under *key*, or an empty one where there is none."""
    value = record.get(key)
    return value if isinstance(value, list) else []
