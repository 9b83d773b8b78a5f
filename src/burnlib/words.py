"""Numbers, amounts, dates and names, as people read them; sentences are :mod:`burnlib.sentences`.

Text, SVG and HTML use these functions, so they cannot disagree. A number of tokens never appears
without its trust: "about" or ~ is an estimate, "at least" or ≥ a lower bound. A range is written
"61.0M to 410M", never with a dash: a screen reader says it, and grep finds it. All words are
those of :mod:`burnlib.languages`, and nothing depends on the system's locale.
"""

from __future__ import annotations

from functools import cache, lru_cache

from burnlib.languages import plural, spoken, word

# The parser of commands and every error message need this module, none of them a value.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from burnlib.model import Estimate
    from burnlib.views.parts import Amount

__all__ = [
    "amount",
    "between",
    "clean",
    "counted",
    "counting",
    "day_and_year",
    "day_long",
    "day_short",
    "estimate",
    "full",
    "month",
    "parts",
    "percent",
    "range_name",
    "rough",
    "short",
    "source",
    "span",
    "things",
    "tick",
    "weekday",
    "window_name",
]

_SOURCES = {
    "chatgpt": "ChatGPT",
    "claude_chat": "Claude chat",
    "claude_code": "Claude Code",
    "codex": "Codex",
}
_UNITS = {"d": "days", "w": "weeks", "y": "years"}
_COUNTING: Mapping[frozenset[Estimate], str] = {
    frozenset({"processed"}): "estimates_processed",
    frozenset({"visible", "processed"}): "estimates_mixed",
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
    text, mark = short(n), word("decimal_mark")
    number, suffix = (text[:-1], text[-1]) if text[-1].isalpha() else (text, "")
    return (number.rstrip("0").rstrip(mark) if mark in number else number) + suffix


def _fixed(n: int, unit: int, decimals: int) -> str:
    """Return n / unit with *decimals*, rounded half up, without floating point."""
    whole, rest = divmod((2 * n * 10**decimals + unit) // (2 * unit), 10**decimals)
    return f"{whole}{word('decimal_mark')}{rest:0{decimals}d}" if decimals else str(whole)


def full(n: int) -> str:
    """Return *n* with every digit: "1,460,000,000"."""
    text = f"{n:,}"
    return text.replace(",", word("thousands_mark")) if n > 999 else text


def rough(x: float) -> str:
    """Return *x* >= 0 with two significant digits: "0", "0.42", "1.7", "66", "920", "15k"."""
    if not x:
        return "0"
    x *= 1 + 1e-12  # a half goes up: 1.65 is a little less in binary, but people read 1.7
    if x < 0.995:
        return _marked(f"{x:#.2g}" if x >= 0.0001 else "<0.0001")
    unit, suffix = next(((u, s) for u, s in _SUFFIXES if x < 995 * u), _SUFFIXES[-1])
    x = float(f"{x / unit:.1e}")
    return _marked(f"{x:.1f}{suffix}") if x < 9.95 else f"{x:.0f}{suffix}"


def _marked(number: str) -> str:
    return number.replace(".", word("decimal_mark"))


def percent(share: float) -> str:
    """Return *share*, 0.0 to 1.0: "61%"; "<1%" and ">99%" where rounding would say none or all."""
    if 0 < share < 0.005:
        return word("percent", n="<1")
    if 0.995 <= share < 1:
        return word("percent", n=">99")
    return word("percent", n=int(share * 100 + 0.5))


def amount(a: Amount, *, long: bool = False, strict: bool = False) -> str:
    """Return the total in brief: "4.12B", "~540M" (40 % estimated or more), "≥ 4.12B".

    With *long* every digit. With *strict* ~ marks any estimated part, for places that print the
    number and nothing beside it; elsewhere a share beside it tells a smaller one.
    """
    number = full(a.total) if long else short(a.total)
    if a.share >= _MOSTLY or (strict and a.has_estimate):
        number = "~" + number
    return "≥ " + number if a.lower_bound else number


def parts(a: Amount, *, long: bool = False) -> str:
    """Return both parts by name: "11.0B exact and about 3.22B estimated (2.00B to 9.00B)".

    "0" for nothing. A lower bound is "at least 11.0B measured": it is no exact number.
    """
    found = []
    if a.exact or a.lower_bound:
        number = full(a.exact) if long else short(a.exact)
        found.append(word("measured_part" if a.lower_bound else "exact_part", n=number))
    if a.has_estimate:
        found.append(estimate(a, long=long))
    if len(found) > 1:
        return word("both_parts", measured=found[0], estimated=found[1])
    return found[0] if found else "0"


def estimate(a: Amount, *, long: bool = False) -> str:
    """Return the estimated part: "about 87.0M estimated (61.0M to 410M)".

    With *long* every digit of the value; its range needs no more than three.
    """
    ends = between(a)
    number = full(a.estimated) if long else short(a.estimated)
    if ends:
        return word("estimated_part_range", n=number, between=ends)
    return word("estimated_part", n=number)


def between(a: Amount) -> str:
    """Return the plausible range of the estimated part: "61.0M to 410M".

    It is "" where a range is not known, and where both ends read as the value does.
    """
    return _range(a, measured=0, write=short)


def span(a: Amount, *, long: bool = False) -> str:
    """Return the plausible range of the total: "1.06B to 1.41B", "≥ 1.06B to 1.41B".

    With *long* every digit. It is "" where a range is not known, and where it is too narrow to show
    in the total.
    """
    ends = _range(a, measured=a.exact, write=full if long else short)
    return f"≥ {ends}" if ends and a.lower_bound else ends


def _range(a: Amount, *, measured: int, write: Callable[[int], str]) -> str:
    if a.low is None or a.high is None:
        return ""
    low, value, high = (write(measured + part) for part in (a.low, a.estimated, a.high))
    return "" if low == value == high else word("between", low=low, high=high)


def counting(estimates: frozenset[Estimate]) -> str:
    """Return how conversations were counted, where it is not each message once: "" then.

    "estimates count what every turn sent again" is a much larger number for the same chats.
    """
    key = _COUNTING.get(estimates)
    return word(key) if key else ""


def day_long(day: date) -> str:
    """Return "Tue 10 Feb 2026"."""
    return _day_long(day, spoken())


@lru_cache(maxsize=2000)  # a page names each of its days a dozen times
def _day_long(day: date, _language: str) -> str:
    return word(
        "day_long",
        weekday=weekday(day.weekday()),
        day=day.day,
        month=_month(day),
        year=day.year,
    )


def day_short(day: date) -> str:
    """Return "10 Feb"."""
    return word("day_short", day=day.day, month=_month(day))


def day_and_year(day: date) -> str:
    """Return "10 Feb 2026"."""
    return word("day_and_year", day=day.day, month=_month(day), year=day.year)


def month(day: date) -> str:
    """Return "Feb", and in January the year as well: "Jan 2026"."""
    name = _month(day)
    return word("month_and_year", month=name, year=day.year) if day.month == 1 else name


def _month(day: date) -> str:
    return _names(word("months"))[day.month - 1]


def weekday(index: int) -> str:
    """Return "Mon" for 0 to "Sun" for 6."""
    return _names(word("weekdays"))[index]


@cache
def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def source(key: str) -> str:
    """Return a source's name for people: "Claude Code"; "my_tool" becomes "My tool"."""
    name = clean(key).replace("_", " ")
    return _SOURCES.get(key) or name[:1].upper() + name[1:]


def range_name(key: str) -> str:
    """Return "90 days", "1 year", "All", "2026-01-01 to 2026-01-31"."""
    if key == "all":
        return word("all_days")
    number, unit = key[:-1], key[-1:]
    if number.isdecimal() and unit in _UNITS:
        return things(_UNITS[unit], int(number))
    first, dots, last = clean(key).partition("..")
    return word("between", low=first, high=last) if dots else first


def window_name(key: str) -> str:
    """Return "today", "last day", "last 7 days", "last 30 days", "peak day", "active days"."""
    return word(f"window_{key}")


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
    from unicodedata import category

    kind = category(char)
    return kind in {"Cc", "Cf", "Cs", "Zl", "Zp"} or char in "\ufffe\uffff"


def things(key: str, n: int) -> str:
    """Return "1 day" or "1,200 days" for the *key* "days"."""
    return plural(key, n, number=full(n))


def counted(n: int, one: str, many: str) -> str:
    """Return "1 week" or "1,200 weeks"."""
    return f"{full(n)} {one if n == 1 else many}"
