"""The marks of the calendar: a cell with its hole and its cut corner, a stroke, an outline.

Holes and cut corners are cut out of the cell (even-odd), so they show whatever lies behind the
picture. Sizes are in parts of a cell of 11 px, for which they were chosen.
"""

from __future__ import annotations

from burnlib.render.scene import Line, Path, Rect

__all__ = ["cell_mark", "missing_mark", "today_mark"]

_CELL = 11
_HOLES = ((0.15, 3), (0.40, 5), (1.01, 7))  # share below which a hole has this side
_CUT = 4.5
_SQRT2 = 2**0.5


def cell_mark(
    x: float,
    y: float,
    cell: int,
    *,
    fill: str,
    share: float = 0.0,
    cut: bool = False,
    title: str = "",
) -> Rect | Path:
    """Return a day's square; *share* (0.0 to 1.0) of it is estimated, *cut* is over the target."""
    if not share and not cut:
        return Rect(x=x, y=y, width=cell, height=cell, fill=fill, title=title)
    corner = cell * _CUT / _CELL if cut else 0.0
    rings = [_square(x, y, cell, corner)]
    if share:
        side = _hole(cell, share)
        edge = (cell - side) / 2
        # The hole's corner keeps its distance from the cut, else the two would meet.
        overlap = corner - 2 * edge + _SQRT2 * min(edge, 2.0)
        rings.append(_square(x + edge, y + edge, side, max(0.0, overlap) if cut else 0.0))
    return Path(rings=tuple(rings), fill=fill, title=title)


def _square(x: float, y: float, side: float, corner: float) -> tuple[tuple[float, float], ...]:
    right, bottom = x + side, y + side
    if not corner:
        return ((x, y), (right, y), (right, bottom), (x, bottom))
    return ((x, y), (right - corner, y), (right, y + corner), (right, bottom), (x, bottom))


def _hole(cell: int, share: float) -> int:
    """Return the side of the hole: of the cell's parity, so that both have the same centre."""
    side = next(side for below, side in _HOLES if share < below)
    return cell - 2 * round((cell - cell * side / _CELL) / 2)


def missing_mark(x: float, y: float, cell: int) -> Line:
    """Return the stroke of a day without data."""
    inset = cell * 3 / _CELL
    return Line(
        x1=x + inset, y1=y + cell - inset, x2=x + cell - inset, y2=y + inset, stroke="faint"
    )


def today_mark(x: float, y: float, cell: int) -> Rect:
    """Return the outline of the day that is still going on, 1 px outside its cell."""
    return Rect(x=x - 1, y=y - 1, width=cell + 2, height=cell + 2, stroke="ink", dash=(2, 2))
