"""Lines of the original with their places, and the lines that are no part of the document."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

# White space as Python's \s has it, and the characters of no width that web pages leave behind.
LAYOUT = re.compile(r"[\s\u200b\u2060\ufeff]+")
_LINE = re.compile("([^\r\n\x0b\x0c\x85\u2028\u2029]*)(?:\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]|$)")

_DASH = "—–―─－\\-~·•"
_PAGE_NUMBER = re.compile(
    rf"[{_DASH}\s]*[0-9０-９]{{1,4}}[{_DASH}\s]*"
    r"|[第共]\s*[0-9０-９]+\s*[页頁](?:\s*[,，/／]?\s*[共第]\s*[0-9０-９]+\s*[页頁])?"
    r"|[0-9]{1,4}\s*[/／]\s*[0-9]{1,4}"
    r"|[Pp]age\s*[0-9]+(?:\s*of\s*[0-9]+)?"
)
_BARE_NUMBER = re.compile(r"[0-9０-９]{1,4}")
_CONTENTS = re.compile(r".{2,60}(?:(?:[.．·]\s*){4,}|(?:[…⋯]\s*){2,})[（(]?[0-9０-９]{1,4}[）)]?|目\s*[录錄次]")
_CONTENTS_HEADING = re.compile(r"目\s*[录錄次]")
_PAGED = re.compile(r"(?:\s*[.．·…⋯]){2,}\s*[（(]?[0-9０-９]{1,4}[）)]?$|[\t\u3000 ]+[（(]?[0-9０-９]{1,4}[）)]?$")
_LONGEST_ENTRY = 60  # characters
_WEB = re.compile(
    r"[^\s，。；]{0,8}(?:来源|來源|责任编辑|責任編輯|浏览次数|瀏覽次數|阅读次数|点击数|点击次数|字体|字号|字體)\s*[:：【\[].{0,80}"
    r"|(?:首页|首頁|主页|当前位置|您的位置|您所在的位置|您当前的位置)(?:[\s>＞»›:：/|].{0,100})?"
    r"|(?:上一[篇条]|下一[篇条]|扫一扫|分享到|返回顶部|网站地图|相关(?:链接|阅读|附件|文章)|版权所有|主办单位|技术支持|ICP备).{0,80}"
    r"|[【\[]?(?:(?:添加|加入)?收藏|打印(?:本页)?|关闭(?:本页|窗口)?|分享|返回|打印本文|大\s*中\s*小|列印|關閉)[】\]]?"
    r"|https?://\S+"
    r"|.{0,40}ICP备\d+.{0,20}"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `start` to `stop` with its line end; `first` to `last` is `text`, without the space around it."""

    start: int
    stop: int
    first: int
    last: int
    text: str


def split_lines(text: str) -> list[Line]:
    """The lines of the original, end to end; together they are the whole text."""
    lines = []
    for match in _LINE.finditer(text):
        if match.start() == match.end():
            continue
        inner = _strip(text, match.start(1), match.end(1))
        lines.append(Line(match.start(), match.end(), inner[0], inner[1], text[inner[0] : inner[1]]))
    return lines


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    left = LAYOUT.match(piece)
    first = left.end() if left else 0
    last = len(piece)
    while last > first and LAYOUT.fullmatch(piece[last - 1]):
        last -= 1
    return start + first, start + last


def is_page_number(text: str) -> bool:
    """Whether a whole line (stripped) is a page number, with or without its dashes."""
    return _PAGE_NUMBER.fullmatch(text) is not None


def is_bare_number(text: str) -> bool:
    """Whether a line is nothing but digits, so that it could be a page number or a torn-off figure."""
    return _BARE_NUMBER.fullmatch(text) is not None


def is_furniture(text: str) -> bool:
    """Whether a whole line (stripped) is page or web furniture, wherever it stands."""
    if len(text) > 140:
        return False
    return is_page_number(text) or _WEB.fullmatch(text) is not None or _CONTENTS.fullmatch(text) is not None


def contents_pages(lines: Sequence[Line]) -> set[int]:
    """The numbers of the lines below 目录 that are its entries: with a page number, or saying what a later line says."""
    heading = next((i for i, line in enumerate(lines) if _CONTENTS_HEADING.fullmatch(line.text)), None)
    if heading is None:
        return set()
    worded = [i for i in range(heading + 1, len(lines)) if lines[i].text]
    later = {_entry(lines[i].text): i for i in worded}
    entries: set[int] = set()
    for k, i in enumerate(worded):
        text = lines[i].text
        below = lines[worded[k + 1]].text if k + 1 < len(worded) else ""
        wrapped = len(text) < _LONGEST_ENTRY and _PAGED.search(below) is not None and "。" not in text
        if not (_PAGED.search(text) or wrapped or later[_entry(text)] > i):
            break
        entries.add(i)
    return entries


def _entry(text: str) -> str:
    """What a line says up to its first full stop, without the page number that a contents page sets behind it."""
    return LAYOUT.sub("", _PAGED.sub("", text).split("。", 1)[0])
