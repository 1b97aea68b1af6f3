"""The compliance gaps of a cascade, each with its reasons in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx
from sqlmodel import Session

from app import graph
from app.errors import GapNotFound
from app.graph import CheckRow, CityRow, Gap
from app.linking import Coverage
from app.models import LinkStatus
from app.pagination import Page, PageRequest, whole
from app.schemas.common import Counted, DecisionFilter, GapKind, Severity
from app.schemas.coverage import GapDecisionRead, GapDetail, GapEvidence, GapRead
from app.schemas.reasons import ReasonsRead
from app.services import cascades, gap_decisions, history, jurisdictions, reasons
from app.services.gap_decisions import Decisions, holding
from app.services.history import Moment
from app.services.rules import explanation, rule_of
from app.services.scope import EVERYTHING, Scope


@dataclass(frozen=True, slots=True)
class GapFilter:
    """Which gaps are wanted; None means any. `counted` says which links close one."""

    adcode: str | None = None
    kind: GapKind | None = None
    severity: Severity | None = None
    decision: DecisionFilter | None = None
    counted: Counted = Counted.ALL


@dataclass(frozen=True, slots=True)
class Found:
    """The gaps of a cascade that were wanted, in their order, and what is decided about them, at a moment."""

    seen: Moment
    network: "nx.DiGraph[str]"
    gaps: list[Gap]
    decisions: Decisions


def find(session: Session, key: str, wanted: GapFilter, scope: Scope = EVERYTHING, seen: Moment | None = None) -> Found:
    """The gaps that are wanted and somebody may know of; raises PlanNotFound, PlanNotYet, PlanWithdrawn or BadAdcode."""
    seen = history.seen_or_now(session, key, seen)
    network = cascades.load(session, key, as_of=seen.past, counted=wanted.counted)
    rows = _wanted(network, wanted, scope)
    decisions = gap_decisions.of(session, network, rows, seen)
    if wanted.decision is not None:
        rows = [gap for gap in rows if str(holding(decisions.get(gap.id)) or DecisionFilter.NONE) == wanted.decision]
    return Found(seen, network, rows, decisions)


def page(
    session: Session,
    request: PageRequest,
    key: str,
    wanted: GapFilter,
    scope: Scope = EVERYTHING,
    seen: Moment | None = None,
    *,
    english: bool,
) -> Page[GapRead]:
    """A page of the gaps in their order; raises as `find` does."""
    found = find(session, key, wanted, scope, seen)
    rows = request.sorted_page(found.gaps, lambda gap: list(graph.order(gap)), bool, int, float, str, int, int, str)
    return Page(
        items=read_gaps(found.network, rows.items, found.decisions, english=english), next_cursor=rows.next_cursor
    )


def all_gaps(
    session: Session,
    key: str,
    wanted: GapFilter,
    scope: Scope = EVERYTHING,
    seen: Moment | None = None,
    *,
    english: bool,
) -> list[GapRead]:
    """Every gap, for a table or a file; raises FileTooLarge, and what `find` does."""
    found = find(session, key, wanted, scope, seen)
    return read_gaps(found.network, whole(found.gaps), found.decisions, english=english)


def read_gaps(
    network: "nx.DiGraph[str]", rows: Sequence[Gap], decisions: Decisions | None = None, *, english: bool
) -> list[GapRead]:
    """Gaps of a cascade as they are shown."""
    cities = {city.adcode: city for city in graph.cities(network)}
    decided = decisions or {}
    return [_read(network, gap, cities[gap.adcode], decided.get(gap.id), english=english) for gap in rows]


def detail(
    session: Session,
    key: str,
    gap_id: str,
    scope: Scope = EVERYTHING,
    seen: Moment | None = None,
    *,
    counted: Counted = Counted.ALL,
    english: bool,
) -> GapDetail:
    """One gap with the links it rests on; raises PlanNotFound, PlanNotYet, PlanWithdrawn or GapNotFound."""
    seen = history.seen_or_now(session, key, seen)
    network = cascades.load(session, key, as_of=seen.past, counted=counted)
    gap = next((gap for gap in graph.gaps(network) if gap.id == gap_id), None)
    if gap is None:
        raise GapNotFound(plan=key, gap=gap_id)
    if not shown(gap, scope):
        raise GapNotFound(plan=key, gap=gap_id).concealing()
    decision = gap_decisions.of(session, network, [gap], seen).get(gap_id)
    city = next(city for city in graph.cities(network) if city.adcode == gap.adcode)
    task = graph.task_coverage(network, gap.task, city) if gap.task else None
    evidence = task.evidence if task else ()
    return GapDetail(
        **_read(network, gap, city, decision, english=english).model_dump(),
        evidence=[
            GapEvidence(
                link=link.id,
                lower=link.lower,
                lower_text=link.lower_text,
                coverage=Coverage(link.coverage or Coverage.NONE),
                status=LinkStatus(link.status),
                score=link.score,
            )
            for link in evidence
        ],
        computation=_computation(gap, task.check) if task else None,
        provenance=history.provenance(session, seen, [key, gap.plan]),
        reasons=_reasons(session, gap, seen, english=english),
    )


def _reasons(session: Session, gap: Gap, seen: Moment, *, english: bool) -> ReasonsRead | None:
    if gap.task is None or gap.plan is None:
        return None
    return reasons.of_task(session, gap.task, gap.plan, seen.past, english=english)


def _computation(gap: Gap, check: CheckRow) -> dict[str, Any] | None:
    if gap.kind == GapKind.WEAKER_TARGET:
        return check.target_reasons
    return check.deadline_reasons if gap.kind in {GapKind.LATER_DEADLINE, GapKind.MISSING_DEADLINE} else None


def shown(gap: Gap, scope: Scope) -> bool:
    """Whether somebody may know of a gap: an undecided one is between its city and those above it."""
    return scope.sees(gap.adcode)


def _wanted(network: "nx.DiGraph[str]", wanted: GapFilter, scope: Scope) -> list[Gap]:
    if wanted.adcode is not None:
        jurisdictions.check_adcode(wanted.adcode)
    return [
        gap
        for gap in graph.gaps(network)
        if shown(gap, scope)
        and (wanted.adcode is None or gap.adcode == wanted.adcode)
        and (wanted.kind is None or gap.kind == wanted.kind)
        and (wanted.severity is None or gap.severity == wanted.severity)
    ]


def _read(
    network: "nx.DiGraph[str]", gap: Gap, city: CityRow, decision: GapDecisionRead | None, *, english: bool
) -> GapRead:
    upper_year = network.nodes[network.graph["upper"]]["year"]
    check = graph.task_coverage(network, gap.task, city).check if gap.task else graph.NOTHING_COMPARED
    return GapRead(
        id=gap.id,
        kind=GapKind(gap.kind),
        severity=Severity(gap.severity),
        score=gap.score,
        adcode=gap.adcode,
        plan=gap.plan,
        item=gap.item,
        task=gap.task,
        upper_text=gap.upper_text,
        lower_text=gap.lower_text,
        explanation=explanation(gap, city, upper_year, check, english=english),
        rule=rule_of(gap.kind),
        decision=decision,
    )
