"""Which files are exports, by their names: in a folder, and in an archive."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from burnlib.errors import LogFormatError, NotFound
from burnlib.sources.base import walk

__all__ = ["UNFINISHED", "find_exports", "is_document"]

UNFINISHED = (".crdownload", ".download", ".opdownload", ".part", ".partial")
"""What browsers add to the name of a file (Safari: of a folder) that is still being downloaded:
Chrome and Edge, Safari, Opera, Firefox and curl-like tools, older Edge."""


def is_document(name: str) -> bool:
    """Whether the file of an export at this path, with ``/``, holds conversations.

    These are ``conversations*.json`` (large exports come in numbered parts) and
    ``design_chats/*.json`` at any depth, whatever the case of their letters. What macOS adds
    beside files (``__MACOSX``, names with ``._``) is not.
    """
    *folders, last = name.lower().split("/")
    if not last.endswith(".json") or _is_beside(folders, last):
        return False
    return last.startswith("conversations") or folders[-1:] == ["design_chats"]


def _is_beside(folders: list[str], last: str) -> bool:
    return last.startswith("._") or "__macosx" in folders


def find_exports(paths: Iterable[Path]) -> list[Path]:
    """Return the files that *paths* name, each once, in this order.

    A file is taken as it is. A folder gives the export files in it at any depth, sorted: zip
    archives, and what :func:`is_document` says; links to folders are not followed. Raises NotFound
    for a folder without any, and LogFormatError for one that cannot be listed.
    """
    found: dict[str, Path] = {}
    for path in paths:
        for file in _in_folder(path) if path.is_dir() else [path]:
            found.setdefault(os.path.realpath(file), file)
    return list(found.values())


def _in_folder(folder: Path) -> list[Path]:
    try:
        files = [path for path in walk(folder, ("",)) if _is_export(path.relative_to(folder))]
    except OSError as error:
        reason = error.strerror or type(error).__name__
        where = str(error.filename or folder)
        hint = "check its permissions, or name the files"
        raise LogFormatError(f"cannot be listed: {reason}", where=where, hint=hint) from error
    if not files:
        hint = "an export is a .zip file, or conversations.json; name the file, or its folder"
        raise NotFound("holds no export", where=str(folder), hint=hint)
    return sorted(files)


def _is_export(path: Path) -> bool:
    *folders, last = path.as_posix().lower().split("/")
    if any(folder.endswith(UNFINISHED) for folder in folders) or _is_beside(folders, last):
        return False
    return last.endswith(".zip") or is_document(path.as_posix())
