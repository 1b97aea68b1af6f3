"""Editions and keys: rows that differ with the words marked, settled in place; a key is shown once and by those who may."""

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import BrowserContext, Page

from app.main import create_app
from app.permissions import Role
from app.resources import bundled
from app.trial import Trial
from tests.console.conftest import Open
from tests.factories import ADMIN, KEYS, PROVINCE, SECURITY, Sqlite, settings_for

Axe = Callable[[Page], list[str]]
HTML = {"Accept": "text/html"}
FORM = {"Sec-Fetch-Site": "same-origin"}
EDITIONS = f"/plans/{PROVINCE}/editions"
CHANGES = f"/api/v1/plans/{PROVINCE}/editions/2/changes"


def revised() -> bytes:
    """The province's plan, with another deadline and number in task 8.4, a task less, and one that is hostile."""
    text = (bundled("seeds") / "documents" / f"{PROVINCE}.txt").read_text(encoding="utf-8")
    other = text.replace("年底前全面消除中小学56人", "9月底前全面消除中小学50人").replace("完善动态监测机制，", "")
    other = other.replace("争取在地方政府债券中", "争取<script>alert(1)</script>在\u202e地方政府债券中")
    assert other.count("9月底前全面") == other.count("<script>") == 1
    return other.encode()


@pytest.fixture(scope="module")
def shown_app(shown_stores: tuple[Sqlite, str]) -> Iterator[FastAPI]:
    """The shipped store with a second edition of the province's plan, and Jiangsu's plan withdrawn."""
    backend, url = shown_stores
    made = create_app(settings_for(backend.copy(url)), Trial("cli:liwei"))
    with TestClient(made, headers=ADMIN) as client:
        form = {"adcode": "370000", "domain": "edu", "year": "2020"}
        done = client.post("/api/v1/plans", files={"file": ("修订<b>.txt", revised())}, data=form)
        assert done.json()["edition"] == 2, done.text
        held = client.get("/api/v1/plans/320000-edu-2020").headers["etag"]
        gone = {"reason": "误导入<i>"}
        assert (
            client.delete("/api/v1/plans/320000-edu-2020", params=gone, headers={"If-Match": held}).status_code == 200
        )
    yield made
    made.state.worker.close()
    made.state.database.close()


def rows_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'<tr id="c([^"]+)" class="(?:item|task)(.*?)</tr>', page, re.DOTALL))


def test_rows_are_those_of_the_api_with_the_words_marked(visitor: TestClient) -> None:
    found = visitor.get(CHANGES, params={"limit": 500}).json()["items"]
    differing = [row for row in found if row["kind"] != "same"]
    rows = rows_of(visitor.get(EDITIONS).text)
    assert list(rows) == [row["id"] for row in differing]
    assert '<mark class="gone">年</mark>底前' in rows["8.4"]
    assert '<mark class="come">9月</mark>底前' in rows["8.4"]
    assert "要求提高" in rows["8.4"]
    assert "待复核" in rows["8.4"]
    assert "删去" in rows["8.1"]
    everything = visitor.get(EDITIONS, params={"show": "all"}).text
    assert list(rows_of(everything)) == [row["id"] for row in found[:50]]
    assert 'rel="next"' in everything
    assert set(rows_of(visitor.get(EDITIONS, params={"kind": "dropped"}).text)) == {"8.1"}
    backwards = rows_of(visitor.get(EDITIONS, params={"edition": 1, "from": 2}).text)
    assert '<mark class="gone">9月</mark>底前' in backwards["8.3"]
    assert "待复核" not in backwards["8.3"]


def test_links_that_fell_due_are_listed_with_the_reason(visitor: TestClient) -> None:
    page = visitor.get(EDITIONS).text
    links = visitor.get("/api/v1/links", params={"upper": PROVINCE, "status": "stale"}).json()["items"]
    assert set(re.findall(r'<tr id="([0-9a-f]{8,})"', page)) == {link["id"] for link in links}
    assert len(links) > 2
    reasons = [reason for link in links for reason in link["stale_reason"]]
    assert all(
        reason["old"] is None or reason["old"] in unescape(page) for reason in reasons if len(reason["old"]) < 30
    )


def test_hostile_text_is_text(visitor: TestClient) -> None:
    page = visitor.get(EDITIONS, params={"show": "all", "limit": 500}).text + visitor.get(EDITIONS).text
    assert not re.search(r"<script(?! defer)|<b>\.txt|<i>|\u202e", page)
    assert "⟦202E⟧" in page
    assert "修订&lt;b&gt;.txt" in page


def test_withdrawn_plans_are_told_and_restored_by_those_who_may(visitor: TestClient) -> None:
    page = visitor.get("/plans/320000-edu-2020/editions").text
    assert "这份要点已撤下" in page
    assert "误导入&lt;i&gt;" in page
    assert "restoration" not in page, "nobody restores in a trial without signing in"
    assert "只有一个版本" in visitor.get("/plans/371300-edu-2020/editions").text
    assert visitor.get("/plans/370000-edu-1999/editions", headers=HTML).status_code == 404
    assert visitor.get(EDITIONS, params={"edition": 9}, headers=HTML).status_code == 404


@pytest.mark.browser
def test_a_change_is_settled_in_place_by_mouse_and_by_keyboard(open_page: Open, axe: Axe) -> None:
    page = open_page(EDITIONS)
    assert axe(page) == []
    page.click("#c8\\.4 >> text=对应正确")
    page.wait_for_selector("#c8\\.4 >> text=已复核")
    page.locator("#c8\\.1 >> text=另有对应").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.is_hidden("#correct"), "cancelled"
    assert page.evaluate("document.activeElement.textContent") == "另有对应…"
    page.keyboard.press("Enter")
    assert axe(page) == []
    page.keyboard.type("8.2")
    page.keyboard.press("Tab")
    page.keyboard.type("就是这一项")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#c8\\.1 >> text=已更正对应")
    assert "cli:liwei" in page.inner_text("#c8\\.1")


# Keys.


@pytest.fixture
def security(shown_app: FastAPI, context: BrowserContext, address: str) -> BrowserContext:
    """The security administrator's browser."""
    context.request.get("/sign-out")
    context.clear_cookies()
    done = context.request.post("/sign-in", form={"key": KEYS[Role.SECURITY_ADMIN]}, headers={"Origin": address})
    assert done.ok
    return context


def test_only_the_security_administrator_sees_keys(visitor: TestClient) -> None:
    with TestClient(create_app(visitor.app.state.settings), follow_redirects=False) as somebody:  # type: ignore[attr-defined]
        for role in Role:
            somebody.post("/sign-in", data={"key": KEYS[role]}, headers=FORM)
            page = somebody.get("/keys", headers=HTML)
            assert page.status_code == (200 if role is Role.SECURITY_ADMIN else 403)
        assert somebody.get(EDITIONS, headers=HTML).status_code == 200, "an auditor reads plans"
    with TestClient(visitor.app, headers=SECURITY) as api:
        assert len(api.get("/api/v1/keys").json()["items"]) >= len(Role)


@pytest.mark.browser
def test_a_key_is_made_shown_once_replaced_and_revoked(open_page: Open, security: BrowserContext, axe: Axe) -> None:
    page = open_page("/")
    assert page.url.endswith("/keys")
    assert axe(page) == []
    assert page.inner_text("nav").split() == ["密钥", "接口"]
    page.select_option(".make [name=role]", "city_editor")
    page.fill(".make [name=adcode]", "371300")
    page.fill(".make [name=note]", "临沂<b>\u202e")
    page.fill(".make [name=days]", "10")
    page.press(".make [name=days]", "Enter")
    page.wait_for_selector("#made[open]")
    key = page.input_value("#made-key")
    assert re.fullmatch(r"[0-9a-f]{12}_[0-9a-f]{64}", key)
    assert axe(page) == []
    page.keyboard.press("Escape")
    page.wait_for_selector(f'tr[id="{key[:12]}"]')
    assert key not in page.content()
    row = page.locator(f'tr[id="{key[:12]}"]')
    for shown in ("市级编辑", "371300", "临沂<b>⟦202E⟧", "即将到期", "从未"):
        assert shown in row.inner_text()
    row.locator("text=更换").click()
    page.fill("#rotate [name=overlap_hours]", "2")
    page.click("#rotate button >> nth=0")
    page.wait_for_selector("#made[open]")
    newer = page.input_value("#made-key")
    assert newer[:12] != key[:12]
    page.click("#made button")
    page.wait_for_selector("text=已由此密钥接替")
    assert "更换中" in row.inner_text()
    row.locator("text=吊销").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#revoke[open]")
    page.keyboard.press("Enter")
    page.wait_for_selector(f'tr[id="{key[:12]}"] >> text=已吊销')
    address = page.url.partition("/keys")[0]
    for secret, status in ((key, 401), (newer, 200)):
        answer = security.request.get(f"{address}/api/v1/caller", headers={"Authorization": f"Bearer {secret}"})
        assert answer.status == status
