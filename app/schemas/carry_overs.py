"""Carrying reviewed links over to the plans of another year."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.linking import Coverage, Strength
from app.models import LinkStatus
from app.schemas.common import PLAN_PATTERN, Closed

PlanName = Annotated[str, StringConstraints(max_length=64, pattern=PLAN_PATTERN)]


class CarryOutcome(StrEnum):
    """What became of a link of the plans before."""

    LEFT = "left"  # not carried; `why` says why
    HINT = "hint"  # it was rejected: told, and nothing stored
    CARRIED = "carried"
    REPLACED = "replaced"  # carried, in the place of the machine's own proposal
    PRESENT = "present"  # a person has proposed it already


class CarryObstacle(StrEnum):
    """Why a confirmed link is not carried."""

    DROPPED = "dropped"
    UNRECOGNISED = "unrecognised"
    STALE = "stale"
    MERGED = "merged"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class CarryOverCreate(Closed):
    """What to carry: for all plans of the cascade, or for the lower plans named."""

    lower: list[PlanName] | None = Field(
        default=None,
        min_length=1,
        max_length=500,
        description="May also name a plan with which its jurisdiction does not enter the cascade, since another is nearer.",
        examples=[["371300-edu-2021"]],
    )
    from_plans: list[PlanName] | None = Field(
        default=None,
        min_length=1,
        max_length=500,
        description="The plans before, of either end, where they are not to be the nearest ones.",
        examples=[["370000-edu-2020", "371300-edu-2020"]],
    )
    dry_run: bool = Field(default=False, description="Say what would be carried, and change nothing.")


class CarryOverCounts(Closed):
    """How many links of the plans before met with what."""

    carried: int
    replaced: int
    present: int
    left: int
    hint: int


class CarryOverPair(Closed):
    """Two plans, and those before from which links were carried; null where people have decided no earlier links."""

    upper: str
    upper_edition: int
    lower: str
    lower_edition: int
    in_cascade: bool = Field(
        description="Whether the lower plan is the one with which its jurisdiction enters the cascade; others count nowhere yet."
    )
    from_upper: str | None
    from_upper_edition: int | None
    from_lower: str | None
    from_lower_edition: int | None
    counts: CarryOverCounts


class CarryOverDifference(Closed):
    """Something that an end says otherwise than the text on which the link was decided."""

    end: Literal["upper", "lower"]
    field: str = Field(description="`text`, `numbers`, `deadline` or `units`.", examples=["numbers"])
    old: str | None
    new: str | None


class CarryOverRow(Closed):
    """One link of the plans before, and what became of it."""

    outcome: CarryOutcome
    why: CarryObstacle | None = Field(
        description="Of `left`: `dropped`: an end's item is in the new text no more; `unrecognised`: the item is, but in it "
        "nothing that could be the task; `stale`: the link is due again itself; `merged`: another link has the same ends "
        "now; `decided`: it is decided there already; `withdrawn`: whoever proposed it there took it back."
    )
    detail: str | None = Field(description="What was not carried, and why; what a hint says.")
    source: str = Field(description="Id of the link of the plans before.")
    source_upper: str
    source_lower: str
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    upper: str | None = Field(description="Where the ends stand now; null: nowhere.")
    lower: str | None
    link: str | None = Field(description="Id of the link between them; null where there is none.")
    status: LinkStatus | None = Field(description="How that link stands.")
    coverage: Coverage | None
    strength: Strength | None
    differences: list[CarryOverDifference]
    rationale: str | None = Field(description="As it is kept with the link that was carried.")


class CarryOverRead(Closed):
    """What was carried over, or, in a dry run, would be."""

    plan: str
    dry_run: bool
    counts: CarryOverCounts
    pairs: list[CarryOverPair]
    rows: list[CarryOverRow] = Field(
        description="At most 1,000; first what was not carried, and why, then hints, then what was carried."
    )
    more: int = Field(description="Rows that are not shown; `lower` asks for some plans only.")
