"""Reading plans: their lists, metadata, items and tasks."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from app.documents import fold
from app.errors import ItemNotFound, PlanNotFound
from app.linking import ItemText, PlanText, TaskText
from app.models import Edition, EditionSource, Item, Jurisdiction, Level, Plan, Section, Task
from app.pagination import Page, PageRequest
from app.schemas.corrections import Corrections
from app.schemas.plans import DoubtRead, ItemRead, ItemSection, PlanDetail, PlanRead, SectionRead, TaskRead
from app.services import audit
from app.services.audit import Action, Subject
from app.services.jurisdictions import check_adcode
from app.services.keys import item_id, task_id


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """Which plans are wanted; None means any."""

    adcode: str | None = None
    level: Level | None = None
    domain: str | None = None
    year: int | None = None
    q: str | None = None


def get_plan(session: Session, plan: str) -> Plan:
    """A plan; raises PlanNotFound."""
    found = session.get(Plan, plan)
    if found is None:
        raise PlanNotFound(plan=plan)
    return found


def current_edition(session: Session, plan: Plan) -> Edition:
    """The edition of a plan that holds now."""
    query = select(Edition).where(Edition.plan_id == plan.id, Edition.number == plan.edition_number)
    return session.exec(query).one()


def page(session: Session, request: PageRequest, wanted: PlanFilter) -> Page[PlanRead]:
    """Plans in the order of their keys. `q` is looked for in jurisdiction, title, issuer and number."""
    query = (
        select(Plan, Edition, Jurisdiction)
        .join(Edition, (col(Edition.plan_id) == Plan.id) & (col(Edition.number) == Plan.edition_number))
        .join(Jurisdiction, col(Jurisdiction.adcode) == Plan.adcode)
        .order_by(col(Plan.id))
        .limit(request.limit + 1)
    )
    if after := request.key(str):
        query = query.where(col(Plan.id) > after[0])
    if wanted.adcode is not None:
        query = query.where(Plan.adcode == check_adcode(wanted.adcode))
    if wanted.level is not None:
        query = query.where(Jurisdiction.level == wanted.level)
    if wanted.domain is not None:
        query = query.where(Plan.domain == wanted.domain)
    if wanted.year is not None:
        query = query.where(Plan.year == wanted.year)
    if wanted.q:
        fields = (Jurisdiction.name, Edition.title, Edition.plan_title, Edition.issuer, Edition.document_number)
        spellings = {wanted.q, fold(wanted.q)}
        query = query.where(
            or_(*(col(field).contains(q, autoescape=True) for field in fields for q in sorted(spellings)))
        )
    rows = [_read(*row) for row in session.exec(query)]
    return request.page(rows, lambda row: [row.id])


def read(session: Session, key: str) -> PlanRead:
    """A plan with its metadata; raises PlanNotFound."""
    plan = get_plan(session, key)
    return _read(plan, current_edition(session, plan), session.get_one(Jurisdiction, plan.adcode))


def detail(session: Session, key: str) -> PlanDetail:
    """A plan with its headings and doubts; raises PlanNotFound."""
    plan = get_plan(session, key)
    edition = current_edition(session, plan)
    jurisdiction = session.get_one(Jurisdiction, plan.adcode)
    items, tasks = counts(session, edition)
    return PlanDetail(
        **_read(plan, edition, jurisdiction).model_dump(),
        items=items,
        tasks=tasks,
        sections=[
            SectionRead(
                position=row.position, level=row.level, label=row.label, title=row.title, parent=row.parent_position
            )
            for row in sections(session, edition)
        ],
        doubts=[DoubtRead(**doubt) for doubt in edition.doubts],
        note=edition.note,
        corrections=Corrections.model_validate(edition.corrections),
    )


def counts(session: Session, edition: Edition) -> tuple[int, int]:
    """How many items and how many tasks an edition has."""
    items = select(func.count()).select_from(Item).where(Item.edition_id == edition.id)
    tasks = select(func.count()).select_from(Task).join(Item).where(Item.edition_id == edition.id)
    return session.exec(items).one(), session.exec(tasks).one()


def original(session: Session, key: str, actor: str) -> tuple[bytes, str, str]:
    """The current edition's file as it came, its media type and name, on record; raises PlanNotFound."""
    plan = get_plan(session, key)
    edition = current_edition(session, plan)
    source = session.get_one(EditionSource, edition.id)
    after = {"edition": edition.number, "file_digest": edition.file_digest}
    audit.record_export(session, actor, Action.PLAN_EXPORT, Subject("plan", key, plan.adcode), after=after)
    return source.data, edition.media_type, edition.filename


def items_page(session: Session, request: PageRequest, key: str) -> Page[ItemRead]:
    """A plan's items in order; raises PlanNotFound."""
    plan = get_plan(session, key)
    edition = current_edition(session, plan)
    query = select(Item).where(Item.edition_id == edition.id).order_by(col(Item.number)).limit(request.limit + 1)
    if after := request.key(int):
        query = query.where(col(Item.number) > after[0])
    rows = _read_items(session, plan, edition, list(session.exec(query)))
    return request.page(rows, lambda row: [row.number])


def item(session: Session, key: str, number: int) -> ItemRead:
    """One item; raises PlanNotFound or ItemNotFound."""
    plan = get_plan(session, key)
    edition = current_edition(session, plan)
    found = session.exec(select(Item).where(Item.edition_id == edition.id, Item.number == number)).first()
    if found is None:
        raise ItemNotFound(plan=key, number=number)
    return _read_items(session, plan, edition, [found])[0]


def tasks_by_item(session: Session, items: Sequence[Item]) -> dict[int, list[Task]]:
    """The tasks of some items, in the order of the text."""
    query = (
        select(Task)
        .where(col(Task.item_id).in_([row.id for row in items]))
        .order_by(col(Task.item_id), col(Task.number))
    )
    found: dict[int, list[Task]] = {}
    for task in session.exec(query):
        found.setdefault(task.item_id, []).append(task)
    return found


def edition_items(session: Session, edition: Edition) -> list[Item]:
    """All items of an edition, in order."""
    return list(session.exec(select(Item).where(Item.edition_id == edition.id).order_by(col(Item.number))))


def plan_text(items: Sequence[Item], tasks: dict[int, list[Task]]) -> PlanText:
    """Stored items as linking takes them."""
    return PlanText(
        items=tuple(
            ItemText(
                number=row.number,
                title=row.title,
                text=row.text,
                tasks=tuple(TaskText(task.number, task.start, task.end) for task in tasks.get(row.id or 0, [])),
            )
            for row in items
        )
    )


def sections(session: Session, edition: Edition) -> list[Section]:
    """All headings of an edition, in order."""
    query = select(Section).where(Section.edition_id == edition.id).order_by(col(Section.position))
    return list(session.exec(query))


def _read(plan: Plan, edition: Edition, jurisdiction: Jurisdiction) -> PlanRead:
    return PlanRead(
        id=plan.id,
        adcode=plan.adcode,
        name=jurisdiction.name,
        level=jurisdiction.level,
        domain=plan.domain,
        year=plan.year,
        edition=edition.number,
        title=edition.title,
        plan_title=edition.plan_title,
        issuer=edition.issuer,
        document_number=edition.document_number,
        issued_on=edition.issued_on,
        addressee=edition.addressee,
        created_at=plan.created_at,
        updated_at=plan.updated_at,
    )


def _read_items(session: Session, plan: Plan, edition: Edition, items: Sequence[Item]) -> list[ItemRead]:
    tasks = tasks_by_item(session, items)
    headings = {
        row.position: ItemSection(position=row.position, label=row.label, title=row.title)
        for row in sections(session, edition)
    }
    return [
        ItemRead(
            id=item_id(plan.id, row.number),
            number=row.number,
            label=row.label,
            title=row.title,
            text=row.text,
            section=headings.get(row.section_position or 0),
            lead_unit=row.lead_unit,
            responsible_units=row.responsible_units,
            deadline=row.deadline,
            source_start=row.source_start,
            source_end=row.source_end,
            tasks=[_read_task(plan.id, row.number, task) for task in tasks.get(row.id or 0, [])],
        )
        for row in items
    ]


def _read_task(plan: str, item_number: int, task: Task) -> TaskRead:
    return TaskRead(
        id=task_id(plan, item_number, task.number),
        text=task.text,
        start=task.start,
        end=task.end,
        source_start=task.source_start,
        source_end=task.source_end,
        applies_to=task.applies_to,
        facts=task.facts,
    )
