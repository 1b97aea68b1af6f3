"""Who carries out what, and how far."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Response

from app import reports
from app.auth import Within
from app.db import ReadSession
from app.errors import BadAdcode, CascadeTooLarge, ItemNotFound, NotAnUpperPlan, responses
from app.models import LinkStatus
from app.routers.files import AsReport, Files, ReportFormat, content
from app.routers.moments import AS_OF, AsOf, stamp, stamped
from app.routers.parameters import PREFIX, AdcodeFilter, CountedFilter, English, ItemNumber, LowerPlanKey, PlanKey
from app.schemas.common import Counted, Period
from app.schemas.coverage import ImplementersRead, MatrixRead, PairRead, UpstreamRead
from app.services import across, bases, coverage, history, papers
from app.services.coverage import ImplementerFilter

router = APIRouter(prefix=f"{PREFIX}/plans/{{plan}}")


@router.get(
    "/items/{number}/implementers",
    tags=["implementation"],
    responses={**stamped(), **responses(*AS_OF, ItemNotFound, BadAdcode, CascadeTooLarge)},
    summary="谁承接了这一条 / Which lower items implement an item",
)
def list_implementers(
    session: ReadSession,
    plan: PlanKey,
    number: ItemNumber,
    within: Within,
    response: Response,
    as_of: AsOf,
    adcode: AdcodeFilter = None,
    status: Annotated[
        LinkStatus | None,
        Query(description="Only links of this status; without it, all but rejected and withdrawn ones."),
    ] = None,
    period: Annotated[Period, Query(description="`same`: plans of another year count as none.")] = Period.ANY,
    counted: CountedFilter = Counted.ALL,
) -> ImplementersRead:
    """Every city of the jurisdiction stands in one of the two lists. Plans of another year come last, marked.

    With `status`, a city that carries the item out by links of another status stands in neither. An item may be
    implemented while its verdict in /coverage is `missing`: the verdict counts only the tasks that apply to cities.
    """
    wanted = ImplementerFilter(adcode, status, period, counted)
    found = coverage.implementers(session, plan, number, wanted, within, history.of_cascade(session, plan, as_of))
    stamp(response, found.provenance)
    return found


@router.get(
    "/items/{number}/upstream",
    tags=["implementation"],
    responses={**stamped(), **responses(*AS_OF, ItemNotFound, CascadeTooLarge)},
    summary="这一条承接了上级哪些条 / Which upper items an item carries out",
)
def list_upstream(
    session: ReadSession, plan: PlanKey, number: ItemNumber, response: Response, as_of: AsOf
) -> UpstreamRead:
    """Upper items with the evidence, best first, in every cascade that the plan belongs to."""
    found = coverage.upstream(session, plan, number, as_of)
    stamp(response, found.provenance)
    return found


@router.get(
    "/coverage",
    tags=["coverage"],
    response_model=MatrixRead,
    responses={**stamped(content(ReportFormat)), **responses(*AS_OF, CascadeTooLarge)},
    summary="覆盖矩阵 / The matrix",
)
def read_matrix(
    session: ReadSession,
    plan: PlanKey,
    within: Within,
    in_english: English,
    written: AsReport,
    files: Files,
    response: Response,
    as_of: AsOf,
    counted: CountedFilter = Counted.ALL,
) -> MatrixRead | Response:
    """Every item of the plan × every city of its jurisdiction, counted over the tasks that apply to cities.

    As XLSX also every task × every city, the cities' totals, and a key; as CSV the matrix alone.
    """
    seen = history.of_cascade(session, plan, as_of)
    found = coverage.matrix(session, plan, within, seen, counted=counted)
    if written:
        tasks = across.tasks_across(session, plan, within, seen, counted=counted)
        report = reports.matrix_report(bases.basis(session, plan, within, seen), found, tasks, english=in_english)
        report = replace(report, paper=lambda: papers.matrix(session, plan, within, seen, counted=counted))
        return files.send(report, written, plan, found.provenance)
    stamp(response, found.provenance)
    return found


@router.get(
    "/coverage/{lower_plan}",
    tags=["coverage"],
    response_model=PairRead,
    responses={**stamped(content(ReportFormat)), **responses(*AS_OF, NotAnUpperPlan, CascadeTooLarge)},
    summary="单市对照 / One city against the province",
)
def read_coverage(
    session: ReadSession,
    plan: PlanKey,
    lower_plan: LowerPlanKey,
    in_english: English,
    written: AsReport,
    files: Files,
    response: Response,
    as_of: AsOf,
    counted: CountedFilter = Counted.ALL,
) -> PairRead | Response:
    """Every item and task of the plan against one lower plan, with the evidence; in a file a row for each task."""
    seen = history.of_cascade(session, plan, as_of)
    found = coverage.pair(session, plan, lower_plan, seen, counted=counted)
    if written:
        report = reports.pair_report(bases.basis(session, plan, seen=seen), found, english=in_english)
        report = replace(report, paper=lambda: papers.pair(session, plan, lower_plan, seen, counted=counted))
        return files.send(report, written, plan, found.provenance)
    stamp(response, found.provenance)
    return found
