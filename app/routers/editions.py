"""The editions of a plan, and what has changed from one to the next."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.auth import Actor, Within
from app.db import ReadSession, WriteSession
from app.documents.changes import ChangeKind
from app.errors import (
    BadCursor,
    ChangeDecisionChanged,
    ChangeNotFound,
    ConcurrentChange,
    EditionNotCurrent,
    EditionNotFound,
    PlanNotFound,
    PlanWithdrawn,
    PreconditionRequired,
    ReasonMissing,
    responses,
)
from app.pagination import Page, PageQuery
from app.preconditions import IfMatchOrNew, etag
from app.routers.files import as_it_came, original_content
from app.routers.parameters import PREFIX, PlanKey
from app.schemas.editions import ChangeDecisionPut, ChangeDetail, ChangeRead, EditionDetail, EditionRead, ReviewFilter
from app.schemas.plans import ItemRead
from app.services import change_review, change_rows, editions
from app.services.change_review import Which
from app.services.change_rows import ChangeFilter

router = APIRouter(prefix=f"{PREFIX}/plans/{{plan}}/editions", tags=["editions"])

# No plan has a million editions; the bound keeps a number within what a database column holds.
EditionNumber = Annotated[int, Path(ge=1, le=999_999, description="Number of an edition.", examples=[1])]
ChangeId = Annotated[
    str, Path(max_length=20, description="Id of a change: an old item's or task's number.", examples=["8.4"])
]
Base = Annotated[
    int | None,
    Query(alias="from", ge=1, le=999_999, description="Against this edition; if not given, the one before."),
]


@router.get("", responses=responses(PlanNotFound, PlanWithdrawn, BadCursor), summary="列出版本 / List editions")
def list_editions(session: ReadSession, plan: PlanKey, page: PageQuery) -> Page[EditionRead]:
    """Every text that the plan has had, the first one first."""
    return editions.page(session, page, plan)


@router.get(
    "/{edition}",
    responses=responses(PlanNotFound, PlanWithdrawn, EditionNotFound),
    summary="查看版本 / Read an edition",
)
def read_edition(session: ReadSession, plan: PlanKey, edition: EditionNumber) -> EditionDetail:
    """An edition's metadata as printed, its headings, doubts, and what it took over from the one before."""
    return editions.detail(session, plan, edition)


@router.get(
    "/{edition}/items",
    responses=responses(PlanNotFound, PlanWithdrawn, EditionNotFound, BadCursor),
    summary="列出某一版的各条 / List an edition's items",
)
def list_edition_items(session: ReadSession, plan: PlanKey, edition: EditionNumber, page: PageQuery) -> Page[ItemRead]:
    """The items of an edition in the order of its text, each with its tasks. Their ids are those of that edition."""
    return editions.items_page(session, page, plan, edition)


@router.get(
    "/{edition}/original",
    response_class=Response,
    summary="下载某一版的原文件 / Download an edition's original",
    responses={200: original_content(), **responses(PlanNotFound, PlanWithdrawn, EditionNotFound)},
)
def read_edition_original(session: ReadSession, plan: PlanKey, edition: EditionNumber, actor: Actor) -> Response:
    """The edition's file, byte for byte as it came."""
    return as_it_came(*editions.original(session, plan, edition, actor))


@router.get(
    "/{edition}/changes",
    responses=responses(PlanNotFound, PlanWithdrawn, EditionNotFound, BadCursor),
    summary="列出版本变化 / List what an edition changed",
)
def list_changes(
    session: ReadSession,
    plan: PlanKey,
    edition: EditionNumber,
    page: PageQuery,
    base: Base = None,
    kind: Annotated[ChangeKind | None, Query(description="Only this kind.")] = None,
    review: Annotated[
        ReviewFilter | None, Query(description="Only what is reviewed so; `awaiting`: what somebody has to look at.")
    ] = None,
) -> Page[ChangeRead]:
    """Each item and each task of the old text and what became of it, and what is new, with both texts.

    `same`, `changed`, `moved`, `renumbered`, `split`, `merged`, `added`, `dropped`; `recut`: a task whose words stand
    in the new text, cut otherwise. Rows of the current edition on which links rest await a review where the text says
    something else.
    """
    return change_rows.page(session, page, plan, edition, ChangeFilter(base, kind, review))


@router.get(
    "/{edition}/changes/{change}",
    responses=responses(PlanNotFound, PlanWithdrawn, EditionNotFound, ChangeNotFound),
    summary="查看一处变化 / Read a change",
)
def read_change(
    session: ReadSession, plan: PlanKey, edition: EditionNumber, change: ChangeId, response: Response, base: Base = None
) -> ChangeDetail:
    """A change with the links that came with it. Its `ETag` is that of its decision, `"0"` where there is none."""
    found = change_rows.get(session, plan, edition, change, base)
    response.headers["ETag"] = etag(found.decision.version if found.decision else 0)
    return found


@router.put(
    "/{edition}/changes/{change}/decision",
    responses=responses(
        PlanNotFound,
        PlanWithdrawn,
        EditionNotFound,
        ChangeNotFound,
        EditionNotCurrent,
        PreconditionRequired,
        ChangeDecisionChanged,
        ReasonMissing,
        ConcurrentChange,
    ),
    summary="复核一处变化 / Review a change",
)
def decide_change(
    session: WriteSession,
    plan: PlanKey,
    edition: EditionNumber,
    change: ChangeId,
    wanted: ChangeDecisionPut,
    seen: IfMatchOrNew,
    actor: Actor,
    within: Within,
    response: Response,
) -> ChangeDetail:
    """Say that the comparison is right, or which new item or task the old one is, or that it is gone.

    What came with it moves there: links of any status keep their ids, and are stale where the words are not those they
    were decided on. The first decision needs no `If-Match`; replacing one does.
    """
    decided = change_review.decide(session, Which(plan, edition, change), wanted, seen, actor, within)
    response.headers["ETag"] = etag(decided.decision.version if decided.decision else 0)
    return decided
