"""Running the code of plugins: whatever it does costs nothing but itself."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from functools import cache

from burnlib.errors import PluginError

__all__ = ["contained", "is_own"]

# Address space that a plugin may take beyond what was in use: the largest logs known, of 3 GB, are
# read in a tenth of it, and a machine with less to spare is not brought down before that.
_MOST_ROOM, _LEAST_ROOM = 4 << 30, 1 << 30


def is_own(made: object) -> bool:
    """Whether *made* is a source or renderer of burnlib itself."""
    return type(made).__module__.startswith("burnlib.")


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
        with contextlib.redirect_stdout(sys.stderr), _limited():
            yield
    except MemoryError as error:
        hint = "report it to the plugin's author; everything else is unaffected"
        raise PluginError("took more memory than there is for a plugin", hint=hint) from error
    except (Exception, KeyboardInterrupt):
        raise
    except BaseException as error:
        hint = "report it to the plugin's author; a fault is an exception"
        raise PluginError(f"tried to end the program: {error!r}", hint=hint) from error


@contextlib.contextmanager
def _limited() -> Iterator[None]:
    """Limit the address space of this process, on Linux."""
    if sys.platform != "linux":
        yield  # macOS takes such a limit and does not keep it; Windows has none
        return
    import resource

    before, hard = resource.getrlimit(resource.RLIMIT_AS)
    finite = [limit for limit in (before, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min([_in_use() + _room(), *finite]), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, hard))


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
