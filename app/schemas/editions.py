"""Editions of a plan, and what became of each item and task from one to the next."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.documents.changes import Aspect, ChangeKind
from app.schemas.changes import FieldChangeRead, SpanRead
from app.schemas.common import Closed, Remark
from app.schemas.corrections import Corrections
from app.schemas.plans import DoubtRead, SectionRead


class CarriedRead(Closed):
    """What a new edition took over from the one before, when it was stored."""

    links: int = Field(description="Links of any status; each kept its id.")
    stale: int = Field(description="Of these, those that are to be decided again.")
    stale_below: int = Field(description="Links further below that rest on one of those.")
    gone: int = Field(description="Links whose end is in the text no more.")
    gap_decisions: int = Field(description="Decisions on gaps that go by another number now.")
    gap_decisions_gone: int = Field(description="Decisions on gaps that the text has no more.")


class EditionRead(Closed):
    """One published text of a plan; it never changes."""

    plan: str = Field(examples=["370000-edu-2020"])
    number: int
    current: bool
    title: str | None
    plan_title: str | None
    issuer: str | None
    document_number: str | None
    issued_on: date | None
    addressee: str | None
    note: str | None
    filename: str
    media_type: str
    file_digest: str = Field(description="SHA-256 of the file as it came.")
    created_at: datetime


class EditionDetail(EditionRead):
    """An edition with its headings and the reader's doubts."""

    items: int
    tasks: int
    sections: list[SectionRead]
    doubts: list[DoubtRead]
    corrections: Corrections
    carried: CarriedRead | None = Field(description="Null for the first one.")


class ReviewFilter(StrEnum):
    """Which changes are wanted by their review."""

    AWAITING = "awaiting"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"


class ChangeEnd(Closed):
    """An item (`8`) or a task (`8.4`) of one of the two texts."""

    number: str
    title: str | None = Field(description="Of items.")
    text: str


class DifferenceRead(Closed):
    """What it says otherwise where it stands now."""

    aspect: Aspect
    old: str | None
    new: str | None
    direction: Literal["weaker", "stronger"] | None


class ChangeDecisionRead(Closed):
    """What a person said of a change."""

    decision: Literal["confirmed", "corrected"]
    new: str | None
    reason: str | None
    decided_by: str
    decided_at: datetime
    version: int = Field(description="Also the `ETag`.")


class ChangeRead(Closed):
    """What became of an item or a task of the old text; or what is new."""

    id: str = Field(description="Its old number; `new-9` for what is new.", examples=["8.4"])
    level: Literal["item", "task"]
    kind: ChangeKind = Field(description="As the comparison of the two texts says.")
    old: ChangeEnd | None
    new: list[ChangeEnd] = Field(description="Several where an item was split.")
    moved: bool
    renumbered: bool
    fields: list[FieldChangeRead]
    spans: list[SpanRead] = Field(description="Of tasks: the words that differ, counted in the two texts.")
    stands: str | None = Field(description="Where links to it rest now; null: nowhere.")
    differences: list[DifferenceRead] = Field(description="What it says otherwise there.")
    links: int = Field(description="How many links came with it.")
    review: ReviewFilter | None = Field(
        description="`awaiting`: links rest on it, and it says something else or is gone; null: nothing to review."
    )
    decision: ChangeDecisionRead | None


class ChangeDetail(ChangeRead):
    """A change with the links that came with it."""

    resting: list[str] = Field(description="Ids of those links, at most 500.")


class ChangeDecisionPut(Closed):
    """A decision on a change: the comparison is right, or it is otherwise."""

    decision: Literal["confirmed", "corrected"]
    new: str | None = Field(
        default=None,
        pattern=r"^\d{1,6}(\.\d{1,6})?$",
        description="With `corrected`: the item or task of the new edition that it is; null: it is in it no more.",
        examples=["9.1"],
    )
    reason: Remark | None = Field(default=None, description="Needed with `corrected`.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.decision == "confirmed" and self.new is not None:
            raise PydanticCustomError("new_with_confirmed", "new only with corrected")
        return self
