"""A breakdown's outline: sections, items with their tasks, units and deadlines, and what is doubtful."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace

from app.documents.blocks import laid
from app.documents.endings import ends_closed
from app.documents.items import read_items
from app.documents.labels import POINT_LEVEL, Label, chinese_number, read_label
from app.documents.lines import Line
from app.documents.marks import Marks
from app.documents.tables.breaks import begin_anew
from app.documents.tables.duties import Duties
from app.documents.tables.grid import Entry, Grid
from app.documents.tables.headings import UNIT_ROLES, Layout, Role, layouts
from app.documents.tables.heads import Heads
from app.documents.tables.rows import Kind, RowSorter
from app.documents.tables.sections import Sections
from app.documents.tables.writing import NO_STOP, is_file_part, is_file_sheet
from app.documents.text import fold
from app.documents.tree import Draft
from app.documents.values import (
    BlockKind,
    Cell,
    DocumentError,
    Doubt,
    Item,
    MarkKind,
    Outline,
    Sheet,
    Source,
    Span,
    Task,
)

_NUMBER = re.compile(r"[第（(]?([0-9]{1,4})(?:\.0+)?[项）)]?[、.．]?")
_GUIDE = re.compile(r"(?:填表|填报|指标|使用)?说明|目录|封面|字典|选项")
_PEOPLE = re.compile(r"责任人|负责人|联系人|领导")
_LONGEST_NAMED = 20  # characters of a heading that a doubt quotes


@dataclass(slots=True)
class _Item:
    """An item as it is gathered from its rows."""

    draft: Draft
    duties: Duties
    section: int | None
    cells: list[Cell] = field(default_factory=list)
    duty_cells: list[Cell] = field(default_factory=list)
    deadlines: int = 0
    joined: bool = False  # the last cell of words ended with a wide space: what follows begins a paragraph


def read_tables(source: Source, marks: Marks, lines: list[Line]) -> Outline:
    """The outline of a source that has sheets.

    The marks are obeyed row by row: FURNITURE leaves a row out, SECTION makes it a heading, ITEM the first row of an
    item, CONTINUES and PARAGRAPH a further one, ATTACHMENT ends the table.

    Raises DocumentError `no_table_heading` where no sheet has a heading that is known.
    """
    reader = _Reader(source, marks, lines)
    for sheet in source.sheets:
        reader.read_sheet(sheet)
    return reader.outline()


class _Reader:
    """Goes through the sheets once, row by row."""

    def __init__(self, source: Source, marks: Marks, lines: list[Line]) -> None:
        self.source = source
        self.text = source.text
        self.marks = marks
        self.line_starts = [line.start for line in lines]
        self.heads = Heads(source.text)
        self.layout: Layout | None = None
        self.sections = Sections(source.text)
        self.items: list[_Item] = []
        self.painted: list[tuple[BlockKind, str, int, int]] = []
        self.doubts: list[Doubt] = list(source.doubts)
        self.ended = False

    def read_sheet(self, sheet: Sheet) -> None:
        """Read one sheet, or the stretch of one."""
        entries = [Entry(c.row, c.column, self.text[c.start : c.end], c.rows, c.columns) for c in sheet.cells]
        cells = {(cell.row, cell.column): cell for cell in sheet.cells}
        if is_file_part(entries):
            self.heads.read_file_rows(sheet.cells, before=is_file_sheet(entries))
            return
        grid = Grid(entries)
        in_force = layouts(grid, self.layout)
        above = [cell for cell in sheet.cells if cell.row not in in_force]
        if not in_force:
            self._unread(sheet, above)
            return
        self.heads.read_title_rows(above)
        self.layout = in_force[grid.height - 1]
        self._doubt_columns(in_force, cells)
        sorter = RowSorter(grid, in_force)
        for row in sorted(grid.starting):
            if row in in_force:
                self._read_row([cells[row, e.column] for e in grid.starting[row]], sorter, in_force[row])

    def _unread(self, sheet: Sheet, cells: list[Cell]) -> None:
        for cell in cells:
            self._paint(BlockKind.FURNITURE, cell)
        if not _GUIDE.fullmatch(sheet.name.strip()):
            assumed = f"工作表“{sheet.name}”没有可识别的表头（如序号、工作任务、责任单位），没有读入"
            first = [cell for cell in cells if cell.row == cells[0].row]
            self.doubts.append(Doubt("sheet_without_heading", first[0].start, first[-1].end, assumed))

    def _doubt_columns(self, in_force: dict[int, Layout], cells: dict[tuple[int, int], Cell]) -> None:
        for layout in {id(x): x for x in in_force.values()}.values():
            repeated = [c for c in layout.columns.values() if c.role is Role.REPEATED]
            if repeated:
                place = cells.get((repeated[0].heading[-1].row, repeated[0].heading[-1].column))
                assumed = f"有{len(repeated)}列在几个标题下重复，按分地区、分阶段的数据处理，保留在原文中，没有读入要点"
                self._doubt_at("repeated_columns", place, assumed)
            for column in layout.columns.values():
                entry = column.heading[-1]
                place = cells.get((entry.row, entry.column))
                named = " ".join(entry.text.split())[:_LONGEST_NAMED]
                if column.role is Role.UNKNOWN:
                    self._doubt_at("unknown_column", place, f"列“{named}”的含义不明，保留在原文中，没有读入要点")
                elif column.role in UNIT_ROLES and _PEOPLE.search(fold(entry.text)):
                    assumed = f"列“{named}”里可能有人名，与单位一起读入，请核对"
                    self._doubt_at("people_among_units", place, assumed)

    def _doubt_at(self, kind: str, cell: Cell | None, assumed: str) -> None:
        if cell:
            self.doubts.append(Doubt(kind, cell.start, cell.end, assumed))

    def _paint(self, kind: BlockKind, cell: Cell, owner: str = "") -> None:
        self.painted.append((kind, owner or f"cell {cell.start}", cell.start, cell.end))

    def _said(self, cells: list[Cell]) -> MarkKind | None:
        """What a mark says of a row: of the first of its lines that has one."""
        first = bisect_right(self.line_starts, cells[0].start) - 1
        last = bisect_left(self.line_starts, cells[-1].end)
        return next((kind for i in range(first, last) if (kind := self.marks.kind(i))), None)

    def _read_row(self, cells: list[Cell], sorter: RowSorter, layout: Layout) -> None:
        kind = sorter.kind(cells[0].row, self._said(cells)) if not self.ended else Kind.NOTE
        if kind is Kind.END:
            self.ended, kind = True, Kind.NOTE
        if kind in (Kind.NONE, Kind.NOTE):
            for cell in cells:
                self._paint(BlockKind.FURNITURE, cell)
            if kind is Kind.NOTE:
                assumed = "表格之外的说明、附注等内容没有读入"
                self.doubts.append(Doubt("after_the_plan", cells[0].start, cells[-1].end, assumed))
        elif kind is Kind.SECTION:
            self.sections.across_row(cells, layout)
        else:
            self.sections.group([cell for cell in cells if layout.role(cell.column) is Role.SECTION], layout)
            rest = [cell for cell in cells if layout.role(cell.column) is not Role.SECTION]
            if kind is Kind.ITEM:
                self._begin(rest, layout)
            if rest and self.items:
                self._continue(rest, layout, first=kind is Kind.ITEM)

    # Items

    def _begin(self, cells: list[Cell], layout: Layout) -> None:
        number = next((c for c in cells if layout.role(c.column) is Role.NUMBER), None)
        title = next((c for c in cells if layout.role(c.column) is Role.CONTENT), None)
        words = self.text[number.start : number.end].strip() if number else ""
        value = _number(words)
        label, start = words, (number or title or cells[0]).start
        length = 0
        inner = self._label(title, value, alone=number is None) if title else None
        if title and inner:
            label, start, length = inner.printed, title.start, inner.length
            value = value if number else inner.number
        elif (title and self.heads.filed) or (
            number and title and number.start > title.start
        ):  # an exported breakdown has the printed label with the words
            label, start = "", title.start
        section = self.sections.current
        draft = Draft(value, label, section, start, [], [], [])
        self.items.append(_Item(draft, Duties(), section))
        if title and length:
            self._add_words(self.items[-1], title, title.start + length)

    def _label(self, title: Cell, number: int | None, *, alone: bool) -> Label | None:
        """The label at the beginning of a cell, if it is the item's and not the first of several in the cell."""
        words = self.text[title.start : title.end]
        label = read_label(words)
        if self.heads.filed:
            # Before a figure (1.5万亩…) a label only shows by the row's number.
            plain = re.match(rf"{number}[.．、]", words) if label is None and number else None
            return Label(POINT_LEVEL - 1, number or 0, plain.group(), plain.end()) if plain else label
        others = [other for line in words.split("\n")[1:] if (other := read_label(line.strip()))]
        several = label is not None and any(other.level == label.level for other in others)
        return label if label and not several and (alone or label.level < POINT_LEVEL) else None

    def _continue(self, cells: list[Cell], layout: Layout, *, first: bool) -> None:
        item = self.items[-1]
        owner = f"item {len(self.items)}"
        for cell in cells:
            role = layout.role(cell.column)
            words = self.text[cell.start : cell.end]
            if role is Role.CONTENT and not self._repeats(item, cell, words):
                if not (item.draft.spans and item.draft.spans[0][0] >= cell.start and first):
                    self._add_words(item, cell, cell.start)
                item.cells.append(cell)
                self.painted.append((BlockKind.ITEM, owner, cell.start, self._stop(cell)))
                continue
            if role in UNIT_ROLES or role is Role.DEADLINE:
                item.duties.take(role, words)
                item.duty_cells.append(cell)
            elif role is Role.NUMBER and first and cell.start == item.draft.label_start:
                self._paint(BlockKind.ITEM, cell, owner)
            else:
                self._paint(BlockKind.FURNITURE, cell)

    def _repeats(self, item: _Item, cell: Cell, words: str) -> bool:
        """Whether a cell only says again what stands above it in the same item, as in tables without merged cells."""
        above = [c for c in item.cells if c.column == cell.column]
        return bool(above) and self.text[above[-1].start : above[-1].end] == words and above[-1].row < cell.row

    def _add_words(self, item: _Item, cell: Cell, start: int) -> None:
        """A cell's lines become the item's.

        Another row's, those behind a sentence or with a label, and those of a list, as paragraphs.
        """
        spans = item.draft.spans
        end = self._stop(cell)
        place = start
        lines = self.text[start:end].split("\n")
        apart = bool(item.cells) and not self.heads.filed and begin_anew(lines)
        row_begins = bool(item.cells) and item.cells[-1].row != cell.row
        for k, line in enumerate(lines):
            if line.strip():
                above = self.text[spans[-1][0] : spans[-1][1]].strip() if spans else ""
                label = read_label(line.strip())
                # In an exported breakdown a row's cells are one line of the document; in others a number begins a point.
                pointed = label is not None and not self.heads.filed
                inside = ends_closed(above) or label is not None or apart
                fresh = (row_begins or item.joined or pointed) if k == 0 else inside
                if spans and fresh:
                    item.draft.breaks.append(len(spans))
                spans.append((place, place + len(line)))
                row_begins = False
            place += len(line) + 1
        item.joined = self.text[start:end].endswith(NO_STOP)

    def _stop(self, cell: Cell) -> int:
        """The end of a cell of words, with the full stop that it was given where it goes on in the next column."""
        return cell.end + (self.text[cell.end : cell.end + 1] == "。")

    # The whole

    def outline(self) -> Outline:
        """Put everything together."""
        if self.layout is None:
            raise _no_heading()
        gathered = [item for item in self.items if any(self.text[a:b].strip() for a, b in item.draft.spans)]
        read, doubts = read_items(self.text, [item.draft for item in gathered])
        stated = [span for sheet in self.source.sheets if sheet.tasks is not None for span in sheet.tasks]
        has_stated = any(sheet.tasks is not None for sheet in self.source.sheets)
        items = []
        for own, item in zip(gathered, read, strict=True):
            items.append(self._dutiful(own, _with_tasks(item, stated) if has_stated else item))
        metadata, head_doubts = self.heads.metadata()
        self.painted += self.sections.painted
        self.painted += [(kind, f"head {start}", start, end) for kind, start, end in self.heads.painted]
        blocks = laid(self.text, [(kind, owner, a, b) for kind, owner, a, b in self.painted if a < b])
        every = [*self.doubts, *head_doubts, *doubts]
        return Outline(
            self.text, blocks, metadata, tuple(self.sections.found), tuple(items), tuple(every), said=self.heads.said
        )

    def _dutiful(self, own: _Item, item: Item) -> Item:
        """An item with what its cells say of units and deadlines; cells that say what its text says are not told again."""
        found = own.duties.responsibility(item.responsibility)
        kind = BlockKind.FURNITURE if found == item.responsibility else BlockKind.ITEM
        for cell in own.duty_cells:
            self._paint(kind, cell, "" if kind is BlockKind.FURNITURE else f"duties {item.number}")
        if len(own.duties.deadlines) > 1:
            place = own.duty_cells[0].start, own.duty_cells[-1].end
            self.doubts.append(Doubt("several_deadlines", *place, "各行的完成时限不同，依次列出"))
        return replace(item, responsibility=found)


def _number(words: str) -> int | None:
    match = _NUMBER.fullmatch(fold(words))
    if match:
        return int(match.group(1)) or None
    return chinese_number(words.strip("（）()、.． ")) or None


def _with_tasks(item: Item, stated: list[Span]) -> Item:
    """The item with the tasks that the file itself names."""
    tasks: list[Task] = []
    for span in stated[bisect_left(stated, item.source_start, key=lambda s: s.start) :]:
        if span.end > item.source_end:
            break
        start = next(
            r.text_start + span.start - r.source_start
            for r in item.runs
            if r.source_start <= span.start < r.source_start + r.length
        )
        last = next(
            r.text_start + span.end - 1 - r.source_start
            for r in item.runs
            if r.source_start < span.end <= r.source_start + r.length
        )
        text = item.text[start : last + 1]
        tasks.append(Task(len(tasks) + 1, text, start, last + 1, span.start, span.end))
    return replace(item, tasks=tuple(tasks) or item.tasks)


def _no_heading() -> DocumentError:
    return DocumentError(
        "no_table_heading",
        "没有找到任务分解表的表头。表头一行应有“序号”“工作任务”（或“任务内容”“工作目标”“具体措施”）和“责任单位”“完成时限”等列名，请核对后再导入。",
        "No heading of a task breakdown was found. One row should name the columns, such as 序号, 工作任务 (or 任务内容, "
        "工作目标, 具体措施), 责任单位 and 完成时限. Check the table and import it again.",
    )
