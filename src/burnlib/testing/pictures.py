"""Charts of every kind, of rows of every kind, for the laws of renderers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta

from attrs import evolve

from burnlib import charts
from burnlib.chart import Chart
from burnlib.ledger import Ledger
from burnlib.model import DailyRow, Fidelity, SourceDay

__all__ = ["KINDS", "ROWS", "TWINS", "all_charts", "usual_rows"]

KINDS: Mapping[str, Callable[[Ledger], Chart]] = {
    "heatmap": lambda rows: charts.heatmap(rows, range="90d"),
    "trend": lambda rows: charts.trend(rows, range="90d"),
    "drivers": lambda rows: charts.drivers(rows, range="90d"),
    "equivalents": lambda rows: charts.equivalents(rows, range="90d"),
    "table": lambda rows: charts.table(rows, range="90d"),
    "sparkline": lambda rows: charts.sparkline(rows, range="90d", label=True),
    "heatmap by source": lambda rows: charts.heatmap(rows, range="90d", by="source"),
    "page": lambda rows: charts.page(rows, ranges=("90d",)),
}
"""Every kind of chart, made of rows."""

_LAST = date(2026, 5, 24)  # a Sunday
_DAY = _LAST - timedelta(days=3)


def usual_rows(*, family: str = "shipping", note: str = "release 2") -> Ledger:
    """Return eighty days of three sources, with gaps, quiet days, estimates and lower bounds."""
    return Ledger(_usual(family, note))


def _usual(family: str, note: str) -> Iterator[DailyRow]:
    for number in range(80):
        day = _LAST - timedelta(days=79 - number)
        if number % 11 == 5 and day != _DAY:
            continue
        tokens = 0 if number % 7 == 6 else 1000 * 3 ** (number % 9)
        sources = {
            "codex": SourceDay(tokens=tokens, fidelity=Fidelity.EXACT, calls=number % 5),
            "claude_code": SourceDay(
                tokens=tokens // 2,
                fidelity=Fidelity.LOWER_BOUND if number % 13 == 3 else Fidelity.EXACT,
                calls=1,
            ),
            "chatgpt": SourceDay(
                tokens=tokens // 5,
                fidelity=Fidelity.ESTIMATED,
                low=tokens // 8,
                high=tokens // 2,
            ),
        }
        total = sum(source.tokens for source in sources.values())
        families = {family: total - total // 3, "review": total // 3} if number % 4 else {}
        yield DailyRow(
            date=day,
            sources=sources,
            driver=family if number % 4 else "",
            evidence=note if number % 6 == 1 else "",
            drivers=families if total else {},
        )


def _with_day(day: DailyRow | None) -> Ledger:
    """Return measured rows with this one among them: what it is stands in nothing else."""
    rows = {row.date: evolve(row, sources=_measured(row)) for row in usual_rows()}
    plain = {key: evolve(row, drivers={}) for key, row in rows.items() if key != _DAY}
    if day:
        plain[_DAY] = day
    return Ledger(plain[key] for key in sorted(plain))


def _measured(row: DailyRow) -> dict[str, SourceDay]:
    return {"codex": row.sources["codex"]}


def _one(tokens: int, fidelity: Fidelity = Fidelity.EXACT) -> DailyRow:
    return DailyRow(date=_DAY, sources={"codex": SourceDay(tokens=tokens, fidelity=fidelity)})


def _mixed(exact: int, estimated: int) -> DailyRow:
    sources = {
        "codex": SourceDay(tokens=exact, fidelity=Fidelity.EXACT),
        "chatgpt": SourceDay(tokens=estimated, fidelity=Fidelity.ESTIMATED),
    }
    return DailyRow(date=_DAY, sources=sources)


def _made_up(rows: Iterable[DailyRow]) -> Ledger:
    return Ledger(evolve(row, extra={"made_up": True}) for row in rows)


ROWS: Mapping[str, Callable[[], Ledger]] = {
    "usual rows": usual_rows,
    "no rows": Ledger,
    "one day": lambda: Ledger([_one(1234)]),
    "a day without use": lambda: Ledger([_one(0)]),
    "the most that there can be": lambda: Ledger([_one(2**53 - 1)]),
    "made-up rows": lambda: _made_up(usual_rows()),
}
"""Rows of many kinds, by name."""

TWINS: Mapping[str, Callable[[], tuple[Ledger, Ledger]]] = {
    "a day without data and a day without use": lambda: (_with_day(None), _with_day(_one(0))),
    "measured and estimated tokens": lambda: (
        _with_day(_one(70_000)),
        _with_day(_one(70_000, Fidelity.ESTIMATED)),
    ),
    "measured and partly estimated tokens": lambda: (
        _with_day(_one(70_000)),
        _with_day(_mixed(63_000, 7_000)),
    ),
    "measured tokens and a lower bound": lambda: (
        _with_day(_one(70_000)),
        _with_day(_one(70_000, Fidelity.LOWER_BOUND)),
    ),
    "real and made-up rows": lambda: (usual_rows(), _made_up(usual_rows())),
}
"""Two sets of rows each that must not look alike, by what is different."""


def all_charts(rows: Ledger) -> Iterator[tuple[str, Chart]]:
    """Yield name and chart of every kind."""
    for name, make in KINDS.items():
        yield name, make(rows)
