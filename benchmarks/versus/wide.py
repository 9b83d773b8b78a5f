"""What rows of an archive of many uses cost, with its day sums kept and with them dropped."""

from __future__ import annotations

from attrs import frozen
from corpus.wide import write_archive

from burnlib.archive import Archive
from versus import measure
from versus.answers import of_burnlib
from versus.measure import Run, spread
from versus.programs import Programs

__all__ = ["Wide", "read_wide"]


@frozen
class Wide:
    """Rows made of an archive, as ``burn collect`` makes them where there is no log.

    Attributes:
        uses: Uses in the archive.
        bytes: Its size.
        kept: Runs with the sums of all days kept in the archive.
        dropped: Runs without.
        right: Whether the rows hold the tokens that were written, and no others.

    """

    uses: int
    bytes: int
    kept: list[Run]
    dropped: list[Run]
    right: bool

    def __str__(self) -> str:
        parts = []
        for name, runs in (("sums kept", self.kept), ("sums dropped", self.dropped)):
            wall, cpu, peak = (
                spread([getattr(run, cost) for run in runs]).middle
                for cost in ("wall", "cpu", "peak")
            )
            parts.append(f"{name}: {wall:.3f} s, CPU {cpu:.3f} s, {peak:.0f} MiB")
        right = "" if self.right else "; **wrong tokens**"
        return f"{'; '.join(parts)}; archive {self.bytes / 1e6:.0f} MB{right}"


def read_wide(programs: Programs, uses: int, runs: int) -> Wide:
    """Write an archive of *uses* uses and make its rows, *runs* times each way."""
    archive, rows, home = programs.fresh(), programs.fresh(), programs.fresh()
    home.mkdir()
    tokens = write_archive(archive, uses)
    command = programs.collect(home, archive, rows)
    kept, dropped = [], []
    for _ in range(runs + 1):
        with Archive(archive) as store:
            store.forget_day_sums()
        dropped.append(measure.measure(command))
        kept.append(measure.measure(command))
    size = sum(path.stat().st_size for path in archive.parent.glob(f"{archive.name}*"))
    right = of_burnlib(rows.read_bytes()).total == tokens
    for path in archive.parent.glob(f"{archive.name}*"):
        path.unlink()
    return Wide(uses, size, kept[1:], dropped[1:], right)
