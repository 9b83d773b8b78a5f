"""Run whole processes and measure what they cost; Linux only."""

from __future__ import annotations

import contextlib
import ctypes
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import frozen

from burnlib.errors import BurnlibError

__all__ = [
    "Command",
    "NotMeasuredError",
    "Run",
    "Spread",
    "leave_network",
    "measure",
    "memory_of",
    "spread",
]

_CLONE_NEWNET = 0x40000000  # <sched.h>

_MIB = 1024  # ru_maxrss and Pss are in KiB on Linux


class NotMeasuredError(BurnlibError):
    """A program did not do what it was run for."""


@frozen(kw_only=True)
class Command:
    """A program to run.

    Attributes:
        words: The program and its arguments.
        env: Its whole environment.
        output: The file for its standard output.
        stdin: A file to read, or none.
        until: What its last line begins with, of a program which then waits for Ctrl-C.

    """

    words: Sequence[str]
    env: Mapping[str, str]
    output: Path
    stdin: Path = Path(os.devnull)
    until: str = ""


@frozen
class Run:
    """What one process cost, with all processes that it started and waited for.

    Attributes:
        wall: Seconds by the clock.
        cpu: Seconds of processors, user and system.
        peak: MiB of memory of the largest process; 10 at least.

    """

    wall: float
    cpu: float
    peak: float


def measure(command: Command) -> Run:
    """Run *command* to its end; raises NotMeasuredError with what it complained of."""
    with tempfile.NamedTemporaryFile() as errors:
        return _measure(command, Path(errors.name))


def _measure(command: Command, errors: Path) -> Run:
    launch = str(Path(__file__).with_name("launch.py"))
    files = map(str, (command.output, errors, command.stdin))
    name = " ".join(command.words[:4])
    done = subprocess.run(
        [sys.executable, "-I", "-S", launch, *files, command.until, *command.words],
        env=dict(command.env),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotMeasuredError("could not be started", where=name)
    wall, cpu, peak, code = done.stdout.split()
    if int(code):
        said = errors.read_text(errors="replace").splitlines() or ["it said nothing"]
        raise NotMeasuredError(f"ended with {code}: {said[-1][:200]}", where=name)
    return Run(float(wall), float(cpu), int(peak) / _MIB)


def memory_of(command: Command) -> float:
    """Return the most memory that all processes of *command* took together at any time, in MiB.

    A page that several processes share counts once (Pss in proc(5)). They are looked at every few
    ms, which costs time, so this run is no measurement of that.
    """
    most = 0
    with command.output.open("wb") as output, command.stdin.open("rb") as given:
        process = subprocess.Popen(
            command.words,
            env=dict(command.env),
            stdin=given,
            stdout=output,
            stderr=subprocess.DEVNULL,
        )
        while process.poll() is None:
            most = max(most, sum(map(_share_of, _tree(process.pid))))
            time.sleep(0.005)
    return most / _MIB


def _tree(root: int) -> list[int]:
    found = [root]
    for pid in found:
        with contextlib.suppress(OSError):
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
            found += map(int, children.split())
    return found


def _share_of(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def leave_network() -> bool:
    """Leave the network for good, with all programs that are started later.

    Returns False where that cannot be: it needs the rights of root (CAP_SYS_ADMIN).
    """
    if not sys.platform.startswith("linux"):
        return False
    return bool(ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNET) == 0)


@frozen
class Spread:
    """The middle of some figures, the least and the greatest."""

    middle: float
    low: float
    high: float


def spread(figures: Sequence[float]) -> Spread:
    """Return the median of *figures* and their ends."""
    return Spread(statistics.median(figures), min(figures), max(figures))
