"""What makes a start quick: nothing that it leaves out changes what is written."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import sqlite3
import sys
import unicodedata
from datetime import date, timedelta
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, set_cell_size

import burnlib
import fakes
from burnlib import daily
from burnlib.cli import showing
from burnlib.daily import dump, dumps
from burnlib.ledger import Ledger
from burnlib.model import DailyRow, Fidelity, SourceDay
from burnlib.render.terminal import columns
from burnlib.render.text import Look
from burnlib.render.text.pen import left, right, say, width_of
from burnlib.testing.strategies import ledgers
from burnlib.views._rows import Counted
from burnlib.views.base import Basis
from burnlib.views.drivers import drivers
from burnlib.views.equivalents import equivalents
from burnlib.views.heatmap import heatmap
from burnlib.views.page import headline, page
from burnlib.views.table import table
from burnlib.views.trend import trend
from logs import meta, rollout, used, uuid
from test_import import loaded_by_burn

_DAY = date(2026, 3, 4)


# How wide ------------------------------------------------------------------------------------

# Letters of all widths: ASCII, Latin, our own signs, accents of their own, CJK, emoji, joiners.
_LETTERS = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "aÄß ·–≥≈×÷…▲⁹⁶█▒░▁▇\u0301\u200d\ufe0f日本語한👩🚀\u2028\u07ff\u02ff\u0300"
        ),
    ),
    max_size=30,
)


@given(_LETTERS, st.booleans())
def test_a_text_is_as_wide_as_rich_says(text: str, ascii: bool) -> None:
    said = say(text, Look(ascii=ascii))
    assert width_of(said) == cell_len(said)


def test_every_letter_is_as_wide_as_rich_says() -> None:
    for code in [*range(0x10000), 0x1F600]:
        said = say(chr(code), Look())
        assert width_of(said) == cell_len(said), unicodedata.name(chr(code), hex(code))


@given(_LETTERS, st.integers(min_value=1, max_value=20))
def test_a_text_is_cut_and_padded_as_with_the_tables_of_rich(text: str, width: int) -> None:
    said = say(text, Look())
    if cell_len(said) > width:
        said = set_cell_size(said, width - 1).rstrip() + "…"
    gap = " " * (width - cell_len(said))
    assert left(text, width, Look()) == said + gap
    assert right(text, width, Look()) == gap + said


@pytest.mark.parametrize("named", [None, "", "0", "-5", "40", " 50 ", "wide", "123456", "٥٠"])
@pytest.mark.parametrize("real", [(132, 40), (0, 0), None])
def test_the_terminal_is_as_wide_as_the_standard_library_says(
    monkeypatch: pytest.MonkeyPatch, named: str | None, real: tuple[int, int] | None
) -> None:
    def size(_descriptor: int) -> os.terminal_size:
        if real is None:
            raise OSError(25, "Inappropriate ioctl for device")
        return os.terminal_size(real)

    monkeypatch.setattr(os, "get_terminal_size", size)
    monkeypatch.delenv("COLUMNS", raising=False)
    if named is not None:
        monkeypatch.setenv("COLUMNS", named)
    assert columns() == shutil.get_terminal_size().columns


def test_without_standard_output_a_terminal_has_eighty_columns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "__stdout__", None)
    monkeypatch.delenv("COLUMNS", raising=False)
    assert columns() == 80


# One range instead of four --------------------------------------------------------------------


def _row(day: date, *, estimate: str = "visible", guessed: int = 0) -> DailyRow:
    found = {"codex": SourceDay(tokens=1000, fidelity=Fidelity.EXACT)}
    if guessed:
        found["chatgpt"] = SourceDay(
            tokens=guessed, fidelity=Fidelity.ESTIMATED, low=1, high=guessed * 2
        )
    return DailyRow(date=day, sources=found, tz="UTC", estimate=estimate)  # type: ignore[arg-type]


_OLD = {
    "nothing estimated": _row(_DAY),
    "each message once": _row(_DAY, guessed=70),
    "all that was sent again": _row(_DAY, estimate="processed", guessed=70),
    "sent again, of nothing": _row(_DAY, estimate="processed"),
}


@pytest.mark.parametrize("range_", ["", "90d", "1y", "all", "7d", "2026-01-01..2026-12-31"])
@pytest.mark.parametrize("new", _OLD)
@pytest.mark.parametrize("old", _OLD)
def test_the_dashboard_is_the_text_of_the_whole_page(
    capsys: pytest.CaptureFixture[str], old: str, new: str, range_: str
) -> None:
    rows = Ledger([_OLD[old], evolve(_OLD[new], date=_DAY + timedelta(days=200))])
    options = argparse.Namespace(tz="UTC", range=range_, basis="total", language="en")
    showing.print_dashboard(rows, options)
    shown = capsys.readouterr().out
    whole = showing._page(rows, options, ranges=("90d", "180d", "1y", "all"))
    assert shown == whole.text()


# What several views share ---------------------------------------------------------------------


@given(ledgers(), st.sampled_from(["total", "exact"]), st.sampled_from(["7d", "90d", "all"]))
def test_a_page_holds_what_each_view_says_alone(rows: Ledger, basis: Basis, key: str) -> None:
    (section,) = page(rows, opens=key, ranges=[key], basis=basis, today=_DAY).sections
    for view in (headline, heatmap, trend, drivers, equivalents, table):
        alone = view(rows, range=key, basis=basis, today=_DAY)
        assert getattr(section, view.__name__) == alone


def test_what_a_page_keeps_of_rows_is_kept_apart_by_basis() -> None:
    rows = Counted([_row(_DAY, guessed=70)])
    assert headline(rows, range="all", basis="total").amount.total == 1070
    assert headline(rows, range="all", basis="exact").amount.total == 1000


# What is there already ------------------------------------------------------------------------


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns


def test_a_file_that_holds_the_rows_already_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "rows.json"
    dump([_row(_DAY)], file)
    os.utime(file, ns=(1, 1))
    before = _state(file)
    dump([_row(_DAY)], file)
    assert _state(file) == before


@pytest.mark.parametrize(
    "content", ["", "[]\n", dumps([_row(_DAY)])[:-1], dumps([_row(_DAY)]).replace("1000", "1001")]
)
def test_a_file_that_differs_is_replaced_also_where_its_size_is_the_same(
    tmp_path: Path, content: str
) -> None:
    file = tmp_path / "rows.json"
    file.write_text(content)
    dump([_row(_DAY)], file)
    assert file.read_text() == dumps([_row(_DAY)])


def test_a_file_that_cannot_be_written_is_told_as_ever(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(burnlib.errors.BurnlibError, match="is a folder"):
        dump([], tmp_path / "folder")
    with pytest.raises(burnlib.errors.BurnlibError, match="make the folder first"):
        dump([], tmp_path / "none" / "rows.json")


def test_every_letter_that_is_written_as_an_escape_is_one_that_python_calls_not_printable() -> None:
    # Lines of printable letters alone are not searched for such letters.
    escaped = [chr(code) for code in range(0x110000) if re.match(daily._INVISIBLE, chr(code))]
    assert len(escaped) > 2000, "the halves of surrogate pairs alone are 2,048"
    assert not any(letter.isprintable() for letter in escaped)


# What a start does without ---------------------------------------------------------------------

# Of others and of Python, what takes 2 ms and more to load and is for writing or for decoding.
_FOR_WRITING = {"_hashlib", "hashlib", "hmac", "random", "secrets", "shutil", "tempfile"}
_FOR_DECODING = {"msgspec", "burnlib.sources.lines", "burnlib.sources.contract"}
_FOLDERS = {"platformdirs"} if sys.platform == "linux" else set()


def _forked(home: Path) -> None:
    """Write a rollout, and one that was forked from it and has copied more than is in it now."""
    parent = rollout(home, 1, used("10:00:00", (100, 0, 10), (100, 0, 10)))
    again = meta(2, "12:00:00.000", forked_from_id=uuid(1))
    copied = [used("12:00:00.001", (n, 0, 10), (100, 0, 10)) for n in (100, 200)]
    fork = rollout(home, 2, again, *copied)
    for path in (parent, fork):
        os.utime(path, (1_770_000_000, 1_770_000_000))


def test_a_run_that_finds_nothing_new_loads_nothing_to_write_or_to_decode_with(
    tmp_path: Path,
) -> None:
    _forked(tmp_path / "home")
    archive = tmp_path / "archive.db"
    given = ("--tz", "UTC", "--archive", archive)
    loaded_by_burn(tmp_path, *given)
    with contextlib.closing(sqlite3.connect(archive)) as db:
        wants = [row[0] for row in db.execute("SELECT wants FROM segments ORDER BY file")]
    assert len(wants) == 2
    assert any("\t" in text for text in wants), "the fork is waiting for more of its parent"
    found = loaded_by_burn(tmp_path, *given)
    assert "burnlib.sources.codex" in found
    assert found.isdisjoint(_FOR_WRITING | _FOR_DECODING | _FOLDERS)


def test_showing_an_archive_loads_nothing_to_write_with(tmp_path: Path) -> None:
    rollout(tmp_path / "home", 1, used("10:00:00", (100, 0, 10), (100, 0, 10)))
    assert fakes.burn("collect", env=fakes.environment(tmp_path))[0] == 0
    found = loaded_by_burn(tmp_path, "show", "--tz", "UTC")
    assert "burnlib.render.text.table" in found
    assert found.isdisjoint(_FOR_WRITING | _FOR_DECODING | _FOLDERS)
