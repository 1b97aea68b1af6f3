"""Plans: list, import, read."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app import reports
from app.auth import Actor, Caller, Within, may
from app.db import ReadSession, WriteSession
from app.errors import (
    BadAdcode,
    BadCorrections,
    BadCursor,
    BadMoment,
    ConcurrentChange,
    FutureMoment,
    JurisdictionExists,
    JurisdictionNotFound,
    KeyReused,
    MissingParent,
    NotTheWithdrawer,
    PlanChanged,
    PlanHoldsDecisions,
    PlanIsWithdrawn,
    PlanNotFound,
    PlanStands,
    PlanWithdrawn,
    PreconditionRequired,
    ReadersBusy,
    UnidentifiedPlan,
    UnreadableDocument,
    responses,
)
from app.models import Level
from app.pagination import Page, PageQuery
from app.preconditions import IfMatch, etag
from app.routers.files import AsReport, Files, ReportFormat, as_it_came, content, original_content
from app.routers.moments import AS_OF, AsOf, stamp, stamped, stamps
from app.routers.parameters import (
    PREFIX,
    AdcodeFilter,
    DomainFilter,
    English,
    OnceKey,
    PlanKey,
    Upload,
    Words,
    YearFilter,
)
from app.schemas.breakdowns import BreakdownRead
from app.schemas.common import Remark
from app.schemas.plans import ImportRead, PlanDetail, PlanPatch, PlanRead, PlanRestore
from app.services import breakdowns, history, imports, plan_review, plans
from app.services.plans import PlanFilter

router = APIRouter(prefix=f"{PREFIX}/plans", tags=["plans"])


_WITHDRAWN = Query(description="Withdrawn plans too.")


@router.get("", responses=responses(BadCursor, BadAdcode, BadMoment, FutureMoment), summary="列出要点 / List plans")
def list_plans(
    session: ReadSession,
    page: PageQuery,
    as_of: AsOf,
    adcode: AdcodeFilter = None,
    level: Annotated[Level | None, Query(description="Only plans of this level.")] = None,
    domain: DomainFilter = None,
    year: YearFilter = None,
    q: Words = None,
    withdrawn: Annotated[bool, _WITHDRAWN] = False,
) -> Page[PlanRead]:
    """Plans in the order of their keys, with the metadata of their current editions."""
    request, seen = history.turned(page, as_of, lambda asked: history.of_store(session, asked, settled=False))
    return plans.page(session, request, PlanFilter(adcode, level, domain, year, q, withdrawn), seen.past)


@router.post(
    "",
    status_code=201,
    summary="导入要点 / Import a plan",
    responses={
        200: {"model": ImportRead, "description": "The plan has this text already; nothing was changed."},
        **responses(
            UnreadableDocument,
            ReadersBusy,
            BadCorrections,
            UnidentifiedPlan,
            JurisdictionNotFound,
            JurisdictionExists,
            MissingParent,
            PlanIsWithdrawn,
            BadAdcode,
            KeyReused,
            ConcurrentChange,
        ),
    },
)
def import_plan(
    session: WriteSession, response: Response, upload: Upload, actor: Actor, within: Within, key: OnceKey = None
) -> ImportRead:
    """Read a document into a plan's new edition. Importing does not link; start a link run for that.

    The same text again, in this or another layout, changes nothing and is answered 200. To see first what would be
    stored, and to correct it, make a preview.
    """
    done = imports.import_document(session, upload.data, upload.options, actor, within, key)
    response.headers["Location"] = f"{PREFIX}/plans/{done.plan}"
    if not done.created:
        response.status_code = 200
    return done


@router.get("/{plan}", responses={**stamped(), **responses(*AS_OF)}, summary="查看要点 / Read a plan")
def read_plan(
    session: ReadSession,
    plan: PlanKey,
    response: Response,
    as_of: AsOf,
    withdrawn: Annotated[bool, _WITHDRAWN] = False,
) -> PlanDetail:
    """A plan's metadata, its headings, and what its reader was unsure of. `corrected` has what is printed instead."""
    found = plans.detail(session, plan, history.of_cascade(session, plan, as_of), withdrawn=withdrawn)
    stamp(response, found.provenance)
    response.headers["ETag"] = etag(found.version)
    return found


@router.patch(
    "/{plan}",
    responses=responses(PlanNotFound, PlanWithdrawn, PlanChanged, PreconditionRequired),
    summary="更正元数据 / Correct the metadata",
)
def update_plan(
    session: WriteSession, plan: PlanKey, wanted: PlanPatch, seen: IfMatch, actor: Actor, response: Response
) -> PlanRead:
    """Correct title, issuer, number, date or addressee. What is printed stays in the edition; null returns to it.

    A correction holds until an edition prints something else there.
    """
    found = plan_review.patch(session, plan, wanted, seen, actor)
    response.headers["ETag"] = etag(found.version)
    return found


@router.delete(
    "/{plan}",
    responses=responses(PlanNotFound, PlanWithdrawn, PlanChanged, PlanHoldsDecisions, PreconditionRequired),
    summary="撤回要点 / Withdraw a plan",
)
def withdraw_plan(
    session: WriteSession,
    plan: PlanKey,
    reason: Annotated[Remark, Query(description="Why; kept on record and shown.", examples=["误传的征求意见稿"])],
    seen: IfMatch,
    actor: Actor,
    caller: Caller,
    within: Within,
    response: Response,
) -> PlanRead:
    """Take a plan out of every list, cascade and answer. Nothing is deleted: `as_of` shows what was, and it can be restored.

    Where confirmed links rest on it, only who may decide these may withdraw it.
    """
    deciding = within if may(caller, "decide_links") else None
    found = plan_review.withdraw(session, plan, reason, seen, actor, deciding)
    response.headers["ETag"] = etag(found.version)
    return found


@router.post(
    "/{plan}/restoration",
    responses=responses(PlanNotFound, PlanStands, PlanChanged, NotTheWithdrawer, PreconditionRequired),
    summary="恢复要点 / Restore a plan",
)
def restore_plan(
    session: WriteSession,
    plan: PlanKey,
    wanted: PlanRestore,
    seen: IfMatch,
    actor: Actor,
    caller: Caller,
    response: Response,
) -> PlanRead:
    """Let a withdrawn plan stand again, with all that was linked and decided. `GET ?withdrawn=true` has its `ETag`.

    What somebody else withdrew, reviewers and admins restore.
    """
    others = may(caller, "decide_links")
    found = plan_review.restore(session, plan, wanted.reason, seen, actor, others=others)
    response.headers["ETag"] = etag(found.version)
    return found


@router.get(
    "/{plan}/breakdown",
    response_model=BreakdownRead,
    responses={**stamped(content(ReportFormat)), **responses(*AS_OF)},
    summary="任务分解表 / The plan as a task breakdown",
)
def read_breakdown(
    session: ReadSession,
    plan: PlanKey,
    in_english: English,
    written: AsReport,
    files: Files,
    response: Response,
    as_of: AsOf,
) -> BreakdownRead | Response:
    """Everything the plan's document says, item by item; imported again, in any of the formats, it is the same plan."""
    found = breakdowns.breakdown(session, plan, history.of_cascade(session, plan, as_of))
    if written:
        since = history.shown(session, found.provenance.as_of)
        report = reports.breakdown_report(found, since, english=in_english)
        return files.send(report, written, plan, found.provenance)
    stamp(response, found.provenance)
    return found


@router.get(
    "/{plan}/original",
    response_class=Response,
    summary="下载原文件 / Download the original",
    responses={
        **stamped(original_content()),
        **responses(*AS_OF),
    },
)
def read_original(session: ReadSession, plan: PlanKey, actor: Actor, as_of: AsOf) -> Response:
    """The current edition's file, byte for byte as it came."""
    seen = history.of_cascade(session, plan, as_of)
    data, media_type, filename, source = plans.original(session, plan, actor, seen)
    return as_it_came(data, media_type, filename, stamps(source))
