"""The deadlines of a text: which of the dates in it say when something is due.

Not those that only frame the year (年内, 全年), recur (每月底前), or are a basis (比2018年翻一番, 自2019年起).
"""

import re
from datetime import date

from app.documents.facts.periods import PERIOD, VAGUE, Days, when
from app.documents.facts.phrases import VERB
from app.documents.facts.plaintext import Plain
from app.documents.facts.ranges import Ranges
from app.documents.facts.values import Deadline

_BASIS_BEFORE = re.compile(r"(?:比|较|与|同|和|自|从|按|以|每|每年|每学年|对|截至|截止)$")
_BASIS_BEHIND = re.compile(r"是|以来|起|开始|同期|级(?!别)|基础上|以前年度|度?预算|版|出生")
_PLAN_BEHIND = re.compile(r"[\u4e00-\u9fff]{0,8}?(?:规划|计划|方案|纲要|行动)")
_ACTS = re.compile(rf"(?:全市|全省|全县|全面|全部|基本|力争|计划|拟|要|将|再|新)?{VERB}")
_OPENING = re.compile(r"(?:^|[,;:。、!?()“”■])(?:力争|争取|确保|计划|预计|原则上)?$")


def find_deadlines(
    plain: Plain, year: int, taken: list[tuple[int, int]]
) -> tuple[list[Deadline], list[tuple[int, int]]]:
    """The deadlines of a text in a plan of `year`, in order, and the folded ranges of all its dates.

    `taken` are ranges that belong to a name (第三期计划（2018—2020年）): dates there are stages.
    """
    found: list[Deadline] = []
    dated: list[tuple[int, int]] = []
    stages = Ranges(taken)
    for match in PERIOD.finditer(plain.text):
        days = when(match, year)
        if days is None or not match.group():
            continue
        if not stages.touch(*match.span()):
            dated.append(match.span())
            deadline = _deadline(plain, match, days)
            found += [deadline] if deadline else []
    for match in VAGUE.finditer(plain.text):
        start, end = plain.span(*match.span())
        close = date(year, 12, 31)
        found.append(Deadline(None, close, True, start, end, plain.source[start:end], close))
    return sorted(found, key=lambda d: (d.start, d.end)), dated


def _deadline(plain: Plain, match: re.Match[str], days: Days) -> Deadline | None:
    text = plain.text
    left, right = text[max(0, match.start() - 8) : match.start()], text[match.end() : match.end() + 12]
    groups = match.groupdict()
    if _BASIS_BEHIND.match(right) or (_BASIS_BEFORE.search(left) and not groups["before"]):
        return None
    if groups["from"] and _PLAN_BEHIND.match(right) and not _ACTS.match(right):
        return None  # the years of a plan: 按照2018—2020年规划
    start, end = plain.span(*match.span())
    bare = groups["year"] is not None and all(
        groups[k] is None for k in ("month", "half", "quarter", "season", "feast", "close", "mid", "newyear", "before")
    )
    named = bare and (groups["annual"] is not None or _is_name(left, right, groups["by"]))
    return Deadline(days.earliest, days.latest, False, start, end, plain.source[start:end], days.due_from, named)


def _is_name(left: str, right: str, by: str | None) -> bool:
    """Whether a bare year is part of a name (做好2020年教育现代化监测) and not when something is done (2020年完成…)."""
    if by is not None or not right or not re.match(r"[\u4e00-\u9fff“《]", right):
        return False
    return not (_OPENING.search(left) or _ACTS.match(right))
