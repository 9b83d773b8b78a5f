"""A folder as a reader of the recipes has it: the programs, and a daily-burn.json beside them."""

from __future__ import annotations

import importlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from looking import DAYS, HOSTILE, TOKENS
from pages import ROOT

FIRST = date(2025, 1, 1)


def _rows() -> str:
    days = (FIRST + timedelta(days=i) for i in range(DAYS))
    return json.dumps(
        [
            {"date": str(day), "codex_tokens": n, "total": n, "driver": driver}
            for day, n, driver in zip(days, TOKENS, [HOSTILE, "research"] * DAYS, strict=False)
        ]
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    work = tmp_path / "embed"
    shutil.copytree(ROOT / "examples" / "embed", work, ignore=shutil.ignore_patterns("__pycache__"))
    for place in (work, work / "sphinx"):
        (place / "daily-burn.json").write_text(_rows(), encoding="utf-8")
    monkeypatch.chdir(work)
    return work


@pytest.fixture
def program(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ModuleType]]:
    """Import a recipe as its host does."""
    monkeypatch.syspath_prepend(str(folder))
    yield importlib.import_module
    for path in folder.glob("*.py"):
        sys.modules.pop(path.stem, None)
