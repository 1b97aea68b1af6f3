"""Pieces of PDF pages put together into lines, and the lines that are running heads and feet."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from app.documents.labels import read_label
from app.documents.lines import is_bare_number, is_page_number
from app.documents.sources.pdf_glyphs import CELL_GAP, Face, Piece, joint

_DIGITS = re.compile(r"[0-9０-９]+|[一二三四五六七八九十〇ivxIVX]+(?=\s*[页頁—–\-]|$)")
_DEEPEST = 3  # lines of a running head or foot
_SAME_PLACE = 6.0  # points by which a running head's place varies from page to page
_COLUMNS = 2
_FEWEST_ROWS = 8  # lines side by side, for columns
_FLUSH = 0.6  # of them; the others end paragraphs
_COLUMN_HEADS = 3  # cells from which on a repeated line is a table's heading


@dataclass(slots=True)
class Line:
    """What stands side by side on a page. Points from the lower left corner; `page` counts from 0.

    `column`: 1 is the left and 2 the right one of two; 0 stands across them, or on a page without columns.
    """

    page: int
    cells: list[Piece]
    column: int = 0
    text: str = ""
    x0: float = 0
    x1: float = 0
    y: float = 0
    em: float = 1
    faces: list[tuple[int, Face]] = field(default_factory=list)
    side: int = 0  # which frame it stands in: of the odd or the even pages, of its column

    def __post_init__(self) -> None:
        self.side = 2 * self.column + self.page % 2
        if len(self.cells) == 1:
            cell = self.cells[0]
            self.text, self.faces, self.em = cell.text, cell.faces, cell.em
            self.x0, self.x1, self.y = cell.x0, cell.x1, cell.y
            return
        parts: list[str] = []
        place = 0
        for cell in self.cells:
            self.faces += [(place + at, face) for at, face in cell.faces]
            parts.append(cell.text)
            place += len(cell.text) + 1
        self.text = "\t".join(parts)
        self.x0, self.x1 = self.cells[0].x0, max(cell.x1 for cell in self.cells)
        widest = max(self.cells, key=lambda cell: cell.x1 - cell.x0)
        self.y, self.em = widest.y, widest.em

    @property
    def spaced(self) -> bool:
        """Whether a printed space stands behind the line's last character."""
        return self.cells[-1].spaced


def to_lines(pieces: Iterable[Piece], page: int, before: float | None = None) -> tuple[list[Line], float | None]:
    """A page's lines in reading order, and the gutter between its columns; `before` is that of the page before."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: (-p.y, p.x0)):
        row = rows[-1] if rows else None
        if row and abs(row[0].y - piece.y) < 0.5 * max(row[0].em, piece.em):
            row.append(piece)
        else:
            rows.append([piece])
    lines = [Line(page, _cells(row)) for row in rows]
    gutter = _gutter(lines)
    if gutter is None and before is not None and sum(_crosses(line, before) for line in lines) * 2 < len(lines):
        gutter = before  # a page that is not full
    return (lines if gutter is None else _by_column(lines, gutter)), gutter


def _crosses(line: Line, gutter: float) -> bool:
    return any(cell.x0 < gutter < cell.x1 for cell in line.cells)


def _gutter(lines: list[Line]) -> float | None:
    """The middle between two columns of running text: what stands left of it is flush with it, unlike a table's cells."""
    pairs = [line.cells for line in lines if len(line.cells) == _COLUMNS]
    if len(pairs) < _FEWEST_ROWS or len(pairs) * 2 < len(lines):
        return None
    left, right = median(cells[0].x1 for cells in pairs), median(cells[1].x0 for cells in pairs)
    flush = [cells for cells in pairs if abs(cells[0].x1 - left) < 1.5 * cells[0].em]
    if len(flush) < _FLUSH * len(pairs) or left >= right:
        return None
    return (left + right) / 2


def _by_column(lines: list[Line], gutter: float) -> list[Line]:
    """Between two lines that reach across the gutter the left column comes before the right one."""
    ordered: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []
    for line in lines:
        if _crosses(line, gutter):
            ordered += [*left, *right, line]
            left, right = [], []
            continue
        for column, cells, side in ((1, left, -1), (2, right, 1)):
            own = [cell for cell in line.cells if (cell.x0 - gutter) * side > 0]
            if own:
                cells.append(Line(line.page, own, column))
    return [*ordered, *left, *right]


def _cells(row: list[Piece]) -> list[Piece]:
    """Pieces from left to right; those without a wide gap between them are one."""
    row.sort(key=lambda piece: piece.x0)
    cells = [row[0]]
    for piece in row[1:]:
        last = cells[-1]
        em = max(last.em, piece.em)
        if piece.text == last.text and abs(piece.x0 - last.x0) < 0.2 * em:
            continue  # printed twice, for a shadow or to look bold
        gap = (piece.x0 - last.x1) / em
        if gap >= CELL_GAP:
            cells.append(piece)
            continue
        between = joint(last.text[-1], piece.text[0], gap, spaced=last.spaced)
        place = len(last.text) + len(between)
        faces = last.faces + [(place + at, face) for at, face in piece.faces]
        text = last.text + between + piece.text
        cells[-1] = Piece(text, last.x0, max(last.x1, piece.x1), last.y, last.em, faces, piece.spaced)
    return cells


def find_furniture(pages: list[list[Line]]) -> set[int]:
    """The running heads and feet, as `id` of their lines: at the outer edge of several pages, in the same place, the
    same but for figures; and page numbers with their dashes wherever they stand at the edge.
    """
    found: set[int] = set()
    enough = 2 if len(pages) <= 4 else 3
    for edge in (0, -1):
        for _ in range(_DEEPEST):
            outer = [line for lines in pages if (line := _outermost(lines, edge, found))]
            taken = _repeated(outer, enough)
            taken |= {id(line) for line in outer if _is_numbering(line.text)}
            if not taken:
                break
            found |= taken
    return found


def _outermost(lines: list[Line], edge: int, found: set[int]) -> Line | None:
    rest = [line for line in lines if id(line) not in found]
    return rest[edge] if len(rest) > 1 or (rest and _is_numbering(rest[0].text)) else None


def _is_numbering(text: str) -> bool:
    return is_page_number(text) and not is_bare_number(text)


def _repeated(outer: list[Line], enough: int) -> set[int]:
    groups: defaultdict[str, list[Line]] = defaultdict(list)
    for line in outer:
        if read_label(line.text) and not is_page_number(line.text):
            continue
        groups[_DIGITS.sub("#", line.text)].append(line)
    taken: set[int] = set()
    for group in groups.values():
        height = median(line.y for line in group)
        same = [line for line in group if abs(line.y - height) <= _SAME_PLACE]
        if len(same) >= enough:
            # A table's heading is repeated on each page: the first one belongs to the table.
            first = 1 if len(same[0].cells) >= _COLUMN_HEADS else 0
            taken |= {id(line) for line in same[first:]}
    return taken
