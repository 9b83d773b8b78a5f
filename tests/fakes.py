"""Sources and packages that do not exist, for tests of everything around them.

A package is a ``dist-info`` folder in a folder on ``sys.path``; its entry points may name this
module, so that a test can look at what a source was asked.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from burnlib import plugins
from burnlib.model import Fidelity, TokenCounts, UsageEvent
from burnlib.sources.base import Home, Reading, Resume, Segment

ROOT = Path(__file__).resolve().parents[1]
AT = datetime(2025, 3, 4, 10, tzinfo=UTC)
NOW = datetime(2025, 3, 5, 12, tzinfo=UTC)


def event(id: str, tokens: int, **more: Any) -> UsageEvent:
    """A use of *tokens* input tokens."""
    known = {"at": AT, "source": "tally", "fidelity": Fidelity.EXACT}
    return UsageEvent(id=id, counts=TokenCounts(input=tokens), **{**known, **more})


class Tally:
    """A source in the long form: one use a line, "id tokens", below ``.tally`` of a home.

    A line "!why" is a fault of the log that the reader trips over. A first line "<parent" says
    that the log begins with a replay of another one, which only that one can tell: with it at
    hand, the lines that it has, too, are left out.
    """

    name = "tally"
    api_version = 1
    fidelity = Fidelity.EXACT
    revision: ClassVar[int] = 1
    passes: ClassVar[list[tuple[str, int]]] = []

    def find(self, home: Home) -> Iterable[Segment]:
        logs = {path.stem: path for path in sorted(home.path(f".{self.name}").glob("*.log"))}
        return [Segment(path, key, logs) for key, path in logs.items()]

    def read(self, segment: Segment, resume: Resume | None) -> Reading:
        start = resume.offset if resume else 0
        self.passes.append((segment.path.name, start))
        text = segment.path.read_bytes()[start:]
        lines = text[: text.rfind(b"\n") + 1].decode().splitlines()
        wants, replayed = "", set()
        if lines and lines[0].startswith("<"):
            parent = segment.peers.get(lines[0][1:])
            wants = "" if parent else lines[0][1:]
            replayed = set(parent.read_text().splitlines()) if parent else set()
        return Reading(
            events=[
                self.use(line, segment)
                for line in lines[bool(wants or replayed) :]
                if line not in replayed
            ],
            offset=0 if wants or replayed else start + len(text[: text.rfind(b"\n") + 1]),
            wants=wants,
            dropped={"replayed": len(replayed)} if replayed else {},
        )

    def use(self, line: str, segment: Segment) -> UsageEvent:
        if line.startswith("!"):
            raise ValueError(line[1:])
        id_, tokens = line.split()
        return event(id_, int(tokens), source=self.name, session=segment.key)


class Slow(Tally):
    """A source that takes its time, and says when it began: the file ``reading`` of its folder."""

    name = "slow"

    def read(self, segment: Segment, resume: Resume | None) -> Reading:
        segment.path.with_name("reading").touch()
        time.sleep(float(os.environ.get("FAKE_PAUSE", "0")))
        return super().read(segment, resume)


class Short:
    """A source in the short form; *gives* is what it yields for every file."""

    name = "short"
    api_version = 1
    fidelity = Fidelity.EXACT
    gives: ClassVar[Sequence[object]] = ()

    def find(self, home: Home) -> Iterable[Path]:
        return sorted(home.path(".short").glob("*.log"))

    def read(self, path: Path) -> Iterator[object]:
        assert isinstance(path, Path)
        yield from self.gives


class Long(Short):
    """The same in the long form."""

    name = "long"

    def find(self, home: Home) -> Iterable[Segment]:  # type: ignore[override]
        return [Segment(path) for path in sorted(home.path(".long").glob("*.log"))]

    def read(self, _segment: Segment, _resume: Resume | None) -> Reading:  # type: ignore[override]
        return Reading(events=list(self.gives))  # type: ignore[arg-type]


class Unlistable(Tally):
    """A source whose folder, where there is one, can be listed in part."""

    name = "unlistable"

    def find(self, home: Home) -> Iterable[Segment]:
        yield from super().find(home)
        if home.path(f".{self.name}").exists():
            raise PermissionError(13, "Permission denied", str(home.path(".unlistable")))


class OddlyKeeping(Tally):
    """A source whose ``kept`` gives what the test says."""

    name = "oddly_keeping"
    answer: ClassVar[object] = None

    def kept(self, _home: Home) -> timedelta | None:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer  # type: ignore[return-value]


# Packages ------------------------------------------------------------------------------------


def install(
    site: Path,
    package: str,
    points: Mapping[str, str],
    *,
    group: str = "sources",
    version: str = "1.0",
    modules: Mapping[str, str] | None = None,
    metadata: bool = True,
) -> None:
    """Put a package with the entry points *points* (name to target) and *modules* into *site*."""
    # With a hyphen, "burn-good" and "burn-bad" would be read as versions of one package "burn".
    info = site / f"{package.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    if metadata:
        text = f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n"
        (info / "METADATA").write_text(text)
    lines = [f"[burnlib.{group}]", *(f"{name} = {target}" for name, target in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
    for name, code in (modules or {}).items():
        (site / f"{name}.py").write_text(code)
    plugins._scan.cache_clear()


@contextlib.contextmanager
def site_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for packages on ``sys.path``; what is found in it is forgotten afterwards."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(site)
    monkeypatch.delenv("BURNLIB_DISABLE_PLUGINS", raising=False)
    before = set(sys.modules)
    plugins._scan.cache_clear()
    yield site
    plugins._scan.cache_clear()
    for name in set(sys.modules) - before:
        if name.startswith("burn_"):
            del sys.modules[name]


# What is opened ------------------------------------------------------------------------------

_opened: list[str] | None = None


def _listen(name: str, details: tuple[object, ...]) -> None:
    if _opened is not None and name == "open":
        _opened.append(os.fsdecode(details[0]) if isinstance(details[0], str | bytes) else "")


sys.addaudithook(_listen)  # it cannot be removed, and does nothing outside of `opened`


@contextlib.contextmanager
def opened(suffix: str) -> Iterator[list[str]]:
    """Collect the paths ending in *suffix* that Python opens meanwhile, by whatever function."""
    global _opened
    _opened = []
    found: list[str] = []
    try:
        yield found
    finally:
        found += [path for path in _opened if path.endswith(suffix)]
        _opened = None


# Processes -----------------------------------------------------------------------------------


def environment(folder: Path, *site: Path, **more: str | None) -> dict[str, str]:
    """Variables for a process that has its home in *folder* and sees the packages of *site*."""
    paths = [str(path) for path in (*site, ROOT / "src", ROOT / "tests")]
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "home"),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        **more,
    }
    return {name: value for name, value in variables.items() if value is not None}


def burn_process(*arguments: str | Path, env: dict[str, str], **more: Any) -> Any:
    """Start ``burn``, its outputs as bytes in pipes unless *more* says otherwise."""
    command = [sys.executable, "-m", "burnlib", *map(os.fsdecode, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
    return subprocess.Popen(command, env=env, **{**pipes, **more})


def burn(*arguments: str | Path, env: dict[str, str], **more: Any) -> tuple[int, str, str]:
    """Run ``burn`` in a process of its own: exit code, output, errors."""
    with burn_process(*arguments, env=env, **more) as process:
        out, err = process.communicate(timeout=60)
    decode = [(stream or b"").decode("utf-8", "surrogateescape") for stream in (out, err)]
    return process.returncode, decode[0], decode[1]


def mortal() -> None:
    """Make this process keep to file permissions even as root; for ``preexec_fn``."""
    if os.geteuid() == 0:
        import ctypes

        # prctl(PR_CAPBSET_DROP, …): CAP_DAC_OVERRIDE is 1, CAP_DAC_READ_SEARCH is 2 in
        # <linux/capability.h>; after the exec, root has only what is left in the bounding set.
        for capability in (1, 2):
            ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)
