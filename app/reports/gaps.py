"""The compliance gaps as a table."""

from collections.abc import Sequence

from app.documents.writers import Cell, Column, Kind, Sheet
from app.models import Decision
from app.reports import words
from app.reports.legend import as_of, legend
from app.reports.report import Report
from app.reports.words import Word
from app.schemas.coverage import GapRead
from app.services.bases import Basis
from app.services.gap_decisions import holding

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
    standing, waived, refuted = _apart(gaps)
    whose = plan.plan_title or plan.title or plan.id
    title = (
        f"Compliance gaps: {plan.name}, {plan.year} ({plan.id})" if english else f"{plan.name}《{whose}》承接缺口清单"
    )
    sheet = Sheet(
        name="Gaps" if english else "缺口清单",
        columns=tuple(Column(en if english else zh, width, kind) for zh, en, width, kind in COLUMNS),
        rows=tuple(
            _row(number, gap, basis, english=english) for number, gap in enumerate([*standing, *waived, *refuted], 1)
        ),
        title=title,
        notes=(
            *_notes(len(standing) + len(waived) + len(refuted), len(waived), len(gaps), english=english),
            as_of(basis.provenance, basis.since, english=english),
        ),
    )
    groups = (
        (Word("类别", "Kind"), words.KINDS),
        (Word("程度", "Severity"), words.SEVERITIES),
        (Word("处理决定", "Decision"), words.DECISIONS),
    )
    key = legend(basis, groups, english=english, more=(words.UNDECIDED,))
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
        _decision(gap, english=english),
        gap.id,
    )


def _apart(gaps: Sequence[GapRead]) -> tuple[list[GapRead], list[GapRead], list[GapRead]]:
    """What stands, what was waived, and what was refuted, which is left out unless nothing else was asked for."""
    by = {decision: [gap for gap in gaps if holding(gap.decision) == decision] for decision in (*Decision, None)}
    refuted = by[Decision.REFUTED]
    standing = [gap for gap in gaps if holding(gap.decision) in {Decision.CONFIRMED, None}]
    return standing, by[Decision.WAIVED], refuted if len(refuted) == len(gaps) else []


def _notes(shown: int, waived: int, found: int, *, english: bool) -> tuple[str, ...]:
    notes = [f"{shown} gaps" if english else f"共 {shown} 项"]
    if waived:
        notes.append(f"{waived} waived, at the end" if english else f"其中同意不承接的 {waived} 项，列在最后")
    if found > shown:
        notes.append(f"{found - shown} refuted, left out" if english else f"经核实不属实的 {found - shown} 项未列入")
    return tuple(notes)


def _decision(gap: GapRead, *, english: bool) -> str:
    """What is decided; what nobody decided, or has to decide again, is to be verified."""
    undecided = words.UNDECIDED.name(english=english)
    made = gap.decision
    if made is None:
        return undecided
    said = words.name(words.DECISIONS, made.decision, english=english)
    until = f" ({'until' if english else '至'} {made.expires_on})" if made.expires_on else ""
    if made.due is not None:
        why = words.name(words.DUE, made.due, english=english)
        return f"{undecided} ({said}{until}: {why})" if english else f"{undecided}（原为“{said}”{until}，{why}）"
    return f"{said}{until}: {made.reason}" if english else f"{said}{until}：{made.reason}"
