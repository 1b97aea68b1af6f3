"""Answers kept for requests that may be sent again."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from app.models.base import Base


class IdempotencyKey(Base, table=True):
    """A request that was answered under a key of its sender's, stored with what it did."""

    __tablename__ = "idempotency_key"

    actor: str = Field(primary_key=True, max_length=100)
    key: str = Field(primary_key=True, max_length=200)
    operation: str = Field(max_length=80)
    digest: str = Field(max_length=64, description="SHA-256 of what was asked for, hexadecimal.")
    answer: str = Field(sa_type=Text, description="The answer as JSON.")
    at: datetime = Field(index=True)
