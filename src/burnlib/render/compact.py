"""Scenes with fewer shapes: the filled areas of one colour as one path, and no titles."""

from __future__ import annotations

from attrs import evolve

from burnlib.render.scene import Path, Rect, Scene, Shape

__all__ = ["merged"]


def merged(scene: Scene) -> Scene:
    """Return *scene* without titles, its filled areas of one colour joined into one path.

    A year of days then takes a fifth of the bytes. Only for pictures whose areas do not overlap,
    since joining changes the drawing order: no layout has areas that do.
    """
    areas: dict[str, list[tuple[tuple[float, float], ...]]] = {}
    rest: list[Shape] = []
    for shape in scene.shapes:
        if isinstance(shape, Path):
            areas.setdefault(shape.fill, []).extend(shape.rings)
        elif isinstance(shape, Rect) and shape.stroke == "none":
            areas.setdefault(shape.fill, []).append(_corners(shape))
        else:
            rest.append(shape)
    paths = [Path(rings=tuple(rings), fill=fill) for fill, rings in areas.items() if fill != "none"]
    return evolve(scene, shapes=(*paths, *rest))


def _corners(rect: Rect) -> tuple[tuple[float, float], ...]:
    left, top, right, bottom = rect.x, rect.y, rect.x + rect.width, rect.y + rect.height
    return ((left, top), (right, top), (right, bottom), (left, bottom))
