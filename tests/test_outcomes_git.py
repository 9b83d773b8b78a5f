"""Outcomes from git: one change is one outcome, and whether it stayed is told by stated rules."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from burnlib.errors import InvalidInput, LogFormatError, MissingDependency
from burnlib.outcomes.base import Outcome, Told
from burnlib.outcomes.git import Git
from histories import History

NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)  # days 1 to 17 are two weeks past
WEEKS = timedelta(days=14)

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def repo(tmp_path: Path) -> History:
    return History(tmp_path / "shop")


def tell(repo: History, *, now: datetime = NOW, kinds: Sequence[str] = ("commit",)) -> Told:
    return Git(kinds=kinds).tell(repo.path, now=now, to_stay=WEEKS)


def states(told: Told) -> dict[str, str]:
    """Title to state; a title that stands twice is an error."""
    found = {outcome.title: outcome.state for outcome in told.outcomes}
    assert len(found) == len(told.outcomes)
    return found


def counts(told: Told) -> Counter[str]:
    return Counter(outcome.state for outcome in told.outcomes)


def test_a_commit_that_is_still_in_main_is_kept_and_a_late_one_too_young(repo: History) -> None:
    repo.commit("a", 3)
    repo.commit("b", 17)
    repo.commit("c", 18)
    told = tell(repo)
    assert states(told) == {"Add a": "kept", "Add b": "kept", "Add c": "young"}
    assert [o.at.day for o in told.outcomes] == [3, 17, 18]
    assert {o.project for o in told.outcomes} == {str(repo.path)}
    assert told.method == "in main and not reverted after 14 days"
    assert (told.ambiguous, told.notes) == (0, {})


def test_a_revert_takes_its_commit_back_and_is_no_outcome(repo: History) -> None:
    repo.commit("a", 3)
    repo.revert(repo.commit("b", 4), 5)
    assert states(tell(repo)) == {"Add a": "kept", "Add b": "reverted"}


def test_what_is_reverted_is_so_however_young_it_is(repo: History) -> None:
    repo.commit("a", 29)
    repo.revert(repo.commit("b", 30), 31)
    assert states(tell(repo)) == {"Add a": "young", "Add b": "reverted"}


def test_a_revert_that_is_reverted_brings_its_commit_back(repo: History) -> None:
    repo.commit("a", 3)
    again = repo.revert(repo.revert(repo.commit("b", 4), 5), 6)
    assert states(tell(repo)) == {"Add a": "kept", "Add b": "kept"}
    repo.revert(again, 7)
    assert states(tell(repo)) == {"Add a": "kept", "Add b": "reverted"}


def test_a_revert_that_was_not_merged_is_not_in_effect(repo: History) -> None:
    made = repo.commit("a", 3)
    repo.on("try", new=True)
    repo.revert(made, 4)
    repo.on("main")
    assert states(tell(repo)) == {"Add a": "kept"}


def test_a_cherry_pick_is_the_same_outcome_also_where_both_are_merged(repo: History) -> None:
    repo.commit("a", 2)
    repo.on("fix", new=True)
    made = repo.commit("b", 3)
    repo.on("main")
    repo.commit("c", 4)
    repo.pick(made, 5)
    assert states(tell(repo)) == {"Add a": "kept", "Add b": "kept", "Add c": "kept"}
    repo.merge("fix", 6)
    assert states(tell(repo)) == {"Add a": "kept", "Add b": "kept", "Add c": "kept"}


def test_a_revert_of_a_cherry_pick_takes_the_change_back(repo: History) -> None:
    repo.commit("a", 2)
    repo.on("fix", new=True)
    made = repo.commit("b", 3)
    repo.on("main")
    repo.revert(repo.pick(made, 5), 6)
    assert states(tell(repo)) == {"Add a": "kept", "Add b": "reverted"}


def test_a_rebased_branch_is_the_same_work(repo: History) -> None:
    repo.commit("a", 2)
    repo.on("work", new=True)
    repo.commit("b", 3)
    repo.commit("c", 4)
    repo.git("branch", "before-rebase")  # as a colleague's clone still has it
    repo.on("main")
    repo.commit("d", 5)
    repo.on("work")
    repo.git("rebase", "-q", "main", day=6)
    repo.on("main")
    repo.merge("work", 7)
    assert counts(tell(repo)) == {"kept": 4}


def test_an_amended_commit_is_one_outcome_also_while_the_old_one_is_known(repo: History) -> None:
    repo.commit("a", 2)
    repo.commit("b", 3)
    repo.git("branch", "before")
    (repo.path / "b").write_text("better\n", encoding="utf-8")
    repo.git("add", "b")
    repo.git("commit", "-q", "--amend", "--no-edit", day=5)
    assert states(tell(repo)) == {"Add a": "kept", "Add b": "kept"}


def test_what_a_force_push_left_out_of_main_is_replaced_once_it_is_old(repo: History) -> None:
    repo.commit("a", 2)
    repo.on("work", new=True)
    repo.commit("old", 3)
    repo.commit("late", 20)
    repo.on("main")
    repo.commit("b", 4)
    assert states(tell(repo)) == {
        "Add a": "kept",
        "Add b": "kept",
        "Add old": "replaced",
        "Add late": "young",
    }


def test_a_merge_is_an_outcome_only_if_asked_for_and_so_is_a_tag(repo: History) -> None:
    repo.commit("a", 2)
    repo.on("work", new=True)
    repo.commit("b", 3)
    repo.on("main")
    repo.merge("work", 4)
    repo.git("tag", "-a", "v1", "-m", "one", day=5)
    repo.git("tag", "v2")
    assert states(tell(repo)) == {"Add a": "kept", "Add b": "kept"}
    assert states(tell(repo, kinds=("merge",))) == {"Merge work": "kept"}
    tags = tell(repo, kinds=("tag",))
    assert states(tags) == {"v1": "kept", "v2": "kept"}
    assert {o.title: o.at.day for o in tags.outcomes} == {"v1": 5, "v2": 4}
    assert len(tell(repo, kinds=("commit", "merge", "tag")).outcomes) == 5


def test_two_machines_with_clones_of_one_repository_count_each_change_once(
    repo: History, tmp_path: Path
) -> None:
    repo.commit("a", 2)
    repo.git("clone", "-q", str(repo.path), str(tmp_path / "other"))
    other = History(tmp_path / "other")
    repo.commit("b", 3)
    other.commit("c", 4, who="bob")
    ids = {outcome.id for told in (tell(repo), tell(other)) for outcome in told.outcomes}
    assert len(ids) == 3


def test_commits_that_look_alike_and_are_not_count_each(repo: History) -> None:
    repo.commit("a", 3, title="Update")
    repo.commit("b", 3, title="Update")
    assert counts(tell(repo)) == {"kept": 2}


def test_the_same_first_line_of_two_authors_is_two_outcomes(repo: History) -> None:
    repo.commit("a", 3, title="Update")
    repo.commit("b", 3, title="Update", who="bob")
    assert counts(tell(repo)) == {"kept": 2}


def test_a_revert_by_its_title_takes_back_the_latest_such_commit(repo: History) -> None:
    repo.commit("a", 3, title="Update")
    repo.commit("b", 4, title="Update")
    repo.commit("c", 5, title='Revert "Update"')
    told = tell(repo)
    assert [(o.at.day, o.state) for o in told.outcomes] == [(3, "kept"), (4, "reverted")]


def test_a_revert_of_something_unknown_is_no_outcome_and_is_said(repo: History) -> None:
    repo.commit("a", 3)
    (repo.path / "b").write_text("b")
    repo.git("add", "b")
    message = f"Undo that\n\nThis reverts commit {'ab' * 20}."
    repo.git("commit", "-qm", message, day=4)
    told = tell(repo)
    assert states(told) == {"Add a": "kept"}
    assert (told.ambiguous, dict(told.notes)) == (1, {"revert of a commit that is not there": 1})


def test_the_main_branch_is_that_of_the_remote_else_main_else_master_else_the_current(
    repo: History, tmp_path: Path
) -> None:
    repo.commit("a", 3)
    assert "in main " in tell(repo).method
    repo.git("clone", "-q", str(repo.path), str(tmp_path / "clone"))
    assert "in origin/HEAD " in tell(History(tmp_path / "clone")).method
    for branch, said in (("master", "in master "), ("trunk", "in HEAD ")):
        other = History(tmp_path / branch, branch=branch)
        other.commit("a", 3)
        assert said in tell(other).method
    with pytest.raises(InvalidInput, match="has no branch 'nowhere'"):
        Git(branch="nowhere").tell(repo.path, now=NOW, to_stay=WEEKS)


def test_an_empty_repository_has_no_outcomes(repo: History) -> None:
    assert tell(repo).outcomes == []


def test_a_folder_inside_a_repository_stands_for_all_of_it(repo: History) -> None:
    repo.commit("a", 3)
    (repo.path / "below").mkdir()
    told = Git().tell(repo.path / "below", now=NOW, to_stay=WEEKS)
    assert [o.project for o in told.outcomes] == [str(repo.path)]


def test_titles_in_any_script_and_with_odd_characters_survive(repo: History) -> None:
    title = 'Grüße, "世界" \\ $(x) %H \x1b[31m'
    repo.commit("a", 3, title=title)
    assert [o.title for o in tell(repo).outcomes] == [title]


def test_reading_changes_nothing_in_the_repository(repo: History) -> None:
    repo.commit("a", 3)
    (repo.path / ".git/hooks/post-index-change").write_text("#!/bin/sh\ntouch ../hooked\n")
    (repo.path / ".git/hooks/post-index-change").chmod(0o755)

    def tree() -> dict[str, tuple[int, bytes]]:
        files = (path for path in repo.path.rglob("*") if path.is_file())
        return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}

    before = tree()
    tell(repo)
    assert tree() == before


# What cannot be read -------------------------------------------------------------------------


def refused(path: Path) -> LogFormatError:
    with pytest.raises(LogFormatError) as caught:
        Git().tell(path, now=NOW, to_stay=WEEKS)
    assert caught.value.where == str(path)
    assert caught.value.hint
    return caught.value


def test_a_folder_that_is_no_repository_is_refused(tmp_path: Path) -> None:
    assert "not a git repository" in refused(tmp_path).message


def test_a_path_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is not a folder"):
        Git().tell(tmp_path / "nowhere", now=NOW, to_stay=WEEKS)


def test_a_shallow_clone_is_refused_with_the_command_that_helps(
    repo: History, tmp_path: Path
) -> None:
    repo.commit("a", 3)
    repo.commit("b", 4)
    shallow = tmp_path / "shallow"
    repo.git("clone", "-q", "--depth", "1", repo.path.as_uri(), str(shallow))
    error = refused(shallow)
    assert "shallow clone" in error.message
    assert "fetch --unshallow" in error.hint


def test_a_damaged_repository_is_refused_with_the_command_that_tells_more(repo: History) -> None:
    made = repo.commit("a", 3)
    repo.commit("b", 4)
    damaged = repo.path / ".git/objects" / made[:2] / made[2:]
    damaged.chmod(0o644)
    damaged.write_bytes(b"nonsense")
    assert "git -C" in refused(repo.path).hint


def test_without_git_it_is_said_what_is_missing(
    repo: History, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingDependency, match="git is not installed"):
        tell(repo)


# Laws ----------------------------------------------------------------------------------------

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("commit"), st.integers(0, 3)),
        st.tuples(st.just("revert"), st.integers(0, 9)),
        st.tuples(st.just("pick"), st.integers(0, 9)),
        st.tuples(st.just("switch"), st.integers(0, 2)),
        st.tuples(st.just("merge"), st.integers(0, 2)),
    ),
    max_size=9,
)


def play(repo: History, steps: list[tuple[str, int]]) -> int:
    """Do what *steps* say, as far as git lets it; return how many changes were made anew."""
    made: list[str] = [repo.commit("first", 1)]
    for branch in ("b1", "b2"):
        repo.git("branch", branch)
    branches, new = ["main", "b1", "b2"], 1
    for number, (what, which) in enumerate(steps):
        day = 2 + number
        try:
            if what == "commit":
                made.append(repo.commit(f"f{number}", day))
                new += 1
            elif what == "revert":
                made.append(repo.revert(made[which % len(made)], day))
            elif what == "pick":
                made.append(repo.pick(made[which % len(made)], day))
            elif what == "switch":
                repo.on(branches[which])
            else:
                repo.merge(branches[which], day)
        except subprocess.CalledProcessError:  # nothing to do, or a conflict
            for undo in ("revert", "cherry-pick", "merge"):
                subprocess.run(
                    ["git", "-C", str(repo.path), undo, "--abort"], capture_output=True, check=False
                )
            repo.git("reset", "-q", "--hard")
    return new


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
def test_outcomes_conserve_and_one_more_revert_never_raises_what_is_kept(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    repo = History(tmp_path_factory.mktemp("git") / "repo")
    made = play(repo, steps)
    told = tell(repo)
    assert len(told.outcomes) == made, "each change once, no merge, no revert, no copy"
    assert sum(counts(told).values()) == made
    assert len({outcome.id for outcome in told.outcomes}) == made
    repo.on("main")
    before = counts(tell(repo))["kept"]
    added = repo.commit("late", 15)
    repo.revert(added, 16)
    after = tell(repo)
    assert counts(after)["kept"] == before
    assert len(after.outcomes) == made + 1
    assert [o.state for o in after.outcomes if o.title == "Add late"] == ["reverted"]


def test_an_outcome_refuses_what_it_cannot_be() -> None:
    good = {"id": "x", "at": NOW, "kind": "commit"}
    for bad in (
        {"at": NOW.replace(tzinfo=None)},
        {"state": "lost"},
        {"weight": 0},
        {"weight": True},
    ):
        with pytest.raises(InvalidInput):
            Outcome(**{**good, **bad})
