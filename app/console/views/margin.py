"""The margin of a plan: beside each commitment who carries it out, or what it carries out."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.console.visitor import Visitor
from app.graph import COUNTING
from app.linking import AppliesTo, Coverage
from app.schemas.links import LinkRead
from app.schemas.plans import PlanDetail, PlanRead
from app.services import across, coverage, links
from app.services.keys import item_number, task_number
from app.services.links import LinkFilter

# More cities than these are counted in the margin, not named: it has room for one line of names.
_NAMED = 5
# More links than these at one commitment nobody reads; the city's page has all.
_MOST_SIGNS = 4
# What one line of the margin may hold.
_SHOWN = 40
# What a city is without among cities.
_ENDINGS = ("地区", "市", "盟", "县", "区")


@dataclass(frozen=True, slots=True)
class Sign:
    """One answer: a name and how far it goes, in how many places, and the page that shows its evidence.

    `text` is shown as far as there is room.
    """

    name: str
    title: str
    text: str
    kind: str
    count: int
    to: tuple[object, ...]
    at: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands in the margin for one commitment (`8.4`), or for an item as a whole (`8`)."""

    number: str
    to: tuple[object, ...]
    applies: AppliesTo | None
    signs: tuple[Sign, ...]


def marks_of(session: Session, visitor: Visitor, doc: PlanDetail, uppers: Sequence[PlanRead]) -> dict[str, list[Mark]]:
    """By task number, or by item number for links of whole items: first who carries it out, then what it carries out."""
    found: dict[str, list[Mark]] = {}
    for mark in _carried_out(session, visitor, doc) + _carrying_out(session, visitor, doc, uppers):
        found.setdefault(mark.number, []).append(mark)
    return found


def _carried_out(session: Session, visitor: Visitor, doc: PlanDetail) -> list[Mark]:
    """Who carries out each commitment, of the cities that were judged; nothing where no plan stands below."""
    if not visitor.may("read_matrix"):
        return []
    within = visitor.within("read_matrix", plan=doc.id)
    cities = coverage.matrix(session, doc.id, within).cities
    if not any(city.plan for city in cities):
        return []
    marks = []
    for task in across.tasks_across(session, doc.id, within):
        number = task.id.rpartition("/")[2]
        judged = [(city, found) for city, found in zip(cities, task.coverage, strict=True) if found is not None]
        to = ("cascades", doc.id, "items", item_number(task.id))
        if len(judged) > _NAMED:
            tally = [(level, sum(found is level for _, found in judged)) for level in Coverage]
            signs = [Sign("", "", "", str(level), count, to, f"t{number}") for level, count in tally if count]
        else:
            signs = [
                Sign(
                    _short(city.name),
                    city.name,
                    "",
                    str(found),
                    1,
                    ("cascades", doc.id, "cities", city.adcode),
                    f"i{item_number(task.id)}",
                )
                for city, found in judged
            ]
        far = task.applies_to is not AppliesTo.CITY
        marks.append(Mark(number, to, task.applies_to, () if far else tuple(signs)))
    return marks


def _short(name: str) -> str:
    """A city as it is called among cities.

    >>> _short("临沂市"), _short("沙市"), _short("恩施土家族苗族自治州")
    ('临沂', '沙市', '恩施土家')
    """
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            name = name.removesuffix(ending)
            break
    return name[:4]


def _carrying_out(session: Session, visitor: Visitor, doc: PlanDetail, uppers: Sequence[PlanRead]) -> list[Mark]:
    """What each commitment carries out in the plans above."""
    if not uppers or not visitor.may("list_links"):
        return []
    above = {upper.id: upper for upper in uppers}
    rows: dict[str, list[tuple[PlanRead, LinkRead]]] = {}
    for row in links.all_links(session, LinkFilter(lower=doc.id)):
        upper = above.get(row.upper.partition("/")[0])
        # A whole item's link says nothing that those of its tasks do not say better.
        if upper and row.coverage and row.status in COUNTING:
            rows.setdefault(row.lower.rpartition("/")[2], []).append((upper, row))
    several = len(above) > 1
    marks = []
    for number, found in rows.items():
        found.sort(key=lambda one: (one[0].id, item_number(one[1].upper), task_number(one[1].upper) or 0))
        signs = [_sign(upper, row, doc, several=several) for upper, row in found]
        rest = len(signs) - _MOST_SIGNS
        if rest > 0:
            more = Sign("…", "", "", "more", rest, ("cascades", uppers[0].id, "cities", doc.adcode), "")
            signs = [*signs[:_MOST_SIGNS], more]
        marks.append(Mark(number, (), None, tuple(signs)))
    return marks


def _sign(upper: PlanRead, row: LinkRead, doc: PlanDetail, *, several: bool) -> Sign:
    number = row.upper.rpartition("/")[2]
    name = f"{upper.year} {number}" if several else number
    to = ("cascades", upper.id, "cities", doc.adcode)
    return Sign(
        name,
        f"{upper.name} {number}",
        row.evidence.upper.text[:_SHOWN],
        str(row.coverage),
        1,
        to,
        f"i{item_number(row.upper)}",
    )
