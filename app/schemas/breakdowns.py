"""A plan as a task breakdown (任务分解表)."""

from datetime import date
from typing import Literal

from pydantic import Field

from app.documents import BlockKind
from app.schemas.common import Adcode, Closed, Domain, Provenance


class BreakdownText(Closed):
    """A part of the document outside its sections and items, as printed."""

    kind: BlockKind
    text: str


class BreakdownSection(Closed):
    """A heading; `parent` is the `position` of the heading above it. `text` are paragraphs between it and its items."""

    position: int
    level: int
    label: str
    title: str
    heading: str = Field(description="Label and title as printed.", examples=["三、全力以赴打好教育民生“收官”攻坚战"])
    parent: int | None
    text: list[str]


class BreakdownTask(Closed):
    """One commitment; `text` is `item.text[start:end]`."""

    number: int
    text: str
    start: int
    end: int


class BreakdownItem(Closed):
    """A numbered point. `paragraphs` joined are `text`, which begins with `title`."""

    number: int
    label: str
    title: str
    text: str
    paragraphs: list[str]
    section: int | None = Field(description="`position` of the heading it stands under.")
    lead_unit: str | None
    responsible_units: list[str]
    deadline: str | None
    tasks: list[BreakdownTask]


class BreakdownRead(Closed):
    """A plan as a task breakdown. Imported again, it gives the same plan.

    `version` counts the form of this answer: another number is another form.
    """

    format: Literal["luoshi-breakdown"]
    version: Literal[1]
    plan: str = Field(examples=["370000-edu-2020"])
    edition: int
    adcode: Adcode
    name: str
    domain: Domain
    year: int
    title: str | None
    plan_title: str | None
    issuer: str | None
    document_number: str | None
    issued_on: date | None
    addressee: str | None
    before: list[BreakdownText] = Field(description="What stands before the sections and items, in order.")
    sections: list[BreakdownSection]
    items: list[BreakdownItem]
    after: list[BreakdownText] = Field(description="What stands behind them, in order.")
    provenance: Provenance
