"""Which plans a carry-over is for, and which plans before them it takes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.errors import Forbidden, InvalidRequest, NotAnUpperPlan
from app.models import Edition, Link, LinkStatus, Pair, Plan
from app.schemas.carry_overs import CarryOverCreate
from app.services import cascades
from app.services.plans import current_edition, get_plan
from app.services.scope import Scope

# What people have said of a pair of plans. Proposals alone are no reason to look at it.
_REVIEWED = (LinkStatus.CONFIRMED, LinkStatus.REJECTED, LinkStatus.STALE)


@dataclass(frozen=True, slots=True)
class Two:
    """An upper and a lower plan as they are now."""

    upper: Plan
    upper_edition: Edition
    lower: Plan
    lower_edition: Edition


@dataclass(frozen=True, slots=True)
class Target:
    """A pair of plans for which links are carried; `member`: the lower plan is in the upper one's cascade now."""

    plans: Two
    member: bool


def targets(session: Session, upper: Plan, wanted: Sequence[str] | None, within: Scope) -> list[Target]:
    """The pairs that are meant: those of the cascade that lie `within`, or those of the lower plans named.

    A named plan may be another than the one with which its jurisdiction enters the cascade. Raises PlanNotFound,
    PlanWithdrawn, NotAnUpperPlan or Forbidden.
    """
    edition = current_edition(session, upper)
    members = [
        Two(upper, edition, row.plan, row.edition)
        for row in cascades.members(session, upper)
        if row.plan and row.edition
    ]
    if wanted is None:
        return [Target(two, member=True) for two in members if within.sees(two.lower.adcode)]
    found = []
    for key in dict.fromkeys(wanted):
        lower = get_plan(session, key)
        if not within.sees(lower.adcode):
            raise Forbidden.beyond(within.adcode, lower.adcode)
        if upper.id not in cascades.above(session, lower):
            raise NotAnUpperPlan(upper=upper.id, lower=key)
        two = Two(upper, edition, lower, current_edition(session, lower))
        found.append(Target(two, member=any(row.lower.id == key for row in members)))
    return found


def sources(session: Session, found: Sequence[Target], wanted: CarryOverCreate) -> dict[str, Two]:
    """For each target, by its lower plan, the nearest two plans before it between which people decided links.

    Nearest by the years between, of both ends together; of equally near ones the one whose lower plan is nearer. Only
    plans that stand. Raises PlanNotFound, PlanWithdrawn, or InvalidRequest for a plan before that can be none.
    """
    given = _given(session, found, wanted.from_plans or ())
    if not found:
        return {}
    reviewed = _reviewed(session, found)
    chosen = {}
    for target in found:
        near = [two for two in reviewed if _is_before(two, target.plans) and _is_meant(two, given)]
        if near:
            chosen[target.plans.lower.id] = min(near, key=lambda two: _distance(two, target.plans))
    return chosen


def _reviewed(session: Session, found: Sequence[Target]) -> list[Two]:
    upper = found[0].plans.upper
    above, below = aliased(Plan), aliased(Plan)
    upper_edition, lower_edition = aliased(Edition), aliased(Edition)
    query = (
        select(above, upper_edition, below, lower_edition)
        .select_from(Pair)
        .join(upper_edition, col(upper_edition.id) == Pair.upper_edition_id)
        .join(lower_edition, col(lower_edition.id) == Pair.lower_edition_id)
        .join(above, (col(above.id) == upper_edition.plan_id) & (col(above.edition_number) == upper_edition.number))
        .join(below, (col(below.id) == lower_edition.plan_id) & (col(below.edition_number) == lower_edition.number))
        .where(
            col(above.withdrawn).is_(False),
            col(below.withdrawn).is_(False),
            above.adcode == upper.adcode,
            above.domain == upper.domain,
            above.year <= upper.year,
            col(below.adcode).in_({target.plans.lower.adcode for target in found}),
            below.domain == upper.domain,
            exists().where(col(Link.pair_id) == Pair.id, col(Link.status).in_(_REVIEWED)),
        )
    )
    return [Two(*row) for row in session.exec(query)]


def _is_before(two: Two, target: Two) -> bool:
    same = (two.upper.id, two.lower.id) == (target.upper.id, target.lower.id)
    return two.lower.adcode == target.lower.adcode and two.lower.year <= target.lower.year and not same


def _is_meant(two: Two, given: Mapping[str, set[str]]) -> bool:
    return all(plan.id in given.get(plan.adcode, {plan.id}) for plan in (two.upper, two.lower))


def _distance(two: Two, target: Two) -> tuple[int, int]:
    lower = target.lower.year - two.lower.year
    return (target.upper.year - two.upper.year + lower, lower)


def _given(session: Session, found: Sequence[Target], keys: Sequence[str]) -> dict[str, set[str]]:
    """The plans before that the caller names, by their jurisdictions."""
    ends = [plan for target in found for plan in (target.plans.upper, target.plans.lower)]
    given: dict[str, set[str]] = {}
    errors = []
    for number, key in enumerate(keys):
        plan = get_plan(session, key)
        if not any((plan.adcode, plan.domain) == (end.adcode, end.domain) and plan.year <= end.year for end in ends):
            zh = f"“{key}”不是所选任何一份要点的往年要点（须为同一行政区划、同一领域、年份不晚于它）"
            en = f"{key!r} is no plan before any of those chosen: same jurisdiction and domain, no later year"
            errors.append((f"/body/from_plans/{number}", zh, en))
        given.setdefault(plan.adcode, set()).add(key)
    if errors:
        raise InvalidRequest(count=len(errors), errors=errors)
    return given
