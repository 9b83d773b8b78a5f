"""Shapes of one thread of Codex: what its running total and its last response tell.

Each response is one event with (total, last); the comments have the sum of (input, cached, output)
that each adds, from which every number below was worked out by hand.
"""

from __future__ import annotations

from collections.abc import Iterator

from burnlib.model import TokenCounts
from burnlib.testing.shapes._lines import (
    Files,
    Json,
    event,
    header,
    opening,
    rollout,
    text_of,
    thread_id,
    used,
    used_as,
)
from burnlib.testing.shapes._shape import Shape

__all__ = ["codex_shapes"]

_DAY = "2026-05-24"


def codex_shapes() -> Iterator[Shape]:
    """Yield the shapes that a single thread can have."""
    yield _repeated_totals()
    yield _interrupted_response()
    yield _falling_total()
    yield _after_compaction()
    yield _context_overflow()
    yield _inherited_total()
    yield _cached_is_inside()
    yield _resumed_thread()
    yield _midnight()
    yield _damaged_lines()


def _thread(name: str, *lines: Json | str, **more: object) -> Files:
    """Return a thread that began at ten, with *more* in its header."""
    begins = opening(name, "10:00:00")[1]
    return rollout(name, header(name, "10:00:00", **more), begins, *lines)


def _repeated_totals() -> Shape:
    nothing = event("10:00:01", "event_msg", type="token_count", info=None, rate_limits=None)
    return Shape(
        name="codex-repeated-totals",
        source="codex",
        why="The same numbers are logged again when rate limits arrive or nothing was answered;"
        " only what the total grew by was used.",
        files=_thread(
            "repeated",
            nothing,
            used("10:01:00", (900, 300, 40)),  # 940
            used("10:01:01", (900, 300, 40)),
            used("10:02:00", (2600, 1700, 95), (1700, 1400, 55)),  # 1755
            used("10:02:01", (2600, 1700, 95), (1700, 1400, 55)),
            used("10:09:00", (2600, 1700, 95), (1700, 1400, 55)),
        ),
        tokens={_DAY: 2695},
        counts=TokenCounts(input=900, cache_read=1700, output=95),
        calls=2,
        wrong={"every line": 7145},
    )


def _interrupted_response() -> Shape:
    return Shape(
        name="codex-interrupted-response",
        source="codex",
        why="An interrupted response spends tokens and logs no event; the next total has them, and"
        " `last_token_usage` has not.",
        files=_thread(
            "interrupted",
            used("10:01:00", (100, 0, 10)),  # 110
            used("10:02:00", (340, 0, 25), (140, 0, 9)),  # 255, of which 149 are told
            used("10:03:00", (520, 120, 41), (180, 120, 16)),  # 196
        ),
        tokens={_DAY: 561},
        counts=TokenCounts(input=400, cache_read=120, output=41),
        calls=3,
        wrong={"every line": 455},
    )


def _falling_total() -> Shape:
    return Shape(
        name="codex-falling-total",
        source="codex",
        why="The user went back to an earlier point, so the running total fell; what was used"
        " before stays used, and of the fallen total only `last_token_usage` is new.",
        files=_thread(
            "falling",
            used("10:01:00", (100, 0, 10)),  # 110
            used("10:02:00", (300, 0, 30), (200, 0, 20)),  # 220
            used("10:03:00", (160, 0, 16), (60, 0, 6)),  # 66, from 110 on
            used("10:04:00", (205, 25, 21), (45, 25, 5)),  # 50
        ),
        tokens={_DAY: 446},
        counts=TokenCounts(input=380, cache_read=25, output=41),
        calls=4,
        wrong={
            "last total of each file": 226,
            "greatest total of each file": 330,
            "falls skipped": 380,
            "falls as restarts": 556,
        },
    )


def _after_compaction() -> Shape:
    return Shape(
        name="codex-after-compaction",
        source="codex",
        why="After a compaction `last_token_usage` is an estimate of the context, with a"
        " `total_tokens` that nobody used; the total does not move.",
        files=_thread(
            "compacted",
            used("10:01:00", (800, 0, 12)),  # 812
            event("10:02:00", "compacted", message="", replacement_history=[]),
            used_as(
                "10:02:01",
                {"input_tokens": 800, "output_tokens": 12, "total_tokens": 812},
                {"total_tokens": 24653},
            ),
            used("10:03:00", (1250, 200, 31), (450, 200, 19)),  # 469
        ),
        tokens={_DAY: 1281},
        counts=TokenCounts(input=1050, cache_read=200, output=31),
        calls=2,
        wrong={"total_tokens of every line": 25934},
    )


def _context_overflow() -> Shape:
    return Shape(
        name="codex-context-overflow",
        source="codex",
        why="When the context overflows, `total_tokens` is filled up to the size of the window and"
        " all else set to 0; the thread then counts from 0 again.",
        files=_thread(
            "overflow",
            used("10:01:00", (700, 0, 21)),  # 721
            used_as("10:02:00", {"total_tokens": 258400}, {"total_tokens": 257679}),
            used("10:03:00", (64, 0, 6)),  # 70
        ),
        tokens={_DAY: 791},
        counts=TokenCounts(input=764, output=27),
        calls=2,
        wrong={
            "total_tokens of every line": 258470,
            "last total of each file": 70,
            "greatest total of each file": 721,
        },
    )


def _inherited_total() -> Shape:
    base = {"thread_id": thread_id("elsewhere"), "end_ordinal_exclusive": 40}
    return Shape(
        name="codex-inherited-total",
        source="codex",
        why="A thread without copied lines can begin with the total of another one; what its first"
        " total holds beyond `last_token_usage` is not its own.",
        files=_thread(
            "inheriting",
            used("10:01:00", (5200, 4000, 90), (200, 150, 10)),  # 210
            used("10:02:00", (5530, 4200, 118), (330, 200, 28)),  # 358
            forked_from_id=thread_id("elsewhere"),
            history_mode="paginated",
            history_base=base,
        ),
        tokens={_DAY: 568},
        counts=TokenCounts(input=180, cache_read=350, output=38),
        calls=2,
        wrong={
            "last total of each file": 5648,
            "first total as base": 358,
            "forks left out": 0,
        },
    )


def _cached_is_inside() -> Shape:
    return Shape(
        name="codex-cached-is-inside",
        source="codex",
        why="Codex's input holds what was read from a cache and written to one, and its output"
        " holds the reasoning; neither is added again.",
        files=_thread(
            "cached",
            used_as("10:01:00", _rich(1000, 600, 100, 50, 30), _rich(1000, 600, 100, 50, 30)),
            used_as("10:02:00", _rich(2200, 1500, 150, 120, 75), _rich(1200, 900, 50, 70, 45)),
        ),
        tokens={_DAY: 2320},
        counts=TokenCounts(
            input=550, cache_read=1500, cache_write_5m=150, output=120, reasoning=75
        ),
        calls=2,
        wrong={"cache added": 3820, "cache left out": 670, "reasoning added": 2395},
    )


def _rich(whole: int, cached: int, written: int, output: int, reasoning: int) -> dict[str, int]:
    return {
        "input_tokens": whole,
        "cached_input_tokens": cached,
        "cache_write_input_tokens": written,
        "output_tokens": output,
        "reasoning_output_tokens": reasoning,
        "total_tokens": whole + output,
    }


def _resumed_thread() -> Shape:
    name = "resumed"
    return Shape(
        name="codex-resumed-thread",
        source="codex",
        why="Resuming writes the thread's own header again and goes on in the old file, in the"
        " folder of the first day, with the old total.",
        files=_thread(
            name,
            used("18:00:00", (100, 0, 10)),  # 110
            header(name, "2026-05-25T09:00:00"),
            used("2026-05-25T09:01:00", (260, 60, 24), (160, 60, 14)),  # 174
            header(name, "2026-05-26T09:00:00"),
            used("2026-05-26T09:01:00", (300, 60, 33), (40, 0, 9)),  # 49
        ),
        tokens={_DAY: 110, "2026-05-25": 174, "2026-05-26": 49},
        counts=TokenCounts(input=240, cache_read=60, output=33),
        calls=3,
        wrong={"each header begins a thread": 727},
        wrong_tokens={"folder's day": {_DAY: 333}, "last line's day": {"2026-05-26": 333}},
    )


def _midnight() -> Shape:
    name = "midnight"
    return Shape(
        name="codex-midnight",
        source="codex",
        why="Lines have UTC instants, while the folder has the local day of the beginning, here"
        " Berlin's; each response belongs to the day of its own instant.",
        files=rollout(
            name,
            *opening(name, "22:30:00", tz="Europe/Berlin"),
            used("22:31:00", (100, 0, 10)),  # 110
            used("23:59:59.999", (300, 100, 30), (200, 100, 20)),  # 220
            used("2026-05-25T00:00:00", (350, 100, 38), (50, 0, 8)),  # 58
            used("2026-05-25T04:10:00", (420, 150, 45), (70, 50, 7)),  # 77
            used("2026-05-25T22:00:00", (433, 150, 47), (13, 0, 2)),  # 15
            local="2026-05-25T00:30:00",
        ),
        tokens={_DAY: 330, "2026-05-25": 150},
        counts=TokenCounts(input=283, cache_read=150, output=47),
        calls=5,
        local_tokens={
            "Europe/Berlin": {"2026-05-25": 465, "2026-05-26": 15},
            "America/New_York": {_DAY: 388, "2026-05-25": 92},
        },
        wrong_tokens={"folder's day": {"2026-05-25": 480}, "first line's day": {_DAY: 480}},
    )


def _damaged_lines() -> Shape:
    third = text_of(used("10:03:00", (300, 60, 33), (40, 0, 9)))
    fourth = text_of(used("10:04:00", (345, 80, 38), (45, 20, 5)))
    torn = text_of(used("10:05:00", (999, 80, 99), (654, 0, 61)))
    return Shape(
        name="codex-damaged-lines",
        source="codex",
        why="A line was cut, two objects stand on one line, and the last line is still being"
        " written; what is whole counts.",
        files=_thread(
            "damaged",
            used("10:01:00", (100, 0, 10)),  # 110
            '{"timestamp":"2026-05-24T10:01:30.000Z","type":"event_\n',
            used("10:02:00", (260, 60, 24), (160, 60, 14)),  # 174
            third + fourth + "\n",  # 49 and 50
            torn[: len(torn) // 2],
        ),
        tokens={_DAY: 383},
        counts=TokenCounts(input=265, cache_read=80, output=38),
        calls=4,
        wrong={"one object a line": 284, "a bad line ends the file": 110},
    )
