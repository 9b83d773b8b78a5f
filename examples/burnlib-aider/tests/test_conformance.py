"""The source keeps the laws that burnlib holds every source to."""

from __future__ import annotations

from burnlib.testing import Sample, SourceSuite
from logs import BY_DAY, CALLS, LOG

from burnlib_aider import Aider


class TestAider(SourceSuite):
    samples = (Sample(files={".aider/analytics.jsonl": LOG}, tokens=BY_DAY, calls=CALLS),)

    def make(self) -> Aider:
        return Aider()
