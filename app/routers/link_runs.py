"""Link runs: asking the judge for proposals."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from app.auth import Actor
from app.db import ReadSession
from app.errors import BadCursor, KeyReused, LinkRunNotFound, NotAnUpperPlan, OpinionsOff, PlanNotFound, responses
from app.pagination import Page, PageQuery
from app.routers.parameters import PREFIX, OnceKey, PlanKey
from app.schemas.links import LinkRunCreate, LinkRunRead
from app.services import runs
from app.services.worker import Worker

router = APIRouter(prefix=f"{PREFIX}/plans/{{plan}}/link-runs", tags=["link-runs"])


def _worker(request: Request) -> Worker:
    worker: Worker = request.app.state.worker
    return worker


@router.post(
    "",
    status_code=202,
    responses=responses(PlanNotFound, NotAnUpperPlan, OpinionsOff, KeyReused),
    summary="开始比对 / Start a link run",
)
def start_link_run(
    plan: PlanKey,
    wanted: LinkRunCreate,
    response: Response,
    worker: Annotated[Worker, Depends(_worker)],
    actor: Actor,
    key: OnceKey = None,
) -> LinkRunRead:
    """Judge the plan against its cities' plans and propose links. Ask the address in `Location` for the progress."""
    run = worker.submit(plan, wanted, actor, key)
    response.headers["Location"] = f"{PREFIX}/plans/{plan}/link-runs/{run.id}"
    return run


@router.get("", responses=responses(PlanNotFound, BadCursor), summary="列出比对 / List link runs")
def list_link_runs(session: ReadSession, plan: PlanKey, page: PageQuery) -> Page[LinkRunRead]:
    """A plan's link runs, newest first."""
    return runs.page(session, page, plan)


@router.get("/{run}", responses=responses(PlanNotFound, LinkRunNotFound), summary="查看比对 / Read a link run")
def read_link_run(session: ReadSession, plan: PlanKey, run: Annotated[str, Path(max_length=32)]) -> LinkRunRead:
    """A link run's state, progress, counts and, in a dry run, what it would change."""
    return runs.get(session, plan, run)
