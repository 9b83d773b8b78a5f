"""What a renderer is: the protocol that plugins implement, and what it is handed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from burnlib._foreign import contained, described, is_own
from burnlib.errors import BurnlibError, ContractError, InvalidInput, PluginError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from burnlib.render.scene import Scene
    from burnlib.views.base import View

__all__ = ["API_VERSION", "Drawing", "Renderer", "rendered"]

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


def rendered(renderer: object, drawing: Drawing, options: Mapping[str, object]) -> bytes | str:
    """Return what *renderer* makes of *drawing*.

    Raises InvalidInput where it refuses an option or the view, ContractError where it gives
    something else than text or bytes, and PluginError for whatever else a plugin raises.
    """
    if not isinstance(renderer, Renderer):
        raise ContractError("is not a renderer", where=f"renderer {renderer!r}")
    where = f"renderer {renderer.name}"
    if is_own(renderer):
        return renderer.render(drawing, **options)
    _check_options(renderer, options)
    try:
        with contained(renderer):
            content: object = renderer.render(drawing, **options)
            if isinstance(content, str):
                content.encode()
    except InvalidInput:
        raise
    except Exception as error:
        told = str(error) if isinstance(error, BurnlibError) else described(error)
        raise PluginError(told, where=where, hint="report it to its author") from error
    if not isinstance(content, bytes | str):
        raise ContractError(f"returned {type(content).__name__}, not text or bytes", where=where)
    return content


def _check_options(renderer: Renderer, options: Mapping[str, object]) -> None:
    """Raise InvalidInput for options that the signature of the renderer does not have."""
    if not options:
        return
    from inspect import Parameter, signature

    taken = list(signature(renderer.render).parameters.values())[1:]
    if any(one.kind is Parameter.VAR_KEYWORD for one in taken):
        return  # it looks at them itself
    known = [one.name for one in taken]
    if unknown := sorted(set(options) - set(known)):
        hint = f"use {', '.join(known)}" if known else "give none"
        raise InvalidInput(f"{renderer.name} has no option {', '.join(unknown)}", hint=hint)
