"""What stands around a breakdown: the rows above its heading, and the sheet 文件信息 that an exported one carries."""

import re
from dataclasses import dataclass, field

from app.documents.dates import find_date, find_document_number, is_date_line, is_document_number_line
from app.documents.front import Front, FrontReader, metadata_of
from app.documents.lines import Line, split_lines
from app.documents.marks import Marks
from app.documents.organs import is_organ, printed
from app.documents.tables.headings import plain
from app.documents.tables.writing import PLAN_KEY
from app.documents.text import fold
from app.documents.values import BlockKind, Cell, Doubt, Identity, Metadata, Span

# 文件信息: what a row is called, and what it holds.
BLOCKS = {
    "发文机关标志": BlockKind.ISSUER_MARK,
    "发文字号": BlockKind.DOCUMENT_NUMBER,
    "网页信息": BlockKind.METADATA,
    "标题": BlockKind.TITLE,
    "主送机关": BlockKind.ADDRESSEE,
    "通知正文": BlockKind.NOTICE,
    "落款": BlockKind.SIGNATURE,
    "成文日期": BlockKind.DATE,
    "要点标题": BlockKind.PLAN_TITLE,
    "前言": BlockKind.PREAMBLE,
    "份号": BlockKind.COPY_NUMBER,
    "紧急程度": BlockKind.URGENCY,
    "签发人": BlockKind.SIGNER,
    "附注": BlockKind.REMARK,
    "联系人": BlockKind.CONTACT,
    "附件": BlockKind.ATTACHMENT,
    "主题词": BlockKind.SUBJECT_WORDS,
    "抄送": BlockKind.COPIES_TO,
    "印发机关和印发日期": BlockKind.IMPRINT,
}
PLACE = "行政区划"

_ELEMENTS = {
    BlockKind.ISSUER_MARK: "red_head",
    BlockKind.TITLE: "title",
    BlockKind.PLAN_TITLE: "plan_title",
    BlockKind.ADDRESSEE: "addressee",
}
_KEY = re.compile(r"([0-9]{6})-([a-z][a-z0-9]*)-([0-9]{4})")
_CODE = re.compile(r"[0-9]{6}")
_ANNEX = re.compile(r"附\s*[件表]?\s*[0-9一二三四五六七八九十]*[-－—]?[0-9]*\s*[：:]?")
_KEYED = re.compile(r"\s*([^：:\s][^：:]{0,11})\s*[：:]\s*(.*?)\s*", re.DOTALL)
_ISSUER_KEYS = ("发文机关", "制发机关", "制定单位", "编制单位", "印发机关")
_OFFICE_KEYS = ("单位", "填报单位", "填表单位", "报送单位", "制表单位", "责任单位", "部门")
_DATE_KEYS = ("成文日期", "印发日期", "发文日期")
_TITLE = re.compile(r"(?:表|台账|清单|要点|计划|安排|方案|任务|分解|一览|分工|工作|项目|实事)(?:[（(].{1,16}[）)])?$")
_NO_TITLE_HALF = re.compile(r"[，。；：:]")
_LONGEST_HALF = 30  # characters of the upper part of a title in two rows
_CJK = re.compile(r"[\u4e00-\u9fff]")


@dataclass(slots=True)
class Heads:
    """What was found around the tables: `painted` says of each place what it is."""

    text: str
    front: Front = field(default_factory=Front)
    signature: Span | None = None
    date: Span | None = None
    issuer: tuple[str, Span] | None = None
    said: Identity | None = None
    painted: list[tuple[BlockKind, int, int]] = field(default_factory=list)
    office: tuple[str, Span] | None = None  # what a cell such as 填报单位：… is called, and the office it names
    filed: bool = False  # 文件信息 was there, so that the rows above the heading are for the eye only

    def metadata(self) -> tuple[Metadata, list[Doubt]]:
        """The document's elements; an issuer that a row names by that word counts before the titles'."""
        found, doubts = metadata_of(self.front, self.text, self.signature, self.date)
        if self.issuer:
            places = {**found.places, "issuer": self.issuer[1]}
            found = Metadata(
                found.title,
                found.plan_title,
                self.issuer[0],
                found.document_number,
                found.issued_on,
                found.addressee,
                places,
            )
        if self.office and found.places.get("issuer") == self.office[1]:
            assumed = f"标题没有写明发文机关，按“{self.office[0]}”一栏处理"
            doubts.append(Doubt("issuer_inferred", self.office[1].start, self.office[1].end, assumed))
        return found, doubts

    def keep(self, name: str, start: int, end: int, value: str | None = None) -> None:
        """Keep the first of an element."""
        self.front.found.setdefault(name, (printed(self.text[start:end]) if value is None else value, Span(start, end)))

    def paint(self, kind: BlockKind, cell: Cell) -> None:
        """Say what a cell is."""
        self.painted.append((kind, cell.start, cell.end))

    def read_file_rows(self, cells: tuple[Cell, ...], *, before: bool) -> None:
        """The rows of 文件信息 `before` the plan's text, or behind it."""
        self.filed = True
        keys = {cell.row: plain(self.text[cell.start : cell.end]) for cell in cells if cell.column == 0}
        for cell in cells:
            key = keys.get(cell.row, "")
            kind = BLOCKS.get(key) if cell.column == 1 else None
            self.paint(kind or BlockKind.FURNITURE, cell)
            if cell.column == 1 and key in (PLAN_KEY, PLACE):
                self._identify(key, self.text[cell.start : cell.end])
            elif kind:
                self._element(kind, cell, before=before)

    def _identify(self, key: str, value: str) -> None:
        known = self.said or Identity(None, None, None)
        match = _KEY.fullmatch(value.strip())
        code = _CODE.match(value.strip())
        if key == PLAN_KEY and match:
            self.said = Identity(match.group(1), match.group(2), int(match.group(3)))
        elif key == PLACE and code and known.adcode is None:
            self.said = Identity(code.group(), known.domain, known.year)

    def _element(self, kind: BlockKind, cell: Cell, *, before: bool) -> None:
        lines = _lines(self.text, cell)
        if not lines:
            return
        first, last = lines[0].first, lines[-1].last
        value = "".join(printed(line.text) for line in lines)
        if kind is BlockKind.METADATA:
            reader = FrontReader(self.text, lines, set(), Marks())
            for line in lines:
                reader.sort_listed(line)
            self.front.listed |= reader.front.listed
            self.front.listed_date_key = self.front.listed_date_key or reader.front.listed_date_key
        elif kind is BlockKind.DOCUMENT_NUMBER:
            start, end = find_document_number(self.text[first:last]) or (0, last - first)
            self.keep("document_number", first + start, first + end)
        elif kind in (BlockKind.SIGNATURE, BlockKind.DATE):
            self._signed(kind, lines, before=before)
        elif kind is BlockKind.ADDRESSEE and value.endswith(("：", ":")):
            self.keep("addressee", first, last - 1, value[:-1].rstrip())
        elif kind in _ELEMENTS:
            self.keep(_ELEMENTS[kind], first, last, value)

    def _signed(self, kind: BlockKind, lines: list[Line], *, before: bool) -> None:
        """Who signed, and when: of several organs before the plan the one next to the date, behind it the first."""
        if kind is BlockKind.SIGNATURE and before:
            self.keep("signature", lines[-1].first, lines[-1].last)
        elif kind is BlockKind.SIGNATURE:
            self.signature = self.signature or Span(lines[0].first, lines[0].last)
        elif before:
            self.keep("date", lines[0].first, lines[-1].last)
        else:
            self.date = self.date or Span(lines[0].first, lines[-1].last)

    def read_title_rows(self, cells: list[Cell]) -> None:
        """The rows above a table's heading: the notice with which it is sent, if that stands there too, and its titles.

        The last row that ends as titles do is the plan's title.
        """
        free: list[Cell] = []
        for cell in self._behind_notice(cells):
            words = self.text[cell.start : cell.end]
            if self.filed or _ANNEX.fullmatch(fold(words)) or len(_CJK.findall(words)) < 2:
                self.paint(BlockKind.FURNITURE, cell)
            elif is_document_number_line(words):
                self._element(BlockKind.DOCUMENT_NUMBER, cell, before=True)
                self.paint(BlockKind.DOCUMENT_NUMBER, cell)
            elif is_date_line(words):
                self._element(BlockKind.DATE, cell, before=True)
                self.paint(BlockKind.DATE, cell)
            elif not self._keyed(cell):
                free.append(cell)
        self._title(free)

    def _behind_notice(self, cells: list[Cell]) -> list[Cell]:
        """Read a notice (关于印发……的通知) that stands above the table, as in a Word file; the cells behind it."""
        placed = [(k, line) for k, cell in enumerate(cells) for line in _lines(self.text, cell)]
        front = FrontReader(self.text, [line for _, line in placed], set(), Marks()).read()
        if self.filed or "title" not in front.found:
            return cells
        inside = [i for i, kind in front.kinds.items() if kind not in (BlockKind.PREAMBLE, BlockKind.FURNITURE)]
        last = max(placed[i][0] for i in inside)
        for i, (k, line) in enumerate(placed):
            if k <= last:
                self.painted.append((front.kinds[i], line.first, line.last))
        self.front = front
        return cells[last + 1 :]

    def _keyed(self, cell: Cell) -> bool:
        """A cell such as 填报单位：…: what it tells, where that counts."""
        match = _KEYED.fullmatch(self.text, cell.start, cell.end)
        if not match or len(match.group(1)) > len("行政区划代码："):
            return False
        key = plain(match.group(1))
        start, end = match.span(2)
        value = printed(match.group(2))
        inner = Cell(cell.row, cell.column, start, end)
        kind = BlockKind.FURNITURE
        if key in BLOCKS and value:
            kind = BLOCKS[key]
            self._element(kind, inner, before=True)
        elif key in _DATE_KEYS and find_date(value):
            kind = BlockKind.DATE
            self._element(kind, inner, before=True)
        elif key in _ISSUER_KEYS and value:
            kind = BlockKind.METADATA
            self.issuer = (value, Span(start, end))
        elif key in _OFFICE_KEYS and is_organ(value):
            kind = BlockKind.METADATA
            self.front.listed.setdefault("issuer", (value, Span(start, end)))
            self.office = self.office or (key, Span(start, end))
        elif key.startswith(PLACE) or key == PLAN_KEY:
            self._identify(PLAN_KEY if key == PLAN_KEY else PLACE, value)
        elif match.group(1) and len(value) > _LONGEST_HALF:
            return False
        self.paint(kind, cell)
        return True

    def _title(self, cells: list[Cell]) -> None:
        if not cells:
            return
        at = next((k for k in range(len(cells) - 1, -1, -1) if _TITLE.search(fold(self._words(cells[k])))), 0)
        first = at
        while first and self._is_half(cells[first - 1]):
            first -= 1
        value = "".join(printed(line.text) for cell in cells[first : at + 1] for line in _lines(self.text, cell))
        if "plan_title" not in self.front.found:
            self.keep("plan_title", cells[first].start, cells[at].end, value)
            kind = BlockKind.PLAN_TITLE
        else:
            kind = BlockKind.PREAMBLE
        for k, cell in enumerate(cells):
            self.paint(kind if first <= k <= at else BlockKind.PREAMBLE, cell)

    def _words(self, cell: Cell) -> str:
        return self.text[cell.start : cell.end]

    def _is_half(self, cell: Cell) -> bool:
        words = fold(self._words(cell))
        return is_organ(words) or (len(words) <= _LONGEST_HALF and not _NO_TITLE_HALF.search(words))


def _lines(text: str, cell: Cell) -> list[Line]:
    """The lines with words of a cell, with their places in the whole text."""
    start = cell.start
    lines = split_lines(text[cell.start : cell.end])
    return [
        Line(line.start + start, line.stop + start, line.first + start, line.last + start, line.text)
        for line in lines
        if line.text
    ]
