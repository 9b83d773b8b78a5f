"""Every number that is printed, in any format and language, is the view's own when read back."""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from burnlib import charts, words
from burnlib.languages import LANGUAGES, speaking
from burnlib.ledger import Ledger
from burnlib.model import DailyRow, Fidelity, SourceDay
from burnlib.views.base import Heatmap, Table, Trend

LAST = date(2026, 2, 11)
UNITS = {"": 1, "k": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
NUMBER = r"(\d[\d.,]*)([kMBT]?)"

tokens = st.one_of(st.integers(0, 2000), st.integers(0, 10**13))
spoken = pytest.mark.parametrize("language", LANGUAGES)


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """Days of one measured and one estimated source."""
    days = draw(st.lists(st.tuples(tokens, tokens), min_size=1, max_size=12))
    return Ledger(
        DailyRow(
            date=LAST - timedelta(days=back),
            sources={
                "codex": SourceDay(tokens=exact, fidelity=Fidelity.EXACT),
                "chatgpt": SourceDay(tokens=guess, fidelity=Fidelity.ESTIMATED),
            },
        )
        for back, (exact, guess) in enumerate(days)
    )


def whole(text: str, language: str) -> int:
    """The number that every digit of *text* is of; its thousands must be where they belong."""
    mark = {"en": ",", "de": "."}[language]
    assert re.fullmatch(rf"\d{{1,3}}(\{mark}\d{{3}})*", text), text
    return int(text.replace(mark, ""))


def between(text: str, language: str) -> tuple[float, float]:
    """The least and the most that a number of three digits can stand for."""
    found = re.fullmatch(NUMBER, text)
    assert found, text
    digits = found[1].replace({"en": ".", "de": ","}[language], ".")
    unit = UNITS[found[2]]
    half = 0.5 * 10.0 ** -len(digits.partition(".")[2]) if found[2] else 0.0
    return (float(digits) - half) * unit, (float(digits) + half) * unit


def holds(text: str, value: int, language: str) -> bool:
    low, high = between(text, language)
    # Beyond 999T the unit stays, and floats have fifteen digits.
    return low * (1 - 1e-12) <= value <= high * (1 + 1e-12)


@spoken
@given(value=st.integers(0, 10**18))
def test_short_and_full_numbers_are_read_back(language: str, value: int) -> None:
    with speaking(language):
        assert whole(words.full(value), language) == value
        assert holds(words.short(value), value, language)
        assert holds(words.tick(value), value, language)


@spoken
@given(rows=ledgers())
@settings(max_examples=30, deadline=None)
def test_titles_of_the_calendar_have_every_digit_of_the_day(language: str, rows: Ledger) -> None:
    made = charts.heatmap(rows, range="all", language=language)
    assert isinstance(made.view, Heatmap)
    titles = [node.text or "" for node in ET.fromstring(made.svg()).iterfind("{*}*/{*}title")]
    days = [day.amount for day in made.view.days if day.amount is not None]
    for title, amount in zip(titles, days, strict=True):
        said = re.findall(r"[\d.,]*\d", title.partition(": ")[2])
        assert whole(said[0], language) == amount.total
        if amount.exact and amount.estimated:
            assert [whole(n, language) for n in said[1:]] == [amount.exact, amount.estimated]


@spoken
@given(rows=ledgers())
@settings(max_examples=20, deadline=None)
def test_cells_of_the_html_table_have_every_digit(language: str, rows: Ledger) -> None:
    made = charts.table(rows, range="all", language=language)
    view = made.view
    assert isinstance(view, Table)
    table = ET.fromstring(re.sub(r"^<figure[^>]*>(<table>.*</table>).*$", r"\1", made.html()))
    lines = [["".join(td.itertext()) for td in tr.iter("td")] for tr in table.iter("tr")][1:]
    expected = [
        [each.amount, *(each.cells.get(name) for name in view.sources)] for each in view.receipts
    ]
    expected.append([view.amount, *(view.totals[name] for name in view.sources)])
    for texts, amounts in zip(lines, expected, strict=True):
        for text, amount in zip(texts, amounts, strict=False):
            assert amount is not None
            assert whole(text.strip("~≥ eg"), language) == amount.total
            assert text.startswith("~") == bool(amount.estimated)


@spoken
@given(rows=ledgers())
@settings(max_examples=20, deadline=None)
def test_numbers_of_text_stand_for_those_of_the_view(language: str, rows: Ledger) -> None:
    table = charts.table(rows, range="all", language=language)
    assert isinstance(table.view, Table)
    body = table.text().split("---\n")[1].splitlines()
    for line, receipt in zip(body, table.view.receipts, strict=False):
        # The date may end with the digits of its day; numbers stand two spaces after it.
        first = re.split(r" {2,}", line)[1].strip("~≥ ")
        assert receipt.amount is not None
        assert holds(first.removesuffix(" ▲"), receipt.amount.total, language)
    trend = charts.trend(rows, range="all", language=language)
    assert isinstance(trend.view, Trend)
    weeks = [week.amount.total for week in trend.view.weeks if week.amount]
    lines = [line for line in trend.text().splitlines() if re.search("[█▒░]", line)]
    used = [n for n in weeks if n]
    for line, total in zip(lines, used, strict=False):
        found = re.search(rf"~?{NUMBER} +[█▒░]", line)
        assert found, line
        assert holds(found[1] + found[2], total, language)


@spoken
@given(rows=ledgers())
@settings(max_examples=20, deadline=None)
def test_the_sentence_sums_what_the_view_sums(language: str, rows: Ledger) -> None:
    made = charts.heatmap(rows, range="all", language=language)
    assert isinstance(made.view, Heatmap)
    amount = made.view.amount
    said = made.alt.partition(": ")[2]
    # The sum ends at its unit, or where days without data are told, or where the sentence ends.
    ends = {"en": "tokens", "de": r";|\.(?:\s|$)"}[language]
    numbers = re.findall(NUMBER, re.split(ends, said)[0])
    wanted = [part for part in (amount.exact, amount.estimated) if part]
    for (digits, unit), value in zip(numbers, wanted, strict=True) if wanted else ():
        assert holds(digits.rstrip(".,") + unit, value, language)
