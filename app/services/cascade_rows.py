"""The rows of a cascade, read from the store for the graph: items, links, and what numbers and dates say."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app import graph
from app.graph import COUNTING
from app.linking import METHOD
from app.models import Edition, Item, Judging, Jurisdiction, LinkVersion, Pair, Plan, Task, TaskScore
from app.services import judges, jurisdictions, taken_up
from app.services.history import held
from app.services.keys import item_id, task_id
from app.services.plans import current_edition
from app.services.terms import digest_of


@dataclass(frozen=True, slots=True)
class Member:
    """A direct child of the upper jurisdiction and the plan with which it enters the cascade."""

    jurisdiction: Jurisdiction
    plan: Plan | None
    edition: Edition | None


def read_rows(
    session: Session,
    upper: Plan,
    found: Sequence[Member],
    counting: Collection[str] = COUNTING,
    *,
    as_of: datetime | None = None,
) -> graph.CascadeRows:
    """Everything the cascade below a plan consists of, its members given; numbers and dates of links that count.

    Now, or as of a moment.
    """
    edition = current_edition(session, upper, as_of)
    judged = _judged(session, upper, found, as_of)
    keys = {edition.id: upper.id} | {row.edition.id: row.plan.id for row in found if row.edition and row.plan}
    current = [row for row in judged if row[0].upper_edition_id == edition.id and row[0].lower_edition_id in keys]
    judgings = {judging.id: lower for _, judging, lower in current if judging}
    scores = _scores(session, judgings)
    items = _items(session, keys)
    links = _links(session, [pair.id for pair, _, _ in current], items, as_of)
    texts = {item.id: text for item, text in items.values()}
    taken = taken_up.task_links([(row, link.lower_start, link.lower_end) for row, link in links], texts, counting)
    numbers = judges.model_of(session, upper.domain, as_of)
    method = (METHOD, numbers.digest(), digest_of(session, upper.domain, as_of))
    years = {row.plan.id: row.plan.year for row in found if row.plan}
    tasks = {task.id: task.text for item, _ in items.values() if item.plan == upper.id for task in item.tasks}
    return graph.CascadeRows(
        plan=upper.id,
        adcode=upper.adcode,
        name=jurisdictions.get(session, upper.adcode).name,
        year=upper.year,
        cities=tuple(_city(row, upper, edition, judged, method) for row in found),
        items=tuple(item for item, _ in items.values()),
        links=tuple(row for row, _ in links),
        scores=scores,
        checks=taken_up.checks(tasks, upper.year, taken, years),
        rollups=taken_up.rollups(tasks, upper.year, taken, _same_year(upper, found)),
        unjudged=frozenset(
            (task, lower)
            for _, judging, lower in current
            if judging and judging.carried
            for task in tasks
            if (task, lower) not in scores
        ),
    )


def _same_year(upper: Plan, found: Sequence[Member]) -> dict[str, str]:
    """Each city's plan of the upper plan's year; empty where it has none."""
    return {row.jurisdiction.adcode: row.plan.id if row.plan and row.plan.year == upper.year else "" for row in found}


_Judged = tuple[Pair, Judging | None, str]


def _judged(session: Session, upper: Plan, found: Sequence[Member], as_of: datetime | None) -> list[_Judged]:
    """Each pair of editions (old ones too) of the plan and a member, how it was judged last, and the member's plan."""
    lower = [row.plan.id for row in found if row.plan]
    above = select(Edition.id).where(Edition.plan_id == upper.id)
    query = (
        select(Pair, Judging, Edition.plan_id)
        .join(Edition, col(Edition.id) == Pair.lower_edition_id)
        .join(Judging, (col(Judging.pair_id) == Pair.id) & held(Judging, as_of), isouter=True)
        .where(col(Pair.upper_edition_id).in_(above), col(Edition.plan_id).in_(lower))
    )
    return list(session.exec(query).all())


def _by(judging: Judging) -> tuple[str, str, str | None]:
    return (judging.method, judging.model_digest, judging.thesaurus_digest)


def _city(
    row: Member, upper: Plan, edition: Edition, judged: Sequence[_Judged], method: tuple[str, str, str | None]
) -> graph.CityRow:
    child, plan, lower = row.jurisdiction, row.plan, row.edition
    if plan is None or lower is None:
        return graph.CityRow(child.adcode, child.name, None, None, None, judged=False, outdated=False)
    ever = [(pair, judging) for pair, judging, key in judged if judging and key == plan.id]
    current = [
        judging for pair, judging in ever if (pair.upper_edition_id, pair.lower_edition_id) == (edition.id, lower.id)
    ]
    return graph.CityRow(
        adcode=child.adcode,
        name=child.name,
        plan=plan.id,
        year=plan.year,
        same_period=plan.year == upper.year,
        judged=bool(current),
        # Judged once, but not these texts, or not by this method, model or thesaurus.
        outdated=any(judging.carried or _by(judging) != method for judging in current) if current else bool(ever),
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
    session: Session,
    pairs: Sequence[int | None],
    items: dict[int | None, tuple[graph.ItemRow, str]],
    as_of: datetime | None,
) -> list[tuple[graph.LinkRow, LinkVersion]]:
    upper_task, lower_task = aliased(Task), aliased(Task)
    query = (
        select(LinkVersion, upper_task.number, lower_task.number)
        .join(upper_task, col(upper_task.id) == LinkVersion.upper_task_id, isouter=True)
        .join(lower_task, col(lower_task.id) == LinkVersion.lower_task_id, isouter=True)
        .where(col(LinkVersion.pair_id).in_(pairs), held(LinkVersion, as_of))
        .order_by(col(LinkVersion.link_id))
    )
    return [
        (_link_row(link, items[link.upper_item_id], items[link.lower_item_id], upper, lower), link)
        for link, upper, lower in session.exec(query)
        # An end that the text has lost carries nothing out.
        if link.upper_item_id in items and link.lower_item_id in items
    ]


def _link_row(
    link: LinkVersion,
    above: tuple[graph.ItemRow, str],
    below: tuple[graph.ItemRow, str],
    upper: int | None,
    lower: int | None,
) -> graph.LinkRow:
    return graph.LinkRow(
        id=link.link_id,
        upper=above[0].id if upper is None else f"{above[0].id}.{upper}",
        lower=below[0].id if lower is None else f"{below[0].id}.{lower}",
        coverage=str(link.coverage) if link.coverage else None,
        strength=str(link.strength) if link.strength else None,
        status=str(link.status),
        score=link.score,
        upper_text=above[1][link.upper_start : link.upper_end],
        lower_text=below[1][link.lower_start : link.lower_end],
    )


def _scores(session: Session, judgings: dict[int | None, str]) -> dict[tuple[str, str], graph.Judged]:
    """What the judge said, by upper task id and lower plan; the lower plans by their judgings."""
    query = (
        select(TaskScore, Edition.plan_id, Item.number, Task.number)
        .join(Task, col(Task.id) == TaskScore.task_id)
        .join(Item, col(Item.id) == Task.item_id)
        .join(Edition, col(Edition.id) == Item.edition_id)
        .where(col(TaskScore.judging_id).in_(list(judgings)))
    )
    return {
        (task_id(plan, item, task), judgings[row.judging_id]): graph.Judged(row.score, together=row.together)
        for row, plan, item, task in session.exec(query)
    }
