"""What a row of a breakdown is: a heading across the table, an item's first row or a further one, or none of the plan's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from app.documents.endings import ends_closed
from app.documents.labels import POINT_LEVEL, read_label
from app.documents.tables.grid import Entry, Grid
from app.documents.tables.headings import NUMBERED, UNIT_ROLES, Layout, Role, plain
from app.documents.text import fold
from app.documents.values import MarkKind

_TOTAL = re.compile(r"(?:合计|总计|小计|共计)数?[：:]?")
_NOTE = re.compile(
    r"(?:注|备注|说明|填表说明|填报说明|附注)\s*(?:[：:1-9（(]|$)"
    r"|(?:填报人|填表人|审核人|负责人|联系人|联系电话|制表人?|填报单位|填报时间|填报日期|填表日期|单位负责人|审核|电话|打印日期)[^，。；：:]{0,6}[：:]"
)
_CHINESE_NUMBER = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[）)]?[、.．]?")
_ORDINALS = "甲乙丙丁戊己庚辛壬癸"
_LONGEST_TOTAL = 10  # characters of 合　计：
_LONGEST_SECTION = 60  # characters of a heading in a row of its own
_FEWEST_ORDINALS = 3


class Kind(Enum):
    """What a row is."""

    NONE = auto()  # repeated headings, totals, numbers of columns
    NOTE = auto()  # what stands behind the table: notes, who filled it in
    SECTION = auto()
    GROUP = auto()  # only the column of sections is filled
    ITEM = auto()
    MORE = auto()  # a further row of the item above
    END = auto()  # an attachment begins


@dataclass(slots=True)
class Current:
    """The item that the rows are at: the words by which a repeated one is known."""

    number: str = ""
    title: str = ""
    open: bool = False


@dataclass(slots=True)
class RowSorter:
    """Sorts the rows of one table, from the top down."""

    grid: Grid
    in_force: Mapping[int, Layout]
    current: Current = field(default_factory=Current)
    arabic: bool = field(init=False)

    def __post_init__(self) -> None:
        numbers = {c for layout in self.in_force.values() for c in layout.of(Role.NUMBER)}
        self.arabic = any(e.column in numbers and re.match(r"[0-9０-９]", e.text) for e in self.grid.entries)

    def kind(self, row: int, said: MarkKind | None) -> Kind:
        """What a row with words is; `said`: what a person said of it."""
        layout = self.in_force[row]
        entries = self.grid.starting[row]
        kind = _SAID.get(said) if said else None
        kind = kind or self._known(row, entries, layout) or self._item_or_more(row, entries, layout)
        if kind is Kind.MORE and not self.current.open:
            kind = Kind.ITEM if any(layout.role(e.column) is Role.CONTENT for e in entries) else Kind.NONE
        if kind is Kind.ITEM:
            number, title = self._keys(entries, layout)
            self.current = Current(number.text if number else "", title.text if title else "", open=True)
        elif kind in (Kind.SECTION, Kind.GROUP, Kind.END):
            self.current = Current()
        return kind

    def _keys(self, entries: list[Entry], layout: Layout) -> tuple[Entry | None, Entry | None]:
        """The number and the first column of content that begin in a row."""
        numbers, content = layout.of(Role.NUMBER)[:1], layout.of(Role.CONTENT)[:1]
        number = next((e for e in entries if e.column in numbers), None)
        return number, next((e for e in entries if e.column in content), None)

    def _known(self, row: int, entries: list[Entry], layout: Layout) -> Kind | None:
        """A row that tells by itself what it is."""
        if layout.first <= row <= layout.last or {e.text for e in entries} <= layout.words():
            return Kind.NONE
        if _TOTAL.fullmatch(fold(entries[0].text[:_LONGEST_TOTAL])) or _are_ordinals(entries):
            return Kind.NONE
        if len(entries) <= 3 and _NOTE.match(entries[0].text):
            return Kind.NOTE
        if len(entries) == 1:
            return self._alone(row, entries[0], layout)
        number, title = self._keys(entries, layout)
        rest = [e for e in entries if e not in (number, title) and layout.role(e.column) is not Role.OTHER]
        if number and title and not rest and self.arabic and _CHINESE_NUMBER.fullmatch(number.text):
            return Kind.SECTION
        return None

    def _alone(self, row: int, entry: Entry, layout: Layout) -> Kind | None:
        """A row with a single cell: a heading, if it stands across the table, is labelled as one, or is not in its place."""
        width = max(layout.columns) + 1
        covers = any(entry.column <= c < entry.column + entry.columns for c in layout.of(Role.CONTENT)[:1])
        short = len(entry.text) <= _LONGEST_SECTION
        if entry.columns > 1 and (covers or entry.columns * 2 >= width):
            return Kind.SECTION if short else Kind.NOTE
        role = layout.role(entry.column)
        if role is Role.SECTION:
            return Kind.GROUP
        if role is Role.NUMBER and not NUMBERED.fullmatch(fold(entry.text)):
            return Kind.SECTION if short else Kind.NOTE
        return Kind.SECTION if short and self._labelled(row, entry, layout) else None

    def _labelled(self, row: int, entry: Entry, layout: Layout) -> bool:
        """Whether a cell among the tasks is labelled 一、 or （一） in a table that numbers its tasks in figures."""
        numbers = layout.of(Role.NUMBER)
        if not numbers or not self.arabic or entry.column not in layout.of(Role.CONTENT)[:1]:
            return False
        label = read_label(entry.text)
        inside = any(e.column == numbers[0] for e in self.grid.reaching.get(row, ()))
        return not inside and label is not None and label.level < POINT_LEVEL - 1

    def _item_or_more(self, row: int, entries: list[Entry], layout: Layout) -> Kind:
        number, title = self._keys(entries, layout)
        reaching = self.grid.reaching.get(row, [])
        columns = [*layout.of(Role.NUMBER)[:1], *layout.of(Role.CONTENT)[:1]]
        if number:
            again = number.text == self.current.number and (title is None or title.text == self.current.title)
            return Kind.MORE if again and self.current.open else Kind.ITEM
        if any(e.column == columns[0] for e in reaching):
            return Kind.MORE
        if title is None:
            return Kind.MORE
        if not layout.of(Role.NUMBER):
            again = title.text == self.current.title and len(layout.of(Role.CONTENT)) > 1
            return Kind.MORE if again else Kind.ITEM
        beside = [
            e for e in entries if e is not title and layout.role(e.column) in {*UNIT_ROLES, Role.DEADLINE, Role.CONTENT}
        ]
        label = read_label(title.text)
        whole = label is not None and label.level < POINT_LEVEL and ends_closed(title.text)
        return Kind.ITEM if beside or whole or not self.current.number else Kind.MORE


_SAID = {
    MarkKind.FURNITURE: Kind.NONE,
    MarkKind.SECTION: Kind.SECTION,
    MarkKind.ITEM: Kind.ITEM,
    MarkKind.CONTINUES: Kind.MORE,
    MarkKind.PARAGRAPH: Kind.MORE,
    MarkKind.ATTACHMENT: Kind.END,
}


def _are_ordinals(entries: list[Entry]) -> bool:
    """Whether a row does nothing but number the columns (甲 乙 1 2 3)."""
    if len(entries) < _FEWEST_ORDINALS or any(len(e.text) > len("（10）") for e in entries):
        return False
    words = [plain(e.text) or fold(e.text).strip("（）()") for e in entries]
    if not all(re.fullmatch(rf"[{_ORDINALS}]|[0-9]{{1,2}}", word) for word in words):
        return False
    figures = [int(word) for word in words if word.isdigit()]
    return figures == list(range(figures[0], figures[0] + len(figures))) if figures else True
