"""Which numbers the judge of a domain decides by: the shipped ones, or those of the calibration in force."""

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from app.linking import METHOD, SHIPPED, Model
from app.models import Calibration, CalibrationOutcome
from app.services.plans import get_plan


def in_force(session: Session, domain: str, as_of: datetime | None = None) -> Calibration | None:
    """The newest calibration of a domain that was adopted and not undone, of the method in use; None: there is none."""
    query = (
        select(Calibration)
        .where(
            Calibration.domain == domain,
            Calibration.outcome == CalibrationOutcome.ADOPTED,
            Calibration.method == METHOD,
            *_held(as_of),
        )
        .order_by(col(Calibration.version).desc())
        .limit(1)
    )
    return session.exec(query).first()


def _held(as_of: datetime | None) -> list[ColumnElement[bool]]:
    undone = col(Calibration.undone_at)
    if as_of is None:
        return [undone.is_(None)]
    return [undone.is_(None) | (undone > as_of), col(Calibration.finished_at) <= as_of]


def model_of(session: Session, domain: str, as_of: datetime | None = None) -> Model:
    """The numbers by which a domain's plans are, or were, judged."""
    found = in_force(session, domain, as_of)
    return SHIPPED if found is None or found.numbers is None else Model.of(found.numbers)


def model_for(session: Session, upper: str, as_of: datetime | None = None) -> Model:
    """The numbers by which an upper plan is, or was, judged; raises PlanNotFound."""
    return model_of(session, get_plan(session, upper, as_of).domain, as_of)
