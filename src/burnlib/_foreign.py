"""Running the code of plugins: whatever it does costs nothing but itself."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from functools import cache
from typing import TextIO, cast

from burnlib.errors import PluginError

__all__ = ["Fixed", "contained", "described", "is_own"]

# Address space that a plugin may take beyond what was in use: the largest logs known, of 3 GB, are
# read in a tenth of it, and a machine with less to spare is not brought down before that.
_MOST_ROOM, _LEAST_ROOM = 4 << 30, 1 << 30


_LONGEST = 500


def is_own(made: object) -> bool:
    """Whether *made* is a plugin of burnlib itself."""
    module: object = type(made).__module__
    return isinstance(module, str) and module.startswith(_OWN)


_OWN = ("burnlib.sources.", "burnlib.render.", "burnlib.outcomes.")


class Fixed:
    """A source of a third party as it was when it was checked.

    What it says of itself is looked at once: a name that changed later would count for another.
    """

    def __init__(self, made: object) -> None:
        self.made = made
        for name in ("name", "fidelity", "api_version", "revision"):
            if hasattr(made, name):
                setattr(self, name, getattr(made, name))
        for name in ("find", "read", "kept", "conversation", "method"):
            if hasattr(made, name):
                setattr(self, name, getattr(made, name))


def described(error: BaseException) -> str:
    """Return what *error* says in one short line, whatever that does: "KeyError: 'in'"."""
    kind = type(error).__name__
    try:
        text = " ".join(str(error).split())
    except Exception:  # noqa: BLE001 - other people's code, like all of it
        text = "it cannot say why"
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}..."
    return f"{kind}: {text}" if text else kind


@contextlib.contextmanager
def contained(made: object) -> Iterator[None]:
    """Run code of the plugin *made* so that it cannot end the program, and no output is spoiled.

    Raises PluginError where it tries to end the program, or takes more than 4 GiB of memory (where
    only Linux stops it in time); everything else that it raises, and an interrupt by the user,
    comes out as it is. What it prints goes to standard error. Both hold for the whole process
    meanwhile, also for other threads. The code of burnlib itself is run as it is.
    """
    if is_own(made):
        yield
        return
    try:
        with _changed():
            yield
    except MemoryError as error:
        hint = "report it to the plugin's author; everything else is unaffected"
        raise PluginError("took more memory than there is for a plugin", hint=hint) from error
    except (Exception, KeyboardInterrupt):
        raise
    except BaseException as error:
        hint = "report it to the plugin's author; a fault is an exception"
        raise PluginError(f"tried to end the program: {described(error)}", hint=hint) from error


# What is changed is the process's: threads that run plugins at once share one change of it.
_lock = threading.Lock()
_inside = 0
_before: tuple[TextIO | None, str, tuple[int, int] | None] = (None, "", None)


@contextlib.contextmanager
def _changed() -> Iterator[None]:
    """Send output to standard error, limit memory, and stay in this folder.

    Until the last one inside leaves.
    """
    global _inside, _before
    with _lock:
        if not _inside:
            _before = (sys.stdout, _folder(), _limit())
            sys.stdout = sys.stderr
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                stdout, folder, limits = _before
                sys.stdout = cast("TextIO", stdout)
                if folder and _folder() != folder:
                    os.chdir(folder)
                if limits:
                    _set_limit(*limits)


def _folder() -> str:
    with contextlib.suppress(OSError):  # somebody may have removed it
        return os.getcwd()  # noqa: PTH109 - no path object is needed
    return ""


def _limit() -> tuple[int, int] | None:
    """Limit the address space of this process, on Linux; return the limits that there were."""
    if sys.platform != "linux":
        return None  # macOS takes such a limit and does not keep it; Windows has none
    import resource

    before, hard = resource.getrlimit(resource.RLIMIT_AS)
    finite = [limit for limit in (before, hard) if limit != resource.RLIM_INFINITY]
    _set_limit(min([_in_use() + _room(), *finite]), hard)
    return before, hard


def _set_limit(soft: int, hard: int) -> None:
    import resource

    with contextlib.suppress(ValueError, OSError):  # a plugin lowered what cannot be raised again
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _in_use() -> int:
    """Return the bytes of address space that this process has."""
    import resource

    with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - no need of a path object
        return int(file.read().split()[0]) * resource.getpagesize()


@cache
def _room() -> int:
    """Return the bytes that a plugin may take: what the machine has to spare, within bounds."""
    with open("/proc/meminfo", "rb") as file:  # noqa: PTH123
        fields = dict(line.split(b":", 1) for line in file if b":" in line)
    spare = int(fields[b"MemAvailable"].split()[0]) * 1024
    return min(_MOST_ROOM, max(_LEAST_ROOM, spare))
