"""A past day on the reading pages: they show what stood then, say so, and lead on within it."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Page

from app.main import create_app
from app.resources import bundled
from app.services.days import day_of
from app.trial import Trial
from tests.console.conftest import Open
from tests.factories import ADMIN, PROVINCE, Sqlite, settings_for

Axe = Callable[[Page], list[str]]
HTML = {"Accept": "text/html"}
OLD, NEW = "年底前全面消除中小学56人", "9月底前全面消除中小学50人"
PATHS = ["", "/items/8", "/cities/371300", "/gaps?adcode=371300&severity=high"]


@pytest.fixture(scope="module")
def shown_app(shown_stores: tuple[Sqlite, str]) -> Iterator[FastAPI]:
    """The shipped store, to which a second edition of the province's plan comes."""
    backend, url = shown_stores
    made = create_app(settings_for(backend.copy(url)), Trial("cli:liwei"))
    yield made
    made.state.worker.close()
    made.state.database.close()


def pages(client: TestClient, moment: str) -> list[str]:
    """The pages as of a moment, without what is of the request itself: the banner and the chooser."""
    found = []
    for path in PATHS:
        page = client.get(f"/cascades/{PROVINCE}{path}", params={"as_of": moment} if moment else None)
        if "?" in path:
            page = client.get(f"/cascades/{PROVINCE}{path}{f'&as_of={moment}' if moment else ''}")
        assert page.status_code == 200, page.text
        text = unescape(re.search(r"<main.*?</main>", page.text, re.DOTALL).group())  # type: ignore[union-attr]
        text = re.sub(r'<p class="past".*?</p>|[?&]as_of=[^"&#]*|<input type="hidden" name="as_of"[^>]*>', "", text)
        found.append(re.sub(r"\s+", "", text.replace("?", "&")))
    return found


def test_past_pages_are_what_they_were(visitor: TestClient) -> None:
    headers = visitor.get(f"/api/v1/plans/{PROVINCE}/coverage").headers
    moment = headers["luoshi-as-of"].replace("+", "%2B")
    before = pages(visitor, "")
    text = (bundled("seeds") / "documents" / f"{PROVINCE}.txt").read_text(encoding="utf-8").replace(OLD, NEW)
    form = {"adcode": "370000", "domain": "edu", "year": "2020"}
    done = visitor.post("/api/v1/plans", files={"file": ("x.txt", text.encode())}, data=form, headers=ADMIN)
    assert done.json()["edition"] == 2
    after = pages(visitor, "")
    assert pages(visitor, moment) == before
    assert after[1] != before[1]
    assert NEW in after[1]
    assert NEW not in before[1]
    assert OLD in before[1]
    page = visitor.get(f"/cascades/{PROVINCE}?as_of={moment}").text
    assert "不是现在" in page
    assert "回到现在" in page
    links = [unescape(link) for link in re.findall(r'href="(/(?:cascades/\d|api/v1/plans|api/v1/links)[^"]*)"', page)]
    inside = [link for link in links if "as_of=" not in link]
    assert len(links) > 40
    assert inside == [f"/cascades/{PROVINCE}"], "back to now"


def test_days_that_cannot_be_shown_are_told(visitor: TestClient) -> None:
    path = f"/cascades/{PROVINCE}"
    today = day_of(datetime.now(UTC), UTC)
    for day, status in (("x", 422), (str(today + timedelta(days=3)), 422), ("2001-01-01", 404), ("", 200)):
        page = visitor.get(path, params={"as_of": day}, headers=HTML)
        assert page.status_code == status, day
    assert "不是现在" not in visitor.get(path, params={"as_of": ""}).text


@pytest.mark.browser
def test_a_day_is_kept_left_by_mouse_and_chosen_by_keyboard(visitor: TestClient, open_page: Open, axe: Axe) -> None:
    moment = visitor.get(f"/api/v1/plans/{PROVINCE}/coverage").headers["luoshi-as-of"]
    page = open_page(f"/cascades/{PROVINCE}?rows=gaps&as_of={moment}")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 1366
    page.select_option("[name=sort]", "gaps")
    page.click(".filters button")
    page.wait_for_url("**sort=gaps**")
    assert "as_of=" in page.url
    page.locator('tr[data-n="8"] td').nth(11).click()
    page.wait_for_url("**/cities/371300?as_of=*#i8")
    page.click("text=回到现在")
    page.wait_for_url("**/cities/371300")
    assert not page.is_visible(".past")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "as_of":
            break
    # Month, day, year, as the field takes them; then its button.
    page.keyboard.type("01012021")
    assert page.input_value(".moment [name=as_of]") == "2021-01-01"
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.tagName") != "BUTTON":
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.form.className") == "choose moment"
