"""Homes for the tools: each its own, with the logs of a corpus and none of its settings."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from attrs import frozen

from burnlib.errors import InvalidInput

__all__ = ["Corpus", "copy_logs", "forget", "link_logs", "logs_of", "open_corpus", "own_copy"]

_LOGS = (".claude", ".codex")


@frozen
class Corpus:
    """Made-up logs.

    Attributes:
        home: The folder that holds them, and their truth.
        name: small, medium, large, or how many MB.
        files: How many logs there are.
        bytes: How large they are together.

    """

    home: Path
    name: str
    files: int
    bytes: int


def open_corpus(home: Path) -> Corpus:
    """Return what lies below *home*."""
    sizes = [path.stat().st_size for path in logs_of(home)]
    if not sizes:
        raise InvalidInput(
            "holds no logs", where=str(home), hint="make a home with benchmarks/corpus"
        )
    whole = sum(sizes)
    names = {20: "small", 500: "medium", 3_000: "large"}
    near = (name for size, name in names.items() if abs(whole / size / 1e6 - 1) < 0.05)
    return Corpus(home, next(near, f"{whole / 1e6:.0f} MB"), len(sizes), whole)


def logs_of(home: Path) -> list[Path]:
    """Return the logs below *home*."""
    return [path for part in _LOGS for path in sorted((home / part).rglob("*.jsonl"))]


def own_copy(home: Path, folder: Path) -> Corpus:
    """Return a copy of the corpus *home* below the new *folder*, to be linked from.

    A second name changes a file's change time, by which burnlib and others tell whether to read it
    again: that must not happen to somebody's corpus.
    """
    folder.mkdir(parents=True)
    for part in _LOGS:
        shutil.copytree(home / part, folder / part)
    shutil.copy(home / "truth.json", folder / "truth.json")
    os.sync()  # else the disk would still be writing while the first runs are measured
    return open_corpus(folder)


def link_logs(corpus: Path, home: Path) -> None:
    """Put the logs of *corpus* into the new folder *home* under second names (hard links).

    Tools see real folders and files, and whatever they write beside them is in *home* alone.
    Where the two are on different disks, the logs are copied.
    """
    home.mkdir(parents=True)
    for part in _LOGS:
        shutil.copytree(corpus / part, home / part, copy_function=_link)
    shutil.copy(corpus / "truth.json", home / "truth.json")


def _link(old: str, new: str) -> None:
    try:
        os.link(old, new)
    except OSError:
        shutil.copy2(old, new)


def copy_logs(logs: Iterable[Path]) -> None:
    """Make real copies of *logs* that are second names, so that they may grow."""
    for path in logs:
        copy = path.with_suffix(".copy")
        shutil.copy2(path, copy)
        copy.replace(path)


def forget(home: Path) -> None:
    """Delete everything that a tool left in *home*, so that it begins anew."""
    for path in home.iterdir():
        if path.name in _LOGS or path.name == "truth.json":
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
