"""Standard output and error when nobody reads them, they are full, or they know few signs."""

from __future__ import annotations

import io
import os
import sys

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import TextIO

__all__ = ["complain", "finish", "prepare"]


def prepare() -> None:
    """Let a console that cannot show a sign show "?" in its place, and never end the program.

    A stream that was closed before the start is None in Python; it becomes one to nowhere.
    """
    for name in ("stdout", "stderr"):
        stream: object = getattr(sys, name)
        if stream is None:
            nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - kept open
            setattr(sys, name, nowhere)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def complain(text: str) -> None:
    """Print a line to standard error, if anybody can read it."""
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        _silence(sys.stderr)


def finish() -> str:
    """Write out what is buffered; return why standard output could not be written, or "".

    A pipe that was closed is no reason: its reader has seen enough. Python itself would try again
    while it ends, print a traceback, and change the exit code to 120.
    """
    reason = ""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            _silence(stream)
        except (OSError, ValueError) as error:
            if stream is sys.stdout:
                reason = getattr(error, "strerror", "") or str(error)
            _silence(stream)
    return reason


def _silence(stream: TextIO) -> None:
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return  # contextlib.suppress says it shorter, and costs 4 ms at every start
