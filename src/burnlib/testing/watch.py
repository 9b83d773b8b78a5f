"""Watching what code does to the machine: files opened and changed, sockets, other programs."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence

from attrs import define, field

__all__ = ["Deeds", "watched"]

# Names of audit events: https://docs.python.org/3/library/audit_events.html
_NETWORK = "socket."  # all of them, but that a socket is made
_PROGRAMS = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.startfile",
)
_CHANGES = (
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.truncate", "os.link", "os.symlink"),
    *("os.chmod", "os.chown", "os.utime", "shutil.rmtree", "shutil.move"),
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@define
class Deeds:
    """What was done while code was watched.

    Attributes:
        opened: Paths that were opened.
        changes: What was written, made, renamed or removed.
        network: Sockets and names that were asked for.
        programs: Programs that were started.

    """

    opened: list[str] = field(factory=list)
    changes: list[str] = field(factory=list)
    network: list[str] = field(factory=list)
    programs: list[str] = field(factory=list)


_watching: list[Deeds] = []
_hooked = False


@contextlib.contextmanager
def watched() -> Iterator[Deeds]:
    """Collect what this process does meanwhile, by whatever function of Python."""
    global _hooked
    if not _hooked:
        sys.addaudithook(_note)
        _hooked = True
    deeds = Deeds()
    _watching.append(deeds)
    try:
        yield deeds
    finally:
        _watching.remove(deeds)


def _note(name: str, details: Sequence[object]) -> None:
    if not _watching:
        return
    for deeds in _watching:
        if name == "open":
            _note_open(deeds, details)
        elif name.startswith(_NETWORK) and name != "socket.__new__":
            deeds.network.append(f"{name} {details[-1]!r}" if details else name)
        elif name in _PROGRAMS:
            deeds.programs.append(f"{name} {details[0]!r}")
        elif name in _CHANGES and not _is_of_python(details[0]):
            deeds.changes.append(f"{name} {details[0]!r}")


def _note_open(deeds: Deeds, details: Sequence[object]) -> None:
    path, mode, flags = (*details, None, None)[:3]
    if not isinstance(path, str | bytes | os.PathLike):
        return  # a descriptor, whose opening was seen
    text = os.fsdecode(path)
    writing = isinstance(flags, int) and flags & _WRITING
    if isinstance(mode, str):
        writing = any(letter in mode for letter in "wax+")
    if not writing:
        deeds.opened.append(text)
    elif not _is_of_python(text) and text != os.devnull:
        deeds.changes.append(f"open for writing {text!r}")


def _is_of_python(path: object) -> bool:
    """Whether *path* is compiled code, which Python keeps for the next import."""
    return isinstance(path, str) and "__pycache__" in path
