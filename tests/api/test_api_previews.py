"""Previews: what a document would become, corrected and confirmed; nothing is stored before."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.db import Database
from app.main import create_app
from app.models import Preview
from app.models.base import now
from tests.factories import ADMIN, AUDITOR, settings_for

V1 = "/api/v1/plans"
PREVIEWS = f"{V1}/previews"
DOCUMENTS = Path(__file__).parents[2] / "seeds" / "documents"
LINYI = (DOCUMENTS / "371300-edu-2020.txt").read_text(encoding="utf-8")

TEXT = """青岛市教育局2030年工作要点
一、抓好落实
1.改善办学条件。新建学校10所，年底前全部交付使用。
2.提升教育质量。开展教学检查，完善评价机制。
强化保障
3.加强校园安全。排查安全隐患，
配齐专职保安员。
阅读：1234次
"""


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


def preview(client: TestClient, content: str, **form: str) -> dict:
    made = client.post(PREVIEWS, files={"file": ("plan.txt", content.encode())}, data=form)
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"{PREVIEWS}/{made.json()['id']}"
    return made.json()


def upload(client: TestClient, content: str, **form: str) -> tuple[int, dict]:
    response = client.post(V1, files={"file": ("plan.txt", content.encode())}, data=form)
    return response.status_code, response.json()


def confirm(client: TestClient, shown: dict, **body: str) -> tuple[int, dict]:
    response = client.post(f"{PREVIEWS}/{shown['id']}/confirmation", json=body)
    return response.status_code, response.json()


def start(text: str, words: str) -> int:
    return text.index(words)


def test_a_preview_shows_everything_and_stores_nothing(shandong: TestClient) -> None:
    shown = preview(shandong, LINYI)
    assert shandong.get(V1).json()["items"] == []
    assert shown["format"] == "text"
    identity = shown["identity"]
    assert {field: identity[field]["value"] for field in ("adcode", "name", "domain", "year")} == {
        "adcode": "371300",
        "name": "临沂市",
        "domain": "edu",
        "year": 2020,
    }
    assert (identity["adcode"]["origin"], identity["adcode"]["element"]) == ("document", "issuer")
    assert identity["name"]["origin"] == "register"
    assert identity["problems"] == []
    assert shown["outcome"] == {"action": "new_plan", "plan": "371300-edu-2020", "edition": 1}
    assert shown["changes"] is None
    number = shown["metadata"]["document_number"]
    assert (number["value"], number["origin"]) == ("临教办字〔2020〕11号", "document")
    assert LINYI[number["start"] : number["end"]] == number["value"]
    assert number["value"] in number["printed"]
    assert (len(shown["items"]), len(shown["sections"])) == (35, 5)
    for item in shown["items"]:
        for task in item["tasks"]:
            assert item["text"][task["start"] : task["end"]] == task["text"]
    for doubt in shown["doubts"]:
        assert doubt["printed"] is None or LINYI[doubt["start"]] in doubt["printed"]
    assert shandong.get(f"{PREVIEWS}/{shown['id']}").json() == shown
    listed = shandong.get(PREVIEWS).json()["items"]
    assert [(row["id"], row["plan"], row["filename"]) for row in listed] == [
        (shown["id"], "371300-edu-2020", "plan.txt")
    ]


def test_confirming_stores_what_was_shown(shandong: TestClient) -> None:
    shown = preview(shandong, LINYI, edition_note="征求意见稿")
    status, done = confirm(shandong, shown, digest=shown["digest"])
    assert (status, done["plan"], done["edition"], done["created"]) == (201, "371300-edu-2020", 1, True)
    plan = shandong.get(f"{V1}/371300-edu-2020").json()
    assert plan["note"] == "征求意见稿"
    assert plan["corrections"] == {"lines": [], "metadata": dict.fromkeys(shown["metadata"])}
    assert {name: found["value"] for name, found in shown["metadata"].items()} == {
        name: plan[name] for name in shown["metadata"]
    }
    items = shandong.get(f"{V1}/371300-edu-2020/items").json()["items"]
    assert [(item["number"], item["text"], len(item["tasks"])) for item in items] == [
        (item["number"], item["text"], len(item["tasks"])) for item in shown["items"]
    ]
    assert confirm(shandong, shown)[0] == 404, "a confirmed preview is gone"
    again = preview(shandong, LINYI)
    assert again["outcome"] == {"action": "no_change", "plan": "371300-edu-2020", "edition": 1}
    assert confirm(shandong, again)[0] == 200


def test_what_is_missing_is_named(shandong: TestClient) -> None:
    text = TEXT.replace("青岛市教育局2030年", "测试市教育局")
    shown = preview(shandong, text, domain="edu")
    assert [problem["field"] for problem in shown["identity"]["problems"]] == ["adcode", "year"]
    assert (shown["outcome"], shown["identity"]["adcode"]["origin"]) == (None, "missing")
    status, problem = confirm(shandong, shown)
    assert (status, problem["type"]) == (422, "/problems/unidentified-plan")
    url = f"{PREVIEWS}/{shown['id']}"
    shown = shandong.patch(url, json={"adcode": "379900", "year": 2030}).json()
    assert [problem["field"] for problem in shown["identity"]["problems"]] == ["name"]
    assert shandong.patch(url, json={"adcode": "37990"}).json()["type"] == "/problems/bad-adcode"
    shown = shandong.patch(url, json={"name": "测试市"}).json()
    assert (shown["identity"]["problems"], shown["identity"]["name"]["origin"]) == ([], "given")
    assert shandong.get("/api/v1/jurisdictions/379900").status_code == 404, "registered only when confirmed"
    assert confirm(shandong, shown)[1]["plan"] == "379900-edu-2030"
    assert shandong.get("/api/v1/jurisdictions/379900").json()["name"] == "测试市"


def test_correcting_lines_and_metadata(shandong: TestClient) -> None:
    shown = preview(shandong, TEXT)
    url = f"{PREVIEWS}/{shown['id']}"
    lines = shandong.get(f"{url}/lines").json()["items"]
    assert [line["text"] for line in lines] == TEXT.splitlines()
    assert all(TEXT[line["start"] : line["end"]] == line["text"] for line in lines)
    assert [line["item"] for line in lines[2:4]] == [1, 2]
    heading, views = (start(TEXT, words) for words in ("强化保障", "阅读"))
    corrections = {
        "lines": [{"start": heading, "kind": "section", "level": 1}, {"start": views, "kind": "furniture"}],
        "metadata": {"issuer": "青岛市教育局办公室", "document_number": ""},
    }
    corrected = shandong.patch(url, json={"corrections": corrections}).json()
    assert [section["title"] for section in corrected["sections"]] == ["抓好落实", "强化保障"]
    assert [item["section"] for item in corrected["items"]] == [1, 1, 2]
    assert corrected["items"][2]["text"] == "加强校园安全。排查安全隐患，配齐专职保安员。"
    assert corrected["metadata"]["issuer"] == {
        "value": "青岛市教育局办公室",
        "origin": "given",
        "element": None,
        "start": None,
        "end": None,
        "printed": None,
    }
    assert corrected["digest"] != shown["digest"]
    lines = {line["start"]: line for line in shandong.get(f"{url}/lines").json()["items"]}
    assert (lines[heading]["kind"], lines[heading]["corrected"]) == ("section", "section")
    assert lines[views]["kind"] == "furniture"
    one = shandong.patch(url, json={"corrections": {"metadata": {"issuer": None}}}).json()
    assert one["metadata"]["issuer"]["value"] == "青岛市教育局"
    assert len(one["corrections"]["lines"]) == 2, "what the patch does not name stays"
    assert confirm(shandong, one)[0] == 201
    plan = shandong.get(f"{V1}/370200-edu-2030").json()
    assert [line["kind"] for line in plan["corrections"]["lines"]] == ["section", "furniture"]
    assert plan["corrections"]["metadata"]["document_number"] == ""
    assert [section["title"] for section in plan["sections"]] == ["抓好落实", "强化保障"]
    # Who corrects nothing takes the text as it is.
    assert upload(shandong, TEXT)[0] == 200
    assert len(shandong.get(f"{V1}/370200-edu-2030").json()["sections"]) == 2
    # The same corrections by the other door change nothing either; other ones are another edition.
    assert upload(shandong, TEXT, corrections=json.dumps(plan["corrections"]))[0] == 200
    status, done = upload(shandong, TEXT, corrections=json.dumps({"lines": corrections["lines"]}))
    assert (status, done["edition"]) == (201, 2)


def test_a_page_of_lines_at_a_time(shandong: TestClient) -> None:
    url = f"{PREVIEWS}/{preview(shandong, LINYI)['id']}/lines"
    found, cursor = [], None
    while True:
        answer = shandong.get(url, params={"limit": 20, **({"cursor": cursor} if cursor else {})}).json()
        found += answer["items"]
        cursor = answer["next_cursor"]
        if cursor is None:
            break
    assert [line["text"] for line in found] == [line.strip() for line in LINYI.splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("corrections", "kind"),
    [
        ({"lines": [{"start": 99_999, "kind": "section"}]}, "bad-corrections"),
        ({"lines": [{"start": 0, "kind": "continues"}]}, "bad-corrections"),
        ({"lines": [{"start": 0, "kind": "item"}, {"start": 1, "kind": "section"}]}, "bad-corrections"),
        ({"lines": [{"start": 0, "kind": "bold"}]}, "invalid-request"),
        ({"lines": [{"start": -1, "kind": "item"}]}, "invalid-request"),
        ({"lines": [{"start": 0, "kind": "item", "level": 2}]}, "invalid-request"),
        ({"lines": [{"start": 0, "kind": "section", "level": 99}]}, "invalid-request"),
        ({"lines": [{"start": n, "kind": "item"} for n in range(501)]}, "invalid-request"),
        ({"metadata": {"issued_on": "2030年"}}, "invalid-request"),
        ({"metadata": {"seal": "x"}}, "invalid-request"),
        ({"title": "x"}, "invalid-request"),
    ],
)
def test_corrections_that_do_not_fit_change_nothing(shandong: TestClient, corrections: dict, kind: str) -> None:
    shown = preview(shandong, TEXT)
    url = f"{PREVIEWS}/{shown['id']}"
    refused = shandong.patch(url, json={"corrections": corrections})
    assert (refused.status_code, refused.json()["type"]) == (422, f"/problems/{kind}")
    assert shandong.get(url).json() == shown
    status, problem = upload(shandong, TEXT, corrections=json.dumps(corrections))
    assert (status, problem["type"]) == (422, f"/problems/{kind}")
    if kind == "invalid-request":
        assert all(error["pointer"].startswith("/body/corrections") for error in problem["errors"])
    assert shandong.get(V1).json()["items"] == []


def test_corrections_must_be_json(shandong: TestClient) -> None:
    status, problem = upload(shandong, TEXT, corrections="{lines")
    assert (status, problem["type"]) == (422, "/problems/invalid-request")


def test_the_changes_since_the_current_edition(shandong: TestClient) -> None:
    text = TEXT.replace("阅读：1234次\n", "")
    upload(shandong, text)
    changed = text.replace("新建学校10所，年底前", "新建学校12所，9月底前") + "4.做好宣传。加强舆论引导。\n"
    shown = preview(shandong, changed)
    assert shown["outcome"] == {"action": "new_edition", "plan": "370200-edu-2030", "edition": 2}
    changes = shown["changes"]
    assert (changes["since"], changes["counts"]) == (1, {"added": 1, "changed": 1, "same": 2})
    first, second = changes["items"]
    assert (first["kind"], first["old"], first["new"], first["aspects"]) == (
        "changed",
        [1],
        [1],
        ["numbers", "deadline"],
    )
    assert {aspect for task in first["tasks"] for aspect in task["aspects"]} == {"numbers", "deadline"}
    (field,) = first["fields"]
    assert [field["new"][span["new_start"] : span["new_end"]] for span in field["spans"]] == ["12所，9月"]
    assert (second["kind"], second["new"]) == ("added", [4])


def test_only_what_was_shown_is_stored(shandong: TestClient) -> None:
    first, second = preview(shandong, TEXT), preview(shandong, TEXT.replace("10所", "12所"))
    assert confirm(shandong, first)[0] == 201
    status, problem = confirm(shandong, second)
    assert (status, problem["type"]) == (409, "/problems/preview-outdated")
    assert shandong.get(f"{V1}/370200-edu-2030").json()["edition"] == 1
    seen = shandong.get(f"{PREVIEWS}/{second['id']}").json()
    assert seen["outcome"]["edition"] == 2
    assert confirm(shandong, second, digest=second["digest"])[0] == 409
    assert confirm(shandong, second, digest=seen["digest"])[0] == 201
    third = preview(shandong, TEXT.replace("10所", "15所"))
    shandong.patch(f"{PREVIEWS}/{third['id']}", json={"edition_note": "另一人改过"})
    assert confirm(shandong, third, digest=third["digest"])[0] == 409, "somebody corrected it in between"


def test_what_is_done_to_previews_is_recorded(shandong: TestClient) -> None:
    shown = preview(shandong, TEXT)
    shandong.patch(f"{PREVIEWS}/{shown['id']}", json={"edition_note": "送审稿"})
    shandong.delete(f"{PREVIEWS}/{shown['id']}")
    entries = shandong.get("/api/v1/audit", headers=AUDITOR).json()["items"][:3]
    assert [entry["action"] for entry in entries] == ["preview.delete", "preview.update", "preview.create"]
    assert {(entry["subject"], entry["adcode"]) for entry in entries} == {(shown["id"], "370200")}
    assert entries[1]["after"]["edition_note"] == "送审稿"


def test_a_deleted_or_unknown_preview(shandong: TestClient) -> None:
    url = f"{PREVIEWS}/{preview(shandong, TEXT)['id']}"
    stale = {"If-Match": '"7"'}
    assert (
        shandong.patch(url, json={}, headers=stale).status_code,
        shandong.delete(url, headers=stale).status_code,
    ) == (412, 412)
    assert shandong.delete(url, headers={"If-Match": shandong.get(url).headers["etag"]}).status_code == 204
    for answer in (shandong.get(url), shandong.delete(url), shandong.patch(url, json={}), shandong.get(f"{url}/lines")):
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
    assert shandong.get(PREVIEWS).json()["items"] == []


@pytest.mark.parametrize("data", [b"", b"\x00" * 100, "没有任何条目的一段话。".encode(), b"\xff\xfe\xfa"])
def test_a_bad_document_leaves_no_preview(shandong: TestClient, data: bytes) -> None:
    refused = shandong.post(PREVIEWS, files={"file": ("plan.txt", data)})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/unreadable-document")
    assert shandong.get(PREVIEWS).json()["items"] == []


def test_previews_expire(shandong: TestClient, database: Database) -> None:
    shown = preview(shandong, TEXT)
    with database.write(unaudited="the clock is turned on") as session:
        session.get_one(Preview, shown["id"]).expires_at = now() - timedelta(seconds=1)
    assert shandong.get(f"{PREVIEWS}/{shown['id']}").status_code == 404
    assert shandong.get(PREVIEWS).json()["items"] == []
    other = preview(shandong, TEXT)
    with database.read() as session:
        assert list(session.exec(select(Preview.id))) == [other["id"]], "the next write has taken it away"


@pytest.fixture
def narrow(database_url: str) -> Iterator[TestClient]:
    """A client of a store that keeps two previews."""
    with TestClient(create_app(settings_for(database_url, max_previews=2)), headers=ADMIN) as made:
        yield made


def test_only_so_many_previews_are_kept(narrow: TestClient) -> None:
    made = [preview(narrow, TEXT) for _ in range(2)]
    refused = narrow.post(PREVIEWS, files={"file": ("plan.txt", TEXT.encode())})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/too-many-previews")
    assert narrow.delete(f"{PREVIEWS}/{made[0]['id']}").status_code == 204
    preview(narrow, TEXT)
