import pytest

from app.linking import applies_to
from app.linking.neighbours import own_words
from app.linking.values import AppliesTo
from tests.linking.plans import plan

CITY, PROVINCE, INSTITUTION = AppliesTo.CITY, AppliesTo.PROVINCE, AppliesTo.INSTITUTION


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("推进研究生学位论文抽检", INSTITUTION),
        ("支持省属高校新设急需专业", INSTITUTION),
        ("扩大高职院校自主招生", INSTITUTION),
        ("加强委属委管医院绩效考核", INSTITUTION),
        ("支持医学院校扩大全科医学招生", INSTITUTION),
        ("开展住院医师规范化培训", INSTITUTION),
        ("修订残疾预防条例", PROVINCE),
        ("会同省财政厅下达补助资金", PROVINCE),
        ("召开全省妇幼健康工作会议", PROVINCE),
        ("出台互联网诊疗监管办法", PROVINCE),
        ("开展对设区市政府耕地保护责任考核", PROVINCE),
        ("优化省级远程诊疗平台功能", PROVINCE),
        ("加强高考命题队伍建设", PROVINCE),
        ("指导各地制定分级诊疗办法", CITY),
        ("贯彻落实《全民健身条例》", None),
        ("提升乡镇卫生院服务能力", CITY),
        ("办好老年大学和社区教育", CITY),
        ("推动高校与中小学共建美育基地", CITY),
        ("完善长效机制", None),
    ],
)
def test_a_clauses_own_words(text: str, scope: AppliesTo | None) -> None:
    assert own_words(text) is scope


def test_every_task_gets_a_scope_and_silence_means_the_city() -> None:
    found = applies_to(plan(("加强常态管理", ["完善预案，开展演练"]), ("优化营商环境", ["压缩审批时限"])))
    assert found == {(1, 1): CITY, (1, 2): CITY, (2, 1): CITY}


def test_an_institution_named_once_holds_for_the_rest_of_its_sentence_only() -> None:
    found = applies_to(plan(("抓好校园稳定", ["健全高校值班制度，强化信息报送", "开展安全隐患排查，完善应急预案"])))
    assert found == {(1, 1): INSTITUTION, (1, 2): INSTITUTION, (1, 3): CITY, (1, 4): CITY}


def test_a_subject_that_does_not_carry_on() -> None:
    found = applies_to(plan(("保障就业", ["做好访学人员服务，开展困难群众帮扶"])))
    assert found == {(1, 1): INSTITUTION, (1, 2): CITY}


def test_an_opening_goes_with_the_clause_behind_it() -> None:
    found = applies_to(plan(("深化改革", ["围绕重点难点，出台配套文件"])))
    assert found == {(1, 1): PROVINCE, (1, 2): PROVINCE}


def test_the_title_sets_the_stage() -> None:
    found = applies_to(plan(("推进高等教育内涵发展", ["优化布局结构，完善评价机制，服务县域中小学"])))
    assert found == {(1, 1): INSTITUTION, (1, 2): INSTITUTION, (1, 3): CITY}


def test_traditional_characters_change_nothing() -> None:
    assert own_words("推進學位論文抽檢") is None  # own_words takes folded text…
    found = applies_to(plan(("提升質量", ["推進學位論文抽檢"])))
    assert found == {(1, 1): INSTITUTION}  # …which applies_to sees to
