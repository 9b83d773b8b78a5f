"""Claude Code's reader against a plain one: whatever the lines look like, the same uses."""

from __future__ import annotations

import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from burnlib.model import Fidelity, UsageEvent
from burnlib.packed import PackedEvents, pack
from burnlib.sources import claude_lines
from burnlib.sources.base import Reading, Resume, Segment
from burnlib.sources.claude_code import ClaudeCode
from burnlib.sources.claude_uses import Sighting, merge, packed
from burnlib.uses import join
from logs import HAIKU, SONNET, Four, Json, answer, asked, claude_usage, progress

# A plain reader, with json alone --------------------------------------------------------------


class Told(NamedTuple):
    """What one line tells of one use."""

    key: tuple[str, str]
    calls: int
    detail: int
    model: str
    counts: tuple[int, ...]
    exact: bool
    work: frozenset[str]
    place: tuple[Any, ...]


class Line(NamedTuple):
    """A line of a log: its bytes, the records that can be read from it, and whether that is all."""

    raw: bytes
    records: tuple[Json, ...]
    whole: bool = True


NUMBERS = (
    "input_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "ephemeral_5m_input_tokens",
    "ephemeral_1h_input_tokens",
    "output_tokens",
)
TOOLS = {"Bash": "run", "Edit": "edit", "WebFetch": "web", "Think": ""}


def when(value: object) -> datetime | None:
    if not isinstance(value, str) or not 19 <= len(value) <= 40:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    sane = at.tzinfo is not None and datetime(2015, 1, 1, tzinfo=UTC) <= at
    return at if sane and at < datetime(9998, 1, 1, tzinfo=UTC) else None


def number(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | None):
        return None
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        return None
    if isinstance(value, float) and value != value // 1:
        return None
    value = int(value or 0)
    return value if 0 <= value <= 10**12 else None


def clean(value: str) -> str:
    """The text as a file can hold it: without halves of surrogate pairs."""
    return "".join("?" if "\ud800" <= letter <= "\udfff" else letter for letter in value)


def obj(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    return value if isinstance(value, str) else ""


def counted(usage: Json) -> tuple[tuple[int, ...], bool]:
    flat = {**usage, **obj(usage.get("cache_creation"))}
    read = [number(flat.get(name)) for name in NUMBERS]
    fresh, cached, written, five, hour, output = (n or 0 for n in read)
    return (fresh, cached, max(written, five + hour) - hour, hour, output), None in read


class Plain:
    """The state of the plain reader, and what it dropped."""

    def __init__(self) -> None:
        self.started: str | None = None
        self.told: list[Told] = []
        self.dropped: Counter[str] = Counter()

    def read(self, line: Line) -> None:
        if not line.raw.strip() or (self.started and not self.may_matter(line)):
            return
        self.dropped["line that is not JSON"] += not line.whole
        for record in line.records:
            if self.started is None and when(record.get("timestamp")):
                self.started = record["timestamp"]
            inner = record
            if record.get("type") == "progress":
                report = obj(record.get("data"))
                inner = obj(report.get("message")) if report.get("type") == "agent_progress" else {}
            if inner.get("type") == "assistant":
                self.response(record, inner)

    @staticmethod
    def may_matter(line: Line) -> bool:
        return b'"usage"' in line.raw or b"\\u006" in line.raw

    def response(self, record: Json, inner: Json) -> None:
        message = obj(inner.get("message"))
        usage = message.get("usage")
        if not isinstance(usage, dict) or not usage:
            self.dropped["usage that is not an object"] += bool(usage)
            return
        at = when(inner.get("timestamp")) or when(record.get("timestamp"))
        parts, damaged = self.parts(text(message.get("model")), usage)
        silent = not any(any(counts) for *_, counts in parts)
        if message.get("model") == "<synthetic>" or (
            inner.get("isApiErrorMessage") is True and silent
        ):
            self.dropped["written by the tool itself, no request"] += 1
        elif at is None:
            self.dropped["usage without a timestamp"] += 1
        else:
            self.dropped["count that is not a number, taken as 0"] += damaged
            self.tell(record, inner, at, parts, damaged)

    def parts(self, model: str, usage: Json) -> tuple[list[tuple[str, int, str, Any]], bool]:
        top, damaged = counted(usage)
        whole = [("", 1, model, top)], damaged
        listed = usage.get("iterations")
        if not isinstance(listed, list) or not listed:
            return whole
        read = [counted(obj(element)) for element in listed]
        if any(sum(counts[i] for counts, _ in read) < top[i] for i in range(5)):
            return whole
        main = next((i for i, (counts, _) in enumerate(read) if counts == top), 0)
        names = [text(obj(element).get("model")) or model for element in listed]
        numbered = enumerate(zip(names, read, strict=True))
        return [
            ("" if i == main else f"#{i}", int(i == main), name, counts)
            for i, (name, (counts, _)) in numbered
        ], damaged or any(bad for _, bad in read)

    def tell(self, record: Json, inner: Json, at: datetime, parts: Any, damaged: bool) -> None:
        message = inner["message"]
        names = (message.get("id"), inner.get("requestId"), inner.get("uuid"))
        id = next(str(n) for n in names if n and isinstance(n, str | int) and len(str(n)) <= 200)
        asked = counted(message["usage"])[0][:4]
        request = text(inner.get("requestId")) or f"{text(message.get('model'))} {asked}"
        began = when(self.started)
        side = inner is not record or record.get("isSidechain") is True
        where = [clean(text(record.get(name))) for name in ("sessionId", "cwd", "gitBranch")]
        content = message.get("content")
        blocks = [obj(b) for b in content] if isinstance(content, list) else []
        used = {TOOLS.get(text(b.get("name")), "") for b in blocks if b.get("type") == "tool_use"}
        for suffix, calls, model, counts in parts:
            self.told.append(
                Told(
                    key=(clean(id + suffix), clean(request)),
                    calls=calls,
                    detail=len(parts) - 1,
                    model=clean(model),
                    counts=counts,
                    exact=message.get("stop_reason") is not None and not damaged,
                    work=frozenset(used - {""}),
                    place=(side, began or at, at, *where, began is None),
                )
            )

    def uses(self) -> list[dict[str, Any]]:
        """The uses, all lines about each put together at once."""
        by_key: dict[tuple[str, str], list[Told]] = defaultdict(list)
        for told in self.told:
            by_key[told.key].append(told)
        self.dropped["further line of a response"] = sum(
            bool(told.calls) for all_of_it in by_key.values() for told in all_of_it[1:]
        )
        return [self.use(key, told) for key, told in by_key.items()]

    def use(self, key: tuple[str, str], told: list[Told]) -> dict[str, Any]:
        most = max(t.detail for t in told)
        best = [t for t in told if t.detail == most]
        side, began, at, *where, unknown = min(t.place for t in told)
        session, project, branch = where
        return {
            "id": key[0],
            "request": key[1],
            "at": at,
            "fidelity": Fidelity.EXACT if any(t.exact for t in best) else Fidelity.LOWER_BOUND,
            "counts": tuple(map(max, zip(*(t.counts for t in best), strict=True))),
            "calls": max(t.calls for t in best),
            "detail": most,
            "model": max(t.model for t in best),
            "session": session,
            "project": project,
            "branch": branch,
            "sidechain": side,
            "started": None if unknown else began,
            "work": frozenset().union(*(t.work for t in told)),
        }


def shown(event: UsageEvent) -> dict[str, Any]:
    """An event in the plain reader's form."""
    counts = event.counts
    parts = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
    return {
        **{
            name: getattr(event, name)
            for name in (
                *("id", "request", "at", "fidelity", "calls", "detail", "model", "session"),
                *("project", "branch", "sidechain", "started", "work"),
            )
        },
        "counts": tuple(getattr(counts, part) for part in parts),
    }


def read(log: bytes, resume: Resume | None = None) -> Reading:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "s1.jsonl")
        path.write_bytes(log)
        return ClaudeCode().read(Segment(path), resume)


# Lines of every kind --------------------------------------------------------------------------

STAMPS = (
    *("2026-04-11T10:00:00.000Z", "2026-04-11T10:00:00.000Z", "2026-04-11T10:00:01.500Z"),
    *("2026-04-11T09:59:59.999Z", "2026-04-11T12:00:00.250+02:00", "2026-04-11T10:00:00Z"),
    *("2026-04-11T10:00:00.1234567Z", "2026-04-11T10:00:00,250Z", "20260411T120000.00+02:00"),
    *("2101-04-11T10:00:00.000Z", "2016-04-11T10:00:00.000Z", "2026-04-11 10:00:00.250Z"),
)
BAD_STAMPS = (
    *(
        "2026-04-11T10:00:00.000",
        "2026-04-11T10:00:00.0000",
        "2026-04-11T25:00:00.000Z",
        "1999-04-11T10:00:00.000Z",
    ),
    *("2014-12-31T23:59:59.999Z", "9999-04-11T10:00:00.000Z", "2026-04-11T10:00Z", "soon", 7, None),
)
BAD_NUMBERS = (None, 12.0, "7", True, -1, 1.5, "x", 10**12, 10**12 + 1, 1e3, [], {}, 10**30)

small = st.sampled_from((0, 1, 3, 9))
counts = st.tuples(small, small, small, small)
blocks = st.lists(
    st.sampled_from(
        [{"type": "text", "text": "é \u2028"}, {"type": "thinking"}]
        + [{"type": "tool_use", "id": "t", "name": name, "input": {"a": [1]}} for name in TOOLS]
    ),
    max_size=3,
)


@st.composite
def ordinary(draw: st.DrawFn) -> Json:
    """An assistant record as the tool writes it."""
    usage: Json = claude_usage(*draw(counts))
    if draw(st.booleans()):
        five, hour = draw(small), draw(small)
        split = {"ephemeral_5m_input_tokens": five, "ephemeral_1h_input_tokens": hour}
        usage["cache_creation"] = split
        if draw(st.booleans()):
            usage["cache_creation_input_tokens"] = five + hour
    if draw(st.booleans()):
        usage["iterations"] = draw(st.sampled_from([None, [{**usage, "type": "message"}]]))
    record = answer(
        draw(st.sampled_from(("m1", "m2"))), (0, 0, 0, 0), draw(st.sampled_from(STAMPS))
    )
    record["message"] |= {
        "usage": usage,
        "model": draw(st.sampled_from((SONNET, HAIKU))),
        "stop_reason": draw(st.sampled_from((None, "end_turn"))),
        "content": draw(blocks),
    }
    record |= {
        "timestamp": draw(st.sampled_from(STAMPS)),
        "requestId": draw(st.sampled_from(("r1", "r2"))),
        "isSidechain": draw(st.booleans()),
        "cwd": draw(st.sampled_from(("/code/shop", "/code/tüll"))),
        "sessionId": draw(st.sampled_from(("s1", "s2"))),
        "gitBranch": draw(st.sampled_from(("main", "basket"))),
    }
    if draw(st.integers(0, 3)) == 0:
        del record["requestId"]
    return record


class Change(NamedTuple):
    """Another value at a place in a record; GONE for none at all."""

    path: str
    value: Any

    def apply(self, record: Json) -> None:
        *outer, last = self.path.split(".")
        for name in outer:
            record = obj(record.get(name))
        if self.value is GONE:
            record.pop(last, None)
        else:
            record[last] = self.value

    def __repr__(self) -> str:
        value = "nothing" if self.value is GONE else json.dumps(self.value)
        return f"{self.path} = {value}"[:80]


GONE = object()
FIVES = {"ephemeral_5m_input_tokens": 1, "ephemeral_1h_input_tokens": 4}
USAGE, SPLIT = "message.usage", "message.usage.cache_creation"

CHANGES = [
    Change(path, value)
    for path, values in {
        **{f"{USAGE}.{n}": (GONE, *BAD_NUMBERS) for n in NUMBERS if "eph" not in n},
        **{f"{SPLIT}.{n}": (GONE, *BAD_NUMBERS) for n in NUMBERS if "eph" in n},
        SPLIT: (GONE, None, 5, []),
        USAGE: (GONE, None, 5, "x", {}, [], {"service_tier": "standard"}),
        f"{USAGE}.model": (HAIKU, ""),
        f"{USAGE}.iterations": (
            *(GONE, None, 7, {}, [], [{}], [None], [7]),
            [claude_usage(3, 0, 0, 1)],
            [claude_usage(9, 9, 9, 9)],
            [claude_usage(9, 9, 9, 9) | {"model": HAIKU}],
            [claude_usage(3, 5, 9, 1) | {"cache_creation": dict(FIVES), "model": HAIKU}],
            [claude_usage(9, 9, 9, 9), claude_usage(1, 3, 0, 9) | {"model": HAIKU}],
            [claude_usage(9, 9, 9, 9), claude_usage(1, "x", 0, 9), None],
            [claude_usage(0, 0, 0, 0), claude_usage(9, 9, 9, 9), claude_usage(9, 9, 9, 9)],
        ),
        "message.id": (GONE, "", 17, None, True, "é" * 200, "é" * 201, ["m"], "\ud800"),
        "message.model": (GONE, "<synthetic>", "", None, 3, "\ud800"),
        "message.content": (
            *(GONE, "text", None, {}, [None], [7], [{"type": 3}], [{"name": "Bash"}]),
            [{"type": "tool_use", "name": "Bash", "text": "\ud800"}],
            [{"type": "tool_use", "name": 5}, {"type": "text", "name": "Bash"}],
        ),
        "message.stop_reason": (GONE, 0, False, [], {}),
        "message": (GONE, None, [], "x"),
        "timestamp": (GONE, *BAD_STAMPS),
        "isApiErrorMessage": (True, False, None, 1),
        "isSidechain": (GONE, None, 1, "true"),
        "requestId": (GONE, "", 5, None, "q" * 300, "\ud800"),
        **{name: (GONE, None, 5, [], "\ud800x") for name in ("cwd", "gitBranch", "sessionId")},
        "type": (GONE, "user", None, ["assistant"], {}),
    }.items()
    for value in values
]


@st.composite
def records(draw: st.DrawFn) -> Json:
    """A record of any kind: ordinary, with a few odd values, reported by a sub-agent, or other."""
    record = draw(ordinary()) | {"uuid": draw(st.sampled_from(("u1", "u2")))}
    for change in draw(st.lists(st.sampled_from(CHANGES), max_size=draw(st.integers(0, 2)))):
        change.apply(record)
    kind = draw(st.integers(0, 6))
    if kind == 0:
        outer = progress(answer("m1", (0, 0, 0, 0)), timestamp=draw(st.sampled_from(STAMPS)))
        outer["data"]["message"] = record
        for change in draw(st.lists(st.sampled_from(CHANGES), max_size=1)):
            change.apply(outer)
        if draw(st.integers(0, 4)) == 0:
            outer["data"]["type"] = "bash_progress"
        return outer
    if kind == 1:
        stamp = draw(st.sampled_from(STAMPS + BAD_STAMPS))
        return asked(timestamp=stamp, toolUseResult={"usage": {"input_tokens": 5}})
    return record


def shuffled(draw: st.DrawFn, value: Any) -> Any:
    if isinstance(value, dict):
        return {k: shuffled(draw, value[k]) for k in draw(st.permutations(list(value)))}
    return value


def escaped(raw: bytes) -> bytes:
    """The line with a letter of its keys written as escapes."""
    return raw.replace(b'"usage"', b'"us\\u0061ge"').replace(b'"type"', b'"typ\\u0065"')


@st.composite
def written(draw: st.DrawFn, record: Json) -> bytes:
    """The bytes of *record*, in one of the ways to write it."""
    if draw(st.booleans()):
        return json.dumps(record, separators=(",", ":")).encode()
    record = shuffled(draw, record)
    spaces = draw(st.sampled_from(((",", ":"), (", ", ": "), (" ,\t", " :\r "))))
    readable = "\ud800" not in repr(record) and "\\ud800" not in repr(record)
    raw = json.dumps(
        record, separators=spaces, ensure_ascii=not readable or draw(st.booleans())
    ).encode()
    raw = draw(st.sampled_from((bytes, bytes, escaped)))(raw)
    return raw.replace(b"Done", b"D\xff\xfe") if draw(st.booleans()) else raw


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """A line of a log: one record, glued ones, a torn one, or none at all."""
    record = draw(records())
    raw = draw(written(record))
    kind = draw(st.integers(0, 11))
    plain = json.dumps(record, separators=(",", ":")).encode()
    if kind == 0:
        other = draw(records())
        return Line(
            raw + draw(st.sampled_from((b"", b" "))) + draw(written(other)), (record, other)
        )
    if kind == 1 and record.get("type") != "progress":  # whose inner record may be whole
        torn = plain[: draw(st.integers(1, len(plain) - 1))]
        return Line(torn + draw(st.sampled_from((b"", b"\0\0"))), (), whole=False)
    if kind == 2:
        return Line(b"\0\0" + raw + b"\0", (record,))
    if kind == 3:
        return Line(b"\xef\xbb\xbf" + raw, (record,))
    if kind == 4:
        return Line(raw + b'{"usage"', (record,), whole=False)
    if kind == 5:
        return Line(draw(st.sampled_from((b"", b" \r", b"\t"))), ())
    if kind == 6:
        return Line(draw(st.sampled_from((b'["usage"]', b'"usage"', b"7"))), (), whole=False)
    return Line(raw + draw(st.sampled_from((b"", b"\r", b"  "))), (record,))


# The laws -------------------------------------------------------------------------------------


def check(log: list[Line], tail: Line | None = None) -> None:
    """Read the log, and see that the plain reader reads the same from it."""
    closed = b"".join(line.raw + b"\n" for line in log)
    reading = read(closed + (tail.raw if tail else b""))
    plain = Plain()
    for line in [*log, tail] if tail and tail.whole else log:
        plain.read(line)
    assert [shown(event) for event in reading.events] == plain.uses()
    assert dict(reading.dropped) == dict(+plain.dropped)
    assert reading.offset == len(closed)
    assert json.loads(reading.state) == {"started": plain.started}


@settings(max_examples=200)
@given(log=st.lists(lines(), max_size=8), tail=st.none() | lines())
def test_a_log_gives_what_a_plain_reader_finds_in_it(log: list[Line], tail: Line | None) -> None:
    check(log, tail)


def made(record: Json) -> Line:
    return Line(json.dumps(record).encode(), (record,))


@pytest.mark.parametrize("change", CHANGES, ids=repr)
def test_no_odd_value_is_taken_for_another(change: Change) -> None:
    usage = claude_usage(3, 5, 9, 1) | {"cache_creation": dict(FIVES)}
    full = {**usage, "iterations": [dict(usage)]}
    content = [{"type": "tool_use", "name": "Edit"}]
    odd = answer("m1", (0,) * 4, uuid="u1", message_usage=full, message_content=content)
    odd["message"]["stop_reason"] = None
    report = progress(json.loads(json.dumps(odd)))
    change.apply(report["data"]["message"])
    bare = json.loads(json.dumps(odd))
    del bare["message"]["usage"]["iterations"]
    for record in (odd, bare):
        change.apply(record)
    begin, later = made(asked()), made(answer("m1", (3, 5, 9, 2), "10:00:09"))
    for record in (odd, bare, report):
        check([begin, made(record)])
        check([begin, made(record), later])
        check([made(record), later])


@pytest.mark.parametrize("counts", [(0, 0, 0, 0), (0, 0, 0, 1)])
def test_an_error_that_the_tool_wrote_down_counts_only_what_it_used(counts: Four) -> None:
    check([made(asked()), made(answer("m1", counts, isApiErrorMessage=True))])


@pytest.mark.parametrize("stamp", STAMPS + BAD_STAMPS)
def test_no_timestamp_is_taken_for_another_instant(stamp: object) -> None:
    check([made(asked()), made(answer("m1", (3, 5, 9, 2), timestamp=stamp))])


@given(log=st.lists(lines(), min_size=1, max_size=8), data=st.data())
def test_a_log_read_in_two_parts_gives_what_it_gives_at_once(
    log: list[Line], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(log)))
    first, second = (b"".join(line.raw + b"\n" for line in part) for part in (log[:cut], log[cut:]))
    before, whole = read(first), read(first + second)
    after = read(first + second, Resume(before.offset, before.state))
    assert (after.offset, after.state) == (whole.offset, whole.state)
    uses: dict[tuple[str, str], UsageEvent] = {}
    for event in (*before.events, *after.events):
        key = event.id, event.request
        uses[key] = join(uses[key], event) if key in uses else event
    assert list(uses.values()) == list(whole.events)


sighted = st.builds(
    Sighting,
    id=st.just("m1"),
    request=st.just("r1"),
    at=st.sampled_from(STAMPS[:4]).map(datetime.fromisoformat),
    started=st.none() | st.sampled_from(STAMPS[:4]).map(datetime.fromisoformat),
    sidechain=st.booleans(),
    session=st.sampled_from(("s1", "s2")),
    project=st.sampled_from(("", "a")),
    branch=st.sampled_from(("", "b")),
    model=st.sampled_from((HAIKU, SONNET)),
    fidelity=st.sampled_from((1, 2)),
    counts=st.tuples(small, small, small, small, small),
    work=st.frozensets(st.sampled_from(("run", "edit", "web"))),
    calls=st.sampled_from((0, 1)),
    detail=st.sampled_from((0, 1)),
)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Sighting, Sighting]:
    """Two records of a use, of which the second is like the first in most."""
    a, b = draw(sighted), draw(sighted)
    differ = draw(st.sets(st.sampled_from(a.__struct_fields__), max_size=3))
    for name in set(a.__struct_fields__) - differ:
        setattr(b, name, getattr(a, name))
    return a, b


@settings(max_examples=300)
@given(pairs())
def test_two_records_of_a_use_are_merged_as_everywhere_else(
    pair: tuple[Sighting, Sighting],
) -> None:
    a, b = pair
    one, other = packed("claude_code", pair)
    merge(a, b)
    assert list(packed("claude_code", (a,))) == [join(one, other)]


@given(st.lists(sighted, max_size=4))
def test_uses_are_packed_as_events_are(found: list[Sighting]) -> None:
    ours = packed("claude_code", found)
    theirs = pack("claude_code", list(ours))
    assert (ours.uses, list(ours.places)) == (theirs.uses, list(theirs.places))


# What is fast ---------------------------------------------------------------------------------


class Slow:
    """The lines that were read into dictionaries."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.lines: list[bytes] = []
        patch.setattr(claude_lines, "objects", self.objects)

    def objects(self, raw: bytes) -> tuple[list[dict[str, object]], bool]:
        self.lines.append(raw)
        return [json.loads(raw)], True


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    return Slow(monkeypatch)


def raw(*records: Json) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


@given(log=st.lists(ordinary(), max_size=5))
@example(log=[answer("m1", (1, 2, 3, 4), message_stop_reason=None, usage_iterations=None)])
def test_an_ordinary_line_is_never_read_into_a_dictionary(log: list[Json]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        slow = Slow(patch)
        read(raw(asked(), *log))
        assert slow.lines == []


def test_neither_are_a_sub_agents_report_and_a_tools_result(slow: Slow) -> None:
    report = progress(answer("m1", (3, 100, 900, 40)))
    other = asked(toolUseResult={"usage": {"input_tokens": 5}})
    (event,) = read(raw(asked(), report, other)).events
    assert (event.counts.total, event.sidechain) == (1043, True)
    assert slow.lines == []


def test_what_is_not_ordinary_is_read_into_one(slow: Slow) -> None:
    odd = answer("m1", (3, 100, 900, 40.0))
    (event,) = read(raw(asked(), answer("m2", (1, 0, 0, 1)), odd)).events[1:]
    assert event.counts.total == 1043
    assert slow.lines == [json.dumps(odd).encode()]


def test_a_line_that_goes_on_with_an_iteration_of_its_own_counts_that(slow: Slow) -> None:
    begun = answer("m1", (3, 100, 900, 10), "10:00:00", message_stop_reason=None)
    more = claude_usage(3, 100, 900, 50)
    later = answer("m1", (3, 100, 900, 40), "10:00:01", usage_iterations=[more])
    same = answer(
        "m1", (3, 100, 900, 40), "10:00:02", usage_iterations=[claude_usage(3, 100, 900, 40)]
    )
    (event,) = read(raw(asked(), begun, later, same)).events
    assert (event.counts.output, event.counts.total) == (50, 1053)
    assert slow.lines == [json.dumps(later).encode()]


def test_no_event_is_made_while_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = read(raw(asked(), *[answer(f"m{n % 3}", (n, 0, 0, 1)) for n in range(9)]))
    assert isinstance(reading.events, PackedEvents)
    assert len(reading.events.uses) == 3
    assert len(reading.events.places) == 1


# Traps of typed decoding ----------------------------------------------------------------------


def counted_lines() -> Iterator[tuple[str, bytes]]:
    """Lines that all tell of 3 + 100 + 900 + 40 tokens, however hard they are to read."""
    line = json.dumps(answer("m1", (3, 100, 900, 40)), separators=(",", ":"))
    yield "another text encoding in the text", line.encode().replace(b"Done", b"D\xf6ne")
    yield "half a surrogate pair in the text", line.replace("Done", r"D\ud83dne").encode()
    yield (
        "a number past all floats",
        line.replace('"isSidechain"', '"x":1e999,"isSidechain"').encode(),
    )
    yield "the same key twice", line.replace('"usage":', '"usage":7,"usage":').encode()
    yield (
        "two usages, of which the last counts",
        line.replace('"usage":', '"usage":{"input_tokens":1,"output_tokens":1},"usage":').encode(),
    )
    yield (
        "numbers of any length in other fields",
        line.replace('"isSidechain"', f'"x":{"9" * 4000},"isSidechain"').encode(),
    )
    yield "escaped values", line.replace("assistant", r"assist\u0061nt").encode()
    yield "an escaped number key", line.replace("input_tokens", r"input\u005ftokens").encode()


@pytest.mark.parametrize(("name", "line"), [*counted_lines()])
def test_a_line_counts_with(name: str, line: bytes) -> None:
    reading = read(raw(asked()) + line + b"\n")
    assert [event.counts.total for event in reading.events] == [1043]
    assert reading.dropped == {}


@pytest.mark.parametrize(
    "damage",
    [b"NaN", b"01", b"1.", b"tru", b'"\\q"', b'"a\tb"', b"[1,]", b'{"a"}', b"{1:2}", b"[" * 5000],
)
def test_a_line_that_is_not_json_where_nobody_looks_is_still_reported(damage: bytes) -> None:
    line = raw(answer("m1", (3, 100, 900, 40))).replace(b'"Done."', damage)
    reading = read(raw(asked()) + line)
    assert list(reading.events) == []
    assert reading.dropped == {"line that is not JSON": 1}
