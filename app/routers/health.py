"""Whether the service runs, for those who watch it."""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.db import Database, get_database
from app.errors import responses
from app.schemas.health import Health

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="存活检查 / Liveness")
def read_liveness() -> Health:
    """The process answers."""
    return Health(status="ok")


@router.get("/readyz", responses=responses(), summary="就绪检查 / Readiness")
def read_readiness(database: Annotated[Database, Depends(get_database)]) -> Health:
    """The database answers too."""
    database.ping()
    return Health(status="ok")
