"""Second opinions: what was asked, and what was answered. Answers are kept by the content of the question."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, Text
from sqlmodel import Field

from app.models.base import Base, now, words


class OpinionSource(StrEnum):
    """How an answer came here."""

    ASKED = "asked"
    IMPORTED = "imported"


class OpinionQuestion(Base, table=True):
    """A question that was asked or exported, about an upper item and a lower plan.

    `id` is of all that the reader is given, so it says by itself whether the texts are still those that were asked about.
    """

    __tablename__ = "opinion_question"
    __table_args__ = (Index("ix_opinion_question_plans", "upper_plan", "lower_plan", "item"),)

    id: str = Field(primary_key=True, max_length=24)
    upper_plan: str = Field(primary_key=True, max_length=64, foreign_key="plan.id")
    lower_plan: str = Field(primary_key=True, max_length=64, foreign_key="plan.id")
    item: int
    prompt: str = Field(max_length=20, description="Version of the prompt.")
    tasks: list[int] = Field(sa_column=Column(JSON, nullable=False))
    passages: list[Any] = Field(sa_column=Column(JSON, nullable=False), description="[[item, [[start, end], …]], …]")
    posed_at: datetime = Field(default_factory=now)


class OpinionAnswer(Base, table=True):
    """An answer: what of it holds, what was thrown away and why, and how it read."""

    __tablename__ = "opinion_answer"
    __table_args__ = (Index("ix_opinion_answer_question_id", "question_id"),)

    id: int | None = Field(default=None, primary_key=True)
    question_id: str = Field(max_length=24)
    model: str = Field(max_length=200, description="Who answered, as the answer says.")
    asked_model: str = Field(max_length=200, description="Who was asked; empty where answers were imported.")
    source: OpinionSource = Field(sa_type=words(OpinionSource))
    findings: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    thrown: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    content: str = Field(sa_type=Text)
    tokens_in: int
    tokens_out: int
    ms: int
    answered_by: str = Field(max_length=100, description="Who had it asked, or imported it.")
    at: datetime = Field(default_factory=now)
