"""From uses to day rows: nothing lost, nothing in a wrong place, zero and missing told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from burnlib.days import midnight, zone
from burnlib.errors import InvalidInput
from burnlib.families import Rule
from burnlib.ledger import Ledger
from burnlib.model import (
    NO_LABEL,
    DailyRow,
    Estimate,
    Fidelity,
    SourceDay,
    TokenCounts,
    UsageEvent,
)
from burnlib.normalize import AHEAD, Context, daily_rows
from burnlib.views.drivers import drivers
from core_strategies import SOURCES, World, worlds, zones

ALWAYS = (datetime(2010, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
SEEN_ALL = {name: [ALWAYS] for name in SOURCES}
DAY = timedelta(days=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def use(
    at: str,
    tokens: int = 1,
    source: str = "codex",
    fidelity: Fidelity = Fidelity.EXACT,
    **more: Any,
) -> UsageEvent:
    event = UsageEvent(
        id=f"{source} {at}",
        at=utc(at),
        source=source,
        fidelity=fidelity,
        counts=TokenCounts(input=tokens),
    )
    return evolve(event, **more)


def context(now: str = "2026-05-24T12:00", tz: str = "UTC", **more: Any) -> Context:
    return evolve(Context(tz=zone(tz), now=utc(now)), **more)


def seen(
    *stretches: tuple[str, str], source: str = "codex"
) -> dict[str, list[tuple[datetime, datetime]]]:
    return {source: [(utc(first), utc(last)) for first, last in stretches]}


def shown(rows: Iterable[DailyRow]) -> dict[str, dict[str, int]]:
    """Day to source to tokens."""
    return {r.date.isoformat(): {n: s.tokens for n, s in r.sources.items()} for r in rows}


# Conservation ----------------------------------------------------------------------------------


@given(worlds())
def test_rows_hold_every_token_and_call_of_every_source(world: World) -> None:
    tokens: Counter[str] = Counter()
    calls: Counter[str] = Counter()
    for row in daily_rows(world.uses, world.context):
        for name, day in row.sources.items():
            tokens[name] += day.tokens
            calls[name] += day.calls or 0
    for name in SOURCES:
        of_source = [event for event in world.uses if event.source == name]
        assert tokens[name] == sum(world.counts(event).total for event in of_source)
        assert calls[name] == sum(event.calls for event in of_source)


@given(worlds())
def test_days_conserve_tokens_in_every_fidelity(world: World) -> None:
    # One source for each fidelity, so that no day mixes them.
    uses = [evolve(event, source=f"f{int(event.fidelity)}") for event in world.uses]
    rows = daily_rows(uses, evolve(world.context, seen={f"f{n}": [ALWAYS] for n in range(3)}))
    found = Counter(dict.fromkeys(Fidelity, 0))
    for row in rows:
        for day in row.sources.values():
            if day.tokens:
                found[day.fidelity] += day.tokens
    for fidelity in Fidelity:
        asked = sum(world.counts(e).total for e in uses if e.fidelity is fidelity)
        assert found[fidelity] == asked
    assert sum(row.estimated for row in rows) == found[Fidelity.ESTIMATED]
    assert sum(row.exact for row in rows) == found[Fidelity.EXACT] + found[Fidelity.LOWER_BOUND]


@given(worlds())
def test_rows_hold_every_part_of_the_counts_and_add_up_to_their_tokens(world: World) -> None:
    rows = daily_rows(world.uses, world.context)
    for part in ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "reasoning"):
        held = sum(
            getattr(day.counts, part) for row in rows for day in row.sources.values() if day.counts
        )
        assert held == sum(getattr(world.counts(event), part) for event in world.uses)
    for row in rows:
        for day in row.sources.values():
            assert day.tokens == (day.counts.total if day.counts else 0)
        assert row.total == sum(day.tokens for day in row.sources.values())


@given(worlds())
def test_the_drivers_of_a_day_add_up_to_its_total_or_are_unknown(world: World) -> None:
    for row in daily_rows(world.uses, world.context):
        assert not row.drivers or sum(row.drivers.values()) == row.total
        assert row.driver in ("", *row.drivers)


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_uses_does_not_matter(world: World, random: Random) -> None:
    shuffled = list(world.uses)
    random.shuffle(shuffled)
    assert daily_rows(shuffled, world.context) == daily_rows(world.uses, world.context)


@given(worlds())
def test_rows_are_in_order_and_at_most_one_a_day(world: World) -> None:
    days = [row.date for row in daily_rows(world.uses, world.context)]
    assert days == sorted(set(days))


# Fidelity --------------------------------------------------------------------------------------


@given(worlds())
def test_a_row_is_only_as_exact_as_its_weakest_part(world: World) -> None:
    everything = evolve(world.context, seen=SEEN_ALL)
    rows = {row.date: row for row in daily_rows(world.uses, everything)}
    weakest: dict[tuple[date, str], Fidelity] = {}
    for event in world.uses:
        day = next(
            d
            for d in rows
            if midnight(d, everything.tz) <= event.at < midnight(d + DAY, everything.tz)
        )
        key = (day, event.source)
        weakest[key] = min(event.fidelity, weakest.get(key, Fidelity.EXACT))
    found = {
        (row.date, name): day.fidelity for row in rows.values() for name, day in row.sources.items()
    }
    assert weakest.items() <= found.items()
    measured = {event.source for event in world.uses if event.fidelity > Fidelity.ESTIMATED}
    for key in found.keys() - weakest.keys():
        assert found[key] == (Fidelity.EXACT if key[1] in measured else Fidelity.ESTIMATED)


@given(worlds())
def test_less_seen_never_makes_a_day_better_known(world: World) -> None:
    all_seen = evolve(world.context, seen=SEEN_ALL)
    less = {row.date: row for row in daily_rows(world.uses, world.context)}
    more = {row.date: row for row in daily_rows(world.uses, all_seen)}
    assert less.keys() <= more.keys()
    for day, row in less.items():
        for name, value in row.sources.items():
            best = more[day].sources[name]
            assert (value.tokens, value.calls) == (best.tokens, best.calls)
            assert value.fidelity <= best.fidelity


@given(worlds())
def test_where_nothing_was_seen_nothing_is_exact_and_nothing_is_zero(world: World) -> None:
    blind = evolve(world.context, seen={})
    names = Counter(event.source for event in world.uses)
    rows = daily_rows(world.uses, blind)
    assert all(day.fidelity < Fidelity.EXACT for row in rows for day in row.sources.values())
    assert sum(len(row.sources) for row in rows) <= names.total()
    assert all(day.calls is not None for row in rows for day in row.sources.values())


@given(worlds())
def test_the_range_of_an_estimated_day_holds_its_value(world: World) -> None:
    for row in daily_rows(world.uses, world.context):
        for day in row.sources.values():
            assert (day.low is None) == (day.high is None)
            if day.low is not None and day.high is not None:
                assert day.fidelity is Fidelity.ESTIMATED
                assert day.low <= day.tokens <= day.high


@given(worlds())
def test_the_range_of_a_day_is_not_known_where_that_of_an_estimate_is_not(world: World) -> None:
    tz, now = world.context.tz, world.context.now
    unknown = {
        (use.at.astimezone(tz).date(), use.source)
        for use in world.uses
        if use.at <= now + AHEAD
        and use.fidelity is Fidelity.ESTIMATED
        and (use.low is None or use.high is None)
    }
    for row in daily_rows(world.uses, world.context):
        for name, day in row.sources.items():
            if day.fidelity is Fidelity.ESTIMATED:
                assert (day.low is None) == ((row.date, name) in unknown)


def test_an_estimate_without_a_range_leaves_none_to_its_day() -> None:
    guess = Fidelity.ESTIMATED
    uses = [
        use("2026-05-24T10:00", 100, fidelity=guess, low=40, high=300),
        use("2026-05-24T11:00", 7, fidelity=guess),
        use("2026-05-24T11:30", 1_000),
    ]
    (row,) = daily_rows(uses, context(seen=SEEN_ALL))
    day = row.sources["codex"]
    assert (day.tokens, day.low, day.high, day.fidelity) == (1_107, None, None, guess)
    assert (row.exact, row.estimated) == (0, 1_107)


def talk(at: str, visible: int, processed: int, most: int | None) -> UsageEvent:
    """A message of a chat, with 10 % to both sides of what is visible."""
    return use(
        at, visible, "chatgpt", Fidelity.ESTIMATED,
        low=visible * 9 // 10, high=visible * 11 // 10,
        processed=TokenCounts(input=processed), processed_high=most,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("estimate", "uses", "figures"),
    [
        # From each message once at its least, to everything that was processed at its most.
        ("visible", [(100, 400, 440), (50, 0, 0)], (150, 135, 440)),
        ("processed", [(100, 400, 440), (50, 0, 0)], (400, 135, 440)),
        # A question that is answered the next day: nothing was processed yet.
        ("visible", [(100, 0, 0)], (100, 90, 110)),
        ("processed", [(100, 0, 0)], (0, 0, 110)),
        # Without an end of its own, what was processed is the end.
        ("processed", [(100, 400, None)], (400, 90, 400)),
    ],
)
def test_the_range_of_a_chat_reaches_from_its_text_to_what_was_processed(
    estimate: Estimate, uses: list[tuple[int, int, int | None]], figures: tuple[int, int, int]
) -> None:
    told = [talk(f"2026-05-24T0{hour}:00", *numbers) for hour, numbers in enumerate(uses)]
    (row,) = daily_rows(told, context(estimate=estimate))
    day = row.sources["chatgpt"]
    assert (day.tokens, day.low, day.high) == figures


def test_a_chat_changes_neither_the_driver_of_a_day_nor_what_is_measured_of_it() -> None:
    work = use("2026-05-24T10:00", 30, project="/code/thesis", work=frozenset({"edit"}))
    chat = use("2026-05-24T11:00", 123, "chatgpt", Fidelity.ESTIMATED)
    (alone,) = daily_rows([work], context())
    (both,) = daily_rows([work, chat], context())
    assert (both.driver, both.evidence) == (alone.driver, alone.evidence) == ("shipping", "thesis")
    assert both.drivers == {NO_LABEL: 123, "shipping": 30}
    shown = [
        [(bar.name, bar.amount.total) for bar in drivers(Ledger([row]), basis="exact").bars]
        for row in (alone, both)
    ]
    assert shown[0] == shown[1] == [("shipping", 30)]


def test_an_old_export_makes_no_zero_before_the_first_measured_use() -> None:
    uses = [
        use("2026-05-18T11:00", 9, "chatgpt", Fidelity.ESTIMATED),
        use("2026-05-21T10:00", 5),
    ]
    rows = shown(daily_rows(uses, context("2026-05-22T12:00", seen={"codex": [ALWAYS]})))
    assert set(rows) == {"2026-05-18", "2026-05-21", "2026-05-22"}


def test_an_old_export_makes_no_gap_of_a_day_on_which_all_logs_are_silent() -> None:
    uses = [
        use("2026-05-20T10:00", 5),
        use("2026-05-20T11:00", 9, "chatgpt", Fidelity.ESTIMATED),
        use("2026-05-22T10:00", 7),
    ]
    rows = shown(daily_rows(uses, context("2026-05-22T12:00", seen={"codex": [ALWAYS]})))
    assert rows == {
        "2026-05-20": {"codex": 5, "chatgpt": 9},
        "2026-05-21": {"codex": 0},
        "2026-05-22": {"codex": 7},
    }


# Places ----------------------------------------------------------------------------------------


@given(worlds(quiet=False))
def test_every_use_is_in_the_row_between_whose_midnights_it_lies(world: World) -> None:
    tz = world.context.tz
    for event in world.uses:
        (row,) = daily_rows([event], world.context)
        assert midnight(row.date, tz) <= event.at < midnight(row.date + DAY, tz)


@pytest.mark.parametrize(
    ("tz", "at", "day"),
    [
        ("UTC", "2026-05-24T23:59:59.999999", "2026-05-24"),
        ("Europe/Berlin", "2026-05-24T21:59:59.999999", "2026-05-24"),
        ("Europe/Berlin", "2026-05-24T22:00", "2026-05-25"),
        ("Europe/Berlin", "2026-03-28T23:00", "2026-03-29"),  # the day of 23 hours
        ("Europe/Berlin", "2026-03-29T22:00", "2026-03-30"),
        ("Europe/Berlin", "2026-10-25T22:59:59.999999", "2026-10-25"),  # the day of 25 hours
        ("Europe/Berlin", "2026-10-25T23:00", "2026-10-26"),
        ("Australia/Lord_Howe", "2026-04-05T13:29:59.999999", "2026-04-05"),  # 24 and a half
        ("Australia/Lord_Howe", "2026-04-05T13:30", "2026-04-06"),
        ("Pacific/Apia", "2011-12-30T09:59:59.999999", "2011-12-29"),
        ("Pacific/Apia", "2011-12-30T10:00", "2011-12-31"),
        ("America/Sao_Paulo", "2018-11-04T02:59:59.999999", "2018-11-03"),
        ("America/Sao_Paulo", "2018-11-04T03:00", "2018-11-04"),  # at once 01:00
        ("America/Havana", "2026-11-01T05:30", "2026-11-01"),  # 00:30 for the second time
        ("America/New_York", "2024-03-01T04:59:59.999999", "2024-02-29"),
        ("Pacific/Kiritimati", "2025-12-31T10:00", "2026-01-01"),
        ("Etc/GMT+12", "2026-01-01T11:59:59.999999", "2025-12-31"),
    ],
)
def test_a_use_is_in_the_row_of_its_local_day(tz: str, at: str, day: str) -> None:
    (row,) = daily_rows([use(at)], context("2026-12-31", tz))
    assert row.date.isoformat() == day
    assert row.tz == tz


@given(worlds(quiet=False), zones())
def test_another_zone_moves_tokens_by_at_most_two_days_and_keeps_them(
    world: World, other: str
) -> None:
    here = totals(daily_rows(world.uses, world.context))
    there = totals(daily_rows(world.uses, evolve(world.context, tz=zone(other))))
    assert here.total() == there.total()
    for day in {*here, *there}:
        # Zones are up to 26 hours apart, so that one instant can be two dates apart.
        for one, two in ((here, there), (there, here)):
            assert until(one, day - 2 * DAY) <= until(two, day) <= until(one, day + 2 * DAY)


def totals(rows: Iterable[DailyRow]) -> Counter[date]:
    return Counter({row.date: row.total for row in rows})


def until(tokens: Counter[date], last: date) -> int:
    return sum(number for day, number in tokens.items() if day <= last)


# Zero, missing, lower bound --------------------------------------------------------------------


def test_a_quiet_day_that_was_seen_is_zero_and_one_that_was_not_is_missing() -> None:
    uses = [use("2026-05-20T10:00", 5), use("2026-05-23T10:00", 7)]
    windows = seen(
        ("2026-05-20T00:00", "2026-05-22T00:00"), ("2026-05-23T00:00", "2026-05-24T12:00")
    )
    rows = daily_rows(uses, context(seen=windows))
    assert shown(rows) == {
        "2026-05-20": {"codex": 5},
        "2026-05-21": {"codex": 0},  # seen, and nothing used
        # 22 May: nobody looked
        "2026-05-23": {"codex": 7},
        "2026-05-24": {"codex": 0},  # today, so far
    }
    zero = rows[1].sources["codex"]
    assert (zero.fidelity, zero.calls) == (Fidelity.EXACT, 0)


def test_one_microsecond_unseen_at_either_end_makes_a_quiet_day_missing() -> None:
    uses = [use("2026-05-20T10:00", 5), use("2026-05-22T10:00", 7)]
    for first, last in (
        ("2026-05-21T00:00:00.000001", "2026-05-22T00:00"),
        ("2026-05-21T00:00", "2026-05-21T23:59:59.999999"),
    ):
        rows = daily_rows(uses, context(seen=seen((first, last))))
        assert "2026-05-21" not in shown(rows)


@pytest.mark.parametrize(
    ("first", "last", "fidelity"),
    [
        ("2026-05-20T00:00", "2026-05-21T00:00", Fidelity.EXACT),
        ("2026-05-20T00:00:00.000001", "2026-05-21T00:00", Fidelity.LOWER_BOUND),
        ("2026-05-20T00:00", "2026-05-20T23:59:59.999999", Fidelity.LOWER_BOUND),
        ("2026-05-01T00:00", "2026-05-19T00:00", Fidelity.LOWER_BOUND),
    ],
)
def test_a_day_with_use_is_exact_only_if_all_of_it_was_seen(
    first: str, last: str, fidelity: Fidelity
) -> None:
    (row,) = daily_rows([use("2026-05-20T10:00", 5)], context(seen=seen((first, last))))
    assert row.sources["codex"].fidelity is fidelity
    assert row.sources["codex"].tokens == 5


def test_an_estimate_of_a_day_that_was_not_seen_stays_an_estimate() -> None:
    (row,) = daily_rows([use("2026-05-20T10:00", fidelity=Fidelity.ESTIMATED)], context())
    assert row.sources["codex"].fidelity is Fidelity.ESTIMATED
    assert row.lower_bound == ()


def test_today_is_seen_once_its_beginning_was() -> None:
    uses = [use("2026-05-24T10:00", 5)]
    windows = seen(("2026-05-24T00:00", "2026-05-24T11:00"))
    (today,) = daily_rows(uses, context("2026-05-24T12:00", seen=windows))
    assert today.sources["codex"].fidelity is Fidelity.EXACT
    # The next day, nobody has seen the evening of it.
    (yesterday,) = daily_rows(uses, context("2026-05-25T12:00", seen=windows))
    assert yesterday.sources["codex"].fidelity is Fidelity.LOWER_BOUND


def test_today_is_missing_if_nobody_looked_today() -> None:
    windows = seen(("2026-05-20T00:00", "2026-05-23T23:59"))
    rows = daily_rows([use("2026-05-21T10:00")], context("2026-05-24T12:00", seen=windows))
    assert list(shown(rows)) == ["2026-05-21", "2026-05-22"]


def test_today_is_the_day_of_the_zone() -> None:
    # 12:00 UTC is already the 25th in Kiritimati.
    windows = seen(("2026-05-01T00:00", "2026-05-24T12:00"))
    rows = daily_rows([use("2026-05-23T12:00")], context(tz="Pacific/Kiritimati", seen=windows))
    assert list(shown(rows)) == ["2026-05-24", "2026-05-25"]


def test_a_source_that_nobody_looked_at_has_no_column_on_that_day() -> None:
    uses = [use("2026-05-20T10:00", 5), use("2026-05-20T11:00", 7, "claude_code")]
    uses.append(use("2026-05-22T10:00", 9))
    windows = seen(("2026-05-20T00:00", "2026-05-24T12:00"))
    windows |= seen(("2026-05-20T00:00", "2026-05-21T00:00"), source="claude_code")
    windows["claude_code"] += [(utc("2026-05-24T00:00"), utc("2026-05-24T12:00"))]
    assert shown(daily_rows(uses, context(seen=windows))) == {
        "2026-05-20": {"claude_code": 7, "codex": 5},
        # 21 and 23 May: Codex used nothing, but of Claude Code nobody knows, so no total is known
        "2026-05-22": {"codex": 9},
        "2026-05-24": {"claude_code": 0, "codex": 0},
    }


def test_a_quiet_source_is_zero_on_a_day_that_another_used() -> None:
    uses = [use("2026-05-20T10:00", 5), use("2026-05-21T11:00", 7, "claude_code")]
    rows = shown(daily_rows(uses, context("2026-05-21T12:00", seen=SEEN_ALL)))
    assert rows == {
        "2026-05-20": {"claude_code": 0, "codex": 5},
        "2026-05-21": {"claude_code": 7, "codex": 0},
    }


def test_a_source_that_was_never_used_has_no_column_however_well_it_was_seen() -> None:
    rows = daily_rows([use("2026-05-24T10:00")], context(seen=SEEN_ALL))
    assert shown(rows) == {"2026-05-24": {"codex": 1}}


def test_no_day_before_the_first_use_is_zero() -> None:
    rows = daily_rows([use("2026-05-23T10:00")], context(seen=SEEN_ALL))
    assert list(shown(rows)) == ["2026-05-23", "2026-05-24"]


def test_without_any_use_there_are_no_rows() -> None:
    assert daily_rows([], context(seen=SEEN_ALL)) == []


def test_the_missing_day_of_apia_is_never_a_row_with_tokens() -> None:
    uses = [use("2011-12-30T09:00", 5), use("2011-12-30T11:00", 7)]
    rows = daily_rows(uses, context("2011-12-31T09:00", "Pacific/Apia", seen=SEEN_ALL))
    held = {day: sources["codex"] for day, sources in shown(rows).items() if sources["codex"]}
    assert held == {"2011-12-29": 5, "2011-12-31": 7}


# Clocks, names, whole days ---------------------------------------------------------------------


def test_a_use_dated_more_than_48_hours_ahead_is_left_out() -> None:
    uses = [
        use("2026-05-24T10:00", 1),
        use("2026-05-26T12:00", 20),  # exactly 48 hours
        use("2026-05-26T12:00:00.000001", 300),
    ]
    rows = daily_rows(uses, context())
    assert {day: tokens["codex"] for day, tokens in shown(rows).items()} == {
        "2026-05-24": 1,
        "2026-05-26": 20,
    }


def test_a_source_whose_name_cannot_be_a_column_is_refused() -> None:
    with pytest.raises(InvalidInput, match="'x_tokens' is not a source name"):
        daily_rows([use("2026-05-24T10:00", source="x_tokens")], context())


def test_a_day_that_came_whole_is_a_column_and_adds_to_the_total() -> None:
    whole = SourceDay(tokens=38_000, fidelity=Fidelity.ESTIMATED, low=20_000, high=60_000)
    days = {date(2026, 5, 24): {"claude_chat": whole}, date(2026, 5, 1): {"claude_chat": whole}}
    rows = daily_rows([use("2026-05-24T10:00", 5)], context(whole_days=days))
    assert shown(rows) == {
        "2026-05-01": {"claude_chat": 38_000},
        "2026-05-24": {"codex": 5, "claude_chat": 38_000},
    }
    assert (rows[1].exact, rows[1].estimated) == (5, 38_000)


def test_uses_and_a_whole_day_of_one_source_are_never_added() -> None:
    whole = {date(2026, 5, 24): {"codex": SourceDay(tokens=900, fidelity=Fidelity.EXACT)}}
    rows = daily_rows([use("2026-05-24T10:00", 5)], context(whole_days=whole))
    assert shown(rows) == {"2026-05-24": {"codex": 5}}


def test_a_zero_of_a_scan_hides_no_tokens_that_came_from_elsewhere() -> None:
    # This machine used nothing on the 23rd; a row that was imported from another machine did.
    whole = {date(2026, 5, 23): {"codex": SourceDay(tokens=900, fidelity=Fidelity.EXACT)}}
    rows = daily_rows([use("2026-05-22T10:00", 5)], context(seen=SEEN_ALL, whole_days=whole))
    assert shown(rows)["2026-05-23"] == {"codex": 900}


def test_made_up_uses_mark_every_row() -> None:
    rows = daily_rows([use("2026-05-22T10:00")], context(seen=SEEN_ALL, made_up=True))
    assert [dict(row.extra) for row in rows] == [{"made_up": True}] * 3


# Drivers ---------------------------------------------------------------------------------------

RULES = (
    Rule(family="shipping", uses=frozenset({"edit"})),
    Rule(family="research", uses=frozenset({"web"})),
)
EDIT, WEB = frozenset({"edit"}), frozenset({"web"})


def one_day(*uses: UsageEvent, **more: Any) -> DailyRow:
    (row,) = daily_rows(uses, context(rules=RULES, **more))
    return row


def test_the_largest_family_is_the_driver_and_its_largest_projects_are_the_evidence() -> None:
    row = one_day(
        use("2026-05-24T08:00", 10, work=EDIT, project="/code/a", session="1"),
        use("2026-05-24T09:00", 40, work=EDIT, project="/code/b/", session="2"),
        use("2026-05-24T10:00", 20, work=EDIT, project="C:\\work\\c", session="3"),
        use("2026-05-24T10:30", 30, work=EDIT, project="/code/d", session="4"),
        use("2026-05-24T11:00", 60, work=WEB, project="/code/e", session="5"),
        use("2026-05-24T11:30", 5, session="6"),
    )
    assert dict(row.drivers) == {"shipping": 100, "research": 60, NO_LABEL: 5}
    assert list(row.drivers) == ["shipping", "research", NO_LABEL]
    assert (row.driver, row.evidence) == ("shipping", "b, d, c")


def test_a_tool_anywhere_in_a_session_speaks_for_its_whole_day() -> None:
    row = one_day(
        use("2026-05-24T08:00", 10, session="1"),
        use("2026-05-24T09:00", 20, session="1", work=EDIT),
        use("2026-05-24T10:00", 5, session="2"),
    )
    assert dict(row.drivers) == {"shipping": 30, NO_LABEL: 5}


def test_a_day_that_is_mostly_unknown_has_no_driver() -> None:
    row = one_day(
        use("2026-05-24T08:00", 10, session="1", work=EDIT),
        use("2026-05-24T09:00", 11, session="2"),
    )
    assert (row.driver, row.evidence) == ("", "")
    assert dict(row.drivers) == {NO_LABEL: 11, "shipping": 10}


def test_a_day_of_which_nothing_is_known_has_no_drivers_at_all() -> None:
    row = one_day(use("2026-05-24T08:00", 10))
    assert (row.driver, row.evidence, dict(row.drivers)) == ("", "", {})


def test_the_users_label_takes_the_whole_day() -> None:
    labels = {date(2026, 5, 24): ("video", "the launch film")}
    row = one_day(use("2026-05-24T08:00", 10, work=EDIT), use("2026-05-24T09:00", 5), labels=labels)
    assert (row.driver, row.evidence, dict(row.drivers)) == (
        "video",
        "the launch film",
        {"video": 15},
    )


def test_tokens_of_whole_days_have_no_label() -> None:
    whole = {date(2026, 5, 24): {"chatgpt": SourceDay(tokens=7, fidelity=Fidelity.ESTIMATED)}}
    row = one_day(use("2026-05-24T08:00", 10, work=EDIT), whole_days=whole)
    assert dict(row.drivers) == {"shipping": 10, NO_LABEL: 7}
    assert row.driver == "shipping"


def test_a_label_on_a_day_without_use_has_no_tokens() -> None:
    labels = {date(2026, 5, 23): ("rest", "")}
    rows = daily_rows([use("2026-05-22T08:00")], context(seen=SEEN_ALL, labels=labels))
    assert [(row.driver, dict(row.drivers), row.total) for row in rows][1] == ("rest", {}, 0)
