"""Commits, merges and tags of a repository as outcomes, and whether they stayed.

The rules, which :data:`METHOD` says in short:

- *One change is one outcome*, in however many copies: a rebase, a cherry-pick and an amended commit
  keep author, time of writing and first line, and by these they are known again. Where several of
  them are in the main branch, their changes are compared, so that two that only look alike are two.
- *Reverted*: a commit in effect says "This reverts commit <name>". A revert that is itself reverted
  is not in effect, so what it took back is there again. A revert is no outcome.
- *Replaced*: N days on, it is not in the main branch: abandoned, or made anew in another way.
- *Kept*: N days on, it is there and not reverted. *Young*: it is not N days old.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from attrs import field, frozen

from burnlib.days import parse_seconds
from burnlib.outcomes.base import API_VERSION, Outcome, State, Told
from burnlib.outcomes.repository import Commit, Repository

__all__ = ["KINDS", "Git"]

KINDS = ("commit", "merge", "tag")
"""What can be an outcome; a merge has no change of its own, so it is one only if asked for."""

# What `git revert` writes, and what hosting services write; a name may be short.
_REVERTS = re.compile(r"[Tt]his reverts commit ([0-9a-f]{7,64})")
_SUBJECT = re.compile(r'Revert "(.+)"\Z')

_UNKNOWN = "revert of a commit that is not there"


@frozen
class Git:
    """Outcome source ``git``.

    Attributes:
        kinds: Which of :data:`KINDS` count.
        branch: The main branch; "" for the remote's, else main or master, else the current one.

    """

    kinds: Sequence[str] = ("commit",)
    branch: str = ""
    name: str = field(default="git", init=False)
    api_version: int = field(default=API_VERSION, init=False)

    def tell(self, where: Path, *, now: datetime, to_stay: timedelta) -> Told:
        """Return the outcomes of the repository at *where*."""
        repository = Repository(where)
        main = repository.main_branch(self.branch)
        commits = list(repository.commits("--all", "HEAD")) if main else []
        in_main = repository.names(main) if main else set()
        history = _History(repository, commits, in_main)
        project = str(repository.root)
        found = [
            Outcome(
                id=change.id,
                at=change.at,
                kind="commit",
                title=change.subject,
                project=project,
                state=_state(change.at, now, to_stay, there=change.there, taken=change.taken),
            )
            for change in (history.changes() if "commit" in self.kinds else ())
        ]
        found += self._others(repository, commits, in_main, project, now, to_stay)
        place = main or "a branch that has no commit yet"
        return Told(
            where=str(where),
            outcomes=sorted(found, key=lambda outcome: (outcome.at, outcome.id)),
            method=f"in {place} and not reverted after {to_stay.days} days",
            ambiguous=history.notes[_UNKNOWN],
            notes=dict(history.notes),
        )

    def _others(
        self,
        repository: Repository,
        commits: Iterable[Commit],
        in_main: set[str],
        project: str,
        now: datetime,
        to_stay: timedelta,
    ) -> list[Outcome]:
        """Return merges and tags, where they are asked for."""
        told: list[tuple[str, str, datetime, str, bool]] = []
        if "merge" in self.kinds:
            told += [
                (c.sha, "merge", at, c.subject, c.sha in in_main)
                for c in commits
                if len(c.parents) > 1 and (at := parse_seconds(c.authored))
            ]
        if "tag" in self.kinds:
            told += [
                (f"tag {name} {commit}", "tag", at, name, commit in in_main)
                for name, seconds, commit in repository.tags()
                if (at := parse_seconds(seconds))
            ]
        return [
            Outcome(
                id=id_,
                at=at,
                kind=kind,
                title=title,
                project=project,
                state=_state(at, now, to_stay, there=there, taken=False),
            )
            for id_, kind, at, title, there in told
        ]


def _state(at: datetime, now: datetime, to_stay: timedelta, *, there: bool, taken: bool) -> State:
    if taken:
        return "reverted"
    if now - at < to_stay:
        return "young"
    return "kept" if there else "replaced"


@frozen
class _Change:
    """One change, in however many copies it was committed.

    Attributes:
        id: The same wherever the change is.
        at: When it was written.
        subject: First line of its message.
        there: Whether a copy is in the main branch.
        taken: Whether a revert in effect takes it back.

    """

    id: str
    at: datetime
    subject: str
    there: bool
    taken: bool


class _History:
    """The commits of a repository, copies put together, reverts put to what they take back."""

    def __init__(
        self, repository: Repository, commits: Sequence[Commit], in_main: set[str]
    ) -> None:
        self.repository = repository
        self.in_main = in_main
        self.notes: Counter[str] = Counter()
        self.by_sha = {commit.sha: commit for commit in commits}
        self.groups = self._grouped(commits)
        self.titled: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for key, group in self.groups.items():
            self.titled[group[0].subject].append((group[0].authored, key))
        self.group_of = {c.sha: key for key, group in self.groups.items() for c in group}
        self.reverts = self._reverts()
        self.taken_by: dict[str, list[str]] = defaultdict(list)
        for revert, taken in self.reverts.items():
            for change in taken:
                self.taken_by[change].append(revert)
        self._effect: dict[str, bool] = {}

    def changes(self) -> Iterable[_Change]:
        """Yield the changes that are outcomes: no merges, no reverts."""
        for key, group in self.groups.items():
            first = min(group, key=lambda commit: (commit.authored, commit.sha))
            at = parse_seconds(first.authored)
            if at is None:
                self.notes["commit without a plausible time"] += 1
            elif key not in self.reverts:
                there = any(commit.sha in self.in_main for commit in group)
                yield _Change(key, at, first.subject, there, self._is_taken(key))

    def _grouped(self, commits: Iterable[Commit]) -> dict[str, list[Commit]]:
        alike: dict[tuple[int, str, str], list[Commit]] = defaultdict(list)
        for commit in commits:
            if len(commit.parents) < 2:
                alike[commit.authored, commit.author, commit.subject].append(commit)
        doubtful = [
            group
            for group in alike.values()
            if sum(commit.sha in self.in_main for commit in group) > 1
        ]
        patches = (
            self.repository.patch_ids([c.sha for group in doubtful for c in group])
            if doubtful
            else {}
        )
        groups: dict[str, list[Commit]] = defaultdict(list)
        for told, group in alike.items():
            for commit in group:
                groups[_identity(told, patches.get(commit.sha))].append(commit)
        return dict(groups)

    def _reverts(self) -> Mapping[str, set[str]]:
        """Return revert to the changes that it takes back, both by their ids."""
        found: dict[str, set[str]] = {}
        for key, group in self.groups.items():
            text = "\n".join(commit.body for commit in group)
            if named := _REVERTS.findall(text):
                found[key] = {self.group_of[sha] for name in named for sha in self._known(name)}
                found[key].discard(key)
            elif (quoted := _SUBJECT.match(group[0].subject)) and (
                meant := self._titled(quoted[1], group[0])
            ):
                found[key] = {meant}
            if key in found and not found[key]:
                self.notes[_UNKNOWN] += 1
        return found

    def _known(self, name: str) -> list[str]:
        """Return the commit of a name that may be short; nothing where it is not there."""
        if name in self.group_of:
            return [name]
        matching = [sha for sha in self.group_of if sha.startswith(name)] if len(name) < 40 else []
        return matching if len(matching) == 1 else []

    def _titled(self, subject: str, revert: Commit) -> str:
        """Return the latest change of this first line before *revert*, "" without one."""
        before = [told for told in self.titled.get(subject, ()) if told[0] <= revert.authored]
        return max(before)[1] if before else ""

    def _is_taken(self, change: str) -> bool:
        return any(self._in_effect(revert) for revert in self.taken_by.get(change, ()))

    def _in_effect(self, revert: str) -> bool:
        """Whether a revert holds: it is in the main branch, and not taken back itself."""
        if revert not in self._effect:
            self._effect[revert] = False  # two that revert each other: neither holds
            there = any(commit.sha in self.in_main for commit in self.groups[revert])
            self._effect[revert] = there and not self._is_taken(revert)
        return self._effect[revert]


def _identity(told: tuple[int, str, str], patch: str | None) -> str:
    text = "\n".join([*map(str, told), patch or ""])
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:40]
