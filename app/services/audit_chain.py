"""The audit as a whole: verified, exported, its head taken out, its oldest part pruned."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Select, delete, func, insert
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from app.audit import chain, journal
from app.audit.chain import Finding, Head, Kind, Row, Unreadable
from app.audit.entry import moment
from app.db import AUDIT_LOCK, Database, lock
from app.errors import (
    AuditHeadForged,
    AuditNotLost,
    AuditNotVerified,
    AuditUnavailable,
    BadAuditHead,
    RetentionTooShort,
)
from app.models import AuditEntry, AuditHead
from app.models.base import now
from app.schemas.audit import AuditFilter, AuditFinding, AuditHeadRead, PruneRead, VerificationRead
from app.services import audit
from app.services.audit import Action, Subject

# Entries read at a time: some hundred kilobytes.
CHUNK = 500
# Problems named: after a few the rest says nothing new, and a wrong key makes one of every entry.
MOST_PROBLEMS = 50
SUBJECT = Subject("audit", "audit")

Progress = Callable[[int, int, str], None]


def ready(database: Database) -> None:
    """Raise as a first write would, so that a service without its key does not start; makes the key of a new store."""
    with database.write() as session:
        lock(session, AUDIT_LOCK)
        journal.begin(session, database.audit_key)


def head(session: Session, database: Database) -> AuditHeadRead:
    """The signed head; raises AuditHeadForged, AuditKeyMissing or BadAuditKey."""
    found = journal.stored(session)
    if found == ("", ""):
        return AuditHeadRead(**asdict(Head()), key="", signature="")
    key = database.audit_key.load()
    opened = found and Head.opened(key, *found)
    if not found or not opened:
        raise AuditHeadForged(file=database.audit_key.file)
    return AuditHeadRead(**asdict(opened), key=chain.fingerprint(key), signature=found[1])


def exported_head(database: Database, text: str, name: str) -> Head:
    """A head that was exported from this store; raises BadAuditHead if this store's key has not signed it."""
    try:
        fields = json.loads(text)
        signature = fields.pop("signature")
        opened = Head.opened(database.audit_key.load(), chain.canonical(fields), signature)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadAuditHead(file=name) from error
    if opened is None:
        raise BadAuditHead(file=name)
    return opened


def verify(database: Database, exported: Head | None = None, progress: Progress | None = None) -> VerificationRead:
    """Read the whole audit and tell everything that is wrong with it; changes nothing.

    With a head that was exported earlier it also shows whether the store was set back to a time before it.

    Raises AuditKeyMissing or BadAuditKey. A store that cannot be read is a problem like any other.
    """
    found = _Report()
    try:
        for line in database.damage([str(AuditEntry.__tablename__), str(AuditHead.__tablename__)]):
            found.add(Finding(Kind.DAMAGED, detail=line))
        with database.read() as session:
            _verify(session, database, found, exported, progress)
    except SQLAlchemyError as error:
        found.add(Finding(Kind.UNREADABLE, detail=_told(error)))
    return found.read()


class _Report:
    """What verifying has found so far: never more than MOST_PROBLEMS of it."""

    def __init__(self) -> None:
        self.problems: list[Finding] = []
        self.more = 0
        self.checked = 0
        self.head: Head | None = None

    def add(self, problem: Finding) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self.more += 1

    def read(self) -> VerificationRead:
        return VerificationRead(
            ok=not self.problems,
            count=self.head and self.head.count,
            pruned=self.head and self.head.pruned,
            checked=self.checked,
            problems=[AuditFinding(**asdict(problem)) for problem in self.problems],
            more=self.more,
        )


def _verify(
    session: Session, database: Database, found: _Report, exported: Head | None, progress: Progress | None
) -> None:
    heads = [tuple(row) for row in session.execute(select(AuditHead.id, AuditHead.body, AuditHead.mac).limit(2))]
    total = session.exec(select(func.count()).select_from(AuditEntry)).one()
    if heads == [(1, "", "")] and total == 0:
        found.head = Head()
    else:
        key = database.audit_key.load()
        found.head = _opened(heads, key, found)
        for problem in chain.check(_counted(_rows(session), found, total, progress), found.head, key):
            found.add(problem)
    if exported is not None and found.head is not None:
        _compare(session, found, found.head, exported)


def _opened(heads: Sequence[tuple[Any, ...]], key: bytes, found: _Report) -> Head | None:
    """The stored head, if it can be trusted; else what is wrong with it goes to the findings."""
    if len(heads) != 1 or heads[0][0] != 1:
        found.add(Finding(Kind.HEAD, detail="its row is missing" if not heads else "its row is not the only one"))
        return None
    _, body, mac = heads[0]
    opened = Head.opened(key, body, mac) if type(body) is type(mac) is str else None
    if opened is None:
        another = isinstance(body, str) and f'"key":"{chain.fingerprint(key)}"' not in body and body != ""
        found.add(Finding(Kind.KEY if another else Kind.HEAD, detail="its signature does not fit"))
    return opened


def _rows(session: Session) -> Iterator[Row | Unreadable]:
    """All entries as they are stored, by number; where the database fails on one, its number."""
    last: int | None = None
    size = CHUNK
    while True:
        try:
            rows = [Row(*row) for row in session.execute(_after(last, size))]
        except SQLAlchemyError as error:
            if size > 1:
                # One at a time from here on, to find the one that cannot be read.
                size = 1
                continue
            number = _number_after(session, last)
            yield Unreadable(number if number is not None else (last or 0) + 1, _told(error), rest=number is None)
            if number is None:
                return
            last = number
            continue
        yield from rows
        if not rows:
            return
        last = rows[-1].number


def _after(last: int | None, size: int) -> "Select[Any]":
    rows: Select[Any] = select(*(getattr(AuditEntry, name) for name in Row._fields))
    if last is not None:
        rows = rows.where(col(AuditEntry.number) > last)
    return rows.order_by(col(AuditEntry.number)).limit(size)


def _number_after(session: Session, last: int | None) -> int | None:
    query = select(AuditEntry.number).order_by(col(AuditEntry.number)).limit(1)
    try:
        return session.exec(query if last is None else query.where(col(AuditEntry.number) > last)).first()
    except SQLAlchemyError:
        return None


def _counted(
    rows: Iterator[Row | Unreadable], found: _Report, total: int, progress: Progress | None
) -> Iterator[Row | Unreadable]:
    for row in rows:
        found.checked += 1
        if progress and found.checked % CHUNK == 0:
            progress(found.checked, total, "")
        yield row


def _compare(session: Session, found: _Report, stored: Head, exported: Head) -> None:
    """Hold the store against a head that was exported from it earlier."""
    if stored.count < exported.count:
        found.add(Finding(Kind.OLDER, stored.count + 1, exported.count, "entries that the exported head counts"))
        return
    if stored.pruned > exported.count:
        return  # that entry was pruned since, which the stored head's signature vouches for
    mac = stored.pruned_mac
    if stored.pruned < exported.count:
        mac = session.exec(select(AuditEntry.mac).where(AuditEntry.number == exported.count)).first() or chain.START
    if mac != exported.mac:
        found.add(Finding(Kind.OLDER, exported.count, exported.count, "another entry than the exported head's"))


def _told(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]


def export(session: Session, wanted: AuditFilter) -> Iterator[str]:
    """Entries as lines of JSON, oldest first: the signed text, with its `mac` as one more field."""
    last = 0
    while True:
        query = audit.query(wanted).where(col(AuditEntry.number) > last).order_by(col(AuditEntry.number)).limit(CHUNK)
        rows = session.exec(query).all()
        for row in rows:
            yield _line(row)
        if not rows:
            return
        last = rows[-1].number
        # Otherwise the session keeps every entry that it has read.
        session.expunge_all()


def _line(row: AuditEntry) -> str:
    try:
        fields: dict[str, Any] = {**json.loads(row.body), "mac": row.mac}
    except (ValueError, TypeError):
        fields = {"number": row.number, "damaged": str(row.body), "mac": row.mac}
    return chain.canonical(fields) + "\n"


def prune(database: Database, before: datetime, actor: str, progress: Progress | None = None) -> PruneRead:
    """Remove the entries from before a moment, if the whole audit verifies; the signed head keeps where they ended.

    Raises RetentionTooShort, or AuditNotVerified, since an altered entry must not disappear.
    """
    days = database.settings.audit_retention_days
    latest = now() - timedelta(days=days)
    if before > latest:
        raise RetentionTooShort(days=days, latest=latest.astimezone(UTC).date().isoformat())
    checked = verify(database, progress=progress)
    if not checked.ok:
        first = checked.problems[0]
        raise AuditNotVerified(first=first.kind if first.first is None else first.first)
    if not checked.count:
        return PruneRead(first=None, last=None)
    with database.write() as session:
        lock(session, AUDIT_LOCK)
        stored, key = journal.begin(session, database.audit_key)
        recent = select(AuditEntry.number).where(AuditEntry.at >= moment(before)).order_by(col(AuditEntry.number))
        kept = session.exec(recent.limit(1)).first()
        last = stored.count if kept is None else kept - 1
        if last <= stored.pruned:
            return PruneRead(first=None, last=None)
        mac = session.exec(select(AuditEntry.mac).where(AuditEntry.number == last)).one()
        session.exec(delete(AuditEntry).where(col(AuditEntry.number) <= last))
        journal.store(session, replace(stored, pruned=last, pruned_mac=mac), key)
        done = PruneRead(first=stored.pruned + 1, last=last)
        audit.record(session, actor, Action.AUDIT_PRUNE, SUBJECT, after=done.model_dump() | {"before": before})
        return done


def restart(database: Database, file: Path, actor: str) -> int:
    """Move an audit that cannot go on, since its key is lost, into a file, and begin a new one; returns its entries.

    The new audit's first entry names the file's SHA-256. Raises AuditNotLost if the key fits, FileExistsError.
    """
    with database.write() as session:
        lock(session, AUDIT_LOCK)
        if _can_go_on(session, database):
            raise AuditNotLost
        digest, entries = hashlib.sha256(), 0
        with file.open("xb") as out:
            for line in export(session, AuditFilter()):
                out.write(line.encode())
                digest.update(line.encode())
                entries += 1
            out.flush()
            os.fsync(out.fileno())
        session.exec(delete(AuditEntry))
        session.exec(delete(AuditHead))
        session.execute(insert(AuditHead).values(id=1, body="", mac=""))
        after = {"entries": entries, "sha256": digest.hexdigest()}
        audit.record(session, actor, Action.AUDIT_RESTART, SUBJECT, after=after)
    return entries


def _can_go_on(session: Session, database: Database) -> bool:
    try:
        journal.begin(session, database.audit_key)
    except AuditUnavailable:
        return False
    return True
