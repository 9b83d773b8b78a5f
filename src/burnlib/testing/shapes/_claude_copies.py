"""Shapes of several files of Claude Code: resumed sessions, side conversations, sub-agents."""

from __future__ import annotations

from collections.abc import Iterator

from burnlib.demo.claude_lines import Frame, report
from burnlib.model import TokenCounts
from burnlib.testing.shapes._lines import (
    Files,
    Json,
    answer,
    asked,
    frame,
    session_id,
    transcript,
)
from burnlib.testing.shapes._shape import Shape

__all__ = ["claude_copies"]

_DAY = "2026-05-24"


def claude_copies() -> Iterator[Shape]:
    """Yield the shapes that files have together."""
    yield _resumed_session()
    yield _side_question()
    yield _sub_agents()
    yield _sub_agent_only_reported()
    yield _two_folders()


def _resumed_session() -> Shape:
    first, again = frame("first"), session_id("again")
    old = [
        asked(first, "10:00:00"),
        answer(first, "m1", "10:00:01", (1, 0, 700, 5)),  # 706
        answer(first, "m2", "10:01:00", (1, 20, 710, 2), done=False),
        answer(first, "m2", "10:01:04", (1, 20, 710, 6)),  # 737
    ]
    copied = [entry | {"sessionId": again} for entry in old]
    new = answer(frame("again"), "m3", "2026-05-25T09:00:00", (1, 0, 750, 17))  # 768
    return Shape(
        name="claude-resumed-session",
        source="claude_code",
        why="A resumed or forked session begins with a copy of the old one under a new session id;"
        " a message id counts once over all files.",
        files={**transcript("first", *old), **transcript("again", *copied, new)},
        tokens={_DAY: 1443, "2026-05-25": 768},
        counts=TokenCounts(input=3, cache_write_5m=20, cache_read=2160, output=28),
        calls=3,
        wrong={"per file only": 3654, "every line": 5120, "first line wins": 2207},
        wrong_tokens={"first line's day": {_DAY: 2211}},
    )


def _side_question() -> Shape:
    main, side = frame("main"), {"isSidechain": True, "agentId": "aside"}
    return Shape(
        name="claude-side-question",
        source="claude_code",
        why="A side question replays the conversation with the same message ids under new request"
        " ids, in a file of its own; only its own answer is new.",
        files={
            **transcript(
                "main",
                answer(main, "m1", "10:00:01", (1, 0, 500, 9), request="r1"),  # 510
                answer(main, "m2", "10:01:00", (1, 30, 510, 21), request="r2"),  # 562
            ),
            **transcript(
                "main",
                answer(main, "m1", "10:02:00", (1, 0, 500, 9), request="r3") | side,
                answer(main, "m2", "10:02:00.001", (1, 30, 510, 21), request="r4") | side,
                answer(main, "m9", "10:02:05", (2, 0, 540, 3), request="r9") | side,  # 545
                agent="aside",
            ),
        },
        tokens={_DAY: 1617},
        counts=TokenCounts(input=4, cache_write_5m=30, cache_read=1550, output=33),
        calls=3,
        wrong={"message and request": 2689, "sub-agents left out": 1072},
    )


def _opened(here: Frame) -> list[Json]:
    """Return the beginning of a session that sends out sub-agents."""
    return [
        asked(here, "10:00:00"),
        answer(here, "m1", "10:00:05", (2, 300, 4000, 25)),  # 4327
    ]


def _reported(here: Frame, line: Json) -> Json:
    return report(here, line, agent=str(line["agentId"]), key="burnlib shapes")


def _finished(here: Frame, tokens: int) -> Json:
    """Return the line that tells of a sub-agent's end: *tokens* are those of its last call."""
    result = {"status": "completed", "agentId": "a7", "totalTokens": tokens, "totalToolUseCount": 1}
    return asked(here, "10:04:00", "Made-up result.") | {"toolUseResult": result}


def _sub_agents() -> Shape:
    name = "sending"
    here = frame(name)
    begun = answer(here, "a1", "10:01:00", (3, 100, 900, 2), done=False, agent="a7")
    agent = [
        begun,
        answer(here, "a1", "10:01:04", (3, 100, 900, 77), agent="a7"),  # 1080
        answer(here, "a2", "10:02:00", (2, 50, 1000, 4), done=False, agent="a7"),
        answer(here, "a2", "10:02:04", (2, 50, 1000, 31), agent="a7"),  # 1083
    ]
    beside = answer(here, "b1", "10:03:00", (5, 0, 600, 18), agent="b8")  # 623
    reports = [_reported(here, begun)] * 2
    last = answer(here, "m2", "10:05:00", (1, 120, 4300, 40))  # 4461
    return Shape(
        name="claude-sub-agents",
        source="claude_code",
        why="Sub-agents have files of their own, below the session's folder or, of older versions,"
        " beside its file; what the session reports of them repeats some of it.",
        files={
            **transcript(name, *_opened(here), *reports, _finished(here, 1083), last),
            **transcript(name, *agent, agent="a7"),
            **transcript(name, beside, agent="b8", beside=True),
        },
        tokens={_DAY: 11574},
        counts=TokenCounts(input=13, cache_write_5m=570, cache_read=10800, output=191),
        calls=5,
        wrong={
            "sub-agents left out": 8788,
            "first level only": 9411,
            "reports added": 12579,
            "summaries added": 12657,
            "every line": 13635,
            "first line wins": 11472,
        },
    )


def _sub_agent_only_reported() -> Shape:
    name = "reporting"
    here = frame(name)
    first = answer(here, "a1", "10:01:00", (3, 100, 900, 2), done=False, agent="a7")  # 1005
    second = answer(here, "a2", "10:02:00", (2, 50, 1000, 4), done=False, agent="a7")  # 1056
    last = answer(here, "m2", "10:05:00", (1, 120, 4300, 40))  # 4461
    reports = [_reported(here, line) for line in (first, first, second)]
    files: Files = transcript(name, *_opened(here), *reports, _finished(here, 1083), last)
    return Shape(
        name="claude-sub-agent-only-reported",
        source="claude_code",
        why="The sub-agent's own file is gone, so the reports in the session's file are the only"
        " trace of its responses; they break off early, which makes them lower bounds.",
        files=files,
        tokens={_DAY: 10849},
        counts=TokenCounts(input=8, cache_write_5m=570, cache_read=10200, output=71),
        calls=4,
        lower_bound_calls=2,
        wrong={
            "reports left out": 8788,
            "every line and report": 11854,
            "summaries added": 11932,
        },
    )


def _two_folders() -> Shape:
    here, there = frame("moved"), frame("stayed")
    old = [
        answer(here, "m1", "10:00:01", (2, 0, 300, 8)),  # 310
        answer(here, "m2", "10:01:00", (1, 0, 310, 5)),  # 316
    ]
    new = answer(there, "m3", "11:00:00", (4, 30, 320, 19))  # 373
    return Shape(
        name="claude-two-folders",
        source="claude_code",
        why="Versions differ in whether they write below `~/.claude` or `~/.config/claude`, and a"
        " session can have been copied from one to the other.",
        files={
            **transcript("moved", *old),
            **transcript("moved", *old, root=".config/claude"),
            **transcript("stayed", new, root=".config/claude"),
        },
        tokens={_DAY: 999},
        counts=TokenCounts(input=7, cache_write_5m=30, cache_read=930, output=32),
        calls=3,
        wrong={"per file only": 1625, "one folder only": 626},
    )
