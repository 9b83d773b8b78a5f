"""``burn calibrate``."""

from __future__ import annotations

import argparse

from burnlib._calibrate import (
    calibrate_by_conversation,
    calibrate_by_logs,
    reset_calibrations,
)
from burnlib.cli import codes
from burnlib.cli.reading import plain, print_json, say, warn
from burnlib.errors import InvalidInput
from burnlib.estimating import Calibration
from burnlib.sources.base import Problem

__all__ = ["calibrate"]


def calibrate(options: argparse.Namespace) -> int:
    """Measure the ratios of estimates, or go back to the published ones."""
    _check(options)
    problems: list[Problem] = []
    if options.reset:
        found = reset_calibrations(archive=options.archive)
    elif options.file is not None:
        found = calibrate_by_conversation(options.file, options.tokens, archive=options.archive)
    else:
        found, problems = calibrate_by_logs(options.home, archive=options.archive)
    warn(problems)
    if options.json:
        print_json([_as_dict(calibration) for calibration in found])
    else:
        for calibration in found:
            say(plain(_sentence(calibration)))
        again = "import your exports again to count with these ratios: burn import FILE"
        say(again if found else "nothing was calibrated")
    return codes.PARTIAL if problems else codes.GOOD


def _check(options: argparse.Namespace) -> None:
    """Raise InvalidInput for options of which some would have no effect."""
    one = options.file is not None
    if one != (options.tokens is not None):
        hint = "burn calibrate --tokens N FILE, or burn calibrate alone"
        raise InvalidInput("--tokens and FILE go together", hint=hint)
    if one + bool(options.home) + options.reset > 1:
        hint = "measure on FILE, or on the logs of --home, or go back with --reset"
        raise InvalidInput("FILE, --home and --reset do not go together", hint=hint)


def _sentence(calibration: Calibration) -> str:
    if calibration.factor is None:
        return f"{calibration.method}: published ratios"
    return f"{calibration.method}: published ratios {calibration.factor}, {calibration.origin}"


def _as_dict(calibration: Calibration) -> dict[str, object]:
    factor = calibration.factor
    return {
        "method": calibration.method,
        "factor": factor and {"low": factor.low, "mid": factor.mid, "high": factor.high},
        "at": calibration.at.isoformat(),
        "origin": calibration.origin,
    }
