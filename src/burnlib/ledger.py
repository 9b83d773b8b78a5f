"""The day rows in order: what the collecting half hands to the showing half."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import overload

from burnlib.days import Range, parse_range
from burnlib.errors import InvalidInput
from burnlib.model import DailyRow

__all__ = ["Ledger"]


class Ledger(Sequence[DailyRow]):
    """Day rows, oldest first, at most one a day; immutable.

    A day without a row was not observed. Two rows of one day are an InvalidInput.
    """

    __slots__ = ("_rows",)

    def __init__(self, rows: Iterable[DailyRow] = ()) -> None:
        self._rows = tuple(sorted(rows, key=lambda row: row.date))
        for earlier, later in zip(self._rows, self._rows[1:], strict=False):
            if earlier.date == later.date:
                raise InvalidInput(f"two rows for {later.date}", hint="keep one row a day")

    @overload
    def __getitem__(self, index: int) -> DailyRow: ...
    @overload
    def __getitem__(self, index: slice) -> Ledger: ...
    def __getitem__(self, index: int | slice) -> DailyRow | Ledger:
        return Ledger(self._rows[index]) if isinstance(index, slice) else self._rows[index]

    def __iter__(self) -> Iterator[DailyRow]:
        # Sequence's own asks for one index after the other, at four times the cost.
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __eq__(self, other: object) -> bool:
        return self._rows == other._rows if isinstance(other, Ledger) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(row.date for row in self._rows))

    def __repr__(self) -> str:
        if not self._rows:
            return "Ledger()"
        days = f"{len(self)} days, {self[0].date} to {self[-1].date}"
        return f"<Ledger of {days}, {self.total} tokens>"

    @property
    def total(self) -> int:
        """All tokens, exact and estimated."""
        return sum(row.total for row in self._rows)

    @property
    def exact(self) -> int:
        """Measured tokens, lower bounds included."""
        return sum(row.exact for row in self._rows)

    @property
    def estimated(self) -> int:
        """Estimated tokens."""
        return sum(row.estimated for row in self._rows)

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of all sources in it: the best known first, then by name."""
        return tuple(sorted({name for row in self._rows for name in row.sources}, key=source_order))

    def between(self, first: date, last: date) -> Ledger:
        """Return the rows from *first* to *last*, both included."""
        return Ledger(row for row in self._rows if first <= row.date <= last)

    def range(self, text: str) -> Range:
        """Return the days that *text* ("90d", "1y", "all") names, ending with the last row."""
        if not self._rows:
            raise InvalidInput("no rows, so no range", hint="collect first: burn collect")
        return parse_range(text, first=self[0].date, last=self[-1].date)

    def last(self, text: str) -> Ledger:
        """Return the rows in the range *text*, such as "90d"."""
        if not self._rows:
            return self
        asked = self.range(text)
        return self.between(asked.first, asked.last)


# The order of the public build guide's columns; others follow by name.
_GUIDE = ("codex", "claude_code", "claude_chat", "chatgpt")


def source_order(name: str) -> tuple[int, str]:
    """Sort key that puts the guide's sources first, in its order."""
    return (_GUIDE.index(name) if name in _GUIDE else len(_GUIDE), name)
