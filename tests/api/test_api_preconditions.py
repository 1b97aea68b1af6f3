"""Whoever changes something says what he has seen, and a request sent twice is done once: of every operation, by OpenAPI."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.db import Database
from app.main import create_app
from app.models import AccessKey, AuditEntry, IdempotencyKey
from app.permissions import PREFIX
from tests.factories import PROVINCE, SECURITY, settings_for

DOCUMENTS = Path(__file__).parents[2] / "seeds" / "documents"
# Operations that change something unseen, and why they may.
UNSEEN = {
    "revoke_key": "a key that leaked is shut out at once, whatever was noted on it meanwhile",
    "update_preview": "a draft, with If-Match if its user wants it; what is stored is what the confirmation's digest says",
    "delete_preview": "as update_preview",
}
# Operations that make something each time they are sent, and why they may.
TWICE = {
    "create_preview": "makes nothing but a draft that is forgotten by itself",
    "check_draft": "stores nothing",
    "restore_plan": "makes nothing: it puts back what was withdrawn, and of two the second finds it put back",
}
BODIES = {
    "decide_link": {"status": "confirmed"},
    "decide_change": {"decision": "confirmed"},
    "undo_calibration": {"status": "undone", "reason": "待核对"},
    "decide_gap": {"decision": "confirmed", "reason": "属实"},
    "put_group": {"terms": [{"term": "一键报警", "relation": "same", "preferred": True}]},
}
EDITED = (DOCUMENTS / f"{PROVINCE}.txt").read_bytes() + "。另行通知。".encode()
QUERIES = {"withdraw_plan": {"reason": "发错了"}}


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    method: str
    path: str
    described: dict[str, Any]

    def takes(self, header: str) -> bool:
        return any(parameter["name"] == header for parameter in self.described.get("parameters", []))


def operations(*methods: str) -> list[Operation]:
    document = create_app(settings_for("sqlite:///never-opened.db")).openapi()
    return [
        Operation(described["operationId"], method, path, described)
        for path, item in document["paths"].items()
        for method, described in item.items()
        if path.startswith(PREFIX) and method in methods
    ]


CHANGING = operations("put", "patch", "delete")
MAKING = operations("post")


@pytest.mark.parametrize("operation", CHANGING, ids=lambda operation: operation.name)
def test_what_changes_something_says_so(operation: Operation) -> None:
    if operation.name in UNSEEN:
        assert "428" not in operation.described["responses"], f"{operation.name} has no reason any more"
        return
    assert operation.takes("If-Match"), f"{operation.name}: take IfMatch, or give a reason in UNSEEN"
    assert {"412", "428"} <= set(operation.described["responses"])


@pytest.mark.parametrize("operation", MAKING, ids=lambda operation: operation.name)
def test_what_makes_something_takes_a_key(operation: Operation) -> None:
    assert operation.takes("Idempotency-Key") == (operation.name not in TWICE), operation.name


def test_the_reasons_are_about_what_there_is() -> None:
    assert set(UNSEEN) <= {operation.name for operation in CHANGING}
    assert set(TWICE) <= {operation.name for operation in MAKING}


def _address(client: TestClient, operation: Operation) -> str:
    """The address of something that is there, for any operation."""
    base = f"{PREFIX}/plans/{PROVINCE}"
    gap = client.get(f"{base}/gaps", params={"limit": 1}).json()["items"][0]["id"]
    if "{gap}" in operation.path:
        body = {"decision": "confirmed", "reason": "属实"}
        client.put(f"{base}/gaps/{gap}/decision", json=body)
    there = {
        "plan": PROVINCE,
        "number": 8,
        "gap": gap,
        "domain": "edu",
        "group": client.get(f"{PREFIX}/thesauri/edu/groups", params={"limit": 1}).json()["items"][0]["group"],
        "link": client.get(f"{PREFIX}/links", params={"limit": 1}).json()["items"][0]["id"],
    }
    if "{change}" in operation.path:
        client.post(f"{PREFIX}/plans", files={"file": ("plan.txt", EDITED)})
        changes = client.get(f"{base}/editions/2/changes", params={"limit": 1}).json()["items"]
        there |= {"edition": 2, "change": changes[0]["id"]}
        confirmed = {"decision": "confirmed"}
        client.put(f"{base}/editions/2/changes/{there['change']}/decision", json=confirmed)
    if "{calibration}" in operation.path:
        made = client.post(f"{PREFIX}/calibrations", json={"dry_run": True})
        while client.get(made.headers["location"]).json()["state"] not in {"succeeded", "failed"}:
            time.sleep(0.05)
        there["calibration"] = made.json()["id"]
    return operation.path.format_map(there)


@pytest.mark.parametrize(
    "operation",
    [operation for operation in CHANGING if operation.name not in UNSEEN],
    ids=lambda operation: operation.name,
)
def test_what_was_not_seen_is_not_changed(own_seeded_client: TestClient, operation: Operation) -> None:
    client, address = own_seeded_client, _address(own_seeded_client, operation)
    sent: dict[str, Any] = {"json": BODIES.get(operation.name, {}), "params": QUERIES.get(operation.name, {})}
    if operation.name == "import_thesaurus":
        table = "group,term,relation,preferred\nx,控辍保学,same,1\n"
        sent = {"content": table.encode(), "headers": {"content-type": "text/csv"}}
    headers = sent.pop("headers", {})
    before = _done(client)
    unsaid = client.request(operation.method, address, headers=headers, **sent)
    assert (unsaid.status_code, unsaid.json()["type"]) == (428, "/problems/precondition-required"), unsaid.text
    for tag in ('"never"', 'W/"1"', '"-1"', "1", '"', "", '"2147483648"', '"1', '""'):
        stale = client.request(operation.method, address, headers={**headers, "If-Match": tag}, **sent)
        # An operation that is not named in BODIES may look at its body first.
        expected = {412} if operation.name in BODIES or not operation.described.get("requestBody") else {412, 422}
        assert stale.status_code in expected, (tag, stale.text)
    assert _done(client) == before, "nothing was recorded as done"


def _done(client: TestClient) -> int:
    """How many entries say that something was done."""
    database: Database = client.app.state.database  # type: ignore[attr-defined]
    with database.read() as session:
        return sum(json.loads(body)["outcome"] != "refused" for body in session.exec(select(AuditEntry.body)))


PLAN = {"file": ("plan.txt", "临沂市2020年卫生工作要点\n1.办好医院。新建医院3所。\n".encode())}
ONCE: dict[str, tuple[str, dict[str, Any]]] = {
    "jurisdiction": ("/jurisdictions", {"json": {"adcode": "371399", "name": "某区"}}),
    "link run": (f"/plans/{PROVINCE}/link-runs", {"json": {"lower": ["371300-edu-2020"], "dry_run": True}}),
    "import": (
        "/plans",
        {"files": PLAN, "data": {"adcode": "371300", "domain": "health"}},
    ),
}


@pytest.mark.parametrize("what", ONCE)
def test_sent_again_under_its_key_it_is_answered_as_before(own_seeded_client: TestClient, what: str) -> None:
    path, sent = ONCE[what]
    client, headers = own_seeded_client, {"Idempotency-Key": str(uuid4())}
    first = client.post(f"{PREFIX}{path}", headers=headers, **sent)
    assert first.status_code in {201, 202}, first.text
    before = _done(client)
    again = client.post(f"{PREFIX}{path}", headers=headers, **sent)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers["location"] == first.headers["location"]
    if what != "link run":  # which goes on by itself
        assert _done(client) == before, "nothing was done"
    assert len(client.get(f"{PREFIX}/plans/{PROVINCE}/link-runs").json()["items"]) == (2 if what == "link run" else 1)


def test_a_preview_is_confirmed_once(own_seeded_client: TestClient) -> None:
    _, sent = ONCE["import"]
    made = own_seeded_client.post(f"{PREFIX}/plans/previews", **sent).json()
    url, headers = f"{PREFIX}/plans/previews/{made['id']}/confirmation", {"Idempotency-Key": "c-1"}
    first, again = (own_seeded_client.post(url, headers=headers) for _ in "12")
    assert (first.status_code, first.json()["created"]) == (201, True)
    assert (again.status_code, again.json()) == (201, first.json())
    assert own_seeded_client.post(url).status_code == 404, "without the key it is gone"


def test_a_thesaurus_is_imported_once(client: TestClient) -> None:
    table = "group,term,relation,preferred\nx,控辍保学,same,1\n".encode()
    headers = {"Idempotency-Key": "t-1", "content-type": "text/csv"}
    first, again = (client.put(f"{PREFIX}/thesauri/health", content=table, headers=headers) for _ in "12")
    assert (first.status_code, first.json()["added"]) == (200, 1)
    assert (again.status_code, again.json()) == (200, first.json()), "though it is there by now"
    other = client.put(f"{PREFIX}/thesauri/other", content=table, headers=headers)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")


def test_a_key_is_made_once_and_shown_once(client: TestClient) -> None:
    headers = SECURITY | {"Idempotency-Key": "k-1"}
    first = client.post(f"{PREFIX}/keys", json={"role": "viewer"}, headers=headers)
    again = client.post(f"{PREFIX}/keys", json={"role": "viewer"}, headers=headers)
    assert (first.status_code, again.status_code) == (201, 409)
    assert again.json()["type"] == "/problems/key-shown-once"
    made = first.json()
    assert made["prefix"] in again.json()["detail"]
    rotation = f"{PREFIX}/keys/{made['prefix']}/rotations"
    turned, once_more = (client.post(rotation, json={}, headers=headers | {"Idempotency-Key": "k-2"}) for _ in "12")
    assert (turned.status_code, once_more.status_code) == (201, 409)
    assert turned.json()["prefix"] in once_more.json()["detail"]
    database: Database = client.app.state.database  # type: ignore[attr-defined]
    with database.read() as session:
        assert len([key for key in session.exec(select(AccessKey)) if key.created_by != "test"]) == 2
        kept = "".join(row.answer for row in session.exec(select(IdempotencyKey)))
    for secret in (made["key"], turned.json()["key"]):
        assert secret.partition("_")[2] not in kept + again.text + once_more.text, "no secret is kept"
