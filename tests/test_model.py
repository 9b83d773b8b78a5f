"""Token counts, rows, and what their constructors refuse."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import given

from burnlib.errors import InvalidInput
from burnlib.ledger import Ledger
from burnlib.model import DailyRow, Fidelity, SourceDay, TokenCounts, UsageEvent, check_source_name
from burnlib.testing.strategies import ledgers
from core_strategies import counts, few, parts

AT = datetime(2026, 5, 24, 12, tzinfo=UTC)


def test_total_has_every_part_once_and_reasoning_not_at_all() -> None:
    used = TokenCounts(
        input=1,
        cache_read=20,
        cache_write_5m=300,
        cache_write_1h=4_000,
        output=50_000,
        reasoning=600_000,
    )
    assert used.total == 54_321


@given(counts(), parts)
def test_reasoning_never_changes_a_total(used: TokenCounts, reasoning: int) -> None:
    with_memo = TokenCounts(
        used.input,
        used.cache_read,
        used.cache_write_5m,
        used.cache_write_1h,
        used.output,
        reasoning,
    )
    assert with_memo.total == used.total


def test_the_inclusive_convention_takes_cached_input_out_of_input() -> None:
    # OpenAI: 1,000 input tokens, 800 of them cached; 200 output tokens, 150 of them reasoning.
    used = TokenCounts.from_inclusive(input=1_000, cache_read=800, output=200, reasoning=150)
    assert (used.input, used.cache_read, used.output, used.reasoning) == (200, 800, 200, 150)
    assert used.total == 1_200


def test_the_exclusive_convention_leaves_input_as_it_is() -> None:
    # Anthropic: 200 input tokens beside 800 read from a cache and 50 + 7 written to caches.
    used = TokenCounts.from_exclusive(
        input=200, cache_read=800, cache_write=50, cache_write_1h=7, output=200
    )
    assert used == TokenCounts(200, 800, 50, 7, 200)
    assert used.total == 1_257


@given(parts, parts, parts, parts, parts)
def test_both_provider_conventions_give_one_count(
    fresh: int, read: int, written: int, output: int, reasoning: int
) -> None:
    exclusive = TokenCounts.from_exclusive(
        input=fresh, cache_read=read, cache_write=written, output=output, reasoning=reasoning
    )
    inclusive = TokenCounts.from_inclusive(
        input=fresh + read + written,
        cache_read=read,
        cache_write=written,
        output=output,
        reasoning=reasoning,
    )
    assert exclusive == inclusive
    assert inclusive.total == fresh + read + written + output


@given(parts, parts, parts)
def test_a_log_with_more_cached_than_input_never_gives_a_negative_part(
    whole: int, read: int, written: int
) -> None:
    used = TokenCounts.from_inclusive(input=whole, cache_read=read, cache_write=written)
    assert used.input == max(0, whole - read - written)


@pytest.mark.parametrize(
    "part", ["input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "reasoning"]
)
@pytest.mark.parametrize("value", [-1, 1.0, True, "3", None, 2**53, float("nan")])
def test_a_part_that_is_no_count_is_refused_by_name_and_value(part: str, value: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        TokenCounts(**{part: value})  # type: ignore[arg-type]
    assert part in str(caught.value)
    assert repr(value) in str(caught.value)


def test_the_largest_count_that_json_keeps_exact_is_taken() -> None:
    assert TokenCounts(input=9_007_199_254_740_991).total == 9_007_199_254_740_991


def test_an_instant_without_an_offset_is_refused_with_the_fix() -> None:
    with pytest.raises(InvalidInput, match="UTC offset") as caught:
        UsageEvent(
            id="a",
            at=datetime(2026, 5, 24, 12),  # noqa: DTZ001 - that is the point
            source="codex",
            fidelity=Fidelity.EXACT,
            counts=TokenCounts(),
        )
    assert "datetime.UTC" in caught.value.hint


@pytest.mark.parametrize(
    "name", ["codex", "claude_code", "zed9", "a", "tokens", "est", "low_est_x", "my__tool"]
)
def test_a_name_that_can_begin_a_column_is_a_source_name(name: str) -> None:
    check_source_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Codex",
        "9zed",
        "_a",
        "a-b",
        "a b",
        "ä",
        "codex\n",
        "x_tokens",
        "x_est",
        "x_calls",
        "x_est_low",
        "x_est_high",
    ],
)
def test_a_name_that_would_make_a_column_ambiguous_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="not a source name") as caught:
        check_source_name(name)
    assert "[a-z][a-z0-9_]*" in caught.value.hint


def test_a_row_tells_measured_from_estimated_and_counts_lower_bounds_as_measured() -> None:
    row = DailyRow(
        date=date(2026, 5, 24),
        sources={
            "codex": SourceDay(tokens=100, fidelity=Fidelity.EXACT),
            "zed9": SourceDay(tokens=20, fidelity=Fidelity.LOWER_BOUND),
            "claude_code": SourceDay(tokens=3, fidelity=Fidelity.LOWER_BOUND),
            "chatgpt": SourceDay(tokens=4_000, fidelity=Fidelity.ESTIMATED),
        },
    )
    assert (row.total, row.exact, row.estimated) == (4_123, 123, 4_000)
    assert row.lower_bound == ("claude_code", "zed9")


@few
@given(ledgers())
def test_an_estimate_never_adds_to_a_measurement(ledger: Ledger) -> None:
    measured = estimated = 0
    for row in ledger:
        for day in row.sources.values():
            if day.fidelity == Fidelity.ESTIMATED:
                estimated += day.tokens
            else:
                measured += day.tokens
    assert (ledger.exact, ledger.estimated, ledger.total) == (
        measured,
        estimated,
        measured + estimated,
    )


def test_values_cannot_be_changed() -> None:
    used = TokenCounts(1)
    event = UsageEvent(id="a", at=AT, source="codex", fidelity=Fidelity.EXACT, counts=used)
    for value, name in ((used, "input"), (event, "counts"), (DailyRow(date=AT.date()), "date")):
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, None)


def test_fidelities_are_ordered_from_the_weakest_to_the_strongest() -> None:
    assert sorted(Fidelity) == [Fidelity.ESTIMATED, Fidelity.LOWER_BOUND, Fidelity.EXACT]
