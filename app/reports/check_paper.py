"""The draft check as a paper: under each of the draft's own headings, what could be taken up there."""

from collections.abc import Iterator, Sequence

from app.documents.writers.paper import Column, Grid, Heading, Paper, Part, Text
from app.reports import words
from app.reports.previews import WHERE
from app.reports.report import Report
from app.schemas.checks import CheckGap, CheckRead
from app.schemas.common import GapKind
from app.schemas.previews import PreviewSection

# GB/T 9704-2012, 7.3.3, knows four levels of headings.
_LEVELS = 4
_COLUMNS = (
    Column("序号", 12, centred=True),
    Column("上级要点原文", 54),
    Column("本稿现有内容", 46),
    Column("建议", 44),
)


def check_report(found: CheckRead) -> Report:
    """The check as a file that is handed back to whoever drafts the plan; there is no other form of it than a paper."""
    return Report(f"核对意见-{found.draft.plan}", "核对意见", (), paper=lambda: check_paper(found))


def check_paper(found: CheckRead) -> Paper:
    """The paper of a check; its headings are the draft's, as they are printed there."""
    draft, upper = found.draft, found.against
    gaps: dict[int | None, list[CheckGap]] = {}
    for gap in found.gaps:
        if gap.take_up is not None and gap.kind is not GapKind.UNREVIEWED:
            gaps.setdefault(gap.take_up.section, []).append(gap)
    counts = found.coverage.summary
    parts: list[Part] = [
        Text(
            f"对照{upper.name}《{upper.title or upper.plan}》，其中适用于市的{counts.applicable_tasks}项任务，"
            f"本稿全部承接{counts.full}项，部分承接{counts.partial}项，未见承接{counts.none}项。"
            "以下按本稿的标题列出可以补充、修改的内容。本核对由系统比对得出，供起草时参考，请以上级要点原文为准。"
        )
    ]
    for section in draft.sections:
        parts += _under(section, gaps.pop(section.position, []))
    rest = [gap for left in gaps.values() for gap in left]
    if rest:
        parts += [Heading(1, "没有相近标题的内容", label=""), _grid(rest)]
    orphans = [f"第{orphan.number}条“{orphan.title}”" for orphan in found.coverage.orphans]
    if orphans:
        parts += [
            Heading(1, "本地安排", label=""),
            Text(f"以下{len(orphans)}条没有对应的上级任务，属于本地安排，不需要修改：{'；'.join(orphans)}。"),
        ]
    return Paper((draft.title or f"{draft.name}{draft.year}年要点", "核对意见"), None, None, tuple(parts))


def _under(section: PreviewSection, gaps: Sequence[CheckGap]) -> Iterator[Part]:
    yield Heading(min(section.level, _LEVELS), section.title, label=section.label)
    if gaps:
        yield _grid(gaps)


def _grid(gaps: Sequence[CheckGap]) -> Grid:
    """A row for each provincial task, in the order of the upper plan; a task may have several kinds of gaps."""
    tasks: dict[str, list[CheckGap]] = {}
    for gap in sorted(gaps, key=lambda gap: [int(part) for part in str(gap.task).rpartition("/")[2].split(".")]):
        tasks.setdefault(str(gap.task), []).append(gap)
    rows = tuple(_row(number, task, found) for number, (task, found) in enumerate(tasks.items(), start=1))
    return Grid("", _COLUMNS, rows)


def _row(number: int, task: str, gaps: Sequence[CheckGap]) -> tuple[str, str, str, str]:
    first = gaps[0]
    said = "、".join(words.name(words.KINDS, gap.kind, english=False) for gap in gaps)
    advice = WHERE[first.take_up.where].format(item=first.take_up.item) if first.take_up else ""
    return (
        str(number),
        f"第{task.rpartition('/')[2].replace('.', '条第')}项：{first.upper_text}",
        first.lower_text or "—",
        f"{said}。{advice}",
    )
