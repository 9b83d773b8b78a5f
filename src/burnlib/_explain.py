"""Where a day's number comes from: parts, models, sessions, files, and what was left out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby

from attrs import evolve, field, frozen

from burnlib.archive import Archive
from burnlib.days import local_day, midnight
from burnlib.history import History
from burnlib.model import DailyRow, Fidelity, SourceDay, TokenCounts, UsageEvent
from burnlib.normalize import counts_of, in_the_future
from burnlib.uses import settle
from burnlib.words import clean, counted

__all__ = ["Explanation", "SessionPart", "SourcePart", "explain_day"]


@frozen(kw_only=True)
class SessionPart:
    """What one session used on the day.

    Attributes:
        session: The tool's id of the session.
        project: Its directory.
        branch: Its git branch.
        tokens: Tokens.
        calls: Requests.
        files: Log files that tell of these uses, the ones with most first.

    """

    session: str
    project: str
    branch: str
    tokens: int
    calls: int
    files: tuple[str, ...]


@frozen(kw_only=True)
class SourcePart:
    """What one source used on the day, and from which records that is known.

    Attributes:
        name: The source.
        day: Its column in the row.
        models: Model to tokens, most first.
        sessions: Its sessions, most first; empty for days that came whole.
        lower_bound_calls: Requests whose log says less than was used.
        copies: Uses that further files tell of, too; each was counted once.
        dropped: Reason to number of records in these files, on any day, that were not counted.
        visible: Of conversations: tokens of each message once; None for other sources.
        processed: Of conversations: tokens of all that every turn sent again and wrote.
        methods: How estimates were made, each with the number of uses.
        readers: Packages and versions of what read its logs.

    """

    name: str
    day: SourceDay
    models: Mapping[str, int] = field(factory=dict)
    sessions: tuple[SessionPart, ...] = ()
    lower_bound_calls: int = 0
    copies: int = 0
    dropped: Mapping[str, int] = field(factory=dict)
    visible: int | None = None
    processed: int | None = None
    methods: Mapping[str, int] = field(factory=dict)
    readers: tuple[str, ...] = ()


@frozen(kw_only=True)
class Explanation:
    """A day's row, taken apart; its text is for reading."""

    date: date
    zone: str
    row: DailyRow | None
    sources: tuple[SourcePart, ...] = ()

    def __str__(self) -> str:
        return "\n".join(_lines(self))

    def as_dict(self) -> dict[str, object]:
        """Return the explanation for programs."""
        return {
            "date": self.date.isoformat(),
            "zone": self.zone,
            "observed": self.row is not None,
            "total": self.row.total if self.row else None,
            "sources": {part.name: _source_dict(part) for part in self.sources},
        }


def explain_day(history: History, day: date) -> Explanation:
    """Take the row of *day* apart into the uses it was made from."""
    row = next((row for row in history.rows if row.date == day), None)
    if row is None:
        return Explanation(date=day, zone=history.zone, row=None)
    with Archive(history.archive, create=False) as store:
        tz = history.context.tz
        begun, ended = midnight(day, tz), midnight(day + timedelta(days=1), tz)
        told = store.sightings(begun, ended)
        uses = list(_uses_of(told, day, history))
        dropped, readers = store.dropped(), store.readers(begun, ended)
    parts = []
    for name, value in row.sources.items():
        of_source = [(use, files) for use, files in uses if use.source == name]
        shown = [
            (evolve(use, counts=counts_of(use, history.estimate)), files)
            for use, files in of_source
        ]
        part = evolve(
            _source_part(name, value, shown, dropped),
            readers=tuple(reader for reader in readers.get(name, ()) if reader),
        )
        parts.append(_with_figures(part, [use for use, _ in of_source]))
    return Explanation(date=day, zone=history.zone, row=row, sources=tuple(parts))


def _uses_of(
    sightings: Iterable[tuple[str, UsageEvent]], day: date, history: History
) -> Iterator[tuple[UsageEvent, list[str]]]:
    """Yield the uses of *day*, each with the files that tell of it, the settling one first."""
    for _, group in groupby(sightings, key=lambda pair: (pair[1].source, pair[1].id)):
        told = list(group)
        for use in settle(event for _, event in told):
            if local_day(use.at, history.context.tz) == day and not in_the_future(use, history.now):
                told.sort(key=lambda pair: (pair[1].session != use.session, pair[0]))
                yield use, list(dict.fromkeys(path for path, _ in told))


def _with_figures(part: SourcePart, uses: list[UsageEvent]) -> SourcePart:
    """Add both figures of conversations and how estimates were made."""
    methods = Counter(use.method for use in uses if use.method)
    part = evolve(part, methods=dict(sorted(methods.items(), key=lambda i: (-i[1], i[0]))))
    if all(use.processed is None for use in uses):
        return part
    return evolve(
        part,
        visible=sum(use.counts.total for use in uses),
        processed=sum((use.processed or use.counts).total for use in uses),
    )


def _source_part(
    name: str,
    value: SourceDay,
    uses: list[tuple[UsageEvent, list[str]]],
    dropped: Mapping[tuple[str, str], Mapping[str, int]],
) -> SourcePart:
    models: Counter[str] = Counter()
    sessions: dict[tuple[str, str, str], list[tuple[UsageEvent, list[str]]]] = defaultdict(list)
    left_out: Counter[str] = Counter()
    for use, files in uses:
        models[use.model] += use.counts.total
        sessions[use.session, use.project, use.branch].append((use, files))
    for path in {files[0] for _, files in uses}:
        left_out.update(dropped.get((name, path), {}))
    return SourcePart(
        name=name,
        day=value,
        models=dict(sorted(models.items(), key=lambda item: (-item[1], item[0]))),
        sessions=tuple(
            sorted(
                (_session_part(key, told) for key, told in sessions.items()),
                key=lambda part: (-part.tokens, part.session),
            )
        ),
        lower_bound_calls=sum(u.calls for u, _ in uses if u.fidelity is Fidelity.LOWER_BOUND),
        copies=sum(1 for _, files in uses if len(files) > 1),
        dropped=dict(sorted(left_out.items())),
    )


def _session_part(
    key: tuple[str, str, str], told: list[tuple[UsageEvent, list[str]]]
) -> SessionPart:
    files = Counter(paths[0] for _, paths in told)
    return SessionPart(
        session=key[0],
        project=key[1],
        branch=key[2],
        tokens=sum(use.counts.total for use, _ in told),
        calls=sum(use.calls for use, _ in told),
        files=tuple(path for path, _ in files.most_common()),
    )


_TRUST = {
    Fidelity.EXACT: "exact",
    Fidelity.LOWER_BOUND: "at least: a lower bound",
    Fidelity.ESTIMATED: "estimated",
}
_MOST_SESSIONS = 12


def _lines(found: Explanation) -> Iterator[str]:
    if found.row is None:
        yield f"{found.date}: no data. Nothing was used, or nothing could be seen of that day."
        return
    about = "~" if found.row.estimated else ""
    yield f"{found.date}, {found.zone}: {about}{found.row.total:,} tokens"
    if found.row.driver:
        evidence = f" ({clean(found.row.evidence)})" if found.row.evidence else ""
        yield f"driver: {clean(found.row.driver)}{evidence}"
    for part in found.sources:
        yield ""
        yield from _source_lines(part)
    yield ""
    sums = " + ".join(f"{_about(part.day)}{part.day.tokens:,}" for part in found.sources)
    yield f"{sums} = {about}{found.row.total:,}"


def _about(day: SourceDay) -> str:
    return "~" if day.fidelity is Fidelity.ESTIMATED and day.tokens else ""


def _source_lines(part: SourcePart) -> Iterator[str]:
    day = part.day
    calls = f", {counted(day.calls, 'call', 'calls')}" if day.calls is not None else ""
    yield f"{part.name}: {_about(day)}{day.tokens:,} tokens, {_TRUST[day.fidelity]}{calls}"
    if day.low is not None and day.high is not None:
        yield f"  between {day.low:,} and {day.high:,}"
    if part.visible is not None and part.processed is not None:
        yield f"  visible {part.visible:,}: the text of each message, once"
        yield f"  processed {part.processed:,}: with the conversation sent again at every turn"
    for method, number in part.methods.items():
        yield f"  {counted(number, 'message', 'messages')} counted by {clean(method, limit=400)}"
    if day.tokens and day.counts:
        yield f"  {_parts(day.counts, talk=part.visible is not None)}"
    for model, tokens in part.models.items():
        yield f"  {tokens:>16,}  {clean(model) or 'unknown model'}"
    for session in part.sessions[:_MOST_SESSIONS]:
        yield from _session_lines(session, talk=part.visible is not None)
    if rest := part.sessions[_MOST_SESSIONS:]:
        yield f"  {sum(s.tokens for s in rest):>16,}  in {len(rest)} smaller sessions"
    if part.lower_bound_calls:
        calls = counted(part.lower_bound_calls, "call", "calls")
        yield f"  {calls} logged less output than was used"
    if part.copies:
        yield f"  {counted(part.copies, 'use', 'uses')} told by several files, counted once"
    if part.readers:
        yield f"  read by {', '.join(clean(reader) for reader in part.readers)}"
    for reason, number in part.dropped.items():
        yield f"  not counted in these files, on any day: {number:,} x {reason}"


def _session_lines(session: SessionPart, *, talk: bool) -> Iterator[str]:
    place = clean(session.project) or "unknown project"
    branch = f" ({clean(session.branch)})" if session.branch else ""
    name = clean(session.session) or "unknown"
    yield f"  conversation {name}" if talk else f"  session {name}, {place}{branch}"
    yield f"  {session.tokens:>16,}  in {counted(session.calls, 'call', 'calls')}"
    yield from (f"{'':20}{clean(path, limit=400)}" for path in session.files[:3])
    if len(session.files) > 3:
        yield f"{'':20}and {len(session.files) - 3} more files"


def _parts(counts: TokenCounts, *, talk: bool) -> str:
    if talk:  # what a cache did, or how much was reasoning, no text tells
        return f"input {counts.input:,} + output {counts.output:,}"
    written = counts.cache_write_5m + counts.cache_write_1h
    return (
        f"input {counts.input:,} + cache read {counts.cache_read:,} + cache written {written:,}"
        f" + output {counts.output:,} (of it reasoning {counts.reasoning:,})"
    )


def _source_dict(part: SourcePart) -> dict[str, object]:
    day = part.day
    return {
        "tokens": day.tokens,
        "fidelity": day.fidelity.name.lower(),
        "calls": day.calls,
        "low": day.low,
        "high": day.high,
        "models": dict(part.models),
        "lower_bound_calls": part.lower_bound_calls,
        "copies": part.copies,
        "dropped": dict(part.dropped),
        "visible": part.visible,
        "processed": part.processed,
        "methods": dict(part.methods),
        "readers": list(part.readers),
        "sessions": [
            {
                "session": session.session,
                "project": session.project,
                "branch": session.branch,
                "tokens": session.tokens,
                "calls": session.calls,
                "files": list(session.files),
            }
            for session in part.sessions
        ],
    }
