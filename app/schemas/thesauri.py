"""Thesauri in and out."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from app.models import TermRelation
from app.schemas.common import Closed, Domain, PlainText

GroupKey = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$"), Field(examples=["dropout-prevention"])
]
# A single character stands in too many words to be a term of anything.
TermText = Annotated[PlainText, StringConstraints(min_length=2, max_length=40), Field(examples=["控辍保学"])]


class TermValue(Closed):
    """A term and how it stands to its group's concept."""

    term: TermText
    relation: TermRelation
    preferred: bool = Field(description="Whether the group is called by this term; exactly one is.")


class GroupPut(Closed):
    """A group's terms, whole: what is not named is removed."""

    terms: Annotated[list[TermValue], Field(min_length=1, max_length=50)]


class GroupRead(Closed):
    """A group of terms."""

    group: GroupKey
    terms: list[TermValue]


class ThesaurusRead(Closed):
    """A domain's thesaurus. `digest` changes with every change of its content."""

    domain: Domain
    groups: int
    terms: int
    digest: str
    updated_by: str
    updated_at: datetime


class SuggestionSentence(Closed):
    """An upper and a lower text that a reviewer said carry the same."""

    upper: str = Field(description="Id of the upper item.")
    upper_text: str
    lower: str = Field(description="Id of the lower item.")
    lower_text: str
    by_hand: bool = Field(description="Whether the judge had missed it.")


class SuggestionRead(Closed):
    """Two terms that reviewers keep matching and the thesaurus does not join."""

    upper_term: str
    lower_term: str
    support: int = Field(description="How many pairs of items witness it: at least 3.")
    by_hand: int = Field(description="How many of the links behind it the judge had missed: at least 1.")
    lift: float = Field(description="How many times as often as by chance they stand together: at least 3.")
    groups: list[str] = Field(description="Groups that hold one of the terms already; else a new one is to be made.")
    terms: list[TermValue] = Field(
        description="The two as terms of a group, to be adopted with `PUT …/groups/{group}`."
    )
    sentences: list[SuggestionSentence] = Field(description="Up to 5 of the links behind it.")


class ThesaurusImported(Closed):
    """What an import changed."""

    domain: Domain
    digest: str
    groups: int
    terms: int
    added: int
    removed: int
    changed: int
