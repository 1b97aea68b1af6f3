"""Learning from decisions: re-fitting the judge's numbers, and saying whether that is for the better.

Pure, as all of linking. `observe` turns a pair of plans and what people decided about it into what a fit needs, `trial`
fits and compares, `suggest` finds the words that people keep matching and the thesaurus does not know.
docs/calibrating.md says why it is done so.
"""

from app.linking.calibration.decisions import GapFinding, GapKind, LinkDecision, labels
from app.linking.calibration.figures import FIGURES, figures
from app.linking.calibration.observed import Decided, Grade, Observed, observe
from app.linking.calibration.shipped import ShippedPair, shipped_pairs, texts_digest
from app.linking.calibration.terms import Match, TermSuggestion, suggest
from app.linking.calibration.trial import FOLDS, LEAST_ITEMS, LEAST_TASKS, Trial, Verdict, trial

__all__ = [
    "FIGURES",
    "FOLDS",
    "LEAST_ITEMS",
    "LEAST_TASKS",
    "Decided",
    "GapFinding",
    "GapKind",
    "Grade",
    "LinkDecision",
    "Match",
    "Observed",
    "ShippedPair",
    "TermSuggestion",
    "Trial",
    "Verdict",
    "figures",
    "labels",
    "observe",
    "shipped_pairs",
    "suggest",
    "texts_digest",
    "trial",
]
