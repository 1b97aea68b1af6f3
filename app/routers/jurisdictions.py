"""The tree of jurisdictions."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.auth import Actor, Within
from app.db import ReadSession, WriteSession
from app.errors import (
    BadAdcode,
    BadCursor,
    ConcurrentChange,
    JurisdictionExists,
    JurisdictionNotFound,
    KeyReused,
    MissingParent,
    responses,
)
from app.models import Level
from app.pagination import Page, PageQuery
from app.routers.parameters import PREFIX, OnceKey, Words
from app.schemas.jurisdictions import JurisdictionCreate, JurisdictionRead, Registered
from app.services import cascades, idempotency, jurisdictions

router = APIRouter(prefix=f"{PREFIX}/jurisdictions", tags=["jurisdictions"])


@router.get("", responses=responses(BadCursor, BadAdcode), summary="列出行政区划 / List jurisdictions")
def list_jurisdictions(
    session: ReadSession,
    page: PageQuery,
    parent: Annotated[
        str | None, Query(max_length=20, description="Only the direct children of this code.", examples=["370000"])
    ] = None,
    level: Annotated[Level | None, Query(description="Only this level.")] = None,
    q: Words = None,
) -> Page[JurisdictionRead]:
    """Registered jurisdictions in the order of their codes."""
    return jurisdictions.page(session, page, parent=parent, level=level, q=q)


@router.get(
    "/{adcode}", responses=responses(JurisdictionNotFound, BadAdcode), summary="查看行政区划 / Read a jurisdiction"
)
def read_jurisdiction(session: ReadSession, adcode: str) -> JurisdictionRead:
    """One jurisdiction."""
    return jurisdictions.read(jurisdictions.get(session, adcode))


@router.post(
    "",
    status_code=201,
    responses={
        200: {"model": JurisdictionRead, "description": "It was registered under this name already."},
        **responses(JurisdictionExists, MissingParent, BadAdcode, KeyReused, ConcurrentChange),
    },
    summary="登记行政区划 / Register a jurisdiction",
)
def register_jurisdiction(
    session: WriteSession,
    wanted: JurisdictionCreate,
    actor: Actor,
    within: Within,
    response: Response,
    key: OnceKey = None,
) -> JurisdictionRead:
    """Register a code of the form of GB/T 2260; its level and parent follow from the code."""

    def register() -> Registered:
        made, new = cascades.register_jurisdiction(session, wanted.adcode, wanted.name, actor, within)
        return Registered(jurisdiction=jurisdictions.read(made), new=new)

    claim = idempotency.claim(actor, key, "register_jurisdiction", wanted)
    done = idempotency.once(session, claim, Registered, register)
    response.headers["Location"] = f"{PREFIX}/jurisdictions/{done.jurisdiction.adcode}"
    if not done.new:
        response.status_code = 200
    return done.jurisdiction
