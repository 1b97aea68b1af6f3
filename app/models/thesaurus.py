"""Thesauri: for each domain, groups of terms that mean the same there."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, Text
from sqlmodel import Field

from app.models.base import Base, now, words


class TermRelation(StrEnum):
    """How a term stands to its group's concept."""

    SAME = "same"
    NARROWER = "narrower"
    BROADER = "broader"


class Thesaurus(Base, table=True):
    """A domain's thesaurus. `digest` names its content; a link run keeps the one it judged with."""

    __tablename__ = "thesaurus"

    domain: str = Field(primary_key=True, max_length=32)
    digest: str = Field(max_length=64, description="SHA-256 of all terms in order, hexadecimal.")
    updated_by: str = Field(max_length=100)
    updated_at: datetime = Field(default_factory=now)


class ThesaurusVersion(Base, table=True):
    """Every content that a domain's thesaurus ever had, by its digest; its terms are those that held at the time."""

    __tablename__ = "thesaurus_version"

    domain: str = Field(primary_key=True, max_length=32, foreign_key="thesaurus.domain")
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    digest: str = Field(max_length=64)
    since: datetime
    until: datetime | None = None


class TermVersion(Base, table=True):
    """A term with the time in which it stood in its thesaurus."""

    __tablename__ = "term_version"
    __table_args__ = (Index("ix_term_version_domain_since", "domain", "since"),)

    id: int | None = Field(default=None, primary_key=True)
    domain: str = Field(max_length=32, foreign_key="thesaurus.domain")
    group: str = Field(max_length=80)
    text: str = Field(max_length=40)
    relation: TermRelation = Field(sa_type=words(TermRelation))
    preferred: bool
    since: datetime
    until: datetime | None = None


class Term(Base, table=True):
    """A term of a group. `preferred` marks the one by which the group is called."""

    __tablename__ = "term"

    domain: str = Field(primary_key=True, max_length=32, foreign_key="thesaurus.domain")
    group: str = Field(primary_key=True, max_length=80)
    text: str = Field(primary_key=True, max_length=40)
    folded: str = Field(sa_type=Text, description="The term for comparing: simplified, half-width, no spaces.")
    relation: TermRelation = Field(sa_type=words(TermRelation))
    preferred: bool
