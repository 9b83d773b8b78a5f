"""The benchmark of drawings times what it says, and tells goals and failures as they are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pages import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))

from drawing import commands, worker
from drawing.libraries import PEERS, Failure, Library, Timing, python_of, time_once
from drawing.report import Drawn, fastest_ratio, table

from burnlib.errors import InvalidInput


def drawn(name: str, *rounds: float, form: str = "SVG") -> Drawn:
    """A drawing whose processes took *rounds* ms, and ten times that at first."""
    timings = [Timing(ms / 100, [ms / 1000] * 3, 54_000, {name: "1.0"}) for ms in rounds]
    return Drawn(name, form, timings)


def test_each_goal_is_met_or_missed_by_the_median_of_the_rounds() -> None:
    ours = [drawn("svg", 14, 99, 15), drawn("text", 6), drawn("png", 150)]
    lines = table(ours[:1], []).splitlines()
    assert lines[2] == "| burnlib, SVG | 15 (14 to 99) | 150 | 54 |  | ≤ 15 ms: met |"
    assert "| ≤ 5 ms: **missed** |" in table([drawn("svg", 1), ours[1]], [])
    assert "| ≤ 150 ms: met |" in table([drawn("svg", 1), ours[2]], [])


def test_ratios_are_of_one_round_and_the_fastest_of_those_that_draw_svg_counts() -> None:
    ours = drawn("svg", 10, 20, 10)
    slow, fast = drawn("calplot", 200, 200, 200), drawn("july", 90, 240, 100)
    other_kind = drawn("plotly-calplot", 10, 10, 10, form="HTML")
    assert fastest_ratio(ours, [slow, fast, other_kind]) == 10
    report = table([ours, slow, fast, other_kind], ["A note."])
    assert "| july 1.0, SVG | 100 (90 to 240) | 1e+03 | 54 | 10 (9 to 12) |  |" in report
    assert "takes 10 times as long; ≥ 10 times: met." in report
    assert "- A note." in report


def test_a_year_is_drawn_as_often_as_asked_after_a_first_time() -> None:
    assert len(worker.DAYS) == len(worker.TOKENS) == 365
    for name in ("svg", "text", "page"):
        draw = worker.DRAWINGS[name]()
        made = draw()
        # Each day is in the picture; in text, each week.
        assert isinstance(made, str)
        assert name == "text" or made.count("<title>") > 365
        said = worker.timed(lambda: "four", 7, 1000)
        assert (len(said["times"]), said["bytes"]) == (7, 4)
    # One that takes long is drawn four times.
    assert len(worker.timed(lambda: "", 7, 0)["times"]) == 4


def test_the_command_times_ours_in_processes_of_their_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "table.md"
    options = ["--peers", "july", "--tools", str(tmp_path), "--runs", "1", "--repeats", "1"]
    assert commands.main([*options, "-o", str(output)]) == 0
    report = output.read_text(encoding="utf-8")
    assert report in capsys.readouterr().out
    rows = [line.split(" | ")[0] for line in report.splitlines() if line.startswith("| burn")]
    assert [row.split(",")[1][:5] for row in rows] == [" SVG", " text", " PNG", " page"]
    assert "july==0.1.3 with the newest of what it needs is left out" in report


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_a_library_that_fails_on_new_packages_is_told_and_measured_on_older_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    library = PEERS["july"]
    said = {"first": 1, "times": [0.5], "bytes": 9, "versions": {"july": "0.1.3"}}
    for older, body in (
        (False, "echo Traceback >&2; echo 'AttributeError: gone' >&2; exit 1"),
        (True, f"echo '{json.dumps(said)}'"),
    ):
        python = python_of(library, tmp_path, older=older)
        python.parent.mkdir(parents=True)
        python.write_text(f"#!/bin/sh\n{body}\n")
        python.chmod(0o755)
    with pytest.raises(Failure, match="AttributeError: gone"):
        time_once(python_of(library, tmp_path), "july", repeats=1, seconds=0)
    monkeypatch.setattr(commands, "OURS", ("svg",))
    options = ["--peers", "july", "--tools", str(tmp_path), "--runs", "1", "--repeats", "1"]
    assert commands.main(options) == 0
    report = capsys.readouterr().out
    assert "cannot draw: `AttributeError: gone`" in report
    assert "So it is measured as july==0.1.3 with matplotlib==3.7.5 and numpy<2." in report
    assert "| july 0.1.3, SVG | 500 (500 to 500) | 1e+03 |" in report


def test_what_cannot_be_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from drawing import libraries

    failed = subprocess.CompletedProcess([], 1, "", "line\nno such package\n")
    monkeypatch.setattr(libraries.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(InvalidInput, match="gone: could not be installed: no such package"):
        libraries.install(Library("gone", "gone==1"), tmp_path)
