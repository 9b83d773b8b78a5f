"""What the source finds, and what it reads."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import burnlib
import pytest
from burnlib.sources.base import Home, Reading, Resume, Segment
from hypothesis import given
from hypothesis import strategies as st
from logs import BY_DAY, CALLS, LOG, TEN, line, message

from burnlib_aider import Aider

PLACE = Path(".aider", "analytics.jsonl")


def put(text: str, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def read(text: str, folder: Path, resume: Resume | None = None) -> Reading:
    return Aider().read(Segment(put(text, folder / "log.jsonl")), resume)


def days(*readings: Reading) -> dict[str, int]:
    """Tokens by UTC day, each id once."""
    uses = {event.id: event for reading in readings for event in reading.events}
    found: Counter[str] = Counter()
    for use in uses.values():
        found[use.at.date().isoformat()] += use.counts.total
    return dict(found)


# What it reads -------------------------------------------------------------------------------


def test_a_log_gives_the_tokens_that_were_counted_by_hand(tmp_path: Path) -> None:
    reading = read(LOG, tmp_path)
    assert days(reading) == BY_DAY
    assert not reading.dropped
    first = reading.events[0]
    assert (first.counts.input, first.counts.output, first.model) == (100, 20, "gpt-4o")
    assert first.at.isoformat() == "2026-05-24T10:00:00+00:00"


def test_it_is_installed_and_its_column_is_an_estimate(tmp_path: Path) -> None:
    put(LOG, tmp_path / PLACE)
    archive = tmp_path / "archive.db"
    now = datetime(2026, 5, 25, 12, tzinfo=UTC)
    rows = burnlib.collect([tmp_path], sources=["aider"], archive=archive, tz="UTC", now=now).rows
    burnlib.dump(rows, tmp_path / "rows.json")
    written = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))
    assert {row["date"]: row["aider_est"] for row in written} == BY_DAY
    assert {row["date"]: row["aider_calls"] for row in written} == CALLS
    assert not any("aider_tokens" in row for row in written)


@given(cut=st.integers(0, len(LOG)))
def test_a_log_read_in_two_parts_cut_anywhere_gives_the_same(cut: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first = read(LOG[:cut], Path(folder))
        assert first.offset <= cut
        second = read(LOG, Path(folder), Resume(first.offset, first.state))
    assert days(first, second) == BY_DAY
    assert len(first.events) + len(second.events) == 3
    assert second.offset == len(LOG)


@given(order=st.permutations(LOG.splitlines(keepends=True)))
def test_copies_in_other_places_and_orders_are_the_same_uses(order: list[str]) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        first = read(LOG, Path(one))
        second = read("".join(order) + LOG, Path(other))
    assert len(second.events) == 3
    assert days(first, second) == BY_DAY


def test_lines_that_end_as_on_windows_are_the_same_uses(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(LOG.replace("\n", "\r\n").encode())
    assert days(read(LOG, tmp_path / "copy"), Aider().read(Segment(path), None)) == BY_DAY


def test_equal_messages_of_two_moments_are_two_uses(tmp_path: Path) -> None:
    twice = message(7, 3, TEN) + message(7, 3, TEN + 1)
    assert days(read(twice, tmp_path)) == {"2026-05-24": 20}


def test_equal_messages_of_one_second_differ_in_what_the_session_has_cost(tmp_path: Path) -> None:
    twice = message(7, 3, TEN, session=0.1) + message(7, 3, TEN, session=0.2)
    assert days(read(twice, tmp_path)) == {"2026-05-24": 20}


def test_a_last_line_that_is_still_being_written_waits(tmp_path: Path) -> None:
    reading = read(message(1, 1) + message(5, 5)[:-1], tmp_path)
    assert days(reading) == {"2026-05-24": 2}
    assert reading.offset == len(message(1, 1))
    assert not reading.dropped


def test_a_torn_line_is_told_and_what_is_glued_to_it_counts(tmp_path: Path) -> None:
    reading = read(message(1, 1)[:60] + message(5, 5), tmp_path)
    assert days(reading) == {"2026-05-24": 10}
    assert reading.dropped == {"line that is not whole JSON": 1}


@pytest.mark.parametrize(
    "bad",
    [
        message(-1, 5),
        message(1.5, 5),
        message("many", 5),
        message(5, True),
        message(5, 5, "2026-05-24T10:00:00Z"),
        message(5, 5, None),
        message(5, 5, 10**30),
        message(5, 5, 0),
        line("message_send"),
        json.dumps({"event": "message_send", "properties": [], "time": TEN}) + "\n",
    ],
)
def test_a_message_without_a_time_or_a_count_is_told_and_not_counted(
    bad: str, tmp_path: Path
) -> None:
    reading = read(bad + message(5, 5), tmp_path)
    assert days(reading) == {"2026-05-24": 10}
    assert reading.dropped == {"message without a time or a count": 1}


def test_a_model_that_aider_does_not_name_is_unknown(tmp_path: Path) -> None:
    [event] = read(message(5, 5).replace('"gpt-4o"', '"None"'), tmp_path).events
    assert event.model == ""


# What it finds -------------------------------------------------------------------------------


def found(home: Path, **env: object) -> list[Path]:
    variables = {name: str(value) for name, value in env.items()}
    return [segment.path for segment in Aider().find(Home(home, variables))]


def test_a_home_without_aider_has_no_logs(tmp_path: Path) -> None:
    assert found(tmp_path, AIDER_ANALYTICS_LOG=tmp_path / "not there") == []


def test_the_logs_of_all_places_are_found(tmp_path: Path) -> None:
    default = put("", tmp_path / PLACE)
    named = put("", tmp_path / "named.jsonl")
    configured = put("", tmp_path / "configured.jsonl")
    put(f"model: gpt-4o\nanalytics-log: {configured}\n", tmp_path / ".aider.conf.yml")
    assert found(tmp_path, AIDER_ANALYTICS_LOG=named) == [default, configured, named]


@pytest.mark.parametrize("setting", ["{}", "'{}'", '"{}"', "{}   # a comment", "  {}  "])
def test_the_settings_name_a_log_in_each_form_of_yaml(setting: str, tmp_path: Path) -> None:
    log = put("", tmp_path / "my logs" / "aider#1.jsonl")
    put(f"analytics-log: {setting.format(log)}\n", tmp_path / ".aider.conf.yml")
    assert found(tmp_path) == [log]


@pytest.mark.parametrize("setting", ["#analytics-log: {}", "analytics-log: log.jsonl", ""])
def test_settings_without_a_whole_path_name_no_log(setting: str, tmp_path: Path) -> None:
    log = put("", tmp_path / "log.jsonl")
    put(f"{setting.format(log)}\n", tmp_path / ".aider.conf.yml")
    assert found(tmp_path) == []
