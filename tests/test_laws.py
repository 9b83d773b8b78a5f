"""Each law of the conformance kit finds the plugin that was broken on purpose, and says why.

A law that cannot fail is none. The plugins here differ from right ones in a single respect.
"""

from __future__ import annotations

import hashlib
import json
import re
import socket
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from burnlib.days import parse_instant
from burnlib.errors import BurnlibError, InvalidInput
from burnlib.estimating import Method, Ratio
from burnlib.model import Fidelity, TokenCounts, UsageEvent
from burnlib.sources.base import Dropped, Home, Reading, Resume, Segment
from burnlib.sources.contract import check_event
from burnlib.sources.conversations import Conversation, Message
from burnlib.sources.lines import objects, open_log, read_lines, tokens
from burnlib.sources.simple import json_uses
from burnlib.testing import ExportSample, ExportSuite, RendererSuite, Sample, SourceSuite
from burnlib.testing.export_laws import EXPORT_LAWS
from burnlib.testing.renderer_laws import RENDERER_LAWS
from burnlib.testing.source_suite import LAWS
from burnlib.views.base import Heatmap

pytestmark = pytest.mark.laws

Json = dict[str, Any]

# Sources of logs -----------------------------------------------------------------------------

LINES = (
    '{"id": "r-1", "time": 1779616800, "in": 100, "out": 20, "prompt": "Good day"}\n'
    '{"id": "r-2", "time": 1779616860, "in": 300, "out": 40, "prompt": "And now?"}\n'
    '{"id": "r-3", "time": 1779703200, "in": 500, "out": 60, "prompt": "Thank you"}\n'
    '{"id": "r-4", "time": 1779703260, "in": 700, "out": 80, "prompt": ""}\n'
)  # 2026-05-24 10:00, 10:01 and 2026-05-25 10:00, 10:01, UTC
SAMPLE = Sample(
    files={".right/a.jsonl": LINES, ".right/b.jsonl": LINES.replace("r-", "s-")},
    tokens={"2026-05-24": 2 * 460, "2026-05-25": 2 * 1340},
    calls={"2026-05-24": 4},
)


class Right:
    """A source in the short form that keeps all laws."""

    name = "right"
    api_version = 1
    fidelity = Fidelity.EXACT

    def find(self, home: Home) -> Iterable[Path]:
        return sorted(home.path(".right").glob("*.jsonl"))

    def read(self, path: Path) -> Iterator[Any]:
        return json_uses(path, self.use)

    def use(self, record: Json) -> UsageEvent:
        return UsageEvent(
            id=record["id"],
            at=datetime.fromtimestamp(record["time"], UTC),
            source=self.name,
            fidelity=self.fidelity,
            counts=TokenCounts(input=record["in"], output=record["out"]),
        )


class Going:
    """A source in the full form that keeps all laws; its log tells running totals."""

    name = "going"
    api_version = 1
    fidelity = Fidelity.EXACT

    def find(self, home: Home) -> list[Segment]:
        return [Segment(path) for path in sorted(home.path(".going").glob("*.jsonl"))]

    def read(self, segment: Segment, resume: Resume | None) -> Reading:
        offset, total = self.begin(resume)
        events, dropped = [], Counter[str]()
        with open_log(segment.path) as log:
            log.seek(offset)
            for line in read_lines(log, start=offset):
                if not line.closed:
                    break
                offset = line.end
                for record in objects(line.raw)[0]:
                    at, now = parse_instant(record.get("at")), tokens(record.get("total"))
                    if at is None or now is None or now == total:
                        dropped["nothing new"] += 1
                        continue
                    used, total = (now - total if now > total else now), now
                    events.append(self.event(at, used, now))
        return Reading(events=events, offset=offset, state=json.dumps(total), dropped=dropped)

    def begin(self, resume: Resume | None) -> tuple[int, int]:
        return (resume.offset, json.loads(resume.state)) if resume else (0, 0)

    def event(self, at: datetime, used: int, now: int) -> UsageEvent:
        return UsageEvent(
            id=f"{at.isoformat()} {now}",
            at=at,
            source=self.name,
            fidelity=self.fidelity,
            counts=TokenCounts(input=used),
        )


TOTALS = (
    '{"at": "2026-05-24T10:00:00Z", "total": 100}\n'
    '{"at": "2026-05-24T10:01:00Z", "total": 100}\n'
    '{"at": "2026-05-24T10:02:00Z", "total": 450}\n'
    '{"at": "2026-05-24T10:03:00Z", "total": 30}\n'
)
GOING = Sample(files={".going/t.jsonl": TOTALS}, tokens={"2026-05-24": 480})


NESTED = Sample(
    files={
        ".nested/a.jsonl": '{"id": "r-1", "time": 1779616800, "usage": {"in": 100}}\n'
        '{"id": "r-2", "time": 1779616860, "usage": {"in": 300}, "text": "Good day"}\n'
    },
    tokens={"2026-05-24": 400},
)


class Newer(Right):
    api_version = 2


class Opening(Right):
    def find(self, home: Home) -> Iterable[Path]:
        return [path for path in super().find(home) if path.read_text(encoding="utf-8")]


class Unready(Right):
    def find(self, home: Home) -> Iterable[Path]:
        return sorted(home.path(".right").iterdir())  # raises where there is no such folder


class Twice(Going):
    def read(self, segment: Segment, resume: Resume | None) -> Reading:
        reading = super().read(segment, resume)
        return Reading(events=[*reading.events, *reading.events], offset=reading.offset)


class Foreign(Right):
    def use(self, record: Json) -> UsageEvent:
        return UsageEvent(
            id=record["id"],
            at=datetime(2026, 5, 24, tzinfo=UTC),
            source="codex",
            fidelity=self.fidelity,
            counts=TokenCounts(),
        )

    def read(self, path: Path) -> Iterator[Any]:
        yield self.use({"id": "x"})


class Random(Right):
    def use(self, record: Json) -> UsageEvent:
        return super().use({**record, "id": str(uuid.uuid4())})


class ByPath(Right):
    def read(self, path: Path) -> Iterator[Any]:
        return json_uses(path, lambda r: self.use({**r, "id": f"{path} {r['id']}"}))


class ByName(Right):
    def read(self, path: Path) -> Iterator[Any]:
        return json_uses(path, lambda r: self.use({**r, "id": f"{path.name} {r['id']}"}))


class ByNumber(Right):
    """The id is made of the place in the log."""

    def read(self, path: Path) -> Iterator[Any]:
        number = iter(range(10_000))
        return json_uses(path, lambda r: self.use({**r, "id": f"{r['id'][0]} {next(number)}"}))


class Inclusive(Right):
    """Takes an input that holds no cached tokens for one that does."""

    def use(self, record: Json) -> UsageEvent:
        return super().use({**record, "in": record["in"] - record["out"]})


class Remembering(Right):
    """Counts an id once for each instance, and forgets which log it was of."""

    def __init__(self) -> None:
        self.before = 0

    def use(self, record: Json) -> UsageEvent:
        self.before += 1
        return super().use({**record, "in": record["in"] + self.before})


class Forgetful(Going):
    def begin(self, resume: Resume | None) -> tuple[int, int]:
        return (resume.offset, 0) if resume else (0, 0)


class Ahead(Going):
    """Says that it has read what it has not: the torn line."""

    def read(self, segment: Segment, resume: Resume | None) -> Reading:
        reading = super().read(segment, resume)
        size = segment.path.stat().st_size
        return Reading(events=reading.events, offset=size, state=reading.state)


class Local(Right):
    def use(self, record: Json) -> UsageEvent:
        told = datetime.fromtimestamp(record["time"], UTC).replace(tzinfo=None)
        use = super().use(record)
        return UsageEvent(
            id=use.id,
            at=told.astimezone(),
            source=use.source,
            fidelity=use.fidelity,
            counts=use.counts,
        )


class Boastful(Right):
    fidelity = Fidelity.ESTIMATED

    def use(self, record: Json) -> UsageEvent:
        use = super().use(record)
        return UsageEvent(
            id=use.id, at=use.at, source=use.source, fidelity=Fidelity.EXACT, counts=use.counts
        )


class Plain(Right):
    """Reads every line as if it were whole and right."""

    def read(self, path: Path) -> Iterator[Any]:
        with path.open(encoding="utf-8", errors="replace") as log:
            for line in log:
                yield self.use(json.loads(line))


class ByBytes(Right):
    """Looks for bytes, not for fields."""

    _SHAPE = re.compile(r'\{"id": "(.+?)", "time": (\d+), "in": (\d+), "out": (\d+)')

    def read(self, path: Path) -> Iterator[Any]:
        for found in self._SHAPE.finditer(path.read_text(encoding="utf-8", errors="replace")):
            id_, *numbers = found.groups()
            if path.read_bytes().endswith(b"\n"):
                yield self.use(
                    dict(zip(("id", "time", "in", "out"), [id_, *map(int, numbers)], strict=True))
                )


class Lenient(Right):
    def use(self, record: Json) -> UsageEvent:
        return super().use({**record, "in": abs(int(float(record["in"]))), "out": record["out"]})


class Hashing(Right):
    """An id that no text can be kept in: a lone surrogate cannot be hashed."""

    def read(self, path: Path) -> Iterator[Any]:
        for one in json_uses(path, self.use):
            if isinstance(one, UsageEvent):
                hashlib.sha256(one.id.encode())
            yield one


class Calling(Right):
    def find(self, home: Home) -> Iterable[Path]:
        with socket.socket() as place:
            place.connect_ex(("127.0.0.1", 9))
        return super().find(home)


class Starting(Right):
    def find(self, home: Home) -> Iterable[Path]:
        subprocess.run([sys.executable, "-c", ""], check=True)
        return super().find(home)


class Touching(Right):
    def read(self, path: Path) -> Iterator[Any]:
        path.touch()
        return super().read(path)


class Caching(Right):
    def read(self, path: Path) -> Iterator[Any]:
        path.with_suffix(".cache").write_text("read", encoding="utf-8")
        return super().read(path)


class Talkative(Right):
    def use(self, record: Json) -> UsageEvent:
        use = super().use(record)
        return UsageEvent(
            id=use.id, at=use.at, source=use.source, fidelity=use.fidelity, counts=use.counts,
            project=str(record.get("prompt", ""))[:50],
        )  # fmt: skip


class Nested(Right):
    """Reads counts from an object in the record, without a look at what it is."""

    name = "nested"

    def find(self, home: Home) -> Iterable[Path]:
        return sorted(home.path(".nested").glob("*.jsonl"))

    def read(self, path: Path) -> Iterator[Any]:
        with open_log(path) as log:
            for line in read_lines(log):
                for record in objects(line.raw)[0] if line.closed else ():
                    used: Any = record.get("usage", {})
                    if used.get("in") is not None and record.get("id"):
                        try:
                            use = self.use({"out": 0, **record, "in": used["in"]})
                            check_event(use, self.name)
                            yield use
                        except (BurnlibError, KeyError, TypeError, ValueError, OverflowError):
                            yield Dropped("odd record")


class Quoting(Right):
    """Says what it dropped, word for word."""

    def read(self, path: Path) -> Iterator[Any]:
        yield from json_uses(path, self.use)
        for record in objects(path.read_bytes().splitlines()[0])[0]:
            yield Dropped(f"cannot read {record.get('prompt')}")


class Shouting(Right):
    def use(self, record: Json) -> UsageEvent:
        use = super().use(record)
        return UsageEvent(
            id=use.id, at=use.at, source=use.source, fidelity=use.fidelity, counts=use.counts,
            session=str(record.get("prompt", "")).upper()[:10],
        )  # fmt: skip


class Truthful(Right):
    def use(self, record: Json) -> UsageEvent:
        if isinstance(record["in"], bool):
            record = {**record, "in": int(record["in"])}
        return super().use(record)


class Naming(Right):
    def find(self, home: Home) -> Iterable[Path]:
        socket.gethostbyname("localhost")
        return super().find(home)


class Asking_(Right):  # noqa: N801 - another one asks of chats
    """Asks the network about what it cannot read."""

    def use(self, record: Json) -> UsageEvent:
        if "id" not in record:
            socket.getaddrinfo("localhost", 80)
        return super().use(record)


class Beginning(Right):
    def use(self, record: Json) -> UsageEvent:
        use = super().use(record)
        begun = use.at.replace(tzinfo=None).astimezone()
        return UsageEvent(
            id=use.id,
            at=use.at,
            source=use.source,
            fidelity=use.fidelity,
            counts=use.counts,
            started=begun,
        )


BROKEN_SOURCES: list[tuple[str, type, str]] = [
    ("keeps_the_protocol", Newer, "speaks version 2 of the protocol, not 1"),
    ("finds_without_opening", Opening, "find() opened .right/a.jsonl"),
    ("finds_without_opening", Unready, "FileNotFoundError"),
    ("gives_each_use_once", Twice, "one reading gave the use"),
    ("gives_each_use_once", Foreign, "gave an event of the source 'codex'"),
    ("tells_the_same_again", Random, "the second time, in another folder"),
    ("tells_what_was_counted", Inclusive, "counted by hand: {'2026-05-24': 920"),
    ("reads_files_in_any_order", Remembering, "backwards"),
    ("reads_lines_in_any_order", Remembering, "with its lines in another order"),
    ("goes_on_where_it_stopped", Forgetful, "at once: "),
    ("goes_on_where_it_stopped", Ahead, "cut after "),
    ("counts_copies_once", ByPath, "with the copy"),
    ("counts_forks_once", ByName, "with its first 1 lines in .right/a-2.jsonl, too"),
    ("keeps_what_was_deleted", Unready, "without the folders of the logs there is a problem"),
    ("loses_nothing_to_rewriting", ByNumber, "afterwards"),
    ("means_the_same_instants_everywhere", Local, "in Pacific/Kiritimati"),
    ("is_no_surer_than_it_says", Boastful, "the source is ESTIMATED, the use"),
    ("tells_a_part_of_a_torn_log", Plain, "cut after 1 of"),
    ("takes_records_as_json", ByBytes, "0 of 0"),
    ("counts_no_odd_number", Lenient, "in = -10000000"),
    ("survives_any_text", Hashing, "UnicodeEncodeError"),
    ("survives_any_line", Plain, "with an empty line before line 1"),
    ("counts_no_odd_number", Truthful, "in = True: "),
    ("survives_any_text", Nested, "AttributeError"),
    ("keeps_words_to_itself", Quoting, "prompt = "),
    ("keeps_words_to_itself", Shouting, "prompt = "),
    ("means_the_same_instants_everywhere", Beginning, "in Pacific/Kiritimati"),
    ("stays_on_the_machine", Naming, "socket.gethostbyname"),
    ("stays_on_the_machine", Asking_, "socket.getaddrinfo"),
    ("stays_on_the_machine", Calling, "socket.connect"),
    ("stays_on_the_machine", Starting, "subprocess.Popen"),
    ("changes_no_file", Touching, ".right/a.jsonl is not as it was"),
    ("changes_no_file", Caching, ".right/a.cache is not as it was"),
    ("keeps_words_to_itself", Talkative, "prompt = "),
]


def source_suite(kind: type) -> SourceSuite:
    class Suite(SourceSuite):
        samples = (
            (GOING,) if issubclass(kind, Going) else (NESTED,) if kind is Nested else (SAMPLE,)
        )
        in_order = issubclass(kind, Going)

        def make(self) -> Any:
            return kind()

    return Suite()


def law_of(laws: Iterable[Any], name: str) -> Any:
    (law,) = (law for law in laws if law.__name__ == name)
    return law


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
@pytest.mark.parametrize("kind", [Right, Going])
def test_a_right_source_keeps_every_law(kind: type, law: Any) -> None:
    source_suite(kind).test_law(law)


@pytest.mark.parametrize(
    ("name", "kind", "says"),
    BROKEN_SOURCES,
    ids=[f"{n}-{k.__name__}" for n, k, _ in BROKEN_SOURCES],
)
def test_a_broken_source_fails_the_law_by_name_and_shows_a_small_log(
    name: str, kind: type, says: str
) -> None:
    law = law_of(LAWS, name)
    with pytest.raises(pytest.fail.Exception) as caught:
        source_suite(kind).test_law(law)
    told = str(caught.value)
    assert told.startswith(f"the law: {' '.join(law.__doc__.split())}\nbroken:  ")
    assert says in told
    log = told.partition("the smallest log that breaks it:\n")[2]
    assert re.search(r"\.(right|going|nested)/\w(-2)?\.jsonl \(\d+ lines?, \d+ bytes\)", log)
    if name not in ("tells_what_was_counted", "counts_forks_once", "loses_nothing_to_rewriting"):
        assert log.count("\n    ") <= 3, log


def test_every_law_of_sources_has_a_source_that_breaks_it() -> None:
    assert {name for name, _, _ in BROKEN_SOURCES} == {law.__name__ for law in LAWS}


def test_a_suite_without_samples_fails_and_does_not_pass() -> None:
    class Empty(SourceSuite):
        def make(self) -> Any:
            return Right()

    with pytest.raises(pytest.fail.Exception, match="give samples"):
        Empty().test_law(LAWS[0])


def test_a_law_that_cannot_be_tried_is_skipped_with_the_reason() -> None:
    class Words(SourceSuite):
        samples = (Sample(files={".right/a.jsonl": "no JSON\n"}),)

        def make(self) -> Any:
            return Right()

    with pytest.raises(pytest.skip.Exception, match="no line of the samples is a JSON object"):
        Words().test_law(law_of(LAWS, "takes_records_as_json"))


def test_an_excepted_law_is_skipped_with_its_reason() -> None:
    class Suite(SourceSuite):
        samples = (SAMPLE,)
        excepted: ClassVar[Mapping[str, str]] = {"counts_forks_once": "a name is a thread"}

        def make(self) -> Any:
            return ByName()

    with pytest.raises(pytest.skip.Exception, match="excepted: a name is a thread"):
        Suite().test_law(law_of(LAWS, "counts_forks_once"))


# Sources of chats ----------------------------------------------------------------------------

TALK: Json = {
    "talk": "t-1",
    "title": "My secret",
    "lines": [
        {"who": "me", "when": "2026-05-24T10:00:00Z", "says": "one two three"},
        {"who": "it", "when": "2026-05-24T10:00:05Z", "says": "four five six seven"},
    ],
}
# Three words and four; with a tenth more, 3.3 and 4.4, which are rounded up.
CHATS = ExportSample(records=[TALK], tokens={"2026-05-24": (7, 7, 9)})


class Parley:
    """A source of chats that keeps all laws: a word is a token, and all of it is sent again."""

    name = "parley"
    api_version = 1
    fidelity = Fidelity.ESTIMATED

    def conversation(self, record: Mapping[str, Any]) -> Conversation | None:
        lines = record.get("lines")
        if not isinstance(record.get("talk"), str) or not isinstance(lines, list):
            return None
        messages = [
            Message(
                id=str(number),
                parent=str(number - 1) if number else "",
                side="input" if line.get("who") == "me" else "output",
                at=self.instant(line.get("when")),
                texts=[line["says"]] if isinstance(line.get("says"), str) else [],
            )
            for number, line in enumerate(lines)
            if isinstance(line, dict)
        ]
        return Conversation(id=self.id(record), messages=messages, model=self.model(record))

    def id(self, record: Mapping[str, Any]) -> str:
        return str(record["talk"])

    def model(self, record: Mapping[str, Any]) -> str:
        return ""

    def instant(self, text: object) -> datetime | None:
        return parse_instant(text)

    def method(self, model: str, at: datetime) -> Method:
        one = Ratio(1000, 1000, 1100)
        return Method(
            name="Parley",
            encoding="o200k_base",
            prose=one,
            code=one,
            cjk=one,
            window=9,
            origin="words",
        )


class Sure(Parley):
    fidelity = Fidelity.EXACT


class Miscounting(Parley):
    def instant(self, text: object) -> datetime | None:
        return datetime(2026, 5, 25, tzinfo=UTC)


class Anew(Parley):
    def id(self, record: Mapping[str, Any]) -> str:
        return str(uuid.uuid4())


class Greedy(Parley):
    def conversation(self, record: Mapping[str, Any]) -> Conversation | None:
        return super().conversation({"talk": "x", "lines": [], **record})


class Summing(Parley):
    def id(self, record: Mapping[str, Any]) -> str:
        return json.dumps(record)


class Careless(Parley):
    def instant(self, text: object) -> datetime | None:
        return datetime.fromisoformat(text)  # type: ignore[arg-type]


class Silent(Parley):
    def conversation(self, record: Mapping[str, Any]) -> Conversation | None:
        return None


class Here(Parley):
    def instant(self, text: object) -> datetime | None:
        at = parse_instant(text)
        return at.replace(tzinfo=None).astimezone() if at else None


class Gossip(Parley):
    def model(self, record: Mapping[str, Any]) -> str:
        return str(record.get("title", ""))


class Asking(Parley):
    def instant(self, text: object) -> datetime | None:
        socket.getaddrinfo("localhost", 80)
        return super().instant(text)


BROKEN_EXPORTS: list[tuple[str, type[Parley], str]] = [
    ("keeps_the_protocol", Sure, "its fidelity is not ESTIMATED"),
    ("tells_what_was_counted", Miscounting, "counted by hand: {'2026-05-24': (7, 7, 9)}"),
    ("counts_newer_exports_once", Anew, "again"),
    ("leaves_other_records_alone", Greedy, "{} is taken for a conversation"),
    ("takes_unknown_fields", Summing, "with unknown fields"),
    ("survives_any_value", Careless, "raise LogFormatError, or return None"),
    ("is_always_an_estimate", Silent, "it tells of no use"),
    ("means_the_same_instants_everywhere", Here, "on a machine in another zone"),
    ("keeps_words_to_itself", Gossip, "title = "),
    ("stays_on_the_machine", Asking, "socket.getaddrinfo"),
]


def export_suite(kind: type[Parley]) -> ExportSuite:
    class Suite(ExportSuite):
        samples = (CHATS,)

        def make(self) -> Parley:
            return kind()

    return Suite()


@pytest.mark.parametrize("law", EXPORT_LAWS, ids=lambda law: law.__name__)
def test_a_right_source_of_chats_keeps_every_law(law: Any) -> None:
    export_suite(Parley).test_law(law)


@pytest.mark.parametrize(("name", "kind", "says"), BROKEN_EXPORTS)
def test_a_broken_source_of_chats_fails_the_law_by_name(
    name: str, kind: type[Parley], says: str
) -> None:
    law = law_of(EXPORT_LAWS, name)
    with pytest.raises(pytest.fail.Exception) as caught:
        export_suite(kind).test_law(law)
    assert str(caught.value).startswith(f"the law: {' '.join(law.__doc__.split())}\nbroken:  ")
    assert says in str(caught.value)


def test_every_law_of_sources_of_chats_has_one_that_breaks_it() -> None:
    assert {name for name, _, _ in BROKEN_EXPORTS} == {law.__name__ for law in EXPORT_LAWS}


# Renderers -----------------------------------------------------------------------------------


class Days:
    """A renderer that keeps all laws: the days of a heatmap as JSON."""

    name = "days"
    suffixes: tuple[str, ...] = (".days",)
    media_type = "application/json"
    api_version = 1

    def render(self, drawing: Any, **options: object) -> str | bytes:
        if options:
            raise InvalidInput(f"no option {min(options)!r}", hint="give none")
        if not isinstance(drawing.view, Heatmap):
            raise InvalidInput("only a heatmap has days", hint="use burnlib.heatmap(rows)")
        return json.dumps({"made_up": drawing.view.made_up, "days": self.days(drawing.view)})

    def days(self, view: Heatmap) -> list[object]:
        return [
            day.amount and [day.amount.exact, day.amount.estimated, day.amount.lower_bound]
            for day in view.days
        ]


class Dotless(Days):
    suffixes = ("days",)


class Nothing(Days):
    def render(self, drawing: Any, **options: object) -> str:
        raise InvalidInput("not today", hint="try tomorrow")


class Dividing(Days):
    def days(self, view: Heatmap) -> list[object]:
        return [*super().days(view), 1 / view.amount.total]


class Clock(Days):
    def days(self, view: Heatmap) -> list[object]:
        return [*super().days(view), str(uuid.uuid4())]


class Cutting(Days):
    """Leaves out of the view what it does not draw."""

    def days(self, view: Heatmap) -> list[object]:
        found = super().days(view)
        object.__setattr__(view, "days", view.days[:1])
        return found


class Deaf(Days):
    def render(self, drawing: Any, **options: object) -> str | bytes:
        return super().render(drawing)


class Pasting(Days):
    """Pastes names into markup."""

    media_type = "text/html"

    def render(self, drawing: Any, **options: object) -> str | bytes:
        if options:
            raise InvalidInput("no options", hint="give none")
        receipts = getattr(drawing.view, "receipts", None)
        if receipts is None:
            raise InvalidInput("only a table has notes", hint="use burnlib.table(rows)")
        return "".join(f"<p>{receipt.driver}</p>" for receipt in receipts)


class Blind(Days):
    """Draws a missing day as a zero."""

    def days(self, view: Heatmap) -> list[object]:
        return [day or [0, 0, False] for day in super().days(view)]


class Fetching(Days):
    def days(self, view: Heatmap) -> list[object]:
        socket.getaddrinfo("localhost", 80)
        return super().days(view)


class Leaving(Days):
    def days(self, view: Heatmap) -> list[object]:
        Path("/dev/shm/burnlib-test" if Path("/dev/shm").is_dir() else "left").write_text("")
        return super().days(view)


class Number(Days):
    def render(self, drawing: Any, **options: object) -> Any:
        return 7


BROKEN_RENDERERS: list[tuple[str, type[Days], str]] = [
    ("keeps_the_protocol", Dotless, "has the suffix 'days', which does not begin with a dot"),
    ("draws_some_kind_of_chart", Nothing, "it draws none of heatmap"),
    ("draws_some_kind_of_chart", Number, "returned int, not text or bytes"),
    ("draws_any_rows", Dividing, "ZeroDivisionError"),
    ("draws_the_same_again", Clock, "heatmap: the second time it is another"),
    ("leaves_the_chart_alone", Cutting, "heatmap: the view is not as it was"),
    ("refuses_unknown_options", Deaf, "it draws with no_such_option=7"),
    ("takes_names_as_text", Pasting, "a name became <script>"),
    ("shows_what_is_not_known", Blind, "a day without data and a day without use look the same"),
    ("stays_on_the_machine", Fetching, "socket.getaddrinfo"),
    ("changes_no_file", Leaving, "open for writing"),
]


def renderer_suite(kind: type[Days]) -> RendererSuite:
    class Suite(RendererSuite):
        def make(self) -> Any:
            return kind()

    return Suite()


@pytest.mark.parametrize("law", RENDERER_LAWS, ids=lambda law: law.__name__)
def test_a_right_renderer_keeps_every_law(law: Any) -> None:
    renderer_suite(Days).test_law(law)


@pytest.mark.parametrize(("name", "kind", "says"), BROKEN_RENDERERS)
def test_a_broken_renderer_fails_the_law_by_name(name: str, kind: type[Days], says: str) -> None:
    law = law_of(RENDERER_LAWS, name)
    with pytest.raises(pytest.fail.Exception) as caught:
        renderer_suite(kind).test_law(law)
    assert str(caught.value).startswith(f"the law: {' '.join(law.__doc__.split())}\nbroken:  ")
    assert says in str(caught.value)


def test_every_law_of_renderers_has_a_renderer_that_breaks_it() -> None:
    assert {name for name, _, _ in BROKEN_RENDERERS} == {law.__name__ for law in RENDERER_LAWS}


def test_what_the_authors_own_check_raises_is_reported_as_it_is() -> None:
    class Suite(RendererSuite):
        def make(self) -> Any:
            return Days()

        def check(self, content: bytes | str) -> None:
            raise ValueError("not by my schema")

    with pytest.raises(pytest.fail.Exception, match="raised ValueError: not by my schema"):
        Suite().test_law(law_of(RENDERER_LAWS, "draws_some_kind_of_chart"))


def test_names_in_a_format_that_nobody_can_look_at_are_not_said_to_be_text() -> None:
    class Odd(Days):
        media_type = "text/markdown"

    with pytest.raises(pytest.skip.Exception, match="text/markdown is not known"):
        renderer_suite(Odd).test_law(law_of(RENDERER_LAWS, "takes_names_as_text"))
