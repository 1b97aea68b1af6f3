"""Word files that are one task breakdown are read by its columns; tables inside a text are part of the text."""

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from app.documents import BlockKind, Outline, outline
from app.documents.sources import open_here, open_source
from tests.documents.makers import docx as made
from tests.documents.makers.docx import p, r
from tests.documents.makers.same import PLANS, of_text
from tests.documents.makers.xlsx import plan_tables

Check = Callable[[Outline], Outline]

HEADINGS = ["序号", "工作任务", "具体措施", "牵头单位", "责任单位", "完成时限"]
ROWS: list[Sequence[object]] = [
    HEADINGS,
    ["一、抓好学校建设"],
    [1, "改善办学条件", "新建学校10所。", "发展规划科", "财务科、基建科", "2020年12月底"],
    [None, None, "改造薄弱学校20所。"],
    [2, "消除大班额", "年底前消除56人及以上大班额。", "基础教育科", "各县区教育局", "2020年8月底"],
]
MERGED = ["A2:F2", "A3:A4", "B3:B4", "D3:D4", "E3:E4", "F3:F4"]
NOTICE = [
    "云河市教育局文件",
    "云教发〔2020〕11号",
    "关于印发《2020年重点工作任务分解表》的通知",
    "各县（区）教育局，局机关各科室：",
    "现将《2020年重点工作任务分解表》印发给你们，请认真贯彻落实。",
    "云河市教育局",
    "2020年3月18日",
    "附件",
]


def check_items(read_: Outline) -> None:
    assert [(i.number, i.title) for i in read_.items] == [(1, "改善办学条件"), (2, "消除大班额")]
    assert [task.text for task in read_.items[0].tasks] == ["新建学校10所", "改造薄弱学校20所"]
    first, second = (item.responsibility for item in read_.items)
    assert (first.lead_unit, first.units, first.deadline) == (
        "发展规划科", ("发展规划科", "财务科", "基建科"), "2020年12月底",
    )  # fmt: skip
    assert (second.lead_unit, second.deadline) == ("基础教育科", "2020年8月底")
    assert [section.title for section in read_.sections] == ["抓好学校建设"]


def test_a_breakdown_is_read_by_its_columns(sound: Check) -> None:
    data = made.breakdown(ROWS, MERGED, ["云河市教育局2020年重点工作任务分解表"])
    source = open_source(data)
    assert source == open_here(data)
    read_ = sound(outline(source))
    check_items(read_)
    assert read_.metadata.plan_title == "云河市教育局2020年重点工作任务分解表"
    assert read_.metadata.issuer == "云河市教育局"


def test_a_breakdown_behind_its_notice(sound: Check) -> None:
    read_ = sound(outline(open_here(made.breakdown(ROWS, MERGED, [*NOTICE, "2020年重点工作任务分解表"]))))
    check_items(read_)
    metadata = read_.metadata
    assert metadata.title == "关于印发《2020年重点工作任务分解表》的通知"
    assert metadata.plan_title == "2020年重点工作任务分解表"
    assert (metadata.issuer, metadata.document_number) == ("云河市教育局", "云教发〔2020〕11号")
    assert (metadata.issued_on, metadata.addressee) == (date(2020, 3, 18), "各县（区）教育局，局机关各科室")
    kinds = {read_.text[b.start : b.end].strip(): b.kind for b in read_.blocks}
    assert kinds[NOTICE[0]] is BlockKind.ISSUER_MARK
    assert kinds[NOTICE[4]] is BlockKind.NOTICE


@pytest.mark.parametrize("name", PLANS)
def test_plans_as_breakdowns_in_word_files(name: str, sound: Check) -> None:
    table, _ = plan_tables(of_text(name), "370000-edu-2020")
    read_ = sound(outline(open_here(made.breakdown(table.rows, table.merged))))
    wanted = of_text(name)
    assert [(i.number, i.label, i.title, i.text) for i in read_.items] == [
        (i.number, i.label, i.title, i.text) for i in wanted.items
    ]
    assert [[t.text for t in i.tasks] for i in read_.items] == [[t.text for t in i.tasks] for i in wanted.items]
    assert [i.responsibility for i in read_.items] == [i.responsibility for i in wanted.items]
    assert [(s.level, s.label, s.title) for s in read_.sections] == [
        (s.level, s.label, s.title) for s in wanted.sections
    ]


def test_a_breakdown_attached_to_a_text_is_no_part_of_its_items(sound: Check) -> None:
    text = [
        "云河市教育局2020年工作要点",
        "一、抓好落实",
        *(f"{k}.改善条件。新建学校{k}所，年底前交付使用，加强管理。" * 3 for k in range(1, 9)),
    ]
    read_ = sound(outline(open_here(made.breakdown(ROWS[:3], (), [*text, "附件：任务分解表"]))))
    assert [item.number for item in read_.items] == list(range(1, 9))


def test_changes_in_a_breakdown_are_said() -> None:
    cells = "".join(f"<w:tc>{p(r(str(words)))}</w:tc>" for words in HEADINGS)
    item = "".join(f"<w:tc><w:p><w:ins>{r(str(words))}</w:ins></w:p></w:tc>" for words in ROWS[4])
    source = open_here(made.written(f"<w:tbl><w:tr>{cells}</w:tr><w:tr>{item}</w:tr></w:tbl>"))
    (doubt,) = source.doubts
    assert doubt.assumed == "文中有6处修订痕迹，按全部接受修订处理"
    assert source.text[doubt.start :].startswith("2\t消除大班额")
    assert len(outline(source).items) == 1


def test_cells_that_stand_in_each_others_place() -> None:
    wide = '<w:tc><w:tcPr><w:gridSpan w:val="3"/>{}</w:tcPr>' + p(r("宽")) + "</w:tc>"
    cells = "".join(f"<w:tc>{p(r(str(words)))}</w:tc>" for words in HEADINGS)
    merged = wide.format('<w:vMerge w:val="restart"/>') + wide.format("<w:vMerge/>")
    body = f"<w:tbl><w:tr>{cells}</w:tr><w:tr>{merged}</w:tr><w:tr>{cells.replace('序号', '1')}</w:tr><w:tr>{wide.format('<w:vMerge/>')}</w:tr></w:tbl>"
    source = open_here(made.written(body))
    assert source.sheets
    assert "宽" in source.text
