"""The proof that the numbers add up: what was checked, against what, and what was left out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from attrs import field, frozen

from burnlib._doubts import doubts
from burnlib._first_count import FirstCount, count_uses
from burnlib._recount import Recount, recount
from burnlib.archive import Archive
from burnlib.daily import dumps
from burnlib.days import microseconds
from burnlib.history import History
from burnlib.ledger import Ledger
from burnlib.model import MAX_TOKENS, Fidelity, SourceDay
from burnlib.normalize import AHEAD, DATED_AHEAD
from burnlib.words import counted

__all__ = ["Check", "Finding", "Proof", "SourceSum", "reconcile"]


@frozen
class Finding:
    """Something that does not add up.

    Attributes:
        check: The check that found it.
        message: What differs, with both numbers and the difference.

    """

    check: str
    message: str

    def __str__(self) -> str:
        return f"{self.check}: {self.message}"


@frozen
class Check:
    """One identity that was tested: its name, and what held in how many cases."""

    name: str
    sentence: str
    ok: bool


@frozen
class SourceSum:
    """What one source used in all; *calls* is None where no day tells them."""

    tokens: int
    calls: int | None
    lower_bound_calls: int
    fidelity: Fidelity


@frozen(kw_only=True)
class Proof:
    """The result of a reconciliation; its text is the proof.

    Attributes:
        checks: Every identity that was tested.
        findings: Every case in which one does not hold.
        warnings: What adds up and is doubtful all the same.
        sources: Sums by source.
        days: Days in the rows.
        files: Log files behind the rows; 0 for rows that come from a file.
        dropped: Reason to number of usage records that were read and not counted.

    """

    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]
    warnings: tuple[str, ...] = ()
    sources: Mapping[str, SourceSum]
    days: int
    files: int = 0
    dropped: Mapping[str, int] = field(factory=dict)

    @property
    def ok(self) -> bool:
        """Whether everything adds up."""
        return not self.findings

    def __str__(self) -> str:
        lines = [f"{'ok  ' if c.ok else 'FAIL'} {c.name}: {c.sentence}" for c in self.checks]
        lines += ["", "sources"]
        lines += [f"  {_sum_line(name, total)}" for name, total in self.sources.items()]
        if self.dropped:
            lines += ["", f"read and not counted, in {self.files} log files"]
            lines += [f"  {number:>12,}  {reason}" for reason, number in self.dropped.items()]
        lines += ["", *(f"doubtful: {warning}" for warning in self.warnings)]
        lines += ["", *(f"{finding}" for finding in self.findings)]
        verdict = "everything adds up" if self.ok else f"{len(self.findings)} do not add up"
        return "\n".join([*lines, verdict]).replace("\n\n\n", "\n\n")

    def as_dict(self) -> dict[str, object]:
        """Return the proof for programs; the keys are those of ``burn verify --json``."""
        return {
            "ok": self.ok,
            "days": self.days,
            "sources": {
                name: {
                    "tokens": total.tokens,
                    "calls": total.calls,
                    "lower_bound_calls": total.lower_bound_calls,
                    "fidelity": total.fidelity.name.lower(),
                }
                for name, total in self.sources.items()
            },
            "files": self.files,
            "dropped": dict(self.dropped),
            "checks": [{"name": c.name, "ok": c.ok, "says": c.sentence} for c in self.checks],
            "findings": [{"check": f.check, "message": f.message} for f in self.findings],
            "warnings": list(self.warnings),
        }


def _sum_line(name: str, total: SourceSum) -> str:
    text = f"{name:<16} {total.tokens:>18,} tokens"
    if total.calls is not None:
        text += f"  {total.calls:>9,} calls"
    if total.fidelity is Fidelity.ESTIMATED:
        return f"{text}  estimated"
    if total.lower_bound_calls:
        text += f"  {total.lower_bound_calls:,} of them lower bounds"
    return text


def reconcile(rows: History | Ledger) -> Proof:
    """Check that rows add up, and, where the archive is at hand, that they are its uses.

    Rows alone: every day's columns and drivers add up to its total, and days and sources to one
    sum. With the archive, a second count by rules written down anew must agree by source
    and by day, and every use must lie between the midnights of its day.
    """
    ledger = rows.rows if isinstance(rows, History) else rows
    book = _Book()
    _check_text(ledger, book)
    _check_cross_sums(ledger, book)
    _check_ranges(ledger, book)
    if not isinstance(rows, History):
        return _proof(book, ledger, dict.fromkeys(ledger.sources, 0), files=0, dropped={})
    with Archive(rows.archive, create=False) as store:
        until = microseconds(rows.now + AHEAD)
        second = recount(
            store.raw_sightings(),
            rows.context.tz,
            until=until,
            processed=rows.estimate == "processed",
        )
        files = store.files()
        whole = store.whole_days()
    first = count_uses(rows.events(), now=rows.now, estimate=rows.estimate)
    _check_uses(first, book)
    _check_second_count(first, second, book)
    _check_places(rows, second, whole, book)
    dropped = dict(rows.dropped)
    if first.ahead:
        dropped[DATED_AHEAD] = first.ahead
    return _proof(book, ledger, second.lower_bound_calls, files=files, dropped=dropped)


@frozen
class _Book:
    """Checks and findings while they are made."""

    checks: list[Check] = field(factory=list)
    findings: list[Finding] = field(factory=list)

    def enter(self, name: str, sentence: str, faults: Sequence[str]) -> None:
        self.checks.append(Check(name, sentence, not faults))
        self.findings.extend(Finding(name, fault) for fault in faults)


def _proof(
    book: _Book,
    ledger: Ledger,
    lower_bound_calls: Mapping[str, int],
    *,
    files: int,
    dropped: Mapping[str, int],
) -> Proof:
    sums = {}
    for name in ledger.sources:
        days = [row.sources[name] for row in ledger if name in row.sources]
        calls = [day.calls for day in days if day.calls is not None]
        sums[name] = SourceSum(
            tokens=sum(day.tokens for day in days),
            calls=sum(calls) if calls else None,
            lower_bound_calls=lower_bound_calls.get(name, 0),
            fidelity=min(day.fidelity for day in days),
        )
    return Proof(
        checks=tuple(book.checks),
        findings=tuple(book.findings),
        warnings=tuple(doubts(ledger)),
        sources=sums,
        days=len(ledger),
        files=files,
        dropped=dropped,
    )


def _check_text(ledger: Ledger, book: _Book) -> None:
    """Add up the written rows as anybody would: by the names of the columns."""
    faults = []
    for row in json.loads(dumps(ledger)):
        columns = [n for key, n in row.items() if key.endswith(("_tokens", "_est"))]
        added = {"columns": sum(columns)}
        if "drivers" in row:
            added["drivers"] = sum(row["drivers"].values())
        faults += [
            f"{row['date']}: total {row['total']:,}, {what} {amount:,},"
            f" difference {row['total'] - amount:+,}"
            for what, amount in added.items()
            if amount != row["total"]
        ]
    days = counted(len(ledger), "day", "days")
    sentence = f"the columns and the drivers of {days} add up to their totals"
    book.enter("days", sentence, faults)


def _check_cross_sums(ledger: Ledger, book: _Book) -> None:
    by_source: Counter[str] = Counter()
    for row in ledger:
        by_source.update({name: day.tokens for name, day in row.sources.items()})
    down, across = sum(by_source.values()), ledger.total
    faults = [] if down == across else [f"sources {down:,}, days {across:,}: {down - across:+,}"]
    measured = sum(
        day.tokens
        for row in ledger
        for day in row.sources.values()
        if day.fidelity is not Fidelity.ESTIMATED
    )
    if measured != ledger.exact:
        faults.append(f"measured columns {measured:,}, ledger {ledger.exact:,} measured")
    sentence = (
        f"{across:,} tokens by day, by source, and as {ledger.exact:,} measured"
        f" plus {ledger.estimated:,} estimated"
    )
    book.enter("sums", sentence, faults)


def _check_ranges(ledger: Ledger, book: _Book) -> None:
    estimates = [
        (row.date, name, day)
        for row in ledger
        for name, day in row.sources.items()
        if day.low is not None or day.high is not None
    ]
    faults = [
        f"{day} {name}: {value.tokens:,} is not between {value.low} and {value.high}"
        for day, name, value in estimates
        if not (value.low or 0)
        <= value.tokens
        <= (MAX_TOKENS if value.high is None else value.high)
    ]
    if estimates:
        sentence = f"{counted(len(estimates), 'estimate lies', 'estimates lie')} within their range"
        book.enter("ranges", sentence, faults)


def _check_uses(first: FirstCount, book: _Book) -> None:
    uses = counted(first.uses, "use lies in its range", "uses lie in their ranges")
    sentence = f"{uses}, and what is estimated says so"
    book.enter("uses", sentence, first.faults[:_MOST_SHOWN])


_MOST_SHOWN = 20
"""Uses that one check names."""


def _check_second_count(first: FirstCount, second: Recount, book: _Book) -> None:
    models: Counter[str] = Counter()
    for (source, _), tokens in second.models.items():
        models[source] += tokens
    faults = []
    for source in sorted({*first.tokens, *second.tokens}):
        pairs = (
            ("tokens", first.tokens[source], second.tokens[source]),
            ("calls", first.calls[source], second.calls[source]),
            ("tokens by model", first.tokens[source], models[source]),
        )
        faults += [
            f"{source}: {what} {a:,}, second count {b:,}, difference {a - b:+,}"
            for what, a, b in pairs
            if a != b
        ]
    sentence = (
        f"another count of the same records gives the same {sum(second.tokens.values()):,} tokens"
        f" in {sum(second.calls.values()):,} calls, by source and by model"
    )
    book.enter("second count", sentence, faults)


def _check_places(
    history: History,
    second: Recount,
    whole: Mapping[date, Mapping[str, SourceDay]],
    book: _Book,
) -> None:
    """Compare every column of every row with the second count, or with the day that came whole."""
    shown = {
        (row.date, name): _Column(day.tokens, day.calls, day.fidelity is Fidelity.ESTIMATED)
        for row in history.rows
        for name, day in row.sources.items()
    }
    counted = {
        (day, name): _Column(value.tokens, value.calls, value.fidelity is Fidelity.ESTIMATED)
        for day, values in whole.items()
        for name, value in values.items()
    }
    for place in second.day_calls:
        estimated = place in second.estimated
        counted[place] = _Column(second.days[place], second.day_calls[place], estimated)
    faults = []
    for day, source in sorted({*shown, *counted}):
        nothing = _Column(0, 0, estimated=source in second.only_estimated)
        a, b = shown.get((day, source), nothing), counted.get((day, source), nothing)
        faults += [f"{day} {source}: {difference}" for difference in a.differences(b)]
    faults += [
        f"{row.date} {name}: row says exact, a use of it is a lower bound"
        for row in history.rows
        for name, day in row.sources.items()
        if day.fidelity is Fidelity.EXACT and (row.date, name) in second.bounded
    ]
    sentence = f"every use lies between the two midnights of its day in {history.zone}"
    book.enter("places", sentence, faults)


@frozen
class _Column:
    """What a row says of one source, or what it should say."""

    tokens: int
    calls: int | None
    estimated: bool

    def differences(self, counted: _Column) -> Iterator[str]:
        """Yield in what this, from a row, differs from what was counted."""
        if self.tokens != counted.tokens:
            difference = self.tokens - counted.tokens
            yield f"row {self.tokens:,}, counted {counted.tokens:,}, difference {difference:+,}"
        if self.calls != counted.calls:
            yield f"row {self.calls} calls, counted {counted.calls}"
        if self.estimated != counted.estimated:
            kinds = {True: "estimated", False: "measured"}
            yield f"row says {kinds[self.estimated]}, the uses are {kinds[counted.estimated]}"
