"""Where the AI tokens went: one honest row per local day, proved and drawn.

Importing this loads nothing else; every name below is loaded when it is first used.
"""

from __future__ import annotations

# Type checkers take the name alone for true; typing's own costs 6 ms at every start.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from burnlib import errors
    from burnlib._collect import Collection, collect
    from burnlib._import import Imported, import_files
    from burnlib._reconcile import Finding, Proof, reconcile
    from burnlib.chart import Chart
    from burnlib.charts import drivers, equivalents, heatmap, page, sparkline, table, trend
    from burnlib.daily import dump, dumps, load, loads
    from burnlib.history import History, recall
    from burnlib.ledger import Ledger
    from burnlib.model import DailyRow, Fidelity, SourceDay, TokenCounts, UsageEvent
    from burnlib.scale import LogScale
    from burnlib.sources.base import Problem

__version__ = "0.1.0"

_HOMES = {
    "_collect": ("Collection", "collect"),
    "_import": ("Imported", "import_files"),
    "_reconcile": ("Finding", "Proof", "reconcile"),
    "chart": ("Chart",),
    "charts": ("drivers", "equivalents", "heatmap", "page", "sparkline", "table", "trend"),
    "daily": ("dump", "dumps", "load", "loads"),
    "history": ("History", "recall"),
    "ledger": ("Ledger",),
    "model": ("DailyRow", "Fidelity", "SourceDay", "TokenCounts", "UsageEvent"),
    "scale": ("LogScale",),
    "sources.base": ("Problem",),
}
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names}
_MODULES = ("errors",)

__all__ = [
    "Chart",
    "Collection",
    "DailyRow",
    "Fidelity",
    "Finding",
    "History",
    "Imported",
    "Ledger",
    "LogScale",
    "Problem",
    "Proof",
    "SourceDay",
    "TokenCounts",
    "UsageEvent",
    "__version__",
    "collect",
    "drivers",
    "dump",
    "dumps",
    "equivalents",
    "errors",
    "heatmap",
    "import_files",
    "load",
    "loads",
    "page",
    "recall",
    "reconcile",
    "sparkline",
    "table",
    "trend",
]


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name in _MODULE_OF:
        return getattr(import_module(f"burnlib.{_MODULE_OF[name]}"), name)
    if name in _MODULES:
        return import_module(f"burnlib.{name}")
    raise AttributeError(f"module 'burnlib' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
