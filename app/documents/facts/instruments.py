"""Named documents 《…》 and programmes “…”, 第三期学前教育三年行动计划（2018—2020年）, with their stage."""

import re
from collections.abc import Iterator

from app.documents.facts import phrases
from app.documents.facts.numerals import value_of
from app.documents.facts.plaintext import BLOT, Plain
from app.documents.facts.ranges import Ranges
from app.documents.facts.values import Instrument

_TITLE = re.compile(r"《([^《》]{1,120})》")
_QUOTE = re.compile(r"[“「]([^“”「」]{1,60})[”」]")
_HEAD = (
    "(?:行动计划|提升计划|计划|工程|行动方案|行动|规划|纲要|项目|活动|制度|改革|平台|试点|品牌|政策|主题教育|教育|课堂|大赛|联赛"
    "|机制|学校|教师|团队|专项|建设|系统)"
)
_QUOTED_HEAD = re.compile(rf"(?:(?![与和及为等的])[\u4e00-\u9fff]){{0,8}}?{_HEAD}")
_ENDS_IN_HEAD = re.compile(rf"{_HEAD}[0-9.]*$")
_NAME = re.compile(
    r"(?:[\u4e00-\u9fff、]|[0-9]{1,2}期|[0-9]年){2,40}?(?:行动计划|提升计划|计划|工程|行动方案|行动|规划|纲要)(?![\u4e00-\u9fff]{0,2}(?:计划|工程|行动|方案|规划))"
)
# Every name of that form holds one of these, at most so far behind its beginning.
_NAME_HEAD = re.compile(r"计划|工程|行动|规划|纲要")
_NAME_REACH = 200
_AROUND = re.compile(r"[0-9](?:\.[0-9])|\((?:19|20)[0-9]{2}年?[-—–~至到]{1,2}(?:19|20)?[0-9]{2}年?\)")

_GOVERNS = re.compile(r"(?:编制|制定|制订|落实|完成|推进|并)(?:并?实施)?|实施")
_SHORTEST = 6

_STAGES = (
    (re.compile(r"第?([一二三四五六七八九十0-9]{1,2})期(?![间末待望])"), "第{}期"),
    (re.compile(r"(?<!十)([一二三四五六七八九十两])年(?=[\u4e00-\u9fff]{0,6}(?:计划|行动|规划|工程))"), "{}年"),
    (re.compile(r"(?<![0-9.])([1-9]\.[0-9])(?![0-9.])"), "{}"),
)
_YEARS = re.compile(r"((?:19|20)[0-9]{2})年?(?:-|—|–|~|至|到){1,2}((?:19|20)?[0-9]{2})年?")


def stage_of(text: str) -> str | None:
    """The stage that a folded name states, its parts normalised and joined by blanks; None if it states none."""
    parts = []
    for pattern, form in _STAGES:
        match = pattern.search(text)
        if match:
            value = None if form == "{}" else value_of(match.group(1))
            parts.append(form.format(match.group(1) if value is None else value))
    years = _YEARS.search(text)
    if years:
        parts.append(f"{years.group(1)}-{years.group(1)[:2] if len(years.group(2)) == 2 else ''}{years.group(2)}")
    return " ".join(parts) or None


def find_instruments(plain: Plain) -> tuple[list[Instrument], list[tuple[int, int]]]:
    """The instruments of a text, in order, and the folded ranges that they (with the years behind them) take up."""
    ranges = [(*m.span(), m.start(1), m.end(1), "document") for m in _TITLE.finditer(plain.folded)]
    for match in _QUOTE.finditer(plain.folded):
        head = _QUOTED_HEAD.match(plain.folded, match.end())
        blotted = plain.text[match.start() + 1] == BLOT
        if blotted and (head or _ENDS_IN_HEAD.search(match.group(1))):
            ranges.append(
                (match.start(), head.end() if head else match.end(), match.start(1), match.end(1), "programme")
            )
    outside = Ranges(r[:2] for r in ranges)
    for match in _names(plain.text):
        start = _name_start(plain.text, match)
        if not outside.touch(start, match.end()):
            ranges.append((start, match.end(), start, match.end(), "programme"))
    found, taken = [], []
    for start, end, first, last, kind in sorted(ranges):
        stop = _with_stage(plain.text, end)
        stage = stage_of(plain.folded[start:stop])
        if kind == "document" or stage or plain.folded[start] in "“「" or _says_enough(plain.folded[start:end]):
            a, b = plain.span(start, stop)
            name = plain.verbatim(first, last)
            found.append(
                Instrument("document" if kind == "document" else "programme", name, stage, a, b, plain.source[a:b])
            )
            taken.append((start, stop))
    return found, taken


def _names(text: str) -> Iterator[re.Match[str]]:
    """The matches of `_NAME`, looked for only around the words such names end with."""
    start = end = 0
    for head in _NAME_HEAD.finditer(text):
        if head.start() - _NAME_REACH > end:
            yield from _NAME.finditer(text, start, end)
            start = head.start() - _NAME_REACH
        end = head.end() + _NAME_REACH
    yield from _NAME.finditer(text, start, end)


def _name_start(text: str, match: re.Match[str]) -> int:
    """Where a name begins behind what governs it: 完成第三期… begins at 第, 6000项…训练计划 behind 项."""
    start = match.start() + max((m.end() for m in _GOVERNS.finditer(match.group()[:-4])), default=0)
    if text[start - 1 : start].isdigit() and text[start] in "项个":
        start += 1
    return match.end() - len(phrases.strip_lead(text[start : match.end()]))


def _says_enough(name: str) -> bool:
    """Whether a name without stage and quotation marks is a name: 招生计划, 计划 are none."""
    return len(name) >= _SHORTEST and "招生计划" not in name and "超" not in name


def _with_stage(text: str, end: int) -> int:
    """Where the stage printed right behind a name ends: 2.0, （2018—2020年）."""
    match = _AROUND.match(text, end)
    return match.end() if match else end
