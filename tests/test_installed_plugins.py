"""Plugins as users have them: wheels that pip built and installed, and a process of their own.

``tests/distributions/burn-trouble`` has a plugin for each thing that a plugin must not do;
``burn-fine`` works.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

if sys.platform == "linux":
    import resource

from fakes import ROOT, burn, environment
from logs import meta, rollout, turn, used

PACKAGES = ROOT / "tests" / "distributions"

# What each says of itself, where it is not burnlib's own words.
TROUBLE = {
    "raises_at_import": "RuntimeError: no luck today",
    "ends_at_import": "tried to end the program: SystemExit: no luck today",
    "raises_at_find": "RuntimeError: no luck today",
    "ends_at_find": "tried to end the program: SystemExit: no luck today",
    "raises_halfway": "RuntimeError: no luck today",
    "ends_halfway": "tried to end the program: SystemExit: 0",
    "wrong_type": "gave a dict, not a UsageEvent",
    "floats": "input is 5.5, not a whole number",
    "forged_floats": "gave an event whose input is 5.5, not such a number",
    "naive_time": "is not an instant with a UTC offset",
    "forged_time": "without a UTC offset",
    "foreign_events": "gave an event of the source 'codex'",
    "calls_a_lot": "gave an event of 9,007,199,254,740,991 calls",
    "forged_negative": "gave an event whose input is -5, not such a number",
    "too_much": "gave 9,100,000,000,000,000 tokens for one log",
    "lacks_a_file": "No such file or directory: /no/such/prices.toml",
    "says_nothing": "Speechless: it cannot say why",
    "odd_error": "OwnError: it cannot say why",
    "odd_revision": "has the revision '2.1', not a whole number",
    "raising_attribute": "PluginError: tried to end the program: SystemExit: 0",
    "odd_path": "ValueError: embedded null byte",
    "odd_state": "gave a reading whose state is of type dict, not text",
    "odd_pack": "5.5",
    "renamed": "gave an event of the source 'codex'",
    "boastful": "gave an event that is EXACT, and says that ESTIMATED is its best",
    "hoards": "took more memory than there is for a plugin",
    "endless": "took more memory than there is for a plugin",
}
SEEN_ON_LINUX_ALONE = ("hoards", "endless")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both distributions, built as wheels and installed."""
    wheels, site = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels)]
    sources = [str(PACKAGES / "burn-trouble"), str(PACKAGES / "burn-fine")]
    subprocess.run([*build, *sources], check=True)
    built = [str(path) for path in wheels.glob("*.whl")]
    assert len(built) == 2
    subprocess.run(
        [*pip, "install", "--no-deps", "--no-index", "--target", str(site), *built], check=True
    )
    return site


def _small() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, resource.RLIM_INFINITY))


class Machine:
    """A home folder with logs of Codex and of both distributions, and ``burn`` on it."""

    def __init__(self, folder: Path, site: Path) -> None:
        self.folder, self.site = folder, site
        home = folder / "home"
        rollout(home, 1, meta(1), turn(), used("10:00:00", (100, 0, 10), (100, 0, 10)))
        for name, text in (("fine", "a 5\nb 7\n"), ("trouble", "x\n")):
            (home / f".{name}").mkdir()
            (home / f".{name}" / "a.log").write_text(text, encoding="utf-8")
        self.marks = folder / "marks"
        self.marks.mkdir()

    def burn(self, *arguments: str, off: str = "", **more: Any) -> tuple[int, str, str]:
        variables = {"BURNLIB_DISABLE_PLUGINS": off, "MARKS": str(self.marks)}
        return burn(*arguments, env=environment(self.folder, self.site, **variables), **more)

    def collect(self, *only: str) -> tuple[int, dict[str, Any], str]:
        """Collect with these of the troubles alone: exit code, summary, errors."""
        off = ",".join(name for name in TROUBLE if name not in only)
        # On a large machine it would take a quarter of a minute to fill what a plugin may have.
        small = {"preexec_fn": _small} if "endless" in only else {}
        code, out, err = self.burn("collect", "--json", off=off, **small)
        return code, json.loads(out), err

    def columns(self, ending: str = "_tokens") -> dict[str, int]:
        rows = json.loads((self.folder / "data/burnlib/daily-burn.json").read_text("utf-8"))
        found: dict[str, int] = {}
        for row in rows:
            for key, value in row.items():
                if key.endswith(ending):
                    found[key] = found.get(key, 0) + value
        return found


@pytest.fixture
def machine(tmp_path: Path, site: Path) -> Machine:
    return Machine(tmp_path, site)


def imported(machine: Machine) -> set[str]:
    return {path.name for path in machine.marks.iterdir()}


def test_neither_import_nor_help_nor_a_list_imports_a_plugin(machine: Machine, site: Path) -> None:
    code = "import burnlib; burnlib.collect; burnlib.heatmap"
    env = environment(machine.folder, site, MARKS=str(machine.marks))
    subprocess.run([sys.executable, "-c", code], env=env, check=True)
    for arguments in (["--help"], ["collect", "--help"], ["--version"], ["sources"], ["renderers"]):
        code_, out, _ = machine.burn(*arguments)
        assert (code_, bool(out)) == (0, True)
    assert imported(machine) == set()
    machine.burn("sources", "--check")
    assert imported(machine) == {"burn_trouble", "burn_fine"}, "it would have been seen"


def test_the_list_names_package_and_version_of_each(machine: Machine) -> None:
    _, out, _ = machine.burn("sources", "--json", off="floats")
    listed = {one["name"]: one for one in json.loads(out)}
    assert listed["hoards"] == {
        "name": "hoards",
        "package": "burn-trouble",
        "version": "6.6",
        "state": "installed",
        "why": "",
    }
    assert (listed["fine"]["package"], listed["fine"]["version"]) == ("burn-fine", "2.1")
    assert (listed["floats"]["state"], listed["codex"]["state"]) == ("off", "built in")
    assert listed["floats"]["why"] == "BURNLIB_DISABLE_PLUGINS names it"


@pytest.mark.parametrize("name", TROUBLE)
def test_a_plugin_that_misbehaves_is_named_and_costs_nothing_but_itself(
    machine: Machine, name: str
) -> None:
    if name in SEEN_ON_LINUX_ALONE and sys.platform != "linux":
        pytest.skip("only Linux stops a process that takes too much memory in time")
    code, said, err = machine.collect(name)
    (problem,) = said["problems"]
    assert (code, problem["source"]) == (4, name)
    assert TROUBLE[name] in problem["message"]
    assert problem["hint"]
    assert name in err
    assert "Traceback" not in err
    assert machine.columns() == {"codex_tokens": 110, "fine_tokens": 12}
    assert machine.burn("verify")[0] == 0
    code, out, err = machine.burn("show", "table", "--range", "all")
    assert (code, err) == (0, "")
    assert "122" in out


def test_all_of_them_at_once_are_each_named_once(machine: Machine) -> None:
    names = [n for n in TROUBLE if n not in SEEN_ON_LINUX_ALONE]
    code, said, err = machine.collect(*names)
    assert code == 4
    assert sorted(p["source"] for p in said["problems"]) == sorted(names)
    assert machine.columns() == {"codex_tokens": 110, "fine_tokens": 12}
    assert "Traceback" not in err


def test_a_plugin_that_reads_nothing_any_more_takes_nothing_back(machine: Machine) -> None:
    machine.collect()
    log = machine.folder / "home/.fine/a.log"
    log.write_text("", encoding="utf-8")  # as if every line meant nothing to a broken release
    with log.open("a", encoding="utf-8") as file:
        file.write("a 5\nb 7\n")
    broken = machine.site / "burn_fine.py"
    code = broken.read_text("utf-8")
    broken.write_text(code.replace("splitlines():", "splitlines()[:0]:"), encoding="utf-8")
    try:
        os.utime(log)  # the same bytes at another time
        machine.collect()
    finally:
        broken.write_text(code, encoding="utf-8")
    assert machine.columns() == {"codex_tokens": 110, "fine_tokens": 12}


def test_what_a_plugin_told_before_it_broke_stays(machine: Machine) -> None:
    machine.collect()
    log = machine.folder / "home/.fine/a.log"
    log.write_text("a 5\nb 7\nnonsense\n", encoding="utf-8")
    code, said, _ = machine.collect()
    assert (code, [p["source"] for p in said["problems"]]) == (4, ["fine"])
    assert machine.columns() == {"codex_tokens": 110, "fine_tokens": 12}


def test_a_plugin_asked_for_by_name_raises_with_the_fix(machine: Machine) -> None:
    code, out, err = machine.burn("collect", "--source", "raises_at_import")
    assert (code, out) == (2, "")
    assert "source raises_at_import (burn-trouble)" in err
    assert "pip install -U burn-trouble" in err


def test_what_a_plugin_prints_spoils_no_output(machine: Machine) -> None:
    _, said, err = machine.collect()  # which reads standard output as JSON
    assert said["total"] == 122
    assert {"burn_fine is there", "looking", "reading"} <= set(err.splitlines())


def test_a_plugins_tokens_are_in_all_five_views_with_its_name_and_version(
    machine: Machine, tmp_path: Path
) -> None:
    machine.collect()
    for view in ("heatmap", "trend", "drivers", "equivalents", "table"):
        code, out, err = machine.burn("show", view, "--json", "--range", "all")
        assert (code, err) == (0, "")
        rows = json.loads(out)
        assert sum(row.get("fine_tokens", 0) for row in rows) == 12
        svg = tmp_path / f"{view}.svg"
        assert machine.burn("render", view, "-o", str(svg), "--range", "all")[0] == 0
        assert svg.read_text("utf-8").startswith("<svg")
    code, out, _ = machine.burn("explain", "2026-05-24")
    assert "fine: 12 tokens, exact" in out
    assert "read by burn-fine 2.1" in out


def test_a_renderer_that_fails_is_named_and_writes_nothing(
    machine: Machine, tmp_path: Path
) -> None:
    machine.collect()
    target = tmp_path / "x.trouble"
    code, out, err = machine.burn("render", "heatmap", "-o", str(target))
    assert (code, out) == (2, "")
    assert "renderer trouble: ZeroDivisionError: division by zero" in err
    assert "grief" not in err, "the one with the suffix for a name is asked first"
    assert not target.exists()
    code, _, err = machine.burn("render", "heatmap", "-o", str(tmp_path / "x.other"))
    assert code == 2
    assert "grief (burn-trouble): cannot be loaded: RuntimeError: no luck today" in err
    assert machine.burn("render", "heatmap", "-o", str(tmp_path / "x.svg"))[0] == 0
