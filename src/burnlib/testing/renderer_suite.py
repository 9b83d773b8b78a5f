"""The suite that the author of a renderer inherits: one test for each law."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

import pytest

from burnlib.render.base import Renderer
from burnlib.testing.renderer_laws import RENDERER_LAWS, Studio
from burnlib.testing.trial import Broken, Vacuous

__all__ = ["RendererSuite"]

Law = Callable[[Studio], None]


class RendererSuite:
    """The laws of a renderer; inherit it, and return the renderer from make().

    Attributes:
        excepted: Name of a law to the reason why this format cannot keep it. Say in your
            documentation what that means for your users.

    """

    excepted: ClassVar[Mapping[str, str]] = {}

    def make(self) -> Renderer:
        """Return a new instance of the renderer."""
        raise NotImplementedError("return the renderer from make()")

    def check(self, content: bytes | str) -> None:
        """Raise whatever you like where *content* is not well-formed.

        JSON, XML and SVG, HTML, CSV, plain text and PNG are looked at in any case; of other
        formats, only this tells whether names stay names.
        """

    @pytest.mark.parametrize("law", RENDERER_LAWS, ids=lambda law: law.__name__)
    def test_law(self, law: Law) -> None:
        """Try a law; fail with what it says and how it is broken."""
        if why := self.excepted.get(law.__name__):
            pytest.skip(f"excepted: {why}")
        own = type(self).check is not RendererSuite.check
        try:
            law(Studio(self.make, self.check if own else None))
        except Vacuous as nothing:
            pytest.skip(str(nothing))
        except Broken as broken:
            how = str(broken)
        else:
            return
        said = " ".join((law.__doc__ or law.__name__).split())
        pytest.fail(f"the law: {said}\nbroken:  {how}", pytrace=False)
