"""The editions of a plan: their list, what changed between any two, the links that fell due, and withdrawn plans."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from markupsafe import Markup
from pydantic import Field
from sqlmodel import Session

from app.console.cascades import Chooser, chooser, nearest
from app.console.text import marked
from app.console.turning import Filters, clipped, shown_at, turns
from app.console.visitor import Visitor
from app.console.words import Words
from app.documents.changes import Aspect, ChangeKind
from app.models import LinkStatus
from app.pagination import MAX_LIMIT, PageRequest
from app.schemas.editions import ChangeEnd, ChangeRead, DifferenceRead, ReviewFilter
from app.schemas.links import LinkRead
from app.schemas.plans import PlanRead
from app.services import change_rows, editions, links, plans
from app.services.change_rows import ChangeFilter
from app.services.jurisdictions import parent_of
from app.services.links import LinkFilter
from app.services.plans import PlanFilter

# Of each text of a row, and of the links that fell due; files hold all of them.
_MOST_SHOWN, _MOST_LINKS = 500, 100
_WHOLE = PageRequest(limit=MAX_LIMIT, after=None, filters="")


class Show(StrEnum):
    """Which rows are shown."""

    CHANGED = "changed"
    ALL = "all"


class EditionsQuery(Filters):
    """Which two editions are held side by side, and which rows of that: the page's address."""

    edition: int | None = Field(default=None, ge=1, le=999_999)
    base: int | None = Field(default=None, ge=1, le=999_999, alias="from")
    kind: ChangeKind | None = None
    review: ReviewFilter | None = None
    show: Show = Show.CHANGED


@dataclass(frozen=True, slots=True)
class Row:
    """A change; the words that differ are marked in both texts.

    Of an item whose tasks have rows of their own its title is shown, and `differences` (numbers, deadlines, units) there.
    """

    change: ChangeRead
    old: Markup | None
    new: Markup | None
    moved_to: str
    differences: list[DifferenceRead]


@dataclass(frozen=True, slots=True)
class Stale:
    """A link that fell due; `plan` and `item` are its upper end's."""

    link: LinkRead
    plan: str
    item: str
    upper: str
    lower: str


def view(session: Session, visitor: Visitor, key: str, asked: EditionsQuery, page: PageRequest) -> dict[str, Any]:
    """What editions.html shows; raises PlanNotFound, EditionNotFound, BadCursor or Forbidden."""
    visitor.within("list_editions", plan=key)
    shown = plans.read_any(session, key)
    chosen = _chooser(session, visitor, shown)
    return {
        "chooser": chosen,
        "plan": chosen.chosen,
        "shown": shown,
        "asked": asked,
        "withdrawn": _withdrawn(session, shown),
        "may_restore": visitor.principal.role is not None and visitor.may("restore_plan"),
        **(_held_together(session, visitor, shown, asked, page) if shown.withdrawn is None else {"editions": []}),
    }


def _chooser(session: Session, visitor: Visitor, shown: PlanRead) -> Chooser:
    """The bar shows the cascade to which the plan belongs."""
    upper = nearest(session, parent_of(shown.adcode), shown.domain, shown.year) if shown.level != "province" else None
    if upper is None and shown.withdrawn is not None:
        return chooser(session, None, visitor.principal.adcode)
    return chooser(session, upper.id if upper else shown.id)


def _withdrawn(session: Session, shown: PlanRead) -> list[tuple[PlanRead, str]]:
    """What is withdrawn in the plan's domain, itself first, and when."""
    found = plans.page(session, _WHOLE, PlanFilter(domain=shown.domain, withdrawn=True)).items
    rows = [(row, shown_at(session, row.withdrawn.at)) for row in found if row.withdrawn]
    return sorted(rows, key=lambda row: (row[0].id != shown.id, row[0].id))


def _held_together(
    session: Session, visitor: Visitor, shown: PlanRead, asked: EditionsQuery, page: PageRequest
) -> dict[str, Any]:
    rows = editions.page(session, _WHOLE, shown.id).items
    number = asked.edition or shown.edition
    base = asked.base or (number - 1 if number > 1 else None)
    detail = editions.detail(session, shown.id, number)
    words = Words(english=visitor.english)
    found = {
        "editions": [(row, shown_at(session, row.created_at)) for row in reversed(rows)],
        "change_kinds": [(kind.value, words.of("change", kind)) for kind in ChangeKind],
        "numbers": [(str(row.number), str(row.number)) for row in rows],
        "number": number,
        "base": base,
        "carried": detail.carried,
        "rows": [],
        "kinds": Counter[ChangeKind](),
        "turns": turns(visitor.request, None),
        "stale": [],
        "may_decide": False,
    }
    if base is None:
        return found
    wanted = ChangeFilter(base, asked.kind, asked.review, same=asked.show is Show.ALL or asked.kind is not None)
    changes = change_rows.page(session, page, shown.id, number, wanted)
    current = number == shown.edition and base == number - 1
    return found | {
        "rows": _rows(changes.items),
        "kinds": _kinds(session, shown.id, number, base),
        "turns": turns(visitor.request, changes.next_cursor),
        "stale": _stale(session, shown.id) if number == shown.edition else [],
        "may_decide": current and visitor.principal.role is not None and visitor.may("decide_change"),
    }


def _kinds(session: Session, key: str, number: int, base: int) -> Counter[ChangeKind]:
    """How many items are what, whatever is shown of them."""
    rows = change_rows.page(session, _WHOLE, key, number, ChangeFilter(base)).items
    return Counter(row.kind for row in rows if row.level == "item")


def _rows(found: Sequence[ChangeRead]) -> list[Row]:
    told = {row.old.number.partition(".")[0] for row in found if row.level == "task" and row.old}
    told |= {end.number.partition(".")[0] for row in found if row.level == "task" for end in row.new}
    return [_row(row, told) for row in found]


def _row(row: ChangeRead, told: set[str]) -> Row:
    ends = [end for end in (row.old, *row.new) if end]
    numbers = "、".join(end.number for end in row.new)
    alone = row.level == "task" or not any(end.number in told for end in ends)
    if row.level == "item":
        spans = [span for field in row.fields if field.field in {"title", "text"} for span in field.spans]
        whole = alone and any(field.field == "text" for field in row.fields)
    else:
        spans, whole = row.spans, True
    gone = [(span.old_start, span.old_end) for span in spans]
    come = [(span.new_start, span.new_end) for span in spans]
    new = [_end(end, come if len(row.new) == 1 else [], "come", whole=whole) for end in row.new]
    old = _end(row.old, gone, "gone", whole=whole) if row.old else None
    differences = [one for one in row.differences if alone and one.aspect is not Aspect.TEXT]
    return Row(row, old, Markup("<br>").join(new) if new else None, numbers, differences)


def _end(end: ChangeEnd, spans: list[tuple[int, int]], kind: str, *, whole: bool) -> Markup:
    # An item's text begins with its title.
    text = end.text if whole else (end.title or end.text)
    return marked(clipped(text, _MOST_SHOWN), spans, kind=kind)


def _stale(session: Session, key: str) -> list[Stale]:
    """The links of a plan that are to be decided again, at either end."""
    wanted = (LinkFilter(upper=key, status=LinkStatus.STALE), LinkFilter(lower=key, status=LinkStatus.STALE))
    found = [row for one in wanted for row in links.all_links(session, one)]
    return [_due(row) for row in found[:_MOST_LINKS]]


def _due(row: LinkRead) -> Stale:
    plan, _, number = row.upper.partition("/")
    texts = (clipped(end.text, _MOST_SHOWN) for end in (row.evidence.upper, row.evidence.lower))
    return Stale(row, plan, number.partition(".")[0], *texts)
