"""The networkx layer: one cascade as a directed graph, and the answers read from it. Pure: no database, no web."""

from app.graph.build import build
from app.graph.coverage import (
    Cell,
    ItemCoverage,
    TaskCoverage,
    applicable,
    cell,
    item_coverage,
    pair_coverage,
    task_coverage,
)
from app.graph.export import graphml, node_link, part
from app.graph.gaps import PER_CITY, RANK, SEVERITY, Gap, gaps, order, orphans
from app.graph.limits import GraphBudgetExceededError
from app.graph.queries import ItemAnswer, cities, impact, implementers, item_of, items_of, tasks_of, upstream
from app.graph.values import COUNTING, CascadeRows, CityRow, ItemRow, LinkRow, TaskRow

__all__ = [
    "COUNTING",
    "PER_CITY",
    "RANK",
    "SEVERITY",
    "CascadeRows",
    "Cell",
    "CityRow",
    "Gap",
    "GraphBudgetExceededError",
    "ItemAnswer",
    "ItemCoverage",
    "ItemRow",
    "LinkRow",
    "TaskCoverage",
    "TaskRow",
    "applicable",
    "build",
    "cell",
    "cities",
    "gaps",
    "graphml",
    "impact",
    "implementers",
    "item_coverage",
    "item_of",
    "items_of",
    "node_link",
    "order",
    "orphans",
    "pair_coverage",
    "part",
    "task_coverage",
    "tasks_of",
    "upstream",
]
