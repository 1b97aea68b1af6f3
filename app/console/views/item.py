"""An item: which cities carry it out, by which words; which do not, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlmodel import Session

from app.console import svg
from app.console.cascades import chooser
from app.console.moments import NOW, Past, chooser_of
from app.console.text import alike, marked
from app.console.visitor import Visitor
from app.errors import ItemNotFound
from app.graph import COUNTING
from app.linking import AppliesTo, Coverage, Strength
from app.models import LinkStatus
from app.schemas.common import Counted, Period, Reason
from app.schemas.coverage import CoverageItem, CoverageTask, Implementer, ImplementerItem
from app.schemas.links import LinkRead
from app.schemas.plans import ItemRead, TaskRead
from app.services import coverage, history, links, plans
from app.services.coverage import ImplementerFilter
from app.services.history import Moment
from app.services.keys import item_number, task_number
from app.services.links import LinkFilter


@dataclass(frozen=True, slots=True)
class Line:
    """An upper task beside the words that take it up, what they share marked in both."""

    number: str
    upper: Markup
    lower: Markup
    link: LinkRead
    task: CoverageTask | None


@dataclass(frozen=True, slots=True)
class Place:
    """A city's item that answers to this one, its lines, and its whole text with the evidence marked."""

    item: ImplementerItem
    lines: list[Line]
    text: Markup


@dataclass(frozen=True, slots=True)
class City:
    """A city that carries the item out. `found` is None where its verdict is between it and those above it.

    `helping`: items that the machine takes to help along, without any task of this one in them.
    """

    plan: Implementer
    places: list[Place]
    helping: list[ImplementerItem]
    found: CoverageItem | None
    missing: list[CoverageTask]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the item's text: a task with its number and counts over the cities, or what stands between."""

    text: str
    task: TaskRead | None = None
    number: str = ""
    full: int = 0
    partial: int = 0
    none: int = 0
    bar: Markup | None = None


def view(
    session: Session, visitor: Visitor, key: str, number: int, counted: Counted, past: Past = NOW
) -> dict[str, Any]:
    """What item.html shows; raises PlanNotFound, ItemNotFound or Forbidden."""
    within = visitor.within("list_implementers", plan=key)
    seen = history.of_cascade(session, key, past.at)
    chosen = chooser(session, key, past=seen.past)
    item = plans.item(session, key, number, seen)
    wanted = ImplementerFilter(period=Period.ANY, counted=counted)
    answer = coverage.implementers(session, key, number, wanted, within, seen)
    found = coverage.item_across(session, key, number, visitor.within("read_matrix", plan=key), seen, counted=counted)
    counting = COUNTING if counted is Counted.ALL else {LinkStatus.CONFIRMED}
    rows = [row for row in links.all_links(session, LinkFilter(upper=item.id), seen.past) if row.status in counting]
    texts = plans.texts_of(session, {place.id for plan in answer.implementers for place in plan.items}, seen.past)
    other_years = {plan.adcode for plan in answer.implementers if not plan.same_period}
    other_years |= {row.adcode for row in answer.not_implemented_by if row.reason is Reason.OTHER_PERIOD}
    counts = [one for adcode, one in found.items() if adcode not in other_years]
    return {
        "chooser": chosen,
        "plan": chosen.chosen,
        "item": item,
        "counted": counted,
        "parts_of_text": _parts(item, counts),
        "applicable": sum(task.applies_to is AppliesTo.CITY for task in item.tasks),
        "cities": [_city(plan, rows, texts, found.get(plan.adcode)) for plan in answer.implementers],
        "absent": _absent(answer.not_implemented_by),
        **_neighbours(session, key, number, seen),
        **chooser_of(session, visitor.request, past, seen),
    }


def _neighbours(session: Session, key: str, number: int, seen: Moment) -> dict[str, int | None]:
    """The numbers before and behind this one that the plan has."""
    found = {}
    for name, other in (("before", number - 1), ("behind", number + 1)):
        try:
            found[name] = plans.item(session, key, other, seen).number if other > 0 else None
        except ItemNotFound:
            found[name] = None
    return found


def _parts(item: ItemRead, cities: Sequence[CoverageItem]) -> list[Part]:
    """The item's text, cut at its tasks."""
    parts, at = [], 0
    for task in item.tasks:
        if task.start > at:
            parts.append(Part(item.text[at : task.start]))
        found = [one.coverage for city in cities for one in city.tasks if one.id == task.id]
        counts = [found.count(level) for level in (Coverage.FULL, Coverage.PARTIAL, Coverage.NONE)]
        bar = svg.stack(list(zip(("full", "partial", "none"), counts, strict=True)), width=60, height=6)
        full, partial, none = counts
        parts.append(Part(task.text, task, _short(task.id), full, partial, none, bar))
        at = task.end
    return [*parts, Part(item.text[at:])]


def _short(node: str) -> str:
    return node.rpartition("/")[2]


def _city(plan: Implementer, rows: Sequence[LinkRead], texts: dict[str, str], found: CoverageItem | None) -> City:
    tasks = {task.id: task for task in found.tasks} if found else {}
    whole = [item for item in plan.items if item.strength is Strength.IMPLEMENTS or item.evidence[0].upper_task]
    places = [_place(item, rows, texts[item.id], tasks) for item in whole]
    missing = [t for t in tasks.values() if t.applies_to is AppliesTo.CITY and t.coverage is Coverage.NONE]
    return City(plan, places, [item for item in plan.items if item not in whole], found, missing)


def _place(item: ImplementerItem, rows: Sequence[LinkRead], text: str, tasks: dict[str, CoverageTask]) -> Place:
    """A lower item: a line for each task link, or one for the titles where there is no other."""
    here = [row for row in rows if row.lower.rpartition("/")[0] == item.id.rpartition("/")[0]]
    here = [row for row in here if item_number(row.lower) == item.number]
    joined = [row for row in here if row.coverage] or here
    joined.sort(key=lambda row: (task_number(row.upper) or 0, -row.score))
    lines = []
    for row in joined:
        above, below = row.evidence.upper.text, row.evidence.lower.text
        shared = alike(above, below)
        number = _short(row.upper) if row.coverage else ""
        lines.append(Line(number, marked(above, shared[0]), marked(below, shared[1]), row, tasks.get(row.upper)))
    spans = [(row.evidence.lower.start, row.evidence.lower.end) for row in joined]
    return Place(item, lines, marked(text, spans))


def _absent(rows: Sequence[Any]) -> list[tuple[Reason, list[Any]]]:
    """The cities that do not carry it out, by reason: first those that could."""
    order = (Reason.MISSING, Reason.NOT_JUDGED, Reason.OTHER_PERIOD, Reason.NO_PLAN, Reason.NOT_APPLICABLE)
    return [(reason, found) for reason in order if (found := [row for row in rows if row.reason is reason])]
