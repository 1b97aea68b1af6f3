"""Cascades, what was judged in them, and the links between upper and lower plans.

Nothing here is overwritten without a trace: what held at a time is the row with `since` at or before it and `until`
after it, or null. All moments of one cascade come from `services.cascades.touch`, which gives each but once.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, Text, UniqueConstraint
from sqlmodel import Field

from app.linking import Coverage, Strength
from app.models.base import Base, now, words


class LinkStatus(StrEnum):
    """Where a link stands in its review."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    STALE = "stale"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class LinkMethod(StrEnum):
    """Where a link comes from."""

    MACHINE = "machine"
    PERSON = "person"
    IMPORT = "import"


class RunState(StrEnum):
    """Where a link run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Cascade(Base, table=True):
    """The unit of work: one upper jurisdiction, domain and year. Every write to it raises `revision`."""

    __tablename__ = "cascade"
    __table_args__ = (UniqueConstraint("adcode", "domain", "year"),)

    id: str = Field(primary_key=True, max_length=64)
    adcode: str = Field(max_length=6, foreign_key="jurisdiction.adcode")
    domain: str = Field(max_length=32)
    year: int
    revision: int = 0
    changed_at: datetime = Field(default_factory=now, description="The moment of the last write to it.")


class CascadeRevision(Base, table=True):
    """When a cascade got each of its revisions."""

    __tablename__ = "cascade_revision"
    __table_args__ = (Index("ix_cascade_revision_cascade_id_at", "cascade_id", "at"),)

    cascade_id: str = Field(primary_key=True, max_length=64, foreign_key="cascade.id")
    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime


class LinkRun(Base, table=True):
    """One judging of an upper plan against lower ones, on record."""

    __tablename__ = "link_run"

    id: str = Field(primary_key=True, max_length=32)
    plan_id: str = Field(max_length=64, foreign_key="plan.id", index=True)
    lower: list[str] = Field(sa_column=Column(JSON, nullable=False))
    dry_run: bool = False
    state: RunState = Field(default=RunState.QUEUED, sa_type=words(RunState))
    done: int = 0
    counts: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    changes: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    error: str | None = Field(default=None, sa_type=Text)
    opinions: dict[str, Any] | None = Field(
        default=None, sa_type=JSON(none_as_null=True), description="What was asked of a second reader; None: nothing."
    )
    method: str = Field(max_length=40, description="Version of the judging method.")
    model_digest: str = Field(max_length=64, description="SHA-256 of the judge's numbers, hexadecimal.")
    thesaurus_digest: str | None = Field(default=None, max_length=64, description="None: the domain had no thesaurus.")
    started_by: str = Field(max_length=100)
    owner: str = Field(max_length=200, description="host:pid:beginning of the process that does the run.")
    seen_at: datetime = Field(default_factory=now, description="When that process last gave a sign of life.")
    created_at: datetime = Field(default_factory=now)
    started_at: datetime | None = None
    finished_at: datetime | None = None


class Pair(Base, table=True):
    """An upper edition beside a lower one. It has been judged if it has a judging, and not before."""

    __tablename__ = "pair"
    __table_args__ = (UniqueConstraint("upper_edition_id", "lower_edition_id"),)

    id: int | None = Field(default=None, primary_key=True)
    upper_edition_id: int = Field(foreign_key="edition.id")
    lower_edition_id: int = Field(foreign_key="edition.id", index=True)


class Judging(Base, table=True):
    """A pair as one link run judged it; the next run closes it, and so does a new edition of either plan.

    One that was `carried` is what the run said of the editions before, of the tasks that still say the same.
    """

    __tablename__ = "judging"
    __table_args__ = (UniqueConstraint("pair_id", "since"),)

    id: int | None = Field(default=None, primary_key=True)
    pair_id: int = Field(foreign_key="pair.id")
    run_id: str = Field(max_length=32, foreign_key="link_run.id")
    method: str = Field(max_length=40)
    model_digest: str = Field(max_length=64)
    thesaurus_digest: str | None = Field(default=None, max_length=64)
    carried: bool = False
    since: datetime
    until: datetime | None = None


class TaskScore(Base, table=True):
    """How sure the judge is that something in the lower plan takes this upper task up (0 to 1).

    `together` where no place covers the task by itself, but all of its evidence together does.
    """

    __tablename__ = "task_score"

    judging_id: int = Field(primary_key=True, foreign_key="judging.id")
    task_id: int = Field(primary_key=True, foreign_key="task.id")
    score: float
    together: bool = False


class LinkState(Base):
    """All that a link says, and that may change with a new version of it.

    An end stands in the pair's edition; one that stands in an edition before it is gone from the text that holds now.

    A task link (`upper_task_id` and `coverage` set) says how far; its lower end is a task, or the item where the
    evidence stands in the title. An item link (`strength` set) joins two items. Offsets refer to the items' texts.
    """

    pair_id: int = Field(foreign_key="pair.id")
    upper_item_id: int = Field(foreign_key="item.id", index=True)
    upper_task_id: int | None = Field(default=None, foreign_key="task.id")
    lower_item_id: int = Field(foreign_key="item.id", index=True)
    lower_task_id: int | None = Field(default=None, foreign_key="task.id")
    coverage: Coverage | None = Field(default=None, sa_type=words(Coverage))
    strength: Strength | None = Field(default=None, sa_type=words(Strength))
    status: LinkStatus = Field(default=LinkStatus.PROPOSED, sa_type=words(LinkStatus))
    score: float
    method: LinkMethod = Field(default=LinkMethod.MACHINE, sa_type=words(LinkMethod))
    rationale: str | None = Field(default=None, sa_type=Text)
    upper_start: int
    upper_end: int
    lower_start: int
    lower_end: int
    proposed_by: str = Field(max_length=100)
    proposed_at: datetime
    decided_by: str | None = Field(default=None, max_length=100)
    decided_at: datetime | None = None
    reason: str | None = Field(default=None, sa_type=Text)
    stale_reason: list[dict[str, Any]] | None = Field(
        default=None, sa_type=JSON(none_as_null=True), description="What changed in the texts of a stale link."
    )


class Link(LinkState, table=True):
    """A lower item or task that carries out an upper one, as it stands now. Only services.link_store writes it."""

    __tablename__ = "link"
    __table_args__ = (UniqueConstraint("pair_id", "upper_item_id", "upper_task_id", "lower_item_id", "lower_task_id"),)

    id: str = Field(primary_key=True, max_length=32)
    version: int = 1


class LinkVersion(LinkState, table=True):
    """Every state that a link ever had. A link that a run took away has no row in `link`, but keeps its versions."""

    __tablename__ = "link_version"
    __table_args__ = (Index("ix_link_version_pair_id", "pair_id"),)

    link_id: str = Field(primary_key=True, max_length=32)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    since: datetime
    until: datetime | None = None


class Decision(StrEnum):
    """What a person decided about a gap."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    WAIVED = "waived"


class GapDecision(Base, table=True):
    """What was decided about a gap of a cascade (`plan_id` is the upper plan); one that was replaced has an `until`.

    `digests` are of the texts on which it was made, by what they are: services.gap_decisions. `since` is later than
    `decided_at` where a new edition gave the gap another number.
    """

    __tablename__ = "gap_decision"

    plan_id: str = Field(primary_key=True, max_length=64, foreign_key="plan.id")
    gap_id: str = Field(primary_key=True, max_length=100)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    decision: Decision = Field(sa_type=words(Decision))
    reason: str = Field(sa_type=Text)
    expires_on: date | None = None
    link_id: str | None = Field(default=None, max_length=32, description="The link that refutes it.")
    digests: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    decided_by: str = Field(max_length=100)
    decided_at: datetime
    since: datetime
    until: datetime | None = None


class ChangeDecision(Base, table=True):
    """What a person said of what became of an item or task (`change`: its old number) in a new edition.

    `new` is where it stands now, None: nowhere. One that was replaced has an `until`.
    """

    __tablename__ = "change_decision"

    plan_id: str = Field(primary_key=True, max_length=64, foreign_key="plan.id")
    edition_number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    change: str = Field(primary_key=True, max_length=20)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    corrects: bool = Field(description="Whether it says otherwise than the comparison of the two texts.")
    new: str | None = Field(default=None, max_length=20)
    reason: str | None = Field(default=None, sa_type=Text)
    decided_by: str = Field(max_length=100)
    since: datetime
    until: datetime | None = None
