"""One Codex thread: from its lines to what it used itself."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from burnlib.days import parse_instant
from burnlib.errors import BurnlibError
from burnlib.families import kind_of_tool
from burnlib.model import Fidelity, TokenCounts, UsageEvent
from burnlib.sources.base import Segment
from burnlib.sources.codex_usage import Logged, Pair, Usage, added, pair_of, pairs_of, repaired
from burnlib.sources.lines import mentions, objects, text_of

__all__ = ["Thread"]

_KEYS = (
    b'"token_count"',
    b'"turn_context"',
    b'"session_meta"',
    b'"function_call"',
    b'"custom_tool_call"',
    b'"local_shell_call"',
    b'"web_search_call"',
)
# A copied history is written in one go, within some 20 ms; a real response takes longer than this.
_COPY_GAP = timedelta(seconds=0.2)

_REPEATED = "repeated total"
_COPIED = "copied history of another thread"
_BAD_LINE = "line that is not JSON"
_BAD_NUMBER = "count that is not a number"
_NO_INSTANT = "usage without a timestamp"
_NO_BASE = "first total without the response's own usage"


class Thread:
    """What has been read of one rollout; the part that must survive between runs is its state."""

    def __init__(self, segment: Segment, state: str) -> None:
        self.events: list[UsageEvent] = []
        self.dropped: Counter[str] = Counter()
        self.settled = True
        self._segment = segment
        self._parents: Iterator[Pair] | None = None
        self._next_parent: Pair | None = None
        self._found_parent = False
        self._copied_by_gap = 0
        self._paused = False
        self._last_line: datetime | None = None
        known = json.loads(state) if state else {}
        self._id: str = known.get("id", "")
        self._session: str = known.get("session", "")
        self._started: str = known.get("started", "")
        self._model: str = known.get("model", "")
        self._project: str = known.get("project", "")
        self._branch: str = known.get("branch", "")
        self._work: set[str] = set(known.get("work", ()))
        total = known.get("total")
        self._total: Usage | None = (
            (total[0], total[1], total[2], total[3], total[4]) if total else None
        )
        self._seen: dict[str, int] = known.get("seen", {})
        self.wants: str = known.get("wants", "")

    def state(self) -> str:
        """Return as JSON what a later reading needs to go on from here."""
        return json.dumps(
            {
                "id": self._id,
                "session": self._session,
                "started": self._started,
                "model": self._model,
                "project": self._project,
                "branch": self._branch,
                "work": sorted(self._work),
                "total": self._total,
                "seen": self._seen,
                "wants": self.wants,
            }
        )

    def take_line(self, raw: bytes) -> None:
        """Take a finished line."""
        if not raw.strip() or (self._id and self.settled and not mentions(raw, *_KEYS)):
            return
        records, whole = objects(raw)
        if not whole:
            self.dropped[_BAD_LINE] += 1
        for record in records:
            self._take(record)

    def take_unfinished(self, raw: bytes) -> None:
        """Take the last line, which has no line end yet, if it is whole."""
        records, whole = objects(raw)
        if whole:
            for record in records:
                self._take(record)

    def _take(self, record: dict[str, object]) -> None:
        at = parse_instant(record.get("timestamp"))
        payload = record.get("payload")
        if not isinstance(payload, dict):
            return  # early 2025: bare items, which hold no counts
        if not self.settled:
            self._check_copy_gap(at)
        if at is not None:
            self._last_line = at
        kind = record.get("type")
        if kind == "session_meta":
            self._take_meta(payload, at)
        elif kind == "turn_context":
            self._model = text_of(payload, "model") or self._model
            self._project = text_of(payload, "cwd") or self._project
        elif kind == "response_item":
            self._take_item(payload)
        elif kind == "event_msg" and payload.get("type") == "token_count":
            self._take_count(payload, at)

    def _take_meta(self, payload: dict[str, object], at: datetime | None) -> None:
        own = text_of(payload, "id").lower()
        if not self._id:
            self._id = own or self._segment.key
            self._session = text_of(payload, "session_id") or self._id
            self._started = text_of(payload, "timestamp") or (at.isoformat() if at else "")
            self._project = self._project or text_of(payload, "cwd")
            git = payload.get("git")
            self._branch = text_of(git, "branch") if isinstance(git, dict) else ""
            if parent := text_of(payload, "forked_from_id").lower():
                self._open_copy(parent)
        elif own and own != self._id and self._total is None and self.settled and not self.wants:
            # Resumed threads repeat their own header; another thread's is an embedded ancestor.
            self._open_copy(own)

    def _open_copy(self, parent: str) -> None:
        """Expect a copy of *parent*'s history from here on."""
        if parent == self._id:
            return
        self.settled = False
        self.wants = parent
        if path := self._segment.peers.get(parent):
            self._parents = pairs_of(path)
            self._advance()
            self._found_parent = self._next_parent is not None

    def _advance(self) -> None:
        """Go to what the parent logged next; None where it ends, or cannot be read further."""
        try:
            self._next_parent = next(self._parents, None) if self._parents else None
        except (OSError, BurnlibError):
            self._next_parent = None
        if self._next_parent is None:
            self._parents = None

    def _check_copy_gap(self, at: datetime | None) -> None:
        """Note the first pause between two lines: a copy makes none."""
        if at and self._last_line and at - self._last_line > _COPY_GAP:
            self._paused = True

    def _is_copied(self, total: Logged | None, last: Logged | None) -> bool:
        if self.settled:
            return False
        # Time stamps are new in the copy; the numbers are the parent's.
        if self._next_parent == (total, last):
            self._advance()
            return True
        # Where the parent is missing, or ends before the copy does because it is still being
        # written or was cut, what was written in one go with the copy belongs to it.
        if self._next_parent is None and not self._paused:
            self._copied_by_gap += 1
            return True
        self.settled = True
        self._parents = None  # closes the parent's file
        if self._found_parent and not self._copied_by_gap:
            self.wants = ""
        return False

    def _take_item(self, payload: dict[str, object]) -> None:
        name = text_of(payload, "name") or text_of(payload, "type")
        if kind := kind_of_tool(name):
            self._work.add(kind)

    def _take_count(self, payload: dict[str, object], at: datetime | None) -> None:
        pair = pair_of(payload)
        if pair is None:
            return  # rate limits only
        total, last, bounded = repaired(self._total, *pair)
        if self._is_copied(*pair):
            self.dropped[_COPIED] += 1
            self._total = total or self._total
            self._work.clear()
            return
        if any(None in logged for logged in pair if logged):
            self.dropped[_BAD_NUMBER] += 1
        if at is None:
            # Not remembered as the last total either, so the next event carries these tokens.
            self.dropped[_NO_INSTANT] += 1
            return
        fidelity = Fidelity.LOWER_BOUND if bounded else Fidelity.EXACT
        self._count(total, last, at, fidelity)

    def _count(
        self, total: Usage | None, last: Usage | None, at: datetime, fidelity: Fidelity
    ) -> None:
        before, self._total = self._total, total or self._total
        used, known = added(before, total, last)
        if total and before is None and last is None and any(total):
            self.dropped[_NO_BASE] += 1
        elif total and total == before:
            self.dropped[_REPEATED] += 1
        if not any(used[:4]):
            return
        fresh, cached, written, output, reasoning = used
        self.events.append(
            UsageEvent(
                id=self._identity(at, total, last),
                at=at,
                source="codex",
                fidelity=fidelity,
                counts=TokenCounts.from_inclusive(
                    input=fresh,
                    cache_read=min(cached, fresh),
                    cache_write=min(written, fresh - min(cached, fresh)),
                    output=output,
                    reasoning=min(reasoning, output),
                ),
                model=self._model,
                project=self._project,
                branch=self._branch,
                session=self._session,
                work=frozenset(self._work),
                detail=int(known),
                started=parse_instant(self._started),
            )
        )
        self._work.clear()

    def _identity(self, at: datetime, total: Usage | None, last: Usage | None) -> str:
        """Return the event's id: thread, instant and totals, since Codex gives it none of its own.

        Not the position in the file: Codex rewrites old files in place and keeps instants.
        """
        shown = total or last or (0, 0, 0, 0, 0)
        stem = f"{self._id or self._segment.key}:{at.isoformat()}:{shown[0]}+{shown[3]}"
        if total:
            return stem
        number = self._seen[stem] = self._seen.get(stem, 0) + 1
        return f"{stem}:{number}"
