"""Draw the pictures of this folder, and write the page that shows them.

Run it as ``make gallery`` after a change to what is drawn; a test compares the files with what the
code draws, so they are also snapshots of every view and state.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from attrs import frozen

import burnlib
from burnlib import Chart, DailyRow, Fidelity, Ledger, SourceDay

FOLDER = Path(__file__).parent
LAST = date(2026, 2, 11)
TARGET = 250_000_000
NOTES = {
    "shipping": "three releases, one of them twice",
    "research": "read the papers on calibration",
    "review": "reviews of the storage branch",
}


@frozen
class Picture:
    """One file: its name, what is to be seen in it, and the call that makes it."""

    name: str
    said: str
    chart: Chart
    narrow: bool = False
    themes: tuple[str, ...] = ("light", "dark")

    def files(self) -> Iterator[tuple[str, str]]:
        """Yield the name and the text of each file."""
        for theme in self.themes:
            ending = "" if theme == "light" else f"-{theme}"
            svg = self.chart.svg(theme=theme, narrow=self.narrow, compact=True)
            yield f"{self.name}{ending}.svg", svg + "\n"


def year(days: int = 400) -> Ledger:
    """Made-up days that grow from thousands to hundreds of millions, with all that happens."""
    dice = random.Random(7)
    rows = []
    for back in reversed(range(days)):
        day = LAST - timedelta(days=back)
        growth = 7.2 + 1.2 * (1 - back / days) + 0.3 * math.sin(back / 9)
        codex = int(10 ** dice.gauss(growth, 0.5))
        claude = int(10 ** dice.gauss(growth - 0.3, 0.6))
        chats = int(10 ** dice.gauss(6.6, 0.5)) if dice.random() < 0.25 else 0
        if dice.random() < (0.3 if day.weekday() > 4 else 0.02):
            codex = claude = chats = 0
        # Two weeks away from the machine, and a few logs that were deleted.
        if 150 < back < 165 or dice.random() < 0.03:
            continue
        rows.append(_row(day, codex, claude, chats, dice))
    return Ledger(rows)


def _row(day: date, codex: int, claude: int, chats: int, dice: random.Random) -> DailyRow:
    sources = {
        "codex": SourceDay(tokens=codex, fidelity=Fidelity.EXACT, calls=codex // 90_000),
        "claude_code": SourceDay(tokens=claude, fidelity=Fidelity.EXACT, calls=claude // 120_000),
        "chatgpt": SourceDay(
            tokens=chats, fidelity=Fidelity.ESTIMATED, low=chats * 2 // 3, high=chats * 2
        ),
    }
    driver = dice.choice(["shipping", "shipping", "research", "review", ""])
    return DailyRow(
        date=day,
        sources=sources,
        driver=driver,
        evidence=NOTES.get(driver, "") if dice.random() < 0.1 else "",
        extra={"made_up": True},
    )


def _days(*tokens: int | None, last: date = LAST, estimated: bool = False) -> Ledger:
    """Rows that end with *last*; None is a missing day."""
    trust = Fidelity.ESTIMATED if estimated else Fidelity.EXACT
    days = [(last - timedelta(days=back), n) for back, n in enumerate(reversed(tokens))]
    return Ledger(
        DailyRow(
            date=day,
            sources={"codex": SourceDay(tokens=n, fidelity=trust)},
            extra={"made_up": True},
        )
        for day, n in days
        if n is not None
    )


def views() -> Iterator[Picture]:
    """Yield a picture of each view, with the call that draws it."""
    rows = year()
    yield Picture(
        "heatmap",
        'heatmap(rows, range="1y", target=250_000_000, today=today)',
        burnlib.heatmap(rows, range="1y", target=TARGET, today=LAST),
    )
    yield Picture(
        "heatmap-continuous",
        'heatmap(rows, range="1y", classes=None)',
        burnlib.heatmap(rows, range="1y", classes=None),
    )
    yield Picture("heatmap-narrow", "…svg(narrow=True)", burnlib.heatmap(rows), narrow=True)
    yield Picture(
        "heatmap-by-source",
        'heatmap(rows, by="source")',
        burnlib.heatmap(rows, by="source"),
    )
    yield Picture(
        "trend",
        'trend(rows, range="1y", today=today)',
        burnlib.trend(rows, range="1y", today=LAST),
    )
    yield Picture(
        "trend-by-source",
        'trend(rows, range="1y", by="source")',
        burnlib.trend(rows, range="1y", by="source", today=LAST),
    )
    yield Picture("drivers", "drivers(rows, today=today)", burnlib.drivers(rows, today=LAST))
    yield Picture("equivalents", "equivalents(rows)", burnlib.equivalents(rows))
    yield Picture("table", "table(rows, today=today)", burnlib.table(rows, today=LAST))
    yield Picture("sparkline", "sparkline(rows, label=True)", burnlib.sparkline(rows, label=True))
    yield Picture(
        "german",
        'heatmap(rows, language="de")',
        burnlib.heatmap(rows, target=TARGET, language="de"),
    )


def states() -> Iterator[Picture]:
    """Yield the states that charts of other makers get wrong."""
    light = ("light",)
    year_of_53_weeks = _days(*([3 * 10**7] * 371), last=date(2027, 1, 3))
    leap = _days(*(10**7 * (1 + i % 40) for i in range(60)), last=date(2024, 3, 20))
    weeks = _days(*(2 * 10**7 * (1 + i % 9) for i in range(45)))
    yield Picture("no-data", "no rows at all", burnlib.heatmap([], today=LAST), themes=light)
    yield Picture(
        "one-day", "one day", burnlib.heatmap(_days(4 * 10**7), range="all"), themes=light
    )
    yield Picture(
        "all-zero",
        "observed, and nothing used",
        burnlib.heatmap(_days(*[0] * 60), range="60d"),
        themes=light,
    )
    gap = _days(10**7, *[None] * 58, 10**8)
    yield Picture(
        "mostly-missing", "two days known of sixty", burnlib.heatmap(gap, range="60d"), themes=light
    )
    yield Picture(
        "all-missing",
        "days of which nothing is known",
        burnlib.heatmap(gap, range="2025-12-20..2026-01-20"),
        themes=light,
    )
    guess = _days(*(10**6 * (1 + i % 70) for i in range(60)), estimated=True)
    yield Picture(
        "all-estimated", "nothing but estimates", burnlib.heatmap(guess, range="60d"), themes=light
    )
    yield Picture(
        "53-weeks",
        "the 53 weeks of 2026",
        burnlib.heatmap(year_of_53_weeks, range="all"),
        themes=light,
    )
    yield Picture("leap-day", "29 February 2024", burnlib.heatmap(leap, range="60d"), themes=light)
    yield Picture(
        "today",
        "the day that is still going on",
        burnlib.heatmap(weeks, range="45d", today=LAST),
        themes=light,
    )
    yield Picture(
        "mid-week",
        "a range that begins on a Wednesday",
        burnlib.heatmap(weeks, range="2026-01-14..2026-02-11"),
        themes=light,
    )
    yield Picture("trend-no-data", "no weeks", burnlib.trend([], today=LAST), themes=light)
    yield Picture(
        "trend-one-week", "one week", burnlib.trend(_days(*[10**8] * 3), range="7d"), themes=light
    )
    yield Picture(
        "trend-all-zero",
        "weeks of zero",
        burnlib.trend(_days(*[0] * 60), range="60d"),
        themes=light,
    )
    yield Picture(
        "trend-mostly-missing",
        "weeks without data are a gap",
        burnlib.trend(gap, range="60d"),
        themes=light,
    )
    yield Picture(
        "trend-all-estimated",
        "nothing but estimates",
        burnlib.trend(guess, range="60d"),
        themes=light,
    )


def page(pictures: list[Picture], odd: list[Picture]) -> str:
    """Return the Markdown page of the gallery."""
    lines = [
        "# Gallery",
        "",
        "Every picture here is drawn by `make.py` in this folder, from made-up days.",
        "On a dark screen you see the dark ones.",
        "",
    ]
    for picture in pictures:
        source = f"{picture.name}.svg"
        lines += [
            f"## {picture.name.replace('-', ' ')}",
            "",
            f"`{picture.said}`",
            "",
            "<picture>",
            f'  <source media="(prefers-color-scheme: dark)" srcset="{picture.name}-dark.svg">',
            f'  <img src="{source}" alt="{picture.chart.alt}">',
            "</picture>",
            "",
        ]
    lines += [
        "## States",
        "",
        "What a picture looks like when there is little in it, or something odd.",
        "",
    ]
    for picture in odd:
        lines += [f"**{picture.said}**", "", f"![{picture.chart.alt}]({picture.name}.svg)", ""]
    return "\n".join(lines)


def files() -> dict[str, str]:
    """Return the name and the text of all files of the gallery."""
    pictures, odd = list(views()), list(states())
    found = dict(file for picture in [*pictures, *odd] for file in picture.files())
    return {**found, "README.md": page(pictures, odd)}


def main() -> None:
    """Write all files, and remove pictures that are no longer drawn."""
    found = files()
    for old in FOLDER.glob("*.svg"):
        if old.name not in found:
            old.unlink()
    for name, text in found.items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
