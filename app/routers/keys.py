"""Access keys: who may come in, and as what."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.auth import Actor, Within
from app.db import ReadSession, WriteSession
from app.errors import (
    AccessKeyNotFound,
    BadAdcode,
    BadCursor,
    ConcurrentChange,
    JurisdictionNotFound,
    KeyNotUsable,
    RoleNeedsAdcode,
    responses,
)
from app.pagination import Page, PageQuery
from app.permissions import Role
from app.routers.parameters import PREFIX, AdcodeFilter
from app.schemas.access import AccessKeyCreate, AccessKeyMade, AccessKeyRead, AccessKeyRotate
from app.services import access_keys
from app.services.access_keys import KeyFilter

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
    responses=responses(RoleNeedsAdcode, BadAdcode, JurisdictionNotFound, ConcurrentChange),
    summary="新建访问密钥 / Make an access key",
)
def create_key(
    session: WriteSession, wanted: AccessKeyCreate, actor: Actor, within: Within, response: Response
) -> AccessKeyMade:
    """Make a key. The answer shows it this once."""
    made = access_keys.create(session, wanted, actor, within)
    _show_once(response, made)
    return made


@router.get("/{key}", responses=responses(AccessKeyNotFound), summary="查看访问密钥 / Read an access key")
def read_key(session: ReadSession, key: Prefix, within: Within) -> AccessKeyRead:
    """A key's role, jurisdiction, last use and end, without its secret."""
    return access_keys.get(session, key, within)


@router.post(
    "/{key}/rotations",
    status_code=201,
    responses=responses(AccessKeyNotFound, KeyNotUsable, ConcurrentChange),
    summary="更换访问密钥 / Replace an access key",
)
def rotate_key(
    session: WriteSession, key: Prefix, wanted: AccessKeyRotate, actor: Actor, within: Within, response: Response
) -> AccessKeyMade:
    """Make a key in place of another one, which works for some hours more, so that its users can change over."""
    made = access_keys.rotate(session, key, wanted, actor, within)
    _show_once(response, made)
    return made


@router.delete(
    "/{key}", status_code=204, responses=responses(AccessKeyNotFound), summary="吊销访问密钥 / Revoke an access key"
)
def revoke_key(session: WriteSession, key: Prefix, actor: Actor, within: Within) -> None:
    """Let a key work no more, nor the browser sessions that were opened with it. It stays in the list."""
    access_keys.revoke(session, key, actor, within)


def _show_once(response: Response, made: AccessKeyMade) -> None:
    response.headers["Location"] = f"{PREFIX}/keys/{made.prefix}"
    response.headers["Cache-Control"] = "no-store"
