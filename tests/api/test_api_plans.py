"""Plans over the API: what the five documents became, importing, editions."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

V1 = "/api/v1/plans"
DOCUMENTS = Path(__file__).parents[2] / "seeds" / "documents"
YUNHE = Path(__file__).parents[1] / "evaluation" / "yunhe.txt"

PLANS = {
    "320000-edu-2020": ("江苏省", 10, 43, "省委教育工委省教育厅", None, None),
    "370000-edu-2020": ("山东省", 6, 23, "中共山东省委教育工委 山东省教育厅", "鲁教办发〔2020〕1号", None),
    "370200-edu-2020": ("青岛市", 6, 26, "青島市教育局", "青教工委[2020]2號", "2020-02-27"),
    "370800-edu-2021": ("济宁市", 6, 20, "济宁市教育局（中共济宁市委教育工委）", "济教字〔2021〕1号", "2021-04-06"),
    "371300-edu-2020": ("临沂市", 5, 35, "临沂市教育局（中共临沂市委教育工委）", "临教办字〔2020〕11号", "2020-03-16"),
}

MINIMAL = """测试市教育局2030年工作要点
一、抓好落实
1.改善办学条件。新建学校10所，年底前全部交付使用。
2.提升教育质量。开展教学检查，完善评价机制。
"""


def upload(client: TestClient, content: bytes | str, **form: str) -> tuple[int, dict]:
    data = content.encode() if isinstance(content, str) else content
    response = client.post(V1, files={"file": ("plan.txt", data)}, data=form)
    return response.status_code, response.json()


@pytest.fixture
def shandong(client: TestClient) -> TestClient:
    """An empty store that knows Shandong and two of its cities."""
    for adcode, name in (
        ("100000", "中华人民共和国"),
        ("370000", "山东省"),
        ("370200", "青岛市"),
        ("371300", "临沂市"),
    ):
        assert client.post("/api/v1/jurisdictions", json={"adcode": adcode, "name": name}).status_code == 201
    return client


def test_the_five_plans(seeded_client: TestClient) -> None:
    listed = {plan["id"]: plan for plan in seeded_client.get(V1).json()["items"]}
    assert list(listed) == sorted(PLANS)
    for key, (name, sections, items, issuer, number, dated) in PLANS.items():
        plan = seeded_client.get(f"{V1}/{key}").json()
        assert (plan["name"], plan["issuer"], plan["document_number"], plan["issued_on"]) == (
            name,
            issuer,
            number,
            dated,
        )
        assert len([section for section in plan["sections"] if section["level"] == 1]) == sections
        assert plan["items"] == items
        assert {field: plan[field] for field in listed[key]} == listed[key]
        original = seeded_client.get(f"{V1}/{key}/original")
        assert original.content == (DOCUMENTS / f"{key}.txt").read_bytes()


def test_items_and_tasks(seeded_client: TestClient) -> None:
    for key, (_, _, count, *_) in PLANS.items():
        items = seeded_client.get(f"{V1}/{key}/items", params={"limit": 500}).json()["items"]
        assert [item["number"] for item in items] == list(range(1, count + 1))
        for item in items:
            assert item["text"].startswith(item["title"])
            assert item["tasks"]
            for task in item["tasks"]:
                assert item["text"][task["start"] : task["end"]] == task["text"]
            alone = seeded_client.get(f"{V1}/{key}/items/{item['number']}").json()
            assert alone.pop("provenance")["editions"] == {key: 1}
            assert alone == item


@pytest.mark.parametrize(
    ("params", "keys"),
    [
        ({"level": "city"}, ["370200-edu-2020", "370800-edu-2021", "371300-edu-2020"]),
        ({"year": 2021}, ["370800-edu-2021"]),
        ({"adcode": "370000"}, ["370000-edu-2020"]),
        ({"domain": "health"}, []),
        ({"q": "青岛"}, ["370200-edu-2020"]),
        ({"q": "鲁教办发"}, ["370000-edu-2020"]),
    ],
)
def test_plans_are_filtered(seeded_client: TestClient, params: dict[str, str], keys: list[str]) -> None:
    assert [plan["id"] for plan in seeded_client.get(V1, params=params).json()["items"]] == keys


def test_lists_come_in_pages(seeded_client: TestClient) -> None:
    first = seeded_client.get(V1, params={"limit": 2}).json()
    second = seeded_client.get(V1, params={"limit": 2, "cursor": first["next_cursor"]}).json()
    third = seeded_client.get(V1, params={"limit": 2, "cursor": second["next_cursor"]}).json()
    assert [plan["id"] for page in (first, second, third) for plan in page["items"]] == sorted(PLANS)
    assert third["next_cursor"] is None


def test_importing_is_idempotent_and_a_new_text_is_a_new_edition(shandong: TestClient) -> None:
    data = (DOCUMENTS / "371300-edu-2020.txt").read_bytes()
    status, first = upload(shandong, data)
    assert (status, first["plan"], first["edition"], first["created"]) == (201, "371300-edu-2020", 1, True)
    assert (first["items"], first["tasks"] > 100) == (35, True)
    status, again = upload(shandong, data)
    assert (status, again["created"], again["edition"]) == (200, False, 1)
    rewrapped = data.decode().replace("\n", "\r\n").encode("gb18030")
    status, same_text = upload(shandong, rewrapped)
    assert (status, same_text["created"]) == (200, False), "the same text in another encoding"
    status, changed = upload(shandong, data.replace("177处".encode(), "188处".encode()), edition_note="更正")
    assert (status, changed["edition"], changed["created"]) == (201, 2, True)
    plan = shandong.get(f"{V1}/371300-edu-2020").json()
    assert (plan["edition"], plan["note"]) == (2, "更正")
    text = shandong.get(f"{V1}/371300-edu-2020/items/17").json()["text"]
    assert "188处" in text


def test_a_new_code_is_registered_with_its_name(shandong: TestClient) -> None:
    status, problem = upload(shandong, MINIMAL)
    assert (status, problem["type"]) == (422, "/problems/unidentified-plan")
    status, problem = upload(shandong, MINIMAL, adcode="379900")
    assert (status, problem["type"]) == (404, "/problems/not-found")
    status, done = upload(shandong, MINIMAL, adcode="379900", name="测试市")
    assert (status, done["plan"], done["items"]) == (201, "379900-edu-2030", 2)
    assert shandong.get("/api/v1/jurisdictions/379900").json()["parent"] == "370000"
    status, problem = upload(shandong, MINIMAL, adcode="379900", name="别的市")
    assert (status, problem["type"]) == (409, "/problems/conflict")
    status, problem = upload(shandong, MINIMAL, adcode="429900", name="别省的市")
    assert (status, problem["type"]) == (422, "/problems/missing-parent")
    assert "420000" in problem["detail"]


def test_contradicting_the_document_is_done_but_noted(shandong: TestClient) -> None:
    data = (DOCUMENTS / "371300-edu-2020.txt").read_bytes()
    status, done = upload(shandong, data, adcode="370200")
    assert (status, done["plan"]) == (201, "370200-edu-2020")
    assert [doubt["kind"] for doubt in done["doubts"] if doubt["kind"].endswith("_differs")] == ["adcode_differs"]


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7 \x00\x01", b"\x00" * 100, "没有任何条目的一段话。".encode(), b"\xff\xfe\xfa"]
)
def test_a_bad_document_leaves_nothing_behind(shandong: TestClient, data: bytes) -> None:
    status, problem = upload(shandong, data, adcode="371399", name="新县")
    assert status == 422
    assert problem["detail"]
    assert shandong.get(V1).json()["items"] == []
    assert shandong.get("/api/v1/jurisdictions/371399").status_code == 404, "nothing half stored"


def test_a_document_under_four_level_numbering(shandong: TestClient) -> None:
    status, done = upload(shandong, YUNHE.read_bytes(), adcode="370200", domain="test")
    assert (status, done["items"]) == (201, 31)
    item = shandong.get(f"{V1}/370200-test-2020/items/31").json()
    assert (item["label"], item["lead_unit"], item["deadline"]) == ("2.", "办公室", "2020年10月底前")


def test_a_late_plan_enters_the_cascade_at_once(own_seeded_client: TestClient) -> None:
    """A cached graph must not outlive a write to its cascade."""
    client = own_seeded_client
    url = f"{V1}/370000-edu-2020/items/8/implementers"
    before = {city["adcode"]: city["reason"] for city in client.get(url).json()["not_implemented_by"]}
    assert before["370300"] == "no_plan"
    text = (DOCUMENTS / "371300-edu-2020.txt").read_text(encoding="utf-8")
    upload(client, text, adcode="370300", year="2020")
    after = {city["adcode"]: city["reason"] for city in client.get(url).json()["not_implemented_by"]}
    assert after["370300"] == "not_judged"
    pair = client.get(f"{V1}/370000-edu-2020/coverage/370300-edu-2020").json()
    assert {task["coverage"] for item in pair["items"] for task in item["tasks"]} == {None}
    assert {item["verdict"] for item in pair["items"]} == {"not_judged"}
    kinds = {
        gap["kind"] for gap in client.get(f"{V1}/370000-edu-2020/gaps", params={"adcode": "370300"}).json()["items"]
    }
    assert kinds == {"not_judged"}


def test_a_new_edition_is_answered_with_what_was_judged_and_marked_as_outdated(own_seeded_client: TestClient) -> None:
    client = own_seeded_client
    text = (DOCUMENTS / "371300-edu-2020.txt").read_text(encoding="utf-8")
    address = f"{V1}/370000-edu-2020/coverage/371300-edu-2020"
    before = client.get(address).json()
    upload(client, text.replace("177处", "188处"))
    pair = client.get(address).json()
    assert (before["outdated"], pair["outdated"]) == (False, True)
    assert pair["summary"] == before["summary"]


def test_a_nearer_year_takes_the_place(own_seeded_client: TestClient) -> None:
    client = own_seeded_client
    text = (DOCUMENTS / "370800-edu-2021.txt").read_text(encoding="utf-8")
    upload(client, text, year="2019")
    cities = client.get(f"{V1}/370000-edu-2020/coverage").json()["cities"]
    assert next(city["plan"] for city in cities if city["adcode"] == "370800") == "370800-edu-2021", "of two, the later"
    upload(client, text, year="2020")
    cities = client.get(f"{V1}/370000-edu-2020/coverage").json()["cities"]
    assert next(city["plan"] for city in cities if city["adcode"] == "370800") == "370800-edu-2020"


def test_jurisdictions(client: TestClient) -> None:
    url = "/api/v1/jurisdictions"
    assert client.post(url, json={"adcode": "370000", "name": "山东省"}).json()["type"] == "/problems/missing-parent"
    assert client.post(url, json={"adcode": "100000", "name": "中国"}).status_code == 201
    made = client.post(url, json={"adcode": "370000", "name": "山东省"})
    assert made.headers["location"] == f"{url}/370000"
    assert made.json() == {"adcode": "370000", "name": "山东省", "level": "province", "parent": "100000"}
    assert client.post(url, json={"adcode": "370000", "name": "山东省"}).status_code == 200
    assert client.post(url, json={"adcode": "370000", "name": "山西省"}).status_code == 409
    assert client.post(url, json={"adcode": "37000", "name": "x"}).status_code == 422
    listed = client.get(url, params={"level": "province"}).json()["items"]
    assert [row["adcode"] for row in listed] == ["370000"]


def test_the_shipped_tree(seeded_client: TestClient) -> None:
    def count(level: str) -> int:
        return len(seeded_client.get("/api/v1/jurisdictions", params={"level": level, "limit": 500}).json()["items"])

    # 34 provinces and 333 prefectures (国家统计局, 2023).
    assert [count(level) for level in ("country", "province", "city", "county")] == [1, 34, 333, 0]
