"""Calibrations: letting the judge learn from decisions."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from app.auth import Actor
from app.db import ReadSession, WriteSession
from app.errors import (
    BadCursor,
    CalibrationChanged,
    CalibrationNotAdopted,
    CalibrationNotFound,
    ConcurrentChange,
    KeyReused,
    PreconditionRequired,
    responses,
)
from app.pagination import Page, PageQuery
from app.preconditions import IfMatch, etag
from app.routers.parameters import PREFIX, DomainFilter, OnceKey
from app.schemas.calibrations import CalibrationCreate, CalibrationRead, CalibrationUndo
from app.services import calibrations
from app.services.worker import Worker

router = APIRouter(prefix=f"{PREFIX}/calibrations", tags=["calibrations"])

CalibrationId = Annotated[str, Path(max_length=32, description="Id of a calibration.")]


def _worker(request: Request) -> Worker:
    worker: Worker = request.app.state.worker
    return worker


@router.post(
    "", status_code=202, responses=responses(ConcurrentChange, KeyReused), summary="开始校准 / Start a calibration"
)
def start_calibration(
    wanted: CalibrationCreate,
    response: Response,
    worker: Annotated[Worker, Depends(_worker)],
    actor: Actor,
    key: OnceKey = None,
) -> CalibrationRead:
    """Re-fit the judge's numbers from the domain's confirmed and rejected links and decided gaps.

    They are adopted only where they are better both on decisions held out and on the shipped judged pairs. Cascades of the
    domain are then `outdated` until they are linked again. Ask the address in `Location` for the progress.
    """
    made = worker.calibrate(wanted, actor, key)
    response.headers.update({"Location": f"{PREFIX}/calibrations/{made.id}", "ETag": etag(calibrations.version(made))})
    return made


@router.get("", responses=responses(BadCursor), summary="列出校准 / List calibrations")
def list_calibrations(session: ReadSession, page: PageQuery, domain: DomainFilter = None) -> Page[CalibrationRead]:
    """Every calibration, newest first, adopted or not, with its figures and numbers."""
    return calibrations.page(session, page, domain)


@router.get("/{calibration}", responses=responses(CalibrationNotFound), summary="查看校准 / Read a calibration")
def read_calibration(session: ReadSession, calibration: CalibrationId, response: Response) -> CalibrationRead:
    """A calibration's state, what it was learnt from, its figures before and after, and its numbers."""
    found = calibrations.get(session, calibration)
    response.headers["ETag"] = etag(calibrations.version(found))
    return found


@router.patch(
    "/{calibration}",
    responses=responses(
        CalibrationNotFound, CalibrationNotAdopted, CalibrationChanged, PreconditionRequired, ConcurrentChange
    ),
    summary="撤销校准 / Undo a calibration",
)
def undo_calibration(
    session: WriteSession,
    calibration: CalibrationId,
    wanted: CalibrationUndo,
    seen: IfMatch,
    actor: Actor,
    response: Response,
) -> CalibrationRead:
    """Judge as before this calibration was adopted. The record stays; a new calibration adopts it again if it is better."""
    undone = calibrations.undo(session, calibration, wanted, seen, actor)
    response.headers["ETag"] = etag(calibrations.version(undone))
    return undone
