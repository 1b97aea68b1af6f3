"""Reading links."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, false
from sqlalchemy import select as sa_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.errors import LinkNotFound
from app.models import Edition, Item, Link, LinkStatus, LinkVersion, Pair, Plan, PlanVersion, Task
from app.pagination import MAX_FILE_ROWS, Page, PageRequest, whole
from app.schemas.common import Provenance
from app.schemas.links import LinkDetail, LinkEnd, LinkEvidence, LinkRead, StaleReason
from app.services import cascades, history, reasons
from app.services.history import Moment
from app.services.keys import item_id, task_id


@dataclass(frozen=True, slots=True)
class LinkFilter:
    """Which links are wanted; None means any. `upper` and `lower` are ids of plans, items or tasks."""

    upper: str | None = None
    lower: str | None = None
    status: LinkStatus | None = None


# Databases bound how many values a statement may have.
_AT_ONCE = 500

# Each end of a link: its item, its task (or none), its edition, and its plan as it stood.
_upper_item, _lower_item = aliased(Item), aliased(Item)
_upper_task, _lower_task = aliased(Task), aliased(Task)
_upper_edition, _lower_edition = aliased(Edition), aliased(Edition)
_upper_plan, _lower_plan = aliased(PlanVersion), aliased(PlanVersion)
# The editions between which a link is. An end that is gone from the text stands in one before them.
_upper_current, _lower_current = aliased(Edition), aliased(Edition)


def moment(session: Session, wanted: LinkFilter, as_of: datetime | None) -> Moment:
    """The moment of a list of links: that of the cascade they are asked of, else of the whole store.

    Raises PlanNotYet or FutureMoment.
    """
    upper, lower = ((end or "").partition("/")[0] for end in (wanted.upper, wanted.lower))
    if session.get(Plan, upper):
        return history.of_cascade(session, upper, as_of)
    if not upper and (plan := session.get(Plan, lower)) and cascades.above(session, plan, as_of):
        return cascades.moment_above(session, plan, as_of)
    return history.of_store(session, as_of, settled=True)


def rests_on(session: Session, seen: Moment, wanted: LinkFilter, rows: Sequence[LinkRead]) -> Provenance:
    """What a list of links rests on: the plans that it names, and those that were asked for."""
    ends = [wanted.upper or "", wanted.lower or "", *(end for row in rows for end in (row.upper, row.lower))]
    return history.provenance(session, seen, [end.partition("/")[0] for end in ends])


def page(session: Session, request: PageRequest, wanted: LinkFilter, as_of: datetime | None = None) -> Page[LinkRead]:
    """Links between editions that hold, now or as of a moment, in the order of their ids."""
    query = _wanted(wanted, as_of).order_by(col(LinkVersion.link_id)).limit(request.limit + 1)
    if after := request.key(str):
        query = query.where(col(LinkVersion.link_id) > after[0])
    return request.page([_read(*row) for row in session.execute(query)], lambda row: [row.id])


def all_links(session: Session, wanted: LinkFilter, as_of: datetime | None = None) -> list[LinkRead]:
    """Every link, in the order of the texts, for a table or a file; raises FileTooLarge."""
    query = _wanted(wanted, as_of).limit(MAX_FILE_ROWS + 1)
    rows = whole([_read(*row) for row in session.execute(query)])
    return sorted(rows, key=lambda link: (_place(link.upper), _place(link.lower), link.id))


def _place(end: str) -> tuple[str, list[int]]:
    """Sorts an item before its tasks, and task 2 before task 10."""
    plan, _, numbers = end.partition("/")
    return plan, [int(number) for number in numbers.split(".")]


def read(session: Session, link_id: str) -> LinkRead:
    """One link as it stands; raises LinkNotFound."""
    return _read(*_row(session, link_id, None))


def by_id(session: Session, ids: Sequence[str]) -> dict[str, LinkRead]:
    """Some links as they stand, by their ids; those that there are."""
    found: dict[str, LinkRead] = {}
    for start in range(0, len(ids), _AT_ONCE):
        query = _query(None).where(col(LinkVersion.link_id).in_(ids[start : start + _AT_ONCE]))
        found |= {row[0].link_id: _read(*row) for row in session.execute(query)}
    return found


def get(session: Session, link_id: str, as_of: datetime | None = None, *, english: bool) -> LinkDetail:
    """One link with the judge's reasons, now or as of a moment; raises LinkNotFound, PlanNotYet or FutureMoment."""
    upper = session.exec(
        select(Edition.plan_id)
        .join(Item, col(Item.edition_id) == Edition.id)
        .join(LinkVersion, col(LinkVersion.upper_item_id) == Item.id)
        .where(LinkVersion.link_id == link_id)
    ).first()
    if upper is None:
        raise LinkNotFound(link=link_id)
    seen = history.of_cascade(session, upper, as_of)
    row = _row(session, link_id, seen.past)
    link, upper_item, lower_item, upper_task, _, upper_edition, lower_edition = row
    upper_plan, lower_plan = upper_edition.plan_id, lower_edition.plan_id
    if is_gone(session, link):
        why = None
    elif upper_task is None:
        ends = (upper_item.number, lower_item.number)
        why = reasons.of_items(session, upper_plan, lower_plan, *ends, seen.past, english=english)
    else:
        at = (lower_item.number, link.lower_start, link.lower_end)
        task = task_id(upper_plan, upper_item.number, upper_task)
        why = reasons.of_task(session, task, lower_plan, seen.past, english=english, at=at)
    source = history.provenance(session, seen, [upper_plan, lower_plan])
    return LinkDetail(**_read(*row).model_dump(), provenance=source, reasons=why)


def is_gone(session: Session, link: Link | LinkVersion) -> bool:
    """Whether one of a link's ends is in its plan's text no more."""
    pair = session.get_one(Pair, link.pair_id)
    upper, lower = session.get_one(Item, link.upper_item_id), session.get_one(Item, link.lower_item_id)
    return (upper.edition_id, lower.edition_id) != (pair.upper_edition_id, pair.lower_edition_id)


Row = tuple[LinkVersion, Item, Item, int | None, int | None, Edition, Edition]


def _row(session: Session, link_id: str, as_of: datetime | None) -> Row:
    row = session.execute(_query(as_of).where(col(LinkVersion.link_id) == link_id)).first()
    if row is None:
        raise LinkNotFound(link=link_id)
    link, upper_item, lower_item, upper_task, lower_task, upper_edition, lower_edition = row
    return link, upper_item, lower_item, upper_task, lower_task, upper_edition, lower_edition


Query = Select[LinkVersion, Item, Item, int, int, Edition, Edition]


def _query(as_of: datetime | None) -> Query:
    """Links between editions that hold, of plans that are not withdrawn."""
    return (
        sa_select(
            LinkVersion,
            _upper_item,
            _lower_item,
            col(_upper_task.number),
            col(_lower_task.number),
            _upper_edition,
            _lower_edition,
        )
        .join(_upper_item, col(_upper_item.id) == LinkVersion.upper_item_id)
        .join(_lower_item, col(_lower_item.id) == LinkVersion.lower_item_id)
        .join(_upper_task, col(_upper_task.id) == LinkVersion.upper_task_id, isouter=True)
        .join(_lower_task, col(_lower_task.id) == LinkVersion.lower_task_id, isouter=True)
        .join(_upper_edition, col(_upper_edition.id) == _upper_item.edition_id)
        .join(_lower_edition, col(_lower_edition.id) == _lower_item.edition_id)
        .join(Pair, col(Pair.id) == LinkVersion.pair_id)
        .join(_upper_current, col(_upper_current.id) == Pair.upper_edition_id)
        .join(_lower_current, col(_lower_current.id) == Pair.lower_edition_id)
        .join(_upper_plan, col(_upper_plan.plan_id) == _upper_current.plan_id)
        .join(_lower_plan, col(_lower_plan.plan_id) == _lower_current.plan_id)
        .where(
            history.held(LinkVersion, as_of),
            history.held(_upper_plan, as_of),
            history.held(_lower_plan, as_of),
            col(_upper_current.number) == _upper_plan.edition_number,
            col(_lower_current.number) == _lower_plan.edition_number,
            col(_upper_plan.withdrawn).is_(False),
            col(_lower_plan.withdrawn).is_(False),
        )
    )


def _wanted(wanted: LinkFilter, as_of: datetime | None) -> Query:
    query = _query(as_of)
    if wanted.status is not None:
        query = query.where(col(LinkVersion.status) == wanted.status)
    if wanted.upper is not None:
        query = _at(query, wanted.upper, _upper_plan, _upper_item, _upper_task)
        query = query.where(col(_upper_item.edition_id) == col(Pair.upper_edition_id)) if "/" in wanted.upper else query
    if wanted.lower is not None:
        query = _at(query, wanted.lower, _lower_plan, _lower_item, _lower_task)
        query = query.where(col(_lower_item.edition_id) == col(Pair.lower_edition_id)) if "/" in wanted.lower else query
    return query


def _at(query: Query, end: str, plan: type[PlanVersion], item: type[Item], task: type[Task]) -> Query:
    """Only the links that end at a plan, an item or a task. An id that cannot exist finds nothing."""
    key, _, rest = end.partition("/")
    query = query.where(col(plan.plan_id) == key)
    if not rest:
        return query
    numbers = rest.split(".")
    if len(numbers) > 2 or not all(number.isascii() and number.isdigit() and len(number) < 7 for number in numbers):
        return query.where(false())
    query = query.where(col(item.number) == int(numbers[0]))
    return query.where(col(task.number) == int(numbers[1])) if len(numbers) > 1 else query


def _read(
    link: LinkVersion,
    upper_item: Item,
    lower_item: Item,
    upper_task: int | None,
    lower_task: int | None,
    upper_edition: Edition,
    lower_edition: Edition,
) -> LinkRead:
    return LinkRead(
        id=link.link_id,
        upper=_name(upper_edition.plan_id, upper_item.number, upper_task),
        lower=_name(lower_edition.plan_id, lower_item.number, lower_task),
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
        upper_edition=upper_edition.number,
        lower_edition=lower_edition.number,
        stale_reason=[StaleReason(**row) for row in link.stale_reason or []],
    )


def _name(plan: str, item: int, task: int | None) -> str:
    return item_id(plan, item) if task is None else task_id(plan, item, task)


def _end(item: Item, start: int, end: int) -> LinkEnd:
    return LinkEnd(start=start, end=end, text=item.text[start:end])
