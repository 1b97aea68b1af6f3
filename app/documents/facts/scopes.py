"""For each of what a number holds: 每个县区1所, 每学期两次, 各市500名."""

import re

from app.documents.facts.numerals import NUMERAL, value_of
from app.documents.facts.values import plain

_SCOPES = (
    ("市", r"设区市|市(?!场)"), ("县", r"县\(市、区\)|县\(区\)|县\(市\)|县市区|县区|区县|区市|县|区(?!域)"),
    ("乡镇", r"乡镇(?:\(街道\))?|镇|街道|乡"), ("校", r"中小学校?|学校|校|园|幼儿园"), ("班", r"班级?"), ("生", r"学生|生"),
    ("人", r"人口|教师|教职工|人"), ("学期", r"学期"), ("学年", r"学年"), ("半年", r"半年"), ("季度", r"季度?"),
    ("月", r"月"), ("周", r"周|星期"), ("日", r"日|天"), ("年", r"年"),
)  # fmt: skip
EACH = re.compile(
    rf"(?:每|各(?=[市县区设乡镇校学]))(?P<times>{NUMERAL})?[个所名位家间]?(?:"
    + "|".join(f"(?P<s{k}>{words})" for k, (_, words) in enumerate(_SCOPES))
    + ")"
)
"""A pattern of one 每… or 各…, in folded text."""

_LONGEST = 40  # characters before a figure in which the words are looked for


def per(text: str, start: int, clause_start: int) -> str | None:
    """For each of what a figure at `start` holds: the nearest 每… before it in its clause (每个县区 is 县)."""
    last = None
    for match in EACH.finditer(text, max(clause_start, start - _LONGEST), start):
        last = match
    if last is None:
        return None
    unit = next(_SCOPES[int(k[1:])][0] for k, v in last.groupdict().items() if v and k != "times")
    times = value_of(last.group("times")) if last.group("times") else None
    return unit if not times or times == 1 else f"{plain(times)}{unit}"
