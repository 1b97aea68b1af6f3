"""Appending a transaction's entries to the chain, as the last thing before it commits. app.db calls it."""

from sqlalchemy import Connection, insert, update
from sqlalchemy.event import listen
from sqlalchemy.sql.dml import UpdateBase
from sqlmodel import Session, col, select

from app.audit import chain
from app.audit.chain import Head
from app.audit.entry import Pending, moment
from app.audit.key import AuditKey
from app.errors import AuditHeadForged
from app.models import AuditEntry, AuditHead, IdempotencyKey
from app.models.base import now

_PENDING = "audit_pending"
_WRITTEN = "audit_written"
# The audit itself, and answers that are kept for those who ask again: also where there was nothing to do, and nothing to record.
_NO_DEED = frozenset(str(table.__tablename__) for table in (AuditEntry, AuditHead, IdempotencyKey))


class UnauditedWriteError(RuntimeError):
    """A transaction changed tables and recorded nothing: a mistake in the code, found by the first test that runs it."""


def watch(session: Session) -> None:
    """Let a writing session take entries, and note which tables it changes."""
    session.info[_PENDING] = []
    written: set[str] = session.info.setdefault(_WRITTEN, set())

    def note(_connection: Connection, statement: object, *_: object) -> None:
        if isinstance(statement, UpdateBase):
            written.add(str(getattr(statement.table, "name", statement.table)))

    def begun(_session: Session, _transaction: object, connection: Connection) -> None:
        listen(connection, "before_execute", note)

    # Not session.connection(): that would begin the transaction, and keep other writers waiting, before it must.
    listen(session, "after_begin", begun)


def add(session: Session, entry: Pending) -> None:
    """Let the entry be appended when the session commits; raises RuntimeError if it is not a writing one."""
    pending: list[Pending] | None = session.info.get(_PENDING)
    if pending is None:
        raise RuntimeError("an audit entry needs a session of Database.write")
    pending.append(entry)


def has_entries(session: Session) -> bool:
    """Whether there is something to append."""
    return bool(session.info[_PENDING])


def refuse_unaudited(session: Session) -> None:
    """Raise UnauditedWriteError if the session has changed a table."""
    if written := session.info[_WRITTEN] - _NO_DEED:
        names = ", ".join(sorted(written))
        raise UnauditedWriteError(f"{names} changed without an audit entry: call audit.record, or say why not")


def append(session: Session, key: AuditKey) -> None:
    """Append the session's entries to the chain and sign the new head. The caller holds the audit's lock.

    Raises AuditKeyMissing, BadAuditKey, or AuditHeadForged if the head was not signed with this key; signing a new
    one would then cover up what was done to it.
    """
    head, secret = begin(session, key)
    rows = []
    for entry in session.info[_PENDING]:
        body = {name: getattr(entry, name) for name in Pending.__slots__}
        body |= {"number": head.count + 1, "at": moment(now()), "previous": head.mac}
        text = chain.canonical(body)
        mac = chain.entry_mac(secret, text)
        rows.append({"number": body["number"], **chain.columns(body), "body": text, "mac": mac})
        head = head.follow(number=body["number"], mac=mac, at=body["at"])
    session.info[_PENDING] = []
    session.execute(insert(AuditEntry), rows)
    store(session, head, secret)


def begin(session: Session, key: AuditKey) -> tuple[Head, bytes]:
    """The head to go on from, and the key; where the chain has not begun, an empty head, and the key is made."""
    found = stored(session)
    if found == ("", "") and session.exec(select(AuditEntry.number).limit(1)).first() is None:
        return Head(), key.load_or_make()
    secret = key.load()
    head = Head.opened(secret, *found) if found else None
    if head is None:
        raise AuditHeadForged(file=key.file)
    return head, secret


def stored(session: Session) -> tuple[str, str] | None:
    """The head's text and signature as they are stored, both empty before the first entry; None: the row is gone."""
    row = session.exec(select(AuditHead.body, AuditHead.mac).where(AuditHead.id == 1)).first()
    return None if row is None else (row[0], row[1])


def store(session: Session, head: Head, secret: bytes) -> None:
    """Sign a head and put it in the place of the one that is stored."""
    body, mac = head.signed(secret)
    session.execute(update(AuditHead).where(col(AuditHead.id) == 1).values(body=body, mac=mac))
