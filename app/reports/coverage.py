"""The coverage matrix, and one city against the province, as tables."""

from collections.abc import Sequence

from app.documents.writers import Cell, Column, Kind, Sheet
from app.reports import words
from app.reports.legend import as_of, legend
from app.reports.report import Report
from app.reports.words import Word
from app.schemas.coverage import CoverageItem, CoverageTask, MatrixCell, MatrixRead, PairRead
from app.services.across import TaskAcross
from app.services.bases import Basis

UNCONFIRMED = Word(
    "△",
    "△",
    "结论所依据的承接关系中有的尚未经人确认。",
    "Some of the links that the verdict rests on have not been confirmed by a person.",
)
FIGURES = Word(
    "3｜1｜1",
    "3｜1｜1",
    "该条适用于市级的任务中，全部承接、部分承接、未见承接的项数。",
    "Of the item's tasks that apply to cities: how many are covered in full, in part, not at all.",
)
_GROUPS = ((Word("结论", "Verdict"), words.VERDICTS), (Word("任务承接", "Coverage"), words.COVERAGES))


def matrix_report(basis: Basis, matrix: MatrixRead, tasks: Sequence[TaskAcross], *, english: bool) -> Report:
    """Items × cities, tasks × cities, each city's totals, province-wide totals, and a key."""
    plan = basis.upper
    whose = plan.plan_title or plan.title or plan.id
    title = f"Coverage: {plan.name}, {plan.year} ({plan.id})" if english else f"{plan.name}《{whose}》承接情况"
    sheets = [
        _items(basis, matrix, title, english=english),
        _tasks(matrix, tasks, english=english),
        _cities(matrix, english=english),
    ]
    if matrix.rollups:
        sheets.append(_rollups(matrix, english=english))
    sheets.append(legend(basis, _GROUPS, english=english, more=(FIGURES, UNCONFIRMED)))
    # A terminal has no room for the cities that have no plan.
    shown = (0, 1, 2, *(3 + number for number, city in enumerate(matrix.cities) if city.plan))
    return Report(f"{'coverage' if english else '承接情况'}-{plan.id}", title, tuple(sheets), shown=shown)


def _items(basis: Basis, matrix: MatrixRead, title: str, *, english: bool) -> Sheet:
    columns = (
        Column("Item" if english else "条", 6, Kind.INTEGER),
        Column("Title" if english else "工作任务", 30),
        Column("Tasks for cities" if english else "适用市级任务数", 9, Kind.INTEGER),
        *(Column(city.name, 9, Kind.SHORT) for city in matrix.cities),
    )
    counts = matrix.summary
    note = (
        f"{counts.pairs} pairs of task and city: {counts.full} in full, {counts.partial} in part, {counts.none} not; "
        f"no plan {counts.no_plan}, other period {counts.other_period}, not judged {counts.not_judged}"
        if english
        else f"任务与市共 {counts.pairs} 对：全部承接 {counts.full}，部分承接 {counts.partial}，未见承接 {counts.none}；"
        f"无要点 {counts.no_plan}，非本年度 {counts.other_period}，尚未比对 {counts.not_judged}"
    )
    return Sheet(
        name="Matrix" if english else "承接矩阵",
        columns=columns,
        rows=tuple(
            (item.number, item.title, item.applicable_tasks, *(_verdict(cell, english=english) for cell in item.cells))
            for item in matrix.items
        ),
        title=title,
        notes=(note, as_of(matrix.provenance, basis.since, english=english)),
    )


def _verdict(cell: MatrixCell, *, english: bool) -> str:
    verdict = words.name(words.VERDICTS, cell.verdict, english=english)
    mark = UNCONFIRMED.zh if cell.basis in {"proposed", "mixed"} else ""
    if cell.verdict == "partial":
        return f"{verdict}\n{cell.full}｜{cell.partial}｜{cell.none}{mark}"
    return f"{verdict}{mark}"


def _tasks(matrix: MatrixRead, tasks: Sequence[TaskAcross], *, english: bool) -> Sheet:
    """Every task × every city. What is not for the cities stands here too, but counts nowhere."""
    return Sheet(
        name="Tasks" if english else "任务明细",
        columns=(
            Column("Task" if english else "任务编号", 8, Kind.SHORT),
            Column("Text" if english else "上级任务", 44),
            Column("Applies to" if english else "适用对象", 9, Kind.SHORT),
            *(Column(city.name, 9, Kind.SHORT) for city in matrix.cities),
        ),
        rows=tuple(
            (
                task.id.rpartition("/")[2],
                task.text,
                words.name(words.APPLIES, task.applies_to, english=english),
                *(words.name(words.COVERAGES, cell, english=english) or "–" for cell in task.coverage),
            )
            for task in tasks
        ),
        title="Coverage by task" if english else "分任务承接情况",
        notes=("–: no plan, or not judged" if english else "“–”：无要点，或尚未比对",),
    )


def _cities(matrix: MatrixRead, *, english: bool) -> Sheet:
    """Each city's totals, in the order of the codes: this is no ranking."""
    rows = []
    for position, city in enumerate(matrix.cities):
        cells = [item.cells[position] for item in matrix.items]
        plan: tuple[Cell, ...] = (city.name, city.adcode, city.plan, city.year)
        counts = [sum(getattr(cell, name) for cell in cells) for name in ("full", "partial", "none")]
        counted = city.same_period and any(counts)
        rows.append((*plan, sum(item.applicable_tasks for item in matrix.items), *(counts if counted else [None] * 3)))
    headings = (
        ("行政区划", "Jurisdiction", 14, Kind.SHORT),
        ("代码", "Adcode", 10, Kind.SHORT),
        ("要点", "Plan", 20, Kind.SHORT),
        ("年份", "Year", 8, Kind.INTEGER),
        ("适用市级任务数", "Tasks for cities", 16, Kind.INTEGER),
        ("全部承接", "In full", 12, Kind.INTEGER),
        ("部分承接", "In part", 12, Kind.INTEGER),
        ("未见承接", "Not", 12, Kind.INTEGER),
    )
    return Sheet(
        name="Cities" if english else "分市统计",
        columns=tuple(Column(en if english else zh, width, kind) for zh, en, width, kind in headings),
        rows=tuple(rows),
        title="Totals by city" if english else "分市承接统计",
        notes=(
            "In the order of the codes. Blank: no plan of this year, or not judged."
            if english
            else "按行政区划代码排列，不作排名；空白为本年度无要点或尚未比对。",
        ),
    )


def _rollups(matrix: MatrixRead, *, english: bool) -> Sheet:
    headings = (
        ("任务编号", "Task", 11, Kind.SHORT),
        ("指标", "Indicator", 26, Kind.TEXT),
        ("单位", "Unit", 8, Kind.SHORT),
        ("上级目标", "Upper target", 12, Kind.NUMBER),
        ("各市合计", "Sum of cities", 12, Kind.NUMBER),
        ("差额", "Shortfall", 12, Kind.NUMBER),
    )
    names = {city.adcode: city.name for city in matrix.cities}
    codes = sorted({share.adcode for row in matrix.rollups for share in row.cities})
    rows = []
    for row in matrix.rollups:
        values = {share.adcode: share.value for share in row.cities}
        total = (row.task.rpartition("/")[2], row.indicator, row.unit, row.target, row.allocated, row.shortfall)
        rows.append((*total, *(values.get(code) for code in codes)))
    return Sheet(
        name="Totals" if english else "指标合计",
        columns=(
            *(Column(en if english else zh, width, kind) for zh, en, width, kind in headings),
            *(Column(names.get(code, code), 10, Kind.NUMBER) for code in codes),
        ),
        rows=tuple(rows),
        title="Province-wide totals and the cities' shares" if english else "全省指标与各市合计",
        notes=("Blank: the city names no figure." if english else "空白：该市没有写明数量。",),
    )


PAIR_COLUMNS = (
    ("条", "Item", 5, Kind.INTEGER),
    ("工作任务", "Title", 22, Kind.TEXT),
    ("结论", "Verdict", 9, Kind.SHORT),
    ("落实条目", "Implemented by", 8, Kind.SHORT),
    ("任务编号", "Task", 7, Kind.SHORT),
    ("上级任务", "Upper task", 38, Kind.TEXT),
    ("适用对象", "Applies to", 8, Kind.SHORT),
    ("承接", "Coverage", 8, Kind.SHORT),
    ("把握", "Confidence", 7, Kind.SHARE),
    ("目标", "Target", 8, Kind.SHORT),
    ("时限", "Deadline", 8, Kind.SHORT),
    ("下级依据", "Evidence", 48, Kind.TEXT),
)
PAIR_SHOWN = (1, 2, 4, 5, 7, 11)


def pair_report(basis: Basis, pair: PairRead, *, english: bool) -> Report:
    """One city against the province, a row for each task; the city's own items; a key."""
    city = next((lower for lower in basis.lowers if lower.plan == pair.lower), None)
    whose = city.name if city else pair.lower
    title = f"{whose} against {basis.upper.name} ({pair.lower}, {pair.upper})"
    if not english:
        title = f"{whose}对照{basis.upper.name}承接情况（{pair.lower} ← {pair.upper}）"
    counts = pair.summary
    note = (
        f"{counts.applicable_tasks} tasks for cities: {counts.full} in full, {counts.partial} in part, {counts.none} not, "
        f"{counts.not_judged} not judged"
        if english
        else f"适用于市级的任务 {counts.applicable_tasks} 项：全部承接 {counts.full}，部分承接 {counts.partial}，"
        f"未见承接 {counts.none}，未比对 {counts.not_judged}"
    )
    table = Sheet(
        name="Coverage" if english else "单市对照",
        columns=tuple(Column(en if english else zh, width, kind) for zh, en, width, kind in PAIR_COLUMNS),
        rows=tuple(row for item in pair.items for row in _pair_rows(item, english=english)),
        title=title,
        notes=(note, as_of(pair.provenance, basis.since, english=english)),
    )
    own = Sheet(
        name="Own items" if english else "本地事项",
        columns=(Column("Item" if english else "条", 8, Kind.INTEGER), Column("Title" if english else "工作任务", 80)),
        rows=tuple((orphan.number, orphan.title) for orphan in pair.orphans),
        title="Items that answer to nothing above" if english else "没有对应上级任务的条目（仅供了解）",
    )
    groups = (*_GROUPS, (Word("适用对象", "Applies to"), words.APPLIES))
    key = legend(basis, groups, english=english)
    name = f"{'coverage' if english else '承接情况'}-{pair.upper}-{pair.lower}"
    return Report(name, title, (table, own, key), shown=PAIR_SHOWN)


def _pair_rows(item: CoverageItem, *, english: bool) -> list[tuple[Cell, ...]]:
    """A row for each task; one for an item that has none."""
    found = "、".join(str(one.number) for one in item.implementers if one.strength == "implements")
    whole = (item.number, item.title, words.name(words.VERDICTS, item.verdict, english=english), found)
    if not item.tasks:
        return [(*whole, *[None] * (len(PAIR_COLUMNS) - len(whole)))]
    return [(*whole, *_task_cells(task, english=english)) for task in item.tasks]


def _task_cells(task: CoverageTask, *, english: bool) -> tuple[Cell, ...]:
    places = (f"{evidence.id.rpartition('/')[2]} {evidence.text}" for evidence in task.evidence)
    return (
        task.id.rpartition("/")[2],
        task.text,
        words.name(words.APPLIES, task.applies_to, english=english),
        words.name(words.COVERAGES, task.coverage, english=english),
        task.score,
        words.name(words.TARGETS, task.target, english=english),
        words.name(words.DEADLINES, task.deadline, english=english),
        "\n".join(places),
    )
