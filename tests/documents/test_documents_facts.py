"""Numbers, deadlines and instruments of commitments, and how two commitments compare."""

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents import facts as package
from app.documents.facts import (
    Change,
    Comparator,
    Deadline,
    Fact,
    Instrument,
    Measure,
    Number,
    as_dict,
    compare_deadlines,
    compare_targets,
    facts,
    facts_for,
    rollup,
)

YEAR = 2020
GOLD = Path(__file__).parents[1] / "evaluation" / "yunhe.json"
FULL_WIDTH = str.maketrans("0123456789.%,", "０１２３４５６７８９．％，")


def only(text: str, kind: type[Fact]) -> Fact:
    found = [f for f in facts(text, YEAR) if isinstance(f, kind)]
    assert len(found) == 1, found
    return found[0]


def number(text: str) -> Number:
    found = only(text, Number)
    assert isinstance(found, Number)
    return found


def deadline(text: str, year: int = YEAR) -> Deadline:
    found = [f for f in facts(text, year) if isinstance(f, Deadline)]
    assert len(found) == 1, found
    return found[0]


# Text; comparator, bounds, unit and indicator of its number.
NUMBERS = [
    ("学前三年毛入园率达到90%", ">=", "90", None, "%", "学前三年毛入园率"),
    ("普惠性幼儿园覆盖率达到８０％", ">=", "80", None, "%", "普惠性幼儿园覆盖率"),
    ("力争普惠性幼儿园覆盖率达到百分之八十五", ">=", "85", None, "%", "普惠性幼儿园覆盖率"),
    ("力爭普惠性幼兒園覆蓋率達到90%", ">=", "90", None, "%", "普惠性幼兒園覆蓋率"),
    ("城区教师交流比例不低于符合条件人数的百分之十五", ">=", "15", None, "%", "城区教师交流比例"),
    ("大班额比例压降至2%以内", "<=", None, "2", "%", "大班额比例"),
    ("审计覆盖面达到八成", ">=", "80", None, "%", "审计覆盖面"),
    ("七成以上农村学校", ">=", "70", None, "%", "农村学校"),
    ("签约率达到四成五", ">=", "45", None, "%", "签约率"),
    ("达标率85%-90%", "range", "85", "90", "%", "达标率"),
    ("死亡率控制在千分之五以下", "<=", None, "0.5", "%", "死亡率"),
    ("乡镇覆盖面达到四分之三", ">=", "75", None, "%", "乡镇覆盖面"),
    ("60%的中小学达到标准", "=", "60", "60", "%", "中小学"),
    ("电子化管理平台覆盖百分之八十以上的学校", ">=", "80", None, "%", "电子化管理平台"),
    ("招收5000名公费师范生", "=", "5000", "5000", "人", "公费师范生"),
    ("招收5,000名公费师范生", "=", "5000", "5000", "人", "公费师范生"),
    ("新招聘教师不少于 3000 人", ">=", "3000", None, "人", "教师"),
    ("轮训专兼职督学二百人", "=", "200", "200", "人", "专兼职督学"),
    ("培训教师 9 万人次", "=", "90000", "90000", "人次", "教师"),
    ("乡村教师专项研修1.2万人次", "=", "12000", "12000", "人次", "乡村教师专项研修"),
    ("走访慰问困难教职工一千余人次", ">=", "1000", None, "人次", "困难教职工"),
    ("新建改扩建6—8所特教学校", "range", "6", "8", "所", "特教学校"),
    ("培训3—5万人次", "range", "30000", "50000", "人次", None),
    ("遴选七八个试点", "range", "7", "8", "个", "试点"),
    ("创建节水型学校30余所", ">=", "30", None, "所", "节水型学校"),
    ("新建、改扩建义务教育学校十九所", "=", "19", "19", "所", "义务教育学校"),
    ("新建、改扩建幼儿园177处", "=", "177", "177", "处", "幼儿园"),
    ("新增学位七千二百个", "=", "7200", "7200", "个", "学位"),
    ("新创建50所“市智慧校园”", "=", "50", "50", "所", "市智慧校园"),
    ("立项支持6000项省级创新训练计划", "=", "6000", "6000", "项", "省级创新训练计划"),
    ("中等职业学校达到一千六百元", ">=", "1600", None, "元", "中等职业学校"),
    ("新购校车突破100辆", ">", "100", None, "辆", "新购校车"),
    ("中小学宽带接入1000M及以上", ">=", "1000", None, "M", "中小学宽带接入"),
    ("中小学千兆宽带", "=", "1000", "1000", "M", "中小学"),
    ("公办园占比只增不减", ">=", "0", None, "%", "公办园占比"),
]


@pytest.mark.parametrize(("text", "comparator", "low", "high", "unit", "indicator"), NUMBERS)
def test_a_number_has_its_bounds_unit_and_indicator(
    text: str, comparator: str, low: str | None, high: str | None, unit: str, indicator: str | None
) -> None:
    found = number(text)
    assert (found.comparator, found.unit, found.indicator) == (comparator, unit, indicator)
    assert (found.low, found.high) == (low and Decimal(low), high and Decimal(high))


@pytest.mark.parametrize(
    ("text", "change", "low", "unit"),
    [
        ("公办园占比在上年基础上再提高两个百分点", Change.INCREASE, "2", "个百分点"),
        ("特色学校数量比2018年翻一番", Change.INCREASE, "100", "%"),
        ("产值翻两番", Change.INCREASE, "300", "%"),
        ("产值增长1倍", Change.INCREASE, "100", "%"),
        ("招生计划比上年增加一千五百个", Change.INCREASE, "1500", "个"),
        ("用水总量较上年下降百分之五以上", Change.DECREASE, "5", "%"),
        ("新增学位一百个", Change.ABSOLUTE, "100", "个"),
        ("比例提高到60%", Change.ABSOLUTE, "60", "%"),
    ],
)
def test_a_change_is_no_level(text: str, change: Change, low: str, unit: str) -> None:
    found = number(text)
    assert (found.change, found.low, found.unit) == (change, Decimal(low), unit)


@pytest.mark.parametrize(
    ("text", "low", "per"),
    [
        ("每个县区有1所特殊教育学校", "1", "县"),
        ("每个县（区）办好一所特殊教育学校", "1", "县"),
        ("每县（市、区）建成2所养老院", "2", "县"),
        ("各市招聘300名教师", "300", "市"),
        ("每学期至少组织一次警示教育", "1", "学期"),
        ("体温检测每日不少于三次", "3", "日"),
        ("教职工每两年免费体检一次", "1", "2年"),
        ("普通高中统一提高到每生每年九百五十元", "950", "年"),
        ("每万人口全科医生达到3名", "3", "10000人"),
    ],
)
def test_what_a_number_holds_for_each_of(text: str, low: str, per: str) -> None:
    found = number(text)
    assert (found.low, found.per) == (Decimal(low), per)


@pytest.mark.parametrize(
    ("text", "measure", "low", "indicator"),
    [
        ("推进经济责任审计全覆盖", Measure.ALL, 100, "经济责任审计"),
        ("城镇小区配套幼儿园均办成公办园", Measure.ALL, 100, "城镇小区配套幼儿园"),
        ("教材一律采用国家统编版本", Measure.ALL, 100, "教材"),
        ("适龄儿童应入尽入", Measure.ALL, 100, "适龄儿童"),
        ("所有中小学", Measure.ALL, 100, "中小学"),
        ("学校食堂全部接入平台", Measure.ALL, 100, "学校食堂"),
        ("坚决消除义务教育大班额", Measure.NONE, 0, "义务教育大班额"),
        ("无证园全部清零", Measure.NONE, 0, "无证园"),
        ("实现大班额“清零”", Measure.NONE, 0, "大班额"),
        ("确保不出现校园疫情", Measure.NONE, 0, "校园疫情"),
        ("全面推行现代学徒制", Measure.EMPHASIS, 100, "现代学徒制"),
    ],
)
def test_a_whole_in_words(text: str, measure: Measure, low: int, indicator: str) -> None:
    found = number(text)
    assert (found.measure, found.low, found.unit, found.indicator) == (measure, Decimal(low), "%", indicator)


def test_a_hedged_whole_is_approximate() -> None:
    assert number("基本消除黑臭水体").approximate
    assert not number("消除黑臭水体").approximate
    assert number("培育1000个左右党支部").approximate


@pytest.mark.parametrize(
    "text",
    [
        "完成学前三期计划",
        "举办第十四届学生运动会",
        "举办第23届宣传周",
        "建设北城新区二期工程",
        "探索5G网络应用",
        "落实“两个只增不减”要求",
        "完成“三个清零”",
        "用好全覆盖的系列资源",
        "统一个性化标准",
        "成立领导小组",
        "推进义务教育均衡发展，提高生均拨款和人均收入",
        "开展一次性补助",
        "①健全机制②加强管理",
        "培育一批品牌",
        "推进《中小学300个案例》出版",
        "推动全省工作（责任单位：办公室等3个单位；完成时限：2020年12月底前）",
    ],
)
def test_what_is_no_number(text: str) -> None:
    assert not [f for f in facts(text, YEAR) if isinstance(f, Number)]


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        ("消除56人及以上大班额", "56人及以上"),
        ("标准由三百元提高到六百五十元", "三百元"),
        ("开设音乐、体育、美术三门课程", "三门"),
        ("健全五项机制", "五项"),
        ("指导10个设区市做好支教工作", "10个"),
    ],
)
def test_a_qualifier_is_no_target(text: str, qualifier: str) -> None:
    assert [f.text for f in facts(text, YEAR) if isinstance(f, Number) and f.qualifier] == [qualifier]


# Text; the days from and to which its deadline runs.
DATES = [
    ("年底前完成", None, "2020-12-31"),
    ("6月底前完成", None, "2020-06-30"),
    ("九月底前完成", None, "2020-09-30"),
    ("二月底前完成", None, "2020-02-29"),
    ("十二月底前完成", None, "2020-12-31"),
    ("上半年完成", "2020-01-01", "2020-06-30"),
    ("下半年启动", "2020-07-01", "2020-12-31"),
    ("三季度末完成", "2020-07-01", "2020-09-30"),
    ("2020年10月举办", "2020-10-01", "2020-10-31"),
    ("２０２０年１０月举办", "2020-10-01", "2020-10-31"),
    ("2018—2020年，建设学校", "2018-01-01", "2020-12-31"),
    ("2019-2020学年，开展试点", "2019-09-01", "2020-08-31"),
    ("到2022年，建成学校", None, "2022-12-31"),
    ("到2021年底，建成学校", None, "2021-12-31"),
    ("二〇二一年底前建成", None, "2021-12-31"),
    ("力争2021年3月底前出台", None, "2021-03-31"),
    ("推迟至2021年3月举办", None, "2021-03-31"),
    ("10月30日前完成", None, "2020-10-30"),
    ("5月上旬举办", "2020-05-01", "2020-05-10"),
    ("明年6月底前完成", None, "2021-06-30"),
    ("2020 年 6 月底前完成", None, "2020-06-30"),
    ("国庆节前完成", None, "2020-09-30"),
    ("2020年完成整改", "2020-01-01", "2020-12-31"),
]


@pytest.mark.parametrize(("text", "earliest", "latest"), DATES)
def test_a_deadline_is_an_interval_of_days(text: str, earliest: str | None, latest: str) -> None:
    found = deadline(text)
    assert (found.earliest, found.latest) == (earliest and date.fromisoformat(earliest), date.fromisoformat(latest))
    assert found.due_from == found.latest
    assert not found.vague
    assert not found.named


@pytest.mark.parametrize("text", ["秋季开学前完成", "暑假前完成", "学期末完成", "9月前完成", "2022年前完成"])
def test_where_the_calendar_leaves_the_day_open(text: str) -> None:
    found = deadline(text)
    assert found.due_from < found.latest


def test_a_deadline_is_relative_to_the_year_of_its_plan() -> None:
    assert deadline("6月底前完成", 2021).latest == date(2021, 6, 30)
    assert deadline("二月底前完成", 2021).latest == date(2021, 2, 28)


@pytest.mark.parametrize("word", ["尽快", "限期", "按期"])
def test_vague_deadlines_fall_due_at_the_end_of_the_year(word: str) -> None:
    found = deadline(f"{word}完成整改")
    assert (found.vague, found.latest) == (True, date(2020, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "年内完成培训",
        "全年培训教师",
        "本年度完成",
        "今年完成",
        "每月底前报送",
        "每季度末通报",
        "比2018年翻一番",
        "自2019年起实施",
        "2018年以来的项目",
        "做好2019级学生分流",
        "三年前的项目",
        "切实兜住底线，进行到底",
        "落实“十四五”规划",
        "落实《布局规划（2020—2030年）》",
        "完成第三期行动计划（2018—2020年）",
        "按照2018—2020年规划推进",
        "做好考核（责任单位：办公室；完成时限：2020年6月底前）",
        "完成二月三十一日",
        "确保开学后不出现疫情",
    ],
)
def test_what_is_no_deadline(text: str) -> None:
    assert not [f for f in facts(text, YEAR) if isinstance(f, Deadline)]


def test_a_year_in_the_name_of_an_event() -> None:
    assert deadline("办好2020年全省职业院校技能大赛").named


@pytest.mark.parametrize(
    ("text", "kind", "name", "stage"),
    [
        ("制定《民办高校党建工作标准（试行）》", "document", "民办高校党建工作标准（试行）", None),
        ("编制《布局规划（2020-2030 年）》", "document", "布局规划（2020-2030 年）", "2020-2030"),
        ("推进“对标争先”建设计划", "programme", "对标争先", None),
        (
            "完成第三期学前教育三年行动计划（2018-2020）",
            "programme",
            "第三期学前教育三年行动计划",
            "第3期 3年 2018-2020",
        ),
        ("完成第二期特殊教育提升计划目标任务", "programme", "第二期特殊教育提升计划", "第2期"),
        ("实施信息技术应用能力提升工程2.0", "programme", "信息技术应用能力提升工程", "2.0"),
        ("抓好学校安防建设三年行动计划扫尾", "programme", "学校安防建设三年行动计划", "3年"),
    ],
)
def test_an_instrument_has_its_name_and_stage(text: str, kind: str, name: str, stage: str | None) -> None:
    found = only(text, Instrument)
    assert isinstance(found, Instrument)
    assert (found.kind, found.name, found.stage) == (kind, name, stage)


# The province's text, the city's, the verdict on the target.
TARGETS = [
    ("签约服务覆盖率不低于50%", "签约服务覆盖率达到四成五", "weaker"),
    ("污水治理率达到60%", "推进整治，污水治理率达六成", "equal"),
    ("孕产妇系统管理率达到90%以上", "孕产妇系统管理率稳定在百分之九十二以上", "stronger"),
    ("实现远程医疗全覆盖", "远程医疗覆盖90%的乡镇卫生院", "weaker"),
    ("推进经济责任审计全覆盖", "推进经济责任审计，年内覆盖面达到八成", "weaker"),
    ("监测覆盖率100%", "监测全覆盖", "equal"),
    ("全面消除D级危房", "D级危房“清零”", "equal"),
    ("坚决消除大班额", "大班额比例压降至2%以内", "weaker"),
    ("大班额比例控制在2%以内", "全部消除大班额", "stronger"),
    ("校车违规率降到1%以下", "校车违规率控制在0.5%以内", "stronger"),
    ("小学班额控制在45人以内", "小学班额不超过50人", "weaker"),
    ("基本消除黑臭水体", "消除黑臭水体", "stronger"),
    ("消除黑臭水体", "基本消除黑臭水体", "weaker"),
    ("公办园占比只增不减", "公办园占比再提高两个百分点", "stronger"),
    ("药占比下降2个百分点", "药占比下降1个百分点", "weaker"),
    ("能耗下降3%", "能耗下降百分之三点五", "stronger"),
    ("毛入园率提高1.5个百分点", "毛入园率达到90%", "not_comparable"),
    ("毛入园率提高2%", "毛入园率提高2个百分点", "not_comparable"),
    ("每个县区建成1个活动中心", "每个县（区）建好两个活动中心", "stronger"),
    ("每县（市、区）至少建成2所图书馆", "各县（市、区）建成1所图书馆", "weaker"),
    ("每个县区建成1所图书馆", "建成1处图书馆", "not_comparable"),
    ("每季度开展一次检查", "每半年开展一次检查", "weaker"),
    ("每学年至少开展两次演练", "每学期开展1次演练", "equal"),
    ("财政补助标准提高到每人每年580元", "财政补助标准提高至每人每年550元", "weaker"),
    ("招收5000名公费师范生", "招录公费师范生二百名", "not_comparable"),
    ("安排专项资金5亿元", "安排专项资金300万元", "not_comparable"),
    ("毛入学率达到92%", "毛入园率达到92%", "not_comparable"),
    ("普惠园覆盖率达到80%", "公办园占比达到50%，普惠园覆盖率达到75%", "weaker"),
    ("全面推行现代学徒制", "六成以上专业推行现代学徒制", "weaker"),
    ("全面推行现代学徒制", "全面推行现代学徒制", None),
    ("推行现代学徒制", "全部专业推行现代学徒制", None),
    ("完善机制", "覆盖率达到80%", None),
]


@pytest.mark.parametrize(("upper", "lower", "verdict"), TARGETS)
def test_targets_compare(upper: str, lower: str, verdict: str | None) -> None:
    found = compare_targets(facts(upper, YEAR), facts_for(lower, YEAR, upper))
    assert (found and found.verdict.value) == verdict


def test_every_number_of_the_province_is_paired_with_the_likest_of_the_city() -> None:
    lower = facts("幼儿园标准由三百元提高到六百五十元，普通高中提高到每生每年九百五十元，职业学校达到一千六百元", YEAR)
    verdicts = [
        compare_targets(facts(upper, YEAR), lower)
        for upper in ("幼儿园从每生每年300元提高至650元", "普通高中标准提高至每生每年1000元", "职业学校达到1500元")
    ]
    assert [v and v.verdict.value for v in verdicts] == ["equal", "weaker", "stronger"]


def test_a_target_says_what_it_rests_on() -> None:
    upper, lower = "毛入园率达到90%", "毛入园率达到85%"
    found = compare_targets(facts(upper, YEAR), facts(lower, YEAR))
    assert found is not None
    assert json.loads(json.dumps(found.as_dict(), ensure_ascii=False)) == {
        "verdict": "weaker",
        "rule": "figure",
        "pairs": [
            {
                "verdict": "weaker",
                "rule": "figure",
                "indicator": "毛入园率",
                "unit": "%",
                "upper": {"text": "达到90%", "comparator": ">=", "low": "90", "high": None, "per": None},
                "lower": {"text": "达到85%", "comparator": ">=", "low": "85", "high": None, "per": None},
                "likeness": found.pairs[0].as_dict()["likeness"],
            }
        ],
    }


def test_a_caller_may_say_that_a_count_is_no_total_of_the_province() -> None:
    upper, lower = facts("遴选示范学校10所", YEAR), facts("遴选示范学校8所", YEAR)
    compared = [compare_targets(upper, lower, province_total=total) for total in (None, True, False)]
    assert [c and c.verdict.value for c in compared] == ["not_comparable", "not_comparable", "weaker"]


# The province's text, the city's, the verdict on the deadline.
DEADLINES = [
    ("10月底前完成建设", "年底前完成建设", "later"),
    ("6月30日前完成隐患排查", "5月底前完成隐患排查，建立台账", "earlier"),
    ("上半年完成安全鉴定", "二季度末完成安全鉴定", "equal"),
    ("尽快完善预案", "完善预案", "missing"),
    ("到2021年底完成改造", "完成改造", "missing"),
    ("完成改造", "年底前完成改造", "equal"),
    ("完成改造", "到2021年底完成改造", "later"),
    ("完成改造", "尽快完成改造", None),
    ("尽快完成改造", "限期完成改造", "equal"),
    ("6月底前完成改造", "尽快完成改造", "later"),
    ("完成改造", "年内完成改造", None),
    ("秋季开学前完成消杀", "8月20日前完成消杀", "earlier"),
    ("秋季开学前完成消杀", "9月1日前完成消杀", "undetermined"),
    ("举办2020年学习周活动", "学习周活动推迟至2021年3月举办", "later"),
    ("办好2020年技能大赛", "参加2020年技能大赛", "equal"),
    ("办好技能大赛", "参加2020年技能大赛", None),
    ("6月底前出台方案", "出台方案（责任单位：办公室；完成时限：2020年5月底前）", "missing"),
    # a neighbour's date
    ("完成户厕改造", "6月底前出台养老服务办法，完成户厕改造", None),
    ("完成户厕改造", "完成户厕改造，6月底前出台养老服务办法", None),
    ("加快智慧校园建设", "加快智慧校园建设，到2021年底，达标中小学比例达到55%", None),
    ("中小学达到智慧校园标准", "加快建设，到2021年底，达到智慧校园标准的中小学比例达到55%", "later"),
    ("开展教师交流轮岗工作", "七月底前制定教师交流轮岗办法，交流比例不低于15%", None),
    ("制定教师交流轮岗办法", "七月底前制定教师交流轮岗办法，交流比例不低于15%", "earlier"),
    # the city's own way to say when
    ("制定备案制管理办法", "抓紧研制备案制管理办法，力争2021年3月底前出台", "later"),
    ("做好现代化监测", "做好现代化监测，九月底前完成数据填报", "earlier"),
    ("完成普通话验收", "完成两县普通话验收，其余县延至2021年6月底前完成", "later"),
    ("消除大班额", "建立长效机制，年底前，实现大班额“清零”", "equal"),
]


@pytest.mark.parametrize(("upper", "lower", "verdict"), DEADLINES)
def test_deadlines_compare(upper: str, lower: str, verdict: str | None) -> None:
    found = compare_deadlines(facts(upper, YEAR), facts_for(lower, YEAR, upper), YEAR)
    assert (found and found.verdict.value) == verdict


# Sentences of plans of several domains: the province's, the city's, the verdicts on target and deadline.
SENTENCES = [
    ("力争全市三级医院电子病历达标率达到100%", "三级医院电子病历达标率力争达到九成五", "weaker", None),
    ("农村自来水普及率达到95%左右", "年底前农村自来水普及率达到96%", "stronger", "equal"),
    ("城乡居民养老保险参保率稳定在98%以上", "城乡居民养老保险参保率不低于98%", "equal", None),
    ("6月底前完成中小学校舍安全排查，年底前完成整改", "中小学校舍安全排查7月底前完成", None, "earlier"),
    (
        "适龄儿童免疫规划疫苗接种率以乡镇为单位达到90%以上",
        "以乡镇为单位适龄儿童免疫规划疫苗接种率保持95%以上",
        "stronger",
        None,
    ),
    ("限期整改到位", "4月底前整改到位", None, "earlier"),
    ("推动义务教育大班额比例控制在2%以内", "全部消除义务教育大班额", "stronger", None),
    ("为所有乡镇卫生院配备救护车", "为30家乡镇卫生院配备救护车", "not_comparable", None),
    ("每万人口全科医生数达到3名", "每万人口全科医生达到2.5名", "weaker", None),
    ("每学年至少开展两次应急演练", "每学期开展1次应急演练", "equal", None),
    ("公共场所卫生监测覆盖率100%", "公共场所卫生监测全覆盖", "equal", None),
    ("贫困人口家庭医生应签尽签", "贫困人口家庭医生签约率达到99%", "weaker", None),
    ("2021年6月前完成清产核资", "清产核资2021年5月底前完成", None, "undetermined"),
    ("寒假前完成校园供暖改造", "11月15日前完成校园供暖改造", None, "earlier"),
    ("全面推行河长制", "推行河长制", None, None),
    ("推行河长制", "全市全面推行河长制，年内覆盖率达到100%", None, None),
    ("到2022年，劳动年龄人口平均受教育年限达到11年", "2021年底前，劳动年龄人口平均受教育年限达到11年", None, "earlier"),
    ("学前教育毛入园率提高1.5个百分点", "学前教育毛入园率提高1个百分点以上", "weaker", None),
    ("学前教育毛入园率提高1.5个百分点", "学前教育毛入园率达到90%", "not_comparable", None),
    ("确保群众满意度不低于90%", "群众满意度明显提升", "not_comparable", None),
    ("建设高标准农田500万亩", "建设高标准农田30万亩", "not_comparable", None),
    ("万元GDP能耗下降3.2%", "万元GDP能耗下降不少于3.2%", "equal", None),
    ("办理时限压缩三分之一", "办理时限压缩50%以上", "stronger", None),
    ("2020年12月20日前报送总结", "12月底前报送总结", None, "later"),
    ("开展“百日攻坚”行动", "开展“百日攻坚”行动，确保10月1日前取得实效", None, "earlier"),
    ("完成校园欺凌防治方案", "制定校园欺凌防治方案（2020年6月底前）", None, "earlier"),
    ("深入实施职业技能提升行动（2019—2021年）", "实施职业技能提升行动，全年培训2万人次", None, None),
    ("按照2018—2020年规划推进学校建设", "按规划推进学校建设", None, None),
    ("自2020年9月1日起执行新标准", "2020年9月1日起执行新标准", None, None),
    ("新能源公交车占比达到80%", "主城区公交更新，新能源公交车占比达75%以上", "weaker", None),
    ("2020年9月底前，各县（市、区）全部建成融媒体中心", "8月底前全市所有县（区）建成融媒体中心", "equal", "earlier"),
    ("千人以上学校专职心理教师配备率达到100%", "为学校配备专职心理教师", "not_comparable", None),
    ("老旧管网改造率不低于三分之二", "老旧管网改造率达到70%", "stronger", None),
    ("力争年底前实现县级疾控中心核酸检测能力全覆盖", "县级疾控中心6月底前全部具备核酸检测能力", "equal", "earlier"),
    ("困难家庭学生资助比例不低于20%", "困难家庭学生资助比例达到两成", "equal", None),
    ("二级以上医院全部开展预约诊疗", "二级以上医院预约诊疗率达到90%", "weaker", None),
    ("压减会议文件30%", "会议文件压减三分之一以上，提高效率", "stronger", None),
    ("严禁有偿补课，查处率100%", "查处有偿补课问题", "not_comparable", None),
    ("三年内完成全部改造任务", "到2022年完成全部改造任务", "equal", "later"),
    ("企业退休人员养老金按时足额发放", "养老金发放率100%", None, None),
    ("12月底前基本完成清理", "11月底前完成清理", None, "earlier"),
    ("中小学每周开设不少于一课时的劳动课", "中小学每周开设2课时劳动课", "stronger", None),
    ("按期完成评估", "2020年底前完成评估", None, "equal"),
    ("开展督导评估", "每学期开展督导评估，12月15日前报送结果", None, None),
    ("学生体质健康优良率提高到50%以上", "学生体质健康优良率提高5个百分点", "not_comparable", None),
    ("教师培训实现全覆盖，培训合格率达到98%", "培训合格率达到95%，教师培训全覆盖", "weaker", None),
    ("5G基站建成1万个", "建成5G基站800个", "not_comparable", None),
    ("各地不少于10%的学校开展试点", "12%的学校开展试点", "stronger", None),
    ("人均体育场地面积达到2.3平方米", "人均体育场地面积达2.1平方米", "weaker", None),
    ("孕产妇系统管理率达到90%以上", "强化妇幼保健，孕产妇系统管理率稳定在百分之九十二以上", "stronger", None),
    ("家庭医生签约服务覆盖率不低于50%", "扩大家庭医生签约范围，签约服务覆盖率达到四成五", "weaker", None),
    ("10月底前完成基层医疗机构标准化建设", "基层医疗机构标准化建设年底前完成", None, "later"),
    ("上半年完成校舍安全鉴定", "二季度末完成校舍安全鉴定工作", None, "equal"),
    ("建制村生活污水治理率达到60%", "推进农村环境整治，建制村生活污水治理率达六成", "equal", None),
    ("全面消除D级危房", "D级危房清零", "equal", None),
    ("实现乡镇卫生院远程医疗全覆盖", "远程医疗覆盖90%的乡镇卫生院", "weaker", None),
    ("新建社区养老服务中心200处", "新建社区养老服务中心15处", "not_comparable", None),
    ("每个县（市、区）至少建成2所智慧图书馆", "各县（市、区）建成1所智慧图书馆", "weaker", None),
    ("每个县区建成1个儿童活动中心", "每个县（区）建好两个儿童活动中心", "stronger", None),
    ("规模以上工业增加值能耗下降3%", "规模以上工业增加值能耗下降百分之三点五", "stronger", None),
    ("居民医保财政补助标准提高到每人每年580元", "居民医保财政补助标准提高至每人每年550元", "weaker", None),
    ("小学班额控制在45人以内", "小学班额控制在四十五人以内", "equal", None),
    ("公办园在园幼儿占比达到50%", "公办园在园幼儿占比达到50%，普惠性幼儿园覆盖率达到75%", "equal", None),
    ("普惠性幼儿园覆盖率达到80%", "公办园在园幼儿占比达到50%，普惠性幼儿园覆盖率达到75%", "weaker", None),
    ("尽快完善应急预案", "完善应急预案，开展演练", None, "missing"),
    ("2022年底前完成老旧小区改造", "老旧小区改造2021年底前全部完成", None, "earlier"),
    ("到2021年底完成户厕改造", "完成户厕改造", None, "missing"),
    ("所有行政村通硬化路", "行政村通硬化路率达到98%", "weaker", None),
    ("困难群众应保尽保", "困难群众做到应保尽保、应救尽救", "equal", None),
    ("秋季开学前完成校园消杀", "8月20日前完成校园消杀", None, "earlier"),
    ("秋季开学前完成校园消杀", "9月1日前完成校园消杀", None, "undetermined"),
    ("公立医院药占比较上年下降2个百分点", "公立医院药占比下降1个百分点", "weaker", None),
    ("培训乡村医生5000人次", "培训乡村医生300人次", "not_comparable", None),
    ("每季度开展一次食品安全检查", "每半年开展一次食品安全检查", "weaker", None),
    ("每季度开展一次食品安全检查", "每月至少开展一次食品安全检查", "stronger", None),
    ("推进政务服务事项网上办理", "政务服务事项网上可办率达到95%，9月底前上线运行", None, "earlier"),
    ("基本消除黑臭水体", "全面消除黑臭水体", "stronger", None),
    ("三季度末前完成土地确权", "土地确权于2020年11月完成", None, "later"),
    ("重点排污单位自动监控设备均实现联网", "重点排污单位自动监控设备联网率达到100%", "equal", None),
    ("高中阶段毛入学率达到92%", "学前三年毛入园率达到92%", "not_comparable", None),
    ("2020年10月底前出台实施方案", "出台实施方案（责任单位：办公室；完成时限：2020年9月底前）", None, "missing"),
    ("新增城镇就业120万人", "新增城镇就业5万人", "not_comparable", None),
    ("开展控烟宣传", "全年开展控烟宣传不少于4场", None, None),
    ("实施第三期学前教育行动计划（2018—2020年）", "实施第三期学前教育行动计划", None, None),
]


@pytest.mark.parametrize(("upper", "lower", "target", "due"), SENTENCES)
def test_sentences_of_several_domains(upper: str, lower: str, target: str | None, due: str | None) -> None:
    above, below = facts(upper, YEAR), facts_for(lower, YEAR, upper)
    measured, timed = compare_targets(above, below), compare_deadlines(above, below, YEAR)
    assert (measured and measured.verdict.value, timed and timed.verdict.value) == (target, due)


def test_a_deadline_says_what_it_rests_on() -> None:
    found = compare_deadlines(facts("完成改造", YEAR), facts("到2021年底完成改造", YEAR), YEAR)
    assert found is not None
    assert found.as_dict() == {
        "verdict": "later",
        "rule": "after-end-of-year",
        "upper": "2020-12-31",
        "lower": "2021-12-31",
        "upper_text": None,
        "lower_text": "到2021年底",
    }


def test_a_rollup_sums_what_the_cities_say() -> None:
    total = number("招收5000名公费师范生")
    cities = {
        "370200": facts("培养100名科技骨干教师，招录公费师范生二百名", YEAR),
        "370100": facts("招收公费师范生1200人，新建学校30所", YEAR),
        "371300": facts("新建学校30所", YEAR),
    }
    summed = rollup(total, cities)
    assert summed is not None
    assert summed.as_dict() == {
        "indicator": "公费师范生",
        "unit": "人",
        "target": "5000",
        "allocated": "1400",
        "shortfall": "3600",
        "cities": [
            {"adcode": "370100", "value": "1200"},
            {"adcode": "370200", "value": "200"},
            {"adcode": "371300", "value": None},
        ],
    }
    assert rollup(number("毛入园率达到90%"), cities) is None


def test_facts_stand_in_order_and_are_json() -> None:
    text = "年底前，完成第三期行动计划，招收5000名公费师范生，覆盖率达到66.5%"
    found = facts(text, YEAR)
    assert [f.start for f in found] == sorted(f.start for f in found)
    listed = json.loads(json.dumps([as_dict(f) for f in found], ensure_ascii=False))
    assert [f["type"] for f in listed] == ["deadline", "instrument", "number", "number"]
    assert (listed[0]["latest"], listed[2]["low"], listed[3]["low"]) == ("2020-12-31", "5000", "66.5")


def test_the_judged_city() -> None:
    """Every target and deadline that the judges gave for a city's evidence, and no other one."""
    wrong = []
    for task in json.loads(GOLD.read_text(encoding="utf-8"))["tasks"]:
        if task["coverage"] not in {"full", "partial"}:
            continue
        upper = facts(task["text"], YEAR)
        target = due = None
        for evidence in task["evidence"]:
            lower = facts_for(evidence["text"], YEAR, task["text"])
            target = target or compare_targets(upper, lower)
            due = due or compare_deadlines(upper, lower, YEAR)
        said = (target.verdict.value if target else "", due.verdict.value if due else "")
        if said != (task["target"], task["deadline"]):
            wrong.append((task["id"], said))
    assert wrong == []


def printed_forms(value: int) -> list[str]:
    arabic = str(value)
    forms = [
        arabic,
        arabic.translate(FULL_WIDTH),
        cn2an.an2cn(value, "low"),
        f"{value:,}",
        f"{value:,}".translate(FULL_WIDTH),
    ]
    if value >= 10_000:
        forms += [f"{Decimal(value) / 10_000:f}万"] if value % 100 == 0 else []
    return forms


@given(st.integers(2, 99_999_999), st.sampled_from(["名公费师范生", "人次", "所学校", "元"]))
def test_a_count_is_read_back_from_every_form(value: int, unit: str) -> None:
    for form in printed_forms(value):
        assert number(f"完成任务{form}{unit}").low == value, form


@given(st.integers(1, 999).map(lambda n: Decimal(n) / 10))
def test_a_percentage_is_read_back_from_every_form(value: Decimal) -> None:
    spoken = f"百分之{cn2an.an2cn(format(value, 'f'), 'low')}"
    for form in (f"{value}%", f"{value}％", f"{value}%".translate(FULL_WIDTH), spoken):
        found = number(f"覆盖率达到{form}")
        assert (found.low, found.unit) == (value, "%"), form


@given(st.dates(date(2015, 1, 1), date(2030, 12, 31)))
def test_a_day_is_read_back_from_every_form(day: date) -> None:
    chinese_year = "".join("〇一二三四五六七八九"[int(c)] for c in str(day.year))
    month, in_month = cn2an.an2cn(day.month, "low").removeprefix("一十") or "", cn2an.an2cn(day.day, "low")
    month = {10: "十", 11: "十一", 12: "十二"}.get(day.month, month)
    in_month = in_month.replace("一十", "十") if 10 <= day.day < 20 else in_month
    arabic = f"{day.year}年{day.month}月{day.day}日前完成"
    for form in (arabic, arabic.translate(FULL_WIDTH), f"{chinese_year}年{month}月{in_month}日前完成"):
        assert deadline(form).latest == day, form
    last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    for form in (f"{day.year}年{day.month}月底前完成", f"{chinese_year}年{month}月底前完成"):
        assert deadline(form).latest == last, form


PIECES = st.sampled_from(
    "年底前 6月 ２０２０年 二〇二一年 百分之 八十五 ６０％ 三分之 成 以上 不低于 每个县 每零学期 （市、区） 《 》 “ ” 清零 全覆盖 均 ， 。 ； ①".split()
    + "1,000 １，０００ 名 所 万 亿 点 千 教师 覆盖率 达到 提高 第三期 2.0 责任单位： 尽快 零 翻一番 — 至 到 由 元 建设 ½ 兆 半".split()
    + ["\u0301", "\u3000", "\n", "\ud800"]
)
ANYTHING = st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join))


@given(ANYTHING, st.integers(1, 9998))
def test_any_text_is_read_and_spans_are_true(text: str, year: int) -> None:
    found = facts(text, year)
    assert found == facts(text, year)
    for fact in found:
        assert 0 <= fact.start < fact.end <= len(text)
        assert text[fact.start : fact.end] == fact.text
        if isinstance(fact, Deadline):
            assert fact.due_from <= fact.latest
            assert fact.earliest is None or fact.earliest <= fact.latest
        if isinstance(fact, Number):
            assert fact.low is not None or fact.high is not None
            if fact.comparator is Comparator.RANGE:
                assert fact.low is not None
                assert fact.high is not None
                assert fact.low < fact.high
    json.dumps([as_dict(f) for f in found])


@given(ANYTHING, ANYTHING)
def test_any_two_texts_compare_and_any_text_equals_itself(one: str, other: str) -> None:
    upper, lower = facts(one, YEAR), facts_for(other, YEAR, one)
    target, due = compare_targets(upper, lower), compare_deadlines(upper, lower, YEAR)
    json.dumps([target and target.as_dict(), due and due.as_dict()])
    compare_targets(upper, upper)
    own = compare_deadlines(upper, upper, YEAR)
    assert own is None or own.verdict.value == "equal" or not any(isinstance(f, Deadline) for f in upper)


def test_a_long_text_without_commas_is_read() -> None:
    # Without commas it is a single clause; anything quadratic would take minutes.
    for piece in ("新建学校3所", "年底前完成", "（", "“", "一", "1", "每个县", "百分之", "均达到100%"):
        facts(piece * 3_000, YEAR)


def test_the_package_holds_no_sentence_of_a_plan() -> None:
    """General rules only: nothing in the code is as long as a commitment of the judged plan."""
    code = "".join(p.read_text(encoding="utf-8") for p in sorted(Path(package.__file__).parent.glob("*.py")))
    runs = set(re.findall(r"[\u4e00-\u9fff]{12,}", re.sub(r"#.*|\"\"\".*?\"\"\"", "", code, flags=re.DOTALL)))
    assert runs == set()
