"""The made-up year behind the demonstration: days, sessions and uses, before any log is written.

Everything is drawn from hashes of labels, so no draw depends on another one, on the platform or on
the Python version; of floats only + - * / are used, which IEEE 754 rounds alike everywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

from attrs import frozen

from burnlib.model import TokenCounts

__all__ = [
    "GAP",
    "LENGTH",
    "OLD",
    "Day",
    "Project",
    "Session",
    "Use",
    "ident",
    "live_days",
    "sessions",
    "stamp",
    "unit",
]

LENGTH = 400
"""Days from the first use to the last day, both included."""

OLD = 230
"""Days with the old laptop."""

GAP = 14
"""Days between the laptops, on which nothing could be seen."""

_FIRST_LEVEL = 450_000.0  # tokens of an ordinary working day at the beginning
_GROWTH = 1.0122  # a day; over the whole time a factor of about 125
_RHYTHM = (1.0, 1.2, 1.1, 1.0, 0.7, 0.3, 0.22)  # Monday to Sunday
_SPIKES = (88, 197, 301, 381)
_FREE = frozenset((*range(96, 104), 376))  # holidays; free weekends are drawn
_EDGES = (0, OLD - 1, OLD + GAP, LENGTH - 1)

# Claude Code wrote no final output counts for a while (seen in its 2.1.12 to 2.1.29); the first
# days have such a version, so their counts are lower bounds.
_UNFINISHED_DAYS = 6

_CLAUDE_SHAPES = {
    3: "unseen agent",
    20: "agent",
    45: "resumed",
    130: "agent",
    190: "synthetic",
    260: "resumed",
    320: "agent",
    350: "resumed",
    385: "synthetic",
    390: "interrupted",
}
_CODEX_SHAPES = {
    30: "fall",
    80: "glued",
    150: "fork",
    210: "models",
    280: "fork",
}
_BUSY = frozenset((*_SPIKES, *_EDGES, *_CLAUDE_SHAPES, *_CODEX_SHAPES))


@frozen
class Project:
    """A piece of work that a family of work can be told from.

    Attributes:
        name: The last part of its path.
        weight: How often it is worked on.
        branches: Git branches, one after the other; empty without a repository.
        claude_tools: What Claude Code runs in it.
        codex_tools: What Codex runs in it.
        title: What a session in it is about.

    """

    name: str
    weight: int
    branches: tuple[str, ...]
    claude_tools: tuple[str, ...]
    codex_tools: tuple[str, ...]
    title: str

    @property
    def cwd(self) -> str:
        """Its path on the made-up machines."""
        return f"/home/demo/{self.name}"


_PROJECTS = (
    Project(
        name="atlas",
        weight=5,
        branches=("feat/import", "feat/search", "feat/map-tiles", "feat/export"),
        claude_tools=("Edit", "Bash", "Write"),
        codex_tools=("apply_patch", "exec_command"),
        title="Ship the next part of atlas",
    ),
    Project(
        name="field-notes",
        weight=2,
        branches=("main",),
        claude_tools=("WebSearch", "WebFetch"),
        codex_tools=("web_search",),
        title="Find sources for the field notes",
    ),
    Project(
        name="review-desk",
        weight=2,
        branches=("review/atlas-import", "review/atlas-search", "review/atlas-export"),
        claude_tools=("Read", "Grep", "Glob"),
        codex_tools=(),
        title="Review the open branch",
    ),
    Project(
        name="scratch",
        weight=1,
        branches=(),
        claude_tools=(),
        codex_tools=(),
        title="Try something",
    ),
)


@frozen
class Day:
    """A day that a laptop saw.

    Attributes:
        index: Days since the first one.
        date: The UTC day.
        tokens: All tokens of the day; 0 on a free day.

    """

    index: int
    date: date
    tokens: int


@frozen
class Use:
    """One response of a model.

    Attributes:
        key: Label that its ids are made from.
        at: The UTC instant of its first line, whole milliseconds.
        counts: What the log tells of it in the end.
        finished: Whether the log tells its final output count.

    """

    key: str
    at: datetime
    counts: TokenCounts
    finished: bool = True


@frozen(kw_only=True)
class Session:
    """Some uses in a row by one tool in one project.

    Attributes:
        key: Label that its ids are made from.
        source: "claude_code" or "codex".
        index: Days since the first one.
        project: What was worked on.
        uses: In order of time.
        shape: The oddity that its log shows; "" for none. It changes lines, never the uses.

    """

    key: str
    source: str
    index: int
    project: Project
    uses: tuple[Use, ...]
    shape: str

    @property
    def branch(self) -> str:
        """Git branch of the session; "" without a repository."""
        names = self.project.branches
        return names[self.index // 28 % len(names)] if names else ""


def unit(*label: object) -> float:
    """Return the number from 0 to just below 1 that belongs to *label*."""
    return int.from_bytes(_digest(label)[:6], "big") / 2**48


def ident(*label: object) -> str:
    """Return the id in the form of a version 4 UUID that belongs to *label*."""
    text = _digest(label).hex()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:32]}"


def stamp(at: datetime) -> str:
    """Return the UTC instant *at* as both tools write it: milliseconds and Z."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _digest(label: tuple[object, ...]) -> bytes:
    return hashlib.sha256("/".join(map(str, label)).encode()).digest()


def live_days(last: date) -> Iterator[Day]:
    """Yield the days that a laptop saw, the last one being *last*."""
    level = _FIRST_LEVEL
    for index in range(LENGTH):
        if not OLD <= index < OLD + GAP:
            day = last - timedelta(days=LENGTH - 1 - index)
            yield Day(index, day, int(level * _load(index, day.weekday())))
        level *= _GROWTH


def _load(index: int, weekday: int) -> float:
    """Return a day's tokens as a multiple of an ordinary working day."""
    if index in _SPIKES:
        return 10 + 8 * unit("spike", index)
    free_weekend = weekday >= 5 and unit("free", (index - weekday) // 7, weekday) < 0.19
    if index in _FREE or (free_weekend and index not in _BUSY):
        return 0
    load = (0.35 + 1.3 * unit("mood", index)) * (0.5 + unit("luck", index)) * _RHYTHM[weekday]
    return load / 2 if index == LENGTH - 1 else load  # the last day is not over yet


def sessions(last: date) -> Iterator[Session]:
    """Yield the sessions of all days up to *last*, in order of time."""
    for day in live_days(last):
        if day.tokens:
            yield from _day_sessions(day, last)


def _day_sessions(day: Day, last: date) -> Iterator[Session]:
    index = day.index
    sources = ["claude_code", "codex"]
    if unit("order", index) < 0.35:
        sources.reverse()
    if index in _SPIKES:
        slots = 4
    elif index in _BUSY:
        slots = 2  # both tools, so that both have the same first and last days
    else:
        slots = 1 + int(unit("slots", index) * (2 + index / 200))
    parts = _split(day.tokens, [f"{index}/{slot}" for slot in range(slots)])
    for slot, tokens in enumerate(parts):
        source = sources[slot % 2]
        shapes = _CLAUDE_SHAPES if source == "claude_code" else _CODEX_SHAPES
        shape = shapes.get(index, "")
        key = f"burnlib demo/{last}/{index}/{slot}"
        count = 4 if shape else 3 if index in _SPIKES or unit("uses", index, slot) < 0.5 else 2
        uses = []
        for order, part in enumerate(_split(tokens, [f"{key}/{i}" for i in range(count)])):
            interrupted = shape == "interrupted" and order == count - 1
            finished = source == "codex" or not (index < _UNFINISHED_DAYS or interrupted)
            moment = (slot + (order + 0.5 * unit(key, order)) / (count + 1)) / slots
            uses.append(_use(f"{key}/{order}", day, source, moment, part, finished=finished))
        yield Session(
            key=key,
            source=source,
            index=index,
            project=_project(index, slot),
            uses=tuple(uses),
            shape=shape,
        )


def _split(tokens: int, labels: list[str]) -> list[int]:
    """Split *tokens* into one part for each label, each below 1.8 times another.

    Two parts are therefore more than a third: a counter that goes back by two uses and on by one
    has fallen.
    """
    weights = [100 + int(80 * unit("weight", label)) for label in labels]
    ends = [tokens * weight // sum(weights) for weight in accumulate(weights)]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def _project(index: int, slot: int) -> Project:
    """Draw a project; what a week is mostly about changes from week to week."""
    week = index // 7
    weights = [item.weight * (0.4 + unit("week", week, item.name)) for item in _PROJECTS]
    mark = unit("project", index, slot) * sum(weights)
    for item, end in zip(_PROJECTS, accumulate(weights), strict=True):
        if mark < end:
            return item
    return _PROJECTS[-1]


def _use(key: str, day: Day, source: str, moment: float, tokens: int, *, finished: bool) -> Use:
    """Return the use at *moment*, 0 to 1, of the working hours.

    These are 07:00 to 17:30 UTC, on the last day to 14:30.
    """
    hours = 7.5 if day.index == LENGTH - 1 else 10.5
    begin = datetime.combine(day.date, time(7), UTC)
    return Use(
        key=key,
        at=begin + timedelta(milliseconds=int(hours * 3_600_000 * moment)),
        counts=_counts(key, source, tokens, later=day.index >= OLD, finished=finished),
        finished=finished,
    )


def _counts(key: str, source: str, tokens: int, *, later: bool, finished: bool) -> TokenCounts:
    """Split a response's tokens the way long sessions do: nearly all is read from the cache."""
    output = tokens * (4 + int(8 * unit(key, "output"))) // 1000
    fresh = tokens * (20 + int(30 * unit(key, "fresh"))) // 1000
    if not finished:
        output = 1 + int(8 * unit(key, "placeholder"))
    if source == "codex":
        reasoning = output * (30 + int(40 * unit(key, "reasoning"))) // 100
        return TokenCounts(
            input=fresh,
            cache_read=tokens - fresh - output,
            output=output,
            reasoning=reasoning,
        )
    unsaved = fresh // 12
    return TokenCounts(
        input=unsaved,
        cache_write_5m=0 if later else fresh - unsaved,
        cache_write_1h=fresh - unsaved if later else 0,
        cache_read=tokens - fresh - output,
        output=output,
    )
