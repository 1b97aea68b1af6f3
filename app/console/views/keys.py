"""The access keys: who may come in as what, until when, and when each was last used."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from app.console.turning import Filters, shown_at, turns
from app.console.visitor import Visitor
from app.db import database_of
from app.models.base import now
from app.pagination import PageRequest
from app.permissions import Role
from app.schemas.access import AccessKeyRead
from app.services import access_keys
from app.services.access_keys import KeyFilter

# Long enough to hand out another one.
_SOON = timedelta(days=30)


class KeysQuery(Filters):
    """Which keys: the page's address."""

    role: Role | None = None
    adcode: str | None = None


class State(StrEnum):
    """Whether a key works."""

    WORKS = "key_works"
    ENDS_SOON = "key_ends_soon"
    REPLACED = "key_replaced"
    EXPIRED = "key_expired"
    REVOKED = "key_revoked"


@dataclass(frozen=True, slots=True)
class Row:
    """A key, and when what happened to it, to the minute."""

    key: AccessKeyRead
    state: State
    created: str
    used: str
    ends: str

    @property
    def rotates(self) -> bool:
        return self.state in {State.WORKS, State.ENDS_SOON}

    @property
    def revokes(self) -> bool:
        return self.state not in {State.EXPIRED, State.REVOKED}


def view(session: Session, visitor: Visitor, asked: KeysQuery, page: PageRequest) -> dict[str, Any]:
    """What keys.html shows; raises BadAdcode, BadCursor or Forbidden."""
    within = visitor.within("list_keys")
    rows = access_keys.page(session, page, KeyFilter(asked.role, asked.adcode), within)
    moment = now()
    return {
        "asked": asked,
        "roles": list(Role),
        "rows": [_row(session, key, moment) for key in rows.items],
        "turns": turns(visitor.request, rows.next_cursor),
        "days": database_of(session).settings.access_key_days,
        "may_make": visitor.principal.role is not None and visitor.may("create_key"),
        "own": visitor.principal.subject.removeprefix("key:"),
    }


def _row(session: Session, key: AccessKeyRead, moment: datetime) -> Row:
    return Row(
        key,
        _state(key, moment),
        shown_at(session, key.created_at),
        shown_at(session, key.used_at),
        shown_at(session, key.expires_at),
    )


def _state(key: AccessKeyRead, moment: datetime) -> State:
    if key.revoked_at is not None:
        return State.REVOKED
    if key.expires_at <= moment:
        return State.EXPIRED
    if key.successor is not None:
        return State.REPLACED
    return State.ENDS_SOON if key.expires_at - moment < _SOON else State.WORKS
