"""SQLModel tables."""

from app.models.access import AccessKey, BrowserSession, SignedInBy
from app.models.audit import AuditEntry, AuditHead
from app.models.base import Base
from app.models.calibrations import Calibration, CalibrationOutcome
from app.models.idempotency import IdempotencyKey
from app.models.jurisdictions import Jurisdiction, Level
from app.models.links import (
    Cascade,
    CascadeRevision,
    ChangeDecision,
    Decision,
    GapDecision,
    Judging,
    Link,
    LinkMethod,
    LinkRun,
    LinkState,
    LinkStatus,
    LinkVersion,
    Pair,
    RunState,
    TaskScore,
)
from app.models.opinions import OpinionAnswer, OpinionQuestion, OpinionSource
from app.models.plans import Edition, EditionSource, Item, Plan, PlanState, PlanVersion, Preview, Section, Task
from app.models.thesaurus import Term, TermRelation, TermVersion, Thesaurus, ThesaurusVersion

__all__ = [
    "AccessKey",
    "AuditEntry",
    "AuditHead",
    "Base",
    "BrowserSession",
    "Calibration",
    "CalibrationOutcome",
    "Cascade",
    "CascadeRevision",
    "ChangeDecision",
    "Decision",
    "Edition",
    "EditionSource",
    "GapDecision",
    "IdempotencyKey",
    "Item",
    "Judging",
    "Jurisdiction",
    "Level",
    "Link",
    "LinkMethod",
    "LinkRun",
    "LinkState",
    "LinkStatus",
    "LinkVersion",
    "OpinionAnswer",
    "OpinionQuestion",
    "OpinionSource",
    "Pair",
    "Plan",
    "PlanState",
    "PlanVersion",
    "Preview",
    "RunState",
    "Section",
    "SignedInBy",
    "Task",
    "TaskScore",
    "Term",
    "TermRelation",
    "TermVersion",
    "Thesaurus",
    "ThesaurusVersion",
]
