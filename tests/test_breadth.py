"""Breadth: 1 for one driver, n for n equal ones, and words that describe without judging."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import burnlib
from burnlib.ledger import Ledger
from burnlib.sums import Portion
from burnlib.testing.strategies import FIRST, ledgers
from burnlib.views.breadth import Breadth, Spread, breadth, effective_number, spread_of
from fakes import burn, environment
from logs import NOW, answer, collect, transcript

weights = st.lists(st.integers(0, 10**12), max_size=9)


@given(st.integers(1, 50), st.integers(1, 10**9))
def test_n_equal_parts_are_n(n: int, weight: int) -> None:
    assert effective_number([weight] * n) == pytest.approx(n)


@given(weights)
def test_it_lies_between_one_and_the_number_of_parts(parts: list[int]) -> None:
    found = effective_number(parts)
    there = [part for part in parts if part]
    if not there:
        assert found is None
    else:
        assert found is not None
        assert 1 - 1e-9 <= found <= len(there) + 1e-9


@given(weights, st.integers(1, 1000), st.randoms(use_true_random=False))
def test_neither_order_nor_scale_nor_empty_parts_matter(
    parts: list[int], factor: int, chance: object
) -> None:
    other = [factor * part for part in parts] + [0]
    chance.shuffle(other)  # type: ignore[attr-defined]
    first, second = effective_number(parts), effective_number(other)
    assert (first is None) == (second is None)
    if first is not None:
        assert second == pytest.approx(first)


def test_three_quarters_and_a_quarter() -> None:
    # exp(-(0.75 ln 0.75 + 0.25 ln 0.25)) = 4 / 3**0.75
    assert effective_number([3, 1]) == pytest.approx(4 / 3**0.75)


def portion(tokens: int, *, project: str = "", session: str = "s", work: str = "") -> Portion:
    return Portion(
        "codex",
        session,
        project,
        "",
        work,
        2,
        1,
        tokens,
        0,
        0,
        0,
        0,
        0,
        tokens,
        tokens,
        tokens,
        tokens,
        0,
    )


def test_a_session_is_of_the_kind_of_all_that_ran_in_it_on_the_day() -> None:
    day = date(2026, 5, 4)
    found = spread_of(
        [
            (day, portion(10, project="/shop", work="edit")),
            (day, portion(20, project="/blog", work="run")),
            (day, portion(5, session="t", work="edit")),
            (day, portion(7, session="u")),
            (day + timedelta(days=1), portion(40, work="edit")),
        ]
    )
    assert found[day] == Spread(
        projects={"/shop": 10, "/blog": 20}, kinds={"edit+run": 30, "edit": 5}
    )
    assert found[day + timedelta(days=1)].kinds == {"edit": 40}


def week(number: int, **families: int) -> list[dict[str, object]]:
    """Seven rows of a week from Monday 4 May 2026 on, each with these families."""
    total = sum(families.values())
    return [
        {
            "date": (date(2026, 5, 4) + timedelta(days=7 * number + n)).isoformat(),
            "codex_tokens": total,
            "total": total,
            "drivers": families,
        }
        for n in range(7)
    ]


def view(*weeks: list[dict[str, object]], **more: object) -> Breadth:
    rows = burnlib.loads(json.dumps([row for days in weeks for row in days]))
    return breadth(rows, range="all", **more)  # type: ignore[arg-type]


def test_weeks_are_placed_beside_the_median_of_those_that_are_complete() -> None:
    found = view(
        week(0, shipping=10),
        week(1, shipping=10, research=10),
        week(2, shipping=10, research=10, review=10),
        week(3, shipping=40),
        week(4, shipping=1),
        today=date(2026, 6, 2),
    )
    assert [w.drivers and round(w.drivers, 9) for w in found.weeks] == [1, 2, 3, 1, 1]
    # Tokens of complete weeks: 70, 140, 210, 280; their median is 175. Drivers: 1, 2, 3, 1; 1.5.
    assert [(w.volume, w.variety) for w in found.weeks] == [
        (-1, -1),
        (-1, 1),
        (1, 1),
        (1, -1),
        (0, 0),
    ]
    assert [w.complete for w in found.weeks] == [True, True, True, True, False]


def test_three_weeks_are_too_few_to_say_what_is_usual() -> None:
    found = view(week(0, shipping=10), week(1, shipping=20), week(2, shipping=30))
    assert [(w.volume, w.variety) for w in found.weeks] == [(0, 0)] * 3


def test_tokens_without_a_label_are_no_driver() -> None:
    (only,) = view(week(0, **{"shipping": 10, "no label": 90})).weeks
    assert only.drivers == 1
    assert view(week(0, **{"no label": 90})).weeks[0].drivers is None
    assert view(week(0, **{"shipping": 10, "no label": 90})).labelled == 70


def test_what_is_new_is_told_by_all_that_was_before_also_outside_of_the_range() -> None:
    monday = date(2026, 5, 4)
    rows = burnlib.loads(json.dumps(week(0, a=1) + week(1, a=1) + week(2, a=1)))
    spread = {
        monday: Spread(projects={"/shop": 1}, kinds={"edit": 1}),
        monday + timedelta(days=7): Spread(projects={"/shop": 1, "/blog": 1}),
        monday + timedelta(days=15): Spread(projects={"/blog": 3}, kinds={"edit": 1, "web": 1}),
    }
    found = breadth(rows, spread, range="14d")
    assert [w.new_projects for w in found.weeks] == [("/blog",), ()]
    assert [w.new_kinds for w in found.weeks] == [(), ("web",)]
    assert [w.projects for w in found.weeks] == [pytest.approx(2), 1]


@given(ledgers(min_size=1))
def test_every_week_of_any_rows_has_a_breadth_or_none(rows: Ledger) -> None:
    found = breadth(rows, range="all")
    assert found.amount.total == rows.total
    for each in found.weeks:
        labelled = {
            family
            for row in rows
            if each.first <= row.date < each.first + timedelta(days=7)
            for family, tokens in row.drivers.items()
            if tokens and family != "no label"
        }
        assert (each.drivers is None) == (not labelled)
        if each.drivers is not None:
            assert 1 - 1e-9 <= each.drivers <= len(labelled) + 1e-9
    assert found.weeks[0].first <= rows[0].date
    assert rows[0].date >= FIRST


def test_the_command_tells_projects_and_kinds_from_the_archive(tmp_path: Path) -> None:
    home = tmp_path / "home"
    edit = {"type": "tool_use", "id": "t", "name": "Edit", "input": {}}
    transcript(
        home,
        "s1",
        answer("m1", (50, 0, 0, 50), cwd="/code/shop", message_content=[edit]),
        answer("m2", (50, 0, 0, 50), "11:00:00", cwd="/code/blog"),
    )
    collect(home, archive=tmp_path / "a.db", now=NOW)
    env = environment(tmp_path)
    code, out, err = burn(
        "breadth", "--archive", str(tmp_path / "a.db"), "--range", "all", "--json", env=env
    )
    assert (code, err) == (0, "")
    told = [each for each in json.loads(out)["weeks"] if each["tokens"]]
    assert [(round(t["projects"], 9), t["kinds"], t["new_kinds"]) for t in told] == [
        (2, 1, ["edit"])
    ]
    code, out, _ = burn("breadth", "--archive", str(tmp_path / "a.db"), "--range", "all", env=env)
    assert "2 new projects; new: edit" in out


def test_the_command_says_what_a_file_does_not_know(tmp_path: Path) -> None:
    (tmp_path / "d.json").write_text(json.dumps(week(0, shipping=10)), encoding="utf-8")
    given = ["breadth", "--from", str(tmp_path / "d.json"), "--range", "all"]
    code, out, err = burn(*given, env=environment(tmp_path))
    assert (code, err) == (0, "")
    assert "projects and kinds are in the archive alone" in out
    assert "drivers are of the 100% of tokens that have a label" in out
    assert "2026-05-04           70      1.0         -      -" in out
