"""The smallest log that breaks a law, so that an author has one line to look at, not a thousand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from attrs import evolve

from burnlib.testing.sample import Sample, lines_of, with_file

__all__ = ["smallest"]

_SECONDS = 20.0


def smallest(sample: Sample, fails: Callable[[Sample], bool]) -> Sample:
    """Return *sample* without the files and lines that it fails without, too.

    *fails* says whether a sample fails; it is asked for some twenty seconds at most. This is delta
    debugging (Zeller and Hildebrandt, 2002): halves first, single lines last.
    """
    end = time.monotonic() + _SECONDS
    smaller: Sample | None = sample
    while smaller is not None:
        sample = smaller
        smaller = next(
            (one for one in _smaller(sample) if time.monotonic() < end and fails(one)), None
        )
    return sample


def _smaller(sample: Sample) -> Iterator[Sample]:
    """Yield *sample* with a file less, or with lines less of one, the largest cuts first.

    What comes last goes first, so that the beginning is left.
    """
    for name in reversed(list(sample.files)) if len(sample.files) > 1 else ():
        yield evolve(sample, files={key: sample.files[key] for key in sample.files if key != name})
    for name, content in sample.files.items():
        lines = lines_of(content)
        size = len(lines) // 2
        while size:
            for start in reversed(range(0, len(lines), size)):
                rest = [*lines[:start], *lines[start + size :]]
                if rest:
                    yield with_file(sample, name, b"".join(rest))
            size //= 2
