"""Reading plans: their lists, metadata, items and tasks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import false, func
from sqlmodel import Session, and_, col, or_, select

from app.documents import fold
from app.errors import ItemNotFound, PlanNotFound, PlanNotYet, PlanWithdrawn
from app.linking import ItemText, PlanText, TaskText
from app.models import Edition, EditionSource, Item, Jurisdiction, Level, Plan, PlanState, PlanVersion, Section, Task
from app.pagination import Page, PageRequest
from app.schemas.common import Provenance
from app.schemas.corrections import Corrections
from app.schemas.plans import (
    DoubtRead,
    ItemDetail,
    ItemRead,
    ItemSection,
    PlanDetail,
    PlanRead,
    SectionRead,
    TaskRead,
    Withdrawal,
)
from app.services import audit, history, plan_store
from app.services.audit import Action, Subject
from app.services.history import Moment
from app.services.jurisdictions import check_adcode
from app.services.keys import item_id, item_number, task_id


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """Which plans are wanted; None means any."""

    adcode: str | None = None
    level: Level | None = None
    domain: str | None = None
    year: int | None = None
    q: str | None = None
    withdrawn: bool = False


# Of a plan's elements, those that people look for.
_SEARCHED = ("title", "plan_title", "issuer", "document_number")


def get_plan(session: Session, key: str, as_of: datetime | None = None) -> Plan:
    """A plan that stands, now or as of a moment; raises PlanNotFound, PlanNotYet or PlanWithdrawn."""
    found = session.get(Plan, key)
    if found is None:
        raise PlanNotFound(plan=key)
    if state_of(session, found, as_of).withdrawn:
        raise PlanWithdrawn(plan=key)
    return found


def state_of(session: Session, plan: Plan, as_of: datetime | None = None) -> PlanState:
    """How a plan stood; raises PlanNotYet."""
    if as_of is None:
        return plan
    query = select(PlanVersion).where(PlanVersion.plan_id == plan.id, history.held(PlanVersion, as_of))
    found = session.exec(query).first()
    if found is None:
        raise PlanNotYet(plan=plan.id, moment=history.shown(session, as_of))
    return found


def current_edition(session: Session, plan: Plan, as_of: datetime | None = None) -> Edition:
    """The edition of a plan that holds, now or as of a moment."""
    number = state_of(session, plan, as_of).edition_number
    return session.exec(select(Edition).where(Edition.plan_id == plan.id, Edition.number == number)).one()


def page(session: Session, request: PageRequest, wanted: PlanFilter, as_of: datetime | None = None) -> Page[PlanRead]:
    """Plans in the order of their keys, now or as of a moment. `q` is looked for in jurisdiction, title, issuer, number."""
    query = (
        select(Plan, PlanVersion, Edition, Jurisdiction)
        .join(PlanVersion, (col(PlanVersion.plan_id) == Plan.id) & history.held(PlanVersion, as_of))
        .join(Edition, (col(Edition.plan_id) == Plan.id) & (col(Edition.number) == PlanVersion.edition_number))
        .join(Jurisdiction, col(Jurisdiction.adcode) == Plan.adcode)
        .order_by(col(Plan.id))
        .limit(request.limit + 1)
    )
    if not wanted.withdrawn:
        query = query.where(col(PlanVersion.withdrawn).is_(False))
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
        shown = [func.coalesce(getattr(PlanVersion, name), getattr(Edition, name)) for name in _SEARCHED]
        spellings = sorted({wanted.q, fold(wanted.q)})
        query = query.where(
            or_(*(field.contains(q, autoescape=True) for field in (col(Jurisdiction.name), *shown) for q in spellings))
        )
    rows = [_read(*row) for row in session.exec(query)]
    return request.page(rows, lambda row: [row.id])


def read(session: Session, key: str, as_of: datetime | None = None) -> PlanRead:
    """A plan with its metadata; raises PlanNotFound, PlanNotYet or PlanWithdrawn."""
    return _version(session, get_plan(session, key, as_of), as_of)


def read_any(session: Session, key: str) -> PlanRead:
    """A plan as it stands now, also if it is withdrawn; raises PlanNotFound."""
    plan = session.get(Plan, key)
    if plan is None:
        raise PlanNotFound(plan=key)
    return _version(session, plan, None)


def _version(session: Session, plan: Plan, as_of: datetime | None) -> PlanRead:
    query = select(PlanVersion).where(PlanVersion.plan_id == plan.id, history.held(PlanVersion, as_of))
    jurisdiction = session.get_one(Jurisdiction, plan.adcode)
    return _read(plan, session.exec(query).one(), current_edition(session, plan, as_of), jurisdiction)


def detail(session: Session, key: str, seen: Moment | None = None, *, withdrawn: bool = False) -> PlanDetail:
    """A plan with its headings and doubts; raises PlanNotFound, PlanNotYet or, unless asked for it, PlanWithdrawn."""
    seen = history.seen_or_now(session, key, seen)
    plan = session.get_one(Plan, key) if withdrawn else get_plan(session, key, seen.past)
    edition = current_edition(session, plan, seen.past)
    items, tasks = counts(session, edition)
    return PlanDetail(
        **_version(session, plan, seen.past).model_dump(),
        items=items,
        tasks=tasks,
        sections=read_sections(session, edition),
        doubts=[DoubtRead(**doubt) for doubt in edition.doubts],
        note=edition.note,
        corrections=Corrections.model_validate(edition.corrections),
        provenance=history.provenance(session, seen, [key]),
    )


def counts(session: Session, edition: Edition) -> tuple[int, int]:
    """How many items and how many tasks an edition has."""
    items = select(func.count()).select_from(Item).where(Item.edition_id == edition.id)
    tasks = select(func.count()).select_from(Task).join(Item).where(Item.edition_id == edition.id)
    return session.exec(items).one(), session.exec(tasks).one()


def original(session: Session, key: str, actor: str, seen: Moment | None = None) -> tuple[bytes, str, str, Provenance]:
    """The edition's file as it came, its media type and name, on record; raises as `read` does."""
    seen = history.seen_or_now(session, key, seen)
    plan = get_plan(session, key, seen.past)
    edition = current_edition(session, plan, seen.past)
    rests_on = history.provenance(session, seen, [key])
    return *original_of(session, plan, edition, actor), rests_on


def original_of(session: Session, plan: Plan, edition: Edition, actor: str) -> tuple[bytes, str, str]:
    """An edition's file as it came, its media type and name, on record."""
    source = session.get_one(EditionSource, edition.id)
    after = {"edition": edition.number, "file_digest": edition.file_digest}
    audit.record_export(session, actor, Action.PLAN_EXPORT, Subject("plan", plan.id, plan.adcode), after=after)
    return source.data, edition.media_type, edition.filename


def items_page(session: Session, request: PageRequest, key: str, as_of: datetime | None = None) -> Page[ItemRead]:
    """A plan's items in order; raises as `read` does."""
    plan = get_plan(session, key, as_of)
    return edition_items_page(session, request, plan, current_edition(session, plan, as_of))


def edition_items_page(session: Session, request: PageRequest, plan: Plan, edition: Edition) -> Page[ItemRead]:
    """An edition's items in order."""
    query = select(Item).where(Item.edition_id == edition.id).order_by(col(Item.number)).limit(request.limit + 1)
    if after := request.key(int):
        query = query.where(col(Item.number) > after[0])
    rows = read_items(session, plan, edition, list(session.exec(query)))
    return request.page(rows, lambda row: [row.number])


def item(session: Session, key: str, number: int, seen: Moment | None = None) -> ItemDetail:
    """One item; raises ItemNotFound, and what `read` does."""
    seen = history.seen_or_now(session, key, seen)
    plan = get_plan(session, key, seen.past)
    edition = current_edition(session, plan, seen.past)
    found = session.exec(select(Item).where(Item.edition_id == edition.id, Item.number == number)).first()
    if found is None:
        raise ItemNotFound(plan=key, number=number)
    read_item = read_items(session, plan, edition, [found])[0]
    return ItemDetail(**read_item.model_dump(), provenance=history.provenance(session, seen, [key]))


def texts_of(session: Session, ids: Collection[str], as_of: datetime | None = None) -> dict[str, str]:
    """The texts of items of any plans, now or as of a moment, by id; ids without an item are left out."""
    wanted: dict[str, set[int]] = {}
    for node in ids:
        wanted.setdefault(node.rpartition("/")[0], set()).add(item_number(node))
    either = [and_(PlanVersion.plan_id == key, col(Item.number).in_(numbers)) for key, numbers in wanted.items()]
    query = (
        select(PlanVersion.plan_id, Item.number, Item.text)
        .join(
            Edition,
            (col(Edition.plan_id) == PlanVersion.plan_id) & (col(Edition.number) == PlanVersion.edition_number),
        )
        .join(Item, col(Item.edition_id) == Edition.id)
        .where(history.held(PlanVersion, as_of), or_(false(), *either))
    )
    return {item_id(key, number): text for key, number, text in session.exec(query)}


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


def read_sections(session: Session, edition: Edition) -> list[SectionRead]:
    """The headings of an edition as they are shown."""
    return [
        SectionRead(
            position=row.position, level=row.level, label=row.label, title=row.title, parent=row.parent_position
        )
        for row in sections(session, edition)
    ]


def sections(session: Session, edition: Edition) -> list[Section]:
    """All headings of an edition, in order."""
    query = select(Section).where(Section.edition_id == edition.id).order_by(col(Section.position))
    return list(session.exec(query))


def _read(plan: Plan, state: PlanVersion, edition: Edition, jurisdiction: Jurisdiction) -> PlanRead:
    withdrawn = Withdrawal(by=state.changed_by, at=state.since, reason=state.reason or "") if state.withdrawn else None
    return PlanRead(
        id=plan.id,
        adcode=plan.adcode,
        name=jurisdiction.name,
        level=jurisdiction.level,
        domain=plan.domain,
        year=plan.year,
        edition=edition.number,
        **plan_store.elements(state, edition),
        corrected=plan_store.corrected(state, edition),
        withdrawn=withdrawn,
        version=state.version,
        created_at=plan.created_at,
        updated_at=state.since,
    )


def read_items(session: Session, plan: Plan, edition: Edition, items: Sequence[Item]) -> list[ItemRead]:
    """Items of an edition as they are shown."""
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
