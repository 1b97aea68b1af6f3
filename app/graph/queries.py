"""Questions that follow links: who carries an item out, what it carries out, what a change touches.

Every answer is in a fixed order, and no walk visits a node twice, so a cycle cannot hold it.
"""

from collections import Counter, deque
from collections.abc import Collection
from dataclasses import dataclass

import networkx as nx

from app.graph.limits import within
from app.graph.values import CityRow, LinkRow


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """An item at the far end of an item link, with the task links between the two items."""

    item: str
    link: LinkRow
    evidence: tuple[LinkRow, ...]


def cities(graph: "nx.DiGraph[str]") -> tuple[CityRow, ...]:
    """The cities of the cascade, in the order of their adcodes."""
    rows: tuple[CityRow, ...] = graph.graph["cities"]
    return rows


def counting(graph: "nx.DiGraph[str]") -> frozenset[str]:
    """The statuses of the links that count."""
    statuses: frozenset[str] = graph.graph["counting"]
    return statuses


def items_of(graph: "nx.DiGraph[str]", plan: str) -> list[str]:
    """The ids of a plan's items, in the order of their numbers."""
    found = [node for node in graph.successors(plan) if graph.nodes[node]["kind"] == "item"]
    return sorted(found, key=lambda node: int(graph.nodes[node]["number"]))


def tasks_of(graph: "nx.DiGraph[str]", item: str) -> list[str]:
    """The ids of an item's tasks, in the order of the text."""
    return [node for node, edge in graph.succ[item].items() if edge["kind"] == "contains"]


def links_down(
    graph: "nx.DiGraph[str]", node: str, plan: str | None = None, status: Collection[str] | None = None
) -> list[LinkRow]:
    """The links that start at an item or a task, best first; only those into `plan`, if given.

    Those of the statuses that count in this graph, or of others, if given; so for the other questions.
    """
    status = counting(graph) if status is None else status
    found = [
        edge["link"]
        for lower, edge in graph.succ[node].items()
        if edge["kind"] != "contains"
        and edge["link"].status in status
        and (plan is None or graph.nodes[lower]["plan"] == plan)
    ]
    return sorted(found, key=best_first)


def best_first(link: LinkRow) -> tuple[float, str]:
    """Sort key: highest score first, then by where the link leads."""
    return (-link.score, link.lower)


def implementers(
    graph: "nx.DiGraph[str]", item: str, status: Collection[str] | None = None
) -> dict[str, list[ItemAnswer]]:
    """The items that carry out an upper item: lower plan → answers, best first."""
    answers: dict[str, list[ItemAnswer]] = {}
    covers = [link for task in tasks_of(graph, item) for link in links_down(graph, task, status=status)]
    for link in links_down(graph, item, status=status):
        evidence = tuple(found for found in covers if item_of(found.lower) == link.lower)
        answers.setdefault(graph.nodes[link.lower]["plan"], []).append(ItemAnswer(link.lower, link, evidence))
    return answers


def flows(graph: "nx.DiGraph[str]", item: str) -> list[tuple[LinkRow, int]]:
    """The item links that start at an upper item, best first, each with how many task links lie between its ends."""
    between = Counter(
        item_of(lower)
        for task in tasks_of(graph, item)
        for lower, edge in graph.succ[task].items()
        if edge["link"].status in counting(graph)
    )
    return [(link, between[link.lower]) for link in links_down(graph, item)]


def upstream(graph: "nx.DiGraph[str]", item: str, status: Collection[str] | None = None) -> list[ItemAnswer]:
    """The upper items that a lower item carries out, best first."""
    status = counting(graph) if status is None else status
    found = [
        edge["link"]
        for _, edge in graph.pred[item].items()
        if edge["kind"] == "implements" and edge["link"].status in status
    ]
    answers = []
    for link in sorted(found, key=lambda link: (-link.score, link.upper)):
        tasks = tasks_of(graph, link.upper)
        covers = [row for task in tasks for row in links_down(graph, task, status=status)]
        evidence = tuple(row for row in covers if item_of(row.lower) == item)
        answers.append(ItemAnswer(link.upper, link, evidence))
    return answers


def impact(graph: "nx.DiGraph[str]", node: str, *, depth: int, max_nodes: int) -> list[str]:
    """Everything that hangs below a node, nearest first, at most `depth` steps away.

    Raises GraphBudgetExceededError if that is more than `max_nodes` nodes, the start included.
    """
    distance = {node: 0}
    queue = deque([node])
    while queue:
        current = queue.popleft()
        if distance[current] == depth:
            continue
        for lower, edge in graph.succ[current].items():
            if lower not in distance and (edge["kind"] == "contains" or edge["link"].status in counting(graph)):
                distance[lower] = distance[current] + 1
                within(len(distance), max_nodes)
                queue.append(lower)
    return list(distance)


def item_of(node: str) -> str:
    """The item of an item's or a task's id.

    >>> item_of("371300-edu-2020/18.2"), item_of("371300-edu-2020/18")
    ('371300-edu-2020/18', '371300-edu-2020/18')
    """
    plan, _, number = node.rpartition("/")
    return f"{plan}/{number.partition('.')[0]}"
