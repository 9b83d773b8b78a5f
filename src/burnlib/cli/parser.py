"""The commands of ``burn`` and their options."""

from __future__ import annotations

import argparse

from burnlib import __version__
from burnlib.cli.streams import complain
from burnlib.languages import LANGUAGES
from burnlib.render.terminal import columns
from burnlib.words import clean

TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import NoReturn, TypeAlias

    Command: TypeAlias = Callable[[argparse.Namespace], int]

__all__ = ["PICTURES", "VIEWS", "parse"]

VIEWS = ("heatmap", "trend", "drivers", "equivalents", "table")
"""The views of the dashboard and the page."""

PICTURES = (*VIEWS, "sparkline")
"""All that can be shown or drawn alone."""

_MOST_JOBS = 1000

_EPILOG = """\
exit codes: 0 good · 1 something does not add up · 2 wrong use · 3 nothing to read ·
4 partial: something could not be read or written, everything else is exact and kept ·
130 interrupted: what was read so far is kept
"""


def parse(arguments: Sequence[str]) -> tuple[Command, argparse.Namespace]:
    """Return the function of the command and its options; exits with 2 on wrong use."""
    first = arguments[0] if arguments else ""
    alone = not first or (
        first.startswith("-") and first not in ("-h", "--help", "-V", "--version")
    )
    given = ["run", *arguments] if alone else list(arguments)
    # The options of one command take 0.4 ms to set up, those of all take 2.
    parser = _parser(given[0]) if given[0] in _COMMANDS else _parser()
    options = parser.parse_args(given)
    if "command" not in options:
        parser.error("no such command")
    # Only the module of the command is imported, and what it imports.
    from importlib import import_module

    module, function = options.command
    command: Command = getattr(import_module(f"burnlib.cli.{module}"), function)
    return command, options


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints cannot steer the terminal: they repeat what was typed."""

    def error(self, message: str) -> NoReturn:
        complain(f"{self.prog}: {clean(message, limit=400)} (fix: see {self.prog} --help)")
        raise SystemExit(2)


class _Help(argparse.HelpFormatter):
    """As argparse's own, which asks for the width anew with each option that is added."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=columns() - 2)


class _HelpWithEpilog(_Help, argparse.RawDescriptionHelpFormatter):
    """The same with the lines of the epilog as they are."""


def _parser(*only: str) -> _Parser:
    """Return the parser of all commands, or of those that are named."""
    parser = _Parser(
        prog="burn",
        description="Where your AI tokens went. Without a command: collect, then the dashboard.",
        epilog=_EPILOG,
        formatter_class=_HelpWithEpilog,
    )
    parser.add_argument("-V", "--version", action="version", version=f"burn {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", prog="burn")
    common = _Parser(add_help=False, formatter_class=_Help)
    _add_common(common)
    for name in only or _COMMANDS:
        text, module, function, *groups = _COMMANDS[name]
        command = commands.add_parser(
            name, parents=[common], help=text, description=text, formatter_class=_Help
        )
        command.set_defaults(command=(module, function))
        for add in groups:
            add(command)
    return parser


def _path(text: str) -> Path:
    from pathlib import Path  # 4 ms, which neither help nor wrong use should cost

    return Path(text)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= _MOST_JOBS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {_MOST_JOBS}")
    return int(text)


def _add_common(parser: _Parser) -> None:
    """Add the options that work everywhere."""
    parser.add_argument(
        "--archive", type=_path, metavar="FILE", help="the archive (default: in the data folder)"
    )
    parser.add_argument(
        "--tz",
        metavar="ZONE",
        default="",
        help="IANA zone to cut days in (Europe/Berlin); collect keeps it for later commands",
    )
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")


def _add_homes(parser: _Parser) -> None:
    parser.add_argument(
        "--home",
        type=_path,
        action="append",
        metavar="DIR",
        help="a home folder to look below, instead of your own; may be repeated",
    )
    parser.add_argument(
        "--source", action="append", metavar="NAME", help="only this source; may be repeated"
    )
    parser.add_argument(
        "--jobs",
        type=_count,
        metavar="N",
        help="processes to read with, where there is enough to read (default: all cores)",
    )


def _add_from(parser: _Parser) -> None:
    parser.add_argument(
        "--from",
        dest="source_file",
        type=_path,
        metavar="FILE",
        help="read a daily-burn.json in place of the archive",
    )


def _add_view_options(parser: _Parser) -> None:
    parser.add_argument(
        "--range", default="", metavar="R", help="90d, 180d, 1y, all or 2026-01-01..2026-01-31"
    )
    parser.add_argument(
        "--basis",
        choices=("total", "exact"),
        default="total",
        help="show all tokens with the estimated part marked, or the measured ones alone",
    )


def _add_language(parser: _Parser) -> None:
    parser.add_argument(
        "--language", choices=tuple(LANGUAGES), default="en", help="of views (default: en)"
    )


def _add_by(parser: _Parser) -> None:
    parser.add_argument(
        "--by",
        choices=("source",),
        help="a heatmap or trend for each source, all on one scale",
    )


def _add_estimate(parser: _Parser) -> None:
    parser.add_argument(
        "--estimate",
        choices=("visible", "processed"),
        default="visible",
        help="of chats: count each message once (default), or all that every turn sent again",
    )


def _add_output(parser: _Parser) -> None:
    parser.add_argument(
        "-o",
        "--output",
        type=_path,
        metavar="FILE",
        help="where to write the rows (default: daily-burn.json beside the archive)",
    )


def _add_exports(parser: _Parser) -> None:
    parser.add_argument(
        "files",
        nargs="+",
        type=_path,
        metavar="FILE",
        help="the .zip as downloaded, a conversations.json, or a folder with either",
    )


def _add_calibrating(parser: _Parser) -> None:
    parser.add_argument(
        "file",
        nargs="?",
        type=_path,
        metavar="FILE",
        help="an export of one conversation; without it, your own Claude Code logs",
    )
    parser.add_argument(
        "--tokens", type=int, metavar="N", help="how many tokens the conversation in FILE really is"
    )
    parser.add_argument(
        "--home", type=_path, metavar="DIR", help="a home folder to look below, instead of your own"
    )
    parser.add_argument("--reset", action="store_true", help="go back to the published ratios")


def _add_views(parser: _Parser) -> None:
    parser.add_argument(
        "views",
        nargs="*",
        metavar="VIEW",
        help=", ".join(PICTURES) + " (default: the dashboard)",
    )


def _add_picture(parser: _Parser) -> None:
    parser.add_argument(
        "view",
        choices=(*PICTURES, "page"),
        metavar="VIEW",
        help=", ".join(PICTURES) + ", or page",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=_path,
        required=True,
        metavar="FILE",
        help="where to write it; the suffix picks the format: .svg, .png, .txt, .html",
    )


def _add_theme(parser: _Parser) -> None:
    parser.add_argument(
        "--theme",
        choices=("light", "dark", "auto"),
        default="",
        help="colours of a picture (default: light); auto follows the reader's, but not as .png",
    )


def _add_day(parser: _Parser) -> None:
    parser.add_argument("day", metavar="DAY", help="2026-05-24, today or yesterday")


def _add_doctor_homes(parser: _Parser) -> None:
    parser.add_argument("--home", type=_path, action="append", metavar="DIR")


def _add_check(parser: _Parser) -> None:
    parser.add_argument(
        "--check",
        action="store_true",
        help="load each of them and tell which are broken; without it, none is imported",
    )


def _add_outcomes(parser: _Parser) -> None:
    parser.add_argument(
        "--git",
        type=_path,
        action="append",
        metavar="REPO",
        help="a repository of git, read and not changed; may be repeated",
    )
    parser.add_argument(
        "--file",
        type=_path,
        action="append",
        metavar="FILE",
        help="outcomes as .csv or .jsonl; may be repeated",
    )
    parser.add_argument(
        "--other",
        nargs=2,
        action="append",
        metavar=("NAME", "PLACE"),
        help="an installed source of outcomes, and where it is to look; may be repeated",
    )
    parser.add_argument(
        "--kind",
        action="append",
        choices=("commit", "merge", "tag"),
        help="what counts in a repository (default: commit); may be repeated",
    )
    parser.add_argument(
        "--branch", default="", metavar="NAME", help="the main branch (default: the remote's)"
    )
    parser.add_argument(
        "--days",
        type=_count,
        default=14,
        metavar="N",
        help="days after which what is still there is kept (default: 14)",
    )


def _add_new_source(parser: _Parser) -> None:
    parser.add_argument("name", metavar="NAME", help="of the tool, as [a-z][a-z0-9_]*")
    parser.add_argument(
        "--dir", type=_path, metavar="DIR", help="where to write it (default: burnlib-NAME)"
    )


def _add_label(parser: _Parser) -> None:
    parser.add_argument("driver", metavar="DRIVER", help='a family of work; "" takes it back')
    parser.add_argument("--evidence", default="", metavar="TEXT", help="a note: what came of it")


def _add_demo_places(parser: _Parser) -> None:
    parser.add_argument(
        "--dir", type=_path, metavar="DIR", help="where to make it (default: in the cache folder)"
    )
    parser.add_argument(
        "-o", "--output", type=_path, metavar="FILE", help="where to write the rows"
    )
    parser.add_argument("--page", type=_path, metavar="FILE", help="where to write the page")


def _add_shapes_folder(parser: _Parser) -> None:
    parser.add_argument(
        "folder",
        nargs="?",
        type=_path,
        metavar="DIR",
        help="where to write them: a new folder, or one of an earlier call; without it, list them",
    )


_COLLECTING = (_add_homes, _add_output, _add_estimate)
_SHOWING = (_add_from, _add_view_options, _add_by, _add_language, _add_estimate)

# What each command does, its module and function below burnlib.cli, and its groups of options.
_COMMANDS: dict[str, tuple[str, str, str, *tuple[Callable[[_Parser], None], ...]]] = {
    "collect": (
        "read the logs into the archive and write daily-burn.json",
        "collecting",
        "collect",
        *_COLLECTING,
    ),
    "run": (
        "what burn alone does: collect, then show the dashboard",
        "collecting",
        "run",
        _add_view_options,
        _add_language,
        *_COLLECTING,
    ),
    "import": (
        "read exports of ChatGPT and Claude.ai into the archive, as estimates",
        "importing",
        "import_exports",
        _add_exports,
        _add_output,
        _add_estimate,
    ),
    "calibrate": (
        "measure the ratios of estimates on your own data",
        "calibrating",
        "calibrate",
        _add_calibrating,
    ),
    "show": ("print views as text", "showing", "show", _add_views, *_SHOWING),
    "render": (
        "write a picture, or the page with all views",
        "showing",
        "render",
        _add_picture,
        *_SHOWING,
        _add_theme,
    ),
    "verify": (
        "prove that the numbers add up; exit 1 where they do not",
        "proving",
        "verify",
        _add_from,
        _add_estimate,
    ),
    "explain": (
        "tell where the number of a day comes from",
        "proving",
        "explain",
        _add_day,
        _add_estimate,
    ),
    "sources": ("list the tools whose logs can be read", "asking", "sources", _add_check),
    "renderers": ("list the formats that can be written", "asking", "renderers", _add_check),
    "doctor": (
        "check what is there, what is readable, and what to fix",
        "asking",
        "doctor",
        _add_doctor_homes,
    ),
    "label": ("say what a day went to", "asking", "label", _add_day, _add_label),
    "outcomes": (
        "say what was finished, whether it stayed, and how many tokens it took",
        "finishing",
        "outcomes",
        _add_outcomes,
        _add_from,
        _add_view_options,
        _add_estimate,
    ),
    "breadth": (
        "say how varied the work of each week was, beside how much was used",
        "varying",
        "breadth",
        _add_from,
        _add_view_options,
        _add_estimate,
    ),
    "new-source": (
        "write a package with a source for the logs of another tool, to begin with",
        "authoring",
        "new_source",
        _add_new_source,
    ),
    "demo": (
        "show made-up data: logs of 400 days, collected, proved and drawn",
        "demonstrating",
        "demo",
        _add_demo_places,
        _add_language,
    ),
    "shapes": (
        "write small made-up logs of known totals, to test any tool that counts logs",
        "shaping",
        "shapes",
        _add_shapes_folder,
    ),
}
