"""The options of ``burn``, in the groups that commands take."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError

from burnlib.languages import LANGUAGES

TYPE_CHECKING = False

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "PICTURES",
    "VIEWS",
    "add_by",
    "add_calibrating",
    "add_check",
    "add_common",
    "add_day",
    "add_demo_places",
    "add_doctor_homes",
    "add_estimate",
    "add_exports",
    "add_from",
    "add_homes",
    "add_label",
    "add_language",
    "add_new_source",
    "add_outcomes",
    "add_output",
    "add_picture",
    "add_shapes_folder",
    "add_theme",
    "add_view_options",
    "add_views",
]

VIEWS = ("heatmap", "trend", "drivers", "equivalents", "table")
"""The views of the dashboard and the page."""

PICTURES = (*VIEWS, "sparkline")
"""All that can be shown or drawn alone."""

_MOST_JOBS = 1000


def _path(text: str) -> Path:
    from pathlib import Path  # 4 ms, which neither help nor wrong use should cost

    return Path(text)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= _MOST_JOBS:
        raise ArgumentTypeError(f"{text!r} is not a number from 1 to {_MOST_JOBS}")
    return int(text)


def add_common(parser: ArgumentParser) -> None:
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


def add_homes(parser: ArgumentParser) -> None:
    """Add where logs are looked for, of which sources, and in how many processes."""
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


def add_from(parser: ArgumentParser) -> None:
    """Add a file of rows in place of the archive."""
    parser.add_argument(
        "--from",
        dest="source_file",
        type=_path,
        metavar="FILE",
        help="read a daily-burn.json in place of the archive",
    )


def add_view_options(parser: ArgumentParser) -> None:
    """Add what days a view shows, and which tokens."""
    parser.add_argument(
        "--range", default="", metavar="R", help="90d, 180d, 1y, all or 2026-01-01..2026-01-31"
    )
    parser.add_argument(
        "--basis",
        choices=("total", "exact"),
        default="total",
        help="show all tokens with the estimated part marked, or the measured ones alone",
    )


def add_language(parser: ArgumentParser) -> None:
    """Add the language of views."""
    parser.add_argument(
        "--language", choices=tuple(LANGUAGES), default="en", help="of views (default: en)"
    )


def add_by(parser: ArgumentParser) -> None:
    """Add a view for each source."""
    parser.add_argument(
        "--by",
        choices=("source",),
        help="a heatmap or trend for each source, all on one scale",
    )


def add_estimate(parser: ArgumentParser) -> None:
    """Add which figure of chats counts."""
    parser.add_argument(
        "--estimate",
        choices=("visible", "processed"),
        default="visible",
        help="of chats: count each message once (default), or all that every turn sent again",
    )


def add_output(parser: ArgumentParser) -> None:
    """Add where the rows are written."""
    parser.add_argument(
        "-o",
        "--output",
        type=_path,
        metavar="FILE",
        help="where to write the rows (default: daily-burn.json beside the archive)",
    )


def add_exports(parser: ArgumentParser) -> None:
    """Add the files of an import."""
    parser.add_argument(
        "files",
        nargs="+",
        type=_path,
        metavar="FILE",
        help="the .zip as downloaded, a conversations.json, or a folder with either",
    )


def add_calibrating(parser: ArgumentParser) -> None:
    """Add what ratios are measured on."""
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


def add_views(parser: ArgumentParser) -> None:
    """Add the views that are printed."""
    parser.add_argument(
        "views",
        nargs="*",
        metavar="VIEW",
        help=", ".join(PICTURES) + " (default: the dashboard)",
    )


def add_picture(parser: ArgumentParser) -> None:
    """Add the view that is drawn, and where to."""
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


def add_theme(parser: ArgumentParser) -> None:
    """Add the colours of a picture."""
    parser.add_argument(
        "--theme",
        choices=("light", "dark", "auto"),
        default="",
        help="colours of a picture (default: light); auto follows the reader's, but not as .png",
    )


def add_day(parser: ArgumentParser) -> None:
    """Add the day that is meant."""
    parser.add_argument("day", metavar="DAY", help="2026-05-24, today or yesterday")


def add_doctor_homes(parser: ArgumentParser) -> None:
    """Add where the doctor looks."""
    parser.add_argument("--home", type=_path, action="append", metavar="DIR")


def add_check(parser: ArgumentParser) -> None:
    """Add whether plugins are loaded."""
    parser.add_argument(
        "--check",
        action="store_true",
        help="load each of them and tell which are broken; without it, none is imported",
    )


def add_outcomes(parser: ArgumentParser) -> None:
    """Add where outcomes are told, and what counts as one."""
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


def add_new_source(parser: ArgumentParser) -> None:
    """Add the name of a new source, and where it is written."""
    parser.add_argument("name", metavar="NAME", help="of the tool, as [a-z][a-z0-9_]*")
    parser.add_argument(
        "--dir", type=_path, metavar="DIR", help="where to write it (default: burnlib-NAME)"
    )


def add_label(parser: ArgumentParser) -> None:
    """Add what a day went to."""
    parser.add_argument("driver", metavar="DRIVER", help='a family of work; "" takes it back')
    parser.add_argument("--evidence", default="", metavar="TEXT", help="a note: what came of it")


def add_demo_places(parser: ArgumentParser) -> None:
    """Add where made-up data are written."""
    parser.add_argument(
        "--dir", type=_path, metavar="DIR", help="where to make it (default: in the cache folder)"
    )
    parser.add_argument(
        "-o", "--output", type=_path, metavar="FILE", help="where to write the rows"
    )
    parser.add_argument("--page", type=_path, metavar="FILE", help="where to write the page")


def add_shapes_folder(parser: ArgumentParser) -> None:
    """Add where the made-up logs are written."""
    parser.add_argument(
        "folder",
        nargs="?",
        type=_path,
        metavar="DIR",
        help="where to write them: a new folder, or one of an earlier call; without it, list them",
    )
