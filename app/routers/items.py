"""The items of a plan and the tasks in them."""

from fastapi import APIRouter, Response

from app.db import ReadSession
from app.errors import BadCursor, ItemNotFound, responses
from app.pagination import Page, PageQuery
from app.routers.moments import AS_OF, AsOf, stamp, stamped
from app.routers.parameters import PREFIX, ItemNumber, PlanKey
from app.schemas.plans import ItemDetail, ItemRead
from app.services import history, plans

router = APIRouter(prefix=f"{PREFIX}/plans/{{plan}}/items", tags=["items"])


@router.get(
    "",
    responses={**stamped(), **responses(*AS_OF, BadCursor)},
    summary="列出各条 / List items",
)
def list_items(session: ReadSession, plan: PlanKey, page: PageQuery, response: Response, as_of: AsOf) -> Page[ItemRead]:
    """A plan's items in the order of the document, each with its tasks."""
    request, seen = history.turned(page, as_of, lambda asked: history.of_cascade(session, plan, asked))
    found = plans.items_page(session, request, plan, seen.past)
    stamp(response, history.provenance(session, seen, [plan]))
    return found


@router.get(
    "/{number}",
    responses={**stamped(), **responses(*AS_OF, ItemNotFound)},
    summary="查看一条 / Read an item",
)
def read_item(session: ReadSession, plan: PlanKey, number: ItemNumber, response: Response, as_of: AsOf) -> ItemDetail:
    """One item with its tasks."""
    found = plans.item(session, plan, number, history.of_cascade(session, plan, as_of))
    stamp(response, found.provenance)
    return found
