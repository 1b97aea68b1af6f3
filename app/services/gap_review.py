"""Deciding gaps. What becomes of a decision later: `gap_decisions`."""

from datetime import date

import networkx as nx
from sqlalchemy import func
from sqlmodel import Session, col, select

from app import graph
from app.errors import (
    GapDecisionChanged,
    GapDecisionNotFound,
    GapNotFound,
    InvalidRequest,
    PreconditionRequired,
    RefutationNeedsLink,
    WaiverNeedsExpiry,
)
from app.graph import COUNTING, Gap
from app.models import Decision, GapDecision
from app.preconditions import Expected
from app.schemas.common import Counted
from app.schemas.coverage import GapDecisionPut, GapDecisionRead
from app.schemas.links import LinkCreate
from app.services import audit, cascades, gap_decisions, people_links, plans
from app.services.audit import Action, Subject
from app.services.days import today
from app.services.decisions import by

# A waiver outlasts no five-year plan (五年规划): whoever is responsible then looks at it again.
MOST_YEARS = 5


def decide(
    session: Session, key: str, gap_id: str, wanted: GapDecisionPut, expected: Expected | None, actor: str
) -> GapDecisionRead:
    """Decide a gap, or decide it otherwise.

    Raises PlanNotFound, GapNotFound, PreconditionRequired, GapDecisionChanged, WaiverNeedsExpiry, RefutationNeedsLink,
    InvalidRequest, or, for a link that is proposed along with it, what `people_links.propose` does.
    """
    cascades.hold(session, [key])
    network, gap = _find(session, key, gap_id)
    held = gap_decisions.standing(session, key).get(gap_id)
    _check_seen(gap_id, held, expected)
    _check_expiry(wanted, today(session))
    link = _link(session, network, gap, wanted, actor)
    at = cascades.touch(session, key)
    if held is not None:
        held.until = at
    row = GapDecision(
        plan_id=key,
        gap_id=gap_id,
        version=_last_version(session, key, gap_id) + 1,
        decision=wanted.decision,
        reason=wanted.reason,
        expires_on=wanted.expires_on,
        link_id=link,
        # Of several places that take the task up, the best is the one that was looked at.
        digests={end: found[0] for end, found in gap_decisions.digests(network, gap).items()},
        decided_by=actor,
        decided_at=at,
        since=at,
    )
    session.add(row)
    session.flush()
    audit.record(
        session, actor, Action.GAP_DECIDE, _subject(key, gap_id, gap.adcode), before=_shown(held), after=_shown(row)
    )
    return gap_decisions.read(row, None)


def reopen(session: Session, key: str, gap_id: str, expected: Expected, actor: str) -> None:
    """Take a decision back; raises PlanNotFound, PlanWithdrawn, GapDecisionNotFound or GapDecisionChanged."""
    cascades.hold(session, [key])
    plans.get_plan(session, key)
    held = gap_decisions.standing(session, key).get(gap_id)
    if held is None:
        raise GapDecisionNotFound(gap=gap_id)
    _check_seen(gap_id, held, expected)
    held.until = cascades.touch(session, key)
    session.flush()
    audit.record(session, actor, Action.GAP_REOPEN, _subject(key, gap_id, _adcode(gap_id)), before=_shown(held))


def _find(session: Session, key: str, gap_id: str) -> tuple["nx.DiGraph[str]", Gap]:
    """The gap as it stands, or as it stands if only confirmed links count."""
    for counted in Counted:
        network = cascades.load(session, key, counted=counted)
        gap = next((gap for gap in graph.gaps(network) if gap.id == gap_id), None)
        if gap is not None:
            return network, gap
    raise GapNotFound(plan=key, gap=gap_id)


def _check_seen(gap_id: str, held: GapDecision | None, expected: Expected | None) -> None:
    if held is None:
        # "0" is what a gap without a decision is answered with.
        if expected is not None and not (expected.tags and "0" in expected.tags):
            raise GapDecisionChanged(
                gap=gap_id, version=0, by_zh="已撤回或尚未作出", by_en="taken back, or not made yet"
            )
        return
    if expected is None:
        raise PreconditionRequired
    if not expected.met_by(held.version):
        told = {name: text.strip("，, ") for name, text in by(held.decided_by, held.decided_at).items()}
        raise GapDecisionChanged(gap=gap_id, version=held.version, **told)


def _check_expiry(wanted: GapDecisionPut, day: date) -> None:
    waived = wanted.decision is Decision.WAIVED
    if waived != (wanted.expires_on is not None) or (wanted.expires_on and not day < wanted.expires_on <= _latest(day)):
        raise WaiverNeedsExpiry(years=MOST_YEARS)


def _latest(day: date) -> date:
    return date(day.year + MOST_YEARS, day.month, min(day.day, 28))


def _link(session: Session, network: "nx.DiGraph[str]", gap: Gap, wanted: GapDecisionPut, actor: str) -> str | None:
    """The link that says why a gap is none: the one given, the one proposed now, or the best one behind the gap."""
    if wanted.decision is not Decision.REFUTED:
        if wanted.link or wanted.propose:
            zh, en = "只有认定不成立时才写 link 或 propose", "only a refutation has link or propose"
            raise InvalidRequest(count=1, errors=[("/body/link", zh, en)])
        return None
    if wanted.propose is not None and gap.task is not None:
        proposed = LinkCreate(upper=gap.task, **wanted.propose.model_dump())
        return people_links.propose(session, proposed, actor).id
    rows = [edge["link"] for _, _, edge in network.edges(data=True) if edge["kind"] != "contains"]
    fitting = {row.id: row for row in rows if row.status in COUNTING and _fits(network, gap, row)}
    if wanted.link is not None:
        if wanted.link not in fitting:
            raise RefutationNeedsLink(
                gap=gap.id,
                hint_zh="所写的承接关系不是从这一任务到该市要点的、仍然有效的关系。",
                hint_en="The link given does not lead from this task to the city's plan, or does not count.",
            )
        return wanted.link
    # Left to itself, only what is said of this very task will do.
    own: list[graph.LinkRow] = [row for row in fitting.values() if gap.kind == "orphan" or row.upper == gap.task]
    if own:
        return min(own, key=graph.best_first).id
    zh, en = _HINTS.get(gap.kind, ("", ""))
    raise RefutationNeedsLink(gap=gap.id, hint_zh=zh, hint_en=en)


_HINTS = {
    "no_plan": ("该市如有要点，请导入。", "If the city has a plan, import it."),
    "other_period": ("该市如有本年度要点，请导入。", "If the city has a plan of this year, import it."),
    "not_judged": ("请先运行比对。", "Start a link run first."),
}


def _fits(network: "nx.DiGraph[str]", gap: Gap, link: graph.LinkRow) -> bool:
    """Whether a link can say why a gap is none: it joins the task, or its item, with the city's plan."""
    if gap.kind == "orphan":
        return graph.item_of(link.lower) == gap.lower
    if gap.task is None or network.nodes[link.lower]["plan"] != gap.plan:
        return False
    return link.upper in {gap.task, graph.item_of(gap.task)}


def _last_version(session: Session, key: str, gap_id: str) -> int:
    query = select(func.max(col(GapDecision.version))).where(GapDecision.plan_id == key, GapDecision.gap_id == gap_id)
    return session.exec(query).one() or 0


def _subject(key: str, gap_id: str, adcode: str) -> Subject:
    return Subject("gap", f"{key}/{gap_id}", adcode)


def _adcode(gap_id: str) -> str:
    return gap_id.split("-")[1]


def _shown(row: GapDecision | None) -> dict[str, object] | None:
    if row is None:
        return None
    names = ("version", "decision", "reason", "expires_on", "link_id", "decided_by")
    return {name: getattr(row, name) for name in names}
