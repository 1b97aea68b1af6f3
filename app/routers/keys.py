"""Access keys: who may come in, and as what."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from sqlmodel import Session

from app.auth import Actor, Within
from app.db import ReadSession, WriteSession
from app.errors import (
    AccessKeyNotFound,
    BadAdcode,
    BadCursor,
    ConcurrentChange,
    JurisdictionNotFound,
    KeyNotUsable,
    KeyReused,
    KeyShownOnce,
    RoleNeedsAdcode,
    responses,
)
from app.pagination import Page, PageQuery
from app.permissions import Role
from app.routers.parameters import PREFIX, AdcodeFilter, OnceKey
from app.schemas.access import AccessKeyCreate, AccessKeyMade, AccessKeyRead, AccessKeyRotate
from app.services import access_keys, idempotency
from app.services.access_keys import KeyFilter
from app.services.idempotency import Claim

router = APIRouter(prefix=f"{PREFIX}/keys", tags=["access"])

Prefix = Annotated[str, Path(max_length=20, description="Prefix of a key.", examples=["5f0c2a91d4e7"])]


@router.get("", responses=responses(BadCursor, BadAdcode), summary="列出访问密钥 / List access keys")
def list_keys(
    session: ReadSession,
    page: PageQuery,
    within: Within,
    role: Annotated[Role | None, Query(description="Only keys of this role.")] = None,
    adcode: AdcodeFilter = None,
) -> Page[AccessKeyRead]:
    """Keys in the order of their prefixes, expired and revoked ones too; their secrets are stored nowhere."""
    return access_keys.page(session, page, KeyFilter(role, adcode), within)


@router.post(
    "",
    status_code=201,
    responses=responses(RoleNeedsAdcode, BadAdcode, JurisdictionNotFound, KeyShownOnce, KeyReused, ConcurrentChange),
    summary="新建访问密钥 / Make an access key",
)
def create_key(
    session: WriteSession,
    wanted: AccessKeyCreate,
    actor: Actor,
    within: Within,
    response: Response,
    once: OnceKey = None,
) -> AccessKeyMade:
    """Make a key. The answer shows it this once.

    Sent again under its `Idempotency-Key` no second one is made; the answer is 409 and names the first.
    """
    claim = idempotency.claim(actor, once, "create_key", wanted)
    return _made_once(session, claim, response, lambda: access_keys.create(session, wanted, actor, within))


@router.get("/{key}", responses=responses(AccessKeyNotFound), summary="查看访问密钥 / Read an access key")
def read_key(session: ReadSession, key: Prefix, within: Within) -> AccessKeyRead:
    """A key's role, jurisdiction, last use and end, without its secret."""
    return access_keys.get(session, key, within)


@router.post(
    "/{key}/rotations",
    status_code=201,
    responses=responses(AccessKeyNotFound, KeyNotUsable, KeyShownOnce, KeyReused, ConcurrentChange),
    summary="更换访问密钥 / Replace an access key",
)
def rotate_key(
    session: WriteSession,
    key: Prefix,
    wanted: AccessKeyRotate,
    actor: Actor,
    within: Within,
    response: Response,
    once: OnceKey = None,
) -> AccessKeyMade:
    """Make a key in place of another one, which works for some hours more, so that its users can change over."""
    claim = idempotency.claim(actor, once, "rotate_key", key.encode(), wanted)
    return _made_once(session, claim, response, lambda: access_keys.rotate(session, key, wanted, actor, within))


@router.delete(
    "/{key}", status_code=204, responses=responses(AccessKeyNotFound), summary="吊销访问密钥 / Revoke an access key"
)
def revoke_key(session: WriteSession, key: Prefix, actor: Actor, within: Within) -> None:
    """Let a key work no more, nor the browser sessions that were opened with it. It stays in the list."""
    access_keys.revoke(session, key, actor, within)


def _made_once(
    session: Session, claim: Claim | None, response: Response, make: Callable[[], AccessKeyMade]
) -> AccessKeyMade:
    """A new key; raises KeyShownOnce for a request that has made one: what is kept of its answer has no secret."""
    shown: list[AccessKeyMade] = []

    def without_secret() -> AccessKeyRead:
        shown.append(make())
        return AccessKeyRead.model_validate(shown[0].model_dump(exclude={"key"}))

    kept = idempotency.once(session, claim, AccessKeyRead, without_secret)
    if not shown:
        raise KeyShownOnce(prefix=kept.prefix)
    made = shown[0]
    response.headers["Location"] = f"{PREFIX}/keys/{made.prefix}"
    response.headers["Cache-Control"] = "no-store"
    return made
