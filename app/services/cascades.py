"""Cascades: which plans belong together, when one has changed, and its graph."""

from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
from sqlalchemy import update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app import graph
from app.db import database_of
from app.errors import CascadeTooLarge
from app.linking import METHOD
from app.models import Cascade, Edition, Item, Jurisdiction, Link, Pair, Plan, Task, TaskScore
from app.services import jurisdictions
from app.services.keys import item_id, task_id
from app.services.plans import current_edition, get_plan

# A plan two years off may still be the city's answer; one further away is another term's (contract: A cascade).
MAX_YEARS_OFF = 2


@dataclass(frozen=True, slots=True)
class Member:
    """A direct child of the upper jurisdiction and the plan with which it enters the cascade."""

    jurisdiction: Jurisdiction
    plan: Plan | None
    edition: Edition | None


def members(session: Session, upper: Plan) -> list[Member]:
    """Every direct child of a plan's jurisdiction, with its plan of the same domain that is nearest in year."""
    children = jurisdictions.children(session, upper.adcode)
    query = (
        select(Plan, Edition)
        .join(Edition, (col(Edition.plan_id) == Plan.id) & (col(Edition.number) == Plan.edition_number))
        .where(
            col(Plan.adcode).in_([child.adcode for child in children]),
            Plan.domain == upper.domain,
            col(Plan.year).between(upper.year - MAX_YEARS_OFF, upper.year + MAX_YEARS_OFF),
        )
    )
    best: dict[str, tuple[Plan, Edition]] = {}
    for plan, edition in session.exec(query):
        held = best.get(plan.adcode)
        if held is None or nearness(plan.year, upper.year) < nearness(held[0].year, upper.year):
            best[plan.adcode] = (plan, edition)
    return [Member(child, *best.get(child.adcode, (None, None))) for child in children]


def nearness(year: int, wanted: int) -> tuple[int, int]:
    """Sort key of a year: nearest first, of two equally near ones the later.

    >>> sorted([2018, 2019, 2021, 2022, 2020], key=lambda year: nearness(year, 2020))
    [2020, 2021, 2019, 2022, 2018]
    """
    return (abs(year - wanted), -year)


def uppers(session: Session, lower: Plan) -> list[Plan]:
    """The plans above a plan whose cascade it belongs to, nearest in year first."""
    child = jurisdictions.get(session, lower.adcode)
    query = select(Plan).where(
        Plan.adcode == child.parent_adcode,
        Plan.domain == lower.domain,
        col(Plan.year).between(lower.year - MAX_YEARS_OFF, lower.year + MAX_YEARS_OFF),
    )
    above = sorted(session.exec(query), key=lambda plan: nearness(plan.year, lower.year))
    return [plan for plan in above if any(row.plan and row.plan.id == lower.id for row in members(session, plan))]


def ensure(session: Session, plan: Plan) -> None:
    """Make the cascade below a plan known, so that it has a revision."""
    if session.get(Cascade, plan.id) is None:
        session.add(Cascade(id=plan.id, adcode=plan.adcode, domain=plan.domain, year=plan.year))
        session.flush()


def touch_around(session: Session, plan: Plan) -> None:
    """Raise the revision of every cascade that a plan can belong to: its own, and those of its parent."""
    ensure(session, plan)
    parent = jurisdictions.parent_of(plan.adcode)
    near = col(Cascade.year).between(plan.year - MAX_YEARS_OFF, plan.year + MAX_YEARS_OFF)
    above = (col(Cascade.adcode) == parent) & (col(Cascade.domain) == plan.domain) & near
    session.exec(update(Cascade).where((col(Cascade.id) == plan.id) | above).values(revision=Cascade.revision + 1))


def touch(session: Session, plan_id: str) -> None:
    """Raise the revision of the cascade below one plan."""
    session.exec(update(Cascade).where(col(Cascade.id) == plan_id).values(revision=Cascade.revision + 1))


def register_jurisdiction(session: Session, adcode: str, name: str) -> tuple[Jurisdiction, bool]:
    """Register a jurisdiction, which every cascade of its parent then has as a city; also tells whether it is new.

    Raises as `jurisdictions.register` does.
    """
    made, new = jurisdictions.register(session, adcode, name)
    if new:
        above = col(Cascade.adcode) == made.parent_adcode
        session.exec(update(Cascade).where(above).values(revision=Cascade.revision + 1))
    return made, new


def load(session: Session, plan_id: str) -> "nx.DiGraph[str]":
    """The graph of the cascade below a plan, from memory while the cascade's revision is the same.

    Raises PlanNotFound, or CascadeTooLarge if it has more nodes than the setting allows.
    """
    plan = get_plan(session, plan_id)
    revision = session.exec(select(Cascade.revision).where(Cascade.id == plan_id)).one()
    database = database_of(session)
    limit = database.settings.max_graph_nodes
    try:
        return database.derived.get(
            f"cascade:{plan_id}", revision, lambda: graph.build(_rows(session, plan), max_nodes=limit)
        )
    except graph.GraphBudgetExceededError as error:
        raise CascadeTooLarge(limit=limit) from error


def _rows(session: Session, upper: Plan) -> graph.CascadeRows:
    found = members(session, upper)
    edition = current_edition(session, upper)
    judged = _judged(session, upper, found)
    keys = {edition.id: upper.id} | {row.edition.id: row.plan.id for row in found if row.edition and row.plan}
    pairs = {
        pair.id: lower
        for pair, lower in judged
        if pair.upper_edition_id == edition.id and pair.lower_edition_id in keys
    }
    items = _items(session, keys)
    return graph.CascadeRows(
        plan=upper.id,
        adcode=upper.adcode,
        name=jurisdictions.get(session, upper.adcode).name,
        year=upper.year,
        cities=tuple(_city(row, upper, edition, judged) for row in found),
        items=tuple(item for item, _ in items.values()),
        links=_links(session, list(pairs), items),
        scores=_scores(session, pairs),
    )


def _judged(session: Session, upper: Plan, found: Sequence[Member]) -> list[tuple[Pair, str]]:
    """Each pair of editions (old ones too) in which the plan was judged against a member, and the member's plan."""
    lower = [row.plan.id for row in found if row.plan]
    above = select(Edition.id).where(Edition.plan_id == upper.id)
    query = (
        select(Pair, Edition.plan_id)
        .join(Edition, col(Edition.id) == Pair.lower_edition_id)
        .where(col(Pair.upper_edition_id).in_(above), col(Edition.plan_id).in_(lower))
    )
    return [(pair, plan) for pair, plan in session.exec(query)]


def _city(row: Member, upper: Plan, edition: Edition, judged: Sequence[tuple[Pair, str]]) -> graph.CityRow:
    child, plan, lower = row.jurisdiction, row.plan, row.edition
    if plan is None or lower is None:
        return graph.CityRow(child.adcode, child.name, None, None, None, judged=False, outdated=False)
    ever = [pair for pair, key in judged if key == plan.id]
    current = [pair for pair in ever if (pair.upper_edition_id, pair.lower_edition_id) == (edition.id, lower.id)]
    return graph.CityRow(
        adcode=child.adcode,
        name=child.name,
        plan=plan.id,
        year=plan.year,
        same_period=plan.year == upper.year,
        judged=bool(current),
        # Judged once, but not these texts, or not by this method.
        outdated=any(pair.method != METHOD for pair in current) if current else bool(ever),
    )


def _items(session: Session, keys: dict[int | None, str]) -> dict[int | None, tuple[graph.ItemRow, str]]:
    """The items of some editions by row id, each with its text, in the order of plan and number."""
    tasks: dict[int, list[Task]] = {}
    editions = list(keys)
    query = (
        select(Task)
        .join(Item, col(Item.id) == Task.item_id)
        .where(col(Item.edition_id).in_(editions))
        .order_by(col(Task.item_id), col(Task.number))
    )
    for task in session.exec(query):
        tasks.setdefault(task.item_id, []).append(task)
    rows = select(Item).where(col(Item.edition_id).in_(editions)).order_by(col(Item.edition_id), col(Item.number))
    return {
        item.id: (_item_row(item, keys[item.edition_id], tasks.get(item.id or 0, [])), item.text)
        for item in session.exec(rows)
    }


def _item_row(item: Item, plan: str, tasks: Sequence[Task]) -> graph.ItemRow:
    return graph.ItemRow(
        id=item_id(plan, item.number),
        plan=plan,
        number=item.number,
        title=item.title,
        tasks=tuple(
            graph.TaskRow(task_id(plan, item.number, task.number), task.text, str(task.applies_to)) for task in tasks
        ),
    )


def _links(
    session: Session, pairs: Sequence[int | None], items: dict[int | None, tuple[graph.ItemRow, str]]
) -> tuple[graph.LinkRow, ...]:
    upper_task, lower_task = aliased(Task), aliased(Task)
    query = (
        select(Link, upper_task.number, lower_task.number)
        .join(upper_task, col(upper_task.id) == Link.upper_task_id, isouter=True)
        .join(lower_task, col(lower_task.id) == Link.lower_task_id, isouter=True)
        .where(col(Link.pair_id).in_(pairs))
        .order_by(col(Link.id))
    )
    return tuple(
        _link_row(link, items[link.upper_item_id], items[link.lower_item_id], upper, lower)
        for link, upper, lower in session.exec(query)
    )


def _link_row(
    link: Link, above: tuple[graph.ItemRow, str], below: tuple[graph.ItemRow, str], upper: int | None, lower: int | None
) -> graph.LinkRow:
    return graph.LinkRow(
        id=link.id,
        upper=above[0].id if upper is None else f"{above[0].id}.{upper}",
        lower=below[0].id if lower is None else f"{below[0].id}.{lower}",
        coverage=str(link.coverage) if link.coverage else None,
        strength=str(link.strength) if link.strength else None,
        status=str(link.status),
        score=link.score,
        upper_text=above[1][link.upper_start : link.upper_end],
        lower_text=below[1][link.lower_start : link.lower_end],
    )


def _scores(session: Session, pairs: dict[int | None, str]) -> dict[tuple[str, str], float]:
    """The judge's certainty by upper task id and lower plan."""
    query = (
        select(TaskScore, Edition.plan_id, Item.number, Task.number)
        .join(Task, col(Task.id) == TaskScore.task_id)
        .join(Item, col(Item.id) == Task.item_id)
        .join(Edition, col(Edition.id) == Item.edition_id)
        .where(col(TaskScore.pair_id).in_(list(pairs)))
    )
    return {(task_id(plan, item, task), pairs[row.pair_id]): row.score for row, plan, item, task in session.exec(query)}
