"""Sentences about views: what a pointer shows, what labels say, what a picture says in words.

SVG, HTML and text use these functions, so they cannot disagree. Numbers are worded by
:mod:`burnlib.words`, which never gives an estimate without saying that it is one.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from burnlib.languages import plural, word
from burnlib.model import NO_LABEL
from burnlib.views.base import (
    Drivers,
    Equivalents,
    Headline,
    Heatmap,
    Multiples,
    Page,
    Panel,
    Sparkline,
    Table,
    Trend,
    View,
)
from burnlib.views.parts import Amount, Bar, Day, Equivalent, Week
from burnlib.words import (
    amount,
    between,
    clean,
    counting,
    day_and_year,
    day_long,
    day_short,
    full,
    parts,
    percent,
    rough,
    short,
    source,
    things,
    tick,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from burnlib.days import Range
    from burnlib.model import Estimate
    from burnlib.scale import LogScale

__all__ = [
    "bar_label",
    "bar_title",
    "class_names",
    "day_title",
    "equivalent",
    "family",
    "how_counted",
    "name",
    "panel_name",
    "sentence",
    "share_estimated",
    "week_label",
    "week_title",
]

_NAMES: Mapping[type[View], str] = {
    Heatmap: "heatmap",
    Trend: "trend",
    Drivers: "drivers",
    Equivalents: "equivalents",
    Sparkline: "heatmap",
    Page: "page",
}


def _days(n: int) -> str:
    return things("days", n)


def _tokens(a: Amount) -> str:
    """Return "325,165,695 tokens", and where it is not simply that, what it is."""
    number = full(a.total)
    if a.has_estimate and not a.exact and not a.lower_bound:
        why = ", ".join(filter(None, (word("all_estimated"), between(a))))
        return word("tokens_estimated", n=number, why=why)
    if a.has_estimate:
        key = "tokens_parts_least" if a.lower_bound else "tokens_parts"
        return word(key, n=number, parts=parts(a, long=True))
    if a.lower_bound:
        return word("tokens_least", n=number)
    return plural("tokens", a.total, number=number)


def day_title(day: Day, *, target: int | None = None) -> str:
    """Return "Tue 10 Feb 2026: 325,165,695 tokens so far · shipping · over the 250M target"."""
    said = word("no_data") if day.amount is None else _tokens(day.amount)
    key = "day_is_so_far" if day.today else "day_is"
    found = [word(key, day=day_long(day.date), amount=said)]
    if day.driver:
        found.append(clean(day.driver))
    if day.over_target:
        over = word("over_target", target=tick(target)) if target else word("over_the_target")
        found.append(over)
    return " · ".join(found)


def week_title(week: Week) -> str:
    """Return "Week of 19 Jan 2026: 1,930,000,000 tokens", with "in 3 of 7 days" where it is so."""
    day = day_and_year(week.first)
    if week.amount is None:
        return word("week_is", day=day, amount=word("no_data"))
    said = _tokens(week.amount)
    if week.current:
        said = word("amount_so_far", n=said)
    if week.observed < 7:
        said += f" {word('in_of_seven_days', n=week.observed)}"
    return word("week_is", day=day, amount=said)


def week_label(week: Week, *, peak: bool = False) -> str:
    """Return what stands beside a dot: "peak 1.93B · week of 19 Jan", "1.49B so far · 3 of 7 days".

    A whole week that is not the peak is only its number.
    """
    number = word("no_data") if week.amount is None else amount(week.amount, strict=True)
    if peak:
        return word("peak_week", n=number, day=day_short(week.first))
    found = [word("amount_so_far", n=number) if week.current else number]
    if week.observed < 7:
        found.append(word("of_seven_days", n=week.observed))
    return " · ".join(found)


def bar_label(bar: Bar) -> str:
    """Return what stands after a bar: "61% · 4.12B · 20% estimated"."""
    found = [percent(bar.share), amount(bar.amount)]
    if bar.amount.estimated:
        found.append(share_estimated(bar.amount))
    return " · ".join(found)


def share_estimated(a: Amount) -> str:
    """Return "20% estimated", or "estimated" where all of it is."""
    if a.share == 1:
        return word("all_estimated")
    return word("share_estimated", share=percent(a.share))


def family(bar: Bar) -> str:
    """Return a family's name; it is the user's word, but for "no label" and "other"."""
    if bar.name == NO_LABEL:
        return word("no_label")
    return word("other") if bar.families else clean(bar.name)


def bar_title(bar: Bar) -> str:
    """Return a bar in full: "shipping: 61%, 4,120,000,000 tokens on 88 days · evidence"."""
    said = word(
        "bar_of_is" if bar.families else "bar_is",
        name=family(bar),
        families=", ".join(map(clean, bar.families)),
        share=percent(bar.share),
        tokens=_tokens(bar.amount),
        days=_days(bar.days),
    )
    return f"{said} · {clean(bar.evidence)}" if bar.evidence else said


def equivalent(line: Equivalent) -> str:
    """Return "≈ 15k copies of War and Peace (10k to 15k)"."""
    ends = word("between", low=rough(line.low), high=rough(line.high))
    return word("equals", result=rough(line.result), unit=word(line.unit), between=ends)


def class_names(scale: LogScale) -> tuple[str, ...]:
    """Return the classes in words: "below 10M", "10M to 30M", "30M and more"."""
    edges = [tick(edge) for edge in scale.edges]
    if not edges:
        low, high = short(scale.lo), short(scale.hi)
        return (word("between", low=low, high=high) if scale.lo < scale.hi else high,)
    inner = (word("between", low=low, high=high) for low, high in pairwise(edges))
    lowest, highest = word("class_below", edge=edges[0]), word("class_above", edge=edges[-1])
    return (lowest, *inner, highest)


def name(view: View) -> str:
    """Return a view's heading: "Daily burn", "Weekly burn, log scale", "Last 30 days"."""
    if isinstance(view, Table):
        return things("table", len(view.receipts))
    if isinstance(view, Multiples):
        weekly = any(isinstance(panel.view, Trend) for panel in view.panels)
        return word("trends" if weekly else "heatmaps")
    return word(_NAMES[type(view)])


def sentence(view: View | Headline) -> str:
    """Return one sentence that says in words what the picture shows.

    The heatmap has a second one, and so has every view whose estimates do not count each message
    once: that is another number for the same conversations. What is made up is said to be so, but
    not of a headline, which stands below the banner of its page.
    """
    made_up = view.made_up and not isinstance(view, Headline)
    if isinstance(view, Page):
        view = next(section for section in view.sections if section.key == view.opens).headline
    warning = _as_sentence(word("made_up")) if made_up else ""
    return " ".join(filter(None, (warning, _told(view), how_counted(view.estimates))))


def how_counted(estimates: frozenset[Estimate]) -> str:
    """Return :func:`burnlib.words.counting` as a sentence; "" where each message counts once."""
    return _as_sentence(counting(estimates))


def _as_sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def _told(
    view: Heatmap | Trend | Drivers | Equivalents | Table | Multiples | Sparkline | Headline,
) -> str:
    if isinstance(view, Heatmap):
        return _sum(view.range, view.amount, view.missing) + _class_counts(view)
    if isinstance(view, Headline | Sparkline):
        return _sum(view.range, view.amount, view.missing)
    if isinstance(view, Table):
        return _sum(view.range, view.amount, view.range.days - view.observed)
    if isinstance(view, Trend):
        return _trend(view)
    if isinstance(view, Multiples):
        return _panels(view)
    if not view.amount.total and not view.amount.has_estimate:
        return word("no_tokens_in", days=_days(view.range.days), last=view.range.last)
    if isinstance(view, Drivers):
        found = [f"{percent(bar.share)} {family(bar)}" for bar in view.bars]
    else:
        found = [equivalent(line) for line in view.lines]
    return _with_list(view, found)


def _with_list(view: Drivers | Equivalents | Multiples, found: list[str]) -> str:
    weekly = isinstance(view, Multiples) and isinstance(view.panels[0].view, Trend)
    span = things("weeks", view.range.days // 7) if weekly else _days(view.range.days)
    return word(
        "sum_and_list" if found else "sum",
        days=span,
        last=view.range.last,
        parts=parts(view.amount),
        list="; ".join(found),
    )


def _panels(view: Multiples) -> str:
    if not view.panels:
        return _sum(view.range, view.amount, view.range.days)
    return _with_list(view, [panel_name(panel) for panel in view.panels])


def panel_name(panel: Panel) -> str:
    """Return the heading of one of several pictures: "Codex: 11.0B exact"."""
    return word("panel", source=source(panel.name), parts=parts(panel.view.amount))


def _sum(days: Range, a: Amount, missing: int) -> str:
    if missing == days.days:
        if missing == 1:
            return word("no_days")
        return word("no_days_between", first=days.first, last=days.last)
    return word(
        "sum_without" if missing else "sum",
        days=_days(days.days),
        last=days.last,
        parts=parts(a),
        missing=_days(missing),
    )


def _class_counts(view: Heatmap) -> str:
    used = (day.amount.total for day in view.days if day.amount and day.amount.total)
    levels = Counter(map(view.scale.class_of, used))
    zeros = view.observed - levels.total()
    found = [
        word("class_count", tokens=tokens, n=levels[level])
        for level, tokens in enumerate(class_names(view.scale))
        if levels[level]
    ]
    if zeros:
        found.append(word("zero_count", n=zeros))
    return f" {word('class_counts', list=', '.join(found))}" if found else ""


def _trend(view: Trend) -> str:
    missing = sum(week.amount is None for week in view.weeks)
    weeks = things("weeks", len(view.weeks))
    head = word("weeks_from", weeks=weeks, first=view.range.first, last=view.range.last)
    if missing == len(view.weeks) == 1:
        return word("no_days")
    if missing == len(view.weeks):
        return word("no_data_in", weeks=head)
    found = [word("weeks_sum", weeks=head, parts=parts(view.amount))]
    if view.peak and view.peak.amount:
        day, peak = day_short(view.peak.first), amount(view.peak.amount, strict=True)
        found.append(word("weeks_peak", n=peak, day=day))
    if missing:
        found.append(word("weeks_without", weeks=things("weeks", missing)))
    return ", ".join(found) + "."
