"""A source that works, and says what it does on standard output, which it should not."""

import os
from datetime import UTC, datetime
from pathlib import Path

import burnlib

if "MARKS" in os.environ:
    Path(os.environ["MARKS"], "burn_fine").touch()
print("burn_fine is there")


class Fine:
    name = "fine"
    api_version = 1
    fidelity = burnlib.Fidelity.EXACT

    def find(self, home):
        print("looking")
        return sorted(home.path(".fine").glob("*.log"))

    def read(self, path):
        print("reading")
        for line in path.read_text(encoding="utf-8").splitlines():
            id_, tokens = line.split()
            yield burnlib.UsageEvent(
                id=id_,
                at=datetime(2026, 5, 24, 11, tzinfo=UTC),
                source=self.name,
                fidelity=self.fidelity,
                counts=burnlib.TokenCounts(input=int(tokens)),
                project="/code/shop",
            )
