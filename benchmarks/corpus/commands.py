"""The commands of ``python benchmarks/corpus``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from burnlib.errors import BurnlibError
from corpus.growing import choose_files, grow
from corpus.home import SIZES, Plan, make

__all__ = ["main", "size_of"]

_UNITS = {"k": 1_000, "M": 1_000_000, "G": 1_000_000_000}


def main(arguments: Sequence[str]) -> int:
    """Run a command; exits with 2 where it was used wrongly."""
    command, rest = _make, arguments
    if arguments and arguments[0] in _COMMANDS:
        command, rest = _COMMANDS[arguments[0]], arguments[1:]
    command(rest)
    return 0


def size_of(text: str) -> int:
    """Return the bytes that a size means: small, medium, large, 300k, 80M or 3G."""
    if text in SIZES:
        return SIZES[text]
    return int(float(text[:-1]) * _UNITS[text[-1]]) if text[-1:] in _UNITS else int(text)


def _make(arguments: Sequence[str]) -> None:
    usual = Plan(size=0)
    parser = argparse.ArgumentParser(
        prog="corpus",
        description="Make a home of made-up logs whose totals are known, in its truth.json.",
        epilog="other commands: corpus append --help, corpus wide --help",
    )
    parser.add_argument("home", type=Path, metavar="OUT", help="a new or empty folder")
    parser.add_argument(
        "--size", type=size_of, default="small", help="small (20M), medium (500M), large (3G), 80M"
    )
    parser.add_argument(
        "--claude-share",
        type=float,
        default=usual.claude_share,
        metavar="PART",
        help="part of the bytes that is Claude Code's, 0 to 1 (default: %(default)s)",
    )
    parser.add_argument("--seed", default=usual.seed, help="other seed, other logs")
    parser.add_argument(
        "--end", type=date.fromisoformat, default=usual.end, metavar="DAY", help="the last day, UTC"
    )
    parser.add_argument("--days", type=int, default=usual.days, help="days up to it")
    options = parser.parse_args(arguments)
    if options.home.exists() and any(options.home.iterdir()):
        parser.error(f"{options.home} is not empty; name a new folder")
    plan = Plan(
        size=options.size,
        claude_share=options.claude_share,
        seed=options.seed,
        end=options.end,
        days=options.days,
    )
    tables = make(options.home, plan)
    print(json.dumps({"meta": tables["meta"], "totals": tables["totals"]}, indent=1))


def _append(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="corpus append",
        description="Let some logs grow by 20 kB or more each, and truth.json with them.",
    )
    parser.add_argument("home", type=Path, metavar="HOME", help="a copy that may be changed")
    parser.add_argument("--files", type=int, default=50, help="logs that grow")
    parser.add_argument(
        "--round", type=int, default=1, help="other number, other lines (default: 1)"
    )
    options = parser.parse_args(arguments)
    logs = choose_files(options.home, options.files)
    try:
        more = grow(options.home, logs, number=options.round)
    except BurnlibError as error:
        parser.error(str(error))
    print(f"{len(logs)} logs grew by {more:,} bytes")


def _wide(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="corpus wide",
        description="Write an archive of many uses without any logs.",
    )
    parser.add_argument("archive", type=Path, metavar="FILE", help="a new file")
    parser.add_argument("--uses", type=int, default=500_000, metavar="N")
    options = parser.parse_args(arguments)
    # Only here, so that logs can be made where burnlib's archive cannot be used.
    from corpus.wide import write_archive

    try:
        tokens = write_archive(options.archive, options.uses)
    except BurnlibError as error:
        parser.error(str(error))
    print(f"{options.uses:,} uses, {tokens:,} tokens")


_COMMANDS = {"append": _append, "wide": _wide}
