"""/openapi.json, /docs and /redoc: complete, and served without asking any other host."""

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import sync_playwright

from app.main import create_app
from tests.browsers import Watch, chromium, serving
from tests.factories import settings_for

# The pages need no store; the address only has to be well formed, and nothing is ever opened there.
NO_STORE = "sqlite:///no-store.db"
METHODS = {"get", "put", "post", "patch", "delete"}


@pytest.fixture(scope="module")
def bare() -> Iterator[TestClient]:
    """An application without a store: the pages need none."""
    with TestClient(create_app(settings_for(NO_STORE))) as client:
        yield client


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/docs/oauth2-redirect"])
def test_pages_name_no_other_host(bare: TestClient, path: str) -> None:
    page = bare.get(path)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    loaded = re.findall(r"(?:src|href)=\"([^\"]+)\"", page.text)
    assert not [address for address in loaded if not address.startswith("/docs/assets/")]
    assert not re.search(r"(src|href|url|spec-url)\s*[=:]\s*[\"'](https?:)?//", page.text)
    for address in loaded:
        assert bare.get(address).status_code == 200
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in re.search(r"script-src[^;]*", policy).group()  # type: ignore[union-attr]


def test_pages_respect_a_path_prefix() -> None:
    with TestClient(create_app(settings_for(NO_STORE, root_path="/luoshi"))) as client:
        # Some proxies take the prefix off, some leave it on.
        for path in ("/docs", "/redoc", "/luoshi/docs", "/luoshi/redoc"):
            page = client.get(path).text
            assert "/luoshi/openapi.json" in page
            assert '="/docs/assets' not in page
        assert client.get("/luoshi/docs/assets/swagger-ui.css").status_code == 200
        assert client.get("/openapi.json").json()["servers"][0]["url"] == "/luoshi"
        assert client.get("/", follow_redirects=False).headers["location"] == "/luoshi/sign-in"


def test_swagger_ui_reports_to_no_validator(bare: TestClient) -> None:
    # It would only do so on hosts other than 127.0.0.1, where no test of ours runs.
    assert '"validatorUrl": null' in bare.get("/docs").text


def test_home_leads_to_a_page(bare: TestClient) -> None:
    answer = bare.get("/", follow_redirects=False)
    assert answer.status_code == 303
    assert bare.get("/").status_code == 200


def test_every_operation_can_be_generated_from(bare: TestClient) -> None:
    document = bare.get("/openapi.json").json()
    tags = {tag["name"] for tag in document["tags"]}
    names = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert method in METHODS
            where = f"{method} {path}"
            names.append(operation["operationId"])
            assert re.fullmatch(r"[a-z]+(_[a-z]+)*", operation["operationId"]), where
            assert len(operation["tags"]) == 1, where
            assert set(operation["tags"]) <= tags, where
            assert operation["summary"], where
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert set(answer["content"]) == {"application/problem+json"}, f"{where}: {status}"
                    schema = answer["content"]["application/problem+json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/Problem"}
    assert len(names) == len(set(names))


def test_every_tag_is_used_and_described_twice(bare: TestClient) -> None:
    document = bare.get("/openapi.json").json()
    used = {tag for path in document["paths"].values() for operation in path.values() for tag in operation["tags"]}
    assert used == {tag["name"] for tag in document["tags"]}
    for tag in document["tags"]:
        assert re.search(r"[\u4e00-\u9fff]", tag["description"])
        assert re.search(r"[a-z]{3}", tag["description"])


def test_every_reference_leads_somewhere(bare: TestClient) -> None:
    response = bare.get("/openapi.json")
    schemas = response.json()["components"]["schemas"]
    assert {"Problem", "ProblemError"} <= set(schemas)
    assert "HTTPValidationError" not in response.text
    for reference in re.findall(r'"\$ref":\s*"#/components/schemas/([^"]+)"', response.text):
        assert reference in schemas


@pytest.mark.browser
@pytest.mark.parametrize(("path", "shown"), [("/docs", ".opblock-tag"), ("/redoc", "h1, h2")])
def test_pages_render_and_ask_only_this_host(path: str, shown: str) -> None:
    with (
        sync_playwright() as driver,
        chromium(driver) as browser,
        serving(create_app(settings_for(NO_STORE))) as address,
    ):
        page = browser.new_page()
        watch = Watch(page)
        page.goto(address + path)
        page.wait_for_selector(shown)
        page.wait_for_load_state("networkidle")
        text = page.inner_text("body")
    assert "落实" in text
    assert "/plans" in text
    assert not watch.wrong
    assert not watch.elsewhere(address)
