"""The proof: silent on what is right, and loud, with both numbers, on one changed token."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from burnlib._explain import explain_day
from burnlib._reconcile import Proof, reconcile
from burnlib._recount import recount
from burnlib.archive import Archive, SegmentRecord, Told
from burnlib.archive.fingerprint import Change, Fingerprint, Stat
from burnlib.archive.records import COLUMNS
from burnlib.days import microseconds, zone
from burnlib.families import DEFAULT_RULES
from burnlib.history import History
from burnlib.ledger import Ledger
from burnlib.model import DailyRow, Estimate, Fidelity, SourceDay, TokenCounts, UsageEvent
from burnlib.normalize import Context, daily_rows, rows_of
from burnlib.packed import pack
from burnlib.testing.strategies import ledgers
from burnlib.uses import settle
from core_strategies import WINDOWS, events, few, instants, sightings, zones

NOW = datetime(2026, 5, 24, 12, tzinfo=UTC)


def use(
    id: str,
    at: str,
    tokens: int,
    source: str = "codex",
    fidelity: Fidelity = Fidelity.EXACT,
    **more: Any,
) -> UsageEvent:
    event = UsageEvent(
        id=id,
        at=datetime.fromisoformat(at).replace(tzinfo=UTC),
        source=source,
        fidelity=fidelity,
        counts=TokenCounts(
            input=tokens - 4, cache_read=1, cache_write_5m=1, cache_write_1h=1, output=1
        ),
    )
    return evolve(event, **more)


# Three days, three sources, one copy, one lower bound, one estimate.
USES = (
    use("a", "2026-05-22T10:00", 1_000),
    use("b", "2026-05-22T11:00", 200, "claude_code", Fidelity.LOWER_BOUND),
    use("c", "2026-05-23T23:59", 30_000),
    use("d", "2026-05-24T00:00", 4_000, "chatgpt", Fidelity.ESTIMATED, low=2_000, high=9_000),
)


def fill(
    path: Path, files: Iterable[Sequence[UsageEvent]], tz: str = "UTC", *, start: int = 0
) -> None:
    """Make an archive of what each of the log files tells."""
    with Archive(path) as store:
        store.set("zone", tz)
        for number, told in enumerate(files, start):
            for source in sorted({event.source for event in told}):
                record = SegmentRecord(
                    source=source,
                    path=f"/logs/{source}/{number}.jsonl",
                    stat=Stat(1, 1, 1),
                    fingerprint=Fingerprint(),
                    dropped={"copied from its parent": number} if number else {},
                )
                with store.transaction():
                    events = pack(source, [e for e in told if e.source == source])
                    store.write([Told(record, events, Change.NEW)])


def raw(event: UsageEvent, file: int) -> tuple[object, ...]:
    """Return a sighting as the archive's view shows it."""
    counts, processed = event.counts, event.processed
    columns = {
        **{name: getattr(event, name) for name in ("source", "id", "request", "revision")},
        **{name: getattr(event, name) for name in ("calls", "model", "project", "branch")},
        **{name: getattr(event, name) for name in ("session", "low", "high", "detail", "method")},
        **{name: getattr(counts, name) for name in TokenCounts.__slots__ if name[0] != "_"},
        "file": file,
        "gone": 0,
        "at": microseconds(event.at),
        "fidelity": int(event.fidelity),
        "work": " ".join(sorted(event.work)),
        "sidechain": int(event.sidechain),
        "started": microseconds(event.started) if event.started else None,
        "processed_input": processed.input if processed else None,
        "processed_output": processed.output if processed else None,
        "processed_high": event.processed_high,
        "calibrated": microseconds(event.calibrated) if event.calibrated else None,
    }
    return tuple(columns[name.strip()] for name in COLUMNS.split(","))


def remember(path: Path, now: datetime = NOW) -> History:
    return History(archive=path, now=now, rules=DEFAULT_RULES)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    fill(path, [USES[:3], USES[2:]])
    return path


def tamper(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        assert db.execute(sql).rowcount == 1


def findings(proof: Proof, check: str) -> list[str]:
    assert not proof.ok
    return [finding.message for finding in proof.findings if finding.check == check]


# Silent on what is right -----------------------------------------------------------------------


def test_a_right_archive_is_proved_with_its_sums(archive: Path) -> None:
    proof = reconcile(remember(archive))
    assert proof.ok
    assert {check.name for check in proof.checks} == {
        "days", "sums", "ranges", "uses", "second count", "places",
    }  # fmt: skip
    assert {
        name: (s.tokens, s.calls, s.lower_bound_calls) for name, s in proof.sources.items()
    } == {
        "codex": (31_000, 2, 0),
        "claude_code": (200, 1, 1),
        "chatgpt": (4_000, 1, 0),
    }
    assert proof.sources["chatgpt"].fidelity is Fidelity.ESTIMATED
    assert (proof.days, proof.files) == (3, 4)
    assert dict(proof.dropped) == {"copied from its parent": 2}


def test_the_proof_says_its_sums_and_what_was_left_out(archive: Path) -> None:
    text = str(reconcile(remember(archive)))
    assert "35,200 tokens by day, by source, and as 31,200 measured plus 4,000 estimated" in text
    assert "31,000 tokens" in text
    assert "2  copied from its parent" in text
    assert text.endswith("everything adds up")
    assert "FAIL" not in text


@st.composite
def logs(draw: st.DrawFn) -> list[list[UsageEvent]]:
    """Up to three log files; records of some uses stand in several, and in several forms."""
    window = draw(st.sampled_from(WINDOWS))
    singles = st.lists(events(window), max_size=3)
    copies = st.builds(lambda event, at: evolve(event, at=at), sightings(), instants(window))
    return draw(
        st.lists(st.builds(list.__add__, singles, st.lists(copies, max_size=4)), max_size=3)
    )


@contextmanager
def archived(files: list[list[UsageEvent]], tz: str) -> Iterator[History]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        fill(path, files, tz)
        yield remember(path, now=max((e.at for told in files for e in told), default=NOW))


@given(logs(), zones())
def test_reconcile_is_silent_on_whatever_the_logs_told(
    files: list[list[UsageEvent]], tz: str
) -> None:
    with archived(files, tz) as burn:
        proof = reconcile(burn)
        assert proof.ok, str(proof)
        assert sum(source.tokens for source in proof.sources.values()) == burn.rows.total


@given(logs(), zones())
def test_a_count_that_shares_no_code_gives_the_same_tokens_on_the_same_days(
    files: list[list[UsageEvent]], tz: str
) -> None:
    told = [event for file in files for event in file]
    by_id: dict[tuple[str, str], list[UsageEvent]] = {}
    for event in told:
        by_id.setdefault((event.source, event.id), []).append(event)
    uses = [use for records in by_id.values() for use in settle(records)]
    now = max((event.at for event in told), default=NOW)
    rows = [raw(event, number) for number, file in enumerate(files) for event in file]
    rows.sort(key=lambda row: row[:2])  # as the archive gives them: by source and id
    second = recount(rows, zone(tz), until=microseconds(now))
    first = {
        (row.date, name): day.tokens
        for row in daily_rows(uses, Context(tz=zone(tz), now=now))
        for name, day in row.sources.items()
        if day.tokens
    }
    assert first == {key: tokens for key, tokens in second.days.items() if tokens}
    for source in second.calls:
        assert second.calls[source] == sum(use.calls for use in uses if use.source == source)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("low = 5000", "chatgpt d: 4,000 is not in 5000 to 9000"),
        ("high = 3000", "chatgpt d: 4,000 is not in 2000 to 3000"),
        ("fidelity = 2", "chatgpt d: an estimate that is kept as a measurement"),
        ("processed_input = 7, processed_output = 2, processed_high = 8",
         "chatgpt d: processed 9, over 8"),
    ],
)  # fmt: skip
def test_an_estimate_out_of_its_range_or_without_its_mark_is_found(
    archive: Path, change: str, message: str
) -> None:
    tamper(
        archive,
        "UPDATE places SET method = 'o200k_base' WHERE (file, number) ="
        " (SELECT file, place FROM sightings WHERE id = 'd')",
    )
    assert reconcile(remember(archive)).ok
    tamper(archive, f"UPDATE sightings SET {change} WHERE id = 'd'")
    assert findings(reconcile(remember(archive)), "uses") == [message]


@pytest.mark.parametrize(("estimate", "tokens"), [("visible", 50), ("processed", 700)])
def test_the_second_count_takes_the_later_calibration_and_the_figure_that_is_asked_for(
    tmp_path: Path, estimate: Estimate, tokens: int
) -> None:
    told = use("m", "2026-05-24T00:00", 90, "chatgpt", Fidelity.ESTIMATED)
    older = evolve(told, calibrated=NOW - timedelta(days=9), processed=TokenCounts(input=900))
    newer = evolve(
        told,
        counts=TokenCounts(input=50),
        calibrated=NOW - timedelta(days=1),
        processed=TokenCounts(input=700),
    )
    fill(tmp_path / "archive.db", [[newer], [older], [told]])
    burn = evolve(remember(tmp_path / "archive.db"), estimate=estimate)
    proof = reconcile(burn)
    assert proof.ok, str(proof)
    assert burn.rows.total == tokens


@few
@given(ledgers())
def test_rows_of_a_file_that_add_up_are_proved(ledger: Ledger) -> None:
    proof = reconcile(ledger)
    assert proof.ok, str(proof)
    assert proof.days == len(ledger)
    assert {name: source.tokens for name, source in proof.sources.items()} == {
        name: sum(row.sources[name].tokens for row in ledger if name in row.sources)
        for name in ledger.sources
    }


# Loud on one changed token ---------------------------------------------------------------------

PARTS = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("step", [1, -1])
def test_one_token_changed_in_the_archive_is_found_with_day_and_numbers(
    archive: Path, part: str, step: int
) -> None:
    burn = remember(archive)
    assert burn.rows.total == 35_200
    tamper(archive, f"UPDATE sightings SET {part} = {part} + {step} WHERE id = 'a'")
    assert findings(reconcile(burn), "places") == [
        f"2026-05-22 codex: row 1,000, counted {1_000 + step:,}, difference {-step:+}"
    ]


def test_a_use_that_vanished_from_the_archive_is_found(archive: Path) -> None:
    burn = remember(archive)
    assert burn.rows
    tamper(archive, "DELETE FROM sightings WHERE id = 'b'")
    assert findings(reconcile(burn), "places") == [
        "2026-05-22 claude_code: row 200, counted 0, difference +200",
        "2026-05-22 claude_code: row 1 calls, counted 0",
    ]


def test_a_use_that_was_slipped_into_the_archive_is_found(archive: Path) -> None:
    burn = remember(archive)
    assert burn.rows
    fill(archive, [[use("e", "2026-05-20T10:00", 77)]], start=9)
    assert findings(reconcile(burn), "places") == [
        "2026-05-20 codex: row 0, counted 77, difference -77",
        "2026-05-20 codex: row 0 calls, counted 1",
    ]


def test_a_use_moved_over_midnight_is_found_on_both_days(archive: Path) -> None:
    burn = remember(archive)
    assert burn.rows
    tamper(archive, "UPDATE sightings SET at = at - 60000000 WHERE id = 'd'")
    found = findings(reconcile(burn), "places")
    assert "2026-05-23 chatgpt: row 0, counted 4,000, difference -4,000" in found
    assert "2026-05-24 chatgpt: row 4,000, counted 0, difference +4,000" in found


def test_a_copy_that_grew_is_found(archive: Path) -> None:
    burn = remember(archive)
    assert burn.rows
    copy = "SELECT max(file) FROM sightings WHERE id = 'c'"
    tamper(archive, f"UPDATE sightings SET output = 2 WHERE id = 'c' AND file = ({copy})")
    assert findings(reconcile(burn), "places") == [
        "2026-05-23 codex: row 30,000, counted 30,001, difference -1"
    ]


Rows = Callable[[Sequence[DailyRow]], Sequence[DailyRow]]


def on_first_day(change: Callable[[SourceDay], SourceDay]) -> Rows:
    """The rows with codex's first day changed."""

    def changed(rows: Sequence[DailyRow]) -> Sequence[DailyRow]:
        first, *rest = rows
        sources = {**first.sources, "codex": change(first.sources["codex"])}
        return [evolve(first, sources=sources), *rest]

    return changed


def with_wrong_rows(monkeypatch: pytest.MonkeyPatch, archive: Path, wrong: Rows) -> Proof:
    """The proof of rows that a faulty normalization made of a right archive."""
    right = rows_of
    monkeypatch.setattr("burnlib.history.rows_of", lambda *given: wrong(right(*given)))
    return reconcile(remember(archive))


def test_one_token_changed_in_a_row_is_found(
    monkeypatch: pytest.MonkeyPatch, archive: Path
) -> None:
    more = on_first_day(lambda day: evolve(day, tokens=day.tokens + 1))
    assert findings(with_wrong_rows(monkeypatch, archive, more), "places") == [
        "2026-05-22 codex: row 1,001, counted 1,000, difference +1"
    ]


def test_a_skipped_row_is_found(monkeypatch: pytest.MonkeyPatch, archive: Path) -> None:
    proof = with_wrong_rows(monkeypatch, archive, lambda rows: rows[:-1])
    message = "2026-05-24 chatgpt: row 0, counted 4,000, difference -4,000"
    assert message in findings(proof, "places")


def test_one_call_changed_in_a_row_is_found(monkeypatch: pytest.MonkeyPatch, archive: Path) -> None:
    more = on_first_day(lambda day: evolve(day, calls=7))
    assert findings(with_wrong_rows(monkeypatch, archive, more), "places") == [
        "2026-05-22 codex: row 7 calls, counted 1"
    ]


def test_an_estimate_that_a_row_calls_exact_is_found(
    monkeypatch: pytest.MonkeyPatch, archive: Path
) -> None:
    def exact(rows: Sequence[DailyRow]) -> Sequence[DailyRow]:
        *rest, last = rows
        day = evolve(last.sources["chatgpt"], fidelity=Fidelity.EXACT)
        return [*rest, evolve(last, sources={"chatgpt": day})]

    assert findings(with_wrong_rows(monkeypatch, archive, exact), "places") == [
        "2026-05-24 chatgpt: row says measured, the uses are estimated"
    ]


def test_one_token_changed_in_a_day_that_came_whole_is_found(archive: Path) -> None:
    with Archive(archive) as store:
        day = SourceDay(tokens=38_000, fidelity=Fidelity.ESTIMATED)
        store.put_whole_day(date(2026, 5, 23), "claude_chat", day)
    burn = remember(archive)
    assert burn.rows.total == 73_200
    assert reconcile(burn).ok
    tamper(archive, "UPDATE whole_days SET tokens = tokens + 1")
    assert findings(reconcile(burn), "places") == [
        "2026-05-23 claude_chat: row 38,000, counted 38,001, difference -1"
    ]


def test_uses_and_a_whole_day_of_one_source_are_proved_by_the_uses(archive: Path) -> None:
    with Archive(archive) as store:
        store.put_whole_day(
            date(2026, 5, 22), "codex", SourceDay(tokens=9, fidelity=Fidelity.EXACT)
        )
    burn = remember(archive)
    assert burn.rows.total == 35_200
    assert reconcile(burn).ok
    tamper(archive, "UPDATE sightings SET input = input + 1 WHERE id = 'a'")
    assert findings(reconcile(burn), "places") == [
        "2026-05-22 codex: row 1,000, counted 1,001, difference -1"
    ]


def test_the_two_counts_are_compared_by_source_by_calls_and_by_model(
    monkeypatch: pytest.MonkeyPatch, archive: Path
) -> None:
    def wrong(_: History) -> Iterator[UsageEvent]:
        for event in USES:
            if event.id == "a":
                yield evolve(event, counts=TokenCounts(input=1_001), calls=3)
            else:
                yield event

    monkeypatch.setattr(History, "events", wrong)
    assert findings(reconcile(remember(archive)), "second count") == [
        "codex: tokens 31,001, second count 31,000, difference +1",
        "codex: calls 4, second count 2, difference +2",
        "codex: tokens by model 31,001, second count 31,000, difference +1",
    ]


def row(**more: Any) -> DailyRow:
    sources = {
        "codex": SourceDay(tokens=1_000, fidelity=Fidelity.EXACT),
        "chatgpt": SourceDay(tokens=500, fidelity=Fidelity.ESTIMATED),
    }
    return evolve(DailyRow(date=date(2026, 5, 22), sources=sources), **more)


def test_drivers_that_miss_a_token_are_found_with_day_and_numbers() -> None:
    proof = reconcile(Ledger([row(drivers={"shipping": 1_000, "review": 499})]))
    assert findings(proof, "days") == ["2026-05-22: total 1,500, drivers 1,499, difference +1"]
    assert str(proof).endswith("1 do not add up")
    assert "FAIL days" in str(proof)


def test_a_column_that_is_not_in_the_total_is_found_with_day_and_numbers() -> None:
    proof = reconcile(Ledger([row(extra={"zed9_tokens": 1})]))
    assert findings(proof, "days") == ["2026-05-22: total 1,500, columns 1,501, difference -1"]


@few
@given(ledgers(min_size=1), st.data())
def test_any_change_of_one_driver_is_found(ledger: Ledger, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(ledger) - 1))
    step = data.draw(st.integers(1, 1_000))
    wrong = [
        evolve(r, drivers={"x": r.total + step}) if n == number else r for n, r in enumerate(ledger)
    ]
    (message,) = findings(reconcile(Ledger(wrong)), "days")
    total = ledger[number].total
    assert message == (
        f"{ledger[number].date}: total {total:,}, drivers {total + step:,}, difference {-step:+,}"
    )


def test_the_proof_for_programs_says_the_same_as_its_text(archive: Path) -> None:
    burn = remember(archive)
    assert burn.rows
    tamper(archive, "UPDATE sightings SET input = input + 1 WHERE id = 'a'")
    said = reconcile(burn).as_dict()
    assert said["ok"] is False
    assert said["findings"] == [
        {
            "check": "places",
            "message": "2026-05-22 codex: row 1,000, counted 1,001, difference -1",
        }
    ]


# Left out, and taken apart ---------------------------------------------------------------------


def test_a_use_of_the_far_future_is_left_out_and_said_so(archive: Path) -> None:
    ahead = use("f", "2026-05-26T12:00:00.000001", 5)
    fill(archive, [[ahead, use("g", "2026-05-26T12:00", 6)]], start=9)
    burn = remember(archive)
    proof = reconcile(burn)
    assert proof.ok
    assert burn.rows.total == 35_206
    assert proof.dropped["dated more than 48 hours ahead of the clock"] == 1


@few
@given(logs(), zones())
def test_an_explained_day_adds_up_by_model_and_by_session(
    files: list[list[UsageEvent]], tz: str
) -> None:
    with archived(files, tz) as burn:
        for day in burn.rows:
            if not day.total:
                continue
            explained = explain_day(burn, day.date)
            assert explained.row == day
            for part in explained.sources:
                tokens = day.sources[part.name].tokens
                assert sum(part.models.values()) == tokens
                assert sum(session.tokens for session in part.sessions) == tokens
                assert sum(session.calls for session in part.sessions) == part.day.calls
