"""What waits for review in a cascade, in the order of `review_order`, and how far the review has come."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import networkx as nx
from sqlmodel import Session, col, select

from app import graph
from app.documents.facts import Deadline, Number
from app.linking import Model, Strength
from app.models import Edition, Item, Link, LinkMethod, LinkStatus
from app.pagination import Key, Page, PageRequest, whole
from app.schemas.common import Counted
from app.schemas.review import ReviewKind, ReviewLink, ReviewOrder, ReviewProgress, ReviewStatus
from app.services import cascades, judges, jurisdictions, links, review_order
from app.services.days import day_of, today, zone_of
from app.services.keys import item_number, task_number
from app.services.review_order import DOUBTFUL, Case
from app.services.scope import EVERYTHING, Scope
from app.services.verdicts import task_facts

_OPEN = frozenset({LinkStatus.PROPOSED, LinkStatus.STALE})
_DECIDED = frozenset({LinkStatus.CONFIRMED, LinkStatus.REJECTED})


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which links are wanted; None means any. `least` is the lowest score."""

    adcode: str | None = None
    item: int | None = None
    status: ReviewStatus = ReviewStatus.OPEN
    kind: ReviewKind | None = None
    doubtful: bool = False
    least: float = 0.0
    order: ReviewOrder = ReviewOrder.DOUBT


@dataclass(frozen=True, slots=True)
class Queued:
    """A link with its place in the queue."""

    link: graph.LinkRow
    city: graph.CityRow
    case: Case

    @property
    def doubt(self) -> float:
        return review_order.doubt(self.case)

    @property
    def weight(self) -> float:
        return review_order.weight(self.case)


def find(session: Session, key: str, wanted: QueueFilter, scope: Scope = EVERYTHING) -> list[Queued]:
    """The links that are wanted and somebody may decide on or know of, in order; raises PlanNotFound or BadAdcode."""
    if wanted.adcode is not None:
        jurisdictions.check_adcode(wanted.adcode)
    network = cascades.load(session, key, counted=Counted.ALL)
    given, model = _given_by_people(session, key), judges.model_for(session, key)
    statuses = _OPEN if wanted.status is ReviewStatus.OPEN else {LinkStatus(wanted.status)}
    rows = [
        Queued(link, city, _case(network, link, city, given, model))
        for link, city in _links(network, wanted, scope)
        if link.status in statuses and link.score >= wanted.least
    ]
    rows = [row for row in rows if not wanted.doubtful or row.doubt >= DOUBTFUL]
    return sorted(rows, key=lambda row: _place(row, wanted.order))


def page(
    session: Session, request: PageRequest, key: str, wanted: QueueFilter, scope: Scope = EVERYTHING
) -> Page[ReviewLink]:
    """A page of the queue; raises PlanNotFound or BadAdcode."""
    rows = find(session, key, wanted, scope)
    kinds = (float, int, int, str, int, int, str)
    found = request.sorted_page(rows, lambda row: _place(row, wanted.order), *kinds)
    return Page(items=read(session, found.items), next_cursor=found.next_cursor)


def all_links(session: Session, key: str, wanted: QueueFilter, scope: Scope = EVERYTHING) -> list[ReviewLink]:
    """The whole queue, for a file; raises PlanNotFound, BadAdcode or FileTooLarge."""
    return read(session, whole(find(session, key, wanted, scope)))


def read(session: Session, rows: list[Queued]) -> list[ReviewLink]:
    """Links of the queue as they are shown."""
    found = links.by_id(session, [row.link.id for row in rows])
    return [
        ReviewLink(
            **found[row.link.id].model_dump(),
            adcode=row.city.adcode,
            name=row.city.name,
            same_period=bool(row.city.same_period),
            doubt=row.doubt,
            weight=row.weight,
        )
        for row in rows
        # One that a run took away since the cascade was built.
        if row.link.id in found
    ]


def progress(session: Session, key: str, wanted: QueueFilter, actor: str, scope: Scope = EVERYTHING) -> ReviewProgress:
    """How far it has come with the links of the city, item and kind that are wanted, of whatever status."""
    network = cascades.load(session, key, counted=Counted.ALL)
    rows = [link for link, _ in _links(network, wanted, scope) if link.status != LinkStatus.WITHDRAWN]
    decided = {link.id for link in rows if link.status in _DECIDED}
    query = _from(key, select(Link.id, Link.decided_by, Link.decided_at)).where(col(Link.decided_at).is_not(None))
    made = [(by, at) for link, by, at in session.exec(query) if link in decided and at is not None]
    day, zone = today(session), zone_of(session)
    return ReviewProgress(
        total=len(rows),
        decided=len(decided),
        today=sum(day_of(at, zone) == day for _, at in made),
        mine=sum(by == actor for by, _ in made),
        mine_today=sum(by == actor and day_of(at, zone) == day for by, at in made),
    )


def one(session: Session, key: str, link_id: str, scope: Scope = EVERYTHING) -> Queued | None:
    """A link of the cascade, of whatever status; None if it has no such link, or it is none of the caller's."""
    network = cascades.load(session, key, counted=Counted.ALL)
    for link, city in _links(network, QueueFilter(), scope):
        if link.id == link_id:
            given, model = _given_by_people(session, key), judges.model_for(session, key)
            return Queued(link, city, _case(network, link, city, given, model))
    return None


def _links(
    network: "nx.DiGraph[str]", wanted: QueueFilter, scope: Scope
) -> Iterator[tuple[graph.LinkRow, graph.CityRow]]:
    """The links of the wanted city, item and kind."""
    cities = {city.plan: city for city in graph.cities(network) if city.plan and scope.sees(city.adcode)}
    for _, lower, edge in network.edges(data=True):
        if edge["kind"] == "contains":
            continue
        link: graph.LinkRow = edge["link"]
        city = cities.get(network.nodes[lower]["plan"])
        if (
            city is not None
            and wanted.adcode in {None, city.adcode}
            and wanted.item in {None, item_number(link.upper)}
            and (wanted.kind is None or (wanted.kind is ReviewKind.TASK) == (link.coverage is not None))
        ):
            yield link, city


def _case(
    network: "nx.DiGraph[str]", link: graph.LinkRow, city: graph.CityRow, given: dict[str, LinkMethod], model: Model
) -> Case:
    task = link.coverage is not None
    node = network.nodes[link.upper]
    facts = task_facts(node["text"], network.nodes[network.graph["upper"]]["year"]) if task else ()
    return Case(
        status=LinkStatus(link.status),
        method=given.get(link.id, LinkMethod.MACHINE),
        score=link.score,
        threshold=model.least_taken_up if task else model.least_implementing,
        task=task,
        implements=link.strength == Strength.IMPLEMENTS,
        same_period=bool(city.same_period),
        applies=task and node["applies_to"] == graph.CITY,
        target=any(isinstance(fact, Number) and not fact.qualifier for fact in facts),
        deadline=any(isinstance(fact, Deadline) and not fact.named for fact in facts),
    )


def _place(row: Queued, order: ReviewOrder) -> Key:
    """Sort key: by urgency, then as the texts stand."""
    link = row.link
    first = -review_order.urgency(row.case) if order is ReviewOrder.DOUBT else 0.0
    upper = (item_number(link.upper), task_number(link.upper) or 0)
    lower = (row.city.adcode, item_number(link.lower), task_number(link.lower) or 0)
    return [first, *upper, *lower, link.id]


def _given_by_people(session: Session, key: str) -> dict[str, LinkMethod]:
    """The links of a cascade that are not the machine's, and where they come from."""
    found = session.exec(_from(key, select(Link.id, Link.method)).where(col(Link.method) != LinkMethod.MACHINE))
    return dict(found.all())


def _from(key: str, query: Any) -> Any:  # noqa: ANN401 - statements of several shapes
    """Only the links that start in some edition of a plan."""
    above = query.join(Item, col(Item.id) == Link.upper_item_id)
    return above.join(Edition, col(Edition.id) == Item.edition_id).where(col(Edition.plan_id) == key)
