"""Shapes of one session of Claude Code: the lines of a response, its parts, its day.

The comments have the sum of (input, cache write, cache read, output) that each response counts
with, from which every number below was worked out by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from burnlib.model import TokenCounts
from burnlib.testing.shapes._lines import (
    Json,
    answer,
    asked,
    frame,
    session_id,
    text_of,
    transcript,
)
from burnlib.testing.shapes._shape import Shape

__all__ = ["claude_shapes"]

_DAY = "2026-05-24"


def claude_shapes() -> Iterator[Shape]:
    """Yield the shapes that a single session can have."""
    yield _several_lines()
    yield _growing_output()
    yield _placeholder_output()
    yield _cache_is_beside()
    yield _model_fallback()
    yield _reused_message_id()
    yield _compaction()
    yield _error_message()
    yield _midnight()
    yield _day_of_25_hours()
    yield _damaged_lines()
    yield _line_separators()


def _changed(entry: Json, usage: Json, **message: object) -> Json:
    """Return a line of a response with other fields in its usage and its message."""
    said = cast("dict[str, Json]", entry["message"])
    return entry | {"message": said | message | {"usage": said["usage"] | usage}}


def _unsplit(entry: Json) -> Json:
    """Return a line as older versions wrote it: what was written to a cache has no two parts."""
    said = cast("dict[str, Json]", entry["message"])
    usage = {name: value for name, value in said["usage"].items() if name != "cache_creation"}
    return entry | {"message": said | {"usage": usage}}


def _several_lines() -> Shape:
    here = frame("lines")
    calls = {"type": "tool_use", "id": "toolu_shape", "name": "Read", "input": {}}
    first = answer(here, "m1", "10:00:01", (3, 100, 900, 40))  # 1043
    third = _changed(
        answer(here, "m1", "10:00:03", (3, 100, 900, 40)),
        {},
        content=[calls],
        stop_reason="tool_use",
    )
    return Shape(
        name="claude-several-lines",
        source="claude_code",
        why="A response has a line for each of its blocks, and each line repeats the whole usage.",
        files=transcript(
            "lines",
            asked(here, "10:00:00"),
            first,
            answer(here, "m1", "10:00:02", (3, 100, 900, 40)),
            third,
            answer(here, "m2", "10:01:00", (1, 50, 1000, 7)),  # 1058
        ),
        tokens={_DAY: 2101},
        counts=TokenCounts(input=4, cache_write_5m=150, cache_read=1900, output=47),
        calls=2,
        wrong={"every line": 4187},
    )


def _growing_output() -> Shape:
    here = frame("growing")
    return Shape(
        name="claude-growing-output",
        source="claude_code",
        why="Lines are written while a response streams, so its output grows from line to line;"
        " the greatest counts.",
        files=transcript(
            "growing",
            answer(here, "m1", "10:00:01", (3, 100, 900, 1), done=False),
            answer(here, "m1", "10:00:02", (3, 100, 900, 1), done=False),
            answer(here, "m1", "10:00:09", (3, 100, 900, 412)),  # 1415
            answer(here, "m2", "10:01:00", (2, 40, 1100, 6), done=False),
            answer(here, "m2", "10:01:05", (2, 40, 1100, 95)),  # 1237
        ),
        tokens={_DAY: 2652},
        counts=TokenCounts(input=5, cache_write_5m=140, cache_read=2000, output=507),
        calls=2,
        wrong={"first line wins": 2152, "every line": 5808},
    )


def _placeholder_output() -> Shape:
    old, new = frame("placeholder", version="2.1.20"), frame("later")
    return Shape(
        name="claude-placeholder-output",
        source="claude_code",
        why="Some versions never wrote the final output count, and such a response has no"
        " `stop_reason` on any line; it counts with what is told, as a lower bound.",
        files={
            **transcript(
                "placeholder",
                answer(old, "m1", "10:00:01", (4, 200, 3000, 1), done=False),
                answer(old, "m1", "10:00:02", (4, 200, 3000, 3), done=False),  # 3207
                answer(old, "m2", "10:01:00", (2, 0, 3300, 8), done=False),  # 3310
            ),
            **transcript("later", answer(new, "m3", "11:00:00", (2, 60, 3400, 120))),  # 3582
        },
        tokens={_DAY: 10099},
        counts=TokenCounts(input=8, cache_write_5m=260, cache_read=9700, output=131),
        calls=3,
        lower_bound_calls=2,
        wrong={
            "finished responses only": 3582,
            "first line wins": 10097,
            "every line": 13304,
        },
    )


def _cache_is_beside() -> Shape:
    here = frame("cache")
    split = {"ephemeral_5m_input_tokens": 200, "ephemeral_1h_input_tokens": 300}
    tools = {"web_search_requests": 3, "web_fetch_requests": 0}
    return Shape(
        name="claude-cache-is-beside",
        source="claude_code",
        why="Claude Code's input holds nothing of the cache; the two lifetimes of what was written"
        " are parts of `cache_creation_input_tokens`, and older lines do not have them.",
        files=transcript(
            "cache",
            _changed(
                answer(here, "m1", "10:00:01", (10, 500, 4000, 60)),  # 4570
                {"cache_creation": split, "server_tool_use": tools},
            ),
            _unsplit(answer(here, "m2", "10:01:00", (5, 80, 4500, 15))),  # 4600
        ),
        tokens={_DAY: 9170},
        counts=TokenCounts(
            input=15, cache_write_5m=280, cache_write_1h=300, cache_read=8500, output=75
        ),
        calls=2,
        wrong={"cache left out": 90, "cache reads left out": 670, "cache split added": 9670},
    )


def _model_fallback() -> Shape:
    here = frame("fallback")
    tries = [
        _try("message", "claude-opus-4-5-20251101", 2, 21874, 32238, 2),  # 54116
        _try("fallback_message", "claude-sonnet-4-5-20250929", 2, 0, 54112, 136),  # 54250
    ]
    alone = [_try("message", "claude-sonnet-4-5-20250929", 1, 30, 100, 9)]  # 140
    return Shape(
        name="claude-model-fallback",
        source="claude_code",
        why="A refused try that another model repeated is billed, too; the top level of the usage"
        " has only the last try, and `iterations` has all of them.",
        files=transcript(
            "fallback",
            _changed(answer(here, "m1", "10:00:01", (2, 0, 54112, 136)), {"iterations": tries}),
            _changed(answer(here, "m2", "10:01:00", (1, 30, 100, 9)), {"iterations": alone}),
        ),
        tokens={_DAY: 108506},
        counts=TokenCounts(input=5, cache_write_5m=21904, cache_read=86450, output=147),
        calls=2,
        wrong={"iterations left out": 54390, "iterations added": 162896},
    )


def _try(kind: str, model: str, fresh: int, written: int, read: int, output: int) -> Json:
    return {
        "type": kind,
        "model": model,
        "input_tokens": fresh,
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": read,
        "output_tokens": output,
    }


def _reused_message_id() -> Shape:
    here = frame("gateway")
    return Shape(
        name="claude-reused-message-id",
        source="claude_code",
        why="Some gateways give several responses of one conversation the same id; other requests"
        " with other input are responses of their own.",
        files=transcript(
            "gateway",
            answer(here, "same", "10:00:01", (10, 0, 0, 50), request="r1"),  # 60
            answer(here, "same", "10:01:00", (25, 0, 0, 3), request="r2", done=False),
            answer(here, "same", "10:01:03", (25, 0, 0, 70), request="r2"),  # 95
            answer(here, "other", "10:02:00", (40, 0, 0, 12), request="r3"),  # 52
        ),
        tokens={_DAY: 207},
        counts=TokenCounts(input=75, output=132),
        calls=3,
        wrong={"message id alone": 147, "first line wins": 112, "every line": 235},
    )


def _compaction() -> Shape:
    here = frame("compaction")
    boundary: Json = {
        "type": "system",
        "subtype": "compact_boundary",
        "content": "Conversation compacted",
        "sessionId": session_id("compaction"),
        "timestamp": "2026-05-24T10:30:00.000Z",
        "compactMetadata": {"trigger": "auto", "preTokens": 155000},
    }
    summary = asked(here, "10:30:01", "Made-up summary.") | {"isCompactSummary": True}
    return Shape(
        name="claude-compaction",
        source="claude_code",
        why="A compaction tells the size of the context before it, which is no usage.",
        files=transcript(
            "compaction",
            answer(here, "m1", "10:00:01", (2, 500, 20000, 300)),  # 20802
            boundary,
            summary,
            answer(here, "m2", "10:31:00", (3, 9000, 1200, 80)),  # 10283
        ),
        tokens={_DAY: 31085},
        counts=TokenCounts(input=5, cache_write_5m=9500, cache_read=21200, output=380),
        calls=2,
        wrong={"context size added": 186085},
    )


def _error_message() -> Shape:
    here = frame("error")
    error = _changed(
        answer(here, "error", "10:05:00", (0, 0, 0, 0), text="API Error: made up"),
        {},
        model="<synthetic>",
        stop_reason="stop_sequence",
    )
    return Shape(
        name="claude-error-message",
        source="claude_code",
        why="A failed request leaves a message that the tool wrote itself, with the model"
        " `<synthetic>` and zeros; no model was asked, so it is no call.",
        files=transcript(
            "error",
            answer(here, "m1", "10:00:01", (2, 100, 900, 30)),  # 1032
            error | {"isApiErrorMessage": True},
        ),
        tokens={_DAY: 1032},
        counts=TokenCounts(input=2, cache_write_5m=100, cache_read=900, output=30),
        calls=1,
        wrong_calls={"every message": 2},
    )


def _midnight() -> Shape:
    here = frame("midnight")
    return Shape(
        name="claude-midnight",
        source="claude_code",
        why="A response is written on both sides of midnight, and the session goes on; the first"
        " line gives a response its instant, and each response has a day of its own.",
        files=transcript(
            "midnight",
            asked(here, "23:59:50"),
            answer(here, "m1", "23:59:58.900", (3, 100, 900, 2), done=False),
            answer(here, "m1", "2026-05-25T00:00:00.400", (3, 100, 900, 60)),  # 1063
            answer(here, "m2", "2026-05-25T00:05:00", (2, 0, 1000, 11)),  # 1013
        ),
        tokens={_DAY: 1063, "2026-05-25": 1013},
        counts=TokenCounts(input=5, cache_write_5m=100, cache_read=1900, output=71),
        calls=2,
        local_tokens={
            "Europe/Berlin": {"2026-05-25": 2076},
            "America/New_York": {_DAY: 2076},
        },
        wrong={"first line wins": 2018, "every line": 3081},
        wrong_tokens={
            "first line's day": {_DAY: 2076},
            "last line's day of a response": {"2026-05-25": 2076},
        },
    )


def _day_of_25_hours() -> Shape:
    here = frame("clocks")
    return Shape(
        name="claude-day-of-25-hours",
        source="claude_code",
        why="In Berlin the clocks went back on 26 October 2025, a day of 25 hours; whoever keeps"
        " the offset of the first line ends it an hour too early.",
        files=transcript(
            "clocks",
            answer(here, "m1", "2025-10-25T21:59:59.999", (1, 0, 100, 10)),  # 111
            answer(here, "m2", "2025-10-25T22:00:00", (1, 0, 200, 20)),  # 221
            answer(here, "m3", "2025-10-26T00:30:00", (1, 0, 300, 30)),  # 331, at 02:30
            answer(here, "m4", "2025-10-26T01:30:00", (1, 0, 400, 40)),  # 441, at 02:30 again
            answer(here, "m5", "2025-10-26T22:30:00", (1, 0, 500, 50)),  # 551, at 23:30
            answer(here, "m6", "2025-10-26T23:00:00", (1, 0, 600, 60)),  # 661, at 00:00
        ),
        tokens={"2025-10-25": 332, "2025-10-26": 1984},
        counts=TokenCounts(input=6, cache_read=2100, output=210),
        calls=6,
        local_tokens={"Europe/Berlin": {"2025-10-25": 111, "2025-10-26": 1544, "2025-10-27": 661}},
        wrong_tokens={
            "first line's day": {"2025-10-25": 2316},
            "last line's day": {"2025-10-26": 2316},
        },
    )


def _damaged_lines() -> Shape:
    here, there = frame("damaged"), frame("live")
    whole = text_of(answer(here, "m3", "10:02:00", (1, 25, 780, 44)))  # 850
    torn = text_of(answer(there, "n2", "11:01:00", (1, 9, 95, 88)))
    return Shape(
        name="claude-damaged-lines",
        source="claude_code",
        why="A line was cut, and two sessions are still being written: one ends in a whole line"
        " without its line feed, which counts, the other in half a line, which does not yet.",
        files={
            **transcript(
                "damaged",
                answer(here, "m1", "10:00:01", (2, 40, 700, 30)),  # 772
                '{"parentUuid":null,"isSidechain":false,"mess\n',
                answer(here, "m2", "10:01:00", (1, 0, 750, 12)),  # 763
                whole,
            ),
            **transcript(
                "live",
                answer(there, "n1", "11:00:00", (5, 0, 90, 7)),  # 102
                torn[: len(torn) // 2],
            ),
        },
        tokens={_DAY: 2487},
        counts=TokenCounts(input=9, cache_write_5m=65, cache_read=2320, output=93),
        calls=4,
        wrong={"last line without an end left out": 1637, "a bad line ends the file": 874},
    )


def _line_separators() -> Shape:
    here = frame("separators")
    return Shape(
        name="claude-line-separators",
        source="claude_code",
        why="Text holds U+2028 and U+0085 as they are, which some languages take for line ends;"
        " lines end at line feeds alone.",
        files=transcript(
            "separators",
            answer(here, "m1", "10:00:01", (3, 10, 200, 14), text="one\u2028two"),  # 227
            answer(here, "m2", "10:01:00", (1, 0, 220, 9), text="one\x85two"),  # 230
            answer(here, "m3", "10:02:00", (1, 0, 240, 6)),  # 247
        ),
        tokens={_DAY: 704},
        counts=TokenCounts(input=5, cache_write_5m=10, cache_read=660, output=29),
        calls=3,
        wrong={"split at other line ends": 247},
    )
