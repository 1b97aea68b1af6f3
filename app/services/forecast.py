"""Which decided links a text would make stale if it were stored as a plan's next edition."""

from sqlmodel import Session

from app.documents.changes import Correspondence
from app.models import Edition, Link, LinkStatus, Plan
from app.schemas.impact import MOST_SHOWN, ForecastLink, ForecastRead
from app.schemas.links import StaleReason
from app.services import links, moves, stale_reasons
from app.services.moves import Ends
from app.services.stale_reasons import Row, Source


def of(session: Session, plan: Plan, edition: Edition, found: Correspondence) -> ForecastRead:
    """What storing the new text of a correspondence would do to the links of the edition that holds now."""
    source, ends = Source(plan.id, edition.number + 1), Ends.of(session, edition)
    turning: dict[str, tuple[Link, list[Row]]] = {}
    for pair, end in moves.current_pairs(session, edition):
        for move in moves.of_pair(session, pair, end, ends, found, source):
            if move.turns_stale:
                turning[move.link.id] = move.link, stale_reasons.joined(move.link.stale_reason, move.reasons)
    confirmed = [link for link, _ in turning.values() if link.status is LinkStatus.CONFIRMED]
    for _, below in moves.resting_on(session, confirmed):
        for link, via in below:
            if link.id not in turning:
                turning[link.id] = link, stale_reasons.passed_on(turning[via.id][1], via.id)
    read = links.by_id(session, list(turning)[:MOST_SHOWN])
    return ForecastRead(
        links=len(turning),
        items=[
            ForecastLink(
                id=key,
                upper=read[key].upper,
                lower=read[key].lower,
                status=read[key].status,
                decided_by=read[key].decided_by,
                reasons=[StaleReason(**row) for row in turning[key][1]],
            )
            for key in list(turning)[:MOST_SHOWN]
        ],
    )
