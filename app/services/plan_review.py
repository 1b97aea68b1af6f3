"""Correcting a plan's metadata, withdrawing it, and restoring it. Nothing is ever deleted."""

from datetime import UTC

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from app.db import lock
from app.errors import NotTheWithdrawer, PlanChanged, PlanHoldsDecisions, PlanNotFound, PlanStands
from app.models import Edition, Link, LinkStatus, Pair, Plan
from app.preconditions import Expected
from app.schemas.plans import PlanPatch, PlanRead
from app.services import audit, cascades, plan_store, plans
from app.services.audit import Action, Outcome, Subject
from app.services.plan_store import ELEMENTS
from app.services.scope import EVERYTHING, Scope


def patch(session: Session, key: str, wanted: PlanPatch, expected: Expected, actor: str) -> PlanRead:
    """Correct the metadata of a plan; what is printed stays in its edition.

    Raises PlanNotFound, PlanWithdrawn or PlanChanged.
    """
    lock(session, key)
    plan = plans.get_plan(session, key)
    _check_seen(plan, expected)
    edition = plans.current_edition(session, plan)
    values = {name: _correction(wanted, edition, name) for name in ELEMENTS if name in wanted.model_fields_set}
    before = _shown(plan)
    changed = any(getattr(plan, name) != value for name, value in values.items())
    if changed:
        at = cascades.touch_around(session, plan)
        plan_store.change(session, plan, {**values, "changed_by": actor, "reason": wanted.reason}, at)
    outcome = Outcome.DONE if changed else Outcome.UNCHANGED
    audit.record(session, actor, Action.PLAN_UPDATE, _subject(plan), before=before, after=_shown(plan), outcome=outcome)
    return plans.read(session, key)


def withdraw(
    session: Session, key: str, reason: str, expected: Expected, actor: str, deciding: Scope | None = EVERYTHING
) -> PlanRead:
    """Take a plan out of every list, cascade and answer; all of it stays on record.

    Raises PlanNotFound, PlanWithdrawn, PlanChanged, or PlanHoldsDecisions if a confirmed link rests on it that the
    actor could not decide: `deciding` is where he may decide links, None nowhere.
    """
    lock(session, key)
    plan = plans.get_plan(session, key)
    _check_seen(plan, expected)
    # Before the links are looked at: from here on nobody can confirm one.
    at = cascades.touch_around(session, plan)
    for upper, count in _confirmed(session, plan):
        if deciding is None or not deciding.sees(upper):
            raise PlanHoldsDecisions(plan=key, count=count, upper=upper)
    before = _shown(plan)
    plan_store.change(session, plan, {"withdrawn": True, "changed_by": actor, "reason": reason}, at)
    audit.record(session, actor, Action.PLAN_WITHDRAW, _subject(plan), before=before, after=_shown(plan))
    return plans.read_any(session, key)


def restore(
    session: Session, key: str, reason: str, expected: Expected, actor: str, *, others: bool = True
) -> PlanRead:
    """Let a withdrawn plan stand again, with all that was linked and decided.

    Raises PlanNotFound, PlanStands, PlanChanged, or NotTheWithdrawer if somebody else withdrew it and the actor may
    not overrule `others`.
    """
    lock(session, key)
    plan = session.get(Plan, key)
    if plan is None:
        raise PlanNotFound(plan=key)
    _check_seen(plan, expected)
    if not plan.withdrawn:
        raise PlanStands(plan=key)
    if not others and plan.changed_by != actor:
        raise NotTheWithdrawer(plan=key, by=plan.changed_by)
    before = _shown(plan)
    at = cascades.touch_around(session, plan)
    plan_store.change(session, plan, {"withdrawn": False, "changed_by": actor, "reason": reason}, at)
    audit.record(session, actor, Action.PLAN_RESTORE, _subject(plan), before=before, after=_shown(plan))
    return plans.read(session, key)


def _correction(wanted: PlanPatch, edition: Edition, name: str) -> plan_store.Element:
    """What is wanted for an element; None where it is what is printed."""
    given: plan_store.Element = getattr(wanted, name)
    return None if given == (getattr(edition, name) or "") else given


def _check_seen(plan: Plan, expected: Expected) -> None:
    if not expected.met_by(plan.version):
        at = plan.updated_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        raise PlanChanged(plan=plan.id, version=plan.version, by=plan.changed_by, at=at)


def _confirmed(session: Session, plan: Plan) -> list[tuple[str, int]]:
    """Where the confirmed links at either end of a plan were decided, and how many they are, by adcode."""
    upper, lower = aliased(Edition), aliased(Edition)
    above = aliased(Plan)
    query = (
        select(above.adcode, func.count())
        .select_from(Link)
        .join(Pair, col(Pair.id) == Link.pair_id)
        .join(upper, col(upper.id) == Pair.upper_edition_id)
        .join(lower, col(lower.id) == Pair.lower_edition_id)
        .join(above, col(above.id) == upper.plan_id)
        .where(
            Link.status == LinkStatus.CONFIRMED,
            or_(
                (col(upper.plan_id) == plan.id) & (col(upper.number) == plan.edition_number),
                (col(lower.plan_id) == plan.id) & (col(lower.number) == plan.edition_number),
            ),
        )
        .group_by(col(above.adcode))
        .order_by(col(above.adcode))
    )
    return list(session.exec(query).all())


def _subject(plan: Plan) -> Subject:
    return Subject("plan", plan.id, plan.adcode)


def _shown(plan: Plan) -> dict[str, object]:
    return {name: getattr(plan, name) for name in ("version", *plan_store.STATE)}
