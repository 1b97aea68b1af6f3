"""Importing and checking drafts on the pages: by mouse and by keyboard, with files as offices have them."""

import base64
import json
import re
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import BrowserContext, Page

from tests.console.conftest import LARGEST, Open
from tests.documents.makers.docx import numbered
from tests.factories import ADMIN, CITY, PROVINCE

Axe = Callable[[Page], list[str]]
V1 = "/api/v1/plans"
DOCUMENTS = Path(__file__).parents[2] / "seeds" / "documents"
LINYI = (DOCUMENTS / "371300-edu-2020.txt").read_text(encoding="utf-8")

SHORT = """日照市教育局2020年工作要点
一、抓好落实
1.改善办学条件。新建学校10所，年底前全部交付使用。
2.提升教育质量。开展教学检查，完善评价机制。
强化保障
3.加强校园安全。排查安全隐患，
配齐专职保安员。
5.关注心理健康。开展普查。
"""
NOWHERE = """关于今年工作的要点
一、抓好落实
1.改善办学条件。新建学校10所，年底前全部交付使用。
2.提升教育质量。开展教学检查，完善评价机制。
"""
HOSTILE = SHORT.replace("抓好落实", "抓好<img src=x onerror=alert(1)>\u202e落实").replace(
    "改善办学条件", "改善<script>alert(2)</script>\u2066办学条件"
)
HOSTILE_NAME = "\u202e<img src=x onerror=alert(3)>.txt"

# Drops files on an element, as a hand does with the mouse.
DROP = """([selector, files]) => {
  const held = new DataTransfer();
  for (const [name, data] of files) {
    held.items.add(new File([Uint8Array.from(atob(data), c => c.charCodeAt(0))], name));
  }
  const place = document.querySelector(selector);
  for (const kind of ['dragenter', 'dragover', 'drop']) {
    place.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: held}));
  }
}"""


def drop(page: Page, selector: str, *files: tuple[str, bytes]) -> None:
    page.evaluate(DROP, [selector, [(name, base64.b64encode(data).decode()) for name, data in files]])


def choose(page: Page, selector: str, name: str, text: str) -> None:
    page.set_input_files(selector, {"name": name, "mimeType": "text/plain", "buffer": text.encode()})


def preview(client: TestClient, text: str, name: str = "plan.txt", **form: str) -> str:
    made = client.post(f"{V1}/previews", headers=ADMIN, files={"file": (name, text.encode())}, data=form)
    assert made.status_code == 201, made.text
    return f"/import/{made.json()['id']}"


def read(client: TestClient, page: Page) -> dict:
    """The preview that a page shows, as the API has it."""
    preview = page.url.partition("/import/")[2].partition("?")[0]
    found: dict = client.get(f"{V1}/previews/{preview}", headers=ADMIN).json()
    return found


def kind_of(page: Page, words: str) -> str:
    return page.locator(".ln", has_text=words).locator("> button").inner_text()


@pytest.mark.browser
def test_files_are_dropped_settled_stored_and_linked_by_mouse(
    open_page: Open, visitor: TestClient, axe: Axe, browser_pdf: bytes
) -> None:
    page = open_page("/import", expect="导入文件")
    drop(page, "#drop", ("日照.docx", numbered(SHORT.encode())), ("日照.pdf", browser_pdf))
    page.wait_for_selector("#progress tr:nth-child(2) a")
    rows = page.locator("#progress tbody tr").all_inner_texts()
    assert [row.split("\t")[0] for row in rows] == ["日照.docx", "日照.pdf"]
    assert all("日照市 2020" in row for row in rows), rows
    assert axe(page) == []
    page.click("#progress a >> nth=0")
    page.wait_for_selector("#lines")
    assert "首次入库" in page.inner_text(".outcome")
    assert kind_of(page, "强化保障").startswith("条")
    page.click(".unsure li:has-text('强化保障') >> text=标题")
    page.wait_for_selector(".n-section:has-text('强化保障')")
    assert page.locator(".unsure li", has_text="强化保障").count() == 0, "what is settled is no doubt any more"
    assert read(visitor, page)["corrections"]["lines"][0]["kind"] == "section"
    assert axe(page) == []
    page.click("#store")
    page.wait_for_url("**/plans/371100-edu-2020/linking")
    found = visitor.get(f"{V1}/371100-edu-2020").json()
    assert [section["title"] for section in found["sections"]] == ["抓好落实", "强化保障"]
    assert axe(page) == []
    page.click(".link-run button")
    page.wait_for_selector(".state:has-text('比对完成')")
    onward = page.locator("[data-result]")
    assert onward.get_attribute("href") == f"/cascades/{PROVINCE}/cities/371100"
    assert onward.evaluate("e => e === document.activeElement")
    assert visitor.get(f"{V1}/{PROVINCE}/coverage/371100-edu-2020").json()["outdated"] is False


@pytest.fixture
def browser_pdf(open_page: Open) -> bytes:
    """The plan as a browser prints it."""
    page = open_page("/sign-out")
    title, *lines = SHORT.splitlines()
    page.set_content(f"<h1 align=center>{title}</h1>" + "".join(f"<p>{escape(line)}" for line in lines))
    return page.pdf(format="A4")


@pytest.mark.browser
def test_a_file_of_nobody_knows_whom_is_stored_by_keyboard_alone(open_page: Open, visitor: TestClient) -> None:
    page = open_page("/import")
    keys = page.keyboard
    tab_to(page, "e => e.id === 'files'")
    with page.expect_file_chooser() as chosen:
        keys.press("Space")
    chosen.value.set_files({"name": "要点.txt", "mimeType": "text/plain", "buffer": NOWHERE.encode()})
    page.wait_for_selector("#lines")
    assert "还不知道是哪份要点" in page.inner_text(".outcome")
    assert page.locator("#store").is_disabled()
    assert page.locator(".must").count() > 0
    tab_to(page, "e => e.name === 'adcode'  && e.closest('.fix') !== null")
    for field, words in (("adcode", "371199"), ("name", "高新区"), ("year", "2020")):
        tab_to(page, f"e => e.name === '{field}' && e.closest('.fix') !== null")
        keys.press("Control+a")
        keys.type(words)
        if field != "adcode":
            version = page.get_attribute("#preview", "data-version")
            keys.press("Enter")
            page.wait_for_selector(f"#preview:not([data-version='{version}'])")
    shown = read(visitor, page)
    assert (shown["identity"]["adcode"]["value"], shown["identity"]["name"]["value"]) == ("371199", "高新区")
    if shown["identity"]["domain"]["value"] is None:
        tab_to(page, "e => e.name === 'domain' && e.closest('.fix') !== null")
        keys.type("教育")
        keys.press("Tab")
        keys.press("Enter")
        page.wait_for_selector("#store:not([disabled])")
    # A line: one stop for the Tab key, arrows to walk, a menu to choose from.
    tab_to(page, "e => e.closest('.ln') !== null")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    keys.press("Enter")
    for _ in range(4):
        keys.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.kind") == "paragraph"
    keys.press("Escape")
    assert page.evaluate("document.activeElement.closest('.ln').innerText").endswith("完善评价机制。")
    page.evaluate("document.getElementById('discard').focus()")
    keys.press("Shift+Tab")
    keys.press("Enter")
    page.wait_for_url("**/linking")
    assert visitor.get("/api/v1/jurisdictions/371199").json()["name"] == "高新区"


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the element that has the focus is the wanted one."""
    for _ in range(120):
        if page.evaluate(f"({wanted})(document.activeElement)"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached by keyboard: {wanted}")


@pytest.mark.browser
def test_a_plan_is_corrected_from_the_reader(open_page: Open, visitor: TestClient) -> None:
    page = open_page(f"/plans/{CITY}")
    page.click("#outline >> text=稳步推进考试招生制度改革")
    page.wait_for_selector("#outline [href='#i8'][aria-current]")
    page.click("#correct")
    page.wait_for_selector("#lines")
    assert "与现行第 1 版相同" in page.inner_text(".outcome")
    assert page.locator("#store").is_disabled()
    here = page.locator(".ln.here")
    assert here.inner_text().split("\n")[-1].startswith("8.稳步推进考试招生制度改革")
    assert 0 < here.evaluate("e => e.getBoundingClientRect().top") < 768
    here.locator("> button").click()
    page.click(".menu >> text=段落")
    page.wait_for_selector("#store:not([disabled])")
    assert "将成为第 2 版" in page.inner_text(".outcome")
    assert "第 7、8 条 → 7 合并" in page.inner_text(".changes")
    assert visitor.get(f"{V1}/{CITY}").json()["edition"] == 1, "nothing is stored before it is confirmed"
    page.click("#e-issuer [data-fix]")
    page.fill("#e-issuer input", "临沂市教育局")
    page.keyboard.press("Enter")
    page.wait_for_selector("#e-issuer .o-given")
    page.click("#store")
    page.wait_for_url("**/linking")
    found = visitor.get(f"{V1}/{CITY}").json()
    assert (found["edition"], found["items"], found["issuer"]) == (2, 34, "临沂市教育局")
    assert len(found["corrections"]["lines"]) == 1
    assert f'href="/api/v1/plans/{CITY}/editions/1/original"' in visitor.get(f"/plans/{CITY}").text


@pytest.mark.browser
def test_refusals_are_said_in_words_where_one_looks(context: BrowserContext, visitor: TestClient) -> None:
    page = context.new_page()
    page.goto("/import")
    drop(page, "#drop", ("坏.docx", b"PK\x03\x04no"))
    page.wait_for_selector("#progress .wrong")
    assert len(page.inner_text("#progress .wrong")) > 10
    path = preview(visitor, SHORT)
    page.goto(path)
    assert visitor.patch(f"{V1}/previews/{path[8:]}", headers=ADMIN, json={"year": 2021}).status_code == 200
    page.locator(".ln", has_text="强化保障").locator("> button").click()
    page.click(".menu >> text=标题 1")
    page.wait_for_selector("#problem:not([hidden])")
    assert "更正" in page.inner_text("#problem")
    assert read(visitor, page)["corrections"]["lines"] == [], "what somebody else saw is not overwritten"
    page.reload()
    page.click("#discard")
    assert read(visitor, page)["version"] == 2
    page.click("#discard")
    page.wait_for_url("**/import")
    assert visitor.get(f"{V1}/previews/{path[8:]}", headers=ADMIN).status_code == 404


def test_a_preview_is_shown_in_parts_and_only_shown(visitor: TestClient) -> None:
    admin = signed_in(visitor)
    page = admin.get(preview(visitor, HOSTILE, HOSTILE_NAME)).text
    assert not re.search(r"<(script(?! defer)|img|iframe)", page)
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", page)
    assert "⟦202E⟧" in page
    lines = [f"{n}.推进第{n}项工作。" + "建立健全工作机制，开展专项检查；" * 3 for n in range(1, 900)]
    path = preview(visitor, "\n".join(["枣庄市教育局2020年工作要点", *lines]))
    pages = [admin.get(path)]
    places = re.findall(rf'<li><a href="{path}\?place=(\d+)"', pages[0].text)
    pages = [admin.get(f"{path}?place={place}") for place in places]
    assert len(pages) > 2
    assert all(len(one.content) <= LARGEST for one in pages)
    shown = [int(start) for one in pages for start in re.findall(r'class="ln [^"]+" id="l(\d+)"', one.text)]
    assert shown == sorted(set(shown))
    assert len(shown) == 900


def signed_in(visitor: TestClient) -> TestClient:
    visitor.get("/sign-in", params={"key": visitor.app.state.trial.code()})  # type: ignore[attr-defined]
    return visitor


def test_who_may_not_import_sees_no_such_pages(visitor: TestClient) -> None:
    visitor.cookies.clear()
    page = visitor.get("/plans").text
    assert 'href="/import"' not in page
    assert 'href="/check"' not in page


@pytest.mark.browser
def test_a_draft_is_checked_and_stored_nowhere(open_page: Open, visitor: TestClient, axe: Axe) -> None:
    page = open_page("/check", expect="核对草稿")
    drop(page, "#drop", ("草稿.docx", numbered(SHORT.encode())))
    page.wait_for_selector("#result:not([hidden])")
    answer = visitor.post("/api/v1/checks", headers=ADMIN, files={"file": ("plan.txt", SHORT.encode())}).json()
    wanted = [gap for gap in answer["gaps"] if gap["kind"] != "unreviewed"]
    assert page.locator("#gaps > li").count() == len(wanted) > 50
    first = page.locator("#gaps > li").first.inner_text()
    assert wanted[0]["take_up"]["wording"] in first
    assert "建议" in first
    assert page.locator("#cover tbody tr").count() == 23
    with page.expect_download() as given:
        page.click("#as-docx")
    assert given.value.suggested_filename == "371100-edu-2020-check.docx"
    assert Path(given.value.path()).read_bytes()[:2] == b"PK"
    with page.expect_download() as given:
        page.click("#as-json")
    assert json.loads(Path(given.value.path()).read_text(encoding="utf-8"))["counts"] == answer["counts"]
    assert page.locator("#known").is_hidden()
    page.evaluate(
        "document.querySelectorAll('#gaps > li:nth-child(n+6), #cover tr:nth-child(n+4)').forEach(e => e.remove())"
    )
    assert axe(page) == []


@pytest.mark.browser
def test_a_draft_of_nobody_knows_whom_is_asked_about(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/language/en?next=/check")
    choose(page, "#file", HOSTILE_NAME, NOWHERE)
    page.wait_for_selector("#known:not([hidden])")
    assert page.inner_text("#problem")
    assert "⟦202E⟧<img src=x" in page.inner_text("#said")
    page.fill("#known [name=adcode]", "371100 日照市")
    page.select_option("#known [name=domain]", "edu")
    page.fill("#known [name=year]", "2020")
    page.keyboard.press("Enter")
    page.wait_for_selector("#result:not([hidden])")
    assert "against" in page.inner_text("#about")
    assert page.evaluate("document.documentElement.scrollWidth") == 1366
