"""Which files are exports, what they are by their content, and what a zip archive may not do."""

from __future__ import annotations

import io
import json
import os
import re
import struct
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from burnlib.errors import BurnlibError, LogFormatError, NotFound
from burnlib.exports import Member, find_exports, members, records

ONE = b'[{"uuid": "one", "chat_messages": []}]'
TWO = b'[{"uuid": "two", "chat_messages": []}]'
MIB = 1 << 20


def make_zip(path: Path, *entries: tuple[str, bytes], **options: Any) -> Path:
    """Write an archive with these names and contents; names may come twice."""
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore", UserWarning)
        for name, content in entries:
            archive.writestr(name, content, **options)
    return path


def read(path: Path) -> list[object]:
    """Return the records of an export that has no problems."""
    found, problems = members(path)
    assert not problems
    return [record for member in found for record in _records(member)]


def _records(member: Member) -> Iterable[object]:
    with member.open() as file:
        yield from records(file, where=member.name)


def ids(path: Path) -> list[object]:
    found = read(path)
    assert all(isinstance(record, dict) for record in found)
    return [record["uuid"] for record in found if isinstance(record, dict)]


def problem(path: Path) -> LogFormatError:
    """Return the error that opening an export ends in; it names the file, and says what to do."""
    with pytest.raises(LogFormatError) as caught:
        members(path)
    assert path.name in caught.value.where
    assert caught.value.hint
    assert "\n" not in str(caught.value)
    return caught.value


def patch(path: Path, offset: int, layout: str, *values: int) -> None:
    """Overwrite numbers in a file."""
    content = bytearray(path.read_bytes())
    struct.pack_into(layout, content, offset, *values)
    path.write_bytes(content)


def directory_entry(path: Path, number: int = 0) -> int:
    """Return where an entry stands in the central directory (APPNOTE.TXT, 4.3.12)."""
    found = [match.start() for match in re.finditer(b"PK\x01\x02", path.read_bytes())]
    return found[number]


# Offsets in a directory entry.
VERSION_NEEDED, FLAGS, METHOD, CRC, SIZES, LOCAL_OFFSET = 6, 8, 10, 16, 20, 42


# Finding --------------------------------------------------------------------------------------


def tree(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(ONE)
    return root


def test_a_folder_gives_the_exports_in_it_at_any_depth_sorted(tmp_path: Path) -> None:
    wanted = ["a/Conversations.JSON", "a/conversations-000.json", "b.ZIP", "c/design_chats/x.json"]
    others = ["user.json", "a/chat.html", "c/other/x.json", "conversations.json.index", "notes.txt"]
    root = tree(tmp_path, *others, *reversed(wanted))
    assert find_exports([root]) == [root / name for name in wanted]


def test_what_macos_and_browsers_leave_beside_files_is_not_taken(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        "conversations.json",
        "__MACOSX/conversations.json",
        "._conversations.json",
        "._export.zip",
        "export.zip.crdownload",
        "export.zip.download/export.zip",
    )
    assert find_exports([root]) == [root / "conversations.json"]


def test_links_to_folders_are_not_followed_but_a_named_one_is(tmp_path: Path) -> None:
    inside, outside = tree(tmp_path / "in", "a.zip"), tree(tmp_path / "out", "b.zip")
    (inside / "loop").symlink_to(inside)
    (inside / "away").symlink_to(outside)
    assert find_exports([inside]) == [inside / "a.zip"]
    assert find_exports([inside / "away"]) == [inside / "away" / "b.zip"]


def test_a_file_that_is_named_twice_comes_once(tmp_path: Path) -> None:
    root = tree(tmp_path, "a.zip", "b.zip")
    (root / "link.zip").symlink_to(root / "a.zip")
    assert find_exports([root / "b.zip", root]) == [root / "b.zip", root / "a.zip"]


def test_a_file_is_taken_as_it_is_whatever_its_name(tmp_path: Path) -> None:
    assert find_exports([tmp_path / "old.txt"]) == [tmp_path / "old.txt"]


def test_a_folder_without_an_export_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"holds no export .fix: an export is a \.zip file"):
        find_exports([tree(tmp_path, "notes.txt")])


def test_a_folder_that_cannot_be_listed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = str(tmp_path / "closed")

    def walk(*_: object) -> Iterator[Path]:  # the root user, who may run this, may list all
        yield tmp_path / "a.zip"
        raise PermissionError(13, "Permission denied", closed)

    monkeypatch.setattr("burnlib.exports.finding.walk", walk)
    with pytest.raises(LogFormatError, match="closed: cannot be listed: Permission denied"):
        find_exports([tmp_path])


# What a file is -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["conversations.json", "export.zip", "x", "with space.txt"])
def test_json_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\xef\xbb\xbf \r\n" + ONE)
    assert ids(path) == ["one"]
    [member] = members(path)[0]
    assert (member.name, member.size) == (name, 6 + len(ONE))


def test_json_behind_a_lot_of_white_space_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b"\n" * MIB + ONE)
    assert ids(path) == ["one"]


@pytest.mark.parametrize("name", ["export.zip", "conversations.json", "x"])
def test_a_zip_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    assert ids(make_zip(tmp_path / name, ("conversations.json", ONE))) == ["one"]


def test_a_zip_behind_a_program_that_unpacks_it_is_read(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.exe", ("conversations.json", ONE))
    path.write_bytes(b"MZ\x90" + b"\0" * 70_000 + path.read_bytes())
    assert ids(path) == ["one"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \n", "is empty"),
        (b" <!DOCTYPE html><title>x</title>", r"is HTML .*Data controls.*Privacy > Export data"),
        (b"SQLite format 3\0 and more", r"is an SQLite database .*Export data"),
        (b"\x1f\x8b\x08", r"is compressed with gzip .*unpack"),
        (b"Rar!\x1a\x07", r"is a RAR archive .*unpack"),
        (b"\xff\xfe[\0", r"is UTF-16 text .*save it as UTF-8"),
        (b"just words", r"neither a zip archive nor JSON .*Export data"),
        (b"\0" * 5000, "neither a zip archive nor JSON"),
        (b"PK\x03\x04 and no more", r"is a zip archive that is cut off or damaged.*download it"),
        (b'[{"date": "2026-04-11", "total": 5}]', r"days that burn has counted .*burn show --from"),
    ],
)
def test_what_is_no_export_is_named_with_what_to_do(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "conversations.json"
    path.write_bytes(content)
    assert re.search(said, str(problem(path)))


def test_a_file_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="does not exist"):
        members(tmp_path / "none.zip")


def test_a_name_that_no_file_can_have_is_told() -> None:
    with pytest.raises(LogFormatError, match="cannot be opened"):
        members(Path("a\0b"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
def test_a_pipe_and_a_folder_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    for path in (tmp_path / "pipe.json", tmp_path):
        with pytest.raises(LogFormatError, match="not a regular file"):
            members(path)


@pytest.mark.parametrize("suffix", [".crdownload", ".part", ".download", ".partial", ".PART"])
def test_a_download_that_is_not_finished_is_told_by_its_name(tmp_path: Path, suffix: str) -> None:
    path = make_zip(tmp_path / f"export.zip{suffix}", ("conversations.json", ONE))
    assert "is still changing (fix: import it again when the download" in str(problem(path))


@pytest.mark.parametrize("kind", ["json", "zip"])
def test_a_file_that_changes_while_it_is_read_is_told(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "export"
    path.write_bytes(ONE) if kind == "json" else make_zip(path, ("conversations.json", ONE))
    [member] = members(path)[0]
    with member.open() as file, path.open("ab") as download:
        download.write(b"more")
        download.flush()
        with pytest.raises(LogFormatError, match="is still changing"):
            list(records(file, where=member.name))
    with pytest.raises(LogFormatError, match="is still changing"):
        member.open()


def test_a_zip_that_grows_while_it_is_looked_at_is_changing_and_not_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(b"PK\x03\x04")

    def grows(file: io.FileIO) -> None:
        path.write_bytes(b"PK\x03\x04 and more")
        raise zipfile.BadZipFile

    monkeypatch.setattr("burnlib.exports.zips.ZipFile", grows)
    assert "is still changing" in str(problem(path))


def test_a_name_that_would_be_unpacked_on_the_way_is_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "export.zip.zst", ("conversations.json", ONE))
    assert "is compressed with Zstandard (fix: unpack it" in str(problem(path))


# What is read of a zip ------------------------------------------------------------------------


def test_all_conversations_of_a_zip_are_read_and_nothing_else(tmp_path: Path) -> None:
    wanted = [
        "conversations.json",
        "Sub/CONVERSATIONS-000.JSON",
        r"win\conversations-001.json",
        "a/b/design_chats/x.json",
        "../../conversations.json",
        "/conversations.json",
        r"C:\conversations.json",
    ]
    others = [
        "user.json",
        "users.json",
        "projects.json",
        "conversations.json.index",
        "__MACOSX/conversations.json",
        "__macosx/._conversations.json",
        "sub/._conversations-000.json",
        "design_chats.json",
        "shared_conversations.json",
        "chat.html",
    ]
    mine = [(name, b'[{"uuid": %s}]' % json.dumps(name).encode()) for name in wanted]
    path = make_zip(tmp_path / "e.zip", *[(name, b"not JSON") for name in others], *mine)
    assert ids(path) == wanted
    assert members(path)[0][1].name == "e.zip: Sub/CONVERSATIONS-000.JSON"
    assert members(path)[0][1].size == len(mine[1][1])


def test_nothing_is_written_anywhere(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    path = make_zip(inner / "e.zip", ("../conversations.json", ONE))
    assert ids(path) == ["one"]
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["e.zip", "inner"]


def test_links_and_folders_in_a_zip_are_passed_over(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("conversations.json")
    link.external_attr = 0o120777 << 16
    path = tmp_path / "e.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("conversations-folder.json/", b"")
        archive.writestr("conversations-000.json", ONE)
    assert ids(path) == ["one"]


def test_a_zip_with_only_the_page_gets_the_way_to_the_data(tmp_path: Path) -> None:
    said = str(problem(make_zip(tmp_path / "e.zip", ("chat.html", b"<html>"))))
    assert "holds no conversations, but chat.html" in said
    assert "Settings > Data controls > Export data" in said


def test_a_zip_without_conversations_names_some_of_what_it_holds(tmp_path: Path) -> None:
    files = [(f"photo-{number}.jpg", b"") for number in range(1, 1236)]
    said = str(problem(make_zip(tmp_path / "e.zip", *files)))
    assert "photo-1.jpg" in said
    assert "photo-5.jpg and 1,230 more" in said
    assert "photo-6.jpg" not in said


def test_an_empty_zip_is_told(tmp_path: Path) -> None:
    assert "is an empty archive" in str(problem(make_zip(tmp_path / "e.zip")))


def test_a_zip_within_a_zip_is_named_and_not_opened(tmp_path: Path) -> None:
    inner = make_zip(tmp_path / "inner.zip", ("conversations.json", ONE)).read_bytes()
    path = make_zip(tmp_path / "a.zip", ("parts/B-0001.ZIP", inner))
    assert "parts/B-0001.ZIP (fix: unpack it, and import the archives" in str(problem(path))
    found, told = members(make_zip(path, ("parts/b.zip", inner), ("conversations.json", TWO)))
    assert [member.name for member in found] == ["a.zip: conversations.json"]
    [nested] = told
    assert nested.where == "a.zip: parts/b.zip"
    assert "not opened" in nested.message


def test_a_file_twice_in_a_zip_is_read_once_if_both_are_the_same(tmp_path: Path) -> None:
    same = ("conversations.json", ONE)
    assert ids(make_zip(tmp_path / "e.zip", same, same)) == ["one"]


@pytest.mark.parametrize("second", ["sub/conversations.json", r"sub\conversations.json"])
def test_two_different_files_with_one_name_are_refused(tmp_path: Path, second: str) -> None:
    path = make_zip(tmp_path / "e.zip", ("sub/conversations.json", ONE), (second, TWO))
    assert "two different files named sub/conversations.json" in str(problem(path))


# What a zip may not do ------------------------------------------------------------------------


def test_an_encrypted_zip_is_told(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "e.zip", ("conversations.json", ONE))
    patch(path, directory_entry(path) + FLAGS, "<H", 0x1)
    assert "conversations.json: is encrypted (fix: unpack it" in str(problem(path))


@pytest.mark.parametrize(
    ("method", "name"),
    [(99, "AES encryption"), (9, "Deflate64"), (14, "LZMA"), (93, "Zstandard"), (7, "unknown")],
)
def test_a_method_that_is_not_read_is_named(tmp_path: Path, method: int, name: str) -> None:
    path = make_zip(tmp_path / "e.zip", ("conversations.json", ONE))
    patch(path, directory_entry(path) + METHOD, "<H", method)
    assert re.search(rf"is compressed with .*{name}.* \({method}\)", str(problem(path)))


def test_a_zip_of_a_later_format_is_told(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "e.zip", ("conversations.json", ONE))
    patch(path, directory_entry(path) + VERSION_NEEDED, "<H", 99)
    assert "cannot be read: zip file version 9.9" in str(problem(path))


def test_a_real_bzip2_member_is_refused_since_it_inflates_in_unbounded_pieces(
    tmp_path: Path,
) -> None:
    path = make_zip(
        tmp_path / "e.zip", ("conversations.json", ONE), compress_type=zipfile.ZIP_BZIP2
    )
    assert "bzip2 (12)" in str(problem(path))


def test_a_stored_member_is_read(tmp_path: Path) -> None:
    path = make_zip(
        tmp_path / "e.zip", ("conversations.json", ONE), compress_type=zipfile.ZIP_STORED
    )
    assert ids(path) == ["one"]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_damaged_member_gives_an_error_and_nothing_else(tmp_path: Path, method: int) -> None:
    content = b"[" + b",".join(b'{"uuid": "%d"}' % n for n in range(9_999)) + b"]"
    good = ("conversations-000.json", ONE)
    path = make_zip(
        tmp_path / "e.zip", good, ("conversations-001.json", content), compress_type=method
    )
    damaged = bytearray(path.read_bytes())
    damaged[directory_entry(path) - 300] ^= 1
    path.write_bytes(damaged)
    said = problem(path)
    assert said.where == "e.zip: conversations-001.json"
    assert "is damaged" in said.message


def test_a_wrong_checksum_is_told(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "e.zip", ("conversations.json", ONE))
    patch(path, directory_entry(path) + CRC, "<I", 1)
    assert "Bad CRC-32" in str(problem(path))


@pytest.mark.parametrize("declared", [0, 10, len(ONE) - 1, len(ONE) + 1, 1_000_000])
def test_a_size_that_is_not_the_declared_one_is_told(tmp_path: Path, declared: int) -> None:
    path = make_zip(tmp_path / "e.zip", ("conversations.json", ONE))
    patch(path, directory_entry(path) + SIZES + 4, "<I", declared)
    assert "is damaged" in str(problem(path))


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.999])
def test_a_zip_that_is_cut_off_is_told(tmp_path: Path, kept: float) -> None:
    content = json.dumps([{"uuid": str(n * n)} for n in range(5_000)]).encode()
    path = make_zip(tmp_path / "e.zip", ("conversations.json", content))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    assert "cut off or damaged" in str(problem(path))


def test_entries_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    names = ("conversations-000.json", "conversations-001.json")
    path = make_zip(tmp_path / "e.zip", *[(name, ONE) for name in names])
    patch(path, directory_entry(path, 1) + LOCAL_OFFSET, "<I", 0)
    assert "shares its bytes with another entry" in str(problem(path))


def test_an_entry_within_another_is_refused(tmp_path: Path) -> None:
    inner = make_zip(tmp_path / "inner.zip", ("other.txt", b"x")).read_bytes()
    stored = zipfile.ZIP_STORED
    path = make_zip(
        tmp_path / "e.zip", ("conversations.json", inner), ("other.txt", b"x"), compress_type=stored
    )
    patch(path, directory_entry(path, 2) + LOCAL_OFFSET, "<I", path.read_bytes().index(inner))
    assert "shares its bytes with another entry" in str(problem(path))


def test_an_entry_that_reaches_into_the_directory_is_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "e.zip", ("conversations.json", ONE))
    patch(path, directory_entry(path) + SIZES, "<I", len(ONE) + 20)
    assert "shares its bytes" in str(problem(path))


def test_an_entry_without_a_header_is_told(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "e.zip", ("conversations.json", ONE))
    patch(path, 0, "<I", 0)
    path.write_bytes(b"MZ" + path.read_bytes())
    assert "it has no header" in str(problem(path))


def test_more_than_a_hundred_thousand_files_are_refused_before_they_are_parsed(
    tmp_path: Path,
) -> None:
    path = make_zip(tmp_path / "e.zip", ("conversations.json", ONE))
    content = path.read_bytes()
    at = directory_entry(path)
    end = content.index(b"PK\x05\x06")
    entry = content[at:end]
    for count, announced in ((100_001, 1), (100_001, 0xFFFF)):
        path.write_bytes(
            content[:at]
            + entry * count
            + struct.pack(
                "<4s4H2IH", b"PK\5\6", 0, 0, announced, announced, len(entry) * count, at, 0
            )
        )
        assert "holds more than 100,000 files" in str(problem(path))


def test_a_directory_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "e.zip"
    with path.open("wb") as file:
        file.truncate(40 * MIB)  # a hole: it takes no room on the disk
        file.seek(0, os.SEEK_END)
        file.write(struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, 40 * MIB, 0, 0))
    assert "has a directory of 41,943,040 bytes" in str(problem(path))


def test_seventy_thousand_files_are_read(tmp_path: Path) -> None:
    """More than 65,535 entries need the zip64 form of the directory."""
    path = tmp_path / "e.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conversations.json", ONE)
        made = archive.infolist()[0]
        for number in range(70_000):  # entries of the directory only; nothing of them is read
            other = zipfile.ZipInfo(f"image-{number}.png")
            other.header_offset, other.create_system = made.header_offset, 3
            other.CRC = other.compress_size = other.file_size = 0
            other.header_offset = archive.start_dir
            archive.filelist.append(other)
    assert path.read_bytes().count(b"PK\x06\x06") == 1
    assert ids(path) == ["one"]


def test_more_than_eight_gibibytes_are_refused_unread(tmp_path: Path) -> None:
    files = [(f"conversations-{n}.json", ONE) for n in range(3)]
    path = make_zip(tmp_path / "e.zip", *files)
    for number in range(3):
        patch(path, directory_entry(path, number) + SIZES, "<II", 1 << 28, 0xC000_0000)
    said = problem(path)
    assert said.where == "e.zip: conversations-2.json"
    assert "inflates 268,435,456 bytes to 3,221,225,472" in said.message


PEAK = """import resource, sys
def peak():
    with open('/proc/self/status') as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith('VmHWM'))
"""


def run(code: str, *args: Path) -> tuple[str, int]:
    """Run code in a process of its own; return what it said, and its peak of memory in MiB."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, args)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    *said, peak = done.stdout.splitlines()
    return "\n".join(said), int(peak)


READ = f"""{PEAK}
from burnlib.errors import LogFormatError
from burnlib.exports import members, records
from pathlib import Path
before = peak()
try:
    for member in members(Path(sys.argv[1]))[0]:
        with member.open() as file:
            for record in records(file, where=member.name):
                print(record)
except LogFormatError as error:
    print(error)
print(peak() - before)
"""


def spaces(path: Path, mebibytes: int, tail: bytes) -> Path:
    """Write a zip whose member is mostly spaces, without ever holding it."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("conversations.json", "w") as member,
    ):
        for _ in range(mebibytes):
            member.write(b" " * MIB)
        member.write(tail)
    return path


linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is Linux's")


@linux
def test_a_bomb_is_refused_in_flat_memory(tmp_path: Path) -> None:
    path = spaces(tmp_path / "e.zip", 300, ONE)
    assert path.stat().st_size < 2 * MIB
    said, peak = run(READ, path)
    assert "conversations.json: inflates" in said
    assert peak < 16


@linux
def test_a_file_of_spaces_is_empty_and_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b" " * (40 * MIB))
    said, peak = run(READ, path)
    assert "is empty" in said
    assert peak < 8


@linux
def test_what_inflates_to_less_than_the_floor_is_read_in_flat_memory(tmp_path: Path) -> None:
    said, peak = run(READ, spaces(tmp_path / "e.zip", 64, ONE))
    assert said == "{'uuid': 'one', 'chat_messages': []}"
    assert peak < 24


@linux
def test_a_bomb_that_declares_ten_bytes_is_refused_in_flat_memory(tmp_path: Path) -> None:
    path = spaces(tmp_path / "e.zip", 300, ONE)
    patch(path, directory_entry(path) + SIZES + 4, "<I", 10)
    said, peak = run(READ, path)
    assert "is damaged" in said
    assert peak < 16


# Laws -----------------------------------------------------------------------------------------


@given(position=st.floats(0, 1, exclude_max=True), mask=st.integers(1, 255))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_changed_byte_gives_the_same_records_or_an_error(
    tmp_path: Path, position: float, mask: int
) -> None:
    path = make_zip(
        tmp_path / "e.zip", ("conversations-0.json", ONE), ("conversations-1.json", TWO)
    )
    content = bytearray(path.read_bytes())
    content[int(position * len(content))] ^= mask
    path.write_bytes(content)
    try:
        found = [record["uuid"] for record in read(path) if isinstance(record, dict)]
    except BurnlibError:
        return
    # A name that no longer is one of an export's takes its file out of it.
    assert found in (["one", "two"], ["one"], ["two"])


@given(content=st.binary(max_size=300), head=st.sampled_from([b"", b"PK\x03\x04", b"[", b"{"]))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_give_records_or_errors_and_never_a_traceback(
    tmp_path: Path, content: bytes, head: bytes
) -> None:
    path = tmp_path / "conversations.json"
    path.write_bytes(head + content)
    try:
        found = read(path)
    except BurnlibError:
        return
    assert all(isinstance(record, dict | LogFormatError) for record in found)
