"""Counts the text of conversations in other threads, while the next ones are being read."""

from __future__ import annotations

import os
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeAlias

from attrs import frozen

from burnlib.errors import BurnlibError
from burnlib.sources.turns import Outline
from burnlib.tokenizer import count_each

__all__ = ["Counts", "counted_ahead"]

Counts: TypeAlias = list[int] | BurnlibError
"""The tokens of each text of a conversation, or why they cannot be counted."""

# Characters that are counted by one job: some ten milliseconds of work, so that winning back the
# interpreter after each, which takes up to five, is a small part.
_BATCH = 250_000

# What a message takes beside its text, in characters.
_MESSAGE = 1_000

# More threads than this would only wait for the reader.
_MOST_THREADS = 4


@frozen
class _Batch:
    """Conversations whose text is being counted; *size* is in characters."""

    outlines: list[Outline]
    size: int
    future: Future[list[Counts]]


def counted_ahead(outlines: Iterable[Outline]) -> Iterator[tuple[Outline, Counts]]:
    """Yield the conversations in order, with their counts.

    Some batches of text are held at a time, or one conversation that is larger than all of them.
    Where reading ends in an error or an interruption, what was read before comes first.
    """
    threads = min(os.cpu_count() or 1, _MOST_THREADS)
    waiting: deque[_Batch] = deque()
    failure: BaseException | None = None
    with ThreadPoolExecutor(threads, thread_name_prefix="burnlib") as workers:
        try:
            for batch, size in _batches(outlines):
                while waiting and sum(b.size for b in waiting) + size > (threads + 1) * _BATCH:
                    yield from _finished(waiting)
                waiting.append(_Batch(batch, size, workers.submit(_count, batch)))
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - raised below
            failure = error
        while waiting:
            yield from _finished(waiting)
    if failure:
        raise failure


def _finished(waiting: deque[_Batch]) -> Iterator[tuple[Outline, Counts]]:
    counts = waiting[0].future.result()
    batch = waiting.popleft()
    yield from zip(batch.outlines, counts, strict=True)


def _batches(outlines: Iterable[Outline]) -> Iterator[tuple[list[Outline], int]]:
    batch: list[Outline] = []
    size = 0
    failure: BaseException | None = None
    try:
        for outline in outlines:
            batch.append(outline)
            size += sum(len(text) + _MESSAGE for _, text in outline.texts)
            if size >= _BATCH:
                yield batch, size
                batch, size = [], 0
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - raised below
        failure = error
    if batch:
        yield batch, size
    if failure:
        raise failure


def _count(batch: Sequence[Outline]) -> list[Counts]:
    try:
        numbers = iter(_count_texts([text for outline in batch for text in outline.texts]))
    except BurnlibError as error:
        if len(batch) == 1:
            return [error]
        # One of them cannot be counted, and the others can.
        return [found for outline in batch for found in _count([outline])]
    return [list(islice(numbers, len(outline.texts))) for outline in batch]


def _count_texts(texts: Sequence[tuple[str, str]]) -> list[int]:
    """Return the tokens of each (encoding, text), with one call for each encoding."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, (encoding, _) in enumerate(texts):
        places[encoding].append(place)
    counts = [0] * len(texts)
    for encoding, of_encoding in places.items():
        found = count_each([texts[place][1] for place in of_encoding], encoding)
        for place, number in zip(of_encoding, found, strict=True):
            counts[place] = number
    return counts
