"""The command ``burn``: argument parsing and printing; the library does the work."""

from __future__ import annotations

import gc
import os
import sys

from burnlib.cli.codes import (
    GOOD,
    INTERRUPTED,
    NOT_ADDING_UP,
    NOTHING_TO_READ,
    PARTIAL,
    WRONG_USE,
)
from burnlib.cli.streams import complain, finish, prepare

# What is imported here is loaded even by `burn --version`: nothing but this and the three above.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``burn`` with *arguments* (default: the process's own) and return its exit code."""
    if arguments is None:
        # The process is ours, and what it makes is freed without the collector of cycles, which
        # takes 12 ms to look through all that was imported, and 8 at the end of Python. Up to
        # here, neither `burn show` nor a run that finds nothing new has it look even once.
        gc.set_threshold(200_000)
    given = list(sys.argv[1:] if arguments is None else arguments)
    prepare()
    try:
        code = _version() if given in (["--version"], ["-V"]) else _run(given)
    except SystemExit as leaving:  # how argparse ends after --help and after wrong use
        code = leaving.code if isinstance(leaving.code, int) else GOOD
    except BrokenPipeError:
        code = GOOD  # the reader of our output has seen enough
    except KeyboardInterrupt:
        complain("\nburn: interrupted; what was read so far is kept")
        code = INTERRUPTED
    if (reason := finish()) and code != PARTIAL:
        complain(f"burn: standard output: {reason} (fix: write it to where there is room)")
    if arguments is None:
        gc.freeze()
    return code or (PARTIAL if reason else GOOD)


def _version() -> int:
    from burnlib import __version__

    print(f"burn {__version__}")
    return GOOD


def _run(given: list[str]) -> int:
    import warnings

    with warnings.catch_warnings():
        warnings.showwarning = _one_line_warning
        return _answer(given)


def _answer(given: list[str]) -> int:
    from burnlib.cli.parser import parse
    from burnlib.errors import BurnlibError

    command, options = parse(given)
    try:
        return command(options)
    except BurnlibError as error:
        complain(f"burn: {_one_line(str(error))}")
        return _code_of(error)
    except MemoryError:
        complain("burn: out of memory; nothing that was kept before is lost")
        return PARTIAL
    except BrokenPipeError:
        raise
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        complain(f"burn: {_one_line(where + (error.strerror or str(error)))}")
        return PARTIAL
    except Exception as error:
        if os.environ.get("BURNLIB_DEBUG"):
            raise
        complain(
            f"burn: a fault in burnlib: {type(error).__name__}: {_one_line(str(error))}"
            " (fix: run it again with BURNLIB_DEBUG=1 and report what it prints)"
        )
        return PARTIAL


def _one_line_warning(
    message: Warning | str,
    category: type[Warning],  # noqa: ARG001 - the signature of warnings.showwarning
    filename: str,  # noqa: ARG001
    lineno: int,  # noqa: ARG001
    file: TextIO | None = None,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> None:
    complain(f"burn: {_one_line(str(message))}")


def _one_line(text: str) -> str:
    from burnlib.words import clean

    return clean(" ".join(text.split()), limit=4000)


def _code_of(error: Exception) -> int:
    from burnlib.errors import ArchiveNotWritten, NoArchive, SchemaError
    from burnlib.files import CannotWrite

    if isinstance(error, SchemaError):
        return NOT_ADDING_UP
    if isinstance(error, NoArchive):
        return NOTHING_TO_READ
    return PARTIAL if isinstance(error, CannotWrite | ArchiveNotWritten) else WRONG_USE
