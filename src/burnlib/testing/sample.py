"""Samples: logs as a tool writes them, with what is known to stand in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path, PurePosixPath
from typing import TypeVar

from attrs import evolve, field, frozen

from burnlib.value import Value

__all__ = ["Sample", "cuts", "lines_of", "records_of", "some", "with_file"]

_EVERY_BYTE = 3000
_MOST_CUTS = 3000


def _as_bytes(files: Mapping[str, str | bytes]) -> dict[str, bytes]:
    return {
        name: content.encode() if isinstance(content, str) else bytes(content)
        for name, content in files.items()
    }


@frozen(kw_only=True, eq=False, repr=False)
class Sample(Value):
    """Logs below a home folder, and their right totals, counted by hand.

    Attributes:
        files: Path below the home folder, with slashes, to what is in the file; text is written as
            UTF-8. Whole lines; the kit tears them itself.
        tokens: Day in UTC, "2026-05-24", to the tokens of the source on it. A day that is not named
            has none.
        calls: Day to the number of requests; days that are not named are not checked.

    """

    files: Mapping[str, bytes] = field(converter=_as_bytes)
    tokens: Mapping[str, int] = field(factory=dict)
    calls: Mapping[str, int] = field(factory=dict)

    def write(self, home: Path) -> Path:
        """Write the logs below *home*, where nothing of them may be yet, and return that."""
        for name, content in self.files.items():
            path = home.joinpath(*PurePosixPath(name).parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return home

    def __str__(self) -> str:
        return "\n".join(_shown(name, content) for name, content in self.files.items())


def with_file(sample: Sample, name: str, content: bytes) -> Sample:
    """Return *sample* with other *content* in the file *name*."""
    return evolve(sample, files={**sample.files, name: content})


def lines_of(content: bytes) -> list[bytes]:
    """Return the lines of a log with their ends, which are newlines alone."""
    return content.splitlines(keepends=True) if b"\r" not in content else _split(content)


def _split(content: bytes) -> list[bytes]:
    parts = content.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def cuts(content: bytes) -> Sequence[int]:
    """Return the places to cut a log at: every byte of a small one.

    Of a larger one, those around the line ends, and some of the others.
    """
    if len(content) <= _EVERY_BYTE:
        return range(len(content) + 1)
    ends = accumulate(map(len, lines_of(content)))
    around = {end + beside for end in ends for beside in (-2, -1, 0, 1)}
    step = len(content) // _EVERY_BYTE + 1
    places = {*around, *range(0, len(content) + 1, step)}
    return some(sorted(place for place in places if 0 <= place <= len(content)), _MOST_CUTS)


T = TypeVar("T")


def some(found: Sequence[T], most: int) -> Sequence[T]:
    """Return at most *most* of what is *found*, the first and the last among them."""
    if len(found) <= most:
        return found
    return [found[number * (len(found) - 1) // (most - 1)] for number in range(most)]


def records_of(content: bytes) -> Iterator[tuple[int, dict[str, object]]]:
    """Yield number and value of every line that is a JSON object."""
    for number, line in enumerate(lines_of(content)):
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            yield number, value


def _shown(name: str, content: bytes) -> str:
    lines = lines_of(content)
    shown = [f"    {_readable(line)}" for line in lines[:40]]
    if len(lines) > len(shown):
        shown.append(f"    ... and {len(lines) - len(shown)} more lines")
    number = f"{len(lines)} line" if len(lines) == 1 else f"{len(lines)} lines"
    return "\n".join([f"  {name} ({number}, {len(content)} bytes)", *shown])


def _readable(line: bytes) -> str:
    text = line.decode("utf-8", "backslashreplace")
    ended = text.endswith("\n")
    text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text.removesuffix("\n"))
    if len(text) > 600:
        text = f"{text[:400]} ... {text[-100:]}"
    return text if ended else f"{text}  <- no line end"
