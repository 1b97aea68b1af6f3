"""Links, for reading."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app import reports
from app.db import ReadSession
from app.errors import BadCursor, FileTooLarge, LinkNotFound, responses
from app.models import LinkStatus
from app.pagination import Page, PageQuery
from app.routers.files import AsTable, Files, TableFormat, content
from app.routers.parameters import PREFIX, English
from app.schemas.links import LinkDetail, LinkRead
from app.services import links
from app.services.links import LinkFilter

router = APIRouter(prefix=f"{PREFIX}/links", tags=["links"])


@router.get(
    "",
    response_model=Page[LinkRead],
    responses={200: content(TableFormat), **responses(BadCursor, FileTooLarge)},
    summary="列出承接关系 / List links",
)
def list_links(
    session: ReadSession,
    page: PageQuery,
    in_english: English,
    written: AsTable,
    files: Files,
    upper: Annotated[
        str | None,
        Query(max_length=80, description="Only from this plan, item or task.", examples=["370000-edu-2020/8"]),
    ] = None,
    lower: Annotated[
        str | None, Query(max_length=80, description="Only to this plan, item or task.", examples=["371300-edu-2020"])
    ] = None,
    status: Annotated[LinkStatus | None, Query(description="Only links of this status.")] = None,
) -> Page[LinkRead] | Response:
    """Links between the current editions of two plans."""
    wanted = LinkFilter(upper, lower, status)
    if written:
        found = links.all_links(session, wanted)
        return files.send(reports.links_report(found, (upper, lower), english=in_english), written, upper or "links")
    return links.page(session, page, wanted)


@router.get("/{link}", responses=responses(LinkNotFound), summary="查看承接关系 / Read a link")
def read_link(session: ReadSession, link: Annotated[str, Path(max_length=32)], in_english: English) -> LinkDetail:
    """A link with its two verbatim texts and the reasons: what was weighed, the words, the alternatives."""
    return links.get(session, link, english=in_english)
