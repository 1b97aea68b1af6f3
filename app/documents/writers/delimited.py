"""Tables as CSV (RFC 4180), in the form that spreadsheets open rightly: UTF-8 with a byte order mark."""

import csv as stdlib_csv
import io
from collections.abc import Sequence

from app.documents.writers.cells import clean, harmless
from app.documents.writers.sheets import Cell, Sheet


def csv(sheet: Sheet, before: Sequence[Sequence[Cell]] = ()) -> bytes:
    """A table as CSV: the headings, then the rows; no cell is a formula.

    `before` are rows that stand above the headings, an empty line between. A merged cell is written once, where
    it begins.
    """
    out = io.StringIO()
    writer = stdlib_csv.writer(out, lineterminator="\r\n")
    for row in before:
        writer.writerow([_cell(cell) for cell in row])
    if before:
        writer.writerow([])
    writer.writerow([_cell(column.heading) for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow([_cell(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _cell(cell: Cell) -> Cell:
    return harmless(clean(cell)) if isinstance(cell, str) else cell
