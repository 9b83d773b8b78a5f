"""The receipts as an HTML table, which is also the way to every number without a mouse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from burnlib import sentences, words
from burnlib.languages import word
from burnlib.render import labels
from burnlib.render.html.markup import Markup, tag
from burnlib.views.base import Table
from burnlib.views.parts import Amount, Mean, Receipt

__all__ = ["receipts_table", "table_notes"]

_ABSENT = "–"
_DRIVER = 40


def receipts_table(view: Table, *, narrow: bool) -> Markup:
    """Return the table: a day a line, newest first, and the sums of the whole range as its foot.

    Full digits in a column a source; with *narrow* it also holds the columns Exact and Estimated
    in short numbers, of which the page's CSS shows one set or the other.
    """
    body = [_receipt(view, receipt, narrow=narrow) for receipt in view.receipts]
    return tag(
        "table",
        tag("caption", f"{sentences.name(view)}: {words.range_name(view.range.name)}"),
        tag("thead", _head(view, narrow=narrow)),
        tag("tbody", *body),
        tag("tfoot", _foot(view, narrow=narrow)),
    )


def table_notes(view: Table) -> Markup:
    """Return what the table's lines and marks mean."""
    marks = " · ".join(labels.table_marks(view))
    return Markup(
        tag("p", f"{sentences.sentence(view)} {word('newest_first')}", class_="burn-note")
        + tag("p", word("mean_note"), class_="burn-note")
        + (tag("p", marks, class_="burn-note") if marks else "")
    )


def _head(view: Table, *, narrow: bool) -> Markup:
    def head(*children: str, cls: str | bool = False) -> Markup:
        return tag("th", *children, scope="col", class_=cls)

    cells = [head(word("day_head")), head(word("total_head"))]
    for name in view.sources:
        note = f" {word('source_estimated')}" if name in view.estimated else ""
        cells.append(head(words.source(name), *([tag("small", note)] if note else [])))
    if narrow:
        cells += [
            head(word("exact_head"), cls="burn-n"),
            head(word("estimated_head"), cls="burn-n"),
        ]
    return tag("tr", *cells, head(word("mean")))


def _receipt(view: Table, receipt: Receipt, *, narrow: bool) -> Markup:
    day = receipt.date
    name = f"{words.weekday(day.weekday())} {words.day_short(day)}"
    notes: list[str] = [word("so_far")] if receipt.today else []
    if receipt.driver:
        # Isolated, so that a name from right to left leaves the line around it alone.
        notes.append(tag("bdi", words.clean(receipt.driver, limit=_DRIVER)))
    below = [note for driver in notes for note in (" · ", driver)][1:]
    cells = _cells(
        view, receipt.amount, receipt.cells, receipt.calls, receipt.over_target, narrow=narrow
    )
    # A hairline between weeks in place of stripes.
    monday = "burn-mon" if day.weekday() == 0 else False
    head = tag("th", name, *_below(*below), scope="row")
    return tag("tr", head, *cells, _mean(receipt.mean), class_=monday)


def _foot(view: Table, *, narrow: bool) -> Markup:
    days = word("observed_of", observed=view.observed, days=view.range.days)
    head = tag("th", words.range_name(view.range.name), *_below(days), scope="row")
    amount = view.amount if view.observed else None
    cells = _cells(view, amount, view.totals, view.calls, False, narrow=narrow)
    return tag("tr", head, *cells, tag("td"))


def _cells(
    view: Table,
    amount: Amount | None,
    cells: Mapping[str, Amount],
    calls: Mapping[str, int],
    over: bool,
    *,
    narrow: bool,
) -> Iterable[Markup]:
    yield _number(amount, after=" ▲" if over else "")
    for name in view.sources:
        yield _number(cells.get(name), note=_calls(calls.get(name, 0)))
    if narrow:
        exact = [a for name, a in cells.items() if name not in view.estimated]
        rest = [a for name, a in cells.items() if name in view.estimated]
        mark = " ▲" if over else ""
        yield _number(_sum(exact), cls="burn-n", long=False, after=mark)
        yield _number(_sum(rest), cls="burn-n", long=False)


def _below(*notes: str) -> list[str]:
    """Return small words under a number; the break keeps them apart where there is no CSS."""
    return [tag("br"), tag("small", *notes)] if any(notes) else []


def _calls(count: int) -> str:
    return words.things("calls_of_day", count) if count else ""


def _sum(amounts: list[Amount]) -> Amount | None:
    return sum(amounts, Amount()) if amounts else None


def _number(
    amount: Amount | None,
    *,
    cls: str | bool = False,
    long: bool = True,
    note: str = "",
    after: str = "",
) -> Markup:
    if amount is None:
        return tag("td", _ABSENT, class_=cls)
    text = words.amount(amount, long=long, strict=True)
    children: list[str] = [_estimate(text) if _guessed(amount) else text, after]
    title = words.span(amount, long=True)
    return tag("td", *children, *_below(note), class_=cls, title=title or False)


def _guessed(amount: Amount) -> bool:
    """Whether nothing in *amount* was measured; a sum with a measured part has its ~ alone."""
    return amount.has_estimate and not amount.exact and not amount.lower_bound


def _estimate(text: str) -> Markup:
    return tag("em", text, tag("sup", word("estimate_letter")))


def _mean(mean: Mean | None) -> Markup:
    if mean is None:
        return tag("td", _ABSENT)
    text = labels.brief_mean(mean)
    days = [tag("i", word("mean_days", n=mean.days))] if mean.days < 7 else []
    return tag("td", text, *days)
