"""The overview: the matrix by mouse and by keyboard, its signs, its sizes, and the flow beside it."""

import io
import re
from collections.abc import Callable
from itertools import combinations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import BrowserContext, Page

from tests.console.conftest import LARGEST, Open
from tests.factories import PROVINCE
from tests.large_cascade import large, put_in

Axe = Callable[[Page], list[str]]


def rows_of(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<tr data-n="(\d+)">', page)]


def test_the_matrix_is_that_of_the_api(visitor: TestClient, overview_path: str) -> None:
    page = visitor.get(overview_path).text
    matrix = visitor.get(f"/api/v1/plans/{PROVINCE}/coverage").json()
    classes = {
        "covered": "c",
        "partial": "p",
        "missing": "m",
        "not_applicable": "a",
        "no_plan": "n",
        "other_period": "o",
    }
    lines = re.findall(r'<tr data-n="(\d+)">(.*?)</tr>', page, re.DOTALL)
    assert len(lines) == len(matrix["items"]) == 23
    for (number, line), item in zip(lines, matrix["items"], strict=True):
        assert int(number) == item["number"]
        assert item["title"] in line
        cells = re.findall(r'<td class="?([a-z])[a-z ]*"?>([\d/]*)\n', line)
        counted = [cell["full"] + cell["partial"] + cell["none"] for cell in item["cells"]]
        assert cells == [
            (classes[cell["verdict"]], f"{cell['full']}/{whole}" if whole else "")
            for cell, whole in zip(item["cells"], counted, strict=True)
        ]
    summary = matrix["summary"]
    for name in ("full", "partial", "none", "no_plan", "other_period"):
        assert f"<b>{summary[name]}</b>" in page


def test_marks_stand_on_proposals_and_on_what_has_changed(visitor: TestClient, overview_path: str) -> None:
    page = visitor.get(overview_path).text
    item = visitor.get(f"/api/v1/plans/{PROVINCE}/coverage").json()["items"][7]
    line = re.search(r'<tr data-n="8">(.*?)</tr>', page, re.DOTALL).group(1)  # type: ignore[union-attr]
    marks = ["q" in kind.split() for kind in re.findall(r'<td class="?([a-z ]+)"?>', line)[:-1]]
    assert marks == [cell["basis"] == "proposed" for cell in item["cells"]]
    assert any(marks)


def test_the_address_sorts_and_filters(visitor: TestClient, overview_path: str) -> None:
    everything = rows_of(visitor.get(overview_path).text)
    items = {item["number"]: item for item in visitor.get(f"/api/v1/plans/{PROVINCE}/coverage").json()["items"]}
    missing = rows_of(visitor.get(overview_path, params={"rows": "missing"}).text)
    assert missing == [n for n in everything if any(cell["none"] for cell in items[n]["cells"])]
    by_gaps = rows_of(visitor.get(overview_path, params={"sort": "gaps"}).text)
    none = [sum(cell["none"] for cell in items[n]["cells"]) for n in by_gaps]
    assert none == sorted(none, reverse=True)
    assert rows_of(visitor.get(overview_path, params={"q": "大班額"}).text) == [8], "in either script"
    assert "没有符合条件的条目" in visitor.get(overview_path, params={"q": "no such words"}).text
    with_plans = visitor.get(overview_path, params={"cities": "plans"}).text
    assert re.findall(r'data-a="(\d+)"', with_plans) == ["370200", "370800", "371300"]
    confirmed = visitor.get(overview_path, params={"basis": "confirmed"}).text
    assert not re.search(r'<td class="[a-z ]*q', confirmed)


def test_the_bar_leads_to_the_cascade_that_was_chosen(visitor: TestClient) -> None:
    for query, found in (
        ("adcode=320000&domain=edu&year=2020", "320000-edu-2020"),
        ("adcode=370000&domain=edu&year=2021", "370000-edu-2020"),
        ("adcode=990000", "320000-edu-2020"),
    ):
        assert visitor.get(f"/cascades?{query}").headers["location"] == f"/cascades/{found}"
    assert PROVINCE in visitor.get("/cascades").text, "most is known of it"


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh", "en"])
def test_everybody_can_use_it(open_page: Open, axe: Axe, overview_path: str, language: str) -> None:
    page = open_page(f"/language/{language}?next={overview_path}")
    assert axe(page) == []
    assert axe(open_page("/sign-out")) == []


@pytest.mark.browser
def test_it_fits_an_office_screen(open_page: Open, overview_path: str) -> None:
    page = open_page(overview_path, expect="山东省2020年教育工作要点承接总览")
    table = page.locator("#matrix")
    assert table.evaluate("e => [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight]") == [0, 0]
    wide, high = page.evaluate("[document.body.scrollWidth, document.body.scrollHeight]")
    assert wide == 1366
    assert high <= 768
    heights = page.locator("tbody tr").evaluate_all("rows => rows.map(row => row.offsetHeight)")
    assert max(heights) == min(heights), "no title needs a second line"


@pytest.mark.browser
def test_it_is_read_and_opened_by_mouse(open_page: Open, overview_path: str) -> None:
    page = open_page(overview_path)
    cell = page.locator('tr[data-n="8"] td').nth(11)
    cell.hover()
    said = page.inner_text("#readout")
    for part in ("临沂市", "8 实现失学辍学", "部分承接", "4/5"):
        assert part in said
    assert page.locator(".sankey path.on").count() > 0, "the item's bands light up"
    page.click(".tabs a >> text=青岛市")
    page.wait_for_load_state("load")
    assert "flow=370200" in page.url
    page.select_option('select[name="rows"]', "missing")
    page.click(".filters button")
    page.wait_for_load_state("load")
    assert "rows=missing" in page.url
    assert "flow=370200" in page.url


@pytest.mark.browser
def test_it_is_read_by_keyboard_alone(open_page: Open, overview_path: str) -> None:
    page = open_page(overview_path)
    keys = page.keyboard
    keys.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    keys.press("Enter")
    stops = 0
    while page.evaluate("document.activeElement.tagName") != "TD":
        keys.press("Tab")
        stops += 1
        assert stops < 60
    for key in ("ArrowDown", "ArrowRight", "End", "Home", "Control+End", "ArrowUp", "ArrowLeft"):
        keys.press(key)
    place = page.evaluate("[document.activeElement.parentNode.dataset.n, document.activeElement.cellIndex]")
    assert place == ["22", 15]
    assert "聊城市" in page.inner_text("#readout") or "滨州市" in page.inner_text("#readout")
    assert page.locator("tbody td[tabindex='0']").count() == 1


@pytest.mark.browser
def test_verdicts_survive_without_colour(open_page: Open, overview_path: str) -> None:
    page = open_page(overview_path)
    pictures = {}
    for kind in ("c", "p.l", "m", "a", "n", "o", "j"):
        shot = page.locator(f".legend .cell.{kind}").first.screenshot()
        pictures[kind] = Image.open(io.BytesIO(shot)).convert("L").resize((44, 32))
    for one, other in combinations(pictures, 2):
        differ = ImageStat.Stat(ImageChops.difference(pictures[one], pictures[other])).mean[0]
        assert differ > 2, f"{one} and {other} look alike in grey"
    signs = page.evaluate(
        "['c','p','m'].map(k => getComputedStyle(document.querySelector('.legend .cell.' + k), '::before').content)"
    )
    assert len(set(signs)) == 3


@pytest.fixture
def large_app(shown_app: FastAPI) -> FastAPI:
    """The application, which takes its cascade for one of 120 cities and 60 items."""
    put_in(shown_app, large(120, 60))
    return shown_app


@pytest.mark.browser
def test_the_largest_cascade_scrolls_under_fixed_heads(
    visitor: TestClient, overview_path: str, request: pytest.FixtureRequest, context: BrowserContext
) -> None:
    assert visitor.get(overview_path).status_code == 200
    app: FastAPI = request.getfixturevalue("large_app")
    try:
        page = context.new_page()
        answer = page.goto(overview_path)
        assert answer is not None
        assert 100_000 < len(answer.body()) <= LARGEST
        assert page.locator("tbody td:not(.total)").count() == 7200
        page.evaluate("document.getElementById('matrix').scrollTo(3000, 600)")
        at = page.evaluate(
            """() => ['thead th:nth-child(60)', 'tbody tr:nth-child(40) th', 'tfoot th'].map(s => {
              const box = document.getElementById('matrix').getBoundingClientRect();
              const cell = document.querySelector('.matrix ' + s).getBoundingClientRect();
              return [cell.top - box.top, cell.left - box.left, box.bottom - cell.bottom].map(Math.round)})"""
        )
        assert at[0][0] <= 1, "heads of columns stay"
        assert at[1][1] <= 1, "heads of rows stay"
        assert at[2][2] <= 16, "totals stay, above the scroll bar"
    finally:
        app.state.database.derived.clear()
