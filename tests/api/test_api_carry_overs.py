"""The year after: what people decided between the plans before is proposed between the new ones, and nothing more."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from app.main import create_app
from app.permissions import Role
from app.services import reviews
from tests.factories import ADMIN, AS, AUDITOR, CITY, PROVINCE, SECURITY, Backend, settings_for

V1 = "/api/v1/plans"
LINKS = "/api/v1/links"
DOCUMENTS = Path(__file__).parents[2] / "seeds" / "documents"
JINING, JINING_BEFORE = "370800-edu-2021", "370800-edu-2020"
NEXT, NEXT_CITY = "370000-edu-2021", "371300-edu-2021"


def of_2021(key: str) -> str:
    text = (DOCUMENTS / f"{key}.txt").read_text(encoding="utf-8")
    return text.replace("2020年工作要点", "2021年工作要点").replace("2020 年工作要点", "2021年工作要点")


# The deadline of 8.4 and the number in 9.4 are others, 8.3 is another task, and in the place of 10 is something else.
SHANDONG_2021 = (
    of_2021(PROVINCE)
    .replace("年底前全面消除中小学", "6月底前全面消除中小学")
    .replace("新建改扩建6—8所特教学校", "新建改扩建10—12所特教学校")
    .replace("确保建档立卡贫困家庭适龄儿童全部接受义务教育", "推广人工智能课程试点")
    .replace(
        "10.做好学生就餐、课后延时和厕所革命“三个服务”。实施学校食堂提升工程，基本解决中小学集中就餐需求。",
        "10.深化对外开放。",
    )
    .replace("提升课后延时服务水平，建立长效机制。推进中小学校、幼儿园厕所革命。", "办好国际友城青年交流活动。")
)


@pytest.fixture(scope="session")
def two_years_url(backend: Backend, seeded_url: str) -> str:
    """A store with the shipped plans, Linyi's reviewed links, and the province's and Linyi's made plans of 2021."""
    url = backend.copy(seeded_url)
    database = Database(settings_for(url))
    with database.write() as session:
        reviews.load_shipped(session, "test")
    database.close()
    with TestClient(create_app(settings_for(url)), headers=ADMIN) as client:
        upload(client, SHANDONG_2021, adcode="370000", year="2021")
        upload(client, of_2021(CITY), adcode="371300", year="2021")
    return url


@pytest.fixture
def client(backend: Backend, two_years_url: str) -> Iterator[TestClient]:
    url = backend.copy(two_years_url)
    with TestClient(create_app(settings_for(url)), headers=ADMIN) as made:
        yield made
    backend.drop(url)


@dataclass(frozen=True, slots=True)
class Carried:
    """What was carried from the plans of 2020 to those of 2021: the links before and after, and the answer."""

    client: TestClient
    before: dict[str, dict]
    made: dict[str, dict]
    done: dict


@pytest.fixture(scope="module")
def carried(backend: Backend, two_years_url: str) -> Iterator[Carried]:
    """A store in which Linyi's links were carried over; for reading only."""
    url = backend.copy(two_years_url)
    with TestClient(create_app(settings_for(url)), headers=ADMIN) as client:
        before = links(client, upper=PROVINCE, lower=CITY)
        done = carry(client, NEXT, lower=[NEXT_CITY])
        yield Carried(client, before, links(client, upper=NEXT), done)
    backend.drop(url)


def upload(client: TestClient, text: str, **form: str) -> dict:
    answer = client.post(V1, files={"file": ("要点.txt", text.encode())}, data={"domain": "edu", **form})
    assert answer.status_code == 201, answer.text
    done: dict = answer.json()
    return done


def carry(client: TestClient, plan: str, headers: dict | None = None, **wanted: object) -> dict:
    answer = client.post(f"{V1}/{plan}/carry-overs", json=wanted, headers=headers)
    assert answer.status_code == 200, answer.text
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


def decide(client: TestClient, link: dict, status: str, **body: str) -> dict:
    seen = {"If-Match": f'"{link["version"]}"'}
    answer = client.patch(f"{LINKS}/{link['id']}", json={"status": status, **body}, headers=seen)
    assert answer.status_code == 200, answer.text
    done: dict = answer.json()
    return done


def link_run(client: TestClient, plan: str, **wanted: object) -> None:
    run = client.post(f"{V1}/{plan}/link-runs", json=wanted).headers["location"]
    while (done := client.get(run).json())["state"] in {"queued", "running"}:
        time.sleep(0.05)
    assert done["state"] == "succeeded"


def revision_of(client: TestClient) -> str:
    return client.get(f"{V1}/{NEXT}/cascade", params={"depth": 0}).headers["luoshi-revision"]


def test_what_was_confirmed_is_proposed_between_the_plans_of_the_next_year(carried: Carried) -> None:
    before, made, done = carried.before, carried.made, carried.done
    confirmed = {key for key, link in before.items() if link["status"] == "confirmed"}
    [pair] = done["pairs"]
    assert (pair["from_upper"], pair["from_lower"], pair["in_cascade"]) == (PROVINCE, CITY, True)
    assert pair["counts"] == done["counts"]
    rows = {row["source"]: row for row in done["rows"]}
    assert confirmed == {key for key, row in rows.items() if row["outcome"] in {"carried", "left"}}
    stored = {key: row for key, row in rows.items() if row["outcome"] == "carried"}
    assert {row["link"] for row in stored.values()} == set(made)
    assert done["counts"]["carried"] == len(made) > 100
    for key, row in stored.items():
        link, source = made[row["link"]], before[key]
        assert (link["status"], link["method"], link["decided_by"]) == ("proposed", "import", None)
        assert link["proposed_by"].startswith("key:")
        assert (link["upper"], link["lower"]) == (row["upper"], row["lower"])
        assert (link["coverage"], link["strength"]) == (source["coverage"], source["strength"])
        assert all(part in link["rationale"] for part in (key, PROVINCE, CITY, "seed", "确认", source["upper"]))
        if not row["differences"]:
            assert "两端文字与当时相同" in link["rationale"]
            # The reviewers' evidence sometimes takes in the clause behind its task; what is carried is the task's.
            for end in ("upper", "lower"):
                assert link["evidence"][end]["text"] in source["evidence"][end]["text"]
    assert links(carried.client, upper=PROVINCE, lower=CITY) == before, "the plans before are as they were"


def test_what_differs_is_told_in_its_own_words(carried: Carried) -> None:
    done = carried.done
    told = {row["source_upper"]: row for row in done["rows"] if row["outcome"] == "carried"}
    [deadline] = told[f"{PROVINCE}/8.4"]["differences"]
    assert deadline == {"end": "upper", "field": "deadline", "old": "年底前", "new": "6月底前"}
    assert "上级时限由「年底前」改为「6月底前」" in told[f"{PROVINCE}/8.4"]["rationale"]
    changed = {
        (row["source_upper"].partition("/")[2].partition(".")[0], one["field"])
        for row in done["rows"]
        for one in row["differences"]
    }
    # Another year alone is no difference: each plan's 年底前 is its own year's.
    assert {item for item, _ in changed} <= {"8", "9"}
    assert {("8", "deadline"), ("9", "numbers")} <= changed


def test_what_cannot_be_carried_is_listed_with_why(carried: Carried) -> None:
    before = {key: link for key, link in carried.before.items() if link["status"] == "confirmed"}
    done = carried.done
    left = {row["source"]: row for row in done["rows"] if row["outcome"] == "left"}
    lost = {key for key, link in before.items() if link["upper"].partition("/")[2].partition(".")[0] == "10"}
    assert lost
    assert {key for key, row in left.items() if row["why"] == "dropped"} == lost
    assert all("上级一端" in left[key]["detail"] for key in lost)
    rewritten = {key for key, link in before.items() if link["upper"] == f"{PROVINCE}/8.3"}
    assert rewritten
    assert {key for key, row in left.items() if row["why"] == "unrecognised"} == rewritten
    assert all(row["link"] is None for row in left.values())


def test_rejected_links_are_hints_and_no_links(carried: Carried) -> None:
    before = {key: link for key, link in carried.before.items() if link["status"] == "rejected"}
    done = carried.done
    hints = [row for row in done["rows"] if row["outcome"] == "hint"]
    assert hints
    assert {row["source"] for row in hints} < set(before)
    ends = {(link["upper"], link["lower"]) for link in carried.made.values()}
    assert not ends & {(row["upper"], row["lower"]) for row in hints}
    assert "seed否定" in hints[0]["detail"]
    english = carried.client.post(
        f"{V1}/{NEXT}/carry-overs",
        json={"lower": [NEXT_CITY], "dry_run": True},
        headers={"Accept-Language": "en"},
    ).json()
    assert next(row for row in english["rows"] if row["outcome"] == "hint")["detail"].startswith("seed rejected it")


def test_a_dry_run_says_the_same_and_stores_nothing_and_again_changes_nothing(client: TestClient) -> None:
    revision = revision_of(client)
    tried = carry(client, NEXT, dry_run=True)
    assert links(client, upper=NEXT) == {}
    assert revision_of(client) == revision
    done = carry(client, NEXT)
    assert tried == done | {"dry_run": True}
    # Qingdao and Jining: nobody has decided anything of theirs.
    assert {pair["lower"]: pair["from_lower"] for pair in done["pairs"]} == {
        "370200-edu-2020": None,
        JINING: None,
        NEXT_CITY: CITY,
    }
    made = links(client, upper=NEXT)
    revision = revision_of(client)
    again = carry(client, NEXT)
    assert links(client, upper=NEXT) == made
    assert revision_of(client) == revision
    counts = done["counts"]
    assert again["counts"] == counts | {"carried": 0, "present": counts["carried"]}
    entries = client.get("/api/v1/audit", params={"action": "link.carry"}, headers=AUDITOR).json()["items"]
    assert Counter(entry["outcome"] for entry in entries) == {"done": 1, "unchanged": 2}
    [stored] = [entry for entry in entries if entry["outcome"] == "done"]
    assert (stored["subject"], stored["after"]["from"]) == (NEXT_CITY, [PROVINCE, CITY])
    assert stored["after"]["carried"] == counts["carried"]


def test_nobody_confirms_what_he_carried_and_others_may(client: TestClient) -> None:
    carry(client, NEXT)
    link = min(links(client, upper=NEXT).values(), key=lambda one: one["id"])
    seen = {"If-Match": '"1"'}
    own = client.patch(f"{LINKS}/{link['id']}", json={"status": "confirmed"}, headers=seen)
    assert (own.status_code, own.json()["type"]) == (403, "/problems/four-eyes")
    answer = client.patch(f"{LINKS}/{link['id']}", json={"status": "confirmed"}, headers=AS[Role.REVIEWER] | seen)
    assert answer.json()["status"] == "confirmed"


def test_the_machines_own_proposals_make_way_and_link_runs_leave_what_was_carried(client: TestClient) -> None:
    link_run(client, NEXT, lower=[NEXT_CITY])
    machine = links(client, upper=NEXT, lower=NEXT_CITY)
    assert {link["method"] for link in machine.values()} == {"machine"}
    done = carry(client, NEXT)
    replaced = {row["link"]: row for row in done["rows"] if row["outcome"] == "replaced"}
    assert len(replaced) > 100
    after = links(client, upper=NEXT, lower=NEXT_CITY)
    assert set(machine) <= set(after)
    for key, row in replaced.items():
        link = after[key]
        assert (link["status"], link["method"], link["version"]) == ("proposed", "import", 2)
        assert "机器对这两端也提出过建议" in link["rationale"]
        assert (link["coverage"], link["strength"]) == (row["coverage"], row["strength"])
    assert all(after[key] == machine[key] for key in set(machine) - set(replaced))
    link_run(client, NEXT, lower=[NEXT_CITY])
    assert links(client, upper=NEXT, lower=NEXT_CITY) == after
    hinted = [row for row in done["rows"] if row["outcome"] == "hint" and row["link"]]
    assert hinted
    assert {row["status"] for row in hinted} == {"proposed"}


def test_what_people_have_said_of_the_new_plans_stays(client: TestClient) -> None:
    carry(client, NEXT)
    first, second, third = sorted(links(client, upper=NEXT).values(), key=lambda one: one["id"])[:3]
    decide(client, first, "withdrawn")
    decide(client, second, "rejected", reason="今年不再是同一项工作。")
    before = links(client, upper=NEXT)
    done = carry(client, NEXT)
    assert links(client, upper=NEXT) == before
    rows = {row["link"]: row for row in done["rows"]}
    assert (rows[first["id"]]["outcome"], rows[first["id"]]["why"]) == ("left", "withdrawn")
    assert (rows[second["id"]]["outcome"], rows[second["id"]]["why"]) == ("left", "decided")
    assert rows[third["id"]]["outcome"] == "present"
    assert done["counts"]["left"] == sum(row["outcome"] == "left" for row in done["rows"])


def test_a_link_that_is_due_again_is_decided_first(client: TestClient) -> None:
    text = (DOCUMENTS / f"{PROVINCE}.txt").read_text(encoding="utf-8")
    upload(client, text.replace("年底前全面消除", "9月底前全面消除"))
    stale = set(links(client, upper=PROVINCE, lower=CITY, status="stale"))
    assert stale
    done = carry(client, NEXT)
    left = {row["source"] for row in done["rows"] if row["why"] == "stale"}
    assert left == stale
    assert done["pairs"][-1]["from_upper_edition"] == 2


def jining_before(client: TestClient) -> dict[str, dict]:
    """Jining's made plan of 2020, its links with the province's judged, and some of them decided; gives those."""
    text = (DOCUMENTS / f"{JINING}.txt").read_text(encoding="utf-8").replace("2021年", "2020年")
    upload(client, text.replace("学懂弄通做实", "学习贯彻"), adcode="370800", year="2020")
    link_run(client, PROVINCE, lower=[JINING_BEFORE])
    found = links(client, upper=PROVINCE, lower=JINING_BEFORE)
    seen = [{"id": key, "version": 1} for key in sorted(found)]
    for status, some in (("confirmed", seen[:60:2]), ("rejected", seen[1:8:2])):
        body = {"links": some, "status": status, "reason": "逐项核对。"}
        assert client.post(f"{LINKS}/decisions", json=body).json()["decided"] == len(some)
    return links(client, upper=PROVINCE, lower=JINING_BEFORE)


def test_jining_of_2021_beside_the_province_of_2020(client: TestClient) -> None:
    """The first case: of two plans only the city's is another. What links there were stay between the plans before."""
    machine = links(client, upper=PROVINCE, lower=JINING)
    before = jining_before(client)
    confirmed = {key: link for key, link in before.items() if link["status"] == "confirmed"}
    done = carry(client, PROVINCE, lower=[JINING])
    [pair] = done["pairs"]
    assert (pair["from_upper"], pair["from_lower"]) == (PROVINCE, JINING_BEFORE)
    assert not pair["in_cascade"], "Jining enters the province's cascade of 2020 with its plan of 2020"
    rows = {row["source"]: row for row in done["rows"] if row["source"] in confirmed}
    assert set(rows) == set(confirmed)
    after = links(client, upper=PROVINCE, lower=JINING)
    stored = {row["link"] for row in rows.values() if row["outcome"] in {"carried", "replaced"}}
    assert len(stored) > 0.9 * len(confirmed)
    assert {key for key, link in after.items() if link["method"] == "import"} == stored
    assert {key for key in machine if after[key] == machine[key]} == set(machine) - stored
    for row in rows.values():
        if row["outcome"] in {"carried", "replaced"}:
            assert row["upper"] == row["source_upper"]
            assert {one["end"] for one in row["differences"]} <= {"lower"}
    one = after[min(stored)]
    answer = client.patch(
        f"{LINKS}/{one['id']}",
        json={"status": "confirmed"},
        headers=AS[Role.REVIEWER] | {"If-Match": f'"{one["version"]}"'},
    )
    assert answer.json()["status"] == "confirmed"
    assert client.get(f"{LINKS}/{one['id']}").status_code == 200
    # The province's plan of 2021 then takes what was decided between its plan of 2020 and Jining's of 2021: it is nearer.
    [near] = [pair for pair in carry(client, NEXT, dry_run=True)["pairs"] if pair["lower"] == JINING]
    assert (near["from_upper"], near["from_lower"], near["counts"]["carried"]) == (PROVINCE, JINING, 1)
    told = carry(client, NEXT, dry_run=True, lower=[JINING], from_plans=[JINING_BEFORE])
    assert told["pairs"][0]["from_lower"] == JINING_BEFORE
    assert told["counts"]["carried"] > 10


def test_two_ends_that_became_one_get_one_link(client: TestClient) -> None:
    """Linyi's items 17 and 18 stand as one, and the province's item 8 was carried out by both."""
    upload(client, re.sub(r"\s*\n\s*18[.．]", "", of_2021(CITY)), adcode="371300", year="2021")
    done = carry(client, NEXT)
    [merged] = [row for row in done["rows"] if row["why"] == "merged" and row["source_upper"] == f"{PROVINCE}/8"]
    stands = links(client, upper=f"{NEXT}/8", lower=f"{NEXT_CITY}/17")
    [kept] = [row for row in done["rows"] if row["link"] in stands and row["source_upper"] == f"{PROVINCE}/8"]
    assert {kept["source_lower"], merged["source_lower"]} == {f"{CITY}/17", f"{CITY}/18"}
    assert (kept["outcome"], kept["source"] in merged["detail"]) == ("carried", True)


def test_a_city_proposes_for_itself_alone(client: TestClient) -> None:
    key = client.post("/api/v1/keys", json={"role": "city_editor", "adcode": "370200"}, headers=SECURITY).json()["key"]
    qingdao = {"Authorization": f"Bearer {key}"}
    assert [pair["lower"] for pair in carry(client, NEXT, qingdao)["pairs"]] == ["370200-edu-2020"]
    refused = client.post(f"{V1}/{NEXT}/carry-overs", json={"lower": [NEXT_CITY]}, headers=qingdao)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/forbidden")
    viewer = client.post(f"{V1}/{NEXT}/carry-overs", json={}, headers=AS[Role.VIEWER])
    assert viewer.status_code == 403
    assert links(client, upper=NEXT) == {}
    key = client.post("/api/v1/keys", json={"role": "city_editor", "adcode": "371300"}, headers=SECURITY).json()["key"]
    done = carry(client, NEXT, {"Authorization": f"Bearer {key}"})
    assert [pair["lower"] for pair in done["pairs"]] == [NEXT_CITY]
    assert done["counts"]["carried"] == len(links(client, upper=NEXT)) > 100


@pytest.mark.parametrize(
    ("wanted", "status", "told"),
    [
        ({"lower": ["371300-edu-2030"]}, 404, "371300-edu-2030"),
        ({"lower": ["320000-edu-2020"]}, 422, "下级要点"),
        ({"from_plans": ["320000-edu-2020"]}, 422, "往年要点"),
        ({"from_plans": ["370000-edu-2019"]}, 404, "370000-edu-2019"),
        ({"lower": []}, 422, ""),
        ({"lower": ["x"]}, 422, ""),
    ],
)
def test_what_cannot_be_asked_is_said(client: TestClient, wanted: dict, status: int, told: str) -> None:
    answer = client.post(f"{V1}/{NEXT}/carry-overs", json=wanted)
    assert (answer.status_code, told in answer.text) == (status, True), answer.text
    assert links(client, upper=NEXT) == {}


def test_the_same_key_carries_once(client: TestClient) -> None:
    once = {"Idempotency-Key": "c0ffee"}
    first, second = (carry(client, NEXT, once), carry(client, NEXT, once))
    assert first == second
    assert first["counts"]["carried"] > 100
    reused = client.post(f"{V1}/{PROVINCE}/carry-overs", json={}, headers=once)
    assert reused.status_code == 422
