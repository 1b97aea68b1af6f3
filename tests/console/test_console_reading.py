"""The item and the city: what stands there is what the API answers, by mouse, by keyboard, in print; texts stay texts."""

import re
from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import BrowserContext, Page

from app.console.text import alike
from app.main import create_app
from app.schemas.links import LinkRunCreate
from app.schemas.plans import ImportOptions
from app.services import imports, runs
from app.trial import Trial
from tests.browsers import Watch, serving
from tests.console.conftest import Open
from tests.factories import CITY, PROVINCE, SECURITY, Sqlite, settings_for

Axe = Callable[[Page], list[str]]
ITEM = f"/cascades/{PROVINCE}/items/8"
LINYI = f"/cascades/{PROVINCE}/cities/371300"
HTML = {"Accept": "text/html"}
PAGES = [ITEM, f"/cascades/{PROVINCE}/items/3", LINYI, f"{LINYI}?tasks=gaps", f"/cascades/{PROVINCE}/cities/370800"]


def plain(html: str) -> str:
    """What is read of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html)).replace("&#34;", '"')


def test_an_item_names_everybody_who_carries_it_out(visitor: TestClient) -> None:
    page = visitor.get(ITEM).text
    answer = visitor.get(f"/api/v1/plans/{PROVINCE}/items/8/implementers").json()
    assert re.findall(r'<section class="city" id="a(\d+)"', page) == [one["adcode"] for one in answer["implementers"]]
    read = plain(page)
    for city in answer["implementers"]:
        for item in city["items"]:
            assert item["title"] in read
            for row in item["evidence"]:
                if row["upper_task"]:
                    assert row["upper_text"] in read
                    assert row["lower_text"] in read
    for city in answer["not_implemented_by"]:
        assert f'cities/{city["adcode"]}#i8">' in page
    assert "无要点 13" in read


def test_an_items_whole_text_stands_there_task_by_task(visitor: TestClient) -> None:
    item = visitor.get(f"/api/v1/plans/{PROVINCE}/items/8").json()
    page = visitor.get(ITEM).text
    source = re.search(r'<p class="source">(.*?)</p>', page, re.DOTALL).group(1)  # type: ignore[union-attr]
    assert re.sub(r"<b>8\.\d</b>|<[^>]+>", "", source) == item["text"]
    assert re.findall(r'id="t(8\.\d)"', source) == [task["id"].partition("/")[2] for task in item["tasks"]]
    neighbours = re.findall(r'rel="(\w+)" href="[^"]+/items/(\d+)"', page)
    assert neighbours == [("prev", "7"), ("next", "9")]


def test_a_city_stands_against_the_province_gaps_first(visitor: TestClient) -> None:
    page = visitor.get(LINYI).text
    pair = visitor.get(f"/api/v1/plans/{PROVINCE}/coverage/{CITY}").json()
    numbers = [int(number) for number in re.findall(r'<tbody id="i(\d+)">', page)]
    verdicts = {item["number"]: item["verdict"] for item in pair["items"]}
    assert sorted(numbers) == sorted(verdicts)
    order = ["missing", "partial", "covered", "not_applicable"]
    ranks = [order.index(verdicts[number]) for number in numbers]
    assert ranks == sorted(ranks)
    read = plain(page)
    for item in pair["items"]:
        for task in item["tasks"]:
            assert task["text"] in read
            for evidence in task["evidence"]:
                assert evidence["text"] in read
    for orphan in pair["orphans"]:
        assert orphan["title"] in read
    by_number = visitor.get(LINYI, params={"order": "number"}).text
    assert re.findall(r'<tbody id="i(\d+)">', by_number) == [str(item["number"]) for item in pair["items"]]


def test_gaps_alone_are_those_of_the_api(visitor: TestClient) -> None:
    page = visitor.get(LINYI, params={"tasks": "gaps"}).text
    kinds = {"missing", "partial", "weaker_target", "later_deadline", "missing_deadline"}
    gaps = visitor.get(f"/api/v1/plans/{PROVINCE}/gaps", params={"adcode": "371300", "limit": 500}).json()["items"]
    wanted = {gap["task"].partition("/")[2] for gap in gaps if gap["kind"] in kinds}
    assert set(re.findall(r'<th scope="row" class="n">([\d.]+)</th>', page)) == wanted


def test_figures_stand_side_by_side(visitor: TestClient) -> None:
    pair = visitor.get(f"/api/v1/plans/{PROVINCE}/coverage/{CITY}").json()
    tasks = {task["id"].partition("/")[2]: task for item in pair["items"] for task in item["tasks"]}
    assert tasks["8.4"]["target_compared"] == {"upper": "消除", "lower": "清零"}
    assert tasks["8.4"]["deadline_compared"] == {"upper": "年底前", "lower": "年底前"}
    for task in tasks.values():
        assert (task["target"] is None) == (task["target_compared"] is None)
        assert (task["deadline"] is None) == (task["deadline_compared"] is None)
    read = plain(visitor.get(LINYI).text)
    assert "相同 消除 / 清零" in read
    assert "相同 年底前 / 年底前" in read


def test_what_is_not_there_is_said(visitor: TestClient) -> None:
    nothing = visitor.get(f"/cascades/{PROVINCE}/cities/370100").text
    assert "该市在本领域、前后两年内没有已导入的要点" in nothing
    other = visitor.get(f"/cascades/{PROVINCE}/cities/370800").text
    assert "只有其他年份的要点" in other
    for path in (f"/cascades/{PROVINCE}/cities/440100", f"/cascades/{PROVINCE}/items/99", "/cascades/x/items/1"):
        assert visitor.get(path, headers=HTML).status_code == 404
    assert visitor.get(f"/cascades/{PROVINCE}/items/x", headers=HTML).status_code == 422


def test_a_city_sees_its_own_page_and_no_other_citys(shown_app: FastAPI) -> None:
    with TestClient(shown_app, headers=SECURITY) as security:
        wanted = {"role": "city_editor", "adcode": "371300"}
        made = security.post("/api/v1/keys", json=wanted)
        assert made.status_code == 201, made.text
        key = made.json()["key"]
    with TestClient(create_app(shown_app.state.settings), follow_redirects=False) as editor:
        editor.post("/sign-in", data={"key": key}, headers={"Sec-Fetch-Site": "same-origin"})
        assert editor.get(LINYI, headers=HTML).status_code == 200
        assert editor.get(f"/cascades/{PROVINCE}/cities/370200", headers=HTML).status_code == 404
        page = editor.get(ITEM).text
        assert "青岛市" in page, "who carries it out is known to everybody"
        qingdao = re.search(r'id="a370200">(.*?)</section>', page, re.DOTALL).group(1)  # type: ignore[union-attr]
        assert "v-partial" not in qingdao.split("</div>")[0], "its verdict is not"
        assert "济南市" not in page
        assert re.findall(r'data-a="(\d+)"', editor.get(f"/cascades/{PROVINCE}").text) == ["371300"]


@pytest.mark.parametrize("path", PAGES)
def test_reading_pages_are_guarded_and_small(visitor: TestClient, path: str) -> None:
    page = visitor.get(path)
    assert page.status_code == 200
    assert "unsafe" not in page.headers["content-security-policy"]
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?! defer src=)", page.text)
    assert len(page.content) < 300_000


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("年底前全面消除大班额", "年底前，大班額“清零”", ["年底前", "大班额"]),
        ("的的", "，。", []),
        ("建设１００所", "建100所学校", ["１００所"]),
        ("", "消除", []),
    ],
)
def test_what_texts_share(one: str, other: str, shared: list[str]) -> None:
    above, below = alike(one, other)
    assert [one[start:end] for start, end in above] == shared
    assert len(below) == len(above)


@pytest.mark.browser
@pytest.mark.parametrize("path", [ITEM, LINYI, f"/cascades/{PROVINCE}/cities/370100"])
def test_everybody_can_read_them(open_page: Open, axe: Axe, path: str) -> None:
    page = open_page(path)
    assert axe(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide == 1366, "nothing hangs over"


@pytest.mark.browser
def test_from_the_matrix_to_the_words_and_back_by_mouse(open_page: Open) -> None:
    page = open_page(f"/cascades/{PROVINCE}")
    page.locator('tr[data-n="8"] td').nth(11).click()
    page.wait_for_url("**/cities/371300#i8")
    block = page.locator("#i8")
    assert block.evaluate("e => e.getBoundingClientRect().top") < 120
    assert "建立完善大班额化解长效机制" in block.inner_text()
    block.locator("tr.block a").click()
    page.wait_for_url("**/items/8#a371300")
    page.locator("#a371300 summary").first.click()
    assert page.locator("#a371300 details mark").first.is_visible()
    page.click("text=下一条")
    page.wait_for_url("**/items/9")


@pytest.mark.browser
def test_from_the_matrix_to_the_words_by_keyboard_alone(open_page: Open) -> None:
    page = open_page(f"/cascades/{PROVINCE}?cities=plans&q=三个清零")
    keys = page.keyboard
    for _ in range(60):
        keys.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "TD":
            break
    keys.press("End")
    keys.press("Enter")
    page.wait_for_url("**/cities/371300#i8")
    for _ in range(60):
        keys.press("Tab")
        if page.evaluate("document.activeElement.name") == "tasks":
            break
    # The other choice, then past the last field to the button.
    for key in ("ArrowDown", "Tab", "Tab", "Enter"):
        keys.press(key)
    page.wait_for_url("**tasks=gaps**")
    assert page.locator("tr.gap").count() == page.locator("tbody tr:not(.block)").count() > 0


@pytest.mark.browser
def test_a_city_prints_without_what_is_only_for_the_screen(open_page: Open) -> None:
    page = open_page(LINYI)
    assert page.is_visible("[data-print]")
    page.emulate_media(media="print")
    for hidden in (".bar", ".filters", ".downloads"):
        assert not page.locator(hidden).first.is_visible()
    assert page.is_visible("table.tasks")
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


# A plan that would be something else.

HOSTILE = """济南市教育局2020年工作要点<script>alert(1)</script>
一、<img src=x onerror=alert(2)>重点工作
1.<b onclick="alert(3)">消除大班额</b>\u202e。年底前全面消除中小学56人及以上大班额{{ 7 * 7 }}，确保建档立卡贫困家庭适龄儿童全部接受义务教育\u2066”>
2."><script src=//evil.example></script>完善动态监测机制。持续推进控辍保学，完善动态监测机制\u200f。
"""


@pytest.fixture(scope="module")
def hostile_app(shown_stores: tuple[Sqlite, str]) -> Iterator[FastAPI]:
    backend, url = shown_stores
    made = create_app(settings_for(backend.copy(url)), Trial("cli:<b>liwei"))
    with made.state.database.write() as session:
        options = ImportOptions(filename="<script>.txt", adcode="370100", domain="edu", year=2020)
        done = imports.import_document(session, HOSTILE.encode(), options, "<b>somebody")
        run = runs.start(session, PROVINCE, LinkRunCreate(lower=[done.plan]), "<b>somebody")
    runs.execute(made.state.database, run.id)
    yield made
    made.state.worker.close()
    made.state.database.close()


@pytest.mark.browser
def test_a_hostile_plan_is_shown_as_text(hostile_app: FastAPI, context: BrowserContext) -> None:
    code = hostile_app.state.trial.code()
    with serving(hostile_app) as address:
        page = context.new_page()
        watch = Watch(page)
        page.on("dialog", lambda dialog: watch.wrong.append(f"dialog: {dialog.message}"))
        page.goto(f"{address}/sign-in?key={code}")
        read = ""
        for path in ("", "/cities/370100", "/items/8"):
            page.goto(f"{address}/cascades/{PROVINCE}{path}")
            html = page.content()
            assert not re.search(r"<script(?! defer)|<img|onerror=(?!alert\(2\)&gt;)|<b onclick", html)
            assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f]", html)
            read += page.inner_text("body")
        page.close()
    for shown in ('<b onclick="alert(3)">消除大班额</b>⟦202E⟧', "大班额{{7*7}}", "⟦2066⟧", "cli:<b>liwei"):
        assert shown in read
    assert not watch.wrong
    assert not watch.elsewhere(address)
