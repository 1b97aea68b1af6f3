"""A Word document's body, walked through from top to bottom: paragraphs and tables with what their characters look like.

Tracked changes are taken as accepted, fields give their results, text boxes stand beside the paragraph that holds them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from app.documents.sources.docx_numbering import Numbering
from app.documents.sources.docx_package import MC, M, W, switched_on, value, whole_number
from app.documents.sources.docx_styles import Characters, Style, Styles, characters, outline_level
from app.documents.sources.docx_symbols import UNKNOWN, symbol

# What a paragraph left out or took for granted: kinds of doubts.
CHANGES, HIDDEN, NOTES, SYMBOLS, EMBEDDED = (
    "tracked_changes", "hidden_text", "footnotes", "unknown_symbol", "embedded_document",
)  # fmt: skip

_WRAPPERS = {W + name for name in ("hyperlink", "smartTag", "customXml", "ins", "moveTo", "bdo", "dir", "fldSimple")}
_INSERTED = {W + "ins", W + "moveTo"}
_DELETED = {W + "del", W + "moveFrom"}
_DRAWN = {W + "drawing", W + "pict", W + "object"}
_REFERENCES = {W + "footnoteReference", W + "endnoteReference"}
_FIELD = {W + "fldChar", W + "instrText"}
_LONGEST_FIELD = 200  # characters of a field's instruction that are kept; its name is the first word
_SIGNS = {
    W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-",
}  # fmt: skip
# Line ends and tabs inside a text, which Word shows as spaces. (A pattern: str.translate takes twenty times as long.)
_SPACES = re.compile("[\n\r\t\x0b\x0c\x85\u2028\u2029]")
_PRESERVE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(slots=True)
class Paragraph:
    """A paragraph: its automatic label, its text in pieces that look alike, its level as a heading.

    `contents`: it is a line of the table of contents. `remarks`: what was left out of it, or taken for granted.
    """

    pieces: list[tuple[str, Characters]] = field(default_factory=list)
    label: str = ""
    level: int | None = None
    contents: bool = False
    remarks: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The label and the words."""
        words = "".join(piece for piece, _ in self.pieces)
        return self.label + words if words.strip() else self.label.rstrip() + words


@dataclass(slots=True)
class Cell:
    """A table's cell; row and column count from 0."""

    row: int
    column: int
    paragraphs: list[Paragraph]
    rows: int = 1
    columns: int = 1


@dataclass(slots=True)
class Table:
    """A table's cells, row by row."""

    rows: list[list[Cell]] = field(default_factory=list)


@dataclass(slots=True)
class _Field:
    """A field between its begin and its end; `result`: whether what comes now is its result, not its instruction."""

    instruction: str = ""
    result: bool = False


class BodyReader:
    """Reads the body once; `read` gives its paragraphs and tables in order."""

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self.styles = styles
        self.numbering = numbering
        self.fields: list[_Field] = []
        self.open: Paragraph | None = None  # a paragraph whose end was deleted: the next one goes on with it
        self.boxes: list[tuple[bool, list[Paragraph]]] = []
        self.in_contents = False

    def read(self, body: Iterable[etree._Element]) -> list[Paragraph | Table]:
        """Everything in the body, text boxes before or behind the paragraph that holds them."""
        found = list(self._blocks(body))
        return [*found, *self._left_open()]

    def _blocks(self, elements: Iterable[etree._Element]) -> Iterator[Paragraph | Table]:
        for element in elements:
            tag = element.tag
            if tag == W + "p":
                yield from self._paragraph(element)
            elif tag == W + "tbl":
                yield from self._left_open()
                yield self._table(element)
            elif tag == W + "sdt":
                yield from self._content_control(element)
            elif tag == W + "altChunk":
                yield Paragraph(remarks=[EMBEDDED])
            elif tag in _WRAPPERS:
                yield from self._blocks(element)
            elif tag == MC + "AlternateContent":
                yield from self._blocks(_alternative(element))

    def _content_control(self, element: etree._Element) -> Iterator[Paragraph | Table]:
        gallery = value(element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery"))
        before, self.in_contents = self.in_contents, self.in_contents or gallery == "Table of Contents"
        yield from self._blocks(element.findall(f"{W}sdtContent/*"))
        self.in_contents = before

    def _left_open(self) -> list[Paragraph]:
        left, self.open = self.open, None
        return [left] if left is not None and left.text().strip() else []

    def _paragraph(self, element: etree._Element) -> Iterator[Paragraph]:
        properties = element.find(W + "pPr")
        style_key = value(properties.find(W + "pStyle")) if properties is not None else None
        style = self.styles.paragraph(style_key)
        paragraph = self.open or Paragraph()
        self.open = None
        paragraph.level = style.level if properties is None else outline_level(properties, style.level)
        paragraph.contents = self.in_contents or style.contents or self._inside_contents()
        outer, self.boxes = self.boxes, []
        self._inline(element, paragraph, style.characters.over(self.styles.defaults))
        boxes, self.boxes = self.boxes, outer
        self.fields = [entry for entry in self.fields if entry.result]
        mark = properties.find(W + "rPr") if properties is not None else None
        if mark is not None and any(mark.find(tag) is not None for tag in _DELETED):
            paragraph.remarks.append(CHANGES)
            self.open = paragraph
        else:
            empty = not paragraph.pieces
            if not (empty and mark is not None and switched_on(mark.find(W + "vanish"))):
                paragraph.label = self._label(properties, style)
        yield from (box for early, group in boxes if early for box in group)
        if self.open is None:
            yield paragraph
        yield from (box for early, group in boxes if not early for box in group)

    def _inside_contents(self) -> bool:
        return any(entry.instruction.lstrip().upper().startswith("TOC") for entry in self.fields)

    def _label(self, properties: etree._Element | None, style: Style) -> str:
        numbers = properties.find(W + "numPr") if properties is not None else None
        own = value(numbers.find(W + "numId")) if numbers is not None else None
        level = whole_number(numbers.find(W + "ilvl")) if numbers is not None else None
        number = style.numbering if own is None else own
        if number is None or number == "0":  # 0 takes a style's numbering away
            return ""
        if own is None and level is None:
            level = style.numbering_level
        return self.numbering.label(number, level, style.numbered_by)

    def _inline(self, element: Iterable[etree._Element], paragraph: Paragraph, look: Characters) -> None:
        for child in element:
            tag = child.tag
            if tag == W + "r":
                self._run(child, paragraph, look)
            elif tag in _DELETED:
                paragraph.remarks.append(CHANGES)
            elif tag in _WRAPPERS:
                if tag in _INSERTED:
                    paragraph.remarks.append(CHANGES)
                self._inline(child, paragraph, look)
            elif tag == W + "sdt":
                content = child.find(W + "sdtContent")
                self._inline(() if content is None else content, paragraph, look)
            elif tag == MC + "AlternateContent":
                self._inline(_alternative(child), paragraph, look)
            elif str(tag).startswith(M):
                self._add(paragraph, "".join(str(text.text or "") for text in child.iter(M + "t")), look)

    def _run(self, run: etree._Element, paragraph: Paragraph, look: Characters) -> None:
        properties = run.find(W + "rPr")
        if properties is not None:
            style = value(properties.find(W + "rStyle"))
            under = self.styles.get(style).characters.over(look) if style is not None else look
            look = characters(properties).over(under)
        self._content(run, paragraph, look)

    def _content(self, run: Iterable[etree._Element], paragraph: Paragraph, look: Characters) -> None:
        for child in run:
            tag = child.tag
            if tag == W + "t":
                text = str(child.text or "")
                kept = text if child.get(_PRESERVE) == "preserve" else text.strip(" \t\r\n")
                self._add(paragraph, _SPACES.sub(" ", kept), look)
            elif tag in _SIGNS:
                self._add(paragraph, _SIGNS[tag], look)
            elif tag in _REFERENCES:
                paragraph.remarks.append(NOTES)
            elif tag in _FIELD:
                self._field(child)
            else:
                self._special(child, paragraph, look)

    def _special(self, child: etree._Element, paragraph: Paragraph, look: Characters) -> None:
        tag = child.tag
        if tag == W + "sym":
            self._symbol(child, paragraph, look)
        elif tag in _DRAWN:
            self._drawn(child, paragraph)
        elif tag == W + "ruby":
            self._inline(child.findall(f"{W}rubyBase/{W}r"), paragraph, look)
        elif tag == MC + "AlternateContent":
            self._content(_alternative(child), paragraph, look)

    def _add(self, paragraph: Paragraph, text: str, look: Characters) -> None:
        if not text or not all(entry.result for entry in self.fields):
            return
        if look.hidden:
            paragraph.remarks.append(HIDDEN)
            return
        if self._inside_contents():
            paragraph.contents = True
        paragraph.pieces.append((text, look))

    def _symbol(self, element: etree._Element, paragraph: Paragraph, look: Characters) -> None:
        try:
            sign = symbol(int(value(element, "char") or "", 16), value(element, "font") or "")
        except ValueError:
            sign = UNKNOWN
        if sign == UNKNOWN:
            paragraph.remarks.append(SYMBOLS)
        self._add(paragraph, sign, look)

    def _field(self, element: etree._Element) -> None:
        kind = value(element, "fldCharType")
        if kind == "begin":
            self.fields.append(_Field())
        elif not self.fields:
            return
        elif kind == "separate":
            self.fields[-1].result = True
        elif kind == "end":
            self.fields.pop()
        elif element.tag == W + "instrText":
            self.fields[-1].instruction = (self.fields[-1].instruction + str(element.text or ""))[:_LONGEST_FIELD]

    def _drawn(self, element: etree._Element, paragraph: Paragraph) -> None:
        """The paragraphs of a text box: before the paragraph that holds it, if it stands at its beginning."""
        for box in _boxes(element):
            fields, self.fields = self.fields, []
            left, self.open = self.open, None
            inside = [p for block in self._blocks(box) for p in paragraphs_of(block)]
            inside += self._left_open()
            self.fields, self.open = fields, left
            self.boxes.append((not paragraph.text().strip(), [p for p in inside if p.text().strip()]))

    def _table(self, element: etree._Element) -> Table:
        table = Table()
        above: dict[int, Cell] = {}
        for row in _children(element, W + "tr"):
            properties = row.find(W + "trPr")
            if properties is not None and properties.find(W + "del") is not None:
                continue
            before = whole_number(properties.find(W + "gridBefore")) if properties is not None else None
            above = self._row(table, row, min(max(before or 0, 0), _MOST_COLUMNS), above)
        return table

    def _row(self, table: Table, row: etree._Element, column: int, above: dict[int, Cell]) -> dict[int, Cell]:
        """Add a row; what stands in each column, for the next row's cells that are merged with the ones above."""
        cells: list[Cell] = []
        standing: dict[int, Cell] = {}
        number = len(table.rows)
        for element in _children(row, W + "tc"):
            properties = element.find(W + "tcPr")
            span = whole_number(properties.find(W + "gridSpan")) if properties is not None else None
            merge = properties.find(W + "vMerge") if properties is not None else None
            paragraphs = [p for block in self._blocks(element) for p in paragraphs_of(block)] + self._left_open()
            upper = above.get(column)
            if merge is not None and value(merge) != "restart" and upper is not None:
                upper.rows = number - upper.row + 1
                cell = upper
            else:
                cell = Cell(number, column, paragraphs, columns=min(max(span or 1, 1), _MOST_COLUMNS))
                cells.append(cell)
            standing[column] = cell
            column = min(column + cell.columns, _MOST_COLUMNS)
        table.rows.append(cells)
        return standing


_MOST_COLUMNS = 63  # of a Word table


def paragraphs_of(block: Paragraph | Table) -> Iterator[Paragraph]:
    """A paragraph, or all those in a table."""
    if isinstance(block, Paragraph):
        yield block
    else:
        yield from (paragraph for row in block.rows for cell in row for paragraph in cell.paragraphs)


def _children(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The rows or cells of a table, also those inside content controls."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag == W + "sdt":
            for content in child.findall(W + "sdtContent"):
                yield from _children(content, tag)
        elif child.tag in _WRAPPERS:
            yield from _children(child, tag)


def _alternative(element: etree._Element) -> etree._Element:
    """The first branch with words: the newer form of a thing, else the one for older programs; never both."""
    branches = [*element.findall(MC + "Choice"), *element.findall(MC + "Fallback")]
    return next((b for b in branches if next(b.iter(W + "t"), None) is not None), branches[0] if branches else element)


def _boxes(element: etree._Element) -> Iterator[etree._Element]:
    for child in element:
        if child.tag == W + "txbxContent":
            yield child
        elif child.tag == MC + "AlternateContent":
            branch = _alternative(child)
            if branch is not child:
                yield from _boxes(branch)
        else:
            yield from _boxes(child)
