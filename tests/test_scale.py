from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnlib.errors import InvalidInput
from burnlib.ramps import CONTINUOUS, RAMPS, ZERO
from burnlib.scale import LogScale, log_ticks

M = 10**6
tokens = st.one_of(st.integers(1, 50), st.integers(1, 10**12))


def test_seven_decades_are_cut_at_powers_of_ten_and_lose_the_lowest() -> None:
    values = [141, *(3 * 10**k for k in range(3, 9)), 10**9]
    edges = (100_000, 1 * M, 10 * M, 100 * M, 1000 * M)
    assert LogScale.of(values) == LogScale(edges, 141, 10**9)


def test_two_and_a_half_decades_are_cut_at_ones_and_threes() -> None:
    values = [3 * M, 5 * M, 40 * M, 200 * M, 860 * M]
    assert LogScale.of(values).edges == (10 * M, 30 * M, 100 * M, 300 * M)


def test_one_decade_is_cut_at_ones_twos_and_fives() -> None:
    # 40 values, so the 5th percentile is the second smallest.
    values = [24 * M, 35 * M, *range(40 * M, 190 * M, 4 * M)[:37], 476 * M]
    assert len(values) == 40
    assert LogScale.of(values).edges == (50 * M, 100 * M, 200 * M)


def test_half_a_decade_has_what_edges_there_are() -> None:
    scale = LogScale.of([400_000, 900_000])
    assert (scale.edges, scale.classes) == ((500_000,), 2)


def test_one_value_is_one_class_that_knows_the_value() -> None:
    scale = LogScale.of([7, 7, 0])
    assert (scale.edges, scale.classes, scale.lo, scale.hi) == ((), 1, 7, 7)


def test_no_data_is_one_class_without_a_value() -> None:
    assert LogScale.of([0, 0]) == LogScale((), 0, 0)


def test_a_tiny_odd_day_does_not_stretch_the_scale() -> None:
    usual = [20 * M, 50 * M, 90 * M, 300 * M] * 10
    assert LogScale.of([1, *usual]).edges == LogScale.of(usual).edges == (30 * M, 100 * M, 300 * M)


def test_a_twentieth_of_the_days_is_what_counts_as_odd() -> None:
    usual = [20 * M, 50 * M, 90 * M, 300 * M] * 10
    two_of_forty = LogScale.of([1, 1, *usual[2:]])
    one_of_forty = LogScale.of([1, *usual[1:]])
    assert two_of_forty.edges == (10_000, 100_000, M, 10 * M, 100 * M)
    assert one_of_forty.edges == (30 * M, 100 * M, 300 * M)


def test_a_small_day_beside_equal_ones_has_another_colour() -> None:
    scale = LogScale.of([5, *[100] * 30])
    assert scale.level(5) < scale.level(100)


def test_a_value_on_an_edge_belongs_to_the_class_above() -> None:
    scale = LogScale((10, 100))
    assert [scale.level(v) for v in (1, 9, 10, 99, 100, 10**15)] == [0, 0, 1, 1, 2, 2]


def test_given_edges_are_used_and_the_data_is_still_known() -> None:
    assert LogScale.of([5, 80], edges=[10, 20]) == LogScale((10, 20), 5, 80)
    assert LogScale.of([], edges=[10, 20]).edges == (10, 20)


@pytest.mark.parametrize("edges", [[0, 1], [2, 2], [3, 2], [1.5], [True], ["1"], range(1, 8)])
def test_edges_that_make_no_classes_are_refused(edges: list[int]) -> None:
    with pytest.raises(InvalidInput, match="fix"):
        LogScale.of([1], edges=edges)


@given(st.lists(tokens, min_size=1, max_size=60))
def test_ten_times_as_much_has_another_colour(values: list[int]) -> None:
    scale = LogScale.of(values)
    high = max(values)
    probes = {v // 10 for v in values} | {v for v in values if 10 * v <= high} | {high // 10}
    for v in probes - {0}:
        if scale.edges and 10 * v >= scale.edges[0]:
            assert scale.level(v) != scale.level(10 * v)


@given(st.lists(tokens, max_size=60))
def test_there_are_at_most_six_classes_and_none_above_the_data_is_empty(values: list[int]) -> None:
    scale = LogScale.of(values)
    assert scale.classes <= 6
    assert all(edge <= max(values) for edge in scale.edges)
    if scale.edges:
        assert min(values) < scale.edges[0]


@given(tokens, tokens, st.lists(tokens, max_size=30))
def test_more_is_never_a_lower_class(a: int, b: int, values: list[int]) -> None:
    scale = LogScale.of(values)
    low, high = sorted((a, b))
    assert scale.level(low) <= scale.level(high)


@pytest.mark.parametrize(
    ("lo", "hi", "ticks"),
    [
        (1, 10**4, (1, 10, 100, 1000, 10_000)),
        (3e6, 9e8, (3 * M, 10 * M, 30 * M, 100 * M, 300 * M)),
        (15e6, 60e6, (20 * M, 50 * M)),
        (349e6, 440e6, (350 * M, 400 * M)),
        (105e6, 131e6, (110 * M, 120 * M, 130 * M)),
        (0.87, 1.1, (1,)),
        (0.5, 0.8, ()),
    ],
)
def test_ticks_get_finer_as_the_axis_gets_shorter(
    lo: float, hi: float, ticks: tuple[int, ...]
) -> None:
    assert log_ticks(lo, hi) == ticks


@given(st.integers(1, 10**12), st.floats(1.26, 1e6))
def test_an_axis_has_rising_ticks_inside_it(lo: int, ratio: float) -> None:
    ticks = log_ticks(lo, lo * ratio)
    assert list(ticks) == sorted(set(ticks))
    assert all(lo <= tick <= lo * ratio for tick in ticks)
    assert len(ticks) > 1 or lo < 10


# ---- colours -----------------------------------------------------------------------------------


def test_a_colour_is_that_of_its_class_and_zero_has_its_own() -> None:
    scale = LogScale((10 * M, 100 * M), 1 * M, 900 * M)
    assert [scale.color(v) for v in (0, 1, 10 * M, 10**12)] == [
        "#eeede8",
        "#f3c264",
        "#b75a00",
        "#5c000b",
    ]
    assert [scale.color(v, theme="dark") for v in (0, 1, 10 * M, 10**12)] == [
        "#242320",
        "#733119",
        "#d27c00",
        "#ffe5a8",
    ]


def test_without_classes_equal_ratios_are_equal_steps() -> None:
    scale = LogScale.of([M, 1000 * M], classes=None)
    assert (scale.continuous, scale.steps, scale.lo, scale.hi) == (True, 64, M, 1000 * M)
    assert [scale.level(v) for v in (M, 10 * M, 100 * M, 1000 * M)] == [0, 21, 42, 63]
    assert scale.color(M) == RAMPS["light"][CONTINUOUS][0] == "#f3c264"
    assert scale.color(1000 * M) == "#5c000b"
    assert scale.color(0) == ZERO["light"]


def test_without_classes_the_legend_has_the_same_edges() -> None:
    values = [M, 5 * M, 30 * M, 200 * M, 900 * M]
    assert LogScale.of(values, classes=None).edges == LogScale.of(values).edges


def test_without_classes_an_odd_tiny_day_has_the_first_colour_and_stretches_nothing() -> None:
    usual = [20 * M, 50 * M, 90 * M, 300 * M] * 10
    scale = LogScale.of([1, *usual], classes=None)
    assert (scale.lo, scale.level(1), scale.level(20 * M)) == (20 * M, 0, 0)


def test_without_classes_equal_days_have_the_middle_colour() -> None:
    scale = LogScale.of([7, 7], classes=None)
    assert scale.level(7) == 32
    assert LogScale.of([], classes=None).level(7) == 32


@given(st.lists(tokens, min_size=1, max_size=40), tokens, tokens)
def test_without_classes_more_is_never_an_earlier_colour(values: list[int], a: int, b: int) -> None:
    scale = LogScale.of(values, classes=None)
    low, high = sorted((a, b))
    assert 0 <= scale.level(low) <= scale.level(high) < CONTINUOUS
    assert RAMPS["dark"][CONTINUOUS][scale.level(high)] == scale.color(high, theme="dark")


@given(st.lists(tokens, min_size=1, max_size=40), st.integers(1, 7))
def test_there_are_no_more_classes_than_asked_for(values: list[int], most: int) -> None:
    scale = LogScale.of(values, classes=most)
    assert scale.classes <= most
    # The lowest edges go, so the largest days keep theirs.
    assert LogScale.of(values, classes=7).edges[-scale.classes + 1 :] == scale.edges or most == 1


@pytest.mark.parametrize("classes", [0, 8, -1, True, 2.0, "3"])
def test_a_number_of_classes_that_no_ramp_has_is_refused(classes: int) -> None:
    with pytest.raises(InvalidInput, match="use 1 to 7, or None"):
        LogScale.of([1], classes=classes)


def test_a_colour_of_something_else_is_refused() -> None:
    with pytest.raises(InvalidInput, match="light or dark"):
        LogScale().color(1, theme="auto")
    for value in (-1, 1.5, True):
        with pytest.raises(InvalidInput, match="number of tokens"):
            LogScale().color(value)  # type: ignore[arg-type]


def test_ticks_of_a_scale_lie_in_its_data() -> None:
    assert LogScale.of([3 * M, 900 * M]).ticks() == (3 * M, 10 * M, 30 * M, 100 * M, 300 * M)
    assert LogScale.of([]).ticks() == ()
