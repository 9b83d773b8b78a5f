"""What ``import burnlib`` gives, and what it does not load."""

from __future__ import annotations

import ast
import gc
import inspect
import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import burnlib
import fakes
from burnlib import plugins
from burnlib.cli import main
from burnlib.cli.options import VIEWS
from burnlib.sources import installed
from burnlib.sources.base import Source
from burnlib.sources.conversations import ExportSource
from logs import rollout, used

# The package alone, and what `burn --version` needs of it.
BARE = {"__future__", "burnlib"}
CLI = BARE | {"burnlib.cli", "burnlib.cli.codes", "burnlib.cli.streams"}

# What help and wrong use need not: no values, and nothing of Python that takes 2 ms and more.
VALUES = {
    "attr",
    "attrs",
    "burnlib.model",
    "contextlib",
    "inspect",
    "json",
    "pathlib",
    "shutil",
    "typing",
    "zoneinfo",
}
OTHERS = {"importlib.metadata", "matplotlib", "msgspec", "rich", "svgwrite", "tiktoken"}
OF_PYTHON = {"base64", "hashlib", "random", "secrets", "shutil", "tempfile", "tomllib"}
PICTURES = {
    "burnlib.render.html",
    "burnlib.render.layout",
    "burnlib.render.png",
    "burnlib.render.scene",
    "burnlib.render.svg",
    "burnlib.render.theme",
}
ROW = {
    "date": "2026-01-31",
    "codex_tokens": 1200,
    "codex_calls": 3,
    "claude_chat_est": 500,
    "total": 1700,
    "driver": "Küche",
    "evidence": "a note that no line has room for, " * 4,
}


def loaded(tmp_path: Path, code: str) -> set[str]:
    """The modules that *code* loads in a process of its own."""
    script = (
        f"import sys; before = set(sys.modules)\n{code}\nfound = set(sys.modules) - before\n"
        "import json; print(json.dumps(sorted(found)), file=sys.stderr)"
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


def loaded_by_burn(tmp_path: Path, *arguments: str | Path, code: int = 0) -> set[str]:
    """The modules that ``burn`` loads for *arguments*, which it answers with exit *code*."""
    given = [str(argument) for argument in arguments]
    return loaded(tmp_path, f"from burnlib.cli import main; assert main({given!r}) == {code}")


def of(found: set[str], package: str) -> set[str]:
    """Those of *package*, itself among them."""
    return {name for name in found if f"{name}.".startswith(f"{package}.")}


@pytest.fixture
def rows_file(tmp_path: Path) -> Path:
    file = tmp_path / "rows.json"
    file.write_text(json.dumps([ROW]), encoding="utf-8")
    return file


def test_importing_burnlib_loads_nothing_but_itself(tmp_path: Path) -> None:
    assert loaded(tmp_path, "import burnlib") == BARE


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_asking_for_the_version_loads_neither_a_parser_nor_values(
    tmp_path: Path, option: str
) -> None:
    found = loaded_by_burn(tmp_path, option)
    assert found - set(sys.builtin_module_names) == CLI


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--help"], 0), (["show", "--help"], 0), (["nonsense"], 2), (["show", "--basis", "all"], 2)],
)
def test_help_and_wrong_use_load_a_parser_and_no_values(
    tmp_path: Path, arguments: list[str], code: int
) -> None:
    found = loaded_by_burn(tmp_path, *arguments, code=code)
    assert "argparse" in found
    assert found.isdisjoint(VALUES | OTHERS)


def test_showing_a_file_as_text_loads_no_picture_no_database_and_no_reader_of_logs(
    tmp_path: Path, rows_file: Path
) -> None:
    found = loaded_by_burn(tmp_path, "show", "--from", rows_file, "--range", "1y", "--tz", "UTC")
    assert "burnlib.render.text.heatmap" in found
    assert found.isdisjoint(PICTURES | OTHERS | OF_PYTHON | {"sqlite3", "platformdirs"})
    assert not of(found, "burnlib.archive") | of(found, "burnlib.sources")
    assert found.isdisjoint({"burnlib.estimating", "burnlib.files", "burnlib.history"})


@pytest.mark.parametrize("view", VIEWS)
def test_showing_one_view_loads_no_other(tmp_path: Path, rows_file: Path, view: str) -> None:
    found = loaded_by_burn(tmp_path, "show", view, "--from", rows_file)
    views = {name.rpartition(".")[2] for name in of(found, "burnlib.views")}
    assert views & {*VIEWS, "page"} == {view}
    texts = {name.rpartition(".")[2] for name in of(found, "burnlib.render.text")}
    assert texts & set(VIEWS) == {view}
    assert ("burnlib.fermi" in found) == (view == "equivalents")


def test_showing_an_archive_loads_no_reader_of_logs_and_nothing_to_draw(tmp_path: Path) -> None:
    rollout(tmp_path / "home", 1, used("10:00:00", (100, 0, 10), (100, 0, 10)))
    assert fakes.burn("collect", env=fakes.environment(tmp_path))[0] == 0
    found = loaded_by_burn(tmp_path, "show", "--range", "1y")
    assert "burnlib.render.text.table" in found
    assert "sqlite3" in found
    assert found.isdisjoint(PICTURES | OTHERS | {"tomllib"})
    assert not of(found, "burnlib.sources")


def test_collecting_loads_no_reader_of_exports_and_no_metadata_of_packages(tmp_path: Path) -> None:
    found = loaded_by_burn(tmp_path, "collect", "--tz", "UTC", code=3)
    assert "burnlib.sources.codex" in found
    assert found.isdisjoint(OTHERS - {"msgspec"})
    assert found.isdisjoint(PICTURES | {"burnlib.chart", "burnlib.estimating"})
    exports = {"claude_chat", "chatgpt", "conversations", "turns"}
    assert found.isdisjoint(f"burnlib.sources.{name}" for name in exports)


def test_the_sources_of_exports_load_no_reader_of_logs(tmp_path: Path) -> None:
    code = (
        "from burnlib.sources.installed import export_sources; assert len(export_sources([])) == 2"
    )
    found = of(loaded(tmp_path, code), "burnlib.sources")
    assert {"burnlib.sources.claude_chat", "burnlib.sources.chatgpt"} <= found
    assert not {"burnlib.sources.codex", "burnlib.sources.claude_code"} & found


def test_the_built_in_sources_are_divided_into_those_that_find_logs_and_those_of_exports() -> None:
    loads = {name: plugins.load("sources", name) for name in plugins._BUILT_IN["sources"]}
    assert {name for name, made in loads.items() if isinstance(made, Source)} == installed._OF_LOGS
    fed = {name for name, made in loads.items() if isinstance(made, ExportSource)}
    assert fed == installed._OF_EXPORTS


def test_reading_and_drawing_rows_loads_no_reader_of_logs_and_no_database(tmp_path: Path) -> None:
    code = "import burnlib; burnlib.heatmap(burnlib.loads('[]')).text()"
    found = loaded(tmp_path, code)
    assert found.isdisjoint(PICTURES | OTHERS | {"sqlite3"})
    assert not of(found, "burnlib.archive") | of(found, "burnlib.sources")


def test_a_program_that_calls_burn_keeps_its_own_collector_of_garbage(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = (gc.get_threshold(), gc.get_freeze_count())
    assert main(["--version"]) == 0
    assert (gc.get_threshold(), gc.get_freeze_count()) == before


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
