"""The cascade as a graph for other programs."""

import networkx as nx
from sqlmodel import Session

from app import graph
from app.errors import GraphTooLarge
from app.graph import GraphBudgetExceededError
from app.schemas.graph import CascadeRead
from app.services import audit, cascades
from app.services.audit import Action, Subject

# Plan, items, tasks, the lower items or tasks they lead to, and one more for the tasks of those items.
MAX_DEPTH = 10
# A province with 16 cities has about 4,000 nodes; a browser draws a few thousand.
DEFAULT_NODES = 10_000
MAX_NODES = 100_000


def node_link(session: Session, key: str, *, depth: int, max_nodes: int) -> CascadeRead:
    """The part of the cascade below a plan, as node-link data; raises PlanNotFound or GraphTooLarge."""
    return CascadeRead.model_validate(graph.node_link(_part(session, key, depth, max_nodes)))


def graphml(session: Session, key: str, actor: str, *, depth: int, max_nodes: int) -> bytes:
    """The same as GraphML, for other programs, which is recorded as an export."""
    answer = graph.graphml(_part(session, key, depth, max_nodes))
    audit.record_export(session, actor, Action.CASCADE_EXPORT, Subject("plan", key, key.partition("-")[0]))
    return answer


def _part(session: Session, key: str, depth: int, max_nodes: int) -> "nx.DiGraph[str]":
    whole = cascades.load(session, key)
    try:
        nodes = graph.impact(whole, key, depth=depth, max_nodes=max_nodes)
    except GraphBudgetExceededError as error:
        raise GraphTooLarge(limit=error.limit, most=MAX_NODES) from error
    return graph.part(whole, nodes)
