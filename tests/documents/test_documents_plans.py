"""The five real plans, and the fictional one with four levels, read as they are."""

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from app.documents import BlockKind, Outline, fold, read

ROOT = Path(__file__).parents[2]
Check = Callable[[Outline], Outline]

ADDRESSEES = {
    "370000-edu-2020": "各市教育（教体）局，各高等学校，厅（委）机关各处室、厅属各单位",
    "371300-edu-2020": "各县区、开发区教育(体)局，局机关各科室、局属各单位，局直属各学校、幼儿园",
    "370800-edu-2021": "各县市区教育局，济宁高新区、太白湖新区、济宁经济技术开发区社会事业发展局，市直各学校、直属各单位、机关各科室",
    "yunhe": "各县（区）教育局，云河经济技术开发区社会事业局，各直属学校（单位），局机关各科室",
}
# name, sections of level 1, items, issuer, document number, date, title, plan title
PLANS = [
    (
        "370000-edu-2020", 6, 23, "中共山东省委教育工委 山东省教育厅", "鲁教办发〔2020〕1号", None,
        "中共山东省委教育工委 山东省教育厅关于印发2020年工作要点的通知", "2020年工作要点",
    ),
    (
        "370200-edu-2020", 6, 26, "青島市教育局", "青教工委[2020]2號", date(2020, 2, 27),
        "關于印發《2020年全市教育工作要點》的通知", "2020年全市教育工作要點",
    ),
    (
        "371300-edu-2020", 5, 35, "临沂市教育局（中共临沂市委教育工委）", "临教办字〔2020〕11号", date(2020, 3, 16),
        "临沂市教育局（中共临沂市委教育工委） 关于印发2020年工作要点的通知",
        "临沂市教育局（中共临沂市委教育工委） 2020 年工作要点",
    ),
    (
        "370800-edu-2021", 6, 20, "济宁市教育局（中共济宁市委教育工委）", "济教字〔2021〕1号", date(2021, 4, 6),
        "关于印发《济宁市教育局（中共济宁市委教育工委）2021年工作要点》的通知",
        "济宁市教育局（中共济宁市委教育工委）2021年工作要点",
    ),
    (
        "320000-edu-2020", 10, 43, "省委教育工委省教育厅", None, None,
        "省委教育工委省教育厅2020年工作要点", "省委教育工委省教育厅2020年工作要点",
    ),
    (
        "yunhe", 7, 31, "云河市教育局", "云教发〔2020〕11号", date(2020, 3, 18),
        "云河市2020年教育工作要点", "云河市2020年教育工作要点",
    ),
]  # fmt: skip
NAMES = [plan[0] for plan in PLANS]


def source(name: str) -> bytes:
    folder = ROOT / "tests/evaluation" if name == "yunhe" else ROOT / "seeds/documents"
    return (folder / f"{name}.txt").read_bytes()


@cache
def outline(name: str) -> Outline:
    return read(source(name))


def items(name: str) -> dict[int, str]:
    return {item.number: item.text for item in outline(name).items}


@pytest.mark.parametrize(("name", "sections", "count"), [plan[:3] for plan in PLANS])
def test_counts_of_sections_and_items(name: str, sections: int, count: int) -> None:
    read_ = outline(name)
    assert len([s for s in read_.sections if s.level == 1]) == sections
    assert [item.number for item in read_.items] == list(range(1, count + 1))


@pytest.mark.parametrize(("name", "issuer", "number", "dated", "title", "plan_title"), [(p[0], *p[3:]) for p in PLANS])
def test_metadata(name: str, issuer: str, number: str | None, dated: date | None, title: str, plan_title: str) -> None:
    metadata = outline(name).metadata
    assert (metadata.issuer, metadata.document_number, metadata.issued_on) == (issuer, number, dated)
    assert (metadata.title, metadata.plan_title) == (title, plan_title)
    assert metadata.addressee == ADDRESSEES.get(name)


@pytest.mark.parametrize("name", NAMES)
def test_places_of_metadata_hold_what_is_printed(name: str) -> None:
    read_ = outline(name)
    for element, span in read_.metadata.places.items():
        value = getattr(read_.metadata, element)
        printed = read_.text[span.start : span.end]
        if isinstance(value, date):
            assert fold(printed) in (f"{value.year}年{value.month}月{value.day}日", value.isoformat())
        else:
            assert fold(printed) == fold(value)
    found = {key for key in ("title", "issuer", "document_number") if getattr(read_.metadata, key)}
    assert found <= set(read_.metadata.places)


@pytest.mark.parametrize("name", NAMES)
def test_original_is_put_together_again(name: str, sound: Check) -> None:
    read_ = sound(outline(name))
    assert read_.text.encode() == source(name)


@pytest.mark.parametrize("name", NAMES)
def test_crlf_and_other_encodings_give_the_same_pieces(name: str, sound: Check) -> None:
    plain = outline(name)
    text = plain.text.replace("\n", "\r\n")
    for data in (text.encode(), b"\xef\xbb\xbf" + text.encode(), text.encode("gb18030"), text.encode("utf-16")):
        other = sound(read(data))
        assert other.text == text
        assert [i.text for i in other.items] == [i.text for i in plain.items]
        assert [t.text for i in other.items for t in i.tasks] == [t.text for i in plain.items for t in i.tasks]
        assert [d.kind for d in other.doubts] == [d.kind for d in plain.doubts]


def test_doubts_are_few_and_told() -> None:
    kinds = {name: [doubt.kind for doubt in outline(name).doubts] for name in NAMES}
    assert kinds == {
        "370000-edu-2020": [],
        "370200-edu-2020": ["published_date", "paragraph_continues", "paragraph_continues"],
        "371300-edu-2020": [],
        "370800-edu-2021": [],
        "320000-edu-2020": ["unsigned_date"],
        "yunhe": [],
    }


def test_shandong_keeps_its_slips() -> None:
    read_ = outline("370000-edu-2020")
    assert read_.sections[1].title == "坚决打赢学校新冠肺炎疫情防控总体战攻坚战"
    item = read_.items[21]
    assert (item.label, item.title) == ("22．", "建强培优干部人才队伍")
    assert item.tasks[0].text == "建强培优高校干部人才队伍"
    assert [task.text for task in read_.items[7].tasks] == [
        "完善动态监测机制",
        "持续推进控辍保学",
        "确保建档立卡贫困家庭适龄儿童全部接受义务教育",
        "年底前全面消除中小学56人及以上大班额",
        "完成城镇居住区配套幼儿园整治",
    ]


def test_qingdao_runs_on_in_a_second_paragraph() -> None:
    texts = items("370200-edu-2020")
    assert "切實減輕學校和教師負擔。加強法治宣傳教育。" in texts[4]
    assert texts[4].endswith("等活動。")
    assert "積極培育教育名家。貫徹落實《關于全面深化" in texts[23]
    assert "“工委書記、教育局長突破項目”" in texts[1]


def test_linyi_is_joined_over_lines_and_pages() -> None:
    read_ = outline("371300-edu-2020")
    texts = items("371300-edu-2020")
    assert "着力推进“学习强国”平台推广使用" in texts[1].replace("'", "") or "“学习强'国”平台" in texts[1]
    assert texts[27].endswith("按程序开展教育事业发展“十四五”规划编制工作。")
    assert "评选100个党建示范品牌" in texts[3]
    assert "有害APP、商业广告" in texts[4]
    assert "中小學生" in read_.items[9].title
    assert texts[21].startswith("推进社区教育健康发展。发挥市级社区教育指导中心和市级社区教育大学作用")
    task = next(t for t in read_.items[17].tasks if "大班额“清零”" in t.text)
    assert task.text == "年底前，实现普通中小学56人及以上大班额“清零”"


def test_jiangsu_ends_before_the_web_page_does() -> None:
    read_ = outline("320000-edu-2020")
    assert read_.items[-1].text.endswith("努力办好人民满意的教育。")
    footer = [b for b in read_.blocks if b.kind is BlockKind.FURNITURE]
    assert "2020年12月1日" in read_.text[footer[0].start : footer[0].end]
    assert read_.text[footer[-1].start : footer[-1].end].endswith("收藏")


def test_shandong_blocks_say_what_they_are() -> None:
    read_ = outline("370000-edu-2020")
    kinds = [b.kind for b in read_.blocks if b.kind is not BlockKind.BLANK]
    assert kinds[:8] == [
        BlockKind.TITLE,
        BlockKind.DOCUMENT_NUMBER,
        BlockKind.ADDRESSEE,
        BlockKind.NOTICE,
        BlockKind.SIGNATURE,
        BlockKind.PLAN_TITLE,
        BlockKind.PREAMBLE,
        BlockKind.SECTION,
    ]
    assert kinds.count(BlockKind.ITEM) == 23


def test_yunhe_has_four_levels() -> None:
    read_ = outline("yunhe")
    labels = [item.label for item in read_.items]
    assert labels[:5] == ["1.", "2.", "（二）", "1.", "2."]
    assert labels.count("（二）") == 3
    sections = read_.sections
    first = read_.items[0]
    assert first.section is not None
    assert (sections[first.section].level, sections[first.section].title) == (2, "强化政治建设")
    third = read_.items[2]
    assert third.section is not None
    assert (sections[third.section].level, third.title) == (1, "推进清廉教育建设")
    campus = read_.items[5]
    assert campus.text.count("（1）") == 1
    assert campus.text.count("（4）") == 1
    assert campus.tasks[0].text == "深化平安校园创建"
    assert any(t.text.startswith("聚焦学校实验室") for t in campus.tasks)


def test_yunhe_notes_are_responsibilities_and_no_tasks() -> None:
    read_ = outline("yunhe")
    note = read_.items[0].responsibility
    assert (note.lead_unit, note.units, note.deadline) == ("机关党委", ("机关党委", "组织人事科"), "全年推进")
    assert read_.items[1].responsibility.deadline is None
    assert all(item.responsibility.lead_unit for item in read_.items)
    assert not [t.text for i in read_.items for t in i.tasks if "责任科室" in t.text or "完成时限" in t.text]


def test_yunhe_announcements_and_background_are_no_tasks() -> None:
    tasks = [t.text for i in outline("yunhe").items for t in i.tasks]
    assert "着力办好三件实事" not in tasks
    assert not [t for t in tasks if "提出了更高要求" in t]
    assert "抓紧研制公办幼儿园编制备案制管理办法，力争2021年3月底前出台" in tasks
