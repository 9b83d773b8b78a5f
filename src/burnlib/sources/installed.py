"""The sources that are installed and can be loaded, by how they come by their data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from burnlib.errors import BurnlibError, InvalidInput
from burnlib.plugins import load, plugins
from burnlib.sources.base import Problem, Source
from burnlib.sources.conversations import ExportSource

__all__ = ["export_sources", "log_sources"]


def log_sources(names: Iterable[str] | None, problems: list[Problem]) -> Iterator[Source]:
    """Yield the sources that find logs; one that cannot be loaded goes to *problems*.

    One that is asked for by name and cannot be loaded raises: NotFound, PluginError, or
    InvalidInput for one that is fed by exports.
    """
    if names is None:
        yield from (source for source in _installed(problems) if isinstance(source, Source))
        return
    for name in names:
        source = load("sources", name)
        if not isinstance(source, Source):
            raise InvalidInput(f"{name} finds no logs of its own", hint="burn import FILE")
        yield source


def export_sources(problems: list[Problem]) -> list[ExportSource]:
    """Return the sources that are fed by exports; what cannot be loaded goes to *problems*."""
    return [source for source in _installed(problems) if isinstance(source, ExportSource)]


def _installed(problems: list[Problem]) -> Iterator[object]:
    for plugin in plugins("sources"):
        if plugin.disabled:
            continue
        try:
            source = load("sources", plugin.name)
        except BurnlibError as error:
            problems.append(Problem.of(plugin.name, plugin.package, error))
            continue
        yield source
