"""Answers about who carries out what."""

from datetime import date, datetime

from pydantic import Field, JsonValue

from app.linking import AppliesTo, Coverage, Strength
from app.models import Decision, LinkStatus
from app.schemas.common import (
    Adcode,
    Basis,
    Closed,
    DeadlineVerdict,
    Due,
    GapKind,
    Id,
    Provenance,
    Reason,
    Remark,
    Severity,
    Target,
    Verdict,
)
from app.schemas.links import Carried, End, EvidenceCreate
from app.schemas.reasons import ReasonsRead


class ItemBrief(Closed):
    """An item, named."""

    id: str
    number: int
    title: str


class ImplementerEvidence(Closed):
    """Two verbatim texts side by side. `upper_task` is null where only the titles answer to each other."""

    upper_task: str | None
    upper_text: str
    lower_task: str | None = Field(description="A task, or the item where the evidence stands in its title.")
    lower_text: str
    coverage: Coverage | None
    score: float


class ImplementerItem(Closed):
    """An item that answers to the one asked about."""

    id: str
    number: int
    title: str
    strength: Strength
    status: LinkStatus
    score: float
    link: str
    evidence: list[ImplementerEvidence]


class Implementer(Closed):
    """A plan with its items that answer to the one asked about."""

    plan: str
    adcode: Adcode
    name: str
    year: int
    same_period: bool
    items: list[ImplementerItem]


class NotImplementedBy(Closed):
    """A city that does not carry the item out, and why."""

    adcode: Adcode
    name: str
    reason: Reason


class ImplementersRead(Closed):
    """Which city items implement a provincial item."""

    item: ItemBrief
    implementers: list[Implementer]
    not_implemented_by: list[NotImplementedBy]
    provenance: Provenance


class UpstreamRead(Closed):
    """Which upper items a lower item carries out."""

    item: ItemBrief
    upstream: list[Implementer]
    provenance: Provenance


class CoverageImplementer(Closed):
    """A city item that answers to the provincial item."""

    number: int
    strength: Strength
    status: LinkStatus
    score: float


class CoverageEvidence(Closed):
    """A place in the city's plan; `id` is the task it overlaps most, or the item where it stands in the title."""

    id: str
    item: int
    text: str
    score: float
    status: LinkStatus
    link: str | None = Field(description="Null in the check of a draft, which stores no links.")


class Compared(Closed):
    """What was held side by side, as printed; null where the text names none."""

    upper: str | None
    lower: str | None


class CoverageTask(Closed):
    """One provincial task in one city. `coverage` is null where the pair has not been linked."""

    id: str
    text: str
    applies_to: AppliesTo
    coverage: Coverage | None
    basis: Basis | None = Field(description="What the coverage rests on; null where nothing takes the task up.")
    score: float | None
    target: Target | None
    target_compared: Compared | None = Field(description="The figures that decided about `target`.")
    deadline: DeadlineVerdict | None
    deadline_compared: Compared | None = Field(description="The times that decided about `deadline`.")
    evidence: list[CoverageEvidence]


class CoverageItem(Closed):
    """One provincial item in one city."""

    number: int
    title: str
    verdict: Verdict
    basis: Basis | None
    implementers: list[CoverageImplementer]
    tasks: list[CoverageTask]


class Orphan(Closed):
    """A city item that answers to nothing above."""

    number: int
    title: str


class PairSummary(Closed):
    """Counts over the tasks that apply to cities; `not_judged`: those that no link run has seen, or none since they were changed."""

    applicable_tasks: int
    full: int
    partial: int
    none: int
    not_judged: int


class DecisionCounts(Closed):
    """Decisions on gaps, counted beside the coverage, which they do not change."""

    confirmed: int = 0
    refuted: int = 0
    waived: int = 0
    due: int = Field(default=0, description="Decided once, to be decided again.")


class PairCoverage(Closed):
    """One city, or its draft, against the province, down to tasks and evidence."""

    upper: str
    lower: str
    same_period: bool
    outdated: bool
    items: list[CoverageItem]
    orphans: list[Orphan]
    summary: PairSummary
    decisions: DecisionCounts


class PairRead(PairCoverage):
    """One city against the province."""

    provenance: Provenance


class MatrixCity(Closed):
    """A column of the matrix."""

    adcode: Adcode
    name: str
    plan: str | None
    year: int | None
    same_period: bool | None
    outdated: bool | None = Field(
        description="Judged on older texts, an older thesaurus or an older model; null without a plan."
    )


class MatrixCell(Closed):
    """One provincial item in one city; counts over the tasks that apply to cities."""

    adcode: Adcode
    verdict: Verdict
    full: int
    partial: int
    none: int
    basis: Basis | None
    stale: bool = Field(description="A text behind a reviewed link has changed since; the link counts as a proposal.")


class MatrixItem(Closed):
    """A row of the matrix."""

    number: int
    title: str
    applicable_tasks: int
    cells: list[MatrixCell]


class RollupCity(Closed):
    """A city's share of a province-wide total."""

    adcode: Adcode
    value: float | None


class Rollup(Closed):
    """A province-wide total against the sum of the cities."""

    task: str
    indicator: str
    unit: str
    target: float
    allocated: float
    shortfall: float
    cities: list[RollupCity]


class MatrixSummary(Closed):
    """`pairs` is applicable tasks × cities, and the sum of the others."""

    pairs: int
    full: int
    partial: int
    none: int
    no_plan: int
    other_period: int
    not_judged: int


class MatrixRead(Closed):
    """Every item × every city of the province."""

    plan: str
    cities: list[MatrixCity]
    items: list[MatrixItem]
    rollups: list[Rollup]
    summary: MatrixSummary
    decisions: DecisionCounts
    provenance: Provenance


class GapDecisionRead(Closed):
    """What a person decided about a gap. Who waives a gap approves it."""

    decision: Decision
    reason: str
    expires_on: date | None = Field(description="Last day of a waiver, by Beijing time.")
    link: str | None = Field(description="The link that refutes the gap.")
    decided_by: str
    decided_at: datetime
    version: int = Field(description="Also the `ETag`.")
    due: Due | None = Field(
        description="Why it has to be made again: `expired`, `changed` (a text behind it), `link` (it counts no more)."
    )


class GapProposal(Closed):
    """A link from the gap's task, proposed along with the decision that the gap is none."""

    lower: End = Field(examples=["371300-edu-2020/18.2"])
    coverage: Carried
    rationale: Remark | None = None
    evidence: EvidenceCreate = EvidenceCreate()


class GapDecisionPut(Closed):
    """A decision on a gap."""

    decision: Decision
    reason: Remark
    expires_on: date | None = Field(default=None, description="For `waived`, and only for it: its last day.")
    link: Id | None = Field(
        default=None,
        description="For `refuted`: the link that says why; if not given, the best one behind the gap.",
    )
    propose: GapProposal | None = Field(default=None, description="For `refuted`: a new link that says why.")


class GapRead(Closed):
    """A compliance gap. `item` is the upper item's number, for an orphan the city's own."""

    id: str = Field(examples=["missing-371300-8.5"])
    kind: GapKind
    severity: Severity
    score: float = Field(description="How sure the judge is of the gap, 0 to 1.")
    adcode: Adcode
    plan: str | None
    item: int | None
    task: str | None
    upper_text: str | None
    lower_text: str | None
    explanation: str
    rule: str
    decision: GapDecisionRead | None


class GapEvidence(Closed):
    """A link a gap rests on."""

    link: str
    lower: str
    lower_text: str
    coverage: Coverage
    status: LinkStatus
    score: float


class GapDetail(GapRead):
    """A gap with everything it rests on."""

    evidence: list[GapEvidence]
    computation: dict[str, JsonValue] | None = Field(
        description="For targets and deadlines: the numbers or days that were compared, and by which rule."
    )
    provenance: Provenance
    reasons: ReasonsRead | None = Field(description="For gaps of a task: what was weighed, and the nearest places.")
