"""What the graph says of a city's coverage, as the API tells it."""

from typing import Any

import networkx as nx

from app import graph
from app.graph import TaskCoverage
from app.linking import AppliesTo, Coverage, Strength
from app.models import LinkStatus
from app.schemas.common import Basis, DeadlineVerdict, Target, Verdict
from app.schemas.coverage import (
    Compared,
    CoverageEvidence,
    CoverageImplementer,
    CoverageItem,
    CoverageTask,
    MatrixCell,
    Orphan,
)
from app.services.keys import item_number


def cell(cell: graph.Cell) -> MatrixCell:
    """A field of the matrix."""
    return MatrixCell(
        adcode=cell.adcode,
        verdict=Verdict(cell.verdict),
        full=cell.full,
        partial=cell.partial,
        none=cell.none,
        basis=basis(cell.basis),
        stale=cell.stale,
    )


def basis(found: str | None) -> Basis | None:
    """What a verdict rests on."""
    return Basis(found) if found else None


def item(item: graph.ItemCoverage) -> CoverageItem:
    """An upper item in a city, down to tasks and evidence."""
    return CoverageItem(
        number=item.number,
        title=item.title,
        verdict=Verdict(item.verdict),
        basis=basis(graph.basis(graph.applicable(item.tasks))),
        implementers=[
            CoverageImplementer(
                number=item_number(link.lower),
                strength=Strength(link.strength or Strength.CONTRIBUTES),
                status=LinkStatus(link.status),
                score=link.score,
            )
            for link in item.implementers
        ],
        tasks=[_task(task) for task in item.tasks],
    )


def _task(task: TaskCoverage) -> CoverageTask:
    return CoverageTask(
        id=task.task,
        text=task.text,
        applies_to=AppliesTo(task.applies_to),
        coverage=Coverage(task.coverage) if task.coverage else None,
        basis=basis(graph.basis([task])),
        score=task.score,
        target=Target(task.check.target) if task.check.target else None,
        target_compared=_targets(task.check.target_reasons),
        deadline=DeadlineVerdict(task.check.deadline) if task.check.deadline else None,
        deadline_compared=_deadlines(task.check.deadline_reasons),
        evidence=[
            CoverageEvidence(
                id=link.lower,
                item=item_number(link.lower),
                text=link.lower_text,
                score=link.score,
                status=LinkStatus(link.status),
                link=link.id,
            )
            for link in task.evidence
        ],
    )


def orphan(network: "nx.DiGraph[str]", node: str) -> Orphan:
    """A city's item that answers to nothing above."""
    data: dict[str, Any] = network.nodes[node]
    return Orphan(number=data["number"], title=data["title"])


def _targets(reasons: dict[str, Any] | None) -> Compared | None:
    """The pair of numbers that decided; None where there was nothing to compare."""
    if reasons is None:
        return None
    decided = next(pair for pair in reasons["pairs"] if pair["verdict"] == reasons["verdict"])
    return Compared(upper=decided["upper"]["text"], lower=decided["lower"]["text"] if decided["lower"] else None)


def _deadlines(reasons: dict[str, Any] | None) -> Compared | None:
    """The two times as printed; None where there was nothing to compare."""
    if reasons is None:
        return None
    return Compared(upper=reasons["upper_text"] or None, lower=reasons["lower_text"])
