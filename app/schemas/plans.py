"""Plans, items and tasks out; what an import did."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from app.documents.facts import Change, Comparator, Measure
from app.linking import AppliesTo
from app.models import Level
from app.schemas.common import Adcode, Closed, Domain, Note, PlaceName, Provenance, Remark, Year
from app.schemas.corrections import Corrections, Element


class ImportOptions(Closed):
    """What the caller knows better than the document; None is read from the document."""

    filename: str
    adcode: str | None = Field(default=None, max_length=20)
    name: PlaceName | None = None
    domain: Domain | None = None
    year: Year | None = None
    edition_note: Note | None = None
    corrections: Corrections = Field(default_factory=Corrections)


class DoubtRead(Closed):
    """Something the reader was unsure of, and what it assumed. Offsets refer to the stored original text."""

    kind: str
    start: int
    end: int
    assumed: str


class ImportRead(Closed):
    """What an import did. `created` tells a new edition from a text that was there already."""

    plan: str = Field(examples=["370000-edu-2020"])
    edition: int
    created: bool
    items: int
    tasks: int
    doubts: list[DoubtRead]


class Withdrawal(Closed):
    """Who withdrew a plan, when and why."""

    by: str
    at: datetime
    reason: str


class PlanRead(Closed):
    """A plan with the metadata of its edition: as printed, unless people have corrected it."""

    id: str = Field(examples=["370000-edu-2020"])
    adcode: Adcode
    name: str = Field(description="Name of the jurisdiction.", examples=["山东省"])
    level: Level
    domain: Domain
    year: int
    edition: int
    title: str | None
    plan_title: str | None = Field(description="The title printed over the plan itself, inside its notice.")
    issuer: str | None
    document_number: str | None
    issued_on: date | None
    addressee: str | None
    corrected: dict[str, str | date | None] = Field(
        description="What is printed, for each of these that people have corrected.",
        examples=[{"issuer": "山东省教育庁"}],
    )
    withdrawn: Withdrawal | None = Field(description="Null while the plan stands.")
    version: int = Field(description="Counts its states; also its `ETag`.")
    created_at: datetime
    updated_at: datetime = Field(description="Since when it stands so.")


class PlanPatch(Closed):
    """Metadata as people correct them. What is not given stays; null returns to what is printed; an empty text: none."""

    title: Element | None = None
    plan_title: Element | None = None
    issuer: Element | None = None
    document_number: Element | None = None
    issued_on: date | None = None
    addressee: Element | None = None
    reason: Remark | None = Field(default=None, description="Why; kept on record.")


class PlanRestore(Closed):
    """Why a withdrawn plan stands again."""

    reason: Remark


class SectionRead(Closed):
    """A heading; `parent` is the `position` of the heading above it."""

    position: int
    level: int
    label: str
    title: str
    parent: int | None


class PlanDetail(PlanRead):
    """A plan with its headings and the reader's doubts."""

    items: int
    tasks: int
    sections: list[SectionRead]
    doubts: list[DoubtRead]
    note: str | None
    corrections: Corrections = Field(description="What people corrected in the edition before it was stored.")
    provenance: Provenance


class NumberRead(Closed):
    """A number or a whole. Values are decimals as text, in `unit`; percent run from 0 to 100."""

    type: Literal["number"]
    comparator: Comparator
    low: str | None
    high: str | None
    unit: str = Field(examples=["%", "人", "所"])
    indicator: str | None = Field(description="The noun phrase that is measured, as printed.")
    approximate: bool
    change: Change
    measure: Measure
    per: str | None = Field(description="What it holds for each of, such as 县.")
    qualifier: bool = Field(description="Says what kind of thing is meant; no target.")
    text: str
    start: int
    end: int


class DeadlineRead(Closed):
    """A time by which something is due."""

    type: Literal["deadline"]
    earliest: date | None
    latest: date
    due_from: date = Field(description="Before `latest` where the calendar leaves open which day is meant.")
    vague: bool = Field(description="尽快, 限期, 按期: due at the end of the plan's year.")
    named: bool = Field(description="A year in the name of an event.")
    text: str
    start: int
    end: int


class InstrumentRead(Closed):
    """A named document or programme, and its stage."""

    type: Literal["instrument"]
    kind: Literal["document", "programme"]
    name: str
    stage: str | None
    text: str
    start: int
    end: int


FactRead = Annotated[NumberRead | DeadlineRead | InstrumentRead, Field(discriminator="type")]


class TaskRead(Closed):
    """One commitment; `text` is `item.text[start:end]`."""

    id: str = Field(examples=["370000-edu-2020/8.4"])
    text: str
    start: int
    end: int
    source_start: int
    source_end: int
    applies_to: AppliesTo
    facts: list[FactRead] = Field(description="Numbers, times and named instruments; offsets count in the item's text.")


class ItemSection(Closed):
    """The heading an item stands under."""

    position: int
    label: str
    title: str


class ItemRead(Closed):
    """A numbered point of a plan."""

    id: str = Field(examples=["370000-edu-2020/8"])
    number: int
    label: str = Field(description="What is printed.", examples=["8."])
    title: str
    text: str
    section: ItemSection | None
    lead_unit: str | None
    responsible_units: list[str]
    deadline: str | None
    source_start: int
    source_end: int
    tasks: list[TaskRead]


class ItemDetail(ItemRead):
    """An item, and the edition that it is of."""

    provenance: Provenance


class SearchHit(Closed):
    """An item that holds the words. `spans` are the places in its text; `tasks` those that touch one of them."""

    id: str
    plan: str
    adcode: Adcode
    name: str
    year: int
    number: int
    title: str
    text: str
    spans: list[tuple[int, int]]
    tasks: list[str]
