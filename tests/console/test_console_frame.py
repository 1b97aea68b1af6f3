"""What every page has: guards, language, errors, files under lasting names, who may see what."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Playwright

import app.console
from app.console.assets import asset
from app.console.text import marked, seen
from app.console.words import WORDS
from app.main import create_app
from app.permissions import Role
from tests.browsers import Watch, chromium, serving
from tests.factories import KEYS, PROVINCE

HTML = {"Accept": "text/html"}
CONSOLE = Path(app.console.__file__).parent
PAGES = ["/cascades", f"/cascades/{PROVINCE}", "/plans", f"/plans/{PROVINCE}", "/import", "/sign-in", "/nowhere"]
FORM = {"Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_guarded(visitor: TestClient, path: str) -> None:
    page = visitor.get(path, headers=HTML)
    assert page.headers["content-type"].startswith("text/html")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["cache-control"] == "no-store"
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?! defer src=)", page.text)
    assert not re.search(r"(src|href|action)=\"(https?:)?//", page.text)


def test_files_have_lasting_names(visitor: TestClient) -> None:
    page = visitor.get("/cascades").text
    loaded = set(re.findall(r'="(/assets/[^"]+)"', page))
    assert {asset("console.css"), asset("console.js"), asset("icon.svg")} <= loaded
    for path in loaded:
        assert re.fullmatch(r"/assets/[a-z]+\.[0-9a-f]{10}\.(css|js|svg)", path)
        answer = visitor.get(path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    gone = visitor.get("/assets/console.0000000000.css")
    assert (gone.status_code, gone.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert visitor.get("/assets/..%2Fconsole.css").status_code == 404


def test_the_style_sheet_suits_old_browsers(visitor: TestClient) -> None:
    style = visitor.get(asset("console.css")).text
    # Chromium 90 knows none of them.
    assert not re.search(r":has\(|@container|@layer|&|color-mix|\bdvh\b|text-wrap|inset-inline\b", style)
    assert "url(" not in style
    for script in sorted(file.name for file in (CONSOLE / "static").glob("*.js")):
        # ES2018 and later: no optional chaining, no nullish operator, no private fields.
        assert not re.search(r"\?\.\w|\?\?|#\w+\s*=|\.replaceAll\(|\.at\(", visitor.get(asset(script)).text)


def test_the_language_is_chosen_and_remembered(visitor: TestClient) -> None:
    assert '<html lang="zh-CN">' in visitor.get("/cascades", headers={"Accept-Language": "en"}).text
    answer = visitor.get("/language/en", params={"next": "/cascades?year=2020"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/cascades?year=2020")
    page = visitor.get("/cascades").text
    assert '<html lang="en">' in page
    assert "Overview" in page
    # The API speaks to the same browser in the same language.
    assert "There is no" in visitor.get("/api/v1/plans/370000-edu-1999").json()["detail"]
    assert visitor.get("/language/zh", params={"next": "//evil.example"}).headers["location"] == "/"
    assert "总览" in visitor.get("/cascades").text
    assert visitor.get("/language/fr").status_code == 422


def test_every_word_is_there_in_both_languages() -> None:
    for name, (zh, en) in WORDS.items():
        assert zh, name
        assert en, name
        assert set(re.findall(r"{\w+}", zh)) == set(re.findall(r"{\w+}", en)), name


def test_no_word_is_left_over() -> None:
    files = [file for file in CONSOLE.rglob("*") if file.suffix in {".html", ".py"} and file.name != "words.py"]
    used = "".join(file.read_text(encoding="utf-8") for file in files)
    # Words of a code of the API: w.of_name('c_' ~ change.kind).
    made = tuple(re.findall(r"of_name\('(\w+_)' ~", used))
    left = [
        name for name in WORDS if not name.startswith(made) and not re.search(rf"\bw\.{name}\b|[\"']{name}[\"']", used)
    ]
    assert left == []


def test_errors_are_pages_to_browsers_and_problems_to_programs(visitor: TestClient) -> None:
    for path in ("/cascades/370000-edu-1999", "/nowhere"):
        page = visitor.get(path, headers=HTML)
        assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert 'role="alert"' in page.text
        assert page.headers["x-request-id"] in page.text
    assert visitor.get("/nowhere").headers["content-type"] == "application/problem+json"
    assert visitor.get("/api/v1/plans/x", headers=HTML).headers["content-type"] == "application/problem+json"
    wrong = visitor.get(f"/cascades/{PROVINCE}", params={"rows": "<b>"}, headers=HTML)
    assert wrong.status_code == 422
    assert "<b>" not in wrong.text


@pytest.fixture
def strict(visitor: TestClient) -> Iterator[TestClient]:
    """The same store, served for good: no trial."""
    made_for_good = create_app(visitor.app.state.settings)  # type: ignore[attr-defined]
    with TestClient(made_for_good, follow_redirects=False) as made:
        yield made


def test_without_a_session_every_page_leads_to_the_sign_in_page(strict: TestClient) -> None:
    assert strict.get("/").headers["location"] == "/sign-in"
    answer = strict.get(f"/cascades/{PROVINCE}?rows=gaps")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next=%2Fcascades%2F{PROVINCE}%3Frows%3Dgaps"
    answer = strict.post("/sign-in", data={"key": KEYS[Role.VIEWER], "next": "/cascades?year=2020"}, headers=FORM)
    assert answer.headers["location"] == "/cascades?year=2020"
    assert "承接矩阵" in strict.get("/").text


def test_a_trial_is_looked_at_without_signing_in(visitor: TestClient) -> None:
    assert visitor.get("/").headers["location"] == "/sign-in"
    page = visitor.get("/sign-in").text
    assert re.search(r'href="/cascades">不登录，直接查看', page)
    assert "试用 · 只读" in visitor.get("/cascades").text


@pytest.mark.parametrize("role", Role)
def test_pages_show_what_the_api_would(strict: TestClient, role: Role) -> None:
    strict.post("/sign-in", data={"key": KEYS[role]}, headers=FORM)
    page = strict.get(f"/cascades/{PROVINCE}", headers=HTML)
    api = strict.get(f"/api/v1/plans/{PROVINCE}/coverage")
    assert page.status_code == api.status_code
    assert ("承接矩阵" in page.text) == (api.status_code == 200)
    assert page.headers["content-type"].startswith("text/html")


def test_a_refused_page_is_on_record(strict: TestClient) -> None:
    strict.post("/sign-in", data={"key": KEYS[Role.SECURITY_ADMIN]}, headers=FORM)
    assert strict.get("/", headers=HTML).headers["location"] == "/keys"
    assert strict.get("/cascades", headers=HTML).status_code == 403
    strict.post("/sign-in", data={"key": KEYS[Role.AUDITOR]}, headers=FORM)
    entries = strict.get("/api/v1/audit", params={"action": "access.refuse"}).json()["items"]
    assert entries[0]["subject"] == "GET /cascades"


def test_unseen_characters_are_shown() -> None:
    assert seen("甲\u202e乙\u200b\x07\n") == "甲⟦202E⟧乙⟦200B⟧⟦0007⟧\n"
    assert (
        str(marked("<b>\u2066消除", [(0, 3), (2, 4), (9, 3), (3, 99)])) == "<bdi><mark>&lt;b&gt;⟦2066⟧消除</mark></bdi>"
    )


@pytest.mark.browser
def test_signing_in_works_where_nothing_is_encrypted(strict: TestClient, driver: Playwright) -> None:
    # On plain HTTP browsers send no Sec-Fetch-Site; all that tells our own form is its Origin.
    with (
        serving(strict.app) as address,  # type: ignore[arg-type]
        chromium(driver, f"--host-resolver-rules=MAP luoshi.intranet {address.removeprefix('http://')}") as browser,
    ):
        page = browser.new_page(locale="zh-CN")
        watch = Watch(page)
        page.goto("http://luoshi.intranet/")
        page.fill("#key", KEYS[Role.VIEWER])
        page.keyboard.press("Enter")
        page.wait_for_selector("table.matrix")
    assert not watch.wrong
