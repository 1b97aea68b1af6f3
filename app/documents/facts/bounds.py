"""What the words around a figure make of it: a bound, a guess, a growth."""

import re
from dataclasses import dataclass

from app.documents.facts import units
from app.documents.facts.figures import Figure
from app.documents.facts.values import Change, Comparator

# Words right before the figure, then those that may name its base between: 不低于符合条件人数的百分之十五.
_CLOSE = (
    (Comparator.AT_LEAST, "达到?|(?:提高|提升|增加|增长|扩大|上升|上调|增)[到至]|覆盖|满"),
    (Comparator.AT_MOST, "控制[在到]|(?:压|下)?降低?[到至]|下降[到至]|(?:压减|减少|缩减)[到至]"),
)
_FREE = (
    (Comparator.AT_LEAST, "不得?低于|不得?少于|不得?小于|至少|最少"),
    (Comparator.AT_MOST, "不得?超过|不得?高于|不得?多于|不得?大于|至多|最多"),
    (Comparator.MORE, "超过|突破|高于|多于|大于"),
    (Comparator.LESS, "低于|少于|小于|不足|不到|不满"),
)
_PREFIX = re.compile(
    r"(?:力争|争取|努力|确保)?(?:"
    + "|".join(f"(?P<close_{c.name}>{words})" for c, words in _CLOSE)
    + "|(?:"
    + "|".join(f"(?P<free_{c.name}>{words})" for c, words in _FREE)
    + r")(?:[^,;:。■]{0,14}的)?|(?P<free_AT_LEAST_>至少|最少)[\u4e00-\u9fff]{1,6})$"
)
_CIRCA = re.compile(r"(?:大约|约|将近|接近|近)$")
_EACH_ONE = re.compile(r"(?:(?:每(?:名|个)?(?:生|人|学生|教师)|每(?:年|月|学期|学年))+(?:平均)?)$")
_SUFFIX = re.compile(
    r"(?P<odd>[余多](?![元样种媒]))?(?:(?P<AT_LEAST>及?以上)|(?P<AT_MOST>及?以下|以内|之内)|(?P<circa>左右|上下))?"
)
_INCREASE = re.compile(r"(?:增加|增长|提高|提升|上升|上浮|增|升|多)了?$")
_DECREASE = re.compile(r"(?:减少|下降|降低|压减|压缩|压降|削减|缩减|精减|下调|少)了?$")
# 压减会议文件30%: the verb opens the clause and its object stands between.
_LESS_OF = re.compile(r"^(?:力争|确保|要|将|年内|全年)?(?:压减|压缩|减少|削减|缩减|精减|降低)[^0-9,、]{1,12}$")
_THAN_BEFORE = re.compile(r"[比较](?:上年|去年|同期|[0-9]{4}年)|(?:上|去)年(?:的)?基础上|同比")

_LONGEST = 40  # characters before a figure in which its words are looked for


@dataclass(frozen=True, slots=True)
class Bound:
    """A figure with its words: the folded range they span, and what they say."""

    start: int
    end: int
    comparator: Comparator
    approximate: bool
    change: Change


def bound(text: str, figure: Figure, clause_start: int) -> Bound:
    """Read the words around a figure; `clause_start` is where its clause begins."""
    start = figure.start
    each = _EACH_ONE.search(text[max(clause_start, start - 12) : start])
    start -= len(each.group()) if each else 0
    circa = _CIRCA.search(text[max(clause_start, start - 2) : start])
    start -= len(circa.group()) if circa else 0
    window = text[max(clause_start, start - _LONGEST) : start]
    prefix = _PREFIX.search(window)
    start -= len(prefix.group()) if prefix else 0
    suffix = _SUFFIX.match(text, figure.end)
    printed = (
        [k.removeprefix("close_").removeprefix("free_").rstrip("_") for k, v in prefix.groupdict().items() if v]
        if prefix
        else []
    )
    said = [k for k, v in suffix.groupdict().items() if v] if suffix else []
    comparator = _comparator(figure, printed, said)
    change, verb = _change(text[max(clause_start, start - _LONGEST) : start], figure, comparator)
    odd = figure.odd or "odd" in said
    approximate = bool(circa) or odd or "circa" in said
    end = suffix.end() if suffix and said else figure.end
    return Bound(start - verb, end, comparator, approximate, change)


def _comparator(figure: Figure, printed: list[str], said: list[str]) -> Comparator:
    if figure.low != figure.high:
        return Comparator.RANGE
    for word in (*printed, *said):
        if word in Comparator.__members__:
            return Comparator[word]
    return Comparator.AT_LEAST if figure.odd or figure.least or "odd" in said else Comparator.EQUAL


def _change(left: str, figure: Figure, comparator: Comparator) -> tuple[Change, int]:
    """Whether the figure says how far something moves, and the length of the verb that says so.

    新增学位七千二百个 is a number of places; 比上年增加一千五百个 is a change.
    """
    if figure.grows:
        return Change.INCREASE, 0
    less = _DECREASE.search(left)
    if less:
        return Change.DECREASE, len(less.group())
    if _LESS_OF.search(left) and figure.unit in {units.PERCENT, units.POINTS} and comparator is not Comparator.AT_MOST:
        return Change.DECREASE, 0
    more = _INCREASE.search(left)
    if more and (figure.unit in {units.PERCENT, units.POINTS, "倍"} or _THAN_BEFORE.search(left)):
        return Change.INCREASE, len(more.group())
    return Change.ABSOLUTE, 0
