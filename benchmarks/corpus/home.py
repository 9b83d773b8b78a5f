"""A whole home folder of made-up logs: which sessions there are, how large, which are damaged."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random

from attrs import frozen

from corpus.claude import PROJECTS, ClaudeSession
from corpus.codex import CodexSession
from corpus.draws import Calendar, base58, iso, size_at, uuid4
from corpus.pools import Pools
from corpus.truth import Json, Truth, save

__all__ = ["SIZES", "Plan", "make"]

SIZES = {"small": 20_000_000, "medium": 500_000_000, "large": 3_000_000_000}

# Part of the files, and bytes of one at that place: 3,142 files of a real ~/.claude, as published
# with ccusage's own generator of fixtures (median 105 kB, p90 654 kB, p99 5.4 MB, max 87 MB).
_CLAUDE_SIZES = (
    (0, 1_500),
    (0.5, 105_267),
    (0.75, 233_572),
    (0.9, 653_972),
    (0.95, 1_504_757),
    (0.99, 5_383_751),
    (0.999, 24_000_000),
    (1, 87_033_471),
)

# Codex rollouts are larger, since they repeat instructions; no census of a whole home is public.
_CODEX_SIZES = (
    (0, 26_000),
    (0.25, 180_000),
    (0.5, 520_000),
    (0.75, 1_500_000),
    (0.9, 3_600_000),
    (0.97, 9_000_000),
    (0.995, 30_000_000),
    (1, 60_000_000),
)

# Steps of the golden ratio fall evenly on the quantiles, so a small home has the same shape.
_GOLDEN = 0.6180339887498949

_LARGEST_PART = 0.12  # of all bytes in one file
_LARGEST_COPIED = 3_000_000

_SIDE_FOLDERS_FROM = b"2026-01-05"  # since then, side chains lie in folders of their own


@frozen(kw_only=True)
class Plan:
    """What to make: the same plan gives the same bytes.

    Attributes:
        size: Bytes in all, about.
        claude_share: Part of them that is Claude Code's.
        seed: Names the draws.
        end: The last day, UTC.
        days: Days up to it.

    """

    size: int
    claude_share: float = 0.5
    seed: str = "burn-1"
    end: date = date(2026, 11, 19)
    days: int = 365


def make(home: Path, plan: Plan) -> dict[str, Json]:
    """Write the logs and their truth below the empty folder *home*; return the truth."""
    maker = _Maker(home, plan)
    maker.claude(int(plan.size * plan.claude_share))
    maker.codex(int(plan.size * (1 - plan.claude_share)))
    meta: dict[str, Json] = {
        "seed": plan.seed,
        "size": plan.size,
        "end": plan.end.isoformat(),
        "days": plan.days,
        "files": dict(maker.files),
        "bytes": dict(maker.bytes),
        "lines": dict(maker.lines),
        "broken_files": maker.broken,
    }
    tables: dict[str, Json] = {"meta": meta, **maker.truth.tables()}
    save(home, tables)
    return tables


class _Maker:
    """Writes the files one by one; each draws from a seed of its own."""

    def __init__(self, home: Path, plan: Plan) -> None:
        self._home, self._seed = home, plan.seed
        self._calendar = Calendar(plan.end, plan.days)
        self._pools = Pools(plan.seed)
        self.truth = Truth()
        self.files = {"claude": 0, "codex": 0}
        self.bytes = {"claude": 0, "codex": 0}
        self.lines = {"claude": 0, "codex": 0}
        self.broken = 0
        self._file = 0

    def claude(self, budget: int) -> None:
        """Write sessions of Claude Code of *budget* bytes in all."""
        phase = Random(f"{self._seed}:claude-plan").random()
        cap = budget * _LARGEST_PART
        index, before = 0, None
        while self.bytes["claude"] < budget:
            left = budget - self.bytes["claude"]
            place = (phase + index * _GOLDEN) % 1
            target = min(size_at(_CLAUDE_SIZES, place), cap, max(left, 2_000))
            session = self._claude_session(index, target, cap, left, before)
            if session.events:
                before = session if session.size < _LARGEST_COPIED else None
            index += 1

    def _claude_session(
        self, index: int, target: float, cap: float, left: int, before: ClaudeSession | None
    ) -> ClaudeSession:
        rng = Random(f"{self._seed}:claude:{index}")
        start = self._calendar.start(rng)
        id_, project = uuid4(rng), rng.choices(PROJECTS, (8, 7, 5, 3, 3, 2, 1, 1))[0]
        folder = self._home / ".claude" / "projects" / project
        agents = []
        if rng.random() < 0.38:
            for number in range(rng.choice((1, 1, 2, 2, 3, 4))):
                agent = self._agent(f"{index}:agent:{number}", start, id_, project)
                most = max(left / 3, 2_000)
                agent.run(min(size_at(_CLAUDE_SIZES, agent.rng.random() * 0.97), cap, most))
                aside = folder / id_.decode() / "subagents"
                where = aside if iso(start) >= _SIDE_FOLDERS_FROM else folder
                path = where / f"agent-{agent.agent.decode()}.jsonl"
                self._write("claude", path, agent.lines, agent.ms)
                agents.append(agent)
        session = self._new_claude(rng, start, id_, project, b"")
        # Drawn only where there is something to resume, as all draws after it depend on that.
        if before and rng.random() < 0.05 and before.size < left:
            session.resume(before, start=start)
            target += before.size
        session.run(target, agents)
        lines, ended = session.lines, True
        if rng.random() < 0.04:
            lines, ended = self._damaged_claude(rng, session)
        self._write("claude", folder / f"{id_.decode()}.jsonl", lines, session.ms, ended=ended)
        return session

    def _agent(self, name: str, start: int, session: bytes, project: str) -> ClaudeSession:
        """Return a side chain, yet to run; its messages are repeated in its parent's records."""
        rng = Random(f"{self._seed}:claude:{name}")
        prefix = b"a" if iso(start) >= _SIDE_FOLDERS_FROM else b""
        agent = prefix + b"%07x" % rng.getrandbits(28)
        number = self._next_file()
        begun = start + rng.randrange(60_000, 600_000)
        return ClaudeSession(
            self._pools,
            self.truth,
            rng,
            file=number,
            start=begun,
            session=session,
            project=project,
            agent=agent,
        )

    def _new_claude(
        self, rng: Random, start: int, session: bytes, project: str, agent: bytes
    ) -> ClaudeSession:
        return ClaudeSession(
            self._pools,
            self.truth,
            rng,
            file=self._next_file(),
            start=start,
            session=session,
            project=project,
            agent=agent,
        )

    def _damaged_claude(self, rng: Random, session: ClaudeSession) -> tuple[list[bytes], bool]:
        """Return the lines with a user's record spoilt, and whether the last one has an end.

        Or with an assistant's record at the end, cut by a crash, whose ids occur nowhere else.
        """
        lines = list(session.lines)
        users = [
            number
            for number, line in enumerate(lines)
            if b'"type":"user"' in line[:600] or b'"tool_result"' in line[:900]
        ]
        if not users:
            return lines, True
        how = rng.randrange(4)
        self.broken += 1
        at = rng.choice(users)
        line = lines[at]
        if how == 0:  # cut in the middle
            lines[at] = line[: rng.randrange(40, len(line))]
        elif how == 1:  # two records glued together
            lines[at] = line[: rng.randrange(40, len(line))] + line
        elif how == 2:  # NUL bytes of a lost block
            lines[at] = b"\0" * rng.randrange(100, 4_096)
        else:
            cut = (
                b'{"parentUuid":null,"isSidechain":false,"type":"assistant","message":'
                b'{"model":"claude-opus-4-6","id":"msg_01%b","type":"message",'
                b'"role":"assistant","content":[{"type":"text","text":"%b'
            )
            lines.append(cut % (base58(rng, 22), self._pools.text(rng, 900)))
            return lines, False
        return lines, True

    def codex(self, budget: int) -> None:
        """Write threads of Codex of *budget* bytes in all."""
        phase = Random(f"{self._seed}:codex-plan").random()
        index, before = 0, None
        while self.bytes["codex"] < budget:
            left = budget - self.bytes["codex"]
            place = (phase + index * _GOLDEN) % 1
            cap = budget * _LARGEST_PART
            target = min(size_at(_CODEX_SIZES, place), cap, max(left, 20_000))
            thread = self._codex_thread(index, target, left, before)
            before = thread if thread.size < _LARGEST_COPIED else None
            index += 1

    def _codex_thread(
        self, index: int, target: float, left: int, before: CodexSession | None
    ) -> CodexSession:
        rng = Random(f"{self._seed}:codex:{index}")
        start = self._calendar.start(rng)
        parent = before if before and rng.random() < 0.025 and before.size < left else None
        if parent:
            start = max(start, parent.ms + 60_000)
            target += parent.size
        thread = CodexSession(self._pools, self.truth, rng, start, parent=parent)
        thread.run(target)
        at = iso(start).decode()
        name = f"rollout-{at[:19].replace(':', '-')}-{thread.id.decode()}.jsonl"
        path = self._home.joinpath(".codex", "sessions", at[:4], at[5:7], at[8:10], name)
        lines, ended = thread.lines, True
        if rng.random() < 0.02:
            lines, ended = self._damaged_codex(rng, thread)
        self._write("codex", path, lines, thread.ms, ended=ended)
        return thread

    def _damaged_codex(self, rng: Random, thread: CodexSession) -> tuple[list[bytes], bool]:
        """Return the lines with one cut, but none that counts, and whether the last has an end."""
        self.broken += 1
        lines = list(thread.lines)
        if rng.random() < 0.5:
            at = rng.randrange(1, len(lines))
            if b"token_count" not in lines[at] and b"turn_context" not in lines[at][:80]:
                lines[at] = lines[at][: len(lines[at]) // 2]
            return lines, True
        cut = b'{"timestamp":"%b","type":"response_item","payload":{"type":"mess'
        return [*lines, cut % iso(thread.ms)], False

    def _next_file(self) -> int:
        self._file += 1
        return self._file

    def _write(
        self, kind: str, path: Path, lines: Sequence[bytes], ms: int, *, ended: bool = True
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = b"\n".join(lines) + (b"\n" if ended else b"")
        path.write_bytes(text)
        os.utime(path, (ms / 1000, ms / 1000))
        self.files[kind] += 1
        self.bytes[kind] += len(text)
        self.lines[kind] += len(lines)
