"""Codex: rollouts below ``~/.codex``, one JSON object a line.

After each response Codex logs a cumulative total and the last response's usage (`token_count`).
What a rollout used is what its total grew by. Equal totals are logged again and again, a total can
fall, and a forked thread starts with a re-stamped copy of its parent's history; each has its rule
below. Input includes cached tokens (OpenAI's accounting); reasoning is inside output.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from burnlib.model import Fidelity
from burnlib.sources.base import Home, Reading, Resume, Segment, walk_names

__all__ = ["Codex"]

_UUID = re.compile(
    r"rollout-.*-([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})\.jsonl"
)
_SUFFIXES = (".jsonl", ".jsonl.zst")


class Codex:
    """Source ``codex``: exact; the CLI, the app and the IDE extension share one format."""

    name = "codex"
    fidelity = Fidelity.EXACT
    api_version = 1
    revision = 1

    def find(self, home: Home) -> Iterator[Segment]:
        """Return live and archived rollouts; a plain file wins over its compressed sibling."""
        found: list[str] = []
        for root in home.override("CODEX_HOME") or (home.path(".codex"),):
            for folder in ("sessions", "archived_sessions"):
                names = walk_names(root / folder, _SUFFIXES)
                found += (name for name in names if _last(name).startswith("rollout-"))
        plain = {name for name in found if not name.endswith(".zst")}
        kept = {
            name: _thread_id(name)
            for name in found
            if name in plain or name.removesuffix(".zst") not in plain
        }
        # A thread can be in both folders while it is being archived: the first, live one leads.
        peers: dict[str, str] = {}
        for name, thread in kept.items():
            peers.setdefault(thread, name)
        for name, thread in kept.items():
            yield Segment(name, thread, peers)

    def read(self, segment: Segment, resume: Resume | None) -> Reading:
        """Read what a rollout's own thread used; a copied history is its parent's, not its own."""
        # Loading these takes longer than looking for changed logs.
        from burnlib.sources.codex_lines import HEADER, MARKERS
        from burnlib.sources.codex_thread import Thread
        from burnlib.sources.lines import open_log
        from burnlib.sources.scan import Scan

        thread = Thread(segment, resume.state if resume else "")
        start = resume.offset if resume else 0
        with open_log(segment.name, buffered=False) as file:
            if start:
                file.seek(start)
            scan = Scan(file, (HEADER, *MARKERS), start=start)
            thread.take_lines(scan)
        state = thread.state()
        # The last line may be whole already: it counts, but is read again next time.
        thread.take_unfinished(scan.tail)
        # Inside a copied history the position alone does not tell what is copied: start over.
        resumable = thread.settled and not segment.name.endswith(".zst")
        return Reading(
            events=thread.events(),
            offset=scan.offset if resumable else 0,
            state=state if resumable else "",
            dropped=dict(thread.dropped),
            wants=thread.wants,
        )


def _last(path: str) -> str:
    return path.rpartition(os.sep)[2]


def _thread_id(path: str) -> str:
    name = _last(path)
    found = _UUID.match(name)
    return found[1].lower() if found else name.partition(".jsonl")[0]
