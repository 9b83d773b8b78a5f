"""Rules for drivers: what claims the work, and what a wrong burn.toml is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnlib.errors import InvalidInput
from burnlib.families import DEFAULT_RULES, KINDS, Rule, family_of, kind_of_tool, load_rules
from burnlib.model import NO_LABEL

kinds = st.frozensets(st.sampled_from(KINDS))
texts = st.sampled_from(["", "main", "review/7", "/code/shop", "C:\\work\\shop\\", "[", "*"])
rules = st.builds(
    Rule, family=st.sampled_from("abc"), project=texts, branch=texts, uses=kinds, only=kinds
)


def family(work: set[str], *, project: str = "", branch: str = "") -> str:
    return family_of(DEFAULT_RULES, project=project, branch=branch, work=work)


@pytest.mark.parametrize(
    ("work", "branch", "expected"),
    [
        ({"edit", "read", "run", "web"}, "main", "shipping"),
        ({"edit"}, "review/7", "review"),
        ({"web", "read", "run"}, "main", "research"),
        ({"read"}, "main", "review"),
        ({"read", "delegate"}, "", "review"),
        ({"read", "run"}, "main", NO_LABEL),
        ({"run"}, "main", NO_LABEL),
        (set(), "main", NO_LABEL),
        (set(), "review/7", "review"),
        (set(), "preview/7", NO_LABEL),
    ],
)
def test_without_rules_of_the_user_tools_and_branch_speak(
    work: set[str], branch: str, expected: str
) -> None:
    assert family(work, branch=branch) == expected


def test_the_first_rule_that_claims_wins() -> None:
    both = (Rule(family="first", branch="m*"), Rule(family="second", branch="main"))
    assert family_of(both, project="", branch="main", work=()) == "first"
    assert family_of(both[::-1], project="", branch="main", work=()) == "second"


@pytest.mark.parametrize(
    ("pattern", "project", "claims"),
    [
        ("shop", "/code/shop", True),
        ("shop", "/code/shop/", True),
        ("shop", "C:\\work\\shop", True),
        ("shop", "/code/shop/api", False),
        ("/code/*", "/code/shop/api", True),
        ("shop*", "/code/shop-2", True),
        ("Shop", "/code/shop", False),
        ("shop", "", False),
        ("*", "", True),
    ],
)
def test_a_project_is_matched_by_its_path_or_its_last_part(
    pattern: str, project: str, claims: bool
) -> None:
    rule = Rule(family="x", project=pattern)
    assert rule.claims(project=project, branch="", work=frozenset()) is claims


def test_every_condition_of_a_rule_must_hold() -> None:
    rule = Rule(family="x", project="shop", branch="main", uses=frozenset({"edit"}))
    work = frozenset({"edit"})
    assert rule.claims(project="/shop", branch="main", work=work)
    assert not rule.claims(project="/blog", branch="main", work=work)
    assert not rule.claims(project="/shop", branch="dev", work=work)
    assert not rule.claims(project="/shop", branch="main", work=frozenset({"read"}))


@given(st.lists(rules, max_size=4), texts, texts, kinds)
def test_a_family_is_one_of_the_rules_or_unknown(
    given_rules: list[Rule], project: str, branch: str, work: frozenset[str]
) -> None:
    found = family_of(given_rules, project=project, branch=branch, work=work)
    claiming = [
        rule.family
        for rule in given_rules
        if rule.claims(project=project, branch=branch, work=work)
    ]
    assert found == (claiming[0] if claiming else NO_LABEL)


@given(st.frozensets(st.sampled_from(["edit", "read", "run", "web"])), st.sampled_from(KINDS))
def test_work_that_only_looks_is_review_until_anything_else_was_used(
    work: frozenset[str], kind: str
) -> None:
    only = Rule(family="x", only=frozenset({"read"}))
    claimed = only.claims(project="", branch="", work=work | {kind})
    assert claimed is (work | {kind} == {"read"})


@pytest.mark.parametrize(
    ("tool", "kind"),
    [
        ("Edit", "edit"),
        ("apply_patch", "edit"),
        ("Bash", "run"),
        ("TASK", "delegate"),
        ("WebFetch", "web"),
        ("Grep", "read"),
        ("mcp__github__search", ""),
        ("", ""),
    ],
)
def test_a_tool_is_of_a_kind_or_says_nothing(tool: str, kind: str) -> None:
    assert kind_of_tool(tool) == kind
    assert kind in ("", *KINDS)


# burn.toml -------------------------------------------------------------------------------------


def toml(folder: Path, text: str) -> Path:
    path = folder / "burn.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_rules(tmp_path / "burn.toml") == DEFAULT_RULES


def test_a_file_replaces_the_defaults(tmp_path: Path) -> None:
    path = toml(
        tmp_path,
        '[[driver]]\nfamily = "video"\nproject = "clips"\nuses = ["run", "web"]\n'
        '[[driver]]\nfamily = "admin"\nbranch = "ops/*"\nonly = ["read"]\n',
    )
    assert load_rules(path) == (
        Rule(family="video", project="clips", uses=frozenset({"run", "web"})),
        Rule(family="admin", branch="ops/*", only=frozenset({"read"})),
    )


@pytest.mark.parametrize(
    ("text", "what", "where"),
    [
        ('[[driver]]\nproject = "x"\n', "no family", "driver 1"),
        ('[[driver]]\nfamily = "a"\n[[driver]]\nfamily = 3\n', "family is not text", "driver 2"),
        ('[[driver]]\nfamily = "a"\nfolder = "x"\n', "unknown key 'folder'", "driver 1"),
        ('[[driver]]\nfamily = "a"\nuses = ["edits"]\n', "uses is ['edits']", "driver 1"),
        ('[[driver]]\nfamily = "a"\nonly = "read"\n', "only is 'read'", "driver 1"),
        ("driver = 3\n", "driver is not a list of tables", "burn.toml"),
        ("driver = [3]\n", "not a table", "driver 1"),
        ("[[driver]\n", "", "burn.toml"),
    ],
)
def test_a_wrong_file_is_told_what_where_and_the_fix(
    tmp_path: Path, text: str, what: str, where: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        load_rules(toml(tmp_path, text))
    assert what in caught.value.message
    assert where in caught.value.where
    assert str(tmp_path) in caught.value.where
    assert caught.value.hint


def test_a_file_that_is_no_text_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "burn.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidInput) as caught:
        load_rules(path)
    assert caught.value.where == str(path)
