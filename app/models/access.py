"""Who may come in: access keys, and the browser sessions of people who signed in. No secret is stored, only its digest."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from app.models.base import Base, now, words
from app.permissions import Role


class AccessKey(Base, table=True):
    """An access key, found by its prefix. No row is ever deleted: the audit names keys by their prefixes."""

    __tablename__ = "access_key"

    prefix: str = Field(primary_key=True, max_length=12)
    digest: str = Field(max_length=64, description="SHA-256 of the whole key, hexadecimal.")
    role: Role = Field(sa_type=words(Role))
    adcode: str | None = Field(default=None, max_length=6, foreign_key="jurisdiction.adcode", index=True)
    note: str | None = Field(default=None, max_length=200, description="What it is for.")
    created_by: str = Field(max_length=200)
    created_at: datetime = Field(default_factory=now)
    expires_at: datetime
    used_at: datetime | None = Field(default=None, description="Last use, to the hour.")
    revoked_at: datetime | None = None
    successor: str | None = Field(default=None, max_length=12, description="The key that was made to replace it.")


class SignedInBy(StrEnum):
    """What a browser session was opened with."""

    KEY = "key"
    PROVIDER = "provider"
    TRIAL = "trial"


class BrowserSession(Base, table=True):
    """Somebody signed in with a browser. `id` is the SHA-256 of what the cookie holds."""

    __tablename__ = "browser_session"

    id: str = Field(primary_key=True, max_length=64)
    subject: str = Field(max_length=200)
    role: Role = Field(sa_type=words(Role))
    adcode: str | None = Field(default=None, max_length=6)
    opened_with: SignedInBy = Field(sa_type=words(SignedInBy))
    key_prefix: str | None = Field(default=None, max_length=12, foreign_key="access_key.prefix", index=True)
    created_at: datetime = Field(default_factory=now)
    seen_at: datetime = Field(default_factory=now, description="Last use, to a tenth of the idle time.")
    expires_at: datetime = Field(description="Over by then, used or not.", index=True)
