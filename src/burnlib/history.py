"""What the archive holds, as values: the day rows, the uses behind them, what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

from attrs import frozen

from burnlib.archive import COLLECT_FIRST, Archive, default_path
from burnlib.days import system_zone, zone
from burnlib.errors import NoArchive
from burnlib.families import Rule, load_rules
from burnlib.folders import folder_for
from burnlib.ledger import Ledger
from burnlib.model import Estimate, UsageEvent, check_estimate
from burnlib.normalize import AHEAD, Context, rows_of
from burnlib.sums import Portion
from burnlib.value import Value

__all__ = ["History", "recall", "rules_path"]


def rules_path() -> Path:
    """Return where the user's rules for drivers are: burn.toml in the configuration folder."""
    try:
        return folder_for("config") / "burn.toml"
    except RuntimeError:
        return Path("burn.toml")  # a user without a home folder


@frozen(kw_only=True, eq=False, repr=False)
class History(Value):
    """An archive at one instant; every property is read from it when it is first asked for.

    Attributes:
        archive: The archive file.
        now: The instant that decides which day is still going on.
        tz: IANA name of the zone that days are cut in; "" for the archive's own.
        rules: Rules for drivers; None for the user's burn.toml, or the defaults without one.
        estimate: Which figure of conversations is their value.
        exists: Whether there is an archive at all; without one there are no rows.

    """

    archive: Path
    now: datetime
    tz: str = ""
    rules: Sequence[Rule] | None = None
    estimate: Estimate = "visible"
    exists: bool = True

    def events(self) -> Iterator[UsageEvent]:
        """Yield every use in the archive, each once, those dated ahead of the clock too."""
        if not self.exists:
            return
        with Archive(self.archive, create=False) as store:
            yield from store.uses()

    @cached_property
    def rows(self) -> Ledger:
        """The day rows; none where there is no archive."""
        if not self.exists:
            return Ledger()
        context = self.context
        with Archive(self.archive, create=False) as store:
            days = store.day_sums(
                context.tz, until=self.now + AHEAD, estimate=self.estimate, rules=context.rules
            )
        return Ledger(rows_of(days, context))

    def portions(self, days: Sequence[date]) -> Iterator[tuple[date, Portion]]:
        """Yield the uses of local *days* added up by session, project, branch and kinds of work.

        Together they are the tokens of the rows, but for whole days that came without uses.
        """
        if not self.exists:
            return
        context = self.context
        with Archive(self.archive, create=False) as store:
            yield from store.portions(
                days, context.tz, until=self.now + AHEAD, estimate=self.estimate
            )

    @cached_property
    def context(self) -> Context:
        """What is known beside the uses: zone, labels, rules, and which days were observed."""
        with Archive(self.archive, create=False) as store:
            return Context(
                tz=zone(self.tz or store.get("zone") or system_zone()),
                now=self.now,
                seen=store.seen(),
                whole_days=store.whole_days(),
                labels=store.labels(),
                rules=load_rules(rules_path()) if self.rules is None else self.rules,
                estimate=self.estimate,
                made_up=store.get("made_up") == "yes",
            )

    @property
    def zone(self) -> str:
        """IANA name of the zone that days are cut in."""
        return self.context.tz.key

    @cached_property
    def dropped(self) -> Mapping[str, int]:
        """Reason to number of usage records that were read and not counted, over all log files."""
        with Archive(self.archive, create=False) as store:
            total = sum(store.dropped().values(), Counter[str]())
        return dict(sorted(total.items()))


def recall(
    archive: str | Path | None = None,
    *,
    tz: str = "",
    now: datetime | None = None,
    estimate: Estimate = "visible",
) -> History:
    """Return what the archive holds, without reading a log.

    Args:
        archive: The archive file; default: the user's own.
        tz: IANA name of the zone to cut days in; default: the archive's.
        now: The instant to take as now; default: the clock's.
        estimate: Which figure of conversations is their value: "visible", each message once, or
            "processed", what was sent again at every turn among it.

    Raises:
        NoArchive: There is no such archive.
        InvalidInput: An unknown zone or estimate.

    """
    path = Path(archive) if archive else default_path()
    if not path.exists():
        raise NoArchive(
            "there is no archive yet",
            where=str(path),
            hint=COLLECT_FIRST,
        )
    if tz:
        zone(tz)
    check_estimate(estimate)
    return History(archive=path, now=now or datetime.now(UTC), tz=tz, estimate=estimate)
