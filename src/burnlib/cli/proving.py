"""``burn verify`` and ``burn explain``."""

from __future__ import annotations

import argparse

from burnlib.cli import codes
from burnlib.cli.reading import day_of, history_of, print_json, rows_of, say
from burnlib.errors import SchemaError

__all__ = ["explain", "verify"]


def verify(options: argparse.Namespace) -> int:
    """Print the proof."""
    from burnlib._reconcile import reconcile

    try:
        source = rows_of(options) if options.source_file else history_of(options)
    except SchemaError as error:
        if options.json:
            print_json({"ok": False, "findings": [{"check": "schema", "message": error.message}]})
        raise
    proof = reconcile(source)
    if options.json:
        print_json(proof.as_dict())
    else:
        say(str(proof))
    return codes.GOOD if proof.ok else codes.NOT_ADDING_UP


def explain(options: argparse.Namespace) -> int:
    """Print where a day's number comes from."""
    from burnlib._explain import explain_day

    history = history_of(options)
    explanation = explain_day(history, day_of(options.day, options, history.zone))
    if options.json:
        print_json(explanation.as_dict())
    else:
        say(str(explanation))
    return codes.GOOD
