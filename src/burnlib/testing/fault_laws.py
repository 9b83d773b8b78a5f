"""The laws of sources whose logs are torn, odd, hostile or damaged, and of what a source may do.

Each is a function whose docstring is the law. It raises Broken where it does not hold, and Vacuous
where the samples have nothing that it could be tried on.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

from burnlib.sources.base import Home, Reading, Resume, Segment, Source
from burnlib.testing.sample import cuts, lines_of, some, with_file
from burnlib.testing.trial import Broken, Told, Trial, Vacuous, read
from burnlib.testing.variants import NOT_NUMBERS, NOT_RECORDS, TEXTS, leaves_changed, said_otherwise
from burnlib.testing.watch import Deeds, watched

__all__ = ["FAULT_LAWS"]

_PLACES = 6

# Long enough that nobody reads it as part of a name, and in no other text.
_CANARY = "Canary-5f1d7c " * 8
_SIGN = "canary-5f"  # also of what was cut off, and in other letters


def tells_a_part_of_a_torn_log(trial: Trial) -> None:
    """A log that is cut at any byte tells a part of its uses, or is given up with a clear error."""
    whole = {use.id: use.counts.total for use in trial.tell().uses}
    for name, content in trial.sample.files.items():
        for cut in cuts(content):
            told = trial.tell(with_file(trial.sample, name, content[:cut]))
            how = f"cut after {cut} of {len(content)} bytes"
            told.check_clear(how)
            for use in told.uses:
                if use.counts.total > whole.get(use.id, -1):
                    known = f"{whole[use.id]} tokens" if use.id in whole else "not known"
                    raise Broken(
                        f"{how}, the use {use.id!r} has {use.counts.total}; whole, {known}"
                    )


def takes_records_as_json(trial: Trial) -> None:
    """Unknown fields, the order of fields, blanks and escapes of JSON records change nothing."""
    whole = trial.tell()
    tried = False
    for how, sample in said_otherwise(trial.sample):
        tried = True
        whole.check_alike(trial.tell(sample), how)
    _check_tried(tried=tried)


def counts_no_odd_number(trial: Trial) -> None:
    """A number that is none (negative, a fraction, a truth, null, text) is never counted."""
    whole = trial.tell()
    tried = False
    totals: dict[str, dict[str, int]] = {}
    for how, sample in leaves_changed(trial.sample, _is_number, NOT_NUMBERS):
        tried = True
        told = trial.tell(sample)
        told.check_clear(how)
        if told.total > whole.total and not trial.in_order:
            raise Broken(f"{how}: {told.total} tokens instead of {whole.total}", sample)
        place, _, value = how.rpartition(" = ")
        totals.setdefault(place, {})[value] = told.total
    for place, found in totals.items():
        # What becomes of a text or a list in its place becomes of a truth, which is no 1.
        others = max(found.get(value, 0) for value in ("'x'", "[]", "{}"))
        if found.get("True", 0) > others and not trial.in_order:
            raise Broken(f"{place} = True: {found['True']} tokens, with a text there {others}")
    _check_tried(tried=tried)


def survives_any_text(trial: Trial) -> None:
    """Whatever a field is, hostile, odd or missing, there are valid uses or a clear error."""
    tried = False
    for how, sample in leaves_changed(trial.sample, _is_no_number, TEXTS):
        tried = True
        trial.tell(sample).check_clear(how)
    _check_tried(tried=tried)


def survives_any_line(trial: Trial) -> None:
    """A line that is no record takes nothing from the others, or the log is given up clearly."""
    whole = trial.tell()
    for name, content in trial.sample.files.items():
        lines = lines_of(content)
        for what, line in NOT_RECORDS.items():
            for place in some(range(len(lines) + 1), _PLACES):
                told = trial.tell(
                    with_file(trial.sample, name, b"".join([*lines[:place], line, *lines[place:]]))
                )
                _check_kept(whole, told, f"with {what} before line {place + 1}")
        windows = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        told = trial.tell(with_file(trial.sample, name, windows))
        _check_kept(whole, told, "with line ends of Windows")
        for junk in (b"", b"\0" * 4096, bytes(range(256)) * 40):
            trial.tell(with_file(trial.sample, name, junk)).check_clear(f"{junk[:8]!r}... alone")


def stays_on_the_machine(trial: Trial) -> None:
    """A source opens no connection and starts no program."""
    deeds = _deeds(trial)
    if done := [*deeds.network, *deeds.programs]:
        raise Broken(done[0])


def changes_no_file(trial: Trial) -> None:
    """A source writes nothing: not to the logs, and nowhere else."""
    with trial.home() as home:
        before = _tree(home)
        trial.tell_below(home)
        if (after := _tree(home)) != before:
            changed = sorted(set(before.items()) ^ set(after.items()))
            raise Broken(f"{changed[0][0]} is not as it was")
    if changes := _deeds(trial).changes:
        raise Broken(changes[0])


def keeps_words_to_itself(trial: Trial) -> None:
    """What was said to a model and what it answered stands in nothing that is kept or printed."""
    tried = False
    for how, sample in leaves_changed(trial.sample, _is_text, (_CANARY,)):
        *_, key = (step for step in how.partition(" = ")[0].split(".") if not step.isdigit())
        if key not in trial.private:
            continue
        tried = True
        told = trial.tell(sample)
        for use in told.uses:
            if _SIGN in repr(use).casefold():
                raise Broken(f"{how} stands in {use!r}", sample)
        if _SIGN in told.aside.casefold():
            raise Broken(f"{how} stands in {told.aside[:300]!r}", sample)
    _check_tried(tried=tried)


def _check_part(whole: Mapping[str, int], part: Told, how: str) -> None:
    part.check_clear(how)
    for use in part.uses:
        if use.id not in whole:
            how += f", there is a use {use.id!r}, which the whole log has not"
            raise Broken(how, part.sample)
        if (total := use.counts.total) > whole[use.id]:
            how += f", {use.id!r} has {total} tokens; in the whole log {whole[use.id]}"
            raise Broken(how, part.sample)


def _check_kept(whole: Told, told: Told, how: str) -> None:
    told.check_clear(how)
    if not told.refused:
        whole.check_alike(told, how)


def _check_tried(*, tried: bool) -> None:
    if not tried:
        raise Vacuous("no line of the samples is a JSON object with such a field")


def _is_number(leaf: object) -> bool:
    return isinstance(leaf, int | float) and not isinstance(leaf, bool)


def _is_no_number(leaf: object) -> bool:
    return not _is_number(leaf)


def _is_text(leaf: object) -> bool:
    return isinstance(leaf, str)


def _deeds(trial: Trial) -> Deeds:
    """Return what the source does while it finds and reads logs: whole, torn, odd, and in parts."""
    samples = [trial.sample]
    for name, content in trial.sample.files.items():
        torn = content[: len(content) // 2]
        samples += [with_file(trial.sample, name, torn + odd) for odd in (b"", b"\n{}\n", b"\n[\n")]
    with trial.home() as home, watched() as deeds:
        source = trial.source()
        if kept := getattr(source, "kept", None):
            kept(Home(home))
        for item in trial.find(source, home):
            first = _tried(source, item, None)
            if first is not None and first.offset:
                _tried(source, item, Resume(first.offset, first.state))
    for sample in samples:
        with trial.home(sample) as home, watched() as more:
            trial.tell_below(home)
        deeds.network += more.network
        deeds.programs += more.programs
        deeds.changes += more.changes
    return deeds


def _tried(source: Source, item: Segment | Path, resume: Resume | None) -> Reading | None:
    with contextlib.suppress(Exception):
        return read(source, item, resume)
    return None


def _tree(home: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path.relative_to(home)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(home.rglob("*"))
        if path.is_file()
    }


FAULT_LAWS = (
    tells_a_part_of_a_torn_log,
    takes_records_as_json,
    counts_no_odd_number,
    survives_any_text,
    survives_any_line,
    stays_on_the_machine,
    changes_no_file,
    keeps_words_to_itself,
)
"""The laws, in the order in which they are tried."""
