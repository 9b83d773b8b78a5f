"""Whether the laws can fail: faults are put into a copy of the accounting, one at a time.

Run by hand (``make mutants``, or ``python tests/mutants.py [SRC]``); about ten minutes on two
cores. First the unbroken copy goes through the same harness: a harness that is broken itself would
kill everything. Exits with 1 if a fault survives.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
# estimating.py has its laws in test_turns.py.
LAWS = (
    "reconcile",
    "uses",
    "model",
    "families",
    "ledger",
    "days",
    "normalize",
    "daily",
    "turns",
    "day_sums",
    "portions",
)


class Fault(NamedTuple):
    """What goes wrong, and how: in *module*, *right*, which stands there once, becomes *wrong*."""

    name: str
    module: str
    right: str
    wrong: str


FAULTS = [
    # Several records, one use
    Fault(
        "the last record wins, not the best", "uses", "better = max(a, b, key=_rank)", "better = b"
    ),
    Fault(
        "a tie is left open",
        "uses",
        "best = _greatest(a, b) if _rank(a) == _rank(b) else better",
        "best = better",
    ),
    Fault("copies are added", "uses", "max(x.output, y.output)", "x.output + y.output"),
    Fault("the reader's revision is ignored", "uses", "return (event.revision, ", "return (0, "),
    Fault("the fullness of a record is ignored", "uses", ", event.detail, ", ", 0, "),
    Fault(
        "an estimate can beat a measurement",
        "uses",
        "event.fidelity is not Fidelity.ESTIMATED",
        "True",
    ),
    Fault(
        "a joined record is always exact",
        "uses",
        "fidelity=max(a.fidelity, b.fidelity)",
        "fidelity=Fidelity.EXACT",
    ),
    Fault("the last session gives the place", "uses", "home = min(a, b", "home = max(a, b"),
    Fault(
        "a side chain can give the place", "uses", "        event.sidechain,\n", "        False,\n"
    ),
    Fault(
        "a start can be told or not", "uses", "        event.started is None,\n", "        False,\n"
    ),
    Fault(
        "the request does not tell uses apart",
        "uses",
        "known = by_request.get(event.request)\n        by_request[event.request] =",
        'known = by_request.get("")\n        by_request[""] =',
    ),
    Fault(
        "side chains are counted",
        "uses",
        "return event.sidechain or not _has_input(event)",
        "return not _has_input(event)",
    ),
    Fault(
        "what has no input yet is a use of its own",
        "uses",
        "return event.sidechain or not _has_input(event)",
        "return event.sidechain",
    ),
    Fault(
        "side chains alone count nothing",
        "uses",
        "return [functools.reduce(join, records)]",
        "return []",
    ),
    Fault(
        "a replay is forgotten",
        "uses",
        "        if same in uses:\n            uses[same] = join(uses[same], event)\n    return",
        "    return",
    ),
    Fault(
        "another model is the same question",
        "uses",
        "        event.model,\n        counts",
        "        counts",
    ),
    Fault(
        "the cache is no part of the question",
        "uses",
        "        counts.cache_read,\n        counts",
        "        counts",
    ),
    # Counts and rows
    Fault("reasoning is added", "model", "+ self.output\n", "+ self.output + self.reasoning\n"),
    Fault(
        "inclusive input is not reduced",
        "model",
        "input=max(0, input - cache_read - cache_write)",
        "input=input",
    ),
    Fault("a part is left out of the total", "model", " + self.cache_write_1h", ""),
    Fault(
        "estimates count as exact",
        "model",
        "return self.total - self.estimated",
        "return self.total",
    ),
    Fault("lower bounds are not told", "model", "day.fidelity is Fidelity.LOWER_BOUND", "False"),
    Fault(
        "a negative count is taken", "model", "not 0 <= value <= MAX_TOKENS", "value > MAX_TOKENS"
    ),
    Fault("two rows of one day are taken", "ledger", "if earlier.date == later.date", "if False"),
    Fault("a range loses its last day", "ledger", "<= row.date <= last", "<= row.date < last"),
    # Days
    Fault("days are cut in UTC", "days", "at.astimezone(tz).date()", "at.astimezone(UTC).date()"),
    Fault(
        "midnight is an hour off",
        "days",
        "tzinfo=tz).astimezone(UTC)",
        "tzinfo=tz).astimezone(UTC) + timedelta(hours=1)",
    ),
    Fault(
        "midnight ignores the zone",
        "days",
        "datetime(day.year, day.month, day.day, tzinfo=tz)",
        "datetime(day.year, day.month, day.day, tzinfo=UTC)",
    ),
    Fault("a range is a day too long", "days", "timedelta(days=days - 1)", "timedelta(days=days)"),
    Fault(
        "a wrong TZ is silently UTC",
        "days",
        'return zone(named.removeprefix(":")).key if named else',
        'return zone(named.removeprefix(":")).key if named and "," not in named else',
    ),
    # From uses to rows
    Fault(
        "a use is put into its UTC day",
        "normalize",
        "local_day(use.at, context.tz)",
        "use.at.date()",
    ),
    Fault(
        "one fidelity is dropped",
        "normalize",
        "if not in_the_future(use, context.now):",
        "if use.fidelity is not Fidelity.LOWER_BOUND and not in_the_future(use, context.now):",
    ),
    Fault(
        "everything is called exact",
        "sums",
        "weakest=Fidelity(min(p.fidelity for p in portions))",
        "weakest=Fidelity.EXACT",
    ),
    Fault("the strongest part speaks for the row", "sums", "min(p.fidelity", "max(p.fidelity"),
    Fault("a row is skipped", "normalize", "in sorted(candidates)]", "in sorted(candidates)[1:]]"),
    Fault("calls are uses", "sums", "        calls=calls,", "        calls=len(portions),"),
    Fault("uses of the far future count", "normalize", "use.at > now + AHEAD", "False"),
    Fault("an unobserved source is zero", "normalize", "        elif seen:", "        else:"),
    Fault("one observed source makes a day quiet", "normalize", "all(observed(", "any(observed("),
    Fault(
        "the beginning of a day is enough",
        "normalize",
        "end = begin if day == self._today else self._midnight(day + _A_DAY)",
        "end = begin",
    ),
    Fault(
        "a day that was not seen is exact",
        "normalize",
        "if not observed and fidelity is Fidelity.EXACT:",
        "if False:",
    ),
    Fault(
        "whole days are forgotten",
        "normalize",
        "sources = dict(context.whole_days.get(day, {}))",
        "sources: dict[str, SourceDay] = {}",
    ),
    Fault(
        "a zero hides what came from elsewhere",
        "normalize",
        "sources.setdefault(name, _nothing(best[name]))",
        "sources[name] = _nothing(best[name])",
    ),
    Fault(
        "drivers leave out what is unknown",
        "normalize",
        "rest = total - sum(used.families.values())",
        "rest = 0",
    ),
    Fault(
        "the smallest family is the driver",
        "normalize",
        "(-families[name], name == NO_LABEL, name)",
        "(families[name], name == NO_LABEL, name)",
    ),
    Fault("the last rule wins", "families", "for rule in rules:", "for rule in reversed(rules):"),
    # The file
    Fault("a total that is wrong is read", "daily", "if amount != total:", "if False:"),
    Fault("drivers are not added up", "daily", "        if drivers:\n", "        if False:\n"),
    Fault("of a key that stands twice one is lost", "daily", "if key in found:", "if False:"),
    Fault("infinity is read", "daily", "parse_float=_finite", "parse_float=float"),
    Fault(
        "equal rows are written unlike",
        "daily",
        "dict(sorted(row.drivers.items(), key=lambda item: (-item[1], item[0])))",
        "dict(row.drivers)",
    ),
    Fault(
        "unknown keys are in no order", "daily", "for key in sorted(value)}", "for key in value}"
    ),
    Fault("invisible letters are written", "daily", "re.sub(_INVISIBLE, _escaped, line)", "line"),
    Fault("unknown keys are lost", "daily", "if k not in self.known}", "if False}"),
    Fault("calls are not written", "daily", "if row.sources[name].calls is not None:", "if False:"),
    Fault(
        "lower bounds are not written", "daily", "if bounds := row.lower_bound:", "if bounds := ():"
    ),
    Fault("the range of an estimate is lost", "daily", '"_est_low": day.low, ', ""),
    Fault(
        "only the last row is read",
        "daily",
        "return Ledger(row for row in rows.values() if row)",
        "return Ledger(row for row in [*rows.values()][-1:] if row)",
    ),
    Fault(
        "a second row of a day replaces it",
        "daily",
        "if isinstance(day, str) and day in rows:",
        "if False:",
    ),
    Fault(
        "the first bad place ends the list",
        "daily",
        "shown = faults[:_MOST_SHOWN]",
        "shown = faults[:1]",
    ),
    # The archive and the proof
    Fault(
        "the id does not make records one use",
        "archive/sightings",
        "key=lambda row: row[:2]",
        "key=lambda row: row",
    ),
    Fault(
        "a part is not archived",
        "packed",
        "                counts.cache_write_1h,\n",
        "                0,\n",
    ),
    # Days that were added up before
    Fault(
        "a changed day is not added up anew",
        "archive/sums",
        "            if zones:",
        "            if False:",
    ),
    Fault(
        "what is taken back stays in its day",
        "archive/sums",
        "found.union(changed.instants)",
        "found",
    ),
    Fault(
        "new copies are not noticed",
        "archive/sums",
        "                self._db.execute(_SHARE_FEW)",
        "                pass",
    ),
    Fault(
        "many new copies are not noticed",
        "archive/sums",
        "                self._db.execute(SHARE)\n            bases",
        "                pass\n            bases",
    ),
    Fault(
        "an archive that is being filled is trusted",
        "archive/portions",
        'which = "s.shared" if self.is_indexed() else "true"',
        'which = "s.shared"',
    ),
    Fault(
        "sums that may be out of date are kept",
        "archive/sums",
        "if self._data_version() == version:",
        "if True:",
    ),
    Fault("sums are kept for other rules", "archive/sums", "estimate, told))", "estimate))"),
    Fault(
        "sums are kept for another figure", "archive/sums", "tz.key, estimate, told", "tz.key, told"
    ),
    Fault(
        "a use ahead of the clock counts",
        "archive/portions",
        "limit + 1)",
        "2**62)",
    ),
    Fault(
        "a look back sees what came later",
        "archive/sums",
        "(horizon <= end or midnight_of(day, tz) < end)",
        "True",
    ),
    Fault(
        "a log of two days is all of one",
        "archive/portions",
        "    AND s.at >= d.begun AND s.at < d.ended\n",
        "",
    ),
    Fault(
        "a log of two places is all of one",
        "archive/portions",
        " AND s.place = t.place",
        "",
    ),
    Fault(
        "uses of one place are all trusted alike",
        "archive/portions",
        "if least == best:",
        "if True:",
    ),
    Fault(
        "a range is everybody's",
        "archive/portions",
        "iif({end} IS NULL, 0, {end} - ({total}))",
        "{end} - ({total})",
    ),
    Fault(
        "any copy tells the day",
        "archive/copies",
        "min(sightings, key=_place)",
        "max(sightings, key=_place)",
    ),
    Fault(
        "copies that differ are taken for exact ones",
        "archive/copies",
        "if any(_same(row) != same for row in sightings):",
        "if False:",
    ),
    Fault(
        "what ran beside one copy stands for all",
        "archive/copies",
        "{kind for work in works for kind in work.split()}",
        "set(max(works).split())",
    ),
    Fault(
        "families of one measured use hide the others",
        "sums",
        "if not measured or len(measured) == len(portions):",
        "if not measured or len(measured) == 1:",
    ),
    Fault("written drivers are not proved", "_reconcile", 'if "drivers" in row:', "if False:"),
    Fault("written totals are not proved", "_reconcile", 'if amount != row["total"]', "if False"),
    Fault(
        "the two counts are not compared",
        "_reconcile",
        "            if a != b\n",
        "            if False\n",
    ),
    Fault(
        "places are not compared", "_reconcile", "if self.tokens != counted.tokens:", "if False:"
    ),
    Fault(
        "calls of a row are not compared",
        "_reconcile",
        "if self.calls != counted.calls:",
        "if False:",
    ),
    Fault(
        "trust is not compared",
        "_reconcile",
        "if self.estimated != counted.estimated:",
        "if False:",
    ),
    Fault(
        "the second count adds copies",
        "_recount",
        "tuple(max(_n(row, part) for row in best)",
        "tuple(sum(_n(row, part) for row in best)",
    ),
    # Estimates
    Fault("a later calibration is ignored", "uses", "event.calibrated or _NEVER", "_NEVER"),
    Fault(
        "what was processed comes from any record",
        "uses",
        "processed=_greatest_parts(a.processed, b.processed)",
        "processed=a.processed",
    ),
    Fault(
        "a silent chat is measured",
        "normalize",
        "return SourceDay(tokens=0, fidelity=fidelity, calls=0, low=0, high=0)",
        "return SourceDay(tokens=0, fidelity=Fidelity.EXACT, calls=0)",
    ),
    Fault(
        "an old export turns zeros into gaps",
        "normalize",
        "for source in measured or best",
        "for source in best",
    ),
    Fault("the range ends with the text", "sums", "max(high, most, tokens)", "max(high, tokens)"),
    Fault(
        "the range may end below its value",
        "sums",
        "max(high, most, tokens)",
        "max(high, most)",
    ),
    Fault("the range may begin above its value", "sums", "low=min(low, tokens)", "low=low"),
    Fault(
        "the figure that is asked for is not shown",
        "normalize",
        'if estimate == "processed" and',
        "if False and",
    ),
    Fault(
        "the second count takes another figure", "_recount", "if processed and again", "if again"
    ),
    Fault("a day begins after its midnight", "_recount", "if begun <= at)", "if begun < at)"),
    Fault(
        "what is dated ahead is summed", "_first_count", "if in_the_future(use, now):", "if False:"
    ),
    Fault(
        "the processed figure is ignored",
        "normalize",
        'use.processed if estimate == "processed" and use.processed is not None else use.counts',
        "use.counts",
    ),
    Fault("the second count forgets calibrations", "_recount", ", since\n", ", 0\n"),
    Fault("a file's figure is forgotten", "daily", 'return "processed"', 'return "visible"'),
    Fault(
        "every message of a run is a turn",
        "sources/turns",
        "begins = wrote and not path.writing",
        "begins = wrote",
    ),
    Fault(
        "a turn holds more than the window",
        "sources/turns",
        "min(path.tokens, how.window)",
        "path.tokens",
    ),
    Fault("all messages are sent again", "sources/turns", "if message.resent:", "if True:"),
    Fault(
        "a copied message counts twice",
        "sources/turns",
        "message if _UUID.fullmatch(message) else",
        "message if False else",
    ),
    Fault(
        "messages of two conversations are one",
        "sources/turns",
        'f"{conversation}/{message}"',
        "message",
    ),
    Fault("the low end is rounded up", "estimating", "low // _UNIT", "-(-low // _UNIT)"),
    Fault("the middle is rounded down", "estimating", "(mid + _UNIT // 2)", "mid"),
    Fault(
        "code counts as prose",
        "estimating",
        "yield method.code, block[0]",
        "yield method.prose, block[0]",
    ),
    Fault(
        "CJK counts as prose",
        "estimating",
        "method.cjk if _is_cjk(text) else",
        "method.prose if True else",
    ),
]


def plant(fault: Fault, source: Path) -> None:
    """Put *fault* into the copy at *source*; exits where its place is not there exactly once."""
    path = source / "burnlib" / f"{fault.module}.py"
    text = path.read_text(encoding="utf-8")
    if (found := text.count(fault.right)) != 1:
        sys.exit(
            f"{fault.name}: {fault.right!r} stands {found} times in {fault.module}.py, not once"
        )
    path.write_text(text.replace(fault.right, fault.wrong), encoding="utf-8")


def run(source: Path, module: str = "") -> tuple[bool, str]:
    """Run the laws against *source*, those of *module* first.

    Returns whether they hold, and the first that does not.
    """
    # Without byte code: a fault of equal length within one second would not be noticed.
    surroundings = os.environ | {
        "PYTHONPATH": str(source),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HYPOTHESIS_PROFILE": "first",
    }
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider"]
    tests = [f"tests/test_{name}.py" for name in sorted(LAWS, key=lambda name: name != module)]
    done = subprocess.run(
        [*command, *tests], cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False
    )
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    first = failed[0].split(" ")[1].removeprefix("tests/") if failed else ""
    if done.returncode not in (0, 1):
        # 2 to 5: pytest did not get to run the laws. No fault here makes a module unimportable.
        return False, f"NOT RUN: {first or done.stderr[-300:]}"
    return done.returncode == 0, first


def imported_from(source: Path) -> Path:
    """Where Python finds burnlib with *source* on its path."""
    done = subprocess.run(
        [sys.executable, "-c", "import burnlib; print(burnlib.__file__)"],
        env=os.environ | {"PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(done.stdout.strip())


def survivors(original: Path) -> int:
    """Print a line for each fault, and return how many the laws did not find."""
    alive = 0
    with tempfile.TemporaryDirectory() as folder:
        whole, source = Path(folder) / "whole", Path(folder) / "src"
        shutil.copytree(original, whole, ignore=shutil.ignore_patterns("__pycache__"))
        for fault in (None, *FAULTS):
            shutil.rmtree(source, ignore_errors=True)
            shutil.copytree(whole, source)
            if fault is None and not imported_from(source).is_relative_to(source):
                sys.exit("another burnlib comes before the copy on the path")
            if fault:
                plant(fault, source)
            began = time.monotonic()
            holds, first = run(source, fault.module.rpartition("/")[2].strip("_") if fault else "")
            seconds = time.monotonic() - began
            if fault is None:
                if not holds:
                    sys.exit(f"the unbroken copy fails: {first}")
                print(f"{'unbroken':<9} {seconds:5.0f} s  all laws hold", flush=True)  # noqa: T201
                continue
            killed = not holds and not first.startswith("NOT RUN")
            alive += not killed
            word = "killed" if killed else "SURVIVED"
            print(f"{word:<9} {seconds:5.0f} s  {fault.name:<42} {first}", flush=True)  # noqa: T201
    print(f"{len(FAULTS) - alive} of {len(FAULTS)} faults killed")  # noqa: T201
    return alive


if __name__ == "__main__":
    here = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "src"
    sys.exit(1 if survivors(here) else 0)
