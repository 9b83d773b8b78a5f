"""Fermi estimates: a number of tokens as text that one could hold, read or say.

Each comparison shows its arithmetic and carries a range, since every constant is rough. What is
compared is text that a model processed, most of it the same context read again; nobody wrote or
read that much. There is no money here and no energy: for both, what is known per token differs by
a factor of ten and more between sources, and cached tokens have no figure at all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from burnlib.errors import InvalidInput, NotFound
from burnlib.languages.english import WORDS
from burnlib.views.parts import Amount, Constant, Equivalent, Step

__all__ = ["CONSTANTS", "Constant", "comparisons"]

_LEAST = 0.1
_MOST = 10_000
"""A result outside of these is no easier to picture than the tokens themselves."""


def _known(key: str, value: float, low: float, high: float, as_of: str) -> Constant:
    """Return a constant of ours; charts show its English words in their own language."""
    return Constant(value, low, high, WORDS[f"label_{key}"], WORDS[f"from_{key}"], as_of)


CONSTANTS: Mapping[str, Constant] = {
    # Measured: English prose 0.70 to 0.80 with three public tokenizers; the newest tokenizers
    # make 1.2 to 1.46 times as many tokens of it. Source code gives 0.45, JSON 0.14.
    "words_per_token": _known("words_per_token", 0.75, 0.55, 0.8, "2023"),
    "page": _known("page", 300, 250, 500, "2025"),
    "novel": _known("novel", 100_000, 64_000, 120_000, "2025"),
    # Measured on the text of 563,309 words: 708,085 tokens (o200k), 715,287 (cl100k), 750,795
    # (Claude, 2023); hard-wrapped lines and newer tokenizers give more.
    "war_and_peace": _known("war_and_peace", 750_000, 710_000, 1_100_000, "2025"),
    # 4.5 billion words in April 2024, 4.8 in April 2025, over 5 on 26 July 2025.
    "wikipedia": _known("wikipedia", 5.0e9, 4.9e9, 5.2e9, WORDS["july_2025"]),
    "reading": _known("reading", 238, 175, 300, "2019"),
    # Conversation is at 110 to 160 words a minute, reading aloud at 183 (Brysbaert 2019).
    "speech": _known("speech", 150, 110, 183, "2019"),
    # OECD averages of 2018: Germany 1,363 hours, United States 1,786, Mexico 2,148.
    "working_year": _known("working_year", 1760, 1360, 2150, "2018"),
}
"""Constants by key; :func:`comparisons` takes others in their place."""


class _Rung(NamedTuple):
    """One unit, and how tokens become a number of it.

    Attributes:
        unit: Key of what is counted.
        over: What to divide by: keys of constants, and plain numbers that are no estimates. The
            first one is the comparison's key.
        prose: Whether tokens are first turned into words.

    """

    unit: str
    over: tuple[str | int, ...]
    prose: bool = True


def _clock(key: str, doing: str) -> tuple[_Rung, ...]:
    steps = {"minutes": (), "hours": (60,), "days": (60, 24), "years": (60, 24, 365)}
    steps["millennia"] = (*steps["years"], 1000)
    return tuple(_Rung(f"{doing}_{unit}", (key, *over)) for unit, over in steps.items())


# Each from its smallest unit to its largest.
_LADDERS = (
    (
        _Rung("pages", ("page",)),
        _Rung("novels", ("novel",)),
        _Rung("copies", ("war_and_peace",), prose=False),
        _Rung("wikipedias", ("wikipedia",)),
    ),
    _clock("reading", "reading"),
    (_Rung("working_years", ("reading", 60, "working_year")),),
    _clock("speech", "speaking"),
)


def comparisons(
    amount: Amount, *, constants: Mapping[str, Constant] | None = None
) -> tuple[Equivalent, ...]:
    """Return up to four comparisons of *amount*: as text, reading, reading as work, and speech.

    Each is in the largest unit of which there is at least one, else in its smallest. Results
    outside 0.1 to 10,000 are left out, so that a few tokens give nothing; only where all results
    are larger the first is there all the same. The arithmetic names an estimated part apart, and
    its range, where that is known, goes into the range of the result.

    *constants* replace those of :data:`CONSTANTS` by key.

    Raises:
        NotFound: A key of *constants* is unknown.
        InvalidInput: One of them is no Constant.

    """
    if unknown := sorted(set(constants or ()) - set(CONSTANTS)):
        raise NotFound(f"no constant {unknown[0]!r}", hint=f"use {', '.join(CONSTANTS)}")
    for key, constant in (constants or {}).items():
        if not isinstance(constant, Constant):
            raise InvalidInput(
                f"{key}: {constant!r} is not a constant", hint="use burnlib.fermi.Constant(…)"
            )
    numbers = {**CONSTANTS, **(constants or {})}
    found = []
    for ladder in _LADDERS:
        lines = [_line(rung, amount, numbers) for rung in ladder]
        line = next((line for line in reversed(lines) if line.result >= 1), lines[0])
        if line.result >= _LEAST:
            found.append(line)
    return tuple(line for line in found if line.result <= _MOST) or tuple(found[:1])


def _line(rung: _Rung, amount: Amount, numbers: Mapping[str, Constant]) -> Equivalent:
    times = [numbers["words_per_token"]] if rung.prose else []
    over = [numbers[step] for step in rung.over if isinstance(step, str)]
    exact_steps = math.prod(step for step in rung.over if isinstance(step, int))
    least, tokens, most = (count / exact_steps for count in _plausible(amount))
    steps = [Step(sign="×", by=constant, key="words_per_token") for constant in times]
    steps += [
        Step(sign="÷", by=numbers[s], key=s) if isinstance(s, str) else Step(sign="÷", by=s)
        for s in rung.over
    ]
    return Equivalent(
        key=str(rung.over[0]),
        result=tokens * math.prod(c.value for c in times) / math.prod(c.value for c in over),
        low=least * math.prod(c.low for c in times) / math.prod(c.high for c in over),
        high=most * math.prod(c.high for c in times) / math.prod(c.low for c in over),
        unit=rung.unit,
        amount=amount,
        steps=tuple(steps),
    )


def _plausible(amount: Amount) -> tuple[int, int, int]:
    """Return the fewest tokens that are plausible, the value, and the most."""
    if amount.low is None or amount.high is None:
        return amount.total, amount.total, amount.total
    return amount.exact + amount.low, amount.total, amount.exact + amount.high
