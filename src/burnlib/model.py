"""The values that everything else speaks in: trust, token counts, one use, one day."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal, get_args

from attrs import Attribute, field, frozen

from burnlib.errors import InvalidInput
from burnlib.value import Value

__all__ = ["NO_LABEL", "DailyRow", "Estimate", "Fidelity", "SourceDay", "TokenCounts", "UsageEvent"]

Estimate = Literal["visible", "processed"]
"""Which figure of a conversation is its value: each message once, or every re-sending, too."""

NO_LABEL = "no label"
"""The family of tokens that no label and no rule claims."""

# 2**53 - 1: the largest integer that every JSON reader keeps exact (RFC 8259, section 6).
MAX_TOKENS = 2**53 - 1

# A name ending in one of the column suffixes would make daily-burn.json ambiguous.
_SOURCE_NAME = re.compile(r"(?!.*_(?:tokens|est|calls|est_low|est_high)$)[a-z][a-z0-9_]*")


class Fidelity(enum.IntEnum):
    """How far a count can be trusted; a sum is as exact as its weakest part."""

    ESTIMATED = 0
    """Counted or modelled by us, not by the provider."""
    LOWER_BOUND = 1
    """The tool logged less than was used, or part of its logs may be gone."""
    EXACT = 2
    """The provider's own count."""


def check_source_name(name: str) -> None:
    """Raise InvalidInput unless *name* can be a column prefix of daily-burn.json."""
    if not _SOURCE_NAME.fullmatch(name):
        raise InvalidInput(
            f"{name!r} is not a source name",
            hint="use [a-z][a-z0-9_]*, not ending in _tokens, _est, _calls, _est_low or _est_high",
        )


def check_estimate(name: str) -> None:
    """Raise InvalidInput unless *name* is an :data:`Estimate`."""
    if name not in get_args(Estimate):
        raise InvalidInput(f"{name!r} is not an estimate", hint="use visible or processed")


def _is_count(_instance: object, attribute: Attribute[int], value: int) -> None:
    if type(value) is not int or not 0 <= value <= MAX_TOKENS:
        raise InvalidInput(f"{attribute.name} is {value!r}, not a whole number from 0 to 2**53 - 1")


@frozen
class TokenCounts:
    """Tokens of one use, in disjoint parts; each an int >= 0.

    Providers count in two ways, so readers build this with :meth:`from_inclusive` or
    :meth:`from_exclusive` and thereby say which one their log uses.

    Attributes:
        input: Input that was neither read from a cache nor written to one.
        cache_read: Input served from a prompt cache.
        cache_write_5m: Input written to a cache for five minutes, or for an unstated time.
        cache_write_1h: Input written to a cache for one hour.
        output: All output, reasoning included.
        reasoning: Memo: the part of *output* that was hidden reasoning; never added again.

    """

    input: int = field(default=0, validator=_is_count)
    cache_read: int = field(default=0, validator=_is_count)
    cache_write_5m: int = field(default=0, validator=_is_count)
    cache_write_1h: int = field(default=0, validator=_is_count)
    output: int = field(default=0, validator=_is_count)
    reasoning: int = field(default=0, validator=_is_count)

    @property
    def total(self) -> int:
        """Every token processed, each once."""
        return (
            self.input + self.cache_read + self.cache_write_5m + self.cache_write_1h + self.output
        )

    @classmethod
    def from_exclusive(
        cls,
        *,
        input: int = 0,
        output: int = 0,
        cache_read: int = 0,
        cache_write: int = 0,
        cache_write_1h: int = 0,
        reasoning: int = 0,
    ) -> TokenCounts:
        """Build from a log whose input number leaves cached tokens out (Anthropic's way).

        *cache_write* is what was written for five minutes or an unstated time.
        """
        return cls(
            input=input,
            cache_read=cache_read,
            cache_write_5m=cache_write,
            cache_write_1h=cache_write_1h,
            output=output,
            reasoning=reasoning,
        )

    @classmethod
    def from_inclusive(
        cls,
        *,
        input: int = 0,
        output: int = 0,
        cache_read: int = 0,
        cache_write: int = 0,
        reasoning: int = 0,
    ) -> TokenCounts:
        """Build from a log whose input number contains the cached tokens (OpenAI's way)."""
        return cls(
            input=max(0, input - cache_read - cache_write),
            cache_read=cache_read,
            cache_write_5m=cache_write,
            output=output,
            reasoning=reasoning,
        )


def _is_aware(_instance: object, _attribute: Attribute[datetime], value: datetime) -> None:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise InvalidInput(
            f"{value!r} is not an instant with a UTC offset",
            hint="parse the log's offset, or attach datetime.UTC if the tool documents UTC",
        )


@frozen(kw_only=True)
class UsageEvent:
    """One use of a model, as one log tells it.

    The same use may be told by several logs (copies, resumed and forked sessions). What they have
    in common is *id*: events of one source with one id are one use, see :mod:`burnlib.uses`.

    Attributes:
        id: Identity within the source, the same on every machine: the tool's own id of the
            response, else a hash of the record's content. Never a path or an offset.
        at: The instant of the use.
        source: Name of the source, as its entry point.
        fidelity: How far *counts* can be trusted.
        counts: The tokens.
        calls: Requests that this event stands for; 0 for a further part of a request.
        model: The model's name as logged; "" is unknown.
        project: Directory or name of the work; "" is unknown.
        branch: Git branch; "" is unknown.
        session: The tool's id of the session.
        work: Kinds of tools that ran (see :data:`burnlib.families.KINDS`), never prompt text.
        low: For estimates, the least total that is plausible.
        high: For estimates, the greatest total that is plausible.
        processed: For estimates from a conversation, where *counts* holds each message once: what
            the model went through, the conversation so far being sent again at every turn.
        processed_high: The greatest total of *processed* that is plausible.
        method: How an estimate was made: the tokenizer, the ratios, and what was assumed.
        calibrated: When the ratios of *method* were measured on the user's own data; of records
            that are equally full, one by a later measurement replaces the others.
        request: Id of the request, which tells two uses apart where a gateway reuses ids.
        sidechain: A side conversation's copy; it yields to the main conversation's record.
        detail: How fully the log described the use; a fuller record replaces a poorer one.
        started: When the session began; the earliest session gives the use its place and day.
        revision: Of the reader that gave it; set by the archive, not by readers.

    """

    id: str
    at: datetime = field(validator=_is_aware)
    source: str
    fidelity: Fidelity
    counts: TokenCounts
    calls: int = field(default=1, validator=_is_count)
    model: str = ""
    project: str = ""
    branch: str = ""
    session: str = ""
    work: frozenset[str] = frozenset()
    low: int | None = None
    high: int | None = None
    processed: TokenCounts | None = None
    processed_high: int | None = None
    method: str = ""
    calibrated: datetime | None = None
    request: str = ""
    sidechain: bool = False
    detail: int = 0
    started: datetime | None = None
    revision: int = 1


@frozen(kw_only=True, eq=False, repr=False)
class SourceDay(Value):
    """What one source used on one local day.

    Attributes:
        tokens: Tokens, all parts added.
        fidelity: Of the weakest part.
        calls: Requests, or None where they are not known.
        counts: The parts, or None where only the total is known.
        low: For estimates, the least plausible total.
        high: For estimates, the greatest plausible total.

    """

    tokens: int = field(validator=_is_count)
    fidelity: Fidelity
    calls: int | None = None
    counts: TokenCounts | None = None
    low: int | None = None
    high: int | None = None


@frozen(kw_only=True, eq=False, repr=False)
class DailyRow(Value):
    """One local day: what every source used, and what the day was spent on.

    Attributes:
        date: The local day.
        sources: Source name to its day. A source that is absent was not observed that day; one
            that was observed and used nothing is there with 0 tokens.
        driver: The family of work that the day's tokens mostly went to; "" where unknown.
        evidence: The user's note on it.
        drivers: Family to tokens, adding up to :attr:`total`; empty where unknown.
        tz: IANA name of the zone the day is cut in; "" where unknown.
        estimate: What the estimates of conversations count: each message once ("visible", also
            where nothing is said), or all that was sent again at every turn ("processed").
        extra: Keys of the file that burnlib does not know, kept for writing back.

    """

    date: date
    sources: Mapping[str, SourceDay] = field(factory=dict)
    driver: str = ""
    evidence: str = ""
    drivers: Mapping[str, int] = field(factory=dict)
    tz: str = ""
    estimate: Estimate = "visible"
    extra: Mapping[str, object] = field(factory=dict)

    @property
    def total(self) -> int:
        """All tokens of the day, exact and estimated."""
        return sum(day.tokens for day in self.sources.values())

    @property
    def estimated(self) -> int:
        """The estimated tokens of the day."""
        return sum(
            day.tokens for day in self.sources.values() if day.fidelity is Fidelity.ESTIMATED
        )

    @property
    def exact(self) -> int:
        """The measured tokens of the day, lower bounds included."""
        return self.total - self.estimated

    @property
    def lower_bound(self) -> tuple[str, ...]:
        """Names of the sources whose measured tokens are a lower bound, sorted."""
        return tuple(
            sorted(n for n, day in self.sources.items() if day.fidelity is Fidelity.LOWER_BOUND)
        )
