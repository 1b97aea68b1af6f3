"""Recording what is done, and reading the record. docs/audit.md says what must be recorded, and what it proves."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.audit import Action, Outcome, Subject, journal, origin
from app.audit.entry import Pending, bounded, moment, plain
from app.db import Database, database_of
from app.errors import AuditDamaged
from app.models import AuditEntry
from app.pagination import Page, PageRequest
from app.schemas.audit import AuditEntryRead, AuditFilter
from app.services.scope import EVERYTHING, Scope

__all__ = [
    "Action",
    "Outcome",
    "Subject",
    "page",
    "query",
    "read",
    "record",
    "record_export",
    "record_now",
    "record_report",
]

Value = Mapping[str, object] | None


def record(
    session: Session,
    actor: str,
    action: Action,
    subject: Subject,
    *,
    before: Value = None,
    after: Value = None,
    outcome: Outcome = Outcome.DONE,
) -> None:
    """Record a write in its own transaction: both are stored, or neither.

    Args:
        session: of `Database.write`; the entry gets its number when it commits.
        actor: who, as `app.auth` names him.
        action: what.
        subject: to what.
        before: what was there, as JSON, moments, enums or pydantic models; shortened past 16,384 characters.
        after: what is there now.
        outcome: how it ended.

    """
    here = origin.current()
    journal.add(
        session,
        Pending(
            actor=plain(actor),
            action=action,
            outcome=outcome,
            subject_type=plain(subject.type),
            subject=plain(subject.id),
            adcode=None if subject.adcode is None else plain(subject.adcode),
            client=None if here.client is None else plain(here.client),
            request_id=here.request_id,
            before=bounded(before),
            after=bounded(after),
        ),
    )


def record_now(
    database: Database,
    actor: str,
    action: Action,
    subject: Subject,
    *,
    after: Value = None,
    outcome: Outcome = Outcome.DONE,
) -> None:
    """Record what changes nothing else (a sign-in, a refused attempt), in a short transaction of its own.

    Not while the caller has a session of `Database.write` open: SQLite would keep the two waiting for each other.
    """
    with database.write() as session:
        record(session, actor, action, subject, after=after, outcome=outcome)


def record_export(session: Session, actor: str, action: Action, subject: Subject, *, after: Value = None) -> None:
    """Record that data left the store, once the answer is made; it is sent only after this returned.

    Ends the reading session first, since a request must never hold two connections of the pool.
    """
    session.close()
    record_now(database_of(session), actor, action, subject, after=after)


def record_report(session: Session, actor: str, about: str, name: str, as_of: datetime) -> None:
    """`record_export` of a file about a plan, item or task, given by its id, that leaves under this name."""
    subject = Subject("report", about, about[:6] if about[:6].isdigit() else None)
    record_export(session, actor, Action.REPORT_EXPORT, subject, after={"file": name, "as_of": as_of})


def page(
    session: Session, request: PageRequest, wanted: AuditFilter, scope: Scope = EVERYTHING
) -> Page[AuditEntryRead]:
    """Entries about jurisdictions in scope, newest first; raises AuditDamaged if one of them is no longer what was stored."""
    rows = (
        query(wanted)
        .where(scope.of(AuditEntry.adcode))
        .order_by(col(AuditEntry.number).desc())
        .limit(request.limit + 1)
    )
    if after := request.key(int):
        rows = rows.where(col(AuditEntry.number) < after[0])
    return request.page([read(row) for row in session.exec(rows)], lambda row: [row.number])


def query(wanted: AuditFilter) -> SelectOfScalar[AuditEntry]:
    """The entries that are wanted, in no order yet."""
    rows = select(AuditEntry)
    for name in ("actor", "action", "subject", "adcode"):
        value = getattr(wanted, name)
        if value is not None:
            rows = rows.where(getattr(AuditEntry, name) == value)
    if wanted.since is not None:
        rows = rows.where(col(AuditEntry.at) >= moment(wanted.since))
    if wanted.until is not None:
        rows = rows.where(col(AuditEntry.at) < moment(wanted.until))
    return rows


def read(row: AuditEntry) -> AuditEntryRead:
    """An entry as it is shown, out of the text that its code stands for; raises AuditDamaged."""
    try:
        return AuditEntryRead.model_validate(json.loads(row.body) | {"mac": row.mac})
    except (ValueError, TypeError) as error:
        raise AuditDamaged(number=row.number) from error
