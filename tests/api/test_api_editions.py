"""Editions over the API, on a small cascade of three levels: what changed, what is carried, what falls due, its review."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.main import create_app
from tests.factories import ADMIN, AUDITOR, settings_for

V1 = "/api/v1/plans"
LINKS = "/api/v1/links"
PROVINCE, CITY, COUNTY = "370000-edu-2030", "371300-edu-2030", "371302-edu-2030"
NAMES = {PROVINCE: "山东省", CITY: "临沂市", COUNTY: "兰山区"}
SCHOOLS = "办好学前教育。年底前新建公办幼儿园100所。完善普惠性幼儿园补助政策。"
CLASSES = "改善办学条件。全面消除中小学大班额。加快农村寄宿制学校建设步伐。"
SPORTS = "加强体育卫生艺术工作。保证学生每天锻炼一小时。开足开齐美育课程。"
TEXTS = {
    PROVINCE: (SCHOOLS, CLASSES, SPORTS),
    CITY: (
        "发展学前教育。年底前新建幼儿园12所。提高普惠园的补助标准。",
        "改善中小学条件。全部消除大班额。建设农村寄宿制学校6所。",
        "重视体育美育。学生每天在校锻炼一小时。",
    ),
    COUNTY: ("做好学前教育工作。新建幼儿园2所。", "改善学校条件。消除全区大班额。"),
}


def text(plan: str, *items: str, start: int = 1) -> str:
    head = f"{NAMES[plan]}教育局2030年工作要点\n一、主要工作\n"
    return head + "".join(f"{number}.{item}\n" for number, item in enumerate(items, start))


def upload(client: TestClient, plan: str, *items: str, start: int = 1, address: str = V1) -> dict:
    form = {"adcode": plan[:6], "domain": "edu", "year": "2030"}
    answer = client.post(address, files={"file": ("要点.txt", text(plan, *items, start=start).encode())}, data=form)
    assert answer.status_code == 201, answer.text
    done: dict = answer.json()
    return done


def propose(client: TestClient, upper: str, lower: str, **more: object) -> dict:
    body = {"upper": upper, "lower": lower} | ({"coverage": "full"} if "." in upper else {"strength": "implements"})
    answer = client.post(LINKS, json=body | more)
    assert answer.status_code == 201, answer.text
    made: dict = answer.json()
    return made


def decide(client: TestClient, link: str, status: str = "confirmed", reason: str | None = "经核实") -> dict:
    etag = client.get(f"{LINKS}/{link}").headers["etag"]
    answer = client.patch(f"{LINKS}/{link}", json={"status": status, "reason": reason}, headers={"If-Match": etag})
    assert answer.status_code == 200, answer.text
    decided: dict = answer.json()
    return decided


def link(client: TestClient, upper: str, lower: str, status: str = "confirmed") -> str:
    made = propose(client, upper, lower)
    if status != "proposed":
        decide(client, made["id"], status)
    key: str = made["id"]
    return key


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    """Three plans, each level's linked to the one above it by hand; nothing was judged by the machine."""
    with TestClient(create_app(settings_for(database_url, four_eyes=False)), headers=ADMIN) as made:
        for adcode, name in (("100000", "中国"), ("370000", "山东省"), ("371300", "临沂市"), ("371302", "兰山区")):
            assert made.post("/api/v1/jurisdictions", json={"adcode": adcode, "name": name}).status_code == 201
        for plan, items in TEXTS.items():
            upload(made, plan, *items)
        yield made


def read(client: TestClient, key: str) -> dict:
    found: dict = client.get(f"{LINKS}/{key}").json()
    del found["provenance"]
    return found


def reasons(client: TestClient, key: str) -> list[tuple]:
    names = ("end", "field", "old", "new", "severity", "hops")
    return [tuple(row[name] for name in names) for row in read(client, key)["stale_reason"]]


def changes(client: TestClient, plan: str, number: int, **params: object) -> dict[str, dict]:
    found = client.get(f"{V1}/{plan}/editions/{number}/changes", params=params).json()["items"]
    return {row["id"]: row for row in found}


def review(client: TestClient, plan: str, change: str, number: int = 2, **body: object) -> dict:
    answer = client.put(f"{V1}/{plan}/editions/{number}/changes/{change}/decision", json=body)
    assert answer.status_code == 200, answer.text
    done: dict = answer.json()
    return done


def impact(client: TestClient, of: str, **params: object) -> dict:
    answer = client.get(f"{V1}/{of}/impact", params=params)
    assert answer.status_code == 200, answer.text
    found: dict = answer.json()
    return found


def test_every_edition_can_be_read(client: TestClient) -> None:
    upload(client, PROVINCE, SCHOOLS.replace("100", "120"), CLASSES, SPORTS)
    found = client.get(f"{V1}/{PROVINCE}/editions").json()["items"]
    assert [(row["number"], row["current"]) for row in found] == [(1, False), (2, True)]
    for number, schools in ((1, "100所"), (2, "120所")):
        items = client.get(f"{V1}/{PROVINCE}/editions/{number}/items").json()["items"]
        assert schools in items[0]["text"]
        original = client.get(f"{V1}/{PROVINCE}/editions/{number}/original")
        assert schools.encode() in original.content
    first, second = (client.get(f"{V1}/{PROVINCE}/editions/{n}").json() for n in (1, 2))
    assert (first["carried"], second["carried"]["links"]) == (None, 0)
    assert client.get(f"{V1}/{PROVINCE}/editions/3").status_code == 404
    assert client.get(f"{V1}/{PROVINCE}/editions/3/changes").status_code == 404
    assert {row["kind"] for row in changes(client, PROVINCE, 1).values()} == {"added"}


def test_the_changes_between_two_editions_are_rows_down_to_tasks(client: TestClient) -> None:
    upload(client, PROVINCE, SCHOOLS.replace("年底前新建公办幼儿园100所", "6月底前新建公办幼儿园120所"), SPORTS)
    rows = changes(client, PROVINCE, 2)
    assert {key: (row["kind"], row["stands"]) for key, row in rows.items()} == {
        "1": ("changed", "1"),
        "1.1": ("changed", "1.1"),
        "1.2": ("same", "1.2"),
        "2": ("dropped", None),
        "2.1": ("dropped", None),
        "2.2": ("dropped", None),
        "3": ("renumbered", "2"),
        "3.1": ("same", "2.1"),
        "3.2": ("same", "2.2"),
    }
    assert [(d["aspect"], d["old"], d["new"], d["direction"]) for d in rows["1.1"]["differences"]] == [
        ("numbers", "100所", "120所", "stronger"),
        ("deadline", "年底前", "6月底前", "stronger"),
    ]
    assert {row["review"] for row in rows.values()} == {None}, "nothing rests on them"
    upload(client, PROVINCE, *TEXTS[PROVINCE])
    assert {row["kind"] for row in changes(client, PROVINCE, 3, **{"from": 1}).values()} == {"same"}
    assert set(changes(client, PROVINCE, 3, kind="added")) == {"new-2", "new-2.1", "new-2.2"}


def test_a_changed_number_makes_what_rests_on_it_due_down_to_the_county(client: TestClient) -> None:
    assert impact(client, f"{PROVINCE}/items/1/tasks/1")["items"] == []
    above = link(client, f"{PROVINCE}/1.1", f"{CITY}/1.1")
    below = link(client, f"{CITY}/1.1", f"{COUNTY}/1.1")
    items = link(client, f"{PROVINCE}/1", f"{CITY}/1", "rejected")
    others = [link(client, f"{PROVINCE}/1.2", f"{CITY}/1.2"), link(client, f"{CITY}/2.1", f"{COUNTY}/2.1")]
    open_one = link(client, f"{PROVINCE}/1.1", f"{CITY}/1.2", "proposed")
    asked = impact(client, f"{PROVINCE}/items/1/tasks/1")
    assert {(row["id"], row["hops"], row["via"]) for row in asked["items"]} == {
        (above, 0, None),
        (items, 0, None),
        (below, 1, above),
    }
    shown = upload(client, PROVINCE, SCHOOLS.replace("100", "120"), CLASSES, SPORTS, address=f"{V1}/previews")["stale"]
    assert [row["id"] for row in shown["items"]][2:] == [below]
    assert {row["id"] for row in shown["items"]} == {above, items, below}
    upload(client, PROVINCE, SCHOOLS.replace("100", "120"), CLASSES, SPORTS)
    assert reasons(client, above) == [("upper", "numbers", "100所", "120所", "high", 0)]
    assert reasons(client, items) == [("upper", "numbers", "100所", "120所", "high", 0)]
    assert reasons(client, below) == [("upper", "numbers", "100所", "120所", "medium", 1)]
    assert read(client, below)["stale_reason"][0]["link"] == above
    assert {read(client, key)["status"] for key in (above, items, below)} == {"stale"}
    assert {read(client, key)["status"] for key in others} == {"confirmed"}
    assert (read(client, open_one)["status"], reasons(client, open_one)) == ("proposed", [])
    assert decide(client, below)["stale_reason"] == []
    assert read(client, above)["status"] == "stale", "each clears by its own decision"
    entry = client.get("/api/v1/audit", params={"action": "edition.carry"}, headers=AUDITOR).json()["items"][0]
    assert (entry["subject"], entry["after"]["stale"], entry["after"]["stale_links_below"]) == (PROVINCE, 2, [below])
    # Less asked for, and told so; back to what it was does not make it fresh again.
    upload(client, PROVINCE, *TEXTS[PROVINCE])
    assert reasons(client, above) == [("upper", "numbers", "100所", "100所", "high", 0)]
    assert read(client, above)["stale_reason"][0]["direction"] == "weaker"


def test_units_and_deadlines_in_notes_are_told_apart(client: TestClient) -> None:
    upload(client, CITY, TEXTS[CITY][0] + "（牵头单位：基础教育科；完成时限：9月底）", *TEXTS[CITY][1:])
    key = link(client, f"{PROVINCE}/1.1", f"{CITY}/1.1")
    upload(client, CITY, TEXTS[CITY][0] + "（牵头单位：学前教育科；完成时限：12月底）", *TEXTS[CITY][1:])
    assert reasons(client, key) == [
        ("lower", "deadline", "9月底", "12月底", "high", 0),
        ("lower", "units", "基础教育科", "学前教育科", "medium", 0),
    ]
    assert read(client, key)["evidence"]["lower"]["text"] == "年底前新建幼儿园12所"


def test_a_split_keeps_what_says_the_same(client: TestClient) -> None:
    keys = [link(client, f"{PROVINCE}/1.{n}", f"{CITY}/1.{n}") for n in (1, 2)]
    item = link(client, f"{PROVINCE}/1", f"{CITY}/1")
    parts = ("办好学前教育。年底前新建公办幼儿园100所。", "完善补助。完善普惠性幼儿园补助政策。")
    upload(client, PROVINCE, *parts, CLASSES, SPORTS)
    assert changes(client, PROVINCE, 2)["1"]["kind"] == "split"
    assert [read(client, key)["upper"] for key in keys] == [f"{PROVINCE}/1.1", f"{PROVINCE}/2.1"]
    assert {read(client, key)["status"] for key in keys} == {"confirmed"}
    assert (read(client, item)["status"], {row[1] for row in reasons(client, item)}) == ("stale", {"text"})
    assert set(changes(client, PROVINCE, 2, review="awaiting")) == {"1"}
    # And joined again, by the next one.
    upload(client, PROVINCE, *TEXTS[PROVINCE])
    assert changes(client, PROVINCE, 3)["1"]["kind"] == "merged"
    assert [read(client, key)["upper"] for key in keys] == [f"{PROVINCE}/1.1", f"{PROVINCE}/1.2"]
    assert {read(client, key)["status"] for key in keys} == {"confirmed"}


def test_two_links_that_become_one_are_both_kept(client: TestClient) -> None:
    confirmed = link(client, f"{PROVINCE}/1", f"{CITY}/1")
    other = link(client, f"{PROVINCE}/2", f"{CITY}/1", "proposed")
    upload(client, PROVINCE, SCHOOLS + CLASSES, SPORTS)
    assert changes(client, PROVINCE, 2)["2"]["kind"] == "merged"
    assert (read(client, confirmed)["upper"], read(client, confirmed)["upper_edition"]) == (f"{PROVINCE}/1", 2)
    kept = read(client, other)
    assert (kept["status"], kept["upper_edition"]) == ("proposed", 1)
    assert [(row["field"], row["link"]) for row in kept["stale_reason"]] == [("merged", confirmed)]


def test_a_task_that_moved_takes_its_links_along(client: TestClient) -> None:
    key = link(client, f"{PROVINCE}/1.2", f"{CITY}/1.2")
    upload(
        client, PROVINCE, "办好学前教育。年底前新建公办幼儿园100所。", CLASSES, SPORTS + "完善普惠性幼儿园补助政策。"
    )
    assert (read(client, key)["upper"], read(client, key)["status"]) == (f"{PROVINCE}/3.3", "confirmed")


def test_what_the_text_has_lost_stays_listed_and_counts_nowhere(client: TestClient) -> None:
    keys = {
        status: link(client, f"{PROVINCE}/2.1", f"{CITY}/{lower}", status)
        for status, lower in (("confirmed", "2.1"), ("rejected", "2.2"), ("proposed", "1.1"), ("withdrawn", "1.2"))
    }
    upload(client, PROVINCE, SCHOOLS, SPORTS)
    listed = client.get(LINKS, params={"upper": PROVINCE}).json()["items"]
    assert {row["id"] for row in listed} == set(keys.values())
    assert {row["upper_edition"] for row in listed} == {1}
    assert client.get(LINKS, params={"upper": f"{PROVINCE}/2.1"}).json()["items"] == [], "another task by now"
    found = {status: read(client, key)["status"] for status, key in keys.items()}
    assert found == {"confirmed": "stale", "rejected": "stale", "proposed": "proposed", "withdrawn": "withdrawn"}
    for key in keys.values():
        assert reasons(client, key) == [("upper", "dropped", "全面消除中小学大班额", None, "high", 0)]
    pair = client.get(f"{V1}/{PROVINCE}/coverage/{CITY}").json()
    assert [task["evidence"] for item in pair["items"] for task in item["tasks"]] == [[]] * 4
    etag = client.get(f"{LINKS}/{keys['confirmed']}").headers["etag"]
    answer = client.patch(f"{LINKS}/{keys['confirmed']}", json={"status": "confirmed"}, headers={"If-Match": etag})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/link-end-gone")
    # The text comes back, as after an import by mistake: so do the ends, and a decision can be taken again.
    upload(client, PROVINCE, *TEXTS[PROVINCE])
    for key in keys.values():
        assert (read(client, key)["upper"], read(client, key)["upper_edition"]) == (f"{PROVINCE}/2.1", 3)
    assert reasons(client, keys["confirmed"])[0][1:4] == ("dropped", "全面消除中小学大班额", "全面消除中小学大班额")
    assert decide(client, keys["confirmed"])["status"] == "confirmed"


def test_a_person_can_say_where_something_went(client: TestClient) -> None:
    key = link(client, f"{PROVINCE}/2.1", f"{CITY}/2.1")
    other = link(client, f"{PROVINCE}/2.2", f"{CITY}/2.2")
    upload(
        client,
        PROVINCE,
        SCHOOLS,
        "优化资源配置。让每个班级的学生人数都合乎国家规定。加快农村寄宿制学校建设步伐。",
        SPORTS,
    )
    row = changes(client, PROVINCE, 2, review="awaiting")["2.1"]
    assert (row["kind"], row["stands"], row["links"]) == ("dropped", None, 1)
    assert read(client, key)["upper_edition"] == 1
    address = f"{V1}/{PROVINCE}/editions/2/changes/2.1"
    assert client.get(address).headers["etag"] == '"0"'
    for body, status in (
        ({"decision": "corrected", "new": "2.1"}, 422),
        ({"decision": "corrected", "new": "2.9", "reason": "x"}, 422),
        ({"decision": "corrected", "new": "2", "reason": "x"}, 422),
        ({"decision": "confirmed", "new": "2.1"}, 422),
    ):
        assert client.put(f"{address}/decision", json=body).status_code == status
    done = review(client, PROVINCE, "2.1", decision="corrected", new="2.1", reason="同一要求，换了说法")
    assert (done["stands"], done["review"], done["resting"]) == ("2.1", "corrected", [key])
    moved = read(client, key)
    assert (moved["upper"], moved["upper_edition"], moved["status"]) == (f"{PROVINCE}/2.1", 2, "stale")
    assert [row[1] for row in reasons(client, key)] == ["text", "numbers"]
    assert moved["evidence"]["upper"]["text"] == "让每个班级的学生人数都合乎国家规定"
    assert (read(client, other)["upper"], read(client, other)["status"]) == (f"{PROVINCE}/2.2", "confirmed")
    assert client.put(f"{address}/decision", json={"decision": "confirmed"}).status_code == 428
    stale = client.put(f"{address}/decision", json={"decision": "confirmed"}, headers={"If-Match": '"7"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/precondition-failed")
    decide(client, key)
    # Otherwise again: it is gone after all, and what was confirmed on it is due.
    gone = client.put(
        f"{address}/decision",
        json={"decision": "corrected", "new": None, "reason": "已不再要求"},
        headers={"If-Match": '"1"'},
    )
    assert (gone.status_code, gone.headers["etag"]) == (200, '"2"')
    assert reasons(client, key) == [("upper", "dropped", "全面消除中小学大班额", None, "high", 0)]
    entry = client.get("/api/v1/audit", params={"action": "change.decide"}, headers=AUDITOR).json()["items"][0]
    assert (entry["before"]["new"], entry["after"]["new"], entry["after"]["moved_links"]) == ("2.1", None, [key])
    upload(client, PROVINCE, *TEXTS[PROVINCE])
    past = client.put(f"{address}/decision", json={"decision": "confirmed"}, headers={"If-Match": '"2"'})
    assert (past.status_code, past.json()["type"]) == (409, "/problems/edition-not-current")


def test_confirming_a_change_moves_nothing_and_ends_the_waiting(client: TestClient) -> None:
    key = link(client, f"{PROVINCE}/1.1", f"{CITY}/1.1")
    upload(client, PROVINCE, SCHOOLS.replace("100", "120"), CLASSES, SPORTS)
    before = read(client, key)
    assert set(changes(client, PROVINCE, 2, review="awaiting")) == {"1.1"}
    review(client, PROVINCE, "1.1", decision="confirmed")
    assert set(changes(client, PROVINCE, 2, review="awaiting")) == set()
    assert changes(client, PROVINCE, 2, review="confirmed")["1.1"]["decision"]["decided_by"]
    assert read(client, key) == before


def test_an_item_that_is_another_one_takes_its_tasks_along(client: TestClient) -> None:
    keys = [link(client, f"{PROVINCE}/3.{n}", f"{CITY}/3.1") for n in (1, 2)]
    item = link(client, f"{PROVINCE}/3", f"{CITY}/3")
    new = (
        "增强学生体质。保证学生每天锻炼一小时。组织好各类赛事活动。",
        "落实美育要求。开足开齐美育课程。举办艺术展演活动。",
    )
    upload(client, PROVINCE, SCHOOLS, CLASSES, *new)
    placed = [read(client, key)["upper"] for key in keys]
    assert placed == [f"{PROVINCE}/3.1", f"{PROVINCE}/4.1"]
    review(client, PROVINCE, "3", decision="corrected", new="4", reason="以美育为主")
    assert read(client, item)["upper"] == f"{PROVINCE}/4"
    assert [read(client, key)["upper_edition"] for key in keys] == [1, 2]
    assert read(client, keys[1])["upper"] == f"{PROVINCE}/4.1"
    review(client, PROVINCE, "3.1", decision="corrected", new="3.1", reason="原样保留")
    assert (read(client, keys[0])["upper"], read(client, keys[0])["upper_edition"]) == (f"{PROVINCE}/3.1", 2)


def test_the_impact_of_an_item_is_that_of_all_it_says_and_comes_in_pages(client: TestClient) -> None:
    tasks = [link(client, f"{PROVINCE}/1.{n}", f"{CITY}/1.{n}") for n in (1, 2)]
    item = link(client, f"{PROVINCE}/1", f"{CITY}/1", "rejected")
    below = link(client, f"{CITY}/1.1", f"{COUNTY}/1.1")
    link(client, f"{PROVINCE}/2.1", f"{CITY}/2.1")
    whole = impact(client, f"{PROVINCE}/items/1")
    assert {row["id"] for row in whole["items"]} == {*tasks, item, below}
    assert whole["by_hops"] == [
        {"hops": 0, "links": 3, "gap_decisions": 0},
        {"hops": 1, "links": 1, "gap_decisions": 0},
    ]
    first = impact(client, f"{PROVINCE}/items/1", limit=3)
    rest = impact(client, f"{PROVINCE}/items/1", limit=3, cursor=first["next_cursor"])
    assert (first["items"] + rest["items"], rest["next_cursor"]) == (whole["items"], None)
    # From below: the link upwards rests on the city's words, and so does the county's.
    assert {row["id"] for row in impact(client, f"{CITY}/items/1/tasks/1")["items"]} == {tasks[0], item, below}
    for address in ("items/9", "items/1/tasks/9", "items/9/tasks/1"):
        assert client.get(f"{V1}/{PROVINCE}/{address}/impact").status_code == 404
    assert client.get(f"{V1}/{PROVINCE}/items/1/tasks/0/impact").status_code == 422


WORDS = st.sampled_from(["keep", "keep", "layout", "number", "drop"])


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(WORDS, min_size=6, max_size=6), order=st.permutations(range(3)))
def test_stale_is_exactly_what_says_something_else(client: TestClient, edits: list[str], order: list[int]) -> None:
    """Each example brings an edition with random edits, and then the first text again, on which all is decided anew."""
    ends = [f"{PROVINCE}/{n}.{m}" for n in (1, 2, 3) for m in (1, 2)]
    if not client.get(LINKS).json()["items"]:
        for upper in (*ends, *(f"{PROVINCE}/{n}" for n in (1, 2, 3))):
            link(client, upper, f"{CITY}/1.1" if "." in upper else f"{CITY}/1")
    before = {row["id"]: row for row in client.get(LINKS).json()["items"]}
    assert {row["status"] for row in before.values()} == {"confirmed"}
    says = dict(zip(ends, edits, strict=True))
    upload(client, PROVINCE, *edited(says, order), f"防范安全风险。排查整改第{next(NUMBERS)}批燃气隐患。")
    after = {row["id"]: row for row in client.get(LINKS).json()["items"]}
    assert set(after) == set(before), "no link is dropped"
    changed = {end for end, edit in says.items() if edit in {"number", "drop"}}
    changed |= {end.partition(".")[0] for end in changed}
    stale = {key for key, row in after.items() if row["status"] == "stale"}
    assert stale == {key for key, row in before.items() if row["upper"] in changed}
    gone = {key for key, row in before.items() if says.get(row["upper"]) == "drop"}
    assert {key for key, row in after.items() if [one["field"] for one in row["stale_reason"]] == ["dropped"]} == gone
    upload(client, PROVINCE, *TEXTS[PROVINCE])
    for key in stale:
        decide(client, key)


def edited(says: dict[str, str], order: list[int]) -> list[str]:
    items = []
    for index in order:
        title, *tasks = TEXTS[PROVINCE][index].rstrip("。").split("。")
        kept = [
            EDITED[says[f"{PROVINCE}/{index + 1}.{number}"]](task)
            for number, task in enumerate(tasks, 1)
            if says[f"{PROVINCE}/{index + 1}.{number}"] != "drop"
        ]
        items.append("".join(f"{part}。" for part in (title, *kept)))
    return items


NUMBERS = count(1)
EDITED: dict[str, Callable[[str], str]] = {
    "keep": lambda task: task,
    "layout": lambda task: task.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"}).replace(
        "中小学", "中、小学"
    ),
    "number": lambda task: task.replace("100", "150") if "100" in task else f"{task}5项",
}
