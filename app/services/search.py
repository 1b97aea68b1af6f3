"""Finding items by words, simplified or traditional."""

from sqlmodel import Session, col, select

from app.documents import fold, fold_with_map
from app.errors import EmptySearch
from app.models import Edition, Item, Jurisdiction, Plan, Task
from app.pagination import Page, PageRequest
from app.schemas.plans import SearchHit
from app.services.keys import item_id, task_id
from app.services.plans import tasks_by_item

# Places shown for one item; more help nobody to find it.
MAX_SPANS = 50


def search(
    session: Session,
    request: PageRequest,
    q: str,
    *,
    adcode: str | None = None,
    domain: str | None = None,
    year: int | None = None,
) -> Page[SearchHit]:
    """Items of current editions that hold all the words of `q`, by plan and number.

    Raises EmptySearch if `q` has no words.
    """
    words = [folded for word in q.split() if (folded := fold(word))]
    if not words:
        raise EmptySearch
    query = (
        select(Item, Plan, Jurisdiction)
        .join(Edition, col(Edition.id) == Item.edition_id)
        .join(Plan, (col(Plan.id) == Edition.plan_id) & (col(Plan.edition_number) == Edition.number))
        .join(Jurisdiction, col(Jurisdiction.adcode) == Plan.adcode)
        .where(col(Plan.withdrawn).is_(False), *(col(Item.folded).contains(word, autoescape=True) for word in words))
        .order_by(col(Plan.id), col(Item.number))
        .limit(request.limit + 1)
    )
    if after := request.key(str, int):
        plan, number = after
        query = query.where((col(Plan.id) > plan) | ((col(Plan.id) == plan) & (col(Item.number) > number)))
    for column, value in ((Plan.adcode, adcode), (Plan.domain, domain), (Plan.year, year)):
        if value is not None:
            query = query.where(col(column) == value)
    rows = list(session.exec(query))
    tasks = tasks_by_item(session, [item for item, _, _ in rows])
    hits = [_hit(*row, tasks.get(row[0].id or 0, []), words) for row in rows]
    return request.page(hits, lambda hit: [hit.plan, hit.number])


def _hit(item: Item, plan: Plan, jurisdiction: Jurisdiction, tasks: list[Task], words: list[str]) -> SearchHit:
    spans = _spans(item.text, words)
    touched = [task for task in tasks if any(start < task.end and task.start < end for start, end in spans)]
    return SearchHit(
        id=item_id(plan.id, item.number),
        plan=plan.id,
        adcode=plan.adcode,
        name=jurisdiction.name,
        year=plan.year,
        number=item.number,
        title=item.title,
        text=item.text,
        spans=spans,
        tasks=[task_id(plan.id, item.number, task.number) for task in touched],
    )


def _spans(text: str, words: list[str]) -> list[tuple[int, int]]:
    """Where the words stand in the printed text."""
    folded, places = fold_with_map(text)
    spans: set[tuple[int, int]] = set()
    for word in words:
        at = folded.find(word)
        while at >= 0 and len(spans) < MAX_SPANS:
            spans.add((places[at], places[at + len(word) - 1] + 1))
            at = folded.find(word, at + len(word))
    return sorted(spans)
