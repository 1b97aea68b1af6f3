"""What has changed between a stored edition and a text as read."""

from collections import Counter
from datetime import date

from sqlmodel import Session

from app.documents.changes import (
    ChangeKind,
    Changes,
    FieldChange,
    ItemVersion,
    PlanVersion,
    SectionVersion,
    SpanChange,
    TaskChange,
    TaskVersion,
    comparable,
)
from app.documents.values import Metadata, Outline
from app.models import Edition, Item, Task
from app.schemas.changes import (
    ChangesRead,
    FieldChangeRead,
    ItemChangeRead,
    SectionChangeRead,
    SpanRead,
    TaskChangeRead,
)
from app.services.plans import edition_items, sections, tasks_by_item

ELEMENTS = ("title", "plan_title", "issuer", "document_number", "issued_on", "addressee")


def since(found: Changes, edition: Edition, outline: Outline) -> ChangesRead:
    """What has changed from an edition to a text as read, its items and tasks compared already."""
    return read(found, edition.number, _metadata(edition, outline.metadata))


def version_of_edition(session: Session, edition: Edition, year: int) -> PlanVersion:
    """A stored edition of a plan of `year` as one side of a comparison."""
    items = edition_items(session, edition)
    tasks = tasks_by_item(session, items)
    return PlanVersion(
        year,
        tuple(SectionVersion(row.level, row.label, row.title) for row in sections(session, edition)),
        tuple(_item(row, tasks.get(row.id or 0, [])) for row in items),
    )


def _item(row: Item, tasks: list[Task]) -> ItemVersion:
    return ItemVersion(
        number=row.number,
        label=row.label,
        title=row.title,
        text=row.text,
        section=None if row.section_position is None else row.section_position - 1,
        lead_unit=row.lead_unit,
        responsible_units=tuple(row.responsible_units),
        deadline=row.deadline,
        tasks=tuple(TaskVersion(task.number, task.text, task.start, task.end) for task in tasks),
    )


def _metadata(edition: Edition, metadata: Metadata) -> list[FieldChangeRead]:
    rows = []
    for name in ELEMENTS:
        old, new = _shown(getattr(edition, name)), _shown(getattr(metadata, name))
        if comparable(old or "") != comparable(new or ""):
            rows.append(FieldChangeRead(field=name, old=old, new=new, spans=[]))
    return rows


def _shown(value: str | date | None) -> str | None:
    return value.isoformat() if isinstance(value, date) else value


def read(changes: Changes, edition: int, metadata: list[FieldChangeRead]) -> ChangesRead:
    """Changes since an edition as they are shown: what is the same is only counted."""
    return ChangesRead(
        since=edition,
        counts=dict(sorted(Counter(row.kind for row in changes.items).items())),
        metadata=metadata,
        items=[
            ItemChangeRead(
                kind=row.kind,
                old=list(row.old),
                new=list(row.new),
                moved=row.moved,
                renumbered=row.renumbered,
                aspects=list(row.aspects),
                fields=[read_field(field) for field in row.fields],
                tasks=[_task(task) for task in row.tasks if task.kind is not ChangeKind.SAME],
            )
            for row in changes.items
            if row.kind is not ChangeKind.SAME or any(task.kind is ChangeKind.MOVED for task in row.tasks)
        ],
        sections=[
            SectionChangeRead(
                kind=row.kind,
                old=None if row.old is None else row.old + 1,
                new=None if row.new is None else row.new + 1,
                old_title=row.old_title,
                new_title=row.new_title,
            )
            for row in changes.sections
            if row.kind is not ChangeKind.SAME
        ],
    )


def read_field(field: FieldChange) -> FieldChangeRead:
    """A field that differs, as it is shown."""
    return FieldChangeRead(
        field=field.field, old=field.old, new=field.new, spans=[read_span(span) for span in field.spans]
    )


def _task(task: TaskChange) -> TaskChangeRead:
    return TaskChangeRead(
        kind=task.kind,
        old=_name(task.old),
        new=_name(task.new),
        old_text=task.old_text,
        new_text=task.new_text,
        aspects=list(task.aspects),
        spans=[read_span(span) for span in task.spans],
    )


def _name(task: tuple[int, int] | None) -> str | None:
    return None if task is None else f"{task[0]}.{task[1]}"


def read_span(span: SpanChange) -> SpanRead:
    """A range that differs, as it is shown."""
    return SpanRead(old_start=span.old_start, old_end=span.old_end, new_start=span.new_start, new_end=span.new_end)
