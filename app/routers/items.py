"""The items of a plan and the tasks in them."""

from fastapi import APIRouter, Response

from app.auth import Within
from app.db import ReadSession
from app.errors import BadCursor, CascadeTooLarge, ItemNotFound, PlanNotFound, PlanWithdrawn, TaskNotFound, responses
from app.pagination import Page, PageQuery
from app.routers.moments import AS_OF, AsOf, stamp, stamped
from app.routers.parameters import PREFIX, ItemNumber, PlanKey, TaskNumber
from app.schemas.impact import ImpactRead
from app.schemas.plans import ItemDetail, ItemRead
from app.services import history, impact, plans

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


@router.get(
    "/{number}/impact",
    responses=responses(PlanNotFound, PlanWithdrawn, ItemNotFound, BadCursor, CascadeTooLarge),
    summary="改动这一条会影响什么 / What a change of an item would touch",
)
def read_item_impact(
    session: ReadSession, plan: PlanKey, number: ItemNumber, page: PageQuery, within: Within
) -> ImpactRead:
    """What somebody decided on the item as it is now, and on any of its tasks: what would fall due again if all of it,
    or its responsibility note, changed. Nearest first: links that end there, then those that rest on these below.
    """
    return impact.of(session, page, plan, number, None, within)


@router.get(
    "/{number}/tasks/{task}/impact",
    responses=responses(PlanNotFound, PlanWithdrawn, ItemNotFound, TaskNotFound, BadCursor, CascadeTooLarge),
    summary="改动这一任务会影响什么 / What a change of a task would touch",
)
def read_task_impact(
    session: ReadSession, plan: PlanKey, number: ItemNumber, task: TaskNumber, page: PageQuery, within: Within
) -> ImpactRead:
    """What would fall due again if the task said something else: exactly the links that an edition with nothing else
    changed would make stale, and the decisions on gaps that would be due.
    """
    return impact.of(session, page, plan, number, task, within)
