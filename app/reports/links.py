"""Links as a table."""

from collections.abc import Sequence

from app.documents.writers import Cell, Column, Kind, Sheet
from app.reports import words
from app.reports.legend import as_of, legend
from app.reports.report import Report
from app.reports.words import Word
from app.schemas.common import Provenance
from app.schemas.links import LinkRead

COLUMNS = (
    ("序号", "No.", 5, Kind.INTEGER),
    ("上级条目或任务", "Upper", 20, Kind.SHORT),
    ("上级原文", "Upper text", 32, Kind.TEXT),
    ("下级条目或任务", "Lower", 20, Kind.SHORT),
    ("下级原文", "Lower text", 32, Kind.TEXT),
    ("任务承接", "Coverage", 8, Kind.SHORT),
    ("条目承接", "Strength", 8, Kind.SHORT),
    ("状态", "Status", 9, Kind.SHORT),
    ("把握", "Confidence", 7, Kind.SHARE),
    ("来源", "Method", 7, Kind.SHORT),
    ("理由", "Rationale", 16, Kind.TEXT),
    ("提出者", "Proposed by", 10, Kind.SHORT),
    ("提出时间", "Proposed at", 12, Kind.SHORT),
    ("复核人", "Decided by", 10, Kind.SHORT),
    ("复核时间", "Decided at", 12, Kind.SHORT),
    ("复核意见", "Reason", 16, Kind.TEXT),
    ("编号", "id", 14, Kind.SHORT),
)
SHOWN = (1, 2, 3, 4, 5, 6, 7, 8)


def links_report(
    links: Sequence[LinkRead], ends: Sequence[str | None], source: Provenance, since: str, *, english: bool
) -> Report:
    """The links, a row each, and a key to them. `ends` are the plans, items or tasks that were asked for.

    `source` is what the list rests on, and `since` its moment as people read it.
    """
    title = "Links" if english else "承接关系"
    sheet = Sheet(
        name=title,
        columns=tuple(Column(en if english else zh, width, kind) for zh, en, width, kind in COLUMNS),
        rows=tuple(_row(number, link, english=english) for number, link in enumerate(links, 1)),
        title=title,
        notes=(
            f"{len(links)} links" if english else f"共 {len(links)} 条",
            as_of(source, since, english=english),
        ),
    )
    groups = (
        (Word("任务承接", "Coverage"), words.COVERAGES),
        (Word("条目承接", "Strength"), words.STRENGTHS),
        (Word("状态", "Status"), words.STATUSES),
    )
    # No file name may hold the sign between a plan and its item.
    named = "-".join(end.replace("/", ".") for end in ends if end)
    stem = "links" if english else "承接关系"
    key = legend(None, groups, english=english)
    return Report(f"{stem}-{named}" if named else stem, title, (sheet, key), shown=SHOWN)


def _row(number: int, link: LinkRead, *, english: bool) -> tuple[Cell, ...]:
    return (
        number,
        link.upper,
        link.evidence.upper.text,
        link.lower,
        link.evidence.lower.text,
        words.name(words.COVERAGES, link.coverage, english=english),
        words.name(words.STRENGTHS, link.strength, english=english),
        words.name(words.STATUSES, link.status, english=english),
        link.score,
        words.name(words.METHODS, link.method, english=english),
        link.rationale,
        link.proposed_by,
        link.proposed_at.isoformat(timespec="seconds"),
        link.decided_by,
        link.decided_at.isoformat(timespec="seconds") if link.decided_at else None,
        link.reason,
        link.id,
    )
