"""Sentences about views: what a pointer shows, what labels say, what a picture says in words.

SVG, HTML and text use these functions, so they cannot disagree. Numbers are worded by
:mod:`burnlib.words`, which never gives an estimate without saying that it is one.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from burnlib.views.base import (
    Amount,
    Bar,
    Day,
    Drivers,
    Equivalent,
    Equivalents,
    Headline,
    Heatmap,
    Multiples,
    Page,
    Sparkline,
    Table,
    Trend,
    View,
    Week,
)
from burnlib.words import (
    amount,
    between,
    clean,
    counted,
    counting,
    day_long,
    day_short,
    full,
    parts,
    percent,
    rough,
    short,
    source,
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
    "how_counted",
    "name",
    "sentence",
    "week_label",
    "week_title",
]

_NAMES: Mapping[type[View], str] = {
    Heatmap: "Daily burn",
    Trend: "Weekly burn, log scale",
    Drivers: "Drivers",
    Equivalents: "Scale",
    Sparkline: "Daily burn",
    Page: "Token burn",
}


def _days(n: int) -> str:
    return counted(n, "day", "days")


def _tokens(a: Amount) -> str:
    """Return "325,165,695 tokens", and where it is not simply that, what it is."""
    if a.has_estimate and not a.exact and not a.lower_bound:
        return f"~{full(a.total)} tokens ({', '.join(filter(None, ('estimated', between(a))))})"
    if a.has_estimate:
        return f"{'at least ' * a.lower_bound}{full(a.total)} tokens ({parts(a, long=True)})"
    if a.lower_bound:
        return f"at least {full(a.total)} tokens (the logs show less than was used)"
    return "1 token" if a.total == 1 else f"{full(a.total)} tokens"


def day_title(day: Day, *, target: int | None = None) -> str:
    """Return "Tue 10 Feb 2026: 325,165,695 tokens so far · shipping · over the 250M target"."""
    said = "no data" if day.amount is None else _tokens(day.amount)
    found = [f"{day_long(day.date)}: {said}{' so far' * day.today}"]
    if day.driver:
        found.append(clean(day.driver))
    if day.over_target:
        found.append(f"over the {tick(target)} target" if target else "over the target")
    return " · ".join(found)


def week_title(week: Week) -> str:
    """Return "Week of 19 Jan 2026: 1,930,000,000 tokens", with "in 3 of 7 days" where it is so."""
    head = f"Week of {day_short(week.first)} {week.first.year}: "
    if week.amount is None:
        return head + "no data"
    some = f" in {week.observed} of 7 days" if week.observed < 7 else ""
    return head + _tokens(week.amount) + " so far" * week.current + some


def week_label(week: Week, *, peak: bool = False) -> str:
    """Return what stands beside a dot: "peak 1.93B · week of 19 Jan", "1.49B so far · 3 of 7 days".

    A whole week that is not the peak is only its number.
    """
    number = "no data" if week.amount is None else amount(week.amount, strict=True)
    if peak:
        return f"peak {number} · week of {day_short(week.first)}"
    found = [number + " so far" * week.current]
    if week.observed < 7:
        found.append(f"{week.observed} of 7 days")
    return " · ".join(found)


def bar_label(bar: Bar) -> str:
    """Return what stands after a bar: "61% · 4.12B · 20% estimated"."""
    found = [percent(bar.share), amount(bar.amount)]
    if bar.amount.estimated:
        found.append(
            "estimated" if bar.amount.share == 1 else percent(bar.amount.share) + " estimated"
        )
    return " · ".join(found)


def bar_title(bar: Bar) -> str:
    """Return a bar in full: "shipping: 61%, 4,120,000,000 tokens on 88 days · evidence"."""
    inside = f" ({', '.join(map(clean, bar.families))})" if bar.families else ""
    said = f"{percent(bar.share)}, {_tokens(bar.amount)} on {_days(bar.days)}"
    return f"{clean(bar.name)}{inside}: {said}" + (f" · {clean(bar.evidence)}" * bool(bar.evidence))


def equivalent(line: Equivalent) -> str:
    """Return "≈ 15k copies of War and Peace (10k to 15k)"."""
    return f"≈ {rough(line.result)} {line.unit} ({rough(line.low)} to {rough(line.high)})"


def class_names(scale: LogScale) -> tuple[str, ...]:
    """Return the classes in words: "below 10M", "10M to 30M", "30M and more"."""
    edges = [tick(edge) for edge in scale.edges]
    if not edges:
        return (
            f"{short(scale.lo)} to {short(scale.hi)}" if scale.lo < scale.hi else short(scale.hi),
        )
    between = (f"{low} to {high}" for low, high in pairwise(edges))
    return (f"below {edges[0]}", *between, f"{edges[-1]} and more")


def name(view: View) -> str:
    """Return a view's heading: "Daily burn", "Weekly burn, log scale", "Last 30 days"."""
    if isinstance(view, Table):
        days = len(view.receipts)
        return "Last day" if days == 1 else f"Last {days} days"
    if isinstance(view, Multiples):
        weekly = any(isinstance(panel.view, Trend) for panel in view.panels)
        return "Weekly burn by source, log scale" if weekly else "Daily burn by source"
    return _NAMES[type(view)]


def sentence(view: View | Headline) -> str:
    """Return one sentence that says in words what the picture shows.

    The heatmap has a second one, and so has every view whose estimates do not count each message
    once: that is another number for the same conversations.
    """
    if isinstance(view, Page):
        opened = next(section for section in view.sections if section.key == view.opens)
        return sentence(opened.headline)
    return " ".join(filter(None, (_told(view), how_counted(view.estimates))))


def how_counted(estimates: frozenset[Estimate]) -> str:
    """Return :func:`burnlib.words.counting` as a sentence; "" where each message counts once."""
    how = counting(estimates)
    return f"{how[:1].upper()}{how[1:]}." if how else ""


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
        return f"No tokens on record in {_days(view.range.days)} to {view.range.last}."
    if isinstance(view, Drivers):
        found = [f"{percent(bar.share)} {clean(bar.name)}" for bar in view.bars]
    else:
        found = [equivalent(line) for line in view.lines]
    head = f"{_days(view.range.days)} to {view.range.last}: {parts(view.amount)} tokens"
    return "; ".join([head, *found]) + "."


def _panels(view: Multiples) -> str:
    if not view.panels:
        return f"No days with data between {view.range.first} and {view.range.last}."
    head = f"{_days(view.range.days)} to {view.range.last}"
    found = [f"{source(panel.name)}: {parts(panel.view.amount)}" for panel in view.panels]
    return f"{head}: {parts(view.amount)} tokens; {'; '.join(found)}."


def _sum(days: Range, a: Amount, missing: int) -> str:
    if missing == days.days:
        between = f" between {days.first} and {days.last}" if missing > 1 else ""
        return f"No days with data{between}."
    without = f", {_days(missing)} without data" if missing else ""
    return f"{_days(days.days)} to {days.last}: {parts(a)} tokens{without}."


def _class_counts(view: Heatmap) -> str:
    used = (day.amount.total for day in view.days if day.amount and day.amount.total)
    levels = Counter(map(view.scale.class_of, used))
    zeros = view.observed - levels.total()
    found = [
        f"{words}: {levels[level]}"
        for level, words in enumerate(class_names(view.scale))
        if levels[level]
    ]
    if zeros:
        found.append(f"0 tokens: {zeros}")
    return f" Days by tokens: {', '.join(found)}." if found else ""


def _trend(view: Trend) -> str:
    missing = sum(week.amount is None for week in view.weeks)
    head = counted(len(view.weeks), "week", "weeks")
    head += f" from {view.range.first} to {view.range.last}"
    if missing == len(view.weeks):
        return f"No data in {head}."
    found = [f"{head}: {parts(view.amount)} tokens"]
    if view.peak and view.peak.amount:
        found.append(week_label(view.peak, peak=True).replace(" · ", " in the "))
    if missing:
        found.append(counted(missing, "week", "weeks") + " without data")
    return ", ".join(found) + "."
