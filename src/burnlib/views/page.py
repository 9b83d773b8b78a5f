"""The page: every view of several ranges, and the headline of each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from burnlib.errors import InvalidInput
from burnlib.ledger import Ledger
from burnlib.views._rows import Counted, added, amounts_in, check, covered, estimates_in, is_made_up
from burnlib.views.base import PARTS, RANGES, Basis, Headline, Page, Section, WeekStart
from burnlib.views.drivers import drivers
from burnlib.views.equivalents import equivalents
from burnlib.views.heatmap import heatmap
from burnlib.views.table import table
from burnlib.views.trend import trend

__all__ = ["headline", "page"]

_OPENS = "180d"


def headline(
    rows: Ledger,
    *,
    range: str = "180d",
    basis: Basis = "total",
    today: date | None = None,
) -> Headline:
    """Return the sum of *range* and how much of it is known; options of :mod:`burnlib.views`."""
    check(basis=basis)
    asked = covered(rows, range, today=today)
    known = amounts_in(rows, basis, asked)
    return Headline(
        range=asked,
        amount=added(known.values()),
        observed=len(known),
        missing=asked.days - len(known),
        estimates=estimates_in(rows, known, asked),
        made_up=is_made_up(rows),
    )


def page(
    rows: Ledger,
    *,
    opens: str = "",
    ranges: Iterable[str] = RANGES,
    parts: Iterable[str] = PARTS,
    zone: str = "",
    made: date | None = None,
    target: int | None = None,
    basis: Basis = "total",
    week_start: WeekStart = "monday",
    today: date | None = None,
) -> Page:
    """Return the headline and all five views of each of *ranges*.

    *opens* is the one shown first, else 180 days where they are among them, else the first. *parts*
    is what is shown of each and in which order (of :data:`burnlib.views.base.PARTS`), *made* a date
    to print. *zone* is the IANA name of the zone that days are cut in; where it is not given, the
    one that all rows name. The other options are those of :mod:`burnlib.views`.
    """
    keys = (ranges,) if isinstance(ranges, str) else tuple(ranges)
    opens = opens or (_OPENS if _OPENS in keys else "".join(keys[:1]))
    if opens not in keys or len(set(keys)) < len(keys):
        raise InvalidInput(
            f"a page of {', '.join(keys) or 'no ranges'} cannot open with {opens or _OPENS!r}",
            hint="name each range once, and the one of opens= among them",
        )

    shown = (parts,) if isinstance(parts, str) else tuple(parts)
    if unknown := [part for part in shown if part not in PARTS]:
        raise InvalidInput(f"no part {unknown[0]!r}", hint=f"use {', '.join(PARTS)}")
    if made is not None and not isinstance(made, date):
        raise InvalidInput(f"{made!r} is not a day", hint="use date(2026, 5, 24)")
    rows = Counted(rows)

    def section(key: str) -> Section:
        return Section(
            key=key,
            headline=headline(rows, range=key, basis=basis, today=today),
            heatmap=heatmap(
                rows, range=key, basis=basis, target=target, week_start=week_start, today=today
            ),
            trend=trend(rows, range=key, basis=basis, week_start=week_start, today=today),
            drivers=drivers(rows, range=key, basis=basis, today=today),
            equivalents=equivalents(rows, range=key, basis=basis, today=today),
            table=table(rows, range=key, basis=basis, target=target, today=today),
        )

    zones = {row.tz for row in rows}
    return Page(
        sections=tuple(section(key) for key in keys),
        opens=opens,
        parts=shown,
        zone=zone or (zones.pop() if len(zones) == 1 else ""),
        made=made,
        made_up=is_made_up(rows),
    )
