"""Cascades: which plans belong together, when one has changed, and its graph."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

import networkx as nx
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from app import graph
from app.db import database_of
from app.errors import CascadeTooLarge, Forbidden
from app.models import Cascade, CascadeRevision, Edition, Jurisdiction, Plan, PlanVersion
from app.models.base import now
from app.schemas.common import Counted
from app.services import audit, history, jurisdictions
from app.services.audit import Action, Outcome, Subject
from app.services.cascade_rows import Member, read_rows
from app.services.days import TICK
from app.services.history import Moment, held, stood
from app.services.plans import get_plan
from app.services.scope import EVERYTHING, Scope

# A plan two years off may still be the city's answer; one further away is another term's (contract: A cascade).
MAX_YEARS_OFF = 2
_COUNTING = {Counted.ALL: graph.COUNTING, Counted.CONFIRMED: frozenset({graph.CONFIRMED})}


def members(session: Session, upper: Plan, as_of: datetime | None = None) -> list[Member]:
    """Every direct child of a plan's jurisdiction, with its plan of the same domain that is nearest in year.

    As of a moment: those that were registered, and the plans and editions that stood.
    """
    children = jurisdictions.children(session, upper.adcode, as_of)
    query = (
        select(Plan, Edition)
        .join(PlanVersion, (col(PlanVersion.plan_id) == Plan.id) & held(PlanVersion, as_of))
        .join(Edition, (col(Edition.plan_id) == Plan.id) & (col(Edition.number) == PlanVersion.edition_number))
        .where(
            col(PlanVersion.withdrawn).is_(False),
            col(Plan.adcode).in_([child.adcode for child in children]),
            Plan.domain == upper.domain,
            col(Plan.year).between(upper.year - MAX_YEARS_OFF, upper.year + MAX_YEARS_OFF),
        )
    )
    best: dict[str, tuple[Plan, Edition]] = {}
    for plan, edition in session.exec(query):
        known = best.get(plan.adcode)
        if known is None or nearness(plan.year, upper.year) < nearness(known[0].year, upper.year):
            best[plan.adcode] = (plan, edition)
    return [Member(child, *best.get(child.adcode, (None, None))) for child in children]


def nearness(year: int, wanted: int) -> tuple[int, int]:
    """Sort key of a year: nearest first, of two equally near ones the later.

    >>> sorted([2018, 2019, 2021, 2022, 2020], key=lambda year: nearness(year, 2020))
    [2020, 2021, 2019, 2022, 2018]
    """
    return (abs(year - wanted), -year)


def uppers(session: Session, lower: Plan, as_of: datetime | None = None) -> list[Plan]:
    """The plans above a plan whose cascade it belongs to, nearest in year first; now or as of a moment."""
    standing = (
        select(Plan)
        .join(PlanVersion, (col(PlanVersion.plan_id) == Plan.id) & held(PlanVersion, as_of))
        .where(col(PlanVersion.withdrawn).is_(False), col(Plan.id).in_(above(session, lower)))
    )
    found = sorted(session.exec(standing), key=lambda plan: nearness(plan.year, lower.year))
    return [
        plan for plan in found if any(row.plan and row.plan.id == lower.id for row in members(session, plan, as_of))
    ]


def above(session: Session, lower: Plan, as_of: datetime | None = None) -> list[str]:
    """The plans above a plan whose cascade it could belong to, those that do not stand too, by their keys.

    As of a moment: those that were there, so that what comes later changes no answer about it.
    """
    there = select(PlanVersion.plan_id)
    if as_of is not None:
        there = there.where(col(PlanVersion.since) <= as_of)
    query = select(Plan.id).where(
        Plan.adcode == jurisdictions.parent_of(lower.adcode),
        Plan.domain == lower.domain,
        col(Plan.year).between(lower.year - MAX_YEARS_OFF, lower.year + MAX_YEARS_OFF),
        col(Plan.id).in_(there),
    )
    return list(session.exec(query))


def moment_above(session: Session, lower: Plan, as_of: datetime | None) -> Moment:
    """The moment of an answer that rests on every cascade a plan belongs to; raises FutureMoment."""
    keys = above(session, lower, as_of) or [lower.id]
    seen = history.of_cascades(session, keys, as_of)
    if as_of is not None and seen.past is None and set(above(session, lower)) - set(keys):
        # Nothing has changed in those, but there are others now.
        return replace(seen, past=seen.at)
    return seen


def ensure(session: Session, plan: Plan) -> None:
    """Make the cascade below a plan known, so that it has a revision."""
    if session.get(Cascade, plan.id) is None:
        session.add(Cascade(id=plan.id, adcode=plan.adcode, domain=plan.domain, year=plan.year))
        session.flush()
        _raise(session, col(Cascade.id) == plan.id)


def hold(session: Session, keys: Collection[str]) -> None:
    """Let nobody else write to these cascades until this transaction ends. Before anything is read that decides."""
    _held(session, col(Cascade.id).in_(keys))


def touch(session: Session, key: str) -> datetime:
    """Raise the revision of the cascade below one plan, and give the moment of the write.

    Moments of a cascade strictly rise, and are taken while nobody else can write to it: what was asked of an earlier
    moment stays true whatever is written later. Take it before reading what the write depends on.
    """
    return _raise(session, col(Cascade.id) == key)


def touch_around(session: Session, plan: Plan) -> datetime:
    """Raise the revision of every cascade that a plan can belong to: its own, and those of its parent; as `touch`."""
    ensure(session, plan)
    parent = jurisdictions.parent_of(plan.adcode)
    near = col(Cascade.year).between(plan.year - MAX_YEARS_OFF, plan.year + MAX_YEARS_OFF)
    above = (col(Cascade.adcode) == parent) & (col(Cascade.domain) == plan.domain) & near
    return _raise(session, (col(Cascade.id) == plan.id) | above)


def touch_domain(session: Session, domain: str) -> datetime:
    """Raise the revision of every cascade of a domain: its thesaurus has changed; as `touch`."""
    return _raise(session, col(Cascade.domain) == domain)


def _raise(session: Session, *which: ColumnElement[bool]) -> datetime:
    rows = _held(session, *which)
    at = max([now(), *(row.changed_at + TICK for row in rows)])
    for row in rows:
        row.revision += 1
        row.changed_at = at
        session.add(CascadeRevision(cascade_id=row.id, revision=row.revision, at=at))
    session.flush()
    return at


def _held(session: Session, *which: ColumnElement[bool]) -> list[Cascade]:
    # In one order, or two that need the same ones would wait for each other. SQLite has one writer anyway.
    query = select(Cascade).where(*which).order_by(col(Cascade.id)).with_for_update()
    return list(session.exec(query.execution_options(populate_existing=True)))


def load_shipped_jurisdictions(session: Session, actor: str) -> None:
    """Register the shipped divisions that are missing; every cascade may have got new cities by it."""
    if new := jurisdictions.load_shipped(session):
        after = {"registered": len(new)}
        audit.record(session, actor, Action.JURISDICTION_LOAD, Subject("jurisdiction", "shipped"), after=after)
        at = _raise(session)
        for row in new:
            row.registered_at = at


def register_jurisdiction(
    session: Session, adcode: str, name: str, actor: str, within: Scope = EVERYTHING
) -> tuple[Jurisdiction, bool]:
    """Register a jurisdiction, which every cascade of its parent then has as a city; also tells whether it is new.

    Raises as `jurisdictions.register` does, and Forbidden if it does not lie `within`.
    """
    if not within.sees(jurisdictions.check_adcode(adcode)):
        raise Forbidden.beyond(within.adcode, adcode)
    made, new = jurisdictions.register(session, adcode, name)
    audit.record(
        session,
        actor,
        Action.JURISDICTION_CREATE,
        Subject("jurisdiction", adcode, adcode),
        after=jurisdictions.read(made).model_dump(),
        outcome=Outcome.DONE if new else Outcome.UNCHANGED,
    )
    if new:
        made.registered_at = _raise(session, col(Cascade.adcode) == made.parent_adcode)
    return made, new


def load(
    session: Session, key: str, *, as_of: datetime | None = None, counted: Counted = Counted.ALL
) -> "nx.DiGraph[str]":
    """The graph of the cascade below a plan, now or as of a moment; from memory while its revision is the same.

    `as_of` is the `past` of a `history.Moment`. Raises PlanNotFound, PlanNotYet, PlanWithdrawn, or CascadeTooLarge if
    it has more nodes than the setting allows.
    """
    plan = get_plan(session, key, as_of)
    moment = stood(session, key, as_of)
    database = database_of(session)
    limit = database.settings.max_graph_nodes
    counting = _COUNTING[counted]

    def make() -> "nx.DiGraph[str]":
        found = members(session, plan, moment.past)
        rows = read_rows(session, plan, found, counting, as_of=moment.past)
        return graph.build(rows, max_nodes=limit, counting=counting)

    name, revision = f"cascade:{key}:{counted}", moment.revision or 0
    try:
        if moment.past is None:
            return database.derived.get(name, revision, make)
        # Apart, so that whoever looks back does not push what all others look at out of memory.
        return database.derived_past.get(f"{name}@{revision}", revision, make)
    except graph.GraphBudgetExceededError as error:
        raise CascadeTooLarge(limit=limit) from error
