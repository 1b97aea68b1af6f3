"""Task breakdowns as offices keep them: headings, merged cells, rows that are no tasks, several sheets."""

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.documents import DocumentError, Item, Mark, MarkKind, Outline, identify, open_source, outline, read
from app.documents.sources import open_here
from app.documents.tables.headings import Role, role_of
from tests.documents.makers.xlsx import Row, Table, delimited, plan_tables, workbook
from tests.documents.test_documents_plans import NAMES, source

Check = Callable[[Outline], Outline]
KEYS = {name: name if name[0].isdigit() else "371900-edu-2020" for name in NAMES}
ELEMENTS = ("title", "plan_title", "issuer", "document_number", "issued_on", "addressee")


def opened(*tables: Table) -> Outline:
    return outline(open_here(workbook(*tables)))


def sheet(*rows: Row, merged: str = "", name: str = "Sheet1") -> Table:
    return Table(name, list(rows), merged.split())


def kinds(read_: Outline) -> list[str]:
    return [doubt.kind for doubt in read_.doubts]


def told(item: Item) -> tuple[object, ...]:
    tasks = [(task.text, task.start, task.end) for task in item.tasks]
    return item.number, item.label, item.title, item.text, tasks, item.responsibility


@pytest.mark.parametrize(
    ("headings", "role"),
    [
        ("序号 编号 序　号 No. 项目序号", Role.NUMBER),
        ("类别 部分 领域 工作类别 重点领域 所属板块", Role.SECTION),
        ("工作任务 重点任务 任务内容 工作内容 目标与任务 工作目标 目标任务 2020年目标任务 主要任务和措施", Role.CONTENT),
        ("具体措施 具体举措 工作举措 落实措施 重点工作 工程 指标（单位） 工作要点", Role.CONTENT),
        ("牵头单位 牵头责任单位 主办单位 牵头部门 牵头\n单位 牵头科室 第一责任单位", Role.LEAD),
        ("责任单位 责任部门 责任科室 承办单位 责任单位（第一个为牵头单位） 责任分工 市直责任单位 责任单位及责任人 责任主体", Role.UNITS),
        ("配合单位 协办单位 配合部门 参与单位 协同单位", Role.SUPPORT),
        ("责任人 责任领导 分管领导 分管县领导 牵头领导 牵头县领导 包保领导 联系人 具体负责人 联系电话", Role.PERSON),
        ("完成时限 时间节点 完成时间 时间进度 完成期限 办结时限 进度安排 完成时限（月）", Role.DEADLINE),
        ("进展情况 完成情况 工作进展 存在问题 下一步打算 下一步工作举措 备注 完成比例 进度 任务来源", Role.OTHER),
    ],
)  # fmt: skip
def test_headings_are_known_in_their_variants(headings: str, role: Role) -> None:
    for heading in re.split(r"(?<!头)[ \n]", headings):
        assert role_of(heading) is role, heading
        spaced = " ".join(heading)
        assert role_of(f"\n{spaced}：") is role or "（" in heading, heading


@pytest.mark.parametrize(
    "words", ["推进义务教育优质均衡，完善制度", "一、坚持目标", "强化责任单位", "张三", "2020年6月", "单位", "1", ""]
)
def test_words_of_a_plan_are_no_headings(words: str) -> None:
    assert role_of(words) is None


def test_nanling_two_headings_of_units_and_a_leader(sound: Check) -> None:
    read_ = sound(
        opened(
            sheet(
                ["附件1"],
                ["南陵县教育局2020年重点工作任务分解表"],
                ["填报单位：县教育局", None, None, "填报时间：2020年3月"],
                ["序号", "目标与任务", "分管县领导", "牵头责任单位", "责任单位"],
                [1, "推进学前教育普及。新建公办幼儿园5所；完成配套园整治。", "张三", "县教育局", "县财政局、县住建局"],
                [2, "加强教师队伍建设", "李四", "县教育局", "县委编办 县人社局"],
                ["合计", None, None, None, None],
                ["注：本表由县政府督查室负责解释。"],
                merged="A2:E2 A3:B3 A8:E8",
            )
        )
    )
    first, second = read_.items
    assert told(first)[:3] == (1, "1", "推进学前教育普及")
    assert [task.text for task in first.tasks] == ["新建公办幼儿园5所", "完成配套园整治"]
    assert first.responsibility.lead_unit == "县教育局"
    assert first.responsibility.units == ("县教育局", "县财政局", "县住建局")
    assert second.responsibility.units == ("县教育局", "县委编办", "县人社局")
    assert (read_.metadata.plan_title, read_.metadata.issuer) == (
        "南陵县教育局2020年重点工作任务分解表",
        "南陵县教育局",
    )
    assert kinds(read_) == ["after_the_plan"]
    assert identify(read_, [("340223", "南陵县")]).year == 2020


def test_gaotang_categories_are_sections(sound: Check) -> None:
    rows: list[list[str | None]] = [
        ["类别", "任务内容", "牵头领导", "责任单位"],
        ["党的\n建设", "加强党建。", "王五", "组织部（牵头）、宣传部"],
        [None, "落实巡察整改。", "王五", "纪委"],
        ["教育\n质量", "完善质量监测。", "赵六", "牵头单位：教育局\n配合单位：财政局"],
    ]
    read_ = sound(opened(sheet(*rows, merged="A2:A3 C2:C3")))
    assert [(s.level, s.title) for s in read_.sections] == [(1, "党的建设"), (1, "教育质量")]
    assert [item.section for item in read_.items] == [0, 0, 1]
    assert [item.label for item in read_.items] == ["", "", ""]
    duties = [(item.responsibility.lead_unit, item.responsibility.units) for item in read_.items]
    assert duties[0] == ("组织部", ("组织部", "宣传部"))
    assert duties[2] == ("教育局", ("教育局", "财政局"))
    repeated = [[row[0] or "党的\n建设", *row[1:]] for row in rows]
    again = sound(outline(open_here(delimited(repeated))))
    assert [s.title for s in again.sections] == ["党的建设", "教育质量"]


def test_meishan_stacked_headings_with_figures_by_place(sound: Check) -> None:
    read_ = sound(
        opened(
            sheet(
                ["2020年民生实事进展表"],
                ["序号", "工程", "指标（单位）", "责任单位", "东坡区", None, None, "彭山区", None, None],
                [None, None, None, None, "目标任务", "进度", "完成比例", "目标任务", "进度", "完成比例"],
                [1, "学前教育工程", "新建幼儿园（所）", "市教育局", 5, 3, 0.6, 4, None, 0],
                [2, "校舍工程", "改造校舍（万平方米）", "市教育局", 1.5, 1, 0.667, None, None, None],
                merged="A1:J1 A2:A3 B2:B3 C2:C3 D2:D3 E2:G2 H2:J2",
            )
        )
    )
    assert [item.text for item in read_.items] == ["学前教育工程。新建幼儿园（所）", "校舍工程。改造校舍（万平方米）"]
    assert kinds(read_) == ["repeated_columns"]


def test_one_task_over_several_rows_with_merged_cells_and_without(sound: Check) -> None:
    heading = ["序号", "工作任务", "具体措施", "责任分工", None, "完成时限"]
    below = [None, None, None, "牵头单位", "配合单位", None]
    rows: list[Row] = [
        [1, "推进优质均衡", "完善制度；", "教育局", "财政局", "6月底"],
        [None, None, "加强督导。", None, "人社局", None],
        [2, "消除大班额", "年底前全部清零", "教育局", None, "12月底"],
    ]
    merged = opened(sheet(heading, below, *rows, merged="A1:A2 B1:B2 C1:C2 D1:E1 F1:F2 A3:A4 B3:B4 D3:D4 F3:F4"))
    plain = outline(open_here(delimited([heading, below, *rows])))
    repeated = outline(
        open_here(delimited([heading, below, rows[0], [1, "推进优质均衡", *rows[1][2:]], rows[2]], "\t"))
    )
    for read_ in (sound(merged), sound(plain), sound(repeated)):
        first, second = read_.items
        assert (first.text, [t.text for t in first.tasks]) == (
            "推进优质均衡。完善制度；加强督导。",
            ["完善制度", "加强督导"],
        )
        assert first.responsibility.units == ("教育局", "财政局", "人社局")
        assert (first.responsibility.deadline, second.responsibility.deadline) == ("6月底", "12月底")


def test_sections_across_the_table_and_below_each_other(sound: Check) -> None:
    read_ = sound(
        opened(
            sheet(
                ["序号", "重点任务", "责任单位"],
                ["一、提高质量"],
                ["（一）学前教育"],
                [1, "普及普惠。", "甲科"],
                ["二", "建强队伍", None],
                [2, "培训教师。", "乙科"],
                [None, None, None],
                ["序号", "重点任务", "责任单位"],
                ["1", "2", "3"],
                [3, "选派干部。", "丙科"],
                merged="A2:C2 A3:C3",
            )
        )
    )
    assert [(s.level, s.label, s.title, s.parent) for s in read_.sections] == [
        (1, "一、", "提高质量", None),
        (2, "（一）", "学前教育", 0),
        (1, "二", "建强队伍", None),
    ]
    assert [(item.number, item.section) for item in read_.items] == [(1, 1), (2, 2), (3, 2)]


def test_a_task_that_spans_numbered_rows_is_a_section() -> None:
    read_ = opened(
        sheet(
            ["重点任务", "序号", "具体任务", "责任单位"],
            ["提高质量", 1, "完善监测。", "甲科"],
            [None, 2, "加强教研。", "乙科"],
            ["建强队伍", 3, "培训教师。", "丙科"],
            merged="A2:A3",
        )
    )
    assert [(item.number, item.text, item.section) for item in read_.items] == [
        (1, "完善监测。", 0),
        (2, "加强教研。", 0),
        (3, "培训教师。", 1),
    ]


def test_several_sheets_continue_or_have_headings_of_their_own(sound: Check) -> None:
    read_ = sound(
        opened(
            sheet(["序号", "工作任务", "责任单位"], [1, "推进甲。", "甲科"], name="一"),
            sheet([2, "推进乙。", "乙科"], [3, "推进丙。", "丙科"], name="二"),
            sheet(["责任科室", "任务内容", "编号"], ["丁科", "推进丁。", 4], name="三"),
            sheet(["选项", "含义"], ["是", "完成"], name="字典"),
            sheet(["随手记", "别的话"], name="便笺"),
            Table("旧表", [["序号", "工作任务", "责任单位"], [9, "不应读入。", "戊科"]], state="hidden"),
        )
    )
    assert [(i.number, i.title, i.responsibility.lead_unit) for i in read_.items] == [
        (1, "推进甲", "甲科"), (2, "推进乙", "乙科"), (3, "推进丙", "丙科"), (4, "推进丁", "丁科"),
    ]  # fmt: skip
    assert sorted(kinds(read_)) == ["hidden_sheet", "sheet_without_heading"]
    assert "不应读入" not in read_.text


def test_unknown_columns_are_kept_and_told_people_are_no_units(sound: Check) -> None:
    read_ = sound(
        opened(
            sheet(
                ["序号", "工作任务", "颜色代码", "责任人", "责任单位及责任人", "进展情况", "备注"],
                [1, "推进改革。", "绿", "张三", "教育局", "已完成", "无"],
            )
        )
    )
    assert kinds(read_) == ["unknown_column", "people_among_units"]
    assert read_.items[0].responsibility.units == ("教育局",)
    assert read_.items[0].text == "推进改革。"
    assert all(word in read_.text for word in ("绿", "张三", "已完成"))


def test_cells_win_over_notes_in_the_text_and_empty_ones_do_not() -> None:
    note = "推进改革。完善制度。（责任科室：甲科、乙科；完成时限：6月底）"
    read_ = opened(
        sheet(
            ["序号", "工作任务", "牵头单位", "责任单位", "完成时限"],
            [1, note, None, None, "9月底"],
            [2, note, "丙科", "丁科、丙科", "—"],
        )
    )
    first, second = (item.responsibility for item in read_.items)
    assert (first.lead_unit, first.units, first.deadline) == ("甲科", ("甲科", "乙科"), "9月底")
    assert (second.lead_unit, second.units, second.deadline) == ("丙科", ("丁科", "丙科"), "6月底")


def test_marks_correct_rows() -> None:
    source_ = open_here(workbook(sheet(["序号", "任务", "单位"], [1, "甲。", "x"], [2, "乙。", "y"], [3, "丙。", "z"])))
    at = {word: source_.text.index(word) for word in "甲乙丙"}

    def titles(kind: MarkKind, word: str) -> list[str]:
        return [item.text for item in outline(source_, [Mark(kind, at[word], at[word] + 1)]).items]

    assert titles(MarkKind.FURNITURE, "乙") == ["甲。", "丙。"]
    assert titles(MarkKind.CONTINUES, "乙") == ["甲。乙。", "丙。"]
    assert titles(MarkKind.ATTACHMENT, "乙") == ["甲。"]
    sections = outline(source_, [Mark(MarkKind.SECTION, at["乙"], at["乙"] + 1)]).sections
    assert [(section.label, section.title) for section in sections] == [("2", "乙")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_any_dress(delimiter: str, encoding: str, sound: Check) -> None:
    rows: list[Row] = [
        ["2020年重点工作任务分解表"],
        ["序号", "工作任务", "具体措施", "责任单位", "完成时限"],
        [1, "推进改革", "一是完善制度，\n二是加强“督导”; 三是, 公开。", "教育局", "2020-06-30"],
        [2, "'=加强管理", "'@抓好落实", "财政局", "'-"],
    ]
    read_ = sound(outline(open_here(delimited(rows, delimiter, encoding))))
    assert [item.title for item in read_.items] == ["推进改革", "=加强管理"]
    assert read_.items[1].text == "=加强管理。@抓好落实"
    assert read_.items[0].responsibility.deadline == "2020-06-30"
    assert read_.items[1].responsibility.deadline is None


def test_a_table_without_a_known_heading_is_refused_with_what_is_expected() -> None:
    with pytest.raises(DocumentError, match="序号") as caught:
        opened(sheet(["甲", "乙"], ["1", "2"]))
    assert caught.value.kind == "no_table_heading"
    with pytest.raises(DocumentError) as caught:
        opened(sheet(["序号", "工作任务", "责任单位"]))
    assert caught.value.kind == "no_items"


@cache
def original(name: str) -> Outline:
    return read(source(name))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_plans_as_breakdowns_are_read_without_loss(name: str, form: str, sound: Check) -> None:
    table, about = plan_tables(original(name), KEYS[name])
    data = workbook(table, about) if form == "xlsx" else delimited([*about.rows[1:], [], *table.rows[1:]])
    read_ = sound(outline(open_source(data)))
    assert [told(item) for item in read_.items] == [told(item) for item in original(name).items]
    for element in ELEMENTS:
        assert getattr(read_.metadata, element) == getattr(original(name).metadata, element)
    found = identify(read_, [])
    assert f"{found.adcode}-{found.domain}-{found.year}" == KEYS[name]
    assert [(s.level, s.label, s.title) for s in read_.sections] == [
        (s.level, s.label, s.title) for s in original(name).sections
    ]


_NAMES = st.sampled_from(["教育局", "财政局", "组织部", "县委编办", "人社局"])
_WORDS = st.sampled_from(
    ["推进改革", "完善制度", "加强督导", "消除大班额", "落实“双减”要求", "新建学校3所", "提高覆盖率"]
)


@st.composite
def _plans(draw: st.DrawFn) -> list[tuple[str, list[str], str, list[str], str]]:
    """Items: title, measures by row, lead, others, deadline."""
    count = draw(st.integers(1, 5))
    return [
        (
            draw(_WORDS),
            draw(st.lists(_WORDS, min_size=1, max_size=3, unique=True)),
            draw(_NAMES),
            draw(st.lists(_NAMES, max_size=2, unique=True)),
            draw(st.sampled_from(["6月底", "2020年12月31日", "全年推进", "9月底"])),
        )
        for _ in range(count)
    ]


_SHAPES = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["工作任务", "重点任务", "目标任务", "目标与任务", "工作内容"]),
        "measures": st.sampled_from(["具体措施", "工作举措", "主要措施", "具体举措"]),
        "deadline": st.sampled_from(["完成时限", "时间节点", "完成时间", "时间进度"]),
        "above": st.lists(st.sampled_from(["附件2", "单位：万元", "2020年教育工作任务分解表", ""]), max_size=3),
        "stacked": st.booleans(),
        "merged": st.booleans(),
        "blank": st.booleans(),
        "split": st.booleans(),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=_plans(), shape=_SHAPES)
def test_generated_breakdowns_give_back_what_they_were_made_of(
    plan: list[tuple[str, list[str], str, list[str], str]], shape: dict[str, Any], sound: Check
) -> None:
    title, measures, deadline = shape["title"], shape["measures"], shape["deadline"]
    head: list[Row] = [[line] for line in shape["above"]]
    ranges = []
    if shape["stacked"]:
        top = len(head) + 1
        head += [
            ["序号", title, measures, "责任分工", None, deadline],
            [None, None, None, "牵头单位", "责任单位", None],
        ]
        ranges += [f"{c}{top}:{c}{top + 1}" for c in "ABCF"] + [f"D{top}:E{top}"]
    else:
        head.append(["序号", title, measures, "牵头单位", "责任单位", deadline])
    tables = [Table("甲", head, ranges)]
    for number, (name, steps, lead, others, due) in enumerate(plan, 1):
        if shape["split"] and number == len(plan) and number > 1:
            tables.append(Table("乙", [], []))
        rows = tables[-1].rows
        first = len(rows) + 1
        rows.append([number, name, steps[0], lead, "、".join(others), due])
        rows += [[None, None, step] for step in steps[1:]]
        if shape["merged"] and len(steps) > 1:
            tables[-1].merged = [*tables[-1].merged, *(f"{c}{first}:{c}{len(rows)}" for c in "ABDEF")]
        if shape["blank"]:
            rows.append([None])
    read_ = sound(opened(*tables))
    assert len(read_.items) == len(plan)
    for item, (name, steps, lead, others, due) in zip(read_.items, plan, strict=True):
        assert item.title == name
        assert item.text == f"{name}。{''.join(steps)}"
        assert [task.text for task in item.tasks] == steps
        assert item.responsibility.lead_unit == lead
        assert set(item.responsibility.units) == {lead, *others}
        assert item.responsibility.deadline == due


def test_title_rows_tell_number_and_date() -> None:
    read_ = opened(
        sheet(
            ["甲市教育局"],
            ["2020年重点工作任务分解表"],
            ["甲教发〔2020〕3号"],
            ["（2020年3月16日）"],
            ["序号", "工作任务", "责任单位"],
            [1, "推进改革。", "甲科"],
        )
    )
    metadata = read_.metadata
    assert (metadata.document_number, metadata.issued_on) == ("甲教发〔2020〕3号", date(2020, 3, 16))
    assert metadata.plan_title == "甲市教育局2020年重点工作任务分解表"


@pytest.mark.parametrize(
    ("words", "tasks"),
    [
        ("新建幼儿园10所\n普惠率达到85%以上\n补充教师300名", ["新建幼儿园10所", "普惠率达到85%以上", "补充教师300名"]),
        ("组织培训20期\n\n建设示范幼儿园和示范中小学12所", ["组织培训20期", "建设示范幼儿园和示范中小学12所"]),
        ("新建改扩建幼儿园\n和中小学10所", ["新建改扩建幼儿园和中小学10所"]),
        ("建设\n示范幼儿园10所", ["建设示范幼儿园10所"]),
        ("新建幼儿园、\n示范性中小学和特教学校10所", ["新建幼儿园、示范性中小学和特教学校10所"]),
        ("新建幼儿园\n10000000000所以上", ["新建幼儿园10000000000所以上"]),
    ],
)
def test_lines_of_a_cell_are_points_where_the_next_had_room(words: str, tasks: list[str], sound: Check) -> None:
    heading = ["序号", "工作任务", "具体措施", "责任单位"]
    read_ = sound(opened(sheet(heading, [1, "扩大学前\n教育优质资源", words, "甲科"])))
    assert read_.items[0].title == "扩大学前教育优质资源"
    assert [task.text for task in read_.items[0].tasks] == tasks


def test_a_column_of_target_values_is_not_left_out_in_silence() -> None:
    read_ = opened(sheet(["序号", "工作任务", "目标值", "责任单位"], [1, "提高高中毛入学率", "98.5%", "甲科"]))
    assert kinds(read_) == ["unknown_column"]
