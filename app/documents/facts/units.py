"""Units of measure: what is printed, the unit it stands for, and which units may be compared."""

import re
from decimal import Decimal

PERCENT = "%"
POINTS = "个百分点"

# A unit, its other spellings, and what may not follow (人 in 人才 is no unit).
_TABLE = (
    ("个百分点", "百分点", ""),
    ("人次", "人/次", ""),
    ("平方米", "平米 m2", ""),
    ("平方公里", "km2", ""),
    ("场次", "", ""),
    ("课时", "", ""),
    ("学时", "", ""),
    ("小时", "", ""),
    ("分钟", "", ""),
    ("公里", "km", ""),
    ("人", "", "[才民工员事社文均格物力]"),
    ("名", "", "[著牌额义称胜]"),
    ("位", "", "[置于]|一体"),
    ("个", "", "[人性别体月案]"),
    ("所", "", "[有在需以谓长得能]"),
    ("处", "", "[室理置长罚于分级]"),
    ("家", "", "[长庭校园政乡教访]"),
    ("座", "", "[谈右]"),
    ("间", "", "[接隔断]"),
    ("项", "", ""),
    ("支", "", "[部持教出付撑援书]"),
    ("场", "", "[所景馆地]"),
    ("套", "", ""),
    ("门", "", "[类户槛口]"),
    ("批", "", "[准评改复次发]"),
    ("份", "", "[额]"),
    ("条", "", "[件例款]"),
    ("节", "", "[目日水能约点假]"),
    ("期", "", "[间末待望限刊满]"),
    ("种", "", "[子植养族]"),
    ("类", "", "[型别]"),
    ("件", "", ""),
    ("台", "", "[账帐阶湾]"),
    ("辆", "", ""),
    ("册", "", ""),
    ("篇", "", ""),
    ("本", "", "[科地市校省级单着年次学位土色领质]"),
    ("口", "", "[径号岸味]"),
    ("块", "", ""),
    ("张", "", ""),
    ("次", "", "[日年月要元序第]"),
    ("天", "", "[然津气]"),
    ("岁", "", ""),
    ("元", "", "[素旦化宵件]"),
    ("亩", "", ""),
    ("吨", "", ""),
    ("倍", "", "[增]"),
    ("县", "", "[级城域长]"),
    ("M", "m mb mbps 兆", "[a-z0-9]"),
    ("G", "gbps", "[a-z0-9]"),
)

_SAME = {"名": "人", "位": "人"}
_FACTOR = {"G": (Decimal(1000), "M")}

_PRINTED = sorted(
    (
        (spelling, barred)
        for unit, others, barred in _TABLE
        for spelling in (*([] if unit in {"M", "G"} else [unit]), *others.split())
    ),
    key=lambda entry: -len(entry[0]),
)

UNIT = "(?:" + "|".join(re.escape(unit) + (f"(?!{barred})" if barred else "") for unit, barred in _PRINTED) + ")"
"""A pattern of one unit in folded text."""

_SPELLED = {spelling: unit for unit, others, _ in _TABLE for spelling in (unit, *others.split())}

# Counted things: of the same indicator they may be printed with any of these (六十余个 and 60余所资源中心).
_PLACES = frozenset("个 所 处 家 座 间 县".split())
_WORKS = frozenset("个 项 种 类 门 件 套 条 份".split())
_EVENTS = frozenset("次 场 场次 期".split())
_FAMILIES = (_PLACES, _WORKS, _EVENTS)

_ATTRIBUTES = frozenset("人 岁 元 平方米 M 分钟 小时".split())
_COUNTS = _PLACES | _WORKS | _EVENTS | frozenset("人 人次 支 节 台 辆 册 篇 本 口 块 张 批".split())
_AMOUNTS = frozenset("亩 平方米 平方公里 公里 吨".split())
# From here on a sum of money is a budget and no longer a rate for somebody (生均每年1000元).
_BUDGET = Decimal(1_000_000)

# How often a time comes round in a year. A school year has two terms; weeks and days are the calendar's.
_ROUNDS = {"年": 1, "学年": 1, "半年": 2, "学期": 2, "季度": 4, "季": 4, "月": 12, "周": 52, "日": 365, "天": 365}
_TIMES = re.compile(r"([0-9.]*)(.+)")


def normal(printed: str, value: Decimal) -> tuple[str, Decimal]:
    """The unit that a folded spelling stands for, and the value in it: 名 is 人, 1 G is 1000 M."""
    unit = _SPELLED[printed]
    factor, unit = _FACTOR.get(unit, (Decimal(1), unit))
    return _SAME.get(unit, unit), value * factor


def comparable(one: str, other: str) -> bool:
    """Whether values in two units may be compared, their indicator being the same. % is never 个百分点."""
    return one == other or any(one in family and other in family for family in _FAMILIES)


def counts(unit: str) -> bool:
    """Whether a unit counts things or people."""
    return unit in _COUNTS


def adds_up(unit: str, value: Decimal) -> bool:
    """Whether a province's value with this unit is the sum of its cities': things, areas, budgets; not rates."""
    return counts(unit) or unit in _AMOUNTS or (unit == "元" and value >= _BUDGET)


def attributive(unit: str) -> bool:
    """Whether a number with this unit may tell the kind of a thing (56人及以上大班额) instead of how many."""
    return unit in _ATTRIBUTES


def per_year(per: str) -> Decimal | None:
    """How many times a year a `Number.per` comes round (学期: 2, 2年: 0.5); None if it is no time."""
    match = _TIMES.fullmatch(per)
    rounds = _ROUNDS.get(match.group(2)) if match else None
    if match is None or rounds is None:
        return None
    return Decimal(rounds) / Decimal(match.group(1) or 1)
