"""Search."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.db import ReadSession
from app.errors import BadAdcode, BadCursor, EmptySearch, responses
from app.pagination import Page, PageQuery
from app.routers.parameters import PREFIX, AdcodeFilter, DomainFilter, YearFilter
from app.schemas.plans import SearchHit
from app.services import search

router = APIRouter(prefix=f"{PREFIX}/search", tags=["search"])


@router.get("", responses=responses(EmptySearch, BadCursor, BadAdcode), summary="检索 / Search")
def search_items(
    session: ReadSession,
    page: PageQuery,
    q: Annotated[str, Query(min_length=1, max_length=200, description="Words; all must occur.", examples=["大班额"])],
    adcode: AdcodeFilter = None,
    domain: DomainFilter = None,
    year: YearFilter = None,
) -> Page[SearchHit]:
    """Items that hold all the words, in simplified or traditional characters, and the tasks in which they stand."""
    return search.search(session, page, q, adcode=adcode, domain=domain, year=year)
