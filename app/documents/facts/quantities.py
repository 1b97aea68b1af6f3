"""Numbers of a commitment: figures with their words, indicator and role."""

import re
from dataclasses import replace

from app.documents.facts import phrases, units
from app.documents.facts.bounds import Bound, bound
from app.documents.facts.figures import Figure, find_figures
from app.documents.facts.plaintext import Plain
from app.documents.facts.scopes import EACH, per
from app.documents.facts.values import Change, Comparator, Number

_BASE = re.compile(r"[^,;:。■]{0,4}?(?:提高|提升|增加|增长|增|扩大|上升|上调|调整|下降|降低|压减|减少|降)(?:到|至|为)")
_FROM = re.compile(r"[由从]$")
_LISTED = re.compile(r"[^,;:。、]{1,24}(?:、[^,;:。、]{1,24})+$")
_BRACKETS = re.compile(r"\([^()]*\)")
_FRAME = re.compile(
    r"(?:重点|主要|长效|具体)?(?:机制|工作|任务|实事|措施|指标|制度|要求|原则|内容|环节|领域|方面|体系|形态|服务|规定|精神)"
)
_ADMINISTRATIVE = re.compile(r"(?:设区市|地市|市|县|区|部门|地区)(?!级)")
_STEERED = re.compile(r"(?:指导|督促|组织|要求|动员|协调)[^,;。]{0,30}$")
# Characters to either side of a figure that are looked at: a longer clause lacks its commas.
_WINDOW = 120
_JOINED = ("、", "和", "与", "及")
_KIND = re.compile(r"的?[\u4e00-\u9fff]")


def find_numbers(plain: Plain, taken: list[tuple[int, int]]) -> list[Number]:
    """The printed numbers of a text, in order. `taken` are folded ranges that mean something else (dates, stages)."""
    found: list[Number] = []
    last_end = 0
    each = [match.span() for match in EACH.finditer(plain.text)]
    for figure in find_figures(plain.text, [*taken, *each]):
        index = plain.clause_at(figure.start)
        if not plain.clauses:
            break
        words = bound(plain.text, figure, max(plain.clauses[index].start, last_end))
        number = _number(plain, figure, words, index, last_end)
        before = found[-1] if found else None
        if before and number.indicator is None and before.qualifier and index == plain.clause_at(last_end - 1):
            # 标准由三百元提高到六百五十元: the level measures what its basis does.
            number = replace(number, indicator=before.indicator, per=number.per or before.per)
        found.append(number)
        last_end = words.end
    return found


def _number(plain: Plain, figure: Figure, words: Bound, index: int, last_end: int) -> Number:
    clause = plain.clauses[index]
    indicator = _indicator(plain, figure, words, max(clause.start, last_end), clause.end)
    start, end = plain.span(words.start, words.end)
    low, high = figure.low, figure.high
    upper_open = words.comparator in {Comparator.AT_LEAST, Comparator.MORE}
    lower_open = words.comparator in {Comparator.AT_MOST, Comparator.LESS}
    unit = "%" if figure.unit == "倍" and words.change is Change.INCREASE else figure.unit
    factor = 100 if unit != figure.unit else 1
    return Number(
        comparator=words.comparator,
        low=None if lower_open else low * factor,
        high=None if upper_open else high * factor,
        unit=unit,
        indicator=_printed(plain, indicator),
        start=start,
        end=end,
        text=plain.source[start:end],
        approximate=words.approximate,
        change=words.change,
        per=per(plain.text, figure.start, max(clause.start, last_end)),
        qualifier=_qualifies(plain.text, figure, words, clause.start),
        topic=topic(plain, index, figure.start, indicator),
    )


def _indicator(plain: Plain, figure: Figure, words: Bound, left: int, right: int) -> str | None:
    """What is measured, folded: behind a count (5000名公费师范生), before a rate (覆盖率达到80%), else the other side."""
    before = plain.folded[max(left, words.start - _WINDOW) : words.start]
    ahead = None if before.endswith(_JOINED) else phrases.before(before)
    behind = phrases.after(plain.folded[words.end : min(right, words.end + _WINDOW)])
    # 学校13所 or 不少于3000人 counts what goes before, 100所学校 what follows; 每月巡查一次 is named by its verb.
    bare = plain.text[figure.end : words.end] in {"", "余", "多"}
    bare = bare and (words.start == figure.start or plain.text[words.end : words.end + 1] == "的")
    if units.counts(figure.unit) and figure.unit != "次" and (bare or ahead is None):
        return behind or ahead
    return ahead or behind


def _printed(plain: Plain, indicator: str | None) -> str | None:
    """An indicator as printed where it stands unbroken in the text, else folded."""
    if indicator is None:
        return None
    place = plain.folded.find(indicator)
    return plain.verbatim(place, place + len(indicator)) if place >= 0 else indicator


def _qualifies(text: str, figure: Figure, words: Bound, clause_start: int) -> bool:
    """Whether a figure says what kind of thing is meant, or whence a level comes, instead of what is to be reached."""
    left, right = text[max(clause_start, words.start - _WINDOW) : words.start], text[words.end : words.end + 40]
    if _FROM.search(left) and _BASE.match(right):
        return True
    by_suffix = words.comparator is not Comparator.EQUAL and text[figure.end : words.end].endswith(("上", "下", "内"))
    if by_suffix and units.attributive(figure.unit) and _KIND.match(right):
        return True
    if units.counts(figure.unit) and _FRAME.match(right):
        return True
    listed = _LISTED.search(_BRACKETS.sub("", left))
    if listed and figure.low == listed.group().count("、") + 1:
        return True  # 道德与法治、语文、历史三门: sums a list up
    return _ADMINISTRATIVE.match(right) is not None and _STEERED.search(left) is not None


def topic(plain: Plain, index: int, place: int, indicator: str | None) -> str:
    """The folded clause around a place, led by the clause before it where the indicator names nothing but a rate."""
    clause = plain.clauses[index]
    start = clause.start
    needs = phrases.is_generic(indicator) or phrases.is_rate(indicator or "")
    if needs and index and plain.clauses[index - 1].sentence == clause.sentence:
        start = plain.clauses[index - 1].start
    return plain.folded[max(start, place - _WINDOW) : min(clause.end, place + _WINDOW)]
