"""The commands of ``burn`` and their options."""

from __future__ import annotations

import argparse

from burnlib import __version__
from burnlib.cli import options
from burnlib.cli.streams import complain
from burnlib.render.terminal import columns
from burnlib.words import clean

TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NoReturn, TypeAlias

    Command: TypeAlias = Callable[[argparse.Namespace], int]

__all__ = ["parse"]

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
    parsed = parser.parse_args(given)
    if "command" not in parsed:
        parser.error("no such command")
    # Only the module of the command is imported, and what it imports.
    from importlib import import_module

    module, function = parsed.command
    command: Command = getattr(import_module(f"burnlib.cli.{module}"), function)
    return command, parsed


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
    options.add_common(common)
    for name in only or _COMMANDS:
        text, module, function, *groups = _COMMANDS[name]
        command = commands.add_parser(
            name, parents=[common], help=text, description=text, formatter_class=_Help
        )
        command.set_defaults(command=(module, function))
        for add in groups:
            add(command)
    return parser


_COLLECTING = (options.add_homes, options.add_output, options.add_estimate)
_SHOWING = (
    options.add_from,
    options.add_view_options,
    options.add_by,
    options.add_language,
    options.add_estimate,
)

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
        options.add_view_options,
        options.add_language,
        *_COLLECTING,
    ),
    "import": (
        "read exports of ChatGPT and Claude.ai into the archive, as estimates",
        "importing",
        "import_exports",
        options.add_exports,
        options.add_output,
        options.add_estimate,
    ),
    "calibrate": (
        "measure the ratios of estimates on your own data",
        "calibrating",
        "calibrate",
        options.add_calibrating,
    ),
    "show": ("print views as text", "showing", "show", options.add_views, *_SHOWING),
    "render": (
        "write a picture, or the page with all views",
        "showing",
        "render",
        options.add_picture,
        *_SHOWING,
        options.add_theme,
    ),
    "verify": (
        "prove that the numbers add up; exit 1 where they do not",
        "proving",
        "verify",
        options.add_from,
        options.add_estimate,
    ),
    "explain": (
        "tell where the number of a day comes from",
        "proving",
        "explain",
        options.add_day,
        options.add_estimate,
    ),
    "sources": ("list the tools whose logs can be read", "asking", "sources", options.add_check),
    "renderers": ("list the formats that can be written", "asking", "renderers", options.add_check),
    "doctor": (
        "check what is there, what is readable, and what to fix",
        "asking",
        "doctor",
        options.add_doctor_homes,
    ),
    "label": ("say what a day went to", "asking", "label", options.add_day, options.add_label),
    "outcomes": (
        "say what was finished, whether it stayed, and how many tokens it took",
        "finishing",
        "outcomes",
        options.add_outcomes,
        options.add_from,
        options.add_view_options,
        options.add_estimate,
    ),
    "breadth": (
        "say how varied the work of each week was, beside how much was used",
        "varying",
        "breadth",
        options.add_from,
        options.add_view_options,
        options.add_estimate,
    ),
    "new-source": (
        "write a package with a source for the logs of another tool, to begin with",
        "authoring",
        "new_source",
        options.add_new_source,
    ),
    "demo": (
        "show made-up data: logs of 400 days, collected, proved and drawn",
        "demonstrating",
        "demo",
        options.add_demo_places,
        options.add_language,
    ),
    "shapes": (
        "write small made-up logs of known totals, to test any tool that counts logs",
        "shaping",
        "shapes",
        options.add_shapes_folder,
    ),
}
