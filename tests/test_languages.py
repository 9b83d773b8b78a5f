"""Languages: one dictionary each, all of charts in the one that was asked for, numbers the same."""

from __future__ import annotations

import ast
import re
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from hypothesis import given, settings

import burnlib
from burnlib import charts, fermi, words
from burnlib.chart import Chart
from burnlib.errors import InvalidInput
from burnlib.fermi import Constant
from burnlib.languages import LANGUAGES, own, plural, speaking, spoken, word
from burnlib.languages.english import WORDS as ENGLISH
from burnlib.languages.german import WORDS as GERMAN
from burnlib.ledger import Ledger
from burnlib.model import DailyRow, Fidelity, SourceDay
from burnlib.render.layout.lettering import text_width
from burnlib.render.scene import Text
from burnlib.render.svg import draw
from burnlib.testing.strategies import ledgers

LAST = date(2026, 2, 11)
SOURCE = Path(burnlib.__file__).parent
CHARTS: dict[str, Any] = {
    "heatmap": charts.heatmap,
    "trend": charts.trend,
    "drivers": charts.drivers,
    "equivalents": charts.equivalents,
    "table": charts.table,
    "sparkline": charts.sparkline,
    "page": charts.page,
}


def rows(days: int = 200) -> Ledger:
    """Days in every state: exact, estimated, lower bounds, zero, missing, without a label."""
    found = []
    for i in range(days):
        tokens = 0 if i % 11 == 3 else 10**6 * (i + 1)
        trust = Fidelity.LOWER_BOUND if i % 7 == 2 else Fidelity.EXACT
        sources = {
            "codex": SourceDay(tokens=tokens, fidelity=trust, calls=i),
            "chatgpt": SourceDay(
                tokens=tokens // 3, fidelity=Fidelity.ESTIMATED, low=tokens // 9, high=tokens
            ),
        }
        if i % 13:
            driver = ("shipping", "")[i % 5 == 0]
            found.append(DailyRow(date=LAST - timedelta(days=i), sources=sources, driver=driver))
    return Ledger(found)


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


# ---- the dictionaries --------------------------------------------------------------------------


# Every language that there is, so that another one is tested without a word here.
DICTIONARIES = {
    language: import_module(f"burnlib.languages.{name}").WORDS
    for language, name in LANGUAGES.items()
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_dictionaries_have_the_same_keys_in_the_same_order(language: str) -> None:
    assert list(DICTIONARIES[language]) == list(ENGLISH)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ENGLISH)
def test_a_translation_has_the_same_fields_and_is_as_plural(key: str, language: str) -> None:
    words_of = DICTIONARIES[language]
    assert fields(words_of[key]) == fields(ENGLISH[key])
    assert ("|" in words_of[key]) == ("|" in ENGLISH[key])


def test_all_months_and_weekdays_are_there() -> None:
    for dictionary in DICTIONARIES.values():
        assert len(set(dictionary["months"].split())) == 12
        assert len(set(dictionary["weekdays"].split())) == 7


def _package() -> Iterator[ast.AST]:
    """Yield every node of the package's code but for the dictionaries."""
    for path in SOURCE.rglob("*.py"):
        if path.name not in {f"{name}.py" for name in LANGUAGES.values()}:
            yield from ast.walk(ast.parse(path.read_text("utf-8")))


def _literals(node: ast.expr) -> list[str]:
    """Return the keys that an argument can be, as far as they are written there."""
    if isinstance(node, ast.IfExp):
        return _literals(node.body) + _literals(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


@pytest.mark.parametrize("words_of", [ENGLISH, GERMAN])
def test_a_mean_of_six_days_does_not_look_like_a_large_number(words_of: dict[str, str]) -> None:
    """Behind a number, "6T" would be six times ten to the twelfth."""
    assert not words_of["mean_days"].endswith(("k", "M", "B", "T"))


@pytest.mark.parametrize("words_of", [ENGLISH, GERMAN])
def test_no_line_is_broken_between_a_number_and_its_percent_sign(words_of: dict[str, str]) -> None:
    assert len(words_of["percent"].split()) == 1


def test_every_key_is_used() -> None:
    nodes = list(_package())
    used = {node.value for node in nodes if isinstance(node, ast.Constant)}
    # Keys that are put together: a beginning that is written, and what a value says.
    joined = [node.values[0] for node in nodes if isinstance(node, ast.JoinedStr) and node.values]
    heads = tuple(
        head.value
        for head in joined
        if isinstance(head, ast.Constant) and re.fullmatch(r"[a-z]+_", str(head.value))
    )
    used |= {rung.unit for ladder in fermi._LADDERS for rung in ladder}
    assert [key for key in ENGLISH if key not in used and not key.startswith(heads)] == []


def test_every_key_that_is_asked_for_is_there_with_the_fields_that_are_filled_in() -> None:
    asked = 0
    for node in _package():
        name = getattr(node, "func", None)
        called = getattr(name, "id", getattr(name, "attr", ""))
        if not isinstance(node, ast.Call) or called not in {"word", "plural", "things"}:
            continue
        keys = _literals(node.args[0])
        asked += len(keys)
        assert set(keys) <= set(ENGLISH), ast.unparse(node)
        given = {"n"} if called != "word" else {keyword.arg for keyword in node.keywords}
        needed = [fields(ENGLISH[key]) for key in keys]
        assert all(need <= given for need in needed), ast.unparse(node)
        assert not keys or set().union(*needed) == given, ast.unparse(node)
    assert asked > 100


def test_no_words_are_written_where_pictures_are_laid_out() -> None:
    """A sentence in a layout would be English in every language; errors are English in all."""
    found: list[str] = []
    for path in (SOURCE / "render").rglob("*.py"):
        if path.name in {
            "page_css.py",
            "theme.py",
            "look.py",
            "lettering.py",
        }:  # rules, choices, widths
            continue
        for node in _spoken_nodes(ast.parse(path.read_text("utf-8"))):
            if re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", node):
                found.append(f"{path.name}: {node}")
    assert not found


def _spoken_nodes(tree: ast.AST) -> Iterator[str]:
    """Yield the strings of a module but for docstrings, and those of errors and warnings."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Raise) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        ):
            continue
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "warn":
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        yield from _spoken_nodes(node)


# ---- charts ------------------------------------------------------------------------------------

# Words that no German text of ours has.
FOREIGN = re.compile(
    r"\b(day|days|week|weeks|about|exact|estimated|least|data|tokens a|peak|source|range|the|of"
    r"|and|no|to|Tue|copies|years|mean|label|last|May|Oct|Dec)\b"
)
# Titles of works and sites, and what users named, stay as they are.
NAMES = re.compile(
    r"Wikipedia:Size of Wikipedia|J\. Mem\. Lang\.|National Center for Voice and Speech"
)


def read(markup: str) -> str:
    """What a reader sees, in one line."""
    seen = re.sub(r"<style>.*?</style>|<[^>]*>", " ", markup, flags=re.DOTALL)
    return NAMES.sub(" ", " ".join(seen.split()))


@pytest.mark.parametrize("name", CHARTS)
def test_a_german_chart_has_no_english_words(name: str) -> None:
    options: dict[str, Any] = {"target": 10**8} if name in {"heatmap", "table", "page"} else {}
    made: Chart = CHARTS[name](rows(), language="de", today=LAST, **options)
    shown = [made.text(), made.html(), made.alt]
    if name != "page":
        shown += [made.svg(), made.svg(narrow=True)]
        shown += re.findall(r'aria-label="([^"]*)"', made.svg())
    for text in shown:
        found = FOREIGN.findall(read(text))
        assert not found


def test_small_multiples_speak_german() -> None:
    made = charts.heatmap(rows(), by="source", language="de")
    assert "Tokens je Tag, eine Skala für alle" in made.svg()
    assert "Codex: mindestens 13,8B gemessen" in made.text()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name in CHARTS if name != "sparkline"])
def test_text_has_eighty_columns_and_nothing_is_clipped(name: str, language: str) -> None:
    made: Chart = CHARTS[name](rows(), language=language)
    for ascii_ in (False, True):
        lines = made.text(ascii=ascii_).splitlines()
        assert max(map(len, lines)) <= 80
    assert "…" not in made.text()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("name", [name for name in CHARTS if name != "page"])
def test_nothing_is_cut_off_in_a_picture(name: str, narrow: bool, language: str) -> None:
    for target in (None, 10**8) if name in {"heatmap", "table"} else (None,):
        options = {"target": target} if target else {}
        made: Chart = CHARTS[name](rows(), language=language, today=LAST, **options)
        scene = made.narrow if narrow else made.scene
        texts = [shape for shape in scene.shapes if isinstance(shape, Text)]
        assert [text.text for text in texts if "…" in text.text] == []
        for text in texts:
            wide = text_width(text.text, size=text.size, bold=text.bold)
            left = text.x - {"start": 0.0, "middle": wide / 2, "end": wide}[text.anchor]
            assert left >= -0.5, text
            assert left + wide <= scene.width + 0.5, text


def test_german_dates_and_numbers() -> None:
    with speaking("de"):
        assert words.day_long(date(2026, 2, 10)) == "Di, 10. Feb 2026"
        assert words.full(1_460_000_000) == "1.460.000.000"
        assert words.short(1_460_000_000) == "1,46B"
        assert words.tick(2_500_000) == "2,5M"
        assert words.rough(1.65) == "1,7"
        assert words.percent(0.61) == "61%"
        assert words.range_name("90d") == "90 Tage"
        assert words.range_name("1y") == "1 Jahr"
        assert words.range_name("2026-01-01..2026-01-31") == "2026-01-01 bis 2026-01-31"


def test_a_german_page_says_so_to_browsers_and_screen_readers() -> None:
    made = charts.page(rows(), language="de")
    assert '<html lang="de">' in made.html()
    assert 'lang="de"' in made.fragment()
    assert '<html lang="en">' in charts.page(rows()).html()


def test_a_drawing_says_its_language_whoever_asks_for_it() -> None:
    """A chart's shapes are laid out once, and drawn also where no language is spoken any more."""
    made = charts.heatmap(rows(), language="de")
    bundle = made._repr_mimebundle_()
    drawings = [made.svg(), made.svg(narrow=True, compact=True), draw(made.scene), made.html()]
    for drawn in [*drawings, bundle["text/html"]]:
        assert re.findall(r'<svg [^>]*lang="(\w+)"', drawn) == ["de"]
    with speaking("de"):
        assert ' lang="en"' in charts.heatmap(rows()).svg()


def test_the_words_of_a_caller_stay_as_they_are() -> None:
    mine = Constant(119, 100, 150, "words of mine", "my stopwatch", "2026")
    made = charts.equivalents(rows(), constants={"reading": mine}, language="de")
    assert "119 words of mine (100 bis 150)" in read(made.svg())
    assert "my stopwatch (2026)" in read(made.svg())


def test_no_label_is_ours_and_a_family_is_the_users() -> None:
    text = charts.drivers(rows(), language="de").text()
    assert "ohne Zuordnung" in text
    assert "shipping" in text


def test_a_family_that_is_called_like_a_word_of_ours_keeps_its_name() -> None:
    found = {"codex": SourceDay(tokens=100, fidelity=Fidelity.EXACT)}
    families = {"novels": 30, "words": 25, "other": 20, "plus": 15, "estimated": 10}
    day = DailyRow(date=LAST, sources=found, drivers=families, driver="novels")
    made = charts.drivers([day], language="de")
    for text in (made.text(), read(made.svg()), made.alt):
        assert all(re.search(rf"\b{name}\b", text) for name in families)


def numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:[.,]\d+)*[kMBT]?", text)


@given(ledgers())
@settings(max_examples=25, deadline=None)
def test_the_numbers_are_the_same_in_every_language(drawn: Ledger) -> None:
    for name in ("heatmap", "trend", "drivers", "table"):
        english, german = (
            CHARTS[name](drawn, range="all", language=language).alt for language in ("en", "de")
        )
        marks = str.maketrans(".,", ",.")
        # A day's date is followed by a dot in German, a sentence ends with one in both.
        assert sorted(numbers(german.translate(marks))) == sorted(numbers(english))


# ---- speaking ----------------------------------------------------------------------------------


def test_english_is_spoken_unless_something_else_is_asked_for() -> None:
    assert spoken() == "en"
    with speaking("de"):
        assert word("no_data") == "keine Daten"
        with speaking("en"):
            assert word("no_data") == "no data"
        assert spoken() == "de"
    assert spoken() == "en"


def test_an_error_leaves_the_language_as_it_was() -> None:
    with pytest.raises(InvalidInput), speaking("de"):
        raise InvalidInput("x")
    assert spoken() == "en"


def test_one_and_many_are_told_apart() -> None:
    assert plural("days", 1, number="1") == "1 day"
    assert plural("days", 0, number="0") == "0 days"
    with speaking("de"):
        assert plural("days", 2, number="2") == "2 Tage"


def test_only_our_own_words_are_translated() -> None:
    with speaking("de"):
        assert own("label_novel", "words a novel") == "Wörter je Roman"
        assert own("label_novel", "pages a novel") == "pages a novel"
        assert own("label_mine", "words a novel") == "words a novel"
    assert own("label_novel", "words a novel") == "words a novel"


@pytest.mark.parametrize("language", ["xx", "", "DE", "english"])
def test_a_language_without_words_is_refused_with_those_that_have(language: str) -> None:
    with pytest.raises(InvalidInput, match=" or ".join(LANGUAGES)):
        charts.heatmap(rows(), language=language)


def test_threads_speak_their_own_languages() -> None:
    """Each draws many times while the other does; a shared language would be found in the text."""
    made = {language: charts.table(rows(60), language=language) for language in LANGUAGES}
    expected = {language: each.text() for language, each in made.items()}
    start = threading.Barrier(len(made))
    wrong: list[str] = []

    def draw(language: str) -> None:
        start.wait()
        for _ in range(15):
            if made[language].text() != expected[language]:
                wrong.append(language)

    threads = [threading.Thread(target=draw, args=(language,)) for language in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert expected["en"] != expected["de"]
