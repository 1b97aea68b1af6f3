"""What people decided about gaps, and whether it still holds. Deciding one: `gap_review`."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime

import networkx as nx
from sqlmodel import Session, col, select

from app import graph
from app.documents.changes import comparable
from app.graph import COUNTING, Gap
from app.models import Decision, GapDecision, LinkVersion
from app.schemas.common import Due
from app.schemas.coverage import DecisionCounts, GapDecisionRead
from app.services.days import day_of, zone_of
from app.services.history import Moment, held

# The texts on which a decision is made: the upper task, and what the lower plan says for it.
UPPER, LOWER = "upper", "lower"
Decisions = Mapping[str, GapDecisionRead]


def of(session: Session, network: "nx.DiGraph[str]", gaps: Iterable[Gap], seen: Moment) -> dict[str, GapDecisionRead]:
    """The decisions on some gaps of a cascade as it stood, by the gaps' ids, each with why it is due again, if it is."""
    rows = standing(session, network.graph["upper"], seen.past)
    if not rows:
        return {}
    counting = _counting(session, [row.link_id for row in rows.values() if row.link_id], seen.past)
    day = day_of(seen.at, zone_of(session))
    return {
        gap.id: read(rows[gap.id], _due(rows[gap.id], digests(network, gap), counting, day))
        for gap in gaps
        if gap.id in rows
    }


def standing(session: Session, key: str, as_of: datetime | None = None) -> dict[str, GapDecision]:
    """The decisions of a cascade that nobody had taken back or replaced, by the ids of their gaps."""
    query = select(GapDecision).where(GapDecision.plan_id == key, held(GapDecision, as_of))
    return {row.gap_id: row for row in session.exec(query)}


def counts(decisions: Iterable[GapDecisionRead]) -> DecisionCounts:
    """How many gaps are decided how; what is due again is counted as that alone."""
    found = list(decisions)
    holding = [row.decision for row in found if row.due is None]
    return DecisionCounts(
        confirmed=holding.count(Decision.CONFIRMED),
        refuted=holding.count(Decision.REFUTED),
        waived=holding.count(Decision.WAIVED),
        due=len(found) - len(holding),
    )


def holding(decision: GapDecisionRead | None) -> Decision | None:
    """What is decided about a gap; None where nothing is, or what was is due again."""
    return decision.decision if decision is not None and decision.due is None else None


def digests(network: "nx.DiGraph[str]", gap: Gap) -> dict[str, list[str]]:
    """SHA-256 of the texts behind a gap as they are compared; the lower end's may stand in several places."""
    lower = [gap.lower_text] if gap.lower_text else []
    if gap.task is not None:
        city = next(city for city in graph.cities(network) if city.adcode == gap.adcode)
        lower = [link.lower_text for link in graph.task_coverage(network, gap.task, city).evidence]
    found = {UPPER: [gap.upper_text] if gap.upper_text else [], LOWER: lower}
    return {end: [digest(text) for text in texts] for end, texts in found.items() if texts}


def digest(text: str) -> str:
    """SHA-256 of a text as it is compared, hexadecimal."""
    return hashlib.sha256(comparable(text).encode()).hexdigest()


def read(row: GapDecision, due: Due | None) -> GapDecisionRead:
    """A decision as it is shown."""
    return GapDecisionRead(
        decision=row.decision,
        reason=row.reason,
        expires_on=row.expires_on,
        link=row.link_id,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        version=row.version,
        due=due,
    )


def _due(row: GapDecision, now: Mapping[str, list[str]], counting: frozenset[str], day: date) -> Due | None:
    if row.expires_on is not None and row.expires_on < day:
        return Due.EXPIRED
    if any(digest not in now.get(end, []) for end, digest in row.digests.items()):
        return Due.CHANGED
    if row.link_id is not None and row.link_id not in counting:
        return Due.LINK
    return None


def _counting(session: Session, links: list[str], as_of: datetime | None) -> frozenset[str]:
    query = select(LinkVersion.link_id).where(
        col(LinkVersion.link_id).in_(links), col(LinkVersion.status).in_(COUNTING), held(LinkVersion, as_of)
    )
    return frozenset(session.exec(query))
