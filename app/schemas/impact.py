"""What would fall due again if a text changed."""

from typing import Literal

from pydantic import Field

from app.models import Decision, LinkStatus
from app.schemas.common import Closed
from app.schemas.links import StaleReason


class ImpactEntry(Closed):
    """A link that would turn stale, or a decision on a gap that would be due."""

    kind: Literal["link", "gap_decision"]
    id: str = Field(description="Of the link, or of the gap.")
    plan: str = Field(description="The upper plan in whose cascade it is.")
    upper: str | None = Field(examples=["370000-edu-2020/8.4"])
    lower: str | None = Field(examples=["371300-edu-2020/18.2"])
    status: LinkStatus | None = Field(description="Of a link.")
    decision: Decision | None = Field(description="Of a gap.")
    decided_by: str | None
    hops: int = Field(description="0: its own end; 1: it rests on a link whose end it is (`via`); and so on.")
    via: str | None


class ImpactCount(Closed):
    """How many there are so many hops away."""

    hops: int
    links: int
    gap_decisions: int


class ImpactRead(Closed):
    """Everything decided that rests on an item or a task, nearest first."""

    of: str = Field(examples=["370000-edu-2020/8.4"])
    edition: int
    links: int
    gap_decisions: int
    by_hops: list[ImpactCount]
    items: list[ImpactEntry]
    next_cursor: str | None = Field(description="Pass it as `cursor` for the next page; null at the end.")


# What a preview lists of them.
MOST_SHOWN = 200


class ForecastLink(Closed):
    """A link that an edition would make stale, and why."""

    id: str
    upper: str = Field(examples=["370000-edu-2020/8.4"])
    lower: str = Field(examples=["371300-edu-2020/18.2"])
    status: LinkStatus = Field(description="As it is now.")
    decided_by: str | None
    reasons: list[StaleReason]


class ForecastRead(Closed):
    """The decided links that an edition would make stale."""

    links: int = Field(description="How many they are.")
    items: list[ForecastLink] = Field(description=f"The first {MOST_SHOWN} of them, nearest first.")
