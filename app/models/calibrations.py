"""Calibrations: what the judge learnt from decisions, every attempt on record."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Text, UniqueConstraint
from sqlmodel import Field

from app.models.base import Base, now, words
from app.models.links import RunState


class CalibrationOutcome(StrEnum):
    """What became of a calibration."""

    ADOPTED = "adopted"
    BETTER = "better"  # a dry run that would have been adopted
    UNCHANGED = "unchanged"  # better than what is shipped, but the very numbers that are in use
    NOT_BETTER = "not_better"
    TOO_FEW = "too_few"


class Calibration(Base, table=True):
    """One attempt to re-fit the judge's numbers for a domain. What it found never changes; it can be undone once."""

    __tablename__ = "calibration"
    __table_args__ = (UniqueConstraint("domain", "version"),)

    id: str = Field(primary_key=True, max_length=32)
    domain: str = Field(max_length=32)
    version: int = Field(description="Counts a domain's calibrations from 1.")
    dry_run: bool = False
    state: RunState = Field(default=RunState.QUEUED, sa_type=words(RunState))
    done: int = 0
    total: int = 0
    outcome: CalibrationOutcome | None = Field(default=None, sa_type=words(CalibrationOutcome))
    method: str = Field(max_length=40)
    replaces: str = Field(max_length=64, description="SHA-256 of the numbers in use when it began, hexadecimal.")
    model_digest: str | None = Field(default=None, max_length=64)
    numbers: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    decisions_digest: str | None = Field(default=None, max_length=64, description="SHA-256 of what was learnt from.")
    counts: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    reviewers: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    figures: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    failed: list[list[str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    one_sided: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    error: str | None = Field(default=None, sa_type=Text)
    started_by: str = Field(max_length=100)
    owner: str = Field(max_length=200, description="host:pid of the process that does it.")
    seen_at: datetime = Field(default_factory=now, description="When that process last gave a sign of life.")
    created_at: datetime = Field(default_factory=now)
    started_at: datetime | None = None
    finished_at: datetime | None = None
    undone_by: str | None = Field(default=None, max_length=100)
    undone_at: datetime | None = None
    undo_reason: str | None = Field(default=None, sa_type=Text)
