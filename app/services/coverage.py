"""The answers: who carries an item out, what an item carries out, one city against the province, the matrix."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import networkx as nx
from sqlmodel import Session

from app import graph
from app.errors import ItemNotFound, NotAnUpperPlan, PlanNotFound
from app.graph import CityRow, ItemAnswer
from app.linking import AppliesTo, Coverage, Strength
from app.models import LinkStatus, Plan
from app.schemas.common import Counted, Period, Provenance, Reason, Verdict
from app.schemas.coverage import (
    CoverageItem,
    DecisionCounts,
    Implementer,
    ImplementerEvidence,
    ImplementerItem,
    ImplementersRead,
    ItemBrief,
    MatrixCity,
    MatrixItem,
    MatrixRead,
    MatrixSummary,
    NotImplementedBy,
    PairCoverage,
    PairRead,
    PairSummary,
    Rollup,
    UpstreamRead,
)
from app.services import answers, cascades, gap_decisions, history, jurisdictions, plans
from app.services.history import Moment
from app.services.keys import item_id
from app.services.plans import get_plan
from app.services.scope import EVERYTHING, Scope


@dataclass(frozen=True, slots=True)
class ImplementerFilter:
    """Which implementers are wanted; None means any. `counted` says which links make one."""

    adcode: str | None = None
    status: LinkStatus | None = None
    period: Period = Period.ANY
    counted: Counted = Counted.ALL


def implementers(
    session: Session,
    key: str,
    number: int,
    wanted: ImplementerFilter,
    scope: Scope = EVERYTHING,
    seen: Moment | None = None,
) -> ImplementersRead:
    """Which lower items implement an upper item, and which cities in scope have none.

    Raises PlanNotFound, ItemNotFound or BadAdcode.
    """
    adcode, status, period = wanted.adcode, wanted.status, wanted.period
    if adcode is not None:
        jurisdictions.check_adcode(adcode)
    seen = history.seen_or_now(session, key, seen)
    network = cascades.load(session, key, as_of=seen.past, counted=wanted.counted)
    node = _item_node(network, key, number)
    found = graph.implementers(network, node, None if status is None else {status})
    carried_out = found if status is None else graph.implementers(network, node)
    answers, absent = [], []
    for city in graph.cities(network):
        if adcode is not None and city.adcode != adcode:
            continue
        items = found.get(city.plan or "", [])
        if items and (city.same_period or period is Period.ANY):
            answers.append(_implementer(network, city, items))
        elif scope.sees(city.adcode) and _absent(carried_out, city, period):
            reason = _reason(network, node, city)
            absent.append(NotImplementedBy(adcode=city.adcode, name=city.name, reason=reason))
    answers.sort(key=lambda answer: (not answer.same_period, answer.adcode))
    return ImplementersRead(
        item=_brief(network, node),
        implementers=answers,
        not_implemented_by=absent,
        provenance=rests_on(session, network, seen),
    )


def _absent(carried_out: Mapping[str, object], city: CityRow, period: Period) -> bool:
    return not carried_out.get(city.plan or "") or not (city.same_period or period is Period.ANY)


def rests_on(session: Session, network: "nx.DiGraph[str]", seen: Moment) -> Provenance:
    """What an answer about a whole cascade rests on: all of its plans."""
    return history.provenance(session, seen, [network.graph["upper"], *(city.plan for city in graph.cities(network))])


def upstream(session: Session, key: str, number: int, as_of: datetime | None = None) -> UpstreamRead:
    """Which upper items a lower item carries out, in every cascade its plan belongs to.

    Raises PlanNotFound, PlanNotYet, PlanWithdrawn, ItemNotFound or FutureMoment.
    """
    plan = session.get(Plan, key)
    if plan is None:
        raise PlanNotFound(plan=key)
    # Whatever changes the plan changes the cascades above it too, if there are any.
    seen = cascades.moment_above(session, plan, as_of)
    own = plans.item(session, key, number, seen)
    node = item_id(key, number)
    uppers = cascades.uppers(session, plan, seen.past)
    answers = []
    for upper in uppers:
        network = cascades.load(session, upper.id, as_of=seen.past)
        found = graph.upstream(network, node)
        if found:
            above = network.nodes[upper.id]
            answers.append(
                Implementer(
                    plan=upper.id,
                    adcode=above["adcode"],
                    name=above["name"],
                    year=above["year"],
                    same_period=upper.year == plan.year,
                    items=[_implementer_item(network, answer, answer.link.upper) for answer in found],
                )
            )
    return UpstreamRead(
        item=ItemBrief(id=own.id, number=own.number, title=own.title),
        upstream=answers,
        provenance=history.provenance(session, seen, [key, *(upper.id for upper in uppers)]),
    )


def pair(
    session: Session, key: str, lower: str, seen: Moment | None = None, *, counted: Counted = Counted.ALL
) -> PairRead:
    """One lower plan against an upper one; raises PlanNotFound, PlanNotYet, PlanWithdrawn or NotAnUpperPlan."""
    seen = history.seen_or_now(session, key, seen)
    network = cascades.load(session, key, as_of=seen.past, counted=counted)
    get_plan(session, lower, seen.past)
    city = next((row for row in graph.cities(network) if row.plan == lower), None)
    if city is None:
        raise NotAnUpperPlan(upper=key, lower=lower)
    found = dict(pair_of(network, city)) | {"decisions": _decisions(session, network, [city], seen)}
    return PairRead(**found, provenance=history.provenance(session, seen, [key, lower]))


def pair_of(network: "nx.DiGraph[str]", city: CityRow) -> PairCoverage:
    """A city of a cascade that has a plan, against the upper plan."""
    key, lower = network.graph["upper"], city.plan or ""
    items = graph.pair_coverage(network, city)
    tasks = graph.applicable([task for item in items for task in item.tasks])
    return PairCoverage(
        upper=key,
        lower=lower,
        same_period=bool(city.same_period),
        outdated=city.outdated,
        items=[answers.item(item) for item in items],
        orphans=[answers.orphan(network, node) for node in graph.orphans(network, lower)] if city.judged else [],
        summary=PairSummary(
            applicable_tasks=len(tasks),
            full=sum(task.coverage == Coverage.FULL for task in tasks),
            partial=sum(task.coverage == Coverage.PARTIAL for task in tasks),
            none=sum(task.coverage == Coverage.NONE for task in tasks),
            not_judged=sum(task.coverage is None for task in tasks),
        ),
        decisions=DecisionCounts(),
    )


def matrix(
    session: Session,
    key: str,
    scope: Scope = EVERYTHING,
    seen: Moment | None = None,
    *,
    counted: Counted = Counted.ALL,
) -> MatrixRead:
    """Every item of an upper plan × every city in scope; raises PlanNotFound, PlanNotYet or PlanWithdrawn."""
    seen = history.seen_or_now(session, key, seen)
    network = cascades.load(session, key, as_of=seen.past, counted=counted)
    cities = [city for city in graph.cities(network) if scope.sees(city.adcode)]
    totals: dict[str, int] = dict.fromkeys(MatrixSummary.model_fields, 0)
    items = []
    for node in graph.items_of(network, key):
        tasks = [network.nodes[task]["applies_to"] for task in graph.tasks_of(network, node)]
        applicable = tasks.count(AppliesTo.CITY)
        cells = [graph.cell(network, node, city) for city in cities]
        for cell in cells:
            _count(totals, cell, applicable)
        items.append(
            MatrixItem(
                number=network.nodes[node]["number"],
                title=network.nodes[node]["title"],
                applicable_tasks=applicable,
                cells=[answers.cell(cell) for cell in cells],
            )
        )
    return MatrixRead(
        plan=key,
        cities=[
            MatrixCity(
                adcode=c.adcode,
                name=c.name,
                plan=c.plan,
                year=c.year,
                same_period=c.same_period,
                outdated=c.outdated if c.plan else None,
            )
            for c in cities
        ],
        items=items,
        rollups=[Rollup.model_validate(row) for row in _rollups(network, scope)],
        summary=MatrixSummary(**totals),
        decisions=_decisions(session, network, cities, seen),
        provenance=rests_on(session, network, seen),
    )


def _decisions(session: Session, network: "nx.DiGraph[str]", cities: Sequence[CityRow], seen: Moment) -> DecisionCounts:
    """What is decided about the gaps of some cities."""
    if not gap_decisions.standing(session, network.graph["upper"], seen.past):
        return DecisionCounts()
    adcodes = {city.adcode for city in cities}
    gaps = [gap for gap in graph.gaps(network) if gap.adcode in adcodes]
    return gap_decisions.counts(gap_decisions.of(session, network, gaps, seen).values())


def item_across(
    session: Session,
    key: str,
    number: int,
    scope: Scope = EVERYTHING,
    seen: Moment | None = None,
    *,
    counted: Counted = Counted.ALL,
) -> dict[str, CoverageItem]:
    """One upper item against each city in scope that has a plan, by adcode; raises PlanNotFound or ItemNotFound.

    The same as that item's part of GET /plans/{upper}/coverage/{lower}.
    """
    network = cascades.load(session, key, as_of=seen.past if seen else None, counted=counted)
    node = _item_node(network, key, number)
    return {
        city.adcode: answers.item(graph.item_coverage(network, node, city))
        for city in graph.cities(network)
        if city.plan and scope.sees(city.adcode)
    }


def _rollups(network: "nx.DiGraph[str]", scope: Scope) -> list[dict[str, Any]]:
    """The totals of the whole province, each beside the shares of the cities in scope."""
    return [
        {
            **asdict(row),
            "cities": [{"adcode": adcode, "value": value} for adcode, value in row.cities if scope.sees(adcode)],
        }
        for row in network.graph["rollups"]
    ]


def _count(totals: dict[str, int], cell: graph.Cell, applicable: int) -> None:
    totals["pairs"] += applicable
    if cell.verdict in {Verdict.NO_PLAN, Verdict.OTHER_PERIOD, Verdict.NOT_JUDGED}:
        totals[cell.verdict] += applicable
        return
    totals["full"] += cell.full
    totals["partial"] += cell.partial
    totals["none"] += cell.none
    totals["not_judged"] += applicable - cell.full - cell.partial - cell.none


def _item_node(network: "nx.DiGraph[str]", key: str, number: int) -> str:
    node = item_id(key, number)
    if node not in network:
        raise ItemNotFound(plan=key, number=number)
    return node


def _brief(network: "nx.DiGraph[str]", node: str) -> ItemBrief:
    return ItemBrief(id=node, number=network.nodes[node]["number"], title=network.nodes[node]["title"])


def _reason(network: "nx.DiGraph[str]", node: str, city: CityRow) -> Reason:
    if city.plan is None:
        return Reason.NO_PLAN
    if not city.same_period:
        return Reason.OTHER_PERIOD
    if not city.judged:
        return Reason.NOT_JUDGED
    verdict = graph.item_coverage(network, node, city).verdict
    if verdict == Verdict.NOT_JUDGED:
        return Reason.NOT_JUDGED
    return Reason.NOT_APPLICABLE if verdict == Verdict.NOT_APPLICABLE else Reason.MISSING


def _implementer(network: "nx.DiGraph[str]", city: CityRow, items: list[ItemAnswer]) -> Implementer:
    return Implementer(
        plan=city.plan or "",
        adcode=city.adcode,
        name=city.name,
        year=city.year or 0,
        same_period=bool(city.same_period),
        items=[_implementer_item(network, answer, answer.link.lower) for answer in items],
    )


def _implementer_item(network: "nx.DiGraph[str]", answer: ItemAnswer, far: str) -> ImplementerItem:
    link = answer.link
    evidence = [
        ImplementerEvidence(
            upper_task=row.upper,
            upper_text=row.upper_text,
            lower_task=row.lower,
            lower_text=row.lower_text,
            coverage=Coverage(row.coverage) if row.coverage else None,
            score=row.score,
        )
        for row in answer.evidence
    ]
    titles = ImplementerEvidence(
        upper_task=None,
        upper_text=link.upper_text,
        lower_task=link.lower,
        lower_text=link.lower_text,
        coverage=None,
        score=link.score,
    )
    return ImplementerItem(
        **_brief(network, far).model_dump(),
        strength=Strength(link.strength or Strength.CONTRIBUTES),
        status=LinkStatus(link.status),
        score=link.score,
        link=link.id,
        evidence=evidence or [titles],
    )
