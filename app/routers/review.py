"""The queue of links to review. Deciding them: `links`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app import reports
from app.auth import Actor, Within
from app.db import ReadSession
from app.errors import BadAdcode, BadCursor, CascadeTooLarge, FileTooLarge, PlanNotFound, PlanWithdrawn, responses
from app.pagination import Page, PageQuery
from app.routers.files import AsTable, Files, TableFormat, content
from app.routers.moments import stamp, stamped
from app.routers.parameters import PREFIX, AdcodeFilter, English, PlanKey
from app.schemas.review import ReviewKind, ReviewLink, ReviewOrder, ReviewProgress, ReviewStatus
from app.services import cascades, coverage, history, review_queue
from app.services.review_queue import QueueFilter

router = APIRouter(prefix=f"{PREFIX}/plans/{{plan}}/review", tags=["links"])


def _wanted(
    adcode: AdcodeFilter = None,
    item: Annotated[int | None, Query(ge=1, le=999_999, description="Only from this upper item.", examples=[8])] = None,
    kind: Annotated[ReviewKind | None, Query(description="Only from tasks, or only between items.")] = None,
) -> QueueFilter:
    return QueueFilter(adcode=adcode, item=item, kind=kind)


Wanted = Annotated[QueueFilter, Depends(_wanted)]


@router.get(
    "",
    response_model=Page[ReviewLink],
    responses={
        **stamped(content(TableFormat)),
        **responses(PlanNotFound, PlanWithdrawn, BadAdcode, BadCursor, CascadeTooLarge, FileTooLarge),
    },
    summary="待复核的承接关系 / The review queue",
)
def list_review(
    session: ReadSession,
    plan: PlanKey,
    page: PageQuery,
    within: Within,
    in_english: English,
    written: AsTable,
    files: Files,
    response: Response,
    asked: Wanted,
    status: Annotated[ReviewStatus, Query(description="`open`: proposed or stale.")] = ReviewStatus.OPEN,
    doubtful: Annotated[bool, Query(description="Only where the judge is nearer to its threshold than sure.")] = False,
    least: Annotated[float, Query(ge=0, le=1, description="Only with at least this score.")] = 0.0,
    order: Annotated[
        ReviewOrder, Query(description="`doubt`: the most doubtful of the weightiest first; `text`: as they stand.")
    ] = ReviewOrder.DOUBT,
) -> Page[ReviewLink] | Response:
    """The links of a cascade that wait for a decision now. docs/review.md says how `doubt` and `weight` order them.

    A link whose end is in its plan's text no more is not among them: `GET /links` lists it.
    """
    wanted = QueueFilter(asked.adcode, asked.item, status, asked.kind, doubtful, least, order)
    seen = history.of_cascade(session, plan, None)
    source = coverage.rests_on(session, cascades.load(session, plan), seen)
    if written:
        rows = review_queue.all_links(session, plan, wanted, within)
        since = history.shown(session, seen.at)
        report = reports.links_report(rows, (plan, asked.adcode), source, since, english=in_english)
        return files.send(report, written, plan, source)
    stamp(response, source)
    return review_queue.page(session, page, plan, wanted, within)


@router.get(
    "/progress",
    responses=responses(PlanNotFound, PlanWithdrawn, BadAdcode, CascadeTooLarge),
    summary="复核进度 / How far the review has come",
)
def read_review_progress(
    session: ReadSession, plan: PlanKey, actor: Actor, within: Within, asked: Wanted
) -> ReviewProgress:
    """How many of the cascade's links are decided, today, and by the caller."""
    return review_queue.progress(session, plan, asked, actor, within)
