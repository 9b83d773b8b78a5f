"""Numbers, dates and sentences: everything a person reads about a view is worded here.

Text, SVG titles and HTML use these functions, so they cannot disagree. A number of tokens never
appears without its trust: "about" or ~ is an estimate, "at least" or ≥ a lower bound. All words
are in the tables below, all functions are pure, and nothing depends on the system's locale.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from datetime import date
from itertools import pairwise

from burnlib.days import Range
from burnlib.scale import LogScale
from burnlib.views.base import (
    Amount,
    Bar,
    Day,
    Drivers,
    Equivalent,
    Equivalents,
    Headline,
    Heatmap,
    Page,
    Table,
    Trend,
    View,
    Week,
)

__all__ = [
    "BILLION",
    "KEYS",
    "MADE_UP",
    "READ_AGAIN",
    "amount",
    "bar_label",
    "bar_title",
    "class_names",
    "clean",
    "counted",
    "day_long",
    "day_short",
    "day_title",
    "equivalent",
    "full",
    "month",
    "name",
    "parts",
    "percent",
    "range_name",
    "rough",
    "sentence",
    "short",
    "source",
    "tick",
    "week_label",
    "week_title",
    "weekday",
    "window_name",
]

MADE_UP = "made-up demonstration data"
READ_AGAIN = "Counts text the model processed, including the same context read again."
# "Billion" is 10**12 in German, French and other languages, so the page says which one it means.
BILLION = "k = 10³, M = 10⁶, B = 10⁹, T = 10¹²"

KEYS = {
    "zero": "zero",
    "missing": "no data",
    "estimated": "estimated",
    "over": "over target",
    "today": "so far",
}
"""The states of a mark, as legends name them."""

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SOURCES = {
    "chatgpt": "ChatGPT",
    "claude_chat": "Claude chat",
    "claude_code": "Claude Code",
    "codex": "Codex",
}
_UNITS = {"d": ("day", "days"), "w": ("week", "weeks"), "y": ("year", "years")}
_WINDOWS = {
    "today": "today",
    "last": "last day",
    "7d": "last 7 days",
    "30d": "last 30 days",
    "peak": "peak day",
    "active": "active days",
}
_NAMES: Mapping[type[View], str] = {
    Heatmap: "Daily burn",
    Trend: "Weekly burn, log scale",
    Drivers: "Drivers",
    Equivalents: "Scale",
    Page: "Token burn",
}
_SUFFIXES = ((1, ""), (10**3, "k"), (10**6, "M"), (10**9, "B"), (10**12, "T"))

# From this share on the number itself is marked as an estimate: so much of it is one that the
# figure as a whole can no longer be read as measured.
_MOSTLY = 0.4


def short(n: int) -> str:
    """Return *n* >= 0 with three significant digits and k, M, B or T: "184k", "1.46B".

    Below 1000 every digit is there. Rounds half up, and past 999 to the next unit: 999,500 is
    "1.00M", never "1000k".
    """
    if n < 1000:
        return str(n)
    # n / unit < 999.5, in whole numbers
    unit, suffix = next(((u, s) for u, s in _SUFFIXES if 2 * n < 1999 * u), _SUFFIXES[-1])
    decimals = 2 if 1000 * n < 9995 * unit else 1 if 100 * n < 9995 * unit else 0
    return _fixed(n, unit, decimals) + suffix


def tick(n: int) -> str:
    """Return a round *n* for an axis or a legend: as :func:`short`, but "3M", not "3.00M"."""
    text = short(n)
    number, suffix = (text[:-1], text[-1]) if text[-1].isalpha() else (text, "")
    return (number.rstrip("0").rstrip(".") if "." in number else number) + suffix


def _fixed(n: int, unit: int, decimals: int) -> str:
    """Return n / unit with *decimals*, rounded half up, without floating point."""
    whole, rest = divmod((2 * n * 10**decimals + unit) // (2 * unit), 10**decimals)
    return f"{whole}.{rest:0{decimals}d}" if decimals else str(whole)


def full(n: int) -> str:
    """Return *n* with every digit: "1,460,000,000"."""
    return f"{n:,}"


def rough(x: float) -> str:
    """Return *x* > 0 with two significant digits: "0.42", "1.7", "66", "920", "15k"."""
    x *= 1 + 1e-12  # a half goes up: 1.65 is a little less in binary, but people read 1.7
    if x < 0.995:
        return f"{x:#.2g}" if x >= 0.0001 else "<0.0001"
    unit, suffix = next(((u, s) for u, s in _SUFFIXES if x < 995 * u), _SUFFIXES[-1])
    x = float(f"{x / unit:.1e}")
    return f"{x:.1f}{suffix}" if x < 9.95 else f"{x:.0f}{suffix}"


def percent(share: float) -> str:
    """Return *share*, 0.0 to 1.0: "61%"; "<1%" and ">99%" where rounding would say none or all."""
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 <= share < 1:
        return ">99%"
    return f"{int(share * 100 + 0.5)}%"


def amount(a: Amount, *, long: bool = False, strict: bool = False) -> str:
    """Return the total in brief: "4.12B", "~540M" (40 % estimated or more), "≥ 4.12B".

    With *long* every digit. With *strict* ~ marks any estimated part, for places that print the
    number and nothing beside it; elsewhere a share beside it tells a smaller one.
    """
    number = full(a.total) if long else short(a.total)
    if a.share >= _MOSTLY or (strict and a.estimated):
        number = "~" + number
    return "≥ " + number if a.lower_bound else number


def parts(a: Amount, *, long: bool = False) -> str:
    """Return both parts by name: "11.0B exact and about 3.22B estimated"; "0" for none.

    A lower bound is "at least 11.0B measured": it is no exact number.
    """
    write = full if long else short
    found = []
    if a.exact or a.lower_bound:
        number = write(a.exact)
        found.append(f"at least {number} measured" if a.lower_bound else f"{number} exact")
    if a.estimated:
        found.append(f"about {write(a.estimated)} estimated")
    return " and ".join(found) or "0"


def day_long(day: date) -> str:
    """Return "Tue 10 Feb 2026"."""
    return f"{weekday(day.weekday())} {day_short(day)} {day.year}"


def day_short(day: date) -> str:
    """Return "10 Feb"."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def month(day: date) -> str:
    """Return "Feb", and in January the year as well: "Jan 2026"."""
    word = _MONTHS[day.month - 1]
    return f"{word} {day.year}" if day.month == 1 else word


def weekday(index: int) -> str:
    """Return "Mon" for 0 to "Sun" for 6."""
    return _WEEKDAYS[index]


def source(key: str) -> str:
    """Return a source's name for people: "Claude Code"; "my_tool" becomes "My tool"."""
    words = clean(key).replace("_", " ")
    return _SOURCES.get(key) or words[:1].upper() + words[1:]


def range_name(key: str) -> str:
    """Return "90 days", "1 year", "All", "2026-01-01 to 2026-01-31"."""
    if key == "all":
        return "All"
    number, unit = key[:-1], key[-1:]
    if number.isdecimal() and unit in _UNITS:
        return counted(int(number), *_UNITS[unit])
    return clean(key).replace("..", " to ")


def window_name(key: str) -> str:
    """Return "today", "last day", "last 7 days", "last 30 days", "peak day", "active days"."""
    return _WINDOWS.get(key) or clean(key)


def clean(text: str, limit: int = 120) -> str:
    """Return *text* safe to show: no control or invisible characters, at most *limit* long.

    Controls, invisible format characters (direction overrides among them), line and paragraph
    separators, lone surrogates and U+FFFE/FFFF become U+FFFD; the zero-width joiner stays, emoji
    need it. Escaping for SVG or HTML is the renderer's.
    """
    if not text.isprintable():
        text = "".join("\ufffd" if _is_bad(c) else c for c in text[: limit + 1])
    return text if len(text) <= limit else text[: max(0, limit - 1)] + "…"


def _is_bad(char: str) -> bool:
    if char == "\u200d" or char.isprintable():
        return False
    kind = unicodedata.category(char)
    return kind in {"Cc", "Cf", "Cs", "Zl", "Zp"} or char in "\ufffe\uffff"


def counted(n: int, one: str, many: str) -> str:
    """Return "1 week" or "1,200 weeks"."""
    return f"{full(n)} {one if n == 1 else many}"


def _days(n: int) -> str:
    return counted(n, "day", "days")


def _tokens(a: Amount) -> str:
    """Return "325,165,695 tokens", and where it is not simply that, what it is."""
    if a.share == 1 and not a.lower_bound:
        return f"~{full(a.total)} tokens (estimated)"
    if a.estimated:
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
    return _NAMES[type(view)]


def sentence(view: View | Headline) -> str:
    """Return one sentence (two for the heatmap) that says in words what the picture shows."""
    if isinstance(view, Page):
        opened = next(section for section in view.sections if section.key == view.opens)
        return sentence(opened.headline)
    if isinstance(view, Heatmap):
        return _sum(view.range, view.amount, view.missing) + _class_counts(view)
    if isinstance(view, Headline):
        return _sum(view.range, view.amount, view.missing)
    if isinstance(view, Table):
        return _sum(view.range, view.amount, view.range.days - view.observed)
    if isinstance(view, Trend):
        return _trend(view)
    if not view.amount.total:
        return f"No tokens on record in {_days(view.range.days)} to {view.range.last}."
    if isinstance(view, Drivers):
        found = [f"{percent(bar.share)} {clean(bar.name)}" for bar in view.bars]
    else:
        found = [equivalent(line) for line in view.lines]
    head = f"{_days(view.range.days)} to {view.range.last}: {parts(view.amount)} tokens"
    return "; ".join([head, *found]) + "."


def _sum(days: Range, a: Amount, missing: int) -> str:
    if missing == days.days:
        between = f" between {days.first} and {days.last}" if missing > 1 else ""
        return f"No days with data{between}."
    without = f", {_days(missing)} without data" if missing else ""
    return f"{_days(days.days)} to {days.last}: {parts(a)} tokens{without}."


def _class_counts(view: Heatmap) -> str:
    levels = Counter(day.level for day in view.days if day.level is not None)
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
