"""The only place that writes the states of plans: each new one is a version, and the one before it keeps its time."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import update
from sqlmodel import Session, col

from app.models import Edition, Plan, PlanState, PlanVersion

STATE = tuple(PlanState.model_fields)
ELEMENTS = ("title", "plan_title", "issuer", "document_number", "issued_on", "addressee")
Element = str | date | None


def change(session: Session, plan: Plan, values: Mapping[str, object], at: datetime) -> None:
    """Give a plan new values for some of the names in STATE; `at` comes from `cascades.touch_around`, just before."""
    for name, value in values.items():
        setattr(plan, name, value)
    plan.version += 1
    plan.updated_at = at
    session.add(plan)
    session.flush()
    before = (col(PlanVersion.plan_id) == plan.id, col(PlanVersion.until).is_(None))
    session.execute(update(PlanVersion).where(*before).values(until=at))
    state = {name: getattr(plan, name) for name in STATE}
    session.add(PlanVersion(plan_id=plan.id, version=plan.version, since=at, **state))
    session.flush()


def kept(plan: Plan, current: Edition | None, new: Edition) -> dict[str, Element]:
    """The corrections of a plan's elements under a new edition: those of what it prints as the one before it did."""
    return {
        name: getattr(plan, name) if current and getattr(current, name) == getattr(new, name) else None
        for name in ELEMENTS
    }


def elements(state: PlanState, edition: Edition) -> dict[str, Element]:
    """The elements as they are shown: as people corrected them, else as printed. A text corrected to none is none."""
    return {name: _corrected(getattr(state, name), getattr(edition, name)) for name in ELEMENTS}


def _corrected(given: Element, printed: Element) -> Element:
    return printed if given is None else given or None


def corrected(state: PlanState, edition: Edition) -> dict[str, Element]:
    """What is printed, for each element that people have corrected."""
    return {name: getattr(edition, name) for name in ELEMENTS if getattr(state, name) is not None}
