"""Links that people propose."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from app.errors import Forbidden, InvalidRequest, LinkExists, NotAnUpperPlan, UnknownEnd
from app.linking import Strength
from app.models import Edition, Item, Link, LinkMethod, LinkStatus, Plan, Task
from app.schemas.links import LinkCreate, LinkRead, SpanCreate
from app.services import audit, cascades, link_store, links
from app.services.audit import Action, Subject
from app.services.decisions import told
from app.services.plans import current_edition
from app.services.proposals import find_pair, link_id, make_pair
from app.services.scope import EVERYTHING, Scope

# People do not propose by degrees, but a contribution stays below the half from which the judge says implements.
SURE, CONTRIBUTES = 1.0, 0.49


@dataclass(frozen=True, slots=True)
class _End:
    """An end of a link: a task of the current edition, or an item."""

    name: str
    plan: Plan
    edition: Edition
    item: Item
    task: Task | None

    @property
    def number(self) -> str:
        return self.name.partition("/")[2]


def propose(session: Session, wanted: LinkCreate, actor: str, within: Scope = EVERYTHING) -> LinkRead:
    """Store a link that a person proposes; one that was withdrawn is proposed anew.

    Raises UnknownEnd, InvalidRequest (a span beyond its text, coverage or strength at the wrong kind of link),
    NotAnUpperPlan, LinkExists, or Forbidden if the lower plan is not of a jurisdiction `within`.
    """
    upper_plan = wanted.upper.partition("/")[0]
    cascades.hold(session, [upper_plan])
    upper, lower = _end(session, "upper", wanted.upper), _end(session, "lower", wanted.lower)
    if not within.sees(lower.plan.adcode):
        raise Forbidden.beyond(within.adcode, lower.plan.adcode)
    _check(wanted, upper, lower)
    if not any(row.plan and row.plan.id == lower.plan.id for row in cascades.members(session, upper.plan)):
        raise NotAnUpperPlan(upper=upper.plan.id, lower=lower.plan.id)
    held = _held(session, upper, lower)
    if held is not None and held.status is not LinkStatus.WITHDRAWN:
        raise LinkExists(upper=wanted.upper, lower=wanted.lower, **told(held))
    at = cascades.touch(session, upper_plan)
    link = _link(session, wanted, upper, lower, (actor, at))
    before = None
    if held is None:
        link_store.add(session, [link], at)
    else:
        before = {"version": held.version, "status": held.status, "proposed_by": held.proposed_by}
        link_store.change(session, [(held, link_store.state(link))], at)
        link = held
    after = wanted.model_dump(mode="json", exclude_none=True) | {"version": link.version}
    subject = Subject("link", link.id, lower.plan.adcode)
    audit.record(session, actor, Action.LINK_PROPOSE, subject, before=before, after=after)
    return links.read(session, link.id)


def _end(session: Session, field: str, name: str) -> _End:
    key, _, numbers = name.partition("/")
    item_number, _, task_number = numbers.partition(".")
    plan = session.get(Plan, key)
    if plan is None or plan.withdrawn:
        raise UnknownEnd.at(field, name)
    edition = current_edition(session, plan)
    item = session.exec(select(Item).where(Item.edition_id == edition.id, Item.number == int(item_number))).first()
    if item is None:
        raise UnknownEnd.at(field, name)
    if not task_number:
        return _End(name, plan, edition, item, None)
    task = session.exec(select(Task).where(Task.item_id == item.id, Task.number == int(task_number))).first()
    if task is None:
        raise UnknownEnd.at(field, name)
    return _End(name, plan, edition, item, task)


def _check(wanted: LinkCreate, upper: _End, lower: _End) -> None:
    errors = []
    if upper.task and (wanted.coverage is None or wanted.strength is not None):
        errors.append(
            ("/body/coverage", "从任务出发的承接关系须写 coverage，不写 strength", "a task link has coverage")
        )
    if not upper.task and (wanted.strength is None or wanted.coverage is not None):
        errors.append(
            ("/body/strength", "条与条之间的承接关系须写 strength，不写 coverage", "an item link has strength")
        )
    if not upper.task and lower.task:
        errors.append(("/body/lower", "从条出发的承接关系，下级一端也应为条", "an item is joined to an item"))
    for name, end, span in (("upper", upper, wanted.evidence.upper), ("lower", lower, wanted.evidence.lower)):
        if span and not span.start < span.end <= len(end.item.text):
            zh = f"依据的起止应在该条正文之内（共 {len(end.item.text)} 个字符），且起点在终点之前"
            en = f"the span must lie within the item's text of {len(end.item.text)} characters"
            errors.append((f"/body/evidence/{name}", zh, en))
    if errors:
        raise InvalidRequest(count=len(errors), errors=errors)


def _held(session: Session, upper: _End, lower: _End) -> Link | None:
    """The link that joins the two ends already. Not by its id: a link keeps that when its ends get a new edition."""
    ends = (
        col(Link.upper_item_id) == upper.item.id,
        col(Link.upper_task_id) == (upper.task.id if upper.task else None),
        col(Link.lower_item_id) == lower.item.id,
        col(Link.lower_task_id) == (lower.task.id if lower.task else None),
    )
    return session.exec(select(Link).where(*ends).execution_options(populate_existing=True)).first()


def _link(session: Session, wanted: LinkCreate, upper: _End, lower: _End, proposed: tuple[str, datetime]) -> Link:
    above, below = upper.edition.id or 0, lower.edition.id or 0
    pair = find_pair(session, above, below) or make_pair(session, above, below)
    upper_start, upper_end = _span(upper, wanted.evidence.upper)
    lower_start, lower_end = _span(lower, wanted.evidence.lower)
    return Link(
        id=link_id(
            upper.plan.id, upper.edition.number, upper.number, lower.plan.id, lower.edition.number, lower.number
        ),
        pair_id=pair.id or 0,
        upper_item_id=upper.item.id or 0,
        upper_task_id=upper.task.id if upper.task else None,
        lower_item_id=lower.item.id or 0,
        lower_task_id=lower.task.id if lower.task else None,
        coverage=wanted.coverage,
        strength=wanted.strength,
        status=LinkStatus.PROPOSED,
        score=CONTRIBUTES if wanted.strength is Strength.CONTRIBUTES else SURE,
        method=LinkMethod.PERSON,
        rationale=wanted.rationale,
        upper_start=upper_start,
        upper_end=upper_end,
        lower_start=lower_start,
        lower_end=lower_end,
        proposed_by=proposed[0],
        proposed_at=proposed[1],
    )


def _span(end: _End, span: SpanCreate | None) -> tuple[int, int]:
    if span is not None:
        return span.start, span.end
    return (end.task.start, end.task.end) if end.task else (0, len(end.item.title))
