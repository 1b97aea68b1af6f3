"""Correcting a plan's metadata, withdrawing a plan and restoring it."""

import pytest
from fastapi.testclient import TestClient

from app.permissions import Role
from tests.factories import AS, AUDITOR
from tests.small_world import CITY, LOWER, UPPER, V1, World, moment

PLAN = f"{V1}/plans/{LOWER}"
ANY = {"If-Match": "*"}


@pytest.fixture
def world(client: TestClient) -> World:
    return World(client).build()


def test_what_is_corrected_stands_beside_what_is_printed(world: World) -> None:
    client = world.client
    seen = client.get(PLAN)
    assert (seen.headers["etag"], seen.json()["version"], seen.json()["corrected"]) == ('"1"', 1, {})
    printed = seen.json()["title"]
    body = {
        "title": "临沂市2020年卫生健康工作要点（试行）",
        "document_number": "临卫发〔2020〕1号",
        "issued_on": "2020-03-01",
    }
    assert client.patch(PLAN, json=body).status_code == 428
    assert client.patch(PLAN, json=body, headers={"If-Match": '"7"'}).status_code == 412
    made = client.patch(PLAN, json=body | {"reason": "据印发件"}, headers={"If-Match": '"1"'})
    assert (made.status_code, made.headers["etag"]) == (200, '"2"')
    assert {name: made.json()[name] for name in body} == body
    assert made.json()["corrected"] == {"title": printed, "document_number": None, "issued_on": None}
    listed = client.get(f"{V1}/plans", params={"q": "临卫发"}).json()["items"]
    assert [plan["id"] for plan in listed] == [LOWER]
    assert client.get(f"{PLAN}/breakdown").json()["title"] == printed, "the document says what it says"
    entry = client.get(f"{V1}/audit", params={"action": "plan.update"}, headers=AUDITOR).json()["items"][0]
    assert (entry["before"]["title"], entry["after"]["title"]) == (None, body["title"])
    back = client.patch(PLAN, json={"title": None, "issued_on": None}, headers={"If-Match": '"2"'}).json()
    assert (back["title"], back["issued_on"], back["document_number"]) == (printed, None, body["document_number"])
    same = client.patch(PLAN, json={"title": printed}, headers={"If-Match": '"3"'})
    assert (same.headers["etag"], list(same.json()["corrected"])) == ('"3"', ["document_number"]), "nothing is changed"
    none = client.patch(PLAN, json={"document_number": ""}, headers={"If-Match": '"3"'}).json()
    assert (none["document_number"], none["corrected"]) == (None, {}), "no number is printed either"
    empty = client.patch(PLAN, json={"title": " "}, headers=ANY).json()
    assert (empty["title"], empty["corrected"]["title"]) == (None, printed)
    assert client.patch(PLAN, json={"adcode": "370200"}, headers=ANY).status_code == 422


def test_a_correction_holds_until_the_print_changes(world: World) -> None:
    world.send("PATCH", f"/plans/{LOWER}", json={"title": "更正的标题", "issuer": "临沂市卫健委"}, headers=ANY)
    world.upload("371300", CITY.format("临沂市", 30))
    kept = world.send("GET", f"/plans/{LOWER}")
    assert (kept["edition"], kept["title"], kept["issuer"]) == (2, "更正的标题", "临沂市卫健委")
    world.upload("371300", CITY.format("临沂市", 30).replace("工作要点", "重点工作要点", 1))
    fresh = world.send("GET", f"/plans/{LOWER}")
    assert (fresh["title"], fresh["issuer"]) == ("临沂市2020年卫生健康重点工作要点", "临沂市卫健委")


def test_a_withdrawn_plan_leaves_everything_and_comes_back_whole(world: World) -> None:
    client = world.client
    link = world.links()[0]
    before = world.everything()
    then = moment()
    assert client.delete(PLAN, headers=ANY).status_code == 422, "why?"
    assert client.delete(PLAN, params={"reason": "误传"}).status_code == 428
    gone = client.delete(PLAN, params={"reason": "误传"}, headers={"If-Match": '"1"'})
    assert (gone.status_code, gone.headers["etag"], gone.json()["withdrawn"]["reason"]) == (200, '"2"', "误传")
    for path in (
        "",
        "/items",
        "/items/1",
        "/breakdown",
        "/original",
        "/items/1/upstream",
        "/coverage",
        "/gaps",
        "/cascade",
    ):
        answer = client.get(f"{PLAN}{path}")
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/plan-withdrawn"), path
    assert [plan["id"] for plan in world.send("GET", "/plans")["items"]] == [UPPER]
    assert len(world.send("GET", "/plans", params={"withdrawn": True})["items"]) == 2
    assert world.send("GET", f"/plans/{LOWER}", params={"withdrawn": True})["withdrawn"]["by"]
    assert world.links() == []
    assert client.get(f"{V1}/links/{link['id']}").status_code == 404
    assert client.patch(f"{V1}/links/{link['id']}", json={"status": "confirmed"}, headers=ANY).status_code == 404
    assert {hit["plan"] for hit in world.send("GET", "/search", params={"q": "分级诊疗"})["items"]} == {UPPER}
    matrix = world.send("GET", f"/plans/{UPPER}/coverage")
    assert [city["plan"] for city in matrix["cities"]] == [None, None]
    assert client.get(f"{V1}/plans/{UPPER}/coverage/{LOWER}").status_code == 404
    refused = client.post(f"{V1}/plans", files={"file": CITY.format("临沂市", 9).encode()}, data={"domain": "health"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/plan-withdrawn")
    preview = client.post(
        f"{V1}/plans/previews", files={"file": CITY.format("临沂市", 9).encode()}, data={"domain": "health"}
    )
    assert "已由" in preview.json()["identity"]["problems"][0]["detail"]
    assert client.delete(PLAN, params={"reason": "再撤"}, headers=ANY).status_code == 404
    assert client.patch(PLAN, json={"title": "x"}, headers=ANY).status_code == 404
    assert {path: world.ask(path, then) for path in before} == before, "as of before it is there"
    assert client.post(f"{PLAN}/restoration", json={"reason": "核实"}, headers={"If-Match": '"1"'}).status_code == 412
    back = client.post(f"{PLAN}/restoration", json={"reason": "核实"}, headers={"If-Match": '"2"'})
    assert (back.status_code, back.json()["withdrawn"], back.headers["etag"]) == (200, None, '"3"')
    assert client.post(f"{PLAN}/restoration", json={"reason": "核实"}, headers=ANY).status_code == 409
    assert world.links()[0] == link
    actions = [entry["action"] for entry in client.get(f"{V1}/audit", headers=AUDITOR).json()["items"]]
    assert {"plan.withdraw", "plan.restore"} <= set(actions)


def key_for(client: TestClient, role: Role, adcode: str) -> dict[str, str]:
    made = client.post(f"{V1}/keys", json={"role": role, "adcode": adcode}, headers=AS[Role.SECURITY_ADMIN]).json()
    return {"Authorization": f"Bearer {made['key']}"}


def test_an_editor_withdraws_only_what_no_confirmed_link_rests_on(world: World) -> None:
    client = world.client
    editor, city, province = (
        key_for(client, role, adcode)
        for role, adcode in ((Role.CITY_EDITOR, "371300"), (Role.REVIEWER, "371300"), (Role.REVIEWER, "370000"))
    )
    reason = {"reason": "误传"}

    def withdraw(headers: dict[str, str]) -> int:
        return client.delete(PLAN, params=reason, headers=ANY | headers).status_code

    assert client.patch(PLAN, json={"issuer": "某局"}, headers=ANY | editor).status_code == 200
    assert withdraw(editor) == 200
    assert client.post(f"{PLAN}/restoration", json=reason, headers=ANY | editor).status_code == 200
    world.decide("confirmed")
    for headers in (editor, city):
        refused = client.delete(PLAN, params=reason, headers=ANY | headers)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/plan-holds-decisions")
    assert withdraw(province) == 200
    others = client.post(f"{PLAN}/restoration", json=reason, headers=ANY | editor)
    assert (others.status_code, others.json()["type"]) == (403, "/problems/not-the-withdrawer")
    assert client.post(f"{PLAN}/restoration", json=reason, headers=ANY | province).status_code == 200
    assert client.delete(f"{V1}/plans/{UPPER}", params=reason, headers=ANY | editor).status_code == 403
