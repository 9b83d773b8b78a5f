"""Writing a file: there is always the old one or the new one, whole, and nothing else."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import fakes
from burnlib.files import CannotWrite, replace_file

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links, modes and limits are POSIX's")
OLD, NEW = b"old\n", b"n" * 100_000


def listing(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def refused(path: Path) -> CannotWrite:
    with pytest.raises(CannotWrite) as caught:
        replace_file(path, NEW)
    assert caught.value.where == str(path)
    assert "\n" not in str(caught.value)
    return caught.value


# What it writes ------------------------------------------------------------------------------


def test_a_new_file_and_a_replaced_one_hold_what_was_written_and_nothing_lies_beside_them(
    tmp_path: Path,
) -> None:
    path = tmp_path / "rows.json"
    replace_file(path, OLD)
    assert path.read_bytes() == OLD
    replace_file(path, NEW)
    assert path.read_bytes() == NEW
    assert listing(tmp_path) == {"rows.json"}


def test_whoever_has_the_old_file_open_goes_on_reading_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    replace_file(path, OLD)
    with path.open("rb") as reader:
        replace_file(path, NEW)
        assert reader.read() == OLD


def test_a_link_stays_and_what_it_points_to_is_replaced(tmp_path: Path) -> None:
    real = tmp_path / "elsewhere" / "rows.json"
    real.parent.mkdir()
    real.write_bytes(OLD)
    link = tmp_path / "link.json"
    link.symlink_to("elsewhere/rows.json")
    replace_file(link, NEW)
    assert link.is_symlink()
    assert real.read_bytes() == NEW
    assert (listing(tmp_path), listing(real.parent)) == ({"elsewhere", "link.json"}, {"rows.json"})


def test_a_link_to_a_file_that_is_not_there_yet_makes_that_file(tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to("rows.json")
    replace_file(link, NEW)
    assert link.is_symlink()
    assert (tmp_path / "rows.json").read_bytes() == NEW


def test_a_name_of_the_greatest_length_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 250 + ".json")  # 255 bytes, the limit of nearly all file systems
    path.write_bytes(OLD)
    replace_file(path, NEW)
    assert path.read_bytes() == NEW


def test_a_name_that_is_not_text_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"rows\xff\x1b[31m.json")
    replace_file(path, NEW)
    assert path.read_bytes() == NEW


def test_a_relative_name_is_below_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    replace_file(Path("rows.json"), NEW)
    assert (tmp_path / "rows.json").read_bytes() == NEW


@pytest.mark.parametrize(("private", "mode"), [(True, 0o600), (False, 0o644)])
def test_a_new_file_is_as_readable_as_it_should_be(
    tmp_path: Path, private: bool, mode: int
) -> None:
    before = os.umask(0o022)
    try:
        replace_file(tmp_path / "new", NEW, private=private)
    finally:
        os.umask(before)
    assert (tmp_path / "new").stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o400])
@pytest.mark.parametrize("private", [True, False])
def test_a_replaced_file_keeps_the_mode_that_its_owner_gave_it(
    tmp_path: Path, mode: int, private: bool
) -> None:
    path = tmp_path / "rows.json"
    path.write_bytes(OLD)
    path.chmod(mode)
    replace_file(path, NEW, private=private)
    assert path.stat().st_mode & 0o777 == mode


_STDOUT = """
from pathlib import Path
from burnlib.files import replace_file
replace_file(Path("/dev/stdout"), b"rows")
"""


def test_standard_output_can_be_written_to_where_it_is_a_pipe(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _STDOUT],
        env=fakes.environment(tmp_path),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr.decode()[-300:]) == (b"rows", "")


def test_devices_are_written_to_and_stay_devices() -> None:
    replace_file(Path("/dev/null"), NEW)
    assert not Path("/dev/null").is_file()


# What it refuses -----------------------------------------------------------------------------


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path).hint == "name a file in it"
    assert listing(tmp_path) == set()


def test_a_missing_folder_is_named_and_not_made(tmp_path: Path) -> None:
    error = refused(tmp_path / "no" / "rows.json")
    assert str(tmp_path / "no") in error.hint
    assert listing(tmp_path) == set()


def test_a_file_where_a_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(OLD)
    refused(tmp_path / "file" / "rows.json")
    assert (tmp_path / "file").read_bytes() == OLD


def test_a_link_that_leads_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    refused(tmp_path / "a")


def test_a_name_that_is_too_long_is_refused(tmp_path: Path) -> None:
    refused(tmp_path / ("n" * 300))
    assert listing(tmp_path) == set()


def test_what_the_disk_did_not_confirm_does_not_replace_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    path = tmp_path / "rows.json"
    path.write_bytes(OLD)
    monkeypatch.setattr(os, "fsync", fail)
    assert "Input/output error" in refused(path).message
    assert path.read_bytes() == OLD
    assert listing(tmp_path) == {"rows.json"}


_WRITE = """
import resource, sys
from pathlib import Path
from burnlib.files import CannotWrite, replace_file
if limit := int(sys.argv[2]):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit - 1, limit - 1))
try:
    replace_file(Path(sys.argv[1]), b"n" * 100_000)
except CannotWrite as error:
    sys.exit(f"{error}")
"""


def attempt(path: Path, *, limit: int = 0, **more: object) -> str:
    """Write NEW in a process of its own; return what it says on failing."""
    done = subprocess.run(
        [sys.executable, "-c", _WRITE, str(path), str(limit)],
        env=fakes.environment(path.parent),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **more,  # type: ignore[call-overload]
    )
    assert "Traceback" not in done.stderr, done.stderr
    return str(done.stderr.strip())


@pytest.mark.parametrize("room", [0, 1, 4096, 99_999])
def test_a_file_that_may_not_grow_to_its_size_leaves_the_old_one(tmp_path: Path, room: int) -> None:
    path = tmp_path / "rows.json"
    path.write_bytes(OLD)
    said = attempt(path, limit=room + 1)
    assert str(path) in said
    assert "File too large" in said
    assert "fix: " in said
    assert path.read_bytes() == OLD
    assert listing(tmp_path) == {"rows.json"}


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(small)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:
        pytest.skip("no small file system can be mounted here")
    try:
        (small / "rows.json").write_bytes(OLD)
        said = attempt(small / "rows.json")
        assert "No space left on device (fix: make room and run it again)" in said
        assert (small / "rows.json").read_bytes() == OLD
        assert listing(small) == {"rows.json"}
    finally:
        subprocess.run(["umount", str(small)], check=True)


@pytest.mark.parametrize("mode", [0o500, 0o000])
def test_a_folder_that_may_not_be_written_to_or_looked_into_is_named(
    tmp_path: Path, mode: int
) -> None:
    folder = tmp_path / "shut"
    folder.mkdir()
    (folder / "rows.json").write_bytes(OLD)
    folder.chmod(mode)
    try:
        said = attempt(folder / "rows.json", preexec_fn=fakes.mortal)
    finally:
        folder.chmod(0o700)
    assert "Permission denied" in said
    assert "fix: " in said
    assert (folder / "rows.json").read_bytes() == OLD
    assert listing(folder) == {"rows.json"}
