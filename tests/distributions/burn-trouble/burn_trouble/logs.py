"""Sources that read ``.trouble/*.log`` below the home folder, each in its own wrong way."""

import sys
from datetime import UTC, datetime

import burnlib
from burnlib.packed import PackedEvents, pack
from burnlib.sources.base import Reading, Segment

AT = datetime(2026, 5, 24, 10, tzinfo=UTC)


class Source:
    """A right source: five tokens for each file."""

    api_version = 1
    fidelity = burnlib.Fidelity.EXACT

    def find(self, home):
        return sorted(home.path(".trouble").glob("*.log"))

    def read(self, path):
        yield self.use(path.stem)

    def use(self, id, **more):
        counts = burnlib.TokenCounts(input=5)
        given = {"at": AT, "source": self.name, "counts": counts, "fidelity": self.fidelity, **more}
        return burnlib.UsageEvent(id=id, **given)


class RaisesAtFind(Source):
    name = "raises_at_find"

    def find(self, home):
        raise RuntimeError("no luck today")


class EndsAtFind(Source):
    name = "ends_at_find"

    def find(self, home):
        sys.exit("no luck today")


class RaisesHalfway(Source):
    name = "raises_halfway"

    def read(self, path):
        yield self.use(path.stem)
        raise RuntimeError("no luck today")


class EndsHalfway(Source):
    name = "ends_halfway"

    def read(self, path):
        yield self.use(path.stem)
        sys.exit(0)


class WrongType(Source):
    name = "wrong_type"

    def read(self, path):
        yield {"id": path.stem, "tokens": 5}


class Floats(Source):
    name = "floats"

    def read(self, path):
        yield self.use(path.stem, counts=burnlib.TokenCounts(input=5.5))


class ForgedFloats(Source):
    name = "forged_floats"

    def read(self, path):
        event = self.use(path.stem)
        object.__setattr__(event.counts, "input", 5.5)
        yield event


class NaiveTime(Source):
    name = "naive_time"

    def read(self, path):
        yield self.use(path.stem, at=datetime(2026, 5, 24, 10))


class ForgedTime(Source):
    name = "forged_time"

    def read(self, path):
        event = self.use(path.stem)
        object.__setattr__(event, "at", datetime(2026, 5, 24, 10))
        yield event


class ForeignEvents(Source):
    name = "foreign_events"

    def read(self, path):
        yield self.use(path.stem, source="codex")


class Hoards(Source):
    """Takes 10 GB, and hangs on to what it gets."""

    name = "hoards"
    hoard = []

    def read(self, path):
        for _ in range(10):
            self.hoard.append(bytes(1 << 30))
        yield self.use(path.stem)


class Endless(Source):
    """Yields for ever; with large texts, so that the test takes seconds."""

    name = "endless"

    def read(self, path):
        number = 0
        while True:
            number += 1
            yield self.use(str(number), project=str(number) + "x" * 10_000_000)


class ManyCalls(Source):
    name = "calls_a_lot"

    def read(self, path):
        yield self.use(path.stem, calls=2**53 - 1)


class ForgedNegative(Source):
    name = "forged_negative"

    def read(self, path):
        event = self.use(path.stem, counts=burnlib.TokenCounts(input=5, output=9))
        object.__setattr__(event.counts, "input", -5)
        yield event


class TooMuch(Source):
    name = "too_much"

    def read(self, path):
        for number in range(9100):
            yield self.use(str(number), counts=burnlib.TokenCounts(input=10**12))


class LacksAFile(Source):
    name = "lacks_a_file"

    def read(self, path):
        with open("/no/such/prices.toml") as prices:
            yield self.use(prices.read())


class Speechless(Exception):
    def __str__(self):
        raise RuntimeError("no words")


class SaysNothing(Source):
    name = "says_nothing"

    def read(self, path):
        raise Speechless


class OwnError(burnlib.errors.BurnlibError):
    def __init__(self, line):
        self.line = line


class OddError(Source):
    name = "odd_error"

    def read(self, path):
        raise OwnError(7)


class OddRevision(Source):
    name = "odd_revision"
    revision = "2.1"


class RaisingAttribute(Source):
    name = "raising_attribute"

    @property
    def fidelity(self):
        sys.exit(0)


class OddPath(Source):
    name = "odd_path"

    def find(self, home):
        return [home.path("a\0b")]


class OddState(Source):
    name = "odd_state"

    def find(self, home):
        return [Segment(path) for path in super().find(home)]

    def read(self, segment, resume):
        return Reading(events=[], state={"total": 7})


class OddPack(OddState):
    name = "odd_pack"

    def read(self, segment, resume):
        events = pack(self.name, [self.use("x")])
        (use,) = events.uses
        return Reading(events=PackedEvents(self.name, events.places, [(*use[:8], 5.5, *use[9:])]))


class Renamed(Source):
    """Takes the name of another source once it was looked at."""

    name = "renamed"

    def read(self, path):
        self.name = "codex"
        yield self.use(path.stem)


class Boastful(Source):
    name = "boastful"
    fidelity = burnlib.Fidelity.ESTIMATED

    def read(self, path):
        yield self.use(path.stem, fidelity=burnlib.Fidelity.EXACT)
