"""What stands before the numbered part: red head, number, title, addressee, notice, signature, plan title."""

import re
from dataclasses import dataclass, field

from app.documents.dates import find_date, find_document_number, is_date_line, is_document_number_line
from app.documents.elements import foot_element, head_element
from app.documents.endings import ends_closed
from app.documents.lines import Line
from app.documents.marks import Marks
from app.documents.organs import is_organ, is_red_head, organ_of_red_head, printed
from app.documents.text import fold
from app.documents.titles import ABOUT, PLAN_TITLE, TITLE_END, YEAR
from app.documents.values import BlockKind, Doubt, MarkKind, Metadata, Span

_NOTICE = re.compile(r"现将|现印发|现予以?印发|印发给你们|特此通知|遵照执行|贯彻(?:执行|落实)。$|认真组织实施")
_ANNEX = re.compile(r"附[件表]?\s*[：:0-9一二三四五六七八九十]*$|附件?[：:]")
_KEY = re.compile(r"[-•*·◆]?\s*([^:：\s][^:：]{0,10})\s*[:：]\s*(.*)")
_BULLET = re.compile(r"[-•*·◆]\s+\S")
_KEYS = {
    "issuer": ("发证机关", "发文机关", "发文单位", "制发机关", "发布机构", "发布机关", "发布单位"),
    "document_number": ("发文字号", "发文编号", "文件编号", "文号", "发文文号"),
    "issued_on": ("成文日期", "发文日期", "印发日期", "签发日期", "政策发布日期", "发布日期"),
    "": tuple(
        "来源 信息来源 索引号 信息索引 信息分类 主题分类 体裁分类 主题词 学段 服务对象 有效期 有效性 效力状态 生效日期 失效日期 "
        "标题 名称 发布时间 公开日期 公开方式 公开责任部门 签发人".split()
    ),
}
_KNOWN = {key: name for name, keys in _KEYS.items() for key in keys}
LISTED_KEYS = frozenset(_KNOWN)  # as printed, folded
# 总体要求是： and 具体安排如下： announce what follows; they address nobody.
_ADDRESSEE = re.compile(r"[^。]+(?<![是为為])(?<!如下)(?<!下列)(?<!包括)(?<!要求)(?<!指出)[：:]")
_LONGEST_TITLE_LINES = 4
_LONGEST_HALF = 30  # characters of a broken title's upper part
_PUNCTUATION = re.compile(r"[，。；：:]")


@dataclass(slots=True)
class Front:
    """The front's lines with their kinds, and the elements found in it (each a printed text and its place)."""

    kinds: dict[int, BlockKind] = field(default_factory=dict)
    found: dict[str, tuple[str, Span]] = field(default_factory=dict)
    listed: dict[str, tuple[str, Span]] = field(default_factory=dict)  # from a web page's list
    listed_date_key: str = ""
    dates: list[int] = field(default_factory=list)  # lines that are a date
    doubts: list[Doubt] = field(default_factory=list)


class FrontReader:
    """Sorts the lines before the body; each method settles one element and leaves the rest to the next."""

    def __init__(self, text: str, lines: list[Line], furniture: set[int], marks: Marks) -> None:
        self.text = text
        self.lines = lines
        self.furniture = furniture
        self.marks = marks
        self.folded = [fold(line.text) for line in lines]
        self.front = Front()
        self.listing: set[int] = set()

    def read(self) -> Front:
        """The kinds of all non-blank lines, and the elements."""
        self.listing = self._web_list()
        for i, line in enumerate(self.lines):
            self._sort_single(i, line)
        title = self._find_title()
        self._find_plan_title(title)
        self._find_red_head()
        self._find_addressee()
        self._find_signature()
        self._sort_rest()
        return self.front

    def _free(self, i: int) -> bool:
        return 0 <= i < len(self.lines) and bool(self.lines[i].text) and i not in self.front.kinds

    def _sort_single(self, i: int, line: Line) -> None:
        """Lines that tell by themselves what they are."""
        if not line.text:
            return
        element = head_element(line.text) or foot_element(line.text)
        if self.marks.kind(i) is MarkKind.FURNITURE:
            self.front.kinds[i] = BlockKind.FURNITURE
        elif element and i not in self.listing:
            self.front.kinds[i] = element
        elif self.sort_listed(line, bullets=i in self.listing):
            self.front.kinds[i] = BlockKind.METADATA
        elif i in self.furniture:
            self.front.kinds[i] = BlockKind.FURNITURE
        elif is_document_number_line(line.text):
            self.front.kinds[i] = BlockKind.DOCUMENT_NUMBER
            start, end = find_document_number(line.text) or (0, 0)
            self._keep("document_number", line.first + start, line.first + end)
        elif is_date_line(line.text):
            self.front.kinds[i] = BlockKind.DATE
            self.front.dates.append(i)

    def _web_list(self) -> set[int]:
        """The lines of a web page's list: those with a known key, and the bullets around one."""
        listing: set[int] = set()
        run: list[int] = []
        for i, line in enumerate(self.lines):
            known = self._key(line) is not None
            if known or _BULLET.match(line.text):
                run.append(i)
            elif line.text:
                run = []
            if run and any(self._key(self.lines[n]) is not None for n in run):
                listing |= {n for n in run if len(run) > 1}
        return listing

    def _key(self, line: Line) -> re.Match[str] | None:
        """A line that names one of the keys a web page lists."""
        match = _KEY.match(line.text)
        return match if match and fold(match.group(1)) in _KNOWN else None

    def sort_listed(self, line: Line, *, bullets: bool = False) -> bool:
        """A line of a web page's list (`- 發文編號:…`): keep what it tells. `bullets`: one that tells nothing is of it, too."""
        match = self._key(line)
        if not match:
            return bullets
        key = fold(match.group(1))
        name, value = _KNOWN[key], match.group(2)
        if name and value:
            rank = _KEYS[name].index(key)
            known = self.front.listed_date_key if name == "issued_on" else ""
            if name not in self.front.listed or (known and rank < _KEYS[name].index(known)):
                start = line.first + match.start(2)
                self.front.listed[name] = (printed(value), Span(start, start + len(value)))
                if name == "issued_on":
                    self.front.listed_date_key = key
        return True

    def _keep(self, name: str, start: int, end: int, value: str | None = None) -> None:
        if name not in self.front.found:
            self.front.found[name] = (printed(self.text[start:end]) if value is None else value, Span(start, end))

    def _find_title(self) -> int | None:
        """The notice's title, its lines joined; an organ line right above one that starts with 关于 belongs to it."""
        for last in range(len(self.lines)):
            if not self._free(last) or not TITLE_END.search(self.folded[last]):
                continue
            first = self._title_start(last)
            if first is not None:
                self._keep_lines("title", BlockKind.TITLE, first, last)
                return last
        return None

    def _title_start(self, last: int) -> int | None:
        first = last
        while not ABOUT.search(self.folded[first]):
            first -= 1
            if last - first >= _LONGEST_TITLE_LINES or not self._free(first) or ends_closed(self.folded[first]):
                return None
        while ABOUT.match(self.folded[first]) and self._free(first - 1) and is_organ(self.lines[first - 1].text):
            first -= 1
            if not self._free(first - 1) or not is_organ(self.lines[first - 1].text):
                break
        return first

    def _keep_lines(self, name: str, kind: BlockKind, first: int, last: int) -> None:
        """Keep an element that stands on one or more lines; broken lines are joined without a space."""
        value = "".join(printed(line.text) for line in self.lines[first : last + 1])
        self._keep(name, self.lines[first].first, self.lines[last].last, value)
        for i in range(first, last + 1):
            self.front.kinds[i] = kind

    def _find_plan_title(self, title: int | None) -> None:
        """The last short line that ends like a plan's title, with an organ line or a broken half above it."""
        for last in range(len(self.lines) - 1, -1 if title is None else title, -1):
            plain = self.folded[last]
            if not self._free(last) or len(plain) > 60 or not PLAN_TITLE.search(plain):
                continue
            first = last
            while self._free(first - 1) and (self.marks.continues(first) or self._is_title_half(first - 1, title)):
                first -= 1
            while self._free(last + 1) and self.marks.continues(last + 1):
                last += 1  # noqa: PLW2901
            self._keep_lines("plan_title", BlockKind.PLAN_TITLE, first, last)
            return

    def _is_title_half(self, i: int, title: int | None) -> bool:
        """A line that is the upper part of a plan title: an organ, or text without punctuation."""
        if _ANNEX.match(self.folded[i]):
            return False
        above = self.lines[i - 1].text if i else ""
        if title is not None and above and not self.lines[i].text.endswith(("（", "(")):
            return False  # right below the notice's text it is a signature
        plain = self.folded[i]
        return is_organ(plain) or (len(plain) <= _LONGEST_HALF and not _PUNCTUATION.search(plain))

    def _find_red_head(self) -> None:
        """Organ lines above the document number or the title."""
        anchors = [i for i, kind in self.front.kinds.items() if kind in (BlockKind.DOCUMENT_NUMBER, BlockKind.TITLE)]
        for i in range(min(anchors, default=0)):
            if self._free(i) and is_red_head(self.lines[i].text):
                self.front.kinds[i] = BlockKind.ISSUER_MARK
                line = self.lines[i]
                self._keep("red_head", line.first, line.first + len(organ_of_red_head(line.text)))

    def _find_addressee(self) -> None:
        """The first free passage that ends with a colon and holds no sentence; it may be broken into lines."""
        for first in range(len(self.lines)):
            if not self._free(first):
                continue
            last = first
            while self._free(last + 1) and not self.lines[last].text.endswith(("：", ":")) and last - first < 5:
                last += 1
            passage = "".join(self.lines[i].text for i in range(first, last + 1))
            if len(passage) > 400 or not _ADDRESSEE.fullmatch(passage):
                continue
            self._keep_lines("addressee", BlockKind.ADDRESSEE, first, last)
            value, span = self.front.found["addressee"]
            self.front.found["addressee"] = (value[:-1].rstrip(), Span(span.start, span.end - 1))
            return

    def _find_signature(self) -> None:
        """Organ lines right before a date, or between the notice and the plan's title."""
        for i in self.front.dates:
            if self._sign_upwards(i - 1):
                self._keep("date", self.lines[i].first, self.lines[i].last)
        if "date" not in self.front.found:
            self._settle_unsigned_dates()
        plan_title = min((i for i, kind in self.front.kinds.items() if kind is BlockKind.PLAN_TITLE), default=0)
        if "title" in self.front.found:
            self._sign_upwards(plan_title - 1)

    def _settle_unsigned_dates(self) -> None:
        title = max((i for i, kind in self.front.kinds.items() if kind is BlockKind.TITLE), default=len(self.lines))
        for i in self.front.dates:
            line = self.lines[i]
            if i > title:
                self._keep("date", line.first, line.last)
                assumed = "日期上面没有署名，仍按成文日期处理"
            else:
                self.front.kinds[i] = BlockKind.FURNITURE
                assumed = "日期没有署名，按网页日期处理，不作为成文日期"
            self.front.doubts.append(Doubt("unsigned_date", line.first, line.last, assumed))

    def _sign_upwards(self, i: int) -> bool:
        """Mark the organ lines above a line as signature; whether there were any."""
        while i >= 0 and not self.lines[i].text:
            i -= 1
        signed = False
        while self._free(i) and is_organ(self.lines[i].text):
            self.front.kinds[i] = BlockKind.SIGNATURE
            line = self.lines[i]
            self._keep("signature", line.first, line.last)
            signed, i = True, i - 1
        return signed

    def _sort_rest(self) -> None:
        """What is left is the notice's own text before the plan's title or a signature, else the preamble."""
        after = (BlockKind.PLAN_TITLE, BlockKind.SIGNATURE, BlockKind.DATE)
        later = [i for i, kind in self.front.kinds.items() if kind in after]
        title_like = "title" in self.front.found
        for i in range(len(self.lines)):
            if not self._free(i):
                continue
            before_end = title_like and i < max(later, default=-1)
            alone = title_like and "plan_title" not in self.front.found and _NOTICE.search(self.folded[i])
            if self.marks.kind(i) is MarkKind.ATTACHMENT or _ANNEX.match(self.folded[i]):
                self.front.kinds[i] = BlockKind.ATTACHMENT
            else:
                self.front.kinds[i] = BlockKind.NOTICE if before_end or alone else BlockKind.PREAMBLE


def metadata_of(
    front: Front, text: str, tail_signature: Span | None, tail_date: Span | None
) -> tuple[Metadata, list[Doubt]]:
    """The document's elements from its front and tail, and the doubts about them."""
    doubts: list[Doubt] = []
    places = {name: span for name, (_, span) in front.found.items() if name in ("plan_title", "addressee")}
    title = front.found.get("title") or front.found.get("plan_title")
    number = front.found.get("document_number") or front.listed.get("document_number")
    issuer = _issuer(front, text, tail_signature)
    for name, element in (("title", title), ("document_number", number), ("issuer", issuer)):
        if element:
            places[name] = element[1]
    dated = _issued_on(front, tail_date, doubts)
    found = find_date(text[dated.start : dated.end]) if dated else None
    if dated and found:
        places["issued_on"] = dated
    elif dated:
        doubts.append(Doubt("incomplete_date", dated.start, dated.end, "日期不完整，成文日期留空"))
    plan_title, addressee = front.found.get("plan_title"), front.found.get("addressee")
    return Metadata(
        title=title[0] if title else None,
        plan_title=plan_title[0] if plan_title else None,
        issuer=issuer[0] if issuer else None,
        document_number=number[0] if number else None,
        issued_on=found[0] if found else None,
        addressee=addressee[0] if addressee else None,
        places=places,
    ), doubts


def _issuer(front: Front, text: str, tail_signature: Span | None) -> tuple[str, Span] | None:
    """The organ in the plan's title, in the notice's title, in a web page's list, in the signature, in the red head."""
    for name, stop in (("plan_title", YEAR), ("title", ABOUT)):
        if name in front.found:
            organ = _organ_prefix(text, front.found[name][1], stop)
            if organ:
                return organ
    signature = front.found.get("signature")
    if tail_signature and not signature:
        signature = (printed(text[tail_signature.start : tail_signature.end]), tail_signature)
    return front.listed.get("issuer") or signature or front.found.get("red_head")


def _organ_prefix(text: str, span: Span, stop: re.Pattern[str]) -> tuple[str, Span] | None:
    passage = text[span.start : span.end]
    match = stop.search(passage)
    prefix = passage[: match.start()].rstrip() if match else ""
    return (printed(prefix), Span(span.start, span.start + len(prefix))) if prefix and is_organ(prefix) else None


def _issued_on(front: Front, tail_date: Span | None, doubts: list[Doubt]) -> Span | None:
    if "date" in front.found:
        return front.found["date"][1]
    if tail_date:
        return tail_date
    listed = front.listed.get("issued_on")
    if not listed or not find_date(listed[0]):
        return None
    span = listed[1]
    if "发布" in front.listed_date_key:
        doubts.append(Doubt("published_date", span.start, span.end, "只有发布日期，按成文日期处理"))
    return span
