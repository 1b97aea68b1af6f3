"""Marks and corrections: what a file's format knows, and what a person says, wins over what the words look like."""

from collections.abc import Callable

import pytest

from app.documents import BlockKind, DocumentError, Format, Mark, MarkKind, Outline, Source, outline

Check = Callable[[Outline], Outline]
BODY = "做好有关工作，完成各项任务。"


def source(text: str, *marks: Mark, paragraphs: bool = False) -> Source:
    return Source(Format.TEXT, "text/plain", text, marks=marks, paragraphs=paragraphs)


def at(text: str, words: str, kind: MarkKind, level: int | None = None) -> Mark:
    start = text.index(words)
    return Mark(kind, start, start + len(words), level)


def shape(read_: Outline) -> list[tuple[str, str]]:
    return [(item.label, item.title) for item in read_.items]


def kinds(read_: Outline) -> list[str]:
    return [doubt.kind for doubt in read_.doubts]


def test_a_heading_without_a_number(sound: Check) -> None:
    text = f"加强党的建设\n1.第一条。{BODY}\n深化改革\n2.第二条。{BODY}\n"
    corrections = [at(text, "加强党的建设", MarkKind.SECTION, 1), at(text, "深化改革", MarkKind.SECTION, 1)]
    read_ = sound(outline(source(text), corrections))
    assert [(s.level, s.label, s.title) for s in read_.sections] == [(1, "", "加强党的建设"), (1, "", "深化改革")]
    assert shape(read_) == [("1.", "第一条"), ("2.", "第二条")]
    assert [item.section for item in read_.items] == [0, 1]
    assert read_.items[0].text == f"第一条。{BODY}"


def test_items_without_numbers_take_what_stands_below_them(sound: Check) -> None:
    text = f"一、甲部分\n推进普惠。{BODY}\n1.新建学校。\n2.扩大学位。\n规范办学。{BODY}\n二、乙部分\n完善机制。{BODY}\n"
    corrections = [at(text, words, MarkKind.ITEM) for words in ("推进普惠", "规范办学", "完善机制")]
    read_ = sound(outline(source(text), corrections))
    assert [s.title for s in read_.sections] == ["甲部分", "乙部分"]
    assert shape(read_) == [("", "推进普惠"), ("", "规范办学"), ("", "完善机制")]
    assert [item.number for item in read_.items] == [1, 2, 3]
    assert read_.items[0].text == f"推进普惠。{BODY}1.新建学校。2.扩大学位。"


def test_a_numbered_line_can_be_said_to_be_a_paragraph(sound: Check) -> None:
    text = f"1.第一条。{BODY}\n2.其实是正文。{BODY}\n2.第二条。{BODY}\n"
    read_ = sound(outline(source(text), [at(text, "2.其实", MarkKind.PARAGRAPH)]))
    assert shape(read_) == [("1.", "第一条"), ("2.", "第二条")]
    assert read_.items[0].text == f"第一条。{BODY}2.其实是正文。{BODY}"
    assert kinds(read_) == []


def test_two_lines_said_to_be_one(sound: Check) -> None:
    text = f"1.第一条\n的标题。{BODY}\n2.第二条。推进\n3.改革。{BODY}\n"
    corrections = [at(text, "的标题", MarkKind.CONTINUES), at(text, "3.改革", MarkKind.CONTINUES)]
    read_ = sound(outline(source(text), corrections))
    assert shape(read_) == [("1.", "第一条的标题"), ("2.", "第二条")]
    assert read_.items[1].tasks[0].text == "推进3.改革"


def test_a_heading_over_two_lines(sound: Check) -> None:
    text = f"一、加强党的\n建设，深化改革\n1.第一条。{BODY}\n"
    read_ = sound(outline(source(text, paragraphs=True), [at(text, "建设", MarkKind.CONTINUES)]))
    assert [s.title for s in read_.sections] == ["加强党的建设，深化改革"]


def test_furniture_reaches_over_all_lines_of_its_range(sound: Check) -> None:
    text = f"1.第一条。{BODY}\n学校简介\n联系我们\n2.第二条。{BODY}\n12\n抓好落实。\n"
    read_ = sound(outline(source(text), [at(text, "学校简介\n联系我们", MarkKind.FURNITURE)]))
    assert read_.items[0].text == f"第一条。{BODY}"
    assert [d for d in kinds(read_) if d != "page_number"] == ["paragraph_continues"]
    again = sound(outline(source(text), [at(text, "12\n", MarkKind.PARAGRAPH)]))
    assert again.items[1].text == f"第二条。{BODY}12抓好落实。"
    assert "page_number" not in kinds(again)


def test_a_correction_wins_over_a_mark(sound: Check) -> None:
    text = f"1.第一条。{BODY}\n深化改革\n2.第二条。{BODY}\n"
    marked = source(text, at(text, "深化改革", MarkKind.FURNITURE), paragraphs=True)
    assert outline(marked).sections == ()
    read_ = sound(outline(marked, [at(text, "深化改革", MarkKind.SECTION, 1)]))
    assert [s.title for s in read_.sections] == ["深化改革"]


def test_an_attachment_ends_the_body(sound: Check) -> None:
    text = f"1.第一条。{BODY}\n2.第二条。{BODY}\n分工表\n3.甲科。{BODY}\n"
    read_ = sound(outline(source(text), [at(text, "分工表", MarkKind.ATTACHMENT)]))
    assert shape(read_) == [("1.", "第一条"), ("2.", "第二条")]


def test_a_line_said_to_be_an_item_is_not_left_behind_the_plan(sound: Check) -> None:
    text = f"1.第一条。{BODY}\n附件：任务表\n2.第二条。{BODY}\n甲市教育局\n2021年3月2日\n3.第三条。{BODY}\n"
    read_ = sound(outline(source(text), [at(text, "3.第三条", MarkKind.ITEM)]))
    assert shape(read_)[-1] == ("3.", "第三条")


def test_paragraphs_are_not_read_as_wrapped_lines(sound: Check) -> None:
    lines = [
        "一、甲部分的工作要点",
        "1.推进全市各级各类",
        "2.完善学校管理制度",
        "3.加强教师队伍建设",
        "二、乙部分的工作要点",
        "1.深化教育教学改革",
    ]
    text = "\n".join(lines)
    read_ = sound(outline(source(text, paragraphs=True)))
    assert shape(read_) == [(line[:2], line[2:]) for line in lines if line[0].isdigit()]
    assert kinds(read_) == []


def test_a_correction_settles_the_doubt_at_its_place() -> None:
    text = f"1.第一条。{BODY}\n另起一段。{BODY}\n2.第二条。{BODY}\n"
    assert kinds(outline(source(text))) == ["paragraph_continues"]
    assert kinds(outline(source(text), [at(text, "另起", MarkKind.PARAGRAPH)])) == []


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ([Mark(MarkKind.ITEM, 99, 100)], "99"),
        ([Mark(MarkKind.ITEM, -1, 2)], "-1"),
        ([Mark(MarkKind.ITEM, 5, 2)], "5–2"),
        ([Mark(MarkKind.SECTION, 0, 1, 10)], "层级 10"),
        ([Mark(MarkKind.CONTINUES, 0, 1)], "上面没有"),
        ([Mark(MarkKind.ITEM, 12, 12)], "空行"),
        ([Mark(MarkKind.ITEM, 0, 1), Mark(MarkKind.SECTION, 3, 4)], "矛盾"),
    ],
)
def test_marks_that_cannot_be_obeyed_are_named(marks: list[Mark], words: str) -> None:
    text = "1.第一条。推进改革。\n\n2.第二条。\n"
    with pytest.raises(DocumentError) as caught:
        outline(source(text), marks)
    assert caught.value.kind == "bad_mark"
    assert words in caught.value.zh
    assert str(marks[-1].start) in caught.value.en


def test_the_body_begins_where_a_mark_says(sound: Check) -> None:
    text = f"2021年工作要点\n总的要求\n坚持改革。\n1.第一条。{BODY}\n"
    read_ = sound(outline(source(text), [at(text, "总的要求", MarkKind.SECTION, 1)]))
    assert read_.sections[0].title == "总的要求"
    assert read_.blocks[0].kind is BlockKind.PLAN_TITLE
