"""What people correct in a document as it was read."""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from app.documents import MarkKind
from app.schemas.common import Closed

# A plan has some hundred lines; who has to correct more of them has another document.
MOST_LINES = 500
# Word has nine levels of headings.
DEEPEST = 9
# The longest real list of addressees has some 600 characters.
Element = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=r"^[^\x00-\x1f\x7f]*$")]


class LineKind(StrEnum):
    """What a line is."""

    SECTION = MarkKind.SECTION.value
    ITEM = MarkKind.ITEM.value
    CONTINUES = MarkKind.CONTINUES.value
    PARAGRAPH = MarkKind.PARAGRAPH.value
    FURNITURE = MarkKind.FURNITURE.value
    ATTACHMENT = MarkKind.ATTACHMENT.value


class LineCorrection(Closed):
    """What the line that holds `start` is.

    A heading (`section`, of `level`), the beginning of an `item`, the rest of the line above it (`continues`), a
    `paragraph` of what stands above it, no part of the document (`furniture`), or the beginning of an `attachment`.
    """

    start: int = Field(ge=0, le=2**31 - 1, description="A place in the document's text, as its lines give it.")
    kind: LineKind
    level: int | None = Field(default=None, ge=1, le=DEEPEST, description="Of headings only.")

    @model_validator(mode="after")
    def _level_fits(self) -> Self:
        if self.level is not None and self.kind is not LineKind.SECTION:
            raise ValueError("only a heading (kind section) has a level / 只有标题（section）有 level")
        return self


Lines = Annotated[list[LineCorrection], Field(max_length=MOST_LINES)]


class MetadataCorrections(Closed):
    """The document's elements where they were read wrongly; an empty text says that the document has none."""

    title: Element | None = None
    plan_title: Element | None = None
    issuer: Element | None = None
    document_number: Element | None = None
    issued_on: dt.date | Annotated[str, StringConstraints(max_length=0)] | None = None
    addressee: Element | None = None


class Corrections(Closed):
    """What people corrected in a document as it was read. Kept with the edition."""

    lines: Lines = Field(default_factory=list)
    metadata: MetadataCorrections = Field(default_factory=MetadataCorrections)

    def given(self) -> bool:
        """Whether there is any."""
        return bool(self.lines) or any(value is not None for value in self.metadata.model_dump().values())
