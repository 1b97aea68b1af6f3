"""Word files that are a task breakdown (任务分解表) from end to end: read by the table's columns, as a spreadsheet is."""

from collections.abc import Iterator, Sequence

from app.documents.labels import read_label
from app.documents.sources.docx_body import Cell, Paragraph, Table
from app.documents.tables.grid import Entry, Grid
from app.documents.tables.headings import find_layout
from app.documents.tables.writing import RawSheet, Remark, cleaned

# Of all words: below that, the table belongs to a text with points of its own, as its attachment or in its middle.
_LEAST_SHARE = 0.5
_FEWEST_POINTS = 2


def as_breakdown(blocks: Sequence[Paragraph | Table]) -> RawSheet | None:
    """The document as one sheet, its paragraphs as rows across the table; None where it is no breakdown."""
    tables = [block for block in blocks if isinstance(block, Table)]
    grids = [Grid(_entries(table, 0)) for table in tables]
    if not any(find_layout(grid, 0) for grid in grids):
        return None
    inside = sum(len(entry.text) for grid in grids for entry in grid.entries)
    outside = [block.text().strip() for block in blocks if isinstance(block, Paragraph)]
    small = inside < _LEAST_SHARE * (inside + sum(map(len, outside)))
    if small and sum(read_label(text) is not None for text in outside) >= _FEWEST_POINTS:
        return None
    width = max(grid.width for grid in grids)
    entries: list[Entry] = []
    for row, block in _placed(blocks):
        if isinstance(block, Table):
            entries += _entries(block, row)
        elif block.text().strip():
            entries.append(Entry(row, 0, cleaned(block.text()), 1, width))
    return RawSheet("", tuple(entries))


def remarks_of(blocks: Sequence[Paragraph | Table], said: dict[str, str]) -> Iterator[Remark]:
    """What the paragraphs remark, at the first row of each kind; `said` has the sentences."""
    seen: set[str] = set()
    for row, block in _placed(blocks):
        cells = [Cell(0, 0, [block])] if isinstance(block, Paragraph) else [c for cells in block.rows for c in cells]
        for cell in cells:
            for kind in dict.fromkeys(remark for paragraph in cell.paragraphs for remark in paragraph.remarks):
                if kind not in seen:
                    seen.add(kind)
                    yield Remark(kind, 0, said[kind], row + cell.row)


def _placed(blocks: Sequence[Paragraph | Table]) -> Iterator[tuple[int, Paragraph | Table]]:
    """Each block with the number of its first row."""
    row = 0
    for block in blocks:
        yield row, block
        row += len(block.rows) if isinstance(block, Table) else 1


def _entries(table: Table, first: int) -> list[Entry]:
    """A table's cells with words, from the row `first` on. A cell gives way to those that stand in its place already."""
    taken: set[tuple[int, int]] = set()
    entries = []
    for cells in table.rows:
        for cell in cells:
            text = cleaned("\n".join(paragraph.text() for paragraph in cell.paragraphs if paragraph.text().strip()))
            places = {(cell.row + r, cell.column + c) for r in range(cell.rows) for c in range(cell.columns)}
            if text and not places & taken:
                taken |= places
                entries.append(Entry(first + cell.row, cell.column, text, cell.rows, cell.columns))
            elif text and (cell.row, cell.column) not in taken:
                taken.add((cell.row, cell.column))
                entries.append(Entry(first + cell.row, cell.column, text))
    return entries
