"""Samples of exports: what a chat product hands out, with what is known to stand in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import field, frozen

from burnlib.value import Value

__all__ = ["ExportSample"]


@frozen(kw_only=True, eq=False, repr=False)
class ExportSample(Value):
    """The objects of an export, and what they are estimated at, counted by hand.

    Attributes:
        records: The objects, in the order of the export; as JSON would hold them.
        tokens: Day in UTC, "2026-05-24", to (low, value, high) of the source on it. The value has
            each message once; the high end is that of what was processed, where that is more. A day
            that is not named has none.

    """

    records: Sequence[Mapping[str, object]]
    tokens: Mapping[str, tuple[int, int, int]] = field(factory=dict)

    def write(self, path: Path) -> Path:
        """Write the export to *path* as a JSON document, and return that."""
        path.write_text(json.dumps([dict(record) for record in self.records]), encoding="utf-8")
        return path
