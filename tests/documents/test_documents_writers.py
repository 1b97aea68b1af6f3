"""Tables as files, opened again by other programs."""

import csv as stdlib_csv
import io
import zipfile
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents import writers
from app.documents.writers import Cell, Column, Kind, Merge, Sheet, harmless, restored
from app.documents.writers.cells import MOST, clean, fitting

PAYLOADS = [
    "=1+1",
    '=HYPERLINK("http://a.example","x")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    "'=1",
    "=cmd|' /C calc'!A0",
]
COLUMNS = (Column("序号", 6, Kind.INTEGER), Column("工作任务", 20), Column("把握", 8, Kind.SHARE))


def made(*rows: tuple[Cell, ...], title: str | None = None, **more: tuple[Any, ...]) -> Sheet:
    return Sheet("任务", COLUMNS, rows, title=title, **more)


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def read_csv(data: bytes) -> list[list[str]]:
    return list(stdlib_csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_workbook_is_ready_to_work_with_and_to_print() -> None:
    sheet = made((1, "全面消除大班额", 0.934), (2, "办好食堂", None), title="任务分解表", notes=("注：略。",))
    page = opened(writers.xlsx([sheet], title="任务"))["任务"]
    assert [page.cell(1, 1).value, page.cell(2, 2).value] == ["任务分解表", "工作任务"]
    assert [cell.value for cell in page[3]] == [1, "全面消除大班额", 0.934]
    assert [cell.data_type for cell in page[3]] == ["n", "s", "n"]
    assert page.freeze_panes == "A3"
    assert page.auto_filter.ref == "A2:C4"
    assert page.print_title_rows == "$2:$2"
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    fitted = page.sheet_properties.pageSetUpPr
    assert page.page_setup.fitToHeight == 0
    assert fitted is not None
    assert fitted.fitToPage
    assert page.cell(3, 2).alignment.wrap_text
    assert page.column_dimensions["B"].width == pytest.approx(21, abs=1)
    assert "A1:C1" in {str(merged) for merged in page.merged_cells.ranges}
    assert page.cell(6, 1).value == "注：略。"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_becomes_a_formula(payload: str) -> None:
    sheet = Sheet(
        "任务", (Column(payload, 9), Column("内容", 9)), ((payload, payload),), title=payload, notes=(payload,)
    )
    data = writers.xlsx([sheet], title=payload)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        page = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    assert "<f " not in page
    book = opened(data)["任务"]
    assert {cell.data_type for row in book.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert book.cell(3, 1).value == clean(payload)
    assert book.cell(3, 1).quotePrefix
    row = read_csv(writers.csv(sheet))[1]
    assert row[0].startswith("'")
    assert restored(row[0]) == clean(payload)


def test_plain_text_and_numbers_stay_as_they_are() -> None:
    sheet = made((-3, "8.实现“三个清零”", -0.5))
    assert read_csv(writers.csv(sheet))[1] == ["-3", "8.实现“三个清零”", "-0.5"]
    cells = opened(writers.xlsx([sheet], title="任务"))["任务"]
    assert [cell.value for cell in cells[2]] == [-3, "8.实现“三个清零”", -0.5]
    assert not cells.cell(2, 2).quotePrefix


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_what_csv_makes_harmless_comes_back(text: str) -> None:
    shown = harmless(text)
    assert isinstance(shown, str)
    assert restored(shown) == text


@given(st.text(max_size=40), st.text(alphabet="=+-@＝'\t\r\n\x00\x0b\x1f\ud800\uffffa_x0041", max_size=12))
def test_any_text_can_be_written_and_read_again(text: str, nasty: str) -> None:
    given_text = text + nasty
    sheet = made((1, given_text, None))
    assert opened(writers.xlsx([sheet], title=given_text))["任务"].cell(2, 2).value == (clean(given_text) or None)
    assert restored(read_csv(writers.csv(sheet))[1][1]) == clean(given_text)


def test_a_cell_is_cut_where_no_spreadsheet_could_show_more_and_says_so() -> None:
    long = "任" * MOST
    assert fitting(long) == long
    for text in (long + "务", "𠮷" * MOST):
        cut = fitting(text)
        assert len(cut.encode("utf-16-le")) // 2 in {MOST, MOST - 1}
        assert cut.endswith("see the JSON format）")
    shown = opened(writers.xlsx([made((1, long + "务", None))], title="任务"))["任务"].cell(2, 2).value
    assert shown == fitting(long + "务")
    assert read_csv(writers.csv(made((1, long + "务", None))))[1][1] == long + "务"


def test_merged_cells_are_one_and_their_rows_high_enough() -> None:
    sheet = made((1, "任务甲" * 40, 0.5), (None, None, 0.6), (2, "乙", None), merges=(Merge(0, 0, 1), Merge(1, 0, 1)))
    page = opened(writers.xlsx([sheet], title="任务"))["任务"]
    assert sorted(str(merged) for merged in page.merged_cells.ranges) == ["A2:A3", "B2:B3"]
    assert page.cell(2, 2).value == "任务甲" * 40
    # 240 half-width characters in a column of 20: twelve lines at least.
    assert page.row_dimensions[2].height + page.row_dimensions[3].height >= 12 * 14
    assert page.row_dimensions[4].height < 20


def test_the_same_tables_are_the_same_bytes() -> None:
    sheets = [made((1, "甲", 0.1), title="表"), Sheet("说明", COLUMNS, ())]
    first = writers.xlsx(sheets, title="任务")
    assert writers.xlsx(sheets, title="任务") == first
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2000-01-01" in parts.read("docProps/core.xml")


def test_csv_has_a_byte_order_mark_and_can_have_rows_above() -> None:
    data = writers.csv(made((1, "甲\n乙,丙", None)), before=[("标题", "要点"), ("文号", "=1")])
    assert data.startswith(b"\xef\xbb\xbf")
    assert read_csv(data) == [
        ["标题", "要点"],
        ["文号", "'=1"],
        [],
        ["序号", "工作任务", "把握"],
        ["1", "甲\n乙,丙", ""],
    ]


def test_rows_must_be_as_wide_as_the_table() -> None:
    with pytest.raises(ValueError, match="任务"):
        made((1, "甲"))
