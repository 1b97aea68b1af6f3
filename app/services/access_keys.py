"""Access keys: made, shown once, checked, replaced, revoked.

A key is `prefix_secret`: the prefix finds its row, the secret has 256 random bits. Its SHA-256 is what is stored: nobody
guesses 256 bits, so the slow digest that a password needs would only cost time, on every request.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy import bindparam, delete
from sqlmodel import Session, col, select

from app.db import database_of, lock
from app.errors import AccessKeyNotFound, Forbidden, KeyNotUsable, RoleNeedsAdcode, invalid
from app.models import AccessKey, BrowserSession
from app.models.base import now
from app.pagination import Page, PageRequest
from app.permissions import Role
from app.schemas.access import AccessKeyCreate, AccessKeyMade, AccessKeyRead, AccessKeyRotate
from app.services import audit, jurisdictions
from app.services.audit import Action, Outcome, Subject
from app.services.scope import EVERYTHING, Scope

# How exact the last use is told: often enough to find keys that nobody uses, seldom enough to cost nothing.
USE_NOTED = timedelta(hours=1)
T = TypeVar("T", bound=BaseModel)
_FORM = re.compile(r"[0-9a-f]{12}_[0-9a-f]{64}", re.ASCII)
# Where a jurisdiction is part of what the role means.
_NEEDS_ADCODE = frozenset({Role.CITY_EDITOR})


# Every request asks this. Columns, made once: an entity with its history takes twice as long.
_FIND = select(
    *(
        getattr(AccessKey, name)
        for name in ("prefix", "digest", "role", "adcode", "expires_at", "revoked_at", "used_at")
    )
).where(col(AccessKey.prefix) == bindparam("prefix"))


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """What a key that may be used stands for."""

    prefix: str
    role: Role
    adcode: str | None
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeyFilter:
    """Which keys are wanted; None means any."""

    role: Role | None = None
    adcode: str | None = None


def checked(kind: type[T], **given: object) -> T:
    """What a command was given, as the API would take it; raises InvalidRequest that names what is wrong."""
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        raise invalid(error.errors()) from error


def create(session: Session, wanted: AccessKeyCreate, actor: str, within: Scope = EVERYTHING) -> AccessKeyMade:
    """A new key, whose secret is in the answer and nowhere else.

    Raises RoleNeedsAdcode, BadAdcode, JurisdictionNotFound, or Forbidden if it would reach beyond its maker's own.
    """
    if wanted.role in _NEEDS_ADCODE and wanted.adcode is None:
        raise RoleNeedsAdcode(role=wanted.role)
    if wanted.adcode is not None:
        jurisdictions.get(session, wanted.adcode)
    if not within.sees(wanted.adcode):
        raise Forbidden.beyond(within.adcode, wanted.adcode)
    row, key = _make(wanted.role, wanted.adcode, wanted.note, actor)
    row.expires_at = row.created_at + timedelta(days=wanted.days or database_of(session).settings.access_key_days)
    session.add(row)
    session.flush()
    audit.record(session, actor, Action.KEY_CREATE, subject(row), after=_shown(row))
    return _made(row, key)


def _make(role: Role, adcode: str | None, note: str | None, actor: str) -> tuple[AccessKey, str]:
    prefix = secrets.token_hex(6)
    key = f"{prefix}_{secrets.token_hex(32)}"
    made = now()
    row = AccessKey(
        prefix=prefix,
        digest=digest_of(key),
        role=role,
        adcode=adcode,
        note=note,
        created_by=actor,
        created_at=made,
        expires_at=made,
    )
    return row, key


def digest_of(secret: str) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def prefix_of(key: str) -> str | None:
    """The prefix of what has the form of a key; None for anything else."""
    return key.partition("_")[0] if _FORM.fullmatch(key) else None


def check(session: Session, key: str) -> KeyHolder | None:
    """Whose a key is, if it may be used now; None for any other."""
    prefix = prefix_of(key)
    row = session.execute(_FIND, {"prefix": prefix}).first() if prefix else None
    if row is None or not hmac.compare_digest(row.digest, digest_of(key)):
        return None
    if row.revoked_at is not None or now() >= row.expires_at:
        return None
    return KeyHolder(row.prefix, row.role, row.adcode, row.used_at)


def usable(row: AccessKey, moment: datetime) -> bool:
    """Whether a key is neither revoked nor expired."""
    return row.revoked_at is None and moment < row.expires_at


def note_use(session: Session, prefix: str) -> None:
    """Keep the moment as the key's last use."""
    row = session.get_one(AccessKey, prefix)
    row.used_at = now()


def rotate(
    session: Session, prefix: str, wanted: AccessKeyRotate, actor: str, within: Scope = EVERYTHING
) -> AccessKeyMade:
    """A key in place of another one, with its role and jurisdiction; the old one works for some hours more.

    Raises AccessKeyNotFound, or KeyNotUsable if the old one is revoked, expired or replaced already.
    """
    lock(session, f"access-key:{prefix}")
    old = _get(session, prefix, within)
    if not usable(old, now()) or old.successor is not None:
        raise KeyNotUsable(prefix=prefix)
    before = _shown(old)
    new, key = _make(old.role, old.adcode, old.note, actor)
    new.expires_at = new.created_at + (old.expires_at - old.created_at)
    old.successor = new.prefix
    old.expires_at = min(old.expires_at, now() + timedelta(hours=wanted.overlap_hours))
    session.add(new)
    session.flush()
    audit.record(session, actor, Action.KEY_ROTATE, subject(old), before=before, after=_shown(old))
    audit.record(session, actor, Action.KEY_CREATE, subject(new), after=_shown(new))
    return _made(new, key)


def revoke(session: Session, prefix: str, actor: str, within: Scope = EVERYTHING) -> None:
    """Let a key, and the browser sessions opened with it, work no more; raises AccessKeyNotFound."""
    row = _get(session, prefix, within)
    before, done = _shown(row), row.revoked_at is None
    if done:
        row.revoked_at = now()
    session.exec(delete(BrowserSession).where(col(BrowserSession.key_prefix) == prefix))
    outcome = Outcome.DONE if done else Outcome.UNCHANGED
    audit.record(session, actor, Action.KEY_REVOKE, subject(row), before=before, after=_shown(row), outcome=outcome)


def get(session: Session, prefix: str, within: Scope = EVERYTHING) -> AccessKeyRead:
    """A key without its secret, which nobody has; raises AccessKeyNotFound."""
    return _read(_get(session, prefix, within))


def page(session: Session, request: PageRequest, wanted: KeyFilter, within: Scope = EVERYTHING) -> Page[AccessKeyRead]:
    """Keys in the order of their prefixes, revoked and expired ones too."""
    query = select(AccessKey).where(within.of(AccessKey.adcode)).order_by(col(AccessKey.prefix))
    if after := request.key(str):
        query = query.where(col(AccessKey.prefix) > after[0])
    if wanted.role is not None:
        query = query.where(col(AccessKey.role) == wanted.role)
    if wanted.adcode is not None:
        query = query.where(AccessKey.adcode == jurisdictions.check_adcode(wanted.adcode))
    rows = [_read(row) for row in session.exec(query.limit(request.limit + 1))]
    return request.page(rows, lambda row: [row.prefix])


def subject(row: AccessKey) -> Subject:
    """A key as the audit names it."""
    return Subject("key", row.prefix, row.adcode)


def _get(session: Session, prefix: str, within: Scope) -> AccessKey:
    row = session.get(AccessKey, prefix)
    if row is None:
        raise AccessKeyNotFound(prefix=prefix)
    if not within.sees(row.adcode):
        raise AccessKeyNotFound(prefix=prefix).concealing()
    return row


def _shown(row: AccessKey) -> dict[str, object]:
    names = ("role", "adcode", "note", "expires_at", "revoked_at", "successor")
    return {name: getattr(row, name) for name in names}


def _read(row: AccessKey) -> AccessKeyRead:
    return AccessKeyRead.model_validate(row.model_dump(exclude={"digest"}))


def _made(row: AccessKey, key: str) -> AccessKeyMade:
    return AccessKeyMade(**_read(row).model_dump(), key=key)
