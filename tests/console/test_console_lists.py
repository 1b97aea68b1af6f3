"""Gaps and search: what stands there is what the API answers under the same filters; the address says all of it."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Page

from app.console.turning import clipped
from app.console.views.search import excerpt
from app.main import create_app
from app.permissions import Role
from tests.console.conftest import Open
from tests.factories import KEYS, PROVINCE

Axe = Callable[[Page], list[str]]
HTML = {"Accept": "text/html"}
FORM = {"Sec-Fetch-Site": "same-origin"}
GAPS = f"/cascades/{PROVINCE}/gaps"
API = f"/api/v1/plans/{PROVINCE}/gaps"


def gaps_on(page: str) -> list[str]:
    return [unescape(found) for found in re.findall(r'<tr id="([^"]+)"', page)]


def turned(client: TestClient, path: str) -> Iterator[str]:
    """A list's pages, as long as there is a next one."""
    while path:
        page = client.get(path, headers=HTML)
        assert page.status_code == 200, page.text
        yield page.text
        following = re.search(r'rel="next" href="([^"]+)"', page.text)
        path = unescape(following.group(1)) if following else ""


@pytest.fixture
def as_role(visitor: TestClient) -> Iterator[Callable[[Role], TestClient]]:
    """Somebody of a role, with a session, at a service for good."""
    with TestClient(create_app(visitor.app.state.settings), follow_redirects=False) as made:  # type: ignore[attr-defined]

        def signed_in(role: Role) -> TestClient:
            assert made.post("/sign-in", data={"key": KEYS[role]}, headers=FORM).status_code == 303
            return made

        yield signed_in


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"adcode": "371300"},
        {"kind": "missing", "severity": "high"},
        {"adcode": "371300", "kind": "", "severity": "medium", "decision": "none", "basis": "confirmed"},
    ],
)
def test_gaps_are_those_of_the_api_in_their_order(visitor: TestClient, asked: dict[str, str]) -> None:
    filters = {name: value for name, value in asked.items() if value}
    answer = visitor.get(API, params={**filters, "limit": 500}).json()["items"]
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    pages = list(turned(visitor, f"{GAPS}?{query}"))
    assert [gap for page in pages for gap in gaps_on(page)] == [gap["id"] for gap in answer]
    for page in pages:
        assert f"合计 <b>{len(answer)}</b>" in page
    assert len(pages) == -(-len(answer) // 50)


def test_a_gap_has_both_texts_its_explanation_its_rule_and_its_decision(visitor: TestClient) -> None:
    gap = visitor.get(API, params={"adcode": "371300", "kind": "partial"}).json()["items"][0]
    page = visitor.get(GAPS, params={"adcode": "371300", "kind": "partial"}).text
    row = re.search(rf'<tr id="{gap["id"]}">(.*?)</tr>', page, re.DOTALL).group(1)  # type: ignore[union-attr]
    read = unescape(re.sub(r"<[^>]+>", "", row))
    assert gap["upper_text"] in read
    assert gap["lower_text"] in read
    assert gap["explanation"].replace(gap["upper_text"], "…").replace(gap["lower_text"], "…") in read
    assert gap["rule"] in read
    assert "待核实" in read
    assert f'items/{gap["item"]}#a371300"' in row
    assert f'cities/371300#i{gap["item"]}"' in row


def test_a_decision_stands_beside_its_gap(visitor: TestClient) -> None:
    code = visitor.app.state.trial.code()  # type: ignore[attr-defined]
    visitor.get(f"/sign-in?key={code}")
    gap = visitor.get(API, params={"adcode": "370200", "kind": "missing"}).json()["items"][0]["id"]
    until = str(datetime.now(UTC).date() + timedelta(days=60))
    wanted = {"decision": "waived", "reason": "已报省厅<b>备案", "expires_on": until}
    made = visitor.put(f"{API}/{gap}/decision", json=wanted, headers=FORM)
    assert made.status_code == 200, made.text
    page = visitor.get(GAPS, params={"decision": "waived"}).text
    assert gaps_on(page) == [gap]
    for shown in ("同意不承接", f"至 {until}", "已报省厅&lt;b&gt;备案", "cli:liwei"):
        assert shown in page
    assert gap not in gaps_on(visitor.get(GAPS, params={"decision": "none", "adcode": "370200"}).text)


def test_figures_by_kind_and_city_lead_to_what_they_count(visitor: TestClient) -> None:
    page = visitor.get(GAPS, params={"severity": "medium"}).text
    rows = re.findall(r'<th scope="row"><a href="([^"]+)".*?<td class="num">(\d+)</td>', page, re.DOTALL)
    assert len(rows) >= 5
    for path, count in rows:
        assert f"合计 <b>{count}</b>" in visitor.get(unescape(path)).text
        assert "severity=medium" in path


def test_downloads_have_the_same_filters(visitor: TestClient) -> None:
    page = visitor.get(GAPS, params={"adcode": "371300", "kind": "missing"}).text
    links = [unescape(link) for link in re.findall(r'href="(/api/v1/[^"]+format=\w+[^"]*)"', page)]
    assert [re.search(r"format=(\w+)", link).group(1) for link in links] == ["json", "csv", "xlsx", "docx"]  # type: ignore[union-attr]
    assert all("adcode=371300" in link and "kind=missing" in link for link in links)
    assert {item["adcode"] for item in visitor.get(links[0]).json()["items"]} == {"371300"}


def test_wrong_filters_are_told_as_a_page(visitor: TestClient) -> None:
    for query in ("kind=<b>", "adcode=12", "severity=x", "cursor=x"):
        page = visitor.get(f"{GAPS}?{query}", headers=HTML)
        assert page.status_code == 422, query
        assert 'role="alert"' in page.text
    assert visitor.get("/cascades/370000-edu-1999/gaps", headers=HTML).status_code == 404


@pytest.mark.parametrize("path", [GAPS, "/search?q=大班额"])
def test_lists_show_what_the_api_would(as_role: Callable[[Role], TestClient], path: str) -> None:
    api = {GAPS: API}.get(path, f"/api/v1{path}")
    for role in Role:
        somebody = as_role(role)
        assert somebody.get(path, headers=HTML).status_code == somebody.get(api).status_code, role


def test_search_finds_what_the_api_finds(visitor: TestClient) -> None:
    asked = {"q": "学前教育 幼儿园", "adcode": "", "domain": "edu", "year": ""}
    hits = visitor.get("/api/v1/search", params={"q": asked["q"], "domain": "edu"}).json()["items"]
    page = visitor.get("/search", params=asked).text
    assert page.count('<li>\n    <p class="from">') == len(hits) > 2
    for hit in hits:
        assert hit["title"] in page
        for task in hit["tasks"]:
            assert f'<span class="tag">{task.rpartition("/")[2]}</span>' in page
    assert "<mark>幼儿园</mark>" in page
    assert visitor.get("/search", params={"q": "大班額"}).text.count("<mark>大班额") >= 5
    assert "没有条目同时含有这些词" in visitor.get("/search", params={"q": "<script>"}).text
    for nothing in ("", " "):
        assert "在 5 份要点的条目和任务中查找" in visitor.get("/search", params={"q": nothing}).text
    assert visitor.get("/search", params={"q": "学", "adcode": "1"}, headers=HTML).status_code == 422


def test_search_is_turned_over_with_the_apis_cursors(visitor: TestClient) -> None:
    hits = visitor.get("/api/v1/search", params={"q": "教育", "limit": 500}).json()["items"]
    pages = list(turned(visitor, "/search?q=教育&limit=20"))
    assert sum(page.count('<p class="from">') for page in pages) == len(hits) > 40
    assert "回到第一页" in pages[1]


def test_of_a_long_text_the_places_are_shown() -> None:
    text = "甲" * 500 + "大班额" + "乙" * 500
    shown = str(excerpt(text, [(500, 503)]))
    assert shown == f"…<bdi>{'甲' * 60}<mark>大班额</mark>{'乙' * 60}</bdi>…"
    many = str(excerpt("大班额" * 2000, [(at, at + 3) for at in range(0, 6000, 300)]))
    assert len(many) < 2000
    assert excerpt("短", []) == "<bdi>短</bdi>"
    assert clipped("消除大班额", 2) == "消除…"


@pytest.mark.browser
@pytest.mark.parametrize("path", [GAPS, f"{GAPS}?adcode=371300&kind=partial", "/search?q=大班额", "/search"])
def test_everybody_can_read_them(open_page: Open, axe: Axe, path: str) -> None:
    page = open_page(path)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 1366


@pytest.mark.browser
def test_from_a_figure_to_a_gap_to_its_words_by_mouse(open_page: Open) -> None:
    page = open_page(GAPS)
    page.click(".facets >> text=临沂市")
    page.wait_for_url("**/gaps?adcode=371300")
    page.click(".facets >> text=部分承接")
    page.wait_for_url("**/gaps?adcode=371300&kind=partial")
    page.locator(".gap-list .what a").nth(1).click()
    page.wait_for_url("**/items/*#a371300")
    page.go_back()
    with page.expect_download() as got:
        page.click("text=DOCX")
    assert got.value.suggested_filename.endswith(".docx")


@pytest.mark.browser
def test_searching_by_keyboard_alone_gives_a_short_address(open_page: Open) -> None:
    page = open_page("/search")
    page.keyboard.type("大班额")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert "adcode" not in page.url
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('.hits')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/*")


@pytest.mark.browser
def test_english_is_spoken_throughout(open_page: Open) -> None:
    page = open_page(GAPS)
    page.click("text=English")
    page.wait_for_selector("text=Gaps: ")
    for word in ("no plan", "By city", "to be verified", "Notice of gaps"):
        assert word in page.inner_text("body")
