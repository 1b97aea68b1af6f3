"""Deciding gaps over the API, and what becomes of a decision."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from app.auth import _actor
from app.db import Database
from app.documents.writers.paper import Grid, Paper, Text
from app.models import Edition, Item, Task
from app.services import cascades, history, notices
from app.services.days import day_of, start_of
from app.services.gaps import GapFilter
from tests.factories import AUDITOR, PROVINCE

BASE = f"/api/v1/plans/{PROVINCE}"
LINKS = "/api/v1/links"
LINYI = "371300"


@pytest.fixture
def client(own_seeded_client: TestClient) -> Iterator[TestClient]:
    own_seeded_client.app.dependency_overrides[_actor] = lambda: "li"  # type: ignore[attr-defined]
    yield own_seeded_client
    own_seeded_client.app.dependency_overrides.clear()  # type: ignore[attr-defined]


def database(client: TestClient) -> Database:
    return client.app.state.database  # type: ignore[attr-defined]


def gaps(client: TestClient, **params: object) -> list[dict]:
    found: list[dict] = client.get(f"{BASE}/gaps", params={"limit": 500, "adcode": LINYI, **params}).json()["items"]
    return found


def url(gap: dict) -> str:
    return f"{BASE}/gaps/{gap['id']}/decision"


BEIJING = ZoneInfo("Asia/Shanghai")


def today() -> date:
    return day_of(datetime.now(UTC), BEIJING)


def later(days: int) -> str:
    return str(today() + timedelta(days=days))


def waive(client: TestClient, gap: dict, days: int = 30) -> dict:
    body = {"decision": "waived", "reason": "职责在省级", "expires_on": later(days)}
    answer = client.put(url(gap), json=body)
    assert answer.status_code == 200, answer.text
    made: dict = answer.json()
    return made


def test_a_decision_has_a_name_a_reason_and_a_version(client: TestClient) -> None:
    gap = gaps(client, kind="missing")[0]
    assert client.get(f"{BASE}/gaps/{gap['id']}").headers["etag"] == '"0"'
    made = client.put(url(gap), json={"decision": "confirmed", "reason": "确未承接"})
    assert (made.status_code, made.headers["etag"]) == (200, '"1"')
    decision = made.json()
    assert (decision["decision"], decision["decided_by"], decision["due"]) == ("confirmed", "li", None)
    read = client.get(f"{BASE}/gaps/{gap['id']}")
    assert (read.json()["decision"], read.headers["etag"]) == (decision, '"1"')
    entry = client.get("/api/v1/audit", params={"subject": f"{PROVINCE}/{gap['id']}"}, headers=AUDITOR).json()["items"][
        0
    ]
    assert (entry["action"], entry["actor"], entry["after"]["decision"]) == ("gap.decide", "li", "confirmed")


def test_replacing_and_taking_back_need_the_version_seen(client: TestClient) -> None:
    gap = gaps(client, kind="missing")[0]
    body = {"decision": "confirmed", "reason": "确未承接"}
    assert client.put(url(gap), json=body, headers={"If-Match": '"3"'}).status_code == 412
    assert client.put(url(gap), json=body, headers={"If-Match": '"0"'}).status_code == 200
    assert client.put(url(gap), json=body).status_code == 428
    stale = client.put(url(gap), json=body, headers={"If-Match": '"0"'})
    assert stale.status_code == 412
    assert "li 于" in stale.json()["detail"]
    assert client.put(url(gap), json=body | {"reason": "仍未承接"}, headers={"If-Match": '"1"'}).json()["version"] == 2
    assert client.delete(url(gap)).status_code == 428
    assert client.delete(url(gap), headers={"If-Match": '"1"'}).status_code == 412
    assert client.delete(url(gap), headers={"If-Match": '"2"'}).status_code == 204
    assert client.delete(url(gap), headers={"If-Match": '"2"'}).status_code == 404
    assert client.get(f"{BASE}/gaps/{gap['id']}").json()["decision"] is None
    assert client.put(url(gap), json=body).json()["version"] == 3, "versions are never used again"


def test_a_waiver_needs_a_day_to_come_and_is_due_when_it_has_passed(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    gap = gaps(client, kind="missing")[0]
    waiver = {"decision": "waived", "reason": "职责在省级"}
    for day in (None, later(0), later(6 * 366)):
        refused = client.put(url(gap), json=waiver | {"expires_on": day})
        assert refused.json()["type"] == "/problems/waiver-needs-expiry", day
    wrong = client.put(url(gap), json={"decision": "confirmed", "reason": "是", "expires_on": later(3)})
    assert wrong.status_code == 422
    assert client.put(url(gap), json={"decision": "confirmed", "reason": "  "}).status_code == 422
    waive(client, gap, 30)
    last = today() + timedelta(days=30)
    monkeypatch.setattr(history, "now", lambda: start_of(last, BEIJING))
    assert gaps(client, decision="waived")[0]["decision"]["due"] is None, "its last day is one of its own"
    monkeypatch.setattr(history, "now", lambda: start_of(last + timedelta(days=1), BEIJING))
    assert gaps(client, decision="waived") == []
    assert next(row for row in gaps(client) if row["id"] == gap["id"])["decision"]["due"] == "expired"


def test_decisions_change_no_figure_and_are_counted_apart(client: TestClient) -> None:
    def figures() -> list[dict]:
        answers = [client.get(f"{BASE}/{path}").json() for path in ("coverage", "coverage/371300-edu-2020")]
        assert [answer.pop("provenance")["editions"][PROVINCE] for answer in answers] == [1, 1]
        return answers

    before = figures()
    first, second, third, *_ = gaps(client, kind="missing")
    waive(client, first)
    client.put(url(second), json={"decision": "confirmed", "reason": "确未承接"})
    partial = gaps(client, kind="partial")[0]
    refuted = client.put(url(partial), json={"decision": "refuted", "reason": "范围一致"})
    evidence = client.get(f"{BASE}/gaps/{partial['id']}").json()["evidence"]
    assert refuted.json()["link"] == evidence[0]["link"], "the best link behind the gap says why"
    after = figures()
    counts = {"confirmed": 1, "refuted": 1, "waived": 1, "due": 0}
    assert [answer.pop("decisions") for answer in after] == [counts, counts]
    assert [set(answer.pop("decisions").values()) for answer in before] == [{0}, {0}]
    assert after == before
    assert [gap["id"] for gap in gaps(client, decision="waived")] == [first["id"]]
    assert third["id"] in {gap["id"] for gap in gaps(client, decision="none")}
    assert len(gaps(client)) == len(gaps(client, decision="none")) + 3


def test_a_refutation_rests_on_a_link(client: TestClient) -> None:
    gap = gaps(client, kind="missing")[0]
    body = {"decision": "refuted", "reason": "第18条已经承接"}
    refused = client.put(url(gap), json=body)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/refutation-needs-link")
    foreign = client.get(LINKS, params={"upper": PROVINCE, "lower": "370200-edu-2020"}).json()["items"][0]["id"]
    assert client.put(url(gap), json=body | {"link": foreign}).status_code == 422
    assert client.put(url(gap), json=body | {"decision": "confirmed", "link": foreign}).status_code == 422
    no_plan = client.get(f"{BASE}/gaps", params={"kind": "no_plan"}).json()["items"][0]
    assert "请导入" in client.put(url(no_plan), json=body).json()["detail"]
    propose = {"lower": "371300-edu-2020/18.1", "coverage": "full", "rationale": "措施相同"}
    made = client.put(url(gap), json=body | {"propose": propose})
    assert made.status_code == 200, made.text
    link = client.get(f"{LINKS}/{made.json()['link']}").json()
    assert (link["upper"], link["lower"], link["proposed_by"]) == (gap["task"], propose["lower"], "li")
    assert gap["id"] not in {row["id"] for row in gaps(client)}, "the link closes the gap"
    by_confirmed = gaps(client, basis="confirmed", decision="refuted")
    assert [row["id"] for row in by_confirmed] == [gap["id"]], "while it is not confirmed, the decision stands"
    reject = {"status": "rejected", "reason": "不是一回事"}
    client.patch(f"{LINKS}/{link['id']}", json=reject, headers={"If-Match": '"1"'})
    again = next(row for row in gaps(client) if row["id"] == gap["id"])
    assert again["decision"]["due"] == "link", "nothing says why any more"


def rewrite(client: TestClient, task: str, new: str) -> None:
    """Give a provincial task another text, as a new edition would."""
    item, number = (int(part) for part in task.rpartition("/")[2].split("."))
    query = (
        select(Task)
        .join(Item, col(Item.id) == Task.item_id)
        .join(Edition, col(Edition.id) == Item.edition_id)
        .where(Edition.plan_id == PROVINCE, Item.number == item, Task.number == number)
    )
    with database(client).write(unaudited="a test") as session:
        cascades.touch(session, PROVINCE)
        session.exec(query).one().text = new


def test_a_changed_text_makes_a_decision_due_and_a_new_layout_does_not(client: TestClient) -> None:
    gap = gaps(client, kind="missing")[0]
    client.put(url(gap), json={"decision": "confirmed", "reason": "确未承接"})

    def due() -> str | None:
        return next(row["decision"]["due"] for row in gaps(client) if row["id"] == gap["id"])

    rewrite(client, gap["task"], "　".join(gap["upper_text"]) + "。")
    assert due() is None
    rewrite(client, gap["task"], gap["upper_text"] + "，完成100%")
    assert due() == "changed"
    assert gap["id"] in {row["id"] for row in gaps(client, decision="none")}


def text_of(paper: Paper) -> tuple[list[tuple[str, ...]], str]:
    """The rows of the second table, and everything said in sentences."""
    grids = [part for part in paper.parts if isinstance(part, Grid)]
    return list(grids[1].rows), "".join(part.text for part in paper.parts if isinstance(part, Text))


def test_the_papers_tell_findings_from_what_has_to_be_verified(client: TestClient) -> None:
    confirmed, waived, undecided, *_ = gaps(client, kind="missing")
    client.put(url(confirmed), json={"decision": "confirmed", "reason": "确未承接"})
    waive(client, waived)
    refuted = gaps(client, kind="partial")[0]
    client.put(url(refuted), json={"decision": "refuted", "reason": "范围一致"})
    with database(client).read() as session:
        paper = notices.notice(session, PROVINCE, GapFilter(adcode=LINYI))
    rows, said = text_of(paper)

    def states(gap: dict) -> str:
        item, task = gap["task"].rpartition("/")[2].split(".")
        return "".join(row[3] for row in rows if row[1].startswith(f"第{item}条第{task}项："))

    assert states(confirmed) == "未见承接"
    assert states(undecided) == "未见承接（待核实）"
    assert states(waived) == ""
    assert "部分承接" not in states(refuted)
    assert "经核实存在问题的1项" in said
    assert "经批准暂不承接的有1项" in said
    assert "职责在省级" in said
    file = client.get(f"{BASE}/gaps", params={"adcode": LINYI, "format": "csv"}).content.decode("utf-8-sig")
    lines = {gap["id"]: next((line for line in file.splitlines() if gap["id"] in line), "") for gap in gaps(client)}
    assert "属实：确未承接" in lines[confirmed["id"]]
    assert "同意不承接" in file.splitlines()[-1]
    assert "待核实" in lines[undecided["id"]]
    assert lines[refuted["id"]] == ""
    only = client.get(f"{BASE}/gaps", params={"adcode": LINYI, "format": "csv", "decision": "refuted"})
    assert refuted["id"] in only.content.decode(), "unless they are asked for"
