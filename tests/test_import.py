"""What ``import burnlib`` gives, and what it does not load."""

from __future__ import annotations

import ast
import inspect
import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import burnlib
import fakes

HEAVY = (
    "argparse",
    "attrs",
    "importlib.metadata",
    "matplotlib",
    "msgspec",
    "platformdirs",
    "rich",
    "sqlite3",
    "svgwrite",
    "tiktoken",
    "zoneinfo",
)


def loaded(tmp_path: Path, code: str) -> set[str]:
    """The modules that *code* loads in a process of its own."""
    script = f"import sys; before = set(sys.modules)\n{code}\nimport json\n" + (
        "print(json.dumps(sorted(set(sys.modules) - before)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=fakes.environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


def test_importing_burnlib_loads_nothing_else_of_it_and_nothing_heavy(tmp_path: Path) -> None:
    found = loaded(tmp_path, "import burnlib")
    assert {name for name in found if name.startswith("burnlib")} == {"burnlib"}
    assert found.isdisjoint(HEAVY)


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_asking_for_the_version_loads_neither_a_parser_nor_values(
    tmp_path: Path, option: str
) -> None:
    found = loaded(tmp_path, f"from burnlib.cli import main; assert main(['{option}']) == 0")
    assert found.isdisjoint(HEAVY)


def test_reading_and_drawing_rows_loads_no_reader_of_logs_and_no_database(tmp_path: Path) -> None:
    code = "import burnlib; burnlib.heatmap(burnlib.loads('[]')).text()"
    found = loaded(tmp_path, code)
    assert found.isdisjoint({"sqlite3", "msgspec", "tiktoken", "matplotlib", "burnlib.archive"})
    assert not {name for name in found if name.startswith("burnlib.sources")}


def test_every_public_name_is_there_and_listed() -> None:
    for name in burnlib.__all__:
        assert getattr(burnlib, name) is not None
        assert name in dir(burnlib)


def test_the_public_names_are_sorted_and_are_those_that_can_be_loaded() -> None:
    lazy = {*burnlib._MODULE_OF, *burnlib._MODULES, "__version__"}
    assert set(burnlib.__all__) == lazy
    assert len(burnlib.__all__) == len(lazy)
    assert burnlib.__all__ == sorted(burnlib.__all__)


def test_type_checkers_see_the_names_where_they_are_loaded_from() -> None:
    tree = ast.parse(inspect.getsource(burnlib))
    (block,) = (
        node
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    )
    seen = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    lazy = {name: f"burnlib.{module}" for name, module in burnlib._MODULE_OF.items()}
    assert seen == lazy | dict.fromkeys(burnlib._MODULES, "burnlib")


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'burnlib' has no attribute 'burnt'"):
        burnlib.burnt  # noqa: B018


def test_no_public_function_has_the_name_of_a_module() -> None:
    # After `import burnlib.ledger` the attribute is the module, whatever the function was.
    modules = {module.name for module in pkgutil.iter_modules(burnlib.__path__)}
    assert modules & set(burnlib.__all__) == set(burnlib._MODULES)


@pytest.mark.parametrize("name", [n for n in burnlib.__all__ if n != "__version__"])
def test_every_public_name_says_what_it_is(name: str) -> None:
    assert inspect.getdoc(getattr(burnlib, name))


def test_the_version_is_that_of_the_package() -> None:
    text = (fakes.ROOT / "pyproject.toml").read_text("utf-8")
    assert f'version = "{burnlib.__version__}"' in text
