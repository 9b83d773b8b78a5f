"""The command ``burn``: argument parsing and printing; the library does the work."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

__all__ = ["main"]

GOOD, NOT_ADDING_UP, WRONG_USE, NOTHING_TO_READ, PARTIAL, INTERRUPTED = 0, 1, 2, 3, 4, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``burn`` with *arguments* (default: the process's own) and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given in (["--version"], ["-V"]):  # without loading a parser
        from burnlib import __version__

        print(f"burn {__version__}")
        return GOOD
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show a sign shows "?" in its place, and never ends the program.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = _run(given)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output has seen enough; what else is printed goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GOOD
    except KeyboardInterrupt:
        print("\nburn: interrupted; what was read so far is kept", file=sys.stderr)
        return INTERRUPTED
    return code


def _run(given: list[str]) -> int:
    from burnlib.cli.parser import parse
    from burnlib.errors import BurnlibError

    command, options = parse(given)
    try:
        return command(options)
    except BurnlibError as error:
        print(f"burn: {_one_line(str(error))}", file=sys.stderr)
        return _code_of(error)
    except MemoryError:
        print("burn: out of memory; nothing that was kept before is lost", file=sys.stderr)
        return PARTIAL
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"burn: {_one_line(where + (error.strerror or str(error)))}", file=sys.stderr)
        return PARTIAL
    except Exception as error:
        if os.environ.get("BURNLIB_DEBUG"):
            raise
        kind = type(error).__name__
        print(
            f"burn: a fault in burnlib: {kind}: {_one_line(str(error))}"
            " (fix: run it again with BURNLIB_DEBUG=1 and report what it prints)",
            file=sys.stderr,
        )
        return PARTIAL


def _one_line(text: str) -> str:
    from burnlib.words import clean

    return clean(" ".join(text.split()), limit=4000)


def _code_of(error: Exception) -> int:
    from burnlib.errors import SchemaError
    from burnlib.files import CannotWrite

    if isinstance(error, SchemaError):
        return NOT_ADDING_UP
    return PARTIAL if isinstance(error, CannotWrite) else WRONG_USE
