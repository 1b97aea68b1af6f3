"""Excel workbooks (ECMA-376): the cells of all sheets with their words, merged ranges, and what is hidden.

The parts are read as streams, so that a file's size bounds what it costs. A library of spreadsheets is of no help
here: openpyxl makes an object of every cell in a merged range, however large, does not know the formats for dates that
Excel has in Chinese, and cannot tell a formula that was never computed from an empty cell.
"""

import io
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from app.documents.classification import refuse_classified
from app.documents.sources import errors
from app.documents.sources.archive import Archive
from app.documents.sources.limits import Limits
from app.documents.sources.number_formats import BUILT_IN, printed_number
from app.documents.tables.grid import MOST_MERGED, Entry
from app.documents.tables.writing import RawSheet, Remark, cleaned, written
from app.documents.values import DocumentError, Format, Source

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 20_000  # with words, in all sheets together; the longest breakdowns have some thousand
MOST_CELLS = 200_000  # with words
MOST_COLUMNS = 256  # that count; what stands further right is far off any table
MOST_SHEETS = 200

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_HEADERS = ("oddHeader", "evenHeader", "firstHeader")
# What a printed page's header has between its words: where they stand (&L, &C, &R), fonts, sizes, colours, fields.
_HEADER_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|[0-9]{1,3}|[^&])|[\r\n]+')
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(slots=True)
class _Sheet:
    """A sheet as it is gathered; `hidden_rows`, `hidden_columns` count from 0, `uncomputed`: formulas without a value."""

    name: str
    state: str
    part: str
    entries: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    uncomputed: list[tuple[int, int]] = field(default_factory=list)
    faulty: list[tuple[int, int]] = field(default_factory=list)


def open_xlsx(data: bytes, limits: Limits) -> Source:
    """A workbook's visible sheets as text and tables.

    Hidden rows and columns are read, since filters hide rows that count; hidden sheets are not. Both leave a doubt, and
    so does a formula whose value is not in the file.

    Raises DocumentError: `damaged`, `too_large`, `encrypted`, and `empty` for a workbook without words.
    """
    archive = Archive(data, limits, "XLSX")
    try:
        sheets, from_1904 = _workbook(archive)
        shared, formats = list(_shared(archive)), _formats(archive)
        cells = 0
        for sheet in sheets:
            if sheet.state == "visible":
                _fill(sheet, archive, shared, formats, from_1904=from_1904)
                cells += len(sheet.entries)
                _check(cells, sum(len({row for row, _ in s.entries}) for s in sheets))
    except DocumentError:  # says already what is wrong
        raise
    except DefusedXmlException as error:
        raise errors.damaged("XLSX", "其中定义了实体", "it defines entities") from error
    except (ParseError, ValueError, KeyError, IndexError) as error:
        raise errors.damaged("XLSX") from error
    return _source(sheets)


def _source(sheets: list[_Sheet]) -> Source:
    read = [sheet for sheet in sheets if sheet.entries]
    if not read:
        raise errors.no_text("XLSX")
    raw = [RawSheet(sheet.name, _entries(sheet)) for sheet in read]
    remarks = [remark for number, sheet in enumerate(read) for remark in _remarks(number, sheet, raw[number].entries)]
    hidden = [sheet.name for sheet in sheets if sheet.state != "visible"]
    if hidden:
        named = "、".join(f"“{name}”" for name in hidden[:5])
        remarks.append(Remark("hidden_sheet", 0, f"工作表{named}等{len(hidden)}个是隐藏的，没有读入", row=-1))
    text, tables, doubts = written(raw, remarks)
    return Source(Format.XLSX, MEDIA_TYPE, text, doubts=doubts, paragraphs=True, sheets=tables)


def _check(cells: int, rows: int) -> None:
    if cells > MOST_CELLS or rows > MOST_ROWS:
        raise too_many_cells()


def too_many_cells() -> DocumentError:
    """A table beyond the limits."""
    return DocumentError(
        "too_large",
        f"表格过大：有内容的行最多 {MOST_ROWS} 行，单元格最多 {MOST_CELLS} 个。请只保留任务分解表本身，或拆成几份后分别导入。",
        f"The table is too large: at most {MOST_ROWS:,} rows and {MOST_CELLS:,} cells with content are read. Keep the "
        "breakdown only, or split it and import the parts.",
    )


def _entries(sheet: _Sheet) -> tuple[Entry, ...]:
    """The cells, each merged range as one. What a program left behind inside a merged range nobody sees."""
    ends = {(top, left): (bottom, right) for top, left, bottom, right in sheet.merged}
    # A range may reach far below the last words, where there are only empty cells.
    last_row = max(row for row, _ in sheet.entries)
    last_column = max(column for _, column in sheet.entries)
    inside: dict[int, list[tuple[int, int]]] = {}  # row → columns that a range takes
    entries, covered = [], 0
    for (row, column), text in sorted(sheet.entries.items()):
        if any(left <= column <= right for left, right in inside.get(row, ())):
            continue
        bottom, right = ends.get((row, column), (row, column))
        bottom, right = max(row, min(bottom, last_row)), max(column, min(right, last_column))
        covered += (bottom - row + 1) * (right - column + 1)
        if covered > MOST_MERGED:
            raise errors.too_large("合并的单元格过多", "too many cells are merged")
        if (bottom, right) != (row, column):
            for covered_row in range(row, bottom + 1):
                inside.setdefault(covered_row, []).append((column, right))
        entries.append(Entry(row, column, text, bottom - row + 1, right - column + 1))
    return tuple(entries)


def _remarks(number: int, sheet: _Sheet, entries: tuple[Entry, ...]) -> Iterator[Remark]:
    rows = sorted({e.row for e in entries if e.row in sheet.hidden_rows})
    if rows:
        yield Remark("hidden_rows", number, f"工作表“{sheet.name}”有{len(rows)}行是隐藏的，仍然读入", row=rows[0])
    columns = sorted({e.column for e in entries if any(a <= e.column <= b for a, b in sheet.hidden_columns)})
    if columns:
        assumed = f"工作表“{sheet.name}”有{len(columns)}列是隐藏的，仍然读入"
        first = min(e.row for e in entries if e.column == columns[0])
        yield Remark("hidden_columns", number, assumed, row=first, column=columns[0])
    if sheet.uncomputed:
        where = "、".join(_name(row, column) for row, column in sheet.uncomputed[:5])
        assumed = f"工作表“{sheet.name}”的{where}等{len(sheet.uncomputed)}个单元格是公式，文件中没有计算结果，按空白处理；请用 Excel 或 WPS 打开并保存后再导入"
        yield Remark("formula_without_value", number, assumed, row=sheet.uncomputed[0][0])
    for row, column in sheet.faulty[:20]:
        yield Remark(
            "cell_error", number, f"单元格{_name(row, column)}是公式错误值，按原样保留", row=row, column=column
        )


def _name(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _place(reference: str) -> tuple[int, int]:
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(reference)
    column = 0
    for letter in match.group(1):
        column = column * 26 + ord(letter) - 64
    return int(match.group(2)) - 1, column - 1


def _elements(archive: Archive, part: str, *wanted: str) -> Iterator[tuple[str, Element]]:
    """The elements of these (local) names as they end; each is forgotten afterwards, so that the tree never grows."""
    content = archive.read(part)
    if content is None:
        return
    stack: list[tuple[str, Element]] = []
    kept = 0  # how many elements around the current one are wanted
    for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
        if event == "start":
            name = _local(element.tag)
            kept += name in wanted
            stack.append((name, element))
            if len(stack) > _DEEPEST:
                raise errors.damaged("XLSX", "标记嵌套过深", "its markup is nested too deeply")
            continue
        name, _ = stack.pop()
        if name in wanted:
            kept -= 1
            yield name, element
        if stack and not kept:
            stack[-1][1].remove(element)


_DEEPEST = 100  # elements in each other; a workbook's parts have about ten


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _attribute(element: Element, name: str) -> str | None:
    """An attribute of any namespace (transitional and strict files differ in them)."""
    return next((value for key, value in element.attrib.items() if _local(key) == name), None)


def _workbook(archive: Archive) -> tuple[list[_Sheet], bool]:
    """The sheets in their order, and whether days count from 1904."""
    book = _target(archive, "", "officeDocument") or "xl/workbook.xml"
    relations = {
        element.get("Id", ""): posixpath.normpath(posixpath.join(posixpath.dirname(book), element.get("Target", "")))
        for _, element in _elements(archive, _relations_of(book), "Relationship")
        if element.get("TargetMode") != "External"
    }
    sheets, from_1904 = [], False
    for name, element in _elements(archive, book, "sheet", "workbookPr"):
        if name == "workbookPr":
            from_1904 = element.get("date1904") in ("1", "true")
            continue
        key = next((v for k, v in element.attrib.items() if k.startswith("{") and _local(k) == "id"), "")
        target = relations.get(key, "").lstrip("/")
        if target.removeprefix("xl/").startswith(("chartsheets", "dialogsheets", "macrosheets")):
            continue
        sheets.append(_Sheet(element.get("name", ""), element.get("state", "visible"), target))
    if not sheets:
        raise errors.damaged("XLSX", "没有工作表", "it has no sheets")
    if len(sheets) > MOST_SHEETS:
        raise errors.too_large(
            f"工作表有 {len(sheets)} 个，最多 {MOST_SHEETS} 个", f"it has {len(sheets):,} sheets, at most {MOST_SHEETS}"
        )
    return sheets, from_1904


def _relations_of(part: str) -> str:
    return posixpath.join(posixpath.dirname(part), "_rels", posixpath.basename(part) + ".rels")


def _target(archive: Archive, part: str, kind: str) -> str | None:
    """The first part of a kind that a part (or the package) refers to."""
    for _, element in _elements(archive, _relations_of(part), "Relationship"):
        if element.get("Type", "").endswith("/" + kind):
            return posixpath.normpath(posixpath.join(posixpath.dirname(part), element.get("Target", ""))).lstrip("/")
    return None


def _beside(archive: Archive, kind: str, usual: str) -> str:
    book = _target(archive, "", "officeDocument") or "xl/workbook.xml"
    return _target(archive, book, kind) or usual


def _shared(archive: Archive) -> Iterator[str]:
    for _, element in _elements(archive, _beside(archive, "sharedStrings", "xl/sharedStrings.xml"), "si"):
        yield _words(element)


def _words(element: Element) -> str:
    """The words of a string, rich text or not, without the readings (rPh) that may stand beside them."""
    parts: list[str] = []
    for child in element:
        name = _local(child.tag)
        if name == "t":
            parts.append(child.text or "")
        elif name in ("r", "is"):
            parts.append(_words(child))
    return "".join(parts)


def _unescaped(text: str) -> str:
    """Characters that XML cannot have are written _x000D_ (ECMA-376 part 1, 22.9.2.19); those not printed are left out."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda m: _character(int(m.group(1), 16)), text)


def _character(code: int) -> str:
    if code in (9, 10, 13):
        return chr(code)
    return "" if code < 32 or 0xD800 <= code < 0xE000 else chr(code)


def _formats(archive: Archive) -> list[str]:
    """The format code of each cell style, by the style's number."""
    own: dict[int, str] = {}
    styles: list[str] = []
    part = _beside(archive, "styles", "xl/styles.xml")
    for name, element in _elements(archive, part, "numFmt", "cellXfs"):
        if name == "numFmt":
            own[int(element.get("numFmtId", "0"))] = element.get("formatCode", "General")[:_LONGEST_CODE]
            continue
        for style in element:
            number = int(style.get("numFmtId", "0"))
            styles.append(own.get(number) or BUILT_IN.get(number, "General"))
    return styles


_LONGEST_CODE = 255  # characters of a format code, as in Excel


def _fill(sheet: _Sheet, archive: Archive, shared: list[str], formats: list[str], *, from_1904: bool) -> None:
    """Read a sheet's cells. Rows and cells need not say where they stand: then they follow the ones before."""
    row = -1
    for name, element in _elements(archive, sheet.part, "row", "mergeCell", "col", *_HEADERS):
        if name in _HEADERS:
            refuse_classified(_HEADER_CODE.split(element.text or ""))
        elif name == "mergeCell":
            first, _, last = (element.get("ref") or "").partition(":")
            top, left = _place(first)
            bottom, right = _place(last or first)
            sheet.merged.append((top, left, bottom, right))
        elif name == "col":
            if element.get("hidden") in ("1", "true"):
                sheet.hidden_columns.append((int(element.get("min", "1")) - 1, int(element.get("max", "1")) - 1))
        else:
            row = int(element.get("r", row + 2)) - 1
            if element.get("hidden") in ("1", "true"):
                sheet.hidden_rows.add(row)
            _fill_row(sheet, element, row, shared, formats, from_1904=from_1904)
            if len(sheet.entries) > MOST_CELLS:
                return


def _fill_row(
    sheet: _Sheet, row: Element, number: int, shared: list[str], formats: list[str], *, from_1904: bool
) -> None:
    column = -1
    for cell in row:
        if _local(cell.tag) != "c":
            continue
        reference = cell.get("r")
        column = _place(reference)[1] if reference else column + 1
        if column >= MOST_COLUMNS:
            continue
        parts = {_local(child.tag): child for child in cell}
        value, kind = parts.get("v"), cell.get("t", "n")
        text = None if value is None else value.text
        if "f" in parts and not text and kind != "str":
            sheet.uncomputed.append((number, column))
            continue
        words = _value(
            kind,
            text,
            parts,
            shared,
            formats[style] if (style := int(cell.get("s", "0"))) < len(formats) else "General",
            from_1904=from_1904,
        )
        if kind == "e":
            sheet.faulty.append((number, column))
        if words:
            sheet.entries[number, column] = words


def _value(
    kind: str, text: str | None, parts: dict[str, Element], shared: list[str], code: str, *, from_1904: bool
) -> str:
    """What a cell shows."""
    if kind == "inlineStr":
        words = _unescaped(_words(parts["is"])) if "is" in parts else ""
    elif text is None:
        words = ""
    elif kind == "s":
        words = _unescaped(shared[int(text)])
    elif kind == "b":
        words = "TRUE" if text == "1" else "FALSE"
    elif kind == "n":
        words = printed_number(text.strip(), code, from_1904=from_1904)
    else:  # a formula's words, an error, a date in ISO form
        words = _unescaped(text)
    return cleaned(words)
