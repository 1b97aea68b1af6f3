"""The pages' addresses. A route reads what was asked, calls one view, and renders its template."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.console import assets, documents, lists, review_routes, sign_in
from app.console.cascades import nearest
from app.console.errors import PageRoute
from app.console.look import HEADERS, address_of, render
from app.console.moments import PastDay
from app.console.navigation import NAVIGATION
from app.console.views import city, item, overview
from app.console.views.city import CityQuery
from app.console.views.overview import OverviewQuery
from app.console.visitor import Looking, SignedIn, Visitor, chose_english
from app.db import ReadSession
from app.errors import Unauthenticated
from app.routers.parameters import CountedFilter, DomainFilter, ItemNumber, PlanKey, YearFilter
from app.schemas.common import Counted

router = APIRouter(include_in_schema=False, route_class=PageRoute)


def _signed_in(request: Request, principal: SignedIn) -> Visitor:
    # Also in a trial: whoever opens the service is first told that he may sign in.
    if principal is None:
        raise Unauthenticated
    return Visitor(principal, chose_english(request), request)


@router.get("/")
def home(session: ReadSession, visitor: Annotated[Visitor, Depends(_signed_in)]) -> Response:
    """The overview of the cascade that most is known of; for who sees no plans the first page that he may see."""
    first = next((entry for entry in NAVIGATION if visitor.may(entry.operation) and not entry.of_plan), None)
    if first is not None and not visitor.may("read_matrix"):
        return RedirectResponse(address_of(visitor.request)(first.path), status_code=303, headers=HEADERS)
    return render(visitor, "overview.html", **overview.view(session, visitor, None, OverviewQuery()))


@router.get("/cascades")
def find_cascade(
    request: Request,
    session: ReadSession,
    visitor: Looking,
    adcode: Annotated[str | None, Query(max_length=20)] = None,
    domain: DomainFilter = None,
    year: YearFilter = None,
) -> Response:
    """The way to the cascade that comes nearest to what was chosen in the bar."""
    found = nearest(session, adcode, domain, year) if adcode or domain or year else None
    if found is None:
        return render(visitor, "overview.html", **overview.view(session, visitor, None, OverviewQuery()))
    return RedirectResponse(address_of(request)("cascades", found.id), status_code=303, headers=HEADERS)


@router.get("/cascades/{plan}")
def show_overview(
    session: ReadSession, visitor: Looking, plan: PlanKey, asked: Annotated[OverviewQuery, Query()], past: PastDay
) -> Response:
    """Every item × every city."""
    return render(visitor, "overview.html", **overview.view(session, visitor, plan, asked, past))


@router.get("/cascades/{plan}/items/{number}")
def show_item(
    session: ReadSession,
    visitor: Looking,
    plan: PlanKey,
    number: ItemNumber,
    past: PastDay,
    counted: CountedFilter = Counted.ALL,
) -> Response:
    """Which cities carry out an item."""
    return render(visitor, "item.html", **item.view(session, visitor, plan, number, counted, past))


@router.get("/cascades/{plan}/cities/{adcode}")
def show_city(
    session: ReadSession,
    visitor: Looking,
    plan: PlanKey,
    adcode: Annotated[str, Path(max_length=20)],
    asked: Annotated[CityQuery, Query()],
    past: PastDay,
) -> Response:
    """A city against the province."""
    return render(visitor, "city.html", **city.view(session, visitor, plan, adcode, asked, past))


@router.get("/assets/{name}")
def send_asset(request: Request, name: Annotated[str, Path(max_length=100)]) -> Response:
    """A style sheet, script or picture of the pages; anybody may have it."""
    return assets.send(request, name)


PAGES = [sign_in.router, router, review_routes.router, documents.router, lists.router]
