"""How long collecting takes, against reading the same logs once with the standard library.

    python benchmarks/collecting.py [RUNS]

Makes the made-up logs of `burn demo`, then runs the two in turn and prints the medians, their
spread and their ratio. The ratio holds on any machine; the seconds do not.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import burnlib
from burnlib import demo


def main() -> None:
    """Run the benchmark and print its table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as folder:
        homes = [stage.home for stage in demo.write(Path(folder) / "demo", last=date(2026, 11, 20))]
        files = [path for home in homes for path in home.rglob("*.jsonl")]
        size = sum(path.stat().st_size for path in files)
        print(f"{len(files)} files, {size / 1e6:.1f} MB, {runs} runs in turn, after one of each")
        cold, warm, plain = [], [], []
        for run in range(runs + 1):
            archive = Path(folder) / f"{run}.db"
            times = [
                _timed(lambda a=archive: burnlib.collect(homes, archive=a, tz="UTC")),
                _timed(lambda a=archive: burnlib.collect(homes, archive=a, tz="UTC")),
                _timed(lambda: _decode(files)),
            ]
            if run:
                for series, seconds in zip((cold, warm, plain), times, strict=True):
                    series.append(seconds)
    for name, series in (
        ("collect, new archive", cold),
        ("collect, nothing new", warm),
        ("json.loads of every line", plain),
    ):
        ratio = statistics.median(a / b for a, b in zip(series, plain, strict=True))
        middle = statistics.median(series)
        print(
            f"{name:<26} {middle:7.3f} s  ({min(series):.3f} to {max(series):.3f})"
            f"  {ratio:6.2f} x json.loads"
        )


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _decode(files: list[Path]) -> int:
    count = 0
    for path in files:
        for line in path.read_bytes().split(b"\n"):
            try:
                count += isinstance(json.loads(line), dict)
            except ValueError:
                continue  # the made-up logs have torn and glued lines, too
    return count


if __name__ == "__main__":
    main()
