"""Real logs without their words, and the right totals as counted by a slow independent reader.

The folder ``../shared/real-shapes`` beside the repository holds them; without it these tests skip.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

import oracle
from burnlib import daily
from burnlib.model import Fidelity
from logs import Burn, collect, events

SHAPES = Path(__file__).resolve().parents[2] / "shared" / "real-shapes"
ZONES = ("UTC", "Asia/Kolkata", "America/Los_Angeles")
COLUMNS = ("codex_tokens", "claude_code_tokens", "claude_code_calls")
NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not SHAPES.is_dir(), reason=f"no real shapes at {SHAPES}")

Days = Mapping[str, Mapping[str, int]]


@pytest.fixture(scope="module")
def expected() -> dict[str, dict[str, dict[str, int]]]:
    found: dict[str, dict[str, dict[str, int]]] = json.loads((SHAPES / "expected.json").read_text())
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that the tests may write to."""
    copy = tmp_path_factory.mktemp("shapes") / "home"
    for path in logs(SHAPES / "home"):
        place(path, SHAPES / "home", copy)
    return copy


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("archive") / "archive.db"


@pytest.fixture(scope="module")
def burn(home: Path, archive: Path) -> Burn:
    return collect(home, archive=archive, now=NOW)


def logs(home: Path) -> list[Path]:
    return sorted(home.rglob("*.jsonl"))


def place(path: Path, home: Path, target: Path) -> None:
    """Copy a log of *home* to the same place below *target*."""
    copy = target / path.relative_to(home)
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, copy)
    copy.chmod(0o600)


def used(days: Days) -> dict[str, dict[str, int]]:
    """Only the days and columns with use: a quiet day may be a row of zeros or absent."""
    kept = {day: {k: row[k] for k in COLUMNS if row.get(k)} for day, row in days.items()}
    return {day: row for day, row in kept.items() if row}


def columns(burn: Burn) -> dict[str, dict[str, int]]:
    return {row["date"]: row for row in json.loads(daily.dumps(burn.rows))}


@pytest.mark.parametrize("zone", ZONES)
def test_the_second_count_of_these_tests_is_right_itself(zone: str, expected: Days) -> None:
    days = oracle.days(oracle.read(SHAPES / "home"), zone)
    assert used({day.isoformat(): row for day, row in days.items()}) == used(expected[zone])  # type: ignore[arg-type]


@pytest.mark.parametrize("zone", ZONES)
def test_every_day_and_column_is_right_in_a_new_archive(
    zone: str, home: Path, tmp_path: Path, expected: Days
) -> None:
    found = collect(home, archive=tmp_path / "archive.db", tz=zone, now=NOW)
    assert used(columns(found)) == used(expected[zone])  # type: ignore[arg-type]


@pytest.mark.parametrize("zone", ZONES)
def test_another_zone_cuts_the_archived_days_anew(
    zone: str, home: Path, archive: Path, burn: Burn, expected: Days
) -> None:
    found = collect(home, archive=archive, tz=zone, now=NOW)
    assert used(columns(found)) == used(expected[zone])  # type: ignore[arg-type]


def test_the_parts_add_up_to_the_known_sums(burn: Burn, expected: Days) -> None:
    codex = [event.counts for event in events(burn, "codex")]
    claude = [event.counts for event in events(burn, "claude_code")]
    parts: Mapping[str, Mapping[str, int]] = expected["parts"]  # type: ignore[assignment]
    assert {
        "input_tokens": sum(c.input + c.cache_read + c.cache_write_5m for c in codex),
        "cached_input_tokens": sum(c.cache_read for c in codex),
        "cache_write_input_tokens": sum(c.cache_write_5m + c.cache_write_1h for c in codex),
        "output_tokens": sum(c.output for c in codex),
        "reasoning_output_tokens": sum(c.reasoning for c in codex),
    } == parts["codex"]
    assert {
        "input_tokens": sum(c.input for c in claude),
        "cache_creation_input_tokens": sum(c.cache_write_5m + c.cache_write_1h for c in claude),
        "cache_read_input_tokens": sum(c.cache_read for c in claude),
        "output_tokens": sum(c.output for c in claude),
    } == parts["claude_code"]


def test_the_responses_whose_output_was_never_finished_are_lower_bounds(burn: Burn) -> None:
    found = events(burn, "claude_code")
    assert sum(event.calls for event in found) == 2818
    low = sum(event.calls for event in found if event.fidelity is Fidelity.LOWER_BOUND)
    assert low == 609


def test_a_second_run_changes_no_byte(home: Path, tmp_path: Path) -> None:
    first, second = (
        daily.dumps(collect(home, archive=tmp_path / "archive.db", now=NOW).rows) for _ in range(2)
    )
    assert second == first


@pytest.mark.parametrize("seed", [1, 2])
def test_two_homes_in_any_order_give_the_file_of_one(seed: int, home: Path, tmp_path: Path) -> None:
    homes = [tmp_path / "one", tmp_path / "two"]
    pick = random.Random(seed)
    for path in logs(home):
        place(path, home, pick.choice(homes))
    whole = daily.dumps(collect(home, archive=tmp_path / "whole.db", now=NOW).rows)
    for order, name in ((homes, "forth.db"), (homes[::-1], "back.db")):
        for each in order:
            found = collect(each, archive=tmp_path / name, now=NOW)
        assert daily.dumps(found.rows) == whole


def test_deleting_half_of_the_logs_afterwards_changes_nothing(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "home"
    shutil.copytree(home, copy)
    before = daily.dumps(collect(copy, archive=tmp_path / "archive.db", now=NOW).rows)
    for path in random.Random(3).sample(logs(copy), len(logs(copy)) // 2):
        path.unlink()
    after = daily.dumps(collect(copy, archive=tmp_path / "archive.db", now=NOW).rows)
    assert after == before
