"""The command ``python benchmarks/versus``."""

from __future__ import annotations

import argparse
import functools
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from corpus.commands import size_of
from corpus.home import SIZES, Plan, make

from burnlib.errors import BurnlibError, InvalidInput
from versus import measure
from versus.contests import Bench, Contest
from versus.homes import Corpus, open_corpus, own_copy
from versus.peers import PEERS, Peer, find, install
from versus.programs import Programs
from versus.report import Fact, table
from versus.wide import read_wide

__all__ = ["main"]

_WORKS = ("cold", "cat", "warm", "appended", "growth", "starts", "size", "wide")

_ARCHIVE_PART = 0.04

_WIDE_RUNS = 3


def main(arguments: Sequence[str]) -> int:
    """Measure what was asked for and write the table.

    Returns 1 where burnlib counted wrongly or something could not be measured, 2 for wrong use.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if unknown := set(options.only.split(",")) - set(_WORKS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(_WORKS)}")
    tools = options.install or options.tools
    try:
        peers, notes = _peers(options.peers, tools, may_install=bool(options.install))
        homes = [_made(given, options.work) for given in options.corpus]
    except (BurnlibError, OSError) as error:
        parser.error(str(error))
    # After the installations, which need it.
    if measure.leave_network():
        notes.append("All ran without a network.")
    else:
        notes.append("The network could not be left (that needs root), so others may have used it.")
    with tempfile.TemporaryDirectory(dir=options.work, prefix="versus-") as folder:
        programs = Programs(Path(folder))
        corpora = [own_copy(home, programs.fresh()) for home in homes]
        bench = Bench(programs, tools, options.runs)
        contests, facts, failures = _measured(_jobs(bench, corpora, peers, options))
    text = table(contests, facts, notes + failures)
    print(text)
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    return 1 if failures or not all(contest.ours.right for contest in contests) else 0


_Job: TypeAlias = tuple[str, Callable[[], Iterator[Contest | Fact]]]


def _measured(jobs: Iterable[_Job]) -> tuple[list[Contest], list[Fact], list[str]]:
    """Return what *jobs* gave, and a note for each that failed."""
    contests: list[Contest] = []
    facts: list[Fact] = []
    failures: list[str] = []
    for name, job in jobs:
        _say(name)
        try:
            for result in job():
                if isinstance(result, Fact):
                    facts.append(result)
                else:
                    contests.append(result)
        except BurnlibError as error:
            failures.append(f"**Not measured**: {name}: {error}.")
    return contests, facts, failures


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="versus",
        description="Measure burnlib against other tools on made-up logs. Linux only.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "--corpus",
        action="append",
        required=True,
        metavar="DIR",
        help="a home that benchmarks/corpus made, or a size (small, medium, large, 80M), which is"
        " made below --work where it is not there; may be repeated",
    )
    names = ", ".join(PEERS)
    parser.add_argument(
        "--peers", default="ccusage,tokscale", metavar="A,B", help=f"some of {names}; or none"
    )
    parser.add_argument("--runs", type=int, default=5, help="measured runs of each, in turn")
    parser.add_argument(
        "--only", default=",".join(_WORKS), metavar="A,B", help="which works to measure"
    )
    parser.add_argument("--wide", default="0.5,1,2,5", metavar="A,B", help="million uses")
    parser.add_argument(
        "--tools", type=Path, default=Path("peers"), metavar="DIR", help="where the others are"
    )
    parser.add_argument(
        "--install", type=Path, metavar="DIR", help="the same, and install there what is missing"
    )
    parser.add_argument(
        "--work",
        type=Path,
        default=Path(tempfile.gettempdir()),
        metavar="DIR",
        help="a folder for what is made on the way; on the disk of the corpora, if possible",
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="the table, also here")
    return parser


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _made(given: str, work: Path) -> Path:
    """Return the home that *given* names; one named by its size is made once, below *work*."""
    if (Path(given) / "truth.json").is_file():
        return open_corpus(Path(given)).home
    if given not in SIZES and not given[:1].isdigit():
        raise InvalidInput(
            "is no made-up home: it has no truth.json",
            where=given,
            hint="make one with benchmarks/corpus, or name a size, as small",
        )
    home = work / f"corpus-{given}"
    if not (home / "truth.json").is_file():
        _say(f"making {home}")
        make(home, Plan(size=size_of(given)))
    return home


def _peers(names: str, tools: Path, *, may_install: bool) -> tuple[list[Peer], list[str]]:
    """Return the peers that are there, and a note for each that is not."""
    chosen: list[Peer] = []
    notes: list[str] = []
    for name in names.split(",") if names not in ("", "none") else ():
        if name not in PEERS:
            raise InvalidInput(f"{name!r} is not a known tool", hint=f"one of {', '.join(PEERS)}")
        peer = PEERS[name]
        missing = find(peer, tools)
        if missing and may_install:
            _say(f"installing {' '.join(peer.packages)}")
            try:
                install(peer, tools)
                missing = find(peer, tools)
            except InvalidInput as error:
                missing = str(error)
        if missing:
            notes.append(f"{name} is left out: {missing}.")
        else:
            chosen.append(peer)
    return chosen, notes


def _jobs(
    bench: Bench, corpora: Sequence[Corpus], peers: Sequence[Peer], options: argparse.Namespace
) -> Iterator[_Job]:
    """Yield what is to be measured, each with its name."""
    works = options.only.split(",")
    contests = {"cold": bench.cold, "warm": bench.warm, "appended": bench.appended}
    for corpus in corpora:
        for peer in peers:
            for work, contest in contests.items():
                if work in works:
                    job = functools.partial(_one, functools.partial(contest, corpus, peer))
                    yield f"{work}, {corpus.name}, {peer.name}", job
        if "cat" in works:
            job = functools.partial(_one, functools.partial(bench.cold_against_cat, corpus))
            yield f"cold, {corpus.name}, cat", job
        if "size" in works:
            yield f"archive of {corpus.name}", functools.partial(_size, bench, corpus)
    by_size = sorted(corpora, key=lambda corpus: corpus.bytes)
    if "growth" in works and len(by_size) > 1:
        job = functools.partial(_one, functools.partial(bench.growth, by_size[-1], by_size[-2]))
        yield "growth", job
    if "starts" in works:
        yield "starts", functools.partial(bench.starts, by_size[-1])
    if "wide" in works:
        for millions in options.wide.split(","):
            uses = round(float(millions) * 1e6)
            yield f"archive of {uses:,} uses", functools.partial(_wide, bench, uses)


def _one(contest: Callable[[], Contest]) -> Iterator[Contest]:
    yield contest()


def _size(bench: Bench, corpus: Corpus) -> Iterator[Fact]:
    part = bench.archive_part(corpus)
    goal = f"≤ {_ARCHIVE_PART:.0%}" if corpus.name == "large" else ""
    what = f"archive of {corpus.name} over its logs"
    yield Fact(what, f"{part:.2%}", goal, part <= _ARCHIVE_PART)


def _wide(bench: Bench, uses: int) -> Iterator[Fact]:
    wide = read_wide(bench.programs, uses, min(bench.runs, _WIDE_RUNS))
    yield Fact(f"rows of an archive of {uses:,} uses", str(wide))
