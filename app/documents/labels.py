"""The labels of GB/T 9704: 一、 （一） 1. （1） and ①; above them 第一部分, 第一章 and 第一节, beside them 第一条 and 第一，."""

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass

_NUMERAL = "一二三四五六七八九十百零〇"
_GAP = r"[ \t\u3000\u00a0]{0,4}"  # layout inside a label; more is no label
_ORDER = rf"第{_GAP}([{_NUMERAL}]{{1,5}}|[0-9０-９]{{1,3}}){_GAP}"
_END = r"(?:[ \t\u3000\u00a0]+|[：:、.．]|$)"
_LABELS = (
    (-2, re.compile(rf"{_ORDER}(?:部{_GAP}分|(?:[编編篇]|板块|板塊)(?={_END}))[ \t\u3000]*[：:、.．]?")),
    (-1, re.compile(rf"{_ORDER}章(?!程)[ \t\u3000]*[：:、.．]?")),
    (0, re.compile(rf"{_ORDER}[节節]{_END}")),
    # 第一条 numbers what a plan's 一、 numbers.
    (1, re.compile(rf"([{_NUMERAL}]{{1,5}}){_GAP}[、．.]|{_ORDER}[条條]{_END}")),
    (2, re.compile(rf"[（(]{_GAP}([{_NUMERAL}]{{1,5}}){_GAP}[）)]{_GAP}、?|([㈠-㈩])")),
    # `2.0`, `3.5万` and `1.2亿` are figures; a year may follow a label without a space: `3.2020年…`.
    (3, re.compile(rf"([0-9０-９]{{1,4}}){_GAP}(?:[.．](?![0-9０-９]|[.．])|[.．](?=20[0-9]{{2}}年)|、)|([⒈-⒛])")),
    (4, re.compile(rf"[（(]{_GAP}([0-9０-９]{{1,2}}){_GAP}[）)]|([⑴-⒇])|([0-9０-９]{{1,2}})[)）]|{_ORDER}[，,、]")),
    (5, re.compile(r"([①-⑳㉑-㉟㊱-㊿])")),
)
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0}

POINT_LEVEL = 4
_YEAR_LIKE = 1000


@dataclass(frozen=True, slots=True)
class Label:
    """A label at the start of a line: its level, its number, how it is printed, and its length.

    Levels 1 to 5 are those of GB/T 9704; above them stand -2 (第一部分), -1 (第一章) and 0 (第一节).
    """

    level: int
    number: int
    printed: str
    length: int


def chinese_number(numeral: str) -> int | None:
    """The value of a Chinese numeral up to 999 (`二十三`, `一百零五`, `二〇`); None if it is none."""
    if not numeral or any(c not in _DIGITS and c not in "十百" for c in numeral):
        return None
    if not set(numeral) & {"十", "百"}:
        return int("".join(str(_DIGITS[c]) for c in numeral))
    total, digit = 0, 0
    for char in numeral:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + digit


def read_label(text: str, known: Container[int] = ()) -> Label | None:
    """The label that a stripped line begins with, if any. A number of four digits could be a year: it must follow one
    of the `known` numbers.
    """
    for level, pattern in _LABELS:
        match = pattern.match(text)
        if match:
            number = _value(next(g for g in match.groups() if g))
            if number and (number < _YEAR_LIKE or number - 1 in known):
                return Label(level, number, match.group().strip(), match.end())
    return None


def _value(printed: str) -> int | None:
    plain = unicodedata.normalize("NFKC", printed).strip("().")
    return int(plain) if plain.isdigit() else chinese_number(plain)
