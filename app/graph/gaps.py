"""The compliance gaps of a cascade: each a pair of upper task and city that is not, or not well enough, carried out."""

from collections.abc import Iterator
from dataclasses import dataclass

import networkx as nx

from app.graph.coverage import TaskCoverage, applicable, item_coverage
from app.graph.queries import cities, counting, items_of, tasks_of
from app.graph.values import (
    CONFIRMED,
    FULL,
    IMPLEMENTS,
    LATER,
    MISSING,
    NONE,
    PARTIAL,
    PROPOSED,
    STALE,
    WEAKER,
    CityRow,
    LinkRow,
)

PER_CITY = ("no_plan", "other_period", "not_judged")
SEVERITY = {
    # Nobody answers for the task: the office has to act.
    "no_plan": "high",
    "missing": "high",
    # Something is there that a person has to look at.
    "other_period": "medium",
    "not_judged": "medium",
    "partial": "medium",
    "weaker_target": "high",
    "later_deadline": "medium",
    "missing_deadline": "medium",
    # Somebody decided, and no longer can be sure of it.
    "stale": "medium",
    # The machine's word for it only.
    "unreviewed": "low",
    # A city may do more than the province asks.
    "orphan": "info",
}
RANK = {"high": 0, "medium": 1, "low": 2, "info": 3}


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap. `score` (0 to 1) is how sure the judge is of it.

    `item` is the upper item's number, or, for an orphan, the city's own.
    """

    id: str
    kind: str
    severity: str
    score: float
    adcode: str
    name: str
    plan: str | None
    item: int | None
    task: str | None
    upper_text: str | None
    lower_text: str | None
    lower: str | None


def gaps(graph: "nx.DiGraph[str]") -> list[Gap]:
    """Every gap of the cascade: per-city kinds first, then by severity, falling score, adcode and task."""
    return sorted((gap for city in cities(graph) for gap in _city_gaps(graph, city)), key=order)


def order(gap: Gap) -> tuple[int, int, float, str, int, int, str]:
    """The sort key of a gap; no two gaps of a cascade share it."""
    task = int(gap.task.rpartition(".")[2]) if gap.task else 0
    return (gap.kind not in PER_CITY, RANK[gap.severity], -gap.score, gap.adcode, gap.item or 0, task, gap.kind)


def _city_gaps(graph: "nx.DiGraph[str]", city: CityRow) -> Iterator[Gap]:
    if city.plan is None:
        yield _per_city("no_plan", city)
    elif not city.same_period:
        yield _per_city("other_period", city)
    elif not city.judged:
        yield _per_city("not_judged", city)
    else:
        answers = [item_coverage(graph, item, city) for item in items_of(graph, graph.graph["upper"])]
        if any(task.coverage is None for answer in answers for task in applicable(answer.tasks)):
            yield _per_city("not_judged", city)
        for answer in answers:
            for task in applicable(answer.tasks):
                yield from _task_gaps(task, answer.number, city)
        for item in orphans(graph, city.plan):
            yield _orphan(graph, item, city)


def _per_city(kind: str, city: CityRow) -> Gap:
    return Gap(
        id=f"{kind}-{city.adcode}",
        kind=kind,
        severity=SEVERITY[kind],
        score=1.0,
        adcode=city.adcode,
        name=city.name,
        plan=city.plan,
        item=None,
        task=None,
        upper_text=None,
        lower_text=None,
        lower=None,
    )


def _task_gaps(task: TaskCoverage, item: int, city: CityRow) -> Iterator[Gap]:
    if task.coverage is None:
        return
    if task.coverage == NONE:
        yield _of_task("missing", 1 - (task.score or 0.0), task, item, city)
        return
    if task.coverage == PARTIAL:
        yield _of_task("partial", task.evidence[0].score, task, item, city)
    if task.check.target == WEAKER:
        yield _of_task("weaker_target", task.evidence[0].score, task, item, city)
    if task.check.deadline in {LATER, MISSING}:
        yield _of_task(f"{task.check.deadline}_deadline", task.evidence[0].score, task, item, city)
    statuses = {link.status for link in task.evidence}
    if STALE in statuses:
        changed = next(link for link in task.evidence if link.status == STALE)
        yield _of_task("stale", changed.score, task, item, city, changed)
    elif statuses == {PROPOSED}:
        yield _of_task("unreviewed", task.evidence[0].score, task, item, city)


def _of_task(
    kind: str, score: float, task: TaskCoverage, item: int, city: CityRow, quoted: LinkRow | None = None
) -> Gap:
    """A gap of a task; it quotes the best evidence where no other is given."""
    best = quoted or (task.evidence[0] if task.evidence else None)
    return Gap(
        id=f"{kind}-{city.adcode}-{task.task.rpartition('/')[2]}",
        kind=kind,
        severity=SEVERITY[kind],
        score=round(score, 4),
        adcode=city.adcode,
        name=city.name,
        plan=city.plan,
        item=item,
        task=task.task,
        upper_text=task.text,
        lower_text=best.lower_text if best else None,
        lower=best.lower if best else None,
    )


def orphans(graph: "nx.DiGraph[str]", plan: str) -> list[str]:
    """A lower plan's items that answer to nothing above: they implement no item, and no task link ends in them."""
    return [item for item in items_of(graph, plan) if not _answers(graph, item)]


def _answers(graph: "nx.DiGraph[str]", item: str) -> bool:
    ends = [item, *tasks_of(graph, item)]
    links = [edge["link"] for end in ends for edge in graph.pred[end].values() if edge["kind"] != "contains"]
    return any(link.status in counting(graph) and _carries(link) for link in links)


def _carries(link: LinkRow) -> bool:
    """Whether a link is more than the machine's guess that an item may help another along."""
    return link.strength == IMPLEMENTS or link.coverage in {FULL, PARTIAL} or link.status == CONFIRMED


def _orphan(graph: "nx.DiGraph[str]", item: str, city: CityRow) -> Gap:
    node = graph.nodes[item]
    return Gap(
        id=f"orphan-{city.adcode}-{node['number']}",
        kind="orphan",
        severity=SEVERITY["orphan"],
        score=1.0,
        adcode=city.adcode,
        name=city.name,
        plan=city.plan,
        item=node["number"],
        task=None,
        upper_text=None,
        lower_text=node["title"],
        lower=item,
    )
