"""Every way a request can fail is answered by a problem with a sentence that says what to do."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from app import errors
from app.db import Database
from app.documents import DocumentError
from app.main import create_app
from app.permissions import Role
from app.settings import Settings
from tests.factories import ADMIN, AS, SECURITY

SHANDONG = "/api/v1/plans/370000-edu-2020"
LIMIT = 64 * 1024

DRAFT = "一、抓好落实\n1.改善办学条件。新建学校10所。\n".encode()
COUNTRY = {"adcode": "100000", "domain": "edu", "year": "2020"}
BAD_CORRECTIONS = {"files": {"file": DRAFT}, "data": {"corrections": '{"lines": [{"start": 9999, "kind": "item"}]}'}}

# method, address, what is sent, status, kind, what the Chinese sentence must tell
VIEWER = AS[Role.VIEWER]
WALK = [
    ("GET", "/api/v1/plans/370000-edu-2031", {}, 404, "not-found", "GET /api/v1/plans"),
    ("GET", "/api/v1/plans/nonsense", {}, 404, "not-found", "370000-edu-2020"),
    ("GET", f"{SHANDONG}/items/99", {}, 404, "not-found", "99"),
    ("GET", f"{SHANDONG}/items/99/implementers", {}, 404, "not-found", "99"),
    ("GET", f"{SHANDONG}/items/99/upstream", {}, 404, "not-found", "99"),
    ("GET", f"{SHANDONG}/items/eight", {}, 422, "invalid-request", "errors"),
    ("GET", f"{SHANDONG}/items/0", {}, 422, "invalid-request", "errors"),
    ("GET", f"{SHANDONG}/items/8/implementers?adcode=abc", {}, 422, "bad-adcode", "六位"),
    ("GET", f"{SHANDONG}/items/8/implementers?status=maybe", {}, 422, "invalid-request", "errors"),
    ("GET", f"{SHANDONG}/gaps?adcode=12", {}, 422, "bad-adcode", "六位"),
    ("GET", f"{SHANDONG}/gaps?kind=none", {}, 422, "invalid-request", "errors"),
    ("GET", f"{SHANDONG}/gaps?cursor=%21%21", {}, 422, "bad-cursor", "next_cursor"),
    ("GET", "/api/v1/plans?cursor=WyJ4IiwgWzFdXQ", {}, 422, "bad-cursor", "next_cursor"),
    ("GET", "/api/v1/plans?limit=501", {}, 422, "invalid-request", "errors"),
    ("GET", "/api/v1/plans?limit=0", {}, 422, "invalid-request", "errors"),
    ("GET", f"{SHANDONG}/gaps/missing-371300-99.9", {}, 404, "not-found", "gaps"),
    ("GET", f"{SHANDONG}/coverage/371400-edu-2020", {}, 404, "not-found", "371400"),
    ("GET", f"{SHANDONG}/coverage/320000-edu-2020", {}, 422, "not-an-upper-plan", "下级"),
    ("GET", f"{SHANDONG}/cascade?max_nodes=5", {}, 422, "graph-budget-exceeded", "max_nodes"),
    ("GET", f"{SHANDONG}/cascade?depth=-1", {}, 422, "invalid-request", "errors"),
    ("GET", f"{SHANDONG}/link-runs/none", {}, 404, "not-found", "link-runs"),
    ("POST", f"{SHANDONG}/link-runs", {"json": {"lower": "x"}}, 422, "invalid-request", "errors"),
    ("POST", f"{SHANDONG}/link-runs", {"json": {"lower": ["320000-edu-2020"]}}, 422, "not-an-upper-plan", "下级"),
    (
        "POST",
        f"{SHANDONG}/link-runs",
        {"content": b"{", "headers": {"content-type": "application/json"}},
        422,
        "invalid-request",
        "errors",
    ),
    ("GET", "/api/v1/links/none", {}, 404, "not-found", "GET /api/v1/links"),
    ("GET", "/api/v1/links?status=x", {}, 422, "invalid-request", "errors"),
    ("GET", "/api/v1/search", {}, 422, "invalid-request", "errors"),
    ("GET", "/api/v1/search?q=%20%E3%80%80", {}, 422, "empty-search", "q="),
    ("GET", "/api/v1/jurisdictions/370001x", {}, 422, "bad-adcode", "六位"),
    ("GET", "/api/v1/jurisdictions/990000", {}, 404, "not-found", "POST"),
    ("GET", "/api/v1/jurisdictions?level=village", {}, 422, "invalid-request", "errors"),
    ("POST", "/api/v1/jurisdictions", {"json": {"adcode": "371302"}}, 422, "invalid-request", "errors"),
    ("POST", "/api/v1/jurisdictions", {"json": {"adcode": "990100", "name": "某地"}}, 422, "missing-parent", "990000"),
    ("POST", "/api/v1/jurisdictions", {"json": {"adcode": "370000", "name": "某地"}}, 409, "conflict", "山东省"),
    ("POST", "/api/v1/plans", {}, 422, "invalid-request", "errors"),
    ("POST", "/api/v1/plans", {"files": {"file": b"%PDF-1.7"}}, 422, "unreadable-document", ""),
    (
        "POST",
        "/api/v1/plans",
        {"files": {"file": "1.完善机制。完善长效机制。".encode()}},
        422,
        "unidentified-plan",
        "adcode",
    ),
    ("POST", "/api/v1/plans", {"files": {"file": b"x"}, "data": {"year": "soon"}}, 422, "invalid-request", "errors"),
    ("POST", "/api/v1/plans", {"files": {"file": b"x" * 2 * LIMIT}}, 413, "body-too-large", str(LIMIT)),
    ("POST", "/api/v1/plans", BAD_CORRECTIONS, 422, "bad-corrections", "不在文中"),
    ("GET", "/api/v1/plans/previews/none", {}, 404, "not-found", "previews"),
    ("POST", "/api/v1/plans/previews", {}, 422, "invalid-request", "errors"),
    ("PATCH", "/api/v1/plans/previews/none", {"json": {"seal": 1}}, 422, "invalid-request", "errors"),
    ("POST", "/api/v1/checks", {"files": {"file": DRAFT}, "data": COUNTRY}, 422, "no-upper-jurisdiction", "against"),
    (
        "POST",
        "/api/v1/checks?format=pdf",
        {"files": {"file": DRAFT}, "data": COUNTRY},
        422,
        "invalid-request",
        "errors",
    ),
    ("GET", f"{SHANDONG}/gaps?format=pdf", {}, 422, "invalid-request", "errors"),
    ("GET", f"{SHANDONG}/coverage?format=pdf", {}, 422, "invalid-request", "errors"),
    ("GET", "/api/v1/links?format=docx", {}, 422, "invalid-request", "errors"),
    ("GET", "/api/v1/search?q=a%00", {}, 422, "invalid-request", "errors"),
    ("GET", "/api/v1/plans/x%00", {}, 422, "invalid-request", "errors"),
    ("GET", "/api/v1/plans?cursor=", {}, 422, "bad-cursor", "next_cursor"),
    ("POST", f"{SHANDONG}/link-runs", {"json": {"lower": []}}, 422, "invalid-request", "errors"),
    ("POST", f"{SHANDONG}/link-runs", {"json": {"lower": ["\0"]}}, 422, "invalid-request", "errors"),
    ("POST", "/api/v1/jurisdictions", {"json": {"adcode": "371304", "name": "  "}}, 422, "invalid-request", "errors"),
    ("POST", "/api/v1/jurisdictions", {"json": {"adcode": "371304", "name": "a\0b"}}, 422, "invalid-request", "errors"),
    (
        "POST",
        "/api/v1/plans",
        {"files": {"file": b"x"}, "data": {"edition_note": "\0"}},
        422,
        "invalid-request",
        "errors",
    ),
    ("GET", "/api/v1/thesauri/none", {}, 404, "not-found", "PUT"),
    ("GET", "/api/v1/thesauri/none/export", {}, 404, "not-found", "PUT"),
    ("GET", "/api/v1/thesauri/edu/groups/none-such", {}, 404, "not-found", "groups"),
    ("DELETE", "/api/v1/thesauri/edu/groups/none-such", {"headers": {"If-Match": "*"}}, 404, "not-found", "groups"),
    (
        "PUT",
        "/api/v1/thesauri/edu",
        {"content": b"x", "headers": {"content-type": "text/csv"}},
        422,
        "bad-thesaurus",
        "errors",
    ),
    ("PUT", "/api/v1/thesauri/edu/groups/x", {"json": {}}, 422, "invalid-request", "errors"),
    ("GET", "/api/v1/nothing", {}, 404, "unknown-address", "/docs"),
    ("GET", "/nothing", {}, 404, "unknown-address", "/docs"),
    ("DELETE", "/api/v1/plans", {}, 405, "method-not-allowed", "GET, HEAD, POST"),
    ("PUT", "/api/v1/links", {}, 405, "method-not-allowed", "GET"),
    ("GET", "/api/v1/plans", {"headers": {"host": "evil.example"}}, 421, "misdirected-request", "127.0.0.1"),
    ("GET", "/api/v1/plans", {"headers": {"authorization": ""}}, 401, "unauthenticated", "/sign-in"),
    ("GET", "/api/v1/nothing", {"headers": {"authorization": ""}}, 401, "unauthenticated", "/sign-in"),
    ("DELETE", "/api/v1/plans", {"headers": {"authorization": "Bearer x"}}, 401, "unauthenticated", "吊销"),
    ("POST", "/api/v1/jurisdictions", {"headers": VIEWER}, 403, "forbidden", "reviewer"),
    ("GET", "/api/v1/keys/none", {"headers": SECURITY}, 404, "not-found", "/api/v1/keys"),
    (
        "POST",
        "/api/v1/keys",
        {"headers": SECURITY, "json": {"role": "city_editor"}},
        422,
        "role-needs-adcode",
        "adcode",
    ),
]


@pytest.fixture(scope="module")
def walked(seeded_client: TestClient) -> Iterator[TestClient]:
    settings: Settings = seeded_client.app.state.settings  # type: ignore[attr-defined]
    with TestClient(
        create_app(settings.model_copy(update={"max_body_bytes": LIMIT, "allowed_hosts": "luoshi.example"})),
        headers=ADMIN,
    ) as client:
        yield client


@pytest.mark.parametrize("case", WALK, ids=[f"{n}-{case[0]}-{case[4]}" for n, case in enumerate(WALK)])
def test_every_error_is_a_problem(walked: TestClient, case: tuple[str, str, dict[str, object], int, str, str]) -> None:
    method, url, sent, status, kind, told = case
    response = walked.request(method, url, **sent)  # type: ignore[arg-type]
    assert response.status_code == status, response.text
    check(response, kind)
    problem = response.json()
    assert told in problem["detail"]
    assert any("\u4e00" <= char <= "\u9fff" for char in problem["detail"])
    assert problem["instance"] == unquote(url.partition("?")[0])
    if kind == "invalid-request":
        assert problem["errors"]
        assert all(entry["pointer"].startswith("/") and entry["detail"] for entry in problem["errors"])
    headers = {**sent.get("headers", {}), "Accept-Language": "en-GB,en;q=0.9"}  # type: ignore[dict-item]
    english = walked.request(method, url, **{**sent, "headers": headers}).json()  # type: ignore[arg-type]
    assert (english["type"], english["status"]) == (problem["type"], status)
    assert english["detail"] != problem["detail"]


def check(response: object, kind: str) -> None:
    assert response.headers["content-type"] == "application/problem+json"  # type: ignore[attr-defined]
    problem = response.json()  # type: ignore[attr-defined]
    assert set(problem) == {"type", "title", "status", "detail", "instance", "request_id", "errors"}
    assert problem["type"] == f"/problems/{kind}"
    assert problem["status"] == response.status_code  # type: ignore[attr-defined]
    assert problem["request_id"] == response.headers["x-request-id"]  # type: ignore[attr-defined]
    assert "{" not in problem["detail"]


def test_the_database_is_away(app: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("connection refused: secret-host:5432"))

    monkeypatch.setattr(app.state.database.engine.pool, "connect", away)
    for method, url in (("GET", "/readyz"), ("GET", "/api/v1/plans"), ("POST", f"{SHANDONG}/link-runs")):
        response = client.request(method, url, json={} if method == "POST" else None)
        assert response.status_code == 503
        check(response, "database-unavailable")
        assert response.headers["retry-after"]
        assert "LUOSHI_DATABASE_URL" in response.json()["detail"]
        assert "secret-host" not in response.text
    assert client.get("/healthz").status_code == 200, "alive, though not ready"


def test_a_real_database_that_is_not_there(tmp_path: Path) -> None:
    for url in ("postgresql://nobody@127.0.0.1:1/none", f"sqlite:///{tmp_path}/no/such/folder/luoshi.db"):
        with TestClient(create_app(Settings(database_url=url, database_timeout=1)), headers=ADMIN) as client:
            response = client.get("/api/v1/plans")
            assert response.status_code == 503
            check(response, "database-unavailable")


def test_an_unexpected_error_hides_its_cause(app: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Database, "ping", lambda _: 1 / 0)
    quiet = TestClient(app, raise_server_exceptions=False, headers=ADMIN)
    response = quiet.get("/readyz")
    assert response.status_code == 500
    check(response, "internal-error")
    assert "division" not in response.text
    assert response.json()["request_id"] in response.json()["detail"]


def test_two_requests_that_meet_are_told_apart(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a lost race looks like: the row was not there when the service looked, and is when it stores."""
    url = "/api/v1/jurisdictions"
    assert client.post(url, json={"adcode": "100000", "name": "中国"}).status_code == 201
    monkeypatch.setattr("app.services.jurisdictions.Session.get", lambda *_: None)
    response = client.post(url, json={"adcode": "100000", "name": "中国"})
    assert response.status_code == 409
    check(response, "conflict")


def test_too_many_files_are_being_read(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def waiting(*_: object) -> None:
        raise DocumentError("busy", "正在读取的文件太多。", "Too many files are being read.")

    monkeypatch.setattr("app.services.readings.documents.open_source", waiting)
    response = client.post("/api/v1/plans", files={"file": ("a.docx", b"PK")})
    assert response.status_code == 503
    check(response, "readers-busy")
    assert response.headers["retry-after"]


def test_every_kind_of_error_is_walked_or_declared() -> None:
    """A new kind of error comes with a case here."""

    def kinds(base: type[errors.DomainError]) -> set[str]:
        return {kind.slug for sub in base.__subclasses__() for kind in (sub,) if sub.zh} | {
            slug for sub in base.__subclasses__() for slug in kinds(sub)
        }

    # tests/api/test_api_previews.py and test_api_checks.py
    elsewhere = {"preview-outdated", "too-many-previews", "draft-too-large"}
    elsewhere |= {"database-unavailable", "internal-error", "cascade-too-large", "unacceptable-request", "readers-busy"}
    elsewhere |= {"file-too-large"}  # test_api_files
    # An altered audit (test_api_audit), and what only the command can be told (test_cli_audit).
    elsewhere |= {"audit-damaged", "audit-unavailable", "audit-not-lost", "bad-audit-head", "retention-too-short"}
    elsewhere |= {"cross-site-write", "too-many-attempts", "identity-provider-away"}  # test_api_sign_in
    elsewhere |= {"cross-site-write", "too-many-attempts"}  # test_api_sign_in
    # test_api_decisions and test_api_gap_decisions
    elsewhere |= {"precondition-required", "precondition-failed", "no-such-transition", "link-exists", "unknown-end"}
    elsewhere |= {"four-eyes", "not-the-proposer", "reason-missing", "idempotency-key-reused"}
    elsewhere |= {"key-shown-once"}  # test_api_preconditions
    elsewhere |= {"refutation-needs-link", "waiver-needs-expiry"}
    elsewhere |= {"bad-moment", "future-moment", "plan-withdrawn", "plan-stands", "not-the-withdrawer"}  # test_api_time
    elsewhere |= {"plan-holds-decisions", "plan-not-yet"}  # test_api_plans
    elsewhere |= {"link-end-gone", "edition-not-current"}  # test_api_editions
    elsewhere |= {"calibration-not-adopted"}  # test_api_calibrations
    elsewhere |= {"opinions-off", "bad-answers"}  # test_api_link_runs, test_cli_opinions
    assert kinds(errors.DomainError) == {case[4] for case in WALK} | elsewhere


def test_a_cascade_beyond_the_budget(seeded_client: TestClient) -> None:
    settings: Settings = seeded_client.app.state.settings  # type: ignore[attr-defined]
    with TestClient(create_app(settings.model_copy(update={"max_graph_nodes": 100})), headers=ADMIN) as client:
        response = client.get(f"{SHANDONG}/coverage")
    assert response.status_code == 422
    check(response, "cascade-too-large")
    assert "LUOSHI_MAX_GRAPH_NODES" in response.json()["detail"]


def test_a_cursor_belongs_to_its_filters(seeded_client: TestClient) -> None:
    cursor = seeded_client.get(f"{SHANDONG}/gaps", params={"limit": 1}).json()["next_cursor"]
    other = seeded_client.get(f"{SHANDONG}/gaps", params={"limit": 1, "cursor": cursor, "adcode": "371300"})
    assert other.status_code == 422
    check(other, "bad-cursor")
    same = seeded_client.get(f"{SHANDONG}/gaps", params={"limit": 7, "cursor": cursor})
    assert same.status_code == 200, "another page size is no other filter"


def test_operations_declare_their_errors(seeded_client: TestClient) -> None:
    document = seeded_client.get("/openapi.json").json()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            errors_declared = {code for code in operation["responses"] if code >= "400"}
            assert "503" in errors_declared or path == "/healthz", (method, path)
            if "{" in path and method != "put":
                assert "404" in errors_declared, (method, path)
            for code in errors_declared:
                content = operation["responses"][code]["content"]
                assert list(content) == ["application/problem+json"], (method, path, code)
    assert json.dumps(document).count("HTTPValidationError") == 0


@pytest.mark.parametrize(
    ("url", "keys"),
    [
        ("/api/v1/plans", [["\ud800"], [1], [[1]], [{"a": 1}], [None], ["a", "b"], []]),
        (f"{SHANDONG}/items", [[10**30], [True], ["1"], [1.5], [None]]),
        ("/api/v1/search?q=%E5%AD%A6%E6%A0%A1", [["a"], ["a", 1.5], ["a", 10**30], ["\ud800", 1]]),
        (f"{SHANDONG}/gaps", [[1, 2, 3], [float("nan")], [True, 1, float("inf"), "a", 1, 1, "b"]]),
        ("/api/v1/links", [[1], ["\0"]]),
    ],
)
def test_a_forged_cursor_is_no_cursor(seeded_client: TestClient, url: str, keys: list[list[object]]) -> None:
    more = f"{url}{'&' if '?' in url else '?'}"
    first = seeded_client.get(f"{more}limit=1").json()["next_cursor"]
    filters = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))[0]
    for key in keys:
        forged = base64.urlsafe_b64encode(json.dumps([filters, key]).encode()).decode().rstrip("=")
        response = seeded_client.get(f"{more}cursor={forged}")
        assert response.status_code == 422, (url, key)
        check(response, "bad-cursor")
