"""A browser, and pages of reports; without Playwright none of these tests is collected."""

import shutil
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# `tox -e evidence-page` brings it.
collect_ignore_glob = [] if find_spec("playwright") else ["test_*.py"]
OpenPage = Callable[..., "Page"]


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """The machine's own Chromium; nothing is downloaded."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    assert chromium is not None, "Chromium is not on PATH; on Debian, apt-get install chromium"
    with sync_playwright() as playwright:
        # What it opens is a file that this test has made; root has no sandbox.
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: "Browser") -> Iterator[OpenPage]:
    """Open a page as a file; `options` are those of a browser's context.

    At the end of the test none may have asked for anything but itself, nor have complained on its
    console, where a breach of the Content-Security-Policy is told, too.
    """
    complaints: list[str] = []
    contexts = []

    def open_page(file: Path, **options: Any) -> "Page":
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: (
                complaints.append(said.text) if said.type in ("error", "warning") else None
            ),
        )
        page.on(
            "request",
            lambda asked: complaints.append(asked.url) if asked.url != file.as_uri() else None,
        )
        page.goto(file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    # What a chart is drawn into, or saved from, is the page's own.
    assert [each for each in complaints if not each.startswith(("data:", "blob:"))] == []
