"""Codex: rollouts below ``~/.codex``, one JSON object a line.

After each response Codex logs a cumulative total and the last response's usage (`token_count`).
What a rollout used is what its total grew by. Equal totals are logged again and again, a total can
fall, and a forked thread starts with a re-stamped copy of its parent's history; each has its rule
below. Input includes cached tokens (OpenAI's accounting); reasoning is inside output.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from burnlib.model import Fidelity
from burnlib.sources.base import Home, Reading, Resume, Segment, walk
from burnlib.sources.codex_lines import MARKERS
from burnlib.sources.codex_thread import Thread
from burnlib.sources.lines import open_log
from burnlib.sources.scan import Scan

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
        found: list[Path] = []
        for root in home.override("CODEX_HOME") or (home.path(".codex"),):
            for folder in ("sessions", "archived_sessions"):
                found += (
                    p for p in walk(root / folder, _SUFFIXES) if p.name.startswith("rollout-")
                )
        plain = {path for path in found if path.suffix != ".zst"}
        paths = [path for path in found if path in plain or path.with_suffix("") not in plain]
        # A thread can be in both folders while it is being archived: the first, live one leads.
        peers: dict[str, Path] = {}
        for path in paths:
            peers.setdefault(_thread_id(path), path)
        for path in paths:
            yield Segment(path, key=_thread_id(path), peers=peers)

    def read(self, segment: Segment, resume: Resume | None) -> Reading:
        """Read what a rollout's own thread used; a copied history is its parent's, not its own."""
        thread = Thread(segment, resume.state if resume else "")
        start = resume.offset if resume else 0
        with open_log(segment.path) as file:
            if start:
                file.seek(start)
            scan = Scan(file, MARKERS, start=start)
            thread.take_lines(scan)
        state = thread.state()
        # The last line may be whole already: it counts, but is read again next time.
        thread.take_unfinished(scan.tail)
        # Inside a copied history the position alone does not tell what is copied: start over.
        resumable = thread.settled and segment.path.suffix != ".zst"
        return Reading(
            events=thread.events(),
            offset=scan.offset if resumable else 0,
            state=state if resumable else "",
            dropped=dict(thread.dropped),
            wants=thread.wants,
        )


def _thread_id(path: Path) -> str:
    found = _UUID.match(path.name)
    return found[1].lower() if found else path.name.partition(".jsonl")[0]
