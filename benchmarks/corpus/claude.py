"""Claude Code's logs: how a session goes, request by request."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from corpus.claude_records import ClaudeWriter
from corpus.draws import base58, choose, iso, lognormal
from corpus.pools import Pools
from corpus.truth import ClaudeUsage, Truth

__all__ = ["PROJECTS", "ClaudeSession"]

PROJECTS = tuple(
    f"-home-dev-src-{name}"
    for name in (
        "api-gateway",
        "web-frontend",
        "data-pipeline",
        "infra",
        "mobile-app",
        "ml-notebooks",
        "docs-site",
        "cli",
    )
)

_TOOLS = (b"Read", b"Bash", b"Edit", b"Grep", b"Glob", b"Write", b"TodoWrite", b"WebFetch")
_TOOL_WEIGHTS = (30, 34, 18, 9, 4, 3, 4, 1)

_MOST_REPORTED = 60
"""Lines of a side chain that its parent repeats: perhaps not the last ones of its last message."""

_COMPACT_ABOVE = 165_000


class ClaudeSession(ClaudeWriter):
    """One session or side chain: its lines, and what they count.

    One API response is written as 1 to 17 lines, a content block each, that share the ids of
    message and request. In most sessions the earlier lines hold a placeholder for the output and
    the last one the final count; in the others every line repeats the same usage.

    Attributes:
        events: Response, instant, usage and model of every assistant line, for a resumed session.
        reported: Assistant lines that a parent session repeats.
        last_usage: Usage of the last response.

    """

    def __init__(
        self,
        pools: Pools,
        truth: Truth,
        rng: Random,
        *,
        file: int,
        start: int,
        session: bytes,
        project: str,
        agent: bytes = b"",
    ) -> None:
        super().__init__(pools, rng, start=start, session=session, project=project, agent=agent)
        self._truth, self._file = truth, file
        self.model = _model(rng, start)
        self.context = rng.randrange(9_000, 24_000)  # tokens in the cache
        self._only_last_is_final = rng.random() < 0.62
        self.events: list[tuple[tuple[bytes, bytes], int, ClaudeUsage, str]] = []
        self.reported: list[bytes] = []
        self.last_usage: ClaudeUsage = (0, 0, 0, 0, 0)
        self._pending: list[tuple[bytes, bytes, ClaudeSession | None]] = []
        self._task_usage: ClaudeUsage = (0, 0, 0, 0, 0)

    def resume(self, other: ClaudeSession, *, start: int) -> None:
        """Begin as a copy of *other*: the same lines and ids, under this session's own id."""
        old, new = other.session, self.session
        self.lines = [
            line.replace(b'"sessionId":"' + old, b'"sessionId":"' + new) for line in other.lines
        ]
        self.size, self.parent, self.new = other.size, other.parent, other.new
        self.context, self.model = other.context, other.model
        if start > other.ms:
            self.ms = max(self.ms, other.ms + 60_000)
        else:
            self.ms = other.ms + 3_600_000
        self.progress, self.version, self.folder = other.progress, other.version, other.folder
        for response, at, usage, model in other.events:
            self._truth.claude(self._file, response, at, usage, model, sidechain=False)
        self.events = list(other.events)

    def run(self, target: float, agents: Sequence[ClaudeSession] = ()) -> None:
        """Work until there are *target* bytes and each of the *agents* was called."""
        rng, waiting = self.rng, list(agents)
        if not self.agent:
            if not self.new and rng.random() < 0.3:
                self.summary(rng.choice(PROJECTS)[14:])
            self.snapshot()
        while self.size < target:
            self.prompt()
            while self.size < target:
                self.request(waiting if waiting and rng.random() < 0.5 else [])
                if rng.random() < 0.003:
                    self.api_error()
                if rng.random() < 0.11:
                    break
            if not self.agent:
                self.turn_duration()
                if rng.random() < 0.6:
                    self.snapshot()
            if self.agent and self.size < target and rng.random() < 0.5:
                break
            if rng.random() < 0.05:
                self.ms += rng.randrange(600_000, 9_000_000)
        while waiting and self.size >= target:
            self.request(waiting)

    def request(self, agents: list[ClaudeSession]) -> None:
        """Write one API response: its lines and their tools' results; *agents* may be called."""
        rng = self.rng
        response = (b"msg_01" + base58(rng, 22), b"req_011C" + base58(rng, 20))
        final = self._usage()
        part = (final[0], rng.randrange(1, 9), *final[2:])
        kinds = self._blocks()
        self._task_usage = (0, 0, 0, 0, 0)
        for number, kind in enumerate(kinds, start=1):
            last = number == len(kinds)
            usage = final if last or not self._only_last_is_final else part
            if not self._only_last_is_final or not last:
                stop = b"null"
            else:
                stop = b'"tool_use"' if kind == "tool" else b'"end_turn"'
            self._line(response, kind, usage, stop, agents)
            # In half of the parallel calls a result is written before the next block.
            if self._pending and not last and rng.random() < 0.5:
                self._answer()
        self._answer()
        self.last_usage = final
        if self.context > _COMPACT_ABOVE:
            self.compact_boundary(self.context)
            self.context = rng.randrange(18_000, 40_000)

    def _usage(self) -> ClaudeUsage:
        """Return what the next response uses, and let the context grow by it."""
        rng = self.rng
        fresh = max(40, self.fresh + rng.randrange(30, 400))
        self.fresh = 0
        hit = rng.random() > 0.03
        read = self.context if hit else 0
        written = fresh if hit else self.context + fresh
        five, hour = (0, written) if self.new and not self.agent else (written, 0)
        self.context += fresh
        output = lognormal(rng, 220, 1.1, 4, 16_000)
        return (rng.choice((1, 2, 3, 4, 5, 8, 10)), output, five, hour, read)

    def _blocks(self) -> list[str]:
        """Return the kinds of the content blocks of a response: 1 to 17, about 2.5 on average."""
        rng = self.rng
        place = rng.random()
        steps = ((0.03, 1), (0.55, 2), (0.945, 3), (0.975, 4))
        count = next((n for limit, n in steps if place < limit), 0) or rng.randrange(5, 18)
        kinds = []
        if count >= 2 and rng.random() < 0.45:
            kinds.append("thinking")
        if (count >= 2 and rng.random() < 0.75) or (
            not kinds and count == 1 and rng.random() < 0.5
        ):
            kinds.append("text")
        return kinds + ["tool"] * (count - len(kinds))

    def _line(
        self,
        response: tuple[bytes, bytes],
        kind: str,
        usage: ClaudeUsage,
        stop: bytes,
        agents: list[ClaudeSession],
    ) -> None:
        envelope = self.open(200, 6_000)
        if kind == "thinking":
            block = self.thinking()
        elif kind == "text":
            block = self.text()
        else:
            block = self._tool_use(agents)
        message = b'"message":{"model":"%b","id":"%b","type":"message","role":"assistant",' % (
            self.model.encode(),
            response[0],
        )
        message += b'"content":[%b],"stop_reason":%b,"stop_sequence":null,"usage":%b}' % (
            block,
            stop,
            self.usage_json(usage),
        )
        self.emit(
            b'%b%b,"requestId":"%b","type":"assistant","uuid":"%b","timestamp":"%b"%b'
            % (envelope.front, message, response[1], envelope.id, envelope.at, envelope.back)
        )
        self._truth.claude(
            self._file, response, self.ms, usage, self.model, sidechain=bool(self.agent)
        )
        self.events.append((response, self.ms, usage, self.model))
        if self.agent and self.progress and len(self.reported) < _MOST_REPORTED:
            self.reported.append(
                b'{"type":"assistant","timestamp":"%b",%b,"requestId":"%b","uuid":"%b"}'
                % (envelope.at, message, response[1], envelope.id)
            )

    def _tool_use(self, agents: list[ClaudeSession]) -> bytes:
        call = b"toolu_01" + base58(self.rng, 22)
        agent = agents.pop() if agents else None
        if agent:
            tool = b"Task"
            self._task_usage = agent.last_usage
        else:
            tool = self.rng.choices(_TOOLS, _TOOL_WEIGHTS)[0]
        self._pending.append((tool, call, agent))
        return b'{"type":"tool_use","id":"%b","name":"%b","input":%b}' % (
            call,
            tool,
            self.tool_input(tool),
        )

    def _answer(self) -> None:
        """Write the results of the calls that wait for one."""
        for tool, call, agent in self._pending:
            if self.progress:
                self.hook_progress(tool)
            if agent:
                for line in agent.reported:
                    self.agent_progress(line, agent.agent)
                self.task_result(call, self._task_usage)
            else:
                self.tool_result(tool, call)
        self._pending.clear()


def _model(rng: Random, start: int) -> str:
    if rng.random() < 0.12:
        return "claude-haiku-4-5-20251001"
    if iso(start) < b"2026-02-06":
        return choose(rng, b"claude-sonnet-4-5-20250929", b"claude-opus-4-5-20251101").decode()
    return choose(rng, b"claude-sonnet-4-6", b"claude-opus-4-6").decode()
