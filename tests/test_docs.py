"""What the documentation shows runs; what it names exists; what exists is named in it."""

from __future__ import annotations

import argparse
import configparser
import inspect
import json
import plistlib
import re
import shlex
import shutil
import sqlite3
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, get_args

import attrs
import jsonschema
import pytest
from platformdirs.macos import MacOS
from platformdirs.unix import Unix

import burnlib
from burnlib import cli, daily, errors, families, plugins, schema
from burnlib.cli import demonstrating
from burnlib.cli import parser as command_line
from burnlib.cli.options import VIEWS
from burnlib.scaffold import source_package
from burnlib.sources import claude_lines, claude_records, codex_thread
from burnlib.testing import ExportSample, ExportSuite, RendererSuite, Sample, SourceSuite
from burnlib.testing.export_laws import EXPORT_LAWS
from burnlib.testing.renderer_laws import RENDERER_LAWS
from burnlib.testing.source_suite import LAWS
from burnlib.views import base, parts
from pages import (
    DOCS,
    PAGES,
    README,
    REFERENCE,
    ROOT,
    Block,
    blocks,
    page_name,
    prose,
    sections,
    tables,
)

SCHEMA = json.loads(schema.FILE.read_text(encoding="utf-8"))


# What it shows runs --------------------------------------------------------------------------


class World(NamedTuple):
    home: Path
    rows: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Made-up logs, collected: a home folder with an archive, and a daily-burn.json."""
    folder = tmp_path_factory.mktemp("made")
    history = demonstrating.make(folder / "demo", last=datetime.now(UTC).date(), tz="UTC")
    burnlib.dump(history.rows, folder / "daily-burn.json")
    home = folder / "demo" / "homes" / "new-laptop"
    data = home / ".local" / "share" / "burnlib"
    data.mkdir(parents=True)
    shutil.copy(history.archive, data / "archive.db")
    return World(home, folder / "daily-burn.json")


_EXPORT = """[{"uuid": "talk-1", "chat_messages": [
    {"uuid": "q", "sender": "human", "text": "one two", "created_at": "2026-03-02T12:00:00Z"}
]}]"""


@pytest.fixture
def world(made: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The same, with a working folder and an environment of one's own."""
    home = tmp_path / "home"
    home.mkdir()
    for name in (".claude", ".codex"):
        (home / name).symlink_to(made.home / name)
    shutil.copytree(made.home / ".local", home / ".local")
    work = tmp_path / "work"
    work.mkdir()
    shutil.copy(made.rows, work)
    (work / "export.json").write_text(_EXPORT, encoding="utf-8")
    monkeypatch.chdir(work)
    for name in ("CODEX_HOME", "CLAUDE_CONFIG_DIR", "BURNLIB_DISABLE_PLUGINS", "BURNLIB_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TZ", "UTC")
    return World(home, work / "daily-burn.json")


def run(block: Block, page: Path, names: dict[str, Any]) -> None:
    code = compile("\n" * (block.line - 1) + block.text, page_name(page), "exec")
    exec(code, names)


@pytest.mark.parametrize("page", [p for p in PAGES if p.name != "errors.md"], ids=page_name)
def test_every_python_block_of_a_page_runs_in_the_order_of_the_page(
    page: Path, world: World
) -> None:
    names: dict[str, Any] = {"__name__": "page"}
    for block in blocks(page, "python"):
        if block.not_run:
            compile(block.text, page_name(page), "exec")
        else:
            run(block, page, names)


Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install a package of one module with entry points."""
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    known = set(sys.modules)

    def package(name: str, module: str, *, group: str, point: str, value: str) -> None:
        (folder / f"{value.partition(':')[0]}.py").write_text(module, encoding="utf-8")
        info = folder / f"{name.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        info.joinpath("METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        info.joinpath("entry_points.txt").write_text(f"[{group}]\n{point} = {value}\n")
        plugins._scan.cache_clear()

    yield package
    plugins._scan.cache_clear()
    for name in set(sys.modules) - known:
        if name.startswith("burn_"):
            del sys.modules[name]


_STALE = """
class Stale:
    name, api_version, fidelity = "stale", 99, None
    def find(self, home): return []
    def read(self, path): return []
"""
_PACKAGES = {
    "burn-torn": ("torn", "import a_module_that_is_not_there", "burn_torn:Torn"),
    "burn-stale": ("stale", _STALE, "burn_stale:Stale"),
    "burn-twin": ("codex", "", "burn_twin:Codex"),
}


@pytest.mark.parametrize("name", list(sections(REFERENCE / "errors.md", "##")))
def test_every_error_is_raised_by_its_example_with_the_text_that_stands_below(
    name: str, world: World, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = sections(REFERENCE / "errors.md", "##")[name]
    for package, (point, module, value) in _PACKAGES.items():
        if package in text:
            install(package, module, group="burnlib.sources", point=point, value=value)
    # Another program that is writing is waited for; not for a minute here.
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **{**k, "timeout": 0.05}))
    if name == "MissingDependency":
        for module in ("zstandard", "compression", "compression.zstd"):
            monkeypatch.setitem(sys.modules, module, None)
    found = re.findall(r"```(python|text)\n(.*?)```", text, flags=re.DOTALL)
    assert [kind for kind, _ in found] == ["python", "text"] * (len(found) // 2)
    assert found
    for (_, code), (_, message) in zip(found[::2], found[1::2], strict=True):
        with pytest.raises((errors.BurnlibError, errors.BurnlibWarning)) as caught:
            exec(compile(code, "errors.md", "exec"), {})
        assert type(caught.value).__name__ == name
        assert str(caught.value) == message.rstrip("\n")


def test_every_error_class_has_its_heading() -> None:
    assert set(sections(REFERENCE / "errors.md", "##")) == {*errors.__all__, "CannotWrite"}


def test_the_example_source_is_what_burn_new_source_writes() -> None:
    page = DOCS / "how-to" / "add-a-source.md"
    package = source_package("zed9")
    code = next(b.text for b in blocks(page, "python") if "class Zed9" in b.text)
    assert code == package["burnlib_zed9.py"]
    assert blocks(page, "toml")[0].text == package["pyproject.toml"]


def test_the_fields_of_views_are_those_that_they_have() -> None:
    section = sections(REFERENCE / "plugins.md", "###")["Fields of views"]
    views, parts_ = tables(section.partition("## Sources of outcomes")[0])
    told = {row[0].strip("`"): re.findall(r"`(\w+)`", row[1]) for row in views[1:] + parts_[1:]}
    assert {view.__name__ for view in get_args(base.View)} <= set(told)
    for name, fields in told.items():
        kind = getattr(base, name, None) or getattr(parts, name)
        assert fields == [field.name for field in attrs.fields(kind)], name


@pytest.mark.parametrize(
    ("title", "laws"),
    [
        ("Laws of sources", LAWS),
        ("Laws of renderers", RENDERER_LAWS),
        ("Laws of sources of chats", EXPORT_LAWS),
    ],
)
def test_every_law_is_documented_as_its_docstring_says_it(title: str, laws: Iterable[Any]) -> None:
    [table] = tables(sections(DOCS / "how-to" / "test-a-plugin.md", "###")[title])
    said = [[f"`{law.__name__}`", " ".join(law.__doc__.split())] for law in laws]
    assert table[1:] == said


METER = """\
{"time": "2026-05-24T10:00:00Z", "total": 120}
{"time": "2026-05-24T10:05:00Z", "total": 200}
{"time": "2026-05-24T10:06:00Z", "total": 200}
"""
PARLEY = {
    "talk": "t-1",
    "lines": [{"who": "me", "when": "2026-05-24T10:00:00Z", "says": "one two three"}],
}


def suites_of_the_pages(world: World) -> list[Any]:
    """A suite for each source and renderer that a how-to page shows."""
    names: dict[str, dict[str, Any]] = {}
    for name in ("add-a-source", "add-a-renderer", "test-a-plugin"):
        page = DOCS / "how-to" / f"{name}.md"
        found = names[name] = {"__name__": "page"}
        for block in blocks(page, "python"):
            if not block.not_run:
                run(block, page, found)
    sources, renderers, tests = names.values()

    class Meter(SourceSuite):
        samples = (Sample(files={".meter/thread-1.jsonl": METER}, tokens={"2026-05-24": 200}),)
        in_order = True
        excepted: ClassVar = {"counts_forks_once": "the file's name is the id of the thread"}
        make = sources["Meter"]

    class Zed9(SourceSuite):
        log = blocks(DOCS / "how-to" / "add-a-source.md", "json")[0].text
        samples = (Sample(files={".zed9/logs/a.jsonl": log}, tokens={"2026-05-24": 420}),)
        make = sources["Zed9Logs"]

    class Parley(ExportSuite):
        samples = (ExportSample(records=[PARLEY], tokens={"2026-05-24": (3, 3, 4)}),)
        make = sources["Parley"]

    class Csv(RendererSuite):
        make = renderers["Csv"]

    return [Meter(), Zed9(), Parley(), Csv(), tests["TestBeans"](), tests["TestSaid"]()]


@pytest.mark.laws
def test_the_plugins_of_the_pages_keep_every_law(world: World) -> None:
    for suite in suites_of_the_pages(world):
        skipped = []
        for law in suite.test_law.pytestmark[0].args[1]:
            try:
                suite.test_law(law)
            except pytest.skip.Exception:
                skipped.append(law.__name__)
        # What a page's short log has nothing for; every other law was really tried.
        assert set(skipped) <= {
            "counts_forks_once",
            "keeps_words_to_itself",
            "reads_lines_in_any_order",
        }, type(suite).__name__


def test_the_example_source_counts_its_log_when_it_is_installed(
    world: World, install: Install, tmp_path: Path
) -> None:
    page = DOCS / "how-to" / "add-a-source.md"
    code = next(b.text for b in blocks(page, "python") if "class Zed9" in b.text)
    project = tomllib.loads(blocks(page, "toml")[0].text)["project"]
    [(group, points)] = project["entry-points"].items()
    [(point, value)] = points.items()
    install(project["name"], code, group=group, point=point, value=value)
    log = tmp_path / "zed" / ".zed9" / "logs" / "today.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text(blocks(page, "json")[0].text, encoding="utf-8")
    shutil.copy(log, log.with_name("copy.jsonl"))
    burn = burnlib.collect([tmp_path / "zed"], archive=tmp_path / "zed.db", tz="UTC")
    assert not burn.problems
    [row] = [row for row in burn.rows if row.total]
    assert (row.date.isoformat(), row.total, row.driver) == ("2026-05-24", 100 + 300 + 20, "")
    assert '"zed9_tokens": 420' in burnlib.dumps([row])
    assert burnlib.reconcile(burn).ok


def test_the_example_of_a_chat_product_is_imported_when_it_is_installed(
    world: World, install: Install
) -> None:
    page = DOCS / "how-to" / "add-a-source.md"
    code = next(b.text for b in blocks(page, "python") if "class Parley" in b.text)
    install(
        "burn-parley", code, group="burnlib.sources", point="parley", value="burn_parley:Parley"
    )
    Path("talks.json").write_text(f"[{blocks(page, 'json')[1].text}]", encoding="utf-8")
    found = burnlib.import_files(["talks.json"], archive="parley.db", tz="UTC")
    assert not found.problems
    [row] = found.rows
    # 3 x 1.1 = 3.3 and 4 x 1.1 = 4.4; the one turn reads 3 x 1.2 = 3.6 and writes 4.8, at most.
    assert (row.sources["parley"].tokens, row.sources["parley"].high) == (3 + 4, 4 + 5)
    assert burnlib.reconcile(found).ok


def test_the_example_renderer_writes_its_suffix_when_it_is_installed(
    world: World, install: Install
) -> None:
    page = DOCS / "how-to" / "add-a-renderer.md"
    code = next(b.text for b in blocks(page, "python") if "class Csv" in b.text)
    [(group, points)] = tomllib.loads(blocks(page, "toml")[0].text)["project"][
        "entry-points"
    ].items()
    [(point, value)] = points.items()
    install("burn-csv", code, group=group, point=point, value=value)
    days = [
        {"date": "2026-05-24", "codex_tokens": 7, "total": 7},
        {"date": "2026-05-26", "total": 0},
    ]
    burnlib.heatmap(burnlib.loads(json.dumps(days)), range="all").save("days.csv")
    assert Path("days.csv").read_text().splitlines() == [
        "date,measured,estimated,state",
        "2026-05-24,7,0,as measured",
        "2026-05-25,,,missing",
        "2026-05-26,0,0,as measured",
    ]


def _commands() -> dict[str, argparse.ArgumentParser]:
    [found] = [
        action
        for action in command_line._parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    ]
    return dict(found.choices)


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_every_command_line_that_is_shown_is_one_that_burn_takes(page: Path) -> None:
    for block in blocks(page, "console", "text", "ini"):
        for line in re.findall(
            r"(?:\$ |=|; |\* )(?:/\S+/)?burn( .*)?$", block.text, flags=re.MULTILINE
        ):
            words = shlex.split(re.split(r"[>|;]|&&", line)[0], comments=True)
            if {"VIEW", "DAY"} & set(words) or "[VIEW" in words:
                continue  # the form of a command
            command_line.parse(words)


def test_the_pages_show_enough_for_these_tests_to_mean_something() -> None:
    # Were a fence or a prompt written in another way, the tests above would look at nothing.
    run_blocks = [b for page in PAGES for b in blocks(page, "python") if not b.not_run]
    shown = [b.text for page in PAGES for b in blocks(page, "console")]
    assert len(run_blocks) >= 25
    assert sum(text.count("$ burn ") for text in shown) >= 30


# What exists is named, and what is named exists -----------------------------------------------

_OPTION = re.compile(r"(?<![\w-])--?[A-Za-z][a-z-]*(?![\w])")


def _options(parser: argparse.ArgumentParser) -> set[str]:
    return {o for a in parser._actions for o in a.option_strings} - {"-h", "--help"}


def _named(text: str) -> set[str]:
    """Options in the first column of the tables of a section."""
    rows = [row for table in tables(text) if table[0][0] == "option" for row in table[1:]]
    return {option for row in rows for option in _OPTION.findall(row[0])}


def test_every_command_and_option_is_documented_and_no_other() -> None:
    page = sections(REFERENCE / "command.md", "##")
    everywhere = _named(page["Options that work everywhere"])
    assert everywhere == {"--archive", "--tz", "--json"}
    commands = _commands()
    assert set(commands) == set(page) - {"Exit codes", "Options that work everywhere"}
    for name, parser in commands.items():
        own = _options(parser) - everywhere
        if name == "run":  # documented as those of collect and more
            own -= _options(commands["collect"])
        assert _named(page[name]) == own, name


def test_every_option_that_any_page_mentions_exists() -> None:
    known = set().union(*map(_options, _commands().values())) | {"-h", "--help", "-V", "--version"}
    for page in PAGES:
        for code in re.findall(r"`([^`\n]*)`", prose(page)):
            if code.startswith(("burn ", "--", "-o")):
                assert set(_OPTION.findall(code)) <= known, f"{page_name(page)}: {code}"


def test_the_views_and_choices_of_the_command_are_documented() -> None:
    text = (REFERENCE / "command.md").read_text(encoding="utf-8")
    for name in VIEWS:
        assert f"`{name}`" in text
    for parser in _commands().values():
        for action in parser._actions:
            if action.option_strings and action.choices:
                assert "\\|".join(map(str, action.choices)) in text


def test_every_exit_code_is_documented_and_no_other() -> None:
    section = sections(REFERENCE / "command.md", "##")["Exit codes"]
    [table] = tables(section)
    constants = {v for k, v in vars(cli).items() if k.isupper() and type(v) is int}
    assert {int(row[0]) for row in table[1:]} == constants


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (0, "verify --from daily-burn.json"),
        (1, "verify --from broken.json"),
        (2, "show nothing --from daily-burn.json"),
        (3, "show --archive no-such.db"),
        (3, "collect --home empty --archive empty.db"),
        (4, "render heatmap --from daily-burn.json -o no/such/folder.svg"),
        (0, "import export.json"),
        (0, "calibrate --tokens 2 export.json"),
        (2, "import empty"),
        (2, "calibrate --home empty"),
        (2, "show --from daily-burn.json --estimate processed"),
        (3, "import nothing.json --archive empty.db"),
        (4, "import daily-burn.json"),
    ],
)
def test_the_command_ends_with_the_code_that_is_documented(
    code: int, arguments: str, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("broken.json").write_text('[{"date": "2026-05-24", "codex_tokens": 1, "total": 2}]')
    Path("empty").mkdir()
    Path("nothing.json").write_text("[]")
    assert cli.main(arguments.split()) == code
    said = capsys.readouterr().err
    assert (code == 0) == (said == "")
    assert said.count("\n") <= 1


@pytest.mark.parametrize(
    "arguments",
    [
        "collect --source codex -o rows.json",
        "verify",
        "explain today",
        "sources",
        "renderers",
        "doctor",
        "label today shipping",
        "import export.json",
        "calibrate --tokens 2 export.json",
        "render trend -o trend.svg",
        "shapes traps",
    ],
)
def test_every_key_of_a_commands_json_is_documented(
    arguments: str, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*arguments.split(), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    if arguments.startswith("verify"):
        assert printed["findings"] == []
        printed |= printed["sources"]["codex"] | printed["checks"][0]
    elif arguments.startswith("explain"):
        printed |= printed.pop("sources")["codex"]
    elif arguments.startswith("calibrate"):
        printed[0] |= printed[0]["factor"]
    keys = set(printed[0] if isinstance(printed, list) else printed)
    page = sections(REFERENCE / "command.md", "##")
    # The keys of a list of renderers are those of a list of sources.
    text = page["sources" if arguments == "renderers" else arguments.split()[0]]
    assert {key for key in keys if f"`{key}`" not in text} == set()


def _signature(name: str) -> str:
    made = getattr(burnlib, name)
    parameters = []
    for parameter in inspect.signature(made).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in parameters:
            parameters.append("*")
        default = parameter.default
        text = f"{parameter.name}: {parameter.annotation}"
        if default is attrs.NOTHING:
            text += " = {}"
        elif default is not parameter.empty:
            text += f" = {default!r}"
        parameters.append(text)
    returns = inspect.signature(made).return_annotation
    end = "" if inspect.isclass(made) else f" -> {returns}"
    return f"{name}({', '.join(parameters)}){end}"


def _bare(code: str) -> str:
    return re.sub(r"\s|,(?=\s*\))", "", code.replace("'", '"'))


def test_every_public_name_has_its_heading_and_no_other() -> None:
    assert set(sections(REFERENCE / "api.md", "###")) == set(burnlib.__all__)


@pytest.mark.parametrize(
    "name", [n for n in burnlib.__all__ if inspect.isfunction(getattr(burnlib, n))]
)
def test_every_function_is_documented_with_its_signature(name: str) -> None:
    found = re.findall(r"```py\n(.*?)```", sections(REFERENCE / "api.md", "###")[name], re.DOTALL)
    assert [_bare(code) for code in found] == [_bare(_signature(name))]


@pytest.mark.parametrize(
    "name", [n for n in burnlib.__all__ if inspect.isclass(getattr(burnlib, n))]
)
def test_every_class_is_documented_with_its_members_and_a_true_signature(name: str) -> None:
    section = sections(REFERENCE / "api.md", "###")[name]
    for code in re.findall(r"```py\n(.*?)```", section, re.DOTALL):
        assert _bare(code) == _bare(_signature(name))
    members = {m for m in vars(getattr(burnlib, name)) if not m.startswith("_")}
    missing = {m for m in members if not re.search(rf"\b{m}\b", section)}
    assert not missing


def test_the_options_of_a_charts_methods_are_documented() -> None:
    section = sections(REFERENCE / "api.md", "###")["Chart"]
    for name, method in vars(burnlib.Chart).items():
        if not name.startswith("_") and inspect.isfunction(method):
            parameters = list(inspect.signature(method).parameters.values())[1:]
            shown = re.search(rf"`{name}\((.*?)\)`", section)
            assert shown, name
            for parameter in parameters:
                default = parameter.default
                given = "" if default is parameter.empty else f"={default!r}".replace("'", '"')
                assert f"{parameter.name}{given}" in shown[1], name


def test_every_key_and_suffix_of_the_file_is_documented_and_no_other() -> None:
    keys, suffixes = list(tables(sections(REFERENCE / "daily-burn.md", "##")["Keys"]))
    assert {row[0].strip("`") for row in keys[1:]} == set(SCHEMA["items"]["properties"])
    assert {row[0].strip("`") for row in suffixes[1:]} == set(daily.COLUMNS)


def test_every_reason_for_not_counting_is_explained_and_no_other() -> None:
    page = DOCS / "how-to" / "find-out-why-totals-differ.md"
    [table] = tables(sections(page, "##")["What was read and not counted"])
    reasons = {
        getattr(module, name)
        for module in (claude_lines, claude_records, codex_thread)
        for name in re.findall(r"dropped\[(_[A-Z_]+)\]", inspect.getsource(module))
    }
    assert len(reasons) > 5
    ahead = "dated more than 48 hours ahead of the clock"
    assert {row[0].strip("`") for row in table[1:]} == {*reasons, ahead}


def test_every_environment_variable_that_is_read_is_documented() -> None:
    text = sections(REFERENCE / "files.md", "##")["Environment variables"]
    asked = re.compile(r'(?:environ\.get|override)\("([A-Z_]+)"')
    names = {
        n
        for path in Path(burnlib.__file__).parent.rglob("*.py")
        for n in asked.findall(path.read_text("utf-8"))
    }
    assert {"CODEX_HOME", "BURNLIB_DEBUG", "NO_COLOR"} <= names
    assert {name for name in names if f"`{name}" not in text} == set()


def test_the_folders_are_those_of_each_system(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/me")
    text = (REFERENCE / "files.md").read_text(encoding="utf-8")
    for system in (Unix, MacOS):
        places = system("burnlib", appauthor=False)
        for folder, rest in (
            (places.user_data_dir, "/archive.db"),
            (places.user_config_dir, "/burn.toml"),
            (places.user_cache_dir, "/demo/"),
        ):
            assert f"`{folder.replace('/home/me', '~')}{rest}`" in text


def test_the_rules_that_are_shown_are_rules_and_the_defaults_are_the_defaults(
    tmp_path: Path,
) -> None:
    page = DOCS / "how-to" / "label-your-days.md"
    shown = []
    for number, block in enumerate(blocks(page, "toml")):
        path = tmp_path / f"{number}.toml"
        path.write_text(block.text, encoding="utf-8")
        shown.append(families.load_rules(path))
    assert len(shown[0]) == 3
    assert shown[1] == families.DEFAULT_RULES
    keys, kinds = list(tables(sections(page, "##")["Rules"]))
    assert {row[0].strip("`") for row in keys[1:]} == set(attrs.fields_dict(families.Rule))
    assert tuple(row[0].strip("`") for row in kinds[1:]) == families.KINDS


def test_the_nightly_jobs_can_be_read_by_the_systems_they_are_for() -> None:
    page = DOCS / "how-to" / "keep-it-current.md"
    units = []
    for block in blocks(page, "ini"):
        units.append(configparser.ConfigParser(strict=False, interpolation=None))
        units[-1].read_string(block.text)
    assert units[0]["Service"]["Type"] == "oneshot"
    assert units[1]["Timer"]["Persistent"] == "true"
    [plist] = blocks(page, "xml")
    assert plistlib.loads(plist.text.encode())["ProgramArguments"][1:] == ["collect"]


# Links, the schema, the first screen -----------------------------------------------------------


def _anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives the headings of a page, and those that it sets itself."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    found = set(re.findall(r'<a id="([^"]+)">', text))
    for head in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE):
        found.add(re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-"))
    return found


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=page_name)
def test_every_relative_link_leads_to_a_file_and_to_a_heading_in_it(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        if anchor:
            assert anchor in _anchors(there), target


def test_every_page_can_be_reached_from_the_table_of_contents() -> None:
    linked = re.findall(r"\]\(([^)#]+)\)", (DOCS / "README.md").read_text(encoding="utf-8"))
    pages = {path.resolve() for path in DOCS.rglob("*.md")} - {(DOCS / "README.md").resolve()}
    assert pages <= {(DOCS / target).resolve() for target in linked}


def test_the_schema_that_is_shipped_and_its_copy_are_those_of_the_classes() -> None:
    copy = REFERENCE / "daily-burn.schema.json"
    assert schema.FILE.read_text(encoding="utf-8") == schema.schema_text()
    assert copy.read_text(encoding="utf-8") == schema.schema_text()
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_takes_real_rows_and_the_documented_example(made: World) -> None:
    example = blocks(REFERENCE / "daily-burn.md", "json")[0].text
    assert burnlib.dumps(burnlib.loads(example)) == example
    for text in (made.rows.read_text(encoding="utf-8"), example, "[]"):
        jsonschema.validate(json.loads(text), SCHEMA)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        [{"date": "2026-05-24"}],
        [{"total": 0}],
        [{"date": "24.5.2026", "total": 0}],
        [{"date": 20260524, "total": 0}],
        [{"date": "2026-05-24", "total": -1}],
        [{"date": "2026-05-24", "total": True}],
        [{"date": "2026-05-24", "total": 2**53}],
        [{"date": "2026-05-24", "total": 0, "codex_tokens": "0"}],
        [{"date": "2026-05-24", "total": 0, "codex_est_low": 0.5}],
        [{"date": "2026-05-24", "total": 0, "drivers": {"shipping": None}}],
        [{"date": "2026-05-24", "total": 0, "lower_bound": "codex"}],
        [{"date": "2026-05-24", "total": 0, "driver": 7}],
        [7],
    ],
)
def test_the_schema_and_the_reader_refuse_the_same_files(broken: object) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, SCHEMA)
    if broken != [{"date": "2026-05-24", "total": 0, "codex_est_low": 0.5}]:
        with pytest.raises(errors.SchemaError):
            burnlib.loads(json.dumps(broken))


def test_the_readme_shows_one_command_and_its_output_on_the_first_screen() -> None:
    lines = README.read_text(encoding="utf-8").split("\n")[:15]
    at = next(number for number, line in enumerate(lines) if line.startswith("$ make burn"))
    assert any("tokens" in line and not line.startswith("$") for line in lines[at + 1 :])
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^burn:", makefile, flags=re.MULTILINE)
