"""The command ``python benchmarks/drawing``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from burnlib.errors import BurnlibError
from drawing.libraries import OURS, PEERS, Failure, Library, Timing, install, python_of, time_once
from drawing.report import Drawn, table

__all__ = ["main"]

_SECONDS = 5.0
"""After which a process draws no more: one of the others takes seconds for each."""


def main(arguments: Sequence[str]) -> int:
    """Time what was asked for and write the table; returns 1 where one of ours failed."""
    parser = _parser()
    options = parser.parse_args(arguments)
    names = options.peers.split(",") if options.peers not in ("", "none") else []
    if unknown := set(names) - set(PEERS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(PEERS)}")
    programs = {name: Path(sys.executable) for name in OURS}
    folder = options.install or options.tools
    found, notes = _found([PEERS[name] for name in names], folder, bool(options.install))
    try:
        drawn = _measured({**programs, **found}, options.runs, options.repeats)
    except Failure as error:
        print(error, file=sys.stderr)
        return 1
    report = table(drawn, notes)
    print(report)
    if options.output:
        options.output.write_text(report, encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="drawing",
        description="Time drawings of a year of days, burnlib's beside other libraries'.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    names = ",".join(PEERS)
    parser.add_argument("--peers", default=names, metavar="A,B", help=f"some of {names}; or none")
    parser.add_argument("--runs", type=int, default=7, help="processes of each, in turn")
    parser.add_argument("--repeats", type=int, default=20, help="drawings in each process")
    parser.add_argument(
        "--tools", type=Path, default=Path("peers"), metavar="DIR", help="where the others are"
    )
    parser.add_argument(
        "--install", type=Path, metavar="DIR", help="the same, and install there what is missing"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="the table, also here")
    return parser


def _found(
    peers: Sequence[Library], folder: Path, may_install: bool
) -> tuple[dict[str, Path], list[str]]:
    """Return an interpreter for each that draws, and a note for each that does not at first."""
    programs: dict[str, Path] = {}
    notes: list[str] = []
    for peer in peers:
        for older in (False, True) if peer.older else (False,):
            python = python_of(peer, folder, older=older)
            kind = " and ".join(peer.older) if older else "the newest of what it needs"
            label = f"{peer.package} with {kind}"
            try:
                if may_install:
                    _say(f"installing {label}")
                    install(peer, folder, older=older)
                if not python.is_file():
                    notes.append(f"{label} is left out: name a folder with --install.")
                    continue
                time_once(python, peer.name, repeats=1, seconds=0)
            except BurnlibError as error:
                notes.append(f"{label} cannot draw: `{error.message}`.")
                continue
            if older:
                notes.append(f"So it is measured as {label}.")
            programs[peer.name] = python
            break
    return programs, notes


def _measured(programs: dict[str, Path], runs: int, repeats: int) -> list[Drawn]:
    """Return what each drawing took, one process of each in every round."""
    timings: dict[str, list[Timing]] = {name: [] for name in programs}
    for run in range(runs):
        for name, python in programs.items():
            _say(f"{run + 1} of {runs}: {name}")
            timings[name].append(time_once(python, name, repeats=repeats, seconds=_SECONDS))
    return [
        Drawn(name, PEERS[name].format if name in PEERS else name, timings[name])
        for name in programs
    ]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
