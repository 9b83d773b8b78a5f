"""Scenes as PNG, for mail, slides and documents that take no SVG; drawn by matplotlib's Agg.

matplotlib is an extra and takes half a second to import, so only the functions here import it.
Never pyplot: it picks a window system and keeps every figure. The global settings (rcParams) are
neither used nor changed, and the same scene gives the same bytes.
"""

from __future__ import annotations

import io
import math
import sys
import warnings
import zlib
from typing import TYPE_CHECKING

from burnlib.errors import BurnlibWarning, InvalidInput, MissingDependency
from burnlib.render.base import API_VERSION, Drawing
from burnlib.render.scene import Scene
from burnlib.render.theme import THEMES, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Png", "draw", "draw_on"]

_POINTS = 72.0  # an inch, for fonts and strokes: at 72 dots an inch, one point is one px
_CSS = 96.0  # px an inch, for documents that a picture is put into: CSS Values and Units
_MARGIN = 8  # px of page around a painted picture, whose text would touch its edge
_SCALES = (0.25, 10.0)
_MOST_PIXELS = 50_000_000  # 200 MB while it is drawn
_LONGEST_SIDE = 2**16 - 1  # of what Agg draws


class Png:
    """The renderer for ``.png``; options are those of :func:`draw` and ``narrow``."""

    name = "png"
    suffixes = (".png",)
    media_type = "image/png"
    api_version = API_VERSION

    def render(self, drawing: Drawing, **options: object) -> bytes:
        """Return the drawing as a file.

        Options: *theme* "light" (default) or "dark"; *scale* is a number; *background* "page"
        (default) or "none"; *narrow* is bool. InvalidInput for any other option, or a value that
        does not fit.
        """
        theme = options.pop("theme", "light")
        scale = options.pop("scale", 2)
        background = options.pop("background", "page")
        narrow = options.pop("narrow", False)
        if options:
            raise InvalidInput(
                f"PNG has no option {', '.join(sorted(options))}",
                hint="use theme, scale, background or narrow",
            )
        if isinstance(scale, bool) or not isinstance(scale, int | float):
            raise InvalidInput(f"scale {scale!r} is not a number", hint="use 1, 2 or 3")
        scene = drawing.narrow if narrow else drawing.scene
        return draw(scene, theme=str(theme), scale=scale, background=str(background))


def draw(
    scene: Scene, *, theme: str = "light", scale: float = 2, background: str = "page"
) -> bytes:
    """Return *scene* as a PNG file: RGBA, 8 bits each, without text or time in it.

    Args:
        scene: What to draw.
        theme: "light" or "dark": fixed colours for a light or dark page.
        scale: Pixels for each CSS px, 0.25 to 10; 2 is sharp on most screens and on paper. The file
            carries the resolution at which documents show it in the size of the SVG.
        background: "page" paints the theme's page colour, 8 px further than the scene on each side;
            "none" leaves the scene's own area transparent.

    Raises:
        InvalidInput: An unknown theme or background, or a scale that makes no picture or one of
            more than 50 million pixels.
        MissingDependency: matplotlib is not installed.

    Characters that no installed font has are drawn as U+FFFD, with a BurnlibWarning.

    """
    colours = _theme(theme)
    if background not in ("page", "none"):
        raise InvalidInput(f"no background {background!r}", hint="use page or none")
    margin = _MARGIN if background == "page" else 0
    width, height = _pixels(scene, scale, margin)
    _need_matplotlib()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from burnlib.render.artists import Window, own_settings, put

    dpi = _POINTS * scale
    # Older matplotlib (3.8) cuts off the last pixel where rounding made it a little smaller.
    inches = [math.nextafter(side / dpi, math.inf) for side in (width, height)]
    page = colours.page if background == "page" else "none"
    file = io.BytesIO()
    with own_settings():
        figure = Figure((inches[0], inches[1]), dpi=dpi, facecolor=page, edgecolor="none")
        FigureCanvasAgg(figure)
        window = Window(left=-margin, top=-margin, width=width / scale, height=height / scale)
        lost = put(scene, figure.add_axes((0, 0, 1, 1)), colours, window)
        figure.savefig(
            file,
            format="png",
            metadata={"Software": None},
            # Drawings have flat colours and letters, for which zlib's own strategy is smaller.
            pil_kwargs={"dpi": (_CSS * scale,) * 2, "compress_type": zlib.Z_DEFAULT_STRATEGY},
        )
    _warn_of(lost)
    return file.getvalue()


def draw_on(axes: Axes, scene: Scene, *, theme: str = "light") -> Axes:
    """Draw *scene* on axes of the caller's figure and return them.

    One unit of the axes becomes one px of the scene, y down, both equally long; the axis lines are
    switched off. Letters and strokes grow and shrink with the axes. Nothing is painted behind the
    scene, so *theme* should suit the figure's own background.

    Raises:
        InvalidInput: *axes* are not plain matplotlib axes (polar and 3D ones are not), or an
            unknown theme.
        MissingDependency: matplotlib is not installed.

    """
    colours = _theme(theme)
    _need_matplotlib()
    from matplotlib.axes import Axes

    if not isinstance(axes, Axes) or axes.name != "rectilinear":
        kind = getattr(axes, "name", "") or type(axes).__name__
        raise InvalidInput(
            f"cannot draw on {kind}", hint="give it axes of fig, ax = plt.subplots()"
        )
    from burnlib.render.artists import Window, own_settings, put

    with own_settings():
        lost = put(scene, axes, colours, Window(width=scene.width, height=scene.height))
    _warn_of(lost)
    return axes


def _theme(name: str) -> Theme:
    if name not in THEMES:
        fixed = f"use {' or '.join(sorted(THEMES))}"
        if name in ("auto", "css"):
            raise InvalidInput(
                f"no theme {name!r}", hint=f"a PNG cannot follow its reader: {fixed}"
            )
        raise InvalidInput(f"no theme {name!r}", hint=fixed)
    return THEMES[name]


def _pixels(scene: Scene, scale: float, margin: float) -> tuple[int, int]:
    """Return width and height in pixels, rounded up; InvalidInput where they are no picture."""
    least, most = _SCALES
    if not least <= scale <= most:  # also where it is not a number
        raise InvalidInput(f"scale {scale!r}", hint=f"use {least:g} to {most:g}")
    # A height of 160.00000000000003 px is one of 160.
    width, height = (
        math.ceil(round((side + 2 * margin) * scale, 6)) for side in (scene.width, scene.height)
    )
    if width * height > _MOST_PIXELS or max(width, height) > _LONGEST_SIDE:
        raise InvalidInput(
            f"a picture of {width:,} × {height:,} pixels",
            hint="use a smaller scale or range, or save it as .svg",
        )
    return width, height


def _warn_of(lost: frozenset[str]) -> None:
    """Warn at the line outside of burnlib that asked for the picture."""
    if not lost:
        return
    frame, level = sys._getframe(), 1
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("burnlib."):
        frame, level = frame.f_back, level + 1
    warnings.warn(
        f"no installed font has {' '.join(sorted(lost))}; drawn as \ufffd"
        " (fix: install a font that has them, or save as .svg)",
        BurnlibWarning,
        stacklevel=level,
    )


def _need_matplotlib() -> None:
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise MissingDependency(
            f"PNG needs matplotlib ({error})",
            where="renderer png",
            hint="pip install 'burnlib[png]'",
        ) from error
