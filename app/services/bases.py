"""What a cascade's verdicts rest on: which editions were judged, when, and how many links a person has confirmed."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.graph.values import PROPOSALS
from app.models import Judging, Link, LinkStatus, Pair, Plan
from app.schemas.plans import PlanRead
from app.services import cascades, plans
from app.services.cascade_rows import Member
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
    """An upper plan and the cities below it, in the order of their codes."""

    upper: PlanRead
    lowers: tuple[LowerBasis, ...]

    def city(self, adcode: str) -> str:
        """A city's name; its code where it has left the cascade since."""
        return next((lower.name for lower in self.lowers if lower.adcode == adcode), adcode)


def basis(session: Session, key: str, scope: Scope = EVERYTHING) -> Basis:
    """What the answers about an upper plan rest on, for the cities in scope; raises PlanNotFound."""
    upper = plans.get_plan(session, key)
    edition = plans.current_edition(session, upper)
    lowers = [_lower(session, edition.id, member) for member in _members(session, upper, scope)]
    return Basis(plans.read(session, key), tuple(lowers))


def _members(session: Session, upper: Plan, scope: Scope) -> list[Member]:
    return [member for member in cascades.members(session, upper) if scope.sees(member.jurisdiction.adcode)]


def _lower(session: Session, upper_edition: int | None, member: Member) -> LowerBasis:
    place, plan, edition = member.jurisdiction, member.plan, member.edition
    if plan is None or edition is None:
        return LowerBasis(place.adcode, place.name, None, None, None, None, 0, 0)
    this = (Pair.upper_edition_id == upper_edition, Pair.lower_edition_id == edition.id)
    judged = select(Judging.since).join(Pair).where(*this, col(Judging.until).is_(None))
    since = session.exec(judged).first()
    query = select(Link.status, func.count()).join(Pair).where(*this).group_by(col(Link.status))
    counts: dict[str, int] = dict(session.exec(query).all())
    return LowerBasis(
        adcode=place.adcode,
        name=place.name,
        plan=plan.id,
        title=edition.plan_title or edition.title,
        edition=edition.number,
        judged_on=since.date() if since else None,
        confirmed=counts.get(LinkStatus.CONFIRMED, 0),
        proposed=sum(count for status, count in counts.items() if status in PROPOSALS),
    )
