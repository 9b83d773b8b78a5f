"""Tokens per outcome: week by week, nothing spread, nothing lost."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import burnlib
from burnlib.errors import InvalidInput
from burnlib.ledger import Ledger
from burnlib.outcomes.base import STATES, Outcome, Told
from burnlib.testing.strategies import FIRST, ZONES, ledgers
from burnlib.views.per_outcome import PerOutcome, per_outcome
from fakes import burn, environment, install
from histories import History


def outcome(id: str, at: str, state: str = "kept", weight: float = 1) -> Outcome:
    return Outcome(
        id=id,
        at=datetime.fromisoformat(at).replace(tzinfo=UTC),
        kind="commit",
        state=state,  # type: ignore[arg-type]
        weight=weight,
    )


def told(*outcomes: Outcome, where: str = "repo", ambiguous: int = 0) -> Told:
    return Told(where=where, outcomes=outcomes, method="as said", ambiguous=ambiguous)


def rows(**days: int) -> Ledger:
    """Rows of May 2026: d4=100 is the 4th, a Monday."""
    return burnlib.loads(
        json.dumps(
            [
                {"date": f"2026-05-{int(day[1:]):02d}", "codex_tokens": tokens, "total": tokens}
                for day, tokens in days.items()
            ]
        )
    )


def view(ledger: Ledger, *told_: Told, tz: str = "UTC", range: str = "all") -> PerOutcome:
    return per_outcome(ledger, told_, tz=tz, range=range)


# Weeks of 4, 11, 18 and 25 May. The second has no data, the third no outcome.
LEDGER = rows(d4=100, d6=500, d18=40, d25=360, d31=0)
TOLD = told(
    outcome("a", "2026-05-04T10:00"),
    outcome("b", "2026-05-10T23:59"),
    outcome("c", "2026-05-09T12:00", "reverted"),
    outcome("d", "2026-05-12T12:00"),
    outcome("e", "2026-05-25T00:00"),
    outcome("f", "2026-05-31T12:00", "young"),
)


def test_tokens_are_divided_by_what_was_kept_in_the_weeks_with_data() -> None:
    found = view(LEDGER, TOLD)
    assert [
        (w.first.day, w.amount and w.amount.total, w.counts.produced, w.counts.kept)
        for w in found.weeks
    ] == [
        (4, 600, 3, 2),
        (11, None, 1, 1),
        (18, 40, 0, 0),
        (25, 360, 2, 1),
    ]
    assert (found.counts.produced, found.counts.kept) == (6, 4)
    assert (found.measured.produced, found.unmatched.produced) == (5, 1)
    assert found.idle.total == 40
    assert found.tokens_per_kept == 1000 / 3
    assert found.tokens_per_produced == 1000 / 5


def test_without_an_outcome_there_is_no_ratio_and_without_rows_no_tokens() -> None:
    assert view(LEDGER, told()).tokens_per_kept is None
    alone = view(Ledger(), TOLD)
    assert (alone.amount.total, alone.unmatched.produced, alone.tokens_per_kept) == (0, 6, None)
    with pytest.raises(InvalidInput, match="neither rows nor outcomes"):
        view(Ledger(), told())


def test_what_two_machines_tell_counts_once() -> None:
    assert (
        view(LEDGER, TOLD, told(*TOLD.outcomes, where="clone")).counts == view(LEDGER, TOLD).counts
    )


def test_an_outcome_belongs_to_the_local_day() -> None:
    late = told(outcome("x", "2026-05-10T23:00"))
    assert [w.counts.kept for w in view(rows(d10=1, d11=1), late).weeks] == [1, 0]
    berlin = view(rows(d10=1, d11=1), late, tz="Europe/Berlin")
    assert [w.counts.kept for w in berlin.weeks] == [0, 1]


def test_a_range_leaves_out_what_lies_outside_of_its_weeks() -> None:
    found = view(LEDGER, TOLD, range="7d")
    assert [w.first.day for w in found.weeks] == [25]
    assert (found.counts.produced, found.amount.total) == (2, 360)


@st.composite
def outcomes(draw: st.DrawFn) -> list[Outcome]:
    start = datetime.combine(FIRST, datetime.min.time(), UTC)
    hours = draw(st.lists(st.integers(-200, 24 * 30), max_size=8))
    return [
        Outcome(
            id=str(number),
            at=start + timedelta(hours=hour),
            kind="commit",
            weight=draw(st.sampled_from([1, 1, 2, 0.5])),
            state=draw(st.sampled_from(STATES)),
        )
        for number, hour in enumerate(hours)
    ]


@given(ledgers(min_size=1), outcomes(), st.sampled_from(ZONES))
def test_outcomes_and_tokens_are_conserved(ledger: Ledger, made: list[Outcome], tz: str) -> None:
    found = view(ledger, told(*made), tz=tz)
    weights = sum(one.weight for one in made)
    assert found.counts.produced == weights
    assert found.measured.produced + found.unmatched.produced == weights
    assert sum(week.counts.produced for week in found.weeks) == weights
    assert found.amount.total == ledger.total
    assert sum(week.amount.total for week in found.weeks if week.amount) == ledger.total
    assert found.idle.total <= ledger.total
    for state in STATES:
        assert getattr(found.counts, state) == sum(o.weight for o in made if o.state == state)


@given(ledgers(min_size=1), outcomes())
def test_one_more_reverted_outcome_never_lowers_what_a_kept_one_took(
    ledger: Ledger, made: list[Outcome]
) -> None:
    day = datetime.combine(ledger[0].date, datetime.min.time(), UTC)
    more = Outcome(id="more", at=day + timedelta(hours=12), kind="commit", state="reverted")
    before, after = view(ledger, told(*made)), view(ledger, told(*made, more))
    assert after.counts.kept == before.counts.kept
    assert after.tokens_per_kept == before.tokens_per_kept


# The command ---------------------------------------------------------------------------------

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    (tmp_path / "d.json").write_text(burnlib.dumps(LEDGER), encoding="utf-8")
    repo = History(tmp_path / "shop")
    repo.commit("a", 4)
    repo.revert(repo.commit("b", 5), 6)
    repo.commit("c", 12)
    return tmp_path


def command(machine: Path, *arguments: str) -> tuple[int, str, str]:
    return burn(
        "outcomes",
        "--from",
        "d.json",
        "--tz",
        "UTC",
        *arguments,
        env=environment(machine),
        cwd=machine,
    )


@needs_git
def test_the_command_prints_weeks_states_and_the_method(machine: Path) -> None:
    code, out, err = command(machine, "--git", "shop")
    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert ["2026-05-04", "600", "2", "1", "600"] in lines
    assert ["2026-05-11", "no", "data", "1", "1", "-"] in lines
    assert "of 3 produced: 2 kept, 1 reverted, 0 replaced, 0 too young to tell" in out
    assert "1 in weeks without data: they are in no ratio" in out
    assert "400 tokens in weeks without an outcome: they are in the ratios" in out
    assert "kept is: in main and not reverted after 14 days (shop)" in out
    assert "not told for sure: 0 of them (0%)" in out


@needs_git
def test_the_command_prints_json(machine: Path) -> None:
    code, out, _ = command(machine, "--git", "shop", "--json")
    said = json.loads(out)
    assert code == 0
    assert {key: said[key] for key in ("produced", "kept", "reverted", "replaced", "young")} == {
        "produced": 3,
        "kept": 2,
        "reverted": 1,
        "replaced": 0,
        "young": 0,
    }
    assert (said["tokens"], said["tokens_per_kept"], said["tokens_without_outcome"]) == (
        1000,
        1000,
        400,
    )
    assert said["without_data"]["produced"] == 1
    assert [week["tokens"] for week in said["weeks"]] == [600, None, 40, 360]


@needs_git
def test_a_repository_that_cannot_be_read_is_named_and_costs_nothing_else(machine: Path) -> None:
    code, out, err = command(machine, "--git", "shop", "--git", ".", "--json")
    assert (code, json.loads(out)["produced"]) == (4, 3)
    assert "not a git repository" in err
    code, out, err = command(machine, "--git", ".")
    assert (code, out) == (2, "")
    assert "not a git repository" in err


def test_without_a_place_to_read_from_it_is_said_how(machine: Path) -> None:
    code, out, err = command(machine)
    assert (code, out) == (2, "")
    assert "burn outcomes --git REPO" in err


def test_estimates_and_lower_bounds_are_marked_in_the_ratio(machine: Path) -> None:
    days = [
        {"date": "2026-05-04", "chatgpt_est": 900, "total": 900},
        {"date": "2026-05-11", "codex_tokens": 900, "total": 900, "lower_bound": ["codex"]},
    ]
    (machine / "d.json").write_text(json.dumps(days), encoding="utf-8")
    (machine / "o.csv").write_text("at\n2026-05-05\n2026-05-12\n", encoding="utf-8")
    _, out, _ = command(machine, "--file", "o.csv")
    lines = {line.split()[0]: line for line in out.splitlines() if line}
    assert lines["2026-05-04"].endswith(" ~900")
    assert lines["2026-05-11"].endswith(" ≥ 900")
    assert lines["all"].endswith(" ≥ ~900")


# Plugins -------------------------------------------------------------------------------------

DIARY = """
import sys
from datetime import UTC, datetime
from burnlib.outcomes.base import Outcome, Told

class Diary:
    name, api_version = "diary", 1
    def tell(self, where, *, now, to_stay):
        text = where.read_text()
        if text == "end":
            sys.exit(3)
        if text == "odd":
            return [text]
        at = datetime(2026, 5, 5, tzinfo=UTC)
        done = [Outcome(id=word, at=at, kind="page") for word in text.split()]
        return Told(where=str(where), outcomes=done, method="as the diary says")
"""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("end", "tried to end the program: SystemExit: 3"),
        ("odd", "gave a list, not a Told"),
        ("a a", "gave two outcomes with one id"),
    ],
)
def test_a_plugin_tells_outcomes_and_costs_nothing_but_itself_where_it_fails(
    machine: Path, text: str, says: str
) -> None:
    site = machine / "site"
    site.mkdir()
    install(
        site,
        "burn-diary",
        {"diary": "burn_diary:Diary"},
        group="outcomes",
        modules={"burn_diary": DIARY},
    )
    (machine / "good.txt").write_text("a b c", encoding="utf-8")
    (machine / "bad.txt").write_text(text, encoding="utf-8")
    env = environment(machine, site)
    given = [
        "outcomes",
        "--from",
        "d.json",
        "--tz",
        "UTC",
        "--json",
        "--other",
        "diary",
        "good.txt",
    ]
    code, out, err = burn(*given, env=env, cwd=machine)
    assert (code, err, json.loads(out)["produced"]) == (0, "", 3)
    code, out, err = burn(*given, "--other", "diary", "bad.txt", env=env, cwd=machine)
    assert (code, json.loads(out)["produced"]) == (4, 3)
    assert says in err
    assert "diary: bad.txt" in err
    code, _, err = burn("outcomes", "--from", "d.json", env=env, cwd=machine)
    assert "or --other NAME PLACE with diary" in err
    code, _, err = burn(*given, "--other", "dairy", "good.txt", env=env, cwd=machine)
    assert code == 2
    assert "no source of outcomes is called 'dairy'" in err
