"""Links and link runs."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.linking import Coverage, Strength
from app.models import LinkMethod, LinkStatus, RunState
from app.schemas.common import PLAN_PATTERN, Closed, Id, Provenance, Remark, Severity
from app.schemas.opinions import OpinionEstimate
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


class StaleReason(Closed):
    """Something behind a link that is another than when the link was decided. docs/editions.md explains it."""

    field: str = Field(
        description="`text`, `numbers`, `deadline`, `units`; `dropped`: the end is in the text no more; `merged`: it has "
        "become one with the end of another link, `link`.",
        examples=["deadline"],
    )
    end: Literal["upper", "lower"] = Field(
        description="Which end of the link; further away it is always the upper one."
    )
    old: str | None = Field(description="As it was decided on.", examples=["年底前"])
    new: str | None = Field(description="As it is now.", examples=["6月底前"])
    direction: Literal["weaker", "stronger"] | None = Field(
        description="Of numbers and deadlines: whether the new text commits to less or to more; null: that cannot be told."
    )
    severity: Severity
    hops: int = Field(description="0: the link's own end; 1: the upper end rests on a link (`link`) whose end it is; …")
    plan: str = Field(description="The plan whose edition brought it.")
    edition: int
    link: str | None


class LinkRead(Closed):
    """A link; `coverage` where it starts at a task, `strength` where it joins two items.

    An end whose edition is not the plan's current one is gone from the text: the link then counts nowhere.
    """

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
    version: int = Field(description="Counts its states; also its `ETag`.")
    upper_edition: int = Field(description="The edition in which the upper end stands.")
    lower_edition: int = Field(description="The edition in which the lower end stands.")
    stale_reason: list[StaleReason] = Field(description="What has changed since it was decided; empty for most links.")


class LinkDetail(LinkRead):
    """A link with the judge's reasons; null where the texts have changed since."""

    reasons: ReasonsRead | None
    provenance: Provenance


End = Annotated[str, StringConstraints(max_length=80, pattern=r"^\d{6}-[a-z][a-z0-9]{0,31}-\d{4}/\d{1,6}(\.\d{1,6})?$")]
Carried = Literal[Coverage.FULL, Coverage.PARTIAL]


class SpanCreate(Closed):
    """A piece of an item's text, in code points."""

    start: int = Field(ge=0)
    end: int = Field(ge=1, description="The code point after the last one.")


class EvidenceCreate(Closed):
    """Where the two texts stand; without a span, the task itself, or the item's title."""

    upper: SpanCreate | None = None
    lower: SpanCreate | None = None


class LinkCreate(Closed):
    """A link that a person proposes: from a task (with `coverage`) or between two items (with `strength`)."""

    upper: End = Field(examples=["370000-edu-2020/8.4"])
    lower: End = Field(examples=["371300-edu-2020/18.2"], description="A task, or the item if its title says it.")
    coverage: Carried | None = Field(default=None, description="For an upper task: how far it is carried out.")
    strength: Strength | None = Field(default=None, description="For two items.")
    rationale: Remark | None = Field(default=None, description="Why: what the texts alone do not say.")
    evidence: EvidenceCreate = EvidenceCreate()


Decided = Literal[LinkStatus.CONFIRMED, LinkStatus.REJECTED, LinkStatus.WITHDRAWN]


class LinkPatch(Closed):
    """A decision. Confirming may correct how far the link carries."""

    status: Decided
    reason: Remark | None = Field(
        default=None, description="Needed to reject, and to change a decision. Kept with the link."
    )
    coverage: Carried | None = Field(default=None, description="With `confirmed`, on a task link: instead of its own.")
    strength: Strength | None = Field(default=None, description="With `confirmed`, on an item link.")


class LinkSeen(Closed):
    """A link at the version that the reviewer has seen."""

    id: Id
    version: int = Field(ge=1)


# As many as a list shows at once.
MOST_DECISIONS = 500


class LinkDecisions(Closed):
    """One decision on many links, with a common reason."""

    links: list[LinkSeen] = Field(min_length=1, max_length=MOST_DECISIONS)
    status: Decided
    reason: Remark | None = None

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({link.id for link in self.links}) < len(self.links):
            raise PydanticCustomError("duplicate_links", "each link once")
        return self


class LinkDecided(Closed):
    """What became of one link of a batch."""

    id: str
    outcome: str = Field(
        description="`decided`, `changed` (it is at another version by now), `refused` or `not_found`."
    )
    problem: str | None = Field(description="Name of the error that it would have been alone.", examples=[None])
    detail: str | None = Field(description="Why it was not decided; where somebody else did, who and when.")
    status: LinkStatus | None
    version: int | None
    decided_by: str | None
    decided_at: datetime | None


class LinkDecisionsRead(Closed):
    """What became of each link, in the order in which they were given."""

    decided: int
    changed: int
    refused: int
    not_found: int
    results: list[LinkDecided]


class Opinions(StrEnum):
    """About which tasks a second reader is asked."""

    NONE = "none"
    DOUBTFUL = "doubtful"
    ALL = "all"


class LinkRunCreate(Closed):
    """What to judge: all plans of the cascade, or the lower plans named."""

    lower: list[Annotated[str, StringConstraints(pattern=PLAN_PATTERN)]] | None = Field(
        default=None, min_length=1, max_length=500, examples=[["371300-edu-2020"]]
    )
    dry_run: bool = Field(default=False, description="Say what would change, and change nothing.")
    opinions: Opinions | None = Field(
        default=None,
        description="About which tasks a second reader is asked: the `doubtful` ones (so unless told otherwise, where "
        "one is configured), `all`, or `none`. Answers that are there already count in any case. A dry run asks nobody.",
    )


class LinkRunProgress(Closed):
    """Pairs of plans judged so far."""

    done: int
    total: int


class LinkRunOpinions(Closed):
    """What was asked of a second reader, and what became of it."""

    wanted: Opinions
    model: str
    prompt: str = Field(description="Version of the prompt.")
    estimate: OpinionEstimate = Field(
        description="What was expected, made pair by pair before its questions are asked."
    )
    asked: int = Field(description="Questions sent.")
    answered: int
    findings: int = Field(description="Tasks on which there is an opinion that holds.")
    thrown: dict[str, int] = Field(description="What was thrown away, by the reason.")
    failed: dict[str, int] = Field(description="Questions without an answer, by the reason; they stay open.")
    left: int = Field(description="Questions that were not asked, since a limit was reached; they stay open.")
    stopped: str | None = Field(description="Why no more were asked: `questions`, `tokens`, `seconds` or a failure.")
    tokens_in: int
    tokens_out: int
    seconds: float
    cost: float


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
    opinions: LinkRunOpinions | None = Field(description="Null where nobody was to be asked.")
    method: str = Field(description="Version of the judging method.")
    model_digest: str = Field(description="SHA-256 of the judge's numbers.")
    thesaurus_digest: str | None = Field(description="SHA-256 of the thesaurus judged with; null where there was none.")
    duration_ms: int | None
    started_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
