"""The compliance gaps as a table."""

from collections.abc import Sequence

from app.documents.writers import Cell, Column, Kind, Sheet
from app.reports import words
from app.reports.legend import legend
from app.reports.report import Report
from app.reports.words import Word
from app.schemas.coverage import GapRead
from app.services.bases import Basis

# Chinese, English, width, kind; in the order of the columns.
COLUMNS = (
    ("序号", "No.", 5, Kind.INTEGER),
    ("行政区划", "Jurisdiction", 10, Kind.SHORT),
    ("代码", "Adcode", 8, Kind.SHORT),
    ("类别", "Kind", 10, Kind.SHORT),
    ("程度", "Severity", 8, Kind.SHORT),
    ("把握", "Confidence", 7, Kind.SHARE),
    ("条、任务", "Item, task", 8, Kind.SHORT),
    ("上级任务", "Upper task", 30, Kind.TEXT),
    ("下级相应内容", "Lower text", 30, Kind.TEXT),
    ("说明", "Explanation", 44, Kind.TEXT),
    ("处理决定", "Decision", 10, Kind.TEXT),
    ("缺口编号", "id", 14, Kind.SHORT),
)
SHOWN = (1, 3, 4, 5, 6, 9)


def gaps_report(basis: Basis, gaps: Sequence[GapRead], *, english: bool) -> Report:
    """The gaps, a row each, and a key to them."""
    plan = basis.upper
    whose = plan.plan_title or plan.title or plan.id
    title = (
        f"Compliance gaps: {plan.name}, {plan.year} ({plan.id})" if english else f"{plan.name}《{whose}》承接缺口清单"
    )
    sheet = Sheet(
        name="Gaps" if english else "缺口清单",
        columns=tuple(Column(en if english else zh, width, kind) for zh, en, width, kind in COLUMNS),
        rows=tuple(_row(number, gap, basis, english=english) for number, gap in enumerate(gaps, 1)),
        title=title,
        notes=(f"{len(gaps)} gaps" if english else f"共 {len(gaps)} 项",),
    )
    groups = (
        (Word("类别", "Kind"), words.KINDS),
        (Word("程度", "Severity"), words.SEVERITIES),
    )
    key = legend(basis, groups, english=english)
    return Report(f"{'gaps' if english else '缺口'}-{plan.id}", title, (sheet, key), shown=SHOWN)


def _row(number: int, gap: GapRead, basis: Basis, *, english: bool) -> tuple[Cell, ...]:
    return (
        number,
        basis.city(gap.adcode),
        gap.adcode,
        words.name(words.KINDS, gap.kind, english=english),
        words.name(words.SEVERITIES, gap.severity, english=english),
        gap.score,
        gap.task.rpartition("/")[2] if gap.task else None if gap.item is None else str(gap.item),
        gap.upper_text,
        gap.lower_text,
        gap.explanation,
        f"{words.name(words.DECISIONS, gap.decision.decision, english=english)}{_reason(gap)}"
        if gap.decision
        else None,
        gap.id,
    )


def _reason(gap: GapRead) -> str:
    return f"：{gap.decision.reason}" if gap.decision and gap.decision.reason else ""
