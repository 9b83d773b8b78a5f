"""Folders: the same as platformdirs says, whatever the environment is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Literal, get_args

import platformdirs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import fakes
from burnlib.folders import folder_for

Kind = Literal["data", "config", "cache"]
_VARIABLES = {"data": "XDG_DATA_HOME", "config": "XDG_CONFIG_HOME", "cache": "XDG_CACHE_HOME"}

_FOLDERS = st.one_of(
    st.none(),
    st.sampled_from(
        ["", " ", "/", "//", "///", "//x", "/x", "/x/", "/x//y/", "/x/../y", "/ x ", " /x", "/ü"]
    ),
    st.sampled_from(["x", "./x", "~", "~/x", "~root", "$HOME/x", "\udcff", "/\udcff", "/x\n"]),
    st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=8),
)


def _asked(kind: Kind) -> Path | None:
    whole = {
        "data": platformdirs.user_data_path,
        "config": platformdirs.user_config_path,
        "cache": platformdirs.user_cache_path,
    }[kind]
    try:
        return whole("burnlib", appauthor=False)
    except RuntimeError:
        return None


def _told(kind: Kind) -> Path | None:
    try:
        return folder_for(kind)
    except RuntimeError:
        return None


@given(kind=st.sampled_from(get_args(Kind)), home=_FOLDERS, named=_FOLDERS)
@example(kind="data", home=None, named=None)
@example(kind="data", home="x", named=None)
@example(kind="config", home="//", named="")
def test_a_folder_is_where_platformdirs_says_in_every_environment(
    kind: Kind, home: str | None, named: str | None
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("HOME", home), (_VARIABLES[kind], named)):
            if value is None:
                patch.delenv(name, raising=False)
            else:
                patch.setenv(name, value)
        assert _told(kind) == _asked(kind)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is platformdirs that answers")
@pytest.mark.parametrize(
    ("kind", "folder"),
    [("data", ".local/share/burnlib"), ("config", ".config/burnlib"), ("cache", ".cache/burnlib")],
)
def test_the_usual_folders_of_linux_are_those_of_the_specification(
    monkeypatch: pytest.MonkeyPatch, kind: Kind, folder: str
) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.delenv(_VARIABLES[kind], raising=False)
    assert folder_for(kind) == Path("/home/ada", folder)
    monkeypatch.setenv(_VARIABLES[kind], "/else/where")
    assert folder_for(kind) == Path("/else/where/burnlib")


# Android calls itself Linux up to Python 3.12, and keeps an app's files in a folder of its own.
@pytest.mark.parametrize("variable", ["ANDROID_DATA", "ANDROID_ROOT"])
def test_what_may_be_android_is_left_to_platformdirs(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "/anything")
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_a, **_k: Path("/asked"))
    assert folder_for("data") == Path("/asked")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is platformdirs that answers")
def test_on_linux_platformdirs_is_not_even_loaded(tmp_path: Path) -> None:
    code = (
        "import sys; from burnlib.folders import folder_for; folder_for('data');"
        "sys.exit('platformdirs' in sys.modules)"
    )
    env = {**fakes.environment(tmp_path), "HOME": str(tmp_path)}
    env.pop("XDG_DATA_HOME", None)
    assert subprocess.run([sys.executable, "-c", code], env=env, check=False).returncode == 0
