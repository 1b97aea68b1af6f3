"""The addresses of the pages about documents: the list of plans, the reader, importing, the draft check."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.console.errors import PageRoute
from app.console.look import render
from app.console.views import importing, reader
from app.console.views.importing import PreviewQuery
from app.console.views.reader import ReaderQuery
from app.console.visitor import Looking
from app.db import ReadSession
from app.pagination import PageQuery
from app.routers.parameters import PlanKey

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/plans")
def show_plans(
    session: ReadSession, visitor: Looking, page: PageQuery, q: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """Every plan there is, to be read."""
    return render(visitor, "plans.html", **reader.list_view(session, visitor, page, q))


@router.get("/plans/{plan}")
def show_plan(
    session: ReadSession, visitor: Looking, plan: PlanKey, asked: Annotated[ReaderQuery, Query()]
) -> Response:
    """A plan as it was issued."""
    return render(visitor, "reader.html", **reader.view(session, visitor, plan, asked))


@router.get("/plans/{plan}/linking")
def show_linking(session: ReadSession, visitor: Looking, plan: PlanKey) -> Response:
    """A plan that has been stored, to be linked."""
    return render(visitor, "linking.html", **importing.linking_view(session, visitor, plan))


@router.get("/import")
def show_import(session: ReadSession, visitor: Looking) -> Response:
    """Files to drop, and the previews that are kept."""
    return render(visitor, "import.html", **importing.drop_view(session, visitor))


@router.get("/import/{preview}")
def show_preview(
    session: ReadSession,
    visitor: Looking,
    preview: Annotated[str, Path(max_length=32)],
    asked: Annotated[PreviewQuery, Query()],
) -> Response:
    """What a file would become: to be settled, stored or discarded."""
    return render(visitor, "preview.html", **importing.preview_view(session, visitor, preview, asked))


@router.get("/check")
def show_check(session: ReadSession, visitor: Looking) -> Response:
    """A draft to be checked, which is stored nowhere."""
    return render(visitor, "check.html", **importing.check_view(session, visitor))
