"""The renderer keeps the laws that burnlib holds every renderer to."""

from __future__ import annotations

import altair
from burnlib.testing import RendererSuite

from burnlib_vega import Vega


class TestVega(RendererSuite):
    def make(self) -> Vega:
        return Vega()

    def check(self, content: bytes | str) -> None:
        """Raise where the specification is not valid Vega-Lite."""
        altair.Chart.from_json(content, validate=True)
