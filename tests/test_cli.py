"""The command line against wrong use, bad input and a bad world: exit codes, and one clear line."""

from __future__ import annotations

import json
import os
import pwd
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import burnlib
import fakes
from burnlib.cli import main
from fakes import burn, burn_process, environment, install
from logs import answer, asked, codex, meta, rollout, transcript, turn, used

pytestmark = pytest.mark.skipif(os.name == "nt", reason="processes are set up the POSIX way")

GOOD, NOT_ADDING_UP, WRONG_USE, NOTHING_TO_READ, PARTIAL, INTERRUPTED = 0, 1, 2, 3, 4, 130
DAY = "2025-03-04"
AT = f"{DAY}T10:00:00.000Z"
TOTAL = 1043 + 1050  # of the logs below

# The example of the public build guide: its columns add up to 756,200.
ROW = {
    "date": "2026-05-24",
    "codex_tokens": 184320,
    "claude_code_tokens": 512880,
    "claude_code_calls": 47,
    "claude_chat_est": 38000,
    "chatgpt_est": 21000,
    "total": 756200,
    "driver": "shipping",
    "evidence": "NAT-1035 build, OB1 PR review",
}


class World:
    """A user with a home and folders of their own, who calls ``burn`` in this process."""

    def __init__(self, folder: Path, captured: pytest.CaptureFixture[str]) -> None:
        self.folder, self.captured = folder, captured
        self.home, self.data = folder / "home", folder / "data" / "burnlib"
        self.home.mkdir()

    def __call__(self, *arguments: str | Path) -> tuple[int, str, str]:
        """Run a command: exit code, output, errors; an error is one line with a fix."""
        self.captured.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:  # of argparse
            code = stop.code if isinstance(stop.code, int) else -1
        out, err = self.captured.readouterr()
        assert "Traceback" not in out + err
        assert "a fault in burnlib" not in err
        return code, out, err

    def refused(self, code: int, *arguments: str | Path) -> str:
        """Run a command that must fail with *code*; return its line, which has a fix."""
        got, out, err = self(*arguments)
        assert got == code, err
        assert out == ""
        (line,) = err.splitlines()
        assert re.fullmatch(r"burn: .*\(fix: .+\)", line), line
        return line

    def logs(self) -> None:
        transcript(self.home, "s1", asked(AT), answer("m1", (3, 100, 900, 40), AT))
        lines = meta(1, AT), turn(AT), used(AT, (1000, 400, 50), (1000, 400, 50))
        rollout(self.home, 1, *lines)

    def rows(self, *rows: dict[str, Any]) -> Path:
        path = self.folder / "rows.json"
        path.write_text(json.dumps(rows or [ROW]))
        return path

    def listing(self) -> set[str]:
        return {str(p.relative_to(self.folder)) for p in self.folder.rglob("*") if p.is_file()}


@pytest.fixture
def world(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> World:
    for name in ("CODEX_HOME", "CLAUDE_CONFIG_DIR", "BURNLIB_DEBUG", "BURNLIB_DISABLE_PLUGINS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return World(tmp_path, capsys)


@pytest.fixture
def collected(world: World) -> World:
    """A world whose logs are in the archive."""
    world.logs()
    code, _, err = world("collect")
    assert (code, err) == (GOOD, "")
    return world


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with fakes.site_folder(tmp_path, monkeypatch) as folder:
        yield folder


# Exit codes ----------------------------------------------------------------------------------


def test_the_help_names_every_exit_code(world: World) -> None:
    code, out, _ = world("--help")
    assert code == GOOD
    epilogue = out.partition("exit codes:")[2]
    for number in (GOOD, NOT_ADDING_UP, WRONG_USE, NOTHING_TO_READ, PARTIAL, INTERRUPTED):
        assert re.search(rf"\b{number}\b", epilogue), number


COMMANDS = (
    "collect", "run", "show", "render", "verify", "explain", "sources", "renderers", "doctor",
    "label", "demo", "shapes",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(world: World, command: str) -> None:
    code, out, err = world(command, "--help")
    assert (code, err) == (GOOD, "")
    assert "--archive FILE" in out
    assert "--tz ZONE" in out


def test_good_commands_end_with_zero(collected: World) -> None:
    for arguments in (
        ["collect"],
        [],
        ["run", "--range", "90d", "--basis", "exact"],
        ["show"],
        ["show", "heatmap", "table", "--range", "all"],
        ["render", "heatmap", "-o", "x.svg"],
        ["render", "page", "-o", "x.html"],
        ["render", "trend", "-o", "x.txt"],
        ["verify"],
        ["explain", DAY],
        ["explain", "today"],
        ["sources"],
        ["renderers"],
        ["doctor"],
        ["label", DAY, "shipping"],
        ["--version"],
    ):
        code, out, err = collected(*arguments)
        assert (arguments, code, err) == (arguments, GOOD, "")
        assert out


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["--nonsense"],
        ["show", "--nonsense"],
        ["show", "nonsense"],
        ["show", "--range", "nonsense"],
        ["show", "--range", "0d"],
        ["show", "--range", "2025-02-30..2025-03-01"],
        ["show", "--range", "2025-03-04..2025-03-01"],
        ["show", "--json", "--range", "nonsense"],
        ["show", "--basis", "nonsense"],
        ["show", "--tz", "Mars/Olympus"],
        ["show", "--tz", "../../etc/passwd"],
        ["show", "--tz", "/etc/localtime"],
        ["render", "nonsense", "-o", "x.svg"],
        ["render", "heatmap"],
        ["render", "heatmap", "-o", "x"],
        ["render", "heatmap", "-o", "x.nonsense"],
        ["render", "page", "-o", "x.svg"],
        ["render", "heatmap", "-o", "x.svg", "--theme", "nonsense"],
        ["render", "heatmap", "-o", "x.svg", "--range", "nonsense"],
        ["explain"],
        ["explain", "nonsense"],
        ["explain", "2025-02-30"],
        ["label", "nonsense", "shipping"],
        ["label", DAY],
        ["collect", "--source", "nonsense"],
        ["collect", "--tz", "Mars/Olympus"],
        ["collect", "--home"],
        ["verify", "--tz", "Mars/Olympus"],
        ["doctor", "--tz", "Mars/Olympus"],
    ],
    ids=" ".join,
)
def test_wrong_use_ends_with_two_says_why_and_writes_nothing(
    collected: World, arguments: list[str]
) -> None:
    before = collected.listing()
    code, out, err = collected(*arguments)
    assert (code, out) == (WRONG_USE, "")
    assert err.splitlines()[-1].startswith("burn")
    assert collected.listing() == before


def test_an_unknown_view_source_zone_range_and_suffix_are_answered_with_the_known_ones(
    collected: World,
) -> None:
    refused = collected.refused
    assert "use heatmap, trend, drivers" in refused(WRONG_USE, "show", "haetmap")
    known = "use chatgpt, claude_chat, claude_code, codex"
    assert known in refused(WRONG_USE, "collect", "--source", "kodex")
    assert "Europe/Berlin" in refused(WRONG_USE, "show", "--tz", "Berlin")
    assert "use 90d, 180d, 1y, all" in refused(WRONG_USE, "show", "--range", "month")
    assert ".svg" in refused(WRONG_USE, "render", "heatmap", "-o", "x.doc")
    assert "today or yesterday" in refused(WRONG_USE, "explain", "gestern")


@pytest.mark.parametrize("arguments", [["collect"], []], ids=["collect", "burn"])
def test_no_logs_at_all_end_with_three_and_leave_nothing_behind(
    world: World, arguments: list[str]
) -> None:
    assert "no logs found below" in world.refused(NOTHING_TO_READ, *arguments)
    assert world.listing() == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ["show"],
        ["show", "--json"],
        ["verify"],
        ["explain", "today"],
        ["render", "page", "-o", "x.html"],
    ],
    ids=" ".join,
)
def test_an_archive_that_is_not_there_yet_ends_with_three(
    world: World, arguments: list[str]
) -> None:
    assert "fix: burn collect" in world.refused(NOTHING_TO_READ, *arguments)
    assert world.listing() == set()


def test_a_label_for_no_day_makes_no_archive(world: World) -> None:
    world.refused(WRONG_USE, "label", "nonsense", "shipping")
    assert world.listing() == set()


def test_what_is_kept_is_shown_when_the_logs_are_gone(collected: World) -> None:
    shutil.rmtree(collected.home)
    code, out, err = collected("collect")
    assert code == GOOD
    assert "in the archive are unchanged" in err
    assert f"{1043:,} tokens" in out


def test_a_log_that_cannot_be_read_ends_with_four_and_the_rest_is_exact(world: World) -> None:
    world.logs()
    shut = world.home / ".claude/projects/-work-shop/shut.jsonl"
    shutil.copy(shut.with_name("s1.jsonl"), shut)
    shut.chmod(0)
    code, out, err = burn(
        "collect", "--json", env=environment(world.folder), preexec_fn=fakes.mortal
    )
    assert code == PARTIAL
    (line,) = err.splitlines()
    assert line == f"burn: claude_code: {shut}: Permission denied (fix: check its permissions)"
    said = json.loads(out)
    assert (said["total"], [p["where"] for p in said["problems"]]) == (TOTAL, [str(shut)])
    assert json.loads((world.data / "daily-burn.json").read_text())[0]["total"] == TOTAL


def test_a_failing_source_alone_ends_with_four(world: World, site: Path) -> None:
    install(site, "burn-odd", {"odd": "burn_odd:Odd"}, modules={"burn_odd": "1 / 0"})
    world.logs()
    code, out, err = world("collect")
    assert code == PARTIAL
    assert "burn: odd: " in err
    assert "pip install -U burn-odd" in err
    assert f"{1043:,} tokens" in out


# Rows from a file ----------------------------------------------------------------------------


def test_the_guides_row_is_proved_and_shown(world: World) -> None:
    path = world.rows()
    code, out, err = world("verify", "--from", path)
    assert (code, err) == (GOOD, "")
    assert "756,200" in out
    said = json.loads(world("verify", "--json", "--from", path)[1])
    assert (said["ok"], said["days"], said["findings"]) == (True, 1, [])
    assert said["sources"]["codex"]["tokens"] == 184320
    assert said["sources"]["claude_code"]["calls"] == 47
    assert json.loads(world("show", "--json", "--from", path)[1]) == [ROW]
    assert world("show", "--from", path)[0] == GOOD
    assert world("render", "table", "--from", path, "-o", "t.svg")[0] == GOOD


def test_a_total_that_is_off_by_one_ends_with_one_and_names_all_three_numbers(
    world: World,
) -> None:
    path = world.rows({**ROW, "total": 756201})
    for arguments in (
        ["verify"],
        ["show"],
        ["render", "page", "-o", "x.html"],
    ):
        line = world.refused(NOT_ADDING_UP, *arguments, "--from", path)
        for part in (str(path), "2026-05-24", "756,201", "756,200", ": 1 more"):
            assert part in line
        assert "$[0].total" in line
    code, out, error = world("verify", "--json", "--from", path)
    told = json.loads(out)
    assert (code, told["ok"], "756,201" in told["findings"][0]["message"]) == (1, False, True)
    assert "756,200" in error
    assert world.listing() == {"rows.json"}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]]", '[{"date": "2026-05-24"}]', "null", "\0" * 9, "[" * 99_999, '[{"a":NaN}]'],
)
def test_a_file_that_holds_no_rows_is_an_error_with_its_name(world: World, text: str) -> None:
    path = world.folder / "rows.json"
    path.write_text(text)
    assert str(path) in world.refused(NOT_ADDING_UP, "verify", "--from", path)


def test_a_file_without_days_is_proved_and_shown(world: World) -> None:
    (world.folder / "rows.json").write_text("[]")
    assert world("verify", "--from", "rows.json")[0] == GOOD
    assert world("show", "--json", "--from", "rows.json")[1] == "[]\n"
    assert world("render", "page", "-o", "x.html", "--from", "rows.json")[0] == GOOD


def test_a_file_that_is_not_there_or_a_folder_is_named(world: World) -> None:
    for name in ("nowhere.json", "home"):
        assert name in world.refused(WRONG_USE, "verify", "--from", name)


# JSON, for programs --------------------------------------------------------------------------


def test_every_command_speaks_json(collected: World) -> None:
    def said(*arguments: str) -> Any:
        code, out, err = collected(*arguments, "--json")
        assert (code, err) == (GOOD, "")
        return json.loads(out)

    for arguments in (["collect"], ["run"], []):
        assert said(*arguments)["total"] == TOTAL
    assert said("show")[0]["total"] == TOTAL
    assert said("show", "--range", f"{DAY}..{DAY}") == [said("show")[0]]
    assert said("verify")["sources"]["codex"]["tokens"] == 1050
    assert said("verify")["files"] == 2
    assert said("explain", DAY)["total"] == TOTAL
    assert said("explain", "2020-01-01")["observed"] is False
    assert {s["state"] for s in said("sources")} == {"built in"}
    assert {s["name"]: s["state"] for s in said("sources", "--check")} == {
        "codex": "ready",
        "claude_code": "ready",
        "claude_chat": "ready",
        "chatgpt": "ready",
    }
    assert {"svg", "text", "html"} <= {r["name"] for r in said("renderers")}
    assert {"archive", "zone", "python"} <= {fact["what"] for fact in said("doctor")}
    assert said("label", DAY, "shipping") == {"date": DAY, "driver": "shipping"}


@pytest.mark.parametrize(
    "arguments", [["render", "heatmap", "-o", "x.svg"], ["demo", "--dir", "trial"]], ids=" ".join
)
def test_commands_that_write_files_speak_json(collected: World, arguments: list[str]) -> None:
    code, out, err = collected(*arguments, "--json")
    assert (code, err) == (GOOD, "")
    assert isinstance(json.loads(out), dict)


def test_what_is_shown_as_json_is_the_file_that_was_written(collected: World) -> None:
    written = json.loads((collected.data / "daily-burn.json").read_text())
    assert json.loads(collected("show", "--json")[1]) == written


# Labels --------------------------------------------------------------------------------------


def test_a_label_is_shown_and_can_be_taken_back(collected: World) -> None:
    def row() -> Any:
        return json.loads(collected("show", "--json")[1])[0]

    before = row()
    code, out, _ = collected("label", DAY, " shipping ", "--evidence", "NAT-1035 build")
    assert (code, out) == (GOOD, f"{DAY}: shipping\n")
    assert (row()["driver"], row()["evidence"]) == ("shipping", "NAT-1035 build")
    assert row()["drivers"] == {"shipping": TOTAL}
    assert collected("verify")[0] == GOOD
    code, out, _ = collected("label", DAY, "")
    assert (code, out) == (GOOD, f"{DAY}: label taken back\n")
    assert row() == before


# Where it writes -----------------------------------------------------------------------------


def test_the_rows_go_where_they_should_and_the_place_is_told(world: World) -> None:
    world.logs()
    out = world("collect", "-o", "mine.json", "--archive", "trial/a.db")[1]
    assert "mine.json" in out
    assert json.loads(Path("mine.json").read_text())[0]["total"] == TOTAL
    assert "data/burnlib/archive.db" not in world.listing()


def test_private_things_are_their_owners_alone(collected: World) -> None:
    modes = {p.name: p.stat().st_mode & 0o777 for p in (collected.data, *collected.data.iterdir())}
    assert modes == {"burnlib": 0o700, "archive.db": 0o600, "daily-burn.json": 0o600}


def test_a_folder_or_a_missing_folder_as_output_ends_with_four_and_keeps_the_archive(
    world: World,
) -> None:
    world.logs()
    assert "is a folder" in world.refused(PARTIAL, "collect", "-o", "home")
    assert "make the folder first" in world.refused(PARTIAL, "collect", "-o", "no/rows.json")
    assert world("show")[0] == GOOD
    assert "make the folder first" in world.refused(PARTIAL, "render", "heatmap", "-o", "no/x.svg")
    (world.folder / "d.svg").mkdir()
    assert "is a folder" in world.refused(PARTIAL, "render", "heatmap", "-o", "d.svg")


def test_rows_can_be_written_to_standard_output(world: World) -> None:
    world.logs()
    code, out, err = burn("collect", "-o", "/dev/stdout", env=environment(world.folder))
    assert (code, err) == (GOOD, "")
    assert f'"total": {TOTAL}' in out


def test_a_link_as_output_is_followed(world: World) -> None:
    world.logs()
    Path("real").mkdir()
    Path("link.json").symlink_to("real/rows.json")
    for _ in range(2):
        assert world("collect", "-o", "link.json")[0] == GOOD
    assert Path("link.json").is_symlink()
    assert json.loads(Path("real/rows.json").read_text())[0]["total"] == TOTAL


def test_a_folder_that_may_not_be_written_to_ends_with_four_and_keeps_the_old_file(
    collected: World,
) -> None:
    folder = collected.folder / "shut"
    folder.mkdir()
    (folder / "rows.json").write_text("old")
    folder.chmod(0o500)
    try:
        code, _, err = burn(
            *("collect", "-o", folder / "rows.json"),
            env=environment(collected.folder),
            preexec_fn=fakes.mortal,
        )
    finally:
        folder.chmod(0o700)
    assert code == PARTIAL
    assert err.startswith(f"burn: {folder}/rows.json: Permission denied")
    assert len(err.splitlines()) == 1
    assert {p.name: p.read_text() for p in folder.iterdir()} == {"rows.json": "old"}


def may_not_grow(limit: int) -> Callable[[], None]:
    def set_limit() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return set_limit


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_no_room_for_the_rows_ends_with_four_and_keeps_the_archive(world: World) -> None:
    world.logs()
    line = world.refused(PARTIAL, "collect", "-o", "/dev/full")
    assert "/dev/full: No space left on device (fix: make room and run it again)" in line
    assert json.loads(world("show", "--json")[1])[0]["total"] == TOTAL


def test_a_full_disk_ends_with_four_and_keeps_the_old_file(collected: World) -> None:
    small = collected.folder / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8k", "none", str(small)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:
        pytest.skip("no small file system can be mounted here")
    try:
        (small / "rows.json").write_text("[]")
        (small / "filler").write_bytes(bytes(4096))
        for command in (["collect"], ["render", "page"]):
            output = small / ("rows.json" if command == ["collect"] else "rows.html")
            line = collected.refused(PARTIAL, *command, "-o", output)
            assert f"{output}: No space left on device" in line
        assert (small / "rows.json").read_text() == "[]"
        assert {path.name for path in small.iterdir()} == {"rows.json", "filler"}
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_no_room_for_the_archive_ends_with_four_and_keeps_what_it_held(collected: World) -> None:
    before = collected("show", "--json")[1]
    for n in range(40):
        transcript(
            collected.home, f"more{n}", *(answer(f"{n}.{i}", (1, 2, 3, 4), AT) for i in range(20))
        )
    env = environment(collected.folder)
    code, out, err = burn("collect", env=env, preexec_fn=may_not_grow(60_000))
    assert (code, out, len(err.splitlines())) == (PARTIAL, "", 1), err
    assert err.startswith(f"burn: {collected.data}/archive.db: ")
    assert "(fix: " in err
    assert collected("show", "--json")[1] == before
    assert collected("verify")[0] == GOOD
    assert json.loads(collected("collect", "--json")[1])["total"] == TOTAL + 40 * 20 * 10


def test_a_damaged_archive_is_named_by_every_command(collected: World) -> None:
    archive = collected.data / "archive.db"
    archive.write_bytes(archive.read_bytes()[:5000])
    for command in (["collect"], ["show"], ["verify"], ["explain", DAY], ["label", DAY, "x"]):
        code, _, err = collected(*command)
        assert code in (WRONG_USE, PARTIAL)
        (line,) = err.splitlines()
        assert str(archive) in line
        assert "(fix: " in line


def test_the_doctor_tells_of_a_damaged_archive_and_goes_on(collected: World) -> None:
    archive = collected.data / "archive.db"
    archive.write_bytes(b"Dear Sir or Madam,\n" * 100)
    code, out, _ = collected("doctor")
    assert code in (GOOD, PARTIAL)
    assert str(archive) in out
    assert "log file below" in out, "the sources are looked at all the same"


def test_another_programs_database_is_wrong_use(world: World) -> None:
    with sqlite3.connect("photos.db") as db:
        db.execute("CREATE TABLE photos (name TEXT)")
    world.logs()
    line = world.refused(WRONG_USE, "collect", "--archive", "photos.db")
    assert "not an archive of burnlib" in line


# Streams, signals, surroundings --------------------------------------------------------------


def piped(command: str, folder: Path, **more: str) -> subprocess.CompletedProcess[bytes]:
    """Run ``$BURN`` in a shell; without PYTHONUNBUFFERED, as users do."""
    env = environment(folder, BURN=f"{sys.executable} -m burnlib", **more)
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        env=env,
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("command", "unbuffered"),
    [("show", ""), ("show", "1"), ("show --json", ""), ("doctor", "1"), ("--help", "")],
)
def test_a_reader_that_has_seen_enough_ends_it_quietly(
    collected: World, command: str, unbuffered: str
) -> None:
    # `head -c 0` closes the pipe before anything can be written.
    for reader in ("head -n 1", "head -c 0"):
        done = piped(f"$BURN {command} | {reader}", collected.folder, PYTHONUNBUFFERED=unbuffered)
        assert (done.returncode, done.stderr) == (GOOD, b"")


@pytest.mark.parametrize("command", ["show nonsense", "nonsense"])
def test_errors_that_nobody_reads_do_not_change_the_exit_code(
    collected: World, command: str
) -> None:
    for how in ("2>/dev/full", "2>&-"):
        assert piped(f"$BURN {command} {how}", collected.folder).returncode == WRONG_USE


@pytest.mark.parametrize("command", ["show", "sources", "show --json", "--version"])
def test_output_that_cannot_be_written_is_an_error_of_one_line(
    collected: World, command: str
) -> None:
    done = piped(f"$BURN {command} >/dev/full", collected.folder)
    (line,) = done.stderr.decode().splitlines()
    assert (done.returncode, line.startswith("burn: ")) == (PARTIAL, True)
    assert "No space left on device" in line


@pytest.mark.parametrize("command", ["show", "sources", "show --json", "--version"])
def test_a_closed_output_ends_without_a_traceback(collected: World, command: str) -> None:
    done = piped(f"$BURN {command} >&-", collected.folder)
    assert b"Traceback" not in done.stderr
    assert b"a fault in burnlib" not in done.stderr


@pytest.mark.parametrize("more", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {}])
def test_a_pipe_gets_text_without_escape_sequences(collected: World, more: dict[str, str]) -> None:
    code, out, err = burn("show", env=environment(collected.folder, **more))
    assert (code, err, "\x1b" in out) == (GOOD, "", False)


NARROW = (
    {"PYTHONIOENCODING": "ascii"},
    {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
)


@pytest.mark.parametrize("more", NARROW, ids=["ascii", "C"])
def test_a_console_without_unicode_gets_what_it_can_show(
    collected: World, more: dict[str, str]
) -> None:
    collected("label", DAY, "Größe ≥ 5", "--evidence", "日本")
    env = environment(collected.folder, **more)
    for arguments in (["show"], ["explain", DAY], ["--help"]):
        code, out, err = burn(*arguments, env=env)
        assert (arguments, code, err) == (arguments, GOOD, "")
        assert out.isascii()


@pytest.mark.parametrize("command", ["show", "explain"])
@pytest.mark.parametrize("more", NARROW, ids=["ascii", "C"])
def test_json_loses_no_letter_where_the_console_has_no_unicode(
    world: World, more: dict[str, str], command: str
) -> None:
    line = answer("m1", (3, 100, 900, 40), AT, cwd="/code/Größe ≥ 日本")
    transcript(world.home, "s1", line)
    world("collect")
    world("label", DAY, "Größe ≥ 日本")
    arguments = ["show"] if command == "show" else ["explain", DAY]
    code, out, _ = burn(*arguments, "--json", env=environment(world.folder, **more))
    assert code == GOOD
    assert "Größe ≥ 日本" in json.dumps(json.loads(out), ensure_ascii=False)


def test_ctrl_c_ends_with_130_and_keeps_what_was_committed(world: World, site: Path) -> None:
    install(site, "burn-fakes", {"slow": "fakes:Slow"})
    world.logs()
    folder = world.home / ".slow"
    folder.mkdir()
    for n in range(3):
        (folder / f"{n}.log").write_text(f"u{n} {10**n}\n")
    env = environment(world.folder, site, FAKE_PAUSE="20")
    with burn_process("collect", env=env, start_new_session=True) as process:
        wait_for(folder / "reading")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == INTERRUPTED
    assert err.decode().strip() == "burn: interrupted; what was read so far is kept"
    assert json.loads(world("show", "--json")[1])[0]["total"] == TOTAL
    code, out, _ = burn("collect", "--json", env=environment(world.folder, site))
    assert (code, json.loads(out)["total"]) == (GOOD, TOTAL + 111)


def wait_for(path: Path) -> None:
    until = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < until, f"{path.name} did not appear"
        time.sleep(0.01)


def test_an_invalid_tz_of_the_system_is_said_and_can_be_put_right(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.logs()
    monkeypatch.setenv("TZ", "Mars/Olympus")
    assert "Mars/Olympus" in world.refused(WRONG_USE, "collect")
    assert world("collect", "--tz", "Asia/Kolkata")[0] == GOOD
    # From then on the archive knows its zone.
    assert world("collect")[0] == GOOD
    assert json.loads(world("show", "--json")[1])[0]["tz"] == "Asia/Kolkata"


def test_a_rows_file_is_shown_where_the_system_does_not_know_its_zone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Mars/Olympus")
    assert "Mars/Olympus" in world.refused(WRONG_USE, "show", "--from", world.rows())
    assert world("verify", "--from", world.rows())[0] == GOOD
    assert world("show", "--tz", "UTC", "--from", world.rows())[0] == GOOD


@pytest.mark.parametrize("arguments", [["collect"], ["doctor"], ["show"], ["label", DAY, "x"]])
def test_a_user_without_a_home_is_told_so_and_nothing_is_littered(
    world: World, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    def nobody(*_: object) -> object:
        raise KeyError("uid not found")

    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name)
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    code, _, err = world(*arguments)
    assert (code == GOOD) == (err == ""), err
    assert len(err.splitlines()) <= 1
    assert not (world.folder / "~").exists()


@pytest.mark.parametrize("place", ["file", "shut"])
def test_a_data_folder_that_cannot_be_made_is_named(world: World, place: str) -> None:
    world.logs()
    Path("file").write_text("no folder")
    Path("shut").mkdir(mode=0o500)
    env = environment(world.folder, XDG_DATA_HOME=str(world.folder / place))
    code, _, err = burn("collect", env=env, preexec_fn=fakes.mortal)
    assert (code in (WRONG_USE, PARTIAL), len(err.splitlines())) == (True, 1), err
    assert f"{world.folder / place}" in err
    assert "(fix: " in err


def test_a_working_folder_that_was_deleted_stops_nothing(world: World) -> None:
    world.logs()
    gone = world.folder / "gone"
    gone.mkdir()
    done = piped(f"cd {gone} && rmdir {gone} && $BURN collect --json", world.folder)
    assert done.returncode == GOOD, done.stderr
    assert json.loads(done.stdout)["total"] == TOTAL


def test_python_m_burnlib_is_burn(world: World) -> None:
    code, out, err = burn("--version", env=environment(world.folder))
    assert (code, out, err) == (GOOD, f"burn {burnlib.__version__}\n", "")


# Text that is not ours -----------------------------------------------------------------------

EVIL = "\x1b[31mred\x1b]0;title\x07\x9b2J\x7f\u202egnp\u2028\r\nburn: fake"


def steering(text: str) -> set[str]:
    """The characters of an output that could steer a terminal or hide text."""
    return {c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl")}


@pytest.fixture
def evil(world: World) -> World:
    """A world in which every text that comes from outside is hostile."""
    line = answer("m1", (3, 100, 900, 40), AT, cwd=f"/code/{EVIL}", gitBranch=EVIL, sessionId=EVIL)
    transcript(world.home, "s1", {**line, "message": {**line["message"], "model": EVIL}})
    odd = EVIL.replace("/", "")
    transcript(world.home, odd, answer("m2", (-1, 0, 0, 0), AT, sessionId="s2"))
    transcript(world.home, odd + "2", answer("m3", (1, 0, 0, 4), AT, sessionId="s3"))
    folder = world.home / f".claude/projects/{odd}"
    folder.mkdir()
    (folder / "x.jsonl").symlink_to(folder)  # a folder in place of a log
    assert world("collect")[0] in (GOOD, PARTIAL)
    assert world("label", DAY, EVIL, "--evidence", EVIL)[0] == GOOD
    return world


@pytest.mark.parametrize("json_", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["collect"],
        [],
        ["show"],
        ["show", "drivers", "table", "--range", "all"],
        ["verify"],
        ["explain", DAY],
        ["label", DAY, EVIL],
        ["doctor"],
        ["render", "table", "-o", "\x1b[31mred\x9b.txt"],
        ["collect", "-o", "\x1b[31mred\u202e.json"],
    ],
    ids=lambda arguments: repr(" ".join(arguments)),
)
def test_nothing_from_outside_steers_the_terminal(
    evil: World, arguments: list[str], json_: list[str]
) -> None:
    code, out, err = evil(*arguments, *json_)
    assert code == GOOD, err
    assert steering(out) == set()
    assert steering(err) == set()
    assert not [line for line in out.splitlines() if line.startswith("burn: fake")]


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", EVIL],
        ["show", "--from", EVIL],
        ["show", "--range", EVIL],
        ["show", "--tz", EVIL],
        ["show", f"--{EVIL}"],
        ["render", EVIL, "-o", "x.svg"],
        ["render", "heatmap", "-o", f"no/{EVIL}.svg"],
        ["render", "heatmap", "-o", "x.svg", EVIL],
        ["render", "heatmap", "-o", f"x.{EVIL}"],
        ["explain", EVIL],
        ["collect", "--source", EVIL],
        ["collect", "--archive", f"home/{EVIL}"],
        ["collect", "--home", EVIL],
        ["verify", "--from", EVIL],
        [EVIL],
    ],
    ids=lambda arguments: repr(" ".join(arguments))[:40],
)
def test_nothing_from_outside_steers_the_terminal_in_an_error(
    world: World, arguments: list[str]
) -> None:
    code, out, err = world(*arguments)
    assert code != GOOD or "--archive" in arguments
    assert steering(out) == set()
    assert steering(err) == set()
    assert not [line for line in err.splitlines() if line.startswith("burn: fake")]


def test_problems_with_hostile_files_and_sources_do_not_steer_the_terminal(
    world: World, site: Path
) -> None:
    install(site, "burn-fakes", {"tally": "fakes:Tally"})
    install(
        site, "burn-odd", {"odd": "burn_odd:Odd"}, modules={"burn_odd": f"raise OSError({EVIL!r})"}
    )
    folder = world.home / ".tally"
    folder.mkdir()
    (folder / f"{EVIL}.log").write_text(f"!{EVIL[:20]}\n")
    for arguments in (
        ["collect"],
        ["collect", "--json"],
        ["sources"],
        ["sources", "--json"],
        ["doctor"],
    ):
        _, out, err = world(*arguments)
        assert (arguments, steering(out), steering(err)) == (arguments, set(), set())
        assert all(line.startswith("burn: ") for line in err.splitlines())


def test_names_that_are_not_text_stop_nothing(world: World) -> None:
    world.logs()
    path = world.home / os.fsdecode(b".claude/projects/-work-shop/\xff\xfe.jsonl")
    shutil.copy(world.home / ".claude/projects/-work-shop/s1.jsonl", path)
    output = os.fsdecode(b"rows\xff.json")
    env = environment(world.folder)
    for arguments in (["collect", "-o", output], ["explain", DAY], ["explain", DAY, "--json"]):
        code, out, err = burn(*arguments, env=env)
        assert (code, err) == (GOOD, "")
        assert "\udcff" not in out, "what is printed is UTF-8"
    assert json.loads(burn("collect", "--json", env=env)[1])["total"] == TOTAL
    code, out, _ = burn("collect", "--json", "-o", output, env=env)
    assert (code, json.loads(out)["total"]) == (GOOD, TOTAL)


def test_logs_that_tell_of_no_use_are_said_to_be_there(world: World) -> None:
    rollout(world.home, 1, meta(1), turn(), codex("event_msg", "10:00:00", type="token_count"))
    code, out, err = world("collect")
    assert (code, out) == (NOTHING_TO_READ, "")
    assert "1 log file found, and no use of a model in them" in err
    assert "burn doctor" in err


# Plugins, doctor, demo -----------------------------------------------------------------------


def test_sources_lists_good_broken_and_switched_off_ones(
    world: World, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(site, "burn-fakes", {"tally": "fakes:Tally", "slow": "fakes:Slow"}, version="1.5")
    install(site, "burn-odd", {"odd": "burn_odd:Odd"}, modules={"burn_odd": "1 / 0"})
    monkeypatch.setenv("BURNLIB_DISABLE_PLUGINS", "slow")
    code, out, err = world("sources", "--check")
    assert (code, err) == (PARTIAL, "")
    lines = {line.split()[0]: line for line in out.splitlines()}
    assert {name: line.split()[1] for name, line in lines.items()} == {
        "codex": "ready",
        "claude_code": "ready",
        "claude_chat": "ready",
        "chatgpt": "ready",
        "tally": "ready",
        "slow": "off",
        "odd": "broken",
    }
    assert "burn-fakes 1.5" in lines["tally"]
    assert "BURNLIB_DISABLE_PLUGINS" in lines["slow"]
    assert "ZeroDivisionError" in lines["odd"]
    assert "pip install -U burn-odd" in lines["odd"]
    said = {entry["name"]: entry for entry in json.loads(world("sources", "--check", "--json")[1])}
    assert (said["odd"]["state"], said["odd"]["package"]) == ("broken", "burn-odd")


def test_the_list_of_sources_imports_none_and_says_which_are_not_used(
    world: World, site: Path
) -> None:
    traitor = "import pathlib\npathlib.Path(__file__).with_name('imported').touch()"
    install(site, "burn-odd", {"odd": "burn_odd:Odd"}, modules={"burn_odd": traitor})
    install(site, "burn-fake", {"codex": "burn_odd:Odd"})
    code, out, err = burn("sources", env=environment(world.folder, site))
    assert code == GOOD
    assert "burn-fake offers the source 'codex'" in err
    assert [line.split() for line in out.splitlines() if "burn-" in line] == [
        ["odd", "installed", "burn-odd", "1.0"],
        [
            "codex",
            "not",
            "used",
            "burn-fake",
            "1.0",
            *["burnlib", "already", "has", "this", "name"],
        ],
    ]
    assert not (site / "imported").exists()
    burn("sources", "--check", env=environment(world.folder, site))
    assert (site / "imported").exists(), "it would have been seen"


def test_a_plugin_that_shadows_a_built_in_is_told_in_one_line(world: World, site: Path) -> None:
    install(site, "burn-fake", {"codex": "burn_fake:Fake"})
    world.logs()
    code, out, err = burn("collect", "--json", env=environment(world.folder, site))
    assert (code, json.loads(out)["total"]) == (GOOD, TOTAL)
    (line,) = err.splitlines()
    assert line.startswith("burn: ")
    assert "burn-fake offers the source 'codex'" in line


def test_the_doctor_says_what_is_there_and_what_to_fix(world: World, site: Path) -> None:
    code, out, err = world("doctor")
    assert (code, err) == (GOOD, "")
    assert "none yet at" in out
    assert "fix: burn collect" in out
    assert world.listing() == set()
    world.logs()
    install(site, "burn-odd", {"odd": "burn_odd:Odd"}, modules={"burn_odd": "1 / 0"})
    install(site, "burn-fakes", {"unlistable": "fakes:Unlistable"})
    (world.home / ".unlistable").mkdir()
    world("collect")
    code, out, err = world("doctor")
    assert (code, err) == (GOOD, "")
    assert "2 read so far" in out
    assert "ZeroDivisionError" in out
    assert "cannot list its logs" in out
    assert "the tool deletes them after 30 days" in out


@pytest.mark.parametrize("answer", [30, RuntimeError("no settings")], ids=repr)
def test_the_doctor_survives_a_source_that_cannot_say_how_long_logs_are_kept(
    world: World, site: Path, monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    install(site, "burn-fakes", {"oddly_keeping": "fakes:OddlyKeeping"})
    monkeypatch.setattr(fakes.OddlyKeeping, "answer", answer)
    (world.home / ".oddly_keeping").mkdir()
    (world.home / ".oddly_keeping" / "a.log").write_text("x 5\n")
    code, out, err = world("doctor")
    assert (code, err) == (GOOD, "")
    assert "oddly_keeping" in out


def test_the_demo_stays_in_its_folder_and_does_not_touch_the_users_archive(
    collected: World,
) -> None:
    before = (collected.data / "archive.db").read_bytes()
    code, out, err = collected("demo", "--dir", "trial")
    assert (code, err) == (GOOD, "")
    assert "everything adds up" in out
    assert (collected.data / "archive.db").read_bytes() == before
    outside = {name.split("/")[0] for name in collected.listing()}
    assert outside == {"home", "data", "trial"}
    line = collected.refused(WRONG_USE, "demo", "--dir", "trial")
    assert "not an empty folder" in line


def test_today_is_the_day_in_the_archives_zone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.logs()
    # 26 hours lie between these two zones' clocks, so their days always differ.
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        world("collect", "--tz", zone)
        out = world("label", "today", "review", "--json")[1]
        monkeypatch.setenv("TZ", zone)
        assert json.loads(out)["date"] == zone_today(zone)


def zone_today(zone: str) -> str:
    """The date by another clock: the system's `date`."""
    text = subprocess.run(
        ["date", "+%F"],
        env={"TZ": zone, "PATH": os.environ["PATH"]},
        capture_output=True,
        check=True,
    ).stdout
    return date.fromisoformat(text.decode().strip()).isoformat()
