"""Link runs over the API, and what they may not touch."""

import os
import socket
import time
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from app.db import Database
from app.models import Link, LinkRun, LinkStatus, RunState
from app.models.base import now
from app.schemas.links import LinkRunCreate
from app.services import cascades, link_store, runs

UPPER = "370000-edu-2020"
URL = "/api/v1/plans/370000-edu-2020/link-runs"
LINYI = "371300-edu-2020"


def start(client: TestClient, **body: object) -> dict:
    response = client.post(URL, json=body)
    assert response.status_code == 202, response.text
    location = response.headers["location"]
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        run = client.get(location).json()
        if run["state"] not in {"queued", "running"}:
            return run
        time.sleep(0.05)
    pytest.fail(f"the run did not end: {run}")


def links(client: TestClient, **params: object) -> list[dict]:
    found, cursor = [], None
    while True:
        page = client.get(
            "/api/v1/links", params={"limit": 500, "cursor": cursor, **params} if cursor else {"limit": 500, **params}
        ).json()
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def database(client: TestClient) -> Database:
    return client.app.state.database  # type: ignore[attr-defined]


def test_a_second_run_changes_nothing(own_seeded_client: TestClient) -> None:
    before = links(own_seeded_client)
    run = start(own_seeded_client)
    assert run["state"] == "succeeded"
    assert run["progress"] == {"done": 3, "total": 3}
    assert run["counts"] == {"added": 0, "removed": 0, "changed": 0, "kept": len(before)}
    assert links(own_seeded_client) == before
    assert own_seeded_client.get(URL).json()["items"][0]["id"] == run["id"], "newest first"


def test_a_run_never_touches_what_was_decided(own_seeded_client: TestClient) -> None:
    with database(own_seeded_client).write(unaudited="a test") as session:
        rejected, confirmed, *_ = session.exec(
            select(Link).where(col(Link.coverage).is_not(None)).order_by(Link.id)
        ).all()
        decided = [
            (rejected, {"status": LinkStatus.REJECTED, "score": 0.123}),
            (confirmed, {"status": LinkStatus.CONFIRMED, "score": 0.456}),
        ]
        link_store.change(session, decided, cascades.touch(session, UPPER))
    run = start(own_seeded_client)
    assert run["counts"]["changed"] == run["counts"]["added"] == 0
    assert own_seeded_client.get(f"/api/v1/links/{rejected.id}").json()["score"] == 0.123
    assert own_seeded_client.get(f"/api/v1/links/{confirmed.id}").json()["status"] == "confirmed"


def test_a_dry_run_says_what_it_would_change_and_changes_nothing(own_seeded_client: TestClient) -> None:
    with database(own_seeded_client).write(unaudited="a test") as session:
        first, second, *_ = session.exec(select(Link).where(col(Link.coverage).is_not(None)).order_by(Link.id)).all()
        session.delete(first)
        second.score = 0.5
    before = links(own_seeded_client)
    run = start(own_seeded_client, dry_run=True)
    assert (run["counts"]["added"], run["counts"]["changed"]) == (1, 1)
    assert sorted(change["change"] for change in run["changes"]) == ["added", "changed"]
    assert links(own_seeded_client) == before
    assert start(own_seeded_client)["counts"]["added"] == 1, "the real run does what the dry run said"


def test_only_the_plans_named_are_judged(own_seeded_client: TestClient) -> None:
    run = start(own_seeded_client, lower=[LINYI])
    assert (run["lower"], run["progress"]["total"]) == ([LINYI], 1)
    foreign = own_seeded_client.post(URL, json={"lower": ["320000-edu-2020"]})
    assert foreign.json()["type"] == "/problems/not-an-upper-plan"
    unknown = own_seeded_client.post(URL, json={"lower": ["371400-edu-2020"]})
    assert unknown.status_code == 404


def test_a_rejected_link_counts_nowhere(own_seeded_client: TestClient) -> None:
    base = "/api/v1/plans/370000-edu-2020"
    with database(own_seeded_client).write(unaudited="a test") as session:
        decided = [(link, {"status": LinkStatus.REJECTED}) for link in session.exec(select(Link))]
        link_store.change(session, decided, cascades.touch(session, UPPER))
    answer = own_seeded_client.get(f"{base}/items/8/implementers").json()
    assert answer["implementers"] == []
    reasons = {city["adcode"]: city["reason"] for city in answer["not_implemented_by"]}
    assert (reasons["371300"], reasons["370800"]) == ("missing", "other_period")
    shown = own_seeded_client.get(f"{base}/items/8/implementers", params={"status": "rejected"}).json()
    assert "371300" in {plan["adcode"] for plan in shown["implementers"]}
    pair = own_seeded_client.get(f"{base}/coverage/{LINYI}").json()
    assert {task["coverage"] for item in pair["items"] for task in item["tasks"]} == {"none"}
    assert len(pair["orphans"]) == 35


def test_confirming_closes_the_unreviewed_gap(own_seeded_client: TestClient) -> None:
    base = "/api/v1/plans/370000-edu-2020"
    gap = own_seeded_client.get(f"{base}/gaps", params={"kind": "unreviewed"}).json()["items"][0]
    with database(own_seeded_client).write(unaudited="a test") as session:
        link = own_seeded_client.get(f"{base}/gaps/{gap['id']}").json()["evidence"][0]["link"]
        decided = [(session.get_one(Link, link), {"status": LinkStatus.CONFIRMED})]
        link_store.change(session, decided, cascades.touch(session, UPPER))
    assert own_seeded_client.get(f"{base}/gaps/{gap['id']}").status_code == 404
    bases = {
        cell["basis"]
        for item in own_seeded_client.get(f"{base}/coverage").json()["items"]
        for cell in item["cells"]
        if cell["adcode"] == gap["adcode"] and item["number"] == gap["item"]
    }
    assert bases <= {"mixed", "confirmed"}


def test_runs_that_a_stopped_service_left_are_marked(own_seeded_client: TestClient) -> None:
    opened = database(own_seeded_client)
    with opened.write(unaudited="a test") as session:
        run = session.exec(select(LinkRun)).first()
        assert run is not None
        run.state, run.owner = RunState.RUNNING, f"{socket.gethostname()}:999999999"
        other = runs.start(session, "370000-edu-2020", LinkRunCreate(), "somebody else, alive")
    assert runs.fail_interrupted(opened, "somebody") == 1
    assert own_seeded_client.get(f"{URL}/{other.id}").json()["state"] == "queued"
    shown = own_seeded_client.get(f"{URL}/{run.id}").json()
    assert shown["state"] == "failed"
    assert "interrupted" in shown["error"]


@pytest.mark.parametrize(
    "owner",
    ["{host}:{pid}:1", "{host}:{pid}", "{host}:{parent}:1", "elsewhere:{pid}:1"],
    ids=[
        "the same number, begun earlier",
        "as it was stored before",
        "another's number now",
        "another machine, silent",
    ],
)
def test_a_number_that_another_process_has_by_now_is_no_sign_of_life(own_seeded_client: TestClient, owner: str) -> None:
    """A container's service has the same host name and the same number after each start."""
    opened = database(own_seeded_client)
    with opened.write(unaudited="a test") as session:
        run = runs.start(session, "370000-edu-2020", LinkRunCreate(), "somebody")
        row = session.get_one(LinkRun, run.id)
        row.owner = owner.format(host=socket.gethostname(), pid=os.getpid(), parent=os.getppid())
        row.seen_at = now() - timedelta(hours=2)
    assert runs.fail_interrupted(opened, "somebody") == 1
    assert own_seeded_client.get(f"{URL}/{run.id}").json()["state"] == "failed"


def test_a_run_that_fails_says_so_and_keeps_what_was_done(
    own_seeded_client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = links(own_seeded_client)
    monkeypatch.setattr("app.linking.judge", lambda *_, **__: 1 / 0)
    run = start(own_seeded_client)
    assert run["state"] == "failed"
    assert "ZeroDivisionError" in run["error"]
    assert links(own_seeded_client) == before
    monkeypatch.undo()
    assert start(own_seeded_client)["state"] == "succeeded", "the worker lives on"


def test_a_second_reader_is_asked_only_where_there_is_one(own_seeded_client: TestClient) -> None:
    refused = own_seeded_client.post(URL, json={"opinions": "all"})
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (422, "opinions-off")
    assert refused.json()["errors"][0]["pointer"] == "/body/opinions"
    told = start(own_seeded_client, opinions="all", dry_run=True, lower=[LINYI])["opinions"]
    assert (told["estimate"]["questions"], told["asked"]) == (23, 0)
