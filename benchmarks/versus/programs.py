"""burnlib as a program, and a place for what it writes."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from attrs import field, frozen

from versus.measure import Command

__all__ = ["Programs", "environment"]


@frozen
class Programs:
    """How burnlib and Python are run.

    Attributes:
        work: An empty folder for everything that is written.

    """

    work: Path
    _numbers: Iterator[int] = field(factory=itertools.count, init=False, repr=False)

    def fresh(self) -> Path:
        """Return a path below the work folder that is not there yet."""
        return self.work / f"made-{next(self._numbers)}"

    def collect(self, home: Path, archive: Path, rows: Path) -> Command:
        """Return ``burn collect`` of the logs below *home*."""
        return self.burn("collect", "--home", home, "--archive", archive, "-o", rows, "--tz", "UTC")

    def dashboard(self, home: Path, archive: Path, rows: Path) -> Command:
        """Return ``burn``: collect, and print the dashboard."""
        return self.burn("--home", home, "--archive", archive, "-o", rows, "--tz", "UTC")

    def burn(self, *words: str | Path) -> Command:
        """Return ``burn`` with *words*: the installed command, or else the package."""
        script = Path(sys.executable).with_name("burn")
        program = [str(script)] if script.exists() else [sys.executable, "-m", "burnlib"]
        return Command(
            words=[*program, *map(str, words)],
            env=environment(self.work),
            output=self.work / "burn.out",
        )

    def python(self, *words: str) -> Command:
        """Return the interpreter that burnlib runs in, with *words*."""
        return Command(
            words=[sys.executable, *words],
            env=environment(self.work),
            output=self.work / "python.out",
        )


def environment(home: Path) -> dict[str, str]:
    """Return an environment with nothing of the user's but where programs and burnlib are."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return {"HOME": str(home), "TZ": "UTC", "LANG": "C.UTF-8", **kept}
