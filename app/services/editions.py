"""Reading editions: every text that a plan ever had."""

from sqlmodel import Session, col, select

from app.errors import EditionNotFound
from app.models import Edition, Plan
from app.pagination import Page, PageRequest
from app.schemas.corrections import Corrections
from app.schemas.editions import CarriedRead, EditionDetail, EditionRead
from app.schemas.plans import DoubtRead, ItemRead
from app.services import plans


def get(session: Session, key: str, number: int) -> tuple[Plan, Edition]:
    """A plan and one of its editions; raises PlanNotFound or EditionNotFound."""
    plan = plans.get_plan(session, key)
    found = session.exec(select(Edition).where(Edition.plan_id == key, Edition.number == number)).first()
    if found is None:
        raise EditionNotFound(plan=key, edition=number)
    return plan, found


def page(session: Session, request: PageRequest, key: str) -> Page[EditionRead]:
    """A plan's editions in the order in which they came; raises PlanNotFound."""
    plan = plans.get_plan(session, key)
    query = select(Edition).where(Edition.plan_id == key).order_by(col(Edition.number)).limit(request.limit + 1)
    if after := request.key(int):
        query = query.where(col(Edition.number) > after[0])
    return request.page([_read(plan, row) for row in session.exec(query)], lambda row: [row.number])


def detail(session: Session, key: str, number: int) -> EditionDetail:
    """An edition with its headings and doubts; raises PlanNotFound or EditionNotFound."""
    plan, edition = get(session, key, number)
    items, tasks = plans.counts(session, edition)
    return EditionDetail(
        **_read(plan, edition).model_dump(),
        items=items,
        tasks=tasks,
        sections=plans.read_sections(session, edition),
        doubts=[DoubtRead(**doubt) for doubt in edition.doubts],
        corrections=Corrections.model_validate(edition.corrections),
        carried=None if edition.carried is None else CarriedRead(**edition.carried),
    )


def items_page(session: Session, request: PageRequest, key: str, number: int) -> Page[ItemRead]:
    """An edition's items in order; raises PlanNotFound or EditionNotFound."""
    return plans.edition_items_page(session, request, *get(session, key, number))


def original(session: Session, key: str, number: int, actor: str) -> tuple[bytes, str, str]:
    """An edition's file as it came, its media type and name, on record; raises PlanNotFound or EditionNotFound."""
    return plans.original_of(session, *get(session, key, number), actor)


def _read(plan: Plan, row: Edition) -> EditionRead:
    return EditionRead(
        plan=plan.id,
        number=row.number,
        current=row.number == plan.edition_number,
        title=row.title,
        plan_title=row.plan_title,
        issuer=row.issuer,
        document_number=row.document_number,
        issued_on=row.issued_on,
        addressee=row.addressee,
        note=row.note,
        filename=row.filename,
        media_type=row.media_type,
        file_digest=row.file_digest,
        created_at=row.created_at,
    )
