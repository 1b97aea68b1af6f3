"""Which cascades there are to look at, and the one that somebody looks at: what the bar's chooser shows."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.models import Level
from app.pagination import MAX_LIMIT, PageRequest
from app.schemas.plans import PlanRead
from app.services import plans
from app.services.cascades import nearness
from app.services.jurisdictions import parent_of
from app.services.plans import PlanFilter


@dataclass(frozen=True, slots=True)
class Chooser:
    """The upper plans to choose from, and the one chosen; None where there are none."""

    plans: tuple[PlanRead, ...]
    chosen: PlanRead | None

    @property
    def places(self) -> list[tuple[str, str]]:
        """(adcode, name) of whoever has an upper plan, in the order of the codes."""
        return sorted({(plan.adcode, plan.name) for plan in self.plans})

    @property
    def domains(self) -> list[str]:
        return sorted({plan.domain for plan in self.plans})

    @property
    def years(self) -> list[int]:
        return sorted({plan.year for plan in self.plans}, reverse=True)


def chooser(
    session: Session, key: str | None = None, adcode: str | None = None, past: datetime | None = None
) -> Chooser:
    """The provinces' plans, and the one of this key, whosever it is; without a key the one that most is known of.

    `adcode`: somebody's own jurisdiction, whose province comes before others. `past`: how the one of the key stood.
    Raises PlanNotFound, PlanNotYet or PlanWithdrawn.
    """
    found = _plans(session, Level.PROVINCE)
    if key is not None:
        chosen = plans.read(session, key, past)
        return Chooser(found if key in {plan.id for plan in found} else (*found, chosen), chosen)
    below = Counter((parent_of(plan.adcode), plan.domain, plan.year) for plan in _plans(session, Level.CITY))
    own = None if adcode is None else f"{adcode[:2]}0000"

    def first(plan: PlanRead) -> tuple[bool, int, int, str]:
        return (plan.adcode != own, -below[plan.adcode, plan.domain, plan.year], -plan.year, plan.id)

    return Chooser(found, min(found, key=first, default=None))


def nearest(session: Session, adcode: str | None, domain: str | None, year: int | None) -> PlanRead | None:
    """The upper plan that comes nearest to what somebody chose: the place first, then the domain, then the year."""
    found = _plans(session, Level.PROVINCE)
    return min(
        found,
        key=lambda plan: (
            adcode is not None and plan.adcode != adcode,
            domain is not None and plan.domain != domain,
            nearness(plan.year, year) if year is not None else (-plan.year, 0),
            plan.id,
        ),
        default=None,
    )


def _plans(session: Session, level: Level) -> tuple[PlanRead, ...]:
    # More plans than fit a list of a few hundred nobody chooses from a menu; the address still opens them.
    whole = PageRequest(limit=MAX_LIMIT, after=None, filters="")
    return tuple(plans.page(session, whole, PlanFilter(level=level)).items)
