"""The shapes as plain files: a home folder each, what is right beside it, and a page about all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from burnlib.errors import InvalidInput
from burnlib.files import CannotWrite, replace_file
from burnlib.testing.shapes._all import all_shapes
from burnlib.testing.shapes._shape import RULES

__all__ = ["shape_files", "write_shapes"]

_PAGE = "README.md"
_TITLE = "# Made-up logs of known totals"
_HINT = "name a new folder"

_TEXT = f"""{_TITLE}

Each folder holds one trap of the log formats of Codex and Claude Code: made-up logs below `home`,
laid out as the tools do it below a user's home folder, and what is right in `expected.json`. All
were written by `burn shapes`; the same version writes the same bytes.

Run a tool on one of them, and compare what it says with `total`, `tokens` and `calls`:

```console
$ HOME="$PWD/claude-growing-output/home" your-tool
$ CLAUDE_CONFIG_DIR="$PWD/claude-growing-output/home/.claude" your-tool
$ CODEX_HOME="$PWD/codex-fork/home/.codex" your-tool
$ burn collect --home codex-fork/home --archive /tmp/fork.db -o /tmp/fork.json --tz UTC
```

Where the tool says another number, look for it in `wrong`: the tool follows the rule that gives it.
Keep other files out of these folders: `burn shapes` writes anew only what it wrote alone.

## expected.json

| key | meaning |
|---|---|
| `shape`, `source` | The folder's name; whose logs they are: `codex` or `claude_code`. |
| `why` | The trap, in one sentence. |
| `tokens` | UTC day to source to tokens: all of `counts` but `reasoning`. Other days have none. |
| `total` | The tokens of all days. |
| `counts` | The same in parts that do not overlap. `reasoning` is inside `output`. |
| `calls` | Responses that the logs tell of. |
| `lower_bound_calls` | Of them those whose final count was never logged. |
| `local_tokens` | IANA zone to local day to source to tokens, where the shape is about days. |
| `wrong` | Wrong rule to the total that it gives. |
| `wrong_tokens`, `wrong_calls` | The same for rules that get the days or the calls wrong. |
"""


def shape_files() -> Iterator[tuple[str, bytes]]:
    """Yield what :func:`write_shapes` writes: path below the folder, with slashes, and content."""
    yield _PAGE, _page().encode()
    for shape in all_shapes():
        text = json.dumps(shape.expected(), indent=2) + "\n"
        yield f"{shape.name}/expected.json", text.encode()
        for path, content in shape.files.items():
            yield f"{shape.name}/home/{path}", content


def write_shapes(folder: Path) -> tuple[Path, ...]:
    """Write all shapes below *folder*, which is made if need be; return the files.

    Always the same bytes. A folder that holds what was written by an earlier call, and nothing
    else, is written anew.

    Raises:
        InvalidInput: *folder* is no folder, or holds something else; nothing was written.
        CannotWrite: A file or folder cannot be written.

    """
    files = dict(shape_files())
    _check(folder, files)
    written = []
    for name, content in files.items():
        path = folder / name
        _make(path.parent)
        replace_file(path, content)
        written.append(path)
    return tuple(written)


def _check(folder: Path, files: Mapping[str, bytes]) -> None:
    """Raise InvalidInput where *folder* has anything that is not ours to write over."""
    try:
        if not folder.exists() and not folder.is_symlink():
            return
        if not folder.is_dir():
            raise InvalidInput("is not a folder", where=str(folder), hint=_HINT)
        stranger = _stranger(folder, files)
    except OSError as error:
        text = f"cannot be looked into: {error.strerror}"
        raise InvalidInput(text, where=str(folder), hint=_HINT) from error
    if stranger is not None:
        raise InvalidInput(
            "is not from burn shapes, and lies where the made-up logs would be written",
            where=str(stranger),
            hint=f"{_HINT}, or move it away",
        )


def _stranger(folder: Path, files: Mapping[str, bytes]) -> Path | None:
    """Return something in *folder* that an earlier call did not write, or None.

    The page tells that the folder is ours, so it is written first, and without it nothing else is
    looked at. A link is never ours: what it leads to would be written over.
    """
    page = folder / _PAGE
    if not page.is_file():
        return min(folder.iterdir(), default=None)
    if not page.read_bytes().startswith(_TITLE.encode()):
        return page
    ours = {Path(name) for name in files}
    folders = {parent for path in ours for parent in path.parents}
    for path in folder.rglob("*"):
        known = ours if path.is_file() else folders
        if path.is_symlink() or path.relative_to(folder) not in known:
            return path
    return None


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        text = error.strerror or str(error)
        raise CannotWrite(text, where=str(folder), hint="name a folder elsewhere") from error


def _page() -> str:
    shapes = "\n".join(f"| [{s.name}]({s.name}) | {s.total:,} | {s.why} |" for s in all_shapes())
    rules = "\n".join(f"| {name} | {text} |" for name, text in RULES.items())
    return (
        f"{_TEXT}\n## Shapes\n\n| shape | tokens | why |\n|---|---|---|\n{shapes}\n"
        f"\n## Wrong rules\n\n| rule | what a tool does that follows it |\n|---|---|\n{rules}\n"
    )
