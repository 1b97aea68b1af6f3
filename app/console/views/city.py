"""A city against the province, task by task: gaps first, targets and deadlines side by side."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from markupsafe import Markup
from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from app.console import svg
from app.console.cascades import chooser
from app.console.moments import NOW, Past, chooser_of
from app.console.text import alike, marked
from app.console.visitor import Visitor
from app.errors import JurisdictionNotFound
from app.linking import AppliesTo, Coverage, Strength
from app.schemas.common import Counted, DeadlineVerdict, Target, Verdict
from app.schemas.coverage import CoverageEvidence, CoverageItem, CoverageTask, PairRead
from app.services import bases, coverage, history
from app.services.keys import task_number

_ORDER = {Verdict.NOT_JUDGED: 0, Verdict.MISSING: 0, Verdict.PARTIAL: 1, Verdict.COVERED: 2, Verdict.NOT_APPLICABLE: 3}
_COVERED = {Coverage.NONE: 0, Coverage.PARTIAL: 1, Coverage.FULL: 2, None: 3}
_WORSE = {Target.WEAKER, DeadlineVerdict.LATER, DeadlineVerdict.MISSING}


class Order(StrEnum):
    """In which order the items stand."""

    GAPS = "gaps"
    NUMBER = "number"


class Tasks(StrEnum):
    """Which tasks are shown."""

    ALL = "all"
    GAPS = "gaps"


class CityQuery(BaseModel):
    """How the table is sorted and filtered: the page's address."""

    model_config = ConfigDict(extra="ignore")

    order: Order = Order.GAPS
    tasks: Tasks = Tasks.ALL
    basis: Counted = Counted.ALL


@dataclass(frozen=True, slots=True)
class Row:
    """A task's line; the words that the texts share are marked in both."""

    number: str
    task: CoverageTask
    upper: Markup
    evidence: list[tuple[CoverageEvidence, Markup]]
    gap: bool


@dataclass(frozen=True, slots=True)
class Block:
    """An item with its tasks, gaps first, and which of the city's items carry it out, or help it along."""

    item: CoverageItem
    rows: list[Row]
    full: int
    applicable: int
    implementing: list[int]
    contributing: list[int]


def view(
    session: Session, visitor: Visitor, key: str, adcode: str, asked: CityQuery, past: Past = NOW
) -> dict[str, Any]:
    """What city.html shows. Raises PlanNotFound, JurisdictionNotFound where the cascade has no such city, or Forbidden."""
    within = visitor.within("read_matrix", plan=key)
    seen = history.of_cascade(session, key, past.at)
    chosen = chooser(session, key, past=seen.past)
    basis = bases.basis(session, key, within, seen)
    city = next((lower for lower in basis.lowers if lower.adcode == adcode), None)
    if city is None:
        raise JurisdictionNotFound(adcode=adcode)
    shown = {
        "chooser": chosen,
        "plan": chosen.chosen,
        "city": city,
        "asked": asked,
        "others": [lower for lower in basis.lowers if lower.plan],
        "pair": None,
        **chooser_of(session, visitor.request, past, seen),
    }
    if city.plan is None:
        return shown
    visitor.within("read_coverage", plan=key, lower_plan=city.plan)
    pair = coverage.pair(session, key, city.plan, seen, counted=asked.basis)
    return shown | {
        "pair": pair,
        "blocks": _blocks(pair, asked),
        "whole": svg.stack(_parts(pair), width=220, height=10),
    }


def _parts(pair: PairRead) -> list[tuple[str, int]]:
    return [(name, getattr(pair.summary, name)) for name in ("full", "partial", "none", "not_judged")]


def _blocks(pair: PairRead, asked: CityQuery) -> list[Block]:
    blocks = [_block(item, asked) for item in pair.items]
    if asked.tasks is Tasks.GAPS:
        blocks = [block for block in blocks if block.rows]
    if asked.order is Order.GAPS:
        blocks.sort(key=lambda block: (_ORDER.get(block.item.verdict, 0), block.item.number))
    return blocks


def _block(item: CoverageItem, asked: CityQuery) -> Block:
    rows = [_row(task) for task in item.tasks]
    if asked.tasks is Tasks.GAPS:
        rows = [row for row in rows if row.gap]
    if asked.order is Order.GAPS:
        rows.sort(key=lambda row: (not row.gap, _COVERED[row.task.coverage], task_number(row.task.id) or 0))
    counted = [task for task in item.tasks if task.applies_to is AppliesTo.CITY]
    by = {strength: [one.number for one in item.implementers if one.strength is strength] for strength in Strength}
    return Block(
        item,
        rows,
        sum(task.coverage is Coverage.FULL for task in counted),
        len(counted),
        by[Strength.IMPLEMENTS],
        by[Strength.CONTRIBUTES],
    )


def _row(task: CoverageTask) -> Row:
    shared = [alike(task.text, found.text) for found in task.evidence]
    evidence = [(found, marked(found.text, spans)) for found, (_, spans) in zip(task.evidence, shared, strict=True)]
    # In the province's words only what the best evidence takes up: what lesser ones share would hide what is left out.
    upper = marked(task.text, shared[0][0] if shared else [])
    return Row(task.id.rpartition("/")[2], task, upper, evidence, _is_gap(task))


def _is_gap(task: CoverageTask) -> bool:
    if task.applies_to is not AppliesTo.CITY:
        return False
    return task.coverage is not Coverage.FULL or bool({task.target, task.deadline} & _WORSE)
