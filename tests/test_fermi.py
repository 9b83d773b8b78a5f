from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnlib import words
from burnlib.errors import InvalidInput, NotFound
from burnlib.fermi import CONSTANTS, Constant, comparisons
from burnlib.languages import word
from burnlib.render.labels import arithmetic, sources
from burnlib.testing.strategies import amounts
from burnlib.views.parts import Amount, Equivalent

B = 10**9
UNITS = {"": 1, "k": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}


def results(tokens: int) -> dict[str, str]:
    return {word(line.unit): words.rough(line.result) for line in comparisons(Amount(tokens))}


def calculate(arithmetic: str) -> float:
    """Do the printed sum as a reader would: numbers, × and ÷, ranges and units skipped."""
    text = re.sub(r" \([^()]* to [^()]*\)", "", arithmetic)
    if found := re.match(r"\((.*?) \+ (.*?)\)", text):
        first = sum(map(number, found.groups()))
        text = text[found.end() :]
    else:
        first = number(text.split()[0] if text[0] != "≥" else text.split()[1])
    for sign, factor in re.findall(r"([×÷]) (\S+)", text):
        first = first * number(factor) if sign == "×" else first / number(factor)
    return first


def number(text: str) -> float:
    found = re.fullmatch(r"[≥~ ]*([0-9.,]+)([kMBT]?)", text)
    assert found, text
    return float(found[1].replace(",", "")) * UNITS[found[2]]


def test_eleven_billion_tokens_are_what_one_counts_by_hand() -> None:
    # 11e9 × 0.75 = 8.25e9 words; ÷ 5e9 = 1.65; ÷ 238 ÷ 60 = 577,731 hours; ÷ 8,760 = 65.95
    # years or ÷ 1,760 = 328 working years; 8.25e9 ÷ 150 ÷ 60 ÷ 8,760 = 104.6 years of speech.
    assert results(11 * B) == {
        "times the English Wikipedia": "1.7",
        "years of reading without a pause": "66",
        "working years of reading": "330",
        "years of speaking without a pause": "100",
    }


@pytest.mark.parametrize(
    ("tokens", "unit", "result"),
    [
        (40, "printed pages", "0.10"),
        (4000, "printed pages", "10"),
        (400_000, "novels", "3.0"),
        (75_000_000, "copies of War and Peace", "100"),
        (281 * B, "times the English Wikipedia", "42"),
        (210 * B, "times the English Wikipedia", "32"),
        (9 * 10**15, "times the English Wikipedia", "1.4M"),
    ],
)
def test_the_unit_grows_with_the_number(tokens: int, unit: str, result: str) -> None:
    assert results(tokens)[unit] == result


def test_a_day_of_forty_tokens_is_seconds_of_reading_and_two_tokens_are_nothing() -> None:
    # 30 words ÷ 238 a minute
    assert results(40)["minutes of reading without a pause"] == "0.13"
    assert comparisons(Amount(2)) == ()
    assert comparisons(Amount(0)) == ()


def test_the_arithmetic_is_one_line_with_every_step_and_its_range() -> None:
    lines = {line.key: line for line in comparisons(Amount(B, 220_000_000))}
    assert arithmetic(lines["war_and_peace"]) == (
        "(1.00B + ~220M) tokens ÷ 750k tokens a copy (710k to 1.1M)"
    )
    assert arithmetic(lines["speech"]) == (
        "(1.00B + ~220M) tokens × 0.75 words a token (0.55 to 0.8) "
        "÷ 150 words a minute (110 to 183) ÷ 60 ÷ 24 ÷ 365"
    )
    assert sources(lines["speech"])[0] == "OpenAI's rule of thumb for English prose (2023)"


@pytest.mark.parametrize(
    ("amount", "head"),
    [
        (Amount(B), "1.00B tokens"),
        (Amount(0, B), "~1.00B tokens"),
        (Amount(B, 0, True), "≥ 1.00B tokens"),
        (Amount(B, B, True), "(≥ 1.00B + ~1.00B) tokens"),
        (Amount(0, B, False, 7 * 10**8, 9 * B), "~1.00B (700M to 9.00B) tokens"),
        (Amount(B, B, False, 0, 9 * B), "(1.00B + ~1.00B (0 to 9.00B)) tokens"),
        (Amount(B, B, False, B, B), "(1.00B + ~1.00B) tokens"),
    ],
)
def test_the_arithmetic_says_how_far_the_tokens_can_be_trusted(amount: Amount, head: str) -> None:
    assert all(arithmetic(line).startswith(head + " ") for line in comparisons(amount))


def ordered(line: Equivalent) -> bool:
    return 0 < line.low <= line.result <= line.high


@given(st.integers(0, 60 * 10**12), st.integers(0, 60 * 10**12))
def test_results_can_be_pictured_and_lie_in_their_range(exact: int, estimated: int) -> None:
    lines = comparisons(Amount(exact, estimated))
    assert len(lines) <= 4
    assert len(lines) >= 2 or exact + estimated < 40 or exact + estimated > 60 * 10**12
    for line in lines:
        assert 0.1 <= line.result <= 10_000 or len(lines) == 1
        assert ordered(line)


@given(st.integers(40, 60 * 10**12), st.integers(0, 10**9), st.booleans())
def test_the_printed_arithmetic_gives_the_printed_result(
    exact: int, estimated: int, lower: bool
) -> None:
    for line in comparisons(Amount(exact, estimated, lower)):
        # Three digits are printed, so half a percent may be lost of each of the two sums.
        assert math.isclose(calculate(arithmetic(line)), line.result, rel_tol=0.006)


def test_the_range_of_the_tokens_goes_into_the_range_of_the_result() -> None:
    amount = Amount(10**9, 10**9, False, 5 * 10**8, 9 * 10**9)
    (books, *_) = comparisons(amount)
    # 2.0e9 ÷ 750k; 1.5e9 ÷ 1.1M and 10.0e9 ÷ 710k
    assert (round(books.result), round(books.low), round(books.high)) == (2667, 1364, 14085)
    (nothing, *_) = comparisons(Amount(0, 10**9, False, 0, 10**9))
    assert (nothing.low, words.rough(nothing.low)) == (0, "0")


@given(amounts())
def test_a_result_lies_in_its_range_whatever_is_known_of_the_tokens(amount: Amount) -> None:
    for line in comparisons(amount):
        assert 0 <= line.low <= line.result <= line.high


@given(st.integers(40, 10**12))
def test_the_range_is_what_the_ends_of_the_constants_give(tokens: int) -> None:
    for line in comparisons(Amount(tokens)):
        if line.key == "war_and_peace":
            assert math.isclose(line.high / line.low, 1.1e6 / 710e3)
        if line.key == "wikipedia":
            assert math.isclose(line.high / line.low, 0.8 / 0.55 * 5.2 / 4.9)


def test_a_constant_can_be_replaced() -> None:
    slow = Constant(119, 100, 150, "words a minute", "my stopwatch", "2026")
    (line,) = (
        line
        for line in comparisons(Amount(11 * B), constants={"reading": slow})
        if line.unit == "reading_years"
    )
    assert words.rough(line.result) == "130"  # half of 238 words a minute, so twice 65.95 years
    assert "÷ 119 words a minute (100 to 150)" in arithmetic(line)
    assert sources(line)[-1] == "my stopwatch (2026)"


def test_an_unknown_constant_lists_the_known_ones() -> None:
    with pytest.raises(NotFound, match=r"no constant 'money' .*wikipedia"):
        comparisons(Amount(1), constants={"money": CONSTANTS["page"]})


@pytest.mark.parametrize(
    "numbers", [(0, 0, 1), (2, 3, 4), (5, 1, 4), (1, 1, math.inf), (math.nan,) * 3]
)
def test_a_constant_lies_in_its_range(numbers: tuple[float, float, float]) -> None:
    with pytest.raises(InvalidInput, match="low <= value <= high"):
        Constant(*numbers, "x", "me", "2026")


def test_every_constant_says_where_and_when_it_is_from() -> None:
    for constant in CONSTANTS.values():
        assert constant.source
        assert re.search(r"20\d\d$", constant.as_of)
