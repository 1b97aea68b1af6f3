"""Plans: list, import, read."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Response

from app import reports
from app.auth import Actor, Within
from app.db import ReadSession, WriteSession
from app.errors import (
    BadAdcode,
    BadCorrections,
    BadCursor,
    ConcurrentChange,
    JurisdictionExists,
    JurisdictionNotFound,
    KeyReused,
    MissingParent,
    PlanNotFound,
    ReadersBusy,
    UnidentifiedPlan,
    UnreadableDocument,
    responses,
)
from app.models import Level
from app.pagination import Page, PageQuery
from app.routers.files import AsReport, Files, ReportFormat, content
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
from app.schemas.plans import ImportRead, PlanDetail, PlanRead
from app.services import breakdowns, imports, plans
from app.services.plans import PlanFilter

router = APIRouter(prefix=f"{PREFIX}/plans", tags=["plans"])


@router.get("", responses=responses(BadCursor, BadAdcode), summary="列出要点 / List plans")
def list_plans(
    session: ReadSession,
    page: PageQuery,
    adcode: AdcodeFilter = None,
    level: Annotated[Level | None, Query(description="Only plans of this level.")] = None,
    domain: DomainFilter = None,
    year: YearFilter = None,
    q: Words = None,
) -> Page[PlanRead]:
    """Plans in the order of their keys, with the metadata of their current editions."""
    return plans.page(session, page, PlanFilter(adcode, level, domain, year, q))


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


@router.get("/{plan}", responses=responses(PlanNotFound), summary="查看要点 / Read a plan")
def read_plan(session: ReadSession, plan: PlanKey) -> PlanDetail:
    """A plan's metadata as printed, its headings, and what its reader was unsure of."""
    return plans.detail(session, plan)


@router.get(
    "/{plan}/breakdown",
    response_model=BreakdownRead,
    responses={200: content(ReportFormat), **responses(PlanNotFound)},
    summary="任务分解表 / The plan as a task breakdown",
)
def read_breakdown(
    session: ReadSession, plan: PlanKey, in_english: English, written: AsReport, files: Files
) -> BreakdownRead | Response:
    """Everything the plan's document says, item by item; imported again, in any of the formats, it is the same plan."""
    found = breakdowns.breakdown(session, plan)
    if written:
        return files.send(reports.breakdown_report(found, english=in_english), written, plan)
    return found


@router.get(
    "/{plan}/original",
    response_class=Response,
    summary="下载原文件 / Download the original",
    responses={
        200: {
            "description": "The file as it came.",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        },
        **responses(PlanNotFound),
    },
)
def read_original(session: ReadSession, plan: PlanKey, actor: Actor) -> Response:
    """The current edition's file, byte for byte as it came."""
    data, media_type, filename = plans.original(session, plan, actor)
    return Response(
        data,
        media_type=media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(filename)}",
            # A file from outside must never run as a page of this service.
            "X-Content-Type-Options": "nosniff",
        },
    )
