"""The gaps of a cascade: each with both texts, its explanation and rule, and what is decided; figures by kind and city."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlmodel import Session

from app.console import svg
from app.console.cascades import chooser
from app.console.moments import NOW, Past, chooser_of
from app.console.text import alike, marked
from app.console.turning import Filters, clipped, turns
from app.console.visitor import Visitor
from app.graph import Gap
from app.pagination import PageRequest
from app.schemas.common import Counted, DecisionFilter, GapKind, Severity
from app.schemas.coverage import GapRead
from app.services import bases, gaps, history
from app.services.gaps import GapFilter

# Of each text; the item and the city show it whole.
_MOST_SHOWN = 400
# As the bars of the pages are coloured.
_SHADES = {
    Severity.HIGH: "none",
    Severity.MEDIUM: "partial",
    Severity.LOW: "not_judged",
    Severity.INFO: "no_plan",
}


class GapsQuery(Filters):
    """Which gaps: the page's address."""

    adcode: str | None = None
    kind: GapKind | None = None
    severity: Severity | None = None
    decision: DecisionFilter | None = None
    basis: Counted = Counted.ALL

    @property
    def wanted(self) -> GapFilter:
        return GapFilter(self.adcode, self.kind, self.severity, self.decision, self.basis)


@dataclass(frozen=True, slots=True)
class Row:
    """A gap; the words that its two texts share are marked in both. `number` is that of the task, or of the item."""

    gap: GapRead
    city: str
    number: str
    upper: Markup | None
    lower: Markup | None
    explanation: str


@dataclass(frozen=True, slots=True)
class Figure:
    """How many gaps there are of a kind or in a city, under the other filters."""

    code: str
    name: str
    count: int
    bar: Markup
    chosen: bool


def view(
    session: Session, visitor: Visitor, key: str, asked: GapsQuery, page: PageRequest, past: Past = NOW
) -> dict[str, Any]:
    """What gaps.html shows; raises PlanNotFound, PlanNotYet, BadAdcode, BadCursor or Forbidden."""
    within = visitor.within("list_gaps", plan=key)
    turned, seen = history.turned(page, past.at, lambda moment: history.of_cascade(session, key, moment))
    chosen = chooser(session, key, past=seen.past)
    basis = bases.basis(session, key, within, seen)
    rows = gaps.page(session, turned, key, asked.wanted, within, seen, english=visitor.english)
    others = GapFilter(decision=asked.decision, counted=asked.basis)
    found = gaps.find(session, key, others, within, seen).gaps
    listed = [gap for gap in found if _fits(gap, asked)]
    names = [(lower.adcode, lower.name) for lower in basis.lowers]
    return {
        "chooser": chosen,
        "plan": chosen.chosen,
        "asked": asked,
        "rows": [_row(gap, basis.city(gap.adcode)) for gap in rows.items],
        "turns": turns(visitor.request, rows.next_cursor),
        "total": len(listed),
        "severities": Counter(gap.severity for gap in listed),
        "whole": _bar(listed, 220, 10),
        "places": names,
        "by_kind": _by_kind([gap for gap in found if _fits(gap, asked, "kind")], asked),
        "by_city": _by_city([gap for gap in found if _fits(gap, asked, "adcode")], names, asked),
        "may_decide": visitor.principal.role is not None and visitor.may("decide_gap") and not past.day,
        **chooser_of(session, visitor.request, past, seen),
    }


def _fits(gap: Gap, asked: GapsQuery, but: str = "") -> bool:
    """Whether a gap is wanted, whatever one of the filters says."""
    wanted = (("adcode", asked.adcode), ("kind", asked.kind), ("severity", asked.severity))
    return all(value is None or name == but or getattr(gap, name) == value for name, value in wanted)


def _row(gap: GapRead, city: str) -> Row:
    above, below = (clipped(text or "", _MOST_SHOWN) for text in (gap.upper_text, gap.lower_text))
    shared = alike(above, below)
    number = (gap.task or "").rpartition("/")[2] or str(gap.item or "")
    return Row(
        gap,
        city,
        number,
        marked(above, shared[0]) if above else None,
        marked(below, shared[1]) if below else None,
        clipped(_without(gap.explanation, gap.upper_text, gap.lower_text), 2 * _MOST_SHOWN),
    )


def _without(explanation: str, *texts: str | None) -> str:
    """The explanation without the texts that it quotes: on the page they stand beside it."""
    for text in texts:
        explanation = explanation.replace(f"「{text}」", "「…」") if text else explanation
    return explanation


def _by_kind(found: Sequence[Gap], asked: GapsQuery) -> list[Figure]:
    kinds = [kind for kind in GapKind if kind == asked.kind or any(gap.kind == kind for gap in found)]
    return [_figure(kind, "", found, lambda gap: gap.kind, chosen=kind == asked.kind) for kind in kinds]


def _by_city(found: Sequence[Gap], names: Iterable[tuple[str, str]], asked: GapsQuery) -> list[Figure]:
    """In the order of their codes: this is no ranking."""
    return [_figure(code, name, found, lambda gap: gap.adcode, chosen=code == asked.adcode) for code, name in names]


def _figure(code: str, name: str, found: Sequence[Gap], key: Callable[[Gap], str], *, chosen: bool) -> Figure:
    most = max(Counter(map(key, found)).values(), default=1)
    own = [gap for gap in found if key(gap) == code]
    return Figure(code, name, len(own), _bar(own, max(2, round(60 * len(own) / most)), 6), chosen)


def _bar(found: Sequence[Gap], width: int, height: int) -> Markup:
    counts = Counter(gap.severity for gap in found)
    return svg.stack([(shade, counts[severity]) for severity, shade in _SHADES.items()], width=width, height=height)
