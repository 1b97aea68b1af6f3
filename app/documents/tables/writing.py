"""The text in which tables are stored: a line for each row, tabs between its cells, every cell's words as they are."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.documents.tables.grid import Entry, Grid
from app.documents.tables.headings import Layout, Role, layouts, plain
from app.documents.values import Cell, Doubt, Sheet

# The sheet in which a breakdown carries what stands around the plan's own text, and the row in it that stands for that.
FILE_HEADINGS = ("项目", "内容")
PLAN_KEY = "要点编号"
BODY = "正文"

_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Where a cell ends with one of these, or the next one begins with one, no full stop is missing between them.
SIGNS = "。：:；;，,、！!？?…"
NO_STOP = "\u3000"  # at a cell's end: what follows is joined without a sign


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A table as its file has it."""

    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """A doubt of the opening: about a sheet, or a row of it, or a cell."""

    kind: str
    sheet: int
    assumed: str
    row: int | None = None
    column: int | None = None


def cleaned(text: str) -> str:
    """A cell's words: line ends all alike, no tabs, no space at its ends but the wide one, which can mean something."""
    return _LINE_END.sub("\n", text).replace("\t", " ").strip(" \n\xa0\ufeff\u200b")


def written(
    raw: Sequence[RawSheet], remarks: Iterable[Remark] = ()
) -> tuple[str, tuple[Sheet, ...], tuple[Doubt, ...]]:
    """The text of some tables, the tables with the places of their cells in it, and the remarks as doubts.

    A cell of words that goes on in the next column gets the full stop that it does without in a table.
    """
    parts: list[str] = []
    sheets: list[Sheet] = []
    places: dict[tuple[int, int, int], Cell] = {}
    length = 0
    layout: Layout | None = None
    for origin, sheet in _arranged(raw):
        grid = Grid(sheet.entries)
        in_force = {} if is_file_part(sheet.entries) else layouts(grid, layout)
        layout = in_force[grid.height - 1] if in_force else layout
        cells: list[Cell] = []
        for row in sorted(grid.starting):
            line, placed = _row(grid.starting[row], in_force.get(row), length)
            parts.append(line)
            length += len(line)
            cells += placed
        places |= {(origin, cell.row, cell.column): cell for cell in cells}
        sheets.append(Sheet(sheet.name, tuple(cells)))
    return "".join(parts), tuple(sheets), tuple(_doubt(remark, places) for remark in remarks)


def _row(entries: list[Entry], layout: Layout | None, start: int) -> tuple[str, list[Cell]]:
    parts: list[str] = []
    cells: list[Cell] = []
    column = 0
    for k, entry in enumerate(entries):
        gap = "\t" * (entry.column - column + (1 if k else 0))
        start += len(gap)
        cells.append(Cell(entry.row, entry.column, start, start + len(entry.text), entry.rows, entry.columns))
        stop = "。" if layout and _lacks_stop(entry, entries[k + 1 :], layout) else ""
        parts += [gap, entry.text, stop]
        start += len(entry.text) + len(stop)
        column = entry.column + entry.columns
    return "".join(parts) + "\n", cells


def _lacks_stop(entry: Entry, behind: list[Entry], layout: Layout) -> bool:
    if (
        entry.row <= layout.last
        or layout.role(entry.column) is not Role.CONTENT
        or entry.text.endswith((*SIGNS, NO_STOP))
    ):
        return False
    following = next((e for e in behind if layout.role(e.column) is Role.CONTENT), None)
    return following is not None and not following.text.startswith(tuple(SIGNS))


def _arranged(raw: Sequence[RawSheet]) -> list[tuple[int, RawSheet]]:
    """The tables in the order of the document: what 文件信息 has from 正文 on stands behind the others."""
    before: list[tuple[int, RawSheet]] = []
    others: list[tuple[int, RawSheet]] = []
    after: list[tuple[int, RawSheet]] = []
    for origin, sheet in enumerate(raw):
        if not is_file_sheet(sheet.entries):
            others.append((origin, sheet))
            continue
        rows = sorted({entry.row for entry in sheet.entries})
        end = next((row for row in rows if row + 1 not in rows), rows[-1]) + 1  # the table may follow after a blank row
        body = next((e.row for e in sheet.entries if e.row < end and not e.column and plain(e.text) == BODY), end)
        for part, first, last in ((before, 0, body), (others, end, rows[-1] + 1), (after, body, end)):
            entries = tuple(e for e in sheet.entries if first <= e.row < last)
            if entries:
                part.append((origin, RawSheet(sheet.name, entries)))
    return [*before, *others, *after]


def is_file_sheet(entries: Sequence[Entry]) -> bool:
    """Whether a table begins as 文件信息 does: with its headings, or (CSV) with the plan's key."""
    first = min((entry.row for entry in entries), default=0)
    words = tuple(plain(e.text) for e in sorted(entries, key=lambda e: e.column) if e.row == first)
    return words == FILE_HEADINGS or (len(words) == len(FILE_HEADINGS) and words[0] == PLAN_KEY)


def is_file_part(entries: Sequence[Entry]) -> bool:
    """Whether a table is 文件信息, or the part of it from 正文 on."""
    first = min(entries, key=lambda e: (e.row, e.column), default=None)
    if first is None:
        return False
    return is_file_sheet(entries) or (plain(first.text) == BODY and all(e.column < len(FILE_HEADINGS) for e in entries))


def _doubt(remark: Remark, places: dict[tuple[int, int, int], Cell]) -> Doubt:
    about = [
        cell
        for (sheet, row, column), cell in places.items()
        if sheet == remark.sheet and remark.row in (None, row) and remark.column in (None, column)
    ]
    if not about:
        return Doubt(remark.kind, 0, 0, remark.assumed)
    if remark.row is None and remark.column is None:  # a whole sheet: its first row is enough to find it
        about = [cell for cell in about if cell.row == about[0].row]
    return Doubt(remark.kind, about[0].start, about[-1].end, remark.assumed)
