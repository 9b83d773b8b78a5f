"""The chart: what a user holds. A view that can draw itself in every format there is."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import Attribute, field, frozen

from burnlib.errors import InvalidInput
from burnlib.languages import speaking
from burnlib.plugins import check_plugin, load, renderer_for_suffix
from burnlib.render.base import Renderer, rendered
from burnlib.value import Value
from burnlib.views.base import Multiples, Page

# A chart of one kind, in one format, loads what that kind and that format need.
if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable

    from matplotlib.axes import Axes

    from burnlib.render.html.page_css import Colours
    from burnlib.render.scene import Scene
    from burnlib.scale import LogScale
    from burnlib.views.base import View

__all__ = ["Chart"]


def _is_spoken(_chart: object, _field: Attribute[str], language: str) -> None:
    speaking(language)


@frozen(eq=False, repr=False)
class Chart(Value):
    """A view with its drawings: shown by notebooks, templates and ``print``, saved by ``save``.

    It is a :class:`burnlib.render.base.Drawing`. What it gives for HTML holds no script and no
    unescaped text, so templates may insert it as it is.

    Attributes:
        view: What is shown.
        language: What its words are in, "en" or "de" (InvalidInput for any other).

    """

    view: View
    language: str = field(default="en", validator=_is_spoken)

    @property
    def scene(self) -> Scene:
        """The shapes, 720 px wide at most; InvalidInput for a page."""
        return self._wide

    @property
    def narrow(self) -> Scene:
        """The shapes for a phone, 360 px wide; InvalidInput for a page."""
        return self._narrow

    @cached_property
    def _wide(self) -> Scene:
        from burnlib.render.layout import lay_out

        with speaking(self.language):
            return lay_out(self.view)

    @cached_property
    def _narrow(self) -> Scene:
        from burnlib.render.layout import lay_out

        with speaking(self.language):
            return lay_out(self.view, narrow=True)

    @property
    def scale(self) -> LogScale | None:
        """The colour scale; give it to other heatmaps that are to be compared with this one."""
        if isinstance(self.view, Multiples):
            return getattr(self.view.panels[0].view, "scale", None) if self.view.panels else None
        return getattr(self.view, "scale", None)

    @property
    def edges(self) -> tuple[int, ...]:
        """The edges of the colour classes, tokens; () where there are none."""
        return self.scale.edges if self.scale else ()

    @property
    def alt(self) -> str:
        """What the picture shows, in words, for those who do not see it."""
        from burnlib.sentences import sentence

        with speaking(self.language):
            return sentence(self.view)

    def svg(
        self,
        *,
        theme: str = "light",
        narrow: bool = False,
        titles: bool = True,
        compact: bool = False,
    ) -> str:
        """Return an SVG element, for a file or inside HTML.

        Options as for :func:`burnlib.render.svg.draw`; *narrow* is for phones. A page is an
        InvalidInput.
        """
        from burnlib.render.svg import draw

        scene = self.narrow if narrow else self.scene
        return draw(scene, theme=theme, titles=titles, compact=compact)

    def text(self, **options: object) -> str:
        """Return text; *options* are those of the text renderer."""
        return _decoded(self.render("text", **options))

    def html(self, **options: object) -> str:
        """Return a whole document for a page, else a ``<figure>`` for another document."""
        return _decoded(self.render("html", **options))

    def fragment(
        self,
        *,
        prefix: str = "burn",
        level: int = 2,
        theme: Colours = "auto",
    ) -> str:
        """Return a page for the body of another document, which it does not touch.

        Options as for :func:`burnlib.render.html.fragment`; two pages in one document need two
        *prefix*. InvalidInput for any other view, which :meth:`html` gives in the same form.
        """
        if not isinstance(self.view, Page):
            raise InvalidInput("only a page has a fragment", hint="use html()")
        from burnlib.render.html import fragment

        with speaking(self.language):
            return fragment(self.view, prefix=prefix, level=level, theme=theme)

    def png(self, **options: object) -> bytes:
        """Return a PNG file; needs the extra ``burnlib[png]`` (MissingDependency).

        Options as for :func:`burnlib.render.png.draw`; *narrow* is for phones. A page is an
        InvalidInput.
        """
        return _encoded(self.render("png", **options))

    def render(self, renderer: str | Renderer, **options: object) -> bytes | str:
        """Return the chart as a renderer gives it: text, or bytes.

        Args:
            renderer: The name of one that is installed, or a renderer itself.
            options: What it takes.

        Raises:
            NotFound: No renderer has this name; the error lists those that are known.
            InvalidInput: An option that it does not know, or a view that it does not draw.
            PluginError: It cannot be loaded, breaks the protocol, or fails.

        """
        if isinstance(renderer, str):
            made = load("renderers", renderer)
        else:
            check_plugin(renderer, "renderers")
            made = renderer
        with speaking(self.language):
            return rendered(made, self, options)

    def draw(self, ax: Axes, *, theme: str = "light", narrow: bool = False) -> Axes:
        """Draw into matplotlib axes of your own figure and return them.

        As :func:`burnlib.render.png.draw_on`; what you draw afterwards is in px of the picture.
        """
        from burnlib.render.png import draw_on

        return draw_on(ax, self.narrow if narrow else self.scene, theme=theme)

    def save(self, path: str | os.PathLike[str], **options: object) -> Path:
        """Write the chart to *path* and return that; the suffix picks the renderer.

        There is always the old file or the new one, whole. Missing folders are not made.

        Raises:
            NotFound: No renderer writes this suffix; the error lists those that are known.
            InvalidInput: An option that the renderer does not know, or a page as one picture.
            PluginError: The renderer cannot be loaded, breaks the protocol, or fails.
            CannotWrite: *path* is a folder, its folder is missing, or the system refuses.

        """
        from burnlib.files import replace_file

        target = Path(path)
        content = self.render(renderer_for_suffix(target.suffix), **options)
        replace_file(target, _encoded(content))
        return target

    def data_uri(self, *, theme: str = "auto", titles: bool = False) -> str:
        """Return the SVG as an address for ``<img src>``; compact where it has no titles."""
        from base64 import b64encode

        code = b64encode(self.svg(theme=theme, titles=titles, compact=not titles).encode()).decode()
        return f"data:image/svg+xml;base64,{code}"

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, str]:
        """Return what notebooks show: HTML, and text where there is no HTML.

        SVG only where it is asked for: shown as an image, it has no titles. IPython adds that of
        ``_repr_svg_`` to a notebook all the same, where JupyterLab shows the HTML.
        """
        made: dict[str, Callable[[], str]] = {
            "text/html": self._repr_html_,
            "text/plain": self.text,
        }
        wanted = set(include or made) - set(exclude or ())
        if not isinstance(self.view, Page):
            made["image/svg+xml"] = self.svg
        return {kind: make() for kind, make in made.items() if kind in wanted}

    def _repr_html_(self) -> str:
        if isinstance(self.view, Page):
            return self.__html__()
        from burnlib.render.theme import LIGHT

        # The background travels along: a notebook's own may be dark whatever the system prefers.
        ground = f"background:{LIGHT.page}"
        # JupyterLab (a notebook that is not trusted) and Streamlit take the SVG out, the first not
        # its words. Then these have no size, and the picture behind is seen; else it is covered.
        behind = f"background:url({self.data_uri(theme='light')}) no-repeat"
        size = f"width:{round(self.scene.width)}px;height:{round(self.scene.height)}px"
        return (
            f'<div style="{ground};padding:8px;font-size:0"><div style="{behind};{size}">'
            f'<div style="{ground}">{self.svg()}</div></div></div>'
        )

    @property
    def _repr_svg_(self) -> Callable[[], str]:
        # Absent from a page, not empty: Panel looks whether it is there, and draws what it gives.
        if isinstance(self.view, Page):
            raise AttributeError("a page is no single picture")  # noqa: TRY004
        return self.svg

    def __html__(self) -> str:
        """Return HTML for the body of another document (what Jinja and MarkupSafe ask for)."""
        if not isinstance(self.view, Page):
            return self.html()
        from zlib import crc32

        # Two pages in one document must not share a switch.
        return self.fragment(prefix=f"burn-{crc32(self.html().encode()):08x}")

    def __str__(self) -> str:
        return self.text().rstrip("\n")

    def __repr__(self) -> str:
        return f"<{type(self.view).__name__} chart: {self.alt}>"


def _encoded(content: bytes | str) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _decoded(content: bytes | str) -> str:
    return content.decode() if isinstance(content, bytes) else content
