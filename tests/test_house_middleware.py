"""What every request passes through: ids, the guard of an open service, HEAD, the limit on bodies."""

import json
from collections.abc import Iterator

import pytest
from fastapi import FastAPI, UploadFile
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy.exc import OperationalError

from app.db import WriteSession
from app.main import create_app
from app.trial import Trial
from tests.factories import settings_for

# None of these tests needs a store; the address only has to be well formed.
NO_STORE = "sqlite:///no-store.db"
LIMIT = 2048
PROBLEM = {"type", "title", "status", "detail", "instance", "request_id", "errors"}


@pytest.fixture
def app() -> FastAPI:
    app = create_app(settings_for(NO_STORE, max_body_bytes=LIMIT, log_level="INFO"), Trial("cli:test"))

    @app.get("/thing/{number}")
    def thing(number: int) -> dict[str, int]:
        return {"number": number}

    @app.post("/upload")
    def upload(file: UploadFile) -> dict[str, int | None]:
        return {"size": file.size}

    @app.post("/ignore")
    def ignore() -> dict[str, str]:
        return {}

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret detail")

    @app.get("/away")
    def away(session: WriteSession) -> None:
        del session
        raise OperationalError("SELECT 1", None, Exception("no route to database"))

    return app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def problem(response: Response, status: int, slug: str) -> dict[str, object]:
    """The body of an error answer, after checking all that every error answer has."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, object] = response.json()
    assert set(body) == PROBLEM
    assert body["type"] == f"/problems/{slug}"
    assert body["status"] == status
    assert body["instance"] == response.request.url.path
    assert body["request_id"] == response.headers["x-request-id"]
    return body


def test_every_answer_has_an_id_and_two_answers_have_different_ones(client: TestClient) -> None:
    first, second = (client.get("/thing/1").headers["x-request-id"] for _ in range(2))
    assert first != second
    assert len(first) == 32


@pytest.mark.parametrize("given", ["abc-1.2_3", "x" * 64])
def test_a_sane_id_from_a_proxy_is_kept(client: TestClient, given: str) -> None:
    assert client.get("/thing/1", headers={"X-Request-ID": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", 'a"b', "a;b", "é"])
def test_any_other_id_is_replaced(client: TestClient, given: str) -> None:
    response = client.get("/thing/1", headers={"X-Request-ID": given.encode("latin-1")})
    assert response.headers["x-request-id"] != given
    assert len(response.headers.get_list("x-request-id")) == 1


def test_one_access_line_per_request(client: TestClient, capsys: pytest.CaptureFixture[str]) -> None:
    client.get("/thing/1%0Afake?secret=1", headers={"X-Request-ID": "abc"})
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if '"request"' in line]
    assert len(lines) == 1
    line = lines[0]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/thing/1%0Afake", 422)
    assert line["request_id"] == "abc"
    assert line["duration_ms"] >= 0


def test_an_unexpected_error_tells_the_caller_its_id_and_the_log_the_rest(
    client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    response = client.get("/broken", headers={"X-Request-ID": "abc"})
    body = problem(response, 500, "internal-error")
    assert body["request_id"] == "abc"
    assert "abc" in str(body["detail"])
    assert "secret" not in response.text
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    [error] = [line for line in lines if line["event"] == "internal_error"]
    assert error["request_id"] == "abc"
    assert "secret detail" in error["exception"]


def test_a_database_that_is_away_is_503(client: TestClient) -> None:
    response = client.get("/away")
    problem(response, 503, "database-unavailable")
    assert response.headers["retry-after"] == "5"


def test_errors_are_chinese_or_english(client: TestClient) -> None:
    chinese = problem(client.get("/nothing"), 404, "unknown-address")
    english = problem(client.get("/nothing", headers={"Accept-Language": "en-GB,en"}), 404, "unknown-address")
    assert chinese["title"] == "没有这个地址"
    assert english["title"] == "No such address"


def test_a_wrong_method_names_the_right_ones(client: TestClient) -> None:
    response = client.delete("/thing/1")
    body = problem(response, 405, "method-not-allowed")
    assert "GET" in response.headers["allow"]
    assert "DELETE" in str(body["detail"])


def test_a_wrong_value_is_pointed_at(client: TestClient) -> None:
    body = problem(client.get("/thing/eight"), 422, "invalid-request")
    assert body["errors"] == [{"pointer": "/path/number", "detail": "应为整数"}]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:8000", "[::1]"])
def test_this_machines_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/thing/1", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["luoshi.example", "127.0.0.1.example:8000", "localhost.example", "", "[::1", "10.0.0.1", "u@evil.example"]
)
def test_any_other_name_is_refused(client: TestClient, host: str) -> None:
    problem(client.get("/thing/1", headers={"Host": host}), 421, "misdirected-request")


def test_whoever_asks_for_a_key_answers_to_any_name_or_to_those_that_are_set() -> None:
    for allowed, host, status in (
        ("", "luoshi.example", 200),
        ("luoshi.example, gov.example", "gov.example:8443", 200),
        ("luoshi.example", "127.0.0.1:8000", 200),
        ("luoshi.example", "evil.example", 421),
    ):
        with TestClient(create_app(settings_for(NO_STORE, allowed_hosts=allowed))) as client:
            assert client.get("/healthz", headers={"Host": host}).status_code == status, (allowed, host)


@pytest.mark.parametrize("path", ["/thing/1", "/thing/eight", "/nothing", "/docs", "/openapi.json", "/"])
def test_head_is_get_without_the_body(client: TestClient, path: str) -> None:
    get = client.get(path, follow_redirects=False)
    head = client.head(path, follow_redirects=False)
    for response in (get, head):
        del response.headers["x-request-id"]
    assert head.content == b""
    assert head.status_code == get.status_code
    assert head.headers == get.headers


def test_a_body_within_the_limit_arrives(client: TestClient) -> None:
    assert client.post("/upload", files={"file": b"x" * 1024}).json() == {"size": 1024}


@pytest.mark.parametrize("path", ["/upload", "/ignore", "/nothing"])
def test_a_body_declared_too_large_is_refused(client: TestClient, path: str) -> None:
    body = problem(client.post(path, content=b"x" * (LIMIT + 1)), 413, "body-too-large")
    assert str(LIMIT) in str(body["detail"])


def test_a_body_that_turns_out_too_large_is_refused(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
        for _ in range(8):
            yield b"x" * 1024
        yield b"\r\n--b--\r\n"

    response = client.post("/upload", content=chunks(), headers={"Content-Type": "multipart/form-data; boundary=b"})
    problem(response, 413, "body-too-large")


def test_a_body_that_nobody_reads_is_not_counted(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(8):
            yield b"x" * 1024

    # The route does not look at it, so there is nothing to protect; the server drops the rest.
    assert client.post("/ignore", content=chunks()).status_code == 200
