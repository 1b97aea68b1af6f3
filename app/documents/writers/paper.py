"""An official document as Word: the page, the fonts and the headings of GB/T 9704-2012.

What the document office adds itself is left out: the red head, the document number, the seal and the date.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import cn2an
from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Length, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table as DocxTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph as DocxParagraph

from app.documents.writers.archive import steady

# GB/T 9704-2012, 5 and 7: A4; margins above 37 mm and on the left 28 mm around a type area of 156 × 225 mm.
PAGE = (Mm(210), Mm(297))
TOP, LEFT, WIDTH, HEIGHT = 37, 28, 156, 225
# 22 lines of 28 characters of size three (16 pt): 225 mm / 22 = 580 twentieths of a point a line; 156 mm / 28 is
# 15.79 pt a character, which Word wants as the difference from the size, in 4096ths of a point.
LINE_PITCH, CHARACTER_SPACE = 580, -848
# LibreOffice gives a character that is wider than its cell two of them. So the page has the grid, and the styles keep
# to it by their own measures, the next ones that fit: 22 lines of 28.95 pt, 28 characters of 16 - 0.3 pt.
_LINE, _TIGHTER = Pt(28.95), -6
SIZE_2, SIZE_3, SIZE_4, SMALL_4 = Pt(22), Pt(16), Pt(14), Pt(12)
# Named, never shipped: the office's own machines have them.
TITLE_FONT, BODY_FONT, LEVEL_1_FONT, LEVEL_2_FONT, NUMBER_FONT, LATIN = (
    "方正小标宋简体",
    "仿宋",
    "黑体",
    "楷体",
    "宋体",
    "Times New Roman",
)
_HEADING_FONTS = (LEVEL_1_FONT, LEVEL_2_FONT, BODY_FONT, BODY_FONT)
_TABLE_LINE = Pt(17)  # a line in a table: size small four (12 pt) needs no grid of 29 pt
_PER_MM = 56.7  # twentieths of a point


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 4; it is numbered 一、（一）1.（1） as it is written, unless it has a `label` of its own."""

    level: int
    text: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph of the body."""

    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column. `width` in millimetres; all of a table's columns have 156 together. `centred`: short values."""

    heading: str
    width: float
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its head is repeated on each page, and no row is torn between two."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


Part = Heading | Text | Grid


@dataclass(frozen=True, slots=True)
class Paper:
    """A document: its title's lines, a remark under it (代拟稿), whom it addresses, its body, who sign it."""

    title: tuple[str, ...]
    remark: str | None
    addressee: str | None
    parts: tuple[Part, ...]
    signature: tuple[str, ...] = ()
    foot: str | None = None  # under the page number, where it is no part of the text


def docx(paper: Paper) -> bytes:
    """The document as a Word file; the same paper gives the same bytes."""
    document = Document()
    _set_up(document, "".join(paper.title))
    if paper.foot:
        _note_at_foot(document, paper.foot)
    document.add_paragraph("\n".join(paper.title), style="Title")
    if paper.remark:
        document.add_paragraph(paper.remark, style="Subtitle")
    if paper.addressee:
        document.add_paragraph(f"{paper.addressee}：").paragraph_format.first_line_indent = Pt(0)
    for label, part in _numbered(paper.parts):
        if isinstance(part, Heading):
            document.add_paragraph(f"{label}{part.text}", style=f"Heading {part.level}")
        elif isinstance(part, Text):
            document.add_paragraph(part.text)
        else:
            _add_grid(document, part)
    if paper.signature:
        _sign(document, paper.signature)
    out = io.BytesIO()
    document.save(out)
    return steady(out.getvalue())


def _numbered(parts: Sequence[Part]) -> Iterator[tuple[str, Part]]:
    counts = [0, 0, 0, 0]
    for part in parts:
        if not isinstance(part, Heading) or part.label is not None:
            yield (part.label or "" if isinstance(part, Heading) else ""), part
            continue
        counts[part.level - 1] += 1
        counts[part.level :] = [0] * (len(counts) - part.level)
        yield _label(part.level, counts[part.level - 1]), part


def _label(level: int, number: int) -> str:
    """The label of a heading (GB/T 9704-2012, 7.3.3)."""
    if level == 1:
        return f"{_chinese(number)}、"
    if level == 2:
        return f"（{_chinese(number)}）"
    return f"{number}." if level == 3 else f"（{number}）"


def _chinese(number: int) -> str:
    numeral: str = cn2an.an2cn(number)
    return numeral.removeprefix("一") if 10 <= number < 20 else numeral  # 十二, not 一十二


def _set_up(document: DocumentObject, title: str) -> None:
    section = document.sections[0]
    section.start_type = WD_SECTION.NEW_PAGE
    section.page_width, section.page_height = PAGE
    section.top_margin, section.left_margin = Mm(TOP), Mm(LEFT)
    section.bottom_margin, section.right_margin = Mm(297 - TOP - HEIGHT), Mm(210 - LEFT - WIDTH)
    # The page number stands 7 mm below the type area (7.5); its own line is about 6 mm high.
    section.footer_distance = Mm(297 - TOP - HEIGHT - 7 - 6)
    for old in section._sectPr.findall(qn("w:docGrid")):  # noqa: SLF001 - python-docx has no door to the grid
        section._sectPr.remove(old)  # noqa: SLF001
    section._sectPr.append(  # noqa: SLF001
        _element("w:docGrid", type="linesAndChars", linePitch=LINE_PITCH, charSpace=CHARACTER_SPACE)
    )
    document.settings.odd_and_even_pages_header_footer = True
    _number_pages(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _number_pages(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)
    _set_styles(document)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, "", ""


def _note_at_foot(document: DocumentObject, note: str) -> None:
    section = document.sections[0]
    for footer in (section.footer, section.even_page_footer):
        paragraph = footer.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.first_line_indent = Pt(0)
        paragraph.add_run(note).font.size = Pt(9)


def _set_styles(document: DocumentObject) -> None:
    styles = document.styles
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-US")  # as Chinese, figures would be broken at a line's end
        language.set(qn("w:eastAsia"), "zh-CN")
    normal = _styled(styles["Normal"], BODY_FONT, SIZE_3)
    normal.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    normal.paragraph_format.line_spacing = _LINE
    normal.paragraph_format.space_after = Pt(0)
    normal.element.get_or_add_rPr().append(_element("w:spacing", val=_TIGHTER))
    _off_grid(normal)
    _indent(normal)
    title = _styled(styles["Title"], TITLE_FONT, SIZE_2)
    _centre(title, before=Pt(29), after=Pt(14))
    # A title's lines are a third higher than the grid's, so that two of them do not touch.
    title.paragraph_format.line_spacing = Pt(36)
    for border in title.element.iter(qn("w:pBdr")):
        border.getparent().remove(border)
    _centre(_styled(styles["Subtitle"], LEVEL_2_FONT, SIZE_3), before=Pt(0), after=Pt(14))
    for level, font in enumerate(_HEADING_FONTS, start=1):
        heading = _styled(styles[f"Heading {level}"], font, SIZE_3)
        heading.paragraph_format.space_before = heading.paragraph_format.space_after = Pt(0)
        heading.paragraph_format.keep_with_next = True
        _indent(heading)
    for name, font, bold in (
        ("Cell", BODY_FONT, False),
        ("Cell Head", LEVEL_1_FONT, False),
        ("Caption", LEVEL_1_FONT, False),
    ):
        style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _styled(style, font, SMALL_4 if name != "Caption" else SIZE_4)
        style.font.bold = bold
        style.paragraph_format.line_spacing = _TABLE_LINE if name != "Caption" else _LINE
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT if name == "Cell" else WD_ALIGN_PARAGRAPH.CENTER
        _off_grid(style)
        _flush(style)
    styles["Caption"].paragraph_format.keep_with_next = True


def _styled(style: object, font: str, size: Length) -> ParagraphStyle:
    """A paragraph style with a Chinese font, Latin letters and figures in their own, black and upright."""
    if not isinstance(style, ParagraphStyle):
        raise TypeError(f"{style!r} is no paragraph style")
    style.font.size, style.font.bold, style.font.italic = size, False, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    properties = style.element.get_or_add_rPr()
    for old in [*properties.findall(qn("w:rFonts")), *properties.findall(qn("w:spacing"))]:
        properties.remove(old)
    properties.insert(0, _element("w:rFonts", ascii=LATIN, hAnsi=LATIN, eastAsia=font, cs=LATIN))
    return style


def _indent(style: ParagraphStyle) -> None:
    """Two characters before a paragraph's first line (7.3.3), counted in characters so that the grid holds."""
    properties = style.element.get_or_add_pPr()
    for old in properties.findall(qn("w:ind")):
        properties.remove(old)
    properties.append(_element("w:ind", firstLineChars=200, firstLine=640))


def _off_grid(style: ParagraphStyle) -> None:
    properties = style.element.get_or_add_pPr()
    for old in properties.findall(qn("w:snapToGrid")):
        properties.remove(old)
    properties.insert(0, _element("w:snapToGrid", val="0"))


def _flush(style: ParagraphStyle) -> None:
    """No indentation."""
    properties = style.element.get_or_add_pPr()
    for old in properties.findall(qn("w:ind")):
        properties.remove(old)
    properties.append(_element("w:ind", firstLineChars=0, firstLine=0))


def _centre(style: ParagraphStyle, *, before: Length, after: Length) -> None:
    style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    style.paragraph_format.space_before, style.paragraph_format.space_after = before, after
    style.paragraph_format.keep_with_next = True
    _flush(style)


def _number_pages(paragraph: DocxParagraph, side: WD_ALIGN_PARAGRAPH) -> None:
    """— 3 —, in figures of size four, at the outer side and one character off the edge (7.5)."""
    paragraph.alignment = side
    edge = "right" if side is WD_ALIGN_PARAGRAPH.RIGHT else "left"
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx knows no indentation in characters
    properties.append(_element("w:ind", **{f"{edge}Chars": 100, edge: 280, "firstLineChars": 0, "firstLine": 0}))
    for kind in ("— ", "begin", " PAGE ", "separate", "1", "end", " —"):
        run = paragraph.add_run()
        run.font.size = SIZE_4
        run._r.get_or_add_rPr().insert(  # noqa: SLF001
            0, _element("w:rFonts", ascii=NUMBER_FONT, hAnsi=NUMBER_FONT, eastAsia=NUMBER_FONT)
        )
        if kind in {"begin", "separate", "end"}:
            run._r.append(_element("w:fldChar", fldCharType=kind))  # noqa: SLF001
        elif kind == " PAGE ":
            field = _element("w:instrText")
            field.set(qn("xml:space"), "preserve")
            field.text = kind
            run._r.append(field)  # noqa: SLF001
        else:
            run.add_text(kind)


def _add_grid(document: DocumentObject, grid: Grid) -> None:
    if grid.caption:
        document.add_paragraph(grid.caption, style="Caption")
    table = document.add_table(rows=1, cols=len(grid.columns), style="Table Grid")
    table.autofit = False
    _set_widths(table, grid.columns)
    for cell, column in zip(table.rows[0].cells, grid.columns, strict=True):
        _write(cell, column.heading, "Cell Head")
    _keep(table.rows[0]._tr, "w:tblHeader")  # noqa: SLF001 - python-docx cannot repeat heads
    _keep(table.rows[0]._tr, "w:cantSplit")  # noqa: SLF001
    for values in grid.rows:
        row = table.add_row()
        _keep(row._tr, "w:cantSplit")  # noqa: SLF001
        for cell, column, value in zip(row.cells, grid.columns, values, strict=True):
            _write(cell, value, "Cell", centred=column.centred)
    # Two tables in a row would flow into one, and the next paragraph would stick to the table.
    document.add_paragraph(style="Cell")


def _set_widths(table: DocxTable, columns: Sequence[Column]) -> None:
    properties = table._tbl.tblPr  # noqa: SLF001
    for old in [*properties.findall(qn("w:tblW")), *properties.findall(qn("w:tblLayout"))]:
        properties.remove(old)
    properties.append(_element("w:tblW", w=round(WIDTH * _PER_MM), type="dxa"))
    properties.append(_element("w:tblLayout", type="fixed"))
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w=85, type="dxa"))  # 1.5 mm
    properties.append(margins)
    for grid_column, column in zip(table._tbl.tblGrid.iterchildren(), columns, strict=True):  # noqa: SLF001
        grid_column.set(qn("w:w"), str(round(column.width * _PER_MM)))
    for cell, column in zip(table.rows[0].cells, columns, strict=True):
        cell.width = Mm(column.width)


def _keep(row: BaseOxmlElement, what: str) -> None:
    properties = row.find(qn("w:trPr"))
    if properties is None:
        properties = OxmlElement("w:trPr")
        row.insert(0, properties)
    properties.append(OxmlElement(what))


def _write(cell: _Cell, value: str, style: str, *, centred: bool = False) -> None:
    """A cell's lines, a paragraph each."""
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    first, *rest = value.split("\n")
    paragraphs = [cell.paragraphs[0], *(cell.add_paragraph() for _ in rest)]
    for paragraph, line in zip(paragraphs, (first, *rest), strict=True):
        paragraph.style = style
        paragraph.add_run(line)
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _sign(document: DocumentObject, organs: Sequence[str]) -> None:
    """Who sign, and under them the date, which is left open (7.3.5)."""
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    document.add_paragraph().paragraph_format.keep_with_next = True
    for line, edge in (*((organ, 200) for organ in organs), ("    年  月  日", 400)):
        paragraph = document.add_paragraph(line)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.keep_with_next = line in organs
        properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx knows no indentation in characters
        properties.append(_element("w:ind", rightChars=edge, right=edge * 3, firstLineChars=0, firstLine=0))


def _element(tag: str, **attributes: object) -> BaseOxmlElement:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    return cast("BaseOxmlElement", element)
