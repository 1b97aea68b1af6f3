"""What stands around a plan: 版头, 版记, attachments; and marks of classification, for which a document is refused."""

from collections.abc import Callable
from datetime import date

import pytest

from app.documents import (
    BlockKind,
    DocumentError,
    Format,
    Mark,
    MarkKind,
    Outline,
    Source,
    outline,
    read,
    refuse_classified_rows,
)

Check = Callable[[Outline], Outline]
BODY = "做好有关工作，完成各项任务。"


def plan(text: str) -> Outline:
    return read(text.encode())


def spread(read_: Outline) -> list[tuple[BlockKind, str]]:
    found = [(b.kind, read_.text[b.start : b.end].strip()) for b in read_.blocks]
    return [(kind, words.split("\n")[0]) for kind, words in found if kind is not BlockKind.BLANK]


NOTICE = f"""000001
特急
甲市教育局文件
甲教发〔2021〕5号
签发人：张三

甲市教育局关于印发2021年工作要点的通知

各县区教育局：
现将《2021年工作要点》印发给你们。

附件：2021年工作要点

甲市教育局
2021年3月2日
（此件公开发布）
（联系人：李四，电话：123）

附件
2021年工作要点
坚持改革。
一、甲部
1.甲一。{BODY}
2.甲二。{BODY}

主题词：教育 要点
抄送：市委办公室，市政府办公室，
市人大办公室。
甲市教育局办公室　　2021年3月2日印发
"""


def test_the_elements_of_an_official_document(sound: Check) -> None:
    read_ = sound(plan(NOTICE))
    assert [kind for kind, _ in spread(read_)] == [
        BlockKind.COPY_NUMBER,
        BlockKind.URGENCY,
        BlockKind.ISSUER_MARK,
        BlockKind.DOCUMENT_NUMBER,
        BlockKind.SIGNER,
        BlockKind.TITLE,
        BlockKind.ADDRESSEE,
        BlockKind.NOTICE,
        BlockKind.ATTACHMENT,
        BlockKind.SIGNATURE,
        BlockKind.DATE,
        BlockKind.REMARK,
        BlockKind.CONTACT,
        BlockKind.ATTACHMENT,
        BlockKind.PLAN_TITLE,
        BlockKind.PREAMBLE,
        BlockKind.SECTION,
        BlockKind.ITEM,
        BlockKind.ITEM,
        BlockKind.SUBJECT_WORDS,
        BlockKind.COPIES_TO,
        BlockKind.IMPRINT,
    ]
    assert read_.metadata.issuer == "甲市教育局"
    assert read_.metadata.issued_on == date(2021, 3, 2)
    assert read_.doubts == ()


def test_attachments_stand_apart_from_the_body(sound: Check) -> None:
    text = (
        f"甲市2021年教育工作要点\n一、甲部\n1.甲一。{BODY}\n2.甲二。{BODY}\n附件：1.任务分工表\n      2.名单\n\n甲市教育局\n2021年3月2日\n\n"
        f"附件1\n任务分工表\n一、总的\n1.表中一。{BODY}\n3.表中三。{BODY}\n附件2\n名单\n甲学校\n抄送：甲、乙。\n"
    )
    read_ = sound(plan(text))
    assert [item.title for item in read_.items] == ["甲一", "甲二"]
    assert spread(read_)[-5:] == [
        (BlockKind.ATTACHMENT, "附件：1.任务分工表"),
        (BlockKind.SIGNATURE, "甲市教育局"),
        (BlockKind.DATE, "2021年3月2日"),
        (BlockKind.ATTACHMENT, "附件1"),
        (BlockKind.COPIES_TO, "抄送：甲、乙。"),
    ]
    assert [doubt.kind for doubt in read_.doubts] == ["after_the_plan"]


def test_the_plan_that_a_notice_issues_is_its_attachment(sound: Check) -> None:
    text = (
        "甲市教育局关于印发2021年教育工作要点的通知\n各县区教育局：\n现将要点印发给你们，并提出如下要求。\n"
        f"一、提高认识。{BODY}\n二、加强领导。{BODY}\n\n甲市教育局\n2021年3月2日\n\n附件\n甲市2021年教育工作要点\n"
        f"一、甲部\n1.甲一。{BODY}\n二、乙部\n2.乙一。{BODY}\n"
    )
    read_ = sound(plan(text))
    assert [item.title for item in read_.items] == ["甲一", "乙一"]
    assert read_.metadata.plan_title == "甲市2021年教育工作要点"
    assert [doubt.kind for doubt in read_.doubts] == ["notice_points"]


def test_a_notice_with_points_of_its_own_keeps_other_attachments_apart(sound: Check) -> None:
    head = f"关于做好2021年教育工作的通知\n一、甲工作。{BODY}\n二、乙工作。{BODY}\n甲市教育局\n2021年3月2日\n"
    text = f"{head}附件\n2021年重点工作任务分工方案\n一、丙工作。{BODY}\n"
    assert [item.title for item in sound(plan(text)).items] == ["甲工作", "乙工作"]


def test_what_announces_a_list_addresses_nobody() -> None:
    read_ = plan(f"2021年工作要点\n总的原则是：\n• 坚持改革创新\n• 坚持以人为本。\n一、甲部\n1.甲一。{BODY}\n")
    assert read_.metadata.addressee is None
    assert [kind for kind, _ in spread(read_)][:2] == [BlockKind.PLAN_TITLE, BlockKind.PREAMBLE]


CLASSIFIED = [
    "机密★1年", "秘密★", "绝 密", "机密★长期", "机　密　★　长　期", "機密★1年", "絕密", "祕密★6個月", "机密★１０年",
    "000001 机密★1年 特急", "机密★1年 特急", "特急　秘密", "000001\t机密★1年\t", "机密 | 特急", "秘密", "【机密】",
    "密级：秘密★1年", "- 密级: 秘密", "机密★至2025年12月31日", "绝密★启封前", "机密级★1年", "秘密 1年", "机密*10年",
]  # fmt: skip
FREE = [
    "保守国家秘密工作要点", "保密工作", "秘密工作", "内部资料", "内部", "加强机密保护。", "秘密。", "做好秘密、机密文件管理",
    "机密文件管理办法", "特急", "公开", "商业秘密", "密级：公开", "内部资料 注意保存", "机密岗位",
]  # fmt: skip


@pytest.mark.parametrize("line", CLASSIFIED)
@pytest.mark.parametrize(
    "place", ["{}\n甲市教育局文件\n", "000001\n\n　　{}　\r\n甲市教育局文件\n", "甲市2021年工作要点\n{}\n"]
)
def test_a_classified_document_is_refused(line: str, place: str) -> None:
    with pytest.raises(DocumentError) as caught:
        plan(place.format(line) + f"一、甲部\n1.甲一。{BODY}\n")
    assert caught.value.kind == "classified"
    assert "涉密" in caught.value.zh
    assert "classified" in caught.value.en


@pytest.mark.parametrize("line", FREE)
def test_words_about_secrets_are_no_mark(line: str) -> None:
    assert plan(
        f"甲市2021年工作要点\n{line}\n一、做好保密工作\n1.秘密文件管理。管好国家秘密，加强机密★级文件管理。\n"
    ).items


def test_a_mark_in_a_running_head_counts_though_it_is_furniture() -> None:
    text = f"机密★1年\n1.甲一。{BODY}\n"
    source = Source(Format.PDF, "x", text, marks=(Mark(MarkKind.FURNITURE, 0, 5),))
    with pytest.raises(DocumentError) as caught:
        outline(source)
    assert caught.value.kind == "classified"


def test_a_classified_text_without_items_is_refused_as_classified() -> None:
    with pytest.raises(DocumentError) as caught:
        plan("绝密★长期\n没有编号的文字。\n")
    assert caught.value.kind == "classified"


def test_a_word_on_a_line_of_its_own_far_below_the_head_is_no_mark() -> None:
    assert plan("2021年工作要点\n" + "".join(f"{n}.第{n}条。{BODY}\n" for n in range(1, 60)) + "秘密\n").items


def test_the_first_rows_of_a_spreadsheet_are_its_head() -> None:
    refuse_classified_rows([["甲市任务分解表", None], ["序号", "工作任务"], [1, "做好保密工作"]])
    with pytest.raises(DocumentError) as caught:
        refuse_classified_rows([[None, "秘密★1年"], ["甲市任务分解表"]])
    assert caught.value.kind == "classified"


def test_names_of_attachments_are_no_items_where_nothing_else_is_numbered() -> None:
    head = f"甲市教育局2021年工作要点\n扩大学前教育资源。{BODY}\n附件：1.任务分解表\n"
    with pytest.raises(DocumentError) as caught:
        plan(f"{head}　　　2.名词解释\n　　　3.联系人名单\n甲市教育局\n2021年3月5日\n")
    assert caught.value.kind == "no_items"


def test_points_behind_the_names_of_attachments_are_items() -> None:
    read_ = plan(
        f"关于印发甲市2021年工作要点的通知\n附件：1.工作要点\n　　　2.名词解释\n甲市教育局\n2021年3月5日\n甲市2021年工作要点\n1.甲一。{BODY}\n2.甲二。{BODY}\n"
    )
    assert [item.title for item in read_.items] == ["甲一", "甲二"]
