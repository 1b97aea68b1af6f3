"""Calibrating over the API: reviewers decide half of Linyi's links, and the judge learns from it, or refuses to."""

import random
import time
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from app.auth import _actor
from app.db import Database
from app.linking import SHIPPED
from app.models import Calibration, Decision, GapDecision, Item, Link, LinkMethod, LinkStatus, RunState
from app.schemas.calibrations import CalibrationCreate
from app.services import calibrations, cascades, gap_decisions, judges, link_store, reviews, training
from tests.evaluation.calibrating import halves
from tests.evaluation.cases import case
from tests.evaluation.reviews import rows
from tests.factories import CITY, PROVINCE

URL = "/api/v1/calibrations"
LINKS = "/api/v1/links"
BASE = f"/api/v1/plans/{PROVINCE}"


@pytest.fixture
def client(own_seeded_client: TestClient) -> Iterator[TestClient]:
    own_seeded_client.app.dependency_overrides[_actor] = lambda: "li"  # type: ignore[attr-defined]
    yield own_seeded_client
    own_seeded_client.app.dependency_overrides.clear()  # type: ignore[attr-defined]


def database(client: TestClient) -> Database:
    return client.app.state.database  # type: ignore[attr-defined]


def review(client: TestClient, *, flip: float = 0.0) -> int:
    """Decide the proposed links of half of the upper items, and the gaps there, as the annotators judged; how many."""
    items, _ = halves("linyi", 0)
    rng = random.Random(0)  # noqa: S311 - no secret
    said = {(row["upper"], row["lower"]): row["status"] for row in rows(case("linyi"))}
    links: list[dict] = []
    cursor = None
    while cursor or not links:
        asked = {"upper": PROVINCE, "lower": CITY, "limit": 500} | ({"cursor": cursor} if cursor else {})
        page = client.get(LINKS, params=asked).json()
        links += page["items"]
        cursor = page["next_cursor"]
    wanted: dict[str, list[dict]] = {"confirmed": [], "rejected": []}
    for link in links:
        status = said.get((link["upper"], link["lower"]))
        if status and int(link["upper"].partition("/")[2].partition(".")[0]) in items:
            if rng.random() < flip:
                status = "rejected" if status == "confirmed" else "confirmed"
            wanted[status].append({"id": link["id"], "version": link["version"]})
    for status, seen in wanted.items():
        answer = client.post(f"{LINKS}/decisions", json={"status": status, "reason": "复核", "links": seen})
        assert answer.json()["decided"] == len(seen), answer.text
    missing = {task["text"] for task in case("linyi").gold["tasks"] if task["coverage"] == "none"}
    found = client.get(f"{BASE}/gaps", params={"limit": 500, "adcode": "371300", "kind": "missing"}).json()["items"]
    own = [gap for gap in found if gap["item"] in items and (gap["upper_text"] in missing) != (rng.random() < flip)]
    # At once: over the API each would take a look at the whole cascade.
    with database(client).write(unaudited="a test's own decisions") as session:
        at = cascades.touch(session, PROVINCE)
        session.add_all(
            GapDecision(
                plan_id=PROVINCE,
                gap_id=gap["id"],
                version=1,
                decision=Decision.CONFIRMED,
                reason="确未承接",
                digests={gap_decisions.UPPER: gap_decisions.digest(gap["upper_text"])},
                decided_by="li",
                decided_at=at,
                since=at,
            )
            for gap in own
        )
    return sum(map(len, wanted.values())) + len(own)


def calibrate(client: TestClient, **wanted: object) -> dict:
    started = client.post(URL, json={"domain": "edu", **wanted})
    assert started.status_code == 202, started.text
    for _ in range(600):
        told: dict = client.get(started.headers["location"]).json()
        if told["state"] in {"succeeded", "failed"}:
            return told
        time.sleep(0.05)
    raise AssertionError(told)


def in_use(client: TestClient) -> str:
    with database(client).read() as session:
        return judges.model_of(session, "edu").digest()


def outdated(client: TestClient) -> bool:
    return bool(client.get(f"{BASE}/coverage/{CITY}").json()["outdated"])


def test_decisions_teach_and_what_they_taught_can_be_undone(client: TestClient) -> None:
    decided = review(client)
    tried = calibrate(client, dry_run=True)
    assert (tried["outcome"], tried["in_force"], in_use(client)) == ("better", False, SHIPPED.digest())
    assert tried["reviewers"] == {"li": decided}
    told = calibrate(client)
    assert (told["outcome"], told["in_force"], told["failed"], told["version"]) == ("adopted", True, [], 2)
    assert told["numbers"] == tried["numbers"]
    assert told["decisions_digest"] == tried["decisions_digest"]
    for figures in told["figures"].values():
        assert figures["after"]["loss"] < figures["before"]["loss"]
    assert in_use(client) == told["model_digest"] != SHIPPED.digest() == told["replaces"]
    assert outdated(client)
    run = client.post(f"{BASE}/link-runs", json={"lower": [CITY]}).headers["location"]
    while client.get(run).json()["state"] not in {"succeeded", "failed"}:
        time.sleep(0.05)
    assert client.get(run).json()["model_digest"] == told["model_digest"]
    assert not outdated(client)
    link = client.get(LINKS, params={"upper": PROVINCE, "lower": CITY, "status": "proposed"}).json()["items"][0]
    detail = client.get(f"{LINKS}/{link['id']}").json()
    assert detail["reasons"]["score"] == pytest.approx(link["score"], abs=1e-3)

    again = calibrate(client)
    assert (again["outcome"], again["in_force"]) == ("unchanged", False)

    one = f"{URL}/{told['id']}"
    wish = {"status": "undone", "reason": "待核对复核结论"}
    assert client.patch(one, json=wish).status_code == 428
    assert client.patch(one, json=wish, headers={"If-Match": '"1"'}).status_code == 412
    seen = client.get(one).headers["etag"]
    undone = client.patch(one, json=wish, headers={"If-Match": seen})
    assert (undone.status_code, undone.json()["in_force"], undone.json()["undone_by"]) == (200, False, "li")
    assert in_use(client) == SHIPPED.digest()
    assert outdated(client)
    more = client.patch(one, json=wish, headers={"If-Match": undone.headers["etag"]})
    assert (more.status_code, more.json()["type"].rpartition("/")[2]) == (409, "calibration-not-adopted")
    kept = client.get(URL, params={"domain": "edu"}).json()["items"]
    assert [(row["version"], row["outcome"]) for row in kept] == [(3, "unchanged"), (2, "adopted"), (1, "better")]


def test_decisions_that_are_wrong_at_random_are_not_adopted(client: TestClient) -> None:
    review(client, flip=0.5)
    told = calibrate(client)
    assert (told["outcome"], told["in_force"], in_use(client)) == ("not_better", False, SHIPPED.digest())
    assert {"on": "shipped", "figure": "loss"} in told["failed"]
    assert not outdated(client)


def test_too_few_decisions_change_nothing(client: TestClient) -> None:
    told = calibrate(client)
    assert (told["outcome"], told["figures"], told["numbers"]) == ("too_few", {}, None)
    assert told["counts"]["tasks"] == 0
    assert calibrate(client, domain="health")["outcome"] == "too_few"
    assert not outdated(client)


def test_a_calibration_that_was_broken_off_says_so(client: TestClient) -> None:
    store = database(client)
    with store.write() as session:
        made = calibrations.start(session, CalibrationCreate(), "li")
    with store.write(unaudited="a test's own process") as session:
        row = session.get_one(Calibration, made.id)
        row.owner = row.owner.rpartition(":")[0] + ":0"
    assert calibrations.fail_interrupted(store) == 1
    told = client.get(f"{URL}/{made.id}").json()
    assert (told["state"], told["outcome"]) == ("failed", None)
    assert "start it again" in told["error"]
    with store.read() as session:
        assert [row.state for row in session.exec(select(Calibration))] == [RunState.FAILED]
    assert client.get(f"{URL}/none").status_code == 404


def test_what_seed_loaded_teaches_nothing(client: TestClient) -> None:
    store = database(client)
    with store.write() as session:
        assert reviews.load_shipped(session, "li") > 100
    with store.read() as session:
        assert training.decided_pairs(session, "edu") == []
    told = calibrate(client)
    assert (told["outcome"], told["counts"]["tasks"], told["reviewers"]) == ("too_few", 0, {})


def test_terms_that_reviewers_keep_matching_are_suggested_with_their_sentences(client: TestClient) -> None:
    url = "/api/v1/thesauri/edu/suggestions"
    assert client.get(url).json() == {"items": [], "next_cursor": None}
    assert client.get("/api/v1/thesauri/none/suggestions").status_code == 404
    store = database(client)
    with store.write(unaudited="a test's own decisions") as session:
        links = session.exec(select(Link).where(col(Link.coverage).is_not(None)).order_by(col(Link.id))).all()
        # No item twice, on either side: each pair of items is one witness.
        by_upper = {link.upper_item_id: link for link in links}
        own = list({link.lower_item_id: link for link in by_upper.values()}.values())[:12]
        at = cascades.touch(session, PROVINCE)
        for number, link in enumerate(own):
            # Three of them say the same in the same two words; the others stay what they are.
            if number < 3:
                above, below = session.get_one(Item, link.upper_item_id), session.get_one(Item, link.lower_item_id)
                above.text, below.text = f"{above.title}。落实辍学监测", f"{below.title}。登记流失青年"
                link.upper_start, link.upper_end = len(above.title) + 1, len(above.text)
                link.lower_start, link.lower_end = len(below.title) + 1, len(below.text)
            values = {"status": LinkStatus.CONFIRMED, "method": LinkMethod.PERSON, "decided_by": "li", "decided_at": at}
            link_store.change(session, [(link, values)], at)
    found = client.get(url).json()["items"]
    assert found
    assert {one["support"] for one in found} == {3}
    sentences = {(row["upper_text"], row["lower_text"]) for one in found for row in one["sentences"]}
    assert sentences == {("落实辍学监测", "登记流失青年")}
