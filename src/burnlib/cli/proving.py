"""``burn verify`` and ``burn explain``."""

from __future__ import annotations

import argparse

from burnlib import cli
from burnlib.cli.reading import day_of, history_of, print_json, say

__all__ = ["explain", "verify"]


def verify(options: argparse.Namespace) -> int:
    """Print the proof."""
    from burnlib._reconcile import reconcile
    from burnlib.daily import load

    source = load(options.source_file) if options.source_file else history_of(options)
    proof = reconcile(source)
    if options.json:
        print_json(proof.as_dict())
    else:
        say(str(proof))
    return cli.GOOD if proof.ok else cli.NOT_ADDING_UP


def explain(options: argparse.Namespace) -> int:
    """Print where a day's number comes from."""
    from burnlib._explain import explain_day

    history = history_of(options)
    explanation = explain_day(history, day_of(options.day, options, history.zone))
    if options.json:
        print_json(explanation.as_dict())
    else:
        say(str(explanation))
    return cli.GOOD
