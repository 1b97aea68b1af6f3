"""What would fall due again if a text changed: asked before anybody changes anything."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from app.db import database_of
from app.documents.changes import Place
from app.errors import CascadeTooLarge, ItemNotFound, TaskNotFound
from app.graph import COUNTING
from app.models import Edition, GapDecision, Item, Link, LinkStatus, Plan, Task
from app.pagination import PageRequest
from app.schemas.impact import ImpactCount, ImpactEntry, ImpactRead
from app.services import gap_carrying, gap_decisions, links, moves
from app.services.keys import item_id, task_id
from app.services.moves import DECIDED, own_end
from app.services.plans import current_edition, get_plan, tasks_by_item
from app.services.scope import EVERYTHING, Scope


@dataclass(frozen=True, slots=True)
class _Subject:
    """The item or task that is asked about: `tasks` are the ones that would be touched."""

    plan: Plan
    edition: Edition
    item: Item
    tasks: Sequence[Task]
    whole: bool

    @property
    def ends(self) -> set[tuple[int, int | None]]:
        """The ends of links that say what it says; an item says what its tasks do."""
        item = self.item.id or 0
        return {(item, None), *((item, task.id) for task in self.tasks)}

    @property
    def name(self) -> str:
        if self.whole:
            return item_id(self.plan.id, self.item.number)
        return task_id(self.plan.id, self.item.number, self.tasks[0].number)


def of(
    session: Session, request: PageRequest, key: str, number: int, task: int | None, scope: Scope = EVERYTHING
) -> ImpactRead:
    """The decided links, and the decisions on gaps in scope, that rest on an item or a task of it, nearest first.

    Raises PlanNotFound, ItemNotFound, TaskNotFound, or CascadeTooLarge if more than the setting allows rest on it.
    """
    subject = _subject(session, key, number, task)
    limit = database_of(session).settings.max_graph_nodes
    found: list[ImpactEntry] = []
    for entry in (*_links(session, subject), *_gap_decisions(session, subject, scope)):
        found.append(entry)
        if len(found) > limit:
            raise CascadeTooLarge(limit=limit)
    found.sort(key=_order)
    page = request.sorted_page(found, _order, int, str, str, str)
    hops = Counter((entry.hops, entry.kind) for entry in found)
    return ImpactRead(
        of=subject.name,
        edition=subject.edition.number,
        links=sum(entry.kind == "link" for entry in found),
        gap_decisions=sum(entry.kind == "gap_decision" for entry in found),
        by_hops=[
            ImpactCount(hops=hop, links=hops[hop, "link"], gap_decisions=hops[hop, "gap_decision"])
            for hop in sorted({hop for hop, _ in hops})
        ],
        items=_named(session, page.items),
        next_cursor=page.next_cursor,
    )


def _order(entry: ImpactEntry) -> list[str | int | float | None]:
    return [entry.hops, entry.kind, entry.id, entry.plan]


def _subject(session: Session, key: str, number: int, task: int | None) -> _Subject:
    plan = get_plan(session, key)
    edition = current_edition(session, plan)
    item = session.exec(select(Item).where(Item.edition_id == edition.id, Item.number == number)).first()
    if item is None:
        raise ItemNotFound(plan=key, number=number)
    tasks = tasks_by_item(session, [item]).get(item.id or 0, [])
    if task is None:
        return _Subject(plan, edition, item, tasks, whole=True)
    wanted = [row for row in tasks if row.number == task]
    if not wanted:
        raise TaskNotFound(plan=key, number=number, task=task)
    return _Subject(plan, edition, item, wanted, whole=False)


def _at(session: Session, subject: _Subject) -> list[Link]:
    """The links of any status one of whose ends says what is asked about."""
    item = subject.item.id
    query = select(Link).where(or_(Link.upper_item_id == item, Link.lower_item_id == item)).order_by(col(Link.id))
    return [
        link
        for link in session.exec(query)
        if own_end(link, "upper") in subject.ends or own_end(link, "lower") in subject.ends
    ]


def _links(session: Session, subject: _Subject) -> Iterator[ImpactEntry]:
    near = [link for link in _at(session, subject) if link.status in DECIDED]
    for link in near:
        yield _entry(link, 0, None)
    confirmed = [link for link in near if link.status is LinkStatus.CONFIRMED]
    for hops, found in moves.resting_on(session, confirmed):
        for link, via in found:
            yield _entry(link, hops, via.id)


def _entry(link: Link, hops: int, via: str | None) -> ImpactEntry:
    return ImpactEntry(
        kind="link",
        id=link.id,
        plan="",
        upper=None,
        lower=None,
        status=link.status,
        decision=None,
        decided_by=link.decided_by,
        hops=hops,
        via=via,
    )


def _named(session: Session, entries: Sequence[ImpactEntry]) -> list[ImpactEntry]:
    """The entries of a page with the ends of their links."""
    read = links.by_id(session, [entry.id for entry in entries if entry.kind == "link"])
    return [
        entry.model_copy(
            update={
                "plan": read[entry.id].upper.partition("/")[0],
                "upper": read[entry.id].upper,
                "lower": read[entry.id].lower,
            }
        )
        if entry.kind == "link"
        else entry
        for entry in entries
    ]


def _gap_decisions(session: Session, subject: _Subject, scope: Scope) -> Iterator[ImpactEntry]:
    """Decisions made on one of the texts, and not due already for another reason."""
    for row in gap_decisions.standing(session, subject.plan.id).values():
        place = gap_carrying.task_of(row)
        tasks = {Place(subject.item.number, task.number): task.text for task in subject.tasks}
        if place in tasks and _rests(row, gap_decisions.UPPER, tasks[place]) and _in(scope, row):
            yield _decision(row, task_id(subject.plan.id, place.item, place.task or 0), None)
    yield from _from_above(session, subject, scope)


def _from_above(session: Session, subject: _Subject, scope: Scope) -> Iterator[ImpactEntry]:
    """Decisions on gaps between an upper plan and this one."""
    said: dict[tuple[str, str], list[tuple[str, str]]] = {}
    counting = [link for link in _at(session, subject) if str(link.status) in COUNTING]
    read = links.by_id(session, [link.id for link in counting if own_end(link, "lower") in subject.ends])
    for link in read.values():
        upper, _, place = link.upper.partition("/")
        said.setdefault((upper, place), []).append((link.evidence.lower.text, link.lower))
    for key in gap_carrying.uppers(session, subject.edition):
        for row in gap_decisions.standing(session, key).values():
            if gap_carrying.city_of(row) != subject.plan.adcode or not _in(scope, row):
                continue
            orphan = gap_carrying.orphan_of(row, subject.plan.adcode)
            if subject.whole and orphan == Place(subject.item.number):
                yield _decision(row, None, subject.name)
            task = gap_carrying.task_of(row)
            for text, lower in said.get((key, task.name), []) if task else []:
                if _rests(row, gap_decisions.LOWER, text):
                    yield _decision(row, f"{key}/{task.name if task else ''}", lower)
                    break


def _rests(row: GapDecision, end: str, text: str) -> bool:
    return row.digests.get(end) == gap_decisions.digest(text)


def _in(scope: Scope, row: GapDecision) -> bool:
    return scope.sees(gap_carrying.city_of(row))


def _decision(row: GapDecision, upper: str | None, lower: str | None) -> ImpactEntry:
    return ImpactEntry(
        kind="gap_decision",
        id=row.gap_id,
        plan=row.plan_id,
        upper=upper,
        lower=lower,
        status=None,
        decision=row.decision,
        decided_by=row.decided_by,
        hops=0,
        via=None,
    )
