"""Workbooks as Excel, WPS and LibreOffice write them, and Luoshi's own JSON: what their cells show, and what is refused."""

import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from app.documents import DocumentError, Format, Outline, Source, outline
from app.documents.sources import open_here
from app.documents.sources.number_formats import printed_number
from tests.documents.makers.office import edited
from tests.documents.makers.xlsx import Row, Table, plan_json, plan_tables, workbook
from tests.documents.test_documents_plans import NAMES
from tests.documents.test_documents_tables import ELEMENTS, KEYS, original, told

Check = Callable[[Outline], Outline]
HEADING = ["序号", "工作任务", "责任单位", "完成时限"]


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        ("1", "General", "1"),
        ("1.0", "General", "1"),
        ("0.30000000000000004", "General", "0.3"),
        ("43983", "yyyy/m/d", "2020年6月1日"),
        ("44012", 'yyyy"年"m"月"d"日"', "2020年6月30日"),
        ("44012", '[$-804]yyyy"年"m"月";@', "2020年6月"),
        ("44012", "[DBNum1][$-804]yyyy年m月d日;@", "2020年6月30日"),
        ("44012", 'm"月"d"日"', "6月30日"),
        ("44012.5", "yyyy-mm-dd hh:mm", "2020年6月30日 12:00"),
        ("44012", "yyyy-mm-dd h:mm:ss", "2020年6月30日"),
        ("0", "h:mm", "0:00"),
        ("0.85", "0%", "85%"),
        ("0.8567", "0.00%", "85.67%"),
        ("85", '0"%"', "85%"),
        ("1234567.5", "#,##0.00", "1,234,567.50"),
        ("3", '"第"0"项"', "第3项"),
        ("-3", "0;(0)", "(3)"),
        ("7", 'G/通用格式"个"', "7个"),
        ("5", "@", "5"),
        ("1e400", "0", "1e400"),
        ("x", "0", "x"),
        ("44012", "mmm-yy", "2020年6月"),
        ("99999999", "yyyy/m/d", "99999999"),
    ],
)
def test_numbers_are_printed_as_their_cells_show_them(value: str, code: str, shown: str) -> None:
    assert printed_number(value, code) == shown


def test_days_count_from_1904_where_the_file_says_so() -> None:
    assert printed_number("42550", "yyyy/m/d", from_1904=True) == printed_number("44012", "yyyy/m/d")


def changed(data: bytes, part: str, *pairs: tuple[str, str]) -> bytes:
    """The workbook with words of one part replaced."""
    out = io.BytesIO()
    assert part in zipfile.ZipFile(io.BytesIO(data)).namelist()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            for before, after in pairs if name == part else ():
                assert before.encode() in content, before
                content = content.replace(before.encode(), after.encode(), 1)
            new.writestr(name, content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_chinese_built_in_date_formats_are_dates() -> None:
    data = workbook(Table("表", [HEADING, [1, "推进改革。", "甲科", 44012]], formats={"D2": "0.00"}))
    styled = changed(data, "xl/styles.xml", ('numFmtId="2"', 'numFmtId="57"'))
    assert outline(open_here(styled)).items[0].responsibility.deadline == "2020年6月"


def shared(*rows: Row) -> bytes:
    """A workbook whose words stand in a table of their own, as Excel writes them."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        made = book.add_worksheet()
        for number, row in enumerate(rows):
            made.write_row(number, 0, row)
    return out.getvalue()


def test_rich_text_readings_and_escapes(sound: Check) -> None:
    data = shared(HEADING, [1, "推进改革。", "甲科", "6月底"])
    rich = "<si><r><t>推进</t></r><r><rPr><b/></rPr><t>改革_x000D_\n。</t></r><rPh sb='0' eb='1'><t>tui</t></rPh></si>"
    read_ = sound(outline(open_here(changed(data, "xl/sharedStrings.xml", ("<si><t>推进改革。</t></si>", rich)))))
    assert read_.items[0].text == "推进改革。"
    assert "tui" not in read_.text


def test_formulas_give_their_values_and_are_told_where_they_have_none() -> None:
    data = workbook(Table("表", [HEADING, ["=1+0", "推进改革。", "甲科", '="6月"&"底"']]))
    assert [d.kind for d in outline(open_here(data)).doubts] == ["formula_without_value"]
    computed = changed(data, SHEET, ("<f>1+0</f><v></v>", "<f>1+0</f><v>1</v>"))
    read_ = outline(open_here(computed))
    assert read_.items[0].label == "1"
    assert "D2" in read_.doubts[0].assumed


def test_a_workbook_of_too_many_rows_is_too_large_not_damaged() -> None:
    rows = "".join(f"<row r='{n}'><c r='A{n}'><v>1</v></c></row>" for n in range(10, 20_100))
    data = workbook(Table("表", [HEADING, [1, "推进改革。", "甲科", "6月底"]]))
    with pytest.raises(DocumentError) as caught:
        open_here(changed(data, SHEET, ("</sheetData>", f"{rows}</sheetData>")))
    assert caught.value.kind == "too_large"


@pytest.mark.parametrize("header", ["&amp;L秘密★5年&amp;C任务分解表", '&amp;R&amp;"黑体,常规"&amp;14&amp;KFF0000机密'])
def test_a_mark_of_classification_in_a_printed_header_counts(header: str) -> None:
    data = workbook(Table("表", [HEADING, [1, "做好保密工作。", "甲科", "6月底"]]))
    head = "<headerFooter><oddHeader>{}</oddHeader></headerFooter></worksheet>"
    with pytest.raises(DocumentError) as caught:
        open_here(changed(data, SHEET, ("</worksheet>", head.format(header))))
    assert caught.value.kind == "classified"
    assert outline(
        open_here(changed(data, SHEET, ("</worksheet>", head.format("&amp;L内部资料&amp;R第&amp;P页"))))
    ).items


def test_hidden_rows_and_columns_are_read_and_told() -> None:
    rows: list[Row] = [HEADING, [1, "推进改革。", "甲科", "6月底"], [2, "加强管理。", "乙科", "6月底"]]
    data = changed(workbook(Table("表", rows)), SHEET, ('<row r="3"', '<row hidden="1" r="3"'))
    data = changed(data, SHEET, ("<sheetData>", '<cols><col min="3" max="3" hidden="1" width="9"/></cols><sheetData>'))
    read_ = outline(open_here(data))
    assert [item.title for item in read_.items] == ["推进改革", "加强管理"]
    assert {doubt.kind for doubt in read_.doubts} == {"hidden_rows", "hidden_columns"}
    assert "乙科" in {item.responsibility.lead_unit for item in read_.items}


@pytest.mark.parametrize(
    ("pairs", "kind"),
    [
        ([("<sheetData>", "<mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells><sheetData>")], "no_table_heading"),
        ([('r="A2"', 'r="A1048576"')], None),
        ([('r="A2"', 'r="WAY"')], "damaged"),
        ([("<sheetData>", "<sheetData>" + "<x>" * 200)], "damaged"),
        ([("</sheetData>", "")], "damaged"),
        ([("<worksheet", "<!DOCTYPE x [<!ENTITY a 'aaaa'>]><worksheet")], "damaged"),
    ],
)
def test_hostile_sheets_are_answered(pairs: list[tuple[str, str]], kind: str | None) -> None:
    data = changed(workbook(Table("表", [HEADING, [1, "推进改革。", "甲科", "6月底"]])), SHEET, *pairs)
    if kind is None:
        assert len(outline(open_here(data)).items) == 1
        return
    with pytest.raises(DocumentError) as caught:
        outline(open_here(data))
    assert caught.value.kind == kind


def test_words_that_are_not_in_the_file_are_answered() -> None:
    data = changed(shared(HEADING, [1, "推进改革。", "甲科", "6月底"]), SHEET, ('t="s"><v>0</v>', 't="s"><v>99</v>'))
    with pytest.raises(DocumentError) as caught:
        open_here(data)
    assert caught.value.kind == "damaged"


def test_large_tables_are_refused_with_the_limit() -> None:
    with pytest.raises(DocumentError, match="20,000") as caught:
        open_here("\n".join(["序号,工作任务,责任单位", *("1,推进改革,甲科" for _ in range(20_001))]).encode())
    assert caught.value.kind == "too_large"
    with pytest.raises(DocumentError) as caught:
        open_here(workbook(Table("表", [["", ""]])))
    assert caught.value.kind == "empty"


@pytest.mark.parametrize("name", NAMES)
def test_json_is_read_with_the_tasks_it_names(name: str, sound: Check) -> None:
    made = plan_json(original(name), KEYS[name])
    source = open_here(json.dumps(made, ensure_ascii=False).encode())
    read_ = sound(outline(source))
    assert source.format is Format.JSON
    assert [told(item) for item in read_.items] == [told(item) for item in original(name).items]
    for element in ELEMENTS:
        assert getattr(read_.metadata, element) == getattr(original(name).metadata, element)
    made["items"][0]["tasks"] = [{**made["items"][0]["tasks"][0], "number": 1}]
    fewer = outline(open_here(json.dumps(made).encode()))
    assert [task.text for task in fewer.items[0].tasks] == [original(name).items[0].tasks[0].text]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"format": "other"}, "/format"),
        ({"version": 2}, "/version"),
        ({"items": [{"number": 1}]}, "/items/0/label"),
        ({"surprise": 1}, "/surprise"),
    ],
)
def test_json_of_another_form_is_refused_with_the_place(change: dict[str, object], place: str) -> None:
    made = plan_json(original("yunhe"), KEYS["yunhe"]) | change
    with pytest.raises(DocumentError, match=place) as caught:
        open_here(json.dumps(made).encode())
    assert caught.value.kind == "bad_breakdown"


def test_json_whose_tasks_are_not_in_the_text_is_refused() -> None:
    made = plan_json(original("yunhe"), KEYS["yunhe"])
    made["items"][3]["tasks"][0]["text"] = "别的话"
    with pytest.raises(DocumentError, match="/items/3/tasks/0"):
        open_here(json.dumps(made).encode())


@pytest.fixture(scope="module")
def office(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the plans' breakdowns, opened and saved by LibreOffice as ODS and as XLSX again."""
    folder = tmp_path_factory.mktemp("office")
    for name in NAMES:
        (folder / f"{name}.xlsx").write_bytes(workbook(*plan_tables(original(name), KEYS[name])))
    command = [soffice, "--headless", "--norestore", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
    for form, files in (("ods", folder.glob("*.xlsx")), ("xlsx:Calc MS Excel 2007 XML", folder.glob("again/*.ods"))):
        made = ["--convert-to", form, "--outdir", str(folder / "again"), *map(str, files)]
        subprocess.run([*command, *made], check=True, capture_output=True, timeout=240)
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_breakdowns_saved_by_libreoffice_read_the_same(name: str, office: Path, sound: Check) -> None:
    read_ = sound(outline(open_here((office / "again" / f"{name}.xlsx").read_bytes())))
    assert [told(item) for item in read_.items] == [told(item) for item in original(name).items]
    assert read_.metadata.title == original(name).metadata.title


def test_what_is_edited_in_libreoffice_is_what_changes(soffice: str, office: Path, sound: Check) -> None:
    before = original("yunhe")
    table, _ = plan_tables(before, KEYS["yunhe"])
    last = next(
        k for k, row in enumerate(table.rows) if row[0] == before.items[1].number
    )  # rows of the first item end here
    target = office / "edited.xlsx"
    steps = [
        'sheet.getCellByPosition(6, 2).String = "2020年9月底"',
        f"sheet.Rows.insertByIndex({last}, 1)",
        f'sheet.getCellByPosition(3, {last}).String = "开展专项督查"',
    ]
    edited(soffice, office / "profile", office / "yunhe.xlsx", target, steps)
    after = sound(outline(open_here(target.read_bytes())))
    assert [told(item) for item in after.items[1:]] == [told(item) for item in before.items[1:]]
    first, old = after.items[0], before.items[0]
    assert first.responsibility.deadline == "2020年9月底" != old.responsibility.deadline
    assert (first.responsibility.lead_unit, first.responsibility.units) == (
        old.responsibility.lead_unit,
        old.responsibility.units,
    )
    assert [task.text for task in first.tasks] == [*(task.text for task in old.tasks), "开展专项督查"]
    assert first.text == old.text + "开展专项督查"


def test_a_source_says_that_its_lines_are_whole() -> None:
    made: Source = open_here(workbook(Table("表", [HEADING, [1, "推进改革。", "甲科", "6月底"]])))
    assert (made.format, made.paragraphs) == (Format.XLSX, True)
    assert made.text.splitlines()[1] == "1\t推进改革。\t甲科\t6月底"
