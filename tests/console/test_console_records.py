"""Audit and thesaurus: what stands there is what the API answers, for those who may, and edited by those who may."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import BrowserContext, Page

from app.audit.entry import Action
from app.console.list_words import ACTIONS
from app.main import create_app
from app.permissions import Role
from tests.console.conftest import Open
from tests.factories import AUDITOR, KEYS

Axe = Callable[[Page], list[str]]
HTML = {"Accept": "text/html"}
FORM = {"Sec-Fetch-Site": "same-origin"}


def test_every_action_has_its_word() -> None:
    assert set(ACTIONS) == {action.value for action in Action}


@pytest.mark.parametrize(("path", "api"), [("/audit", "/audit"), ("/thesauri/edu", "/thesauri/edu/groups")])
def test_they_are_shown_to_those_who_may(visitor: TestClient, path: str, api: str) -> None:
    with TestClient(create_app(visitor.app.state.settings), follow_redirects=False) as somebody:  # type: ignore[attr-defined]
        for role in Role:
            somebody.post("/sign-in", data={"key": KEYS[role]}, headers=FORM)
            page = somebody.get(path, headers=HTML)
            assert page.status_code == somebody.get(f"/api/v1{api}").status_code, role
            assert ("新建词组" in page.text) == (role is Role.ADMIN and path != "/audit"), role


@pytest.mark.parametrize(
    "query", ["", "action=link.decide", "actor=seed&subject=edu", "since=2099-01-01", "until=2099-01-01"]
)
def test_entries_are_those_of_the_api(visitor: TestClient, query: str) -> None:
    page = visitor.get(f"/audit?{query}").text
    link = unescape(re.search(r'href="(/api/v1/audit[^"/]*format=json|/api/v1/audit(?:\?[^"]*)?)"', page).group(1))  # type: ignore[union-attr]
    entries = visitor.get(link, headers=AUDITOR, params={"limit": 50} if "?" not in link else None).json()["items"][:50]
    assert re.findall(r'<tr id="n(\d+)"', page) == [str(entry["number"]) for entry in entries]
    assert "链头签名与密钥相符" in page
    if not query:
        assert 'rel="next"' in page
    assert visitor.get("/audit?since=x", headers=HTML).status_code == 422


def test_a_head_that_was_altered_is_told(visitor: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.audit_chain.Head.opened", lambda *_: None)
    page = visitor.get("/audit").text
    assert '<p class="problem" role="alert">' in page
    assert "链头签名与密钥相符" not in page


def test_groups_are_those_of_the_api(visitor: TestClient) -> None:
    groups = visitor.get("/api/v1/thesauri/edu/groups", params={"q": "学前教育", "limit": 50}).json()["items"]
    page = visitor.get("/thesauri/edu", params={"q": "学前教育"}).text
    assert re.findall(r'<tr id="g-([^"]+)"', page) == [group["group"] for group in groups]
    for group in groups:
        for term in group["terms"]:
            assert term["term"] in page
    assert visitor.get("/thesauri").text.count("<tr id=") == 50
    assert visitor.get("/thesauri/law", headers=HTML).status_code == 404
    assert "data-method" not in page, "nobody edits in a trial without signing in"


@pytest.mark.browser
def test_a_group_is_made_edited_and_deleted(open_page: Open, axe: Axe) -> None:
    page = open_page("/thesauri/edu?q=学前教育督导")
    assert axe(page) == []
    page.click("text=新建词组")
    page.fill("#group [name=group]", "test-group")
    page.fill("#group [name=lines]", "学前教育督导试点\n学前<b>督导</b>\n<县域督导试点\n>教育督导试点")
    assert axe(page) == []
    page.click("#group button >> nth=0")
    row = page.locator("#g-test-group")
    row.wait_for()
    terms = [text.strip() for text in row.locator("td, th").all_inner_texts()[:4]]
    assert terms == ["学前教育督导试点", "学前<b>督导</b>", "县域督导试点", "教育督导试点"]
    row.locator("text=修改").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#group[open]")
    assert page.input_value("#group [name=lines]").startswith("学前教育督导试点\n")
    page.fill("#group [name=lines]", "学前教育督导试点\n学前教育督导试验")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#g-test-group >> text=学前教育督导试验")
    row.locator("text=删除").click()
    page.click("#delete button >> nth=0")
    page.wait_for_selector("#g-test-group", state="detached")


@pytest.mark.browser
def test_the_audit_is_read_by_keyboard(open_page: Open, context: BrowserContext, address: str, axe: Axe) -> None:
    context.clear_cookies()
    context.request.post("/sign-in", form={"key": KEYS[Role.AUDITOR]}, headers={"Origin": address})
    page = open_page("/audit")
    assert axe(page) == []
    page.focus("[name=actor]")
    page.keyboard.type("seed")
    page.keyboard.press("Enter")
    page.wait_for_url("**/audit?actor=seed")
    page.focus("summary")
    page.keyboard.press("Enter")
    assert page.locator("pre").first.is_visible()
    assert axe(page) == []
