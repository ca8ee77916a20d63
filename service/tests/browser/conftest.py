"""A browser and pages of it, each of which is judged by what it reports at the end."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    Route,
    expect,
    sync_playwright,
)
from serving import Serve, Server

OpenPage = Callable[..., Page]
PATIENCE_MILLISECONDS = 30_000
OPERATIONS = ("generate", "history", "health")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium; nothing is downloaded."""
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Open the page of a server; `options` are those of a browser's context.

    With a `prefix` the page is opened as behind a proxy that takes that off every path. At the end
    of the test no page may have asked for anything that is not below it, nor have written an error
    or a warning to its console, which is where a breach of the Content-Security-Policy is told,
    too. That an operation failed is no error of the page.
    """
    complaints: list[str] = []

    with ExitStack() as stack:

        def open_page(server: Server, prefix: str = "", **options: Any) -> Page:
            origin = f"http://127.0.0.1:{server.port}/"
            address = origin + prefix

            def forward(route: Route) -> None:
                url = route.request.url
                route.fulfill(response=route.fetch(url=url.replace(address, origin, 1)))

            def read(said: ConsoleMessage) -> None:
                place = said.location["url"].removeprefix(address)
                failed = said.text.startswith("Failed to load resource: ")
                if said.type in ("error", "warning") and not (
                    failed and place.startswith(OPERATIONS)
                ):
                    complaints.append(f"{said.text} ({place})")

            def look_at(request: Request) -> None:
                if not request.url.startswith(address):
                    complaints.append(request.url)

            context = browser.new_context(**options)
            stack.callback(context.close)
            context.set_default_timeout(PATIENCE_MILLISECONDS)
            if prefix:
                context.route(f"{address}**", forward)
            page = context.new_page()
            page.on("console", read)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("request", look_at)
            page.goto(address)
            return page

        yield open_page
    assert complaints == []


@pytest.fixture
def server(serve: Serve) -> Server:
    """A service that takes a while for each word."""
    return serve(SCRIPTED_SECONDS_PER_TOKEN="0.02").wait_until_ready()
