"""The short way to read JSON Lines: one function makes a use of a record, the rest is done here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from burnlib.errors import BurnlibError, LogFormatError
from burnlib.model import UsageEvent
from burnlib.sources.base import Dropped
from burnlib.sources.contract import check_event
from burnlib.sources.lines import objects, open_log, read_lines

__all__ = ["json_uses"]

# What looking for a value in a record of another shape raises. Other exceptions are faults.
_MISFITS = (BurnlibError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError)


def json_uses(
    path: str | Path, use: Callable[[dict[str, object]], UsageEvent | None]
) -> Iterator[UsageEvent | Dropped]:
    """Yield the use that each record of a JSON Lines log tells of.

    A last line without an end is still being written, and left for the next time. A line that is
    not JSON, and a record that *use* trips over (KeyError, TypeError, ValueError, InvalidInput and
    the like), is a Dropped.

    Args:
        path: The log; compressed if it ends in ".zst".
        use: Returns the use that a record tells of, None for a record that tells of none.

    Raises:
        LogFormatError: The file is no log, or *use* trips over records and finds no use in any.

    """
    uses = tripped = 0
    first = ""
    with open_log(path) as log:
        for number, line in enumerate(read_lines(log), start=1):
            if not line.closed:
                break
            records, whole = objects(line.raw)
            if not whole and line.raw.strip():
                yield Dropped("line that is not JSON")
            for record in records:
                try:
                    event = use(record)
                    if event is not None:
                        check_event(event, event.source)
                except _MISFITS as error:
                    tripped += 1
                    first = first or f"line {number}: {type(error).__name__}: {error}"
                    yield Dropped(f"record that cannot be read: {type(error).__name__}")
                    continue
                if event is not None:
                    uses += 1
                    yield event
    if tripped and not uses:
        hint = "look whether it is a log of this tool; if so, the source is too old or too new"
        raise LogFormatError(f"no use can be read, {first}", where=str(path), hint=hint)
