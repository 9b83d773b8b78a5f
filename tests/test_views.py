from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from burnlib import sentences
from burnlib.errors import InvalidInput, NotFound
from burnlib.fermi import CONSTANTS
from burnlib.ledger import Ledger
from burnlib.model import NO_LABEL, DailyRow, Estimate, Fidelity, SourceDay
from burnlib.scale import LogScale
from burnlib.testing.strategies import FIRST, amounts, daily_rows, ledgers
from burnlib.views.base import Basis, Heatmap, Page, WeekStart
from burnlib.views.drivers import drivers
from burnlib.views.equivalents import equivalents
from burnlib.views.heatmap import heatmap
from burnlib.views.page import headline, page
from burnlib.views.parts import Amount, Week
from burnlib.views.table import table
from burnlib.views.trend import trend

EXACT, LOWER, GUESS = Fidelity.EXACT, Fidelity.LOWER_BOUND, Fidelity.ESTIMATED
MONDAY = date(2026, 1, 5)

RANGES = ["1d", "9d", "30d", "90d", "all", "2024-01-03..2024-01-20", "2020-01-01..2020-02-01"]
ranges = st.sampled_from(RANGES)
bases: st.SearchStrategy[Basis] = st.sampled_from(["total", "exact"])
# The machine may be busy, so time is no reason to fail.
law = settings(max_examples=30, deadline=None)

starts: st.SearchStrategy[WeekStart] = st.sampled_from(["monday", "sunday"])


def row(
    day: date,
    codex: int | None = None,
    *,
    chatgpt: int | None = None,
    lower: int | None = None,
    driver: str = "",
    evidence: str = "",
    split: dict[str, int] | None = None,
    extra: dict[str, object] | None = None,
) -> DailyRow:
    cells = {"codex": (codex, EXACT), "chatgpt": (chatgpt, GUESS), "claude_code": (lower, LOWER)}
    return DailyRow(
        date=day,
        sources={
            name: SourceDay(tokens=tokens, fidelity=fidelity)
            for name, (tokens, fidelity) in cells.items()
            if tokens is not None
        },
        driver=driver,
        evidence=evidence,
        drivers=split or {},
        extra=extra or {},
    )


def days(*tokens: int | None, first: date = MONDAY) -> Ledger:
    """One row a day from *first* on; None is a day without a row."""
    return Ledger(row(first + timedelta(days=i), n) for i, n in enumerate(tokens) if n is not None)


def inside(rows: Ledger, first: date, last: date, basis: Basis) -> Amount:
    """Count a window once more, source by source, without the views."""
    cells = [cell for each in rows if first <= each.date <= last for cell in each.sources.values()]
    measured = [cell for cell in cells if cell.fidelity is not GUESS]
    guessed = [cell for cell in cells if cell.fidelity is GUESS and basis == "total"]
    lower = any(cell.fidelity is LOWER for cell in cells)
    exact, estimated = (sum(cell.tokens for cell in part) for part in (measured, guessed))
    ranged = [cell for cell in guessed if cell.low is not None and cell.high is not None]
    if any(cell.tokens for cell in guessed if cell not in ranged):
        return Amount(exact, estimated, lower, None, None)
    ends = [(cell.low or 0, cell.high or 0) for cell in ranged]
    return Amount(exact, estimated, lower, sum(a for a, _ in ends), sum(b for _, b in ends))


# ---------------------------------------------------------------------------- what all views share


@law
@given(ledgers(min_size=1), ranges, bases)
def test_every_view_sums_what_the_ledger_has_in_its_days(
    rows: Ledger, range_: str, basis: Basis
) -> None:
    for view in (
        heatmap(rows, range=range_, basis=basis),
        trend(rows, range=range_, basis=basis),
        drivers(rows, range=range_, basis=basis),
        equivalents(rows, range=range_, basis=basis),
        table(rows, range=range_, basis=basis),
        headline(rows, range=range_, basis=basis),
    ):
        assert view.amount == inside(rows, view.range.first, view.range.last, basis)


@law
@given(ledgers(min_size=1))
def test_a_view_of_everything_is_the_whole_ledger(rows: Ledger) -> None:
    view = heatmap(rows, range="all")
    assert (view.amount.exact, view.amount.estimated) == (rows.exact, rows.estimated)
    assert view.amount.total == rows.total
    assert (view.range.first, view.range.last) == (rows[0].date, rows[-1].date)


@law
@given(ledgers(), ranges, bases, starts, st.none() | st.integers(0, 45))
def test_any_ledger_makes_a_whole_page(
    rows: Ledger, range_: str, basis: Basis, week_start: WeekStart, today: int | None
) -> None:
    view = page(
        rows,
        opens=range_,
        ranges=(range_,),
        basis=basis,
        week_start=week_start,
        target=1000,
        today=None if today is None else FIRST + timedelta(days=today),
    )
    (section,) = view.sections
    assert len(section.heatmap.days) == section.heatmap.range.days
    assert section.headline.observed + section.headline.missing == section.headline.range.days
    assert section.table.observed == section.heatmap.observed == section.headline.observed


def views() -> dict[str, Callable[..., object]]:
    return {
        "heatmap": heatmap,
        "trend": trend,
        "drivers": drivers,
        "equivalents": equivalents,
        "table": table,
        "headline": headline,
        "page": page,
    }


@pytest.mark.parametrize("name", views())
def test_no_rows_make_an_empty_view_of_one_day(name: str) -> None:
    for today in (None, MONDAY):
        view = views()[name](Ledger(), today=today)
        shown = view.sections[1].heatmap if isinstance(view, Page) else view
        if isinstance(shown, Heatmap):
            assert shown.range.first == shown.range.last == (today or date(1970, 1, 1))
            assert [day.amount for day in shown.days] == [None]
            assert (shown.observed, shown.missing, shown.peak) == (0, 1, None)


def test_no_rows_in_named_days_are_those_days_without_data() -> None:
    view = heatmap(Ledger(), range="2026-01-05..2026-01-11")
    assert (view.missing, view.range.days) == (7, 7)


@pytest.mark.parametrize("name", views())
@pytest.mark.parametrize(
    "wrong",
    [
        {"range": "tomorrow"},
        {"range": 90},
        {"range": "2026-01-01..9999-12-31"},
        {"range": "0001-01-01..0001-01-02"},
        {"basis": "guess"},
        {"week_start": "tuesday"},
        {"target": 0},
        {"target": 1.5},
        {"today": datetime(2026, 1, 6, tzinfo=UTC)},
    ],
)
def test_a_wrong_option_is_refused_with_the_fix(name: str, wrong: dict[str, object]) -> None:
    takes = views()[name].__kwdefaults__
    if name == "page" and "range" in wrong:
        wrong = {"opens": wrong["range"], "ranges": [wrong["range"]]}
    if set(wrong) <= set(takes):
        for rows in (days(1, 2), Ledger()):
            with pytest.raises(InvalidInput, match="fix"):
                views()[name](rows, **wrong)


def test_without_estimates_a_day_of_estimates_alone_is_missing_and_an_empty_day_is_zero() -> None:
    rows = Ledger(
        [
            row(MONDAY, 5, chatgpt=7, driver="a"),
            row(MONDAY + timedelta(days=1), chatgpt=7, driver="a"),
            row(MONDAY + timedelta(days=2), 0, chatgpt=7),
            DailyRow(date=MONDAY + timedelta(days=3)),
        ]
    )
    view = heatmap(rows, range="all", basis="exact")
    assert [day.amount for day in view.days] == [Amount(5), None, Amount(0), Amount(0)]
    assert [day.driver for day in view.days] == ["a", "", "", ""]
    assert table(rows, range="all", basis="exact").sources == ("codex",)
    assert drivers(rows, range="all", basis="exact").bars[0].amount == Amount(5)


def test_made_up_rows_mark_every_view() -> None:
    rows = Ledger([*days(1), row(date(2026, 3, 1), 1, extra={"made_up": True})])
    for view in (heatmap(rows), trend(rows), drivers(rows), equivalents(rows), table(rows)):
        assert view.made_up
    assert page(rows).made_up
    assert headline(rows, range="2026-01-05..2026-01-06").made_up
    assert not page(days(1)).made_up


# ------------------------------------------------------------------------- what is plausible


@law
@given(amounts(), amounts(), amounts())
def test_amounts_add_up_in_any_order_and_nothing_adds_nothing(
    a: Amount, b: Amount, c: Amount
) -> None:
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert a + Amount() == a


@law
@given(amounts(), amounts())
def test_a_sum_has_a_range_only_where_both_parts_have_one(a: Amount, b: Amount) -> None:
    total = a + b
    if None in (a.low, a.high, b.low, b.high):
        assert (total.low, total.high) == (None, None)
    else:
        assert (total.low, total.high) == (
            (a.low or 0) + (b.low or 0),
            (a.high or 0) + (b.high or 0),
        )
        assert (total.low or 0) <= total.estimated <= (total.high or 0)


def test_what_was_measured_has_nothing_to_range_over() -> None:
    assert (Amount(5).low, Amount(5).high) == (0, 0)
    assert (Amount(5, 1).low, Amount(5, 1).high) == (None, None)


def ranged(
    day: date, tokens: int, low: int | None, high: int | None, *, estimate: Estimate = "visible"
) -> DailyRow:
    cell = SourceDay(tokens=tokens, fidelity=GUESS, low=low, high=high)
    return DailyRow(date=day, sources={"chatgpt": cell}, estimate=estimate)


def test_one_estimate_without_a_range_leaves_the_sum_without_one() -> None:
    known, unknown = ranged(MONDAY, 5, 2, 50), ranged(MONDAY + timedelta(days=1), 7, 3, None)
    assert heatmap(Ledger([known])).amount == Amount(0, 5, False, 2, 50)
    assert heatmap(Ledger([known, unknown])).amount == Amount(0, 12, False, None, None)
    # Nothing estimated is nothing unknown.
    nothing = ranged(MONDAY + timedelta(days=1), 0, None, None)
    assert heatmap(Ledger([known, nothing])).amount == Amount(0, 5, False, 2, 50)
    assert heatmap(Ledger([known, unknown]), basis="exact").amount == Amount()


@pytest.mark.parametrize(("low", "high"), [(6, 9), (1, 4), (6, None), (None, 4)])
@pytest.mark.parametrize("name", views())
def test_a_range_that_does_not_hold_its_estimate_is_refused(
    name: str, low: int | None, high: int | None
) -> None:
    where = r"2026-01-05: chatgpt: the estimate 5 is not between .*fix: give low <= tokens <= high"
    with pytest.raises(InvalidInput, match=where):
        views()[name](Ledger([ranged(MONDAY, 5, low, high)]))


def test_a_family_has_no_range_but_all_of_them_together_have() -> None:
    view = drivers(Ledger([ranged(MONDAY, 5, 2, 50)]))
    assert view.amount == Amount(0, 5, False, 2, 50)
    assert [bar.amount for bar in view.bars] == [Amount(0, 5, False, None, None)]


def test_cells_and_sums_of_the_table_have_their_ranges() -> None:
    rows = Ledger([ranged(MONDAY, 5, 2, 50), ranged(MONDAY + timedelta(days=1), 7, 6, 8)])
    view = table(rows)
    assert [each.cells["chatgpt"] for each in view.receipts[:2]] == [
        Amount(0, 7, False, 6, 8),
        Amount(0, 5, False, 2, 50),
    ]
    assert view.totals["chatgpt"] == view.amount == Amount(0, 12, False, 8, 58)


@pytest.mark.parametrize("name", [name for name in views() if name != "page"])
def test_a_view_knows_what_the_estimates_in_its_days_count(name: str) -> None:
    """Four weeks apart, so that whole weeks around a range hold no more of them."""
    first, second, third = (MONDAY + timedelta(weeks=4 * i) for i in range(3))
    rows = Ledger(
        [
            ranged(first, 5, 2, 50),
            ranged(second, 5, 2, 50, estimate="processed"),
            DailyRow(date=third, sources=row(third, 5).sources, estimate="processed"),
        ]
    )
    for days_, counted in (
        (f"{first}..{first}", {"visible"}),
        (f"{second}..{second}", {"processed"}),
        (f"{first}..{third}", {"visible", "processed"}),
        (f"{third}..{third}", set()),
    ):
        assert views()[name](rows, range=days_).estimates == counted
    assert views()[name](rows, range="all", basis="exact").estimates == set()


# ---------------------------------------------------------------------------------------- heatmap


@law
@given(ledgers(min_size=1), ranges, bases)
def test_every_day_is_there_and_missing_days_never_become_zero(
    rows: Ledger, range_: str, basis: Basis
) -> None:
    view = heatmap(rows, range=range_, basis=basis)
    dates = [day.date for day in view.days]
    assert dates == [view.range.first + timedelta(days=i) for i in range(view.range.days)]
    known = {
        each.date
        for each in rows
        if basis == "total"
        or not each.sources
        or any(cell.fidelity is not GUESS for cell in each.sources.values())
    }
    assert {day.date for day in view.days if day.amount is not None} == known & set(dates)
    assert view.observed == len(known & set(dates))
    assert view.observed + view.missing == len(dates)


@law
@given(ledgers(min_size=1), ranges)
def test_more_tokens_never_have_a_lower_colour_and_none_have_no_colour(
    rows: Ledger, range_: str
) -> None:
    view = heatmap(rows, range=range_)
    used = sorted((day.amount.total, day.level) for day in view.days if day.amount)
    levels = [level for total, level in used if total]
    assert None not in levels
    assert levels == sorted(levels, key=lambda level: level or 0)
    assert all(level is None for total, level in used if not total)


@law
@given(ledgers(min_size=1))
def test_a_colour_means_the_same_in_every_range(rows: Ledger) -> None:
    assert len({heatmap(rows, range=range_).scale for range_ in RANGES}) == 1


@law
@given(ledgers(min_size=1), ranges)
def test_days_in_each_class_add_up_to_the_days_with_data(rows: Ledger, range_: str) -> None:
    view = heatmap(rows, range=range_)
    levels = Counter(day.level for day in view.days if day.amount)
    assert sum(levels.values()) == view.observed
    assert view.peak is None or view.peak.amount is not None
    if view.peak and view.peak.amount:
        highest = max(day.amount.total for day in view.days if day.amount)
        assert view.peak.amount.total == highest


def test_the_first_of_equal_days_is_the_peak_and_nothing_has_none() -> None:
    peak = heatmap(days(1, 9, 9, None, 0)).peak
    assert peak is not None
    assert peak.date == MONDAY + timedelta(days=1)
    assert heatmap(days(0, 0)).peak is None


def test_days_over_the_target_and_today_are_marked() -> None:
    rows = Ledger([row(MONDAY, 60, chatgpt=41), row(MONDAY + timedelta(days=1), 100)])
    view = heatmap(rows, range="all", target=100, today=MONDAY + timedelta(days=1))
    assert [day.over_target for day in view.days] == [True, False]
    assert [day.today for day in view.days] == [False, True]
    exact = heatmap(rows, range="all", target=100, basis="exact")
    assert [day.over_target for day in exact.days] == [False, False]


def test_charts_can_share_their_edges() -> None:
    view = heatmap(days(5, 50, 500), range="all", edges=[50, 100])
    assert view.scale.edges == (50, 100)
    assert [day.level for day in view.days] == [0, 1, 2]
    with pytest.raises(InvalidInput):
        heatmap(days(1), edges=[2, 1])


# ------------------------------------------------------------------------------------------ trend


@law
@given(ledgers(min_size=1), ranges, bases, starts)
def test_weeks_are_whole_and_add_up_to_the_days_in_them(
    rows: Ledger, range_: str, basis: Basis, week_start: WeekStart
) -> None:
    view = trend(rows, range=range_, basis=basis, week_start=week_start)
    asked = heatmap(rows, range=range_).range
    assert view.range.first <= asked.first
    assert asked.last <= view.range.last
    assert (view.range.last - view.range.first).days == 7 * len(view.weeks) - 1
    assert (asked.first - view.range.first).days < 7
    assert (view.range.last - asked.last).days < 7
    total = Amount()
    for week in view.weeks:
        assert week.first.strftime("%w") == {"monday": "1", "sunday": "0"}[week_start]
        last = week.first + timedelta(days=6)
        expected = inside(rows, week.first, last, basis)
        assert week.amount == (expected if week.observed else None)
        assert week.complete == (week.observed >= 6)
        total += week.amount or Amount()
    assert view.amount == total


def only(weeks: tuple[Week, ...]) -> list[tuple[int, bool, bool]]:
    return [(week.observed, week.complete, week.current) for week in weeks]


def test_a_week_needs_six_days_and_to_be_over() -> None:
    rows = days(*[1] * 6, None, *[1] * 5, None, None, *[1] * 7, *[1] * 7)
    today = MONDAY + timedelta(days=27)
    found = trend(rows, range="all", today=today).weeks
    assert only(found) == [(6, True, False), (5, False, False), (7, True, False), (7, False, True)]


def test_weeks_around_the_data_are_partial_and_weeks_without_any_are_gaps() -> None:
    rows = days(5, 5, *[None] * 12, 5, first=MONDAY + timedelta(days=5))
    view = trend(rows, range="2025-12-29..2026-01-25")
    amounts = [week.amount and week.amount.total for week in view.weeks]
    assert amounts == [None, 10, None, 5]
    assert [week.observed for week in view.weeks] == [0, 2, 0, 1]


def test_the_peak_is_a_complete_week_even_if_a_partial_one_has_more() -> None:
    rows = days(*[2] * 7, *[3] * 6, None, *[1] * 7, 99)
    peak = trend(rows, range="all").peak
    assert peak is not None
    assert (peak.first, peak.amount) == (MONDAY + timedelta(days=7), Amount(18))
    assert trend(days(9), range="all").peak is None
    assert trend(days(*[0] * 7), range="all").peak is None


def test_weeks_run_on_over_new_year() -> None:
    view = trend(days(1, 1, 1, first=date(2025, 12, 30)), range="all")
    assert [week.first for week in view.weeks] == [date(2025, 12, 29)]
    sunday = trend(days(1, first=date(2026, 1, 4)), range="all", week_start="sunday")
    assert [week.first for week in sunday.weeks] == [date(2026, 1, 4)]
    monday = trend(days(1, first=date(2026, 1, 4)), range="all")
    assert [week.first for week in monday.weeks] == [date(2025, 12, 29)]


# ---------------------------------------------------------------------------------------- drivers


@law
@given(ledgers(min_size=1), ranges, bases)
def test_bars_add_up_in_both_parts_and_their_shares_to_one(
    rows: Ledger, range_: str, basis: Basis
) -> None:
    view = drivers(rows, range=range_, basis=basis)
    assert sum(bar.amount.exact for bar in view.bars) == view.amount.exact
    assert sum(bar.amount.estimated for bar in view.bars) == view.amount.estimated
    if view.amount.total:
        assert math.isclose(sum(bar.share for bar in view.bars), 1)
    else:
        assert view.bars == ()


@law
@given(ledgers(min_size=1), ranges)
def test_bars_have_the_tokens_and_days_of_their_families(rows: Ledger, range_: str) -> None:
    view = drivers(rows, range=range_)
    tokens: Counter[str] = Counter()
    seen: dict[str, set[date]] = {}
    for each in rows:
        if each.date in view.range:
            split = each.drivers or {each.driver or NO_LABEL: each.total}
            tokens.update(split)
            for name, part in split.items():
                if part:
                    seen.setdefault(name, set()).add(each.date)
    for bar in view.bars:
        names = bar.families or (bar.name,)
        assert bar.amount.total == sum(tokens[name] for name in names)
        assert bar.days == len(set().union(*(seen[name] for name in names)))
    assert sum(len(bar.families) or 1 for bar in view.bars) == len(seen)


@law
@given(ledgers(min_size=1))
def test_bars_are_sorted_few_and_the_unlabelled_one_is_last(rows: Ledger) -> None:
    bars = drivers(rows, range="all").bars
    names = [bar.name for bar in bars]
    assert len(set(names)) == len(names) <= 9
    assert NO_LABEL not in names[:-1]
    named = [bar for bar in bars if bar.name != NO_LABEL]
    plain = [bar.amount.total for bar in named if not bar.families]
    assert plain == sorted(plain, reverse=True)
    assert not any(bar.families for bar in named[:-1])
    folded = named[-1].families if named else ()
    assert len(folded) != 1


@law
@given(daily_rows(FIRST), bases)
def test_one_days_estimates_are_shared_out_in_proportion(day: DailyRow, basis: Basis) -> None:
    view = drivers(Ledger([day]), range="all", basis=basis)
    for bar in view.bars:
        whole = day.drivers.get(bar.name, 0) if day.drivers else day.total
        if bar.families or not whole:
            continue
        due = whole * day.estimated / day.total
        guessed = bar.amount.estimated if basis == "total" else whole - bar.amount.exact
        assert abs(guessed - due) <= 1 + 1e-9 * due


def test_shared_out_estimates_add_up_to_the_last_token() -> None:
    # 10 estimated of 30 tokens: a third of 17, 8 and 5 is 5.67, 2.67 and 1.67; the whole parts
    # leave two, which go to the largest remainders. These are equal, so by name.
    day = row(MONDAY, 20, chatgpt=10, split={"c": 5, "a": 17, "b": 8})
    bars = drivers(Ledger([day]), range="all").bars
    assert [(bar.name, bar.amount) for bar in bars] == [
        ("a", Amount(11, 6)),
        ("b", Amount(5, 3)),
        ("c", Amount(4, 1)),
    ]
    # 10 of 28: 6.07, 2.86 and 1.07; the one left goes to the second.
    day = row(MONDAY, 18, chatgpt=10, split={"a": 17, "b": 8, "c": 3})
    bars = drivers(Ledger([day]), range="all").bars
    assert [bar.amount.estimated for bar in bars] == [6, 3, 1]


def test_what_nothing_claims_is_the_last_bar_however_large() -> None:
    rows = Ledger([row(MONDAY, 90), row(MONDAY + timedelta(days=1), 10, driver="research")])
    bars = drivers(rows, range="all").bars
    assert [(bar.name, bar.share, bar.days) for bar in bars] == [
        ("research", 0.1, 1),
        (NO_LABEL, 0.9, 1),
    ]
    assert [bar.name for bar in drivers(days(5), range="all").bars] == [NO_LABEL]


def test_the_ninth_family_and_the_users_other_are_folded_together() -> None:
    split = {name: 10 - i for i, name in enumerate("abcdefg")} | {"other": 50, "h": 2}
    bars = drivers(Ledger([row(MONDAY, sum(split.values()), split=split)]), range="all").bars
    assert [bar.name for bar in bars] == [*"abcdefg", "other"]
    assert (bars[-1].families, bars[-1].amount.total) == (("other", "h"), 52)
    eight = dict.fromkeys("abcdefgh", 1)
    bars = drivers(Ledger([row(MONDAY, 8, split=eight)]), range="all").bars
    assert [bar.name for bar in bars] == [*"abcdefgh"]


def test_notes_are_evidence_for_the_main_family_newest_first_and_once() -> None:
    at = [MONDAY + timedelta(days=i) for i in range(4)]
    rows = Ledger(
        [
            row(at[0], 5, driver="a", evidence="old"),
            row(at[1], 5, driver="a", evidence="old", split={"a": 1, "b": 4}),
            row(at[2], 5, evidence="split", split={"a": 1, "b": 4}),
            row(at[3], 5, driver="a", evidence="new"),
        ]
    )
    bars = drivers(rows, range="all").bars
    assert {bar.name: bar.evidence for bar in bars} == {"a": "new; old", "b": "split"}


def test_a_breakdown_that_does_not_add_up_names_the_day_and_both_numbers() -> None:
    rows = Ledger([row(MONDAY, 10, split={"a": 7})])
    with pytest.raises(InvalidInput, match=r"2026-01-05: .* 7, the day's total is 10"):
        drivers(rows)


def test_quick_figures_are_counted_back_from_the_last_day() -> None:
    rows = days(*[1] * 23, 100, *[None] * 3, 5, 0, 7)
    last = MONDAY + timedelta(days=29)
    found = {w.key: w for w in drivers(rows, range="5d", today=last).windows}
    assert [*found] == ["today", "7d", "30d", "peak", "active"]
    assert {key: (w.amount, w.days, w.of, w.date) for key, w in found.items()} == {
        "today": (Amount(7), 1, 1, last),
        "7d": (Amount(112), 4, 7, None),
        "30d": (Amount(135), 27, 30, None),
        "peak": (Amount(7), 1, 1, last),
        "active": (None, 2, 5, None),
    }
    # The day that is over is not called today.
    assert drivers(rows, range="5d").windows[0].key == "last"


def test_quick_figures_of_days_without_data_are_unknown() -> None:
    windows = drivers(days(1), range="2026-03-01..2026-03-31").windows
    assert [(w.amount, w.days) for w in windows] == [(None, 0)] * 5


# ------------------------------------------------------------------------------------ equivalents


def test_equivalents_compare_the_ranges_tokens_and_take_other_constants() -> None:
    rows = days(750_000, 1_500_000)
    (books, *_) = equivalents(rows, range="all").lines
    assert (books.key, books.result) == ("war_and_peace", 3.0)
    with pytest.raises(NotFound):
        equivalents(rows, constants={"energy": CONSTANTS["page"]})
    assert equivalents(days(0, 0)).lines == ()


# ------------------------------------------------------------------------------------------ table


@law
@given(ledgers(min_size=1), ranges, bases)
def test_columns_and_receipts_add_up(rows: Ledger, range_: str, basis: Basis) -> None:
    view = table(rows, range=range_, basis=basis)
    assert len(view.receipts) == min(30, view.range.days)
    assert view.receipts[0].date == view.range.last
    for newer, older in zip(view.receipts, view.receipts[1:], strict=False):
        assert newer.date - older.date == timedelta(days=1)
    for receipt in view.receipts:
        assert sum(cell.total for cell in receipt.cells.values()) == (
            receipt.amount.total if receipt.amount else 0
        )
        assert set(receipt.cells) <= set(view.sources)
    total = Amount()
    for amount in view.totals.values():
        total += amount
    assert total == view.amount


def test_columns_are_exact_ones_first_and_one_estimate_makes_an_estimated_column() -> None:
    rows = Ledger(
        [
            DailyRow(
                date=MONDAY,
                sources={
                    "chatgpt": SourceDay(tokens=1, fidelity=EXACT),
                    "a_tool": SourceDay(tokens=1, fidelity=LOWER),
                    "codex": SourceDay(tokens=1, fidelity=EXACT),
                },
            ),
            row(MONDAY + timedelta(days=1), chatgpt=1),
        ]
    )
    view = table(rows, range="all")
    assert view.sources == ("codex", "a_tool", "chatgpt")
    assert view.estimated == {"chatgpt"}
    assert view.totals["chatgpt"] == Amount(1, 1)
    assert table(rows, range="all", basis="exact").estimated == frozenset()


def test_calls_are_summed_only_where_all_of_them_are_known() -> None:
    def calls(day: int, codex: int | None, claude: int | None) -> DailyRow:
        return DailyRow(
            date=MONDAY + timedelta(days=day),
            sources={
                "codex": SourceDay(tokens=1, fidelity=EXACT, calls=codex),
                "claude_code": SourceDay(tokens=1, fidelity=EXACT, calls=claude),
            },
        )

    view = table(Ledger([calls(0, 3, 1), calls(1, 4, None)]), range="all")
    assert view.calls == {"codex": 7}
    assert [receipt.calls for receipt in view.receipts] == [
        {"codex": 4},
        {"codex": 3, "claude_code": 1},
    ]


def test_the_mean_counts_observed_days_and_needs_four() -> None:
    rows = days(8, 8, 8, None, 1, None, 0, 2)
    view = table(rows, range="3d")
    means = [receipt.mean and (receipt.mean.tokens, receipt.mean.days) for receipt in view.receipts]
    # to day 8: 8+8+1+0+2 = 19 of five days; to day 7: 25 of five; to day 6 (missing): 25 of four
    assert means == [(4, 5), (5, 5), (6, 4)]
    assert [receipt.amount for receipt in view.receipts] == [Amount(2), Amount(0), None]
    assert table(days(1, 1, 1), range="all").receipts[0].mean is None


def test_half_a_token_in_a_mean_rounds_up_and_estimates_mark_it() -> None:
    rows = Ledger([*days(1, 1, 1), row(MONDAY + timedelta(days=3), lower=1, chatgpt=2)])
    mean = table(rows).receipts[0].mean
    assert mean is not None
    assert (mean.tokens, mean.estimated, mean.lower_bound) == (2, True, True)  # 6 ÷ 4 = 1.5
    mean = table(rows, basis="exact").receipts[0].mean
    assert mean is not None
    assert (mean.tokens, mean.estimated) == (1, False)


def test_the_totals_follow_the_range_and_the_receipts_stop_at_thirty_days() -> None:
    rows = days(*range(1, 61))
    view = table(rows, range="all", target=59, today=MONDAY + timedelta(days=59))
    assert view.amount == Amount(60 * 61 // 2)
    assert len(view.receipts) == 30
    assert [receipt.over_target for receipt in view.receipts[:2]] == [True, False]
    assert [receipt.today for receipt in view.receipts[:2]] == [True, False]
    assert table(rows, range="10d").amount == Amount(sum(range(51, 61)))


# ------------------------------------------------------------------------------------------- page


def test_the_page_has_a_section_for_each_range_and_opens_with_one() -> None:
    view = page(days(*[1] * 200), made=MONDAY)
    assert [section.key for section in view.sections] == ["90d", "180d", "1y", "all"]
    assert (view.opens, view.made) == ("180d", MONDAY)
    assert [section.headline.amount.total for section in view.sections] == [90, 180, 200, 200]
    for section in view.sections:
        assert section.heatmap.range == section.drivers.range == section.headline.range
        assert section.equivalents.range == section.table.range == section.headline.range


def test_views_are_named_and_told_by_what_they_hold() -> None:
    rows = days(*[1] * 40)
    view = page(rows)
    assert sentences.name(view) == "Token burn"
    assert (
        sentences.sentence(view)
        == "180 days to 2026-02-13: 40 exact tokens, 140 days without data."
    )
    assert sentences.name(table(rows)) == "Last 30 days"
    assert sentences.name(table(rows, range="1d")) == "Last day"
    assert sentences.name(drivers(rows)) == "Drivers"
    assert sentences.name(equivalents(rows)) == "Scale"


@pytest.mark.parametrize("ranges", [(), ("90d",), ("180d", "180d")])
def test_a_page_that_cannot_open_is_refused(ranges: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput, match=r"180d.*opens="):
        page(days(1), ranges=ranges, opens="180d")


def test_a_page_opens_with_180_days_or_else_with_its_first_range() -> None:
    assert page(days(1), ranges=["1y", "180d"]).opens == "180d"
    assert page(days(1), ranges=["90d", "1y"]).opens == "90d"


def test_one_range_or_part_need_not_be_a_list() -> None:
    made = page(days(1), ranges="90d", parts="heatmap")
    assert ([section.key for section in made.sections], made.parts) == (["90d"], ("heatmap",))
    with pytest.raises(InvalidInput, match="no ranges"):
        page(days(1), ranges=())


@pytest.mark.parametrize("make", [heatmap, trend, drivers, equivalents, table, page])
def test_a_day_that_is_text_is_refused(make: Any) -> None:
    with pytest.raises(InvalidInput, match=r"'2026-02-11' is not a day .*date\(2026"):
        make(days(3), today="2026-02-11")


def test_other_slips_are_refused_with_what_to_give_instead() -> None:
    with pytest.raises(InvalidInput, match=r"LogScale\.of"):
        heatmap(days(3), scale="log")  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match=r"row\.total for row in rows"):
        LogScale.of(days(3))  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match=r"fermi\.Constant"):
        equivalents(days(3), constants={"reading": 100})  # type: ignore[dict-item]
    with pytest.raises(InvalidInput, match="not a day"):
        page(days(3), made="today")  # type: ignore[arg-type]


def test_the_peak_of_days_of_zero_is_zero_and_of_no_days_unknown() -> None:
    def peak(rows: Ledger) -> Amount | None:
        return next(window for window in drivers(rows).windows if window.key == "peak").amount

    zeros = Ledger(
        DailyRow(
            date=MONDAY + timedelta(days=i),
            sources={"codex": SourceDay(tokens=0, fidelity=Fidelity.EXACT)},
        )
        for i in range(3)
    )
    assert peak(zeros) == Amount()
    assert peak(Ledger()) is None


def test_the_zone_is_the_rows_own_unless_they_disagree() -> None:
    def zoned(*zones: str) -> Ledger:
        return Ledger(
            DailyRow(date=MONDAY + timedelta(days=i), tz=zone) for i, zone in enumerate(zones)
        )

    assert page(zoned("Europe/Berlin", "Europe/Berlin")).zone == "Europe/Berlin"
    assert page(zoned("Europe/Berlin", "UTC")).zone == ""
    assert page(zoned("Europe/Berlin"), zone="UTC").zone == "UTC"
