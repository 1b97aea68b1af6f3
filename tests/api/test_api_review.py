"""The review queue over the shipped plans: its order, its filters, its progress, who sees it."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.permissions import Role
from tests.factories import AS, PROVINCE

REVIEW = f"/api/v1/plans/{PROVINCE}/review"

Row = dict[str, Any]


def queue(client: TestClient, **asked: object) -> list[Row]:
    """The whole queue, page by page."""
    rows: list[Row] = []
    cursor: str | None = None
    while True:
        params = {"limit": 100, **asked, **({"cursor": cursor} if cursor else {})}
        answer = client.get(REVIEW, params=params).json()
        rows += answer["items"]
        cursor = answer["next_cursor"]
        if cursor is None:
            return rows


def test_everything_open_is_queued_once_the_most_urgent_first(seeded_client: TestClient) -> None:
    rows = queue(seeded_client)
    waiting: set[str] = set()
    cursor: dict[str, str] = {}
    while True:
        page = seeded_client.get(
            "/api/v1/links", params={"upper": PROVINCE, "status": "proposed", "limit": 500, **cursor}
        ).json()
        waiting |= {link["id"] for link in page["items"]}
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert [row["id"] for row in rows] == list(dict.fromkeys(row["id"] for row in rows))
    assert {row["id"] for row in rows} == waiting
    urgencies = [row["doubt"] * row["weight"] for row in rows]
    assert all(one >= other - 1e-4 for one, other in pairwise(urgencies))
    heavy = [row["weight"] for row in rows if row["coverage"]]
    assert max(heavy) == 4, "some task has a target and a deadline"


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ({"adcode": "371300"}, lambda row: row["adcode"] == "371300"),
        ({"item": 8}, lambda row: row["upper"].split("/")[1].split(".")[0] == "8"),
        ({"kind": "task"}, lambda row: row["coverage"] is not None),
        ({"kind": "item"}, lambda row: row["strength"] is not None),
        ({"doubtful": "true"}, lambda row: row["doubt"] >= 0.5),
        ({"least": 0.9}, lambda row: row["score"] >= 0.9),
        ({"item": 8, "kind": "task", "adcode": "370200"}, lambda row: row["name"] == "青岛市"),
    ],
)
def test_filters_leave_what_fits_in_its_order(
    seeded_client: TestClient, asked: dict[str, object], fits: Callable[[Row], bool]
) -> None:
    everything = queue(seeded_client)
    found = [row["id"] for row in queue(seeded_client, **asked)]
    assert found
    if asked.keys() < {"adcode", "item", "kind", "doubtful", "least"} and len(asked) == 1:
        assert found == [row["id"] for row in everything if fits(row)]
    assert all(fits(row) for row in queue(seeded_client, **asked))


def test_it_can_be_read_as_the_texts_stand_and_as_a_file(seeded_client: TestClient) -> None:
    places = [
        [int(n) for n in row["upper"].split("/")[1].split(".")]
        for row in queue(seeded_client, order="text", kind="task")
    ]
    assert places == sorted(places)
    table = seeded_client.get(REVIEW, params={"format": "csv", "kind": "task"})
    assert table.headers["content-type"].startswith("text/csv")
    assert len(table.text.strip().splitlines()) > len(places)


def test_progress_counts_decisions(own_seeded_client: TestClient) -> None:
    client = own_seeded_client
    before = client.get(f"{REVIEW}/progress").json()
    row = client.get(REVIEW, params={"limit": 1}).json()["items"][0]
    path, seen = f"/api/v1/links/{row['id']}", {"If-Match": f'"{row["version"]}"'}
    assert client.patch(path, json={"status": "confirmed"}, headers=seen).status_code == 200
    after = client.get(f"{REVIEW}/progress").json()
    assert after == before | {name: before[name] + 1 for name in ("decided", "today", "mine", "mine_today")}
    assert row["id"] not in {other["id"] for other in queue(client)}
    assert row["id"] in {other["id"] for other in queue(client, status="confirmed")}
    elsewhere = client.get(f"{REVIEW}/progress", params={"adcode": "370800"}).json()
    assert elsewhere["decided"] == 0
    assert client.get(f"{REVIEW}/progress", headers=AS[Role.VIEWER]).json()["mine"] == 0


def test_reasons_are_those_of_the_links_own_place(seeded_client: TestClient) -> None:
    rows = [row for row in queue(seeded_client, kind="task", limit=100) if row["method"] == "machine"]
    by_task: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        by_task.setdefault((row["upper"], row["adcode"]), []).append(row)
    several = next(found for found in by_task.values() if len({row["score"] for row in found}) > 1)
    for row in several:
        why = seeded_client.get(f"/api/v1/links/{row['id']}").json()["reasons"]
        assert why["score"] >= row["score"], "no place promises more than what it was judged by"
        assert row["lower"] not in [
            other["lower"] for other in why["alternatives"] if other["lower_text"] == row["evidence"]["lower"]["text"]
        ]


def test_what_is_asked_wrongly_is_told(seeded_client: TestClient) -> None:
    assert seeded_client.get("/api/v1/plans/370000-edu-1999/review").status_code == 404
    assert seeded_client.get(REVIEW, params={"adcode": "1"}).status_code == 422
    assert seeded_client.get(REVIEW, params={"status": "withdrawn"}).status_code == 422
    assert seeded_client.get(REVIEW, headers=AS[Role.SECURITY_ADMIN]).status_code == 403
