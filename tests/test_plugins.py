"""Plugins: listed without an import, checked when loaded, and unable to break anything else."""

from __future__ import annotations

import importlib.metadata
import io
import sys
import tempfile
import threading
import time
import tomllib
import warnings
import zipfile
from collections.abc import Iterator
from importlib.machinery import PathFinder
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import burnlib
import fakes
from burnlib import plugins
from burnlib._foreign import contained
from burnlib.errors import BurnlibWarning, ContractError, NotFound, PluginError
from burnlib.plugins import load, renderer_for_suffix
from fakes import NOW, install

if sys.platform == "linux":
    import resource

    LIMIT = resource.getrlimit(resource.RLIMIT_AS)[0]

GOOD = """
from datetime import datetime
import burnlib

class {kind}:
    name, api_version, fidelity = "{name}", 1, burnlib.Fidelity.EXACT
    def find(self, home):
        return sorted(home.path(".{name}").glob("*.log"))
    def read(self, path):
        for line in path.read_text().splitlines():
            id_, tokens = line.split()
            counts = burnlib.TokenCounts(input=int(tokens))
            yield burnlib.UsageEvent(id=id_, at=datetime.fromisoformat("2025-03-04T10:00:00+00:00"),
                                     source="{name}", fidelity=self.fidelity, counts=counts)
"""
CSV = """
class Csv:
    name, suffixes, media_type, api_version = "csv", (".csv",), "text/csv", 1
    def render(self, drawing, **options):
        return "day,tokens"
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with fakes.site_folder(tmp_path, monkeypatch) as folder:
        yield folder


def good(site: Path, name: str = "good", package: str = "burn-good") -> None:
    module = package.replace("-", "_")
    code = GOOD.format(kind="Source", name=name)
    install(site, package, {name: f"{module}:Source"}, modules={module: code})


def one(site: Path, code: str, target: str = "burn_odd:Odd", name: str = "odd") -> None:
    """Install a package whose only module has *code*."""
    install(site, "burn-odd", {name: target}, modules={"burn_odd": code})


def names(group: plugins.Group = "sources") -> list[str]:
    return [plugin.name for plugin in plugins.plugins(group)]


# What is there -------------------------------------------------------------------------------


@pytest.mark.parametrize("group", ["sources", "renderers", "outcomes"])
def test_the_built_in_plugins_are_the_entry_points_of_the_package(group: plugins.Group) -> None:
    project = tomllib.loads((fakes.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert plugins._BUILT_IN[group] == project["entry-points"][f"burnlib.{group}"]
    assert set(project["entry-points"]) == {f"burnlib.{group}" for group in plugins._BUILT_IN}


@pytest.mark.parametrize("group", ["sources", "renderers", "outcomes"])
def test_every_built_in_plugin_loads_and_keeps_the_protocol(group: plugins.Group) -> None:
    for name in plugins._BUILT_IN[group]:
        assert getattr(load(group, name), "name", None) == name


def test_the_suffixes_of_the_built_in_renderers_are_those_that_they_announce() -> None:
    announced = {
        suffix: name
        for name in plugins._BUILT_IN["renderers"]
        for suffix in getattr(load("renderers", name), "suffixes")  # noqa: B009 - load gives object
    }
    assert announced == plugins._SUFFIXES


def test_an_installed_source_is_listed_with_its_package_and_not_imported(site: Path) -> None:
    good(site)
    install(site, "burn-odd", {"odd": "burn_odd:Odd"}, modules={"burn_odd": "raise SystemExit(9)"})
    found = {plugin.name: plugin for plugin in plugins.plugins("sources")}
    assert set(found) == {"codex", "claude_code", "claude_chat", "chatgpt", "good", "odd"}
    assert (found["good"].package, found["good"].version) == ("burn-good", "1.0")
    assert (found["codex"].package, found["good"].disabled) == ("burnlib", "")
    assert not {"burn_good", "burn_odd"} & set(sys.modules)


def test_sources_and_renderers_are_apart(site: Path) -> None:
    install(site, "burn-csv", {"csv": "burn_csv:Csv"}, group="renderers")
    assert "csv" in names("renderers")
    assert "csv" not in names("sources")


def test_an_installed_source_is_collected_like_a_built_in_one(site: Path, tmp_path: Path) -> None:
    good(site)
    log = tmp_path / ".good" / "a.log"
    log.parent.mkdir()
    log.write_text("x 5\ny 7\n")
    burn = burnlib.collect([tmp_path], archive=tmp_path / "a.db", tz="UTC", now=NOW)
    assert burn.problems == ()
    day = burn.rows[0].sources["good"]
    assert (day.tokens, day.calls) == (12, 2)


def test_an_installed_renderer_is_found_by_its_suffix(site: Path) -> None:
    install(site, "burn-csv", {"csv": "burn_csv:Csv"}, group="renderers", modules={"burn_csv": CSV})
    assert renderer_for_suffix(".CSV") == "csv"
    assert renderer_for_suffix(".svg") == "svg"
    with pytest.raises(NotFound, match=r"no renderer writes \.doc.*\.csv, \.htm, \.html, .*\.svg"):
        renderer_for_suffix(".doc")


def test_a_built_in_suffix_imports_no_plugin(site: Path) -> None:
    install(
        site,
        "burn-csv",
        {"csv": "burn_csv:Csv"},
        group="renderers",
        modules={"burn_csv": "raise RuntimeError"},
    )
    assert renderer_for_suffix(".html") == "html"
    assert "burn_csv" not in sys.modules


def test_a_broken_renderer_is_passed_over_with_a_warning_in_the_search_for_a_suffix(
    site: Path,
) -> None:
    install(
        site,
        "burn-aaa",
        {"aaa": "burn_aaa:Aaa"},
        group="renderers",
        modules={"burn_aaa": "raise RuntimeError('no')"},
    )
    code = CSV.replace('"csv", (', '"sheet", (')
    points = {"sheet": "burn_csv:Csv"}
    install(site, "burn-csv", points, group="renderers", modules={"burn_csv": code})
    with pytest.warns(BurnlibWarning, match="burn-aaa"):
        assert renderer_for_suffix(".csv") == "sheet"


def test_a_renderer_that_has_the_suffix_for_a_name_spares_the_others_their_import(
    site: Path,
) -> None:
    for name in ("aaa", "zzz"):
        points = {name: f"burn_{name}:Odd"}
        code = {f"burn_{name}": "raise RuntimeError"}
        install(site, f"burn-{name}", points, group="renderers", modules=code)
    install(site, "burn-csv", {"csv": "burn_csv:Csv"}, group="renderers", modules={"burn_csv": CSV})
    assert renderer_for_suffix(".csv") == "csv"


# What does not work --------------------------------------------------------------------------

_SOURCE = GOOD.format(kind="Odd", name="odd")
BROKEN = {
    "the module is missing": (PluginError, "", "burn_nowhere:Odd", "ModuleNotFoundError"),
    "the module raises": (PluginError, "1 / 0", "burn_odd:Odd", "ZeroDivisionError"),
    "a syntax error": (PluginError, "def :", "burn_odd:Odd", "SyntaxError"),
    "no such attribute": (PluginError, "", "burn_odd:Odd", "AttributeError"),
    "the factory raises": (PluginError, "def Odd(): return {}[1]", "burn_odd:Odd", "KeyError"),
    "the factory wants arguments": (PluginError, "def Odd(x): 0", "burn_odd:Odd", "TypeError"),
    "no target": (PluginError, _SOURCE, "burn_odd", "cannot be loaded"),
    "a newer protocol": (
        ContractError,
        _SOURCE.replace("1, burnlib", "2, burnlib"),
        "burn_odd:Odd",
        "speaks version 2 of the protocol, not 1",
    ),
    "no protocol": (ContractError, "class Odd: name = 'odd'", "burn_odd:Odd", "version None"),
    "no method find": (
        ContractError,
        _SOURCE.replace("find", "look"),
        "burn_odd:Odd",
        "has no method find()",
    ),
    "no method read": (
        ContractError,
        _SOURCE.replace("def read", "def parse"),
        "burn_odd:Odd",
        "has no method read()",
    ),
    "read is a value": (
        ContractError,
        _SOURCE + "    read = 7\n",
        "burn_odd:Odd",
        "has no method read()",
    ),
    "another name": (
        ContractError,
        _SOURCE.replace('"odd", 1', '"codex", 1'),
        "burn_odd:Odd",
        "calls itself 'codex'",
    ),
    "no fidelity": (
        ContractError,
        _SOURCE.replace("fidelity = ", "trust = ").replace("self.fidelity", "self.trust"),
        "burn_odd:Odd",
        "fidelity",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_source_that_does_not_work_raises_when_asked_for_by_name(
    site: Path, tmp_path: Path, case: str
) -> None:
    kind, code, target, says = BROKEN[case]
    one(site, code, target)
    with pytest.raises(kind) as caught:
        burnlib.collect([tmp_path], sources=["odd"], archive=tmp_path / "a.db")
    assert says in caught.value.message
    assert caught.value.hint
    if case != "no fidelity":
        assert caught.value.where == "source odd (burn-odd)"
        assert caught.value.hint == "pip install -U burn-odd, or set BURNLIB_DISABLE_PLUGINS=odd"


@pytest.mark.parametrize("case", BROKEN)
def test_a_source_that_does_not_work_is_a_problem_of_a_collection_and_costs_nothing_else(
    site: Path, tmp_path: Path, case: str
) -> None:
    _, code, target, says = BROKEN[case]
    one(site, code, target)
    good(site)
    (tmp_path / ".good").mkdir()
    (tmp_path / ".good" / "a.log").write_text("x 5\n")
    burn = burnlib.collect([tmp_path], archive=tmp_path / "a.db", tz="UTC", now=NOW)
    (problem,) = burn.problems
    assert (problem.source, says in problem.message) == ("odd", True), problem
    assert "burn-odd" in str(problem), "it names the package"
    assert burn.rows.total == 5


@pytest.mark.parametrize("name", ["Odd", "odd-9", "my_tokens", "x_est", "o.dd", "ödd"])
def test_a_source_whose_name_cannot_be_a_column_never_reaches_the_rows(
    site: Path, tmp_path: Path, name: str
) -> None:
    one(site, GOOD.format(kind="Odd", name=name), name=name)
    good(site)
    for folder in (".good", f".{name}"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.log").write_text("x 5\n")
    burn = burnlib.collect([tmp_path], archive=tmp_path / "a.db", tz="UTC", now=NOW)
    assert [problem.source for problem in burn.problems] == [name]
    assert burn.rows.total == 5


def test_an_unknown_name_is_refused_with_the_known_ones(site: Path) -> None:
    good(site)
    with pytest.raises(NotFound, match=r"no source is called 'kodex'.*claude_code, codex, good"):
        load("sources", "kodex")


def test_a_target_may_be_an_attribute_of_an_attribute(site: Path) -> None:
    # The entry points specification: an object reference is importable.module:object.attr.
    code = GOOD.format(kind="Odd", name="odd") + "class Box:\n    inner = Odd\n"
    one(site, code, "burn_odd:Box.inner")
    assert getattr(load("sources", "odd"), "name", None) == "odd"


def test_a_target_may_name_extras(site: Path) -> None:
    one(site, GOOD.format(kind="Odd", name="odd"), "burn_odd:Odd [fast]")
    assert getattr(load("sources", "odd"), "name", None) == "odd"


def test_a_package_without_metadata_does_not_take_the_others_down(site: Path) -> None:
    good(site)
    install(site, "burn-torn", {"torn": "burn_torn:Torn"}, metadata=False)
    assert {"codex", "claude_code", "good"} <= set(names())


@pytest.mark.parametrize(
    "points", ["nonsense\n", "[burnlib.sources]\nno target\n", b"\xff\xfe[x]\n"]
)
def test_a_package_with_damaged_metadata_does_not_take_the_others_down(
    site: Path, points: str | bytes
) -> None:
    good(site)
    install(site, "burn-torn", {"torn": "burn_torn:Torn"})
    content = points.encode() if isinstance(points, str) else points
    (site / "burn_torn-1.0.dist-info" / "entry_points.txt").write_bytes(
        content + b"[burnlib.sources]\n"
    )
    plugins._scan.cache_clear()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BurnlibWarning)
        assert {"codex", "claude_code", "good"} <= set(names())


@pytest.mark.parametrize("suffixes", ['(".csv")', "None", "(1, None)", '("csv",)', '(".",)'])
def test_a_renderer_without_proper_suffixes_is_refused(site: Path, suffixes: str) -> None:
    code = CSV.replace('(".csv",)', suffixes)
    install(
        site, "burn-csv", {"csv": "burn_csv:Csv"}, group="renderers", modules={"burn_csv": code}
    )
    with pytest.raises(ContractError, match="suffix"):
        load("renderers", "csv")


def test_threads_that_run_plugins_at_once_leave_the_process_as_it_was() -> None:
    before, folder = sys.stdout, Path.cwd()

    def run(number: int) -> None:
        for _ in range(50):
            with contained(object()):
                print("aside", file=io.StringIO())
                time.sleep(0.0001 * number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sys.stdout, Path.cwd()) == (before, folder)
    if sys.platform == "linux":
        assert resource.getrlimit(resource.RLIMIT_AS)[0] == LIMIT


# Who has a name ------------------------------------------------------------------------------


def test_a_plugin_cannot_take_the_name_of_a_built_in(site: Path) -> None:
    install(site, "burn-fake", {"codex": "burn_fake:Fake"}, modules={"burn_fake": "1 / 0"})
    with pytest.warns(BurnlibWarning, match=r"burn-fake offers the source 'codex'.*burnlib"):
        found = {plugin.name: plugin for plugin in plugins.plugins("sources")}
    assert found["codex"].package == "burnlib"
    assert type(load("sources", "codex")).__module__ == "burnlib.sources.codex"
    assert "burn_fake" not in sys.modules


def test_of_two_packages_with_one_name_the_first_by_package_name_has_it(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The one that is found first on the path is the later one by name.
    good(site, "same", "burn-aaa")
    monkeypatch.syspath_prepend(tmp_path / "other")
    good(tmp_path / "other", "same", "burn-zzz")
    with pytest.warns(BurnlibWarning, match=r"burn-zzz offers the source 'same'.*burn-aaa"):
        found = {plugin.name: plugin for plugin in plugins.plugins("sources")}
    assert found["same"].package == "burn-aaa"
    assert type(load("sources", "same")).__module__ == "burn_aaa"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plugins.plugins("sources")  # said once, not at every look


@pytest.mark.parametrize("value", ["good", " good , other", "*", "*,x"])
def test_a_source_can_be_switched_off(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    good(site)
    monkeypatch.setenv("BURNLIB_DISABLE_PLUGINS", value)
    (plugin,) = (p for p in plugins.plugins("sources") if p.name == "good")
    assert plugin.disabled == "BURNLIB_DISABLE_PLUGINS names it"
    with pytest.raises(NotFound, match="switched off"):
        load("sources", "good")
    burn = burnlib.collect([tmp_path], archive=tmp_path / "a.db", tz="UTC", now=NOW)
    assert burn.problems == ()
    assert "burn_good" not in sys.modules


def test_switching_plugins_off_leaves_the_built_in_ones_on(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURNLIB_DISABLE_PLUGINS", "*,codex")
    assert [p.disabled for p in plugins.plugins("sources")] == ["", "", "", ""]


# The quick look -------------------------------------------------------------------------------

# How a distribution can lie on the path: the names of its folder of metadata and of the file that
# names it (importlib.metadata, and the wheel and egg formats of the Python Packaging Guide).
FORMS = {
    "dist-info": ("{package}-1.0.dist-info", "METADATA"),
    "dist-info in capitals": ("{package}-1.0.DIST-INFO", "METADATA"),
    "egg-info": ("{package}-1.0.egg-info", "PKG-INFO"),
    "egg-info of a checkout": ("{package}.egg-info", "PKG-INFO"),
}
OFFER = "[burnlib.sources]\ngood = burn_good:Source\n"
OWN = "[console_scripts]\nburn = burnlib.cli:main\n\n[burnlib.sources]\ncodex = burnlib:Codex\n"
NOTHING = [
    "",
    "[console_scripts]\nx = y:z\n",
    "[burnlib]\nx = y:z\n",
    "burnlib\n",
    "[burnlib.source]\nx = y:z\n",
]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that is all there is on ``sys.path``, searched by Python's own finder."""
    folder = tmp_path / "path"
    folder.mkdir()
    monkeypatch.setattr(sys, "path", [str(folder)])
    monkeypatch.setattr(sys, "meta_path", [PathFinder])
    plugins._scan.cache_clear()
    yield folder
    plugins._scan.cache_clear()


def describe(
    folder: Path, points: str, *, form: str = "dist-info", package: str = "burn_good"
) -> Path:
    """Put the metadata of a package with entry points *points* into *folder*."""
    name, file = FORMS[form]
    info = folder / name.format(package=package)
    info.mkdir(parents=True)
    (info / file).write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n\nbody\n")
    (info / "entry_points.txt").write_text(points)
    return info


def of_others() -> list[str]:
    """The names that Python's own scan finds in packages beside burnlib."""
    points = importlib.metadata.entry_points(group="burnlib.sources")
    return [point.name for point in points if point.dist and point.dist.name != "burnlib"]


@pytest.mark.parametrize("form", FORMS)
def test_a_plugin_is_found_in_whatever_form_its_package_is_installed(path: Path, form: str) -> None:
    describe(path, OFFER, form=form)
    assert of_others() == ["good"]
    assert "good" in names()


def test_a_plugin_is_found_in_an_egg_on_the_path(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = describe(path, OFFER, form="egg-info")
    egg = path / "burn_good-1.0-py3.egg"
    egg.mkdir()
    info.rename(egg / "EGG-INFO")
    monkeypatch.setattr(sys, "path", [str(egg)])
    assert of_others() == ["good"]
    assert "good" in names()


def test_a_plugin_is_found_in_a_zip_on_the_path(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = describe(path, OFFER)
    archive = path.with_name("all.zip")
    with zipfile.ZipFile(archive, "w") as file:
        for part in info.iterdir():
            file.write(part, f"{info.name}/{part.name}")
    monkeypatch.setattr(sys, "path", [str(archive)])
    assert of_others() == ["good"]
    assert "good" in names()


def test_a_plugin_is_found_by_a_finder_of_another_package(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = describe(path.with_name("hidden"), OFFER)

    class Finder:
        @staticmethod
        def find_spec(name: str, path: object = None, target: object = None) -> None: ...

        @staticmethod
        def find_distributions(_context: object) -> list[importlib.metadata.Distribution]:
            return [importlib.metadata.PathDistribution(hidden)]

    monkeypatch.setattr(sys, "meta_path", [PathFinder, Finder])
    assert of_others() == ["good"]
    assert "good" in names()


def test_a_plugin_is_found_in_the_folder_that_python_was_started_in(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    describe(path, OFFER)
    monkeypatch.chdir(path)
    monkeypatch.setattr(sys, "path", [""])
    assert "good" in names()


@pytest.mark.parametrize(
    "header", ["Name: burn-other", "name: burnlib-other", "Name: x\nName: burnlib", ""]
)
def test_a_package_is_not_taken_for_burnlib_by_the_name_of_its_folder(
    path: Path, header: str
) -> None:
    info = describe(path, OFFER, package="burnlib")
    (info / "METADATA").write_text(f"{header}\nVersion: 1\n\nName: burnlib\n")
    assert plugins._may_be_offered("sources")


def test_what_cannot_be_read_is_left_to_the_full_scan(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> list[str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(plugins.os, "listdir", refuse)
    assert plugins._may_be_offered("sources")


@pytest.mark.parametrize("odd", [b"/", 7, "a\0b"])
def test_an_odd_entry_of_the_path_is_left_to_the_full_scan(
    path: Path, monkeypatch: pytest.MonkeyPatch, odd: object
) -> None:
    monkeypatch.setattr(sys, "path", [odd])
    assert plugins._may_be_offered("sources")


@pytest.mark.parametrize("form", FORMS)
def test_burnlib_itself_and_packages_without_plugins_need_no_full_scan(
    path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    describe(path, OWN, form=form, package="burnlib")
    for number, points in enumerate(NOTHING):
        describe(path, points, form=form, package=f"other{number}")
    (path / "old.egg-info").write_text("Name: old\n")
    missing = str(path / "python311.zip")  # Python puts one on the path that is seldom there
    monkeypatch.setattr(sys, "path", [str(path), missing])
    assert of_others() == []
    assert not plugins._may_be_offered("sources")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(FORMS)),
            st.sampled_from(["burnlib", "burn_good", "burnlib_more", "zebra"]),
            st.sampled_from([OFFER, OWN, "\n".join([OWN, OFFER]), *NOTHING]),
            st.sampled_from(["Name: {}\n", "", "name: {}\n", "Name: burnlib\n", None]),
        ),
        max_size=3,
    )
)
def test_the_quick_look_says_nothing_only_where_the_full_scan_finds_nothing(
    packages: list[tuple[str, str, str, str | None]],
) -> None:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folders = [Path(name, str(number)) for number in range(len(packages))]
        for folder, (form, package, points, header) in zip(folders, packages, strict=True):
            info = describe(folder, points, form=form, package=package)
            file = info / FORMS[form][1]
            if header is None:
                file.unlink()
            else:
                file.write_text(f"{header.format(package)}Version: 1.0\n")
        patch.setattr(sys, "path", [*map(str, folders)])
        patch.setattr(sys, "meta_path", [PathFinder])
        if not plugins._may_be_offered("sources"):
            assert of_others() == []
