"""CSV: a table as plain text, with commas, semicolons or tabs between its cells (RFC 4180, as offices' programs write it)."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from app.documents.sources import errors
from app.documents.sources.limits import Limits
from app.documents.sources.xlsx import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, too_many_cells
from app.documents.tables.grid import Entry, Grid
from app.documents.tables.headings import find_layout, is_heading
from app.documents.tables.writing import FILE_HEADINGS, RawSheet, cleaned, is_file_sheet, written
from app.documents.text import decode
from app.documents.values import DocumentError, Format, Source

DELIMITERS = ",\t;"
_SEPARATOR = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)  # Excel's own line that names the delimiter
# An apostrophe before a sign that would make the cell a formula only keeps spreadsheets from computing it.
_GUARDED = re.compile(r"'(?=[=+\-@＝＋－＠\t\r])")
_SAMPLE_ROWS = 60  # a heading stands among the first rows
_SAMPLE = 64 * 1024  # characters in which these rows stand
_LONGEST_FIELD = 1_000_000  # characters; a quotation mark that is never closed would take the rest of the file


def open_csv(data: bytes, limits: Limits) -> Source:
    """A CSV file as text and a table. The delimiter is the one by which a heading is found, else the one that gives most cells.

    Raises DocumentError: what `decode` raises, `too_large`, and `damaged` for quotation marks that are never closed.
    """
    text = decode(data)
    named = _SEPARATOR.match(text)
    if named:
        text = text[named.end() :]
    if len(text) > limits.characters:
        most = limits.characters
        raise errors.too_large(
            f"文字有 {len(text)} 个，最多 {most} 个", f"it has {len(text):,} characters, at most {most:,}"
        )
    delimiter = named.group(1) if named else _delimiter(text)
    raw = RawSheet("", tuple(_entries(text, delimiter)))
    if not raw.entries:
        raise errors.no_text("CSV")
    stored, sheets, doubts = written([raw])
    return Source(Format.CSV, "text/csv", stored, doubts=doubts, paragraphs=True, sheets=sheets)


def is_table(text: str) -> bool:
    """Whether a text is a table: one of its first rows is a heading, or it begins as exported breakdowns do."""
    head = text[:_SAMPLE].removeprefix("\ufeff")
    return any(delimiter in head and _heading(head, delimiter) for delimiter in DELIMITERS)


def _heading(text: str, delimiter: str) -> int:
    """How many columns the heading among the first rows has; 0 where there is none."""
    try:
        entries = list(_entries(text, delimiter, _SAMPLE_ROWS))
    except DocumentError:
        return 0
    grid = Grid(entries)
    layout = find_layout(grid, 0)
    if layout:
        return len(layout.columns)
    headings = (len(grid.starting[row]) for row in grid.starting if is_heading(grid, row))
    return max(headings, default=len(FILE_HEADINGS) if is_file_sheet(entries) else 0)


def _delimiter(text: str) -> str:
    def rank(delimiter: str) -> tuple[int, int]:
        return _heading(text, delimiter), text.count(delimiter, 0, _SAMPLE)

    return max(DELIMITERS, key=rank)


def _entries(text: str, delimiter: str, most_rows: int | None = None) -> Iterator[Entry]:
    """The cells with words. Blank lines count as rows, since one may stand between two tables."""
    rows = cells = 0
    for number, fields in enumerate(islice(_rows(text, delimiter), most_rows)):
        found = [(k, words) for k, value in enumerate(fields[:MOST_COLUMNS]) if (words := _words(value))]
        rows += bool(found)
        cells += len(found)
        if rows > MOST_ROWS or cells > MOST_CELLS:
            raise too_many_cells()
        for column, words in found:
            yield Entry(number, column, words)


def _words(value: str) -> str:
    return cleaned(value[1:] if _GUARDED.match(value) else value)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_FIELD)
    # newline="": a line end inside quotation marks belongs to its cell.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _broken(reader.line_num) from error


def _broken(line: int) -> DocumentError:
    return errors.damaged(
        "CSV", f"第 {line} 行附近的引号没有成对", f"a quotation mark near line {line} is never closed"
    )
