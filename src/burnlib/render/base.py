"""What a renderer is: the protocol that plugins implement, and what it is handed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from burnlib.render.scene import Scene
    from burnlib.views.base import View

__all__ = ["API_VERSION", "Drawing", "Renderer"]

API_VERSION = 1
"""Version of the renderer protocol; a plugin announces the one it was written for."""


class Drawing(Protocol):
    """One picture to render: its meaning, and its shapes, which are laid out on first use."""

    @property
    def view(self) -> View:
        """The meaning: what text and HTML tables are made from."""
        ...

    @property
    def scene(self) -> Scene:
        """The shapes in the wide layout (720 px): what SVG and PNG draw."""
        ...

    @property
    def narrow(self) -> Scene:
        """The shapes in the narrow layout (360 px), for phones."""
        ...


@runtime_checkable
class Renderer(Protocol):
    """Entry-point group ``burnlib.renderers``; the entry-point name is the key."""

    name: str
    suffixes: tuple[str, ...]
    media_type: str
    api_version: int

    def render(self, drawing: Drawing, **options: object) -> bytes | str:
        """Return the picture as bytes, or as text that is stored as UTF-8."""
        ...
