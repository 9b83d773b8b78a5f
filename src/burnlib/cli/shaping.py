"""``burn shapes``: made-up logs of known totals, for tests of any tool that counts logs."""

from __future__ import annotations

import argparse

from burnlib.cli import codes
from burnlib.cli.reading import plain, print_json, say
from burnlib.testing.shapes import all_shapes, write_shapes

__all__ = ["shapes"]


def shapes(options: argparse.Namespace) -> int:
    """Write all shapes into the folder that is named; without one, list them."""
    folder = options.folder
    if folder:
        write_shapes(folder)
    if options.json:
        print_json(
            [
                {
                    "name": shape.name,
                    "source": shape.source,
                    "why": shape.why,
                    "total": shape.total,
                    "calls": shape.calls,
                    "files": len(shape.files),
                    "folder": str(folder / shape.name) if folder else None,
                }
                for shape in all_shapes()
            ]
        )
    elif folder:
        say(f"shapes: {len(all_shapes())}, each with expected.json, in {plain(folder)}")
        say(f"how to use them: {plain(folder / 'README.md')}")
    else:
        for shape in all_shapes():
            say(f"{shape.name}: {shape.why}")
    return codes.GOOD
