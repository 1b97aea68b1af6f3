"""A web page's tables: those that hold data become one row a line; those that only place blocks are left as they are."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from app.documents.front import LISTED_KEYS
from app.documents.sources.html_rows import Page, Row
from app.documents.text import fold

_CELLS = ("td", "th")
_MOST_LINES = 12  # in a cell; the cells of a page's layout hold whole columns
_LEAST_COLUMNS = 2


def fold_tables(page: Page) -> None:
    """Put each row of a data table on one line, its cells parted by tabs; lists of key and value a line for each pair."""
    cell_of = [_nearest(page, row.owner, _CELLS) for row in page.rows]
    cells = _cells(page)
    data = _data_tables(page, cell_of, cells)
    rows: list[Row] = []
    done: set[int] = set()
    words: defaultdict[int, list[Row]] = defaultdict(list)
    for row, cell in zip(page.rows, cell_of, strict=True):
        words[cell].append(row)
    for row, cell in zip(page.rows, cell_of, strict=True):
        if cell < 0 or _nearest(page, cell, ("table",)) not in data:
            rows.append(row)
            continue
        line = page.elements[cell].parent
        if line not in done:
            done.add(line)
            rows += _line([_joined(words[c]) for c in cells[line]], line)
    page.rows = rows


def _nearest(page: Page, index: int, tags: Sequence[str]) -> int:
    return next((i for i in page.up(index) if page.elements[i].tag in tags), -1)


def _cells(page: Page) -> dict[int, list[int]]:
    """For each table row its cells, empty ones too."""
    cells: defaultdict[int, list[int]] = defaultdict(list)
    for index, element in enumerate(page.elements):
        if element.tag in _CELLS:
            cells[element.parent].append(index)
    return cells


def _data_tables(page: Page, cell_of: Iterable[int], cells: dict[int, list[int]]) -> set[int]:
    """Tables that hold no other table, no cell with a column's worth of lines, and a row of two cells."""
    lines: defaultdict[int, int] = defaultdict(int)
    for cell in cell_of:
        lines[cell] += 1
    found, refused = set(), set()
    for row, members in cells.items():
        table = _nearest(page, row, ("table",))
        if len(members) >= _LEAST_COLUMNS and sum(lines[cell] > 0 for cell in members) >= _LEAST_COLUMNS:
            found.add(table)
        if any(lines[cell] > _MOST_LINES for cell in members):
            refused.add(table)
        outer = _nearest(page, page.elements[table].parent, ("table",)) if table >= 0 else -1
        refused.add(outer)
    return found - refused - {-1}


def _joined(rows: Sequence[Row]) -> Row:
    """The lines of a cell as one."""
    text = " ".join(row.text.replace("\t", " ") for row in rows)
    bold = [(0, len(text))] if rows and all(row.bold == [(0, len(row.text))] for row in rows) else []
    return Row(text, rows[0].owner if rows else -1, sum(row.links for row in rows), bold)


def _line(cells: list[Row], owner: int) -> list[Row]:
    keys = [_key(cell.text) for cell in cells]
    if keys and keys[0] and all(keys[::2]):
        pairs = zip(keys[::2], [*cells[1::2], Row("", owner)], strict=False)
        return [Row(f"{key}：{value.text}", owner) for key, value in pairs]
    while cells and not cells[-1].text:
        cells.pop()
    merged = Row("", owner)
    for number, cell in enumerate(cells):
        start = len(merged.text) + (1 if number else 0)
        merged.text += ("\t" if number else "") + cell.text
        merged.links += cell.links
        merged.bold += [(start + a, start + b) for a, b in cell.bold]
    return [merged] if merged.text.strip() else []


def _key(text: str) -> str | None:
    """A cell that names an element of the document, as it is known: 索 引 号： → 索引号."""
    key = "".join(text.split()).rstrip(":：").strip("[]【】")
    return key if fold(key) in LISTED_KEYS else None
