"""Why? Every proposal and every gap can be asked for its reasons."""

from math import exp

import pytest
from fastapi.testclient import TestClient

from app.services.reasons import FACTORS

SHANDONG = "/api/v1/plans/370000-edu-2020"


def chance(reasons: dict) -> float:
    logit = reasons["bias"] + sum(factor["contribution"] for factor in reasons["factors"])
    return 1 / (1 + exp(-logit))


def test_every_proposal_has_its_reasons(seeded_client: TestClient) -> None:
    links = seeded_client.get("/api/v1/links", params={"upper": "370000-edu-2020/8", "limit": 500}).json()["items"]
    assert {bool(link["coverage"]) for link in links} == {True, False}
    for link in [link for link in links if link["coverage"]][:4] + [link for link in links if link["strength"]][:3]:
        reasons = seeded_client.get(f"/api/v1/links/{link['id']}").json()["reasons"]
        assert reasons["summary"]
        assert all(factor["label"] == FACTORS[factor["name"]][0] for factor in reasons["factors"])
        assert chance(reasons) == pytest.approx(reasons["score"], abs=0.005), "the parts add up to the whole"
        if link["coverage"]:
            assert reasons["words"]
            assert sum(word["weight"] for word in reasons["words"]) == pytest.approx(1, abs=0.05)
        else:
            assert reasons["score"] == pytest.approx(link["score"], abs=0.005)


def test_a_missing_task_shows_what_came_nearest(seeded_client: TestClient) -> None:
    gaps = seeded_client.get(f"{SHANDONG}/gaps", params={"kind": "missing", "limit": 5}).json()["items"]
    for gap in gaps:
        detail = seeded_client.get(f"{SHANDONG}/gaps/{gap['id']}").json()
        assert detail["evidence"] == []
        assert 0 < len(detail["reasons"]["alternatives"]) <= 5
        assert chance(detail["reasons"]) < 0.5
        city = {
            item["number"]: item["text"]
            for item in seeded_client.get(f"/api/v1/plans/{gap['plan']}/items", params={"limit": 500}).json()["items"]
        }
        for place in detail["reasons"]["alternatives"]:
            assert place["lower_text"] in city[int(place["lower"].rpartition("/")[2].partition(".")[0])]


def test_gaps_of_a_city_have_none(seeded_client: TestClient) -> None:
    assert seeded_client.get(f"{SHANDONG}/gaps/no_plan-370100").json()["reasons"] is None


def test_in_english(seeded_client: TestClient) -> None:
    link = seeded_client.get("/api/v1/links", params={"upper": "370000-edu-2020/8.4"}).json()["items"][0]
    english = seeded_client.get(f"/api/v1/links/{link['id']}", headers={"Accept-Language": "en"}).json()["reasons"]
    assert english["summary"].startswith("found: ")
    assert english["factors"][0]["label"] == FACTORS[english["factors"][0]["name"]][1]
