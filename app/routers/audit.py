"""The audit, for reading: no address changes it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from app.auth import Within
from app.db import Database, ReadSession, get_database
from app.errors import AuditDamaged, AuditHeadForged, AuditKeyMissing, BadAuditKey, BadCursor, responses
from app.pagination import Page, PageQuery
from app.routers.parameters import PREFIX, AdcodeFilter
from app.schemas.audit import AuditEntryRead, AuditFilter, AuditHeadRead
from app.services import audit, audit_chain

router = APIRouter(prefix=f"{PREFIX}/audit", tags=["audit"])


@router.get("", responses=responses(BadCursor, AuditDamaged), summary="查看审计记录 / Read the audit")
def list_audit_entries(
    session: ReadSession,
    page: PageQuery,
    within: Within,
    actor: Annotated[str | None, Query(max_length=200, description="Only what this one did.")] = None,
    action: Annotated[
        str | None, Query(max_length=100, description="Only this action.", examples=["plan.import"])
    ] = None,
    subject: Annotated[
        str | None, Query(max_length=200, description="Only what was done to this.", examples=["371300-edu-2020"])
    ] = None,
    adcode: AdcodeFilter = None,
    since: Annotated[AwareDatetime | None, Query(description="Not before this moment, given with its offset.")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Before this moment, given with its offset.")] = None,
) -> Page[AuditEntryRead]:
    """Who did what to what, when and from where; newest first. `luoshi audit verify` shows that nothing was altered."""
    wanted = AuditFilter(actor=actor, action=action, subject=subject, adcode=adcode, since=since, until=until)
    return audit.page(session, page, wanted, within)


@router.get(
    "/head",
    responses=responses(AuditHeadForged, AuditKeyMissing, BadAuditKey),
    summary="审计链头 / The audit's head",
)
def read_audit_head(session: ReadSession, database: Annotated[Database, Depends(get_database)]) -> AuditHeadRead:
    """How many entries there are, and the code of the last one, signed. Keep it elsewhere, and `verify` against it."""
    return audit_chain.head(session, database)
