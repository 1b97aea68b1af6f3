"""Coverage as papers: the matrix of a cascade, and one city against the province."""

from collections.abc import Iterator

from sqlmodel import Session

from app.documents.writers.paper import Column, Grid, Paper, Part, Text
from app.schemas.common import Counted, DeadlineVerdict, Target, Verdict
from app.schemas.coverage import CoverageItem, CoverageTask, MatrixCell, MatrixCity, MatrixRead
from app.services import coverage, plans
from app.services.history import Moment
from app.services.paper_words import named, numbered, place, stated
from app.services.scope import EVERYTHING, Scope

VERDICTS = {
    Verdict.COVERED: "已承接",
    Verdict.PARTIAL: "部分承接",
    Verdict.MISSING: "未见承接",
    Verdict.NOT_APPLICABLE: "不适用",
    Verdict.NO_PLAN: "未提供",
    Verdict.OTHER_PERIOD: "非本年度",
    Verdict.NOT_JUDGED: "尚未比对",
}
_COVERAGES = {"full": "全部承接", "partial": "部分承接", "none": "未见承接", None: "尚未比对"}
_TARGETS = {Target.WEAKER: "目标偏低", Target.STRONGER: "目标较高"}
_DEADLINES = {
    DeadlineVerdict.LATER: "时限偏晚",
    DeadlineVerdict.MISSING: "未定时限",
    DeadlineVerdict.EARLIER: "时限较早",
}
_CITIES = 5  # cities of one table: a column of 20 mm holds 部分承接 on one line
_PAIR = (
    Column("任务", 14, centred=True),
    Column("省级要点", 54),
    Column("结论", 26, centred=True),
    Column("市级要点中的相应内容", 62),
)


def matrix(
    session: Session,
    key: str,
    scope: Scope = EVERYTHING,
    seen: Moment | None = None,
    *,
    counted: Counted = Counted.ALL,
) -> Paper:
    """Every item against every city that has a plan of the year; raises as `coverage.matrix` does."""
    upper = plans.detail(session, key, seen)
    found = coverage.matrix(session, key, scope, seen, counted=counted)
    shown = [place for place, city in enumerate(found.cities) if city.same_period]
    parts: list[Part] = [Text(_legend(found))]
    chunks = [shown[start : start + _CITIES] for start in range(0, len(shown), _CITIES)]
    parts += [_table(found, chunk, number) for number, chunk in enumerate(chunks, start=1)]
    parts += [Text(f"{what}：{'、'.join(city.name for city in cities)}。") for what, cities in _others(found) if cities]
    parts.append(Text(stated(session, found.provenance)))
    return Paper((f"{upper.name}{named(upper)}", "任务承接情况总表"), None, None, tuple(parts))


def _legend(found: MatrixRead) -> str:
    total = found.summary
    judged = total.full + total.partial + total.none
    return (
        f"适用于市的任务与各市两两对应，共{total.pairs}对，已经比对{judged}对：全部承接{total.full}对，"
        f"部分承接{total.partial}对，未见承接{total.none}对。表中数字依次为各市全部承接、部分承接、未见承接的任务数；"
        "各市按行政区划代码排列。"
    )


def _table(found: MatrixRead, shown: list[int], number: int) -> Grid:
    width = 20.0
    columns = (
        Column("条", 12, centred=True),
        Column("省级要点", 156 - 12 - width * len(shown)),
        *(Column(found.cities[place].name, width, centred=True) for place in shown),
    )
    rows = tuple((str(item.number), item.title, *(_cell(item.cells[place]) for place in shown)) for item in found.items)
    return Grid(f"表{number}  各条承接情况", columns, rows)


def _cell(cell: MatrixCell) -> str:
    said = VERDICTS[cell.verdict]
    return f"{said}\n{cell.full}/{cell.partial}/{cell.none}" if cell.full + cell.partial + cell.none else said


def _others(found: MatrixRead) -> list[tuple[str, list[MatrixCity]]]:
    return [
        ("没有提供本领域要点", [city for city in found.cities if city.plan is None]),
        ("只有其他年度要点", [city for city in found.cities if city.plan and not city.same_period]),
    ]


def pair(
    session: Session, key: str, lower: str, seen: Moment | None = None, *, counted: Counted = Counted.ALL
) -> Paper:
    """One city against the province, task by task; raises as `coverage.pair` does."""
    found = coverage.pair(session, key, lower, seen, counted=counted)
    upper, city = plans.detail(session, key, seen), plans.detail(session, lower, seen)
    counts = found.summary
    parts: list[Part] = [
        Text(
            f"{city.name}{named(city)}{numbered(city)}对照{upper.name}{named(upper)}{numbered(upper)}。"
            f"适用于市的{counts.applicable_tasks}项任务中，全部承接{counts.full}项，部分承接{counts.partial}项，"
            f"未见承接{counts.none}项" + (f"，尚未比对{counts.not_judged}项。" if counts.not_judged else "。")
        ),
        Grid("表1  逐项对照", _PAIR, tuple(row for item in found.items for row in _rows(item))),
    ]
    if found.orphans:
        named_items = "；".join(f"第{orphan.number}条“{orphan.title}”" for orphan in found.orphans)
        parts.append(Text(f"市级要点中没有对应省级任务、属于本地安排的有{len(found.orphans)}条：{named_items}。"))
    parts.append(Text(stated(session, found.provenance)))
    return Paper((f"{city.name}承接{upper.name}", f"{named(upper)}情况对照表"), None, None, tuple(parts))


def _rows(item: CoverageItem) -> Iterator[tuple[str, ...]]:
    carried = "、".join(f"第{found.number}条" for found in item.implementers if found.strength == "implements")
    yield str(item.number), item.title, VERDICTS[item.verdict], f"由{carried}承接" if carried else ""
    for task in item.tasks:
        evidence = "\n".join(f"{place(found.id)}：{found.text}" for found in task.evidence)
        yield task.id.rpartition("/")[2], task.text, _said(task), evidence


def _said(task: CoverageTask) -> str:
    lines = [_COVERAGES[task.coverage]]
    if task.applies_to != "city":
        lines.append("（非市级）")
    if task.target in _TARGETS:
        lines.append(_TARGETS[task.target])
    if task.deadline in _DEADLINES:
        lines.append(_DEADLINES[task.deadline])
    return "\n".join(lines)
