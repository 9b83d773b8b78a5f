"""The libraries: what to install for each, and how one of their drawings is timed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import frozen

from burnlib.errors import BurnlibError, InvalidInput

__all__ = ["OURS", "PEERS", "Failure", "Library", "Timing", "install", "python_of", "time_once"]

OURS = ("svg", "text", "png", "page")


@frozen
class Library:
    """Another library that draws calendars.

    Attributes:
        name: What it is called, here and on PyPI.
        package: With its version; all that it needs is as new as it gets.
        older: What it needs in an older version, to draw at all; empty where new ones do.
        format: What it draws.

    """

    name: str
    package: str
    older: tuple[str, ...] = ()
    format: str = "SVG"


PEERS = {
    library.name: library
    for library in (
        Library("calplot", "calplot==0.1.7.5"),
        Library("july", "july==0.1.3", ("matplotlib==3.7.5", "numpy<2")),
        Library("dayplot", "dayplot==0.6.0"),
        Library("plotly-calplot", "plotly-calplot==0.1.20", ("pandas<3",), "HTML"),
    )
}


class Failure(BurnlibError):  # noqa: N818 - it is one of burnlib's, which are named like this
    """A library could not draw; the message is its own last line."""


@frozen
class Timing:
    """What one process measured, in seconds.

    Attributes:
        first: The first drawing.
        times: Those after it.
        size: Bytes of one.
        versions: Of what drew it.

    """

    first: float
    times: Sequence[float]
    size: int
    versions: Mapping[str, str]


def python_of(library: Library, folder: Path, *, older: bool = False) -> Path:
    """Return the interpreter of the environment of *library* below *folder*."""
    return folder / (f"{library.name}-older" if older else library.name) / "bin" / "python"


def install(library: Library, folder: Path, *, older: bool = False) -> None:
    """Make the environment of *library*, where it is not there; raises InvalidInput."""
    python = python_of(library, folder, older=older)
    if python.is_file():
        return
    folder.mkdir(parents=True, exist_ok=True)
    packages = (library.package, *(library.older if older else ()))
    for words in (
        [sys.executable, "-m", "venv", str(python.parents[1])],
        [str(python), "-m", "pip", "--quiet", "install", *packages],
    ):
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode:
            raise InvalidInput(f"could not be installed: {_last(done.stderr)}", where=library.name)


def time_once(python: Path, drawing: str, *, repeats: int, seconds: float) -> Timing:
    """Draw in a process of its own; raises Failure with what was complained of."""
    worker = Path(__file__).with_name("worker.py")
    done = subprocess.run(
        [str(python), "-W", "ignore", str(worker), drawing, str(repeats), str(seconds)],
        # No window system, and no settings of whoever runs this.
        env={**os.environ, "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failure(_last(done.stderr), where=drawing)
    said = json.loads(done.stdout.splitlines()[-1])
    return Timing(said["first"], said["times"], said["bytes"], said["versions"])


def _last(complaint: str) -> str:
    lines = complaint.strip().splitlines() or ["it said nothing"]
    return lines[-1][:200]
