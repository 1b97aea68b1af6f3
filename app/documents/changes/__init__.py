"""What has changed between two texts of a plan: items and tasks matched with each other, and how each of them differs.

Pure: plain values in, plain values out. `version_of` makes one side from an outline; `compare` holds two sides together.
"""

from app.documents.changes.compare import compare
from app.documents.changes.values import (
    Aspect,
    ChangeKind,
    Changes,
    FieldChange,
    ItemChange,
    ItemVersion,
    PlanVersion,
    SectionChange,
    SectionVersion,
    SpanChange,
    TaskChange,
    TaskVersion,
    version_of,
)
from app.documents.changes.words import comparable

__all__ = [
    "Aspect",
    "ChangeKind",
    "Changes",
    "FieldChange",
    "ItemChange",
    "ItemVersion",
    "PlanVersion",
    "SectionChange",
    "SectionVersion",
    "SpanChange",
    "TaskChange",
    "TaskVersion",
    "comparable",
    "compare",
    "version_of",
]
