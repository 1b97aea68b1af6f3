"""Reading links."""

from dataclasses import dataclass

from sqlalchemy import Select, false, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.errors import LinkNotFound
from app.models import Edition, Item, Link, LinkStatus, Plan, Task
from app.pagination import MAX_FILE_ROWS, Page, PageRequest, whole
from app.schemas.links import LinkDetail, LinkEnd, LinkEvidence, LinkRead
from app.services import reasons
from app.services.keys import item_id, task_id


@dataclass(frozen=True, slots=True)
class LinkFilter:
    """Which links are wanted; None means any. `upper` and `lower` are ids of plans, items or tasks."""

    upper: str | None = None
    lower: str | None = None
    status: LinkStatus | None = None


# Each end of a link: its item, its task (or none), its edition and its plan.
_upper_item, _lower_item = aliased(Item), aliased(Item)
_upper_task, _lower_task = aliased(Task), aliased(Task)
_upper_edition, _lower_edition = aliased(Edition), aliased(Edition)
_upper_plan, _lower_plan = aliased(Plan), aliased(Plan)


def page(session: Session, request: PageRequest, wanted: LinkFilter) -> Page[LinkRead]:
    """Links between current editions, in the order of their ids."""
    query = _wanted(wanted).order_by(col(Link.id)).limit(request.limit + 1)
    if after := request.key(str):
        query = query.where(col(Link.id) > after[0])
    return request.page([_read(*row) for row in session.execute(query)], lambda row: [row.id])


def all_links(session: Session, wanted: LinkFilter) -> list[LinkRead]:
    """Every link, in the order of the texts, for a table or a file; raises FileTooLarge."""
    query = _wanted(wanted).limit(MAX_FILE_ROWS + 1)
    rows = whole([_read(*row) for row in session.execute(query)])
    return sorted(rows, key=lambda link: (_place(link.upper), _place(link.lower), link.id))


def _place(end: str) -> tuple[str, list[int]]:
    """Sorts an item before its tasks, and task 2 before task 10."""
    plan, _, numbers = end.partition("/")
    return plan, [int(number) for number in numbers.split(".")]


def read(session: Session, link_id: str) -> LinkRead:
    """One link; raises LinkNotFound."""
    return _read(*_row(session, link_id))


def get(session: Session, link_id: str, *, english: bool) -> LinkDetail:
    """One link with the judge's reasons; raises LinkNotFound."""
    row = _row(session, link_id)
    _, upper_item, lower_item, upper_task, _, upper_plan, lower_plan = row
    if upper_task is None:
        why = reasons.of_items(session, upper_plan, lower_plan, upper_item.number, lower_item.number, english=english)
    else:
        why = reasons.of_task(session, upper_plan, lower_plan, upper_item.number, upper_task, english=english)
    return LinkDetail(**_read(*row).model_dump(), reasons=why)


def _row(session: Session, link_id: str) -> tuple[Link, Item, Item, int | None, int | None, str, str]:
    row = session.execute(_query().where(col(Link.id) == link_id)).first()
    if row is None:
        raise LinkNotFound(link=link_id)
    link, upper_item, lower_item, upper_task, lower_task, upper_plan, lower_plan = row
    return link, upper_item, lower_item, upper_task, lower_task, upper_plan, lower_plan


Query = Select[Link, Item, Item, int, int, str, str]


def _query() -> Query:
    """Links whose two ends stand in the editions that hold now."""
    return (
        select(
            Link,
            _upper_item,
            _lower_item,
            col(_upper_task.number),
            col(_lower_task.number),
            col(_upper_plan.id),
            col(_lower_plan.id),
        )
        .join(_upper_item, col(_upper_item.id) == Link.upper_item_id)
        .join(_lower_item, col(_lower_item.id) == Link.lower_item_id)
        .join(_upper_task, col(_upper_task.id) == Link.upper_task_id, isouter=True)
        .join(_lower_task, col(_lower_task.id) == Link.lower_task_id, isouter=True)
        .join(_upper_edition, col(_upper_edition.id) == _upper_item.edition_id)
        .join(_lower_edition, col(_lower_edition.id) == _lower_item.edition_id)
        .join(_upper_plan, col(_upper_plan.id) == _upper_edition.plan_id)
        .join(_lower_plan, col(_lower_plan.id) == _lower_edition.plan_id)
        .where(
            col(_upper_edition.number) == _upper_plan.edition_number,
            col(_lower_edition.number) == _lower_plan.edition_number,
        )
    )


def _wanted(wanted: LinkFilter) -> Query:
    query = _query()
    if wanted.status is not None:
        query = query.where(col(Link.status) == wanted.status)
    if wanted.upper is not None:
        query = _at(query, wanted.upper, _upper_plan, _upper_item, _upper_task)
    if wanted.lower is not None:
        query = _at(query, wanted.lower, _lower_plan, _lower_item, _lower_task)
    return query


def _at(query: Query, end: str, plan: type[Plan], item: type[Item], task: type[Task]) -> Query:
    """Only the links that end at a plan, an item or a task. An id that cannot exist finds nothing."""
    key, _, rest = end.partition("/")
    query = query.where(col(plan.id) == key)
    if not rest:
        return query
    numbers = rest.split(".")
    if len(numbers) > 2 or not all(number.isascii() and number.isdigit() and len(number) < 7 for number in numbers):
        return query.where(false())
    query = query.where(col(item.number) == int(numbers[0]))
    return query.where(col(task.number) == int(numbers[1])) if len(numbers) > 1 else query


def _read(
    link: Link,
    upper_item: Item,
    lower_item: Item,
    upper_task: int | None,
    lower_task: int | None,
    upper_plan: str,
    lower_plan: str,
) -> LinkRead:
    return LinkRead(
        id=link.id,
        upper=_name(upper_plan, upper_item.number, upper_task),
        lower=_name(lower_plan, lower_item.number, lower_task),
        coverage=link.coverage,
        strength=link.strength,
        status=link.status,
        score=link.score,
        method=link.method,
        rationale=link.rationale,
        evidence=LinkEvidence(
            upper=_end(upper_item, link.upper_start, link.upper_end),
            lower=_end(lower_item, link.lower_start, link.lower_end),
        ),
        proposed_by=link.proposed_by,
        proposed_at=link.proposed_at,
        decided_by=link.decided_by,
        decided_at=link.decided_at,
        reason=link.reason,
        version=link.version,
    )


def _name(plan: str, item: int, task: int | None) -> str:
    return item_id(plan, item) if task is None else task_id(plan, item, task)


def _end(item: Item, start: int, end: int) -> LinkEnd:
    return LinkEnd(start=start, end=end, text=item.text[start:end])
