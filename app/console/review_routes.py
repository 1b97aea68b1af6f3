"""The addresses of the review page."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.console.errors import PageRoute
from app.console.look import render
from app.console.views import review
from app.console.views.review import ReviewQuery
from app.console.visitor import Looking
from app.db import ReadSession
from app.routers.parameters import PlanKey

router = APIRouter(include_in_schema=False, route_class=PageRoute)

Asked = Annotated[ReviewQuery, Query()]


@router.get("/cascades/{plan}/review")
def show_queue(session: ReadSession, visitor: Looking, plan: PlanKey, asked: Asked) -> Response:
    """What waits for review, and the first of it."""
    return render(visitor, _TEMPLATES[asked.part], **review.view(session, visitor, plan, None, asked))


@router.get("/cascades/{plan}/review/{link}")
def show_link(
    session: ReadSession,
    visitor: Looking,
    plan: PlanKey,
    link: Annotated[str, Path(max_length=32)],
    asked: Asked,
) -> Response:
    """What waits for review, and one link, whether it waits or not."""
    return render(visitor, _TEMPLATES[asked.part], **review.view(session, visitor, plan, link, asked))


# A script puts the parts into the page that is open.
_TEMPLATES = {"": "review.html", "queue": "review_queue.html", "case": "review_case.html"}
