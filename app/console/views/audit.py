"""The audit: who did what to what, when and from where; and whether its head is the one that the key signed."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import Field, JsonValue
from sqlmodel import Session

from app.audit.entry import Action
from app.console.turning import Filters, clipped, shown_at, turns
from app.console.visitor import Visitor
from app.db import database_of
from app.errors import DomainError
from app.pagination import PageRequest
from app.schemas.audit import AuditEntryRead, AuditFilter, AuditHeadRead
from app.services import audit, audit_chain
from app.services.days import end_of, start_of, zone_of

# Of what was there before and is there after; the API has all of it.
_MOST_SHOWN = 2000


class AuditQuery(Filters):
    """Which entries: the page's address. Days are those of the place, both included."""

    actor: str | None = Field(default=None, max_length=200)
    action: str | None = Field(default=None, max_length=100)
    subject: str | None = Field(default=None, max_length=200)
    adcode: str | None = Field(default=None, max_length=20)
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """An entry; `before` and `after` as JSON, empty where there was nothing."""

    entry: AuditEntryRead
    at: str
    before: str
    after: str


def view(session: Session, visitor: Visitor, asked: AuditQuery, page: PageRequest) -> dict[str, Any]:
    """What audit.html shows; raises AuditDamaged, BadCursor or Forbidden."""
    within = visitor.within("list_audit_entries")
    zone = zone_of(session)
    wanted = AuditFilter(
        actor=asked.actor,
        action=asked.action,
        subject=asked.subject,
        adcode=asked.adcode,
        since=start_of(asked.since, zone) if asked.since else None,
        until=end_of(asked.until, zone) if asked.until else None,
    )
    found = audit.page(session, page, wanted, within)
    return {
        "asked": asked,
        "wanted": wanted.model_dump(mode="json", exclude_none=True),
        "actions": [action.value for action in Action],
        "rows": [_row(session, entry) for entry in found.items],
        "turns": turns(visitor.request, found.next_cursor),
        **_head(session, visitor),
    }


def _head(session: Session, visitor: Visitor) -> dict[str, AuditHeadRead | DomainError | str | None]:
    """The head, or what is wrong with it: that is what whoever looks here has to know."""
    visitor.within("read_audit_head")
    try:
        head = audit_chain.head(session, database_of(session))
    except DomainError as error:
        return {"head": None, "head_at": "", "broken": error.detail(english=visitor.english)}
    return {
        "head": head,
        "head_at": shown_at(session, datetime.fromisoformat(head.at)) if head.at else "",
        "broken": None,
    }


def _row(session: Session, entry: AuditEntryRead) -> Row:
    return Row(entry, shown_at(session, entry.at), _written(entry.before), _written(entry.after))


def _written(value: JsonValue) -> str:
    return "" if value is None else clipped(json.dumps(value, ensure_ascii=False, indent=1), _MOST_SHOWN)
