"""Browser sessions: opened by signing in, ended by signing out, by idleness, by their age, or with their key."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import Session, col

from app.db import database_of
from app.models import AccessKey, BrowserSession, SignedInBy
from app.models.base import now
from app.permissions import Role
from app.services import access_keys, audit
from app.services.access_keys import KeyHolder, digest_of
from app.services.audit import Action, Subject


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signs in, and with what."""

    subject: str
    role: Role
    adcode: str | None
    opened_with: SignedInBy
    key_prefix: str | None = None


def of_key(row: KeyHolder) -> Identity:
    """Whoever has a key."""
    return Identity(f"key:{row.prefix}", row.role, row.adcode, SignedInBy.KEY, row.prefix)


def sign_in(session: Session, who: Identity) -> str:
    """Open a session; returns what its cookie holds, which is stored nowhere."""
    token = secrets.token_urlsafe(32)
    moment = now()
    # Whoever signs in sweeps up: there is no other housekeeping.
    session.exec(delete(BrowserSession).where(col(BrowserSession.expires_at) <= moment))
    session.add(
        BrowserSession(
            id=digest_of(token),
            subject=who.subject,
            role=who.role,
            adcode=who.adcode,
            opened_with=who.opened_with,
            key_prefix=who.key_prefix,
            created_at=moment,
            seen_at=moment,
            expires_at=moment + timedelta(hours=database_of(session).settings.session_hours),
        )
    )
    session.flush()
    after = {"role": who.role, "adcode": who.adcode, "with": who.opened_with}
    audit.record(session, who.subject, Action.SESSION_SIGN_IN, _subject(token, who.adcode), after=after)
    return token


def find(session: Session, token: str) -> BrowserSession | None:
    """The session of a cookie, if it still holds; a key's session has its key's role and jurisdiction, and its end."""
    row = session.get(BrowserSession, digest_of(token))
    moment = now()
    if row is None or moment >= row.expires_at or moment - row.seen_at >= _idle(session):
        return None
    if row.key_prefix is not None:
        key = session.get(AccessKey, row.key_prefix)
        if key is None or not access_keys.usable(key, moment):
            return None
    return row


def needs_noting(session: Session, row: BrowserSession) -> bool:
    """Whether its last use has to be noted: not on every request."""
    return now() - row.seen_at >= _idle(session) / 10


def note_use(session: Session, row_id: str) -> None:
    """Keep the moment as the session's last use, if it has not ended meanwhile."""
    if row := session.get(BrowserSession, row_id):
        row.seen_at = now()


def sign_out(session: Session, token: str) -> None:
    """End the session of a cookie, if there is one."""
    if row := session.get(BrowserSession, digest_of(token)):
        session.delete(row)
        audit.record(session, row.subject, Action.SESSION_SIGN_OUT, _subject(token, row.adcode))


def csrf_token(token: str) -> str:
    """What a page of ours can send with a write, and a page of another site cannot know."""
    return hashlib.sha256(f"csrf:{token}".encode()).hexdigest()


def _idle(session: Session) -> timedelta:
    return timedelta(minutes=database_of(session).settings.session_idle_minutes)


def _subject(token: str, adcode: str | None) -> Subject:
    # Enough to tell sessions apart in the audit, and of no use to whoever reads it.
    return Subject("session", digest_of(token)[:12], adcode)
