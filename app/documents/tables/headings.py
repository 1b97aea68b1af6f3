"""The heading of a table: where it stands, and what each column holds."""

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from app.documents.tables.grid import Entry, Grid
from app.documents.text import fold

LONGEST_HEADING = 16  # characters, without spaces and brackets; the longest in real tables have 12
_LONGEST_PRINTED = 60  # characters, with spaces and brackets; what is longer is not even compared
MOST_HEADING_ROWS = 6  # stacked; real tables have up to four
_FEWEST_COLUMNS = 2
_MOST_UNKNOWN = 3  # of so many columns one at least has a heading that is known; those under a merged one do not count
_FEWEST_AGAIN = 3  # columns by which a second heading further down is known: rows of words must not look like one


class Role(StrEnum):
    """What a column holds."""

    NUMBER = "number"  # 序号
    SECTION = "section"  # 类别, 部分
    CONTENT = "content"  # 工作任务, 工作目标, 具体措施: together the item's text
    LEAD = "lead"  # 牵头单位
    UNITS = "units"  # 责任单位
    SUPPORT = "support"  # 配合单位
    DEADLINE = "deadline"  # 完成时限
    PERSON = "person"  # 责任人, 分管领导: known, and no unit
    OTHER = "other"  # 进展情况, 存在问题, 备注: known, and not the plan's
    REPEATED = "repeated"  # the same heading under several others: figures place by place
    UNKNOWN = "unknown"


UNIT_ROLES = frozenset({Role.LEAD, Role.UNITS, Role.SUPPORT})

_BODY = r"(?:单位|部门|科室|处室|股室|机构|乡镇|街道|镇街|主体|站所|局办|科股室)"
_WORK = r"(?:措施|举措|做法|办法|步骤|任务|目标|内容|要点|事项|项目|工程|指标|要求|工作安排|行动|实事)"
# In this order, since many headings hold the words of two: 下一步工作举措 is no measure, 责任单位 no person.
_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = tuple(
    (role, re.compile(pattern))
    for role, pattern in (
        (Role.NUMBER, r"(?:任务|项目|工作|总)?(?:序号?|编号|项号|号|号码|no\.?|序列)"),
        (Role.OTHER, r".*(?:下一?步|进展|问题|困难|备注|附注|成效|填报|评价|得分|分值|预警|亮灯|销号).*"),
        (Role.OTHER, r".*(?:完成|落实|推进|办理|开展|工作|整改)情况.*|.*完成(?:比例|率)|完成值"),
        (Role.OTHER, r"(?:工作|当前|目前|实际|形象|累计)?进度|(?:开始|启动|开工|起始|填表|更新)(?:时间|日期)"),
        (Role.OTHER, r"说明|审核.*|是否.*|状态|计量单位|依据|.*来源|.*出处"),
        (Role.LEAD, rf"(?:.*(?:牵头|主办|主责|第一责任).*{_BODY}.*|牵头|主办|牵头方)"),
        (Role.SUPPORT, rf"(?:.*(?:配合|协办|参与|参加|协同|协作|协助|会办|共同责任).*{_BODY}.*|配合|协办)"),
        (Role.UNITS, rf".*(?:责任|承办|承担|落实|实施|主管|负责|执行|完成|建设|分管|归口|[市县区]直|任务).*{_BODY}.*"),
        (Role.UNITS, r"责任分工|任务分工|分工|责任方|部门|科室|处室"),
        (
            Role.PERSON,
            r".*(?:领导|责任人|负责人|联系人|联络员|经办人|承办人|包[联保抓]|分管|姓名|电话|职务|专员|督办人).*",
        ),
        (Role.DEADLINE, r".*(?:时限|期限|时间节点|完成时|完成日期|完成节点|办结时|时间进度|截止|时间要求|时间安排).*"),
        (Role.DEADLINE, r".*(?:进度安排|进度要求|节点要求|进度计划|推进计划|时间表).*|节点|完成期"),
        (Role.SECTION, r".*(?:类别|类型|分类|领域|板块|篇章|章节|方面|专题|部分).*|类|大类|所属.*"),
        (Role.CONTENT, rf".{{0,10}}{_WORK}(?:名称|分解|安排|[与和及].{{2,4}})?|重点|工作|.{{0,4}}工作"),
    )
)
NUMBERED = re.compile(r"[（(]?(?:[0-9]{1,4}|[一二三四五六七八九十百]{1,5})(?:\.0+)?[）)]?[、.．]?")
# Exported in English; compared without spaces.
_ENGLISH = {
    "no": Role.NUMBER, "no.": Role.NUMBER, "section": Role.SECTION, "task": Role.CONTENT, "measures": Role.CONTENT, "leadunit": Role.LEAD,
    "responsibleunits": Role.UNITS, "supportingunits": Role.SUPPORT, "deadline": Role.DEADLINE, "remarks": Role.OTHER,
}  # fmt: skip
_BRACKETED = re.compile(r"[（(【\[〔][^（）()【】\[\]〔〕]*[）)】\]〕]")
# What a plan's own words begin with and no heading does.
_SPEAKS = re.compile(
    r"[一二三四五六七八九十]+、|坚持|强化|加强|完成(?:任务|目标)|实现|抓好|做好|明确|压实|深化|提升|围绕|聚焦|确保"
)
_SENTENCE = re.compile(r"[，,。；;：:！？!?“”《》]")
_EDGE = "：:*＊·、/／"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it holds, and its heading as printed from the top down."""

    role: Role
    heading: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A heading: the rows it takes, and its columns by place."""

    first: int
    last: int
    columns: dict[int, Column]

    def role(self, column: int) -> Role:
        """What a column holds; a column without a heading is unknown."""
        found = self.columns.get(column)
        return found.role if found else Role.UNKNOWN

    def of(self, *roles: Role) -> list[int]:
        """The columns that hold one of these, from left to right."""
        return sorted(c for c, column in self.columns.items() if column.role in roles)

    def words(self) -> frozenset[str]:
        """The headings' words as printed, to know the same heading again."""
        return frozenset(entry.text for column in self.columns.values() for entry in column.heading)


def plain(text: str) -> str:
    """A heading as it is compared: folded, without spaces, brackets and what stands in them."""
    return _BRACKETED.sub("", fold(text)).strip(_EDGE)


def role_of(heading: str) -> Role | None:
    """What a column of this heading holds; None if the words are no heading that is known."""
    return None if len(heading) > _LONGEST_PRINTED else _role_of_words(heading)


@lru_cache(maxsize=4096)  # cells of a table are asked twice, and many say the same
def _role_of_words(heading: str) -> Role | None:
    words = plain(heading)
    if not words or len(words) > LONGEST_HEADING or _SENTENCE.search(words) or _SPEAKS.match(words):
        return None
    return _ENGLISH.get(words) or next((role for role, pattern in _ROLES if pattern.fullmatch(words)), None)


def find_layout(grid: Grid, start: int, *, again: bool = False) -> Layout | None:
    """The first heading from row `start` on. `again`: only one in that very row, and by more columns."""
    for row in range(start, start + 1 if again else grid.height):
        layout = _layout_at(grid, row, _FEWEST_AGAIN if again else _FEWEST_COLUMNS)
        if layout:
            return layout
    return None


def is_heading(grid: Grid, row: int) -> bool:
    """Whether a row is nothing but headings that are known, whether or not they make a breakdown."""
    entries = grid.starting.get(row, [])
    return len(entries) >= _FEWEST_COLUMNS and all(role_of(entry.text) for entry in entries)


def layouts(grid: Grid, inherited: Layout | None = None) -> dict[int, Layout]:
    """Row → the layout in force there, heading rows included; rows above the first heading are left out.

    `inherited`: the layout of the sheet before, which a sheet of that width without a heading of its own goes on with.
    """
    found = find_layout(grid, 0)
    if found is None:
        if inherited is None or not _goes_on(grid, inherited):
            return {}
        return dict.fromkeys(range(grid.height), Layout(-1, -1, inherited.columns))
    layout = _regrouped(grid, found)
    in_force: dict[int, Layout] = {}
    for row in range(layout.first, grid.height):
        if row > layout.last:
            other = find_layout(grid, row, again=True)
            layout = _regrouped(grid, other) if other else layout
        in_force[row] = layout
    return in_force


def _goes_on(grid: Grid, layout: Layout) -> bool:
    """Whether a sheet without a heading has rows such as the layout's: numbers where these stand, or all its columns."""
    width = max(layout.columns, default=-1) + 1
    filled = {e.column for e in grid.entries}
    duties = set(layout.of(*UNIT_ROLES, Role.DEADLINE))
    if grid.width > width or not filled.intersection(layout.of(Role.CONTENT)) or (duties and not duties & filled):
        return False
    numbers = [e for e in grid.entries if e.column in layout.of(Role.NUMBER)[:1]]
    if layout.of(Role.NUMBER):
        return bool(numbers) and all(NUMBERED.fullmatch(fold(e.text)) for e in numbers)
    return grid.width == width


def _regrouped(grid: Grid, layout: Layout) -> Layout:
    """The layout, with a column of tasks as sections where one of its cells spans several numbered rows."""
    numbers, content = layout.of(Role.NUMBER), layout.of(Role.CONTENT)
    if not numbers or len(content) < 2:
        return layout
    numbered = {e.row for e in grid.entries if e.column == numbers[0] and e.row > layout.last}
    for entry in grid.entries:
        if entry.column == content[0] and entry.rows > 1 and entry.row > layout.last:
            inside = numbered.intersection(range(entry.row, entry.row + entry.rows))
            if len(inside) > 1:
                first = Column(Role.SECTION, layout.columns[content[0]].heading)
                return Layout(layout.first, layout.last, {**layout.columns, content[0]: first})
    return layout


def _layout_at(grid: Grid, first: int, fewest: int) -> Layout | None:
    entries = grid.starting.get(first, [])
    known = sum(role_of(entry.text) is not None for entry in entries)
    others = [entry for entry in entries if entry.columns == 1]
    if known < _FEWEST_COLUMNS or known * _MOST_UNKNOWN < len(others) or any(_is_sentence(e.text) for e in others):
        return None
    last = _last_row(grid, first)
    columns = _columns(grid, first, last)
    roles = {column.role for column in columns.values()}
    sure = [c for c in columns.values() if c.role is not Role.UNKNOWN]
    if Role.CONTENT not in roles or len(roles - {Role.UNKNOWN}) < _FEWEST_COLUMNS or len(sure) < fewest:
        return None
    return Layout(first, last, columns)


def _is_sentence(text: str) -> bool:
    """Whether words are too long for a heading, or punctuated as none is."""
    return len(text) > _LONGEST_PRINTED or _SENTENCE.search(plain(text)) is not None


def _last_row(grid: Grid, first: int) -> int:
    """The last row of a heading: headings merged downwards reach so far, and rows of headings below divide it."""
    last = first
    row = first
    while row <= last and row < first + MOST_HEADING_ROWS:
        reach = [e.row + e.rows - 1 for e in grid.starting.get(row, []) if role_of(e.text) or e.columns > 1]
        last = max([last, *(end for end in reach if end < first + MOST_HEADING_ROWS)])
        if row == last and _divides(grid, first, row + 1):
            last = row + 1
        row += 1
    return last


def _divides(grid: Grid, first: int, row: int) -> bool:
    """Whether a row's cells are headings that divide those above: under merged ones, or where nothing stands above."""
    cells = grid.starting.get(row, [])
    if not cells or any(len(plain(e.text)) > LONGEST_HEADING or _SENTENCE.search(plain(e.text)) for e in cells):
        return False
    above = [grid.at(row - 1, e.column) for e in cells]
    under_merged = [a is not None and a.row >= first and a.columns > 1 for a in above]
    if all(under_merged):
        return any(role_of(e.text) or not re.fullmatch(r"[0-9.%]+", fold(e.text)) for e in cells)
    if not all(role_of(e.text) for e in cells):
        return False
    # Without merged cells (CSV) the first of a divided heading's columns stands right below it.
    free = sum(a is None for a in above)
    return free > 0 and all(
        a is None or grid.at(row - 1, e.column + 1) is None or merged
        for e, a, merged in zip(cells, above, under_merged, strict=True)
    )


def _columns(grid: Grid, first: int, last: int) -> dict[int, Column]:
    columns: dict[int, Column] = {}
    for number in range(grid.width):
        path: list[Entry] = []
        for row in range(first, last + 1):
            entry = grid.at(row, number)
            if entry and entry.row >= first and entry not in path:
                path.append(entry)
        if path:
            columns[number] = Column(_role_of_path(path), tuple(path))
    leaves = Counter(plain(c.heading[-1].text) for c in columns.values() if len(c.heading) > 1)
    for number, column in columns.items():
        if len(column.heading) > 1 and leaves[plain(column.heading[-1].text)] > 1:
            columns[number] = Column(Role.REPEATED, column.heading)
    return columns


def _role_of_path(path: list[Entry]) -> Role:
    """The lowest heading decides; where it says nothing by itself (县直), together with those above it."""
    own = role_of(path[-1].text)
    if own:
        return own
    for k in range(len(path) - 2, -1, -1):
        found = role_of("".join(e.text for e in path[k:])) or role_of(path[k].text)
        if found:
            return found
    return Role.UNKNOWN
