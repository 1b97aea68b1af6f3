"""Word files in the layout of GB/T 9704-2012."""

import io
import zipfile
from xml.etree import ElementTree as ET

import pytest
from docx import Document
from docx.oxml.ns import qn

from app.documents.writers.paper import Column, Grid, Heading, Paper, Text, docx

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PAPER = Paper(
    title=("关于某省要点", "任务承接情况的通报"),
    remark="（代拟稿）",
    addressee="各有关市",
    parts=(
        Heading(1, "总体情况"),
        Text("共有三项。"),
        Grid("表1", (Column("市", 56, centred=True), Column("说明", 100)), (("甲市", "一\n二"), ("乙市", "=1+1"))),
        Heading(1, "各市情况"),
        *(Heading(2, f"市{number}") for number in range(11)),
        Heading(3, "甲"),
        Heading(4, "乙"),
        Heading(4, "丙"),
        Heading(2, "末"),
        Heading(3, "丁"),
    ),
    signature=("某省教育厅", "某省财政厅"),
)


@pytest.fixture(scope="module")
def parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(docx(_PAPER))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _section(parts: dict[str, bytes]) -> ET.Element:
    found = ET.fromstring(parts["word/document.xml"]).find(f".//{_W}sectPr")  # noqa: S314 - our own file
    assert found is not None
    return found


def test_the_page_is_that_of_the_standard(parts: dict[str, bytes]) -> None:
    section = _section(parts)
    size, margins, grid = (section.find(f"{_W}{name}") for name in ("pgSz", "pgMar", "docGrid"))
    assert size is not None
    assert margins is not None
    assert grid is not None
    millimetres = {
        name: round(int(margins.attrib[f"{_W}{name}"]) / 56.7) for name in ("top", "left", "bottom", "right")
    }
    assert (round(int(size.attrib[f"{_W}w"]) / 56.7), round(int(size.attrib[f"{_W}h"]) / 56.7)) == (210, 297)
    assert millimetres == {"top": 37, "left": 28, "bottom": 35, "right": 26}
    assert {name.removeprefix(_W): value for name, value in grid.attrib.items()} == {
        "type": "linesAndChars",
        "linePitch": "580",
        "charSpace": "-848",
    }


def test_fonts_are_named_and_none_is_shipped(parts: dict[str, bytes]) -> None:
    styles = Document(io.BytesIO(docx(_PAPER))).styles
    fonts = {
        name: styles[name].element.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia"))
        for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3", "Heading 4")
    }
    assert fonts == {
        "Normal": "仿宋",
        "Title": "方正小标宋简体",
        "Heading 1": "黑体",
        "Heading 2": "楷体",
        "Heading 3": "仿宋",
        "Heading 4": "仿宋",
    }
    assert not [name for name in parts if "font" in name.lower() and name != "word/fontTable.xml"]


def test_headings_are_numbered_by_their_levels() -> None:
    found = [
        p.text for p in Document(io.BytesIO(docx(_PAPER))).paragraphs if p.style and "Heading" in str(p.style.name)
    ]
    assert found[:2] == ["一、总体情况", "二、各市情况"]
    assert found[2:13] == [f"（{n}）市{k}" for k, n in enumerate("一 二 三 四 五 六 七 八 九 十 十一".split())]
    assert found[13:] == ["1.甲", "（1）乙", "（2）丙", "（十二）末", "1.丁"]


def test_tables_repeat_their_heads_and_tear_no_row() -> None:
    table = Document(io.BytesIO(docx(_PAPER))).tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["市", "说明"],
        ["甲市", "一\n二"],
        ["乙市", "=1+1"],
    ]
    rows = [row._tr.trPr for row in table.rows]
    assert [row.find(qn("w:tblHeader")) is not None for row in rows] == [True, False, False]
    assert all(row.find(qn("w:cantSplit")) is not None for row in rows)


def test_pages_are_numbered_at_the_outer_side(parts: dict[str, bytes]) -> None:
    assert b"evenAndOddHeaders" in parts["word/settings.xml"]
    footers = [data.decode() for name, data in parts.items() if name.startswith("word/footer")]
    assert len(footers) == 2
    assert all(" PAGE " in footer and "— " in footer for footer in footers)
    assert {'w:jc w:val="right"' in footer for footer in footers} == {True, False}


def test_those_who_sign_stand_above_an_open_date() -> None:
    assert [p.text for p in Document(io.BytesIO(docx(_PAPER))).paragraphs][-3:] == [
        "某省教育厅",
        "某省财政厅",
        "    年  月  日",
    ]


def test_the_same_paper_gives_the_same_bytes() -> None:
    assert docx(_PAPER) == docx(_PAPER)
