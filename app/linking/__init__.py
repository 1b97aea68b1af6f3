"""Linking: which sentences and items of a city's plan carry out which tasks of its province's plan.

Pure: plain values in, plain values out (`app.linking.values`); no web, no database, no network. `prepare` a plan once,
`judge` it against any number of others, ask `applies_to` who a provincial task is for, and `explain`
why a verdict is what it is. Give `prepare` a `Thesaurus` where the domain has one.
"""

from app.linking.candidates import Passage, candidates
from app.linking.judge import judge
from app.linking.model import SHIPPED, Model
from app.linking.normalise import fold
from app.linking.opinions import OPINION_WEIGHT, doubtful
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
    Opinion,
    Place,
    PlanText,
    Quote,
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
    "OPINION_WEIGHT",
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
    "Opinion",
    "Passage",
    "Place",
    "PlanText",
    "PreparedPlan",
    "Quote",
    "Reasons",
    "Relation",
    "Strength",
    "TaskText",
    "TaskVerdict",
    "Thesaurus",
    "WordReason",
    "applies_to",
    "candidates",
    "doubtful",
    "explain",
    "explain_items",
    "fold",
    "judge",
    "prepare",
]
