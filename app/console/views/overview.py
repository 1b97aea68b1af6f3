"""The overview: every item × every city, and beside it which item flows into which."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from app.console import svg
from app.console.cascades import chooser
from app.console.moments import NOW, Past, chooser_of
from app.console.visitor import Visitor
from app.console.words import Words
from app.documents import fold
from app.linking import Strength
from app.schemas.common import Basis, Counted, Verdict
from app.schemas.coverage import MatrixCell, MatrixCity, MatrixItem, MatrixRead
from app.services import coverage, flows, history
from app.services.flows import Flow

# More bands than these nobody tells apart, and each takes a hundred bytes: beyond, one city is drawn at a time.
_MOST_BANDS = 300
# The class of a cell, as short as can be: there may be 7,200 cells on a page of at most 300 kB.
_CLASSES = {
    Verdict.COVERED: "c",
    Verdict.PARTIAL: "p",
    Verdict.MISSING: "m",
    Verdict.NOT_APPLICABLE: "a",
    Verdict.NO_PLAN: "n",
    Verdict.OTHER_PERIOD: "o",
    Verdict.NOT_JUDGED: "j",
}
_EMPTY = {verdict: Markup(f"<td class={kind}>\n") for verdict, kind in _CLASSES.items()}  # noqa: S704 - no text
_COUNTED = {Verdict.COVERED, Verdict.PARTIAL, Verdict.MISSING}


class Rows(StrEnum):
    """Which items are shown."""

    ALL = "all"
    GAPS = "gaps"
    MISSING = "missing"


class Sort(StrEnum):
    """In which order. Cities stand in the order of their codes: this is no ranking."""

    NUMBER = "number"
    GAPS = "gaps"


class Cities(StrEnum):
    """Which cities are shown."""

    ALL = "all"
    PLANS = "plans"


class OverviewQuery(BaseModel):
    """How the matrix is sorted and filtered: the page's address, to be sent to a colleague."""

    model_config = ConfigDict(extra="ignore")

    rows: Rows = Rows.ALL
    sort: Sort = Sort.NUMBER
    cities: Cities = Cities.ALL
    basis: Counted = Counted.ALL
    q: str = Field(default="", max_length=100)
    flow: str = Field(default="", max_length=6)

    @property
    def narrowed(self) -> bool:
        """Whether anything else is shown than everything."""
        return self != OverviewQuery(flow=self.flow)

    def but(self, **changes: str) -> dict[str, str]:
        """The same query with some changes, without what is as it is anyway: for an address."""
        return self.model_copy(update=changes).model_dump(mode="json", exclude_defaults=True)


@dataclass(frozen=True, slots=True)
class Row:
    """An item's line: its cells, and its totals over the cities that were judged."""

    item: MatrixItem
    cells: Markup
    full: int
    judged: int
    bar: Markup


@dataclass(frozen=True, slots=True)
class Column:
    """A city's totals over the items shown; `applicable` is 0 where nothing was judged."""

    city: MatrixCity
    full: int
    applicable: int
    bar: Markup


def view(session: Session, visitor: Visitor, key: str | None, asked: OverviewQuery, past: Past = NOW) -> dict[str, Any]:
    """What overview.html shows of a plan, or of the one that most is known of; raises PlanNotFound or Forbidden."""
    within = visitor.within("read_matrix", plan=key)
    seen = None if key is None else history.of_cascade(session, key, past.at)
    chosen = chooser(session, key, visitor.principal.adcode, seen.past if seen else None)
    if chosen.chosen is None:
        return {"chooser": chosen, "plan": None}
    plan = chosen.chosen
    seen = seen or history.of_cascade(session, plan.id, None)
    matrix = coverage.matrix(session, plan.id, within, seen, counted=asked.basis)
    items, places = _items(matrix, asked), _places(matrix, asked)
    columns = [_column(matrix.cities[place], [item.cells[place] for item in items]) for place in places]
    found = flows.flows(session, plan.id, within, seen, counted=asked.basis)
    return {
        "chooser": chosen,
        "plan": plan,
        "asked": asked,
        "matrix": matrix,
        "rows": [_row(item, [item.cells[place] for place in places]) for item in items],
        "columns": columns,
        "whole": svg.stack(_parts(matrix), width=220, height=10),
        **chooser_of(session, visitor.request, past, seen),
        **_flow(found, items, [column.city for column in columns], asked, Words(english=visitor.english)),
    }


def _items(matrix: MatrixRead, asked: OverviewQuery) -> list[MatrixItem]:
    words = fold(asked.q.strip())
    found = [item for item in matrix.items if words in fold(item.title) and _wanted(item, asked.rows)]
    if asked.sort is Sort.GAPS:
        found.sort(key=lambda item: (-_sum(item.cells, "none"), -_sum(item.cells, "partial"), item.number))
    return found


def _wanted(item: MatrixItem, rows: Rows) -> bool:
    if rows is Rows.MISSING:
        return any(cell.none for cell in item.cells)
    return rows is Rows.ALL or any(cell.none or cell.partial for cell in item.cells)


def _places(matrix: MatrixRead, asked: OverviewQuery) -> list[int]:
    """The columns shown, as places in the matrix."""
    return [place for place, city in enumerate(matrix.cities) if city.plan or asked.cities is Cities.ALL]


def _row(item: MatrixItem, cells: Sequence[MatrixCell]) -> Row:
    counts = {name: _sum(cells, name) for name in ("full", "partial", "none")}
    bar = svg.stack(list(counts.items()), width=30, height=6)
    return Row(item, Markup("").join(map(_cell, cells)), counts["full"], sum(counts.values()), bar)


def _cell(cell: MatrixCell) -> Markup:
    """A cell, without the end tag that HTML lets one leave out. What is written holds figures and classes only."""
    if cell.verdict not in _COUNTED:
        return _EMPTY[cell.verdict]
    applicable = cell.full + cell.partial + cell.none
    marks = (
        (" l", cell.verdict is Verdict.PARTIAL and 2 * cell.full < applicable),
        (" q", cell.basis is Basis.PROPOSED),
        (" s", cell.stale),
    )
    kind = _CLASSES[cell.verdict] + "".join(mark for mark, holds in marks if holds)
    quote = '"' if " " in kind else ""
    return Markup(f"<td class={quote}{kind}{quote}>{cell.full}/{applicable}\n")  # noqa: S704 - nothing from outside


def _column(city: MatrixCity, cells: Sequence[MatrixCell]) -> Column:
    counts = {name: _sum(cells, name) for name in ("full", "partial", "none")}
    return Column(city, counts["full"], sum(counts.values()), svg.stack(list(counts.items()), width=32, height=4))


def _sum(cells: Sequence[MatrixCell], name: str) -> int:
    return sum(getattr(cell, name) for cell in cells)


def _parts(matrix: MatrixRead) -> list[tuple[str, int]]:
    names = ("full", "partial", "none", "not_judged", "other_period", "no_plan")
    return [(name, getattr(matrix.summary, name)) for name in names]


def _flow(
    found: Sequence[Flow], items: Sequence[MatrixItem], cities: Sequence[MatrixCity], asked: OverviewQuery, w: Words
) -> dict[str, Any]:
    """The Sankey of the items shown: of all cities where that can be drawn, else of one."""
    numbers, names = {item.number for item in items}, {city.adcode: city.name for city in cities}
    # A link that only helps along, with no task of its own, would be a line among hundreds that says nothing.
    counted = [flow for flow in found if flow.tasks or flow.strength == Strength.IMPLEMENTS]
    shown = [flow for flow in counted if flow.upper in numbers and flow.adcode in names]
    carried = list(dict.fromkeys(sorted(flow.adcode for flow in shown)))
    fits = len(shown) <= _MOST_BANDS
    one = asked.flow if asked.flow in carried else None
    if one is None and not fits and carried:
        one = carried[0]
    drawn = [flow for flow in shown if one in {None, flow.adcode}]
    upper, lower = len({flow.upper for flow in drawn}), {(flow.adcode, flow.lower) for flow in drawn}
    label = w.flow_long.format(items=upper, lower=len(lower), cities=len({flow.adcode for flow in drawn}))
    return {
        "flow": _sankey(drawn, items, names, label) if drawn else None,
        "flow_label": label,
        "flow_cities": [(adcode, names[adcode]) for adcode in carried],
        "flow_one": one or "",
        "flow_fits": fits,
    }


def _sankey(flow: Sequence[Flow], items: Sequence[MatrixItem], names: dict[str, str], label: str) -> Markup:
    left = [svg.Node(str(item.number), str(item.number), f"{item.number} {item.title}") for item in items]
    groups = []
    for adcode in dict.fromkeys(sorted(row.adcode for row in flow)):
        titles = {row.lower: row.lower_title for row in flow if row.adcode == adcode}
        nodes = [svg.Node(f"{adcode}.{n}", str(n), f"{names[adcode]} {n} {titles[n]}") for n in sorted(titles)]
        groups.append(svg.Group(names[adcode], nodes))
    bands = [
        svg.Band(str(row.upper), f"{row.adcode}.{row.lower}", max(1, row.tasks), "i" if row.tasks else "k")
        for row in sorted(flow, key=lambda row: (row.adcode, row.lower))
    ]
    return svg.sankey(left, groups, bands, height=600, label=label)
