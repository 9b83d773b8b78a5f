"""Plugins by name: built in, or installed by third parties through entry points.

They are sources, renderers and sources of outcomes.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from typing import Literal

from attrs import evolve, frozen

from burnlib._foreign import Fixed, contained, described, is_own
from burnlib.errors import BurnlibWarning, ContractError, InvalidInput, NotFound, PluginError
from burnlib.model import Fidelity, check_source_name
from burnlib.value import Value

__all__ = [
    "Plugin",
    "breach",
    "check_plugin",
    "is_built_in",
    "load",
    "maker_of",
    "passed_over",
    "plugins",
    "renderer_for_suffix",
]

Group = Literal["sources", "renderers", "outcomes"]

# Built-in plugins load without a scan of all installed packages, and from a zip or a vendored copy,
# where there is no metadata. A test compares this with the entry points of the package.
_BUILT_IN: dict[str, dict[str, str]] = {
    "sources": {
        "codex": "burnlib.sources.codex:Codex",
        "claude_code": "burnlib.sources.claude_code:ClaudeCode",
        "claude_chat": "burnlib.sources.claude_chat:ClaudeChat",
        "chatgpt": "burnlib.sources.chatgpt:ChatGPT",
    },
    "renderers": {
        "svg": "burnlib.render.svg:Svg",
        "text": "burnlib.render.text:Text",
        "html": "burnlib.render.html:Html",
        "png": "burnlib.render.png:Png",
    },
    "outcomes": {
        "git": "burnlib.outcomes.git:Git",
        "file": "burnlib.outcomes.table:File",
    },
}
# Suffixes of the built-in renderers, so that saving a picture imports one of them only.
_SUFFIXES = {".svg": "svg", ".png": "png", ".txt": "text", ".html": "html", ".htm": "html"}

# Not imported by its name: the package's names stand for all that there is.
_VERSION = str(import_module("burnlib").__version__)

# Class of a plugin to the package and version that it was loaded from.
_makers: dict[type, str] = {}

# One of a group, in words.
_ONE = {"sources": "source", "renderers": "renderer", "outcomes": "source of outcomes"}

# A source finds its logs and reads them, or is fed by exports; each form has its methods.
_METHODS = {"sources": ("find", "read"), "renderers": ("render",), "outcomes": ("tell",)}
_OF_EXPORTS = ("conversation", "method")
_API_VERSIONS = {"sources": 1, "renderers": 1, "outcomes": 1}


@frozen(eq=False, repr=False)
class Plugin(Value):
    """A plugin that is installed, not yet imported.

    Attributes:
        name: Its entry-point name, which is its key.
        target: "module:attribute".
        package: The distribution it comes from.
        version: Of that distribution.
        disabled: Why it is not used; "" for one that is.

    """

    name: str
    target: str
    package: str = "burnlib"
    version: str = ""
    disabled: str = ""


def plugins(group: Group) -> tuple[Plugin, ...]:
    """Return what is installed, by name; imports nothing."""
    return tuple(_known(group).values())


def passed_over(group: Group) -> tuple[Plugin, ...]:
    """Return what is installed under names that others have, see their *disabled*."""
    return _scan(group, _switched_off())[1]


def is_built_in(group: Group, name: str) -> bool:
    """Whether burnlib itself has a plugin of this name, which no other can then have."""
    return name in _BUILT_IN[group]


def maker_of(source: object) -> str:
    """Return package and version that *source* was loaded from; "" for one that was not."""
    if is_own(source):
        return f"burnlib {_VERSION}"
    made = source.made if isinstance(source, Fixed) else source
    return _makers.get(type(made), "")


def _known(group: Group) -> dict[str, Plugin]:
    return _scan(group, _switched_off())[0]


def _switched_off() -> str:
    return os.environ.get("BURNLIB_DISABLE_PLUGINS", "")


def check_plugin(made: object, group: Group) -> str:
    """Return the name of *made*, an instance of a plugin that need not be installed.

    Raises ContractError where it does not keep the protocol, and for one of third parties that
    has a built-in's name.
    """
    name = getattr(made, "name", None)
    if not isinstance(name, str):
        raise ContractError("has no name", where=f"{_ONE[group]} {type(made).__name__}")
    where, hint = f"{_ONE[group]} {name}", "see docs/reference/plugins.md"
    fault = breach(made, group, name)
    if name in _BUILT_IN[group] and not is_own(made):
        fault = f"has the name of the {_ONE[group]} of burnlib"
    if fault:
        raise ContractError(fault, where=where, hint=hint)
    return name


def load(group: Group, name: str) -> object:
    """Import the plugin *name* and return a new instance of it.

    Raises NotFound with the known names, PluginError where the import fails, and ContractError
    where it does not keep the protocol.
    """
    target = _BUILT_IN[group].get(name)
    plugin = Plugin(name, target) if target else _installed(group, name)
    where = f"{_ONE[group]} {name} ({plugin.package})"
    off = f"pip install -U {plugin.package}, or set BURNLIB_DISABLE_PLUGINS={name}"
    try:
        made: object = _built_in(target) if target else _of_package(plugin, group)
    except Exception as error:
        told = str(error) if isinstance(error, PluginError) else described(error)
        message = f"cannot be loaded: {told}"
        raise PluginError(message, where=where, hint=off) from error
    if fault := breach(made, group, name):
        raise ContractError(fault, where=where, hint=off)
    _makers[type(made)] = f"{plugin.package} {plugin.version}".strip()
    return made


def _built_in(target: str) -> object:
    module, _, attribute = target.partition(":")
    return getattr(import_module(module), attribute)()


def _of_package(plugin: Plugin, group: Group) -> object:
    from importlib.metadata import EntryPoint

    point = EntryPoint(plugin.name, plugin.target, f"burnlib.{group}")
    with contained(point):
        return point.load()()


def breach(made: object, group: Group, name: str) -> str:
    """Return in what *made*, which is offered as *name*, breaks its protocol, or ""."""
    try:
        with contained(made):
            return _breach(made, group, name)
    except Exception as error:  # noqa: BLE001 - a property of a plugin is its code, too
        return f"cannot be looked at: {described(error)}"


def _breach(made: object, group: Group, name: str) -> str:
    version = getattr(made, "api_version", None)
    if type(version) is not int or version != _API_VERSIONS[group]:
        return f"speaks version {version!r} of the protocol, not {_API_VERSIONS[group]}"
    fed = group == "sources" and hasattr(made, _OF_EXPORTS[0])
    for method in _OF_EXPORTS if fed else _METHODS[group]:
        if not callable(getattr(made, method, None)):
            return f"has no method {method}()"
    if getattr(made, "name", None) != name:
        return f"calls itself {getattr(made, 'name', None)!r}, not as its entry point"
    return _breach_of_source(made, name) if group == "sources" else _breach_of_suffixes(made, group)


def _breach_of_source(made: object, name: str) -> str:
    if not isinstance(getattr(made, "fidelity", None), Fidelity):
        return "has no fidelity of the type burnlib.Fidelity"
    revision = getattr(made, "revision", 1)
    if type(revision) is not int or not 0 <= revision < 2**62:
        return f"has the revision {revision!r}, not a whole number"
    if not callable(getattr(made, "kept", int)):
        return "has a kept that is no method"
    try:
        check_source_name(name)
    except InvalidInput as error:
        return f"{error.message}: {error.hint}"
    return ""


def _breach_of_suffixes(made: object, group: Group) -> str:
    suffixes = getattr(made, "suffixes", ()) if group == "renderers" else ()
    if not isinstance(suffixes, tuple) or not all(isinstance(one, str) for one in suffixes):
        return f"has the suffixes {suffixes!r}, not a tuple of texts"
    wrong = [one for one in suffixes if not one.startswith(".") or len(one) < 2]
    return f"has the suffix {wrong[0]!r}, which does not begin with a dot" if wrong else ""


def renderer_for_suffix(suffix: str) -> str:
    """Return the name of the renderer that writes files ending in *suffix* (".svg")."""
    if name := _SUFFIXES.get(suffix.lower()):
        return name
    known = set(_SUFFIXES)
    # One that has the suffix for a name is asked first: it spares the others their import.
    for plugin in sorted(plugins("renderers"), key=lambda p: f".{p.name}" != suffix.lower()):
        if plugin.name in _BUILT_IN["renderers"] or plugin.disabled:
            continue
        try:
            suffixes = getattr(load("renderers", plugin.name), "suffixes", ())
        except PluginError as error:
            warnings.warn(str(error), BurnlibWarning, stacklevel=2)
            continue
        if suffix.lower() in suffixes:
            return plugin.name
        known.update(suffixes)
    raise NotFound(f"no renderer writes {suffix or 'files without a suffix'}", hint=_list(known))


def _installed(group: Group, name: str) -> Plugin:
    known = _known(group)
    plugin = known.get(name)
    if plugin is None:
        raise NotFound(f"no {_ONE[group]} is called {name!r}", hint=_list(known))
    if plugin.disabled:
        raise NotFound(f"the {_ONE[group]} {name!r} is switched off", hint=plugin.disabled)
    return plugin


def _list(names: Iterable[str]) -> str:
    return "use " + ", ".join(sorted(names))


@cache
def _scan(group: Group, disabled: str) -> tuple[dict[str, Plugin], tuple[Plugin, ...]]:
    """Find the entry points of *group*: one scan for each process and setting.

    A third party cannot take the name of a built-in. Of two packages that offer one name, the
    first by package name has it, so the choice does not depend on the order of installation.
    """
    own = _BUILT_IN[group].items()
    found = {name: Plugin(name, target, version=_VERSION) for name, target in own}
    unused = []
    off = {part.strip() for part in disabled.split(",") if part.strip()}
    for plugin in sorted(_entry_points(group), key=lambda p: (p.name, p.package)):
        if plugin.package == "burnlib":
            continue
        if plugin.name in found:
            owner = found[plugin.name].package
            unused.append(evolve(plugin, disabled=f"{owner} already has this name"))
            offer = f"{plugin.package} offers the {_ONE[group]} {plugin.name!r}"
            message = f"{offer}, which {owner} already has; it is not used"
            warnings.warn(message, BurnlibWarning, stacklevel=4)
            continue
        reason = "BURNLIB_DISABLE_PLUGINS names it" if off & {plugin.name, "*"} else ""
        found[plugin.name] = evolve(plugin, disabled=reason)
    return found, tuple(unused)


def _entry_points(group: Group) -> Iterator[Plugin]:
    if not _may_be_offered(group):
        return
    # Its import takes 17 ms, and its scan reads the metadata of every package.
    from importlib.metadata import distributions

    for distribution in distributions():
        try:
            points = [p for p in distribution.entry_points if p.group == f"burnlib.{group}"]
            name = distribution.metadata["Name"] or "an unnamed package"
            version = distribution.metadata["Version"] or ""
        except Exception as error:  # noqa: BLE001 - files of others, damaged in whatever way
            message = f"the metadata of an installed package are damaged: {described(error)}"
            warnings.warn(message, BurnlibWarning, stacklevel=6)
            continue
        for point in points:
            yield Plugin(point.name, point.value, str(name), str(version))


def _may_be_offered(group: Group) -> bool:
    """Whether a package beside burnlib may have entry points of *group*: False only if none has.

    Looks where importlib.metadata would, and says True to whatever it does not know: a finder of
    other packages, an archive on the path, a file that cannot be read.
    """
    finders = (finder for finder in sys.meta_path if hasattr(finder, "find_distributions"))
    if any(finder is not PathFinder for finder in finders):
        return True
    try:
        return any(_holds(folder, f"burnlib.{group}".encode()) for folder in sys.path)
    except (OSError, TypeError, ValueError):
        return True


def _holds(folder: str, group: bytes) -> bool:
    """Whether *folder*, one of ``sys.path``, has a package beside burnlib that names *group*."""
    try:
        names = os.listdir(folder or ".")  # noqa: PTH208 - pathlib takes three times as long
    except FileNotFoundError:
        return False  # Python puts a zip of its own on the path, whether it is there or not
    for name in names:
        # EGG-INFO lies in a folder that is a package by itself, x.egg.
        if name.lower().endswith((".dist-info", "egg-info")):
            info = os.path.join(folder, name)  # noqa: PTH118
            if group in _content(info, "entry_points.txt") and not _is_ours(info):
                return True
    return False


def _content(info: str, name: str) -> bytes:
    try:
        with open(os.path.join(info, name), "rb") as file:  # noqa: PTH118, PTH123
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return b""  # most packages have no entry points; an .egg-info may be a single file


def _is_ours(info: str) -> bool:
    text = _content(info, "METADATA") or _content(info, "PKG-INFO")
    headers = text.replace(b"\r\n", b"\n").partition(b"\n\n")[0].split(b"\n")
    named = [line for line in headers if line[:5].lower() == b"name:"]
    return named == [b"Name: burnlib"]
