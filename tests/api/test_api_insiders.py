"""What somebody tries who has a key, and means harm: each attempt changes nothing, or what it says, and is never a 500."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from app.models.base import now
from app.permissions import Role
from app.services import audit_chain
from tests.factories import AS, AUDITOR, KEYS, PROVINCE, SECURITY

LINKS = "/api/v1/links"
GAPS = f"/api/v1/plans/{PROVINCE}/gaps"


@pytest.fixture
def client(own_seeded_client: TestClient) -> TestClient:
    return own_seeded_client


def links(client: TestClient, count: int) -> list[dict]:
    found: list[dict] = client.get(LINKS, params={"upper": PROVINCE, "limit": count}).json()["items"]
    return found


def batch(client: TestClient, body: object, role: Role = Role.REVIEWER) -> tuple[int, dict]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = AS[role] | {"Content-Type": "application/json"}
    answer = client.post(f"{LINKS}/decisions", content=content, headers=headers)
    return answer.status_code, answer.json()


def test_batches_that_are_none(client: TestClient) -> None:
    link = links(client, 1)[0]
    one = {"id": link["id"], "version": 1}
    good: dict[str, Any] = {"links": [one], "status": "rejected", "reason": "不是一回事"}
    wrong: list[dict | bytes] = [
        good | {"links": [one, one]},
        good | {"links": [one, one | {"version": 2}]},
        good | {"links": []},
        good | {"links": [{"id": str(number), "version": 1} for number in range(501)]},
        good | {"links": [one | {"version": -1}]},
        good | {"links": [one | {"id": "a\0b"}]},
        good | {"links": [one | {"id": "\ud800"}]},
        good | {"links": [one | {"id": "x" * 33}]},
        good | {"links": [one | {"decided_by": "boss"}]},
        *(
            good | {"reason": reason}
            for reason in ("a\0b", "a\ud800b", " \t ", "\u200b\u2060", "\u202e", "。", "x" * 2001)
        ),
        *(good | {"status": status} for status in ("stale", "proposed", "CONFIRMED", None)),
        good | {"decided_by": "boss"},
        b"[" * 100_000,
        b'{"links":[{"id":"x","version":NaN}],"status":"confirmed"}',
        b'{"links":[{"id":"x","version":' + b"9" * 5000 + b'}],"status":"confirmed"}',
        b"\xff",
    ]
    for body in wrong:
        status, problem = batch(client, body)
        assert status in {400, 422}, (body[:80] if isinstance(body, bytes) else body, problem)
    unknown = batch(client, good | {"links": [one | {"id": one["id"].upper()}, one | {"version": 10**30}]})
    assert (unknown[0], unknown[1]["decided"]) == (200, 0)
    assert client.get(f"{LINKS}/{link['id']}").json()["version"] == 1


@pytest.mark.parametrize(
    "tag", ["1", '"1"x', '*, "1"', 'W/"1"', '"01"', '"+1"', '"-1"', '"1', "'1'", '"1";"1"', ",", '"1" "1"', "* *"]
)
def test_tags_that_do_not_say_what_was_seen(client: TestClient, tag: str) -> None:
    address = f"{LINKS}/{links(client, 1)[0]['id']}"
    assert client.patch(address, json={"status": "confirmed"}, headers={"If-Match": tag}).status_code == 412


@pytest.mark.parametrize("tag", ['"1"', '"7", "1"', ' , "7" ,, "1",', 'W/"1", "1"', "*", " * "])
def test_tags_that_do(client: TestClient, tag: str) -> None:
    address = f"{LINKS}/{links(client, 1)[0]['id']}"
    assert client.patch(address, json={"status": "confirmed"}, headers={"If-Match": tag}).status_code == 200


def test_texts_that_no_database_holds(client: TestClient) -> None:
    gap = client.get(GAPS, params={"limit": 1}).json()["items"][0]["id"]
    file = "临沂市2020年卫生工作要点\n1.办好医院。新建医院3所。\n".encode()
    form = {"adcode": "371300", "domain": "health"}
    escaped = {"content-type": "application/json"}
    tries = [
        client.put(
            f"{GAPS}/{gap}/decision", content=rb'{"decision":"refuted","reason":"x","link":"a\u0000b"}', headers=escaped
        ),
        client.put(f"{GAPS}/{gap}/decision", content=rb'{"decision":"confirmed","reason":"a\ud800b"}', headers=escaped),
        client.post("/api/v1/keys", content=rb'{"role":"viewer","note":"a\udfff"}', headers=SECURITY | escaped),
        client.post("/api/v1/jurisdictions", content=rb'{"adcode":"371399","name":"a\u0000b"}', headers=escaped),
        client.post("/api/v1/plans", files={"file": ("a.txt", file)}, data=form | {"name": "a\0b"}),
        client.post("/api/v1/plans", files={"file": ("a.txt", file)}, data=form | {"edition_note": "a\0b"}),
        client.post(
            "/api/v1/plans",
            files={"file": ("a.txt", file)},
            data=form | {"corrections": '{"metadata":{"issuer":"a\\u0000b"}}'},
        ),
        client.patch(
            f"{LINKS}/x", content=rb'{"status":"rejected","reason":"a\ud800"}', headers=escaped | {"If-Match": "*"}
        ),
        client.get("/api/v1/plans", params={"q": "a\0b"}),
    ]
    assert [answer.status_code for answer in tries] == [422] * len(tries), [answer.text for answer in tries]
    named = client.post(
        "/api/v1/plans",
        files={"file": ("a\0b\ud800.txt".encode("utf-8", "surrogatepass").decode("latin-1"), file)},
        data=form,
    )
    assert named.status_code in {201, 422}, named.text


def test_a_key_makes_no_key_that_reaches_further(client: TestClient) -> None:
    made = client.post("/api/v1/keys", json={"role": "security_admin", "adcode": "371300"}, headers=SECURITY).json()
    own = {"Authorization": f"Bearer {made['key']}"}
    for body in ({"role": "admin"}, {"role": "admin", "adcode": "370000"}, {"role": "admin", "adcode": "370200"}):
        assert client.post("/api/v1/keys", json=body, headers=own).status_code == 403, body
    for extra in ({"created_by": "boss"}, {"prefix": "0" * 12}, {"days": 10**9}, {"days": -1}, {"role": ["admin"]}):
        more = {"role": "viewer", "adcode": "371300", **extra}
        assert client.post("/api/v1/keys", json=more, headers=own).status_code == 422, more
    foreign = KEYS[Role.ADMIN][:12]
    assert client.post(f"/api/v1/keys/{foreign}/rotations", json={}, headers=own).status_code == 404
    assert client.delete(f"/api/v1/keys/{foreign}", headers=own).status_code == 404
    assert client.get("/api/v1/plans").status_code == 200


def test_another_ones_idempotency_key_opens_nothing(client: TestClient) -> None:
    body = {"links": [{"id": links(client, 1)[0]["id"], "version": 1}], "status": "confirmed"}
    made = client.post("/api/v1/keys", json={"role": "reviewer", "adcode": "320000"}, headers=SECURITY).json()
    name = {"Idempotency-Key": "the-same"}
    first = client.post(f"{LINKS}/decisions", json=body, headers=AS[Role.REVIEWER] | name)
    other = client.post(f"{LINKS}/decisions", json=body, headers={"Authorization": f"Bearer {made['key']}"} | name)
    assert (first.json()["decided"], other.json()["decided"], other.json()["refused"]) == (1, 0, 1)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1//keys",
        "//api/v1/keys",
        "/api/v1/../v1/keys",
        "/api/v1%2Fkeys",
        "/API/V1/keys",
        "/api/v1/keys%2F",
        "/api/v1;/keys",
        "/api/v1/plans/%2e%2e/keys",
        "/./api/v1/keys",
        "/api/%76%31/keys",
        "/api/v1/keys/",
        "/api/v1/keys%23",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "TRACE", "get"])
def test_no_spelling_of_an_address_gets_around_the_table(seeded_client: TestClient, method: str, path: str) -> None:
    headers = {"Authorization": f"Bearer {KEYS[Role.VIEWER]}"}
    codes = {
        seeded_client.request(method, path, headers=given, follow_redirects=True).status_code
        for given in (headers, {"Authorization": ""})
    }
    assert codes <= {401, 403, 404, 405}


def test_a_clock_that_goes_back_changes_no_order(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = links(client, 2)
    yesterday: datetime = now() - timedelta(days=1)
    moments = []
    for link, clock in ((first, now), (second, lambda: yesterday)):
        for module in ("cascades", "decisions", "access_keys"):
            monkeypatch.setattr(f"app.services.{module}.now", clock, raising=False)
        monkeypatch.setattr("app.audit.journal.now", clock)
        status, answer = batch(client, {"links": [{"id": link["id"], "version": 1}], "status": "confirmed"})
        assert (status, answer["decided"]) == (200, 1)
        moments.append(client.get(f"{LINKS}/{link['id']}").json()["decided_at"])
    assert moments[0] < moments[1]
    database: Database = client.app.state.database  # type: ignore[attr-defined]
    assert audit_chain.verify(database).ok
    entries = client.get("/api/v1/audit", params={"limit": 2}, headers=AUDITOR).json()["items"]
    assert [entry["subject"] for entry in entries] == [second["id"], first["id"]], "by number, not by the clock"
