"""Uses in their compact form: plain tuples, for readers that give a hundred thousand of them.

A :class:`burnlib.model.UsageEvent` takes microseconds to make and check, and hundreds of bytes. The
readers of logs that grow to gigabytes therefore pack what they find; the archive keeps it in the
same columns, and nothing in between unpacks it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias, overload

from burnlib.days import from_microseconds, microseconds
from burnlib.model import Fidelity, TokenCounts, UsageEvent

__all__ = ["PackedEvents", "PackedUse", "Place", "pack", "storable"]

Place: TypeAlias = tuple[str, str, str, str, int | None, int, str, int | None]
"""What uses of one log have in common: model, project, branch, session, start of the session,
side chain (0 or 1), method, calibration. Instants in microseconds since 1970, UTC."""

PackedUse: TypeAlias = tuple[
    str, str, int, int, int, int, int, str,
    int, int, int, int, int, int, *tuple[int | None, ...],
]  # fmt: skip
"""One use: id, request, number of its place, instant (microseconds since 1970, UTC), fidelity,
calls, detail, work (kinds, sorted, separated by spaces); input, cache read, cache write 5 m and
1 h, output, reasoning. Where any of them is known, these follow: low, high, processed input,
processed output, processed high."""

_NO_RANGE = (None,) * 5


def storable(text: str) -> str:
    """Return *text* without lone surrogates, which no UTF-8 file can hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


class PackedEvents(Sequence[UsageEvent]):
    """Events of one source, packed; as a sequence it makes each event when it is asked for.

    Attributes:
        source: Name of the source.
        places: The places that the uses refer to by number.
        uses: The uses, in log order.

    """

    __slots__ = ("places", "source", "uses")

    def __init__(self, source: str, places: Sequence[Place], uses: Sequence[PackedUse]) -> None:
        self.source = source
        self.places = places
        self.uses = uses

    def __len__(self) -> int:
        return len(self.uses)

    @overload
    def __getitem__(self, index: int) -> UsageEvent: ...
    @overload
    def __getitem__(self, index: slice) -> list[UsageEvent]: ...
    def __getitem__(self, index: int | slice) -> UsageEvent | list[UsageEvent]:
        if isinstance(index, slice):
            return [self._event(use) for use in self.uses[index]]
        return self._event(self.uses[index])

    def __iter__(self) -> Iterator[UsageEvent]:
        return map(self._event, self.uses)

    def _event(self, use: PackedUse) -> UsageEvent:
        return unpack(self.source, self.places[use[2]], use)


def pack(source: str, events: Iterable[UsageEvent]) -> PackedEvents:
    """Return *events*, all of *source*, packed."""
    places: dict[Place, int] = {}
    uses: list[PackedUse] = []
    for event in events:
        place = (
            storable(event.model),
            storable(event.project),
            storable(event.branch),
            storable(event.session),
            None if event.started is None else microseconds(event.started),
            int(event.sidechain),
            storable(event.method),
            None if event.calibrated is None else microseconds(event.calibrated),
        )
        counts, processed = event.counts, event.processed
        ends = (
            event.low,
            event.high,
            processed.input if processed else None,
            processed.output if processed else None,
            event.processed_high,
        )
        uses.append(
            (
                storable(event.id),
                storable(event.request),
                places.setdefault(place, len(places)),
                microseconds(event.at),
                int(event.fidelity),
                event.calls,
                event.detail,
                " ".join(sorted(event.work)),
                counts.input,
                counts.cache_read,
                counts.cache_write_5m,
                counts.cache_write_1h,
                counts.output,
                counts.reasoning,
                *(() if ends == _NO_RANGE else ends),
            )
        )
    return PackedEvents(source, list(places), uses)


def unpack(source: str, place: Place, use: PackedUse, *, revision: int = 1) -> UsageEvent:
    """Return the event that *use*, which lies in *place*, was packed from."""
    model, project, branch, session, started, sidechain, method, calibrated = place
    (id_, request, _, at, fidelity, calls, detail, work, *numbers) = use
    fresh, cached, five, hour, output, reasoning, *ends = numbers
    low, high, read, written, most = ends or _NO_RANGE
    return UsageEvent(
        id=id_,
        at=from_microseconds(at),
        source=source,
        fidelity=Fidelity(fidelity),
        counts=TokenCounts(fresh, cached, five, hour, output, reasoning),  # type: ignore[arg-type]
        calls=calls,
        model=model,
        project=project,
        branch=branch,
        session=session,
        work=frozenset(work.split()),
        low=low,
        high=high,
        processed=None if read is None else TokenCounts(input=read, output=written or 0),
        processed_high=most,
        method=method,
        calibrated=None if calibrated is None else from_microseconds(calibrated),
        request=request,
        sidechain=bool(sidechain),
        detail=detail,
        started=None if started is None else from_microseconds(started),
        revision=revision,
    )
