"""The distributions in this folder, installed as wheels, in the real program (make examples)."""

from __future__ import annotations

import json
import subprocess
import sysconfig
from pathlib import Path

import burnlib
import burnlib_aider
import burnlib_vega

BURN = Path(sysconfig.get_path("scripts"), "burn")

# 100 + 20 tokens at 10:00 UTC on 24 May 2026, and 250 + 50 a minute later.
LOG = """\
{"event": "launched", "properties": {}, "user_id": "u", "time": 1779616700}
{"event": "message_send", "properties": {"prompt_tokens": 100, "completion_tokens": 20, "total_cost": 0.01}, "user_id": "u", "time": 1779616800}
{"event": "message_send", "properties": {"prompt_tokens": 250, "completion_tokens": 50, "total_cost": 0.02}, "user_id": "u", "time": 1779616860}
"""


def burn(*arguments: str | Path) -> str:
    done = subprocess.run([BURN, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_is_tested_are_the_installed_wheels() -> None:
    site = Path(sysconfig.get_path("purelib"))
    for module in (burnlib, burnlib_aider, burnlib_vega):
        assert Path(module.__file__).is_relative_to(site)


def test_the_program_lists_both() -> None:
    sources = [line.split() for line in burn("sources", "--check").splitlines()]
    assert ["aider", "ready", "burnlib-aider", "0.1.0"] in sources
    renderers = [line.split() for line in burn("renderers", "--check").splitlines()]
    assert ["vega", "ready", "burnlib-vega", "0.1.0"] in renderers


def test_a_log_becomes_a_picture(tmp_path: Path) -> None:
    log = tmp_path / "home" / ".aider" / "analytics.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text(LOG, encoding="utf-8")
    archive, rows, picture = (tmp_path / name for name in ("burn.db", "rows.json", "burn.vl"))
    burn(
        *("collect", "--home", tmp_path / "home", "--source", "aider", "--tz", "UTC"),
        *("--archive", archive, "-o", rows),
    )
    first, *later = json.loads(rows.read_text(encoding="utf-8"))
    assert (first["date"], first["aider_est"], first["aider_calls"]) == ("2026-05-24", 420, 2)
    assert not any(row["total"] for row in later)
    assert "everything adds up" in burn("verify", "--archive", archive)
    burn("render", "heatmap", "-o", picture, "--from", rows, "--range", "all")
    day, *_ = json.loads(picture.read_text(encoding="utf-8"))["data"]["values"]
    assert (day["date"], day["measured"], day["estimated"]) == ("2026-05-24", 0, 420)
