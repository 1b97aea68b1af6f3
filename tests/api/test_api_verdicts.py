"""Targets, deadlines and roll-ups over the API, on the fictional city written for this purpose."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

YUNHE = Path(__file__).parents[1] / "evaluation" / "yunhe.txt"
JIANGSU = "/api/v1/plans/320000-edu-2020"
WORSE = {"weaker_target", "later_deadline", "missing_deadline"}


@pytest.fixture
def yunhe(own_seeded_client: TestClient) -> TestClient:
    """The seeded store, with the fictional city linked to Jiangsu."""
    client = own_seeded_client
    form = {"adcode": "329900", "name": "云河市"}
    assert client.post("/api/v1/plans", files={"file": YUNHE.read_bytes()}, data=form).status_code == 201
    run = client.post(f"{JIANGSU}/link-runs", json={}).headers["location"]
    while client.get(run).json()["state"] in {"queued", "running"}:
        pass
    done = client.get(run).json()
    assert done["state"] == "succeeded", done["error"]
    assert done["duration_ms"] > 0
    return client


def test_worse_targets_and_deadlines_are_gaps_with_their_computation(yunhe: TestClient) -> None:
    pair = yunhe.get(f"{JIANGSU}/coverage/329900-edu-2020").json()
    tasks = {task["id"]: task for item in pair["items"] for task in item["tasks"]}
    gaps = yunhe.get(f"{JIANGSU}/gaps", params={"adcode": "329900", "limit": 500}).json()["items"]
    found = {(gap["kind"], gap["task"]) for gap in gaps if gap["kind"] in WORSE}
    city = {key: task for key, task in tasks.items() if task["applies_to"] == "city"}
    assert found == (
        {("weaker_target", key) for key, task in city.items() if task["target"] == "weaker"}
        | {("later_deadline", key) for key, task in city.items() if task["deadline"] == "later"}
        | {("missing_deadline", key) for key, task in city.items() if task["deadline"] == "missing"}
    )
    assert {kind for kind, _ in found} == WORSE
    for task in tasks.values():
        if task["coverage"] == "none":
            assert task["target"] is None
            assert task["deadline"] is None
        if task["target"] == "weaker":
            assert task["coverage"] == "partial", "a weaker target is at most partial"
    for gap in gaps:
        if gap["kind"] in WORSE:
            detail = yunhe.get(f"{JIANGSU}/gaps/{gap['id']}").json()
            shown = detail["computation"]["upper"] if gap["kind"] != "weaker_target" else None
            assert shown is None or shown in gap["explanation"]
            if gap["kind"] == "weaker_target":
                pairs = detail["computation"]["pairs"]
                assert any(
                    pair["verdict"] == "weaker" and pair["lower"]["text"] in gap["explanation"] for pair in pairs
                )


def test_province_wide_totals_are_rolled_up(yunhe: TestClient) -> None:
    rollups = yunhe.get("/api/v1/plans/370000-edu-2020/coverage").json()["rollups"]
    teachers = next(row for row in rollups if row["task"] == "370000-edu-2020/21.5")
    assert (teachers["target"], teachers["unit"]) == (5000, "人")
    assert teachers["allocated"] + teachers["shortfall"] == 5000
    assert len(teachers["cities"]) == 16
    for row in yunhe.get(f"{JIANGSU}/coverage").json()["rollups"] + rollups:
        values = [city["value"] for city in row["cities"] if city["value"] is not None]
        assert row["allocated"] == sum(values)
        assert row["shortfall"] == max(0, row["target"] - row["allocated"])
        assert row["unit"] != "%", "rates are not summed"


def test_tasks_show_their_facts(yunhe: TestClient) -> None:
    item = yunhe.get("/api/v1/plans/370000-edu-2020/items/8").json()
    facts = next(task["facts"] for task in item["tasks"] if task["id"].endswith("8.4"))
    deadline = next(fact for fact in facts if fact["type"] == "deadline")
    assert deadline["latest"] == "2020-12-31"
    for plan in ("370000-edu-2020", "371300-edu-2020", "329900-edu-2020"):
        for row in yunhe.get(f"/api/v1/plans/{plan}/items", params={"limit": 500}).json()["items"]:
            for task in row["tasks"]:
                for fact in task["facts"]:
                    assert row["text"][fact["start"] : fact["end"]] == fact["text"]
                    assert task["start"] <= fact["start"] <= fact["end"] <= task["end"]
