"""Every task of an upper plan beside every city: the matrix, one step finer."""

from dataclasses import dataclass

from sqlmodel import Session

from app import graph
from app.linking import AppliesTo, Coverage
from app.schemas.common import Counted
from app.services import cascades
from app.services.history import Moment
from app.services.scope import EVERYTHING, Scope


@dataclass(frozen=True, slots=True)
class TaskAcross:
    """An upper task and its coverage in each city; None where there is no plan of the year, or none judged."""

    id: str
    text: str
    applies_to: AppliesTo
    coverage: list[Coverage | None]


def tasks_across(
    session: Session,
    key: str,
    scope: Scope = EVERYTHING,
    seen: Moment | None = None,
    *,
    counted: Counted = Counted.ALL,
) -> list[TaskAcross]:
    """Every task of an upper plan × every city in scope, in the order of the matrix; raises as `matrix` does."""
    network = cascades.load(session, key, as_of=seen.past if seen else None, counted=counted)
    found: dict[str, TaskAcross] = {}
    for city in filter(lambda row: scope.sees(row.adcode), graph.cities(network)):
        for node in graph.items_of(network, key):
            for task in graph.item_coverage(network, node, city).tasks:
                row = found.setdefault(
                    task.task, TaskAcross(task.task, task.text, AppliesTo(task.applies_to), coverage=[])
                )
                row.coverage.append(Coverage(task.coverage) if task.coverage and city.same_period else None)
    return list(found.values())
