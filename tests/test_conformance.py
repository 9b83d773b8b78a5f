"""The built-in sources and renderers go through the suites that plugins go through."""

from __future__ import annotations

import pytest

from burnlib.render.html import Html
from burnlib.render.png import Png
from burnlib.render.svg import Svg
from burnlib.render.text import Text
from burnlib.sources.chatgpt import ChatGPT
from burnlib.sources.claude_chat import ClaudeChat
from burnlib.sources.claude_code import ClaudeCode
from burnlib.sources.codex import Codex
from burnlib.testing import ExportSample, ExportSuite, RendererSuite, Sample, SourceSuite
from chats import chatgpt, claude, hello, node
from chats import said as said_
from logs import HAIKU, Json, answer, asked, encode, meta, said, turn, used, uuid

pytestmark = pytest.mark.laws

ROLLOUT = ".codex/sessions/2026/04/11/rollout-2026-04-11T09-59-00-{}.jsonl"


def log(*lines: Json) -> bytes:
    return b"".join(map(encode, lines))


# Running totals: 100 + 40, then 300 + 90, which is repeated, then 310 + 95.
CODEX = Sample(
    files={
        ROLLOUT.format(uuid(1)): log(
            meta(1),
            turn(),
            said("10:00:00"),
            used("10:00:01", (100, 60, 40), (100, 60, 40)),
            used("10:00:05", (300, 160, 90), (200, 100, 50)),
            used("10:00:06", (300, 160, 90), (200, 100, 50)),
            used("10:02:00", (310, 160, 95), (10, 0, 5)),
        ),
        ROLLOUT.format(uuid(2)): log(
            meta(2, "11:00:00"),
            turn("11:00:01"),
            used("23:59:59", (70, 0, 7), (70, 0, 7)),
            used("2026-04-12T00:00:01.000Z", (170, 0, 17), (100, 0, 10)),
        ),
    },
    tokens={"2026-04-11": 405 + 77, "2026-04-12": 110},
    calls={"2026-04-11": 4, "2026-04-12": 1},
)

# m1 grows over two lines; m2 comes with a cache; the sub-agent's m3 has a log of its own.
CLAUDE = Sample(
    files={
        ".claude/projects/-work-shop/s1.jsonl": log(
            asked(),
            answer("m1", (3, 0, 0, 1), message_stop_reason=None),
            answer("m1", (3, 0, 0, 40), "10:00:02"),
            answer("m2", (5, 100, 900, 7), "23:59:59"),
            answer("m4", (1, 0, 0, 2), "2026-04-12T00:00:01.000Z"),
        ),
        ".claude/projects/-work-shop/s1/subagents/agent-1.jsonl": log(
            asked("10:00:03", isSidechain=True),
            answer("m3", (20, 0, 0, 30), "10:00:04", isSidechain=True, message_model=HAIKU),
        ),
    },
    tokens={"2026-04-11": 43 + 1012 + 50, "2026-04-12": 3},
    calls={"2026-04-11": 3, "2026-04-12": 1},
)


class TestCodex(SourceSuite):
    samples = (CODEX,)
    in_order = True

    def make(self) -> Codex:
        return Codex()


class TestClaudeCode(SourceSuite):
    samples = (CLAUDE,)

    def make(self) -> ClaudeCode:
        return ClaudeCode()


# hello(n) has n tokens in both of OpenAI's tokenizers, and the ratios of GPT-4o are 1. The most
# that is plausible is what was processed: 100 + 200 with n-2, and 40 + 60 with n-4.
CHATGPT = ExportSample(
    records=[
        chatgpt(
            "c-1",
            node("n-1", None, "user", hello(100), "2026-03-01T23:59:59Z"),
            node("n-2", "n-1", "assistant", hello(200), "2026-03-02T00:00:05Z"),
        ),
        chatgpt(
            "c-2",
            node("n-3", None, "user", hello(40), "2026-03-02T08:00:00Z"),
            node("n-4", "n-3", "assistant", hello(60), "2026-03-02T08:00:09Z"),
        ),
    ],
    tokens={"2026-03-01": (100, 100, 100), "2026-03-02": (300, 300, 400)},
)

# A hundred tokens of OpenAI's are 110 to 130 of Claude's up to its generation 4, 118 at best.
CLAUDE_CHAT = ExportSample(
    records=[
        claude(
            "t-1",
            said_("m-1", "human", hello(100), "2026-03-01T23:59:59Z"),
            said_("m-2", "assistant", hello(200), "2026-03-02T00:00:05Z"),
        ),
        claude("t-2", said_("m-3", "human", hello(1000), "2026-03-02T08:00:00Z")),
    ],
    tokens={"2026-03-01": (110, 118, 130), "2026-03-02": (1320, 1416, 1560)},
)


class TestChatGPT(ExportSuite):
    samples = (CHATGPT,)

    def make(self) -> ChatGPT:
        return ChatGPT()


class TestClaudeChat(ExportSuite):
    samples = (CLAUDE_CHAT,)

    def make(self) -> ClaudeChat:
        return ClaudeChat()


class TestSvg(RendererSuite):
    def make(self) -> Svg:
        return Svg()


class TestText(RendererSuite):
    def make(self) -> Text:
        return Text()


class TestHtml(RendererSuite):
    def make(self) -> Html:
        return Html()


class TestPng(RendererSuite):
    def make(self) -> Png:
        return Png()
