"""Tables as XLSX: frozen headings, filters, wrapped text, ready to print on A4."""

import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from app.documents.writers.cells import clean, computed, fitting
from app.documents.writers.sheets import Cell, Column, Kind, Sheet, display_width

# In the file's properties; a real time would give other bytes for the same cells.
MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - written as it is
BODY_FONT, HEAD_FONT = "宋体", "黑体"
LINE = 14.5  # points that a line of BODY_SIZE takes
PAD = 4.0  # points between a row's text and its lines
BODY_SIZE = 10.5  # 五号
TITLE_SIZE = 18  # 小二号
MOST_HEIGHT = 409.0  # points: Excel shows no higher row
A4 = 9  # the number of the paper in SpreadsheetML
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")

_FORMS: dict[Kind, dict[str, object]] = {
    Kind.TEXT: {"align": "left"},
    Kind.SHORT: {"align": "center"},
    Kind.INTEGER: {"align": "center", "num_format": "0"},
    Kind.SHARE: {"align": "center", "num_format": "0.00"},
    Kind.NUMBER: {"align": "right", "num_format": "General"},
}


def xlsx(sheets: Sequence[Sheet], *, title: str) -> bytes:
    """The tables as one workbook, a sheet each. `title` goes into the file's properties.

    Text is always written as text, so that no cell is ever a formula, whatever it begins with.
    The same sheets give the same parts; the packed bytes are the same wherever zlib is.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": clean(title), "author": "落实 Luoshi", "created": MADE})
    book.set_calc_mode("auto")
    forms = _Forms(book)
    for sheet in sheets:
        _write(book.add_worksheet(_NOT_IN_NAMES.sub(" ", clean(sheet.name))[:31]), sheet, forms)
    book.close()
    return out.getvalue()


class _Forms:
    """The workbook's cell formats, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[object, ...], Format] = {}

    def _form(self, *key: object, **look: object) -> Format:
        if key not in self._made:
            self._made[key] = self._book.add_format(
                {"font_name": BODY_FONT, "font_size": BODY_SIZE, "valign": "vcenter", **look}
            )
        return self._made[key]

    def title(self) -> Format:
        return self._form("title", font_name=HEAD_FONT, font_size=TITLE_SIZE, align="center", text_wrap=True)

    def heading(self) -> Format:
        look = {"font_name": HEAD_FONT, "align": "center", "text_wrap": True, "border": 1, "bg_color": "#F2F2F2"}
        return self._form("heading", **look)

    def note(self) -> Format:
        return self._form("note", align="left", text_wrap=True)

    def cell(self, column: Column, text: str | None) -> Format:
        """`quotePrefix` keeps a text a text when somebody edits the cell."""
        quoted = text is not None and computed(text)
        look = {**_FORMS[column.kind], "text_wrap": column.wrap, "border": 1, "quote_prefix": quoted}
        return self._form("cell", column.kind, column.wrap, quoted, **look)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the parts of a sheet begin: rows from 0."""

    heading: int
    first: int
    last_column: int


def _write(page: Worksheet, sheet: Sheet, forms: _Forms) -> None:
    heading = 0 if sheet.title is None else 1
    place = _Place(heading, heading + 1, len(sheet.columns) - 1)
    if sheet.title is not None:
        _across(page, 0, sheet, sheet.title, forms.title(), TITLE_SIZE)
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width + 1)  # the grid takes a little of it
        page.write_string(heading, number, clean(column.heading), forms.heading())
    page.set_row(heading, 2 * LINE)
    for number, row in enumerate(sheet.rows, place.first):
        for position, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
            _cell(page, number, position, column, cell, forms)
    _merge(page, sheet, place, forms)
    _set_heights(page, sheet, place)
    end = place.first + len(sheet.rows)
    for number, note in enumerate(sheet.notes, end + 1):
        _across(page, number, sheet, note, forms.note(), BODY_SIZE)
    page.freeze_panes(place.first, 0)
    page.autofilter(heading, 0, max(end - 1, heading), place.last_column)
    _print(page, place)


def _cell(page: Worksheet, row: int, position: int, column: Column, cell: Cell, forms: _Forms) -> None:
    text = fitting(clean(cell)) if isinstance(cell, str) else ""
    if text:
        page.write_string(row, position, text, forms.cell(column, text))
    elif cell is None or isinstance(cell, str):
        page.write_blank(row, position, None, forms.cell(column, None))
    else:
        page.write_number(row, position, cell, forms.cell(column, None))


def _merge(page: Worksheet, sheet: Sheet, place: _Place, forms: _Forms) -> None:
    for merge in sheet.merges:
        column, cell = sheet.columns[merge.column], sheet.rows[merge.first][merge.column]
        form = forms.cell(column, cell if isinstance(cell, str) else None)
        page.merge_range(place.first + merge.first, merge.column, place.first + merge.last, merge.column, "", form)
        _cell(page, place.first + merge.first, merge.column, column, cell, forms)


def _set_heights(page: Worksheet, sheet: Sheet, place: _Place) -> None:
    """Give every row the height of its text: not every program finds it by itself, and none does for merged cells."""
    merged: dict[int, set[int]] = {}
    for merge in sheet.merges:
        for row in range(merge.first, merge.last + 1):
            merged.setdefault(row, set()).add(merge.column)
    heights = [_row_height(sheet, row, merged.get(row, set())) for row in range(len(sheet.rows))]
    for merge in sheet.merges:
        rows = range(merge.first, merge.last + 1)
        needed = _height(sheet.rows[merge.first][merge.column], sheet.columns[merge.column])
        lack = needed - sum(heights[row] for row in rows)
        for row in rows:
            heights[row] += max(0.0, lack / len(rows))
    for number, height in enumerate(heights, place.first):
        page.set_row(number, min(height, MOST_HEIGHT))


def _row_height(sheet: Sheet, row: int, merged: set[int]) -> float:
    """The points that those cells of a row need that are not merged."""
    cells = zip(sheet.columns, sheet.rows[row], strict=True)
    return max((_height(cell, column) for at, (column, cell) in enumerate(cells) if at not in merged), default=0) + PAD


def _height(cell: Cell, column: Column) -> float:
    return LINE * (_lines(cell, column.width) if isinstance(cell, str) else 1)


def _lines(text: str, width: int) -> int:
    # No line may begin with a closing sign: now and then one is a character shorter.
    room = max(2, width - 1)
    return sum(max(1, math.ceil(display_width(line) / room)) for line in text.split("\n"))


def _across(page: Worksheet, row: int, sheet: Sheet, text: str, form: Format, size: float) -> None:
    """A line of text over all columns."""
    shown = fitting(clean(text))
    if len(sheet.columns) > 1:
        page.merge_range(row, 0, row, len(sheet.columns) - 1, "", form)
    page.write_string(row, 0, shown, form)
    # Columns are as wide as so many characters of the body.
    width = int(sum(column.width for column in sheet.columns) * BODY_SIZE / size)
    page.set_row(row, min(_lines(shown, width) * LINE * size / BODY_SIZE + LINE / 2, MOST_HEIGHT))


def _print(page: Worksheet, place: _Place) -> None:
    """Landscape A4, as wide as the paper, the headings on every page, page numbers below."""
    page.set_landscape()
    page.set_paper(A4)
    page.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
    page.fit_to_pages(1, 0)
    page.repeat_rows(place.heading)
    page.center_horizontally()
    page.set_footer("&C第 &P 页，共 &N 页")
