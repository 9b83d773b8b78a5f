"""Each application, started by the command that its first line names, seen in a real browser.

A host's own test tools do not see what its page does with HTML: Streamlit, for one, takes every
inline SVG out of it.
"""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from browser import browser, needs_browser


class Host(NamedTuple):
    package: str
    program: str
    options: str  # beside the documented command; {port} is a free one
    address: str
    picture: str  # what must be on the page, and be of the chart's size


pytestmark = pytest.mark.slow

HOSTS = [
    Host("flask", "flask_app", "--port {port}", "/", "svg.burn"),
    Host("uvicorn", "fastapi_app", "--port {port}", "/burn.svg", "svg.burn"),
    Host(
        "streamlit",
        "streamlit_app",
        "--server.port {port} --server.address 127.0.0.1 --server.headless true"
        " --server.fileWatcherType none --browser.gatherUsageStats false",
        "/",
        "[data-testid=stImage] img",
    ),
    Host("dash", "dash_app", "", "/", "img#heatmap"),
    Host("panel", "panel_app", "--port {port} --address 127.0.0.1", "/panel_app", "svg.burn"),
    Host("marimo", "marimo_notebook", "--port {port} --headless --no-token", "/", "svg.burn"),
]


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _command(program: Path, options: str) -> list[str]:
    [shown] = re.findall(r"Start it with: (.+?)\"\"\"", program.read_text(encoding="utf-8"))
    first, *rest = shlex.split(shown)
    started = [sys.executable] if first == "python" else [sys.executable, "-m", first]
    return [*started, *rest, *shlex.split(options)]


@contextmanager
def _serving(command: list[str], folder: Path, port: int) -> Iterator[str]:
    address = f"http://127.0.0.1:{port}"
    log = folder / "host.log"
    environment = {**os.environ, "HOME": str(folder), "PORT": str(port)}
    environment |= {"XDG_CONFIG_HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
    with log.open("w") as output:
        running = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait(address, running, log)
            yield address
        finally:
            running.terminate()
            running.wait(timeout=30)


def _wait(address: str, running: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert running.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except urllib.error.HTTPError:
            return  # it answers; the address is not one of its pages
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"does not answer: {log.read_text()}")


@needs_browser
@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.package)
def test_the_command_that_is_shown_starts_a_page_with_the_picture(host: Host, folder: Path) -> None:
    pytest.importorskip(host.package, reason=f"{host.package} is not installed")
    port = _free_port()
    command = _command(folder / f"{host.program}.py", host.options.format(port=port))
    with _serving(command, folder, port) as address, browser() as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        said: list[str] = []
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda line: "Content Security" in line.text and said.append(line.text))
        page.goto(address + host.address)
        picture = page.locator(host.picture).first
        picture.wait_for(timeout=60_000)
        page.wait_for_function(
            "e => e.tagName != 'IMG' || e.naturalWidth > 0", arg=picture.element_handle()
        )
        box = picture.bounding_box()
        assert box is not None
        assert box["width"] > 500
        assert 100 < box["height"] < 300
        assert said == []
