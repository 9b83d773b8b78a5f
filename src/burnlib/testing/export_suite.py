"""The suite that the author of a source of chats inherits: one test for each law."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

import pytest

from burnlib.sources.conversations import ExportSource
from burnlib.testing.export_laws import EXPORT_LAWS, Desk
from burnlib.testing.export_sample import ExportSample
from burnlib.testing.trial import Broken

__all__ = ["ExportSample", "ExportSuite"]

Law = Callable[[Desk], None]


class ExportSuite:
    """The laws of a source that is fed by exports; inherit it, and return the source from make().

    Attributes:
        samples: Exports as the product writes them, small, with their tokens counted by hand.
        private: Keys of JSON objects whose text is what people and models said, or called it.
        excepted: Name of a law to the reason why this product's exports cannot keep it.

    """

    samples: ClassVar[Sequence[ExportSample]] = ()
    private: ClassVar[Sequence[str]] = ("text", "content", "parts", "title", "name", "summary")
    excepted: ClassVar[Mapping[str, str]] = {}

    def make(self) -> ExportSource:
        """Return a new instance of the source."""
        raise NotImplementedError("return the source from make()")

    @pytest.mark.parametrize("law", EXPORT_LAWS, ids=lambda law: law.__name__)
    def test_law(self, law: Law) -> None:
        """Try a law on every sample; fail with what it says and how it is broken."""
        if why := self.excepted.get(law.__name__):
            pytest.skip(f"excepted: {why}")
        if not self.samples:
            pytest.fail("give samples: exports with their tokens counted by hand")
        for sample in self.samples:
            broken = _tried(law, Desk(self.make, sample, frozenset(self.private)))
            if broken is not None:
                said = " ".join((law.__doc__ or law.__name__).split())
                pytest.fail(f"the law: {said}\nbroken:  {broken}", pytrace=False)


def _tried(law: Law, desk: Desk) -> Broken | None:
    try:
        law(desk)
    except Broken as broken:
        return broken
    return None
