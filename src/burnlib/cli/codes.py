"""The exit codes of ``burn``."""

from __future__ import annotations

__all__ = ["GOOD", "INTERRUPTED", "NOTHING_TO_READ", "NOT_ADDING_UP", "PARTIAL", "WRONG_USE"]

GOOD = 0
NOT_ADDING_UP = 1
WRONG_USE = 2
NOTHING_TO_READ = 3
PARTIAL = 4
"""Something could not be read or written; everything else is exact and kept."""
INTERRUPTED = 130
"""What a shell reports of a program that Ctrl-C ended: 128 and the number of the signal."""
