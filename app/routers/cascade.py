"""The cascade as a graph."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.auth import Actor
from app.db import ReadSession
from app.errors import CascadeTooLarge, GraphTooLarge, responses
from app.routers.moments import AS_OF, AsOf, stamp, stamped, stamps
from app.routers.parameters import PREFIX, PlanKey
from app.schemas.graph import CascadeRead
from app.services import history, network

router = APIRouter(prefix=f"{PREFIX}/plans/{{plan}}/cascade", tags=["cascade"])


class GraphFormat(StrEnum):
    """How the graph is written."""

    JSON = "json"
    GRAPHML = "graphml"


@router.get(
    "",
    response_model=CascadeRead,
    response_model_exclude_none=True,
    responses={
        **stamped({"content": {"application/graphml+xml": {"schema": {"type": "string"}}}}),
        **responses(*AS_OF, CascadeTooLarge, GraphTooLarge),
    },
    summary="级联图 / The cascade",
)
def read_cascade(
    session: ReadSession,
    plan: PlanKey,
    actor: Actor,
    response: Response,
    as_of: AsOf,
    depth: Annotated[
        int, Query(ge=0, le=network.MAX_DEPTH, description="Steps below the plan: 1 items, 2 tasks and their items, …")
    ] = network.MAX_DEPTH,
    max_nodes: Annotated[
        int, Query(ge=1, le=network.MAX_NODES, description="Most nodes; an answer with more is an error, never cut.")
    ] = network.DEFAULT_NODES,
    graph_format: Annotated[GraphFormat, Query(alias="format")] = GraphFormat.JSON,
) -> CascadeRead | Response:
    """What hangs below a plan, as node-link data (networkx reads it) or GraphML."""
    seen = history.of_cascade(session, plan, as_of)
    if graph_format is GraphFormat.GRAPHML:
        data, source = network.graphml(session, plan, seen, actor, depth=depth, max_nodes=max_nodes)
        return Response(data, media_type="application/graphml+xml", headers=stamps(source))
    found = network.node_link(session, plan, seen, depth=depth, max_nodes=max_nodes)
    stamp(response, found.provenance)
    return found
