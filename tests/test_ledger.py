"""Rows in order: sums, slices, ranges."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnlib.errors import InvalidInput
from burnlib.ledger import Ledger
from burnlib.model import DailyRow, Fidelity, SourceDay
from burnlib.testing.strategies import FIRST, ledgers
from core_strategies import few


def row(day: str, tokens: int = 0, source: str = "codex") -> DailyRow:
    value = SourceDay(tokens=tokens, fidelity=Fidelity.EXACT)
    return DailyRow(date=date.fromisoformat(day), sources={source: value})


@few
@given(ledgers(), st.randoms(use_true_random=False))
def test_rows_are_oldest_first_in_whatever_order_they_came(ledger: Ledger, random: Random) -> None:
    rows = list(ledger)
    random.shuffle(rows)
    shuffled = Ledger(rows)
    days = [r.date for r in shuffled]
    assert days == sorted(days)
    assert shuffled == ledger
    assert hash(shuffled) == hash(ledger)


def test_two_rows_of_one_day_are_refused_with_the_day() -> None:
    with pytest.raises(InvalidInput, match="two rows for 2026-05-24"):
        Ledger([row("2026-05-24", 1), row("2026-05-23"), row("2026-05-24", 2)])


@few
@given(ledgers(), st.integers(-2, 26))
def test_cut_anywhere_the_parts_add_up_to_the_whole(ledger: Ledger, offset: int) -> None:
    cut = FIRST + timedelta(days=offset)
    before = ledger.between(date.min, cut - timedelta(days=1))
    after = ledger.between(cut, date.max)
    assert [*before, *after] == list(ledger)
    for sum_of in ("total", "exact", "estimated"):
        assert getattr(before, sum_of) + getattr(after, sum_of) == getattr(ledger, sum_of)


def test_both_ends_of_a_stretch_are_in_it() -> None:
    rows = Ledger([row("2026-05-22", 1), row("2026-05-23", 20), row("2026-05-24", 300)])
    assert rows.between(date(2026, 5, 22), date(2026, 5, 23)).total == 21
    assert rows[1:].total == 320
    assert rows[-1].total == 300


def test_the_last_days_are_counted_back_from_the_last_row_and_not_by_rows() -> None:
    rows = Ledger([row("2026-02-23", 1), row("2026-02-24", 20), row("2026-05-24", 300)])
    # 90 days that end on 24 May: 8 in May's favour of February, which has 28 days this year.
    assert rows.last("90d").total == 320
    assert rows.last("91d").total == 321
    assert rows.last("1d").total == 300
    assert rows.last("all") == rows


def test_without_rows_there_is_no_range_and_nothing_in_the_last_days() -> None:
    assert Ledger().last("90d") == Ledger()
    assert Ledger().total == 0
    with pytest.raises(InvalidInput, match="no rows") as caught:
        Ledger().range("90d")
    assert "burn collect" in caught.value.hint


def test_a_bad_range_is_refused_with_the_good_ones() -> None:
    with pytest.raises(InvalidInput, match="'fortnight' is not a range") as caught:
        Ledger([row("2026-05-24")]).last("fortnight")
    assert "90d" in caught.value.hint


def test_sources_come_in_the_order_of_the_guide_and_then_by_name() -> None:
    names = ["zed9", "chatgpt", "aider", "claude_chat", "claude_code", "codex"]
    rows = [row(f"2026-05-2{n}", source=name) for n, name in enumerate(names)]
    assert Ledger(rows).sources == (
        "codex",
        "claude_code",
        "claude_chat",
        "chatgpt",
        "aider",
        "zed9",
    )


def test_it_says_what_it_is_in_one_line() -> None:
    rows = Ledger([row("2026-05-22", 1), row("2026-05-24", 300)])
    assert repr(rows) == "<Ledger of 2 days, 2026-05-22 to 2026-05-24, 301 tokens>"
    assert repr(Ledger()) == "Ledger()"


def test_a_ledger_equals_rows_and_not_other_things() -> None:
    rows = [row("2026-05-22", 1)]
    assert Ledger(rows) == Ledger(rows)
    assert Ledger(rows) != Ledger([row("2026-05-22", 2)])
    assert Ledger(rows) != rows
