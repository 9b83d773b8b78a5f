"""The suite that the author of a source inherits: one test for each law."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

import pytest

from burnlib.sources.base import SimpleSource, Source
from burnlib.testing.fault_laws import FAULT_LAWS
from burnlib.testing.sample import Sample
from burnlib.testing.smallest import smallest
from burnlib.testing.source_laws import READING_LAWS, tells_what_was_counted
from burnlib.testing.trial import Broken, Trial, Vacuous

__all__ = ["LAWS", "SourceSuite"]

Law = Callable[[Trial], None]

LAWS: tuple[Law, ...] = (*READING_LAWS, *FAULT_LAWS)
"""Every law of sources of logs."""

# Of a smaller log, nobody has counted what is in it.
_COUNTED_BY_HAND = (tells_what_was_counted,)


class SourceSuite:
    """The laws of a source of logs; inherit it, give samples, and return the source from make().

    Attributes:
        samples: Logs as the tool writes them, small, with their totals counted by hand. Everything
            that the tool writes should occur: it is what the laws are tried on.
        in_order: Whether a line of a log means what it means because of the lines before it, as
            running totals do.
        private: Keys of JSON objects whose text is what people and models said.
        excepted: Name of a law to the reason why this tool's logs cannot keep it. Say in your
            documentation what that means for your users.

    """

    samples: ClassVar[Sequence[Sample]] = ()
    in_order: ClassVar[bool] = False
    private: ClassVar[Sequence[str]] = (
        *("text", "content", "prompt", "question", "ask", "query", "request", "message"),
        *("completion", "answer", "response", "reply", "arguments", "body"),
    )
    excepted: ClassVar[Mapping[str, str]] = {}

    def make(self) -> Source | SimpleSource:
        """Return a new instance of the source."""
        raise NotImplementedError("return the source from make()")

    @pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
    def test_law(self, law: Law) -> None:
        """Try a law on every sample; fail with what it says, how it is broken, and on which log.

        Where no sample has anything that it could be tried on, the test is skipped and says so.
        """
        if why := self.excepted.get(law.__name__):
            pytest.skip(f"excepted: {why}")
        if not self.samples:
            pytest.fail("give samples: logs with their totals counted by hand")
        missing = []
        for sample in self.samples:
            trial = Trial(self.make, sample, self.in_order, frozenset(self.private))
            try:
                broken = _tried(law, trial)
            except Vacuous as nothing:
                missing.append(str(nothing))
            else:
                if broken:
                    pytest.fail(_verdict(law, trial, broken), pytrace=False)
        if len(missing) == len(self.samples):
            pytest.skip(missing[0])


def _tried(law: Law, trial: Trial) -> Broken | None:
    """Return how *law* is broken, None where it holds."""
    try:
        law(trial)
    except Broken as broken:
        return broken
    return None


def _verdict(law: Law, trial: Trial, broken: Broken) -> str:
    if law not in _COUNTED_BY_HAND:
        sample = smallest(trial.sample, lambda one: _is_broken(law, trial.with_sample(one)))
        trial = trial.with_sample(sample)
        broken = _tried(law, trial) or broken
    said = " ".join((law.__doc__ or law.__name__).split())
    log = broken.log or trial.sample
    return f"the law: {said}\nbroken:  {broken}\nthe smallest log that breaks it:\n{log}"


def _is_broken(law: Law, trial: Trial) -> bool:
    """Whether a smaller sample breaks *law*, though it is as readable as the whole one."""
    try:
        return not _refuses(trial) and _tried(law, trial) is not None
    except Vacuous:
        return False


def _refuses(trial: Trial) -> bool:
    try:
        return bool(trial.tell().refused)
    except Broken:
        return False  # what is broken is not what is left out
