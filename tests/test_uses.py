"""Several records, one use: the laws of join, and which records of one id are one use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from burnlib.model import Fidelity, TokenCounts, UsageEvent
from burnlib.uses import join, settle
from core_strategies import many, sightings, tellings

AT = datetime(2026, 5, 24, 12, tzinfo=UTC)
PARTS = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "reasoning")


def record(
    counts: tuple[int, ...] = (10, 0, 0, 0, 5),
    *,
    minute: int = 0,
    fidelity: Fidelity = Fidelity.EXACT,
    **more: Any,
) -> UsageEvent:
    """A record of the use "u"; *counts* are input, read, written, written for an hour, output."""
    event = UsageEvent(
        id="u",
        at=AT + timedelta(minutes=minute),
        source="tool",
        fidelity=fidelity,
        counts=TokenCounts(*counts),
    )
    return evolve(event, **more)


def totals(events: Iterable[UsageEvent]) -> list[int]:
    return sorted(use.counts.total for use in settle(events))


def bag(events: Iterable[UsageEvent]) -> list[str]:
    """The uses without their order, for comparing."""
    return sorted(map(repr, (evolve(use, work=frozenset()) for use in events)))


# Laws of join ----------------------------------------------------------------------------------


@many
@given(sightings(), sightings())
def test_join_is_commutative(a: UsageEvent, b: UsageEvent) -> None:
    assert join(a, b) == join(b, a)


@many
@given(sightings(), sightings(), sightings())
def test_join_is_associative(a: UsageEvent, b: UsageEvent, c: UsageEvent) -> None:
    assert join(join(a, b), c) == join(a, join(b, c))


@many
@given(sightings())
def test_join_with_an_equal_record_changes_nothing(a: UsageEvent) -> None:
    assert join(a, deepcopy(a)) == a


@many
@given(sightings(), sightings())
def test_joining_again_what_was_joined_changes_nothing(a: UsageEvent, b: UsageEvent) -> None:
    once = join(a, b)
    assert join(once, deepcopy(a)) == once
    assert join(deepcopy(b), once) == once


@many
@given(sightings(), sightings())
def test_a_merge_selects_every_part_and_invents_none(a: UsageEvent, b: UsageEvent) -> None:
    merged = join(a, b)
    for part in PARTS:
        assert getattr(merged.counts, part) in {getattr(e.counts, part) for e in (a, b)}
    for name in ("fidelity", "calls", "model", "low", "high", "request", "detail", "revision"):
        assert getattr(merged, name) in {getattr(event, name) for event in (a, b)}
    # Place and instant are of one of them, not mixed.
    assert place(merged) in {place(a), place(b)}
    assert merged.work == a.work | b.work


def place(event: UsageEvent) -> tuple[object, ...]:
    return event.at, event.session, event.project, event.branch, event.sidechain


@many
@given(sightings(), sightings())
def test_between_equals_the_merge_has_the_greater_of_every_part(
    a: UsageEvent, b: UsageEvent
) -> None:
    same = ("revision", "detail", "fidelity", "calibrated")
    b = evolve(b, **{name: getattr(a, name) for name in same})
    for part in PARTS:
        greater = max(getattr(a.counts, part), getattr(b.counts, part))
        assert getattr(join(a, b).counts, part) == greater


@many
@given(sightings(), sightings())
def test_an_estimate_never_becomes_exact_and_never_adds_to_a_measurement(
    a: UsageEvent, b: UsageEvent
) -> None:
    b = evolve(b, revision=a.revision)
    merged = join(a, b)
    measured = [event for event in (a, b) if event.fidelity is not Fidelity.ESTIMATED]
    if not measured:
        assert merged.fidelity is Fidelity.ESTIMATED
    if len(measured) == 1:
        assert merged.counts == measured[0].counts
        assert merged.fidelity is measured[0].fidelity
        assert (merged.low, merged.high) == (None, None)


@many
@given(sightings(), sightings())
def test_a_later_reader_is_believed_even_if_it_counts_less(a: UsageEvent, b: UsageEvent) -> None:
    merged = join(evolve(a, revision=2), evolve(b, revision=1))
    assert merged.counts == a.counts
    assert merged.fidelity is a.fidelity
    assert merged.revision == 2


@many
@given(sightings(), sightings())
def test_the_later_calibration_is_believed_even_if_it_counts_less(
    a: UsageEvent, b: UsageEvent
) -> None:
    a = evolve(a, revision=1, fidelity=Fidelity.ESTIMATED, calibrated=AT)
    b = evolve(b, revision=1, fidelity=Fidelity.ESTIMATED, detail=a.detail)
    for older in (None, AT - timedelta(days=1)):
        merged = join(a, evolve(b, calibrated=older))
        parts = (merged.counts, merged.low, merged.high, merged.processed, merged.method)
        assert parts == (a.counts, a.low, a.high, a.processed, a.method)


def test_a_later_export_is_believed_before_a_calibration_of_an_earlier_one() -> None:
    told = record(fidelity=Fidelity.ESTIMATED, detail=1, calibrated=AT)
    newer = record((10, 0, 0, 0, 900), fidelity=Fidelity.ESTIMATED, detail=2)
    assert join(told, newer).counts == join(newer, told).counts == newer.counts


def test_of_equal_estimates_what_was_processed_is_the_greater_in_every_part() -> None:
    told = record(fidelity=Fidelity.ESTIMATED)
    a = evolve(told, processed=TokenCounts(input=7, output=2), processed_high=9)
    b = evolve(told, processed=TokenCounts(input=5, output=3), processed_high=12)
    for merged in (join(a, b), join(b, a)):
        assert merged.processed == TokenCounts(input=7, output=3)
        assert merged.processed_high == 12
    assert join(told, a).processed == join(a, told).processed == a.processed


def test_a_start_at_the_instant_of_the_use_is_as_good_as_no_start() -> None:
    told, untold = record(started=AT), record()
    assert join(told, untold) == join(untold, told)


# Join by example -------------------------------------------------------------------------------


def test_a_response_that_streams_is_its_last_record_in_any_order() -> None:
    lines = [record((10, 0, 0, 0, n)) for n in (9, 9, 159)]
    assert totals(lines) == totals(lines[::-1]) == [169]


def test_a_later_smaller_record_lowers_nothing() -> None:
    assert totals([record((10, 0, 0, 0, 159)), record((10, 0, 0, 0, 9), minute=1)]) == [169]


def test_a_finished_record_makes_the_lower_bound_exact() -> None:
    merged = join(
        record((10, 0, 0, 0, 1), fidelity=Fidelity.LOWER_BOUND), record((10, 0, 0, 0, 159))
    )
    assert merged.fidelity is Fidelity.EXACT
    assert merged.counts.output == 159


def test_a_fuller_record_replaces_a_poorer_one_with_more_tokens() -> None:
    merged = join(record((99, 0, 0, 0, 5), detail=0), record((10, 80, 0, 0, 5), detail=1))
    assert merged.counts == TokenCounts(10, 80, 0, 0, 5)


def test_a_resumed_session_leaves_the_use_where_and_when_it_was() -> None:
    first = record(session="old", project="/code/shop", started=AT - timedelta(days=2))
    copy = record(minute=600, session="new", project="/code/blog", started=AT)
    merged = join(copy, first)
    assert (merged.session, merged.project, merged.at) == ("old", "/code/shop", AT)


def test_the_main_conversation_gives_the_place_even_if_a_side_chain_began_first() -> None:
    side = record(session="side", sidechain=True, started=AT - timedelta(days=2))
    main = record(minute=5, session="main", started=AT)
    merged = join(side, main)
    assert merged.session == "main"
    assert not merged.sidechain


def test_tools_that_any_record_names_were_used() -> None:
    merged = join(record(work=frozenset({"edit"})), record(work=frozenset({"web"})))
    assert merged.work == {"edit", "web"}


def test_a_measurement_replaces_a_larger_estimate() -> None:
    guess = record((900, 0, 0, 0, 900), fidelity=Fidelity.ESTIMATED, detail=1, low=1, high=5_000)
    merged = join(guess, record())
    assert (merged.counts.total, merged.fidelity) == (15, Fidelity.EXACT)
    assert (merged.low, merged.high) == (None, None)


# Laws of settle --------------------------------------------------------------------------------


@many
@given(tellings(), st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(told: list[UsageEvent], random: Random) -> None:
    shuffled = list(told)
    random.shuffle(shuffled)
    assert settle(shuffled) == settle(told)


@many
@given(tellings(), st.data())
def test_reading_the_same_records_again_adds_nothing(
    told: list[UsageEvent], data: st.DataObject
) -> None:
    again = deepcopy(data.draw(st.lists(st.sampled_from(told))))
    assert settle([*told, *again]) == settle(told)


@many
@given(tellings())
def test_settling_what_is_settled_changes_nothing(told: list[UsageEvent]) -> None:
    once = settle(told)
    assert bag(settle(deepcopy(once))) == bag(once)


@many
@given(tellings(), st.integers(0, 7), st.integers(0, 7))
def test_split_anywhere_with_an_overlap_the_files_give_the_whole(
    told: list[UsageEvent], one: int, other: int
) -> None:
    begin, end = sorted((one, other))
    files = (told[:end], told[begin:])
    assert settle([event for file in files for event in per_request(file)]) == settle(told)


def per_request(file: Sequence[UsageEvent]) -> list[UsageEvent]:
    """What the archive keeps of a file: one record of each request."""
    kept: dict[str, UsageEvent] = {}
    for event in map(deepcopy, file):
        known = kept.get(event.request)
        kept[event.request] = join(known, event) if known else event
    return list(kept.values())


@many
@given(tellings())
def test_settling_selects_every_part_from_a_record(told: list[UsageEvent]) -> None:
    for use in settle(told):
        for part in PARTS:
            assert getattr(use.counts, part) in {getattr(e.counts, part) for e in told}
        assert place(use) in {place(event) for event in told}


@many
@given(tellings())
def test_estimates_alone_stay_estimates(told: list[UsageEvent]) -> None:
    guesses = [evolve(event, fidelity=Fidelity.ESTIMATED) for event in told]
    assert {use.fidelity for use in settle(guesses)} == {Fidelity.ESTIMATED}


@many
@given(tellings())
def test_records_of_one_request_are_one_use(told: list[UsageEvent]) -> None:
    assert len(settle(evolve(event, request="r") for event in told)) == 1


@many
@given(tellings())
def test_side_chains_alone_are_one_use(told: list[UsageEvent]) -> None:
    assert len(settle(evolve(event, sidechain=True) for event in told)) == 1


@many
@given(tellings(), tellings())
def test_side_chains_never_add_a_use_to_a_main_conversation(
    told: list[UsageEvent], replays: list[UsageEvent]
) -> None:
    main = [evolve(event, sidechain=False) for event in told]
    # Requests of their own: within one request, a side chain's record is a copy like any other.
    side = [evolve(e, sidechain=True, request=f"side {n}") for n, e in enumerate(replays)]
    assert len(settle([*side, *main])) == len(settle(main))


@many
@given(st.lists(st.tuples(st.integers(1, 2), st.integers(0, 2), st.sampled_from("ab")), min_size=1))
def test_a_gateway_that_reuses_an_id_has_one_use_for_each_question(
    asked: list[tuple[int, int, str]],
) -> None:
    told = [
        record((fresh, read, 0, 0, 7), model=model, request=f"r{n}")
        for n, (fresh, read, model) in enumerate(asked)
    ]
    assert totals(told) == sorted(fresh + read + 7 for fresh, read, _ in set(asked))


def test_a_response_that_a_gateway_began_without_its_input_is_one_with_its_end() -> None:
    begun = record((0, 0, 0, 0, 1), request="a")
    ended = record((100, 900, 0, 0, 50), request="b")
    assert totals([begun, ended]) == totals([ended, begun]) == [1050]


# Settle by example -----------------------------------------------------------------------------


def test_a_gateway_that_gives_every_response_one_id_loses_none() -> None:
    told = [record((100 * n, 0, 0, 0, 1), request=f"r{n}") for n in (1, 2, 3)]
    assert totals(told) == [101, 201, 301]


def test_another_model_under_one_id_is_another_use() -> None:
    told = [record(request="r1", model="large"), record(request="r2", model="small")]
    assert totals(told) == [15, 15]


@pytest.mark.parametrize("part", range(4))
def test_each_part_of_the_input_tells_questions_apart(part: int) -> None:
    other = [10, 20, 30, 40, 5]
    other[part] += 1
    told = [record((10, 20, 30, 40, 5), request="r1"), record(tuple(other), request="r2")]
    assert totals(told) == [105, 106]


def test_a_question_repeated_under_a_new_request_is_one_use_with_the_grown_output() -> None:
    told = [record((10, 0, 0, 0, 5), request="r1"), record((10, 0, 0, 0, 8), request="r2")]
    assert totals(told) == [18]


def test_a_side_chain_that_replays_the_conversation_under_new_requests_counts_nothing() -> None:
    main = record((10, 0, 0, 0, 5), request="r1")
    replay = record((10, 0, 0, 0, 5), request="r2", sidechain=True)
    unlike = record((11, 0, 0, 0, 700), request="r3", sidechain=True)
    assert totals([replay, main, unlike]) == [15]


def test_a_replay_can_hold_the_end_of_the_response() -> None:
    main = record((10, 0, 0, 0, 1), request="r1", fidelity=Fidelity.LOWER_BOUND)
    replay = record((10, 0, 0, 0, 159), request="r2", sidechain=True)
    (use,) = settle([replay, main])
    assert (use.counts.total, use.fidelity, use.sidechain) == (169, Fidelity.EXACT, False)


def test_a_side_conversation_of_its_own_counts() -> None:
    assert totals([record(sidechain=True)]) == [15]
