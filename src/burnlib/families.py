"""Drivers: which family of work a use belongs to, by rules over project, branch and tools.

Prompt text is never looked at. Unknown stays unknown: what no rule claims has no label.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Sequence
from pathlib import Path

from attrs import frozen

from burnlib.errors import InvalidInput
from burnlib.model import NO_LABEL
from burnlib.value import Value

__all__ = ["DEFAULT_RULES", "KINDS", "Rule", "family_of", "kind_of_tool", "load_rules"]

KINDS = ("delegate", "edit", "read", "run", "web")
"""Kinds of tools: start another agent, change files, look at files, run commands, use the web."""

# Names of the tools of Claude Code and Codex, in lower case.
_TOOLS = {
    "task": "delegate",
    "agent": "delegate",
    "spawn_agent": "delegate",
    "edit": "edit",
    "multiedit": "edit",
    "write": "edit",
    "notebookedit": "edit",
    "apply_patch": "edit",
    "read": "read",
    "grep": "read",
    "glob": "read",
    "ls": "read",
    "notebookread": "read",
    "view_image": "read",
    "bash": "run",
    "shell": "run",
    "exec_command": "run",
    "local_shell": "run",
    "local_shell_call": "run",
    "websearch": "web",
    "webfetch": "web",
    "web_search": "web",
    "web_search_call": "web",
}


def kind_of_tool(name: str) -> str:
    """Return the kind of the tool *name*, or "" for one that says nothing about the work."""
    return _TOOLS.get(name.lower(), "")


@frozen(kw_only=True, eq=False, repr=False)
class Rule(Value):
    """One rule: every condition that is given must hold.

    Attributes:
        family: The family it gives.
        project: Shell pattern for the project's path or its last part; "" for any.
        branch: Shell pattern for the branch; "" for any.
        uses: Kinds of which at least one was used; empty for any.
        only: Kinds beside which no other was used (and at least one was); empty for any.

    """

    family: str
    project: str = ""
    branch: str = ""
    uses: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()

    def claims(self, *, project: str, branch: str, work: frozenset[str]) -> bool:
        """Whether the rule holds for work in *project* on *branch* with tools of kinds *work*."""
        if self.project and not _matches(self.project, project):
            return False
        if self.branch and not fnmatch.fnmatchcase(branch, self.branch):
            return False
        if self.uses and not self.uses & work:
            return False
        return not self.only or (bool(work) and work <= self.only)


def _matches(pattern: str, project: str) -> bool:
    last = project.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return fnmatch.fnmatchcase(last, pattern) or fnmatch.fnmatchcase(project, pattern)


DEFAULT_RULES = (
    Rule(family="review", branch="review/*"),
    Rule(family="shipping", uses=frozenset({"edit"})),
    Rule(family="research", uses=frozenset({"web"})),
    Rule(family="review", only=frozenset({"read", "delegate"})),
)
"""What holds where the user has no burn.toml: who edits, ships; who browses, researches; who only
reads, reviews. The first rule that claims a session's day wins."""


def family_of(rules: Sequence[Rule], *, project: str, branch: str, work: Iterable[str]) -> str:
    """Return the family of the first rule that claims the work, else NO_LABEL."""
    kinds = frozenset(work)
    for rule in rules:
        if rule.claims(project=project, branch=branch, work=kinds):
            return rule.family
    return NO_LABEL


def load_rules(path: Path) -> tuple[Rule, ...]:
    """Read the ``[[driver]]`` tables of a burn.toml; the defaults where there is no such file.

    Raises InvalidInput that names the file, the table and what is wrong with it.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return DEFAULT_RULES
    except OSError as error:
        raise InvalidInput(str(error), where=str(path), hint="correct it, or delete it") from error
    import tomllib  # 2 ms, for a file that few have

    try:
        document = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(str(error), where=str(path), hint="correct it, or delete it") from error
    if unknown := sorted(set(document) - {"driver"}):
        raise InvalidInput(
            f"unknown table {unknown[0]!r}", where=str(path), hint="write [[driver]] tables"
        )
    tables = document.get("driver", [])
    if not isinstance(tables, list):
        raise InvalidInput("driver is not a list of tables", where=str(path), hint="[[driver]]")
    return tuple(_rule(table, f"{path}: driver {i}") for i, table in enumerate(tables, start=1))


def _rule(table: object, where: str) -> Rule:
    if not isinstance(table, dict):
        raise InvalidInput("not a table", where=where, hint="write [[driver]]")
    if unknown := sorted(set(table) - {"family", "project", "branch", "uses", "only"}):
        raise InvalidInput(
            f"unknown key {unknown[0]!r}",
            where=where,
            hint="use family, project, branch, uses, only",
        )
    texts = {key: table.get(key, "") for key in ("family", "project", "branch")}
    for key, value in texts.items():
        if not isinstance(value, str):
            raise InvalidInput(f"{key} is not text", where=where, hint=f'{key} = "…"')
    if not texts["family"]:
        raise InvalidInput("no family", where=where, hint='family = "shipping"')
    return Rule(
        family=texts["family"],
        project=texts["project"],
        branch=texts["branch"],
        uses=_kinds(table, "uses", where),
        only=_kinds(table, "only", where),
    )


def _kinds(table: dict[str, object], key: str, where: str) -> frozenset[str]:
    value = table.get(key, [])
    if isinstance(value, list) and all(kind in KINDS for kind in value):
        return frozenset(value)
    raise InvalidInput(f"{key} is {value!r}", where=where, hint=f"use kinds: {', '.join(KINDS)}")
