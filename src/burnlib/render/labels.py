"""Words that renderers need beside those of :mod:`burnlib.sentences`: legends, heads, notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from burnlib import sentences, words
from burnlib.languages import own, word
from burnlib.model import Estimate
from burnlib.views.base import (
    Basis,
    Equivalents,
    Headline,
    Multiples,
    Page,
    Sparkline,
    Table,
    Trend,
)
from burnlib.views.parts import Amount, Constant, Equivalent, Mean, Step, Window

_COUNTED: Mapping[frozenset[Estimate], str] = {
    frozenset({"processed"}): "counted_processed",
    frozenset({"visible", "processed"}): "counted_mixed",
}


def definitions(page: Page) -> Iterator[tuple[str, str]]:
    """Yield what the foot of *page* explains: a word, and what it means here."""
    estimates = frozenset[Estimate]().union(*(each.headline.estimates for each in page.sections))
    counted = word(_COUNTED.get(estimates, "counted_once"))
    yield word("exact_name"), word("exact_meaning")
    yield word("estimated_name"), word("estimated_meaning", counted=counted)
    yield word("lower_name"), word("lower_meaning")
    yield word("missing_name"), word("missing_meaning")


def multiples_unit(view: Multiples) -> str:
    """Return what the panels of *view* show: "tokens a day, one scale for all"."""
    weekly = any(isinstance(panel.view, Trend) for panel in view.panels)
    return unit("weeks" if weekly else "days", view.basis)


def unit(of: str, basis: Basis) -> str:
    """Return "tokens a day", "measured tokens a day"; *of* is "day", "days", "week" or "weeks"."""
    return word(f"unit_{of}_measured" if basis == "exact" else f"unit_{of}")


def sparkline(view: Sparkline) -> str:
    """Return what stands beside a sparkline: "~4.12B in 30 days"."""
    if not view.observed:
        return word("no_data")
    total = words.amount(view.amount, strict=True)
    said = word("sum_in", sum=total, in_days=words.things("in_days", view.range.days))
    return f"{said} ({word('made_up')})" if view.made_up else said


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
    in_days = words.things("in_days", said.range.days)
    amount = said.amount
    if amount.has_estimate and not amount.exact and not amount.lower_bound:
        ends = words.between(amount)
        key = "estimated_tokens_range" if ends else "estimated_tokens"
        return words.amount(amount, strict=True), word(key, between=ends, in_days=in_days), ""
    measured = Amount(amount.exact, 0, amount.lower_bound)
    kind = word("measured_tokens" if amount.lower_bound else "exact_tokens", in_days=in_days)
    rest = words.estimate(amount) if amount.has_estimate else ""
    return words.amount(measured), kind, rest


def headline_line(said: Headline) -> str:
    """Return a headline as a sentence, days without data included; how chats were counted next."""
    figure, kind, rest = headline(said)
    found = [f"{figure} {kind}".strip()]
    if rest:
        found.append(f"{word('plus')} {rest}")
    if said.observed and said.missing:
        found.append(word("without_data", days=words.things("days", said.missing)))
    said_so = ", ".join(found).rstrip(".") + "."
    return " ".join(filter(None, (said_so, sentences.how_counted(said.estimates))))


def window(figure: Window) -> tuple[str, str]:
    """Return a quick figure and what to know of it: ("3.20B", "6 of 7 days · 20% estimated")."""
    if figure.key == "active":
        return words.full(figure.days), words.things("of_days", figure.of)
    if figure.amount is None:
        return word("nothing"), word("no_data")
    notes = []
    if figure.date is not None:
        notes.append(words.day_long(figure.date))
    elif figure.days < figure.of:
        notes.append(word("observed_of", observed=figure.days, days=figure.of))
    if figure.amount.estimated:
        notes.append(sentences.share_estimated(figure.amount))
    return words.amount(figure.amount, strict=True), " · ".join(notes)


def below_equivalents(view: Equivalents) -> Iterator[str]:
    """Yield sentences: which tokens are compared, what they are, where the constants are from."""
    if view.basis == "exact":
        yield f"{word('exact_alone')}."
    yield word("for_tokens", parts=words.parts(view.amount))
    if how := sentences.how_counted(view.estimates):
        yield how
    if reads_again(view):
        yield word("read_again")
    yield _constants(view)


def reads_again(view: Equivalents) -> bool:
    """Whether any of the tokens can be of text that was read again; visible text counts once."""
    measured = view.amount.exact > 0 or view.amount.lower_bound
    return measured or "processed" in view.estimates


def _constants(view: Equivalents) -> str:
    """Return where the constants come from, each source once."""
    found = dict.fromkeys(source for line in view.lines for source in sources(line))
    return word("constants", sources="; ".join(found))


def sources(line: Equivalent) -> tuple[str, ...]:
    """Return where the constants of a comparison come from, with their dates."""
    return tuple(
        f"{own(f'from_{step.key}', step.by.source)} ({own('july_2025', step.by.as_of)})"
        for step in line.steps
        if isinstance(step.by, Constant)
    )


def arithmetic(line: Equivalent) -> str:
    """Return the sum on one line: "11.0B tokens ÷ 750k tokens a copy (710k to 1.1M)"."""
    steps = (f"{step.sign} {_factor(step)}" for step in line.steps)
    return " ".join([_compared(line.amount), *steps])


def _compared(a: Amount) -> str:
    if not a.has_estimate:
        return word("tokens_written", n=words.amount(a))
    ends = words.between(a)
    guess = f"~{words.short(a.estimated)}" + (f" ({ends})" if ends else "")
    if not a.exact and not a.lower_bound:
        return word("tokens_written", n=guess)
    measured = words.amount(Amount(a.exact, 0, a.lower_bound))
    return word("tokens_added", measured=measured, estimated=guess)


def _factor(step: Step) -> str:
    by = step.by
    if isinstance(by, int):
        return str(by)
    ends = word("between", low=_number(by.low), high=_number(by.high))
    return f"{_number(by.value)} {own(f'label_{step.key}', by.label)} ({ends})"


def _number(value: float) -> str:
    if value < 1000:
        return f"{value:.3g}".replace(".", word("decimal_mark"))
    return words.full(round(value)) if value < 10_000 else words.tick(round(value))


def table_marks(view: Table) -> list[str]:
    """Return what the marks of the table mean, only of those that occur."""
    days = [day for day in view.receipts if day.amount is not None]
    amounts = [view.amount, *view.totals.values()]
    amounts += [cell for day in days for cell in day.cells.values()]
    empty = len(days) < len(view.receipts) or any(set(view.sources) - set(d.cells) for d in days)
    return [
        text
        for text, occurs in (
            (word("mark_estimate"), any(amount.has_estimate for amount in amounts)),
            (_all_estimates(view), bool(words.between(view.amount))),
            (word("mark_lower"), any(amount.lower_bound for amount in amounts)),
            (word("mark_missing"), empty),
            (word("mark_target", target=words.tick(view.target or 0)), _any_over(view)),
        )
        if occurs
    ]


def _all_estimates(view: Table) -> str:
    estimate, ends = words.short(view.amount.estimated), words.between(view.amount)
    days = words.things("days", view.range.days)
    return word("all_estimates", days=days, estimate=estimate, between=ends)


def _any_over(view: Table) -> bool:
    return any(day.over_target for day in view.receipts)
