"""Outlines as offices write them: other forms and mixtures of numbers, items without numbers, notes in lines of their own."""

from collections.abc import Callable

import pytest

from app.documents import BlockKind, Format, Mark, MarkKind, Outline, Source, outline, read

Check = Callable[[Outline], Outline]
BODY = "做好有关工作，完成各项任务。"
TASKS = ["做好有关工作", "完成各项任务"]


def plan(text: str) -> Outline:
    return read(text.encode())


def bold(text: str, *words: str) -> list[Mark]:
    return [Mark(MarkKind.BOLD, text.index(w), text.index(w) + len(w)) for w in words]


def headed(text: str, *words: tuple[str, int]) -> list[Mark]:
    return [Mark(MarkKind.HEADING, text.index(w), text.index(w) + len(w), level) for w, level in words]


def marked(text: str, marks: list[Mark]) -> Outline:
    return outline(Source(Format.DOCX, "x", text, marks=tuple(marks), paragraphs=True))


def sections(read_: Outline) -> list[tuple[int, str, str, int | None]]:
    return [(s.level, s.label, s.title, s.parent) for s in read_.sections]


def shape(read_: Outline) -> list[tuple[str, str, int | None]]:
    return [(item.label, item.title, item.section) for item in read_.items]


def kinds(read_: Outline) -> list[str]:
    return [doubt.kind for doubt in read_.doubts]


def test_chapters_and_articles(sound: Check) -> None:
    read_ = sound(
        plan(f"第一章　总则\n第一条　甲一。{BODY}\n第二条　甲二。{BODY}\n第二章　实施\n第三条　乙一。{BODY}\n")
    )
    assert sections(read_) == [(1, "第一章", "总则", None), (1, "第二章", "实施", None)]
    assert shape(read_) == [("第一条", "甲一", 0), ("第二条", "甲二", 0), ("第三条", "乙一", 1)]


def test_parts_stand_above_the_usual_levels(sound: Check) -> None:
    read_ = sound(
        plan(
            f"第一部分：总体\n一、甲部\n（一）甲一。{BODY}\n第二部分　任务\n一、乙部\n（一）乙一。{BODY}\n（二）乙二。{BODY}\n"
        )
    )
    assert sections(read_) == [
        (1, "第一部分：", "总体", None),
        (2, "一、", "甲部", 0),
        (1, "第二部分", "任务", None),
        (2, "一、", "乙部", 2),
    ]
    assert [item.section for item in read_.items] == [1, 3, 3]


@pytest.mark.parametrize("text", ["第一章程要落实。", "第一节课要上好。", "第一条例要执行。"])
def test_words_that_begin_like_a_chapter_stay(text: str) -> None:
    read_ = plan(f"1.第一项。{BODY}\n{text}\n2.第二项。{BODY}\n")
    assert len(read_.items) == 2
    assert text in read_.items[0].text


def test_a_form_that_another_runs_through_stands_below_it(sound: Check) -> None:
    read_ = sound(plan(f"一、部分\n1.甲工作\n（一）甲一。{BODY}\n（二）甲二。{BODY}\n2.乙工作\n（一）乙一。{BODY}\n"))
    assert sections(read_) == [(1, "一、", "部分", None), (2, "1.", "甲工作", 0), (2, "2.", "乙工作", 0)]
    assert shape(read_) == [("（一）", "甲一", 1), ("（二）", "甲二", 1), ("（一）", "乙一", 2)]
    assert kinds(read_) == []


@pytest.mark.parametrize("labels", [("（1）", "（2）"), ("①", "②"), ("第一，", "第二，"), ("⑴", "⑵"), ("1）", "2）")])
def test_points_are_the_items_where_nothing_else_is_numbered(labels: tuple[str, str], sound: Check) -> None:
    read_ = sound(plan(f"2021年工作要点\n{labels[0]}甲工作。{BODY}\n{labels[1]}乙工作。{BODY}\n"))
    assert shape(read_) == [(labels[0], "甲工作", None), (labels[1], "乙工作", None)]


def test_four_levels_with_points_below() -> None:
    text = f"一、甲部\n（一）乙部\n1.丙部\n（1）丁一。{BODY}\n（2）丁二。{BODY}\n2.戊部\n（1）丁三。{BODY}\n（2）丁四。{BODY}\n①推进己工作。\n②推进庚工作。\n"
    read_ = plan(text)
    assert [level for level, *_ in sections(read_)] == [1, 2, 3, 3]
    assert shape(read_) == [("（1）", "丁一", 2), ("（2）", "丁二", 2), ("（1）", "丁三", 3), ("（2）", "丁四", 3)]
    assert [task.text for task in read_.items[3].tasks] == [*TASKS, "推进己工作", "推进庚工作"]


def test_series_inside_an_item_are_its_tasks(sound: Check) -> None:
    text = (
        "一、甲部\n（一）推进甲工作。一是完善制度，健全机制；二是加强培训。\n（二）推进乙工作。①完善制度；②加强培训。\n"
        "（三）丙工作\n一是加强管理。\n二是开展培训。\n"
    )
    read_ = sound(plan(text))
    assert [[task.text for task in item.tasks] for item in read_.items] == [
        ["完善制度", "健全机制", "加强培训"],
        ["完善制度", "加强培训"],
        ["加强管理", "开展培训"],
    ]
    assert kinds(read_) == []


@pytest.mark.parametrize("sign", ["——", "• ", "●", "◆ "])
def test_principles_are_parts_of_an_item_or_an_introduction(sign: str, sound: Check) -> None:
    text = f"一、基本原则\n{sign}坚持党的领导。落实主体责任。\n{sign}坚持改革。完善制度。\n二、任务\n{sign}坚持引领。\n（一）甲工作。{BODY}\n"
    read_ = sound(plan(text))
    assert shape(read_) == [("一、", "基本原则", None), ("（一）", "甲工作", 0)]
    assert "完善制度" in [task.text for task in read_.items[0].tasks]
    assert not [task.text for task in read_.items[0].tasks if sign.strip() in task.text]
    assert [read_.text[b.start : b.end].strip() for b in read_.blocks if b.kind is BlockKind.PREAMBLE] == [
        f"{sign}坚持引领。"
    ]
    assert kinds(read_) == []


def test_bold_first_sentences_are_items_below_a_bare_heading(sound: Check) -> None:
    text = f"一、甲部\n推进普惠发展。{BODY}\n规范办学行为。{BODY}\n还有一段。\n二、乙部\n完善机制建设。{BODY}\n"
    read_ = sound(marked(text, bold(text, "推进普惠发展。", "规范办学行为。", "完善机制建设。")))
    assert shape(read_) == [("", "推进普惠发展", 0), ("", "规范办学行为", 0), ("", "完善机制建设", 1)]
    assert [item.number for item in read_.items] == [1, 2, 3]
    assert read_.items[1].text.endswith("还有一段。")


def test_bold_inside_numbered_items_means_nothing(sound: Check) -> None:
    text = f"一、甲部\n1.第一条。{BODY}\n强化责任落实。{BODY}\n全面推进学校改革。{BODY}\n2.第二条。{BODY}\n"
    read_ = sound(marked(text, bold(text, "强化责任落实。", "全面推进")))
    assert shape(read_) == [("1.", "第一条", 0), ("2.", "第二条", 0)]


def test_heading_styles_make_sections_and_items(sound: Check) -> None:
    text = f"甲市2021年工作要点\n坚持改革。\n加强党建\n推进普惠发展\n{BODY}\n规范办学行为\n{BODY}\n深化改革\n完善机制建设\n{BODY}\n甲市教育局\n2021年3月1日\n"
    styles = [
        ("甲市2021年工作要点", 1),
        ("加强党建", 2),
        ("推进普惠发展", 3),
        ("规范办学行为", 3),
        ("深化改革", 2),
        ("完善机制建设", 3),
    ]
    read_ = sound(marked(text, headed(text, *styles)))
    assert sections(read_) == [(1, "", "加强党建", None), (1, "", "深化改革", None)]
    assert shape(read_) == [("", "推进普惠发展", 0), ("", "规范办学行为", 0), ("", "完善机制建设", 1)]
    assert [task.text for task in read_.items[0].tasks] == TASKS
    assert read_.metadata.plan_title == "甲市2021年工作要点"
    again = sound(marked(text, bold(text, *(words for words, _ in styles))))
    assert (sections(again), shape(again)) == (sections(read_), shape(read_))


def test_bold_lines_over_numbered_items_are_headings(sound: Check) -> None:
    text = f"甲市2021年工作要点\n坚持改革。\n加强党建\n1.推进普惠。{BODY}\n2.规范办学。{BODY}\n深化改革\n3.完善机制。{BODY}\n"
    read_ = sound(marked(text, bold(text, "甲市2021年工作要点", "加强党建", "深化改革")))
    assert sections(read_) == [(1, "", "加强党建", None), (1, "", "深化改革", None)]
    assert shape(read_) == [("1.", "推进普惠", 0), ("2.", "规范办学", 0), ("3.", "完善机制", 1)]


@pytest.mark.parametrize(
    ("lines", "lead", "units", "deadline"),
    [
        ("牵头单位：市教育局\n配合单位：市财政局、市人社局\n完成时限：2021年6月底前", "市教育局", ("市教育局", "市财政局", "市人社局"), "2021年6月底前"),
        ("责任单位：甲科、乙科；完成时限：年底前。", "甲科", ("甲科", "乙科"), "年底前"),
        ("配合单位：甲局\n牵头单位：乙局", "乙局", ("甲局", "乙局"), None),
        ("责任单位：甲局　乙局", "甲局", ("甲局", "乙局"), None),
        ("——责任科室：甲科\n——时限：9月", "甲科", ("甲科",), "9月"),
        ("责任单位：甲局\n责任人：张三\n分管领导：李四", "甲局", ("甲局",), None),
        ("牵头责任单位：甲局 完成时间：6月30日前", "甲局", ("甲局",), "6月30日前"),
        ("責任單位：甲局、乙局\n完成時限：年底前", "甲局", ("甲局", "乙局"), "年底前"),
        ("（甲局牵头负责，乙局、丙局配合）", "甲局", ("甲局", "乙局", "丙局"), None),
        ("（甲局、乙局按职责分工负责）", "甲局", ("甲局", "乙局"), None),
        ("（责任单位：各县（区）政府、甲局）", "各县（区）政府", ("各县（区）政府", "甲局"), None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("behind", ["\n", ""])
def test_lines_of_responsibility(
    lines: str, lead: str, units: tuple[str, ...], deadline: str | None, behind: str, sound: Check
) -> None:
    read_ = sound(plan(f"一、甲部\n1.推进改革。{BODY}{behind}{lines}\n2.第二条。{BODY}\n"))
    found = read_.items[0].responsibility
    assert (found.lead_unit, found.units, found.deadline) == (lead, units, deadline)
    assert [task.text for task in read_.items[0].tasks] == TASKS
    assert read_.items[1].responsibility.units == ()
    assert kinds(read_) == []


def test_lines_of_responsibility_below_tasks() -> None:
    read_ = plan("1.推进改革。\n（1）完善制度。\n责任单位：甲科\n（2）加强培训。\n责任单位：乙科 完成时限：9月\n")
    assert [task.text for task in read_.items[0].tasks] == ["完善制度", "加强培训"]
    assert read_.items[0].responsibility.units == ("甲科", "乙科")
    assert read_.items[0].responsibility.deadline == "9月"


def test_a_contents_page_is_furniture(sound: Check) -> None:
    text = (
        "甲市2021年教育工作要点\n目　录\n一、加强党的领导…………1\n（一）政治建设 …… 1\n二、深化改革\t3\n坚持改革。\n"
        f"一、加强党的领导\n（一）政治建设。{BODY}\n二、深化改革\n（一）教育改革。{BODY}\n"
    )
    read_ = sound(plan(text))
    assert sections(read_) == [(1, "一、", "加强党的领导", None), (1, "二、", "深化改革", None)]
    furniture = [read_.text[b.start : b.end].split() for b in read_.blocks if b.kind is BlockKind.FURNITURE]
    assert [len(lines) for lines in furniture] == [8]
    assert [read_.text[b.start : b.end].strip() for b in read_.blocks if b.kind is BlockKind.PREAMBLE] == ["坚持改革。"]


def test_a_contents_page_without_page_numbers(sound: Check) -> None:
    text = f"2021年工作要点\n目录\n一、甲部分\n二、乙部分\n一、甲部分\n1.甲工作。{BODY}\n二、乙部分\n2.乙工作。{BODY}\n"
    assert shape(sound(plan(text))) == [("1.", "甲工作", 0), ("2.", "乙工作", 1)]


def test_a_title_can_be_said_to_end_elsewhere(sound: Check) -> None:
    text = "1.推进改革和发展，完善制度。做好工作。\n2.第二条。做好工作。\n"
    source = Source(Format.TEXT, "text/plain", text)
    read_ = sound(outline(source, bold(text, "推进改革和发展")))
    assert [item.title for item in read_.items] == ["推进改革和发展", "第二条"]
    assert [task.text for task in read_.items[0].tasks] == ["完善制度", "做好工作"]


def test_a_figure_broken_by_a_line_end_is_put_together(sound: Check) -> None:
    assert sound(plan("1.推进普惠。覆盖率达到8\n5.5%以上，用好STEM\nEducation平台。\n")).items[0].text == (
        "推进普惠。覆盖率达到85.5%以上，用好STEM Education平台。"
    )
