"""Asking git: the program is run, read-only, and what it says is parsed; nothing else touches it.

Nothing of the repository's own is run on the way: no hooks, no pager, no file system monitor, no
signature check, no prompt.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import frozen

from burnlib.errors import InvalidInput, LogFormatError, MissingDependency

__all__ = ["Commit", "Repository"]

_QUIET = (
    *(
        "-c",
        "core.fsmonitor=false",
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "log.showSignature=false",
    ),
    *("-c", "core.pager=cat", "-c", "diff.external=", "-c", "color.ui=false"),
)
# What cannot stand in a commit's message ends a field, and a record.
_FORMAT = "%H%x00%P%x00%at%x00%ae%x00%s%x00%b%x00%x01"

# A large history is some hundred megabytes of text; without an end, a broken disk would hang us.
_SECONDS = 600


@frozen
class Commit:
    """A commit, as git tells it.

    Attributes:
        sha: Its name, 40 or 64 hexadecimal digits.
        parents: Names of those before it; two or more for a merge.
        authored: When it was written, seconds since 1970; a rebase or cherry-pick keeps it.
        author: E-mail address of who wrote it, which tells two authors apart and goes nowhere.
        subject: First line of its message.
        body: The rest.

    """

    sha: str
    parents: tuple[str, ...]
    authored: int
    author: str
    subject: str
    body: str


class Repository:
    """A repository of git, asked by running the program.

    Raises MissingDependency without git, and LogFormatError for what is no repository, is damaged,
    or is a shallow clone, whose history is cut off.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_dir():
            raise InvalidInput("is not a folder", where=str(path), hint="name a repository of git")
        self.path = path
        self.root = Path(self._ask("rev-parse", "--show-toplevel") or path).resolve()
        if self._ask("rev-parse", "--is-shallow-repository") == "true":
            hint = f"git -C {path} fetch --unshallow"
            raise LogFormatError(
                "is a shallow clone, whose history is cut off", where=str(path), hint=hint
            )

    def commits(self, *revisions: str) -> Iterator[Commit]:
        """Yield the commits that can be reached from *revisions*, the newest first."""
        said = self._run("log", f"--format={_FORMAT}", "--no-show-signature", *revisions, "--")
        for record in said.split("\x01"):
            fields = record.lstrip("\n").split("\x00")
            if len(fields) >= 6:
                sha, parents, authored, author, subject, body = fields[:6]
                yield Commit(sha, tuple(parents.split()), int(authored), author, subject, body)

    def names(self, *revisions: str) -> set[str]:
        """Return the names of the commits that can be reached from *revisions*."""
        return set(self._run("rev-list", *revisions, "--").split())

    def tags(self) -> Iterator[tuple[str, int, str]]:
        """Yield name, instant (seconds since 1970) and commit of each tag."""
        form = "%(refname:short)%00%(creatordate:unix)%00%(objectname)%00%(*objectname)"
        for line in self._run("for-each-ref", f"--format={form}", "refs/tags").splitlines():
            name, at, made, tagged = line.split("\x00")
            if at:
                yield name, int(at), tagged or made

    def main_branch(self, named: str = "") -> str:
        """Return what the main branch is called here; "" in a repository without commits.

        *named*, else what the remote's HEAD points to, else main or master, else the branch that
        is checked out. Raises InvalidInput where *named* is not there.
        """
        for name in (named,) if named else ("origin/HEAD", "main", "master", "HEAD"):
            if self._ask("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"):
                return name
        if named:
            raise InvalidInput(
                f"has no branch {named!r}", where=str(self.path), hint="see git branch -a"
            )
        return ""

    def patch_ids(self, commits: Sequence[str]) -> dict[str, str]:
        """Return commit to the id of its change, the same for a copy; "" for an empty one."""
        patches = self._run("diff-tree", "-p", "--stdin", "--root", stdin="\n".join(commits) + "\n")
        said = self._run("patch-id", "--stable", stdin=patches)
        found = {commit: patch for patch, commit in (line.split() for line in said.splitlines())}
        return {commit: found.get(commit, "") for commit in commits}

    def _ask(self, *arguments: str) -> str:
        """Return what git says in a line, "" where it says no."""
        code, out, err = _git(self.path, arguments)
        if code == 128 and "rev-parse" in arguments and "--verify" not in arguments:
            raise _refused(self.path, err)
        return out.strip() if not code else ""

    def _run(self, *arguments: str, stdin: str = "") -> str:
        code, out, err = _git(self.path, arguments, stdin)
        if code:
            raise _refused(self.path, err)
        return out


def _refused(path: Path, said: str) -> LogFormatError:
    first = next((line for line in said.splitlines() if line.strip()), "git says nothing")
    hints = {
        "not a git repository": "name a folder in a repository of git",
        "dubious ownership": f"git config --global --add safe.directory {path}",
    }
    hint = next((hint for text, hint in hints.items() if text in said), f"git -C {path} fsck")
    return LogFormatError(first.removeprefix("fatal: "), where=str(path), hint=hint)


def _git(path: Path, arguments: Sequence[str], stdin: str = "") -> tuple[int, str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    quiet = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(  # noqa: S603
            ["git", "-C", os.fspath(path), *_QUIET, *arguments],  # noqa: S607
            input=stdin.encode("utf-8", "surrogateescape"),
            capture_output=True,
            check=False,
            env={**kept, **quiet},
            timeout=_SECONDS,
        )
    except FileNotFoundError as error:
        raise MissingDependency(
            "git is not installed", hint="install git, then run it again"
        ) from error
    except subprocess.TimeoutExpired as error:
        hint = f"look whether git -C {path} log ends"
        raise LogFormatError("git does not answer", where=str(path), hint=hint) from error
    return (
        done.returncode,
        done.stdout.decode("utf-8", "replace"),
        done.stderr.decode("utf-8", "replace"),
    )
