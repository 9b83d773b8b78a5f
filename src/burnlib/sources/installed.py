"""The sources that are installed and can be loaded, by how they come by their data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from burnlib._foreign import Fixed, contained, is_own
from burnlib.errors import InvalidInput
from burnlib.plugins import check_plugin, load, plugins
from burnlib.sources.base import Problem, Source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from burnlib.sources.base import SimpleSource
    from burnlib.sources.conversations import ExportSource

__all__ = ["export_sources", "log_sources"]

# The built-in sources, so that to collect logs loads no reader of exports, and the other way round:
# each takes 5 ms. A test compares this with what they are.
_OF_LOGS = frozenset({"codex", "claude_code"})
_OF_EXPORTS = frozenset({"claude_chat", "chatgpt"})


def log_sources(
    asked: Iterable[str | Source | SimpleSource] | None, problems: list[Problem]
) -> Iterator[Source]:
    """Yield the sources that find logs; one that cannot be loaded goes to *problems*.

    One that is asked for and cannot be used raises: NotFound, PluginError, ContractError, or
    InvalidInput for one that is fed by exports.
    """
    if asked is None:
        found = _installed(problems, without=_OF_EXPORTS)
        yield from (source for source in found if isinstance(source, Source))
        return
    for source in map(_asked_for, asked):
        if not isinstance(source, Source):
            name = getattr(source, "name", source)
            raise InvalidInput(f"{name} finds no logs of its own", hint="burn import FILE")
        yield source


def export_sources(
    problems: list[Problem], asked: Iterable[str | ExportSource] | None = None
) -> list[ExportSource]:
    """Return the sources that are fed by exports; as :func:`log_sources` does."""
    from burnlib.sources.conversations import ExportSource

    if asked is None:
        found = _installed(problems, without=_OF_LOGS)
        return [source for source in found if isinstance(source, ExportSource)]
    sources = []
    for source in map(_asked_for, asked):
        if not isinstance(source, ExportSource):
            name = getattr(source, "name", source)
            raise InvalidInput(f"{name} is not fed by exports", hint="burn collect")
        sources.append(source)
    return sources


def _asked_for(source: object) -> object:
    if isinstance(source, str):
        return _fixed(load("sources", source))
    check_plugin(source, "sources")
    return _fixed(source)


def _fixed(source: object) -> object:
    """Return *source*; one of a third party as it is now."""
    if is_own(source):
        return source
    with contained(source):
        return Fixed(source)


def _installed(problems: list[Problem], *, without: Collection[str]) -> Iterator[object]:
    for plugin in plugins("sources"):
        if plugin.disabled or plugin.name in without:
            continue
        try:
            source = _fixed(load("sources", plugin.name))
        except Exception as error:  # noqa: BLE001 - a plugin's code
            problems.append(Problem.of(plugin.name, plugin.package, error))
            continue
        yield source
