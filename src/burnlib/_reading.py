"""Reading a log file: what is new in it, and how to go on from there."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import cast

from attrs import frozen

from burnlib._foreign import contained, is_own
from burnlib.archive import SegmentRecord, Told
from burnlib.archive.fingerprint import Change, Fingerprint, Stat
from burnlib.archive.records import text_of_path
from burnlib.errors import BurnlibError, ContractError
from burnlib.model import UsageEvent
from burnlib.packed import PackedEvents, pack
from burnlib.plugins import maker_of
from burnlib.sources.base import (
    Dropped,
    Problem,
    Reading,
    Resume,
    Segment,
    SimpleSource,
    Source,
)
from burnlib.uses import join
from burnlib.value import Value

__all__ = ["Log", "is_answered", "read_log", "revision_of"]

# No log has as much, and a day of a thousand such logs still fits into daily-burn.json.
_MOST_IN_ONE_LOG = 9 * 10**12

_MOST_REASONS, _LONGEST_REASON = 20, 200

# A file whose last change is not older than this, in nanoseconds, may be changing: the clocks of
# file systems are as coarse as two seconds.
_CHANGING = 2_000_000_000


@frozen(eq=False, repr=False)
class Log(Value):
    """A log file that is to be read.

    Attributes:
        source: Name of its source.
        segment: The file.
        stat: What it was when it was listed.
        simple: Whether the source gave it as a path; then its ``read`` takes a path, too.
        known: What the archive knows of it.
        stale: Whether all of it is to be read again: its reader was corrected, or a log that would
            make its reading better has turned up or changed.

    """

    source: str
    segment: Segment
    stat: Stat
    simple: bool = False
    known: SegmentRecord | None = None
    stale: bool = False

    @property
    def new_bytes(self) -> int:
        """About how much there is to read."""
        return max(0, self.stat.size - self.known.offset) if self.known else self.stat.size


def is_answered(wants: str, segment: Segment) -> bool:
    """Whether a log that *segment* wanted, as the archive has kept it, has nothing new to say.

    A look at it is enough: one that is as it was could be read when its stat was kept.
    """
    if not wants or wants in segment.peers:
        return not wants
    key = wants.rsplit("\t", 2)[0]
    if key not in segment.peers:
        return True
    try:
        return wants == _with_stat(key, os.stat(segment.peers[key]))  # noqa: PTH116
    except OSError:
        return False


def _with_stat(key: str, found: os.stat_result) -> str:
    return f"{key}\t{found.st_size}\t{found.st_mtime_ns}"


def _wanted(key: str, segment: Segment, now: int) -> str:
    """Return what the archive is to keep of a log that *segment* wants: its key, and its stat.

    A log that was at hand and not enough, such as a parent that ends before its fork's copy does,
    is worth another reading only when it has changed; one that may be changing *now*, in any case.
    """
    if key not in segment.peers:
        return key
    from burnlib.sources.lines import open_log

    try:
        found = os.stat(segment.peers[key])  # noqa: PTH116 - one call, no wrapper
        with open_log(segment.peers[key]) as file:
            file.read(1)
    except (OSError, BurnlibError):
        return key  # it is there, and cannot be read yet
    quiet = found.st_mtime_ns < now - _CHANGING
    return _with_stat(key, found) if quiet else key


def revision_of(source: Source) -> int:
    """Return the revision of the source's reader."""
    return int(getattr(source, "revision", 1))


def read_log(source: Source, log: Log) -> Told | Problem | None:
    """Read what is new in a log."""
    try:
        known, stat, begun = log.known, log.stat, time.time_ns()
        change = _change(log)
        if change is Change.SAME and not log.stale:
            return None
        resume = None
        if known and known.offset and change is Change.GREW and not log.stale:
            resume = Resume(known.offset, known.state)
        elif change is Change.GREW and log.stale:
            change = Change.SAME  # read from the start, it replaces what it gave before
        with contained(source):
            reading = _reading(source, log, resume)
            if not is_own(source):
                from burnlib.sources.contract import check_reading

                check_reading(reading, os.stat(log.segment.name).st_size)  # noqa: PTH116
            packed = _packed(source, reading.events)
        # Only what was there before the reading is vouched for: the file may be growing.
        size = min(reading.offset or stat.size, stat.size)
        dropped = Counter(reading.dropped if is_own(source) else _few(reading.dropped))
        if resume and known:
            dropped.update(known.dropped)
        record = SegmentRecord(
            source=source.name,
            path=text_of_path(log.segment.name),
            stat=stat,
            fingerprint=Fingerprint.of(log.segment.name, size),
            offset=reading.offset,
            revision=revision_of(source),
            state=reading.state,
            wants=_wanted(reading.wants, log.segment, begun),
            dropped=dropped,
        )
        return Told(record, packed, change, known, maker_of(source))
    except Exception as error:  # noqa: BLE001
        if isinstance(error, FileNotFoundError) and not os.path.lexists(log.segment.name):
            return None  # the log was deleted meanwhile: what it gave is kept
        # Whatever it is, it costs this file alone; what was kept of it before stays.
        return Problem.of(source.name, log.segment.name, error)


def _change(log: Log) -> Change:
    known = log.known
    if known is None:
        return Change.NEW
    if known.stat == log.stat:
        return Change.SAME
    there = known.fingerprint.holds(log.segment.name, log.stat.size)
    return Change.GREW if there else Change.REWRITTEN


def _reading(source: Source, log: Log, resume: Resume | None) -> Reading:
    """Call the source in the form it was written in."""
    if not log.simple:
        return source.read(log.segment, resume)
    simple = cast("SimpleSource", source)
    dropped: Counter[str] = Counter()
    events: list[UsageEvent] = []
    for given in simple.read(log.segment.path):
        if isinstance(given, Dropped):
            dropped[given.reason] += 1
        else:
            events.append(given)
    return Reading(events=events, dropped=dropped)


def _packed(source: Source, events: Sequence[UsageEvent]) -> PackedEvents:
    """Return *events* packed, each id and request once, after a check of those of plugins."""
    name = source.name
    if isinstance(events, PackedEvents) and events.source == name and is_own(source):
        return events
    from burnlib.sources.contract import check_event

    uses: dict[tuple[str, str], UsageEvent] = {}
    total = 0
    for event in events:
        check_event(event, name)
        if event.fidelity > source.fidelity:
            better, best = event.fidelity.name, source.fidelity.name
            raise ContractError(f"gave an event that is {better}, and says that {best} is its best")
        total += event.counts.total
        key = (event.id, event.request)
        uses[key] = join(uses[key], event) if key in uses else event
    if total > _MOST_IN_ONE_LOG:
        raise ContractError(f"gave {total:,} tokens for one log")
    return pack(name, uses.values())


def _few(dropped: Mapping[str, int]) -> dict[str, int]:
    """Return the most frequent reasons, cut where they are long; the others are one."""
    found: Counter[str] = Counter()
    for reason, number in dropped.items():
        found[" ".join(reason.split())[:_LONGEST_REASON]] += number
    kept = dict(found.most_common(_MOST_REASONS))
    if rest := found.total() - sum(kept.values()):
        kept["other reasons"] = kept.get("other reasons", 0) + rest
    return kept
