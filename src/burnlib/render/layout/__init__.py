"""Layout: views become scenes. One module a view; lengths are CSS px, colours are roles."""

from __future__ import annotations

from burnlib.errors import InvalidInput
from burnlib.render.scene import Scene
from burnlib.views.base import (
    Drivers,
    Equivalents,
    Heatmap,
    Multiples,
    Sparkline,
    Table,
    Trend,
    View,
)

__all__ = ["lay_out"]


def lay_out(view: View, *, narrow: bool = False) -> Scene:
    """Return the shapes of *view*: at most 720 px wide, or 360 px where *narrow*.

    Raises:
        InvalidInput: A page, which is a document of many pictures, not one of them.

    """
    if isinstance(view, Heatmap):
        from burnlib.render.layout.heatmap import lay_out_heatmap

        return lay_out_heatmap(view, narrow=narrow)
    if isinstance(view, Trend):
        from burnlib.render.layout.trend import lay_out_trend

        return lay_out_trend(view, narrow=narrow)
    if isinstance(view, Drivers):
        from burnlib.render.layout.drivers import lay_out_drivers

        return lay_out_drivers(view, narrow=narrow)
    if isinstance(view, Equivalents):
        from burnlib.render.layout.equivalents import lay_out_equivalents

        return lay_out_equivalents(view, narrow=narrow)
    if isinstance(view, Table):
        from burnlib.render.layout.table import lay_out_table

        return lay_out_table(view, narrow=narrow)
    if isinstance(view, Multiples):
        from burnlib.render.layout.multiples import lay_out_multiples

        return lay_out_multiples(view, narrow=narrow)
    if isinstance(view, Sparkline):
        from burnlib.render.layout.sparkline import lay_out_sparkline

        return lay_out_sparkline(view)
    raise InvalidInput(
        f"the {type(view).__name__.lower()} is not one picture",
        hint="save the page as .html or .txt",
    )
