"""The draft check: the gaps a draft would have, the same as importing and linking it would give, and nothing stored."""

import io
from pathlib import Path

import pytest
from docx import Document
from fastapi.testclient import TestClient
from sqlalchemy import inspect, text

from app.db import Database
from tests.factories import CITY, PROVINCE

V1 = "/api/v1"
DOCUMENTS = Path(__file__).parents[2] / "seeds" / "documents"
LINYI = (DOCUMENTS / f"{CITY}.txt").read_text(encoding="utf-8")
JINING = (DOCUMENTS / "370800-edu-2021.txt").read_text(encoding="utf-8")


def check(client: TestClient, content: str, **form: str) -> tuple[int, dict]:
    response = client.post(f"{V1}/checks", files={"file": ("draft.txt", content.encode())}, data=form)
    return response.status_code, response.json()


def stored_coverage(client: TestClient, lower: str) -> dict:
    """What the stored plan's coverage says, without the links that a check does not make."""
    coverage = client.get(f"{V1}/plans/{PROVINCE}/coverage/{lower}").json()
    places = [place for item in coverage["items"] for task in item["tasks"] for place in task["evidence"]]
    assert all(place["link"] for place in places)
    for place in places:
        place["link"] = None
    assert set(coverage.pop("provenance")["editions"]) == {PROVINCE, lower}
    return coverage


def rows(database: Database) -> dict[str, list]:
    """Every row of every table."""
    with database.engine.connect() as connection:
        tables = sorted(inspect(database.engine).get_table_names())
        return {
            table: sorted(repr(tuple(row)) for row in connection.execute(text(f'SELECT * FROM "{table}"')))  # noqa: S608 - names from the database itself
            for table in tables
        }


def test_a_stored_plan_has_the_gaps_that_its_check_said(seeded_client: TestClient) -> None:
    status, found = check(seeded_client, LINYI)
    assert status == 200
    assert (found["against"]["plan"], found["draft"]["plan"], found["draft"]["name"]) == (PROVINCE, CITY, "临沂市")
    stored = seeded_client.get(f"{V1}/plans/{PROVINCE}/gaps", params={"adcode": CITY[:6], "limit": 500}).json()["items"]
    assert [{name: gap[name] for name in stored[0]} for gap in found["gaps"]] == stored
    assert found["coverage"] == stored_coverage(seeded_client, CITY)
    assert sum(found["counts"].values()) == len(stored)


def test_nothing_is_stored(own_seeded_client: TestClient) -> None:
    client = own_seeded_client
    database: Database = client.app.state.database  # type: ignore[attr-defined]
    before, cached = rows(database), dict(database.derived._values)
    assert check(client, LINYI)[0] == 200
    assert check(client, LINYI.replace("临沂", "新沂"), adcode="379900", name="新沂市")[0] == 200
    assert check(client, "没有任何条目的一段话。")[0] == 422
    assert rows(database) == before
    assert dict(database.derived._values) == cached
    assert client.get(f"{V1}/jurisdictions/379900").status_code == 404


def test_the_answer_as_word_has_the_draft_s_own_headings(seeded_client: TestClient) -> None:
    answer = seeded_client.post(
        f"{V1}/checks", params={"format": "docx"}, files={"file": ("draft.txt", LINYI.encode())}
    )
    assert answer.status_code == 200
    document = Document(io.BytesIO(answer.content))
    headings = [p.text for p in document.paragraphs if p.style and str(p.style.name).startswith("Heading")]
    found = check(seeded_client, LINYI)[1]
    printed = [f"{section['label']}{section['title']}" for section in found["draft"]["sections"]]
    assert [heading for heading in headings if heading in printed] == printed
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows[1:]]
    lacking = {gap["task"]: gap for gap in found["gaps"] if gap["take_up"] and gap["kind"] != "unreviewed"}
    assert len(rows) == len(lacking)
    for task, gap in lacking.items():
        item, number = task.rpartition("/")[2].split(".")
        row = next(row for row in rows if row[1].startswith(f"第{item}条第{number}项："))
        assert gap["take_up"]["wording"] in row[1]
        assert row[2] == (gap["lower_text"] or "—")


def test_a_draft_of_an_unregistered_city(seeded_client: TestClient) -> None:
    draft = LINYI.replace("临沂", "新沂")
    status, problem = check(seeded_client, draft, adcode="379900")
    assert (status, problem["type"]) == (404, "/problems/not-found")
    status, found = check(seeded_client, draft, adcode="379900", name="新沂市")
    assert (status, found["draft"]["plan"], found["draft"]["name"]) == (200, "379900-edu-2020", "新沂市")
    assert {gap["adcode"] for gap in found["gaps"]} == {"379900"}
    assert any("新沂市" in gap["explanation"] for gap in found["gaps"])


def test_what_a_draft_drops_is_missing_and_where_it_belongs_is_said(seeded_client: TestClient) -> None:
    _, before = check(seeded_client, LINYI)
    task = "年底前，实现普通中小学56人及以上大班额“清零”"
    assert task in LINYI.replace("\n", "")
    pattern = "年底前，实现普通中小学56人及以上大班额"
    shortened = LINYI.replace(pattern, "2021年底前，实现普通中小学56人及以上大班额")
    assert shortened != LINYI
    _, after = check(seeded_client, shortened)
    gained = {gap["id"] for gap in after["gaps"]} - {gap["id"] for gap in before["gaps"]}
    assert "later_deadline-371300-8.4" in gained
    gap = next(gap for gap in after["gaps"] if gap["id"] == "later_deadline-371300-8.4")
    assert gap["take_up"]["wording"] == "年底前全面消除中小学56人及以上大班额"
    assert (gap["take_up"]["where"], gap["take_up"]["item"]) == ("amend", 18)
    section = next(s for s in after["draft"]["sections"] if s["position"] == gap["take_up"]["section"])
    assert gap["take_up"]["heading"] == f"{section['label']}{section['title']}"
    assert gap["take_up"]["upper_title"].startswith("实现失学辍学")


def test_every_gap_of_a_task_says_what_to_take_up(seeded_client: TestClient) -> None:
    _, found = check(seeded_client, LINYI)
    items = {item["number"]: item for item in found["draft"]["items"]}
    seen = set()
    for gap in found["gaps"]:
        take_up = gap["take_up"]
        assert (take_up is None) == (gap["kind"] == "orphan")
        if take_up is None:
            continue
        seen.add(take_up["where"])
        assert take_up["wording"] == gap["upper_text"]
        assert (take_up["where"] == "amend") == (gap["lower_text"] is not None)
        if take_up["item"] is not None:
            assert items[take_up["item"]]["section"] == take_up["section"]
        else:
            assert take_up["where"] == "new_item"
    assert {"amend", "extend"} <= seen


def test_a_draft_of_another_year(seeded_client: TestClient) -> None:
    status, problem = check(seeded_client, JINING)
    assert (status, problem["type"]) == (404, "/problems/not-found")
    assert "370000-edu-2021" in problem["detail"]
    status, found = check(seeded_client, JINING, against=PROVINCE)
    assert (status, list(found["counts"])) == (200, ["other_period"])
    assert not found["coverage"]["same_period"]
    assert found["coverage"] == stored_coverage(seeded_client, "370800-edu-2021")


@pytest.mark.parametrize(
    ("form", "status", "kind"),
    [
        ({"against": "320000-edu-2020"}, 422, "not-an-upper-plan"),
        ({"against": "370000-edu-2031"}, 404, "not-found"),
        ({"year": "2025", "against": PROVINCE}, 422, "not-an-upper-plan"),
        ({"adcode": "100000"}, 422, "no-upper-jurisdiction"),
        ({"adcode": "3713"}, 422, "bad-adcode"),
        ({"adcode": "371300", "name": "别的市"}, 409, "conflict"),
        ({"adcode": "990100", "name": "某地"}, 422, "missing-parent"),
        ({"corrections": '{"lines": [{"start": 999999, "kind": "item"}]}'}, 422, "bad-corrections"),
    ],
)
def test_what_cannot_be_checked(seeded_client: TestClient, form: dict[str, str], status: int, kind: str) -> None:
    answer = check(seeded_client, LINYI, **form)
    assert (answer[0], answer[1]["type"]) == (status, f"/problems/{kind}")


def test_a_draft_that_does_not_say_whose_it_is(seeded_client: TestClient) -> None:
    status, problem = check(seeded_client, "一、抓好落实\n1.改善办学条件。新建学校10所。\n")
    assert (status, problem["type"]) == (422, "/problems/unidentified-plan")
    assert {error["pointer"] for error in problem["errors"]} >= {"/body/adcode", "/body/year"}


def test_a_draft_that_is_too_long_to_judge_at_once(seeded_client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.checks._MOST_PAIRS", 1_000)
    status, problem = check(seeded_client, LINYI)
    assert (status, problem["type"]) == (422, "/problems/draft-too-large")
