"""The package that ``burn new-source`` writes: installed, tested and read as it stands."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from burnlib.errors import InvalidInput
from burnlib.files import CannotWrite
from burnlib.scaffold import source_package, write_source_package
from fakes import burn, environment


def test_the_package_names_the_tool_everywhere_and_the_template_nowhere() -> None:
    package = source_package("open_zed")
    assert set(package) == {
        "README.md",
        "pyproject.toml",
        "burnlib_open_zed.py",
        "tests/test_open_zed.py",
    }
    assert not [path for path, text in package.items() if "toolname" in text.lower()]
    project = tomllib.loads(package["pyproject.toml"])["project"]
    assert project["name"] == "burnlib-open-zed"
    assert project["entry-points"] == {
        "burnlib.sources": {"open_zed": "burnlib_open_zed:OpenZedLogs"}
    }


def test_the_source_takes_no_more_than_forty_lines() -> None:
    text = source_package("zed9")["burnlib_zed9.py"]
    (source,) = (node for node in ast.parse(text).body if isinstance(node, ast.ClassDef))
    assert source.end_lineno is not None
    assert source.end_lineno - source.lineno < 35
    assert len(text.splitlines()) <= 40


@pytest.mark.parametrize("name", ["Zed", "zed-9", "9zed", "my_tokens", "", "codex", "a b", "../x"])
def test_a_name_that_no_source_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        write_source_package(name, tmp_path / "new")
    assert caught.value.hint
    assert not (tmp_path / "new").exists()


def test_what_is_there_already_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CannotWrite, match="is there already"):
        write_source_package("zed9", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(CannotWrite, match="is there already"):
        write_source_package("zed9", tmp_path / "mine.txt")


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps to other rules")
def test_a_folder_that_cannot_be_made_is_told_with_the_fix(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite) as caught:
        write_source_package("zed9", tmp_path / "file" / "below")
    assert caught.value.hint


def test_the_command_writes_a_package_that_passes_its_suite_once_it_is_installed(
    tmp_path: Path,
) -> None:
    env = environment(tmp_path)
    code, out, err = burn("new-source", "zed9", env=env, cwd=tmp_path)
    assert (code, err) == (0, "")
    assert "burnlib-zed9" in out
    package, site = tmp_path / "burnlib-zed9", tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--target", str(site)]
    subprocess.run([*pip, *options, str(package)], check=True)
    (package / "burnlib_zed9.py").unlink()  # so that what is installed is what is tested
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-rs"],
        cwd=package,
        env=environment(tmp_path, site),
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout
    assert "23 passed" in found.stdout
    code, out, _ = burn("sources", "--check", env=environment(tmp_path, site))
    (line,) = (line for line in out.splitlines() if line.startswith("zed9"))
    assert line.split() == ["zed9", "ready", "burnlib-zed9", "0.1.0"]
