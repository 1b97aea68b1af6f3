"""Word files (.docx, ISO/IEC 29500): the text as Word shows it, with what styles and typefaces say of its lines."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.documents.classification import refuse_classified
from app.documents.endings import ends_closed
from app.documents.sources.docx_body import (
    CHANGES,
    EMBEDDED,
    HIDDEN,
    NOTES,
    SYMBOLS,
    BodyReader,
    Paragraph,
    Table,
    paragraphs_of,
)
from app.documents.sources.docx_numbering import Numbering
from app.documents.sources.docx_package import lines_of, open_package
from app.documents.sources.docx_styles import Characters, Styles
from app.documents.sources.docx_symbols import UNKNOWN
from app.documents.sources.docx_tables import as_breakdown, remarks_of
from app.documents.sources.limits import Limits
from app.documents.tables.writing import written
from app.documents.values import Doubt, Format, Mark, MarkKind, Source

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_CJK = re.compile("[\u3400-\u9fff]")
_IN_SENTENCE = re.compile("[，。；,;]")
# The typefaces that set headings and first sentences apart (GB/T 9704 and common use), by any of their names.
_TYPEFACES = (
    ("小标宋", re.compile("小标宋|xiaobiaosong", re.IGNORECASE)),
    ("黑体", re.compile("黑体|黑體|hei", re.IGNORECASE)),
    ("楷体", re.compile("楷|kai", re.IGNORECASE)),
)
_REMARKS = {
    CHANGES: "文中有{count}处修订痕迹，按全部接受修订处理",
    HIDDEN: "文中有{count}处隐藏文字，没有读入",
    NOTES: "文中有{count}处脚注或尾注，没有作为正文读入",
    SYMBOLS: f"文中有{{count}}个符号认不出，以“{UNKNOWN}”代替",
    EMBEDDED: "文中嵌入了{count}份其他文件，没有读入",
}


def open_docx(data: bytes, limits: Limits) -> Source:
    """A Word file's body text; where it is a task breakdown, with its table's cells.

    Headers, footers, notes, comments and hidden text are no part of it; a header can bear a mark of classification.

    Raises DocumentError: `damaged`, `too_large`, `encrypted`, `classified`.
    """
    package = open_package(data, limits)
    for header in package.headers:
        refuse_classified(lines_of(header))
    styles = Styles(package.styles)
    blocks = BodyReader(styles, Numbering(package.numbering, styles)).read(package.body)
    sheet = as_breakdown(blocks)
    if sheet is not None:
        counted = Counter(remark for block in blocks for p in paragraphs_of(block) for remark in p.remarks)
        said = {kind: _REMARKS[kind].format(count=count) for kind, count in counted.items()}
        text, sheets, doubts = written([sheet], remarks_of(blocks, said))
        return Source(Format.DOCX, MEDIA_TYPE, text, doubts=doubts, paragraphs=True, sheets=sheets)
    writer = _Writer(_typeface(_most_used_font(blocks)))
    for block in blocks:
        for line in _lines(block):
            writer.write(line)
    return Source(
        Format.DOCX, MEDIA_TYPE, "".join(writer.parts), tuple(writer.marks), tuple(writer.doubts()), paragraphs=True
    )


def _lines(block: Paragraph | Table) -> Iterator[list[Paragraph]]:
    """A block's lines, each one paragraph or the cells of a table's row.

    A row whose cells hold several paragraphs is written cell by cell: its table only arranges the page.
    """
    if isinstance(block, Paragraph):
        yield [block]
        return
    for row in block.rows:
        cells = [[p for p in cell.paragraphs if p.text().strip()] for cell in row]
        if all(len(cell) <= 1 for cell in cells):
            yield [paragraph for cell in cells for paragraph in cell]
        else:
            yield from ([paragraph] for cell in cells for paragraph in cell)


def _most_used_font(blocks: Iterable[Paragraph | Table]) -> str | None:
    counted: Counter[str | None] = Counter()
    for block in blocks:
        for paragraph in paragraphs_of(block):
            for text, look in paragraph.pieces:
                counted[look.font] += len(text)
    return counted.most_common(1)[0][0] if counted else None


def _typeface(font: str | None) -> str | None:
    return next((name for name, pattern in _TYPEFACES if font and pattern.search(font)), None)


@dataclass(slots=True)
class _Writer:
    """The text as it grows, with the marks and remarks at their places in it. `body`: the typeface of most of it."""

    body: str | None
    parts: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    length: int = 0
    emphasised: dict[Characters, bool] = field(default_factory=dict)

    def write(self, line: list[Paragraph]) -> None:
        """Write one line of the text (more, where it has line breaks), from one paragraph or several cells."""
        start = self.length
        for k, paragraph in enumerate(line):
            self._put("\t" if k else "")
            begin = self.length
            words = paragraph.text()
            self._put(words)
            self._mark(paragraph, begin + len(words) - sum(len(text) for text, _ in paragraph.pieces))
            for remark in paragraph.remarks:
                self.remarks[remark] += 1
                self.places.setdefault(remark, (begin, self.length))
        if len(line) == 1:
            self._mark_line(line[0], start)
        self._put("\n")

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def _mark(self, paragraph: Paragraph, words: int) -> None:
        """BOLD for every stretch that stands out; spaces between two belong to them."""
        stretches: list[tuple[int, int]] = []
        place = words
        loose = words
        for text, look in paragraph.pieces:
            if not text.isspace():
                if self._stands_out(text, look):
                    joined = bool(stretches) and stretches[-1][1] == loose
                    stretches.append((stretches.pop()[0] if joined else place, place + len(text)))
                    loose = place + len(text)
                else:
                    loose = -1
            elif loose == place:
                loose = place + len(text)
                if stretches:
                    stretches[-1] = (stretches[-1][0], loose)
            place += len(text)
        self.marks += [Mark(MarkKind.BOLD, start, end) for start, end in stretches]

    def _stands_out(self, text: str, look: Characters) -> bool:
        if look.bold:
            return True
        typeface = _typeface(look.font)
        return typeface is not None and typeface != self.body and _CJK.search(text) is not None

    def _mark_line(self, paragraph: Paragraph, start: int) -> None:
        text = paragraph.text()
        if not text.strip():
            return
        if paragraph.contents:
            self.marks.append(Mark(MarkKind.FURNITURE, start, self.length))
        elif paragraph.level is not None:
            self.marks.append(Mark(MarkKind.HEADING, start, start + len(text), paragraph.level))
        self._mark_breaks(text, start)

    def _mark_breaks(self, text: str, start: int) -> None:
        """A line break in the middle of a sentence begins no paragraph."""
        place = start
        above = ""
        for piece in text.split("\n"):
            stripped = piece.strip()
            if above and stripped and _IN_SENTENCE.search(above) and not ends_closed(above):
                self.marks.append(Mark(MarkKind.CONTINUES, place, place + len(piece)))
            above = stripped or above
            place += len(piece) + 1

    def doubts(self) -> Iterator[Doubt]:
        """One doubt of each kind, at the first place, with how often."""
        for kind, (start, end) in self.places.items():
            yield Doubt(kind, start, end, _REMARKS[kind].format(count=self.remarks[kind]))
