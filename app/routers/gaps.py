"""The compliance gaps."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app import reports
from app.auth import Within
from app.db import ReadSession
from app.errors import BadAdcode, BadCursor, CascadeTooLarge, FileTooLarge, GapNotFound, PlanNotFound, responses
from app.pagination import Page, PageQuery
from app.routers.files import AsReport, Files, ReportFormat, content
from app.routers.parameters import PREFIX, AdcodeFilter, English, PlanKey
from app.schemas.common import GapKind, Severity
from app.schemas.coverage import GapDetail, GapRead
from app.services import bases, gaps, notices
from app.services.gaps import GapFilter

router = APIRouter(prefix=f"{PREFIX}/plans/{{plan}}/gaps", tags=["gaps"])


@router.get(
    "",
    response_model=Page[GapRead],
    responses={
        200: content(ReportFormat),
        **responses(PlanNotFound, BadAdcode, BadCursor, CascadeTooLarge, FileTooLarge),
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
    adcode: AdcodeFilter = None,
    kind: Annotated[GapKind | None, Query(description="Only this kind.")] = None,
    severity: Annotated[Severity | None, Query(description="Only this severity.")] = None,
) -> Page[GapRead] | Response:
    """What the cities leave out: kinds that concern a whole city first, then by severity and certainty.

    As DOCX the gaps are a supervision notice (督查通报) in the layout of GB/T 9704, a draft for the document office.
    """
    wanted = GapFilter(adcode, kind, severity)
    if written:
        found = gaps.all_gaps(session, plan, wanted, within, english=in_english)
        report = reports.gaps_report(bases.basis(session, plan, within), found, english=in_english)
        return files.send(replace(report, paper=lambda: notices.notice(session, plan, wanted, within)), written, plan)
    return gaps.page(session, page, plan, wanted, within, english=in_english)


@router.get(
    "/{gap}",
    responses=responses(PlanNotFound, GapNotFound, CascadeTooLarge),
    summary="查看一个缺口 / Read a gap",
)
def read_gap(
    session: ReadSession,
    plan: PlanKey,
    gap: Annotated[str, Path(max_length=100, examples=["no_plan-370100"])],
    within: Within,
    in_english: English,
) -> GapDetail:
    """One gap with the links it rests on."""
    return gaps.detail(session, plan, gap, within, english=in_english)
