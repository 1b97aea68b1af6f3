"""Previews: what a document would become, what people correct in it, and where everything was read."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from app.documents import BlockKind, Format
from app.linking import AppliesTo
from app.schemas.changes import ChangesRead
from app.schemas.common import Closed, Domain, Note, PlaceName, Year
from app.schemas.corrections import Corrections, LineKind, Lines, MetadataCorrections
from app.schemas.impact import ForecastRead
from app.schemas.plans import DoubtRead, SectionRead

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class CorrectionsPatch(Closed):
    """What is corrected otherwise from now on. A list takes the place of the one before; null takes a correction back."""

    lines: Lines | None = None
    metadata: MetadataCorrections | None = None


class PreviewPatch(Closed):
    """Corrections (JSON merge patch, RFC 7396): what is not named stays, null goes back to what the document says."""

    corrections: CorrectionsPatch | None = None
    adcode: str | None = Field(default=None, max_length=20)
    name: PlaceName | None = None
    domain: Domain | None = None
    year: Year | None = None
    edition_note: Note | None = None


class Confirmation(Closed):
    """What is to be stored: the preview as it was shown with this `digest`; without one, as it was last changed."""

    digest: Digest | None = None


class Origin(StrEnum):
    """Where a value comes from."""

    DOCUMENT = "document"  # read at a place of the document
    INFERRED = "inferred"  # not said outright; a doubt says how it was concluded
    GIVEN = "given"  # by the form field, the option or the correction
    REGISTER = "register"  # of jurisdictions
    MISSING = "missing"


class FoundRead(Closed):
    """A value and where it comes from; `start`/`end`/`printed` are its place in the document's text, if it has one."""

    value: str | int | dt.date | None
    origin: Origin
    element: str | None = Field(description="The element of the document that says so: issuer, title, …")
    start: int | None
    end: int | None
    printed: str | None


class MetadataRead(Closed):
    """The elements after GB/T 9704."""

    title: FoundRead
    plan_title: FoundRead
    issuer: FoundRead
    document_number: FoundRead
    issued_on: FoundRead
    addressee: FoundRead


class ProblemRead(Closed):
    """What has to be given or put right before the document can be stored."""

    field: str = Field(examples=["adcode"])
    detail: str


class IdentityRead(Closed):
    """Which plan it is. Where nothing is a problem it can be stored."""

    adcode: FoundRead
    name: FoundRead
    domain: FoundRead
    year: FoundRead
    problems: list[ProblemRead]


class Action(StrEnum):
    """What confirming would do."""

    NEW_PLAN = "new_plan"
    NEW_EDITION = "new_edition"
    NO_CHANGE = "no_change"


class OutcomeRead(Closed):
    """What confirming would do: `edition` is the one that would hold then."""

    action: Action
    plan: str = Field(examples=["371300-edu-2021"])
    edition: int


class PlacedDoubt(DoubtRead):
    """A doubt with the printed line it concerns; null where it concerns no place."""

    printed: str | None


class PreviewSection(SectionRead):
    """A heading with its place in the document's text."""

    source_start: int
    source_end: int


class PreviewTask(Closed):
    """A commitment; `text` is `item.text[start:end]`."""

    number: int
    text: str
    start: int
    end: int
    source_start: int
    source_end: int
    applies_to: AppliesTo


class PreviewItem(Closed):
    """A numbered point; `section` is the `position` of its heading."""

    number: int
    label: str
    title: str
    text: str
    section: int | None
    lead_unit: str | None
    responsible_units: list[str]
    deadline: str | None
    source_start: int
    source_end: int
    tasks: list[PreviewTask]


class DocumentRead(Closed):
    """What a document would become: which plan, its outline, its metadata, and every doubt."""

    filename: str
    format: Format
    identity: IdentityRead
    outcome: OutcomeRead | None = Field(description="Null while something of the identity is missing.")
    metadata: MetadataRead
    sections: list[PreviewSection]
    items: list[PreviewItem]
    doubts: list[PlacedDoubt]
    corrections: Corrections
    changes: ChangesRead | None = Field(description="Against the plan's current edition; null where there is none.")
    stale: ForecastRead | None = Field(
        description="What somebody decided on the current edition and would have to decide again; null where there is none."
    )
    edition_note: str | None
    digest: Digest = Field(description="Of all that is shown; to confirm exactly this, give it with the confirmation.")


class PreviewBrief(Closed):
    """A kept preview."""

    id: str
    filename: str
    plan: str | None
    created_by: str
    created_at: dt.datetime
    updated_at: dt.datetime
    expires_at: dt.datetime


class PreviewRead(DocumentRead):
    """A kept preview with all that it shows."""

    id: str
    version: int = Field(description="Rises with each correction; quoted, it is the `ETag`.")
    created_by: str
    created_at: dt.datetime
    updated_at: dt.datetime
    expires_at: dt.datetime


class LineRead(Closed):
    """A line of the document's text, and what it was taken for."""

    start: int
    end: int
    text: str
    kind: BlockKind
    section: int | None = Field(
        description="`position` of the heading that the line is, or that its item stands under."
    )
    item: int | None = Field(description="Number of the item that the line belongs to.")
    corrected: LineKind | None
    doubts: list[str]
