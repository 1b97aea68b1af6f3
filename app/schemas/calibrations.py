"""Calibrations in and out."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from app.models import CalibrationOutcome, RunState
from app.schemas.common import Closed, Domain, Remark
from app.schemas.links import LinkRunProgress


class CalibrationCreate(Closed):
    """What to learn from: the decisions on links and gaps of a domain's plans."""

    domain: Domain = "edu"
    dry_run: bool = Field(default=False, description="Say what would come of it, and go on judging as before.")


class CalibrationUndo(Closed):
    """Undoing an adopted calibration."""

    status: Literal["undone"]
    reason: Remark


class CalibrationCounts(Closed):
    """What was learnt from."""

    tasks: int = Field(description="(task, city) pairs of which something is known.")
    taken_up: int
    not_taken_up: int
    item_pairs: int
    upper_items: int
    pairs_of_plans: int


class Figures(Closed):
    """How good the judge is; null where nothing is known to measure it on. docs/calibrating.md defines each."""

    loss: float | None = Field(description="Log loss of all that is judged, in nats: the less the better. The bar.")
    task_loss: float | None
    item_loss: float | None
    gap_f1: float | None
    coverage_exact: float | None
    item_f1: float | None


class CalibrationFigures(Closed):
    """By the shipped numbers, and by the new ones."""

    before: Figures
    after: Figures
    without: Figures | None = Field(
        default=None,
        description="On `decisions`: by the same fit without any decision: what of the change the decisions taught.",
    )


class Failed(Closed):
    """A figure that was not better, so that the numbers were not adopted."""

    on: str = Field(description="`decisions` (held out) or `shipped` (judged pairs).")
    figure: str


class CalibrationRead(Closed):
    """A calibration."""

    id: str
    domain: Domain
    version: int = Field(description="Counts the domain's calibrations from 1.")
    dry_run: bool
    state: RunState
    progress: LinkRunProgress
    outcome: CalibrationOutcome | None = Field(description="Null until it is done, and where it failed.")
    in_force: bool = Field(description="Whether the domain's plans are judged by its numbers now.")
    failed: list[Failed]
    counts: CalibrationCounts | None
    reviewers: dict[str, int] = Field(description="How many decisions of whom.")
    one_sided: list[str] = Field(
        description="What was left out because only one kind was decided, so that what nobody decided may be different: "
        "tasks that the judge proposes (`proposed`) or misses (`missing`), how far (`whole`), pairs of `items`."
    )
    decisions_digest: str | None = Field(description="SHA-256 of which decisions there were and how they stood.")
    figures: dict[str, CalibrationFigures] = Field(
        description="On `decisions` that were held out and on the `shipped` judged pairs; empty where there were too few."
    )
    method: str = Field(description="Version of the judging method; the numbers of another one are not used.")
    replaces: str = Field(description="SHA-256 of the numbers in use when it began.")
    model_digest: str | None = Field(description="SHA-256 of its numbers.")
    numbers: dict[str, float | list[float]] | None = Field(description="The numbers themselves.")
    error: str | None
    started_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    undone_by: str | None
    undone_at: datetime | None
    undo_reason: str | None
