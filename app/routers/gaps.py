"""The compliance gaps."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app import reports
from app.auth import Actor, Within
from app.db import ReadSession, WriteSession
from app.errors import (
    BadAdcode,
    BadCursor,
    CascadeTooLarge,
    ConcurrentChange,
    FileTooLarge,
    GapDecisionChanged,
    GapDecisionNotFound,
    GapNotFound,
    LinkExists,
    NotAnUpperPlan,
    PlanNotFound,
    PreconditionRequired,
    RefutationNeedsLink,
    UnknownEnd,
    WaiverNeedsExpiry,
    responses,
)
from app.pagination import Page, PageQuery
from app.preconditions import IfMatch, IfMatchOrNew, etag
from app.routers.files import AsReport, Files, ReportFormat, content
from app.routers.moments import AS_OF, AsOf, stamp, stamped
from app.routers.parameters import PREFIX, AdcodeFilter, CountedFilter, English, PlanKey
from app.schemas.common import Counted, DecisionFilter, GapKind, Severity
from app.schemas.coverage import GapDecisionPut, GapDecisionRead, GapDetail, GapRead
from app.services import bases, cascades, coverage, gap_review, gaps, history, notices
from app.services.gaps import GapFilter

router = APIRouter(prefix=f"{PREFIX}/plans/{{plan}}/gaps", tags=["gaps"])

GapId = Annotated[str, Path(max_length=100, description="Id of a gap.", examples=["no_plan-370100"])]


@router.get(
    "",
    response_model=Page[GapRead],
    responses={
        **stamped(content(ReportFormat)),
        **responses(*AS_OF, BadAdcode, BadCursor, CascadeTooLarge, FileTooLarge),
    },
    summary="列出缺口 / List the gaps",
)
def list_gaps(
    session: ReadSession,
    plan: PlanKey,
    within: Within,
    page: PageQuery,
    in_english: English,
    written: AsReport,
    files: Files,
    response: Response,
    as_of: AsOf,
    adcode: AdcodeFilter = None,
    kind: Annotated[GapKind | None, Query(description="Only this kind.")] = None,
    severity: Annotated[Severity | None, Query(description="Only this severity.")] = None,
    decision: Annotated[
        DecisionFilter | None, Query(description="Only what is decided so; `none`: undecided, or due again.")
    ] = None,
    counted: CountedFilter = Counted.ALL,
) -> Page[GapRead] | Response:
    """What the cities leave out: kinds that concern a whole city first, then by severity and certainty.

    As DOCX the gaps are a supervision notice (督查通报) in the layout of GB/T 9704, a draft for the document office.
    """
    wanted = GapFilter(adcode, kind, severity, decision, counted)
    request, seen = history.turned(page, as_of, lambda asked: history.of_cascade(session, plan, asked))
    source = coverage.rests_on(session, cascades.load(session, plan, as_of=seen.past, counted=counted), seen)
    if written:
        rows = gaps.all_gaps(session, plan, wanted, within, seen, english=in_english)
        report = reports.gaps_report(bases.basis(session, plan, within, seen), rows, english=in_english)
        report = replace(report, paper=lambda: notices.notice(session, plan, wanted, within, seen))
        return files.send(report, written, plan, source)
    found = gaps.page(session, request, plan, wanted, within, seen, english=in_english)
    stamp(response, source)
    return found


@router.get(
    "/{gap}",
    responses={**stamped(), **responses(*AS_OF, GapNotFound, CascadeTooLarge)},
    summary="查看一个缺口 / Read a gap",
)
def read_gap(
    session: ReadSession,
    plan: PlanKey,
    gap: GapId,
    within: Within,
    in_english: English,
    response: Response,
    as_of: AsOf,
    counted: CountedFilter = Counted.ALL,
) -> GapDetail:
    """One gap with the links it rests on. Its `ETag` is that of its decision, `"0"` where there is none."""
    seen = history.of_cascade(session, plan, as_of)
    found = gaps.detail(session, plan, gap, within, seen, counted=counted, english=in_english)
    stamp(response, found.provenance)
    response.headers["ETag"] = etag(found.decision.version if found.decision else 0)
    return found


@router.put(
    "/{gap}/decision",
    responses=responses(
        PlanNotFound,
        GapNotFound,
        PreconditionRequired,
        GapDecisionChanged,
        WaiverNeedsExpiry,
        RefutationNeedsLink,
        NotAnUpperPlan,
        LinkExists,
        UnknownEnd,
        CascadeTooLarge,
        ConcurrentChange,
    ),
    summary="决定一个缺口 / Decide a gap",
)
def decide_gap(
    session: WriteSession,
    plan: PlanKey,
    gap: GapId,
    wanted: GapDecisionPut,
    seen: IfMatchOrNew,
    actor: Actor,
    response: Response,
) -> GapDecisionRead:
    """Confirm a gap, refute it (then a link must say why), or waive it until a day. It changes no figure.

    The first decision on a gap needs no `If-Match`; replacing one does.
    """
    decided = gap_review.decide(session, plan, gap, wanted, seen, actor)
    response.headers["ETag"] = etag(decided.version)
    return decided


@router.delete(
    "/{gap}/decision",
    status_code=204,
    responses=responses(PlanNotFound, GapDecisionNotFound, PreconditionRequired, GapDecisionChanged),
    summary="撤回对缺口的决定 / Take a decision back",
)
def reopen_gap(session: WriteSession, plan: PlanKey, gap: GapId, seen: IfMatch, actor: Actor) -> None:
    """The gap is undecided again; what was decided stays on record."""
    gap_review.reopen(session, plan, gap, seen, actor)
