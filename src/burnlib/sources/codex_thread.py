"""One Codex thread: from its lines to what it used itself."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from burnlib.days import microseconds, parse_instant
from burnlib.errors import BurnlibError
from burnlib.families import kind_of_tool
from burnlib.model import Fidelity
from burnlib.packed import PackedEvents, PackedUse, Place, storable
from burnlib.sources.base import Segment
from burnlib.sources.codex_lines import (
    CALLS,
    HEADER,
    MARKERS,
    MISFITS,
    Line,
    Payload,
    RepeatedTurn,
    decode,
    fitting,
    iso_of,
    utc_of,
)
from burnlib.sources.codex_usage import (
    Logged,
    Pair,
    Usage,
    added,
    grown,
    packed_use,
    pair_in,
    pair_of,
    pairs_of,
    repaired,
    usage_in,
)
from burnlib.sources.lines import mentions, objects, text_of
from burnlib.sources.scan import Scan

__all__ = ["Thread"]

_KEYS = (*MARKERS[:2], *(b'"%s"' % name.encode() for name in sorted(CALLS)))
# Of the lines that are ordinary, the longest are turns and the inputs of tools.
_LONG = 2000
_EXACT = int(Fidelity.EXACT)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - UTC, as utc_of() gives it
_MICROSECOND = timedelta(microseconds=1)
# A copied history is written in one go, within some 20 ms; a real response takes longer than this.
_COPY_GAP = timedelta(seconds=0.2)

_REPEATED = "repeated total"
_COPIED = "copied history of another thread"
_BAD_LINE = "line that is not JSON"
_BAD_NUMBER = "count that is not a number"
_NO_INSTANT = "usage without a timestamp"
_NO_BASE = "first total without the response's own usage"

_kind_of_tool = lru_cache(maxsize=256)(kind_of_tool)


class Thread:
    """What has been read of one rollout; the part that must survive between runs is its state."""

    def __init__(self, segment: Segment, state: str) -> None:
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
        self._turn = RepeatedTurn()
        self._uses: list[PackedUse] = []
        self._places: dict[Place, int] = {}
        self._place: int | None = None
        self._stem = storable(self._id or segment.key)

    def events(self) -> PackedEvents:
        """Return what the thread used itself, in log order."""
        return PackedEvents("codex", list(self._places), self._uses)

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

    def take_lines(self, scan: Scan) -> None:
        """Take the finished lines of a rollout, or of the rest of one."""
        if not self._is_under_way:
            scan.every = self._needs_every
            for raw in scan:
                self._take_line(raw)
                if self._is_under_way:
                    break
                scan.every = self._needs_every
        scan.markers = MARKERS
        for batch in scan.batches():
            self._take_rest(batch)

    def take_unfinished(self, raw: bytes) -> None:
        """Take the last line, which has no line end yet, if it is whole."""
        records, whole = objects(raw)
        if whole:
            for record in records:
                self._take(record)

    @property
    def _needs_every(self) -> bool:
        """Whether a line may matter that holds no key: by its instant, or as one without JSON."""
        return not self._id or not self.settled

    @property
    def _is_under_way(self) -> bool:
        """Whether no copied history can begin any more, so that instants do not matter."""
        return bool(self._id) and self._total is not None and self.settled

    def _take_rest(self, lines: Iterable[bytes]) -> None:
        """Take the lines of a thread under way; what is ordinary, without a detour."""
        says_the_same = self._turn.is_in
        for raw in lines:
            if len(raw) >= _LONG and says_the_same(raw):
                continue
            try:
                line = decode(raw)
            except MISFITS:
                self._take_line(raw)
                continue
            payload = line.payload
            what = payload.type
            if what == "token_count" and line.type == "event_msg":
                if not self._take_growth(payload, line.timestamp):
                    self._take_line(raw)
            elif what in CALLS and line.type == "response_item":
                self._take_item(payload.name or what)
            elif line.type == "turn_context":
                self._take_turn(payload.model, payload.cwd)
                self._turn.remember(raw)
            else:
                self._take_line(raw)

    def _take_growth(self, payload: Payload, timestamp: str) -> bool:
        """Take a total that rose from the one before, or equals it; False if it is another case.

        What it adds then follows from the two totals, as :func:`added` explains.
        """
        holder = payload.info or payload
        if (logged := holder.total_token_usage) is None:
            return holder.last_token_usage is None  # rate limits only
        before, total = self._total, usage_in(logged)
        if total == before:
            self.dropped[_REPEATED] += 1
            return True
        at = utc_of(timestamp)
        if before is None or at is None or total[0] < before[0] or total[3] < before[3]:
            return False
        self._total = total
        used = grown(before, total)
        if any(used[:4]):
            name = f"{self._stem}:{iso_of(timestamp)}:{total[0]}+{total[3]}"
            self._add(name, (at - _EPOCH) // _MICROSECOND, _EXACT, True, used)
        return True

    def _take_line(self, raw: bytes) -> None:
        keys = _KEYS if self._is_under_way else (HEADER, *_KEYS)
        if not raw.strip() or (not self._needs_every and not mentions(raw, *keys)):
            return
        line = fitting(raw)
        if line is not None and line.type != "session_meta":
            self._take_fitting(line)
            return
        records, whole = objects(raw)
        if not whole:
            self.dropped[_BAD_LINE] += 1
        for record in records:
            self._take(record)

    def _take_fitting(self, line: Line) -> None:
        at, payload = parse_instant(line.timestamp), line.payload
        self._note(at)
        if line.type == "turn_context":
            self._take_turn(payload.model, payload.cwd)
        elif line.type == "response_item":
            self._take_item(payload.name or payload.type)
        elif line.type == "event_msg" and payload.type == "token_count":
            self._take_pair(pair_in(payload), at)

    def _take(self, record: dict[str, object]) -> None:
        at = parse_instant(record.get("timestamp"))
        payload = record.get("payload")
        if not isinstance(payload, dict):
            return  # early 2025: bare items, which hold no counts
        self._note(at)
        kind = record.get("type")
        if kind == "session_meta":
            self._take_meta(payload, at)
        elif kind == "turn_context":
            self._take_turn(text_of(payload, "model"), text_of(payload, "cwd"))
        elif kind == "response_item":
            self._take_item(text_of(payload, "name") or text_of(payload, "type"))
        elif kind == "event_msg" and payload.get("type") == "token_count":
            self._take_pair(pair_of(payload), at)

    def _note(self, at: datetime | None) -> None:
        """Note a line's instant, and the first pause inside a copy, which makes none."""
        if at is None:
            return
        if not self.settled and self._last_line and at - self._last_line > _COPY_GAP:
            self._paused = True
        self._last_line = at

    def _take_meta(self, payload: dict[str, object], at: datetime | None) -> None:
        own = text_of(payload, "id").lower()
        if not self._id:
            self._id = own or self._segment.key
            self._stem = storable(self._id)
            self._session = text_of(payload, "session_id") or self._id
            self._started = text_of(payload, "timestamp") or (at.isoformat() if at else "")
            self._project = self._project or text_of(payload, "cwd")
            git = payload.get("git")
            self._branch = text_of(git, "branch") if isinstance(git, dict) else ""
            self._place = None
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

    def _take_turn(self, model: str, project: str) -> None:
        self._turn.forget()
        self._model = model or self._model
        self._project = project or self._project
        self._place = None

    def _take_item(self, tool: str) -> None:
        if kind := _kind_of_tool(tool):
            self._work.add(kind)

    def _take_pair(self, pair: Pair | None, at: datetime | None) -> None:
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
            self.dropped[_REPEATED if total and total == self._total else _NO_INSTANT] += 1
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
        if any(used[:4]):
            name = storable(self._identity(at, total, last))
            self._add(name, microseconds(at), int(fidelity), known, used)

    def _add(self, name: str, at: int, fidelity: int, known: bool, used: Usage) -> None:
        place = self._place_number() if self._place is None else self._place
        work = ""
        if self._work:
            work = " ".join(sorted(self._work))
            self._work.clear()
        self._uses.append(packed_use(name, place, at, fidelity, int(known), work, used))

    def _place_number(self) -> int:
        if self._place is None:
            started = parse_instant(self._started)
            place = (
                storable(self._model),
                storable(self._project),
                storable(self._branch),
                storable(self._session),
                None if started is None else microseconds(started),
                0,
                "",
                None,
            )
            self._place = self._places.setdefault(place, len(self._places))
        return self._place

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
