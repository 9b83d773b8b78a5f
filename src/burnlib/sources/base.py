"""What a source is: the protocol that plugins implement, and the values it trades in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from attrs import field, frozen

from burnlib._foreign import described
from burnlib.errors import BurnlibError, ContractError, InvalidInput, NotFound
from burnlib.model import Fidelity, UsageEvent
from burnlib.value import Value

__all__ = [
    "API_VERSION",
    "Dropped",
    "Home",
    "Problem",
    "Reading",
    "Resume",
    "Segment",
    "SimpleSource",
    "Source",
    "grouped",
    "walk",
    "walk_names",
]

API_VERSION = 1
"""Version of the source protocol; a plugin announces the one it was written for."""


@frozen(eq=False, repr=False)
class Home(Value):
    """A user's home folder, below which tools keep their logs.

    Attributes:
        root: The folder.
        env: Environment variables that move a tool's folder. Empty for a folder that somebody
            named, since the variables speak of the running user's own home.

    """

    root: Path
    env: Mapping[str, str] = field(factory=dict)

    @classmethod
    def own(cls) -> Home:
        """Return the running user's home, with the environment's overrides; may raise NotFound."""
        try:
            return cls(Path.home(), dict(os.environ))
        except RuntimeError as error:
            raise NotFound("no home folder", hint="set HOME, or use --home DIR") from error

    def path(self, *parts: str) -> Path:
        """Return a path below the home folder."""
        return self.root.joinpath(*parts)

    def override(self, variable: str) -> tuple[Path, ...]:
        """Return the folders that *variable* names, comma-separated; empty where it is unset."""
        named = (part.strip() for part in self.env.get(variable, "").split(","))
        return tuple(Path(part).expanduser() for part in named if part)


def _text(path: str | os.PathLike[str]) -> str:
    return os.fspath(path)


@frozen(eq=False, repr=False)
class Segment(Value):
    """One log file.

    Attributes:
        name: The file's path as text; given as ``path``, in whatever form paths have.
        key: The name by which other segments refer to it, such as a thread id; may be empty.
        peers: Key to path of all segments found together with it.

    """

    name: str = field(alias="path", converter=_text)
    key: str = ""
    peers: Mapping[str, str | Path] = field(factory=dict, eq=False, repr=False)

    @property
    def path(self) -> Path:
        """The file."""
        return Path(self.name)


@frozen(eq=False, repr=False)
class Resume(Value):
    """Where an earlier reading of a segment stopped.

    Attributes:
        offset: Bytes already read; the collector has checked that they are still the same.
        state: What the source wanted to remember, as JSON.

    """

    offset: int
    state: str


@frozen(kw_only=True, eq=False, repr=False)
class Reading(Value):
    """What one pass over a segment gave.

    Attributes:
        events: Uses, in log order; each id and request at most once. Readers of very large logs
            give :class:`burnlib.packed.PackedEvents`.
        offset: Bytes that need not be read again; 0 asks for the whole file next time.
        state: JSON to hand back with that offset.
        dropped: Reason to number of usage records that were read and not counted, in this pass.
        wants: Key of a segment that was not at hand and would make this reading better; when it
            turns up, the whole segment is read again.

    """

    events: Sequence[UsageEvent]
    offset: int = 0
    state: str = ""
    dropped: Mapping[str, int] = field(factory=dict)
    wants: str = ""


@frozen(eq=False, repr=False)
class Dropped(Value):
    """A usage record that is not counted; what the short form gives in place of an event.

    Attributes:
        reason: Why; the same words for all records of the kind.

    """

    reason: str


@frozen(eq=False, repr=False)
class Problem(Value):
    """Something that could not be read; everything else is unaffected.

    Attributes:
        source: Name of the source.
        where: The file, folder or package; the first of several files.
        message: What is wrong.
        hint: What to do about it; may be empty.
        places: The files, where several have the same trouble; else empty.

    """

    source: str
    where: str
    message: str
    hint: str = ""
    places: tuple[str, ...] = ()

    def __str__(self) -> str:
        text = f"{self.source}: {self.where}: {self.message}"
        return f"{text} (fix: {self.hint})" if self.hint else text

    @classmethod
    def of(cls, source: str, where: str, error: Exception) -> Problem:
        """Describe *error*, which was raised while *where* was read."""
        if isinstance(error, BurnlibError):
            message, place, hint = _said(error)
            if not hint and (not message or isinstance(error, ContractError | InvalidInput)):
                hint = "report it to the source's author"
            return cls(source, place or where, message or described(error), hint)
        if isinstance(error, OSError):
            reason = str(error.strerror or type(error).__name__)
            missing = isinstance(error, FileNotFoundError)
            if missing and error.filename and os.fsdecode(error.filename) != where:
                hint = "if it is no log of yours, report it to the source's author"
                return cls(source, where, f"{reason}: {os.fsdecode(error.filename)}", hint)
            hint = "check its permissions" if isinstance(error, PermissionError) else ""
            return cls(source, where, reason, hint)
        hint = "look whether the file is damaged; if not, report it to the source's author"
        return cls(source, where, described(error), hint)


def _said(error: BurnlibError) -> tuple[str, str, str]:
    """Return message, place and hint as texts, whatever a plugin's own class of error has there."""
    found = (getattr(error, name, "") for name in ("message", "where", "hint"))
    message, where, hint = (str(text)[:_LONGEST_TEXT] for text in found)
    return message, where, hint


_LONGEST_TEXT = 2000


def grouped(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Make one problem of those that differ only in the file."""
    kinds: dict[tuple[str, str, str], list[str]] = {}
    for problem in problems:
        kinds.setdefault((problem.source, problem.message, problem.hint), []).append(problem.where)
    return tuple(
        Problem(source, places[0], message, hint)
        if len(places) == 1
        else Problem(source, places[0], f"{len(places)} files: {message}", hint, tuple(places))
        for (source, message, hint), places in kinds.items()
    )


@runtime_checkable
class Source(Protocol):
    """Entry-point group ``burnlib.sources``; the entry-point name is the source's name.

    Optional attributes, with what is assumed without them: ``revision`` (1), raised when a
    corrected reader gives other numbers for the same bytes, which makes every log be read again;
    ``kept(home)`` (None), the time for which the tool keeps its logs, None for ever.
    """

    name: str
    fidelity: Fidelity
    api_version: int

    def find(self, home: Home) -> Iterable[Segment]:
        """Return the logs below *home*; reads folders, not files."""
        ...

    def read(self, segment: Segment, resume: Resume | None) -> Reading:
        """Read *segment*, from the start or from where *resume* says."""
        ...


class SimpleSource(Protocol):
    """The short form for plugin authors: paths in, events out; always reads whole files."""

    name: str
    fidelity: Fidelity
    api_version: int

    def find(self, home: Home) -> Iterable[Path]:
        """Return the log files below *home*."""
        ...

    def read(self, path: Path) -> Iterable[UsageEvent | Dropped]:
        """Yield the uses that the file tells of, and a Dropped for each that is not counted."""
        ...


def walk(root: str | Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    """Yield the regular files below *root* whose names end in one of *suffixes*, sorted.

    Folders behind symbolic links are not entered, so a loop cannot trap it; pipes, sockets and
    folders with such a name are passed over. A folder that cannot be listed raises OSError: an
    empty answer would look like an empty log. A *root* that does not exist has no files.
    """
    yield from map(Path, walk_names(root, suffixes))


def walk_names(root: str | Path, suffixes: tuple[str, ...]) -> list[str]:
    """Return what :func:`walk` yields as text: a path object costs more than a look at its file."""
    return _names_below(os.fspath(root), suffixes) if os.path.isdir(root) else []  # noqa: PTH112


def _names_below(root: str, suffixes: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    waiting = [root]
    while waiting:
        folders: list[str] = []
        names: list[str] = []
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif entry.name.endswith(suffixes) and _is_file(entry):
                    names.append(entry.path)
        found += sorted(names)
        waiting += sorted(folders, reverse=True)
    return found


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return Path(entry.path).is_file()  # False for a link to itself; other refusals raise
