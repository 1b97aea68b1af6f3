"""The audit over the API: what each write leaves there, its filters and pages, and that nothing changes it."""

import time
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.db import Database
from app.services import audit_chain
from tests.audit.stores import fill, tampering
from tests.factories import AUDITOR

URL = "/api/v1/audit"
SEEDS = Path(__file__).parents[2] / "seeds" / "documents"
SHANDONG = "/api/v1/plans/370000-edu-2020"
TEXT = "云河市2020年教育工作要点\n1.办好学校。新建学校3所。\n"


def newest(client: TestClient, count: int = 1, **params: object) -> list[dict]:
    """The newest entries, oldest of them first."""
    answer = client.get(URL, params={"limit": count, **params}, headers=AUDITOR)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"][::-1]


def test_registering_a_jurisdiction(client: TestClient) -> None:
    body = {"adcode": "100000", "name": "中国"}
    answer = client.post("/api/v1/jurisdictions", json=body, headers={"X-Request-ID": "id-1"})
    client.post("/api/v1/jurisdictions", json=body)
    client.post("/api/v1/jurisdictions", json=body | {"name": "另一个"})
    client.post("/api/v1/jurisdictions", json={"adcode": "370100", "name": "济南市"})
    first, second = newest(client, 10)
    assert first["after"] == answer.json()
    assert (first["action"], first["outcome"], first["subject"]) == ("jurisdiction.create", "done", "100000")
    assert (first["request_id"], first["client"], first["actor"]) == ("id-1", "testclient", "key:000000000004")
    assert second["outcome"] == "unchanged", "what failed was rolled back, its entry too"


def test_importing(own_seeded_client: TestClient) -> None:
    client = own_seeded_client
    text = (SEEDS / "371300-edu-2020.txt").read_bytes()
    form = {"adcode": "371300", "domain": "edu", "year": "2020", "edition_note": "订正"}
    for data in (text, text.replace("办好".encode(), "办很好".encode())):
        assert client.post("/api/v1/plans", files={"file": ("x.txt", data)}, data=form).status_code in {200, 201}
    same, carried, new = newest(client, 3)
    assert (carried["action"], carried["request_id"]) == ("edition.carry", new["request_id"])
    assert (same["outcome"], same["before"]) == ("unchanged", same["after"])
    assert (new["outcome"], new["adcode"], new["subject"]) == ("done", "371300", "371300-edu-2020")
    assert (new["before"]["number"], new["after"]["number"], new["after"]["note"]) == (1, 2, "订正")
    form = {"adcode": "379900", "name": "云河市", "domain": "edu", "year": "2020"}
    assert client.post("/api/v1/plans", files={"file": ("y.txt", TEXT.encode())}, data=form).status_code == 201
    place, plan = newest(client, 2)
    assert (place["action"], plan["action"], plan["before"]) == ("jurisdiction.create", "plan.import", None)
    assert place["request_id"] == plan["request_id"]


@pytest.mark.parametrize("dry", [False, True])
def test_a_link_run(own_seeded_client: TestClient, dry: bool) -> None:
    client = own_seeded_client
    last = newest(client)[0]["number"]
    answer = client.post(f"{SHANDONG}/link-runs", json={"dry_run": dry}, headers={"X-Request-ID": "run-1"})
    deadline = time.monotonic() + 60
    while client.get(answer.headers["location"]).json()["state"] not in {"succeeded", "failed"}:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    found = newest(client, 20)
    found = [entry for entry in found if entry["number"] > last]
    proposals = [] if dry else ["link-run.propose"] * 3
    assert [entry["action"] for entry in found] == ["link-run.start", *proposals, "link-run.finish"]
    assert {entry["request_id"] for entry in found} == {"run-1"}, "the worker's entries name the request as well"
    assert found[-1]["after"]["counts"]["kept"] > 0
    assert found[0]["subject"] == found[-1]["subject"] == answer.json()["id"]


def test_a_link_run_that_fails(own_seeded_client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.linking.judge", lambda *_: 1 / 0)
    answer = own_seeded_client.post(f"{SHANDONG}/link-runs", json={})
    while own_seeded_client.get(answer.headers["location"]).json()["state"] != "failed":
        time.sleep(0.05)
    entry = newest(own_seeded_client)[0]
    assert (entry["action"], entry["outcome"]) == ("link-run.finish", "failed")
    assert "ZeroDivisionError" in entry["after"]["error"]


def test_thesauri(client: TestClient) -> None:
    group = {"terms": [{"term": "一键报警", "relation": "same", "preferred": True}]}
    any_version = {"If-Match": "*"}
    client.put("/api/v1/thesauri/health/groups/alarm", json=group)
    client.put("/api/v1/thesauri/health/groups/alarm", json=group, headers=any_version)
    client.delete("/api/v1/thesauri/health/groups/alarm", headers=any_version)
    table = "group,term,relation,preferred\nx,控辍保学,same,1\n"
    client.put("/api/v1/thesauri/health", content=table.encode(), headers=any_version)
    client.get("/api/v1/thesauri/health/export")
    client.get("/api/v1/thesauri/none/export")
    put, again, deleted, imported, exported = newest(client, 10)
    assert (put["before"], put["after"]["terms"]) == (None, group["terms"])
    assert (again["outcome"], again["before"]) == ("unchanged", put["after"])
    assert (deleted["action"], deleted["before"], deleted["after"]) == ("thesaurus.delete-group", put["after"], None)
    assert (imported["action"], imported["after"]["added"]) == ("thesaurus.import", 1)
    assert (exported["action"], exported["after"]["digest"]) == ("thesaurus.export", imported["after"]["digest"])


@pytest.mark.parametrize(
    ("address", "action"),
    [
        (f"{SHANDONG}/original", "plan.export"),
        (f"{SHANDONG}/gaps?format=csv&adcode=371300", "report.export"),
        (f"{SHANDONG}/coverage?format=xlsx", "report.export"),
        (f"{SHANDONG}/coverage/371300-edu-2020?format=csv", "report.export"),
        (f"{SHANDONG}/breakdown?format=xlsx", "report.export"),
        ("/api/v1/links?format=csv&upper=370000-edu-2020", "report.export"),
        (f"{SHANDONG}/cascade?format=graphml", "cascade.export"),
    ],
)
def test_exports(own_seeded_client: TestClient, address: str, action: str) -> None:
    before = newest(own_seeded_client)[0]["number"]
    assert own_seeded_client.get(address).status_code == 200
    entry = newest(own_seeded_client)[0]
    assert (entry["number"], entry["action"], entry["subject"]) == (before + 1, action, "370000-edu-2020")
    assert entry["adcode"] == "370000"
    own_seeded_client.get(f"{SHANDONG}/gaps")
    assert newest(own_seeded_client)[0]["number"] == before + 1, "reading a page is no export"


def test_filters_and_pages(database: Database, client: TestClient) -> None:
    fill(database, 20)
    every = newest(client, 500)
    assert [entry["number"] for entry in every] == list(range(1, 21))
    for name in ("actor", "action", "subject", "adcode"):
        value = every[7][name]
        wanted = [entry for entry in every if entry[name] == value]
        assert newest(client, 500, **{name: value}) == wanted, name
    part = newest(client, 500, since=every[4]["at"], until=every[9]["at"])
    assert part == every[4:9]
    assert newest(client, 500, actor="nobody") == []
    seen: list[dict] = []
    cursor: dict[str, str] = {}
    while True:
        page = client.get(URL, params={"limit": 3, "adcode": "371300", **cursor}, headers=AUDITOR).json()
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == [entry for entry in every[::-1] if entry["adcode"] == "371300"]
    assert (
        client.get(URL, params={"limit": 3, "actor": "x", **cursor}, headers=AUDITOR).json()["type"]
        == "/problems/bad-cursor"
    )
    naive = client.get(URL, params={"since": "2026-01-01T00:00:00"}, headers=AUDITOR).json()
    assert naive["errors"][0]["pointer"] == "/query/since"
    assert "时区" in naive["errors"][0]["detail"]
    assert "日期" in client.get(URL, params={"since": "soon"}, headers=AUDITOR).json()["errors"][0]["detail"]


def test_the_head(database: Database, client: TestClient) -> None:
    assert client.get(f"{URL}/head", headers=AUDITOR).json()["count"] == 0
    fill(database, 3)
    head = client.get(f"{URL}/head", headers=AUDITOR)
    assert (head.json()["count"], head.json()["mac"]) == (3, newest(client)[0]["mac"])
    assert audit_chain.verify(database, audit_chain.exported_head(database, head.text, "")).ok


def test_no_address_changes_it(app: FastAPI, client: TestClient) -> None:
    described = {path: set(item) for path, item in app.openapi()["paths"].items() if path.startswith(URL)}
    assert described == {URL: {"get"}, f"{URL}/head": {"get"}}
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert client.request(method, URL, headers=AUDITOR).status_code == 405


def test_an_altered_audit_is_told_of(database: Database, client: TestClient) -> None:
    fill(database, 3)
    with tampering(database) as connection:
        connection.exec_driver_sql("UPDATE audit_entry SET body = 'x' WHERE number = 2")
        connection.exec_driver_sql("UPDATE audit_head SET mac = 'x'")
    damaged = client.get(URL, headers=AUDITOR)
    assert (damaged.status_code, damaged.json()["type"]) == (500, "/problems/audit-damaged")
    assert "luoshi audit verify" in damaged.json()["detail"]
    assert client.get(f"{URL}/head", headers=AUDITOR).json()["type"] == "/problems/audit-unavailable"
    refused = client.post("/api/v1/jurisdictions", json={"adcode": "100000", "name": "中国"})
    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/audit-unavailable")
    assert client.get("/api/v1/jurisdictions").json()["items"] == [], "no write without its entry"
