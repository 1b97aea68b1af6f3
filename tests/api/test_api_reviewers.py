"""Many reviewers at the same links at once: each link is decided once, the losers are told, the audit has it all."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from sqlmodel import col, select

from app.auth import _actor
from app.main import create_app
from app.models import AuditEntry, Link, LinkVersion
from app.services import audit_chain
from tests.factories import ADMIN, settings_for

REVIEWERS, LINKS, BATCH = 64, 500, 100


def named(request: Request) -> str:
    return request.headers["x-actor"]


def review(client: TestClient, ids: list[str], number: int) -> list[dict]:
    """One reviewer goes through all links, in an order of his own."""
    order = random.Random(number).sample(ids, len(ids))  # noqa: S311 - any order will do
    wish = {"status": "confirmed"} if number % 2 else {"status": "rejected", "reason": "不是一回事"}
    told = []
    for start in range(0, LINKS, BATCH):
        body = {"links": [{"id": one, "version": 1} for one in order[start : start + BATCH]], **wish}
        answer = client.post("/api/v1/links/decisions", json=body, headers={"X-Actor": f"reviewer-{number}"})
        assert answer.status_code == 200, answer.text
        told += [{**row, "by": f"reviewer-{number}"} for row in answer.json()["results"]]
    return told


@pytest.fixture
def client(seeded_database_url: str) -> TestClient:
    # 320 transactions queue up for one writer: the last may wait for longer than a person would.
    app = create_app(settings_for(seeded_database_url, database_timeout=120))
    app.dependency_overrides[_actor] = named
    return TestClient(app, headers=ADMIN)


def test_64_reviewers_decide_the_same_500_links_at_once(client: TestClient) -> None:
    database = client.app.state.database  # type: ignore[attr-defined]
    with client:
        with database.read() as session:
            ids = list(session.exec(select(Link.id).order_by(col(Link.id)).limit(LINKS)))
        before = audit_chain.verify(database).count or 0
        with ThreadPoolExecutor(REVIEWERS) as threads:
            told = [row for rows in threads.map(lambda n: review(client, ids, n), range(REVIEWERS)) for row in rows]
        verified = audit_chain.verify(database)
        with database.read() as session:
            links = {link.id: link for link in session.exec(select(Link).where(col(Link.id).in_(ids)))}
            versions = session.exec(select(LinkVersion).where(col(LinkVersion.link_id).in_(ids))).all()
            entries = session.exec(
                select(AuditEntry).where(AuditEntry.number > before).order_by(col(AuditEntry.number))
            ).all()

    assert len(told) == REVIEWERS * LINKS
    won = {row["id"]: row for row in told if row["outcome"] == "decided"}
    assert Counter(row["outcome"] for row in told) == {"decided": LINKS, "changed": (REVIEWERS - 1) * LINKS}
    assert set(won) == set(ids), "each link once"
    assert len({row["by"] for row in won.values()}) > 1, "it was a race"
    for row in told:
        winner = won[row["id"]]
        assert (row["decided_by"], row["version"], row["status"]) == (winner["by"], 2, winner["status"])
        assert row["outcome"] == "decided" or winner["by"] in row["detail"]

    assert {(links[key].decided_by, str(links[key].status)) for key in ids} == {
        (row["by"], row["status"]) for row in won.values()
    }
    assert Counter(row.version for row in versions) == {1: LINKS, 2: LINKS}
    since = {row.link_id: row.since for row in versions if row.version == 2}
    assert all(row.until == since[row.link_id] for row in versions if row.version == 1)

    assert verified.ok
    assert [entry.number for entry in entries] == list(range(before + 1, before + LINKS + 1))
    assert {entry.subject: entry.actor for entry in entries} == {key: row["by"] for key, row in won.items()}
    moments = [since[entry.subject] for entry in entries]
    assert all(first <= second for first, second in pairwise(moments)), "entries in the order of the decisions"
