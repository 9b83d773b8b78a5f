"""The laws of sources whose logs are as their tool wrote them.

Each is a function whose docstring is the law. It raises Broken where it does not hold.
"""

from __future__ import annotations

import itertools
import random
import shutil
import time
from datetime import UTC, timedelta
from pathlib import Path, PurePosixPath

from burnlib._collect import Collection
from burnlib._reconcile import reconcile
from burnlib.errors import ContractError
from burnlib.model import Fidelity, UsageEvent
from burnlib.plugins import check_plugin
from burnlib.sources.base import Home, Resume, Segment
from burnlib.testing.sample import cuts, lines_of, some, with_file
from burnlib.testing.trial import Broken, Trial, Vacuous, in_zone, read, settled
from burnlib.testing.watch import watched

__all__ = ["READING_LAWS", "tells_what_was_counted"]

# Far apart, and none of them where a developer is likely to sit.
_ZONES = ("UTC", "Pacific/Kiritimati", "America/St_Johns", "Pacific/Pago_Pago")

_SHUFFLES = 12
_FORKS = 8


def keeps_the_protocol(trial: Trial) -> None:
    """A source has name, api_version, fidelity, find() and read() as the protocol asks for."""
    source = trial.source()
    try:
        check_plugin(source, "sources")
    except ContractError as error:
        raise Broken(str(error)) from error
    if type(getattr(source, "revision", 1)) is not int:
        raise Broken(f"revision is {getattr(source, 'revision', None)!r}, not a whole number")
    kept = getattr(source, "kept", None)
    with trial.home() as home:
        period = kept(Home(home)) if kept else None
    if period is not None and not isinstance(period, timedelta):
        raise Broken(f"kept() gave {period!r}, not a timedelta or None")


def tells_what_was_counted(trial: Trial) -> None:
    """A sample gives the tokens and requests that were counted by hand, and no problem."""
    with trial.home() as home:
        burn = trial.collect(home, archive=home / "archive.db")
        if burn.problems:
            raise Broken(f"there is a problem: {burn.problems[0]}")
        if not (proof := reconcile(burn)).ok:
            raise Broken(f"the rows do not add up: {proof}")
        found, name = trial.days(burn), trial.source().name
        if found != dict(trial.sample.tokens):
            raise Broken(f"counted by hand: {dict(trial.sample.tokens)}; told: {found}")
        calls = {
            row.date.isoformat(): row.sources[name].calls
            for row in burn.rows
            if name in row.sources
        }
        for day, expected in trial.sample.calls.items():
            if calls.get(day) != expected:
                raise Broken(f"{day} has {expected} requests; told: {calls.get(day)}")


def finds_without_opening(trial: Trial) -> None:
    """Finding lists logs and opens none of them; a home folder without logs is no error."""
    source = trial.source()
    with trial.home() as home:
        with watched() as deeds:
            found = trial.find(source, home)
        logs = [item.path if isinstance(item, Segment) else Path(item) for item in found]
        if not logs:
            raise Broken("find() gave nothing, though the logs are there")
        for log in logs:
            if not log.is_file():
                raise Broken(f"find() gave {log}, which is no file")
            if str(log) in deeds.opened:  # settings that tell where logs are may be read
                raise Broken(f"find() opened {log.relative_to(home)}")
        empty = home / "another home"
        empty.mkdir()
        if nothing := trial.find(source, empty):
            raise Broken(f"find() gave {nothing[0]!r} below an empty home folder")


def gives_each_use_once(trial: Trial) -> None:
    """Every event is a use that the source may give, and in the full form comes once a reading."""
    with trial.home() as home:
        source = trial.source()
        for item in trial.find(source, home):
            events = read(source, item).events
            if not isinstance(item, Segment):
                continue
            seen = set()
            for event in events:
                if (event.id, event.request) in seen:
                    raise Broken(f"one reading gave the use {event.id!r} twice")
                seen.add((event.id, event.request))


def tells_the_same_again(trial: Trial) -> None:
    """Reading the same logs again tells the same, wherever the home folder is."""
    first, second = trial.tell(), trial.tell()
    first.check_same(second, "the second time, in another folder")
    if not first.uses and trial.sample.tokens:
        raise Broken("it tells of no use")


def reads_files_in_any_order(trial: Trial) -> None:
    """The order in which logs are read does not matter."""
    with trial.home() as home:
        forwards = trial.tell_below(home)
        forwards.check_same(trial.tell_below(home, backwards=True), "backwards")


def reads_lines_in_any_order(trial: Trial) -> None:
    """The lines of a log may stand in any order, unless the suite says that they depend on it."""
    if trial.in_order:
        raise Vacuous("in_order is set: a line of a log depends on those before it")
    whole = trial.tell()
    for name, content in trial.sample.files.items():
        lines = lines_of(content)
        for number in range(_SHUFFLES):
            chance = random.Random(number)  # noqa: S311 - the same order each time
            shuffled = chance.sample(lines, len(lines)) if number else lines[::-1]
            other = with_file(trial.sample, name, b"".join(shuffled))
            whole.check_same(trial.tell(other), "with its lines in another order", variant=True)


def counts_copies_once(trial: Trial) -> None:
    """A home folder that was copied to another place adds nothing."""
    with trial.home() as home:
        other = Path(shutil.copytree(home, home.with_name("copy")))
        once = trial.days(trial.collect(home, archive=home / "one.db"))
        both = trial.days(trial.collect(home, other, archive=home / "both.db"))
        if once != both:
            raise Broken(f"alone {once}, with the copy {both}")


def counts_forks_once(trial: Trial) -> None:
    """A log that begins as another one does, as forked and resumed sessions do, adds nothing."""
    whole = trial.tell()
    for name, content in trial.sample.files.items():
        path = PurePosixPath(name)
        fork = str(path.with_name(f"{path.stem}-2{path.suffix}"))
        lines = lines_of(content)
        for end in some(range(1, len(lines) + 1), _FORKS):
            forked = with_file(trial.sample, fork, b"".join(lines[:end]))
            whole.check_same(
                trial.tell(forked), f"with its first {end} lines in {fork}, too", variant=True
            )


def keeps_what_was_deleted(trial: Trial) -> None:
    """What a log told stays when the tool deletes it, and that it is gone is no problem."""
    with trial.home() as home:
        archive = home.with_name("archive.db")
        before = trial.days(trial.collect(home, archive=archive))
        for name in trial.sample.files:
            home.joinpath(name).unlink()
        _check_kept(trial, before, trial.collect(home, archive=archive), "the logs")
        shutil.rmtree(home)
        home.mkdir()
        _check_kept(trial, before, trial.collect(home, archive=archive), "the folders of the logs")


def _check_kept(trial: Trial, before: dict[str, int], burn: Collection, gone: str) -> None:
    if (after := trial.days(burn)) != before:
        raise Broken(f"with {gone} {before}, without {after}")
    if burn.problems:
        raise Broken(f"without {gone} there is a problem: {burn.problems[0]}")


def loses_nothing_to_rewriting(trial: Trial) -> None:
    """A log that is written anew with half of its lines takes nothing back, and adds nothing."""
    for name, content in trial.sample.files.items():
        lines = lines_of(content)
        half = len(lines) // 2
        for rest in (lines[:half], lines[half:]):
            with trial.home() as home:
                before = sum(trial.days(trial.collect(home, archive=home / "a.db")).values())
                home.joinpath(name).write_bytes(b"".join(rest))
                after = sum(trial.days(trial.collect(home, archive=home / "a.db")).values())
            if after < before or (after > before and not trial.in_order):
                raise Broken(f"{before} tokens before, {after} afterwards, with {len(rest)} lines")


def means_the_same_instants_everywhere(trial: Trial) -> None:
    """The zone of the machine changes no instant."""
    if not hasattr(time, "tzset"):
        return  # Windows knows no zone of a process
    told = []
    for zone in _ZONES:
        with in_zone(zone):
            told.append((zone, {use.id: _instants(use) for use in trial.tell().uses}))
    for (one, first), (other, second) in itertools.pairwise(told):
        for id_ in first.keys() & second.keys():
            if first[id_] != second[id_]:
                raise Broken(f"the use {id_!r}, in {one}: {first[id_]}, in {other}: {second[id_]}")


def _instants(use: UsageEvent) -> str:
    instants = (use.at, use.started, use.calibrated)
    return " ".join(at.astimezone(UTC).isoformat() for at in instants if at)


def is_no_surer_than_it_says(trial: Trial) -> None:
    """No use is better known than the source can know: an estimate never becomes exact."""
    best = trial.source().fidelity
    told = trial.tell()
    for use in told.uses:
        if use.fidelity > best:
            raise Broken(f"the source is {best.name}, the use {use.id!r} {use.fidelity.name}")
    with trial.home() as home:
        burn = trial.collect(home, archive=home / "archive.db")
        days = [row.sources[name] for row in burn.rows for name in row.sources]
    surest = max((day.fidelity for day in days if day.tokens), default=Fidelity.ESTIMATED)
    if surest > best:
        raise Broken(f"the source is {best.name}, a day {surest.name}")


def goes_on_where_it_stopped(trial: Trial) -> None:
    """A log that is read in two parts, cut anywhere, tells what it tells when read at once."""
    with trial.home() as home:
        for item in trial.find(trial.source(), home):
            if isinstance(item, Segment):
                _goes_on(trial, home, item)


def _goes_on(trial: Trial, home: Path, item: Segment) -> None:
    content = item.path.read_bytes()
    whole = read(trial.source(), item)
    expected = settled(whole.events)
    for cut in cuts(content):
        item.path.write_bytes(content[:cut])
        first = read(trial.source(), item)
        if not 0 <= first.offset <= cut or not isinstance(first.state, str):
            raise Broken(f"of {cut} bytes it says that {first.offset} need not be read again")
        item.path.write_bytes(content)
        resume = Resume(first.offset, first.state) if first.offset else None
        second = read(trial.source(), item, resume)
        told = settled([*(first.events if resume else ()), *second.events])
        if told != expected:
            total = sum(use.counts.total for use in told)
            where = f"cut after {cut} of {len(content)} bytes of {item.path.relative_to(home)}"
            once = sum(use.counts.total for use in expected)
            raise Broken(f"{where}: {total} tokens of {len(told)} uses; at once: {once}")


READING_LAWS = (
    keeps_the_protocol,
    finds_without_opening,
    gives_each_use_once,
    tells_the_same_again,
    tells_what_was_counted,
    reads_files_in_any_order,
    reads_lines_in_any_order,
    goes_on_where_it_stopped,
    counts_copies_once,
    counts_forks_once,
    keeps_what_was_deleted,
    loses_nothing_to_rewriting,
    means_the_same_instants_everywhere,
    is_no_surer_than_it_says,
)
"""The laws, the simple ones first."""
