"""The cascade as a graph for other programs."""

import networkx as nx
from sqlmodel import Session

from app import graph
from app.errors import GraphTooLarge
from app.graph import GraphBudgetExceededError
from app.schemas.common import Provenance
from app.schemas.graph import CascadeRead
from app.services import audit, cascades
from app.services.audit import Action, Subject
from app.services.coverage import rests_on
from app.services.history import Moment

# Plan, items, tasks, the lower items or tasks they lead to, and one more for the tasks of those items.
MAX_DEPTH = 10
# A province with 16 cities has about 4,000 nodes; a browser draws a few thousand.
DEFAULT_NODES = 10_000
MAX_NODES = 100_000


def node_link(session: Session, key: str, seen: Moment, *, depth: int, max_nodes: int) -> CascadeRead:
    """The part of the cascade below a plan, as node-link data.

    Raises PlanNotFound, PlanNotYet, PlanWithdrawn, CascadeTooLarge or GraphTooLarge.
    """
    part, source = _part(session, key, seen, depth, max_nodes)
    return CascadeRead.model_validate({**graph.node_link(part), "provenance": source.model_dump()})


def graphml(
    session: Session, key: str, seen: Moment, actor: str, *, depth: int, max_nodes: int
) -> tuple[bytes, Provenance]:
    """The same as GraphML, for other programs, which is recorded as an export."""
    part, source = _part(session, key, seen, depth, max_nodes)
    answer = graph.graphml(part)
    subject, after = Subject("plan", key, key.partition("-")[0]), {"as_of": source.as_of}
    audit.record_export(session, actor, Action.CASCADE_EXPORT, subject, after=after)
    return answer, source


def _part(session: Session, key: str, seen: Moment, depth: int, max_nodes: int) -> tuple["nx.DiGraph[str]", Provenance]:
    whole = cascades.load(session, key, as_of=seen.past)
    try:
        nodes = graph.impact(whole, key, depth=depth, max_nodes=max_nodes)
    except GraphBudgetExceededError as error:
        raise GraphTooLarge(limit=error.limit, most=MAX_NODES) from error
    return graph.part(whole, nodes), rests_on(session, whole, seen)
