"""The commands of ``burn`` and their options."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn, TypeAlias

from burnlib import __version__
from burnlib.cli.streams import complain
from burnlib.words import clean

__all__ = ["VIEWS", "parse"]

VIEWS = ("heatmap", "trend", "drivers", "equivalents", "table")

Command: TypeAlias = Callable[[argparse.Namespace], int]

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
    options = _parser().parse_args(["run", *arguments] if alone else arguments)
    if "command" not in options:
        _parser().error("no such command")
    # Only the module of the command is imported, and what it imports.
    module, function = options.command
    command: Command = getattr(importlib.import_module(f"burnlib.cli.{module}"), function)
    return command, options


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints cannot steer the terminal: they repeat what was typed."""

    def error(self, message: str) -> NoReturn:
        complain(f"{self.prog}: {clean(message, limit=400)} (fix: see {self.prog} --help)")
        raise SystemExit(2)


def _parser() -> _Parser:
    parser = _Parser(
        prog="burn",
        description="Where your AI tokens went. Without a command: collect, then the dashboard.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-V", "--version", action="version", version=f"burn {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", prog="burn")
    common = _common()
    for add in (
        _add_collecting,
        _add_importing,
        _add_showing,
        _add_proving,
        _add_asking,
        _add_demo,
    ):
        add(commands, common)
    return parser


_Commands: TypeAlias = "argparse._SubParsersAction[_Parser]"


def _common() -> _Parser:
    """Return the options that work everywhere."""
    common = _Parser(add_help=False)
    common.add_argument(
        "--archive", type=Path, metavar="FILE", help="the archive (default: in the data folder)"
    )
    common.add_argument(
        "--tz",
        metavar="ZONE",
        default="",
        help="IANA zone to cut days in (Europe/Berlin); collect keeps it for later commands",
    )
    common.add_argument("--json", action="store_true", help="print JSON, for programs")
    return common


def _add_from(parser: _Parser) -> None:
    parser.add_argument(
        "--from",
        dest="source_file",
        type=Path,
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
        type=Path,
        metavar="FILE",
        help="where to write the rows (default: daily-burn.json beside the archive)",
    )


def _add_importing(commands: _Commands, common: _Parser) -> None:
    text = "read exports of ChatGPT and Claude.ai into the archive, as estimates"
    importing = commands.add_parser("import", parents=[common], help=text, description=text)
    importing.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="the .zip as downloaded, a conversations.json, or a folder with either",
    )
    _add_output(importing)
    _add_estimate(importing)
    importing.set_defaults(command=("importing", "import_exports"))

    text = "measure the ratios of estimates on your own data"
    calibrate = commands.add_parser("calibrate", parents=[common], help=text, description=text)
    calibrate.add_argument(
        "file",
        nargs="?",
        type=Path,
        metavar="FILE",
        help="an export of one conversation; without it, your own Claude Code logs",
    )
    calibrate.add_argument(
        "--tokens", type=int, metavar="N", help="how many tokens the conversation in FILE really is"
    )
    calibrate.add_argument(
        "--home", type=Path, metavar="DIR", help="a home folder to look below, instead of your own"
    )
    calibrate.add_argument("--reset", action="store_true", help="go back to the published ratios")
    calibrate.set_defaults(command=("calibrating", "calibrate"))


def _add_collecting(commands: _Commands, common: _Parser) -> None:
    text = "read the logs into the archive and write daily-burn.json"
    collect = commands.add_parser("collect", parents=[common], help=text, description=text)
    text = "what burn alone does: collect, then show the dashboard"
    run = commands.add_parser("run", parents=[common], help=text, description=text)
    _add_view_options(run)
    for name, parser in (("collect", collect), ("run", run)):
        parser.add_argument(
            "--home",
            type=Path,
            action="append",
            metavar="DIR",
            help="a home folder to look below, instead of your own; may be repeated",
        )
        parser.add_argument(
            "--source", action="append", metavar="NAME", help="only this source; may be repeated"
        )
        _add_output(parser)
        _add_estimate(parser)
        parser.set_defaults(command=("collecting", name))


def _add_showing(commands: _Commands, common: _Parser) -> None:
    text = "print views as text"
    show = commands.add_parser("show", parents=[common], help=text, description=text)
    show.add_argument("views", nargs="*", metavar="VIEW", help=", ".join(VIEWS) + " (default: all)")
    _add_from(show)
    _add_view_options(show)
    _add_estimate(show)
    show.set_defaults(command=("showing", "show"))

    text = "write a picture, or the page with all views"
    render = commands.add_parser("render", parents=[common], help=text, description=text)
    render.add_argument("view", choices=(*VIEWS, "page"), metavar="VIEW", help="a view, or page")
    render.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help="where to write it; the suffix picks the format: .svg, .png, .txt, .html",
    )
    _add_from(render)
    _add_view_options(render)
    _add_estimate(render)
    render.add_argument(
        "--theme",
        choices=("light", "dark", "auto"),
        default="",
        help="colours of a picture (default: light); auto follows the reader's, but not as .png",
    )
    render.set_defaults(command=("showing", "render"))


def _add_proving(commands: _Commands, common: _Parser) -> None:
    text = "prove that the numbers add up; exit 1 where they do not"
    verify = commands.add_parser("verify", parents=[common], help=text, description=text)
    _add_from(verify)
    _add_estimate(verify)
    verify.set_defaults(command=("proving", "verify"))

    text = "tell where the number of a day comes from"
    explain = commands.add_parser("explain", parents=[common], help=text, description=text)
    explain.add_argument("day", metavar="DAY", help="2026-05-24, today or yesterday")
    _add_estimate(explain)
    explain.set_defaults(command=("proving", "explain"))


def _add_asking(commands: _Commands, common: _Parser) -> None:
    for name, text in (
        ("sources", "list the tools whose logs can be read"),
        ("renderers", "list the formats that can be written"),
        ("doctor", "check what is there, what is readable, and what to fix"),
    ):
        parser = commands.add_parser(name, parents=[common], help=text, description=text)
        if name == "doctor":
            parser.add_argument("--home", type=Path, action="append", metavar="DIR")
        parser.set_defaults(command=("asking", name))

    text = "say what a day went to"
    label = commands.add_parser("label", parents=[common], help=text, description=text)
    label.add_argument("day", metavar="DAY", help="2026-05-24, today or yesterday")
    label.add_argument("driver", metavar="DRIVER", help='a family of work; "" takes it back')
    label.add_argument("--evidence", default="", metavar="TEXT", help="a note: what came of it")
    label.set_defaults(command=("asking", "label"))


def _add_demo(commands: _Commands, common: _Parser) -> None:
    text = "show made-up data: logs of 400 days, collected, proved and drawn"
    demo = commands.add_parser("demo", parents=[common], help=text, description=text)
    demo.add_argument(
        "--dir", type=Path, metavar="DIR", help="where to make it (default: in the cache folder)"
    )
    demo.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to write the rows")
    demo.add_argument("--page", type=Path, metavar="FILE", help="where to write the page")
    demo.set_defaults(command=("demonstrating", "demo"))
