"""What is measured: burnlib and another program in turn, each as a whole process."""

from __future__ import annotations

import functools
import itertools
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from attrs import evolve, frozen
from corpus.growing import choose_files, grow

from versus import measure
from versus.answers import Agreement, compare, of_burnlib, truth_of
from versus.homes import Corpus, copy_logs, forget, link_logs, logs_of
from versus.measure import Command, Run
from versus.peers import Peer, version_of
from versus.programs import Programs, environment

__all__ = ["Bench", "Contest", "Side"]

_SLOW = 10.0
"""Seconds from which on a program is measured twice only."""

_SHORT = 3
"""How many times more often programs that take milliseconds are run."""

_Runner: TypeAlias = Callable[[], Run]


@frozen
class Side:
    """One of the two programs of a contest.

    Attributes:
        name: What it is called.
        runs: What its runs cost, in turn with the other's.
        agreement: How the daily totals of the last run compare with the truth, where it counts.
        memory: The most that all its processes took together, in MiB, where that was looked at.

    """

    name: str
    runs: Sequence[Run]
    agreement: Agreement | None = None
    memory: float = 0.0

    @property
    def right(self) -> bool:
        """Whether nothing that it counted differs from the truth."""
        return self.agreement is None or self.agreement.exact


@frozen
class Contest:
    """Two programs that were run in turn.

    Attributes:
        work: Which work: cold, warm, appended, growth, version, show or import.
        corpus: Name of the corpus; empty where there is none.
        ours: burnlib.
        other: What it is compared with.
        scale: Divides the ratios, where the work of the two differs in size.

    """

    work: str
    corpus: str
    ours: Side
    other: Side
    scale: float = 1.0

    def ratios(self, cost: Callable[[Run], float]) -> measure.Spread:
        """Return ours over the other's, pair by pair."""
        pairs = zip(self.ours.runs, self.other.runs, strict=True)
        # A program may cost less than a clock can tell.
        return measure.spread([cost(a) / max(cost(b), 1e-4) / self.scale for a, b in pairs])


@frozen
class Bench:
    """Where things are, and how often they run.

    Attributes:
        programs: burnlib, and a place for what is written.
        tools: Where the other tools are installed.
        runs: Measured runs of each, after one that is not.

    """

    programs: Programs
    tools: Path
    runs: int

    def cold(self, corpus: Corpus, peer: Peer) -> Contest:
        """All logs into a new archive, against the tool without its cache."""
        home, rows, output = self._fresh(), self._fresh(), self._fresh()
        link_logs(corpus.home, home)
        theirs = peer.command(self.tools, home, output)

        def anew() -> Run:
            forget(home)
            return measure.measure(theirs)

        runs = self._in_turn(self._cold_run(corpus, rows), anew)
        memory = [0.0, 0.0]
        if not theirs.until:  # else it would wait for ever
            forget(home)
            collect = self.programs.collect(corpus.home, self._fresh(), rows)
            memory = [measure.memory_of(collect), measure.memory_of(theirs)]
        ours = evolve(_ours(runs[0], rows, corpus.home), memory=memory[0])
        other = evolve(self._theirs(peer, runs[1], output, home), memory=memory[1])
        return Contest("cold", corpus.name, ours, other)

    def cold_against_cat(self, corpus: Corpus) -> Contest:
        """All logs into a new archive, against reading them and doing nothing."""
        names, rows = self._fresh(), self._fresh()
        names.write_bytes(b"\0".join(map(os.fsencode, logs_of(corpus.home))))
        cat = Command(
            words=["xargs", "-0", "-P2", "-n", "200", "cat"],
            env=environment(self.programs.work),
            stdin=names,
            output=Path(os.devnull),
        )
        runs = self._in_turn(self._cold_run(corpus, rows), lambda: measure.measure(cat))
        ours = _ours(runs[0], rows, corpus.home)
        return Contest("cold", corpus.name, ours, Side("xargs -P2 cat", runs[1]))

    def warm(self, corpus: Corpus, peer: Peer) -> Contest:
        """Nothing new since the last run, and the dashboard printed, against the tool once more."""
        home, archive, rows, output = (self._fresh() for _ in range(4))
        link_logs(corpus.home, home)
        measure.measure(self.programs.collect(corpus.home, archive, rows))
        again = self.programs.dashboard(corpus.home, archive, rows)
        theirs = peer.command(self.tools, home, output)
        measure.measure(theirs)
        runs = self._in_turn(lambda: measure.measure(again), lambda: measure.measure(theirs))
        other = self._theirs(peer, runs[1], output, home)
        return Contest("warm", corpus.name, _ours(runs[0], rows, corpus.home), other)

    def appended(self, corpus: Corpus, peer: Peer) -> Contest:
        """One in a hundred logs has grown since the last run of each."""
        home, archive, rows, output = (self._fresh() for _ in range(4))
        link_logs(corpus.home, home)
        logs = choose_files(home, max(1, round(corpus.files / 100)))
        copy_logs(logs)
        collect = self.programs.collect(home, archive, rows)
        theirs = peer.command(self.tools, home, output)
        growths = itertools.count(1)

        def after_growth() -> Run:
            grow(home, logs, number=next(growths))
            return measure.measure(collect)

        measure.measure(collect)
        measure.measure(theirs)
        runs = self._in_turn(after_growth, lambda: measure.measure(theirs))
        ours = _ours(runs[0], rows, home)
        return Contest("appended", corpus.name, ours, self._theirs(peer, runs[1], output, home))

    def growth(self, larger: Corpus, smaller: Corpus) -> Contest:
        """Cold runs of two corpora, byte for byte."""
        rows = self._fresh()
        runs = self._in_turn(self._cold_run(larger, rows), self._cold_run(smaller, rows))
        sides = Side(larger.name, runs[0]), Side(smaller.name, runs[1])
        return Contest("growth", larger.name, *sides, scale=larger.bytes / smaller.bytes)

    def starts(self, corpus: Corpus) -> Iterator[Contest]:
        """The command that does nothing, the one that shows a year, and the import."""
        archive, rows = self._fresh(), self._fresh()
        measure.measure(self.programs.collect(corpus.home, archive, rows))
        python = self.programs.python
        version = self.programs.burn("--version")
        show = self.programs.burn("show", "--range", "1y", "--archive", archive)
        for work, name, ours, other, words in (
            ("version", "", version, python("-I", "-c", "pass"), "python -I -c pass"),
            ("show", corpus.name, show, version, "burn --version"),
            ("import", "", python("-c", "import burnlib"), python("-c", "pass"), "python -c pass"),
        ):
            pair = (functools.partial(measure.measure, command) for command in (ours, other))
            runs = self._in_turn(*pair, times=_SHORT)
            yield Contest(work, name, Side("burnlib", runs[0]), Side(words, runs[1]))

    def archive_part(self, corpus: Corpus) -> float:
        """Return the bytes of the archive over those of the logs in it."""
        archive = self._fresh()
        measure.measure(self.programs.collect(corpus.home, archive, self._fresh()))
        size = sum(path.stat().st_size for path in archive.parent.glob(f"{archive.name}*"))
        return size / corpus.bytes

    def _fresh(self) -> Path:
        return self.programs.fresh()

    def _in_turn(
        self, ours: _Runner, other: _Runner, *, times: int = 1
    ) -> tuple[list[Run], list[Run]]:
        """Run both in turn; the first of each fills caches, and is not measured."""
        first = max(ours().wall, other().wall)
        runs = min(self.runs, 2) if first > _SLOW else self.runs * times
        pairs = [(ours(), other()) for _ in range(runs)]
        return [pair[0] for pair in pairs], [pair[1] for pair in pairs]

    def _cold_run(self, corpus: Corpus, rows: Path) -> _Runner:
        def run() -> Run:
            archive = self._fresh()
            done = measure.measure(self.programs.collect(corpus.home, archive, rows))
            for path in archive.parent.glob(f"{archive.name}*"):
                path.unlink()
            return done

        return run

    def _theirs(self, peer: Peer, runs: Sequence[Run], output: Path, home: Path) -> Side:
        agreement = compare(peer.parse(output.read_bytes()), truth_of(home, peer.halves))
        shutil.rmtree(home)
        return Side(f"{peer.name} {version_of(peer, self.tools)}", runs, agreement)


def _ours(runs: Sequence[Run], rows: Path, home: Path) -> Side:
    agreement = compare(of_burnlib(rows.read_bytes()), truth_of(home))
    return Side("burnlib", runs, agreement)
