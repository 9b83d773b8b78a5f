"""Instants to local days, weeks and ranges; the only module that knows time zones."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import frozen

from burnlib.errors import InvalidInput
from burnlib.value import Value

__all__ = [
    "Range",
    "from_microseconds",
    "is_plausible",
    "local_day",
    "microseconds",
    "midnight",
    "monday",
    "parse_instant",
    "parse_range",
    "parse_seconds",
    "span",
    "system_zone",
    "zone",
]

# Tools that log token use did not exist before 2015; near the end of the calendar a local day may
# not exist, and between now and then it is for the clock to judge.
_PLAUSIBLE = (datetime(2015, 1, 1, tzinfo=UTC), datetime(9998, 1, 1, tzinfo=UTC))

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_RANGE = re.compile(r"([1-9][0-9]{0,4})([dwy])")
_DAYS = {"d": 1, "w": 7, "y": 365}


def zone(name: str) -> ZoneInfo:
    """Return the time zone with the IANA *name*; InvalidInput for an unknown one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInput(
            f"{name!r} is not a time zone that this machine knows",
            hint="use an IANA name such as Europe/Berlin or UTC; if all fail: pip install tzdata",
        ) from error


def system_zone() -> str:
    """Return the IANA name of this machine's zone; InvalidInput where it cannot be told.

    Looked up in TZ, then where the system keeps it. Never a silent UTC: a wrong zone moves days.
    """
    if (named := os.environ.get("TZ")) is not None:
        return zone(named.removeprefix(":")).key if named else "UTC"  # as glibc takes an empty TZ
    if sys.platform == "win32":
        import tzlocal  # Windows has its own zone names; tzlocal maps them to IANA's

        return str(tzlocal.get_localzone_name())
    name = _zone_of_link(Path("/etc/localtime")) or _first_line(Path("/etc/timezone"))
    if name:
        return zone(name).key
    # No link and no name: POSIX and glibc then define local time as UTC.
    if not Path("/etc/localtime").exists():
        return "UTC"
    raise InvalidInput("the system does not tell its time zone", hint="say it: --tz Europe/Berlin")


def _zone_of_link(link: Path) -> str:
    try:
        target = str(link.resolve(strict=True))
    except OSError:
        return ""
    return target.partition("/zoneinfo/")[2] if link.is_symlink() else ""


def _first_line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").split("\n", 1)[0].strip()
    except (OSError, UnicodeDecodeError):
        return ""


def microseconds(at: datetime) -> int:
    """Return the microseconds from 1970 to *at*; exact, unlike a float timestamp."""
    return (at - _EPOCH) // _MICROSECOND


def from_microseconds(count: int) -> datetime:
    """Return the UTC instant *count* microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=count)


def local_day(at: datetime, tz: ZoneInfo) -> date:
    """Return the local calendar day of the aware instant *at*."""
    return at.astimezone(tz).date()


def midnight(day: date, tz: ZoneInfo) -> datetime:
    """Return the UTC instant at which *day* begins in *tz*.

    Where clocks skip midnight, the day begins with its first instant that exists; where midnight
    happens twice, with the first of the two (PEP 495, fold=0).
    """
    return datetime(day.year, day.month, day.day, tzinfo=tz).astimezone(UTC)


def monday(day: date) -> date:
    """Return the Monday of the ISO 8601 week of *day*."""
    return day - timedelta(days=day.weekday())


def span(first: date, last: date) -> Iterator[date]:
    """Yield every day from *first* to *last*, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def is_plausible(at: datetime) -> bool:
    """Whether *at* is an instant (it has a UTC offset) at which a tool can have logged a use."""
    first, end = _PLAUSIBLE
    return at.utcoffset() is not None and first <= at < end


def parse_instant(text: object) -> datetime | None:
    """Return the instant of an RFC 3339 timestamp, or None where it is not a plausible one.

    Without an offset it is None: guessing a zone would move days.
    """
    if not isinstance(text, str) or not 19 <= len(text) <= 40:
        return None
    try:
        at = datetime.fromisoformat(text)
        return at if is_plausible(at) else None
    except (ValueError, OverflowError):
        return None


def parse_seconds(value: object) -> datetime | None:
    """Return the instant of a Unix time, in seconds, or None where it is not a plausible one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        at = _EPOCH + timedelta(seconds=value)
    except (OverflowError, ValueError):  # too large; not a number
        return None
    return at if is_plausible(at) else None


@frozen(eq=False, repr=False)
class Range(Value):
    """A stretch of local days, both ends included.

    Attributes:
        first: The first day.
        last: The last day.
        name: What the user asked for: "90d", "1y", "all", "2026-01-01..2026-02-01".

    """

    first: date
    last: date
    name: str

    @property
    def days(self) -> int:
        """Number of days in it."""
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def parse_range(text: str, *, first: date, last: date) -> Range:
    """Return the range that *text* names in data that reaches from *first* to *last*.

    "90d", "26w" and "1y" (365 days) end with *last*; "all" is everything; "2026-01-01..2026-01-31"
    names both ends.
    """
    if text == "all":
        return Range(first, last, text)
    if found := _RANGE.fullmatch(text):
        days = int(found[1]) * _DAYS[found[2]]
        try:
            return Range(last - timedelta(days=days - 1), last, text)
        except OverflowError:
            return Range(first, last, text)
    start, dots, end = text.partition("..")
    try:
        ends = (date.fromisoformat(start), date.fromisoformat(end)) if dots else None
    except ValueError:
        ends = None
    if ends and ends[0] <= ends[1]:
        return Range(*ends, text)
    raise InvalidInput(
        f"{text!r} is not a range", hint="use 90d, 180d, 1y, all or 2026-01-01..2026-01-31"
    )
