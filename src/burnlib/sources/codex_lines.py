"""The ordinary lines of a rollout, decoded without what nobody counts.

That takes 0.8 us a line where a dict takes 7. Whatever does not fit here is for
:func:`burnlib.sources.lines.objects`, which knows how lines break.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated

import msgspec

from burnlib.sources.lines import MOST_IN_ONE_USE

__all__ = [
    "CALLS",
    "HEADER",
    "MARKERS",
    "MISFITS",
    "Line",
    "Numbers",
    "Payload",
    "RepeatedTurn",
    "decode",
    "fitting",
    "iso_of",
    "utc_of",
]

MARKERS = (b'"token_count"', b'"turn_context"', b'_call"')
"""What to search a rollout for; the last stands for all :data:`CALLS`, and for little else."""

HEADER = b'"session_meta"'
"""The same for headers. Once a thread is under way, another one has nothing to say."""

CALLS = frozenset({"function_call", "custom_tool_call", "local_shell_call", "web_search_call"})
"""Types of the items that tell which tool ran."""

_Count = Annotated[int, msgspec.Meta(ge=0, le=MOST_IN_ONE_USE)]


class Numbers(msgspec.Struct, gc=False):
    """A usage object; a missing number is 0, and null or a number in other guise does not fit."""

    input_tokens: _Count = 0
    cached_input_tokens: _Count = 0
    cache_write_input_tokens: _Count = 0
    output_tokens: _Count = 0
    reasoning_output_tokens: _Count = 0


class _Info(msgspec.Struct, gc=False):
    total_token_usage: Numbers | None = None
    last_token_usage: Numbers | None = None


class Payload(msgspec.Struct, gc=False):
    """What the payloads that matter have between them; "" stands for a text that is missing."""

    type: str = ""
    info: _Info | None = None
    name: str = ""
    model: str = ""
    cwd: str = ""
    total_token_usage: Numbers | None = None
    last_token_usage: Numbers | None = None


class Line(msgspec.Struct, gc=False):
    """One line."""

    payload: Payload
    timestamp: str = ""
    type: str = ""


MISFITS = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What :data:`decode` raises for a line that is no single object, or has a part of another type."""

# What it passes over it checks as strictly as what it decodes; only bytes that are not UTF-8 are
# not looked for there, and those can sit in text alone.
decode = msgspec.json.Decoder(Line).decode
"""Return the bytes of a line as a :class:`Line`."""


def fitting(raw: bytes) -> Line | None:
    """Return the line, or None where it does not fit."""
    try:
        return decode(raw)
    except MISFITS:
        return None


# As Codex writes it. The hour 24, which later Pythons take for the next day's 0, is left out.
_PLAIN = re.compile(
    r"20[2-9][0-9]-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"
).fullmatch


def utc_of(timestamp: str) -> datetime | None:
    """Return the instant of a plain timestamp: in UTC, without a zone, which costs half the time.

    None for any other text, also for instants that need a closer look.
    """
    if _PLAIN(timestamp) is None:
        return None
    try:
        return datetime.fromisoformat(timestamp[:23])
    except ValueError:
        return None


def iso_of(timestamp: str) -> str:
    """Return ``isoformat()`` of a plain timestamp's instant; the method itself takes 0.4 us."""
    if timestamp[20:23] == "000":
        return f"{timestamp[:19]}+00:00"
    return f"{timestamp[:23]}000+00:00"


# The parts in which the turns of a session differ. No text in them holds quotes or escapes, and
# another member comes next: where what follows is the same, so is its meaning.
_TURN = re.compile(
    rb'\{"timestamp":"[0-9TZ:.+-]{20,32}",(?:"ordinal":(?:0|[1-9][0-9]{0,17}),)?'
    rb'"type":"turn_context","payload":\{(?:"turn_id":"[0-9A-Za-z_-]*",)?(?=")'
)


class RepeatedTurn:
    """The last turn_context: up to 11 kB, written again before each request, mostly the same."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def remember(self, raw: bytes) -> None:
        """Take note of a line that was decoded and found to be a turn_context."""
        start = _TURN.match(raw)
        self._rest = raw[start.end() :] if start else b""

    def forget(self) -> None:
        """Take no line for a repeated one until one is remembered again."""
        self._rest = b""

    def is_in(self, raw: bytes) -> bool:
        """Whether the line says what the remembered one said."""
        if not raw.endswith(self._rest):
            return False
        start = _TURN.match(raw)
        return start is not None and start.end() + len(self._rest) == len(raw)
