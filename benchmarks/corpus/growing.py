"""Logs that grow: more lines at the end of some files, and the truth with them."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from random import Random

from burnlib.errors import InvalidInput
from corpus.claude import ClaudeSession
from corpus.codex import CodexSession
from corpus.pools import Pools
from corpus.truth import CodexUsage, Json, Truth, add, load, save, table

__all__ = ["choose_files", "grow"]

# A turn or two: a prompt, and what was answered and called.
_BYTES = 20_000

_AT = re.compile(rb'"timestamp":"([0-9T:.-]+Z)"')

_TOTAL = re.compile(
    rb'"total_token_usage":{"input_tokens":([0-9]+),"cached_input_tokens":([0-9]+),'
    rb'"output_tokens":([0-9]+),"reasoning_output_tokens":([0-9]+),'
)


def choose_files(home: Path, count: int) -> list[Path]:
    """Return *count* logs that sessions go on in, or all if there are fewer: always the same.

    Side chains end with their task, and a log without a last line end was cut by a crash: neither
    goes on.
    """
    logs = [
        path
        for path in sorted((*home.glob(".claude/**/*.jsonl"), *home.glob(".codex/**/*.jsonl")))
        if not path.name.startswith("agent-") and _goes_on(path)
    ]
    return sorted(Random(f"grow:{count}").sample(logs, min(count, len(logs))))


def grow(home: Path, logs: Sequence[Path], *, number: int = 1) -> int:
    """Append 20 kB or more to each of the *logs* below *home*, and what they hold to its truth.

    The same home, logs and *number* of the growth give the same bytes. Returns how many bytes
    there are more. Raises InvalidInput before anything is written, where a log has another name:
    it would grow under that one, too.
    """
    for path in logs:
        if path.stat().st_nlink > 1:
            raise InvalidInput(
                "has another name (a hard link), under which it would grow, too",
                where=str(path),
                hint="copy the log",
            )
    tables = load(home)
    seed = str(table(tables["meta"])["seed"])
    pools, truth = Pools(seed), Truth()
    grown = {"bytes": {"claude": 0, "codex": 0}, "lines": {"claude": 0, "codex": 0}}
    for file, path in enumerate(logs):
        rng = Random(f"{seed}:grow:{number}:{path.relative_to(home).as_posix()}")
        old = path.read_bytes()
        at = _last_instant(old)
        if path.name.startswith("rollout-"):
            kind, lines, end = "codex", *_codex_turn(pools, truth, rng, path, old, at)
        else:
            kind, lines, end = "claude", *_claude_turn(pools, truth, rng, path, file, at)
        with path.open("ab") as log:
            more = log.write(b"".join(line + b"\n" for line in lines))
        os.utime(path, (end / 1000, end / 1000))
        grown["bytes"][kind] += more
        grown["lines"][kind] += len(lines)
    more_tables: dict[str, Json] = {
        "meta": {name: dict(parts) for name, parts in grown.items()},
        **truth.tables(),
    }
    save(home, add(tables, more_tables))
    return sum(grown["bytes"].values())


def _goes_on(path: Path) -> bool:
    """Whether a log ends with a line end, and with a total that can grow where there are totals."""
    with path.open("rb") as log:
        log.seek(-1, os.SEEK_END)
        whole = log.read() == b"\n"
    return whole and (path.name[:8] != "rollout-" or bool(_TOTAL.search(path.read_bytes())))


def _last_instant(log: bytes) -> int:
    at = _AT.findall(log)[-1].decode()
    return round(datetime.fromisoformat(at).timestamp() * 1000)


def _claude_turn(
    pools: Pools, truth: Truth, rng: Random, path: Path, file: int, at: int
) -> tuple[list[bytes], int]:
    session = ClaudeSession(
        pools,
        truth,
        rng,
        file=file,
        start=at,
        session=path.stem.encode(),
        project=path.parent.name,
    )
    session.prompt()
    while session.size < _BYTES:
        session.request([])
    return session.lines, session.ms


def _codex_turn(
    pools: Pools, truth: Truth, rng: Random, path: Path, log: bytes, at: int
) -> tuple[list[bytes], int]:
    thread = CodexSession(pools, truth, rng, at)
    whole, cached, output, reasoning = map(int, _TOTAL.findall(log)[-1])
    total: CodexUsage = (whole, cached, output, reasoning)
    thread.go_on(path.stem[-36:].encode(), total)
    while thread.size < _BYTES:
        thread.turn(_BYTES)
    return thread.lines, thread.ms
