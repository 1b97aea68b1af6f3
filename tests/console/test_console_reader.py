"""The reader: a plan in its own words and order, its margin, its outline, its parts; and the list of plans."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import BrowserContext, Page

from tests.console.conftest import LARGEST, Open
from tests.factories import ADMIN, CITY, PROVINCE

Axe = Callable[[Page], list[str]]
V1 = "/api/v1/plans"
PLANS = ["320000-edu-2020", PROVINCE, "370200-edu-2020", "370800-edu-2021", CITY]

HOSTILE_NAME = '\u202e要点<img src=x onerror=alert(1)>".txt'
HOSTILE = """日照市教育局<script>alert(1)</script>2020年工作要点

全市教育工作的思路是：<img src=x onerror=alert(2)>\u202e办好\u2066教育。
一、抓好<b onclick=alert(3)>落实</b>\u202e
1.改善<script>alert(4)</script>条件\u202e。新建<iframe src=//evil.example></iframe>学校10所。开展"><svg onload=alert(5)>检查。
2.加强{{ 7*7 }}${7*7}管理。排查\u202eevil\u202c安全隐患。（责任科室：<a href=javascript:alert(6)>安全科</a>；完成时限：12月底）
日照市教育局
2020年3月1日
"""


def words(page: str) -> str:
    """The words of the document as the page shows it, without spaces and without what the margin and we add."""
    inner = page[page.index('<div class="page">') : page.index("</article>")]
    inner = re.sub(r'<div class="beside">.*?</div>', "", inner, flags=re.DOTALL)
    inner = re.sub(r'<p class="(hidden|note[^"]*)">.*?</p>|(?<=">)<b>[\d.]+</b>', "", inner, flags=re.DOTALL)
    return "".join(unescape(re.sub(r"<[^>]+>", "", inner)).split())


def whole(client: TestClient, plan: str) -> list[str]:
    """All parts of a plan."""
    first = client.get(f"/plans/{plan}").text
    count = max([1, *map(int, re.findall(r"[?]part=(\d+)", first))])
    return [first, *(client.get(f"/plans/{plan}?part={number}").text for number in range(2, count + 1))]


def store(client: TestClient, text: str, name: str = "plan.txt", **form: str) -> dict:
    answer = client.post(V1, headers=ADMIN, files={"file": (name, text.encode())}, data=form)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.parametrize("plan", PLANS)
def test_a_plan_is_shown_in_its_own_words_and_order(visitor: TestClient, plan: str) -> None:
    pages = whole(visitor, plan)
    assert all(len(page.encode()) <= LARGEST for page in pages)
    shown = "".join(map(words, pages))
    found = visitor.get(f"{V1}/{plan}/breakdown").json()
    texts = [*(row["text"] for row in found["before"])]
    for section in found["sections"]:
        texts += [section["heading"], *section["text"]]
        texts += [item["label"] + item["text"] for item in found["items"] if item["section"] == section["position"]]
    texts += [row["text"] for row in found["after"]]
    assert shown == "".join("".join(texts).split())


def test_the_margin_of_a_province_says_who_carries_out_what(visitor: TestClient) -> None:
    page = "".join(whole(visitor, PROVINCE))
    for city, name in (("371300", "临沂"), ("370200", "青岛")):
        pair = visitor.get(f"{V1}/{PROVINCE}/coverage/{city}-edu-2020").json()
        wanted = [
            (task["coverage"], item["number"])
            for item in pair["items"]
            for task in item["tasks"]
            if task["applies_to"] == "city"
        ]
        link = rf'<a class="sign v-(\w+)" href="/cascades/{PROVINCE}/cities/{city}#i(\d+)"[^>]*>.*?{name}</a>'
        assert [(level, int(item)) for level, item in re.findall(link, page)] == wanted
        assert len(wanted) > 50
    assert "济宁</a>" not in page, "a plan of another year counts as none"


def test_the_margin_of_a_city_says_what_it_carries_out(visitor: TestClient) -> None:
    page = "".join(whole(visitor, CITY))
    links = visitor.get("/api/v1/links", params={"lower": CITY, "limit": 500}).json()["items"]
    wanted = sorted(
        (row["lower"].partition("/")[2], row["upper"].partition("/")[2], row["coverage"])
        for row in links
        if row["coverage"] and row["status"] in {"confirmed", "proposed", "stale"}
    )
    found = []
    for number, signs in re.findall(r'<p class="mark"><span class="n">([^<]+)</span>(.*?)</p>', page, re.DOTALL):
        for level, item, upper in re.findall(r'v-(\w+)" href="[^"]+#i(\d+)".*?</span>([\d.]+)</a>', signs, re.DOTALL):
            assert upper.split(".")[0] == item
            found.append((number, upper, level))
    tasks = [row for row in wanted if "." in row[0]]
    assert sorted(row for row in found if "." in row[0]) == tasks
    assert sum(number == "整条" for number, _, _ in found) == len(wanted) - len(tasks)


def test_a_trial_reads_and_corrects_nothing(visitor: TestClient) -> None:
    page = visitor.get(f"/plans/{PROVINCE}").text
    assert 'id="correct"' not in page
    assert f'href="/api/v1/plans/{PROVINCE}/original"' in page
    assert visitor.get("/plans/370000-edu-1999", headers={"Accept": "text/html"}).status_code == 404


def test_plans_are_listed_and_found(visitor: TestClient) -> None:
    page = visitor.get("/plans").text
    assert sorted(set(re.findall(r'href="/plans/([\w-]+)"', page))) == PLANS
    assert re.findall(r'href="/plans/([\w-]+)"', visitor.get("/plans", params={"q": "鲁教办"}).text) == [PROVINCE]
    assert "没有符合条件的要点" in visitor.get("/plans", params={"q": "<b>"}).text


@pytest.fixture(scope="module")
def others(shown_app: object) -> Iterator[TestClient]:
    """The same service with two more plans: a very long one, and one full of markup."""
    with TestClient(shown_app, follow_redirects=False) as client:  # type: ignore[arg-type]
        items = [f"{n}.推进第{n}项工作。" + "建立健全工作机制，开展专项检查；" * 9 for n in range(1, 301)]
        heads = [f"{'一二三'[n // 100]}、方面{n // 100}" if n % 100 == 0 else "" for n in range(300)]
        body = [line for pair in zip(heads, items, strict=True) for line in pair if line]
        store(client, "\n".join(["枣庄市教育局2020年工作要点", *body]), adcode="370400", year="2020", domain="edu")
        store(client, HOSTILE, HOSTILE_NAME, adcode="371100", year="2020", domain="edu")
        yield client


def test_a_long_plan_is_shown_in_parts(others: TestClient) -> None:
    pages = whole(others, "370400-edu-2020")
    assert len(pages) > 2
    assert [len(page.encode()) for page in pages if len(page.encode()) > LARGEST] == []
    for page in pages[:-1]:
        assert len(page.encode()) > LARGEST / 3, "no more parts than needed"
    shown = [int(number) for page in pages for number in re.findall(r'class="item" id="i(\d+)"', page)]
    assert shown == list(range(1, 301))
    assert '<div class="item" id="i300"' in others.get("/plans/370400-edu-2020?part=999").text


def test_what_a_plan_says_is_only_shown(others: TestClient) -> None:
    page = others.get("/plans/371100-edu-2020").text
    assert not re.search(r"<(script(?! defer)|img|iframe|svg|b onclick|a href=javascript)", page, re.IGNORECASE)
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", page)
    assert "⟦202E⟧" in page
    assert "{{7*7}}${7*7}" in page
    assert "&lt;iframe src=//evil.example&gt;" in page
    assert quote(HOSTILE_NAME) not in page


@pytest.mark.browser
# Axe takes seconds for a long text, and finds no more in it than in a short one.
@pytest.mark.parametrize(
    ("path", "language"), [(f"/plans/{PROVINCE}", "zh"), ("/plans", "zh"), ("/plans/371100-edu-2020", "en")]
)
def test_everybody_can_use_it(open_page: Open, axe: Axe, others: TestClient, path: str, language: str) -> None:
    page = open_page(f"/language/{language}?next={path}")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 1366


@pytest.mark.browser
def test_the_outline_keeps_the_place(open_page: Open) -> None:
    page = open_page(f"/plans/{CITY}", expect="加强党对教育工作的领导")
    now = page.locator("#outline [aria-current]")
    page.click("#outline >> text=稳步推进考试招生制度改革")
    page.wait_for_selector("#outline [href='#i8'][aria-current]")
    assert 0 <= page.locator("#i8").evaluate("e => e.getBoundingClientRect().top") < 60
    page.mouse.move(700, 400)
    page.mouse.wheel(0, 3000)
    page.wait_for_selector(",".join(f"#outline [href='#i{number}'][aria-current]" for number in range(12, 36)))
    assert now.count() == 1
    top, bottom = page.evaluate(
        "(() => { const b = document.querySelector('#outline [aria-current]').getBoundingClientRect();"
        " return [b.top, b.bottom]; })()"
    )
    assert 0 <= top < bottom <= 768, "the outline scrolls along"


@pytest.mark.browser
def test_it_is_read_by_keyboard_alone(open_page: Open) -> None:
    page = open_page(f"/plans/{PROVINCE}")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.outline') !== null"), "the outline comes first"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**#i1")
    # From the place reached the next stops are the marks of its commitments.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.mark') !== null")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hash") == "#i1"


@pytest.mark.browser
def test_it_prints_the_text_and_its_margin(context: BrowserContext, open_page: Open) -> None:
    page = open_page(f"/plans/{PROVINCE}")
    page.emulate_media(media="print")
    seen = {name: page.locator(name).first.is_visible() for name in (".bar", ".along", ".page", ".mark .sign")}
    assert seen == {".bar": False, ".along": False, ".page": True, ".mark .sign": True}
