"""The task breakdown (任务分解表) as offices print it, and as Luoshi reads it again. docs/breakdown.md has its form."""

import re
from collections.abc import Iterator, Sequence

from app.documents import BlockKind
from app.documents.writers import Cell, Column, Kind, Merge, Sheet, paper
from app.documents.writers.paper import Grid, Paper, Part
from app.reports.report import Report
from app.schemas.breakdowns import BreakdownItem, BreakdownRead, BreakdownSection

COLUMNS = (
    ("序号", "No.", 5, Kind.INTEGER),
    ("部分", "Section", 18, Kind.TEXT),
    ("工作任务", "Task", 22, Kind.TEXT),
    ("具体措施", "Measures", 64, Kind.TEXT),
    ("牵头单位", "Lead unit", 14, Kind.TEXT),
    ("责任单位", "Responsible units", 16, Kind.TEXT),
    ("完成时限", "Deadline", 14, Kind.TEXT),
    ("备注", "Remarks", 10, Kind.TEXT),
)
# In millimetres of the 156 that a page has.
PAPER_COLUMNS = (
    paper.Column("序号", 12, centred=True),
    paper.Column("工作任务", 34),
    paper.Column("具体措施", 66),
    paper.Column("牵头、责任单位", 24),
    paper.Column("完成时限", 20),
)
MEASURES = 3
SHOWN = (0, 2, 4, 6)
PARTS = {
    BlockKind.ISSUER_MARK: "发文机关标志",
    BlockKind.DOCUMENT_NUMBER: "发文字号",
    BlockKind.METADATA: "网页信息",
    BlockKind.TITLE: "标题",
    BlockKind.ADDRESSEE: "主送机关",
    BlockKind.NOTICE: "通知正文",
    BlockKind.SIGNATURE: "落款",
    BlockKind.DATE: "成文日期",
    BlockKind.PLAN_TITLE: "要点标题",
    BlockKind.PREAMBLE: "前言",
    BlockKind.COPY_NUMBER: "份号",
    BlockKind.URGENCY: "紧急程度",
    BlockKind.SIGNER: "签发人",
    BlockKind.REMARK: "附注",
    BlockKind.CONTACT: "联系人",
    BlockKind.ATTACHMENT: "附件",
    BlockKind.SUBJECT_WORDS: "主题词",
    BlockKind.COPIES_TO: "抄送",
    BlockKind.IMPRINT: "印发机关和印发日期",
}
# A row of a spreadsheet is at most 409 points high: some 27 lines of 31 characters in the column of the measures.
MOST_IN_ROW = 800
_SENTENCE = re.compile(r".*?(?:[。；！？]+[”’）)]*|$)", re.DOTALL)
# What may stand between the title and the measures. Where the title's cell ends with none of them, a full stop does.
SIGNS = "。：:；;，,、！!？?"
# At the end of a title's cell: the measures follow without any sign.
NO_SIGN = "　"
EXPLANATIONS = (
    ("序号", "该条在要点中的顺序；原文的编号写在“工作任务”里。"),
    ("部分", "该条所在的各级标题，每级一行；以两个全角空格开头的行是标题下的引言。"),
    ("工作任务", "原文的编号和该条首句；首句之后的句号省略，其他标点保留。"),
    ("具体措施", "首句以后的原文，一字不改；原文每个自然段占一行，一条有几段的，其余各栏合并。"),
    ("牵头单位、责任单位、完成时限", "取自原文条末的责任说明；列在首位的为牵头单位。原文没有的，留空待填。"),
    ("备注", "供各单位填写。"),
    ("重新导入", "可以增删行、修改单元格后重新导入；表头名称请勿改动。“文件信息”一表保存正文以外的文字，请一并保留。"),
)


def breakdown_report(plan: BreakdownRead, since: str, *, english: bool) -> Report:
    """The breakdown, what stands around it in the document, and how to read both. `since`: as of when, for people.

    English changes the headings of the table's columns only: the sheet is for offices, and to be imported again.
    """
    title = f"{plan.plan_title or plan.title or plan.plan}任务分解表"
    stated = f"{since}，{plan.plan} 第 {plan.edition} 版"
    rows, merges = _rows(plan)
    table = Sheet(
        name="任务分解表",
        columns=tuple(Column(en if english else zh, width, kind) for zh, en, width, kind in COLUMNS),
        rows=rows,
        title=title,
        merges=merges,
    )
    about = Sheet("文件信息", (Column("项目", 16), Column("内容", 110)), tuple(_about(plan)))
    key = Sheet("说明", (Column("栏目", 30), Column("含义", 100)), (*EXPLANATIONS, ("数据截至", stated)))
    return Report(
        f"任务分解表-{plan.plan}",
        title,
        (table, about, key),
        about.rows,
        SHOWN,
        lambda: _paper(plan, f"数据截至 {stated}"),
    )


def _about(plan: BreakdownRead) -> Iterator[tuple[str, str]]:
    """Which plan it is, and every part of the document around the table, in order."""
    yield "要点编号", plan.plan
    yield "行政区划", f"{plan.adcode} {plan.name}"
    yield "版本", str(plan.edition)
    for part in plan.before:
        yield PARTS[part.kind], part.text
    yield "正文", "见任务分解表"
    for part in plan.after:
        yield PARTS[part.kind], part.text


def _paper(plan: BreakdownRead, stated: str) -> Paper:
    """The breakdown as a paper: a table for each heading of the first level."""
    tops = [section for section in plan.sections if section.parent is None]
    grids: list[Part] = []
    for section in [None, *tops]:
        items = [item for item in plan.items if _top(plan, item) == (section.position if section else None)]
        if items:
            grids.append(Grid(section.heading if section else "", PAPER_COLUMNS, tuple(map(_paper_row, items))))
    return Paper((plan.plan_title or plan.title or plan.plan, "任务分解表"), None, None, tuple(grids), foot=stated)


def _top(plan: BreakdownRead, item: BreakdownItem) -> int | None:
    path = _path({section.position: section for section in plan.sections}, item.section)
    return path[0].position if path else None


def _paper_row(item: BreakdownItem) -> tuple[str, ...]:
    task, measures = _cells(item)
    _, units = _units(item)
    who = "\n".join(filter(None, (item.lead_unit, units)))
    return str(item.number), task, "\n".join(measures), who, item.deadline or ""


def _rows(plan: BreakdownRead) -> tuple[tuple[tuple[Cell, ...], ...], tuple[Merge, ...]]:
    sections = {section.position: section for section in plan.sections}
    rows: list[tuple[Cell, ...]] = []
    merges: list[Merge] = []
    shown: set[int] = set()
    for item in plan.items:
        rows.extend(_empty(sections, shown, before=item.section))
        path = _path(sections, item.section)
        own = _item_rows(item, _headings(path, shown))
        if len(own) > 1:
            columns = (column for column in range(len(COLUMNS)) if column != MEASURES)
            merges.extend(Merge(column, len(rows), len(rows) + len(own) - 1) for column in columns)
        rows.extend(own)
    rows.extend(_empty(sections, shown, before=None))
    return tuple(rows), tuple(merges)


def _path(sections: dict[int, BreakdownSection], position: int | None) -> list[BreakdownSection]:
    """A heading with those above it, from the top down."""
    path: list[BreakdownSection] = []
    while position is not None:
        path.append(sections[position])
        position = sections[position].parent
    return path[::-1]


def _headings(path: Sequence[BreakdownSection], shown: set[int]) -> str:
    """A line each; the paragraphs under a heading where it is shown for the first time."""
    lines = []
    for section in path:
        lines.append(section.heading)
        if section.position not in shown:
            lines.extend(f"　　{text}" for text in section.text)
        shown.add(section.position)
    return "\n".join(lines)


def _empty(sections: dict[int, BreakdownSection], shown: set[int], *, before: int | None) -> Iterator[tuple[Cell, ...]]:
    """Rows for headings without items that stand before the heading of the next item; None: before the end."""
    coming = {section.position for section in _path(sections, before)}
    for position, section in sections.items():
        if before is not None and position >= before:
            return
        has_lower = any(other.parent == position for other in sections.values())
        if position not in shown and position not in coming and not has_lower:
            yield (None, _headings(_path(sections, position), shown), *[None] * (len(COLUMNS) - 2))
            shown.add(section.position)


def _item_rows(item: BreakdownItem, headings: str) -> list[tuple[Cell, ...]]:
    """One row for each paragraph of the measures; only the first one has the other cells."""
    task, measures = _cells(item)
    lead, units = _units(item)
    pieces: list[str | None] = [piece for measure in measures for piece in _fitting(measure)]
    first, *rest = pieces or [None]
    blank: list[Cell] = [None] * MEASURES
    after = [None] * (len(COLUMNS) - MEASURES - 1)
    return [
        (item.number, headings or None, task, first, lead, units or None, item.deadline, None),
        *((*blank, row, *after) for row in rest),
    ]


def _units(item: BreakdownItem) -> tuple[str | None, str]:
    """The lead unit, and the other ones that are responsible."""
    leads = item.responsible_units[:1] == [item.lead_unit]
    return item.lead_unit, "、".join(item.responsible_units[1:] if leads else item.responsible_units)


def _cells(item: BreakdownItem) -> tuple[str, list[str]]:
    """The title with its label, and the paragraphs behind it; nothing of the text is lost or added."""
    behind = item.text[len(item.title) :]
    if not behind.strip("。"):
        return f"{item.label}{item.text}", []
    sign = behind[0] if behind[0] in SIGNS else ""
    measures, place = [], len(item.title) + len(sign)
    for end in _ends(item.paragraphs):
        if end > place:
            measures.append(item.text[place:end])
            place = end
    closed = item.title.endswith(tuple(SIGNS))
    kept = sign if closed or sign not in {"", "。"} else "" if sign else NO_SIGN
    return f"{item.label}{item.title}{kept}", measures


def _ends(paragraphs: Sequence[str]) -> Iterator[int]:
    end = 0
    for paragraph in paragraphs:
        end += len(paragraph)
        yield end


def _fitting(measure: str) -> Iterator[str]:
    """The paragraph in pieces that a row can show, cut behind sentences."""
    piece = ""
    for sentence in _SENTENCE.findall(measure):
        if piece and len(piece) + len(sentence) > MOST_IN_ROW:
            yield piece
            piece = ""
        piece += sentence
    if piece:
        yield piece
