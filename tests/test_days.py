"""Instants and local days: checked against midnights that were looked up, and by their laws."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnlib import days
from burnlib.days import Range, local_day, midnight, monday, parse_instant, parse_range, span, zone
from burnlib.errors import InvalidInput
from core_strategies import MICROSECOND, WINDOWS, instants, zones

# Zone, day, and the UTC instants between which the day lies, from the tz database's rules.
DAYS = [
    ("UTC", "2026-05-24", "2026-05-24T00:00", "2026-05-25T00:00"),
    ("UTC", "2024-02-29", "2024-02-29T00:00", "2024-03-01T00:00"),
    ("America/New_York", "2024-02-29", "2024-02-29T05:00", "2024-03-01T05:00"),
    ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00", "2026-03-29T22:00"),  # 23 hours
    ("Europe/Berlin", "2026-10-25", "2026-10-24T22:00", "2026-10-25T23:00"),  # 25 hours
    ("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00", "2026-04-05T13:30"),  # 24.5 hours
    ("Australia/Lord_Howe", "2026-10-04", "2026-10-03T13:30", "2026-10-04T13:00"),  # 23.5 hours
    ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00", "2018-11-05T02:00"),  # begins at 01:00
    ("America/Havana", "2026-11-01", "2026-11-01T04:00", "2026-11-02T05:00"),  # two midnights
    ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00", "2011-12-30T10:00"),
    ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00", "2011-12-31T10:00"),
    ("Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00", "2026-01-01T10:00"),
    ("Etc/GMT+12", "2025-12-31", "2025-12-31T12:00", "2026-01-01T12:00"),
    ("Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15", "2026-01-01T18:15"),
]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("name", "day", "first", "end"), DAYS)
def test_a_day_holds_its_first_and_last_instants_and_not_their_neighbours(
    name: str, day: str, first: str, end: str
) -> None:
    tz, here = zone(name), date.fromisoformat(day)
    assert local_day(utc(first), tz) == here
    assert local_day(utc(end) - MICROSECOND, tz) == here
    assert local_day(utc(first) - MICROSECOND, tz) < here < local_day(utc(end), tz)


@pytest.mark.parametrize(("name", "day", "first", "end"), DAYS)
def test_midnight_is_the_first_instant_of_its_day(
    name: str, day: str, first: str, end: str
) -> None:
    tz, here = zone(name), date.fromisoformat(day)
    assert midnight(here, tz) == utc(first)
    assert midnight(here + timedelta(days=1), tz) == utc(end)


def test_the_day_that_apia_never_had_is_empty() -> None:
    tz = zone("Pacific/Apia")
    assert midnight(date(2011, 12, 30), tz) == midnight(date(2011, 12, 31), tz)


@given(st.sampled_from(WINDOWS).flatmap(instants), zones())
def test_every_instant_lies_between_the_midnights_of_its_day(at: datetime, name: str) -> None:
    tz = zone(name)
    day = local_day(at, tz)
    assert midnight(day, tz) <= at < midnight(day + timedelta(days=1), tz)


@given(st.sampled_from(WINDOWS).flatmap(instants), st.integers(-14 * 4, 14 * 4))
def test_the_same_instant_written_with_another_offset_is_on_the_same_day(
    at: datetime, quarters: int
) -> None:
    from datetime import timezone

    elsewhere = at.astimezone(timezone(timedelta(minutes=15 * quarters)))
    assert local_day(elsewhere, zone("Europe/Berlin")) == local_day(at, zone("Europe/Berlin"))


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)))
def test_a_monday_is_the_first_day_of_an_iso_week(day: date) -> None:
    first = monday(day)
    assert first.isocalendar()[:2] == day.isocalendar()[:2]
    assert first.isocalendar().weekday == 1


def test_the_week_around_a_new_year_is_one_week() -> None:
    assert monday(date(2026, 1, 1)) == monday(date(2026, 1, 4)) == date(2025, 12, 29)


def test_a_span_has_both_ends_and_a_leap_day() -> None:
    assert [day.isoformat() for day in span(date(2024, 2, 28), date(2024, 3, 1))] == [
        "2024-02-28",
        "2024-02-29",
        "2024-03-01",
    ]
    assert list(span(date(2024, 3, 1), date(2024, 2, 28))) == []


# Instants of logs ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-05-24T12:00:00Z", "2026-05-24T12:00"),
        ("2026-05-24T12:00:00.123Z", "2026-05-24T12:00:00.123"),
        ("2026-05-24T12:00:00.123456789Z", "2026-05-24T12:00:00.123456"),
        ("2026-05-24T23:59:59.999999999Z", "2026-05-24T23:59:59.999999"),
        ("2026-05-24T14:00:00+02:00", "2026-05-24T12:00"),
        ("2026-05-24 12:00:00+00:00", "2026-05-24T12:00"),
        ("2015-01-01T00:00:00Z", "2015-01-01T00:00"),
    ],
)
def test_a_timestamp_with_an_offset_is_its_instant(text: str, instant: str) -> None:
    assert parse_instant(text) == utc(instant)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-24T12:00:00",  # which zone?
        "2026-05-24",
        "2014-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",  # has no local day in the west
        "2026-05-24T24:30:00Z",
        "2026-02-30T12:00:00Z",
        "tomorrow, perhaps, Z",
        "",
        "2026-05-24T12:00:00Z" + " " * 40,
        1_779_624_000,
        None,
        ["2026-05-24T12:00:00Z"],
    ],
)
def test_what_names_no_plausible_instant_is_none(text: object) -> None:
    assert parse_instant(text) is None


@given(st.text() | st.binary() | st.integers() | st.floats() | st.none())
def test_no_text_makes_parsing_an_instant_fail(text: object) -> None:
    at = parse_instant(text)
    assert at is None or at.utcoffset() is not None


# Ranges ----------------------------------------------------------------------------------------

FIRST, LAST = date(2025, 1, 1), date(2026, 5, 24)


@pytest.mark.parametrize(
    ("text", "first", "number"),
    [
        ("1d", "2026-05-24", 1),
        ("7d", "2026-05-18", 7),
        ("90d", "2026-02-24", 90),
        ("180d", "2025-11-26", 180),
        ("26w", "2025-11-24", 182),
        ("1y", "2025-05-25", 365),
        ("all", "2025-01-01", 509),
    ],
)
def test_a_range_ends_with_the_last_day_and_has_as_many_days_as_it_says(
    text: str, first: str, number: int
) -> None:
    found = parse_range(text, first=FIRST, last=LAST)
    assert found == Range(date.fromisoformat(first), LAST, text)
    assert found.days == number
    assert found.first in found
    assert LAST in found
    assert found.first - timedelta(days=1) not in found
    assert LAST + timedelta(days=1) not in found


def test_a_range_can_name_both_ends() -> None:
    found = parse_range("2026-01-01..2026-01-31", first=FIRST, last=LAST)
    assert (found.first, found.last, found.days) == (date(2026, 1, 1), date(2026, 1, 31), 31)


def test_a_range_longer_than_the_calendar_is_everything() -> None:
    assert parse_range("99999y", first=FIRST, last=LAST) == Range(FIRST, LAST, "99999y")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0d",
        "-1d",
        "d",
        "90",
        "90D",
        "90d ",
        "90d\n",
        "1m",
        "٩d",
        "..",
        "2026-01-31..2026-01-01",
        "2026-01-01..",
        "2026-02-30..2026-03-01",
        "123456d",
        "ALL",
    ],
)
def test_what_names_no_range_is_refused_with_examples(text: str) -> None:
    with pytest.raises(InvalidInput, match="not a range") as caught:
        parse_range(text, first=FIRST, last=LAST)
    assert "90d" in caught.value.hint


@given(st.text(alphabet="0123456789dwy.-al", max_size=24))
def test_any_text_is_a_range_or_refused(text: str) -> None:
    try:
        found = parse_range(text, first=FIRST, last=LAST)
    except InvalidInput:
        return
    assert found.days >= 1


# Zones -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Etc/Unknown",
        "Mitteleuropa",
        "W. Europe Standard Time",
        "CET-1CEST",
        "Europe",
        "../etc",
        "\0",
        "\ud800",
        "/etc/localtime",
    ],
)
def test_an_unknown_zone_is_refused_with_examples(name: str) -> None:
    with pytest.raises(InvalidInput, match="not a time zone") as caught:
        zone(name)
    assert "Europe/Berlin" in caught.value.hint


def test_the_zone_of_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    assert days.system_zone() == "Asia/Kathmandu"
    monkeypatch.setenv("TZ", ":America/New_York")  # POSIX's way to say that it is a file
    assert days.system_zone() == "America/New_York"


@pytest.mark.parametrize(
    "wrong", ["Mars/Olympus", "CET-1CEST,M3.5.0,M10.5.0/3", "W. Europe Standard Time"]
)
def test_a_zone_of_the_environment_that_is_none_is_an_error_and_never_utc(
    monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv("TZ", wrong)
    with pytest.raises(InvalidInput, match="not a time zone"):
        days.system_zone()


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine of its own, without TZ: its /etc and /usr/share/zoneinfo are below this folder."""
    monkeypatch.delenv("TZ", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(days, "Path", lambda path: tmp_path / str(path).lstrip("/"))
    berlin = tmp_path / "usr/share/zoneinfo/Europe/Berlin"
    berlin.parent.mkdir(parents=True)
    berlin.write_bytes(b"TZif2")
    (tmp_path / "etc").mkdir()
    return tmp_path


def test_without_an_environment_the_link_of_the_system_names_the_zone(root: Path) -> None:
    (root / "etc/localtime").symlink_to(root / "usr/share/zoneinfo/Europe/Berlin")
    (root / "etc/timezone").write_text("Asia/Tokyo\n")
    assert days.system_zone() == "Europe/Berlin"


def test_without_a_link_the_name_file_names_the_zone(root: Path) -> None:
    (root / "etc/localtime").write_bytes(b"TZif2")
    (root / "etc/timezone").write_text("Asia/Tokyo\n")
    assert days.system_zone() == "Asia/Tokyo"


def test_a_machine_without_any_zone_keeps_utc(root: Path) -> None:
    assert days.system_zone() == "UTC"


def test_a_copied_zone_file_without_a_name_is_an_error_and_never_utc(root: Path) -> None:
    (root / "etc/localtime").write_bytes(b"TZif2")
    with pytest.raises(InvalidInput, match="does not tell its time zone") as caught:
        days.system_zone()
    assert "--tz" in caught.value.hint


def test_a_name_file_with_nonsense_is_an_error_and_never_utc(root: Path) -> None:
    (root / "etc/timezone").write_text("Etc/Unknown\n")
    with pytest.raises(InvalidInput, match="Etc/Unknown"):
        days.system_zone()
