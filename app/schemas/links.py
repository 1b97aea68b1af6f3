"""Links and link runs."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from app.linking import Coverage, Strength
from app.models import LinkMethod, LinkStatus, RunState
from app.schemas.common import PLAN_PATTERN, Closed
from app.schemas.reasons import ReasonsRead


class LinkEnd(Closed):
    """A verbatim piece of an item's text."""

    start: int
    end: int
    text: str


class LinkEvidence(Closed):
    """The two texts of a link."""

    upper: LinkEnd
    lower: LinkEnd


class LinkRead(Closed):
    """A link; `coverage` where it starts at a task, `strength` where it joins two items."""

    id: str
    upper: str = Field(examples=["370000-edu-2020/8.4"])
    lower: str = Field(examples=["371300-edu-2020/18.2"])
    coverage: Coverage | None
    strength: Strength | None
    status: LinkStatus
    score: float
    method: LinkMethod
    rationale: str | None
    evidence: LinkEvidence
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    version: int


class LinkDetail(LinkRead):
    """A link with the judge's reasons; null where the texts have changed since."""

    reasons: ReasonsRead | None


class LinkRunCreate(Closed):
    """What to judge: all plans of the cascade, or the lower plans named."""

    lower: list[Annotated[str, StringConstraints(pattern=PLAN_PATTERN)]] | None = Field(
        default=None, min_length=1, max_length=500, examples=[["371300-edu-2020"]]
    )
    dry_run: bool = Field(default=False, description="Say what would change, and change nothing.")


class LinkRunProgress(Closed):
    """Pairs of plans judged so far."""

    done: int
    total: int


class LinkRunCounts(Closed):
    """What the run did to the links, or, in a dry run, would do."""

    added: int
    removed: int
    changed: int
    kept: int


class LinkRunChange(Closed):
    """One link that the run added, removed or changed."""

    change: str = Field(description="`added`, `removed` or `changed`.")
    upper: str
    lower: str
    coverage: Coverage | None
    strength: Strength | None
    score: float


class LinkRunRead(Closed):
    """A link run."""

    id: str
    plan: str
    lower: list[str]
    dry_run: bool
    state: RunState
    progress: LinkRunProgress
    counts: LinkRunCounts
    changes: list[LinkRunChange] = Field(description="For a dry run, what would change (at most 1,000).")
    error: str | None
    method: str = Field(description="Version of the judging method.")
    model_digest: str = Field(description="SHA-256 of the judge's numbers.")
    thesaurus_digest: str | None = Field(description="SHA-256 of the thesaurus judged with; null where there was none.")
    duration_ms: int | None
    started_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
