"""Finding log files: what is told of each, and which of them need a closer look."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, cast

import fakes
from burnlib import _collect
from burnlib.archive import Archive
from burnlib.sources.base import Home
from burnlib.sources.codex import Codex
from logs import rollout, used, uuid


def test_a_thread_in_both_folders_is_known_to_others_by_its_live_log(tmp_path: Path) -> None:
    live = rollout(tmp_path, 1, used("10:00:00", (100, 0, 10), (100, 0, 10)))
    archived = tmp_path / ".codex" / "archived_sessions" / live.name
    archived.parent.mkdir(parents=True)
    shutil.copy(live, archived)
    found = list(Codex().find(Home(tmp_path)))
    assert [segment.path for segment in found] == [live, archived]
    assert {segment.key for segment in found} == {uuid(1)}
    assert [segment.peers for segment in found] == [{uuid(1): str(live)}] * 2


class _Kept:
    """An archive that knows one log, whose reader once asked for another one."""

    def glances(self, source: str) -> dict[str, tuple[int, int, int, int, str, int | None]]:
        assert source == "short"
        return {"/logs/a": (5, 6, 7, 1, "another", None)}


def test_a_log_of_the_short_form_waits_for_nothing_even_if_its_reader_once_did() -> None:
    source = cast("Any", fakes.Short())
    scan = _collect._Scan(source, [(Path("/logs/a"), "/logs/a", (5, 6, 7))])
    assert list(_collect._to_read(cast("Archive", _Kept()), scan)) == []
    assert scan.done == 1
