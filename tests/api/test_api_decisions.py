"""Deciding and proposing links over the API."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from app.auth import _actor
from tests.factories import AUDITOR, PROVINCE, SECURITY

LINKS = "/api/v1/links"
BASE = f"/api/v1/plans/{PROVINCE}"


@pytest.fixture
def client(own_seeded_client: TestClient) -> Iterator[TestClient]:
    """A client whose requests act under the name in the header X-Actor."""
    yield own_seeded_client
    own_seeded_client.app.dependency_overrides.clear()  # type: ignore[attr-defined]


def acting(client: TestClient, name: str) -> TestClient:
    client.app.dependency_overrides[_actor] = lambda: name  # type: ignore[attr-defined]
    return client


def some(client: TestClient, **params: object) -> list[dict]:
    found: list[dict] = client.get(LINKS, params={"upper": PROVINCE, "limit": 500, **params}).json()["items"]
    return found


def patch(client: TestClient, link: dict, status: str, reason: str | None = None, **more: object) -> tuple[int, dict]:
    body = {"status": status, "reason": reason, **more}
    answer = client.patch(f"{LINKS}/{link['id']}", json=body, headers={"If-Match": f'"{link["version"]}"'})
    return answer.status_code, answer.json()


def test_a_decision_has_a_name_a_time_and_a_version(client: TestClient) -> None:
    link = some(client)[0]
    read = client.get(f"{LINKS}/{link['id']}")
    assert read.headers["etag"] == '"1"'
    answer = acting(client, "li").patch(
        f"{LINKS}/{link['id']}", json={"status": "confirmed"}, headers={"If-Match": read.headers["etag"]}
    )
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    shown = client.get(f"{LINKS}/{link['id']}").json()
    assert (shown["status"], shown["decided_by"], shown["version"]) == ("confirmed", "li", 2)
    assert shown["decided_at"] > shown["proposed_at"]
    assert shown["proposed_by"] == "machine"
    entry = client.get("/api/v1/audit", params={"subject": link["id"]}, headers=AUDITOR).json()["items"][0]
    assert (entry["actor"], entry["action"]) == ("li", "link.decide")
    assert (entry["before"]["status"], entry["after"]["status"]) == ("proposed", "confirmed")


def test_who_has_not_seen_the_present_version_changes_nothing(client: TestClient) -> None:
    link = some(client)[0]
    assert client.patch(f"{LINKS}/{link['id']}", json={"status": "confirmed"}).status_code == 428
    assert patch(acting(client, "li"), link, "confirmed")[0] == 200
    status, problem = patch(acting(client, "wang"), link, "rejected", "不是一回事")
    assert (status, problem["type"]) == (412, "/problems/precondition-failed")
    assert "li 于" in problem["detail"]
    weak = client.patch(
        f"{LINKS}/{link['id']}", json={"status": "rejected", "reason": "x"}, headers={"If-Match": 'W/"2"'}
    )
    assert weak.status_code == 412, "a weak tag never matches"
    assert client.get(f"{LINKS}/{link['id']}").json()["status"] == "confirmed"


def test_rejecting_and_changing_ones_mind_need_a_reason(client: TestClient) -> None:
    link = some(client)[0]
    status, problem = patch(client, link, "rejected")
    assert (status, problem["type"], problem["errors"][0]["pointer"]) == (
        422,
        "/problems/reason-missing",
        "/body/reason",
    )
    _, rejected = patch(client, link, "rejected", "不是一回事")
    assert (rejected["status"], rejected["reason"]) == ("rejected", "不是一回事")
    assert patch(client, rejected, "confirmed")[0] == 422
    _, confirmed = patch(client, rejected, "confirmed", "看错了")
    assert (confirmed["status"], confirmed["version"]) == ("confirmed", 3)
    status, problem = patch(client, confirmed, "confirmed", "再次确认")
    assert (status, problem["type"]) == (409, "/problems/no-such-transition")
    assert patch(client, confirmed, "withdrawn")[0] == 409


def test_confirming_can_correct_how_far_a_link_carries(client: TestClient) -> None:
    link = next(link for link in some(client) if link["coverage"] == "full")
    status, problem = patch(client, link, "confirmed", strength="implements")
    assert (status, problem["errors"][0]["pointer"]) == (422, "/body/strength")
    _, confirmed = patch(client, link, "confirmed", coverage="partial")
    assert confirmed["coverage"] == "partial"
    assert patch(client, confirmed, "confirmed", coverage="full")[0] == 422, "a change of a decision needs a reason"
    assert patch(client, confirmed, "confirmed", "范围一致", coverage="full")[1]["coverage"] == "full"


def proposal(client: TestClient) -> dict:
    """A link that the machine did not propose."""
    gap = client.get(f"{BASE}/gaps", params={"kind": "missing", "adcode": "371300"}).json()["items"][0]
    return {"upper": gap["task"], "lower": "371300-edu-2020/18.1", "coverage": "partial", "rationale": "措施相同"}


def test_a_person_proposes_and_somebody_else_confirms(client: TestClient) -> None:
    body = proposal(client)
    made = acting(client, "li").post(LINKS, json=body)
    assert made.status_code == 201, made.text
    link = made.json()
    assert client.get(made.headers["location"]).headers["etag"] == made.headers["etag"] == '"1"'
    assert (link["method"], link["proposed_by"], link["status"]) == ("person", "li", "proposed")
    task = client.get("/api/v1/plans/371300-edu-2020/items/18").json()["tasks"][0]
    assert link["evidence"]["lower"]["text"] == task["text"]
    again = client.post(LINKS, json=body)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/link-exists")
    status, problem = patch(client, link, "confirmed")
    assert (status, problem["type"]) == (403, "/problems/four-eyes")
    status, problem = patch(acting(client, "wang"), link, "withdrawn")
    assert (status, problem["type"]) == (403, "/problems/not-the-proposer")
    assert patch(client, link, "confirmed")[1]["decided_by"] == "wang"


def test_a_withdrawn_link_counts_nowhere_and_can_be_proposed_anew(client: TestClient) -> None:
    body = proposal(client)
    gaps = {"kind": "missing", "adcode": "371300"}

    def missing() -> bool:
        found = client.get(f"{BASE}/gaps", params=gaps | {"limit": 500}).json()["items"]
        return body["upper"] in {gap["task"] for gap in found}

    assert missing()
    link = acting(client, "li").post(LINKS, json=body).json()
    assert not missing()
    assert patch(client, link, "withdrawn")[0] == 200
    assert missing()
    again = acting(client, "wang").post(LINKS, json=body).json()
    assert (again["id"], again["version"], again["proposed_by"]) == (link["id"], 3, "wang")
    assert not missing()


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"upper": "370000-edu-2020/99.1"}, "/body/upper"),
        ({"lower": "371300-edu-2020/18.99"}, "/body/lower"),
        ({"lower": "nonsense"}, "/body/lower"),
        ({"coverage": None}, "/body/coverage"),
        ({"coverage": "none"}, "/body/coverage"),
        ({"strength": "implements"}, "/body/coverage"),
        ({"evidence": {"lower": {"start": 0, "end": 99999}}}, "/body/evidence/lower"),
        ({"evidence": {"lower": {"start": 5, "end": 5}}}, "/body/evidence/lower"),
        ({"upper": "370000-edu-2020/8", "coverage": None, "strength": "implements"}, "/body/lower"),
    ],
)
def test_a_proposal_that_cannot_be_says_what_is_wrong(client: TestClient, change: dict, pointer: str) -> None:
    answer = client.post(LINKS, json=proposal(client) | change)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_plans_of_two_cascades_are_not_joined(client: TestClient) -> None:
    answer = client.post(
        LINKS, json={"upper": "320000-edu-2020/1.1", "lower": "371300-edu-2020/1.1", "coverage": "full"}
    )
    assert answer.json()["type"] == "/problems/not-an-upper-plan"


def test_a_batch_decides_what_it_can_and_says_what_it_could_not(client: TestClient) -> None:
    first, second, third, *_ = some(client)
    acting(client, "li")
    patch(client, second, "confirmed")
    links = [{"id": link["id"], "version": link["version"]} for link in (first, second, third)]
    body = {"links": [*links, {"id": "f" * 24, "version": 1}], "status": "rejected", "reason": "不是一回事"}
    answer = acting(client, "wang").post(f"{LINKS}/decisions", json=body)
    assert answer.status_code == 200
    done = answer.json()
    assert [row["outcome"] for row in done["results"]] == ["decided", "changed", "decided", "not_found"]
    assert (done["decided"], done["changed"], done["refused"], done["not_found"]) == (2, 1, 0, 1)
    lost = done["results"][1]
    assert (lost["problem"], lost["decided_by"], lost["status"]) == ("precondition-failed", "li", "confirmed")
    assert "li 于" in lost["detail"]
    assert {link["id"] for link in some(client, status="rejected")} == {first["id"], third["id"]}
    twice = client.post(f"{LINKS}/decisions", json={**body, "links": [links[0], links[0]]})
    assert twice.json()["errors"][0]["detail"] == "同一承接关系只能出现一次"


def test_the_same_key_again_does_nothing_and_answers_the_same(client: TestClient) -> None:
    first, second, *_ = some(client)
    body = {"links": [{"id": first["id"], "version": 1}], "status": "confirmed"}
    headers = {"Idempotency-Key": str(uuid4())}
    answers = [client.post(f"{LINKS}/decisions", json=body, headers=headers) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert answers[1].json()["decided"] == 1
    other = {**body, "links": [{"id": second["id"], "version": 1}]}
    reused = client.post(f"{LINKS}/decisions", json=other, headers=headers)
    assert (reused.status_code, reused.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert client.get(f"{LINKS}/{second['id']}").json()["status"] == "proposed"
    somebody = acting(client, "somebody else").post(f"{LINKS}/decisions", json=other, headers=headers)
    assert somebody.json()["decided"] == 1, "keys are each sender's own"


def test_what_a_batch_may_not_decide_is_on_record_once(client: TestClient) -> None:
    made = (
        acting(client, "li")
        .post(LINKS, json={"upper": f"{PROVINCE}/8.4", "lower": "371300-edu-2020/18.1", "coverage": "partial"})
        .json()
    )
    other = some(client)[0]
    links = [{"id": one["id"], "version": one["version"]} for one in (made, other)]
    answer = client.post(f"{LINKS}/decisions", json={"links": links, "status": "confirmed"}).json()
    assert [row["problem"] for row in answer["results"]] == ["four-eyes", None]
    entries = client.get("/api/v1/audit", params={"actor": "li"}, headers=AUDITOR).json()["items"]
    assert [(entry["action"], entry["outcome"]) for entry in entries[:2]] == [
        ("access.refuse", "refused"),
        ("link.decide", "done"),
    ]
    assert entries[0]["after"] == {"reason": ["four-eyes"], "links": [made["id"]]}


def test_a_batch_that_decides_nothing_is_answered_under_a_key_too(client: TestClient) -> None:
    link = some(client)[0]
    body = {"links": [{"id": link["id"], "version": 9}, {"id": "none", "version": 1}], "status": "confirmed"}
    first, again = (client.post(f"{LINKS}/decisions", json=body, headers={"Idempotency-Key": "n-1"}) for _ in "12")
    assert (first.status_code, first.json()["changed"], first.json()["not_found"]) == (200, 1, 1)
    assert (again.status_code, again.json()) == (200, first.json())


def test_a_proposal_and_an_import_sent_again_are_done_once(client: TestClient) -> None:
    headers = {"Idempotency-Key": "a-1"}
    body = proposal(client)
    made, again = (client.post(LINKS, json=body, headers=headers) for _ in range(2))
    assert (again.status_code, again.json()) == (made.status_code, made.json())
    assert again.status_code == 201
    plan = "烟台市教育局2020年教育工作要点\n1.抓好落实。新建学校10所。\n".encode()
    imports = [
        client.post("/api/v1/plans", files={"file": ("plan.txt", plan)}, headers={"Idempotency-Key": "a-2"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in imports] == [201, 201]
    assert imports[0].json() == imports[1].json()
    other = client.post("/api/v1/plans", files={"file": ("plan.txt", plan + b"\n")}, headers={"Idempotency-Key": "a-2"})
    assert other.status_code == 422


def test_a_failed_request_leaves_its_key_free(client: TestClient) -> None:
    headers = {"Idempotency-Key": "b-1"}
    body = proposal(client)
    assert client.post(LINKS, json=body | {"upper": "370000-edu-2020/99.1"}, headers=headers).status_code == 422
    assert client.post(LINKS, json=body, headers=headers).status_code == 201


def test_a_run_leaves_alone_what_people_proposed_and_decided(client: TestClient) -> None:
    made = acting(client, "li").post(LINKS, json=proposal(client)).json()
    rejected = patch(client, some(client)[0], "rejected", "不是一回事")[1]
    run = client.post(f"{BASE}/link-runs", json={})
    while client.get(run.headers["location"]).json()["state"] in {"queued", "running"}:
        pass
    counts = client.get(run.headers["location"]).json()["counts"]
    assert (counts["added"], counts["changed"], counts["removed"]) == (0, 0, 0)
    for link in (made, rejected):
        shown = client.get(f"{LINKS}/{link['id']}").json()
        assert {name: shown[name] for name in link} == link


def test_only_confirmed_links_count_with_that_basis(client: TestClient) -> None:
    url = f"{BASE}/coverage/371300-edu-2020"
    confirmed = {"basis": "confirmed"}
    everything = client.get(url).json()
    assert {task["basis"] for item in everything["items"] for task in item["tasks"]} == {None, "proposed"}
    nothing = client.get(url, params=confirmed).json()
    assert nothing["summary"]["none"] == nothing["summary"]["applicable_tasks"]
    link = next(link for link in some(client, lower="371300-edu-2020/18") if link["coverage"] == "full")
    patch(client, link, "confirmed")
    one = client.get(url, params=confirmed).json()
    carried = [task for item in one["items"] for task in item["tasks"] if task["coverage"] != "none"]
    assert [task["id"] for task in carried] == [link["upper"]]
    assert carried[0]["basis"] == "confirmed"
    assert {row["status"] for row in carried[0]["evidence"]} == {"confirmed"}
    matrix = client.get(f"{BASE}/coverage", params=confirmed).json()["summary"]
    assert matrix["full"] + matrix["partial"] <= 1
    items = client.get(f"{BASE}/items/8/implementers", params=confirmed).json()
    assert items["implementers"] == []
    assert client.get(url, params={"basis": "hearsay"}).status_code == 422


def key_of(client: TestClient, role: str, adcode: str) -> dict[str, str]:
    made = client.post("/api/v1/keys", json={"role": role, "adcode": adcode, "note": "test"}, headers=SECURITY)
    return {"Authorization": f"Bearer {made.json()['key']}"}


def test_who_decides_is_there_for_the_upper_plan(own_seeded_client: TestClient) -> None:
    client = own_seeded_client
    link = some(client, lower="371300-edu-2020")[0]
    city, other, province = (
        key_of(client, role, adcode)
        for role, adcode in (("city_editor", "371300"), ("reviewer", "320000"), ("reviewer", "370000"))
    )
    seen, url = {"If-Match": '"1"'}, f"{LINKS}/{link['id']}"
    by_city = client.patch(url, json={"status": "confirmed"}, headers=city | seen)
    assert (by_city.status_code, by_city.json()["type"]) == (403, "/problems/forbidden")
    assert "reviewer" in by_city.json()["detail"]
    assert client.patch(url, json={"status": "confirmed"}, headers=other | seen).status_code == 403
    batch = {"links": [{"id": link["id"], "version": 1}], "status": "confirmed"}
    assert client.post(f"{LINKS}/decisions", json=batch, headers=city).status_code == 403
    refused = client.post(f"{LINKS}/decisions", json=batch, headers=other).json()
    assert (refused["refused"], refused["results"][0]["problem"]) == (1, "forbidden")
    assert client.patch(url, json={"status": "confirmed"}, headers=province | seen).status_code == 200


def test_a_city_proposes_upward_and_takes_back_what_it_proposed(own_seeded_client: TestClient) -> None:
    client = own_seeded_client
    city, sibling = key_of(client, "city_editor", "371300"), key_of(client, "city_editor", "370200")
    body = proposal(client)
    assert client.post(LINKS, json=body, headers=sibling).status_code == 403
    made = client.post(LINKS, json=body, headers=city).json()
    wish, url = {"status": "withdrawn"}, f"{LINKS}/{made['id']}"
    seen = {"If-Match": '"1"'}
    assert client.patch(url, json=wish, headers=sibling | seen).status_code == 403
    assert client.patch(url, json=wish, headers=city | seen).json()["status"] == "withdrawn"
