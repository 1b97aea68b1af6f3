"""Review: a queue decided by keyboard and by mouse, by two at once, and read by those who may not decide."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import BrowserContext, Page, expect
from sqlmodel import col, select

from app.console.assets import asset
from app.models import Item, Link
from app.permissions import Role
from tests.browsers import Watch
from tests.console.conftest import Open
from tests.factories import KEYS, PROVINCE

PATH = f"/cascades/{PROVINCE}/review"
API = f"/api/v1/plans/{PROVINCE}/review"
LINYI, QINGDAO, JINING = "371300", "370200", "370800"
Axe = Callable[[Page], list[str]]


def here(page: Page) -> str:
    """The id of the link that is looked at; empty when all are decided."""
    return page.locator("#case").get_attribute("data-id") or ""


def press(page: Page, *keys: str) -> None:
    """Keys that decide a link; back when the next one stands there and the focus on it."""
    before = here(page)
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_function(
        "id => { const now = document.getElementById('case');"
        " return now.dataset.id !== id && document.activeElement === now"
        " && !document.getElementById('review').hasAttribute('aria-busy') }",
        arg=before,
    )


def link(visitor: TestClient, link_id: str) -> dict[str, Any]:
    found: dict[str, Any] = visitor.get(f"/api/v1/links/{link_id}").json()
    return found


def test_the_page_shows_what_the_api_queues(visitor: TestClient) -> None:
    for asked in ({}, {"adcode": QINGDAO, "kind": "task"}, {"doubtful": "true", "item": "8"}, {"order": "text"}):
        page = visitor.get(PATH, params=asked).text
        rows = visitor.get(API, params=asked | {"limit": 200}).json()["items"]
        assert re.findall(r'data-id="([0-9a-f]+)" data-version="\d+"', page.split('id="case"')[0]) == [
            row["id"] for row in rows
        ]
        first = rows[0]
        assert f'data-id="{first["id"]}"' in page.split('<article id="case"')[1]
        upper, lower = first["evidence"]["upper"]["text"], first["evidence"]["lower"]["text"]
        assert re.findall(r"<mark>(.*?)</mark>", page) == [upper, lower]
    progress = visitor.get(f"{API}/progress").json()
    assert f"已决定 {progress['decided']}／{progress['total']}" in visitor.get(PATH).text


def test_a_link_has_an_address_of_its_own(visitor: TestClient) -> None:
    decided = visitor.get(API, params={"status": "rejected", "limit": 1}).json()["items"][0]
    page = visitor.get(f"{PATH}/{decided['id']}").text
    assert decided["decided_by"] in page
    assert "已否定" in page
    assert visitor.get(f"{PATH}/{'0' * 24}", headers={"Accept": "text/html"}).status_code == 404
    part = visitor.get(f"{PATH}/{decided['id']}", params={"part": "case"}).text
    assert "<html" not in part
    assert part.count("<article") == 1


def test_who_may_not_decide_reads(visitor: TestClient) -> None:
    page = visitor.get(PATH).text
    assert "确认和否定由复核人员作出" in page
    assert 'data-do="confirm"' not in page
    assert '<dialog id="reasons"' not in page
    nobody = visitor.get(PATH, params={"adcode": JINING, "status": "confirmed"}).text
    assert "没有符合条件的承接关系" in nobody


def test_scripts_suit_old_browsers(visitor: TestClient) -> None:
    for script in ("review.js", "review-dialogs.js", "gap-decision.js"):
        text = visitor.get(asset(script)).text
        assert not re.search(r"\?\.\w|\?\?|#\w+\s*=[^=]|\.replaceAll\(|\.at\(|innerHTML|randomUUID", text)


@pytest.mark.browser
def test_fifty_proposals_are_decided_by_keyboard(open_page: Open, context: BrowserContext, visitor: TestClient) -> None:
    before = context.request.get(f"{API}/progress").json()
    page = open_page(f"{PATH}?kind=task&adcode={QINGDAO}")
    page.evaluate("window.pressed = 0; addEventListener('keydown', () => window.pressed++, true)")
    wanted: dict[str, str] = {}
    for number in range(50):
        decision = "rejected" if number % 5 == 4 else "confirmed"
        wanted[here(page)] = decision
        if decision == "confirmed":
            press(page, "y")
        else:
            page.keyboard.press("n")
            page.wait_for_selector("#reasons[open]")
            press(page, "1")
    assert len(wanted) == 50, "none came twice"
    found = {one: link(visitor, one)["status"] for one in list(wanted)[::7]}
    assert found == {one: wanted[one] for one in found}
    listed = {
        status: {row["id"] for row in visitor.get(API, params={"status": status, "limit": 500}).json()["items"]}
        for status in ("confirmed", "rejected")
    }
    assert all(one in listed[decision] for one, decision in wanted.items()), "none was lost"
    after = context.request.get(f"{API}/progress").json()
    assert after["mine_today"] - before["mine_today"] == 50
    shown = visitor.get(f"{API}/progress", params={"kind": "task", "adcode": QINGDAO}).json()
    assert f"今日 {shown['today']}" in page.inner_text(".progress")
    assert page.evaluate("window.pressed") / 50 == 1.2, "one key for a yes, two for a no with its reason"


@pytest.mark.browser
def test_skip_undo_and_help_by_keyboard(open_page: Open, visitor: TestClient) -> None:
    page = open_page(f"{PATH}?kind=task&adcode={LINYI}")
    first = here(page)
    press(page, "s")
    assert "已跳过" in page.inner_text("#said")
    second = here(page)
    press(page, "y")
    assert link(visitor, second)["status"] == "confirmed"
    page.keyboard.press("u")
    page.wait_for_selector("#reasons[open]")
    assert "撤销是另作一个相反的决定" in page.inner_text("#reasons")
    assert here(page) == second
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.getElementById('said').textContent.startsWith('已否定')")
    undone = link(visitor, second)
    assert (undone["status"], undone["version"], undone["reason"]) == ("rejected", 3, "误操作，更正。")
    expect(page.locator("#case")).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator("#said")).to_have_text("本次打开后还没有作过决定。")
    page.keyboard.press("?")
    page.uncheck("#keys-on")
    page.keyboard.press("Escape")
    now = here(page)
    page.keyboard.press("y")
    page.wait_for_timeout(150)
    assert here(page) == now, "single keys are off"
    page.evaluate("localStorage.clear()")
    assert first in page.inner_html("#queue"), "what was skipped still waits"


@pytest.mark.browser
def test_it_is_decided_by_mouse(open_page: Open, visitor: TestClient) -> None:
    page = open_page(f"{PATH}?kind=task&adcode={JINING}")
    page.locator("#queue .rows a").nth(2).click()
    page.wait_for_function("() => document.querySelectorAll('#queue .rows a')[2].hasAttribute('aria-current')")
    third = here(page)
    assert page.url.split("?")[0].endswith(third), "its address can be sent"
    page.click("text=否定…")
    page.fill("#own-reason", "市级只是转述。")
    page.click("#reasons [data-store]")
    page.wait_for_function("id => document.getElementById('case').dataset.id !== id", arg=third)
    assert link(visitor, third)["reason"] == "市级只是转述。"
    expect(page.locator(f'#queue a[data-id="{third}"]')).to_have_attribute("data-done", "rejected")
    # Another place instead: it is proposed, since nobody confirms his own, and this one rejected.
    while page.locator("#case [data-other]:not([data-link])").count() == 0:
        fourth = here(page)
        page.click("[data-do=skip]")
        page.wait_for_function("id => document.getElementById('case').dataset.id !== id", arg=fourth)
    fourth = here(page)
    upper = page.get_attribute("#case", "data-upper")
    button = page.locator("#case [data-other]:not([data-link])").first
    other = button.get_attribute("data-other")
    button.click()
    page.wait_for_function("() => document.getElementById('said').textContent.includes('须由他人确认')")
    assert link(visitor, fourth)["status"] == "rejected"
    made = visitor.get("/api/v1/links", params={"upper": upper, "lower": other}).json()["items"]
    assert [(row["status"], row["method"]) for row in made if row["lower"] == other] == [("proposed", "person")]


@pytest.mark.browser
def test_several_are_decided_at_once(open_page: Open, visitor: TestClient) -> None:
    page = open_page(f"{PATH}?adcode={JINING}&kind=item&order=text")
    page.keyboard.press("m")
    page.wait_for_selector("#many li")
    page.check("#many [value=score]")
    page.fill("#many [name=least]", "0.95")
    page.keyboard.press("Tab")
    rows = visitor.get(API, params={"adcode": JINING, "kind": "item", "least": 0.95, "limit": 500}).json()["items"]
    expect(page.locator("#many li")).to_have_count(len(rows))
    page.locator("#many li input").first.uncheck()
    expect(page.locator("#many [data-chosen]")).to_have_text(f"已选 {len(rows) - 1} 条")
    page.click("#many [data-many=confirmed]")
    expect(page.locator("#said")).to_have_text(f"成批决定：已决定 {len(rows) - 1}，他人已改 0，不允许 0")
    left = visitor.get(API, params={"adcode": JINING, "kind": "item", "least": 0.95}).json()["items"]
    assert len(left) == 1


@pytest.mark.browser
def test_two_at_once_do_not_collide(open_page: Open, context: BrowserContext, visitor: TestClient) -> None:
    path = f"{PATH}?adcode={QINGDAO}&kind=item&doubtful=true"
    one = open_page(path)
    # Not by `open_page`: a browser reports the refused request as an error of the page.
    two = context.new_page()
    watch = Watch(two)
    two.goto(path)
    both = here(one)
    assert here(two) == both
    press(one, "y")
    press(two, "y")
    said = two.inner_text("#warned")
    assert "您的决定没有记录" in said
    assert "cli:liwei" in said
    assert link(visitor, both)["version"] == 2
    assert here(two) == here(one), "the second moves on to the next"
    assert two.locator(f'#queue a[data-id="{both}"]').count() == 0, "and its queue is up to date"
    assert {wrong[:4] for wrong in watch.wrong} <= {"412:", "cons"}
    press(two, "y")
    assert two.locator("#warned").is_hidden()


@pytest.mark.browser
def test_a_gap_is_decided_in_its_place(open_page: Open, visitor: TestClient) -> None:
    gap = visitor.get(f"/api/v1/plans/{PROVINCE}/gaps", params={"kind": "partial", "adcode": LINYI}).json()["items"][0]
    detail = visitor.get(f"/api/v1/plans/{PROVINCE}/gaps/{gap['id']}").json()
    page = open_page(f"{PATH}/{detail['evidence'][0]['link']}")
    button = page.locator(f'[data-gap-id="{gap["id"]}"]')

    def decide(decision: str) -> None:
        button.click()
        page.wait_for_selector("#gap-dialog[open]")
        page.check(f"#gap-dialog [value={decision}]")
        page.fill("#gap-reason", f"理由：{decision}")
        page.click("#gap-dialog [type=submit]")

    def decided() -> dict[str, Any] | None:
        found: dict[str, Any] | None = visitor.get(f"/api/v1/plans/{PROVINCE}/gaps/{gap['id']}").json()["decision"]
        return found

    decide("waived")
    expect(page.locator("#gap-dialog [data-part=wrong]")).to_have_text("请写明到期日。")
    day = page.evaluate("new Date(Date.now() + 90 * 864e5).toISOString().slice(0, 10)")
    page.fill("#gap-until", day)
    page.click("#gap-dialog [type=submit]")
    expect(button).to_be_focused()
    assert (decided() or {})["expires_on"] == day
    decide("refuted")
    expect(page.locator("#gap-dialog")).to_be_hidden()
    now = decided() or {}
    assert (now["decision"], now["version"], now["link"]) == ("refuted", 2, detail["evidence"][0]["link"])
    button.click()
    page.wait_for_selector("#gap-dialog[open]")
    assert "理由：refuted" in page.inner_text("#gap-dialog")
    page.click("#gap-dialog [data-part=back]")
    expect(page.locator("#gap-dialog")).to_be_hidden()
    assert decided() is None


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh", "en"])
def test_everybody_can_use_it(open_page: Open, axe: Axe, language: str) -> None:
    page = open_page(f"/language/{language}?next={PATH}?kind=task")
    assert axe(page) == []
    for key, dialog in (("n", "reasons"), ("m", "many"), ("?", "keys")):
        page.keyboard.press(key)
        page.wait_for_selector(f"#{dialog}[open]")
        assert axe(page) == []
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog[open], [aria-busy]", state="detached")
    wide, high = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert (wide, high <= 768) == (1366, True)
    assert page.locator("#queue .rows a[tabindex='0']").count() == 1
    if language == "en":
        assert not re.search(r"[复核确认否定]", page.inner_text(".acts") + page.inner_text(".filters label >> nth=0"))


@pytest.fixture
def hostile(shown_app: FastAPI, visitor: TestClient) -> Iterator[str]:
    """A link whose city's item holds markup and a mark that turns the text; as it was again afterwards."""
    row = visitor.get(API, params={"adcode": LINYI, "limit": 1}).json()["items"][0]
    database = shown_app.state.database
    with database.write(unaudited="a test's own text") as session:
        item = session.exec(select(Item).where(Item.id == session.get_one(Link, row["id"]).lower_item_id)).one()
        kept = item.id, item.title, item.text
        item.title = "<img src=x onerror=alert(1)>\u202e"
        item.text = "</p><script>alert(1)</script>\u202e" + item.text
    database.derived.clear()
    yield row["id"]
    with database.write(unaudited="a test's own text") as session:
        item = session.exec(select(Item).where(col(Item.id) == kept[0])).one()
        item.title, item.text = kept[1:]
    database.derived.clear()


@pytest.mark.browser
def test_what_a_text_holds_is_shown_as_text(open_page: Open, hostile: str) -> None:
    page = open_page(PATH)
    # Also where a script puts the link into an open page.
    page.locator(f'#queue a[data-id="{hostile}"]').click()
    page.wait_for_function("id => document.getElementById('case').dataset.id === id", arg=hostile)
    shown = page.inner_text("#case")
    assert "<img src=x onerror=alert(1)>⟦202E⟧" in shown
    assert "<script>alert(1)</script>" in shown
    assert page.locator("#case img, #case script").count() == 0


@pytest.mark.browser
def test_a_viewer_sees_the_queue_and_decides_nothing(
    browser_of: Callable[[Role], BrowserContext],
) -> None:
    page = browser_of(Role.VIEWER).new_page()
    watch = Watch(page)
    page.goto(PATH)
    first = here(page)
    for key in ("y", "n", "p", "u", "m"):
        page.keyboard.press(key)
    assert here(page) == first
    press(page, "s")
    assert page.locator("#case [data-do=confirm], #case [data-gap]").count() == 0
    assert watch.wrong == []


@pytest.fixture
def browser_of(context: BrowserContext, address: str) -> Callable[[Role], BrowserContext]:
    """The browser, signed in by the key of a role instead."""

    def made(role: Role) -> BrowserContext:
        context.clear_cookies()
        context.request.post(
            "/sign-in", form={"key": KEYS[role]}, headers={"Origin": address, "Sec-Fetch-Site": "same-origin"}
        )
        return context

    return made
