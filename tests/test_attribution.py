"""Tokens by the projects that have outcomes: nothing lost, nothing given to two."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnlib.model import Fidelity
from burnlib.outcomes.base import Outcome
from burnlib.sums import Portion
from burnlib.views.attribution import Attribution, attribute
from burnlib.views.parts import Amount
from fakes import burn, environment
from histories import History
from logs import NOW, answer, collect, transcript

DAY = date(2026, 5, 4)


def portion(tokens: int, project: str, fidelity: Fidelity = Fidelity.EXACT) -> Portion:
    return Portion(
        "codex", "s", project, "", "", fidelity, 1,
        tokens, 0, 0, 0, 0, 0, tokens, tokens, tokens, tokens, 0,
    )  # fmt: skip


def outcome(id: str, project: str, state: str = "kept") -> Outcome:
    at = datetime(2026, 5, 4, 12, tzinfo=UTC)
    return Outcome(id=id, at=at, kind="commit", project=project, state=state)  # type: ignore[arg-type]


def attributed(portions: list[Portion], outcomes: list[Outcome], rest: int = 0) -> Attribution:
    exact = sum(p.tokens for p in portions if p.fidelity != Fidelity.ESTIMATED)
    estimated = sum(p.tokens for p in portions if p.fidelity == Fidelity.ESTIMATED)
    whole = Amount(exact, estimated + rest)
    return attribute([(DAY, p) for p in portions], outcomes, whole=whole)


def test_a_use_belongs_to_the_innermost_project_that_it_lies_in() -> None:
    found = attributed(
        [
            portion(1, "/code/shop"),
            portion(2, "/code/shop/web/src"),
            portion(4, "/code/shop/api"),
            portion(8, "/code/shopping"),
            portion(16, "/code"),
            portion(32, ""),
        ],
        [
            outcome("a", "/code/shop"),
            outcome("b", "/code/shop/web"),
            outcome("c", "/code/shop/web", "young"),
        ],
        rest=64,
    )
    assert [(p.project, p.amount.total, p.counts.produced) for p in found.projects] == [
        ("/code/shop", 5, 1),
        ("/code/shop/web", 2, 2),
    ]
    assert (found.elsewhere.total, found.unknown.total) == (8 + 16, 32 + 64)
    assert [p.tokens_per_kept for p in found.projects] == [5, 2]


def test_logs_of_another_machine_belong_to_the_one_project_of_that_name() -> None:
    outcomes = [
        outcome("a", "/home/me/shop"),
        outcome("b", "/home/me/a/tools"),
        outcome("c", "/home/me/b/tools"),
    ]
    found = attributed([portion(3, "C:\\work\\shop"), portion(5, "/Users/me/tools")], outcomes)
    assert {p.project: p.amount.total for p in found.projects}["/home/me/shop"] == 3
    assert found.elsewhere.total == 5, "two projects have that name"


def test_a_project_without_tokens_has_no_ratio() -> None:
    found = attributed([portion(3, "/code/blog")], [outcome("a", "/code/shop")])
    assert found.projects[0].tokens_per_kept is None


PROJECTS = st.sampled_from(["", "/a", "/a/b", "/a/b/c", "/x/b", "/y", "D:\\a"])


@given(
    st.lists(st.tuples(st.integers(0, 10**9), PROJECTS, st.sampled_from(Fidelity)), max_size=8),
    st.lists(PROJECTS, max_size=5),
    st.integers(0, 10**6),
)
def test_tokens_are_conserved_in_both_kinds(
    used: list[tuple[int, str, Fidelity]], projects: list[str], rest: int
) -> None:
    portions = [portion(*each) for each in used]
    outcomes = [outcome(str(n), project) for n, project in enumerate(projects)]
    found = attributed(portions, outcomes, rest)
    amounts = [*(p.amount for p in found.projects), found.elsewhere, found.unknown]
    guessed = sum(tokens for tokens, _, fidelity in used if fidelity is Fidelity.ESTIMATED)
    assert sum(a.estimated for a in amounts) == guessed + rest
    assert sum(a.exact for a in amounts) == sum(tokens for tokens, *_ in used) - guessed
    assert sum(p.counts.produced for p in found.projects) == sum(map(bool, projects))


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_command_divides_each_projects_tokens_by_its_own_outcomes(tmp_path: Path) -> None:
    repo = History(tmp_path / "shop")
    for day in (4, 5):
        repo.commit(f"f{day}", day)
    transcript(
        tmp_path / "home",
        "s1",
        answer("m1", (100, 0, 0, 100), "2026-05-04T10:00:00Z", cwd=str(tmp_path / "shop/web")),
        answer("m2", (30, 0, 0, 0), "2026-05-04T11:00:00Z", cwd="/elsewhere"),
    )
    collect(tmp_path / "home", archive=tmp_path / "a.db", now=NOW)
    given_ = ["outcomes", "--archive", "a.db", "--git", "shop"]
    code, out, _ = burn(*given_, "--json", env=environment(tmp_path), cwd=tmp_path)
    said = json.loads(out)
    assert code == 0
    assert said["tokens_per_kept"] == 115
    assert [(p["tokens"], p["kept"], p["tokens_per_kept"]) for p in said["projects"]] == [
        (200, 2, 100)
    ]
    assert (said["tokens_of_other_projects"], said["tokens_of_unknown_projects"]) == (30, 0)
    code, out, _ = burn(*given_, env=environment(tmp_path), cwd=tmp_path)
    assert "87% of the tokens lie in a project with outcomes" in out
