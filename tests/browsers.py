"""A real server and a real browser for tests of the pages."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, Playwright, Request


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The address of a server on a free port."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@contextmanager
def chromium(driver: Playwright, *arguments: str) -> Iterator[Browser]:
    """A browser that reaches nothing but this machine; skips the test where there is none.

    A process has one driver (`sync_playwright()`) at a time, and no event loop of its own meanwhile: close it soon.
    """
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium on this machine")
    # No name but the server's resolves. Chromium's sandbox refuses to run as root.
    rules = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    given = [rules, *arguments, *["--no-sandbox"] * (os.geteuid() == 0)]
    browser = driver.chromium.launch(executable_path=found, args=given)
    yield browser
    browser.close()


class Watch:
    """What a page asked for and what went wrong on it."""

    def __init__(self, page: Page) -> None:
        self.asked: list[str] = []
        self.wrong: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("requestfailed", self._failed)
        page.on(
            "response", lambda answer: self.wrong.extend([f"{answer.status}: {answer.url}"] * (answer.status >= 400))
        )
        page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        page.on("console", lambda said: self.wrong.extend([f"console: {said.text}"] * (said.type == "error")))

    def _failed(self, request: Request) -> None:
        # Whoever goes on to another page calls off what the last one was still loading.
        if request.failure != "net::ERR_ABORTED":
            self.wrong.append(f"failed: {request.url}: {request.failure}")

    def elsewhere(self, address: str) -> list[str]:
        """The addresses of other hosts that were asked for."""
        return [url for url in self.asked if not url.startswith((f"{address}/", "data:", "blob:"))]
