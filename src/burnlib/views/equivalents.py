"""The equivalents: the tokens of a range as something a person can picture."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from burnlib.fermi import Constant, comparisons
from burnlib.ledger import Ledger
from burnlib.views._rows import added, amounts_in, check, covered, estimates_in, is_made_up
from burnlib.views.base import Basis, Equivalents

__all__ = ["equivalents"]


def equivalents(
    rows: Ledger,
    *,
    range: str = "180d",
    basis: Basis = "total",
    constants: Mapping[str, Constant] | None = None,
    today: date | None = None,
) -> Equivalents:
    """Return up to four comparisons for the tokens of *range*; none where there are no tokens.

    *constants* replace those of :data:`burnlib.fermi.CONSTANTS` by key; an unknown key is a
    NotFound. The other options are those of :mod:`burnlib.views`.
    """
    check(basis=basis)
    asked = covered(rows, range, today=today)
    known = amounts_in(rows, basis, asked)
    amount = added(known.values())
    return Equivalents(
        range=asked,
        amount=amount,
        lines=comparisons(amount, constants=constants),
        basis=basis,
        estimates=estimates_in(rows, known, asked),
        made_up=is_made_up(rows),
    )
