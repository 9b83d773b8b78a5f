"""The beginning of a package with a source: what ``burn new-source`` writes."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from burnlib.errors import InvalidInput
from burnlib.files import CannotWrite, replace_file
from burnlib.model import check_source_name
from burnlib.plugins import is_built_in

__all__ = ["source_package", "write_source_package"]

# Path in the package to its template, in which the tool is called Toolname.
_TEMPLATES = {
    "README.md": "README.md.in",
    "pyproject.toml": "pyproject.toml.in",
    "burnlib_toolname.py": "source.py.in",
    "tests/test_toolname.py": "test.py.in",
}


def source_package(name: str) -> dict[str, str]:
    """Return path to text of a package whose source is called *name*.

    It is installed, tested and read as it stands; what is to be changed is marked in it. Raises
    InvalidInput for a name that no source can have.
    """
    check_source_name(name)
    if name.endswith("_"):
        raise InvalidInput(f"{name!r} ends with an underscore", hint="leave it out")
    if is_built_in("sources", name):
        raise InvalidInput(f"burnlib itself reads {name}", hint="name a tool that it does not read")
    return dict(_written(name))


def _written(name: str) -> Iterator[tuple[str, str]]:
    words = {
        "burnlib-toolname": f"burnlib-{name.replace('_', '-')}",
        "toolname": name,
        # With a word behind it, no name is one of Python's, or of burnlib's that the files import.
        "ToolnameLogs": "".join(part.capitalize() for part in name.split("_")) + "Logs",
        "Toolname": name.replace("_", " ").capitalize(),
    }
    for path, template in _TEMPLATES.items():
        text = files("burnlib.scaffold").joinpath("source", template).read_text(encoding="utf-8")
        for word, meant in words.items():
            path, text = path.replace(word, meant), text.replace(word, meant)
        yield path, text


def write_source_package(name: str, folder: Path | None = None) -> Path:
    """Write the package of the source *name* to *folder*, and return that.

    Without one, it is ``burnlib-NAME`` below the current folder.

    Raises:
        InvalidInput: A name that no source can have.
        CannotWrite: There is something in the folder already, or the system refuses.

    """
    package = source_package(name)
    target = folder or Path(f"burnlib-{name.replace('_', '-')}")
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise CannotWrite("is there already", where=str(target), hint="name a new folder")
        for path, text in package.items():
            file = target / path
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_file(file, text.encode())
    except OSError as error:
        if isinstance(error, CannotWrite):
            raise
        hint = "name a folder that you may write to"
        raise CannotWrite(error.strerror or str(error), where=str(target), hint=hint) from error
    return target
