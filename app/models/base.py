"""What all tables share: one metadata with named constraints, enums stored as their words, UTC times."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Enum, MetaData
from sqlmodel import SQLModel

# Alembic can only change a constraint that has a name, and the name must be the same on both databases.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(SQLModel):
    """Base of every table."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)


def words(kind: type[StrEnum]) -> Enum:
    """A column type that stores an enum's values as text: readable in the database, no type to migrate."""
    return Enum(kind, native_enum=False, length=20, values_callable=lambda members: [m.value for m in members])


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)
