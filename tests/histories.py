"""Made-up histories of git: a method is what somebody does on a day of May 2026, at noon, UTC."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


class History:
    """A repository on the branch main."""

    def __init__(self, path: Path, *, branch: str = "main") -> None:
        self.path = path
        if not (path / ".git").exists():
            path.mkdir(parents=True, exist_ok=True)
            self.git("init", "-q", "-b", branch)

    def git(self, *arguments: str, day: float = 1, who: str = "ada") -> str:
        hour = round((day % 1) * 24) or 12
        at = f"2026-05-{int(day):02d}T{hour:02d}:00:00Z"
        variables = {
            **{k: v for k, v in os.environ.items() if not k.startswith("GIT_")},
            "GIT_AUTHOR_NAME": who,
            "GIT_AUTHOR_EMAIL": f"{who}@example.org",
            "GIT_COMMITTER_NAME": who,
            "GIT_COMMITTER_EMAIL": f"{who}@example.org",
            "GIT_AUTHOR_DATE": at,
            "GIT_COMMITTER_DATE": at,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
        }
        command = ["git", "-C", str(self.path), *arguments]
        done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def commit(self, name: str, day: float, *, title: str = "", who: str = "ada") -> str:
        """Add the file *name*; return the commit's name."""
        (self.path / name).write_text(f"{name}\n", encoding="utf-8")
        self.git("add", name, day=day, who=who)
        self.git("commit", "-qm", title or f"Add {name}", day=day, who=who)
        return self.head()

    def head(self) -> str:
        return self.git("rev-parse", "HEAD")

    def revert(self, commit: str, day: float) -> str:
        self.git("revert", "--no-edit", commit, day=day)
        return self.head()

    def pick(self, commit: str, day: float) -> str:
        self.git("cherry-pick", commit, day=day)
        return self.head()

    def on(self, branch: str, *, new: bool = False) -> None:
        self.git("checkout", "-q", *(["-b"] if new else []), branch)

    def merge(self, branch: str, day: float) -> str:
        self.git("merge", "-q", "--no-ff", "-m", f"Merge {branch}", branch, day=day)
        return self.head()
