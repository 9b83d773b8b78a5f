"""Shapes of several threads of Codex: forks, sub-agents, and files that are there twice."""

from __future__ import annotations

from collections.abc import Iterator

from burnlib.model import TokenCounts
from burnlib.testing.shapes._lines import (
    Files,
    Json,
    header,
    opening,
    rollout,
    spawned,
    thread_id,
    used,
)
from burnlib.testing.shapes._shape import Shape

__all__ = ["codex_copies"]

_DAY = "2026-05-24"


def codex_copies() -> Iterator[Shape]:
    """Yield the shapes that threads have together."""
    yield _fork()
    yield _fork_without_parent()
    yield _sub_agent_family()
    yield _own_counter()
    yield _archived_copy()


def _parent(name: str, *lines: Json) -> Files:
    """Return a thread that uses 110 and 220 tokens before any of its forks begins."""
    first = used("10:00:01", (100, 0, 10))
    second = used("10:05:00", (300, 100, 30), (200, 100, 20))
    return rollout(name, *opening(name, "10:00:00"), first, second, *lines)


def _copying(name: str, parent: str, *own: Json, **more: object) -> Files:
    """Return a thread that begins with a copy of *parent*'s history, written in one go at noon.

    The copy has new times. The thread's own first event repeats the total that it goes on from.
    """
    return rollout(
        name,
        header(name, "12:00:00", **more),
        *opening(parent, "12:00:00.002"),
        used("12:00:00.004", (100, 0, 10)),
        used("12:00:00.005", (300, 100, 30), (200, 100, 20)),
        opening(name, "12:00:01.300")[1],
        used("12:00:01.300", (300, 100, 30), (200, 100, 20)),
        *own,
        local="12:00:00",
    )


def _fork() -> Shape:
    own = used("12:00:09", (450, 220, 37), (150, 120, 7))  # 157
    more = used("12:20:00", (370, 160, 38), (70, 60, 8))  # 78
    return Shape(
        name="codex-fork",
        source="codex",
        why="A fork begins with a copy of its parent's lines under new times, and goes on from its"
        " parent's total; the copy was used once, in the parent.",
        files={
            **_parent("forked", more),
            **_copying("fork", "forked", own, forked_from_id=thread_id("forked")),
        },
        tokens={_DAY: 565},
        counts=TokenCounts(input=240, cache_read=280, output=45),
        calls=4,
        wrong={"replay added": 895, "every line": 1115, "forks left out": 408},
    )


def _fork_without_parent() -> Shape:
    name, parent = "orphan", "gone"
    return Shape(
        name="codex-fork-without-parent",
        source="codex",
        why="The parent's file is gone; the copy is what stands before the first pause, since it"
        " was written in one go, and it is not the fork's use.",
        files=rollout(
            name,
            header(name, "12:00:00", forked_from_id=thread_id(parent)),
            *opening(parent, "12:00:00.002"),
            used("12:00:00.004", (140, 0, 14)),  # 154, copied
            used("12:00:00.006", (390, 120, 41), (250, 120, 27)),  # 277, copied
            opening(name, "12:00:01.300")[1],
            used("12:00:01.300", (390, 120, 41), (250, 120, 27)),
            used("12:00:09", (610, 300, 52), (220, 180, 11)),  # 231
            local="12:00:00",
        ),
        tokens={_DAY: 231},
        counts=TokenCounts(input=40, cache_read=180, output=11),
        calls=1,
        wrong={"replay added": 662, "every line": 939, "forks left out": 0},
    )


def _sub_agent_family() -> Shape:
    own = used("12:00:09", (450, 220, 37), (150, 120, 7))  # 157
    more = used("12:02:00", (520, 270, 45), (70, 50, 8))  # 78
    return Shape(
        name="codex-sub-agents",
        source="codex",
        why="Two sub-agents begin with copies of their parent's history, and both then truly used"
        " the same numbers; the copies do not count, the equal numbers count twice.",
        files={
            **_parent("family"),
            **_copying("sister", "family", own, **spawned("family")),
            **_copying("brother", "family", own, more, **spawned("family")),
        },
        tokens={_DAY: 722},
        counts=TokenCounts(input=280, cache_read=390, output=52),
        calls=5,
        wrong={
            "replay added": 1382,
            "every line": 1822,
            "equal numbers once": 565,
            "sub-agents left out": 330,
        },
    )


def _own_counter() -> Shape:
    parent, name = "asking", "asked"
    return Shape(
        name="codex-sub-agent-with-its-own-counter",
        source="codex",
        why="A sub-agent can also begin without a copy and count from 0; then all that its total"
        " grew by is its own, from the first event on.",
        files={
            **rollout(
                parent,
                *opening(parent, "10:00:00"),
                used("10:01:00", (120, 0, 11)),  # 131
                used("10:20:00", (330, 110, 29), (210, 110, 18)),  # 228
            ),
            **rollout(
                name,
                header(name, "10:02:00", **spawned(parent)),
                opening(name, "10:02:00")[1],
                used("10:03:00", (85, 0, 6)),  # 91
                used("10:04:00", (215, 80, 17), (130, 80, 11)),  # 141
                local="10:02:00",
            ),
        },
        tokens={_DAY: 591},
        counts=TokenCounts(input=355, cache_read=190, output=46),
        calls=4,
        wrong={"sub-agents left out": 359, "first total as base": 500},
    )


def _archived_copy() -> Shape:
    name, other = "archived", "only-archived"
    early = [*opening(name, "10:00:00"), used("10:01:00", (400, 100, 30))]  # 430
    late = used("10:09:00", (950, 500, 61), (550, 400, 31))  # 581
    alone = [*opening(other, "10:00:00"), used("10:01:00", (77, 0, 8))]  # 85
    return Shape(
        name="codex-archived-copy",
        source="codex",
        why="A thread can stand in `sessions` and, as an older copy, in `archived_sessions`, and"
        " others stand in the archive alone; each thread counts once.",
        files={
            **rollout(name, *early, late),
            **rollout(name, *early, archived=True),
            **rollout(other, *alone, archived=True),
        },
        tokens={_DAY: 1096},
        counts=TokenCounts(input=527, cache_read=500, output=69),
        calls=3,
        wrong={"per file only": 1526, "archive left out": 1011},
    )
