"""Linking: which sentences and items of a city's plan carry out which tasks of its province's plan.

Pure: plain values in, plain values out (`app.linking.values`); no web, no database, no network. `prepare` a plan once,
`judge` it against any number of others, and ask `applies_to` who a provincial task is for.
"""

from app.linking.judge import judge
from app.linking.prepared import PreparedPlan, prepare
from app.linking.scope import applies_to
from app.linking.values import (
    AppliesTo,
    Coverage,
    Evidence,
    ItemText,
    ItemVerdict,
    Judgement,
    PlanText,
    Strength,
    TaskText,
    TaskVerdict,
)

METHOD = "words-1"
"""The method's version, for the records of a run."""

__all__ = [
    "METHOD",
    "AppliesTo",
    "Coverage",
    "Evidence",
    "ItemText",
    "ItemVerdict",
    "Judgement",
    "PlanText",
    "PreparedPlan",
    "Strength",
    "TaskText",
    "TaskVerdict",
    "applies_to",
    "judge",
    "prepare",
]
