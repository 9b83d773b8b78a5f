"""Scenes as SVG that can be inlined anywhere: attributes for colour, classes for restyling.

No id, script, link, font, filter or definition is ever written, so two drawings in one document
cannot meet, and a content security policy that forbids styles changes nothing. The one exception is
``theme="auto"``, whose rules all begin with a class of this drawing. The same scene gives the same
bytes.

This is the only module that knows svgwrite. It is imported when something is drawn.
"""

from __future__ import annotations

from typing import Protocol, cast
from xml.etree.ElementTree import Element, SubElement

from attrs import field, frozen

from burnlib import words
from burnlib.errors import InvalidInput
from burnlib.render.base import API_VERSION, Drawing
from burnlib.render.compact import merged
from burnlib.render.scene import Circle, Line, Path, Polyline, Rect, Scene, Shape, Text
from burnlib.render.theme import LIGHT, THEMES, Theme, burn_css, class_name

__all__ = ["FONTS", "Svg", "draw"]

FONTS = 'system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif'
"""The reader's own interface font; nothing is fetched."""

_AUTO = ".burn.burn-auto"
_SIZE = 10.0  # of most labels, so it is said once
_TITLE_LIMIT = 400


class _Element(Protocol):
    """The part of svgwrite's elements that is used here."""

    def set_desc(self, title: str) -> None: ...
    def __setitem__(self, key: str, value: str | int | float) -> None: ...


class _Make(Protocol):
    """The part of svgwrite's factory that is used here; it is a duck, hence typed by hand."""

    def line(self, start: object, end: object) -> _Element: ...
    def polyline(self, points: object) -> _Element: ...
    def circle(self, center: object, r: object) -> _Element: ...
    def text(self, text: str, insert: object) -> _Element: ...
    def style(self, content: str) -> _Element: ...


@frozen
class _Paint:
    """Colours one drawing's shapes."""

    theme: Theme
    classes: int
    _known: dict[tuple[str, str], dict[str, str]] = field(factory=dict)

    def __call__(self, element: _Element, *, fill: str = "", stroke: str = "") -> None:
        for key, value in self.look(fill, stroke).items():
            element[key] = value

    def look(self, fill: str, stroke: str = "") -> dict[str, str]:
        """Return the attributes of a shape with these roles; made once, shapes are many."""
        look = self._known.get((fill, stroke))
        if look is None:
            look = self._known[fill, stroke] = self._look(fill, stroke)
        return look

    def _look(self, fill: str, stroke: str) -> dict[str, str]:
        look: dict[str, str] = {}
        names = []
        for key, role in (("fill", fill), ("stroke", stroke)):
            if not role:
                continue
            look[key] = self.theme.colour(role, classes=self.classes)
            if role != "none":
                names.append(class_name(role, classes=self.classes, stroke=key == "stroke"))
        if names:
            look["class"] = " ".join(names)
        return look


def draw(scene: Scene, *, theme: str = "light", titles: bool = True, compact: bool = False) -> str:
    """Return *scene* as an SVG element, fit for a file of its own and for inlining in HTML.

    Args:
        scene: What to draw.
        theme: "light" and "dark" are fixed colours for a light or dark page. "auto" follows the
            reader's preference by a style element inside the drawing. "css" is coloured by the
            page that it is inlined in, with :func:`burnlib.render.theme.burn_css`; light without.
        titles: Whether marks carry titles, which browsers show on hover. Without them a year of
            days is about half as large.
        compact: Whether the filled areas of one colour are one path, without titles. A year of
            days is then a fifth as large.

    Raises:
        InvalidInput: An unknown theme.

    """
    if theme not in {*THEMES, "auto", "css"}:
        raise InvalidInput(f"no theme {theme!r}", hint="use light, dark, auto or css")
    import svgwrite
    from svgwrite.etree import etree

    factory = svgwrite.Drawing(debug=False)
    root = factory.svg(size=(_number(scene.width), _number(scene.height)))
    root.elements.clear()  # svgwrite begins every drawing with an empty defs element
    root["xmlns"] = "http://www.w3.org/2000/svg"
    root["viewBox"] = f"0 0 {_number(scene.width)} {_number(scene.height)}"
    # A colour of the page's or the reader's choice must not reach drawings whose colours are fixed.
    root["class"] = f"burn burn-{theme}" if theme in ("auto", "css") else "burn"
    root["role"] = "img"
    root["lang"] = scene.language  # read out as such, whatever the language of the page around it
    name, sentence = _text(scene.name), _text(scene.sentence, limit=2000)
    root["aria-label"] = f"{name}. {sentence}"
    root["font-family"] = FONTS
    root["font-size"] = _number(_SIZE)
    root.set_desc(title=name, desc=sentence)
    make = cast(_Make, factory)
    if theme == "auto":
        root.add(make.style(burn_css(prefix=_AUTO, classes=(scene.classes,))))
    paint = _Paint(THEMES.get(theme, LIGHT), scene.classes)
    titles = titles and not compact
    for shape in merged(scene).shapes if compact else scene.shapes:
        if titles or _visible(shape):
            root.add(_element(make, shape, paint, titles=titles))
    # As svgwrite's own tostring(), which encodes every piece by itself and decodes the whole again.
    return str(etree.tostring(root.get_xml(), encoding="unicode"))


def _visible(shape: Shape) -> bool:
    """Return False for an unpainted rectangle, which is there only to carry a title."""
    return not isinstance(shape, Rect) or shape.fill != "none" or shape.stroke != "none"


class _Area:
    """A rectangle or path as an element for svgwrite's tree: it asks no more of one than this.

    A year of days is hundreds of them, and svgwrite's own take three times as long.
    """

    __slots__ = ("_xml",)

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self._xml = Element(name, dict(sorted(attributes.items())))  # svgwrite's order

    def set_desc(self, title: str) -> None:
        SubElement(self._xml, "title").text = title

    def get_xml(self) -> Element:
        return self._xml


def _element(make: _Make, shape: Shape, paint: _Paint, *, titles: bool) -> _Element | _Area:
    element: _Element | _Area
    if isinstance(shape, Text):
        element = _letters(make, shape, paint)
    elif isinstance(shape, Path):
        path = "".join(_ring(ring) for ring in shape.rings)
        look = paint.look(shape.fill)
        element = _Area("path", {"d": path, "fill-rule": "evenodd", **look})
    elif isinstance(shape, Rect):
        element = _rect(shape, paint)
    elif isinstance(shape, Circle):
        element = make.circle((_number(shape.x), _number(shape.y)), _number(shape.r))
        paint(element, fill=shape.fill, stroke=shape.stroke if shape.stroke != "none" else "")
        if shape.stroke != "none":
            element["stroke-width"] = _number(shape.stroke_width)
    else:
        element = _stroke(make, shape, paint)
    title = "" if isinstance(shape, Polyline) or not titles else shape.title
    if title:
        element.set_desc(title=_text(title, limit=_TITLE_LIMIT))
    return element


def _letters(make: _Make, shape: Text, paint: _Paint) -> _Element:
    element = make.text(_text(shape.text), (_number(shape.x), _number(shape.y)))
    paint(element, fill=shape.fill)
    if shape.size != _SIZE:
        element["font-size"] = _number(shape.size)
    if shape.anchor != "start":
        element["text-anchor"] = shape.anchor
    if shape.bold:
        element["font-weight"] = 600
    if shape.italic:
        element["font-style"] = "italic"
    return element


def _rect(shape: Rect, paint: _Paint) -> _Area:
    sides = {"x": shape.x, "y": shape.y, "width": shape.width, "height": shape.height}
    attributes = {name: str(_number(value)) for name, value in sides.items()}
    attributes |= paint.look(shape.fill, shape.stroke if shape.stroke != "none" else "")
    if shape.stroke != "none":
        attributes["stroke-width"] = str(_number(shape.stroke_width))
        if shape.dash:
            attributes["stroke-dasharray"] = _dashes(shape.dash)
    elif shape.fill == "none":
        # An unpainted shape can be pointed at only where it says so.
        attributes["pointer-events"] = "all"
    return _Area("rect", attributes)


def _stroke(make: _Make, shape: Line | Polyline, paint: _Paint) -> _Element:
    if isinstance(shape, Line):
        start, end = (shape.x1, shape.y1), (shape.x2, shape.y2)
        element = make.line(tuple(map(_number, start)), tuple(map(_number, end)))
        paint(element, stroke=shape.stroke)
    else:
        element = make.polyline([(_number(x), _number(y)) for x, y in shape.points])
        element["stroke-linejoin"] = "round"
        paint(element, fill="none", stroke=shape.stroke)
    if shape.stroke_width != 1:
        element["stroke-width"] = _number(shape.stroke_width)
    _dash(element, shape.dash)
    return element


def _dash(element: _Element, dash: tuple[float, ...]) -> None:
    if dash:
        element["stroke-dasharray"] = _dashes(dash)


def _dashes(dash: tuple[float, ...]) -> str:
    return " ".join(str(_number(length)) for length in dash)


def _ring(ring: tuple[tuple[float, float], ...]) -> str:
    """Return a closed polygon; an edge along an axis needs but one coordinate."""
    (last_x, last_y), *others = ((_number(x), _number(y)) for x, y in ring)
    path = f"M{last_x} {last_y}"
    for x, y in others:
        path += f"V{y}" if x == last_x else f"H{x}" if y == last_y else f"L{x} {y}"
        last_x, last_y = x, y
    return path + "Z"


def _number(value: float) -> int | float:
    """Return *value* to a tenth of a pixel, without ".0"."""
    tenths = round(value * 10)
    return tenths // 10 if tenths % 10 == 0 else tenths / 10


def _text(text: str, *, limit: int = 240) -> str:
    """Return *text* without characters that XML forbids; the XML writer escapes the rest."""
    return words.clean(text, limit)


class Svg:
    """The renderer for ``.svg``; options are those of :func:`draw` and ``narrow``."""

    name = "svg"
    suffixes = (".svg",)
    media_type = "image/svg+xml"
    api_version = API_VERSION

    def render(self, drawing: Drawing, **options: object) -> str:
        """Return the drawing as a file.

        Options: *theme* "light" (default), "dark", "auto" or "css"; *titles*,
        *compact* and *narrow* are bool.
        InvalidInput for any other option, or a value that does not fit.
        """
        theme = options.pop("theme", "light")
        titles = options.pop("titles", True)
        compact = options.pop("compact", False)
        narrow = options.pop("narrow", False)
        if options:
            raise InvalidInput(
                f"SVG has no option {', '.join(sorted(options))}",
                hint="use theme, titles, compact or narrow",
            )
        scene = drawing.narrow if narrow else drawing.scene
        return draw(scene, theme=str(theme), titles=bool(titles), compact=bool(compact))
