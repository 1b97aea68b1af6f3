"""A breakdown goes out, is worked on, and comes in again: nothing is lost, and what was changed is what is new."""

import io
from pathlib import Path

import openpyxl
import pytest
from fastapi.testclient import TestClient

from tests.documents.makers.office import edited

PLANS = ["370000-edu-2020", "370200-edu-2020", "371300-edu-2020", "370800-edu-2021", "320000-edu-2020"]


def breakdown(client: TestClient, plan: str, form: str) -> bytes:
    answer = client.get(f"/api/v1/plans/{plan}/breakdown", params={"format": form})
    assert answer.status_code == 200
    return answer.content


def items(client: TestClient, plan: str) -> list[dict]:
    return client.get(f"/api/v1/plans/{plan}/items", params={"limit": 500}).json()["items"]


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_an_unchanged_breakdown_changes_nothing(own_seeded_client: TestClient, form: str) -> None:
    for plan in PLANS:
        answer = own_seeded_client.post(
            "/api/v1/plans", files={"file": (f"x.{form}", breakdown(own_seeded_client, plan, form))}
        )
        assert (answer.status_code, answer.json()["plan"], answer.json()["created"]) == (200, plan, False)


NOTICE = """000001
特急
临沂市卫生健康委员会文件
临卫发〔2021〕5号
签发人：张三
临沂市卫生健康委员会关于印发2021年工作要点的通知
各县区卫生健康局：
现将《2021年工作要点》印发给你们。
临沂市卫生健康委员会
2021年3月2日
（此件公开发布）
附件
临沂市2021年卫生健康工作要点
第一部分　深化改革
一、推进分级诊疗。完善家庭医生签约服务。
牵头单位：基层科
完成时限：2021年6月底前
二、加强监督。开展专项检查。
附件1
分工表
抄送：市委办公室。
临沂市卫生健康委员会办公室　　2021年3月2日印发
"""


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_what_stands_around_a_plan_is_not_lost(own_seeded_client: TestClient, form: str) -> None:
    first = own_seeded_client.post("/api/v1/plans", files={"file": ("x.txt", NOTICE.encode())}).json()
    assert (first["plan"], first["items"]) == ("371300-health-2021", 2)
    again = own_seeded_client.post(
        "/api/v1/plans", files={"file": (f"x.{form}", breakdown(own_seeded_client, first["plan"], form))}
    )
    assert (again.status_code, again.json()["created"]) == (200, False)


def test_another_deadline_and_a_new_row_make_an_edition_with_just_these(own_seeded_client: TestClient) -> None:
    plan = PLANS[2]
    before = items(own_seeded_client, plan)
    book = openpyxl.load_workbook(io.BytesIO(breakdown(own_seeded_client, plan, "xlsx")))
    sheet = book["任务分解表"]
    sheet["G3"] = "2020年9月底"
    sheet.append([len(before) + 1, None, "36.开展专项督查", "督促整改落实。", "督导室", "办公室"])
    out = io.BytesIO()
    book.save(out)
    answer = own_seeded_client.post("/api/v1/plans", files={"file": ("台账.xlsx", out.getvalue())})
    assert (answer.status_code, answer.json()["edition"]) == (201, 2)
    assert answer.json()["doubts"] == []
    after = items(own_seeded_client, plan)
    skipped = {"id", "source_start", "source_end", "tasks"}

    def told(item: dict) -> dict:
        return {k: v for k, v in item.items() if k not in skipped} | {"tasks": [task["text"] for task in item["tasks"]]}

    assert [told(item) for item in after[1:-1]] == [told(item) for item in before[1:]]
    assert told(after[0]) == told(before[0]) | {"deadline": "2020年9月底"}
    new = after[-1]
    assert (new["label"], new["title"], new["lead_unit"]) == ("36.", "开展专项督查", "督导室")
    assert [task["text"] for task in new["tasks"]] == ["督促整改落实"]
    assert new["responsible_units"] == ["督导室", "办公室"]


def test_what_was_edited_in_libreoffice_is_what_the_preview_shows(
    own_seeded_client: TestClient, soffice: str, tmp_path: Path
) -> None:
    plan = PLANS[2]
    exported, target = tmp_path / "exported.xlsx", tmp_path / "edited.xlsx"
    exported.write_bytes(breakdown(own_seeded_client, plan, "xlsx"))
    rows = [row[0].value for row in openpyxl.load_workbook(exported)["任务分解表"].iter_rows()]
    below = rows.index(3)  # the row of the third item: the new one comes before it, behind the second
    steps = [
        'sheet.getCellByPosition(6, 2).String = "2020年9月底"',
        f"sheet.Rows.insertByIndex({below}, 1)",
        f'sheet.getCellByPosition(3, {below}).String = "开展专项督查。"',
    ]
    edited(soffice, tmp_path / "profile", exported, target, steps)
    answer = own_seeded_client.post("/api/v1/plans/previews", files={"file": ("台账.xlsx", target.read_bytes())})
    shown = answer.json()
    assert (answer.status_code, shown["outcome"]["action"]) == (201, "new_edition")
    changes = shown["changes"]
    assert (changes["counts"], changes["metadata"], changes["sections"]) == ({"changed": 2, "same": 33}, [], [])
    first, second = changes["items"]
    assert (first["new"], [(f["field"], f["old"], f["new"]) for f in first["fields"]], first["tasks"]) == (
        [1], [("deadline", None, "2020年9月底")], [],
    )  # fmt: skip
    assert (second["new"], [(t["kind"], t["new_text"]) for t in second["tasks"]]) == ([2], [("added", "开展专项督查")])


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_an_item_right_below_a_heading_of_the_first_level_stays_there(own_seeded_client: TestClient, form: str) -> None:
    """Behind items under （一）, （二） may be an item itself: it stands under 一、 and not under （一）."""
    client = own_seeded_client
    file = {"file": ("yunhe.txt", (Path(__file__).parents[1] / "evaluation" / "yunhe.txt").read_bytes())}
    plan = client.post("/api/v1/plans", files=file, data={"adcode": "329900", "name": "云河市"}).json()["plan"]
    exported = {"file": (f"x.{form}", breakdown(client, plan, form))}
    shown = client.post("/api/v1/plans/previews", files=exported).json()
    stored = items(client, plan)
    assert shown["outcome"]["action"] == "no_change"
    assert [(item["number"], item["text"], item["section"]) for item in shown["items"]] == [
        (item["number"], item["text"], item["section"]["position"]) for item in stored
    ]
    assert len({item["section"]["position"] for item in stored}) > 7
