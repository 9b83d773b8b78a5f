from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnlib.errors import InvalidInput
from burnlib.ledger import Ledger
from burnlib.model import DailyRow, Fidelity, SourceDay
from burnlib.render.layout import lay_out
from burnlib.render.scene import Circle, Line, Path, Polyline, Rect, Scene, Shape, Text
from burnlib.render.svg import Svg, draw
from burnlib.render.theme import DARK, LIGHT, Theme, burn_css
from burnlib.views.heatmap import heatmap

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<img src=x onerror=alert(1)>&\"'\x00\x1b\u202e\ufffe</title><script>alert(1)</script>"


def scene(
    *shapes: Shape, name: str = "Name", sentence: str = "Sentence.", classes: int = 6
) -> Scene:
    return Scene(width=100, height=50, shapes=shapes, name=name, sentence=sentence, classes=classes)


def one_of_each(title: str = "") -> Scene:
    return scene(
        Rect(x=1, y=2, width=3, height=4, fill="c3", title=title),
        Rect(x=1, y=2, width=3, height=4, title=title),
        Rect(x=1, y=2, width=3, height=4, stroke="ink", dash=(2, 2)),
        Path(
            rings=(((0, 0), (9, 0), (9, 9), (0, 9)), ((3, 3), (6, 3), (6, 6))),
            fill="c1",
            title=title,
        ),
        Line(x1=0, y1=0, x2=1.26, y2=3, stroke="faint", title=title),
        Polyline(points=((0, 0), (1, 1)), stroke="accent"),
        Circle(x=5, y=5, r=3.5, stroke="accent", title=title),
        Text(x=5, y=5, text="a < b", size=12, fill="ink", anchor="end", bold=True, italic=True),
    )


def year(driver: str = "shipping") -> Scene:
    first = date(2025, 2, 12)
    rows = [
        DailyRow(
            date=first + timedelta(days=i),
            sources={"codex": SourceDay(tokens=10 ** (i % 9), fidelity=Fidelity.EXACT)},
            driver=driver,
        )
        for i in range(365)
        if i % 20
    ]
    return lay_out(heatmap(Ledger(rows), range="all"))


def marks(svg: str) -> list[ET.Element]:
    return list(ET.fromstring(svg))[2:]


def test_the_picture_says_what_it_is_before_it_draws() -> None:
    root = ET.fromstring(draw(scene(name="Daily burn", sentence="3 days.")))
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "0 0 100 50"
    assert (root.get("width"), root.get("height")) == ("100", "50")
    assert root.get("role") == "img"
    assert root.get("aria-label") == "Daily burn. 3 days."
    assert [(e.tag, e.text) for e in root] == [
        (f"{SVG}title", "Daily burn"),
        (f"{SVG}desc", "3 days."),
    ]


@pytest.mark.parametrize("theme", ["light", "dark", "css"])
def test_nothing_in_it_can_meet_or_change_its_host(theme: str) -> None:
    for made in (draw(one_of_each("t"), theme=theme), draw(year(), theme=theme)):
        tags = {element.tag.removeprefix(SVG) for element in ET.fromstring(made).iter()}
        assert tags <= {
            "svg",
            "title",
            "desc",
            "rect",
            "path",
            "line",
            "polyline",
            "circle",
            "text",
        }
        keys = {key for element in ET.fromstring(made).iter() for key in element.attrib}
        assert not {key for key in keys if key in ("id", "style", "href") or key.startswith("on")}
        assert "url(" not in made
        assert "var(" not in made
        assert made.count("http") == 1  # the name of the namespace


@pytest.mark.parametrize(("theme", "colours"), [("light", LIGHT), ("css", LIGHT), ("dark", DARK)])
def test_every_mark_has_its_colour_as_an_attribute_and_its_role_as_a_class(
    theme: str, colours: Theme
) -> None:
    found = [
        (e.tag.removeprefix(SVG), e.get("class"), e.get("fill"), e.get("stroke"))
        for e in marks(draw(one_of_each(), theme=theme))
    ]
    ramp = colours.ramps[6]
    assert found == [
        ("rect", "burn-6c3", ramp[2], None),
        ("rect", None, "none", None),
        ("rect", "burn-s-ink", "none", colours.ink),
        ("path", "burn-6c1", ramp[0], None),
        ("line", "burn-s-faint", None, colours.faint),
        ("polyline", "burn-s-accent", "none", colours.accent),
        ("circle", "burn-s-accent", "none", colours.accent),
        ("text", "burn-ink", colours.ink, None),
    ]


def test_css_can_recolour_every_class_that_is_drawn() -> None:
    drawn = set(re.findall(r'class="(burn-[^"]*)"', draw(year()) + draw(one_of_each())))
    styled = set(re.findall(r"\.(burn-[a-z0-9-]+)\{", burn_css()))
    assert drawn <= styled


def test_following_the_reader_needs_one_style_sheet_bound_to_this_drawing() -> None:
    root = ET.fromstring(draw(one_of_each(), theme="auto"))
    (style,) = root.iter(f"{SVG}style")
    assert root.get("class") == "burn burn-auto"
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    css = (style.text or "").replace("@media screen and (prefers-color-scheme:dark){", "", 1)
    assert all(s.startswith(".burn.burn-auto") for s in re.findall(r"([^{}]+)\{", css))
    assert DARK.ramps[6][2] in css
    assert DARK.ramps[5][1] not in css


def test_holes_are_cut_out_and_not_painted() -> None:
    (path,) = marks(draw(scene(one_of_each().shapes[3])))
    assert path.get("fill-rule") == "evenodd"
    assert path.get("d") == "M0 0H9V9H0ZM3 3H6V6Z"


def test_coordinates_are_tenths_of_a_pixel() -> None:
    (line,) = marks(draw(scene(Line(x1=-0.04, y1=1 / 3, x2=2.25, y2=7.0, stroke="ink"))))
    assert [line.get(key) for key in ("x1", "y1", "x2", "y2")] == ["0", "0.3", "2.2", "7"]
    assert not re.search(
        r"\d\.\d\d", re.sub(r"<(title|desc)>.*?</\1>|aria-label=\"[^\"]*\"", "", draw(year()))
    )


def test_the_same_scene_gives_the_same_bytes() -> None:
    assert draw(year()) == draw(year())


def test_hostile_text_stays_text_in_every_slot() -> None:
    made = draw(
        scene(
            Text(x=0, y=9, text=HOSTILE),
            Rect(x=0, y=0, width=9, height=9, fill="c1", title=HOSTILE),
            name=HOSTILE,
            sentence=HOSTILE,
        )
    )
    root = ET.fromstring(made)
    assert not [e for e in root.iter() if e.tag.endswith(("script", "img"))]
    texts = [e.text for e in root.iter() if e.text] + [root.get("aria-label") or ""]
    assert len(texts) == 5
    for text in texts:
        assert "<img src=x onerror=alert(1)>&\"'" in text
        assert not set(text) & set("\x00\x1b\u202e\ufffe")


@given(st.text(st.characters(), max_size=60))
def test_any_text_gives_well_formed_xml(text: str) -> None:
    made = draw(scene(Text(x=0, y=9, text=text), name=text, sentence=text))
    assert len(marks(made)) == 1
    made.encode()


def test_without_titles_only_the_picture_has_one() -> None:
    made = draw(one_of_each("a title"), titles=False)
    assert made.count("<title>") == 1
    # The square that was there for its title alone is gone as well.
    assert len(marks(made)) == len(marks(draw(one_of_each("a title")))) - 1


def test_an_unpainted_square_can_be_pointed_at() -> None:
    (mark,) = marks(draw(scene(Rect(x=0, y=0, width=9, height=9, title="no data"))))
    assert mark.get("pointer-events") == "all"
    assert mark.findtext(f"{SVG}title") == "no data"


def test_every_day_of_a_year_can_be_read_by_pointing_at_it() -> None:
    root = ET.fromstring(draw(year()))
    titles = [e.text or "" for e in root.iter(f"{SVG}title")][1:]
    # 365 days from the 2nd on, since rows begin with a missing day; 18 of the rest are missing.
    assert len(titles) == 364
    assert sum(title.endswith("no data") for title in titles) == 18
    assert titles[0] == "Thu 13 Feb 2025: 10 tokens · shipping"


def test_an_unknown_theme_or_option_is_named_with_those_that_exist() -> None:
    with pytest.raises(InvalidInput, match="light, dark, auto or css"):
        draw(scene(), theme="solar")

    class Drawn:
        scene = one_of_each()
        narrow = one_of_each()
        view = None

    with pytest.raises(InvalidInput, match="no option colour"):
        Svg().render(Drawn(), colour="red")  # type: ignore[arg-type]
