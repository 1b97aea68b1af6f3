"""Labels, furniture, dates and numbers; and how headings become sections, items or parts of items."""

from collections.abc import Callable
from datetime import date

import pytest

from app.documents import BlockKind, DocumentError, Outline, read
from app.documents.dates import find_date, find_document_number, is_date_line, is_document_number_line
from app.documents.labels import chinese_number, read_label
from app.documents.lines import is_furniture
from app.documents.organs import is_organ, is_red_head

Check = Callable[[Outline], Outline]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("一、加强", (1, 1, "一、")),
        ("二十三、加强", (1, 23, "二十三、")),
        ("（一）加强", (2, 1, "（一）")),
        ("(十二)加强", (2, 12, "(十二)")),
        ("1.加强", (3, 1, "1.")),
        ("22．加强", (3, 22, "22．")),
        ("１、加强", (3, 1, "１、")),
        ("3.2020年全面完成", (3, 3, "3.")),
        ("（1）加强", (4, 1, "（1）")),
        ("⑵加强", (4, 2, "⑵")),
        ("③加强", (5, 3, "③")),
        ("2.0版升级", None),
        ("3.5万人", None),
        ("2020年是", None),
        ("2020.推进改革", None),
        ("2020、推进改革", None),
        ("1000.推进改革", None),
        ("10 项工程", None),
        ("（2020）", None),
        ("四五”规划", None),
        ("（责任科室：甲）", None),
        ("零、无", None),
    ],
)
def test_labels(line: str, expected: tuple[int, int, str] | None) -> None:
    label = read_label(line)
    assert (label and (label.level, label.number, label.printed)) == expected


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("一", 1),
        ("十", 10),
        ("十四", 14),
        ("二十", 20),
        ("三十五", 35),
        ("一百零五", 105),
        ("二〇", 20),
        ("", None),
        ("甲", None),
    ],
)
def test_chinese_numbers(numeral: str, value: int | None) -> None:
    assert chinese_number(numeral) == value


@pytest.mark.parametrize(
    "line",
    ["— 3 —", "- 3 -", "－12－", "第3页 共10页", "第 3 頁", "3/10", "12", "·5·", "Page 3 of 9", "首页 >  教育", "收藏", "【打印】",
     "政策文章来源:江苏省教育考试院", "來源：市教育局", "https://example.cn/a.html", "目  录", "一、加强领导……………… 3"],
)  # fmt: skip
def test_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "3.推进改革。",
        "一、加强领导",
        "首页建设工作要抓好。",
        "2020年",
        "经费来源有保障，投入逐年增长。",
        "收藏家协会",
        "—",
    ],
)
def test_no_furniture(line: str) -> None:
    assert not is_furniture(line)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020年3月16日", date(2020, 3, 16)),
        ("2020 年 3 月 16 日", date(2020, 3, 16)),
        ("２０２０年３月１６日", date(2020, 3, 16)),
        ("二〇二〇年三月十六日", date(2020, 3, 16)),
        ("二○二一年十二月三十一日", date(2021, 12, 31)),
        ("2020-02-27", date(2020, 2, 27)),
        ("2020/2/7", date(2020, 2, 7)),
        ("2020年13月1日", None),
        ("2020年3月", None),
        ("2018-2020年", None),
    ],
)
def test_dates(text: str, expected: date | None) -> None:
    found = find_date(text)
    assert (found[0] if found else None) == expected


def test_date_lines() -> None:
    assert is_date_line("（2020年3月16日）")
    assert is_date_line("二〇二〇年三月")
    assert not is_date_line("2020年3月16日前完成")


@pytest.mark.parametrize(
    "number",
    [
        "鲁教办发〔2020〕1号",
        "青教工委[2020]2號",
        "济教字［2021］1号",
        "国办发（2020）12号",
        "云卫发【2021】 5 号",
        "苏教 〔2020〕 第 3 号",
    ],
)
def test_document_numbers(number: str) -> None:
    assert find_document_number(number) == (0, len(number))
    assert is_document_number_line(f"（{number}）")
    assert not is_document_number_line(f"按照《通知》（{number}）要求执行")


@pytest.mark.parametrize("text", ["工作简报〔2020〕第3期", "2020年第1号", "鲁教办发2020年1号"])
def test_no_document_numbers(text: str) -> None:
    assert find_document_number(text) is None


def test_organs() -> None:
    assert is_organ("临沂市教育局（中共临沂市委教育工委）")
    assert is_organ("中共山东省委教育工委  山东省教育厅")
    assert is_organ("青島市教育局")
    assert is_red_head("济宁市教育局文件")
    assert not is_organ("云河市")
    assert not is_organ("切实做好教育工作，完善体制")


def plan(text: str) -> Outline:
    return read(text.encode())


def shape(outline: Outline) -> list[tuple[str, str]]:
    return [(item.label, item.title) for item in outline.items]


def kinds(outline: Outline) -> list[str]:
    return [doubt.kind for doubt in outline.doubts]


BODY = "做好有关工作，完成各项任务。"


def test_numbers_restart_under_new_headings(sound: Check) -> None:
    read_ = sound(plan(f"一、甲部分\n1.第一条。{BODY}\n2.第二条。{BODY}\n二、乙部分\n1.第三条。{BODY}\n"))
    assert shape(read_) == [("1.", "第一条"), ("2.", "第二条"), ("1.", "第三条")]
    assert [item.number for item in read_.items] == [1, 2, 3]
    assert kinds(read_) == []


def test_printed_numbers_are_kept_where_unique() -> None:
    read_ = plan(f"一、甲部分\n5.第五条。{BODY}\n6.第六条。{BODY}\n")
    assert [item.number for item in read_.items] == [5, 6]
    assert kinds(read_) == ["number_skipped"]


def test_skipped_and_repeated_numbers_leave_doubts() -> None:
    read_ = plan(f"1.第一条。{BODY}\n3.第三条。{BODY}\n3.又三条。{BODY}\n4.第四条。{BODY}\n")
    assert shape(read_) == [("1.", "第一条"), ("3.", "第三条"), ("3.", "又三条"), ("4.", "第四条")]
    assert [item.number for item in read_.items] == [1, 2, 3, 4]
    assert kinds(read_) == ["number_skipped", "number_repeated"]


def test_wrapped_lines_that_look_like_labels_stay_in_their_item(sound: Check) -> None:
    text = "1.第一条。面向一、\n二、三年级学生开展培训，落实第\n10.条要求，建设\n10 项工程，推进“十\n四五”规划，完成\n3.5万人次任务。\n2.第二条。抓好落实。\n"
    read_ = sound(plan(text))
    assert shape(read_) == [("1.", "第一条"), ("2.", "第二条")]
    assert read_.items[0].text.endswith(
        "面向一、二、三年级学生开展培训，落实第10.条要求，建设10项工程，推进“十四五”规划，完成3.5万人次任务。"
    )
    assert set(kinds(read_)) == {"label_out_of_series"}


def test_a_label_inside_a_sentence_waits_for_the_real_heading() -> None:
    read_ = plan("1.第一条。落实方案第\n2.项要求，抓好工作。\n2.第二条。抓好落实。\n")
    assert shape(read_) == [("1.", "第一条"), ("2.", "第二条")]
    assert kinds(read_) == ["label_inside_sentence"]


def test_numbers_far_out_of_series_are_no_headings() -> None:
    read_ = plan(f"1.第一条。{BODY}\n100.第一百条。{BODY}\n2.第二条。{BODY}\n")
    assert shape(read_) == [("1.", "第一条"), ("2.", "第二条")]


def test_level_two_items_with_running_text_and_with_paragraphs(sound: Check) -> None:
    text = f"一、甲部分\n（一）带正文的标题。{BODY}\n（二）单独成行的标题\n　　{BODY}\n　　{BODY}\n（三）小标题\n1.下级。{BODY}\n"
    read_ = sound(plan(text))
    assert shape(read_) == [("（一）", "带正文的标题"), ("（二）", "单独成行的标题"), ("1.", "下级")]
    assert [s.title for s in read_.sections] == ["甲部分", "小标题"]
    assert read_.items[1].text == "单独成行的标题" + BODY + BODY
    assert [t.text for t in read_.items[1].tasks][:2] == ["做好有关工作", "完成各项任务"]
    assert [item.section for item in read_.items] == [0, 0, 1]
    assert kinds(read_) == []


def test_level_one_with_paragraphs_only_is_an_item() -> None:
    read_ = plan(f"一、加强党的建设\n{BODY}\n二、深化改革\n{BODY}\n")
    assert shape(read_) == [("一、", "加强党的建设"), ("二、", "深化改革")]
    assert read_.sections == ()


def test_points_are_parts_of_their_item() -> None:
    read_ = plan(
        "一、甲部分\n（一）带正文。着力抓好两件实事。\n（1）推进甲工作，完成乙任务。\n（2）推进丙工作。\n①细化丁方案。\n"
    )
    assert shape(read_) == [("（一）", "带正文")]
    assert [t.text for t in read_.items[0].tasks] == ["推进甲工作", "完成乙任务", "推进丙工作", "细化丁方案"]
    assert kinds(read_) == []


def test_points_without_full_stops_are_still_points() -> None:
    read_ = plan("1.带点的条目。\n（1）推进甲工作\n（2）推进乙工作\n2.第二条。抓好落实。\n")
    assert [t.text for t in read_.items[0].tasks] == ["推进甲工作", "推进乙工作"]


def test_a_label_alone_on_its_line_has_its_text_on_the_next() -> None:
    read_ = plan("（一）第一条。抓好落实。\n（二）\n甲市教育局\n2020年3月16日\n")
    assert shape(read_) == [("（一）", "第一条"), ("（二）", "甲市教育局")]


def test_the_issuer_in_a_web_list_counts_before_a_signature() -> None:
    read_ = plan(
        "关于印发工作要点的通知\n- 发文机关:甲市教育局\n2021年工作要点\n1.第一条。抓好落实。\n甲市教育局办公室\n2021年3月2日\n"
    )
    assert read_.metadata.issuer == "甲市教育局"
    assert read_.metadata.issued_on == date(2021, 3, 2)


def test_text_before_full_children_is_an_introduction(sound: Check) -> None:
    read_ = sound(plan(f"一、甲部分\n（一）小标题。总的说明。\n1.第一条。{BODY}\n2.第二条。{BODY}\n"))
    assert shape(read_) == [("1.", "第一条"), ("2.", "第二条")]
    assert read_.sections[1].title == "小标题"
    assert kinds(read_) == ["text_before_points"]
    preamble = [b for b in read_.blocks if b.kind is BlockKind.PREAMBLE]
    assert [read_.text[b.start : b.end].strip() for b in preamble] == ["总的说明。"]


def test_single_sentence_children_of_running_text_are_its_points(sound: Check) -> None:
    read_ = sound(
        plan("一、甲部分\n（一）小标题。推进甲工作。\n1.完善制度。\n2.强化监督。\n（二）下一条。抓好落实。\n")
    )
    assert shape(read_) == [("（一）", "小标题"), ("（二）", "下一条")]
    assert [t.text for t in read_.items[0].tasks] == ["推进甲工作", "完善制度", "强化监督"]
    assert kinds(read_) == ["text_before_points"]


def test_bare_heading_with_full_points_only() -> None:
    read_ = plan(f"一、甲部分\n（一）小标题\n（1）第一点。{BODY}\n（2）第二点。{BODY}\n")
    assert shape(read_) == [("（1）", "第一点"), ("（2）", "第二点")]
    assert kinds(read_) == ["points_as_items"]


def test_page_number_in_the_middle_of_an_item(sound: Check) -> None:
    read_ = sound(plan("1.第一条。推进教育\n\n— 3 —\n\n高质量发展。\n2.第二条。抓好落实。\n"))
    item = read_.items[0]
    assert item.text == "第一条。推进教育高质量发展。"
    assert "— 3 —" in read_.text[item.source_start : item.source_end]
    assert len(item.runs) == 2
    spread = [b.kind for b in read_.blocks if b.kind is not BlockKind.BLANK]
    assert spread == [BlockKind.ITEM, BlockKind.FURNITURE, BlockKind.ITEM, BlockKind.ITEM]
    assert kinds(read_) == []


def test_a_lone_number_inside_the_body_is_doubted() -> None:
    read_ = plan("1.第一条。推进教育\n12\n高质量发展。\n")
    assert read_.items[0].text == "第一条。推进教育高质量发展。"
    assert kinds(read_) == ["page_number"]


def test_latin_words_keep_one_space() -> None:
    read_ = plan("1.推进 STEM\n Education 建设。用好 AI　平台，覆盖 100 所，IPv6  ready。\n")
    assert read_.items[0].text == "推进STEM Education建设。用好AI平台，覆盖100所，IPv6 ready。"


def test_titles_without_full_stops() -> None:
    read_ = plan("1.落实党建责任　深入学习贯彻精神，抓好教育。\n2.加强领导\n推进各项工作。\n")
    assert shape(read_) == [("1.", "落实党建责任"), ("2.", "加强领导")]
    assert kinds(read_) == ["title_by_space"]


def test_a_colon_does_the_work_of_a_full_stop_and_a_long_first_sentence_is_doubted() -> None:
    read_ = plan(
        f"1.落实党建工作责任：巩固深化主题教育成果，抓好学习。\n2.第二条{'推进改革，' * 20}完成任务。做好总结。\n"
    )
    assert read_.items[0].title == "落实党建工作责任"
    assert [t.text for t in read_.items[0].tasks] == ["巩固深化主题教育成果", "抓好学习"]
    assert [t.text for t in read_.items[1].tasks] == ["做好总结"]
    assert kinds(read_) == ["title_by_colon", "long_title"]


def test_hard_wrapped_headings_and_titles_are_joined(sound: Check) -> None:
    text = (
        "一、全面加强党对教育工作的领\n导和保障\n1.落实学校党的建设工作责任\n制。巩固主题教育成果，抓好理\n论学习，完善各项制度，推进改\n革。\n"
        "2.维护安全稳定。严格落实责任\n制，健全问责机制，完成各项工\n作任务。\n"
    )
    read_ = sound(plan(text))
    assert read_.sections[0].title == "全面加强党对教育工作的领导和保障"
    assert shape(read_) == [("1.", "落实学校党的建设工作责任制"), ("2.", "维护安全稳定")]
    assert "heading_wrapped" in kinds(read_)


def test_signature_date_and_annexes_end_the_plan(sound: Check) -> None:
    read_ = sound(plan(f"1.第一条。{BODY}\n\n甲市教育局\n2021年3月2日\n\n附件：1.分工表\n2.名单\n"))
    assert len(read_.items) == 1
    assert read_.items[0].text == f"第一条。{BODY}"
    assert (read_.metadata.issuer, read_.metadata.issued_on) == ("甲市教育局", date(2021, 3, 2))
    spread = [b.kind for b in read_.blocks if b.kind is not BlockKind.BLANK]
    assert spread == [BlockKind.ITEM, BlockKind.SIGNATURE, BlockKind.DATE, BlockKind.ATTACHMENT]
    assert kinds(read_) == ["after_the_plan"]


def test_a_wrapped_line_that_begins_like_an_annex_stays() -> None:
    read_ = plan(
        "1.第一条。推进改革，完善管理办法及其\n附件的有关规定，抓好落实。\n2.第二条。抓好落实。\n3.第三条。推进改革，完善\n附件：名单。\n"
    )
    assert len(read_.items) == 3
    assert read_.items[2].text == "第三条。推进改革，完善附件：名单。"


HEALTH = """甲省卫生健康委员会文件
甲卫办发〔2021〕5号　　　　签发人：张三

甲省卫生健康委员会关于印发2021年
全省卫生健康工作要点的通知

各市卫生健康委，
委机关各处室：

    现将《2021年全省卫生健康工作要点》印发给你们，请遵照执行。

甲省卫生健康委员会
二〇二一年三月二日
（此件公开发布）

附件
2021年全省卫生健康工作要点

坚持以人民为中心。

一、深化医改
（一）推进分级诊疗。按照“保基本、强基层”的原则，完善家庭医生签约服务。
（二）爱国卫生运动（规划处牵头，疾控处、宣传处配合）

抄送：各有关单位。
甲省卫生健康委员会办公室　　2021年3月2日印发
"""


def test_a_plan_of_another_domain(sound: Check) -> None:
    read_ = sound(plan(HEALTH))
    metadata = read_.metadata
    assert metadata.title == "甲省卫生健康委员会关于印发2021年全省卫生健康工作要点的通知"
    assert metadata.plan_title == "2021年全省卫生健康工作要点"
    assert metadata.issuer == "甲省卫生健康委员会"
    assert (metadata.document_number, metadata.issued_on) == ("甲卫办发〔2021〕5号", date(2021, 3, 2))
    assert metadata.addressee == "各市卫生健康委，委机关各处室"
    assert shape(read_) == [("（一）", "推进分级诊疗"), ("（二）", "爱国卫生运动")]
    assert read_.items[1].responsibility.units == ("规划处", "疾控处", "宣传处")
    assert read_.text[: read_.blocks[0].end].startswith("甲省卫生健康委员会文件")
    assert read_.blocks[0].kind is BlockKind.ISSUER_MARK


@pytest.mark.parametrize("text", ["没有编号的文字。", "2020年是关键之年。\n各项工作稳步推进。", "1.\n2.\n", "一、\n"])
def test_a_text_without_items_says_what_was_looked_for(text: str) -> None:
    with pytest.raises(DocumentError) as caught:
        plan(text)
    assert caught.value.kind == "no_items"
    assert "一、" in caught.value.zh
    assert "一、" in caught.value.en


def test_four_digits_are_a_label_only_where_the_series_goes_on(sound: Check) -> None:
    numbers = [*range(1, 1003)]
    lines = [f"{n}.第{n}条。{BODY}" for n in numbers]
    lines[3] += "\n2020.推进改革。\n2020、完善制度。"
    read_ = sound(plan("\n".join(lines)))
    assert [item.number for item in read_.items] == numbers
    assert "2020.推进改革。2020、完善制度。" in read_.items[3].text
    assert set(kinds(read_)) <= {"paragraph_continues"}


@pytest.mark.parametrize("year", range(1990, 2030, 7))
@pytest.mark.parametrize("sign", [".", "．", "、"])
def test_a_year_begins_no_item(year: int, sign: str) -> None:
    assert shape(
        plan(f"甲市工作要点\n{year}{sign}推进改革。\n1.第一条。{BODY}\n{year}{sign}推进改革。\n2.第二条。{BODY}\n")
    ) == [
        ("1.", "第一条"),
        ("2.", "第二条"),
    ]


def test_two_thousand_items_are_read_and_more_are_refused() -> None:
    assert len(plan("".join(f"{n}.标题句。{BODY}\n" for n in range(1, 2001))).items) == 2000
    with pytest.raises(DocumentError) as caught:
        plan("".join(f"{n}.标题句。{BODY}\n" for n in range(1, 2002)))
    assert caught.value.kind == "too_many_items"
    assert "2001" in caught.value.zh
    assert "2,001" in caught.value.en


@pytest.mark.parametrize(("count", "left_out"), [(200, 0), (201, 1), (500, 300)])
def test_no_more_than_200_doubts_are_listed(count: int, left_out: int, sound: Check) -> None:
    read_ = sound(plan(f"1.标题句。{BODY}\n" + "77.推进改革。\n" * count))
    assert kinds(read_)[:200] == ["label_out_of_series"] * 200
    assert kinds(read_)[200:] == ["more_doubts"] * bool(left_out)
    assert not left_out or f"另有{left_out}处" in read_.doubts[-1].assumed


@pytest.mark.parametrize(
    ("numbers", "doubts"),
    [
        ((1, 1, 2), ["number_repeated"]),
        ((1, 2, 2), ["number_repeated"]),
        ((1, 2, 1), ["numbering_restarts"]),
        ((2, 3), ["number_skipped"]),
        ((1, 2, 3), []),
    ],
)
@pytest.mark.parametrize("title", ["", "甲市教育局2021年工作要点\n", "甲市教育局2021年工作要点\n\n坚持改革\n"])
@pytest.mark.parametrize("heading", ["一、第一部分\n", "一、第一部分\n（一）第一节\n"])
@pytest.mark.parametrize("form", [f"推进工作。{BODY}", "推进工作"])
def test_a_label_below_a_heading_begins_an_item(
    numbers: tuple[int, ...], doubts: list[str], title: str, heading: str, form: str, sound: Check
) -> None:
    read_ = sound(plan(title + heading + "".join(f"{n}.{form}\n" for n in numbers)))
    assert [item.label for item in read_.items] == [f"{n}." for n in numbers]
    assert [item.text for item in read_.items] == [form] * len(numbers)
    assert kinds(read_) == doubts
