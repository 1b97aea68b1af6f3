"""The items of a plan and the tasks in them."""

from fastapi import APIRouter

from app.db import ReadSession
from app.errors import BadCursor, ItemNotFound, PlanNotFound, responses
from app.pagination import Page, PageQuery
from app.routers.parameters import PREFIX, ItemNumber, PlanKey
from app.schemas.plans import ItemRead
from app.services import plans

router = APIRouter(prefix=f"{PREFIX}/plans/{{plan}}/items", tags=["items"])


@router.get("", responses=responses(PlanNotFound, BadCursor), summary="列出各条 / List items")
def list_items(session: ReadSession, plan: PlanKey, page: PageQuery) -> Page[ItemRead]:
    """A plan's items in the order of the document, each with its tasks."""
    return plans.items_page(session, page, plan)


@router.get("/{number}", responses=responses(PlanNotFound, ItemNotFound), summary="查看一条 / Read an item")
def read_item(session: ReadSession, plan: PlanKey, number: ItemNumber) -> ItemRead:
    """One item with its tasks."""
    return plans.item(session, plan, number)
