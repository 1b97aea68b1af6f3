"""Cascades, what was judged in them, and the links between upper and lower plans."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Text, UniqueConstraint
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
    method: str = Field(max_length=40, description="Version of the judging method.")
    model_digest: str = Field(max_length=64, description="SHA-256 of the judge's numbers, hexadecimal.")
    thesaurus_digest: str | None = Field(default=None, max_length=64, description="None: the domain had no thesaurus.")
    started_by: str = Field(max_length=100)
    owner: str = Field(max_length=200, description="host:pid of the process that does the run.")
    seen_at: datetime = Field(default_factory=now, description="When that process last gave a sign of life.")
    created_at: datetime = Field(default_factory=now)
    started_at: datetime | None = None
    finished_at: datetime | None = None


class Pair(Base, table=True):
    """An upper edition judged against a lower edition; without this row the pair has not been judged."""

    __tablename__ = "pair"
    __table_args__ = (UniqueConstraint("upper_edition_id", "lower_edition_id"),)

    id: int | None = Field(default=None, primary_key=True)
    upper_edition_id: int = Field(foreign_key="edition.id")
    lower_edition_id: int = Field(foreign_key="edition.id", index=True)
    run_id: str = Field(max_length=32, foreign_key="link_run.id")
    method: str = Field(max_length=40)
    model_digest: str = Field(max_length=64)
    thesaurus_digest: str | None = Field(default=None, max_length=64)
    judged_at: datetime = Field(default_factory=now)


class TaskScore(Base, table=True):
    """How sure the judge is that something in the lower plan takes this upper task up (0 to 1).

    `together` where no place covers the task by itself, but all of its evidence together does.
    """

    __tablename__ = "task_score"

    pair_id: int = Field(primary_key=True, foreign_key="pair.id")
    task_id: int = Field(primary_key=True, foreign_key="task.id")
    score: float
    together: bool = False


class Link(Base, table=True):
    """A lower item or task that carries out an upper one.

    A task link (`upper_task_id` and `coverage` set) says how far; its lower end is a task, or the item where the
    evidence stands in the title. An item link (`strength` set) joins two items. Offsets refer to the items' texts.
    """

    __tablename__ = "link"
    __table_args__ = (UniqueConstraint("pair_id", "upper_item_id", "upper_task_id", "lower_item_id", "lower_task_id"),)

    id: str = Field(primary_key=True, max_length=32)
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
    proposed_at: datetime = Field(default_factory=now)
    decided_by: str | None = Field(default=None, max_length=100)
    decided_at: datetime | None = None
    reason: str | None = Field(default=None, sa_type=Text)
    version: int = 1
