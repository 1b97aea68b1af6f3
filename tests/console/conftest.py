"""The pages over the five shipped plans with the shipped reviews. They ask services that run on both databases
elsewhere, so here SQLite is enough."""

from collections.abc import Callable, Iterator
from functools import partial
from importlib.resources import files
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from app.main import create_app
from app.services import seeds
from app.trial import Trial
from tests.browsers import Watch, chromium, serving
from tests.factories import PROVINCE, Sqlite, close_after, migrated, settings_for

LARGEST = 300_000
# WCAG 2.1, levels A and AA, as axe-core names its rules.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def shown_stores(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sqlite, str]:
    """A store with everything that ships, to copy from."""
    backend = Sqlite(tmp_path_factory.mktemp("pages"))
    url = migrated(backend)
    close_after(url, partial(seeds.load, reviewed=True))
    return backend, url


@pytest.fixture(scope="module")
def shown_app(shown_stores: tuple[Sqlite, str]) -> Iterator[FastAPI]:
    """The application over a copy of it, which a module's tests share."""
    backend, url = shown_stores
    made = create_app(settings_for(backend.copy(url)), Trial("cli:liwei"))
    yield made
    made.state.worker.close()
    made.state.database.close()


@pytest.fixture
def visitor(shown_app: FastAPI) -> Iterator[TestClient]:
    """Somebody without a session, at a trial; follows no redirections."""
    with TestClient(shown_app, follow_redirects=False) as made:
        yield made


@pytest.fixture(scope="module")
def address(shown_app: FastAPI) -> Iterator[str]:
    """A server of the module's own."""
    with serving(shown_app) as found:
        yield found


@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    with sync_playwright() as made:
        yield made


@pytest.fixture(scope="module")
def browser(driver: Playwright) -> Iterator[Browser]:
    with chromium(driver) as made:
        yield made


@pytest.fixture
def context(browser: Browser, address: str, shown_app: FastAPI) -> Iterator[BrowserContext]:
    """A browser of an office: 1366×768, Chinese, signed in as the trial's administrator."""
    made = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=address)
    code = shown_app.state.trial.code()
    made.request.get(f"/sign-in?key={code}")
    yield made
    made.close()


@pytest.fixture
def open_page(context: BrowserContext, address: str) -> Iterator[Open]:
    """Opens pages, and sees to it that nothing went wrong on any: no error, no other host, no page too large."""
    watches: list[Watch] = []

    def opened(path: str, *, expect: str = "") -> Page:
        page = context.new_page()
        watch = Watch(page)
        answer = page.goto(path)
        assert answer is not None
        assert len(answer.body()) <= LARGEST
        page.wait_for_load_state("load")
        watches.append(watch)
        assert expect in page.inner_text("body")
        return page

    yield opened
    for watch in watches:
        assert not watch.wrong
        assert not watch.elsewhere(address)


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Runs axe-core on a page: the rules that are broken, and where."""
    source = (Path(str(files("axe_playwright_python"))) / "axe.min.js").read_text(encoding="utf-8")

    def run(page: Page) -> list[str]:
        page.evaluate(source)
        found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", _RULES)
        return [f"{broken['id']}: {node['html'][:200]}" for broken in found["violations"] for node in broken["nodes"]]

    return run


@pytest.fixture(scope="session")
def overview_path() -> str:
    return f"/cascades/{PROVINCE}"
