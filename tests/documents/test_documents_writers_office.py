"""Tables as files, opened by the program that many offices have."""

import csv as stdlib_csv
import io
import subprocess
from pathlib import Path

import openpyxl

from app.documents import writers
from app.documents.writers import Column, Kind, Merge, Sheet

TEXTS = ["全面消除大班额", "=1+1", "@SUM(A1)", "＝1", "-1", "第一行\n第二行", '含"引号",逗号', "0012", "1-2", "𠮷野家"]
SHEET = Sheet(
    "任务",
    (Column("序号", 6, Kind.INTEGER), Column("内容", 30), Column("把握", 8, Kind.SHARE)),
    tuple((number, text, 0.25) for number, text in enumerate(TEXTS, 1)),
)


def test_libreoffice_shows_what_was_written(tmp_path: Path, soffice: str) -> None:
    (tmp_path / "表.xlsx").write_bytes(writers.xlsx([SHEET], title="任务"))
    merged = Sheet(SHEET.name, SHEET.columns, SHEET.rows, title="标题", merges=(Merge(0, 0, 1), Merge(2, 0, 1)))
    (tmp_path / "合并.xlsx").write_bytes(writers.xlsx([merged], title="任务"))
    # 44: comma, 34: quotation mark, 76: UTF-8; texts as they are, numbers unformatted.
    command = [soffice, "--headless", "--norestore", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"]
    command += ["--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false", "--outdir", str(tmp_path)]
    subprocess.run([*command, *map(str, sorted(tmp_path.glob("*.xlsx")))], check=True, capture_output=True, timeout=180)
    expected = [["序号", "内容", "把握"], *([str(number), text, "0.25"] for number, text, _ in SHEET.rows)]
    assert read(tmp_path / "表.csv") == expected
    shown = read(tmp_path / "合并.csv")
    assert shown[0][0] == "标题"
    assert [row[1] for row in shown[2:]] == TEXTS
    assert [row[0] for row in shown[2:5]] == ["1", "", "3"]


def test_libreoffice_computes_nothing_of_a_csv(tmp_path: Path, soffice: str) -> None:
    (tmp_path / "表.csv").write_bytes(writers.csv(SHEET))
    command = [soffice, "--headless", "--norestore", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"]
    command += ["--infilter=Text - txt - csv (StarCalc):44,34,76,1", "--convert-to", "xlsx", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "表.csv")], check=True, capture_output=True, timeout=180)
    page = openpyxl.load_workbook(tmp_path / "表.xlsx").worksheets[0]
    cells = [cell for row in page.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    shown = [str(page.cell(row, 2).value) for row in range(2, 8)]
    assert shown == ["全面消除大班额", "'=1+1", "'@SUM(A1)", "'＝1", "'-1", "第一行\n第二行"]


def read(file: Path) -> list[list[str]]:
    return list(stdlib_csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))
