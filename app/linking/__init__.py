"""Linking: which sentences and items of a city's plan carry out which tasks of its province's plan.

Pure: plain values in, plain values out (`app.linking.values`); no web, no database, no network. `prepare` a plan once,
`judge` it against any number of others, ask `applies_to` who a provincial task is for, and `explain`
why a verdict is what it is. Give `prepare` a `Thesaurus` where the domain has one.
"""

from app.linking.judge import judge
from app.linking.model import SHIPPED, Model
from app.linking.prepared import PreparedPlan, prepare
from app.linking.reasons import explain, explain_items
from app.linking.scope import applies_to
from app.linking.thesaurus import EMPTY, Relation, Thesaurus
from app.linking.values import (
    AppliesTo,
    Coverage,
    Evidence,
    Factor,
    Found,
    ItemReasons,
    ItemText,
    ItemVerdict,
    Judgement,
    Place,
    PlanText,
    Reasons,
    Strength,
    TaskText,
    TaskVerdict,
    WordReason,
)

METHOD = "words-3"
"""The method's version, for the records of a run."""

__all__ = [
    "EMPTY",
    "METHOD",
    "SHIPPED",
    "AppliesTo",
    "Coverage",
    "Evidence",
    "Factor",
    "Found",
    "ItemReasons",
    "ItemText",
    "ItemVerdict",
    "Judgement",
    "Model",
    "Place",
    "PlanText",
    "PreparedPlan",
    "Reasons",
    "Relation",
    "Strength",
    "TaskText",
    "TaskVerdict",
    "Thesaurus",
    "WordReason",
    "applies_to",
    "explain",
    "explain_items",
    "judge",
    "prepare",
]
