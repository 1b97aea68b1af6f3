"""A plan as a task breakdown: everything its document says, in the order of the document."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from sqlmodel import Session

from app import documents
from app.documents import BlockKind, Run
from app.models import EditionSource, Item, Section, Task
from app.schemas.breakdowns import (
    BreakdownItem,
    BreakdownRead,
    BreakdownSection,
    BreakdownTask,
    BreakdownText,
)
from app.services import history, plans
from app.services.history import Moment
from app.services.plan_store import ELEMENTS

BODY = {BlockKind.SECTION, BlockKind.ITEM}
# What is no part of the document.
LEFT_OUT = {BlockKind.BLANK, BlockKind.FURNITURE}


def breakdown(session: Session, key: str, seen: Moment | None = None) -> BreakdownRead:
    """The edition of a plan as a task breakdown, with its elements as printed; raises as `plans.read` does."""
    seen = history.seen_or_now(session, key, seen)
    plan = plans.read(session, key, seen.past)
    edition = plans.current_edition(session, plans.get_plan(session, key, seen.past), seen.past)
    source = session.get_one(EditionSource, edition.id)
    sections, items = plans.sections(session, edition), plans.edition_items(session, edition)
    tasks = plans.tasks_by_item(session, items)
    blocks = [(BlockKind(kind), start, end) for kind, start, end in source.blocks if BlockKind(kind) not in LEFT_OUT]
    body = [number for number, (kind, _, _) in enumerate(blocks) if kind in BODY]
    first, last = (body[0], body[-1] + 1) if body else (len(blocks), len(blocks))
    printed = dict(headings(sections, blocks[first:last], source.text))
    under = dict(_texts_under(sections, blocks[first:last], source.text))
    return BreakdownRead(
        format="luoshi-breakdown",
        version=1,
        plan=key,
        edition=edition.number,
        adcode=plan.adcode,
        name=plan.name,
        domain=plan.domain,
        year=plan.year,
        **{name: getattr(edition, name) for name in ELEMENTS},
        before=[_text(block, source.text) for block in blocks[:first]],
        sections=[_section(row, printed, under) for row in sections],
        items=[_item(row, tasks.get(row.id or 0, []), source.text) for row in items],
        after=[_text(block, source.text) for block in blocks[last:]],
        provenance=history.provenance(session, seen, [key]),
    )


Block = tuple[BlockKind, int, int]


def _text(block: Block, source: str) -> BreakdownText:
    kind, start, end = block
    return BreakdownText(kind=kind, text=_lines(source[start:end]))


def _lines(text: str) -> str:
    """A stretch of the original without empty lines and without spaces around its lines."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def headings(sections: Sequence[Section], blocks: Sequence[Block], source: str) -> Iterator[tuple[int, str]]:
    """By position: label and title with the sign behind them, if one is printed."""
    starts = [row.source_start for row in sections]
    for kind, start, end in blocks:
        if kind is BlockKind.SECTION:
            printed = "".join(source[start:end].split())
            row = sections[max(0, bisect_right(starts, end - 1) - 1)]
            known = "".join(f"{row.label}{row.title}".split())
            sign = printed.removeprefix(known) if printed.startswith(known) else ""
            yield row.position, f"{row.label}{row.title}{sign}"


def _texts_under(sections: Sequence[Section], blocks: Sequence[Block], source: str) -> Iterator[tuple[int, list[str]]]:
    """By position: the paragraphs that stand under a heading and belong to no item."""
    starts = [row.source_start for row in sections]
    found: dict[int, list[str]] = {}
    for kind, start, end in blocks:
        if kind not in BODY and sections:
            row = sections[max(0, bisect_right(starts, start) - 1)]
            found.setdefault(row.position, []).extend(_lines(source[start:end]).splitlines())
    yield from found.items()


def _section(row: Section, headings: dict[int, str], under: dict[int, list[str]]) -> BreakdownSection:
    return BreakdownSection(
        position=row.position,
        level=row.level,
        label=row.label,
        title=row.title,
        heading=headings.get(row.position, f"{row.label}{row.title}"),
        parent=row.parent_position,
        text=under.get(row.position, []),
    )


def _item(row: Item, tasks: Sequence[Task], source: str) -> BreakdownItem:
    runs = [Run(*run) for run in row.runs]
    return BreakdownItem(
        number=row.number,
        label=row.label,
        title=row.title,
        text=row.text,
        paragraphs=list(documents.paragraphs(row.text, runs, source)),
        section=row.section_position,
        lead_unit=row.lead_unit,
        responsible_units=row.responsible_units,
        deadline=row.deadline,
        tasks=[BreakdownTask(number=task.number, text=task.text, start=task.start, end=task.end) for task in tasks],
    )
