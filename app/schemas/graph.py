"""The cascade as a graph."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.linking import AppliesTo, Coverage, Strength
from app.models import LinkStatus
from app.schemas.common import Provenance


class _Sparse(BaseModel):
    """A schema whose fields depend on `kind`; what does not apply is left out."""

    model_config = ConfigDict(extra="forbid")


class GraphNode(_Sparse):
    """A plan, an item or a task."""

    id: str
    kind: Literal["plan", "item", "task"]
    plan: str | None = None
    adcode: str | None = None
    name: str | None = None
    year: int | None = None
    number: int | None = None
    title: str | None = None
    text: str | None = None
    applies_to: AppliesTo | None = None


class GraphEdge(_Sparse):
    """`contains` (plan to item, item to task), `implements` (item to item) or `covers` (task to task or item)."""

    source: str
    target: str
    kind: Literal["contains", "implements", "covers"]
    id: str | None = Field(default=None, description="The link's id.")
    status: LinkStatus | None = None
    score: float | None = None
    coverage: Coverage | None = None
    strength: Strength | None = None


class GraphAttributes(_Sparse):
    """About the whole graph."""

    upper: str


class CascadeRead(_Sparse):
    """Node-link data, as networkx reads and writes it."""

    directed: bool
    multigraph: bool
    graph: GraphAttributes
    nodes: list[GraphNode]
    edges: list[GraphEdge]
    provenance: Provenance
