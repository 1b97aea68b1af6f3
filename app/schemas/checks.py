"""The draft check: what a draft leaves out before it is issued."""

from enum import StrEnum

from pydantic import Field

from app.schemas.common import Adcode, Closed, GapKind
from app.schemas.coverage import GapRead, PairCoverage
from app.schemas.previews import PlacedDoubt, PreviewItem, PreviewSection


class Where(StrEnum):
    """How a provincial task could be taken up in a draft."""

    AMEND = "amend"  # the named item takes it up, but not well enough
    EXTEND = "extend"  # the named item carries out the same provincial item, but lacks this task
    NEW_ITEM = "new_item"  # no item is about it; the named heading is where its neighbours are carried out


class TakeUpRead(Closed):
    """The provincial wording to take up, and where in the draft it belongs."""

    wording: str = Field(description="The provincial task, verbatim.")
    upper_title: str = Field(description="Title of the provincial item that it stands in.")
    upper_section: str | None = Field(description="The heading above that item.")
    where: Where
    item: int | None = Field(description="Number of the draft's item to change.")
    section: int | None = Field(description="`position` of the draft's heading to go to; null where nothing tells.")
    heading: str | None = Field(description="That heading as printed in the draft.")


class CheckGap(GapRead):
    """A gap that the draft would have."""

    take_up: TakeUpRead | None = Field(description="Null for gaps that no wording closes: orphans, another year.")


class CheckUpper(Closed):
    """The plan that the draft was held against."""

    plan: str = Field(examples=["370000-edu-2020"])
    edition: int
    name: str = Field(examples=["山东省"])
    year: int
    title: str | None


class CheckDraft(Closed):
    """The draft as it was read."""

    plan: str = Field(description="The plan that it would become.", examples=["371300-edu-2020"])
    adcode: Adcode
    name: str
    domain: str
    year: int
    title: str | None
    sections: list[PreviewSection]
    items: list[PreviewItem]
    doubts: list[PlacedDoubt]


class CheckRead(Closed):
    """The gaps that a draft would have, and the whole comparison. Nothing of it is stored."""

    against: CheckUpper
    draft: CheckDraft
    counts: dict[GapKind, int]
    gaps: list[CheckGap]
    coverage: PairCoverage
