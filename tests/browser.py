"""A Chromium for tests that have to see a page as a reader does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (found := shutil.which(name))
    ),
    "",
)

# Continuous integration sets it: there, a missing browser is a failure and not a skipped test.
REQUIRED = bool(os.environ.get("BURNLIB_REQUIRE_BROWSER"))

needs_browser = pytest.mark.skipif(not CHROMIUM and not REQUIRED, reason="no Chromium on the PATH")


@contextmanager
def browser() -> Iterator[Browser]:
    """Start Chromium without network chatter, and end it."""
    if REQUIRED:
        import playwright.sync_api as sync_api
    else:
        reason = "playwright is not installed"
        sync_api = pytest.importorskip("playwright.sync_api", reason=reason)
    with sync_api.sync_playwright() as play:
        started = play.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
            ],
        )
        try:
            yield started
        finally:
            started.close()


@contextmanager
def opened(
    browser: Browser,
    html: str,
    *,
    width: int = 1280,
    height: int = 900,
    dark: bool = False,
    scale: float = 1,
) -> Iterator[tuple[Page, list[str]]]:
    """Show *html* and yield its page, and the list that everything it complains about goes to."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        device_scale_factor=scale,
    )
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: request.url.startswith("http") and said.append(request.url))
    # From a file, as a reader opens it: a policy in <meta> then holds from the first byte.
    with TemporaryDirectory() as folder:
        path = Path(folder, "page.html")
        path.write_text(html, encoding="utf-8")
        page.goto(path.as_uri(), wait_until="load")
        try:
            yield page, said
        finally:
            context.close()
