"""The fast reader of rollouts gives what a plain one gives, whatever the lines look like."""

from __future__ import annotations

import json
import random
import re
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from burnlib.days import parse_instant
from burnlib.model import Fidelity, UsageEvent
from burnlib.packed import PackedEvents
from burnlib.sources import codex_lines, codex_thread, codex_usage, lines
from burnlib.sources.base import Reading, Resume, Segment
from burnlib.sources.codex import Codex
from burnlib.sources.codex_lines import RepeatedTurn, iso_of, utc_of
from logs import Json, codex, encode, meta, said, turn, used, uuid

CHILD, PARENT, STRANGER = 1, 2, 3
START = datetime(2026, 4, 11, 10, tzinfo=UTC)
EARLY = datetime(2018, 1, 1, tzinfo=UTC)

# The plain reader ----------------------------------------------------------------------------

KEYS = ["token_count", "turn_context"]
KEYS += [f"{kind}_call" for kind in ("function", "custom_tool", "local_shell", "web_search")]
FIELDS = ["input", "cached_input", "cache_write_input", "output", "reasoning_output"]
KINDS = {"exec_command": "run", "shell": "run", "apply_patch": "edit", "view_image": "read"}
KINDS |= {
    "web_search": "web",
    "web_search_call": "web",
    "local_shell_call": "run",
    "spawn_agent": "delegate",
}


class Plain:
    """A rollout read line by line with :mod:`json`; every rule written out, nothing skipped."""

    def __init__(self, text: bytes, key: str, logs: dict[str, bytes]) -> None:
        self.events: list[tuple[object, ...]] = []
        self.dropped: Counter[str] = Counter()
        self.key, self.logs = key, logs
        self.id = self.session = self.started = self.branch = self.wants = ""
        self.model = self.project = ""
        self.total: list[int] | None = None
        self.work: set[str] = set()
        self.seen: Counter[str] = Counter()
        self.copying = self.paused = self.by_gap = False
        self.parent: list[Any] = []
        self.had_parent = False
        self.before: datetime | None = None
        *finished, unfinished = text.split(b"\n")
        for line in finished:
            under_way = self.id != "" and self.total is not None and not self.copying
            if line.strip() and (not self.id or self.copying or mentions(line, under_way)):
                self.take(line)
        found, whole = parsed(unfinished)
        for record in found if whole else []:
            self.record(record)

    def take(self, line: bytes) -> None:
        found, whole = parsed(line)
        if not whole:
            self.dropped["line that is not JSON"] += 1
        for record in found:
            self.record(record)

    def record(self, record: Json) -> None:
        payload = record.get("payload")
        if not isinstance(payload, dict):
            return
        at = instant(record.get("timestamp"))
        if at and self.before and self.copying and (at - self.before).total_seconds() > 0.2:
            self.paused = True
        self.before = at or self.before
        kind, what = record.get("type"), payload.get("type")
        if kind == "session_meta":
            self.header(payload, at)
        if kind == "turn_context":
            self.model = text(payload, "model") or self.model
            self.project = text(payload, "cwd") or self.project
        if kind == "response_item":
            name = text(payload, "name") or text(payload, "type")
            self.work |= {KINDS[name.lower()]} if name.lower() in KINDS else set()
        if kind == "event_msg" and what == "token_count":
            self.count(payload, at)

    def header(self, payload: Json, at: datetime | None) -> None:
        own = text(payload, "id").lower()
        if self.id:
            if own not in ("", self.id) and not (self.total or self.copying or self.wants):
                self.copy(own)
            return
        self.id = own or self.key
        self.session = text(payload, "session_id") or self.id
        self.started = text(payload, "timestamp") or (at.isoformat() if at else "")
        self.project = self.project or text(payload, "cwd")
        git = payload.get("git")
        self.branch = text(git, "branch") if isinstance(git, dict) else ""
        if text(payload, "forked_from_id"):
            self.copy(text(payload, "forked_from_id").lower())

    def copy(self, parent: str) -> None:
        if parent != self.id:
            self.copying, self.wants = True, parent
            self.parent = pairs(self.logs.get(parent, b""))
            self.had_parent = bool(self.parent)

    def count(self, payload: Json, at: datetime | None) -> None:
        pair = logged(payload)
        if pair == (None, None):
            return
        total, last, bounded = mended(self.total, *pair)
        if self.is_copied(pair):
            self.dropped["copied history of another thread"] += 1
            self.total = total or self.total
            self.work.clear()
            return
        if any(n is None for numbers in pair for n in numbers or []):
            self.dropped["count that is not a number"] += 1
        if at is None:
            again = total is not None and total == self.total
            self.dropped["repeated total" if again else "usage without a timestamp"] += 1
            return
        before, self.total = self.total, total or self.total
        if total and before is None and last is None and any(total):
            self.dropped["first total without the response's own usage"] += 1
        if total and total == before:
            self.dropped["repeated total"] += 1
        step, known = difference(before, total, last)
        if any(step[:4]):
            fidelity = Fidelity.LOWER_BOUND if bounded else Fidelity.EXACT
            self.use(at, total, last, step, (fidelity, int(known)))

    def is_copied(self, pair: Any) -> bool:
        if not self.copying:
            return False
        if self.parent and self.parent[0] == pair:
            self.parent.pop(0)
            return True
        if not self.parent and not self.paused:
            self.by_gap = True
            return True
        self.copying = False
        if self.had_parent and not self.by_gap:
            self.wants = ""
        return False

    def use(self, at: datetime, total: Any, last: Any, step: Any, trust: Any) -> None:
        shown = total or last
        name = f"{self.id or self.key}:{at.isoformat()}:{shown[0]}+{shown[3]}"
        if not total:
            self.seen[name] += 1
            name += f":{self.seen[name]}"
        whole, cached, written, output, reasoning = step
        cached = min(cached, whole)
        written = min(written, whole - cached)
        counts = (whole - cached - written, cached, written, 0, output, min(reasoning, output))
        place = (self.model, self.project, self.branch, self.session)
        started = instant(self.started)
        self.events.append((name, at, *trust, counts, *place, started, frozenset(self.work)))
        self.work.clear()


def mentions(line: bytes, under_way: bool) -> bool:
    keys = KEYS if under_way else ["session_meta", *KEYS]
    if any(f'"{key}"'.encode() in line for key in keys):
        return True
    codes = re.findall(rb"\\u00([0-9a-fA-F]{2})", line)
    return any(chr(int(code, 16)).isalpha() or int(code, 16) == 95 for code in codes)


def parsed(line: bytes) -> tuple[list[Json], bool]:
    """The objects of a line, and whether all of it is objects."""
    rest, found, whole = line.decode("utf-8", "replace"), [], True
    while rest := rest.lstrip(" \t\r\n\0\ufeff"):
        try:
            value, end = json.JSONDecoder().raw_decode(rest)
        except ValueError:
            begin = rest.find('{"', 1)
            rest, whole = (rest[begin:] if begin > 0 else ""), False
            continue
        rest = rest[end:]
        found += [value] if isinstance(value, dict) else []
        whole = whole and isinstance(value, dict)
    return found, whole


def text(record: Json, key: str) -> str:
    return record[key] if isinstance(record.get(key), str) else ""


def instant(stamp: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(stamp) if isinstance(stamp, str) else None
    except ValueError:
        return None
    long = at is not None and at.tzinfo is not None and len(str(stamp)) >= 19
    return at if at and long and at.year >= 2015 else None


def number(value: Any) -> int | None:
    if value is None:
        return 0
    try:
        count = float("" if isinstance(value, bool) else value)
    except (TypeError, ValueError):
        return None
    return int(count) if count == int(count) and 0 <= count <= 10**12 else None


def logged(payload: Json) -> Any:
    holder = payload["info"] if isinstance(payload.get("info"), dict) else payload
    both = (holder.get(f"{which}_token_usage") for which in ("total", "last"))
    return tuple(
        [number(usage.get(f"{field}_tokens")) for field in FIELDS]
        if isinstance(usage, dict)
        else None
        for usage in both
    )


def mended(before: Any, total: Any, last: Any) -> Any:
    zero, blank = [0] * 5, [None] * 5
    whole = [
        t if t is not None else b + (p or 0)
        for b, t, p in zip(before or zero, total or blank, last or zero, strict=True)
    ]
    part = [
        p if p is not None else max(0, t - b)
        for b, t, p in zip(before or zero, whole, last or blank, strict=True)
    ]
    if not total:
        part = [p or 0 for p in last or blank]
    if not last:
        whole = [b if t is None else t for b, t in zip(before or zero, total, strict=True)]
    wrong = any(None in numbers for numbers in (total, last) if numbers)
    neither = zip(total or blank, last or blank, strict=True)
    return (
        whole if total else None,
        part if last else None,
        wrong and (None, None) in list(neither),
    )


def difference(before: Any, total: Any, last: Any) -> Any:
    if total is None:
        return last, False
    if before is None:
        base = last or [0] * 5
        return (base if all(t >= b for t, b in zip(total, base, strict=True)) else total), False
    if total[0] < before[0] or total[3] < before[3]:
        return last or [0] * 5, False
    return [max(0, t - b) for t, b in zip(total, before, strict=True)], True


def pairs(log: bytes) -> list[Any]:
    payloads = [r.get("payload") for line in log.split(b"\n") for r in parsed(line)[0]]
    counts = [p for p in payloads if isinstance(p, dict) and p.get("type") == "token_count"]
    return [pair for pair in map(logged, counts) if pair != (None, None)]


# What it is compared with --------------------------------------------------------------------


def facts(event: UsageEvent) -> tuple[object, ...]:
    c = event.counts
    counts = (c.input, c.cache_read, c.cache_write_5m, c.cache_write_1h, c.output, c.reasoning)
    place = (event.model, event.project, event.branch, event.session)
    trust = (event.fidelity, event.detail)
    return (event.id, event.at, *trust, counts, *place, event.started, event.work)


class Folder:
    """Rollouts in a folder: the one that is read, and those that it may refer to."""

    def __init__(self, folder: Path, others: dict[str, bytes]) -> None:
        self.path = folder / f"rollout-2026-04-11T10-00-00-{uuid(CHILD)}.jsonl"
        peers = {key: folder / f"rollout-{key}.jsonl" for key in others}
        for key, log in others.items():
            peers[key].write_bytes(log)
        self.segment = Segment(self.path, key=uuid(CHILD), peers=peers)

    def read(self, log: bytes, resume: Resume | None = None) -> Reading:
        self.path.write_bytes(log)
        return Codex().read(self.segment, resume)


# Made-up rollouts ----------------------------------------------------------------------------

STEP = st.tuples(*[st.integers(0, 4)] * 5)
GUISES = st.sampled_from([12.0, "12", None, True, -5, 5.5, 2**64, 10**12 + 1, "many", [], 1e3])
STAMPS = st.sampled_from([
    None,
    7,
    "",
    "2026-04-11T10:00:00Z",
    "2026-04-11T12:00:00.123+02:00",
    "2026-04-11 10:00:00.123Z",
    "2026-04-11T10:00:00.123456789Z",
    "2026-02-30T10:00:00.123Z",
    "2024-02-29T10:00:00.123Z",
    "2014-04-11T10:00:00.123Z",
    "2026-04-11T10:00:00.123",
    "2026-W15-6T10:00:00.123Z",
])  # fmt: skip
FORMATS = ("plain",) * 6 + ("spaced", "backwards", "escaped", "ordinal", "cr", "padded", "bytes")
DAMAGE = ("",) * 12 + ("glued", "torn", "cut", "nul", "array", "twice")
TOOLS = ("exec_command", "apply_patch", "web_search", "mcp__a__b", "Shell", "")
CALL_TYPES = ("function_call", "custom_tool_call", "local_shell_call", "web_search_call")
CALL_TYPES += ("tool_search_call", "function_call_output", "reasoning")
SAYINGS = ("Hello", '"token_count"', "x" * 3000, "\\u0074", '{"type":"turn_context"}', "é\u2028")


@st.composite
def rollouts(draw: st.DrawFn, *, own: int = CHILD, fork: bool = False) -> list[bytes]:
    """Lines, of which those that lost their line end are glued to the next."""
    whole = [0] * 5
    at = START
    first = meta(own, "10:00:00.000", **({"forked_from_id": uuid(PARENT)} if fork else {}))
    first["payload"]["git"] = {"branch": "main"}
    records = [first] if draw(st.integers(0, 9)) else []
    written: list[bytes] = []
    for kind in draw(st.lists(st.sampled_from(sorted(WRITERS)), max_size=14)):
        records.append(WRITERS[kind](draw, whole, records))
    for record in records:
        at += timedelta(milliseconds=draw(st.sampled_from([0, 5, 150, 250, 900, 60_000])))
        if "timestamp" in record:
            record["timestamp"] = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
        if not draw(st.integers(0, 14)):
            record["timestamp"] = draw(STAMPS)
        raw = formatted(record, draw(st.sampled_from(FORMATS)))
        written.append(damaged(raw, draw(st.sampled_from(DAMAGE)), draw(st.integers(1, 400))))
    return written


def response(draw: st.DrawFn, whole: list[int], records: list[Json]) -> Json:
    step = draw(STEP)
    whole[:] = [n + s for n, s in zip(whole, step, strict=True)]
    return counted(whole, step)


def counted(whole: Any, step: Any) -> Json:
    usages = {"total_token_usage": whole, "last_token_usage": step}
    info: Json = {
        key: {f"{f}_tokens": n for f, n in zip(FIELDS, numbers, strict=True)}
        for key, numbers in usages.items()
        if numbers is not None
    }
    limits = {"primary": {"used_percent": 1.5}, "plan_type": None}
    return codex("event_msg", "10:00:00", type="token_count", info=info, rate_limits=limits)


def again(draw: st.DrawFn, whole: list[int], records: list[Json]) -> Json:
    return counted(whole, draw(STEP))


def fall(draw: st.DrawFn, whole: list[int], records: list[Json]) -> Json:
    step = draw(STEP)
    whole[:] = [n // 2 + s for n, s in zip(whole, step, strict=True)]
    return counted(whole, step)


def only_one(draw: st.DrawFn, whole: list[int], records: list[Json]) -> Json:
    step = draw(STEP)
    if draw(st.booleans()):
        return counted(None, step)
    whole[:] = [n + s for n, s in zip(whole, step, strict=True)]
    return counted(whole, None)


def odd_number(draw: st.DrawFn, whole: list[int], records: list[Json]) -> Json:
    record = response(draw, whole, records)
    usage = record["payload"]["info"][draw(st.sampled_from(["total", "last"])) + "_token_usage"]
    usage[draw(st.sampled_from(FIELDS)) + "_tokens"] = draw(GUISES)
    if draw(st.booleans()):
        del usage[draw(st.sampled_from(sorted(usage)))]
    return record


def odd_info(draw: st.DrawFn, whole: list[int], records: list[Json]) -> Json:
    record = response(draw, whole, records)
    info = record["payload"].pop("info")
    if draw(st.booleans()):
        record["payload"] |= info
    if draw(st.booleans()):
        record["payload"]["info"] = draw(st.sampled_from([None, [], {}, "no"]))
    return record


def called(draw: st.DrawFn, whole: list[int], records: list[Json]) -> Json:
    kind = draw(st.sampled_from(CALL_TYPES))
    record = codex("response_item", "10:00:00", type=kind, name=draw(st.sampled_from(TOOLS)))
    record["payload"] |= {"arguments": draw(st.sampled_from(SAYINGS)), "call_id": "call_1"}
    if draw(st.integers(0, 3)) == 0:
        record["payload"]["name"] = draw(st.sampled_from([None, 5]))
    return record


def turned(draw: st.DrawFn, whole: list[int], records: list[Json]) -> Json:
    size = draw(st.sampled_from([0, 3000]))
    more = draw(st.sampled_from([{}, {"model": None}, {"cwd": ""}, {"cwd": "/code/till"}]))
    record = turn("10:00:00", draw(st.sampled_from(["gpt-5", "gpt-5-mini"])))
    record["payload"] |= more
    named = {"turn_id": uuid(draw(st.integers(0, 2)))} if draw(st.booleans()) else {}
    record["payload"] = named | record["payload"] | {"instructions": "x" * size}
    return record


def same_turn(draw: st.DrawFn, whole: list[int], records: list[Json]) -> Json:
    turns = [record for record in records if record.get("type") == "turn_context"]
    if not turns:
        return turned(draw, whole, records)
    return json.loads(json.dumps(turns[draw(st.integers(0, len(turns) - 1))]))  # type: ignore[no-any-return]


def told(draw: st.DrawFn, whole: list[int], records: list[Json]) -> Json:
    return said("10:00:00", draw(st.sampled_from(SAYINGS)))


def header(draw: st.DrawFn, whole: list[int], records: list[Json]) -> Json:
    return meta(draw(st.sampled_from([CHILD, PARENT, STRANGER])), "10:00:00")


def bare(draw: st.DrawFn, whole: list[int], records: list[Json]) -> Json:
    payload = draw(st.sampled_from([None, [], "token_count"]))
    return {"type": "event_msg", "payload": payload, "record_type": "token_count"}


WRITERS: dict[str, Any] = {
    "again": again,
    "bare": bare,
    "called": called,
    "fall": fall,
    "header": header,
    "odd info": odd_info,
    "odd number": odd_number,
    "only one": only_one,
    "response": response,
    "response, too": response,
    "same turn": same_turn,
    "told": told,
    "turned": turned,
}


def formatted(record: Json, how: str) -> bytes:
    if how == "ordinal":
        record = {"timestamp": record.get("timestamp"), "ordinal": 7, **record}
    if how == "backwards":
        record = backwards(record)
    raw = encode(json.dumps(record) if how == "spaced" else record)[:-1]
    if how == "escaped":
        return raw.replace(b"t", b"\\u0074").replace(b"_", b"\\u005F")
    if how == "bytes":
        return raw[:-1] + b', "odd": "\xff\xfe"}'
    return raw + {"cr": b"\r", "padded": b" \t"}.get(how, b"")


def backwards(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {key: backwards(value[key]) for key in reversed(value)}


def damaged(raw: bytes, how: str, at: int) -> bytes:
    return {
        "": raw + b"\n",
        "glued": raw,
        "torn": raw[:at],
        "cut": raw[:at] + b"\n",
        "nul": b"\0\0" + raw + b"\n",
        "array": b"[" + raw + b"]\n",
        "twice": raw + raw + b"\n",
    }[how]


def joined(*parts: list[bytes]) -> bytes:
    return b"".join(piece for part in parts for piece in part)


# The laws ------------------------------------------------------------------------------------


def check(log: bytes, others: dict[str, bytes]) -> None:
    """Read whole, and in two parts at every line end: both as the plain reader does."""
    plain = Plain(log, uuid(CHILD), others)
    with tempfile.TemporaryDirectory() as place:
        folder = Folder(Path(place), others)
        reading = folder.read(log)
        assert [facts(event) for event in reading.events] == plain.events
        assert reading.dropped == dict(plain.dropped)
        assert reading.wants == plain.wants
        assert reading.offset == (0 if plain.copying else log.rfind(b"\n") + 1)
        for cut in [place.end() for place in re.finditer(b"\n", log)]:
            before = folder.read(log[:cut])
            if not before.offset:
                continue  # inside a copied history: everything is read again
            assert before.offset == cut
            after = folder.read(log, Resume(cut, before.state))
            found = [facts(event) for event in [*before.events, *after.events]]
            assert found == plain.events, cut
            assert Counter(before.dropped) + Counter(after.dropped) == plain.dropped
            ends = ("offset", "state", "wants")
            assert [getattr(after, e) for e in ends] == [getattr(reading, e) for e in ends]


@settings(max_examples=150, deadline=None)
@given(log=rollouts().map(joined))
def test_any_rollout_is_read_as_a_plain_reader_reads_it(log: bytes) -> None:
    check(log, {})


@settings(max_examples=100, deadline=None)
@given(
    parent=rollouts(own=PARENT),
    own=rollouts(),
    copied=st.integers(0, 15),
    start=st.integers(0, 2**32),
    there=st.sampled_from(["all", "half", "nothing", "no file"]),
)
def test_any_fork_is_read_as_a_plain_reader_reads_it(
    parent: list[bytes], own: list[bytes], copied: int, start: int, there: str
) -> None:
    head = encode(meta(CHILD, "09:59:59.990", forked_from_id=uuid(PARENT)))
    gaps = random.Random(start)
    copies = [restamped(line, gaps) for line in parent[:copied]]
    logs = {"all": parent, "half": parent[: len(parent) // 2], "nothing": []}
    others = {uuid(PARENT): joined(logs[there])} if there in logs else {}
    check(joined([head], copies, own), others)


def restamped(line: bytes, gaps: random.Random) -> bytes:
    """A copied line: the same with another instant, nearly always in one go."""
    stamp = b"2026-04-11T09:59:59.99%d" % gaps.randrange(10)
    return re.sub(rb"2026-04-11T10:[0-9:.]+", stamp if gaps.random() < 0.95 else rb"\g<0>", line)


@settings(max_examples=60, deadline=None)
@given(log=rollouts().map(joined), end=st.integers(0, 10**6), whole_line=st.booleans())
def test_a_log_that_breaks_off_anywhere_goes_on_from_its_last_whole_line(
    log: bytes, end: int, whole_line: bool
) -> None:
    end %= len(log) + 1
    if whole_line and b"\n" in log[end:]:
        end = log.index(b"\n", end)
    with tempfile.TemporaryDirectory() as place:
        folder = Folder(Path(place), {})
        before = folder.read(log[:end])
        plain = Plain(log[:end], uuid(CHILD), {})
        assert [facts(event) for event in before.events] == plain.events
        whole = folder.read(log)
        after = folder.read(log, Resume(before.offset, before.state))
        assert (after.offset, after.state, after.wants) == (whole.offset, whole.state, whole.wants)
        both = {facts(event) for event in [*before.events, *after.events]}
        assert both == {facts(event) for event in whole.events}


# The fast way is taken, and the slow one where it must be ------------------------------------

USE = [used(f"10:0{n}:00", (100 * n, 0, n), (100, 0, 1)) for n in range(1, 6)]
ORDINARY: list[Json] = [
    meta(CHILD),
    turn("10:00:00", instructions="x" * 3000, turn_id=uuid(8)),
    codex("event_msg", "10:00:00", type="token_count", info=None, rate_limits=None),
    USE[0],
    codex("response_item", "10:01:01", type="function_call", name="shell", arguments="{}"),
    USE[0] | {"timestamp": "2026-04-11T10:01:02.000Z"},
    turn("10:01:03", instructions="x" * 3000, turn_id=uuid(9)),
    USE[1],
    codex("event_msg", "10:02:00", type="token_count", info=None, rate_limits=None),
    codex("response_item", "10:02:01", type="web_search_call"),
    codex("response_item", "10:02:01", type="custom_tool_call", name="apply_patch", input="x"),
    USE[2],
]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path, {})


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The lines that were taken apart the slow way."""
    found: list[bytes] = []

    def objects(raw: bytes) -> tuple[list[dict[str, object]], bool]:
        if raw:
            found.append(raw)
        return lines.objects(raw)

    monkeypatch.setattr(codex_thread, "objects", objects)
    monkeypatch.setattr(codex_usage, "objects", objects)
    return found


def test_of_an_ordinary_rollout_only_the_first_line_is_read_the_slow_way(
    folder: Folder, slow: list[bytes]
) -> None:
    reading = folder.read(b"".join(map(encode, ORDINARY)))
    assert slow == [encode(ORDINARY[0])[:-1]]
    assert [(e.counts.total, sorted(e.work)) for e in reading.events] == [
        (101, []),
        (101, ["run"]),
        (101, ["edit", "web"]),
    ]
    assert reading.dropped == {"repeated total": 1}


def test_an_unfinished_last_line_counts_and_is_read_again_when_it_is_finished(
    folder: Folder,
) -> None:
    log = b"".join(map(encode, [meta(CHILD), *USE[:2]]))
    before = folder.read(log[:-1])
    after = folder.read(log, Resume(before.offset, before.state))
    assert [event.counts.total for event in before.events] == [101, 101]
    assert [event.id for event in after.events] == [before.events[1].id]


def test_neither_the_parents_counts_nor_the_copied_lines_are_read_the_slow_way(
    tmp_path: Path, slow: list[bytes]
) -> None:
    history = [said("10:00:00"), *USE[:3]]
    parent = b"".join(map(encode, [meta(PARENT), *history]))
    head = meta(CHILD, "10:00:00", forked_from_id=uuid(PARENT))
    folder = Folder(tmp_path, {uuid(PARENT): parent})
    reading = folder.read(b"".join(map(encode, [head, meta(PARENT), *history, USE[3]])))
    assert [event.counts.total for event in reading.events] == [101]
    assert reading.dropped == {"copied history of another thread": 3}
    assert slow == [encode(head)[:-1], encode(meta(PARENT))[:-1]]


def test_a_repeated_turn_is_not_decoded_again(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[bytes] = []
    decode = codex_lines.decode

    def watched(raw: bytes) -> codex_lines.Line:
        if b"turn_context" in raw:
            turns.append(raw)
        return decode(raw)

    monkeypatch.setattr(codex_thread, "decode", watched)
    records = [meta(CHILD), USE[0]]
    for number in range(1, 5):
        changed = {"cwd": "/code/till"} if number == 3 else {}
        context = turn("10:00:00", instructions="x" * 3000, **changed)
        context["payload"] = {"turn_id": uuid(number), **context["payload"]}
        records += [context, USE[number]]
    reading = folder.read(b"".join(map(encode, records)))
    projects = [event.project for event in reading.events]
    assert projects == ["/code/shop", "/code/shop", "/code/shop", "/code/till", "/code/shop"]
    assert turns == [encode(records[n])[:-1] for n in (2, 6, 8)]


def test_no_event_is_made_while_reading(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(UsageEvent, "__init__", None)
    reading = folder.read(b"".join(map(encode, ORDINARY)))
    assert isinstance(reading.events, PackedEvents)
    assert [use[8:14] for use in reading.events.uses] == [(100, 0, 0, 0, 1, 0)] * 3


@pytest.mark.parametrize(
    ("stamp", "shown"),
    [
        ("2025-11-29T10:24:07.816Z", "2025-11-29T10:24:07.816000+00:00"),
        ("2025-11-29T10:24:07.000Z", "2025-11-29T10:24:07+00:00"),
        ("2025-11-29T10:24:07Z", "2025-11-29T10:24:07+00:00"),
        ("2025-11-29T10:24:07.100+01:00", "2025-11-29T10:24:07.100000+01:00"),
        ("2024-02-29T23:59:59.999Z", "2024-02-29T23:59:59.999000+00:00"),
    ],
)
def test_the_instant_in_an_id_is_written_as_ever(folder: Folder, stamp: str, shown: str) -> None:
    late = used(stamp, (300, 0, 3), (200, 0, 2))
    reading = folder.read(b"".join(map(encode, [meta(CHILD), USE[0], late])))
    assert reading.events[1].id == f"{uuid(CHILD)}:{shown}:300+3"
    assert reading.events[1].at == datetime.fromisoformat(shown)


@given(
    at=st.integers(0, 84 * 365 * 86_400_000).map(lambda n: EARLY + timedelta(milliseconds=n)),
    wrong=st.text(max_size=2) | st.integers(0, 99).map(str),
)
@example(at=START, wrong="24")
@example(at=START, wrong="31")
@example(at=START, wrong=" ")
def test_a_plain_timestamp_is_the_instant_that_a_closer_look_gives(
    at: datetime, wrong: str
) -> None:
    stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
    places = [(11, 13), (8, 10), (5, 7), (10, 11), (20, 23), (23, 24)]
    for told in (stamp, *(stamp[:begin] + wrong + stamp[end:] for begin, end in places)):
        plain, close = utc_of(told), parse_instant(told)
        if plain is not None:
            assert close is not None
            assert plain.replace(tzinfo=UTC) == close
            assert iso_of(told) == close.isoformat()
    assert (utc_of(stamp) is not None) == (2020 <= at.year < 2100)


@pytest.mark.parametrize("odd", [False, True], ids=["ordinary", "odd"])
def test_a_repeated_total_needs_no_instant_and_a_new_one_does(folder: Folder, odd: bool) -> None:
    nowhere = {"timestamp": "2026-02-30T10:00:00.000Z"}
    records = [json.loads(json.dumps(use | nowhere)) for use in USE[:2]]
    for record in records if odd else ():
        total = record["payload"]["info"]["total_token_usage"]
        total["input_tokens"] = str(total["input_tokens"])
    reading = folder.read(b"".join(map(encode, [meta(CHILD), USE[0], *records, USE[2]])))
    assert reading.dropped == {"repeated total": 1, "usage without a timestamp": 1}
    assert [event.counts.total for event in reading.events] == [101, 202]


def test_a_torn_call_is_listed_though_it_counts_nothing(folder: Folder) -> None:
    call = encode(codex("response_item", "10:01:30", type="function_call", name="shell"))
    log = b"".join(map(encode, [meta(CHILD), USE[0]])) + call[:-4] + b"\n" + encode(USE[1])
    reading = folder.read(log)
    assert reading.dropped == {"line that is not JSON": 1}
    assert [event.counts.total for event in reading.events] == [101, 101]


def test_a_call_of_a_kind_that_is_not_known_is_no_work_whatever_its_name(folder: Folder) -> None:
    odd = codex("response_item", "10:01:30", type="tool_search_call", name="shell")
    reading = folder.read(b"".join(map(encode, [meta(CHILD), USE[0], odd, USE[1]])))
    assert [event.work for event in reading.events] == [frozenset(), frozenset()]


@pytest.mark.parametrize("kind", ["response_item", "compacted", ""])
def test_a_count_inside_a_record_of_another_type_is_none(folder: Folder, kind: str) -> None:
    odd = USE[1] | {"type": kind, "timestamp": "2026-04-11T10:01:30.000Z"}
    reading = folder.read(b"".join(map(encode, [meta(CHILD), USE[0], odd, USE[2]])))
    assert [event.counts.total for event in reading.events] == [101, 202]


@pytest.mark.parametrize("kind", ["event_msg", "compacted", ""])
def test_a_call_inside_a_record_of_another_type_is_no_work(folder: Folder, kind: str) -> None:
    odd = codex(kind, "10:01:30", type="function_call", name="shell")
    reading = folder.read(b"".join(map(encode, [meta(CHILD), USE[0], odd, USE[1]])))
    assert [event.work for event in reading.events] == [frozenset(), frozenset()]


def test_a_total_over_what_one_use_can_have_is_not_believed(folder: Folder) -> None:
    vast = used("10:02:00", (10**12 + 1, 0, 2), (100, 0, 1))
    reading = folder.read(b"".join(map(encode, [meta(CHILD), USE[0], vast])))
    assert [event.counts.total for event in reading.events] == [101, 101]
    assert reading.dropped == {"count that is not a number": 1}


def test_without_a_header_every_torn_line_is_listed_and_the_counts_still_count(
    folder: Folder,
) -> None:
    log = encode(USE[0]) + b'{"torn": "\n' + encode(USE[1])
    reading = folder.read(log)
    assert [event.counts.total for event in reading.events] == [101, 101]
    assert reading.dropped == {"line that is not JSON": 1}


def test_a_copy_can_begin_after_a_count_that_has_no_header_before_it(folder: Folder) -> None:
    head = meta(CHILD, "10:02:00.001", forked_from_id=uuid(PARENT))
    copied = USE[1] | {"timestamp": "2026-04-11T10:02:00.002Z"}
    reading = folder.read(b"".join(map(encode, [USE[0], head, copied, USE[2]])))
    assert [event.counts.total for event in reading.events] == [101, 101]
    assert reading.dropped == {"copied history of another thread": 1}
    assert reading.wants == uuid(PARENT)


def test_the_id_is_the_headers_whatever_the_file_is_called(tmp_path: Path) -> None:
    path = tmp_path / "rollout-copy.jsonl"
    path.write_bytes(b"".join(map(encode, [meta(CHILD), USE[0], USE[1]])))
    reading = Codex().read(Segment(path, key="copy"), None)
    assert [event.id for event in reading.events] == [
        f"{uuid(CHILD)}:2026-04-11T10:01:00+00:00:100+1",
        f"{uuid(CHILD)}:2026-04-11T10:02:00+00:00:200+2",
    ]


@pytest.mark.parametrize("odd", [{}, {"model": None}])
def test_a_parents_counts_are_its_token_counts_the_unfinished_last_one_too(
    tmp_path: Path, odd: Json
) -> None:
    quoting = codex("event_msg", "10:01:30", **USE[3]["payload"], note="token_count", **odd)
    quoting["payload"]["type"] = "other"
    parent = b"".join(map(encode, [meta(PARENT), USE[0], quoting, USE[1]]))[:-1]
    head = meta(CHILD, "10:00:00", forked_from_id=uuid(PARENT))
    folder = Folder(tmp_path, {uuid(PARENT): parent})
    reading = folder.read(b"".join(map(encode, [head, *USE[:3]])))
    assert [event.counts.total for event in reading.events] == [101]
    assert (reading.wants, reading.dropped) == ("", {"copied history of another thread": 2})


def test_a_growth_of_reasoning_alone_is_no_use(folder: Folder) -> None:
    more = json.loads(json.dumps(USE[0]))
    more["payload"]["info"]["total_token_usage"]["reasoning_output_tokens"] = 1
    reading = folder.read(b"".join(map(encode, [meta(CHILD), USE[0], more])))
    assert len(reading.events) == 1
    assert reading.dropped == {}


# Repeated turns ------------------------------------------------------------------------------


def line(rest: str, before: str = "", stamp: str = "10:00:00.000Z") -> bytes:
    """A turn_context whose payload ends with *rest*."""
    head = f'{{"timestamp":"2026-04-11T{stamp}",{before}"type":"turn_context","payload":{{'
    return f"{head}{rest}}}}}".encode()


REST = '"model":"m","cwd":"/code","text":"' + "x" * 3000 + '"'
TURN = '"turn_id":"0198-a",'


@pytest.mark.parametrize(
    "repeated",
    [
        line(TURN + REST),
        line(REST),
        line('"turn_id":"0199-b",' + REST),
        line(REST, before='"ordinal":12,'),
        line(TURN + REST, stamp="23:59:59.999Z"),
        line(TURN + REST, stamp="broken"),
    ],
)
def test_a_turn_with_another_instant_or_turn_id_is_a_repeated_one(repeated: bytes) -> None:
    turns = RepeatedTurn()
    assert not turns.is_in(repeated)
    turns.remember(line(TURN + REST))
    assert turns.is_in(repeated) == (b"broken" not in repeated)
    turns.forget()
    assert not turns.is_in(repeated)


@pytest.mark.parametrize(
    "other",
    [
        line(TURN + REST.replace("/code", "/till")),
        line('"turn_id":"\\u0041",' + REST),
        line('"turn_id":"\n",' + REST),
        line('"turn_id":"\\",' + REST),
        line('"model":"n",' + REST),
        line('"a":' + REST),
        line(TURN + REST)[1:],
        line(TURN + REST, before='"ordinal":01,'),
        line(TURN + REST, stamp='10"Z'),
        line(TURN + REST)[:-1],
        line(TURN + REST) + b" ",
        line(TURN + REST).replace(b"turn_context", b"session_meta"),
        line(""),
        b"",
    ],
)
def test_a_turn_that_says_anything_else_is_no_repeated_one(other: bytes) -> None:
    turns = RepeatedTurn()
    turns.remember(line(TURN + REST))
    assert not turns.is_in(other)
    turns.remember(line(""))
    assert not turns.is_in(line(TURN)), "a comma before the brace is no JSON"


def test_a_turn_in_between_takes_effect_though_the_next_repeats_the_one_before(
    folder: Folder,
) -> None:
    first, other = line(TURN + REST), line(TURN + REST.replace('"m"', '"n"'))
    odd = line(TURN + REST.replace('"m"', '"n"') + ',"name":null')
    for between in (other, odd):
        found = []
        turns = [first, first, between, first, between]
        for number, raw in enumerate(turns):
            found += [raw + b"\n", encode(USE[number])]
        reading = folder.read(b"".join([encode(meta(CHILD)), *found]))
        assert [event.model for event in reading.events] == ["m", "m", "n", "m", "n"]
