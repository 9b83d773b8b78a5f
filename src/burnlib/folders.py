"""Where the user's data, settings and caches belong: as platformdirs says, found without it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Literal

__all__ = ["folder_for"]

# The XDG Base Directory Specification: what names the folder, and where it is where nothing does.
_OF_LINUX = {
    "data": ("XDG_DATA_HOME", "~/.local/share"),
    "config": ("XDG_CONFIG_HOME", "~/.config"),
    "cache": ("XDG_CACHE_HOME", "~/.cache"),
}


def folder_for(kind: Literal["data", "config", "cache"]) -> Path:
    """Return burnlib's own folder for what is of *kind*; it need not exist.

    Raises RuntimeError where the user has no home folder.
    """
    if (plain := _on_linux(*_OF_LINUX[kind])) is not None:
        return plain / "burnlib"
    import platformdirs  # 8 ms with what it imports: a tenth of what `burn show` takes

    whole = {
        "data": platformdirs.user_data_path,
        "config": platformdirs.user_config_path,
        "cache": platformdirs.user_cache_path,
    }[kind]
    return whole("burnlib", appauthor=False)


def _on_linux(variable: str, usual: str) -> Path | None:
    """Return the folder on Linux where all its versions of platformdirs agree, else None.

    They do not on a relative path or one of blanks, nor on a home folder that HOME does not tell;
    and Android, which also calls itself Linux, has folders of its own.
    """
    if sys.platform != "linux" or hasattr(sys, "getandroidapilevel"):
        return None
    if "ANDROID_DATA" in os.environ or "ANDROID_ROOT" in os.environ:
        return None
    if named := os.environ.get(variable):
        return Path(named) if named.startswith("/") else None
    told = "HOME" in os.environ and os.environ["HOME"].startswith("/")
    return Path(usual).expanduser() if told else None
