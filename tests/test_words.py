from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnlib import sentences, words
from burnlib.days import Range
from burnlib.model import Estimate
from burnlib.scale import LogScale
from burnlib.testing.strategies import amounts
from burnlib.views.base import Drivers, Equivalents, Headline, Heatmap, Table, Trend
from burnlib.views.parts import Amount, Bar, Day, Equivalent, Week

M = 10**6
DAY = date(2026, 2, 10)  # a Tuesday
UNITS = {"": 1, "k": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (0, "0"),
        (7, "7"),
        (999, "999"),
        (1000, "1.00k"),
        (9994, "9.99k"),
        (9995, "10.0k"),
        (99_949, "99.9k"),
        (99_950, "100k"),
        (184_321, "184k"),
        (999_499, "999k"),
        (999_500, "1.00M"),
        (1_460_000_000, "1.46B"),
        (60 * 10**12, "60.0T"),
        (10**16, "10000T"),
    ],
)
def test_short_numbers_have_three_digits_and_step_to_the_next_unit(n: int, text: str) -> None:
    assert words.short(n) == text


@given(st.integers(0, 10**15))
def test_a_short_number_reads_back_within_half_a_percent(n: int) -> None:
    text = words.short(n)
    number = float(text.rstrip("kMBT")) * UNITS[text.lstrip("0123456789.")]
    assert abs(number - n) <= 0.005 * n
    assert len(text.rstrip("kMBT").replace(".", "")) <= 3 or n >= 999 * 10**12


@pytest.mark.parametrize(
    ("n", "text"),
    [(0, "0"), (100, "100"), (1000, "1k"), (3 * M, "3M"), (1_500_000, "1.5M"), (100_000, "100k")],
)
def test_round_numbers_on_axes_carry_no_idle_zeros(n: int, text: str) -> None:
    assert words.tick(n) == text


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0, "0"),
        (0.00001, "<0.0001"),
        (0.1, "0.10"),
        (0.423, "0.42"),
        (0.996, "1.0"),
        (1.65, "1.7"),
        (9.96, "10"),
        (66.1, "66"),
        (994, "990"),
        (996, "1.0k"),
        (14_667, "15k"),
        (8.25e9, "8.3B"),
    ],
)
def test_rough_numbers_have_two_digits(x: float, text: str) -> None:
    assert words.rough(x) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0%"),
        (0.004, "<1%"),
        (0.005, "1%"),
        (0.61, "61%"),
        (0.9949, "99%"),
        (0.996, ">99%"),
        (1, "100%"),
    ],
)
def test_percentages_never_round_to_none_or_all(share: float, text: str) -> None:
    assert words.percent(share) == text


@pytest.mark.parametrize(
    ("amount", "brief", "long", "parts"),
    [
        (Amount(), "0", "0", "0"),
        (Amount(4_120_000_000), "4.12B", "4,120,000,000", "4.12B exact"),
        (Amount(0, 540 * M), "~540M", "~540,000,000", "about 540M estimated"),
        (
            Amount(61, 39),
            "100",
            "100",
            "61 exact and about 39 estimated",
        ),
        (Amount(60, 40), "~100", "~100", "60 exact and about 40 estimated"),
        (Amount(7, 0, True), "≥ 7", "≥ 7", "at least 7 measured"),
        (Amount(0, 0, True), "≥ 0", "≥ 0", "at least 0 measured"),
        (Amount(0, 9, True), "≥ ~9", "≥ ~9", "at least 0 measured and about 9 estimated"),
        (Amount(1, 9, True), "≥ ~10", "≥ ~10", "at least 1 measured and about 9 estimated"),
    ],
)
def test_an_amount_says_how_far_it_can_be_trusted(
    amount: Amount, brief: str, long: str, parts: str
) -> None:
    assert words.amount(amount) == brief
    assert words.amount(amount, long=True) == long
    assert words.parts(amount) == parts


RANGED = Amount(0, 87 * M, False, 61 * M, 410 * M)


@pytest.mark.parametrize(
    ("amount", "brief", "parts", "between", "span"),
    [
        (
            RANGED,
            "~87.0M",
            "about 87.0M estimated (61.0M to 410M)",
            "61.0M to 410M",
            "61.0M to 410M",
        ),
        (
            RANGED + Amount(10**9, 0, True),
            "≥ ~1.09B",
            "at least 1.00B measured and about 87.0M estimated (61.0M to 410M)",
            "61.0M to 410M",
            "≥ 1.06B to 1.41B",
        ),
        # The range is too narrow to show beside what was measured.
        (
            Amount(10**12, 5, False, 4, 6),
            "~1.00T",
            "1.00T exact and about 5 estimated (4 to 6)",
            "4 to 6",
            "",
        ),
        (Amount(0, 5, False, 5, 5), "~5", "about 5 estimated", "", ""),
        (RANGED + Amount(0, 1), "~87.0M", "about 87.0M estimated", "", ""),
        # Nothing is estimated, and yet it may have been something.
        (
            Amount(0, 0, False, 0, 500),
            "~0",
            "about 0 estimated (0 to 500)",
            "0 to 500",
            "0 to 500",
        ),
        (Amount(7), "7", "7 exact", "", ""),
    ],
)
def test_an_estimate_is_told_with_its_range_where_that_is_known_and_says_something(
    amount: Amount, brief: str, parts: str, between: str, span: str
) -> None:
    assert words.amount(amount, strict=True) == brief
    assert words.parts(amount) == parts
    assert words.between(amount) == between
    assert words.span(amount) == span


def test_the_range_of_a_total_can_have_every_digit() -> None:
    amount = Amount(1_000, 30_000, True, 20_000, 60_000)
    assert words.span(amount, long=True) == "≥ 21,000 to 61,000"


def read(text: str) -> float:
    return float(text.rstrip("kMBT").replace(",", "")) * UNITS[text.lstrip("0123456789.,")]


@given(amounts())
def test_a_printed_value_lies_in_its_printed_range(amount: Amount) -> None:
    for value, ends in (
        (words.short(amount.estimated), words.between(amount)),
        (words.short(amount.total), words.span(amount).removeprefix("≥ ")),
        (words.full(amount.total), words.span(amount, long=True).removeprefix("≥ ")),
    ):
        if ends:
            low, high = ends.split(" to ")
            assert read(low) <= read(value) <= read(high)
            assert read(low) < read(high)


@given(amounts(), st.booleans())
def test_no_range_is_printed_where_none_is_known(amount: Amount, long: bool) -> None:
    if amount.low is None or amount.high is None:
        assert words.between(amount) == words.span(amount, long=long) == ""
        assert " to " not in words.parts(amount, long=long)


def test_only_estimates_that_count_messages_again_are_told_apart() -> None:
    assert words.counting(frozenset()) == words.counting(frozenset({"visible"})) == ""
    assert words.counting(frozenset({"processed"})) == "estimates count what every turn sent again"
    assert words.counting(frozenset({"visible", "processed"})) == (
        "estimates count each message once on some days, what every turn sent again on others"
    )


def test_dates_are_english_whatever_the_locale() -> None:
    assert words.day_long(DAY) == "Tue 10 Feb 2026"
    assert words.day_short(DAY) == "10 Feb"
    assert words.month(DAY) == "Feb"
    assert words.month(date(2026, 1, 1)) == "Jan 2026"
    assert [words.weekday(i) for i in (0, 6)] == ["Mon", "Sun"]


def test_sources_have_names_for_people() -> None:
    known = ["codex", "claude_code", "chatgpt", "claude_chat"]
    assert list(map(words.source, known)) == ["Codex", "Claude Code", "ChatGPT", "Claude chat"]
    assert words.source("my_new_tool") == "My new tool"
    assert words.source("") == ""


def test_ranges_and_windows_have_names_for_people() -> None:
    keys = ["90d", "1d", "26w", "1y", "all", "2026-01-01..2026-01-31", "x"]
    names = ["90 days", "1 day", "26 weeks", "1 year", "All", "2026-01-01 to 2026-01-31", "x"]
    assert list(map(words.range_name, keys)) == names
    keys = ["today", "last", "7d", "30d", "peak", "active"]
    names = ["today", "last day", "last 7 days", "last 30 days", "peak day", "active days"]
    assert list(map(words.window_name, keys)) == names


@pytest.mark.parametrize(
    "bad",
    [
        *("\x00", "\n", "\x1b", "\x7f", "\x85", "\u202e", "\u200b", "\ufeff", "\u2028"),
        *("\u2029", "\ud800", "\ufffe", "\uffff", "\U000e0041"),
    ],
)
def test_characters_that_could_hide_or_break_text_are_replaced(bad: str) -> None:
    assert words.clean(f"a{bad}b") == "a\ufffdb"


@pytest.mark.parametrize("good", ["", "Größe", "研究", "a b", "👩‍💻", "e\u0301", "<b>&amp;"])
def test_what_people_write_stays(good: str) -> None:
    assert words.clean(good) == good


def test_long_text_ends_with_an_ellipsis_within_its_limit() -> None:
    assert words.clean("x" * 120) == "x" * 120
    assert words.clean("x" * 121) == "x" * 119 + "…"
    assert words.clean("\x00bcde", 4) == "\ufffdbc…"


@given(st.text(st.characters()), st.integers(1, 40))
def test_clean_text_is_short_and_safe_and_stays_as_it_is(text: str, limit: int) -> None:
    done = words.clean(text, limit)
    assert len(done) <= limit
    assert not {unicodedata.category(c) for c in done if c != "\u200d"} & {"Cc", "Cf", "Cs", "Zl"}
    assert words.clean(done, limit) == done
    done.encode()


def day(amount: Amount | None, **more: object) -> Day:
    return Day(date=DAY, amount=amount, level=None, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (day(None), "Tue 10 Feb 2026: no data"),
        (day(Amount()), "Tue 10 Feb 2026: 0 tokens"),
        (day(Amount(1)), "Tue 10 Feb 2026: 1 token"),
        (day(Amount(325_165_695)), "Tue 10 Feb 2026: 325,165,695 tokens"),
        (day(Amount(0, 206_353)), "Tue 10 Feb 2026: ~206,353 tokens (estimated)"),
        (
            day(Amount(200_000, 125_000)),
            "Tue 10 Feb 2026: 325,000 tokens (200,000 exact and about 125,000 estimated)",
        ),
        (
            day(RANGED),
            "Tue 10 Feb 2026: ~87,000,000 tokens (estimated, 61.0M to 410M)",
        ),
        (
            day(Amount(200_000, 125_000, False, 90_000, 400_000)),
            "Tue 10 Feb 2026: 325,000 tokens "
            "(200,000 exact and about 125,000 estimated (90.0k to 400k))",
        ),
        (
            day(Amount(0, 0, False, 0, 500)),
            "Tue 10 Feb 2026: ~0 tokens (estimated, 0 to 500)",
        ),
        (
            day(Amount(5000, 0, True)),
            "Tue 10 Feb 2026: at least 5,000 tokens (the logs show less than was used)",
        ),
        (
            day(Amount(300 * M), driver="ship\x00ping", today=True, over_target=True),
            "Tue 10 Feb 2026: 300,000,000 tokens so far · ship\ufffdping · over the 250M target",
        ),
    ],
)
def test_a_day_is_told_in_full(shown: Day, text: str) -> None:
    assert sentences.day_title(shown, target=250 * M) == text


def test_a_target_that_is_not_given_is_not_made_up() -> None:
    shown = day(Amount(5), over_target=True)
    assert sentences.day_title(shown) == "Tue 10 Feb 2026: 5 tokens · over the target"


def week(amount: Amount | None, observed: int = 7, *, current: bool = False) -> Week:
    whole = observed > 5 and not current
    return Week(
        first=date(2026, 1, 19), amount=amount, observed=observed, complete=whole, current=current
    )


@pytest.mark.parametrize(
    ("shown", "title", "label"),
    [
        (week(None, 0), "no data", "no data · 0 of 7 days"),
        (week(Amount(1_930_000_000)), "1,930,000,000 tokens", "1.93B"),
        (week(Amount(9), 6), "9 tokens in 6 of 7 days", "9 · 6 of 7 days"),
        (
            week(Amount(0, 1490), 3, current=True),
            "~1,490 tokens (estimated) so far in 3 of 7 days",
            "~1.49k so far · 3 of 7 days",
        ),
    ],
)
def test_a_week_tells_how_much_of_it_is_known(shown: Week, title: str, label: str) -> None:
    assert sentences.week_title(shown) == f"Week of 19 Jan 2026: {title}"
    assert sentences.week_label(shown) == label


def test_the_peak_week_is_labelled_with_its_first_day() -> None:
    label = sentences.week_label(week(Amount(1_930_000_000, 0, True)), peak=True)
    assert label == "peak ≥ 1.93B · week of 19 Jan"


def test_a_bar_tells_share_tokens_trust_and_what_is_in_it() -> None:
    bar = Bar(
        name="other",
        amount=Amount(3_296_000_000, 824_000_000),
        share=0.61,
        days=1,
        evidence="PR 5",
        families=("a", "b"),
    )
    assert sentences.bar_label(bar) == "61% · 4.12B · 20% estimated"
    assert sentences.bar_title(bar) == (
        "other (a, b): 61%, 4,120,000,000 tokens "
        "(3,296,000,000 exact and about 824,000,000 estimated) on 1 day · PR 5"
    )
    alone = Bar(name="x", amount=Amount(0, 5), share=1.0, days=2)
    assert sentences.bar_label(alone) == "100% · ~5 · estimated"
    assert sentences.bar_title(alone) == "x: 100%, ~5 tokens (estimated) on 2 days"


def test_classes_are_named_by_their_edges() -> None:
    assert sentences.class_names(LogScale((10 * M, 30 * M))) == (
        "below 10M",
        "10M to 30M",
        "30M and more",
    )
    assert sentences.class_names(LogScale((), 41, 77)) == ("41 to 77",)
    assert sentences.class_names(LogScale((), 77, 77)) == ("77",)


YEAR = Range(date(2025, 2, 12), date(2026, 2, 11), "1y")
SUM = Amount(11_000_000_000, 3_220_000_000)


def heatmap(days: tuple[Day, ...], **more: object) -> Heatmap:
    return Heatmap(days=days, scale=LogScale((10,), 1, 40), **more)  # type: ignore[arg-type]


def test_the_heatmaps_sentences_say_sum_gaps_and_days_in_each_class() -> None:
    used = [Day(date=DAY, amount=Amount(n), level=n // 10) for n in (9, 10, 12)]
    view = heatmap((*used, day(Amount()), day(None)), range=YEAR, amount=SUM, observed=4, missing=1)
    assert sentences.name(view) == "Daily burn"
    assert sentences.sentence(view) == (
        "365 days to 2026-02-11: 11.0B exact and about 3.22B estimated tokens, "
        "1 day without data. Days by tokens: below 10: 1, 10 and more: 2, 0 tokens: 1."
    )


RESENT: frozenset[Estimate] = frozenset({"processed"})


def test_every_view_says_when_its_estimates_count_messages_again() -> None:
    amount = Amount(0, 87 * M, False, 61 * M, 410 * M)
    sum_ = "365 days to 2026-02-11: about 87.0M estimated (61.0M to 410M) tokens"
    again = "Estimates count what every turn sent again."
    head = Headline(range=YEAR, amount=amount, observed=365, missing=0, estimates=RESENT)
    assert sentences.sentence(head) == f"{sum_}. {again}"
    view = heatmap((), range=YEAR, amount=amount, observed=365, missing=0, estimates=RESENT)
    assert sentences.sentence(view) == f"{sum_}. Days by tokens: 0 tokens: 365. {again}"
    bars = Drivers(range=YEAR, bars=(), windows=(), amount=amount, estimates=RESENT)
    assert sentences.sentence(bars) == f"{sum_}. {again}"
    scale = Equivalents(range=YEAR, amount=amount, lines=(), estimates=RESENT)
    assert sentences.sentence(scale) == f"{sum_}. {again}"
    weeks = Trend(range=YEAR, weeks=(week(amount),), amount=amount, estimates=RESENT)
    assert sentences.sentence(weeks) == (
        "1 week from 2025-02-12 to 2026-02-11: about 87.0M estimated (61.0M to 410M) tokens. "
        + again
    )


def test_no_data_is_said_and_never_called_zero() -> None:
    view = heatmap((), range=YEAR, amount=Amount(), observed=0, missing=365)
    assert sentences.sentence(view) == "No days with data between 2025-02-12 and 2026-02-11."
    one = Headline(range=Range(DAY, DAY, "all"), amount=Amount(), observed=0, missing=1)
    assert sentences.sentence(one) == "No days with data."
    bars = Drivers(range=YEAR, bars=(), windows=(), amount=Amount())
    assert sentences.sentence(bars) == "No tokens on record in 365 days to 2026-02-11."
    maybe = Equivalents(range=YEAR, amount=Amount(0, 0, False, 0, 500), lines=())
    assert sentences.sentence(maybe) == (
        "365 days to 2026-02-11: about 0 estimated (0 to 500) tokens."
    )
    weeks = Trend(range=YEAR, weeks=(week(None, 0),), amount=Amount())
    assert sentences.sentence(weeks) == "No days with data."
    two = Trend(range=YEAR, weeks=(week(None, 0), week(None, 0)), amount=Amount())
    assert sentences.sentence(two) == "No data in 2 weeks from 2025-02-12 to 2026-02-11."


def test_the_other_views_are_told_in_one_sentence() -> None:
    peak = week(Amount(1_930_000_000))
    weeks = Trend(range=YEAR, weeks=(peak, week(None, 0)), amount=SUM, peak=peak)
    assert sentences.name(weeks) == "Weekly burn, log scale"
    assert sentences.sentence(weeks) == (
        "2 weeks from 2025-02-12 to 2026-02-11: 11.0B exact and about 3.22B estimated tokens, "
        "peak 1.93B in the week of 19 Jan, 1 week without data."
    )
    bars = (
        Bar(name="shipping", amount=Amount(61), share=0.61, days=1),
        Bar(name="no label", amount=Amount(39), share=0.39, days=1),
    )
    view = Drivers(range=YEAR, bars=bars, windows=(), amount=Amount(100))
    assert sentences.sentence(view) == (
        "365 days to 2026-02-11: 100 exact tokens; 61% shipping; 39% no label."
    )
    line = Equivalent(
        key="x",
        result=14_667,
        low=1.0,
        high=15_500,
        unit="novels",
        amount=Amount(100),
        steps=(),
    )
    scale = Equivalents(range=YEAR, amount=Amount(100), lines=(line,))
    assert sentences.sentence(scale) == (
        "365 days to 2026-02-11: 100 exact tokens; ≈ 15k novels (1.0 to 16k)."
    )
    table = Table(
        range=YEAR,
        receipts=(),
        sources=(),
        estimated=frozenset(),
        amount=Amount(100),
        totals={},
        calls={},
        observed=364,
    )
    assert sentences.sentence(table) == (
        "365 days to 2026-02-11: 100 exact tokens, 1 day without data."
    )
