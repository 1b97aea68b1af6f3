"""What a cascade's verdicts rest on: which editions were judged, when, and how many links a person has confirmed."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.graph.values import PROPOSALS
from app.models import Judging, LinkStatus, LinkVersion, Pair
from app.schemas.common import Provenance
from app.schemas.plans import PlanRead
from app.services import cascades, history, plans
from app.services.cascade_rows import Member
from app.services.days import day_of, zone_of
from app.services.history import Moment, held
from app.services.scope import EVERYTHING, Scope


@dataclass(frozen=True, slots=True)
class LowerBasis:
    """One city. Without a plan, all but its code and name is None or 0. `proposed` counts stale links too."""

    adcode: str
    name: str
    plan: str | None
    title: str | None
    edition: int | None
    judged_on: date | None
    confirmed: int
    proposed: int


@dataclass(frozen=True, slots=True)
class Basis:
    """An upper plan and the cities below it, in the order of their codes. `since`: as people read `provenance.as_of`."""

    upper: PlanRead
    lowers: tuple[LowerBasis, ...]
    provenance: Provenance
    since: str

    def city(self, adcode: str) -> str:
        """A city's name; its code where it has left the cascade since."""
        return next((lower.name for lower in self.lowers if lower.adcode == adcode), adcode)


def basis(session: Session, key: str, scope: Scope = EVERYTHING, seen: Moment | None = None) -> Basis:
    """What the answers about an upper plan rest on, for the cities in scope; raises as `plans.read` does."""
    seen = history.seen_or_now(session, key, seen)
    upper = plans.get_plan(session, key, seen.past)
    edition = plans.current_edition(session, upper, seen.past)
    found = [row for row in cascades.members(session, upper, seen.past) if scope.sees(row.jurisdiction.adcode)]
    lowers = [_lower(session, edition.id, member, seen) for member in found]
    rests_on = history.provenance(session, seen, [key, *(row.plan for row in lowers)])
    return Basis(plans.read(session, key, seen.past), tuple(lowers), rests_on, history.shown(session, rests_on.as_of))


def _lower(session: Session, upper_edition: int | None, member: Member, seen: Moment) -> LowerBasis:
    place, plan, edition = member.jurisdiction, member.plan, member.edition
    if plan is None or edition is None:
        return LowerBasis(place.adcode, place.name, None, None, None, None, 0, 0)
    this = (Pair.upper_edition_id == upper_edition, Pair.lower_edition_id == edition.id)
    judged = select(Judging.since).join(Pair).where(*this, held(Judging, seen.past))
    since = session.exec(judged).first()
    query = (
        select(LinkVersion.status, func.count())
        .join(Pair)
        .where(*this, held(LinkVersion, seen.past))
        .group_by(col(LinkVersion.status))
    )
    shown = plans.read(session, plan.id, seen.past)
    counts: dict[str, int] = dict(session.exec(query).all())
    return LowerBasis(
        adcode=place.adcode,
        name=place.name,
        plan=plan.id,
        title=shown.plan_title or shown.title,
        edition=edition.number,
        judged_on=day_of(since, zone_of(session)) if since else None,
        confirmed=counts.get(LinkStatus.CONFIRMED, 0),
        proposed=sum(count for status, count in counts.items() if status in PROPOSALS),
    )
