"""Wholes said in words: 全覆盖, 所有, 均, 一律, 应助尽助 are 100 %; 消除, 清零 are none left."""

import re
from decimal import Decimal

from app.documents.facts import phrases
from app.documents.facts.plaintext import Plain
from app.documents.facts.quantities import topic
from app.documents.facts.ranges import Ranges
from app.documents.facts.values import Change, Comparator, Measure, Number

_WHOLE = re.compile(
    r"(?P<none>消除|(?:动态)?清零|零(?:感染|发生|事故|辍学|失学|新增|增长|反弹|投诉|积压)|不(?:出现|发生|产生|新增)|杜绝|(?:不让|没有|无)一[名个所人例])"
    r"|(?P<all>全覆盖(?!的)|全部(?!门)|所有(?![制权者])|一律|应[\u4e00-\u9fff]尽[\u4e00-\u9fff]|一个[不都][\u4e00-\u9fff]{1,3}|一人不[落漏]|人人"
    r"|(?<![平人生户校班年月日师])均(?=[\u4e00-\u9fff])(?![衡等匀线势分值价可]))"
    r"|(?P<emphasis>全面(?=推行|使用|推广|清理|整治|实施|覆盖|开展|完成|普及|实现|接入|采用|执行|建立|取消|停止|开设|配备))"
)
_HEDGE = re.compile(r"(?:基本|逐步|大体|原则上)(?:[\u4e00-\u9fff]{2})?$")
# 全部清零, 全面消除, 均实现全覆盖 are one statement.
_TOGETHER = 6
_WINDOW = 120  # characters to either side
_ORDER = {Measure.NONE: 0, Measure.ALL: 1, Measure.EMPHASIS: 2}


def find_wholes(plain: Plain, taken: list[tuple[int, int]]) -> list[Number]:
    """The wholes of a text, in order. Several in one clause that stand together are one; `taken` as for numbers."""
    found: list[tuple[int, int, Measure, int]] = []
    elsewhere = Ranges(taken)
    for match in _WHOLE.finditer(plain.text):
        if not plain.clauses or elsewhere.touch(*match.span()):
            continue
        measure = Measure(next(name for name, value in match.groupdict().items() if value))
        index = plain.clause_at(match.start())
        if found and found[-1][3] == index and match.start() - found[-1][1] <= _TOGETHER:
            start, _, earlier, _ = found[-1]
            found[-1] = (start, match.end(), min(earlier, measure, key=_ORDER.__getitem__), index)
        else:
            found.append((match.start(), match.end(), measure, index))
    return [_number(plain, *piece) for piece in found]


def _number(plain: Plain, begin: int, stop: int, measure: Measure, index: int) -> Number:
    clause = plain.clauses[index]
    left = plain.text[max(clause.start, begin - 8) : begin]
    hedge = _HEDGE.search(left)
    ahead = phrases.before(
        plain.folded[max(clause.start, begin - _WINDOW) : begin - (len(hedge.group()) if hedge else 0)]
    )
    behind = phrases.after(phrases.strip_lead(plain.folded[stop : min(clause.end, stop + _WINDOW)].lstrip("”」的")))
    if measure is Measure.EMPHASIS and ahead and (behind or "到位").endswith("到位"):
        behind = None  # 无证幼儿园全面清理到位
    # The measured thing follows 消除, 所有 and 全面推行, and goes before 均, 清零 and 全覆盖.
    follows = plain.text[begin : begin + 2] in {"消除", "所有", "杜绝", "全面"} or plain.text[begin] == "不"
    indicator = (behind or ahead) if follows else (ahead or behind)
    value = Decimal(0 if measure is Measure.NONE else 100)
    start, end = plain.span(begin, stop)
    place = plain.folded.find(indicator) if indicator else -1
    return Number(
        comparator=Comparator.EQUAL,
        low=value,
        high=value,
        unit="%",
        indicator=plain.verbatim(place, place + len(indicator)) if indicator and place >= 0 else indicator,
        start=start,
        end=end,
        text=plain.source[start:end],
        approximate=hedge is not None,
        change=Change.ABSOLUTE,
        measure=measure,
        topic=topic(plain, index, begin, None),
    )
