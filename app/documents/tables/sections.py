"""The headings of a breakdown: in rows across the table, and in columns of their own."""

from dataclasses import dataclass, replace

from app.documents.labels import POINT_LEVEL, read_label
from app.documents.pieces import collect
from app.documents.tables.headings import Layout, Role
from app.documents.values import BlockKind, Cell, Section

_INTRO = "\u3000\u3000"  # before a line among headings: a paragraph under them


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    label: str
    title: str
    start: int
    end: int


class Sections:
    """The sections `found` so far, those `open` over the row at hand, and what was `painted` for them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Section] = []
        self.open: list[tuple[int, int]] = []  # level and place in `found`
        self.across = 0  # how many of the open ones stand across the table, and not in a column
        self.painted: list[tuple[BlockKind, str, int, int]] = []

    @property
    def current(self) -> int | None:
        """The place of the section that items stand under now."""
        return self.open[-1][1] if self.open else None

    def across_row(self, cells: list[Cell], layout: Layout) -> None:
        """A heading in a row of its own; its label may stand in the column of the numbers."""
        number = next((c for c in cells if layout.role(c.column) is Role.NUMBER), None)
        title = next((c for c in cells if layout.role(c.column) is Role.CONTENT), cells[0])
        if number and title.start > number.start:
            label = self.text[number.start : number.end].strip()
            known = read_label(label) or read_label(f"{label}、")
            words = self._title(title.start, title.end)
            heading = _Heading(known.level if known else 1, label, words, number.start, title.end)
        else:
            heading = self._headings(title.start, title.end)[0]
        level = heading.level or (self.open[self.across - 1][0] if self.across else 0) or 1
        while self.open and self.open[-1][0] >= level:
            self.open.pop()
        self._open(replace(heading, level=level))
        self.across = len(self.open)
        for cell in cells:
            self.painted.append((BlockKind.SECTION, f"section {len(self.found)}", cell.start, cell.end))

    def group(self, cells: list[Cell], layout: Layout) -> None:
        """The columns of sections: each cell is one heading, or its lines are the headings from the top down."""
        columns = layout.of(Role.SECTION)
        for cell in cells:
            depth = self.across + columns.index(cell.column)
            headings = self._headings(cell.start, cell.end)
            known = 0
            for heading in headings:
                place = min(depth, len(self.open)) + known
                if place >= len(self.open) or not self._same(self.found[self.open[place][1]], heading):
                    break
                known += 1
            new = headings[known:]
            if not new:
                self.painted.append((BlockKind.FURNITURE, f"cell {cell.start}", cell.start, cell.end))
                if len(columns) == 1:
                    # It names all headings that the row stands under; deeper ones would have a column of their own.
                    del self.open[min(depth, len(self.open)) + known :]
                continue
            del self.open[min(depth, len(self.open)) + known :]
            self._paint_lines(cell, headings, new)
            for heading in new:
                level = heading.level or (self.open[-1][0] + 1 if self.open else 1)
                while self.open and self.open[-1][0] >= level:
                    self.open.pop()
                self._open(replace(heading, level=level))
            self.across = min(self.across, len(self.open))

    @staticmethod
    def _same(section: Section, heading: _Heading) -> bool:
        return (section.label, section.title) == (heading.label, heading.title)

    def _paint_lines(self, cell: Cell, headings: list[_Heading], new: list[_Heading]) -> None:
        """A cell of headings: those known already, the new ones, and the paragraphs between them."""
        place = cell.start
        for heading in headings:
            kind = BlockKind.SECTION if heading in new else BlockKind.FURNITURE
            if heading.start > place and self.text[place : heading.start].strip():
                self.painted.append((BlockKind.PREAMBLE, f"intro {place}", place, heading.start))
            self.painted.append((kind, f"heading {heading.start}", heading.start, heading.end))
            place = heading.end
        if self.text[place : cell.end].strip():
            self.painted.append((BlockKind.PREAMBLE, f"intro {place}", place, cell.end))

    def _open(self, heading: _Heading) -> None:
        parent = self.open[-1][1] if self.open else None
        self.open.append((heading.level, len(self.found)))
        self.found.append(Section(heading.level, heading.label, heading.title, parent, heading.start, heading.end))

    def _headings(self, start: int, end: int) -> list[_Heading]:
        """The headings in a stretch: a line with a label begins one, the lines below it belong to it; a line set in is a
        paragraph.
        """
        found: list[_Heading] = []
        place = start
        intro = False
        for line in self.text[start:end].splitlines(keepends=True):
            first, last = place, place + len(line.rstrip())
            place += len(line)
            if not line.strip():
                continue
            intro = line.startswith(_INTRO)
            if intro:
                continue
            first += len(line) - len(line.lstrip())
            label = read_label(self.text[first:last])
            if label and label.level < POINT_LEVEL and self.text[first + label.length : last].strip():
                title = self._title(first + label.length, last)
                found.append(_Heading(label.level, label.printed, title, first, last))
            elif found:
                above = found[-1]
                title = self._title(above.start + len(above.label), last)
                found[-1] = replace(above, title=title, end=last)
            else:
                found.append(_Heading(label.level if label else 0, "", self._title(first, last), first, last))
        return found or [_Heading(0, "", self._title(start, end), start, end)]

    def _title(self, start: int, end: int) -> str:
        return collect(self.text, [(start, end)])[0].rstrip("。！？")
