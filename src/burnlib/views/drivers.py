"""The drivers: what the tokens of a range went to, and the quick figures above."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from burnlib.days import Range, span
from burnlib.errors import InvalidInput
from burnlib.ledger import Ledger
from burnlib.model import NO_LABEL, DailyRow
from burnlib.views._rows import (
    added,
    amounts,
    check,
    covered,
    estimates_in,
    is_made_up,
    largest,
)
from burnlib.views.base import Basis, Drivers
from burnlib.views.parts import Amount, Bar, Window

__all__ = ["drivers"]

OTHER = "other"
_MOST_BARS = 8


def drivers(
    rows: Ledger,
    *,
    range: str = "180d",
    basis: Basis = "total",
    today: date | None = None,
) -> Drivers:
    """Return the families of work in *range*, largest first, and the quick figures.

    A day's tokens go to the families of its breakdown, else all to its driver, else to "no
    label", which is always the last bar. Of more than eight families the smallest become "other".

    Which family the estimated tokens of a day belong to is not known: each family gets a part of
    them in proportion to its tokens, in whole tokens that add up (largest remainders, Hamilton's
    method of apportionment), and no range: only the whole has one. A day's note counts as evidence
    for its main family.

    The quick figures end with the last day of the range. "7d" and "30d" reach back beyond a
    shorter range; "peak" and "active" stay inside it. The first one is "today" where the last day
    is *today*, else "last". The options are those of :mod:`burnlib.views`.

    Raises:
        InvalidInput: A breakdown does not add up to its day's total.

    """
    check(basis=basis)
    asked = covered(rows, range, today=today)
    known = amounts(rows, basis)
    amount = added(amount for day, amount in known.items() if day in asked)
    inside = rows.between(asked.first, asked.last)
    return Drivers(
        range=asked,
        bars=_bars(_pieces(inside, known), amount.total),
        windows=_windows(asked, known, today),
        amount=amount,
        basis=basis,
        estimates=estimates_in(rows, known, asked),
        made_up=is_made_up(rows),
    )


class _Piece(NamedTuple):
    """What one family got of one day, and the note that goes with it."""

    family: str
    date: date
    amount: Amount
    note: str


def _pieces(rows: Ledger, known: Mapping[date, Amount]) -> Iterator[_Piece]:
    for row in rows:
        amount = known.get(row.date)
        if amount is None or not amount.total:
            continue
        parts = _share_out(row, amount)
        main = row.driver
        if main not in parts:
            main = max(parts, key=lambda name: parts[name].total)
        for name, part in parts.items():
            yield _Piece(name, row.date, part, row.evidence if name == main else "")


def _breakdown(row: DailyRow) -> Mapping[str, int]:
    if not row.drivers:
        return {row.driver or NO_LABEL: row.total}
    if sum(row.drivers.values()) != row.total:
        raise InvalidInput(
            f"drivers add up to {sum(row.drivers.values())}, the day's total is {row.total}",
            where=str(row.date),
            hint=f"give the rest to {NO_LABEL!r}",
        )
    return {name or NO_LABEL: tokens for name, tokens in sorted(row.drivers.items())}


def _share_out(row: DailyRow, amount: Amount) -> dict[str, Amount]:
    """Return the families with tokens on this day, and how much of each is estimated.

    Estimates tell no project, so they are taken to be among what has no label; what does not fit
    there is divided in proportion.
    """
    split, estimated = _breakdown(row), row.estimated
    if not estimated:
        return {
            name: Amount(tokens, 0, amount.lower_bound, 0, 0)
            for name, tokens in split.items()
            if tokens
        }
    unlabelled = min(estimated, split.get(NO_LABEL, 0))
    labelled = {name: tokens for name, tokens in split.items() if name != NO_LABEL}
    guessed = {NO_LABEL: unlabelled, **_apportion(estimated - unlabelled, labelled)}
    parts = {
        name: Amount(
            tokens - guessed[name],
            guessed[name] if amount.estimated else 0,
            amount.lower_bound,
        )
        for name, tokens in split.items()
    }
    return {name: part for name, part in parts.items() if part.total}


def _apportion(whole: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Divide *whole* in proportion to *weights*; no part exceeds its weight if whole does not."""
    if not whole:
        return dict.fromkeys(weights, 0)
    total = sum(weights.values()) or 1
    parts = {name: whole * weight // total for name, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda name: (-(whole * weights[name] % total), name))
    for name in by_remainder[: whole - sum(parts.values())]:
        parts[name] += 1
    return parts


def _bars(pieces: Iterable[_Piece], total: int) -> tuple[Bar, ...]:
    families: dict[str, list[_Piece]] = {}
    for piece in pieces:
        families.setdefault(piece.family, []).append(piece)
    bars = {name: _bar(name, found, total) for name, found in families.items()}
    ranked = sorted(
        (name for name in bars if name != NO_LABEL),
        key=lambda name: (-bars[name].amount.total, name),
    )
    if len(ranked) > _MOST_BARS:
        # The user's own "other" belongs into ours, or two bars would have one name.
        named = [name for name in ranked if name != OTHER][: _MOST_BARS - 1]
        rest = tuple(name for name in ranked if name not in named)
        merged = [piece for name in rest for piece in families[name]]
        bars[OTHER] = _bar(OTHER, merged, total, families=rest)
        ranked = [*named, OTHER]
    last = [NO_LABEL] if NO_LABEL in bars else []
    return tuple(bars[name] for name in [*ranked, *last])


def _bar(name: str, pieces: Sequence[_Piece], total: int, *, families: tuple[str, ...] = ()) -> Bar:
    amount = added(piece.amount for piece in pieces)
    newest_first = sorted(pieces, key=lambda piece: piece.date, reverse=True)
    notes = dict.fromkeys(piece.note for piece in newest_first if piece.note)
    return Bar(
        name=name,
        amount=amount,
        share=amount.total / total,
        days=len({piece.date for piece in pieces}),
        evidence="; ".join(notes),
        families=families,
    )


def _windows(asked: Range, known: Mapping[date, Amount], today: date | None) -> tuple[Window, ...]:
    def back(key: str, days: int, *, on: date | None = None) -> Window:
        wanted = span(asked.last - timedelta(days=days - 1), asked.last)
        found = [known[day] for day in wanted if day in known]
        return Window(
            key=key, amount=added(found) if found else None, days=len(found), of=days, date=on
        )

    within = {day: amount for day, amount in known.items() if day in asked}
    peak = largest(within)
    return (
        back("today" if asked.last == today else "last", 1, on=asked.last),
        back("7d", 7),
        back("30d", 30),
        Window(
            key="peak",
            # Where nothing was used on any day that was observed, the most is nothing.
            amount=within[peak] if peak else Amount() if within else None,
            days=int(peak is not None),
            of=1,
            date=peak,
        ),
        Window(
            key="active",
            amount=None,
            days=sum(amount.total > 0 for amount in within.values()),
            of=asked.days,
        ),
    )
