"""The queue of links to review, and how far the review has come."""

from enum import StrEnum

from pydantic import Field

from app.schemas.common import Adcode, Closed
from app.schemas.links import LinkRead


class ReviewStatus(StrEnum):
    """Which links are wanted; `open`: all that wait for a decision, proposed and stale."""

    OPEN = "open"
    PROPOSED = "proposed"
    STALE = "stale"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class ReviewKind(StrEnum):
    """From a task, or between two items."""

    TASK = "task"
    ITEM = "item"


class ReviewOrder(StrEnum):
    """The most doubtful of the weightiest first, or as the texts stand."""

    DOUBT = "doubt"
    TEXT = "text"


class ReviewLink(LinkRead):
    """A link in the queue. `doubt` × `weight` is its place in it (docs/review.md)."""

    adcode: Adcode
    name: str = Field(description="Name of the city.", examples=["临沂市"])
    same_period: bool
    doubt: float = Field(description="0: the judge is sure; 1: it could as well have said the opposite.")
    weight: float = Field(description="How much hangs on it, up to 4.")


class ReviewProgress(Closed):
    """How far the review of a cascade has come, counted in links; withdrawn ones are left out."""

    total: int
    decided: int = Field(description="Confirmed or rejected, and not stale since.")
    today: int = Field(description="Decided today, in LUOSHI_TIME_ZONE.")
    mine: int = Field(description="Decided by the caller.")
    mine_today: int
