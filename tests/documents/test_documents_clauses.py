"""The cut into tasks, quotation marks and brackets, and responsibility notes."""

import pytest

from app.documents import Item, read
from app.documents.brackets import protect
from app.documents.notes import read_notes
from app.documents.phrases import Role, role_of


def item(body: str) -> Item:
    return read(f"1.{body}\n".encode()).items[0]


def tasks(body: str) -> list[str]:
    return [task.text for task in item(f"标题句。{body}").tasks]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("推进甲，完成乙；做好丙。落实丁。", ["推进甲", "完成乙", "做好丙", "落实丁"]),
        ("年底前，实现大班额“清零”。", ["年底前，实现大班额“清零”"]),
        ("年底前全面消除大班额,完成整治工作。", ["年底前全面消除大班额", "完成整治工作"]),
        ("到2022年底，建成学校5所。", ["到2022年底，建成学校5所"]),
        ("打造“教育服务，叫您满意”品牌，落实《意见》。", ["打造“教育服务，叫您满意”品牌", "落实《意见》"]),
        ("推进“甲、乙”工程（2018-2020，三期），做好丙。", ["推进“甲、乙”工程（2018-2020，三期）", "做好丙"]),
        ("按照省市部署要求，推进改革。", ["按照省市部署要求，推进改革"]),
        ("以创建模范机关为引领，强化党建责任落实。", ["以创建模范机关为引领，强化党建责任落实"]),
        ("以县为单位编制布局规划，抓好落实。", ["以县为单位编制布局规划", "抓好落实"]),
        ("围绕中心工作，加强调查研究。", ["围绕中心工作，加强调查研究"]),
        ("围绕中心工作进行研究，主动服务决策。", ["围绕中心工作进行研究", "主动服务决策"]),
        ("针对薄弱环节，结合实际，制定措施。", ["针对薄弱环节，结合实际，制定措施"]),
        ("通过召开座谈会等形式，听取意见。", ["通过召开座谈会等形式，听取意见"]),
        ("确保顺利通过国家验收，做好总结。", ["确保顺利通过国家验收", "做好总结"]),
        ("依托师范院校，开展教师轮训。", ["依托师范院校，开展教师轮训"]),
        ("依托平台开展培训，做好总结。", ["依托平台开展培训", "做好总结"]),
        ("在职称评聘等方面，保障教职工权利。", ["在职称评聘等方面，保障教职工权利"]),
        ("在高校推行巡察制度，健全机制。", ["在高校推行巡察制度", "健全机制"]),
        ("坚持公平公正原则，做好招生工作。", ["坚持公平公正原则，做好招生工作"]),
        ("坚持一手抓防控、一手抓发展，做好衔接。", ["坚持一手抓防控、一手抓发展", "做好衔接"]),
        ("提高标准，其中，幼儿园提高至650元。", ["提高标准", "其中，幼儿园提高至650元"]),
        ("加强团队建设，其中省级团队65个。", ["加强团队建设，其中省级团队65个"]),
        ("研制管理办法，力争2021年3月底前出台。", ["研制管理办法，力争2021年3月底前出台"]),
        ("用好监督执纪“四种形态”，特别是第一种形态。", ["用好监督执纪“四种形态”，特别是第一种形态"]),
        ("重点做好两项工作：一是推进甲；二是完成乙。", ["推进甲", "完成乙"]),
        ("一要推进甲，完成乙。二要做好丙。", ["推进甲", "完成乙", "做好丙"]),
        ("（1）推进甲。（2）完成乙，做好丙。", ["推进甲", "完成乙", "做好丙"]),
        ("①推进甲；②完成乙。", ["推进甲", "完成乙"]),
        ("安排资金1,200元，落实到位。", ["安排资金1,200元", "落实到位"]),
        ("深入推进管办评分离，落实《意见》。", ["深入推进管办评分离", "落实《意见》"]),
        ("改革的深入推进，对督导提出了更高要求。开展督导。", ["开展督导"]),
        ("推进甲！完成乙？", ["推进甲", "完成乙"]),
    ],
)
def test_cut(body: str, expected: list[str]) -> None:
    assert tasks(body) == expected


def test_an_item_that_is_only_its_title() -> None:
    alone = item("推进改革，做好防控。")
    assert alone.title == "推进改革，做好防控"
    assert [task.text for task in alone.tasks] == ["推进改革", "做好防控"]


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("让督导“带电。长牙”到位。做好工作。", "让督导“带电。长牙”到位"),
        ("落实责任！做好工作。", "落实责任"),
        ("落实责任", "落实责任"),
        ("落实《规定（试行。稿）》。做好工作。", "落实《规定（试行。稿）》"),
    ],
)
def test_titles(body: str, title: str) -> None:
    assert item(body).title == title


@pytest.mark.parametrize(
    ("clause", "role"),
    [
        ("按照“属地管理、分级负责”的原则", Role.LEADS_IN),
        ("聚焦“两个维护”", Role.LEADS_IN),
        ("受疫情影响", Role.LEADS_IN),
        ("力争", Role.LEADS_IN),
        ("2021年6月底前", Role.LEADS_IN),
        ("年內", Role.LEADS_IN),
        ("對報名人數超過招生計劃的", Role.LEADS_IN),
        ("以及廉政排查等工作提供依据", Role.HANGS_ON),
        ("线上、线下", Role.HANGS_ON),
        ("43个工作坊群组", Role.HANGS_ON),
        ("着重抓好五项工作", Role.ANNOUNCES),
        ("按学段配备教研员", Role.COMMITMENT),
        ("和谐校园建设全面推进", Role.COMMITMENT),
        ("贯彻落实中央部署要求", Role.COMMITMENT),
        ("对超过五年的债务分类化解", Role.COMMITMENT),
        ("全年培训1.2万人次", Role.COMMITMENT),
    ],
)
def test_roles(clause: str, role: Role) -> None:
    assert role_of(clause) is role


def test_unbalanced_signs_do_not_swallow_the_rest() -> None:
    outline = read("1.标题句。推进“甲工程，完成乙任务。落实《方案，做好丙工作）。\n".encode())
    assert [t.text for t in outline.items[0].tasks] == ["推进“甲工程", "完成乙任务", "落实《方案", "做好丙工作）"]
    assert [d.kind for d in outline.doubts] == ["unbalanced_sign"]
    assert outline.text[outline.doubts[0].start] == "“"


def test_a_pair_over_many_sentences_is_none() -> None:
    text = "“" + "推进工作。" * 60 + "”"
    assert protect(text, []).unbalanced == (0, len(text) - 1)
    assert protect("“甲。乙”", []).covers(2)
    assert protect("（甲“乙）丙”", []).unbalanced == (2, 6)
    assert protect("“甲\n乙”", [2]).unbalanced == (0, 4)
    assert protect('"甲，乙"，"丙"', []).starts == (0, 6)
    assert protect("（甲)，乙", []).ends == (3,)


@pytest.mark.parametrize(
    ("note", "lead", "units", "deadline"),
    [
        ("（责任科室：甲科、乙科；完成时限：2020年12月底前）", "甲科", ("甲科", "乙科"), "2020年12月底前"),
        ("（责任科室：甲科）", "甲科", ("甲科",), None),
        ("（责任单位：教科院（研训处）、乙科。）", "教科院（研训处）", ("教科院（研训处）", "乙科"), None),
        ("（牵头单位：甲局；配合单位：乙局，丙局）", "甲局", ("甲局", "乙局", "丙局"), None),
        ("(責任單位:甲局,乙局;完成時限:全年)", "甲局", ("甲局", "乙局"), "全年"),
        ("（甲处牵头，乙处、丙处配合）", "甲处", ("甲处", "乙处", "丙处"), None),
        ("（完成时限：年底）", None, (), "年底"),
        ("【责任单位：甲局】", "甲局", ("甲局",), None),
    ],
)
def test_notes(note: str, lead: str | None, units: tuple[str, ...], deadline: str | None) -> None:
    text = f"标题句。推进工作。{note}"
    notes = read_notes(text, [])
    said = notes.responsibility
    assert (said.lead_unit, said.units, said.deadline) == (lead, units, deadline)
    assert [task.text for task in item(text).tasks] == ["推进工作"]


def test_a_note_inside_the_sentence_and_a_note_in_a_paragraph_of_its_own() -> None:
    inside = item("标题句。推进工作（责任科室：甲科）。")
    assert [task.text for task in inside.tasks] == ["推进工作"]
    assert inside.responsibility.lead_unit == "甲科"
    below = read("1.标题句。推进工作。\n责任单位：甲科、乙科\n2.下一条。做好工作。\n".encode())
    assert below.items[0].responsibility.units == ("甲科", "乙科")
    assert [task.text for task in below.items[0].tasks] == ["推进工作"]
    assert below.doubts == ()


def test_several_notes_of_one_item() -> None:
    outline = read(
        "1.标题句。（1）推进甲。（责任科室：甲科；完成时限：6月）（2）推进乙。（责任科室：甲科、乙科；完成时限：9月）\n".encode()
    )
    said = outline.items[0].responsibility
    assert (said.lead_unit, said.units, said.deadline) == ("甲科", ("甲科", "乙科"), "6月")
    assert [t.text for t in outline.items[0].tasks] == ["推进甲", "推进乙"]
    assert [d.kind for d in outline.doubts] == ["several_deadlines"]


@pytest.mark.parametrize("bracket", ["（试行）", "（2020—2030年）", "（市、区）", "（责任重大）"])
def test_other_brackets_are_no_notes(bracket: str) -> None:
    assert item(f"标题句。制定规划{bracket}。").tasks[0].text == f"制定规划{bracket}"
