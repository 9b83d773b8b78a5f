"""``burn new-source``: the beginning of a plugin."""

from __future__ import annotations

import argparse

from burnlib.cli import codes
from burnlib.cli.reading import plain, print_json, say
from burnlib.scaffold import write_source_package

__all__ = ["new_source"]


def new_source(options: argparse.Namespace) -> int:
    """Write a package with a source, and say how to go on."""
    folder = write_source_package(options.name, options.dir)
    if options.json:
        print_json({"wrote": str(folder)})
        return codes.GOOD
    say(f"wrote {plain(folder)}: a source, its test, and what pip needs to install them")
    say(plain(f"next: cd {folder}, pip install -e '.[test]', python -m pytest"))
    return codes.GOOD
