"""Words that renderers need beside those of :mod:`burnlib.sentences`: legends, heads, notes."""

from __future__ import annotations

from collections.abc import Iterator

from burnlib import sentences, words
from burnlib.views.base import (
    Amount,
    Equivalents,
    Headline,
    Mean,
    Multiples,
    Page,
    Sparkline,
    Table,
    Trend,
    Window,
)

# The calendar as text.
DIGITS = "Power of ten of the day's tokens:"
PEAK = "Peak:"
TODAY = "Today:"
PEAK_DAY = "peak day"

# States, the same words everywhere.
PARTLY_ESTIMATED = "partly or wholly estimated"
OVER_TARGET = "over the {target} target"
OVER_AND_ESTIMATED = "over the {target} target and partly estimated"

# The trend as text.
WEEK_OF = "Week of"
TOKENS = "Tokens"
NO_TOKENS = "No tokens in these weeks."
WEEK_PEAK = "peak"
OF_SEVEN = "{days} of 7 days"
WEEK_RANGE = "1M to 2M: plausible range, where a line has room"
BAR_MEASURED = "at least half measured"
BAR_ESTIMATED = "more than half estimated"
BAR_PARTIAL = "part of a week, not to be compared"

# Small multiples and sparklines.
DAY_UNIT = "tokens a day, one scale for all"
WEEK_UNIT = "tokens a week, log scale, one for all"
MEASURED_UNIT = "measured {unit}"
BLOCK_MARKS = "▁ to █ least to most, log scale"
DIGIT_MARKS = "digits: power of ten"
SUM_IN = "{sum} in {days}"

# Drivers.
NO_WORK = "No tokens, so nothing to divide among drivers."
ESTIMATED_SHARE = "{share} estimated"
UNLABELLED_DAY = "1 day has tokens without a label"
UNLABELLED_DAYS = "{days} days have tokens without a label"
FAMILIES = "holds {names}"
OF_DAYS = "of {of}"
NOTHING = "–"

# Equivalents.
NO_EQUIVALENT = "Too few tokens to compare with anything."
BASIS_EXACT = "Exact tokens only."
FOR_TOKENS = "For {parts} tokens."
PLAUSIBLE = "{low} to {high}"
CONSTANTS = "Constants: {sources}."

# The table.
DAY = "Day"
TOTAL = "Total"
EXACT = "Exact"
ESTIMATED = "Estimated"
ESTIMATED_SOURCE = "estimated"
CALLS = "calls"
CALLS_COUNT = "{calls} calls"
ONE_CALL = "1 call"
MEAN = "7-day mean"
DRIVER = "Driver"
MEAN_DAYS = "{days}d"
OBSERVED_OF = "{observed} of {days} days"
NEWEST_FIRST = "Newest day first; the last line sums the whole range."
MEAN_NOTE = (
    "7-day mean: of the days with data among the last seven; 6d says that six had data. "
    "Fewer than four give none."
)
MARK_ESTIMATE = "~ estimated, or holds an estimate"
ALL_ESTIMATES = "estimates of {days}: about {estimate} ({between})"
MARK_LOWER = "≥ lower bound"
MARK_MISSING = "– no data"
MARK_TARGET = "▲ over the {target} target"
FOLDED = "Exact: {exact}. Estimated: {estimated}."
NOBODY = "none"

# The page.
EXACT_TOKENS = "exact tokens"
MEASURED_TOKENS = "measured tokens"
ESTIMATED_TOKENS = "estimated tokens"
PLUS = "plus"
IN_DAYS = "in {days}"
DAYS = "{days} days"
ONE_DAY = "1 day"
WITHOUT_DATA = "{days} without data"
RANGE = "Range"
ZONE = "Days are cut in the time zone {zone}."
MADE_ON = "Made on {day}."
_DEFINITIONS = (
    ("Exact", "the provider's own count, as the tool logged it."),
    (
        "Estimated",
        "counted or modelled from text, marked ~, never mixed in without saying so; {counted}. "
        "Behind it in brackets: the least and the most that is plausible.",
    ),
    ("Lower bound", "the tool logged less than it used, marked ≥; the true number is higher."),
    ("No data", "nothing is known of that day; it is not a zero."),
)
_COUNTED = {
    frozenset({"processed"}): "of chats, all that was sent again with every turn",
    frozenset({"visible", "processed"}): (
        "of chats, on some days each message once, on others all that was sent again with every "
        "turn"
    ),
}
_ONCE = "of chats, each message once"


def definitions(page: Page) -> Iterator[tuple[str, str]]:
    """Yield what the foot of *page* explains: a word, and what it means here."""
    estimates = frozenset[str]().union(*(each.headline.estimates for each in page.sections))
    for name, meaning in _DEFINITIONS:
        yield name, meaning.format(counted=_COUNTED.get(estimates, _ONCE))


def multiples_unit(view: Multiples) -> str:
    """Return what the panels of *view* show: "tokens a day, one scale for all"."""
    weekly = any(isinstance(panel.view, Trend) for panel in view.panels)
    unit = WEEK_UNIT if weekly else DAY_UNIT
    return MEASURED_UNIT.format(unit=unit) if view.basis == "exact" else unit


def sparkline(view: Sparkline) -> str:
    """Return what stands beside a sparkline: "~4.12B in 30 days"."""
    if not view.observed:
        return words.KEYS["missing"]
    total = words.amount(view.amount, strict=True)
    said = SUM_IN.format(sum=total, days=count_days(view.range.days))
    return f"{said} ({words.MADE_UP})" if view.made_up else said


def brief_mean(mean: Mean) -> str:
    """Return a mean in short: "324M", "~324M", "≥ 324M"."""
    guessed = mean.tokens if mean.estimated else 0
    return words.amount(Amount(mean.tokens - guessed, guessed, mean.lower_bound))


def headline(said: Headline) -> tuple[str, str, str]:
    """Return a headline in three parts: figure, what it is, and what is estimated beside it.

    ("11.0B", "exact tokens in 365 days", "about 3.22B estimated (2.00B to 9.00B)"); where all is
    estimated the figure is that; where no day has data the figure is empty.
    """
    if not said.observed:
        return "", sentences.sentence(said), ""
    days = count_days(said.range.days)
    amount = said.amount
    if amount.has_estimate and not amount.exact and not amount.lower_bound:
        ends = words.between(amount)
        kind = f"{ESTIMATED_TOKENS} ({ends})" if ends else ESTIMATED_TOKENS
        return words.amount(amount, strict=True), f"{kind} {IN_DAYS.format(days=days)}", ""
    measured = Amount(amount.exact, 0, amount.lower_bound)
    kind = MEASURED_TOKENS if amount.lower_bound else EXACT_TOKENS
    rest = words.estimate(amount) if amount.has_estimate else ""
    return words.amount(measured), f"{kind} {IN_DAYS.format(days=days)}", rest


def headline_line(said: Headline) -> str:
    """Return a headline as a sentence, days without data included; how chats were counted next."""
    figure, kind, rest = headline(said)
    found = [f"{figure} {kind}".strip()]
    if rest:
        found.append(f"{PLUS} {rest}")
    if said.observed and said.missing:
        found.append(WITHOUT_DATA.format(days=count_days(said.missing)))
    said_so = ", ".join(found).rstrip(".") + "."
    return " ".join(filter(None, (said_so, sentences.how_counted(said.estimates))))


def count_days(count: int) -> str:
    """Return "1 day" or "27 days"."""
    return ONE_DAY if count == 1 else DAYS.format(days=words.full(count))


def window(figure: Window) -> tuple[str, str]:
    """Return a quick figure and what to know of it: ("3.20B", "6 of 7 days · 20% estimated")."""
    if figure.key == "active":
        return words.full(figure.days), OF_DAYS.format(of=count_days(figure.of))
    if figure.amount is None:
        return NOTHING, words.KEYS["missing"]
    notes = []
    if figure.date is not None:
        notes.append(words.day_long(figure.date))
    elif figure.days < figure.of:
        notes.append(OBSERVED_OF.format(observed=figure.days, days=figure.of))
    if figure.amount.estimated and figure.amount.exact:
        notes.append(ESTIMATED_SHARE.format(share=words.percent(figure.amount.share)))
    elif figure.amount.estimated:
        notes.append(ESTIMATED_SOURCE)
    return words.amount(figure.amount, strict=True), " · ".join(notes)


def below_equivalents(view: Equivalents) -> Iterator[str]:
    """Yield sentences: which tokens are compared, what they are, where the constants are from."""
    if view.basis == "exact":
        yield BASIS_EXACT
    yield FOR_TOKENS.format(parts=words.parts(view.amount))
    if how := sentences.how_counted(view.estimates):
        yield how
    if reads_again(view):
        yield words.READ_AGAIN
    yield _constants(view)


def reads_again(view: Equivalents) -> bool:
    """Whether any of the tokens can be of text that was read again; visible text counts once."""
    measured = view.amount.exact > 0 or view.amount.lower_bound
    return measured or "processed" in view.estimates


def _constants(view: Equivalents) -> str:
    """Return where the constants come from, each source once."""
    # A comparison names its sources one after the other, and most share one.
    found = dict.fromkeys(part for line in view.lines for part in line.source.split("; "))
    return CONSTANTS.format(sources="; ".join(found))


def table_marks(view: Table) -> list[str]:
    """Return what the marks of the table mean, only of those that occur."""
    days = [day for day in view.receipts if day.amount is not None]
    amounts = [view.amount, *view.totals.values()]
    amounts += [cell for day in days for cell in day.cells.values()]
    empty = len(days) < len(view.receipts) or any(set(view.sources) - set(d.cells) for d in days)
    return [
        text
        for text, occurs in (
            (MARK_ESTIMATE, any(amount.has_estimate for amount in amounts)),
            (_all_estimates(view), bool(words.between(view.amount))),
            (MARK_LOWER, any(amount.lower_bound for amount in amounts)),
            (MARK_MISSING, empty),
            (MARK_TARGET.format(target=words.tick(view.target or 0)), _any_over(view)),
        )
        if occurs
    ]


def _all_estimates(view: Table) -> str:
    estimate, ends = words.short(view.amount.estimated), words.between(view.amount)
    return ALL_ESTIMATES.format(days=count_days(view.range.days), estimate=estimate, between=ends)


def _any_over(view: Table) -> bool:
    return any(day.over_target for day in view.receipts)
