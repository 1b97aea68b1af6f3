"""From the rows of a cascade to a directed graph: plans contain items, items contain tasks, upper ends point to lower.

Nodes carry `kind` (plan, item, task); edges carry `kind` (contains, implements, covers) and, where they are links,
the LinkRow as `link`.
"""

from collections.abc import Collection

import networkx as nx

from app.graph.limits import within
from app.graph.values import COUNTING, CascadeRows, ItemRow, LinkRow


def build(rows: CascadeRows, *, max_nodes: int, counting: Collection[str] = COUNTING) -> "nx.DiGraph[str]":
    """The graph of a cascade. Its links are those of any status; those of a status in `counting` carry tasks out.

    Links with an end outside the cascade are left out: they belong to another one. Raises
    GraphBudgetExceededError beyond `max_nodes` nodes.

    >>> rows = CascadeRows("370000-edu-2020", "370000", "山东省", 2020, (), (), (), {}, {}, ())
    >>> list(build(rows, max_nodes=10))
    ['370000-edu-2020']
    """
    plans = 1 + sum(city.plan is not None for city in rows.cities)
    within(plans + sum(1 + len(item.tasks) for item in rows.items), max_nodes)
    graph: nx.DiGraph[str] = nx.DiGraph(
        upper=rows.plan,
        cities=rows.cities,
        scores=rows.scores,
        unjudged=rows.unjudged,
        checks=rows.checks,
        rollups=rows.rollups,
        counting=frozenset(counting),
    )
    graph.add_node(rows.plan, kind="plan", adcode=rows.adcode, name=rows.name, year=rows.year)
    for city in rows.cities:
        if city.plan:
            graph.add_node(city.plan, kind="plan", adcode=city.adcode, name=city.name, year=city.year)
    for item in rows.items:
        _add_item(graph, item)
    for link in rows.links:
        _add_link(graph, link)
    return graph


def _add_item(graph: "nx.DiGraph[str]", item: ItemRow) -> None:
    graph.add_node(item.id, kind="item", plan=item.plan, number=item.number, title=item.title)
    graph.add_edge(item.plan, item.id, kind="contains")
    for task in item.tasks:
        graph.add_node(
            task.id, kind="task", plan=item.plan, number=item.number, text=task.text, applies_to=task.applies_to
        )
        graph.add_edge(item.id, task.id, kind="contains")


def _add_link(graph: "nx.DiGraph[str]", link: LinkRow) -> None:
    if link.upper in graph and link.lower in graph:
        graph.add_edge(link.upper, link.lower, kind="covers" if link.coverage else "implements", link=link)
