"""Access keys over the API: made and shown once, replaced with an overlap, revoked, never beyond one's own jurisdiction."""

from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.db import Database
from app.models import AccessKey, Jurisdiction, Level
from app.models.base import now
from app.permissions import Role
from app.services.access_keys import digest_of
from tests.factories import ADMIN, AS, AUDITOR, KEYS, SECURITY

URL = "/api/v1/keys"


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture(autouse=True)
def tree(database: Database) -> None:
    with database.write(unaudited="a test's own tree") as session:
        session.add(Jurisdiction(adcode="370000", name="山东省", level=Level.PROVINCE))
        session.flush()
        for adcode, name in (("371300", "临沂市"), ("370200", "青岛市")):
            session.add(Jurisdiction(adcode=adcode, name=name, level=Level.CITY, parent_adcode="370000"))


def make(client: TestClient, headers: dict[str, str] = SECURITY, **wanted: object) -> dict:
    answer = client.post(URL, json={"role": "viewer", **wanted}, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


def audit(client: TestClient, count: int) -> list[dict]:
    return client.get("/api/v1/audit", params={"limit": count}, headers=AUDITOR).json()["items"][::-1]


def test_a_key_is_shown_once_and_its_secret_stored_nowhere(client: TestClient, database: Database) -> None:
    answer = client.post(URL, json={"role": "city_editor", "adcode": "371300", "note": "教育局"}, headers=SECURITY)
    made = answer.json()
    prefix, _, secret = made["key"].partition("_")
    assert (prefix, len(bytes.fromhex(secret))) == (made["prefix"], 32)
    assert answer.headers["location"] == f"{URL}/{prefix}"
    assert answer.headers["cache-control"] == "no-store"
    read = client.get(answer.headers["location"], headers=SECURITY).json()
    assert read == {name: value for name, value in made.items() if name != "key"}
    assert read in client.get(URL, params={"adcode": "371300"}, headers=SECURITY).json()["items"]
    with database.read() as session:
        row = session.exec(select(AccessKey).where(AccessKey.prefix == prefix)).one()
        assert row.digest == digest_of(made["key"])
        assert secret not in row.model_dump_json()
    [entry] = audit(client, 1)
    assert (entry["action"], entry["subject"], entry["adcode"]) == ("key.create", prefix, "371300")
    assert secret not in str(entry)
    me = client.get("/api/v1/caller", headers=bearer(made["key"])).json()
    assert me == {"subject": f"key:{prefix}", "role": "city_editor", "adcode": "371300", "csrf_token": None}


def test_how_long_a_key_holds(client: TestClient, database: Database) -> None:
    def days(made: dict) -> int:
        return (datetime.fromisoformat(made["expires_at"]) - datetime.fromisoformat(made["created_at"])).days

    assert (days(make(client)), days(make(client, days=7))) == (365, 7)
    assert client.post(URL, json={"role": "viewer", "days": 3651}, headers=SECURITY).status_code == 422
    made = make(client)
    with database.write(unaudited="time passes") as session:
        session.get_one(AccessKey, made["prefix"]).expires_at = now()
    refused = client.get("/api/v1/plans", headers=bearer(made["key"]))
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == 'Bearer error="invalid_token"'


def test_the_last_use_is_told_to_the_hour(client: TestClient) -> None:
    made = make(client)
    address = f"{URL}/{made['prefix']}"
    assert client.get(address, headers=SECURITY).json()["used_at"] is None
    client.get("/api/v1/plans", headers=bearer(made["key"]))
    used = client.get(address, headers=SECURITY).json()["used_at"]
    assert now() - datetime.fromisoformat(used) < timedelta(minutes=1)
    client.get("/api/v1/plans", headers=bearer(made["key"]))
    assert client.get(address, headers=SECURITY).json()["used_at"] == used


def test_replacing_a_key(client: TestClient) -> None:
    old = make(client, role="city_editor", adcode="371300", note="教育局", days=30)
    new = client.post(f"{URL}/{old['prefix']}/rotations", json={"overlap_hours": 2}, headers=SECURITY).json()
    for key in (old, new):
        assert client.get("/api/v1/caller", headers=bearer(key["key"])).json()["role"] == "city_editor"
    assert (new["role"], new["adcode"], new["note"]) == ("city_editor", "371300", "教育局")
    left = client.get(f"{URL}/{old['prefix']}", headers=SECURITY).json()
    assert left["successor"] == new["prefix"]
    assert timedelta(hours=1) < datetime.fromisoformat(left["expires_at"]) - now() <= timedelta(hours=2)
    again = client.post(f"{URL}/{old['prefix']}/rotations", json={}, headers=SECURITY)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/conflict")
    last = client.post(f"{URL}/{new['prefix']}/rotations", json={"overlap_hours": 0}, headers=SECURITY).json()
    assert client.get("/api/v1/caller", headers=bearer(new["key"])).status_code == 401
    assert client.get("/api/v1/caller", headers=bearer(last["key"])).status_code == 200
    assert [entry["action"] for entry in audit(client, 20) if entry["action"].startswith("key.")] == [
        "key.create",
        *["key.rotate", "key.create"] * 2,
    ]


def test_revoking_a_key(client: TestClient) -> None:
    made = make(client)
    for outcome in ("done", "unchanged"):
        assert client.delete(f"{URL}/{made['prefix']}", headers=SECURITY).status_code == 204
        [entry] = audit(client, 1)
        assert (entry["action"], entry["outcome"]) == ("key.revoke", outcome)
    assert client.get("/api/v1/plans", headers=bearer(made["key"])).status_code == 401
    assert client.get(f"{URL}/{made['prefix']}", headers=SECURITY).json()["revoked_at"]
    assert client.post(f"{URL}/{made['prefix']}/rotations", json={}, headers=SECURITY).status_code == 409
    assert client.delete(f"{URL}/ffffffffffff", headers=SECURITY).status_code == 404


def test_what_a_key_cannot_be_for(client: TestClient) -> None:
    for wanted, status, kind in (
        ({"role": "city_editor"}, 422, "role-needs-adcode"),
        ({"role": "viewer", "adcode": "371399"}, 404, "not-found"),
        ({"role": "viewer", "adcode": "x"}, 422, "invalid-request"),
        ({"role": "king"}, 422, "invalid-request"),
        ({"role": "viewer", "note": "a\0b"}, 422, "invalid-request"),
    ):
        answer = client.post(URL, json=wanted, headers=SECURITY)
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}"), answer.text


def test_a_jurisdictions_security_administrator_keeps_to_it(client: TestClient) -> None:
    own = bearer(make(client, role="security_admin", adcode="371300")["key"])
    other = make(client, role="viewer", adcode="370200")
    mine = make(client, own, role="city_editor", adcode="371300")
    for adcode in (None, "370000", "370200"):
        refused = client.post(URL, json={"role": "viewer", "adcode": adcode}, headers=own)
        assert refused.status_code == 403, adcode
    listed = {key["prefix"] for key in client.get(URL, headers=own).json()["items"]}
    assert mine["prefix"] in listed
    assert not {other["prefix"], *(key[:12] for key in KEYS.values())} & listed
    for method, path in (("GET", ""), ("POST", "/rotations"), ("DELETE", "")):
        sent: dict = {"json": {}} if method == "POST" else {}
        address = f"{URL}/{other['prefix']}{path}"
        assert client.request(method, address, headers=own, **sent).status_code == 404, "not even that it is there"
    assert client.get("/api/v1/plans", headers=bearer(other["key"])).status_code == 200


def test_an_auditor_of_a_jurisdiction_reads_its_entries(client: TestClient) -> None:
    own = bearer(make(client, role="auditor", adcode="371300")["key"])
    make(client, role="viewer", adcode="370200")
    entries = client.get("/api/v1/audit", headers=own).json()["items"]
    assert [(entry["action"], entry["adcode"]) for entry in entries] == [("key.create", "371300")]


def test_the_three_administrators_are_kept_apart(client: TestClient) -> None:
    can = {
        role: {
            name
            for name, (method, path, sent) in {
                "data": ("POST", "/api/v1/jurisdictions", {"json": {"adcode": "370000", "name": "山东省"}}),
                "keys": ("GET", URL, {}),
                "audit": ("GET", "/api/v1/audit", {}),
            }.items()
            if client.request(method, path, headers=AS[role], **sent).status_code == 200
        }
        for role in (Role.ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)
    }
    assert can == {Role.ADMIN: {"data"}, Role.SECURITY_ADMIN: {"keys"}, Role.AUDITOR: {"audit"}}


def test_keys_in_pages(client: TestClient) -> None:
    for _ in range(5):
        make(client)
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = client.get(URL, params={"limit": 2, "role": "viewer", **cursor}, headers=SECURITY).json()
        seen += [key["prefix"] for key in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(seen) == 6
    assert seen == sorted(seen)


def test_an_administrator_cannot_hand_out_keys(client: TestClient) -> None:
    refused = client.post(URL, json={"role": "viewer"}, headers=ADMIN)
    assert refused.status_code == 403
    assert "security_admin" in refused.json()["detail"]
