"""What has changed between two texts of a plan: items and tasks matched with each other, and how each of them differs.

Pure: plain values in, plain values out. `version_of` makes one side from an outline; `compare` holds two sides together;
`correspond` says where each item and task of the one stands in the other.
"""

from app.documents.changes.compare import compare
from app.documents.changes.correspondence import Correspondence, Fate, Place, correspond
from app.documents.changes.differences import Difference, Direction
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
    "Correspondence",
    "Difference",
    "Direction",
    "Fate",
    "FieldChange",
    "ItemChange",
    "ItemVersion",
    "Place",
    "PlanVersion",
    "SectionChange",
    "SectionVersion",
    "SpanChange",
    "TaskChange",
    "TaskVersion",
    "comparable",
    "compare",
    "correspond",
    "version_of",
]
