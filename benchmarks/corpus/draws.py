"""Small draws that made-up logs are built from: ids, instants, lengths, starts of sessions."""

from __future__ import annotations

import bisect
import functools
import itertools
import math
from datetime import UTC, date, datetime, timedelta
from random import Random

__all__ = ["Calendar", "base58", "choose", "iso", "lognormal", "size_at", "uuid4", "uuid7"]

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

_HOURS = (1, 0.5, 0.3, 0.1, 0.1, 0.1, 0.3, 1, 2, 4, 6, 6, 5, 6, 7, 7, 7, 6, 5, 4, 4, 4, 3, 2)
"""How much work begins in each hour of a day, UTC."""

_MS_A_DAY = 86_400_000


def uuid4(rng: Random) -> bytes:
    """Return a random id in the form of RFC 9562, version 4."""
    text = f"{rng.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}".encode()


def uuid7(rng: Random, ms: int) -> bytes:
    """Return an id that begins with the instant *ms*: RFC 9562, version 7."""
    text = f"{ms:012x}{rng.getrandbits(80):020x}"
    return f"{text[:8]}-{text[8:12]}-7{text[13:16]}-9{text[17:20]}-{text[20:]}".encode()


def base58(rng: Random, length: int) -> bytes:
    """Return *length* letters and digits, as the ids of messages and calls have them."""
    return "".join(rng.choices(_BASE58, k=length)).encode()


def choose(rng: Random, *options: bytes) -> bytes:
    """Return one of *options*, each as likely."""
    return rng.choice(options)


def iso(ms: int) -> bytes:
    """Return milliseconds since 1970 as 2026-01-02T03:04:05.678Z."""
    minute, rest = divmod(ms, 60_000)
    return b"%b%02d.%03dZ" % (_minute(minute), rest // 1000, rest % 1000)


@functools.cache
def _minute(minute: int) -> bytes:
    return datetime.fromtimestamp(minute * 60, UTC).strftime("%Y-%m-%dT%H:%M:").encode()


def lognormal(rng: Random, median: float, sigma: float, low: int, high: int) -> int:
    """Return a length around *median* from *low* to *high*, as lengths of texts are spread."""
    return int(min(high, max(low, median * math.exp(rng.gauss(0, sigma)))))


def size_at(quantiles: tuple[tuple[float, int], ...], place: float) -> int:
    """Return the bytes of a file at *place* (0 to 1), log-linear between the *quantiles*."""
    for (before, low), (after, high) in itertools.pairwise(quantiles):
        if place <= after:
            part = (place - before) / (after - before)
            return int(math.exp(math.log(low) + part * (math.log(high) - math.log(low))))
    return quantiles[-1][1]


class Calendar:
    """Starts of sessions in the *days* up to *end*, both in UTC.

    Weekends have a third of a weekday's sessions, and the last day three times the first one's.
    """

    def __init__(self, end: date, days: int) -> None:
        self._first = end - timedelta(days=days - 1)
        weights = (
            (0.35 if (self._first + timedelta(days=n)).weekday() > 4 else 1.0) * (0.5 + n / days)
            for n in range(days)
        )
        self._sums = list(itertools.accumulate(weights))

    def start(self, rng: Random) -> int:
        """Return the start of a session, in milliseconds since 1970."""
        number = bisect.bisect(self._sums, rng.random() * self._sums[-1])
        hour = rng.choices(range(24), _HOURS)[0]
        day = self._first + timedelta(days=min(number, len(self._sums) - 1))
        midnight = (day - date(1970, 1, 1)).days * _MS_A_DAY
        return midnight + hour * 3_600_000 + rng.randrange(3_600_000)
