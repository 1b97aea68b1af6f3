"""The audit's entries and its head. Whatever is signed is stored as text, byte for byte; nothing is null."""

from sqlalchemy import Text
from sqlmodel import Field

from app.models.base import Base


class AuditEntry(Base, table=True):
    """One entry. `body` is its canonical JSON, `mac` the HMAC of it; the columns between repeat it for filters.

    Text, not JSON or a time: a database that reads a value back in another spelling would break its code.
    """

    __tablename__ = "audit_entry"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False}, description="Counts on from 1.")
    at: str = Field(sa_type=Text, index=True, description="UTC, of fixed width.")
    actor: str = Field(sa_type=Text, index=True)
    action: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text, index=True)
    adcode: str = Field(sa_type=Text, index=True)
    body: str = Field(sa_type=Text)
    mac: str = Field(sa_type=Text)


class AuditHead(Base, table=True):
    """How far the chain goes, signed: one row, of id 1. Both texts are empty until the first entry."""

    __tablename__ = "audit_head"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    body: str = Field(sa_type=Text)
    mac: str = Field(sa_type=Text)
