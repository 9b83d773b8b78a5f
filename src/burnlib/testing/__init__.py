"""A conformance kit for plugins: suites to inherit, values for property tests, faults for logs.

Needs the extra ``burnlib[testing]``; see docs/how-to/test-a-plugin.md. Nothing of burnlib itself
imports it, but for the made-up logs that ``burn shapes`` writes.
"""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from burnlib.testing.export_suite import ExportSample, ExportSuite
    from burnlib.testing.renderer_suite import RendererSuite
    from burnlib.testing.sample import Sample
    from burnlib.testing.source_suite import SourceSuite

_HOMES = {
    "ExportSample": "export_suite",
    "ExportSuite": "export_suite",
    "RendererSuite": "renderer_suite",
    "Sample": "sample",
    "SourceSuite": "source_suite",
}

__all__ = ["ExportSample", "ExportSuite", "RendererSuite", "Sample", "SourceSuite"]


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'burnlib.testing' has no attribute {name!r}")
    try:
        return getattr(import_module(f"burnlib.testing.{_HOMES[name]}"), name)
    except ModuleNotFoundError as error:
        from burnlib.errors import MissingDependency

        if error.name not in ("pytest", "hypothesis"):
            raise
        hint = "pip install 'burnlib[testing]'"
        raise MissingDependency(f"{name} needs {error.name}", hint=hint) from error
