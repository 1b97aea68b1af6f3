"""A part of the graph for other programs: node-link data (as networkx writes it) and GraphML."""

from collections.abc import Collection
from io import BytesIO
from typing import Any

import networkx as nx

from app.graph.values import LinkRow


def part(graph: "nx.DiGraph[str]", nodes: Collection[str]) -> "nx.DiGraph[str]":
    """The nodes and the edges between them, with plain attributes only (text, numbers)."""
    plain: nx.DiGraph[str] = nx.DiGraph(upper=graph.graph["upper"])
    for node in nodes:
        plain.add_node(node, **graph.nodes[node])
    for upper, lower, edge in graph.subgraph(nodes).edges(data=True):
        link: LinkRow | None = edge.get("link")
        attributes = {"kind": edge["kind"]}
        if link is not None:
            attributes |= {"id": link.id, "status": link.status, "score": link.score}
            attributes |= {"coverage": link.coverage} if link.coverage else {"strength": link.strength}
        plain.add_edge(upper, lower, **attributes)
    return plain


def node_link(graph: "nx.DiGraph[str]") -> dict[str, Any]:
    """`{"directed", "multigraph", "graph", "nodes": [{"id", …}], "edges": [{"source", "target", …}]}`."""
    data: dict[str, Any] = nx.node_link_data(graph, edges="edges")
    return data


def graphml(graph: "nx.DiGraph[str]") -> bytes:
    """The graph as a GraphML document, UTF-8."""
    out = BytesIO()
    nx.write_graphml(graph, out)
    return out.getvalue()
