"""Draw 365 days again and again with one library, and print what that took, as JSON.

    python worker.py DRAWING REPEATS SECONDS

It runs in the library's own environment, so it uses nothing but that and the standard library.
Imports and the making of the input are not timed. The first drawing is timed apart: it loads what
is loaded on first use.
"""

# Each library is imported only where it is drawn with.
# ruff: noqa: ANN401

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from importlib import metadata
from typing import Any

_LEAST = 4
"""Drawings that are timed however long they take."""

DAYS = [date(2025, 2, 12) + timedelta(days=back) for back in range(365)]
TOKENS = [(1 + i % 7) * 10 ** (5 + i * i % 4) for i in range(365)]

_Draw = Callable[[], "bytes | str"]


def _rows() -> Any:
    from burnlib.ledger import Ledger
    from burnlib.model import DailyRow, Fidelity, SourceDay

    return Ledger(
        DailyRow(
            date=day,
            sources={"codex": SourceDay(tokens=tokens, fidelity=Fidelity.EXACT)},
            driver="shipping",
        )
        for day, tokens in zip(DAYS, TOKENS, strict=True)
    )


def svg() -> _Draw:
    """Return burnlib's calendar as SVG."""
    import burnlib

    rows = _rows()
    return lambda: burnlib.heatmap(rows, range="1y").svg()


def text() -> _Draw:
    """Return burnlib's calendar as text."""
    import burnlib

    rows = _rows()
    return lambda: burnlib.heatmap(rows, range="1y").text()


def png() -> _Draw:
    """Return burnlib's calendar as PNG, at its usual two pixels a px."""
    import matplotlib.figure  # noqa: F401 - timed after import

    import burnlib

    rows = _rows()
    return lambda: burnlib.heatmap(rows, range="1y").png()


def page() -> _Draw:
    """Return burnlib's page: five views for each of four ranges, wide and narrow."""
    import burnlib

    rows = _rows()
    return lambda: burnlib.page(rows, today=DAYS[-1]).html()


def calplot() -> _Draw:
    """Return calplot's calendar as SVG."""
    import calplot as library
    import matplotlib.pyplot as plt
    import pandas as pd

    series = pd.Series([float(n) for n in TOKENS], index=pd.to_datetime(DAYS))
    return lambda: _saved(plt, library.calplot(series)[0])


def july() -> _Draw:
    """Return july's calendar as SVG."""
    import july as library
    import matplotlib.pyplot as plt

    return lambda: _saved(plt, library.heatmap(DAYS, TOKENS).figure)


def dayplot() -> _Draw:
    """Return dayplot's calendar as SVG."""
    import dayplot as library
    import matplotlib.pyplot as plt

    def draw() -> bytes:
        figure, axes = plt.subplots(figsize=(12, 3))
        library.calendar(DAYS, TOKENS, start_date=DAYS[0], end_date=DAYS[-1], ax=axes)
        return _saved(plt, figure)

    return draw


def plotly_calplot() -> _Draw:
    """Return plotly-calplot's calendar as HTML: it needs a browser for SVG."""
    import pandas as pd
    from plotly_calplot import calplot as library

    days = pd.DataFrame({"day": pd.to_datetime(DAYS), "tokens": TOKENS})
    return lambda: library(days, x="day", y="tokens").to_html(include_plotlyjs=False)


def _saved(plt: Any, figure: Any) -> bytes:
    """Return a figure as SVG and forget it, as each of them says to do."""
    file = io.BytesIO()
    figure.savefig(file, format="svg")
    plt.close(figure)
    return file.getvalue()


DRAWINGS: dict[str, Callable[[], _Draw]] = {
    made.__name__.replace("_", "-"): made
    for made in (svg, text, png, page, calplot, july, dayplot, plotly_calplot)
}


def timed(draw: _Draw, repeats: int, seconds: float) -> dict[str, Any]:
    """Return seconds of the first drawing and of *repeats* more, fewer where those take long."""
    begun = time.perf_counter()
    made = draw()
    first = time.perf_counter() - begun
    times: list[float] = []
    while len(times) < repeats and (len(times) < _LEAST or sum(times) < seconds):
        begun = time.perf_counter()
        draw()
        times.append(time.perf_counter() - begun)
    size = len(made.encode() if isinstance(made, str) else made)
    return {"first": first, "times": times, "bytes": size}


def _versions(*names: str) -> dict[str, str]:
    """Return the versions of those that are installed."""
    found = {}
    for name in names:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def main(name: str, repeats: str, seconds: str) -> None:
    """Print what drawing *name* took, and with what."""
    done = timed(DRAWINGS[name](), int(repeats), float(seconds))
    done["versions"] = _versions(
        "calplot", "july", "dayplot", "plotly-calplot", "plotly", "matplotlib", "pandas", "numpy"
    )
    print(json.dumps(done))


if __name__ == "__main__":
    main(*sys.argv[1:])
