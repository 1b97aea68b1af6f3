"""A new edition of a plan: what was decided is carried over, and falls due again exactly where a text changed."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from app.main import create_app
from app.services import reviews
from tests.factories import ADMIN, CITY, PROVINCE, Backend, settings_for

V1 = "/api/v1/plans"
LINKS = "/api/v1/links"
DOCUMENTS = Path(__file__).parents[2] / "seeds" / "documents"
SHANDONG = (DOCUMENTS / f"{PROVINCE}.txt").read_text(encoding="utf-8")
LINYI = (DOCUMENTS / f"{CITY}.txt").read_text(encoding="utf-8")
SHIFT = 2
DECIDED = {"confirmed", "rejected", "stale"}


@pytest.fixture(scope="session")
def reviewed_url(backend: Backend, seeded_url: str) -> str:
    """A store with the shipped plans and the shipped reviews, to copy from."""
    url = backend.copy(seeded_url)
    database = Database(settings_for(url))
    with database.write() as session:
        reviews.load_shipped(session, "test")
    database.close()
    return url


@pytest.fixture
def client(backend: Backend, reviewed_url: str) -> Iterator[TestClient]:
    url = backend.copy(reviewed_url)
    with TestClient(create_app(settings_for(url)), headers=ADMIN) as made:
        yield made
    backend.drop(url)


def upload(client: TestClient, text: str, **form: str) -> dict:
    answer = client.post(V1, files={"file": ("要点.txt", text.encode())}, data=form)
    assert answer.status_code == 201, answer.text
    done: dict = answer.json()
    return done


def links(client: TestClient, **params: object) -> dict[str, dict]:
    """All links of every status, by id."""
    found: dict[str, dict] = {}
    wanted = {"limit": 500, **params}
    while True:
        page = client.get(LINKS, params=wanted).json()
        found |= {link["id"]: link for link in page["items"]}
        if page["next_cursor"] is None:
            return found
        wanted["cursor"] = page["next_cursor"]


def test_exactly_the_links_on_a_changed_deadline_turn_stale(client: TestClient) -> None:
    before = links(client)
    asked = client.get(f"{V1}/{PROVINCE}/items/8/tasks/4/impact", params={"limit": 500}).json()
    edited = SHANDONG.replace("年底前全面消除", "6月底前全面消除")
    shown = client.post(f"{V1}/previews", files={"file": ("要点.txt", edited.encode())}).json()["stale"]
    upload(client, edited)
    after = links(client)
    assert set(after) == set(before)
    assert {link["upper_edition"] for link in after.values() if link["upper"].startswith(PROVINCE)} == {2}
    stale = {key for key, link in after.items() if link["status"] == "stale"}
    resting = {
        key
        for key, link in before.items()
        if link["upper"] in {f"{PROVINCE}/8", f"{PROVINCE}/8.4"} and link["status"] in DECIDED
    }
    assert stale == resting
    assert len(stale) > 1
    assert {entry["id"] for entry in asked["items"] if entry["kind"] == "link"} == stale, "the question had said so"
    assert (asked["links"], asked["by_hops"]) == (len(stale), [{"hops": 0, "links": len(stale), "gap_decisions": 0}])
    assert ({entry["id"] for entry in shown["items"]}, shown["links"]) == (stale, len(stale))
    assert {row["old"] for entry in shown["items"] for row in entry["reasons"]} == {"年底前"}
    for key in stale:
        reasons = [(r["field"], r["end"], r["old"], r["new"], r["hops"]) for r in after[key]["stale_reason"]]
        assert reasons == [("deadline", "upper", "年底前", "6月底前", 0)]
        assert {r["severity"] for r in after[key]["stale_reason"]} == {"high"}
        assert after[key]["version"] == before[key]["version"] + 1
    kept = ("id", "upper", "lower", "coverage", "strength", "score", "decided_by", "decided_at", "reason")
    for key in set(after) - stale:
        if before[key]["upper"] == f"{PROVINCE}/8.4":
            continue  # a proposal on the task: its evidence reads otherwise now
        ends = ((link["evidence"][end]["text"] for end in ("upper", "lower")) for link in (before[key], after[key]))
        assert len({tuple(texts) for texts in ends}) == 1
        assert {n: after[key][n] for n in (*kept, "status")} == {n: before[key][n] for n in (*kept, "status")}
    gaps = client.get(f"{V1}/{PROVINCE}/gaps", params={"kind": "stale"}).json()["items"]
    assert {gap["task"] for gap in gaps} == {f"{PROVINCE}/8.4"}
    link = client.get(f"{LINKS}/{min(stale)}")
    confirmed = client.patch(
        f"{LINKS}/{min(stale)}", json={"status": "confirmed"}, headers={"If-Match": link.headers["etag"]}
    ).json()
    assert (confirmed["status"], confirmed["stale_reason"]) == ("confirmed", [])


def renumbered(text: str) -> str:
    return re.sub(r"(?m)^(\d+)([.．])", lambda m: f"{int(m[1]) + SHIFT}{m[2]}", text)


LAYOUTS: dict[str, Callable[[str], str]] = {
    "half width": lambda text: text.translate(str.maketrans("，；：（）", ",;:()")),
    "full width": lambda text: text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"}),
    "spaces": lambda text: re.sub(r"(?<=[，；、])", "  ", text),
    "punctuation": lambda text: text.replace("；", "，").replace("“", "「").replace("”", "」"),
}


@pytest.mark.parametrize("plan", [PROVINCE, CITY])
def test_another_layout_or_numbering_makes_nothing_stale(client: TestClient, plan: str) -> None:
    before = links(client)
    end, text = ("upper", SHANDONG) if plan == PROVINCE else ("lower", LINYI)

    def told(found: dict[str, dict]) -> dict[str, tuple]:
        return {key: (link["status"], link["stale_reason"]) for key, link in found.items()}

    for number, layout in enumerate(LAYOUTS, 2):
        # A word more in the notice, or it would be no new edition.
        done = upload(client, LAYOUTS[layout](text).replace("的通知", f"的第{number}次通知", 1))
        assert done["edition"] == number, layout
        assert told(links(client)) == told(before), layout
    upload(client, renumbered(text))
    after = links(client)
    assert told(after) == told(before)

    def moved(name: str) -> str:
        key, _, place = name.partition("/")
        item, dot, task = place.partition(".")
        return f"{key}/{int(item) + SHIFT}{dot}{task}" if key == plan else name

    assert {key: link[end] for key, link in after.items()} == {key: moved(link[end]) for key, link in before.items()}
    pair = client.get(f"{V1}/{PROVINCE}/coverage/{CITY}").json()
    assert (pair["outdated"], pair["summary"]["not_judged"]) == (True, 0)


def test_the_next_run_leaves_what_was_carried_and_decided_alone(client: TestClient) -> None:
    upload(client, SHANDONG.replace("年底前全面消除", "6月底前全面消除"))
    carried = links(client, upper=PROVINCE)
    pair = client.get(f"{V1}/{PROVINCE}/coverage/{CITY}").json()
    assert pair["outdated"]
    run = client.post(f"{V1}/{PROVINCE}/link-runs", json={}).headers["location"]
    while (done := client.get(run).json())["state"] in {"queued", "running"}:
        time.sleep(0.05)
    assert done["state"] == "succeeded"
    after = links(client, upper=PROVINCE)
    decided = {key: link for key, link in carried.items() if link["status"] in DECIDED}
    assert {key: after[key] for key in decided} == decided
    ends = [(link["upper"], link["lower"]) for link in after.values()]
    assert len(ends) == len(set(ends)), "nothing stands beside what was carried"
    pair = client.get(f"{V1}/{PROVINCE}/coverage/{CITY}").json()
    assert (pair["outdated"], pair["summary"]["not_judged"]) == (False, 0)


def test_a_new_task_waits_for_the_next_run_and_is_not_called_missing(client: TestClient) -> None:
    before = client.get(f"{V1}/{PROVINCE}/coverage/{CITY}").json()["summary"]
    upload(client, SHANDONG.replace("落实党建工作责任。", "落实党建工作责任。各市建立中小学生午休制度。"))
    summary = client.get(f"{V1}/{PROVINCE}/coverage/{CITY}").json()["summary"]
    assert summary == before | {"applicable_tasks": before["applicable_tasks"] + 1, "not_judged": 1}
    gaps = client.get(f"{V1}/{PROVINCE}/gaps", params={"adcode": "371300", "limit": 500}).json()["items"]
    assert [gap["kind"] for gap in gaps].count("not_judged") == 1
    assert "新增或改动" in next(gap["explanation"] for gap in gaps if gap["kind"] == "not_judged")
    matrix = client.get(f"{V1}/{PROVINCE}/coverage").json()["summary"]
    assert matrix["pairs"] == sum(count for name, count in matrix.items() if name != "pairs")


def test_decisions_on_gaps_follow_their_tasks(client: TestClient) -> None:
    gaps = client.get(f"{V1}/{PROVINCE}/gaps", params={"adcode": "371300", "kind": "missing"}).json()["items"]
    last = max(gaps, key=lambda gap: gap["item"])
    first = min((gap for gap in gaps if gap["item"] != last["item"]), key=lambda gap: gap["item"])
    for gap in (first, last):
        address = f"{V1}/{PROVINCE}/gaps/{gap['id']}"
        answer = client.put(f"{address}/decision", json={"decision": "confirmed", "reason": "确未承接"})
        assert answer.status_code == 200, answer.text
    decided_at = answer.json()["decided_at"]
    upload(client, renumbered(SHANDONG))
    for gap in (first, last):
        item, task = gap["id"].rpartition("-")[2].split(".")
        name = f"missing-371300-{int(item) + SHIFT}.{task}"
        found = client.get(f"{V1}/{PROVINCE}/gaps/{name}").json()["decision"]
        assert (found["decision"], found["due"], found["reason"]) == ("confirmed", None, "确未承接")
    assert found["decided_at"] == decided_at
    decided = client.get(f"{V1}/{PROVINCE}/gaps", params={"decision": "confirmed"}).json()["items"]
    assert len(decided) == 2
