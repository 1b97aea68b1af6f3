"""How far each city covers each upper task: a pair of task and city is the unit, and nothing is summed over cities."""

from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx

from app.graph.queries import items_of, links_down, tasks_of
from app.graph.values import ALL, CITY, FULL, NONE, PARTIAL, STALE, WEAKER, CheckRow, CityRow, Judged, LinkRow

NOTHING_COMPARED = CheckRow(None, None, None, None)
NOT_JUDGED = Judged(0.0, together=False)


@dataclass(frozen=True, slots=True)
class TaskCoverage:
    """One upper task in one lower plan. `coverage` is None where it has not been judged, or not since it was changed."""

    task: str
    text: str
    applies_to: str
    coverage: str | None
    score: float | None
    evidence: tuple[LinkRow, ...]
    check: CheckRow = NOTHING_COMPARED


@dataclass(frozen=True, slots=True)
class ItemCoverage:
    """One upper item in one lower plan."""

    item: str
    number: int
    title: str
    verdict: str
    implementers: tuple[LinkRow, ...]
    tasks: tuple[TaskCoverage, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One upper item in one city, counted over the tasks that apply to cities.

    `stale`: a text behind a reviewed link has changed since.
    """

    adcode: str
    verdict: str
    full: int
    partial: int
    none: int
    basis: str | None
    stale: bool


def task_coverage(graph: "nx.DiGraph[str]", task: str, city: CityRow) -> TaskCoverage:
    """How far a city's plan covers a task: as far as its best counting task link says."""
    node = graph.nodes[task]
    plan = city.plan or ""
    if not plan or not city.judged:
        return TaskCoverage(task, node["text"], node["applies_to"], None, None, ())
    links = tuple(links_down(graph, task, plan))
    found = {link.coverage for link in links}
    judged = graph.graph["scores"].get((task, plan), NOT_JUDGED)
    if not links and (task, plan) in graph.graph["unjudged"]:
        return TaskCoverage(task, node["text"], node["applies_to"], None, None, ())
    if not links:
        return TaskCoverage(task, node["text"], node["applies_to"], NONE, judged.score, ())
    # Partial ones that together are whole, as long as nobody has taken one of them away.
    together = judged.together and len(links) == len(links_down(graph, task, plan, ALL))
    coverage = FULL if FULL in found or together else PARTIAL
    check = graph.graph["checks"].get((task, plan), NOTHING_COMPARED)
    if check.target == WEAKER:
        # Less than was asked for is never all of it (contract: What the verdicts mean).
        coverage = PARTIAL
    return TaskCoverage(task, node["text"], node["applies_to"], coverage, links[0].score, links, check)


def pair_coverage(graph: "nx.DiGraph[str]", city: CityRow) -> list[ItemCoverage]:
    """Every item and task of the upper plan against one city's plan."""
    return [item_coverage(graph, item, city) for item in items_of(graph, graph.graph["upper"])]


def item_coverage(graph: "nx.DiGraph[str]", item: str, city: CityRow) -> ItemCoverage:
    """One item of the upper plan against one city's plan."""
    node = graph.nodes[item]
    tasks = tuple(task_coverage(graph, task, city) for task in tasks_of(graph, item))
    implementers = tuple(links_down(graph, item, city.plan)) if city.plan else ()
    return ItemCoverage(item, node["number"], node["title"], verdict(tasks, city), implementers, tasks)


def verdict(tasks: Sequence[TaskCoverage], city: CityRow) -> str:
    """An item's verdict, over its tasks that apply to cities (contract: What the verdicts mean)."""
    if city.plan is None:
        return "no_plan"
    if not city.judged:
        return "not_judged"
    found = {task.coverage for task in applicable(tasks)}
    if not found:
        return "not_applicable"
    if found == {None}:
        return "not_judged"
    if found == {FULL}:
        return "covered"
    return "missing" if found == {NONE} else "partial"


def applicable(tasks: Sequence[TaskCoverage]) -> list[TaskCoverage]:
    """The tasks that cities have to carry out."""
    return [task for task in tasks if task.applies_to == CITY]


def cell(graph: "nx.DiGraph[str]", item: str, city: CityRow) -> Cell:
    """One field of the matrix. A plan of another year never counts for this one, whatever was found in it."""
    if city.plan is None or not city.same_period:
        return Cell(city.adcode, "other_period" if city.plan else "no_plan", 0, 0, 0, None, stale=False)
    answer = item_coverage(graph, item, city)
    tasks = applicable(answer.tasks)
    full, partial, none = (sum(task.coverage == level for task in tasks) for level in (FULL, PARTIAL, NONE))
    stale = any(link.status == STALE for task in tasks for link in task.evidence)
    return Cell(city.adcode, answer.verdict, full, partial, none, basis(tasks), stale)


def basis(tasks: Sequence[TaskCoverage]) -> str | None:
    """What a verdict rests on: decided links, proposals, or both; None where there are no links."""
    confirmed = {link.status == "confirmed" for task in tasks for link in task.evidence if link.coverage}
    if not confirmed:
        return None
    if len(confirmed) == 2:
        return "mixed"
    return "confirmed" if confirmed == {True} else "proposed"
