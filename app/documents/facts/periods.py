"""Dates as plans print them, to days: 2021年3月底前, 上半年, 三季度末, 秋季开学前, 2018—2020年.

`when` gives the days; which of them are deadlines of a sentence is for `app.documents.facts.due` to say.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from app.documents.facts.numerals import value_of

_Y = r"(?:(?:19|20)[0-9]{2}|[一二][〇零九][〇零一二三四五六七八九]{2})"
_M = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_D = r"(?:3[01]|[12][0-9]|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"
_BEFORE = r"(?P<before>(?:之|以)?前)"
_BY = r"(?P<by>截至|截止到?|到|至|于|在)"
_LOOK = r"(?<![0-9〇零一二三四五六七八九十每第])"

PERIOD = re.compile(
    rf"{_BY}?{_LOOK}(?:"
    rf"(?P<from>{_Y})年?(?:-|—|–|―|~|至|到){{1,2}}(?P<until>{_Y})(?P<school>学)?年(?!级|代)(?P<end_of>底|末)?"
    rf"|(?:(?P<year>{_Y})年(?!级|代)(?P<annual>度)?|(?P<next>明年|次年))?(?:"
    rf"(?P<month>{_M})月份?(?:(?P<day>{_D})[日号]|(?P<part>底|末|初|上旬|中旬|下旬|中)|(?!度|报|通报|调度|份))"
    r"|(?P<half>上半|下半)年|(?:第)?(?P<quarter>[一二三四1-4])季度(?:底|末)?"
    r"|(?P<season>(?:春季|秋季)?(?:学期)?开学(?=之?前)|(?:春季|秋季)?学期[末底]|暑假(?:期间|(?=之?前))|暑期|寒假(?:期间|(?=之?前)))"
    r"|(?P<feast>五一|国庆|元旦|教师节|六一)节?(?=之?前)"
    r"|(?P<close>年[底末]|(?<=年)[底末]|(?<=年度)[底末])|(?P<mid>年中)|(?P<newyear>年初)"
    r"|(?<=年)|(?<=年度)))"
    rf"{_BEFORE}?"
)
VAGUE = re.compile(r"尽快|尽早|限期|按期")

# What the calendar leaves open: the earliest and the latest day, as (month, day) in the plan's year, on which schools
# begin or end by custom; each province sets its own calendar. Month 13 is January of the next year.
_SEASONS = {
    "春季开学": ((2, 10), (3, 5)),
    "秋季开学": ((8, 25), (9, 10)),
    "开学": ((2, 10), (9, 10)),
    "春季学期末": ((6, 25), (7, 20)),
    "秋季学期末": ((13, 5), (13, 31)),
    "学期末": ((6, 25), (13, 31)),
    "暑假": ((6, 25), (7, 20)),
    "暑假期间": ((8, 25), (9, 5)),
    "寒假": ((13, 5), (13, 31)),
    "寒假期间": ((14, 10), (14, 28)),
}
_FEASTS = {"元旦": (1, 1), "五一": (5, 1), "六一": (6, 1), "教师节": (9, 10), "国庆": (10, 1)}


@dataclass(frozen=True, slots=True)
class Days:
    """From `earliest` (None: from now on) to `latest`; `due_from` as in `Deadline`."""

    earliest: date | None
    latest: date
    due_from: date


def when(match: re.Match[str], year: int) -> Days | None:
    """The days that a match of PERIOD names in a plan of `year`; None if they are no days (二月三十一日)."""
    try:
        return _when(match.groupdict(), year)
    except (ValueError, OverflowError):
        return None


def _when(groups: dict[str, str | None], year: int) -> Days | None:
    if groups["from"] and groups["until"]:
        return _years(_year(groups["from"]), _year(groups["until"]), school=groups["school"] is not None)
    own = _year(groups["year"]) if groups["year"] else year + (groups["next"] is not None)
    before = groups["before"] is not None
    if groups["month"]:
        return _month(groups, own, before=before)
    if groups["season"]:
        return _season(groups["season"], own, before=before)
    if groups["feast"]:
        day = date(own, *_FEASTS[groups["feast"]]) - timedelta(days=1)
        return Days(None, day, day)
    dated = any(groups[k] is not None for k in ("year", "next", "half", "quarter", "mid", "newyear"))
    # 三年前 and 学年末 name no day.
    return _part_of_year(groups, own, before=before) if dated or groups["close"] in {"年底", "年末"} else None


def _years(first: int, last: int, *, school: bool) -> Days | None:
    """2018—2020年; 2019—2020学年 runs from September to August."""
    if first > last:
        return None
    return _days(date(first, 9, 1), date(last, 8, 31)) if school else _days(date(first, 1, 1), date(last, 12, 31))


def _year(printed: str) -> int:
    return int(printed) if printed.isdecimal() else int(value_of(printed) or 0)


def _days(first: date, last: date) -> Days:
    return Days(first, last, last)


def _month(groups: dict[str, str | None], year: int, *, before: bool) -> Days | None:
    month = int(value_of(groups["month"] or "") or 0)
    last = monthrange(year, month)[1]
    if groups["day"]:
        day = date(year, month, int(value_of(groups["day"]) or 0))
        return Days(None if before else day, day, day)
    first_day, last_day = {
        "底": (last - 9, last), "末": (last - 9, last), "初": (1, 10), "上旬": (1, 10), "中旬": (11, 20), "中": (11, 20),
        "下旬": (21, last), None: (1, last),
    }[groups["part"]]  # fmt: skip
    first, final = date(year, month, first_day), date(year, month, last_day)
    if before and groups["part"] is None:
        # 9月前: before it begins, or while it lasts; people mean both.
        return Days(None, final, first - timedelta(days=1))
    return Days(None if before or groups["by"] in {"到", "至", "截至"} else first, final, final)


def _season(printed: str, year: int, *, before: bool) -> Days:
    name = printed.replace("学期开学", "开学").replace("暑期", "暑假期间").replace("学期底", "学期末")
    name = name.removesuffix("期间") if before else name  # 暑期前
    low, high = (_shifted(year, *day) for day in _SEASONS[name])
    return Days(None, high, low)


def _shifted(year: int, month: int, day: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, day)


def _part_of_year(groups: dict[str, str | None], year: int, *, before: bool) -> Days | None:
    if groups["half"] or groups["mid"]:
        first, last = (
            (date(year, 7, 1), date(year, 12, 31))
            if groups["half"] == "下半"
            else (date(year, 1, 1), date(year, 6, 30))
        )
    elif groups["quarter"]:
        quarter = int(value_of(groups["quarter"]) or 0)
        first = date(year, 3 * quarter - 2, 1)
        last = date(year, 3 * quarter, monthrange(year, 3 * quarter)[1])
    elif groups["newyear"]:
        first, last = date(year, 1, 1), date(year, 3, 31)
    elif groups["close"] or not before:
        first, last = date(year, 1, 1), date(year, 12, 31)
    else:
        # 2022年前: before it begins, or by its end; people mean both.
        return Days(None, date(year, 12, 31), date(year - 1, 12, 31))
    ends = before or groups["close"] or groups["mid"] or groups["by"] in {"到", "至", "截至"}
    return Days(None if ends else first, last, last)
