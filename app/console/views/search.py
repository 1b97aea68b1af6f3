"""Search: the items that hold all the words, the words marked in them, and the tasks in which they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from pydantic import Field
from sqlmodel import Session

from app.console.cascades import chooser
from app.console.text import marked
from app.console.turning import Filters, turns
from app.console.visitor import Visitor
from app.console.words import Words
from app.models import Level
from app.pagination import MAX_LIMIT, Page, PageRequest
from app.schemas.plans import PlanRead, SearchHit
from app.services import plans, search
from app.services.jurisdictions import check_adcode, level_of
from app.services.keys import task_number
from app.services.plans import PlanFilter

# Characters shown before and behind a place, and up to which a text is shown whole.
_AROUND, _WHOLE = 60, 300


class SearchQuery(Filters):
    """What is looked for, and where: the page's address."""

    q: str = Field(default="", max_length=200)
    adcode: str | None = Field(default=None, max_length=20)
    domain: str | None = Field(default=None, max_length=32)
    year: int | None = Field(default=None, ge=1, le=9999)


@dataclass(frozen=True, slots=True)
class Hit:
    """An item with its words marked; `upper`: it is a province's, which has a page of its own."""

    item: SearchHit
    text: Markup
    tasks: list[str]
    upper: bool


def view(session: Session, visitor: Visitor, asked: SearchQuery, page: PageRequest) -> dict[str, Any]:
    """What search.html shows; raises BadAdcode, BadCursor or Forbidden."""
    visitor.within("search_items")
    chosen = chooser(session, None, visitor.principal.adcode)
    known, words = _plans(session), Words(english=visitor.english)
    return {
        "chooser": chosen,
        "plan": chosen.chosen,
        "asked": asked,
        "places": sorted({(plan.adcode, plan.name) for plan in known}),
        "domain_options": [(code, words.domain_name(code)) for code in sorted({plan.domain for plan in known})],
        "year_options": [(str(year), str(year)) for year in sorted({plan.year for plan in known}, reverse=True)],
        "plans": len(known),
        **_found(session, visitor, asked, page),
    }


def _plans(session: Session) -> list[PlanRead]:
    # More than a menu holds nobody chooses from; the address still takes any code.
    return plans.page(session, PageRequest(limit=MAX_LIMIT, after=None, filters=""), PlanFilter()).items


def _found(session: Session, visitor: Visitor, asked: SearchQuery, page: PageRequest) -> dict[str, Any]:
    if asked.adcode is not None:
        check_adcode(asked.adcode)
    rows: Page[SearchHit] | None = None
    if asked.q.strip():
        rows = search.search(session, page, asked.q, adcode=asked.adcode, domain=asked.domain, year=asked.year)
    return {
        "hits": None if rows is None else [_hit(item) for item in rows.items],
        "turns": turns(visitor.request, rows.next_cursor if rows else None),
    }


def _hit(item: SearchHit) -> Hit:
    numbers = [f"{item.number}.{task_number(task)}" for task in item.tasks]
    return Hit(item, excerpt(item.text, item.spans), numbers, level_of(item.adcode) is Level.PROVINCE)


def excerpt(text: str, spans: Sequence[tuple[int, int]]) -> Markup:
    """A text with its places marked; of a long one what stands around them.

    >>> str(excerpt("年底前消除大班额", [(5, 8)]))
    '<bdi>年底前消除<mark>大班额</mark></bdi>'
    """
    if len(text) <= _WHOLE:
        return marked(text, spans)
    parts: list[Markup] = []
    at, shown = 0, 0
    for start, end in _windows(spans, len(text)) or [(0, _WHOLE)]:
        if shown > 2 * _WHOLE:
            break
        here = [(max(one, start) - start, min(other, end) - start) for one, other in spans if start <= one < end]
        parts += [Markup("…") if start > at else Markup(), marked(text[start:end], here)]
        at, shown = end, shown + end - start
    return Markup("").join([*parts, Markup("…") if at < len(text) else Markup()])


def _windows(spans: Sequence[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        first, last = max(0, start - _AROUND), min(length, end + _AROUND)
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found
