"""The sources that are installed and can be loaded, by how they come by their data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from burnlib.errors import BurnlibError, InvalidInput
from burnlib.plugins import load, plugins
from burnlib.sources.base import Problem, Source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from burnlib.sources.conversations import ExportSource

__all__ = ["export_sources", "log_sources"]

# The built-in sources, so that to collect logs loads no reader of exports, and the other way round:
# each takes 5 ms. A test compares this with what they are.
_OF_LOGS = frozenset({"codex", "claude_code"})
_OF_EXPORTS = frozenset({"claude_chat", "chatgpt"})


def log_sources(names: Iterable[str] | None, problems: list[Problem]) -> Iterator[Source]:
    """Yield the sources that find logs; one that cannot be loaded goes to *problems*.

    One that is asked for by name and cannot be loaded raises: NotFound, PluginError, or
    InvalidInput for one that is fed by exports.
    """
    if names is None:
        found = _installed(problems, without=_OF_EXPORTS)
        yield from (source for source in found if isinstance(source, Source))
        return
    for name in names:
        source = load("sources", name)
        if not isinstance(source, Source):
            raise InvalidInput(f"{name} finds no logs of its own", hint="burn import FILE")
        yield source


def export_sources(problems: list[Problem]) -> list[ExportSource]:
    """Return the sources that are fed by exports; what cannot be loaded goes to *problems*."""
    from burnlib.sources.conversations import ExportSource

    found = _installed(problems, without=_OF_LOGS)
    return [source for source in found if isinstance(source, ExportSource)]


def _installed(problems: list[Problem], *, without: Collection[str]) -> Iterator[object]:
    for plugin in plugins("sources"):
        if plugin.disabled or plugin.name in without:
            continue
        try:
            source = load("sources", plugin.name)
        except BurnlibError as error:
            problems.append(Problem.of(plugin.name, plugin.package, error))
            continue
        yield source
