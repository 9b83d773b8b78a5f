"""The laws of sources that are fed by exports. Each docstring is the law; it raises Broken."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from attrs import evolve, frozen

from burnlib._import import Imported, import_files
from burnlib._reconcile import reconcile
from burnlib.errors import BurnlibError, LogFormatError
from burnlib.model import Fidelity, UsageEvent
from burnlib.plugins import check_plugin
from burnlib.sources.contract import check_event
from burnlib.sources.conversations import ExportSource
from burnlib.sources.turns import outline_of, uses_of
from burnlib.testing.export_sample import ExportSample
from burnlib.testing.trial import Broken, folder_for_trials, in_zone, now_for
from burnlib.testing.variants import NOT_NUMBERS, TEXTS, grown, record_leaves_changed
from burnlib.testing.watch import watched
from burnlib.tokenizer import count_tokens

__all__ = ["EXPORT_LAWS", "Desk"]

_CANARY = "Canary-5f1d7c " * 8
_SIGN = "canary-5f"
_STRANGERS: Sequence[dict[str, object]] = (
    {},
    {"id": "x"},
    {"title": "x", "messages": []},
    {"uuid": 7, "chat_messages": "none"},
    {"mapping": []},
    {"name": "x", "created_at": "2026-05-24T10:00:00Z"},
)


@frozen
class Desk:
    """A source of chats and an export that are put to the test.

    Attributes:
        make: Returns the source, a new instance each time.
        sample: The export.
        private: Keys of JSON objects whose text is nobody's business.

    """

    make: Callable[[], ExportSource]
    sample: ExportSample
    private: frozenset[str] = frozenset()

    def read(self, records: Sequence[Mapping[str, object]]) -> list[UsageEvent]:
        """Return the uses in *records*; Broken where the source does not refuse clearly."""
        source = self.make()
        found: list[UsageEvent] = []
        for record in records:
            try:
                talk = source.conversation(record)
                if talk is None:
                    continue
                outline = outline_of(talk, source=source.name, method=source.method)
                counts = [count_tokens(text, encoding) for encoding, text in outline.texts]
            except LogFormatError:
                continue
            except Exception as error:
                kind = f"{type(error).__name__}: {error}"
                raise Broken(f"{kind} (raise LogFormatError, or return None)") from error
            found += uses_of(outline, counts)
        for use in found:
            _check(use, source.name)
        return found

    @contextlib.contextmanager
    def imported(self, *samples: ExportSample) -> Iterator[Imported]:
        """Give what an archive holds after *samples* were imported into it, in UTC."""
        with folder_for_trials() as folder:
            found = None
            for number, sample in enumerate(samples):
                path = sample.write(folder / f"export-{number}.json")
                found = import_files(
                    path,
                    sources=[self.make()],
                    archive=folder / "a.db",
                    tz="UTC",
                    now=now_for(self.sample.tokens),
                )
            if found is not None:
                yield found

    def days(self, imported: Imported) -> dict[str, tuple[int, int, int]]:
        """Return day to low, value and high of the source, where there are any tokens."""
        name = self.make().name
        days = ((row.date.isoformat(), row.sources.get(name)) for row in imported.rows)
        return {d: (s.low or 0, s.tokens, s.high or 0) for d, s in days if s and s.tokens}


def _check(use: UsageEvent, name: str) -> None:
    try:
        check_event(use, name)
    except BurnlibError as error:
        raise Broken(str(error)) from error


def keeps_the_protocol(desk: Desk) -> None:
    """A source of chats has name, api_version, fidelity, conversation() and method()."""
    source = desk.make()
    try:
        check_plugin(source, "sources")
    except BurnlibError as error:
        raise Broken(str(error)) from error
    if source.fidelity is not Fidelity.ESTIMATED:
        raise Broken("its fidelity is not ESTIMATED, though no export tells tokens")
    source.method("", datetime(2026, 5, 24, tzinfo=UTC))
    source.method("a model of tomorrow", datetime(2036, 5, 24, tzinfo=UTC))


def tells_what_was_counted(desk: Desk) -> None:
    """A sample gives the ranges that were counted by hand, and no problem."""
    with desk.imported(desk.sample) as found:
        if found.problems:
            raise Broken(f"there is a problem: {found.problems[0]}")
        if not (proof := reconcile(found)).ok:
            raise Broken(f"the rows do not add up: {proof}")
        if (told := desk.days(found)) != dict(desk.sample.tokens):
            raise Broken(f"counted by hand: {dict(desk.sample.tokens)}; told: {told}")


def counts_newer_exports_once(desk: Desk) -> None:
    """An export that is imported again, whole or in part, in any order, adds nothing."""
    sample = desk.sample
    part = evolve(sample, records=sample.records[: (len(sample.records) + 1) // 2])
    turned = evolve(sample, records=sample.records[::-1])
    with desk.imported(sample) as once:
        expected = desk.days(once)
    for order in ((part, sample), (sample, part), (sample, turned), (turned, sample, sample)):
        with desk.imported(*order) as found:
            if desk.days(found) != expected:
                raise Broken(f"once {expected}, again {desk.days(found)}")


def leaves_other_records_alone(desk: Desk) -> None:
    """An object that is none of the product's conversations is None."""
    source = desk.make()
    for record in _STRANGERS:
        with contextlib.suppress(LogFormatError):
            if source.conversation(record) is not None:
                raise Broken(f"{record} is taken for a conversation")


def takes_unknown_fields(desk: Desk) -> None:
    """Fields that the source does not know change nothing."""
    before = desk.read(desk.sample.records)
    told = desk.read([grown(record) for record in desk.sample.records])
    if told != before:
        raise Broken(f"{_sum(before)} tokens, with unknown fields {_sum(told)}")


def survives_any_value(desk: Desk) -> None:
    """Whatever a text or a number of an export is, there are valid uses or a LogFormatError."""
    for how, records in record_leaves_changed(desk.sample.records, (*NOT_NUMBERS, *TEXTS)):
        try:
            desk.read(records)
        except Broken as broken:
            raise Broken(f"{how}: {broken}\nin {json.dumps(list(records))[:2000]}") from broken


def is_always_an_estimate(desk: Desk) -> None:
    """Every use is an estimate with a range, and lies in it."""
    uses = desk.read(desk.sample.records)
    if not uses:
        raise Broken("it tells of no use")
    for use in uses:
        if use.fidelity is not Fidelity.ESTIMATED:
            raise Broken(f"{use!r} is no estimate")
        if use.low is None or use.high is None or not use.low <= use.counts.total <= use.high:
            raise Broken(f"{use!r} does not lie in a range")


def means_the_same_instants_everywhere(desk: Desk) -> None:
    """The zone of the machine changes no instant."""
    here = [(use.id, use.at) for use in desk.read(desk.sample.records)]
    if hasattr(time, "tzset"):
        with in_zone("Pacific/Kiritimati"):
            there = [(use.id, use.at) for use in desk.read(desk.sample.records)]
        if here != there:
            raise Broken(f"{here[0]}, on a machine in another zone {there[0]}")


def keeps_words_to_itself(desk: Desk) -> None:
    """What was said, and what a conversation is called, never stands in an event."""
    for how, records in record_leaves_changed(desk.sample.records, (_CANARY,)):
        *_, key = (step for step in how.partition(" = ")[0].split(".") if not step.isdigit())
        if key in desk.private and any(_SIGN in repr(use).casefold() for use in desk.read(records)):
            raise Broken(f"{how} stands in an event")


def stays_on_the_machine(desk: Desk) -> None:
    """A source opens no connection, starts no program and writes nothing."""
    with watched() as deeds:
        desk.read(desk.sample.records)
    if done := [*deeds.network, *deeds.programs, *deeds.changes]:
        raise Broken(done[0])


def _sum(uses: Sequence[UsageEvent]) -> int:
    return sum(use.counts.total for use in uses)


EXPORT_LAWS = (
    keeps_the_protocol,
    tells_what_was_counted,
    counts_newer_exports_once,
    leaves_other_records_alone,
    takes_unknown_fields,
    survives_any_value,
    is_always_an_estimate,
    means_the_same_instants_everywhere,
    keeps_words_to_itself,
    stays_on_the_machine,
)
"""The laws, the simple ones first."""
