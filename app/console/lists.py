"""The addresses of the lists: gaps, search, editions, audit, thesaurus, keys."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.console.errors import PageRoute
from app.console.look import render
from app.console.moments import PastDay
from app.console.turning import Turned
from app.console.views import audit, editions, gaps, keys, search, thesaurus
from app.console.views.audit import AuditQuery
from app.console.views.editions import EditionsQuery
from app.console.views.gaps import GapsQuery
from app.console.views.keys import KeysQuery
from app.console.views.search import SearchQuery
from app.console.views.thesaurus import ThesaurusQuery
from app.console.visitor import Looking
from app.db import ReadSession
from app.routers.parameters import PlanKey

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/cascades/{plan}/gaps")
def show_gaps(
    session: ReadSession,
    visitor: Looking,
    plan: PlanKey,
    asked: Annotated[GapsQuery, Query()],
    page: Turned,
    past: PastDay,
) -> Response:
    """What the cities leave out."""
    return render(visitor, "gaps.html", **gaps.view(session, visitor, plan, asked, page, past))


@router.get("/search")
def show_search(
    session: ReadSession, visitor: Looking, asked: Annotated[SearchQuery, Query()], page: Turned
) -> Response:
    """Items and tasks by their words."""
    return render(visitor, "search.html", **search.view(session, visitor, asked, page))


@router.get("/plans/{plan}/editions")
def show_editions(
    session: ReadSession, visitor: Looking, plan: PlanKey, asked: Annotated[EditionsQuery, Query()], page: Turned
) -> Response:
    """Every text that a plan has had, and what changed between two of them."""
    return render(visitor, "editions.html", **editions.view(session, visitor, plan, asked, page))


@router.get("/keys")
def show_keys(session: ReadSession, visitor: Looking, asked: Annotated[KeysQuery, Query()], page: Turned) -> Response:
    """Who may come in."""
    return render(visitor, "keys.html", **keys.view(session, visitor, asked, page))


@router.get("/audit")
def show_audit(session: ReadSession, visitor: Looking, asked: Annotated[AuditQuery, Query()], page: Turned) -> Response:
    """Who did what."""
    return render(visitor, "audit.html", **audit.view(session, visitor, asked, page))


@router.get("/thesauri")
def show_first_thesaurus(
    session: ReadSession, visitor: Looking, asked: Annotated[ThesaurusQuery, Query()], page: Turned
) -> Response:
    """The thesaurus of the first domain that has one."""
    return render(visitor, "thesaurus.html", **thesaurus.view(session, visitor, None, asked, page))


@router.get("/thesauri/{domain}")
def show_thesaurus(
    session: ReadSession,
    visitor: Looking,
    domain: Annotated[str, Path(max_length=64)],
    asked: Annotated[ThesaurusQuery, Query()],
    page: Turned,
) -> Response:
    """Which terms mean the same in a domain."""
    return render(visitor, "thesaurus.html", **thesaurus.view(session, visitor, domain, asked, page))
